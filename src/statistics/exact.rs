//! A distribution that is known but for numerical errors: atoms, and stretches over which a value varies smoothly.

use super::Estimate;

/// A stretch of probability over which a value varies, as parabolas through its start, middle and end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// How much of the uniform it takes.
    pub weight: f64,
    /// The probability of the trials in question, for each of these uniforms.
    pub chance: [f64; 3],
    /// The value; NaN where undefined.
    pub value: [f64; 3],
}

/// By how much sums over a distribution may be wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bounds {
    /// The integral of the value, but for what the pieces themselves are off by.
    pub first: f64,
    /// The integral of the value, by what the pieces are off.
    pub along: f64,
    /// The integral of its square, in all.
    pub second: f64,
    /// Any probability.
    pub mass: f64,
    /// The probability of more than zero; no more than the other.
    pub zero: f64,
    /// Any value along a piece, as a share of it...
    pub share: f64,
    /// ... or where it is small, as an amount.
    pub amount: f64,
}

/// The distribution of a metric, as a column of infinitely many trials would have it.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// Value and probability, ascending.
    atoms: Vec<(f64, f64)>,
    /// Smooth pieces, with their mass and their least and greatest value.
    pieces: Vec<Smooth>,
    /// All atoms and all ends of pieces, ascending.
    ends: Vec<f64>,
    /// The probability with which it is defined, and of everything.
    defined: f64,
    all: f64,
    /// Whether it is anywhere undefined.
    undefined: bool,
    bounds: Bounds,
}

#[derive(Clone, Copy, Debug)]
struct Smooth {
    piece: Piece,
    mass: f64,
    low: f64,
    high: f64,
}

/// Rounding of sums over many pieces.
const ROUNDING: f64 = 1e-12;

/// Nodes and weights of Gauss's rule with five points on (0, 1): exact up to the ninth power.
const GAUSS: [(f64, f64); 5] = [
    (0.5, 0.284_444_444_444_444_44),
    (0.230_765_344_947_158_45, 0.239_314_335_249_683_24),
    (0.769_234_655_052_841_5, 0.239_314_335_249_683_24),
    (0.046_910_077_030_668, 0.118_463_442_528_094_54),
    (0.953_089_922_969_332, 0.118_463_442_528_094_54),
];

/// The parabola through the values at 0, 1/2 and 1.
fn parabola([a, m, b]: [f64; 3], t: f64) -> f64 {
    let (second, first) = (2.0 * a - 4.0 * m + 2.0 * b, -3.0 * a + 4.0 * m - b);
    (second * t + first) * t + a
}

impl Piece {
    /// The probability with which the value is defined, and the integrals of the value and of its square over it.
    pub fn moments(&self) -> [f64; 3] {
        let [a, m, b] = self.value;
        if self.value.iter().any(|v| v.is_nan()) {
            return [0.0; 3];
        }
        let mass = self.mass();
        if a == m && m == b {
            return [mass, mass * a, mass * a * a];
        }
        [mass, self.integral(0.0, 1.0, |x| x), self.integral(0.0, 1.0, |x| x * x)]
    }

    /// The probability of values up to `x`.
    pub fn up_to(&self, x: f64) -> f64 {
        if self.value.iter().any(|v| v.is_nan()) {
            return 0.0;
        }
        let [a, m, b] = self.value;
        if a == m && m == b {
            return if a <= x { self.mass() } else { 0.0 };
        }
        let (low, high) = self.range();
        Smooth { piece: *self, mass: self.mass(), low, high }.up_to(x)
    }

    /// The probability of the stretch.
    fn mass(&self) -> f64 {
        // Simpson's rule is exact for a parabola.
        let [a, m, b] = self.chance;
        self.weight * (a + 4.0 * m + b) / 6.0
    }

    /// The integral of f over the probability of the stretch between `from` and `to`, shares of it.
    fn integral(&self, from: f64, to: f64, f: impl Fn(f64) -> f64) -> f64 {
        let width = to - from;
        let at = |x: f64| from + width * x;
        let own = |x: f64| parabola(self.chance, at(x)).max(0.0) * f(parabola(self.value, at(x)));
        self.weight * width * GAUSS.iter().map(|(x, w)| w * own(*x)).sum::<f64>()
    }

