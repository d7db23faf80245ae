//! Elementary effects: which of many factors matter at all, at the price of few trials.
//!
//! Morris, "Factorial sampling plans for preliminary computational experiments", Technometrics 33 (1991), with the mean
//! of the absolute effects of Campolongo, Cariboni and Saltelli, "An effective screening design for sensitivity analysis
//! of large models", Environmental Modelling & Software 22 (2007), and groups as there. Factors move over four levels of
//! their quantiles, in the middle of quarters (12.5, 37.5, 62.5, 87.5 %), two levels at a time.

use std::sync::atomic::AtomicBool;

use super::Target;
use super::sources::{Group, Source};
use super::walk::Walk;
use crate::engine::{Nobody, Worker};
use crate::parallel::Pool;
use crate::plan::{Address, Plan};
use crate::random::Factor;
use crate::statistics::{Estimate, Sample};
use crate::study::Response;

/// Levels of the quantiles, and how many of them a step moves.
const LEVELS: u64 = 4;
const STEP: u64 = 2;
/// Trajectories that are walked together.
const BLOCK: u64 = 64;

/// A factor's effects: how much the figure changes when the factor moves by half of its trials.
#[derive(Clone, Debug)]
pub struct Effect {
    /// The factor.
    pub group: Group,
    /// Mean of the absolute effects (mu star): how much it matters.
    pub strength: Estimate,
    /// Mean of the effects (mu): in which direction.
    pub mean: Estimate,
    /// Standard deviation of the effects (sigma): how much it depends on the others, and on the events.
    pub spread: Estimate,
}

/// The effects of all factors.
#[derive(Clone, Debug)]
pub struct Screening {
    /// Trajectories; each is a trial, whose events stay as they are.
    pub trajectories: u64,
    /// How many trials were walked in all.
    pub walked: u64,
    /// The strongest first.
    pub effects: Vec<Effect>,
    /// What is looked at.
    pub response: Response,
}

/// Finds the effects of `groups` of once-a-trial entries on `response` in `trajectories`, of which number t is trial t.
/// None where it is stopped, or only a part is walked.
///
/// # Errors
/// In words, where the metric is not defined in all trials.
pub fn morris(
    plan: &Plan,
    sources: &[Source],
    groups: Vec<Group>,
    (target, response, walk): (&Target, Response, &mut Walk),
    (pool, stop): (&Pool, &AtomicBool),
    keys: Factor,
    mut progress: impl FnMut(u64),
) -> Result<Option<Screening>, String> {
    let width = groups.len();
    let mut moves = vec![None; plan.addresses.len()];
    for &s in groups.iter().flat_map(|g| &g.members) {
        sources[s].addresses.iter().for_each(|address| moves[address.0 as usize] = Some(s));
    }
    let column = target.metric.column;
    let design = Design { plan, moves, count: sources.len(), groups: &groups, column, keys };
    let effects = walk.rows(
        (target.trials, BLOCK, width),
        (pool, stop),
        || Worker::new(plan),
        |worker, trials| trials.flat_map(|t| design.walk(worker, t, response)).collect::<Vec<f64>>(),
        |trials| progress(trials * (width as u64 + 1)),
    );
    let Some(effects) = effects else { return Ok(None) };
    if let Some(why) = effects.iter().find_map(|column| target.undefined(column)) {
        return Err(why);
    }
    let mut found = Vec::new();
    for (group, effects) in groups.into_iter().zip(effects) {
        let absolute: Vec<f64> = effects.iter().map(|e| e.abs()).collect();
        let (strength, sample) = (Sample::new(&absolute).mean(), Sample::new(&effects));
        let (Some(strength), Some(mean), Some(spread)) = (strength, sample.mean(), sample.sd()) else {
            return Err("elementary effects need at least two trials".to_owned());
        };
        found.push(Effect { group, strength, mean, spread });
    }
    found.sort_by(|a, b| b.strength.value.total_cmp(&a.strength.value));
    let walked = target.trials * (width as u64 + 1);
    Ok(Some(Screening { trajectories: target.trials, walked, effects: found, response }))
}

struct Design<'a> {
    plan: &'a Plan,
    /// By address: the source that moves it, if one does.
    moves: Vec<Option<usize>>,
    /// How many sources there are.
    count: usize,
    groups: &'a [Group],
    column: usize,
    keys: Factor,
}

impl Design<'_> {
    /// The effect of each group in a trajectory. Each begins at random levels and moves one group after the other, in a
    /// random order, to where its members have room to move.
    fn walk(&self, worker: &mut Worker, trajectory: u64, response: Response) -> Vec<f64> {
        let level = |s: usize| (self.keys.uniform(trajectory, s as u32) * LEVELS as f64) as u64;
        let mut levels: Vec<u64> = (0..self.count).map(level).collect();
        let mut order: Vec<usize> = (0..self.groups.len()).collect();
        let place = |g: usize| self.keys.uniform(trajectory, (self.count + g) as u32);
        order.sort_by(|&a, &b| place(a).total_cmp(&place(b)));
        let mut row = vec![0.0; self.plan.columns.len()];
        let mut before = self.at(worker, trajectory, &levels, &mut row, response);
        let mut effects = vec![0.0; self.groups.len()];
        for g in order {
            let members = &self.groups[g].members;
            // Of a group the first member gives the sign.
            let up = levels[members[0]] < STEP;
            for &m in members {
                levels[m] = if levels[m] < STEP { levels[m] + STEP } else { levels[m] - STEP };
            }
            let after = self.at(worker, trajectory, &levels, &mut row, response);
            // Over half of the trials: 2 of 4 levels.
            effects[g] = if up { after - before } else { before - after };
            before = after;
        }
        effects
    }

    /// The figure with the entries at these levels, all else as in this trial.
    fn at(
        &self,
        worker: &mut Worker,
        trial: u64,
        levels: &[u64],
        row: &mut [f64],
        response: Response,
    ) -> f64 {
        let uniform = |address: Address| match self.moves[address.0 as usize] {
            Some(s) => (levels[s] as f64 + 0.5) / LEVELS as f64,
            None => self.plan.once(address, trial),
        };
        worker.trial_at(trial, uniform, row, &mut Nobody);
        response.of(&row[self.column..=self.column])[0]
    }
}
