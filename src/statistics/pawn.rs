//! PAWN: how far an output's distribution moves when an input is known, whatever the shape of that move.
//!
//! Pianosi and Wagener, "Distribution-based sensitivity analysis from a generic input-output sample", Environmental
//! Modelling & Software 108 (2018): the trials are cut into slices by the input; in each, the greatest distance between
//! the distribution function of the output and that over all trials (the statistic of Kolmogorov and Smirnov) is taken;
//! the index is the median over the slices. It lies between 0 and 1 and sees effects that no correlation sees.

use super::intervals::Z;
use super::moments::Moments;
use super::{Estimate, Ranks};
use crate::random::Factor;

/// Slices of each input.
pub const SLICES: usize = 10;
/// Resamples of the bootstrap, and the most trials of which each is made.
const RESAMPLES: u64 = 100;
const RESAMPLED: usize = 20_000;
/// Inputs without any influence whose largest index an input has to exceed.
pub const DUMMIES: u32 = 39;
/// The trials of which these are made, unless slices are so small that the smallest would have fewer than so many.
const FEW: f64 = 50.0;
/// But no more trials than these are drawn for a dummy.
const MOST_DRAWN: usize = 200_000;

/// The index of an input.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct Pawn {
    /// Median over the slices.
    pub median: Estimate,
    /// The greatest of the slices.
    pub maximum: f64,
    /// The noise of the method: the largest median over 39 inputs with slices of the same sizes that cannot have any
    /// influence. An input without influence exceeds it once in 40 times.
    pub noise: f64,
}

/// An output, for whose inputs indices are to be found.
#[derive(Debug)]
pub struct Output<'a> {
    ranked: &'a Ranks,
    /// The groups of equal values among the trials that are resampled.
    groups: Vec<Vec<u32>>,
    /// By resample: how often each of those trials was drawn.
    drawn: Vec<Vec<u8>>,
    keys: Factor,
    /// Shares of the slices of an input that differs in every trial, and its noise: most inputs are such.
    usual: (Vec<f64>, f64),
}

