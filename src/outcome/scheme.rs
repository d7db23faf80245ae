//! How a run chooses the uniforms of its trials, as it is asked for and written down.

use std::fmt;

use super::pilot::{chance, influence};
use crate::parallel::Pool;
use crate::plan::{Busy, Coordinates, Plan, Sampling};

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

impl Scheme {
    /// How many trials of `all` make up a whole, one of them the world without events; none where trials share what is not
    /// known.
    fn block(self, all: u64) -> Option<u64> {
        match self {
            Scheme::Random => Some(all.div_ceil(RANDOM_BLOCKS)),
            Scheme::Hypercubes | Scheme::Sobol => Some(u64::from(Sampling::block(all))),
            Scheme::Nested { .. } => None,
        }
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

/// How the trials of a run are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Their uniforms.
    pub scheme: Scheme,
    /// Whether something is made to happen in most of them ([`crate::plan::Rare`]).
    pub rare: bool,
}

/// Where more than this share of all trials see an event anyway, little is to be won by making one happen.
const SELDOM: f64 = 0.5;
/// With random uniforms the error is told from so many blocks of trials at least; a block has no fewer than so many.
const RANDOM_BLOCKS: u64 = 32;
const LEAST_BLOCK: u64 = 16;

impl Choice {
    /// `scheme`, and something made to happen where that is `wanted` and nothing is [against](Choice::against) it.
    pub fn new(scheme: Scheme, wanted: bool, plan: &Plan, all: u64) -> Choice {
        Choice { scheme, rare: wanted && Choice::against(scheme, plan, all).is_none() }
    }

    /// What is against making something happen in most of `all` trials, in words, if anything: it wants a world without events
    /// that is the same in every trial, events that are seldom, and enough trials to tell the error.
    pub fn against(scheme: Scheme, plan: &Plan, all: u64) -> Option<&'static str> {
        let busy = plan.busy().map(|busy| match busy {
            Busy::Eventless => "there is nothing that may happen",
            Busy::Begun => "a control is in a regime from the start",
            Busy::Sure => "an onset is sure to come",
            Busy::Standing => "an option costs or delivers something while nothing happens",
        });
        match scheme.block(all) {
            _ if busy.is_some() => busy,
            None => Some("trials of a nested run share what is not known"),
            Some(block) if block < LEAST_BLOCK => Some("there are too few trials to tell its error"),
            Some(_) if chance(plan) >= SELDOM => Some("in most trials something happens anyway"),
            Some(_) => None,
        }
    }

    /// Reads what `Display` writes: that of a [`Scheme`], and `, rare`.
    pub fn parse(text: &str) -> Option<Choice> {
        let scheme = text.strip_suffix(", rare");
        Some(Choice { scheme: Scheme::parse(scheme.unwrap_or(text))?, rare: scheme.is_some() })
    }

    /// As [`Scheme::apply`].
    pub fn apply(self, plan: &mut Plan, seed: u64, all: u64, pool: &Pool) {
        if let Some(block) = self.scheme.block(all).filter(|_| self.rare) {
            plan.make_rare(block);
        }
        self.scheme.apply(plan, seed, all, pool);
    }
}

impl From<Scheme> for Choice {
    fn from(scheme: Scheme) -> Choice {
        Choice { scheme, rare: false }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.scheme, if self.rare { ", rare" } else { "" })
    }
}
