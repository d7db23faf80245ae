//! How a series goes over time: bands that hold 90 % and 50 % of the trials, median and mean, for one or several series,
//! and beneath them how probable each regime is.

use crate::quantity::words::{Date, Language, Unit};

use super::font;
use super::frame::{self, EDGE, Header, LINE, NOTE, SMALL, WIDTH};
use super::paper::{DARK, GREY, INK, MIDDLE, ORANGE, PALE, Paper, Pen, Side, Type, readable, svg};
use super::regimes::{self, RegimePanel};
use super::ticks::{Map, Ticks, round_ticks};

/// What a fan chart shows: one panel, or several as small multiples.
#[derive(Clone, Debug)]
pub struct FanData {
    /// The language of all words that the chart adds.
    pub language: Language,
    /// In bold above the chart.
    pub title: String,
    /// Below it: number of trials, seed.
    pub subtitle: String,
    /// The day from which all days are counted.
    pub start: Date,
    /// The series. All are drawn over the same time, each on a scale of its own.
    pub panels: Vec<FanPanel>,
    /// Beneath them, over the same time: how probable each regime of a control is.
    pub regimes: Vec<RegimePanel>,
}

/// One series. All vectors are as long as `days`; a value that is not a number leaves a gap.
#[derive(Clone, Debug)]
pub struct FanPanel {
    /// The panel's name: "dysprosium". Shown where there are several.
    pub name: String,
    /// What is measured, above the vertical axis: "shortfall, t per week".
    pub axis: String,
    /// The unit of all values.
    pub unit: Unit,
    /// Days since the start, ascending.
    pub days: Vec<f64>,
    /// The 5 % quantile over the trials.
    pub p5: Vec<f64>,
    /// The 25 % quantile.
    pub p25: Vec<f64>,
    /// The median.
    pub p50: Vec<f64>,
    /// The 75 % quantile.
    pub p75: Vec<f64>,
    /// The 95 % quantile.
    pub p95: Vec<f64>,
    /// The mean.
    pub mean: Vec<f64>,
    /// A level to compare with, by name: ("need", 3.2).
    pub baseline: Option<(String, f64)>,
}

/// Draws a fan chart as SVG, with several panels in two columns.
pub fn fan(data: &FanData) -> String {
    let language = data.language;
    let header = Header::new(&data.title, &data.subtitle);
    let single = data.panels.len() == 1;
    let key_room = if single && direct(&data.panels[0], language).is_some() { 0.0 } else { LINE + 6.0 };
    let top = header.bottom() + key_room;
    let frames = frames(data, top);
    let bottom = frames.iter().map(|frame| frame.bottom).fold(top, f64::max) + 38.0;
    let facts = data.panels.iter().map(|panel| describe(panel, language));
    let facts: Vec<String> = facts.chain(data.regimes.iter().map(|r| r.describe(language))).collect();
    let kind = language.pick("Fan chart over time", "推移の扇形グラフ");
    let description = frame::describe(kind, &data.subtitle, &facts, language);
    let regimes =
        if frames.iter().all(|frame| frame.panel.days.is_empty()) { &[] } else { data.regimes.as_slice() };
    let height = bottom + regimes::height(regimes);
    let picture = svg((WIDTH, height), language, &data.title, &description, |paper| {
        header.draw(paper);
        if frames.iter().all(|frame| frame.panel.days.is_empty()) {
            frame::nothing(paper, header.bottom());
            return;
        }
        if key_room > 0.0 {
            key(paper, header.bottom());
        }
        for frame in &frames {
            frame.draw(paper, data.start);
        }
        // Under a lone panel on its axis, else over the whole width.
        let x = frames.first().filter(|frame| frame.single).map(|frame| frame.x);
        regimes::draw(paper, regimes, data.start, bottom, x);
    });
    match &frames[..] {
        [only] if !only.panel.days.is_empty() => readable(&picture, &only.x, only.y.to, only.y.from),
        _ => picture,
    }
}

