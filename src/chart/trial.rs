//! One trial over time: panels with lines above each other, and beneath them which regimes held when.

use crate::quantity::words::{Date, Language, Unit};

use super::font;
use super::frame::{self, EDGE, Header, LINE, NOTE, SMALL, WIDTH};
use super::paper::{ASH, DARK, GREY, INK, MIDDLE, ORANGE, PALE, Paper, Pen, Side, Type, WHITE, svg};
use super::ticks::{Map, Ticks, round_ticks};

/// What a chart of a trial shows.
#[derive(Clone, Debug)]
pub struct TrialData {
    /// The language of all words that the chart adds.
    pub language: Language,
    /// In bold above the chart.
    pub title: String,
    /// Below it: which trial, seed.
    pub subtitle: String,
    /// The day from which all days are counted.
    pub start: Date,
    /// The middle of each step, ascending.
    pub days: Vec<f64>,
    /// From which day to which one the chart goes.
    pub span: (f64, f64),
    /// From top to bottom, all over the same time.
    pub panels: Vec<TrialPanel>,
    /// Controls, one below the other.
    pub rows: Vec<TrialRow>,
}

/// A panel: a few lines on one scale.
#[derive(Clone, Debug)]
pub struct TrialPanel {
    /// "rare-earths, t per week".
    pub name: String,
    /// The unit of all values.
    pub unit: Unit,
    /// What is filled from zero up, if anything: name, and a value a step.
    pub area: Option<(String, Vec<f64>)>,
    /// Up to three lines: name, and a value a step.
    pub lines: Vec<(String, Vec<f64>)>,
}

/// When a control was in which regime.
#[derive(Clone, Debug)]
pub struct TrialRow {
    /// "CN: rare-earths".
    pub name: String,
    /// How many regimes it has.
    pub regimes: usize,
    /// Day of entry, day of exit, which regime (1 is the mildest), its name.
    pub stays: Vec<(f64, f64, usize, String)>,
}

/// Lines differ in colour, lightness and dashes.
const PENS: [Pen; 3] = [Pen(DARK, 2.2, false), Pen(ORANGE, 2.1, true), Pen(GREY, 1.4, false)];
const PLOT: f64 = 92.0;
const HEAD: f64 = LINE + 8.0;
const ROW: f64 = 16.0;

/// Draws a trial as SVG.
pub fn trial(data: &TrialData) -> String {
    let header = Header::new(&data.title, &data.subtitle);
    let scales: Vec<_> = data.panels.iter().map(|panel| scale(panel, data.language)).collect();
    let room = scales.iter().map(|s| frame::label_room(&s.2, SMALL)).fold(0.0, f64::max) + 8.0;
    let (from, to) = data.span;
    let (from, to) = if from < to { (from, to) } else { (from - 0.5, from + 0.5) };
    let x = Map { lo: from, hi: to, from: EDGE + room, to: WIDTH - EDGE - 12.0 };
    let rows_top = header.bottom() + data.panels.len() as f64 * (HEAD + PLOT + 14.0);
    let axis = rows_top + data.rows.len() as f64 * (LINE + ROW + 6.0) + 4.0;
    let facts: Vec<String> = data.rows.iter().map(|row| describe(row, data.language)).collect();
    let description = frame::describe(
        data.language.pick("One trial over time", "一つの試行の推移"),
        &data.subtitle,
        &facts,
        data.language,
    );
    svg((WIDTH, axis + 36.0), data.language, &data.title, &description, |paper| {
        header.draw(paper);
        let mut top = header.bottom();
        for (panel, (lo, hi, ticks)) in data.panels.iter().zip(&scales) {
            let y = Map { lo: *lo, hi: *hi, from: top + HEAD + PLOT, to: top + HEAD };
            heading(paper, panel, top);
            draw(paper, panel, &data.days, &x, &y, ticks);
            top += HEAD + PLOT + 14.0;
        }
        for row in &data.rows {
            stays(paper, row, &x, top);
            top += LINE + ROW + 6.0;
        }
        let dates = frame::dates(&x, data.start, SMALL, data.language);
        frame::horizontal_axis(paper, &dates, &x, axis, SMALL);
    })
}

/// A control in words.
fn describe(row: &TrialRow, language: Language) -> String {
    match (row.stays.len(), language) {
        (0, Language::English) => format!("{}: open throughout", row.name),
        (1, Language::English) => format!("{}: in force once", row.name),
        (n, Language::English) => format!("{}: {n} stays in regimes", row.name),
        (0, Language::Japanese) => format!("{}：全期間で規制なし", row.name),
        (n, Language::Japanese) => format!("{}：規制の発動{n}回", row.name),
    }
}

