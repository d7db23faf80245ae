//! Alternatives side by side, trial by trial: what differs, what a measure is worth, which of them are efficient.

use std::sync::atomic::AtomicBool;

use super::{Asked, Variant, difference, figure};
use crate::outcome::{self, Metric, Query, Statistic, Task};
use crate::parallel::Pool;
use crate::statistics::{Estimate, Paired, Sample, paired, paired_cvar, ratio};

/// The level of the tail that measures are judged by.
pub const TAIL: f64 = 0.95;

/// A scenario under a name.
#[derive(Clone, Debug)]
pub struct Alternative {
    /// What it is called.
    pub name: String,
    /// The scenario. All alternatives have the same seed, and so the same random numbers wherever they have the same
    /// entries.
    pub variant: Variant,
}

/// What a measure is worth against the base. What it avoids is counted without what options cost (`cost.options`):
/// that is its price.
#[derive(Clone, Debug)]
pub struct Worth {
    /// Expected loss avoided.
    pub avoided: Paired,
    /// Expected shortfall (CVaR95) of the loss avoided.
    pub tail: Paired,
    /// What the options cost more.
    pub cost: Paired,
    /// Loss avoided for each unit of cost; none where it costs nothing.
    pub ratio: Option<Estimate>,
    /// Share of the trials in which the loss avoided exceeds the cost.
    pub pays: Estimate,
    /// What is left of the loss avoided when the cost is paid: the difference in cost.total.
    pub net: Paired,
}

/// One alternative.
#[derive(Clone, Debug)]
pub struct Side {
    /// What it is called.
    pub name: String,
    /// By figure: its value, and the paired difference to the base.
    pub figures: Vec<(Option<Estimate>, Option<Paired>)>,
    /// Mean of the loss, without what options cost.
    pub loss: Estimate,
    /// Expected shortfall of it.
    pub tail: Estimate,
    /// Mean of what options cost.
    pub cost: Estimate,
    /// Against the base; none for the base itself.
    pub worth: Option<Worth>,
    /// Whether no other alternative costs as little and leaves as little tail: it lies on the efficient frontier.
    pub efficient: bool,
}

/// Alternatives side by side; the first is the base.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// What is compared.
    pub figures: Vec<Asked>,
    /// The alternatives.
    pub sides: Vec<Side>,
    /// Trials of each.
    pub trials: u64,
}

/// Of a scenario's metrics the mean of each, and for the total cost what its tail is.
pub fn usual(metrics: &[Metric]) -> Vec<Asked> {
    let of = |metric: &Metric, statistic: Statistic, name: &str| Asked {
        text: format!("{}.{name}", metric.name),
        unit: metric.unit.clone(),
        metric: metric.name.clone(),
        statistic,
    };
    let mut all = Vec::new();
    // The total first: it is what most people want.
    let (costs, rest): (Vec<&Metric>, Vec<&Metric>) =
        metrics.iter().partition(|m| m.name.starts_with("cost."));
    for metric in costs.into_iter().chain(rest) {
        all.push(of(metric, Statistic::Mean, "mean"));
        if metric.name == "cost.total" {
            all.push(of(metric, Statistic::Quantile(TAIL), "p95"));
            all.push(of(metric, Statistic::Cvar(TAIL), "cvar95"));
        }
    }
    all
}

