//! What is needed, ordered, delivered and allocated in a step (docs/model.md, 5.2 to 5.5).

use super::{Baseline, Basis, EdgeFlow, Flows, OptionFlow, SourceFlow};
use crate::engine::lane::{Lane, Mask, series, value};
use crate::engine::signal::snapped;
use crate::plan::{Consumer, Plan, Rate, Supply, Work};

impl<N: Lane> Flows<N> {
    /// 2. Activity wanted, and what groups need: d, with savings and what substitutes them.
    #[inline(always)]
    pub(super) fn wanted_by_groups(&mut self, basis: &Basis<N>) {
        let Basis { plan, values, now, .. } = *basis;
        let (h, zero, one) = (N::of(plan.step), N::of(0.0), N::of(1.0));
        for sector in &plan.sectors {
            let va = series(&sector.value_added, now.k, values) * h;
            let extra = value(values, sector.recapture.1);
            let groups = self.groups[sector.groups.clone()].iter_mut();
            for (group, own) in plan.groups[sector.groups.clone()].iter().zip(groups) {
                own.value_added = va;
                let behind = zero.lt(own.backlog) & zero.lt(va);
                own.w = one;
                if behind.any() {
                    own.w = N::select(behind, one + extra.min(own.backlog / va), one);
                }
                for &(e, ..) in &group.uses {
                    let gross = series(&plan.edges[e].amount, now.k, values) * h;
                    need_of(plan, values, &mut self.edges, &mut self.options, e, gross);
                }
            }
        }
    }

    /// 3. Orders of one material, everything it goes into being ordered already.
    #[inline(always)]
    pub(super) fn order(&mut self, basis: &Basis<N>, m: usize) {
        let Basis { plan, values, baseline, now, .. } = *basis;
        let (material, zero) = (&plan.materials[m], N::of(0.0));
        let (mut demand, mut wishes) = (zero, zero);
        let edges = plan.edges[material.edges.clone()].iter();
        for (edge, flow) in edges.zip(&mut self.edges[material.edges.clone()]) {
            let mut wanted = flow.d;
            if let Consumer::Group(g) = edge.consumer {
                wanted = wanted * self.groups[g].w;
            }
            let wish = (wanted + flow.target - flow.stock).max(zero);
            flow.wish = wish;
            flow.first = wanted.min(wish);
            demand += flow.d;
            wishes += wish;
        }
        let mut wanted = wishes;
        let own = &mut self.materials[m];
        for &o in &material.piles {
            let refill = refill(plan, values, baseline, o, &self.options[o]);
            wanted += N::select(own.touched, zero, refill);
        }
        (own.demand, own.wishes, own.wanted) = (demand, wishes, wanted);
        let mut supplied = zero;
        for &o in &material.standing {
            let ordered = self.options[o].most.min(wanted - supplied).max(zero);
            self.options[o].ordered = ordered;
            supplied += ordered;
        }
        supplied += self.order_from_sources(basis, m, wanted - supplied);
        for &o in &material.contingent {
            let needed = self.called_for(plan, m, o) - supplied;
            let most = self.limit(plan, o);
            let ordered = most.min(needed).max(zero);
            self.options[o].ordered = ordered;
            supplied += ordered;
        }
        for s in material.sources.clone() {
            for &e in &plan.sources[s].inputs {
                let gross = self.sources[s].ordered * series(&plan.edges[e].amount, now.k, values);
                need_of(plan, values, &mut self.edges, &mut self.options, e, gross);
            }
        }
        for &o in material.standing.iter().chain(&material.contingent) {
            if let Work::Supply(Supply { inputs, .. }) = &plan.options[o].work {
                for &e in inputs {
                    let gross = self.options[o].ordered * series(&plan.edges[e].amount, now.k, values);
                    need_of(plan, values, &mut self.edges, &mut self.options, e, gross);
                }
            }
        }
    }

