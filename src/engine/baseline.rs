//! The baseline of a step: what would flow with nothing saved and nothing blocked (docs/model.md, 5.3).

use super::flows::{nominal, ramped};
use super::lane::{Lane, Now, series, value};
use crate::plan::{Consumer, Plan, Work};

/// Baseline flows of a step, in tonnes.
#[derive(Clone, Debug)]
pub struct Baseline<N: Lane = f64> {
    /// B: use of each material.
    pub material: Vec<N>,
    /// Base flow of each source if everything passes: its share of what standing options leave of B.
    pub source: Vec<N>,
    /// Use of each edge.
    pub edge: Vec<N>,
    /// Delivered by each standing option.
    pub option: Vec<N>,
}

impl<N: Lane> Baseline<N> {
    /// For trials of `plan`.
    pub fn new(plan: &Plan) -> Self {
        let zeros = |n: usize| vec![N::of(0.0); n];
        Baseline {
            material: zeros(plan.materials.len()),
            source: zeros(plan.sources.len()),
            edge: zeros(plan.edges.len()),
            option: zeros(plan.options.len()),
        }
    }

    /// Sets it to the steps `now`; `start` tells of each standing option from when on it runs, and whether it does at all.
    #[inline(always)]
    pub fn set(&mut self, plan: &Plan, values: &[N], start: impl Fn(usize) -> (N, N::Mask), now: Now<N>) {
        let (h, zero) = (N::of(plan.step), N::of(0.0));
        let Now { k, t, .. } = now;
        for &m in plan.order.iter().rev() {
            let material = &plan.materials[m];
            let mut total = zero;
            for e in material.edges.clone() {
                let amount = series(&plan.edges[e].amount, k, values);
                self.edge[e] = amount
                    * match plan.edges[e].consumer {
                        Consumer::Group(_) => h,
                        Consumer::Process(s) => self.source[s],
                        Consumer::Option(o) => self.option[o],
                    };
                total += self.edge[e];
            }
            self.material[m] = total;
            let (mut left, mut displaced) = (total, zero);
            for &o in &material.standing {
                let Work::Supply(supply) = &plan.options[o].work else { continue };
                let (available_at, works) = start(o);
                let ramp = value(values, plan.options[o].ramp);
                let full = nominal(supply, values, k, plan.step) * ramped(t - available_at, plan.step, ramp);
                let full = N::select(works, full, zero);
                self.option[o] = full.min(left);
                left -= self.option[o];
                displaced += full;
            }
            let open = (total - displaced).max(zero);
            let sources = material.sources.clone();
            let scale = if material.scaled_shares {
                let mut sum = zero;
                for s in sources.clone() {
                    sum += series(&plan.sources[s].share, k, values);
                }
                N::select(sum.gt(zero), open / sum, zero)
            } else {
                open
            };
            for s in sources {
                self.source[s] = series(&plan.sources[s].share, k, values) * scale;
            }
        }
    }
}