fn scale(panel: &TrialPanel, language: Language) -> (f64, f64, Ticks) {
    let lines = panel.lines.iter().chain(&panel.area).flat_map(|(_, values)| values);
    let greatest = lines.copied().filter(|v| v.is_finite()).fold(0.0, f64::max);
    if greatest <= 0.0 {
        return (0.0, 1.0, Ticks { marks: vec![(0.0, "0".to_owned())], title: String::new() });
    }
    let hi = greatest * 1.06;
    (0.0, hi, round_ticks(0.0, hi, 3, &panel.unit, language))
}

/// The panel's name, and what its lines are, in one row; what does not fit is left out.
fn heading(paper: &Paper<'_>, panel: &TrialPanel, top: f64) {
    let base = top + SMALL;
    let names = panel.area.iter().chain(&panel.lines).map(|(name, _)| font::width(name, SMALL, false) + 42.0);
    let room = (WIDTH - 2.0 * EDGE - names.sum::<f64>()).max(120.0);
    let name = font::cut(&panel.name, room - 12.0, SMALL, true);
    paper.text(EDGE, base, &name, Type::new(SMALL, INK).bold());
    let mut x = EDGE + font::width(&name, SMALL, true) + 18.0;
    let mut entry = |text: &str, sample: &dyn Fn(f64)| {
        let width = 28.0 + font::width(text, SMALL, false);
        if x + width <= WIDTH - EDGE {
            sample(x);
            paper.text(x + 28.0, base, text, NOTE);
            x += width + 14.0;
        }
    };
    if let Some((name, _)) = &panel.area {
        entry(name, &|x| paper.block((x, base - 11.0), (x + 22.0, base + 1.0), ASH));
    }
    for ((name, _), pen) in panel.lines.iter().zip(PENS) {
        entry(name, &|x| paper.line(&[(x, base - 5.0), (x + 22.0, base - 5.0)], pen));
    }
}

fn draw(paper: &Paper<'_>, panel: &TrialPanel, days: &[f64], x: &Map, y: &Map, ticks: &Ticks) {
    let place = |values: &[f64]| -> Vec<(f64, f64)> {
        let points: Vec<(f64, f64)> =
            days.iter().zip(values).map(|(day, value)| (x.at(*day), y.at(*value))).collect();
        match points[..] {
            [(px, py)] => vec![(px - 6.0, py), (px + 6.0, py)],
            _ => points,
        }
    };
    frame::horizontal_grid(paper, ticks, y, x.from, x.to, SMALL);
    if let Some((_, values)) = &panel.area {
        let upper = place(values);
        let lower: Vec<(f64, f64)> = upper.iter().map(|(x, _)| (*x, y.from)).collect();
        if values.iter().any(|v| *v > 0.0) {
            paper.band(&upper, &lower, ASH);
        }
    }
    for ((_, values), pen) in panel.lines.iter().zip(PENS).rev() {
        paper.line(&place(values), pen);
    }
    paper.line(&[(x.from, y.from), (x.to, y.from)], Pen(GREY, 1.0, false));
}

/// A control's name, and below it a bar for each stay: the harsher the darker, with its name where it fits.
fn stays(paper: &Paper<'_>, row: &TrialRow, x: &Map, top: f64) {
    let name = font::cut(&row.name, WIDTH - 2.0 * EDGE, SMALL, true);
    paper.text(EDGE, top + SMALL, &name, Type::new(SMALL, INK).bold());
    let (top, bottom) = (top + LINE + 2.0, top + LINE + 2.0 + ROW);
    paper.line(&[(x.from, bottom), (x.to, bottom)], Pen(GREY, 1.0, false));
    for (from, to, regime, name) in &row.stays {
        let (left, right) = (x.at(*from), x.at(*to));
        if *to <= x.lo || *from >= x.hi {
            continue;
        }
        let (colour, ink) = match (row.regimes, *regime) {
            (1, _) => (DARK, WHITE),
            (n, r) if r == n => (DARK, WHITE),
            (_, 1) => (PALE, INK),
            _ => (MIDDLE, INK),
        };
        paper.block((left, top), (right.max(left + 1.0), bottom), colour);
        let size = SMALL - 2.0;
        if font::width(name, size, false) + 6.0 <= right - left {
            let kind = Type::new(size, ink).at(Side::Middle);
            paper.text((left + right) / 2.0, bottom - 4.0, name, kind);
        }
    }
}
