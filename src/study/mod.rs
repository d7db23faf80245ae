//! Questions that take many runs: a scenario and its variants on common random numbers.
//!
//! Every variant of a scenario has the same seed and the same trial numbers, and a uniform is looked up by seed, path
//! and trial: so all variants are paired trial by trial, by construction.

mod comparison;
mod response;
pub mod sensitivity;
mod variant;

pub use comparison::{Alternative, Compared, Comparison, Side, TAIL, Worth, compare, usual};
pub use response::{Response, difference, figure};
pub use variant::Variant;
