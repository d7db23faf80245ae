//! Differences between two columns of the same trials, estimated in pairs.

use super::intervals::Z;
use super::moments::Moments;
use super::{Estimate, Sample};

/// How two columns differ, the second less the first, and what pairing their trials gains.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct Paired {
    /// The difference.
    pub difference: Estimate,
    /// The variance that the difference would have on independent trials of either column, over the one that it has:
    /// as many times more trials would be needed without the pairs. Infinite where all pairs differ by the same, NaN
    /// where neither column varies.
    #[serde(deserialize_with = "super::known")]
    pub variance_ratio: f64,
    /// How many trials have both values.
    pub pairs: usize,
}

/// The difference of the means of two columns over the trials in which both are defined: the mean of the differences,
/// with the interval of a mean. None where there is no such trial. The columns hold the same trials in the same order.
pub fn paired(first: &[f64], second: &[f64]) -> Option<Paired> {
    let (a, b) = both(first, second);
    of_scores(&a, &b, |differences| Sample::new(differences).mean())
}

/// The difference of the expected shortfalls at level `p` of two columns, over the trials in which both are defined.
///
/// To first order an expected shortfall is the mean of the scores q + max(0, x - q) / (1 - p), with q the quantile
/// (see [`Sample::cvar`]); the interval is that of the mean of the differences of the scores. None where there is no
/// such trial or `p` is not between 0 and 1; unreliable where either expected shortfall is, and without an interval where
/// either has none.
pub fn paired_cvar(first: &[f64], second: &[f64], p: f64) -> Option<Paired> {
    let (a, b) = both(first, second);
    let (of_a, of_b) = (Sample::new(&a), Sample::new(&b));
    let tails = (of_a.cvar(p)?, of_b.cvar(p)?);
    let scores = |values: &[f64], sample: &Sample| -> Option<Vec<f64>> {
        let q = sample.quantile(p)?.value;
        Some(values.iter().map(|x| q + (x - q).max(0.0) / (1.0 - p)).collect())
    };
    of_scores(&scores(&a, &of_a)?, &scores(&b, &of_b)?, |differences| {
        let value = tails.1.value - tails.0.value;
        if tails.0.se.is_nan() || tails.1.se.is_nan() {
            return Some(unknown(value));
        }
        let mean = Sample::new(differences).mean()?;
        let reliable = mean.reliable && tails.0.reliable && tails.1.reliable;
        Some(Estimate::new(value, mean.se, (mean.low, mean.high), reliable))
    })
}

/// The difference of the quantiles at level `p` of two columns, over the trials in which both are defined.
///
/// To first order a quantile is the mean of the scores q + (p - 1{x <= q}) / f(q) (Bahadur, "A note on quantiles in large
/// samples", Annals of Mathematical Statistics 37, 1966); the density f(q) is read from the interval of the quantile,
/// which is exact. None where there is no such trial or `p` is not between 0 and 1; without an interval where either
/// quantile is unreliable.
pub fn paired_quantile(first: &[f64], second: &[f64], p: f64) -> Option<Paired> {
    let (a, b) = both(first, second);
    let quantiles = (Sample::new(&a).quantile(p)?, Sample::new(&b).quantile(p)?);
    let scores = |values: &[f64], q: Estimate| -> Vec<f64> {
        // 1 / f: by how much the quantile's error exceeds that of the share below it.
        let spread = q.se / (p * (1.0 - p) / values.len() as f64).sqrt();
        let below = |x: f64| if x <= q.value { 1.0 } else { 0.0 };
        values.iter().map(|x| q.value + (p - below(*x)) * spread).collect()
    };
    of_scores(&scores(&a, quantiles.0), &scores(&b, quantiles.1), |differences| {
        let value = quantiles.1.value - quantiles.0.value;
        // One beyond which too few trials lie has scores that are not numbers.
        if quantiles.0.se.is_nan() || quantiles.1.se.is_nan() {
            return Some(unknown(value));
        }
        let mean = Sample::new(differences).mean()?;
        Some(Estimate::new(value, mean.se, (value - Z * mean.se, value + Z * mean.se), mean.reliable))
    })
}

/// A difference of which nothing but its value is known.
fn unknown(value: f64) -> Estimate {
    Estimate::new(value, f64::NAN, (f64::NAN, f64::NAN), false)
}

/// The pairs of which both values are defined.
fn both(first: &[f64], second: &[f64]) -> (Vec<f64>, Vec<f64>) {
    first.iter().zip(second).filter(|(a, b)| !a.is_nan() && !b.is_nan()).map(|(a, b)| (*a, *b)).unzip()
}

