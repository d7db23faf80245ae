//! `sensitivity`: every method on scenarios whose answers are known in closed form, through the program itself.

use serde_json::Value;

use super::{Place, shows_what_is_printed};

/// A sector that loses `lasts` x `exposed` of 365.25 yen a year, where the ban comes: in 40 % of the trials if `chance`.
fn case(chance: bool, exposed: &str, lasts: &str) -> String {
    let probability = if chance { "probability = \"40%\", " } else { "" };
    format!(
        "[scenario]\nstart = 2026-01-01\nhorizon = \"1 year\"\nstep = \"day\"\ncurrency = \"JPY\"\nseed = 20\ntrials = 20_000\n\
         [parameters]\nexposed = {exposed}\nidle = {{ uniform = {{ min = \"0.9\", max = \"1\" }} }}\n\
         [materials.m]\nprice = \"1 JPY/t\"\nheadroom = 0\n\
         [[materials.m.sources]]\nname = \"a\"\nshare = 1\nroute = {{ mining = \"CN\" }}\n\
         [sectors.s]\nvalue_added = \"365.25 JPY/year\"\nuses.m = {{ amount = \"365.25 t/year\", exposed = \"$exposed\" }}\n\
         [controls.c]\ncountry = \"CN\"\nmaterials = [\"m\"]\n\
         onsets = [{{ {probability}at = 2026-01-01 }}]\n\
         regimes = [{{ name = \"ban\", lasts = {lasts} }}]\n"
    )
}

const EXPOSED: &str = "{ uniform = { min = \"20%\", max = \"60%\" } }";
const LASTS: &str = "{ uniform = { min = \"30 days\", max = \"150 days\" } }";

fn study(text: &str, arguments: &[&str]) -> Value {
    let place = Place::empty();
    place.write("x.toml", text);
    let all = [&["sensitivity", "x.toml", "--format", "json", "--results", "none", "-q"], arguments].concat();
    serde_json::from_str(&place.run(&all).out()).unwrap()
}

fn entry<'v>(list: &'v Value, key: &str, name: &str) -> &'v Value {
    let found = list.as_array().unwrap().iter().find(|e| e[key] == name);
    found.unwrap_or_else(|| panic!("no {name} in {list:#}"))
}

/// That an estimate lies within four standard errors of the exact value: with some twenty of them a false alarm in one of
/// 800 seeds.
fn within(estimate: &Value, exact: f64, what: &str) {
    let (value, se) = (estimate["value"].as_f64().unwrap(), estimate["se"].as_f64().unwrap());
    assert!(
        (value - exact).abs() <= 4.0 * se + 1e-9 * exact.abs(),
        "{what}: {value} ± {se} instead of {exact}"
    );
}

#[test]
fn sobol_indices_of_a_product_are_those_of_the_formula() {
    // y = b d e: of a product of independent factors with means m and second moments q the closed index of a set is
    // (product of q in the set, m^2 elsewhere, less all m^2) / V.
    let (b, d, e) = ((0.4, 0.4), (90.0, 90.0 * 90.0 + 1200.0), (0.4, 0.16 + 0.16 / 12.0));
    let factors = [b, d, e];
    let closed = |of: &[usize]| -> f64 {
        let part = |i: usize| if of.contains(&i) { factors[i].1 } else { factors[i].0 * factors[i].0 };
        (0..3).map(part).product::<f64>() - factors.iter().map(|f| f.0 * f.0).product::<f64>()
    };
    let v = closed(&[0, 1, 2]);
    let found = study(&case(true, EXPOSED, LASTS), &["--method", "sobol"]);
    let names = ["controls.c.onsets.2026-01-01.fires", "controls.c.regimes.ban.lasts", "parameters.exposed"];
    for (i, name) in names.iter().enumerate() {
        let own = entry(&found["factors"], "factor", name);
        let others: Vec<usize> = (0..3).filter(|&j| j != i).collect();
        within(&own["first"], closed(&[i]) / v, name);
        within(&own["total"], 1.0 - closed(&others) / v, name);
        assert_eq!(own["too_noisy_to_rank"], false);
    }
    let happens = entry(&found["split"], "factor", "what happens");
    within(&happens["first"], closed(&[0]) / v, "what happens");
    let bad = entry(&found["split"], "factor", "how bad it is");
    within(&bad["first"], closed(&[1, 2]) / v, "how bad it is");
    within(&bad["total"], 1.0 - closed(&[0]) / v, "how bad it is");
    let idle = entry(&found["factors"], "factor", "parameters.idle");
    assert_eq!((idle["first"]["value"].as_f64(), idle["total"]["value"].as_f64()), (Some(0.0), Some(0.0)));
    // Named groups are the same sources under one name.
    let arguments =
        ["--method", "sobol", "--group", "bad=controls.c.regimes,parameters.exposed,parameters.idle"];
    let grouped = study(&case(true, EXPOSED, LASTS), &arguments);
    assert_eq!(entry(&grouped["factors"], "factor", "bad")["total"], bad["total"]);
}

