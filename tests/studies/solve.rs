//! Searches whose answer has a closed form: behind a stock of S days, stops of mean length m lose m exp(-S / m).

use super::Place;

const SOLVE: [&str; 4] = ["solve", "case.toml", "--quiet", "--vary"];

fn numbers(text: &str) -> Vec<f64> {
    text.lines().map(|line| line.parse().unwrap()).collect()
}

#[test]
fn a_stock_is_found_with_an_interval_that_holds_it() {
    let place = Place::new();
    // m / e is lost behind a stock of m = 70 days.
    let target = format!("cost.total.mean <= {}", 70.0 * libm::exp(-1.0));
    let ask = |more: &[&str]| {
        let base = ["materials.m.inventory=5..250 days", "--target", &target, "--trials", "4000"];
        place.run(&[&SOLVE[..], &base, more].concat())
    };
    let found = numbers(&ask(&["--print"]).out());
    // The interval of a fixed seed: it fails for one seed in 20.
    assert!(found[1] < 70.0 && 70.0 < found[2], "{found:?}");
    assert!((found[0] - 70.0).abs() < 6.0 && found[2] - found[1] < 12.0, "{found:?}");
    let text = ask(&[]).out();
    assert!(text.contains("holds from") && text.contains("days on of `materials.m.inventory`"), "{text}");
    let json: serde_json::Value = serde_json::from_str(&ask(&["--format", "json"]).out()).unwrap();
    assert_eq!(json["answer"]["value"].as_f64().unwrap(), found[0]);
    assert_eq!(json["rises"], false);
    assert!(ask(&["--format", "markdown"]).out().contains("| materials.m.inventory | cost.total.mean |"));
    // With one thread or three.
    assert_eq!(numbers(&ask(&["--print", "--threads", "3"]).out()), found);
}

#[test]
fn an_exact_figure_has_an_exact_answer_in_the_users_unit() {
    let place = Place::new();
    let fixed = ["--set", "controls.c.regimes.ban.lasts=120 days", "--trials", "100"];
    let ask = |vary: &str, target: &str| {
        let all = [&SOLVE[..], &[vary, "--target", target], &fixed].concat();
        place.run(&all).out()
    };
    let text = ask("materials.m.inventory=0..12 weeks", "cost.total.mean = 85");
    assert!(text.contains("is met where `materials.m.inventory` is 5 weeks."), "{text}");
}

#[test]
fn what_has_no_answer_is_said_with_the_values_at_both_ends() {
    let place = Place::new();
    let ask = |vary: &str, target: &str| {
        place.run(&[&SOLVE[..], &[vary, "--target", target, "--trials", "500"]].concat())
    };
    ask("materials.m.inventory=100..250 days", "cost.total.mean > 60")
        .fails(5, &["met by no value", "at 100 days", "at 250 days", "widen"]);
    ask("materials.m.inventory=100..250 days", "cost.total.mean < 60").fails(5, &["met by every value"]);
    ask("scenario.horizon=10..12 years", "cost.total.p50 <= 60").fails(5, &["does not change it"]);
    ask("materials.m.inventroy=0..9 days", "cost.total.mean < 60").fails(3, &["inventory"]);
    ask("materials.m.inventory=0..9 t", "cost.total.mean < 60").fails(3, &["a mass"]);
    ask("materials.m.inventory=0..9 days:4", "cost.totl.mean < 60")
        .fails(2, &["number of values", "cost.total"]);
    ask("materials.m.inventory", "cost.total.mean").fails(2, &["PATH=LO..HI", "target is"]);
}
