//! `--plan`: what a study will take, foretold from a short pilot: time and memory of a shard, and how many shards would do.

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::args::Format;
use super::simulation::{memory, room};
use super::{Failure, json_text, print};
use crate::outcome;
use crate::parallel::Pool;
use crate::plan::Plan;
use crate::quantity::words;
use crate::study;

/// What a shard is to take: long beside what an engine needs to start one, short beside what is lost where one dies.
const WANTED: f64 = 60.0;
/// A pilot goes on until it has taken so long.
const PILOT: Duration = Duration::from_millis(300);
/// More shards than a folder and most engines bear.
const MOST: f64 = 10_000.0;

/// How large a study is.
pub struct Size {
    /// Trials in all: of a sweep, of all points together.
    pub trials: u64,
    /// Into no more parts than this can it be divided.
    pub divisible: u64,
    /// What is kept of a trial.
    pub kept: Kept,
    /// How many shards were asked for; else as many as would do are proposed.
    pub shards: Option<u64>,
}

/// What is kept of trials.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kept {
    /// So many numbers of each; `joined`: all of them are in memory together where parts are joined.
    Columns { columns: usize, joined: bool },
    /// How many there are in narrow bins of so many columns, which hardly depends on the number of trials.
    Counts { columns: usize },
}

impl Kept {
    /// Bytes of memory for so many trials, of which a part on the disk takes `part` bytes.
    pub fn memory(self, trials: u64, part: f64, threads: usize) -> f64 {
        /// Trials that a thread counts at a time, and how much smaller bins are on the disk.
        const BLOCK: u64 = 1 << 13;
        const PACKED: f64 = 4.0;
        match self {
            Kept::Columns { columns, .. } => room(trials, columns) as f64,
            Kept::Counts { columns } => {
                let walked = room(BLOCK.min(trials) * threads as u64, columns) as f64;
                walked + PACKED * part * (threads + 2) as f64
            }
        }
    }
}

/// What a study will take.
#[derive(Clone, Debug, Serialize)]
pub struct Foretold {
    /// Trials of the pilot, and with how many threads.
    pub pilot_trials: u64,
    pub threads: usize,
    /// Trials a second, with these threads.
    pub speed: f64,
    pub trials: u64,
    /// Of one core.
    pub core_hours: f64,
    pub shards: u64,
    pub trials_a_shard: u64,
    /// Of the longest shard, with these threads.
    pub seconds_a_shard: f64,
    pub bytes_a_shard: f64,
    /// What one writes.
    pub disk_bytes_a_shard: f64,
    pub merge_memory_bytes: f64,
}

/// Bytes that columns of so many of the first trials take where they are kept.
pub fn packed(plan: &Plan, trials: u64, columns: usize, pool: &Pool) -> f64 {
    let never = AtomicBool::new(false);
    let part = outcome::run_part(plan, 0..trials, pool, &never, |_| {});
    let bytes = part.map_or(0, |part| study::packed(&part.columns));
    bytes as f64 * columns as f64 / plan.columns.len() as f64
}

/// Runs the pilot: `walk` walks so many trials, and gives how many bytes are kept of them.
pub fn foretell(size: &Size, pool: &Pool, walk: impl Fn(u64) -> f64) -> Foretold {
    let mut count = 256;
    let (seconds, bytes) = loop {
        let begun = Instant::now();
        let bytes = walk(count);
        let taken = begun.elapsed();
        // So many trials show how well their columns can be packed.
        if taken >= PILOT || count >= 1 << 20 {
            break (taken.as_secs_f64(), bytes);
        }
        count *= 2;
    };
    let speed = count as f64 / seconds;
    let (all, divisible, threads) = (size.trials as f64, size.divisible.max(1), pool.threads());
    let shards = size.shards.unwrap_or_else(|| {
        let by_time = (all / (speed * WANTED)).min(MOST);
        let by_memory = match size.kept {
            Kept::Columns { columns, .. } => 16.0 * all * columns as f64 / (memory() as f64 / 4.0),
            Kept::Counts { .. } => 1.0,
        };
        by_time.max(by_memory).ceil().clamp(1.0, divisible as f64) as u64
    });
    let trials_a_shard = divisible.div_ceil(shards) * (size.trials / divisible).max(1);
    let (part, joined) = match size.kept {
        Kept::Columns { joined, .. } => {
            (bytes / count as f64 * trials_a_shard as f64, if joined { size.trials } else { 0 })
        }
        Kept::Counts { .. } => (bytes, 0),
    };
    Foretold {
        pilot_trials: count,
        threads,
        speed,
        trials: size.trials,
        core_hours: all / speed * threads as f64 / 3600.0,
        shards,
        trials_a_shard,
        seconds_a_shard: trials_a_shard as f64 / speed,
        bytes_a_shard: size.kept.memory(trials_a_shard, part, threads),
        disk_bytes_a_shard: part,
        merge_memory_bytes: size.kept.memory(joined, part, 1),
    }
}

impl Foretold {
    /// Prints it.
    pub fn say(&self, format: Format) -> Result<(), Failure> {
        if format == Format::Json {
            return print(&json_text(self));
        }
        let threads = match self.threads {
            1 => "1 thread".to_owned(),
            n => format!("{n} threads"),
        };
        let count = |number: f64| words::count(number);
        let each = if self.shards == 1 { "shard " } else { "shards" };
        let mut text = format!(
            "pilot    {} trials with {threads}: {} trials a second\n",
            count(self.pilot_trials as f64),
            count(self.speed.round())
        );
        text.push_str(&format!(
            "in all   {} trials: {} of one core\n",
            count(self.trials as f64),
            time(self.core_hours * 3600.0)
        ));
        text.push_str(&format!(
            "{each}   {} of up to {} trials: {} with {threads}, {} of memory, a part of {}\n",
            count(self.shards as f64),
            count(self.trials_a_shard as f64),
            time(self.seconds_a_shard),
            size(self.bytes_a_shard),
            size(self.disk_bytes_a_shard)
        ));
        text.push_str(&format!(
            "merge    reads {}, and needs {} of memory\n",
            size(self.disk_bytes_a_shard * self.shards as f64),
            size(self.merge_memory_bytes)
        ));
        print(&text)
    }
}

/// A length of time, to two digits.
pub fn time(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s < 99.5 => (s, "s"),
        s if s < 99.5 * 60.0 => (s / 60.0, "min"),
        s if s < 72.0 * 3600.0 => (s / 3600.0, "h"),
        s if s < 1000.0 * 86_400.0 => (s / 86_400.0, "days"),
        s => (s / (365.25 * 86_400.0), "years"),
    };
    format!("{} {unit}", digits(value))
}

/// So many bytes, to two digits.
fn size(bytes: f64) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB", "PB"];
    let mut value = bytes;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < units.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{} {}", digits(value), units[unit])
}

fn digits(value: f64) -> String {
    if value >= 9.95 || value == 0.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_are_told_in_units_that_people_know() {
        let times = [0.3, 12.4, 100.0, 7200.0, 1e6, 1e11].map(time);
        assert_eq!(times, ["0.3 s", "12 s", "1.7 min", "2.0 h", "12 days", "3169 years"]);
        assert_eq!(
            [0.0, 640.0, 64e6, 2.5e9, 3e13].map(size),
            ["0 bytes", "640 bytes", "64 MB", "2.5 GB", "30 TB"]
        );
    }
}
