//! `shortfall sensitivity`: which assumption matters.

mod asked;
pub mod shards;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use asked::{Held, given, groups, misplaced, provenance, range, target};

use super::args::{Format, Method, Results, Sensitivity};
use super::files::{Disk, Folder, plainly};
use super::input::{self, Input};
use super::manifest::signed;
use super::progress::StudyLine;
use super::simulation::{self, interrupt, width};
use super::{Context, Failure, json_text, print, remark};
use crate::outcome::{self, Choice, Given, Metric, Provenance, Trials};
use crate::parallel::Pool;
use crate::plan::Plan;
use crate::quantity::words::Language;
use crate::random::Factor;
use crate::report::{self, Style};
use crate::scenario::Files;
use crate::study::Response;
use crate::study::sensitivity::{
    self as study, Found, Group, Source, Target, Turned, Walk, discover, inputs, morris, rank, sobol,
    tornado, turned, turns,
};

/// What is asked, read before anything is run.
pub struct Study {
    input: Input,
    plan: Plan,
    pub target: Target,
    sources: Vec<Source>,
    groups: Vec<Group>,
    ranges: Vec<Held>,
    /// The condition on the trials, or what makes a trial a case.
    given: Option<(String, Given)>,
    provenance: Provenance,
    /// The folder of the run that is looked at, if it is one.
    run: Option<PathBuf>,
}

/// Runs the command.
pub fn sensitivity(arguments: &Sensitivity, context: &Context) -> Result<(), Failure> {
    if let Some(parts) = signed(&arguments.file, &arguments.divided)? {
        return shards::of_folder(arguments, &parts, context);
    }
    let study = Study::new(arguments, context)?;
    if arguments.divided.asked() {
        return shards::part(&study, arguments, context);
    }
    let folder = match arguments.results {
        Results::None => None,
        _ => Some(study.claim(arguments)?),
    };
    let pool = arguments.sampled.pool()?;
    study.finish(arguments, Walk::All, folder, (&pool, &interrupt()), context)
}

impl Study {
    /// Reads the scenario, and what is asked of it.
    pub fn new(arguments: &Sensitivity, context: &Context) -> Result<Study, Failure> {
        let (file, run) = place(arguments)?;
        let input = input::read(&file, &arguments.sampled.settings(), context)?;
        Study::of(arguments, input, run, context)
    }

    /// What is asked of `input`, or of the run in a folder.
    pub fn of(
        arguments: &Sensitivity,
        input: Input,
        run: Option<PathBuf>,
        context: &Context,
    ) -> Result<Study, Failure> {
        let mut plan = Plan::new(&input.model, input.model.seed);
        if let Some(folder) = &run {
            let pool = arguments.sampled.pool()?;
            let choice = choice(folder)?;
            if choice.rare {
                return Err(Failure::Usage(format!(
                    "the trials of `{}` do not count alike (--rare auto), and ranks want trials that do; name the \
                     scenario's file",
                    folder.display()
                )));
            }
            choice.apply(&mut plan, input.model.seed, input.model.trials, &pool);
        }
        let metrics = outcome::metrics(&input.model, &plan.columns);
        let mut wrong = misplaced(arguments);
        let target = target(arguments, &input, &metrics, &mut wrong);
        let sources = study::sources(&input.model, &plan);
        let groups = groups(arguments, &sources, &plan).unwrap_or_else(|why| {
            wrong.extend(why);
            Vec::new()
        });
        let given = given(arguments, &input, &metrics, target.as_ref(), &mut wrong);
        let mut ranges = Vec::new();
        for text in &arguments.range {
            match range(text, &input, context)? {
                Ok(range) => ranges.push(range),
                Err(why) => wrong.push(why),
            }
        }
        let target = match target {
            Some(target) if wrong.is_empty() => target,
            _ => return Err(Failure::Usage(wrong.join("\nerror: "))),
        };
        let provenance = provenance(arguments, &input, given.as_ref());
        Ok(Study { input, plan, target, sources, groups, ranges, given, provenance, run })
    }

    /// The folder for the results: beside the run that is looked at, or where those of the scenario are.
    fn claim(&self, arguments: &Sensitivity) -> Result<Folder, Failure> {
        let beside =
            self.run.as_ref().and_then(|run| fs::canonicalize(run).ok()?.parent().map(Path::to_owned));
        match (beside, &arguments.target.out) {
            (Some(parent), None) => {
                let wanted = parent.join(format!("sensitivity-{}", self.input.model.seed));
                Folder::claim(&wanted, &self.provenance.fingerprint, arguments.target.force)
            }
            _ => arguments.target.claim("sensitivity", &self.input, &self.provenance),
        }
    }

