//! The engine against the oracle on random worlds, and a world that differs made as small as it gets.

use crate::engine::engine_trial;
use crate::simulate::{simulate, simulate_with};
use crate::trace::{Trace, first_difference, of_outcome};
use crate::world::{Cause, World};
use crate::{generate, write};

/// How a trial of a world went.
#[derive(Debug, PartialEq)]
enum Verdict {
    Same,
    /// The oracle differs as much from itself when rounding errors are made larger.
    IllPosed(String),
    Refused(String),
    Different(String),
}

/// Compares one trial: every step of it, its metrics, and its metrics with quiet steps skipped.
fn judge(world: &World, trial: u64) -> Verdict {
    let (full, quick) = match engine_trial(&write::toml(world), trial) {
        Ok(traces) => traces,
        Err(refused) => return Verdict::Refused(refused),
    };
    let outcome = simulate(world, trial);
    if let Some(difference) = first_difference(world, &outcome, &full) {
        // A world that makes as much of a nudge of a few roundings proves nothing.
        let makes_much = |noise: &f64| {
            let nudged = of_outcome(&simulate_with(world, trial, *noise)).0;
            first_difference(world, &outcome, &nudged).is_some()
        };
        return if [1e-14, -1e-14, 1e-15, 3e-16].iter().any(makes_much) {
            Verdict::IllPosed(difference)
        } else {
            Verdict::Different(difference)
        };
    }
    // What is skipped is not noted in full: only what all steps have is compared.
    let mut series = full.series;
    let noted = |name: &str| {
        let all = ["stock", "level", "shortfall", "activity", "received", "consumed", "inflow", "baseline"];
        all.contains(&name.split(' ').next().unwrap())
    };
    series.extend(quick.series.into_iter().filter(|(name, _)| noted(name)));
    let quick = Trace { series, metrics: quick.metrics };
    match first_difference(world, &outcome, &quick) {
        Some(difference) => Verdict::Different(format!("with quiet steps skipped, {difference}")),
        None => Verdict::Same,
    }
}

/// The kind of a difference: its first quantity without the names in it.
fn kind(verdict: &Verdict) -> Option<String> {
    let Verdict::Different(text) = verdict else { return None };
    let line = text.lines().nth(1).unwrap_or(text);
    Some(line.split_whitespace().next().unwrap_or_default().to_string())
}

/// The worlds with one thing less.
fn smaller(world: &World) -> Vec<World> {
    let mut worlds = Vec::new();
    let mut with = |change: &dyn Fn(&mut World)| {
        let mut other = world.clone();
        change(&mut other);
        worlds.push(other);
    };
    for i in 0..world.options.len() {
        with(&|w| drop(w.options.remove(i)));
    }
    for i in 0..world.sectors.len() {
        with(&|w| drop(w.sectors.remove(i)));
    }
    for i in 0..world.controls.len() {
        with(&|w| {
            let gone = w.controls.remove(i).name;
            for control in &mut w.controls {
                control
                    .onsets
                    .retain(|o| !matches!(&o.cause, Cause::Follows { control, .. } if *control == gone));
            }
        });
        for j in 0..world.controls[i].onsets.len() {
            with(&|w| drop(w.controls[i].onsets.remove(j)));
        }
    }
    for i in 0..world.crises.len() {
        with(&|w| {
            let gone = w.crises.remove(i).name;
            for control in &mut w.controls {
                control
                    .onsets
                    .retain(|o| !matches!(&o.cause, Cause::Crisis { crisis, .. } if *crisis == gone));
            }
        });
    }
    with(&|w| w.correlations.clear());
    for i in 0..world.materials.len() {
        with(&|w| {
            let gone = w.materials.remove(i).name;
            for sector in &mut w.sectors {
                sector.uses.remove(&gone);
            }
            for control in &mut w.controls {
                control.materials.retain(|material| *material != gone);
            }
        });
        with(&|w| w.materials[i].price_response = None);
        for j in 0..world.materials[i].sources.len() {
            with(&|w| w.materials[i].sources[j].inputs.clear());
            with(&|w| w.materials[i].sources[j].transit = None);
        }
    }
    for i in 0..world.sectors.len() {
        for material in world.sectors[i].uses.keys() {
            with(&|w| drop(w.sectors[i].uses.remove(material)));
            with(&|w| w.sectors[i].uses.get_mut(material).unwrap().response = None);
        }
        with(&|w| w.sectors[i].firms = None);
        with(&|w| w.sectors[i].recapture = None);
    }
    worlds
}

