//! `shortfall run`: the flow from a file to its results.

mod asked;
pub mod shards;

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

pub use asked::{Questions, only_with_charts, questions};

use super::args::{Format, Results, Run};
use super::exact;
use super::explain;
use super::files::{Folder, Writing};
use super::input::{self, Input};
use super::manifest::signed;
use super::progress::Line;
use super::simulation::{fits_in_memory, interrupt};
use super::{Context, Failure, json_text, print, remark};
use crate::outcome::{
    self, Caution, Choice, Counted, Goal, Look, MOST_HELD, Metric, Outcome, Provenance, Query, Requirement,
    Rows, Stopping, Table, Trials,
};
use crate::parallel::Pool;
use crate::plan::Plan;
use crate::quantity::words::{self, Unit};
use crate::report::{self, Pictured};
use crate::scenario::Diagnostic;

/// Runs the command.
pub fn run(arguments: &Run, context: &Context) -> Result<(), Failure> {
    if arguments.exact {
        return exact::exact(arguments, context);
    }
    if let Some(parts) = signed(&arguments.file, &arguments.divided)? {
        return shards::of_folder(arguments, &parts, context);
    }
    let sampled = arguments.chosen.sized(&arguments.sampled);
    let input = input::read(&arguments.file, &sampled.settings(), context)?;
    let mut ready = Ready::new(arguments, input)?;
    if arguments.divided.asked() {
        return shards::part(ready, context);
    }
    if !ready.counts() {
        fits_in_memory(ready.most(), ready.plan.columns.len())?;
    }
    let folder = match ready.results {
        Results::None => None,
        _ => Some(arguments.target.claim("run", &ready.input, &ready.provenance)?),
    };
    let pool = arguments.sampled.pool()?;
    ready.sample(&pool);
    let stop = interrupt();
    let line = ready.line(0..ready.most(), context);
    let found = ready.simulate(&line, (&pool, &stop));
    ready.finish(found, folder, line, (&pool, &stop), context)
}

/// A run that makes sense, before its first trial.
pub struct Ready<'r> {
    arguments: &'r Run,
    pub input: Input,
    pub plan: Plan,
    metrics: Vec<Metric>,
    questions: Questions,
    choice: Choice,
    /// What is written.
    pub results: Results,
    pub provenance: Provenance,
    /// What there is to beware of in the scenario, whatever the run.
    pub cautions: Vec<Caution>,
}

