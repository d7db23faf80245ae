//! What goes with what in trials that were run already: rank correlations and PAWN, at no further trial.

use crate::model::Model;
use crate::outcome::{self, Trials};
use crate::parallel::Pool;
use crate::plan::{Address, Column, Draw, Lasts, Plan};
use crate::random::Factor;
use crate::statistics::{Estimate, Explained, Output, Pawn, Ranks, correlations, explained, partial};

/// Something that differs from trial to trial, and that a figure may go with.
#[derive(Clone, Debug)]
pub struct Input {
    /// The path of an uncertain entry or of a chance, or the metric that counts an event.
    pub name: String,
    /// Its values, a trial each, in base units.
    pub values: Vec<f64>,
    /// The uncertain entry, as an index into the model's factors; none for what says whether or how often.
    pub factor: Option<usize>,
}

impl Input {
    /// Whether it says whether or how often something happens.
    pub fn event(&self) -> bool {
        self.factor.is_none()
    }
}

/// The inputs of trials that were run: what was drawn once each; of what is drawn at events the first draw, used or not;
/// whether each option worked, where its chance is certain; how often each control set in. All but the last is made again
/// from the trials' numbers.
pub fn inputs(model: &Model, plan: &Plan, trials: &Trials, pool: &Pool) -> Vec<Input> {
    let once = (0..model.factors.len()).filter(|&f| model.factors[f].once);
    let drawn = |factor: usize, values: Vec<f64>| {
        let name = model.factors[factor].path.clone();
        Input { name, values, factor: Some(factor) }
    };
    let mut found: Vec<Input> = once
        .zip(outcome::draws(plan, trials.count, |i| i, pool))
        .map(|(f, values)| drawn(f, values))
        .collect();
    for (factor, address, elapsed) in first_draws(plan) {
        let Some(elapsed) = elapsed else { continue };
        if found.iter().any(|input| input.factor == Some(factor)) {
            continue;
        }
        let law = &model.factors[factor].law;
        let value = |t: u64| match plan.uniform(address, t, 0) {
            u if elapsed > 0.0 => law.longer_than(u, elapsed),
            u => law.quantile(u),
        };
        found.push(drawn(factor, (0..trials.count as u64).map(value).collect()));
    }
    for (option, own) in model.options.iter().zip(&plan.options) {
        let Some(chance) = plan.scalars.certain(own.success).filter(|p| *p < 1.0) else { continue };
        let (address, occurrence) = own.works;
        let works = |t: u64| plan.uniform(address, t, occurrence) < chance;
        let values = (0..trials.count as u64).map(|t| f64::from(u8::from(works(t)))).collect();
        found.push(Input { name: format!("options.{}.success", option.name), values, factor: None });
    }
    for metric in outcome::metrics(model, &plan.columns) {
        if matches!(plan.columns.list[metric.column], Column::Onsets(_)) {
            let values = trials.columns[metric.column].to_vec();
            found.push(Input { name: metric.name, values, factor: None });
        }
    }
    found
}

/// What may be drawn at an event: the model's factor, its address, and for a regime in force at the start how long it has
/// lasted by then (else zero); none where that is drawn itself.
fn first_draws(plan: &Plan) -> Vec<(usize, Address, Option<f64>)> {
    let mut all = Vec::new();
    let mut add = |draw: Draw, elapsed: Option<f64>| {
        if let Draw::Afresh { address, law, .. } = draw {
            all.push((plan.law_factors[law as usize], address, elapsed));
        }
    };
    for control in &plan.controls {
        for (r, regime) in control.regimes.iter().enumerate() {
            regime.blocks.iter().for_each(|(_, draw)| add(*draw, Some(0.0)));
            add(regime.approval_delay, Some(0.0));
            let elapsed =
                if control.initial == r + 1 { plan.scalars.certain(control.elapsed) } else { Some(0.0) };
            match regime.lasts {
                Lasts::For(draw) => add(draw, elapsed),
                Lasts::Until(draw) => add(draw, Some(0.0)),
                Lasts::Forever => {}
            }
        }
    }
    plan.onsets.iter().for_each(|onset| add(onset.delay, Some(0.0)));
    plan.options.iter().for_each(|option| add(option.lead_time, Some(0.0)));
    all
}

/// An input and what the figure has to do with it.
#[derive(Clone, Debug)]
pub struct Ranked {
    /// Its name.
    pub name: String,
    /// Whether it says whether or how often something happens.
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

impl Ranked {
    /// Whether it can be told from noise: its PAWN index is above that of dummies with slices of the same sizes.
    pub fn above_noise(&self) -> bool {
        self.pawn.median.value > self.pawn.noise
    }
}

/// What a figure has to do with each input.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// Trials that are looked at.
    pub trials: usize,
    /// Of so many that were run.
    pub of: usize,
    /// The input whose PAWN index is greatest first, those within noise after all others.
    pub inputs: Vec<Ranked>,
    /// PAWN indices up to here may be noise, of an input that differs in every trial; each input has its own.
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
        let input = &inputs[i];
        all.push(Ranked { name: input.name.clone(), event: input.event(), spearman, partial, pawn, share });
    }
    let first = |a: &Ranked, b: &Ranked| b.pawn.median.value.total_cmp(&a.pawn.median.value);
    all.sort_by(|a, b| b.above_noise().cmp(&a.above_noise()).then(first(a, b)));
    let still = inputs.iter().zip(&own).filter(|(_, ranks)| ranks.distinct() < 2);
    Ok(Ranking {
        trials: kept.len(),
        of: figure.len(),
        inputs: all,
        threshold: pawn.threshold(),
        still: still.map(|(input, _)| input.name.clone()).collect(),
    })
}
