//! Columns too long to be held: their values counted in narrow bins, whose sums are exact.

use super::moments::{Moments, Sum};
use super::ordered::Ordered;
use super::{Column, Sample};

/// The bits of a number that its bin leaves open: its sign, its exponent and ten more bits are those of the bin, which is
/// so narrow that no two numbers in it differ by more than one part in 1,024.
const OPEN: u32 = 42;

/// What is counted of the values of a column, in any number of parts, whose order and sizes make no difference to the last bit:
/// counts and sums are of whole numbers.
///
/// A quantile read from it is off by less than 0.1 % of itself, and exact where all values of its bin are equal, as
/// zeros, counts and shares of 1 are. Means, also of tails, and standard deviations are exact but for the rest of one bin.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct Sketch {
    trials: u64,
    /// By the order of their values.
    bins: Vec<(i32, Bin)>,
}

/// What is in a bin. The open bits of a value are a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
struct Bin {
    count: u64,
    /// Of the open bits, and of their squares.
    sum: u128,
    squares: u128,
    least: u64,
    greatest: u64,
}

impl Bin {
    fn of(open: u64, count: u64) -> Bin {
        let (wide, count_wide) = (u128::from(open), u128::from(count));
        Bin { count, sum: wide * count_wide, squares: wide * wide * count_wide, least: open, greatest: open }
    }

    fn add(&mut self, other: &Bin) {
        self.count += other.count;
        self.sum += other.sum;
        self.squares += other.squares;
        self.least = self.least.min(other.least);
        self.greatest = self.greatest.max(other.greatest);
    }
}

/// The place of a number's bin in the order of their values, and its open bits.
fn place(x: f64) -> (i32, u64) {
    let size = x.abs().to_bits();
    let bin = (size >> OPEN) as i32;
    // Those below zero come before all others, the greatest sizes first.
    (if x < 0.0 { -1 - bin } else { bin }, size & ((1 << OPEN) - 1))
}

/// Where the numbers of a bin begin, towards zero, and what a step of their open bits is.
fn span(place: i32) -> (f64, f64) {
    let sign = if place < 0 { -1.0 } else { 1.0 };
    let bin = if place < 0 { -1 - place } else { place } as u64;
    let at = |open: u64| f64::from_bits(bin << OPEN | open);
    (sign * at(0), sign * (at(1) - at(0)))
}

impl Sketch {
    /// How far a quantile may be off, as a share of itself.
    pub const PRECISION: f64 = 1.0 / 1024.0;

    /// Of a column; NaN says that the metric is undefined in that trial. Of those trials alone that are `kept`, where only some
    /// count.
    pub fn of(column: &Column, kept: Option<&[bool]>) -> Sketch {
        let (values, trials) = Ordered::of(column, kept);
        let mut bins: Vec<(i32, Bin)> = Vec::new();
        for (value, count) in values.from(0) {
            let (place, open) = place(value);
            let own = Bin::of(open, count as u64);
            match bins.last_mut() {
                Some((last, bin)) if *last == place => bin.add(&own),
                _ => bins.push((place, own)),
            }
        }
        Sketch { trials: trials as u64, bins }
    }

    /// With the trials of another, whichever comes first.
    pub fn merge(&mut self, other: &Sketch) {
        self.trials += other.trials;
        if other.bins.is_empty() {
            return;
        }
        let mut merged = Vec::with_capacity(self.bins.len().max(other.bins.len()));
        let (mut own, mut more) = (self.bins.iter().peekable(), other.bins.iter().peekable());
        loop {
            let next = match (own.peek(), more.peek()) {
                (None, None) => break,
                (Some(_), None) => own.next(),
                (None, Some(_)) => more.next(),
                (Some(a), Some(b)) if a.0 == b.0 => {
                    let mut bin = a.1;
                    bin.add(&b.1);
                    merged.push((a.0, bin));
                    own.next();
                    more.next();
                    continue;
                }
                (Some(a), Some(b)) => {
                    if a.0 < b.0 {
                        own.next()
                    } else {
                        more.next()
                    }
                }
            };
            merged.extend(next);
        }
        self.bins = merged;
    }

