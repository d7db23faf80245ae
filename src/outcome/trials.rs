//! Running many trials of a plan: one column a figure, in trial order.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use crate::engine::{Cuts, Team};
use crate::parallel::Pool;
use crate::plan::Plan;

/// Trials in a block. It decides nothing but how work is dealt out.
const BLOCK: u64 = 512;

/// The results of trials 0 to `count`.
#[derive(Clone, Debug)]
pub struct Trials {
    /// How many were run.
    pub count: usize,
    /// How many were asked for.
    pub asked: u64,
    /// By column of the plan, in trial order.
    pub columns: Vec<Vec<f64>>,
    /// How often draws were cut.
    pub cuts: Cuts,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Trials done.
    pub done: u64,
    /// Of.
    pub of: u64,
    /// The present estimate of the mean total cost.
    pub mean: f64,
    /// Its standard error.
    pub se: f64,
}

/// Runs `count` trials of `plan`; raises of `stop` end it after the running blocks.
pub fn run(
    plan: &Plan,
    count: u64,
    pool: &Pool,
    stop: &AtomicBool,
    mut progress: impl FnMut(Progress),
) -> Trials {
    let width = plan.columns.len();
    let mut columns = vec![Vec::with_capacity(count as usize); width];
    let mut cuts = Cuts::new(plan);
    // Welford's running mean and sum of squares of the total cost, for the progress line alone.
    let (mut n, mut mean, mut squares) = (0.0, 0.0, 0.0);
    let work = |team: &mut Team, trials: Range<u64>| {
        let rows = (trials.end - trials.start) as usize;
        let mut block = vec![0.0; rows * width];
        team.trials(trials, &mut block);
        (block, team.take_cuts())
    };
    let fold = |trials: Range<u64>, (block, own): (Vec<f64>, Cuts)| {
        cuts.add(&own);
        for (c, column) in columns.iter_mut().enumerate() {
            column.extend(block.iter().skip(c).step_by(width));
        }
        for cost in block.iter().skip(plan.columns.costs).step_by(width) {
            n += 1.0;
            let delta = cost - mean;
            mean += delta / n;
            squares += delta * (cost - mean);
        }
        let se = if n > 1.0 { (squares / (n - 1.0) / n).sqrt() } else { f64::NAN };
        progress(Progress { done: trials.end, of: count, mean, se });
    };
    let done = pool.blocks(0..count, BLOCK, stop, || Team::new(plan), work, fold);
    Trials { count: done as usize, asked: count, columns, cuts }
}
