//! Laws on finitely many values: with weights, or the empirical law of observations.

use super::error::{LawError, require};
use super::family::Family;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Discrete {
    name: &'static str,
    /// Ascending, each once.
    values: Box<[f64]>,
    /// The probability up to and including each value; the last is 1.
    cumulative: Box<[f64]>,
}

impl Discrete {
    pub fn weighted(values: &[f64], weights: &[f64]) -> Result<Self, LawError> {
        if values.len() != weights.len() {
            let message = format!(
                "there must be one weight for each value, not {} weights for {} values",
                weights.len(),
                values.len()
            );
            return Err(LawError::new(message));
        }
        require(weights.iter().all(|w| *w >= 0.0 && w.is_finite()), "weights must be finite and at least 0")?;
        let total: f64 = weights.iter().sum();
        require(values.is_empty() || total > 0.0, "at least one weight must be above 0")?;
        require(values.is_empty() || total.is_finite(), "the weights are too large to add up")?;
        Discrete::new("discrete", values.iter().copied().zip(weights.iter().copied()).collect())
    }

    pub fn empirical(values: &[f64]) -> Result<Self, LawError> {
        Discrete::new("empirical", values.iter().map(|v| (*v, 1.0)).collect())
    }

    fn new(name: &'static str, mut pairs: Vec<(f64, f64)>) -> Result<Self, LawError> {
        require(!pairs.is_empty(), "values must not be empty")?;
        require(pairs.iter().all(|(value, _)| value.is_finite()), "values must be finite numbers")?;
        pairs.retain(|(_, weight)| *weight > 0.0);
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut values, mut sums) = (Vec::<f64>::new(), Vec::new());
        let mut sum = 0.0;
        for (value, weight) in pairs {
            sum += weight;
            if values.last() == Some(&value) {
                sums.pop();
            } else {
                values.push(value);
            }
            sums.push(sum);
        }
        Ok(Discrete { name, values: values.into(), cumulative: sums.iter().map(|part| part / sum).collect() })
    }

    /// The first value, from the one numbered `start` on, whose cumulative probability reaches `u`.
    #[inline]
    fn reaching(&self, u: f64, start: usize) -> f64 {
        let index = self.cumulative.partition_point(|c| *c < u);
        self.values[index.max(start).min(self.values.len() - 1)]
    }

    /// How many of the values are at most `x`.
    fn up_to(&self, x: f64) -> usize {
        self.values.partition_point(|value| *value <= x)
    }

    /// The probability up to and including each value.
    pub fn cumulative(&self) -> &[f64] {
        &self.cumulative
    }

    /// The sum over the values of f times their probability.
    pub fn average(&self, f: impl Fn(f64) -> f64) -> f64 {
        let mut last = 0.0;
        let mut sum = 0.0;
        for (value, cumulative) in self.values.iter().zip(&self.cumulative) {
            sum += (cumulative - last) * f(*value);
            last = *cumulative;
        }
        sum
    }
}

impl Family for Discrete {
    fn name(&self) -> &'static str {
        self.name
    }

    #[inline]
    fn quantile(&self, u: f64) -> f64 {
        self.reaching(u, 0)
    }

    #[inline]
    fn quantile_upper(&self, s: f64) -> f64 {
        self.reaching(1.0 - s, 0)
    }

    fn cdf(&self, x: f64) -> f64 {
        match self.up_to(x) {
            0 => 0.0,
            n => self.cumulative[n - 1],
        }
    }

    fn sf(&self, x: f64) -> f64 {
        1.0 - self.cdf(x)
    }

    fn mean(&self) -> f64 {
        self.average(|value| value)
    }

    fn sd(&self) -> f64 {
        let mean = self.mean();
        self.average(|value| (value - mean) * (value - mean)).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        (self.values[0], self.values[self.values.len() - 1])
    }

    fn longer_than(&self, u: f64, elapsed: f64) -> f64 {
        let below = self.cdf(elapsed);
        self.reaching(below + u * (1.0 - below), self.up_to(elapsed))
    }
}
