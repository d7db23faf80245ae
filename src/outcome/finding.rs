//! A published figure held against the simulated one: whether they agree, and how sure that is.

use super::query::{Query, Statistic};
use crate::model::Expectation;
use crate::quantity::words::Unit;
use crate::statistics::{Estimate, trials_for_tail};

/// How a published figure fares. The simulated figure itself decides, not its interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The simulated figure lies within its band.
    Met,
    /// It does not.
    Missed,
    /// It does not, and the scenario says why.
    KnownMiss,
    /// It does, though the scenario says that it is missed: its note is out of date.
    MetAfterAll,
}

/// Whether more trials could turn a verdict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Certainty {
    /// The 95 % interval lies on one side of the band's ends, or there is no Monte Carlo error.
    Settled,
    /// The interval reaches over an end of the band. About so many trials would decide; none where no number would.
    Open(Option<u64>),
    /// No error of this statistic is known.
    Unknown,
}

/// A published figure and what the simulation makes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The published figure.
    pub expectation: Expectation,
    /// The unit of both.
    pub unit: Unit,
    /// The simulated one; its value is not a number where it is undefined in every trial.
    pub simulated: Estimate,
    /// Over so many trials.
    pub trials: usize,
    /// Whether they agree.
    pub verdict: Verdict,
    /// How sure that is.
    pub certainty: Certainty,
}

/// Ends of bands are decimals: a figure is beyond one only by more than rounding.
const ROUNDING: f64 = 1e-12;

impl Finding {
    /// Holds `expectation` against `estimate`, the answer to `query` over `trials` trials; none where it is undefined.
    pub fn new(
        expectation: Expectation,
        query: &Query,
        unit: Unit,
        estimate: Option<Estimate>,
        trials: usize,
    ) -> Finding {
        let nothing =
            Estimate { value: f64::NAN, se: f64::NAN, low: f64::NAN, high: f64::NAN, reliable: false };
        let simulated = estimate.unwrap_or(nothing);
        let (low, high) = band(&expectation);
        let within = low <= simulated.value && simulated.value <= high;
        let verdict = match (within, expectation.known_miss.is_some()) {
            (true, false) => Verdict::Met,
            (true, true) => Verdict::MetAfterAll,
            (false, true) => Verdict::KnownMiss,
            (false, false) => Verdict::Missed,
        };
        let certainty = certainty(&simulated, (low, high), query.statistic, trials);
        Finding { expectation, unit, simulated, trials, verdict, certainty }
    }

    /// Whether it lets a verification fail.
    pub fn fails(&self) -> bool {
        self.verdict == Verdict::Missed
    }

    /// The distance from the simulated figure to the nearer end of the band.
    pub fn distance(&self) -> f64 {
        let value = self.simulated.value;
        (value - self.expectation.low).abs().min((value - self.expectation.high).abs())
    }
}

fn band(expectation: &Expectation) -> (f64, f64) {
    let (low, high) = (expectation.low, expectation.high);
    let slack = ROUNDING * low.abs().max(high.abs());
    (low - slack, high + slack)
}

fn certainty(figure: &Estimate, (low, high): (f64, f64), statistic: Statistic, trials: usize) -> Certainty {
    if figure.value.is_nan() {
        return Certainty::Settled;
    }
    if matches!(statistic, Statistic::Se | Statistic::Min | Statistic::Max | Statistic::Skewness) {
        return Certainty::Unknown;
    }
    // An interval that cannot be trusted settles nothing: at least so many trials make one.
    let enough = if figure.reliable { None } else { Some(for_an_interval(statistic, trials)) };
    if figure.low.is_nan() || figure.high.is_nan() {
        return Certainty::Open(enough);
    }
    // The ends that the interval reaches over, and how far it reaches towards each.
    let ends = [(low, figure.low, figure.high), (high, figure.low, figure.high)];
    let crossed = ends.iter().filter(|(end, from, to)| from < end && end < to);
    let needed: Vec<f64> = crossed
        .map(|(end, from, to)| {
            let reach = if *end < figure.value { figure.value - from } else { to - figure.value };
            let distance = (figure.value - end).abs();
            // Half an interval shrinks with the square root of the number of trials.
            trials as f64 * (reach / distance) * (reach / distance)
        })
        .collect();
    match (needed.iter().copied().reduce(f64::max), enough) {
        (None, None) => Certainty::Settled,
        (None, Some(enough)) => Certainty::Open(Some(enough)),
        (Some(needed), enough) => Certainty::Open(rounded_up(needed).map(|n| n.max(enough.unwrap_or(0)))),
    }
}

