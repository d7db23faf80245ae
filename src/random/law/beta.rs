//! The beta law on an interval.

use super::error::{LawError, require, require_finite};
use super::family::Family;
use crate::random::special::beta::BetaOdds;
use crate::random::table::Table;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Beta {
    shape1: f64,
    shape2: f64,
    low: f64,
    high: f64,
    odds: BetaOdds,
    /// The odds (x - low) / (high - x) by the probability below them.
    lower: Table,
    /// The odds (high - x) / (x - low) by the probability above x.
    upper: Table,
}

impl Beta {
    pub fn new(shape1: f64, shape2: f64, low: f64, high: f64) -> Result<Self, LawError> {
        require_finite(&[("shape1", shape1), ("shape2", shape2), ("low", low), ("high", high)])?;
        require(low < high, "low must be below high; if the value is certain, write it without a law")?;
        let possible = 0.01..=1e6;
        require(
            possible.contains(&shape1) && possible.contains(&shape2),
            "shape1 and shape2 must be from 0.01 to 1000000",
        )?;
        let odds = BetaOdds::new(shape1, shape2);
        let mirrored = odds.mirrored();
        // A share of the spread, which shrinks against the odds as the shapes grow.
        let tolerance = 1e-11 * f64::min(1.0, (1.0 / shape1 + 1.0 / shape2).sqrt());
        Ok(Beta {
            shape1,
            shape2,
            low,
            high,
            odds,
            lower: Table::new(tolerance, |p, guess| odds.lower_quantile(p, guess)),
            upper: Table::new(tolerance, |p, guess| mirrored.lower_quantile(p, guess)),
        })
    }

    pub fn from_mean_sd(mean: f64, sd: f64, low: f64, high: f64) -> Result<Self, LawError> {
        require_finite(&[("mean", mean), ("sd", sd), ("low", low), ("high", high)])?;
        require(low < high, "low must be below high")?;
        require(low < mean && mean < high, "mean must lie between low and high")?;
        require(sd > 0.0, "sd must be above 0; if the value is certain, write it without a law")?;
        let width = high - low;
        let (below, above, spread) = ((mean - low) / width, (high - mean) / width, sd / width);
        let sum = below * (above / (spread * spread)) - 1.0;
        require(sum > 0.0, "sd must be below the square root of (mean - low) (high - mean)")?;
        let (shape1, shape2) = (below * sum, above * sum);
        require(
            shape1 >= 0.01 && shape2 >= 0.01,
            "sd is too near its limit, the square root of (mean - low) (high - mean); write a discrete law",
        )?;
        require(
            shape1 <= 1e6 && shape2 <= 1e6,
            "sd is too small for a beta law; write a normal one, or the value without a law",
        )?;
        Beta::new(shape1, shape2, low, high)
    }

    /// The point that lies `odds` : 1 between `from` and `to`, measured from the nearer of them.
    #[inline]
    fn between(from: f64, to: f64, odds: f64) -> f64 {
        if odds <= 1.0 { from + (to - from) * (odds / (1.0 + odds)) } else { to - (to - from) / (1.0 + odds) }
    }
}

impl Family for Beta {
    fn name(&self) -> &'static str {
        "beta"
    }

    #[inline]
    fn quantile(&self, u: f64) -> f64 {
        if u >= 0.5 {
            return self.quantile_upper(1.0 - u);
        }
        let odds = self.lower.value(u).unwrap_or_else(|| self.odds.lower_quantile(u, None));
        Beta::between(self.low, self.high, odds)
    }

    #[inline]
    fn quantile_upper(&self, s: f64) -> f64 {
        if s > 0.5 {
            return self.quantile(1.0 - s);
        }
        let odds = self.upper.value(s).unwrap_or_else(|| self.odds.mirrored().lower_quantile(s, None));
        Beta::between(self.high, self.low, odds)
    }

    fn cdf(&self, x: f64) -> f64 {
        if x >= self.high { 1.0 } else { self.odds.tails((x - self.low) / (self.high - x)).lower }
    }

    fn sf(&self, x: f64) -> f64 {
        if x >= self.high { 0.0 } else { self.odds.tails((x - self.low) / (self.high - x)).upper }
    }

    fn mean(&self) -> f64 {
        Beta::between(self.low, self.high, self.shape1 / self.shape2)
    }

    fn sd(&self) -> f64 {
        let sum = self.shape1 + self.shape2;
        (self.high - self.low) * (self.shape1 / sum * (self.shape2 / sum) / (sum + 1.0)).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        (self.low, self.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_agree_with_the_exact_inverse() {
        let shapes = [0.01, 0.05, 0.3, 1.0, 1.5, 4.0, 30.0, 1e3, 1e5, 1e6];
        for (a, b) in shapes.iter().flat_map(|a| shapes.map(|b| (*a, b))) {
            let beta = Beta::new(a, b, 0.0, 1.0).unwrap();
            let spread = f64::min(1.0, (1.0 / a + 1.0 / b).sqrt());
            for i in 0..60 {
                let p = libm::exp2(-1.0 - 53.0 * libm::pow((f64::from(i) + 0.37) / 60.0, 2.0));
                // Lower half: x = odds / (1 + odds); upper half: x = 1 / (1 + odds).
                let odds = beta.odds.lower_quantile(p, None);
                let exact = odds / (1.0 + odds);
                let error = (beta.quantile(p) - exact).abs();
                assert!(error <= 1e-10 * spread * exact, "({a}, {b}) at {p}: {error:e} of {exact:e}");
                let exact = 1.0 / (1.0 + beta.odds.mirrored().lower_quantile(p, None));
                let error = (beta.quantile_upper(p) - exact).abs();
                assert!(error <= 1e-10 * spread * exact, "({a}, {b}) above {p}: {error:e} of {exact:e}");
            }
        }
    }
}
