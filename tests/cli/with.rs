//! Results of studies on the page of their run: that they are those of the study, and which are refused.

use std::collections::BTreeSet;
use std::fs;

use super::{Place, repository};

/// What shows every kind of study at few trials: the method, and how many.
const METHODS: [(&str, &str); 5] =
    [("tornado", "200"), ("morris", "40"), ("sobol", "60"), ("rank", "600"), ("discover", "600")];

/// A run `run`, a comparison `cmp` and a study a method, of the same scenario.
fn place() -> Place {
    let place = Place::empty();
    let text = fs::read_to_string(repository("scenarios/japan-rare-earths-uncertain.toml")).unwrap();
    place.write("s.toml", &text);
    let base = "japan-rare-earths-660bn.toml";
    place.write(base, &fs::read_to_string(repository(&format!("scenarios/{base}"))).unwrap());
    place.run(&["run", "s", "--trials", "400", "--out", "run", "-q"]).out();
    place
}

fn compare(place: &Place, out: &str, more: &[&str]) {
    let base = ["compare", "s", "--without", "state-reserve", "--without", "other-supplier"];
    place.run(&[&base[..], &["--trials", "500", "-q", "--out", out], more].concat()).out();
}

fn studied(place: &Place) -> Vec<String> {
    compare(place, "cmp", &["--subsets"]);
    for (method, trials) in METHODS {
        let all = ["sensitivity", "s", "--method", method, "--trials", trials, "-q", "--out", method];
        place.run(&all).out();
    }
    ["cmp"].into_iter().chain(METHODS.map(|(method, _)| method)).map(str::to_owned).collect()
}

fn report(place: &Place, run: &str, with: &[String], more: &[&str]) -> String {
    let with: Vec<&str> = with.iter().flat_map(|folder| ["--with", folder]).collect();
    place.run(&[&["report", run, "-q"], &with[..], more].concat()).out()
}

/// The lines of the tables of a text, without the marks of code.
fn rows(text: &str) -> Vec<String> {
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---"));
    rows.map(|line| line.replace(['`', '\\'], "")).collect()
}

#[test]
fn what_a_study_has_found_stands_on_the_page_of_its_run() {
    let place = place();
    let studies = studied(&place);
    let before = place.files("run");
    report(&place, "run", &studies, &[]);
    let (page, brief) = (place.read("run/report.html"), place.read("run/report.md"));

    // In its place in the order, with an address of its own for every picture.
    let at = |id: &str| page.find(&format!("<section id=\"{id}\"")).unwrap();
    assert!(at("cost") < at("measures") && at("measures") < at("drivers") && at("drivers") < at("stories"));
    let ids: Vec<&str> = page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");

    // Every chart is the study's own, to the byte; every row of its table too.
    let compared = ["measures", "worth", "frontier"].map(|chart| ("cmp", chart));
    for (folder, chart) in compared.into_iter().chain(METHODS.map(|(method, _)| (method, method))) {
        let name = format!("charts/{chart}.svg");
        assert_eq!(place.read(&format!("run/{name}")), place.read(&format!("{folder}/{name}")), "{folder}");
    }
    let shown = rows(&brief);
    for (method, trials) in METHODS {
        let all = ["sensitivity", "s", "--method", method, "--trials", trials, "-q", "--results", "none"];
        let told = place.run(&[&all[..], &["--format", "markdown"]].concat()).out();
        let told = rows(&told);
        assert!(!told.is_empty(), "{method}");
        for row in told {
            assert!(shown.contains(&row), "{method}: no row {row} in:\n{}", shown.join("\n"));
        }
    }
    let cells = |row: &str| row.split(" | ").map(str::to_owned).collect::<Vec<_>>();
    let own: Vec<Vec<String>> = rows(&place.read("cmp/comparison.md")).iter().map(|r| cells(r)).collect();
    for name in
        ["without state-reserve", "without other-supplier", "without state-reserve + without other-supplier"]
    {
        let of = |all: &[Vec<String>]| all.iter().find(|row| row[0] == format!("| {name}")).unwrap().clone();
        let page = of(&shown.iter().map(|row| cells(row)).collect::<Vec<_>>());
        // Loss avoided, tail avoided, cost; the comparison tells the loss itself before them.
        assert_eq!(page[1..4], of(&own)[2..5], "{name}");
    }

    assert!(brief.contains("### Where it happens: cost.total &gt; p90"), "what makes a case is named");

    // In Japanese too; and without them the page is what it was, and nothing of theirs is left.
    report(&place, "run", &studies, &["--lang", "ja"]);
    let page = place.read("run/report.html");
    assert!(
        page.contains("どの対策が有効か")
            && page.contains("他との組合せを含む")
            && !page.contains("Which measures")
    );
    report(&place, "run", &[], &[]);
    assert_eq!(place.files("run"), before);
}

