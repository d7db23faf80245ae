//! `shortfall show`: what is in a scenario, in three formats; and the cautions on a scenario wherever they are shown.

use serde_json::Value;

use super::{Place, number};

fn json(place: &Place, arguments: &[&str]) -> Value {
    let all = [&["show", "case", "--format", "json"], arguments].concat();
    serde_json::from_str(&place.run(&all).out()).unwrap()
}

fn quantity<'v>(shown: &'v Value, path: &str) -> &'v Value {
    let entries = shown["quantities"].as_array().unwrap();
    entries.iter().find(|q| q["path"] == path).unwrap_or_else(|| panic!("no {path}"))
}

const LASTS: &str = "controls.export-ban.regimes.ban.lasts";

#[test]
fn implied_figures_are_those_of_the_law() {
    let shown = json(&Place::new(), &[]);
    let lasts = quantity(&shown, LASTS);
    // Median 3 months, 90 % point 12: sigma is ln 4 / 1.2815515655446004.
    let sigma = libm::log(4.0) / 1.281_551_565_544_600_4;
    let month = 30.4375;
    for (key, expected) in [
        ("median", 3.0 * month),
        ("mean", 3.0 * month * libm::exp(sigma * sigma / 2.0)),
        ("p95", 3.0 * month * libm::exp(1.644_853_626_951_472_2 * sigma)),
        ("p99", 3.0 * month * libm::exp(2.326_347_874_040_841 * sigma)),
        ("cut", 0.0),
    ] {
        let found = lasts[key].as_f64().unwrap();
        assert!((found - expected).abs() <= 1e-9 * expected.max(1e-6), "{key}: {found}, not {expected}");
    }
    assert_eq!(
        (&lasts["unit"], &lasts["drawn"], &lasts["law"]),
        (&"days".into(), &"afresh".into(), &"lognormal".into())
    );
    // 1 - 0.85^5.
    let chance = shown["chances"][0]["over_horizon"].as_f64().unwrap();
    assert!((chance - (1.0 - libm::pow(0.85, 5.0))).abs() < 1e-9, "{chance}");
    assert_eq!(shown["others"]["options.stockpile.kind"], "stockpile");
}

#[test]
fn what_is_cut_has_the_mean_of_what_is_left() {
    let set = "options.new-supplier.success={ normal = { mean = '90%', sd = '30%' } }";
    let shown = json(&Place::new(), &["--set", set]);
    let success = quantity(&shown, "options.new-supplier.success");
    // Half-normal pieces by hand: P(Z > 1/3) = 0.36944, P(Z < -3) = 0.00135; the mean of what is cut is 0.8238.
    let (mean, cut) = (success["mean"].as_f64().unwrap(), success["cut"].as_f64().unwrap());
    assert!((cut - 0.370_79).abs() < 1e-4, "{cut}");
    let z = |x: f64| libm::exp(-x * x / 2.0) / (2.0 * std::f64::consts::PI).sqrt();
    let inside = 0.9 * (1.0 - 0.370_790_0) + 0.3 * (z(3.0) - z(1.0 / 3.0));
    assert!((mean - (inside + 0.369_441_3)).abs() < 1e-5, "{mean}");
}

#[test]
fn sources_judgements_and_their_absence_are_counted() {
    let place = Place::new();
    let whole = json(&place, &[]);
    let all = whole["sourcing"]["quantities"].as_u64().unwrap();
    assert_eq!(whole["sourcing"]["judgements"].as_u64().unwrap(), all, "{:#}", whole["sourcing"]);
    let set = [
        "--set",
        "economy.gdp={ value = '600 trillion JPY/year', source = 'Cabinet Office', note = 'rounded' }",
    ];
    let shown = json(&place, &set);
    assert_eq!(shown["sourcing"]["sourced"], 1);
    let gdp = quantity(&shown, "economy.gdp");
    assert_eq!((&gdp["source"], &gdp["note"]), (&"Cabinet Office".into(), &"rounded".into()));
    // What refers to a parameter stands on its source.
    let crisis = "crises.x={ annual_probability = '$p' }";
    let parameter = "parameters.p={ value = '5%', source = 'Base rates' }";
    let named = json(&place, &["--set", crisis, "--set", parameter]);
    assert_eq!(quantity(&named, "crises.x.annual_probability")["source"], "Base rates");
    place.write(
        "bare.toml",
        &place.read("case.toml").replace("judgement = \"made up for the starter\"\n", "\n"),
    );
    let text = place.run(&["show", "bare"]).out();
    assert!(text.contains("neither.") && text.contains("Neither: ") && text.contains(" none"), "{text}");
}

#[test]
fn text_and_markdown_say_the_same() {
    let place = Place::new();
    let text = place.run(&["show", "case"]).out();
    let markdown = place.run(&["show", "case", "--format", "markdown"]).out();
    assert!(markdown.starts_with("# case\n") && markdown.contains(&format!("\n| {LASTS} | ")), "{markdown}");
    for page in [&text, &markdown] {
        // In the unit of the analyst.
        for words in ["5.39 months", "0.506 to 17.8 months", "37.2 months", "56 %", "made up for the starter"]
        {
            assert!(page.contains(words), "no {words} in\n{page}");
        }
        assert!(!page.contains("caution"), "{page}");
    }
    for line in markdown.lines().filter(|line| line.starts_with('|')) {
        assert!(line.ends_with('|'), "{line}");
    }
}

#[test]
fn cautions_on_the_scenario_are_shown_everywhere_and_change_no_exit_code() {
    let place = Place::new();
    place.write(
        "case.toml",
        &place.read("case.toml").replace("[economy]\n", "[economy]\ndiscount_rate = 2\n"),
    );
    let line = place.read("case.toml").lines().position(|l| l == "discount_rate = 2").unwrap() + 1;
    let at = format!("case.toml:{line}");
    let check = place.run(&["check", "case"]).out();
    assert!(check.contains("caution[per-cent-forgotten]") && check.contains(&at), "{check}");
    assert!(place.run(&["show", "case"]).out().contains("caution[per-cent-forgotten]"));
    let markdown = place.run(&["show", "case", "--format", "markdown"]).out();
    assert!(markdown.contains(&format!("- **per-cent-forgotten** ({at})")), "{markdown}");
    let shown = json(&place, &[]);
    let caution = &shown["cautions"][0];
    assert_eq!(
        (&caution["code"], &caution["path"]),
        (&"per-cent-forgotten".into(), &"economy.discount_rate".into())
    );
    let checked: Value =
        serde_json::from_str(&place.run(&["check", "case", "--format", "json"]).out()).unwrap();
    assert!(checked.to_string().contains("per-cent-forgotten"), "{checked}");
    let run = place.run(&["run", "case", "--trials", "1000", "--out", "here"]).out();
    assert!(run.contains(&at) && run.contains("is 200 % a year"), "{run}");
    let told = &place.summary("here")["cautions"][0];
    assert_eq!((&told["kind"], &told["at"]), (&"scenario".into(), &Value::from(at.clone())));
    let printed =
        place.run(&["run", "case", "--trials", "1000", "--results", "none", "--print", "cost.total.mean"]);
    assert!(printed.err.contains(&at), "{printed:?}");
    assert!(number(printed.out.trim()) > 0.0);
}
