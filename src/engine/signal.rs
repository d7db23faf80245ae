//! What the events mean for the flows: how much passes in a step, and when a material is on alert.

use super::events::{Events, Interval};
use super::lane::{Lane, Mask};
use super::seat::Seat;
use crate::plan::{Channel, Material, Plan};

/// Within this of 0 or of 1, a share is that.
pub const SNAP: f64 = 1e-12;

/// `share`, or the 0 or 1 that it is within rounding.
#[inline(always)]
pub fn snapped<N: Lane>(share: N) -> N {
    let (zero, one) = (N::of(0.0), N::of(1.0));
    let near_one = N::of(1.0 - SNAP).lt(share);
    N::select(share.lt(N::of(SNAP)), zero, N::select(near_one, one, share))
}

/// What passes through a channel over a trial.
#[derive(Clone, Debug, Default)]
pub struct Signal {
    /// Stretches in which something is missing, in time order, where the goods arrive.
    stretches: Vec<Interval>,
    next: usize,
    /// The days on which any of several controls changes; kept, so that a trial allocates nothing.
    changes: Vec<f64>,
}

impl Signal {
    /// Sets it to a trial's events.
    pub fn set(&mut self, channel: &Channel, events: &Events, values: &[f64]) {
        self.next = 0;
        self.stretches.clear();
        if let [control] = channel.controls[..] {
            self.stretches.extend_from_slice(&events.intervals[control]);
        } else {
            self.combine(channel, events);
        }
        let transit = values[channel.transit.0 as usize];
        for stretch in &mut self.stretches {
            stretch.start += transit;
            stretch.end += transit;
        }
    }

    /// The product over several controls, on the partition that all their changes make.
    fn combine(&mut self, channel: &Channel, events: &Events) {
        let of = |&c: &usize| events.intervals[c].iter();
        self.changes.clear();
        self.changes.extend(channel.controls.iter().flat_map(of).flat_map(|i| [i.start, i.end]));
        self.changes.sort_unstable_by(f64::total_cmp);
        self.changes.dedup();
        for pair in self.changes.windows(2) {
            let (start, end) = (pair[0], pair[1]);
            let mut passes = 1.0;
            for interval in channel.controls.iter().flat_map(of) {
                if interval.start <= start && end <= interval.end {
                    passes *= 1.0 - interval.blocked;
                }
            }
            if passes < 1.0 {
                self.stretches.push(Interval { start, end, blocked: 1.0 - passes });
            }
        }
    }

    /// The time-average of what passes over [t, t + h), and until when it stays that, as far as that is known. Steps must
    /// not go backwards.
    pub fn passes(&mut self, t: f64, h: f64) -> (f64, f64) {
        let to = t + h;
        while self.stretches.get(self.next).is_some_and(|s| s.end <= t) {
            self.next += 1;
        }
        let rest = &self.stretches[self.next..];
        match rest.first() {
            None => return (1.0, f64::INFINITY),
            Some(next) if to <= next.start => return (1.0, next.start),
            Some(now) if now.start <= t && to <= now.end => return (snapped(1.0 - now.blocked), now.end),
            Some(_) => {}
        }
        let mut blocked = 0.0;
        for stretch in rest.iter().take_while(|stretch| stretch.start < to) {
            blocked += (stretch.end.min(to) - stretch.start.max(t)) * stretch.blocked;
        }
        (snapped(1.0 - blocked / h), f64::NEG_INFINITY)
    }
}

/// The alerts of a material over a trial: stretches [start, end) that neither overlap nor touch.
#[derive(Clone, Debug, Default)]
pub struct Alerts {
    stretches: Vec<(f64, f64)>,
    next: usize,
}

impl Alerts {
    /// Sets them to a trial's events.
    pub fn set(&mut self, material: &Material, events: &Events, values: &[f64]) {
        self.next = 0;
        self.stretches.clear();
        for (control, transits) in &material.alerts {
            let longest = transits.iter().map(|t| values[t.0 as usize]).fold(0.0, f64::max);
            for interval in &events.intervals[*control] {
                let (start, end) = (interval.start.max(0.0), interval.end + longest);
                if end > start {
                    self.stretches.push((start, end));
                }
            }
        }
        if self.stretches.len() < 2 {
            return;
        }
        self.stretches.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut kept = 0;
        for i in 1..self.stretches.len() {
            let (start, end) = self.stretches[i];
            if start <= self.stretches[kept].1 {
                self.stretches[kept].1 = self.stretches[kept].1.max(end);
            } else {
                kept += 1;
                self.stretches[kept] = (start, end);
            }
        }
        self.stretches.truncate(kept + 1);
    }

    /// When the first one starts.
    pub fn first(&self) -> Option<f64> {
        self.stretches.first().map(|s| s.0)
    }

    /// The next one that ends after `t`; one that never comes where there is none. Steps must not go backwards.
    pub fn next(&mut self, t: f64) -> (f64, f64) {
        while self.stretches.get(self.next).is_some_and(|s| s.1 <= t) {
            self.next += 1;
        }
        self.stretches.get(self.next).copied().unwrap_or((f64::INFINITY, f64::INFINITY))
    }
}

/// Signals and alerts of a trial.
#[derive(Clone, Debug)]
pub struct Signals {
    /// By channel.
    pub channels: Vec<Signal>,
    /// By material.
    pub alerts: Vec<Alerts>,
}

