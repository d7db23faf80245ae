//! Runs whose uniforms are chosen evenly, that tell doubt from chance, or that stop when they are sure enough.

use super::Place;

/// A run in the folder `run`, with these arguments.
fn run(place: &Place, more: &[&str]) -> serde_json::Value {
    place.run(&[&["run", "case", "--out", "run", "--force", "-q"], more].concat()).out();
    serde_json::from_str(&place.read("run/summary.json")).unwrap()
}

#[test]
fn results_say_how_they_were_sampled_and_are_drawn_again_from_themselves() {
    let place = Place::new();
    for (more, sampling, trials) in [
        (&["--trials", "800", "--sampling", "sobol"][..], "sobol", 800),
        (&["--trials", "800", "--sampling", "lhs", "--given", "any control"], "lhs", 800),
        (&["--nested", "20x50"], "nested 20x50", 1000),
        (&["--trials", "400", "--until", "cost.total.mean ±50%"], "random", 800),
    ] {
        let summary = run(&place, more);
        assert_eq!(
            (&summary["sampling"], &summary["trials"]),
            (&sampling.into(), &trials.into()),
            "{more:?}"
        );
        let before = place.files("run");
        place.run(&["report", "run", "-q"]).out();
        assert!(place.files("run") == before, "{more:?}");
        // The canonical command makes it again.
        let command = summary["command"].as_str().unwrap().replace("case.toml", "case");
        let words = shell_words(&command);
        let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        place.run(&[&words[..], &["--out", "again", "--force", "-q"]].concat()).out();
        assert!(place.files("again") == before, "{command}");
    }
}

/// The words of a command, quoted where need be by single quotes.
fn shell_words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in command.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words
}

#[test]
fn a_trial_of_an_even_run_is_told_as_it_was() {
    let place = Place::new();
    for how in [&["--trials", "800", "--sampling", "sobol"][..], &["--nested", "20x40"]] {
        run(&place, how);
        let stories: serde_json::Value = serde_json::from_str(&place.read("run/stories.json")).unwrap();
        let worst = &stories["stories"]["worst"];
        let number = worst["trial"].as_u64().unwrap().to_string();
        let told = ["explain", "case", "--trial", &number, "--format", "json", "--results", "none", "-q"];
        let again: serde_json::Value =
            serde_json::from_str(&place.run(&[&told[..], how].concat()).out()).unwrap();
        assert_eq!(again["costs"], worst["costs"], "{how:?}");
        if how.contains(&"--nested") {
            continue;
        }
        // Of a run at random that trial is another one.
        let random: serde_json::Value =
            serde_json::from_str(&place.run(&[&told[..], &["--trials", "800"]].concat()).out()).unwrap();
        assert_ne!(random["costs"], worst["costs"], "{how:?}");
    }
}

#[test]
fn a_nested_run_tells_doubt_from_chance() {
    let place = Place::new();
    let summary = run(&place, &["--nested", "40x50"]);
    let cost = &summary["metrics"]["cost.total"]["not_known"];
    let share = cost["share_of_variance"]["value"].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&share), "{cost}");
    assert!(cost["means"]["0.05"].as_f64() <= cost["means"]["0.95"].as_f64(), "{cost}");
    let said = place.run(&["run", "case", "--nested", "40x50", "--results", "none"]).out();
    let words: Vec<&str> = said.split_whitespace().collect();
    assert!(words.join(" ").contains("is what is not known"), "{said}");
    let plain = run(&place, &["--trials", "500"]);
    assert!(plain["metrics"]["cost.total"].get("not_known").is_none());
}

