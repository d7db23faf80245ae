//! One step of the flows, from alerts to consumption (docs/model.md, section 5). The plain engine: nothing is skipped here.
//!
//! This file holds the state and the order of the parts; `supply` orders, delivers and allocates, `activity` uses it up.

mod activity;
mod supply;

pub use supply::nominal;

use super::baseline::Baseline;
use super::events::Events;
use super::signal::{SNAP, Signals};
use crate::plan::{Plan, Work};

/// A stock is below its target where it is by more than this share of it; a step is short where more than this share of
/// the need is unmet.
pub const TOLERANCE: f64 = 1e-9;

/// Below this activity a sector uses less of what is not short, and makes nothing up.
const NORMAL: f64 = 0.999;

/// State and flows of the present step; tonnes, except where said.
#[derive(Clone, Debug, Default)]
pub struct Flows {
    /// Deliveries of each material, from sources and options.
    pub inflow: Vec<f64>,
    /// The part of it that comes from sources.
    pub from_sources: Vec<f64>,
    /// The need n of each material.
    pub need: Vec<f64>,
    /// What is missing of it.
    pub shortfall: Vec<f64>,
    /// D: what edges need at normal activity.
    pub demand: Vec<f64>,
    /// Sum of the edges' wishes.
    pub wishes: Vec<f64>,
    /// W: with what stockpiles want back.
    pub wanted: Vec<f64>,
    /// Stock of each edge at the end of the step.
    pub stock: Vec<f64>,
    /// Its target.
    pub target: Vec<f64>,
    /// What each edge received.
    pub received: Vec<f64>,
    /// What each edge consumed.
    pub consumed: Vec<f64>,
    /// f: the filled share of each edge.
    pub filled: Vec<f64>,
    /// Level of each stockpile (by option) at the end of the step.
    pub level: Vec<f64>,
    /// Its size.
    pub size: Vec<f64>,
    /// What went back into each stockpile.
    pub refilled: Vec<f64>,
    /// Ordered from each source.
    pub ordered: Vec<f64>,
    /// Delivered by each source.
    pub delivered: Vec<f64>,
    /// Delivered, released or saved by each option.
    pub option: Vec<f64>,
    /// Availability of each option, averaged over the step.
    pub available: Vec<f64>,
    /// a: activity of each group.
    pub activity: Vec<f64>,
    /// Backlog of each group, in currency.
    pub backlog: Vec<f64>,
    /// Value added of each group in the step.
    pub value_added: Vec<f64>,
    /// Lost by each group.
    pub lost: Vec<f64>,
    /// Recaptured by each group.
    pub recaptured: Vec<f64>,
    /// Whether an alert touches the step, by material.
    pub touched: Vec<bool>,
    /// Since when a material's trouble lasts (not a number while it is at rest).
    pub since: Vec<f64>,
    /// When each option is (or was) available from; not a number while it is idle.
    pub available_at: Vec<f64>,
    /// Whether each option works at all.
    pub works: Vec<bool>,
    /// d: what each edge needs at normal activity.
    pub d: Vec<f64>,
    /// Wishes o and first-round share min(d w, o) of each edge.
    wish: Vec<f64>,
    first: Vec<f64>,
    /// Activity wanted by each group.
    w: Vec<f64>,
    /// Base flow and headroom of each source in the step.
    base: Vec<f64>,
    /// What each option has ordered.
    option_order: Vec<f64>,
    passes: Vec<f64>,
}

