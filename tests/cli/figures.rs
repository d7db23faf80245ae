//! What goes to standard output, and that nothing else does.

use std::io::Read;
use std::process::Stdio;

use super::{Place, number, repository};

#[test]
fn printed_figures_are_numbers_in_the_order_asked() {
    let place = Place::new();
    let figures = ["cost.total.mean", "cost.total.se", "gdp.share.p95", "shortfall.any.mean"];
    let forward = place.print(&[], &figures);
    assert_eq!(forward.len(), 4);
    let mut backward = figures;
    backward.reverse();
    let mut reversed = place.print(&[], &backward);
    reversed.reverse();
    assert_eq!(forward, reversed);
    for text in &forward {
        // The shortest decimal that reads back exactly.
        assert_eq!(format!("{}", number(text)), *text);
    }
    // In base units: yen and fractions.
    assert!(number(&forward[0]) > 1e9 && number(&forward[3]) < 1.0);
}

#[test]
fn printed_figures_are_those_of_the_summary() {
    let place = Place::new();
    let statistics = ["mean", "se", "sd", "min", "max", "skewness", "p95", "p99.9", "cvar95", "positive"];
    let figures: Vec<String> = statistics.iter().map(|s| format!("cost.total.{s}")).collect();
    let printed = place.print(&["--out", "x"], &figures.iter().map(String::as_str).collect::<Vec<_>>());
    place.run(&["run", "case", "--trials", "1e3", "--results", "summary", "--out", "here", "-q"]).out();
    let cost = &place.summary("here")["metrics"]["cost.total"];
    let summary = [
        &cost["mean"]["value"],
        &cost["mean"]["se"],
        &cost["sd"],
        &cost["min"],
        &cost["max"],
        &cost["skewness"],
        &cost["quantiles"]["0.95"]["value"],
        &cost["quantiles"]["0.999"]["value"],
        &cost["cvar"]["0.95"]["value"],
        &cost["positive"]["value"],
    ];
    for ((name, text), value) in figures.iter().zip(&printed).zip(summary) {
        assert_eq!(Some(number(text)), value.as_f64(), "{name}");
    }
}

#[test]
fn what_is_undefined_is_nan() {
    let place = Place::new();
    let never = ["--set", "controls.export-ban.onsets.annual.annual_probability=0%"];
    let figures =
        ["sectors.industry.first_loss.mean", "sectors.industry.first_loss.defined", "cost.lost_output.mean"];
    assert_eq!(place.print(&never, &figures), ["nan", "0", "0"]);
}

#[test]
fn probabilities_above_a_value_know_units() {
    let place = Place::new();
    let above = |value: &str| place.print(&[], &[&format!("cost.total.above({value})")]);
    assert_eq!(above("157 billion JPY"), above("1 billion USD"));
    assert_eq!(above("157 billion JPY"), above("157e9"));
    assert_eq!(above("1e30"), ["0"]);
    assert_eq!(place.print(&[], &["shortfall.any.mean"]), place.print(&[], &["shortfall.any.positive"]));
}

#[test]
fn the_summary_in_three_forms() {
    let place = Place::new();
    let run = |format: &str| {
        let arguments = ["run", "case", "--trials", "1e3", "--out", "here", "--format", format];
        place.run(&arguments).out()
    };
    let json: serde_json::Value = serde_json::from_str(&run("json")).unwrap();
    assert_eq!(json, place.summary("here"));
    let markdown = run("markdown");
    assert!(markdown.starts_with("# case\n") && markdown.contains("\n| cost.total |"), "{markdown}");
    let text = run("text");
    assert!(text.contains("cost.total") && text.contains("seed 1"), "{text}");
    for plain in [&markdown, &text] {
        assert!(!plain.contains('\u{1b}'), "colour goes to terminals alone");
    }
    assert!(
        place.run(&["run", "case", "--trials", "10", "--color", "always", "--results", "none"]).code == 0
    );
}

#[test]
fn quiet_means_quiet() {
    let place = Place::new();
    // Ten trials are far too few: without --quiet there are remarks.
    let arguments = ["run", "case", "--trials", "10", "--out", "here", "--print", "cost.total.p99"];
    let loud = place.run(&arguments);
    assert!(loud.err.contains("caution: "), "{loud:?}");
    let quiet = place.run(&[&arguments[..], &["--quiet"]].concat());
    assert_eq!(quiet.err, "");
    assert_eq!(quiet.out(), loud.out);
    assert_eq!(place.run(&["run", "case", "--trials", "10", "--out", "here", "-q"]).err, "");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let place = Place::new();
    for arguments in [&["show", "case"][..], &["run", "case", "--trials", "10", "--results", "none"]] {
        let mut command = place.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn the_published_figures() {
    let place = Place::empty();
    for (file, cost, share) in
        [("japan-rare-earths-660bn", 660e9, 0.0011), ("japan-rare-earths-one-year", 2640e9, 0.0043)]
    {
        let file = repository(&format!("scenarios/{file}.toml"));
        let arguments =
            ["run", &file, "--results", "none", "-q", "--print", "cost.total.mean", "gdp.share.mean"];
        let out = place.run(&arguments).out();
        let figures: Vec<f64> = out.lines().map(number).collect();
        assert!((figures[0] / cost - 1.0).abs() < 1e-4, "{file}: {out}");
        assert_eq!((figures[1] * 1e4).round() / 1e4, share, "{file}: {out}");
    }
}
