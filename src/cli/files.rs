//! Files: reading scenarios, and an output folder that is claimed before the work starts and whose files appear whole or
//! not at all.

mod shared;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::Failure;
use crate::outcome::Pieces;
use crate::scenario::Files;

pub use shared::{beginning, parts, points, write_whole};

/// The files of the disk.
#[derive(Clone, Copy, Debug)]
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
pub fn plainly(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

/// Writes a file whole: to a temporary name beside it, then renamed. Where that fails, nothing is left of it.
pub fn replace(
    path: &Path,
    content: impl AsRef<[u8]>,
    permissions: Option<fs::Permissions>,
) -> io::Result<()> {
    replace_by_pieces(path, std::iter::once(Ok(content)), permissions)
}

fn replace_by_pieces<P: AsRef<[u8]>>(
    path: &Path,
    pieces: impl IntoIterator<Item = io::Result<P>>,
    permissions: Option<fs::Permissions>,
) -> io::Result<()> {
    let mut temporary = path.to_owned().into_os_string();
    temporary.push(format!(".{}.{}.tmp", shared::host(), std::process::id()));
    let temporary = PathBuf::from(temporary);
    let written = fs::File::create(&temporary).and_then(|mut file| {
        pieces.into_iter().try_for_each(|piece| file.write_all(piece?.as_ref()))?;
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

/// What a run may have written, but for its charts.
const FILES: [&str; 12] = [
    "comparison.md",
    "study.json",
    "design.parquet",
    "summary.json",
    "scenario.toml",
    "stories.json",
    "report.html",
    "report.md",
    "trials.parquet",
    "trials.csv",
    "timeline.parquet",
    "timeline.csv",
];

/// The folder within it for what a study keeps of its points.
const POINTS: &str = "points";

/// The same for parts of a run.
const PARTS: &str = "parts";

/// A folder for results.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    fingerprint: String,
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
        let folder = Folder { path, fingerprint: fingerprint.to_owned() };
        folder.sign()?;
        folder.sweep();
        if force {
            folder.clear(&[]);
            for name in names(&folder.path.join(POINTS)).iter().filter(|name| name.ends_with(".trials")) {
                let _ = fs::remove_file(folder.path.join(POINTS).join(name));
            }
        }
        Ok(folder)
    }

    /// The folder of a run that has been done, whose files are written anew; what else is there stays.
    pub fn of(path: &Path, fingerprint: &str) -> Folder {
        Folder { path: path.to_owned(), fingerprint: fingerprint.to_owned() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Begins to write results. `stop` ends the writing of what is long.
    pub fn open<'f>(&'f self, stop: &'f AtomicBool) -> Result<Writing<'f>, Failure> {
        // A run may have taken hours: where somebody moved the folder away meanwhile, there is a new one; where it is
        // another run's by now, it is left alone.
        if !free(&self.path, &self.fingerprint) {
            return Err(Failure::File(format!("`{}` has become another run's folder", self.path.display())));
        }
        self.sign()?;
        Ok(Writing { folder: self, stop, written: Vec::new(), left: Vec::new() })
    }

    fn sign(&self) -> Result<(), Failure> {
        fs::create_dir_all(&self.path).map_err(|e| self.failed(&self.path, &e))?;
        self.put(CLAIM, self.fingerprint.as_bytes())
    }

    fn put(&self, name: &str, content: &[u8]) -> Result<(), Failure> {
        let path = self.path.join(name);
        replace(&path, content, None).map_err(|error| self.failed(&path, &error))
    }

    /// Takes out what an earlier run may have left, but for `kept`; what is not ours stays.
    fn clear(&self, kept: &[String]) {
        let ends = |name: &String| name.ends_with(".svg") || name.ends_with(".png");
        let charts = names(&self.path.join("charts")).into_iter().filter(ends);
        let ours = FILES.map(str::to_owned).into_iter().chain(charts.map(|name| format!("charts/{name}")));
        for name in ours.filter(|name| !kept.contains(name)) {
            let _ = fs::remove_file(self.path.join(name));
        }
    }

    /// Takes out the temporary files of runs that were killed on this machine; those of a run that is still alive are left
    /// to it.
    pub fn sweep(&self) {
        let host = format!(".{}", shared::host());
        for folder in ["", "charts", POINTS, PARTS].map(|within| self.path.join(within)) {
            for name in names(&folder) {
                let process = name.strip_suffix(".tmp").and_then(|name| {
                    let (rest, process) = name.rsplit_once('.')?;
                    process.parse::<u32>().ok().filter(|_| rest.ends_with(&host))
                });
                let dead =
                    |id: u32| Path::new("/proc/self").exists() && !Path::new(&format!("/proc/{id}")).exists();
                if process.is_some_and(dead) {
                    let _ = fs::remove_file(folder.join(name));
                }
            }
        }
    }

    /// Keeps what is known of a point of a study under its key: whole or not at all, and safe on the disk when this returns.
    pub fn keep(&self, key: &str, bytes: &[u8]) -> Result<(), Failure> {
        self.store(POINTS, &point(key), bytes)
    }

    fn store(&self, within: &str, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let folder = self.path.join(within);
        let path = folder.join(name);
        let synced = || match fs::File::open(&folder).and_then(|folder| folder.sync_all()) {
            // Some systems do not open folders, and rename safely without.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
            other => other,
        };
        let kept = match fs::create_dir(&folder) {
            Err(error) if !folder.is_dir() => Err(error),
            _ => replace_by_pieces(&path, std::iter::once(Ok(bytes)), None).and_then(|()| synced()),
        };
        kept.map_err(|error| self.failed(&path, &error))
    }

    /// What is kept of a point; none where there is nothing.
    pub fn kept(&self, key: &str) -> Option<Vec<u8>> {
        fs::read(self.path.join(POINTS).join(point(key))).ok()
    }

    /// Takes out the stories of single trials that an earlier `explain` may have left.
    pub fn clear_stories(&self) {
        for name in names(&self.path) {
            let number = name.strip_prefix("trial-").and_then(|n| n.split_once('.'));
            if number.is_some_and(|(n, end)| {
                n.parse::<u64>().is_ok() && ["json", "md", "svg", "png"].contains(&end)
            }) {
                let _ = fs::remove_file(self.path.join(name));
            }
        }
    }

    fn failed(&self, path: &Path, error: &io::Error) -> Failure {
        Failure::File(format!("`{}` cannot be written: {}", path.display(), plainly(error)))
    }
}

/// The files of one run, on their way into its folder: each is there whole or not at all.
#[derive(Debug)]
pub struct Writing<'f> {
    folder: &'f Folder,
    stop: &'f AtomicBool,
    written: Vec<String>,
    left: Vec<String>,
}

impl Writing<'_> {
    /// Writes a text.
    pub fn text(&mut self, name: &str, text: &str) -> Result<(), Failure> {
        self.bytes(name, text.as_bytes())
    }

    /// Writes what is no text.
    pub fn bytes(&mut self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        if let Some((parent, _)) = name.rsplit_once('/') {
            let parent = self.folder.path.join(parent);
            match fs::create_dir(&parent) {
                Err(error) if !parent.is_dir() => return Err(self.folder.failed(&parent, &error)),
                _ => {}
            }
        }
        self.folder.put(name, bytes)?;
        self.written.push(name.to_owned());
        Ok(())
    }

    /// Writes what may take long, piece by piece; left out once the writing is to stop.
    pub fn pieces(&mut self, name: &str, pieces: Pieces) -> Result<(), Failure> {
        let path = self.folder.path.join(name);
        let stops = || self.stop.load(Ordering::Relaxed);
        let pieces = pieces.map(|piece| match piece {
            _ if stops() => Err(io::ErrorKind::Interrupted.into()),
            piece => piece.map_err(io::Error::other),
        });
        match replace_by_pieces(&path, pieces, None) {
            Ok(()) => self.written.push(name.to_owned()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted && stops() => {
                self.left.push(name.to_owned())
            }
            Err(error) => return Err(self.folder.failed(&path, &error)),
        }
        Ok(())
    }

    /// Whether what takes long is to be left out, and if so, that `what` is.
    pub fn leaves(&mut self, what: &str) -> bool {
        let stops = self.stop.load(Ordering::Relaxed);
        if stops {
            self.left.push(what.to_owned());
        }
        stops
    }

    /// Takes out the charts that were drawn earlier and have not been now; a PNG stays where its chart was drawn.
    pub fn close_charts(self) {
        for name in names(&self.folder.path.join("charts")) {
            let Some(stem) = name.strip_suffix(".svg").or_else(|| name.strip_suffix(".png")) else {
                continue;
            };
            if !self.written.contains(&format!("charts/{stem}.svg")) {
                let _ = fs::remove_file(self.folder.path.join("charts").join(name));
            }
        }
    }

    /// Takes out what an earlier run has left, and gives what was left out of this one.
    pub fn close(self) -> Vec<String> {
        self.folder.clear(&self.written);
        self.left
    }
}

/// The name of the file of a point.
fn point(key: &str) -> String {
    format!("{}.trials", key.get(..16).unwrap_or(key))
}

/// The names in a folder; none where there is no folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// Whether a folder holds what a run has left there.
pub fn holds_results(path: &Path) -> bool {
    path.join(CLAIM).exists()
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
        Failure::File(if error.kind() == io::ErrorKind::AlreadyExists {
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
        let go_on = AtomicBool::new(false);
        let mut writing = first.open(&go_on).unwrap();
        writing.text("summary.json", "{}").unwrap();
        assert!(writing.close().is_empty());
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
    fn what_is_long_is_written_whole_or_not_at_all() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::claim(root.path(), &"a".repeat(64), false).unwrap();
        let stop = AtomicBool::new(false);
        let pieces = |stops: bool, fails: bool| -> Pieces<'_> {
            let stop = &stop;
            Box::new((0..3).map(move |i| {
                stop.store(stops && i == 1, Ordering::Relaxed);
                if fails && i == 2 { Err("no numbers".to_owned()) } else { Ok(vec![b'0' + i]) }
            }))
        };
        let mut writing = folder.open(&stop).unwrap();
        writing.pieces("whole", pieces(false, false)).unwrap();
        let why = writing.pieces("failed", pieces(false, true)).unwrap_err();
        assert!(matches!(&why, Failure::File(why) if why.contains("failed`") && why.contains("no numbers")));
        writing.pieces("stopped", pieces(true, false)).unwrap();
        assert!(writing.leaves("more"));
        assert_eq!(writing.close(), ["stopped", "more"]);
        let mut there = names(root.path());
        there.sort();
        assert_eq!(there, [CLAIM, "whole"]);
        assert_eq!(fs::read(root.path().join("whole")).unwrap(), b"012");
    }

    #[test]
    fn what_killed_runs_leave_is_swept() {
        let root = tempfile::tempdir().unwrap();
        let (claim, go_on) = ("a".repeat(64), AtomicBool::new(false));
        Folder::claim(root.path(), &claim, false).unwrap();
        let host = shared::host();
        let alive = format!("trials.parquet.{host}.{}.tmp", std::process::id());
        // No process has so high a number.
        let dead = format!("trials.parquet.{host}.4294967295.tmp");
        let elsewhere = "trials.parquet.x-y-z.4294967295.tmp";
        for name in [&alive, &dead, elsewhere, "notes.tmp"] {
            fs::write(root.path().join(name), "half").unwrap();
        }
        let folder = Folder::claim(root.path(), &claim, false).unwrap();
        let mut there = names(root.path());
        there.sort();
        if Path::new("/proc/self").exists() {
            let mut left = [CLAIM, "notes.tmp", &alive, elsewhere];
            left.sort();
            assert_eq!(there, left);
        }
        // A folder that was moved away meanwhile is made anew; one that is another run's by now is left alone.
        fs::remove_dir_all(root.path()).unwrap();
        folder.open(&go_on).unwrap().text("summary.json", "{}").unwrap();
        assert_eq!(Folder::claim(root.path(), &claim, false).unwrap().path(), root.path());
        fs::write(root.path().join(CLAIM), "b".repeat(64)).unwrap();
        assert!(matches!(folder.open(&go_on), Err(Failure::File(_))));
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
