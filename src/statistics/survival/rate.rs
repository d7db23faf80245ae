//! The rate of events in time: a Poisson process observed for as long as it could bring any.

use crate::random::{Law, LawError};

/// Events a unit of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// How many there were.
    pub events: usize,
    /// The time at risk.
    pub time: f64,
    /// The maximum-likelihood estimate, events over time.
    pub value: f64,
    /// Lower end of the exact 95 % interval.
    pub low: f64,
    /// Upper end of the exact 95 % interval.
    pub high: f64,
}

impl Rate {
    /// The probability of at least one event in a unit of time, 1 - exp(-rate), at the estimate.
    pub fn chance(&self) -> f64 {
        -libm::expm1(-self.value)
    }

    /// Mean and standard deviation of the probability of at least one event in a unit of time, 1 - exp(-rate), when
    /// the rate has Jeffreys' posterior, a gamma law of shape events + 1/2 and rate `time`: E exp(-k rate) is
    /// (time / (time + k))^(events + 1/2), its Laplace transform.
    pub fn probability(&self) -> (f64, f64) {
        let shape = self.events as f64 + 0.5;
        let transform = |k: f64| libm::exp(-shape * libm::log1p(k / self.time));
        let (first, second) = (transform(1.0), transform(2.0));
        (1.0 - first, (second - first * first).max(0.0).sqrt())
    }
}

/// The rate of `events` in `time`, with Garwood's interval ("Fiducial limits for the Poisson distribution", Biometrika
/// 28, 1936): exact for a time that does not depend on the events, close to it where the process is off while an event
/// lasts.
///
/// # Errors
/// Where `time` is not above 0, or beyond what a number can hold.
pub fn rate(events: usize, time: f64) -> Result<Rate, LawError> {
    let mean = |shape: usize, u: f64| Law::gamma(shape as f64, 1.0 / time).map(|law| law.quantile(u));
    let low = if events == 0 { 0.0 } else { mean(events, 0.025)? };
    Ok(Rate { events, time, value: events as f64 / time, low, high: mean(events + 1, 0.975)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{ContinuousCDF, Gamma};

    #[test]
    fn intervals_are_garwoods() {
        // Two events: 0.2422 to 7.2247 (Garwood 1936, table; Ulm, Am. J. Epidemiology 131, 1990).
        let two = rate(2, 1.0).unwrap();
        assert!((two.low - 0.2422).abs() < 5e-5 && (two.high - 7.2247).abs() < 5e-5, "{two:?}");
        let none = rate(0, 10.0).unwrap();
        assert_eq!((none.value, none.low), (0.0, 0.0));
        assert!((none.high - 0.36889).abs() < 5e-6);
        assert!(rate(1, 0.0).is_err() && rate(1, f64::NAN).is_err());
    }

    #[test]
    fn the_probability_has_the_posteriors_moments() {
        for (events, time) in [(0, 5.0), (2, 12.75), (6, 3.3)] {
            let (mean, sd) = rate(events, time).unwrap().probability();
            let posterior = Gamma::new(events as f64 + 0.5, time).unwrap();
            // By the midpoints of 20,000 equally likely slices.
            let n = 20_000;
            let p = |i: usize| -libm::expm1(-posterior.inverse_cdf((i as f64 + 0.5) / n as f64));
            let first = (0..n).map(p).sum::<f64>() / n as f64;
            let second = (0..n).map(|i| p(i) * p(i)).sum::<f64>() / n as f64;
            assert!((mean - first).abs() < 1e-4, "{mean} {first}");
            assert!((sd - (second - first * first).sqrt()).abs() < 1e-3, "{sd}");
        }
    }
}
