//! What is written, where, and what is never overwritten.

use super::Place;

const CHARTS: [&str; 10] = [
    "charts/convergence.svg",
    "charts/cost-sectors.svg",
    "charts/cost.svg",
    "charts/exceedance.svg",
    "charts/histogram.svg",
    "charts/met.svg",
    "charts/shortfall.svg",
    "charts/timeline-activity.svg",
    "charts/timeline-inflow.svg",
    "charts/timeline-stocks.svg",
];

#[test]
fn what_is_written_is_what_was_asked_for() {
    let place = Place::new();
    let run = |what: &str, out: &str| {
        let said = place.run(&["run", "case", "--trials", "500", "--results", what, "--out", out]);
        assert_eq!(said.err.contains("results in"), what != "none");
        said.out();
        place.names(out)
    };
    assert!(run("none", "a").is_empty() && !place.path("a").exists());
    assert_eq!(run("summary", "b"), ["scenario.toml", "summary.json"]);
    let tables = ["timeline.parquet", "trials.parquet"];
    assert_eq!(
        run("all", "c"),
        [
            &CHARTS[..],
            &["report.html", "report.md", "scenario.toml", "stories.json", "summary.json"],
            &tables
        ]
        .concat()
    );
    // The same run into the same folder adds to it.
    assert_eq!(run("all", "b"), place.names("c"));
    assert_eq!(place.files("b"), place.files("c"));
}

#[test]
fn tables_are_written_as_csv_where_asked() {
    let place = Place::new();
    let run = |more: &[&str]| {
        let arguments = ["run", "case", "--trials", "500", "--out", "here", "-q"];
        place.run(&[&arguments[..], more].concat())
    };
    run(&["--csv"]).out();
    let trials = place.read("here/trials.csv");
    assert_eq!(trials.lines().count(), 501);
    let names: Vec<&str> = trials.lines().next().unwrap().split(',').collect();
    assert_eq!(&names[..3], ["trial", "any_control", "shortfall.any"]);
    let cost = names.iter().position(|name| *name == "cost.total").unwrap();
    let costs: Vec<f64> =
        trials.lines().skip(1).map(|line| line.split(',').nth(cost).unwrap().parse().unwrap()).collect();
    let mean = place.summary("here")["metrics"]["cost.total"]["mean"]["value"].as_f64().unwrap();
    assert!((costs.iter().sum::<f64>() / 500.0 / mean - 1.0).abs() < 1e-12);
    assert!(place.read("here/timeline.csv").starts_with("series,unit,step,date,mean,p5,p25,p50,p75,p95\n"));
    // The same run without them leaves none.
    run(&[]).out();
    assert!(!place.path("here/trials.csv").exists() && place.path("here/trials.parquet").exists());
    run(&["--csv", "--results", "summary"]).fails(2, &["--csv", "--results all"]);
}

#[test]
fn charts_are_drawn_as_pictures_where_asked() {
    let place = Place::new();
    let run = |more: &[&str]| {
        let arguments = ["run", "case", "--trials", "100", "--out", "here", "-q"];
        place.run(&[&arguments[..], more].concat())
    };
    run(&["--png", "--threads", "1"]).out();
    let one = place.files("here");
    for chart in CHARTS {
        let png = std::fs::read(place.path(&format!("here/{}", chart.replace(".svg", ".png")))).unwrap();
        assert_eq!(png[..4], [0x89, b'P', b'N', b'G'], "{chart}");
    }
    run(&["--png", "--threads", "2"]).out();
    assert_eq!(place.files("here"), one);
    // The same run without them leaves none.
    run(&[]).out();
    assert!(!place.path("here/charts/met.png").exists() && place.path("here/charts/met.svg").exists());
    run(&["--png", "--results", "summary"]).fails(2, &["--png", "--results all"]);
}

