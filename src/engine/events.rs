//! The event process of a trial: crises, onsets, regimes, drawn before any flow is computed (docs/model.md, 3 and 4).

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::first::First;
use super::hazard::Rate;
use super::script::Script;
use crate::plan::{Address, Chances, Draw, Lasts, Opt, Plan, Trigger};

/// A stretch of time in which a control blocks a constant share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Day; may lie before the start.
    pub start: f64,
    /// Day.
    pub end: f64,
    /// The share of the flow stopped.
    pub blocked: f64,
}

/// What brought a control into a regime.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cause {
    /// It was in it at the start.
    #[default]
    Start,
    /// The regime before it ended, and led to it.
    Sequel,
    /// An onset (of the plan's).
    Onset(usize),
}

/// A stay of a control in a regime.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Visit {
    /// The control.
    pub control: usize,
    /// Its state, above open.
    pub state: usize,
    /// Day of entry; before the start for an initial regime.
    pub start: f64,
    /// Day of exit, or the end of the grid.
    pub end: f64,
    /// Why it began.
    pub cause: Cause,
}

/// More than this many events in a trial end its events.
const MOST_EVENTS: usize = 100_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Sojourn,
    Crisis,
    Onset,
}

/// Something pending. `stamp` tells whether it still holds when its time comes.
#[derive(Clone, Copy, Debug)]
struct Event {
    time: f64,
    /// 0, or one more than that of its cause at the same instant.
    generation: u32,
    class: Class,
    order: u32,
    stamp: Option<u32>,
}

impl Event {
    fn key(&self, other: &Event) -> Ordering {
        let times = self.time.total_cmp(&other.time);
        times
            .then(self.generation.cmp(&other.generation))
            .then(self.class.cmp(&other.class))
            .then(self.order.cmp(&other.order))
    }
}

// Reversed, so that the heap gives the earliest first.
impl Ord for Event {
    fn cmp(&self, other: &Self) -> Ordering {
        other.key(self)
    }
}

impl PartialOrd for Event {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Event {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Event {}

#[derive(Clone, Debug, Default)]
struct Progress {
    state: usize,
    /// Counts changes, so that the end of a sojourn that was cut short is told from the present one.
    stamp: u32,
    cause: Cause,
    entered: f64,
    delay: f64,
    blocks: Vec<f64>,
}

/// The events of one trial; reused from trial to trial.
#[derive(Clone, Debug)]
pub struct Events {
    /// What each control blocks, in time order.
    pub intervals: Vec<Vec<Interval>>,
    /// All stays in regimes, by their end.
    pub visits: Vec<Visit>,
    /// Crisis and day.
    pub crises: Vec<(usize, f64)>,
    /// Entries from open, by control.
    pub onsets: Vec<u32>,
    /// Days in each regime, by control.
    pub times: Vec<Vec<f64>>,
    /// Whether any control blocked anything within the grid.
    pub acted: bool,
    /// Whether there were too many events.
    pub overrun: bool,
    /// How often a draw at an event was cut to its range, by law.
    pub cuts: Vec<u64>,
    /// What sets it in motion.
    pub first: First,
    /// What gives the uniforms in place of the trial's number, where they are prescribed.
    pub script: Option<Box<Script>>,
    progress: Vec<Progress>,
    clocks: Vec<u32>,
    uses: Vec<u32>,
    queue: BinaryHeap<Event>,
    now: (f64, u32),
    trial: u64,
}

impl Events {
    /// For trials of `plan`.
    pub fn new(plan: &Plan) -> Events {
        let n = plan.controls.len();
        Events {
            intervals: vec![Vec::new(); n],
            visits: Vec::new(),
            crises: Vec::new(),
            onsets: vec![0; n],
            times: plan.controls.iter().map(|c| vec![0.0; c.regimes.len()]).collect(),
            acted: false,
            overrun: false,
            cuts: vec![0; plan.laws.len()],
            first: First::default(),
            script: None,
            progress: vec![Progress::default(); n],
            clocks: vec![0; plan.onsets.len()],
            uses: vec![0; plan.addresses.len()],
            queue: BinaryHeap::new(),
            now: (0.0, 0),
            trial: 0,
        }
    }

