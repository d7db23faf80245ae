//! `shortfall merge`: the parts of a run or a sweep joined, exactly, in any order.

mod points;
mod rounds;
mod trials;

pub use points::study as sweep;
pub use trials::ready;

use super::args::Merge;
use super::manifest::{Kind, Parts};
use super::{Context, Failure, print};

/// Runs the command.
pub fn merge(arguments: &Merge, context: &Context) -> Result<(), Failure> {
    let parts: Vec<Parts> =
        arguments.folders.iter().map(|path| Parts::read(path)).collect::<Result<_, _>>()?;
    Parts::agree(&parts)?;
    if arguments.missing {
        let Numbers { missing, .. } = missing(&parts, context)?;
        return print(&missing.iter().map(|number| format!("{number}\n")).collect::<String>());
    }
    match parts.first().map(|part| &part.manifest.study) {
        Some(Kind::Run { .. } | Kind::Sensitivity { .. }) => trials::merge(&parts, arguments, context),
        Some(Kind::Sweep { .. }) => points::merge(&parts, arguments, context),
        None => Ok(()),
    }
}

/// The numbers of the shards that are missing, of so many.
pub struct Numbers {
    pub of: u64,
    pub missing: Vec<u64>,
    /// How many more are not there, which a run that goes on until it has enough trials does not want so far.
    pub later: usize,
}

/// Which shards are missing in folders that hold parts of one study.
pub fn missing(parts: &[Parts], context: &Context) -> Result<Numbers, Failure> {
    let of = shards(parts).ok_or_else(|| {
        let why = "the parts are of several divisions, or of none, so that what is missing has no numbers; \
                   `shortfall merge` tells it in words";
        Failure::Usage(why.to_owned())
    })?;
    let (missing, later) = match parts.first().map(|part| &part.manifest.study) {
        Some(Kind::Sweep { .. }) => (points::missing(parts, of, context)?, 0),
        _ => trials::missing(parts, of, context)?,
    };
    Ok(Numbers { of, missing, later })
}

/// Into how many shards all parts are divided, where that is the same.
fn shards(parts: &[Parts]) -> Option<u64> {
    let first = parts.first()?.manifest.shards;
    first.filter(|_| parts.iter().all(|part| part.manifest.shards == first))
}

/// The first of many lines, and how many more there are.
fn told(mut lines: Vec<String>) -> String {
    const TOLD: usize = 20;
    let more = lines.len().saturating_sub(TOLD);
    lines.truncate(TOLD);
    if more > 0 {
        lines.push(format!(
            "and {more} more; `shortfall merge DIR… --missing` prints the numbers of all missing shards"
        ));
    }
    lines.join("\nerror: ")
}
