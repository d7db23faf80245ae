//! What a study of sensitivity has found, read back from its `summary.json`.
//!
//! What stands there is what a report shows: the moves of a tornado come back without what pairing gained, and the inputs
//! of boxes without their values.

use serde::Deserialize;
use serde_json::Value;

use super::{
    Bar, Boxed, Discovery, Effect, Found, Group, Input, Passed, Ranked, Ranking, Screening, Share, Sobol,
    Source, Tornado, Turning,
};
use crate::model::Model;
use crate::statistics::{Estimate, Indices, Limits, Paired, Pawn};
use crate::study::Response;

/// What the method named there has found in so many trials.
///
/// # Errors
/// In words, where something is missing, or is of another scenario.
pub fn read(summary: &Value, model: &Model, sources: &[Source], trials: u64) -> Result<Found, String> {
    let method = summary["method"].as_str().unwrap_or_default();
    Ok(match method {
        "tornado" => Found::Tornado(tornado(keys(summary)?, model, trials)?),
        "morris" => Found::Morris(screening(keys(summary)?, sources)?),
        "sobol" => Found::Sobol(indices(keys(summary)?, sources, trials)?),
        "rank" => Found::Rank(ranking(keys(summary)?, trials)),
        "discover" => {
            let (found, inputs) = boxes(keys(summary)?, model, trials);
            Found::Discover(found, inputs)
        }
        other => return Err(format!("`{other}` is no method of sensitivity")),
    })
}

fn keys<'v, T: Deserialize<'v>>(summary: &'v Value) -> Result<T, String> {
    T::deserialize(summary).map_err(|error| error.to_string())
}

#[derive(Deserialize)]
struct Bars {
    base: Estimate,
    explained: Estimate,
    bars: Vec<BarKeys>,
}

#[derive(Deserialize)]
struct BarKeys {
    path: String,
    low: End,
    high: End,
    extremes: bool,
    swing: Paired,
    explained: Option<Estimate>,
}

#[derive(Deserialize)]
struct End {
    text: String,
    value: Option<f64>,
    difference: Estimate,
}

fn tornado(keys: Bars, model: &Model, trials: u64) -> Result<Tornado, String> {
    let bar = |keys: BarKeys| {
        let end = |end: &End| match end.value {
            None => Ok::<_, String>(Turning::Written(end.text.clone())),
            Some(value) => {
                let factor = model.factors.iter().position(|f| f.path == keys.path);
                let factor = factor.ok_or_else(|| format!("`{}` is not in the scenario", keys.path))?;
                Ok(Turning::Value(value, factor))
            }
        };
        let moved = |end: &End| Paired {
            difference: end.difference,
            variance_ratio: f64::NAN,
            pairs: keys.swing.pairs,
        };
        Ok(Bar {
            ends: [end(&keys.low)?, end(&keys.high)?],
            moves: [moved(&keys.low), moved(&keys.high)],
            extremes: keys.extremes,
            swing: keys.swing,
            share: keys.explained,
            path: keys.path,
        })
    };
    let bars = keys.bars.into_iter().map(bar).collect::<Result<_, String>>()?;
    Ok(Tornado { base: keys.base, trials, bars, explained: keys.explained })
}

/// The factor of this name with its sources.
fn group(name: String, members: &[String], sources: &[Source]) -> Result<Group, String> {
    let member = |path: &String| {
        let found = sources.iter().position(|source| source.path == *path);
        found.ok_or_else(|| format!("`{path}` is not in the scenario"))
    };
    Ok(Group { name, members: members.iter().map(member).collect::<Result<_, _>>()? })
}

#[derive(Deserialize)]
struct Effects {
    trajectories: u64,
    walked: u64,
    looked_at: Response,
    effects: Vec<EffectKeys>,
}

#[derive(Deserialize)]
struct EffectKeys {
    factor: String,
    members: Vec<String>,
    mu_star: Estimate,
    mu: Estimate,
    sigma: Estimate,
}

