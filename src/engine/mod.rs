//! Trials: the events, then the flows and their accounts, as docs/model.md states them.
//!
//! A trial is a pure function of its uniforms: [`Worker::trial`] gives the same row for the same plan and number,
//! whoever asks, in whatever order. Nothing here knows a name or a unit, and nothing can fail.

mod audit;
mod baseline;
mod events;
mod flows;
mod hazard;
mod ledger;
mod response;
mod signal;

pub use audit::Audit;
pub use baseline::Baseline;
pub use events::{Cause, Events, Interval, Visit};
pub use flows::{Flows, TOLERANCE};
pub use ledger::{Costs, Ledger};
pub use response::Curve;

use hazard::Rate;
use signal::Signals;

use crate::plan::{Address, Plan};

/// Watches a trial as it is walked.
pub trait Observer {
    /// Whether quiet steps are to be walked like all others, rather than told of by `quiet`.
    const EVERY_STEP: bool;
    /// Whether `quiet` is to be called at all.
    const QUIET: bool;
    /// Whether every step is to be audited: that nothing appears or vanishes. Debug builds always do.
    const AUDIT: bool = cfg!(debug_assertions);
    /// The events are drawn.
    fn events(&mut self, events: &Events);
    /// Step `k` has been walked and booked.
    fn step(&mut self, k: usize, flows: &Flows, ledger: &Ledger, baseline: &Baseline);
    /// In the steps from `from` up to `to` nothing happened but the baseline, which is the same in all of them.
    fn quiet(&mut self, from: usize, to: usize, flows: &Flows, baseline: &Baseline);
}

/// Watches nothing.
#[derive(Clone, Copy, Debug)]
pub struct Nobody;

impl Observer for Nobody {
    const EVERY_STEP: bool = false;
    const QUIET: bool = false;
    fn events(&mut self, _: &Events) {}
    fn step(&mut self, _: usize, _: &Flows, _: &Ledger, _: &Baseline) {}
    fn quiet(&mut self, _: usize, _: usize, _: &Flows, _: &Baseline) {}
}

/// How often draws were cut to their range, and trials that had too many events.
#[derive(Clone, Debug, PartialEq)]
pub struct Cuts {
    /// By the plan's `scalars.cuts`.
    pub scalars: Vec<u64>,
    /// By the plan's `laws`.
    pub laws: Vec<u64>,
    /// Trials whose events were ended early.
    pub overruns: u64,
}

impl Cuts {
    /// None so far.
    pub fn new(plan: &Plan) -> Cuts {
        Cuts { scalars: vec![0; plan.scalars.cuts.len()], laws: vec![0; plan.laws.len()], overruns: 0 }
    }

    /// Adds what another has counted.
    pub fn add(&mut self, other: &Cuts) {
        let add = |sums: &mut [u64], more: &[u64]| sums.iter_mut().zip(more).for_each(|(sum, n)| *sum += n);
        add(&mut self.scalars, &other.scalars);
        add(&mut self.laws, &other.laws);
        self.overruns += other.overruns;
    }
}

/// Walks trials of a plan, one after the other, without allocating.
#[derive(Clone, Debug)]
pub struct Worker<'p> {
    plan: &'p Plan,
    /// The once-a-trial draws of the present trial, in the order of the plan.
    pub draws: Vec<f64>,
    scores: Vec<f64>,
    /// All once-a-trial quantities of the present trial, by their scalars.
    pub values: Vec<f64>,
    rates: Vec<Rate>,
    /// What happened in the present trial.
    pub events: Events,
    signals: Signals,
    baseline: Baseline,
    flows: Flows,
    ledger: Ledger,
    audit: Audit,
    baseline_use: Vec<f64>,
    cuts: Cuts,
    fresh: bool,
}