    /// Number of trials, whether the metric is defined in them or not.
    pub fn trials(&self) -> u64 {
        self.trials
    }

    /// The sample of all values.
    pub fn sample(&self) -> Sample {
        let values = self.bins.iter().map(|(place, bin)| {
            let (base, step) = span(*place);
            let mean = base + step * (bin.sum as f64 / bin.count as f64);
            // Rounding must not make two of values that are all equal.
            let mean = if bin.least == bin.greatest { base + step * bin.least as f64 } else { mean };
            (mean, bin.count as usize)
        });
        Sample::counted(Ordered::counted(values), self.moments(), self.trials as usize)
    }

    fn moments(&self) -> Moments {
        let n = self.bins.iter().map(|(_, bin)| bin.count).sum::<u64>() as f64;
        // Of each bin: how many, their mean, and the mean square of what they are off it.
        let parts = || {
            self.bins.iter().map(|(place, bin)| {
                let (base, step) = span(*place);
                let count = bin.count as f64;
                let mean = bin.sum as f64 / count;
                let spread = if bin.least == bin.greatest {
                    0.0
                } else {
                    (bin.squares as f64 / count - mean * mean).max(0.0)
                };
                (count, base + step * mean, step * step * spread)
            })
        };
        let mean = parts().map(|(count, mean, _)| count * mean).collect::<Sum>().over(n);
        let (mut squares, mut cubes) = (Sum::default(), Sum::default());
        for (count, own, spread) in parts() {
            let d = own - mean;
            squares.add(count * (d * d + spread));
            cubes.add(count * d * (d * d + 3.0 * spread));
        }
        Moments::known(n, mean, squares.over(n), cubes.over(n))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Factor, normal};

    /// Zeros, whole numbers, heavy tails, losses that are gains, and what is undefined.
    fn columns(n: u64) -> Vec<Vec<f64>> {
        let factor = Factor::new(3, "sketch");
        let u = |i: u64| factor.uniform(i, 0);
        let one = |f: &dyn Fn(u64) -> f64| (0..n).map(f).collect::<Vec<f64>>();
        vec![
            one(&|i| if u(i) < 0.8 { 0.0 } else { -1e11 * libm::log(u(i)) }),
            one(&|i| (10.0 * u(i)).floor()),
            one(&|i| libm::exp(3.0 * normal::quantile(u(i)))),
            one(&|i| normal::quantile(u(i)) * 1e9),
            one(&|i| if u(i) < 0.3 { f64::NAN } else { 0.125 + u(i) }),
            one(&|_| 1.0),
            one(&|_| 659_999_999_999.999_9),
            one(&|_| f64::NAN),
        ]
    }

    fn sketch(column: &[f64]) -> Sketch {
        Sketch::of(&Column::from(column), None)
    }

    #[test]
    fn any_parts_in_any_order_give_the_same_sketch() {
        for column in columns(5000) {
            let whole = sketch(&column);
            for size in [1, 7, 1000, 4999] {
                let parts: Vec<Sketch> = column.chunks(size).map(sketch).collect();
                let joined = |parts: &mut dyn Iterator<Item = &Sketch>| {
                    let mut all = Sketch::default();
                    parts.for_each(|part| all.merge(part));
                    all
                };
                assert_eq!(joined(&mut parts.iter()), whole);
                assert_eq!(joined(&mut parts.iter().rev()), whole);
                // Joined in pairs first, as a tree.
                let pairs: Vec<Sketch> = parts.chunks(2).map(|pair| joined(&mut pair.iter())).collect();
                assert_eq!(joined(&mut pairs.iter()), whole);
            }
        }
    }

