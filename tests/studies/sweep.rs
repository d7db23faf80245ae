//! What a sweep says, point by point, and what it does with mistakes.

use std::fs;

use super::Place;

const SWEEP: [&str; 3] = ["sweep", "case.toml", "--quiet"];

fn sweep(place: &Place, more: &[&str]) -> super::Said {
    place.run(&[&SWEEP[..], more].concat())
}

/// The estimates of a metric at all points.
fn values(summary: &serde_json::Value, metric: &str, what: &str) -> Vec<f64> {
    let points = summary["points"].as_array().unwrap();
    points.iter().map(|p| p["metrics"][metric][what].as_f64().unwrap_or(f64::NAN)).collect()
}

#[test]
fn every_point_is_the_run_of_its_scenario() {
    let place = Place::new();
    let vary = ["--vary", "materials.m.inventory=0 days,45 days,100 days", "--trials", "3000", "--out", "s"];
    sweep(&place, &vary).out();
    let summary = place.summary("s");
    let means = values(&summary, "cost.total.mean", "value");
    let errors = values(&summary, "cost.total.mean", "se");
    for (i, stock) in [0.0f64, 45.0, 100.0].into_iter().enumerate() {
        // The closed form, within four standard errors: a false alarm in 16,000 seeds.
        let exact = 70.0 * libm::exp(-stock / 70.0);
        assert!((means[i] - exact).abs() < 4.0 * errors[i], "{stock}: {} against {exact}", means[i]);
        let set = format!("materials.m.inventory={stock} days");
        let run = ["run", "case.toml", "--set", &set, "--trials", "3000", "--results", "none", "--print"];
        let printed = place.run(&[&run[..], &["cost.total.mean"]].concat()).out();
        assert_eq!(printed.trim().parse::<f64>().unwrap(), means[i]);
    }
    assert_eq!(summary["points"][1]["inputs"]["materials.m.inventory"]["value"], 45.0);
    for file in ["design.parquet", "report.md", "scenario.toml", "study.json", "charts/cost.total.mean.svg"] {
        assert!(place.path("s").join(file).exists(), "{file}");
    }
    // Other threads, another folder: the same bytes.
    let again: Vec<&str> = vary[..5].iter().copied().chain(["t", "--threads", "3"]).collect();
    sweep(&place, &again).out();
    place.same("s", "t");
}

#[test]
fn more_trials_and_more_points_go_on_from_what_is_there() {
    let place = Place::new();
    let ask = |values: &str, trials: &str, out: &str| {
        let vary = format!("materials.m.inventory={values}");
        sweep(&place, &["--vary", &vary, "--trials", trials, "--out", out]).out();
    };
    ask("0 days,45 days", "700", "s");
    let points = |out: &str| {
        let files = place.files(out).into_iter().filter(|(name, _)| name.starts_with("points/"));
        files.collect::<Vec<_>>()
    };
    let changed = |out: &str| {
        let mut times: Vec<_> = fs::read_dir(place.path(out).join("points")).unwrap().collect::<Vec<_>>();
        times.sort_by_key(|e| e.as_ref().unwrap().file_name());
        times.iter().map(|e| e.as_ref().unwrap().metadata().unwrap().modified().unwrap()).collect::<Vec<_>>()
    };
    let before = changed("s");
    ask("0 days,45 days,90 days", "700", "s");
    assert_eq!(points("s").len(), 3);
    let kept = changed("s").into_iter().filter(|time| before.contains(time)).count();
    assert_eq!(kept, 2, "two points were there");
    ask("0 days,45 days,90 days", "2000", "s");
    ask("0 days,45 days,90 days", "2000", "fresh");
    place.same("s", "fresh");
    // Fewer are a part of more.
    ask("0 days,45 days,90 days", "700", "s");
    ask("0 days,45 days,90 days", "700", "few");
    assert_eq!(place.summary("s"), place.summary("few"));
    assert_eq!(
        fs::read(place.path("s/design.parquet")).unwrap(),
        fs::read(place.path("few/design.parquet")).unwrap()
    );
}

