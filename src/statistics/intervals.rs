//! The 95 % intervals: of a skewed mean, of a probability, of a quantile.

use super::moments::Moments;

/// The 0.975 quantile of the standard normal law.
pub(super) const Z: f64 = 1.959_963_984_540_054;

/// Interval of the mean of a population of which `moments` are a sample's, corrected for skewness.
///
/// Hall's cubic transformation ("On the removal of skewness by transformation", J. R. Statist. Soc. B 54, 1992), with
/// Student's quantile in place of the normal one. It needs no resampling and is finite whatever the sample: the
/// sample's skewness is at most sqrt(n). Of equal values the interval has no width; of one value there is none.
pub(super) fn mean_interval(moments: &Moments) -> (f64, f64) {
    let (mean, sd, n) = (moments.mean, moments.sd(), moments.n);
    if sd == 0.0 || sd.is_nan() {
        return (mean - sd, mean + sd);
    }
    let skewness = moments.skewness();
    let root = n.sqrt();
    let deviation = |t: f64| {
        let shift = t / root - skewness / (6.0 * n);
        let scaled = skewness * shift;
        if scaled.abs() < 1e-8 { shift } else { 3.0 / skewness * (libm::cbrt(1.0 + scaled) - 1.0) }
    };
    let t = student_upper(n - 1.0);
    (mean - sd * deviation(t), mean - sd * deviation(-t))
}