    /// From the walk to results: concludes, writes and says.
    fn finish(
        &self,
        arguments: &Sensitivity,
        mut walk: Walk,
        folder: Option<Folder>,
        (pool, stop): (&Pool, &AtomicBool),
        context: &Context,
    ) -> Result<(), Failure> {
        let Some(found) = self.run(arguments.method, &mut walk, pool, stop, context)? else {
            return Err(Failure::Paused("interrupted; nothing is known before all is run".to_owned()));
        };
        let written = folder.as_ref().map(|folder| self.write(&found, folder, arguments.results, stop));
        self.say(&found, arguments, context, folder.as_ref().filter(|_| matches!(written, Some(Ok(_)))))?;
        match written.transpose()?.unwrap_or_default() {
            left if left.is_empty() => Ok(()),
            left => Err(Failure::Unwritten(left)),
        }
    }

    /// How many columns of trials the method looks at.
    pub fn points(&self, method: Method) -> usize {
        let split = study::split(&self.sources).map_or(0, |split| split.len());
        match method {
            Method::Tornado => 2 * self.turned().len() + 1,
            Method::Morris => self.groups.len() + 1,
            Method::Sobol => self.groups.len() + split + 2,
            Method::Rank | Method::Discover => 1,
        }
    }

    fn run(
        &self,
        method: Method,
        walk: &mut Walk,
        pool: &Pool,
        stop: &AtomicBool,
        context: &Context,
    ) -> Result<Option<Found>, Failure> {
        let Study { input, plan, target, sources, groups, .. } = self;
        let (model, seed) = (&input.model, input.model.seed);
        let keys = |name: &str| Factor::new(seed, &format!("sensitivity.{name}"));
        let turned = if method == Method::Tornado { self.turned() } else { Vec::new() };
        let split = study::split(sources).map(Vec::from).unwrap_or_default();
        let points = self.points(method);
        simulation::fits_in_memory(
            target.trials,
            match method {
                Method::Tornado | Method::Morris | Method::Sobol => points + 4,
                Method::Rank | Method::Discover => plan.columns.len() + 2 * plan.scalars.draws.len(),
            },
        )?;
        let line = StudyLine::new(target.trials * points as u64, points, context);
        let mut done = 0;
        let progress = |trials: u64| {
            done += trials;
            line.advance(trials, (done / target.trials.max(1)) as usize);
        };
        let found = match method {
            Method::Tornado => {
                tornado(plan, sources, turned, (target, walk), (pool, stop), keys("bootstrap"), progress)
                    .map(|found| found.map(Found::Tornado))
            }
            Method::Morris => {
                let response = self.response(pool, stop)?;
                let found = morris(
                    plan,
                    sources,
                    groups.clone(),
                    (target, response, walk),
                    (pool, stop),
                    keys("morris"),
                    progress,
                );
                found.map(|found| found.map(Found::Morris))
            }
            Method::Sobol => {
                sobol(model, plan, sources, (groups.clone(), split), (target, walk), (pool, stop), progress)
                    .map(|found| found.map(Found::Sobol))
            }
            Method::Rank | Method::Discover => {
                line.clear();
                return self.of_trials(method, pool, stop, context);
            }
        };
        line.clear();
        found.map_err(Failure::Usage)
    }

    /// The entries that are held, the user's ranges in place of those of the same path.
    fn turned(&self) -> Vec<Turned> {
        let own = |(path, ends, plans): &(String, [String; 2], [Plan; 2])| {
            turned(path, ends.clone(), plans.clone(), &self.sources)
        };
        let mut all = turns(&self.input.model, &self.plan, &self.sources);
        all.retain(|t| self.ranges.iter().all(|(path, ..)| *path != t.path));
        all.extend(self.ranges.iter().map(own));
        all
    }

    /// What of the metric is looked at; where that is a quantile's affair, by a run of the scenario as it is.
    fn response(&self, pool: &Pool, stop: &AtomicBool) -> Result<Response, Failure> {
        use crate::outcome::Statistic;
        let needs = matches!(self.target.query.statistic, Statistic::Quantile(_) | Statistic::Cvar(_));
        let trials = if needs { self.target.trials.max(10_000) } else { 0 };
        let run = outcome::run(&self.plan, trials, pool, stop, |_| {});
        let column = run.columns[self.target.metric.column].to_vec();
        Response::new(&self.target.query, &column).map_err(Failure::Usage)
    }

