//! What is needed, ordered, delivered and allocated in a step (docs/model.md, 5.2 to 5.5).

use super::{Baseline, Flows};
use crate::engine::lane::{Lane, Mask, series, value};
use crate::engine::signal::snapped;
use crate::plan::{Consumer, Plan, Rate, Supply, Work};

impl<N: Lane> Flows<N> {
    /// 2. Activity wanted, and what groups need: d, with savings and what substitutes them.
    #[inline(always)]
    pub(super) fn wanted_by_groups(&mut self, plan: &Plan, values: &[N], k: N::Steps) {
        let (h, zero, one) = (N::of(plan.step), N::of(0.0), N::of(1.0));
        for sector in &plan.sectors {
            let va = series(&sector.value_added, k, values) * h;
            let extra = value(values, sector.recapture.1);
            for g in sector.groups.clone() {
                self.value_added[g] = va;
                let behind = zero.lt(self.backlog[g]) & zero.lt(va);
                self.w[g] = one;
                if behind.any() {
                    self.w[g] = N::select(behind, one + extra.min(self.backlog[g] / va), one);
                }
                for &(e, ..) in &plan.groups[g].uses {
                    let gross = series(&plan.edges[e].amount, k, values) * h;
                    self.need_of(plan, values, e, gross);
                }
            }
        }
    }

    /// Adds to edge `e` what its consumer needs gross, less what is saved; what is saved goes to the savings' accounts
    /// and, where something takes its place, to the other edge.
    #[inline(always)]
    fn need_of(&mut self, plan: &Plan, values: &[N], e: usize, gross: N) {
        let mut left = N::of(1.0);
        for saving in &plan.edges[e].savings {
            let share = (value(values, saving.max_share) * self.available[saving.option]).min(left);
            left -= share;
            self.option[saving.option] += gross * share;
            if let Some((to, ratio)) = saving.to {
                self.d[to] += gross * share * value(values, ratio);
            }
        }
        self.d[e] += gross * left;
    }

    /// 3. Orders of one material, everything it goes into being ordered already.
    #[inline(always)]
    pub(super) fn order(
        &mut self,
        plan: &Plan,
        values: &[N],
        baseline: &Baseline<N>,
        passes: &[N],
        k: N::Steps,
        m: usize,
    ) {
        let (material, zero) = (&plan.materials[m], N::of(0.0));
        let (mut demand, mut wishes) = (zero, zero);
        for e in material.edges.clone() {
            let mut wanted = self.d[e];
            if let Consumer::Group(g) = plan.edges[e].consumer {
                wanted = wanted * self.w[g];
            }
            let wish = (wanted + self.target[e] - self.stock[e]).max(zero);
            self.wish[e] = wish;
            self.first[e] = wanted.min(wish);
            demand += self.d[e];
            wishes += wish;
        }
        let mut wanted = wishes;
        for &o in &material.piles {
            let refill = self.refill(plan, values, baseline, o);
            wanted += N::select(self.touched[m], zero, refill);
        }
        (self.demand[m], self.wishes[m], self.wanted[m]) = (demand, wishes, wanted);
        let mut supplied = zero;
        for &o in &material.standing {
            let capacity = self.capacity(plan, values, passes, k, o);
            self.option_order[o] = capacity.min(wanted - supplied).max(zero);
            supplied += self.option_order[o];
        }
        supplied += self.order_from_sources(plan, values, baseline, passes, m, wanted - supplied);
        for &o in &material.contingent {
            let needed = self.called_for(plan, m, o) - supplied;
            let most = self.limit(plan, values, baseline, passes, k, o);
            self.option_order[o] = most.min(needed).max(zero);
            supplied += self.option_order[o];
        }
        for s in material.sources.clone() {
            for &e in &plan.sources[s].inputs {
                let amount = series(&plan.edges[e].amount, k, values);
                self.need_of(plan, values, e, self.ordered[s] * amount);
            }
        }
        for &o in material.standing.iter().chain(&material.contingent) {
            if let Work::Supply(Supply { inputs, .. }) = &plan.options[o].work {
                for &e in inputs {
                    let amount = series(&plan.edges[e].amount, k, values);
                    self.need_of(plan, values, e, self.option_order[o] * amount);
                }
            }
        }
    }

