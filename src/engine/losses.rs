//! What is lost in each step of a trial, and in its worst year.

use std::ops::Range;

use crate::quantity::YEAR;

/// The losses of a trial by step; reused from trial to trial.
#[derive(Clone, Debug)]
pub struct Losses {
    by_step: Vec<f64>,
    /// The steps from the first to the last that has any.
    steps: Range<usize>,
}

impl Losses {
    /// None, in so many steps.
    pub fn new(steps: usize) -> Losses {
        Losses { by_step: vec![0.0; steps], steps: 0..0 }
    }

    /// None any more.
    pub fn clear(&mut self) {
        self.by_step[self.steps.clone()].fill(0.0);
        self.steps = 0..0;
    }

    /// Adds what is lost in step `k`, which is none before the last one that was booked.
    pub fn book(&mut self, k: usize, loss: f64) {
        if self.steps.is_empty() {
            self.steps.start = k;
        }
        self.steps.end = k + 1;
        self.by_step[k] += loss;
    }

    /// All that is lost.
    pub fn total(&self) -> f64 {
        self.by_step[self.steps.clone()].iter().sum()
    }

    /// The greatest loss (spread evenly over each step of `h` days) in any window of a year, or in all where that is less.
    /// The greatest window begins or ends where a step does.
    pub fn worst_year(&self, h: f64) -> f64 {
        let (losses, window) = (&self.by_step, YEAR / h);
        let n = losses.len();
        if self.steps.is_empty() || window >= n as f64 {
            return self.total();
        }
        let whole = window.floor() as usize;
        let part = window - whole as f64;
        // Windows further off have nothing in them.
        let first = self.steps.start.saturating_sub(whole + 1);
        let last = (self.steps.end + 1).min(n - whole);
        let mut sum: f64 = losses[first..first + whole].iter().sum();
        let mut worst = f64::NEG_INFINITY;
        for begin in first..=last {
            // From `begin` on, with a part of the step after it; and up to its end, with a part of the step before it.
            if begin + whole < n {
                worst = worst.max(sum + part * losses[begin + whole]);
            }
            if begin > 0 {
                worst = worst.max(sum + part * losses[begin - 1]);
            }
            if part == 0.0 {
                worst = worst.max(sum);
            }
            if begin + whole < n {
                sum += losses[begin + whole] - losses[begin];
            }
        }
        worst
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worst_year(losses: &[f64], h: f64) -> f64 {
        let mut own = Losses::new(losses.len());
        // What another trial has lost is forgotten.
        own.book(losses.len() / 2, 1e9);
        own.clear();
        let some = losses.iter().enumerate().filter(|(_, loss)| **loss != 0.0);
        some.for_each(|(k, &loss)| own.book(k, loss));
        assert!((own.total() - losses.iter().sum::<f64>()).abs() < 1e-9);
        own.worst_year(h)
    }

    #[test]
    fn the_worst_year_is_found_wherever_it_lies() {
        let h = 7.0;
        let mut losses = vec![0.0; 261];
        losses[100..113].fill(10.0);
        assert!((worst_year(&losses, h) - 130.0).abs() < 1e-9);
        losses.fill(1.0);
        assert!((worst_year(&losses, h) - YEAR / 7.0).abs() < 1e-9);
        losses.fill(0.0);
        losses[0] = 5.0;
        losses[52] = 7.0;
        // 52 whole weeks and 0.18 of one more: both ends cannot be had in full.
        assert!((worst_year(&losses, h) - (7.0 + 5.0 * (YEAR / 7.0 - 52.0))).abs() < 1e-9);
        assert_eq!(worst_year(&[3.0; 10], h), 30.0);
    }

    #[test]
    fn the_worst_year_agrees_with_trying_every_window() {
        let h = 7.0;
        let whole: Vec<f64> = (0..150).map(|i| f64::from((i * 7919) % 101) - 20.0).collect();
        // Losses anywhere, and gains alone: then the best year is one in which nothing happens, if there is one.
        for (from, to, sign) in
            [(0, 150, 1.0), (60, 70, 1.0), (0, 30, 1.0), (120, 150, 1.0), (53, 54, -1.0), (0, 150, -1.0)]
        {
            let inside = |i: usize| from <= i && i < to;
            let losses: Vec<f64> =
                whole.iter().enumerate().map(|(i, l)| if inside(i) { l.abs() * sign } else { 0.0 }).collect();
            let cumulative = |x: f64| -> f64 {
                let k = (x as usize).min(losses.len());
                losses[..k].iter().sum::<f64>() + losses.get(k).map_or(0.0, |l| l * (x - k as f64))
            };
            let n = 100_000;
            let room = 150.0 - YEAR / h;
            let tried = (0..=n)
                .map(|i| room * f64::from(i) / f64::from(n))
                .map(|x| cumulative(x + YEAR / h) - cumulative(x))
                .fold(f64::NEG_INFINITY, f64::max);
            let found = worst_year(&losses, h);
            assert!(found >= tried - 1e-9 && found - tried < 0.2, "{from} {to} {sign}: {found} {tried}");
        }
    }
}
