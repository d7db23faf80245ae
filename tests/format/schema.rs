//! The JSON Schema: it takes what is right, and refuses what a schema can see to be wrong.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use shortfall::cli::Disk;
use shortfall::model::format;
use shortfall::scenario::{self, Request};

use super::{holds, repository};

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
    holds("scenarios/schema.json", &format::schema_text());
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

/// The files of tests/broken that the schema refuses. The others it takes: it knows no names, sums, circles or other files.
const SEEN: &[&str] = &[
    "amount-without-unit",
    "comma-in-number",
    "correlation-of-one",
    "country-is-a-number",
    "csv-key-misspelt",
    "currency-in-words",
    "date-instead-of-duration",
    "date-with-slashes",
    "date-with-time",
    "delay-of-a-date",
    "dollar-sign",
    "duration-instead-of-date",
    "duration-without-unit",
    "elasticity-above-zero",
    "empty-text",
    "expectation-of-two-bands",
    "expectation-unknown-role",
    "extends-number",
    "flag-instead-of-quantity",
    "horizon-without-unit",
    "inventory-of-an-option",
    "key-before-sections",
    "law-lacks-parameter",
    "law-of-one-value",
    "law-parameter-misspelt",
    "list-instead-of-enters",
    "list-instead-of-quantity",
    "list-instead-of-table",
    "missing-currency",
    "missing-horizon",
    "missing-materials",
    "missing-scenario",
    "missing-start",
    "misspelt-materials-alone",
    "misspelt-required-key",
    "misspelt-scenario",
    "multiplier-below-one",
    "name-with-a-point",
    "negative-amount",
    "negative-inventory",
    "not-finite",
    "number-in-words",
    "number-instead-of-response",
    "number-instead-of-text",
    "parameter-in-words",
    "parameter-inside-law",
    "parameter-that-varies",
    "parameter-times-parameter",
    "path-key-not-a-date",
    "path-where-none-may-be",
    "price-in-wrong-unit",
    "profile-key-not-a-time",
    "share-above-one",
    "share-with-unit",
    "size-in-wrong-unit",
    "source-is-not-a-table",
    "table-instead-of-list",
    "text-instead-of-flag",
    "text-instead-of-table",
    "text-instead-of-whole-number",
    "two-laws",
    "two-triggers",
    "unknown-key-control",
    "unknown-key-correlation",
    "unknown-key-crisis",
    "unknown-key-economy",
    "unknown-key-expectation",
    "unknown-key-in-japanese",
    "unknown-key-material",
    "unknown-key-onset",
    "unknown-key-option",
    "unknown-key-price-response",
    "unknown-key-quantity",
    "unknown-key-recapture",
    "unknown-key-regime",
    "unknown-key-scenario",
    "unknown-key-sector",
    "unknown-key-source",
    "unknown-key-use",
    "unknown-kind",
    "unknown-law",
    "unknown-mode",
    "unknown-section",
    "unknown-unit",
    "weights-missing",
    "while-without-clock",
    "wrong-date-of-start",
];

#[test]
fn it_refuses_what_it_can_see() {
    let validator = validator();
    for name in SEEN {
        let text = fs::read_to_string(repository(&format!("tests/broken/{name}.toml"))).unwrap();
        assert!(!mistakes(&validator, &text).is_empty(), "{name}");
    }
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
        ("exposed = \"25% * $passthrough\"", "exposed"),
        ("elasticity = -0.3, ", "elasticity"),
    ] {
        assert!(whole.contains(line), "{line}");
        let text = whole.replacen(line, "", 1);
        let told = mistakes(&validator, &text);
        assert!(
            told.iter().any(|told| told.contains(&format!("\"{lacks}\" is a required"))),
            "{lacks}: {told:?}"
        );
        assert_eq!(mistakes(&validator, &format!("extends = []\n{text}")), [""; 0], "{lacks}");
    }
}
