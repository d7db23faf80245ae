//! The parts of a run put together: to its trials, and through the code of `run` to its results.

use std::path::{Path, PathBuf};

use super::{list, shards, told, undivided};
use crate::cli::args::Merge;
use crate::cli::files::{Folder, beginning, parts};
use crate::cli::manifest::{Kind, Parts};
use crate::cli::run::Ready;
use crate::cli::simulation::{fits_in_memory, interrupt};
use crate::cli::{Context, Failure};
use crate::outcome::Trials;
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
    if arguments.missing {
        let of = shards(all).ok_or_else(undivided)?;
        return list(&missing(&pieces, first.manifest.trials, of));
    }
    complete(&pieces, first, shards(all))?;
    let Kind::Run { arguments: run, .. } = &first.manifest.study else { return Ok(()) };
    let mut run = run.clone();
    run.format = arguments.format.unwrap_or(run.format);
    let mut ready = ready(first, &run, context)?;
    fits_in_memory(ready.input.model.trials, ready.plan.columns.len())?;
    let pool = Pool::new(0).map_err(Failure::Usage)?;
    let stop = interrupt();
    ready.sample(&pool);
    let line = ready.line(context);
    line.note("reading parts");
    let trials = join(&pieces, &ready)?;
    // Only now, as nothing is missing: the first word of the results.
    let folder = match (run.results, &arguments.out) {
        (crate::cli::args::Results::None, _) | (_, None) => None,
        (_, Some(out)) => Some(Folder::claim(out, &ready.provenance.fingerprint, arguments.force)?),
    };
    ready.finish((trials, None), folder, line, (&pool, &stop), context)
}

/// The run that the parts are parts of, read again from what stands beside them.
pub fn ready<'r>(
    parts: &Parts,
    run: &'r crate::cli::args::Run,
    context: &Context,
) -> Result<Ready<'r>, Failure> {
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

/// The numbers of the shards that no part covers.
fn missing(pieces: &[Piece], trials: u64, of: u64) -> Vec<u64> {
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
        Some(of) => missing(pieces, trials, of)
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

/// The trials of all parts.
fn join(pieces: &[Piece], ready: &Ready) -> Result<Trials, Failure> {
    let mut trials = Trials::none(&ready.plan, ready.input.model.trials);
    let mut torn = Vec::new();
    for piece in pieces {
        match whole(&piece.path)? {
            // Once one is torn, the others are only looked at.
            Some(_) if !torn.is_empty() => {}
            Some(part) => study::append(&mut trials, part)
                .map_err(|why| Failure::Usage(format!("`{}`: {why}", piece.path.display())))?,
            None => torn.push(format!(
                "`{}` is torn: trials {} to {} are missing; the command that made it makes it again",
                piece.path.display(),
                piece.ends.from,
                piece.ends.to - 1
            )),
        }
    }
    if torn.is_empty() { Ok(trials) } else { Err(Failure::File(told(torn))) }
}

/// What is kept in a file, where it is whole.
fn whole(path: &Path) -> Result<Option<Stored>, Failure> {
    let bytes = std::fs::read(path).map_err(|error| {
        let why = crate::cli::files::plainly(&error);
        Failure::File(format!("`{}` cannot be read: {why}", path.display()))
    })?;
    Ok(Stored::decode(&bytes))
}
