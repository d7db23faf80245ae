//! Sobol' indices by pick-freeze: which factor explains how much of a variance.
//!
//! A function is evaluated on two independent samples A and B of its factors, and for each factor i on the sample A in
//! which factor i alone is taken from B. The first-order index is the estimator of Saltelli et al. ("Variance based
//! sensitivity analysis of model output", Computer Physics Communications 181, 2010, table 2 (b)), the total index that
//! of Jansen (ibid., (f)); the variance is that of A and B together. The factors (or groups of them) have to be
//! independent of each other.

use super::Estimate;
use super::moments::Moments;
use crate::random::Factor;

/// Resamples of the bootstrap.
const RESAMPLES: usize = 1_000;
/// Trials are resampled in at most so many blocks of consecutive ones, which are as independent as the trials are.
const BLOCKS: usize = 1_000;

/// What a factor explains of the variance.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Indices {
    /// First-order: what is explained by the factor alone.
    pub first: Estimate,
    /// Total: what is explained by the factor alone and in interaction with others; zero means that it does not matter.
    pub total: Estimate,
}

/// The evaluations on A and B, to which those of each factor are compared.
#[derive(Clone, Debug)]
pub struct PickFreeze {
    a: Vec<f64>,
    b: Vec<f64>,
    /// Mean of A and B together.
    mean: f64,
    /// By block: values, and squares of values, of A and B, less the mean.
    sums: Vec<[f64; 2]>,
    /// By resample: the blocks drawn.
    drawn: Vec<Vec<u16>>,
}

impl PickFreeze {
    /// From the values on A and B, one a trial, in the same order; none is NaN. The bootstrap draws from `resampling`.
    pub fn new(a: Vec<f64>, b: Vec<f64>, resampling: Factor) -> PickFreeze {
        let mean = Moments::of(Both { a: &a, b: &b, at: 0 }).mean;
        let blocks = a.len().min(BLOCKS);
        let sums = (0..blocks).map(|k| {
            let own = range(a.len(), blocks, k);
            let values = || a[own.clone()].iter().chain(&b[own.clone()]).map(|y| y - mean);
            [values().sum(), values().map(|y| y * y).sum()]
        });
        let draw = |r: usize, k: u32| (resampling.uniform(r as u64, k) * blocks as f64) as u16;
        let drawn = (0..RESAMPLES).map(|r| (0..blocks as u32).map(|k| draw(r, k)).collect());
        PickFreeze { sums: sums.collect(), drawn: drawn.collect(), a, b, mean }
    }

    /// The variance of A and B together, with divisor 2n.
    pub fn variance(&self) -> f64 {
        let all = self.sums.iter().fold([0.0; 2], |sum, own| [sum[0] + own[0], sum[1] + own[1]]);
        let n = 2.0 * self.a.len() as f64;
        all[1] / n - (all[0] / n) * (all[0] / n)
    }

    /// The indices of a factor: `mixed` holds the values on A with that factor taken from B.
    ///
    /// Intervals are percentiles of a bootstrap over blocks of trials, the same blocks for all factors. Undefined where
    /// nothing varies. They are called unreliable where fewer than 100 trials are there.
    pub fn indices(&self, mixed: &[f64]) -> Indices {
        let n = self.a.len();
        let blocks = self.sums.len();
        let sums: Vec<Sums> = (0..blocks)
            .map(|k| {
                let own = range(n, blocks, k);
                let mut sums = Sums {
                    n: own.len() as f64,
                    values: self.sums[k][0],
                    squares: self.sums[k][1],
                    ..Sums::default()
                };
                for i in own {
                    let change = mixed[i] - self.a[i];
                    sums.change += change;
                    sums.product += (self.b[i] - self.mean) * change;
                    sums.change_squared += change * change;
                }
                sums
            })
            .collect();
        let [first, total] = sums.iter().fold(Sums::default(), Sums::and).indices();
        let mut resampled = [Vec::with_capacity(RESAMPLES), Vec::with_capacity(RESAMPLES)];
        for drawn in &self.drawn {
            let own = drawn.iter().fold(Sums::default(), |sum, &k| sum.and(&sums[usize::from(k)]));
            let indices = own.indices();
            resampled.iter_mut().zip(indices).for_each(|(all, index)| all.push(index));
        }
        let [firsts, totals] = resampled;
        Indices { first: estimate(first, firsts, n >= 100), total: estimate(total, totals, n >= 100) }
    }
}