    /// Orders `missing` from the sources of `m` within their headroom; gives what was ordered.
    #[inline(always)]
    fn order_from_sources(
        &mut self,
        plan: &Plan,
        values: &[N],
        baseline: &Baseline<N>,
        passes: &[N],
        m: usize,
        missing: N,
    ) -> N {
        let (zero, one) = (N::of(0.0), N::of(1.0));
        let (mut flow, mut spare) = (zero, zero);
        for s in plan.materials[m].sources.clone() {
            let source = &plan.sources[s];
            let base = match source.channel {
                Some(c) => baseline.source[s] * passes[c],
                None => baseline.source[s],
            };
            self.base[s] = base;
            flow += base;
            spare += base * value(values, source.headroom);
        }
        let stretched = flow.lt(missing);
        let asked = N::select(stretched, missing - flow, missing.max(zero));
        let there = N::select(stretched, spare, flow);
        let ratio = N::select(zero.lt(there), asked / there, zero);
        let scale = N::select(stretched, ratio.min(one), ratio);
        let mut ordered = zero;
        for s in plan.materials[m].sources.clone() {
            let headroom = value(values, plan.sources[s].headroom);
            self.ordered[s] = self.base[s] * N::select(stretched, one + scale * headroom, scale);
            ordered += self.ordered[s];
        }
        ordered
    }

    /// Capacity x availability x pass of a supplier, for the step.
    #[inline(always)]
    fn capacity(&self, plan: &Plan, values: &[N], passes: &[N], k: N::Steps, o: usize) -> N {
        match &plan.options[o].work {
            Work::Supply(supply) => {
                let capacity = nominal(supply, values, k, plan.step) * self.available[o];
                supply.channel.map_or(capacity, |c| capacity * passes[c])
            }
            _ => N::of(0.0),
        }
    }

    /// Up to what a contingent option is called upon: all that is wanted for a supplier while an alert touches the
    /// step, else, and for a stockpile always, this step's use alone.
    #[inline(always)]
    fn called_for(&self, plan: &Plan, m: usize, o: usize) -> N {
        let use_ = self.demand[m].min(self.wanted[m]);
        match plan.options[o].work {
            Work::Supply(_) => N::select(self.touched[m], self.wanted[m], use_),
            _ => use_,
        }
    }

    /// The most that a contingent option can deliver in the step.
    #[inline(always)]
    fn limit(
        &self,
        plan: &Plan,
        values: &[N],
        baseline: &Baseline<N>,
        passes: &[N],
        k: N::Steps,
        o: usize,
    ) -> N {
        match &plan.options[o].work {
            Work::Pile(pile) => {
                let use_ = baseline.material[plan.options[o].material];
                let release = rate(pile.max_release, values, use_, plan.step);
                (release * self.available[o]).min(self.level[o])
            }
            _ => self.capacity(plan, values, passes, k, o),
        }
    }

    /// What a stockpile takes back in the step.
    #[inline(always)]
    fn refill(&self, plan: &Plan, values: &[N], baseline: &Baseline<N>, o: usize) -> N {
        match &plan.options[o].work {
            Work::Pile(pile) => {
                let most = rate(pile.refill, values, baseline.material[plan.options[o].material], plan.step);
                most.min(self.size[o] - self.level[o]).max(N::of(0.0))
            }
            _ => N::of(0.0),
        }
    }

    /// The filled share of the worst-filled of some inputs.
    #[inline(always)]
    pub(super) fn worst(&self, inputs: &[usize]) -> N {
        inputs.iter().fold(N::of(1.0), |worst, &e| self.filled[e].min(worst))
    }

