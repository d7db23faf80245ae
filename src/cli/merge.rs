//! `shortfall merge`: the parts of a run or a sweep joined, exactly, in any order.

mod points;
mod trials;

pub use trials::ready;

use super::args::Merge;
use super::manifest::{Kind, Parts};
use super::{Context, Failure, print};

/// Runs the command.
pub fn merge(arguments: &Merge, context: &Context) -> Result<(), Failure> {
    let parts: Vec<Parts> =
        arguments.folders.iter().map(|path| Parts::read(path)).collect::<Result<_, _>>()?;
    Parts::agree(&parts)?;
    match parts.first().map(|part| &part.manifest.study) {
        Some(Kind::Run { .. }) => trials::merge(&parts, arguments, context),
        Some(Kind::Sweep { .. }) => points::merge(&parts, arguments, context),
        None => Ok(()),
    }
}

/// Into how many shards all parts are divided, where that is the same.
fn shards(parts: &[Parts]) -> Option<u64> {
    let first = parts.first()?.manifest.shards;
    first.filter(|_| parts.iter().all(|part| part.manifest.shards == first))
}

/// Prints the numbers of missing shards.
fn list(missing: &[u64]) -> Result<(), Failure> {
    print(&missing.iter().map(|number| format!("{number}\n")).collect::<String>())
}

/// What has no numbers to be printed.
fn undivided() -> Failure {
    Failure::Usage("the parts are of several divisions, so that what is missing has no numbers; leave out --missing to see it in words".to_owned())
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
