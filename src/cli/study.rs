//! A sweep on its way through the outside world: what it is, as a file beside its results; its points, kept one by one;
//! its results, made from them. `sweep` and `merge` share all of it, so that they end with the same bytes.

use std::sync::atomic::{AtomicBool, Ordering};

use super::args::Format;
use super::files::{Disk, Folder};
use super::input::Input;
use super::manifest::{Kind, MANIFEST, Manifest};
use super::progress::StudyLine;
use super::simulation::{self, quoted};
use super::{Context, Failure, json_text, print, remark};
use crate::outcome::{self, Metric, Provenance, Requirement};
use crate::parallel::Pool;
use crate::plan::Plan;
use crate::report::{self, Level, Style};
use crate::study::{Asked, Design, Missing, Results, Row, Stored, Sweep, Variation, Wrong};

/// Points whose scenarios are in memory at once.
const WINDOW: usize = 64;

/// What is asked of a scenario, as written.
#[derive(Clone, Debug, Default)]
pub struct Asks {
    pub vary: Vec<String>,
    pub design: String,
    pub metrics: Vec<String>,
    pub threshold: Option<String>,
}

/// A study that makes sense.
pub struct Study {
    pub sweep: Sweep,
    /// What is crossed somewhere.
    pub threshold: Option<Level>,
    pub provenance: Provenance,
    pub manifest: Manifest,
    /// By point, why its scenario is wrong.
    pub wrong: Vec<Option<Wrong>>,
    pub pool: Pool,
}

impl Study {
    /// Reads what is asked of `input`, and the scenarios of all points. `command` are the words of the canonical command
    /// that come before what is asked.
    ///
    /// # Errors
    /// All that is wrong with what is asked; and where the scenarios of all points are wrong, what is wrong with them.
    pub fn new(
        input: Input,
        asks: Asks,
        mut command: Vec<String>,
        pool: Pool,
        context: &Context,
    ) -> Result<Study, Failure> {
        let (sweep, threshold) = sensible(&input, &asks)?;
        let names: Vec<String> = sweep.asked.iter().map(|a| a.text.clone()).collect();
        command.extend(words(&asks, &names));
        command.push(format!("--trials {} --seed {}", sweep.trials, sweep.model.seed));
        let provenance = provenance(&input, &asks, &names, &command);
        let study = Kind::Sweep {
            vary: asks.vary,
            design: asks.design,
            metrics: names,
            threshold: asks.threshold,
            points: sweep.points.len(),
        };
        let manifest = Manifest { shards: None, ..Manifest::new(&input, &provenance, study, 1) };
        let wrong = sweep.judge(&Disk, &pool);
        if wrong.iter().all(Option::is_some) {
            show(&wrong, context);
            return Err(Failure::Scenario);
        }
        Ok(Study { sweep, threshold, provenance, manifest, wrong, pool })
    }

    /// The points of a part, or all; those whose scenario is wrong are left out.
    pub fn right_points(&self, shard: Option<(u64, u64)>) -> Vec<usize> {
        let (part, of) = shard.unwrap_or((1, 1));
        let mine = |point: &usize| *point as u64 % of == part - 1 && self.wrong[*point].is_none();
        (0..self.sweep.points.len()).filter(mine).collect()
    }

    /// Bytes of memory that one of so many parts needs: some points at once, with their trials.
    pub fn memory(&self, of: u64) -> u64 {
        let points = (self.sweep.points.len() as u64).div_ceil(of).min(WINDOW as u64);
        simulation::room(points.saturating_mul(self.sweep.trials), self.sweep.asked.len())
    }

    /// What a point still needs, given what the folder keeps of it.
    pub fn missing(&self, point: usize, folder: &Folder) -> Option<Missing> {
        self.sweep.missing(point, self.kept(point, folder))
    }

    fn kept(&self, point: usize, folder: &Folder) -> Option<Stored> {
        folder.kept(&self.sweep.key(point)).and_then(|bytes| Stored::decode(&bytes))
    }

