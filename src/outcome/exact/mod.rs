//! The exact answer to a small scenario: no random numbers, but all that can happen, with its probability, and integrals over
//! what varies smoothly.
//!
//! A trial is a pure function of its uniforms (docs/model.md, 1). Each use of one either decides between outcomes, whose
//! probabilities are known, or varies something smoothly. [`tree`] branches at the former; [`line`] and [`plane`] integrate over
//! the latter.

mod answer;
mod line;
mod plane;
mod roles;
mod tree;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::model::Model;
use crate::parallel::Pool;
use crate::plan::Plan;
use crate::quantity::words;
use crate::statistics::{Bounds, Piece};
use roles::Roles;
use tree::{Leaf, Tree, Walker};

pub use answer::Exact;

/// Over so many uniforms of a trial is integrated at most.
const DIMENSIONS: usize = 2;
/// No more trials are walked than these, nor than have so many figures.
const TRIALS: u64 = 2_000_000;
const FIGURES: u64 = 40_000_000;
/// Points of a coarse look along a line.
const COARSE: usize = 8;
/// How many levels of a figure probabilities are compared at.
const LEVELS: usize = 6;

/// How many trials may be walked in all, how many were, and whether to stop.
#[derive(Debug)]
struct Budget<'s> {
    most: u64,
    walked: AtomicU64,
    stop: &'s AtomicBool,
}

impl Budget<'_> {
    fn spend(&self) -> Result<(), Refusal> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(Refusal::Stopped);
        }
        // Whether it is overspent in the end does not depend on who spends first.
        if self.walked.fetch_add(1, Ordering::Relaxed) >= self.most {
            return Err(Refusal::Trials { most: self.most });
        }
        Ok(())
    }
}

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
    /// A figure is not known to a millionth: of which metric, and how far off it may be, as a share of it.
    Accuracy(String, f64),
    /// The events of a trial were ended, as there were too many.
    Events,
    /// It was stopped.
    Stopped,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Trials { most } => write!(
                f,
                "--exact would have to evaluate more than {} trials; leave it out, or give the scenario fewer values, chances, \
                 options or steps",
                words::count(*most as f64)
            ),
            Refusal::Dimensions(paths) => {
                let named: Vec<String> = paths.iter().map(|path| format!("`{path}`")).collect();
                write!(
                    f,
                    "--exact integrates over at most {DIMENSIONS} quantities or times that vary smoothly in one trial, and here at \
                     least {} do: {}; give some of them a number, a date or a `discrete` law, or leave out --exact",
                    named.len(),
                    named.join(", ")
                )
            }
            Refusal::Accuracy(metric, off) => write!(
                f,
                "--exact knows `{metric}` to {off:.0e} of its size alone, not to {:.0e}; leave it out",
                answer::ACCURACY
            ),
            Refusal::Events => {
                f.write_str("--exact has no answer where a trial has more than 100,000 events; leave it out")
            }
            Refusal::Stopped => f.write_str("stopped"),
        }
    }
}

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
            own.along += more.along;
            own.second += more.second;
            own.mass += more.mass;
            own.zero += more.zero;
        }
    }

    /// The values of a column that hold along a whole part.
    fn atoms(&self, column: usize) -> BTreeSet<u64> {
        let value = |part: &Part| {
            let [a, m, b] = [0, 1, 2].map(|i| part.rows[i][column]);
            (a == m && m == b).then(|| a.to_bits())
        };
        self.parts.iter().filter_map(value).collect()
    }

    fn scale(&mut self, by: f64) {
        self.parts.iter_mut().for_each(|part| part.weight *= by);
        self.mass *= by;
        for bounds in &mut self.bounds {
            bounds.first *= by;
            bounds.along *= by;
            bounds.second *= by;
            bounds.mass *= by;
            bounds.zero *= by;
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

impl Scales {
    /// From trials with their weights.
    fn new(trials: &[(f64, Arc<[f64]>)], columns: usize) -> Scales {
        let mut scales = Scales::default();
        for c in 0..columns {
            let mut own: Vec<(f64, f64)> =
                trials.iter().map(|(weight, row)| (row[c], *weight)).filter(|(x, _)| !x.is_nan()).collect();
            own.sort_by(|a, b| a.0.total_cmp(&b.0));
            let all: f64 = own.iter().map(|(_, weight)| weight).sum();
            scales.mean.push(own.iter().map(|(x, weight)| weight * x.abs()).sum());
            scales.square.push(own.iter().map(|(x, weight)| weight * x * x).sum());
            let level = |share: f64| {
                let mut below = 0.0;
                let reached = own.iter().find(|(_, weight)| {
                    below += weight;
                    below >= share * all
                });
                reached.map_or(0.0, |(x, _)| *x)
            };
            scales.levels.push(vec![0.0, level(0.25), level(0.5), level(0.9), level(0.99), level(0.999)]);
        }
        scales
    }
}

/// A few trials of all that can happen, with their weights; gives over how many uniforms of one was integrated.
fn coarse(
    walker: &mut Walker,
    tree: &Tree,
    weight: f64,
    out: &mut Vec<(f64, Arc<[f64]>)>,
) -> Result<usize, Refusal> {
    out.extend(tree.leaves.iter().map(|leaf| (weight * leaf.chance, Arc::clone(&leaf.row))));
    let mut most = 0;
    for line in &tree.lines {
        for i in 0..COARSE {
            let next = walker.at(line, line.upto * (i as f64 + 0.5) / COARSE as f64)?;
            most = most.max(1 + coarse(walker, &next, weight * line.chance / COARSE as f64, out)?);
        }
    }
    Ok(most)
}

/// All that can happen in `plan`, the plan of `model`, with its probability.
///
/// # Errors
/// Where the scenario is too large for that, or `stop` was raised.
pub fn exact(model: &Model, plan: &Plan, pool: &Pool, stop: &AtomicBool) -> Result<Exact, Refusal> {
    let roles = Roles::new(model, plan);
    let columns = plan.columns.len();
    let most = TRIALS.min(FIGURES / columns as u64);
    let budget = Budget { most, walked: AtomicU64::new(0), stop };
    let mut walker = Walker::new(plan, &roles, &budget);
    let tree = walker.tree()?;
    let mut trials = Vec::new();
    let dimensions = coarse(&mut walker, &tree, 1.0, &mut trials)?;
    let scales = Scales::new(&trials, columns);
    drop(trials);
    let mut mixture = Mixture::new(columns);
    mixture.parts.extend(tree.leaves.iter().map(|leaf| Part::atom(1.0, leaf)));
    let mut cells = Vec::new();
    for line in &tree.lines {
        let own = line::cells(line);
        let number = own.len();
        cells.extend(own.into_iter().map(|cell| (line, (cell, number))));
    }
    let work = |(line, cell): &(&tree::Line, ((f64, f64), usize))| {
        plane::over(&mut Walker::new(plan, &roles, &budget), line, *cell, &scales)
    };
    // In the order of the cells, whoever did them.
    for own in pool.map(&cells, work) {
        mixture.append(own?);
    }
    let walked = budget.walked.load(Ordering::Relaxed);
    Exact::new(model, plan, &mixture, &scales, (walked, dimensions), pool)
}
