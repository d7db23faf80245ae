//! The gamma distribution of scale 1: the regularised incomplete gamma function and its inverse.

use std::f64::consts::PI;

use super::solve::{Tail, solve};
use super::{LOG_TINY, Tails, deviance, normal, scaled_gamma};

/// A gamma distribution of scale 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::random) struct StandardGamma {
    shape: f64,
    /// The density of ln V at V = shape.
    height: f64,
    /// ln gamma(shape + 1).
    log_factorial: f64,
}

impl StandardGamma {
    /// `shape` must be above 0.
    pub fn new(shape: f64) -> Self {
        StandardGamma {
            shape,
            height: (shape / (2.0 * PI)).sqrt() / scaled_gamma(shape),
            log_factorial: libm::lgamma(shape + 1.0),
        }
    }

    /// Both tails at `x >= 0`, each with a small relative error.
    pub fn tails(&self, x: f64) -> Tails {
        let a = self.shape;
        if x <= 0.0 {
            return Tails { lower: 0.0, upper: 1.0, density: 0.0, bend: a };
        }
        if x == f64::INFINITY {
            return Tails { lower: 1.0, upper: 0.0, density: 0.0, bend: f64::NEG_INFINITY };
        }
        let mu = (x - a) / a;
        let deviance = deviance(x / a, mu);
        let density = self.height * libm::exp(-a * deviance);
        let (lower, upper) = if a > 30.0 && mu.abs() < 0.4 {
            uniform_expansion(a, mu, deviance)
        } else if x < f64::max(a, 1.0) {
            let lower = density * series(a, x);
            (lower, 1.0 - lower)
        } else {
            let upper = density * continued_fraction(a, x);
            (1.0 - upper, upper)
        };
        Tails { lower, upper, density, bend: a - x }
    }

    /// The x with P(X <= x) = `p`; meant for p up to 1/2. A `guess` above 0 saves time, never changes more than rounding.
    pub fn lower_quantile(&self, p: f64, guess: Option<f64>) -> f64 {
        let a = self.shape;
        // Two lower bounds of x: P(X <= x) < x^a / gamma(a + 1), and Chernoff's.
        let power = (libm::log(p) + self.log_factorial) / a;
        if power < LOG_TINY {
            return libm::exp(power);
        }
        let guess = guess.unwrap_or_else(|| f64::max(libm::exp(power), a - (-2.0 * a * libm::log(p)).sqrt()));
        solve(Tail::Lower, p, guess, |x| self.tails(x))
    }

    /// The x with P(X > x) = `s`; meant for s up to 1/2.
    pub fn upper_quantile(&self, s: f64, guess: Option<f64>) -> f64 {
        let a = self.shape;
        if s <= 0.0 {
            return f64::INFINITY;
        }
        let guess = guess.unwrap_or_else(|| {
            // Chernoff: P(X > a + sqrt(2 a l) + l) < exp(-l).
            let l = -libm::log(s);
            a + (2.0 * a * l).sqrt() + l
        });
        solve(Tail::Upper, s, guess, |x| self.tails(x))
    }
}

/// P / density of ln V, by the power series (DLMF 8.7.1).
fn series(a: f64, x: f64) -> f64 {
    let mut term = 1.0 / a;
    let mut sum = term;
    let mut n = a;
    while term > sum * 1e-17 {
        n += 1.0;
        term *= x / n;
        sum += term;
    }
    sum
}

/// Q / density of ln V, by the continued fraction (DLMF 8.9.2 in its even part), evaluated as Lentz does.
fn continued_fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut c = f64::INFINITY;
    let mut d = 1.0 / b;
    let mut value = d;
    for i in 1..100_000 {
        let i = f64::from(i);
        let numerator = -i * (i - a);
        b += 2.0;
        d = 1.0 / (numerator * d + b);
        c = b + numerator / c;
        let factor = c * d;
        value *= factor;
        if (factor - 1.0).abs() < 2e-16 {
            break;
        }
    }
    value
}

/// P and Q for large `a` near the middle, by the uniform asymptotic expansion.
///
/// Temme, "A set of algorithms for the incomplete gamma functions", Probability in the Engineering and
/// Informational Sciences 8 (1994), 291-307, section 3. `deviance` is eta^2 / 2.
fn uniform_expansion(a: f64, mu: f64, deviance: f64) -> (f64, f64) {
    let eta = (2.0 * deviance).sqrt().copysign(mu);
    let last = EXPANSION.len() - 1;
    let mut b = [0.0; EXPANSION.len() + 1];
    for n in (1..=last).rev() {
        b[n - 1] = EXPANSION[n] + (n + 1) as f64 * b[n + 1] / a;
    }
    let sum = b[..last].iter().rev().fold(0.0, |sum, c| sum * eta + c);
    // b[1] / a is what the scaled gamma function exceeds 1 by.
    let rest = libm::exp(-a * deviance) * sum / ((2.0 * PI * a).sqrt() * (1.0 + b[1] / a));
    let z = eta * a.sqrt();
    (normal::cdf(z) - rest, normal::sf(z) + rest)
}

