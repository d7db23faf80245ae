//! What is told of the scenario format outside the code: the JSON Schema, the tables of docs/scenario.md, and every block of
//! TOML in the documentation.
//!
//! `SHORTFALL_RENEW=1` writes scenarios/schema.json and the tables of docs/scenario.md anew, to be read before they are
//! committed.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests, their helpers too")]

mod page;
mod schema;

use std::fs;
use std::path::{Path, PathBuf};

/// A file of the repository.
fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// That a file of the repository holds this text; with `SHORTFALL_RENEW=1` it does from now on.
fn holds(path: &str, text: &str) {
    let path = repository(path);
    if std::env::var_os("SHORTFALL_RENEW").is_some() {
        // Whole or not at all: another test may be reading it.
        let new = path.with_extension("new");
        fs::write(&new, text).unwrap();
        fs::rename(&new, &path).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    let same = there == text;
    assert!(same, "{} is out of date: SHORTFALL_RENEW=1 cargo test --test format renews it", path.display());
}