/// A panel in words.
fn describe(panel: &FanPanel, language: Language) -> String {
    let greatest = |series: &[f64]| {
        let most = series.iter().copied().filter(|v| v.is_finite()).fold(f64::NEG_INFINITY, f64::max);
        if most.is_finite() { language.figure(most, &panel.unit) } else { language.undefined().to_owned() }
    };
    let name = if panel.name.is_empty() {
        String::new()
    } else {
        format!("{}{}", panel.name, language.pick(": ", "："))
    };
    let (median, p95) = (greatest(&panel.p50), greatest(&panel.p95));
    match language {
        Language::English => format!("{name}median up to {median}, P95 up to {p95}"),
        Language::Japanese => format!("{name}中央値は最大{median}、P95は最大{p95}"),
    }
}

/// A panel and its place.
struct Frame<'a> {
    panel: &'a FanPanel,
    /// Its left end, with the labels of its axis.
    left: f64,
    x: Map,
    y: Map,
    vertical: Ticks,
    top: f64,
    bottom: f64,
    size: f64,
    single: bool,
    /// The heights of the labels at the right end.
    labels: Option<Vec<f64>>,
    /// Nothing stands below it: it carries the dates.
    dated: bool,
}

/// The height of the plot of a lone panel, and of one of several.
const PLOT: f64 = 240.0;
const SMALL_PLOT: f64 = 104.0;

fn frames(data: &FanData, top: f64) -> Vec<Frame<'_>> {
    let single = data.panels.len() == 1;
    let days = || data.panels.iter().flat_map(|panel| &panel.days).copied().filter(|day| day.is_finite());
    let (from, to) =
        days().fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), day| (lo.min(day), hi.max(day)));
    let (from, to) = if from < to { (from, to) } else { (from - 0.5, from + 0.5) };
    let count = data.panels.len();
    let size = if single { SMALL } else { SMALL - 1.0 };
    let scales: Vec<_> = data.panels.iter().map(|panel| scale(panel, single, data.language)).collect();
    // Within a column all plots begin at the same place.
    let room = |column: usize| {
        let labels = scales.iter().skip(column).step_by(2).map(|scale| frame::label_room(&scale.2, size));
        labels.fold(0.0, f64::max) + 8.0
    };
    let rooms = if single {
        [room(0).max(regimes::room(&data.regimes, data.language)), 0.0]
    } else {
        [room(0), room(1)]
    };
    let column_width = if single { WIDTH } else { (WIDTH - 12.0) / 2.0 };
    let mut frames = Vec::new();
    for (i, (panel, (lo, hi, vertical))) in data.panels.iter().zip(scales).enumerate() {
        let left = EDGE + if single { 0.0 } else { (i % 2) as f64 * column_width };
        let labels = if single { direct(panel, data.language) } else { None };
        let right = left + column_width - EDGE - if labels.is_some() { 66.0 } else { 12.0 };
        let row = (i / 2) as f64;
        let height = if single { PLOT } else { SMALL_PLOT };
        let head = if single { LINE + 10.0 } else { 2.0 * LINE + 6.0 };
        let top = top + row * (head + height + 18.0);
        let (ceiling, bottom) = (top + head, top + head + height);
        frames.push(Frame {
            panel,
            left,
            x: Map { lo: from, hi: to, from: left + rooms[i % 2], to: right },
            y: Map { lo, hi, from: bottom, to: ceiling },
            vertical,
            top,
            bottom,
            size,
            single,
            labels,
            dated: i + 2 >= count,
        });
    }
    frames
}

/// All that is drawn of a series.
fn values(panel: &FanPanel) -> impl Iterator<Item = f64> {
    let series = [&panel.p5, &panel.p25, &panel.p50, &panel.p75, &panel.p95, &panel.mean];
    series.into_iter().flatten().copied().filter(|value| value.is_finite())
}

