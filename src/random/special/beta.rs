//! The beta distribution in its odds x / (1 - x): the regularised incomplete beta function and its inverse.
//!
//! Odds keep both ends exact: the odds of the mirrored distribution are the reciprocals.

use std::f64::consts::PI;

use super::solve::{Tail, solve};
use super::{LOG_TINY, Tails, deviance, scaled_gamma};

/// A beta distribution on 0 to 1, described by its odds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::random) struct BetaOdds {
    a: f64,
    b: f64,
    /// The density of the log-odds at the mean.
    height: f64,
    /// ln(a B(a, b)).
    log_power: f64,
}

impl BetaOdds {
    /// Both shapes must be above 0.
    pub fn new(a: f64, b: f64) -> Self {
        let n = a + b;
        let height =
            (a / (2.0 * PI) * (b / n)).sqrt() * scaled_gamma(n) / (scaled_gamma(a) * scaled_gamma(b));
        // The height is (a / n)^a (b / n)^b / B(a, b).
        let log_share =
            |part: f64, rest: f64| if part > rest { libm::log1p(-rest / n) } else { libm::log(part / n) };
        let log_power = libm::log(a / height) + a * log_share(a, b) + b * log_share(b, a);
        BetaOdds { a, b, height, log_power }
    }

    /// The distribution of 1 - x.
    pub fn mirrored(&self) -> Self {
        let log_power = self.log_power + libm::log(self.b / self.a);
        BetaOdds { a: self.b, b: self.a, height: self.height, log_power }
    }

    /// Both tails at the odds `w >= 0`, each with a small relative error.
    pub fn tails(&self, w: f64) -> Tails {
        let (a, b, n) = (self.a, self.b, self.a + self.b);
        if w <= 0.0 {
            return Tails { lower: 0.0, upper: 1.0, density: 0.0, bend: a };
        }
        if w == f64::INFINITY {
            return Tails { lower: 1.0, upper: 0.0, density: 0.0, bend: -b };
        }
        let (x, y) = (w / (1.0 + w), 1.0 / (1.0 + w));
        let excess = x * b - y * a;
        // a ln(x n / a) + b ln(y n / b): the terms of first order cancel, so the deviances alone remain.
        let exponent = a * deviance(x * n / a, excess / a) + b * deviance(y * n / b, -excess / b);
        let density = self.height * libm::exp(-exponent);
        let (lower, upper) = if x * (n + 2.0) <= a + 1.0 {
            let lower = density / continued_fraction(a, b, x, y);
            (lower, 1.0 - lower)
        } else {
            let upper = density / continued_fraction(b, a, y, x);
            (1.0 - upper, upper)
        };
        Tails { lower, upper, density, bend: -excess }
    }

    /// The odds below which lies the probability `p`; meant for p up to 1/2 (above, use the mirrored distribution).
    pub fn lower_quantile(&self, p: f64, guess: Option<f64>) -> f64 {
        let (a, b) = (self.a, self.b);
        // A lower bound, since the density of the log-odds t is below exp(a t) / B(a, b).
        let power = (libm::log(p) + self.log_power) / a;
        if power < LOG_TINY {
            return libm::exp(power);
        }
        let guess = guess.unwrap_or_else(|| {
            let normal = libm::log(a / b) - (-2.0 * libm::log(p) * (1.0 / a + 1.0 / b)).sqrt();
            libm::exp(f64::max(power, normal))
        });
        solve(Tail::Lower, p, guess, |w| self.tails(w))
    }
}

