//! Every exit code that is no success, and what is said with it.

use super::Place;

#[test]
fn wrong_usage_is_2() {
    let place = Place::new();
    place.run(&[]).fails(2, &["Usage"]);
    place.run(&["run"]).fails(2, &["<FILE>"]);
    place.run(&["simulate", "case"]).fails(2, &["unrecognized subcommand"]);
    place.run(&["run", "case", "--trials", "many"]).fails(2, &["whole number"]);
    place.run(&["run", "case", "--trials", "0.5"]).fails(2, &["whole number"]);
    place.run(&["new", "x", "--template", "chian"]).fails(2, &["did you mean `chain`?"]);
    place.run(&["new"]).fails(2, &["a name is missing"]);
}

#[test]
fn a_question_that_makes_no_sense_is_2_and_all_of_them_at_once() {
    let place = Place::new();
    let run = |arguments: &[&str]| place.run(&[&["run", "case"], arguments].concat());
    run(&["--print", "cost.totl.mean"]).fails(2, &["`cost.totl`", "did you mean `cost.total`?"]);
    run(&["--print", "cost.total"]).fails(2, &["add a statistic", "cost.total.mean"]);
    run(&["--print", "cost.total.maen"]).fails(2, &["did you mean `mean`?"]);
    run(&["--print", "cost.total.p100"]).fails(2, &["`p100`"]);
    run(&["--print", "cost.total.censored"]).fails(2, &["cannot be censored"]);
    run(&["--print", "cost.total.above(3 days)"]).fails(2, &["`3 days`"]);
    run(&["--require", "cost.total.mean"]).fails(2, &["METRIC.STATISTIC < VALUE"]);
    run(&["--require", "cost.total.mean < 5 days"]).fails(2, &["`5 days`"]);
    run(&["--given", "rain"]).fails(2, &["any control"]);
    run(&["--given", "cost.totl > 1"]).fails(2, &["did you mean `cost.total`?"]);
    run(&["--print", "a.mean", "b.mean", "--given", "c > 1"]).fails(2, &["`a`", "`b`", "`c`"]);
}

#[test]
fn a_wrong_scenario_is_3_and_all_mistakes_at_once() {
    let place = Place::new();
    let text = place.read("case.toml");
    let broken = text
        .replace("inventory = \"60 days\"", "inventory = \"60 tonnes\"")
        .replace("share = \"30%\"", "share = \"40%\"")
        .replace("currency = \"JPY\"", "curency = \"JPY\"");
    place.write("broken.toml", &broken);
    let line = |what: &str| 1 + broken.lines().position(|l| l.contains(what)).unwrap();
    let run = place.run(&["run", "broken", "--out", "here"]);
    let places = ["60 tonnes", "curency"].map(|what| format!("broken.toml:{}:", line(what)));
    run.fails(3, &[&places[0], &places[1], "did you mean `currency`?"]);
    assert!(!run.err.contains("panic"));
    let check = place.run(&["check", "broken.toml"]);
    assert_eq!((check.code, check.err.as_str()), (3, ""));
    assert!(check.out.contains(&places[0]) && check.out.contains(&places[1]), "{}", check.out);

    let json = place.run(&["check", "broken.toml", "--format", "json"]);
    assert_eq!(json.code, 3);
    let mistakes: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert!(mistakes.as_array().unwrap().len() >= 2, "{mistakes}");

    place.write("not.toml", "[scenario\n");
    place.run(&["run", "not.toml"]).fails(3, &["not.toml:1:"]);
    place.write("circle.toml", "extends = \"circle.toml\"\n");
    place.run(&["run", "circle.toml"]).fails(3, &["circle.toml:1:"]);
    place.run(&["run", "case", "--set", "options.stokpile.size=3 t"]).fails(3, &["stokpile", "stockpile"]);
    place.run(&["run", "case", "--set", "scenario.horizon"]).fails(3, &["PATH=VALUE"]);
}