    /// Runs what the folder lacks of `points`, keeping each point as soon as it is whole.
    pub fn simulate(
        &self,
        points: &[usize],
        folder: &Folder,
        stop: &AtomicBool,
        context: &Context,
    ) -> Result<(), Failure> {
        let needs = |&point: &usize| {
            let missing = self.missing(point, folder)?;
            Some((point, self.sweep.trials_of(&missing)))
        };
        let lacking: Vec<(usize, u64)> = self.pool.map(points, needs).into_iter().flatten().collect();
        let mut done = points.len() - lacking.len();
        let line = StudyLine::new(lacking.iter().map(|(_, trials)| trials).sum(), points.len(), context);
        let mut failed = None;
        for window in lacking.chunks(WINDOW) {
            let missing = self.pool.map(window, |(point, _)| self.missing(*point, folder));
            let missing: Vec<Missing> = missing.into_iter().flatten().collect();
            let counted = std::cell::Cell::new(done);
            let keep = |_, stored: &Stored| match folder.keep(&stored.key, &stored.encode()) {
                Ok(()) => counted.set(counted.get() + 1),
                Err(failure) => {
                    failed.get_or_insert(failure);
                    stop.store(true, Ordering::Relaxed);
                }
            };
            let advance = |trials| line.advance(trials, counted.get());
            let whole = self.sweep.simulate(&missing, (&Disk, &self.pool, stop), advance, keep);
            done = counted.get();
            if !whole {
                break;
            }
        }
        line.clear();
        match failed {
            Some(failure) => Err(failure),
            None if done < points.len() => Err(Failure::Paused(format!(
                "interrupted; {done} of {} points are kept in `{}`, and the same command goes on from there",
                points.len(),
                folder.path().display()
            ))),
            None => Ok(()),
        }
    }

    /// Makes the results from what the folder keeps of every point.
    ///
    /// # Errors
    /// Where it lacks any, or cannot be written.
    pub fn results(&self, folder: &Folder) -> Result<Results<'_>, Failure> {
        let rows = self.pool.indices(self.sweep.points.len(), |point| {
            let figures = match &self.wrong[point] {
                Some(wrong) => Err(wrong.message.clone()),
                None => {
                    let stored = self.kept(point, folder)?;
                    Ok(self.sweep.figures(&stored))
                }
            };
            Some(Row { texts: self.sweep.points[point].clone(), inputs: self.sweep.inputs(point), figures })
        });
        let rows: Option<Vec<Row>> = rows.into_iter().collect();
        let gone =
            || Failure::File(format!("`{}` has lost points while they were read", folder.path().display()));
        Ok(Results { sweep: &self.sweep, rows: rows.ok_or_else(gone)? })
    }

    /// Says which study the folder holds, before anything of it is there.
    pub fn sign(&self, folder: &Folder) -> Result<(), Failure> {
        let never = AtomicBool::new(false);
        let mut files = folder.open(&never)?;
        files.text("scenario.toml", &self.sweep.document.to_toml())?;
        files.text(MANIFEST, &self.manifest.text())
    }

    /// Writes the results and says them; fails where the scenarios of points are wrong.
    pub fn finish(&self, folder: &Folder, format: Format, context: &Context) -> Result<(), Failure> {
        let results = self.results(folder)?;
        let never = AtomicBool::new(false);
        let summary = json_text(&results.summary(&self.provenance));
        let markdown = report::sweep_markdown(&results, &self.provenance);
        let mut files = folder.open(&never)?;
        files.text("scenario.toml", &self.sweep.document.to_toml())?;
        files.text(MANIFEST, &self.manifest.text())?;
        files.pieces("design.parquet", results.table(&self.provenance).parquet())?;
        files.text("report.md", &markdown)?;
        for (name, svg) in report::sweep_charts(&results, &self.provenance, self.threshold.as_ref()) {
            files.text(&format!("charts/{name}"), &svg)?;
        }
        // Last: where there is one, the study has ended.
        files.text("summary.json", &summary)?;
        files.close();
        match format {
            Format::Text => {
                let style = Style { width: simulation::width(), colour: context.colour_out };
                print(&report::sweep(&results, &self.provenance, style))?;
            }
            Format::Markdown => print(&markdown)?,
            Format::Json => print(&summary)?,
        }
        if !context.quiet {
            remark(&format!("results in {}\n", folder.path().display()));
        }
        failed(&results)
    }
}

/// The study that is asked of a scenario, and the level that is to be drawn.
///
/// # Errors
/// All that makes no sense, at once.
fn sensible(input: &Input, asks: &Asks) -> Result<(Sweep, Option<Level>), Failure> {
    let mut wrong = Vec::new();
    let variations: Vec<Variation> = keep(asks.vary.iter().map(|text| Variation::parse(text)), &mut wrong);
    for variation in variations.iter().filter(|v| v.path.split(" & ").any(|path| path == "scenario.trials")) {
        wrong.push(format!("`{}` is the same at all points: use --trials", variation.path));
    }
    let model = &input.model;
    let design = keep([Design::parse(&asks.design)], &mut wrong).pop();
    let points = design.map_or(Ok(Vec::new()), |design| design.points(&variations, model.seed));
    let points = points.map_err(|more| wrong.extend(more)).unwrap_or_default();
    let (document, design) = (input.document.clone(), design.unwrap_or(Design::Grid));
    let mut sweep = Sweep::new(document, model.clone(), variations, design, points, Vec::new(), &Disk);
    let metrics = outcome::metrics(model, &Plan::new(model, model.seed).columns);
    let names = match asks.metrics.is_empty() {
        true => usual(model.written.materials.first().map(|&m| model.materials[m].name.as_str())),
        false => asks.metrics.clone(),
    };
    let mut asked = keep(names.iter().map(|name| question(name, &metrics, &sweep)), &mut wrong);
    let threshold = asks.threshold.as_ref().map(|text| Requirement::parse(text, &metrics, model));
    let threshold = keep(threshold, &mut wrong).pop().map(|requirement| {
        let about = asked_for(&requirement, &metrics);
        let at = asked.iter().position(|a| (&a.metric, a.statistic) == (&about.metric, about.statistic));
        let at = at.unwrap_or_else(|| {
            asked.push(about);
            asked.len() - 1
        });
        Level { asked: at, name: requirement.text, value: requirement.value }
    });
    sweep.asked = asked;
    if wrong.is_empty() { Ok((sweep, threshold)) } else { Err(Failure::Usage(wrong.join("\nerror: "))) }
}

