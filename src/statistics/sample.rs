//! A column of per-trial values, and what can be said of the population behind it.

use super::groups::{Design, Groups, Mean};
use super::intervals::{Z, mean_interval, probability_interval, quantile_ranks};
use super::moments::Moments;
use super::ordered::Ordered;
use super::{Column, Estimate};

/// How many trials beyond its level a tail figure should rest on.
const TAIL_TRIALS: f64 = 10.0;

/// The values of one metric, one a trial: the defined ones in ascending order, and the number of all trials.
///
/// It holds no NaN and no negative zero. Its figures are a function of the values alone, and of the design: in what order and
/// in what form they came makes no difference to the last bit.
#[derive(Clone, Debug)]
pub struct Sample {
    pub(super) values: Ordered,
    trials: usize,
    moments: Moments,
    /// Where trials go together or are weighted.
    pub(super) groups: Option<Groups>,
}

impl Sample {
    /// From values, one a trial; NaN says that the metric is undefined in that trial: it is left out and counted. The order of
    /// the trials makes no difference.
    pub fn new(values: &[f64]) -> Self {
        // Adding zero turns -0.0 into 0.0.
        let defined = values.iter().filter(|x| !x.is_nan()).map(|x| x + 0.0).collect();
        Sample::plain(Ordered::new(defined, Vec::new()), values.len())
    }

    /// Of the values of so many trials that are each on their own.
    fn plain(values: Ordered, trials: usize) -> Self {
        let moments = Moments::counted(values.from(0), 0.0);
        Sample { values, trials, moments, groups: None }
    }

    /// Of values whose moments are known.
    pub(super) fn counted(values: Ordered, moments: Moments, trials: usize) -> Self {
        Sample { values, trials, moments, groups: None }
    }

    /// Of a column whose trials go together, or do not count alike, as `design` says; of those alone that are `kept`, where
    /// only some count.
    pub fn of(column: &Column, kept: Option<&[bool]>, design: &Design) -> Self {
        if design.is_plain() {
            let (values, trials) = Ordered::of(column, kept);
            return Sample::plain(values, trials);
        }
        let (values, groups) = Groups::sorted(column, kept, design);
        let trials = kept.map_or(column.len(), |kept| kept.iter().filter(|keep| **keep).count());
        let moments = Moments::weighted(values.iter().enumerate().map(|(i, &x)| (x, groups.weight(i))));
        Sample { values: Ordered::plain(values), trials, moments, groups: Some(groups) }
    }

    /// Number of trials, whether the metric is defined in them or not.
    pub fn trials(&self) -> usize {
        self.trials
    }

    /// Number of trials in which the metric is defined.
    pub fn defined(&self) -> usize {
        self.values.len()
    }

    /// The least value; None where nothing is defined.
    pub fn min(&self) -> Option<f64> {
        self.values.values().first().copied()
    }

    /// The greatest value; None where nothing is defined.
    pub fn max(&self) -> Option<f64> {
        self.values.values().last().copied()
    }

    /// The least value that is more than `x`; None where there is none.
    pub fn least_above(&self, x: f64) -> Option<f64> {
        let values = self.values.values();
        values.get(values.partition_point(|&value| value <= x)).copied()
    }

    /// Share of the trials in which the metric is defined; NaN where there are no trials.
    pub fn defined_share(&self) -> Estimate {
        match &self.groups {
            None => share(self.defined(), self.trials),
            Some(groups) => self.share_of(groups.defined_share(), self.trials),
        }
    }

    /// The mean, with an interval corrected for skewness; None where nothing is defined.
    pub fn mean(&self) -> Option<Estimate> {
        let moments = (self.defined() > 0).then_some(&self.moments)?;
        if let Some(groups) = &self.groups {
            let mean = groups.mean(0, |i| self.values.at(i));
            let reliable = self.enough_groups(groups) && self.outweighs(moments, 5.0);
            return Some(self.bounded(mean.value, mean.se, mean.interval(), reliable));
        }
        let se = moments.sd() / moments.n.sqrt();
        Some(self.bounded(moments.mean, se, mean_interval(moments), self.outweighs(moments, 5.0)))
    }

