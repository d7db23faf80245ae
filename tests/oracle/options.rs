//! When options are available: alerts start contingent ones, rest sends them back to idle (section 5, 1).

use crate::flows::{Record, Run};
use crate::network::{Edge, edges_of, touching};
use crate::quantity::Quantity;
use crate::world::Mitigation;

impl Run<'_> {
    pub fn available_from(&self, option: &Mitigation) -> f64 {
        let path = format!("options.{}.available_from", option.name);
        option.available_from.as_ref().map_or(0.0, |date| self.draws.once(date, &path))
    }

    /// The option's lead time, drawn afresh.
    pub fn lead_time(&self, option: &Mitigation) -> f64 {
        let path = format!("options.{}.lead_time", option.name);
        option.lead_time.as_ref().map_or(0.0, |time| self.draws.afresh(time, &path).max(0.0))
    }

    /// No alert covers the instant, and no edge's stock is below its target.
    pub fn at_rest(&self, material: &str, instant: f64) -> bool {
        let on_alert = self.alerts[material].iter().any(|(start, end)| *start <= instant && instant < *end);
        let below = |edge: &Edge| self.stock[edge] < self.target[edge] * (1.0 - 1e-9);
        !on_alert && !edges_of(self.world, material).iter().any(below)
    }

    /// Alerts begin and end; contingent options start and go back to idle.
    pub fn wake(&mut self, record: &mut Record) {
        let (from, to) = (record.start, record.start + record.days);
        for material in &self.world.materials {
            let alert = touching(&self.alerts[&material.name], from, to);
            record.touched.insert(material.name.clone(), alert.is_some());
            let began = alert.map(|(start, _)| start.max(from));
            let rest = self.at_rest(&material.name, from);
            if rest {
                self.alert_began.remove(&material.name);
            }
            if let Some(began) = began {
                self.alert_began.entry(material.name.clone()).or_insert(began);
            }
            for option in self.world.enabled().filter(|o| !o.standing && o.material() == material.name) {
                if rest && !option.permanent && self.available.remove(&option.name).is_some() {
                    record.marks.push("an option went back to idle");
                }
                if let Some(began) = began
                    && !self.available.contains_key(&option.name)
                {
                    let from = self.available_from(option).max(began + self.lead_time(option));
                    self.available.insert(option.name.clone(), from);
                }
            }
        }
    }

    /// The exact time-average of each option's ramp; 0 for one that failed.
    pub fn availabilities(&mut self, record: &mut Record) {
        for option in self.world.enabled() {
            let mut average = 0.0;
            if let Some(from) = self.available.get(&option.name).copied()
                && self.works(option)
            {
                let ramp = self.draws.amount_or(&option.ramp, &format!("options.{}.ramp", option.name), 0.0);
                average = average_ramp(from, ramp, record.start, record.start + record.days);
                if average > 0.0 {
                    self.first_available.entry(option.name.clone()).or_insert(from);
                }
            }
            record.availability.insert(option.name.clone(), average);
        }
    }

    pub fn works(&self, option: &Mitigation) -> bool {
        let path = format!("options.{}.success", option.name);
        match &option.success {
            Some(success) => {
                // A probability that is drawn itself takes the first uniform of the address.
                let event = match success {
                    Quantity::Law(_) => self.draws.uniform(&path, 1),
                    _ => self.draws.single(&path),
                };
                event < self.draws.share(success, &path)
            }
            None => true,
        }
    }
}

/// The time-average over [start, end) of a ramp from 0 at `from` to 1 at `from + ramp`.
pub fn average_ramp(from: f64, ramp: f64, start: f64, end: f64) -> f64 {
    let mut points = vec![start, end];
    points.extend([from, from + ramp].into_iter().filter(|day| start < *day && *day < end));
    points.sort_by(f64::total_cmp);
    let height = |day: f64| {
        if day < from {
            0.0
        } else if day >= from + ramp {
            1.0
        } else {
            (day - from) / ramp
        }
    };
    // The ramp is linear between the points, so that the middle of each piece is its mean.
    let piece = |pair: &[f64]| (pair[1] - pair[0]) * height(0.5 * (pair[0] + pair[1]));
    points.windows(2).map(piece).sum::<f64>() / (end - start)
}

#[test]
fn ramps_are_averaged_exactly() {
    assert_eq!(average_ramp(3.0, 0.0, 0.0, 4.0), 0.25);
    assert_eq!(average_ramp(0.0, 8.0, 0.0, 4.0), 0.25);
    assert_eq!(average_ramp(2.0, 4.0, 0.0, 8.0), 0.5);
    assert_eq!(average_ramp(9.0, 4.0, 0.0, 8.0), 0.0);
}