/// Runs all alternatives over the same trials. None where it is stopped.
pub fn compare(
    alternatives: &[Alternative],
    figures: Vec<Asked>,
    trials: u64,
    (pool, stop): (&Pool, &AtomicBool),
    progress: impl FnMut(u64),
) -> Option<Comparison> {
    let wanted: Vec<Wanted> = alternatives.iter().map(|a| Wanted::new(a, &figures)).collect();
    let tasks: Vec<Task> = alternatives
        .iter()
        .zip(&wanted)
        .map(|(a, w)| Task { plan: &a.variant.plan, trials: 0..trials, columns: w.columns.clone() })
        .collect();
    let mut base: Option<Vec<Vec<f64>>> = None;
    let mut sides: Vec<Side> = Vec::new();
    outcome::run_tasks(&tasks, pool, stop, progress, |t, columns| {
        let first = base.get_or_insert_with(|| columns.clone());
        let against = (t > 0).then_some((&wanted[0], first.as_slice()));
        sides.extend(side(&alternatives[t].name, &figures, &wanted[t], &columns, against, pool));
    });
    if sides.len() < alternatives.len() {
        return None;
    }
    for i in 0..sides.len() {
        let own = (sides[i].cost.value, sides[i].tail.value);
        let beats = |s: &Side| {
            let other = (s.cost.value, s.tail.value);
            other.0 <= own.0 && other.1 <= own.1 && other != own
        };
        sides[i].efficient = !sides.iter().any(beats);
    }
    Some(Comparison { figures, sides, trials })
}

/// Which columns of an alternative are wanted: its total cost, what options cost, and those of the figures that it has.
struct Wanted {
    columns: Vec<usize>,
    /// By figure: where its metric stands among the columns, and what it is.
    figures: Vec<Option<(usize, Query)>>,
}

impl Wanted {
    fn new(alternative: &Alternative, figures: &[Asked]) -> Wanted {
        let plan = &alternative.variant.plan;
        let metrics = outcome::metrics(&alternative.variant.model, &plan.columns);
        let (total, options) = (plan.columns.costs, plan.columns.costs + 5);
        let mut columns = vec![total, options];
        let figures = figures.iter().map(|figure| {
            let metric = metrics.iter().position(|m| m.name == figure.metric)?;
            columns.push(metrics[metric].column);
            Some((columns.len() - 1, Query { metric, statistic: figure.statistic }))
        });
        Wanted { figures: figures.collect(), columns }
    }
}

fn side(
    name: &str,
    figures: &[Asked],
    wanted: &Wanted,
    columns: &[Vec<f64>],
    against: Option<(&Wanted, &[Vec<f64>])>,
    pool: &Pool,
) -> Option<Side> {
    let indices: Vec<usize> = (0..figures.len()).collect();
    let figures = pool.map(&indices, |&f| {
        let own = wanted.figures[f].as_ref();
        let value = own.and_then(|(c, query)| figure(query, &columns[*c]));
        let base = against.and_then(|(w, base)| Some(&base[w.figures[f].as_ref()?.0]));
        let apart =
            own.zip(base).and_then(|((c, query), base)| difference(query.statistic, base, &columns[*c]));
        (value, apart)
    });
    let loss = loss(columns);
    let sample = Sample::new(&loss);
    Some(Side {
        name: name.to_owned(),
        figures,
        loss: sample.mean()?,
        tail: sample.cvar(TAIL)?,
        cost: Sample::new(&columns[1]).mean()?,
        worth: against.and_then(|(_, base)| worth(base, columns)),
        efficient: false,
    })
}

/// What is lost in each trial, without what options cost.
fn loss(columns: &[Vec<f64>]) -> Vec<f64> {
    columns[0].iter().zip(&columns[1]).map(|(total, options)| total - options).collect()
}

fn worth(base: &[Vec<f64>], own: &[Vec<f64>]) -> Option<Worth> {
    let (before, after) = (loss(base), loss(own));
    let less = |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a - b).collect() };
    let (avoided, cost) = (less(&before, &after), less(&own[1], &base[1]));
    // What is left over by rounding is no gain.
    let room = |i: usize| 1e-12 * before[i].abs().max(base[0][i].abs());
    let pays: Vec<f64> =
        (0..avoided.len()).map(|i| f64::from(u8::from(avoided[i] - cost[i] > room(i)))).collect();
    Some(Worth {
        avoided: paired(&after, &before)?,
        tail: paired_cvar(&after, &before, TAIL)?,
        cost: paired(&base[1], &own[1])?,
        ratio: ratio(&avoided, &cost),
        pays: Sample::new(&pays).positive()?,
        net: paired(&own[0], &base[0])?,
    })
}
