//! The JSON Schema: it takes what is right, and refuses what a schema can see to be wrong.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use shortfall::model::format;
use shortfall::scenario::{self, Request};

use super::{Disk, holds, repository};

fn validator() -> jsonschema::Validator {
    jsonschema::validator_for(&format::schema()).unwrap()
}

/// A text of TOML as editors hand it to a schema: dates as text. None where it is not TOML.
fn instance(text: &str) -> Option<Value> {
    fn convert(value: toml::Value) -> Value {
        match value {
            toml::Value::Datetime(date) => Value::String(date.to_string()),
            toml::Value::Array(items) => items.into_iter().map(convert).collect(),
            toml::Value::Table(table) => table.into_iter().map(|(key, v)| (key, convert(v))).collect(),
            plain => serde_json::to_value(plain).unwrap(),
        }
    }
    text.parse::<toml::Table>().ok().map(|table| convert(toml::Value::Table(table)))
}

fn mistakes(validator: &jsonschema::Validator, text: &str) -> Vec<String> {
    let instance = instance(text).unwrap();
    validator.iter_errors(&instance).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

fn scenarios(folder: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(repository(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|e| e == "toml")).collect();
    files.sort();
    files
}

fn stem(path: &Path) -> &str {
    path.file_stem().unwrap().to_str().unwrap()
}

#[test]
fn the_shipped_schema_is_what_the_command_prints() {
    holds("scenarios/schema.json", &format!("{:#}\n", format::schema()));
    for path in scenarios("scenarios") {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("#:schema schema.json\n"), "{}", path.display());
    }
}

#[test]
fn the_schema_is_one_of_draft_7() {
    assert_eq!(format::schema()["$schema"], "http://json-schema.org/draft-07/schema#");
    assert!(jsonschema::draft7::meta::is_valid(&format::schema()));
}

#[test]
fn it_takes_what_is_right_as_written_and_as_resolved() {
    let validator = validator();
    let mut files = scenarios("scenarios");
    files.extend(scenarios("tests/data"));
    files.extend(scenarios("src/cli/templates"));
    let broken = scenarios("tests/broken").into_iter();
    files.extend(broken.filter(|path| stem(path) == "base" || stem(path).starts_with("caution-")));
    assert!(files.len() > 12);
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(mistakes(&validator, &text), [""; 0], "{}", path.display());
        let name = path.display().to_string();
        let request = Request { name, text, overlays: Vec::new(), settings: Vec::new() };
        let Ok(document) = scenario::load(&request, &Disk) else { panic!("{}", path.display()) };
        assert_eq!(mistakes(&validator, &document.to_toml()), [""; 0], "{}, resolved", path.display());
    }
}

/// The files of tests/broken that a schema takes, since it knows no names, sums, circles or other files.
const UNSEEN: &[&str] = &[];

#[test]
fn it_refuses_what_it_can_see() {
    let validator = validator();
    let mut unseen = Vec::new();
    let mut seen = 0;
    for path in scenarios("tests/broken") {
        let right = stem(&path) == "base" || stem(&path).starts_with("caution-");
        // What is not TOML, and what is wrong in the arguments, is no schema's business.
        let text = fs::read_to_string(&path).unwrap_or_default();
        if right || text.is_empty() || text.contains("# shortfall check ") || instance(&text).is_none() {
            continue;
        }
        if mistakes(&validator, &text).is_empty() {
            unseen.push(stem(&path).to_owned());
        } else {
            seen += 1;
        }
    }
    assert_eq!(unseen, UNSEEN, "left: what the schema takes; right: what it cannot see");
    assert!(seen > 60, "{seen}");
}

#[test]
fn it_demands_what_a_file_lacks_only_where_it_extends_nothing() {
    let validator = validator();
    let whole = fs::read_to_string(repository("tests/data/example.toml")).unwrap();
    for (line, lacks) in [
        ("start    = 2026-01-01", "start"),
        ("country   = \"CN\"\nmaterials = [\"dysprosium\"]", "country"),
        ("annual_probability = \"6%\"", "annual_probability"),
        ("size         = \"60 days\"", "size"),
        ("amount  = \"9000 t/year\"", "amount"),
        ("exposed = \"20%\"", "exposed"),
        ("elasticity = -0.3, ", "elasticity"),
    ] {
        assert!(whole.contains(line), "{line}");
        let text = whole.replacen(line, "", 1);
        let told = mistakes(&validator, &text);
        assert!(told.iter().any(|told| told.contains(&format!("\"{lacks}\" is a required"))), "{lacks}: {told:?}");
        assert_eq!(mistakes(&validator, &format!("extends = []\n{text}")), [""; 0], "{lacks}");
    }
}
