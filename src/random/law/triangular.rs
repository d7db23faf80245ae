//! The triangular law.

use super::error::{LawError, require, require_finite};
use super::family::Family;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Triangular {
    min: f64,
    mode: f64,
    max: f64,
    /// The probability below the mode.
    rising: f64,
    /// (max - min) (mode - min).
    left: f64,
    /// (max - min) (max - mode).
    right: f64,
}

impl Triangular {
    pub fn new(min: f64, mode: f64, max: f64) -> Result<Self, LawError> {
        require_finite(&[("min", min), ("mode", mode), ("max", max)])?;
        require(min < max, "min must be below max; if the value is certain, write it without a law")?;
        require(min <= mode && mode <= max, "mode must lie between min and max")?;
        let width = max - min;
        Ok(Triangular {
            min,
            mode,
            max,
            rising: (mode - min) / width,
            left: width * (mode - min),
            right: width * (max - mode),
        })
    }
}

impl Family for Triangular {
    fn name(&self) -> &'static str {
        "triangular"
    }

    #[inline]
    fn quantile(&self, u: f64) -> f64 {
        if u < self.rising {
            self.min + (u * self.left).sqrt()
        } else {
            self.max - ((1.0 - u) * self.right).sqrt()
        }
    }

    fn quantile_upper(&self, s: f64) -> f64 {
        if 1.0 - s < self.rising {
            self.min + ((1.0 - s) * self.left).sqrt()
        } else {
            self.max - (s * self.right).sqrt()
        }
    }

    fn cdf(&self, x: f64) -> f64 {
        if x <= self.min {
            0.0
        } else if x < self.mode {
            (x - self.min) * (x - self.min) / self.left
        } else {
            1.0 - self.sf(x)
        }
    }

    fn sf(&self, x: f64) -> f64 {
        if x >= self.max {
            0.0
        } else if x >= self.mode {
            (self.max - x) * (self.max - x) / self.right
        } else {
            1.0 - self.cdf(x)
        }
    }

    fn mean(&self) -> f64 {
        self.mode + ((self.max - self.mode) - (self.mode - self.min)) / 3.0
    }

    fn sd(&self) -> f64 {
        let (rise, fall) = (self.mode - self.min, self.max - self.mode);
        ((rise * rise + rise * fall + fall * fall) / 18.0).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }
}
