//! How a result is spread: bars of equal width, the trials that are exactly zero apart, and named places on the axis.

use crate::quantity::words::{Unit, share, short};

use super::font;
use super::frame::{self, EDGE, Flag, Header, LINE, NOTE, SMALL, WIDTH};
use super::paper::{ASH, BLUE, GREY, INK, Paper, Pen, Type, WHITE, svg};
use super::ticks::{Map, Ticks, round_ticks, widen};

/// What a histogram shows.
#[derive(Clone, Debug)]
pub struct HistogramData {
    /// In bold above the chart.
    pub title: String,
    /// Below it: number of trials, seed, what is cut.
    pub subtitle: String,
    /// What is measured, for the horizontal axis: "total cost". May be empty.
    pub axis: String,
    /// The unit of all values.
    pub unit: Unit,
    /// The ends of the bins in ascending order, one more than there are counts. Bins should be equally wide; where they
    /// are not, it is a bar's area that is in proportion to its count.
    pub edges: Vec<f64>,
    /// Trials (or their weight) in each bin, without those that are exactly zero.
    pub counts: Vec<f64>,
    /// All trials (or their weight), with those that are exactly zero and those outside of the bins.
    pub trials: f64,
    /// The share of all trials whose value is exactly zero.
    pub zero_share: f64,
    /// Values to mark by name: ("P5", 1.2e11), ("mean", 6.6e11). Those that are not numbers are left out.
    pub marks: Vec<(String, f64)>,
}

/// One bar: from, to, share of all trials (as its height).
type Bar = (f64, f64, f64);

/// The height of the plot in pixels.
const PLOT: f64 = 220.0;
/// The place beside the axis for the bar of the trials that are exactly zero.
const ZERO_BAR: f64 = 40.0;
const ZERO_SLOT: f64 = ZERO_BAR + 22.0;

/// Draws a histogram as SVG.
pub fn histogram(data: &HistogramData) -> String {
    let header = Header::new(&data.title, &data.subtitle);
    let bars = bars(data);
    if bars.is_empty() && data.zero_share <= 0.0 {
        return svg(WIDTH, header.bottom() + 2.0 * LINE + EDGE, &data.title, &data.subtitle, |paper| {
            header.draw(paper);
            frame::nothing(paper, header.bottom());
        });
    }
    let layout = Layout::new(data, &bars, header.bottom());
    svg(WIDTH, layout.bottom + 48.0, &data.title, &describe(data), |paper| {
        header.draw(paper);
        paper.text(EDGE, header.bottom() + SMALL, "share of trials", NOTE);
        layout.draw(paper, data, &bars);
    })
}

fn bars(data: &HistogramData) -> Vec<Bar> {
    if data.trials.is_nan() || data.trials <= 0.0 {
        return Vec::new();
    }
    let bins = data.edges.windows(2).zip(&data.counts);
    let mut bars: Vec<Bar> = bins
        .filter(|(edges, count)| edges.iter().all(|edge| edge.is_finite()) && count.is_finite())
        .map(|(edges, count)| (edges[0], edges[1], count / data.trials))
        .collect();
    let mean_width = bars.iter().map(|(from, to, _)| to - from).sum::<f64>() / bars.len() as f64;
    for (from, to, height) in &mut bars {
        let width = *to - *from;
        // Equal widths up to rounding stay as they are, so that a bar's height is exactly its share.
        if width > 0.0 && (width - mean_width).abs() > 1e-6 * mean_width {
            *height *= mean_width / width;
        }
    }
    bars
}

/// The chart in words.
fn describe(data: &HistogramData) -> String {
    let zero = (data.zero_share > 0.0).then(|| format!("exactly zero: {} of trials", share(data.zero_share)));
    let marks = groups(data).into_iter().map(|(text, _)| text);
    let facts: Vec<String> = zero.into_iter().chain(marks).collect();
    format!("Histogram. {} {}", data.subtitle, facts.join("; ")).trim_end().to_owned()
}

/// The marks as text, those with the same text for a value as one: "P5, P50 660 bn".
fn groups(data: &HistogramData) -> Vec<(String, f64)> {
    let mut marks: Vec<_> = data.marks.iter().filter(|(_, value)| value.is_finite()).collect();
    marks.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut groups: Vec<(Vec<&str>, String, f64)> = Vec::new();
    for (name, value) in marks {
        let text = short(*value, &data.unit);
        match groups.last_mut() {
            Some((names, last, _)) if *last == text => names.push(name),
            _ => groups.push((vec![name], text, *value)),
        }
    }
    groups.into_iter().map(|(names, text, value)| (format!("{} {text}", names.join(", ")), value)).collect()
}

/// Where everything goes.
struct Layout {
    x: Map,
    y: Map,
    vertical: Ticks,
    /// The left end of the plot; between it and `x.from` stands the bar of the zeros.
    left: f64,
    bottom: f64,
    /// The bar of the zeros is taller than the plot.
    broken: bool,
    flags: Vec<Flag>,
    zero_flag: Option<Flag>,
}

