//! What no law can be built from, and what is said about it.

use shortfall::random::{Law, LawError};

const NAN: f64 = f64::NAN;
const INF: f64 = f64::INFINITY;

/// The law could not be built, and the message holds these words.
fn assert_refused(law: Result<Law, LawError>, words: &str) {
    let message = law.expect_err(words).to_string();
    assert!(message.contains(words), "{message:?} does not say {words:?}");
    assert!(message.starts_with(|c: char| c.is_ascii_lowercase()), "{message:?}");
    assert!(!message.ends_with('.'), "{message:?}");
}

#[test]
fn bounds_must_be_in_order() {
    assert_refused(Law::uniform(3.0, 3.0), "min must be below max");
    assert_refused(Law::uniform(3.0, 3.0), "write it without a law");
    assert_refused(Law::uniform(NAN, 3.0), "min must be a finite number");
    assert_refused(Law::uniform(0.0, INF), "max must be a finite number");
    assert_refused(Law::uniform(-1.7e308, 1.7e308), "too large");
    for law in [Law::triangular, Law::pert] {
        assert_refused(law(2.0, 2.0, 2.0), "min must be below max");
        assert_refused(law(1.0, 0.9, 2.0), "mode must lie between min and max");
        assert_refused(law(1.0, 2.1, 2.0), "mode must lie between min and max");
        assert_refused(law(1.0, NAN, 2.0), "mode must be a finite number");
    }
}

#[test]
fn spreads_must_be_above_zero() {
    for sd in [0.0, -1.0] {
        assert_refused(Law::normal(1.0, sd), "sd must be above 0");
        assert_refused(Law::lognormal_mean_sd(1.0, sd), "sd must be above 0");
        assert_refused(Law::lognormal_median_sigma(1.0, sd), "sigma must be above 0");
        assert_refused(Law::gamma_mean_sd(1.0, sd), "sd must be above 0");
        assert_refused(Law::beta_mean_sd(0.5, sd, 0.0, 1.0), "sd must be above 0");
    }
    assert_refused(Law::normal(1.0, NAN), "sd must be a finite number");
    assert_refused(Law::normal(INF, 1.0), "mean must be a finite number");
    assert_refused(Law::normal_p5_p95(2.0, 2.0), "p95 must be above p5");
    assert_refused(Law::normal_median_p90(2.0, 1.0), "p90 must be above the median");
    assert_refused(Law::lognormal_p5_p95(2.0, 1.0), "p95 must be above p5");
    assert_refused(Law::lognormal_median_p90(2.0, 2.0), "p90 must be above the median");
    assert_refused(Law::lognormal_median_p90(1.0, 1e7), "sigma, that of the logarithm, must be at most 10");
}

#[test]
fn positive_laws_have_positive_parameters() {
    for zero in [0.0, -2.0] {
        assert_refused(Law::lognormal_median_sigma(zero, 1.0), "median must be above 0");
        assert_refused(Law::lognormal_median_p90(zero, 1.0), "median must be above 0");
        assert_refused(Law::lognormal_p5_p95(zero, 1.0), "p5 must be above 0");
        assert_refused(Law::lognormal_mean_sd(zero, 1.0), "mean must be above 0");
        assert_refused(Law::gamma(zero, 1.0), "shape must be from 0.01 to 1000000");
        assert_refused(Law::gamma(1.0, zero), "scale must be above 0");
        assert_refused(Law::gamma_mean_sd(zero, 1.0), "mean must be above 0");
        assert_refused(Law::weibull(zero, 1.0), "shape must be from 0.05 to 1000");
        assert_refused(Law::weibull(1.0, zero), "scale must be above 0");
        assert_refused(Law::exponential(zero), "mean must be above 0");
        assert_refused(Law::beta(zero, 1.0, 0.0, 1.0), "shape1 and shape2 must be from 0.01 to 1000000");
        assert_refused(Law::beta(1.0, zero, 0.0, 1.0), "shape1 and shape2 must be from 0.01 to 1000000");
    }
    assert_refused(Law::exponential(NAN), "mean must be a finite number");
    assert_refused(Law::weibull(2000.0, 1.0), "shape must be from 0.05 to 1000");
    assert_refused(Law::weibull(0.05, 1e300), "too large");
    assert_refused(Law::gamma_mean_sd(1.0, 1e-4), "an sd of 10 to 0.001 times the mean");
}

#[test]
fn a_beta_fits_its_interval() {
    assert_refused(Law::beta(1.0, 1.0, 2.0, 2.0), "low must be below high");
    assert_refused(Law::beta_mean_sd(0.5, 0.1, 1.0, 0.0), "low must be below high");
    assert_refused(Law::beta_mean_sd(1.0, 0.1, 0.0, 1.0), "mean must lie between low and high");
    assert_refused(Law::beta_mean_sd(0.5, 0.5, 0.0, 1.0), "sd must be below the square root");
    assert_refused(Law::beta_mean_sd(0.5, 0.4999, 0.0, 1.0), "write a discrete law");
    assert_refused(Law::beta_mean_sd(0.5, 1e-4, 0.0, 1.0), "write a normal one");
    assert_refused(Law::beta_mean_sd(0.5, 0.1, NAN, 1.0), "low must be a finite number");
}

#[test]
fn discrete_laws_have_a_weight_for_each_value() {
    assert_refused(Law::discrete(&[], &[]), "values must not be empty");
    assert_refused(Law::empirical(&[]), "values must not be empty");
    assert_refused(Law::discrete(&[1.0, 2.0], &[1.0]), "not 1 weights for 2 values");
    assert_refused(Law::discrete(&[1.0], &[-1.0]), "weights must be finite and at least 0");
    assert_refused(Law::discrete(&[1.0], &[NAN]), "weights must be finite and at least 0");
    assert_refused(Law::discrete(&[1.0, 2.0], &[0.0, 0.0]), "at least one weight must be above 0");
    assert_refused(Law::discrete(&[1.0, 2.0], &[1e308, 1e308]), "too large to add up");
    assert_refused(Law::discrete(&[NAN], &[1.0]), "values must be finite numbers");
    assert_refused(Law::empirical(&[1.0, INF]), "values must be finite numbers");
}

#[test]
fn a_truncation_leaves_something() {
    let normal = || Law::normal(0.0, 1.0).unwrap();
    assert_refused(normal().truncated(Some(1.0), Some(1.0)), "min must be below max");
    assert_refused(normal().truncated(Some(NAN), None), "min must be below max");
    assert_refused(normal().truncated(Some(7.0), None), "less than a billionth");
    assert_refused(normal().truncated(Some(0.0), Some(1e-10)), "less than a billionth");
    assert_refused(Law::exponential(1.0).unwrap().truncated(None, Some(0.0)), "min must be below max");
    assert_refused(Law::beta(2.0, 2.0, 0.0, 1.0).unwrap().truncated(Some(2.0), Some(3.0)), "billionth");
    for law in [Law::uniform(0.0, 1.0), Law::triangular(0.0, 0.5, 1.0), Law::pert(0.0, 0.5, 1.0)] {
        assert_refused(law.unwrap().truncated(Some(0.5), None), "can be truncated");
    }
    assert_refused(Law::empirical(&[1.0, 2.0]).unwrap().truncated(Some(1.5), None), "can be truncated");
}
