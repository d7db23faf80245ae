//! A team of trials gives the bits of each trial alone, whichever others it is walked with.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use shortfall::engine::{Nobody, Team, Worker};
use shortfall::plan::Plan;

use common::model_with;

/// Scenarios of every kind: with standing options and without, steady and not, in days, weeks and months.
const FILES: [&str; 11] = [
    "tests/data/example.toml",
    "benches/weekly.toml",
    "benches/monthly.toml",
    "benches/rare.toml",
    "scenarios/first-steps.toml",
    "scenarios/japan-rare-earths-uncertain.toml",
    "scenarios/japan-rare-earths-outlook.toml",
    "scenarios/japan-rare-earths-imf.toml",
    "scenarios/japan-gallium.toml",
    "scenarios/notice-61.toml",
    "scenarios/photoresist.toml",
];

#[test]
fn a_team_gives_the_bits_of_its_trials() {
    for file in FILES {
        let model = model_with(file, &[]);
        let plan = Plan::new(&model, model.seed);
        let width = plan.columns.len();
        let (mut team, mut worker) = (Team::new(&plan), Worker::new(&plan));
        // A number that eight does not divide, from a place of its own.
        let trials = 1000..1203;
        let mut rows = vec![0.0; 203 * width];
        team.trials(trials.clone(), &mut rows);
        let mut row = vec![0.0; width];
        for (own, trial) in rows.chunks_exact(width).zip(trials) {
            worker.trial(trial, &mut row, &mut Nobody);
            for (c, (x, y)) in own.iter().zip(&row).enumerate() {
                let same = x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan());
                assert!(same, "{file} trial {trial} {:?}: {x} against {y}", plan.columns.list[c]);
            }
        }
        assert_eq!(team.take_cuts(), worker.take_cuts(), "{file}");
    }
}