impl Signals {
    /// For trials of `plan`.
    pub fn new(plan: &Plan) -> Signals {
        Signals {
            channels: vec![Signal::default(); plan.channels.len()],
            alerts: vec![Alerts::default(); plan.materials.len()],
        }
    }

    /// Sets all to a trial's events.
    pub fn set(&mut self, plan: &Plan, events: &Events, values: &[f64]) {
        for (signal, channel) in self.channels.iter_mut().zip(&plan.channels) {
            signal.set(channel, events, values);
        }
        for (alerts, material) in self.alerts.iter_mut().zip(&plan.materials) {
            alerts.set(material, events, values);
        }
    }

    /// The start of the earliest alert that ends after `t`, over all materials; infinite where there is none.
    pub fn next_alert(&mut self, t: f64) -> f64 {
        self.alerts.iter_mut().map(|a| a.next(t).0).fold(f64::INFINITY, f64::min)
    }
}

/// What the signals of the trials that are walked side by side say of their present steps. A signal is asked again only
/// when what it said no longer holds.
#[derive(Clone, Debug)]
pub struct Present<N: Lane> {
    /// What passes through each channel, averaged over the step.
    pub passes: Vec<N>,
    /// Until when it stays that.
    until: Vec<N>,
    /// The present or next alert of each material: its start and its end.
    alerts: Vec<(N, N)>,
}

impl<N: Lane> Present<N> {
    /// For trials of `plan`.
    pub fn new(plan: &Plan) -> Self {
        let past = N::of(f64::NEG_INFINITY);
        Present {
            passes: vec![N::of(1.0); plan.channels.len()],
            until: vec![past; plan.channels.len()],
            alerts: vec![(past, past); plan.materials.len()],
        }
    }

    /// Forgets what was said in trial `lane`: another one begins there.
    pub fn forget(&mut self, lane: usize) {
        let past = f64::NEG_INFINITY;
        self.until.iter_mut().for_each(|until| until.set(lane, past));
        self.alerts.iter_mut().for_each(|(start, end)| {
            start.set(lane, past);
            end.set(lane, past);
        });
    }

    /// Asks what passes in the steps that begin at `t`.
    #[inline(always)]
    pub fn pass(&mut self, seats: &mut [Seat], t: N, h: f64) {
        let to = t + N::of(h);
        for (c, (passes, until)) in self.passes.iter_mut().zip(&mut self.until).enumerate() {
            let stale = to.gt(*until);
            if stale.any() {
                for (lane, seat) in seats.iter_mut().enumerate().filter(|(lane, _)| stale.get(*lane)) {
                    let (now, holds) = seat.signals.channels[c].passes(t.get(lane), h);
                    passes.set(lane, now);
                    until.set(lane, holds);
                }
            }
        }
    }

    /// How the alerts of material `m` meet the steps that begin at `t`: where one covers `t`, where one touches the step,
    /// and the first alerted moment in it there.
    #[inline(always)]
    pub fn alert(&mut self, seats: &mut [Seat], m: usize, t: N, h: f64) -> (N::Mask, N::Mask, N) {
        let (start, end) = &mut self.alerts[m];
        let over = end.le(t);
        if over.any() {
            for (lane, seat) in seats.iter_mut().enumerate().filter(|(lane, _)| over.get(*lane)) {
                let (from, to) = seat.signals.alerts[m].next(t.get(lane));
                start.set(lane, from);
                end.set(lane, to);
            }
        }
        let touched = start.lt(t + N::of(h));
        (start.le(t), touched, start.max(t))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signal(stretches: &[(f64, f64, f64)]) -> Signal {
        let stretches =
            stretches.iter().map(|&(start, end, blocked)| Interval { start, end, blocked }).collect();
        Signal { stretches, ..Signal::default() }
    }

    #[test]
    fn the_average_is_exact_whatever_starts_or_ends_inside_a_step() {
        for h in [1.0, 7.0, 30.4375] {
            let list = [(0.3, 0.9, 1.0), (2.0, 9.5, 0.4), (9.5, 40.0, 0.75)];
            let mut s = signal(&list);
            let mut total = 0.0;
            let steps = (60.0 / h) as usize + 1;
            for k in 0..steps {
                total += (1.0 - s.passes(k as f64 * h, h).0) * h;
            }
            let exact: f64 = list.iter().map(|(a, b, v)| (b - a) * v).sum();
            assert!((total - exact).abs() < 1e-11, "{h}: {total} {exact}");
        }
    }

    #[test]
    fn what_is_said_to_stay_stays() {
        let list = [(3.0, 9.0, 1.0), (20.0, 47.5, 0.25), (47.5, 60.0, 0.5)];
        for h in [0.5, 7.0] {
            let (mut s, mut holds, mut said) = (signal(&list), f64::NEG_INFINITY, f64::NAN);
            let mut kept = 0;
            for k in 0..(100.0 / h) as usize {
                let t = k as f64 * h;
                let asked = s.passes(t, h);
                if t + h <= holds {
                    assert_eq!(asked.0, said, "day {t}");
                    kept += 1;
                }
                (said, holds) = asked;
            }
            assert!(kept > 5);
        }
    }
}
