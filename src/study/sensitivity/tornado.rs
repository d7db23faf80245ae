//! Tornado: each uncertain entry held at a low and at a high value, all else as it is, paired with the scenario itself.

use std::sync::atomic::AtomicBool;

use super::Target;
use super::sources::{Decides, Source};
use super::walk::Walk;
use crate::model::Model;
use crate::outcome;
use crate::parallel::Pool;
use crate::plan::Plan;
use crate::random::{Factor, Law};
use crate::statistics::{Estimate, Paired, Ranks, explained};
use crate::study::{Response, difference, figure};

/// The points of its law at which an entry is held.
const LOW: f64 = 0.1;
const HIGH: f64 = 0.9;

/// An entry and the plans in which it is held.
#[derive(Clone, Debug)]
pub struct Turned {
    /// Its path.
    pub path: String,
    /// What it is held at, low and high, as a value in base units or as the user wrote it.
    pub ends: [Turning; 2],
    /// The plans with the entry held there.
    pub plans: [Plan; 2],
    /// The source whose part of the variance is told; none for an entry that is certain.
    pub source: Option<usize>,
    /// Whether it is held at the least and the greatest value, since its 10 % and 90 % points are the same.
    pub extremes: bool,
}

/// What an entry is held at.
#[derive(Clone, Debug, PartialEq)]
pub enum Turning {
    /// A value in base units; the entry is the model's factor of this number.
    Value(f64, usize),
    /// As the user wrote it.
    Written(String),
}

/// Every uncertain entry, held at its 10 % and 90 % points; of a law that has the same value at both (an event of less
/// than 10 %, say) at its least and its greatest.
pub fn turns(model: &Model, plan: &Plan, sources: &[Source]) -> Vec<Turned> {
    let entries = sources.iter().enumerate();
    let entries = entries.filter(|(_, s)| matches!(s.decides, Decides::Entry | Decides::Course));
    entries
        .filter_map(|(s, source)| {
            let factor = model.factors.iter().position(|f| f.path == source.path)?;
            let law = &model.factors[factor].law;
            let (mut low, mut high) = (law.quantile(LOW), law.quantile(HIGH));
            let extremes = low == high;
            if extremes {
                (low, high) = law.support();
            }
            let held = |value: f64| Some(held(plan, factor, value, model)).filter(|_| value.is_finite());
            Some(Turned {
                path: source.path.clone(),
                plans: [held(low)??, held(high)??],
                ends: [Turning::Value(low, factor), Turning::Value(high, factor)],
                source: Some(s),
                extremes,
            })
        })
        .collect()
}

/// An entry whose plans are known: the user's own range of it.
pub fn turned(path: &str, ends: [String; 2], plans: [Plan; 2], sources: &[Source]) -> Turned {
    let source = sources.iter().position(|s| s.path == path);
    Turned { path: path.to_owned(), ends: ends.map(Turning::Written), plans, source, extremes: false }
}

/// The plan in which a factor always has one value.
fn held(plan: &Plan, factor: usize, value: f64, model: &Model) -> Option<Plan> {
    let law = Law::discrete(&[value], &[1.0]).ok()?;
    let mut plan = plan.clone();
    if model.factors[factor].once {
        let draw = model.factors[..factor].iter().filter(|f| f.once).count();
        plan.scalars.draws[draw].law = law;
    } else {
        for (own, _) in plan.laws.iter_mut().zip(&plan.law_factors).filter(|(_, f)| **f == factor) {
            *own = law.clone();
        }
    }
    Some(plan)
}

/// An entry's bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Its path.
    pub path: String,
    /// What it is held at.
    pub ends: [Turning; 2],
    /// Whether these are its least and greatest value.
    pub extremes: bool,
    /// By how much the figure differs from the scenario's own, at either end.
    pub moves: [Paired; 2],
    /// By how much it differs between the ends, the high less the low.
    pub swing: Paired,
    /// What the entry explains of the variance between trials, alone; none for one that is certain.
    pub share: Option<Estimate>,
}

/// The bars of all entries.
#[derive(Clone, Debug)]
pub struct Tornado {
    /// The figure of the scenario as it is.
    pub base: Estimate,
    /// Trials of each point.
    pub trials: u64,
    /// The widest first.
    pub bars: Vec<Bar>,
    /// What all entries together explain of the variance between trials, each alone. The rest is chance at events, and
    /// what entries do together.
    pub explained: Estimate,
}

/// Runs every point. None where it is stopped, or only a part is walked.
///
/// # Errors
/// In words, where no error of the difference of such a statistic is known.
pub fn tornado(
    plan: &Plan,
    sources: &[Source],
    turned: Vec<Turned>,
    (target, walk): (&Target, &mut Walk),
    (pool, stop): (&Pool, &AtomicBool),
    keys: Factor,
    progress: impl FnMut(u64),
) -> Result<Option<Tornado>, String> {
    let plans = std::iter::once(plan).chain(turned.iter().flat_map(|t| &t.plans));
    let mut columns = Vec::new();
    if !walk.plans(plans, target, (pool, stop), progress, |column| columns.push(column)) {
        return Ok(None);
    }
    let own = &columns[0];
    let response = Response::new(&target.query, own)?;
    let Some(base) = figure(&target.query, own) else {
        return Err(format!("`{}` is undefined in every trial", target.text));
    };
    let (shares, explained) = shares(plan, sources, &turned, &response.of(own), pool, keys);
    let mut bars = Vec::new();
    for ((turned, ends), share) in turned.into_iter().zip(columns[1..].chunks_exact(2)).zip(shares) {
        let less = |a: &[f64], b: &[f64]| {
            let known = difference(target.query.statistic, a, b);
            known.ok_or_else(|| format!("`{}` is undefined with `{}` held", target.text, turned.path))
        };
        bars.push(Bar {
            moves: [less(own, &ends[0])?, less(own, &ends[1])?],
            swing: less(&ends[0], &ends[1])?,
            path: turned.path,
            ends: turned.ends,
            extremes: turned.extremes,
            share,
        });
    }
    let width = |bar: &Bar| bar.swing.difference.value.abs();
    bars.sort_by(|a, b| width(b).total_cmp(&width(a)));
    Ok(Some(Tornado { base, trials: target.trials, bars, explained }))
}

/// What each entry explains, and all of them: from the values they were drawn from, of what is drawn afresh the first.
fn shares(
    plan: &Plan,
    sources: &[Source],
    turned: &[Turned],
    figure: &[f64],
    pool: &Pool,
    keys: Factor,
) -> (Vec<Option<Estimate>>, Estimate) {
    let defined: Vec<usize> = (0..figure.len()).filter(|&t| !figure[t].is_nan()).collect();
    let values: Vec<f64> = defined.iter().map(|&t| figure[t]).collect();
    let mut own: Vec<usize> = turned.iter().filter_map(|t| t.source).collect();
    own.sort_unstable();
    own.dedup();
    let draws = outcome::draws(plan, figure.len(), |i| i, pool);
    let ranks = pool.map(&own, |&s| {
        let address = sources[s].addresses[0];
        let draw = plan.scalars.draws.iter().position(|d| d.address == address);
        let value = |t: usize| match draw {
            Some(d) => draws[d][t],
            None => plan.once(address, t as u64),
        };
        Ranks::new(&defined.iter().map(|&t| value(t)).collect::<Vec<f64>>())
    });
    let found = explained(&ranks.iter().collect::<Vec<_>>(), &values, keys);
    let share = |t: &Turned| Some(found.shares[own.binary_search(&t.source?).ok()?]);
    (turned.iter().map(share).collect(), found.all)
}
