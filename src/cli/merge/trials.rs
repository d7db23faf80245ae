//! The parts of a run put together: to its trials, and through the code of `run` to its results.

use std::path::{Path, PathBuf};

use super::told;
use crate::cli::args::{Merge, Results, Run, Sensitivity};
use crate::cli::files::{Folder, beginning, parts};
use crate::cli::manifest::{Kind, Parts};
use crate::cli::run::{Found, Ready};
use crate::cli::sensitivity::shards;
use crate::cli::simulation::{fits_in_memory, interrupt};
use crate::cli::{Context, Failure};
use crate::outcome::{Counted, Trials};
use crate::parallel::Pool;
use crate::study::{self, Ends, Gap, Stored};

/// More bytes than the header of a part has.
const HEADER: u64 = 1 << 16;

/// A part of which only the header is known.
struct Piece {
    path: PathBuf,
    ends: Ends,
}

/// Joins them.
pub fn merge(all: &[Parts], arguments: &Merge, context: &Context) -> Result<(), Failure> {
    let Some(first) = all.first() else { return Ok(()) };
    let pieces = pieces(all)?;
    complete(&pieces, first, super::shards(all))?;
    match &first.manifest.study {
        Kind::Run { arguments: asked, .. } => run(&pieces, (first, asked), arguments, context),
        Kind::Sensitivity { arguments: asked } => sensitivity(&pieces, (first, asked), arguments, context),
        Kind::Sweep { .. } => Ok(()),
    }
}

/// A run, from its parts to its results.
fn run(
    pieces: &[Piece],
    (first, asked): (&Parts, &Run),
    arguments: &Merge,
    context: &Context,
) -> Result<(), Failure> {
    let asked = Run { format: arguments.format.unwrap_or(asked.format), ..asked.clone() };
    let mut ready = ready(first, &asked, context)?;
    if !ready.counts() {
        fits_in_memory(ready.input.model.trials, ready.plan.columns.len())?;
    }
    let pool = Pool::new(0).map_err(Failure::Usage)?;
    let stop = interrupt();
    ready.sample(&pool);
    let line = ready.line(0..ready.most(), context);
    line.note("reading parts");
    let plan = &ready.plan;
    let found = if ready.counts() {
        let mut counted = Counted::none(plan);
        join(pieces, |part| study::add(&mut counted, &part, plan))?;
        Found::Counted(counted)
    } else {
        let mut trials = Trials::none(plan, ready.input.model.trials);
        join(pieces, |part| study::append(&mut trials, part))?;
        trials.weigh(plan);
        Found::Held(trials, None)
    };
    // Only now, as nothing is missing: the first word of the results.
    let folder = claim(ready.results, arguments, &ready.provenance.fingerprint)?;
    ready.finish(found, folder, line, (&pool, &stop), context)
}

/// A study of sensitivity, likewise.
fn sensitivity(
    pieces: &[Piece],
    (first, asked): (&Parts, &Sensitivity),
    arguments: &Merge,
    context: &Context,
) -> Result<(), Failure> {
    let asked = Sensitivity { format: arguments.format.unwrap_or(asked.format), ..asked.clone() };
    let study = shards::of(&asked, first, context)?;
    let mut columns = Vec::new();
    join(pieces, |part| shards::append(&mut columns, part))?;
    let folder = claim(asked.results, arguments, &first.manifest.fingerprint)?;
    shards::finish(&study, &asked, columns, folder, context)
}

fn claim(results: Results, arguments: &Merge, fingerprint: &str) -> Result<Option<Folder>, Failure> {
    match (results, &arguments.out) {
        (Results::None, _) | (_, None) => Ok(None),
        (_, Some(out)) => Folder::claim(out, fingerprint, arguments.force).map(Some),
    }
}

/// The run that the parts are parts of, read again from what stands beside them.
pub fn ready<'r>(parts: &Parts, run: &'r Run, context: &Context) -> Result<Ready<'r>, Failure> {
    let mut ready = Ready::new(run, parts.input(context)?)?;
    parts.fits(&ready.provenance.fingerprint)?;
    if let Kind::Run { cautions, .. } = &parts.manifest.study {
        ready.cautions.clone_from(cautions);
    }
    Ok(ready)
}

