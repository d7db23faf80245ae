//! What is drawn of a column: its exceedance curve and its histogram. Sizes do not grow with the number of trials.

use super::Sample;

/// A point of the exceedance curve.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct ExceedancePoint {
    /// In the unit of the column.
    pub value: f64,
    /// Share of the trials, among those in which the metric is defined, with this value or more.
    pub probability: f64,
    /// Lower end of the 95 % interval of the probability.
    pub low: f64,
    /// Upper end of the 95 % interval of the probability.
    pub high: f64,
}

/// How often the metric falls into each of a number of bins of equal width with round edges.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Histogram {
    /// Ascending, one more than there are bins; empty where there are none. A bin holds its lower edge, and the last
    /// one its upper edge too.
    pub edges: Vec<f64>,
    /// Trials in each bin, without those at exactly 0; where trials do not count alike, as many that do.
    pub counts: Vec<f64>,
    /// Likewise, trials at exactly 0: they are in no bin.
    pub zeros: f64,
    /// Trials below the first edge.
    pub below: usize,
    /// Trials above the last edge.
    pub above: usize,
    /// All trials in which the metric is defined.
    pub defined: usize,
}

impl Sample {
    /// The exceedance curve in at most `points` points of ascending, different values.
    ///
    /// Half of them are spread evenly over the probabilities, half over their logarithms, so that the worst few values
    /// are all there and those further in are thinned.
    pub fn exceedance(&self, points: usize) -> Vec<ExceedancePoint> {
        let n = self.defined();
        if n == 0 || points == 0 {
            return Vec::new();
        }
        // Ranks counted from the worst value.
        let half = points / 2;
        let logarithmic = points - half;
        let mut ranks: Vec<usize> = (0..logarithmic)
            .map(|i| libm::pow(n as f64, i as f64 / (logarithmic - 1).max(1) as f64).round() as usize)
            .chain((0..half).map(|i| n * (i + 1) / (half + 1)))
            .map(|rank| rank.clamp(1, n))
            .collect();
        ranks.sort_unstable();
        let mut values: Vec<f64> = ranks.iter().rev().map(|rank| self.values.at(n - rank)).collect();
        values.dedup();
        values.into_iter().map(|value| self.exceedance_point(value)).collect()
    }

    fn exceedance_point(&self, value: f64) -> ExceedancePoint {
        let first = self.values.below(value);
        let share = self.beyond(first);
        ExceedancePoint { value, probability: share.value, low: share.low, high: share.high }
    }

    /// The histogram of what is not exactly 0 in at most `bins` bins (at least 1), 1, 2 or 5 times a power of ten wide.
    ///
    /// The bins reach from the least to the greatest value, but no further beyond the central 99 % of the values
    /// than half their width: a few extreme values are counted apart and do not press all others into one bin.
    pub fn histogram(&self, bins: usize) -> Histogram {
        let (negative, up_to_zero) = (self.values.below(0.0), self.values.up_to(0.0));
        let zeros = up_to_zero - negative;
        let count = self.defined() - zeros;
        // The i-th of the values that are not 0.
        let nonzero = |i: usize| self.values.at(if i < negative { i } else { i + zeros });
        let at_zero = self.upto(up_to_zero) - self.upto(negative);
        let mut histogram = Histogram {
            edges: vec![],
            counts: vec![],
            zeros: at_zero,
            below: 0,
            above: 0,
            defined: self.defined(),
        };
        if count == 0 || !nonzero(0).is_finite() || !nonzero(count - 1).is_finite() {
            return histogram;
        }
        let (low, high) = (nonzero(count / 200), nonzero(count - 1 - count / 200));
        let beyond = 0.5 * (high - low);
        histogram.edges =
            round_edges((low - beyond).max(nonzero(0)), (high + beyond).min(nonzero(count - 1)), bins);
        let (first, last) = (histogram.edges[0], histogram.edges[histogram.edges.len() - 1]);
        // Values that are not 0 and below `x`, or at it too.
        let under = |x: f64, at: bool| {
            let all = if at { self.values.up_to(x) } else { self.values.below(x) };
            if all <= negative { all } else { all - zeros.min(all - negative) }
        };
        histogram.below = under(first, false);
        histogram.above = count - under(last, true);
        // The same, as many as count alike: those that are not 0 come before and after those that are.
        let weight = |x: f64, at: bool| match under(x, at) {
            few if few <= negative => self.upto(few),
            many => self.upto(many + zeros) - at_zero,
        };
        let edges = &histogram.edges;
        histogram.counts =
            edges.windows(2).map(|e| (weight(e[1], e[1] == last) - weight(e[0], false)).max(0.0)).collect();
        histogram
    }
}

