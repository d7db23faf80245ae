//! All the randomness there is: uniforms that are looked up by address, never drawn in sequence.
//!
//! A uniform is a pure function of `(seed, factor, trial, occurrence)`. Nothing here has a state that
//! one caller could disturb for another, so results do not depend on threads, order or shards.

mod design;
mod law;
mod philox;
mod special;
mod stream;
mod table;

pub use design::{SOBOL_DIMENSIONS, SOBOL_POINTS, latin_hypercube, sobol, sobol_with};
pub use law::{Law, LawError};
pub use philox::philox4x32;
pub use special::normal;
pub use stream::Stream;

use sha2::{Digest, Sha256};

/// One source of uniforms: a factor of the scenario under one seed.
///
/// The factor's identity is a stable hash of its dotted path, so that adding an entry to a scenario leaves the
/// draws of every other entry as they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factor {
    key: [u32; 2],
}

impl Factor {
    /// The factor at `path` (for example `controls.ban.regimes.ban.lasts`) under `seed`.
    ///
    /// The 64-bit Philox key is the first eight bytes, little-endian, of
    /// SHA-256(seed as eight little-endian bytes, then the path in UTF-8).
    pub fn new(seed: u64, path: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(seed.to_le_bytes());
        hash.update(path.as_bytes());
        let digest = hash.finalize();
        let word = |i: usize| u32::from_le_bytes([digest[i], digest[i + 1], digest[i + 2], digest[i + 3]]);
        Factor { key: [word(0), word(4)] }
    }

    /// The uniform of `occurrence` in `trial`, strictly between 0 and 1: an odd multiple of 2^-53.
    ///
    /// Philox4x32-10 at the counter (trial low, trial high, occurrence / 2, 0); an even occurrence takes the first
    /// 64 bits of the block, an odd one the second; the upper 52 of them are used.
    #[inline]
    pub fn uniform(&self, trial: u64, occurrence: u32) -> f64 {
        let block = philox4x32([trial as u32, (trial >> 32) as u32, occurrence >> 1, 0], self.key);
        let half = 2 * (occurrence as usize & 1);
        unit_interval(u64::from(block[half + 1]) << 32 | u64::from(block[half]))
    }

    /// The same as one point of a Latin hypercube of `count` trials: each of as many equal intervals holds the uniform of
    /// one of them, `own` being what places that of trial `index` there. `block` tells this hypercube from others.
    ///
    /// Which trial has which interval is a permutation of their numbers by a Feistel network of six rounds, whose keys are
    /// the factor's own random bits for this block and occurrence.
    #[inline]
    pub fn stratified(&self, block: u64, occurrence: u32, (index, count): (u32, u32), own: f64) -> f64 {
        let keys = philox4x32([block as u32, (block >> 32) as u32, occurrence, 1], self.key);
        let interval = design::permuted(index, count, keys);
        below_one((f64::from(interval) + own) / f64::from(count))
    }
}

/// What rounding has brought to 1 is below it.
#[inline]
fn below_one(u: f64) -> f64 {
    u.min(1.0 - f64::EPSILON / 2.0)
}

/// Maps 64 random bits onto the odd multiples of 2^-53 in (0, 1).
#[inline]
fn unit_interval(bits: u64) -> f64 {
    ((bits >> 12) as f64 + 0.5) * (1.0 / (1u64 << 52) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_interval_is_open() {
        assert_eq!(unit_interval(0), 1.0 / (1u64 << 53) as f64);
        assert_eq!(unit_interval(u64::MAX), 1.0 - 1.0 / (1u64 << 53) as f64);
    }

    #[test]
    fn uniforms_are_pinned() {
        // The output contract: changing any of these changes every published figure.
        let factor = Factor::new(1, "controls.ban.onsets.annual.clock");
        let drawn: Vec<f64> = (0..3).map(|n| factor.uniform(7, n)).collect();
        assert_eq!(drawn, [0.8478803911948981, 0.1594713048098032, 0.853313240301225]);
        assert_ne!(factor.uniform(8, 0), drawn[0]);
        assert_ne!(Factor::new(2, "controls.ban.onsets.annual.clock").uniform(7, 0), drawn[0]);
    }
}
