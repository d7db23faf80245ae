//! Each caution, by a scenario that shows it and a neighbour that does not.

use crate::scenario::{Diagnostic, NoFiles, Request, load};

const SCENARIO: &str = r#"
[scenario]
start = 2026-01-01
horizon = "5 years"
currency = "JPY"

[economy]
gdp = "600 trillion JPY/year"
discount_rate = "2%"

[materials.oxide]
price = "1 million JPY/t"
inventory = "60 days"
headroom = "10%"

[[materials.oxide.sources]]
name = "china"
share = "90%"
route = { separation = "CN" }

[[materials.oxide.sources]]
name = "lynas"
share = "10%"
route = { separation = "MY" }

[[materials.magnets.sources]]
name = "japan"
share = "100%"
inputs = { oxide = 0.02 }

[sectors.cars]
value_added = "11 trillion JPY/year"
uses.magnets = { amount = "9000 t/year", exposed = "25%" }

[crises.strait]
annual_probability = "6%"

[controls.ban]
country = "CN"
materials = ["oxide"]
[[controls.ban.onsets]]
annual_probability = "10%"
[[controls.ban.onsets]]
crisis = "strait"
[[controls.ban.onsets]]
name = "expiry"
at = 2027-01-01
probability = "50%"
[[controls.ban.regimes]]
name = "ban"
blocks = "80%"
lasts = { lognormal = { median = "3 months", p90 = "12 months" } }

[options.reserve]
kind = "stockpile"
material = "oxide"
size = "60 days"

[options.thin]
kind = "thrifting"
in = "materials.magnets.sources.japan"
material = "oxide"
max_share = "20%"
"#;

fn cautions(settings: &[&str]) -> Vec<Diagnostic> {
    let settings: Vec<String> = settings.iter().map(|&s| s.to_owned()).collect();
    let request =
        Request { name: "test".to_owned(), text: SCENARIO.to_owned(), overlays: Vec::new(), settings };
    let told = |sources: &crate::scenario::Sources, d: &[Diagnostic]| sources.render(d, false);
    let document = load(&request, &NoFiles).map_err(|(s, d)| told(&s, &d)).unwrap();
    crate::model::read(&document).map_err(|d| told(&document.sources, &d)).unwrap().1
}

/// The settings of `shows` give the caution `code` alone, about `path` and with `words` in its message; those of
/// `neighbour` give none.
fn told(code: &str, path: &str, words: &str, shows: &[&str], neighbour: &[&str]) {
    let page = include_str!("../../../docs/cautions.md");
    assert!(page.contains(&format!("\n### {code}\n")), "docs/cautions.md says nothing of {code}");
    let found = cautions(shows);
    let [only] = &found[..] else { panic!("{shows:?}: not one caution: {found:#?}") };
    assert_eq!((only.code, only.path.as_deref()), (Some(code), Some(path)), "{only:#?}");
    assert!(only.message.contains(words), "{words}: {only:#?}");
    assert!(only.place.is_some() && only.help.is_some(), "{only:#?}");
    let silent = cautions(neighbour);
    assert!(silent.is_empty(), "{neighbour:?}: {silent:#?}");
}

#[test]
fn the_scenario_itself_surprises_nobody() {
    assert_eq!(cautions(&[]), []);
}

const LASTS: &str = "controls.ban.regimes.ban.lasts";

#[test]
fn a_mean_far_above_the_median() {
    // exp(sigma^2 / 2) with sigma = ln(5) / 1.2816 is 2.2; with ln(4) / 1.2816, 1.8.
    told(
        "mean-far-above-median",
        LASTS,
        "6.6 months, 2.2 times its median of 3 months",
        &["controls.ban.regimes.ban.lasts={ lognormal = { median = '3 months', p90 = '15 months' } }"],
        &["controls.ban.regimes.ban.lasts={ lognormal = { median = '3 months', p90 = '12 months' } }"],
    );
    // Of sigma 3 the mean, 90 times the median, is above the 90 % point, 47 times the median.
    told(
        "mean-far-above-median",
        "materials.oxide.price",
        "and above its 90 % point of 46.7 million JPY/t",
        &["materials.oxide.price={ lognormal = { median = '1 million JPY/t', sigma = 3 } }"],
        &[
            "materials.oxide.price={ lognormal = { median = '1 million JPY/t', sigma = 3, max = '2 million JPY/t' } }",
        ],
    );
}

