//! From files to one tree: `extends`, overlays, `remove` and `--set`, each mistake pointing into the text that made it.

use std::path::{Path, PathBuf};

use super::diagnostic::{Diagnostic, Place, Sources};
use super::path;
use super::tree::{self, Node, Table, Value, entry_name};

/// How the texts of files are had. The command line reads the disk; tests may hold texts in memory.
pub trait Files {
    /// The text of the file at `path`, or in words why there is none.
    fn read(&self, path: &Path) -> Result<String, String>;
}

/// What to load: a file, or a text with its name, and what is laid on top.
#[derive(Clone, Debug)]
pub struct Request {
    /// The name of the scenario's text: a path, or `<stdin>`.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Further files, laid on top in order.
    pub overlays: Vec<PathBuf>,
    /// `PATH=VALUE`, applied last, in order.
    pub settings: Vec<String>,
}

/// A scenario as written: the resolved tree and the texts it came from.
#[derive(Clone, Debug)]
pub struct Document {
    /// All texts that were read.
    pub sources: Sources,
    /// The resolved scenario, without `extends` and `remove`.
    pub root: Node,
}

impl Document {
    /// The resolved scenario as a file that runs alone.
    pub fn to_toml(&self) -> String {
        self.root.table().map(tree::to_toml).unwrap_or_default()
    }
}

/// Loads and resolves a scenario; on failure all mistakes, with the texts they point into.
pub fn load(request: &Request, files: &dyn Files) -> Result<Document, (Sources, Vec<Diagnostic>)> {
    let mut loader = Loader { sources: Sources::default(), files, diagnostics: Vec::new(), open: Vec::new() };
    let main = PathBuf::from(&request.name);
    let mut root = loader.text(&main, request.text.clone());
    for overlay in &request.overlays {
        if let Some(upper) = loader.file(overlay, None) {
            root = Some(match root {
                Some(lower) => lay(lower, upper),
                None => upper,
            });
        }
    }
    if let Some(root) = &mut root {
        for setting in &request.settings {
            loader.set(root, setting);
        }
    }
    match root {
        Some(root) if loader.diagnostics.is_empty() => Ok(Document { sources: loader.sources, root }),
        _ => Err((loader.sources, loader.diagnostics)),
    }
}

struct Loader<'a> {
    sources: Sources,
    files: &'a dyn Files,
    diagnostics: Vec<Diagnostic>,
    /// The files that are being resolved, outermost first: a file among them that extends itself is a circle.
    open: Vec<PathBuf>,
}

impl Loader<'_> {
    fn file(&mut self, path: &Path, named_at: Option<Place>) -> Option<Node> {
        match self.files.read(path) {
            Ok(text) => self.text(path, text),
            Err(why) => {
                let message = format!("`{}` cannot be read: {why}", path.display());
                let place = named_at.unwrap_or_else(|| self.argument(&path.display().to_string()));
                self.diagnostics.push(Diagnostic::error(place, message));
                None
            }
        }
    }

    /// A text of its own for something that stands on the command line.
    fn argument(&mut self, text: &str) -> Place {
        let source = self.sources.add("command line", text);
        Place { source, start: 0, end: text.len() }
    }

    fn text(&mut self, path: &Path, text: String) -> Option<Node> {
        let source = self.sources.add(path.display().to_string(), text);
        let mut node = match tree::parse(&self.sources, source) {
            Ok(node) => node,
            Err(mut errors) => {
                self.diagnostics.append(&mut errors);
                return None;
            }
        };
        self.open.push(path.to_owned());
        self.samples(&mut node, path);
        let bases = self.bases(&mut node, path);
        self.open.pop();
        let removed = take(&mut node, "remove");
        let mut lower = bases.into_iter().reduce(lay);
        for entry in removed.iter().flat_map(strings) {
            let Some(lower) = &mut lower else {
                self.diagnostics.push(
                    Diagnostic::error(
                        entry.1,
                        "`remove` takes out of what `extends` brings, and nothing is extended",
                    )
                    .help("name the base: extends = \"base.toml\""),
                );
                continue;
            };
            if let Err(error) = path::remove(lower, &entry.0, entry.1) {
                self.diagnostics.push(error);
            }
        }
        Some(match lower {
            Some(lower) => lay(lower, node),
            None => node,
        })
    }

    fn bases(&mut self, node: &mut Node, path: &Path) -> Vec<Node> {
        let mut bases = Vec::new();
        let named: Vec<_> = take(node, "extends").iter().flat_map(strings).collect();
        for (name, place) in named {
            let base = normal(&path.parent().unwrap_or(Path::new("")).join(&name));
            if self.open.iter().any(|open| normal(open) == base) {
                let circle: Vec<_> = self.open.iter().map(|p| p.display().to_string()).collect();
                self.diagnostics.push(Diagnostic::error(
                    place,
                    format!("`extends` leads round in a circle: {} -> {name}", circle.join(" -> ")),
                ));
            } else if let Some(node) = self.file(&base, Some(place)) {
                bases.push(node);
            }
        }
        bases
    }

    /// Replaces `empirical = { file, column }` by the values, so that the resolved scenario stands alone.
    fn samples(&mut self, node: &mut Node, path: &Path) {
        let children: Vec<&mut Node> = match &mut node.value {
            Value::Table(table) => table.entries.values_mut().map(|e| &mut e.node).collect(),
            Value::Array(items) => items.iter_mut().collect(),
            _ => return,
        };
        for child in children {
            self.samples(child, path);
        }
        let Value::Table(table) = &mut node.value else { return };
        let Some(law) = table.entries.get_mut("empirical") else { return };
        let Some(parameters) = law.node.table() else { return };
        let Some((file, place)) = parameters.get("file").and_then(|n| Some((n.text()?.to_owned(), n.place)))
        else {
            return;
        };
        let column = parameters.get("column").and_then(Node::text).unwrap_or("").to_owned();
        let base = path.parent().unwrap_or(Path::new("")).join(&file);
        let read = self.files.read(&base).and_then(|text| csv_column(&text, &column));
        match read {
            Ok(values) => {
                let items = values.into_iter().map(|v| Node { place, value: Value::String(v) }).collect();
                let values = Node { place, value: Value::Array(items) };
                let entry = tree::Entry { key: place, node: values };
                let table = Table { entries: [("values".to_owned(), entry)].into_iter().collect() };
                law.node.value = Value::Table(table);
            }
            Err(why) => {
                self.diagnostics.push(Diagnostic::error(place, format!("`{file}` cannot be used: {why}")));
            }
        }
    }

    fn set(&mut self, root: &mut Node, setting: &str) {
        let source = self.sources.add("--set", setting);
        let whole = Place { source, start: 0, end: setting.len() };
        let Some((target, value)) = setting.split_once('=') else {
            self.diagnostics.push(
                Diagnostic::error(whole, "a value is missing")
                    .help("write PATH=VALUE, such as --set options.state-stockpile.size='60 days'"),
            );
            return;
        };
        let place = Place { source, start: 0, end: target.len() };
        let offset = target.len() + 1 + (value.len() - value.trim_start().len());
        let value = tree::parse_value(source, value.trim(), offset);
        if let Err(error) = path::set(root, target.trim(), place, value) {
            self.diagnostics.push(error);
        }
    }
}

