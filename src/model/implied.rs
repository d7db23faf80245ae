//! What an uncertain entry implies: the figures by which its author can tell whether it says what was meant.

use super::{Assumption, Curve, Factor, Model, Quantity};
use crate::quantity::YEAR;
use crate::random::Law;

/// What the draws of an uncertain entry are, in base units, as cut to the range of what they stand for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Implied {
    /// The mean.
    pub mean: f64,
    /// Half of the draws are below.
    pub median: f64,
    /// One draw in twenty is below.
    pub p5: f64,
    /// One draw in twenty is above.
    pub p95: f64,
    /// One draw in a hundred is above.
    pub p99: f64,
    /// The share of draws that lies below the range and is cut to its lower end.
    pub below: f64,
    /// The share of draws that lies above the range and is cut to its upper end.
    pub above: f64,
}

impl Implied {
    /// Of `scale` times a draw of `law`, cut to `low` to `high`.
    pub fn new(law: &Law, scale: f64, low: f64, high: f64) -> Implied {
        let within = |x: f64| (x * scale).clamp(low, high);
        if scale == 0.0 {
            let value = within(0.0);
            return Implied {
                mean: value,
                median: value,
                p5: value,
                p95: value,
                p99: value,
                below: 0.0,
                above: 0.0,
            };
        }
        let rising = scale > 0.0;
        let quantile = |u: f64| within(if rising { law.quantile(u) } else { law.quantile_upper(u) });
        let (low, high) = (low / scale, high / scale);
        let (low, high) = if rising { (low, high) } else { (high, low) };
        // A value on the end itself is not cut.
        let (min, max) = law.support();
        let under = if min < low { law.cdf(low) - at(law, low) } else { 0.0 };
        let over = if max > high { law.sf(high) } else { 0.0 };
        Implied {
            mean: scale * law.mean_within(low, high),
            median: quantile(0.5),
            p5: quantile(0.05),
            p95: quantile(0.95),
            p99: quantile(0.99),
            below: if rising { under } else { over },
            above: if rising { over } else { under },
        }
    }
}

/// The probability of exactly `x`, which only laws on finitely many values have.
fn at(law: &Law, x: f64) -> f64 {
    if matches!(law.name(), "discrete" | "empirical") { law.cdf(x) - law.cdf(x.next_down()) } else { 0.0 }
}

/// A quantity's implied figures; none where it is certain.
pub fn implied(quantity: Quantity, factors: &[Factor]) -> Option<Implied> {
    match quantity {
        Quantity::Certain(_) => None,
        Quantity::Uncertain { factor, scale, low, high } => {
            Some(Implied::new(&factors[factor].law, scale, low, high))
        }
    }
}

/// How well a scenario is sourced; settings, such as how long to look, count as nothing that needs a source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sourcing {
    /// Quantities in all.
    pub all: usize,
    /// Those with a source.
    pub sourced: usize,
    /// Those with a judgement in its place.
    pub judged: usize,
    /// The paths of those with neither.
    pub bare: Vec<String>,
}

impl Assumption {
    /// Settings of the simulation are no assumptions about the world.
    pub fn is_setting(&self) -> bool {
        self.path.starts_with("scenario.")
    }
}

/// The probability that a yearly one means over the horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct Chance {
    /// The path of the yearly probability.
    pub path: String,
    /// The mean yearly probability; over the calendar, its average.
    pub yearly: f64,
    /// That it happens at least once, if the clock runs all the time.
    pub over_horizon: f64,
}

impl Model {
    /// What an assumption implies; none where it is certain.
    pub fn implied(&self, assumption: &Assumption) -> Option<Implied> {
        match &assumption.spread {
            Some(law) => Some(Implied::new(law, 1.0, 0.0, f64::INFINITY)),
            None => implied(assumption.quantity, &self.factors),
        }
    }

