//! Monte Carlo simulation of supply disruptions: how much will be missing, for how long, what does it cost, how sure are
//! we.
//!
//! Read from top to bottom, the modules are the flow: each imports only from those above it. A scenario is read as
//! written ([`scenario`]), then as meant ([`model`]), laid out for walking ([`plan`]) and walked trial by trial
//! ([`engine`]); what the trials say is asked of [`outcome`].
//!
//! ```
//! use std::sync::atomic::AtomicBool;
//!
//! use shortfall::outcome::{self, Outcome};
//! use shortfall::parallel::Pool;
//! use shortfall::plan::Plan;
//! use shortfall::scenario::{self, NoFiles, Request};
//!
//! let text = r#"
//!     [scenario]
//!     start = 2026-01-01
//!     horizon = "12 months"
//!     currency = "JPY"
//!
//!     [[materials.rare-earths.sources]]
//!     name = "china"
//!     share = "60%"
//!     route = { separation = "CN" }
//!     [[materials.rare-earths.sources]]
//!     name = "rest"
//!     share = "40%"
//!     headroom = "0%"
//!
//!     [sectors.industry]
//!     value_added = "4.4 trillion JPY/year"
//!     uses.rare-earths = { amount = "18835 t/year", exposed = "100%" }
//!
//!     [controls.ban]
//!     country = "CN"
//!     materials = ["rare-earths"]
//!     [[controls.ban.onsets]]
//!     at = 2026-03-01
//!     [[controls.ban.regimes]]
//!     name = "ban"
//!     lasts = { exponential = { mean = "3 months" } }
//! "#;
//! let request = Request { name: "doc".into(), text: text.into(), overlays: vec![], settings: vec![] };
//! let document = scenario::load(&request, &NoFiles).map_err(|(sources, d)| sources.render(&d, false))?;
//! let (model, _) = shortfall::model::read(&document).map_err(|d| document.sources.render(&d, false))?;
//! let plan = Plan::new(&model, model.seed);
//! let pool = Pool::new(0)?;
//! let trials = outcome::run(&plan, 10_000, &pool, &AtomicBool::new(false), |_| {});
//! let outcome = Outcome::new(outcome::metrics(&model, &plan.columns), &trials, None, &pool);
//! let cost = outcome.sample("cost.total").and_then(|s| s.mean()).ok_or("no trials")?;
//! // 220 billion yen a month for three months on average, less what lies beyond the horizon.
//! assert!(cost.low < 650e9 && 600e9 < cost.high);
//! # Ok::<(), String>(())
//! ```

pub mod quantity;
pub mod parallel;
pub mod random;
pub mod statistics;
pub mod scenario;
pub mod model;
pub mod plan;
pub mod engine;
pub mod outcome;
pub mod study;
pub mod story;
pub mod history;
pub mod chart;
pub mod report;
pub mod cli;
