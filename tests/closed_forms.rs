//! Scenarios whose answer is known in closed form, a million trials each.
//!
//! Every estimate must lie within four standard errors of the exact value; each test has a fixed seed. With some forty
//! comparisons, chance alone would fail one of them with a probability of 0.3 %.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
#![allow(
    clippy::disallowed_methods,
    reason = "the exact values come from the platform's own functions, not from ours"
)]

use std::sync::atomic::AtomicBool;

use shortfall::model;
use shortfall::outcome::{self, Metric, Timeline, Trials};
use shortfall::parallel::Pool;
use shortfall::plan::Plan;
use shortfall::random::normal;
use shortfall::scenario::{self, NoFiles, Request};
use shortfall::statistics::Sample;

const TRIALS: u64 = 1_000_000;
const YEAR: f64 = 365.25;

struct Run {
    metrics: Vec<Metric>,
    trials: Trials,
    timeline: Timeline,
}

/// One material from one source, one sector that loses 1 yen a day without it; `rest` says what happens.
fn run(years: f64, step: &str, material: &str, rest: &str, trials: u64) -> Run {
    let text = format!(
        "[scenario]\nstart = 2026-01-01\nhorizon = \"{years} years\"\nstep = \"{step}\"\ncurrency = \"JPY\"\nseed = 20\n\
         [economy]\ngdp = \"365.25 JPY/year\"\n\
         [materials.m]\nprice = \"1 JPY/t\"\nheadroom = 0\n{material}\n\
         [[materials.m.sources]]\nname = \"a\"\nshare = 1\nroute = {{ mining = \"CN\" }}\n\
         [sectors.s]\nvalue_added = \"365.25 JPY/year\"\nuses.m = {{ amount = \"365.25 t/year\", exposed = 1 }}\n\
         {rest}"
    );
    let request = Request { name: "case".into(), text, overlays: vec![], settings: vec![] };
    let document = scenario::load(&request, &NoFiles)
        .unwrap_or_else(|(sources, mistakes)| panic!("{}", sources.render(&mistakes, false)));
    let (model, _) = model::read(&document)
        .unwrap_or_else(|mistakes| panic!("{}", document.sources.render(&mistakes, false)));
    let plan = Plan::new(&model, model.seed);
    let pool = Pool::new(0).unwrap();
    let run = outcome::run(&plan, trials, &pool, &AtomicBool::new(false), |_| {});
    let timeline = outcome::timeline(&model, &plan, trials, &pool);
    Run { metrics: outcome::metrics(&model, &plan.columns), trials: run, timeline }
}

/// A control whose regimes and onsets are `rest`.
fn control(rest: &str) -> String {
    format!("[controls.c]\ncountry = \"CN\"\nmaterials = [\"m\"]\n{rest}")
}

impl Run {
    fn column(&self, name: &str) -> Vec<f64> {
        let metric = self.metrics.iter().find(|m| m.name == name).unwrap_or_else(|| panic!("no {name}"));
        self.trials.columns[metric.column].to_vec()
    }

    fn sample(&self, name: &str) -> Sample {
        Sample::new(&self.column(name))
    }

    fn mean_is(&self, name: &str, exact: f64) {
        let mean = self.sample(name).mean().unwrap();
        within(name, mean.value, exact, mean.se);
    }
}

fn within(what: &str, found: f64, exact: f64, se: f64) {
    let z = (found - exact) / se.max(1e-12 * exact.abs());
    assert!(z.abs() <= 4.0, "{what}: {found} against {exact}, {z:.2} standard errors away");
}

fn rate(p: f64) -> f64 {
    -(1.0 - p).ln() / YEAR
}