    /// How many uniforms of an address this trial has used so far.
    pub fn uses(&self, address: Address) -> u32 {
        self.uses[address.0 as usize]
    }

    /// Whether nothing happened at all.
    pub fn are_none(&self) -> bool {
        // A stay of no length is no visit.
        self.visits.is_empty() && self.crises.is_empty() && self.onsets.iter().all(|n| *n == 0)
    }

    /// The next use of an address in this trial.
    fn uniform(&mut self, plan: &Plan, address: Address) -> f64 {
        let i = address.0 as usize;
        let occurrence = self.uses[i];
        self.uses[i] += 1;
        match &mut self.script {
            None => plan.uniform(address, self.trial, occurrence),
            Some(script) => script.ask(address, occurrence, self.now.0),
        }
    }

    /// The value of something known or drawn afresh.
    pub fn draw(&mut self, plan: &Plan, values: &[f64], draw: Draw) -> f64 {
        self.draw_with(plan, values, draw, |law, u| law.quantile(u))
    }

    fn draw_with(
        &mut self,
        plan: &Plan,
        values: &[f64],
        draw: Draw,
        quantile: impl Fn(&crate::random::Law, f64) -> f64,
    ) -> f64 {
        match draw {
            Draw::Known(scalar) => values[scalar.0 as usize],
            Draw::Afresh { address, law, low, high } => {
                let u = self.uniform(plan, address);
                let value = quantile(&plan.laws[law as usize], u);
                if !(low <= value && value <= high) {
                    self.cuts[law as usize] += 1;
                }
                value.clamp(low, high)
            }
        }
    }

    fn choose(&mut self, plan: &Plan, values: &[f64], chances: &Chances) -> usize {
        if let Some(state) = chances.certain {
            return state;
        }
        let u = self.uniform(plan, chances.address);
        let named: f64 = chances.states.iter().map(|(_, p)| values[p.0 as usize]).sum();
        let mut cumulative = (1.0 - named).max(0.0);
        if u < cumulative {
            return 0;
        }
        for &(state, p) in &chances.states {
            cumulative += values[p.0 as usize];
            if u < cumulative {
                return state;
            }
        }
        chances.states.last().map_or(0, |s| s.0)
    }

    /// Whether something of this probability happens; what is certain uses no uniform.
    fn happens(&mut self, plan: &Plan, probability: f64, address: Address) -> bool {
        probability >= 1.0 || self.uniform(plan, address) < probability
    }

    /// Whether an onset of this probability fires on its day.
    fn fires_at(&mut self, plan: &Plan, probability: f64, address: Address) -> bool {
        let u = if probability >= 1.0 { 0.0 } else { self.uniform(plan, address) };
        self.first.uniform(u).is_some_and(|u| u < probability)
    }

    /// Whether an option works at all in this trial.
    pub fn works(&self, plan: &Plan, values: &[f64], option: &Opt) -> bool {
        let probability = values[option.success.0 as usize];
        let (address, occurrence) = option.works;
        let uniform = || match &self.script {
            None => plan.uniform(address, self.trial, occurrence),
            Some(script) => script.uniform(address, occurrence),
        };
        probability >= 1.0 || uniform() < probability
    }

    fn push(&mut self, plan: &Plan, time: f64, class: Class, order: usize, stamp: Option<u32>) {
        if time < plan.end() {
            let generation = if time == self.now.0 { self.now.1 + 1 } else { 0 };
            self.queue.push(Event { time, generation, class, order: order as u32, stamp });
        }
    }

