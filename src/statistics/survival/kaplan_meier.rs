//! The Kaplan-Meier curve: how many spells last longer than so long, without supposing any law.

use super::Spell;
use crate::statistics::intervals::Z;

/// The curve from one length at which spells ended to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The length.
    pub time: f64,
    /// How many spells were seen at it, those that end there included.
    pub at_risk: usize,
    /// How many ended there.
    pub ended: usize,
    /// The share that lasts longer.
    pub survival: f64,
    /// Lower end of its pointwise 95 % interval; not a number where nothing is known of it (after the last of all).
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The product-limit estimate (Kaplan and Meier, J. American Statistical Association 53, 1958, 457-481).
#[derive(Clone, Debug, PartialEq)]
pub struct KaplanMeier {
    /// Where it falls, in ascending order.
    pub steps: Vec<Step>,
    /// The least length at which any spell was seen: the curve is of those that reach it.
    pub from: f64,
}

impl KaplanMeier {
    /// Of these spells; those seen late count only from then on. The intervals are Greenwood's, on the scale of
    /// ln(-ln S), where they stay within 0 and 1 (Kalbfleisch and Prentice, 2002, section 1.4).
    pub fn new(spells: &[Spell]) -> KaplanMeier {
        let mut times: Vec<f64> = spells.iter().filter(|s| s.ended).map(|s| s.length).collect();
        times.sort_unstable_by(f64::total_cmp);
        times.dedup();
        let (mut survival, mut greenwood) = (1.0, 0.0);
        let mut steps = Vec::new();
        for time in times {
            let at_risk = spells.iter().filter(|s| s.entry < time && time <= s.length).count();
            let ended = spells.iter().filter(|s| s.ended && s.length == time).count();
            let (n, d) = (at_risk as f64, ended as f64);
            survival *= 1.0 - d / n;
            greenwood += d / (n * (n - d));
            let error = Z * greenwood.sqrt() / libm::log(survival).abs();
            let power = |sign: f64| libm::pow(survival, libm::exp(sign * error));
            let (low, high) = if survival > 0.0 { (power(1.0), power(-1.0)) } else { (f64::NAN, f64::NAN) };
            steps.push(Step { time, at_risk, ended, survival, low, high });
        }
        let from = spells.iter().map(|s| s.entry).fold(f64::INFINITY, f64::min);
        KaplanMeier { steps, from: if from.is_finite() { from } else { 0.0 } }
    }

    /// The greatest distance to the curve `law`, the probability of lasting longer, on both sides of each step; and at
    /// how many of the steps that have an interval the law is within it, of how many.
    pub fn distance(&self, law: impl Fn(f64) -> f64) -> (f64, usize, usize) {
        let base = if self.from > 0.0 { law(self.from) } else { 1.0 };
        let (mut greatest, mut before) = (0.0f64, 1.0);
        let (mut within, mut known) = (0, 0);
        for step in &self.steps {
            let tail = law(step.time) / base;
            greatest = greatest.max((tail - before).abs()).max((tail - step.survival).abs());
            before = step.survival;
            if !step.low.is_nan() {
                known += 1;
                within += usize::from(step.low <= tail && tail <= step.high);
            }
        }
        (greatest, within, known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spell(length: f64, ended: bool) -> Spell {
        Spell { entry: 0.0, length, ended }
    }

    #[test]
    fn the_curve_of_the_textbook() {
        // Remission of leukaemia under 6-MP (Freireich et al., Blood 21, 1963); Kalbfleisch and Prentice, table 1.2.
        let ended = [6.0, 6.0, 6.0, 7.0, 10.0, 13.0, 16.0, 22.0, 23.0];
        let censored = [6.0, 9.0, 10.0, 11.0, 17.0, 19.0, 20.0, 25.0, 32.0, 32.0, 34.0, 35.0];
        let spells: Vec<Spell> =
            ended.iter().map(|t| spell(*t, true)).chain(censored.iter().map(|t| spell(*t, false))).collect();
        let curve = KaplanMeier::new(&spells);
        let survival: Vec<f64> = curve.steps.iter().map(|s| (s.survival * 1e3).round() / 1e3).collect();
        assert_eq!(survival, [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]);
        // R's survfit(conf.type = "log-log") at 6: 0.620 to 0.952.
        assert!((curve.steps[0].low - 0.620).abs() < 5e-4 && (curve.steps[0].high - 0.952).abs() < 5e-4);
    }

    #[test]
    fn a_spell_seen_late_is_at_risk_only_then() {
        let late = Spell { entry: 3.0, length: 5.0, ended: true };
        let curve = KaplanMeier::new(&[spell(2.0, true), spell(4.0, true), late]);
        let at_risk: Vec<usize> = curve.steps.iter().map(|s| s.at_risk).collect();
        assert_eq!(at_risk, [2, 2, 1]);
    }

    #[test]
    fn the_distance_is_found_on_both_sides_of_a_step() {
        let curve = KaplanMeier::new(&[spell(1.0, true), spell(2.0, true)]);
        assert_eq!(curve.distance(|_| 0.9).0, 0.9);
        assert_eq!(curve.distance(|_| 0.1).0, 0.9);
        assert_eq!(curve.distance(|_| 0.5), (0.5, 1, 1));
    }
}