fn screening(keys: Effects, sources: &[Source]) -> Result<Screening, String> {
    let effect = |keys: EffectKeys| {
        let group = group(keys.factor, &keys.members, sources)?;
        Ok(Effect { group, strength: keys.mu_star, mean: keys.mu, spread: keys.sigma })
    };
    let effects = keys.effects.into_iter().map(effect).collect::<Result<_, String>>()?;
    let Effects { trajectories, walked, looked_at: response, .. } = keys;
    Ok(Screening { trajectories, walked, effects, response })
}

#[derive(Deserialize)]
struct Shares {
    walked: u64,
    looked_at: Response,
    variance: Option<f64>,
    split: Vec<ShareKeys>,
    factors: Vec<ShareKeys>,
}

#[derive(Deserialize)]
struct ShareKeys {
    factor: String,
    members: Vec<String>,
    first: Estimate,
    total: Estimate,
}

fn indices(keys: Shares, sources: &[Source], trials: u64) -> Result<Sobol, String> {
    let share = |keys: ShareKeys| {
        let group = group(keys.factor, &keys.members, sources)?;
        Ok(Share { group, indices: Indices { first: keys.first, total: keys.total } })
    };
    let shares = |keys: Vec<ShareKeys>| keys.into_iter().map(share).collect::<Result<Vec<_>, String>>();
    let (walked, response) = (keys.walked, keys.looked_at);
    let variance = keys.variance.unwrap_or(f64::NAN);
    Ok(Sobol {
        trials,
        walked,
        response,
        variance,
        split: shares(keys.split)?,
        shares: shares(keys.factors)?,
    })
}

#[derive(Deserialize)]
struct Ranks {
    trials_looked_at: usize,
    threshold: f64,
    inputs: Vec<RankKeys>,
    still: Vec<String>,
}

#[derive(Deserialize)]
struct RankKeys {
    input: String,
    event: bool,
    spearman: Estimate,
    partial_rank_correlation: Option<Estimate>,
    pawn: Pawn,
    explained: Estimate,
}

fn ranking(keys: Ranks, trials: u64) -> Ranking {
    let input = |keys: RankKeys| Ranked {
        name: keys.input,
        event: keys.event,
        spearman: keys.spearman,
        partial: keys.partial_rank_correlation,
        pawn: keys.pawn,
        share: keys.explained,
    };
    Ranking {
        trials: keys.trials_looked_at,
        of: trials as usize,
        inputs: keys.inputs.into_iter().map(input).collect(),
        threshold: keys.threshold,
        still: keys.still,
    }
}

#[derive(Deserialize)]
struct Boxes {
    cases: Estimate,
    covered: Estimate,
    boxes: Vec<BoxKeys>,
}

#[derive(Deserialize)]
struct BoxKeys {
    restricts: Vec<Restriction>,
    coverage: Estimate,
    density: Estimate,
    mass: Estimate,
    path: Vec<Passed>,
}

#[derive(Deserialize)]
struct Restriction {
    input: String,
    at_least: Option<f64>,
    at_most: Option<f64>,
    quasi_p: f64,
}

/// The boxes, and those inputs that any of them restricts.
fn boxes(keys: Boxes, model: &Model, trials: u64) -> (Discovery, Vec<Input>) {
    let mut inputs: Vec<Input> = Vec::new();
    let mut restricted = |of: Restriction| {
        let known = inputs.iter().position(|input| input.name == of.input);
        let at = known.unwrap_or(inputs.len());
        if at == inputs.len() {
            let factor = model.factors.iter().position(|f| f.path == of.input);
            inputs.push(Input { name: of.input, values: Vec::new(), factor });
        }
        let low = of.at_least.unwrap_or(Limits::NONE.low);
        (at, Limits { low, high: of.at_most.unwrap_or(Limits::NONE.high) }, of.quasi_p)
    };
    let mut own = Vec::new();
    for keys in keys.boxes {
        own.push(Boxed {
            restricts: keys.restricts.into_iter().map(&mut restricted).collect(),
            coverage: keys.coverage,
            density: keys.density,
            mass: keys.mass,
            path: keys.path,
        });
    }
    let (cases, covered) = (keys.cases, keys.covered);
    (Discovery { trials: trials as usize, cases, boxes: own, covered }, inputs)
}
