//! The exponential law.

use super::error::{LawError, require, require_finite};
use super::family::Family;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Exponential {
    mean: f64,
}

impl Exponential {
    pub fn new(mean: f64) -> Result<Self, LawError> {
        require_finite(&[("mean", mean)])?;
        require(mean > 0.0, "mean must be above 0")?;
        Ok(Exponential { mean })
    }
}

impl Family for Exponential {
    fn name(&self) -> &'static str {
        "exponential"
    }

    #[inline]
    fn quantile(&self, u: f64) -> f64 {
        -self.mean * libm::log1p(-u)
    }

    #[inline]
    fn quantile_upper(&self, s: f64) -> f64 {
        -self.mean * libm::log(s)
    }

    fn cdf(&self, x: f64) -> f64 {
        -libm::expm1(-x.max(0.0) / self.mean)
    }

    fn sf(&self, x: f64) -> f64 {
        libm::exp(-x.max(0.0) / self.mean)
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn sd(&self) -> f64 {
        self.mean
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn longer_than(&self, u: f64, elapsed: f64) -> f64 {
        elapsed + self.quantile(u)
    }
}