#[test]
fn a_law_cut_by_its_range() {
    // P(Z > 1/3) is 36.9 %.
    told(
        "cut-at-range",
        "options.thin.success",
        "37 % lie above 100 %",
        &["options.thin.success={ normal = { mean = '90%', sd = '30%' } }"],
        &["options.thin.success={ normal = { mean = '80%', sd = '10%' } }"],
    );
    // Half of it below nothing.
    told(
        "cut-at-range",
        "options.thin.ramp",
        "50 % lie below 0 days",
        &["options.thin.ramp={ normal = { mean = '0 days', sd = '30 days' } }"],
        &["options.thin.ramp={ normal = { mean = '90 days', sd = '30 days' } }"],
    );
}

#[test]
fn a_law_mostly_outside_its_own_ends() {
    told(
        "mostly-truncated",
        "options.thin.ramp",
        "only 16 % of the normal law",
        &["options.thin.ramp={ normal = { mean = '0 days', sd = '30 days', min = '30 days' } }"],
        &["options.thin.ramp={ normal = { mean = '60 days', sd = '30 days', min = '0 days' } }"],
    );
}

#[test]
fn a_beta_law_at_its_ends() {
    told(
        "mass-at-ends",
        "options.thin.success",
        "of its range from 0 or 1",
        &["options.thin.success={ beta = { mean = 0.5, sd = 0.45 } }"],
        &["options.thin.success={ beta = { mean = 0.5, sd = 0.2 } }"],
    );
}

#[test]
fn a_yearly_probability_that_is_nearly_certain_over_the_horizon() {
    // 1 - 0.4^5 is 98.98 %, 1 - 0.5^5 96.9 %.
    told(
        "nearly-certain",
        "controls.ban.onsets.annual.annual_probability",
        "60 % a year means 99 % over the horizon of 5 years",
        &["controls.ban.onsets.annual.annual_probability=60%"],
        &["controls.ban.onsets.annual.annual_probability=50%"],
    );
}

#[test]
fn what_hardly_ever_happens() {
    // 1 - 0.999^5 is 0.499 %, which of 10,000 trials is 50.
    told(
        "too-rare-for-trials",
        "crises.strait.annual_probability",
        "about 50 of 10,000 trials",
        &["crises.strait.annual_probability=0.1%"],
        &["crises.strait.annual_probability=0.1%", "scenario.trials=100000"],
    );
    told(
        "too-rare-for-trials",
        "controls.ban.onsets.expiry.probability",
        "about 30 of 1,000 trials",
        &["controls.ban.onsets.expiry.probability=3%", "scenario.trials=1000"],
        &["controls.ban.onsets.expiry.probability=30%", "scenario.trials=1000"],
    );
}

#[test]
fn a_time_beyond_the_horizon() {
    told(
        "beyond-horizon",
        LASTS,
        "6 years is longer than the horizon of 5 years",
        &["controls.ban.regimes.ban.lasts=6 years"],
        &["controls.ban.regimes.ban.lasts=4 years"],
    );
    // exp(-5/3) is 18.9 %, exp(-5/1.5) is 3.6 %.
    told(
        "beyond-horizon",
        LASTS,
        "19 % of the draws",
        &["controls.ban.regimes.ban.lasts={ exponential = { mean = '3 years' } }"],
        &["controls.ban.regimes.ban.lasts={ exponential = { mean = '1.5 years' } }"],
    );
    told(
        "beyond-horizon",
        "options.thin.lead_time",
        "6 years on average",
        &["options.thin.lead_time={ uniform = { min = '4 years', max = '8 years' } }"],
        &["options.thin.lead_time={ uniform = { min = '1 years', max = '4 years' } }"],
    );
}

#[test]
fn a_step_longer_than_a_stock_or_a_control() {
    told(
        "step-too-long",
        "materials.oxide.inventory",
        "14 days, shorter than the step of one month",
        &["materials.oxide.inventory=14 days", "scenario.step=month"],
        &["materials.oxide.inventory=14 days", "scenario.step=week"],
    );
    told(
        "step-too-long",
        "options.reserve.size",
        "5 days, shorter than the step of one week",
        &["options.reserve.size=5 days"],
        &["options.reserve.size=5 days", "scenario.step=day"],
    );
    told(
        "step-too-long",
        LASTS,
        "20 days on average, shorter than the step of one month",
        &[
            "controls.ban.regimes.ban.lasts={ uniform = { min = '10 days', max = '30 days' } }",
            "scenario.step=month",
            "materials.oxide.inventory=0 days",
        ],
        &[
            "controls.ban.regimes.ban.lasts={ uniform = { min = '20 days', max = '50 days' } }",
            "scenario.step=month",
            "materials.oxide.inventory=0 days",
        ],
    );
}

