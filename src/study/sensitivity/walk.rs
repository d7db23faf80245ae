//! Who walks the trials of a study: one process all of them, one of many a part of them, or nobody any more since they are known.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use super::Target;
use crate::outcome::{self, Task};
use crate::parallel::Pool;
use crate::plan::Plan;

/// Which trials are walked.
#[derive(Clone, Debug)]
pub enum Walk {
    /// All.
    All,
    /// Those in a range, whose columns are left here once all are there; nothing can be concluded from them.
    Part(Range<u64>, Option<Vec<Vec<f64>>>),
    /// None: these are the columns.
    Known(Vec<Vec<f64>>),
}

impl Walk {
    fn range(&self, all: u64) -> Range<u64> {
        match self {
            Walk::Part(range, _) => range.clone(),
            _ => 0..all,
        }
    }

    /// The target's column in each of `plans`, handed to `done` in order; false where that is not all there is.
    pub(super) fn plans<'p>(
        &mut self,
        plans: impl Iterator<Item = &'p Plan>,
        target: &Target,
        (pool, stop): (&Pool, &AtomicBool),
        progress: impl FnMut(u64),
        mut done: impl FnMut(Vec<f64>),
    ) -> bool {
        let range = self.range(target.trials);
        let task = |plan| Task { plan, trials: range.clone(), columns: vec![target.metric.column] };
        let tasks: Vec<Task> = plans.map(task).collect();
        match self {
            Walk::All => {
                let own = |_, mut columns: Vec<Vec<f64>>| done(columns.pop().unwrap_or_default());
                outcome::run_tasks(&tasks, pool, stop, progress, own) == tasks.len()
            }
            Walk::Part(_, left) => {
                let mut columns = Vec::with_capacity(tasks.len());
                let own = |_, own: Vec<Vec<f64>>| columns.extend(own);
                if outcome::run_tasks(&tasks, pool, stop, progress, own) == tasks.len() {
                    *left = Some(columns);
                }
                false
            }
            Walk::Known(columns) => {
                std::mem::take(columns).into_iter().for_each(done);
                true
            }
        }
    }

    /// `width` columns, of which `rows` gives the values in a range of trials, a row a trial; none where these are not all.
    pub(super) fn rows<S: Send>(
        &mut self,
        (all, block, width): (u64, u64, usize),
        (pool, stop): (&Pool, &AtomicBool),
        state: impl Fn() -> S + Sync + Send,
        rows: impl Fn(&mut S, Range<u64>) -> Vec<f64> + Sync + Send,
        mut progress: impl FnMut(u64),
    ) -> Option<Vec<Vec<f64>>> {
        if let Walk::Known(columns) = self {
            return Some(std::mem::take(columns));
        }
        let range = self.range(all);
        let mut columns: Vec<Vec<f64>> = vec![Vec::with_capacity((range.end - range.start) as usize); width];
        let done = pool.blocks(range.clone(), block, stop, state, rows, |trials, own| {
            for row in own.chunks_exact(width) {
                columns.iter_mut().zip(row).for_each(|(all, value)| all.push(*value));
            }
            progress(trials.end - trials.start);
        });
        match self {
            _ if done < range.end => None,
            Walk::Part(_, left) => {
                *left = Some(columns);
                None
            }
            _ => Some(columns),
        }
    }
}
