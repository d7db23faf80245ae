//! The exact answer, ready to be asked: every metric's distribution.

use serde_json::{Value, json};

use super::{Mixture, Refusal, Scales, line};
use crate::model::Model;
use crate::outcome::{Caution, Metric, Provenance, Query, Statistic, metrics, statistics, summary_top};
use crate::parallel::Pool;
use crate::plan::{Columns, Plan};
use crate::quantity::words;
use crate::statistics::{Bounds, Distribution, Estimate};

/// Means are known to this share of them, or of the mean size of the figure; probabilities, where no more than one uniform varies
/// smoothly in a trial, to this.
pub(super) const ACCURACY: f64 = 1e-6;

/// What is rarer than this share of a figure's greatest value says is not known to so many digits.
const TINY: f64 = 1e-6;

/// All that can happen, by metric.
#[derive(Debug)]
pub struct Exact {
    /// The metrics.
    pub metrics: Vec<Metric>,
    /// Of each.
    pub distributions: Vec<Distribution>,
    /// Of each where any control acted; empty where that is always or never.
    pub acted: Vec<Distribution>,
    /// The probability that any control acts.
    pub any_control: Option<Estimate>,
    /// Of each, the flag of what had not ended at the horizon.
    pub censored: Vec<Option<Distribution>>,
    /// How many trials were walked.
    pub walked: u64,
    /// Over how many uniforms of a trial was integrated.
    pub dimensions: usize,
    /// Whether it is on the condition that any control acts.
    pub given: bool,
}

impl Exact {
    pub(super) fn new(
        model: &Model,
        plan: &Plan,
        mixture: &Mixture,
        scales: &Scales,
        (walked, dimensions): (u64, usize),
        pool: &Pool,
    ) -> Result<Exact, Refusal> {
        let metrics = metrics(model, &plan.columns);
        let near = if dimensions > 1 { line::FAR } else { line::SHARE[0] };
        let bounds = |column: usize| Bounds {
            mass: mixture.bounds[column].mass + mixture.mass,
            zero: mixture.bounds[column].zero + mixture.mass,
            share: near,
            amount: near * scales.mean[column],
            ..mixture.bounds[column]
        };
        let all = |column: usize| {
            Distribution::new(mixture.parts.iter().map(|part| part.piece(column)), bounds(column))
        };
        let acts = |part: &&super::Part| part.rows.iter().all(|row| row[Columns::ANY_CONTROL] > 0.0);
        let acting = |column: usize| {
            let parts = mixture.parts.iter().filter(acts);
            Distribution::new(parts.map(|part| part.piece(column)), bounds(column))
        };
        let any_control = all(Columns::ANY_CONTROL).positive();
        let sometimes = any_control.is_some_and(|any| 0.0 < any.value && any.value < 1.0);
        let exact = Exact {
            distributions: pool.map(&metrics, |m| all(m.column)),
            acted: if sometimes { pool.map(&metrics, |m| acting(m.column)) } else { Vec::new() },
            any_control,
            censored: metrics.iter().map(|m| m.censored.map(all)).collect(),
            walked,
            dimensions,
            given: false,
            metrics,
        };
        exact.accurate()?;
        Ok(exact)
    }

    /// Whether everything is known well enough.
    fn accurate(&self) -> Result<(), Refusal> {
        for (metric, distribution) in self.metrics.iter().zip(&self.distributions) {
            let Some(mean) = distribution.mean() else { continue };
            let most = distribution.max().unwrap_or(0.0).abs().max(distribution.min().unwrap_or(0.0).abs());
            let size = mean.value.abs().max(TINY * most).max(f64::MIN_POSITIVE);
            let share = distribution.defined_share();
            let share = (share.high - share.low) / 2.0;
            let any = if self.dimensions < 2 { distribution.doubt() } else { 0.0 };
            let off = ((mean.high - mean.low) / 2.0 / size).max(share).max(any);
            if !(off <= ACCURACY) {
                return Err(Refusal::Accuracy(metric.name.clone(), off));
            }
        }
        Ok(())
    }

    /// The same on the condition that any control acts; as it is where one always does. None where none ever does.
    pub fn given_any_control(mut self) -> Option<Exact> {
        let any = self.any_control.map_or(0.0, |any| any.value);
        if any == 0.0 {
            return None;
        }
        if !self.acted.is_empty() {
            self.distributions = std::mem::take(&mut self.acted);
        }
        self.given = true;
        Some(self)
    }

    /// The distribution of a metric.
    pub fn distribution(&self, name: &str) -> Option<&Distribution> {
        self.metrics.iter().position(|m| m.name == name).map(|i| &self.distributions[i])
    }

    /// What is asked for; its interval is a bound of the numerical error. None where undefined.
    pub fn estimate(&self, query: &Query) -> Option<Estimate> {
        figure(query.statistic, &self.distributions[query.metric], self.censored[query.metric].as_ref())
    }

    /// `summary.json`: the keys of a run's, with `exact` in place of `trials`.
    pub fn summary(&self, provenance: &Provenance, cautions: &[Caution], pool: &Pool) -> Value {
        let mut top = summary_top(provenance);
        top.remove("trials");
        top.remove("seed");
        top.insert(
            "exact".to_owned(),
            json!({ "accuracy": ACCURACY, "integrals": self.dimensions, "evaluations": self.walked }),
        );
        if self.given {
            top.insert("given".to_owned(), json!({ "condition": "any control" }));
        }
        top.insert("any_control".to_owned(), json!(self.any_control));
        let indices: Vec<usize> = (0..self.metrics.len()).collect();
        let entries = pool.map(&indices, |&i| {
            let metric = &self.metrics[i];
            let mut entry = statistics(|s| figure(s, &self.distributions[i], None));
            entry.insert("unit".to_owned(), json!(words::unit(&metric.unit)));
            entry.insert("description".to_owned(), json!(metric.what));
            if let Some(flags) = &self.censored[i] {
                entry.insert("censored".to_owned(), json!(flags.positive().map(|e| e.value)));
            }
            if let Some(acted) = self.acted.get(i) {
                entry.insert(
                    "given_any_control".to_owned(),
                    Value::Object(statistics(|s| figure(s, acted, None))),
                );
            }
            Value::Object(entry)
        });
        let named = self.metrics.iter().map(|m| m.name.clone()).zip(entries);
        top.insert("metrics".to_owned(), Value::Object(named.collect()));
        top.insert("cautions".to_owned(), json!(cautions));
        Value::Object(top)
    }
}

/// A statistic of a metric, whose flags of what had not ended are `censored`.
fn figure(statistic: Statistic, own: &Distribution, censored: Option<&Distribution>) -> Option<Estimate> {
    let bare = |value: f64| {
        let nan = f64::NAN;
        Estimate { value, se: nan, low: nan, high: nan, reliable: false }
    };
    match statistic {
        Statistic::Mean => own.mean(),
        Statistic::Se => own.mean().map(|e| bare(e.se)),
        Statistic::Sd => own.sd(),
        Statistic::Min => own.min().map(bare),
        Statistic::Max => own.max().map(bare),
        Statistic::Skewness => own.skewness().map(bare),
        Statistic::Quantile(p) => own.quantile(p),
        Statistic::Cvar(p) => own.cvar(p),
        Statistic::Positive => own.positive(),
        Statistic::Above(x) => own.above(x),
        Statistic::Defined => Some(own.defined_share()),
        Statistic::Censored => censored.and_then(Distribution::positive),
    }
}
