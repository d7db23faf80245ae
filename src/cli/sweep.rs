//! `shortfall sweep`: the scenario at every point of a design.

use std::path::{Path, PathBuf};

use super::args::{Sampled, Sweep};
use super::files::{Disk, Folder};
use super::foretell::{self, Foretold, Kept, Size};
use super::input::{self, Input};
use super::manifest::{Division, Manifest, Parts, signed};
use super::merge;
use super::shard;
use super::simulation::interrupt;
use super::study::{Asks, Study};
use super::{Context, Failure};
use crate::study::StudyFile;

/// Where a sweep starts from: flags, and what a study file says where they are silent.
struct Spec {
    file: String,
    /// What its results go by where it is a study file.
    stem: Option<String>,
    sampled: Sampled,
    asks: Asks,
}

/// Runs the command.
pub fn sweep(arguments: &Sweep, context: &Context) -> Result<(), Failure> {
    let divided = &arguments.divided;
    let (study, within) = match signed(&arguments.file, divided)? {
        Some(parts) => {
            plain(arguments, &parts)?;
            (merge::sweep(&parts, arguments.sampled.pool()?, context)?, Some(parts.path))
        }
        None => (study(arguments, context)?, None),
    };
    if divided.plan {
        return foretell(&study, divided.shard.map(|shard| shard.of))?.say(arguments.format);
    }
    let stop = interrupt();
    let out = arguments.target.out.clone().or(within);
    match divided.shard {
        None => {
            let wanted = out.unwrap_or_else(|| place(&study, ""));
            let folder = Folder::claim(&wanted, &study.sweep.identity(), arguments.target.force)?;
            study.sign(&folder)?;
            study.simulate(&study.right_points(None), &folder, &stop, context)?;
            study.finish(&folder, arguments.format, context)
        }
        Some(shard) => {
            let (number, of) = shard.number(context)?;
            let folder = division(&study, out.as_deref(), of).sign()?;
            study.simulate(&study.right_points(Some((number, of))), &folder, &stop, context)?;
            shard::done((number, of), &folder, context);
            Ok(())
        }
    }
}

/// The study that is asked for.
pub fn study(arguments: &Sweep, context: &Context) -> Result<Study, Failure> {
    let spec = spec(arguments, context)?;
    if spec.asks.vary.is_empty() {
        let help =
            "say what varies: --vary PATH=A..B:N, such as 'options.state-stockpile.size=0..180 days:7'";
        return Err(Failure::Usage(help.to_owned()));
    }
    let mut input = input::read(&spec.file, &spec.sampled.settings(), context)?;
    if let Some(stem) = spec.stem {
        input.stem = stem;
    }
    let command = command(&spec.sampled, &input);
    let pool = spec.sampled.pool()?;
    Study::new(input, spec.asks, command, pool, context)
}

/// Refuses flags that belong to a scenario's file where a folder knows its sweep.
fn plain(arguments: &Sweep, parts: &Parts) -> Result<(), Failure> {
    let Sampled { changes, trials, seed, .. } = &arguments.sampled;
    let asks = !arguments.vary.is_empty() || !arguments.metric.is_empty();
    let more = arguments.design.is_some() || arguments.threshold.is_some();
    if asks || more || *changes != Default::default() || trials.is_some() || seed.is_some() {
        return Err(Failure::Usage(format!(
            "`{}` knows its sweep: what varies, what is asked, --set, --overlay, --trials and --seed belong to a \
             scenario's file",
            parts.path.display()
        )));
    }
    Ok(())
}

/// A study that is divided into so many parts.
pub fn division(study: &Study, out: Option<&Path>, of: u64) -> Division {
    Division {
        path: out.map_or_else(|| place(study, "-shards"), Path::to_owned),
        claim: study.sweep.identity(),
        manifest: Manifest { shards: Some(of), ..study.manifest.clone() },
        scenario: study.sweep.document.to_toml(),
    }
}

/// What the sweep takes in so many parts, or in as many as would do.
pub fn foretell(study: &Study, shards: Option<u64>) -> Result<Foretold, Failure> {
    let points = study.right_points(None);
    let first = points.first().and_then(|point| study.sweep.variant(*point, &Disk).ok());
    let gone = || Failure::Usage("the scenario is wrong at every point".to_owned());
    let plan = first.ok_or_else(gone)?.plan;
    let columns = study.sweep.asked.len();
    let size = Size {
        trials: study.sweep.trials.saturating_mul(points.len() as u64),
        divisible: points.len() as u64,
        kept: Kept::Columns { columns, joined: false },
        shards,
    };
    let packed = |trials| foretell::packed(&plan, trials, columns, &study.pool);
    Ok(foretell::foretell(&size, &study.pool, packed))
}

/// Where its results go unless the user says where.
fn place(study: &Study, ending: &str) -> PathBuf {
    let manifest = &study.manifest;
    PathBuf::from("output").join(&manifest.stem).join(format!("sweep-{}{ending}", manifest.seed))
}

/// The words that begin the canonical command, without what is asked.
pub fn command(sampled: &Sampled, input: &Input) -> Vec<String> {
    sampled.command("sweep", input)
}

fn spec(arguments: &Sweep, context: &Context) -> Result<Spec, Failure> {
    let asks = Asks {
        vary: arguments.vary.clone(),
        design: arguments.design.clone().unwrap_or_else(|| "grid".to_owned()),
        metrics: arguments.metric.clone(),
        threshold: arguments.threshold.clone(),
    };
    let plain = Spec { file: arguments.file.clone(), stem: None, sampled: arguments.sampled.clone(), asks };
    if arguments.file == "-" {
        return Ok(plain);
    }
    let (name, text) = input::text(&arguments.file)?;
    let file = match StudyFile::read(&name, &text) {
        None => return Ok(plain),
        Some(Ok(file)) => file,
        Some(Err((sources, mistakes))) => {
            input::show(&arguments.file, &sources, &mistakes, context);
            return Err(Failure::Scenario);
        }
    };
    let path = Path::new(&name);
    let beside = |file: &String| path.parent().unwrap_or(Path::new("")).join(file);
    let mut spec = plain;
    spec.file = beside(&file.scenario).display().to_string();
    spec.stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    // What the file says comes first, so that flags have the last word.
    let changes = &mut spec.sampled.changes;
    changes.overlay.splice(0..0, file.overlays.iter().map(beside));
    changes.set.splice(0..0, file.set);
    spec.sampled.trials = spec.sampled.trials.or(file.trials);
    spec.sampled.seed = spec.sampled.seed.or(file.seed);
    spec.asks.vary.splice(0..0, file.vary);
    if let (None, Some(design)) = (&arguments.design, file.design) {
        spec.asks.design = design;
    }
    if spec.asks.metrics.is_empty() {
        spec.asks.metrics = file.metrics;
    }
    spec.asks.threshold = spec.asks.threshold.or(file.threshold);
    Ok(spec)
}
