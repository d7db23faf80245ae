//! The gamma law.

use super::error::{LawError, require, require_finite};
use super::family::Family;
use crate::random::special::gamma::StandardGamma;
use crate::random::table::Table;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Gamma {
    shape: f64,
    scale: f64,
    standard: StandardGamma,
    lower: Table,
    upper: Table,
}

impl Gamma {
    pub fn new(shape: f64, scale: f64) -> Result<Self, LawError> {
        require_finite(&[("shape", shape), ("scale", scale)])?;
        require(
            (0.01..=1e6).contains(&shape),
            "shape must be from 0.01 to 1000000: an sd of 10 to 0.001 times the mean",
        )?;
        require(scale > 0.0, "scale must be above 0")?;
        let standard = StandardGamma::new(shape);
        // A share of the spread, which shrinks against the value as the shape grows.
        let tolerance = 1e-11 * f64::min(1.0, 1.0 / shape.sqrt());
        Ok(Gamma {
            shape,
            scale,
            lower: Table::new(tolerance, |p, guess| standard.lower_quantile(p, guess)),
            upper: Table::new(tolerance, |p, guess| standard.upper_quantile(p, guess)),
            standard,
        })
    }

    pub fn from_mean_sd(mean: f64, sd: f64) -> Result<Self, LawError> {
        require_finite(&[("mean", mean), ("sd", sd)])?;
        require(mean > 0.0, "mean must be above 0")?;
        require(sd > 0.0, "sd must be above 0; if the value is certain, write it without a law")?;
        Gamma::new((mean / sd) * (mean / sd), sd * (sd / mean))
    }
}

impl Family for Gamma {
    fn name(&self) -> &'static str {
        "gamma"
    }

    #[inline]
    fn quantile(&self, u: f64) -> f64 {
        if u >= 0.5 {
            return self.quantile_upper(1.0 - u);
        }
        self.scale * self.lower.value(u).unwrap_or_else(|| self.standard.lower_quantile(u, None))
    }

    #[inline]
    fn quantile_upper(&self, s: f64) -> f64 {
        if s > 0.5 {
            return self.quantile(1.0 - s);
        }
        self.scale * self.upper.value(s).unwrap_or_else(|| self.standard.upper_quantile(s, None))
    }

    fn cdf(&self, x: f64) -> f64 {
        self.standard.tails(x / self.scale).lower
    }

    fn sf(&self, x: f64) -> f64 {
        self.standard.tails(x / self.scale).upper
    }

    fn mean(&self) -> f64 {
        self.shape * self.scale
    }

    fn sd(&self) -> f64 {
        self.shape.sqrt() * self.scale
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_agree_with_the_exact_inverse() {
        for shape in [0.01, 0.05, 0.1, 0.3, 0.7, 1.0, 1.5, 3.0, 10.0, 40.0, 300.0, 1e4, 1e5, 1e6] {
            let gamma = Gamma::new(shape, 1.0).unwrap();
            let spread = f64::min(1.0, 1.0 / f64::sqrt(shape));
            for i in 0..400 {
                let p = libm::exp2(-1.0 - 53.0 * libm::pow((f64::from(i) + 0.37) / 400.0, 2.0));
                let exact = gamma.standard.lower_quantile(p, None);
                let error = (gamma.quantile(p) - exact).abs();
                assert!(error <= 1e-10 * spread * exact, "shape {shape} at {p}: {error:e} of {exact:e}");
                let exact = gamma.standard.upper_quantile(p, None);
                let error = (gamma.quantile_upper(p) - exact).abs();
                assert!(error <= 1e-10 * spread * exact, "shape {shape} above {p}: {error:e} of {exact:e}");
            }
        }
    }
}
