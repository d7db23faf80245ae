//! A quantile function of one tail, tabulated once as polynomials, for laws whose exact inverse is costly.

use std::f64::consts::PI;

/// Coefficients a piece has.
const TERMS: usize = 16;

/// Octaves of the tail probability, from 1/2 down, that have a piece each, in the probability itself.
const SINGLE: u64 = 8;

/// Where the pieces below end, in octaves: these are polynomials in the logarithm of the probability.
const FAR: [u64; 4] = [12, 20, 35, 53];

/// A positive function of a tail probability `p` up to 1/2.
///
/// Each piece is a polynomial that was held against the exact function where its error is greatest; where it fell
/// short there is none, and the caller has to compute the exact value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table {
    pieces: Box<[Option<Piece>]>,
}

/// A polynomial in `(t - centre) * scale`, which lies in [-1, 1]; t is p or its logarithm.
#[derive(Clone, Debug, PartialEq)]
struct Piece {
    centre: f64,
    scale: f64,
    /// Whether the polynomial gives the logarithm of the value, because the value varies over orders of magnitude.
    logarithmic: bool,
    coefficients: [f64; TERMS],
}

impl Table {
    /// Tabulates `exact(p, guess)`, where a guess of the value saves time and does not matter otherwise.
    ///
    /// `tolerance` is the greatest relative error a piece may have.
    pub fn new(tolerance: f64, exact: impl Fn(f64, Option<f64>) -> f64) -> Self {
        let edges: Vec<u64> = (0..=SINGLE).chain(FAR).collect();
        let pieces = edges.windows(2).enumerate().map(|(i, octaves)| {
            let [top, bottom] = [octaves[0], octaves[1]].map(|k| libm::ldexp(0.5, -(k as i32)));
            let (far, range) = if i < SINGLE as usize {
                (false, (bottom, top))
            } else {
                (true, (libm::log(bottom), libm::log(top)))
            };
            Piece::new(far, range, tolerance, &exact)
        });
        Table { pieces: pieces.collect() }
    }

    /// The value at `p`, or none where it has to be computed exactly: below 2^-54, or where no polynomial would do.
    #[inline]
    pub fn value(&self, p: f64) -> Option<f64> {
        // p lies in [2^-(k + 1), 2^-k); 1/2 itself belongs to the first octave.
        let k = 1022_u64.saturating_sub(p.to_bits() >> 52).max(1);
        if k <= SINGLE {
            return self.pieces[k as usize - 1].as_ref().map(|piece| piece.value(p));
        }
        let far = FAR.iter().position(|&last| k <= last)?;
        self.pieces[SINGLE as usize + far].as_ref().map(|piece| piece.value(libm::log(p)))
    }
}

impl Piece {
    /// Interpolates at the nodes of Chebyshev and checks the ends and the middle, where the error of such an
    /// interpolation peaks.
    fn new(
        far: bool,
        (low, high): (f64, f64),
        tolerance: f64,
        exact: &impl Fn(f64, Option<f64>) -> f64,
    ) -> Option<Self> {
        let (centre, half) = (0.5 * (low + high), 0.5 * (high - low));
        let probability = |z: f64| {
            let t = centre + half * z;
            if far { libm::exp(t) } else { t }
        };
        let mut guess = None;
        let values: [f64; TERMS] = std::array::from_fn(|i| {
            let value = exact(probability(node(i)), guess);
            guess = Some(value);
            value
        });
        let ratio = values[0] / values[TERMS - 1];
        let logarithmic = !(0.25..=4.0).contains(&ratio);
        let ordinates = if logarithmic { values.map(libm::log) } else { values };
        let piece = Piece { centre, scale: 1.0 / half, logarithmic, coefficients: interpolate(&ordinates) };
        let good = [-1.0, 0.0, 1.0].into_iter().all(|z| {
            let p = probability(z);
            let value = piece.value(if far { libm::log(p) } else { p });
            value > 0.0 && (value - exact(p, Some(value))).abs() <= tolerance * value
        });
        good.then_some(piece)
    }

    #[inline]
    fn value(&self, t: f64) -> f64 {
        let z = (t - self.centre) * self.scale;
        let square = z * z;
        // Even and odd powers apart: two short chains of operations in place of a long one.
        let (mut even, mut odd) = (0.0, 0.0);
        for pair in self.coefficients.as_chunks::<2>().0.iter().rev() {
            even = even * square + pair[0];
            odd = odd * square + pair[1];
        }
        let value = even + z * odd;
        if self.logarithmic { libm::exp(value) } else { value }
    }
}

/// The i-th zero of the Chebyshev polynomial of degree `TERMS`, from 1 down to -1.
fn node(i: usize) -> f64 {
    libm::cos(PI * (i as f64 + 0.5) / TERMS as f64)
}

/// The coefficients, by powers, of the polynomial through the ordinates at the nodes.
fn interpolate(ordinates: &[f64; TERMS]) -> [f64; TERMS] {
    let mut sum = [0.0; TERMS];
    // T_k by powers, and T_(k - 1).
    let (mut current, mut last) = ([0.0; TERMS], [0.0; TERMS]);
    current[0] = 1.0;
    for k in 0..TERMS {
        let product: f64 = (0..TERMS)
            .map(|i| ordinates[i] * libm::cos(PI * k as f64 * (i as f64 + 0.5) / TERMS as f64))
            .sum();
        let weight = if k == 0 { 1.0 } else { 2.0 } * product / TERMS as f64;
        for (s, c) in sum.iter_mut().zip(current) {
            *s += weight * c;
        }
        let doubled = if k == 0 { 1.0 } else { 2.0 };
        let next = std::array::from_fn(|j| if j == 0 { 0.0 } else { doubled * current[j - 1] } - last[j]);
        (last, current) = (current, next);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Probabilities all over the tail, none of them special.
    fn probabilities() -> impl Iterator<Item = f64> {
        (0..2000).map(|i| libm::exp2(-1.0 - 53.0 * libm::pow((f64::from(i) + 0.37) / 2000.0, 2.0)))
    }

    #[test]
    fn smooth_functions_are_tabulated_to_the_tolerance() {
        let functions: [fn(f64) -> f64; 3] =
            [|p| -libm::log(p), |p| libm::pow(p, 12.0), |p| (p - 2.0 * libm::log(p)).sqrt()];
        for (n, f) in functions.iter().enumerate() {
            let table = Table::new(1e-11, |p, _| f(p));
            for p in probabilities() {
                let value = table.value(p).expect("a smooth function has every piece");
                assert!((value / f(p) - 1.0).abs() < 2e-11, "function {n} at {p}: {value} for {}", f(p));
            }
        }
    }

    #[test]
    fn what_no_polynomial_follows_is_left_to_the_caller() {
        // A kink within the third octave: there, and only there, is no piece.
        let table = Table::new(1e-11, |p, _| 1.0 + (p - 0.09).abs());
        assert_eq!(table.value(0.1), None);
        assert!(table.value(0.2).is_some() && table.value(0.05).is_some());
    }

    #[test]
    fn the_ends_belong_to_the_outermost_pieces() {
        let table = Table::new(1e-11, |p, _| -libm::log(p));
        assert!(table.value(0.5).is_some());
        assert!(table.value(libm::ldexp(1.0, -54)).is_some());
        assert_eq!(table.value(libm::ldexp(0.99, -54)), None);
    }
}
