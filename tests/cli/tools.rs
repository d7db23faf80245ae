//! The tools for scenario files: what `check` tells scripts, `fmt`, and resolved scenarios that stand alone.

use std::fs;

use serde_json::Value;

use super::Place;

const UNTIDY: &str = "# mine\n[scenario]\nname='x'   # a name\nstart= 2026-01-01\n";
const SHAPED: &str = "# mine\n[scenario]\nname  = \"x\"                    # a name\nstart = 2026-01-01\n";

fn diagnostics(place: &Place, arguments: &[&str], code: i32) -> Vec<Value> {
    let said = place.run(&[&["check", "--format", "json"], arguments].concat());
    assert_eq!((said.code, said.err.as_str()), (code, ""), "{}", said.out);
    let Value::Array(all) = serde_json::from_str(&said.out).unwrap() else { panic!("{}", said.out) };
    all
}

#[test]
fn check_tells_scripts_where_each_mistake_stands() {
    let place = Place::new();
    place.write("sub/a.toml", "extends = \"../case.toml\"\n[options.stockpile]\nsize = \"90 tage\"\n");
    let one = &diagnostics(&place, &["sub/a.toml"], 3)[0];
    let keys: Vec<&str> = one.as_object().unwrap().keys().map(String::as_str).collect();
    let promised = [
        "severity",
        "code",
        "message",
        "help",
        "path",
        "file",
        "line",
        "column",
        "end_line",
        "end_column",
        "text",
        "label",
        "labels",
        "scenario",
    ];
    assert_eq!(keys, promised);
    let at = |key: &str| one[key].clone();
    assert_eq!((at("severity"), at("path")), ("error".into(), "options.stockpile.size".into()));
    assert_eq!((at("file"), at("scenario")), ("sub/a.toml".into(), "sub/a.toml".into()));
    assert_eq!([at("line"), at("column"), at("end_line"), at("end_column")], [3, 8, 3, 17].map(Value::from));
    assert_eq!(at("text"), "\"90 tage\"");

    // A caution is a warning; a file that is right has none; one that is not there is told too.
    place.write("warned.toml", "extends = \"case.toml\"\n[controls.export-ban]\ncountry = \"AQ\"\n");
    let all = diagnostics(&place, &["case.toml", "warned.toml", "nothing"], 4);
    let seen: Vec<_> = all.iter().map(|d| (d["severity"].clone(), d["scenario"].clone())).collect();
    assert_eq!(seen, [("warning".into(), "warned.toml".into()), ("error".into(), "nothing".into())]);
    assert_eq!(all[0]["path"], "controls.export-ban.country");
    assert!(all[1]["line"].is_null() && all[1]["message"].as_str().unwrap().contains("cannot be read"));

    // Labels point into further files.
    place.write(
        "b.toml",
        "extends = \"case.toml\"\n[[materials.metal.sources]]\nname = \"elsewhere\"\nshare = \"40%\"\n",
    );
    let one = &diagnostics(&place, &["b.toml"], 3)[0];
    let labels = one["labels"].as_array().unwrap();
    let files: Vec<_> = labels.iter().map(|l| (l["file"].clone(), l["label"].clone())).collect();
    assert_eq!(files, [("case.toml".into(), "70 %".into()), ("b.toml".into(), "40 %".into())]);
    let mut command = place.command(&["check", "-", "--format", "json"]);
    command.stdin(fs::File::open(place.path("b.toml")).unwrap());
    let said = super::said(command.output().unwrap());
    assert!(
        said.code == 3
            && said.out.contains("\"file\": \"<stdin>\"")
            && said.out.contains("\"scenario\": \"-\"")
    );
    assert_eq!(diagnostics(&place, &["case.toml"], 0), [] as [Value; 0]);
}

