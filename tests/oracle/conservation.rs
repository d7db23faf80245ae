//! The oracle alone, on random worlds: nothing comes from nowhere and nothing is lost.

use crate::draws::Draws;
use crate::features::{Coverage, of_outcome, of_world};
use crate::flows::Record;
use crate::metrics::shortfall;
use crate::network::Consumer;
use crate::simulate::{Outcome, simulate};
use crate::world::{Kind, World};
use crate::{generate, write};

/// |a - b| within 1e-9 of the scale.
fn near(a: f64, b: f64, scale: f64) -> bool {
    (a - b).abs() <= 1e-9 * scale.abs().max(a.abs()).max(b.abs()).max(1e-300)
}

fn materials_are_conserved(world: &World, record: &Record) {
    for material in world.materials.iter().map(|material| &material.name) {
        let scale = record.baseline[material].max(record.wanted[material]);
        let edges = || record.edges.iter().filter(|(edge, _)| edge.0 == *material);
        for (edge, account) in edges() {
            let came = account.before + account.received;
            assert!(near(came, account.consumed + account.after, scale), "{edge:?} {account:?}");
            assert!(account.after >= 0.0 && account.received >= 0.0 && account.consumed >= 0.0);
            assert!((0.0..=1.0).contains(&account.filled));
        }
        let received: f64 = edges().map(|(_, account)| account.received).sum();
        let stockpiles =
            world.enabled().filter(|o| matches!(o.kind, Kind::Stockpile { .. }) && o.material() == material);
        let refilled: f64 = stockpiles.map(|option| record.refilled[&option.name]).sum();
        assert!(near(record.inflow[material], received + refilled, scale), "{material} at {}", record.start);
        let sources = record.source_deliveries.iter().filter(|(key, _)| key.0 == *material);
        let options = world.enabled().filter(|option| {
            option.material() == material && matches!(option.kind, Kind::Supplier(_) | Kind::Stockpile { .. })
        });
        let delivered: f64 = sources.map(|(_, amount)| amount).sum::<f64>()
            + options.map(|option| record.option_deliveries[&option.name]).sum::<f64>();
        assert!(near(record.inflow[material], delivered, scale), "{material} at {}", record.start);
        let (missing, need) = shortfall(record, material);
        let met: f64 = edges().map(|(_, account)| account.need * account.filled).sum();
        assert!(near(need, met + missing, scale));
    }
}

fn stockpiles_are_conserved(world: &World, outcome: &Outcome) {
    for option in world.enabled().filter(|option| matches!(option.kind, Kind::Stockpile { .. })) {
        let mut before = None;
        for record in &outcome.records {
            let level = record.levels[&option.name];
            if let Some(before) = before {
                let change = record.refilled[&option.name] - record.option_deliveries[&option.name];
                assert!(near(level, before + change, before), "{} at {}", option.name, record.start);
            }
            assert!(level >= 0.0);
            before = Some(level);
        }
    }
}

/// Cumulated, a group makes up no more than its share of what it lost.
fn recapture_is_limited(world: &World, trial: u64, outcome: &Outcome) {
    for sector in &world.sectors {
        let share = sector.recapture.as_ref().map_or(0.0, |recapture| {
            let path = format!("sectors.{}.recapture.share", sector.name);
            Draws::new(world, trial).share(&recapture.share, &path)
        });
        for group in 0..sector.firms.as_ref().map_or(1, |firms| firms.groups) {
            let key = Consumer::Group(sector.name.clone(), group);
            let (mut lost, mut recaptured) = (0.0, 0.0);
            for record in &outcome.records {
                let account = &record.groups[&key];
                lost += account.lost;
                recaptured += account.recaptured;
                assert!(
                    recaptured <= share * lost * (1.0 + 1e-9) + 1e-9 * account.normal,
                    "{key:?} at {}",
                    record.start
                );
                assert!(account.activity >= 0.0 && account.activity <= account.wanted * (1.0 + 1e-12));
            }
        }
    }
}

fn costs_add_up(world: &World, outcome: &Outcome) {
    let cost = |name: &str| outcome.metrics[&format!("cost.{name}")].expect("costs are defined");
    let parts = ["lost_output", "indirect", "price", "premiums", "options"];
    let sum: f64 = parts.iter().map(|part| cost(part)).sum();
    let scale: f64 = parts.iter().map(|part| cost(part).abs()).sum();
    assert!(near(cost("total"), sum, scale));
    let of_options: f64 =
        world.enabled().map(|o| outcome.metrics[&format!("options.{}.cost", o.name)].expect("defined")).sum();
    assert!(near(cost("premiums") + cost("options"), of_options, of_options));
    for material in &world.materials {
        let share = outcome.metrics[&format!("shortfall.{}.share", material.name)].expect("defined");
        assert!(share >= 0.0);
    }
}

/// Nothing is short where nothing is blocked, unless something takes more of a material than the sources are made for.
fn calm_worlds_lack_nothing(world: &World, outcome: &Outcome) -> bool {
    let blocks =
        outcome.histories.values().any(|h| h.intervals.iter().any(|interval| interval.blocked > 0.0));
    let adds =
        world.enabled().any(|option| option.standing && matches!(option.kind, Kind::Substitution { .. }));
    if blocks || adds {
        return false;
    }
    assert_eq!(outcome.metrics["shortfall.any"], Some(0.0));
    assert_eq!(outcome.metrics["cost.lost_output"], Some(0.0));
    true
}

#[test]
fn random_worlds_conserve_what_flows_and_cover_the_model() {
    let mut coverage = Coverage::default();
    let mut calm = 0;
    for seed in 0..300 {
        let world = generate::world(seed);
        let text = write::toml(&world);
        assert!(text.parse::<toml::Table>().is_ok(), "{text}");
        let mut parts = of_world(&world);
        for trial in 0..2 {
            let outcome = simulate(&world, trial);
            parts.extend(of_outcome(&world, &outcome));
            for record in &outcome.records {
                materials_are_conserved(&world, record);
            }
            stockpiles_are_conserved(&world, &outcome);
            recapture_is_limited(&world, trial, &outcome);
            costs_add_up(&world, &outcome);
            calm += usize::from(calm_worlds_lack_nothing(&world, &outcome));
        }
        coverage.add(&parts);
    }
    println!("{}calm trials: {calm}", coverage.report());
    assert!(coverage.parts() >= 135, "{} parts", coverage.parts());
    assert!(coverage.pair_share() > 0.98, "{} of pairs", coverage.pair_share());
    assert!(calm > 30, "{calm} calm trials");
}

#[test]
fn a_trial_depends_on_nothing_but_its_uniforms() {
    for seed in 0..10 {
        let world = generate::world(seed);
        let (once, again) = (simulate(&world, 5), simulate(&world, 5));
        assert_eq!(once.metrics, again.metrics);
    }
}
