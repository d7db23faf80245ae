//! What changes a run: settings, overlays, trials, seed, conditions; and what must not: threads and folders.

use super::{Place, number};

#[test]
fn settings_overlays_and_their_order() {
    let place = Place::new();
    let size = |arguments: &[&str]| place.print(arguments, &["options.stockpile.delivered.max"]);
    place.write("small.toml", "[options.stockpile]\nsize = \"10 t\"\n");
    place.write("smaller.toml", "[options.stockpile]\nsize = \"5 t\"\n");
    assert_ne!(size(&["--overlay", "small.toml"]), size(&[]));
    assert_eq!(size(&["--overlay", "small.toml"]), size(&["--set", "options.stockpile.size=10 t"]));
    // Files in their order, and settings after all of them.
    assert_eq!(
        size(&["--overlay", "small.toml", "--overlay", "smaller.toml"]),
        size(&["--set", "options.stockpile.size=5 t"])
    );
    assert_eq!(
        size(&["--set", "options.stockpile.size=5 t", "--overlay", "small.toml"]),
        size(&["--set", "options.stockpile.size=5 t"])
    );
    assert_eq!(
        size(&["--set", "options.stockpile.size=5 t", "--set", "options.stockpile.size = '10 t'"]),
        size(&["--overlay", "small.toml"])
    );
}

#[test]
fn a_setting_may_be_any_value_of_toml() {
    let place = Place::new();
    let mean = |set: &str| number(&place.print(&["--set", set], &["cost.total.mean"])[0]);
    let without = mean("options.stockpile.enabled=false");
    assert!(without.is_finite());
    let law = "controls.export-ban.regimes.ban.lasts={ uniform = { min = \"1 day\", max = \"2 days\" } }";
    assert!(mean(law) < without);
    assert_eq!(
        mean("controls.export-ban.regimes.ban.blocks=0%"),
        mean("controls.export-ban.regimes.ban.blocks=0.0")
    );
}

#[test]
fn an_option_that_is_added_leaves_every_other_draw_as_it_was() {
    let place = Place::new();
    let events = ["controls.export-ban.time.ban.mean", "controls.export-ban.onsets.p95"];
    assert_eq!(
        place.print(&[], &events),
        place.print(&["--set", "options.new-supplier.enabled=false"], &events)
    );
}

#[test]
fn trials_and_seed_are_read_as_people_write_them() {
    let place = Place::new();
    let mean = |trials: &str, seed: &str| {
        let arguments = ["run", "case", "--results", "none", "-q", "--trials", trials, "--seed", seed];
        place.run(&[&arguments[..], &["--print", "cost.total.mean"]].concat()).out()
    };
    assert_eq!(mean("1e3", "1"), mean("1_000", "1"));
    assert_ne!(mean("1e3", "1"), mean("1e3", "2"));
    assert_ne!(mean("1e3", "1"), mean("2000", "1"));
    // Seed 0 is a seed like any other.
    assert_ne!(mean("1e3", "0"), mean("1e3", "1"));
    assert_eq!(mean("1e3", "0"), mean("1e3", "0"));
}

#[test]
fn a_scenario_on_standard_input() {
    let place = Place::new();
    let arguments = ["run", "-", "--trials", "1e3", "--results", "none", "-q", "--print", "cost.total.mean"];
    let piped = place.run_on(&place.read("case.toml"), &arguments).out();
    assert_eq!(piped.trim(), place.print(&[], &["cost.total.mean"])[0]);
    let wrong = place.run_on("[scenario]\nname = 5\n", &["run", "-"]);
    wrong.fails(3, &["<stdin>:2"]);
    // Its folder is called as the scenario calls itself.
    let named = place.run_on(
        &place.read("case.toml").replace("name     = \"case\"", "name = \"My case, 2026\""),
        &["run", "-", "--trials", "100", "--results", "summary"],
    );
    assert!(named.err.contains("output/my-case-2026/run-1"), "{named:?}");
}

#[test]
fn conditions_choose_trials() {
    let place = Place::new();
    let figures = ["shortfall.any.mean", "cost.lost_output.min", "cost.total.mean"];
    let all: Vec<f64> = place.print(&[], &figures).iter().map(|x| number(x)).collect();
    let given = |condition: &str| -> Vec<f64> {
        place.print(&["--given", condition], &figures).iter().map(|x| number(x)).collect()
    };
    let acted = given("any control");
    assert!(acted[0] > all[0] && acted[2] > all[2]);
    let lost = given("cost.lost_output > 100 billion JPY");
    assert!(lost[0] == 1.0 && lost[1] > 1e11);
    assert_eq!(given("cost.total >= 0"), all);
    // 157 yen to the dollar.
    assert_eq!(given("cost.total > 1 billion USD"), given("cost.total > 157 billion JPY"));
    assert!(given("cost.total > 1e30").iter().all(|x| x.is_nan()));
}

#[test]
fn threads_and_folders_change_no_byte() {
    let place = Place::new();
    let run = |threads: &str, out: &str| {
        let said = place.run(&["run", "case", "--trials", "3000", "--threads", threads, "--out", out, "-q"]);
        (said.out(), place.files(out))
    };
    let one = run("1", "one");
    assert!(one.1.len() >= 5, "{:?}", one.1.keys());
    assert_eq!(one, run("2", "deeply/two"));
    assert_eq!(one, run("7", "seven"));
    // From another folder, and on another path to the same file.
    std::fs::create_dir(place.path("elsewhere")).unwrap();
    let mut command = place.command(&["run", "../case.toml", "--trials", "3000", "--out", "here", "-q"]);
    let output = super::said(command.current_dir(place.path("elsewhere")).output().unwrap());
    assert_eq!(one, (output.out(), place.files("elsewhere/here")));
}
