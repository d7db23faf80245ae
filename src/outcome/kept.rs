//! The results of a run, read back from its tables: the same trials and bands, to the last bit.
//!
//! What a table does not hold is not made up: how often draws were cut is told by the cautions in `summary.json`, and
//! what was drawn is made again from the trials' numbers ([`super::draws`]).

use parquet::file::reader::ChunkReader;
use serde::Deserialize;

use super::caution::Caution;
use super::metric::Metric;
use super::provenance::Provenance;
use super::table::{Content, Values, read};
use super::timeline::{Series, Timeline};
use super::trials::Trials;
use crate::engine::Cuts;
use crate::model::Model;
use crate::plan::{Columns, Plan};
use crate::quantity::words::Unit;
use crate::statistics::{BAND_LEVELS, Band, Column};

/// What `summary.json` knows of its run that stands nowhere else.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// What was run.
    pub provenance: Provenance,
    /// The condition under which trials count, as written.
    pub given: Option<String>,
    /// Settings of when it was to stop, which its fingerprint knows.
    pub until: Vec<String>,
    /// What there was to beware of.
    pub cautions: Vec<Caution>,
    /// How many trials were done.
    pub done: u64,
}

/// The keys of `summary.json` that make a [`Known`].
#[derive(Deserialize)]
struct Keys {
    /// Its trials are those that were done.
    #[serde(flatten)]
    provenance: Provenance,
    partial: Option<Partial>,
    given: Option<Condition>,
    until: Option<Until>,
    cautions: Vec<Caution>,
}

#[derive(Deserialize)]
struct Until {
    settings: Vec<String>,
}

#[derive(Deserialize)]
struct Partial {
    asked: u64,
}

#[derive(Deserialize)]
struct Condition {
    condition: String,
}

/// Whether this `summary.json` is that of an exact answer rather than of a run.
pub fn is_exact(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok_and(|summary| summary.get("exact").is_some())
}

/// What `summary.json` knows of its run.
///
/// # Errors
/// In words, where the text is no such file.
pub fn read_summary(text: &str) -> Result<Known, String> {
    let keys: Keys = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let Keys { mut provenance, partial, given, until, cautions } = keys;
    let done = provenance.trials;
    provenance.trials = partial.map_or(done, |partial| partial.asked);
    Ok(Known {
        provenance,
        given: given.map(|g| g.condition),
        until: until.map(|u| u.settings).unwrap_or_default(),
        cautions,
        done,
    })
}

/// The trials of `trials.parquet`, a run of the scenario of `plan` and `metrics`, and where they come from. Nothing is
/// known of cuts.
///
/// # Errors
/// In words, where the file cannot be read, or is not of this scenario.
pub fn read_trials(
    file: impl ChunkReader + 'static,
    plan: &Plan,
    metrics: &[Metric],
) -> Result<(Trials, Provenance), String> {
    let mut content = read(file, |name| !name.starts_with("draw."))?;
    let provenance = provenance(&content, "asked")?;
    let mut columns = vec![Column::default(); plan.columns.len()];
    let mut put = |name: &str, column: usize| -> Result<(), String> {
        columns[column] = match content.take(name)? {
            Values::Numbers(numbers) => Column::from(&numbers[..]),
            Values::Flags(flags) => flags.into_iter().map(|f| f.map_or(f64::NAN, f64::from)).collect(),
            _ => return Err(format!("its column `{name}` holds no numbers")),
        };
        Ok(())
    };
    put("any_control", Columns::ANY_CONTROL)?;
    for metric in metrics {
        put(&metric.name, metric.column)?;
        if let Some(censored) = metric.censored {
            put(&format!("{}.censored", metric.name), censored)?;
        }
    }
    let weights = plan.rare.map(|_| match content.take("weight")? {
        Values::Numbers(weights) => Ok(weights),
        _ => Err("its column `weight` holds no numbers".to_owned()),
    });
    let trials = Trials {
        count: content.rows,
        asked: provenance.trials,
        columns,
        cuts: Cuts::new(plan),
        weights: weights.transpose()?,
        together: plan.together(),
        nested: plan.sampling.is_nested(),
    };
    Ok((trials, provenance))
}

