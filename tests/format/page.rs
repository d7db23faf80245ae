//! docs/scenario.md: its tables are those of the format, and each block of TOML in the documentation is right.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use shortfall::cli::Disk;
use shortfall::model;
use shortfall::model::format::{self, Absent, Key, Table};
use shortfall::scenario::{self, Diagnostic, Files, Request, Severity};

use super::{holds, repository};

/// The keys of a table, as a table of the page.
fn keys(table: &Table) -> String {
    let header = if table.written.is_empty() { String::new() } else { format!("`{}`: ", table.written) };
    let mut page = format!("{header}{}\n\n", table.what);
    page.push_str("| key | what it is | type and unit | without it | example |\n|---|---|---|---|---|\n");
    for key in table.keys {
        let name = if key.name == "*" { "any name".to_owned() } else { format!("`{}`", key.name) };
        let only = only(table, key);
        let absent = match key.absent {
            Absent::Mistake => "**required**".to_owned(),
            Absent::OneOf => "**one is required**".to_owned(),
            Absent::Is(text) => format!("`{text}`"),
            Absent::Means(words) => words.to_owned(),
        };
        let example = if key.example.is_empty() { String::new() } else { format!("`{}`", key.example) };
        let row = [name, format!("{only}{}", key.what), key.type_in_words(), absent, example];
        page.push_str(&format!("| {} |\n", row.map(|cell| cell.replace('|', "\\|")).join(" | ")));
    }
    page
}

/// The kinds and ways for which a key is, where it is not for all.
fn only(table: &Table, key: &Key) -> String {
    let quoted = |names: &[&str]| names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
    let kinds = if key.kinds.is_empty() { String::new() } else { format!("*{}*: ", key.kinds.join(", ")) };
    let beside = if key.with.is_empty() || table.one_of.contains(&key.name) {
        String::new()
    } else {
        format!("With {}: ", quoted(key.with))
    };
    kinds + &beside
}

fn laws() -> String {
    let mut page = "| law | what it is | parameters | beside them |\n|---|---|---|---|\n".to_owned();
    for (law, what) in format::LAWS {
        let (forms, beside) = format::law_forms(law);
        let forms: Vec<String> = forms.iter().map(|form| form.join(", ")).collect();
        page.push_str(&format!("| `{law}` | {what} | {} | {} |\n", forms.join("; "), beside.join(", ")));
    }
    page
}

fn remarks() -> String {
    let rows = format::REMARKS.iter().map(|(key, what)| format!("| `{key}` | {what} |\n"));
    "| key | what it is |\n|---|---|\n".to_owned() + &rows.collect::<String>()
}

#[test]
fn the_reference_is_that_of_the_format() {
    let page = fs::read_to_string(repository("docs/scenario.md")).unwrap();
    let mut renewed = String::new();
    let mut told: BTreeMap<String, usize> = BTreeMap::new();
    let mut inside = false;
    for line in page.lines() {
        let marker = line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix("-->")).map(str::trim);
        if marker == Some("end") {
            inside = false;
        }
        if !inside {
            renewed.push_str(line);
            renewed.push('\n');
        }
        let made = match marker {
            None | Some("end") => continue,
            Some("laws") => laws(),
            Some("remarks") => remarks(),
            Some(marker) => {
                let path = marker.strip_prefix("keys:").unwrap().trim();
                *told.entry(path.to_owned()).or_default() += 1;
                keys(format::table(path).unwrap_or_else(|| panic!("there is no table `{path}`")))
            }
        };
        inside = true;
        renewed.push_str(&format!("\n{made}\n"));
    }
    for table in format::tables() {
        assert_eq!(told.get(table.path), Some(&1), "`{}` belongs into docs/scenario.md once", table.path);
    }
    holds("docs/scenario.md", &renewed);
}

/// The blocks of TOML in a page, each with the number of its first line.
fn blocks(page: &str) -> Vec<(usize, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (i, line) in page.lines().enumerate() {
        match (&mut open, line.trim()) {
            (None, "```toml") => open = Some((i + 2, String::new())),
            (Some(_), "```") => blocks.extend(open.take()),
            (Some((_, text)), _) => {
                text.push_str(line);
                text.push('\n');
            }
            _ => {}
        }
    }
    blocks
}

/// A file that a block extends is the example, whatever it is called.
struct Example;

impl Files for Example {
    fn read(&self, path: &Path) -> Result<String, String> {
        let there = path.starts_with(repository("tests")) && path.exists();
        let path = if there { path.to_owned() } else { repository("tests/data/example.toml") };
        Disk.read(&path)
    }
}

/// What is wrong with a block: a scenario by itself, or a piece of one, laid over the example.
fn mistakes(name: &str, block: &str) -> Option<String> {
    let table: toml::Table = match block.parse() {
        Ok(table) => table,
        Err(error) => return Some(error.to_string()),
    };
    let whole = table.get("scenario").is_some_and(|scenario| scenario.get("start").is_some());
    let text = match whole || table.contains_key("extends") {
        true => block.to_owned(),
        false => format!("extends = \"example.toml\"\n{block}"),
    };
    let request = Request { name: name.to_owned(), text, overlays: Vec::new(), settings: Vec::new() };
    let document = match scenario::load(&request, &Example) {
        Ok(document) => document,
        Err((sources, mistakes)) => return Some(sources.render(&mistakes, false)),
    };
    let mut told = model::read(&document).map_or_else(|mistakes| mistakes, |(_, cautions)| cautions);
    // What the example itself is told is no matter of the block's.
    let own = |d: &Diagnostic| d.place.is_none_or(|place| place.source == 0);
    told.retain(|d| d.severity == Severity::Error || own(d));
    (!told.is_empty()).then(|| document.sources.render(&told, false))
}

#[test]
fn every_block_of_toml_in_the_documentation_is_right() {
    let docs = fs::read_dir(repository("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<PathBuf> = docs.filter(|path| path.extension().is_some_and(|e| e == "md")).collect();
    pages.push(repository("README.md"));
    pages.sort();
    let mut wrong = Vec::new();
    let mut number = 0;
    for page in pages {
        for (line, block) in blocks(&fs::read_to_string(&page).unwrap()) {
            let name = format!("{}:{line}", page.file_name().unwrap().to_str().unwrap());
            wrong.extend(mistakes(&name, &block).map(|told| format!("{name}\n{told}")));
            number += 1;
        }
    }
    assert!(number >= 10 && wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_block_that_is_wrong_is_found() {
    for block in ["x = ", "[materials.dysprosium]\nprise = 1\n", "[scenario]\nstart = 2026-01-01\n"] {
        assert!(mistakes("block", block).is_some(), "{block}");
    }
    assert_eq!(blocks("a\n```toml\nx = 1\n```\n```text\ny\n```\n"), [(3, "x = 1\n".to_owned())]);
}
