//! `shortfall base-rates`: from a table of past restrictions to an annual probability and a duration law.

use serde_json::{Value, json};

use super::args::{self, BaseRates, Told};
use super::{Context, Failure, input, json_text, print, remark, simulation};
use crate::history::{self, AtRisk, BaseRate, By, Table};
use crate::report::{self, Style};
use crate::scenario::Sources;
use crate::statistics::survival::Profiled;

/// Runs the command.
pub fn base_rates(arguments: &BaseRates, context: &Context) -> Result<(), Failure> {
    let table = read(arguments, context)?;
    let by = match arguments.by {
        args::By::Country => By::Country,
        args::By::Material => By::Material,
        args::By::Both => By::Both,
        args::By::All => By::All,
    };
    let at_risk = match arguments.at_risk {
        args::AtRisk::Open => AtRisk::Open,
        args::AtRisk::Always => AtRisk::Always,
    };
    let estimates: Vec<BaseRate> =
        history::groups(&table, by, at_risk).into_iter().map(history::estimate).collect();
    let entries = |base: &BaseRate| history::entries(base, &table);
    match arguments.format {
        Told::Json => {
            let groups: Vec<Value> = estimates.iter().map(|b| json(b, &entries(b))).collect();
            let window =
                json!({ "from": table.window.from.to_string(), "until": table.window.until.to_string() });
            let value = json!({
                "table": table.title,
                "restrictions": table.restrictions.len(),
                "observed": window,
                "at_risk": if at_risk == AtRisk::Open { "open" } else { "always" },
                "groups": groups,
            });
            print(&json_text(&value))
        }
        Told::Toml => print(&estimates.iter().map(entries).collect::<Vec<_>>().join("\n")),
        Told::Text => {
            let style = Style { width: simulation::width(), colour: context.colour_out };
            let mut out = head(&table, at_risk);
            for base in &estimates {
                out.push_str(&format!("\n{}", report::base_rate(base, style)));
            }
            out.push_str("\nEntries for a scenario\n");
            for base in &estimates {
                out.push_str(&format!("\n{}", entries(base)));
            }
            print(&out)
        }
    }
}

/// Reads the table; its mistakes and cautions are shown on standard error.
fn read(arguments: &BaseRates, context: &Context) -> Result<Table, Failure> {
    let day = |text: &Option<String>, flag: &str| {
        let read = text.as_deref().map(history::day_alone).transpose();
        read.map_err(|why| Failure::Usage(format!("{flag}: {why}")))
    };
    let (from, until) = (day(&arguments.from, "--from")?, day(&arguments.until, "--until")?);
    let (name, text) = input::text(&arguments.file)?;
    let mut sources = Sources::default();
    let source = sources.add(name, text);
    match history::read(&sources, source, from, until) {
        Ok(table) => {
            if !context.quiet {
                remark(&sources.render(&table.cautions, context.colour_err));
            }
            Ok(table)
        }
        Err(mistakes) => {
            input::show(&arguments.file, &sources, &mistakes, context);
            Err(Failure::Scenario)
        }
    }
}

fn head(table: &Table, at_risk: AtRisk) -> String {
    let n = table.restrictions.len();
    let when = match at_risk {
        AtRisk::Open => "An onset counts while none of its group is in force.",
        AtRisk::Always => "Every onset counts, and the whole time is at risk.",
    };
    format!(
        "{}\n{n} restriction{}, observed from {} to {}. {when}\n",
        table.title,
        if n == 1 { "" } else { "s" },
        table.window.from,
        table.window.until
    )
}

fn json(base: &BaseRate, entries: &str) -> Value {
    let group = &base.group;
    let rate = base.rate.as_ref().map(|rate| {
        let (mean, sd) = rate.probability();
        json!({
            "per_year": rate.value,
            "low": rate.low,
            "high": rate.high,
            "annual_probability": rate.chance(),
            "posterior": { "mean": mean, "sd": sd },
        })
    });
    let profiled = |p: &Profiled| json!({ "value": p.value, "low": p.low, "high": p.high });
    let durations: Vec<Value> = base
        .durations
        .iter()
        .map(|d| {
            json!({
                "law": d.fit.family.name(),
                "median_days": profiled(&d.fit.median),
                "shape": d.fit.shape.as_ref().map(profiled),
                "mean_days": d.law.mean(),
                "log_likelihood": d.fit.log_likelihood,
                "aic": d.fit.aic,
                "distance_from_kaplan_meier": d.distance,
                "within_its_interval": d.within.0,
                "of": d.within.1,
            })
        })
        .collect();
    let curve: Vec<Value> = base
        .curve
        .steps
        .iter()
        .map(|s| {
            json!({
                "days": s.time, "at_risk": s.at_risk, "ended": s.ended,
                "survival": s.survival, "low": s.low, "high": s.high,
            })
        })
        .collect();
    json!({
        "countries": group.countries,
        "materials": group.materials,
        "restrictions": group.spells.len(),
        "ended": base.ended(),
        "onsets": group.onsets,
        "came_on_top": group.on_top,
        "years_at_risk": group.at_risk / crate::quantity::YEAR,
        "rate": rate,
        "durations": durations,
        "kaplan_meier": curve,
        "least_mean_days": base.least_mean,
        "cautions": base.cautions(),
        "entries": entries,
    })
}