    /// The standard deviation with divisor n - 1; None where fewer than two values are defined.
    ///
    /// The interval is that of the variance as the mean of the squared deviations. Of heavy tails (a lognormal law
    /// with a sigma of 1) it falls short, and is then marked as unreliable.
    pub fn sd(&self) -> Option<Estimate> {
        if self.defined() < 2 {
            return None;
        }
        let value = self.moments.sd();
        let mean = self.moments.mean;
        if let Some(groups) = &self.groups {
            let squares = groups.mean(0, |i| (self.values.at(i) - mean) * (self.values.at(i) - mean));
            let (low, high) = squares.interval();
            let se = if value == 0.0 { 0.0 } else { squares.se / (2.0 * value) };
            let reliable = self.enough_groups(groups) && {
                let weighted = self.values.values().iter().enumerate();
                let own =
                    Moments::weighted(weighted.map(|(i, x)| ((x - mean) * (x - mean), groups.weight(i))));
                self.outweighs(&own, 25.0)
            };
            return Some(Estimate::new(value, se, (low.max(0.0).sqrt(), high.sqrt()), reliable));
        }
        let squares = self.powers(0, |x| (x - mean) * (x - mean), 0);
        let freedom = squares.n / (squares.n - 1.0);
        let (low, high) = mean_interval(&squares);
        let interval = ((freedom * low.max(0.0)).sqrt(), (freedom * high).sqrt());
        // The variance's standard error, through the derivative of the square root.
        let se = if value == 0.0 { 0.0 } else { squares.sd() / squares.n.sqrt() / (2.0 * value) };
        Some(Estimate::new(value, se, interval, self.outweighs(&squares, 25.0)))
    }

    /// Third central moment over the 3/2 power of the second (divisors n); None where fewer than two different values
    /// are defined.
    pub fn skewness(&self) -> Option<f64> {
        let spread = self.defined() > 1 && self.moments.mean_square() > 0.0;
        spread.then(|| self.moments.skewness() + 0.0)
    }

    /// The quantile at level `p` (the value at risk): the inverse of the empirical distribution function, the value
    /// of rank ceil(n p). None where nothing is defined or `p` is not between 0 and 1.
    ///
    /// The interval is between order statistics, at exact binomial ranks: it covers in at least 95 % of runs, more
    /// where many values are equal. Where the sample does not reach that far out, the interval ends at its least or
    /// greatest value and is unreliable. The standard error is half the interval over 1.96, NaN if unreliable.
    pub fn quantile(&self, p: f64) -> Option<Estimate> {
        let rank = self.rank(p)?;
        if let Some(groups) = &self.groups {
            return Some(self.grouped_quantile(groups, p));
        }
        let value = self.values.at(rank - 1);
        let n = self.defined();
        let (lower, upper) = quantile_ranks(n, p);
        let reliable = lower.is_some() && upper.is_some();
        let (low, high) = (self.values.at(lower.unwrap_or(1) - 1), self.values.at(upper.unwrap_or(n) - 1));
        let se = if reliable { (high - low) / (2.0 * Z) } else { f64::NAN };
        Some(Estimate::new(value, se, (low, high), reliable))
    }

    /// Expected shortfall (CVaR) at level `p`: the mean of the worst (greatest) n (1 - p) values, the last one in
    /// part (Acerbi and Tasche, "On the coherence of expected shortfall", J. Banking and Finance 26, 2002). None where
    /// nothing is defined or `p` is not between 0 and 1.
    ///
    /// With q the quantile at `p` it is q + mean of max(0, X - q) / (1 - p), and to first order its error is that of
    /// the mean alone (Trindade et al., "Financial prediction with constrained tail risk", J. Banking and Finance 31,
    /// 2007), whose interval, corrected for skewness, is given. Unreliable where it rests on fewer than 10 trials.
    pub fn cvar(&self, p: f64) -> Option<Estimate> {
        let rank = self.rank(p)?;
        if let Some(groups) = &self.groups {
            return Some(self.grouped_cvar(groups, p));
        }
        let quantile = self.values.at(rank - 1);
        let first = self.values.up_to(quantile);
        let tail = self.defined() - first;
        let excess = self.powers(first, |x| x - quantile, first);
        let scale = 1.0 / (1.0 - p);
        let (mut low, mut high) = mean_interval(&excess);
        let mut se = excess.sd() / excess.n.sqrt();
        if rank == self.defined() && self.min() < self.max() {
            // Not even one whole trial lies beyond the level: nothing is known of the spread there.
            (low, high, se) = (f64::NAN, f64::NAN, f64::NAN);
        }
        let interval = (quantile + scale * low, quantile + scale * high);
        let enough = self.defined() >= trials_for_tail(p);
        let reliable = enough && (tail == 0 || tail as f64 >= TAIL_TRIALS);
        Some(self.bounded(quantile + scale * excess.mean, scale * se, interval, reliable))
    }

