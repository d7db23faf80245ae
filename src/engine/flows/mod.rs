//! One step of the flows, from alerts to consumption (docs/model.md, section 5), for one trial or for several side by side.
//!
//! This file holds the state and the order of the parts; `supply` orders, delivers and allocates, `activity` uses it up.

mod activity;
mod supply;

pub use supply::nominal;

use super::baseline::Baseline;
use super::lane::{Lane, Mask, value};
use super::seat::{Abreast, Seat};
use super::signal::{Present, SNAP};
use crate::plan::{Plan, Scalar, Work};

/// A stock is below its target where it is by more than this share of it; a step is short where more than this share of
/// the need is unmet.
pub const TOLERANCE: f64 = 1e-9;

/// Below this activity a sector uses less of what is not short, and makes nothing up.
const NORMAL: f64 = 0.999;

/// State and flows of the present step; tonnes, except where said.
#[derive(Clone, Debug)]
pub struct Flows<N: Lane = f64> {
    /// Deliveries of each material, from sources and options.
    pub inflow: Vec<N>,
    /// The part of it that comes from sources.
    pub from_sources: Vec<N>,
    /// The need n of each material.
    pub need: Vec<N>,
    /// What is missing of it.
    pub shortfall: Vec<N>,
    /// D: what edges need at normal activity.
    pub demand: Vec<N>,
    /// Sum of the edges' wishes.
    pub wishes: Vec<N>,
    /// W: with what stockpiles want back.
    pub wanted: Vec<N>,
    /// Stock of each edge at the end of the step.
    pub stock: Vec<N>,
    /// Its target.
    pub target: Vec<N>,
    /// What each edge received.
    pub received: Vec<N>,
    /// What each edge consumed.
    pub consumed: Vec<N>,
    /// f: the filled share of each edge.
    pub filled: Vec<N>,
    /// Level of each stockpile (by option) at the end of the step.
    pub level: Vec<N>,
    /// Its size.
    pub size: Vec<N>,
    /// What went back into each stockpile.
    pub refilled: Vec<N>,
    /// Ordered from each source.
    pub ordered: Vec<N>,
    /// Delivered by each source.
    pub delivered: Vec<N>,
    /// Delivered, released or saved by each option.
    pub option: Vec<N>,
    /// Availability of each option, averaged over the step.
    pub available: Vec<N>,
    /// a: activity of each group.
    pub activity: Vec<N>,
    /// Backlog of each group, in currency.
    pub backlog: Vec<N>,
    /// Value added of each group in the step.
    pub value_added: Vec<N>,
    /// Lost by each group.
    pub lost: Vec<N>,
    /// Recaptured by each group.
    pub recaptured: Vec<N>,
    /// Whether an alert touches the step, by material.
    pub touched: Vec<N::Mask>,
    /// Since when a material's trouble lasts (not a number while it is at rest).
    pub since: Vec<N>,
    /// When each option is (or was) available from; not a number while it is idle.
    pub available_at: Vec<N>,
    /// Whether each option works at all.
    pub works: Vec<N::Mask>,
    /// d: what each edge needs at normal activity.
    pub d: Vec<N>,
    /// Wishes o and first-round share min(d w, o) of each edge.
    wish: Vec<N>,
    first: Vec<N>,
    /// Activity wanted by each group.
    w: Vec<N>,
    /// Base flow and headroom of each source in the step.
    base: Vec<N>,
    /// What each option has ordered.
    option_order: Vec<N>,
    /// What is left of each sector's backlog after a step.
    kept: Vec<N>,
    /// The activity that each edge allows its group.
    answer: Vec<N>,
}