/// Tells which points failed, if any did.
fn failed(results: &Results) -> Result<(), Failure> {
    const TOLD: usize = 20;
    let failed = results.failed();
    if failed.is_empty() {
        return Ok(());
    }
    let points = results.rows.len();
    let mut text =
        format!("error: {} of {points} points failed, since their scenario is wrong:\n", failed.len());
    failed.iter().take(TOLD).for_each(|(point, why)| text.push_str(&format!("  {point}: {why}\n")));
    if failed.len() > TOLD {
        text.push_str(&format!("  and {} more, in design.parquet\n", failed.len() - TOLD));
    }
    remark(&text);
    Err(Failure::Scenario)
}

/// Shows what is wrong with the scenarios of all points, each mistake once.
fn show(wrong: &[Option<Wrong>], context: &Context) {
    const SHOWN: usize = 10;
    let mut seen: Vec<&str> = Vec::new();
    for shown in wrong.iter().flatten().flat_map(|wrong| &wrong.shown) {
        let title = shown.lines().next().unwrap_or_default();
        if !seen.contains(&title) && seen.len() < SHOWN {
            seen.push(title);
            remark(shown);
        }
    }
    if !context.quiet {
        remark("the scenario is wrong at every point; nothing was run\n");
    }
}

/// The right ones; what is wrong with the others goes to `wrong`.
fn keep<T>(results: impl IntoIterator<Item = Result<T, String>>, wrong: &mut Vec<String>) -> Vec<T> {
    let kept = results.into_iter().filter_map(|result| result.map_err(|why| wrong.push(why)).ok());
    kept.collect()
}

/// What is asked where nobody says what.
fn usual(material: Option<&str>) -> Vec<String> {
    let fixed = ["cost.total.mean", "cost.total.cvar95", "shortfall.any.mean"].map(str::to_owned);
    fixed.into_iter().chain(material.map(|m| format!("shortfall.{m}.time_short.mean"))).collect()
}

/// A question, by the metrics of the scenario itself; or, since an option that is not enabled there has none, by those of
/// one of the first points.
fn question(text: &str, metrics: &[Metric], sweep: &Sweep) -> Result<Asked, String> {
    const TRIED: usize = 50;
    let own = Asked::parse(text, metrics, &sweep.model);
    let at = |point: usize| {
        let variant = sweep.variant(point, &Disk).ok()?;
        let metrics = outcome::metrics(&variant.model, &variant.plan.columns);
        Asked::parse(text, &metrics, &variant.model).ok()
    };
    own.or_else(|why| (0..sweep.points.len().min(TRIED)).find_map(at).ok_or(why))
}

/// The question that a requirement is about.
fn asked_for(requirement: &Requirement, metrics: &[Metric]) -> Asked {
    let text = requirement.text.split(['<', '>']).next().unwrap_or_default();
    Asked::of(text.trim(), &requirement.query, metrics)
}

/// What is asked, as a shell reads it.
fn words(asks: &Asks, metrics: &[String]) -> Vec<String> {
    let mut words = Vec::new();
    let mut put = |flag: &str, value: &str| words.extend([flag.to_owned(), quoted(value)]);
    asks.vary.iter().for_each(|text| put("--vary", text));
    if asks.design != "grid" {
        put("--design", &asks.design);
    }
    metrics.iter().for_each(|text| put("--metric", text));
    asks.threshold.iter().for_each(|text| put("--threshold", text));
    words
}

fn provenance(input: &Input, asks: &Asks, metrics: &[String], command: &[String]) -> Provenance {
    let model = &input.model;
    let mut settings = vec!["sweep".to_owned(), asks.design.clone()];
    let named = |what: &'static str, texts: &[String]| {
        texts.iter().map(move |text| format!("{what} {text}")).collect::<Vec<_>>()
    };
    settings.extend(named("vary", &asks.vary));
    settings.extend(named("metric", metrics));
    settings.extend(named("threshold", asks.threshold.as_slice()));
    let resolved = input.document.to_toml();
    Provenance::new(&model.name, &resolved, model.seed, model.trials, &settings, command.join(" "))
}
