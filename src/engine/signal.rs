//! What the events mean for the flows: how much passes in a step, and when a material is on alert.

use super::events::{Events, Interval};
use crate::plan::{Channel, Material, Plan};

/// Within this of 0 or of 1, a share is that.
pub const SNAP: f64 = 1e-12;

/// `share`, or the 0 or 1 that it is within rounding.
#[inline]
pub fn snapped(share: f64) -> f64 {
    if share < SNAP {
        0.0
    } else if share > 1.0 - SNAP {
        1.0
    } else {
        share
    }
}

/// What passes through a channel over a trial.
#[derive(Clone, Debug, Default)]
pub struct Signal {
    /// Stretches in which something is blocked, in time order, where the goods left.
    stretches: Vec<Interval>,
    transit: f64,
    next: usize,
    /// The days on which any of several controls changes; kept, so that a trial allocates nothing.
    changes: Vec<f64>,
}

impl Signal {
    /// Sets it to a trial's events.
    pub fn set(&mut self, channel: &Channel, events: &Events, values: &[f64]) {
        self.next = 0;
        self.transit = values[channel.transit.0 as usize];
        self.stretches.clear();
        if let [control] = channel.controls[..] {
            self.stretches.extend_from_slice(&events.intervals[control]);
        } else {
            self.combine(channel, events);
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

    /// The time-average of what passes over [t, t + h), shifted back by the transit. Steps must not go backwards.
    #[inline]
    pub fn passes(&mut self, t: f64, h: f64) -> f64 {
        let (from, to) = (t - self.transit, t + h - self.transit);
        while self.stretches.get(self.next).is_some_and(|s| s.end <= from) {
            self.next += 1;
        }
        let mut blocked = 0.0;
        for stretch in &self.stretches[self.next..] {
            if stretch.start >= to {
                break;
            }
            blocked += (stretch.end.min(to) - stretch.start.max(from)) * stretch.blocked;
        }
        snapped(1.0 - blocked / h)
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

    /// When the next one that ends after `t` starts; steps must not go backwards.
    pub fn next_start(&mut self, t: f64) -> Option<f64> {
        while self.stretches.get(self.next).is_some_and(|s| s.1 <= t) {
            self.next += 1;
        }
        self.stretches.get(self.next).map(|s| s.0)
    }

    /// How the alerts meet the step [t, t + h): whether one covers t, and the first alerted moment in it, if any.
    /// Steps must not go backwards.
    #[inline]
    pub fn meet(&mut self, t: f64, h: f64) -> (bool, Option<f64>) {
        match self.next_start(t) {
            Some(start) if start < t + h => (start <= t, Some(start.max(t))),
            _ => (false, None),
        }
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

    /// The start of the earliest alert that ends after `t`, over all materials.
    pub fn next_alert(&mut self, t: f64) -> Option<f64> {
        self.alerts.iter_mut().filter_map(|a| a.next_start(t)).min_by(f64::total_cmp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signal(stretches: &[(f64, f64, f64)], transit: f64) -> Signal {
        let stretches =
            stretches.iter().map(|&(start, end, blocked)| Interval { start, end, blocked }).collect();
        Signal { stretches, transit, ..Signal::default() }
    }

    #[test]
    fn the_average_is_exact_whatever_starts_or_ends_inside_a_step() {
        for h in [1.0, 7.0, 30.4375] {
            let list = [(0.3, 0.9, 1.0), (2.0, 9.5, 0.4), (9.5, 40.0, 0.75)];
            let mut s = signal(&list, 0.0);
            let mut total = 0.0;
            let steps = (60.0 / h) as usize + 1;
            for k in 0..steps {
                total += (1.0 - s.passes(k as f64 * h, h)) * h;
            }
            let exact: f64 = list.iter().map(|(a, b, v)| (b - a) * v).sum();
            assert!((total - exact).abs() < 1e-11, "{h}: {total} {exact}");
        }
    }

    #[test]
    fn transit_delays_what_is_missing() {
        let mut s = signal(&[(0.0, 7.0, 1.0)], 14.0);
        let passed: Vec<f64> = (0..4).map(|k| s.passes(f64::from(k) * 7.0, 7.0)).collect();
        assert_eq!(passed, [1.0, 1.0, 0.0, 1.0]);
    }
}
