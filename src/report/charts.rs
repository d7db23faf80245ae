//! The charts of a run: which figures go into which picture.

mod costs;
mod time;

pub(super) use time::panel;

use super::told::trials;
use crate::chart::{
    Axis, EXCEEDANCE_LEVELS, ExceedanceData, ExceedancePoint, HistogramData, Line, LinePoint, LinesData,
    exceedance, histogram, lines,
};
use crate::model::{Model, Step};
use crate::outcome::{Outcome, Provenance, Settling, Timeline};
use crate::quantity::words::{Language, Unit};
use crate::statistics::{Estimate, Sample};

/// What the charts of a run are drawn from.
#[derive(Clone, Copy, Debug)]
pub struct Pictured<'a> {
    /// The scenario.
    pub model: &'a Model,
    /// The figures.
    pub outcome: &'a Outcome,
    /// The figures over time.
    pub timeline: &'a Timeline,
    /// How the total cost settled; without it there is no such chart.
    pub convergence: &'a [Settling],
    /// Where it all comes from.
    pub provenance: &'a Provenance,
    /// The language of the charts.
    pub language: Language,
}

/// File name (without folder) and SVG text of every chart of a run.
pub fn charts(of: &Pictured<'_>) -> Vec<(String, String)> {
    readable_charts(of).into_iter().map(|(name, svg)| (name, plain(&svg))).collect()
}

/// A chart without the place of its plot, which only a page reads.
pub fn plain(svg: &str) -> String {
    match svg.strip_prefix("<svg data-plot=\"").and_then(|rest| rest.split_once("\" ")) {
        Some((_, rest)) => format!("<svg {rest}"),
        None => svg.to_owned(),
    }
}

/// The same charts as [`charts`], which say where their plots lie, for a page that reads them off.
pub fn readable_charts(of: &Pictured<'_>) -> Vec<(String, String)> {
    let mut out = Vec::new();
    if let Some(total) = of.outcome.sample("cost.total") {
        out.push(("histogram.svg", cost_histogram(of, total)));
        out.push(("exceedance.svg", cost_exceedance(of, total)));
    }
    out.extend(costs::charts(of));
    if of.convergence.len() > 1 {
        out.push(("convergence.svg", settling(of)));
    }
    out.extend(time::charts(of));
    out.into_iter().map(|(name, svg)| (name.to_owned(), svg)).collect()
}

impl Pictured<'_> {
    /// The words in the language of the charts.
    fn pick<'t>(&self, english: &'t str, japanese: &'t str) -> &'t str {
        self.language.pick(english, japanese)
    }

    fn money(&self) -> Unit {
        Unit::Money(self.model.currency.clone())
    }

    /// "Total cost: NAME".
    fn title(&self, english: &str, japanese: &str) -> String {
        format!("{}{}{}", self.pick(english, japanese), self.pick(": ", "："), self.model.name)
    }

    /// "10,000 trials, seed 1, given any control": what a figure rests on, and so its source.
    fn run(&self) -> String {
        let trials = trials(self.outcome.trials.1 as u64, self.language);
        let seed = self.provenance.seed;
        let given = self.outcome.given.as_deref();
        match self.language {
            Language::English => {
                format!("{trials}, seed {seed}{}", given.map_or(String::new(), |g| format!(", given {g}")))
            }
            Language::Japanese => {
                format!("{trials}、シード{seed}{}", given.map_or(String::new(), |g| format!("、条件：{g}")))
            }
        }
    }

    /// The same of what is taken over time.
    fn first(&self) -> String {
        let trials = trials(self.timeline.trials as u64, self.language);
        let seed = self.provenance.seed;
        match self.language {
            Language::English => format!("first {trials}, seed {seed}"),
            Language::Japanese => format!("最初の{trials}、シード{seed}"),
        }
    }
}

/// The step of time: "week".
pub fn step_name(model: &Model, language: Language) -> &'static str {
    match (model.step, language) {
        (step, Language::English) => step.name(),
        (Step::Day, Language::Japanese) => "日",
        (Step::Week, Language::Japanese) => "週",
        (Step::Month, Language::Japanese) => "月",
    }
}

fn cost_histogram(of: &Pictured<'_>, total: &Sample) -> String {
    let language = of.language;
    let bins = total.histogram(50);
    let beyond = [(bins.below, " further left", "左側に"), (bins.above, " further right", "右側に")];
    let cut: Vec<String> = beyond
        .into_iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, english, japanese)| match language {
            Language::English => format!("{}{english}", language.count(n as f64)),
            Language::Japanese => format!("{japanese}{}回", language.count(n as f64)),
        })
        .collect();
    let cut = if cut.is_empty() {
        String::new()
    } else {
        language.pick("; not drawn: ", "、表示外：").to_owned() + &cut.join(language.pick(", ", "、"))
    };
    let mut marks: Vec<(String, f64)> = [0.05, 0.5, 0.95, 0.99]
        .into_iter()
        .filter_map(|p| Some((format!("P{}", (p * 100.0) as u32), total.quantile(p)?.value)))
        .collect();
    let mean = of.pick("mean", "平均");
    marks.extend(total.mean().map(|m| (mean.to_owned(), m.value)));
    let mut edges = bins.edges.clone();
    if let (true, Some(value)) = (total.min() == total.max(), total.max()) {
        marks.retain(|(name, _)| name == mean);
        if value != 0.0 {
            // All trials are alike: one narrow bar around what they are.
            edges = vec![value - 0.01 * value.abs(), value + 0.01 * value.abs()];
        }
    }
    histogram(&HistogramData {
        language,
        title: of.title("Total cost", "費用の合計"),
        subtitle: format!("{}{cut}", of.run()),
        axis: of.pick("total cost", "費用の合計").to_owned(),
        unit: of.money(),
        edges,
        counts: bins.counts,
        trials: bins.defined as f64,
        zero_share: bins.zeros / bins.defined.max(1) as f64,
        marks,
    })
}

