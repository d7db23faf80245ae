//! Special functions of the laws: the normal, gamma and beta integrals and their inverses, to nearly the last bit.
//!
//! Only `+ - * /`, square roots and `libm` are used, so that the bits are the same on every processor.

pub(super) mod beta;
pub(super) mod gamma;
pub mod normal;
mod solve;

use std::f64::consts::{E, PI};

/// A distribution on (0, inf) at one point `v`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tails {
    /// P(V <= v).
    pub lower: f64,
    /// P(V > v).
    pub upper: f64,
    /// The density of ln V at ln v.
    pub density: f64,
    /// The derivative of the logarithm of that density by ln v.
    pub bend: f64,
}

/// Below its exponential (about 1e-290) a lower tail is a power to the last bit, and the smallest numbers are near,
/// where digits go missing.
const LOG_TINY: f64 = -668.0;

/// The scaled gamma function: gamma(a) / (sqrt(2 pi / a) (a / e)^a), which tends to 1 as `a` grows.
///
/// From 10 on the series of Stirling (DLMF 5.11.1), whose first neglected term is below 1e-16 there.
fn scaled_gamma(a: f64) -> f64 {
    if a < 10.0 {
        return libm::tgamma(a) / ((2.0 * PI / a).sqrt() * libm::pow(a / E, a));
    }
    const STIRLING: [f64; 7] = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1260.0,
        -1.0 / 1680.0,
        1.0 / 1188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
    ];
    let w = 1.0 / (a * a);
    libm::exp(STIRLING.iter().rev().fold(0.0, |sum, c| sum * w + c) / a)
}

/// `lambda - 1 - ln(lambda)`, given `mu = lambda - 1` as well, without cancellation where lambda is near 1.
///
/// With r = mu / (2 + mu), ln(1 + mu) = 2 atanh(r), of which the first term is taken off by hand.
fn deviance(lambda: f64, mu: f64) -> f64 {
    if !(-0.5..=0.5).contains(&mu) {
        return mu - libm::log(lambda);
    }
    let r = mu / (2.0 + mu);
    let square = r * r;
    // |r| is at most 1/3: 16 terms leave less than 1e-17 of the first.
    let series = (0..16).rev().fold(0.0, |sum, k| sum * square + 1.0 / f64::from(2 * k + 3));
    mu * r - 2.0 * r * square * series
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|a - b|` is at most `tolerance * |b|`.
    pub(super) fn close(a: f64, b: f64, tolerance: f64) -> bool {
        (a - b).abs() <= tolerance * b.abs()
    }

    #[test]
    fn the_scaled_gamma_function_has_no_step_at_ten() {
        let by_definition = 362_880.0 / ((2.0 * PI / 10.0).sqrt() * libm::pow(10.0 / E, 10.0));
        assert!(close(scaled_gamma(10.0), by_definition, 1e-14));
        assert!(close(scaled_gamma(1.0), E / (2.0 * PI).sqrt(), 1e-15));
    }

    #[test]
    fn the_deviance_is_exact_near_one_and_far_from_it() {
        // mu^2/2 - mu^3/3 + mu^4/4 - ...
        let mu = 1e-5;
        assert!(close(deviance(1.0 + mu, mu), mu * mu / 2.0 * (1.0 - 2.0 * mu / 3.0 + mu * mu / 2.0), 1e-15));
        for mu in [-0.5, 0.5] {
            assert!(close(deviance(1.0 + mu, mu), mu - libm::log(1.0 + mu), 1e-14));
        }
    }
}
