//! Rare events: that making something happen, and weighing it by how seldom that is, gives the same world, sooner; that
//! errors are what they are said to be; and that it is left alone where it does not apply.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests, their helpers too")]

mod common;

use std::sync::atomic::AtomicBool;

use common::{model_of, model_with};
use shortfall::engine::{Nobody, Worker};
use shortfall::model::Model;
use shortfall::outcome::{self, Choice, Scheme, Trials};
use shortfall::parallel::Pool;
use shortfall::plan::{Columns, Plan};
use shortfall::statistics::{Estimate, Sample};

/// Everything that may set a world in motion: a crisis that brings controls, a day that may be the day, clocks whose
/// probabilities nobody knows or that change with time; and much that is drawn once a trial, but nothing of what a stockpile
/// costs while nothing happens.
const WORLD: &str = r#"
[scenario]
start = 2026-01-01
horizon = "3 years"
step = "month"
currency = "USD"

[economy]
gdp = { lognormal = { median = "1000 billion USD/year", p90 = "1200 billion USD/year" } }

[[materials.metal.sources]]
name = "abroad"
share = { uniform = { min = "50%", max = "70%" } }
route = { mining = "XX" }
[[materials.metal.sources]]
name = "elsewhere"
share = "40%"
route = { mining = "YY" }

[sectors.industry]
value_added = { lognormal = { median = "1 billion USD/year", p90 = "2 billion USD/year" } }
uses.metal = { amount = "100 t/year", exposed = { uniform = { min = "20%", max = "80%" } } }

[options.mine]
kind = "supplier"
material = "metal"
capacity = "30 t/year"
lead_time = { exponential = { mean = "4 months" } }
success = "70%"

[options.reserve]
kind = "stockpile"
material = "metal"
size = "20 days"
max_release = "50%"
holding_cost = "3%"

[crises.dispute]
annual_probability = { 2026-01-01 = "1%", 2028-01-01 = "4%" }

[controls.ban]
country = "XX"
materials = ["metal"]
[[controls.ban.onsets]]
name = "dispute"
crisis = "dispute"
probability = "70%"
delay = { exponential = { mean = "1 month" } }
[[controls.ban.onsets]]
name = "alone"
annual_probability = { uniform = { min = "0.5%", max = "6%" } }
[[controls.ban.regimes]]
name = "ban"
blocks = { uniform = { min = "50%", max = "100%" } }
lasts = { exponential = { mean = "5 months" } }

[controls.law]
country = "YY"
materials = ["metal"]
[[controls.law.onsets]]
at = 2027-05-01
probability = { beta = { mean = 0.05, sd = 0.03 } }
[[controls.law.onsets]]
name = "perhaps too late"
at = { uniform = { min = 2028-10-01, max = 2029-12-01 } }
probability = "9%"
[[controls.law.regimes]]
name = "ban"
lasts = "6 months"
"#;

fn world() -> Model {
    model_of("world.toml", WORLD, &[])
}

fn plan(model: &Model, scheme: Scheme, seed: u64, trials: u64, pool: &Pool) -> Plan {
    let mut plan = Plan::new(model, seed);
    let choice = Choice::new(scheme, true, &plan, trials);
    assert!(choice.rare, "{scheme}: not made rare");
    choice.apply(&mut plan, seed, trials, pool);
    plan
}

fn run(plan: &Plan, trials: u64, pool: &Pool) -> Trials {
    outcome::run(plan, trials, pool, &AtomicBool::new(false), |_| {})
}

const SCHEMES: [Scheme; 3] = [Scheme::Random, Scheme::Hypercubes, Scheme::Sobol];

/// The sample of a column of a run.
fn sample(trials: &Trials, column: usize) -> Sample {
    Sample::of(&trials.columns[column], None, &trials.design())
}

/// Of every metric: its mean, what share of the trials has it, how often it is more than zero, quantiles and the means beyond
/// them.
fn figures(sample: &Sample) -> Vec<Option<Estimate>> {
    let tails = [0.9, 0.97, 0.99].into_iter().flat_map(|p| [sample.quantile(p), sample.cvar(p)]);
    [sample.mean(), Some(sample.defined_share()), sample.positive()].into_iter().chain(tails).collect()
}

