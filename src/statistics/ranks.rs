//! How one figure goes with another over the same trials: rank correlation, and means where the other is low or high.

use std::ops::Range;

use super::intervals::Z;
use super::{Estimate, Sample};

/// The places of values among all, by which they correlate with others of the same trials.
#[derive(Clone, Debug)]
pub struct Ranks {
    /// Middle rank as a share of all, less a half: ties share theirs, and the mean is zero.
    scores: Vec<f64>,
    /// The trials in ascending order of value, and where each run of equal values ends in it.
    order: Vec<u32>,
    ends: Vec<u32>,
    /// Mean square of the scores.
    spread: f64,
    /// What a further trial at each one's place would make of `spread`, less `spread`.
    pull: Vec<f64>,
}

impl Ranks {
    /// Of a column in trial order, none of which is NaN, of up to 2³² trials.
    pub fn new(column: &[f64]) -> Ranks {
        let n = column.len();
        // The values beside the trials: looking them up in the column would take three times as long.
        let mut keyed: Vec<(f64, u32)> = column.iter().zip(0..).map(|(x, i)| (x + 0.0, i)).collect();
        keyed.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let order: Vec<u32> = keyed.into_iter().map(|(_, i)| i).collect();
        let mut scores = vec![0.0; n];
        let mut ends = Vec::new();
        let mut start = 0;
        while start < n {
            let value = column[order[start] as usize];
            let alike = order[start..].iter().take_while(|i| column[**i as usize] == value).count();
            let middle = (2 * start + alike) as f64 / (2 * n) as f64 - 0.5;
            order[start..start + alike].iter().for_each(|i| scores[*i as usize] = middle);
            start += alike;
            ends.push(start as u32);
        }
        let spread = mean(scores.iter().map(|u| u * u), n);
        let mut ranks = Ranks { scores, order, ends, spread, pull: Vec::new() };
        let above = ranks.above(&ranks.scores);
        let pull = |(u, above): (&f64, &f64)| u * u + 2.0 * above - 3.0 * spread;
        ranks.pull = ranks.scores.iter().zip(&above).map(pull).collect();
        ranks
    }

    /// How many different values there are.
    pub fn distinct(&self) -> usize {
        self.ends.len()
    }

    /// The trials in ascending order of their values.
    pub fn order(&self) -> &[u32] {
        &self.order
    }

    /// The groups of equal values in ascending order, as positions in [`Ranks::order`].
    pub fn groups(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|&end| end as usize));
        starts.zip(&self.ends).map(|(start, &end)| start..end as usize)
    }

    /// The middle rank of each trial as a share of all, less a half.
    pub fn scores(&self) -> &[f64] {
        &self.scores
    }

    /// The slice of each trial, at most `most` slices of about as many trials, equal values in the same one; and how many
    /// there are. Where there are no more values than slices, each value is one.
    pub fn slices(&self, most: usize) -> (Vec<u8>, usize) {
        let most = most.clamp(1, 255);
        let mut slices = vec![0; self.order.len()];
        let (mut count, mut last) = (0, None);
        for (g, group) in self.groups().enumerate() {
            let wanted = if self.distinct() <= most { g } else { group.start * most / self.order.len() };
            if last != Some(wanted) {
                last = Some(wanted);
                count += 1;
            }
            self.order[group].iter().for_each(|&i| slices[i as usize] = (count - 1) as u8);
        }
        (slices, count)
    }

    /// Spearman's rank correlation with another column of the same trials; ties have their middle ranks. None where
    /// there are fewer than three trials, or all values of one of them are equal.
    ///
    /// The standard error is that of the delta method, from the influence of each trial on the coefficient (Hampel et
    /// al., Robust Statistics, 1986, section 2.1; of Spearman's in Croux and Dehon, "Influence functions of the
    /// Spearman and Kendall correlation measures", Statistical Methods and Applications 19, 2010). It holds whatever
    /// the dependence and however many ties, as where most trials cost nothing. The interval is symmetric in Fisher's z.
    pub fn correlation(&self, other: &Ranks) -> Option<Estimate> {
        let n = self.scores.len().min(other.scores.len());
        if n < 3 || !(self.spread > 0.0 && other.spread > 0.0) {
            return None;
        }
        let common = mean(self.scores.iter().zip(&other.scores).map(|(u, v)| u * v), n);
        let scale = (self.spread * other.spread).sqrt();
        let value = (common / scale).clamp(-1.0, 1.0);
        let (by_own, by_other) = (self.above(&other.scores), other.above(&self.scores));
        let influence = |i: usize| {
            let moved = self.scores[i] * other.scores[i] + by_own[i] + by_other[i] - 3.0 * common;
            moved / scale - 0.5 * value * (self.pull[i] / self.spread + other.pull[i] / other.spread)
        };
        let se = (mean((0..n).map(|i| influence(i) * influence(i)), n) / (n - 1) as f64).sqrt();
        let left = 1.0 - value * value;
        // Ranks that agree in full have no error to speak of.
        let half = if left > 0.0 { Z * se / left } else { 0.0 };
        let end = |step: f64| if left > 0.0 { libm::tanh(libm::atanh(value) + step) } else { value };
        Some(Estimate::new(value, se, (end(-half), end(half)), n >= 100 && half < 1.0))
    }

    /// For each trial the sum of `weights` over the trials that lie above it, half of those beside it, by their number.
    fn above(&self, weights: &[f64]) -> Vec<f64> {
        let n = self.order.len();
        let mut out = vec![0.0; n];
        let mut sum = 0.0;
        let mut end = n;
        let starts = self.ends.iter().rev().skip(1).map(|e| *e as usize).chain([0]);
        for start in starts.take(self.ends.len()) {
            let alike = &self.order[start..end];
            let own: f64 = alike.iter().map(|i| weights[*i as usize]).sum();
            alike.iter().for_each(|i| out[*i as usize] = (sum + 0.5 * own) / n as f64);
            sum += own;
            end = start;
        }
        out
    }
}

