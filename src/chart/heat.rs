//! A figure over two assumptions: a grid of cells, the darker the more, each with its number where that fits.

use crate::quantity::words::{Language, Unit};

use super::contour::contour;
use super::font;
use super::frame::{self, EDGE, Header, LINE, NOTE, SMALL, WIDTH};
use super::paper::{ASH, Colour, DARK, GREY, INK, ORANGE, PALE, Paper, Pen, Side, Type, WHITE, svg};

/// What a heat map shows.
#[derive(Clone, Debug)]
pub struct HeatData {
    /// The language of all words that the chart adds.
    pub language: Language,
    /// In bold above the chart.
    pub title: String,
    /// Below it: number of trials, seed.
    pub subtitle: String,
    /// The horizontal axis: its name, and a label a column.
    pub x: (String, Vec<String>),
    /// The vertical axis: its name, and a label a row, from the bottom up.
    pub y: (String, Vec<String>),
    /// What the cells show: "mean total cost".
    pub value: String,
    /// Its unit.
    pub unit: Unit,
    /// By row (from the bottom up) and column; a value that is not a number leaves its cell grey.
    pub values: Vec<Vec<f64>>,
}

/// The height of a row, at most and at least.
const ROW: (f64, f64) = (44.0, 20.0);
const PLOT: f64 = 300.0;
const LEGEND: f64 = 180.0;

/// Draws a heat map as SVG.
pub fn heat(data: &HeatData) -> String {
    heat_crossed(data, None)
}

/// A level that is drawn where the figure crosses it.
#[derive(Clone, Copy, Debug)]
pub struct Crossed {
    /// In the unit of the figure.
    pub level: f64,
    /// Whether rows and columns are numbers in order: the line then runs between the middles of cells, linear from one to
    /// the next, and straight on to the border. Otherwise it runs along the sides of cells.
    pub between: bool,
}

/// Draws a heat map with a thick line between what is above a level and what is not.
pub fn heat_crossed(data: &HeatData, crossed: Option<Crossed>) -> String {
    let language = data.language;
    let header = Header::new(&data.title, &data.subtitle);
    let (columns, rows) = (data.x.1.len(), data.y.1.len());
    let (lo, hi) = range(data);
    if columns == 0 || rows == 0 || lo > hi {
        let size = (WIDTH, header.bottom() + 2.0 * LINE + EDGE);
        return svg(size, language, &data.title, &data.subtitle, |paper| {
            header.draw(paper);
            frame::nothing(paper, header.bottom());
        });
    }
    let tall = (PLOT / rows as f64).clamp(ROW.1, ROW.0);
    let labels: Vec<String> =
        data.y.1.iter().map(|label| font::cut(label, 0.28 * WIDTH, SMALL, false)).collect();
    let widest = labels.iter().map(|label| font::width(label, SMALL, false)).fold(0.0, f64::max);
    let grid = Grid {
        left: EDGE + widest + 8.0,
        top: header.bottom() + LINE + 8.0,
        wide: (WIDTH - EDGE - (EDGE + widest + 8.0)) / columns as f64,
        tall,
        rows,
    };
    let bottom = grid.top + rows as f64 * tall;
    let kind = language.pick("Heat map", "ヒートマップ");
    let (least, most) = (language.figure(lo, &data.unit), language.figure(hi, &data.unit));
    let fact = match language {
        Language::English => format!("{}: from {least} to {most}", data.value),
        Language::Japanese => format!("{}：{least}から{most}", data.value),
    };
    let description = frame::describe(kind, &data.subtitle, &[fact], language);
    svg((WIDTH, bottom + 82.0), language, &data.title, &description, |paper| {
        header.draw(paper);
        let name = font::cut(&data.y.0, WIDTH - 2.0 * EDGE, SMALL, false);
        paper.text(EDGE, header.bottom() + SMALL, &name, NOTE);
        for (i, label) in labels.iter().enumerate() {
            let y = grid.row(i) + tall / 2.0 + 0.36 * SMALL;
            paper.text(grid.left - 8.0, y, label, Type::new(SMALL, GREY).at(Side::End));
        }
        grid.cells(paper, data, lo, hi);
        match crossed {
            Some(Crossed { level, between: true }) => grid.contour(paper, data, level),
            Some(Crossed { level, between: false }) => grid.crossing(paper, data, level),
            None => {}
        }
        grid.numbers(paper, data, lo, hi);
        grid.columns(paper, &data.x.1, bottom);
        let name = font::cut(&data.x.0, WIDTH - 2.0 * EDGE, SMALL, false);
        paper.text(WIDTH - EDGE, bottom + 40.0, &name, NOTE.at(Side::End));
        legend(paper, data, bottom + 58.0, lo, hi);
    })
}

