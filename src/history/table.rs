//! A table of past restrictions as CSV: read whole, with every mistake at its line.
//!
//! Columns `start`, `end`, `country` and `material`, in any order, among any others. A line that begins with # is a
//! remark, but for `# title:`, `# from:` and `# until:`, which say what the table is and which days it covers.

use jiff::civil::Date;

use crate::scenario::{Diagnostic, Place, Severity, Sources, nearest};

/// A past restriction.
#[derive(Clone, Debug, PartialEq)]
pub struct Restriction {
    /// The day it came into force.
    pub start: Date,
    /// The first day it was no longer in force; none where it still is.
    pub end: Option<Date>,
    /// Who restricted.
    pub country: String,
    /// What was restricted; more than one stand in one field, with semicolons between.
    pub materials: Vec<String>,
    /// Whether a date is the middle of a month or year that stands alone.
    pub about: bool,
    /// Its line.
    pub place: Place,
}

/// The days on which a restriction would have been seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// The first.
    pub from: Date,
    /// The last, on which what is open was in force.
    pub until: Date,
    /// Whether `from` is only the first start in the table, which then says nothing of how long it took to come.
    pub from_first_start: bool,
}

/// A table that was read and is right.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What it is: its `# title:`, else the name of its file.
    pub title: String,
    /// Its lines, in their order.
    pub restrictions: Vec<Restriction>,
    /// What it covers.
    pub window: Window,
    /// What to beware of.
    pub cautions: Vec<Diagnostic>,
}

const COLUMNS: [&str; 4] = ["start", "end", "country", "material"];
const OPEN: [&str; 5] = ["", "open", "ongoing", "in force", "still open"];

/// Reads the source with number `source`; `from` and `until` come before what the table itself says.
///
/// # Errors
/// All mistakes, each with its line.
pub fn read(
    sources: &Sources,
    source: usize,
    from: Option<Date>,
    until: Option<Date>,
) -> Result<Table, Vec<Diagnostic>> {
    let mut reader = Reader { text: sources.text(source), source, mistakes: Vec::new() };
    let mut title = None;
    let [mut said_from, mut said_until] = [None; 2];
    for (place, line) in reader.lines() {
        let Some(remark) = line.strip_prefix('#') else { continue };
        let Some((key, value)) = remark.split_once(':').map(|(k, v)| (k.trim(), v.trim())) else { continue };
        match key {
            "title" => title = Some(value.to_owned()),
            "from" => said_from = reader.day_of(value, place),
            "until" => said_until = reader.day_of(value, place),
            _ => {}
        }
    }
    let restrictions = reader.restrictions();
    let name = sources.name(source).rsplit(['/', '\\']).next().unwrap_or_default();
    let title = title.unwrap_or_else(|| name.to_owned());
    if !reader.mistakes.is_empty() {
        return Err(reader.mistakes);
    }
    let window = reader.window(&restrictions, from.or(said_from), until.or(said_until));
    match window {
        Some(window) if reader.mistakes.is_empty() => {
            let cautions = cautions(&restrictions, &window);
            Ok(Table { title, restrictions, window, cautions })
        }
        _ => Err(reader.mistakes),
    }
}

/// A day as it is written on the command line.
///
/// # Errors
/// In words, where it is no day.
pub fn day_alone(text: &str) -> Result<Date, String> {
    match date(text) {
        Some((date, false)) => Ok(date),
        Some(_) => Err(format!("`{text}` is no single day; write it as 2010-09-21")),
        None => Err(format!("`{text}` is not a date; write it as 2010-09-21")),
    }
}

/// A date, and whether it is only the middle of the month or year that is written.
fn date(text: &str) -> Option<(Date, bool)> {
    let number = |text: &str, digits: usize| {
        (text.len() == digits && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
    };
    let parts: Vec<&str> = text.split('-').collect();
    let year: i16 = number(parts[0], 4)?;
    let part = |i: usize| parts.get(i).map(|p| number(p, 2).and_then(|n| i8::try_from(n).ok()));
    match (part(1), part(2), parts.len()) {
        // The 183rd of 365 days, the middle one.
        (None, None, 1) => Date::new(year, 7, 2).ok().map(|d| (d, true)),
        (Some(month), None, 2) => Date::new(year, month?, 16).ok().map(|d| (d, true)),
        (Some(month), Some(day), 3) => Date::new(year, month?, day?).ok().map(|d| (d, false)),
        _ => None,
    }
}

struct Reader<'t> {
    text: &'t str,
    source: usize,
    mistakes: Vec<Diagnostic>,
}