impl Flows {
    /// For trials of `plan`.
    pub fn new(plan: &Plan) -> Flows {
        let (m, e, s) = (plan.materials.len(), plan.edges.len(), plan.sources.len());
        let (o, g) = (plan.options.len(), plan.groups.len());
        let zeros = |n: usize| vec![0.0; n];
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
            filled: vec![1.0; e],
            level: zeros(o),
            size: zeros(o),
            refilled: zeros(o),
            ordered: zeros(s),
            delivered: zeros(s),
            option: zeros(o),
            available: zeros(o),
            activity: vec![1.0; g],
            backlog: zeros(g),
            value_added: zeros(g),
            lost: zeros(g),
            recaptured: zeros(g),
            touched: vec![false; m],
            since: vec![f64::NAN; m],
            available_at: vec![f64::NAN; o],
            works: vec![true; o],
            d: zeros(e),
            wish: zeros(e),
            first: zeros(e),
            w: vec![1.0; g],
            base: zeros(s),
            option_order: zeros(o),
            passes: vec![1.0; plan.channels.len()],
        }
    }

    /// What must be known of a trial before its first baseline: which options work, from when standing ones run.
    pub fn open(&mut self, plan: &Plan, values: &[f64], events: &mut Events) {
        for (o, option) in plan.options.iter().enumerate() {
            self.works[o] = events.works(plan, values, option);
            self.available_at[o] = f64::NAN;
            if option.standing {
                let lead = events.draw(plan, values, option.lead_time);
                self.available_at[o] = values[option.available_from.0 as usize] + lead;
            }
        }
    }

    /// The state at the start of a trial: stocks at their targets, stockpiles full, nothing under way. `baseline` is
    /// that of the first step.
    pub fn start(&mut self, plan: &Plan, values: &[f64], baseline: &Baseline) {
        let value = |s: crate::plan::Scalar| values[s.0 as usize];
        for (e, edge) in plan.edges.iter().enumerate() {
            let days = edge.inventory.map_or(0.0, value);
            let accessible = value(plan.materials[edge.material].accessible);
            self.target[e] = accessible * days * baseline.edge[e] / plan.step;
            self.stock[e] = self.target[e];
        }
        for (o, option) in plan.options.iter().enumerate() {
            if let Work::Pile(pile) = &option.work {
                let (timed, size) = (pile.size.0, value(pile.size.1));
                let use_ = baseline.material[option.material] / plan.step;
                self.size[o] = if timed { size * use_ } else { size };
                self.level[o] = self.size[o];
            }
        }
        self.backlog.fill(0.0);
        self.since.fill(f64::NAN);
    }

    /// Whether on day `t` every stock and stockpile is full, nothing is owed and nothing runs that would not run anyway.
    pub fn at_rest(&self, plan: &Plan, t: f64) -> bool {
        let full = |level: f64, size: f64| (level - size).abs() <= SNAP * size;
        let idle = |o: usize| {
            // Of what never stops, a supplier that has been booked as available only serves what is missing; a saving
            // goes on.
            let at = self.available_at[o];
            !plan.options[o].permanent
                || at.is_nan()
                || !self.works[o]
                || (at < t && !matches!(plan.options[o].work, Work::Saving(_)))
        };
        self.stock.iter().zip(&self.target).all(|(&stock, &target)| full(stock, target))
            && self.level.iter().zip(&self.size).all(|(&level, &size)| full(level, size))
            && self.backlog.iter().zip(&self.value_added).all(|(b, va)| *b <= SNAP * va)
            && (0..plan.options.len()).all(idle)
    }

    /// Back to the exact baseline state, from which `at_rest` allows rounding to have strayed, with every material at
    /// rest.
    pub fn settle(&mut self, plan: &Plan) {
        self.stock.copy_from_slice(&self.target);
        self.level.copy_from_slice(&self.size);
        self.backlog.fill(0.0);
        self.since.fill(f64::NAN);
        for (option, at) in plan.options.iter().zip(&mut self.available_at) {
            if !option.permanent && !option.standing {
                *at = f64::NAN;
            }
        }
    }

    /// Walks step `k`.
    pub fn step(
        &mut self,
        plan: &Plan,
        values: &[f64],
        baseline: &Baseline,
        signals: &mut Signals,
        events: &mut Events,
        k: usize,
    ) {
        let t = k as f64 * plan.step;
        self.alert(plan, values, signals, events, t);
        self.availability(plan, values, t);
        for (passes, signal) in self.passes.iter_mut().zip(&mut signals.channels) {
            *passes = signal.passes(t, plan.step);
        }
        self.option.fill(0.0);
        self.refilled.fill(0.0);
        self.d.fill(0.0);
        self.wanted_by_groups(plan, values, k);
        for &m in plan.order.iter().rev() {
            self.order(plan, values, baseline, k, m);
        }
        for &m in &plan.order {
            self.deliver(plan, values, baseline, k, m);
        }
        for g in 0..plan.groups.len() {
            self.operate(plan, values, t, g);
        }
        self.processes(plan);
        self.shortfalls(plan, baseline);
    }

    /// 1. Alert: which materials are touched, which options start, which go back to idle.
    fn alert(&mut self, plan: &Plan, values: &[f64], signals: &mut Signals, events: &mut Events, t: f64) {
        for (m, material) in plan.materials.iter().enumerate() {
            let (covered, first) = signals.alerts[m].meet(t, plan.step);
            self.touched[m] = first.is_some();
            let low = |e: usize| self.stock[e] < self.target[e] * (1.0 - TOLERANCE);
            let rests = !covered && !material.edges.clone().any(low);
            if rests {
                self.since[m] = f64::NAN;
            }
            if let (true, Some(first)) = (self.since[m].is_nan(), first) {
                self.since[m] = first;
            }
            for &o in &material.alerted_options {
                let option = &plan.options[o];
                if rests && !option.permanent {
                    self.available_at[o] = f64::NAN;
                }
                if let (true, Some(first)) = (self.available_at[o].is_nan(), first) {
                    let lead = events.draw(plan, values, option.lead_time);
                    self.available_at[o] = values[option.available_from.0 as usize].max(first + lead);
                }
            }
        }
    }

    /// The exact time-average of each option's ramp over the step.
    fn availability(&mut self, plan: &Plan, values: &[f64], t: f64) {
        for (o, option) in plan.options.iter().enumerate() {
            let ramp = values[option.ramp.0 as usize];
            self.available[o] =
                if self.works[o] { ramped(t - self.available_at[o], plan.step, ramp) } else { 0.0 };
        }
    }
}

/// The time-average over h days, from `since` days after availability on, of a ramp that rises from 0 to 1 in `ramp`.
pub fn ramped(since: f64, h: f64, ramp: f64) -> f64 {
    let area = |x: f64| {
        if x <= 0.0 {
            0.0
        } else if x < ramp {
            x * x / (2.0 * ramp)
        } else {
            x - 0.5 * ramp
        }
    };
    if since >= ramp {
        1.0
    } else if since + h > 0.0 {
        (area(since + h) - area(since)) / h
    } else {
        // Also where `since` is not a number: idle.
        0.0
    }
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
