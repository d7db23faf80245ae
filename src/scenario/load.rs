//! From files to one tree: `extends`, overlays, `remove` and `--set`, each mistake pointing into the text that made it.

use std::path::{Path, PathBuf};

use super::diagnostic::{Diagnostic, Place, Sources};
use super::files::Files;
use super::format::shape;
use super::merge::lay;
use super::tree::{self, Node, Value};
use super::{path, samples, write};

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
    /// The files that were laid on each other.
    laid: Vec<PathBuf>,
}

impl Document {
    /// The scenario with further files laid on top and entries set (`PATH=VALUE`), as [`load`] does it; the files of this
    /// one are not read again. What the settings come from, such as "--vary", is the name of their text in mistakes.
    ///
    /// # Errors
    /// All mistakes of `overlays` and `settings`, with the texts they point into.
    pub fn with(
        &self,
        overlays: &[PathBuf],
        settings: (&str, &[String]),
        files: &dyn Files,
    ) -> Result<Document, (Sources, Vec<Diagnostic>)> {
        let mut loader = Loader::new(files);
        loader.sources = self.sources.clone();
        loader.laid = self.laid.clone();
        loader.finish(Some(self.root.clone()), overlays, settings)
    }

    /// The resolved scenario as a file that runs alone.
    pub fn to_toml(&self) -> String {
        self.root.table().map(|root| shape(&write::to_toml(root))).unwrap_or_default()
    }

    /// Tells those diagnostics that know no path what entry they point to.
    pub fn add_paths(&self, diagnostics: &mut [Diagnostic]) {
        for diagnostic in diagnostics.iter_mut().filter(|d| d.path.is_none()) {
            diagnostic.path = diagnostic.place.and_then(|place| path::of_place(&self.root, place));
        }
    }
}

/// How many files may extend each other in a row, and how many may be read in all.
const DEEPEST: usize = 32;
const MOST: usize = 1000;

/// Loads and resolves a scenario; on failure all mistakes, with the texts they point into.
pub fn load(request: &Request, files: &dyn Files) -> Result<Document, (Sources, Vec<Diagnostic>)> {
    let mut loader = Loader::new(files);
    let root = loader.text(Path::new(&request.name), request.text.clone(), None);
    loader.finish(root, &request.overlays, ("--set", &request.settings))
}

/// Whether a text has nothing that only a scenario has: what it extends, when it starts, what was published of it. Then
/// it is meant to be laid on scenarios. A text that is not TOML is no overlay: somebody should tell of its mistakes.
pub fn is_overlay(text: &str) -> bool {
    let mut sources = Sources::default();
    let source = sources.add("", text);
    let Ok(root) = tree::parse(&sources, source) else { return false };
    let Some(top) = root.table() else { return false };
    let starts = top.get("scenario").and_then(Node::table).is_some_and(|s| s.get("start").is_some());
    !starts && top.get("extends").is_none() && top.get("expectations").is_none()
}

struct Loader<'a> {
    sources: Sources,
    files: &'a dyn Files,
    diagnostics: Vec<Diagnostic>,
    /// The files that are being resolved, outermost first: a file among them that extends itself is a circle.
    open: Vec<PathBuf>,
    /// The files that have been laid on each other so far.
    laid: Vec<PathBuf>,
    /// How many files have been read.
    read: usize,
}

impl<'a> Loader<'a> {
    fn new(files: &'a dyn Files) -> Self {
        Loader {
            sources: Sources::default(),
            files,
            diagnostics: Vec::new(),
            open: Vec::new(),
            laid: Vec::new(),
            read: 0,
        }
    }

    /// Lays files on `root`, sets entries, and gives the document or all mistakes.
    fn finish(
        mut self,
        mut root: Option<Node>,
        overlays: &[PathBuf],
        (from, settings): (&str, &[String]),
    ) -> Result<Document, (Sources, Vec<Diagnostic>)> {
        for overlay in overlays {
            root = self.file(overlay, None, root);
        }
        if let Some(root) = root.as_mut().filter(|_| self.diagnostics.is_empty()) {
            for setting in settings {
                self.set(root, from, setting);
            }
        }
        match root {
            Some(root) if self.diagnostics.is_empty() => {
                Ok(Document { sources: self.sources, root, laid: self.laid })
            }
            _ => Err((self.sources, self.diagnostics)),
        }
    }

    fn error(&mut self, place: Place, message: impl Into<String>, help: &str) {
        let error = Diagnostic::error(place, message);
        self.diagnostics.push(if help.is_empty() { error } else { error.help(help) });
    }

    fn file(&mut self, path: &Path, named_at: Option<Place>, below: Option<Node>) -> Option<Node> {
        self.read += 1;
        match self.files.read(path) {
            Ok(text) => self.text(path, text, below),
            Err(why) => {
                let message = format!("`{}` cannot be read: {why}", path.display());
                let place = named_at.unwrap_or_else(|| self.argument(&path.display().to_string()));
                let help = if named_at.is_some() { "its path starts at the folder of this file" } else { "" };
                self.error(place, message, help);
                None
            }
        }
    }

