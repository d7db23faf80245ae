//! `PATH=VALUES`: an entry of a scenario and the values it takes, as a list or as a range.

use jiff::civil::Date;

use crate::quantity::{Dimension, Measure, number_and_unit};
use crate::scenario::{is_date, split_setting};

/// Significant digits of the values of a range: enough for any purpose, and 0.3 is not 0.30000000000000004.
const DIGITS: usize = 12;

/// An entry and the values it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Variation {
    /// Its dotted path; several, joined by ` & `, take the same values together.
    pub path: String,
    /// The values.
    pub values: Values,
}

/// The values of an entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// One after another, as written.
    List(Vec<String>),
    /// From one number to another.
    Range(Range),
}

/// A range of numbers in one unit, or of days.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// The first number, in `unit`; of days, since 1 January 1970.
    pub from: f64,
    /// The last one.
    pub to: f64,
    /// How many values, where it says so; at least two.
    pub count: Option<usize>,
    /// Whether the values grow by a factor, not by an amount.
    pub log: bool,
    /// In what.
    pub unit: Unit,
}

/// What the numbers of a range are.
#[derive(Clone, Debug, PartialEq)]
pub enum Unit {
    /// Of this unit as written: "days", "%", "billion JPY", or nothing.
    Written(String),
    /// Days of the calendar.
    Day,
}

impl Variation {
    /// Reads `PATH=A..B:N`, `PATH=log:A..B:N` or `PATH=A,B,C`.
    ///
    /// # Errors
    /// In words, where it is neither.
    pub fn parse(text: &str) -> Result<Variation, String> {
        let (path, values) = split_setting(text).ok_or_else(|| {
            format!("`{text}` says no values; write PATH=A..B:N or PATH=A,B,C, such as 'options.stock.size=0..180 days:7'")
        })?;
        let paths: Vec<&str> = path.split('&').map(str::trim).collect();
        if paths.iter().any(|path| path.is_empty()) {
            return Err(format!("`{text}`: a path is missing"));
        }
        let (path, values) = (paths.join(" & "), values.trim());
        let parts = split(values);
        let ranged = parts.len() == 1 && outside(values).any(|(at, _)| values[at..].starts_with(".."));
        let values = match ranged {
            true => Values::Range(Range::parse(values).map_err(|why| format!("`{text}`: {why}"))?),
            false if values.starts_with("log:") => {
                return Err(format!("`{text}`: `log:` goes before a range A..B:N"));
            }
            false if parts.iter().any(|part| part.is_empty()) => {
                return Err(format!("`{text}`: a value between two commas is missing"));
            }
            false => Values::List(parts.into_iter().map(str::to_owned).collect()),
        };
        Ok(Variation { path, values })
    }

    /// The settings that give a value to its entry, or to all of its entries.
    pub fn settings(&self, value: &str) -> Vec<String> {
        settings(&self.path, value)
    }
}

/// The settings that give a value to all entries of a path.
pub fn settings(path: &str, value: &str) -> Vec<String> {
    path.split(" & ").map(|path| format!("{path}={value}")).collect()
}

/// The characters outside quotes, brackets and braces, with where they stand.
fn outside(text: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut quoted, mut depth) = (false, 0);
    text.char_indices().filter(move |(_, c)| {
        match c {
            '"' => quoted = !quoted,
            '[' | '{' if !quoted => depth += 1,
            ']' | '}' if !quoted => depth -= 1,
            _ => {}
        }
        !quoted && depth == 0
    })
}

/// The parts between commas.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in outside(text).filter(|(_, c)| *c == ',') {
        parts.push(text[start..at].trim());
        start = at + 1;
    }
    parts.push(text[start..].trim());
    parts
}

