//! Syntax errors, told to somebody who knows the subject and not TOML.

use std::ops::Range;

use super::diagnostic::{Diagnostic, Place};

/// How many syntax errors of one text are told; after that a file is of another kind altogether.
const MOST: usize = 10;

/// One diagnostic a line, since what goes wrong later on a line is mostly a consequence.
pub fn explain(text: &str, source: usize, mut errors: Vec<(Range<usize>, &str)>) -> Vec<Diagnostic> {
    errors.sort_by_key(|(span, _)| (span.start, span.end));
    let mut diagnostics = Vec::new();
    let mut last = None;
    // The end of the last header that was stated before: what stands beneath it is stated before as well.
    let mut beneath: Option<usize> = None;
    for (span, message) in &errors {
        let line = Line::at(text, span.start);
        let repeated = *message == "duplicate key";
        let consequence = beneath.is_some_and(|from| {
            repeated
                && !text.get(from..line.start).unwrap_or("").lines().any(|l| l.trim_start().starts_with('['))
        });
        // Brackets that stay open are all missed at the end of the text, which is one line.
        if last.replace(line.start) == Some(line.start) || consequence || diagnostics.len() == MOST {
            continue;
        }
        if repeated && line.is_header() {
            beneath = Some(line.start + line.text.len());
        }
        diagnostics.push(one(text, source, span.clone(), message, &line));
    }
    diagnostics
}

/// A line of a text, without its end.
struct Line<'a> {
    start: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn at(text: &'a str, byte: usize) -> Self {
        let start = text.get(..byte).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1);
        Line { start, text: text.get(start..).unwrap_or("").lines().next().unwrap_or("").trim_end() }
    }

    fn is_header(&self) -> bool {
        self.text.trim_start().starts_with('[')
    }

    /// What stands before `=`, or in a header: keys and their points.
    fn keys(&self) -> &'a str {
        if self.is_header() { self.text } else { self.text.split('=').next().unwrap_or("") }
    }
}

fn one(text: &str, source: usize, span: Range<usize>, message: &str, line: &Line) -> Diagnostic {
    let error = |span: Range<usize>, message: String| {
        Diagnostic::error(Place { source, start: span.start, end: span.end }, message)
    };
    let whole = line.start..line.start + line.text.len();
    if message.starts_with("string values must be quoted") {
        let end = value_end(text, span.start);
        let value = text.get(span.start..end).unwrap_or("");
        if value.contains('=') {
            return error(whole, "two entries stand on one line".to_owned()).help("write one entry a line");
        }
        if value.is_empty() {
            let message = format!("`{}` has no value", line.keys().trim());
            return error(whole, message).help("write one behind `=`, such as horizon = \"5 years\"");
        }
        let help = format!("write \"{value}\": names, and quantities with a unit, stand in quotes");
        return error(span.start..end, format!("`{value}` stands without quotes")).help(help);
    }
    if message == "duplicate key" && line.is_header() {
        return error(whole, format!("`{}` is stated a second time", line.text))
            .help("put its keys under the first; only [[lists]] have several headers of one name");
    }
    if message == "duplicate key" {
        let key = text.get(span.clone()).unwrap_or("");
        return error(span, format!("`{key}` is stated a second time")).help("leave one of the two");
    }
    if message.contains("recursion") || message.contains("recurse") {
        return error(span, "this is nested too deep".to_owned())
            .help("a scenario needs no more than six levels");
    }
    let keys = line.keys();
    if !keys.is_ascii() && !keys.contains('"') && (keys != line.text || line.is_header()) {
        let range = line.start..line.start + keys.trim_end().len();
        return error(range, "a key with letters other than a to z stands in quotes".to_owned())
            .help(format!("write {}", in_quotes(keys.trim())));
    }
    if message.starts_with("key with no value") || message.starts_with("invalid unquoted key") {
        return error(whole, "this line is not `key = value`".to_owned()).help(
            "write a key, `=` and its value, such as `horizon = \"5 years\"`; a key with spaces stands in quotes",
        );
    }
    let (plainly, help) = match message {
        m if m.starts_with("unclosed array") => ("a list is not closed: `]` is missing", ""),
        m if m.starts_with("unclosed inline table") => ("a table is not closed: `}` is missing", ""),
        m if m.starts_with("unclosed table") => ("this header is not closed: `]` is missing", ""),
        m if m.contains("basic string, expected `\"`") => {
            ("a text is not closed: `\"` is missing", "a text ends on the line on which it starts")
        }
        m if m.contains("literal string, expected `'`") => {
            ("a text is not closed: `'` is missing", "a text ends on the line on which it starts")
        }
        m => {
            let help = if m.starts_with("invalid date") {
                "write a day of the calendar as year-month-day, such as 2026-01-31"
            } else if m.contains("escape") {
                "write \\\\ for a backslash"
            } else if m.contains("newline") {
                "write one entry a line; several values stand in a list: [1, 2]"
            } else {
                ""
            };
            let error = error(span, format!("this is not valid TOML: {m}"));
            return if help.is_empty() { error } else { error.help(help) };
        }
    };
    let error = error(span, plainly.to_owned());
    if help.is_empty() { error } else { error.help(help) }
}

/// Keys joined by points, with quotes around those that need them.
fn in_quotes(keys: &str) -> String {
    let inner = keys.trim_matches(['[', ']']);
    let segments: Vec<String> = inner
        .split('.')
        .map(|key| if key.is_ascii() { key.to_owned() } else { format!("\"{}\"", key.trim()) })
        .collect();
    let opening = &keys[..keys.len() - keys.trim_start_matches('[').len()];
    let closing = "]".repeat(opening.len());
    format!("{opening}{}{closing}", segments.join("."))
}

/// Where a value without quotes ends: before a comment, a comma, a bracket or the end of the line.
fn value_end(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or("");
    let length = rest.find(['\n', '\r', '#', ',', '}', ']']).unwrap_or(rest.len());
    start + rest.get(..length).unwrap_or("").trim_end().len()
}