    /// 4. Deliveries of one material, and 5. who gets them, everything it is made of being allocated already.
    #[inline(always)]
    pub(super) fn deliver(
        &mut self,
        plan: &Plan,
        values: &[N],
        baseline: &Baseline<N>,
        passes: &[N],
        k: N::Steps,
        m: usize,
    ) {
        let (material, zero) = (&plan.materials[m], N::of(0.0));
        let (mut total, mut left) = (zero, zero);
        for s in material.sources.clone() {
            let source = &plan.sources[s];
            self.delivered[s] = if source.inputs.is_empty() {
                left += self.unused(plan, values, s);
                self.ordered[s]
            } else {
                self.ordered[s] * self.worst(&source.inputs)
            };
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
        let more = (self.wanted[m] - total).max(zero).min(left);
        let some = zero.lt(more);
        if some.any() {
            for s in material.sources.clone().filter(|&s| plan.sources[s].inputs.is_empty()) {
                let own = self.unused(plan, values, s) / left * more;
                self.delivered[s] += N::select(some, own, zero);
            }
            total += more;
        }
        self.from_sources[m] = from_sources + more;
        for &o in &material.contingent {
            if matches!(&plan.options[o].work, Work::Supply(supply) if !supply.inputs.is_empty()) {
                continue;
            }
            let needed = self.called_for(plan, m, o) - total;
            let most = self.limit(plan, values, baseline, passes, k, o);
            self.option[o] = most.min(needed).max(zero);
            total += self.option[o];
            if matches!(plan.options[o].work, Work::Pile(_)) {
                self.level[o] -= self.option[o];
            }
        }
        self.inflow[m] = total;
        self.allocate(plan, values, baseline, m);
    }

    /// What is left of the headroom of source `s`.
    #[inline(always)]
    fn unused(&self, plan: &Plan, values: &[N], s: usize) -> N {
        let most = self.base[s] * (N::of(1.0) + value(values, plan.sources[s].headroom));
        (most - self.ordered[s]).max(N::of(0.0))
    }

    /// 5. Allocation in two rounds: towards this step's use, then towards stocks; what is over goes to stockpiles.
    #[inline(always)]
    fn allocate(&mut self, plan: &Plan, values: &[N], baseline: &Baseline<N>, m: usize) {
        let (material, zero, one) = (&plan.materials[m], N::of(0.0), N::of(1.0));
        let mut left = self.inflow[m];
        for e in material.edges.clone() {
            self.received[e] = zero;
        }
        for second in [false, true] {
            for class in &material.classes {
                let claim = |flows: &Self, e: usize| {
                    if second { flows.wish[e] - flows.first[e] } else { flows.first[e] }
                };
                let mut claims = zero;
                for e in class.clone() {
                    claims += claim(self, e);
                }
                let beyond = left.lt(claims);
                let share = if beyond.any() { N::select(beyond, left / claims, one) } else { one };
                for e in class.clone() {
                    let own = claim(self, e) * share;
                    self.received[e] += own;
                }
                left = (left - claims).max(zero);
            }
        }
        for &o in &material.piles {
            let back = self.refill(plan, values, baseline, o).min(left);
            let back = N::select(self.touched[m], zero, back);
            self.refilled[o] = back;
            self.level[o] += back;
            left -= back;
        }
        for e in material.edges.clone() {
            let (d, there) = (self.d[e], self.stock[e] + self.received[e]);
            let short = there.lt(d) & zero.lt(d);
            self.filled[e] = if short.any() { N::select(short, snapped(there / d), one) } else { one };
        }
    }
}

/// Tonnes a supplier could deliver in steps `k` at full availability.
#[inline(always)]
pub fn nominal<N: Lane>(supply: &Supply, values: &[N], k: N::Steps, h: f64) -> N {
    let [a, b] = supply.yields;
    series(&supply.capacity, k, values) * N::of(h) * value(values, a) * value(values, b)
}

/// Tonnes in a step.
#[inline(always)]
fn rate<N: Lane>(rate: Rate, values: &[N], baseline_use: N, h: f64) -> N {
    match rate {
        Rate::Share(share) => value(values, share) * baseline_use,
        Rate::Tonnes(rate) => value(values, rate) * N::of(h),
    }
}
