//! `compare`: pairs whose differences are known, what a measure is worth, and every way to name an alternative.

use serde_json::Value;

use super::{Place, shows_what_is_printed};

/// The first steps with an option that replaces a third of what is blocked, at a price; and one that is not enabled.
const OPTIONS: &str = "extends = \"base.toml\"\n\
    [options.other]\nkind = \"supplier\"\nmode = \"standing\"\nmaterial = \"metal\"\ncapacity = \"333 t/year\"\n\
    route = { smelting = \"BB\" }\nfixed_cost = \"100 million USD/year\"\n\
    [options.spare]\nkind = \"stockpile\"\nmaterial = \"metal\"\nsize = \"10 days\"\nenabled = false\n";

fn place() -> Place {
    let place = Place::empty();
    let base = std::fs::read_to_string(super::repository("scenarios/first-steps.toml")).unwrap();
    place.write("base.toml", &base);
    place.write("options.toml", OPTIONS);
    place.write(
        "short.toml",
        "extends = \"base.toml\"\n[[controls.ban.regimes]]\nname = \"ban\"\nlasts = \"1 month\"\n",
    );
    let stock = |days: u32| {
        format!("[options.stock]\nkind = \"stockpile\"\nmaterial = \"metal\"\nsize = \"{days} days\"\n")
    };
    place.write("stock-10.toml", &stock(10));
    place.write("stock-20.toml", &stock(20));
    place
}

fn compared(place: &Place, arguments: &[&str]) -> Value {
    let all = [&["compare"], arguments, &["--format", "json", "--results", "none", "-q"]].concat();
    serde_json::from_str(&place.run(&all).out()).unwrap()
}

fn figure<'v>(found: &'v Value, alternative: usize, name: &str) -> &'v Value {
    &found["alternatives"][alternative]["figures"][name]
}

#[test]
fn half_a_ban_costs_half_and_the_variance_saved_is_that_of_the_formula() {
    let found = compared(&place(), &["base.toml", "short.toml", "--trials", "5000"]);
    let mean = |a: usize| figure(&found, a, "cost.total.mean")["value"]["value"].as_f64().unwrap();
    assert!((mean(1) / mean(0) - 0.5).abs() < 1e-9);
    let apart = &figure(&found, 1, "cost.total.mean")["against_base"];
    assert!((apart["difference"]["value"].as_f64().unwrap() + mean(0) / 2.0).abs() < 1e-6 * mean(0));
    // (c^2 + c^2 / 4) pq over (c / 2)^2 pq.
    assert!((apart["variance_ratio"].as_f64().unwrap() - 5.0).abs() < 1e-9);
    let worth = &found["alternatives"][1]["worth"];
    assert_eq!(worth["cost"]["difference"]["value"], 0.0);
    assert!(worth["avoided_per_cost"].is_null());
    // It pays where the ban comes: in 20 %, within four standard errors of 0.57 points.
    let pays = worth["pays"]["value"].as_f64().unwrap();
    assert!((pays - 0.2).abs() < 0.023 && pays == figure(&found, 0, "shortfall.any.mean")["value"]["value"]);
    // Every trial of the worst 5 % has a ban: 100 billion x 25 % x 1/12 each.
    let tail = worth["tail_avoided"]["difference"]["value"].as_f64().unwrap();
    assert!((tail / (25e9 / 12.0) - 1.0).abs() < 1e-9);
}