impl<'a> Output<'a> {
    /// Of an output's values; `keys` gives the uniforms of the bootstrap and of the dummies.
    pub fn new(ranked: &'a Ranks, keys: Factor) -> Output<'a> {
        let most = ranked.order().len().min(RESAMPLED);
        let groups = ranked.groups().map(|g| {
            ranked.order()[g].iter().copied().filter(|&t| (t as usize) < most).collect::<Vec<u32>>()
        });
        let groups = groups.filter(|g| !g.is_empty()).collect();
        let resample = |r: u64| {
            let mut drawn = vec![0u8; most];
            for k in 0..most as u32 {
                let t = (keys.uniform(r, k) * most as f64) as usize;
                drawn[t] = drawn[t].saturating_add(1);
            }
            drawn
        };
        let drawn = (0..RESAMPLES).map(resample).collect();
        let all = ranked.order().len();
        let slices: Vec<u8> = (0..all).map(|t| (t * SLICES / all) as u8).collect();
        let mut output = Output { ranked, groups, drawn, keys, usual: (shares(&slices, SLICES), 0.0) };
        output.usual.1 = output.noise(&output.usual.0);
        output
    }

    /// The index of an input, a column of the same trials.
    ///
    /// The standard error is that of a bootstrap; of more than 20,000 trials it is taken on the first of them, and falls
    /// with the square root of how many there are. The interval is normal.
    pub fn index(&self, input: &Ranks) -> Pawn {
        let (slices, count) = input.slices(SLICES);
        let groups = self.ranked.groups().map(|g| &self.ranked.order()[g]);
        let (median, maximum) = distances(&slices, count, groups, |_| 1.0);
        let resampled: Vec<f64> = self
            .drawn
            .iter()
            .map(|drawn| {
                let groups = self.groups.iter().map(Vec::as_slice);
                distances(&slices[..drawn.len()], count, groups, |t| f64::from(drawn[t])).0
            })
            .filter(|m| !m.is_nan())
            .collect();
        let part = (self.drawn[0].len() as f64 / self.ranked.order().len() as f64).sqrt();
        let se = part * Moments::of(resampled.iter().copied()).sd();
        let interval = ((median - Z * se).max(0.0), (median + Z * se).min(1.0));
        let interval = if se.is_nan() { (f64::NAN, f64::NAN) } else { interval };
        Pawn {
            median: Estimate::new(median, se, interval, self.ranked.order().len() >= 100 * SLICES),
            maximum,
            noise: match shares(&slices, count) {
                own if own == self.usual.0 => self.usual.1,
                own => self.noise(&own),
            },
        }
    }

    /// The noise of an input that differs in every trial, and so has slices of equal size.
    pub fn threshold(&self) -> f64 {
        self.usual.1
    }

    /// The largest median over dummies whose slices have these shares of the trials: few trials in a slice are far from
    /// all by chance alone. Of many trials it is taken on a part, spread evenly over the output, and falls with the square
    /// root of how many there are.
    fn noise(&self, shares: &[f64]) -> f64 {
        let all = self.ranked.order().len();
        let least = shares.iter().copied().fold(1.0, f64::min);
        let n = all.min(RESAMPLED.max((FEW / least) as usize).min(MOST_DRAWN));
        // By place in the order of the output, of which an input without influence knows nothing.
        let mut group = Vec::with_capacity(n);
        for (g, range) in self.ranked.groups().enumerate() {
            let up_to = |end: usize| (end * n).div_ceil(all.max(1));
            group.resize(up_to(range.end), g);
        }
        let places: Vec<u32> = (0..n as u32).collect();
        let index = |d: u32| {
            let draw = |place: usize| {
                // Trials from 2^40 on are nobody's resamples.
                let mut u = self.keys.uniform((1 << 40) + place as u64, d);
                let slice = shares.iter().position(|share| {
                    u -= share;
                    u < 0.0
                });
                slice.unwrap_or(shares.len() - 1) as u8
            };
            let slices: Vec<u8> = (0..n).map(draw).collect();
            let groups = places.chunk_by(|&a, &b| group[a as usize] == group[b as usize]);
            distances(&slices, shares.len(), groups, |_| 1.0).0
        };
        (0..DUMMIES).map(index).fold(f64::NAN, f64::max) * (n as f64 / all as f64).sqrt()
    }
}

/// The share of the trials in each of `count` slices.
fn shares(slices: &[u8], count: usize) -> Vec<f64> {
    let mut own = vec![0usize; count];
    slices.iter().for_each(|&slice| own[usize::from(slice)] += 1);
    own.into_iter().map(|trials| trials as f64 / slices.len() as f64).collect()
}

/// Median and maximum over the slices that have trials of the distance between the distribution in a slice and that over
/// all. `groups` are the trials in ascending order of the output, equal ones together, `weight` is how often each counts.
fn distances<'g>(
    slices: &[u8],
    count: usize,
    groups: impl Iterator<Item = &'g [u32]>,
    weight: impl Fn(usize) -> f64,
) -> (f64, f64) {
    let mut own = vec![0.0; count];
    slices.iter().enumerate().for_each(|(t, &slice)| own[usize::from(slice)] += weight(t));
    let all: f64 = own.iter().sum();
    let (mut passed, mut distance) = (vec![0.0; count], vec![0.0; count]);
    let (mut last, mut touched) = (vec![usize::MAX; count], Vec::with_capacity(count));
    let (mut before, mut seen) = (0.0, 0.0);
    for (g, group) in groups.enumerate() {
        touched.clear();
        for &t in group {
            let (t, w) = (t as usize, weight(t as usize));
            let slice = usize::from(slices[t]);
            if w > 0.0 && last[slice] != g {
                last[slice] = g;
                touched.push(slice);
                // Between two values of a slice its own function stands still while the other rises: the distance is
                // greatest just before a value, or at it.
                distance[slice] =
                    f64::max(distance[slice], (passed[slice] / own[slice] - before / all).abs());
            }
            passed[slice] += w;
            seen += w;
        }
        before = seen;
        for &slice in &touched {
            distance[slice] = f64::max(distance[slice], (passed[slice] / own[slice] - seen / all).abs());
        }
    }
    let mut found: Vec<f64> = (0..count).filter(|&s| own[s] > 0.0).map(|s| distance[s]).collect();
    found.sort_unstable_by(f64::total_cmp);
    match found.len() {
        0 => (f64::NAN, f64::NAN),
        n => ((found[(n - 1) / 2] + found[n / 2]) / 2.0, found[n - 1]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uniforms(name: &str, n: u64) -> Vec<f64> {
        let factor = Factor::new(11, name);
        (0..n).map(|t| factor.uniform(t, 0)).collect()
    }

    /// Straight from the definition, slice by slice and value by value.
    fn by_definition(input: &[f64], output: &[f64]) -> Vec<f64> {
        let (slices, count) = Ranks::new(input).slices(SLICES);
        let below = |set: &[f64], y: f64| set.iter().filter(|v| **v <= y).count() as f64 / set.len() as f64;
        let distance = |s: usize| {
            let own: Vec<f64> =
                output.iter().zip(&slices).filter(|(_, t)| usize::from(**t) == s).map(|(y, _)| *y).collect();
            output.iter().map(|&y| (below(&own, y) - below(output, y)).abs()).fold(0.0, f64::max)
        };
        let mut all: Vec<f64> = (0..count).map(distance).collect();
        all.sort_unstable_by(f64::total_cmp);
        all
    }

    #[test]
    fn the_walk_finds_what_the_definition_says() {
        let (x, e) = (uniforms("x", 600), uniforms("e", 600));
        let outputs: [Vec<f64>; 3] = [
            x.iter().zip(&e).map(|(x, e)| x + e).collect(),
            // Mostly zero, with ties among the rest.
            x.iter().zip(&e).map(|(x, e)| if *e < 0.7 { 0.0 } else { (5.0 * x).floor() }).collect(),
            e.clone(),
        ];
        let event: Vec<f64> = x.iter().map(|x| f64::from(u8::from(*x > 0.9))).collect();
        for input in [&x, &event] {
            for output in &outputs {
                let ranked = Ranks::new(output);
                let found = Output::new(&ranked, Factor::new(1, "pawn")).index(&Ranks::new(input));
                let all = by_definition(input, output);
                let median = (all[(all.len() - 1) / 2] + all[all.len() / 2]) / 2.0;
                assert!((found.median.value - median).abs() < 1e-12, "{found:?} instead of {median}");
                assert!((found.maximum - all[all.len() - 1]).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn an_effect_without_correlation_is_seen_and_noise_is_not() {
        let n = 20_000;
        let (x, z) = (uniforms("x", n), uniforms("z", n));
        // A variance that depends on x, symmetric in it.
        let y: Vec<f64> = x.iter().zip(uniforms("y", n)).map(|(x, e)| (x - 0.5).abs() * (e - 0.5)).collect();
        let output = Ranks::new(&y);
        let output = Output::new(&output, Factor::new(1, "pawn"));
        let threshold = output.threshold();
        let (seen, noise) = (output.index(&Ranks::new(&x)), output.index(&Ranks::new(&z)));
        assert!(seen.median.low > 2.0 * threshold, "{seen:?} {threshold}");
        assert!(noise.median.value < 1.3 * threshold && threshold < 0.03);
        assert!(seen.median.reliable && seen.median.low < seen.median.value);
    }

    #[test]
    fn a_dummy_seldom_passes_for_an_input() {
        // An input without influence exceeds the threshold in 1 of 40 runs: of 120, more than 11 with p = 2e-4.
        let passed = (0..120u32).filter(|run| {
            let y = Ranks::new(&uniforms(&format!("output {run}"), 400));
            let x = Ranks::new(&uniforms(&format!("input {run}"), 400));
            let y = Output::new(&y, Factor::new(u64::from(*run), "pawn"));
            y.index(&x).median.value > y.threshold()
        });
        assert!(passed.count() <= 11);
    }

    #[test]
    fn the_interval_follows_the_spread_between_runs() {
        // Of 60 runs the mean of the standard errors is the standard deviation between runs, to a third.
        let run = |r: u32| {
            let x = uniforms(&format!("x {r}"), 4_000);
            let y: Vec<f64> =
                x.iter().zip(uniforms(&format!("e {r}"), 4_000)).map(|(x, e)| x + 0.5 * e).collect();
            Output::new(&Ranks::new(&y), Factor::new(1, "pawn")).index(&Ranks::new(&x)).median
        };
        let all: Vec<Estimate> = (0..60).map(run).collect();
        let between = Moments::of(all.iter().map(|e| e.value)).sd();
        let within = all.iter().map(|e| e.se).sum::<f64>() / 60.0;
        assert!((0.67..1.5).contains(&(within / between)), "{within} against {between}");
    }

    #[test]
    fn an_event_without_influence_seldom_passes_for_an_input() {
        // Rare events have slices of few trials, whose distance is large by chance alone. Bounds as above.
        let counts: [&dyn Fn(f64) -> f64; 2] = [&|u| f64::from(u8::from(u < 0.02)), &|u| {
            if u < 0.01 { 2.0 } else { f64::from(u8::from(u < 0.1)) }
        }];
        for count in counts {
            let passed = (0..120u32).filter(|run| {
                let y = Ranks::new(&uniforms(&format!("output {run}"), 1_000));
                let x: Vec<f64> = uniforms(&format!("event {run}"), 1_000).into_iter().map(count).collect();
                let y = Output::new(&y, Factor::new(u64::from(*run), "pawn"));
                let found = y.index(&Ranks::new(&x));
                found.median.value > found.noise
            });
            let passed = passed.count();
            assert!(passed <= 11, "{passed}");
        }
    }
}
