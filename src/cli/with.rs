//! Results of studies that a report shows too, held to be of the scenario of its run.

use std::path::{Path, PathBuf};

use super::args::Changes;
use super::files::Disk;
use super::input::{self, Input};
use super::{Context, Failure};
use crate::outcome::{Metric, Provenance};
use crate::plan::Plan;
use crate::scenario::{Files, Node, Value};
use crate::study::{self, Kept};

/// The folder of a study, with its `summary.json` and its scenario.
pub struct Study {
    folder: PathBuf,
    summary: String,
    input: Input,
}

/// Reads the folders; a study may be named once.
pub fn read(folders: &[PathBuf], context: &Context) -> Result<Vec<Study>, Failure> {
    let mut studies: Vec<(Study, Provenance)> = Vec::new();
    for folder in folders {
        let (study, of) = one(folder, context)?;
        if let Some((known, _)) = studies.iter().find(|(_, known)| known.fingerprint == of.fingerprint) {
            return Err(Failure::Usage(format!(
                "--with `{}` and --with `{}` are the same study; name it once",
                known.folder.display(),
                folder.display()
            )));
        }
        studies.push((study, of));
    }
    Ok(studies.into_iter().map(|(study, _)| study).collect())
}

fn one(folder: &Path, context: &Context) -> Result<(Study, Provenance), Failure> {
    let refuse = |why: String| Err(Failure::File(format!("--with `{}` {why}", folder.display())));
    let made = "name one that `shortfall compare` or `shortfall sensitivity` has written";
    if !folder.is_dir() {
        return refuse(format!("is no folder; {made}"));
    }
    if !folder.join("summary.json").exists() {
        return refuse(format!("holds no study: there is no summary.json in it; {made}"));
    }
    let read = |name: &str| {
        let path = folder.join(name);
        Disk.read(&path).map_err(|why| Failure::File(format!("`{}` cannot be read: {why}", path.display())))
    };
    let summary = read("summary.json")?;
    let (of, fingerprint) = study::read_provenance(&summary).map_err(|why| damaged(folder, &why))?;
    let own = env!("CARGO_PKG_VERSION");
    if of.version != own {
        return refuse(format!(
            "was written by version {}, and this is {own}: run it again\n{}",
            of.version, of.command
        ));
    }
    read("scenario.toml")?;
    let path = folder.join("scenario.toml").display().to_string();
    let input = input::read(&path, &Changes::default(), context)?;
    if input.fingerprint() != fingerprint {
        return refuse(format!(
            "is not whole: its scenario.toml is not what was studied; run it again\n{}",
            of.command
        ));
    }
    Ok((Study { folder: folder.to_owned(), summary, input }, of))
}

fn damaged(folder: &Path, why: &str) -> Failure {
    Failure::File(format!("`{}` cannot be shown: {why}", folder.join("summary.json").display()))
}

impl Study {
    /// What it has found, if it is of the scenario of this run; seed and number of trials may be others.
    pub fn of(&self, run: &Path, input: &Input, plan: &Plan, metrics: &[Metric]) -> Result<Kept, Failure> {
        if let Some(path) = differs(&self.input.document.root, &input.document.root, "") {
            return Err(Failure::File(format!(
                "--with `{}` is of another scenario than `{}`: they differ in `{path}`; study the scenario of the run, {}",
                self.folder.display(),
                run.display(),
                run.join("scenario.toml").display()
            )));
        }
        study::read(&self.summary, &input.model, plan, metrics).map_err(|why| damaged(&self.folder, &why))
    }
}

/// The path of the first entry in which two scenarios differ, but for the seed and the number of trials.
fn differs(one: &Node, other: &Node, path: &str) -> Option<String> {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    let same = match (&one.value, &other.value) {
        (Value::Table(a), Value::Table(b)) => {
            let keys = a.entries.keys().chain(b.entries.keys().filter(|key| a.get(key).is_none()));
            return keys.map(|key| (below(key), a.get(key), b.get(key))).find_map(|(path, a, b)| {
                match (a, b) {
                    _ if path == "scenario.trials" || path == "scenario.seed" => None,
                    (Some(a), Some(b)) => differs(a, b, &path),
                    _ => Some(path),
                }
            });
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            return a.iter().zip(b).enumerate().find_map(|(i, (a, b))| differs(a, b, &below(&i.to_string())));
        }
        (a, b) => a == b,
    };
    (!same).then(|| path.to_owned())
}