/// Takes `key` out of the top level or the `scenario` table.
fn take(node: &mut Node, key: &str) -> Option<Node> {
    let Value::Table(table) = &mut node.value else { return None };
    let outer = table.entries.shift_remove(key);
    let inner = match table.entries.get_mut("scenario").map(|e| &mut e.node.value) {
        Some(Value::Table(scenario)) => scenario.entries.shift_remove(key),
        _ => None,
    };
    outer.or(inner).map(|entry| entry.node)
}

fn strings(node: &Node) -> Vec<(String, Place)> {
    match &node.value {
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        _ => node.text().map(|text| (text.to_owned(), node.place)).into_iter().collect(),
    }
}

/// The path without `.` and, as far as it can be told from the text alone, `..`.
fn normal(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

/// Lays `upper` over `lower`: expectations are not inherited, all else merges.
fn lay(mut lower: Node, upper: Node) -> Node {
    take(&mut lower, "expectations");
    merge(&mut lower, upper);
    lower
}

fn merge(lower: &mut Node, upper: Node) {
    match (&mut lower.value, upper) {
        (Value::Table(below), Node { place, value: Value::Table(above) })
            if !is_quantity(below) && !is_quantity(&above) =>
        {
            for (key, entry) in above.entries {
                match below.entries.get_mut(&key) {
                    Some(existing) => {
                        merge(&mut existing.node, entry.node);
                        existing.key = entry.key;
                    }
                    None => {
                        below.entries.insert(key, entry);
                    }
                }
            }
            lower.place = place;
        }
        (Value::Array(below), Node { value: Value::Array(above), .. })
            if below.iter().chain(&above).all(|item| entry_name(item).is_some()) =>
        {
            for item in above {
                match below.iter_mut().find(|old| entry_name(old) == entry_name(&item)) {
                    Some(old) => merge(old, item),
                    None => below.push(item),
                }
            }
        }
        (_, upper) => *lower = upper,
    }
}

/// The laws by the key under which a scenario states them.
pub const LAWS: [&str; 11] = [
    "uniform",
    "triangular",
    "pert",
    "normal",
    "lognormal",
    "gamma",
    "weibull",
    "exponential",
    "beta",
    "discrete",
    "empirical",
];

/// Whether a table states one quantity (a value with its source, a law, a path, a profile) rather than a thing.
fn is_quantity(table: &Table) -> bool {
    let mut keys =
        table.entries.keys().filter(|k| !matches!(k.as_str(), "source" | "note" | "judgement")).peekable();
    keys.peek().is_some()
        && keys.all(|key| {
            key == "value" || LAWS.contains(&key.as_str()) || key.starts_with(|c: char| c.is_ascii_digit())
        })
}

/// The values of one column of a CSV text with a header line; the only column where none is named.
fn csv_column(text: &str, column: &str) -> Result<Vec<String>, String> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|e| e.to_string())?.clone();
    let index = match headers.iter().position(|h| h == column) {
        Some(index) => index,
        None if column.is_empty() && headers.len() == 1 => 0,
        None => {
            let known: Vec<_> = headers.iter().collect();
            return Err(format!("it has no column `{column}`; there are: {}", known.join(", ")));
        }
    };
    let mut values = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| e.to_string())?;
        values.extend(record.get(index).filter(|v| !v.is_empty()).map(str::to_owned));
    }
    if values.is_empty() { Err(format!("its column `{column}` is empty")) } else { Ok(values) }
}
