//! Published figures against simulated ones: what is told, and when it is a failure.

use super::{Place, repository, shows_what_is_printed};

/// An expectation of the starter scenario, to be put at its end.
fn expectation(metric: &str, band: &str, more: &str) -> String {
    format!("\n[[expectations]]\nmetric = \"{metric}\"\n{band}\nsource = \"somewhere, 2026\"\n{more}\n")
}

/// A place whose `case.toml` states these.
fn stating(expectations: &[String]) -> Place {
    let place = Place::new();
    let text = place.read("case.toml") + &expectations.concat();
    place.write("case.toml", &text);
    place
}

fn json(place: &Place, arguments: &[&str]) -> (i32, serde_json::Value) {
    let said = place.run(&[&["verify", "--format", "json", "--trials", "1e3"], arguments].concat());
    (said.code, serde_json::from_str(&said.out).unwrap())
}

#[test]
fn the_page_shows_what_is_printed() {
    shows_what_is_printed("docs/verify.md");
}

#[test]
fn the_published_figures_are_met() {
    let place = Place::empty();
    let files = ["660bn", "one-year"].map(|f| repository(&format!("scenarios/japan-rare-earths-{f}.toml")));
    let (code, value) = json(&place, &[&files[0], &files[1]]);
    assert_eq!(code, 0, "{value:#}");
    assert_eq!((&value["check"]["missed"], &value["calibrated"]["met"]), (&0.into(), &1.into()));
    let cost = &value["expectations"][2];
    // 2.6 trillion as published is 2.55 to 2.65.
    assert_eq!((cost["low"].as_f64(), cost["high"].as_f64()), (Some(2.55e12), Some(2.65e12)));
    assert!((cost["simulated"]["value"].as_f64().unwrap() / 2.64e12 - 1.0).abs() < 1e-4, "{cost:#}");
    assert_eq!((&cost["verdict"], &cost["settled"]), (&"met".into(), &true.into()));
}

#[test]
fn a_miss_is_5_and_checks_are_counted_apart() {
    let place = stating(&[
        expectation("cost.total.mean", "between = [\"1 JPY\", \"2 JPY\"]", "role = \"calibrated\""),
        expectation("cost.total.mean", "between = [\"0 JPY\", \"1e15 JPY\"]", "role = \"check\""),
    ]);
    let said = place.run(&["verify", "case.toml", "--trials", "1e3"]);
    assert_eq!(said.code, 5, "{said:?}");
    assert!(said.out.contains("checks: 1 of 1 met") && said.out.contains("calibrated: 0 of 1 met, 1 MISSED"));
    assert!(
        said.err.contains("case.toml: cost.total.mean is ") && said.err.contains("published: 1 to 2 JPY")
    );
    let markdown = place.run(&["verify", "case.toml", "--trials", "1e3", "--format", "markdown", "-q"]);
    assert!(markdown.out.starts_with("| scenario | metric | published |"), "{}", markdown.out);
    assert!(markdown.out.contains("| MISS | calibrated |"), "{}", markdown.out);
}

#[test]
fn a_known_miss_is_no_failure_and_tells_its_reason() {
    let known = "role = \"check\"\nknown_miss = \"prices are left out\"";
    let place = stating(&[
        expectation("cost.total.mean", "between = [\"1 JPY\", \"2 JPY\"]", known),
        expectation("cost.total.mean", "between = [\"0 JPY\", \"1e15 JPY\"]", known),
    ]);
    let said = place.run(&["verify", "case.toml", "--trials", "1e3"]);
    assert_eq!(said.code, 0, "{said:?}");
    for words in [
        "miss (known)",
        "known to be missed: prices are left out",
        "met (known miss)",
        "take `known_miss` out",
        "1 of 2 met, 1 a known miss",
    ] {
        let flat = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(words), "no `{words}` in:\n{}", said.out);
    }
}

#[test]
fn what_lies_within_the_error_says_how_many_trials_would_decide() {
    let place = Place::new();
    let mean: f64 = place.print(&[], &["cost.total.mean"])[0].parse().unwrap();
    let se: f64 = place.print(&[], &["cost.total.se"])[0].parse().unwrap();
    // The band ends half a standard error below the figure: about 4 x 1.96^2 = 15 times the trials.
    let band = format!("between = [\"0 JPY\", \"{} JPY\"]", mean - 0.5 * se);
    let place = stating(&[expectation("cost.total.mean", &band, "role = \"check\"")]);
    let (code, value) = json(&place, &["case"]);
    let found = &value["expectations"][0];
    assert_eq!((code, &found["verdict"], &found["settled"]), (5, &"missed".into(), &false.into()));
    let needed = found["trials_to_settle"].as_u64().unwrap();
    assert!((10_000..=20_000).contains(&needed), "{needed}");
    let text = place.run(&["verify", "case", "--trials", "1e3", "-q"]).out;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("MISS, not sure") && text.contains(&format!("--trials {needed}")), "{text}");
}

