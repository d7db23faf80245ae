//! What every command that simulates does alike: settings, room in memory, the trials, the folder, the canonical command.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::args::{Changes, Sampled, Target};
use super::files::Folder;
use super::input::Input;
use super::progress::Line;
use super::{Context, Failure};
use crate::model::Model;
use crate::outcome::{self, Provenance, Trials};
use crate::parallel::Pool;
use crate::plan::Plan;
use crate::quantity::words::{self, Unit};

impl Sampled {
    /// `--trials` and `--seed` are settings like any other, so that the resolved scenario is what was run.
    pub fn settings(&self) -> Changes {
        let mut changes = self.changes.clone();
        changes.set.extend(self.trials.map(|n| format!("scenario.trials={n}")));
        changes.set.extend(self.seed.map(|n| format!("scenario.seed={n}")));
        changes
    }

    /// The same without what differs from machine to machine.
    pub fn named(&self) -> Sampled {
        let mut named = Sampled { threads: 0, ..self.clone() };
        let name = |path: &PathBuf| path.file_name().map_or_else(PathBuf::new, PathBuf::from);
        named.changes.overlay = self.changes.overlay.iter().map(name).collect();
        named
    }

    /// As many threads as asked for.
    pub fn pool(&self) -> Result<Pool, Failure> {
        Pool::new(usize::from(self.threads)).map_err(Failure::Usage)
    }

    /// The words that begin the canonical command: its name, the file, and what changes it.
    pub fn command(&self, name: &str, input: &Input) -> Vec<String> {
        let mut words = vec![format!("shortfall {name}"), quoted(&input.file)];
        for overlay in &self.changes.overlay {
            let name = overlay.file_name().unwrap_or_default().to_string_lossy().into_owned();
            words.extend(["--overlay".to_owned(), quoted(&name)]);
        }
        for set in &self.changes.set {
            words.extend(["--set".to_owned(), quoted(set)]);
        }
        words
    }
}

impl Target {
    /// The folder asked for, or output/SCENARIO/COMMAND-SEED, claimed before the work starts.
    pub fn claim(&self, command: &str, input: &Input, provenance: &Provenance) -> Result<Folder, Failure> {
        let default =
            || PathBuf::from("output").join(&input.stem).join(format!("{command}-{}", input.model.seed));
        let wanted = self.out.clone().unwrap_or_else(default);
        Folder::claim(&wanted, &provenance.fingerprint, self.force)
    }
}

/// Of the run of `input` under a condition, made by `command`.
pub fn provenance(input: &Input, given: Option<&str>, until: &[String], command: &[String]) -> Provenance {
    let model = &input.model;
    let given = given.map(|text| format!("given {text}"));
    let settings: Vec<String> = given.into_iter().chain(until.iter().cloned()).collect();
    let resolved = input.document.to_toml();
    Provenance::new(&model.name, &resolved, model.seed, model.trials, &settings, command.join(" "))
}

/// A word as a shell reads it.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// The trials of a run, and the line that tells of them: as many as the model says, or as were done when `stop` rose.
pub fn trials(
    model: &Model,
    plan: &Plan,
    pool: &Pool,
    stop: &AtomicBool,
    context: &Context,
) -> (Trials, Line) {
    let line = Line::new(0..model.trials, Unit::Money(model.currency.clone()), context);
    let trials = outcome::run(plan, model.trials, pool, stop, |progress| line.set(progress));
    (trials, line)
}

/// Refuses a run whose results would not fit, before it starts.
pub fn fits_in_memory(trials: u64, columns: usize) -> Result<(), Failure> {
    // The columns, and for the statistics a sorted copy of each: less where most values are equal, which shows only later.
    let needed = 2 * trials as u128 * columns as u128 * 8;
    let available = u128::from(memory());
    if needed <= available {
        return Ok(());
    }
    let gigabytes = |bytes: u128| (bytes as f64 / 1e9).ceil();
    let most = available / (16 * columns as u128);
    Err(Failure::Usage(format!(
        "{} trials need up to {} GB of memory, and {} GB are free; at most {} trials are sure to fit",
        words::count(trials as f64),
        words::count(gigabytes(needed)),
        gigabytes(available),
        words::count(most as f64)
    )))
}

/// The memory in bytes that a process needs at most for so many trials: the columns, once more as bytes on their way to the disk, and
/// itself.
pub fn room(trials: u64, columns: usize) -> u64 {
    const PROCESS: u64 = 128_000_000;
    trials.saturating_mul(16 * columns as u64).saturating_add(PROCESS)
}

/// A name of which every engine takes every letter.
pub fn plain(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = name.chars().map(letter).take(30).collect();
    name.trim_matches('-').to_owned()
}

/// Free memory in bytes, where the system tells; else what any machine has. An engine may allow a process less.
pub fn memory() -> u64 {
    let allowed = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    let allowed = allowed.and_then(|text| text.trim().parse::<u64>().ok());
    free_memory().min(allowed.unwrap_or(u64::MAX))
}

fn free_memory() -> u64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|l| l.strip_prefix("MemAvailable:"));
    let kilobytes = line.and_then(|l| l.trim().split(' ').next()?.parse::<u64>().ok());
    kilobytes.map_or(8_000_000_000, |k| k * 1024)
}

/// A flag that Ctrl-C raises; a second Ctrl-C ends the process at once.
pub fn interrupt() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&stop);
    // Without a handler, Ctrl-C simply kills: nothing half-written is left either way.
    let _ = ctrlc::set_handler(move || {
        if raised.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
    stop
}

/// Columns of the terminal, or what fits a page.
pub fn width() -> usize {
    let own = comfy_table::Table::new().width().map(usize::from);
    own.unwrap_or(140)
}
