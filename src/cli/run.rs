//! `shortfall run`: the flow from a file to its results.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use super::args::{Results, Run};
use super::exact;
use super::explain;
use super::files::{Folder, Writing};
use super::input::{self, Input};
use super::progress::Line;
use super::simulation::{self, fits_in_memory, interrupt, quoted};
use super::{Context, Failure, json_text, print, remark};
use crate::model::Model;
use crate::outcome::{
    self, Caution, Given, Goal, Look, Metric, Outcome, Provenance, Query, Requirement, Stopping, Table,
    Trials,
};
use crate::parallel::Pool;
use crate::plan::Plan;
use crate::quantity::words::{self, Unit};
use crate::report::{self, Pictured};
use crate::scenario::Diagnostic;

/// What is asked of the run, read before it starts so that a mistake costs nothing.
pub(super) struct Questions {
    pub print: Vec<Query>,
    pub require: Vec<Requirement>,
    pub given: Option<(String, Given)>,
    goals: Vec<Goal>,
}

/// Runs the command.
pub fn run(arguments: &Run, context: &Context) -> Result<(), Failure> {
    if arguments.exact {
        return exact::exact(arguments, context);
    }
    let sampled = arguments.chosen.sized(&arguments.sampled);
    let input = input::read(&arguments.file, &sampled.settings(), context)?;
    let mut plan = Plan::new(&input.model, input.model.seed);
    let metrics = outcome::metrics(&input.model, &plan.columns);
    let questions = questions(arguments, &metrics, &input)?;
    if arguments.csv && arguments.results != Results::All {
        return Err(Failure::Usage(
            "--csv writes the tables of --results all; leave out --results".to_owned(),
        ));
    }
    only_with_charts(arguments.png, arguments.results)?;
    let most = arguments.enough.most(input.model.trials);
    fits_in_memory(most, plan.columns.len())?;
    let provenance = provenance(arguments, &input, &questions);
    let folder = match arguments.results {
        Results::None => None,
        _ => Some(arguments.target.claim("run", &input, &provenance)?),
    };
    let pool = arguments.sampled.pool()?;
    arguments.chosen.scheme().apply(&mut plan, input.model.seed, input.model.trials, &pool);
    let stop = interrupt();
    let goals = (metrics.as_slice(), questions.goals.clone(), most);
    let (trials, stopping, line) = simulate(&input.model, &plan, goals, (&pool, &stop), context);
    line.note("sorting");
    let given = questions.given.as_ref().map(|(text, given)| (text.as_str(), given));
    let outcome = Outcome::new(metrics, &trials, given, &pool);
    let mut cautions = on_scenario(&input, Some("hits-nothing"));
    cautions.extend(outcome::cautions(&input.model, &plan, &trials, &outcome));
    let done = Done { input, plan, questions, outcome, provenance, cautions, stopping };
    if done.outcome.partial() {
        // That Ctrl-C is dealt with; another one ends the writing.
        stop.store(false, Ordering::SeqCst);
    }
    let written = folder.as_ref().map(|folder| {
        line.note("writing");
        done.write(folder, arguments, trials, &pool, &stop)
    });
    line.clear();
    // What a run of hours has found is told also where it cannot be kept.
    done.say(arguments, context, folder.as_ref().filter(|_| matches!(written, Some(Ok(_)))))?;
    let left = written.transpose()?.unwrap_or_default();
    let outcome = &done.outcome;
    let mut missed = missed(&done.questions.require, &outcome.metrics, |query| value(query, outcome));
    missed.extend(done.stopping.iter().flat_map(|stopping| unreached(stopping, &done.outcome)));
    match () {
        () if !left.is_empty() => Err(Failure::Unwritten(left)),
        () if done.outcome.partial() => Err(Failure::Interrupted),
        () if missed.is_empty() => Ok(()),
        () => Err(Failure::Requirement(missed)),
    }
}

/// Refuses --png where no chart is drawn.
pub fn only_with_charts(png: bool, results: Results) -> Result<(), Failure> {
    if png && results != Results::All {
        return Err(Failure::Usage(
            "--png draws the charts of --results all; leave out --results".to_owned(),
        ));
    }
    Ok(())
}

/// Reads them.
pub(super) fn questions(arguments: &Run, metrics: &[Metric], input: &Input) -> Result<Questions, Failure> {
    let model = &input.model;
    let mut wrong = Vec::new();
    let mut keep = |result: Result<Query, String>| match result {
        Ok(query) => Some(query),
        Err(why) => {
            wrong.push(why);
            None
        }
    };
    let print = arguments.print.iter().filter_map(|t| keep(Query::parse(t, metrics, model))).collect();
    let mut require = Vec::new();
    for text in &arguments.require {
        match Requirement::parse(text, metrics, model) {
            Ok(requirement) => require.push(requirement),
            Err(why) => wrong.push(why),
        }
    }
    let given = match &arguments.given {
        None => None,
        Some(text) => match Given::parse(text, metrics, model) {
            Ok(given) => Some((text.clone(), given)),
            Err(why) => {
                wrong.push(why);
                None
            }
        },
    };
    let mut goals = Vec::new();
    for text in &arguments.enough.until {
        match Goal::parse(text, metrics, model) {
            Ok(goal) => goals.push(goal),
            Err(why) => wrong.push(why),
        }
    }
    if wrong.is_empty() {
        Ok(Questions { print, require, given, goals })
    } else {
        Err(Failure::Usage(wrong.join("\nerror: ")))
    }
}

