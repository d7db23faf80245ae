//! One step of the flows, from alerts to consumption (docs/model.md, section 5), for one trial or for several side by side.
//!
//! This file holds the state and the order of the parts; `supply` orders, delivers and allocates, `activity` uses it up.

mod activity;
mod state;
mod supply;

pub use state::{EdgeFlow, GroupFlow, MaterialFlow, OptionFlow, SourceFlow};
pub use supply::nominal;
use supply::rate;

use super::baseline::Baseline;
use super::lane::{Lane, Mask, Now, value};
use super::seat::{Abreast, Seat};
use super::signal::{Present, SNAP};
use crate::plan::{Plan, Scalar, Sector, Work};

/// A stock is below its target where it is by more than this share of it; a step is short where more than this share of
/// the need is unmet.
pub const TOLERANCE: f64 = 1e-9;

/// Below this activity a sector uses less of what is not short, and makes nothing up.
const NORMAL: f64 = 0.999;

/// State and flows of the present step.
#[derive(Clone, Debug)]
pub struct Flows<N: Lane = f64> {
    /// By material.
    pub materials: Vec<MaterialFlow<N>>,
    /// By edge.
    pub edges: Vec<EdgeFlow<N>>,
    /// By source.
    pub sources: Vec<SourceFlow<N>>,
    /// By option.
    pub options: Vec<OptionFlow<N>>,
    /// By group.
    pub groups: Vec<GroupFlow<N>>,
    /// What is left of each sector's backlog after a step.
    kept: Vec<N>,
}

impl<N: Lane> Flows<N> {
    /// For trials of `plan`.
    pub fn new(plan: &Plan) -> Self {
        let certain_kept = |sector: &Sector| {
            let within = plan.scalars.certain(sector.recapture.2);
            N::of(within.map_or(0.0, |within| kept_of_backlog(plan, within)))
        };
        Flows {
            materials: vec![MaterialFlow::new(); plan.materials.len()],
            edges: vec![EdgeFlow::new(); plan.edges.len()],
            sources: vec![SourceFlow::new(); plan.sources.len()],
            options: vec![OptionFlow::new(); plan.options.len()],
            groups: vec![GroupFlow::new(); plan.groups.len()],
            kept: plan.sectors.iter().map(certain_kept).collect(),
        }
    }

    /// What must be known of the trial in `seat` before its first baseline: which options work, from when standing ones
    /// run.
    pub fn open(&mut self, plan: &Plan, lane: usize, seat: &mut Seat) {
        let Seat { values, events, .. } = seat;
        for (o, option) in plan.options.iter().enumerate() {
            self.options[o].works.set(lane, events.works(plan, values, option));
            let mut at = f64::NAN;
            if option.standing {
                let lead = events.draw(plan, values, option.lead_time);
                at = values[option.available_from.0 as usize] + lead;
            }
            self.options[o].available_at.set(lane, at);
        }
        for (kept, sector) in self.kept.iter_mut().zip(&plan.sectors) {
            // What is certain is set already.
            if plan.scalars.certain(sector.recapture.2).is_none() {
                kept.set(lane, kept_of_backlog(plan, values[sector.recapture.2.0 as usize]));
            }
        }
    }

    /// The state at the start of the trial: stocks at their targets, stockpiles full, nothing under way. `baseline` is
    /// that of the first step.
    pub fn start(&mut self, plan: &Plan, lane: usize, values: &[f64], baseline: &Baseline<N>) {
        let value = |s: Scalar| values[s.0 as usize];
        for (e, edge) in plan.edges.iter().enumerate() {
            let days = edge.inventory.map_or(0.0, value);
            let accessible = value(plan.materials[edge.material].accessible);
            let target = accessible * days * baseline.edge[e].get(lane) / plan.step;
            self.edges[e].target.set(lane, target);
            self.edges[e].stock.set(lane, target);
        }
        for (o, option) in plan.options.iter().enumerate() {
            if let Work::Pile(pile) = &option.work {
                let (timed, size) = (pile.size.0, value(pile.size.1));
                let use_ = baseline.material[option.material].get(lane) / plan.step;
                let size = if timed { size * use_ } else { size };
                self.options[o].size.set(lane, size);
                self.options[o].level.set(lane, size);
            }
        }
        self.groups.iter_mut().for_each(|group| group.backlog.set(lane, 0.0));
        for material in &mut self.materials {
            material.since.set(lane, f64::NAN);
            material.below.set(lane, false);
        }
    }

