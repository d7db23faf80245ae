//! `shortfall status`: how far a divided study has come, from what stands in its folder.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde_json::json;

use super::args::{Plain, Status};
use super::files::parts;
use super::foretell::time;
use super::manifest::{Kind, Parts};
use super::merge::{self, Numbers};
use super::simulation::quoted;
use super::{Context, Failure, json_text, print};
use crate::quantity::words;

/// How far a study has come.
pub struct Come {
    /// Into how many shards it is divided.
    pub shards: u64,
    /// Those that are not done and wanted now.
    pub missing: Vec<u64>,
    /// How many more are not done, and not wanted so far.
    pub later: u64,
    /// Those of them that somebody has begun with, and how long ago.
    pub begun: Vec<(u64, Duration)>,
    /// Time left at the pace so far, in seconds; none where there is no pace yet.
    pub left: Option<f64>,
}

/// Runs the command.
pub fn status(arguments: &Status, context: &Context) -> Result<(), Failure> {
    let parts = Parts::read(&arguments.folder)?;
    let come = come(&parts, context)?;
    let manifest = &parts.manifest;
    let done = come.shards - come.missing.len() as u64 - come.later;
    if arguments.format == Plain::Json {
        let begun = |(shard, since): &(u64, Duration)| json!({ "shard": shard, "seconds": since.as_secs() });
        return print(&json_text(&json!({
            "study": manifest.study.name(),
            "command": manifest.command,
            "fingerprint": manifest.fingerprint,
            "shards": come.shards,
            "done": done,
            "missing": come.missing,
            "later": come.later,
            "begun": come.begun.iter().map(begun).collect::<Vec<_>>(),
            "seconds_left": come.left,
        })));
    }
    let mut text = format!("study    {}\n", manifest.command);
    text.push_str(&format!("done     {done} of {} shards\n", words::count(come.shards as f64)));
    if !come.missing.is_empty() {
        text.push_str(&format!("missing  {}\n", ranges(&come.missing)));
    }
    if come.later > 0 {
        let later = words::count(come.later as f64);
        text.push_str(&format!("later    {later} more, if the figures are not known well enough by then\n"));
    }
    if let Some(longest) = come.begun.iter().map(|(_, since)| *since).max() {
        let numbers: Vec<u64> = come.begun.iter().map(|(number, _)| *number).collect();
        text.push_str(&format!(
            "begun    {}; the first {} ago (what was killed has begun, too)\n",
            ranges(&numbers),
            time(longest.as_secs_f64())
        ));
    }
    if let (Some(left), false) = (come.left, come.missing.is_empty()) {
        text.push_str(&format!("left     {} at the pace of the last ones\n", time(left)));
    }
    let shown = quoted(&arguments.folder.display().to_string());
    text.push_str(&if come.missing.is_empty() {
        format!("next:  shortfall merge {shown} --out DIR\n")
    } else {
        format!("next:  shortfall submit {shown} --engine ENGINE goes on with what is missing\n")
    });
    print(&text)
}

/// How far the study in a folder has come.
pub fn come(parts: &Parts, context: &Context) -> Result<Come, Failure> {
    let Numbers { of, missing, later } = merge::missing(std::slice::from_ref(parts), context)?;
    let left = left(parts, of, missing.len());
    Ok(Come { shards: of, begun: begun(parts, &missing), left, missing, later: later as u64 })
}

/// The shards that somebody has begun with and that are not there yet.
fn begun(of: &Parts, missing: &[u64]) -> Vec<(u64, Duration)> {
    let number = |path: &Path| path.file_stem()?.to_str()?.split('-').next()?.parse::<u64>().ok();
    let found = parts(&of.path, "begun");
    let own = |(path, since): &(PathBuf, SystemTime)| {
        let number = number(path).filter(|number| missing.contains(number))?;
        Some((number, since.elapsed().unwrap_or_default()))
    };
    let mut begun: Vec<(u64, Duration)> = found.iter().filter_map(own).collect();
    begun.sort();
    begun
}

/// What is missing takes as long as so many of the last ones did.
fn left(of: &Parts, shards: u64, missing: usize) -> Option<f64> {
    const LAST: usize = 100;
    let mut written: Vec<SystemTime> = match of.manifest.study {
        Kind::Sweep { .. } => super::files::points(&of.path),
        _ => parts(&of.path, "part").into_iter().map(|(_, written)| written).collect(),
    };
    written.sort();
    let last = &written[written.len().saturating_sub(LAST)..];
    let (first, end) = (last.first()?, last.last()?);
    let span = end.duration_since(*first).ok()?.as_secs_f64();
    let all = match of.manifest.study {
        // Its pace is that of points.
        Kind::Sweep { points, .. } => points as f64 / shards as f64,
        _ => 1.0,
    };
    (last.len() > 1).then(|| span / (last.len() - 1) as f64 * all * missing as f64)
}

/// Numbers in rising order, as engines write them: 3,17-20.
pub fn ranges(numbers: &[u64]) -> String {
    let runs = numbers.chunk_by(|a, b| a + 1 == *b);
    let words: Vec<String> = runs
        .map(|run| match run {
            [one] => one.to_string(),
            [first, .., last] => format!("{first}-{last}"),
            [] => String::new(),
        })
        .collect();
    words.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_engines_read_them() {
        assert_eq!(ranges(&[1, 2, 3, 7, 9, 10]), "1-3,7,9-10");
        assert_eq!((ranges(&[4]), ranges(&[])), ("4".to_owned(), String::new()));
    }
}
