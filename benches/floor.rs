//! How far the engine is from its floor: one thread that walks whole trials, beside one that only draws the same uniforms
//! for the same trials and transforms them. Prints nanoseconds a trial as JSON, for benches/peers/run.

use std::hint::black_box;
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use shortfall::cli::Disk;
use shortfall::engine::Team;
use shortfall::model::{self, Model};
use shortfall::plan::{Column, Plan};
use shortfall::random::{Factor, Law};
use shortfall::scenario::{self, Files, Request};

/// Scenario, trials of a block and blocks: a block is walked in a few milliseconds at most, so that it is often undisturbed.
const RUNS: [(&str, u64, u64); 3] =
    [("benches/weekly", 512, 40), ("benches/monthly", 512, 80), ("tests/data/example", 64, 16)];

/// Of so many rounds the shortest is taken, block by block: what disturbs a measurement makes it longer.
const ROUNDS: usize = 25;

fn load(name: &str) -> Result<Model, String> {
    let text = Disk.read(Path::new(name))?;
    let request = Request { name: name.to_owned(), text, overlays: Vec::new(), settings: Vec::new() };
    let document = scenario::load(&request, &Disk).map_err(|_| format!("{name} cannot be read"))?;
    Ok(model::read(&document).map_err(|_| format!("{name} cannot be used"))?.0)
}

/// Nanoseconds a trial, over so many blocks of so many trials, each block in its shortest round; `walk` does the trials of a
/// range.
fn shortest(block: u64, blocks: u64, mut walk: impl FnMut(Range<u64>)) -> f64 {
    let mut times = vec![Duration::MAX; blocks as usize];
    for _ in 0..ROUNDS {
        for (first, time) in (0..).step_by(block as usize).zip(&mut times) {
            let began = Instant::now();
            walk(first..first + block);
            *time = began.elapsed().min(*time);
        }
    }
    times.iter().sum::<Duration>().as_secs_f64() * 1e9 / (blocks * block) as f64
}

/// The events of benches/weekly.toml and nothing more: what a trial draws.
struct Draws {
    clock: Factor,
    lasts: Factor,
    law: Law,
    rate: f64,
    end: f64,
}

impl Draws {
    fn new(plan: &Plan, seed: u64) -> Result<Draws, String> {
        let month = 30.4375;
        Ok(Draws {
            clock: Factor::new(seed, "controls.ban.onsets.annual.clock"),
            lasts: Factor::new(seed, "controls.ban.regimes.ban.lasts"),
            law: Law::lognormal_median_p90(3.0 * month, 9.0 * month).map_err(|e| e.to_string())?,
            rate: -libm::log1p(-0.15) / 365.25,
            end: plan.end(),
        })
    }

    /// How many bans a trial has, and for how many days.
    fn trial(&self, trial: u64) -> (u32, f64) {
        let (mut onsets, mut days, mut now) = (0, 0.0, 0.0);
        loop {
            let start = now - libm::log1p(-self.clock.uniform(trial, onsets)) / self.rate;
            if start >= self.end {
                return (onsets, days);
            }
            now = start + self.law.quantile(self.lasts.uniform(trial, onsets));
            days += now.min(self.end) - start;
            onsets += 1;
            if now >= self.end {
                return (onsets, days);
            }
        }
    }
}

/// Fails unless the first trials have the bans that the engine has.
fn compare(plan: &Plan, draws: &Draws, rows: &[f64]) -> Result<(), String> {
    let at = |column| plan.columns.list.iter().position(|&c| c == column).unwrap_or(0);
    let (onsets, days) = (at(Column::Onsets(0)), at(Column::Time(0, 0)));
    for (trial, row) in rows.chunks(plan.columns.len()).enumerate() {
        let drawn = draws.trial(trial as u64);
        if f64::from(drawn.0) != row[onsets] || (drawn.1 - row[days]).abs() > 1e-6 {
            return Err(format!("trial {trial} draws {drawn:?}, not {:?}", (row[onsets], row[days])));
        }
    }
    Ok(())
}

fn main() -> Result<(), String> {
    let mut told = Vec::new();
    for (name, block, blocks) in RUNS {
        let model = load(&format!("{name}.toml"))?;
        let plan = Plan::new(&model, model.seed);
        let mut team = Team::new(&plan);
        let mut rows = vec![0.0; block as usize * plan.columns.len()];
        let engine = shortest(block, blocks, |trials| {
            team.trials(trials, &mut rows);
            black_box(&rows);
        });
        let name = name.rsplit('/').next().unwrap_or(name);
        told.push(format!("\"{name}\": {engine:.1}"));
        if name == "weekly" {
            let draws = Draws::new(&plan, model.seed)?;
            team.trials(0..block, &mut rows);
            compare(&plan, &draws, &rows)?;
            let floor = shortest(block, blocks, |trials| {
                trials.for_each(|trial| {
                    black_box(draws.trial(trial));
                });
            });
            told.push(format!("\"draws\": {floor:.1}"));
        }
    }
    println!("{{{}}}", told.join(", "));
    Ok(())
}
