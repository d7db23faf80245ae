//! When a run has enough trials: figures that are to be known to some accuracy, looked at after every batch.

use std::sync::atomic::AtomicBool;

use serde_json::{Value, json};

use super::query::{Query, amount};
use super::{Metric, Progress, Trials};
use crate::model::Model;
use crate::parallel::Pool;
use crate::plan::Plan;
use crate::statistics::{Estimate, Sample};

/// How near a figure is to be.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Nearness {
    /// Half its 95 % interval over its size.
    Relative(f64),
    /// Half its 95 % interval.
    Absolute(f64),
}

/// A figure that is to be known to some accuracy.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    /// As it was asked for.
    pub text: String,
    /// The figure.
    pub query: Query,
    near: Nearness,
}

/// What a look at a goal found.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// After so many trials.
    pub trials: usize,
    /// The figure; none where it is undefined so far.
    pub figure: Option<Estimate>,
    /// Whether it is known well enough.
    pub met: bool,
}

impl Goal {
    /// Reads `cost.total.cvar99 ±1%`, `cost.total.mean +-5 billion JPY`.
    ///
    /// # Errors
    /// In words, where there is no such figure or no such accuracy.
    pub fn parse(text: &str, metrics: &[Metric], model: &Model) -> Result<Goal, String> {
        let parts = text.split_once('±').or_else(|| text.split_once("+-"));
        let (figure, near) = parts.ok_or_else(|| {
            format!("`{text}` says not how near; write METRIC.STATISTIC ±X%, such as 'cost.total.mean ±1%'")
        })?;
        let query = Query::parse(figure, metrics, model)?;
        let unknown = ["se", "min", "max", "skewness"];
        if let Some(statistic) = unknown.iter().find(|s| figure.trim().ends_with(&format!(".{s}"))) {
            return Err(format!("no error is known of `{statistic}`, so that it can never be near enough"));
        }
        let near = near.trim();
        let positive =
            |x: f64| if x > 0.0 { Ok(x) } else { Err(format!("`{near}` is no accuracy: write more than 0")) };
        let near = match near.strip_suffix('%') {
            Some(percent) => {
                let number: Result<f64, _> = percent.trim().parse();
                let number = number.map_err(|_| format!("`{near}` is no percentage"))?;
                Nearness::Relative(positive(number)? / 100.0)
            }
            None => {
                Nearness::Absolute(positive(amount(near, query.unit(&metrics[query.metric].unit), model)?)?)
            }
        };
        Ok(Goal { text: text.trim().to_owned(), query, near })
    }

    /// How it stands after `trials`: it is met where half the interval is within the accuracy and can be trusted.
    pub fn look(&self, metrics: &[Metric], trials: &Trials) -> Look {
        let metric = &metrics[self.query.metric];
        let sample = |column: usize| Sample::of(&trials.columns[column], None, &trials.design());
        let figure = self.query.estimate(&sample(metric.column), metric.censored.map(sample).as_ref());
        let met = figure.is_some_and(|e| {
            let half = 0.5 * (e.high - e.low);
            let within = match self.near {
                Nearness::Relative(share) => share * e.value.abs(),
                Nearness::Absolute(amount) => amount,
            };
            e.reliable && half <= within
        });
        Look { trials: trials.count, figure, met }
    }
}

/// How a run came to have as many trials as it has.
#[derive(Clone, Debug)]
pub struct Stopping {
    /// The figures.
    pub goals: Vec<Goal>,
    /// What each look found, by goal.
    pub looks: Vec<Vec<Look>>,
}

impl Stopping {
    /// The last look of a goal.
    pub fn last(&self, goal: usize) -> Option<Look> {
        self.looks.last().map(|looks| looks[goal])
    }

    /// For each goal what it was, whether it is met, and its last looks.
    pub fn json(&self) -> Value {
        let look = |look: &Look| json!({ "trials": look.trials, "figure": look.figure });
        let goal = |(g, goal): (usize, &Goal)| {
            let from = self.looks.len().saturating_sub(TOLD);
            let looks: Vec<Value> = self.looks[from..].iter().map(|looks| look(&looks[g])).collect();
            json!({ "goal": goal.text, "met": self.last(g).is_some_and(|l| l.met), "looks": looks })
        };
        self.goals.iter().enumerate().map(goal).collect()
    }
}

/// After how many trials the first look comes.
pub fn first_look(batch: u64, most: u64) -> u64 {
    most.min(FIRST_LOOK.saturating_mul(batch))
}

/// So many last looks are told of.
const TOLD: usize = 4;
/// No look before so many batches: the first ones are the likeliest to seem sure by chance.
const FIRST_LOOK: u64 = 2;

/// Runs batches of `batch` trials until all goals are met, or `most` trials are run, or `stop` rises.
///
/// Looks come after whole batches, at first after each and then after every twentieth part more, so that looking costs
/// little; when they come depends on numbers of trials alone. That each look may end the run makes an interval miss a little
/// more often than in a run of fixed length, the less the more batches there are (Chow and Robbins, Annals of Mathematical
/// Statistics 36, 1965); tests/sampling.rs counts how often.
pub fn until(
    plan: &Plan,
    asked: (&[Metric], Vec<Goal>),
    batches: (u64, u64),
    (pool, stop): (&Pool, &AtomicBool),
    mut progress: impl FnMut(Progress),
) -> (Trials, Stopping) {
    let (_, most) = batches;
    until_by(plan, asked, batches, pool, |trials| {
        trials.complete(plan, pool, stop, |p| progress(Progress { of: most, ..p }));
    })
}

/// The same, whoever gets the trials: `grow` adds those up to the ones asked for; where it adds fewer, that is the end.
pub fn until_by(
    plan: &Plan,
    (metrics, goals): (&[Metric], Vec<Goal>),
    (batch, most): (u64, u64),
    pool: &Pool,
    mut grow: impl FnMut(&mut Trials),
) -> (Trials, Stopping) {
    let mut trials = Trials::none(plan, 0);
    let mut looks: Vec<Vec<Look>> = Vec::new();
    let mut batches = FIRST_LOOK;
    loop {
        trials.asked = most.min(batches * batch);
        grow(&mut trials);
        let own: Vec<Look> = pool.map(&goals, |goal| goal.look(metrics, &trials));
        let met = own.iter().all(|look| look.met);
        looks.push(own);
        if met || trials.count as u64 >= most || (trials.count as u64) < trials.asked {
            return (trials, Stopping { goals, looks });
        }
        batches += (batches / 20).max(1);
    }
}