/// Trials with which the interval of a statistic can be trusted.
fn for_an_interval(statistic: Statistic, trials: usize) -> u64 {
    let least = match statistic {
        Statistic::Quantile(p) | Statistic::Cvar(p) => trials_for_tail(p).max(100),
        _ => 1_000,
    };
    // Where there are as many and the tail is too heavy for them all the same, four times as many.
    let least = if trials < least { least } else { 4 * trials };
    least as u64
}

/// Up to two digits; none beyond what a run can have.
fn rounded_up(trials: f64) -> Option<u64> {
    const MOST: f64 = 1e12;
    if !(trials <= MOST) {
        return None;
    }
    let mut step = 1.0;
    while trials / step >= 100.0 {
        step *= 10.0;
    }
    // A hair above a round number is that number.
    Some(((trials / step * (1.0 - 1e-9)).ceil() * step) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::Dimension;
    use crate::scenario::Place;
    use crate::statistics::Sample;

    fn expectation(low: f64, high: f64) -> Expectation {
        Expectation {
            metric: "x.mean".to_owned(),
            published: String::new(),
            value: None,
            low,
            high,
            dimension: Dimension::PURE,
            source: "somewhere".to_owned(),
            calibrated: false,
            known_miss: None,
            note: None,
            place: Place { source: 0, start: 0, end: 0 },
        }
    }

    fn held(low: f64, high: f64, estimate: Option<Estimate>) -> Finding {
        let query = Query { metric: 0, statistic: Statistic::Mean };
        Finding::new(expectation(low, high), &query, Unit::Count, estimate, 1_000)
    }

    fn about(value: f64, error: f64) -> Option<Estimate> {
        let (low, high) = (value - 2.0 * error, value + 2.0 * error);
        Some(Estimate { value, se: error, low, high, reliable: true })
    }

    #[test]
    fn the_figure_decides_and_the_interval_says_how_surely() {
        let found = |value: f64, error: f64| {
            let finding = held(10.0, 20.0, about(value, error));
            (finding.verdict, finding.certainty)
        };
        assert_eq!(found(15.0, 0.1), (Verdict::Met, Certainty::Settled));
        assert_eq!(found(25.0, 0.1), (Verdict::Missed, Certainty::Settled));
        // Half the interval is 2, the end 1 away: four times as many trials.
        assert_eq!(found(21.0, 1.0), (Verdict::Missed, Certainty::Open(Some(4_000))));
        assert_eq!(found(19.0, 1.0), (Verdict::Met, Certainty::Open(Some(4_000))));
        // Both ends are in doubt, the nearer one decides.
        assert_eq!(found(12.0, 20.0), (Verdict::Met, Certainty::Open(Some(400_000))));
        assert_eq!(found(20.0, 0.0), (Verdict::Met, Certainty::Settled));
        assert_eq!(found(20.0, 1.0), (Verdict::Met, Certainty::Open(None)));
    }

    #[test]
    fn what_is_undefined_is_missed() {
        assert!(held(0.0, 1.0, None).fails());
    }

    #[test]
    fn a_known_miss_does_not_fail_and_tells_when_it_is_met() {
        let query = Query { metric: 0, statistic: Statistic::Mean };
        let known = Expectation { known_miss: Some("no prices".to_owned()), ..expectation(10.0, 20.0) };
        let verdict = |value: f64| {
            let finding = Finding::new(known.clone(), &query, Unit::Count, about(value, 0.1), 1_000);
            (finding.verdict, finding.fails())
        };
        assert_eq!(verdict(25.0), (Verdict::KnownMiss, false));
        assert_eq!(verdict(15.0), (Verdict::MetAfterAll, false));
    }

    #[test]
    fn rounding_alone_is_no_miss() {
        assert_eq!(held(0.1 + 0.2, 1.0, about(0.3, 0.0)).verdict, Verdict::Met);
    }

    #[test]
    fn a_tail_on_too_few_trials_is_open_until_there_are_enough() {
        let sample = Sample::new(&(0..200).map(f64::from).collect::<Vec<_>>());
        let query = Query { metric: 0, statistic: Statistic::Quantile(0.999) };
        let estimate = query.estimate(&sample, None);
        let found = Finding::new(expectation(0.0, 500.0), &query, Unit::Count, estimate, 200);
        assert_eq!((found.verdict, found.certainty), (Verdict::Met, Certainty::Open(Some(10_000))));
    }
}