#[test]
fn a_mistake_in_a_setting_points_into_it() {
    let place = Place::new();
    let set = ["case.toml", "--set", "scenario.seed=3", "--set", "options.stockpile.size = 90 tage"];
    let one = &diagnostics(&place, &set, 3)[0];
    let seen = ["file", "line", "column", "text", "path"].map(|key| one[key].clone());
    let path = "options.stockpile.size";
    assert_eq!(seen, ["--set".into(), 1.into(), 26.into(), "90 tage".into(), path.into()] as [Value; 5]);
    let coloured =
        place.run(&["check", "--color", "always", "case", "--set", "options.stockpile.size=90 tage"]);
    assert!(coloured.out.contains("\u{1b}[") && coloured.code == 3);
}

#[test]
fn fmt_writes_in_place_and_says_so() {
    let place = Place::empty();
    place.write("a.toml", UNTIDY);
    place.write("b.toml", SHAPED);
    place.write("wrong.toml", "[scenario\n");
    let said = place.run(&["fmt", "a", "b.toml", "wrong.toml", "none.toml"]);
    assert_eq!((said.code, said.out.as_str()), (3, ""), "{said:?}");
    for wanted in
        ["a.toml: rewritten", "wrong.toml:1:", "wrong.toml: left as it is", "`none.toml` cannot be read"]
    {
        assert!(said.err.contains(wanted), "no `{wanted}` in {}", said.err);
    }
    assert!(!said.err.contains("b.toml"), "{}", said.err);
    assert_eq!(place.read("a.toml"), SHAPED);
    assert_eq!(place.read("wrong.toml"), "[scenario\n");
    assert_eq!(place.names("."), ["a.toml", "b.toml", "wrong.toml"]);
    assert_eq!(place.run(&["fmt", "a.toml", "b.toml"]).err, "");
    assert_eq!(place.run(&["fmt", "none.toml"]).code, 4);
    // A mark at the start is no part of the text.
    place.write("bom.toml", &format!("\u{feff}{UNTIDY}"));
    place.run(&["fmt", "bom.toml"]).out();
    assert_eq!(place.read("bom.toml"), SHAPED);
    fs::write(place.path("binary.toml"), [0xff, 0xfe, 0x00]).unwrap();
    place.run(&["fmt", "binary.toml"]).fails(4, &["not UTF-8"]);
}

#[test]
fn fmt_goes_from_standard_input_to_standard_output() {
    let place = Place::empty();
    assert_eq!(place.run_on(UNTIDY, &["fmt", "-"]).out(), SHAPED);
    assert_eq!(place.run_on(&format!("\u{feff}{UNTIDY}"), &["fmt", "-"]).out(), SHAPED);
    assert_eq!(place.run_on(SHAPED, &["fmt", "-", "--check"]).out(), "");
    assert_eq!(place.run_on(UNTIDY, &["fmt", "-", "--check"]).code, 5);
    place.run_on("a = [", &["fmt", "-"]).fails(3, &["<stdin>:1:"]);
}

#[test]
fn fmt_check_shows_what_would_change_and_changes_nothing() {
    let place = Place::empty();
    place.write("a.toml", UNTIDY);
    place.write("b.toml", SHAPED);
    let said = place.run(&["fmt", "--check", "a.toml", "b.toml"]);
    assert_eq!(said.code, 5);
    assert!(said.out.contains("--- a.toml\n+++ a.toml in shape\n@@ -1,4 +1,4 @@\n"), "{}", said.out);
    assert!(said.out.contains("\n-start= 2026-01-01\n") && said.out.contains("\n+start = 2026-01-01\n"));
    assert!(said.err.contains("not in shape: a.toml;"), "{}", said.err);
    assert_eq!(place.read("a.toml"), UNTIDY);
    assert_eq!(place.run(&["fmt", "--check", "b.toml"]).out(), "");
}

