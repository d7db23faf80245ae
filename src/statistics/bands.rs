//! Quantiles and mean of many short columns, for fan charts: fast, without intervals and without sorting.

use super::moments::Sum;

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
    /// Of `values`, none of which is NaN; they are left in another order. None where there are none.
    ///
    /// The mean is summed in the order given, before anything is moved.
    pub fn of(values: &mut [f64]) -> Option<Band> {
        let first = *values.first()?;
        if values.iter().all(|&x| x == first) {
            return Some(Band { mean: first + 0.0, quantiles: [first + 0.0; 5] });
        }
        let mean = values.iter().copied().collect::<Sum>().over(values.len() as f64) + 0.0;
        let n = values.len();
        let index = BAND_LEVELS.map(|p| ((n as f64 * p * (1.0 - 1e-14)).ceil() as usize).max(1) - 1);
        let mut quantiles = [0.0; 5];
        // From the top down: each selection leaves what is below it in front, where the next one looks.
        let mut end = n;
        for (quantile, &i) in quantiles.iter_mut().zip(&index).rev() {
            let part = &mut values[..end];
            *quantile = *part.select_nth_unstable_by(i, f64::total_cmp).1 + 0.0;
            end = i + 1;
        }
        Some(Band { mean, quantiles })
    }
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
                let mut values: Vec<f64> =
                    (0..n).map(|i| if draw(2 * i) < zeros { 0.0 } else { draw(2 * i + 1) - 0.3 }).collect();
                let sample = Sample::new(&values);
                let band = Band::of(&mut values).unwrap();
                assert!((band.mean - sample.mean().unwrap().value).abs() < 1e-15);
                for (quantile, level) in band.quantiles.iter().zip(BAND_LEVELS) {
                    assert_eq!(*quantile, sample.quantile(level).unwrap().value, "{n} values, level {level}");
                }
            }
        }
    }

    #[test]
    fn no_values_no_band_and_no_negative_zero() {
        assert_eq!(Band::of(&mut []), None);
        for values in [&mut [-0.0; 3][..], &mut [-0.0, 0.0, -1.0, 0.0, -0.0]] {
            let band = Band::of(values).unwrap();
            assert!(band.quantiles.iter().chain([&band.mean]).all(|x| x.to_bits() != (-0.0f64).to_bits()));
        }
    }
}
