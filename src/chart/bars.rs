//! Horizontal bars with intervals, one row a name: tornado, Sobol' indices, waterfall, what measures avoid.

use crate::quantity::words::{Language, Unit};

use super::font;
use super::frame::{self, EDGE, Header, LINE, NOTE, SMALL, WIDTH};
use super::paper::{ASH, BLUE, Colour, GREY, INK, PALE, Paper, Pen, SAND, Side, Type, svg};
use super::ticks::{Map, widen};

/// A bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Where it begins: zero, or the base of a tornado, or what the bars before add up to.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// The confidence interval of its end, if it has one.
    pub interval: Option<(f64, f64)>,
    /// What kind it is, counted from 0, which gives its colour: at most four.
    pub kind: usize,
    /// Beside its end: "660 bn ± 3 bn"; may be empty.
    pub label: String,
}

/// A row of bars.
#[derive(Clone, Debug)]
pub struct BarRow {
    /// Its name.
    pub name: String,
    /// Its bars.
    pub bars: Vec<Bar>,
}

/// What a chart of bars shows.
#[derive(Clone, Debug)]
pub struct BarsData {
    /// The language of all words that the chart adds.
    pub language: Language,
    /// In bold above the chart.
    pub title: String,
    /// Below it: number of trials, seed, what the intervals are.
    pub subtitle: String,
    /// What is measured, below the axis.
    pub axis: String,
    /// The unit of all values.
    pub unit: Unit,
    /// From top to bottom.
    pub rows: Vec<BarRow>,
    /// The names of the kinds, for the key; without names there is none.
    pub kinds: Vec<String>,
    /// A line from top to bottom with its name: ("as in the scenario: 660 bn", 6.6e11).
    pub base: Option<(String, f64)>,
    /// Whether the bars of a row lie in one line (the two sides of a tornado) or below each other.
    pub in_line: bool,
    /// Whether each row begins where the one above it ended (a waterfall): a thin line joins them.
    pub joined: bool,
}

/// Colours of the kinds: of different lightness.
const KINDS: [Colour; 4] = [BLUE, SAND, ASH, PALE];

fn colour(kind: usize) -> Colour {
    KINDS[kind % KINDS.len()]
}

/// Height of a bar, and the blank between rows.
const THICK: f64 = 17.0;
const GAP: f64 = 11.0;
/// The widest column of names.
const NAMES: f64 = 0.36 * WIDTH;

/// A row as it is drawn.
struct Laid<'a> {
    row: &'a BarRow,
    name: Vec<String>,
    top: f64,
    bottom: f64,
}

