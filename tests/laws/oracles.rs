//! The laws against other people's: the distribution functions of statrs, the samplers of rand_distr.

use rand::distr::Distribution;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use shortfall::random::Law;
use statrs::distribution::ContinuousCDF;

/// Each law holds against statrs from 1e-4 to 1 - 1e-4, where statrs is exact to about 1e-10.
#[test]
fn distribution_functions_are_those_of_statrs() {
    fn compare(
        law: Result<Law, impl std::fmt::Debug>,
        other: Result<impl ContinuousCDF<f64, f64>, impl std::fmt::Debug>,
    ) {
        let (law, other) = (law.unwrap(), other.unwrap());
        for u in [1e-4, 1e-3, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999, 0.9999] {
            let x = law.quantile(u);
            assert!((other.cdf(x) - u).abs() < 1e-9, "{law:?}: cdf({x}) is {} for {u}", other.cdf(x));
            assert!((law.sf(x) - other.sf(x)).abs() < 1e-9, "{law:?}: sf({x}) is {}", other.sf(x));
        }
    }
    use statrs::distribution as statrs;
    compare(Law::uniform(-2.0, 5.0), statrs::Uniform::new(-2.0, 5.0));
    compare(Law::triangular(0.0, 1.0, 4.0), statrs::Triangular::new(0.0, 4.0, 1.0));
    compare(Law::normal(3.0, 0.5), statrs::Normal::new(3.0, 0.5));
    compare(Law::lognormal_median_sigma(1.0, 0.8), statrs::LogNormal::new(0.0, 0.8));
    for (shape, scale) in [(0.3, 2.0), (1.0, 5.0), (2.5, 2.0), (80.0, 0.1)] {
        compare(Law::gamma(shape, scale), statrs::Gamma::new(shape, 1.0 / scale));
    }
    compare(Law::weibull(0.7, 30.0), statrs::Weibull::new(0.7, 30.0));
    compare(Law::weibull(3.0, 2.0), statrs::Weibull::new(3.0, 2.0));
    compare(Law::exponential(45.0), statrs::Exp::new(1.0 / 45.0));
    for (a, b) in [(0.3, 0.6), (2.0, 3.0), (1.0, 9.0), (40.0, 70.0)] {
        compare(Law::beta(a, b, 0.0, 1.0), statrs::Beta::new(a, b));
    }
}

const DRAWS: usize = 20_000;

/// The Kolmogorov-Smirnov test of a sample at a false-alarm rate of one in a million.
///
/// The distance times the root of the number of draws exceeds 2.6932 that rarely: 2 exp(-2 x^2) = 1e-6.
fn assert_sampled_from(law: &Law, mut sample: Vec<f64>) {
    sample.sort_by(f64::total_cmp);
    let n = sample.len() as f64;
    let distance = sample
        .iter()
        .enumerate()
        .map(|(i, x)| {
            let p = law.cdf(*x);
            f64::max(p - i as f64 / n, (i + 1) as f64 / n - p)
        })
        .fold(0.0, f64::max);
    assert!(distance * n.sqrt() < 2.6932, "{law:?}: {}", distance * n.sqrt());
}

/// Fifteen tests: with other seeds, one of them would fail without reason once in 67,000 runs.
#[test]
fn the_samplers_of_rand_distr_follow_our_laws() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(20_260_730);
    let mut check = |law: Result<Law, _>, sampler: &dyn Fn(&mut Xoshiro256PlusPlus) -> f64| {
        let sample = (0..DRAWS).map(|_| sampler(&mut rng)).collect();
        assert_sampled_from(&law.unwrap(), sample);
    };
    let d = rand_distr::Uniform::new(-2.0, 5.0).unwrap();
    check(Law::uniform(-2.0, 5.0), &|rng| d.sample(rng));
    let d = rand_distr::Triangular::new(0.0, 4.0, 1.0).unwrap();
    check(Law::triangular(0.0, 1.0, 4.0), &|rng| d.sample(rng));
    let d = rand_distr::Pert::new(0.0, 200.0).with_mode(30.0).unwrap();
    check(Law::pert(0.0, 30.0, 200.0), &|rng| d.sample(rng));
    let d = rand_distr::Normal::new(3.0, 0.5).unwrap();
    check(Law::normal(3.0, 0.5), &|rng| d.sample(rng));
    let d = rand_distr::LogNormal::new(0.0, 0.8).unwrap();
    check(Law::lognormal_median_sigma(1.0, 0.8), &|rng| d.sample(rng));
    for (shape, scale) in [(0.3, 2.0), (1.0, 5.0), (2.5, 2.0), (400.0, 0.1)] {
        let d = rand_distr::Gamma::new(shape, scale).unwrap();
        check(Law::gamma(shape, scale), &|rng| d.sample(rng));
    }
    let d = rand_distr::Weibull::new(30.0, 0.7).unwrap();
    check(Law::weibull(0.7, 30.0), &|rng| d.sample(rng));
    let d = rand_distr::Exp::new(1.0 / 45.0).unwrap();
    check(Law::exponential(45.0), &|rng| d.sample(rng));
    for (a, b) in [(0.3, 0.6), (2.0, 3.0), (1.0, 9.0), (400.0, 70.0)] {
        let d = rand_distr::Beta::new(a, b).unwrap();
        check(Law::beta(a, b, 0.0, 1.0), &|rng| d.sample(rng));
    }
}

/// 33 tests: with other seeds, one of them would fail without reason once in 30,000 runs.
#[test]
fn quantiles_of_uniforms_follow_the_law() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
    for law in crate::continuous().into_iter().chain(crate::truncated()) {
        let sample = (0..DRAWS).map(|_| law.quantile(rng.random::<f64>().max(1e-17))).collect();
        assert_sampled_from(&law, sample);
    }
}

/// A truncated law against draws of the whole law of which those outside are thrown away; one in a million.
#[test]
fn truncation_is_rejection() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(11);
    let law = Law::gamma(0.7, 30.0).unwrap().truncated(Some(10.0), Some(60.0)).unwrap();
    let d = rand_distr::Gamma::new(0.7, 30.0).unwrap();
    let sample = d.sample_iter(&mut rng).filter(|x| (10.0..=60.0).contains(x)).take(DRAWS).collect();
    assert_sampled_from(&law, sample);
}