    /// The least and the greatest value.
    fn range(&self) -> (f64, f64) {
        let [a, m, b] = self.value;
        let (mut low, mut high) = (a.min(b).min(m), a.max(b).max(m));
        let (second, first) = (2.0 * a - 4.0 * m + 2.0 * b, -3.0 * a + 4.0 * m - b);
        let turn = -first / (2.0 * second);
        if 0.0 < turn && turn < 1.0 {
            let value = parabola(self.value, turn);
            (low, high) = (low.min(value), high.max(value));
        }
        (low, high)
    }

    /// The stretches in which the value is above `x`.
    fn above(&self, x: f64) -> impl Iterator<Item = (f64, f64)> + use<> {
        let value = self.value.map(|v| v - x);
        let [a, m, b] = value;
        let (second, first) = (2.0 * a - 4.0 * m + 2.0 * b, -3.0 * a + 4.0 * m - b);
        let mut ends = [0.0, 1.0, 1.0, 1.0];
        let spread = first * first - 4.0 * second * a;
        if spread >= 0.0 {
            // Without cancellation (Press et al., Numerical Recipes, section 5.6).
            let q = -0.5 * (first + spread.sqrt().copysign(first));
            let mut roots = [q / second, a / q].map(|r| if 0.0 < r && r < 1.0 { r } else { 1.0 });
            roots.sort_unstable_by(f64::total_cmp);
            ends = [0.0, roots[0], roots[1], 1.0];
        }
        let pairs = [(ends[0], ends[1]), (ends[1], ends[2]), (ends[2], ends[3])];
        pairs.into_iter().filter(move |(from, to)| from < to && parabola(value, 0.5 * (from + to)) > 0.0)
    }
}

impl Distribution {
    /// From pieces; those with three equal values are atoms.
    pub fn new(pieces: impl Iterator<Item = Piece>, bounds: Bounds) -> Distribution {
        let (mut atoms, mut smooth, mut all, mut undefined) = (Vec::new(), Vec::new(), 0.0, false);
        for piece in pieces {
            let mass = piece.mass();
            all += mass;
            let [a, m, b] = piece.value;
            if piece.value.iter().any(|v| v.is_nan()) {
                undefined = true;
                continue;
            }
            if a == m && m == b {
                atoms.push((a + 0.0, mass));
            } else {
                let (low, high) = piece.range();
                smooth.push(Smooth { piece, mass, low, high });
            }
        }
        atoms.sort_by(|x: &(f64, f64), y| x.0.total_cmp(&y.0));
        atoms.dedup_by(|next, own| {
            let same = next.0 == own.0;
            if same {
                own.1 += next.1;
            }
            same
        });
        let sum = |masses: &mut dyn Iterator<Item = f64>| masses.sum::<f64>();
        let defined = sum(&mut atoms.iter().map(|a| a.1)) + sum(&mut smooth.iter().map(|s| s.mass));
        let mut ends: Vec<f64> = atoms.iter().map(|a| a.0).collect();
        ends.extend(smooth.iter().flat_map(|s| [s.low, s.high]));
        ends.sort_unstable_by(f64::total_cmp);
        ends.dedup();
        Distribution { atoms, pieces: smooth, ends, defined, all, undefined, bounds }
    }

    /// The probability of everything it was made of.
    pub fn mass(&self) -> f64 {
        self.all
    }

    /// By how much any probability may be wrong.
    pub fn doubt(&self) -> f64 {
        self.bounds.mass
    }

    /// Whether it takes one value alone.
    pub fn constant(&self) -> Option<f64> {
        match self.atoms[..] {
            [(value, _)] if self.pieces.is_empty() => Some(value),
            _ => None,
        }
    }

    /// The least value; None where nothing is defined.
    pub fn min(&self) -> Option<f64> {
        let all = self.atoms.first().map(|a| a.0).into_iter().chain(self.pieces.iter().map(|s| s.low));
        all.min_by(f64::total_cmp)
    }

