//! A column of per-trial values, and what can be said of the population behind it.

mod grouped;

use super::groups::{Design, Groups};
use super::intervals::{Z, mean_interval, probability_interval, quantile_ranks};
use super::moments::Moments;
use super::ordered::Ordered;
use super::{Column, Estimate, number_of};

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
        let trials = kept.map_or(column.len(), number_of);
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

    /// The mean of the values, whatever their groups.
    pub(super) fn moments_mean(&self) -> f64 {
        self.moments.mean
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
mod tests;