fn range(data: &HeatData) -> (f64, f64) {
    let values = data.values.iter().flatten().copied().filter(|value| value.is_finite());
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| (lo.min(v), hi.max(v)))
}

const THICK: Pen = Pen(ORANGE, 3.0, false);

struct Grid {
    left: f64,
    top: f64,
    wide: f64,
    tall: f64,
    rows: usize,
}

impl Grid {
    /// The upper end of row `i`, counted from the bottom.
    fn row(&self, i: usize) -> f64 {
        self.top + (self.rows - 1 - i) as f64 * self.tall
    }

    fn cells(&self, paper: &Paper<'_>, data: &HeatData, lo: f64, hi: f64) {
        for (i, row) in data.values.iter().take(self.rows).enumerate() {
            for (j, value) in row.iter().take(data.x.1.len()).enumerate() {
                let (x, y) = (self.left + j as f64 * self.wide, self.row(i));
                let colour = if value.is_finite() { shade(*value, lo, hi) } else { ASH };
                // Without a gap where cells are small: it would be seen before them.
                let gap = if self.wide < 16.0 { 0.0 } else { 0.5 };
                paper.block((x + gap, y + gap), (x + self.wide - gap, y + self.tall - gap), colour);
            }
        }
    }

    /// The number of each cell, where all have room.
    fn numbers(&self, paper: &Paper<'_>, data: &HeatData, lo: f64, hi: f64) {
        let words = |value: f64| data.language.short(value, &data.unit);
        let all = data.values.iter().flatten().copied().filter(|value| value.is_finite());
        // All numbers or none: a grid with some would be read as one with gaps.
        let fits =
            |size: &f64| all.clone().all(|value| font::width(&words(value), *size, false) + 6.0 <= self.wide);
        let Some(size) = [SMALL, SMALL - 2.0].into_iter().find(fits) else { return };
        for (i, row) in data.values.iter().take(self.rows).enumerate() {
            for (j, value) in
                row.iter().take(data.x.1.len()).enumerate().filter(|(_, value)| value.is_finite())
            {
                let kind = Type::new(size, ink(shade(*value, lo, hi))).at(Side::Middle);
                let (x, base) =
                    (self.left + (j as f64 + 0.5) * self.wide, self.row(i) + self.tall / 2.0 + 0.36 * size);
                paper.text(x, base, &words(*value), kind);
            }
        }
    }

    /// The line between the middles of cells on which the figure is at a level, straight on to the border.
    fn contour(&self, paper: &Paper<'_>, data: &HeatData, level: f64) {
        let columns = data.x.1.len();
        let most = (columns as f64 - 1.0, self.rows as f64 - 1.0);
        for mut line in contour(&data.values, level) {
            if let [first, second, ..] = line[..] {
                line.insert(0, onward(second, first, most));
            }
            if let [.., before, last] = line[..] {
                line.push(onward(before, last, most));
            }
            let place = |(x, y): (f64, f64)| {
                (self.left + (x + 0.5) * self.wide, self.top + (self.rows as f64 - 0.5 - y) * self.tall)
            };
            paper.line(&line.into_iter().map(place).collect::<Vec<_>>(), THICK);
        }
    }

    /// The line along the sides of cells that separates what is above a level from what is not.
    fn crossing(&self, paper: &Paper<'_>, data: &HeatData, level: f64) {
        let at = |i: usize, j: usize| data.values.get(i)?.get(j).copied().filter(|value| value.is_finite());
        let differ = |a: Option<f64>, b: Option<f64>| matches!((a, b), (Some(a), Some(b)) if (a > level) != (b > level));
        for i in 0..self.rows {
            for j in 0..data.x.1.len() {
                let (x, y) = (self.left + j as f64 * self.wide, self.row(i));
                if differ(at(i, j), at(i, j + 1)) {
                    paper.line(&[(x + self.wide, y), (x + self.wide, y + self.tall)], THICK);
                }
                if differ(at(i, j), at(i + 1, j)) {
                    paper.line(&[(x, y), (x + self.wide, y)], THICK);
                }
            }
        }
    }

