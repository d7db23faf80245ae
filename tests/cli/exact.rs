//! `run --exact`: what it prints and writes, and what it refuses.

use super::{Place, repository};

/// A ban that may come, with lengths that depend on chance: 40 % x (1/4 x 40 days + 3/4 x 80 days) of 100 USD a day.
const SMALL: &str = r#"
[scenario]
name = "small"
start = 2026-01-01
horizon = "1 year"
step = "day"
currency = "USD"
[materials.metal]
headroom = 0
[[materials.metal.sources]]
name = "abroad"
share = 1
route = { smelting = "AA" }
[sectors.industry]
value_added = "36525 USD/year"
uses.metal = { amount = "1000 t/year", exposed = 1 }
[controls.ban]
country = "AA"
materials = ["metal"]
[[controls.ban.onsets]]
at = 2026-03-01
probability = 0.4
[[controls.ban.regimes]]
name = "ban"
lasts = { discrete = { values = ["40 days", "80 days"], weights = [1, 3] } }
"#;

fn small() -> Place {
    let place = Place::empty();
    place.write("small.toml", SMALL);
    place
}

fn figures(place: &Place, arguments: &[&str]) -> Vec<f64> {
    let all = [&["run", "small.toml", "--exact", "--quiet", "--results", "none"], arguments].concat();
    place.run(&all).out().lines().map(|line| line.parse().unwrap()).collect()
}

#[test]
fn figures_are_exact() {
    let place = small();
    let near = |found: Vec<f64>, wanted: &[f64]| {
        assert_eq!(found.len(), wanted.len());
        for (a, b) in found.iter().zip(wanted) {
            assert!((a - b).abs() <= 1e-12 * b.abs().max(1.0), "{found:?} against {wanted:?}");
        }
    };
    let asked =
        ["cost.total.mean", "cost.total.se", "cost.total.p50", "cost.total.p95", "cost.total.positive"];
    near(figures(&place, &[&["--print"], &asked[..]].concat()), &[2800.0, 0.0, 0.0, 8000.0, 0.4]);
    let tail = ["cost.total.cvar60", "cost.total.cvar90", "cost.total.above(5000 USD)"];
    near(figures(&place, &[&["--print"], &tail[..]].concat()), &[7000.0, 8000.0, 0.3]);
    let given = ["--given", "any control", "--print", "cost.total.mean", "cost.total.p25", "cost.total.p26"];
    near(figures(&place, &given), &[7000.0, 4000.0, 8000.0]);
}

#[test]
fn it_says_and_writes_what_it_is() {
    let place = small();
    let said = place.run(&["run", "small.toml", "--exact"]);
    assert!(said.err.contains("results in output/small/exact"), "{}", said.err);
    let text = said.out();
    for words in [
        "this costs 2,800 US dollars on average",
        "exact: all that can happen, in 3 evaluations",
        "sums in USD",
    ] {
        assert!(text.contains(words), "no `{words}` in:\n{text}");
    }
    assert_eq!(place.names("output/small/exact"), ["scenario.toml", "summary.json"]);
    let summary = place.summary("output/small/exact");
    assert_eq!(summary["sampling"], "exact");
    assert_eq!(summary["command"], "shortfall run small.toml --exact");
    assert_eq!((summary.get("trials"), summary.get("seed")), (None, None));
    assert_eq!(summary["exact"]["integrals"], 0);
    assert_eq!(
        summary["metrics"]["cost.total"]["quantiles"]["0.95"]["value"].as_f64().unwrap().round(),
        8000.0
    );
    // It is made again to the same bytes, whatever the seed of the scenario.
    let before = place.files("output/small/exact");
    place.run(&["run", "small.toml", "--exact", "--threads", "3", "-q"]).out();
    assert!(place.files("output/small/exact") == before);
    let markdown = place.run(&["run", "small.toml", "--exact", "--format", "markdown", "-q"]).out();
    assert!(markdown.starts_with("# small\n") && markdown.contains("| cost.total | 2,800 |"), "{markdown}");
    let json: serde_json::Value =
        serde_json::from_str(&place.run(&["run", "small.toml", "--exact", "--format", "json", "-q"]).out())
            .unwrap();
    assert_eq!(json, summary);
    place
        .run(&["report", "output/small/exact"])
        .fails(4, &["holds an exact answer", "run it without --exact"]);
    let japanese = place.run(&["run", "small.toml", "--exact", "--lang", "ja", "-q"]).out();
    assert!(japanese.contains("厳密解"), "{japanese}");
}

#[test]
fn requirements_hold_and_miss() {
    let place = small();
    let with = |required: &str| {
        place.run(&["run", "small.toml", "--exact", "-q", "--results", "none", "--require", required])
    };
    assert_eq!(with("cost.total.mean < 2801 USD").code, 0);
    let missed = with("cost.total.cvar90 < 8000 USD");
    assert_eq!(missed.code, 5);
    assert!(missed.err.contains("required cost.total.cvar90 < 8000 USD, but it is"), "{}", missed.err);
}

#[test]
fn what_does_not_go_with_it_is_refused() {
    let place = small();
    for other in [
        &["--trials", "5"][..],
        &["--seed", "5"],
        &["--sampling", "lhs"],
        &["--nested", "4x4"],
        &["--csv"],
        &["--png"],
    ] {
        place.run(&[&["run", "small.toml", "--exact"], other].concat()).fails(2, &["cannot be used with"]);
    }
    place
        .run(&["run", "small.toml", "--exact", "--given", "cost.total > 5"])
        .fails(2, &["--exact knows no condition but --given 'any control'"]);
    place
        .run(&[
            "run",
            "small.toml",
            "--exact",
            "--set",
            "controls.ban.onsets.2026-03-01.probability=0",
            "--given",
            "any control",
        ])
        .fails(2, &["no control ever acts"]);
    let uncertain = repository("scenarios/japan-rare-earths-uncertain.toml");
    place.run(&["run", &uncertain, "--exact"]).fails(
        2,
        &["error: --exact integrates over at most 2 quantities or times that vary smoothly in one trial, and here at least 3 do: `parameters.accessible`"],
    );
    assert!(place.names("output").iter().all(|name| !name.contains("uncertain")));
}