/// Takes things out of a world for as long as it differs in the same kind of quantity.
fn shrunk(mut world: World, trial: u64) -> World {
    let wanted = kind(&judge(&world, trial));
    let mut tries = 0;
    'again: while tries < 600 {
        for other in smaller(&world) {
            tries += 1;
            let known = std::panic::catch_unwind(|| judge(&other, trial)).ok();
            if known.is_some_and(|verdict| kind(&verdict) == wanted) {
                world = other;
                continue 'again;
            }
        }
        break;
    }
    world
}

/// The worlds compared: from `ORACLE_SEED` on, `ORACLE_WORLDS` of them; without these, a fixed set.
fn seeds() -> std::ops::Range<u64> {
    let set = |name: &str, default| std::env::var(name).map_or(default, |text| text.parse().unwrap());
    let first = set("ORACLE_SEED", 0);
    first..first + set("ORACLE_WORLDS", 500)
}

/// The verdicts of the first trials of a world, up to one that ends the matter.
fn verdicts(seed: u64) -> Vec<Verdict> {
    let world = generate::world(seed);
    let mut out = Vec::new();
    for trial in 0..3 {
        out.push(judge(&world, trial));
        if matches!(out.last(), Some(Verdict::Refused(_) | Verdict::Different(_))) {
            break;
        }
    }
    out
}

/// The verdicts of all worlds, in order, by as many threads as there are cores.
fn all_verdicts() -> Vec<(u64, Vec<Verdict>)> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut all: Vec<(u64, Vec<Verdict>)> = std::thread::scope(|scope| {
        let own =
            |t: usize| move || seeds().skip(t).step_by(threads).map(|s| (s, verdicts(s))).collect::<Vec<_>>();
        let running: Vec<_> = (0..threads).map(|t| scope.spawn(own(t))).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    all.sort_by_key(|(seed, _)| *seed);
    all
}

#[test]
fn the_engine_agrees_with_the_oracle() {
    let (mut refused, mut differing, mut ill_posed, mut compared) = (0, Vec::new(), 0, 0);
    for (seed, verdicts) in all_verdicts() {
        for (trial, verdict) in verdicts.into_iter().enumerate() {
            match verdict {
                Verdict::Same => compared += 1,
                Verdict::IllPosed(first) => {
                    ill_posed += 1;
                    println!("world {seed}, trial {trial}, is ill posed: {first}\n");
                }
                Verdict::Refused(why) => {
                    refused += 1;
                    println!("world {seed} is refused: {why}\n");
                    if refused <= 3 {
                        println!("{}", write::toml(&generate::world(seed)));
                    }
                }
                Verdict::Different(first) => {
                    println!("world {seed}, trial {trial}, {first}\n");
                    differing.push((seed, trial as u64));
                }
            }
        }
    }
    let mut told = Vec::new();
    for (seed, trial) in &differing {
        let world = generate::world(*seed);
        let verdict = judge(&world, *trial);
        if told.len() >= 4 || told.contains(&kind(&verdict)) {
            continue;
        }
        told.push(kind(&verdict));
        let small = shrunk(world, *trial);
        println!(
            "==== world {seed} made small, trial {trial}: {:?}\n{}",
            judge(&small, *trial),
            write::toml(&small)
        );
    }
    let differ = differing.len();
    println!("{compared} trials agree, {ill_posed} are ill posed, {differ} differ: {differing:?}");
    println!("{refused} worlds were refused");
    assert!(differing.is_empty() && refused == 0);
    assert!(ill_posed * 100 <= compared, "{ill_posed} ill-posed trials beside {compared}");
}
