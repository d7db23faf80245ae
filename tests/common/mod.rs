//! What several test programs need.

#![allow(dead_code, reason = "each of them takes what it needs")]

use std::path::Path;

use shortfall::cli::Disk;
use shortfall::model::{self, Model};
use shortfall::scenario::{self, Files, Request};

/// The model of a file with some settings; it must be right.
pub fn model_with(file: &str, settings: &[&str]) -> Model {
    model_of(file, &Disk.read(Path::new(file)).unwrap(), settings)
}

/// The model of a text that goes by the name of `file`.
pub fn model_of(file: &str, text: &str, settings: &[&str]) -> Model {
    let settings = settings.iter().map(|s| (*s).to_owned()).collect();
    let request = Request { name: file.to_owned(), text: text.to_owned(), overlays: Vec::new(), settings };
    let document = scenario::load(&request, &Disk)
        .unwrap_or_else(|(sources, mistakes)| panic!("{}", sources.render(&mistakes, false)));
    model::read(&document)
        .unwrap_or_else(|mistakes| panic!("{}", document.sources.render(&mistakes, false)))
        .0
}

/// The comment of a scenario that begins with `# WHAT: `, up to the next empty one, on one line.
pub fn header(text: &str, what: &str) -> Option<String> {
    let start = format!("# {what}: ");
    let mut lines = text.lines().skip_while(|line| !line.starts_with(&start));
    let mut said = lines.next()?.strip_prefix(&start)?.to_owned();
    for line in lines.map_while(|line| line.strip_prefix("# ")) {
        said = said + " " + line;
    }
    Some(said)
}

/// Replaces the rows of the table that begins with `start` in a page.
pub fn with_table(page: &str, start: &str, rows: &str) -> String {
    let (before, after) = page.split_once(start).unwrap_or_else(|| panic!("the page lacks: {start}"));
    let rest: String = after.split_inclusive('\n').skip_while(|line| line.starts_with('|')).collect();
    format!("{before}{start}{rows}{rest}")
}

/// The keys such as `[K12]`, or `[a:004]` for the summaries that began the library, that no table of `sources` resolves.
pub fn unknown_keys(text: &str, sources: &str) -> Vec<String> {
    let number = |key: &&str| {
        key.strip_prefix('K').or(key.strip_prefix("a:")).is_some_and(|n| n.parse::<u32>().is_ok())
    };
    let lists = text.split('[').skip(1).map(|after| after.split(']').next().unwrap_or_default());
    lists
        .flat_map(|list| list.split(", ").filter(number))
        .filter(|key| !sources.contains(&format!("\n| {key} ")))
        .map(str::to_owned)
        .collect()
}
