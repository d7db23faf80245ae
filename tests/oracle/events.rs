//! One trial's crises and controls: a list of pending events, and what each control blocked when.

use crate::draws::Draws;
use crate::world::{Blocks, Cause, Control, Onset, Regime, Target, World};
use std::collections::BTreeMap;

/// A control blocks the share `blocked` from `start` to `end`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    pub start: f64,
    pub end: f64,
    pub blocked: f64,
}

/// What came of one control in a trial.
#[derive(Clone, Debug, Default)]
pub struct History {
    pub intervals: Vec<Interval>,
    /// Visits of regimes, `open` included: (regime, from, to); the first may begin before the start.
    pub visits: Vec<(String, f64, f64)>,
    /// Entries from open after the start.
    pub onsets: usize,
}

/// What is pending. The order of the variants is the order at one instant.
#[derive(Clone, Debug, PartialEq)]
enum Pending {
    /// The sojourn of the visit ends.
    SojournEnds {
        control: usize,
        visit: usize,
    },
    CrisisOccurs {
        crisis: usize,
    },
    OnsetFires {
        control: usize,
        onset: usize,
        visit: Option<usize>,
    },
}

#[derive(Clone, Debug)]
struct Event {
    at: f64,
    /// 0 for what was pending before this instant came, n + 1 for what an event of round n caused at the same instant.
    round: usize,
    /// The order in which events of equal place were caused.
    caused: usize,
    what: Pending,
}

impl Event {
    /// Its place among the events of one instant and one round: sojourns, crises, onsets in the order of the file.
    fn place(&self) -> (u8, usize, usize, usize) {
        match self.what {
            Pending::SojournEnds { control, .. } => (0, control, 0, self.caused),
            Pending::CrisisOccurs { crisis } => (1, crisis, 0, self.caused),
            Pending::OnsetFires { control, onset, .. } => (2, control, onset, self.caused),
        }
    }

    fn comes_before(&self, other: &Event) -> bool {
        (self.at, self.round, self.place()) < (other.at, other.round, other.place())
    }
}

/// What a control is doing.
struct State {
    regime: String,
    since: f64,
    /// Counts the visits, so that what was pending for an earlier one is known to be void.
    visit: usize,
}

struct Process<'w> {
    world: &'w World,
    draws: &'w Draws<'w>,
    end: f64,
    now: f64,
    round: usize,
    caused: usize,
    pending: Vec<Event>,
    states: Vec<State>,
    histories: Vec<History>,
    marks: Vec<&'static str>,
}

/// Runs the crises and controls of a trial over [0, K h): each control's history, and notes of what happened.
pub fn run(world: &World, draws: &Draws) -> (BTreeMap<String, History>, Vec<&'static str>) {
    let mut process = Process {
        world,
        draws,
        end: world.end(),
        now: 0.0,
        round: 0,
        caused: 0,
        pending: Vec::new(),
        states: Vec::new(),
        histories: vec![History::default(); world.controls.len()],
        marks: Vec::new(),
    };
    process.start();
    while let Some(event) = process.take_first() {
        process.happen(event);
    }
    process.close();
    let names = world.controls.iter().map(|control| control.name.clone());
    (names.zip(process.histories).collect(), process.marks)
}