/// All figures of all metrics agree with those of 400,000 plain trials within 4.9 standard errors of both, which chance
/// exceeds with 1e-6 each; there are some 600 of them.
#[test]
fn weighted_trials_are_those_of_the_same_world() {
    let pool = Pool::new(0).unwrap();
    for (name, model) in [("world", world()), ("rare", model_with("benches/rare.toml", &[]))] {
        let mut plain = Plan::new(&model, 11);
        Choice::default().apply(&mut plain, 11, 400_000, &pool);
        let truth = run(&plain, 400_000, &pool);
        for scheme in SCHEMES {
            let plan = plan(&model, scheme, 12, 40_000, &pool);
            let trials = run(&plan, 40_000, &pool);
            let mut compared = 0;
            for (metric, column) in
                outcome::metrics(&model, &plan.columns).iter().map(|metric| (metric, metric.column))
            {
                let (a, b) = (sample(&trials, column), sample(&truth, column));
                for (i, pair) in figures(&a).into_iter().zip(figures(&b)).enumerate() {
                    let (Some(a), Some(b)) = pair else {
                        assert!(pair.0.is_none() && pair.1.is_none());
                        continue;
                    };
                    // Quantiles on the edge of an atom may fall on either side of it.
                    if !(a.reliable && b.reliable) || a.se == 0.0 && b.se == 0.0 && a.value != b.value {
                        continue;
                    }
                    let error = (a.se * a.se + b.se * b.se).sqrt();
                    let slack = 1e-9 * b.value.abs();
                    assert!(
                        (a.value - b.value).abs() <= 4.9 * error + slack,
                        "{name} {scheme} {} {i}: {a:?} {b:?}",
                        metric.name
                    );
                    compared += 1;
                }
            }
            assert!(compared > 50, "{name} {scheme}: {compared}");
        }
    }
}

/// Three clocks of 1 % a year over five years: that any of them strikes is known without a trial.
#[test]
fn the_probability_of_any_event_is_exact() {
    let (model, pool) = (model_with("benches/rare.toml", &[]), Pool::new(1).unwrap());
    let plan = plan(&model, Scheme::Random, 3, 3200, &pool);
    let trials = run(&plan, 3200, &pool);
    let years = plan.end() / 365.25;
    let expected = 1.0 - libm::pow(0.99, 3.0 * years);
    let weights = trials.weights.as_ref().unwrap();
    assert_eq!((plan.together(), weights.len()), (100, 3200));
    for block in weights.chunks(100) {
        assert!((block.iter().sum::<f64>() - 99.0).abs() < 1e-9);
        assert!((block[1] - expected).abs() < 1e-12 && (block[0] - 99.0 * (1.0 - expected)).abs() < 1e-9);
    }
    let any = sample(&trials, Columns::ANY_CONTROL).positive().unwrap();
    assert!((any.value - expected).abs() < 1e-9, "{any:?}");
}

/// The world without events is one world, whatever is drawn; in all others something happens, within the horizon.
#[test]
fn nothing_happens_in_the_first_trial_of_a_block_and_something_in_all_others() {
    let pool = Pool::new(2).unwrap();
    for model in [world(), model_with("benches/rare.toml", &[])] {
        let plan = plan(&model, Scheme::Random, 5, 32_000, &pool);
        let mut worker = Worker::new(&plan);
        let mut row = vec![0.0; plan.columns.len()];
        let mut first: Option<Vec<u64>> = None;
        for trial in 0..32_000u64 {
            worker.trial(trial, &mut row, &mut Nobody);
            let events = &worker.seat.events;
            let happened = !events.crises.is_empty() || events.onsets.iter().any(|n| *n > 0);
            assert_eq!(happened, trial % 1000 > 0, "{trial}");
            if trial % 1000 == 0 {
                let own = row[..row.len() - 1].iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                assert_eq!(first.get_or_insert_with(|| own.clone()), &own, "{trial}");
            }
        }
    }
}

#[test]
fn a_trial_alone_is_that_of_the_run_and_threads_change_nothing() {
    let model = world();
    for scheme in SCHEMES {
        let (one, three) = (Pool::new(1).unwrap(), Pool::new(3).unwrap());
        let plan = plan(&model, scheme, 1, 1000, &one);
        let (a, b) = (run(&plan, 1000, &one), run(&plan, 1000, &three));
        let bits = |t: &Trials| t.columns.iter().flatten().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert!(bits(&a) == bits(&b) && a.weights == b.weights, "{scheme}");
        let mut row = vec![0.0; plan.columns.len()];
        let mut worker = Worker::new(&plan);
        for trial in [0, 17, 999] {
            worker.trial(trial, &mut row, &mut Nobody);
            let of_run = a.columns.iter().map(|column| column.get(trial as usize).to_bits());
            assert!(row.iter().map(|x| x.to_bits()).eq(of_run), "{scheme} {trial}");
        }
    }
}

