//! The Weibull law.

use super::error::{LawError, require, require_finite};
use super::family::Family;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Weibull {
    shape: f64,
    scale: f64,
}

impl Weibull {
    pub fn new(shape: f64, scale: f64) -> Result<Self, LawError> {
        require_finite(&[("shape", shape), ("scale", scale)])?;
        require((0.05..=1000.0).contains(&shape), "shape must be from 0.05 to 1000")?;
        require(scale > 0.0, "scale must be above 0")?;
        Ok(Weibull { shape, scale })
    }

    /// The value that is exceeded with probability exp(-hazard).
    #[inline]
    fn at_hazard(&self, hazard: f64) -> f64 {
        self.scale * libm::pow(hazard, 1.0 / self.shape)
    }

    /// -ln P(X > x).
    fn hazard(&self, x: f64) -> f64 {
        libm::pow(x.max(0.0) / self.scale, self.shape)
    }
}

impl Family for Weibull {
    fn name(&self) -> &'static str {
        "weibull"
    }

    #[inline]
    fn quantile(&self, u: f64) -> f64 {
        self.at_hazard(-libm::log1p(-u))
    }

    #[inline]
    fn quantile_upper(&self, s: f64) -> f64 {
        self.at_hazard(-libm::log(s))
    }

    fn cdf(&self, x: f64) -> f64 {
        -libm::expm1(-self.hazard(x))
    }

    fn sf(&self, x: f64) -> f64 {
        libm::exp(-self.hazard(x))
    }

    fn mean(&self) -> f64 {
        self.scale * libm::tgamma(1.0 + 1.0 / self.shape)
    }

    fn sd(&self) -> f64 {
        // gamma(1 + 2/k) / gamma(1 + 1/k)^2 - 1, which tends to 0 as k grows.
        let relative = libm::lgamma(1.0 + 2.0 / self.shape) - 2.0 * libm::lgamma(1.0 + 1.0 / self.shape);
        self.mean() * libm::expm1(relative).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn longer_than(&self, u: f64, elapsed: f64) -> f64 {
        self.at_hazard(self.hazard(elapsed) - libm::log1p(-u))
    }
}
