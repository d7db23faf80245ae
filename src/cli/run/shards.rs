//! One part of a run: a range of its trials, kept whole or not at all, for `merge` to join.

use std::path::{Path, PathBuf};

use super::Ready;
use crate::cli::args::{Divided, Run, Target};
use crate::cli::files::Folder;
use crate::cli::manifest::{self, Kind, Manifest, Parts};
use crate::cli::merge;
use crate::cli::simulation::{fits_in_memory, interrupt};
use crate::cli::{Context, Failure, remark, shard};
use crate::outcome;
use crate::study::{self, Stored};

/// Does a part of the run that a folder of parts is about, as that folder knows it.
pub fn of_folder(arguments: &Run, parts: &Parts, context: &Context) -> Result<(), Failure> {
    let Kind::Run { arguments: known, .. } = &parts.manifest.study else {
        let name = parts.manifest.study.name();
        return Err(Failure::Usage(format!("`{}` holds parts of a {name}", parts.path.display())));
    };
    let changes = &arguments.sampled.changes;
    if !changes.set.is_empty()
        || !changes.overlay.is_empty()
        || arguments.sampled.trials.is_some()
        || arguments.sampled.seed.is_some()
    {
        return Err(Failure::Usage(format!(
            "`{}` knows its run: --set, --overlay, --trials and --seed belong to a scenario's file",
            parts.path.display()
        )));
    }
    let mut run = known.as_ref().clone();
    run.sampled.threads = arguments.sampled.threads;
    run.divided = arguments.divided.clone();
    let out = arguments.target.out.clone().unwrap_or_else(|| parts.path.clone());
    run.target = Target { out: Some(out), force: false };
    let ready = merge::ready(parts, &run, context)?;
    match run.divided.shard {
        Some(shard) => one(ready, shard.number(context)?, context),
        None => Ok(()),
    }
}

/// Does one part, unless it is there already.
pub fn one(mut ready: Ready, (number, of): (u64, u64), context: &Context) -> Result<(), Failure> {
    if !ready.arguments.enough.until.is_empty() {
        return Err(Failure::Usage(
            "a run that goes on --until it has enough trials has no parts: how many there will be is not known; leave out --until"
                .to_owned(),
        ));
    }
    let range = study::shard(ready.input.model.trials, (number, of));
    // The columns, and once more as bytes on their way to the disk.
    fits_in_memory(range.end - range.start, ready.plan.columns.len())?;
    let folder = share(&ready, of)?;
    let name = format!("{number}-of-{of}");
    let there = folder.part(&name).and_then(|bytes| Stored::decode(&bytes));
    let same = |part: &Stored| {
        part.key == ready.provenance.fingerprint
            && (part.from, part.from + part.trials) == (range.start, range.end)
    };
    if there.as_ref().is_some_and(same) {
        if !context.quiet {
            remark(&format!("shard {number}/{of} is there already, and whole\n"));
        }
        return Ok(());
    }
    let pool = ready.arguments.sampled.pool()?;
    let stop = interrupt();
    folder.begin(&name);
    ready.sample(&pool);
    let line = ready.line(context);
    let trials = outcome::run_part(&ready.plan, range.clone(), &pool, &stop, |progress| line.set(progress));
    line.clear();
    let Some(trials) = trials else {
        folder.give_up(&name);
        return Err(Failure::Paused(format!("interrupted; nothing is kept of shard {number}/{of}")));
    };
    folder.keep_part(&name, &study::part(trials, range, &ready.provenance).encode())?;
    shard::done((number, of), &folder, context);
    Ok(())
}

/// The folder for the parts of a run that is divided into so many.
fn share(ready: &Ready, of: u64) -> Result<Folder, Failure> {
    let Ready { arguments, input, provenance, cautions, .. } = ready;
    let place = || PathBuf::from("output").join(&input.stem).join(format!("run-{}-shards", input.model.seed));
    let path = arguments.target.out.clone().unwrap_or_else(place);
    let study =
        Kind::Run { arguments: Box::new(essence(arguments, &input.file)), cautions: cautions.clone() };
    let manifest = Manifest {
        version: provenance.version.clone(),
        file: input.file.clone(),
        stem: input.stem.clone(),
        seed: provenance.seed,
        trials: provenance.trials,
        sampling: provenance.sampling.clone(),
        study,
        fingerprint: provenance.fingerprint.clone(),
        command: provenance.command.clone(),
        shards: Some(of),
    };
    // Results of the whole run go elsewhere: parts are no results.
    let claim = format!("{} shards", provenance.fingerprint);
    manifest::sign(&path, (&claim, &manifest), &input.document.to_toml())
}

/// What is asked for, but for what differs from machine to machine.
fn essence(arguments: &Run, file: &str) -> Run {
    let mut run = arguments.clone();
    run.file = file.to_owned();
    run.sampled.threads = 0;
    let name = |path: &PathBuf| path.file_name().map_or_else(PathBuf::new, |name| Path::new(name).to_owned());
    run.sampled.changes.overlay = run.sampled.changes.overlay.iter().map(name).collect();
    run.target = Target::default();
    run.divided = Divided::default();
    run
}
