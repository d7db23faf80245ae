//! The first steps: new, check, show, run, each on what the one before it left.

use super::{Place, repository};

fn templates() -> Vec<String> {
    let list = Place::empty().run(&["new", "--template", "list"]).out();
    list.lines().map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

#[test]
fn every_starter_runs_at_once() {
    let templates = templates();
    assert!(templates.len() >= 5);
    for template in templates {
        let place = Place::empty();
        let new = place.run(&["new", "first", "--template", &template]);
        assert!(new.err.contains("shortfall run first.toml"), "{new:?}");
        assert_eq!(new.out(), "");
        let check = place.run(&["check", "first.toml"]);
        assert!(check.err.is_empty(), "{template}: {check:?}");
        assert!(check.out().starts_with("first.toml: no mistakes; "), "{template}");
        let show = place.run(&["show", "first.toml"]).out();
        assert!(show.contains("cost.total") && show.contains("scenario.horizon"), "{show}");
        let run = place.run(&["run", "first.toml", "--trials", "1e3"]);
        assert!(run.err.contains("results in output/first/run-1"), "{run:?}");
        assert!(run.out().contains("cost.total"));
        assert_eq!(place.summary("output/first/run-1")["trials"], 1000, "{template}");
    }
}

#[test]
fn a_starter_never_replaces_a_file() {
    let place = Place::new();
    place.write("case.toml", "mine");
    place.run(&["new", "case"]).fails(4, &["`case.toml` is there already", "--force"]);
    assert_eq!(place.read("case.toml"), "mine");
    place.run(&["new", "case", "--force"]).out();
    assert!(place.read("case.toml").contains("name     = \"case\""));
}

#[test]
fn a_name_may_say_toml_and_a_folder() {
    let place = Place::empty();
    std::fs::create_dir(place.path("sub")).unwrap();
    place.run(&["new", "sub/deep.toml"]).out();
    assert!(place.read("sub/deep.toml").contains("name     = \"deep\""));
    place.run(&["new", "missing/deep"]).fails(4, &["cannot be written"]);
}

#[test]
fn the_shipped_scenarios_and_the_example_are_right() {
    let folder = repository("scenarios");
    let mut files: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().to_str().unwrap().to_owned())
        .filter(|path| path.ends_with(".toml"))
        .collect();
    files.push(repository("tests/data/example.toml"));
    assert!(files.len() >= 4);
    let mut arguments = vec!["check"];
    arguments.extend(files.iter().map(String::as_str));
    let verdicts = Place::empty().run(&arguments).out();
    let verdict = |line: &&str| files.iter().any(|file| line.starts_with(&format!("{file}: ")));
    let verdicts: Vec<&str> = verdicts.lines().filter(verdict).collect();
    assert_eq!(verdicts.len(), files.len(), "{verdicts:#?}");
    // Cautions may well be true of them: tests/scenarios.rs holds those that are meant.
    assert!(verdicts.iter().all(|v| !v.contains(" error")), "{verdicts:#?}");
}

#[test]
fn show_lists_what_set_and_print_accept() {
    let place = Place::new();
    let shown: serde_json::Value =
        serde_json::from_str(&place.run(&["show", "case", "--format", "json"]).out()).unwrap();
    let metrics: Vec<String> = shown["metrics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|metric| format!("{}.mean", metric["name"].as_str().unwrap()))
        .collect();
    let figures: Vec<&str> = metrics.iter().map(String::as_str).collect();
    assert_eq!(place.print(&[], &figures).len(), figures.len());
    let quantities = shown["quantities"].as_array().unwrap();
    assert!(quantities.len() > 20);
    for quantity in quantities {
        let path = quantity["path"].as_str().unwrap();
        let setting = format!("{path}=nonsense");
        let check = place.run(&["check", "case", "--set", &setting]);
        assert_eq!(check.code, 3, "{setting}: {check:?}");
        let said = check.out + &check.err;
        assert!(!said.contains("unknown key"), "{setting}: {said}");
    }
}

#[test]
fn a_resolved_scenario_runs_alone_and_gives_the_same() {
    let place = Place::new();
    place.write("on-top.toml", "extends = \"case.toml\"\n[options.stockpile]\nsize = \"30 days\"\n");
    let resolved = place.run(&["show", "on-top", "--resolved"]).out();
    assert!(resolved.contains("30 days") && !resolved.contains("extends"), "{resolved}");
    place.write("elsewhere/alone.toml", &resolved);
    let figures = ["--trials", "1000", "--results", "none", "--quiet", "--print", "cost.total.mean"];
    let run = |file| place.run(&[&["run", file], &figures[..]].concat()).out();
    assert_eq!(run("on-top"), run("elsewhere/alone.toml"));
    assert_ne!(run("on-top"), run("case"));
}
