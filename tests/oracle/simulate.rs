//! One trial from its draws to its metrics.

use crate::draws::Draws;
use crate::events::{self, History};
use crate::flows::{Record, Run};
use crate::network::{Spans, alerts};
use crate::world::World;
use std::collections::BTreeMap;

/// Everything about one trial.
pub struct Outcome {
    pub histories: BTreeMap<String, History>,
    pub alerts: BTreeMap<String, Spans>,
    /// The stocks at the start, which are the targets.
    pub targets: BTreeMap<crate::network::Edge, f64>,
    pub first_available: BTreeMap<String, f64>,
    pub records: Vec<Record>,
    /// What happened that a generator of worlds should make happen.
    pub marks: Vec<&'static str>,
    pub metrics: BTreeMap<String, Option<f64>>,
}

/// Simulates one trial of a world.
pub fn simulate(world: &World, trial: u64) -> Outcome {
    simulate_with(world, trial, 0.0)
}

/// Simulates one trial with all deliveries changed by a share `noise` of them, up or down.
pub fn simulate_with(world: &World, trial: u64, noise: f64) -> Outcome {
    let draws = Draws::new(world, trial);
    let (histories, mut marks) = events::run(world, &draws);
    let alerts = alerts(world, &draws, &histories);
    let mut run = Run::new(world, &draws, &histories, &alerts);
    run.noise = noise;
    let targets = run.target.clone();
    let records: Vec<Record> = (0..world.step_count()).map(|number| run.step(number)).collect();
    let first_available = run.first_available.clone();
    marks.extend(records.iter().flat_map(|record| record.marks.iter().copied()));
    let mut outcome = Outcome {
        histories: histories.clone(),
        alerts: alerts.clone(),
        targets,
        first_available,
        records,
        marks,
        metrics: BTreeMap::new(),
    };
    outcome.metrics = crate::metrics::measure(world, &draws, &outcome);
    outcome
}
