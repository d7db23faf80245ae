//! The charts of whole runs: the pictures of three scenarios to the last byte, and every shipped scenario in both
//! languages. `SHORTFALL_RENEW=1 cargo test --test charts` writes the pictures anew, to be looked at before they are
//! committed.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use shortfall::chart::png;
use shortfall::model::Model;
use shortfall::outcome::{self, Outcome, Provenance};
use shortfall::parallel::Pool;
use shortfall::plan::Plan;
use shortfall::quantity::words::Language;
use shortfall::report::{self, Pictured};
use shortfall::story::{Pick, tell};

use super::common::model_with;
use super::{LANGUAGES, inspect};

/// Title, file name and SVG of every chart of a run of the first trials, and that of its first trial.
pub fn pictures(model: &Model, trials: u64, language: Language, pool: &Pool) -> Vec<(String, String)> {
    let plan = Plan::new(model, model.seed);
    let run = outcome::run(&plan, trials, pool, &AtomicBool::new(false), |_| {});
    let metrics = outcome::metrics(model, &plan.columns);
    let total = metrics.iter().find(|m| m.name == "cost.total").map(|m| m.column).unwrap();
    let convergence = outcome::convergence(&run.columns[total], None, &run.design(), pool);
    let outcome = Outcome::new(metrics, &run, None, pool);
    let timeline = outcome::timeline(model, &plan, trials, pool);
    let provenance = Provenance::new(&model.name, "", model.seed, trials, &[], String::new());
    let of = Pictured {
        model,
        outcome: &outcome,
        timeline: &timeline,
        convergence: &convergence,
        provenance: &provenance,
        language,
    };
    let mut out = report::charts(&of);
    let (story, course) = tell(model, &plan, Pick::number(0));
    let trial = report::trial_chart(model, &story, &course, &provenance, language);
    out.push(("trial-0.svg".to_owned(), trial));
    out
}

fn title(svg: &str) -> String {
    let document = roxmltree::Document::parse(svg).unwrap_or_else(|error| panic!("{error}: {svg}"));
    document.root_element().children().find(|n| n.is_element()).unwrap().text().unwrap_or_default().to_owned()
}

#[test]
fn three_scenarios_have_these_pictures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/charts/golden");
    let renew = std::env::var_os("SHORTFALL_RENEW").is_some();
    let pool = Pool::new(2).unwrap();
    let mut wanted: Vec<PathBuf> = Vec::new();
    let mut wrong = Vec::new();
    let language = Language::English;
    for file in ["first-steps", "japan-gallium", "japan-rare-earths-660bn"] {
        let model = model_with(&format!("scenarios/{file}.toml"), &[]);
        for (name, svg) in pictures(&model, 500, language, &pool) {
            let path = folder.join(format!("{file}-{}-{name}", language.code()));
            if renew {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(&path, &svg).unwrap();
            }
            if std::fs::read_to_string(&path).unwrap_or_default() != svg {
                wrong.push(path.display().to_string());
            }
            wanted.push(path);
        }
    }
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if !wanted.contains(&path) {
            wrong.push(format!("{} belongs to no chart", path.display()));
        }
    }
    assert!(
        wrong.is_empty(),
        "SHORTFALL_RENEW=1 cargo test --test charts renews them, to be looked at:\n{wrong:#?}"
    );
}

#[test]
fn every_shipped_scenario_has_sound_pictures() {
    let pool = Pool::new(2).unwrap();
    let mut files: Vec<PathBuf> =
        std::fs::read_dir("scenarios").unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    files.sort();
    assert!(files.len() > 10);
    for file in files {
        let model = model_with(file.to_str().unwrap(), &[]);
        for language in LANGUAGES {
            for (name, svg) in pictures(&model, 40, language, &pool) {
                inspect(&format!("{} {name} {}", file.display(), language.code()), &svg, &title(&svg));
            }
        }
    }
}

/// Few trials, names that nobody would expect, and twelve materials.
#[test]
fn odd_runs_have_sound_pictures() {
    let pool = Pool::new(1).unwrap();
    let mut odd = model_with("scenarios/japan-gallium.toml", &[]);
    odd.name = format!("{}\u{1}\u{fffe}", super::NASTY);
    odd.currency = "XAU".to_owned();
    let none = model_with("scenarios/first-steps.toml", &["controls.ban.onsets.2026-04-01.probability=0%"]);
    for (name, model, trials) in [("odd", &odd, 1), ("two", &odd, 2), ("never", &none, 30)] {
        for language in LANGUAGES {
            for (file, svg) in pictures(model, trials, language, &pool) {
                inspect(&format!("{name} {file} {}", language.code()), &svg, &title(&svg));
                assert_eq!(png(&svg)[1..4], *b"PNG", "{name} {file}");
            }
        }
    }
}