fn mean(values: impl Iterator<Item = f64>, n: usize) -> f64 {
    values.sum::<f64>() / n as f64
}

/// Spearman's rank correlation of two columns over the trials in which both are defined ([`Ranks::correlation`]).
pub fn rank_correlation(x: &[f64], y: &[f64]) -> Option<Estimate> {
    let both = || x.iter().zip(y).filter(|(x, y)| !x.is_nan() && !y.is_nan());
    let x: Vec<f64> = both().map(|(x, _)| *x).collect();
    let y: Vec<f64> = both().map(|(_, y)| *y).collect();
    Ranks::new(&x).correlation(&Ranks::new(&y))
}

/// The mean of `y` in equal parts of the trials by `x`, from the lowest to the highest: with 5 parts, the first is
/// where `x` is in its lowest fifth. Over the trials in which both are defined; of equal `x` the earlier trial comes
/// first, which says nothing of `y`. A part without a trial has no mean.
pub fn conditional_means(x: &[f64], y: &[f64], parts: usize) -> Vec<Option<Estimate>> {
    let mut trials: Vec<usize> =
        (0..x.len().min(y.len())).filter(|&i| !x[i].is_nan() && !y[i].is_nan()).collect();
    // A stable sort.
    trials.sort_by(|&a, &b| x[a].total_cmp(&x[b]));
    let n = trials.len();
    let part = |k: usize| {
        let own: Vec<f64> = trials[k * n / parts..(k + 1) * n / parts].iter().map(|&i| y[i]).collect();
        Sample::new(&own).mean()
    };
    (0..parts).map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Factor;

    #[test]
    fn as_published() {
        // Of ranks without ties it is 1 - 6 sum d^2 / (n^3 - n) (Spearman, American Journal of Psychology 15, 1904).
        let x = [7.0, 4.0, 3.0, 10.0, 6.0, 2.0, 9.0, 8.0, 1.0, 5.0];
        let y = [5.0, 7.0, 3.0, 10.0, 1.0, 9.0, 6.0, 2.0, 8.0, 4.0];
        let squares: f64 = x.iter().zip(&y).map(|(x, y)| (x - y) * (x - y)).sum();
        let found = rank_correlation(&x, &y).unwrap();
        assert!((found.value - (1.0 - 6.0 * squares / 990.0)).abs() < 1e-12 && !found.reliable);
        // With ties: Pearson's coefficient of the middle ranks 1.5, 1.5, 3, 4 and 1, 2.5, 2.5, 4.
        let tied = rank_correlation(&[1.0, 1.0, 2.0, 3.0], &[0.0, 5.0, 5.0, 9.0]).unwrap();
        let expected = 3.75 / 4.5;
        assert!((tied.value - expected).abs() < 1e-12, "{tied:?}");
    }

    #[test]
    fn the_ends_and_the_undefined() {
        let x: Vec<f64> = (0..200).map(f64::from).collect();
        let down: Vec<f64> = x.iter().map(|x| -x * x * x).collect();
        assert_eq!(rank_correlation(&x, &x).unwrap().value, 1.0);
        let against = rank_correlation(&x, &down).unwrap();
        assert_eq!((against.value, against.low, against.high), (-1.0, -1.0, -1.0));
        assert_eq!(rank_correlation(&x, &[3.0; 200]), None);
        assert_eq!(rank_correlation(&x[..2], &x[..2]), None);
        // A trial in which one is undefined is left out of both.
        let mut holed = x.clone();
        holed[0] = f64::NAN;
        assert_eq!(rank_correlation(&holed, &down), rank_correlation(&x[1..], &down[1..]));
    }

    /// A pair of which the second goes with the first, and is 0 in most trials where `flat`.
    fn pair(seed: u64, n: u64, flat: bool) -> (Vec<f64>, Vec<f64>) {
        let (a, b) = (Factor::new(seed, "a"), Factor::new(seed, "b"));
        let x: Vec<f64> = (0..n).map(|i| a.uniform(i, 0)).collect();
        let y = (0..n).map(|i| {
            let y = 0.6 * x[i as usize] + b.uniform(i, 0);
            if flat && y < 1.0 { 0.0 } else { y }
        });
        let y = y.collect();
        (x, y)
    }

    #[test]
    fn intervals_cover() {
        for flat in [false, true] {
            let (x, y) = pair(99, 400_000, flat);
            let truth = rank_correlation(&x, &y).unwrap().value;
            let runs = 1000;
            let mut covered = 0;
            let mut squares = 0.0;
            let mut variance = 0.0;
            for seed in 0..runs {
                let (x, y) = pair(1000 + seed, 300, flat);
                let found = rank_correlation(&x, &y).unwrap();
                covered += u32::from(found.low <= truth && truth <= found.high);
                squares += (found.value - truth) * (found.value - truth) / runs as f64;
                variance += found.se * found.se / runs as f64;
            }
            // Were they right in 95 %, 95 % of 1000 would miss these ends with a probability of 0.1 % (binomial law).
            assert!((927..=972).contains(&covered), "{covered} of {runs}, flat: {flat}");
            // The mean square error of 1000 runs has a relative error of about 4.5 %.
            assert!((variance / squares - 1.0).abs() < 0.2, "{variance} {squares}, flat: {flat}");
        }
    }

    #[test]
    fn means_in_parts() {
        let x = [5.0, 1.0, f64::NAN, 4.0, 2.0, 3.0, 6.0];
        let y = [50.0, 10.0, 99.0, 40.0, 20.0, 30.0, 60.0];
        let values: Vec<f64> = conditional_means(&x, &y, 3).iter().map(|e| e.unwrap().value).collect();
        assert_eq!(values, [15.0, 35.0, 55.0]);
        let [None, Some(only)] = conditional_means(&x[..1], &y[..1], 2)[..] else { panic!("one trial") };
        assert_eq!(only.value, 50.0);
        let (x, y) = pair(5, 10_000, false);
        let fifths = conditional_means(&x, &y, 5);
        // E(y | x in the k-th fifth) = 0.6 (k + 0.5) / 5 + 0.5; an error beyond 4.9 se has a probability of 1e-6.
        for (k, mean) in fifths.iter().enumerate() {
            let (mean, truth) = (mean.unwrap(), 0.6 * (k as f64 + 0.5) / 5.0 + 0.5);
            assert!((mean.value - truth).abs() < 4.9 * mean.se, "{mean:?} {truth}");
        }
    }

    #[test]
    fn slices_are_of_equal_size_and_keep_equal_values_together() {
        let column: Vec<f64> = (0..1000).map(|i| f64::from((i * 7) % 1000)).collect();
        let (slices, count) = Ranks::new(&column).slices(10);
        assert_eq!(count, 10);
        assert!((0..10).all(|s| slices.iter().filter(|&&t| t == s).count() == 100));
        // Three values, most of them zero: a slice each.
        let (slices, count) = Ranks::new(&[0.0, 0.0, 0.0, 0.0, 1.0, 2.0]).slices(10);
        assert_eq!((slices, count), (vec![0, 0, 0, 0, 1, 2], 3));
        // More values than slices, but most are equal: no empty slice has a number.
        let column: Vec<f64> = (0..100).map(|i| if i < 80 { 0.0 } else { f64::from(i) }).collect();
        let (slices, count) = Ranks::new(&column).slices(10);
        assert_eq!(count, 3);
        assert_eq!(slices.iter().filter(|&&s| s == 0).count(), 80);
    }

    #[test]
    fn equal_values_stand_in_one_group() {
        let ranks = Ranks::new(&[3.0, 1.0, 3.0, 2.0, -0.0, 0.0]);
        assert_eq!((ranks.order(), ranks.distinct()), (&[4, 5, 1, 3, 0, 2][..], 4));
        assert_eq!(ranks.groups().collect::<Vec<_>>(), [0..2, 2..3, 3..4, 4..6]);
        let twelfths: Vec<f64> = ranks.scores().iter().map(|s| ((s + 0.5) * 12.0).round()).collect();
        assert_eq!(twelfths, [10.0, 5.0, 10.0, 7.0, 2.0, 2.0]);
    }
}