#[test]
fn alternating_renewal_and_the_probability_of_any_control() {
    let (p, mean, years) = (0.3, 80.0, 4.0);
    let r = run(
        years,
        "month",
        "",
        &control(&format!(
            "[[controls.c.onsets]]\nannual_probability = {p}\n\
         [[controls.c.regimes]]\nname = \"ban\"\nlasts = {{ exponential = {{ mean = \"{mean} days\" }} }}\n"
        )),
        TRIALS,
    );
    // K h is 48 months, exactly four years.
    let (lambda, mu, t) = (rate(p), 1.0 / mean, years * YEAR);
    let sum = lambda + mu;
    let under = lambda / sum * (t - (1.0 - (-sum * t).exp()) / sum);
    r.mean_is("controls.c.time.ban", under);
    // Without stock, headroom or anything else, every day under control is a day lost.
    r.mean_is("cost.total", under);
    r.mean_is("shortfall.m.tonnes", under);
    r.mean_is("gdp.share", under / YEAR);
    let any = r.sample("controls.c.onsets").positive().unwrap();
    within("any", any.value, 1.0 - (1.0 - p).powf(years), any.se);
    // Renewal: entries = lambda x expected time open.
    r.mean_is("controls.c.onsets", lambda * (t - under));
}

#[test]
fn loss_behind_a_stock_for_exponential_and_lognormal_durations() {
    let stock = 45.0f64;
    let case = |law: &str| {
        run(
            12.0,
            "month",
            &format!("inventory = \"{stock} days\""),
            &control(&format!(
                "[[controls.c.onsets]]\nat = 2026-01-20\n[[controls.c.regimes]]\nname = \"ban\"\nlasts = {law}\n"
            )),
            TRIALS,
        )
    };
    let mean = 70.0f64;
    let r = case("{ exponential = { mean = \"70 days\" } }");
    let lost = r.sample("cost.total");
    r.mean_is("cost.total", mean * (-stock / mean).exp());
    for p in [0.5f64, 0.9, 0.99] {
        let exact = (-mean * (1.0 - p).ln() - stock).max(0.0);
        let q = lost.quantile(p).unwrap();
        within("exponential quantile", q.value, exact, q.se);
        let c = lost.cvar(p).unwrap();
        let exact = if exact > 0.0 { exact + mean } else { mean * (-stock / mean).exp() / (1.0 - p) };
        within("exponential cvar", c.value, exact, c.se);
    }
    let positive = lost.positive().unwrap();
    within("positive", positive.value, (-stock / mean).exp(), positive.se);

    let (median, sigma) = (60.0f64, 0.7);
    let r = case("{ lognormal = { median = \"60 days\", sigma = 0.7 } }");
    let lost = r.sample("cost.total");
    // E[(D - I)+] of a lognormal, as in the formula of Black and Scholes.
    let d = (median.ln() - stock.ln()) / sigma;
    let whole = (median.ln() + sigma * sigma / 2.0).exp();
    r.mean_is("cost.total", whole * normal::cdf(d + sigma) - stock * normal::cdf(d));
    for p in [0.75, 0.95, 0.99] {
        let z = normal::quantile(p);
        let exact = median * (sigma * z).exp() - stock;
        let q = lost.quantile(p).unwrap();
        within("lognormal quantile", q.value, exact, q.se);
        let c = lost.cvar(p).unwrap();
        within("lognormal cvar", c.value, whole * normal::cdf(sigma - z) / (1.0 - p) - stock, c.se);
    }
}

#[test]
fn a_control_caused_by_a_crisis() {
    let (p, q, delay, years) = (0.2, 0.6, 200.0, 3.0);
    let r = run(
        years,
        "month",
        "",
        &format!(
            "[crises.x]\nannual_probability = {p}\n{}",
            control(&format!(
                "[[controls.c.onsets]]\ncrisis = \"x\"\nprobability = {q}\ndelay = {{ exponential = {{ mean = \"{delay} days\" }} }}\n\
         [[controls.c.regimes]]\nname = \"ban\"\n"
            ))
        ),
        TRIALS,
    );
    // Thinned and delayed Poisson arrivals are Poisson; the first one is the onset, and it lasts for ever.
    let t = years * YEAR;
    let expected = |t: f64| q * rate(p) * (t - delay * (1.0 - (-t / delay).exp()));
    let any = r.sample("controls.c.onsets").positive().unwrap();
    within("any", any.value, 1.0 - (-expected(t)).exp(), any.se);
    let n = 20_000;
    let dt = t / f64::from(n);
    let under: f64 = (0..n).map(|i| (1.0 - (-expected((f64::from(i) + 0.5) * dt)).exp()) * dt).sum();
    r.mean_is("controls.c.time.ban", under);
}