impl<'r> Ready<'r> {
    /// What is asked of `input`, read before anything starts so that a mistake costs nothing.
    pub fn new(arguments: &'r Run, input: Input) -> Result<Ready<'r>, Failure> {
        let plan = Plan::new(&input.model, input.model.seed);
        let metrics = outcome::metrics(&input.model, &plan.columns);
        let questions = questions(arguments, &metrics, &input)?;
        let choice = arguments.chosen.choice(&plan, input.model.trials);
        let counts = arguments.sketch || arguments.enough.most(input.model.trials) > MOST_HELD;
        if counts {
            asked::countable(arguments, &questions, choice)?;
        }
        let results = arguments.results.unwrap_or(if counts { Results::Summary } else { Results::All });
        if arguments.csv && results != Results::All {
            return Err(Failure::Usage(
                "--csv writes the tables of --results all; leave out --results".to_owned(),
            ));
        }
        only_with_charts(arguments.png, results)?;
        let provenance = asked::provenance(arguments, &input, &questions, choice);
        let cautions = on_scenario(&input, Some("hits-nothing"));
        Ok(Ready { arguments, input, plan, metrics, questions, choice, results, provenance, cautions })
    }

    /// The most trials that it can come to have.
    pub fn most(&self) -> u64 {
        self.arguments.enough.most(self.input.model.trials)
    }

    /// What its figures are looked at for, where it goes on until they are known well enough: the metrics and the goals.
    pub fn goals(&self) -> Option<(&[Metric], Vec<Goal>)> {
        let goals = &self.questions.goals;
        (!goals.is_empty()).then(|| (self.metrics.as_slice(), goals.clone()))
    }

    /// Whether its trials are counted in bins, and not held.
    pub fn counts(&self) -> bool {
        self.arguments.sketch || self.most() > MOST_HELD
    }

    /// Chooses the trials as asked for.
    pub fn sample(&mut self, pool: &Pool) {
        let model = &self.input.model;
        self.choice.apply(&mut self.plan, model.seed, model.trials, pool);
    }

    /// The line that tells how far it is.
    pub fn line(&self, trials: Range<u64>, context: &Context) -> Line {
        Line::new(trials, Unit::Money(self.input.model.currency.clone()), context)
    }

    /// The trials of the run: as many as the scenario says, or until there are enough.
    fn simulate(&self, line: &Line, (pool, stop): (&Pool, &AtomicBool)) -> Found {
        let Ready { plan, metrics, questions, .. } = self;
        let (trials, goals) = (self.input.model.trials, questions.goals.clone());
        if self.counts() {
            return Found::Counted(self.count(0..trials, line, (pool, stop)));
        }
        if goals.is_empty() {
            return Found::Held(outcome::run(plan, trials, pool, stop, |progress| line.set(progress)), None);
        }
        let batches = (trials, self.most());
        let (trials, stopping) =
            outcome::until(plan, (metrics, goals), batches, (pool, stop), |progress| line.set(progress));
        Found::Held(trials, Some(stopping))
    }

    /// Counts some of its trials in bins.
    pub fn count(&self, range: Range<u64>, line: &Line, end: (&Pool, &AtomicBool)) -> Counted {
        let given = self.questions.given.as_ref().map(|(_, given)| given);
        outcome::count(&self.plan, range, (&self.metrics, given), end, |progress| line.set(progress))
    }

    /// From the trials to results: sorts, judges, writes and says.
    pub fn finish(
        self,
        found: Found,
        folder: Option<Folder>,
        line: Line,
        (pool, stop): (&Pool, &AtomicBool),
        context: &Context,
    ) -> Result<(), Failure> {
        let Ready { arguments, input, plan, metrics, questions, results, provenance, mut cautions, .. } =
            self;
        line.note("sorting");
        let given = questions.given.as_ref().map(|(text, given)| (text.as_str(), given));
        let asked = input.model.trials;
        let brief = results == Results::None && arguments.format != Format::Json;
        let outcome = match &found {
            Found::Held(trials, _) if brief => Outcome::brief(metrics, trials, given, pool),
            Found::Held(trials, _) => Outcome::new(metrics, trials, given, pool),
            Found::Counted(counted) => counted.outcome(metrics, asked, given.map(|(text, _)| text), pool),
        };
        let seen = match &found {
            Found::Held(trials, _) => trials.seen(),
            Found::Counted(counted) => counted.seen(),
        };
        cautions.extend(outcome::cautions(&input.model, &plan, &seen, &outcome));
        let (trials, stopping) = match found {
            Found::Held(trials, stopping) => (Some(trials).filter(|_| results == Results::All), stopping),
            Found::Counted(_) => (None, None),
        };
        let done = Done { input, plan, questions, outcome, provenance, cautions, stopping, results };
        if done.outcome.partial() {
            // That Ctrl-C is dealt with; another one ends the writing.
            stop.store(false, Ordering::SeqCst);
        }
        let written = folder.as_ref().map(|folder| {
            line.note("writing");
            done.write(folder, arguments, trials, pool, stop)
        });
        line.clear();
        // What a run of hours has found is told also where it cannot be kept.
        done.say(arguments, (context, pool), folder.as_ref().filter(|_| matches!(written, Some(Ok(_)))))?;
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
}

/// What the trials of a run have come to.
pub enum Found {
    /// All of them, and why there are so many where that was not settled beforehand.
    Held(Trials, Option<Stopping>),
    /// What was counted in them.
    Counted(Counted),
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
    /// What is written.
    results: Results,
}

impl Done {
    /// Writes the files of the run and gives the names of those that Ctrl-C kept out. Without `trials`, which were counted and
    /// not held, there is no report.
    fn write(
        &self,
        folder: &Folder,
        arguments: &Run,
        trials: Option<Trials>,
        pool: &Pool,
        stop: &AtomicBool,
    ) -> Result<Vec<String>, Failure> {
        let Done { input, plan, outcome, provenance, .. } = self;
        let model = &input.model;
        let mut files = folder.open(stop)?;
        files.text("scenario.toml", &input.document.to_toml())?;
        if self.results == Results::All {
            let (count, asked) = (outcome.trials.0, outcome.asked);
            let rows = trials.as_ref().map_or(Rows::Walked { count, asked }, Rows::Held);
            let table = outcome::trials_table(model, plan, &outcome.metrics, rows, provenance, pool);
            self.table(&mut files, "trials", &table, arguments.csv, pool)?;
        }
        // Who interrupts a run wants to leave: what takes a replay is for whole runs.
        if self.results == Results::All && !outcome.partial() && !files.leaves("stories, timeline and report")
        {
            let given = self.questions.given.as_ref().map(|(_, given)| given);
            let told = match trials {
                None => None,
                Some(trials) => {
                    let stories = explain::stories(model, plan, &trials, outcome, given);
                    files.text("stories.json", &explain::stories_json(model, &stories, provenance))?;
                    let drivers = outcome::drivers(model, plan, &trials, outcome, given, pool);
                    Some((stories, drivers, outcome::settling(&trials, outcome, given, pool)))
                }
            };
            let timeline = outcome::timeline(model, plan, outcome.trials.0 as u64, pool);
            let table = outcome::timeline_table(model, plan, &timeline, provenance);
            self.table(&mut files, "timeline", &table, arguments.csv, pool)?;
            if let Some((stories, drivers, settling)) = told {
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
        }
        // Last: where there is one, the run has ended, and not by a failure.
        let mut summary = outcome::summary(outcome, provenance, &self.cautions, pool);
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

    fn say(
        &self,
        arguments: &Run,
        (context, pool): (&Context, &Pool),
        folder: Option<&Folder>,
    ) -> Result<(), Failure> {
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
        let (format, cautions) = (arguments.format, &self.cautions);
        super::report::say(format, model, outcome, provenance, cautions, language, (context, pool))?;
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