/// The range of the vertical axis and its ticks.
fn scale(panel: &FanPanel, single: bool, language: Language) -> (f64, f64, Ticks) {
    let level = panel.baseline.iter().map(|(_, value)| *value).filter(|value| value.is_finite());
    let values = values(panel).chain(level);
    let (lo, hi) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| (lo.min(v), hi.max(v)));
    if lo > hi || (lo == 0.0 && hi == 0.0) {
        // Nothing, or nothing but zeros.
        let marks = vec![(0.0, "0".to_owned())];
        return (0.0, 1.0, Ticks { marks, title: String::new() });
    }
    // An axis that shows zero, unless the series is far from it and hardly moves.
    let far = lo.abs().min(hi.abs()) > 0.8 * lo.abs().max(hi.abs()) && lo.signum() == hi.signum() && lo < hi;
    let (lo, hi) = if far { (lo, hi) } else { (lo.min(0.0), hi.max(0.0)) };
    let (below, above) = (if lo == 0.0 { 0.0 } else { 0.04 }, if hi == 0.0 { 0.0 } else { 0.06 });
    let length = hi - lo;
    let (lo, hi) = (lo - below * length, hi + above * length);
    (lo, hi, round_ticks(lo, hi, if single { 5 } else { 3 }, &panel.unit, language))
}

/// Where the labels at the right end of a lone panel go, in pixels above the axis: at their values, or pushed apart a
/// little. None if they would have to go too far; a key then says what is what.
fn direct(panel: &FanPanel, language: Language) -> Option<Vec<f64>> {
    const GAP: f64 = SMALL + 1.0;
    let (lo, hi, _) = scale(panel, true, language);
    let labels = end_labels(panel, language).into_iter().map(|(_, value, _)| value);
    let places: Vec<f64> = labels.map(|v| v.map(|v| (v - lo) / (hi - lo) * PLOT)).collect::<Option<_>>()?;
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|a, b| places[*b].total_cmp(&places[*a]));
    // Pushed down only, and pushed up only: the mean of the two keeps the gaps and is fair.
    let (mut down, mut up) = (places.clone(), places.clone());
    for pair in order.windows(2) {
        down[pair[1]] = down[pair[1]].min(down[pair[0]] - GAP);
    }
    for pair in order.windows(2).rev() {
        up[pair[0]] = up[pair[0]].max(up[pair[1]] + GAP);
    }
    let apart: Vec<f64> = down.iter().zip(&up).map(|(a, b)| (a + b) / 2.0).collect();
    let near = apart.iter().zip(&places).all(|(a, b)| (a - b).abs() <= 0.8 * GAP);
    near.then_some(apart)
}