#[test]
fn regimes_as_a_markov_chain_on_the_way_and_at_rest() {
    let years = 20.0;
    let r = run(
        years,
        "month",
        "",
        &control(
            "initial = \"licensing\"\n\
         [[controls.c.onsets]]\nannual_probability = 0.5\nenters = { licensing = 0.7, ban = 0.3 }\n\
         [[controls.c.onsets]]\nname = \"escalation\"\nannual_probability = 0.4\nwhile = [\"licensing\"]\nenters = \"ban\"\n\
         [[controls.c.regimes]]\nname = \"licensing\"\nblocks = 0.5\n\
         lasts = { exponential = { mean = \"300 days\" } }\nthen = { ban = 0.2 }\n\
         [[controls.c.regimes]]\nname = \"ban\"\nlasts = { exponential = { mean = \"90 days\" } }\nthen = { licensing = 0.6 }\n",
        ),
        TRIALS,
    );
    let (onset, up, l, b) = (rate(0.5), rate(0.4), 1.0 / 300.0, 1.0 / 90.0);
    let flow = |[o, li, ba]: [f64; 3]| {
        [
            -onset * o + l * 0.8 * li + b * 0.4 * ba,
            0.7 * onset * o - (l + up) * li + b * 0.6 * ba,
            0.3 * onset * o + (l * 0.2 + up) * li - b * ba,
        ]
    };
    // Fourth-order Runge-Kutta in quarter days; the middle of month k is at (k + 1/2) months.
    let dt = 30.4375 / 120.0;
    let mut state = [0.0, 1.0, 0.0];
    let mut times = [0.0; 3];
    let add = |a: [f64; 3], b: [f64; 3], s: f64| [a[0] + s * b[0], a[1] + s * b[1], a[2] + s * b[2]];
    for i in 0..(240 * 120) {
        let before = state;
        let k1 = flow(state);
        let k2 = flow(add(state, k1, dt / 2.0));
        let k3 = flow(add(state, k2, dt / 2.0));
        let k4 = flow(add(state, k3, dt));
        for (x, (a, (b, (c, d)))) in state.iter_mut().zip(k1.iter().zip(k2.iter().zip(k3.iter().zip(&k4)))) {
            *x += dt / 6.0 * (a + 2.0 * b + 2.0 * c + d);
        }
        (0..3).for_each(|s| times[s] += 0.5 * dt * (before[s] + state[s]));
        if (i + 1) % 120 == 60 {
            let k = i / 120;
            let n = r.timeline.trials as f64;
            for (found, exact) in
                [(r.timeline.regimes[0][0][k], state[1]), (r.timeline.regimes[0][1][k], state[2])]
            {
                // Every twentieth month: neighbours tell the same.
                if k % 20 == 0 {
                    within("regime", found, exact, (exact * (1.0 - exact) / n).sqrt().max(1e-4));
                }
            }
        }
    }
    r.mean_is("controls.c.time.licensing", times[1]);
    r.mean_is("controls.c.time.ban", times[2]);
    // At rest by then: the balance of the chain, solved by hand.
    let ratio =
        (0.3 * onset + 0.7 * onset * (0.2 * l + up) / (l + up)) / (b - 0.6 * b * (0.2 * l + up) / (l + up));
    assert!((state[2] / state[0] - ratio).abs() < 1e-9, "{} {ratio}", state[2] / state[0]);
}

