//! The scenarios below a folder, in an order of their own.

use std::fs;
use std::path::{Path, PathBuf};

use super::Failure;
use super::files::{self, Disk};
use crate::scenario::{self, Files};

/// The files of an argument of the command line.
#[derive(Debug, Default)]
pub struct Found {
    /// Scenarios, as the user would name them.
    pub scenarios: Vec<String>,
    /// TOML files that are laid on scenarios and are none themselves.
    pub overlays: Vec<String>,
}

/// What `argument` stands for: a file is a scenario whatever is in it; a folder is searched to the bottom, in the order
/// of names. Hidden folders and results of runs are left out.
///
/// # Errors
/// Where a folder cannot be read.
pub fn scenarios(argument: &str, found: &mut Found) -> Result<(), Failure> {
    let path = Path::new(argument);
    if !path.is_dir() {
        found.scenarios.push(argument.to_owned());
        return Ok(());
    }
    folder(path, found)
}

fn folder(path: &Path, found: &mut Found) -> Result<(), Failure> {
    let unreadable = |error: &std::io::Error| {
        Failure::File(format!("`{}` cannot be read: {}", path.display(), files::plainly(error)))
    };
    let entries: Result<Vec<PathBuf>, _> =
        fs::read_dir(path).and_then(|entries| entries.map(|e| e.map(|e| e.path())).collect());
    let mut entries = entries.map_err(|e| unreadable(&e))?;
    entries.sort();
    for entry in entries {
        let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        // A link to a folder could lead round in a circle.
        if entry.is_dir() && !entry.is_symlink() {
            if !files::holds_results(&entry) {
                folder(&entry, found)?;
            }
        } else if name.ends_with(".toml") && entry.is_file() {
            let list = if is_overlay(&entry) { &mut found.overlays } else { &mut found.scenarios };
            list.push(entry.display().to_string());
        }
    }
    Ok(())
}

/// Whether a file is laid on scenarios and is none itself. What cannot be read is no overlay, so that it is told of.
fn is_overlay(path: &Path) -> bool {
    Disk.read(path).is_ok_and(|text| scenario::is_overlay(&text))
}
