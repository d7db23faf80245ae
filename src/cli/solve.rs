//! `shortfall solve`: where a figure meets a target.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use super::args::{Format, Solve};
use super::files::Disk;
use super::input::{self, Input};
use super::progress::Looking;
use super::simulation::{self, fits_in_memory, interrupt, quoted};
use super::{Context, Failure, json_text, print, remark};
use crate::outcome::{self, Comparison, Provenance, Requirement};
use crate::parallel::Pool;
use crate::plan::Plan;
use crate::report::{self, Answer, Style};
use crate::scenario::{Diagnostic, Sources, split_setting};
use crate::statistics::{Estimate, Sample};
use crate::study::{Asked, Look, Range, Solution, Unsolved, Variant, base_value, settings, solve as find};

/// What is asked.
struct Question {
    path: String,
    range: Range,
    target: Target,
    asked: Asked,
}

/// What is to be met.
struct Target {
    /// As written.
    text: String,
    /// None where it is to be met exactly.
    comparison: Option<Comparison>,
    value: f64,
}

/// Why a place could not be looked at.
enum Stopped {
    Interrupted,
    Wrong(Sources, Vec<Diagnostic>),
}

/// Runs the command.
pub fn solve(arguments: &Solve, context: &Context) -> Result<(), Failure> {
    let input = input::read(&arguments.file, &arguments.sampled.settings(), context)?;
    let question = question(arguments, &input)?;
    let columns = Plan::new(&input.model, input.model.seed).columns.len();
    fits_in_memory(input.model.trials, columns)?;
    let provenance = provenance(arguments, &input);
    let pool = arguments.sampled.pool()?;
    let stop = interrupt();
    let line = Looking::new(context);
    let found = find(&question.range, (question.target.comparison, question.target.value), |at| {
        line.at(&question.range.say(at));
        look(&question, at, &input, &pool, &stop)
    });
    line.clear();
    match found {
        Ok(solution) => say(arguments, context, &input, &question, &solution, &provenance),
        Err(why) => Err(unsolved(why, arguments, &question, context)),
    }
}

fn question(arguments: &Solve, input: &Input) -> Result<Question, Failure> {
    let mut wrong = Vec::new();
    let model = &input.model;
    let vary = match split_setting(&arguments.vary) {
        None => Err(format!("`{}` is no range; write PATH=LO..HI", arguments.vary)),
        Some((path, range)) => Range::parse(range)
            .and_then(|range| match range.count {
                None => Ok(range),
                Some(_) => Err("a search takes LO..HI without a number of values".to_owned()),
            })
            .map(|range| (path.split('&').map(str::trim).collect::<Vec<_>>().join(" & "), range))
            .map_err(|why| format!("`{}`: {why}", arguments.vary)),
    };
    let metrics = outcome::metrics(model, &Plan::new(model, model.seed).columns);
    // That a figure is to be met exactly is written with one sign.
    let exact = !arguments.target.contains(['<', '>']);
    let text = if exact { arguments.target.replacen('=', "<=", 1) } else { arguments.target.clone() };
    let target = Requirement::parse(&text, &metrics, model)
        .map_err(|why| format!("{why}; a target is 'METRIC.STATISTIC <= VALUE', or with >= or ="));
    let vary = vary.map_err(|why| wrong.push(why));
    let target = target.map_err(|why| wrong.push(why));
    let (Ok((path, range)), Ok(requirement)) = (vary, target) else {
        return Err(Failure::Usage(wrong.join("\nerror: ")));
    };
    let name = text.split(['<', '>']).next().unwrap_or_default().trim();
    let asked = Asked::of(name, &requirement.query, &metrics);
    let comparison = (!exact).then_some(requirement.comparison);
    let target = Target { text: arguments.target.clone(), comparison, value: requirement.value };
    Ok(Question { path, range, target, asked })
}

/// The figure where the entry has the value `at`.
fn look(
    question: &Question,
    at: f64,
    input: &Input,
    pool: &Pool,
    stop: &AtomicBool,
) -> Result<Option<Estimate>, Stopped> {
    let settings = settings(&question.path, &question.range.say(at));
    let variant = Variant::new(&input.document, &[], ("--vary", &settings), &Disk)
        .map_err(|(sources, mistakes)| Stopped::Wrong(sources, mistakes))?;
    let metrics = outcome::metrics(&variant.model, &variant.plan.columns);
    let Some(metric) = metrics.iter().find(|m| m.name == question.asked.metric) else { return Ok(None) };
    let columns: Vec<usize> = [metric.column].into_iter().chain(metric.censored).collect();
    let trials = variant.columns(0..input.model.trials, &columns, pool, stop);
    let columns = trials.filter(|_| !stop.load(Ordering::Relaxed)).ok_or(Stopped::Interrupted)?;
    Ok(question.asked.estimate(&Sample::new(&columns[0]), columns.get(1).map(|c| Sample::new(c)).as_ref()))
}