#[cfg(unix)]
#[test]
fn fmt_keeps_links_and_permissions() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = Place::empty();
    place.write("real/a.toml", UNTIDY);
    fs::set_permissions(place.path("real/a.toml"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real/a.toml", place.path("link.toml")).unwrap();
    place.run(&["fmt", "link.toml"]).out();
    assert!(fs::symlink_metadata(place.path("link.toml")).unwrap().is_symlink());
    assert_eq!(place.read("real/a.toml"), SHAPED);
    assert_eq!(fs::metadata(place.path("real/a.toml")).unwrap().permissions().mode() & 0o777, 0o640);
    place.write("kept.toml", UNTIDY);
    fs::set_permissions(place.path("kept.toml"), fs::Permissions::from_mode(0o444)).unwrap();
    place.run(&["fmt", "kept.toml"]).fails(4, &["it is read-only"]);
    assert_eq!(place.read("kept.toml"), UNTIDY);
}

#[test]
fn a_resolved_scenario_gives_the_same_bytes() {
    let place = Place::new();
    place.run(&["new", "chain", "--template", "chain", "--quiet"]).out();
    place.write("less.toml", "extends = \"chain.toml\"\nremove = [\"controls.magnets\"]\n[crises.strait]\nannual_probability = \"9%\"\n");
    place.write("more.toml", "extends = \"chain.toml\"\n[options.recycling]\nfeed = \"900 t/year\"\n");
    place.write(
        "both.toml",
        "extends = [\"less.toml\", \"more.toml\"]\n[scenario]\nname = \"both\"\ntrials = 600\n",
    );
    place.write(
        "later.toml",
        "remove = [\"options.thrifty-magnets\"]\n[materials.ore]\ninventory = \"40 days\"\n",
    );
    let changes = ["--overlay", "later.toml", "--set", "sectors.cars.multiplier=1.4"];
    let resolved = place.run(&[&["show", "both", "--resolved"], &changes[..]].concat()).out();
    // The second base does not undo what the first made of the base they share.
    for wanted in ["\"9%\"", "\"900 t/year\"", "\"40 days\"", "1.4"] {
        assert!(resolved.contains(wanted), "no {wanted} in\n{resolved}");
    }
    for gone in ["controls.magnets", "thrifty", "extends", "remove"] {
        assert!(!resolved.contains(gone), "{gone} in\n{resolved}");
    }
    place.write("alone/both.toml", &resolved);
    assert!(place.run(&["check", "alone/both.toml"]).out().starts_with("alone/both.toml: no mistakes; "));
    assert_eq!(place.run(&["fmt", "--check", "alone/both.toml"]).out(), "");
    place.run(&[&["run", "both", "--quiet", "--csv", "--out", "layered"], &changes[..]].concat()).out();
    place.run(&["run", "alone/both.toml", "--quiet", "--csv", "--out", "single"]).out();
    let (mut layered, mut single) = (place.files("layered"), place.files("single"));
    assert!(layered.len() >= 5 && layered["scenario.toml"] == resolved.as_bytes());
    // The command that makes it again is not the same, all else is. The Parquet files and the reports name it too; what
    // else is in them is in the CSV files, the charts and the summary.
    for naming in ["trials.parquet", "timeline.parquet", "report.html", "report.md"] {
        assert!(layered.remove(naming).is_some() && single.remove(naming).is_some());
    }
    let command = |files: &mut std::collections::BTreeMap<String, Vec<u8>>| {
        let mut summary: Value = serde_json::from_slice(&files.remove("summary.json").unwrap()).unwrap();
        let command = summary.as_object_mut().unwrap().remove("command").unwrap();
        (summary, command)
    };
    let ((summary, long), (same, short)) = (command(&mut layered), command(&mut single));
    assert_eq!(summary, same);
    assert!(long.as_str().unwrap().contains("--overlay") && !short.as_str().unwrap().contains("--set"));
    assert!(layered == single, "{:?} {:?}", layered.keys(), single.keys());
}

#[test]
fn files_of_any_kind_are_extended_or_told() {
    let place = Place::new();
    let case = place.read("case.toml");
    fs::write(place.path("windows.toml"), format!("\u{feff}{}", case.replace('\n', "\r\n"))).unwrap();
    place.write("on-windows.toml", "extends = \"windows.toml\"\r\n[scenario]\r\nseed = 4\r\n");
    place.run(&["check", "on-windows.toml"]).out();
    let figures =
        ["--trials", "500", "--results", "none", "--quiet", "--seed", "1", "--print", "cost.total.mean"];
    let run = |file| place.run(&[&["run", file], &figures[..]].concat()).out();
    assert_eq!(run("on-windows"), run("case"));
    fs::write(place.path("latin.toml"), b"[scenario]\nname = \"caf\xe9\"\n").unwrap();
    fs::create_dir(place.path("folder")).unwrap();
    place.write("all.toml", "extends = [\"latin.toml\", \"folder\", \"none.toml\", \"all.toml\"]\n");
    let check = place.run(&["check", "all.toml"]);
    assert_eq!(check.code, 3);
    for wanted in [
        "all.toml:1:12",
        "`latin.toml` cannot be read: it is not UTF-8 text",
        "all.toml:1:26",
        "is a directory",
        "all.toml:1:36",
        "no such file",
        "all.toml:1:49",
        "in a circle: all.toml -> all.toml",
        "all.toml: 4 errors",
    ] {
        assert!(check.out.contains(wanted), "no `{wanted}` in\n{}", check.out);
    }
    place.run(&["check", "case", "--overlay", "none.toml"]).fails(4, &["`none.toml` cannot be read"]);
}

#[test]
fn starters_give_a_sensible_answer() {
    let place = Place::empty();
    let print = |template: &str, arguments: &[&str], figures: &[&str]| -> Vec<f64> {
        place.run(&["new", template, "--template", template, "--quiet", "--force"]).out();
        let run = ["run", template, "--results", "none", "--quiet", "--trials", "4000"];
        let said = place.run(&[&run[..], arguments, &["--print"], figures].concat()).out();
        said.lines().map(super::number).collect()
    };
    // A common cause makes the worst worse, and not only by making more of it.
    let figures = ["cost.total.mean", "cost.total.cvar95", "cost.total.positive"];
    let with = print("common-cause", &[], &figures);
    let without = print("common-cause", &["--set", "crises.standoff.annual_probability=0%"], &figures);
    assert!(without.iter().zip(&with).all(|(a, b)| a < b), "{with:?} {without:?}");
    // A stockpile is worth its cost here, on average and in the tail; what it costs is no small thing.
    let figures = ["cost.total.mean", "cost.total.cvar95"];
    let with = print("stockpile", &[], &figures);
    let without = print("stockpile", &["--set", "options.stockpile.enabled=false"], &figures);
    assert!(with[0] < 0.8 * without[0] && with[1] < 0.95 * without[1], "{with:?} {without:?}");
    assert!(print("stockpile", &[], &["options.stockpile.cost.mean"])[0] > 0.02 * with[0]);
    // The back-test meets what it is held against.
    let figures = ["price.metal.peak.p50", "shortfall.metal.share.p50", "sectors.industry.lost.p50"];
    let past = print("back-test", &[], &figures);
    assert!((past[0] / 3.4 - 1.0).abs() < 0.1 && (0.04..0.09).contains(&past[1]), "{past:?}");
    assert!((past[2] / 35e9 - 1.0).abs() < 0.4, "{past:?}");
    let text = place.read("back-test.toml");
    assert_eq!(text.matches("[[expectations]]").count(), 3);
}

#[test]
fn every_figure_of_a_starter_says_that_it_is_made_up() {
    let place = Place::empty();
    let list = place.run(&["new", "--template", "list"]).out();
    assert!(list.lines().count() >= 5, "{list}");
    for template in list.lines().map(|line| line.split_whitespace().next().unwrap()) {
        place.run(&["new", template, "--template", template, "--quiet"]).out();
        let shown: Value =
            serde_json::from_str(&place.run(&["show", template, "--format", "json"]).out()).unwrap();
        for quantity in shown["quantities"].as_array().unwrap() {
            let path = quantity["path"].as_str().unwrap();
            let judged = quantity["judgement"] == "made up for the starter";
            assert!(judged || path.starts_with("scenario."), "{template}: {path}");
            assert!(quantity["source"].is_null(), "{template}: {path} invents a source");
        }
    }
}
