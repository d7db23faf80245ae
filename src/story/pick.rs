//! Which trial of a run is told: one by its number, one at a quantile, the worst, or the typical one.

use serde::{Deserialize, Serialize};

use crate::outcome::{Given, Outcome, Trials};
use crate::plan::{Column, Plan};
use crate::quantity::words::Unit;
use crate::statistics::{self, Sample};

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wanted {
    /// The trial whose value of a metric is its quantile at a level.
    At(usize, f64),
    /// The trial with the worst value of a metric.
    Worst(usize),
    /// The trial nearest to the medians.
    Typical,
}

/// A trial, and why it is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pick {
    /// Its number; the first one is 0.
    pub trial: u64,
    /// Why this one.
    #[serde(flatten)]
    pub why: Why,
    /// Where it stands in its run, where it was looked for in one.
    pub among: Option<Among>,
}

/// Why a trial is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "pick", rename_all = "snake_case")]
pub enum Why {
    /// It was asked for by its number.
    Trial,
    /// Its value of a metric is the quantile.
    At {
        /// The metric.
        metric: String,
        /// The level, between 0 and 1.
        level: f64,
        /// The value, in base units.
        value: f64,
        /// Its unit.
        #[serde(skip, default = "unknown")]
        unit: Unit,
    },
    /// Its value of a metric is the worst.
    Worst {
        /// The metric.
        metric: String,
        /// The value, in base units.
        value: f64,
        /// Its unit.
        #[serde(skip, default = "unknown")]
        unit: Unit,
    },
    /// It is nearest to the medians.
    Typical,
}

/// The unit of a metric until it is known by its name.
fn unknown() -> Unit {
    Unit::Count
}

/// Where a trial stands in its run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Among {
    /// Trials that count.
    pub trials: usize,
    /// The condition under which they count.
    pub given: Option<String>,
    /// How many of them cost as much or more, itself included.
    pub cost_as_much: usize,
    /// How many of them are short of something.
    pub short: usize,
}

impl Pick {
    /// A trial by its number.
    pub fn number(trial: u64) -> Pick {
        Pick { trial, why: Why::Trial, among: None }
    }
}

/// Finds the trial in a run; of several that are as good, the one with the lowest number.
///
/// # Errors
/// In words, where no trial counts or the metric is undefined in all of them.
pub fn choose(
    wanted: Wanted,
    plan: &Plan,
    trials: &Trials,
    outcome: &Outcome,
    given: Option<&Given>,
) -> Result<Pick, String> {
    let mask = given.map(|given| given.holds(&outcome.metrics, &trials.columns));
    let counts = |i: &usize| mask.as_ref().is_none_or(|mask| mask[*i]);
    if outcome.trials.1 == 0 {
        return Err(match &outcome.given {
            Some(given) => format!("no trial meets `{given}`, so there is none to tell; run more (--trials)"),
            None => "there is no trial to tell".to_owned(),
        });
    }
    let find = |metric: usize, value: f64| {
        let column = &trials.columns[outcome.metrics[metric].column];
        (0..column.len()).filter(counts).find(|&i| column.get(i) + 0.0 == value)
    };
    let undefined = |metric: usize| format!("`{}` is undefined in every trial", outcome.metrics[metric].name);
    let unit = |metric: usize| outcome.metrics[metric].unit.clone();
    let (trial, why) = match wanted {
        Wanted::At(metric, level) => {
            let quantile = outcome.samples[metric].quantile(level).ok_or_else(|| undefined(metric))?;
            let name = outcome.metrics[metric].name.clone();
            (
                find(metric, quantile.value),
                Why::At { metric: name, level, value: quantile.value, unit: unit(metric) },
            )
        }
        Wanted::Worst(metric) => {
            let (name, sample) = (outcome.metrics[metric].name.clone(), &outcome.samples[metric]);
            let worst = if least_is_worst(&name) { sample.min() } else { sample.max() };
            let value = worst.ok_or_else(|| undefined(metric))?;
            (find(metric, value), Why::Worst { metric: name, value, unit: unit(metric) })
        }
        Wanted::Typical => {
            let counted: Vec<usize> = (0..trials.count).filter(counts).collect();
            (typical(plan, trials, outcome, &counted), Why::Typical)
        }
    };
    let trial = trial.ok_or("there is no such trial")?;
    let among = among(plan, trials, outcome, trial);
    Ok(Pick { trial: trial as u64, why, among })
}

