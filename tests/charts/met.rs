//! By whom what was needed was met: the parts of the timeline add up to the need, and over the horizon to the balances of
//! the trials' stories.

use shortfall::outcome::{self, Timeline};
use shortfall::parallel::Pool;
use shortfall::plan::Plan;
use shortfall::story::{Part, Pick, tell};

use super::common::model_with;

const TRIALS: u64 = 12;

/// The sum over the trials of a part of what was met of a material, by step.
fn part(timeline: &Timeline, material: &str, name: &str) -> Vec<f64> {
    let series = timeline.bands(&format!("met.{material}.{name}")).unwrap_or_else(|| panic!("{name}"));
    series.bands.iter().map(|band| band.mean * TRIALS as f64).collect()
}

fn close(name: &str, a: f64, b: f64, size: f64) {
    assert!((a - b).abs() <= 1e-9 * size, "{name}: {a} is not {b}");
}

#[test]
fn the_parts_are_those_of_the_stories_and_add_up_to_the_need() {
    let pool = Pool::new(2).unwrap();
    let mut options = 0;
    for file in [
        "scenarios/japan-gallium.toml",
        "scenarios/japan-rare-earths-outlook.toml",
        "scenarios/first-steps.toml",
        "src/cli/templates/chain.toml",
        "tests/data/example.toml",
    ] {
        let model = model_with(file, &[]);
        let plan = Plan::new(&model, model.seed);
        let timeline = outcome::timeline(&model, &plan, TRIALS, &pool);
        let told: Vec<_> = (0..TRIALS).map(|trial| tell(&model, &plan, Pick::number(trial))).collect();
        for (m, material) in model.materials.iter().enumerate() {
            let name = &material.name;
            let balances = || {
                told.iter().map(|(story, _)| {
                    &story.materials.iter().find(|own| own.material == *name).unwrap().balance
                })
            };
            let need: f64 = balances().map(|b| b.need).sum();
            let total = |part_name: &str| part(&timeline, name, part_name).iter().sum::<f64>();
            let told_total = |of: fn(&shortfall::story::Balance) -> f64| balances().map(of).sum::<f64>();
            close("sources", total("sources") + total("headroom"), told_total(|b| b.from_sources), need);
            close("stocks", total("stocks"), told_total(|b| b.from_stocks), need);
            close("idle", total("idle"), told_total(|b| b.idle), need);
            close("unmet", total("unmet"), told_total(|b| b.unmet), need);
            let mut sums: Vec<f64> = vec![0.0; plan.steps];
            let mut add = |values: Vec<f64>| sums.iter_mut().zip(values).for_each(|(sum, v)| *sum += v);
            for fixed in ["sources", "headroom", "stocks", "idle", "unmet"] {
                add(part(&timeline, name, fixed));
            }
            let mut saved: Vec<f64> = vec![0.0; plan.steps];
            for (o, option) in
                model.options.iter().enumerate().filter(|(o, _)| plan.options[*o].material == m)
            {
                options += 1;
                let values = part(&timeline, name, &format!("options.{}", option.name));
                let own = |parts: &[Part]| -> f64 {
                    parts.iter().filter(|p| p.option == option.name).map(|p| p.tonnes).sum()
                };
                let told =
                    balances().map(|b| own(&b.from_suppliers) + own(&b.from_stockpiles) + own(&b.saved));
                close(&option.name, values.iter().sum(), told.sum(), need);
                if matches!(plan.options[o].work, shortfall::plan::Work::Saving(_)) {
                    saved.iter_mut().zip(&values).for_each(|(sum, v)| *sum += v);
                }
                add(values);
            }
            // Step by step: what was needed, and what was saved of it before.
            for (k, (sum, saved)) in sums.iter().zip(&saved).enumerate() {
                let needs = told.iter().map(|(_, course)| course.line(&format!("need.{name}")).unwrap()[k]);
                close(&format!("{file} {name} step {k}"), *sum, needs.sum::<f64>() + saved, need);
            }
        }
    }
    assert!(options > 5, "no options were tried");
}
