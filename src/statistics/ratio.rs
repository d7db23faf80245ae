//! The ratio of two means of the same trials, with an interval that knows when there is none.

use super::intervals::Z;
use super::moments::Moments;
use super::{Estimate, Sample};

/// The mean of `above` over the mean of `below`, columns of the same trials without NaN.
///
/// The interval is Fieller's ("Some problems in interval estimation", J. R. Statist. Soc. B 16, 1954), the standard error
/// that of the delta method. Where the mean below cannot be told from zero there is no interval: then the estimate has
/// none. None without trials, or where the mean below is zero. It is reliable where both means are.
pub fn ratio(above: &[f64], below: &[f64]) -> Option<Estimate> {
    let n = above.len().min(below.len()) as f64;
    let (a, b) = (Moments::of(above.iter().copied()), Moments::of(below.iter().copied()));
    if !(n > 0.0) || b.mean == 0.0 {
        return None;
    }
    let value = a.mean / b.mean;
    let error = |m: &Moments| m.sd() * m.sd() / n;
    let product = above.iter().zip(below).map(|(x, y)| (x - a.mean) * (y - b.mean)).sum::<f64>();
    let (va, vb, vab) = (error(&a), error(&b), product / (n - 1.0) / n);
    let se = ((va - 2.0 * value * vab + value * value * vb).max(0.0)).sqrt() / b.mean.abs();
    // All r with (a - r b)^2 <= Z^2 var(a - r b).
    let z2 = Z * Z;
    let square = b.mean * b.mean - z2 * vb;
    let middle = a.mean * b.mean - z2 * vab;
    let constant = a.mean * a.mean - z2 * va;
    let root = middle * middle - square * constant;
    let interval = if square > 0.0 && root >= 0.0 {
        ((middle - root.sqrt()) / square, (middle + root.sqrt()) / square)
    } else {
        (f64::NAN, f64::NAN)
    };
    let reliable = |column: &[f64]| Sample::new(column).mean().is_some_and(|mean| mean.reliable);
    Some(Estimate::new(value, se, interval, reliable(above) && reliable(below)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Factor;

    fn uniforms(name: &str, n: u64) -> Vec<f64> {
        (0..n).map(|i| Factor::new(2, name).uniform(i, 0)).collect()
    }

    #[test]
    fn the_interval_covers_and_is_none_where_the_divisor_may_be_zero() {
        // Of 400 runs 5 % miss; more than 34 or fewer than 8 with a probability of 1e-3.
        let missed = (0..400).filter(|run| {
            let x = uniforms(&format!("x {run}"), 400);
            let y = uniforms(&format!("y {run}"), 400);
            let above: Vec<f64> = x.iter().zip(&y).map(|(x, y)| 3.0 * x + y).collect();
            let found = ratio(&above, &y).unwrap();
            !(found.low <= 4.0 && 4.0 <= found.high)
        });
        let missed = missed.count();
        assert!((8..=34).contains(&missed), "{missed}");
        let x = uniforms("x", 200);
        let about_zero: Vec<f64> = uniforms("z", 200).iter().map(|u| u - 0.5).collect();
        let found = ratio(&x, &about_zero).unwrap();
        assert!(found.low.is_nan() && !found.reliable);
        assert_eq!(ratio(&x, &[0.0; 200]), None);
        assert_eq!(ratio(&[], &[]), None);
    }

    #[test]
    fn a_certain_divisor_scales_the_mean() {
        let x = uniforms("x", 1_000);
        let found = ratio(&x, &[4.0; 1_000]).unwrap();
        let mean = Moments::of(x.iter().copied());
        assert!((found.value - mean.mean / 4.0).abs() < 1e-15);
        let half = Z * mean.sd() / 1_000f64.sqrt() / 4.0;
        assert!((found.high - found.value - half).abs() < 1e-12);
    }

    #[test]
    fn a_ratio_is_as_reliable_as_its_means() {
        // 3 of 1,000 trials avoid all there is to avoid: no interval of the mean can be trusted, nor that of the ratio.
        let above: Vec<f64> = (0..1_000).map(|i| if i % 400 == 7 { 1e6 } else { 0.0 }).collect();
        let below = uniforms("below", 1_000);
        assert!(!ratio(&above, &below).unwrap().reliable);
        assert!(ratio(&uniforms("above", 1_000), &below).unwrap().reliable);
    }
}
