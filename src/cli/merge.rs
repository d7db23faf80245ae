//! `shortfall merge`: the parts of a sweep joined, exactly, in any order.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::args::{Changes, Merge};
use super::files::{Disk, Folder};
use super::input;
use super::study::{Asks, MANIFEST, Manifest, Study};
use super::{Context, Failure};
use crate::parallel::Pool;
use crate::scenario::Files;

/// A folder with a part of a sweep.
struct Part {
    path: PathBuf,
    manifest: Manifest,
    scenario: String,
    folder: Folder,
}

/// Runs the command.
pub fn merge(arguments: &Merge, context: &Context) -> Result<(), Failure> {
    let parts: Vec<Part> = arguments.folders.iter().map(|path| part(path)).collect::<Result<_, _>>()?;
    let Some(first) = parts.first() else { return Ok(()) };
    for other in &parts[1..] {
        if let Some(what) = differs(first, other) {
            let (a, b) = (first.path.display(), other.path.display());
            return Err(Failure::Usage(format!("`{a}` and `{b}` are parts of different sweeps: {what}")));
        }
    }
    let shards = divided(&parts)?;
    let study = study(first, context)?;
    let folder = Folder::claim(&arguments.out, &study.sweep.identity(), arguments.force)?;
    join(&study, &shards, &folder)?;
    study.finish(&folder, arguments.format, context)
}

fn part(path: &Path) -> Result<Part, Failure> {
    let read = |name: &str| {
        Disk.read(&path.join(name)).map_err(|why| {
            Failure::File(format!(
                "`{}` holds no part of a sweep: its {name} cannot be read: {why}",
                path.display()
            ))
        })
    };
    let manifest = serde_json::from_str(&read(MANIFEST)?).map_err(|error| {
        Failure::File(format!(
            "`{}` holds no part of a sweep: its {MANIFEST} is broken: {error}",
            path.display()
        ))
    })?;
    let scenario = read("scenario.toml")?;
    let gone = || Failure::File(format!("`{}` holds no results", path.display()));
    let folder = Folder::of_results(path).ok_or_else(gone)?;
    Ok(Part { path: path.to_owned(), manifest, scenario, folder })
}

/// In what two parts differ that parts of one sweep have in common; none where in nothing.
fn differs(a: &Part, b: &Part) -> Option<String> {
    let (m, n) = (&a.manifest, &b.manifest);
    let listed = |list: &[String]| list.join(", ");
    let pairs = [
        ("version", m.version.clone(), n.version.clone()),
        ("scenario", m.file.clone(), n.file.clone()),
        ("seed", m.seed.to_string(), n.seed.to_string()),
        ("trials", m.trials.to_string(), n.trials.to_string()),
        ("variations", listed(&m.vary), listed(&n.vary)),
        ("design", m.design.clone(), n.design.clone()),
        ("metrics", listed(&m.metrics), listed(&n.metrics)),
        ("threshold", listed(m.threshold.as_slice()), listed(n.threshold.as_slice())),
    ];
    let named =
        pairs.into_iter().find(|(_, a, b)| a != b).map(|(what, a, b)| format!("{what} `{a}` and `{b}`"));
    let scenario = || (a.scenario != b.scenario).then(|| "what is in their scenario".to_owned());
    let rest = || (m.fingerprint != n.fingerprint).then(|| "fingerprint".to_owned());
    named.or_else(scenario).or_else(rest)
}

/// The parts by the number of their shard, all of one division and none twice.
fn divided(parts: &[Part]) -> Result<BTreeMap<usize, &Part>, Failure> {
    let mut shards: BTreeMap<usize, &Part> = BTreeMap::new();
    let of = |part: &Part| part.manifest.shard.unwrap_or((1, 1));
    for part in parts {
        let (number, all) = of(part);
        let (_, expected) = of(&parts[0]);
        if all != expected {
            let (a, b) = (parts[0].path.display(), part.path.display());
            let why = format!("`{a}` is one of {expected} shards, `{b}` one of {all}: they overlap");
            return Err(Failure::Usage(why));
        }
        if let Some(twin) = shards.insert(number, part) {
            let (a, b) = (twin.path.display(), part.path.display());
            return Err(Failure::Usage(format!("`{a}` and `{b}` overlap: both are shard {number}/{all}")));
        }
    }
    Ok(shards)
}

/// The study that the parts are parts of, read again from what stands beside them.
fn study(part: &Part, context: &Context) -> Result<Study, Failure> {
    let scenario = part.path.join("scenario.toml");
    let mut input = input::read(&scenario.display().to_string(), &Changes::default(), context)?;
    let manifest = part.manifest.clone();
    input.file = manifest.file;
    input.stem = manifest.stem;
    let asks = Asks {
        vary: manifest.vary,
        design: manifest.design,
        metrics: manifest.metrics,
        threshold: manifest.threshold,
    };
    let pool = Pool::new(0).map_err(Failure::Usage)?;
    let mut study = Study::new(input, asks, Vec::new(), pool, context)?;
    if study.manifest.fingerprint != manifest.fingerprint {
        let why = "its study.json does not belong to its scenario.toml, or to this version of shortfall";
        return Err(Failure::Usage(format!("`{}`: {why}", part.path.display())));
    }
    // The words of the first command, which this one only completes.
    study.manifest.command.clone_from(&manifest.command);
    study.provenance.command = manifest.command;
    Ok(study)
}

/// Copies all points into one folder; tells all that is missing before it begins.
fn join(study: &Study, shards: &BTreeMap<usize, &Part>, folder: &Folder) -> Result<(), Failure> {
    let all = shards.values().next().and_then(|part| part.manifest.shard).map_or(1, |(_, all)| all);
    let mut missing = Vec::new();
    for number in 1..=all {
        let points = study.right_points(Some((number, all)));
        let lacking =
            |part: &Part| points.iter().filter(|p| study.missing(**p, &part.folder).is_some()).count();
        match shards.get(&number) {
            None => missing.push(format!("shard {number}/{all} is missing: {} points", points.len())),
            Some(part) => match lacking(part) {
                0 => {}
                n => missing.push(format!(
                    "`{}` (shard {number}/{all}) lacks {n} of its {} points; the command that made it goes on",
                    part.path.display(),
                    points.len()
                )),
            },
        }
    }
    if !missing.is_empty() {
        return Err(Failure::File(missing.join("\nerror: ")));
    }
    for (number, part) in shards {
        for point in study.right_points(Some((*number, all))) {
            let key = study.sweep.key(point);
            if let Some(bytes) = part.folder.kept(&key) {
                folder.keep(&key, &bytes)?;
            }
        }
    }
    Ok(())
}
