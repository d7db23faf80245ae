//! What is needed, ordered, delivered and allocated in a step (docs/model.md, 5.2 to 5.5).

use super::{Baseline, Flows};
use crate::engine::signal::snapped;
use crate::plan::{Consumer, Plan, Rate, Supply, Work};

impl Flows {
    /// 2. Activity wanted, and what groups need: d, with savings and what substitutes them.
    pub(super) fn wanted_by_groups(&mut self, plan: &Plan, values: &[f64], k: usize) {
        let h = plan.step;
        for sector in &plan.sectors {
            let va = sector.value_added.at(k, h, values) * h;
            let extra = values[sector.recapture.1.0 as usize];
            for g in sector.groups.clone() {
                self.value_added[g] = va;
                self.w[g] = if self.backlog[g] > 0.0 && va > 0.0 {
                    1.0 + extra.min(self.backlog[g] / va)
                } else {
                    1.0
                };
                for &(e, ..) in &plan.groups[g].uses {
                    let gross = plan.edges[e].amount.at(k, h, values) * h;
                    self.need_of(plan, values, e, gross);
                }
            }
        }
    }

    /// Adds to edge `e` what its consumer needs gross, less what is saved; what is saved goes to the savings' accounts
    /// and, where something takes its place, to the other edge.
    fn need_of(&mut self, plan: &Plan, values: &[f64], e: usize, gross: f64) {
        let mut left = 1.0;
        for saving in &plan.edges[e].savings {
            let share = (values[saving.max_share.0 as usize] * self.available[saving.option]).min(left);
            left -= share;
            self.option[saving.option] += gross * share;
            if let Some((to, ratio)) = saving.to {
                self.d[to] += gross * share * values[ratio.0 as usize];
            }
        }
        self.d[e] += gross * left;
    }

    /// 3. Orders of one material, everything it goes into being ordered already.
    pub(super) fn order(&mut self, plan: &Plan, values: &[f64], baseline: &Baseline, k: usize, m: usize) {
        let material = &plan.materials[m];
        let (mut demand, mut wishes) = (0.0, 0.0);
        for e in material.edges.clone() {
            let w = match plan.edges[e].consumer {
                Consumer::Group(g) => self.w[g],
                _ => 1.0,
            };
            let wanted = self.d[e] * w;
            let wish = (wanted + self.target[e] - self.stock[e]).max(0.0);
            self.wish[e] = wish;
            self.first[e] = wanted.min(wish);
            demand += self.d[e];
            wishes += wish;
        }
        let mut wanted = wishes;
        if !self.touched[m] {
            for &o in &material.piles {
                wanted += self.refill(plan, values, baseline, o);
            }
        }
        (self.demand[m], self.wishes[m], self.wanted[m]) = (demand, wishes, wanted);
        let mut supplied = 0.0;
        for &o in &material.standing {
            self.option_order[o] = self.capacity(plan, values, k, o).min(wanted - supplied).max(0.0);
            supplied += self.option_order[o];
        }
        supplied += self.order_from_sources(plan, values, baseline, m, wanted - supplied);
        for &o in &material.contingent {
            let needed = self.called_for(plan, m, o) - supplied;
            self.option_order[o] = self.limit(plan, values, baseline, k, o).min(needed).max(0.0);
            supplied += self.option_order[o];
        }
        for s in material.sources.clone() {
            for &e in &plan.sources[s].inputs {
                let amount = plan.edges[e].amount.at(k, plan.step, values);
                self.need_of(plan, values, e, self.ordered[s] * amount);
            }
        }
        for &o in material.standing.iter().chain(&material.contingent) {
            if let Work::Supply(Supply { inputs, .. }) = &plan.options[o].work {
                for &e in inputs {
                    let amount = plan.edges[e].amount.at(k, plan.step, values);
                    self.need_of(plan, values, e, self.option_order[o] * amount);
                }
            }
        }
    }

    /// Orders `missing` from the sources of `m` within their headroom; gives what was ordered.
    fn order_from_sources(
        &mut self,
        plan: &Plan,
        values: &[f64],
        baseline: &Baseline,
        m: usize,
        missing: f64,
    ) -> f64 {
        let (mut flow, mut spare) = (0.0, 0.0);
        for s in plan.materials[m].sources.clone() {
            let source = &plan.sources[s];
            let base = baseline.source[s] * source.channel.map_or(1.0, |c| self.passes[c]);
            self.base[s] = base;
            flow += base;
            spare += base * values[source.headroom.0 as usize];
        }
        let stretched = missing > flow;
        let scale = match (stretched, spare > 0.0, flow > 0.0) {
            (true, true, _) => ((missing - flow) / spare).min(1.0),
            (false, _, true) => missing.max(0.0) / flow,
            _ => 0.0,
        };
        let mut ordered = 0.0;
        for s in plan.materials[m].sources.clone() {
            self.ordered[s] = if stretched {
                self.base[s] * (1.0 + scale * values[plan.sources[s].headroom.0 as usize])
            } else {
                self.base[s] * scale
            };
            ordered += self.ordered[s];
        }
        ordered
    }

    /// Capacity x availability x pass of a supplier, for the step.
    fn capacity(&self, plan: &Plan, values: &[f64], k: usize, o: usize) -> f64 {
        match &plan.options[o].work {
            Work::Supply(supply) => {
                nominal(supply, values, k, plan.step)
                    * self.available[o]
                    * supply.channel.map_or(1.0, |c| self.passes[c])
            }
            _ => 0.0,
        }
    }