#[test]
fn a_sojourn_that_has_lasted_some_time() {
    let (shape, scale, elapsed, years) = (1.7f64, 500.0f64, 300.0f64, 6.0);
    let r = run(
        years,
        "month",
        "",
        &control(&format!(
            "initial = \"ban\"\nelapsed = \"{elapsed} days\"\n\
         [[controls.c.onsets]]\nat = 2031-12-31\nprobability = 0\n\
         [[controls.c.regimes]]\nname = \"ban\"\nlasts = {{ weibull = {{ shape = {shape}, scale = \"{scale} days\" }} }}\n"
        )),
        TRIALS,
    );
    let survives = |t: f64| (-(t / scale).powf(shape)).exp();
    let n = 200_000;
    let dt = years * YEAR / f64::from(n);
    let rest: f64 =
        (0..n).map(|i| survives(elapsed + (f64::from(i) + 0.5) * dt) / survives(elapsed) * dt).sum();
    r.mean_is("controls.c.time.ban", rest);
    assert!(r.column("controls.c.onsets").iter().all(|n| *n == 0.0));
}

#[test]
fn the_time_average_is_exact_for_controls_that_start_end_and_overlap_inside_a_step() {
    for step in ["day", "week", "month"] {
        let r = run(
            2.0,
            step,
            "",
            "[controls.c]\ncountry = \"CN\"\nmaterials = [\"m\"]\n\
             [[controls.c.onsets]]\nat = 2026-02-10\n[[controls.c.onsets]]\nat = 2026-09-01\nname = \"again\"\n\
             [[controls.c.regimes]]\nname = \"ban\"\nblocks = 0.5\nlasts = \"33.3 days\"\napproval_delay = \"1.7 days\"\n\
             [controls.d]\ncountry = \"CN\"\nmaterials = [\"m\"]\n\
             [[controls.d.onsets]]\nat = 2026-02-20\n\
             [[controls.d.regimes]]\nname = \"ban\"\nblocks = { \"0 days\" = 0.4, \"10.25 days\" = 0.8 }\nlasts = \"40 days\"\n",
            10,
        );
        // By hand, in days: c blocks all for 1.7 and half for 31.6, twice; d starts 10 days after c's first onset: 0.4
        // for 10.25 days, then 0.8 for 29.75. They overlap for 23.3 days: 10.25 with 0.4 and 13.05 with 0.8.
        let alone = 2.0 * (1.7 + 0.5 * 31.6) + 0.4 * 10.25 + 0.8 * 29.75;
        let overlap = 0.5 * (0.4 * 10.25 + 0.8 * 13.05);
        for lost in r.column("cost.total") {
            assert!((lost - (alone - overlap)).abs() < 1e-9, "{step}: {lost} against {}", alone - overlap);
        }
    }
}

#[test]
fn ramps_and_lead_times_of_options() {
    for step in ["day", "week", "month"] {
        let r = run(
            2.0,
            step,
            "",
            &format!(
                "{}[options.o]\nkind = \"supplier\"\nmaterial = \"m\"\ncapacity = \"182.625 t/year\"\nlead_time = \"50.5 days\"\n\
             ramp = \"81 days\"\npremium = 0.5\ncapex = \"7 JPY\"\nfixed_cost = \"365.25 JPY/year\"\nroute = {{ mining = \"AU\" }}\n",
                control(
                    "[[controls.c.onsets]]\nat = 2026-01-15\n[[controls.c.regimes]]\nname = \"ban\"\nlasts = \"300 days\"\n"
                )
            ),
            10,
        );
        // Half a tonne a day at full capacity: half of it over the 81 days of the ramp, all of it for the last 168.5.
        let delivered = 0.5 * (0.5 * 81.0 + (300.0 - 50.5 - 81.0));
        let days = (2.0 * YEAR
            / match step {
                "day" => 1.0,
                "week" => 7.0,
                _ => 30.4375,
            }
            - 1e-9)
            .ceil()
            * match step {
                "day" => 1.0,
                "week" => 7.0,
                _ => 30.4375,
            };
        // In the step in which the ban ends, what the option can deliver after the end still meets what was missing before.
        let slack = match step {
            "day" => 1e-9,
            "week" => 3.5,
            _ => 15.3,
        };
        let found = r.column("options.o.delivered")[0];
        assert!((found - delivered).abs() <= slack, "{step}: {found} against {delivered}");
        assert!((r.column("cost.premiums")[0] - 0.5 * found).abs() < 1e-9);
        assert!((r.column("options.o.started")[0] - 64.5).abs() < 1e-9);
        assert!((r.column("cost.options")[0] - 7.0 - days).abs() < 1e-9);
        assert!((r.column("cost.lost_output")[0] - (300.0 - found)).abs() < 1e-9);
    }
}

