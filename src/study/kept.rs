//! The results of a comparison or of a study of sensitivity, read back from `summary.json`: what a report shows of them.

use serde::Deserialize;
use serde_json::Value;

use super::sensitivity::{self, Found, Target};
use super::{Comparison, Side, Worth};
use crate::model::Model;
use crate::outcome::{Metric, Provenance, Query};
use crate::plan::Plan;
use crate::statistics::{Estimate, Paired};

/// The results of a study.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Where they come from.
    pub provenance: Provenance,
    /// What they say.
    pub told: Told,
}

/// What a study says.
#[derive(Clone, Debug)]
pub enum Told {
    /// What alternatives are worth against the base; without their other figures.
    Comparison(Comparison),
    /// Which assumption matters.
    Sensitivity {
        /// What was found.
        found: Box<Found>,
        /// Of which figure.
        target: Box<Target>,
        /// The condition on the trials, or what makes a trial a case.
        given: Option<String>,
    },
}

fn parsed(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn provenance(summary: &Value) -> Result<Provenance, String> {
    Provenance::deserialize(summary).map_err(|error| error.to_string())
}

/// Where the results come from, and the fingerprint that a run of their scenario as it is has.
///
/// # Errors
/// In words, where the text is not of a comparison or of a study of sensitivity.
pub fn read_provenance(text: &str) -> Result<(Provenance, String), String> {
    let summary = parsed(text)?;
    let has = |key: &str| summary.get(key).is_some();
    if !has("alternatives") && !has("method") {
        let what = match () {
            () if has("metrics") => "a run",
            () if has("points") => "a sweep",
            () => "something else",
        };
        return Err(format!("it is of {what}, and not of `shortfall compare` or `shortfall sensitivity`"));
    }
    let of = summary["run_fingerprint"].as_str().ok_or("it has no `run_fingerprint`")?;
    Ok((provenance(&summary)?, of.to_owned()))
}

/// The results of a study of the scenario of `model` and `plan`.
///
/// # Errors
/// In words, where something is missing, or is of another scenario.
pub fn read(text: &str, model: &Model, plan: &Plan, metrics: &[Metric]) -> Result<Kept, String> {
    let summary = parsed(text)?;
    let provenance = provenance(&summary)?;
    let told = if summary.get("alternatives").is_some() {
        Told::Comparison(comparison(&summary, provenance.trials)?)
    } else {
        let sources = sensitivity::sources(model, plan);
        let found = Box::new(sensitivity::read(&summary, model, &sources, provenance.trials)?);
        let text = summary["metric"].as_str().ok_or("it has no `metric`")?;
        let query = Query::parse(text, metrics, model)?;
        let metric = metrics[query.metric].clone();
        let unit = query.unit(&metric.unit).clone();
        let target =
            Box::new(Target { text: text.to_owned(), query, metric, unit, trials: provenance.trials });
        let given = summary.get("condition").and_then(Value::as_str).map(str::to_owned);
        Told::Sensitivity { found, target, given }
    };
    Ok(Kept { provenance, told })
}

#[derive(Deserialize)]
struct Alternatives {
    alternatives: Vec<SideKeys>,
}

#[derive(Deserialize)]
struct SideKeys {
    name: String,
    loss: Estimate,
    tail: Estimate,
    cost: Estimate,
    efficient: bool,
    worth: Option<WorthKeys>,
}

#[derive(Deserialize)]
struct WorthKeys {
    loss_avoided: Paired,
    tail_avoided: Paired,
    cost: Paired,
    avoided_per_cost: Option<Estimate>,
    pays: Estimate,
    net: Paired,
}

fn comparison(summary: &Value, trials: u64) -> Result<Comparison, String> {
    let keys = Alternatives::deserialize(summary).map_err(|error| error.to_string())?;
    let worth = |keys: WorthKeys| Worth {
        avoided: keys.loss_avoided,
        tail: keys.tail_avoided,
        cost: keys.cost,
        ratio: keys.avoided_per_cost,
        pays: keys.pays,
        net: keys.net,
    };
    let side = |keys: SideKeys| Side {
        name: keys.name,
        figures: Vec::new(),
        loss: keys.loss,
        tail: keys.tail,
        cost: keys.cost,
        worth: keys.worth.map(worth),
        efficient: keys.efficient,
    };
    let sides: Vec<Side> = keys.alternatives.into_iter().map(side).collect();
    if sides.len() < 2 || sides[1..].iter().any(|side| side.worth.is_none()) {
        return Err("it does not say of every alternative what it is worth".to_owned());
    }
    Ok(Comparison { figures: Vec::new(), sides, trials })
}
