//! The PERT law: a beta law described by its least, most likely and greatest value.
//!
//! Vose, Risk Analysis (2008), "modified PERT" with its parameter at 4: shapes 1 + 4 (mode - min) / (max - min) and
//! 1 + 4 (max - mode) / (max - min).

use super::beta::Beta;
use super::error::{LawError, require, require_finite};
use super::family::Family;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pert {
    beta: Beta,
}

impl Pert {
    pub fn new(min: f64, mode: f64, max: f64) -> Result<Self, LawError> {
        require_finite(&[("min", min), ("mode", mode), ("max", max)])?;
        require(min < max, "min must be below max; if the value is certain, write it without a law")?;
        require(min <= mode && mode <= max, "mode must lie between min and max")?;
        let share = |part: f64| 1.0 + 4.0 * (part / (max - min));
        Ok(Pert { beta: Beta::new(share(mode - min), share(max - mode), min, max)? })
    }
}

impl Family for Pert {
    fn name(&self) -> &'static str {
        "pert"
    }

    #[inline]
    fn quantile(&self, u: f64) -> f64 {
        self.beta.quantile(u)
    }

    #[inline]
    fn quantile_upper(&self, s: f64) -> f64 {
        self.beta.quantile_upper(s)
    }

    fn cdf(&self, x: f64) -> f64 {
        self.beta.cdf(x)
    }

    fn sf(&self, x: f64) -> f64 {
        self.beta.sf(x)
    }

    fn mean(&self) -> f64 {
        self.beta.mean()
    }

    fn sd(&self) -> f64 {
        self.beta.sd()
    }

    fn support(&self) -> (f64, f64) {
        self.beta.support()
    }
}
