//! Base rates of a group: the rate of onsets and the law of durations, each with its interval.

use super::group::Group;
use crate::quantity::YEAR;
use crate::random::Law;
use crate::statistics::survival::{self, Family, Fit, KaplanMeier, Rate, Spell};

/// A law fitted to durations, in days, and how it compares.
#[derive(Clone, Debug)]
pub struct Duration {
    /// The fit.
    pub fit: Fit,
    /// The law itself.
    pub law: Law,
    /// The greatest distance of its tail from the Kaplan-Meier curve.
    pub distance: f64,
    /// At how many ends its tail lies within the curve's pointwise 95 % interval, of how many where there is one.
    pub within: (usize, usize),
}

/// What a group tells.
#[derive(Clone, Debug)]
pub struct BaseRate {
    /// The group.
    pub group: Group,
    /// Onsets a year; none where no time was at risk.
    pub rate: Option<Rate>,
    /// The laws that the spells determine, the best (the lowest AIC) first.
    pub durations: Vec<Duration>,
    /// The curve that supposes no law, in days.
    pub curve: KaplanMeier,
    /// Where none has ended: the mean in days that they exceed with 95 % confidence.
    pub least_mean: Option<f64>,
}

/// So few events that their interval says more than their estimate.
const FEW: usize = 5;
/// A shape is fitted from so many ends on.
const FOR_A_SHAPE: usize = 3;

impl BaseRate {
    /// How many spells have ended.
    pub fn ended(&self) -> usize {
        self.group.spells.iter().filter(|s| s.ended).count()
    }

    /// What to beware of, in words.
    pub fn cautions(&self) -> Vec<String> {
        let mut out = Vec::new();
        let (onsets, ended) = (self.group.onsets, self.ended());
        match &self.rate {
            None => out.push("always in force while it was observed: nothing is known of how often it comes".to_owned()),
            Some(rate) if onsets == 0 => out.push(format!(
                "no onset was seen: the rate lies below {:.2} a year (95 %), and its estimate is that of the prior",
                rate.high
            )),
            Some(rate) if onsets < FEW => out.push(format!(
                "{onsets} {} little: the interval of the rate spans a factor of {:.0}",
                if onsets == 1 { "onset says" } else { "onsets say" },
                rate.high / rate.low
            )),
            Some(_) => {}
        }
        if self.group.on_top > 0 {
            out.push(format!(
                "{} came while another of the group was in force: counted among the durations, not in the rate of leaving the \
                 open state (--at-risk always counts them)",
                self.group.on_top
            ));
        }
        match ended {
            0 => out.push(
                "none has ended: no law of durations can be estimated, only how long they last at least"
                    .to_owned(),
            ),
            n if n < FOR_A_SHAPE => out.push(format!(
                "{n} {} ended: no shape can be told, only the mean of an exponential law",
                if n == 1 { "has" } else { "have" }
            )),
            n if n < FEW => out.push(format!("only {n} have ended: the shape of the law is hardly known")),
            _ => {}
        }
        if let [first, second, ..] = &self.durations[..]
            && second.fit.aic - first.fit.aic < 2.0
        {
            let near = self.durations.iter().filter(|d| d.fit.aic - first.fit.aic < 2.0);
            let names: Vec<&str> = near.map(|d| d.fit.family.name()).collect();
            out.push(format!("the data do not tell these laws apart (AIC within 2): {}", names.join(", ")));
        }
        if let Some(best) = self.durations.first().filter(|d| d.within.0 < d.within.1) {
            let (within, known) = best.within;
            out.push(format!(
                "the {} law leaves the 95 % interval of the Kaplan-Meier curve at {} of {known} ends",
                best.fit.family.name(),
                known - within
            ));
        }
        if self.group.about > 0 {
            out.push(format!("{} dated by a month or year alone, taken at its middle", self.group.about));
        }
        out
    }
}

/// Estimates the base rates of a group.
pub fn estimate(group: Group) -> BaseRate {
    let rate = survival::rate(group.onsets, group.at_risk / YEAR).ok();
    let curve = KaplanMeier::new(&group.spells);
    let durations = durations(&group.spells, &curve);
    let least_mean = survival::least_mean(&group.spells);
    BaseRate { rate, durations, curve, least_mean, group }
}

fn durations(spells: &[Spell], curve: &KaplanMeier) -> Vec<Duration> {
    let ended = spells.iter().filter(|s| s.ended).count();
    let families = Family::ALL.into_iter().filter(|f| f.parameters() == 1 || ended >= FOR_A_SHAPE);
    let mut out: Vec<Duration> = families
        .filter_map(|family| {
            let fit = survival::fit(family, spells)?;
            let law = family.law(fit.median.value, fit.shape.map_or(1.0, |s| s.value)).ok()?;
            let (distance, within, known) = curve.distance(|x| law.sf(x));
            Some(Duration { fit, law, distance, within: (within, known) })
        })
        .collect();
    // A stable sort: of equals the simpler one comes first.
    out.sort_by(|a, b| a.fit.aic.total_cmp(&b.fit.aic));
    out
}
