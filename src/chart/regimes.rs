//! How probable each regime of a control is over time: areas on top of each other, the harshest at the bottom.

use crate::quantity::words::{Date, Language, Unit};

use super::font;
use super::frame::{self, EDGE, LINE, NOTE, SMALL, WIDTH};
use super::paper::{Colour, DARK, GREY, INK, MIDDLE, PALE, Paper, Pen, Type};
use super::ticks::{Map, Ticks, round_ticks};

/// The probability of each regime of one control.
#[derive(Clone, Debug)]
pub struct RegimePanel {
    /// The control: "CN: export licences".
    pub name: String,
    /// Days since the start, ascending.
    pub days: Vec<f64>,
    /// The regimes, the mildest first: name, and the probability of being in it on each day.
    pub regimes: Vec<(String, Vec<f64>)>,
}

const PLOT: f64 = 62.0;
const HEAD: f64 = 2.0 * LINE + 8.0;
const FOOT: f64 = 30.0;

/// The room that the panels take.
pub(super) fn height(panels: &[RegimePanel]) -> f64 {
    let all = panels.len() as f64 * (HEAD + PLOT + 8.0);
    if panels.is_empty() { 0.0 } else { all + FOOT }
}

/// The colour of regime number `i` (from 0) of `n`: the harsher the darker.
fn colour(i: usize, n: usize) -> Colour {
    if i + 1 == n {
        return DARK;
    }
    let mix = |from: u8, to: u8| {
        let share = i as f64 / (n - 1).max(2) as f64 * 1.6;
        (f64::from(from) + share.min(1.0) * (f64::from(to) - f64::from(from))).round() as u8
    };
    plotters::style::RGBColor(mix(PALE.0, MIDDLE.0), mix(PALE.1, MIDDLE.1), mix(PALE.2, MIDDLE.2))
}

impl RegimePanel {
    /// The panel in words.
    pub(super) fn describe(&self, language: Language) -> String {
        let most = |shares: &[f64]| shares.iter().copied().fold(0.0, f64::max);
        let (between, upto) = language.pick((": ", " up to "), ("：", "は最大"));
        let part =
            |(name, shares): &(String, Vec<f64>)| format!("{name}{upto}{}", language.share(most(shares)));
        let parts: Vec<String> = self.regimes.iter().map(part).collect();
        format!("{}{between}{}", self.name, parts.join(language.pick(", ", "、")))
    }

    /// The upper edges of the areas, from the harshest up.
    fn edges(&self) -> Vec<Vec<f64>> {
        let mut sum = vec![0.0; self.days.len()];
        let mut edges = Vec::new();
        for (_, shares) in self.regimes.iter().rev() {
            sum.iter_mut().zip(shares).for_each(|(sum, share)| *sum += share);
            edges.push(sum.clone());
        }
        edges
    }
}

/// The room to the left of the panels that the labels of their axes take.
pub(super) fn room(panels: &[RegimePanel], language: Language) -> f64 {
    let rooms = panels.iter().map(|panel| frame::label_room(&scale(panel, language).1, SMALL));
    rooms.fold(0.0, f64::max) + 8.0
}

/// Draws the panels below `top`, on the horizontal axis `x` where one is given.
pub(super) fn draw(paper: &Paper<'_>, panels: &[RegimePanel], start: Date, top: f64, x: Option<Map>) {
    let room = room(panels, paper.language);
    let days = || panels.iter().flat_map(|panel| &panel.days).copied();
    let (lo, hi) = days().fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), d| (lo.min(d), hi.max(d)));
    let (lo, hi) = if lo < hi { (lo, hi) } else { (lo - 0.5, lo + 0.5) };
    let x = x.unwrap_or(Map { lo, hi, from: EDGE + room, to: WIDTH - EDGE - 12.0 });
    let mut top = top;
    for (i, panel) in panels.iter().enumerate() {
        let (hi, ticks) = &scale(panel, paper.language);
        let y = Map { lo: 0.0, hi: *hi, from: top + HEAD + PLOT, to: top + HEAD };
        heading(paper, panel, top);
        frame::horizontal_grid(paper, ticks, &y, x.from, x.to, SMALL);
        areas(paper, panel, &x, &y);
        let last = i + 1 == panels.len();
        let dates = if last { frame::dates(&x, start, SMALL, paper.language) } else { Vec::new() };
        frame::horizontal_axis(paper, &dates, &x, y.from, SMALL);
        top += HEAD + PLOT + 8.0;
    }
}

fn scale(panel: &RegimePanel, language: Language) -> (f64, Ticks) {
    let greatest = panel.edges().last().into_iter().flatten().copied().fold(0.0, f64::max);
    if greatest <= 0.0 {
        return (1.0, Ticks { marks: vec![(0.0, "0".to_owned())], title: String::new() });
    }
    let hi = (greatest * 1.06).min(greatest.max(1.0));
    (hi, round_ticks(0.0, hi, 3, &Unit::Share, language))
}

/// The control, and below it what the areas are, their names cut where they do not fit beside each other.
fn heading(paper: &Paper<'_>, panel: &RegimePanel, top: f64) {
    let language = paper.language;
    const APART: f64 = 6.0;
    let what = language.pick("probability of each regime", "各段階の確率");
    let room = WIDTH - 2.0 * EDGE - APART - font::width(what, SMALL, false);
    let name = font::cut(&panel.name, room, SMALL, true);
    paper.text(EDGE, top + SMALL, &name, Type::new(SMALL, INK).bold());
    paper.text(EDGE + font::width(&name, SMALL, true) + APART, top + SMALL, what, NOTE);
    let base = top + LINE + SMALL;
    if panel.edges().last().is_none_or(|edge| edge.iter().all(|share| *share <= 0.0)) {
        let text = language.pick("never in force in these trials", "これらの試行では一度も発動せず");
        return paper.text(EDGE, base, text, NOTE);
    }
    let mut left = EDGE;
    let n = panel.regimes.len();
    let each = (WIDTH - 2.0 * EDGE + 16.0) / n as f64 - 40.0;
    let wanted: f64 = panel.regimes.iter().map(|(name, _)| 40.0 + font::width(name, SMALL, false)).sum();
    let fits = wanted - 16.0 <= WIDTH - 2.0 * EDGE;
    for (i, (name, _)) in panel.regimes.iter().enumerate() {
        let name = if fits { name.clone() } else { font::cut(name, each, SMALL, false) };
        let width = 24.0 + font::width(&name, SMALL, false);
        paper.block((left, base - 11.0), (left + 18.0, base + 1.0), colour(i, n));
        paper.text(left + 24.0, base, &name, NOTE);
        left += width + 16.0;
    }
}

fn areas(paper: &Paper<'_>, panel: &RegimePanel, x: &Map, y: &Map) {
    let n = panel.regimes.len();
    let place = |edge: &[f64]| -> Vec<(f64, f64)> {
        let points: Vec<_> = panel.days.iter().zip(edge).map(|(d, p)| (x.at(*d), y.at(*p))).collect();
        match points[..] {
            [(px, py)] => vec![(px - 6.0, py), (px + 6.0, py)],
            _ => points,
        }
    };
    let mut below = place(&vec![0.0; panel.days.len()]);
    for (j, edge) in panel.edges().iter().enumerate() {
        let above = place(edge);
        if panel.regimes[n - 1 - j].1.iter().any(|share| *share > 0.0) {
            paper.band(&above, &below, colour(n - 1 - j, n));
            paper.line(&above, Pen(GREY, 0.6, false));
        }
        below = above;
    }
}
