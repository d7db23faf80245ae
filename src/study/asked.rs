//! What is asked at every point of a study: `METRIC.STATISTIC`, by name, since points may differ in their columns.

use crate::model::Model;
use crate::outcome::{Metric, Query, Statistic};
use crate::quantity::words::Unit;
use crate::statistics::{Estimate, Sample};

/// A figure that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// As written: `cost.total.mean`.
    pub text: String,
    /// Its metric.
    pub metric: String,
    /// Of it.
    pub statistic: Statistic,
    /// The unit of its values.
    pub unit: Unit,
}

impl Asked {
    /// Reads `METRIC.STATISTIC`.
    ///
    /// # Errors
    /// In words, with the nearest name, where there is no such metric or statistic.
    pub fn parse(text: &str, metrics: &[Metric], model: &Model) -> Result<Asked, String> {
        let query = Query::parse(text, metrics, model)?;
        Ok(Asked::of(text.trim(), &query, metrics))
    }

    /// What a query asks for.
    pub fn of(text: &str, query: &Query, metrics: &[Metric]) -> Asked {
        let metric = &metrics[query.metric];
        Asked {
            text: text.to_owned(),
            metric: metric.name.clone(),
            statistic: query.statistic,
            unit: query.unit(&metric.unit).clone(),
        }
    }

    /// The names of the columns that it rests on.
    pub fn columns(&self) -> impl Iterator<Item = String> {
        let flags = (self.statistic == Statistic::Censored).then(|| format!("{}{CENSORED}", self.metric));
        [self.metric.clone()].into_iter().chain(flags)
    }

    /// Its value, from a sample of its metric and the column of what had not ended; none where undefined.
    pub fn estimate(&self, sample: &Sample, censored: Option<&Sample>) -> Option<Estimate> {
        Query { metric: 0, statistic: self.statistic }.estimate(sample, censored)
    }
}

/// What stands behind a metric's name in the name of the column that says whether it had not ended at the horizon.
pub const CENSORED: &str = ", censored";

/// The number of a column by its name; none where these metrics lack it.
pub fn column(metrics: &[Metric], name: &str) -> Option<usize> {
    let flags = name.strip_suffix(CENSORED);
    let metric = metrics.iter().find(|m| m.name == flags.unwrap_or(name))?;
    if flags.is_some() { metric.censored } else { Some(metric.column) }
}