    /// Up to what a contingent option is called upon: all that is wanted for a supplier while an alert touches the
    /// step, else, and for a stockpile always, this step's use alone.
    fn called_for(&self, plan: &Plan, m: usize, o: usize) -> f64 {
        match plan.options[o].work {
            Work::Supply(_) if self.touched[m] => self.wanted[m],
            _ => self.demand[m].min(self.wanted[m]),
        }
    }

    /// The most that a contingent option can deliver in the step.
    fn limit(&self, plan: &Plan, values: &[f64], baseline: &Baseline, k: usize, o: usize) -> f64 {
        match &plan.options[o].work {
            Work::Pile(pile) => {
                let release =
                    rate(pile.max_release, values, baseline.material[plan.options[o].material], plan.step);
                (release * self.available[o]).min(self.level[o])
            }
            _ => self.capacity(plan, values, k, o),
        }
    }

    /// What a stockpile takes back in the step.
    fn refill(&self, plan: &Plan, values: &[f64], baseline: &Baseline, o: usize) -> f64 {
        match &plan.options[o].work {
            Work::Pile(pile) => {
                let most = rate(pile.refill, values, baseline.material[plan.options[o].material], plan.step);
                most.min(self.size[o] - self.level[o]).max(0.0)
            }
            _ => 0.0,
        }
    }

    /// The filled share of the worst-filled of some inputs.
    pub(super) fn worst(&self, inputs: &[usize]) -> f64 {
        inputs.iter().map(|&e| self.filled[e]).fold(1.0, f64::min)
    }

    /// 4. Deliveries of one material, and 5. who gets them, everything it is made of being allocated already.
    pub(super) fn deliver(&mut self, plan: &Plan, values: &[f64], baseline: &Baseline, k: usize, m: usize) {
        let material = &plan.materials[m];
        let mut total = 0.0;
        let mut left = 0.0;
        for s in material.sources.clone() {
            let source = &plan.sources[s];
            if source.inputs.is_empty() {
                self.delivered[s] = self.ordered[s];
                let most = self.base[s] * (1.0 + values[source.headroom.0 as usize]);
                left += (most - self.ordered[s]).max(0.0);
            } else {
                self.delivered[s] = self.ordered[s] * self.worst(&source.inputs);
            }
            total += self.delivered[s];
        }
        let from_sources = total;
        for &o in material.standing.iter().chain(&material.contingent) {
            let Work::Supply(supply) = &plan.options[o].work else { continue };
            if plan.options[o].standing || !supply.inputs.is_empty() {
                self.option[o] = self.option_order[o] * self.worst(&supply.inputs);
                total += self.option[o];
            }
        }
        let more = (self.wanted[m] - total).max(0.0).min(left);
        if more > 0.0 {
            for s in material.sources.clone().filter(|&s| plan.sources[s].inputs.is_empty()) {
                let most = self.base[s] * (1.0 + values[plan.sources[s].headroom.0 as usize]);
                self.delivered[s] += (most - self.ordered[s]).max(0.0) / left * more;
            }
            total += more;
        }
        self.from_sources[m] = from_sources + more;
        for &o in &material.contingent {
            if matches!(&plan.options[o].work, Work::Supply(supply) if !supply.inputs.is_empty()) {
                continue;
            }
            let needed = self.called_for(plan, m, o) - total;
            let most = self.limit(plan, values, baseline, k, o);
            self.option[o] = most.min(needed).max(0.0);
            total += self.option[o];
            if matches!(plan.options[o].work, Work::Pile(_)) {
                self.level[o] -= self.option[o];
            }
        }
        self.inflow[m] = total;
        self.allocate(plan, values, baseline, m);
    }

    /// 5. Allocation in two rounds: towards this step's use, then towards stocks; what is over goes to stockpiles.
    fn allocate(&mut self, plan: &Plan, values: &[f64], baseline: &Baseline, m: usize) {
        let material = &plan.materials[m];
        let mut left = self.inflow[m];
        for e in material.edges.clone() {
            self.received[e] = 0.0;
        }
        for second in [false, true] {
            for class in &material.classes {
                let claim = |flows: &Flows, e: usize| {
                    if second { flows.wish[e] - flows.first[e] } else { flows.first[e] }
                };
                let claims: f64 = class.clone().map(|e| claim(self, e)).sum();
                let share = if claims <= left { 1.0 } else { left / claims };
                for e in class.clone() {
                    self.received[e] += claim(self, e) * share;
                }
                left = (left - claims).max(0.0);
            }
        }
        if !self.touched[m] {
            for &o in &material.piles {
                let back = self.refill(plan, values, baseline, o).min(left);
                self.refilled[o] = back;
                self.level[o] += back;
                left -= back;
            }
        }
        for e in material.edges.clone() {
            let d = self.d[e];
            self.filled[e] = if d > 0.0 { snapped((self.stock[e] + self.received[e]) / d) } else { 1.0 };
        }
    }
}

/// Tonnes a supplier could deliver in step `k` at full availability.
pub fn nominal(supply: &Supply, values: &[f64], k: usize, h: f64) -> f64 {
    let [a, b] = supply.yields;
    supply.capacity.at(k, h, values) * h * values[a.0 as usize] * values[b.0 as usize]
}

/// Tonnes in a step.
fn rate(rate: Rate, values: &[f64], baseline_use: f64, h: f64) -> f64 {
    match rate {
        Rate::Share(share) => values[share.0 as usize] * baseline_use,
        Rate::Tonnes(rate) => values[rate.0 as usize] * h,
    }
}
