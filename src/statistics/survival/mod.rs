//! How often things begin and how long they last, from a record of past ones of which some have not ended yet.
//!
//! Times are in one unit throughout, whichever it is. Nothing here knows what the spells are of.

mod family;
mod fit;
mod kaplan_meier;
mod rate;

pub use family::Family;
pub use fit::{Fit, Profiled, fit, least_mean};
pub use kaplan_meier::{KaplanMeier, Step};
pub use rate::{Rate, rate};

/// One spell: what began, and either ended or was still under way when it was last seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spell {
    /// How long it had lasted when it was first seen: above 0 where it began before the observation did. It is in the
    /// record only because it had not ended by then (left truncation).
    pub entry: f64,
    /// How long it lasted, or had lasted when it was last seen; above `entry`.
    pub length: f64,
    /// Whether it ended then (else it is censored there).
    pub ended: bool,
}

/// The 0.95 quantile of the chi-squared law with one degree of freedom, 1.96 squared: by so much twice the
/// log-likelihood may fall within a 95 % interval (Wilks, Annals of Mathematical Statistics 9, 1938, 60-62).
const CHI_SQUARED: f64 = super::intervals::Z * super::intervals::Z;
