//! How a run chooses the uniforms of its trials, as it is asked for and written down.

use std::fmt;

use super::pilot::influence;
use crate::parallel::Pool;
use crate::plan::{Coordinates, Plan, Sampling};

/// How the uniforms of a run's trials are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// Independently.
    #[default]
    Random,
    /// As Latin hypercubes.
    Hypercubes,
    /// As scrambled Sobol' points.
    Sobol,
    /// What is drawn once a trial so many times, and for each of them the events so many times.
    Nested {
        /// Draws of what is not known.
        outer: u64,
        /// Trials for each of them.
        inner: u64,
    },
}

impl Scheme {
    /// Reads what `Display` writes: `random`, `lhs`, `sobol`, `nested 100x1000`.
    pub fn parse(text: &str) -> Option<Scheme> {
        Some(match text {
            "random" => Scheme::Random,
            "lhs" => Scheme::Hypercubes,
            "sobol" => Scheme::Sobol,
            _ => {
                let (outer, inner) = text.strip_prefix("nested ")?.split_once('x')?;
                let number = |digits: &str| digits.parse().ok().filter(|n| *n > 0);
                Scheme::Nested { outer: number(outer)?, inner: number(inner)? }
            }
        })
    }

    /// The plan under `seed` whose trials, `all` in a run, are chosen so. For Sobol' points a pilot is walked first, which
    /// finds out which of the uniforms matter.
    pub fn apply(self, plan: &mut Plan, seed: u64, all: u64, pool: &Pool) {
        let block = Sampling::block(all);
        plan.sampling = match self {
            Scheme::Random => Sampling::Random,
            Scheme::Hypercubes => Sampling::Hypercubes { block },
            Scheme::Sobol => {
                let uses = influence(plan, pool);
                Sampling::Sobol { block, coordinates: Coordinates::new(plan.addresses.len(), &uses), seed }
            }
            Scheme::Nested { inner, .. } => Sampling::Nested { inner },
        };
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scheme::Random => f.write_str("random"),
            Scheme::Hypercubes => f.write_str("lhs"),
            Scheme::Sobol => f.write_str("sobol"),
            Scheme::Nested { outer, inner } => write!(f, "nested {outer}x{inner}"),
        }
    }
}