#[test]
fn of_a_sum_each_term_explains_its_own_variance() {
    let text = case(false, EXPOSED, "\"100 days\"")
        + "[sectors.t]\nvalue_added = \"730.5 JPY/year\"\n\
           uses.m = { amount = \"365.25 t/year\", exposed = { uniform = { min = 0, max = \"80%\" } } }\n";
    // 100 e + 200 f: variances 10,000 x 0.16 / 12 and 40,000 x 0.64 / 12.
    let found = study(&text, &["--method", "sobol"]);
    for (name, share) in [("parameters.exposed", 1.0 / 17.0), ("sectors.t.uses.m.exposed", 16.0 / 17.0)] {
        let own = entry(&found["factors"], "factor", name);
        within(&own["first"], share, name);
        within(&own["total"], share, name);
    }
    let bars = study(&text, &["--method", "tornado"]);
    for (name, share) in [("parameters.exposed", 1.0 / 17.0), ("sectors.t.uses.m.exposed", 16.0 / 17.0)] {
        let explained = &entry(&bars["bars"], "path", name)["explained"];
        let (value, se) = (explained["value"].as_f64().unwrap(), explained["se"].as_f64().unwrap());
        // Twenty slices leave 1/400 of the variance within them.
        assert!((value - share).abs() <= 4.0 * se + 0.003, "{name}: {value}");
    }
    // The swing of a linear entry is known to the last digit: 100 yen x 0.32, 200 x 0.64.
    let swing =
        |name: &str| entry(&bars["bars"], "path", name)["swing"]["difference"]["value"].as_f64().unwrap();
    assert!((swing("parameters.exposed") - 32.0).abs() < 1e-6);
    assert!((swing("sectors.t.uses.m.exposed") - 128.0).abs() < 1e-6);
    assert_eq!(bars["bars"][0]["path"], "sectors.t.uses.m.exposed");
    // Half of the trials move it by half of its width, in every trajectory alike.
    let effects = study(&text, &["--method", "morris", "--trials", "50"]);
    let own = entry(&effects["effects"], "factor", "parameters.exposed");
    assert!((own["mu_star"]["value"].as_f64().unwrap() - 20.0).abs() < 1e-6);
    assert!((own["mu"]["value"].as_f64().unwrap() - 20.0).abs() < 1e-6);
    assert!(own["sigma"]["value"].as_f64().unwrap() < 1e-6);
}

#[test]
fn ranges_of_the_user_replace_the_points_of_the_law() {
    let text = case(false, EXPOSED, "\"100 days\"");
    let range = ["--method", "tornado", "--trials", "2000", "--range"];
    let found = study(
        &text,
        &[
            &range[..],
            &["parameters.exposed=30%..40%", "--range", "sectors.s.value_added=365.25..730.5 JPY/year"],
        ]
        .concat(),
    );
    let swing =
        |name: &str| entry(&found["bars"], "path", name)["swing"]["difference"]["value"].as_f64().unwrap();
    assert!((swing("parameters.exposed") - 10.0).abs() < 1e-6);
    // A certain entry: twice the value added, twice the mean loss.
    let base = found["base"]["value"].as_f64().unwrap();
    assert!((swing("sectors.s.value_added") - base).abs() < 1e-6 * base);
    assert_eq!(entry(&found["bars"], "path", "parameters.exposed")["low"]["text"], "30%");
}

#[test]
fn a_runs_folder_is_ranked_without_simulating_and_says_the_same() {
    let place = Place::empty();
    place.write("x.toml", &case(true, EXPOSED, LASTS));
    place.run(&["run", "x.toml", "--trials", "4000", "-q"]).out();
    let rank = |file: &str, more: &[&str]| -> Value {
        let all = ["sensitivity", file, "--method", "rank", "--format", "json", "-q"];
        serde_json::from_str(&place.run(&[&all[..], more].concat()).out()).unwrap()
    };
    let read = rank("output/x/run-20", &[]);
    let run = rank("x.toml", &["--trials", "4000"]);
    assert_eq!(read["inputs"], run["inputs"]);
    assert!(place.names("output/x").contains(&"sensitivity-20/design.parquet".to_owned()));
    assert_eq!(read["inputs"][0]["input"], "controls.c.onsets");
    assert_eq!(entry(&read["inputs"], "input", "parameters.idle")["above_noise"], false);
    // Where the ban comes, it is its length that counts; and y = d e ranks d first.
    let given = rank("output/x/run-20", &["--given", "any control"]);
    assert_eq!(given["inputs"][0]["input"], "controls.c.regimes.ban.lasts");
    assert!(given["trials_looked_at"].as_u64().unwrap().abs_diff(1600) < 130);
    let tail = rank("output/x/run-20", &["--given", "cost.total > p90"]);
    assert_eq!(tail["trials_looked_at"], 400);
    assert_eq!(tail["still"][0], "controls.c.onsets");
}

