//! Which assumption matters: one factor at a time at its ends, screening, variance, ranks of what was run, boxes.

mod discover;
mod kept;
mod morris;
mod rank;
mod results;
mod sobol;
mod sources;
mod tornado;
mod walk;

pub use discover::{Boxed, Discovery, Passed, discover};
pub(super) use kept::read;
pub use morris::{Effect, Screening, morris};
pub use rank::{Input, Ranked, Ranking, inputs, rank};
pub use results::Found;
pub use sobol::{NOISY, Share, Sobol, sobol};
pub use sources::{Decides, Group, HOW_BAD, Source, WHAT_HAPPENS, named, single, sources, split};
pub use tornado::{Bar, Tornado, Turned, Turning, tornado, turned, turns};
pub use walk::Walk;

use crate::outcome::{Metric, Query};
use crate::quantity::words::{self, Unit};

/// The figure whose sensitivity is asked for.
#[derive(Clone, Debug)]
pub struct Target {
    /// As written, such as `cost.total.mean`.
    pub text: String,
    /// Which statistic of which metric.
    pub query: Query,
    /// The metric.
    pub metric: Metric,
    /// The unit of the figure.
    pub unit: Unit,
    /// In how many trials.
    pub trials: u64,
}

impl Target {
    /// Why a column of the metric cannot be used: a figure that some trials lack has no variance to explain.
    pub fn undefined(&self, column: &[f64]) -> Option<String> {
        let missing = column.iter().filter(|x| x.is_nan()).count();
        (missing > 0).then(|| {
            format!(
                "`{}` is undefined in {} of {} trials; ask for a metric that every trial has, such as cost.total, or \
                 use --method rank, which leaves them out",
                self.metric.name,
                words::count(missing as f64),
                words::count(column.len() as f64)
            )
        })
    }
}
