//! `shortfall explain`: one trial of a run, told; and the stories that a run leaves behind.

use std::sync::atomic::AtomicBool;

use serde_json::{Map, Value, json};

use super::args::{Explain, Format, Results, chosen_words};
use super::files::Folder;
use super::input::{self, Input};
use super::run::only_with_charts;
use super::simulation::{self, fits_in_memory, interrupt, width};
use super::{Context, Failure, json_text, print, remark};
use crate::chart;
use crate::model::Model;
use crate::outcome::{self, Given, Metric, Outcome, Provenance, Query, Statistic, Trials};
use crate::plan::Plan;
use crate::quantity::words::{self, Language};
use crate::report::{self, Style};
use crate::story::{self, Pick, Story, Wanted};

/// Which trial is asked for.
enum Asked {
    Number(u64),
    Found(Wanted),
}

/// Runs the command.
pub fn explain(arguments: &Explain, context: &Context) -> Result<(), Failure> {
    only_with_charts(arguments.png, arguments.results)?;
    let sampled = arguments.chosen.sized(&arguments.sampled);
    let input = input::read(&arguments.file, &sampled.settings(), context)?;
    let model = &input.model;
    let mut plan = Plan::new(model, model.seed);
    let choice = arguments.chosen.choice(&plan, model.trials);
    choice.apply(&mut plan, model.seed, model.trials, &arguments.sampled.pool()?);
    let metrics = outcome::metrics(model, &plan.columns);
    let given =
        arguments.given.as_ref().map(|text| Given::parse(text, &metrics, model).map(|g| (text.clone(), g)));
    let given = given.transpose().map_err(Failure::Usage)?;
    let pick = match asked(arguments, &metrics, model).map_err(Failure::Usage)? {
        Asked::Number(trial) => Pick::number(trial),
        Asked::Found(wanted) => find(wanted, arguments, context, &input, &plan, metrics, given.as_ref())?,
    };
    let mut command = arguments.sampled.command("explain", &input);
    let chosen = chosen_words(choice, model.trials);
    command.push(format!("--trial {} {chosen} --seed {}", pick.trial, model.seed));
    let condition = given.as_ref().map(|(text, _)| text.as_str());
    let provenance = simulation::provenance(&input, condition, &[], &command).sampled(choice);
    let (story, course) = story::tell(model, &plan, pick);
    let mut page = page(model, &story, &provenance);
    page.insert("course".to_owned(), json!(course));
    let json = json_text(&page);
    let language = arguments.lang.language();
    let markdown = report::story_markdown(model, &story, &provenance, language);
    let folder = claim(arguments, &input, &provenance)?;
    if let Some(folder) = &folder {
        let name = format!("trial-{}", story.pick.trial);
        let never = AtomicBool::new(false);
        // Not closed, which would take out the stories told before.
        let mut files = folder.open(&never)?;
        files.text(&format!("{name}.json"), &json)?;
        files.text(&format!("{name}.md"), &markdown)?;
        if arguments.results == Results::All {
            let chart = report::trial_chart(model, &story, &course, &provenance, language);
            files.text(&format!("{name}.svg"), &chart)?;
            if arguments.png {
                files.bytes(&format!("{name}.png"), &chart::png(&chart))?;
            }
        }
    }
    match arguments.format {
        Format::Text => {
            let style = Style { width: width(), colour: context.colour_out };
            print(&report::story_terminal(model, &story, &provenance, style, language))?;
        }
        Format::Markdown => print(&markdown)?,
        Format::Json => print(&json)?,
    }
    if let (Some(folder), false) = (&folder, context.quiet) {
        remark(&format!("results in {}\n", folder.path().display()));
    }
    Ok(())
}

