//! What is drawn: uniforms of neighbouring addresses have nothing to do with each other, and factors that are said to
//! be correlated are, by as much as was asked for.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

mod common;

use shortfall::engine::{Nobody, Worker};
use shortfall::model::Model;
use shortfall::plan::Plan;
use shortfall::random::Factor;

use common::model_of;

const DRAWS: u64 = 1 << 18;

/// Two-sided standard normal quantile that a test with no fault exceeds once in a million runs.
const ONCE_IN_A_MILLION: f64 = 4.8916;

/// Fails where pairs of uniforms are correlated, or leave the unit square uneven. Each pair of streams is tried
/// three ways; all the streams of this file together raise a false alarm in less than one seed of 10,000.
fn assert_unrelated(what: &str, pairs: impl Iterator<Item = (f64, f64)>) {
    const CELLS: usize = 16;
    let (mut n, mut linear, mut folded) = (0.0, 0.0, 0.0);
    let mut cells = vec![0.0; CELLS * CELLS];
    for (u, v) in pairs {
        n += 1.0;
        linear += 12.0 * (u - 0.5) * (v - 0.5);
        // Of distances from the middle: dependence of spread, which the first does not see.
        folded += 48.0 * ((u - 0.5).abs() - 0.25) * ((v - 0.5).abs() - 0.25);
        cells[(u * CELLS as f64) as usize * CELLS + (v * CELLS as f64) as usize] += 1.0;
    }
    let root: f64 = f64::sqrt(n);
    for (name, sum) in [("uniforms", linear), ("distances from the middle", folded)] {
        let z = sum / root;
        assert!(z.abs() < ONCE_IN_A_MILLION, "{what}: {name} are correlated, z = {z:.2}");
    }
    let expected = n / cells.len() as f64;
    let chi2: f64 = cells.iter().map(|found| (found - expected) * (found - expected) / expected).sum();
    // Wilson and Hilferty's cube root of chi-square is nearly normal at 255 degrees of freedom.
    let df = (cells.len() - 1) as f64;
    let z = ((chi2 / df).cbrt() - (1.0 - 2.0 / (9.0 * df))) / (2.0 / (9.0 * df)).sqrt();
    assert!(z.abs() < ONCE_IN_A_MILLION, "{what}: the square is uneven, z = {z:.2}");
}

#[test]
fn neighbouring_trials_are_unrelated() {
    for (seed, path) in [(1, "controls.ban.onsets.annual"), (2, "options.a.lead_time"), (0, "x")] {
        let factor = Factor::new(seed, path);
        for lag in [1, 2, 3, 1000, 1 << 32] {
            let pairs = (0..DRAWS).map(|t| (factor.uniform(t, 0), factor.uniform(t + lag, 0)));
            assert_unrelated(&format!("{path}, trials {lag} apart"), pairs);
        }
    }
}

#[test]
fn neighbouring_occurrences_are_unrelated() {
    let factor = Factor::new(1, "controls.ban.onsets.annual");
    for (a, b) in [(0, 1), (1, 2), (2, 3), (0, 2), (1, 3)] {
        let pairs = (0..DRAWS).map(|t| (factor.uniform(t, a), factor.uniform(t, b)));
        assert_unrelated(&format!("occurrences {a} and {b}"), pairs);
    }
    let pairs = (0..DRAWS as u32).map(|n| (factor.uniform(7, n), factor.uniform(7, n + 1)));
    assert_unrelated("occurrences of one trial", pairs);
    let pairs = (0..DRAWS).map(|t| (factor.uniform(t, 1), factor.uniform(t + 1, 0)));
    assert_unrelated("the last of a trial and the first of the next", pairs);
}

#[test]
fn neighbouring_factors_and_seeds_are_unrelated() {
    let names = [
        (1, "options.a.lead_time"),
        (1, "options.b.lead_time"),
        (1, "options.a.lead_tim"),
        (2, "options.a.lead_time"),
        (3, "options.a.lead_time"),
        (1 << 63 | 1, "options.a.lead_time"),
        (1, "parameters.p1"),
        (1, "parameters.p2"),
    ];
    for (i, &(seed, path)) in names.iter().enumerate() {
        let one = Factor::new(seed, path);
        for &(other_seed, other_path) in &names[..i] {
            let other = Factor::new(other_seed, other_path);
            let pairs = (0..DRAWS).map(|t| (one.uniform(t, 0), other.uniform(t, 0)));
            assert_unrelated(&format!("{path} ({seed}) and {other_path} ({other_seed})"), pairs);
        }
    }
}

