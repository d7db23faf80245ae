//! Files: reading scenarios, and an output folder that is claimed before the work starts and whose files appear whole or
//! not at all.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::Failure;
use crate::scenario::Files;

/// The disk.
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> Result<String, String> {
        decoded(fs::read(path).map_err(|error| plainly(&error))?)
    }
}

/// The text in a file's bytes.
pub fn decoded(bytes: Vec<u8>) -> Result<String, String> {
    let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())?;
    // Editors on Windows put a mark at the start that is no part of the text.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// An error of the system in its own words, without its number.
pub fn plainly(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

/// Writes a file whole: to a temporary name beside it, then renamed.
pub fn replace(path: &Path, text: &str, permissions: Option<fs::Permissions>) -> std::io::Result<()> {
    let mut temporary = path.to_owned().into_os_string();
    temporary.push(format!(".{}.tmp", std::process::id()));
    let temporary = PathBuf::from(temporary);
    let written = fs::File::create(&temporary).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        permissions.map_or(Ok(()), |permissions| file.set_permissions(permissions))?;
        file.sync_all()
    });
    let renamed = written.and_then(|()| fs::rename(&temporary, path));
    if renamed.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    renamed
}

/// The name of the file that remembers whose results a folder holds.
const CLAIM: &str = ".fingerprint";

/// A folder for results.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Claims `wanted` for the results with this fingerprint. Where it holds anything else, eight digits of the
    /// fingerprint are appended to its name; with `force`, what it holds is replaced.
    pub fn claim(wanted: &Path, fingerprint: &str, force: bool) -> Result<Folder, Failure> {
        let mut path = wanted.to_owned();
        if !force && !free(&path, fingerprint) {
            path = match wanted.file_name() {
                Some(name) => {
                    let mut name = name.to_owned();
                    name.push(format!("-{}", &fingerprint[..8]));
                    wanted.with_file_name(name)
                }
                // A folder without a name of its own, such as `.`: the results go into one within it.
                None => wanted.join(format!("results-{}", &fingerprint[..8])),
            };
            if !free(&path, fingerprint) {
                return Err(Failure::File(format!(
                    "`{}` and `{}` hold other files; name another folder with --out, or replace with --force",
                    wanted.display(),
                    path.display()
                )));
            }
        }
        let folder = Folder { path };
        fs::create_dir_all(&folder.path).map_err(|e| folder.failed(&folder.path, &e))?;
        if force {
            folder.clear(&[]);
        }
        folder.write(CLAIM, fingerprint)?;
        Ok(folder)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file whole: to a temporary name beside it, then renamed.
    pub fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.path.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|e| self.failed(parent, &e))?;
        }
        replace(&path, text, None).map_err(|error| self.failed(&path, &error))
    }

    /// Takes out what an earlier run may have left, but for `kept`; what is not ours stays.
    pub fn clear(&self, kept: &[String]) {
        let charts = fs::read_dir(self.path.join("charts")).into_iter().flatten().flatten();
        let charts = charts.filter_map(|c| c.file_name().into_string().ok()).filter(|n| n.ends_with(".svg"));
        let ours = ["summary.json", "scenario.toml"].map(str::to_owned).into_iter();
        for name in ours.chain(charts.map(|n| format!("charts/{n}"))).filter(|name| !kept.contains(name)) {
            let _ = fs::remove_file(self.path.join(name));
        }
    }

    fn failed(&self, path: &Path, error: &std::io::Error) -> Failure {
        Failure::File(format!("`{}` cannot be written: {}", path.display(), plainly(error)))
    }
}

/// Whether a folder is missing, empty, or holds results with this fingerprint.
fn free(path: &Path, fingerprint: &str) -> bool {
    match fs::read_to_string(path.join(CLAIM)) {
        Ok(claimed) => claimed.trim() == fingerprint,
        Err(_) => match fs::read_dir(path) {
            Ok(mut entries) => entries.next().is_none(),
            Err(_) => !path.exists(),
        },
    }
}

/// Writes a new file that must not be there yet, unless `force`.
pub fn write_new(path: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let mut options = fs::OpenOptions::new();
    options.write(true);
    if force {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| {
        Failure::File(if error.kind() == std::io::ErrorKind::AlreadyExists {
            format!("`{}` is there already; name another, or replace it with --force", path.display())
        } else {
            format!("`{}` cannot be written: {}", path.display(), plainly(&error))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_results_are_never_overwritten() {
        let root = tempfile::tempdir().unwrap();
        let wanted = root.path().join("out");
        let (a, b) = ("a".repeat(64), "b".repeat(64));
        let first = Folder::claim(&wanted, &a, false).unwrap();
        first.write("summary.json", "{}").unwrap();
        assert_eq!(first.path(), wanted);
        assert_eq!(Folder::claim(&wanted, &a, false).unwrap().path(), wanted);
        let other = Folder::claim(&wanted, &b, false).unwrap();
        assert_eq!(other.path(), root.path().join("out-bbbbbbbb"));
        assert_eq!(fs::read_to_string(wanted.join("summary.json")).unwrap(), "{}");
        let forced = Folder::claim(&wanted, &b, true).unwrap();
        assert_eq!(forced.path(), wanted);
        assert!(!wanted.join("summary.json").exists());
    }

    #[test]
    fn a_folder_of_somebody_elses_files_is_not_used() {
        let root = tempfile::tempdir().unwrap();
        let wanted = root.path().join("mine");
        fs::create_dir(&wanted).unwrap();
        fs::write(wanted.join("thesis.txt"), "years of work").unwrap();
        let folder = Folder::claim(&wanted, &"c".repeat(64), false).unwrap();
        assert_eq!(folder.path(), root.path().join("mine-cccccccc"));
        Folder::claim(&wanted, &"c".repeat(64), true).unwrap();
        assert!(wanted.join("thesis.txt").exists());
    }
}