/// Taken as trials that count alike, as many see something as plain trials do, and each keeps its own draws.
#[test]
fn weighted_trials_taken_as_plain_ones_have_the_same_mean() {
    let (model, pool) = (world(), Pool::new(2).unwrap());
    let plan = plan(&model, Scheme::Random, 9, 64_000, &pool);
    let trials = run(&plan, 64_000, &pool);
    let alike = trials.alike(usize::MAX);
    assert_eq!((alike.len(), trials.alike(100).len()), (64_000 - 32, 100));
    let costs = &trials.columns[plan.columns.costs];
    let plain = Sample::new(&alike.iter().map(|(_, figures)| costs.get(*figures)).collect::<Vec<_>>());
    let (plain, weighted) = (plain.mean().unwrap(), sample(&trials, plan.columns.costs).mean().unwrap());
    assert!((plain.value - weighted.value).abs() < 4.0 * plain.se, "{plain:?} {weighted:?}");
    let happened = alike.iter().filter(|(draws, figures)| draws == figures).count() as f64;
    let weights: f64 = alike.iter().map(|(draws, _)| trials.weights.as_ref().unwrap()[*draws]).sum();
    assert!((happened - weights).abs() <= 1.0);
}

/// Of 1,000 runs of 1,600 trials the intervals hold the truth in 92.9 to 97.3 %: 95 % less 3.3 and more 3.3 standard errors,
/// which chance leaves with 1e-3 each; and no run is worse than a plain one.
#[test]
fn intervals_hold_the_truth_and_errors_are_no_larger_than_plain_ones() {
    let (model, pool) = (world(), Pool::new(0).unwrap());
    let truth = run(&plan(&model, Scheme::Sobol, 77, 2_000_000, &pool), 2_000_000, &pool);
    let column = Plan::new(&model, 1).columns.costs;
    let ask =
        |sample: &Sample| [sample.mean().unwrap(), sample.cvar(0.9).unwrap(), sample.positive().unwrap()];
    let truth = ask(&sample(&truth, column)).map(|e| e.value);
    let spread = |figures: &[f64]| {
        let mean = figures.iter().sum::<f64>() / figures.len() as f64;
        figures.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>()
    };
    let several = |scheme: Scheme, wanted: bool| -> Vec<[Estimate; 3]> {
        let one = |seed: u64| {
            let mut plan = Plan::new(&model, seed);
            Choice::new(scheme, wanted, &plan, 1600).apply(&mut plan, seed, 1600, &pool);
            ask(&sample(&run(&plan, 1600, &pool), column))
        };
        (1000..2000).map(one).collect()
    };
    let plain = several(Scheme::Random, false);
    for scheme in SCHEMES {
        let rare = several(scheme, true);
        for (i, truth) in truth.iter().enumerate() {
            let held = rare.iter().filter(|e| e[i].low <= *truth && *truth <= e[i].high).count();
            assert!((929..=973).contains(&held), "{scheme} {i}: {held} of 1000");
            let values = |runs: &[[Estimate; 3]]| runs.iter().map(|e| e[i].value).collect::<Vec<_>>();
            let ratio = spread(&values(&plain)) / spread(&values(&rare));
            assert!(ratio > 2.0, "{scheme} {i}: {ratio}");
        }
    }
}

/// What is in force from the start, what is sure to come, what costs while nothing happens, and runs of few trials.
#[test]
fn it_is_left_alone_where_it_does_not_apply() {
    let choice = |model: &Model, scheme: Scheme, trials: u64| {
        Choice::new(scheme, true, &Plan::new(model, 1), trials).rare
    };
    let (random, nested) = (Scheme::Random, Scheme::Nested { outer: 10, inner: 100 });
    assert!(choice(&world(), random, 1000) && !choice(&world(), random, 400));
    assert!(!choice(&world(), nested, 1000) && choice(&world(), Scheme::Sobol, 128));
    for setting in [
        "controls.ban.initial=\"ban\"",
        "controls.law.onsets.2027-05-01.probability=\"100%\"",
        "options.mine.fixed_cost={ uniform = { min = \"1 million USD/year\", max = \"2 million USD/year\" } }",
        "options.reserve.size={ uniform = { min = \"10 t\", max = \"20 t\" } }",
        "options.mine.mode=\"standing\"",
        // Often enough.
        "crises.dispute.annual_probability=\"40%\"",
    ] {
        assert!(!choice(&model_of("world.toml", WORLD, &[setting]), random, 1000), "{setting}");
    }
    let certain = ["controls.ban.onsets.alone.annual_probability=\"2%\""];
    assert!(choice(&model_of("world.toml", WORLD, &certain), random, 1000));
    assert!(!choice(&model_with("tests/data/example.toml", &[]), random, 10_000));
}

#[test]
fn choices_are_read_as_they_are_written() {
    for scheme in SCHEMES {
        for rare in [false, true] {
            let choice = Choice { scheme, rare };
            assert_eq!(Choice::parse(&choice.to_string()), Some(choice));
        }
    }
    assert_eq!(Choice::parse("rare"), None);
}
