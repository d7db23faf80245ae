//! The triangular law.

use super::error::{LawError, require, require_finite};
use super::family::Family;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Triangular {
    min: f64,
    mode: f64,
    max: f64,
    /// The probability below the mode, and above it.
    rising: f64,
    falling: f64,
    /// (max - min) (mode - min), and (max - min) (max - mode).
    left: f64,
    right: f64,
}

impl Triangular {
    pub fn new(min: f64, mode: f64, max: f64) -> Result<Self, LawError> {
        require_finite(&[("min", min), ("mode", mode), ("max", max)])?;
        require(min < max, "min must be below max; if the value is certain, write it without a law")?;
        require(min <= mode && mode <= max, "mode must lie between min and max")?;
        let (width, rise, fall) = (max - min, mode - min, max - mode);
        Ok(Triangular {
            min,
            mode,
            max,
            rising: rise / width,
            falling: fall / width,
            left: width * rise,
            right: width * fall,
        })
    }

    /// The quantile `u` up to 1/2; past the mode it is measured from there, lest it cancel where that is the least.
    #[inline]
    fn near_min(&self, u: f64) -> f64 {
        if u < self.rising {
            return self.min + (u * self.left).sqrt();
        }
        let fall = self.max - self.mode;
        self.mode + self.right * (u - self.rising) / (fall + ((1.0 - u) * self.right).sqrt())
    }

    /// The value that is exceeded with probability `s` up to 1/2: the mirror image.
    #[inline]
    fn near_max(&self, s: f64) -> f64 {
        if s < self.falling {
            return self.max - (s * self.right).sqrt();
        }
        let rise = self.mode - self.min;
        self.mode - self.left * (s - self.falling) / (rise + ((1.0 - s) * self.left).sqrt())
    }
}

impl Family for Triangular {
    fn name(&self) -> &'static str {
        "triangular"
    }

    #[inline]
    fn quantile(&self, u: f64) -> f64 {
        if u <= 0.5 { self.near_min(u) } else { self.near_max(1.0 - u) }
    }

    #[inline]
    fn quantile_upper(&self, s: f64) -> f64 {
        if s <= 0.5 { self.near_max(s) } else { self.near_min(1.0 - s) }
    }

    fn cdf(&self, x: f64) -> f64 {
        if x <= self.min {
            0.0
        } else if x < self.mode {
            (x - self.min) * (x - self.min) / self.left
        } else if x < self.max {
            self.rising + (x - self.mode) * ((self.max - self.mode) + (self.max - x)) / self.right
        } else {
            1.0
        }
    }

    fn sf(&self, x: f64) -> f64 {
        if x >= self.max {
            0.0
        } else if x > self.mode {
            (self.max - x) * (self.max - x) / self.right
        } else if x > self.min {
            self.falling + (self.mode - x) * ((self.mode - self.min) + (x - self.min)) / self.left
        } else {
            1.0
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
