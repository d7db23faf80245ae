//! The program from outside, as its users run it: arguments in; standard output, standard error, files and an exit code
//! out.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests, their helpers too")]

mod base_rates;
mod changes;
mod compare;
mod exact;
mod explain;
mod failures;
mod figures;
mod folders;
mod interrupt;
mod manual;
mod report;
mod sampling;
mod scale;
mod sensitivity;
mod show;
mod starters;
mod tools;
mod verify;
mod with;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// What a command did.
#[derive(Debug)]
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Said {
    /// Its standard output, once it is known to have succeeded.
    fn out(self) -> String {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self.out
    }

    /// That it ended with `code`, wrote nothing to standard output and spoke of all of `words`.
    fn fails(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{self:?}");
        assert_eq!(self.out, "", "a failure has nothing to say on standard output");
        for word in words {
            assert!(self.err.contains(word), "no `{word}` in:\n{}", self.err);
        }
    }
}

/// A folder of its own with `case.toml` in it, the starter scenario.
struct Place {
    folder: TempDir,
}

impl Place {
    fn empty() -> Place {
        Place { folder: tempfile::tempdir().unwrap() }
    }

    fn new() -> Place {
        let place = Place::empty();
        place.run(&["new", "case", "--quiet"]).out();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shortfall"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Said {
        said(self.command(arguments).output().unwrap())
    }

    fn run_on(&self, input: &str, arguments: &[&str]) -> Said {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        said(child.wait_with_output().unwrap())
    }

    /// The figures of a short run of `case.toml`, as text.
    fn print(&self, arguments: &[&str], figures: &[&str]) -> Vec<String> {
        let mut all = vec!["run", "case", "--results", "none", "--quiet", "--trials", "1e3"];
        all.extend(arguments);
        all.push("--print");
        all.extend(figures);
        self.run(&all).out().lines().map(str::to_owned).collect()
    }

    /// All files below a folder, by their path in it.
    fn files(&self, name: &str) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        collect(&self.path(name), &self.path(name), &mut found);
        found
    }

    /// The names of the files below a folder that a user sees.
    fn names(&self, name: &str) -> Vec<String> {
        self.files(name).into_keys().filter(|n| !n.starts_with('.')).collect()
    }

    fn summary(&self, folder: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(&format!("{folder}/summary.json"))).unwrap()
    }
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            found.insert(name, fs::read(&path).unwrap());
        }
    }
}

fn said(output: std::process::Output) -> Said {
    Said {
        // A process that a signal ended has no code.
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The commands of a page of documentation that stand behind `$ shortfall`, each with the output shown below it.
fn shown(page: &str) -> Vec<(Vec<String>, String)> {
    let text = fs::read_to_string(repository(page)).unwrap();
    let blocks = text.split("```console\n").skip(1).map(|rest| rest.split("\n```").next().unwrap());
    let command = |block: &str| {
        let (line, output) = block.split_once('\n')?;
        let arguments = line.strip_prefix("$ shortfall ")?;
        let words = arguments.split(' ').map(str::to_owned).collect();
        Some((words, format!("{output}\n")))
    };
    blocks.filter_map(command).collect()
}

/// That a page shows what its commands print, run in the repository, but for blanks at the ends of lines.
/// `SHORTFALL_RENEW=1` writes the page anew, to be read before it is committed.
fn shows_what_is_printed(page: &str) {
    let commands = shown(page);
    assert!(!commands.is_empty(), "{page} shows no command");
    let mut text = fs::read_to_string(repository(page)).unwrap();
    for (words, output) in commands {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shortfall"));
        command.args(&words).current_dir(repository("")).stdin(Stdio::null());
        let printed = said(command.output().unwrap());
        let bare = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        let (printed, shown) = (bare(&printed.out), bare(&output));
        if std::env::var_os("SHORTFALL_RENEW").is_some() {
            text = text.replace(output.trim_end(), printed.trim_end());
            fs::write(repository(page), &text).unwrap();
        } else {
            assert_eq!(printed.trim_end(), shown.trim_end(), "{page}: {words:?}");
        }
    }
}

/// A figure as `--print` writes it.
fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

/// A file of the repository.
fn repository(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).to_str().unwrap().to_owned()
}
