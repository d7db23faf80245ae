//! The model of docs/model.md a second time: slow, by name, one step after another; the engine is held to it on
//! random worlds. Nothing here imports the engine's model, plan or flows.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod activity;
mod draws;
mod events;
mod features;
mod flows;
mod generate;
mod laws;
mod metrics;
mod money;
mod network;
mod quantity;
mod simulate;
mod world;
mod write;

#[test]
fn tmp() {
    let mut coverage = features::Coverage::default();
    for seed in 0..400 {
        let world = generate::world(seed);
        let text = write::toml(&world);
        let _: toml::Table = text.parse().unwrap_or_else(|e| panic!("{e}\n{text}"));
        let mut parts = features::of_world(&world);
        for trial in 0..2 {
            let outcome = simulate::simulate(&world, trial);
            parts.extend(features::of_outcome(&world, &outcome));
        }
        coverage.add(&parts);
    }
    println!("{}", coverage.report());
}