/// Draws bars as SVG.
pub fn bars(data: &BarsData) -> String {
    let language = data.language;
    let header = Header::new(&data.title, &data.subtitle);
    let Some((lo, hi)) = range(data) else {
        let size = (WIDTH, header.bottom() + 2.0 * LINE + EDGE);
        return svg(size, language, &data.title, &data.subtitle, |paper| {
            header.draw(paper);
            frame::nothing(paper, header.bottom());
        });
    };
    let rows = if data.kinds.is_empty() { 0 } else { key(None, data, header.bottom()) };
    let top = header.bottom() + rows as f64 * (LINE + 2.0) + 4.0;
    let base_room = if data.base.is_some() { LINE + 4.0 } else { 0.0 };
    let laid = lay(data, top + base_room);
    let bottom = laid.last().map_or(top, |row| row.bottom) + 6.0;
    let names = laid.iter().flat_map(|row| &row.name).map(|name| font::width(name, SMALL, false));
    let left = EDGE + names.fold(0.0, f64::max) + 10.0;
    let x = fitted(data, Map { lo, hi, from: left, to: WIDTH - 20.0 });
    let description = frame::describe(
        language.pick("Bar chart", "棒グラフ"),
        &data.subtitle,
        &data.rows.iter().map(|row| describe(row, data)).collect::<Vec<_>>(),
        language,
    );
    svg((WIDTH, bottom + 48.0), language, &data.title, &description, |paper| {
        header.draw(paper);
        if rows > 0 {
            key(Some(paper), data, header.bottom());
        }
        let ticks = frame::fitting_ticks(&x, &data.unit, SMALL, language);
        frame::vertical_grid(paper, &ticks, &x, top + base_room, bottom);
        for (i, row) in laid.iter().enumerate() {
            draw_row(paper, row, &x, data);
            if data.joined
                && let (Some(bar), Some(next)) = (row.row.bars.last(), laid.get(i + 1))
            {
                let at = x.at(bar.to);
                paper.line(&[(at, row.bottom - GAP), (at, next.top)], Pen(GREY, 0.8, false));
            }
        }
        if let Some((name, value)) = &data.base {
            let at = x.at(*value);
            paper.line(&[(at, top + base_room - 2.0), (at, bottom)], Pen(INK, 1.3, true));
            let name = font::cut(name, WIDTH - 2.0 * EDGE, SMALL, false);
            let half = font::width(&name, SMALL, false) / 2.0;
            let middle = at.min(WIDTH - 6.0 - half).max(EDGE + half);
            paper.text(middle, top + SMALL, &name, Type::new(SMALL, INK).at(Side::Middle));
        }
        frame::horizontal_axis(paper, &ticks.marks, &x, bottom, SMALL);
        let title = frame::axis_title(&data.axis, &ticks.title, language);
        frame::horizontal_title(paper, &title, x.to, bottom + 40.0);
    })
}

fn describe(row: &BarRow, data: &BarsData) -> String {
    let value = |bar: &Bar| {
        if bar.label.is_empty() { data.language.figure(bar.to, &data.unit) } else { bar.label.clone() }
    };
    let values: Vec<String> = row.bars.iter().map(value).collect();
    let (colon, comma) = data.language.pick((": ", ", "), ("：", "、"));
    format!("{}{colon}{}", row.name, values.join(comma))
}

/// All ends, and zero unless the bars have a base far from it.
fn range(data: &BarsData) -> Option<(f64, f64)> {
    let bars = || data.rows.iter().flat_map(|row| &row.bars);
    let ends = bars().flat_map(|bar| {
        let (low, high) = bar.interval.unwrap_or((bar.to, bar.to));
        [bar.from, bar.to, low, high]
    });
    let ends = ends.chain(data.base.iter().map(|base| base.1)).filter(|end| end.is_finite());
    let (lo, hi) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| (lo.min(v), hi.max(v)));
    if lo > hi {
        None
    } else if lo == 0.0 && hi == 0.0 {
        Some((0.0, 1.0))
    } else {
        let from_zero = bars().any(|bar| bar.from == 0.0);
        let (lo, hi) = if from_zero { (lo.min(0.0), hi.max(0.0)) } else { (lo, hi) };
        Some(widen(lo, hi))
    }
}

fn lay(data: &BarsData, top: f64) -> Vec<Laid<'_>> {
    let mut top = top;
    let mut laid = Vec::with_capacity(data.rows.len());
    for row in &data.rows {
        let name = font::wrap(&row.name, NAMES, SMALL, false, 2);
        let lanes = if data.in_line { 1 } else { row.bars.len().max(1) };
        let height = (lanes as f64 * THICK).max(name.len() as f64 * (LINE - 2.0));
        let bottom = top + height + GAP;
        laid.push(Laid { row, name, top, bottom });
        top = bottom;
    }
    laid
}

/// Where the label of a bar stands: beyond its end and its interval, to the left for bars that go to the left.
fn label_side(bar: &Bar) -> Side {
    if bar.to < bar.from { Side::End } else { Side::Start }
}

fn reach(bar: &Bar, x: &Map) -> f64 {
    let ends = [Some(bar.from), Some(bar.to), bar.interval.map(|i| i.0), bar.interval.map(|i| i.1)];
    let ends = ends.into_iter().flatten().filter(|end| end.is_finite()).map(|end| x.at(end));
    match label_side(bar) {
        Side::End => ends.fold(f64::INFINITY, f64::min) - 6.0,
        _ => ends.fold(f64::NEG_INFINITY, f64::max) + 6.0,
    }
}

