//! Watches one trial as it is walked, and notes what its story needs.

use super::course::Course;
use crate::engine::{Baseline, Curve, Events, Flows, Interval, Ledger, Observer, TOLERANCE, Visit};
use crate::plan::{Consumer, Plan, Work};

/// Below this share of its size a stock is empty.
const EMPTY: f64 = 1e-9;

/// First and last step of something, and the step in which it is worst.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spell {
    /// The first step.
    pub first: usize,
    /// The last step.
    pub last: usize,
    /// How many steps in all, gaps left out.
    pub steps: usize,
    /// The worst step and its value.
    pub worst: (usize, f64),
}

/// Notes that step `k` belongs to a spell, with a value that is the worse the higher it is.
fn extend(spell: &mut Option<Spell>, k: usize, value: f64) {
    let spell = spell.get_or_insert(Spell { first: k, last: k, steps: 0, worst: (k, value) });
    spell.last = k;
    spell.steps += 1;
    if value > spell.worst.1 {
        spell.worst = (k, value);
    }
}

/// Tonnes of a material, summed over the steps; see `Balance`.
#[derive(Clone, Debug, Default)]
pub struct MaterialSums {
    pub need: f64,
    pub from_sources: f64,
    pub from_stocks: f64,
    pub idle: f64,
    pub unmet: f64,
    pub inflow: f64,
    pub stock_before: f64,
    pub received: f64,
    pub consumed: f64,
    pub beyond_need: f64,
    pub stock_after: f64,
}

/// Tonnes, summed over the steps.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    pub materials: Vec<MaterialSums>,
    /// By option: used at once by those who received it.
    pub used_from_option: Vec<f64>,
    /// By option: delivered, released or saved.
    pub moved: Vec<f64>,
    /// By option, of stockpiles.
    pub refilled: Vec<f64>,
    pub level_before: Vec<f64>,
    pub level_after: Vec<f64>,
}

/// What is noted of a material.
#[derive(Clone, Debug, Default)]
pub struct MaterialNotes {
    /// From the start of an alert until the material is at rest, if it ever is.
    pub alerts: Vec<(f64, Option<f64>)>,
    pub short: Option<Spell>,
    pub price: Option<Spell>,
}

/// What is noted of a sector.
#[derive(Clone, Debug, Default)]
pub struct SectorNotes {
    /// Steps with a loss; the value is 1 - activity.
    pub loss: Option<Spell>,
    pub lost: f64,
    pub made_up: f64,
    /// Lost for want of each material.
    pub by_material: Vec<f64>,
}

/// What is noted of an option.
#[derive(Clone, Debug, Default)]
pub struct OptionNotes {
    /// When it became available, each time.
    pub starts: Vec<f64>,
    /// When it was first to become available, whether it did or not.
    pub due: Option<f64>,
    pub works: bool,
    /// When it was to become available while something still called for it, but did not work.
    pub failed: Option<f64>,
    /// The step in which a stockpile ran empty first.
    pub empty: Option<usize>,
}

/// The notes of a trial.
pub struct Watch<'a> {
    plan: &'a Plan,
    values: &'a [f64],
    pub visits: Vec<Visit>,
    pub intervals: Vec<Vec<Interval>>,
    pub crises: Vec<(usize, f64)>,
    pub sums: Sums,
    pub materials: Vec<MaterialNotes>,
    pub sectors: Vec<SectorNotes>,
    pub options: Vec<OptionNotes>,
    /// By edge: the step at whose end its stock was empty first.
    pub run_out: Vec<Option<usize>>,
    /// By group of firms: whether it lost anything.
    pub hit: Vec<bool>,
    /// By edge: whether it holds any stock at all.
    pub holds: Vec<bool>,
    /// The quantities over time, filled as they come.
    pub course: Course,
    opened: bool,
}

