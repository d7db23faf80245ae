//! What must hold in every step, whatever the scenario: nothing appears and nothing vanishes (docs/model.md, section 5).
//!
//! Debug builds audit every step of every trial; an observer can ask for it in others. A violation is a fault of the
//! engine, and panics.

use super::baseline::Baseline;
use super::flows::{Flows, GroupFlow, TOLERANCE};
use super::ledger::{Costs, Ledger};
use crate::plan::{Consumer, Plan, Work};

/// Balances are kept to this share of what is moved.
const ROUNDING: f64 = 1e-9;

/// The state before the present step, and what each group has lost and made up since the trial began.
#[derive(Clone, Debug, Default)]
pub struct Audit {
    stock: Vec<f64>,
    level: Vec<f64>,
    owed: Vec<f64>,
    made_up: Vec<f64>,
}

/// Fails in the line that calls it, which says what does not balance.
#[track_caller]
fn equal(a: f64, b: f64, scale: f64) {
    assert!((a - b).abs() <= ROUNDING * scale + f64::MIN_POSITIVE);
}

impl Audit {
    /// A trial begins.
    pub fn open(&mut self, plan: &Plan, flows: &Flows) {
        self.resume(flows);
        for sums in [&mut self.owed, &mut self.made_up] {
            sums.clear();
            sums.resize(plan.groups.len(), 0.0);
        }
    }

    /// Quiet time was skipped.
    pub fn resume(&mut self, flows: &Flows) {
        self.stock.clear();
        self.stock.extend(flows.edges.iter().map(|edge| edge.stock));
        self.level.clear();
        self.level.extend(flows.options.iter().map(|option| option.level));
    }

    /// A step was walked and booked.
    pub fn step(&mut self, plan: &Plan, values: &[f64], flows: &Flows, ledger: &Ledger, baseline: &Baseline) {
        self.stocks(flows, baseline);
        self.piles(plan, flows);
        for m in 0..plan.materials.len() {
            self.material(plan, flows, baseline, m);
        }
        self.value(plan, values, flows);
        costs(flows, ledger);
        self.resume(flows);
    }

    /// Stock before + received = consumed + stock after.
    fn stocks(&self, flows: &Flows, baseline: &Baseline) {
        for (e, before) in self.stock.iter().enumerate() {
            let (received, consumed, after) =
                (flows.edges[e].received, flows.edges[e].consumed, flows.edges[e].stock);
            assert!(received >= 0.0 && consumed >= 0.0 && after >= 0.0);
            let scale = before + received + baseline.edge[e];
            equal(before + received, consumed + after, scale);
        }
    }

    /// Level before + refilled = released + level after, within nothing and the size.
    fn piles(&self, plan: &Plan, flows: &Flows) {
        for (o, option) in plan.options.iter().enumerate() {
            if matches!(option.work, Work::Pile(_)) {
                let (size, after) = (flows.options[o].size, flows.options[o].level);
                equal(self.level[o] + flows.options[o].refilled, flows.options[o].moved + after, size);
                assert!(after >= 0.0 && after <= size * (1.0 + ROUNDING));
            }
        }
    }

    /// What comes in is received or stored; need = met from inflow + met from stock + unmet.
    fn material(&self, plan: &Plan, flows: &Flows, baseline: &Baseline, m: usize) {
        let material = &plan.materials[m];
        let sum = |of: &dyn Fn(usize) -> f64| -> f64 { material.edges.clone().map(of).sum() };
        let scale = flows.materials[m].inflow.max(baseline.material[m]);
        let refilled: f64 = material.piles.iter().map(|&o| flows.options[o].refilled).sum();
        let received = sum(&|e| flows.edges[e].received);
        equal(flows.materials[m].inflow, received + refilled, scale);
        let sources: f64 = material.sources.clone().map(|s| flows.sources[s].delivered).sum();
        equal(flows.materials[m].from_sources, sources, scale);

        let met = |e: usize| self.need(plan, flows, baseline, e) * flows.edges[e].filled;
        let from_inflow = sum(&|e| met(e).min(flows.edges[e].received));
        let from_stock = sum(&|e| (met(e) - flows.edges[e].received).max(0.0).min(self.stock[e]));
        let (need, unmet) = (flows.materials[m].need, flows.materials[m].shortfall);
        equal(need, from_inflow + from_stock + unmet, need.max(scale));
        assert!(unmet >= 0.0);
        for e in material.edges.clone().filter(|&e| flows.edges[e].filled < 1.0) {
            // What is short has used up all that was there.
            let there = self.stock[e] + flows.edges[e].received;
            // A share below 10^-12 of the need counts as nothing.
            let need = flows.edges[e].d;
            equal(need * flows.edges[e].filled, there, baseline.edge[e].max(need) + there);
        }
    }

    /// n of an edge: what counts as need of it (docs/model.md, 5.7).
    fn need(&self, plan: &Plan, flows: &Flows, baseline: &Baseline, e: usize) -> f64 {
        match plan.edges[e].consumer {
            Consumer::Group(_) => flows.edges[e].d,
            Consumer::Process(_) => flows.edges[e].d.min(baseline.edge[e]),
            Consumer::Option(_) => 0.0,
        }
    }

    /// No group loses more than it makes, or makes up more than its share of what it has lost.
    fn value(&mut self, plan: &Plan, values: &[f64], flows: &Flows) {
        for (g, group) in plan.groups.iter().enumerate() {
            let (lost, made_up) = (flows.groups[g].lost, flows.groups[g].recaptured);
            let made = flows.groups[g].value_added;
            assert!(lost >= 0.0 && lost <= made * (1.0 + ROUNDING));
            assert!(lost == 0.0 || made_up == 0.0);
            let share = values[plan.sectors[group.sector].recapture.0.0 as usize];
            self.made_up[g] += made_up;
            let (had, owed) = (self.made_up[g], self.owed[g]);
            assert!(had <= owed * (1.0 + ROUNDING) + ROUNDING * made);
            self.owed[g] += share * lost;
        }
    }
}

/// Lost output is what groups have lost and not made up, and what options cost is what each of them does.
fn costs(flows: &Flows, ledger: &Ledger) {
    let Costs { lost_output, premiums, options, .. } = ledger.step;
    assert!(ledger.step.total().is_finite());
    let sum = |of: fn(&GroupFlow) -> f64| flows.groups.iter().map(of).sum::<f64>();
    let (lost, made_up) = (sum(|group| group.lost), sum(|group| group.recaptured));
    equal(lost_output, lost - made_up, lost + made_up);
    equal(premiums + options, ledger.option_step.iter().sum::<f64>(), premiums.abs() + options.abs());
    assert!(ledger.multiple.iter().all(|&multiple| multiple >= 1.0 - TOLERANCE));
}
