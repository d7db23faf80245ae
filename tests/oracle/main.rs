//! The model of docs/model.md a second time: slow, by name, one step after another; the engine is held to it on
//! random worlds. Nothing here imports the engine's model, plan or flows.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod activity;
mod cases;
mod compare;
mod conservation;
mod demand;
mod draws;
mod engine;
mod events;
mod features;
mod flows;
mod generate;
mod laws;
mod metrics;
mod money;
mod network;
mod options;
mod quantity;
mod simulate;
mod supply;
mod trace;
mod world;
mod write;