/// Density of the log-odds / lower tail, for x up to about the mean.
///
/// Didonato and Morris, "Algorithm 708", ACM Transactions on Mathematical Software 18 (1992), 360-373, function
/// BFRAC: the even part of DLMF 8.17.22, evaluated as Lentz does.
fn continued_fraction(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let mut value = a * (a * y - b * x + 1.0) / (a + 1.0);
    let mut c = value;
    let mut d = 0.0;
    for m in 1..100_000 {
        let m = f64::from(m);
        let before = a + 2.0 * m - 1.0;
        let numerator = (a + m - 1.0) / before * ((a + b + m - 1.0) / before) * m * (b - m) * x * x;
        let denominator = m
            + m * (b - m) * x / before
            + (a + m) * (a * y - b * x + 1.0 + m * (2.0 - x)) / (a + 2.0 * m + 1.0);
        d = 1.0 / (denominator + numerator * d);
        c = denominator + numerator / c;
        let factor = c * d;
        value *= factor;
        if (factor - 1.0).abs() < 2e-16 {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::super::tests::close;
    use super::*;

    /// Both shapes, the odds, and both tails: computed with mpmath 1.3 to 50 digits.
    const REFERENCE: [(f64, f64, f64, f64, f64); 30] = [
        (0.05, 0.05, 3.30889619809547e-17, 0.07526951503841285, 0.9247304849615872),
        (0.05, 0.7, 0.7228835894830109, 0.9350978933538092, 0.06490210664619081),
        (0.05, 2.5, 2.3874258135400163e-06, 0.5573030879658757, 0.4426969120341243),
        (0.05, 60.0, 562.2350691958984, 1.0, 9.562159635557518e-169),
        (0.5, 0.05, 5.9961143432612734e-12, 2.2934903114129746e-07, 0.9999997706509689),
        (0.5, 0.7, 1.8028123515965682, 0.6981189792952935, 0.30188102070470646),
        (0.5, 2.5, 0.009024387993654235, 0.15983175677289452, 0.8401682432271055),
        (0.5, 60.0, 0.5902494339874872, 0.9999999999999039, 9.614051167060735e-14),
        (0.5, 100000.0, 5e-06, 0.6826882822849757, 0.31731171771502437),
        (1.0, 0.7, 0.06328544291937638, 0.042045035828111275, 0.9579549641718887),
        (1.0, 1.0, 69.59137847064173, 0.9858339641233116, 0.014166035876688403),
        (1.0, 60.0, 0.010066985103578618, 0.45173637068531375, 0.5482636293146862),
        (1.0, 100000.0, 2.4786778154023857e-08, 0.0024756083994324466, 0.9975243916005675),
        (3.0, 0.05, 44996434.92425559, 0.5540827657005294, 0.4459172342994706),
        (3.0, 1.0, 1.6841517413967844, 0.24701450960808005, 0.75298549039192),
        (3.0, 2.5, 481.43124459056423, 0.9999984640570054, 1.5359429945288627e-06),
        (3.0, 3000.0, 0.001, 0.576697957049497, 0.42330204295050294),
        (40.0, 0.05, 0.10380422493411791, 1.448912221798485e-44, 1.0),
        (40.0, 0.7, 2127.023578780572, 0.9325382098823963, 0.0674617901176037),
        (40.0, 2.5, 11.549343574540968, 0.2386339728714899, 0.7613660271285101),
        (40.0, 60.0, 2.7826505494203873, 0.9999999999990359, 9.641531017106463e-13),
        (40.0, 100000.0, 0.0004, 0.5210162745688064, 0.4789837254311936),
        (1000.0, 0.7, 785.7249461009943, 0.1737441974258682, 0.8262558025741318),
        (1000.0, 1.0, 1100477.1367675154, 0.9990917164002018, 0.0009082835997982519),
        (1000.0, 60.0, 16.666666666666668, 0.48432233428263516, 0.5156776657173648),
        (1000.0, 100000.0, 0.00826394527755871, 3.160037651494883e-09, 0.9999999968399623),
        (100000.0, 0.05, 1341848098420.1099, 0.5478558993361582, 0.45214410066384175),
        (100000.0, 1.0, 100000.0, 0.36788128056098407, 0.632118719439016),
        (100000.0, 60.0, 767.9709365150701, 2.188572391768358e-12, 0.9999999999978114),
        (100000.0, 3000.0, 33.643589252766205, 0.6891532932681066, 0.3108467067318934),
    ];

    #[test]
    fn both_tails_have_a_small_relative_error() {
        for (a, b, w, lower, upper) in REFERENCE {
            let at = BetaOdds::new(a, b).tails(w);
            assert!(close(at.lower, lower, 2e-13), "({a}, {b}) below {w}: {:e} for {lower:e}", at.lower);
            assert!(close(at.upper, upper, 2e-13), "({a}, {b}) above {w}: {:e} for {upper:e}", at.upper);
        }
    }

    #[test]
    fn quantiles_invert_the_reference() {
        for (a, b, w, lower, upper) in REFERENCE {
            let beta = BetaOdds::new(a, b);
            let found = if lower < upper {
                beta.lower_quantile(lower, None)
            } else {
                1.0 / beta.mirrored().lower_quantile(upper, None)
            };
            assert!(close(found, w, 2e-13), "({a}, {b}): {found} for {w}");
        }
    }

    #[test]
    fn whole_shapes_are_binomial_sums() {
        // I_x(2, 3) is the chance of at least 2 successes in 4.
        let x: f64 = 0.3;
        let expected = 1.0 - 0.7 * 0.7 * 0.7 * 0.7 - 4.0 * x * 0.7 * 0.7 * 0.7;
        assert!(close(BetaOdds::new(2.0, 3.0).tails(x / 0.7).lower, expected, 1e-14));
    }
}
