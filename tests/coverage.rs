//! Do the 95 % intervals cover? Each is computed for thousands of samples from populations whose figures are known.
//!
//! By default with samples of 1,000; `SHORTFALL_LONG=1` adds sizes from 30 to 10,000. Run with `--nocapture` for the
//! table of coverages: in how many runs the truth lay in the interval, below and above it, and in how many the interval
//! was marked as reliable.

use shortfall::random::Factor;
use shortfall::statistics::{Estimate, Sample};
use statrs::distribution::{Continuous, ContinuousCDF, Normal};

const RUNS: usize = 2000;

/// Covers nothing.
const MISSING: Estimate =
    Estimate { value: f64::NAN, se: f64::NAN, low: f64::NAN, high: f64::NAN, reliable: true };

/// A population: its name, its quantile function, and the truth about it.
struct Population {
    name: &'static str,
    /// Share of exact zeros; the rest follows `quantile`.
    zeros: f64,
    quantile: fn(&Normal, f64) -> f64,
    /// Mean, and sd, of the part that is not zero.
    mean: f64,
    sd: f64,
    /// Mean of the worst share `1 - p` of the part that is not zero.
    tail: fn(&Normal, f64) -> f64,
}

fn populations() -> [Population; 3] {
    let half = 0.5f64;
    let (mean, sd) = (libm::exp(half), libm::sqrt((libm::exp(1.0) - 1.0) * libm::exp(1.0)));
    let lognormal: fn(&Normal, f64) -> f64 = |z, u| libm::exp(z.inverse_cdf(u));
    let lognormal_tail: fn(&Normal, f64) -> f64 = |z, p| {
        if p <= 0.0 { libm::exp(0.5) } else { libm::exp(0.5) * z.cdf(1.0 - z.inverse_cdf(p)) / (1.0 - p) }
    };
    [
        Population {
            name: "normal",
            zeros: 0.0,
            quantile: |z, u| z.inverse_cdf(u),
            mean: 0.0,
            sd: 1.0,
            tail: |z, p| z.pdf(z.inverse_cdf(p)) / (1.0 - p),
        },
        Population { name: "lognormal", zeros: 0.0, quantile: lognormal, mean, sd, tail: lognormal_tail },
        Population { name: "90 % zeros", zeros: 0.9, quantile: lognormal, mean, sd, tail: lognormal_tail },
    ]
}

impl Population {
    fn value(&self, law: &Normal, u: f64) -> f64 {
        if u <= self.zeros { 0.0 } else { (self.quantile)(law, self.inner(u)) }
    }

    /// The level within the part that is not zero.
    fn inner(&self, p: f64) -> f64 {
        (p - self.zeros) / (1.0 - self.zeros)
    }

    /// The figures under test, each with how to estimate it and what it is.
    fn figures(&self, law: &Normal) -> Vec<(String, Figure, f64)> {
        let share = 1.0 - self.zeros;
        let variance =
            share * (self.sd * self.sd + self.mean * self.mean) - share * share * self.mean * self.mean;
        let mut figures: Vec<(String, Figure, f64)> = vec![
            ("mean".into(), Box::new(|s| s.mean()), share * self.mean),
            ("sd".into(), Box::new(|s| s.sd()), variance.sqrt()),
        ];
        for p in [0.5, 0.95, 0.99] {
            if p > self.zeros {
                figures.push((
                    format!("p{}", 100.0 * p),
                    Box::new(move |s| s.quantile(p)),
                    self.value(law, p),
                ));
            }
        }
        for p in [0.9, 0.95, 0.99] {
            let tail = (self.tail)(law, self.inner(p));
            figures.push((format!("cvar{}", 100.0 * p), Box::new(move |s| s.cvar(p)), tail));
        }
        for p in [0.91, 0.99] {
            let x = self.value(law, p);
            figures.push((format!("above p{}", 100.0 * p), Box::new(move |s| s.above(x)), 1.0 - p));
        }
        figures
    }
}

type Figure = Box<dyn Fn(&Sample) -> Option<Estimate>>;

