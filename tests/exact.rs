//! Exact answers, against formulas, against sums by hand, and against runs.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
#![allow(
    clippy::disallowed_methods,
    reason = "the exact values come from the platform's own functions, not from ours"
)]

use std::sync::atomic::AtomicBool;

use shortfall::model::Model;
use shortfall::outcome::{self, Exact, Outcome, Query, Refusal, Statistic};
use shortfall::parallel::Pool;
use shortfall::plan::Plan;
use shortfall::random::normal;
use shortfall::statistics::{Bounds, Distribution, Piece};

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
fn a_distribution_of_an_atom_and_a_parabola() {
    // Zero with 1/2, else the square of a uniform; undefined in as many cases again.
    let piece = |weight: f64, value: [f64; 3]| Piece { weight, chance: [1.0; 3], value };
    let pieces = [piece(0.25, [0.0; 3]), piece(0.25, [0.0, 0.25, 1.0]), piece(0.5, [f64::NAN; 3])];
    let own = Distribution::new(pieces.into_iter(), Bounds::default());
    let near = |found: Option<f64>, wanted: f64| {
        assert!((found.unwrap() - wanted).abs() < 1e-11, "{found:?} against {wanted}");
    };
    let value = |e: Option<shortfall::statistics::Estimate>| e.map(|e| e.value);
    near(Some(own.defined_share().value), 0.5);
    near(value(own.mean()), 1.0 / 6.0);
    near(value(own.sd()), (0.1f64 - 1.0 / 36.0).sqrt());
    near(value(own.positive()), 0.5);
    near(value(own.above(0.25)), 0.25);
    near(value(own.quantile(0.3)), 0.0);
    near(value(own.quantile(0.75)), 0.25);
    // The mean of the square of a uniform above 1/2.
    near(value(own.cvar(0.75)), 7.0 / 12.0);
    near(own.min(), 0.0);
    near(own.max(), 1.0);
    let third = 1.0 / 14.0 - 3.0 * 0.1 / 6.0 + 2.0 / 216.0;
    near(own.skewness(), third / (0.1f64 - 1.0 / 36.0).powf(1.5));
    assert_eq!(own.constant(), None);
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

#[test]
fn loss_behind_a_stock_for_a_lognormal_duration() {
    let (stock, median, sigma) = (45.0f64, 60.0f64, 0.7);
    let model = case(
        20.0,
        "month",
        &format!("inventory = \"{stock} days\""),
        &control(
            "[[controls.c.onsets]]\nat = 2026-01-20\n[[controls.c.regimes]]\nname = \"ban\"\n\
             lasts = { lognormal = { median = \"60 days\", sigma = 0.7 } }\n",
        ),
    );
    let exact = solve(&model).unwrap();
    // E[(D - I)+] of a lognormal, as in the formula of Black and Scholes.
    let d = (median.ln() - stock.ln()) / sigma;
    let whole = (median.ln() + sigma * sigma / 2.0).exp();
    is(&exact, &model, "cost.total.mean", whole * normal::cdf(d + sigma) - stock * normal::cdf(d));
    for (name, p) in [("75", 0.75), ("95", 0.95), ("99", 0.99)] {
        let z = normal::quantile(p);
        is(&exact, &model, &format!("cost.total.p{name}"), median * (sigma * z).exp() - stock);
        let tail = whole * normal::cdf(sigma - z) / (1.0 - p) - stock;
        is(&exact, &model, &format!("cost.total.cvar{name}"), tail);
    }
    is(&exact, &model, "cost.total.positive", normal::cdf(d));
}

/// A hazard a day.
fn rate(p: f64) -> f64 {
    -(1.0 - p).ln() / YEAR
}

#[test]
fn a_yearly_probability_of_a_ban_without_end() {
    let (p, stock, years) = (0.2, 30.0, 3.0);
    let model = case(
        years,
        "month",
        &format!("inventory = \"{stock} days\""),
        &control(&format!(
            "[[controls.c.onsets]]\nannual_probability = {p}\n[[controls.c.regimes]]\nname = \"ban\"\n"
        )),
    );
    let exact = solve(&model).unwrap();
    assert_eq!(exact.dimensions, 1);
    let (lambda, end) = (rate(p), years * YEAR);
    is(&exact, &model, "controls.c.onsets.positive", 1.0 - (1.0 - p).powf(years));
    is(&exact, &model, "controls.c.time.ban.mean", end - (1.0 - (-lambda * end).exp()) / lambda);
    let left = end - stock;
    is(&exact, &model, "cost.total.mean", left - (1.0 - (-lambda * left).exp()) / lambda);
    // It costs up to x where the ban comes after the day end - stock - x.
    let quantile = |q: f64| (left + q.ln() / lambda).max(0.0);
    for (name, q) in [("60", 0.6), ("90", 0.9), ("99", 0.99)] {
        is(&exact, &model, &format!("cost.total.p{name}"), quantile(q));
    }
    // Given that it comes: the mean over a truncated exponential law.
    let any = 1.0 - (1.0 - p).powf(years);
    let given = exact.given_any_control().unwrap();
    is(&given, &model, "controls.c.onsets.mean", 1.0);
    is(&given, &model, "controls.c.time.ban.mean", (end - (1.0 - (-lambda * end).exp()) / lambda) / any);
}

/// Three controls of one source, one after the other, each with its probability, length and share that is stopped.
fn three() -> (Model, [(f64, f64, f64); 3]) {
    let parts = [(0.3, 40.0, 1.0), (0.05, 100.0, 0.5), (0.6, 10.0, 0.8)];
    let dates = ["2026-02-01", "2026-06-01", "2026-11-01"];
    let mut rest = String::new();
    for (i, ((p, days, blocks), at)) in parts.iter().zip(dates).enumerate() {
        rest.push_str(&format!(
            "[controls.c{i}]\ncountry = \"CN\"\nmaterials = [\"m\"]\n[[controls.c{i}.onsets]]\nat = {at}\nprobability = {p}\n\
             [[controls.c{i}.regimes]]\nname = \"ban\"\nblocks = {blocks}\nlasts = \"{days} days\"\n"
        ));
    }
    (case(2.0, "day", "", &rest), parts)
}

#[test]
fn several_onsets_are_enumerated() {
    let (model, parts) = three();
    let exact = solve(&model).unwrap();
    assert_eq!((exact.dimensions, exact.walked), (0, 8));
    let mut all: Vec<(f64, f64)> = vec![(0.0, 1.0)];
    for (p, days, blocks) in parts {
        all = all
            .iter()
            .flat_map(|&(cost, q)| [(cost, q * (1.0 - p)), (cost + days * blocks, q * p)])
            .collect();
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mean: f64 = all.iter().map(|(cost, q)| cost * q).sum();
    is(&exact, &model, "cost.total.mean", mean);
    let variance: f64 = all.iter().map(|(cost, q)| (cost - mean) * (cost - mean) * q).sum();
    is(&exact, &model, "cost.total.sd", variance.sqrt());
    for (name, p) in [("10", 0.1), ("50", 0.5), ("90", 0.9), ("95", 0.95), ("99", 0.99)] {
        let mut sum = 0.0;
        let reached = all.iter().find(|(_, q)| {
            sum += q;
            sum >= p
        });
        let quantile = reached.unwrap().0;
        is(&exact, &model, &format!("cost.total.p{name}"), quantile);
        let tail: f64 = all.iter().map(|(cost, q)| (cost - quantile).max(0.0) * q).sum();
        is(&exact, &model, &format!("cost.total.cvar{name}"), quantile + tail / (1.0 - p));
    }
    is(&exact, &model, "cost.total.above(47)", all.iter().filter(|c| c.0 > 47.0).map(|c| c.1).sum());
    // At the very level at which the distribution function has a step the lower value holds, as for the order statistics of a run.
    let positive = 1.0 - 0.7 * 0.95 * 0.4;
    is(&exact, &model, "cost.total.positive", positive);
    is(&exact, &model, &format!("cost.total.p{}", 100.0 * (1.0 - positive)), 0.0);
    is(&exact, &model, &format!("cost.total.p{}", 100.0 * (1.0 - positive) + 1e-6), 8.0);
}

#[test]
fn one_control_causes_another_whose_regimes_follow_each_other() {
    let rest = "[controls.a]\ncountry = \"CN\"\nmaterials = [\"m\"]\n\
         [[controls.a.onsets]]\nat = 2026-03-01\nprobability = 0.4\nenters = { half = 0.3, ban = 0.5 }\n\
         [[controls.a.regimes]]\nname = \"half\"\nblocks = 0.5\nlasts = \"20 days\"\n\
         [[controls.a.regimes]]\nname = \"ban\"\nlasts = \"10 days\"\nthen = { half = 0.25 }\n\
         [controls.b]\ncountry = \"CN\"\nmaterials = [\"m\"]\n\
         [[controls.b.onsets]]\nfollows = \"a\"\nregime = \"ban\"\nprobability = 0.1\ndelay = \"100 days\"\n\
         [[controls.b.regimes]]\nname = \"ban\"\nlasts = { discrete = { values = [\"5 days\", \"50 days\"], weights = [3, 1] } }\n";
    let model = case(1.0, "day", "", rest);
    let exact = solve(&model).unwrap();
    assert_eq!(exact.dimensions, 0);
    // Half a ban of 20 days, or one of 10 days, after which half a one may follow; then another with its two lengths.
    let (half, ban) = (0.4 * 0.3, 0.4 * 0.5);
    let mean = half * 10.0 + ban * (10.0 + 0.25 * 10.0 + 0.1 * (0.75 * 5.0 + 0.25 * 50.0));
    is(&exact, &model, "cost.total.mean", mean);
    is(&exact, &model, "controls.b.onsets.mean", ban * 0.1);
    is(&exact, &model, "cost.total.above(69)", ban * 0.25 * 0.1 * 0.25);
    assert!((exact.distribution("cost.total").unwrap().max().unwrap() - 70.0).abs() < 1e-9);
}

#[test]
fn outcomes_that_change_at_one_half() {
    // Where a uniform of 1/2 lies on an edge: a law takes its lower value there, a chance does not come true.
    let rest = |values: &str| {
        control(&format!(
            "[[controls.c.onsets]]\nat = 2026-03-01\nprobability = 0.5\nenters = {{ half = 0.25, ban = 0.25 }}\n\
             [[controls.c.regimes]]\nname = \"half\"\nblocks = 0.5\nlasts = \"20 days\"\n\
             [[controls.c.regimes]]\nname = \"ban\"\nlasts = {{ discrete = {{ {values} }} }}\n"
        ))
    };
    for (values, length) in [
        ("values = [\"10 days\", \"30 days\"], weights = [1, 1]", 20.0),
        ("values = [\"10 days\", \"30 days\", \"80 days\"], weights = [1, 1, 2]", 50.0),
    ] {
        let model = case(1.0, "day", "", &rest(values));
        let exact = solve(&model).unwrap();
        is(&exact, &model, "cost.total.mean", 0.5 * (0.25 * 10.0 + 0.25 * length));
        is(&exact, &model, "cost.total.positive", 0.25);
    }
}

#[test]
fn options_that_may_fail_and_quantities_that_nobody_knows() {
    // A ban of 100 days; a supplier of half the need that works with 60 %; what a day is worth is uniform.
    let rest = control(
        "[[controls.c.onsets]]\nat = 2026-02-01\n[[controls.c.regimes]]\nname = \"ban\"\nlasts = \"100 days\"\n",
    ) + "[options.o]\nkind = \"supplier\"\nmaterial = \"m\"\ncapacity = \"182.625 t/year\"\nsuccess = 0.6\n";
    let law = "value_added = { uniform = { min = \"365.25 JPY/year\", max = \"1095.75 JPY/year\" } }";
    let model = case(1.0, "day", "", &rest);
    let exact = solve(&model).unwrap();
    is(&exact, &model, "cost.total.mean", 100.0 - 0.6 * 50.0);
    is(&exact, &model, "cost.total.p60", 50.0);
    let text = |law: &str| {
        format!(
            "[scenario]\nstart = 2026-01-01\nhorizon = \"1 year\"\nstep = \"day\"\ncurrency = \"JPY\"\n\
             [materials.m]\nheadroom = 0\nprice = \"1 JPY/t\"\n[[materials.m.sources]]\nname = \"a\"\nshare = 1\nroute = {{ mining = \"CN\" }}\n\
             [sectors.s]\n{law}\nuses.m = {{ amount = \"365.25 t/year\", exposed = 1 }}\n{rest}"
        )
    };
    let model = common::model_of("case.toml", &text(law), &[]);
    let exact = solve(&model).unwrap();
    assert_eq!(exact.dimensions, 1);
    is(&exact, &model, "cost.total.mean", 2.0 * 70.0);
    // A mixture of a uniform law on 50 to 150 (60 %) and one on 100 to 300.
    is(&exact, &model, "cost.total.p50", 125.0);
    is(&exact, &model, "cost.total.p90", 250.0);
    is(&exact, &model, "cost.total.cvar90", 275.0);
    // A law without end.
    let law = "value_added = { lognormal = { median = \"365.25 JPY/year\", sigma = 0.8 } }";
    let model = common::model_of("case.toml", &text(law), &[]);
    let exact = solve(&model).unwrap();
    is(&exact, &model, "cost.total.mean", 70.0 * (0.32f64).exp());
}

#[test]
fn two_quantities_that_vary_smoothly() {
    // A ban of 100 days; what a day is worth, and what is lost elsewhere with it, are uniform: 100 V M.
    let text = format!(
        "[scenario]\nstart = 2026-01-01\nhorizon = \"1 year\"\nstep = \"day\"\ncurrency = \"JPY\"\n\
         [materials.m]\nheadroom = 0\n[[materials.m.sources]]\nname = \"a\"\nshare = 1\nroute = {{ mining = \"CN\" }}\n\
         [sectors.s]\nvalue_added = {{ uniform = {{ min = \"365.25 JPY/year\", max = \"1095.75 JPY/year\" }} }}\n\
         multiplier = {{ uniform = {{ min = 1, max = 2 }} }}\nuses.m = {{ amount = \"365.25 t/year\", exposed = 1 }}\n{}",
        control(
            "[[controls.c.onsets]]\nat = 2026-02-01\nprobability = 0.5\n\
             [[controls.c.regimes]]\nname = \"ban\"\nlasts = \"100 days\"\n"
        )
    );
    let model = common::model_of("case.toml", &text, &[]);
    let exact = solve(&model).unwrap();
    assert_eq!(exact.dimensions, 2);
    is(&exact, &model, "cost.total.mean", 0.5 * 300.0);
    is(&exact, &model, "cost.total.positive", 0.5);
    let squares = 1e4 * (13.0 / 3.0) * (7.0 / 3.0);
    is(&exact, &model, "cost.total.sd", (0.5 * squares - 150.0f64 * 150.0).sqrt());
    let holds = |asked: &str, wanted: f64| {
        let query = Query::parse(asked, &exact.metrics, &model).unwrap();
        let found = exact.estimate(&query).unwrap();
        assert!((found.value - wanted).abs() < 1e-3 * wanted, "{asked}: {found:?} against {wanted}");
        assert!(found.low <= wanted && wanted <= found.high, "{asked}: {found:?} against {wanted}");
    };
    // P(V M > z), for z between 3 and 6: the integral of (3 - z / M) / 2 over M from z / 3 to 2.
    let above = |z: f64| 0.5 * (6.0 - z - z * (6.0 / z).ln()) / 2.0;
    holds("cost.total.above(400)", above(4.0));
    holds("cost.total.above(500)", above(5.0));
    let (mut low, mut high) = (3.0, 6.0);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if above(middle) > 0.05 { low = middle } else { high = middle }
    }
    holds("cost.total.p95", 100.0 * high);
}

/// Every metric's mean and some of its probabilities and quantiles within four standard errors of a run's; chance alone would
/// fail one of the about 300 comparisons with a probability of 2 %, with these seeds it does not.
fn agrees(model: &Model, trials: u64) {
    let exact = solve(model).unwrap();
    let plan = Plan::new(model, model.seed);
    let pool = Pool::new(0).unwrap();
    let run = outcome::run(&plan, trials, &pool, &AtomicBool::new(false), |_| {});
    let run = Outcome::new(outcome::metrics(model, &plan.columns), &run, None, &pool);
    for (i, metric) in run.metrics.iter().enumerate() {
        for statistic in ["mean", "positive", "defined", "p25", "p75", "p95"] {
            let query = Query::parse(&format!("{}.{statistic}", metric.name), &run.metrics, model).unwrap();
            let found = query.estimate(&run.samples[i], run.censored[i].as_ref());
            let known = exact.estimate(&query);
            let (Some(found), Some(known)) = (found, known) else {
                assert!(
                    known.is_none_or(|e| e.value == 0.0 || run.samples[i].defined() == 0),
                    "{query:?} {known:?}"
                );
                continue;
            };
            let slack = 1e-9 * known.value.abs() + (known.high - known.low) / 2.0;
            if let Statistic::Quantile(p) = query.statistic {
                // Between the quantiles at levels four standard errors off.
                let reach = 4.0 * (p * (1.0 - p) / run.samples[i].defined() as f64).sqrt();
                let at = |p: f64| exact.distributions[i].quantile(p).unwrap();
                let (low, high) = (at(p - reach).low - slack, at(p + reach).high + slack);
                let held = low <= found.value && found.value <= high;
                assert!(held, "{}.{statistic}: {found:?} outside {low} to {high}", metric.name);
                continue;
            }
            let off = (found.value - known.value).abs();
            assert!(
                off <= 4.0 * found.se + slack,
                "{}.{statistic}: {known:?} against {found:?}",
                metric.name
            );
        }
    }
}

#[test]
fn runs_agree_on_shipped_scenarios() {
    for name in ["first-steps", "us-gallium-germanium", "us-germanium", "japan-rare-earths-daiwa"] {
        agrees(&common::model_with(&format!("scenarios/{name}.toml"), &[]), 200_000);
    }
}

#[test]
fn runs_agree_where_stocks_options_and_recovery_make_kinks_and_jumps() {
    let option = "[options.o]\nkind = \"supplier\"\nmaterial = \"m\"\ncapacity = \"100 t/year\"\nlead_time = \"50 days\"\n\
         ramp = \"60 days\"\npremium = 0.5\nsuccess = 0.7\n\
         [options.pile]\nkind = \"stockpile\"\nmaterial = \"m\"\nsize = \"20 days\"\n";
    let lasts = "[[controls.c.onsets]]\nat = 2026-02-10\nprobability = 0.3\n[[controls.c.regimes]]\nname = \"ban\"\n\
         blocks = { \"0 days\" = 1, \"2 months\" = 0.6 }\nlasts = { weibull = { shape = 1.3, scale = \"120 days\" } }\n";
    agrees(&case(1.5, "week", "inventory = \"25 days\"", &(control(lasts) + option)), 200_000);
    let annual = "[[controls.c.onsets]]\nannual_probability = { 2026-01-01 = 0.02, 2027-01-01 = 0.4 }\n\
         [[controls.c.regimes]]\nname = \"ban\"\nblocks = 0.9\n";
    agrees(&case(2.0, "month", "inventory = \"25 days\"", &(control(annual) + option)), 200_000);
    // In force at the start, for 100 days already.
    let begun = "initial = \"ban\"\nelapsed = \"100 days\"\n[[controls.c.regimes]]\nname = \"ban\"\n\
         lasts = { lognormal = { median = \"120 days\", sigma = 0.7 } }\nthen = { open = 0.5, half = 0.5 }\n";
    let half = "[[controls.c.regimes]]\nname = \"half\"\nblocks = 0.5\nlasts = \"60 days\"\n";
    let (first, second) = begun.split_at(begun.find("[[").unwrap());
    agrees(&case(2.0, "month", "", &control(&(first.to_owned() + half + second))), 200_000);
}

#[test]
fn any_number_of_threads_gives_the_same_answer() {
    let model = common::model_with("scenarios/japan-rare-earths-daiwa.toml", &["scenario.step=month"]);
    let plan = Plan::new(&model, model.seed);
    let provenance = outcome::Provenance::new("x", "x", 1, 1, &[], String::new());
    let answer = |threads| {
        let pool = Pool::new(threads).unwrap();
        let exact = outcome::exact(&model, &plan, &pool, &AtomicBool::new(false)).unwrap();
        exact.summary(&provenance, &[], &pool).to_string()
    };
    assert_eq!(answer(1), answer(3));
}

#[test]
fn what_does_not_apply_is_refused_with_its_reason() {
    let renewal = control(
        "[[controls.c.onsets]]\nannual_probability = 0.1\n[[controls.c.regimes]]\nname = \"ban\"\nlasts = \"20 days\"\n",
    );
    let refused = |model: &Model| solve(model).unwrap_err().to_string();
    assert_eq!(
        refused(&case(2.0, "month", "", &renewal)),
        "--exact integrates over at most 2 quantities or times that vary smoothly in one trial, and here at least 3 do: \
         `controls.c.onsets.annual.clock`, `controls.c.onsets.annual.clock`, `controls.c.onsets.annual.clock`; give some of them a \
         number, a date or a `discrete` law, or leave out --exact"
    );
    let mut many = String::new();
    for i in 0..22 {
        many.push_str(&format!(
            "[controls.c{i}]\ncountry = \"CN\"\nmaterials = [\"m\"]\n[[controls.c{i}.onsets]]\nat = 2026-02-01\nprobability = 0.5\n\
             [[controls.c{i}.regimes]]\nname = \"ban\"\nlasts = \"5 days\"\n"
        ));
    }
    let why = refused(&case(0.25, "month", "", &many));
    assert!(
        why.starts_with("--exact would have to evaluate more than ") && why.contains("fewer values"),
        "{why}"
    );
    let model = common::model_with("tests/data/example.toml", &[]);
    assert_eq!(
        refused(&model),
        "--exact integrates over at most 2 quantities or times that vary smoothly in one trial, and here at least 3 do: \
         `parameters.accessible_stock`, `parameters.passthrough`, `parameters.calm_onset`; give some of them a number, a date or a \
         `discrete` law, or leave out --exact"
    );
    let stopped = AtomicBool::new(true);
    let (model, _) = three();
    let plan = Plan::new(&model, model.seed);
    assert_eq!(
        outcome::exact(&model, &plan, &Pool::new(1).unwrap(), &stopped).unwrap_err(),
        Refusal::Stopped
    );
}
