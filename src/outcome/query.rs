//! Asking a run for figures: `METRIC.STATISTIC`, conditions, requirements.

use super::metric::Metric;
use crate::model::Model;
use crate::plan::Columns;
use crate::quantity::words::Unit;
use crate::quantity::{Dimension, Measure};
use crate::scenario::nearest;
use crate::statistics::{Column, Estimate, Sample};

/// A figure over the trials.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Statistic {
    /// The mean.
    Mean,
    /// Its standard error.
    Se,
    /// Standard deviation.
    Sd,
    /// Least.
    Min,
    /// Greatest.
    Max,
    /// Skewness.
    Skewness,
    /// Value at risk at a level.
    Quantile(f64),
    /// Expected shortfall at a level.
    Cvar(f64),
    /// Probability that it is more than zero.
    Positive,
    /// Probability that it is more than a value.
    Above(f64),
    /// Share of the trials in which it is defined.
    Defined,
    /// Share of those in which it had not ended at the horizon.
    Censored,
}

/// `METRIC.STATISTIC`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Query {
    /// Index of the metric.
    pub metric: usize,
    /// Of it.
    pub statistic: Statistic,
}

impl Statistic {
    /// It of a metric, whose flags of what had not ended are `censored`; none where it is undefined.
    pub fn of(self, sample: &Sample, censored: Option<&Sample>) -> Option<Estimate> {
        let bare = |value: f64| {
            let nan = f64::NAN;
            Estimate { value, se: nan, low: nan, high: nan, reliable: false }
        };
        match self {
            Statistic::Mean => sample.mean(),
            Statistic::Se => sample.mean().map(|e| bare(e.se)),
            Statistic::Sd => sample.sd(),
            Statistic::Min => sample.min().map(bare),
            Statistic::Max => sample.max().map(bare),
            Statistic::Skewness => sample.skewness().map(bare),
            Statistic::Quantile(p) => sample.quantile(p),
            Statistic::Cvar(p) => sample.cvar(p),
            Statistic::Positive => sample.positive(),
            Statistic::Above(x) => sample.above(x),
            Statistic::Defined => Some(sample.defined_share()),
            Statistic::Censored => censored.and_then(Sample::positive),
        }
    }
}

impl Query {
    /// Reads `cost.total.p95` or `cost.total.above(660 billion JPY)`.
    ///
    /// # Errors
    /// In words, with the nearest name, where there is no such metric or statistic.
    pub fn parse(text: &str, metrics: &[Metric], model: &Model) -> Result<Query, String> {
        let text = text.trim();
        let named = |m: &Metric| text.strip_prefix(m.name.as_str()).is_some_and(|rest| rest.starts_with('.'));
        let found = (0..metrics.len()).filter(|&i| named(&metrics[i])).max_by_key(|&i| metrics[i].name.len());
        let Some(metric) = found else {
            let name = text.split('(').next().unwrap_or(text);
            return Err(no_metric(text, name.rsplit_once('.').map_or(name, |(metric, _)| metric), metrics));
        };
        let rest = &text[metrics[metric].name.len() + 1..];
        let statistic = statistic(rest, &metrics[metric], model)?;
        Ok(Query { metric, statistic })
    }

    /// Its value; not a number where undefined. `censored` are the flags of that name, over the same trials.
    pub fn value(&self, sample: &Sample, censored: Option<&Sample>) -> f64 {
        self.estimate(sample, censored).map_or(f64::NAN, |e| e.value)
    }

    /// Its value with its error and interval; none where undefined. Of extremes, skewness and the standard error
    /// itself no error is known.
    pub fn estimate(&self, sample: &Sample, censored: Option<&Sample>) -> Option<Estimate> {
        self.statistic.of(sample, censored)
    }

    /// The unit of its value, for a metric in `unit`.
    pub fn unit<'u>(&self, unit: &'u Unit) -> &'u Unit {
        match self.statistic {
            Statistic::Positive | Statistic::Above(_) | Statistic::Defined | Statistic::Censored => {
                &Unit::Share
            }
            Statistic::Skewness => &Unit::Count,
            _ => unit,
        }
    }
}