    /// The labels of the columns: all, or every second, third, … so that none meets the next.
    fn columns(&self, paper: &Paper<'_>, labels: &[String], bottom: f64) {
        let widest = labels.iter().map(|label| font::width(label, SMALL, false)).fold(0.0, f64::max);
        let widest = widest.min(0.4 * WIDTH);
        let every = (((widest + 10.0) / self.wide).ceil() as usize).max(1);
        for (j, label) in labels.iter().enumerate().step_by(every) {
            let label = font::cut(label, 0.4 * WIDTH, SMALL, false);
            let half = font::width(&label, SMALL, false) / 2.0;
            let x = (self.left + (j as f64 + 0.5) * self.wide).clamp(4.0 + half, WIDTH - 4.0 - half);
            paper.text(x, bottom + 6.0 + SMALL, &label, Type::new(SMALL, GREY).at(Side::Middle));
        }
    }
}

/// From the outermost middles half a cell on to the border, in the direction in which a line arrives from `before`, but aside
/// by no more than a cell; a line that ends within the grid stays there.
fn onward(before: (f64, f64), end: (f64, f64), most: (f64, f64)) -> (f64, f64) {
    let way = (end.0 - before.0, end.1 - before.1);
    let on = |at: f64, most: f64| {
        if at <= 0.0 {
            -0.5
        } else if at >= most {
            0.5
        } else {
            0.0
        }
    };
    let aside = |along: f64, across: f64, on: f64| {
        if along * on > 0.0 { (across / along * on).clamp(-1.0, 1.0) } else { 0.0 }
    };
    let (right, up) = (on(end.0, most.0), on(end.1, most.1));
    let end = match (right, up) {
        (0.0, up) => (end.0 + aside(way.1, way.0, up), end.1 + up),
        (right, _) => (end.0 + right, end.1 + aside(way.0, way.1, right)),
    };
    (end.0.clamp(-0.5, most.0 + 0.5), end.1.clamp(-0.5, most.1 + 0.5))
}

/// From pale to dark in even steps of lightness: one hue, so that it is the same in grey and to every eye.
fn shade(value: f64, lo: f64, hi: f64) -> Colour {
    let share =
        if hi > lo { ((value / 2.0 - lo / 2.0) / (hi / 2.0 - lo / 2.0)).clamp(0.0, 1.0) } else { 0.3 };
    let mix = |from: u8, to: u8| (f64::from(from) + share * (f64::from(to) - f64::from(from))).round() as u8;
    plotters::style::RGBColor(mix(PALE.0, DARK.0), mix(PALE.1, DARK.1), mix(PALE.2, DARK.2))
}

/// Dark text on light cells, white on dark ones.
fn ink(colour: Colour) -> Colour {
    let light = 0.299 * f64::from(colour.0) + 0.587 * f64::from(colour.1) + 0.114 * f64::from(colour.2);
    if light > 132.0 { INK } else { WHITE }
}

/// What the colours mean: a bar from the least to the most.
fn legend(paper: &Paper<'_>, data: &HeatData, top: f64, lo: f64, hi: f64) {
    let words = |value: f64| data.language.short(value, &data.unit);
    let ends = [words(lo), words(hi)];
    let [first, last] = ends.clone().map(|text| font::width(&text, SMALL, false));
    let unit = super::ticks::unit_title(&data.unit, data.language);
    let money = matches!(data.unit, Unit::Money(_));
    let name = frame::axis_title(&data.value, if money { &unit } else { "" }, data.language);
    let room = WIDTH - 2.0 * EDGE - first - last - 28.0 - LEGEND;
    let name = font::cut(&name, room, SMALL, false);
    let mut x = EDGE;
    let base = top + SMALL - 2.0;
    paper.text(x, base, &name, NOTE);
    x += font::width(&name, SMALL, false) + 12.0;
    paper.text(x, base, &ends[0], NOTE);
    x += first + 6.0;
    for k in 0..30 {
        let step = LEGEND / 30.0;
        let value = lo + (hi - lo) * (f64::from(k) + 0.5) / 30.0;
        let left = x + f64::from(k) * step;
        paper.block((left, top), (left + step + 0.5, top + 14.0), shade(value, lo, hi));
    }
    paper.text(x + LEGEND + 6.0, base, &ends[1], NOTE);
}