fn of_scores(a: &[f64], b: &[f64], mean: impl Fn(&[f64]) -> Option<Estimate>) -> Option<Paired> {
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| b - a).collect();
    let variance = |values: &[f64]| {
        let sd = Moments::of(values.iter().copied()).sd();
        sd * sd
    };
    let variance_ratio = (variance(a) + variance(b)) / variance(&differences);
    Some(Paired { difference: mean(&differences)?, variance_ratio, pairs: a.len() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Factor;

    fn uniforms(name: &str, n: u64) -> Vec<f64> {
        (0..n).map(|i| Factor::new(1, name).uniform(i, 0)).collect()
    }

    #[test]
    fn pairs_lose_what_both_columns_share() {
        // b = a + u / 10: the difference has mean 1/20 and variance 1/1200, without pairs 1/6 + 1/1200: 201 times as much.
        let (a, u) = (uniforms("a", 20_000), uniforms("u", 20_000));
        let b: Vec<f64> = a.iter().zip(&u).map(|(a, u)| a + u / 10.0).collect();
        let found = paired(&a, &b).unwrap();
        assert!(found.difference.low < 0.05 && 0.05 < found.difference.high, "{found:?}");
        assert!((found.difference.se - (1.0f64 / 1200.0 / 20_000.0).sqrt()).abs() < 1e-6);
        assert!((found.variance_ratio / 201.0 - 1.0).abs() < 0.05, "{found:?}");
        assert_eq!(found.pairs, 20_000);
        let back = paired(&b, &a).unwrap().difference;
        assert!((back.value + found.difference.value).abs() < 1e-15);
    }

    #[test]
    fn trials_that_lack_a_value_are_left_out_of_both() {
        let nan = f64::NAN;
        let found = paired(&[1.0, nan, 3.0, 4.0], &[2.0, 5.0, nan, 6.0]).unwrap();
        assert_eq!((found.difference.value, found.pairs), (1.5, 2));
        assert_eq!(paired(&[nan], &[1.0]), None);
        assert_eq!(paired(&[1.0, 2.0], &[2.0, 3.0]).unwrap().variance_ratio, f64::INFINITY);
        assert!(paired(&[1.0, 1.0], &[2.0, 2.0]).unwrap().variance_ratio.is_nan());
    }

    #[test]
    fn expected_shortfalls_differ_as_they_do() {
        // Of 2 u the expected shortfall at 0.9 is 1.9, of u 0.95.
        let u = uniforms("u", 50_000);
        let twice: Vec<f64> = u.iter().map(|u| 2.0 * u).collect();
        let found = paired_cvar(&u, &twice, 0.9).unwrap().difference;
        assert!(found.low < 0.95 && 0.95 < found.high && found.reliable, "{found:?}");
        let apart = Sample::new(&twice).cvar(0.9).unwrap().value - Sample::new(&u).cvar(0.9).unwrap().value;
        assert_eq!(found.value, apart);
        // The error of u's alone, as all of the difference is u again.
        assert!((found.se / Sample::new(&u).cvar(0.9).unwrap().se - 1.0).abs() < 1e-6, "{found:?}");
        assert_eq!(paired_cvar(&u, &twice, 1.0), None);
    }

    #[test]
    fn quantiles_differ_as_they_do_and_their_intervals_cover() {
        // b = a + 1 + u: the 0.9 quantile of a + u is 2 - sqrt(0.2), of a 0.9. Of 300 runs of 1,000 trials 5 % miss, more
        // than 28 or fewer than 4 with a probability of about 1e-3 each.
        let exact = 3.0 - 0.2f64.sqrt() - 0.9;
        let missed = (0..300).filter(|run| {
            let (a, u) = (uniforms(&format!("a {run}"), 1_000), uniforms(&format!("u {run}"), 1_000));
            let b: Vec<f64> = a.iter().zip(&u).map(|(a, u)| a + 1.0 + u).collect();
            let found = paired_quantile(&a, &b, 0.9).unwrap().difference;
            !(found.low <= exact && exact <= found.high)
        });
        let missed = missed.count();
        assert!((4..=28).contains(&missed), "{missed}");
        // Of the same column there is no difference and no error.
        let a = uniforms("a", 500);
        let none = paired_quantile(&a, &a, 0.5).unwrap().difference;
        assert_eq!((none.value, none.se), (0.0, 0.0));
    }

    #[test]
    fn intervals_of_tail_differences_cover() {
        // Most trials lose nothing: b is a tenth less where it is anything. Exact: the tail of x = max(0, u - 0.8) at 0.9
        // is the mean of 0.1..0.2 = 0.15, so the difference -0.015. Bounds as above.
        let missed = (0..300).filter(|run| {
            let u = uniforms(&format!("tail {run}"), 1_000);
            let a: Vec<f64> = u.iter().map(|u| (u - 0.8).max(0.0)).collect();
            let b: Vec<f64> = a.iter().map(|a| 0.9 * a).collect();
            let found = paired_cvar(&a, &b, 0.9).unwrap().difference;
            !(found.low <= -0.015 && -0.015 <= found.high)
        });
        let missed = missed.count();
        assert!((4..=28).contains(&missed), "{missed}");
    }

    #[test]
    fn where_nothing_is_known_beyond_the_level_a_difference_has_no_interval() {
        // Of 50 trials none lies beyond the 99.9 % point.
        let a = uniforms("a", 50);
        let b: Vec<f64> = a.iter().map(|a| 2.0 * a).collect();
        let most = Sample::new(&a).max().unwrap();
        for found in [paired_cvar(&a, &b, 0.999).unwrap(), paired_quantile(&a, &b, 0.999).unwrap()] {
            let Estimate { value, se, low, high, reliable } = found.difference;
            assert!((value - most).abs() < 1e-15 && !reliable, "{found:?}");
            assert!(se.is_nan() && low.is_nan() && high.is_nan(), "{found:?}");
        }
        // Of constant columns everything is known.
        let sure = paired_cvar(&[1.0; 50], &[3.0; 50], 0.999).unwrap().difference;
        assert_eq!((sure.value, sure.low, sure.high), (2.0, 2.0, 2.0));
    }
}
