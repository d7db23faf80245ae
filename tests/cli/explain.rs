//! One trial told: the same as in its run, wherever and however it is asked for.

use serde_json::Value;

use super::{Place, repository};

fn story(place: &Place, arguments: &[&str]) -> Value {
    let all =
        [&["explain", "case", "--trials", "1e3", "-q", "--results", "none", "--format", "json"], arguments];
    serde_json::from_str(&place.run(&all.concat()).out()).unwrap()
}

#[test]
fn a_trial_is_found_and_is_that_of_the_run() {
    let place = Place::new();
    let run = place.print(&[], &["cost.total.p95", "cost.total.max", "cost.total.p50"]);
    let at = story(&place, &["--at", "cost.total=p95"]);
    assert_eq!(format!("{}", at["metrics"]["cost.total"].as_f64().unwrap()), run[0]);
    let worst = story(&place, &["--worst", "cost.total", "--threads", "2"]);
    assert_eq!(format!("{}", worst["metrics"]["cost.total"].as_f64().unwrap()), run[1]);
    let number = at["trial"].as_u64().unwrap().to_string();
    let same = story(&place, &["--trial", &number]);
    for key in ["metrics", "events", "materials", "sectors", "options", "course", "fingerprint", "command"] {
        assert_eq!(same[key], at[key], "{key}");
    }
    assert_eq!(at["command"], format!("shortfall explain case.toml --trial {number} --trials 1000 --seed 1"));
    let settings =
        ["--set", "options.stockpile.size=30 days", "--seed", "4", "--typical", "--given", "any control"];
    let other = story(&place, &settings);
    assert_eq!((other["pick"].as_str(), other["acted"].as_bool()), (Some("typical"), Some(true)));
    assert_ne!(other["fingerprint"], at["fingerprint"]);
}

#[test]
fn a_run_leaves_the_same_stories() {
    let place = Place::new();
    place.run(&["run", "case", "--trials", "1e3", "--out", "run", "-q"]).out();
    let stories: Value = serde_json::from_str(&place.read("run/stories.json")).unwrap();
    assert_eq!(stories["fingerprint"], place.summary("run")["fingerprint"]);
    let asked = [
        ("typical", &["--typical"][..]),
        ("bad", &["--at", "cost.total=p95"]),
        ("worst", &["--worst", "cost.total"]),
    ];
    for (name, arguments) in asked {
        let explained = story(&place, arguments);
        assert_eq!(explained["fingerprint"], stories["fingerprint"]);
        for (key, value) in stories["stories"][name].as_object().unwrap() {
            assert_eq!(explained[key], *value, "{name} {key}");
        }
    }
    // The same bytes for any number of threads.
    place.run(&["run", "case", "--trials", "1e3", "--out", "one", "-q", "--threads", "1"]).out();
    assert_eq!(place.read("run/stories.json"), place.read("one/stories.json"));
}

#[test]
fn files_are_written_and_replaced() {
    let place = Place::new();
    let explain = |more: &[&str]| {
        let arguments = ["explain", "case", "--trials", "200", "--out", "here"];
        place.run(&[&arguments[..], more].concat())
    };
    let said = explain(&["--trial", "7"]);
    assert!(said.err.contains("results in here"), "{said:?}");
    explain(&["--trial", "8", "--results", "summary"]).out();
    let eight = ["trial-7.json", "trial-7.md", "trial-7.svg", "trial-8.json", "trial-8.md"];
    assert_eq!(place.names("here"), eight);
    explain(&["--trial", "9", "--seed", "2", "--force"]).out();
    assert_eq!(place.names("here"), ["trial-9.json", "trial-9.md", "trial-9.svg"]);
    assert_eq!(
        explain(&["--trial", "9", "--format", "markdown", "--results", "none"]).out().lines().next(),
        Some("# case: trial 9")
    );
}

#[test]
fn what_makes_no_sense_is_said() {
    let place = Place::new();
    let explain = |more: &[&str]| {
        let arguments = ["explain", "case", "--trials", "200", "--out", "here"];
        place.run(&[&arguments[..], more].concat())
    };
    explain(&[]).fails(2, &["--trial", "--typical"]);
    explain(&["--typical", "--trial", "3"]).fails(2, &["cannot be used with"]);
    explain(&["--trial", "200"])
        .fails(2, &["there is no trial 200 in a run of 200", "the last 199", "--trials"]);
    explain(&["--trial", "1", "--given", "any control"]).fails(2, &["leave --given out"]);
    explain(&["--at", "cost.total"]).fails(2, &["write METRIC=pNN"]);
    explain(&["--at", "cost.total=mean"]).fails(2, &["`mean` is no quantile"]);
    explain(&["--at", "cost.totl=p95"]).fails(2, &["did you mean `cost.total`?"]);
    explain(&["--worst", "nothing.here"]).fails(2, &["there is no metric"]);
    explain(&["--typical", "--given", "cost.total > 1e30"]).fails(2, &["no trial meets"]);
    assert!(!place.path("here").exists());
}

#[test]
fn the_example_of_the_page_is_what_the_program_says() {
    let page = std::fs::read_to_string(repository("docs/explain.md")).unwrap();
    let (before, example) = page.split_once("```text\n").unwrap();
    let example = example.strip_suffix("```\n").unwrap();
    let command = before.lines().rev().find_map(|l| l.strip_prefix("$ shortfall ")).unwrap();
    let file = repository("scenarios/japan-rare-earths-uncertain.toml");
    let command = command.replace("scenarios/japan-rare-earths-uncertain.toml", &file);
    let mut arguments: Vec<&str> = command.split(' ').collect();
    arguments.extend(["--results", "none", "-q"]);
    let said = Place::empty().run(&arguments).out();
    // The last line tells the scenario's fingerprint, which follows every word of its file.
    let but_last = |text: &str| text.trim_end().rsplit_once('\n').unwrap().0.to_owned();
    assert_eq!(but_last(&said), but_last(example));
}
