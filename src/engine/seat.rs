//! What belongs to one trial alone: its draws, its events, and the signals they give. The flows of several trials may be
//! walked side by side; each has a seat.

use super::Cuts;
use super::events::Events;
use super::hazard::Rate;
use super::lane::{Lane, Now};
use super::signal::Signals;
use crate::plan::{Address, Plan};

/// The trials that are walked side by side: each in its seat, at its step. Those that do not run have nobody in their seats.
#[derive(Debug)]
pub struct Abreast<'s, N: Lane> {
    /// By lane.
    pub seats: &'s mut [Seat],
    /// Which of them there are.
    pub running: N::Mask,
    /// The step that each is at.
    pub now: Now<N>,
}

/// One trial, up to its flows; reused from trial to trial, so that nothing is allocated.
#[derive(Clone, Debug)]
pub struct Seat {
    /// The once-a-trial draws, in the order of the plan.
    pub draws: Vec<f64>,
    scores: Vec<f64>,
    /// All once-a-trial quantities, by their scalars.
    pub values: Vec<f64>,
    rates: Vec<Rate>,
    /// What happened.
    pub events: Events,
    /// What it means for the flows.
    pub signals: Signals,
    /// Counted over all trials so far.
    pub cuts: Cuts,
    fresh: bool,
}

impl Seat {
    /// For trials of `plan`.
    pub fn new(plan: &Plan) -> Seat {
        Seat {
            draws: vec![0.0; plan.scalars.draws.len()],
            scores: Vec::new(),
            values: plan.scalars.start(),
            rates: vec![Rate::Constant(0.0); plan.hazards.len()],
            events: Events::new(plan),
            signals: Signals::new(plan),
            cuts: Cuts::new(plan),
            fresh: true,
        }
    }

    /// Draws trial number `trial` and its events; `uniform` gives the uniforms of once-a-trial addresses.
    pub fn take(&mut self, plan: &Plan, trial: u64, uniform: impl Fn(Address) -> f64) {
        if self.fresh || !plan.scalars.all_certain() {
            self.fresh = false;
            plan.scalars.draw(uniform, &mut self.draws, &mut self.scores);
            plan.scalars.follow(&self.draws, &mut self.values);
            for (rate, hazard) in self.rates.iter_mut().zip(&plan.hazards) {
                rate.set(hazard, &self.values);
            }
        }
        plan.scalars.count_cuts(&self.draws, &mut self.cuts.scalars);
        self.events.run(plan, &self.values, &self.rates, trial);
        self.cuts.overruns += u64::from(self.events.overrun);
        self.signals.set(plan, &self.events, &self.values);
    }

    /// The probability that a clock of this hazard (of the plan's), started on day `from`, strikes before day `to` in this
    /// trial: 1 - exp(-the integrated rate).
    pub fn strikes_within(&self, hazard: usize, from: f64, to: f64) -> f64 {
        -libm::expm1(-self.rates[hazard].integrated(from, to))
    }

    /// What was counted since the last call.
    pub fn take_cuts(&mut self, plan: &Plan) -> Cuts {
        self.cuts.laws.copy_from_slice(&self.events.cuts);
        self.events.cuts.fill(0);
        std::mem::replace(&mut self.cuts, Cuts::new(plan))
    }
}