/// The power series of eta / (lambda - 1) by eta, where eta^2 / 2 = lambda - 1 - ln(lambda).
const EXPANSION: [f64; 26] = [
    1.0,
    -1.0 / 3.0,
    1.0 / 12.0,
    -2.0 / 135.0,
    1.0 / 864.0,
    1.0 / 2835.0,
    -1.787551440329218e-4,
    3.919263178522438e-5,
    -2.185448510679992e-6,
    -1.85406221071516e-6,
    8.296711340953087e-7,
    -1.7665952736826078e-7,
    6.707853543401498e-9,
    1.0261809784240309e-8,
    -4.382036018453353e-9,
    9.14769958223679e-10,
    -2.5514193994946248e-11,
    -5.830772132550426e-11,
    2.4361948020667415e-11,
    -5.0276692801141755e-12,
    1.1004392031956135e-13,
    3.371763262400985e-13,
    -1.392388722418162e-13,
    2.8534893807047445e-14,
    -5.139111834242572e-16,
    -1.9752288294349442e-15,
];

#[cfg(test)]
mod tests {
    use super::super::tests::close;
    use super::*;

    /// Shape, x, P, Q: computed with mpmath 1.3 to 60 digits.
    const REFERENCE: [(f64, f64, f64, f64); 17] = [
        (0.05, 5.0000000000000004e-08, 0.44321111209156466, 0.5567888879084353),
        (0.05, 0.05, 0.882243563885668, 0.11775643611433194),
        (0.05, 10.733281572999747, 0.9999998913981519, 1.0860184807165716e-07),
        (0.3, 0.27, 0.7087857878594724, 0.29121421214052756),
        (0.3, 3.5863353450309967, 0.9967398755765587, 0.00326012442344124),
        (1.0, 0.3333333333333333, 0.28346868942621073, 0.7165313105737893),
        (1.0, 2.0, 0.8646647167633873, 0.1353352832366127),
        (2.5, 2.5e-06, 2.973534883699912e-15, 0.999999999999997),
        (2.5, 2.5, 0.5841198130044921, 0.41588018699550794),
        (2.5, 29.473665961010276, 0.9999999999799473, 2.0052747529621813e-11),
        (35.0, 31.5, 0.2892079356222839, 0.7107920643777161),
        (35.0, 70.4964786985977, 0.9999989353055787, 1.0646944213249129e-06),
        (400.0, 133.33333333333334, 2.744310684170731e-77, 1.0),
        (400.0, 420.0, 0.8414421105999932, 0.15855788940000687),
        (400.0, 340.0, 0.0008225638206676885, 0.9991774361793323),
        (10000.0, 10000.0, 0.5013298083399552, 0.4986701916600448),
        (10000.0, 11208.0, 1.0, 1.475882134859462e-31),
    ];

    #[test]
    fn both_tails_have_a_small_relative_error() {
        for (shape, x, lower, upper) in REFERENCE {
            let at = StandardGamma::new(shape).tails(x);
            assert!(close(at.lower, lower, 1e-13), "P({shape}, {x}) = {:e} for {lower:e}", at.lower);
            assert!(close(at.upper, upper, 1e-13), "Q({shape}, {x}) = {:e} for {upper:e}", at.upper);
        }
    }

    #[test]
    fn quantiles_invert_the_reference() {
        for (shape, x, lower, upper) in REFERENCE {
            let gamma = StandardGamma::new(shape);
            let found = if lower < upper {
                gamma.lower_quantile(lower, None)
            } else {
                gamma.upper_quantile(upper, None)
            };
            assert!(close(found, x, 1e-13), "{shape}: {found} for {x}");
        }
    }

    #[test]
    fn the_density_is_the_slope_of_the_lower_tail() {
        // At the seams between the series, the continued fraction and the expansion too.
        for (shape, x) in [(0.3, 1.0), (7.0, 7.0), (29.0, 20.0), (50.0, 30.0), (50.0, 70.0), (1e5, 1e5)] {
            let gamma = StandardGamma::new(shape);
            let h = 1e-4 / f64::sqrt(shape);
            let [below, above] = [-h, h].map(|h| gamma.tails(x * libm::exp(h)).lower);
            let slope = (above - below) / (2.0 * h);
            assert!(close(slope, gamma.tails(x).density, 1e-7), "{shape} {x}");
        }
    }

    #[test]
    fn a_guess_does_not_matter() {
        let gamma = StandardGamma::new(0.05);
        for p in [0.5, 1e-3, 1e-12] {
            let alone = gamma.upper_quantile(p, None);
            for guess in [1e-9, 1e-3, 1.0, 1e2] {
                assert!(close(gamma.upper_quantile(p, Some(guess)), alone, 1e-13), "{p} from {guess}");
            }
        }
    }
}
