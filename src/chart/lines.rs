//! Lines with their bands over a number: how a figure answers to an assumption, how an estimate settles.

use crate::quantity::words::Language;

use super::font;
use super::frame::{self, EDGE, Header, LINE, NOTE, SMALL, WIDTH};
use super::paper::{Colour, DARK, GREY, INK, ORANGE, PALE, Paper, Pen, SAND, Side, Type, svg};
use super::plane::{Axis, Plane};

/// A point of a line, with the ends of its confidence interval (`low` = `high` = `y` where there is none).
#[derive(Clone, Copy, Debug)]
pub struct LinePoint {
    /// Where.
    pub x: f64,
    /// What; a value that is not a number leaves a gap.
    pub y: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// A line.
#[derive(Clone, Debug)]
pub struct Line {
    /// Named in the key where there are several.
    pub name: String,
    /// In ascending order of `x`.
    pub points: Vec<LinePoint>,
}

/// What a chart of lines shows.
#[derive(Clone, Debug)]
pub struct LinesData {
    /// The language of all words that the chart adds.
    pub language: Language,
    /// In bold above the chart.
    pub title: String,
    /// Below it: number of trials, seed, what the bands are.
    pub subtitle: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// The lines; beyond eight they are not told apart well.
    pub lines: Vec<Line>,
    /// Levels to compare with, by name, drawn across: ("published", 6.6e11).
    pub levels: Vec<(String, f64)>,
    /// Places on the horizontal axis, by name, drawn from bottom to top: ("as in the scenario", 0.6).
    pub places: Vec<(String, f64)>,
}

/// Lines differ in lightness, colour and dashes.
const PENS: [Pen; 4] =
    [Pen(DARK, 2.3, false), Pen(ORANGE, 2.3, false), Pen(GREY, 1.5, false), Pen(DARK, 1.3, true)];
const PLOT: f64 = 240.0;

fn pen(i: usize) -> Pen {
    let Pen(colour, width, dashed) = PENS[i % PENS.len()];
    Pen(colour, width, dashed != (i >= PENS.len()))
}

/// The band of line `i`: only the first two have one, on more they would lie over each other.
fn shade(i: usize) -> Option<Colour> {
    [PALE, SAND].get(i).copied()
}

/// Draws lines as SVG.
pub fn lines(data: &LinesData) -> String {
    let language = data.language;
    let header = Header::new(&data.title, &data.subtitle);
    let rows = if data.lines.len() > 1 { key(None, data, header.bottom()) } else { 0 };
    let top = header.bottom() + rows as f64 * LINE + if rows > 0 { 6.0 } else { 0.0 };
    let points = || data.lines.iter().flat_map(|line| &line.points);
    let places = data.places.iter().map(|place| place.1);
    let xs: Vec<f64> = points().map(|p| p.x).chain(places).collect();
    let levels = data.levels.iter().map(|level| level.1);
    let ys: Vec<f64> = points().flat_map(|p| [p.y, p.low, p.high]).chain(levels).collect();
    let room = if data.places.is_empty() { 0.0 } else { LINE };
    let Some(plane) = Plane::new((&data.x, &xs), (&data.y, &ys), (top, PLOT + room), language) else {
        let size = (WIDTH, header.bottom() + 2.0 * LINE + EDGE);
        return svg(size, language, &data.title, &data.subtitle, |paper| {
            header.draw(paper);
            frame::nothing(paper, header.bottom());
        });
    };
    let facts: Vec<String> = data.lines.iter().map(|line| describe(line, data)).collect();
    let kind = language.pick("Line chart", "折れ線グラフ");
    let description = frame::describe(kind, &data.subtitle, &facts, language);
    svg((WIDTH, plane.bottom()), language, &data.title, &description, |paper| {
        header.draw(paper);
        if rows > 0 {
            key(Some(paper), data, header.bottom());
        }
        // Bands below the grid, lines above it.
        for (i, line) in data.lines.iter().enumerate().rev() {
            if let Some(colour) = shade(i) {
                band(paper, &plane, line, colour);
            }
        }
        plane.draw(paper);
        marks(paper, &plane, data);
        for (i, line) in data.lines.iter().enumerate().rev() {
            stroke(paper, &plane, line, pen(i));
        }
    })
}

/// The line in words: where it begins and ends.
fn describe(line: &Line, data: &LinesData) -> String {
    let language = data.language;
    let (x, y) = (|v: f64| language.figure(v, &data.x.unit), |v: f64| language.figure(v, &data.y.unit));
    let name =
        if line.name.is_empty() { String::new() } else { line.name.clone() + language.pick(": ", "：") };
    let shown: Vec<&LinePoint> = line.points.iter().filter(|p| p.y.is_finite()).collect();
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else {
        return name + language.undefined();
    };
    match language {
        Language::English => {
            format!("{name}from {} at {} to {} at {}", y(first.y), x(first.x), y(last.y), x(last.x))
        }
        Language::Japanese => {
            format!("{name}{}で{}、{}で{}", x(first.x), y(first.y), x(last.x), y(last.y))
        }
    }
}

/// Which line is which, in as many rows as it takes; returns their number.
fn key(paper: Option<&Paper<'_>>, data: &LinesData, top: f64) -> usize {
    let (mut x, mut row) = (EDGE, 0);
    for (i, line) in data.lines.iter().enumerate() {
        let name = font::cut(&line.name, WIDTH - 2.0 * EDGE - 36.0, SMALL, false);
        let width = 30.0 + font::width(&name, SMALL, false);
        if x > EDGE && x + width > WIDTH - EDGE {
            (x, row) = (EDGE, row + 1);
        }
        if let Some(paper) = paper {
            let base = top + SMALL + f64::from(row) * LINE;
            paper.line(&[(x, base - 5.0), (x + 24.0, base - 5.0)], pen(i));
            paper.text(x + 30.0, base, &name, NOTE);
        }
        x += width + 20.0;
    }
    usize::try_from(row).unwrap_or(0) + 1
}

/// The points of a line in runs without gaps.
fn runs<'a>(plane: &Plane<'_>, line: &'a Line) -> Vec<&'a [LinePoint]> {
    let whole = |p: &LinePoint| plane.shows(p.x, p.y);
    line.points.chunk_by(|a, b| whole(a) == whole(b)).filter(|run| whole(&run[0])).collect()
}

fn band(paper: &Paper<'_>, plane: &Plane<'_>, line: &Line, colour: Colour) {
    for run in runs(plane, line) {
        let edge = |pick: &dyn Fn(&LinePoint) -> f64| -> Vec<(f64, f64)> {
            run.iter().map(|p| plane.at(p.x, if pick(p).is_finite() { pick(p) } else { p.y })).collect()
        };
        let (low, high) = (edge(&|p| p.low), edge(&|p| p.high));
        if let ([(x, y0)], [(_, y1)]) = (&low[..], &high[..]) {
            paper.block((x - 6.0, *y1), (x + 6.0, *y0), colour);
        } else if low.iter().zip(&high).any(|(low, high)| (low.1 - high.1).abs() > 0.1) {
            paper.band(&high, &low, colour);
        }
    }
}

/// The line, with a dot at each point where there are few.
fn stroke(paper: &Paper<'_>, plane: &Plane<'_>, line: &Line, pen: Pen) {
    for run in runs(plane, line) {
        let points: Vec<(f64, f64)> = run.iter().map(|p| plane.at(p.x, p.y)).collect();
        paper.line(&points, pen);
        if line.points.len() <= 25 {
            points.iter().for_each(|(x, y)| paper.dot(*x, *y, 3.2, pen.0));
        }
    }
}

/// How near any line comes to the height `y` between two places.
fn nearest(plane: &Plane<'_>, data: &LinesData, (from, to): (f64, f64), y: f64) -> f64 {
    let points = data.lines.iter().flat_map(|line| &line.points).filter(|p| plane.shows(p.x, p.y));
    let near = points.filter_map(|p| {
        let (px, py) = plane.at(p.x, p.y);
        (px > from - 20.0 && px < to + 20.0).then(|| (py - y).abs())
    });
    near.fold(f64::INFINITY, f64::min)
}

/// Levels across, places from bottom to top, each with its name.
fn marks(paper: &Paper<'_>, plane: &Plane<'_>, data: &LinesData) {
    let mut free = f64::NEG_INFINITY;
    let mut levels: Vec<_> = data.levels.iter().filter(|(_, y)| plane.shows(1.0, *y)).collect();
    levels.sort_by(|a, b| a.1.total_cmp(&b.1));
    for (name, level) in levels {
        let y = plane.up(*level);
        paper.line(&[(plane.x.from, y), (plane.x.to, y)], Pen(INK, 1.3, true));
        // From the lowest up; a name that would lie on the one below goes over it.
        let base = if free.is_finite() { (y - 4.0).min(free) } else { y - 4.0 };
        free = base - LINE;
        let name = font::cut(name, plane.x.to - plane.x.from, SMALL, false);
        let wide = font::width(&name, SMALL, false) + 8.0;
        let (left, right) = (plane.x.from + 4.0, plane.x.to);
        // At the end where the lines are further away.
        let clear = |from: f64, to: f64| nearest(plane, data, (from, to), base - 0.4 * SMALL);
        if clear(left, left + wide) > clear(right - wide, right) {
            paper.text(left, base, &name, Type::new(SMALL, INK));
        } else {
            paper.text(right, base, &name, Type::new(SMALL, INK).at(Side::End));
        }
    }
    let mut places: Vec<_> = data.places.iter().filter(|(_, x)| plane.shows(*x, 1.0)).collect();
    places.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut free = EDGE;
    for (name, place) in places {
        let x = plane.across(*place);
        paper.line(&[(x, plane.y.from), (x, plane.y.to)], Pen(GREY, 1.3, true));
        let name = font::cut(name, WIDTH - 2.0 * EDGE, SMALL, false);
        let width = font::width(&name, SMALL, false);
        let left = (x + 5.0).min(WIDTH - 6.0 - width);
        if left >= free {
            paper.text(left, plane.y.to + SMALL - 2.0, &name, NOTE);
            free = left + width + 8.0;
        }
    }
}