/// Edges at multiples of a round step that enclose `low` to `high` in at most `bins` bins.
fn round_edges(low: f64, high: f64, bins: usize) -> Vec<f64> {
    let bins = bins.max(1) as f64;
    // Far from 0 a fine grid would fall between the numbers there are.
    let level = low.abs().max(high.abs());
    let width = if high > low { (high - low).max(1e-12 * level) } else { level };
    let mut exponent = libm::floor(libm::log10(width / bins)) as i32 - 1;
    loop {
        for digit in [1.0, 2.0, 5.0] {
            // Dividing by a power of ten is exact where multiplying by its inverse is not: 3 / 10 is 0.3.
            let power = libm::pow(10.0, f64::from(exponent.abs()));
            let scale = |k: f64| if exponent < 0 { k * digit / power } else { k * digit * power };
            let index = |x: f64| if exponent < 0 { x * power / digit } else { x / power / digit };
            // Rounding must not put the outermost values outside.
            let floor = index(low).floor();
            let first = if scale(floor) > low { floor - 1.0 } else { floor };
            let ceil = index(high).ceil().max(first + 1.0);
            let last = if scale(ceil) < high { ceil + 1.0 } else { ceil };
            if last - first <= bins {
                let count = (last - first) as usize;
                return (0..=count).map(|i| scale(first + i as f64) + 0.0).collect();
            }
        }
        exponent += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Factor;

    fn skewed(n: u64) -> Sample {
        let factor = Factor::new(1, "curves");
        let values = (0..n).map(|i| {
            let u = factor.uniform(i, 0);
            if u < 0.5 { 0.0 } else { 1.0 / factor.uniform(i, 1) }
        });
        Sample::new(&values.collect::<Vec<f64>>())
    }

    #[test]
    fn the_exceedance_curve_falls_from_one_to_the_worst() {
        for n in [1, 2, 10, 1000, 50_000] {
            let sample = skewed(n);
            let curve = sample.exceedance(200);
            assert!(curve.len() <= 200 && (n < 1000 || curve.len() > 90), "{} points of {n}", curve.len());
            assert_eq!((curve[0].value, curve[0].probability), (sample.min().unwrap(), 1.0));
            let worst = curve[curve.len() - 1];
            assert_eq!((worst.value, worst.probability), (sample.max().unwrap(), 1.0 / n as f64));
            assert!(curve.is_sorted_by(|a, b| a.value < b.value && a.probability > b.probability));
            for point in &curve {
                assert!(point.low <= point.probability && point.probability <= point.high);
                let hits = (0..n as usize).filter(|&i| sample.values.at(i) >= point.value).count();
                assert_eq!(point.probability, hits as f64 / n as f64);
            }
        }
    }

    #[test]
    fn half_of_the_points_are_even_and_half_logarithmic() {
        let sample = Sample::new(&(1..=1000).map(f64::from).collect::<Vec<_>>());
        // Ranks 1, 10, 100, 1000 from the worst, and 250, 500, 750.
        let ranks: Vec<f64> = sample.exceedance(7).iter().map(|point| 1001.0 - point.value).collect();
        assert_eq!(ranks, [1000.0, 750.0, 500.0, 250.0, 100.0, 10.0, 1.0]);
        let probabilities: Vec<f64> = sample.exceedance(7).iter().map(|point| point.probability).collect();
        assert_eq!(probabilities, [1.0, 0.75, 0.5, 0.25, 0.1, 0.01, 0.001]);
        assert_eq!(sample.exceedance(2).len(), 2);
        assert_eq!(sample.exceedance(1)[0].value, 1000.0);
    }

    #[test]
    fn bins_are_as_fine_as_they_may_be() {
        let edges = |low: f64, high: f64, bins: usize| round_edges(low, high, bins);
        assert_eq!(edges(0.0, 1.0, 10), (0..=10).map(|k| f64::from(k) / 10.0).collect::<Vec<_>>());
        assert_eq!(edges(0.0, 1.0, 9), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        assert_eq!(edges(0.0, 1.0, 4), [0.0, 0.5, 1.0]);
        assert_eq!(edges(0.0, 1.0, 1), [0.0, 1.0]);
        assert_eq!(edges(130.0, 770.0, 7), [100.0, 200.0, 300.0, 400.0, 500.0, 600.0, 700.0, 800.0]);
        assert_eq!(edges(130.0, 770.0, 6), [0.0, 200.0, 400.0, 600.0, 800.0]);
        assert_eq!(edges(130.0, 770.0, 2), [0.0, 500.0, 1000.0]);
        assert_eq!(edges(-0.03, 0.04, 7), [-0.03, -0.02, -0.01, 0.0, 0.01, 0.02, 0.03, 0.04]);
        assert_eq!(edges(4.0, 4.0, 5), [4.0, 4.01]);
        assert_eq!(edges(-4.0, -4.0, 5), [-4.0, -3.99]);
        // Less than one part in 10^12 of the level is no width.
        let narrow = edges(1e6, 1e6 + 1e-9, 10);
        assert!((0.9e-8..1.1e-8).contains(&(narrow[1] - narrow[0])), "{narrow:?}");
    }

    #[test]
    fn extremes_beyond_half_the_width_of_the_rest_are_counted_apart() {
        // 1 to 1000, of which the middle 99 % are 6 to 995: the grid ends at most 494.5 beyond.
        let mut values: Vec<f64> = (1..=1000).map(f64::from).collect();
        values[999] = 1e9;
        let histogram = Sample::new(&values).histogram(20);
        assert_eq!((histogram.edges[0], histogram.edges[histogram.edges.len() - 1]), (0.0, 1500.0));
        assert_eq!((histogram.below, histogram.above), (0, 1));
        values[999] = 1480.0;
        let histogram = Sample::new(&values).histogram(20);
        assert_eq!((histogram.edges[histogram.edges.len() - 1], histogram.above), (1500.0, 0));
        values[0] = -1e9;
        values[1] = -480.0;
        let histogram = Sample::new(&values).histogram(20);
        assert_eq!((histogram.edges[0], histogram.below, histogram.above), (-500.0, 1, 0));
        assert_eq!(histogram.counts.iter().sum::<f64>(), 999.0);
    }

    #[test]
    fn the_tail_of_the_curve_is_kept_in_detail() {
        let sample = skewed(50_000);
        let curve = sample.exceedance(200);
        let worst: Vec<f64> = curve[curve.len() - 5..].iter().map(|point| point.value).collect();
        assert_eq!(worst, (49_995..50_000).map(|i| sample.values.at(i)).collect::<Vec<_>>());
        assert!(Sample::new(&[]).exceedance(200).is_empty() && sample.exceedance(0).is_empty());
        assert!((1..10).all(|points| (1..=points).contains(&sample.exceedance(points).len())));
    }

    #[test]
    fn histograms_have_round_edges_and_lose_no_trial() {
        let integers: Vec<f64> = (-3..=7).flat_map(|k| [f64::from(k); 4]).collect();
        let histogram = Sample::new(&integers).histogram(10);
        assert_eq!(histogram.edges, [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
        assert_eq!(histogram.counts, [4.0, 4.0, 4.0, 0.0, 4.0, 4.0, 4.0, 4.0, 4.0, 8.0]);
        assert_eq!((histogram.zeros, histogram.below, histogram.above), (4.0, 0, 0));
        let tenths: Vec<f64> = (1..=30).map(|k| f64::from(k) / 100.0).collect();
        assert_eq!(Sample::new(&tenths).histogram(3).edges, [0.0, 0.1, 0.2, 0.3]);
        for (n, bins) in [(1, 1), (2, 7), (150, 40), (5000, 40), (5000, 1)] {
            let histogram = skewed(n).histogram(bins);
            let inside: f64 = histogram.counts.iter().sum();
            assert_eq!(inside + histogram.zeros + (histogram.below + histogram.above) as f64, n as f64);
            assert!(histogram.counts.len() <= bins && histogram.defined == n as usize);
            assert!(n >= 200 || histogram.above == 0);
        }
    }

    #[test]
    fn a_few_extremes_do_not_press_the_rest_into_one_bin() {
        // Of 1 / u the greatest of 2,500 is about 2,500 and half lie below 2.
        let histogram = skewed(5000).histogram(50);
        assert!(histogram.above > 0 && histogram.above < 25);
        assert!(histogram.counts.iter().filter(|&&count| count > 0.0).count() > 10);
    }

    #[test]
    fn odd_columns_have_histograms_too() {
        let one = |column: &[f64]| Sample::new(column).histogram(20);
        assert_eq!(one(&[0.0; 9]).zeros, 9.0);
        assert!(one(&[0.0; 9]).edges.is_empty() && one(&[]).counts.is_empty());
        for x in [5.0, -0.37, 1e15, 1e-300, -1e300, f64::MIN_POSITIVE] {
            let histogram = one(&[x; 9]);
            assert_eq!(histogram.counts, [9.0], "{x}");
            assert!(histogram.edges[0] <= x && x <= histogram.edges[1]);
        }
        let narrow = one(&[1e15, 1e15 + 1.0, 1e15 + 2.0]);
        assert!(narrow.edges.is_sorted_by(|a, b| a < b) && narrow.counts.iter().sum::<f64>() == 3.0);
        assert!(one(&[1.0, f64::INFINITY]).edges.is_empty());
        let wide = one(&[-1e300, 1e-300, 1e300]);
        assert_eq!(wide.counts.iter().sum::<f64>(), 3.0);
    }
}