/// What stands at the right end of a lone panel: text, value, colour.
fn end_labels(panel: &FanPanel, language: Language) -> [(&'static str, Option<f64>, Type); 6] {
    let last = |series: &[f64]| series.last().copied().filter(|value| value.is_finite());
    let grey = Type::new(SMALL, GREY);
    [
        ("P95", last(&panel.p95), grey),
        ("P75", last(&panel.p75), grey),
        (language.pick("median", "中央値"), last(&panel.p50), Type::new(SMALL, DARK).bold()),
        (language.pick("mean", "平均"), last(&panel.mean), Type::new(SMALL, ORANGE).bold()),
        ("P25", last(&panel.p25), grey),
        ("P5", last(&panel.p5), grey),
    ]
}

/// What the bands and lines are, in one row.
fn key(paper: &Paper<'_>, y: f64) {
    let base = y + SMALL;
    let mut x = EDGE;
    let mut entry = |text: &str, sample: &dyn Fn(f64)| {
        sample(x);
        paper.text(x + 30.0, base, text, NOTE);
        x += 30.0 + font::width(text, SMALL, false) + 22.0;
    };
    let block = |colour| move |x: f64| paper.block((x, base - 11.0), (x + 24.0, base + 1.0), colour);
    let line = |pen| move |x: f64| paper.line(&[(x, base - 5.0), (x + 24.0, base - 5.0)], pen);
    let words = paper
        .language
        .pick(["P5 to P95", "P25 to P75", "median", "mean"], ["P5–P95", "P25–P75", "中央値", "平均"]);
    entry(words[0], &block(PALE));
    entry(words[1], &block(MIDDLE));
    entry(words[2], &line(MEDIAN));
    entry(words[3], &line(MEAN));
}

const MEDIAN: Pen = Pen(DARK, 2.2, false);
const MEAN: Pen = Pen(ORANGE, 2.1, true);

impl Frame<'_> {
    fn draw(&self, paper: &Paper<'_>, start: Date) {
        let panel = self.panel;
        let room = self.x.to - self.left;
        if self.single {
            paper.text(self.left, self.top + SMALL, &font::cut(&panel.axis, room, SMALL, false), NOTE);
        } else {
            let name = font::cut(&panel.name, room, SMALL, true);
            paper.text(self.left, self.top + SMALL, &name, Type::new(SMALL, INK).bold());
            let axis = font::cut(&panel.axis, room, self.size, false);
            paper.text(self.left, self.top + LINE + SMALL, &axis, Type::new(self.size, GREY));
        }
        frame::horizontal_grid(paper, &self.vertical, &self.y, self.x.from, self.x.to, self.size);
        self.band(paper, &panel.p5, &panel.p95, PALE);
        self.band(paper, &panel.p25, &panel.p75, MIDDLE);
        if let Some((name, level)) = &panel.baseline {
            self.level(paper, name, *level);
        }
        self.line(paper, &panel.p50, MEDIAN);
        self.line(paper, &panel.mean, MEAN);
        let marks =
            if self.dated { frame::dates(&self.x, start, self.size, paper.language) } else { Vec::new() };
        frame::horizontal_axis(paper, &marks, &self.x, self.bottom, self.size);
        for ((text, _, kind), height) in
            end_labels(panel, paper.language).into_iter().zip(self.labels.iter().flatten())
        {
            paper.text(self.x.to + 6.0, self.bottom - height + 5.0, text, kind);
        }
        if values(panel).all(|value| value == 0.0) {
            let text = match values(panel).next() {
                Some(_) => paper.language.pick("zero throughout", "全期間ゼロ"),
                None => paper.language.pick("undefined throughout", "全期間算出不能"),
            };
            paper.text(self.x.from + 8.0, self.bottom - 8.0, text, Type::new(self.size, GREY));
        }
    }

    /// The points of `series` in runs without gaps.
    fn runs(&self, series: &[f64]) -> Vec<Vec<(f64, f64)>> {
        let pairs: Vec<(f64, f64)> = self.panel.days.iter().copied().zip(series.iter().copied()).collect();
        let whole = |pair: &(f64, f64)| pair.0.is_finite() && pair.1.is_finite();
        let runs = pairs.chunk_by(|a, b| whole(a) == whole(b)).filter(|run| whole(&run[0]));
        runs.map(|run| run.iter().map(|(day, value)| (self.x.at(*day), self.y.at(*value))).collect())
            .collect()
    }

    fn line(&self, paper: &Paper<'_>, series: &[f64], pen: Pen) {
        for run in self.runs(series) {
            match run.as_slice() {
                [(x, y)] => paper.line(&[(x - 6.0, *y), (x + 6.0, *y)], pen),
                run => paper.line(run, pen),
            }
        }
    }

    fn band(&self, paper: &Paper<'_>, lower: &[f64], upper: &[f64], colour: super::paper::Colour) {
        // A gap in one is a gap in both.
        let gap = |a: &f64, b: &f64| if b.is_finite() { *a } else { f64::NAN };
        let lower_with: Vec<f64> = lower.iter().zip(upper).map(|(a, b)| gap(a, b)).collect();
        let upper_with: Vec<f64> = upper.iter().zip(lower).map(|(a, b)| gap(a, b)).collect();
        for (low, high) in self.runs(&lower_with).iter().zip(self.runs(&upper_with)) {
            match (low.as_slice(), high.as_slice()) {
                ([(x, y0)], [(_, y1)]) => paper.block((x - 6.0, *y1), (x + 6.0, *y0), colour),
                _ => paper.band(&high, low, colour),
            }
        }
    }

    fn level(&self, paper: &Paper<'_>, name: &str, level: f64) {
        if !level.is_finite() {
            return;
        }
        let y = self.y.at(level);
        paper.line(&[(self.x.from, y), (self.x.to, y)], Pen(INK, 1.3, true));
        let name = font::cut(name, self.x.to - self.x.from - 8.0, self.size, false);
        paper.text(self.x.to - 4.0, y - 4.0, &name, Type::new(self.size, INK).at(Side::End));
    }
}
