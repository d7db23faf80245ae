//! `empirical = { file, column }`: the values of a CSV file take the place of its name, so that a resolved scenario
//! stands alone.

use std::path::Path;

use super::diagnostic::{Diagnostic, Place, Sources};
use super::files::Files;
use super::path::nearest;
use super::tree::{Entry, Node, Table, Value};

/// Puts the values into every empirical law in `node` that names a file, relative to the folder of `path`.
pub fn read(
    node: &mut Node,
    path: &Path,
    files: &dyn Files,
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let children: Vec<&mut Node> = match &mut node.value {
        Value::Table(table) => table.entries.values_mut().map(|e| &mut e.node).collect(),
        Value::Array(items) => items.iter_mut().collect(),
        _ => return,
    };
    for child in children {
        read(child, path, files, sources, diagnostics);
    }
    let Value::Table(table) = &mut node.value else { return };
    let Some(law) = table.entries.get_mut("empirical").map(|e| &mut e.node) else { return };
    let Some(parameters) = law.table().filter(|p| p.get("file").is_some()) else { return };
    match values(parameters, path, files, sources) {
        Ok(values) => {
            let values = Node { place: law.place, value: Value::Array(values) };
            let entry = Entry { key: law.place, node: values };
            law.value = Value::Table(Table { entries: [("values".to_owned(), entry)].into_iter().collect() });
        }
        Err(error) => diagnostics.push(error),
    }
}

fn values(
    parameters: &Table,
    path: &Path,
    files: &dyn Files,
    sources: &mut Sources,
) -> Result<Vec<Node>, Diagnostic> {
    for (key, entry) in &parameters.entries {
        if !matches!(key.as_str(), "file" | "column") {
            let help = match nearest(key, ["file", "column"].into_iter()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "it takes file and column, or values".to_owned(),
            };
            let message = format!("`{key}` does not go with `file` in an empirical law");
            return Err(Diagnostic::error(entry.key, message).help(help));
        }
        if entry.node.text().is_none() {
            let message = format!("`{key}` is a text, not {}", entry.node.kind());
            return Err(Diagnostic::error(entry.node.place, message).help("put it in quotes"));
        }
    }
    let at = |key: &str| parameters.get(key).and_then(|n| Some((n.text()?, n.place)));
    let Some((file, place)) = at("file") else { return Ok(Vec::new()) };
    let base = path.parent().unwrap_or(Path::new("")).join(file);
    let text = files.read(&base).map_err(|why| {
        Diagnostic::error(place, format!("`{}` cannot be read: {why}", base.display()))
            .help("its path starts at the folder of this file")
    })?;
    let source = sources.add(base.display().to_string(), text);
    column(sources.text(source), source, at("column"), file, place)
}

/// The values of one column of a CSV text with a header line; the only column where none is named.
fn column(
    text: &str,
    source: usize,
    named: Option<(&str, Place)>,
    file: &str,
    place: Place,
) -> Result<Vec<Node>, Diagnostic> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let unreadable = |e: csv::Error| {
        let at = e.position().map_or(place, |p| line(text, source, p.byte()));
        let message = match e.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!("this line of the CSV has {len} fields, its header {expected_len}")
            }
            _ => format!("this is not CSV: {e}"),
        };
        Diagnostic::error(at, message).help("a field that holds a comma stands in quotes")
    };
    let headers = reader.headers().map_err(unreadable)?.clone();
    let known: Vec<_> = headers.iter().collect();
    let index = match named {
        None if headers.len() <= 1 => 0,
        None => {
            return Err(Diagnostic::error(
                place,
                format!("`{file}` has several columns: {}", known.join(", ")),
            )
            .help("say which: { file = \"…\", column = \"…\" }"));
        }
        Some((name, place)) => known.iter().position(|h| *h == name).ok_or_else(|| {
            let help = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are: {}", known.join(", ")),
            };
            Diagnostic::error(place, format!("`{file}` has no column `{name}`")).help(help)
        })?,
    };
    let mut values = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let Some(value) = record.get(index).filter(|v| !v.is_empty()) else { continue };
        let line = record.position().map_or(place, |p| line(text, source, p.byte()));
        let within = text.get(line.start..line.end).and_then(|l| l.find(value)).map(|i| line.start + i);
        let place = within.map_or(line, |start| Place { source, start, end: start + value.len() });
        values.push(Node { place, value: Value::String(value.to_owned()) });
    }
    if values.is_empty() {
        let column = known.get(index).copied().unwrap_or("");
        return Err(Diagnostic::error(place, format!("`{file}` has no values in its column `{column}`"))
            .help("its first line is the header; each further line holds one value"));
    }
    Ok(values)
}

/// The line of a text that starts at a byte.
fn line(text: &str, source: usize, start: u64) -> Place {
    let start = (start as usize).min(text.len());
    let rest = text.get(start..).unwrap_or("");
    let start = start + (rest.len() - rest.trim_start_matches(['\r', '\n']).len());
    let length = text.get(start..).and_then(|t| t.lines().next()).map_or(0, str::len);
    Place { source, start, end: start + length }
}
