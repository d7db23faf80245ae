//! The lognormal law.

use super::error::{LawError, require, require_finite};
use super::family::Family;
use crate::random::special::normal;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lognormal {
    median: f64,
    /// The standard deviation of the logarithm.
    sigma: f64,
}

impl Lognormal {
    pub fn new(median: f64, sigma: f64) -> Result<Self, LawError> {
        require_finite(&[("median", median), ("sigma", sigma)])?;
        require(median > 0.0, "median must be above 0")?;
        require(sigma > 0.0, "sigma must be above 0; if the value is certain, write it without a law")?;
        require(sigma <= 10.0, "the spread is too wide: sigma, that of the logarithm, must be at most 10")?;
        Ok(Lognormal { median, sigma })
    }

    pub fn from_median_p90(median: f64, p90: f64) -> Result<Self, LawError> {
        require_finite(&[("median", median), ("p90", p90)])?;
        require(median > 0.0, "median must be above 0")?;
        require(
            median < p90,
            "p90 must be above the median; if the value is certain, write it without a law",
        )?;
        Lognormal::new(median, libm::log(p90 / median) / normal::quantile(0.9))
    }

    pub fn from_p5_p95(p5: f64, p95: f64) -> Result<Self, LawError> {
        require_finite(&[("p5", p5), ("p95", p95)])?;
        require(p5 > 0.0, "p5 must be above 0")?;
        require(p5 < p95, "p95 must be above p5; if the value is certain, write it without a law")?;
        Lognormal::new(p5.sqrt() * p95.sqrt(), 0.5 * libm::log(p95 / p5) / normal::quantile(0.95))
    }

    pub fn from_mean_sd(mean: f64, sd: f64) -> Result<Self, LawError> {
        require_finite(&[("mean", mean), ("sd", sd)])?;
        require(mean > 0.0, "mean must be above 0")?;
        require(sd > 0.0, "sd must be above 0; if the value is certain, write it without a law")?;
        let variance = libm::log1p((sd / mean) * (sd / mean));
        Lognormal::new(mean * libm::exp(-0.5 * variance), variance.sqrt())
    }

    /// How many sigmas `x > 0` lies above the median.
    fn score(&self, x: f64) -> f64 {
        libm::log(x / self.median) / self.sigma
    }
}

impl Family for Lognormal {
    fn name(&self) -> &'static str {
        "lognormal"
    }

    #[inline]
    fn quantile(&self, u: f64) -> f64 {
        self.median * libm::exp(self.sigma * normal::quantile(u))
    }

    #[inline]
    fn quantile_upper(&self, s: f64) -> f64 {
        self.median * libm::exp(-self.sigma * normal::quantile(s))
    }

    fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 { 0.0 } else { normal::cdf(self.score(x)) }
    }

    fn sf(&self, x: f64) -> f64 {
        if x <= 0.0 { 1.0 } else { normal::sf(self.score(x)) }
    }

    fn mean(&self) -> f64 {
        self.median * libm::exp(0.5 * self.sigma * self.sigma)
    }

    fn sd(&self) -> f64 {
        self.mean() * libm::expm1(self.sigma * self.sigma).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}