/// All parts by their headers, in the order of their trials.
fn pieces(all: &[Parts]) -> Result<Vec<Piece>, Failure> {
    let mut pieces = Vec::new();
    for folder in all {
        for (path, _) in parts(&folder.path, "part") {
            // What is torn is missing; `join` says so of what is torn further behind.
            let Some(header) = Stored::header(&beginning(&path, HEADER)?) else { continue };
            if header.key != folder.manifest.fingerprint {
                return Err(Failure::Usage(format!(
                    "`{}` is no part of the run that its folder holds ({})",
                    path.display(),
                    header
                        .about
                        .iter()
                        .map(|(name, fact)| format!("{name} {fact}"))
                        .collect::<Vec<_>>()
                        .join(", ")
                )));
            }
            // A shard of less than a trial: there are more shards than trials.
            if header.trials > 0 {
                let ends = Ends { from: header.from, to: header.from + header.trials };
                pieces.push(Piece { path, ends });
            }
        }
    }
    pieces.sort_by(|a, b| (a.ends.from, a.ends.to, &a.path).cmp(&(b.ends.from, b.ends.to, &b.path)));
    Ok(pieces)
}

/// The numbers of the shards that are missing.
pub fn missing(all: &[Parts], of: u64) -> Result<Vec<u64>, Failure> {
    let trials = all.first().map_or(0, |first| first.manifest.trials);
    Ok(uncovered(&pieces(all)?, trials, of))
}

/// The numbers of the shards that no part covers.
fn uncovered(pieces: &[Piece], trials: u64, of: u64) -> Vec<u64> {
    let covered = |number: &u64| {
        let wanted = study::shard(trials, (*number, of));
        let behind = pieces.partition_point(|piece| piece.ends.from <= wanted.start);
        wanted.is_empty() || behind > 0 && pieces[behind - 1].ends.to >= wanted.end
    };
    (1..=of).filter(|number| !covered(number)).collect()
}

/// That the parts make up the run: everything that keeps them from it, at once.
fn complete(pieces: &[Piece], first: &Parts, of: Option<u64>) -> Result<(), Failure> {
    let ends: Vec<Ends> = pieces.iter().map(|piece| piece.ends).collect();
    let trials = first.manifest.trials;
    let gaps = study::tiled(&ends, trials);
    let overlaps: Vec<String> = gaps
        .iter()
        .filter_map(|gap| match gap {
            Gap::Overlap(a, b) => {
                let (a, b) = (&pieces[*a], &pieces[*b]);
                Some(format!(
                    "`{}` and `{}` overlap: trials {} to {}, and {} to {}",
                    a.path.display(),
                    b.path.display(),
                    a.ends.from,
                    a.ends.to - 1,
                    b.ends.from,
                    b.ends.to - 1
                ))
            }
            Gap::Missing(_) => None,
        })
        .collect();
    if !overlaps.is_empty() {
        return Err(Failure::Usage(told(overlaps)));
    }
    let lacking: Vec<String> = match of {
        Some(of) => uncovered(pieces, trials, of)
            .into_iter()
            .map(|number| {
                let range = study::shard(trials, (number, of));
                format!("shard {number}/{of} is missing: trials {} to {}", range.start, range.end - 1)
            })
            .collect(),
        None => gaps
            .iter()
            .filter_map(|gap| match gap {
                Gap::Missing(ends) => Some(format!("trials {} to {} are missing", ends.from, ends.to - 1)),
                Gap::Overlap(..) => None,
            })
            .collect(),
    };
    if lacking.is_empty() { Ok(()) } else { Err(Failure::File(told(lacking))) }
}

/// Hands on all parts in order; fails where one is torn, and names all that are.
fn join(pieces: &[Piece], mut append: impl FnMut(Stored) -> Result<(), String>) -> Result<(), Failure> {
    let mut torn = Vec::new();
    for piece in pieces {
        match whole(&piece.path)? {
            // Once one is torn, the others are only looked at.
            Some(_) if !torn.is_empty() => {}
            Some(part) => {
                append(part).map_err(|why| Failure::Usage(format!("`{}`: {why}", piece.path.display())))?;
            }
            None => torn.push(format!(
                "`{}` is torn: trials {} to {} are missing; the command that made it makes it again",
                piece.path.display(),
                piece.ends.from,
                piece.ends.to - 1
            )),
        }
    }
    if torn.is_empty() { Ok(()) } else { Err(Failure::File(told(torn))) }
}

/// What is kept in a file, where it is whole.
fn whole(path: &Path) -> Result<Option<Stored>, Failure> {
    let bytes = std::fs::read(path).map_err(|error| {
        let why = crate::cli::files::plainly(&error);
        Failure::File(format!("`{}` cannot be read: {why}", path.display()))
    })?;
    Ok(Stored::decode(&bytes))
}