#[test]
fn the_box_in_which_the_loss_is_high_is_found() {
    // More than 40 yen: where the ban comes and 100 e is above 40.
    let found = study(
        &case(true, EXPOSED, "\"100 days\""),
        &["--method", "discover", "--above", "cost.total > 40 JPY", "--trials", "10000"],
    );
    let first = &found["boxes"][0];
    assert!(
        first["coverage"]["value"].as_f64().unwrap() > 0.9
            && first["density"]["value"].as_f64().unwrap() > 0.9
    );
    let restricts = first["restricts"].as_array().unwrap();
    assert_eq!(restricts.len(), 2, "{first:#}");
    let exposed = entry(&first["restricts"], "input", "parameters.exposed");
    assert!((exposed["at_least"].as_f64().unwrap() - 0.4).abs() < 0.02);
    assert_eq!(entry(&first["restricts"], "input", "controls.c.onsets")["at_least"], 1.0);
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let place = Place::empty();
    place.write("x.toml", &case(true, EXPOSED, LASTS));
    for method in ["tornado", "morris", "sobol", "rank", "discover"] {
        let folder = |threads: &str| {
            let out = format!("{method}-{threads}");
            let all = [
                "sensitivity",
                "x.toml",
                "--method",
                method,
                "--trials",
                "1500",
                "-q",
                "--threads",
                threads,
                "--out",
            ];
            place.run(&[&all[..], &[&out]].concat()).out();
            place.files(&out)
        };
        let one = folder("1");
        assert_eq!(one.len(), 5, "{:?}", one.keys());
        assert_eq!(one, folder("2"));
        assert_eq!(one, folder("7"));
    }
}

#[test]
fn every_mistake_is_told_before_anything_is_run() {
    let place = Place::empty();
    place.write("x.toml", &case(true, EXPOSED, LASTS));
    let fails = |arguments: &[&str], code: i32, words: &[&str]| {
        place.run(&[&["sensitivity", "x.toml", "--method"], arguments].concat()).fails(code, words);
    };
    fails(
        &["sobol", "--metric", "cost.totl.mean", "--group", "a=parameters.exposd", "--given", "any control"],
        2,
        &["did you mean `cost.total`", "did you mean `parameters.exposed`", "--given is for --method rank"],
    );
    fails(
        &["sobol", "--group", "a=parameters,parameters.idle", "--group", "b=parameters.idle"],
        2,
        &["in two groups"],
    );
    fails(&["morris", "--group", "a=controls"], 2, &["drawn at events"]);
    fails(&["tornado", "--metric", "cost.total.max"], 2, &["end the metric in"]);
    fails(&["tornado", "--range", "parameters.exposed=3 t..4 t"], 3, &["does not fit `exposed`"]);
    fails(&["tornado", "--range", "parameters.exposed=30%"], 2, &["LO..HI"]);
    fails(&["discover", "--above", "cost.total > 1 t"], 2, &["is a mass"]);
    fails(&["discover", "--above", "cost.total > 1e9 JPY"], 2, &["0 of 20000 trials are cases"]);
    place.run(&["run", "x.toml", "--trials", "500", "-q"]).out();
    let run = |arguments: &[&str]| place.run(&[&["sensitivity", "output/x/run-20"], arguments].concat());
    run(&["--method", "rank", "--trials", "9"]).fails(2, &["is a run that is done"]);
    run(&["--method", "sobol"]).fails(2, &["name the scenario's file"]);
    std::fs::remove_file(place.path("output/x/run-20/trials.parquet")).unwrap();
    run(&["--method", "rank"]).fails(4, &["trials.parquet"]);
}

#[test]
fn correlated_entries_are_one_factor() {
    let text = case(true, EXPOSED, LASTS)
        + "[[correlations]]\nbetween = [\"parameters.exposed\", \"parameters.idle\"]\nrho = 0.5\n";
    let found = study(&text, &["--method", "sobol", "--trials", "500"]);
    entry(&found["factors"], "factor", "parameters.exposed + parameters.idle");
    let place = Place::empty();
    place.write("x.toml", &text);
    let apart = ["sensitivity", "x.toml", "--method", "sobol", "--group", "a=parameters.exposed"];
    place.run(&apart).fails(2, &["is correlated with `parameters.idle`"]);
}

#[test]
fn the_page_shows_what_is_printed() {
    shows_what_is_printed("docs/sensitivity.md");
}