/// Why `text`, which asks for the metric `name`, asks for nothing.
fn no_metric(text: &str, name: &str, metrics: &[Metric]) -> String {
    let names = || metrics.iter().map(|m| m.name.as_str());
    if names().any(|n| n == text) {
        return format!("`{text}` is a metric; add a statistic, such as `{text}.mean` or `{text}.p95`");
    }
    if text.starts_with("gdp.") && !names().any(|n| n.starts_with("gdp.")) {
        return format!("`{text}` needs the size of the economy: [economy] gdp = \"609 trillion JPY/year\"");
    }
    match nearest(name, names()) {
        Some(near) => format!("there is no metric `{name}`; did you mean `{near}`?"),
        None => format!("there is no metric `{name}`; `shortfall show FILE` lists them"),
    }
}

const STATISTICS: [&str; 13] = [
    "mean",
    "se",
    "sd",
    "min",
    "max",
    "skewness",
    "p50",
    "p95",
    "cvar95",
    "positive",
    "above(VALUE)",
    "defined",
    "censored",
];

fn statistic(text: &str, metric: &Metric, model: &Model) -> Result<Statistic, String> {
    let level =
        |digits: &str| digits.parse::<f64>().ok().filter(|p| *p > 0.0 && *p < 100.0).map(|p| p / 100.0);
    let unknown = || match nearest(text, STATISTICS.into_iter()) {
        Some(near) => format!("`{text}` is not a statistic; did you mean `{near}`?"),
        None => format!("`{text}` is not a statistic; there are: {}", STATISTICS.join(", ")),
    };
    Ok(match text {
        "mean" => Statistic::Mean,
        "se" => Statistic::Se,
        "sd" => Statistic::Sd,
        "min" => Statistic::Min,
        "max" => Statistic::Max,
        "skewness" => Statistic::Skewness,
        "positive" => Statistic::Positive,
        "defined" => Statistic::Defined,
        "censored" if metric.censored.is_none() => {
            return Err(format!("`{}` cannot be censored; only times to recovery can", metric.name));
        }
        "censored" => Statistic::Censored,
        _ => {
            if let Some(value) = text.strip_prefix("above(").and_then(|t| t.strip_suffix(')')) {
                return Ok(Statistic::Above(amount(value, &metric.unit, model)?));
            }
            if let Some(p) = text.strip_prefix("cvar") {
                return level(p).map(Statistic::Cvar).ok_or_else(unknown);
            }
            match text.strip_prefix('p').filter(|p| p.starts_with(|c: char| c.is_ascii_digit())) {
                Some(p) => Statistic::Quantile(level(p).ok_or_else(unknown)?),
                None => return Err(unknown()),
            }
        }
    })
}

/// A value in the unit of a metric; a bare number is in base units.
pub(super) fn amount(text: &str, unit: &Unit, model: &Model) -> Result<f64, String> {
    if text.trim().is_empty() {
        return Err("a value is missing".to_owned());
    }
    let measure = Measure::parse(text).map_err(|why| format!("`{text}` is not a quantity: {why}"))?;
    let wanted = unit.dimension();
    if measure.dimension == Dimension::PURE {
        return Ok(measure.value);
    }
    if measure.dimension != wanted {
        return Err(format!("`{text}` is {}, where {wanted} is wanted", measure.dimension));
    }
    match &measure.currency {
        Some(code) if *code != model.currency => {
            let rate = model.rates.iter().find(|(known, _)| known == code);
            let rate =
                rate.ok_or_else(|| format!("there is no exchange rate from {code} to {}", model.currency))?;
            Ok(measure.value * rate.1)
        }
        _ => Ok(measure.value),
    }
}

/// How two numbers compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// <
    Less,
    /// <=
    AtMost,
    /// >
    Greater,
    /// >=
    AtLeast,
}