impl Range {
    /// Reads `A..B`, `A..B:N`, or either after `log:`.
    ///
    /// # Errors
    /// In words, where it is none of them.
    pub fn parse(text: &str) -> Result<Range, String> {
        let (log, text) = match text.trim().strip_prefix("log:") {
            Some(rest) => (true, rest.trim()),
            None => (false, text.trim()),
        };
        let (from, rest) = text.split_once("..").ok_or("write a range as A..B:N")?;
        let (to, count) = match rest.rsplit_once(':') {
            Some((to, count)) => (to.trim(), Some(many(count)?)),
            None => (rest.trim(), None),
        };
        let from = from.trim();
        let (from, to, unit) =
            if is_date(from) && is_date(to) { days(from, to)? } else { measures(from, to)? };
        if from == to {
            return Err(format!("the range begins where it ends, at {text}"));
        }
        if log && (unit == Unit::Day || !(from > 0.0 && to > 0.0)) {
            return Err("`log:` needs two ends above zero".to_owned());
        }
        Ok(Range { from, to, count, log, unit })
    }

    /// The number at `share` of the way, from 0 to 1: of days, a whole one.
    pub fn at(&self, share: f64) -> f64 {
        let value = match (share, self.log) {
            (0.0, _) => self.from,
            (1.0, _) => self.to,
            (_, true) => libm::exp((1.0 - share) * libm::log(self.from) + share * libm::log(self.to)),
            (_, false) => (1.0 - share) * self.from + share * self.to,
        };
        if self.unit == Unit::Day { value.round() } else { rounded(value) }
    }

    /// The number at `share` of the way to about a millionth of the range (of one that grows by factors, to 7 digits): what
    /// is drawn there says no more, and who reads it need not read more.
    pub fn near(&self, share: f64) -> f64 {
        let value = self.at(share);
        let power = |x: f64| libm::floor(libm::log10(x.abs())) as i32;
        let last = power(if self.log { value } else { self.to - self.from }) - 6;
        match usize::try_from(-last) {
            _ if self.unit == Unit::Day => value,
            Ok(decimals) => format!("{value:.decimals$}").parse().unwrap_or(value),
            Err(_) => value.round(),
        }
    }

    /// How far along the way a number is: what [`Range::at`] undoes but for rounding.
    pub fn share(&self, value: f64) -> f64 {
        let of = |x: f64| if self.log { libm::log(x) } else { x };
        (of(value) - of(self.from)) / (of(self.to) - of(self.from))
    }

    /// A number of it as a scenario has it: "60 days", "2030-01-01".
    pub fn say(&self, value: f64) -> String {
        match &self.unit {
            Unit::Day => EPOCH
                .checked_add(jiff::Span::new().days(value as i64))
                .map_or_else(|_| value.to_string(), |d| d.to_string()),
            Unit::Written(unit) if unit.is_empty() => value.to_string(),
            Unit::Written(unit) if unit.starts_with('%') => format!("{value}{unit}"),
            // "1 months" would be understood, and looks like a mistake.
            Unit::Written(unit) if value == 1.0 && TIMES.contains(&unit.as_str()) => {
                format!("1 {}", unit.trim_end_matches('s'))
            }
            Unit::Written(unit) => format!("{value} {unit}"),
        }
    }

    /// The values of a grid; none where it does not say how many.
    pub fn grid(&self) -> Option<Vec<String>> {
        let last = self.count? - 1;
        Some((0..=last).map(|i| self.say(self.at(i as f64 / last as f64))).collect())
    }
}

const TIMES: [&str; 5] = ["hours", "days", "weeks", "months", "years"];

const EPOCH: Date = Date::constant(1970, 1, 1);

/// A value with [`DIGITS`] significant digits.
fn rounded(value: f64) -> f64 {
    format!("{value:.*e}", DIGITS - 1).parse().unwrap_or(value)
}

fn many(text: &str) -> Result<usize, String> {
    let known = text.trim().replace('_', "").parse::<usize>().ok().filter(|n| (2..=1_000_000).contains(n));
    known.ok_or_else(|| {
        format!("`{}` is no number of values; write one from 2 to 1,000,000, as in A..B:12", text.trim())
    })
}