/// How often the interval of one figure covered, in all and where it was reliable.
#[derive(Default)]
struct Tally {
    runs: usize,
    covered: usize,
    truth_below: usize,
    truth_above: usize,
    reliable: usize,
    reliable_covered: usize,
    width: f64,
}

impl Tally {
    fn count(&mut self, estimate: Estimate, truth: f64) {
        let covered = estimate.low <= truth && truth <= estimate.high;
        self.runs += 1;
        self.covered += usize::from(covered);
        self.truth_below += usize::from(truth < estimate.low);
        self.truth_above += usize::from(truth > estimate.high);
        self.reliable += usize::from(estimate.reliable);
        self.reliable_covered += usize::from(estimate.reliable && covered);
        self.width += estimate.high - estimate.low;
    }

    fn coverage(&self) -> f64 {
        self.covered as f64 / self.runs as f64
    }

    fn print(&self, population: &str, n: usize, name: &str) {
        let share = |count: usize| 100.0 * count as f64 / self.runs as f64;
        println!(
            "{population:10} {n:6} {name:9} covers {:5.1} %  below {:4.1} %  above {:4.1} %  reliable {:5.1} %  \
             covers then {:5.1} %  mean width {:.4}",
            100.0 * self.coverage(),
            share(self.truth_below),
            share(self.truth_above),
            share(self.reliable),
            100.0 * self.reliable_covered as f64 / self.reliable as f64,
            self.width / self.runs as f64,
        );
    }
}

/// Draws `RUNS` samples of `n` and tallies every figure.
fn campaign(population: &Population, n: usize) -> Vec<(String, Tally)> {
    let law = Normal::standard();
    let figures = population.figures(&law);
    let mut tallies: Vec<(String, Tally)> =
        figures.iter().map(|(name, ..)| (name.clone(), Tally::default())).collect();
    let factor = Factor::new(n as u64, population.name);
    for run in 0..RUNS {
        let draw = |i: usize| population.value(&law, factor.uniform((run * n + i) as u64, 0));
        let sample = Sample::new(&(0..n).map(draw).collect::<Vec<_>>());
        for ((_, estimate, truth), (_, tally)) in figures.iter().zip(&mut tallies) {
            tally.count(estimate(&sample).unwrap_or(MISSING), *truth);
        }
    }
    for (name, tally) in &tallies {
        tally.print(population.name, n, name);
    }
    tallies
}

/// A figure marked as reliable misses the truth in at most 7 % of runs, whether it falls short by itself or says so.
fn check_honesty(name: &str, tally: &Tally) {
    let missed = tally.reliable - tally.reliable_covered;
    assert!(missed * 100 <= 7 * tally.runs, "{name} was marked as reliable and missed {missed} times");
}

/// The true coverages, from 20,000 runs, are between 94.0 and 97.7 %. A coverage measured in 2,000 runs has a standard
/// error of 0.5 points: under 93 % or over 98.5 % by chance happens to one correct figure in thirty at worst, and
/// with these seeds to none. The sd of a skewed population falls short and says so.
fn check_coverage(name: &str, tally: &Tally) {
    check_honesty(name, tally);
    if name != "sd" {
        let coverage = tally.coverage();
        assert!(coverage > 0.93 && coverage < 0.985, "{name}: {coverage}");
        assert!(tally.reliable > tally.runs * 3 / 4, "{name} is seldom reliable");
    }
}

#[test]
fn intervals_cover_at_a_thousand_trials() {
    for population in populations() {
        for (name, tally) in campaign(&population, 1000) {
            check_coverage(&name, &tally);
        }
    }
}

#[test]
fn intervals_cover_at_other_sizes() {
    if std::env::var_os("SHORTFALL_LONG").is_none() {
        return;
    }
    for population in populations() {
        for n in [30, 100, 300] {
            for (name, tally) in campaign(&population, n) {
                check_honesty(&name, &tally);
            }
        }
        for (name, tally) in campaign(&population, 10_000) {
            check_coverage(&name, &tally);
        }
    }
}