#[test]
fn tails_probabilities_and_shares_are_held_too() {
    let place = stating(&[
        expectation("cost.total.p95", "between = [\"0 JPY\", \"1e15 JPY\"]", "role = \"check\""),
        expectation("cost.total.cvar99.9", "between = [\"0 JPY\", \"1e15 JPY\"]", "role = \"check\""),
        expectation("cost.total.above(100 billion JPY)", "between = [\"0.1%\", \"99%\"]", "role = \"check\""),
        expectation("shortfall.metal.recovery.censored", "between = [\"0%\", \"99%\"]", "role = \"check\""),
    ]);
    let (code, value) = json(&place, &["case"]);
    assert_eq!(code, 0, "{value:#}");
    let found = value["expectations"].as_array().unwrap();
    assert!(found[0]["simulated"]["se"].as_f64().unwrap() > 0.0);
    // A thousand trials have one beyond the level 0.999: ten thousand are asked for.
    assert_eq!(found[1]["trials_to_settle"], 10_000);
    assert!(found[2]["simulated"]["low"].as_f64() < found[2]["simulated"]["value"].as_f64());
}

#[test]
fn a_folder_is_searched_and_what_is_no_scenario_is_told() {
    let place =
        stating(&[expectation("cost.total.mean", "between = [\"0 JPY\", \"1e15 JPY\"]", "role = \"check\"")]);
    place.write("all/b/second.toml", &place.read("case.toml"));
    place.write("all/a.toml", &place.read("case.toml"));
    place.write("all/measures/stock.toml", "[options.stockpile]\nsize = \"90 days\"\n");
    place.write("all/.hidden/x.toml", "[scenario\n");
    place.write("all/notes.txt", "no TOML\n");
    place.run(&["run", "case", "--trials", "10", "--out", "all/results", "-q"]).out();
    let (code, value) = json(&place, &["all"]);
    assert_eq!(code, 0, "{value:#}");
    let files: Vec<&str> =
        value["expectations"].as_array().unwrap().iter().map(|e| e["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["all/a.toml", "all/b/second.toml"]);
    assert_eq!(value["skipped"], serde_json::json!(["all/measures/stock.toml"]));
    let said = place.run(&["verify", "all", "--trials", "10"]);
    assert!(said.err.contains("all/measures/stock.toml: skipped"), "{}", said.err);
}

#[test]
fn wrong_files_are_told_and_the_others_run() {
    let band = "between = [\"0 JPY\", \"1e15 JPY\"]";
    let place = stating(&[expectation("cost.total.mean", band, "role = \"check\"")]);
    place.write("broken.toml", "[scenario]\nstart = 5\n");
    let said = place.run(&["verify", "broken.toml", "case.toml", "--trials", "1e3"]);
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.err.contains("broken.toml:2:") && said.out.contains("checks: 1 of 1 met"), "{said:?}");
    let said = place.run(&["verify", "nowhere.toml", "case.toml", "--trials", "1e3"]);
    assert!(said.code == 4 && said.out.contains("checks: 1 of 1 met"), "{said:?}");
    let place = stating(&[expectation(
        "cost.total.mean",
        "value = \"3 days\"\ntolerance = \"1%\"",
        "role = \"check\"",
    )]);
    place.run(&["verify", "case"]).fails(3, &[]);
}

#[test]
fn nothing_published_is_no_failure_and_is_told() {
    let place = Place::new();
    let said = place.run(&["verify", "case"]);
    assert_eq!(said.code, 0);
    assert!(
        said.out.contains("No published figure") && said.err.contains("states no expectations"),
        "{said:?}"
    );
}

#[test]
fn changes_seed_and_threads() {
    let band = "between = [\"0 JPY\", \"1e15 JPY\"]";
    let place = stating(&[expectation("cost.total.mean", band, "role = \"check\"")]);
    let run = |more: &[&str]| place.run(&[&["verify", "case", "--trials", "2e3", "-q"], more].concat()).out();
    let plain = run(&["--threads", "1"]);
    assert_eq!(plain, run(&["--threads", "7"]));
    assert_ne!(plain, run(&["--seed", "9"]));
    assert_ne!(plain, run(&["--set", "controls.export-ban.onsets.annual.annual_probability=1%"]));
}