/// A figure with the spread of its `resampled` values: standard deviation, and 2.5 % and 97.5 % points.
pub(super) fn estimate(value: f64, mut resampled: Vec<f64>, reliable: bool) -> Estimate {
    resampled.retain(|x| !x.is_nan());
    if value.is_nan() || resampled.len() < 2 {
        return Estimate::new(value, f64::NAN, (f64::NAN, f64::NAN), false);
    }
    resampled.sort_unstable_by(f64::total_cmp);
    let n = resampled.len();
    let at = |p: f64| resampled[super::sample::rank(n, p) - 1];
    let se = Moments::of(resampled.iter().copied()).sd();
    Estimate::new(value, se, (at(0.025), at(0.975)), reliable)
}

/// Block `k` of `blocks` of `n` trials.
fn range(n: usize, blocks: usize, k: usize) -> std::ops::Range<usize> {
    k * n / blocks..(k + 1) * n / blocks
}

/// The sums from which indices are made.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    n: f64,
    values: f64,
    squares: f64,
    change: f64,
    product: f64,
    change_squared: f64,
}

impl Sums {
    fn and(self, other: &Sums) -> Sums {
        Sums {
            n: self.n + other.n,
            values: self.values + other.values,
            squares: self.squares + other.squares,
            change: self.change + other.change,
            product: self.product + other.product,
            change_squared: self.change_squared + other.change_squared,
        }
    }

    /// First-order and total index.
    fn indices(&self) -> [f64; 2] {
        let mean = self.values / (2.0 * self.n);
        let variance = self.squares / (2.0 * self.n) - mean * mean;
        if !(variance > 0.0) {
            return [f64::NAN; 2];
        }
        let first = (self.product - mean * self.change) / self.n;
        [first / variance, self.change_squared / (2.0 * self.n) / variance]
    }
}

/// The values of A, then those of B.
#[derive(Clone)]
struct Both<'a> {
    a: &'a [f64],
    b: &'a [f64],
    at: usize,
}

