//! The baseline of a step: what would flow with nothing saved and nothing blocked (docs/model.md, 5.3).

use super::flows::{nominal, ramped};
use crate::plan::{Consumer, Plan, Work};

/// Baseline flows of a step, in tonnes.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// B: use of each material.
    pub material: Vec<f64>,
    /// Base flow of each source if everything passes: its share of what standing options leave of B.
    pub source: Vec<f64>,
    /// Use of each edge.
    pub edge: Vec<f64>,
    /// Delivered by each standing option.
    pub option: Vec<f64>,
}

impl Baseline {
    /// For trials of `plan`.
    pub fn new(plan: &Plan) -> Baseline {
        Baseline {
            material: vec![0.0; plan.materials.len()],
            source: vec![0.0; plan.sources.len()],
            edge: vec![0.0; plan.edges.len()],
            option: vec![0.0; plan.options.len()],
        }
    }

    /// Sets it to step `k`; `available_at` and `works` tell of each standing option from when on it runs, if at all.
    pub fn set(&mut self, plan: &Plan, values: &[f64], available_at: &[f64], works: &[bool], k: usize) {
        let h = plan.step;
        for &m in plan.order.iter().rev() {
            let material = &plan.materials[m];
            let mut total = 0.0;
            for e in material.edges.clone() {
                let amount = plan.edges[e].amount.at(k, h, values);
                self.edge[e] = amount
                    * match plan.edges[e].consumer {
                        Consumer::Group(_) => h,
                        Consumer::Process(s) => self.source[s],
                        Consumer::Option(o) => self.option[o],
                    };
                total += self.edge[e];
            }
            self.material[m] = total;
            let (mut left, mut displaced) = (total, 0.0);
            for &o in &material.standing {
                let Work::Supply(supply) = &plan.options[o].work else { continue };
                let since = k as f64 * h - available_at[o];
                let ramp = values[plan.options[o].ramp.0 as usize];
                let full =
                    if works[o] { nominal(supply, values, k, h) * ramped(since, h, ramp) } else { 0.0 };
                self.option[o] = full.min(left);
                left -= self.option[o];
                displaced += full;
            }
            let open = (total - displaced).max(0.0);
            let sources = material.sources.clone();
            let scale = if material.scaled_shares {
                let sum: f64 = sources.clone().map(|s| plan.sources[s].share.at(k, h, values)).sum();
                if sum > 0.0 { open / sum } else { 0.0 }
            } else {
                open
            };
            for s in sources {
                self.source[s] = plan.sources[s].share.at(k, h, values) * scale;
            }
        }
    }
}
