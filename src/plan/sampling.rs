//! How the uniforms of trials are chosen: independently, more evenly than that, or drawn once for many trials.

use super::{Address, Plan};
use crate::random::{self, SOBOL_DIMENSIONS, SOBOL_POINTS};

/// How the uniforms of trials are chosen. Each uniform alone is one, whatever is chosen: only how those of different trials
/// go together differs.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Sampling {
    /// Every trial on its own.
    #[default]
    Random,
    /// Latin hypercubes.
    Hypercubes {
        /// Trials in each.
        block: u32,
    },
    /// Sobol' points; what has no coordinate is stratified like a Latin hypercube.
    Sobol {
        /// Trials to a scrambling.
        block: u32,
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

/// So many scramblings or hypercubes make up a run: their spread is the error. Fewer would not tell it, more would each be less
/// even.
const BLOCKS: u64 = 8;

impl Sampling {
    /// How many trials of `all` go into one scrambling or hypercube: there are eight of the same size, but for the last, or
    /// more where a Sobol' sequence has no more points.
    pub fn block(all: u64) -> u32 {
        all.div_ceil(BLOCKS).clamp(1, SOBOL_POINTS as u64) as u32
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

    /// The number of the `i`-th of `some` trials that stand for `all`: the first ones, or where trials share what is not known
    /// evenly spread ones.
    pub fn standing(&self, i: u64, some: u64, all: u64) -> u64 {
        if self.is_nested() { (u128::from(i) * u128::from(all) / u128::from(some)) as u64 } else { i }
    }

    /// How many trials in a row are chosen together, independently of all others.
    pub fn together(&self) -> u64 {
        match self {
            Sampling::Random => 1,
            Sampling::Hypercubes { block } | Sampling::Sobol { block, .. } => u64::from(*block),
            Sampling::Nested { inner } => *inner,
        }
    }
}

/// The number of a trial's block, and its own in there.
fn place(trial: u64, block: u32) -> (u64, u32) {
    (trial / u64::from(block), (trial % u64::from(block)) as u32)
}

impl Plan {
    /// The uniform of an address in trial number `trial`, at an event.
    #[inline]
    pub fn uniform(&self, address: Address, trial: u64, occurrence: u32) -> f64 {
        let factor = &self.addresses[address.0 as usize];
        let own = factor.uniform(trial, occurrence);
        match &self.sampling {
            Sampling::Random | Sampling::Nested { .. } => own,
            Sampling::Hypercubes { block } => {
                let (number, index) = place(trial, *block);
                factor.stratified(number, occurrence, (index, *block), own)
            }
            Sampling::Sobol { block, coordinates, seed } => {
                let (number, index) = place(trial, *block);
                match coordinates.of(address, occurrence) {
                    None => factor.stratified(number, occurrence, (index, *block), own),
                    Some(coordinate) => random::sobol_with(*seed, number, index, coordinate, own),
                }
            }
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