#[test]
fn a_stock_that_outlasts_every_control() {
    told(
        "outlasts-every-control",
        "materials.oxide.inventory",
        "outlasts every control of `oxide`: the longest, `ban`, takes 50 days",
        &["controls.ban.regimes.ban.lasts=50 days"],
        &["controls.ban.regimes.ban.lasts=70 days"],
    );
    // What can be used of it does not outlast the control.
    let half = ["controls.ban.regimes.ban.lasts=50 days", "materials.oxide.accessible=50%"];
    assert_eq!(cautions(&half), []);
}

#[test]
fn stocks_that_nothing_rebuilds() {
    let without = "options.thin.enabled=false";
    told(
        "never-rebuilt",
        "materials.oxide.headroom",
        "can never be rebuilt: none of its sources has headroom",
        &["materials.oxide.headroom=0", without],
        // What is saved is left over for them.
        &["materials.oxide.headroom=0"],
    );
    // A control that comes but once leaves nothing to rebuild them for.
    let once = "controls.ban.onsets=[{ at = 2027-01-01 }]";
    let found = cautions(&["materials.oxide.headroom=0", without, once]);
    assert!(found.iter().all(|d| d.code != Some("never-rebuilt")), "{found:#?}");
    // 120 days, half of them in the reserve, with 5 %: 6.6 years.
    told(
        "never-rebuilt",
        "materials.oxide.headroom",
        "take 6.6 years to rebuild with a headroom of 5 %",
        &["materials.oxide.headroom=5%", without],
        &["materials.oxide.headroom=10%", without],
    );
}

#[test]
fn an_option_that_anything_sets_off() {
    told(
        "set-off-by-little",
        "options.thin",
        "takes 0.9 % of `oxide`",
        &["controls.ban.regimes.ban.blocks=1%"],
        &["controls.ban.regimes.ban.blocks=20%"],
    );
    // The 8 % are made up for by the headroom of the rest.
    told(
        "set-off-by-little",
        "options.thin",
        "which the headroom of its other sources (9.2 %) makes up for",
        &["controls.ban.country=MY"],
        &["controls.ban.country=MY", "options.thin.mode=standing"],
    );
}

#[test]
fn a_share_of_a_price_that_is_nothing() {
    told(
        "share-of-no-price",
        "options.reserve.holding_cost",
        "share of the price of `oxide`",
        &["materials.oxide.price=0 JPY/t", "options.reserve.holding_cost=3%"],
        &["options.reserve.holding_cost=3%"],
    );
    told(
        "share-of-no-price",
        "materials.oxide.price_response",
        "share of the price of `oxide`",
        &["materials.oxide.price=0 JPY/t", "materials.oxide.price_response={ elasticity = -0.3, cap = 10 }"],
        &["materials.oxide.price_response={ elasticity = -0.3, cap = 10 }"],
    );
}

#[test]
fn a_share_without_its_per_cent_sign() {
    told(
        "per-cent-forgotten",
        "economy.discount_rate",
        "is 200 % a year",
        &["economy.discount_rate=2"],
        &["economy.discount_rate=0.02"],
    );
    told(
        "per-cent-forgotten",
        "options.reserve.refill",
        "is 1000 %",
        &["options.reserve.refill=10"],
        &["options.reserve.refill=1000%"],
    );
}

#[test]
fn a_crisis_that_nothing_follows() {
    told(
        "crisis-without-effect",
        "crises.quake",
        "no control follows the crisis `quake`",
        &["crises.quake={ annual_probability = '6%' }"],
        &["crises.strait={ annual_probability = '7%' }"],
    );
}

#[test]
fn sectors_larger_than_the_economy() {
    told(
        "more-than-gdp",
        "economy.gdp",
        "11 trillion yen a year, more than the gdp of 10 trillion yen",
        &["economy.gdp=10 trillion JPY/year"],
        &["economy.gdp=11 trillion JPY/year"],
    );
}

#[test]
fn no_judgement_and_no_note_silences_a_caution() {
    let settings = ["economy.discount_rate={ value = 2, judgement = 'as decided', note = 'sic' }"];
    assert_eq!(cautions(&settings).len(), 1);
}

#[test]
fn a_wrong_scenario_is_told_of_its_mistakes_alone() {
    let request = Request {
        name: "test".to_owned(),
        text: SCENARIO.to_owned(),
        overlays: Vec::new(),
        settings: vec!["economy.discount_rate=2".to_owned(), "materials.oxide.headroom=blue".to_owned()],
    };
    let document = load(&request, &NoFiles).unwrap();
    let mistakes = crate::model::read(&document).unwrap_err();
    assert!(mistakes.iter().all(|d| d.code.is_none()) && mistakes.len() == 1, "{mistakes:#?}");
}