/// The 0.975 quantile of Student's law; `freedom` is a whole number from 1.
///
/// From 5 degrees on the expansion of Abramowitz and Stegun 26.7.5, right to 4 digits; below it, the tables.
pub(super) fn student_upper(freedom: f64) -> f64 {
    const TABLE: [f64; 4] = [12.706_204_736, 4.302_652_730, 3.182_446_305, 2.776_445_105];
    if freedom < 5.0 {
        return TABLE[(freedom as usize).clamp(1, 4) - 1];
    }
    let z2 = Z * Z;
    let terms = [
        Z * (z2 + 1.0) / 4.0,
        Z * ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0,
        Z * (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0,
        Z * ((((79.0 * z2 + 776.0) * z2 + 1482.0) * z2 - 1920.0) * z2 - 945.0) / 92160.0,
    ];
    Z + terms.iter().rev().fold(0.0, |sum, term| (sum + term) / freedom)
}

/// Interval of a probability of which `hits` of `trials` are the sample; 0 to 1 where there are no trials.
///
/// Wilson's score interval, its lower end at 1 to 3 hits replaced by the Poisson one, likewise at the other end,
/// where the plain one falls short (Brown, Cai and DasGupta, "Interval estimation for a binomial proportion",
/// Statistical Science 16, 2001, section 4.1.1).
pub(super) fn probability_interval(hits: usize, trials: usize) -> (f64, f64) {
    if trials == 0 {
        return (0.0, 1.0);
    }
    // The upper end of hits is one less the lower end of misses.
    (lower_probability(hits, trials), 1.0 - lower_probability(trials - hits, trials))
}

fn lower_probability(hits: usize, trials: usize) -> f64 {
    // The 0.05 quantiles of the gamma laws of shape 1, 2 and 3.
    const POISSON: [f64; 3] = [0.051_293_294_388, 0.355_361_510_699, 0.817_691_447_049];
    let n = trials as f64;
    let few = if trials > 50 { 3 } else { 2 };
    match hits {
        0 => 0.0,
        h if h <= few && h < trials => POISSON[h - 1] / n,
        h => {
            let p = h as f64 / n;
            let z2 = Z * Z;
            (p + z2 / (2.0 * n) - Z * ((p * (1.0 - p) + z2 / (4.0 * n)) / n).sqrt()) / (1.0 + z2 / n)
        }
    }
}

/// The probability of `hits` or more among `trials` of probability `p` each.
pub(super) fn binomial_at_least(hits: usize, trials: usize, p: f64) -> f64 {
    if !(p > 0.0 && p < 1.0) {
        return if p >= 1.0 || hits == 0 { 1.0 } else { 0.0 };
    }
    let (first, weights) = binomial_weights(trials, p);
    let tail: f64 = weights[hits.saturating_sub(first).min(weights.len())..].iter().sum();
    tail / weights.iter().sum::<f64>()
}

/// The probabilities of a binomial law up to a common factor, those that are not negligible, and the count of the first.
fn binomial_weights(n: usize, p: f64) -> (usize, Vec<f64>) {
    // Weights below this, together, are lost in rounding.
    const NEGLIGIBLE: f64 = 1e-20;
    let odds = p / (1.0 - p);
    let mode = (((n + 1) as f64 * p) as usize).min(n);
    let mut below = vec![1.0];
    for b in (1..=mode).rev() {
        let weight = below[below.len() - 1] * b as f64 / ((n - b + 1) as f64 * odds);
        if weight < NEGLIGIBLE {
            break;
        }
        below.push(weight);
    }
    let first = mode + 1 - below.len();
    let mut weights: Vec<f64> = below.into_iter().rev().collect();
    for b in mode..n {
        let weight = weights[weights.len() - 1] * (n - b) as f64 * odds / (b + 1) as f64;
        if weight < NEGLIGIBLE {
            break;
        }
        weights.push(weight);
    }
    (first, weights)
}

/// Ranks (from 1 to n) of the order statistics between which the `p` quantile lies with at least 95 % probability,
/// 2.5 % at most on either side; None where no value of the sample is that far out.
///
/// They are exact: as many values lie below the quantile as a binomial law says (David and Nagaraja, Order
/// Statistics, 2003, section 7.1). Its probabilities are summed from the mode, up to a common factor, so that no
/// gamma function is needed.
pub(super) fn quantile_ranks(n: usize, p: f64) -> (Option<usize>, Option<usize>) {
    let (first, weights) = binomial_weights(n, p);
    let tail = 0.025 * weights.iter().sum::<f64>();
    let inside = |weight: &f64, sum: &mut f64| {
        *sum += weight;
        *sum <= tail
    };
    // lower: the largest l with P(B < l) <= 2.5 %; upper: the smallest u with P(B >= u) <= 2.5 %.
    let mut sum = 0.0;
    let lower = first + weights.iter().take_while(|w| inside(w, &mut sum)).count();
    sum = 0.0;
    let last = first + weights.len() - 1;
    let upper = last + 1 - weights.iter().rev().take_while(|w| inside(w, &mut sum)).count();
    (Some(lower).filter(|&l| l >= 1), Some(upper).filter(|&u| u <= n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{Binomial, ContinuousCDF, DiscreteCDF, Gamma, Normal, StudentsT};

    #[test]
    fn constants_are_those_of_the_tables() {
        assert!((Z - Normal::standard().inverse_cdf(0.975)).abs() < 1e-12);
        for freedom in (1..40).chain([100, 1_000, 1_000_000]) {
            let exact = StudentsT::new(0.0, 1.0, freedom as f64).unwrap().inverse_cdf(0.975);
            assert!((student_upper(freedom as f64) / exact - 1.0).abs() < 2e-4, "{freedom}: {exact}");
        }
        for hits in 1..=3 {
            let exact = Gamma::new(hits as f64, 1.0).unwrap().inverse_cdf(0.05);
            assert!((lower_probability(hits, 1000) * 1000.0 - exact).abs() < 1e-6);
        }
    }

    #[test]
    fn the_mean_of_symmetric_values_has_students_interval() {
        let moments = Moments::of([1.0, 2.0, 3.0, 4.0, 5.0].into_iter());
        let (low, high) = mean_interval(&moments);
        let half = 2.776_445_105 * moments.sd() / 5f64.sqrt();
        assert!((low - (3.0 - half)).abs() < 1e-9 && (high - (3.0 + half)).abs() < 1e-9);
    }

    #[test]
    fn skewness_moves_the_interval_towards_the_long_tail() {
        let mut last = 1.0;
        for outlier in [1.5, 2.0, 3.0, 5.0] {
            let moments = Moments::of((0..50).map(|i| if i == 0 { outlier } else { i as f64 / 50.0 }));
            let (low, high) = mean_interval(&moments);
            let ratio = (high - moments.mean) / (moments.mean - low);
            assert!(low < moments.mean && ratio > last && ratio < 20.0, "{outlier}: {ratio}");
            last = ratio;
            // A mirror image has the mirror interval.
            let mirrored = Moments::of((0..50).map(|i| if i == 0 { -outlier } else { -i as f64 / 50.0 }));
            let (mirror_low, mirror_high) = mean_interval(&mirrored);
            assert!((mirror_low + high).abs() <= 1e-12 * high && (mirror_high + low).abs() <= 1e-12 * high);
        }
    }

    #[test]
    fn wilson_as_published() {
        // Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263 and 15 of 148.
        let (low, high) = probability_interval(81, 263);
        assert!((low - 0.2553).abs() < 5e-5 && (high - 0.3662).abs() < 5e-5);
        let (low, high) = probability_interval(15, 148);
        assert!((low - 0.0624).abs() < 5e-5 && (high - 0.1605).abs() < 5e-5);
        assert_eq!(probability_interval(0, 29).0, 0.0);
        assert!((probability_interval(0, 29).1 - 0.1170).abs() < 5e-5);
        assert_eq!(probability_interval(7, 7).1, 1.0);
        assert_eq!(probability_interval(0, 0), (0.0, 1.0));
    }

    #[test]
    fn probabilities_are_covered_whatever_they_are() {
        // Exact coverage, not simulated: the sum of the binomial probabilities of the counts whose interval covers.
        for n in [60, 1000] {
            for i in 1..400 {
                let p = 0.5 * (i as f64 / 400.0) * (i as f64 / 400.0);
                let law = Binomial::new(p, n as u64).unwrap();
                let covered = |h: &usize| matches!(probability_interval(*h, n), (l, u) if l <= p && p <= u);
                let first = (0..=n).find(covered).unwrap() as u64;
                let last = (0..=n).rev().find(covered).unwrap() as u64;
                let below = if first == 0 { 0.0 } else { law.cdf(first - 1) };
                assert!(law.cdf(last) - below > 0.925, "n {n}, p {p}: {}", law.cdf(last) - below);
            }
        }
    }

    #[test]
    fn tails_of_the_binomial_law_are_those_of_the_tables() {
        for (n, p) in [(1, 0.3), (20, 0.05), (1_000, 0.4), (100_000, 0.01)] {
            let law = Binomial::new(p, n as u64).unwrap();
            for hits in [0, 1, n / 100, n / 10, n / 2, n] {
                let exact = if hits == 0 { 1.0 } else { law.sf(hits as u64 - 1) };
                assert!((binomial_at_least(hits, n, p) - exact).abs() < 1e-9, "{hits} of {n} at {p}");
            }
        }
        assert_eq!((binomial_at_least(1, 9, 0.0), binomial_at_least(9, 9, 1.0)), (0.0, 1.0));
    }

    #[test]
    fn quantile_ranks_are_the_tightest_that_hold() {
        for n in [1, 2, 5, 6, 20, 100, 1000, 54_321] {
            for p in [0.001, 0.01, 0.05, 0.25, 0.5, 0.9, 0.99, 0.999] {
                let law = Binomial::new(p, n as u64).unwrap();
                let below = |r: usize| if r == 0 { 0.0 } else { law.cdf(r as u64 - 1) };
                let (lower, upper) = quantile_ranks(n, p);
                let l = lower.unwrap_or(0);
                assert!(below(l) <= 0.025 && below(l + 1) > 0.025, "lower {l} of {n} at {p}");
                let u = upper.unwrap_or(n + 1);
                assert!(
                    1.0 - below(u) <= 0.025 + 1e-9 && 1.0 - below(u - 1) > 0.025,
                    "upper {u} of {n} at {p}"
                );
            }
        }
    }
}
