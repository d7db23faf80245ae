//! How an estimate settles as trials are added: the figures from the first trials of a run alone, more and more of them.

use super::query::Given;
use super::summary::Outcome;
use super::trials::Trials;
use crate::parallel::Pool;
use crate::statistics::{Column, Design, Estimate, Sample};

/// The figures from the first trials alone.
#[derive(Clone, Copy, Debug)]
pub struct Settling {
    /// From how many trials that count.
    pub trials: usize,
    /// The mean.
    pub mean: Estimate,
    /// The mean of the worst 5 %; none where its interval cannot be told.
    pub cvar95: Option<Estimate>,
}

/// The total cost from the first 10, 18, 32, 56, 100, … trials and from all, of those that count where `kept` says which.
/// Where trials go together, from whole groups of them, at least four.
pub fn convergence(column: &Column, kept: Option<&[bool]>, design: &Design, pool: &Pool) -> Vec<Settling> {
    // What does not count is left out first where each trial is on its own.
    let alone: Option<Column> = kept
        .filter(|_| design.is_plain())
        .map(|kept| column.iter().zip(kept).filter(|(_, keep)| **keep).map(|(x, _)| x).collect());
    let (column, kept) = match &alone {
        Some(counted) => (counted, None),
        None => (column, kept),
    };
    let n = column.len();
    let points = (4..).map(|k: u32| libm::round(libm::pow(10.0, f64::from(k) / 4.0)) as usize);
    let together = design.together.max(1) as usize;
    let mut counts: Vec<usize> = points
        .take_while(|count| *count < n)
        .map(|count| if together == 1 { count } else { count / together * together })
        .filter(|count| together == 1 || *count >= 4 * together)
        .collect();
    counts.dedup();
    counts.push(n);
    // The longest first, so that no thread is left with it alone.
    counts.reverse();
    let figures = pool.map(&counts, |count| {
        let sample = Sample::of(&column.first(*count), kept.map(|kept| &kept[..*count]), design);
        let known = |e: &Estimate| e.low.is_finite() && e.high.is_finite();
        Some(Settling {
            trials: sample.trials(),
            mean: sample.mean()?,
            cvar95: sample.cvar(0.95).filter(known),
        })
    });
    figures.into_iter().rev().flatten().collect()
}

/// How the total cost of a run settled, over the trials that count under `given`.
pub fn settling(trials: &Trials, outcome: &Outcome, given: Option<&Given>, pool: &Pool) -> Vec<Settling> {
    let kept = given.map(|given| given.holds(&outcome.metrics, &trials.columns));
    let total = outcome.metrics.iter().find(|metric| metric.name == "cost.total");
    total
        .map(|m| convergence(&trials.columns[m.column], kept.as_deref(), &trials.design(), pool))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_point_is_the_run_of_so_many_trials() {
        let pool = Pool::new(2).unwrap();
        let column: Column = (0..1000).map(|i| f64::from(i * 7919 % 1009)).collect();
        let path = convergence(&column, None, &Design::default(), &pool);
        let counts: Vec<usize> = path.iter().map(|point| point.trials).collect();
        assert_eq!(counts, [10, 18, 32, 56, 100, 178, 316, 562, 1000]);
        for point in &path {
            let alone = column.first(point.trials).sample();
            assert_eq!(point.mean, alone.mean().unwrap());
        }
        assert_eq!(path[8].cvar95, column.sample().cvar(0.95));
        let even: Vec<bool> = (0..1000).map(|i| i % 2 == 0).collect();
        let half = convergence(&column, Some(&even), &Design::default(), &pool);
        assert_eq!(half.last().map(|point| point.trials), Some(500));
        assert!(convergence(&Column::default(), None, &Design::default(), &pool).is_empty());
        assert_eq!(convergence(&Column::from(&[5.0][..]), None, &Design::default(), &pool).len(), 1);
    }
}
