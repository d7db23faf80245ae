//! What a study asks of each trial, and how a figure over the trials differs between two columns of the same trials.

use crate::outcome::{Query, Statistic};
use crate::statistics::{Estimate, Paired, Sample, paired, paired_cvar, paired_quantile};

/// A figure of each trial, whose variance is to be explained: that part of a metric which a statistic looks at.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Response {
    /// The metric itself.
    Value,
    /// 1 where it is more than a value.
    Above(f64),
    /// What it is more than a value, else zero.
    Excess(f64),
}

impl Response {
    /// What a statistic looks at: of the mean the metric itself, of a probability whether it happens, of a quantile
    /// whether the metric exceeds it, of an expected shortfall by how much. `column` is the metric in the trials from
    /// which the quantile is taken.
    ///
    /// # Errors
    /// In words, for a statistic that has no such figure.
    pub fn new(query: &Query, column: &[f64]) -> Result<Response, String> {
        let quantile = |p: f64| Sample::new(column).quantile(p).map_or(f64::NAN, |q| q.value);
        Ok(match query.statistic {
            Statistic::Mean => Response::Value,
            Statistic::Positive => Response::Above(0.0),
            Statistic::Above(x) => Response::Above(x),
            Statistic::Quantile(p) => Response::Above(quantile(p)),
            Statistic::Cvar(p) => Response::Excess(quantile(p)),
            _ => {
                return Err(
                    "a sensitivity is that of a mean, a quantile, a tail mean or a probability: end the metric in \
                     .mean, .p95, .cvar95, .positive or .above(VALUE)"
                        .to_owned(),
                );
            }
        })
    }

    /// The figure in each trial; NaN where the metric is undefined.
    pub fn of(self, column: &[f64]) -> Vec<f64> {
        let figure = |x: &f64| match self {
            _ if x.is_nan() => f64::NAN,
            Response::Value => *x,
            Response::Above(limit) => f64::from(u8::from(*x > limit)),
            Response::Excess(limit) => (x - limit).max(0.0),
        };
        column.iter().map(figure).collect()
    }
}

/// How much a statistic of the `second` column is more than of the `first`, in pairs of the same trials; none where it is
/// undefined or where no error of such a difference is known.
pub fn difference(statistic: Statistic, first: &[f64], second: &[f64]) -> Option<Paired> {
    let indicators =
        |limit: f64| paired(&Response::Above(limit).of(first), &Response::Above(limit).of(second));
    match statistic {
        Statistic::Mean => paired(first, second),
        Statistic::Positive => indicators(0.0),
        Statistic::Above(x) => indicators(x),
        Statistic::Quantile(p) => paired_quantile(first, second, p),
        Statistic::Cvar(p) => paired_cvar(first, second, p),
        _ => None,
    }
}

/// A statistic of a column.
pub fn figure(query: &Query, column: &[f64]) -> Option<Estimate> {
    query.estimate(&Sample::new(column), None)
}
