//! Trials: the events, then the flows and their accounts, as docs/model.md states them.
//!
//! A trial is a pure function of its uniforms: [`Worker::trial`] gives the same row for the same plan and number,
//! whoever asks, in whatever order. Nothing here knows a name or a unit, and nothing can fail.

mod audit;
mod baseline;
mod events;
mod first;
mod flows;
mod hazard;
mod lane;
mod ledger;
mod losses;
mod power;
mod quiet;
mod response;
mod script;
mod seat;
mod signal;
mod stage;
mod team;

pub use audit::Audit;
pub use baseline::Baseline;
pub use events::{Cause, Events, Interval, Visit};
pub use flows::{EdgeFlow, Flows, GroupFlow, MaterialFlow, OptionFlow, SourceFlow, TOLERANCE};
pub use ledger::{Costs, Ledger};
pub use response::Curve;
pub use script::{Ask, Prescribed, Script, uniform_in};
pub use seat::Seat;
pub use team::Team;

use lane::{Lane, Mask, Now};
use pulp::Arch;
use seat::Abreast;
use signal::Present;

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

/// The flows and accounts of trials that are walked side by side.
#[derive(Clone, Debug)]
struct Walk<N: Lane> {
    /// The registers to be used.
    registers: Arch,
    /// All once-a-trial quantities, by their scalars.
    values: Vec<N>,
    present: Present<N>,
    baseline: Baseline<N>,
    flows: Flows<N>,
    ledger: Ledger<N>,
    /// Baseline use of each material over the steps that were walked.
    used: Vec<N>,
}

impl<N: Lane> Walk<N> {
    fn new(plan: &Plan) -> Self {
        Walk {
            registers: Arch::new(),
            values: plan.scalars.start().into_iter().map(N::of).collect(),
            present: Present::new(plan),
            baseline: Baseline::new(plan),
            flows: Flows::new(plan),
            ledger: Ledger::new(plan),
            used: vec![N::of(0.0); plan.materials.len()],
        }
    }

    /// Takes up the trial in `seat`; before `begin` comes the first baseline.
    fn admit(&mut self, plan: &Plan, lane: usize, seat: &mut Seat) {
        // The others are there once and for all.
        for scalar in plan.scalars.following() {
            self.values[scalar].set(lane, seat.values[scalar]);
        }
        self.used.iter_mut().for_each(|used| used.set(lane, 0.0));
        self.present.forget(lane);
        self.flows.open(plan, lane, seat);
    }

    fn begin(&mut self, plan: &Plan, lane: usize, seat: &Seat) {
        self.flows.start(plan, lane, &seat.values, &self.baseline);
        self.ledger.open(plan, lane, &seat.values);
    }

    #[inline(always)]
    fn set_baseline(&mut self, plan: &Plan, now: Now<N>) {
        let Walk { values, baseline, flows, .. } = self;
        baseline.set(plan, values, |o| (flows.options[o].available_at, flows.options[o].works), now);
    }

    /// Books the steps from `from` up to `to` of a trial as quiet.
    fn skip(&mut self, plan: &Plan, lane: usize, seat: &Seat, alone: &mut Alone, (from, to): (usize, usize)) {
        let Walk { baseline, flows, ledger, .. } = self;
        flows.settle(plan, lane);
        if plan.steady {
            ledger.book_quiet(plan, lane, flows, seat, (from, to), |m, _| baseline.material[m].get(lane));
        } else {
            alone.take(flows, lane);
            ledger
                .book_quiet(plan, lane, flows, seat, (from, to), |m, k| alone.at(plan, seat, k).material[m]);
        }
    }

    /// Writes the figures of a trial that has ended.
    fn close(&mut self, plan: &Plan, lane: usize, seat: &Seat, alone: &mut Alone, row: &mut [f64]) {
        if self.ledger.any_short(lane) {
            let steps = plan.steps as f64;
            let all = |n: &N| n.get(lane);
            match (plan.steady, plan.always_busy) {
                (true, _) => {
                    alone.used.iter_mut().zip(&self.baseline.material).for_each(|(a, b)| *a = all(b) * steps)
                }
                (_, true) => alone.used.iter_mut().zip(&self.used).for_each(|(a, b)| *a = all(b)),
                _ => {
                    alone.take(&self.flows, lane);
                    alone.add_up(plan, seat);
                }
            }
        }
        self.ledger.close(plan, lane, seat, &alone.used, row);
    }
}

// What is inlined whole into whoever walks is large: these keep it from being compiled anew for each observer.
impl Walk<f64> {
    fn one_step(&mut self, plan: &Plan, seat: &mut Seat, k: usize) {
        self.step(
            plan,
            Abreast { seats: std::slice::from_mut(seat), running: true, now: Now::at(k, plan.step) },
        );
    }

    fn one_baseline(&mut self, plan: &Plan, k: usize) {
        self.set_baseline(plan, Now::at(k, plan.step));
    }

    fn rests(&self, plan: &Plan, k: usize) -> bool {
        self.flows.at_rest(plan, k as f64 * plan.step)
    }
}

