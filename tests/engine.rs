//! Promises of the engine that need no second implementation: skipping quiet time changes nothing,
//! adding something leaves other draws alone, conservation in every step.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use shortfall::engine::{Audit, Baseline, Events, Flows, Ledger, Nobody, Observer, Worker};
use shortfall::model::Model;
use shortfall::plan::Plan;

use common::model_with;

const FILES: [&str; 4] = [
    "tests/data/example.toml",
    "benches/weekly.toml",
    "benches/monthly.toml",
    "scenarios/japan-rare-earths-uncertain.toml",
];

/// Has every step walked and audited, and adds up what is missing and lost.
#[derive(Default)]
struct Auditor {
    steps: usize,
    missing: Vec<f64>,
}

impl Observer for Auditor {
    const EVERY_STEP: bool = true;
    const QUIET: bool = false;
    const AUDIT: bool = true;

    fn events(&mut self, _: &Events) {}

    fn step(&mut self, _: usize, flows: &Flows, _: &Ledger, _: &Baseline) {
        self.steps += 1;
        self.missing.resize(flows.materials.len(), 0.0);
        for (sum, missing) in self.missing.iter_mut().zip(flows.materials.iter().map(|m| m.shortfall)) {
            *sum += missing;
        }
    }

    fn quiet(&mut self, _: usize, _: usize, _: &Flows, _: &Baseline) {
        unreachable!("every step is walked");
    }
}

fn close(a: f64, b: f64, scale: f64, what: &str) {
    assert!((a - b).abs() <= 1e-9 * scale.abs().max(1e-9), "{what}: {a} against {b}");
}

#[test]
fn skipping_quiet_time_changes_nothing_and_nothing_gets_lost() {
    for file in FILES {
        let without_standing = ["options.caremag.enabled=false"];
        let variants: [&[&str]; 2] =
            if file.contains("example") { [&[], &without_standing] } else { [&[], &[]] };
        for settings in variants {
            let model = model_with(file, settings);
            let plan = Plan::new(&model, 7);
            let (mut fast, mut plain) = (Worker::new(&plan), Worker::new(&plan));
            let width = plan.columns.len();
            let (mut a, mut b) = (vec![0.0; width], vec![0.0; width]);
            for trial in 0..300 {
                let mut auditor = Auditor::default();
                plain.trial(trial, &mut a, &mut auditor);
                fast.trial(trial, &mut b, &mut Nobody);
                assert_eq!(auditor.steps, plan.steps);
                for (m, missing) in auditor.missing.iter().enumerate() {
                    close(*missing, a[plan.columns.materials[m]], 1.0 + missing, "what is missing");
                }
                let costs = &a[plan.columns.costs..plan.columns.costs + 6];
                close(costs[0], costs[1..].iter().sum(), costs[0], "costs");
                for (c, (x, y)) in a.iter().zip(&b).enumerate() {
                    let same = (x.is_nan() && y.is_nan()) || (x - y).abs() <= 1e-9 * x.abs().max(1e-6);
                    assert!(same, "{file} trial {trial} {:?}: {x} against {y}", plan.columns.list[c]);
                }
            }
        }
    }
}

/// Falsifies the flows of the first step in which something is missing, and keeps which falsehoods pass.
struct Saboteur<'p> {
    plan: &'p Plan,
    values: Vec<f64>,
    audit: Audit,
    passed: Option<Vec<&'static str>>,
}

