//! How much sooner even sampling is sure: runs of four scenarios under many seeds, by every way to choose their uniforms.
//!
//! `cargo bench --bench accuracy -- TRIALS REPETITIONS [SCENARIO …]` prints the rows of the table in docs/accuracy.md.

#![allow(missing_docs, reason = "a benchmark")]

use std::error::Error;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use shortfall::cli::Disk;
use shortfall::model::{self, Model};
use shortfall::outcome::{self, Choice, Scheme};
use shortfall::parallel::Pool;
use shortfall::plan::Plan;
use shortfall::scenario::{self, Files, Request};
use shortfall::statistics::{Estimate, Sample};

const SCENARIOS: [&str; 4] = [
    "scenarios/japan-rare-earths-uncertain.toml",
    "tests/data/example.toml",
    "scenarios/japan-rare-earths-outlook.toml",
    "benches/rare.toml",
];
const SCHEMES: [(Scheme, bool); 5] = [
    (Scheme::Random, false),
    (Scheme::Hypercubes, false),
    (Scheme::Sobol, false),
    (Scheme::Random, true),
    (Scheme::Sobol, true),
];
const LEVEL: f64 = 0.99;

/// The mean and the expected shortfall of each run, and how long a run took in seconds, its pilot included.
struct Runs {
    figures: [Vec<Estimate>; 2],
    seconds: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let number = |i: usize, default: u64| words.get(i).map_or(Ok(default), |word| word.parse());
    let (trials, repetitions) = (number(0, 10_000)?, number(1, 200)?);
    let named: Vec<&str> = words.iter().skip(2).map(String::as_str).collect();
    let pool = Pool::new(0)?;
    for name in if named.is_empty() { SCENARIOS.to_vec() } else { named } {
        let model = read(name)?;
        let stem = Path::new(name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let plan = Plan::new(&model, 0);
        let mut choices: Vec<Choice> =
            SCHEMES.iter().map(|&(scheme, rare)| Choice::new(scheme, rare, &plan, trials)).collect();
        choices.dedup();
        choices.truncate(if choices.iter().any(|choice| choice.rare) { SCHEMES.len() } else { 3 });
        let all: Vec<Runs> = choices.iter().map(|c| runs(&model, *c, trials, repetitions, &pool)).collect();
        // The best guess of the truth: the mean over the runs that vary least.
        for (choice, runs) in choices.iter().zip(&all) {
            let cell = |f: usize| {
                let truth = mean(all[all.len() - 1].figures[f].iter().map(|e| e.value));
                let ratio = variance(&all[0].figures[f]) / variance(&runs.figures[f]);
                let held = runs.figures[f].iter().filter(|e| e.low <= truth && truth <= e.high).count();
                format!("{ratio:.1} | {:.1} %", 100.0 * held as f64 / repetitions as f64)
            };
            println!(
                "| {stem} | {trials} | {choice} | {} | {} | {:.2} |",
                cell(0),
                cell(1),
                runs.seconds / all[0].seconds
            );
        }
    }
    Ok(())
}

fn read(name: &str) -> Result<Model, Box<dyn Error>> {
    let text = Disk.read(Path::new(name))?;
    let request = Request { name: name.to_owned(), text, overlays: vec![], settings: vec![] };
    let document = scenario::load(&request, &Disk).map_err(|(sources, d)| sources.render(&d, false))?;
    Ok(model::read(&document).map_err(|d| document.sources.render(&d, false))?.0)
}

fn runs(model: &Model, choice: Choice, trials: u64, repetitions: u64, pool: &Pool) -> Runs {
    let mut figures = [Vec::new(), Vec::new()];
    let begun = Instant::now();
    for repetition in 0..repetitions {
        let seed = 1_000_000 + repetition;
        let mut plan = Plan::new(model, seed);
        choice.apply(&mut plan, seed, trials, pool);
        let run = outcome::run(&plan, trials, pool, &AtomicBool::new(false), |_| {});
        let sample = Sample::of(&run.columns[plan.columns.costs], None, &run.design());
        for (own, figure) in figures.iter_mut().zip([sample.mean(), sample.cvar(LEVEL)]) {
            own.extend(figure);
        }
    }
    Runs { figures, seconds: begun.elapsed().as_secs_f64() / repetitions as f64 }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len() as f64;
    values.sum::<f64>() / n
}

fn variance(figures: &[Estimate]) -> f64 {
    let centre = mean(figures.iter().map(|e| e.value));
    mean(figures.iter().map(|e| (e.value - centre) * (e.value - centre)))
}
