//! Inverts a tail probability on (0, inf) by a safeguarded Halley iteration.

use super::Tails;

/// Which of the two tails is given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tail {
    /// P(V <= v).
    Lower,
    /// P(V > v).
    Upper,
}

/// The `v` at which the tail is `p`, from a first guess above 0.
///
/// Where the density of ln V is log-concave, as for gamma and for the odds of beta, so are both tails, and Newton's
/// iteration on the logarithm of the tail by ln v converges from everywhere. Halley's correction makes it cubic;
/// the bracket only guards against rounding and underflow.
pub(super) fn solve(tail: Tail, p: f64, guess: f64, tails: impl Fn(f64) -> Tails) -> f64 {
    let (mut low, mut high) = (0.0, f64::INFINITY);
    let mut v = guess;
    for _ in 0..200 {
        let at = tails(v);
        let (value, slope) = match tail {
            Tail::Lower => (at.lower, at.density),
            Tail::Upper => (at.upper, -at.density),
        };
        let too_far_right = (value > p) == (tail == Tail::Lower);
        if too_far_right {
            high = v;
        } else {
            low = v;
        }
        // Where either has underflowed there is no slope to follow.
        let mut next = f64::NAN;
        if value > 0.0 && at.density > 0.0 {
            let newton = -libm::log(value / p) * value / slope;
            let step = newton / (1.0 + 0.5 * newton * (at.bend - slope / value)).clamp(0.5, 2.0);
            // The error left is of the third order in the step.
            if step.abs() < 1e-8 {
                return v * (1.0 + step);
            }
            next = v * libm::exp(step);
        }
        if !(low < next && next < high) {
            next = match (low > 0.0, high < f64::INFINITY) {
                (true, true) => low.sqrt() * high.sqrt(),
                (true, false) => 2.0 * low,
                (false, _) => 0.5 * high,
            };
            if next <= low || next >= high {
                return next;
            }
        }
        v = next;
    }
    v
}