/// Of most metrics more is worse; of activity it is less, of the first day of a loss it is sooner.
fn least_is_worst(name: &str) -> bool {
    name.ends_with(".worst_activity") || name.ends_with(".first_loss")
}

fn among(plan: &Plan, trials: &Trials, outcome: &Outcome, trial: usize) -> Option<Among> {
    let total = outcome.sample("cost.total")?;
    let cost = trials.columns[plan.columns.costs].get(trial) + 0.0;
    let short = outcome.sample("shortfall.any")?;
    Some(Among {
        trials: outcome.trials.1,
        given: outcome.given.clone(),
        cost_as_much: as_many(total.defined() as f64 - total.ranks(cost).0),
        short: as_many(short.defined() as f64 - short.ranks(0.0).1),
    })
}

/// A number of trials where they do not count alike, as a whole number that is 0 only where there are none.
fn as_many(trials: f64) -> usize {
    trials.ceil() as usize
}

/// A measure and where its median lies.
struct Scale<'a> {
    column: &'a statistics::Column,
    sample: &'a Sample,
    median: f64,
}

impl<'a> Scale<'a> {
    fn new(column: &'a statistics::Column, sample: &'a Sample) -> Option<Scale<'a>> {
        let median = sample.quantile(0.5)?.value;
        Some(Scale { column, sample, median: place(sample, median) })
    }

    /// How far a trial lies from the median, as a share of the ranks.
    fn distance(&self, trial: usize) -> f64 {
        (place(self.sample, self.column.get(trial) + 0.0) - self.median).abs()
    }
}

/// The middle rank of `value` as a share of all: values that are equal share their ranks.
fn place(sample: &Sample, value: f64) -> f64 {
    let (below, up_to) = sample.ranks(value);
    (below + up_to) / (2 * sample.defined()) as f64
}

/// The trial whose ranks are nearest to those of the medians: the distance in total cost, plus the mean distance in
/// whether a control acted, whether anything was short, each material's share short and each sector's loss. Where
/// most trials are alike in all of these (nothing happens), that is one of them.
fn typical(plan: &Plan, trials: &Trials, outcome: &Outcome, counted: &[usize]) -> Option<usize> {
    let total = Scale::new(&trials.columns[plan.columns.costs], outcome.sample("cost.total")?)?;
    let acted: Vec<f64> = counted.iter().map(|&i| trials.columns[1].get(i)).collect();
    let acted = Sample::new(&acted);
    let mut others: Vec<Scale> = Scale::new(&trials.columns[1], &acted).into_iter().collect();
    for (metric, sample) in outcome.metrics.iter().zip(&outcome.samples) {
        let kind = plan.columns.list[metric.column];
        if matches!(kind, Column::AnyShort | Column::Share(_) | Column::Lost(_)) {
            others.extend(Scale::new(&trials.columns[metric.column], sample));
        }
    }
    let distance = |i: usize| {
        let rest: f64 = others.iter().map(|scale| scale.distance(i)).sum();
        total.distance(i) + rest / others.len() as f64
    };
    // A trial outside of a window of ranks of the cost is farther away than the window is wide: it need not be looked
    // at where one within is nearer than that.
    let (mut width, costs) = (0.01, total.column.to_vec());
    loop {
        let low = total.sample.reached(total.median - width)?;
        let high = total.sample.reached(total.median + width)?;
        let mut best: Option<(f64, usize)> = None;
        for &i in counted.iter().filter(|&&i| (low..=high).contains(&costs[i])) {
            let d = distance(i);
            if best.is_none_or(|(nearest, _)| d < nearest) {
                best = Some((d, i));
            }
            if d == 0.0 {
                break;
            }
        }
        match best {
            Some((d, i)) if d < width || width >= 1.0 => return Some(i),
            None if width >= 1.0 => return None,
            _ => width *= 4.0,
        }
    }
}
