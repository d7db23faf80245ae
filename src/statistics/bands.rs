//! Quantiles and mean of many short columns, for fan charts: fast, without intervals and without sorting.

use super::moments::Sum;
use super::sample::rank;

/// The levels of a band's quantiles.
pub const BAND_LEVELS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// Where a quantity lies over the trials at one point of time.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Band {
    /// Arithmetic mean.
    pub mean: f64,
    /// Quantiles at [`BAND_LEVELS`]: the values of rank ceil(n p).
    pub quantiles: [f64; 5],
}

impl Band {
    /// Of `values`, none of which is NaN. None where there are none.
    ///
    /// Made for values most of which are equal: only those that differ from the common one are summed and selected.
    pub fn of(values: &[f64]) -> Option<Band> {
        let n = values.len();
        // Of three values spread over the trials, where two are equal the middle one is that.
        let mut probes = [*values.first()?, values[n / 2], values[n - 1]];
        probes.sort_unstable_by(f64::total_cmp);
        let common = probes[1] + 0.0;
        let mut below: Vec<f64> = values.iter().copied().filter(|&x| x < common).collect();
        let mut above: Vec<f64> = values.iter().copied().filter(|&x| x > common).collect();
        let deviations: Sum = below.iter().chain(&above).map(|x| x - common).collect();
        let mean = common + deviations.over(n as f64) + 0.0;

        let mut quantiles = [common; 5];
        let first_above = n - above.len();
        // From the top down: each selection leaves what is below it in front, where the next one looks.
        for (quantile, p) in quantiles.iter_mut().zip(BAND_LEVELS).rev() {
            let i = rank(n, p) - 1;
            if i >= first_above {
                *quantile = select_last(&mut above, i - first_above);
            } else if i < below.len() {
                *quantile = select_last(&mut below, i);
            }
        }
        Some(Band { mean, quantiles })
    }
}

/// The value of index `i` in order; what comes after it is dropped.
fn select_last(values: &mut Vec<f64>, i: usize) -> f64 {
    let value = *values.select_nth_unstable_by(i, f64::total_cmp).1;
    values.truncate(i + 1);
    value + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Factor;
    use crate::statistics::Sample;

    #[test]
    fn bands_are_the_samples_quantiles() {
        let factor = Factor::new(1, "bands");
        for n in [1, 2, 3, 5, 19, 20, 21, 100, 4096] {
            for zeros in [0.0, 0.5, 0.93, 1.0] {
                let draw = |i| factor.uniform(i, 0);
                let values: Vec<f64> =
                    (0..n).map(|i| if draw(2 * i) < zeros { 0.0 } else { draw(2 * i + 1) - 0.3 }).collect();
                let sample = Sample::new(&values);
                let band = Band::of(&values).unwrap();
                assert!((band.mean - sample.mean().unwrap().value).abs() < 1e-15);
                for (quantile, level) in band.quantiles.iter().zip(BAND_LEVELS) {
                    assert_eq!(*quantile, sample.quantile(level).unwrap().value, "{n} values, level {level}");
                }
            }
        }
    }

    #[test]
    fn no_values_no_band_and_no_negative_zero() {
        assert_eq!(Band::of(&[]), None);
        for values in [&[-0.0; 3][..], &[-0.0, 0.0, -1.0, 0.0, -0.0], &[-1.0, -0.0, -0.0, 1.0, -1.0]] {
            let band = Band::of(values).unwrap();
            assert!(band.quantiles.iter().chain([&band.mean]).all(|x| x.to_bits() != (-0.0f64).to_bits()));
        }
    }
}
