//! The same bits: for any number of threads, for a trial alone, for tables in another order.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::sync::atomic::AtomicBool;

use shortfall::engine::{Nobody, Worker};
use shortfall::outcome;
use shortfall::parallel::Pool;
use shortfall::plan::Plan;
use shortfall::statistics::Column;

use common::model_with;

#[test]
fn a_trial_alone_is_that_trial_of_a_run_for_any_number_of_threads() {
    let model = model_with("tests/data/example.toml", &[]);
    let plan = Plan::new(&model, model.seed);
    let stop = AtomicBool::new(false);
    let run = |threads| outcome::run(&plan, 1500, &Pool::new(threads).unwrap(), &stop, |_| {});
    let bits = |columns: &[Column]| -> Vec<u64> { columns.iter().flatten().map(|x| x.to_bits()).collect() };
    let one = run(1);
    assert_eq!(bits(&one.columns), bits(&run(2).columns));
    assert_eq!(bits(&one.columns), bits(&run(7).columns));
    let mut row = vec![0.0; plan.columns.len()];
    Worker::new(&plan).trial(1234, &mut row, &mut Nobody);
    let of_run: Vec<u64> = one.columns.iter().map(|c| c.get(1234).to_bits()).collect();
    assert_eq!(row.iter().map(|x| x.to_bits()).collect::<Vec<_>>(), of_run);
}

/// The parts of a scenario text: its top-level tables with what belongs to each, in order.
fn parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = vec![String::new()];
    let mut name = String::new();
    for line in text.lines() {
        if line.starts_with('[') {
            let path: Vec<&str> = line.trim_matches(['[', ']']).split('.').take(2).collect();
            let own = path.join(".");
            if own != name {
                name = own;
                parts.push(String::new());
            }
        }
        let last = parts.len() - 1;
        parts[last].push_str(line);
        parts[last].push('\n');
    }
    parts
}

#[test]
fn the_order_of_tables_does_not_matter_but_for_options() {
    let text = std::fs::read_to_string("tests/data/example.toml").unwrap();
    let parts = parts(&text);
    let is_option = |part: &&String| part.trim_start().starts_with("[options");
    let mut reversed: Vec<&String> = parts.iter().filter(|p| !is_option(p)).collect();
    reversed.reverse();
    reversed.extend(parts.iter().filter(is_option));
    let reversed: String = reversed.into_iter().cloned().collect();
    assert_ne!(text, reversed);
    let rows = |text: &str| -> Vec<Vec<(String, u64)>> {
        let model = common::model_of("example", text, &[]);
        let plan = Plan::new(&model, 5);
        let metrics = outcome::metrics(&model, &plan.columns);
        let mut worker = Worker::new(&plan);
        let mut row = vec![0.0; plan.columns.len()];
        let one = |trial| {
            worker.trial(trial, &mut row, &mut Nobody);
            let mut named: Vec<_> =
                metrics.iter().map(|m| (m.name.clone(), row[m.column].to_bits())).collect();
            named.sort();
            named
        };
        (0..200).map(one).collect()
    };
    assert_eq!(rows(&text), rows(&reversed));
}
