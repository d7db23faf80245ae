//! `shortfall show`: what is in a scenario, so that users find the names they need.

use comfy_table::{ContentArrangement, Table};

use super::args::{Plain, Show};
use super::{Context, Failure, input, print};
use crate::model::{Assumption, Model, Quantity};
use crate::outcome;
use crate::plan::Plan;
use crate::quantity::Dimension;
use crate::quantity::words::{self, Unit};

/// Runs the command.
pub fn show(arguments: &Show, context: &Context) -> Result<(), Failure> {
    let input = input::read(&arguments.file, &arguments.changes, context)?;
    if arguments.resolved {
        return print(&input.document.to_toml());
    }
    let model = &input.model;
    match arguments.format {
        Plain::Json => {
            let entries: Vec<_> = model.assumptions.iter().map(|a| json(a, model)).collect();
            let metrics: Vec<_> = metrics(model).into_iter().map(|m| m.name).collect();
            let value =
                serde_json::json!({ "scenario": model.name, "quantities": entries, "metrics": metrics });
            print(&format!("{}\n", serde_json::to_string_pretty(&value).unwrap_or_default()))
        }
        Plain::Text => print(&text(model)),
    }
}

fn metrics(model: &Model) -> Vec<outcome::Metric> {
    outcome::metrics(model, &Plan::new(model, model.seed).columns)
}

fn text(model: &Model) -> String {
    let mut table = Table::new();
    table.load_style(crate::report::STYLE).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["path", "as written", "mean", "5 to 95 %", "source"]);
    for assumption in &model.assumptions {
        let (mean, range) = implied(assumption, model);
        let p = &assumption.provenance;
        let source = match (&p.source, &p.judgement) {
            (Some(source), _) => source.clone(),
            (None, Some(why)) => format!("judgement: {why}"),
            _ if is_setting(assumption) => String::new(),
            _ => "none".to_owned(),
        };
        table.add_row([assumption.path.clone(), written(assumption), mean, range, source]);
    }
    let mut out = format!("{}\n\nQuantities\n{table}\n\n", model.name);
    let unsourced = model
        .assumptions
        .iter()
        .filter(|a| a.provenance.source.is_none() && a.provenance.judgement.is_none() && !is_setting(a))
        .count();
    out.push_str(&format!(
        "{unsourced} of {} quantities have neither a source nor a judgement\n\nMetrics\n",
        model.assumptions.iter().filter(|a| !is_setting(a)).count()
    ));
    let mut table = Table::new();
    table.load_style(crate::report::STYLE).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["metric", "what it is"]);
    for metric in metrics(model) {
        table.add_row([metric.name, metric.what.to_owned()]);
    }
    out.push_str(&format!("{table}\n"));
    out
}

/// Settings of the simulation, such as how long to look, are no assumptions about the world and need no source.
fn is_setting(assumption: &Assumption) -> bool {
    assumption.path.starts_with("scenario.")
}

fn written(assumption: &Assumption) -> String {
    assumption.written.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Implied mean and 5 to 95 % range, in words; both empty for what is certain.
fn implied(assumption: &Assumption, model: &Model) -> (String, String) {
    let Quantity::Uncertain { factor, scale, low, high } = assumption.quantity else {
        return (String::new(), String::new());
    };
    let law = &model.factors[factor].law;
    let within = |x: f64| (x * scale).clamp(low, high);
    let (a, b) = (within(law.quantile(0.05)), within(law.quantile(0.95)));
    let word = |x: f64| in_words(x, model.factors[factor].dimension, model);
    (word(within(law.mean())), format!("{} to {}", word(a.min(b)), word(a.max(b))))
}

fn in_words(value: f64, dimension: Option<Dimension>, model: &Model) -> String {
    let money = Unit::Money(model.currency.clone());
    match dimension {
        None => words::date(model.start, value),
        Some(Dimension::TIME) => words::days(value),
        Some(Dimension::MASS) => words::tonnes(value),
        Some(Dimension::MONEY) => words::figure(value, &money),
        Some(Dimension::MASS_RATE) => format!("{}/year", words::tonnes(value * crate::quantity::YEAR)),
        Some(Dimension::MONEY_RATE) => {
            format!("{}/year", words::figure(value * crate::quantity::YEAR, &money))
        }
        Some(Dimension::PRICE) => format!("{}/t", words::figure(value, &money)),
        _ => format!("{value:.4}").trim_end_matches('0').trim_end_matches('.').to_owned(),
    }
}

fn json(assumption: &Assumption, model: &Model) -> serde_json::Value {
    let p = &assumption.provenance;
    let mut entry = serde_json::json!({
        "path": assumption.path,
        "written": assumption.written,
        "source": p.source,
        "note": p.note,
        "judgement": p.judgement,
    });
    match assumption.quantity {
        Quantity::Certain(value) => entry["value"] = serde_json::json!(value),
        Quantity::Uncertain { factor, scale, low, high } => {
            let law = &model.factors[factor].law;
            let within = |x: f64| (x * scale).clamp(low, high);
            entry["law"] = serde_json::json!(law.name());
            entry["factor"] = serde_json::json!(model.factors[factor].path);
            for (key, value) in [
                ("mean", law.mean()),
                ("p5", law.quantile(0.05)),
                ("median", law.quantile(0.5)),
                ("p95", law.quantile(0.95)),
                ("p99", law.quantile(0.99)),
            ] {
                entry[key] = serde_json::json!(within(value));
            }
        }
    }
    entry
}
