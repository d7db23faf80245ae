//! What a column of per-trial values says, each figure with its uncertainty.
//!
//! A [`Sample`] is built once from a column and asked for its mean, quantiles, tail means and probabilities; each
//! answer is an [`Estimate`]. Nothing here is drawn at random: every interval is a closed formula or a sum over the
//! binomial distribution, so the same column gives the same bytes tomorrow. Units are those of the column.
//!
//! A [`Column`] holds the values of a run's trials in little room. Columns are of independent, equally weighted trials, or of such as go together by a [`Design`]: then the error comes from
//! what differs between their groups. A column of paired differences between two scenarios is a column like any other.

mod bands;
mod column;
mod curves;
mod exact;
mod explained;
mod groups;
mod indices;
mod intervals;
mod moments;
mod nested;
mod ordered;
mod paired;
mod partial;
mod pawn;
mod prim;
mod ranks;
mod ratio;
mod sample;
mod sketch;
pub mod survival;

pub use bands::{BAND_LEVELS, Band};
pub use column::{Column, Iter, number_of};
pub use curves::{ExceedancePoint, Histogram};
pub use exact::{Bounds, Distribution, Piece};
pub use explained::{Explained, explained};
pub use groups::Design;
pub use indices::{Indices, PickFreeze};
pub use nested::Doubt;
pub use paired::{Paired, paired, paired_cvar, paired_quantile};
pub use partial::{correlations, partial};
pub use pawn::{DUMMIES, Output, Pawn, SLICES};
pub use prim::{Limits, Peeled, Prim};
pub use ranks::{Ranks, conditional_means, rank_correlation};
pub use ratio::ratio;
pub use sample::{Sample, trials_for_tail};
pub use sketch::Sketch;

/// A number that never travels without its uncertainty.
///
/// What the trials cannot tell is NaN (`null` in JSON); a negative zero is never held.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct Estimate {
    /// The figure itself.
    #[serde(deserialize_with = "known")]
    pub value: f64,
    /// Its standard error; NaN where it cannot be told.
    #[serde(deserialize_with = "known")]
    pub se: f64,
    /// Lower end of the 95 % interval; NaN where it cannot be told.
    #[serde(deserialize_with = "known")]
    pub low: f64,
    /// Upper end of the 95 % interval; NaN where it cannot be told.
    #[serde(deserialize_with = "known")]
    pub high: f64,
    /// Whether the interval can be trusted to cover the truth in about 95 of 100 runs. False where the figure rests
    /// on too few trials, or on a few extreme ones; then the interval is the best known, and too narrow.
    pub reliable: bool,
}

/// A number of a file; NaN where it has `null`, which is how JSON holds what is no number.
fn known<'de, D: serde::Deserializer<'de>>(file: D) -> Result<f64, D::Error> {
    Ok(<Option<f64> as serde::Deserialize>::deserialize(file)?.unwrap_or(f64::NAN))
}

impl Estimate {
    /// Removes negative zeros; an estimate whose interval is unknown is not reliable.
    fn new(value: f64, se: f64, (low, high): (f64, f64), reliable: bool) -> Self {
        let known = !(low.is_nan() || high.is_nan());
        Estimate {
            value: value + 0.0,
            se: se + 0.0,
            low: low + 0.0,
            high: high + 0.0,
            reliable: reliable && known,
        }
    }
}
