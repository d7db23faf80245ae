//! What every chart has around its data: title, subtitle, axes, and labels that keep out of each other's way.

use crate::quantity::words::{Date, Language, Unit};

use super::font;
use super::paper::{GREY, GRID, INK, Paper, Pen, Side, Type};
use super::ticks::{Map, Ticks, round_ticks};

/// The width of every chart in pixels. At 85 mm in print its smallest text is 5.6 point.
pub(super) const WIDTH: f64 = 600.0;
/// Between the sheet's edge and what is drawn.
pub(super) const EDGE: f64 = 12.0;
/// The size of all text but titles.
pub(super) const SMALL: f64 = 14.0;
/// From one line of small text to the next.
pub(super) const LINE: f64 = 18.0;

const TITLE: f64 = 19.0;

/// Small grey text.
pub(super) const NOTE: Type = Type::new(SMALL, GREY);

/// The lines above a chart.
pub(super) struct Header {
    title: Vec<String>,
    subtitle: Vec<String>,
}

impl Header {
    pub(super) fn new(title: &str, subtitle: &str) -> Header {
        let room = WIDTH - 2.0 * EDGE;
        Header {
            title: font::wrap(title, room, TITLE, true, 4),
            subtitle: font::wrap(subtitle, room, SMALL, false, 4),
        }
    }

    /// Where what follows may begin.
    pub(super) fn bottom(&self) -> f64 {
        EDGE + self.title.len() as f64 * 24.0 + self.subtitle.len() as f64 * LINE + 6.0
    }

    pub(super) fn draw(&self, paper: &Paper<'_>) {
        let mut y = EDGE;
        for line in &self.title {
            paper.text(EDGE, y + 18.0, line, Type::new(TITLE, INK).bold());
            y += 24.0;
        }
        for line in &self.subtitle {
            paper.text(EDGE, y + 14.0, line, NOTE);
            y += LINE;
        }
    }
}