impl<'a> Watch<'a> {
    /// For a trial of `plan` in which its scalars have these values.
    pub fn new(plan: &'a Plan, values: &'a [f64]) -> Watch<'a> {
        let (m, o) = (plan.materials.len(), plan.options.len());
        let zeros = vec![0.0; o];
        Watch {
            plan,
            values,
            visits: Vec::new(),
            intervals: Vec::new(),
            crises: Vec::new(),
            sums: Sums {
                materials: vec![MaterialSums::default(); m],
                used_from_option: zeros.clone(),
                moved: zeros.clone(),
                refilled: zeros.clone(),
                level_before: zeros.clone(),
                level_after: zeros,
            },
            materials: vec![MaterialNotes::default(); m],
            sectors: vec![
                SectorNotes { by_material: vec![0.0; m], ..SectorNotes::default() };
                plan.sectors.len()
            ],
            options: vec![OptionNotes { works: true, ..OptionNotes::default() }; o],
            run_out: vec![None; plan.edges.len()],
            hit: vec![false; plan.groups.len()],
            holds: vec![false; plan.edges.len()],
            course: Course::new(plan),
            opened: false,
        }
    }

    /// Stocks at the start are at their targets, stockpiles full.
    fn open(&mut self, flows: &Flows) {
        if self.opened {
            return;
        }
        self.opened = true;
        for (m, material) in self.plan.materials.iter().enumerate() {
            let targets = material.edges.clone().map(|e| flows.edges[e].target);
            self.sums.materials[m].stock_before = targets.clone().sum();
            self.sums.materials[m].stock_after = targets.sum();
        }
        self.sums
            .level_before
            .iter_mut()
            .zip(&flows.options)
            .for_each(|(level, option)| *level = option.size);
        self.sums.level_after.iter_mut().zip(&flows.options).for_each(|(level, option)| *level = option.size);
        self.holds.iter_mut().zip(&flows.edges).for_each(|(holds, edge)| *holds = edge.target > 0.0);
    }

    /// Books what a material's users received and consumed in step `k`.
    fn book(&mut self, m: usize, flows: &Flows, baseline: &Baseline) {
        let material = &self.plan.materials[m];
        let sums = &mut self.sums.materials[m];
        let mut at_once = 0.0;
        for e in material.edges.clone() {
            let d = flows.edges[e].d;
            let need = match self.plan.edges[e].consumer {
                Consumer::Group(_) => d,
                Consumer::Process(_) => d.min(baseline.edge[e]),
                Consumer::Option(_) => 0.0,
            };
            let there = need * flows.edges[e].filled;
            let used = flows.edges[e].consumed.min(there);
            let received = flows.edges[e].received.min(used);
            at_once += received;
            sums.need += need;
            sums.unmet += need - there;
            sums.idle += there - used;
            sums.from_stocks += used - received;
            sums.beyond_need += flows.edges[e].consumed - used;
            sums.received += flows.edges[e].received;
            sums.consumed += flows.edges[e].consumed;
        }
        sums.inflow += flows.materials[m].inflow;
        sums.stock_after = material.edges.clone().map(|e| flows.edges[e].stock).sum();
        if flows.materials[m].inflow > 0.0 {
            sums.from_sources += at_once * (flows.materials[m].from_sources / flows.materials[m].inflow);
            for &o in material.standing.iter().chain(&material.contingent) {
                self.sums.used_from_option[o] +=
                    at_once * (flows.options[o].moved / flows.materials[m].inflow);
            }
        }
    }

    fn note_material(&mut self, m: usize, k: usize, flows: &Flows, multiple: f64) {
        let t = k as f64 * self.plan.step;
        let notes = &mut self.materials[m];
        let since = flows.materials[m].since;
        if let Some((began, end @ None)) = notes.alerts.last_mut()
            && !(*began == since)
        {
            *end = Some(t);
        }
        if !since.is_nan() && notes.alerts.last().is_none_or(|(began, _)| *began != since) {
            notes.alerts.push((since, None));
        }
        let (need, short) = (flows.materials[m].need, flows.materials[m].shortfall);
        if short > TOLERANCE * need {
            extend(&mut notes.short, k, short / need);
        }
        if multiple > 1.0 {
            extend(&mut notes.price, k, multiple);
        }
        for e in self.plan.materials[m].edges.clone() {
            if self.holds[e]
                && self.run_out[e].is_none()
                && flows.edges[e].stock <= EMPTY * flows.edges[e].target
            {
                self.run_out[e] = Some(k);
            }
        }
    }

    fn note_sector(&mut self, j: usize, k: usize, flows: &Flows) {
        let groups = self.plan.sectors[j].groups.clone();
        let (mut lost, mut activity, mut va) = (0.0, 0.0, 0.0);
        for g in groups.clone() {
            self.sectors[j].made_up += flows.groups[g].recaptured;
            lost += flows.groups[g].lost;
            activity += flows.groups[g].activity;
            va += flows.groups[g].value_added;
            if flows.groups[g].lost > 0.0 {
                self.sectors[j].lost += flows.groups[g].lost;
                self.hit[g] |= flows.groups[g].lost > TOLERANCE * flows.groups[g].value_added;
                let wanting = self.wanting(g, k, flows);
                for m in &wanting {
                    self.sectors[j].by_material[*m] += flows.groups[g].lost / wanting.len() as f64;
                }
            }
        }
        if lost > TOLERANCE * va {
            extend(&mut self.sectors[j].loss, k, 1.0 - activity / groups.len() as f64);
        }
    }

    /// The material that holds a group back: the one that allows the least activity; several where they allow the same.
    fn wanting(&self, g: usize, k: usize, flows: &Flows) -> Vec<usize> {
        let middle = (k as f64 + 0.5) * self.plan.step;
        let mut least = 1.0;
        let mut wanting = Vec::new();
        for &(e, exposed, response) in &self.plan.groups[g].uses {
            let exposed = self.values[exposed.0 as usize];
            if exposed <= 0.0 || flows.edges[e].d <= 0.0 || flows.edges[e].filled >= 1.0 {
                continue;
            }
            let m = self.plan.edges[e].material;
            let days =
                if flows.materials[m].since.is_nan() { 0.0 } else { middle - flows.materials[m].since };
            let activity = Curve::new(response, |s| self.values[s.0 as usize], days)
                .activity(exposed, flows.edges[e].filled);
            if activity < least {
                least = activity;
                wanting.clear();
            }
            if activity == least && activity < 1.0 {
                wanting.push(m);
            }
        }
        wanting
    }

    fn note_option(&mut self, o: usize, k: usize, flows: &Flows) {
        let (notes, at) = (&mut self.options[o], flows.options[o].available_at);
        notes.works = flows.options[o].works;
        if !at.is_nan() {
            notes.due.get_or_insert(at.max(0.0));
        }
        if !notes.works && at < (k + 1) as f64 * self.plan.step {
            notes.failed.get_or_insert(at.max(0.0));
        }
        if flows.options[o].available > 0.0 && notes.starts.last() != Some(&at.max(0.0)) {
            notes.starts.push(at.max(0.0));
        }
        self.sums.moved[o] += flows.options[o].moved;
        self.sums.refilled[o] += flows.options[o].refilled;
        if matches!(self.plan.options[o].work, Work::Pile(_)) {
            self.sums.level_after[o] = flows.options[o].level;
            if flows.options[o].moved > 0.0 && flows.options[o].level <= EMPTY * flows.options[o].size {
                notes.empty.get_or_insert(k);
            }
        }
    }
}

