//! The parts of a sweep put together, point by point.

use super::{shards, told};
use crate::cli::args::{Format, Merge};
use crate::cli::files::Folder;
use crate::cli::manifest::{Kind, Parts};
use crate::cli::study::{Asks, Study};
use crate::cli::{Context, Failure};
use crate::parallel::Pool;

/// Joins them.
pub fn merge(all: &[Parts], arguments: &Merge, context: &Context) -> Result<(), Failure> {
    let Some(first) = all.first() else { return Ok(()) };
    let study = study(first, Pool::new(0).map_err(Failure::Usage)?, context)?;
    let of = shards(all);
    let holders = holders(&study, all);
    for (point, holders) in holders.iter().enumerate() {
        if let [a, b, ..] = holders[..] {
            let (a, b) = (all[a].path.display(), all[b].path.display());
            return Err(Failure::Usage(format!("`{a}` and `{b}` overlap: both have point {point}")));
        }
    }
    let missing: Vec<String> = match of {
        Some(of) => (1..=of)
            .filter_map(|number| match lacking(&study, &holders, (number, of)) {
                (0, _) => None,
                (n, points) if n == points => {
                    Some(format!("shard {number}/{of} is missing: {points} points"))
                }
                (n, points) => Some(format!(
                    "shard {number}/{of} lacks {n} of its {points} points; the command that made it goes on"
                )),
            })
            .collect(),
        None => study
            .right_points(None)
            .into_iter()
            .filter(|point| holders[*point].is_empty())
            .map(|point| format!("point {point} is missing"))
            .collect(),
    };
    if !missing.is_empty() {
        return Err(Failure::File(told(missing)));
    }
    let Some(out) = &arguments.out else { return Ok(()) };
    let folder = Folder::claim(out, &study.sweep.identity(), arguments.force)?;
    for point in study.right_points(None) {
        let key = study.sweep.key(point);
        if let Some(bytes) = holders[point].first().and_then(|&f| all[f].folder.kept(&key)) {
            folder.keep(&key, &bytes)?;
        }
    }
    study.finish(&folder, arguments.format.unwrap_or(Format::Text), context)
}

/// By point, the folders that hold it.
fn holders(study: &Study, all: &[Parts]) -> Vec<Vec<usize>> {
    study.pool.indices(study.sweep.points.len(), |point| {
        (0..all.len()).filter(|&f| study.missing(point, &all[f].folder).is_none()).collect()
    })
}

/// How many points of a shard nobody holds, and of how many.
fn lacking(study: &Study, holders: &[Vec<usize>], shard: (u64, u64)) -> (usize, usize) {
    let points = study.right_points(Some(shard));
    (points.iter().filter(|point| holders[**point].is_empty()).count(), points.len())
}

/// The numbers of the shards that lack points.
pub fn missing(all: &[Parts], of: u64, context: &Context) -> Result<Vec<u64>, Failure> {
    let Some(first) = all.first() else { return Ok(Vec::new()) };
    let study = study(first, Pool::new(0).map_err(Failure::Usage)?, context)?;
    let holders = holders(&study, all);
    Ok((1..=of).filter(|number| lacking(&study, &holders, (*number, of)).0 > 0).collect())
}

/// The sweep that the parts are parts of, read again from what stands beside them.
pub fn study(part: &Parts, pool: Pool, context: &Context) -> Result<Study, Failure> {
    let manifest = part.manifest.clone();
    let Kind::Sweep { vary, design, metrics, threshold, .. } = manifest.study else {
        return Err(Failure::Usage(format!("`{}` holds no parts of a sweep", part.path.display())));
    };
    let asks = Asks { vary, design, metrics, threshold };
    let mut study = Study::new(part.input(context)?, asks, Vec::new(), pool, context)?;
    part.fits(&study.manifest.fingerprint)?;
    // The words of the first command, which this one only completes.
    study.manifest.command.clone_from(&manifest.command);
    study.provenance.command = manifest.command;
    Ok(study)
}
