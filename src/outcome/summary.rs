//! The summary of a run: every metric's statistics with their intervals, as a value that can be written as JSON.

use serde_json::{Map, Value, json};

use super::caution::Caution;
use super::metric::Metric;
use super::provenance::Provenance;
use super::query::{Given, Statistic};
use super::trials::Trials;
use crate::parallel::Pool;
use crate::plan::Columns;
use crate::quantity::words;
use crate::statistics::{BAND_LEVELS, Estimate, Sample, Sketch, number_of};

/// Levels of the quantiles in a summary.
pub const QUANTILES: [f64; 10] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999];
/// Levels of the expected shortfalls in a summary.
pub const CVAR_LEVELS: [f64; 4] = [0.9, 0.95, 0.99, 0.999];

/// A run's results, ready to be asked.
#[derive(Debug)]
pub struct Outcome {
    /// The metrics.
    pub metrics: Vec<Metric>,
    /// By metric, over the trials that count.
    pub samples: Vec<Sample>,
    /// By metric, the statistics over those of them in which any control acted, as `summary.json` has them; empty where that
    /// is all or none of them.
    pub acted: Vec<Map<String, Value>>,
    /// The mean total cost over those; none where they are all or none.
    pub acted_cost: Option<Estimate>,
    /// Probability that any control acts, among the trials that count.
    pub any_control: Option<Estimate>,
    /// By metric, the flags of what had not ended at the horizon.
    pub censored: Vec<Option<Sample>>,
    /// How many trials were run and how many of them count.
    pub trials: (usize, usize),
    /// How many were asked for.
    pub asked: u64,
    /// Whether those that go together share what is not known.
    pub nested: bool,
    /// Whether its figures are read from counts in narrow bins ([`crate::statistics::Sketch`]).
    pub sketched: bool,
    /// The condition under which they count, as written.
    pub given: Option<String>,
}

impl Outcome {
    /// Sorts every metric's column; a condition leaves out the trials in which it does not hold.
    pub fn new(metrics: Vec<Metric>, trials: &Trials, given: Option<(&str, &Given)>, pool: &Pool) -> Outcome {
        Outcome::of(metrics, trials, given, true, pool)
    }

    /// The same, for who writes no `summary.json`: of the trials in which any control acted there is the cost alone.
    pub fn brief(
        metrics: Vec<Metric>,
        trials: &Trials,
        given: Option<(&str, &Given)>,
        pool: &Pool,
    ) -> Outcome {
        Outcome::of(metrics, trials, given, false, pool)
    }

    fn of(
        metrics: Vec<Metric>,
        trials: &Trials,
        given: Option<(&str, &Given)>,
        whole: bool,
        pool: &Pool,
    ) -> Outcome {
        let mask = given.map(|(_, given)| given.holds(&metrics, &trials.columns));
        let (mask, design) = (mask.as_deref(), trials.design());
        let sample = |column: usize| Sample::of(&trials.columns[column], mask, &design);
        let acted = trials.columns[Columns::ANY_CONTROL].iter().enumerate();
        let also_acted: Vec<bool> =
            acted.map(|(t, acted)| acted > 0.0 && mask.is_none_or(|mask| mask[t])).collect();
        let counted = mask.map_or(trials.count, number_of);
        let sometimes = !matches!(number_of(&also_acted), n if n == 0 || n == counted);
        let given_acted = |m: &Metric| Sample::of(&trials.columns[m.column], Some(&also_acted), &design);
        // One at a time: who asks for their statistics does not need the values again.
        let statistics_acted = |m: &Metric| of_sample(&given_acted(m));
        let total = metrics.iter().find(|m| sometimes && m.name == "cost.total");
        Outcome {
            samples: pool.map(&metrics, |m| sample(m.column)),
            acted: if whole && sometimes { pool.map(&metrics, statistics_acted) } else { Vec::new() },
            acted_cost: total.and_then(|m| given_acted(m).mean()),
            any_control: sample(Columns::ANY_CONTROL).positive(),
            censored: metrics.iter().map(|m| m.censored.map(sample)).collect(),
            trials: (trials.count, counted),
            asked: trials.asked,
            nested: trials.nested,
            sketched: false,
            given: given.map(|(text, _)| text.to_owned()),
            metrics,
        }
    }

