//! Monte Carlo simulation of supply disruptions.
//!
//! Read from top to bottom, the modules are the flow: each imports only from those above it.

pub mod quantity;
pub mod parallel;
pub mod random;
pub mod statistics;
pub mod scenario;
pub mod model;
pub mod plan;
pub mod engine;
pub mod outcome;
pub mod chart;
pub mod report;
pub mod cli;
