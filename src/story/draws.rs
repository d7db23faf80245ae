//! The draws of a trial, and which of them are unusual under their own laws.

use serde::{Deserialize, Serialize};

use crate::engine::Worker;
use crate::model::Model;
use crate::plan::{self, Lasts, Plan};
use crate::random::Law;

/// A draw is unusual where its law gives less than this to what is as low, or to what is as high.
const TAIL: f64 = 0.05;

/// A draw of an uncertain entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draw {
    /// The entry's path.
    pub path: String,
    /// Which draw of it in the trial, from 0; always 0 for what is drawn once a trial.
    pub occurrence: u32,
    /// The value, in base units.
    pub value: f64,
    /// P(X <= value) under its law.
    pub as_low: f64,
    /// P(X >= value) under its law.
    pub as_high: f64,
    /// Whether both are on the condition of having lasted as long as stated at the start.
    pub given_elapsed: bool,
    /// The entry, as an index into the model's factors.
    #[serde(skip)]
    pub factor: usize,
}

/// The draws of a trial.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draws {
    /// How many were made.
    pub made: usize,
    /// Those in the lowest or highest 5 % of their laws, the most unusual first.
    pub unusual: Vec<Draw>,
}

/// All draws of the trial that `worker` has walked last.
pub fn draws(model: &Model, plan: &Plan, worker: &Worker, trial: u64) -> Draws {
    let once = model.factors.iter().enumerate().filter(|(_, f)| f.once);
    let mut all: Vec<Draw> =
        once.zip(&worker.seat.draws).map(|((f, _), value)| judge(model, f, 0, *value, None)).collect();
    for (draw, elapsed) in afresh(plan, &worker.seat.values) {
        let plan::Draw::Afresh { address, law, low, high } = draw else { continue };
        for occurrence in 0..worker.seat.events.uses(address) {
            let u = plan.uniform(address, trial, occurrence);
            let given = elapsed.filter(|_| occurrence == 0);
            let own = &plan.laws[law as usize];
            let value = given.map_or_else(|| own.quantile(u), |elapsed| own.longer_than(u, elapsed));
            let factor = plan.law_factors[law as usize];
            all.push(judge(model, factor, occurrence, value.clamp(low, high), given));
        }
    }
    let made = all.len();
    let tail = |d: &Draw| d.as_low.min(d.as_high);
    let mut unusual: Vec<Draw> = all.into_iter().filter(|d| tail(d) < TAIL).collect();
    unusual.sort_by(|a, b| tail(a).total_cmp(&tail(b)));
    Draws { made, unusual }
}

fn judge(model: &Model, factor: usize, occurrence: u32, value: f64, elapsed: Option<f64>) -> Draw {
    let law = &model.factors[factor].law;
    let (mut as_low, mut as_high) = (law.cdf(value), at_least(law, value));
    if let Some(elapsed) = elapsed {
        let left = law.sf(elapsed);
        (as_low, as_high) =
            if left > 0.0 { (1.0 - law.sf(value) / left, as_high / left) } else { (1.0, 1.0) };
    }
    let path = model.factors[factor].path.clone();
    let (as_low, as_high) = (as_low.clamp(0.0, 1.0), as_high.clamp(0.0, 1.0));
    Draw { path, occurrence, value, as_low, as_high, given_elapsed: elapsed.is_some(), factor }
}

/// P(X >= x), also of a law that has that very value with some probability.
fn at_least(law: &Law, x: f64) -> f64 {
    law.sf(x.next_down())
}

/// All that may be drawn afresh at an event; with it, for a sojourn that had begun before the start, how long ago.
fn afresh(plan: &Plan, values: &[f64]) -> Vec<(plan::Draw, Option<f64>)> {
    let mut all = Vec::new();
    for control in &plan.controls {
        let elapsed = Some(values[control.elapsed.0 as usize]).filter(|days| *days > 0.0);
        for (r, regime) in control.regimes.iter().enumerate() {
            all.extend(regime.blocks.iter().map(|(_, draw)| (*draw, None)));
            all.push((regime.approval_delay, None));
            match regime.lasts {
                Lasts::Forever => {}
                Lasts::For(draw) => all.push((draw, elapsed.filter(|_| control.initial == r + 1))),
                Lasts::Until(draw) => all.push((draw, None)),
            }
        }
    }
    all.extend(plan.onsets.iter().map(|onset| (onset.delay, None)));
    all.extend(plan.options.iter().map(|option| (option.lead_time, None)));
    all
}
