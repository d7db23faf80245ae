//! How the uniforms of trials are chosen: independently, more evenly than that, or drawn once for many trials.

use super::{Address, Plan};
use crate::random::{self, SOBOL_DIMENSIONS};

/// How the uniforms of trials are chosen. Each uniform alone is one, whatever is chosen: only how those of different trials
/// go together differs.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Sampling {
    /// Every trial on its own.
    #[default]
    Random,
    /// Latin hypercubes of 2^`bits` trials each.
    Hypercubes {
        /// Trials in one, as a power of two.
        bits: u32,
    },
    /// Sobol' points, 2^`bits` of them to a scrambling; what has no coordinate is stratified like a Latin hypercube.
    Sobol {
        /// Trials to a scrambling, as a power of two.
        bits: u32,
        /// The coordinate of each address, occurrence by occurrence, from the first.
        coordinates: Coordinates,
        /// Tells one seed's scramblings from another's.
        seed: u64,
    },
    /// What is drawn once a trial is drawn for so many trials at once, which differ by their events alone.
    Nested {
        /// Trials that share it.
        inner: u64,
    },
}

/// The coordinate of each use of an address.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coordinates(Vec<Vec<Option<u8>>>);

impl Coordinates {
    /// One coordinate for each of `uses`, the first ones the best; those that are left out have none. `addresses` is how
    /// many there are.
    pub fn new(addresses: usize, uses: &[(Address, u32)]) -> Coordinates {
        let mut all = vec![Vec::new(); addresses];
        for (coordinate, &(address, occurrence)) in uses.iter().take(SOBOL_DIMENSIONS).enumerate() {
            let own: &mut Vec<Option<u8>> = &mut all[address.0 as usize];
            let at = occurrence as usize;
            own.resize(own.len().max(at + 1), None);
            own[at] = Some(coordinate as u8);
        }
        Coordinates(all)
    }

    fn of(&self, address: Address, occurrence: u32) -> Option<u8> {
        *self.0[address.0 as usize].get(occurrence as usize)?
    }
}

/// The least and the most trials to a scrambling or hypercube, as powers of two.
const BITS: std::ops::RangeInclusive<u32> = 4..=16;
/// At least so many scramblings or hypercubes make up a run: their spread is the error, and fewer would not tell it.
const REPLICATES: u64 = 4;

impl Sampling {
    /// How many trials of `all` go into one scrambling or hypercube, as a power of two: there are four to
    /// eight of them, or more where a run has more trials than four times a Sobol' sequence has points.
    pub fn bits(all: u64) -> u32 {
        let own = (all / REPLICATES).max(1).ilog2();
        own.clamp(*BITS.start(), *BITS.end())
    }

    /// Its name on the command line.
    pub fn name(&self) -> &'static str {
        match self {
            Sampling::Random => "random",
            Sampling::Hypercubes { .. } => "lhs",
            Sampling::Sobol { .. } => "sobol",
            Sampling::Nested { .. } => "nested",
        }
    }

    /// Whether trials share what is drawn once a trial.
    pub fn is_nested(&self) -> bool {
        matches!(self, Sampling::Nested { .. })
    }

    /// How many trials in a row are chosen together, independently of all others.
    pub fn together(&self) -> u64 {
        match self {
            Sampling::Random => 1,
            Sampling::Hypercubes { bits } | Sampling::Sobol { bits, .. } => 1 << bits,
            Sampling::Nested { inner } => *inner,
        }
    }
}

impl Plan {
    /// The uniform of an address in trial number `trial`, at an event.
    #[inline]
    pub fn uniform(&self, address: Address, trial: u64, occurrence: u32) -> f64 {
        let factor = &self.addresses[address.0 as usize];
        let own = factor.uniform(trial, occurrence);
        match &self.sampling {
            Sampling::Random | Sampling::Nested { .. } => own,
            Sampling::Hypercubes { bits } => factor.stratified(trial, occurrence, *bits, own),
            Sampling::Sobol { bits, coordinates, seed } => match coordinates.of(address, occurrence) {
                None => factor.stratified(trial, occurrence, *bits, own),
                Some(coordinate) => {
                    let index = (trial & ((1 << bits) - 1)) as u32;
                    random::sobol_with(*seed, trial >> bits, index, coordinate, own)
                }
            },
        }
    }

    /// The uniform of a once-a-trial address in trial number `trial`.
    pub fn once(&self, address: Address, trial: u64) -> f64 {
        match self.sampling {
            Sampling::Nested { inner } => self.addresses[address.0 as usize].uniform(trial / inner, 0),
            _ => self.uniform(address, trial, 0),
        }
    }
}
