//! Questions that take many runs: a scenario and its variants on common random numbers.
//!
//! Every variant of a scenario has the same seed and the same trial numbers, and a uniform is looked up by seed, path
//! and trial: so all variants are paired trial by trial, by construction.

mod variant;

pub use variant::Variant;
