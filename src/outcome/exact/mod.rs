//! The exact answer to a small scenario: no random numbers, but all that can happen, with its probability, and integrals over
//! what varies smoothly.

mod line;
mod plane;
mod roles;
mod tree;

use std::sync::Arc;

use super::metric::Metric;
use super::query::{Query, Statistic};
use crate::model::Model;
use crate::parallel::Pool;
use crate::plan::{Columns, Plan};
use crate::statistics::{Bounds, Distribution, Estimate, Piece};
use roles::Roles;
use tree::{Leaf, Line, Tree, Walker};

/// Over so many uniforms is integrated at most.
const DIMENSIONS: usize = 2;
/// No more trials are walked than these, nor more figures kept.
const TRIALS: u64 = 2_000_000;
const FIGURES: u64 = 60_000_000;
/// Points of a coarse look along a line.
const COARSE: usize = 8;

/// Why there is no exact answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// It takes more than `most` trials.
    Trials {
        /// So many were allowed.
        most: u64,
    },
    /// More uniforms than can be integrated over vary smoothly in one trial: the paths of some that do.
    Dimensions(Vec<String>),
    /// What was found is not known well enough: a metric, and how far off it may be, as a share of its mean.
    Accuracy(String, f64),
}

/// Addresses that vary smoothly together, until they have names.
struct Deep(Vec<crate::plan::Address>);

/// A stretch of a mixture: three trials along it, or an atom, three times the same.
#[derive(Clone, Debug)]
struct Part {
    weight: f64,
    chance: [f64; 3],
    rows: [Arc<[f64]>; 3],
}

impl Part {
    fn atom(weight: f64, leaf: &Leaf) -> Part {
        Part::stretch(weight, [leaf, leaf, leaf])
    }

    fn stretch(weight: f64, leaves: [&Leaf; 3]) -> Part {
        let chance = leaves.map(|leaf| leaf.chance);
        Part { weight, chance, rows: leaves.map(|leaf| Arc::clone(&leaf.row)) }
    }

    fn piece(&self, column: usize) -> Piece {
        Piece { weight: self.weight, chance: self.chance, value: [0, 1, 2].map(|i| self.rows[i][column]) }
    }
}

/// All that can happen, and by how much what is said of it may be wrong.
#[derive(Clone, Debug)]
struct Mixture {
    parts: Vec<Part>,
    /// By column.
    bounds: Vec<Bounds>,
    /// Of any probability.
    mass: f64,
}

impl Mixture {
    fn new(columns: usize) -> Mixture {
        Mixture { parts: Vec::new(), bounds: vec![Bounds::default(); columns], mass: 0.0 }
    }

    fn append(&mut self, other: Mixture) {
        self.parts.extend(other.parts);
        self.mass += other.mass;
        for (own, more) in self.bounds.iter_mut().zip(other.bounds) {
            own.first += more.first;
            own.second += more.second;
        }
    }
}

/// How large the figures are.
#[derive(Clone, Debug, Default)]
struct Scales {
    /// The mean of a column's size.
    mean: Vec<f64>,
    /// The mean of its square.
    square: Vec<f64>,
    /// Some of its values, from low to high.
    levels: Vec<Vec<f64>>,
}