    /// Orders `missing` from the sources of `m` within their headroom; gives what was ordered.
    #[inline(always)]
    fn order_from_sources(&mut self, basis: &Basis<N>, m: usize, missing: N) -> N {
        let Basis { plan, values, baseline, passes, .. } = *basis;
        let (zero, one) = (N::of(0.0), N::of(1.0));
        let (mut flow, mut spare) = (zero, zero);
        let range = plan.materials[m].sources.clone();
        let sources = plan.sources[range.clone()].iter().zip(&baseline.source[range.clone()]);
        for ((source, &usual), flow_of) in sources.zip(&mut self.sources[range.clone()]) {
            let base = match source.channel {
                Some(c) => usual * passes[c],
                None => usual,
            };
            flow_of.base = base;
            flow += base;
            spare += base * value(values, source.headroom);
        }
        let stretched = flow.lt(missing);
        let asked = N::select(stretched, missing - flow, missing.max(zero));
        let there = N::select(stretched, spare, flow);
        let ratio = N::select(zero.lt(there), asked / there, zero);
        let scale = N::select(stretched, ratio.min(one), ratio);
        let mut all = zero;
        for (source, flow_of) in plan.sources[range.clone()].iter().zip(&mut self.sources[range]) {
            let headroom = value(values, source.headroom);
            let ordered = flow_of.base * N::select(stretched, one + scale * headroom, scale);
            flow_of.ordered = ordered;
            all += ordered;
        }
        all
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
    fn limit(&self, plan: &Plan, o: usize) -> N {
        let own = &self.options[o];
        match plan.options[o].work {
            Work::Pile(_) => own.most.min(own.level),
            _ => own.most,
        }
    }

    /// The filled share of the worst-filled of some inputs.
    #[inline(always)]
    pub(super) fn worst(&self, inputs: &[usize]) -> N {
        inputs.iter().fold(N::of(1.0), |worst, &e| self.edges[e].filled.min(worst))
    }

    /// 4. Deliveries of one material, and 5. who gets them, everything it is made of being allocated already.
    #[inline(always)]
    pub(super) fn deliver(&mut self, basis: &Basis<N>, m: usize) {
        let Basis { plan, values, .. } = *basis;
        let (material, zero) = (&plan.materials[m], N::of(0.0));
        let (mut total, mut left) = (zero, zero);
        for s in material.sources.clone() {
            let source = &plan.sources[s];
            let mut delivered = self.sources[s].ordered;
            if source.inputs.is_empty() {
                left += self.sources[s].unused(value(values, source.headroom));
            } else {
                delivered = delivered * self.worst(&source.inputs);
            }
            self.sources[s].delivered = delivered;
            total += delivered;
        }
        let from_sources = total;
        for &o in material.standing.iter().chain(&material.contingent) {
            let Work::Supply(supply) = &plan.options[o].work else { continue };
            if plan.options[o].standing || !supply.inputs.is_empty() {
                let moved = self.options[o].ordered * self.worst(&supply.inputs);
                self.options[o].moved = moved;
                total += moved;
            }
        }
        let more = (self.materials[m].wanted - total).max(zero).min(left);
        let some = zero.lt(more);
        if some.any() {
            for s in material.sources.clone().filter(|&s| plan.sources[s].inputs.is_empty()) {
                let headroom = value(values, plan.sources[s].headroom);
                let source = &mut self.sources[s];
                let own = source.unused(headroom) / left * more;
                source.delivered += N::select(some, own, zero);
            }
            total += more;
        }
        self.materials[m].from_sources = from_sources + more;
        for &o in &material.contingent {
            if matches!(&plan.options[o].work, Work::Supply(supply) if !supply.inputs.is_empty()) {
                continue;
            }
            let needed = self.called_for(plan, m, o) - total;
            let most = self.limit(plan, o);
            let moved = most.min(needed).max(zero);
            let own = &mut self.options[o];
            own.moved = moved;
            total += moved;
            if matches!(plan.options[o].work, Work::Pile(_)) {
                own.level -= moved;
            }
        }
        self.materials[m].inflow = total;
        self.allocate(basis, m);
    }

    /// 5. Allocation in two rounds: towards this step's use, then towards stocks; what is over goes to stockpiles.
    #[inline(always)]
    fn allocate(&mut self, basis: &Basis<N>, m: usize) {
        let Basis { plan, values, baseline, .. } = *basis;
        let (material, zero, one) = (&plan.materials[m], N::of(0.0), N::of(1.0));
        let mut left = self.materials[m].inflow;
        for flow in &mut self.edges[material.edges.clone()] {
            flow.received = zero;
        }
        for second in [false, true] {
            for class in &material.classes {
                let class = &mut self.edges[class.clone()];
                let mut claims = zero;
                for flow in &*class {
                    claims += flow.claim(second);
                }
                let beyond = left.lt(claims);
                let share = if beyond.any() { N::select(beyond, left / claims, one) } else { one };
                for flow in class {
                    flow.received += flow.claim(second) * share;
                }
                left = (left - claims).max(zero);
            }
        }
        for &o in &material.piles {
            let own = &mut self.options[o];
            let back = refill(plan, values, baseline, o, own).min(left);
            let back = N::select(self.materials[m].touched, zero, back);
            own.refilled = back;
            own.level += back;
            left -= back;
        }
        for flow in &mut self.edges[material.edges.clone()] {
            let there = flow.stock + flow.received;
            let short = there.lt(flow.d) & zero.lt(flow.d);
            flow.filled = if short.any() { N::select(short, snapped(there / flow.d), one) } else { one };
        }
    }
}

impl<N: Lane> EdgeFlow<N> {
    /// What it claims in the first or second round.
    #[inline(always)]
    fn claim(&self, second: bool) -> N {
        if second { self.wish - self.first } else { self.first }
    }
}

impl<N: Lane> SourceFlow<N> {
    /// What is left of its headroom.
    #[inline(always)]
    fn unused(&self, headroom: N) -> N {
        let most = self.base * (N::of(1.0) + headroom);
        (most - self.ordered).max(N::of(0.0))
    }
}

/// Adds to edge `e` what its consumer needs gross, less what is saved; what is saved goes to the savings' accounts and,
/// where something takes its place, to the other edge.
#[inline(always)]
fn need_of<N: Lane>(
    plan: &Plan,
    values: &[N],
    edges: &mut [EdgeFlow<N>],
    options: &mut [OptionFlow<N>],
    e: usize,
    gross: N,
) {
    let savings = &plan.edges[e].savings;
    if savings.is_empty() {
        edges[e].d += gross;
        return;
    }
    let mut left = N::of(1.0);
    for saving in savings {
        let option = &mut options[saving.option];
        let share = (value(values, saving.max_share) * option.available).min(left);
        left -= share;
        option.moved += gross * share;
        if let Some((to, ratio)) = saving.to {
            edges[to].d += gross * share * value(values, ratio);
        }
    }
    edges[e].d += gross * left;
}

/// Tonnes a supplier could deliver in steps `k` at full availability.
#[inline(always)]
pub fn nominal<N: Lane>(supply: &Supply, values: &[N], k: N::Steps, h: f64) -> N {
    let [a, b] = supply.yields;
    series(&supply.capacity, k, values) * N::of(h) * value(values, a) * value(values, b)
}

/// What a stockpile takes back in a step.
#[inline(always)]
fn refill<N: Lane>(plan: &Plan, values: &[N], baseline: &Baseline<N>, o: usize, own: &OptionFlow<N>) -> N {
    match &plan.options[o].work {
        Work::Pile(pile) => {
            let most = rate(pile.refill, values, baseline.material[plan.options[o].material], plan.step);
            most.min(own.size - own.level).max(N::of(0.0))
        }
        _ => N::of(0.0),
    }
}

/// Tonnes in a step.
#[inline(always)]
pub(super) fn rate<N: Lane>(rate: Rate, values: &[N], baseline_use: N, h: f64) -> N {
    match rate {
        Rate::Share(share) => value(values, share) * baseline_use,
        Rate::Tonnes(rate) => value(values, rate) * N::of(h),
    }
}