#[test]
fn a_file_that_cannot_be_read_or_written_is_4() {
    let place = Place::new();
    place.run(&["run", "nowhere.toml"]).fails(4, &["`nowhere.toml` cannot be read"]);
    place.run(&["show", "nowhere.toml"]).fails(4, &["`nowhere.toml`"]);
    place.run(&["run", "case", "--overlay", "nowhere.toml"]).fails(4, &["`nowhere.toml`"]);
    std::fs::write(place.path("bytes.toml"), [0xff, 0xfe, 0x00]).unwrap();
    place.run(&["run", "bytes.toml"]).fails(4, &["UTF-8"]);
    let below_a_file = ["run", "case", "--trials", "10", "--out", "case.toml/here"];
    place.run(&below_a_file).fails(4, &["cannot be written"]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_folder_in_which_nobody_may_write_is_4() {
    let place = Place::new();
    // Not even the system's administrator makes a folder there.
    place.run(&["run", "case", "--trials", "10", "--out", "/sys/shortfall"]).fails(4, &["cannot be written"]);
}

#[test]
#[cfg(unix)]
fn what_does_not_fit_on_the_disk_is_left_out_whole_and_the_answer_is_told() {
    let place = Place::new();
    let run = format!(
        "trap '' XFSZ; ulimit -f 16; exec '{}' run case --trials 3000 --out here",
        env!("CARGO_BIN_EXE_shortfall")
    );
    let mut shell = std::process::Command::new("sh");
    let limited = super::said(shell.args(["-c", &run]).current_dir(place.path("")).output().unwrap());
    assert_eq!(limited.code, 4, "{limited:?}");
    assert!(limited.err.contains("`here/trials.parquet` cannot be written: file too large"), "{limited:?}");
    assert!(limited.out.contains("cost.total") && !limited.err.contains("results in"), "{limited:?}");
    assert_eq!(place.names("here"), ["scenario.toml"]);
    // Once there is room, the same run goes into the same folder.
    place.run(&["run", "case", "--trials", "3000", "--out", "here", "-q"]).out();
    assert!(place.path("here/trials.parquet").exists() && place.path("here/summary.json").exists());
}

#[test]
fn files_are_judged_to_the_last() {
    let place = Place::new();
    place.write("broken.toml", "[scenario]\nname = 5\n");
    let check = place.run(&["check", "nowhere.toml", "case.toml", "broken.toml"]);
    assert_eq!(check.code, 3);
    assert!(check.err.contains("`nowhere.toml` cannot be read"), "{check:?}");
    assert!(
        check.out.contains("case.toml: no mistakes") && check.out.contains("broken.toml:2:"),
        "{check:?}"
    );
    assert_eq!(place.run(&["check", "case.toml", "nowhere.toml"]).code, 4);
}

#[test]
fn a_requirement_that_is_missed_is_5_after_all_is_done() {
    let place = Place::new();
    let run = |require: &str| {
        place.run(&["run", "case", "--trials", "1e3", "--out", "here", "-q", "--require", require])
    };
    let missed = run("cost.total.mean < 1 million JPY");
    assert_eq!(missed.code, 5);
    assert!(missed.err.contains("required cost.total.mean < 1 million JPY, but it is "), "{missed:?}");
    assert!(missed.out.contains("cost.total"), "the summary is printed all the same");
    assert_eq!(place.summary("here")["trials"], 1000);
    assert_eq!(run("cost.total.mean > 1 million JPY").code, 0);
    assert_eq!(run("shortfall.any.mean <= 100%").code, 0);
    assert_eq!(run("cost.total.above(1 million JPY) < 1%").code, 5);
    // What is undefined meets no requirement.
    let never = ["--set", "controls.export-ban.onsets.annual.annual_probability=0%"];
    let arguments = ["run", "case", "--trials", "100", "--results", "none", "-q"];
    let requirement = ["--require", "sectors.industry.first_loss.mean > 0"];
    let undefined = place.run(&[&arguments[..], &never, &requirement].concat());
    assert_eq!(undefined.code, 5);
    assert!(undefined.err.contains("undefined"), "{undefined:?}");
    // All that are missed are told, and the figures asked for are printed.
    let both =
        ["--require", "cost.total.mean < 1", "--require", "cost.total.p50 < 1", "--print", "cost.total.min"];
    let both = place.run(&[&arguments[..], &both].concat());
    assert_eq!((both.code, both.out.lines().count(), both.err.lines().count()), (5, 1, 2), "{both:?}");
}

#[test]
fn help_and_version_are_no_failures() {
    let place = Place::empty();
    assert_eq!(place.run(&["--version"]).out(), format!("shortfall {}\n", env!("CARGO_PKG_VERSION")));
    let help = place.run(&["--help"]).out();
    for word in ["new", "check", "show", "run", "Exit codes", "130 interrupted"] {
        assert!(help.contains(word), "no `{word}` in the help");
    }
}