impl Layout {
    fn new(data: &HistogramData, bars: &[Bar], top: f64) -> Layout {
        let tallest = bars.iter().map(|bar| bar.2).fold(0.0, f64::max);
        let broken = tallest > 0.0 && data.zero_share > 1.5 * tallest;
        let highest = if broken { tallest * 1.25 } else { tallest.max(data.zero_share) * 1.04 };
        let vertical = round_ticks(0.0, highest, 4, &Unit::Share);
        let left = EDGE + frame::label_room(&vertical, SMALL) + 8.0;
        let has_zero = data.zero_share > 0.0;
        let from = if has_zero { left + ZERO_SLOT } else { left };

        let groups = groups(data);
        let (lo, hi) = range(bars, &groups);
        let mut x = Map { lo, hi, from, to: WIDTH - 24.0 };
        x.to = right_end(&x, &groups);
        let mut flags: Vec<Flag> = groups
            .into_iter()
            .map(|(text, value)| {
                Flag::new(if has_zero && value == 0.0 { left + 4.0 } else { x.at(value) }, text)
            })
            .collect();
        let zero_flag = has_zero.then(|| zero_flag(data, left, &mut flags));
        flags.extend(zero_flag);
        let rows = frame::hoist(&mut flags, WIDTH - 6.0);
        let zero_flag = has_zero
            .then(|| flags.iter().position(|flag| flag.x == left))
            .flatten()
            .map(|place| flags.remove(place));

        // The caption above the labels, the labels above the plot.
        let ceiling = top + LINE + rows as f64 * LINE + 8.0;
        let bottom = ceiling + PLOT;
        let y = Map { lo: 0.0, hi: highest, from: bottom, to: ceiling };
        Layout { x, y, vertical, left, bottom, broken, flags, zero_flag }
    }

    fn draw(&self, paper: &Paper<'_>, data: &HistogramData, bars: &[Bar]) {
        frame::horizontal_grid(paper, &self.vertical, &self.y, self.left, self.x.to, SMALL);
        for (from, to, height) in bars.iter().filter(|bar| bar.2 > 0.0) {
            let (mut start, mut end) = (self.x.at(*from), self.x.at(*to));
            if end - start > 4.0 {
                (start, end) = (start + 0.5, end - 0.5);
            } else if end - start < 1.0 {
                // All in one point: wide enough to be seen.
                let half = if bars.len() == 1 { 12.0 } else { 1.0 };
                (start, end) = (start - half, end + half);
            }
            paper.block((start, self.y.at(*height)), (end, self.bottom), BLUE);
        }
        self.draw_zero(paper, data);
        for flag in &self.flags {
            let top = self.y.to - 6.0 - flag.row as f64 * LINE;
            paper.line(&[(flag.x, self.bottom), (flag.x, top)], Pen(INK, 1.3, true));
            paper.text(flag.left, top - 3.0, &flag.text, Type::new(SMALL, INK));
        }
        let ticks = frame::fitting_ticks(&self.x, &data.unit, SMALL);
        frame::horizontal_axis(paper, &ticks.marks, &self.x, self.bottom, SMALL);
        let title = frame::axis_title(&data.axis, &ticks.title);
        frame::horizontal_title(paper, &title, self.x.to, self.bottom + 40.0);
    }

    /// The bar of the trials that are exactly zero, broken if it is taller than the plot.
    fn draw_zero(&self, paper: &Paper<'_>, data: &HistogramData) {
        let Some(flag) = &self.zero_flag else { return };
        let (start, end) = (self.left + 4.0, self.left + 4.0 + ZERO_BAR);
        let top = if self.broken { self.y.to } else { self.y.at(data.zero_share) };
        paper.block((start, top), (end, self.bottom), ASH);
        if self.broken {
            let cut = |y: f64| [(start - 3.0, y + 8.0), (end + 3.0, y - 2.0)];
            paper.band(&cut(top + 18.0), &cut(top + 24.0), WHITE);
        }
        paper.line(&[(self.left, self.bottom), (end + 4.0, self.bottom)], Pen(GREY, 1.0, false));
        let under = Type::new(SMALL, GREY).at(super::paper::Side::Middle);
        paper.text((start + end) / 2.0, self.bottom + 8.0 + SMALL, "zero", under);
        let base = self.y.to - 9.0 - flag.row as f64 * LINE;
        paper.text(flag.left, base, &flag.text, Type::new(SMALL, INK));
    }
}

/// The label of the zeros, with the marks that are zero too: "97 % zero (P5, P50)".
fn zero_flag(data: &HistogramData, left: f64, flags: &mut Vec<Flag>) -> Flag {
    let zeros: Vec<&str> =
        data.marks.iter().filter(|(_, value)| *value == 0.0).map(|(name, _)| name.as_str()).collect();
    flags.retain(|flag| flag.x != left + 4.0);
    let text = format!("{} exactly zero", share(data.zero_share));
    Flag::new(left, if zeros.is_empty() { text } else { format!("{text} ({})", zeros.join(", ")) })
}

/// The range of the axis: all bars and all marks, or all there is.
fn range(bars: &[Bar], marks: &[(String, f64)]) -> (f64, f64) {
    let ends = bars.iter().flat_map(|bar| [bar.0, bar.1]).chain(marks.iter().map(|mark| mark.1));
    let (lo, hi) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), end| (lo.min(end), hi.max(end)));
    if lo > hi { (0.0, 1.0) } else { widen(lo, hi) }
}

/// The right end of the plot that leaves room for the labels, which stand to the right of their lines.
fn right_end(x: &Map, groups: &[(String, f64)]) -> f64 {
    let room = WIDTH - 6.0;
    let unit = Map { from: 0.0, to: 1.0, ..*x };
    let ends = groups.iter().map(|(text, value)| {
        let share = unit.at(*value);
        let width = font::width(text, SMALL, false);
        if share > 0.0 { x.from + (room - width - x.from) / share } else { x.to }
    });
    ends.fold(x.to, f64::min).max(0.65 * WIDTH)
}