    /// Runs the events of a trial over the whole grid.
    pub fn run(&mut self, plan: &Plan, values: &[f64], rates: &[Rate], trial: u64) {
        self.reset(trial);
        self.first.open(plan, values, rates, trial);
        for (x, crisis) in plan.crises.iter().enumerate() {
            let u = self.uniform(plan, crisis.clock);
            if let Some(u) = self.first.uniform(u) {
                let time = rates[crisis.hazard].strikes(0.0, -libm::log1p(-u));
                self.push(plan, time, Class::Crisis, x, None);
            }
        }
        for (o, onset) in plan.onsets.iter().enumerate() {
            if let Trigger::At(day) = onset.trigger {
                let day = values[day.0 as usize].max(0.0);
                if self.fires_at(plan, values[onset.probability.0 as usize], onset.fires) {
                    self.push(plan, day, Class::Onset, o, None);
                }
            }
        }
        for (c, control) in plan.controls.iter().enumerate() {
            if control.initial > 0 {
                self.begin(plan, values, c, values[control.elapsed.0 as usize]);
            }
            self.clocks(plan, rates, c, 0.0);
        }
        let mut events = 0;
        while let Some(event) = self.queue.pop() {
            events += 1;
            if events > MOST_EVENTS {
                self.overrun = true;
                break;
            }
            self.now = (event.time, event.generation);
            self.happen(plan, values, rates, event);
        }
        for c in 0..plan.controls.len() {
            self.leave(plan, c, plan.end());
        }
    }

    fn reset(&mut self, trial: u64) {
        self.trial = trial;
        self.now = (f64::NEG_INFINITY, 0);
        self.acted = false;
        self.overrun = false;
        self.visits.clear();
        self.crises.clear();
        self.queue.clear();
        self.uses.fill(0);
        self.onsets.fill(0);
        self.clocks.fill(0);
        for intervals in &mut self.intervals {
            intervals.clear();
        }
        for times in &mut self.times {
            times.fill(0.0);
        }
        for progress in &mut self.progress {
            progress.state = 0;
            progress.cause = Cause::Start;
            progress.stamp = 0;
        }
    }

    fn happen(&mut self, plan: &Plan, values: &[f64], rates: &[Rate], event: Event) {
        let i = event.order as usize;
        match event.class {
            Class::Sojourn => {
                if event.stamp == Some(self.progress[i].stamp) {
                    let regime = &plan.controls[i].regimes[self.progress[i].state - 1];
                    let next = self.choose(plan, values, &regime.then);
                    self.enter(plan, values, rates, i, next, Cause::Sequel);
                }
            }
            Class::Crisis => {
                self.crises.push((i, event.time));
                let crisis = &plan.crises[i];
                for &onset in &crisis.followers {
                    self.cause(plan, values, onset);
                }
                let u = self.uniform(plan, crisis.clock);
                let time = rates[crisis.hazard].strikes(event.time, -libm::log1p(-u));
                self.push(plan, time, Class::Crisis, i, None);
            }
            Class::Onset => {
                if event.stamp.is_none_or(|stamp| stamp == self.clocks[i]) {
                    self.fire(plan, values, rates, i, event.stamp.is_some());
                }
            }
        }
    }

    /// An onset that something has caused fires after its delay, if at all.
    fn cause(&mut self, plan: &Plan, values: &[f64], onset: usize) {
        let caused = &plan.onsets[onset];
        if self.happens(plan, values[caused.probability.0 as usize], caused.fires) {
            let delay = self.draw(plan, values, caused.delay);
            self.push(plan, self.now.0 + delay, Class::Onset, onset, None);
        }
    }

    fn fire(&mut self, plan: &Plan, values: &[f64], rates: &[Rate], index: usize, clocked: bool) {
        let onset = &plan.onsets[index];
        let state = self.progress[onset.control].state;
        let next = self.choose(plan, values, &onset.enters);
        if next > state || (next < state && onset.milder) {
            self.enter(plan, values, rates, onset.control, next, Cause::Onset(index));
        } else if clocked {
            self.start_clock(plan, rates, index, self.now.0);
        }
    }