/// A chart in words, for those who cannot see it.
pub(super) fn describe(kind: &str, subtitle: &str, facts: &[String], language: Language) -> String {
    let (within, between) = language.pick(("; ", ". "), ("、", "。"));
    let parts = [kind, subtitle.trim_end_matches(['.', '。']), &facts.join(within)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
}

/// The room that the labels of a vertical axis take.
pub(super) fn label_room(ticks: &Ticks, size: f64) -> f64 {
    ticks.marks.iter().map(|(_, label)| font::width(label, size, false)).fold(0.0, f64::max)
}

/// Light lines across from `left` to `right` at the ticks of a vertical axis, with their labels.
pub(super) fn horizontal_grid(paper: &Paper<'_>, ticks: &Ticks, map: &Map, left: f64, right: f64, size: f64) {
    for (value, label) in &ticks.marks {
        let y = map.at(*value);
        // Where values fall below zero, zero is a line to be found.
        let colour = if label == "0" && map.lo < 0.0 { GREY } else { GRID };
        paper.line(&[(left, y), (right, y)], Pen(colour, 1.0, false));
        paper.text(left - 8.0, y + 0.36 * size, label, Type::new(size, GREY).at(Side::End));
    }
}

/// Light lines from `top` to `bottom` at the ticks of a horizontal axis.
pub(super) fn vertical_grid(paper: &Paper<'_>, ticks: &Ticks, map: &Map, top: f64, bottom: f64) {
    for (value, label) in &ticks.marks {
        let x = map.at(*value);
        let colour = if label == "0" { GREY } else { GRID };
        paper.line(&[(x, top), (x, bottom)], Pen(colour, 1.0, false));
    }
}

/// A horizontal axis at `y`: line, ticks and their labels, kept on the sheet.
pub(super) fn horizontal_axis(paper: &Paper<'_>, marks: &[(f64, String)], map: &Map, y: f64, size: f64) {
    paper.line(&[(map.from, y), (map.to, y)], Pen(GREY, 1.0, false));
    for (value, label) in marks {
        let x = map.at(*value);
        paper.line(&[(x, y), (x, y + 5.0)], Pen(GREY, 1.0, false));
        let x = on_sheet(x, font::width(label, size, false) / 2.0);
        paper.text(x, y + 8.0 + size, label, Type::new(size, GREY).at(Side::Middle));
    }
}

/// The middle of a label that should stand at `x` and is `half` wide to each side.
fn on_sheet(x: f64, half: f64) -> f64 {
    x.min(WIDTH - 4.0 - half).max(4.0 + half)
}

/// As many round values as fit beside each other below a horizontal axis.
pub(super) fn fitting_ticks(map: &Map, unit: &Unit, size: f64, language: Language) -> Ticks {
    let mut ticks = Ticks::default();
    for most in (2..=7).rev() {
        ticks = round_ticks(map.lo, map.hi, most, unit, language);
        let mut free = f64::NEG_INFINITY;
        let fits = ticks.marks.iter().all(|(value, label)| {
            let half = font::width(label, size, false) / 2.0;
            let x = on_sheet(map.at(*value), half);
            let clear = x - half >= free;
            free = x + half + 12.0;
            clear
        });
        if fits {
            return ticks;
        }
    }
    ticks.marks.truncate(1);
    ticks
}

/// The dates that fit below an axis of days since `start`; a digit's width is the measure.
pub(super) fn dates(map: &Map, start: Date, size: f64, language: Language) -> Vec<(f64, String)> {
    let columns = (map.to - map.from) / font::width("0", size, false);
    language.date_ticks(start, map.lo, map.hi, columns as usize)
}

/// "total cost, yen": what an axis shows and in which unit, if its labels do not say.
pub(super) fn axis_title(what: &str, unit: &str, language: Language) -> String {
    match language {
        _ if what.is_empty() || unit.is_empty() => format!("{what}{unit}"),
        Language::English => format!("{what}, {unit}"),
        Language::Japanese => format!("{what}（{unit}）"),
    }
}

/// The title of a horizontal axis, ending at `right`.
pub(super) fn horizontal_title(paper: &Paper<'_>, title: &str, right: f64, y: f64) {
    let title = font::cut(title, right - EDGE, SMALL, false);
    paper.text(right, y, &title, NOTE.at(Side::End));
}

/// A chart without data says so.
pub(super) fn nothing(paper: &Paper<'_>, y: f64) {
    paper.text(EDGE, y + LINE, paper.language.pick("nothing to show", "表示するデータがありません"), NOTE);
}

/// A label above a chart, as a rule with a line from it down to its place.
#[derive(Debug)]
pub(super) struct Flag {
    /// The place of its line.
    pub x: f64,
    pub text: String,
    /// The left end of its text.
    pub left: f64,
    /// Rows above the chart, the lowest being 0.
    pub row: usize,
    pub line: bool,
}

impl Flag {
    pub(super) fn new(x: f64, text: String) -> Flag {
        Flag { x, text, left: x, row: 0, line: true }
    }

    pub(super) fn width(&self) -> f64 {
        font::width(&self.text, SMALL, false)
    }
}

/// Puts flags into rows such that no text meets another text or another flag's line; returns the number of rows.
///
/// Text begins at its line. From right to left, each flag flies above those whose lines its text would cover.
pub(super) fn hoist(flags: &mut [Flag], right: f64) -> usize {
    flags.sort_by(|a, b| a.x.total_cmp(&b.x));
    for flag in flags.iter_mut() {
        flag.left = flag.x.min(right - flag.width()).max(EDGE);
    }
    for i in (0..flags.len()).rev() {
        let (flag, later) = (&flags[i], &flags[i + 1..]);
        let end = flag.left + flag.width() + 8.0;
        let above = later.iter().filter(|other| other.x.min(other.left) < end).map(|other| other.row + 1);
        let row = above.max().unwrap_or(0);
        flags[i].row = row;
    }
    flags.iter().map(|flag| flag.row + 1).max().unwrap_or(0)
}

/// The part of the sheet that a text covers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patch {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

impl Patch {
    pub(super) fn meets(&self, other: &Patch) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_keep_clear_of_each_other() {
        let names = ["P5 120 bn", "P50 660 bn", "mean 700 bn", "P95 1.23 tn", "P99 2.5 tn"];
        for gap in [0.0, 1.0, 5.0, 30.0, 90.0, 200.0] {
            let mut flags: Vec<_> = names
                .iter()
                .zip(0..)
                .map(|(name, i)| Flag::new(60.0 + gap * f64::from(i), (*name).to_owned()))
                .collect();
            let rows = hoist(&mut flags, 2000.0);
            assert!(rows <= 5);
            for (i, a) in flags.iter().enumerate() {
                for b in &flags[i + 1..] {
                    let apart = a.left + a.width() < b.left;
                    assert!(apart || a.row > b.row, "{a:?} {b:?}");
                }
            }
            assert_eq!(rows, if gap > 150.0 { 1 } else { rows.max(2) });
        }
    }

    #[test]
    fn flags_stay_on_the_sheet() {
        let mut flags = vec![Flag::new(590.0, "P99 660 billion".to_owned())];
        assert_eq!(hoist(&mut flags, 592.0), 1);
        assert!(flags[0].left + flags[0].width() <= 592.1);
        assert_eq!(hoist(&mut [], 10.0), 0);
    }
}