    /// Probability that the metric is more than `x`, among the trials in which it is defined; None where there are
    /// none.
    pub fn above(&self, x: f64) -> Option<Estimate> {
        (self.defined() > 0).then(|| self.beyond(self.values.up_to(x)))
    }

    /// The probability of the values of index at least `first`.
    pub(super) fn beyond(&self, first: usize) -> Estimate {
        match &self.groups {
            None => share(self.defined() - first, self.defined()),
            Some(groups) => self.share_of(groups.mean(first, |_| 1.0), self.defined()),
        }
    }

    /// The moments of what `f` makes of the values of index at least `first`, and of so many zeros beside them.
    fn powers(&self, first: usize, f: impl Fn(f64) -> f64 + Clone, zeros: usize) -> Moments {
        Moments::counted(self.values.from(first).map(|(x, count)| (f(x), count)), zeros as f64)
    }

    /// How many trials that count alike the first `few` of the values are.
    pub(super) fn upto(&self, few: usize) -> f64 {
        self.groups.as_ref().map_or(few as f64, |groups| groups.upto(few))
    }

    /// In how many trials it is more than `x`, whatever they count.
    pub fn trials_above(&self, x: f64) -> usize {
        self.defined() - self.values.up_to(x)
    }

    /// How many trials that count alike have less than `x`, and how many `x` or less.
    pub fn ranks(&self, x: f64) -> (f64, f64) {
        (self.upto(self.values.below(x)), self.upto(self.values.up_to(x)))
    }

    /// The least value at which the `share` of all trials is reached; the least or greatest of all where that is outside. None
    /// where nothing is defined.
    pub fn reached(&self, share: f64) -> Option<f64> {
        let last = self.defined().checked_sub(1)?;
        let index = match &self.groups {
            None => ((share * self.defined() as f64).max(0.0) as usize).min(last),
            Some(groups) => groups.at(share),
        };
        Some(self.values.at(index))
    }

    /// The quantile of trials that go together: by the share of the weight below it, whose interval is read off the
    /// distribution function backwards (Woodruff, "Confidence intervals for medians and other position measures",
    /// J. American Statistical Association 47, 1952).
    fn grouped_quantile(&self, groups: &Groups, p: f64) -> Estimate {
        let n = self.defined();
        let at = groups.at(p);
        let value = self.values.at(at);
        let first = self.values.up_to(value);
        let below = groups.mean(first, |_| 1.0);
        // Half a trial more, as the distribution function goes in steps.
        let reach = below.reach + 0.5 / n as f64;
        let (from, to) = (p - reach, p + reach);
        let reliable = self.enough_groups(groups) && from > 0.0 && to < 1.0;
        let low = self.values.at(if from > 0.0 { groups.at(from) } else { 0 });
        let high = self.values.at(if to < 1.0 { groups.at(to) } else { n - 1 });
        let se = if reliable {
            0.5 * (high - low) * below.se / below.reach.max(f64::MIN_POSITIVE)
        } else {
            f64::NAN
        };
        let se = if below.se == 0.0 { 0.5 * (high - low) / Z } else { se };
        Estimate::new(value, se, (low, high), reliable)
    }

    /// The expected shortfall of trials that go together, as the mean excess over the quantile.
    fn grouped_cvar(&self, groups: &Groups, p: f64) -> Estimate {
        let quantile = self.values.at(groups.at(p));
        let first = self.values.up_to(quantile);
        let excess = groups.mean(first, |i| self.values.at(i) - quantile);
        let scale = 1.0 / (1.0 - p);
        let tail = self.values.len() - first;
        let enough = tail as f64 >= TAIL_TRIALS || (tail == 0 && self.min() == self.max());
        let (low, high) = excess.interval();
        let interval = (quantile + scale * low, quantile + scale * high);
        let reliable = self.enough_groups(groups) && enough;
        self.bounded(quantile + scale * excess.value, scale * excess.se, interval, reliable)
    }