    /// Whether it was stopped before all trials were run.
    pub fn partial(&self) -> bool {
        (self.trials.0 as u64) < self.asked
    }

    /// The sample of a metric.
    pub fn sample(&self, name: &str) -> Option<&Sample> {
        self.metrics.iter().position(|m| m.name == name).map(|i| &self.samples[i])
    }
}

/// The keys with which a summary begins: where it comes from.
pub(super) fn summary_top(provenance: &Provenance) -> Map<String, Value> {
    match serde_json::to_value(provenance) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// `summary.json`.
pub fn summary(outcome: &Outcome, provenance: &Provenance, cautions: &[Caution], pool: &Pool) -> Value {
    let mut top = summary_top(provenance);
    top.insert("trials".to_owned(), json!(outcome.trials.0));
    if outcome.partial() {
        top.insert("partial".to_owned(), json!({ "asked": outcome.asked, "done": outcome.trials.0 }));
    }
    if outcome.sketched {
        top.insert("sketch".to_owned(), json!({ "relative_error_of_quantiles": Sketch::PRECISION }));
    }
    if let Some(given) = &outcome.given {
        top.insert("given".to_owned(), json!({ "condition": given, "trials": outcome.trials.1 }));
    }
    top.insert("any_control".to_owned(), json!(outcome.any_control));
    let entries = pool.indices(outcome.metrics.len(), |i| entry(outcome, i));
    let named = outcome.metrics.iter().map(|m| m.name.clone()).zip(entries);
    top.insert("metrics".to_owned(), Value::Object(named.collect()));
    top.insert("cautions".to_owned(), json!(cautions));
    Value::Object(top)
}

/// What it says of the metric of index `i`.
fn entry(outcome: &Outcome, i: usize) -> Value {
    let (metric, sample) = (&outcome.metrics[i], &outcome.samples[i]);
    let mut entry = of_sample(sample);
    entry.insert("unit".to_owned(), json!(words::unit(&metric.unit)));
    entry.insert("description".to_owned(), json!(metric.what));
    if let Some(flags) = &outcome.censored[i] {
        entry.insert("censored".to_owned(), json!(flags.positive().map(|e| e.value)));
    }
    if let Some(doubt) = Some(sample).filter(|_| outcome.nested).and_then(Sample::doubt) {
        let means = BAND_LEVELS.iter().zip(doubt.means).map(|(p, mean)| (p.to_string(), json!(mean)));
        let means: Map<String, Value> = means.collect();
        entry.insert("not_known".to_owned(), json!({ "share_of_variance": doubt.share, "means": means }));
    }
    if let Some(acted) = outcome.acted.get(i) {
        entry.insert("given_any_control".to_owned(), Value::Object(acted.clone()));
    }
    Value::Object(entry)
}

/// A sample's statistics, each by its name.
pub(super) fn of_sample(sample: &Sample) -> Map<String, Value> {
    statistics(|statistic| statistic.of(sample, None))
}

/// A metric's statistics, each by its name; `figure` gives them.
pub(super) fn statistics(figure: impl Fn(Statistic) -> Option<Estimate>) -> Map<String, Value> {
    let mut entry = Map::new();
    let mut put = |key: &str, value: Value| entry.insert(key.to_owned(), value);
    let bare = |statistic| json!(figure(statistic).map(|e| e.value));
    put("defined", json!(figure(Statistic::Defined)));
    put("mean", json!(figure(Statistic::Mean)));
    put("sd", bare(Statistic::Sd));
    put("min", bare(Statistic::Min));
    put("max", bare(Statistic::Max));
    put("skewness", bare(Statistic::Skewness));
    let levels = |levels: &[f64], statistic: fn(f64) -> Statistic| -> Value {
        levels.iter().map(|&p| (p.to_string(), json!(figure(statistic(p))))).collect::<Map<_, _>>().into()
    };
    put("quantiles", levels(&QUANTILES, Statistic::Quantile));
    put("cvar", levels(&CVAR_LEVELS, Statistic::Cvar));
    put("positive", json!(figure(Statistic::Positive)));
    entry
}
