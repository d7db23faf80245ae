//! Points with their intervals in both directions, each with its name: what measures avoid against what they cost.

use crate::quantity::words::Language;

use super::font;
use super::frame::{self, EDGE, Header, LINE, NOTE, Patch, SMALL, WIDTH};
use super::paper::{ASH, DARK, GREY, INK, ORANGE, Paper, Pen, Type, svg};
use super::plane::{Axis, Plane};

/// A point.
#[derive(Clone, Debug)]
pub struct ScatterPoint {
    /// Beside it; where there is no room, in a list below.
    pub name: String,
    /// Where it is.
    pub x: f64,
    /// How high.
    pub y: f64,
    /// The confidence interval of `x`, if it has one.
    pub x_interval: Option<(f64, f64)>,
    /// That of `y`.
    pub y_interval: Option<(f64, f64)>,
    /// Whether nothing else is better in both: such points are dark, and joined by a line.
    pub efficient: bool,
}

/// What a chart of points shows.
#[derive(Clone, Debug)]
pub struct ScatterData {
    /// The language of all words that the chart adds.
    pub language: Language,
    /// In bold above the chart.
    pub title: String,
    /// Below it: number of trials, seed, what the crosses are.
    pub subtitle: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// The points.
    pub points: Vec<ScatterPoint>,
    /// The name of the line on which both are equal, if it is to be drawn: "avoids what it costs".
    pub even: Option<String>,
    /// The name of the line through the efficient points, for the key; drawn if there are two.
    pub frontier: Option<String>,
}

const PLOT: f64 = 290.0;
const DOT: f64 = 4.5;
/// Of a point without a name: one on the way to others.
const SMALL_DOT: f64 = 2.4;

/// A value, and the ends of its interval.
type Measured = (f64, Option<(f64, f64)>);

/// Draws points as SVG.
pub fn scatter(data: &ScatterData) -> String {
    let language = data.language;
    let header = Header::new(&data.title, &data.subtitle);
    let ends = |of: fn(&ScatterPoint) -> Measured| -> Vec<f64> {
        let ends = data.points.iter().flat_map(|point| {
            let (at, interval) = of(point);
            let (low, high) = interval.unwrap_or((at, at));
            [at, low, high]
        });
        ends.collect()
    };
    let (mut xs, ys) = (ends(|p| (p.x, p.x_interval)), ends(|p| (p.y, p.y_interval)));
    // Room to the right of the last point for its name.
    let (least, most) = xs.iter().fold((0.0f64, f64::NEG_INFINITY), |(a, b), x| (a.min(*x), b.max(*x)));
    if most.is_finite() && !data.x.log {
        xs.push(most + 0.12 * (most - least));
    }
    let keyed = frontier(data).is_some();
    let top = header.bottom() + if keyed { LINE + 4.0 } else { 0.0 };
    let Some(plane) = Plane::new((&data.x, &xs), (&data.y, &ys), (top, PLOT), language) else {
        let size = (WIDTH, header.bottom() + 2.0 * LINE + EDGE);
        return svg(size, language, &data.title, &data.subtitle, |paper| {
            header.draw(paper);
            frame::nothing(paper, header.bottom());
        });
    };
    let (labels, listed) = place(data, &plane);
    let list = listed.len() as f64 * LINE;
    let facts: Vec<String> = data.points.iter().map(|point| describe(point, data)).collect();
    let kind = language.pick("Points", "散布図");
    let description = frame::describe(kind, &data.subtitle, &facts, language);
    svg(
        (WIDTH, plane.bottom() + list + if listed.is_empty() { 0.0 } else { 12.0 }),
        language,
        &data.title,
        &description,
        |paper| {
            header.draw(paper);
            plane.draw(paper);
            if let Some(name) = frontier(data) {
                paper.line(&[(EDGE, header.bottom() + 9.0), (EDGE + 24.0, header.bottom() + 9.0)], FRONTIER);
                let name = font::cut(name, WIDTH - 2.0 * EDGE - 36.0, SMALL, false);
                paper.text(EDGE + 30.0, header.bottom() + SMALL, &name, NOTE);
            }
            lines(paper, data, &plane);
            draw(paper, data, &plane);
            for (patch, text) in &labels {
                paper.text(patch.left, patch.bottom - 4.0, text, Type::new(SMALL, INK));
            }
            for (i, text) in listed.iter().enumerate() {
                let text = font::cut(text, WIDTH - 2.0 * EDGE, SMALL, false);
                paper.text(EDGE, plane.bottom() + i as f64 * LINE + 16.0, &text, NOTE);
            }
        },
    )
}

const FRONTIER: Pen = Pen(ORANGE, 1.6, false);