impl Observer for Watch<'_> {
    // Skipped steps stay skipped: the trial is that of the run to the last bit.
    const EVERY_STEP: bool = false;
    const QUIET: bool = true;

    fn events(&mut self, events: &Events) {
        self.visits.clone_from(&events.visits);
        self.intervals.clone_from(&events.intervals);
        self.crises.clone_from(&events.crises);
    }

    fn step(&mut self, k: usize, flows: &Flows, ledger: &Ledger, baseline: &Baseline) {
        self.open(flows);
        for m in 0..self.plan.materials.len() {
            self.book(m, flows, baseline);
            self.note_material(m, k, flows, ledger.multiple[m]);
        }
        for j in 0..self.plan.sectors.len() {
            self.note_sector(j, k, flows);
        }
        for o in 0..self.plan.options.len() {
            self.note_option(o, k, flows);
        }
        self.course.step(self.plan, flows);
    }

    fn quiet(&mut self, from: usize, to: usize, flows: &Flows, baseline: &Baseline) {
        self.open(flows);
        let steps = (to - from) as f64;
        for (m, material) in self.plan.materials.iter().enumerate() {
            let sums = &mut self.sums.materials[m];
            // All is used as it comes; in quiet time no option that is a plant runs.
            let used = baseline.material[m] * steps;
            sums.need += used;
            sums.from_sources += used;
            sums.inflow += used;
            sums.received += used;
            sums.consumed += used;
            sums.stock_after = material.edges.clone().map(|e| flows.edges[e].stock).sum();
            if let Some((_, end @ None)) = self.materials[m].alerts.last_mut() {
                *end = Some(from as f64 * self.plan.step);
            }
        }
        self.sums
            .level_after
            .iter_mut()
            .zip(&flows.options)
            .for_each(|(level, option)| *level = option.level);
        self.course.quiet(self.plan, from, to, flows, baseline);
    }
}
