//! What goes with the total cost, over the trials of the run itself: the assumptions that were drawn once a trial, and
//! what the controls did. It says which of them matter within their ranges, not what causes what.

use super::query::Given;
use super::summary::Outcome;
use super::tables::draws;
use super::trials::Trials;
use crate::model::Model;
use crate::parallel::Pool;
use crate::plan::{Column, Plan};
use crate::statistics::{self, Estimate, Ranks, conditional_means};

/// From how many trials the correlations are taken at most: their standard error is then at most about 0.003.
pub const MOST_RANKED: usize = 100_000;

/// What moves.
#[derive(Clone, Debug, PartialEq)]
pub enum Moves {
    /// The draw of an entry, by its path.
    Entry(String),
    /// A metric that says what the controls did.
    Event(String),
}

/// Something that goes with the total cost, or against it.
#[derive(Clone, Debug, PartialEq)]
pub struct Driver {
    /// What.
    pub moves: Moves,
    /// Spearman's rank correlation with the total cost.
    pub correlation: Estimate,
    /// Mean total cost in the fifth of the trials where it is lowest.
    pub lowest: Estimate,
    /// Mean total cost in the fifth of the trials where it is highest.
    pub highest: Estimate,
}

/// All that goes with the total cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drivers {
    /// From how many trials.
    pub trials: usize,
    /// The strongest first.
    pub list: Vec<Driver>,
}

/// Ranks what was drawn once a trial, and what the controls did, by how it goes with the total cost: over the first
/// [`MOST_RANKED`] trials, those of them that meet the condition. What does not vary is left out.
pub fn drivers(
    model: &Model,
    plan: &Plan,
    trials: &Trials,
    outcome: &Outcome,
    given: Option<&Given>,
    pool: &Pool,
) -> Drivers {
    let mask = given.map(|given| given.holds(&outcome.metrics, &trials.columns));
    let counts = |trial: usize| mask.as_ref().is_none_or(|mask| mask[trial]);
    let mut alike = trials.alike(MOST_RANKED);
    alike.retain(|(_, figures)| counts(*figures));
    let counted = |column: &statistics::Column| {
        alike.iter().map(|(_, figures)| column.get(*figures)).collect::<Vec<f64>>()
    };
    let cost = counted(&trials.columns[plan.columns.costs]);
    let mut columns: Vec<(Moves, Vec<f64>)> = Vec::new();
    let drawn = model.factors.iter().filter(|factor| factor.once);
    for (factor, draws) in drawn.zip(draws(plan, alike.len(), |i| alike[i].0, pool)) {
        columns.push((Moves::Entry(factor.path.clone()), draws));
    }
    let events = outcome
        .metrics
        .iter()
        .filter(|metric| matches!(plan.columns.list[metric.column], Column::Onsets(_) | Column::Time(..)));
    columns.extend(events.map(|m| (Moves::Event(m.name.clone()), counted(&trials.columns[m.column]))));
    let ranks = Ranks::new(&cost);
    let judge = |(moves, column): &(Moves, Vec<f64>)| {
        let correlation = Ranks::new(column).correlation(&ranks)?;
        let fifths = conditional_means(column, &cost, 5);
        let [Some(lowest), .., Some(highest)] = fifths[..] else { return None };
        Some(Driver { moves: moves.clone(), correlation, lowest, highest })
    };
    let mut list: Vec<Driver> = pool.map(&columns, judge).into_iter().flatten().collect();
    // A stable sort: what is as strong stays in the order of the file.
    list.sort_by(|a, b| b.correlation.value.abs().total_cmp(&a.correlation.value.abs()));
    Drivers { trials: cost.len(), list }
}