#[test]
fn the_summary_says_what_was_run() {
    let place = Place::new();
    place.write("on-top.toml", "[economy]\ndiscount_rate = \"1%\"\n");
    let arguments = ["run", "case", "--trials", "1e3", "--seed", "7", "--given", "any control"];
    let changes = ["--overlay", "on-top.toml", "--set", "options.stockpile.size=30 days"];
    let secret = ["--threads", "2", "--out", "somewhere", "--quiet"];
    place.run(&[&arguments[..], &changes, &secret].concat()).out();
    let summary = place.summary("somewhere");
    assert_eq!(
        summary["command"],
        "shortfall run case.toml --overlay on-top.toml --set 'options.stockpile.size=30 days' \
         --trials 1000 --seed 7 --given 'any control'"
    );
    assert_eq!(summary["scenario"], "case");
    assert_eq!((summary["seed"].as_u64(), summary["trials"].as_u64()), (Some(7), Some(1000)));
    assert_eq!(summary["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(summary["sampling"], "random");
    assert_eq!(summary["fingerprint"].as_str().map(str::len), Some(64));
    let cost = &summary["metrics"]["cost.total"];
    assert_eq!(cost["unit"], "JPY");
    for part in ["value", "se", "low", "high"] {
        assert!(cost["mean"][part].is_f64() && cost["cvar"]["0.95"][part].is_f64(), "{part} in {cost}");
    }
    assert!(cost["quantiles"]["0.99"]["value"].is_f64() && cost["sd"].is_f64());
    // The scenario beside it runs alone, and is what was run.
    let again = ["run", "somewhere/scenario.toml", "--given", "any control", "--out", "again", "-q"];
    place.run(&again).out();
    assert_eq!(place.summary("again")["fingerprint"], summary["fingerprint"]);
    assert_eq!(place.summary("again")["metrics"], summary["metrics"]);
}

#[test]
fn other_results_stay() {
    let place = Place::new();
    let run = |seed: &str, more: &[&str]| {
        let arguments = ["run", "case", "--trials", "100", "--results", "summary", "--seed", seed];
        place.run(&[&arguments[..], &["--out", "here"], more].concat())
    };
    run("1", &[]).out();
    let first = place.files("here");
    run("1", &[]).out();
    assert_eq!(place.files("here"), first);
    let second = run("2", &[]).err;
    assert_eq!(place.files("here"), first);
    let beside = second.lines().find_map(|l| l.strip_prefix("results in ")).unwrap().to_owned();
    let fingerprint = place.summary(&beside)["fingerprint"].as_str().unwrap().to_owned();
    assert_eq!(beside, format!("here-{}", &fingerprint[..8]));
    run("2", &["--force"]).out();
    assert_eq!(place.summary("here")["seed"], 2);
}

#[test]
fn somebody_elses_files_stay() {
    let place = Place::new();
    place.write("thesis/chapter.txt", "years of work");
    place.write("taken", "a file, not a folder");
    for out in ["thesis", "taken"] {
        let run = place.run(&["run", "case", "--trials", "100", "--out", out, "--results", "summary"]);
        assert!(run.err.contains(&format!("results in {out}-")), "{run:?}");
    }
    assert_eq!(place.names("thesis"), ["chapter.txt"]);
    assert_eq!(place.read("taken"), "a file, not a folder");
    place
        .run(&["run", "case", "--trials", "100", "--out", "thesis", "--results", "summary", "--force"])
        .out();
    assert_eq!(place.names("thesis"), ["chapter.txt", "scenario.toml", "summary.json"]);
    assert_eq!(place.read("thesis/chapter.txt"), "years of work");
}

#[test]
fn a_mistake_leaves_no_folder() {
    let place = Place::new();
    for mistake in [
        &["--print", "cost.nothing.mean"][..],
        &["--require", "cost.total.mean"],
        &["--given", "rain"],
        &["--set", "options.stockpile.kind=cellar"],
    ] {
        assert_ne!(place.run(&[&["run", "case", "--out", "here"], mistake].concat()).code, 0);
        assert!(!place.path("here").exists(), "{mistake:?}");
    }
}
