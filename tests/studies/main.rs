//! Studies from outside, as their users run them: sweeps that are killed, continued, divided and joined; searches whose
//! answer is known.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests, their helpers too")]

mod kill;
mod merge;
mod solve;
mod sweep;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A stop of random length with a stock in front of it: a day of it costs one unit of the currency, since what the sector
/// uses is worth so much. The expected cost is m exp(-S / m) for a stock of S days and stops of mean length m.
const CASE: &str = r#"
[scenario]
start = 2026-01-01
horizon = "12 years"
step = "month"
currency = "USD"
trials = 1_000

[materials.m]
headroom = "0%"
inventory = "45 days"
sources = [{ name = "abroad", share = "100%", route = { mining = "CN" } }]

[sectors.s]
value_added = "365.25 USD/year"
uses.m = { amount = "365.25 t/year", exposed = "100%" }

[controls.c]
country = "CN"
materials = ["m"]
onsets = [{ at = 2026-01-20 }]
regimes = [{ name = "ban", lasts = { exponential = { mean = "70 days" } } }]
"#;

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

    /// That it ended with `code` and spoke of all of `words`.
    fn fails(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{self:?}");
        for word in words {
            assert!(self.err.contains(word), "no `{word}` in:\n{}", self.err);
        }
    }
}

/// A folder with `case.toml` in it.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Place {
        let place = Place { folder: tempfile::tempdir().unwrap() };
        fs::write(place.path("case.toml"), CASE).unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shortfall"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Said {
        let output = self.command(arguments).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }

    /// All files below a folder, by their path in it.
    fn files(&self, name: &str) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        collect(&self.path(name), &self.path(name), &mut found);
        found
    }

    fn summary(&self, folder: &str) -> serde_json::Value {
        serde_json::from_slice(&fs::read(self.path(folder).join("summary.json")).unwrap()).unwrap()
    }

    /// That two folders hold the same bytes.
    fn same(&self, a: &str, b: &str) {
        let (a, b) = (self.files(a), self.files(b));
        assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
        for (name, bytes) in &a {
            assert!(*bytes == b[name], "{name} differs");
        }
        assert!(a.contains_key("design.parquet"));
    }
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        if entry.is_dir() {
            collect(root, &entry, found);
        } else {
            let name = entry.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            found.insert(name, fs::read(&entry).unwrap());
        }
    }
}
