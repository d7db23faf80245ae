//! Trials that are not independent of each other, or do not count alike: their groups are, and errors come from these.

use super::Column;
use super::intervals::student_upper;
use super::moments::Sum;

/// How the trials of a run go together.
#[derive(Clone, Copy, Debug, Default)]
pub struct Design<'w> {
    /// So many trials in a row were chosen together, independently of all others; 1 or less where each was on its own.
    pub together: u64,
    /// How much each trial counts; nothing where all count alike.
    pub weights: Option<&'w [f64]>,
}

impl Design<'_> {
    /// Whether each trial is on its own, and all count alike.
    pub fn is_plain(&self) -> bool {
        self.together <= 1 && self.weights.is_none()
    }

    /// How many groups `trials` make.
    fn groups(&self, trials: usize) -> usize {
        trials.div_ceil(self.together.max(1) as usize)
    }

    fn weight(&self, trial: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[trial])
    }
}

/// The group and the weight of each value of a sample, in its order.
#[derive(Clone, Debug)]
pub(super) struct Groups {
    of: Vec<u32>,
    weights: Option<Vec<f64>>,
    /// The weight of the values up to and including each, where they are weighted.
    upto: Vec<f64>,
    /// The weight of all values.
    pub(super) defined: f64,
    /// By group, the weight of its values.
    own: Vec<f64>,
    /// By group, the weight of its trials, also of those without a value.
    totals: Vec<f64>,
}

/// A mean over trials that go together, with its error.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mean {
    pub(super) value: f64,
    pub(super) se: f64,
    /// Half of its 95 % interval.
    pub(super) reach: f64,
}

impl Mean {
    pub(super) fn interval(&self) -> (f64, f64) {
        (self.value - self.reach, self.value + self.reach)
    }
}

impl Groups {
    /// The values of `column` that are defined, in ascending order, and how they go together. `kept` says which trials
    /// count; nothing where all do.
    pub(super) fn sorted(column: &Column, kept: Option<&[bool]>, design: &Design) -> (Vec<f64>, Groups) {
        let counts = |trial: usize| kept.is_none_or(|kept| kept[trial]);
        let together = design.together.max(1) as usize;
        let mut totals = vec![0.0; design.groups(column.len())];
        let mut trials: Vec<(f64, u32)> = Vec::new();
        for (trial, x) in column.iter().enumerate().filter(|(trial, _)| counts(*trial)) {
            totals[trial / together] += design.weight(trial);
            if !x.is_nan() {
                // Adding zero turns -0.0 into 0.0.
                trials.push((x + 0.0, trial as u32));
            }
        }
        // By trial within equal values, so that sums have one order.
        trials.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let of: Vec<u32> = trials.iter().map(|(_, trial)| (*trial as usize / together) as u32).collect();
        let weights: Option<Vec<f64>> =
            design.weights.map(|own| trials.iter().map(|(_, trial)| own[*trial as usize]).collect());
        let mut own = vec![0.0; totals.len()];
        for (i, group) in of.iter().enumerate() {
            own[*group as usize] += weights.as_ref().map_or(1.0, |weights| weights[i]);
        }
        let mut sum = 0.0;
        let upto: Vec<f64> = weights
            .iter()
            .flatten()
            .map(|w| {
                sum += w;
                sum
            })
            .collect();
        let defined = upto.last().copied().unwrap_or(trials.len() as f64);
        (trials.into_iter().map(|(x, _)| x).collect(), Groups { of, weights, upto, defined, own, totals })
    }

