//! Activity, consumption and what is missing in a step (docs/model.md, 5.6 to 5.8).

use super::{Basis, Flows, NORMAL, TOLERANCE};
use crate::engine::lane::{Lane, Mask, value};
use crate::engine::power::power;
use crate::engine::response::Curve;
use crate::plan::{Consumer, Plan, Response, Scalar, Work};

impl<N: Lane> Flows<N> {
    /// 6. Activity and consumption of a group, and 8. the value it loses or makes up.
    #[inline(always)]
    pub(super) fn operate(&mut self, basis: &Basis<N>, g: usize) {
        let Basis { plan, values, now, .. } = *basis;
        let group = &plan.groups[g];
        let sector = &plan.sectors[group.sector];
        let (zero, one) = (N::of(0.0), N::of(1.0));
        let middle = now.t + N::of(0.5 * plan.step);
        let mut r = one;
        for &(e, exposed, response) in &group.uses {
            let exposed = value(values, exposed);
            let (d, f) = (self.edges[e].d, self.edges[e].filled);
            let counts = zero.lt(exposed) & zero.lt(d);
            let short = counts & f.lt(one);
            self.edges[e].answer = one;
            if short.any() {
                let curve = |lane: usize| self.curve(plan, values, middle, e, response, lane);
                let activity = match response {
                    Response::Proportional => one - exposed * (one - f),
                    Response::Power(p) => one - exposed * power(one - f, value(values, p)),
                    _ => one.replaced(short, |lane| curve(lane).activity(exposed.get(lane), f.get(lane))),
                };
                self.edges[e].answer = N::select(short, activity, one);
                r = self.edges[e].answer.min(r);
            }
        }
        let limited = r.lt(N::of(NORMAL));
        let mut activity = r;
        // Who neither lacks anything nor has anything to make up works as ever.
        let more = !limited & (r.lt(one) | one.lt(self.groups[g].w));
        if more.any() {
            let reach = self.groups[g].w.min(self.reach(values, &group.uses));
            activity = N::select(more, r.max(reach), r);
        }
        self.groups[g].activity = activity;
        for &(e, exposed, response) in &group.uses {
            let exposed = value(values, exposed);
            let (d, f) = (self.edges[e].d, self.edges[e].filled);
            let there = self.edges[e].stock + self.edges[e].received;
            let exposes = zero.lt(exposed);
            let mut used = N::select(exposes, d * activity, d);
            if limited.any() {
                // What is not exposed uses what there is; of what is, no more is used than the scarcest allows. Of the
                // scarcest itself that is all there is.
                let others = limited & exposes & r.lt(self.edges[e].answer);
                let mut allowed = f;
                if others.any() {
                    allowed = f.replaced(others, |lane| {
                        let curve = self.curve(plan, values, middle, e, response, lane);
                        curve.filled(exposed.get(lane), r.get(lane))
                    });
                }
                used = N::select(limited, d * allowed.min(f), used);
            }
            self.edges[e].consume(used, there);
        }
        let va = self.groups[g].value_added;
        self.groups[g].lost = va * (one - activity).max(zero);
        self.groups[g].recaptured = va * (activity - one).max(zero);
        let owed = self.groups[g].backlog + value(values, sector.recapture.0) * self.groups[g].lost
            - self.groups[g].recaptured;
        self.groups[g].backlog = N::select(zero.lt(owed), owed * self.kept[group.sector], zero);
    }

    /// The activity that what comes in, and what lies beyond the targets of stocks, would carry.
    #[inline(always)]
    fn reach(&self, values: &[N], uses: &[(usize, Scalar, Response)]) -> N {
        let zero = N::of(0.0);
        let mut reach = N::of(f64::INFINITY);
        for &(e, exposed, _) in uses {
            let counts = zero.lt(value(values, exposed)) & zero.lt(self.edges[e].d);
            let beyond = (self.edges[e].stock - self.edges[e].target).max(zero);
            let own = (self.edges[e].received + beyond) / self.edges[e].d;
            reach = N::select(counts, own.min(reach), reach);
        }
        reach
    }

    /// How activity follows the filled share of edge `e` in trial `lane`, at the middle of its step.
    fn curve(
        &self,
        plan: &Plan,
        values: &[N],
        middle: N,
        e: usize,
        response: Response,
        lane: usize,
    ) -> Curve {
        let since = self.materials[plan.edges[e].material].since.get(lane);
        let days = if since.is_nan() { 0.0 } else { middle.get(lane) - since };
        Curve::new(response, |s| value(values, s).get(lane), days)
    }

    /// 6. Processes and options with inputs consume in proportion to what they deliver.
    #[inline(always)]
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

    #[inline(always)]
    fn consume_inputs(&mut self, inputs: &[usize]) {
        if inputs.is_empty() {
            return;
        }
        let worst = self.worst(inputs);
        for &e in inputs {
            let edge = &mut self.edges[e];
            edge.consume(edge.d * worst, edge.stock + edge.received);
        }
    }

    /// 7. Shortfall of each material, and whether its stocks are at their targets.
    #[inline(always)]
    pub(super) fn shortfalls(&mut self, basis: &Basis<N>) {
        let Basis { plan, baseline, .. } = *basis;
        let zero = N::of(0.0);
        for (material, own) in plan.materials.iter().zip(&mut self.materials) {
            let (mut need, mut short, mut below) = (zero, zero, N::Mask::of(false));
            let range = material.edges.clone();
            let edges = plan.edges[range.clone()].iter().zip(&self.edges[range.clone()]);
            for ((edge, flow), &usual) in edges.zip(&baseline.edge[range]) {
                let n = match edge.consumer {
                    Consumer::Group(_) => flow.d,
                    Consumer::Process(_) => flow.d.min(usual),
                    Consumer::Option(_) => zero,
                };
                need += n;
                short += n * (N::of(1.0) - flow.filled);
                below = below | flow.stock.lt(flow.target * N::of(1.0 - TOLERANCE));
            }
            (own.need, own.shortfall, own.below) = (need, short, below);
        }
    }
}