    /// The greatest value; None where nothing is defined.
    pub fn max(&self) -> Option<f64> {
        let all = self.atoms.last().map(|a| a.0).into_iter().chain(self.pieces.iter().map(|s| s.high));
        all.max_by(f64::total_cmp)
    }

    /// The probability that it is defined.
    pub fn defined_share(&self) -> Estimate {
        within_shares(self.defined / self.all, self.lost() / self.all)
    }

    /// The mean; None where nothing is defined.
    pub fn mean(&self) -> Option<Estimate> {
        let value = self.expected(|x| x)?;
        Some(around(value, self.mean_error(value)))
    }

    fn mean_error(&self, mean: f64) -> f64 {
        (self.bounds.first + self.bounds.along + self.lost() * mean.abs()) / self.defined
            + ROUNDING * mean.abs()
    }

    /// By how much the probability that it is defined may be wrong: not at all where it always is.
    fn lost(&self) -> f64 {
        if self.undefined { self.bounds.mass } else { 0.0 }
    }

    /// The standard deviation; None where nothing is defined.
    pub fn sd(&self) -> Option<Estimate> {
        let mean = self.expected(|x| x)?;
        let variance = self.expected(|x| (x - mean) * (x - mean))?.max(0.0);
        let squares = variance + mean * mean;
        let error = (self.bounds.second + self.lost() * squares) / self.defined
            + 2.0 * mean.abs() * self.mean_error(mean)
            + ROUNDING * variance;
        let sd = variance.sqrt();
        if self.constant().is_some() {
            return Some(around(0.0, 0.0));
        }
        let (low, high) = ((variance - error).max(0.0).sqrt(), (variance + error).sqrt());
        Some(Estimate::new(sd, 0.0, (low, high), true))
    }

    /// Third central moment over the 3/2 power of the second; None where it does not vary.
    pub fn skewness(&self) -> Option<f64> {
        let mean = self.expected(|x| x).filter(|_| self.constant().is_none())?;
        let variance = self.expected(|x| (x - mean) * (x - mean))?;
        let third = self.expected(|x| (x - mean) * (x - mean) * (x - mean))?;
        Some(third / (variance * variance.sqrt()) + 0.0)
    }

    /// The mean of a function of the value, where that is defined.
    fn expected(&self, f: impl Fn(f64) -> f64) -> Option<f64> {
        let atoms: f64 = self.atoms.iter().map(|(x, mass)| mass * f(*x)).sum();
        let pieces: f64 = self.pieces.iter().map(|s| s.piece.integral(0.0, 1.0, &f)).sum();
        (self.defined > 0.0).then(|| (atoms + pieces) / self.defined)
    }

    /// The quantile at level `p`: the smallest value that is not exceeded with probability `p`. None where nothing is defined
    /// or `p` is not between 0 and 1. Its bounds are the quantiles at levels that are off by the error of probabilities.
    pub fn quantile(&self, p: f64) -> Option<Estimate> {
        if !(p > 0.0 && p < 1.0 && self.defined > 0.0) {
            return None;
        }
        let off = self.bounds.mass / self.defined;
        let value = self.reached(p - ROUNDING);
        let other = |p: f64| if off > 0.0 { self.reached(p) } else { value };
        let (low, high) = (other(p - ROUNDING - off), other(p - ROUNDING + off));
        let error = |x: f64| self.value_error(x);
        Some(Estimate::new(value, 0.0, (low - error(low), high + error(high)), true))
    }

    /// By how much a value may be wrong; an atom cannot.
    fn value_error(&self, x: f64) -> f64 {
        if self.atoms.binary_search_by(|atom| atom.0.total_cmp(&x)).is_ok() {
            return 0.0;
        }
        (self.bounds.share * x.abs()).max(self.bounds.amount)
    }

