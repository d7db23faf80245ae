//! One part of a study of sensitivity: a range of the trials of all its points; and such parts put together.

use std::path::{Path, PathBuf};

use super::Study;
use crate::cli::args::{Divided, Method, Sensitivity, Target};
use crate::cli::files::Folder;
use crate::cli::foretell::{self, Foretold, Kept, Size};
use crate::cli::manifest::{Division, Kind, Manifest, Parts};
use crate::cli::simulation::{fits_in_memory, interrupt, room};
use crate::cli::{Context, Failure, remark, shard};
use crate::parallel::Pool;
use crate::statistics::Column;
use crate::study::sensitivity::Walk;
use crate::study::{self, Stored};

/// The study that a folder of parts is about, as that folder knows it; `arguments` say what is done of it.
pub fn of_folder(arguments: &Sensitivity, parts: &Parts, context: &Context) -> Result<(), Failure> {
    let Kind::Sensitivity { arguments: known } = &parts.manifest.study else {
        let (shown, name) = (parts.path.display(), parts.manifest.study.name());
        return Err(Failure::Usage(format!("`{shown}` holds parts of a {name}: shortfall {name} {shown}")));
    };
    let mut asked = known.as_ref().clone();
    asked.sampled.threads = arguments.sampled.threads;
    asked.divided = arguments.divided.clone();
    let out = arguments.target.out.clone().unwrap_or_else(|| parts.path.clone());
    asked.target = Target { out: Some(out), force: false };
    part(&of(&asked, parts, context)?, &asked, context)
}

/// The study of a folder of parts, read again.
pub fn of(arguments: &Sensitivity, parts: &Parts, context: &Context) -> Result<Study, Failure> {
    let study = Study::of(arguments, parts.input(context)?, None, context)?;
    parts.fits(&study.provenance.fingerprint)?;
    Ok(study)
}

/// Does the part that is asked for, or only foretells what it takes.
pub fn part(study: &Study, arguments: &Sensitivity, context: &Context) -> Result<(), Failure> {
    divisible(study, arguments)?;
    let pool = arguments.sampled.pool()?;
    let divided = &arguments.divided;
    if divided.plan {
        let shards = divided.shard.map(|shard| shard.of);
        return foretell(study, arguments.method, shards, &pool).say(arguments.format);
    }
    match divided.shard {
        Some(shard) => one(study, arguments, shard.number(context)?, (&pool, context)),
        None => Ok(()),
    }
}

/// That a study can be divided.
pub fn divisible(study: &Study, arguments: &Sensitivity) -> Result<(), Failure> {
    let of_one_run = matches!(arguments.method, Method::Rank | Method::Discover);
    if !of_one_run && study.run.is_none() {
        return Ok(());
    }
    let why = "rank and discover look at the trials of one run: divide that (`shortfall run --shard`), merge it, and name \
               its folder here";
    Err(Failure::Usage(why.to_owned()))
}

/// What the study takes in so many parts, or in as many as would do: a trial of it is one of each of its points.
pub fn foretell(study: &Study, method: Method, shards: Option<u64>, pool: &Pool) -> Foretold {
    let (points, trials) = (study.points(method), study.target.trials);
    // A trial at one point is one number; the parts are held together where they are joined.
    let kept = Kept::Columns { columns: 1, joined: true };
    let size = Size { trials: trials.saturating_mul(points as u64), divisible: trials, kept, shards };
    foretell::foretell(&size, pool, |trials| foretell::packed(&study.plan, trials, 1, pool))
}

/// Bytes of memory that one of so many parts needs.
pub fn memory(study: &Study, method: Method, of: u64) -> u64 {
    room(study.target.trials.div_ceil(of), study.points(method))
}

/// Does one part, unless it is there already.
fn one(
    study: &Study,
    arguments: &Sensitivity,
    (number, of): (u64, u64),
    (pool, context): (&Pool, &Context),
) -> Result<(), Failure> {
    let range = study::shard(study.target.trials, (number, of));
    fits_in_memory(range.end - range.start, study.points(arguments.method))?;
    let folder = division(study, arguments, arguments.target.out.as_deref(), of).sign()?;
    let name = format!("{number}-of-{of}");
    if shard::there(&folder, &name, &study.provenance.fingerprint, &range) {
        if !context.quiet {
            remark(&format!("shard {number}/{of} is there already, and whole\n"));
        }
        return Ok(());
    }
    let stop = interrupt();
    folder.begin(&name);
    let mut walk = Walk::Part(range.clone(), None);
    study.run(arguments.method, &mut walk, pool, &stop, context)?;
    let Walk::Part(_, Some(columns)) = walk else {
        folder.give_up(&name);
        return Err(Failure::Paused(format!("interrupted; nothing is kept of shard {number}/{of}")));
    };
    let columns = columns.iter().map(|values| Column::from(&values[..])).collect();
    folder.keep_part(&name, &study::columns(columns, range, &study.provenance).encode())?;
    shard::done((number, of), &folder, context);
    Ok(())
}

/// A study that is divided into so many parts.
pub fn division(study: &Study, arguments: &Sensitivity, out: Option<&Path>, of: u64) -> Division {
    let Study { input, provenance, .. } = study;
    let name = format!("sensitivity-{}-shards", input.model.seed);
    let place = || PathBuf::from("output").join(&input.stem).join(name);
    let mut arguments = arguments.clone();
    arguments.file.clone_from(&input.file);
    arguments.sampled = arguments.sampled.named();
    arguments.target = Target::default();
    arguments.divided = Divided::default();
    Division {
        path: out.map_or_else(place, Path::to_owned),
        claim: format!("{} shards", provenance.fingerprint),
        manifest: Manifest::new(input, provenance, Kind::Sensitivity { arguments: Box::new(arguments) }, of),
        scenario: input.document.to_toml(),
        first: None,
    }
}

/// Concludes from the columns of all parts, and writes what one process would have written.
pub fn finish(
    study: &Study,
    arguments: &Sensitivity,
    columns: Vec<Vec<f64>>,
    folder: Option<Folder>,
    context: &Context,
) -> Result<(), Failure> {
    let pool = Pool::new(0).map_err(Failure::Usage)?;
    study.finish(arguments, Walk::Known(columns), folder, (&pool, &interrupt()), context)
}

/// Puts the next part behind the columns that are there.
pub fn append(columns: &mut Vec<Vec<f64>>, part: Stored) -> Result<(), String> {
    if columns.is_empty() {
        columns.resize(part.columns.len(), Vec::new());
    }
    if part.columns.len() != columns.len() || columns.iter().any(|own| own.len() as u64 != part.from) {
        return Err("its columns are not what comes next".to_owned());
    }
    for (own, (_, values)) in columns.iter_mut().zip(part.columns) {
        own.extend(&values);
    }
    Ok(())
}