/// The values that the curve's levels are exceeded with.
pub(super) fn quantiles(sample: &Sample) -> Vec<(f64, f64)> {
    let value = |level: f64| Some((level, sample.quantile(1.0 - level)?.value));
    EXCEEDANCE_LEVELS.into_iter().filter_map(value).collect()
}

/// The exceedance curve in at most so many points. At zero it says how probable more than that is, not that every trial
/// has at least nothing. The band is that of its error, or where the run tells it apart that of what is not known.
pub(super) fn exceeded(sample: &Sample, most: usize, nested: bool) -> Vec<ExceedancePoint> {
    let mut points: Vec<ExceedancePoint> = sample
        .exceedance(most)
        .iter()
        .map(|p| ExceedancePoint { value: p.value, probability: p.probability, low: p.low, high: p.high })
        .collect();
    if nested {
        for point in &mut points {
            (point.low, point.high) = sample.doubt_at(point.value).unwrap_or((point.low, point.high));
        }
    }
    if let (Some(first), Some(positive)) = (points.first_mut(), sample.positive())
        && first.value == 0.0
    {
        let Estimate { value, low, high, .. } = positive;
        let least = sample.least_above(0.0).filter(|_| nested);
        let (low, high) = least.and_then(|least| sample.doubt_at(least)).unwrap_or((low, high));
        *first = ExceedancePoint { value: 0.0, probability: value, low, high };
    }
    if let [only] = points[..] {
        points.push(ExceedancePoint { probability: 0.0, low: 0.0, high: 0.0, ..only });
    }
    points
}

/// What the band of the curve is.
fn band<'w>(of: &Pictured<'w>) -> &'w str {
    if of.outcome.nested {
        return of.pick("; band: 90 % of what is not known", "、帯：未知の量の90％");
    }
    of.pick("; band: 95 % confidence", "、帯：95％信頼区間")
}

fn cost_exceedance(of: &Pictured<'_>, total: &Sample) -> String {
    exceedance(&ExceedanceData {
        language: of.language,
        title: of.title("Probability that the cost is higher", "費用の超過確率"),
        subtitle: format!("{}{}", of.run(), band(of)),
        axis: of.pick("total cost", "費用の合計").to_owned(),
        unit: of.money(),
        points: exceeded(total, 200, of.outcome.nested),
        quantiles: quantiles(total),
        published: published(of),
    })
}

/// The published figures of the total cost that are amounts: its mean, quantiles and tail means. A figure that only a
/// band is known of is marked at both ends.
fn published(of: &Pictured<'_>) -> Vec<(String, f64)> {
    let mut out = Vec::new();
    for expectation in &of.model.expectations {
        let Some(statistic) = expectation.metric.strip_prefix("cost.total.") else { continue };
        let amount = statistic == "mean"
            || statistic.starts_with("cvar")
            || statistic.strip_prefix('p').is_some_and(|level| level.parse::<f64>().is_ok());
        if !amount {
            continue;
        }
        let statistic = match statistic {
            "mean" => of.pick("mean", "平均").to_owned(),
            other => other.to_uppercase(),
        };
        let name = |what: &str| format!("{}{statistic}{what}", of.pick("published ", "公表値・"));
        match expectation.value {
            Some(value) => out.push((name(""), value)),
            None => {
                out.push((name(of.pick(", from", "の下限")), expectation.low));
                out.push((name(of.pick(", to", "の上限")), expectation.high));
            }
        }
    }
    out
}

/// The mean and the mean of the worst 5 % from more and more trials.
fn settling(of: &Pictured<'_>) -> String {
    let point =
        |trials: usize, e: &Estimate| LinePoint { x: trials as f64, y: e.value, low: e.low, high: e.high };
    let mean = of.convergence.iter().map(|s| point(s.trials, &s.mean));
    let tail = of.convergence.iter().filter_map(|s| Some(point(s.trials, s.cvar95.as_ref()?)));
    let line = |name: &str, points: Vec<LinePoint>| Line { name: name.to_owned(), points };
    let mut all = vec![line(of.pick("mean", "平均"), mean.collect())];
    let tail: Vec<LinePoint> = tail.collect();
    if !tail.is_empty() {
        all.push(line(of.pick("mean of the worst 5 % (CVaR 95)", "最悪の5％の平均（CVaR95）"), tail));
    }
    lines(&LinesData {
        language: of.language,
        title: of.title("How the estimate settles", "推計の収束"),
        subtitle: format!(
            "{}{}",
            of.run(),
            of.pick(
                "; each point: the first trials alone; bands: 95 % confidence",
                "、各点は最初の試行のみによる値、帯：95％信頼区間"
            )
        ),
        x: Axis::new(of.pick("trials", "試行数"), Unit::Count).log(),
        y: Axis::new(of.pick("total cost", "費用の合計"), of.money()),
        lines: all,
        levels: Vec::new(),
        places: Vec::new(),
    })
}