    /// A text of its own for something that stands on the command line.
    fn argument(&mut self, text: &str) -> Place {
        let source = self.sources.add("command line", text);
        Place { source, start: 0, end: text.len() }
    }

    /// Resolves a text: what it extends is laid on what is `below`, in order; what it removes is taken out of that; what
    /// it says is laid on top. None where anything of it is wrong.
    fn text(&mut self, path: &Path, text: String, below: Option<Node>) -> Option<Node> {
        let source = self.sources.add(path.display().to_string(), text);
        let mut node = match tree::parse(&self.sources, source) {
            Ok(node) => node,
            Err(mut errors) => {
                self.diagnostics.append(&mut errors);
                return None;
            }
        };
        let before = self.diagnostics.len();
        samples::read(&mut node, path, self.files, &mut self.sources, &mut self.diagnostics);
        let mut lower = below;
        self.open.push(path.to_owned());
        for (name, place) in self.listed(&mut node, "extends", "extends = \"base.toml\"") {
            // Where a base is wrong, what lies below it is still told of its own mistakes.
            let kept = lower.clone();
            lower = self.base(path, &name, place, lower).or(kept);
        }
        self.open.pop();
        self.laid.push(normal(path));
        let removed = self.listed(&mut node, "remove", "remove = [\"options.x\"]");
        if self.diagnostics.len() > before {
            return None;
        }
        // What is to be removed may be missing only because a file below it is wrong.
        for (entry, place) in removed.into_iter().filter(|_| before == 0) {
            let taken = match &mut lower {
                Some(lower) => path::remove(lower, &entry, place),
                None => Err(Diagnostic::error(
                    place,
                    "`remove` takes out of what `extends` brings, and nothing is extended",
                )
                .help("name the base: extends = \"base.toml\"")),
            };
            self.diagnostics.extend(taken.err());
        }
        Some(match lower {
            Some(lower) => lay(lower, node),
            None => node,
        })
    }

    /// Lays a file that `path` extends on what is `below`. One that lies there already, since another file extends it
    /// too, stays where it is: laid again it would undo what came between.
    fn base(&mut self, path: &Path, name: &str, place: Place, below: Option<Node>) -> Option<Node> {
        let base = normal(&path.parent().unwrap_or(Path::new("")).join(name));
        if let Some(first) = self.open.iter().position(|open| normal(open) == base) {
            let circle: Vec<_> = self.open[first..].iter().map(|p| p.display().to_string()).collect();
            let message = format!("`extends` leads round in a circle: {} -> {name}", circle.join(" -> "));
            self.error(place, message, "a base knows nothing of what extends it: take this out");
            return None;
        }
        if self.laid.contains(&base) {
            return below;
        }
        if self.open.len() > DEEPEST || self.read > MOST {
            let message = format!("`extends` goes too far: at most {DEEPEST} files in a row, {MOST} in all");
            self.error(place, message, "");
            return None;
        }
        self.file(&base, Some(place), below)
    }

    /// Takes `key` out of a file: one text or a list of texts.
    fn listed(&mut self, node: &mut Node, key: &str, example: &str) -> Vec<(String, Place)> {
        let mut texts = Vec::new();
        for node in take(node, key) {
            let items = match &node.value {
                Value::Array(items) => items.as_slice(),
                _ => std::slice::from_ref(&node),
            };
            for item in items {
                match item.text() {
                    Some(text) => texts.push((text.to_owned(), item.place)),
                    None => {
                        let message = format!("`{key}` is a text or a list of texts, not {}", item.kind());
                        self.error(item.place, message, &format!("write {example}"));
                    }
                }
            }
        }
        texts
    }

    fn set(&mut self, root: &mut Node, from: &str, setting: &str) {
        let source = self.sources.add(from, setting);
        let whole = Place { source, start: 0, end: setting.len() };
        let Some((target, value)) = split_setting(setting) else {
            let help = "write PATH=VALUE, such as --set 'options.state-stockpile.size=60 days'";
            self.error(whole, "a value is missing", help);
            return;
        };
        let place = Place { source, start: 0, end: target.len() };
        let offset = target.len() + 1 + (value.len() - value.trim_start().len());
        let mut value = tree::parse_value(source, value.trim(), offset);
        samples::read(&mut value, Path::new(""), self.files, &mut self.sources, &mut self.diagnostics);
        self.diagnostics.extend(path::set(root, target.trim(), place, value).err());
    }
}

/// Splits `PATH=VALUE` at the first `=` outside quotes; none where there is no value.
pub fn split_setting(setting: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let at = setting.find(|c| {
        quoted ^= c == '"';
        c == '=' && !quoted
    })?;
    let value = &setting[at + 1..];
    (!value.trim().is_empty()).then_some((&setting[..at], value))
}

/// Takes `key` out of the top level and the `scenario` table.
pub fn take(node: &mut Node, key: &str) -> Vec<Node> {
    let Value::Table(table) = &mut node.value else { return Vec::new() };
    let outer = table.entries.shift_remove(key);
    let inner = match table.entries.get_mut("scenario").map(|e| &mut e.node.value) {
        Some(Value::Table(scenario)) => scenario.entries.shift_remove(key),
        _ => None,
    };
    outer.into_iter().chain(inner).map(|entry| entry.node).collect()
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