impl<'t> Reader<'t> {
    fn error(&mut self, place: Place, message: impl Into<String>, help: impl Into<String>) {
        self.mistakes.push(Diagnostic::error(place, message).help(help));
    }

    /// The lines with their places.
    fn lines(&self) -> Vec<(Place, &'t str)> {
        let mut start = 0;
        let mut lines = Vec::new();
        for line in self.text.split_inclusive('\n') {
            let bare = line.trim_end_matches(['\r', '\n']);
            lines.push((Place { source: self.source, start, end: start + bare.len() }, bare));
            start += line.len();
        }
        lines
    }

    /// The line that begins at or after a byte, and within it a text.
    fn place(&self, byte: u64, part: &str) -> Place {
        let lines = self.lines();
        let skipped = |line: &str| line.is_empty() || line.starts_with('#');
        let found = lines.iter().find(|(p, line)| p.start as u64 >= byte && !skipped(line)).or(lines.last());
        let (line, text) = found.copied().unwrap_or((Place { source: self.source, start: 0, end: 0 }, ""));
        match text.find(part).filter(|_| !part.is_empty()) {
            Some(at) => Place { start: line.start + at, end: line.start + at + part.len(), ..line },
            None => line,
        }
    }

    fn day_of(&mut self, text: &str, place: Place) -> Option<Date> {
        match day_alone(text) {
            Ok(date) => Some(date),
            Err(why) => {
                self.mistakes.push(Diagnostic::error(place, why));
                None
            }
        }
    }