/// The bands of `timeline.parquet`, and where they come from.
///
/// # Errors
/// In words, where the file cannot be read, or is not of this scenario.
pub fn read_timeline(
    file: impl ChunkReader + 'static,
    model: &Model,
    plan: &Plan,
) -> Result<(Timeline, Provenance), String> {
    let mut content = read(file, |_| true)?;
    let provenance = provenance(&content, "trials")?;
    let (names, units) = (texts(&mut content, "series")?, texts(&mut content, "unit")?);
    let means = numbers(&mut content, "mean")?;
    let mut quantiles = Vec::new();
    for level in BAND_LEVELS {
        quantiles.push(numbers(&mut content, &format!("p{}", (level * 100.0).round()))?);
    }
    let band = |row: usize| Band { mean: means[row], quantiles: std::array::from_fn(|i| quantiles[i][row]) };
    if plan.steps == 0 || names.len() % plan.steps != 0 {
        return Err("it has not as many steps as the scenario".to_owned());
    }
    let starts: Vec<usize> = (0..names.len()).step_by(plan.steps).collect();
    let regime = |name: &str| -> Result<Vec<f64>, String> {
        let start = starts.iter().find(|&&row| names[row] == name);
        let start = *start.ok_or_else(|| format!("it has no series `{name}`"))?;
        Ok(means[start..start + plan.steps].to_vec())
    };
    let mut regimes = Vec::new();
    for control in &model.controls {
        let own = control.regimes.iter().map(|r| regime(&format!("regime.{}.{}", control.name, r.name)));
        regimes.push(own.collect::<Result<Vec<_>, _>>()?);
    }
    let own = starts.iter().filter(|&&row| !names[row].starts_with("regime."));
    let series = own.map(|&row| Series {
        name: names[row].clone(),
        unit: unit(&units[row]),
        bands: (row..row + plan.steps).map(band).collect(),
    });
    let timeline = Timeline {
        trials: content.fact("trials")?.parse().map_err(|_| "its number of trials is none".to_owned())?,
        days: (0..plan.steps).map(|k| (k as f64 + 0.5) * plan.step).collect(),
        series: series.collect(),
        regimes,
    };
    Ok((timeline, provenance))
}

/// Where a table comes from; how many trials were asked for is the fact named `asked`, or else as many as there are.
fn provenance(content: &Content, asked: &str) -> Result<Provenance, String> {
    let fact = |name: &str| content.fact(name).map(str::to_owned);
    let whole = |text: &str| text.parse::<u64>().map_err(|_| format!("`{text}` is no whole number"));
    let trials = if content.facts.contains_key(asked) { asked } else { "trials" };
    Ok(Provenance {
        scenario: fact("scenario")?,
        fingerprint: fact("fingerprint")?,
        version: fact("version")?,
        seed: whole(content.fact("seed")?)?,
        trials: whole(content.fact(trials)?)?,
        sampling: fact("sampling")?,
        command: fact("command")?,
    })
}

fn texts(content: &mut Content, name: &str) -> Result<Vec<String>, String> {
    match content.take(name)? {
        Values::Texts(texts) => Ok(texts),
        _ => Err(format!("its column `{name}` holds no words")),
    }
}

fn numbers(content: &mut Content, name: &str) -> Result<Vec<f64>, String> {
    match content.take(name)? {
        Values::Numbers(numbers) => Ok(numbers),
        _ => Err(format!("its column `{name}` holds no numbers")),
    }
}

/// The unit of that name, as [`crate::quantity::words::unit`] writes it.
fn unit(name: &str) -> Unit {
    match name {
        "t" => Unit::Tonnes,
        "share" => Unit::Share,
        "days" => Unit::Days,
        "count" => Unit::Count,
        "multiple" => Unit::Multiple,
        code => Unit::Money(code.to_owned()),
    }
}
