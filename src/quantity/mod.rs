//! Quantities with units, as written in a scenario: reading them, and turning numbers back into words.
//!
//! Inside the program every number is in base units: days, tonnes, units of the scenario's currency, shares as
//! fractions. A quantity leaves text here and nowhere else.

mod measure;
pub mod words;

pub use measure::{Dimension, Measure, MeasureError, is_currency, number_and_unit, scales, units};

/// Days in a year, of every length and rate (docs/model.md, section 2).
pub const YEAR: f64 = 365.25;
/// Days in a month.
pub const MONTH: f64 = 30.4375;
/// Days in a week.
pub const WEEK: f64 = 7.0;
