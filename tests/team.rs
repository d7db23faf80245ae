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
        // From a place of their own, twice a number that cannot be divided by how many are walked at once: what the first
        // have left behind is nothing to the others.
        let mut rows = vec![0.0; (203 + 101) * width];
        let (first, second) = rows.split_at_mut(203 * width);
        team.trials(1000..1203, first);
        team.trials(1203..1304, second);
        let mut row = vec![0.0; width];
        for (own, trial) in rows.chunks_exact(width).zip(1000..) {
            worker.trial(trial, &mut row, &mut Nobody);
            for (c, (x, y)) in own.iter().zip(&row).enumerate() {
                let same = x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan());
                assert!(same, "{file} trial {trial} {:?}: {x} against {y}", plan.columns.list[c]);
            }
        }
        assert_eq!(team.take_cuts(), worker.take_cuts(), "{file}");
    }
}
