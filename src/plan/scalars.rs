//! Once-a-trial quantities, by number: the certain ones are there once and for all, the others follow the draws.

use crate::model::{Curve, Quantity};
use crate::random::{Law, normal};

/// The number of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scalar(pub u32);

/// The number of a random address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address(pub u32);

/// A factor that is drawn once a trial.
#[derive(Clone, Debug)]
pub struct Once {
    /// Its uniforms (occurrence 0).
    pub address: Address,
    /// Its distribution.
    pub law: Law,
}

/// A group of once-a-trial factors joined by a Gaussian copula.
#[derive(Clone, Debug)]
pub struct Copula {
    /// Indices of draws.
    pub draws: Vec<usize>,
    /// Lower-triangular Cholesky factor, by rows.
    pub cholesky: Vec<Vec<f64>>,
}

/// A scalar that follows a draw.
#[derive(Clone, Copy, Debug)]
struct Follows {
    scalar: u32,
    draw: u32,
    scale: f64,
    low: f64,
    high: f64,
}

/// Somewhere a draw or product may leave its range.
#[derive(Clone, Debug)]
pub struct Cut {
    /// The path of the quantity.
    pub path: String,
    draw: usize,
    scale: f64,
    low: f64,
    high: f64,
}

/// All once-a-trial quantities.
#[derive(Clone, Debug, Default)]
pub struct Scalars {
    /// Factors that are drawn once a trial.
    pub draws: Vec<Once>,
    /// Groups among them.
    pub copulas: Vec<Copula>,
    /// Where their products may leave their range.
    pub cuts: Vec<Cut>,
    certain: Vec<f64>,
    follows: Vec<Follows>,
}

impl Scalars {
    /// Adds a quantity; `draw_of` gives the draw of a factor.
    pub fn add(&mut self, quantity: Quantity, draw_of: impl Fn(usize) -> usize) -> Scalar {
        let scalar = self.certain.len() as u32;
        match quantity {
            Quantity::Certain(value) => self.certain.push(value),
            Quantity::Uncertain { factor, scale, low, high } => {
                self.certain.push(f64::NAN);
                self.follows.push(Follows { scalar, draw: draw_of(factor) as u32, scale, low, high });
            }
        }
        Scalar(scalar)
    }

    /// Notes that the quantity at `path` may leave its range.
    pub fn watch(&mut self, path: &str, draw: usize, scale: f64, low: f64, high: f64) {
        self.cuts.push(Cut { path: path.to_owned(), draw, scale, low, high });
    }

    /// Whether nothing is drawn once a trial, so that every trial has the same values.
    pub fn all_certain(&self) -> bool {
        self.draws.is_empty()
    }

    /// The value of a scalar, where it is certain.
    pub fn certain(&self, scalar: Scalar) -> Option<f64> {
        let value = self.certain[scalar.0 as usize];
        (!value.is_nan()).then_some(value)
    }

    /// All values, those that follow draws still unknown.
    pub fn start(&self) -> Vec<f64> {
        self.certain.clone()
    }

    /// Draws every once-a-trial factor: `uniform` gives the uniform of an address at occurrence 0. `scores` is working
    /// space, so that nothing is allocated.
    pub fn draw(&self, uniform: impl Fn(Address) -> f64, draws: &mut [f64], scores: &mut Vec<f64>) {
        for (draw, once) in draws.iter_mut().zip(&self.draws) {
            *draw = uniform(once.address);
        }
        for copula in &self.copulas {
            scores.clear();
            scores.extend(copula.draws.iter().map(|&d| normal::quantile(draws[d])));
            for (row, &draw) in copula.cholesky.iter().zip(&copula.draws) {
                let score: f64 = row.iter().zip(scores.iter()).map(|(l, z)| l * z).sum();
                draws[draw] = normal::cdf(score).clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0);
            }
        }
        for (draw, once) in draws.iter_mut().zip(&self.draws) {
            *draw = once.law.quantile(*draw);
        }
    }

    /// The numbers of the values that follow draws.
    pub fn following(&self) -> impl Iterator<Item = usize> {
        self.follows.iter().map(|f| f.scalar as usize)
    }

    /// Sets the values that follow draws.
    pub fn follow(&self, draws: &[f64], values: &mut [f64]) {
        for f in &self.follows {
            values[f.scalar as usize] = (draws[f.draw as usize] * f.scale).clamp(f.low, f.high);
        }
    }

    /// Counts, for each of `cuts`, whether this trial's draws were cut.
    pub fn count_cuts(&self, draws: &[f64], counts: &mut [u64]) {
        for (count, cut) in counts.iter_mut().zip(&self.cuts) {
            let value = draws[cut.draw] * cut.scale;
            *count += u64::from(!(cut.low <= value && value <= cut.high));
        }
    }
}

/// A quantity over the steps of the grid.
#[derive(Clone, Debug)]
pub enum Series {
    /// The same in every step.
    Constant(Scalar),
    /// One value a step, the same in every trial.
    Table(Vec<f64>),
    /// Linear between days with uncertain values, read at the step's middle: for each step the values before and after
    /// it, and how far it is from the one to the other.
    Knots(Vec<(Scalar, Scalar, f64)>),
}

impl Series {
    /// Lays out a path over `steps` steps of `h` days.
    pub fn new(
        curve: &Curve,
        steps: usize,
        h: f64,
        scalars: &mut Scalars,
        draw_of: impl Fn(usize) -> usize,
    ) -> Series {
        if let [(_, quantity)] = curve.knots[..] {
            return Series::Constant(scalars.add(quantity, draw_of));
        }
        if curve.knots.iter().all(|k| k.1.certain().is_some()) {
            let at = |k: usize| curve.at((k as f64 + 0.5) * h, |q| q.certain().unwrap_or(0.0));
            return Series::Table((0..steps).map(at).collect());
        }
        let knots: Vec<(f64, Scalar)> =
            curve.knots.iter().map(|k| (k.0, scalars.add(k.1, &draw_of))).collect();
        let at = |k: usize| {
            let t = (k as f64 + 0.5) * h;
            let after = knots.partition_point(|(day, _)| *day <= t);
            let (first, last) = (knots[after.saturating_sub(1)], knots[after.min(knots.len() - 1)]);
            let way =
                if after == 0 || after == knots.len() { 0.0 } else { (t - first.0) / (last.0 - first.0) };
            (first.1, last.1, way)
        };
        Series::Knots((0..steps).map(at).collect())
    }

    /// Whether it is the same in every step.
    pub fn is_constant(&self) -> bool {
        matches!(self, Series::Constant(_))
    }
}
