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
                self.groups[g].value_added = va;
                let behind = zero.lt(self.groups[g].backlog) & zero.lt(va);
                self.groups[g].w = one;
                if behind.any() {
                    self.groups[g].w = N::select(behind, one + extra.min(self.groups[g].backlog / va), one);
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
            let share = (value(values, saving.max_share) * self.options[saving.option].available).min(left);
            left -= share;
            self.options[saving.option].moved += gross * share;
            if let Some((to, ratio)) = saving.to {
                self.edges[to].d += gross * share * value(values, ratio);
            }
        }
        self.edges[e].d += gross * left;
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
            let mut wanted = self.edges[e].d;
            if let Consumer::Group(g) = plan.edges[e].consumer {
                wanted = wanted * self.groups[g].w;
            }
            let wish = (wanted + self.edges[e].target - self.edges[e].stock).max(zero);
            self.edges[e].wish = wish;
            self.edges[e].first = wanted.min(wish);
            demand += self.edges[e].d;
            wishes += wish;
        }
        let mut wanted = wishes;
        for &o in &material.piles {
            let refill = self.refill(plan, values, baseline, o);
            wanted += N::select(self.materials[m].touched, zero, refill);
        }
        (self.materials[m].demand, self.materials[m].wishes, self.materials[m].wanted) =
            (demand, wishes, wanted);
        let mut supplied = zero;
        for &o in &material.standing {
            let capacity = self.capacity(plan, values, passes, k, o);
            self.options[o].ordered = capacity.min(wanted - supplied).max(zero);
            supplied += self.options[o].ordered;
        }
        supplied += self.order_from_sources(plan, values, baseline, passes, m, wanted - supplied);
        for &o in &material.contingent {
            let needed = self.called_for(plan, m, o) - supplied;
            let most = self.limit(plan, values, baseline, passes, k, o);
            self.options[o].ordered = most.min(needed).max(zero);
            supplied += self.options[o].ordered;
        }
        for s in material.sources.clone() {
            for &e in &plan.sources[s].inputs {
                let amount = series(&plan.edges[e].amount, k, values);
                self.need_of(plan, values, e, self.sources[s].ordered * amount);
            }
        }
        for &o in material.standing.iter().chain(&material.contingent) {
            if let Work::Supply(Supply { inputs, .. }) = &plan.options[o].work {
                for &e in inputs {
                    let amount = series(&plan.edges[e].amount, k, values);
                    self.need_of(plan, values, e, self.options[o].ordered * amount);
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
            self.sources[s].base = base;
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
            self.sources[s].ordered =
                self.sources[s].base * N::select(stretched, one + scale * headroom, scale);
            ordered += self.sources[s].ordered;
        }
        ordered
    }

    /// Capacity x availability x pass of a supplier, for the step.
    #[inline(always)]
    fn capacity(&self, plan: &Plan, values: &[N], passes: &[N], k: N::Steps, o: usize) -> N {
        match &plan.options[o].work {
            Work::Supply(supply) => {
                let capacity = nominal(supply, values, k, plan.step) * self.options[o].available;
                supply.channel.map_or(capacity, |c| capacity * passes[c])
            }
            _ => N::of(0.0),
        }
    }

    /// Up to what a contingent option is called upon: all that is wanted for a supplier while an alert touches the
    /// step, else, and for a stockpile always, this step's use alone.
    #[inline(always)]
    fn called_for(&self, plan: &Plan, m: usize, o: usize) -> N {
        let use_ = self.materials[m].demand.min(self.materials[m].wanted);
        match plan.options[o].work {
            Work::Supply(_) => N::select(self.materials[m].touched, self.materials[m].wanted, use_),
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
                (release * self.options[o].available).min(self.options[o].level)
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
                most.min(self.options[o].size - self.options[o].level).max(N::of(0.0))
            }
            _ => N::of(0.0),
        }
    }

    /// The filled share of the worst-filled of some inputs.
    #[inline(always)]
    pub(super) fn worst(&self, inputs: &[usize]) -> N {
        inputs.iter().fold(N::of(1.0), |worst, &e| self.edges[e].filled.min(worst))
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
            self.sources[s].delivered = if source.inputs.is_empty() {
                left += self.unused(plan, values, s);
                self.sources[s].ordered
            } else {
                self.sources[s].ordered * self.worst(&source.inputs)
            };
            total += self.sources[s].delivered;
        }
        let from_sources = total;
        for &o in material.standing.iter().chain(&material.contingent) {
            let Work::Supply(supply) = &plan.options[o].work else { continue };
            if plan.options[o].standing || !supply.inputs.is_empty() {
                self.options[o].moved = self.options[o].ordered * self.worst(&supply.inputs);
                total += self.options[o].moved;
            }
        }
        let more = (self.materials[m].wanted - total).max(zero).min(left);
        let some = zero.lt(more);
        if some.any() {
            for s in material.sources.clone().filter(|&s| plan.sources[s].inputs.is_empty()) {
                let own = self.unused(plan, values, s) / left * more;
                self.sources[s].delivered += N::select(some, own, zero);
            }
            total += more;
        }
        self.materials[m].from_sources = from_sources + more;
        for &o in &material.contingent {
            if matches!(&plan.options[o].work, Work::Supply(supply) if !supply.inputs.is_empty()) {
                continue;
            }
            let needed = self.called_for(plan, m, o) - total;
            let most = self.limit(plan, values, baseline, passes, k, o);
            self.options[o].moved = most.min(needed).max(zero);
            total += self.options[o].moved;
            if matches!(plan.options[o].work, Work::Pile(_)) {
                let moved = self.options[o].moved;
                self.options[o].level -= moved;
            }
        }
        self.materials[m].inflow = total;
        self.allocate(plan, values, baseline, m);
    }

    /// What is left of the headroom of source `s`.
    #[inline(always)]
    fn unused(&self, plan: &Plan, values: &[N], s: usize) -> N {
        let most = self.sources[s].base * (N::of(1.0) + value(values, plan.sources[s].headroom));
        (most - self.sources[s].ordered).max(N::of(0.0))
    }

    /// 5. Allocation in two rounds: towards this step's use, then towards stocks; what is over goes to stockpiles.
    #[inline(always)]
    fn allocate(&mut self, plan: &Plan, values: &[N], baseline: &Baseline<N>, m: usize) {
        let (material, zero, one) = (&plan.materials[m], N::of(0.0), N::of(1.0));
        let mut left = self.materials[m].inflow;
        for e in material.edges.clone() {
            self.edges[e].received = zero;
        }
        for second in [false, true] {
            for class in &material.classes {
                let claim = |flows: &Self, e: usize| {
                    if second { flows.edges[e].wish - flows.edges[e].first } else { flows.edges[e].first }
                };
                let mut claims = zero;
                for e in class.clone() {
                    claims += claim(self, e);
                }
                let beyond = left.lt(claims);
                let share = if beyond.any() { N::select(beyond, left / claims, one) } else { one };
                for e in class.clone() {
                    let own = claim(self, e) * share;
                    self.edges[e].received += own;
                }
                left = (left - claims).max(zero);
            }
        }
        for &o in &material.piles {
            let back = self.refill(plan, values, baseline, o).min(left);
            let back = N::select(self.materials[m].touched, zero, back);
            self.options[o].refilled = back;
            self.options[o].level += back;
            left -= back;
        }
        for e in material.edges.clone() {
            let (d, there) = (self.edges[e].d, self.edges[e].stock + self.edges[e].received);
            let short = there.lt(d) & zero.lt(d);
            self.edges[e].filled = if short.any() { N::select(short, snapped(there / d), one) } else { one };
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