/// Each of the 52 bits that are used is set in half of the trials, whatever its neighbours are.
#[test]
fn every_bit_is_fair() {
    let factor = Factor::new(1, "controls.ban.onsets.annual");
    let bits: Vec<u64> = (0..DRAWS).map(|t| (factor.uniform(t, 0) * (1u64 << 52) as f64) as u64).collect();
    let fair = |what: &str, ones: usize| {
        let z = (2.0 * ones as f64 - DRAWS as f64) / (DRAWS as f64).sqrt();
        assert!(z.abs() < ONCE_IN_A_MILLION, "{what}: z = {z:.2}");
    };
    for i in 0..52 {
        fair(&format!("bit {i}"), bits.iter().filter(|b| *b >> i & 1 == 1).count());
        let next = |b: &&u64| (*b >> i ^ *b >> ((i + 1) % 52)) & 1 == 1;
        fair(&format!("bit {i} and its neighbour"), bits.iter().filter(next).count());
        let later = |b: &&[u64]| (b[0] >> i ^ b[1] >> i) & 1 == 1;
        fair(&format!("bit {i} of neighbouring trials"), 1 + bits.windows(2).filter(later).count());
    }
}

/// Ranks from 0; there are no ties in what is drawn here.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    order.iter().enumerate().for_each(|(rank, &i)| ranks[i] = rank as f64);
    ranks
}

/// Spearman's rank correlation.
fn spearman(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len() as f64;
    let squares: f64 = ranks(a).iter().zip(ranks(b)).map(|(x, y)| (x - y) * (x - y)).sum();
    1.0 - 6.0 * squares / (n * (n * n - 1.0))
}

const BATCHES: usize = 100;
const BATCH: usize = 2000;

/// The draws of some parameters over all batches.
fn drawn(model: &Model, paths: &[&str]) -> Vec<Vec<f64>> {
    let plan = Plan::new(model, 1);
    let at: Vec<usize> = paths
        .iter()
        .map(|path| model.factors.iter().filter(|f| f.once).position(|f| f.path == *path).unwrap())
        .collect();
    let mut worker = Worker::new(&plan);
    let mut row = vec![0.0; plan.columns.len()];
    let mut columns = vec![Vec::with_capacity(BATCHES * BATCH); paths.len()];
    for trial in 0..(BATCHES * BATCH) as u64 {
        worker.trial(trial, &mut row, &mut Nobody);
        columns.iter_mut().zip(&at).for_each(|(column, &i)| column.push(worker.seat.draws[i]));
    }
    columns
}

/// Fails where the rank correlation is not the one asked for. The error is taken from how much batches differ; no more
/// than one seed in 10,000 raises a false alarm here.
fn assert_correlated(a: &[f64], b: &[f64], asked: f64) {
    let batches: Vec<f64> = a.chunks(BATCH).zip(b.chunks(BATCH)).map(|(a, b)| spearman(a, b)).collect();
    let mean = batches.iter().sum::<f64>() / BATCHES as f64;
    let variance = batches.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / (BATCHES - 1) as f64;
    let se = (variance / BATCHES as f64).sqrt();
    let all = spearman(a, b);
    assert!(se < 0.003, "{se}");
    assert!((all - asked).abs() < 4.9 * se, "{all:.5} was delivered for {asked}, se {se:.5}");
}

fn with_correlations(pairs: &[(&str, &str, f64)]) -> Model {
    let file = "scenarios/japan-rare-earths-660bn.toml";
    let mut text = std::fs::read_to_string(file).unwrap();
    for (a, b, rho) in pairs {
        text +=
            &format!("\n[[correlations]]\nbetween = [\"parameters.{a}\", \"parameters.{b}\"]\nrho = {rho}\n");
    }
    let laws = [
        "parameters.u={ uniform = { min = 0, max = 1 } }",
        "parameters.l={ lognormal = { median = 60, sigma = 1.5 } }",
        "parameters.p={ pert = { min = 0, mode = 1, max = 9 } }",
        "parameters.t={ triangular = { min = 0, mode = 0, max = 2 } }",
    ];
    model_of(file, &text, &laws)
}

#[test]
fn correlations_are_delivered_whatever_the_laws() {
    for rho in [-0.95, -0.8, -0.5, -0.2, 0.0, 0.1, 0.3, 0.6, 0.9, 0.95] {
        let model = with_correlations(&[("u", "l", rho), ("t", "p", -rho)]);
        let columns = drawn(&model, &["parameters.u", "parameters.l", "parameters.p", "parameters.t"]);
        assert_correlated(&columns[0], &columns[1], rho);
        assert_correlated(&columns[3], &columns[2], -rho);
        assert_correlated(&columns[0], &columns[2], 0.0);
    }
}

#[test]
fn correlations_are_delivered_in_groups() {
    let model = with_correlations(&[("u", "l", 0.8), ("l", "p", -0.6), ("u", "p", -0.7), ("t", "p", 0.4)]);
    let columns = drawn(&model, &["parameters.u", "parameters.l", "parameters.p", "parameters.t"]);
    for (i, j, rho) in [(0, 1, 0.8), (1, 2, -0.6), (0, 2, -0.7), (3, 2, 0.4), (3, 0, 0.0), (3, 1, 0.0)] {
        assert_correlated(&columns[i], &columns[j], rho);
    }
}

/// What nothing in the scenario depends on was once drawn in the first trial alone.
#[test]
fn a_factor_that_nobody_uses_is_drawn_in_every_trial() {
    let model = with_correlations(&[]);
    let columns = drawn(&model, &["parameters.u"]);
    let mut distinct = columns[0].clone();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup();
    assert_eq!(distinct.len(), BATCHES * BATCH);
}
