//! Mistakes and cautions with their place in a file, and rustc's way of showing them.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
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
    /// It runs, but somebody should look. Scripts know it as a warning.
    #[serde(rename = "warning")]
    Caution,
}

/// One mistake or caution: what is wrong, where, and what would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// Error or caution.
    pub severity: Severity,
    /// Which caution it is, by its name in docs/cautions.md; errors have none.
    pub code: Option<&'static str>,
    /// The dotted path of the entry it is about, where it is about one.
    pub path: Option<String>,
    /// What is wrong: a lower-case fragment that quotes the input.
    pub message: String,
    /// The text to underline; none where it is nowhere (something missing from an empty file).
    pub place: Option<Place>,
    /// What is written beneath the underlined text.
    pub label: String,
    /// Further texts that have to do with it, each with a few words.
    pub others: Vec<(Place, String)>,
    /// What would do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at `place`.
    pub fn error(place: Place, message: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Error,
            code: None,
            path: None,
            message: message.into(),
            place: Some(place),
            label: String::new(),
            others: Vec::new(),
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
        let (code, path) = (Some(code), Some(path.into()));
        Diagnostic { severity: Severity::Caution, code, path, ..Diagnostic::error(place, message) }
    }

    /// With a few words beneath the underlined text.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// With a further text that has to do with it.
    pub fn other(mut self, place: Place, label: impl Into<String>) -> Self {
        self.others.push((place, label.into()));
        self
    }

    /// With advice.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The sources that it points into, that of its own place first.
    fn sources(&self) -> Vec<usize> {
        let places = self.place.into_iter().chain(self.others.iter().map(|(place, _)| *place));
        let mut sources = Vec::new();
        for source in places.map(|place| place.source) {
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        sources
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
            let title = if let Some(code) = diagnostic.code { title.id(code) } else { title };
            let mut group = Group::with_title(title);
            for source in diagnostic.sources() {
                group = group.element(self.snippet(diagnostic, source));
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

    /// What a diagnostic underlines in one source.
    fn snippet<'a>(&'a self, diagnostic: &'a Diagnostic, source: usize) -> Snippet<'a, Annotation<'a>> {
        let mark = |kind: AnnotationKind, place: Place, label: &'a str| {
            let annotation = kind.span(place.start..place.end.max(place.start));
            if label.is_empty() { annotation } else { annotation.label(label) }
        };
        let first = diagnostic.place.map(|place| (AnnotationKind::Primary, place, diagnostic.label.as_str()));
        let others =
            diagnostic.others.iter().map(|(place, label)| (AnnotationKind::Context, *place, label.as_str()));
        let here = first.into_iter().chain(others).filter(|(_, place, _)| place.source == source);
        Snippet::source(self.text(source))
            .path(self.name(source))
            .annotations(here.map(|(kind, place, label)| mark(kind, place, label)))
    }
}