    /// The methods that look at the trials of one run.
    fn of_trials(
        &self,
        method: Method,
        pool: &Pool,
        stop: &AtomicBool,
        context: &Context,
    ) -> Result<Option<Found>, Failure> {
        let Study { input, plan, target, .. } = self;
        let metrics = outcome::metrics(&input.model, &plan.columns);
        let trials = match &self.run {
            Some(folder) => read(folder, input, plan, &metrics)?,
            None => {
                let (trials, line) = simulation::trials(&input.model, plan, pool, stop, context);
                line.clear();
                trials
            }
        };
        if (trials.count as u64) < trials.asked && self.run.is_none() {
            return Ok(None);
        }
        let inputs = inputs(&input.model, plan, &trials, pool);
        let holds = self.given.as_ref().map(|(_, given)| given.holds(&metrics, &trials.columns));
        let found = if method == Method::Rank {
            let column = trials.columns[target.metric.column].to_vec();
            let wanted = holds.unwrap_or_else(|| vec![true; trials.count]);
            let keys = Factor::new(input.model.seed, "sensitivity.rank");
            Response::new(&target.query, &column)
                .and_then(|response| rank(&inputs, &response.of(&column), &wanted, pool, keys))
                .map(Found::Rank)
        } else {
            let keys = Factor::new(input.model.seed, "sensitivity.discover");
            discover(&inputs, &holds.unwrap_or_default(), keys, pool)
                .map(|found| Found::Discover(found, inputs))
        };
        found.map(Some).map_err(Failure::Usage)
    }

    fn summary(&self, found: &Found) -> String {
        let given = self.given.as_ref().map(|(text, _)| text.as_str());
        let mut summary =
            found.summary(&self.input.model, (&self.target, given), &self.sources, &self.provenance);
        summary["run_fingerprint"] = self.input.fingerprint().into();
        json_text(&summary)
    }

    fn write(
        &self,
        found: &Found,
        folder: &Folder,
        results: Results,
        stop: &AtomicBool,
    ) -> Result<Vec<String>, Failure> {
        let mut files = folder.open(stop)?;
        files.text("scenario.toml", &self.input.document.to_toml())?;
        if results == Results::All {
            let points = found.points(&self.input.model, &self.target, &self.sources);
            files.pieces("design.parquet", points.table(&self.provenance).parquet())?;
            let (name, svg) = report::sensitivity_chart(
                &self.input.model,
                found,
                &self.target,
                &self.provenance,
                Language::English,
            );
            files.text(&format!("charts/{name}"), &svg)?;
        }
        files.text("summary.json", &self.summary(found))?;
        Ok(files.close())
    }

    fn say(
        &self,
        found: &Found,
        arguments: &Sensitivity,
        context: &Context,
        folder: Option<&Folder>,
    ) -> Result<(), Failure> {
        let condition = self.given.as_ref().map(|(text, _)| text.as_str());
        let told = report::sensitivity(&self.input.model, found, &self.target, condition, Language::English);
        match arguments.format {
            Format::Text => {
                let style = Style { width: width(), colour: context.colour_out };
                print(&told.terminal(&self.provenance, style))?;
            }
            Format::Markdown => print(&told.markdown(&self.provenance))?,
            Format::Json => print(&self.summary(found))?,
        }
        if let (Some(folder), false) = (folder, context.quiet) {
            remark(&format!("results in {}\n", folder.path().display()));
        }
        Ok(())
    }
}

/// The scenario's file, and the folder of a run where one is named.
fn place(arguments: &Sensitivity) -> Result<(String, Option<PathBuf>), Failure> {
    let folder = Path::new(&arguments.file);
    if !folder.is_dir() {
        return Ok((arguments.file.clone(), None));
    }
    let sampled = &arguments.sampled;
    let changes = !sampled.changes.set.is_empty() || !sampled.changes.overlay.is_empty();
    if changes || sampled.trials.is_some() || sampled.seed.is_some() {
        return Err(Failure::Usage(format!(
            "`{}` is a run that is done: --set, --overlay, --trials and --seed belong to a scenario's file",
            arguments.file
        )));
    }
    if !matches!(arguments.method, Method::Rank | Method::Discover) {
        return Err(Failure::Usage(
            "a run that is done serves --method rank and discover; the others simulate: name the scenario's file"
                .to_owned(),
        ));
    }
    Ok((folder.join("scenario.toml").display().to_string(), Some(folder.to_owned())))
}

/// How the trials of a run that is done were chosen.
fn choice(folder: &Path) -> Result<Choice, Failure> {
    let path = folder.join("summary.json");
    let failed = |why: String| Failure::File(format!("`{}` cannot be read: {why}", path.display()));
    let known = Disk.read(&path).and_then(|text| outcome::read_summary(&text)).map_err(failed)?;
    let name = known.provenance.sampling;
    Choice::parse(&name).ok_or_else(|| failed(format!("`{name}` is no sampling that is known here")))
}

/// The trials of a run that is done.
fn read(folder: &Path, input: &Input, plan: &Plan, metrics: &[Metric]) -> Result<Trials, Failure> {
    let path = folder.join("trials.parquet");
    let failed = |why: String| Failure::File(format!("`{}` cannot be read: {why}", path.display()));
    let file = fs::File::open(&path).map_err(|error| failed(plainly(&error)))?;
    let (trials, provenance) = outcome::read_trials(file, plan, metrics).map_err(failed)?;
    if provenance.seed != input.model.seed {
        return Err(failed("it is of another seed than the scenario.toml beside it".to_owned()));
    }
    Ok(trials)
}
