//! The probability laws: what holds for each of them, and what other sources say about them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests, their helpers too")]

mod conditioned;
mod discrete;
mod errors;
mod moments;
mod oracles;
mod pinned;

use shortfall::random::Law;

/// One of every law with a density, and hard cases of those whose inverse is computed.
fn continuous() -> Vec<Law> {
    let laws = vec![
        Law::uniform(-2.0, 5.0),
        Law::triangular(0.0, 1.0, 4.0),
        Law::triangular(0.0, 0.0, 4.0),
        Law::triangular(10.0, 14.0, 14.0),
        Law::pert(0.0, 30.0, 200.0),
        Law::pert(5.0, 5.0, 6.0),
        Law::normal(3.0, 0.5),
        Law::lognormal_median_sigma(60.0, 0.8),
        Law::lognormal_median_sigma(1.0, 4.0),
        Law::gamma(0.05, 1.0),
        Law::gamma(0.7, 30.0),
        Law::gamma(2.5, 2.0),
        Law::gamma(100.0, 0.1),
        Law::gamma(1e5, 1.0),
        Law::weibull(0.5, 90.0),
        Law::weibull(3.0, 2.0),
        Law::weibull(800.0, 2.0),
        Law::exponential(45.0),
        Law::beta(0.05, 0.3, 0.0, 1.0),
        Law::beta(2.0, 3.0, 0.0, 1.0),
        Law::beta(2.0, 3.0, -1.0, 9.0),
        Law::beta(0.5, 1e5, 0.0, 1.0),
        Law::beta(1e5, 8e4, 0.0, 1.0),
    ];
    laws.into_iter().map(|law| law.unwrap()).collect()
}

/// Some of them cut to a range, in the middle and far in a tail.
fn truncated() -> Vec<Law> {
    let cut = |law: Result<Law, _>, min, max| law.unwrap().truncated(min, max).unwrap();
    vec![
        cut(Law::normal(3.0, 0.5), Some(0.0), None),
        cut(Law::normal(3.0, 0.5), Some(5.0), Some(5.5)),
        cut(Law::normal(3.0, 0.5), Some(0.5), Some(1.0)),
        cut(Law::lognormal_median_sigma(60.0, 0.8), None, Some(365.0)),
        cut(Law::lognormal_median_sigma(1.0, 4.0), Some(0.5), None),
        cut(Law::gamma(0.7, 30.0), Some(10.0), Some(500.0)),
        cut(Law::gamma(2.5, 2.0), Some(30.0), None),
        cut(Law::weibull(0.5, 90.0), None, Some(1000.0)),
        cut(Law::exponential(45.0), Some(30.0), Some(31.0)),
        cut(Law::beta(2.0, 3.0, 0.0, 1.0), Some(0.2), Some(0.9)),
    ]
}

/// Probabilities up to 1/2, out to the smallest a uniform can be and beyond.
const TAIL: [f64; 14] = [
    0.5,
    0.4999,
    0.37,
    0.25,
    0.2,
    0.1,
    0.03,
    1e-2,
    1e-3,
    1e-5,
    1e-9,
    1e-12,
    1.0 / (1u64 << 53) as f64,
    1e-30,
];

/// Whether the tail on one side of `x` is `p`, but for 1e-10 of it, the slack, and the rounding of x by two units.
fn is_tail(tail: impl Fn(f64) -> f64, p: f64, slack: f64, x: f64) -> bool {
    let around = [x.next_down().next_down(), x.next_up().next_up()].map(tail);
    let (less, more) = (around[0].min(around[1]), around[0].max(around[1]));
    less <= p * (1.0 + 1e-10) + slack && p * (1.0 - 1e-10) - slack <= more
}

#[test]
fn the_distribution_function_inverts_the_quantile() {
    // Near the cut of a truncated law, probabilities are small differences of what was rounded.
    let truncated = truncated().into_iter().map(|law| (law, 1e-13));
    for (law, slack) in continuous().into_iter().map(|law| (law, 0.0)).chain(truncated) {
        for p in TAIL {
            let x = law.quantile(p);
            assert!(is_tail(|x| law.cdf(x), p, slack, x), "{law:?}: {p} below {x}, cdf {:e}", law.cdf(x));
            let x = law.quantile_upper(p);
            assert!(is_tail(|x| law.sf(x), p, slack, x), "{law:?}: {p} above {x}, sf {:e}", law.sf(x));
        }
    }
}