#[test]
fn a_run_goes_on_until_it_is_sure_enough() {
    let place = Place::new();
    let goal = "cost.total.mean +-12%";
    let asked = ["run", "case", "--trials", "200", "--until", goal, "--out", "until"];
    let said = place.run(&asked);
    assert!(said.err.contains(&format!("reached: {goal}")), "{}", said.err);
    let summary: serde_json::Value = serde_json::from_str(&place.read("until/summary.json")).unwrap();
    let trials = summary["trials"].as_u64().unwrap();
    assert!(trials > 200 && trials.is_multiple_of(200));
    let mean = &summary["metrics"]["cost.total"]["mean"];
    let at = |key: &str| mean[key].as_f64().unwrap();
    assert!(0.5 * (at("high") - at("low")) <= 0.12 * at("value"), "{mean}");
    // A run of so many trials is the same run.
    let plain = run(&place, &["--trials", &trials.to_string()]);
    assert_eq!(plain["metrics"], summary["metrics"]);

    // The bound comes first: results are written, and the exit code says that something was missed.
    let bound = place.run(&[
        "run",
        "case",
        "--trials",
        "200",
        "--until",
        "cost.total.p99 ±0.1%",
        "--max-trials",
        "700",
        "--out",
        "bound",
    ]);
    assert_eq!(bound.code, 5, "{bound:?}");
    assert!(bound.err.contains("is not reached after 700 trials"), "{}", bound.err);
    assert!(place.read("bound/summary.json").contains("\"met\": false"));
}

#[test]
fn what_cannot_be_sampled_so_is_refused() {
    let place = Place::new();
    for (more, words) in [
        (&["--until", "cost.total.mean"][..], &["says not how near"][..]),
        (
            &["--until", "cost.total.max ±1%", "--until", "cost.totl.mean ±1%"],
            &["no error is known of `max`", "did you mean `cost.total`"],
        ),
        (&["--nested", "3x10"], &["at least 4 draws"]),
        (&["--nested", "ten"], &["such as 200x1000"]),
        (&["--nested", "20x10", "--sampling", "lhs"], &["cannot be used with"]),
        (&["--nested", "20x10", "--until", "cost.total.mean ±1%"], &["cannot be used with"]),
        (&["--max-trials", "1000"], &["--until"]),
        (&["--sampling", "halton"], &["random", "lhs", "sobol"]),
    ] {
        place.run(&[&["run", "case"], more].concat()).fails(2, words);
    }
}

/// A run in which something is made to happen: its trials do not count alike, and everything made of them knows.
#[test]
fn rare_events_are_made_to_happen_and_weighed() {
    let place = Place::new();
    place.write("rare.toml", RARE);
    let rare = |more: &[&str]| {
        let asked = ["run", "rare.toml", "--trials", "3200", "--out", "run", "--force", "-q", "--csv"];
        place.run(&[&asked[..], more].concat()).out();
        serde_json::from_str::<serde_json::Value>(&place.read("run/summary.json")).unwrap()
    };
    let any = |summary: &serde_json::Value| summary["any_control"]["value"].as_f64().unwrap();
    let expected = 1.0 - libm::pow(0.98, 5.0 * 365.2 / 365.25);
    let cases = [
        (&["--rare", "auto"][..], "random, rare"),
        (&["--rare", "auto", "--sampling", "sobol"], "sobol, rare"),
        (&["--rare", "auto", "--given", "any control"], "random, rare"),
    ];
    for (more, sampling) in cases {
        let summary = rare(more);
        assert_eq!(summary["sampling"], sampling);
        if !more.contains(&"--given") {
            assert!((any(&summary) - expected).abs() < 1e-3, "{summary}");
            let weights: f64 = place
                .read("run/trials.csv")
                .lines()
                .skip(1)
                .map(|row| row.split(',').nth(2).unwrap().parse::<f64>().unwrap())
                .sum();
            let blocks = if sampling.starts_with("random") { 32.0 } else { 8.0 };
            assert!((weights - (3200.0 - blocks)).abs() < 1e-6, "{weights}");
        }
        let before = place.files("run");
        place.run(&["report", "run", "-q"]).out();
        assert!(place.files("run") == before, "{more:?}");
        let command = summary["command"].as_str().unwrap();
        let words = shell_words(command);
        let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        place.run(&[&words[..], &["--out", "again", "--force", "-q", "--csv"]].concat()).out();
        assert!(place.files("again") == before, "{command}");
    }
    rare(&["--rare", "auto"]);
    // Its trials are told as they were.
    let stories: serde_json::Value = serde_json::from_str(&place.read("run/stories.json")).unwrap();
    let worst = &stories["stories"]["worst"];
    let number = worst["trial"].as_u64().unwrap().to_string();
    let told = ["explain", "rare.toml", "--trial", &number, "--trials", "3200", "--rare", "auto"];
    let told = place.run(&[&told[..], &["--format", "json", "--results", "none", "-q"]].concat()).out();
    let again: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(again["costs"], worst["costs"]);
    // Ranks want trials that count alike.
    place.run(&["sensitivity", "run", "--method", "rank"]).fails(2, &["do not count alike", "--rare auto"]);
    // Where it does not apply, that is said, and nothing changes.
    let set = ["--set", "controls.ban.onsets.one.annual_probability=60%", "--rare", "auto"];
    let asked = ["run", "rare.toml", "--trials", "3200", "--out", "often"];
    let said = place.run(&[&asked[..], &set].concat());
    assert!(said.err.contains("--rare auto changes nothing here: in most trials"), "{}", said.err);
    assert!(place.read("often/summary.json").contains("\"sampling\": \"random\""));
}

