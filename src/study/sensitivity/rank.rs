//! What goes with what in trials that were run already: rank correlations and PAWN, at no further trial.

use crate::model::Model;
use crate::outcome::{self, Trials};
use crate::parallel::Pool;
use crate::plan::{Column, Plan};
use crate::quantity::Dimension;
use crate::quantity::words::Unit;
use crate::random::Factor;
use crate::statistics::{Estimate, Explained, Output, Pawn, Ranks, correlations, explained, partial};

/// Something that differs from trial to trial, and that a figure may go with.
#[derive(Clone, Debug)]
pub struct Input {
    /// The path of an uncertain entry, or the metric that counts an event.
    pub name: String,
    /// Its values, a trial each.
    pub values: Vec<f64>,
    /// What it measures; none for a day of the calendar, counted from the start.
    pub unit: Option<Unit>,
    /// Whether it counts events rather than being drawn.
    pub event: bool,
}

/// The inputs of trials that were run: what was drawn once each, and how often each control set in.
pub fn inputs(model: &Model, plan: &Plan, trials: &Trials, pool: &Pool) -> Vec<Input> {
    let once = model.factors.iter().filter(|f| f.once);
    let mut found: Vec<Input> = once
        .zip(outcome::draws(plan, 0..trials.count, pool))
        .map(|(factor, values)| Input {
            name: factor.path.clone(),
            values,
            unit: factor.dimension.map(|d| unit(d, &model.currency)),
            event: false,
        })
        .collect();
    for metric in outcome::metrics(model, &plan.columns) {
        if matches!(plan.columns.list[metric.column], Column::Onsets(_)) {
            let values = trials.columns[metric.column].clone();
            found.push(Input { name: metric.name, values, unit: Some(metric.unit), event: true });
        }
    }
    found
}

/// The unit of a draw. Rates and prices are told as plain numbers in base units.
fn unit(dimension: Dimension, currency: &str) -> Unit {
    match dimension {
        Dimension::TIME => Unit::Days,
        Dimension::MASS => Unit::Tonnes,
        Dimension::MONEY => Unit::Money(currency.to_owned()),
        _ => Unit::Count,
    }
}

/// An input and what the figure has to do with it.
#[derive(Clone, Debug)]
pub struct Ranked {
    /// Its name.
    pub name: String,
    /// Whether it counts events.
    pub event: bool,
    /// Spearman's rank correlation.
    pub spearman: Estimate,
    /// What is left of it when all other inputs are known; none where they determine this one.
    pub partial: Option<Estimate>,
    /// How far the figure's distribution moves with it.
    pub pawn: Pawn,
    /// The share of the variance that the mean at each value of it explains.
    pub share: Estimate,
}

/// What a figure has to do with each input.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// Trials that are looked at.
    pub trials: usize,
    /// Of so many that were run.
    pub of: usize,
    /// The input whose PAWN index is greatest first.
    pub inputs: Vec<Ranked>,
    /// PAWN indices up to here may be noise.
    pub threshold: f64,
    /// Inputs that do not vary in these trials.
    pub still: Vec<String>,
}

/// Ranks `inputs` by what `figure` has to do with them, over the trials that are `wanted` and in which it is defined.
///
/// # Errors
/// In words, where there are too few of them, or the figure is the same in all.
pub fn rank(
    inputs: &[Input],
    figure: &[f64],
    wanted: &[bool],
    pool: &Pool,
    keys: Factor,
) -> Result<Ranking, String> {
    let kept: Vec<usize> = (0..figure.len()).filter(|&t| wanted[t] && !figure[t].is_nan()).collect();
    let few = inputs.len() + 20;
    if kept.len() < few {
        return Err(format!(
            "{} trials are too few to rank {} inputs; run more (--trials), or widen --given",
            kept.len(),
            inputs.len()
        ));
    }
    let pick = |column: &[f64]| -> Vec<f64> { kept.iter().map(|&t| column[t]).collect() };
    let output = pick(figure);
    let ranks = Ranks::new(&output);
    if ranks.distinct() < 2 {
        return Err("the figure is the same in all of these trials: nothing can make a difference".to_owned());
    }
    let own = pool.map(inputs, |input| Ranks::new(&pick(&input.values)));
    let moving: Vec<usize> = (0..inputs.len()).filter(|&i| own[i].distinct() > 1).collect();
    let pawn = Output::new(&ranks, keys);
    let found = pool.map(&moving, |&i| (own[i].correlation(&ranks), pawn.index(&own[i])));
    let scores: Vec<&[f64]> = moving.iter().map(|&i| own[i].scores()).chain([ranks.scores()]).collect();
    let partials = partial(&correlations(&scores, pool), kept.len());
    let Explained { shares, .. } =
        explained(&moving.iter().map(|&i| &own[i]).collect::<Vec<_>>(), &output, keys);
    let mut all: Vec<Ranked> = Vec::new();
    for (((&i, (spearman, pawn)), partial), share) in moving.iter().zip(found).zip(partials).zip(shares) {
        let Some(spearman) = spearman else { continue };
        let Input { name, event, .. } = &inputs[i];
        all.push(Ranked { name: name.clone(), event: *event, spearman, partial, pawn, share });
    }
    all.sort_by(|a, b| b.pawn.median.value.total_cmp(&a.pawn.median.value));
    let still = inputs.iter().zip(&own).filter(|(_, ranks)| ranks.distinct() < 2);
    Ok(Ranking {
        trials: kept.len(),
        of: figure.len(),
        inputs: all,
        threshold: pawn.threshold(),
        still: still.map(|(input, _)| input.name.clone()).collect(),
    })
}
