//! Parts of a whole over time, on top of each other: by whom what was needed was met.

use crate::quantity::words::{Date, Language, Unit};

use super::font;
use super::frame::{self, EDGE, Header, LINE, NOTE, SMALL, WIDTH};
use super::paper::{
    ASH, BLUE, CREAM, Colour, DARK, GREY, GRID, INK, MIDDLE, ORANGE, PALE, Paper, Pen, SAND, Type, svg,
};
use super::ticks::{Map, Ticks, round_ticks};

/// What a stacked chart shows.
#[derive(Clone, Debug)]
pub struct StackData {
    /// The language of all words that the chart adds.
    pub language: Language,
    /// In bold above the chart.
    pub title: String,
    /// Below it: number of trials, seed, what is averaged.
    pub subtitle: String,
    /// The day from which all days are counted.
    pub start: Date,
    /// One below the other, all over the same time.
    pub panels: Vec<StackPanel>,
}

/// One whole and its parts.
#[derive(Clone, Debug)]
pub struct StackPanel {
    /// "dysprosium, t per week".
    pub name: String,
    /// The unit of all values.
    pub unit: Unit,
    /// Days since the start, ascending.
    pub days: Vec<f64>,
    /// From the bottom up. Parts that are too small to be seen are left out.
    pub parts: Vec<StackPart>,
}

/// A part, on each day.
#[derive(Clone, Debug)]
pub struct StackPart {
    /// What it is.
    pub name: String,
    /// What kind of part it is, which gives its colour.
    pub kind: PartKind,
    /// A value a day, not below zero.
    pub values: Vec<f64>,
}

/// The kinds of parts, which have their own colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// What is always there.
    Usual,
    /// More of the same.
    More,
    /// One of several that are told apart, counted from 0.
    Own(usize),
    /// What had been put by.
    Stored,
    /// There, but of no use.
    Idle,
    /// Missing.
    Missing,
}

fn colour(kind: PartKind) -> Colour {
    match kind {
        PartKind::Usual => GRID,
        PartKind::More => ASH,
        PartKind::Own(i) => [DARK, PALE, BLUE, MIDDLE][i % 4],
        PartKind::Stored => SAND,
        PartKind::Idle => CREAM,
        PartKind::Missing => ORANGE,
    }
}

/// A part that never comes to this share of the greatest cannot be seen.
const UNSEEN: f64 = 1e-6;
const PLOT: f64 = 150.0;
/// Above a plot: its name, and what its parts are in so many rows.
const HEAD: f64 = LINE + 6.0;

/// Draws a stacked chart as SVG.
pub fn stack(data: &StackData) -> String {
    let language = data.language;
    let header = Header::new(&data.title, &data.subtitle);
    let panels: Vec<Panel<'_>> = data.panels.iter().filter_map(|panel| Panel::new(panel, language)).collect();
    if panels.is_empty() {
        let size = (WIDTH, header.bottom() + 2.0 * LINE + EDGE);
        return svg(size, language, &data.title, &data.subtitle, |paper| {
            header.draw(paper);
            frame::nothing(paper, header.bottom());
        });
    }
    let days = || panels.iter().flat_map(|panel| &panel.panel.days).copied();
    let (lo, hi) = days().fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), d| (lo.min(d), hi.max(d)));
    let (lo, hi) = if lo < hi { (lo, hi) } else { (lo - 0.5, lo + 0.5) };
    let room = panels.iter().map(|panel| frame::label_room(&panel.ticks, SMALL)).fold(0.0, f64::max) + 8.0;
    let x = Map { lo, hi, from: EDGE + room, to: WIDTH - EDGE - 12.0 };
    let height: f64 = panels.iter().map(Panel::height).sum();
    let kind = language.pick("Stacked areas over time", "推移の積み上げグラフ");
    let facts: Vec<String> = panels.iter().map(|panel| panel.describe(language)).collect();
    let description = frame::describe(kind, &data.subtitle, &facts, language);
    svg((WIDTH, header.bottom() + height + 22.0), language, &data.title, &description, |paper| {
        header.draw(paper);
        let mut top = header.bottom();
        for (i, panel) in panels.iter().enumerate() {
            let last = i + 1 == panels.len();
            let dates = if last { frame::dates(&x, data.start, SMALL, language) } else { Vec::new() };
            panel.draw(paper, &x, top, &dates);
            top += panel.height();
        }
    })
}

struct Panel<'a> {
    panel: &'a StackPanel,
    /// Those that can be seen.
    parts: Vec<&'a StackPart>,
    /// The upper edges of the parts, and the whole as the last of them.
    edges: Vec<Vec<f64>>,
    lo: f64,
    hi: f64,
    ticks: Ticks,
    /// Rows of the key.
    rows: usize,
}