    /// Where on day `t` every stock and stockpile is full, nothing is owed and nothing runs that would not run anyway.
    #[inline(always)]
    pub fn at_rest(&self, plan: &Plan, t: N) -> N::Mask {
        // What is few first: mostly it tells already that nobody rests.
        let mut rest = N::Mask::of(true);
        for material in &self.materials {
            rest = rest & !material.below;
        }
        for (option, own) in plan.options.iter().zip(&self.options) {
            if matches!(option.work, Work::Pile(_)) {
                rest = rest & is_full(own.level, own.size);
            }
            if !option.permanent {
                continue;
            }
            // Of what never stops, a supplier that has been booked as available only serves what is missing; a saving
            // goes on.
            let at = own.available_at;
            let mut idle = at.is_nan() | !own.works;
            if !matches!(option.work, Work::Saving(_)) {
                idle = idle | at.lt(t);
            }
            rest = rest & idle;
        }
        if !rest.any() {
            return rest;
        }
        for edge in &self.edges {
            rest = rest & is_full(edge.stock, edge.target);
        }
        for group in &self.groups {
            rest = rest & group.backlog.le(N::of(SNAP) * group.value_added);
        }
        rest
    }

    /// Back to the exact baseline state, from which `at_rest` allows rounding to have strayed, with every material at
    /// rest.
    pub fn settle(&mut self, plan: &Plan, lane: usize) {
        for edge in &mut self.edges {
            edge.stock.set(lane, edge.target.get(lane));
        }
        self.groups.iter_mut().for_each(|group| group.backlog.set(lane, 0.0));
        for material in &mut self.materials {
            material.since.set(lane, f64::NAN);
            material.below.set(lane, false);
        }
        for (option, own) in plan.options.iter().zip(&mut self.options) {
            own.level.set(lane, own.size.get(lane));
            if !option.permanent && !option.standing {
                own.available_at.set(lane, f64::NAN);
            }
        }
    }

    /// What each option can do in the step, and what groups need.
    #[inline(always)]
    pub(super) fn prepare(&mut self, basis: &Basis<N>) {
        self.availability(basis);
        for option in &mut self.options {
            (option.moved, option.refilled) = (N::of(0.0), N::of(0.0));
        }
        for edge in &mut self.edges {
            edge.d = N::of(0.0);
        }
        self.wanted_by_groups(basis);
    }

    /// Orders of all materials, from finished to raw.
    #[inline(always)]
    pub(super) fn orders(&mut self, basis: &Basis<N>) {
        for &m in basis.plan.order.iter().rev() {
            self.order(basis, m);
        }
    }

    /// Deliveries of all materials, from raw to finished, and who gets them.
    #[inline(always)]
    pub(super) fn deliveries(&mut self, basis: &Basis<N>) {
        for &m in &basis.plan.order {
            self.deliver(basis, m);
        }
    }

    /// What is made of it, and what is missing.
    #[inline(always)]
    pub(super) fn operations(&mut self, basis: &Basis<N>) {
        for g in 0..basis.plan.groups.len() {
            self.operate(basis, g);
        }
        self.processes(basis.plan);
        self.shortfalls(basis);
    }

    /// 1. Alert: which materials are touched, which options start, which go back to idle.
    #[inline(always)]
    pub(super) fn alert(&mut self, plan: &Plan, present: &mut Present<N>, abreast: &mut Abreast<N>) {
        let Abreast { seats, running, now: Now { t, .. } } = abreast;
        let idle = N::of(f64::NAN);
        for (m, material) in plan.materials.iter().enumerate() {
            let (covered, touched, first) = present.alert(seats, m, *t, plan.step);
            self.materials[m].touched = touched;
            let rests = !covered & !self.materials[m].below;
            let since = N::select(rests, idle, self.materials[m].since);
            self.materials[m].since = N::select(since.is_nan() & touched, first, since);
            for &o in &material.alerted_options {
                let option = &plan.options[o];
                if !option.permanent {
                    self.options[o].available_at = N::select(rests, idle, self.options[o].available_at);
                }
                let starts = self.options[o].available_at.is_nan() & touched & *running;
                if starts.any() {
                    self.options[o].available_at = self.options[o].available_at.replaced(starts, |lane| {
                        let Seat { values, events, .. } = &mut seats[lane];
                        let lead = events.draw(plan, values, option.lead_time);
                        values[option.available_from.0 as usize].max(first.get(lane) + lead)
                    });
                }
            }
        }
    }