impl Comparison {
    const ALL: [(&'static str, Comparison); 4] = [
        ("<=", Comparison::AtMost),
        (">=", Comparison::AtLeast),
        ("<", Comparison::Less),
        (">", Comparison::Greater),
    ];

    /// Whether `a` compares so to `b`; never where one is not a number.
    pub fn holds(self, a: f64, b: f64) -> bool {
        match self {
            Comparison::Less => a < b,
            Comparison::AtMost => a <= b,
            Comparison::Greater => a > b,
            Comparison::AtLeast => a >= b,
        }
    }
}

/// Splits `LEFT < RIGHT`, outside of any parentheses.
fn compared(text: &str) -> Option<(&str, Comparison, &str)> {
    let mut depth = 0;
    for (i, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            '<' | '>' if depth == 0 => {
                let (sign, comparison) =
                    Comparison::ALL.into_iter().find(|(sign, _)| text[i..].starts_with(sign))?;
                return Some((text[..i].trim(), comparison, text[i + sign.len()..].trim()));
            }
            _ => {}
        }
    }
    None
}

/// `METRIC.STATISTIC < VALUE`.
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    /// As written.
    pub text: String,
    /// Its left side.
    pub query: Query,
    /// How it must compare.
    pub comparison: Comparison,
    /// To what, in base units.
    pub value: f64,
}

impl Requirement {
    /// Reads a requirement.
    ///
    /// # Errors
    /// In words, where it is none.
    pub fn parse(text: &str, metrics: &[Metric], model: &Model) -> Result<Requirement, String> {
        let (left, comparison, right) = compared(text)
            .ok_or_else(|| format!("`{text}` is not a requirement; write METRIC.STATISTIC < VALUE"))?;
        let query = Query::parse(left, metrics, model)?;
        let value = amount(right, query.unit(&metrics[query.metric].unit), model)?;
        Ok(Requirement { text: text.to_owned(), query, comparison, value })
    }
}

/// A condition on trials.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// A control blocked something.
    AnyControl,
    /// A metric compares so to a value.
    Metric(usize, Comparison, f64),
    /// A metric compares so to its own quantile at this level, over all trials.
    Quantile(usize, Comparison, f64),
}

impl Given {
    /// Reads `any control`, `METRIC > VALUE` or `METRIC > p95`.
    ///
    /// # Errors
    /// In words, where it is neither.
    pub fn parse(text: &str, metrics: &[Metric], model: &Model) -> Result<Given, String> {
        if text.trim() == "any control" {
            return Ok(Given::AnyControl);
        }
        let (left, comparison, right) = compared(text).ok_or_else(|| {
            format!("`{text}` is not a condition; write 'any control', 'METRIC > VALUE' or 'METRIC > p95'")
        })?;
        let found = metrics.iter().position(|m| m.name == left);
        let metric = found.ok_or_else(|| no_metric(left, left, metrics))?;
        if let Some(digits) = right.strip_prefix('p').filter(|d| d.starts_with(|c: char| c.is_ascii_digit()))
        {
            let level = digits.parse::<f64>().ok().filter(|p| *p > 0.0 && *p < 100.0);
            let level = level.ok_or_else(|| format!("`{right}` is no quantile; write p95 or p99.9"))?;
            return Ok(Given::Quantile(metric, comparison, level / 100.0));
        }
        Ok(Given::Metric(metric, comparison, amount(right, &metrics[metric].unit, model)?))
    }

    /// Whether it can be told of a trial alone.
    pub fn of_one(&self) -> bool {
        !matches!(self, Given::Quantile(..))
    }

    /// Which trials it holds in. `column` gives a column by its number.
    pub fn holds(&self, metrics: &[Metric], columns: &[Column]) -> Vec<bool> {
        match self {
            // The second column of every plan: whether any control acted.
            Given::AnyControl => columns[Columns::ANY_CONTROL].iter().map(|acted| acted > 0.0).collect(),
            Given::Metric(metric, comparison, value) => {
                columns[metrics[*metric].column].iter().map(|x| comparison.holds(x, *value)).collect()
            }
            Given::Quantile(metric, comparison, level) => {
                let column = &columns[metrics[*metric].column];
                let value = column.sample().quantile(*level).map_or(f64::NAN, |q| q.value);
                column.iter().map(|x| comparison.holds(x, value)).collect()
            }
        }
    }
}
