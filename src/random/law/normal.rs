//! The normal law.

use super::error::{LawError, require, require_finite};
use super::family::Family;
use crate::random::special::normal;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Normal {
    mean: f64,
    sd: f64,
}

impl Normal {
    pub fn new(mean: f64, sd: f64) -> Result<Self, LawError> {
        require_finite(&[("mean", mean), ("sd", sd)])?;
        require(sd > 0.0, "sd must be above 0; if the value is certain, write it without a law")?;
        Ok(Normal { mean, sd })
    }

    pub fn from_p5_p95(p5: f64, p95: f64) -> Result<Self, LawError> {
        require_finite(&[("p5", p5), ("p95", p95)])?;
        require(p5 < p95, "p95 must be above p5; if the value is certain, write it without a law")?;
        Normal::new(p5 + 0.5 * (p95 - p5), 0.5 * (p95 - p5) / normal::quantile(0.95))
    }

    pub fn from_median_p90(median: f64, p90: f64) -> Result<Self, LawError> {
        require_finite(&[("median", median), ("p90", p90)])?;
        require(
            median < p90,
            "p90 must be above the median; if the value is certain, write it without a law",
        )?;
        Normal::new(median, (p90 - median) / normal::quantile(0.9))
    }
}

impl Family for Normal {
    fn name(&self) -> &'static str {
        "normal"
    }

    #[inline]
    fn quantile(&self, u: f64) -> f64 {
        self.mean + self.sd * normal::quantile(u)
    }

    #[inline]
    fn quantile_upper(&self, s: f64) -> f64 {
        self.mean - self.sd * normal::quantile(s)
    }

    fn cdf(&self, x: f64) -> f64 {
        normal::cdf((x - self.mean) / self.sd)
    }

    fn sf(&self, x: f64) -> f64 {
        normal::sf((x - self.mean) / self.sd)
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn sd(&self) -> f64 {
        self.sd
    }

    fn support(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }
}