#[test]
fn a_point_whose_scenario_is_wrong_does_not_lose_the_others() {
    let place = Place::new();
    let said = sweep(
        &place,
        &["--vary", "materials.m.inventory=0 days,5 t,45 days", "--trials", "300", "--out", "s"],
    );
    said.fails(3, &["1 of 3 points failed", "1: materials.m.inventory=5 t", "a mass"]);
    let summary = place.summary("s");
    assert_eq!(summary["failed"], serde_json::json!([1]));
    assert!(summary["points"][1]["error"].as_str().unwrap().contains("a mass"));
    let means = values(&summary, "cost.total.mean", "value");
    assert!(means[0] > means[2] && means[1].is_nan());
    // It fails in parts too, and in their sum.
    for part in ["1/2", "2/2"] {
        let vary = ["--vary", "materials.m.inventory=0 days,5 t,45 days", "--trials", "300"];
        sweep(&place, &[&vary[..], &["--shard", part, "--out", &part.replace('/', "-")]].concat()).out();
    }
    place.run(&["merge", "2-2", "1-2", "--out", "m", "--quiet"]).fails(3, &["1 of 3 points failed"]);
    place.same("s", "m");
}

#[test]
fn all_mistakes_are_told_before_anything_runs() {
    let place = Place::new();
    let said = sweep(
        &place,
        &[
            "--vary",
            "a=1..2 dys:3",
            "--vary",
            "b=1..3",
            "--design",
            "lh:5",
            "--metric",
            "cost.totl.mean",
            "--out",
            "s",
        ],
    );
    said.fails(2, &["not a unit", "not a design", "did you mean `cost.total`"]);
    let said = sweep(
        &place,
        &["--vary", "materials.m.inventroy=1..2 days:2", "--vary", "scenario.horizon=1 t", "--out", "s"],
    );
    said.fails(
        3,
        &["did you mean `inventory`?", "1 t", " --> --vary:1:1\n", "1 | materials.m.inventroy=1 day\n"],
    );
    assert!(!said.err.contains("--set"), "{}", said.err);
    assert!(!place.path("s").exists());
    // Nothing is near to nothing.
    let said = sweep(&place, &["--vary", "nothing=1,2", "--out", "s"]);
    said.fails(3, &["unknown key `nothing`", "known here: controls"]);
    assert!(!said.err.contains("did you mean"), "{}", said.err);
    // The path of several that is wrong, alone.
    sweep(&place, &["--vary", "materials.m.inventory & materials.n.inventory=1 day,2 days", "--out", "s"])
        .fails(3, &[" --> --vary:1:1\n", "1 | materials.n.inventory=1 day\n  | ^^^^^^^^^^^^^^^^^^^^^\n"]);
    sweep(&place, &[]).fails(2, &["--vary PATH"]);
    sweep(&place, &["--vary", "materials.m.inventory=1..2 days"]).fails(2, &["how many"]);
}

#[test]
fn entries_inside_laws_dates_and_joined_entries_vary() {
    let place = Place::new();
    let ask = |more: &[&str]| {
        sweep(&place, &[more, &["--trials", "400", "--out", "s", "--force"]].concat()).out();
        values(&place.summary("s"), "cost.total.mean", "value")
    };
    // Twice the mean length behind twice the stock: twice the cost in every trial.
    let means = ask(&["--vary", "controls.c.regimes.ban.lasts.mean & materials.m.inventory=40 days,80 days"]);
    assert!((means[1] - 2.0 * means[0]).abs() < 1e-9 * means[1], "{means:?}");
    let all = [
        "--set",
        "scenario.horizon=1 year",
        "--set",
        "controls.c.regimes.ban.lasts=5 years",
        "--set",
        "materials.m.inventory=0 days",
    ];
    // The stop cuts off what is left of the grid's twelve months after its first day.
    let means =
        ask(&[&all[..], &["--vary", "controls.c.onsets.2026-01-20.at=2026-02-01..2026-05-02:4"]].concat());
    assert_eq!(means.len(), 4);
    assert!((means[0] - means[3] - 90.0).abs() < 1e-6, "{means:?}");
}

