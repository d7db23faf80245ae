//! What every family of laws can do.

use super::range::Range;

/// A family of laws with its parameters; its methods are those of [`Law`](super::Law), untruncated.
pub(super) trait Family {
    fn name(&self) -> &'static str;
    fn quantile(&self, u: f64) -> f64;
    fn quantile_upper(&self, s: f64) -> f64;
    fn cdf(&self, x: f64) -> f64;
    fn sf(&self, x: f64) -> f64;
    fn mean(&self) -> f64;
    fn sd(&self) -> f64;
    fn support(&self) -> (f64, f64);

    /// The quantile `u` on the condition of exceeding `elapsed`, which lies within the support.
    fn longer_than(&self, u: f64, elapsed: f64) -> f64
    where
        Self: Sized,
    {
        Range::new(self, elapsed, self.support().1).longer_than(self, u)
    }
}