    /// Every figure against that of the sample of all values.
    #[test]
    fn figures_are_those_of_the_column_but_for_a_thousandth() {
        for (c, column) in columns(40_000).iter().enumerate() {
            let (exact, coarse) = (Sample::new(column), sketch(column).sample());
            assert_eq!((exact.trials(), exact.defined()), (coarse.trials(), coarse.defined()));
            assert_eq!(exact.defined_share(), coarse.defined_share());
            let near = |what: &str, a: Option<f64>, b: Option<f64>, share: f64| {
                let (Some(a), Some(b)) = (a, b) else {
                    assert_eq!((a.is_none(), c == 7), (b.is_none(), true), "{c} {what}: {a:?} {b:?}");
                    return;
                };
                let same = a.is_nan() && b.is_nan() || (a - b).abs() <= share * a.abs();
                assert!(same, "{c} {what}: {a} {b}");
            };
            let pairs = |what: &str, a: Option<crate::statistics::Estimate>, b: Option<_>, share: f64| {
                let b: Option<crate::statistics::Estimate> = b;
                near(what, a.map(|e| e.value), b.map(|e| e.value), share);
                near(what, a.map(|e| e.low), b.map(|e| e.low), share.max(1e-3));
                near(what, a.map(|e| e.high), b.map(|e| e.high), share.max(1e-3));
                assert_eq!(a.map(|e| e.reliable), b.map(|e| e.reliable), "{c} {what}");
            };
            if c == 7 {
                assert!(coarse.mean().is_none() && coarse.quantile(0.5).is_none() && coarse.max().is_none());
                continue;
            }
            pairs("mean", exact.mean(), coarse.mean(), if c == 3 { 1e-9 } else { 1e-12 });
            pairs("sd", exact.sd(), coarse.sd(), 1e-9);
            if exact.skewness().is_some() {
                near("skewness", exact.skewness(), coarse.skewness(), 1e-4);
            }
            pairs("positive", exact.positive(), coarse.positive(), 0.0);
            for p in [0.001, 0.1, 0.5, 0.85, 0.99, 0.999] {
                let share = if [1, 5, 6].contains(&c) { 0.0 } else { 1e-3 };
                pairs("quantile", exact.quantile(p), coarse.quantile(p), share);
                pairs("cvar", exact.cvar(p), coarse.cvar(p), if share == 0.0 { 1e-12 } else { 2e-4 });
            }
            let (a, b) = (exact.histogram(30), coarse.histogram(30));
            let of_bins = |counts: &[f64]| counts.iter().sum::<f64>();
            assert_eq!(a.zeros, b.zeros);
            assert!(
                (of_bins(&a.counts) + (a.below + a.above) as f64
                    - of_bins(&b.counts)
                    - (b.below + b.above) as f64)
                    .abs()
                    < 0.5
            );
            let (a, b) = (exact.exceedance(100), coarse.exceedance(100));
            // Ranks whose values share a bin share a point.
            assert!(b.len() <= a.len() && b.len() as f64 >= 0.8 * a.len() as f64 - 1.0, "{c}");
            for point in &b {
                let share = exact.above(point.value * (1.0 - 1e-3 * point.value.signum())).unwrap().value;
                let least = exact.above(point.value * (1.0 + 1e-3 * point.value.signum())).unwrap().value;
                assert!(
                    point.value == 0.0 || least <= point.probability && point.probability <= share + 1e-12,
                    "{c} {point:?}"
                );
            }
        }
    }

    #[test]
    fn bins_are_in_the_order_of_their_values_and_hold_what_they_say() {
        let numbers = [-1e300, -2.0, -1.001, -1.0, -1e-310, 0.0, 5e-324, 1e-3, 1.0, 1.0005, 1.002, 3e12];
        let places: Vec<i32> = numbers.iter().map(|x| place(*x).0).collect();
        assert!(places.is_sorted(), "{places:?}");
        for x in numbers {
            let (at, open) = place(x);
            let (base, step) = span(at);
            assert_eq!(base + step * open as f64, x);
            assert!((step * (1u64 << OPEN) as f64).abs() <= base.abs() / 1023.0 || base.abs() < 1e-300);
        }
    }
}
