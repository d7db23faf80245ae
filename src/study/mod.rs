//! Questions that take many runs: a scenario and its variants on common random numbers.
//!
//! Every variant of a scenario has the same seed and the same trial numbers, and a uniform is looked up by seed, path
//! and trial: so all variants are paired trial by trial, by construction.

mod asked;
mod comparison;
mod design;
mod file;
mod kept;
mod part;
mod points;
mod response;
mod results;
pub mod sensitivity;
mod solve;
mod store;
mod sweep;
mod trend;
mod variant;
mod variation;

pub use asked::Asked;
pub use comparison::{Alternative, Comparison, Side, TAIL, Worth, compare, usual};
pub use design::{Design, MOST_POINTS};
pub use file::StudyFile;
pub use kept::{Kept, Told, read, read_provenance};
pub use part::{Ends, Gap, add, append, columns, counted, part, shard, tiled};
pub use points::Points;
pub use response::{Response, difference, figure};
pub use results::{Results, Row};
pub use solve::{Look, Solution, Unsolved, solve};
pub use store::{Header, Stored, packed};
pub use sweep::{Missing, Sweep, Wrong};
pub use trend::Trend;
pub use variant::Variant;
pub use variation::{Range, Unit, Values, Variation, base_unit, base_value, settings};
