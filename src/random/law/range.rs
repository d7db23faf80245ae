//! A law on the condition that it lies in a range.

use std::f64::consts::PI;

use super::family::Family;

/// The part of a continuous law between two bounds, which lie within its support.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Range {
    min: f64,
    max: f64,
    /// The probability below `min`.
    below: f64,
    /// The probability above `max`.
    above: f64,
    /// The probability in between, without cancellation where it lies in one of the tails.
    mass: f64,
}

impl Range {
    pub fn new(law: &impl Family, min: f64, max: f64) -> Self {
        let (below, above) = (law.cdf(min), law.sf(max));
        Range { min, max, below, above, mass: mass_between(law, min, max) }
    }

    pub fn bounds(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    /// How much of the law lies in the range.
    pub fn mass(&self) -> f64 {
        self.mass
    }

    /// The quantile `u = 1 - s` within the range, measured from the nearer end of the law.
    #[inline]
    pub fn quantile(&self, law: &impl Family, u: f64, s: f64) -> f64 {
        let lower = self.below + u * self.mass;
        let x =
            if lower <= 0.5 { law.quantile(lower) } else { law.quantile_upper(self.above + s * self.mass) };
        x.clamp(self.min, self.max)
    }

    /// The quantile `u` within the range; its lower bound where nothing is left of the law.
    pub fn longer_than(&self, law: &impl Family, u: f64) -> f64 {
        // Below that, probabilities have lost their last digits.
        if self.mass > 1e-290 { self.quantile(law, u, 1.0 - u) } else { self.min }
    }

    /// P(X <= x) within the range.
    pub fn cdf(&self, law: &impl Family, x: f64) -> f64 {
        if x <= self.min { 0.0 } else { (mass_between(law, self.min, x) / self.mass).min(1.0) }
    }

    /// P(X > x) within the range.
    pub fn sf(&self, law: &impl Family, x: f64) -> f64 {
        if x >= self.max { 0.0 } else { (mass_between(law, x, self.max) / self.mass).min(1.0) }
    }

    /// Mean and standard deviation within the range, by integrating the quantile function over (0, 1).
    ///
    /// The substitution u = 1 / (1 + exp(-pi sinh t)) makes the integrand decay double exponentially, so that the
    /// trapezoidal rule converges in spite of unbounded ends (Takahasi and Mori, Publications of the RIMS 9, 1974,
    /// 721-741). The second pass takes differences from the mean, lest a small spread cancel.
    pub fn moments(&self, law: &impl Family) -> (f64, f64) {
        const STEP: f64 = 1.0 / 64.0;
        let points: Vec<(f64, f64)> = (-390..=390)
            .map(|k| {
                let t = STEP * f64::from(k);
                let odds = libm::exp(-PI * libm::sinh(t.abs()));
                let (far, near) = (odds / (1.0 + odds), 1.0 / (1.0 + odds));
                let (u, s) = if k < 0 { (far, near) } else { (near, far) };
                (libm::cosh(t) * far * near, self.quantile(law, u, s))
            })
            .collect();
        let average = |f: &dyn Fn(f64) -> f64| {
            let (weight, sum) =
                points.iter().fold((0.0, 0.0), |(weight, sum), &(w, x)| (weight + w, sum + w * f(x)));
            sum / weight
        };
        // Differences from a value within the range: the mean may be large beside the spread.
        let centre = self.quantile(law, 0.5, 0.5);
        let mean = centre + average(&|x| x - centre);
        (mean, average(&|x| (x - mean) * (x - mean)).sqrt())
    }
}

/// P(low < X <= high), as a difference of the tail that is small.
fn mass_between(law: &impl Family, low: f64, high: f64) -> f64 {
    if high <= low {
        return 0.0;
    }
    let (below, above) = (law.cdf(low), law.sf(high));
    let mass = if below >= 0.5 {
        law.sf(low) - above
    } else if above >= 0.5 {
        law.cdf(high) - below
    } else {
        1.0 - below - above
    };
    mass.max(0.0)
}
