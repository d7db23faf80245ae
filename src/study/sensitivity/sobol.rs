//! Sobol' indices by pick-freeze on addresses: the same trials, in which one factor alone is drawn anew.

use std::sync::atomic::AtomicBool;

use super::Target;
use super::sources::{Group, Source};
use super::walk::Walk;
use crate::model::Model;
use crate::parallel::Pool;
use crate::plan::Plan;
use crate::random::Factor;
use crate::statistics::{Indices, PickFreeze};
use crate::study::Response;

/// Wider than this, an interval of a total index does not place a factor among others.
pub const NOISY: f64 = 0.2;

/// What a factor explains.
#[derive(Clone, Debug)]
pub struct Share {
    /// The factor.
    pub group: Group,
    /// What it explains of the variance.
    pub indices: Indices,
}

impl Share {
    /// Whether the total index is too uncertain to rank the factor.
    pub fn noisy(&self) -> bool {
        let total = self.indices.total;
        !(total.high - total.low <= NOISY)
    }

    /// Whether the factor cannot be told from one that does not matter at all: not one trial changes with it.
    pub fn idle(&self) -> bool {
        self.indices.total.value == 0.0
    }
}

/// What factors explain of the variance of a figure.
#[derive(Clone, Debug)]
pub struct Sobol {
    /// Trials on each of the samples.
    pub trials: u64,
    /// How many trials were walked in all.
    pub walked: u64,
    /// What is explained.
    pub response: Response,
    /// Its variance.
    pub variance: f64,
    /// The events against the rest, where there are both.
    pub split: Vec<Share>,
    /// The factors, the one with the greatest total index first.
    pub shares: Vec<Share>,
}

/// Finds the indices of `groups`, and of `split`. None where it is stopped, or only a part is
/// walked.
///
/// The trials of A are those of `shortfall run`; B has another seed, and A with a factor from B is the plan in which the
/// keys of that factor's addresses are those of B. As each uniform is a function of its address, nothing else moves.
///
/// # Errors
/// In words, where the metric is not defined in all trials.
pub fn sobol(
    model: &Model,
    plan: &Plan,
    sources: &[Source],
    (groups, split): (Vec<Group>, Vec<Group>),
    (target, walk): (&Target, &mut Walk),
    (pool, stop): (&Pool, &AtomicBool),
    progress: impl FnMut(u64),
) -> Result<Option<Sobol>, String> {
    let other = Plan::new(model, other_seed(model.seed));
    let mixed = |group: &Group| {
        let mut plan = plan.clone();
        for address in group.members.iter().flat_map(|&m| &sources[m].addresses) {
            plan.addresses[address.0 as usize] = other.addresses[address.0 as usize];
        }
        plan
    };
    let mut plans = vec![plan.clone(), other.clone()];
    plans.extend(split.iter().chain(&groups).map(mixed));
    let mut first: Option<Vec<f64>> = None;
    let mut study: Option<(Response, PickFreeze)> = None;
    let mut found: Vec<Indices> = Vec::new();
    let mut wrong = None;
    let whole = walk.plans(plans.iter(), target, (pool, stop), progress, |column| {
        wrong = wrong.take().or_else(|| target.undefined(&column));
        match (first.take(), &study) {
            (_, Some((response, study))) => found.push(study.indices(&response.of(&column))),
            (Some(a), None) => match Response::new(&target.query, &a) {
                Ok(response) => {
                    let keys = Factor::new(model.seed, "sensitivity.bootstrap");
                    study = Some((response, PickFreeze::new(response.of(&a), response.of(&column), keys)));
                }
                Err(why) => wrong = Some(why),
            },
            (None, None) => first = Some(column),
        }
    });
    if let Some(why) = wrong {
        return Err(why);
    }
    let Some((response, study)) = study.filter(|_| whole) else { return Ok(None) };
    let halves = split.len();
    let mut all: Vec<Share> =
        split.into_iter().chain(groups).zip(found).map(|(group, indices)| Share { group, indices }).collect();
    let mut shares = all.split_off(halves);
    shares.sort_by(|a, b| b.indices.total.value.total_cmp(&a.indices.total.value));
    let walked = target.trials * plans.len() as u64;
    Ok(Some(Sobol {
        trials: target.trials,
        walked,
        response,
        variance: study.variance(),
        split: all,
        shares,
    }))
}

/// The seed of the second sample: any other would do, as long as it is always the same.
fn other_seed(seed: u64) -> u64 {
    // The bits of the golden ratio, as good as any; seeds stay what a whole number of TOML can hold.
    (seed ^ 0x1E37_79B9_7F4A_7C15) & (i64::MAX as u64)
}