impl Process<'_> {
    /// The state at the start, with what is pending from it.
    fn start(&mut self) {
        for (index, control) in self.world.controls.iter().enumerate() {
            let regime = control.initial.clone().unwrap_or_else(|| "open".to_string());
            let path = format!("controls.{}.elapsed", control.name);
            let elapsed = self.draws.amount_or(&control.elapsed, &path, 0.0);
            self.states.push(State { regime, since: -elapsed, visit: 0 });
            self.begin_visit(index, elapsed);
        }
        for index in 0..self.world.crises.len() {
            self.next_crisis(index, 0.0);
        }
        for (index, control) in self.world.controls.iter().enumerate() {
            for (number, onset) in control.onsets.iter().enumerate() {
                let Cause::At { date, probability } = &onset.cause else { continue };
                let path = format!("controls.{}.onsets.{}", control.name, onset.name());
                if self.fires(probability, &path) {
                    let at = (date - self.world.start) as f64;
                    self.expect(at, Pending::OnsetFires { control: index, onset: number, visit: None });
                }
            }
        }
        // What is pending at the instant 0 was not caused by an event at it.
        for event in &mut self.pending {
            event.round = 0;
        }
    }

    fn expect(&mut self, at: f64, what: Pending) {
        let round = if at == self.now { self.round + 1 } else { 0 };
        if round > 1 && at > 0.0 {
            self.marks.push("events caused at one instant");
        }
        self.caused += 1;
        self.pending.push(Event { at, round, caused: self.caused, what });
    }

    fn take_first(&mut self) -> Option<Event> {
        let mut first = 0;
        for i in 1..self.pending.len() {
            if self.pending[i].comes_before(&self.pending[first]) {
                first = i;
            }
        }
        (first < self.pending.len() && self.pending[first].at < self.end).then(|| self.pending.remove(first))
    }

    fn happen(&mut self, event: Event) {
        self.now = event.at;
        self.round = event.round;
        match event.what {
            Pending::SojournEnds { control, visit } => {
                if self.states[control].visit == visit {
                    self.sojourn_ends(control);
                }
            }
            Pending::CrisisOccurs { crisis } => self.crisis_occurs(crisis),
            Pending::OnsetFires { control, onset, visit } => {
                if visit.is_none_or(|visit| self.states[control].visit == visit) {
                    self.onset_fires(control, onset);
                }
            }
        }
    }

    fn sojourn_ends(&mut self, index: usize) {
        let control = &self.world.controls[index];
        let regime = find_regime(control, &self.states[index].regime);
        let path = format!("controls.{}.regimes.{}.then", control.name, regime.name);
        let next = match &regime.then {
            None => "open".to_string(),
            Some(target) => self.choose(control, target, &path),
        };
        self.enter(index, next);
    }

    fn crisis_occurs(&mut self, crisis: usize) {
        self.marks.push("crisis");
        let name = &self.world.crises[crisis].name;
        for (index, control) in self.world.controls.iter().enumerate() {
            for (number, onset) in control.onsets.iter().enumerate() {
                if let Cause::Crisis { crisis, probability, delay } = &onset.cause
                    && crisis == name
                {
                    self.cause(index, number, probability, delay);
                }
            }
        }
        self.next_crisis(crisis, self.now);
    }

    fn next_crisis(&mut self, crisis: usize, since: f64) {
        let path = format!("crises.{}", self.world.crises[crisis].name);
        let amount = -libm::log1p(-self.draws.next(&format!("{path}.clock")));
        let probability = &self.world.crises[crisis].annual_probability;
        let at = self.draws.hazard_reaches(probability, &format!("{path}.annual_probability"), since, amount);
        self.expect(at, Pending::CrisisOccurs { crisis });
    }

    /// A crisis or another control may cause this onset, after its delay.
    fn cause(
        &mut self,
        control: usize,
        onset: usize,
        probability: &Option<crate::quantity::Quantity>,
        delay: &Option<crate::quantity::Quantity>,
    ) {
        let owner = &self.world.controls[control];
        let path = format!("controls.{}.onsets.{}", owner.name, owner.onsets[onset].name());
        if self.fires(probability, &path) {
            let delay = match delay {
                Some(delay) => self.draws.afresh(delay, &format!("{path}.delay")).max(0.0),
                None => 0.0,
            };
            self.expect(self.now + delay, Pending::OnsetFires { control, onset, visit: None });
        }
    }

    fn fires(&self, probability: &Option<crate::quantity::Quantity>, path: &str) -> bool {
        let Some(probability) = probability else { return true };
        let probability = self.draws.share(probability, &format!("{path}.probability"));
        self.draws.next(&format!("{path}.fires")) < probability
    }

    fn onset_fires(&mut self, index: usize, number: usize) {
        let control = &self.world.controls[index];
        let onset = &control.onsets[number];
        let path = format!("controls.{}.onsets.{}", control.name, onset.name());
        let enters = match &onset.enters {
            None => control.regimes[0].name.clone(),
            Some(target) => self.choose(control, target, &format!("{path}.enters")),
        };
        let (now, then) = (control.rank(&self.states[index].regime), control.rank(&enters));
        if then > now || (then < now && onset.milder) {
            if then < now {
                self.marks.push("an onset to something milder");
            }
            self.enter(index, enters);
        } else {
            self.marks.push("an onset without effect");
            if let Cause::Annual { .. } = onset.cause {
                self.start_clock(index, number);
            }
        }
    }

    /// Walks the cumulative probabilities from open through the regimes from mild to harsh.
    fn choose(&self, control: &Control, target: &Target, path: &str) -> String {
        let table = match target {
            Target::One(regime) => return regime.clone(),
            Target::Table(table) => table,
        };
        let probability = |name: &str| {
            let entry = table.iter().find(|(regime, _)| regime == name);
            entry.map_or(0.0, |(regime, p)| self.draws.share(p, &format!("{path}.{regime}")))
        };
        let u = self.draws.next(path);
        let mut sum = 1.0 - control.regimes.iter().map(|regime| probability(&regime.name)).sum::<f64>();
        if u < sum {
            return "open".to_string();
        }
        let mut last = "open";
        for regime in &control.regimes {
            let p = probability(&regime.name);
            sum += p;
            if p > 0.0 {
                last = &regime.name;
            }
            if u < sum {
                return regime.name.clone();
            }
        }
        last.to_string()
    }

    /// The control goes from its regime to `regime`, now.
    fn enter(&mut self, index: usize, regime: String) {
        self.end_visit(index, self.now);
        let state = &mut self.states[index];
        if state.regime == "open" && regime != "open" {
            self.histories[index].onsets += 1;
        }
        if state.regime == regime {
            self.marks.push("a regime after itself");
        }
        *state = State { regime: regime.clone(), since: self.now, visit: state.visit + 1 };
        self.begin_visit(index, 0.0);
        let name = &self.world.controls[index].name;
        for (follower, control) in self.world.controls.iter().enumerate() {
            for (number, onset) in control.onsets.iter().enumerate() {
                if let Cause::Follows { control, regime: which, probability, delay } = &onset.cause
                    && control == name
                    && which.as_ref().map_or(regime != "open", |which| *which == regime)
                {
                    self.marks.push("a control followed another");
                    self.cause(follower, number, probability, delay);
                }
            }
        }
    }

    /// What blocks in this visit, its end and its clocks. Before the start it has lasted `elapsed` already.
    fn begin_visit(&mut self, index: usize, elapsed: f64) {
        let control = &self.world.controls[index];
        let (name, since, visit) = {
            let state = &self.states[index];
            (state.regime.clone(), state.since, state.visit)
        };
        if name != "open" {
            let regime = find_regime(control, &name);
            let path = format!("controls.{}.regimes.{name}", control.name);
            let blocked = self.blocked(regime, since, &path);
            self.histories[index].intervals.extend(blocked);
            if let Some(end) = self.sojourn_end(regime, since, elapsed, &path) {
                self.expect(end, Pending::SojournEnds { control: index, visit });
            }
        }
        for (number, onset) in control.onsets.iter().enumerate() {
            if let Cause::Annual { during, .. } = &onset.cause
                && during.as_ref().map_or(name == "open", |during| during.contains(&name))
            {
                self.start_clock(index, number);
            }
        }
    }

    /// What a regime entered at `since` blocks, if nothing ends it.
    fn blocked(&self, regime: &Regime, since: f64, path: &str) -> Vec<Interval> {
        let mut intervals = Vec::new();
        let mut begin = since;
        if let Some(delay) = &regime.approval_delay {
            begin += self.draws.afresh(delay, &format!("{path}.approval_delay")).max(0.0);
            intervals.push(Interval { start: since, end: begin, blocked: 1.0 });
        }
        let forever = f64::INFINITY;
        match &regime.blocks {
            None => intervals.push(Interval { start: begin, end: forever, blocked: 1.0 }),
            Some(Blocks::Flat(blocks)) => {
                let blocked = self.draws.afresh(blocks, &format!("{path}.blocks")).clamp(0.0, 1.0);
                intervals.push(Interval { start: begin, end: forever, blocked });
            }
            Some(Blocks::Profile(entries)) => {
                for (i, (time, blocks)) in entries.iter().enumerate() {
                    let at = |entry: &(crate::quantity::Num, _)| {
                        begin + entry.0.base(&self.world.money, self.world.start)
                    };
                    let dotted = format!("{path}.blocks.{} {}", time.value, time.unit);
                    let blocked = self.draws.afresh(blocks, &dotted).clamp(0.0, 1.0);
                    let end = entries.get(i + 1).map_or(forever, at);
                    intervals.push(Interval { start: at(&entries[i]), end, blocked });
                }
            }
        }
        intervals
    }

    /// When the sojourn in a regime ends: not before now.
    fn sojourn_end(&mut self, regime: &Regime, since: f64, elapsed: f64, path: &str) -> Option<f64> {
        use crate::quantity::Quantity;
        let path = format!("{path}.lasts");
        let end = match regime.lasts.as_ref()? {
            Quantity::Plain(number) if number.unit == "date" => {
                number.base(&self.world.money, self.world.start)
            }
            Quantity::Law(law) if elapsed > 0.0 => {
                self.marks.push("a sojourn drawn under elapsed");
                since + self.draws.law(law).longer_than(self.draws.next(&path), elapsed)
            }
            other => since + self.draws.afresh(other, &path).max(0.0),
        };
        if end < self.now {
            self.marks.push("a sojourn that had ended already");
        }
        Some(end.max(self.now))
    }

    /// The clock of an annual onset runs anew from now.
    fn start_clock(&mut self, index: usize, number: usize) {
        let control = &self.world.controls[index];
        let onset: &Onset = &control.onsets[number];
        let Cause::Annual { probability, .. } = &onset.cause else { return };
        let path = format!("controls.{}.onsets.{}", control.name, onset.name());
        let amount = -libm::log1p(-self.draws.next(&format!("{path}.clock")));
        let dotted = format!("{path}.annual_probability");
        let at = self.draws.hazard_reaches(probability, &dotted, self.now, amount);
        let visit = Some(self.states[index].visit);
        self.expect(at, Pending::OnsetFires { control: index, onset: number, visit });
    }

    /// Cuts what the visit would still have blocked, and notes the visit.
    fn end_visit(&mut self, index: usize, at: f64) {
        let state = &self.states[index];
        let history = &mut self.histories[index];
        history.visits.push((state.regime.clone(), state.since, at));
        for interval in &mut history.intervals {
            interval.end = interval.end.min(at);
        }
        history.intervals.retain(|interval| interval.end > interval.start);
    }

    fn close(&mut self) {
        for index in 0..self.states.len() {
            self.end_visit(index, self.end);
        }
    }
}

fn find_regime<'c>(control: &'c Control, name: &str) -> &'c Regime {
    control.regimes.iter().find(|regime| regime.name == name).expect("a regime of the control")
}

/// The share that a control blocks at a moment.
pub fn blocked_at(history: &History, moment: f64) -> f64 {
    let covering =
        history.intervals.iter().find(|interval| interval.start <= moment && moment < interval.end);
    covering.map_or(0.0, |interval| interval.blocked)
}

/// The time-average over [from, to) of the product of (1 - blocked) over some controls.
pub fn average_pass(histories: &[&History], from: f64, to: f64) -> f64 {
    let mut points = vec![from, to];
    for history in histories {
        for interval in &history.intervals {
            points.extend([interval.start, interval.end].into_iter().filter(|day| from < *day && *day < to));
        }
    }
    points.sort_by(f64::total_cmp);
    let pass =
        |moment: f64| histories.iter().map(|history| 1.0 - blocked_at(history, moment)).product::<f64>();
    let piece = |pair: &[f64]| (pair[1] - pair[0]) * pass(0.5 * (pair[0] + pair[1]));
    points.windows(2).map(piece).sum::<f64>() / (to - from)
}