fn days(from: &str, to: &str) -> Result<(f64, f64, Unit), String> {
    let day = |text: &str| {
        let date: Date = text.parse().map_err(|_| format!("`{text}` is not a date"))?;
        let days = EPOCH.until(date).map_err(|_| format!("`{text}` is too far away"))?.get_days();
        Ok::<_, String>(f64::from(days))
    };
    Ok((day(from)?, day(to)?, Unit::Day))
}

/// Both ends in the unit of the last one; an end without a unit has that of the other.
fn measures(from: &str, to: &str) -> Result<(f64, f64, Unit), String> {
    let end = |text: &str| {
        number_and_unit(text)
            .map_err(|why| format!("`{text}` is not a quantity: {why}"))
            .map(|(n, u)| (n, u.to_owned()))
    };
    let ((a, of_a), (b, of_b)) = (end(from)?, end(to)?);
    let unit = if of_b.is_empty() { &of_a } else { &of_b };
    let one = |unit: &str| {
        Measure::parse(&format!("1 {unit}")).map_err(|why| format!("`{unit}` is not a unit: {why}"))
    };
    let wanted = one(unit)?;
    let a = if of_a.is_empty() || of_a == *unit {
        a
    } else {
        let own = one(&of_a)?;
        if (own.dimension, &own.currency) != (wanted.dimension, &wanted.currency) {
            return Err(format!("`{from}` and `{to}` are not in the same unit"));
        }
        rounded(a * own.value / wanted.value)
    };
    Ok((a, b, Unit::Written(unit.clone())))
}

/// A value as written, as a number in base units: days, tonnes, units of `currency`, shares as fractions; a date in days
/// since `start`; true is 1 and false 0. NaN of what is no number. `rates` are what a unit of other currencies is worth.
pub fn base_value(text: &str, currency: &str, rates: &[(String, f64)], start: Date) -> f64 {
    let text = text.trim().trim_matches('"');
    if is_date(text)
        && let Ok(date) = text.parse::<Date>()
    {
        return start.until(date).map_or(f64::NAN, |span| f64::from(span.get_days()));
    }
    match text {
        "true" => return 1.0,
        "false" => return 0.0,
        _ => {}
    }
    let Ok(measure) = Measure::parse(text) else { return f64::NAN };
    let rate = match &measure.currency {
        Some(code) if code != currency => {
            rates.iter().find(|(known, _)| known == code).map_or(f64::NAN, |(_, rate)| *rate)
        }
        _ => 1.0,
    };
    match measure.dimension.money {
        0 => measure.value,
        1 => measure.value * rate,
        -1 => measure.value / rate,
        _ => f64::NAN,
    }
}

