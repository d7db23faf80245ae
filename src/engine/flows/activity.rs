//! Activity, consumption and what is missing in a step (docs/model.md, 5.6 to 5.8).

use super::{Baseline, Flows, NORMAL};
use crate::engine::response::Curve;
use crate::plan::{Consumer, Plan, Work};

impl Flows {
    /// 6. Activity and consumption of a group, and 8. the value it loses or makes up.
    pub(super) fn operate(&mut self, plan: &Plan, values: &[f64], t: f64, g: usize) {
        let group = &plan.groups[g];
        let sector = &plan.sectors[group.sector];
        let middle = t + 0.5 * plan.step;
        let mut r: f64 = 1.0;
        let mut reach = f64::INFINITY;
        for &(e, exposed, response) in &group.uses {
            let exposed = values[exposed.0 as usize];
            if exposed <= 0.0 || self.d[e] <= 0.0 {
                continue;
            }
            let since = self.since[plan.edges[e].material];
            let days = if since.is_nan() { 0.0 } else { middle - since };
            let f = self.filled[e];
            if f < 1.0 {
                r = r.min(Curve::new(response, values, days).activity(exposed, f));
            }
            reach = reach.min((self.received[e] + (self.stock[e] - self.target[e]).max(0.0)) / self.d[e]);
        }
        let activity = if r < NORMAL { r } else { r.max(self.w[g].min(reach)) };
        self.activity[g] = activity;
        for &(e, exposed, response) in &group.uses {
            let exposed = values[exposed.0 as usize];
            let (d, f) = (self.d[e], self.filled[e]);
            let there = self.stock[e] + self.received[e];
            let wanted = if exposed <= 0.0 {
                if r < NORMAL { d * f } else { d }
            } else if r < NORMAL {
                let since = self.since[plan.edges[e].material];
                let days = if since.is_nan() { 0.0 } else { middle - since };
                d * Curve::new(response, values, days).filled(exposed, r).min(f)
            } else {
                d * activity
            };
            self.consumed[e] = wanted.min(there);
            self.stock[e] = (there - self.consumed[e]).max(0.0);
        }
        let va = self.value_added[g];
        self.lost[g] = va * (1.0 - activity).max(0.0);
        self.recaptured[g] = va * (activity - 1.0).max(0.0);
        let (share, _, within) = sector.recapture;
        let owed = self.backlog[g] + values[share.0 as usize] * self.lost[g] - self.recaptured[g];
        self.backlog[g] =
            if owed > 0.0 { owed * libm::exp(-plan.step / values[within.0 as usize]) } else { 0.0 };
    }

    /// 6. Processes and options with inputs consume in proportion to what they deliver.
    pub(super) fn processes(&mut self, plan: &Plan) {
        for source in &plan.sources {
            self.consume_inputs(&source.inputs);
        }
        for option in &plan.options {
            if let Work::Supply(supply) = &option.work {
                self.consume_inputs(&supply.inputs);
            }
        }
    }

    fn consume_inputs(&mut self, inputs: &[usize]) {
        if inputs.is_empty() {
            return;
        }
        let worst = self.worst(inputs);
        for &e in inputs {
            let there = self.stock[e] + self.received[e];
            self.consumed[e] = (self.d[e] * worst).min(there);
            self.stock[e] = (there - self.consumed[e]).max(0.0);
        }
    }

    /// 7. Shortfall of each material.
    pub(super) fn shortfalls(&mut self, plan: &Plan, baseline: &Baseline) {
        for (m, material) in plan.materials.iter().enumerate() {
            let (mut need, mut short) = (0.0, 0.0);
            for e in material.edges.clone() {
                let n = match plan.edges[e].consumer {
                    Consumer::Group(_) => self.d[e],
                    Consumer::Process(_) => self.d[e].min(baseline.edge[e]),
                    Consumer::Option(_) => 0.0,
                };
                need += n;
                short += n * (1.0 - self.filled[e]);
            }
            (self.need[m], self.shortfall[m]) = (need, short);
        }
    }
}