    /// How many quantities have a source.
    pub fn sourcing(&self) -> Sourcing {
        let mut count = Sourcing::default();
        for assumption in self.assumptions.iter().filter(|a| !a.is_setting()) {
            count.all += 1;
            match (&assumption.provenance.source, &assumption.provenance.judgement) {
                (Some(_), _) => count.sourced += 1,
                (None, Some(_)) => count.judged += 1,
                (None, None) => count.bare.push(assumption.path.clone()),
            }
        }
        count
    }

    /// The mean of a quantity, in base units, cut to its range.
    pub fn mean(&self, quantity: Quantity) -> f64 {
        implied(quantity, &self.factors).map_or_else(|| quantity.certain().unwrap_or(f64::NAN), |i| i.mean)
    }

    /// What each yearly probability of a crisis or an onset means over the horizon, in the order of the file.
    pub fn chances(&self) -> Vec<Chance> {
        let crises = self.crises.iter().map(|c| (format!("crises.{}", c.name), &c.annual_probability));
        let onsets = self.controls.iter().flat_map(|control| {
            control.onsets.iter().filter_map(|onset| match &onset.trigger {
                super::Trigger::Annual { probability, .. } => {
                    Some((format!("controls.{}.onsets.{}", control.name, onset.name), probability))
                }
                _ => None,
            })
        });
        crises.chain(onsets).map(|(path, curve)| self.chance(path, curve)).collect()
    }

    /// A path is read at the middles of a thousand parts of the horizon, an uncertain entry that does not vary at the
    /// middles of a thousand equally likely parts of its law; uncertain knots of a path count as their means.
    fn chance(&self, path: String, curve: &Curve) -> Chance {
        const PARTS: u32 = 1000;
        let years = self.horizon / YEAR;
        let rate = |yearly: f64| -libm::log1p(-yearly);
        let middles = || (0..PARTS).map(|i| (f64::from(i) + 0.5) / f64::from(PARTS));
        let average = |f: &dyn Fn(f64) -> f64| middles().map(f).sum::<f64>() / f64::from(PARTS);
        let path = format!("{path}.annual_probability");
        if let [(_, Quantity::Uncertain { factor, scale, low, high })] = curve.knots[..] {
            let law = &self.factors[factor].law;
            let draw = |u: f64| (law.quantile(u) * scale).clamp(low, high);
            let over_horizon = average(&|u| -libm::expm1(-rate(draw(u)) * years));
            return Chance { path, yearly: self.mean(curve.knots[0].1), over_horizon };
        }
        let at = |part: f64| curve.at(part * self.horizon, |q| self.mean(q));
        let over_horizon = -libm::expm1(-average(&|part| rate(at(part))) * years);
        Chance { path, yearly: average(&at), over_horizon }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_what_is_cut_is_that_of_the_draws() {
        let laws = [
            (Law::normal(0.9, 0.3), 1.0),
            (Law::lognormal_median_sigma(1.0, 0.6), 0.25),
            (Law::uniform(-1.0, 2.0), 1.0),
            (Law::normal(-0.2, 0.3), -2.0),
            (Law::discrete(&[-1.0, 0.25, 3.0], &[1.0, 2.0, 1.0]), 1.0),
        ];
        for (law, scale) in laws {
            let law = law.unwrap();
            let found = Implied::new(&law, scale, 0.0, 1.0);
            let n = 200_000;
            let draws: Vec<f64> =
                (0..n).map(|i| law.quantile((f64::from(i) + 0.5) / f64::from(n)) * scale).collect();
            let share =
                |f: &dyn Fn(f64) -> bool| draws.iter().filter(|x| f(**x)).count() as f64 / f64::from(n);
            let mean = draws.iter().map(|x| x.clamp(0.0, 1.0)).sum::<f64>() / f64::from(n);
            assert!((found.mean - mean).abs() < 1e-5, "{}: {found:?}, not {mean}", law.name());
            assert!((found.below - share(&|x| x < 0.0)).abs() < 2e-5, "{}: {found:?}", law.name());
            assert!((found.above - share(&|x| x > 1.0)).abs() < 2e-5, "{}: {found:?}", law.name());
            assert!(found.p5 <= found.median && found.median <= found.p95 && found.p95 <= found.p99);
        }
    }
}