/// The baseline of one trial, at steps that are not walked.
#[derive(Clone, Debug)]
struct Alone {
    baseline: Baseline,
    /// Of each option: the day it is available from, and whether it works at all.
    starts: Vec<(f64, bool)>,
    /// Baseline use of each material over the horizon.
    used: Vec<f64>,
}

impl Alone {
    fn new(plan: &Plan) -> Alone {
        Alone {
            baseline: Baseline::new(plan),
            starts: vec![(0.0, true); plan.options.len()],
            used: vec![0.0; plan.materials.len()],
        }
    }

    fn take<N: Lane>(&mut self, flows: &Flows<N>, lane: usize) {
        let starts = flows.options.iter().map(|o| (o.available_at.get(lane), o.works.get(lane)));
        self.starts.iter_mut().zip(starts).for_each(|(own, start)| *own = start);
    }

    fn at(&mut self, plan: &Plan, seat: &Seat, k: usize) -> &Baseline {
        self.baseline.set(plan, &seat.values, |o| self.starts[o], Now::at(k, plan.step));
        &self.baseline
    }

    fn add_up(&mut self, plan: &Plan, seat: &Seat) {
        self.used.fill(0.0);
        for k in 0..plan.steps {
            self.baseline.set(plan, &seat.values, |o| self.starts[o], Now::at(k, plan.step));
            for (sum, use_) in self.used.iter_mut().zip(&self.baseline.material) {
                *sum += use_;
            }
        }
    }
}

/// The step in which the next alert after day `t` of a trial at rest comes, at or after step `k`.
fn wakes(plan: &Plan, seat: &mut Seat, k: usize) -> usize {
    let t = k as f64 * plan.step;
    let start = seat.signals.next_alert(t);
    // What never comes is far beyond the last step.
    ((start.max(t) / plan.step) as usize).clamp(k, plan.steps)
}

/// Walks trials of a plan, one after the other, without allocating, and lets itself be watched. Whoever needs only the
/// figures has a [`Team`] walk them.
#[derive(Clone, Debug)]
pub struct Worker<'p> {
    plan: &'p Plan,
    /// The present trial's draws and events.
    pub seat: Seat,
    walk: Walk<f64>,
    alone: Alone,
    audit: Audit,
}

impl<'p> Worker<'p> {
    /// A worker on `plan`.
    pub fn new(plan: &'p Plan) -> Worker<'p> {
        Worker {
            plan,
            seat: Seat::new(plan),
            walk: Walk::new(plan),
            alone: Alone::new(plan),
            audit: Audit::default(),
        }
    }

    /// What was counted since the last call.
    pub fn take_cuts(&mut self) -> Cuts {
        self.seat.take_cuts(self.plan)
    }

    /// Runs trial number `trial` and writes its figures into `row`, laid out as the plan's columns.
    pub fn trial<O: Observer>(&mut self, trial: u64, row: &mut [f64], observer: &mut O) {
        let plan = self.plan;
        self.trial_at(trial, |address| plan.once(address, trial), row, observer);
    }

    /// The same with other once-a-trial draws: `uniform` gives the uniform of an address; events stay as they are.
    pub fn trial_at<O: Observer>(
        &mut self,
        trial: u64,
        uniform: impl Fn(Address) -> f64,
        row: &mut [f64],
        observer: &mut O,
    ) {
        let plan = self.plan;
        self.seat.take(plan, trial, uniform);
        observer.events(&self.seat.events);
        self.walk.admit(plan, 0, &mut self.seat);
        self.walk.one_baseline(plan, 0);
        self.walk.begin(plan, 0, &self.seat);
        if O::AUDIT {
            self.audit.open(plan, &self.walk.flows);
        }
        self.run(observer);
        self.walk.close(plan, 0, &self.seat, &mut self.alone, row);
    }

    fn run<O: Observer>(&mut self, observer: &mut O) {
        let plan = self.plan;
        let may_skip = !O::EVERY_STEP && !plan.always_busy;
        let mut k = 0;
        while k < plan.steps {
            if may_skip && self.walk.rests(plan, k) {
                let next = wakes(plan, &mut self.seat, k);
                if next > k {
                    self.skip(k, next, observer);
                    k = next;
                    continue;
                }
            }
            self.walk.one_step(plan, &mut self.seat, k);
            let Walk { values, baseline, flows, ledger, .. } = &self.walk;
            if O::AUDIT {
                self.audit.step(plan, values, flows, ledger, baseline);
            }
            observer.step(k, flows, ledger, baseline);
            k += 1;
        }
    }

    fn skip<O: Observer>(&mut self, from: usize, to: usize, observer: &mut O) {
        let plan = self.plan;
        let Worker { walk, seat, alone, .. } = self;
        walk.skip(plan, 0, seat, alone, (from, to));
        if O::AUDIT {
            self.audit.resume(&walk.flows);
        }
        if O::QUIET && plan.steady {
            observer.quiet(from, to, &walk.flows, &walk.baseline);
        } else if O::QUIET {
            for k in from..to {
                walk.one_baseline(plan, k);
                observer.quiet(k, k + 1, &walk.flows, &walk.baseline);
            }
        }
    }
}
