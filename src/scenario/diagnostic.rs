//! Mistakes and cautions with their place in a file, and rustc's way of showing them.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::Serialize;

/// A stretch of one source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which of the [`Sources`].
    pub source: usize,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The scenario cannot run.
    Error,
    /// It runs, but somebody should look.
    Caution,
}

/// Which caution, and about what.
#[derive(Clone, Debug, PartialEq)]
struct About {
    code: &'static str,
    path: String,
}

/// One mistake or caution: what is wrong, where, and what would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// Error or caution.
    pub severity: Severity,
    /// Which caution it is; errors have none.
    about: Option<Box<About>>,
    /// What is wrong: a lower-case fragment that quotes the input.
    pub message: String,
    /// The text to underline; none where it is nowhere (something missing from an empty file).
    pub place: Option<Place>,
    /// What is written beneath the underlined text.
    pub label: String,
    /// What would do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at `place`.
    pub fn error(place: Place, message: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Error,
            about: None,
            message: message.into(),
            place: Some(place),
            label: String::new(),
            help: None,
        }
    }

    /// A caution at `place`, with its name in docs/cautions.md and the path of the entry it is about.
    pub fn caution(
        code: &'static str,
        path: impl Into<String>,
        place: Place,
        message: impl Into<String>,
    ) -> Self {
        let about = Some(Box::new(About { code, path: path.into() }));
        Diagnostic { severity: Severity::Caution, about, ..Diagnostic::error(place, message) }
    }

    /// The name of a caution in docs/cautions.md; errors have none.
    pub fn code(&self) -> Option<&'static str> {
        self.about.as_ref().map(|about| about.code)
    }

    /// The dotted path of the entry that a caution is about.
    pub fn path(&self) -> Option<&str> {
        self.about.as_ref().map(|about| about.path.as_str())
    }

    /// With a few words beneath the underlined text.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// With advice.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The texts that places point into: files, standard input, values of the command line.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    texts: Vec<(String, String)>,
}

impl Sources {
    /// Adds a text under the name by which messages call it, and gives its number.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> usize {
        self.texts.push((name.into(), text.into()));
        self.texts.len() - 1
    }

    /// The name of a source.
    pub fn name(&self, source: usize) -> &str {
        &self.texts[source].0
    }

    /// The text of a source.
    pub fn text(&self, source: usize) -> &str {
        &self.texts[source].1
    }

    /// The text at a place.
    pub fn at(&self, place: Place) -> &str {
        self.texts[place.source].1.get(place.start..place.end).unwrap_or("")
    }

    /// Line and column of a place's start, both from 1; the column counts characters.
    pub fn line_column(&self, place: Place) -> (usize, usize) {
        let before = self.text(place.source).get(..place.start).unwrap_or("");
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// The diagnostics as rustc would show them, in colour or plain.
    pub fn render(&self, diagnostics: &[Diagnostic], colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.decor_style(DecorStyle::Ascii);
        let mut out = String::new();
        for diagnostic in diagnostics {
            let level = match diagnostic.severity {
                Severity::Error => Level::ERROR,
                Severity::Caution => Level::WARNING.with_name("caution"),
            };
            let title = level.primary_title(diagnostic.message.as_str());
            let title = if let Some(code) = diagnostic.code() { title.id(code) } else { title };
            let mut group = Group::with_title(title);
            if let Some(place) = diagnostic.place {
                let annotation = AnnotationKind::Primary.span(place.start..place.end.max(place.start));
                let annotation = if diagnostic.label.is_empty() {
                    annotation
                } else {
                    annotation.label(diagnostic.label.as_str())
                };
                group = group.element(
                    Snippet::source(self.text(place.source))
                        .path(self.name(place.source))
                        .annotation(annotation),
                );
            }
            if let Some(help) = &diagnostic.help {
                group = group.element(Level::HELP.message(help.as_str()));
            }
            out.push_str(&renderer.render(&[group]));
            out.push_str("\n\n");
        }
        out
    }

    /// Where a diagnostic points, in short, and the same in any folder: "japan.toml:12".
    pub fn at_line(&self, diagnostic: &Diagnostic) -> String {
        let Some(place) = diagnostic.place else { return String::new() };
        let name = self.name(place.source).rsplit(['/', '\\']).next().unwrap_or_default();
        format!("{name}:{}", self.line_column(place).0)
    }

    /// The diagnostics for editors and scripts: an array of objects with severity, code, path, file,
    /// line, column, message, help.
    pub fn to_json(&self, diagnostics: &[Diagnostic]) -> serde_json::Value {
        let entry = |d: &Diagnostic| {
            let (line, column) = d.place.map_or((0, 0), |p| self.line_column(p));
            let (end_line, end_column) =
                d.place.map_or((0, 0), |p| self.line_column(Place { start: p.end, ..p }));
            serde_json::json!({
                "severity": d.severity,
                "code": d.code(),
                "path": d.path(),
                "file": d.place.map(|p| self.name(p.source)),
                "line": line,
                "column": column,
                "end_line": end_line,
                "end_column": end_column,
                "text": d.place.map(|p| self.at(p)),
                "message": d.message,
                "label": d.label,
                "help": d.help,
            })
        };
        diagnostics.iter().map(entry).collect()
    }
}
