//! The uniform law.

use super::error::{LawError, require, require_finite};
use super::family::Family;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Uniform {
    min: f64,
    max: f64,
}

impl Uniform {
    pub fn new(min: f64, max: f64) -> Result<Self, LawError> {
        require_finite(&[("min", min), ("max", max)])?;
        require(min < max, "min must be below max; if the value is certain, write it without a law")?;
        Ok(Uniform { min, max })
    }
}

impl Family for Uniform {
    fn name(&self) -> &'static str {
        "uniform"
    }

    #[inline]
    fn quantile(&self, u: f64) -> f64 {
        // From the nearer end, so that rounding never leaves the range.
        if u < 0.5 { self.min + u * (self.max - self.min) } else { self.quantile_upper(1.0 - u) }
    }

    fn quantile_upper(&self, s: f64) -> f64 {
        if s <= 0.5 { self.max - s * (self.max - self.min) } else { self.quantile(1.0 - s) }
    }

    fn cdf(&self, x: f64) -> f64 {
        ((x - self.min) / (self.max - self.min)).clamp(0.0, 1.0)
    }

    fn sf(&self, x: f64) -> f64 {
        ((self.max - x) / (self.max - self.min)).clamp(0.0, 1.0)
    }

    fn mean(&self) -> f64 {
        self.min + 0.5 * (self.max - self.min)
    }

    fn sd(&self) -> f64 {
        (self.max - self.min) / f64::sqrt(12.0)
    }

    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }
}