    /// The exact time-average of each option's ramp over the step, and what the option could move with it.
    #[inline(always)]
    fn availability(&mut self, basis: &Basis<N>) {
        let Basis { plan, values, baseline, passes, now, .. } = *basis;
        for (option, own) in plan.options.iter().zip(&mut self.options) {
            let available = ramped(now.t - own.available_at, plan.step, value(values, option.ramp));
            own.available = N::select(own.works, available, N::of(0.0));
            own.most = match &option.work {
                Work::Supply(supply) => {
                    let capacity = nominal(supply, values, now.k, plan.step) * own.available;
                    supply.channel.map_or(capacity, |c| capacity * passes[c])
                }
                Work::Pile(pile) => {
                    rate(pile.max_release, values, baseline.material[option.material], plan.step)
                        * own.available
                }
                Work::Saving(_) => N::of(0.0),
            };
        }
    }
}

/// What a step follows from.
#[derive(Clone, Copy, Debug)]
pub struct Basis<'s, N: Lane> {
    /// What does not depend on the trial.
    pub plan: &'s Plan,
    /// All once-a-trial quantities, by their scalars.
    pub values: &'s [N],
    /// What would flow with nothing blocked.
    pub baseline: &'s Baseline<N>,
    /// What passes through each channel.
    pub passes: &'s [N],
    /// When it is.
    pub now: Now<N>,
    /// Which trials there are.
    pub running: N::Mask,
}

/// The time-average over h days, from `since` days after availability on, of a ramp that rises from 0 to 1 in `ramp`.
#[inline(always)]
pub fn ramped<N: Lane>(since: N, h: f64, ramp: N) -> N {
    let (zero, h) = (N::of(0.0), N::of(h));
    // Where `since` is not a number it is neither: idle.
    let full = ramp.le(since);
    let begun = zero.lt(since + h) & !full;
    if !begun.any() {
        return N::select(full, N::of(1.0), zero);
    }
    let part = (ramp_area(since + h, ramp) - ramp_area(since, ramp)) / h;
    N::select(full, N::of(1.0), N::select(begun, part, zero))
}

/// The integral of such a ramp from its beginning on.
#[inline(always)]
fn ramp_area<N: Lane>(x: N, ramp: N) -> N {
    let rising = x * x / (N::of(2.0) * ramp);
    let risen = x - N::of(0.5) * ramp;
    N::select(x.le(N::of(0.0)), N::of(0.0), N::select(x.lt(ramp), rising, risen))
}

/// What is left after a step of a backlog that can be made up `within` so many days.
fn kept_of_backlog(plan: &Plan, within: f64) -> f64 {
    libm::exp(-plan.step / within)
}

/// Where a stock or stockpile is at its target, but for rounding.
#[inline(always)]
fn is_full<N: Lane>(level: N, size: N) -> N::Mask {
    (level - size).max(size - level).le(N::of(SNAP) * size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_averages_exactly() {
        assert_eq!(ramped(f64::NAN, 7.0, 10.0), 0.0);
        assert_eq!(ramped(-7.0, 7.0, 10.0), 0.0);
        assert_eq!(ramped(0.0, 7.0, 0.0), 1.0);
        assert_eq!(ramped(-3.5, 7.0, 0.0), 0.5);
        assert_eq!(ramped(20.0, 7.0, 10.0), 1.0);
        let steps: f64 = (0..10).map(|k| 7.0 * ramped(f64::from(k) * 7.0 - 3.0, 7.0, 30.0)).sum();
        assert!((steps - (67.0 - 15.0)).abs() < 1e-12);
    }
}