impl<'a> Panel<'a> {
    /// None where there is nothing to show.
    fn new(panel: &'a StackPanel, language: Language) -> Option<Panel<'a>> {
        let greatest = |part: &StackPart| part.values.iter().copied().fold(0.0, f64::max);
        let most = panel.parts.iter().map(greatest).fold(0.0, f64::max);
        let parts: Vec<&StackPart> =
            panel.parts.iter().filter(|part| greatest(part) > UNSEEN * most).collect();
        let mut sum = vec![0.0; panel.days.len()];
        let mut edges = Vec::new();
        for part in &parts {
            sum.iter_mut().zip(&part.values).for_each(|(sum, value)| *sum += value.max(0.0));
            edges.push(sum.clone());
        }
        let (first, whole) = (edges.first()?, edges.last()?);
        let most = whole.iter().copied().fold(0.0, f64::max);
        let least = first.iter().copied().fold(f64::INFINITY, f64::min);
        // Where the lowest part is nearly all, what matters lies above most of it.
        let lo = if edges.len() > 1 && least > 0.6 * most { least - 0.25 * (most - least) } else { 0.0 };
        let hi = most + 0.04 * (most - lo);
        let ticks = round_ticks(lo, hi, 4, &panel.unit, language);
        let mut own = Panel { panel, parts, edges, lo, hi, ticks, rows: 0 };
        own.rows = own.key(None, 0.0);
        Some(own)
    }

    fn height(&self) -> f64 {
        HEAD + self.rows as f64 * LINE + PLOT + 22.0
    }

    /// The panel in words: the mean of each part over the time.
    fn describe(&self, language: Language) -> String {
        let mean = |part: &StackPart| {
            let mean = part.values.iter().sum::<f64>() / part.values.len().max(1) as f64;
            format!("{} {}", part.name, language.figure(mean, &self.panel.unit))
        };
        let parts: Vec<String> = self.parts.iter().map(|part| mean(part)).collect();
        let (colon, comma) = language.pick((": on average ", ", "), ("：平均で", "、"));
        format!("{}{colon}{}", self.panel.name, parts.join(comma))
    }

    /// What the areas are, in as many rows as it takes; returns their number.
    fn key(&self, paper: Option<&Paper<'_>>, top: f64) -> usize {
        let (mut x, mut row) = (EDGE, 0);
        for part in &self.parts {
            let name = font::cut(&part.name, WIDTH - 2.0 * EDGE - 30.0, SMALL, false);
            let width = 24.0 + font::width(&name, SMALL, false);
            if x > EDGE && x + width > WIDTH - EDGE {
                (x, row) = (EDGE, row + 1);
            }
            if let Some(paper) = paper {
                let base = top + SMALL + f64::from(row) * LINE;
                paper.block((x, base - 11.0), (x + 18.0, base + 1.0), colour(part.kind));
                let frame = [(0.0, -11.0), (18.0, -11.0), (18.0, 1.0), (0.0, 1.0), (0.0, -11.0)];
                let frame: Vec<_> = frame.iter().map(|(dx, dy)| (x + dx, base + dy)).collect();
                paper.line(&frame, Pen(GREY, 0.6, false));
                paper.text(x + 24.0, base, &name, NOTE);
            }
            x += width + 16.0;
        }
        usize::try_from(row).unwrap_or(0) + 1
    }

    fn draw(&self, paper: &Paper<'_>, x: &Map, top: f64, dates: &[(f64, String)]) {
        let language = paper.language;
        let cut = if self.lo > 0.0 {
            language.pick(" (the axis does not begin at zero)", "（軸はゼロから始まらない）")
        } else {
            ""
        };
        let room = WIDTH - 2.0 * EDGE - font::width(cut, SMALL, false);
        let name = font::cut(&self.panel.name, room, SMALL, true);
        paper.text(EDGE, top + SMALL, &name, Type::new(SMALL, INK).bold());
        paper.text(EDGE + font::width(&name, SMALL, true), top + SMALL, cut, NOTE);
        self.key(Some(paper), top + LINE);
        let ceiling = top + HEAD + self.rows as f64 * LINE;
        let y = Map { lo: self.lo, hi: self.hi, from: ceiling + PLOT, to: ceiling };
        frame::horizontal_grid(paper, &self.ticks, &y, x.from, x.to, SMALL);
        let place = |edge: &[f64]| -> Vec<(f64, f64)> {
            let points: Vec<_> =
                self.panel.days.iter().zip(edge).map(|(day, v)| (x.at(*day), y.at(*v))).collect();
            match points[..] {
                [(px, py)] => vec![(px - 6.0, py), (px + 6.0, py)],
                _ => points,
            }
        };
        let mut below = place(&vec![self.lo; self.panel.days.len()]);
        for (part, edge) in self.parts.iter().zip(&self.edges) {
            let above = place(edge);
            paper.band(&above, &below, colour(part.kind));
            below = above;
        }
        // A thin line between areas: those of the same lightness are told apart in grey too.
        for edge in &self.edges {
            paper.line(&place(edge), Pen(GREY, 0.6, false));
        }
        frame::horizontal_axis(paper, dates, x, y.from, SMALL);
    }
}
