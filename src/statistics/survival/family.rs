//! The families of laws that are fitted to durations, each by its median and a shape.
//!
//! The median is what data pin down best, whatever the family, and its logarithm is nearly independent of the shape's.

use std::f64::consts::{LN_2, PI};

use crate::random::{Law, LawError, normal};

/// A family of laws on (0, inf).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Constant chance of ending; no shape.
    Exponential,
    /// Its shape is the exponent: above 1 the chance of ending rises with age, below 1 it falls.
    Weibull,
    /// Its shape is sigma, the standard deviation of the logarithm.
    Lognormal,
    /// Its shape is that of the gamma law: above 1 the chance of ending rises with age.
    Gamma,
}

impl Family {
    /// All of them, the simplest first.
    pub const ALL: [Family; 4] = [Family::Exponential, Family::Weibull, Family::Lognormal, Family::Gamma];

    /// Its name in scenarios.
    pub fn name(self) -> &'static str {
        match self {
            Family::Exponential => "exponential",
            Family::Weibull => "weibull",
            Family::Lognormal => "lognormal",
            Family::Gamma => "gamma",
        }
    }

    /// What its shape is called; none where it has none.
    pub fn shape_name(self) -> Option<&'static str> {
        match self {
            Family::Exponential => None,
            Family::Weibull | Family::Gamma => Some("shape"),
            Family::Lognormal => Some("sigma"),
        }
    }

    /// How many parameters it has.
    pub fn parameters(self) -> usize {
        if self == Family::Exponential { 1 } else { 2 }
    }

    /// The least and the greatest shape that is looked at.
    pub(super) fn shapes(self) -> (f64, f64) {
        match self {
            Family::Exponential => (1.0, 1.0),
            Family::Weibull => (0.06, 100.0),
            Family::Lognormal => (0.01, 8.0),
            Family::Gamma => (0.02, 10_000.0),
        }
    }

    /// The law with this median and shape.
    ///
    /// # Errors
    /// Where there is no such law.
    pub fn law(self, median: f64, shape: f64) -> Result<Law, LawError> {
        match self {
            Family::Exponential => Law::exponential(median / LN_2),
            Family::Weibull => Law::weibull(shape, median / libm::pow(LN_2, 1.0 / shape)),
            Family::Lognormal => Law::lognormal_median_sigma(median, shape),
            Family::Gamma => Law::gamma(shape, median / Law::gamma(shape, 1.0)?.quantile(0.5)),
        }
    }
}

/// The log-likelihood of durations under one family and shape, at any median.
#[derive(Clone, Debug)]
pub(super) struct Shaped {
    family: Family,
    shape: f64,
    /// Of gamma: the law of scale 1 with its median and ln gamma(shape).
    gamma: Option<(Law, f64, f64)>,
}

impl Shaped {
    pub(super) fn new(family: Family, shape: f64) -> Shaped {
        let gamma = match family {
            Family::Gamma => Law::gamma(shape, 1.0).ok().map(|law| {
                let median = law.quantile(0.5);
                (law, median, libm::lgamma(shape))
            }),
            _ => None,
        };
        Shaped { family, shape, gamma }
    }

    /// ln of the density at `x` of the law with this median.
    pub(super) fn log_density(&self, x: f64, median: f64) -> f64 {
        match (self.family, &self.gamma) {
            (Family::Lognormal, _) => {
                let z = libm::log(x / median) / self.shape;
                -0.5 * z * z - libm::log(x * self.shape * (2.0 * PI).sqrt())
            }
            (_, Some((_, unit, log_gamma))) => {
                let y = unit * x / median;
                self.shape * libm::log(y) - y - log_gamma - libm::log(x)
            }
            _ => {
                // By logarithms: the hazard itself may be near the greatest number there is.
                let log_hazard = libm::log(LN_2) + self.shape * libm::log(x / median);
                log_hazard + libm::log(self.shape / x) - libm::exp(log_hazard)
            }
        }
    }

    /// ln of the probability of more than `x` under the law with this median.
    pub(super) fn log_survival(&self, x: f64, median: f64) -> f64 {
        match (self.family, &self.gamma) {
            (Family::Lognormal, _) => {
                let z = libm::log(x / median) / self.shape;
                // Beyond 30 Mills' ratio is 1 / z to three digits, and no such z is likely.
                if z < 30.0 {
                    libm::log(normal::sf(z))
                } else {
                    -0.5 * z * z - libm::log(z * (2.0 * PI).sqrt())
                }
            }
            (_, Some((law, unit, log_gamma))) => {
                let y = unit * x / median;
                let upper = law.sf(y);
                // Where the tail has underflowed, its leading term (DLMF 8.11.2).
                if upper > 0.0 { libm::log(upper) } else { (self.shape - 1.0) * libm::log(y) - y - log_gamma }
            }
            _ => -LN_2 * libm::pow(x / median, self.shape),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn densities_and_tails_are_those_of_the_laws() {
        for (family, shape) in [
            (Family::Exponential, 1.0),
            (Family::Weibull, 0.7),
            (Family::Weibull, 2.2),
            (Family::Lognormal, 0.5),
            (Family::Gamma, 0.6),
            (Family::Gamma, 40.0),
        ] {
            let (law, shaped) = (family.law(3.0, shape).unwrap(), Shaped::new(family, shape));
            assert!((law.cdf(3.0) - 0.5).abs() < 1e-12, "{family:?}");
            for x in [0.5, 2.0, 3.0, 7.0] {
                let tail = libm::exp(shaped.log_survival(x, 3.0));
                assert!((tail - law.sf(x)).abs() < 1e-12, "{family:?} {shape} {x}");
                let step = 1e-5 * x;
                let slope = (law.cdf(x + step) - law.cdf(x - step)) / (2.0 * step);
                let density = libm::exp(shaped.log_density(x, 3.0));
                assert!((density - slope).abs() < 1e-7 * (1.0 + density), "{family:?} {shape} {x}");
            }
        }
    }

    #[test]
    fn a_hazard_at_the_end_of_numbers_is_unlikely() {
        let shaped = Shaped::new(Family::Weibull, 64.0);
        for median in [1e-3, 1.5e-3, 1.6e-3, 2e-3] {
            let density = shaped.log_density(100.0, median);
            assert!(density < -1e200, "{median}: {density}");
        }
    }

    #[test]
    fn far_tails_do_not_underflow() {
        for family in [Family::Lognormal, Family::Gamma, Family::Weibull] {
            let shaped = Shaped::new(family, 0.5);
            let [near, far] = [1e4, 1e7].map(|x| shaped.log_survival(x, 1.0));
            assert!(far.is_finite() && far < near, "{family:?}: {near} {far}");
        }
    }
}
