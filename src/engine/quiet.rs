//! Trials in which nothing happens, where all of them are the same: one is walked, and the others have its row.

use super::events::Events;
use super::first::settings;
use super::hazard::Rate;
use crate::plan::{Address, Plan};

/// A uniform this far above the probability of its event is sure to bring none, however times are rounded.
const MARGIN: f64 = 1e-9;

/// How trials without events are told, and what they give.
#[derive(Clone, Debug)]
pub struct Quiet {
    /// Where it is the same in every trial: whose uniforms bring an event, and below what.
    certain: Option<Vec<(Address, f64)>>,
    /// The row of such a trial, once one has been walked.
    row: Vec<f64>,
}

impl Quiet {
    /// None where trials without events may differ, or where the run has other plans for them ([`crate::plan::Rare`]).
    pub fn new(plan: &Plan) -> Option<Quiet> {
        if plan.rare.is_some() || plan.busy().is_some() {
            return None;
        }
        Some(Quiet { certain: certain(plan), row: Vec::new() })
    }

    /// The row of a trial, where it is known without drawing it that nothing happens in it.
    pub fn known(&self, plan: &Plan, trial: u64) -> Option<&[f64]> {
        let nothing = |&(address, chance): &(Address, f64)| plan.uniform(address, trial, 0) > chance + MARGIN;
        let certain = self.certain.as_ref().filter(|_| !self.row.is_empty())?;
        certain.iter().all(nothing).then_some(&self.row)
    }

    /// The row of a trial with these events, where there are none.
    pub fn found(&self, events: &Events) -> Option<&[f64]> {
        (!self.row.is_empty() && events.are_none()).then_some(&self.row)
    }

    /// Keeps the row of a trial, if it is the first without events.
    pub fn learn(&mut self, events: &Events, row: &[f64]) {
        if self.row.is_empty() && events.are_none() {
            self.row.extend_from_slice(row);
        }
    }
}

/// What may happen first, with its probability, where that depends on no draw, and no draw is counted.
fn certain(plan: &Plan) -> Option<Vec<(Address, f64)>> {
    if !plan.scalars.cuts.is_empty() {
        return None;
    }
    let values = plan.scalars.start();
    let mut rates = vec![Rate::Constant(0.0); plan.hazards.len()];
    for (rate, hazard) in rates.iter_mut().zip(&plan.hazards) {
        rate.set(hazard, &values);
    }
    // What follows a draw is no number there.
    let chances = settings(plan).map(|setting| (setting.address(), setting.chance(plan, &values, &rates)));
    let chances: Vec<(Address, f64)> = chances.collect();
    chances.iter().all(|(_, chance)| !chance.is_nan()).then_some(chances)
}
