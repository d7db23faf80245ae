//! One trial of a run, told: what happened when, what it cost and why, and balances that add up. Data without words:
//! `report` turns it into sentences.
//!
//! The trial is replayed, exactly as in its run, with somebody watching; nothing is kept of a run for it.

mod balance;
mod course;
mod draws;
mod events;
mod parts;
mod pick;
mod read;
mod watch;

pub use balance::{Balance, Part, Pile};
pub use course::{Course, Line, Stay};
pub use draws::{Draw, Draws};
pub use events::{Because, Event, What};
pub use parts::{ByMaterial, MaterialStory, OptionStory, SectorStory};
pub use pick::{Among, Pick, Wanted, Why, choose};
pub use read::read;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::engine::{Nobody, Worker};
use crate::model::Model;
use crate::outcome;
use crate::plan::Plan;
use watch::Watch;

/// What happened in a trial.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Story {
    /// Which trial, and why this one.
    #[serde(flatten)]
    pub pick: Pick,
    /// Whether any control blocked anything.
    pub acted: bool,
    /// Whether anything was short in any step.
    pub short: bool,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// Costs in the scenario's currency, discounted.
    pub costs: Costs,
    /// Materials, in the order of the file.
    pub materials: Vec<MaterialStory>,
    /// Sectors, in the order of the file.
    pub sectors: Vec<SectorStory>,
    /// Options, in the order of the file.
    pub options: Vec<OptionStory>,
    /// Draws of uncertain entries, and those that are unusual.
    pub draws: Draws,
    /// Every metric of the trial by its name, as in the run; null where it is undefined.
    pub metrics: Map<String, Value>,
}

/// What a trial cost, in the scenario's currency, discounted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Costs {
    /// In all.
    pub total: f64,
    /// Lost output, net of what was made up.
    pub lost_output: f64,
    /// Lost output elsewhere.
    pub indirect: f64,
    /// Higher prices.
    pub price: f64,
    /// Premiums to alternative suppliers.
    pub premiums: f64,
    /// Capex, fixed, holding and saving costs.
    pub options: f64,
    /// A year.
    pub discount_rate: f64,
    /// Lost output with the indirect over one year's GDP, not discounted; none where GDP is not given.
    pub gdp_share: Option<f64>,
}

/// Replays the trial of `pick` and tells it: the story, and how its quantities went over time.
pub fn tell(model: &Model, plan: &Plan, pick: Pick) -> (Story, Course) {
    let mut worker = Worker::new(plan);
    let mut row = vec![0.0; plan.columns.len()];
    // Once for its values, which say how activity follows what is missing, and once more to watch.
    worker.trial(pick.trial, &mut row, &mut Nobody);
    let values = worker.seat.values.clone();
    let mut watch = Watch::new(plan, &values);
    worker.trial(pick.trial, &mut row, &mut watch);
    let draws = draws::draws(model, plan, &worker, pick.trial);
    let story = Story {
        acted: row[1] > 0.0,
        short: row[0] > 0.0,
        events: events::events(model, plan, &watch, &row),
        costs: costs(plan, &row, &values),
        materials: parts::materials(model, plan, &watch, &row),
        sectors: parts::sectors(model, plan, &watch, &row),
        options: parts::options(model, plan, &watch, &row),
        draws,
        metrics: metrics(model, plan, &row),
        pick,
    };
    (story, course::course(model, plan, watch))
}

fn costs(plan: &Plan, row: &[f64], values: &[f64]) -> Costs {
    let at = plan.columns.costs;
    Costs {
        total: row[at],
        lost_output: row[at + 1],
        indirect: row[at + 2],
        price: row[at + 3],
        premiums: row[at + 4],
        options: row[at + 5],
        discount_rate: values[plan.discount_rate.0 as usize],
        gdp_share: plan.columns.gdp.map(|at| row[at]),
    }
}

fn metrics(model: &Model, plan: &Plan, row: &[f64]) -> Map<String, Value> {
    let metrics = outcome::metrics(model, &plan.columns);
    metrics.into_iter().map(|m| (m.name, json!(row[m.column] + 0.0))).collect()
}