/// A run whose trials are counted in bins: the figures of the run that holds them, but for 0.1 % of quantiles.
#[test]
fn trials_are_counted_in_bins_where_they_are_not_held() {
    let place = Place::new();
    let exact = run(&place, &["--trials", "30_000", "--results", "summary"]);
    let counted = run(&place, &["--trials", "30_000", "--sketch"]);
    assert_eq!(counted["sketch"]["relative_error_of_quantiles"], 1.0 / 1024.0);
    assert!(exact.get("sketch").is_none() && exact["fingerprint"] != counted["fingerprint"]);
    assert_eq!(place.files("run").len(), 3);
    let mut compared = 0;
    let near = |path: &str, a: &serde_json::Value, b: &serde_json::Value, share: f64| {
        let (Some(a), Some(b)) = (a.as_f64(), b.as_f64()) else {
            assert_eq!(a, b, "{path}");
            return;
        };
        assert!((a - b).abs() <= share * a.abs().max(1e-12), "{path}: {a} {b}");
    };
    assert_eq!(exact["any_control"], counted["any_control"]);
    for (name, metric) in exact["metrics"].as_object().unwrap() {
        let own = &counted["metrics"][name];
        assert_eq!((&metric["defined"], &metric["positive"]), (&own["defined"], &own["positive"]), "{name}");
        assert_eq!(metric.get("censored"), own.get("censored"), "{name}");
        near(name, &metric["mean"]["value"], &own["mean"]["value"], 1e-12);
        near(name, &metric["sd"], &own["sd"], 1e-9);
        near(name, &metric["max"], &own["max"], 1e-3);
        for (level, quantile) in metric["quantiles"].as_object().unwrap() {
            near(
                &format!("{name} {level}"),
                &quantile["value"],
                &own["quantiles"][level]["value"],
                1.0 / 1024.0,
            );
            compared += 1;
        }
        let acted = |m: &serde_json::Value| m["given_any_control"]["mean"]["value"].clone();
        near(name, &acted(metric), &acted(own), 1e-12);
    }
    assert!(compared > 100, "{compared}");
    for (more, words) in [
        (&["--sketch", "--results", "all"][..], "--results all writes them"),
        (&["--sketch", "--sampling", "lhs"], "tell errors from groups of them"),
        (&["--trials", "1e8", "--until", "cost.total.mean ±1%"], "a run of more than 16,777,216 trials"),
        (&["--sketch", "--given", "cost.total > p95"], "a quantile in --given"),
        (&["--sketch", "--csv"], "--csv writes the tables of --results all"),
    ] {
        place.run(&[&["run", "case"], more].concat()).fails(2, &[words]);
    }
}

const RARE: &str = r#"
[scenario]
trials = 1000
seed = 1
start = 2026-01-01
horizon = "5 years"
step = "month"
currency = "USD"

[[materials.metal.sources]]
name = "abroad"
share = "100%"
route = { mining = "XX" }

[sectors.industry]
value_added = { lognormal = { median = "1 billion USD/year", p90 = "2 billion USD/year" } }
uses.metal = { amount = "100 t/year", exposed = "50%" }

[controls.ban]
country = "XX"
materials = ["metal"]
[[controls.ban.onsets]]
name = "one"
annual_probability = "2%"
[[controls.ban.regimes]]
name = "ban"
lasts = { exponential = { mean = "2 months" } }
"#;