#[test]
fn what_a_measure_is_worth_is_what_its_figures_say() {
    let place = place();
    let found = compared(
        &place,
        &["options.toml", "--without", "options.other", "--with", "options.spare", "--trials", "5000"],
    );
    let names: Vec<&str> = (0..3).map(|a| found["alternatives"][a]["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["options", "without other", "with spare"]);
    let of = |a: usize, key: &str| found["alternatives"][a][key]["value"].as_f64().unwrap();
    let worth = &found["alternatives"][1]["worth"];
    let known = |key: &str| worth[key]["difference"]["value"].as_f64().unwrap();
    assert!((known("loss_avoided") - (of(0, "loss") - of(1, "loss"))).abs() < 1.0);
    assert!((known("cost") - (of(1, "cost") - of(0, "cost"))).abs() < 1.0);
    assert!((known("net") - (known("loss_avoided") - known("cost"))).abs() < 1.0);
    // A plant of 100 million a year against an average loss avoided of some 270 million.
    assert!(known("loss_avoided") < 0.0 && known("cost") < 0.0 && known("net") < 0.0);
    // Ten days of a stock are ten days of loss less, where the ban comes.
    let spare = &found["alternatives"][2]["worth"];
    assert!(spare["loss_avoided"]["difference"]["value"].as_f64().unwrap() > 0.0);
}

#[test]
fn subsets_are_all_combinations_and_the_frontier_is_what_nothing_beats() {
    let place = place();
    let out = [
        "compare",
        "options.toml",
        "--subsets",
        "--without",
        "other",
        "--measure",
        "stock-10.toml",
        "--with",
        "spare",
    ];
    place.run(&[&out[..], &["--trials", "1000", "-q", "--out", "r"]].concat()).out();
    let found = place.summary("r");
    let sides = found["alternatives"].as_array().unwrap();
    assert_eq!(sides.len(), 8);
    assert_eq!(sides[7]["name"], "without other + with spare + stock-10");
    let at = |s: &Value| (s["cost"]["value"].as_f64().unwrap(), s["tail"]["value"].as_f64().unwrap());
    for side in sides {
        let own = at(side);
        let beaten = sides.iter().map(at).any(|o| o.0 <= own.0 && o.1 <= own.1 && o != own);
        assert_eq!(side["efficient"], !beaten);
    }
    let names = place.names("r");
    let expected = [
        "charts/frontier.svg",
        "charts/measures.svg",
        "charts/worth.svg",
        "comparison.md",
        "design.parquet",
        "scenario.toml",
        "summary.json",
    ];
    assert_eq!(names, expected);
    assert!(place.read("r/comparison.md").contains("without other + with spare"));
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let place = place();
    let folder = |threads: &str| {
        let all = [
            "compare",
            "options.toml",
            "short.toml",
            "--measure",
            "stock-10.toml",
            "--measure",
            "stock-20.toml",
        ];
        place
            .run(&[&all[..], &["--trials", "1500", "-q", "--threads", threads, "--out", threads]].concat())
            .out();
        place.files(threads)
    };
    let one = folder("1");
    assert_eq!(one, folder("2"));
    assert_eq!(one, folder("7"));
}

#[test]
fn a_measures_text_is_part_of_the_fingerprint() {
    let place = place();
    let run = || {
        place
            .run(&[
                "compare",
                "base.toml",
                "--measure",
                "stock-10.toml",
                "--trials",
                "200",
                "-q",
                "--out",
                "r",
            ])
            .out();
        place.summary("r")["fingerprint"].clone()
    };
    let before = run();
    assert_eq!(before, run());
    place.write("stock-10.toml", &place.read("stock-20.toml"));
    place
        .run(&["compare", "base.toml", "--measure", "stock-10.toml", "--trials", "200", "-q", "--out", "r"])
        .out();
    assert_eq!(place.summary("r")["fingerprint"], before);
    assert!(place.names("").iter().any(|name| name.starts_with("r-") && name.ends_with("/summary.json")));
}

#[test]
fn every_mistake_is_told_at_once() {
    let place = place();
    let fails = |arguments: &[&str], code: i32, words: &[&str]| {
        place.run(&[&["compare"], arguments].concat()).fails(code, words);
    };
    fails(&["base.toml"], 2, &["nothing to compare it with"]);
    fails(
        &["options.toml", "--without", "options.othr", "--with", "options.other", "--without", "spare"],
        2,
        &["did you mean `options.other`?", "is enabled already", "is not enabled already"],
    );
    fails(&["base.toml", "--measure", "nowhere.toml"], 4, &["`nowhere.toml` cannot be read"]);
    fails(
        &["base.toml", "short.toml", "--metric", "cost.totl.mean", "--metric", "gdp.share.mean"],
        2,
        &["cost.total", "[economy]"],
    );
    fails(&["base.toml", "short.toml", "--subsets"], 2, &["--subsets needs changes"]);
    fails(&["base.toml", "base.toml"], 2, &["two alternatives are called `base`"]);
    place
        .write("bad.toml", "[options.stock]\nkind = \"stockpile\"\nmaterial = \"mettal\"\nsize = \"10 t\"\n");
    fails(&["base.toml", "--measure", "bad.toml"], 3, &["metal"]);
    place.write("yen.toml", &place.read("base.toml").replace("USD", "JPY"));
    fails(&["base.toml", "yen.toml"], 2, &["they cannot be compared"]);
}

#[test]
fn the_page_shows_what_is_printed() {
    shows_what_is_printed("docs/compare.md");
}
