//! Trials that are not independent of each other, or do not count alike: their groups are, and errors come from these.

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
    pub(super) fn sorted(column: &[f64], kept: Option<&[bool]>, design: &Design) -> (Vec<f64>, Groups) {
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
