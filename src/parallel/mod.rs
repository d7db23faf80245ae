//! Ordered work on any number of threads: blocks of a constant size, folded in their order, so that no result can depend
//! on how many threads there were.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

/// A pool of threads.
#[derive(Debug)]
pub struct Pool {
    pool: rayon::ThreadPool,
}

impl Pool {
    /// A pool of `threads` threads; 0 for one a core.
    ///
    /// # Errors
    /// Where the system does not give the threads, in its words.
    pub fn new(threads: usize) -> Result<Pool, String> {
        let built = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        built.map(|pool| Pool { pool }).map_err(|e| e.to_string())
    }

    /// How many threads it has.
    pub fn threads(&self) -> usize {
        self.pool.current_num_threads()
    }

    /// Cuts `range` into blocks of `block` (the last may be shorter), does `work` on each with a state that nobody else uses
    /// meanwhile, and hands the results to `fold` in order. Gives how far it came: the end of the range, or less where `stop`
    /// was raised; what had begun by then is finished and folded.
    pub fn blocks<S: Send, R: Send>(
        &self,
        range: Range<u64>,
        block: u64,
        stop: &AtomicBool,
        state: impl Fn() -> S + Sync + Send,
        work: impl Fn(&mut S, Range<u64>) -> R + Sync + Send,
        mut fold: impl FnMut(Range<u64>, R),
    ) -> u64 {
        // Rounds bound how much waits to be folded; a few blocks for each thread keep all of them busy.
        let round = block * self.threads() as u64 * 16;
        // As many as there are threads, and no more: to make one may take as long as a block.
        let states = Mutex::new(Vec::new());
        let own = || states.lock().unwrap_or_else(PoisonError::into_inner);
        let mut done = range.start;
        while done < range.end && !stop.load(Ordering::Relaxed) {
            let end = range.end.min(done.saturating_add(round));
            let count = (end - done).div_ceil(block);
            let bounds = |i: u64| done + i * block..end.min(done + (i + 1) * block);
            let results: Vec<Option<R>> = self.pool.install(|| {
                (0..count)
                    .into_par_iter()
                    .map(|i| {
                        if stop.load(Ordering::Relaxed) {
                            return None;
                        }
                        let kept = own().pop();
                        let mut state = kept.unwrap_or_else(&state);
                        let result = work(&mut state, bounds(i));
                        own().push(state);
                        Some(result)
                    })
                    .collect()
            });
            for (i, result) in results.into_iter().enumerate() {
                // Only an unbroken run of blocks from the start is a run of its own.
                let Some(result) = result else { return done + i as u64 * block };
                fold(bounds(i as u64), result);
            }
            done = end;
        }
        done
    }

    /// Does `work` on every item; the results are in the order of the items.
    pub fn map<T: Sync, R: Send>(&self, items: &[T], work: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
        self.pool.install(|| items.par_iter().map(&work).collect())
    }

    /// Does `work` on every index below `count`; the results are in order.
    pub fn indices<R: Send>(&self, count: usize, work: impl Fn(usize) -> R + Sync + Send) -> Vec<R> {
        self.pool.install(|| (0..count).into_par_iter().map(&work).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_the_same_and_in_order_for_any_number_of_threads() {
        let run = |threads| {
            let mut seen = Vec::new();
            let pool = Pool::new(threads).unwrap();
            let stop = AtomicBool::new(false);
            let done =
                pool.blocks(3..10_007, 64, &stop, || (), |(), r| r.start * 2, |r, x| seen.push((r, x)));
            (done, seen)
        };
        let one = run(1);
        assert_eq!(one.0, 10_007);
        assert_eq!(one.1.iter().map(|(r, _)| r.end - r.start).sum::<u64>(), 10_004);
        assert!(one.1.windows(2).all(|w| w[0].0.end == w[1].0.start));
        assert_eq!(one, run(2));
        assert_eq!(one, run(7));
    }

    #[test]
    fn there_are_no_more_states_than_threads() {
        for threads in [1, 3] {
            let made = std::sync::atomic::AtomicUsize::new(0);
            let state = || made.fetch_add(1, Ordering::Relaxed);
            let (pool, never) = (Pool::new(threads).unwrap(), AtomicBool::new(false));
            pool.blocks(0..5_000, 5, &never, state, |own, _| assert!(*own < threads), |_, ()| {});
            assert!((1..=threads).contains(&made.into_inner()));
        }
    }

    #[test]
    fn stopping_keeps_an_unbroken_run_from_the_start() {
        let stop = AtomicBool::new(false);
        let mut folded = 0;
        let done = Pool::new(2).unwrap().blocks(
            0..100_000,
            10,
            &stop,
            || (),
            |(), r| {
                if r.start == 500 {
                    stop.store(true, Ordering::Relaxed);
                }
                r
            },
            |r, own| {
                assert_eq!(r, own);
                assert_eq!(r.start, folded);
                folded = r.end;
            },
        );
        assert_eq!(done, folded);
        assert!(done < 100_000);
    }
}
