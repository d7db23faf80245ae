//! How a result is spread: bars of equal width, the trials that are exactly zero apart, and named places on the axis.

use crate::quantity::words::{Language, Unit};

use super::font;
use super::frame::{self, EDGE, Flag, Header, LINE, NOTE, SMALL, WIDTH};
use super::paper::{ASH, BLUE, GREY, INK, Paper, Pen, Side, Type, WHITE, svg};
use super::ticks::{Map, Ticks, round_ticks, widen};

/// What a histogram shows.
#[derive(Clone, Debug)]
pub struct HistogramData {
    /// The language of all words that the chart adds.
    pub language: Language,
    /// In bold above the chart.
    pub title: String,
    /// Below it: number of trials, seed, what is cut.
    pub subtitle: String,
    /// What is measured, for the horizontal axis: "total cost". May be empty.
    pub axis: String,
    /// The unit of all values.
    pub unit: Unit,
    /// The ends of the bins in ascending order, one more than there are counts. Bins should be equally wide; where they
    /// are not, a bar's area is in proportion to its count, and the height is right for the narrowest.
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
    let language = data.language;
    let header = Header::new(&data.title, &data.subtitle);
    let bars = bars(data);
    if bars.is_empty() && data.zero_share <= 0.0 {
        let size = (WIDTH, header.bottom() + 2.0 * LINE + EDGE);
        return svg(size, language, &data.title, &data.subtitle, |paper| {
            header.draw(paper);
            frame::nothing(paper, header.bottom());
        });
    }
    let layout = Layout::new(data, &bars, header.bottom());
    svg((WIDTH, layout.bottom + 48.0), language, &data.title, &describe(data, &bars), |paper| {
        header.draw(paper);
        let even = bars.iter().all(|bar| bar.1 - bar.0 <= 1.000_001 * narrowest(&bars));
        let caption = if even {
            language.pick("share of trials", "試行に占める割合")
        } else {
            language.pick(
                "share of trials, per width of the narrowest bar",
                "試行に占める割合（最も狭い棒の幅あたり）",
            )
        };
        paper.text(EDGE, header.bottom() + SMALL, caption, NOTE);
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
    let narrowest = narrowest(&bars);
    for (from, to, height) in &mut bars {
        let width = *to - *from;
        // Equal widths up to rounding stay as they are, so that a bar's height is exactly its share.
        if width > 1.000_001 * narrowest {
            *height *= narrowest / width;
        }
    }
    // An axis need not reach where there is nothing.
    while bars.last().is_some_and(|bar| bar.2 <= 0.0) {
        bars.pop();
    }
    let empty = bars.iter().take_while(|bar| bar.2 <= 0.0).count();
    if 2 * empty > bars.len() {
        bars.drain(..empty);
    }
    bars
}

fn narrowest(bars: &[Bar]) -> f64 {
    bars.iter().map(|bar| bar.1 - bar.0).filter(|width| *width > 0.0).fold(f64::INFINITY, f64::min)
}

/// The chart in words.
fn describe(data: &HistogramData, bars: &[Bar]) -> String {
    let zero = (data.zero_share > 0.0).then(|| zero_label(data));
    let (lo, hi) = range(bars, data);
    let marks = groups(data, lo.abs().max(hi.abs())).into_iter().map(|(text, _)| text);
    let facts: Vec<String> = zero.into_iter().chain(marks).collect();
    frame::describe(data.language.pick("Histogram", "ヒストグラム"), &data.subtitle, &facts, data.language)
}

/// The marks as text, those with the same text for a value as one: "P5, P50 660 bn".
fn groups(data: &HistogramData, greatest: f64) -> Vec<(String, f64)> {
    let mut marks: Vec<_> = data.marks.iter().filter(|(_, value)| value.is_finite()).collect();
    marks.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut groups: Vec<(Vec<&str>, String, f64)> = Vec::new();
    for (name, value) in marks {
        let text = data.language.short_beside(*value, greatest, &data.unit);
        match groups.last_mut() {
            Some((names, last, _)) if *last == text => names.push(name),
            _ => groups.push((vec![name], text, *value)),
        }
    }
    groups
        .into_iter()
        .map(|(names, text, value)| (format!("{} {text}", names.join(data.language.pick(", ", "・"))), value))
        .collect()
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
}

impl Layout {
    fn new(data: &HistogramData, bars: &[Bar], top: f64) -> Layout {
        let tallest = bars.iter().map(|bar| bar.2).fold(0.0, f64::max);
        let broken = tallest > 0.0 && data.zero_share > 1.5 * tallest;
        let highest = if broken { tallest * 1.25 } else { tallest.max(data.zero_share) * 1.04 };
        let vertical = round_ticks(0.0, highest, 4, &Unit::Share, data.language);
        let left = EDGE + frame::label_room(&vertical, SMALL) + 8.0;
        let has_zero = data.zero_share > 0.0;
        let from = if has_zero { left + ZERO_SLOT } else { left };

        let (lo, hi) = range(bars, data);
        let groups = groups(data, lo.abs().max(hi.abs()));
        let mut x = Map { lo, hi, from, to: WIDTH - 24.0 };
        x.to = right_end(&x, &groups);
        let apart = |value: f64| has_zero && value == 0.0;
        let marks = groups.into_iter().filter(|(_, value)| !apart(*value));
        let mut flags: Vec<Flag> = marks.map(|(text, value)| Flag::new(x.at(value), text)).collect();
        if has_zero {
            flags.push(Flag { line: false, ..Flag::new(left, zero_label(data)) });
        }
        let rows = frame::hoist(&mut flags, WIDTH - 6.0);

        // The caption above the labels, the labels above the plot.
        let ceiling = top + LINE + rows as f64 * LINE + 8.0;
        let bottom = ceiling + PLOT;
        let y = Map { lo: 0.0, hi: highest, from: bottom, to: ceiling };
        Layout { x, y, vertical, left, bottom, broken, flags }
    }

    fn draw(&self, paper: &Paper<'_>, data: &HistogramData, bars: &[Bar]) {
        frame::horizontal_grid(paper, &self.vertical, &self.y, self.left, self.x.to, SMALL);
        let few = bars.iter().filter(|bar| bar.2 > 0.0).count() <= 5;
        let point = bars.first().map(|bar| bar.0) == bars.last().map(|bar| bar.1);
        for (from, to, height) in bars.iter().filter(|bar| bar.2 > 0.0) {
            let (mut start, mut end) = (self.x.at(*from), self.x.at(*to));
            if end - start > 4.0 {
                (start, end) = (start + 0.5, end - 0.5);
            } else if end - start < 1.0 {
                // All in one point, or in a few: wide enough to be seen beside the line of a mark.
                let half = if point {
                    12.0
                } else if few {
                    4.0
                } else {
                    1.0
                };
                (start, end) = (start - half, end + half);
            }
            paper.block((start, self.y.at(*height)), (end, self.bottom), BLUE);
        }
        if data.zero_share > 0.0 {
            self.draw_zero(paper, data.zero_share);
        }
        for flag in &self.flags {
            let top = self.y.to - 6.0 - flag.row as f64 * LINE;
            if flag.line {
                paper.line(&[(flag.x, self.bottom), (flag.x, top)], Pen(INK, 1.3, true));
            }
            paper.text(flag.left, top - 3.0, &flag.text, Type::new(SMALL, INK));
        }
        let mut ticks = frame::fitting_ticks(&self.x, &data.unit, SMALL, data.language);
        if data.zero_share > 0.0 && bars.iter().all(|bar| bar.2 <= 0.0) {
            // There is nothing on this axis, so it has no scale.
            ticks.marks.clear();
        }
        frame::horizontal_axis(paper, &ticks.marks, &self.x, self.bottom, SMALL);
        let title = frame::axis_title(&data.axis, &ticks.title, data.language);
        frame::horizontal_title(paper, &title, self.x.to, self.bottom + 40.0);
    }

    /// The bar of the trials that are exactly zero, broken if it is taller than the plot.
    fn draw_zero(&self, paper: &Paper<'_>, share: f64) {
        let (start, end) = (self.left + 4.0, self.left + 4.0 + ZERO_BAR);
        let top = if self.broken { self.y.to } else { self.y.at(share) };
        paper.block((start, top), (end, self.bottom), ASH);
        if self.broken {
            let cut = |y: f64| [(start - 3.0, y + 8.0), (end + 3.0, y - 2.0)];
            paper.band(&cut(top + 18.0), &cut(top + 24.0), WHITE);
        }
        paper.line(&[(self.left, self.bottom), (end + 4.0, self.bottom)], Pen(GREY, 1.0, false));
        let under = Type::new(SMALL, GREY).at(Side::Middle);
        paper.text(
            (start + end) / 2.0,
            self.bottom + 8.0 + SMALL,
            paper.language.pick("zero", "ゼロ"),
            under,
        );
    }
}

/// The label of the zeros, with the marks that are zero too: "97 % exactly zero (P5, P50)".
fn zero_label(data: &HistogramData) -> String {
    let zeros = data.marks.iter().filter(|(_, value)| *value == 0.0).map(|(name, _)| name.as_str());
    let zeros: Vec<&str> = zeros.collect();
    let share = data.language.share(data.zero_share);
    let (before, after) = data.language.pick(("", " exactly zero"), ("ちょうどゼロ：", ""));
    let text = format!("{before}{share}{after}");
    let (open, between, close) = data.language.pick((" (", ", ", ")"), ("（", "・", "）"));
    if zeros.is_empty() { text } else { format!("{text}{open}{}{close}", zeros.join(between)) }
}

/// The range of the axis: all bars and all marks, or all there is.
fn range(bars: &[Bar], data: &HistogramData) -> (f64, f64) {
    let marks = data.marks.iter().map(|mark| mark.1).filter(|value| value.is_finite());
    let ends = bars.iter().flat_map(|bar| [bar.0, bar.1]).chain(marks);
    let (lo, hi) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), end| (lo.min(end), hi.max(end)));
    if let [(from, to, _)] = *bars {
        // One bar is a bar only with room beside it.
        let room = 10.0 * (to - from);
        return widen(lo.min(from - room), hi.max(to + room));
    }
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