#[test]
fn a_hazard_that_varies_with_time() {
    let r = run(
        5.0,
        "month",
        "",
        &control(
            "[[controls.c.onsets]]\nannual_probability = { 2026-01-01 = 0.02, 2028-01-01 = 0.6, 2029-07-01 = 0.1 }\n\
         [[controls.c.regimes]]\nname = \"ban\"\n",
        ),
        TRIALS,
    );
    let knots = [(0.0, 0.02), (730.0, 0.6), (1277.0, 0.1)];
    let p = |t: f64| {
        if t >= knots[2].0 {
            return 0.1;
        }
        let i = usize::from(t >= knots[1].0);
        let (a, b): ((f64, f64), (f64, f64)) = (knots[i], knots[i + 1]);
        a.1 + (b.1 - a.1) * (t - a.0) / (b.0 - a.0)
    };
    let n = 200_000;
    let end = 5.0 * YEAR;
    let dt = end / f64::from(n);
    let (mut integral, mut under) = (0.0, 0.0);
    for i in 0..n {
        let step = rate(p((f64::from(i) + 0.5) * dt)) * dt;
        under += (1.0 - (-(integral + 0.5 * step)).exp()) * dt;
        integral += step;
    }
    let any = r.sample("controls.c.onsets").positive().unwrap();
    within("any", any.value, 1.0 - (-integral).exp(), any.se);
    r.mean_is("controls.c.time.ban", under);
}

#[test]
fn discounting_at_the_middle_of_the_step() {
    let r = run(
        3.0,
        "week",
        "",
        &control(
            "[[controls.c.onsets]]\nat = 2026-07-02\n[[controls.c.regimes]]\nname = \"ban\"\nlasts = \"364 days\"\n",
        ),
        5,
    );
    // 182 days after the start, 52 whole weeks: one yen a day.
    assert!((r.column("cost.total")[0] - 364.0).abs() < 1e-9);
    let discounted = discounted_run();
    let exact: f64 = (26..78).map(|k| 7.0 * 1.05f64.powf(-(f64::from(k) + 0.5) * 7.0 / YEAR)).sum();
    assert!((discounted - exact).abs() < 1e-9, "{discounted} against {exact}");
}

fn discounted_run() -> f64 {
    let text = "[scenario]\nstart = 2026-01-01\nhorizon = \"3 years\"\ncurrency = \"JPY\"\n\
                [economy]\ndiscount_rate = 0.05\n\
                [materials.m]\nheadroom = 0\n[[materials.m.sources]]\nname = \"a\"\nshare = 1\nroute = { mining = \"CN\" }\n\
                [sectors.s]\nvalue_added = \"365.25 JPY/year\"\nuses.m = { amount = \"365.25 t/year\", exposed = 1 }\n\
                [controls.c]\ncountry = \"CN\"\nmaterials = [\"m\"]\n[[controls.c.onsets]]\nat = 2026-07-02\n\
                [[controls.c.regimes]]\nname = \"ban\"\nlasts = \"364 days\"\n";
    let request = Request { name: "case".into(), text: text.into(), overlays: vec![], settings: vec![] };
    let document = scenario::load(&request, &NoFiles).unwrap();
    let (model, _) = model::read(&document).unwrap();
    let plan = Plan::new(&model, 1);
    let run = outcome::run(&plan, 1, &Pool::new(1).unwrap(), &AtomicBool::new(false), |_| {});
    assert!((run.columns[plan.columns.sectors[0]].get(0) - 364.0).abs() < 1e-9, "sectors are not discounted");
    run.columns[plan.columns.costs].get(0)
}
