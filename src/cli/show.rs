//! `shortfall show`: what is in a scenario, so that users find the names they need and see what their figures imply.

use serde_json::{Value, json};

use super::args::{Format, Show};
use super::input::Input;
use super::{Context, Failure, input, json_text, print, simulation};
use crate::model::{Assumption, Model, Quantity};
use crate::outcome::{self, Metric};
use crate::plan::Plan;
use crate::quantity::{Dimension, words};
use crate::report::{self, Page};

/// Runs the command.
pub fn show(arguments: &Show, context: &Context) -> Result<(), Failure> {
    let input = input::read(&arguments.file, &arguments.changes, context)?;
    if arguments.resolved {
        return print(&input.document.to_toml());
    }
    let model = &input.model;
    let metrics = outcome::metrics(model, &Plan::new(model, model.seed).columns);
    let sources = &input.document.sources;
    match arguments.format {
        Format::Json => print(&json_text(&as_json(&input, &metrics))),
        Format::Text => {
            let cautions = sources.render(&input.cautions, context.colour_out);
            print(&report::contents(
                model,
                &input.document,
                &metrics,
                &cautions,
                Page::Terminal(simulation::width()),
            ))
        }
        Format::Markdown => {
            let line = |d| {
                let d: &crate::scenario::Diagnostic = d;
                let (at, help) = (sources.at_line(d), d.help.as_deref().unwrap_or_default());
                format!("- **{}** ({at}): {}; {help}\n", d.code.unwrap_or_default(), d.message)
            };
            let cautions: String = input.cautions.iter().map(line).collect();
            print(&report::contents(model, &input.document, &metrics, &cautions, Page::Markdown))
        }
    }
}

/// The whole as documented in docs/show.md.
fn as_json(input: &Input, metrics: &[Metric]) -> Value {
    let model = &input.model;
    let sourcing = model.sourcing();
    let quantities: Vec<Value> = model.assumptions.iter().map(|a| quantity(a, model)).collect();
    let chances: Vec<Value> = model
        .chances()
        .into_iter()
        .map(|c| json!({ "path": c.path, "yearly": c.yearly, "over_horizon": c.over_horizon }))
        .collect();
    let metrics: Vec<Value> = metrics
        .iter()
        .map(|m| json!({ "name": m.name, "unit": words::unit(&m.unit), "description": m.what }))
        .collect();
    let others: serde_json::Map<String, Value> = report::SECTIONS
        .iter()
        .flat_map(|(section, _)| report::others(model, &input.document, section))
        .map(|(path, written)| (path, json!(written)))
        .collect();
    json!({
        "scenario": model.name,
        "quantities": quantities,
        "others": others,
        "chances": chances,
        "sourcing": {
            "quantities": sourcing.all,
            "sourced": sourcing.sourced,
            "judgements": sourcing.judged,
            "neither": sourcing.bare,
        },
        "metrics": metrics,
        "cautions": input.document.sources.to_json(&input.cautions),
    })
}

fn quantity(assumption: &Assumption, model: &Model) -> Value {
    let p = &assumption.provenance;
    let mut entry = json!({
        "path": assumption.path,
        "written": assumption.written,
        "unit": base_unit(assumption, model),
        "source": p.source,
        "note": p.note,
        "judgement": p.judgement,
    });
    let law = match (assumption.quantity, &assumption.spread) {
        (_, Some(law)) => {
            entry["drawn"] = json!("over firms");
            law
        }
        (Quantity::Certain(value), None) => {
            entry["value"] = json!(value);
            return entry;
        }
        (Quantity::Uncertain { factor, scale, .. }, None) => {
            let factor = &model.factors[factor];
            entry["factor"] = json!(factor.path);
            entry["scale"] = json!(scale);
            entry["drawn"] = json!(if factor.once { "once" } else { "afresh" });
            &factor.law
        }
    };
    entry["law"] = json!(law.name());
    if let Some(implied) = model.implied(assumption) {
        entry["mean"] = json!(implied.mean);
        entry["p5"] = json!(implied.p5);
        entry["median"] = json!(implied.median);
        entry["p95"] = json!(implied.p95);
        entry["p99"] = json!(implied.p99);
        entry["cut"] = json!(implied.below + implied.above);
    }
    entry
}

/// The unit of the figures in JSON.
fn base_unit(assumption: &Assumption, model: &Model) -> String {
    let currency = &model.currency;
    match assumption.dimension {
        None => "days from the start".to_owned(),
        Some(Dimension::TIME) => "days".to_owned(),
        Some(Dimension::MASS) => "t".to_owned(),
        Some(Dimension::MONEY) => currency.clone(),
        Some(Dimension::MASS_RATE) => "t/day".to_owned(),
        Some(Dimension::MONEY_RATE) => format!("{currency}/day"),
        Some(Dimension::PRICE) => format!("{currency}/t"),
        Some(_) => "1".to_owned(),
    }
}
