//! One part of a run: a range of its trials, kept whole or not at all, for `merge` to join.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use super::Ready;
use crate::cli::args::{Divided, Run, Target};
use crate::cli::foretell::{self, Foretold, Kept, Size};
use crate::cli::manifest::{Division, Kind, Manifest, Parts};
use crate::cli::merge;
use crate::cli::progress::Line;
use crate::cli::simulation::{fits_in_memory, interrupt};
use crate::cli::{Context, Failure, remark, shard};
use crate::outcome;
use crate::parallel::Pool;
use crate::study;

/// Does a part of the run that a folder of parts is about, as that folder knows it.
pub fn of_folder(arguments: &Run, parts: &Parts, context: &Context) -> Result<(), Failure> {
    let Kind::Run { arguments: known, .. } = &parts.manifest.study else {
        let (shown, name) = (parts.path.display(), parts.manifest.study.name());
        return Err(Failure::Usage(format!("`{shown}` holds parts of a {name}: shortfall {name} {shown}")));
    };
    let sampled = &arguments.sampled;
    if sampled.changes != Default::default() || sampled.trials.is_some() || sampled.seed.is_some() {
        return Err(Failure::Usage(format!(
            "`{}` knows its run: --set, --overlay, --trials and --seed belong to a scenario's file",
            parts.path.display()
        )));
    }
    let mut run = known.as_ref().clone();
    run.sampled.threads = sampled.threads;
    run.divided = arguments.divided.clone();
    let out = arguments.target.out.clone().unwrap_or_else(|| parts.path.clone());
    run.target = Target { out: Some(out), force: false };
    part(merge::ready(parts, &run, context)?, context)
}

/// Does the part that is asked for, or only foretells what it takes.
pub fn part(mut ready: Ready, context: &Context) -> Result<(), Failure> {
    divisible(&ready)?;
    let divided = &ready.arguments.divided;
    if divided.plan {
        let (format, shards) = (ready.arguments.format, divided.shard.map(|shard| shard.of));
        let pool = ready.arguments.sampled.pool()?;
        return foretell(&mut ready, shards, &pool).say(format);
    }
    match divided.shard {
        Some(shard) => one(ready, shard.number(context)?, context),
        None => Ok(()),
    }
}

/// That a run can be divided.
pub fn divisible(ready: &Ready) -> Result<(), Failure> {
    if ready.arguments.enough.until.is_empty() {
        return Ok(());
    }
    let why = "a run that goes on --until it has enough trials cannot be divided: how many there will be is not known; \
               leave out --until";
    Err(Failure::Usage(why.to_owned()))
}

/// What is kept of its trials.
fn kept(ready: &Ready) -> Kept {
    let columns = ready.plan.columns.len();
    if ready.counts() { Kept::Counts { columns } } else { Kept::Columns { columns, joined: true } }
}

/// Bytes of memory that one of so many parts needs.
pub fn memory(ready: &Ready, of: u64, threads: u16) -> u64 {
    /// What is counted is hardly ever more on the disk.
    const PART: f64 = 20e6;
    let trials = ready.input.model.trials.div_ceil(of);
    kept(ready).memory(trials, PART, usize::from(threads)) as u64
}

/// What the run takes in so many parts, or in as many as would do.
pub fn foretell(ready: &mut Ready, shards: Option<u64>, pool: &Pool) -> Foretold {
    ready.sample(pool);
    let trials = ready.input.model.trials;
    let columns = ready.plan.columns.len();
    let kept =
        if ready.counts() { Kept::Counts { columns } } else { Kept::Columns { columns, joined: true } };
    let size = Size { trials, divisible: trials, kept, shards };
    if !ready.counts() {
        return foretell::foretell(&size, pool, |trials| {
            foretell::packed(&ready.plan, trials, columns, pool)
        });
    }
    let (line, never) = (Line::hidden(), AtomicBool::new(false));
    let counted = |trials| ready.count(0..trials, &line, (pool, &never)).encode().len() as f64;
    foretell::foretell(&size, pool, counted)
}

/// Does one part, unless it is there already.
fn one(mut ready: Ready, (number, of): (u64, u64), context: &Context) -> Result<(), Failure> {
    let range = study::shard(ready.input.model.trials, (number, of));
    if !ready.counts() {
        // The columns, and once more as bytes on their way to the disk.
        fits_in_memory(range.end - range.start, ready.plan.columns.len())?;
    }
    let folder = division(&ready, ready.arguments.target.out.as_deref(), of).sign()?;
    let name = format!("{number}-of-{of}");
    if shard::there(&folder, &name, &ready.provenance.fingerprint, &range) {
        if !context.quiet {
            remark(&format!("shard {number}/{of} is there already, and whole\n"));
        }
        return Ok(());
    }
    let pool = ready.arguments.sampled.pool()?;
    let stop = interrupt();
    folder.begin(&name);
    ready.sample(&pool);
    let line = ready.line(range.clone(), context);
    let part = if ready.counts() {
        let counted = ready.count(range.clone(), &line, (&pool, &stop));
        let whole = counted.count == range.end - range.start;
        whole.then(|| study::counted(&counted, range, &ready.provenance))
    } else {
        let done = |progress| line.set(progress);
        let trials = outcome::run_part(&ready.plan, range.clone(), &pool, &stop, done);
        trials.map(|trials| study::part(trials, range, &ready.provenance))
    };
    line.clear();
    let Some(part) = part else {
        folder.give_up(&name);
        return Err(Failure::Paused(format!("interrupted; nothing is kept of shard {number}/{of}")));
    };
    folder.keep_part(&name, &part.encode())?;
    shard::done((number, of), &folder, context);
    Ok(())
}

/// A run that is divided into so many parts.
pub fn division(ready: &Ready, out: Option<&Path>, of: u64) -> Division {
    let Ready { arguments, input, provenance, cautions, .. } = ready;
    let place = || PathBuf::from("output").join(&input.stem).join(format!("run-{}-shards", input.model.seed));
    let mut asked = (*arguments).clone();
    asked.file.clone_from(&input.file);
    asked.sampled = asked.sampled.named();
    asked.target = Target::default();
    asked.divided = Divided::default();
    let study = Kind::Run { arguments: Box::new(asked), cautions: cautions.clone() };
    let manifest = Manifest::new(input, provenance, study, of);
    Division {
        path: out.map_or_else(place, Path::to_owned),
        // Results of the whole run go elsewhere: parts are no results.
        claim: format!("{} shards", provenance.fingerprint),
        manifest,
        scenario: input.document.to_toml(),
    }
}
