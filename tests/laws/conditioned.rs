//! Truncation, and laws on the condition of having lasted longer.

use shortfall::random::Law;

use crate::{TAIL, continuous, truncated};

fn assert_close(a: f64, b: f64, tolerance: f64, what: &str) {
    assert!((a - b).abs() <= tolerance * b.abs(), "{what}: {a} for {b}");
}

#[test]
fn a_truncated_law_is_the_law_given_the_range() {
    let law = Law::gamma(2.5, 2.0).unwrap();
    let (min, max) = (1.0, 12.0);
    let cut = law.clone().truncated(Some(min), Some(max)).unwrap();
    assert_eq!(cut.support(), (min, max));
    let mass = law.cdf(max) - law.cdf(min);
    for x in [1.5, 4.0, 7.0, 11.9] {
        assert_close(cut.cdf(x), (law.cdf(x) - law.cdf(min)) / mass, 1e-13, "cdf");
        assert_close(cut.sf(x), (law.cdf(max) - law.cdf(x)) / mass, 1e-12, "sf");
    }
}

#[test]
fn far_tails_are_truncated_exactly() {
    // P(Z > 5.9) is about 2e-9: in the upper tail the law is known by sf alone.
    let cut = Law::normal(0.0, 1.0).unwrap().truncated(Some(5.9), None).unwrap();
    // The median solves sf(x) = sf(5.9) / 2: computed with mpmath 1.3.
    assert_close(cut.quantile(0.5), 6.013329760454578, 1e-14, "median");
    let mirrored = Law::normal(0.0, 1.0).unwrap().truncated(None, Some(-5.9)).unwrap();
    assert_eq!(mirrored.quantile(0.5), -cut.quantile(0.5));
    assert_close(mirrored.mean(), -cut.mean(), 1e-14, "mean");
}

#[test]
fn truncating_twice_is_truncating_to_what_is_common() {
    let law = Law::lognormal_median_sigma(60.0, 0.8).unwrap();
    let twice = law.clone().truncated(Some(20.0), None).unwrap().truncated(Some(5.0), Some(90.0)).unwrap();
    assert_eq!(twice, law.clone().truncated(Some(20.0), Some(90.0)).unwrap());
    assert_eq!(law.clone().truncated(None, None).unwrap(), law);
    assert_eq!(law.clone().truncated(Some(-1.0), None).unwrap(), law);
}

#[test]
fn an_exponential_has_no_memory() {
    let law = Law::exponential(45.0).unwrap();
    for u in [1e-12, 0.1, 0.5, 0.999] {
        for elapsed in [0.0, 1.0, 200.0, 1e5] {
            assert_close(
                law.longer_than(u, elapsed) - elapsed,
                law.quantile(u),
                1e-9 + 1e-11 / u,
                "remaining",
            );
        }
    }
}

#[test]
fn a_weibull_has_lasted_by_its_closed_form() {
    let (shape, scale) = (0.7, 30.0);
    let law = Law::weibull(shape, scale).unwrap();
    for u in [0.01, 0.5, 0.99] {
        for elapsed in [0.0, 3.0, 60.0, 1e6] {
            let hazard = libm::pow(elapsed / scale, shape) - libm::log(1.0 - u);
            let expected = scale * libm::pow(hazard, 1.0 / shape);
            assert_close(law.longer_than(u, elapsed), expected, 1e-13, "longer than");
        }
    }
}

#[test]
fn what_has_lasted_has_its_share_of_the_tail_left() {
    // A cut law loses its last digits at the cut, where its tail is a difference.
    let laws =
        continuous().into_iter().map(|law| (law, 0.0)).chain(truncated().into_iter().map(|law| (law, 1e-14)));
    for (law, slack) in laws {
        for s in [0.999, 0.6, 0.2, 1e-3, 1e-12, 1e-100, 1e-250] {
            let elapsed = law.quantile_upper(s);
            // Where the tail is narrower than the rounding of the values there is nothing to tell apart.
            if law.support().1 - elapsed < 1e-6 * elapsed.abs() {
                continue;
            }
            for u in [1e-9, 0.1, 0.5, 0.9, 0.999_999] {
                let x = law.longer_than(u, elapsed);
                let expected = (1.0 - u) * law.sf(elapsed);
                assert!(x >= elapsed, "{law:?}: {x} after {elapsed}");
                let (before, after) = (law.sf(x.next_down().next_down()), law.sf(x.next_up().next_up()));
                let good =
                    before >= expected * (1.0 - 1e-9) - slack && after <= expected * (1.0 + 1e-9) + slack;
                assert!(good, "{law:?}: {x} after {elapsed} leaves {:e} for {expected:e}", law.sf(x));
            }
        }
    }
}

#[test]
fn before_the_support_nothing_is_known_and_beyond_it_nothing_is_left() {
    for law in continuous().into_iter().chain(truncated()) {
        let (low, high) = law.support();
        for u in TAIL {
            if low.is_finite() {
                assert_eq!(law.longer_than(u, low - 1.0), law.quantile(u), "{law:?}");
            }
            if high.is_finite() {
                assert_eq!(law.longer_than(u, high), high, "{law:?}");
                assert_eq!(law.longer_than(u, high + 3.0), high + 3.0, "{law:?}");
            }
        }
    }
    // 60 standard deviations out the tail is below the smallest number there is.
    assert_eq!(Law::normal(0.0, 1.0).unwrap().longer_than(0.5, 60.0), 60.0);
    assert_eq!(Law::gamma(2.0, 1.0).unwrap().longer_than(0.5, 1e4), 1e4);
}
