//! Exact answers, against formulas, against sums by hand, and against runs.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
#![allow(
    clippy::disallowed_methods,
    reason = "the exact values come from the platform's own functions, not from ours"
)]

use std::sync::atomic::AtomicBool;

use shortfall::model::Model;
use shortfall::outcome::{self, Exact, Outcome, Query, Refusal};
use shortfall::parallel::Pool;
use shortfall::plan::Plan;
use shortfall::random::normal;

#[path = "common/mod.rs"]
mod common;

const YEAR: f64 = 365.25;

/// One material from one source, one sector that loses 1 yen a day without it; `rest` says what happens.
fn case(years: f64, step: &str, material: &str, rest: &str) -> Model {
    let text = format!(
        "[scenario]\nstart = 2026-01-01\nhorizon = \"{years} years\"\nstep = \"{step}\"\ncurrency = \"JPY\"\nseed = 20\n\
         [economy]\ngdp = \"365.25 JPY/year\"\n\
         [materials.m]\nprice = \"1 JPY/t\"\nheadroom = 0\n{material}\n\
         [[materials.m.sources]]\nname = \"a\"\nshare = 1\nroute = {{ mining = \"CN\" }}\n\
         [sectors.s]\nvalue_added = \"365.25 JPY/year\"\nuses.m = {{ amount = \"365.25 t/year\", exposed = 1 }}\n\
         {rest}"
    );
    common::model_of("case.toml", &text, &[])
}

/// A control whose regimes and onsets are `rest`.
fn control(rest: &str) -> String {
    format!("[controls.c]\ncountry = \"CN\"\nmaterials = [\"m\"]\n{rest}")
}

fn solve(model: &Model) -> Result<Exact, Refusal> {
    let plan = Plan::new(model, model.seed);
    outcome::exact(model, &plan, &Pool::new(0).unwrap(), &AtomicBool::new(false))
}

/// The figure, which must be `wanted` to a millionth, and say so.
fn is(exact: &Exact, model: &Model, asked: &str, wanted: f64) {
    let query = Query::parse(asked, &exact.metrics, model).unwrap();
    let found = exact.estimate(&query).unwrap_or_else(|| panic!("{asked} is undefined"));
    let share = asked.contains("above") || asked.ends_with("positive") || asked.ends_with("defined");
    let size = if share { 1.0 } else { wanted.abs().max(1e-3) };
    assert!((found.value - wanted).abs() <= 1e-6 * size, "{asked}: {} against {wanted}", found.value);
    let slack = 1e-12 * size;
    assert!(
        found.low - slack <= wanted && wanted <= found.high + slack,
        "{asked}: {wanted} is not within {found:?}"
    );
    assert!(found.high - found.low <= 2e-6 * size, "{asked}: {found:?} is too wide");
}

#[test]
fn loss_behind_a_stock_for_an_exponential_duration() {
    let (stock, mean) = (45.0f64, 70.0f64);
    let model = case(
        12.0,
        "month",
        &format!("inventory = \"{stock} days\""),
        &control(
            "[[controls.c.onsets]]\nat = 2026-01-20\n[[controls.c.regimes]]\nname = \"ban\"\n\
             lasts = { exponential = { mean = \"70 days\" } }\n",
        ),
    );
    let exact = solve(&model).unwrap();
    println!("walked {}", exact.walked);
    let beyond = (-stock / mean).exp();
    is(&exact, &model, "cost.total.mean", mean * beyond);
    is(&exact, &model, "cost.total.positive", beyond);
    // E[X^2] = 2 mean^2 P(beyond) for an exponential excess.
    let variance = 2.0 * mean * mean * beyond - (mean * beyond).powi(2);
    is(&exact, &model, "cost.total.sd", variance.sqrt());
    for (name, p) in [("50", 0.5f64), ("90", 0.9), ("99", 0.99), ("99.9", 0.999)] {
        let quantile = (-mean * (1.0 - p).ln() - stock).max(0.0);
        is(&exact, &model, &format!("cost.total.p{name}"), quantile);
        let tail = if quantile > 0.0 { quantile + mean } else { mean * beyond / (1.0 - p) };
        is(&exact, &model, &format!("cost.total.cvar{name}"), tail);
    }
    is(&exact, &model, "cost.total.above(100)", (-(stock + 100.0) / mean).exp());
}