fn provenance(arguments: &Solve, input: &Input) -> Provenance {
    let model = &input.model;
    let mut command = arguments.sampled.command("solve", input);
    command.extend([
        "--vary".to_owned(),
        quoted(&arguments.vary),
        "--target".to_owned(),
        quoted(&arguments.target),
    ]);
    command.push(format!("--trials {} --seed {}", model.trials, model.seed));
    let settings = ["solve".to_owned(), arguments.vary.clone(), arguments.target.clone()];
    let resolved = input.document.to_toml();
    Provenance::new(&model.name, &resolved, model.seed, model.trials, &settings, command.join(" "))
}

fn say(
    arguments: &Solve,
    context: &Context,
    input: &Input,
    question: &Question,
    solution: &Solution,
    provenance: &Provenance,
) -> Result<(), Failure> {
    let model = &input.model;
    let base = |at: Option<f64>| {
        at.map_or(f64::NAN, |at| {
            base_value(&question.range.say(at), &model.currency, &model.rates, model.start)
        })
    };
    let places = [Some(solution.at), solution.low, solution.high];
    if arguments.print {
        let number = |x: f64| if x.is_nan() { "nan\n".to_owned() } else { format!("{}\n", x + 0.0) };
        return print(&places.iter().map(|at| number(base(*at))).collect::<String>());
    }
    let answer = Answer {
        path: &question.path,
        range: &question.range,
        target: &question.target.text,
        comparison: question.target.comparison,
        asked: &question.asked,
        solution,
        provenance,
    };
    match arguments.format {
        Format::Text => {
            let style = Style { width: simulation::width(), colour: context.colour_out };
            print(&report::solution(&answer, style))
        }
        Format::Markdown => print(&report::solution_markdown(&answer)),
        Format::Json => {
            let told =
                |at: Option<f64>| json!({ "text": at.map(|at| question.range.say(at)), "value": base(at) });
            let looks: Vec<_> = solution
                .looks
                .iter()
                .map(|look| json!({ "text": question.range.say(look.at), "value": base(Some(look.at)), "figure": look.figure }))
                .collect();
            let mut value = serde_json::to_value(provenance).unwrap_or_default();
            value["path"] = json!(question.path);
            value["target"] = json!(question.target.text);
            value["answer"] = told(places[0]);
            value["low"] = told(places[1]);
            value["high"] = told(places[2]);
            value["figure"] = json!(solution.figure);
            value["rises"] = json!(solution.rises);
            value["jumps"] = json!(solution.jumps);
            value["looks"] = json!(looks);
            print(&json_text(&value))
        }
    }
}

/// Why there is no answer; the target is then a requirement that is missed.
fn unsolved(why: Unsolved<Stopped>, arguments: &Solve, question: &Question, context: &Context) -> Failure {
    let at = |look: &Look| report::looked(&question.range, &question.asked, look);
    match why {
        Unsolved::Outside(first, last) => {
            let meets = |look: &Look| match question.target.comparison {
                Some(comparison) => comparison.holds(look.figure.value, question.target.value),
                None => look.figure.value == question.target.value,
            };
            let (everywhere, depends) = (meets(&first), first.figure.value != last.figure.value);
            let help = match depends {
                true => "widen the range, or ask for another target",
                false => "this entry does not change it",
            };
            Failure::Requirement(vec![format!(
                "`{}` is met {} of `{}` from {} to {}: {} is {}, and {}; {help}",
                question.target.text,
                if everywhere { "by every value" } else { "by no value" },
                question.path,
                question.range.say(first.at),
                question.range.say(last.at),
                question.asked.text,
                at(&first),
                at(&last),
            )])
        }
        Unsolved::NotMonotone(looks) => {
            let told: Vec<String> = looks.iter().map(at).collect();
            Failure::Requirement(vec![format!(
                "{} both rises and falls with `{}`: it is {}; name a range in which it does one of both, or look at all of it with `shortfall sweep`",
                question.asked.text,
                question.path,
                told.join(", ")
            )])
        }
        Unsolved::Undefined(at) => Failure::Requirement(vec![format!(
            "{} is undefined where `{}` is {}",
            question.asked.text,
            question.path,
            question.range.say(at)
        )]),
        Unsolved::Failed(Stopped::Interrupted) => {
            Failure::Paused("interrupted before there was an answer".to_owned())
        }
        Unsolved::Failed(Stopped::Wrong(sources, mistakes)) => {
            input::show(&arguments.file, &sources, &mistakes, context);
            if !context.quiet {
                remark("the scenario is wrong there; name a range in which it is right\n");
            }
            Failure::Scenario
        }
    }
}