/// The name of the frontier, if there is one to draw.
fn frontier(data: &ScatterData) -> Option<&str> {
    let several = data.points.iter().filter(|point| point.efficient).count() > 1;
    data.frontier.as_deref().filter(|_| several)
}

fn describe(point: &ScatterPoint, data: &ScatterData) -> String {
    let language = data.language;
    let (x, y) = (language.figure(point.x, &data.x.unit), language.figure(point.y, &data.y.unit));
    match language {
        Language::English => format!("{}: {} {x}, {} {y}", point.name, data.x.name, data.y.name),
        Language::Japanese => format!("{}：{}{x}、{}{y}", point.name, data.x.name, data.y.name),
    }
}

/// The line of equality and the frontier.
fn lines(paper: &Paper<'_>, data: &ScatterData, plane: &Plane<'_>) {
    if let (Some(name), false, false) = (&data.even, data.x.log, data.y.log) {
        let lo = plane.x.lo.max(plane.y.lo);
        let hi = plane.x.hi.min(plane.y.hi);
        if lo < hi {
            let (from, to) = (plane.at(lo, lo), plane.at(hi, hi));
            paper.line(&[from, to], Pen(GREY, 1.3, true));
            let (patch, name) = even_label(name, to, plane);
            paper.text(patch.left, patch.bottom - 4.0, &name, NOTE);
        }
    }
    if frontier(data).is_some() {
        paper.line(&efficient(data, plane), FRONTIER);
    }
}

fn draw(paper: &Paper<'_>, data: &ScatterData, plane: &Plane<'_>) {
    for point in data.points.iter().filter(|p| plane.shows(p.x, p.y)) {
        let (x, y) = plane.at(point.x, point.y);
        let colour = if point.efficient { DARK } else { GREY };
        if let Some((low, high)) = point.x_interval.filter(|i| i.0.is_finite() && i.1.is_finite()) {
            paper.line(&[(plane.across(low), y), (plane.across(high), y)], Pen(ASH, 1.4, false));
        }
        if let Some((low, high)) = point.y_interval.filter(|i| i.0.is_finite() && i.1.is_finite()) {
            paper.line(&[(x, plane.up(low)), (x, plane.up(high))], Pen(ASH, 1.4, false));
        }
        paper.dot(x, y, if point.name.is_empty() { SMALL_DOT } else { DOT }, colour);
    }
}

/// The name of the line of equality, to the left of its end and above it.
fn even_label(name: &str, to: (f64, f64), plane: &Plane<'_>) -> (Patch, String) {
    let name = font::cut(name, 0.5 * WIDTH, SMALL, false);
    let width = font::width(&name, SMALL, false);
    let left = (to.0 - width - 8.0).max(plane.x.from + 4.0);
    let base = (to.1 - 8.0).max(plane.y.to + SMALL - 2.0);
    (Patch { left, right: left + width, top: base - SMALL, bottom: base + 4.0 }, name)
}

/// What the lines cross, as a chain of small patches.
fn crossed(data: &ScatterData, plane: &Plane<'_>) -> Vec<Patch> {
    let mut lines: Vec<((f64, f64), (f64, f64))> = Vec::new();
    if data.even.is_some() && !data.x.log && !data.y.log {
        let (lo, hi) = (plane.x.lo.max(plane.y.lo), plane.x.hi.min(plane.y.hi));
        lines.push((plane.at(lo, lo), plane.at(hi, hi)));
    }
    if frontier(data).is_some() {
        let points = efficient(data, plane);
        lines.extend(points.windows(2).map(|pair| (pair[0], pair[1])));
    }
    let chain = lines.into_iter().flat_map(|((x0, y0), (x1, y1))| {
        let steps = (((x1 - x0).abs() + (y1 - y0).abs()) / 5.0).ceil().max(1.0);
        (0..=steps as usize).map(move |i| {
            let share = i as f64 / steps;
            let (x, y) = (x0 + share * (x1 - x0), y0 + share * (y1 - y0));
            Patch { left: x - 2.0, right: x + 2.0, top: y - 2.0, bottom: y + 2.0 }
        })
    });
    chain.collect()
}

/// The places of the efficient points from left to right.
fn efficient(data: &ScatterData, plane: &Plane<'_>) -> Vec<(f64, f64)> {
    let mut points: Vec<_> = data.points.iter().filter(|p| p.efficient && plane.shows(p.x, p.y)).collect();
    points.sort_by(|a, b| a.x.total_cmp(&b.x));
    points.into_iter().map(|p| plane.at(p.x, p.y)).collect()
}