impl<N: Lane> Flows<N> {
    /// For trials of `plan`.
    pub fn new(plan: &Plan) -> Self {
        let (m, e, s) = (plan.materials.len(), plan.edges.len(), plan.sources.len());
        let (o, g) = (plan.options.len(), plan.groups.len());
        let zeros = |n: usize| vec![N::of(0.0); n];
        Flows {
            inflow: zeros(m),
            from_sources: zeros(m),
            need: zeros(m),
            shortfall: zeros(m),
            demand: zeros(m),
            wishes: zeros(m),
            wanted: zeros(m),
            stock: zeros(e),
            target: zeros(e),
            received: zeros(e),
            consumed: zeros(e),
            filled: vec![N::of(1.0); e],
            level: zeros(o),
            size: zeros(o),
            refilled: zeros(o),
            ordered: zeros(s),
            delivered: zeros(s),
            option: zeros(o),
            available: zeros(o),
            activity: vec![N::of(1.0); g],
            backlog: zeros(g),
            value_added: zeros(g),
            lost: zeros(g),
            recaptured: zeros(g),
            touched: vec![N::Mask::of(false); m],
            since: vec![N::of(f64::NAN); m],
            available_at: vec![N::of(f64::NAN); o],
            works: vec![N::Mask::of(true); o],
            d: zeros(e),
            wish: zeros(e),
            first: zeros(e),
            w: vec![N::of(1.0); g],
            base: zeros(s),
            option_order: zeros(o),
            kept: zeros(plan.sectors.len()),
            answer: vec![N::of(1.0); e],
        }
    }

    /// What must be known of the trial in `seat` before its first baseline: which options work, from when standing ones
    /// run.
    pub fn open(&mut self, plan: &Plan, lane: usize, seat: &mut Seat) {
        let Seat { values, events, .. } = seat;
        for (o, option) in plan.options.iter().enumerate() {
            self.works[o].set(lane, events.works(plan, values, option));
            let mut at = f64::NAN;
            if option.standing {
                let lead = events.draw(plan, values, option.lead_time);
                at = values[option.available_from.0 as usize] + lead;
            }
            self.available_at[o].set(lane, at);
        }
        for (kept, sector) in self.kept.iter_mut().zip(&plan.sectors) {
            kept.set(lane, libm::exp(-plan.step / values[sector.recapture.2.0 as usize]));
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
            self.target[e].set(lane, target);
            self.stock[e].set(lane, target);
        }
        for (o, option) in plan.options.iter().enumerate() {
            if let Work::Pile(pile) = &option.work {
                let (timed, size) = (pile.size.0, value(pile.size.1));
                let use_ = baseline.material[option.material].get(lane) / plan.step;
                let size = if timed { size * use_ } else { size };
                self.size[o].set(lane, size);
                self.level[o].set(lane, size);
            }
        }
        self.backlog.iter_mut().for_each(|backlog| backlog.set(lane, 0.0));
        self.since.iter_mut().for_each(|since| since.set(lane, f64::NAN));
    }

    /// Where on day `t` every stock and stockpile is full, nothing is owed and nothing runs that would not run anyway.
    #[inline(always)]
    pub fn at_rest(&self, plan: &Plan, t: N) -> N::Mask {
        let full = |level: N, size: N| {
            let apart = (level - size).max(size - level);
            apart.le(N::of(SNAP) * size)
        };
        let mut rest = N::Mask::of(true);
        for (&stock, &target) in self.stock.iter().zip(&self.target) {
            rest = rest & full(stock, target);
        }
        for (&level, &size) in self.level.iter().zip(&self.size) {
            rest = rest & full(level, size);
        }
        for (&backlog, &va) in self.backlog.iter().zip(&self.value_added) {
            rest = rest & backlog.le(N::of(SNAP) * va);
        }
        for (o, option) in plan.options.iter().enumerate().filter(|(_, option)| option.permanent) {
            // Of what never stops, a supplier that has been booked as available only serves what is missing; a saving
            // goes on.
            let at = self.available_at[o];
            let mut idle = at.is_nan() | !self.works[o];
            if !matches!(option.work, Work::Saving(_)) {
                idle = idle | at.lt(t);
            }
            rest = rest & idle;
        }
        rest
    }

