//! Clouds of points, one panel below the other: a figure at every point of a design against each entry that varies, with
//! its mean along the entry.

use crate::quantity::words::Language;

use super::font;
use super::frame::{self, EDGE, Header, LINE, NOTE, SMALL, WIDTH};
use super::lines::LinePoint;
use super::paper::{DARK, INK, MIDDLE, PALE, Paper, Pen, Side, Type, svg};
use super::plane::{Axis, Plane};

/// The cloud over one entry.
#[derive(Clone, Debug)]
pub struct CloudPanel {
    /// The entry.
    pub x: Axis,
    /// At the right above the panel: "explains 62 %".
    pub note: String,
    /// Every point; those that are not numbers are left out.
    pub points: Vec<(f64, f64)>,
    /// The mean along the entry with its interval, in ascending order of `x`.
    pub mean: Vec<LinePoint>,
}

/// What a chart of clouds shows.
#[derive(Clone, Debug)]
pub struct CloudData {
    /// The language of all words that the chart adds.
    pub language: Language,
    /// In bold above the chart.
    pub title: String,
    /// Below it: number of points and trials, seed, what line and band are.
    pub subtitle: String,
    /// The vertical axis, the same in all panels.
    pub y: Axis,
    /// A panel an entry.
    pub panels: Vec<CloudPanel>,
    /// Levels to compare with, by name, drawn across all panels.
    pub levels: Vec<(String, f64)>,
}

const PLOT: f64 = 170.0;
const DOT: f64 = 2.0;

/// Draws clouds of points as SVG.
pub fn cloud(data: &CloudData) -> String {
    let language = data.language;
    let header = Header::new(&data.title, &data.subtitle);
    let panels = || data.panels.iter();
    let points = panels().flat_map(|panel| panel.points.iter().map(|point| point.1));
    let means = panels().flat_map(|panel| &panel.mean).flat_map(|p| [p.y, p.low, p.high]);
    let ys: Vec<f64> = points.chain(means).chain(data.levels.iter().map(|level| level.1)).collect();
    let mut top = header.bottom();
    let mut planes = Vec::new();
    for panel in panels() {
        let xs: Vec<f64> = panel.points.iter().map(|point| point.0).collect();
        if let Some(plane) = Plane::new((&panel.x, &xs), (&data.y, &ys), (top, PLOT), language) {
            top = plane.bottom() + 6.0;
            planes.push((panel, plane));
        }
    }
    if planes.is_empty() {
        let size = (WIDTH, header.bottom() + 2.0 * LINE + EDGE);
        return svg(size, language, &data.title, &data.subtitle, |paper| {
            header.draw(paper);
            frame::nothing(paper, header.bottom());
        });
    }
    let facts: Vec<String> = planes.iter().map(|(panel, _)| describe(panel, data)).collect();
    let kind = language.pick("Points with their mean", "散布図と平均");
    let description = frame::describe(kind, &data.subtitle, &facts, language);
    svg((WIDTH, top - 6.0), language, &data.title, &description, |paper| {
        header.draw(paper);
        for (panel, plane) in &planes {
            draw(paper, plane, panel, &data.levels);
        }
    })
}

fn draw(paper: &Paper<'_>, plane: &Plane<'_>, panel: &CloudPanel, levels: &[(String, f64)]) {
    let mean: Vec<&LinePoint> = panel.mean.iter().filter(|p| plane.shows(p.x, p.y)).collect();
    let along = |of: &dyn Fn(&LinePoint) -> f64| -> Vec<(f64, f64)> {
        mean.iter().map(|p| plane.at(p.x, if of(p).is_finite() { of(p) } else { p.y })).collect()
    };
    if mean.len() > 1 {
        paper.band(&along(&|p| p.high), &along(&|p| p.low), PALE);
    }
    plane.draw(paper);
    for &(x, y) in panel.points.iter().filter(|(x, y)| plane.shows(*x, *y)) {
        let (x, y) = plane.at(x, y);
        paper.dot(x, y, DOT, MIDDLE);
    }
    for (name, level) in levels.iter().filter(|(_, level)| plane.shows(1.0, *level)) {
        let y = plane.up(*level);
        paper.line(&[(plane.x.from, y), (plane.x.to, y)], Pen(INK, 1.3, true));
        let name = font::cut(name, plane.x.to - plane.x.from, SMALL, false);
        paper.text(plane.x.to, y - 4.0, &name, Type::new(SMALL, INK).at(Side::End));
    }
    paper.line(&along(&|p| p.y), Pen(DARK, 2.3, false));
    // Beside the name of the vertical axis.
    let note = font::cut(&panel.note, 0.6 * WIDTH, SMALL, false);
    paper.text(plane.x.to, plane.y.to - 8.0 - LINE + SMALL, &note, NOTE.at(Side::End));
}

/// The panel in words: where its mean begins and ends.
fn describe(panel: &CloudPanel, data: &CloudData) -> String {
    let language = data.language;
    let (x, y) = (|v: f64| language.figure(v, &panel.x.unit), |v: f64| language.figure(v, &data.y.unit));
    let name = &panel.x.name;
    let (Some(first), Some(last)) = (panel.mean.first(), panel.mean.last()) else {
        return format!("{name}{}", language.pick(": without a mean", "：平均なし"));
    };
    match language {
        Language::English => {
            format!("{name}: mean from {} at {} to {} at {}", y(first.y), x(first.x), y(last.y), x(last.x))
        }
        Language::Japanese => {
            format!("{name}：平均は{}で{}、{}で{}", x(first.x), y(first.y), x(last.x), y(last.y))
        }
    }
}
