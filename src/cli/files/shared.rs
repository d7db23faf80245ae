//! Folders that many processes write into at once, also from several machines: claimed without a moment at which one of them
//! could go astray, with files that each writes whole.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{CLAIM, Folder, PARTS, POINTS, names, plainly, replace};
use crate::cli::Failure;

/// What may stand in such a folder before it is claimed: other processes are at work in it.
const OURS: [&str; 6] = [CLAIM, "scenario.toml", "study.json", "job", "points", PARTS];

impl Folder {
    /// Joins those who write what has this fingerprint into `path`. Unlike a folder of one process it never gets another name.
    pub fn share(path: &Path, fingerprint: &str) -> Result<Folder, Failure> {
        let folder = Folder::of(path, fingerprint);
        fs::create_dir_all(path).map_err(|error| folder.failed(path, &error))?;
        let shown = path.display();
        let claimed = || Folder::claimed(path);
        if claimed().is_none() {
            let other = |name: &String| !OURS.contains(&name.as_str()) && !name.ends_with(".tmp");
            if let Some(name) = names(path).into_iter().find(other) {
                return Err(Failure::Usage(format!(
                    "`{shown}` holds other files, such as `{name}`; name another folder with --out"
                )));
            }
            folder.put(CLAIM, fingerprint.as_bytes())?;
        }
        match claimed() {
            Some(claim) if claim == fingerprint => Ok(folder),
            _ => Err(Failure::Usage(format!(
                "`{shown}` holds parts of another study or other results; name another folder with --out"
            ))),
        }
    }

    /// The fingerprint by which a folder is claimed; none where it is not.
    pub fn claimed(path: &Path) -> Option<String> {
        fs::read_to_string(path.join(CLAIM)).ok().map(|claim| claim.trim().to_owned())
    }

    /// Writes a text that is the same whoever writes it, where it is not there already.
    pub fn settle(&self, name: &str, text: &str) -> Result<(), Failure> {
        match fs::read_to_string(self.path().join(name)) {
            Ok(known) if known == text => Ok(()),
            _ => self.put(name, text.as_bytes()),
        }
    }

    /// Keeps a part of a run: whole or not at all, and safe on the disk when this returns.
    pub fn keep_part(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        self.store(PARTS, &format!("{name}.part"), bytes)?;
        let _ = fs::remove_file(self.mark(name));
        Ok(())
    }

    /// A part that is kept; none where there is none.
    pub fn part(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.path().join(PARTS).join(format!("{name}.part"))).ok()
    }

    /// Notes that a process has begun with a part. Nothing depends on it but what `status` tells.
    pub fn begin(&self, name: &str) {
        let _ = fs::create_dir(self.path().join(PARTS));
        let _ = fs::write(self.mark(name), "");
    }

    /// Notes that it has given it up.
    pub fn give_up(&self, name: &str) {
        let _ = fs::remove_file(self.mark(name));
    }

    fn mark(&self, name: &str) -> PathBuf {
        self.path().join(PARTS).join(format!("{name}.begun"))
    }
}

/// What stands in a folder of parts under a name with this ending: its path, and when it was written.
pub fn parts(folder: &Path, ending: &str) -> Vec<(PathBuf, SystemTime)> {
    list(&folder.join(PARTS), ending)
}

/// When the points of a sweep were written.
pub fn points(folder: &Path) -> Vec<SystemTime> {
    list(&folder.join(POINTS), "trials").into_iter().map(|(_, written)| written).collect()
}

fn list(folder: &Path, ending: &str) -> Vec<(PathBuf, SystemTime)> {
    let mut found: Vec<(PathBuf, SystemTime)> = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|own| own == ending) {
            let written = entry.metadata().and_then(|about| about.modified());
            found.push((path, written.unwrap_or(SystemTime::UNIX_EPOCH)));
        }
    }
    found.sort();
    found
}

/// The first bytes of a file.
pub fn beginning(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    use std::io::Read;
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.map_err(|error| Failure::File(format!("`{}` cannot be read: {}", path.display(), plainly(&error))))?;
    Ok(bytes)
}

/// The name of this machine in names of temporary files: processes of two machines may have the same number.
pub fn host() -> String {
    let told = fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let known =
        told.or_else(|| std::env::var("HOSTNAME").ok()).or_else(|| std::env::var("COMPUTERNAME").ok());
    let known = known.unwrap_or_default();
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    known.trim().chars().take(64).map(plain).collect()
}

/// Writes a small text whole.
pub fn write_whole(path: &Path, text: &str) -> Result<(), Failure> {
    let failed =
        |error| Failure::File(format!("`{}` cannot be written: {}", path.display(), plainly(&error)));
    let parent = path.parent().map_or(Ok(()), fs::create_dir_all);
    parent.and_then(|()| replace(path, text, None)).map_err(failed)
}
