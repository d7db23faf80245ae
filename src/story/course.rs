//! How the quantities of a trial went over time, step by step, and which regimes held when.

use serde::Serialize;

use super::watch::Watch;
use crate::engine::{Baseline, Flows};
use crate::model::Model;
use crate::plan::{Plan, Work};
use crate::quantity::words::date;

/// A quantity in every step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// `inflow.MATERIAL`, `need.…`, `stock.…`, `shortfall.…`, `stockpile.OPTION`, `activity.SECTOR`.
    pub name: String,
    /// By step: tonnes a step, tonnes, or a share of normal.
    pub values: Vec<f64>,
}

/// A stay of a control in a regime.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stay {
    /// The control.
    pub control: String,
    /// The regime.
    pub regime: String,
    /// 1 for the mildest regime, and up.
    pub harshness: usize,
    /// Day of entry; below 0 where that was before the start.
    pub from: f64,
    /// Day of exit, or the end of the grid.
    pub to: f64,
    /// The date of entry.
    pub from_date: String,
    /// The date of exit.
    pub to_date: String,
}

/// A trial over time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Course {
    /// The middle of each step, in days from the start.
    pub days: Vec<f64>,
    /// What was in force when.
    pub regimes: Vec<Stay>,
    /// The quantities.
    pub series: Vec<Line>,
}

impl Course {
    /// Nothing yet.
    pub fn new(plan: &Plan) -> Course {
        let lines = 4 * plan.materials.len() + plan.options.len() + plan.sectors.len();
        let empty = || Line { name: String::new(), values: Vec::with_capacity(plan.steps) };
        Course {
            days: (0..plan.steps).map(|k| (k as f64 + 0.5) * plan.step).collect(),
            regimes: Vec::new(),
            series: (0..lines).map(|_| empty()).collect(),
        }
    }

    /// The values of a series.
    pub fn line(&self, name: &str) -> Option<&[f64]> {
        self.series.iter().find(|line| line.name == name).map(|line| line.values.as_slice())
    }

    /// Adds a step that was walked.
    pub fn step(&mut self, plan: &Plan, flows: &Flows) {
        for (m, material) in plan.materials.iter().enumerate() {
            let stock = material.edges.clone().map(|e| flows.edges[e].stock).sum();
            self.material(
                m,
                1,
                [flows.materials[m].inflow, flows.materials[m].need, stock, flows.materials[m].shortfall],
            );
        }
        let levels = (0..plan.options.len()).map(|o| flows.options[o].level);
        let activity = plan.sectors.iter().map(|sector| {
            let groups = sector.groups.clone();
            let n = groups.len() as f64;
            groups.map(|g| flows.groups[g].activity).sum::<f64>() / n
        });
        self.others(plan, 1, levels, activity);
    }

    /// Adds steps in which nothing happened.
    pub fn quiet(&mut self, plan: &Plan, from: usize, to: usize, flows: &Flows, baseline: &Baseline) {
        let steps = to - from;
        for (m, material) in plan.materials.iter().enumerate() {
            let stock = material.edges.clone().map(|e| flows.edges[e].stock).sum();
            self.material(m, steps, [baseline.material[m], baseline.material[m], stock, 0.0]);
        }
        let levels = (0..plan.options.len()).map(|o| flows.options[o].level);
        self.others(plan, steps, levels, plan.sectors.iter().map(|_| 1.0));
    }

    fn material(&mut self, m: usize, steps: usize, values: [f64; 4]) {
        for (line, value) in self.series[4 * m..4 * m + 4].iter_mut().zip(values) {
            line.values.extend(std::iter::repeat_n(value, steps));
        }
    }

    fn others(
        &mut self,
        plan: &Plan,
        steps: usize,
        levels: impl Iterator<Item = f64>,
        activity: impl Iterator<Item = f64>,
    ) {
        let first = 4 * plan.materials.len();
        for (line, value) in self.series[first..].iter_mut().zip(levels.chain(activity)) {
            line.values.extend(std::iter::repeat_n(value, steps));
        }
    }
}

/// The finished course: names, and the regimes.
pub fn course(model: &Model, plan: &Plan, watch: Watch) -> Course {
    let regimes = watch.visits.iter().map(|visit| {
        let control = &model.controls[visit.control];
        Stay {
            control: control.name.clone(),
            regime: control.regimes[visit.state - 1].name.clone(),
            harshness: visit.state,
            from: visit.start,
            to: visit.end,
            from_date: date(model.start, visit.start),
            to_date: date(model.start, visit.end),
        }
    });
    let regimes = regimes.collect();
    let mut course = watch.course;
    course.regimes = regimes;
    let mut names: Vec<String> = Vec::new();
    for material in &model.materials {
        names
            .extend(["inflow", "need", "stock", "shortfall"].map(|what| format!("{what}.{}", material.name)));
    }
    names.extend(model.options.iter().map(|option| format!("stockpile.{}", option.name)));
    names.extend(model.sectors.iter().map(|sector| format!("activity.{}", sector.name)));
    course.series.iter_mut().zip(names).for_each(|(line, name)| line.name = name);
    // Only stockpiles have a level.
    let first = 4 * model.materials.len();
    let mut at = 0usize;
    course.series.retain(|_| {
        let option = at.checked_sub(first).and_then(|o| plan.options.get(o));
        at += 1;
        option.is_none_or(|option| matches!(option.work, Work::Pile(_)))
    });
    course
}