impl Iterator for Both<'_> {
    type Item = f64;

    fn next(&mut self) -> Option<f64> {
        let value = self.a.get(self.at).or_else(|| self.b.get(self.at - self.a.len()))?;
        self.at += 1;
        Some(*value)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.a.len() + self.b.len() - self.at;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Both<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    /// The indices of a function of `width` uniforms.
    fn of(f: impl Fn(&[f64]) -> f64, width: usize, n: u64, seed: u64) -> Vec<Indices> {
        let factors = |side: &str| -> Vec<Factor> {
            (0..width).map(|i| Factor::new(seed, &format!("{side} {i}"))).collect()
        };
        let (a, b) = (factors("a"), factors("b"));
        let run = |keys: &[Factor]| -> Vec<f64> {
            (0..n).map(|t| f(&keys.iter().map(|key| key.uniform(t, 0)).collect::<Vec<_>>())).collect()
        };
        let study = PickFreeze::new(run(&a), run(&b), Factor::new(seed, "resampling"));
        let mixed = |i: usize| {
            let mut keys = a.clone();
            keys[i] = b[i];
            run(&keys)
        };
        (0..width).map(|i| study.indices(&mixed(i))).collect()
    }

    /// Ishigami and Homma (1990) with a = 7, b = 0.1.
    fn ishigami(u: &[f64]) -> f64 {
        let x: Vec<f64> = u.iter().map(|u| PI * (2.0 * u - 1.0)).collect();
        let sine = libm::sin(x[1]);
        libm::sin(x[0]) + 7.0 * sine * sine + 0.1 * x[2] * x[2] * x[2] * x[2] * libm::sin(x[0])
    }

    fn ishigami_exact() -> [[f64; 2]; 3] {
        let (a, b) = (7.0, 0.1);
        let pi4 = PI * PI * PI * PI;
        let v1 = 0.5 * (1.0 + b * pi4 / 5.0) * (1.0 + b * pi4 / 5.0);
        let v2 = a * a / 8.0;
        let v13 = b * b * pi4 * pi4 * (1.0 / 18.0 - 1.0 / 50.0);
        let v = v1 + v2 + v13;
        [[v1 / v, (v1 + v13) / v], [v2 / v, v2 / v], [0.0, v13 / v]]
    }

    /// Sobol's G with the a of Saltelli et al. (2010): the product of (|4 u - 2| + a) / (1 + a).
    const G: [f64; 6] = [0.0, 0.5, 3.0, 9.0, 99.0, 99.0];

    fn sobol_g(u: &[f64]) -> f64 {
        u.iter().zip(G).map(|(u, a)| ((4.0 * u - 2.0).abs() + a) / (1.0 + a)).product()
    }

    fn g_exact() -> Vec<[f64; 2]> {
        let own = |a: f64| 1.0 / (3.0 * (1.0 + a) * (1.0 + a));
        let all: f64 = G.iter().map(|&a| 1.0 + own(a)).product();
        let v = all - 1.0;
        G.iter().map(|&a| [own(a) / v, own(a) * all / (1.0 + own(a)) / v]).collect()
    }

    #[test]
    fn functions_with_known_indices() {
        // 9 factors with two indices each, within 4 standard errors: a false alarm in 1 of 900 seeds.
        let cases =
            [(of(ishigami, 3, 40_000, 1), ishigami_exact().to_vec()), (of(sobol_g, 6, 40_000, 2), g_exact())];
        for (found, exact) in cases {
            for (found, exact) in found.iter().zip(exact) {
                for (index, exact) in [found.first, found.total].iter().zip(exact) {
                    // Where a factor hardly matters, so does its error.
                    let room = 4.0 * index.se + 1e-4;
                    assert!((index.value - exact).abs() < room, "{index:?} instead of {exact}");
                    assert!(index.se < 0.02 && index.low <= index.value && index.value <= index.high);
                }
            }
        }
    }

    #[test]
    fn intervals_cover() {
        // 150 runs of 500 trials; 5 % of misses are expected of each index, more than 13 % (20) of one of six with a
        // probability of 1e-3.
        let exact = ishigami_exact();
        let mut missed = [[0; 2]; 3];
        for seed in 100..250 {
            for (i, found) in of(ishigami, 3, 500, seed).iter().enumerate() {
                for (k, index) in [found.first, found.total].iter().enumerate() {
                    missed[i][k] += usize::from(!(index.low <= exact[i][k] && exact[i][k] <= index.high));
                }
            }
        }
        assert!(missed.iter().flatten().all(|&m| m <= 20), "{missed:?}");
        assert!(missed.iter().flatten().sum::<usize>() > 20, "too wide: {missed:?}");
    }

    #[test]
    fn a_level_is_no_variance() {
        let plain = of(|u| u[0] + 0.1 * u[1], 2, 2_000, 7);
        let raised = of(|u| u[0] + 0.1 * u[1] + 1e6, 2, 2_000, 7);
        for (a, b) in plain.iter().zip(raised) {
            assert!((a.first.value - b.first.value).abs() < 1e-7);
            assert!((a.total.value - b.total.value).abs() < 1e-7);
        }
    }

    #[test]
    fn what_does_not_vary_has_no_indices() {
        let found = of(|_| 3.0, 1, 200, 1);
        assert!(found[0].first.value.is_nan() && !found[0].total.reliable);
    }
}