    /// Back to the exact baseline state, from which `at_rest` allows rounding to have strayed, with every material at
    /// rest.
    pub fn settle(&mut self, plan: &Plan, lane: usize) {
        for (stock, target) in self.stock.iter_mut().zip(&self.target) {
            stock.set(lane, target.get(lane));
        }
        for (level, size) in self.level.iter_mut().zip(&self.size) {
            level.set(lane, size.get(lane));
        }
        self.backlog.iter_mut().for_each(|backlog| backlog.set(lane, 0.0));
        self.since.iter_mut().for_each(|since| since.set(lane, f64::NAN));
        for (option, at) in plan.options.iter().zip(&mut self.available_at) {
            if !option.permanent && !option.standing {
                at.set(lane, f64::NAN);
            }
        }
    }

    /// Walks a step of each trial.
    #[inline(always)]
    pub fn step(
        &mut self,
        plan: &Plan,
        values: &[N],
        baseline: &Baseline<N>,
        present: &mut Present<N>,
        abreast: &mut Abreast<N>,
    ) {
        let k = abreast.k;
        let t = N::each(|lane| N::step(k, lane) as f64 * plan.step);
        self.alert(plan, present, abreast, t);
        self.availability(plan, values, t);
        present.pass(abreast.seats, t, plan.step);
        self.option.fill(N::of(0.0));
        self.refilled.fill(N::of(0.0));
        self.d.fill(N::of(0.0));
        self.wanted_by_groups(plan, values, k);
        for &m in plan.order.iter().rev() {
            self.order(plan, values, baseline, &present.passes, k, m);
        }
        for &m in &plan.order {
            self.deliver(plan, values, baseline, &present.passes, k, m);
        }
        for g in 0..plan.groups.len() {
            self.operate(plan, values, t, g);
        }
        self.processes(plan);
        self.shortfalls(plan, baseline);
    }

    /// 1. Alert: which materials are touched, which options start, which go back to idle.
    #[inline(always)]
    fn alert(&mut self, plan: &Plan, present: &mut Present<N>, abreast: &mut Abreast<N>, t: N) {
        let Abreast { seats, running, .. } = abreast;
        let idle = N::of(f64::NAN);
        for (m, material) in plan.materials.iter().enumerate() {
            let (covered, touched, first) = present.alert(seats, m, t, plan.step);
            self.touched[m] = touched;
            let mut rests = !covered;
            for e in material.edges.clone() {
                rests = rests & !self.stock[e].lt(self.target[e] * N::of(1.0 - TOLERANCE));
            }
            let since = N::select(rests, idle, self.since[m]);
            self.since[m] = N::select(since.is_nan() & touched, first, since);
            for &o in &material.alerted_options {
                let option = &plan.options[o];
                if !option.permanent {
                    self.available_at[o] = N::select(rests, idle, self.available_at[o]);
                }
                let starts = self.available_at[o].is_nan() & touched & *running;
                if starts.any() {
                    self.available_at[o] = self.available_at[o].replaced(starts, |lane| {
                        let Seat { values, events, .. } = &mut seats[lane];
                        let lead = events.draw(plan, values, option.lead_time);
                        values[option.available_from.0 as usize].max(first.get(lane) + lead)
                    });
                }
            }
        }
    }

    /// The exact time-average of each option's ramp over the step.
    #[inline(always)]
    fn availability(&mut self, plan: &Plan, values: &[N], t: N) {
        for (o, option) in plan.options.iter().enumerate() {
            let available = ramped(t - self.available_at[o], plan.step, value(values, option.ramp));
            self.available[o] = N::select(self.works[o], available, N::of(0.0));
        }
    }
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
    let area = |x: N| {
        let rising = x * x / (N::of(2.0) * ramp);
        let risen = x - N::of(0.5) * ramp;
        N::select(x.le(zero), zero, N::select(x.lt(ramp), rising, risen))
    };
    let part = (area(since + h) - area(since)) / h;
    N::select(full, N::of(1.0), N::select(begun, part, zero))
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