    /// The smallest value up to which lies the share `p` of what is defined.
    fn reached(&self, p: f64) -> f64 {
        let wanted = p.clamp(0.0, 1.0) * self.defined;
        let ends = &self.ends;
        let next = ends.partition_point(|&x| self.up_to(x) < wanted);
        if next == 0 || next >= ends.len() {
            return ends[next.min(ends.len() - 1)];
        }
        // Between two ends of pieces only those vary that reach over all of it.
        let (mut low, mut high) = (ends[next - 1], ends[next]);
        let across: Vec<&Smooth> = self.pieces.iter().filter(|s| s.low <= low && high <= s.high).collect();
        let part = |x: f64| across.iter().map(|s| s.up_to(x)).sum::<f64>();
        let rest = wanted - (self.up_to(low) - part(low));
        if part(high) < rest {
            return high;
        }
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                break;
            }
            if part(middle) < rest { low = middle } else { high = middle }
        }
        high
    }

    /// The probability of values up to `x`.
    fn up_to(&self, x: f64) -> f64 {
        let count = self.atoms.partition_point(|a| a.0 <= x);
        let atoms: f64 = self.atoms[..count].iter().map(|a| a.1).sum();
        atoms + self.pieces.iter().map(|s| s.up_to(x)).sum::<f64>()
    }

    /// Expected shortfall (CVaR) at level `p`: the mean of the worst 1 - p, as q + E[max(0, X - q)] / (1 - p) with the quantile q
    /// (Rockafellar and Uryasev, "Optimization of conditional value-at-risk", Journal of Risk 2, 2000), to which an error of q
    /// is of the second order.
    pub fn cvar(&self, p: f64) -> Option<Estimate> {
        let q = self.quantile(p)?.value;
        let count = self.atoms.partition_point(|a| a.0 <= q);
        let atoms: f64 = self.atoms[count..].iter().map(|(x, mass)| mass * (x - q)).sum();
        let pieces: f64 = self.pieces.iter().map(|s| s.excess(q)).sum();
        let value = q + (atoms + pieces) / self.defined / (1.0 - p);
        let tail = self.defined * (1.0 - p);
        // Pieces of the tail are off by no more than a value may be.
        let along = (self.bounds.along / tail).min(self.value_error(value));
        let error = along + (self.bounds.first + self.lost() * value.abs()) / tail;
        Some(around(value, error + ROUNDING * value.abs()))
    }

    /// The probability that it is more than `x`, where it is defined; None where it never is.
    pub fn above(&self, x: f64) -> Option<Estimate> {
        if self.defined <= 0.0 {
            return None;
        }
        let value = 1.0 - self.up_to(x) / self.defined;
        // Around a kink a parabola goes astray by more than where it was looked at.
        let reach = 8.0 * (self.bounds.share * x.abs()).max(self.bounds.amount);
        let smooth = |x: f64| self.pieces.iter().map(|s| s.up_to(x)).sum::<f64>();
        let near = smooth(x + reach) - smooth(x - reach);
        let mass = if x == 0.0 { self.bounds.zero } else { self.bounds.mass };
        Some(within_shares(value, (near + mass) / self.defined))
    }

    /// The probability that it is more than zero; None where it is never defined.
    pub fn positive(&self) -> Option<Estimate> {
        self.above(0.0)
    }
}

impl Smooth {
    fn up_to(&self, x: f64) -> f64 {
        if x >= self.high {
            return self.mass;
        }
        if x < self.low {
            return 0.0;
        }
        let above: f64 = self.piece.above(x).map(|(from, to)| self.piece.integral(from, to, |_| 1.0)).sum();
        (self.mass - above).clamp(0.0, self.mass)
    }

    fn excess(&self, x: f64) -> f64 {
        if x >= self.high {
            return 0.0;
        }
        self.piece.above(x).map(|(from, to)| self.piece.integral(from, to, |v| v - x)).sum()
    }
}

fn around(value: f64, error: f64) -> Estimate {
    Estimate::new(value, 0.0, (value - error, value + error), true)
}

fn within_shares(value: f64, error: f64) -> Estimate {
    let value = value.clamp(0.0, 1.0);
    Estimate::new(value, 0.0, ((value - error).max(0.0), (value + error).min(1.0)), true)
}