/// The map drawn in from both sides until the labels fit on the sheet.
fn fitted(data: &BarsData, x: Map) -> Map {
    let (left, right) = (x.from, x.to);
    let mut x = x;
    for _ in 0..40 {
        let (mut over_left, mut over_right) = (0.0f64, 0.0f64);
        for bar in data.rows.iter().flat_map(|row| &row.bars).filter(|bar| bar.to.is_finite()) {
            let width = font::width(&bar.label, SMALL, false);
            match label_side(bar) {
                Side::End => over_left = over_left.max(left - 4.0 - (reach(bar, &x) - width)),
                _ => over_right = over_right.max(reach(bar, &x) + width - (right + 14.0)),
            }
        }
        if over_left < 0.5 && over_right < 0.5 {
            break;
        }
        x.from += over_left.max(0.0);
        x.to -= over_right.max(0.0);
        if x.to - x.from < 60.0 {
            let middle = (left + right) / 2.0;
            return Map { from: middle - 30.0, to: middle + 30.0, ..x };
        }
    }
    x
}

fn draw_row(paper: &Paper<'_>, laid: &Laid<'_>, x: &Map, data: &BarsData) {
    let height = laid.bottom - GAP - laid.top;
    let lines = laid.name.len() as f64;
    let first = laid.top + (height - (lines - 1.0) * (LINE - 2.0)) / 2.0 + 0.36 * SMALL;
    for (i, line) in laid.name.iter().enumerate() {
        paper.text(EDGE, first + i as f64 * (LINE - 2.0), line, Type::new(SMALL, INK));
    }
    let lanes = if data.in_line { 1 } else { laid.row.bars.len().max(1) };
    let offset = (height - lanes as f64 * THICK) / 2.0;
    for (i, bar) in laid.row.bars.iter().enumerate().filter(|(_, bar)| bar.to.is_finite()) {
        let lane = if data.in_line { 0 } else { i };
        let top = laid.top + offset + lane as f64 * THICK;
        let (a, b) = (x.at(bar.from.min(bar.to)), x.at(bar.from.max(bar.to)));
        let inset = if lanes > 1 { 1.0 } else { 0.0 };
        // What is almost nothing is still a line.
        paper.block((a, top + inset), (b.max(a + 1.0), top + THICK - inset), colour(bar.kind));
        let middle = top + THICK / 2.0;
        if let Some((low, high)) = bar.interval.filter(|(low, high)| low.is_finite() && high.is_finite()) {
            let (low, high) = (x.at(low), x.at(high));
            paper.line(&[(low, middle), (high, middle)], Pen(INK, 1.2, false));
            for end in [low, high] {
                paper.line(&[(end, middle - 4.0), (end, middle + 4.0)], Pen(INK, 1.2, false));
            }
        }
        let kind = Type::new(SMALL, INK).at(label_side(bar));
        paper.text(reach(bar, x), middle + 0.36 * SMALL, &bar.label, kind);
    }
}

/// Which colour is what, in as many rows as it takes; returns their number.
fn key(paper: Option<&Paper<'_>>, data: &BarsData, top: f64) -> usize {
    let (mut x, mut row) = (EDGE, 0);
    for (kind, name) in data.kinds.iter().enumerate() {
        let name = font::cut(name, WIDTH - 2.0 * EDGE - 30.0, SMALL, false);
        let width = 24.0 + font::width(&name, SMALL, false);
        if x > EDGE && x + width > WIDTH - EDGE {
            (x, row) = (EDGE, row + 1);
        }
        if let Some(paper) = paper {
            let base = top + SMALL + f64::from(row) * (LINE + 2.0);
            paper.block((x, base - 11.0), (x + 18.0, base + 1.0), colour(kind));
            paper.text(x + 24.0, base, &name, NOTE);
        }
        x += width + 20.0;
    }
    usize::try_from(row).unwrap_or(0) + 1
}