    /// A probability of trials that go together: Wilson's interval of as many independent trials as have its variance, and
    /// Student's quantile.
    fn share_of(&self, mean: Mean, trials: usize) -> Estimate {
        // Weights do not add up to the last bit.
        let p = mean.value.clamp(0.0, 1.0);
        let reliable = self.groups.as_ref().is_some_and(|groups| self.enough_groups(groups)) && trials > 0;
        let z = if mean.se > 0.0 { mean.reach / mean.se } else { Z };
        // Where no group differs from another the trials alone are left to tell.
        let n = if mean.se > 0.0 { p * (1.0 - p) / (mean.se * mean.se) } else { trials as f64 };
        let z2 = z * z;
        let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / (1.0 + z2 / n);
        let interval = ((centre - half).clamp(0.0, p), (centre + half).clamp(p, 1.0));
        Estimate::new(p, mean.se, interval, reliable)
    }

    /// The mean of the values, whatever their groups.
    pub(super) fn moments_mean(&self) -> f64 {
        self.moments.mean
    }

    /// Whether the groups are enough to tell an error from.
    fn enough_groups(&self, groups: &Groups) -> bool {
        groups.count() >= 4
    }

    /// Probability that the metric is more than zero; None where nothing is defined.
    pub fn positive(&self) -> Option<Estimate> {
        self.above(0.0)
    }

    /// The rank of level `p`; None where nothing is defined or `p` is not between 0 and 1.
    fn rank(&self, p: f64) -> Option<usize> {
        (self.defined() > 0 && p > 0.0 && p < 1.0).then(|| rank(self.defined(), p))
    }

    /// Whether there are enough values for an interval of the mean that `moments` describe: at least 100, of which at
    /// least 20 differ from the median (or all are equal), and no fewer than `factor` times the skewness squared.
    ///
    /// For the plain interval Cochran gives that factor as 25 (Sampling Techniques, 1977, section 2.15). The corrected
    /// one still covers with a fifth of it; of squares it does not, for there the skewness itself is underestimated.
    fn outweighs(&self, moments: &Moments, factor: f64) -> bool {
        let median = self.values.at((self.defined() - 1) / 2);
        let different = self.defined() - (self.values.up_to(median) - self.values.below(median));
        let skewness = moments.skewness();
        // Of equal values the skewness is NaN.
        let calm = skewness.is_nan() || factor * skewness * skewness <= moments.n;
        self.defined() >= 100 && (different == 0 || different >= 20) && calm
    }

    /// An estimate of a mean of values, whose interval does not go below 0 where no value does.
    fn bounded(&self, value: f64, se: f64, (low, high): (f64, f64), reliable: bool) -> Estimate {
        let nonnegative = self.min().is_some_and(|least| least >= 0.0);
        // f64::max would make a number of a NaN.
        let low = if nonnegative && low < 0.0 { 0.0 } else { low };
        Estimate::new(value, se, (low, high), reliable)
    }
}

/// ceil(n p), from 1 to `n`: the rank of the `p` quantile.
pub(super) fn rank(n: usize, p: f64) -> usize {
    // 0.07 x 100 is a hair more than 7, and no rank further.
    ((n as f64 * p * (1.0 - 1e-14)).ceil() as usize).clamp(1, n)
}

/// The share that `hits` are of `trials`.
fn share(hits: usize, trials: usize) -> Estimate {
    let n = trials as f64;
    let p = hits as f64 / n;
    Estimate::new(p, (p * (1.0 - p) / n).sqrt(), probability_interval(hits, trials), trials > 0)
}