fn provenance(arguments: &Run, input: &Input, questions: &Questions) -> Provenance {
    let model = &input.model;
    let given = questions.given.as_ref().map(|(text, _)| text.as_str());
    let mut command = arguments.sampled.command("run", input);
    command.push(format!("{} --seed {}", arguments.chosen.words(model.trials), model.seed));
    let until = arguments.enough.words(model.trials);
    command.extend(until.iter().cloned());
    if let Some(given) = given {
        command.extend(["--given".to_owned(), quoted(given)]);
    }
    simulation::provenance(input, given, &until, &command).sampled(arguments.chosen.scheme())
}

/// A run that has been done: what was asked, and what came out.
struct Done {
    input: Input,
    plan: Plan,
    questions: Questions,
    outcome: Outcome,
    provenance: Provenance,
    cautions: Vec<Caution>,
    /// Where the run was to go on until it had enough trials.
    stopping: Option<Stopping>,
}

impl Done {
    /// Writes the files of the run and gives the names of those that Ctrl-C kept out.
    fn write(
        &self,
        folder: &Folder,
        arguments: &Run,
        trials: Trials,
        pool: &Pool,
        stop: &AtomicBool,
    ) -> Result<Vec<String>, Failure> {
        let Done { input, plan, outcome, provenance, .. } = self;
        let model = &input.model;
        let mut files = folder.open(stop)?;
        files.text("scenario.toml", &input.document.to_toml())?;
        if arguments.results == Results::All {
            let table = outcome::trials_table(model, plan, &outcome.metrics, &trials, provenance, pool);
            self.table(&mut files, "trials", &table, arguments.csv, pool)?;
        }
        // Who interrupts a run wants to leave: what takes a replay is for whole runs.
        if arguments.results == Results::All
            && !outcome.partial()
            && !files.leaves("stories, timeline and report")
        {
            let given = self.questions.given.as_ref().map(|(_, given)| given);
            let stories = explain::stories(model, plan, &trials, outcome, given);
            files.text("stories.json", &explain::stories_json(model, &stories, provenance))?;
            let drivers = outcome::drivers(model, plan, &trials, outcome, given, pool);
            let settling = outcome::settling(&trials, outcome, given, pool);
            drop(trials);
            let timeline = outcome::timeline(model, plan, outcome.trials.0 as u64, pool);
            let table = outcome::timeline_table(model, plan, &timeline, provenance);
            self.table(&mut files, "timeline", &table, arguments.csv, pool)?;
            let language = arguments.lang.language();
            let pictured = Pictured {
                model,
                outcome,
                timeline: &timeline,
                convergence: &settling,
                provenance,
                language,
            };
            let charts = report::readable_charts(&pictured);
            let page = report::Report {
                model,
                outcome,
                timeline: &timeline,
                drivers: &drivers,
                stories: &stories,
                studies: &[],
                charts: &charts,
                provenance,
                cautions: &self.cautions,
                language,
            };
            super::report::write(&mut files, &page, arguments.png, pool)?;
        }
        // Last: where there is one, the run has ended, and not by a failure.
        let mut summary = outcome::summary(outcome, provenance, &self.cautions);
        if let Some(stopping) = &self.stopping {
            let settings = arguments.enough.words(model.trials);
            summary["until"] = json!({ "settings": settings, "goals": stopping.json() });
        }
        files.text("summary.json", &json_text(&summary))?;
        Ok(files.close())
    }

    /// Writes a table as Parquet, and as CSV too where asked.
    fn table(
        &self,
        files: &mut Writing,
        name: &str,
        table: &Table,
        csv: bool,
        pool: &Pool,
    ) -> Result<(), Failure> {
        files.pieces(&format!("{name}.parquet"), table.parquet())?;
        if csv {
            files.pieces(&format!("{name}.csv"), table.csv(pool))?;
        }
        Ok(())
    }