/// Where names stand: beside their points where no other name, point or cross is; the rest are numbered there and
/// listed below.
fn place(data: &ScatterData, plane: &Plane<'_>) -> (Vec<(Patch, String)>, Vec<String>) {
    let shown: Vec<&ScatterPoint> = data.points.iter().filter(|p| plane.shows(p.x, p.y)).collect();
    let mut taken: Vec<Patch> = Vec::new();
    for point in &shown {
        let (x, y) = plane.at(point.x, point.y);
        taken.push(Patch { left: x - DOT, right: x + DOT, top: y - DOT, bottom: y + DOT });
        if let Some((low, high)) = point.x_interval {
            let (left, right) = (plane.across(low), plane.across(high));
            taken.push(Patch { left, right, top: y - 1.0, bottom: y + 1.0 });
        }
        if let Some((low, high)) = point.y_interval {
            taken.push(Patch { left: x - 1.0, right: x + 1.0, top: plane.up(high), bottom: plane.up(low) });
        }
    }
    let mut even: Vec<Patch> = Vec::new();
    if let Some(name) = data.even.as_deref().filter(|_| !data.x.log && !data.y.log) {
        let end = plane.x.hi.min(plane.y.hi);
        even.push(even_label(name, plane.at(end, end), plane).0);
    }
    taken.extend(&even);
    taken.extend(crossed(data, plane));
    let dots = taken[..shown.len()].to_vec();
    let leaders = leaders(&shown, plane);
    let leader = |i: usize| leaders[i];
    let (mut labels, mut listed) = (Vec::new(), Vec::new());
    for (i, &point) in shown.iter().enumerate() {
        // Points that cover each other are told by all of their names at the first of them.
        if leader(i) != i {
            continue;
        }
        let own = (i..shown.len()).filter(|&other| leader(other) == i);
        let names: Vec<&str> = own.map(|other| shown[other].name.as_str()).collect();
        let name = names.join(data.language.pick(", ", "、"));
        let number = (listed.len() + 1).to_string();
        let whole = spot(&name, point, plane, &taken);
        let (patch, text) = match whole {
            Some(patch) => (Some(patch), name),
            None => {
                listed.push(format!("{number}  {name}"));
                // A number there must be: over crosses and lines if need be, but not over points and names.
                let names = labels.iter().map(|(patch, _): &(Patch, String)| *patch);
                let must: Vec<Patch> = dots.iter().copied().chain(names).collect();
                let words: Vec<Patch> = must.iter().chain(&even).copied().collect();
                let free =
                    [&taken, &words, &must].into_iter().find_map(|full| spot(&number, point, plane, full));
                (free, number)
            }
        };
        if let Some(patch) = patch {
            taken.push(patch);
            labels.push((patch, text));
        }
    }
    (labels, listed)
}

/// For each point the first one that covers it, itself where none does; who is covered covers nobody.
fn leaders(points: &[&ScatterPoint], plane: &Plane<'_>) -> Vec<usize> {
    let places: Vec<(f64, f64)> = points.iter().map(|p| plane.at(p.x, p.y)).collect();
    let mut leaders: Vec<usize> = Vec::with_capacity(points.len());
    for (i, (x, y)) in places.iter().enumerate() {
        let covers = |&other: &usize| {
            let (left, top) = places[other];
            leaders[other] == other && (x - left).abs() < DOT && (y - top).abs() < DOT
        };
        leaders.push((0..i).find(covers).unwrap_or(i));
    }
    leaders
}

/// A free place for `text` near a point, the nearest first.
fn spot(text: &str, point: &ScatterPoint, plane: &Plane<'_>, taken: &[Patch]) -> Option<Patch> {
    let (x, y) = plane.at(point.x, point.y);
    let width = font::width(text, SMALL, false);
    let patch =
        |left: f64, base: f64| Patch { left, right: left + width, top: base - SMALL, bottom: base + 4.0 };
    let mut places = Vec::new();
    for far in [0.0, 7.0, 15.0] {
        let (right, left) = (x + DOT + 4.0 + far, x - DOT - 4.0 - far - width);
        for base in [y - 6.0 - far, y + 16.0 + far, y + 5.0] {
            places.extend([patch(right, base), patch(left, base)]);
        }
        places.extend([patch(x - width / 2.0, y - 9.0 - far), patch(x - width / 2.0, y + 19.0 + far)]);
    }
    let free = |place: &Patch| {
        let inside = place.left > plane.x.from
            && place.right < WIDTH - 4.0
            && place.top > plane.y.to - 6.0
            && place.bottom < plane.y.from;
        inside && !taken.iter().any(|other| other.meets(place))
    };
    places.into_iter().find(free)
}