    /// The control enters a state now.
    fn enter(&mut self, plan: &Plan, values: &[f64], rates: &[Rate], c: usize, state: usize, cause: Cause) {
        let now = self.now.0;
        self.leave(plan, c, now);
        let from_open = self.progress[c].state == 0;
        self.progress[c].state = state;
        self.progress[c].cause = cause;
        self.progress[c].stamp += 1;
        if state > 0 {
            self.onsets[c] += u32::from(from_open);
            self.begin(plan, values, c, 0.0);
        }
        self.clocks(plan, rates, c, now);
        for &(onset, wanted) in &plan.controls[c].followers {
            if wanted.map_or(state > 0, |wanted| wanted == state) {
                self.cause(plan, values, onset);
            }
        }
    }

    /// Draws what a regime that begins needs; it has lasted `elapsed` days already, at the start of the grid.
    fn begin(&mut self, plan: &Plan, values: &[f64], c: usize, elapsed: f64) {
        let control = &plan.controls[c];
        let at_start = self.now.0 == f64::NEG_INFINITY;
        if at_start {
            self.progress[c].state = control.initial;
        }
        let state = self.progress[c].state;
        let regime = &control.regimes[state - 1];
        let entered = if at_start { -elapsed } else { self.now.0 };
        let delay = self.draw(plan, values, regime.approval_delay);
        let mut blocks = std::mem::take(&mut self.progress[c].blocks);
        blocks.clear();
        for &(_, share) in &regime.blocks {
            blocks.push(self.draw(plan, values, share));
        }
        let progress = &mut self.progress[c];
        (progress.entered, progress.delay, progress.blocks) = (entered, delay, blocks);
        let stamp = progress.stamp;
        let end = match regime.lasts {
            Lasts::Forever => return,
            Lasts::For(draw) if elapsed > 0.0 => {
                entered + self.draw_with(plan, values, draw, |law, u| law.longer_than(u, elapsed))
            }
            Lasts::For(draw) => entered + self.draw(plan, values, draw),
            Lasts::Until(day) => self.draw(plan, values, day),
        };
        let now = if at_start { 0.0 } else { self.now.0 };
        self.push(plan, end.max(now), Class::Sojourn, c, Some(stamp));
    }

    /// Starts the clocks that run in the control's state, and stops the others.
    fn clocks(&mut self, plan: &Plan, rates: &[Rate], c: usize, from: f64) {
        let state = self.progress[c].state;
        for &onset in &plan.controls[c].clocks {
            self.clocks[onset] += 1;
            if let Trigger::Annual { during, .. } = &plan.onsets[onset].trigger
                && during[state]
            {
                self.start_clock(plan, rates, onset, from);
            }
        }
    }

    fn start_clock(&mut self, plan: &Plan, rates: &[Rate], onset: usize, from: f64) {
        if let Trigger::Annual { hazard, clock, .. } = plan.onsets[onset].trigger {
            let u = self.uniform(plan, clock);
            if let Some(u) = self.first.uniform(u) {
                let time = rates[hazard].strikes(from, -libm::log1p(-u));
                let stamp = self.clocks[onset];
                self.push(plan, time, Class::Onset, onset, Some(stamp));
            }
        }
    }

    /// Books the stay that ends at `end`.
    fn leave(&mut self, plan: &Plan, c: usize, end: f64) {
        let Progress { state, cause, entered, delay, .. } = self.progress[c];
        if state == 0 || end <= entered {
            return;
        }
        self.visits.push(Visit { control: c, state, start: entered, end, cause });
        self.times[c][state - 1] += end - entered.max(0.0);
        let intervals = &mut self.intervals[c];
        let mut block = |from: f64, to: f64, blocked: f64| {
            let to = to.min(end);
            if to > from && blocked > 0.0 {
                intervals.push(Interval { start: from, end: to, blocked });
                self.acted |= to > 0.0;
            }
        };
        let begins = entered + delay;
        block(entered, begins, 1.0);
        let profile = &plan.controls[c].regimes[state - 1].blocks;
        for (i, &blocked) in self.progress[c].blocks.iter().enumerate() {
            let to = profile.get(i + 1).map_or(f64::INFINITY, |next| begins + next.0);
            block(begins + profile[i].0, to, blocked);
        }
    }
}
