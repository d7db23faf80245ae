//! What is said of trials that go together, or do not count alike.

use super::{Sample, TAIL_TRIALS};
use crate::statistics::Estimate;
use crate::statistics::groups::{Groups, Mean};
use crate::statistics::intervals::Z;

impl Sample {
    /// The quantile of trials that go together: by the share of the weight below it, whose interval is read off the
    /// distribution function backwards (Woodruff, "Confidence intervals for medians and other position measures",
    /// J. American Statistical Association 47, 1952).
    pub(super) fn grouped_quantile(&self, groups: &Groups, p: f64) -> Estimate {
        let n = self.defined();
        let at = groups.at(p);
        let value = self.values.at(at);
        let first = self.values.up_to(value);
        let below = groups.mean(first, |_| 1.0);
        // Half a trial more, as the distribution function goes in steps.
        let reach = below.reach + 0.5 / n as f64;
        let (from, to) = (p - reach, p + reach);
        let reliable = self.enough_groups(groups) && from > 0.0 && to < 1.0;
        let low = self.values.at(if from > 0.0 { groups.at(from) } else { 0 });
        let high = self.values.at(if to < 1.0 { groups.at(to) } else { n - 1 });
        let se = if reliable {
            0.5 * (high - low) * below.se / below.reach.max(f64::MIN_POSITIVE)
        } else {
            f64::NAN
        };
        let se = if below.se == 0.0 { 0.5 * (high - low) / Z } else { se };
        Estimate::new(value, se, (low, high), reliable)
    }

    /// The expected shortfall of trials that go together, as the mean excess over the quantile.
    pub(super) fn grouped_cvar(&self, groups: &Groups, p: f64) -> Estimate {
        let quantile = self.values.at(groups.at(p));
        let first = self.values.up_to(quantile);
        let excess = groups.mean(first, |i| self.values.at(i) - quantile);
        let scale = 1.0 / (1.0 - p);
        let tail = self.values.len() - first;
        let enough = tail as f64 >= TAIL_TRIALS || (tail == 0 && self.min() == self.max());
        let (low, high) = excess.interval();
        let interval = (quantile + scale * low, quantile + scale * high);
        let reliable = self.enough_groups(groups) && enough;
        self.bounded(quantile + scale * excess.value, scale * excess.se, interval, reliable)
    }

    /// A probability of trials that go together: Wilson's interval of as many independent trials as have its variance, and
    /// Student's quantile.
    pub(super) fn share_of(&self, mean: Mean, trials: usize) -> Estimate {
        // Weights do not add up to the last bit.
        let p = mean.value.clamp(0.0, 1.0);
        let reliable = self.groups.as_ref().is_some_and(|groups| self.enough_groups(groups)) && trials > 0;
        let z = if mean.se > 0.0 { mean.reach / mean.se } else { Z };
        // Where no group differs from another the trials alone are left to tell.
        let n = if mean.se > 0.0 { p * (1.0 - p) / (mean.se * mean.se) } else { trials as f64 };
        let z2 = z * z;
        let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / (1.0 + z2 / n);
        let interval = ((centre - half).clamp(0.0, p), (centre + half).clamp(p, 1.0));
        Estimate::new(p, mean.se, interval, reliable)
    }

    /// Whether the groups are enough to tell an error from.
    pub(super) fn enough_groups(&self, groups: &Groups) -> bool {
        groups.count() >= 4
    }
}