#[test]
fn designs_and_study_files_do_what_flags_do() {
    let place = Place::new();
    let text = "scenario = \"case.toml\"\ntrials = 200\ndesign = \"lhs:6\"\nmetrics = [\"cost.total.p90\"]\n[vary]\nmaterials.m.inventory = \"0..90 days\"\n";
    fs::write(place.path("study.toml"), text).unwrap();
    place.run(&["sweep", "study.toml", "--quiet", "--out", "file"]).out();
    let flags = [
        "--vary",
        "materials.m.inventory=0..90 days",
        "--design",
        "lhs:6",
        "--metric",
        "cost.total.p90",
        "--trials",
        "200",
    ];
    sweep(&place, &[&flags[..], &["--out", "flags"]].concat()).out();
    assert_eq!(place.summary("file")["points"], place.summary("flags")["points"]);
    assert_eq!(place.summary("file")["points"].as_array().unwrap().len(), 6);
    fs::write(place.path("bad.toml"), text.replace("design", "desing")).unwrap();
    place.run(&["sweep", "bad.toml"]).fails(3, &["did you mean `design`?"]);
}

#[test]
fn designs_and_large_grids_are_drawn_as_clouds_and_what_matters_is_named() {
    let place = Place::new();
    let (stock, length) =
        ("materials.m.inventory=0..90 days", "controls.c.regimes.ban.lasts.mean=10..120 days");
    let idle = "materials.m.headroom=0..1%";
    let vary = ["--vary", stock, "--vary", length, "--vary", idle, "--trials", "100", "--out", "s"];
    let told = sweep(&place, &[&vary[..], &["--design", "sobol:128"]].concat()).out();
    let said = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("each entry explains: `controls.c.regimes.ban.lasts.mean` "), "{said}");
    let picture = fs::read_to_string(place.path("s/charts/cost.total.mean.svg")).unwrap();
    let at = |text: &str| picture.rfind(text).unwrap_or_else(|| panic!("{text} is not drawn"));
    assert!(at("controls.c.regimes.ban.lasts.mean") < at("materials.m.inventory"));
    // The dots of three panels, all points in each.
    assert_eq!(picture.matches("<circle").count(), 3 * 128);
    assert!(picture.contains("128 points of 100 trials a point"));

    let grids = vary.map(|text| {
        text.replace("90 days", "90 days:3").replace("120 days", "120 days:3").replace("1%", "1%:2")
    });
    let grid: Vec<&str> = grids.iter().map(String::as_str).collect();
    let told = sweep(&place, &[&grid[..], &["--force"]].concat()).out();
    assert!(
        told.split_whitespace().collect::<Vec<_>>().join(" ").contains("explains: `controls.c.regimes"),
        "{told}"
    );
    let picture = fs::read_to_string(place.path("s/charts/cost.total.mean.svg")).unwrap();
    assert_eq!(picture.matches("<circle").count(), 3 * 18);
    assert!(!picture.contains("95 %"), "a grid is no sample");
}

#[test]
fn entries_that_vary_together_leave_room_for_the_figures() {
    let place = Place::new();
    let joined = "controls.c.regimes.ban.lasts.mean & materials.m.inventory & materials.m.inventory_note=40 days,80 days";
    sweep(&place, &["--vary", joined, "--trials", "10", "--out", "s"]).fails(3, &["inventory_note"]);
    let joined = "controls.c.regimes.ban.lasts.mean & materials.m.inventory=40 days,80 days";
    let told = sweep(&place, &["--vary", joined, "--trials", "100", "--out", "s"]).out();
    assert!(
        told.contains("controls.c.regimes.ban.lasts.mean & 1 more ")
            && told.contains(" cost.total.mean, USD "),
        "{told}"
    );
}

#[test]
fn the_studies_that_are_shipped_are_right() {
    let root = env!("CARGO_MANIFEST_DIR");
    let place = Place::new();
    let mut count = 0;
    for entry in fs::read_dir(format!("{root}/studies")).unwrap().map(|e| e.unwrap().path()) {
        let text = fs::read_to_string(&entry).unwrap();
        assert!(text.starts_with("# ") && text.contains("question"), "{}", entry.display());
        // Few trials, and one point of many: that it runs is all there is to see.
        let said = place.run(&[
            "sweep",
            entry.to_str().unwrap(),
            "--trials",
            "5",
            "--shard",
            "2/30",
            "--out",
            &format!("s{count}"),
            "-q",
        ]);
        said.out();
        count += 1;
    }
    assert!(count >= 4);
}