    fn say(&self, arguments: &Run, context: &Context, folder: Option<&Folder>) -> Result<(), Failure> {
        let asked = &self.questions.print;
        if !asked.is_empty() {
            let line = |q: &Query| format!("{}\n", number(value(q, &self.outcome)));
            print(&asked.iter().map(line).collect::<String>())?;
            if !context.quiet {
                outcome::told(&self.cautions, arguments.lang.language())
                    .iter()
                    .for_each(|c| remark(&format!("caution: {c}\n")));
            }
            return Ok(());
        }
        let (model, outcome, provenance) = (&self.input.model, &self.outcome, &self.provenance);
        let language = arguments.lang.language();
        super::report::say(arguments.format, model, outcome, provenance, &self.cautions, language, context)?;
        if let (Some(stopping), false) = (&self.stopping, context.quiet) {
            remark(&looked(stopping, outcome));
        }
        if let (Some(folder), false) = (folder, context.quiet) {
            remark(&format!("results in {}\n", folder.path().display()));
        }
        Ok(())
    }
}

/// Why the run stopped, and how the figures moved at the last looks.
fn looked(stopping: &Stopping, outcome: &Outcome) -> String {
    let mut out = String::new();
    for (g, goal) in stopping.goals.iter().enumerate() {
        let unit = goal.query.unit(&outcome.metrics[goal.query.metric].unit);
        let last: Vec<Look> = stopping.looks.iter().rev().take(3).map(|looks| looks[g]).collect();
        let figure =
            |look: &Look| look.figure.map_or("undefined".to_owned(), |e| words::figure(e.value, unit));
        let path: Vec<String> = last
            .iter()
            .rev()
            .map(|look| format!("{} after {}", figure(look), words::count(look.trials as f64)))
            .collect();
        let verdict = if last.first().is_some_and(|look| look.met) { "reached" } else { "not reached" };
        out.push_str(&format!("{verdict}: {}; {}\n", goal.text, path.join(", ")));
    }
    out
}

/// What there is to beware of before anything is run, but for one that the run itself tells, with figures.
pub(super) fn on_scenario(input: &Input, but: Option<&str>) -> Vec<Caution> {
    let own = input.cautions.iter().filter(|d| but.is_none() || d.code != but);
    let caution = |d: &Diagnostic| Caution::Scenario {
        code: d.code.unwrap_or_default().to_owned(),
        path: d.path.as_deref().unwrap_or_default().to_owned(),
        at: input.document.sources.at_line(d),
        message: d.message.clone(),
        help: d.help.clone().unwrap_or_default(),
    };
    own.map(caution).collect()
}

/// The trials of the run: as many as the scenario says, or until there are enough.
fn simulate(
    model: &Model,
    plan: &Plan,
    (metrics, goals, most): (&[Metric], Vec<Goal>, u64),
    (pool, stop): (&Pool, &AtomicBool),
    context: &Context,
) -> (Trials, Option<Stopping>, Line) {
    if goals.is_empty() {
        let (trials, line) = simulation::trials(model, plan, pool, stop, context);
        return (trials, None, line);
    }
    let line = Line::new(most, Unit::Money(model.currency.clone()), context);
    let batches = (model.trials, most);
    let (trials, stopping) =
        outcome::until(plan, (metrics, goals), batches, (pool, stop), |progress| line.set(progress));
    (trials, Some(stopping), line)
}

/// What is still not known well enough.
fn unreached(stopping: &Stopping, outcome: &Outcome) -> Vec<String> {
    let goals = stopping.goals.iter().enumerate();
    let open = goals.filter_map(|(g, goal)| Some((goal, stopping.last(g).filter(|look| !look.met)?)));
    open.map(|(goal, look)| {
        let unit = goal.query.unit(&outcome.metrics[goal.query.metric].unit);
        let known = match look.figure {
            Some(e) if e.reliable => {
                format!("it lies between {} and {}", words::figure(e.low, unit), words::figure(e.high, unit))
            }
            Some(_) => "these are too few to tell".to_owned(),
            None => "it is undefined".to_owned(),
        };
        let trials = words::count(look.trials as f64);
        format!("`{}` is not reached after {trials} trials: {known}; allow more with --max-trials", goal.text)
    })
    .collect()
}

fn value(query: &Query, outcome: &Outcome) -> f64 {
    query.value(&outcome.samples[query.metric], outcome.censored[query.metric].as_ref())
}

/// The shortest decimal that reads back exactly; `nan` where undefined.
pub(super) fn number(value: f64) -> String {
    if value.is_nan() { "nan".to_owned() } else { format!("{}", value + 0.0) }
}

/// What is required and is not so; `value` gives a figure.
pub(super) fn missed(
    requirements: &[Requirement],
    metrics: &[Metric],
    value: impl Fn(&Query) -> f64,
) -> Vec<String> {
    let miss = |r: &Requirement| {
        let found = value(&r.query);
        if r.comparison.holds(found, r.value) {
            return None;
        }
        let metric = &metrics[r.query.metric];
        let told = if found.is_nan() {
            "undefined".to_owned()
        } else {
            words::figure(found, r.query.unit(&metric.unit))
        };
        Some(format!("required {}, but it is {told}", r.text))
    };
    requirements.iter().filter_map(miss).collect()
}
