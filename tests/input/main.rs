//! Reading a scenario: what every mistake is told, how files are laid over one another, and that nothing crashes it.

#![allow(clippy::unwrap_used)]

mod fuzz;
mod layers;
mod merging;
mod messages;
mod shape;