impl<'p> Worker<'p> {
    /// A worker on `plan`.
    pub fn new(plan: &'p Plan) -> Worker<'p> {
        Worker {
            plan,
            draws: vec![0.0; plan.scalars.draws.len()],
            scores: Vec::new(),
            values: plan.scalars.start(),
            rates: vec![Rate::Constant(0.0); plan.hazards.len()],
            events: Events::new(plan),
            signals: Signals::new(plan),
            baseline: Baseline::new(plan),
            flows: Flows::new(plan),
            ledger: Ledger::new(plan),
            audit: Audit::default(),
            baseline_use: vec![0.0; plan.materials.len()],
            cuts: Cuts::new(plan),
            fresh: true,
        }
    }

    /// What was counted since the last call.
    pub fn take_cuts(&mut self) -> Cuts {
        self.cuts.laws.copy_from_slice(&self.events.cuts);
        self.events.cuts.fill(0);
        std::mem::replace(&mut self.cuts, Cuts::new(self.plan))
    }

    /// Runs trial number `trial` and writes its figures into `row`, laid out as the plan's columns.
    pub fn trial<O: Observer>(&mut self, trial: u64, row: &mut [f64], observer: &mut O) {
        let plan = self.plan;
        self.draw(|address| plan.addresses[address.0 as usize].uniform(trial, 0));
        self.happen(trial, row, observer);
    }

    /// The same with other once-a-trial draws: `uniform` gives the uniform of an address; events stay as they are.
    pub fn trial_at<O: Observer>(
        &mut self,
        trial: u64,
        uniform: impl Fn(Address) -> f64,
        row: &mut [f64],
        observer: &mut O,
    ) {
        self.draw(uniform);
        self.happen(trial, row, observer);
    }

    fn happen<O: Observer>(&mut self, trial: u64, row: &mut [f64], observer: &mut O) {
        let plan = self.plan;
        self.events.run(plan, &self.values, &self.rates, trial);
        self.cuts.overruns += u64::from(self.events.overrun);
        observer.events(&self.events);
        self.signals.set(plan, &self.events, &self.values);
        self.flows.open(plan, &self.values, &mut self.events);
        self.baseline.set(plan, &self.values, &self.flows.available_at, &self.flows.works, 0);
        self.flows.start(plan, &self.values, &self.baseline);
        self.ledger.open(plan, &self.values);
        if O::AUDIT {
            self.audit.open(plan, &self.flows);
        }
        self.walk(observer);
        if self.ledger.any_short() {
            let Worker { values, flows, baseline, baseline_use, .. } = self;
            ledger::baseline_use(plan, values, flows, baseline, baseline_use);
        }
        let signals = &self.signals;
        let first_alert = |m: usize| signals.alerts[m].first();
        self.ledger.close(plan, &self.values, &self.events, &self.baseline_use, first_alert, row);
    }

    fn draw(&mut self, uniform: impl Fn(Address) -> f64) {
        let plan = self.plan;
        if self.fresh || !plan.scalars.all_certain() {
            self.fresh = false;
            plan.scalars.draw(uniform, &mut self.draws, &mut self.scores);
            plan.scalars.follow(&self.draws, &mut self.values);
            for (rate, hazard) in self.rates.iter_mut().zip(&plan.hazards) {
                *rate = Rate::new(hazard, &self.values);
            }
        }
        plan.scalars.count_cuts(&self.draws, &mut self.cuts.scalars);
    }

    fn walk<O: Observer>(&mut self, observer: &mut O) {
        let plan = self.plan;
        let may_skip = !O::EVERY_STEP && !plan.always_busy;
        let mut k = 0;
        while k < plan.steps {
            let t = k as f64 * plan.step;
            if may_skip && self.flows.at_rest(plan, t) {
                let next = match self.signals.next_alert(t) {
                    Some(start) => ((start.max(t) / plan.step) as usize).clamp(k, plan.steps),
                    None => plan.steps,
                };
                if next > k {
                    self.skip(k, next, observer);
                    k = next;
                    continue;
                }
            }
            if !plan.steady {
                self.set_baseline(k);
            }
            let Worker { values, baseline, signals, events, flows, ledger, audit, .. } = self;
            flows.step(plan, values, baseline, signals, events, k);
            ledger.book(plan, values, flows, baseline, k);
            if O::AUDIT {
                audit.step(plan, values, flows, ledger, baseline);
            }
            observer.step(k, flows, ledger, baseline);
            k += 1;
        }
    }

    fn set_baseline(&mut self, k: usize) {
        self.baseline.set(self.plan, &self.values, &self.flows.available_at, &self.flows.works, k);
    }

    fn skip<O: Observer>(&mut self, from: usize, to: usize, observer: &mut O) {
        let plan = self.plan;
        self.flows.settle(plan);
        if O::AUDIT {
            self.audit.resume(&self.flows);
        }
        let Worker { values, baseline, flows, ledger, .. } = self;
        let inflow = |m: usize, k: usize| {
            if !plan.steady {
                baseline.set(plan, values, &flows.available_at, &flows.works, k);
            }
            baseline.material[m]
        };
        ledger.book_quiet(plan, values, flows, from, to, inflow);
        if O::QUIET && plan.steady {
            observer.quiet(from, to, flows, baseline);
        } else if O::QUIET {
            for k in from..to {
                baseline.set(plan, values, &flows.available_at, &flows.works, k);
                observer.quiet(k, k + 1, flows, baseline);
            }
        }
    }
}
