//! Syntax errors, told to somebody who knows the subject and not TOML.

use std::ops::Range;

use super::diagnostic::{Diagnostic, Place};

/// How many syntax errors of one text are told; after that a file is of another kind altogether.
const MOST: usize = 10;

/// One diagnostic a line, since what goes wrong later on a line is mostly a consequence.
pub fn explain(text: &str, source: usize, mut errors: Vec<(Range<usize>, &str)>) -> Vec<Diagnostic> {
    errors.sort_by_key(|(span, _)| (span.start, span.end));
    let line = |at: usize| text.get(..at).map_or(0, |before| before.matches('\n').count());
    let mut diagnostics = Vec::new();
    let mut last = None;
    for (span, message) in &errors {
        // The first of the errors at one line; brackets that stay open are all missed at the end of the text.
        if last.replace(line(span.start)) != Some(line(span.start)) && diagnostics.len() < MOST {
            diagnostics.push(one(text, source, span.clone(), message));
        }
    }
    diagnostics
}

fn one(text: &str, source: usize, span: Range<usize>, message: &str) -> Diagnostic {
    let at = |span: Range<usize>| Place { source, start: span.start, end: span.end };
    let plain = |span: Range<usize>, message: String| Diagnostic::error(at(span), message);
    let line_start = text.get(..span.start).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1);
    let line = text.get(line_start..).unwrap_or("").lines().next().unwrap_or("");
    if message.starts_with("string values must be quoted") {
        let end = value_end(text, span.start);
        let value = text.get(span.start..end).unwrap_or("");
        let help = format!("write \"{value}\": names, and quantities with a unit, stand in quotes");
        return plain(span.start..end, format!("`{value}` stands without quotes")).help(help);
    }
    if message == "duplicate key" {
        let key = text.get(span.clone()).unwrap_or("");
        return plain(span, format!("`{key}` is stated a second time"))
            .help("leave one of the two; entries of a list start with [[...]]");
    }
    if message.contains("recursion") || message.contains("recurse") {
        return plain(span, "this is nested too deep".to_owned())
            .help("a scenario needs no more than six levels");
    }
    if message.starts_with("key with no value")
        || (message.starts_with("invalid unquoted key") && !line.contains('='))
    {
        let (start, end) = (line_start, line_start + line.trim_end().len());
        return plain(start..end, "this line is not `key = value`".to_owned())
            .help("write a key, `=` and its value, such as `horizon = \"5 years\"`");
    }
    if message.starts_with("invalid unquoted key") {
        return plain(
            span,
            "a key that holds more than letters, digits, `-` and `_` stands in quotes".to_owned(),
        )
        .help("write it as \"3 months\" = …");
    }
    let help = if message.starts_with("invalid date") {
        "write a day of the calendar as year-month-day, such as 2026-01-31"
    } else if message.contains("basic string") || message.contains("literal string") {
        "a text stands between quotes on one line: \"…\"; within it write \\\\ for a backslash"
    } else if message.starts_with("unclosed") {
        "close what was opened: [ … ], { … }, [table], [[list]]"
    } else if message.contains("newline") {
        "write one entry a line; several values stand in a list: [1, 2]"
    } else {
        return plain(span, format!("this is not valid TOML: {message}"));
    };
    plain(span, format!("this is not valid TOML: {message}")).help(help)
}

/// Where a value without quotes ends: before a comment, a comma, a bracket or the end of the line.
fn value_end(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or("");
    let length = rest.find(['\n', '\r', '#', ',', '}', ']']).unwrap_or(rest.len());
    start + rest.get(..length).unwrap_or("").trim_end().len()
}