    fn restrictions(&mut self) -> Vec<Restriction> {
        let header = self.lines().into_iter().find(|(_, l)| !l.is_empty() && !l.starts_with('#'));
        let Some((place, header)) = header else {
            let place = Place { source: self.source, start: 0, end: 0 };
            self.error(
                place,
                "the table is empty",
                format!("its first line is a header: {}", COLUMNS.join(",")),
            );
            return Vec::new();
        };
        let delimiter =
            [b',', b';', b'\t'].into_iter().find(|d| header.as_bytes().contains(d)).unwrap_or(b',');
        let mut csv = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .delimiter(delimiter)
            .trim(csv::Trim::All)
            .flexible(true)
            .from_reader(self.text.as_bytes());
        let header: Vec<String> =
            csv.headers().map(|h| h.iter().map(str::to_lowercase).collect()).unwrap_or_default();
        let columns = COLUMNS.map(|name| self.column(&header, name, place));
        let [Some(start), Some(end), Some(country), Some(material)] = columns else { return Vec::new() };
        let mut found: Vec<Restriction> = Vec::new();
        for record in csv.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let place = self.place(error.position().map_or(0, |p| p.byte()), "");
                    self.error(
                        place,
                        format!("this is not CSV: {error}"),
                        "a field that holds a comma stands in quotes",
                    );
                    continue;
                }
            };
            let byte = record.position().map_or(0, |p| p.byte());
            if record.len() != header.len() {
                let message = format!("this line has {} fields, the header {}", record.len(), header.len());
                self.error(self.place(byte, ""), message, "a field that holds a comma stands in quotes");
                continue;
            }
            let fields = [start, end, country, material].map(|i| record.get(i).unwrap_or(""));
            let Some(restriction) = self.restriction(fields, byte) else { continue };
            let same =
                |r: &&Restriction| Restriction { place: restriction.place, ..(*r).clone() } == restriction;
            if found.iter().any(|r| same(&r)) {
                let help = "take one of them out, or tell them apart by material";
                self.error(restriction.place, "this restriction stands in the table twice", help);
            }
            found.push(restriction);
        }
        if found.is_empty() && self.mistakes.is_empty() {
            self.error(place, "the table has a header and no restrictions", "write a line for each of them");
        }
        found
    }

    fn column(&mut self, header: &[String], name: &str, place: Place) -> Option<usize> {
        let mut matching = header.iter().enumerate().filter(|(_, h)| *h == name).map(|(i, _)| i);
        let (first, second) = (matching.next(), matching.next());
        if second.is_some() {
            self.error(place, format!("two columns are called `{name}`"), "rename the one that is not meant");
        } else if first.is_none() {
            let help = match nearest(name, header.iter().map(String::as_str)) {
                Some(near) => {
                    format!("is it the one called `{near}`? the columns are: {}", COLUMNS.join(", "))
                }
                None => format!("the columns are: {}; others may stand beside them", COLUMNS.join(", ")),
            };
            self.error(place, format!("there is no column `{name}`"), help);
        }
        first
    }

    fn restriction(&mut self, [start, end, country, materials]: [&str; 4], byte: u64) -> Option<Restriction> {
        let before = self.mistakes.len();
        let line = self.place(byte, "");
        let begins = self.date(start, byte);
        let ends = if OPEN.contains(&end.to_lowercase().as_str()) { None } else { self.date(end, byte) };
        if country.is_empty() {
            self.error(line, "this restriction has no country", "say who restricted");
        }
        let list: Vec<String> =
            materials.split(';').map(str::trim).filter(|m| !m.is_empty()).map(str::to_owned).collect();
        if list.is_empty() {
            self.error(
                line,
                "this restriction has no material",
                "say what was restricted, several with `;` between",
            );
        }
        if let (Some(begins), Some(ends)) = (begins, ends)
            && ends.0 <= begins.0
        {
            let help = if begins.1 || ends.1 {
                "a month or year alone counts as its middle; give the days"
            } else {
                "`end` is the first day on which it was no longer in force; leave it empty where it still is"
            };
            self.error(
                self.place(byte, end),
                format!("it ends ({end}) no later than it starts ({start})"),
                help,
            );
        }
        let about = begins.is_some_and(|b| b.1) || ends.is_some_and(|e| e.1);
        let restriction = Restriction {
            start: begins?.0,
            end: ends.map(|e| e.0),
            country: country.to_owned(),
            materials: list,
            about,
            place: line,
        };
        (self.mistakes.len() == before).then_some(restriction)
    }

    fn date(&mut self, text: &str, byte: u64) -> Option<(Date, bool)> {
        let found = date(text);
        if found.is_none() {
            let place = self.place(byte, text);
            let message = if text.is_empty() {
                "this restriction has no start".to_owned()
            } else {
                format!("`{text}` is not a date")
            };
            let help = "write 2010-09-21, or 2010-09 or 2010 where no more is known; `open` for an end that has not come";
            self.error(place, message, help);
        }
        found
    }

    fn window(&mut self, all: &[Restriction], from: Option<Date>, until: Option<Date>) -> Option<Window> {
        let top = all.first()?.place;
        let open = all.iter().filter(|r| r.end.is_none()).count();
        if let (true, None) = (open > 0, until) {
            let message = format!(
                "{open} of the restrictions have not ended, and nothing says on which day that was so"
            );
            self.error(top, message, "add --until DATE, or a line `# until: DATE` to the table");
            return None;
        }
        let until = until.or(all.iter().filter_map(|r| r.end).max())?;
        let first = all.iter().map(|r| r.start).min()?;
        let window = Window { from: from.unwrap_or(first), until, from_first_start: from.is_none() };
        if window.from >= window.until {
            let message = format!("the observation ends ({until}) no later than it begins ({})", window.from);
            self.error(top, message, "look at --from and --until, or the lines `# from:` and `# until:`");
        }
        Some(window)
    }
}

/// Lines that the window leaves out or cuts, and a window that the table did not state.
fn cautions(all: &[Restriction], window: &Window) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let mut caution = |place: Place, message: String, help: &str| {
        out.push(Diagnostic { severity: Severity::Caution, ..Diagnostic::error(place, message) }.help(help));
    };
    for r in all {
        if r.start >= window.until {
            caution(
                r.place,
                format!("it starts after the observation ended ({}) and is left out", window.until),
                "",
            );
        } else if r.end.is_some_and(|end| end <= window.from) {
            caution(
                r.place,
                format!("it ended before the observation began ({}) and is left out", window.from),
                "",
            );
        }
    }
    if window.from_first_start
        && let Some(first) = all.iter().min_by_key(|r| r.start)
    {
        let message =
            format!("the observation is taken to begin with the first start in the table, {}", window.from);
        let help = "that start is then not counted; --from or `# from: DATE` says since when others would have been noted";
        caution(first.place, message, help);
    }
    out.iter_mut().for_each(|d: &mut Diagnostic| d.help = d.help.take().filter(|h| !h.is_empty()));
    out
}