/// Its name, and what does it.
type Fault = (&'static str, fn(&mut Flows));

/// What may go wrong with the flows of a step: each is one tonne, a million yen or a hundredth off.
const FAULTS: [Fault; 11] = [
    ("stock", |f| f.edges[0].stock += 1.0),
    ("received", |f| f.edges[0].received += 1.0),
    ("consumed", |f| f.edges[0].consumed += 1.0),
    ("level", |f| f.options.iter_mut().for_each(|option| option.level += 1.0)),
    ("refilled", |f| f.options.iter_mut().for_each(|option| option.refilled += 1.0)),
    ("inflow", |f| f.materials[0].inflow += 1.0),
    ("from_sources", |f| f.materials[0].from_sources += 1.0),
    ("shortfall", |f| f.materials[0].shortfall += 1.0),
    ("filled", |f| f.edges.iter_mut().for_each(|edge| edge.filled *= 0.99)),
    ("lost", |f| f.groups[0].lost += 1e6),
    ("recaptured", |f| f.groups[0].recaptured += 1e6),
];

impl Observer for Saboteur<'_> {
    const EVERY_STEP: bool = true;
    const QUIET: bool = false;

    fn events(&mut self, _: &Events) {}

    fn step(&mut self, k: usize, flows: &Flows, ledger: &Ledger, baseline: &Baseline) {
        if k == 0 {
            // What was before the first step is not known here.
            self.audit.open(self.plan, flows);
            return;
        }
        let falsified = |fault: fn(&mut Flows)| {
            let (mut flows, mut audit) = (flows.clone(), self.audit.clone());
            fault(&mut flows);
            let judge = || audit.step(self.plan, &self.values, &flows, ledger, baseline);
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(judge)).is_ok()
        };
        if self.passed.is_none() && flows.materials[0].shortfall > 0.0 {
            let passed = FAULTS.iter().filter(|(_, fault)| falsified(*fault)).map(|(name, _)| *name);
            self.passed = Some(passed.collect());
        }
        self.audit.step(self.plan, &self.values, flows, ledger, baseline);
    }

    fn quiet(&mut self, _: usize, _: usize, _: &Flows, _: &Baseline) {}
}

#[test]
fn an_audit_finds_every_fault() {
    let model = model_with("benches/weekly.toml", &[]);
    let plan = Plan::new(&model, 7);
    let mut worker = Worker::new(&plan);
    let mut row = vec![0.0; plan.columns.len()];
    let short = plan.columns.materials[0];
    let trial = (0..1000).find(|&trial| {
        worker.trial(trial, &mut row, &mut Nobody);
        row[short] > 0.0
    });
    let values = worker.seat.values.clone();
    let mut saboteur = Saboteur { plan: &plan, values, audit: Audit::default(), passed: None };
    worker.trial(trial.unwrap(), &mut row, &mut saboteur);
    assert_eq!(saboteur.passed, Some(vec![]));
}

/// The events of some trials: what each control does when.
fn visits(model: &Model) -> Vec<(usize, usize, u64, u64)> {
    struct Keep(Vec<(usize, usize, u64, u64)>);
    impl Observer for Keep {
        const EVERY_STEP: bool = false;
        const QUIET: bool = false;
        fn events(&mut self, events: &Events) {
            let bits =
                |v: &shortfall::engine::Visit| (v.control, v.state, v.start.to_bits(), v.end.to_bits());
            self.0.extend(events.visits.iter().map(bits));
        }
        fn step(&mut self, _: usize, _: &Flows, _: &Ledger, _: &Baseline) {}
        fn quiet(&mut self, _: usize, _: usize, _: &Flows, _: &Baseline) {}
    }
    let plan = Plan::new(model, 3);
    let mut worker = Worker::new(&plan);
    let mut keep = Keep(Vec::new());
    let mut row = vec![0.0; plan.columns.len()];
    (0..500).for_each(|trial| worker.trial(trial, &mut row, &mut keep));
    keep.0
}

#[test]
fn adding_or_removing_something_leaves_the_draws_of_everything_else() {
    let file = "tests/data/example.toml";
    let base = visits(&model_with(file, &[]));
    assert!(base.len() > 500);
    let changes: [&[&str]; 4] = [
        &["options.caremag.enabled=false"],
        &["options.sealed-magnets.enabled=true"],
        &[
            "options.extra={ kind = \"stockpile\", material = \"neodymium\", size = \"30 days\", lead_time = { uniform = { min = \"1 day\", max = \"9 days\" } } }",
        ],
        &["parameters.new={ pert = { min = 1, mode = 2, max = 3 } }"],
    ];
    for change in changes {
        assert_eq!(visits(&model_with(file, change)), base, "{change:?}");
    }
    assert_ne!(
        visits(&model_with(file, &["controls.heavy-rare-earths.onsets.expiry.probability=80%"])),
        base
    );
}