/// The base unit of a value as written, in words; none where it has none.
pub fn base_unit(text: &str, currency: &str) -> Option<String> {
    let text = text.trim().trim_matches('"');
    if is_date(text) {
        return Some("days from the start".to_owned());
    }
    let dimension = Measure::parse(text).ok()?.dimension;
    Some(match dimension {
        Dimension::TIME => "days".to_owned(),
        Dimension::MASS => "t".to_owned(),
        Dimension::MONEY => currency.to_owned(),
        Dimension::MASS_RATE => "t/day".to_owned(),
        Dimension::MONEY_RATE => format!("{currency}/day"),
        Dimension::PRICE => format!("{currency}/t"),
        _ => "number".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        match Variation::parse(text).unwrap().values {
            Values::List(list) => list,
            Values::Range(range) => range.grid().unwrap(),
        }
    }

    #[test]
    fn ranges_and_lists_are_read_as_they_are_written() {
        assert_eq!(values("a.b=1 month..3 months:3"), ["1 month", "2 months", "3 months"]);
        assert_eq!(values("a=0..0.3:4"), ["0", "0.1", "0.2", "0.3"]);
        assert_eq!(values("a=10%..30%:3"), ["10%", "20%", "30%"]);
        assert_eq!(values("a=1..2 billion JPY:2"), ["1 billion JPY", "2 billion JPY"]);
        assert_eq!(values("a=2 weeks..28 days:2"), ["14 days", "28 days"]);
        assert_eq!(values("a=log:1..100 t:3"), ["1 t", "10 t", "100 t"]);
        assert_eq!(values("a=2026-01-01..2026-01-31:3"), ["2026-01-01", "2026-01-16", "2026-01-31"]);
        assert_eq!(values("a=0 days, 60 days"), ["0 days", "60 days"]);
        assert_eq!(values("a=3 t"), ["3 t"]);
        let law = "{ uniform = { low = \"1 t\", high = \"2 t\" } }";
        assert_eq!(values(&format!("a={law},\"x..y\"")), [law, "\"x..y\""]);
        assert_eq!(Variation::parse("\"a=b\".c=1,2").unwrap().path, "\"a=b\".c");
        let together = Variation::parse("a.b&c.d=1,2").unwrap();
        assert_eq!(together.settings("1"), ["a.b=1", "c.d=1"]);
    }

    #[test]
    fn what_is_neither_is_told_in_words() {
        for (text, word) in [
            ("a.b", "says no values"),
            ("a=1 month..3 t:3", "same unit"),
            ("a=1..3:1", "number of values"),
            ("a=1..3:x", "number of values"),
            ("a=x..3:2", "not a quantity"),
            ("a=1 dy..3 dys:2", "not a unit"),
            ("a=0..3:2,4", "missing"),
            ("a=log:0..3:2", "above zero"),
            ("a=log:1,2", "before a range"),
            ("a=1 t,,2 t", "missing"),
            ("a=3..3:2", "begins where it ends"),
            ("a=1 JPY..3 USD:2", "same unit"),
        ] {
            let found = Variation::parse(text);
            if text == "a=0..3:2,4" {
                // A comma makes a list, of which the scenario itself refuses the first value.
                assert!(found.is_ok());
                continue;
            }
            assert!(found.as_ref().is_err_and(|why| why.contains(word)), "{text}: {found:?}");
        }
    }

    #[test]
    fn numbers_are_in_base_units() {
        let start = Date::constant(2026, 1, 1);
        let rates = [("USD".to_owned(), 150.0)];
        let base = |text: &str| base_value(text, "JPY", &rates, start);
        assert_eq!(base("2 weeks"), 14.0);
        assert_eq!(base("\"12%\""), 0.12);
        assert_eq!(base("2 USD/t"), 300.0);
        assert_eq!(base("2026-02-01"), 31.0);
        assert_eq!(base("true"), 1.0);
        assert!(base("china").is_nan() && base("3 EUR").is_nan());
        assert_eq!(base_unit("2 USD/t", "JPY").as_deref(), Some("JPY/t"));
    }

    #[test]
    fn points_of_designs_have_as_many_digits_as_they_need() {
        let near = |text: &str, share: f64| Range::parse(text).unwrap().near(share);
        assert_eq!(near("0..360 days", 0.832544071489), 299.7159);
        assert_eq!(near("1000..1001 t", 1.0 / 3.0), 1000.333333);
        assert_eq!(near("log:1..1e9", 0.5), 31622.78);
        assert_eq!(near("0..1e12 JPY", 1.0 / 3.0), 333_333_333_333.0);
        assert_eq!(
            near("2026-01-01..2026-01-31", 0.5),
            Range::parse("2026-01-01..2026-01-31").unwrap().at(0.5)
        );
    }

    #[test]
    fn a_share_of_the_way_is_found_again() {
        for text in ["5..95 days", "log:1..1000 t"] {
            let range = Range::parse(text).unwrap();
            for share in [0.0, 0.25, 0.7, 1.0] {
                assert!((range.share(range.at(share)) - share).abs() < 1e-10, "{text} {share}");
            }
        }
    }
}