#[test]
fn the_answer_says_what_the_intervals_say() {
    let place = place();
    let answer = |run: &str, comparison: &str| {
        report(&place, run, &[comparison.to_owned()], &[]);
        let brief = place.read(&format!("{run}/report.md"));
        brief.split("## Which measures help\n\n").nth(1).unwrap().split("\n\n![").next().unwrap().to_owned()
    };
    let net = |comparison: &str, side: usize, end: &str| {
        let summary = place.summary(comparison);
        summary["alternatives"][side]["worth"]["net"]["difference"][end].as_f64().unwrap()
    };
    // A base that has its measures already: without them it is worse.
    compare(&place, "cmp", &[]);
    assert!(
        net("cmp", 1, "high") < 0.0
            && net("cmp", 2, "high") < 0.0
            && net("cmp", 1, "value") < net("cmp", 2, "value")
    );
    let told = answer("run", "cmp");
    assert!(told.contains("Nothing here is better than `s`; most is lost with `without state-reserve`: the expected loss is higher by"), "{told}");
    assert!(told.contains("all 2 are worse than the base"), "{told}");
    // A base without one: with it, it is better; without the other, worse.
    let bare = ["--set", "options.state-reserve.enabled=false"];
    let run = ["run", "s", "--trials", "400", "--out", "bare", "-q"];
    place.run(&[&run[..], &bare].concat()).out();
    let both = ["compare", "s", "--with", "state-reserve", "--without", "other-supplier", "--trials", "500"];
    place.run(&[&both[..], &bare, &["--out", "both", "-q"]].concat()).out();
    let summary = place.summary("both");
    let at = |name: &str| {
        let all = summary["alternatives"].as_array().unwrap();
        all.iter().position(|side| side["name"] == name).unwrap()
    };
    assert!(
        net("both", at("with state-reserve"), "low") > 0.0
            && net("both", at("without other-supplier"), "high") < 0.0
    );
    let told = answer("bare", "both");
    assert!(
        told.contains("Against `s`, `with state-reserve` gains most: the expected loss is lower by"),
        "{told}"
    );
    assert!(told.contains("1 of 2 is better than the base (`with state-reserve`)"), "{told}");
    assert!(told.contains("1 of 2 is worse than the base (`without other-supplier`)"), "{told}");
}

#[test]
fn where_the_folders_are_makes_no_difference() {
    let place = place();
    compare(&place, "cmp", &[]);
    compare(&place, "other", &["--seed", "7"]);
    let both = ["cmp".to_owned(), "other".to_owned()];
    report(&place, "run", &both, &[]);
    // Of two comparisons each has its own charts; another seed is no other scenario.
    assert!(place.names("run").contains(&"charts/measures-2.svg".to_owned()));
    let first = place.files("run");
    for name in ["run", "cmp", "other"] {
        fs::create_dir_all(place.path("far/away")).unwrap();
        fs::rename(place.path(name), place.path(&format!("far/away/{name}-moved"))).unwrap();
    }
    let moved = both.map(|name| format!("far/away/{name}-moved"));
    report(&place, "far/away/run-moved", &moved, &["--threads", "1"]);
    assert_eq!(place.files("far/away/run-moved"), first);
}

#[test]
fn what_is_no_study_of_the_scenario_is_refused() {
    let place = place();
    let before = place.files("run");
    let fails = |with: &[&str], code: i32, words: &[&str]| {
        let with: Vec<&str> = with.iter().flat_map(|folder| ["--with", folder]).collect();
        place.run(&[&["report", "run", "-q"], &with[..]].concat()).fails(code, words);
    };
    fails(&["nowhere"], 4, &["--with `nowhere` is no folder", "shortfall compare"]);
    place.write("empty/thesis.txt", "years of work");
    fails(&["empty"], 4, &["--with `empty` holds no study", "summary.json"]);
    fails(&["run"], 4, &["run/summary.json` cannot be shown", "it is of a run"]);

    compare(&place, "cmp", &[]);
    fails(&["cmp", "./cmp"], 2, &["--with `cmp` and --with `./cmp` are the same study"]);
    compare(&place, "other", &["--set", "materials.rare-earths.headroom=20%"]);
    fails(
        &["cmp", "other"],
        4,
        &[
            "--with `other` is of another scenario than `run`",
            "materials.rare-earths.headroom",
            "run/scenario.toml",
        ],
    );

    // Damaged: cut short, a key taken out, another version, another scenario laid beside it.
    let summary = place.read("cmp/summary.json");
    place.write("cmp/summary.json", &summary[..summary.len() / 2]);
    fails(&["cmp"], 4, &["cmp/summary.json` cannot be shown"]);
    place.write("cmp/summary.json", &summary.replacen("\"tail_avoided\"", "\"tale_avoided\"", 1));
    fails(&["cmp"], 4, &["cmp/summary.json` cannot be shown", "tail_avoided"]);
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    place.write("cmp/summary.json", &summary.replacen(&version, "\"version\": \"99.0.0\"", 1));
    fails(&["cmp"], 4, &["version 99.0.0", "shortfall compare s.toml"]);
    place.write("cmp/summary.json", &summary);
    fs::copy(place.path("other/scenario.toml"), place.path("cmp/scenario.toml")).unwrap();
    fails(&["cmp"], 4, &["is not whole", "shortfall compare s.toml"]);
    fs::remove_file(place.path("cmp/scenario.toml")).unwrap();
    fails(&["cmp"], 4, &["cmp/scenario.toml` cannot be read"]);

    let sweep = ["sweep", "s", "--vary", "options.state-reserve.size=30 days,90 days", "--trials", "50"];
    place.run(&[&sweep[..], &["-q", "--out", "sweep"]].concat()).out();
    fails(&["sweep"], 4, &["it is of a sweep"]);
    assert_eq!(place.files("run"), before, "what is refused leaves the page as it was");
}
