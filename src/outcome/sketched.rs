//! Runs too long to be held: while its trials are walked, each column is counted in narrow bins, in constant memory.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use super::caution::{Known, Seen};
use super::metric::Metric;
use super::query::Given;
use super::summary::{Outcome, of_sample};
use super::trials::{Progress, Walker};
use crate::engine::Cuts;
use crate::parallel::Pool;
use crate::plan::{Columns, Plan};
use crate::statistics::{Column, Sample, Sketch};

/// A run of more trials than this is not held, but counted: 2^24.
pub const MOST_HELD: u64 = 1 << 24;

/// Trials that a thread counts before it hands on what it has counted, and that it holds at a time. They decide nothing but
/// how work is dealt out.
const ROUND: u64 = 1 << 16;
const BLOCK: u64 = 1 << 13;

/// What is counted of the columns of a run, or of any part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    /// How many trials were walked.
    pub count: u64,
    /// By column of the plan, over the trials that count: those in which any control acted, and the others.
    acted: Vec<Sketch>,
    idle: Vec<Sketch>,
    /// By column of the plan, over all trials, whether they count or not.
    greatest: Vec<Option<f64>>,
    /// How often draws were cut.
    pub cuts: Cuts,
}

impl Counted {
    /// Nothing so far.
    pub fn none(plan: &Plan) -> Counted {
        let empty = vec![Sketch::default(); plan.columns.len()];
        let greatest = vec![None; plan.columns.len()];
        Counted { count: 0, acted: empty.clone(), idle: empty, greatest, cuts: Cuts::new(plan) }
    }

    /// All but the numbers of trials and cuts, as bytes.
    pub fn encode(&self) -> Vec<u8> {
        postcard::to_stdvec(&(&self.acted, &self.idle, &self.greatest)).unwrap_or_default()
    }

    /// What [`Counted::encode`] made of `count` trials of `plan`; none where it is something else.
    pub fn decode(bytes: &[u8], count: u64, cuts: Cuts, plan: &Plan) -> Option<Counted> {
        type All = (Vec<Sketch>, Vec<Sketch>, Vec<Option<f64>>);
        let (acted, idle, greatest): All = postcard::from_bytes(bytes).ok()?;
        let width = plan.columns.len();
        let whole = acted.len() == width && idle.len() == width && greatest.len() == width;
        whole.then_some(Counted { count, acted, idle, greatest, cuts })
    }

    /// With the trials of another part, in any order.
    pub fn merge(&mut self, other: &Counted) {
        self.count += other.count;
        self.cuts.add(&other.cuts);
        let parts = [(&mut self.acted, &other.acted), (&mut self.idle, &other.idle)];
        for (own, more) in parts.into_iter().flat_map(|(own, more)| own.iter_mut().zip(more)) {
            own.merge(more);
        }
        self.greatest.iter_mut().zip(&other.greatest).for_each(|(own, more)| *own = greater(*own, *more));
    }

    /// Adds some trials, whose columns these are; of those the ones alone that are `kept`, where only some count.
    fn add(&mut self, columns: &[Column], kept: Option<&[bool]>) {
        let counts = |trial: usize| kept.is_none_or(|kept| kept[trial]);
        let control = &columns[Columns::ANY_CONTROL];
        let own = |wanted: bool| -> Vec<bool> {
            control.iter().enumerate().map(|(t, acted)| counts(t) && (acted > 0.0) == wanted).collect()
        };
        let (acted, idle) = (own(true), own(false));
        for (c, column) in columns.iter().enumerate() {
            self.acted[c].merge(&Sketch::of(column, Some(&acted)));
            self.idle[c].merge(&Sketch::of(column, Some(&idle)));
            self.greatest[c] = greater(self.greatest[c], column.greatest());
        }
        self.count += control.len() as u64;
    }

    /// What there is to know of all trials.
    pub fn seen(&self) -> Seen<'_> {
        Seen { trials: self.count as usize, cuts: &self.cuts, columns: Known::Greatest(&self.greatest) }
    }

    /// What the run has found, of `asked` trials; `given` is the condition under which its trials count, as written.
    pub fn outcome(&self, metrics: Vec<Metric>, asked: u64, given: Option<&str>, pool: &Pool) -> Outcome {
        let all = |column: usize| self.all(column);
        let trials = |sketches: &[Sketch]| sketches[Columns::ANY_CONTROL].trials();
        let (acted, idle) = (trials(&self.acted), trials(&self.idle));
        let sometimes = acted > 0 && idle > 0;
        let given_acted = |metric: &Metric| of_sample(&self.acted[metric.column].sample());
        let total = metrics.iter().find(|metric| sometimes && metric.name == "cost.total");
        Outcome {
            samples: pool.map(&metrics, |metric| all(metric.column)),
            acted: if sometimes { pool.map(&metrics, given_acted) } else { Vec::new() },
            acted_cost: total.and_then(|metric| self.acted[metric.column].sample().mean()),
            any_control: all(Columns::ANY_CONTROL).positive(),
            censored: metrics.iter().map(|metric| metric.censored.map(all)).collect(),
            trials: (self.count as usize, (acted + idle) as usize),
            asked,
            nested: false,
            sketched: true,
            given: given.map(str::to_owned),
            metrics,
        }
    }

    /// A column over all trials that count.
    fn all(&self, column: usize) -> Sample {
        let mut all = self.acted[column].clone();
        all.merge(&self.idle[column]);
        all.sample()
    }
}

/// The greater of two values, of which either may be unknown.
fn greater(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    a.into_iter().chain(b).reduce(f64::max)
}

/// Walks the trials in `range` and counts them. A raise of `stop` ends it after the rounds that are done.
///
/// The condition must not be one by a quantile, which nobody knows before the last trial.
pub fn count(
    plan: &Plan,
    range: Range<u64>,
    (metrics, given): (&[Metric], Option<&Given>),
    (pool, stop): (&Pool, &AtomicBool),
    mut progress: impl FnMut(Progress),
) -> Counted {
    let mut counted = Counted::none(plan);
    let round = |trials: Range<u64>| {
        let mut own = Counted::none(plan);
        let mut walker = Walker::new(plan);
        let mut start = trials.start;
        while start < trials.end {
            // What has begun is given up: only whole rounds are kept.
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            let block = start..trials.end.min(start + BLOCK);
            start = block.end;
            let columns = walker.columns(block);
            let kept = given.map(|given| given.holds(metrics, &columns));
            own.add(&columns, kept.as_deref());
        }
        own.cuts = walker.take_cuts();
        Some(own)
    };
    let mut start = range.start;
    while start < range.end {
        let threads = pool.threads() as u64;
        let end = range.end.min(start.saturating_add(threads * ROUND));
        let rounds = (end - start).div_ceil(ROUND) as usize;
        let bounds = |i: usize| {
            let first = start + i as u64 * ROUND;
            first..end.min(first + ROUND)
        };
        for own in pool.indices(rounds, |i| round(bounds(i))) {
            // Only an unbroken run from the start is a run of its own.
            let Some(own) = own else { return counted };
            counted.merge(&own);
        }
        start = end;
        let mean = counted.all(plan.columns.costs).mean();
        let (mean, se) = mean.map_or((f64::NAN, f64::NAN), |mean| (mean.value, mean.se));
        progress(Progress { done: start, of: range.end, mean, se });
    }
    counted
}