    /// The weight of the value of index `i`.
    pub(super) fn weight(&self, i: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[i])
    }

    /// How many values of average weight the first `few` of them are.
    pub(super) fn upto(&self, few: usize) -> f64 {
        match (&self.weights, few.checked_sub(1)) {
            (None, _) | (_, None) => few as f64,
            (Some(_), Some(last)) => self.upto[last] * (self.of.len() as f64 / self.defined),
        }
    }

    /// The index of the least value at which at least the share `p` of the weight has been passed; the first or last where
    /// that is outside of the values.
    pub(super) fn at(&self, p: f64) -> usize {
        // A hair less: 0.07 x 100 is more than 7, and no further.
        let wanted = p * self.defined * (1.0 - 1e-14);
        let index = match &self.weights {
            None => wanted.ceil().max(1.0) as usize - 1,
            Some(_) => self.upto.partition_point(|sum| *sum < wanted),
        };
        index.min(self.of.len() - 1)
    }

    /// The group of the value of index `i`.
    pub(super) fn group(&self, i: usize) -> usize {
        self.of[i] as usize
    }

    /// By group that has values: the share of its weight that the values of index at least `first` have.
    pub(super) fn shares(&self, first: usize) -> Vec<f64> {
        let mut parts = vec![0.0; self.count()];
        for i in first..self.of.len() {
            parts[self.group(i)] += self.weight(i);
        }
        let own = parts.iter().zip(&self.own).filter(|(_, own)| **own > 0.0);
        own.map(|(part, own)| part / own).collect()
    }

    /// How many groups there are.
    pub(super) fn count(&self) -> usize {
        self.totals.len()
    }

    /// The weighted mean of the `score` of each value of index at least `first`, the others counting as zero.
    ///
    /// It is a ratio of sums over groups that are independent of each other; its variance is, to first order, that of the
    /// groups' parts in it (Cochran, Sampling Techniques, 1977, chapters 6 and 9), and its interval that of Student with
    /// one degree of freedom less than there are groups.
    pub(super) fn mean(&self, first: usize, score: impl Fn(usize) -> f64) -> Mean {
        let mut parts = vec![Sum::default(); self.count()];
        let mut all = Sum::default();
        for i in first..self.of.len() {
            let part = self.weight(i) * score(i);
            parts[self.of[i] as usize].add(part);
            all.add(part);
        }
        self.ratio(
            all.over(self.defined),
            parts.iter().map(|p| p.over(1.0)).zip(self.own.iter().copied()),
            self.defined,
        )
    }

    /// The share of the weight of all trials that has a value.
    pub(super) fn defined_share(&self) -> Mean {
        let all: f64 = self.totals.iter().sum();
        self.ratio(self.defined / all, self.own.iter().copied().zip(self.totals.iter().copied()), all)
    }

    /// `value` is the sum of the groups' parts over `all`, the sum of their weights.
    fn ratio(&self, value: f64, groups: impl Iterator<Item = (f64, f64)>, all: f64) -> Mean {
        let n = self.count() as f64;
        let squares: Sum =
            groups.map(|(part, weight)| (part - value * weight) / all).map(|d| d * d).collect();
        let spread = (squares.over(1.0) * n / (n - 1.0)).sqrt();
        // Where all groups agree, sums of weights still differ in their last bits.
        let se = if spread <= 1e-13 * value.abs() { 0.0 } else { spread };
        let reach = if n > 1.0 { student_upper(n - 1.0) * se } else { f64::NAN };
        Mean { value, se, reach }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Factor;
    use crate::statistics::{Column, Sample};

    /// A trial that counts three times is three trials that count once: all figures but their errors, and the errors too where
    /// the three stand in one group.
    #[test]
    fn a_weight_is_a_number_of_trials() {
        let factor = Factor::new(5, "weights");
        let value =
            |t: usize| if t.is_multiple_of(3) { 0.0 } else { -libm::log(factor.uniform(t as u64, 0)) };
        let times = |t: usize| 1 + (factor.uniform(t as u64, 1) * 4.0) as usize;
        let (groups, size) = (20, 50);
        let column: Vec<f64> = (0..groups * size).map(value).collect();
        // Of groups that weigh alike: the last trial of each makes up for the others.
        let mut weights: Vec<f64> = (0..column.len()).map(|t| times(t) as f64).collect();
        for group in weights.chunks_mut(size) {
            group[size - 1] = 300.0 - group[..size - 1].iter().sum::<f64>();
        }
        let repeated: Vec<f64> =
            column.iter().zip(&weights).flat_map(|(x, w)| std::iter::repeat_n(*x, *w as usize)).collect();
        assert_eq!(repeated.len(), groups * 300);
        let weighted = Sample::of(
            &Column::from(&column[..]),
            None,
            &Design { together: size as u64, weights: Some(&weights) },
        );
        let plain = Sample::of(&Column::from(&repeated[..]), None, &Design { together: 300, weights: None });
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-12 * b.abs();
        let (a, b) = (weighted.mean().unwrap(), plain.mean().unwrap());
        assert!(near(a.value, b.value) && near(a.se, b.se) && near(a.low, b.low) && near(a.high, b.high));
        let (a, b) = (weighted.sd().unwrap(), plain.sd().unwrap());
        // The divisors n - 1 are of different numbers of trials.
        assert!((a.value / b.value - 1.0).abs() < 1e-3);
        for p in [0.1, 0.35, 0.5, 0.9, 0.99] {
            let (a, b) = (weighted.quantile(p).unwrap(), plain.quantile(p).unwrap());
            assert_eq!(a.value, b.value, "{p}");
            let (a, b) = (weighted.cvar(p).unwrap(), plain.cvar(p).unwrap());
            assert!(near(a.value, b.value) && near(a.se, b.se), "{p}: {a:?} {b:?}");
        }
        for x in [-1.0, 0.0, 0.7, 3.0] {
            let (a, b) = (weighted.above(x).unwrap(), plain.above(x).unwrap());
            assert!(near(a.value, b.value) && (a.se - b.se).abs() < 1e-12, "{x}: {a:?} {b:?}");
            let (a, b) = (weighted.ranks(x), plain.ranks(x));
            let share = |ranks: (f64, f64), n: usize| [ranks.0 / n as f64, ranks.1 / n as f64];
            let pairs = share(a, column.len()).into_iter().zip(share(b, repeated.len()));
            pairs.for_each(|(a, b)| assert!((a - b).abs() < 1e-12));
        }
        let shares = |sample: &Sample, n: usize| {
            let histogram = sample.histogram(8);
            let all = histogram.counts.iter().sum::<f64>() + histogram.zeros;
            (histogram.zeros / n as f64, all / n as f64)
        };
        let (a, b) = (shares(&weighted, column.len()), shares(&plain, repeated.len()));
        assert!((a.0 - b.0).abs() < 1e-12 && (a.1 - 1.0).abs() < 0.02, "{a:?} {b:?}");
    }

    /// Where some trials do not count, the others keep their weights, and their groups.
    #[test]
    fn what_does_not_count_takes_its_weight_along() {
        let column: Vec<f64> = (0..40).map(f64::from).collect();
        let weights: Vec<f64> = (0..40).map(|t| if t % 2 == 0 { 3.0 } else { 1.0 }).collect();
        let kept: Vec<bool> = (0..40).map(|t| t >= 20).collect();
        let design = Design { together: 5, weights: Some(&weights) };
        let mean = Sample::of(&Column::from(&column[..]), Some(&kept), &design).mean().unwrap();
        let sums = (20..40).fold((0.0, 0.0), |(sum, all), t| {
            let w = weights[t];
            (sum + w * column[t], all + w)
        });
        assert!((mean.value - sums.0 / sums.1).abs() < 1e-12);
        let some: Vec<f64> = column.iter().map(|x| if *x < 20.0 { f64::NAN } else { *x }).collect();
        let share = Sample::of(&Column::from(&some[..]), None, &design).defined_share();
        assert!((share.value - 0.5).abs() < 1e-12 && share.se > 0.0);
    }
}
