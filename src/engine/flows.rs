//! One step of the flows, from alerts to consumption (docs/model.md, section 5). The plain engine: nothing is skipped here.

use super::baseline::Baseline;
use super::events::Events;
use super::response::Curve;
use super::signal::{SNAP, Signals, snapped};
use crate::plan::{Consumer, Plan, Rate, Supply, Work};

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
    /// d, wishes o and first-round share min(d w, o) of each edge.
    d: Vec<f64>,
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

    /// 2. Activity wanted, and what groups need: d, with savings and what substitutes them.
    fn wanted_by_groups(&mut self, plan: &Plan, values: &[f64], k: usize) {
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
    fn order(&mut self, plan: &Plan, values: &[f64], baseline: &Baseline, k: usize, m: usize) {
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
    fn worst(&self, inputs: &[usize]) -> f64 {
        inputs.iter().map(|&e| self.filled[e]).fold(1.0, f64::min)
    }

    /// 4. Deliveries of one material, and 5. who gets them, everything it is made of being allocated already.
    fn deliver(&mut self, plan: &Plan, values: &[f64], baseline: &Baseline, k: usize, m: usize) {
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

    /// 6. Activity and consumption of a group, and 8. the value it loses or makes up.
    fn operate(&mut self, plan: &Plan, values: &[f64], t: f64, g: usize) {
        let group = &plan.groups[g];
        let sector = &plan.sectors[group.sector];
        let middle = t + 0.5 * plan.step;
        let mut r: f64 = 1.0;
        let mut reach = f64::INFINITY;
        for &(e, exposed, response) in &group.uses {
            let exposed = values[exposed.0 as usize];
            if exposed <= 0.0 || self.d[e] <= 0.0 {
                continue;
            }
            let since = self.since[plan.edges[e].material];
            let days = if since.is_nan() { 0.0 } else { middle - since };
            let f = self.filled[e];
            if f < 1.0 {
                r = r.min(Curve::new(response, values, days).activity(exposed, f));
            }
            reach = reach.min((self.received[e] + (self.stock[e] - self.target[e]).max(0.0)) / self.d[e]);
        }
        let activity = if r < NORMAL { r } else { r.max(self.w[g].min(reach)) };
        self.activity[g] = activity;
        for &(e, exposed, response) in &group.uses {
            let exposed = values[exposed.0 as usize];
            let (d, f) = (self.d[e], self.filled[e]);
            let there = self.stock[e] + self.received[e];
            let wanted = if exposed <= 0.0 {
                if r < NORMAL { d * f } else { d }
            } else if r < NORMAL {
                let since = self.since[plan.edges[e].material];
                let days = if since.is_nan() { 0.0 } else { middle - since };
                d * Curve::new(response, values, days).filled(exposed, r).min(f)
            } else {
                d * activity
            };
            self.consumed[e] = wanted.min(there);
            self.stock[e] = (there - self.consumed[e]).max(0.0);
        }
        let va = self.value_added[g];
        self.lost[g] = va * (1.0 - activity).max(0.0);
        self.recaptured[g] = va * (activity - 1.0).max(0.0);
        let (share, _, within) = sector.recapture;
        let owed = self.backlog[g] + values[share.0 as usize] * self.lost[g] - self.recaptured[g];
        self.backlog[g] =
            if owed > 0.0 { owed * libm::exp(-plan.step / values[within.0 as usize]) } else { 0.0 };
    }

    /// 6. Processes and options with inputs consume in proportion to what they deliver.
    fn processes(&mut self, plan: &Plan) {
        for source in &plan.sources {
            self.consume_inputs(&source.inputs);
        }
        for option in &plan.options {
            if let Work::Supply(supply) = &option.work {
                self.consume_inputs(&supply.inputs);
            }
        }
    }

    fn consume_inputs(&mut self, inputs: &[usize]) {
        if inputs.is_empty() {
            return;
        }
        let worst = self.worst(inputs);
        for &e in inputs {
            let there = self.stock[e] + self.received[e];
            self.consumed[e] = (self.d[e] * worst).min(there);
            self.stock[e] = (there - self.consumed[e]).max(0.0);
        }
    }

    /// 7. Shortfall of each material.
    fn shortfalls(&mut self, plan: &Plan, baseline: &Baseline) {
        for (m, material) in plan.materials.iter().enumerate() {
            let (mut need, mut short) = (0.0, 0.0);
            for e in material.edges.clone() {
                let n = match plan.edges[e].consumer {
                    Consumer::Group(_) => self.d[e],
                    Consumer::Process(_) => self.d[e].min(baseline.edge[e]),
                    Consumer::Option(_) => 0.0,
                };
                need += n;
                short += n * (1.0 - self.filled[e]);
            }
            (self.need[m], self.shortfall[m]) = (need, short);
        }
    }
}

/// Tonnes a supplier could deliver in step `k` at full availability.
pub fn nominal(supply: &Supply, values: &[f64], k: usize, h: f64) -> f64 {
    let [a, b] = supply.yields;
    supply.capacity.at(k, h, values) * h * values[a.0 as usize] * values[b.0 as usize]
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

/// Tonnes in a step.
fn rate(rate: Rate, values: &[f64], baseline_use: f64, h: f64) -> f64 {
    match rate {
        Rate::Share(share) => values[share.0 as usize] * baseline_use,
        Rate::Tonnes(rate) => values[rate.0 as usize] * h,
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