fn asked(arguments: &Explain, metrics: &[Metric], model: &Model) -> Result<Asked, String> {
    let which = &arguments.which;
    if let Some(trial) = which.trial {
        if trial >= model.trials {
            return Err(format!(
                "there is no trial {trial} in a run of {}: the first is 0, the last {}; name a longer run with --trials",
                words::count(model.trials as f64),
                model.trials - 1
            ));
        }
        if arguments.given.is_some() {
            return Err("a trial with a number needs no condition: leave --given out".to_owned());
        }
        return Ok(Asked::Number(trial));
    }
    if let Some(text) = &which.at {
        let (metric, level) = text
            .split_once('=')
            .ok_or_else(|| format!("`{text}` names no quantile; write METRIC=pNN, such as cost.total=p99"))?;
        let query = Query::parse(&format!("{}.{}", metric.trim(), level.trim()), metrics, model)?;
        return match query.statistic {
            Statistic::Quantile(level) => Ok(Asked::Found(Wanted::At(query.metric, level))),
            _ => Err(format!("`{}` is no quantile, so no trial has it; write p1 to p99.9", level.trim())),
        };
    }
    if let Some(metric) = &which.worst {
        let query = Query::parse(&format!("{}.max", metric.trim()), metrics, model)?;
        return Ok(Asked::Found(Wanted::Worst(query.metric)));
    }
    Ok(Asked::Found(Wanted::Typical))
}

/// Makes the run again in which the trial is to be found.
fn find(
    wanted: Wanted,
    arguments: &Explain,
    context: &Context,
    input: &Input,
    plan: &Plan,
    metrics: Vec<Metric>,
    given: Option<&(String, Given)>,
) -> Result<Pick, Failure> {
    let model = &input.model;
    fits_in_memory(model.trials, plan.columns.len())?;
    let pool = arguments.sampled.pool()?;
    let (trials, line) = simulation::trials(model, plan, &pool, &interrupt(), context);
    line.clear();
    if (trials.count as u64) < trials.asked {
        return Err(Failure::Interrupted);
    }
    let condition = given.map(|(text, given)| (text.as_str(), given));
    let outcome = Outcome::brief(metrics, &trials, condition, &pool);
    story::choose(wanted, plan, &trials, &outcome, given.map(|g| &g.1)).map_err(Failure::Usage)
}

/// A story as JSON: its data, its sentences, and where it comes from.
fn page(model: &Model, story: &Story, provenance: &Provenance) -> Map<String, Value> {
    let mut page = object(json!(provenance));
    page.insert("currency".to_owned(), json!(model.currency));
    page.extend(told(model, story));
    page
}

fn told(model: &Model, story: &Story) -> Map<String, Value> {
    let mut page = object(json!(story));
    let told = report::sentences(model, story, Language::English);
    let sentences = json!({
        "reason": told.reason,
        "headline": told.headline,
        "happened": told.happened,
        "sectors": told.sectors,
        "materials": told.materials,
        "options": told.options,
        "draws": told.draws,
    });
    page.insert("sentences".to_owned(), sentences);
    page
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// The stories of a run: the typical trial, a bad one (P95 of the total cost) and the worst, told.
pub fn stories(
    model: &Model,
    plan: &Plan,
    trials: &Trials,
    outcome: &Outcome,
    given: Option<&Given>,
) -> Vec<(String, Story)> {
    let total = outcome.metrics.iter().position(|m| m.name == "cost.total");
    let wanted = [
        ("typical", Some(Wanted::Typical)),
        ("bad", total.map(|metric| Wanted::At(metric, 0.95))),
        ("worst", total.map(Wanted::Worst)),
    ];
    let tell = |(name, wanted): (&str, Option<Wanted>)| {
        // Where no trial meets the condition, there is none to tell.
        let pick = story::choose(wanted?, plan, trials, outcome, given).ok()?;
        Some((name.to_owned(), story::tell(model, plan, pick).0))
    };
    wanted.into_iter().filter_map(tell).collect()
}

/// `stories.json`.
pub fn stories_json(model: &Model, stories: &[(String, Story)], provenance: &Provenance) -> String {
    let told = |(name, story): &(String, Story)| (name.clone(), Value::Object(told(model, story)));
    let mut page = object(json!(provenance));
    // However the same scenario was put together; summary.json says how.
    page.remove("command");
    page.insert("currency".to_owned(), json!(model.currency));
    page.insert("stories".to_owned(), Value::Object(stories.iter().map(told).collect()));
    json_text(&page)
}

fn claim(arguments: &Explain, input: &Input, provenance: &Provenance) -> Result<Option<Folder>, Failure> {
    if arguments.results == Results::None {
        return Ok(None);
    }
    let folder = arguments.target.claim("explain", input, provenance)?;
    if arguments.target.force {
        folder.clear_stories();
    }
    Ok(Some(folder))
}
