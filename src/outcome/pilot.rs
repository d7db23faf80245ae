//! Which uniforms matter: a few trials that no run has, walked before a run whose points want their best coordinates where
//! they help most.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use crate::engine::{Nobody, Seat, Worker};
use crate::parallel::Pool;
use crate::plan::{Address, Plan};

/// Trials of a pilot, and the number of its first one: far beyond those of any run.
const TRIALS: u64 = 1024;
const FIRST: u64 = 1 << 62;
/// Trials in a block. It decides nothing but how work is dealt out.
const BLOCK: u64 = 64;
/// Later uses of an address than this are rare, and matter little.
const OCCURRENCES: u32 = 8;
/// Into so many parts of equal probability a uniform is cut to see how the cost goes with it.
const PARTS: usize = 8;

/// The uses of addresses in the order of their influence on the total cost: by how much of its variance their eight parts
/// of equal probability tell apart, over the trials that use them; then by how often they are used. What no trial of
/// the pilot uses is left out.
pub fn influence(plan: &Plan, pool: &Pool) -> Vec<(Address, u32)> {
    let trials = walk(plan, pool);
    let mut chances = vec![None; plan.addresses.len()];
    for option in &plan.options {
        let (address, occurrence) = option.works;
        if plan.scalars.certain(option.success).is_none_or(|chance| chance < 1.0) {
            chances[address.0 as usize] = Some(occurrence);
        }
    }
    for once in &plan.scalars.draws {
        chances[once.address.0 as usize] = Some(0);
    }
    let mut found = Vec::new();
    for (a, factor) in plan.addresses.iter().enumerate() {
        let address = Address(a as u32);
        for occurrence in 0..OCCURRENCES {
            let used = |t: &&Walked| t.uses[a] > occurrence || chances[a] == Some(occurrence);
            let own: Vec<(f64, f64)> =
                trials.iter().filter(used).map(|t| (factor.uniform(t.trial, occurrence), t.cost)).collect();
            if !own.is_empty() {
                found.push((explained(&own), own.len(), (address, occurrence)));
            }
        }
    }
    // A stable sort: what is as strong stays in the order of the plan.
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
    found.into_iter().map(|(_, _, place)| place).collect()
}

/// The mean probability of any event, over what is drawn once a trial, of a plan in which nothing may happen.
pub fn chance(plan: &Plan) -> f64 {
    let mut plan = plan.clone();
    plan.make_rare(2);
    let mut seat = Seat::new(&plan);
    let mut own = |trial: u64| {
        seat.take(&plan, trial, |address| plan.once(address, trial));
        seat.events.first.chance()
    };
    (FIRST..FIRST + TRIALS).map(&mut own).sum::<f64>() / TRIALS as f64
}

struct Walked {
    trial: u64,
    cost: f64,
    uses: Vec<u32>,
}

fn walk(plan: &Plan, pool: &Pool) -> Vec<Walked> {
    let state = || (Worker::new(plan), vec![0.0; plan.columns.len()]);
    let work = |(worker, row): &mut (Worker, Vec<f64>), trials: Range<u64>| {
        let one = |trial| {
            worker.trial(trial, row, &mut Nobody);
            let uses = (0..plan.addresses.len()).map(|a| worker.seat.events.uses(Address(a as u32)));
            Walked { trial, cost: row[plan.columns.costs], uses: uses.collect() }
        };
        trials.map(one).collect::<Vec<_>>()
    };
    let mut all = Vec::new();
    let never = AtomicBool::new(false);
    pool.blocks(FIRST..FIRST + TRIALS, BLOCK, &never, state, work, |_, own| all.extend(own));
    all
}

/// The sum, over the parts of the uniforms, of the squared differences of the costs' means from the mean of all, less what
/// chance alone would make of it; 0 where nothing is beyond chance.
fn explained(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len() as f64;
    let mean = pairs.iter().map(|(_, cost)| cost).sum::<f64>() / n;
    let variance = pairs.iter().map(|(_, cost)| (cost - mean) * (cost - mean)).sum::<f64>() / n;
    let mut parts = [(0.0, 0.0); PARTS];
    for (u, cost) in pairs {
        let part = &mut parts[((u * PARTS as f64) as usize).min(PARTS - 1)];
        *part = (part.0 + 1.0, part.1 + (cost - mean));
    }
    let between: f64 = parts.iter().filter(|(n, _)| *n > 0.0).map(|(n, sum)| sum * sum / n).sum();
    (between - variance * (PARTS - 1) as f64).max(0.0)
}