#[test]
fn both_quantiles_are_one_function() {
    for law in continuous().into_iter().chain(truncated()) {
        for p in [0.001, 0.2, 0.5, 0.6, 0.875, 0.99] {
            let (below, above) = (law.quantile(p), law.quantile_upper(1.0 - p));
            // 1 - p is rounded, which steep laws feel.
            assert!(
                (below - above).abs() <= 1e-10 * (law.sd() + below.abs()),
                "{law:?} at {p}: {below} {above}"
            );
        }
    }
}

#[test]
fn quantiles_rise_within_the_support() {
    for law in continuous().into_iter().chain(truncated()) {
        let (low, high) = law.support();
        let mut last = f64::NEG_INFINITY;
        for i in 0..5000 {
            let x = law.quantile((f64::from(i) + 0.5) / 5000.0);
            assert!(last <= x && low <= x && x <= high, "{law:?} at {i}: {x} after {last}");
            last = x;
        }
        let smallest = 1.0 / (1u64 << 53) as f64;
        assert!(low <= law.quantile(smallest) && law.quantile(1.0 - smallest) <= high, "{law:?}");
    }
}

#[test]
fn outside_the_support_probabilities_are_zero_and_one() {
    for law in continuous().into_iter().chain(truncated()) {
        let (low, high) = law.support();
        if low.is_finite() {
            assert_eq!((law.cdf(low - 1.0), law.sf(low - 1.0)), (0.0, 1.0), "{law:?}");
            assert_eq!((law.cdf(low), law.sf(low)), (0.0, 1.0), "{law:?}");
        }
        if high.is_finite() {
            assert_eq!((law.cdf(high + 1.0), law.sf(high + 1.0)), (1.0, 0.0), "{law:?}");
            assert_eq!((law.cdf(high), law.sf(high)), (1.0, 0.0), "{law:?}");
        }
    }
}

#[test]
fn each_way_to_write_a_law_gives_what_it_says() {
    let close = |a: f64, b: f64| assert!((a - b).abs() <= 1e-12 * b.abs(), "{a} for {b}");
    let law = Law::normal_p5_p95(2.0, 10.0).unwrap();
    close(law.quantile(0.05), 2.0);
    close(law.quantile(0.95), 10.0);
    let law = Law::normal_median_p90(-3.0, 4.0).unwrap();
    close(law.quantile(0.5), -3.0);
    close(law.quantile(0.9), 4.0);
    let law = Law::lognormal_median_p90(60.0, 180.0).unwrap();
    close(law.quantile(0.5), 60.0);
    close(law.quantile(0.9), 180.0);
    let law = Law::lognormal_p5_p95(0.2, 700.0).unwrap();
    close(law.quantile(0.05), 0.2);
    close(law.quantile(0.95), 700.0);
    let law = Law::lognormal_median_sigma(60.0, 0.5).unwrap();
    close(law.quantile(0.5), 60.0);
    close(law.quantile(shortfall::random::normal::cdf(2.0)), 60.0 * libm::exp(1.0));
    for law in [
        Law::lognormal_mean_sd(40.0, 90.0),
        Law::gamma_mean_sd(40.0, 90.0),
        Law::beta_mean_sd(40.0, 90.0, -60.0, 200.0),
    ] {
        let law = law.unwrap();
        close(law.mean(), 40.0);
        close(law.sd(), 90.0);
    }
    close(Law::pert(1.0, 2.0, 9.0).unwrap().mean(), (1.0 + 8.0 + 9.0) / 6.0);
    close(Law::weibull(2.0, 3.0).unwrap().sf(3.0), libm::exp(-1.0));
    close(Law::exponential(5.0).unwrap().quantile(0.5), 5.0 * std::f64::consts::LN_2);
}

#[test]
fn laws_know_their_names() {
    let names: Vec<&str> = continuous().iter().map(Law::name).collect();
    let mut once = names.clone();
    once.dedup();
    let expected =
        ["uniform", "triangular", "pert", "normal", "lognormal", "gamma", "weibull", "exponential", "beta"];
    assert_eq!(once, expected);
    assert_eq!(Law::discrete(&[1.0], &[1.0]).unwrap().name(), "discrete");
    assert_eq!(Law::empirical(&[1.0]).unwrap().name(), "empirical");
}
