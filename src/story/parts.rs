//! What became of each material, sector and option in a trial.

use serde::{Deserialize, Serialize};

use super::balance::{self, Balance};
use super::watch::Watch;
use crate::model::Model;
use crate::plan::{Consumer, Plan};
use crate::quantity::words::date;

/// What became of a material.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaterialStory {
    /// The material.
    pub material: String,
    /// Whether any control or other material alerted it.
    pub alerted: bool,
    /// Tonnes of the need that were not met.
    pub short_tonnes: f64,
    /// As a share of baseline use over the horizon.
    pub short_share: f64,
    /// The greatest share of a step's need that was not met, and the date of the step's start.
    pub worst: Option<(f64, String)>,
    /// Days from the first alert to recovery; none without alert.
    pub recovery: Option<f64>,
    /// Whether recovery had not come by the end of the horizon.
    pub unrecovered: bool,
    /// The greatest multiple of the price, and the date of the step's start; none where the price never rose.
    pub price_peak: Option<(f64, String)>,
    /// The balance.
    pub balance: Balance,
}

/// What a sector lost for want of a material.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ByMaterial {
    /// The material.
    pub material: String,
    /// Value added lost in steps in which it was the one that held the sector back, before anything was made up.
    pub lost: f64,
}

/// What became of a sector. Sums of money are not discounted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SectorStory {
    /// The sector.
    pub sector: String,
    /// Value added lost, net of what was made up.
    pub lost: f64,
    /// Value added made up later.
    pub made_up: f64,
    /// What was lost before that, by the material that was wanting; the greatest first.
    pub for_want_of: Vec<ByMaterial>,
    /// The least activity in any step, as a share of normal, and the date of that step's start; none without loss.
    pub worst: Option<(f64, String)>,
    /// The date of the start of the first step with a loss.
    pub first_loss: Option<String>,
    /// The date of the end of the last step with a loss.
    pub last_loss: Option<String>,
    /// Whether there still was a loss in the last step.
    pub unrecovered: bool,
    /// Groups of firms, and those of them that lost anything.
    pub groups: (usize, usize),
}

/// What became of an option.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OptionStory {
    /// The option.
    pub option: String,
    /// Its kind.
    pub kind: String,
    /// The material that it is for.
    pub material: String,
    /// Whether it runs whatever happens.
    pub standing: bool,
    /// When it was first to be available; none where nothing called on it.
    pub due: Option<String>,
    /// Whether that is after the end of the horizon.
    pub due_too_late: bool,
    /// When it should have been available, but did not work in this trial.
    pub failed: Option<String>,
    /// When it first was available.
    pub started: Option<String>,
    /// Tonnes delivered, released, saved or replaced.
    pub delivered: f64,
    /// What it cost, premiums included, discounted.
    pub cost: f64,
}

/// The story of each material.
pub fn materials(model: &Model, plan: &Plan, watch: &Watch, row: &[f64]) -> Vec<MaterialStory> {
    let on = |k: usize| date(model.start, k as f64 * plan.step);
    let story = |m: usize| {
        let (notes, at) = (&watch.materials[m], plan.columns.materials[m]);
        MaterialStory {
            material: model.materials[m].name.clone(),
            alerted: !notes.alerts.is_empty() || !row[at + 4].is_nan(),
            short_tonnes: row[at],
            short_share: row[at + 1],
            worst: notes.short.map(|spell| (row[at + 2], on(spell.worst.0))),
            recovery: Some(row[at + 4]).filter(|days| !days.is_nan()),
            unrecovered: row[at + 5] > 0.0,
            price_peak: notes.price.map(|spell| (spell.worst.1, on(spell.worst.0))),
            balance: balance::balance(model, plan, &watch.sums, m),
        }
    };
    model.written.materials.iter().map(|&m| story(m)).collect()
}

/// The story of each sector.
pub fn sectors(model: &Model, plan: &Plan, watch: &Watch, row: &[f64]) -> Vec<SectorStory> {
    let on = |k: usize| date(model.start, k as f64 * plan.step);
    let story = |j: usize| {
        let (notes, at) = (&watch.sectors[j], plan.columns.sectors[j]);
        let mut for_want_of: Vec<ByMaterial> = notes
            .by_material
            .iter()
            .enumerate()
            .filter(|(_, lost)| **lost > 0.0)
            .map(|(m, lost)| ByMaterial { material: model.materials[m].name.clone(), lost: *lost })
            .collect();
        for_want_of.sort_by(|a, b| b.lost.total_cmp(&a.lost));
        let groups = plan.sectors[j].groups.clone();
        SectorStory {
            sector: model.sectors[j].name.clone(),
            lost: row[at],
            made_up: notes.made_up,
            for_want_of: if notes.loss.is_some() { for_want_of } else { Vec::new() },
            worst: notes.loss.map(|spell| (row[at + 1], on(spell.worst.0))),
            first_loss: notes.loss.map(|spell| on(spell.first)),
            last_loss: notes.loss.map(|spell| on(spell.last + 1)),
            unrecovered: notes.loss.is_some_and(|spell| spell.last + 1 == plan.steps),
            groups: (groups.len(), groups.filter(|&g| watch.hit[g]).count()),
        }
    };
    model.written.sectors.iter().map(|&j| story(j)).collect()
}

/// The story of each option.
pub fn options(model: &Model, plan: &Plan, watch: &Watch, row: &[f64]) -> Vec<OptionStory> {
    let story = |(o, option): (usize, &crate::model::Opt)| {
        let (notes, at) = (&watch.options[o], plan.columns.options[o]);
        let day = |day: f64| date(model.start, day);
        OptionStory {
            option: option.name.clone(),
            kind: kind(option).to_owned(),
            material: model.materials[option.material()].name.clone(),
            standing: plan.options[o].standing,
            due: notes.due.map(day),
            due_too_late: notes.due.is_some_and(|due| due >= plan.end()),
            failed: notes.failed.map(day),
            started: Some(row[at + 2]).filter(|d| !d.is_nan()).map(day),
            delivered: row[at],
            cost: row[at + 1],
        }
    };
    model.options.iter().enumerate().map(story).collect()
}

fn kind(option: &crate::model::Opt) -> &'static str {
    use crate::model::Measure;
    match &option.measure {
        Measure::Supplier(_) => "supplier",
        Measure::Stockpile(_) => "stockpile",
        Measure::Saving(saving) if saving.to.is_some() => "substitution",
        Measure::Saving(_) => "thrifting",
    }
}

/// The steps at whose ends the stocks of a material's users were empty first, of the users that hold any: how many
/// there are, and the steps in order.
pub fn run_outs(plan: &Plan, watch: &Watch, m: usize) -> (usize, Vec<usize>) {
    let edges = plan.materials[m].edges.clone();
    let holders: Vec<usize> =
        edges.filter(|&e| watch.holds[e] && !matches!(plan.edges[e].consumer, Consumer::Option(_))).collect();
    let mut steps: Vec<usize> = holders.iter().filter_map(|&e| watch.run_out[e]).collect();
    steps.sort_unstable();
    (holders.len(), steps)
}
