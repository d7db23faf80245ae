//! Means and standard deviations against integrals and closed forms.

use shortfall::random::{Law, normal};

use crate::{continuous, truncated};

/// `|a - b|` is at most `tolerance * |b|`.
fn assert_close(a: f64, b: f64, tolerance: f64, what: &str) {
    assert!((a - b).abs() <= tolerance * b.abs(), "{what}: {a} for {b}");
}

/// Mean and sd by Gauss-Legendre integration of the quantile by the logarithm of either tail probability.
fn integrated(law: &Law) -> (f64, f64) {
    // Five points on [-1, 1].
    let points = [
        (0.0, 0.5688888888888889),
        (0.5384693101056831, 0.47862867049936647),
        (-0.5384693101056831, 0.47862867049936647),
        (0.906179845938664, 0.23692688505618908),
        (-0.906179845938664, 0.23692688505618908),
    ];
    let half = 0.025;
    let mut values = Vec::new();
    for i in 0..6000 {
        for (x, weight) in points {
            let p = 0.5 * libm::exp(-half * (2.0 * f64::from(i) + 1.0 + x));
            values.push((half * weight * p, law.quantile(p)));
            values.push((half * weight * p, law.quantile_upper(p)));
        }
    }
    let mean = values.iter().map(|(weight, x)| weight * x).sum::<f64>();
    let variance = values.iter().map(|(weight, x)| weight * (x - mean) * (x - mean)).sum::<f64>();
    (mean, variance.sqrt())
}

#[test]
fn moments_are_integrals_of_the_quantile() {
    for law in continuous().into_iter().chain(truncated()) {
        let (mean, sd) = integrated(&law);
        assert_close(law.mean(), mean, 1e-8, &format!("mean of {law:?}"));
        assert_close(law.sd(), sd, 1e-8, &format!("sd of {law:?}"));
    }
}

#[test]
fn a_truncated_normal_has_the_moments_of_the_textbook() {
    // Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 1 (1994), section 13.10.1.
    let density = |x: f64| libm::exp(-0.5 * x * x) / (2.0 * std::f64::consts::PI).sqrt();
    for (a, b) in [(-1.0, 2.0), (0.0, 1.0), (-0.3, 0.1), (1.0, 3.0), (-4.0, 5.0)] {
        let mass = normal::cdf(b) - normal::cdf(a);
        let mean = (density(a) - density(b)) / mass;
        let variance = 1.0 + (a * density(a) - b * density(b)) / mass - mean * mean;
        let (min, max) = (100.0 + 7.0 * a, 100.0 + 7.0 * b);
        let law = Law::normal(100.0, 7.0).unwrap().truncated(Some(min), Some(max)).unwrap();
        assert_close(law.mean(), 100.0 + 7.0 * mean, 1e-12, "mean");
        assert_close(law.sd(), 7.0 * variance.sqrt(), 1e-10, "sd");
    }
}

#[test]
fn heavy_tails_keep_their_moments() {
    // E[X^k; X > min] of a lognormal is E[X^k] P(Z > (ln min) / sigma - k sigma).
    for sigma in [0.1, 1.0, 3.0, 8.0] {
        let min: f64 = 0.7;
        let law = Law::lognormal_median_sigma(1.0, sigma).unwrap().truncated(Some(min), None).unwrap();
        let score = libm::log(min) / sigma;
        let mass = normal::sf(score);
        let moment = |k: f64| libm::exp(0.5 * k * k * sigma * sigma) * normal::sf(score - k * sigma) / mass;
        assert_close(law.mean(), moment(1.0), 1e-10, &format!("mean at {sigma}"));
        let sd = (moment(2.0) - moment(1.0) * moment(1.0)).sqrt();
        assert_close(law.sd(), sd, 1e-10, &format!("sd at {sigma}"));
    }
    // An exponential beyond a point is the same exponential, later.
    let law = Law::exponential(45.0).unwrap().truncated(Some(300.0), None).unwrap();
    assert_close(law.mean(), 345.0, 1e-12, "mean");
    assert_close(law.sd(), 45.0, 1e-12, "sd");
}