/// How many trials (in which the metric is defined) a quantile or tail mean at level `p` needs, so that ten lie beyond
/// it: 1,000 at 0.99. With fewer, say so beside the figure.
pub fn trials_for_tail(p: f64) -> usize {
    // Levels written in decimals must not ask for one trial more than they mean.
    (TAIL_TRIALS / p.min(1.0 - p) * (1.0 - 1e-12)).ceil() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Factor;

    /// Zeros but for every tenth value.
    fn mostly_zero(n: usize) -> Vec<f64> {
        let factor = Factor::new(1, "mostly zero");
        let draw = |i: usize| factor.uniform(i as u64, 0);
        (0..n).map(|i| if i % 10 == 3 { -libm::log(draw(i)) } else { 0.0 }).collect()
    }

    fn all_figures(sample: &Sample) -> Vec<Estimate> {
        let levels = [0.01, 0.5, 0.9, 0.99, 0.999];
        let tails = levels.iter().flat_map(|&p| [sample.quantile(p), sample.cvar(p)]);
        let shares = [sample.positive(), sample.above(5.0), Some(sample.defined_share())];
        [sample.mean(), sample.sd()].into_iter().chain(tails).chain(shares).flatten().collect()
    }

    #[test]
    fn nothing_defined_nothing_said() {
        for column in [&[][..], &[f64::NAN; 4]] {
            let sample = Sample::new(column);
            assert_eq!((sample.trials(), sample.defined()), (column.len(), 0));
            assert_eq!((sample.min(), sample.max(), sample.skewness()), (None, None, None));
            assert_eq!((sample.mean(), sample.sd(), sample.positive()), (None, None, None));
            assert_eq!((sample.quantile(0.5), sample.cvar(0.5)), (None, None));
        }
        assert!(Sample::new(&[]).defined_share().value.is_nan());
        assert_eq!(Sample::new(&[f64::NAN; 4]).defined_share().value, 0.0);
    }

    #[test]
    fn one_value_has_no_error() {
        let sample = Sample::new(&[f64::NAN, 7.0]);
        let mean = sample.mean().unwrap();
        assert_eq!((mean.value, mean.reliable), (7.0, false));
        assert!(mean.se.is_nan() && mean.low.is_nan() && mean.high.is_nan());
        assert_eq!((sample.sd(), sample.skewness()), (None, None));
        assert_eq!(sample.quantile(0.3).unwrap().value, 7.0);
        assert_eq!(sample.cvar(0.99).unwrap().value, 7.0);
        assert_eq!(sample.defined_share().value, 0.5);
    }

    #[test]
    fn constant_columns_have_intervals_without_width() {
        for x in [0.0, 1e12 + 0.1, -3.7e15, 0.1] {
            let sample = Sample::new(&[x; 1003]);
            for figure in [sample.mean(), sample.quantile(0.9), sample.cvar(0.9), sample.cvar(0.987)] {
                let expected = Estimate { value: x, se: 0.0, low: x, high: x, reliable: true };
                assert_eq!(figure, Some(expected));
            }
            assert_eq!(sample.sd().map(|sd| (sd.value, sd.se, sd.low, sd.high)), Some((0.0, 0.0, 0.0, 0.0)));
            assert_eq!(sample.skewness(), None);
        }
    }

    #[test]
    fn figures_of_a_small_column() {
        let sample = Sample::new(&[4.0, 1.0, f64::NAN, 3.0, 2.0, 10.0]);
        assert_eq!(
            (sample.trials(), sample.defined(), sample.values.values()),
            (6, 5, &[1.0, 2.0, 3.0, 4.0, 10.0][..])
        );
        assert_eq!((sample.min(), sample.max()), (Some(1.0), Some(10.0)));
        let mean = sample.mean().unwrap();
        assert_eq!(mean.value, 4.0);
        assert!((mean.se - (50.0f64 / 4.0 / 5.0).sqrt()).abs() < 1e-15);
        assert_eq!(sample.sd().unwrap().value, 12.5f64.sqrt());
        assert_eq!(sample.above(3.0).unwrap().value, 0.4);
        let quantiles = [0.2, 0.2001, 0.4, 0.6, 0.8, 0.81].map(|p| sample.quantile(p).unwrap().value);
        assert_eq!(quantiles, [1.0, 2.0, 2.0, 3.0, 4.0, 10.0]);
        // The worst half: 10, 4 and half of 3.
        assert!((sample.cvar(0.5).unwrap().value - 15.5 / 2.5).abs() < 1e-14);
        assert!((sample.cvar(0.6).unwrap().value - 7.0).abs() < 1e-14);
        assert_eq!(sample.cvar(0.9).unwrap().value, 10.0);
        for p in [0.0, 1.0, -0.1, 1.5, f64::NAN] {
            assert_eq!((sample.quantile(p), sample.cvar(p)), (None, None));
        }
    }

    /// Mean and standard deviation (divisor n - 1), straight from their definitions.
    fn by_definition(values: &[f64]) -> (f64, f64) {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
        (mean, (squares / (n - 1.0)).sqrt())
    }

    #[test]
    fn the_standard_deviation_has_the_error_of_the_mean_of_squares() {
        let values: Vec<f64> = (0..400).map(|i| f64::from((i * 7919) % 401) * 0.25 + 3.0).collect();
        let found = Sample::new(&values).sd().unwrap();
        let (mean, sd) = by_definition(&values);
        let squares: Vec<f64> = values.iter().map(|x| (x - mean) * (x - mean)).collect();
        let (_, spread) = by_definition(&squares);
        // The derivative of the root: d sd = d variance / (2 sd).
        let se = spread / 20.0 / (2.0 * sd);
        assert!((found.value - sd).abs() < 1e-12 && (found.se - se).abs() < 1e-12, "{found:?} {sd} {se}");
        // Of squares so little skewed the interval is the symmetric one, but for a few per cent of its width.
        let half = 1.966 * se;
        assert!(
            (found.low - (sd - half)).abs() < 0.1 * half && (found.high - (sd + half)).abs() < 0.1 * half
        );
        let (low, high) = mean_interval(&Moments::of(squares.iter().copied()));
        let freedom = 400.0 / 399.0;
        assert!((found.low - (low * freedom).sqrt()).abs() < 1e-12);
        assert!((found.high - (high * freedom).sqrt()).abs() < 1e-12);
        assert!(Sample::new(&[1.0, 3.0]).sd().is_some() && Sample::new(&[1.0, 3.0]).skewness() == Some(0.0));
    }

    #[test]
    fn expected_shortfall_has_the_error_of_the_mean_excess() {
        let values: Vec<f64> = (1..=500).map(|i| f64::from(i * i)).collect();
        let found = Sample::new(&values).cvar(0.9).unwrap();
        let quantile = 450.0 * 450.0;
        let excess: Vec<f64> = values.iter().map(|x| (x - quantile).max(0.0)).collect();
        let (mean, sd) = by_definition(&excess);
        assert!((found.value - (quantile + 10.0 * mean)).abs() < 1e-7, "{found:?}");
        assert!((found.se - 10.0 * sd / 500f64.sqrt()).abs() < 1e-9, "{found:?}");
        // Where less than one trial lies beyond the level nothing is known of what lies there...
        let beyond = Sample::new(&values).cvar(0.9999).unwrap();
        assert!(beyond.se.is_nan() && beyond.low.is_nan() && beyond.high.is_nan());
        assert_eq!((beyond.value, beyond.reliable), (250_000.0, false));
        // ... and where one whole trial does, something is.
        assert!(Sample::new(&values).cvar(0.998).unwrap().se.is_finite());
        // A loss may be a gain: where some values are below 0, intervals may be too.
        let shifted: Vec<f64> = values.iter().map(|x| x - 250_000.0).collect();
        assert!(Sample::new(&shifted).cvar(0.5).unwrap().low < 0.0);
    }

    #[test]
    fn a_mean_is_reliable_from_a_hundred_trials_twenty_of_them_different() {
        let different = |n: usize, k: usize| {
            // As many above the common value as below it, so that nothing is skewed.
            let column: Vec<f64> =
                (0..n).map(|i| if i >= k { 5.0 } else { 5.0 + [1.0, -1.0][i % 2] }).collect();
            Sample::new(&column).mean().unwrap().reliable
        };
        assert!(different(100, 20) && !different(99, 20) && !different(100, 18) && !different(100, 19));
        assert!(different(1000, 20) && !different(1000, 18) && different(100, 0));
        // One in n: the skewness is nearly the root of n, and five times its square more than n.
        let skewed = |n: usize, k: usize| {
            let column: Vec<f64> = (0..n).map(|i| if i < k { 1.0 } else { 0.0 }).collect();
            let sample = Sample::new(&column);
            let skewness = sample.skewness().unwrap();
            let calm = 5.0 * skewness * skewness <= n as f64;
            assert_eq!(sample.mean().unwrap().reliable, calm && k >= 20, "{k} of {n}");
            calm
        };
        assert!(!skewed(400, 4) && skewed(400, 20) && skewed(400, 40));
    }

    #[test]
    fn levels_in_decimals_hit_their_ranks() {
        let sample = Sample::new(&(1..=1000).map(f64::from).collect::<Vec<_>>());
        for i in 1..1000 {
            for p in [i as f64 / 1000.0, i as f64 / 10.0 / 100.0] {
                assert_eq!(sample.quantile(p).unwrap().value, i as f64);
                let mean_beyond = (i as f64 + 1001.0) / 2.0;
                assert!((sample.cvar(p).unwrap().value - mean_beyond).abs() < 1e-9, "{p}");
            }
        }
    }

    #[test]
    fn quantile_intervals_end_at_exact_ranks() {
        // Conover, Practical Nonparametric Statistics: for the median of 100 values, ranks 40 and 61.
        let sample = Sample::new(&(1..=100).map(f64::from).collect::<Vec<_>>());
        let median = sample.quantile(0.5).unwrap();
        assert_eq!((median.low, median.high, median.reliable), (40.0, 61.0, true));
        // 100 values seldom hold the 99 % quantile between two of them.
        let tail = sample.quantile(0.99).unwrap();
        assert_eq!((tail.high, tail.reliable), (100.0, false));
        assert!(tail.se.is_nan());
    }

    #[test]
    fn figures_lie_in_their_intervals_and_scale_with_the_column() {
        for column in [mostly_zero(5), mostly_zero(999), mostly_zero(40_000)] {
            // A power of two scales every rounding along.
            let scaled: Vec<f64> = column.iter().map(|x| x * 1_099_511_627_776.0).collect();
            let (plain, large) = (all_figures(&Sample::new(&column)), all_figures(&Sample::new(&scaled)));
            for figure in &plain {
                assert!(!(figure.low > figure.value || figure.value > figure.high), "{figure:?}");
                assert!(figure.low.is_nan() || figure.low >= 0.0, "{figure:?}");
            }
            for (a, b) in plain.iter().zip(&large).take(plain.len() - 3) {
                assert_eq!(
                    (a.value * 1_099_511_627_776.0, a.low.to_bits()),
                    (b.value, (b.low / 1_099_511_627_776.0).to_bits())
                );
            }
        }
    }

    #[test]
    fn the_order_of_trials_makes_no_difference() {
        let column = mostly_zero(10_007);
        let mut reversed = column.clone();
        reversed.reverse();
        assert_eq!(all_figures(&Sample::new(&column)), all_figures(&Sample::new(&reversed)));
    }

    /// A slice, a column, what a condition keeps of a longer one, parts joined, and each value for itself: the same bits.
    #[test]
    fn the_form_of_the_values_makes_no_difference() {
        let factor = Factor::new(4, "form");
        let u = |i: usize, k: u32| factor.uniform(i as u64, k);
        let value = |i: usize| match (6.0 * u(i, 0)) as u32 {
            0 | 1 => 0.1,
            2 => f64::NAN,
            3 => (7.0 * u(i, 1)).floor() - 2.0,
            4 => (900.0 * u(i, 1)).floor() / 10.0,
            _ => -libm::log(u(i, 1)),
        };
        for n in [3, 700, 5000] {
            let values: Vec<f64> = (0..n).map(value).collect();
            let told = |sample: &Sample| {
                let drawn = (sample.histogram(12), sample.exceedance(60));
                format!("{:?} {:?} {:?} {drawn:?}", all_figures(sample), sample.skewness(), sample.max())
            };
            let slice = told(&Sample::new(&values));
            assert_eq!(told(&Column::from(&values[..]).sample()), slice);
            let longer: Column = values.iter().flat_map(|x| [0.1, *x, 77.0]).collect();
            let kept: Vec<bool> = (0..3 * n).map(|i| i % 3 == 1).collect();
            assert_eq!(told(&Sample::of(&longer, Some(&kept), &Design::default())), slice);
            let mut joined = Column::default();
            values.chunks(n / 3).for_each(|part| joined.append(Column::from(part)));
            assert_eq!(told(&joined.sample()), slice);

            // Each for itself: all that is read off the order is the same, sums to the last digit but one.
            let mut sorted: Vec<f64> = values.iter().filter(|x| !x.is_nan()).copied().collect();
            sorted.sort_unstable_by(f64::total_cmp);
            let plain = Sample::plain(Ordered::plain(sorted), n);
            let counted = Sample::new(&values);
            assert!(n < 700 || counted.values.values().len() < plain.values.values().len());
            assert_eq!(plain.histogram(12), counted.histogram(12));
            assert_eq!(plain.exceedance(60), counted.exceedance(60));
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-14 * b.abs() || a.is_nan() && b.is_nan();
            for (a, b) in all_figures(&plain).iter().zip(&all_figures(&counted)) {
                assert!(near(a.value, b.value) && near(a.se, b.se), "{a:?} {b:?}");
                assert!(
                    near(a.low, b.low) && near(a.high, b.high) && a.reliable == b.reliable,
                    "{a:?} {b:?}"
                );
            }
        }
    }

    #[test]
    fn negative_zeros_and_infinities_do_no_harm() {
        let sample = Sample::new(&[-0.0, 0.0, -0.0, -1.0]);
        assert!(sample.values.values().iter().all(|x| x.to_bits() != (-0.0f64).to_bits()));
        let sample = Sample::new(&[-0.0; 50]);
        for figure in all_figures(&sample) {
            for x in [figure.value, figure.se, figure.low, figure.high] {
                assert_ne!(x.to_bits(), (-0.0f64).to_bits());
            }
        }
        let mut infinite = mostly_zero(500);
        infinite[7] = f64::INFINITY;
        let sample = Sample::new(&infinite);
        assert_eq!(sample.mean().map(|mean| (mean.value, mean.reliable)), Some((f64::INFINITY, false)));
        assert!(sample.quantile(0.9).unwrap().high.is_finite());
        assert!(all_figures(&sample).len() > 10);
    }

    #[test]
    fn a_tail_needs_ten_trials_beyond() {
        assert_eq!(
            [0.9, 0.95, 0.99, 0.999, 0.01, 0.5].map(trials_for_tail),
            [100, 200, 1000, 10_000, 1000, 20]
        );
        let reliable = |n: usize, p: f64| {
            let column: Vec<f64> = (0..n).map(|i| (i * i) as f64).collect();
            Sample::new(&column).cvar(p).unwrap().reliable
        };
        assert!(reliable(1000, 0.99) && !reliable(999, 0.99));
        assert!(reliable(100, 0.9) && !reliable(99, 0.9));
    }

    #[test]
    fn figures_are_pinned() {
        // The output contract: the same bytes on every machine.
        let sample = Sample::new(&mostly_zero(2000));
        let text = |figure: Option<Estimate>| serde_json::to_string(&figure.unwrap()).unwrap();
        assert_eq!(
            text(sample.mean()),
            r#"{"value":0.10632522384930122,"se":0.010244519261080675,"low":0.08804294381012426,"high":0.12890445230076084,"reliable":true}"#
        );
        assert_eq!(
            text(sample.cvar(0.99)),
            r#"{"value":3.4525469190857496,"se":0.31764849132779477,"low":2.959371694130186,"high":4.4641601869150325,"reliable":true}"#
        );
        assert_eq!(
            text(sample.quantile(0.99)),
            r#"{"value":2.433117673462427,"se":0.2574424370566905,"low":2.0721224560426967,"high":3.081278265489363,"reliable":true}"#
        );
        assert_eq!(
            text(sample.positive()),
            r#"{"value":0.1,"se":0.00670820393249937,"low":0.08760922541834984,"high":0.11392441240665252,"reliable":true}"#
        );
    }

    #[test]
    fn estimates_serialize_what_is_unknown_as_null() {
        let mean = Sample::new(&[2.5]).mean().unwrap();
        let json = serde_json::to_string(&mean).unwrap();
        assert_eq!(json, r#"{"value":2.5,"se":null,"low":null,"high":null,"reliable":false}"#);
    }
}
