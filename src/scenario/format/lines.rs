//! A text of TOML as the lines it was written in, values and comments apart, before they are laid out anew.

use toml_parser::decoder::Encoding;
use toml_parser::parser::{Event, EventKind, parse_document};
use unicode_width::UnicodeWidthStr;

/// A line at the top level, or an entry that goes over several.
#[derive(Debug)]
pub enum Line {
    Blank,
    /// A comment on a line of its own.
    Comment(String),
    /// One that stands beneath the comment of the line before it, and goes on with it.
    Continued(String),
    /// `[materials.oxide]` or `[[correlations]]`.
    Header {
        text: String,
        comment: Option<String>,
    },
    /// `key = value`.
    Entry {
        key: String,
        value: Value,
        comment: Option<String>,
    },
}

/// A value.
#[derive(Debug)]
pub enum Value {
    /// What stays as it is written.
    Plain(String),
    /// A list or an inline table.
    Brackets(Brackets),
}

/// What stands in `[…]` or `{…}`.
#[derive(Debug)]
pub struct Brackets {
    pub table: bool,
    /// Whether it was written over several lines.
    pub broken: bool,
    pub items: Vec<Item>,
    /// Comments after the last item, on lines of their own.
    pub last: Vec<String>,
}

/// One value of a list, or one entry of an inline table.
#[derive(Debug)]
pub struct Item {
    /// Comments on lines of their own before it.
    pub before: Vec<String>,
    pub key: Option<String>,
    pub value: Value,
    /// The comment at its line's end.
    pub comment: Option<String>,
}

/// Stands for the end of a line within a text of several lines, which stays as it is. No TOML can contain it.
pub const WITHIN: char = '\0';

/// Columns that a text takes on a terminal.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The lines of a text that is valid TOML.
pub fn read(text: &str) -> Vec<Line> {
    let events = events(text);
    let mut cursor = Cursor { text, events: &events, at: 0 };
    let mut lines = Vec::new();
    // The column of the comment at the end of the line before, which the next line may go on with.
    let mut above = None;
    while let Some(event) = cursor.next_visible() {
        let mut below = None;
        match event.kind() {
            EventKind::Newline => lines.push(Line::Blank),
            EventKind::Comment => {
                let column = cursor.column(event);
                let goes_on = above == Some(column);
                let comment = cursor.slice(event).trim_end().to_owned();
                lines.push(if goes_on { Line::Continued(comment) } else { Line::Comment(comment) });
                below = above.filter(|_| goes_on);
                cursor.end_of_line();
            }
            EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                let (open, close) =
                    if event.kind() == EventKind::StdTableOpen { ("[", "]") } else { ("[[", "]]") };
                let text = format!("{open}{}{close}", cursor.keys(None));
                let (comment, column) = cursor.end_of_line();
                below = column;
                lines.push(Line::Header { text, comment });
            }
            EventKind::SimpleKey => {
                let key = cursor.keys(Some(event));
                let value = cursor.next_visible().map(|first| cursor.value(first));
                let (comment, column) = cursor.end_of_line();
                below = column;
                lines.extend(value.map(|value| Line::Entry { key, value, comment }));
            }
            _ => {}
        }
        above = below;
    }
    lines
}

/// All comments of a text, in order.
pub fn comments(text: &str) -> Vec<&str> {
    let comments = events(text).into_iter().filter(|event| event.kind() == EventKind::Comment);
    comments.map(|event| slice(text, &event).trim_end()).collect()
}

fn events(text: &str) -> Vec<Event> {
    let tokens = toml_parser::Source::new(text).lex().into_vec();
    let mut events = Vec::with_capacity(tokens.len());
    parse_document(&tokens, &mut events, &mut ());
    events
}

fn slice<'t>(text: &'t str, event: &Event) -> &'t str {
    text.get(event.span().start()..event.span().end()).unwrap_or("")
}

struct Cursor<'a> {
    text: &'a str,
    events: &'a [Event],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn slice(&self, event: &Event) -> &'a str {
        slice(self.text, event)
    }

    /// The column in which something starts.
    fn column(&self, event: &Event) -> usize {
        let before = self.text.get(..event.span().start()).unwrap_or("");
        width(before.rsplit('\n').next().unwrap_or(""))
    }

    /// The next event that is not white space.
    fn next_visible(&mut self) -> Option<&'a Event> {
        let rest = self.events.get(self.at..)?;
        let skipped = rest.iter().position(|event| event.kind() != EventKind::Whitespace)?;
        self.at += skipped + 1;
        rest.get(skipped)
    }

    /// Dotted keys, up to `=` or the end of a header.
    fn keys(&mut self, first: Option<&Event>) -> String {
        let mut keys: Vec<String> = first.into_iter().map(|event| self.key(event)).collect();
        while let Some(event) = self.next_visible() {
            match event.kind() {
                EventKind::SimpleKey => keys.push(self.key(event)),
                EventKind::KeySep => {}
                _ => break,
            }
        }
        keys.join(".")
    }

    /// A key with quotes only where it needs them.
    fn key(&self, event: &Event) -> String {
        let text = self.slice(event);
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or("");
        match event.encoding() {
            Some(_) if !inner.is_empty() && inner.chars().all(plain) => inner.to_owned(),
            _ => scalar(text, event.encoding()),
        }
    }

    /// The comment before the end of the line, if there is one, and its column.
    fn end_of_line(&mut self) -> (Option<String>, Option<usize>) {
        let mut found = (None, None);
        while let Some(event) = self.next_visible() {
            match event.kind() {
                EventKind::Comment => {
                    found = (Some(self.slice(event).trim_end().to_owned()), Some(self.column(event)));
                }
                _ => break,
            }
        }
        found
    }

    fn value(&mut self, first: &Event) -> Value {
        match first.kind() {
            EventKind::ArrayOpen => Value::Brackets(self.brackets(false)),
            EventKind::InlineTableOpen => Value::Brackets(self.brackets(true)),
            _ => Value::Plain(scalar(self.slice(first), first.encoding())),
        }
    }

    fn brackets(&mut self, table: bool) -> Brackets {
        let mut brackets = Brackets { table, broken: false, items: Vec::new(), last: Vec::new() };
        // A comment belongs to the item before it on the same line, else to what follows.
        let mut same_line = false;
        while let Some(event) = self.next_visible() {
            match event.kind() {
                EventKind::ArrayClose | EventKind::InlineTableClose => break,
                EventKind::Newline => {
                    brackets.broken = true;
                    same_line = false;
                }
                EventKind::Comment => {
                    let comment = self.slice(event).trim_end().to_owned();
                    match brackets.items.last_mut() {
                        Some(item) if same_line && item.comment.is_none() => item.comment = Some(comment),
                        _ => brackets.last.push(comment),
                    }
                }
                EventKind::ValueSep => {}
                kind => {
                    let before = std::mem::take(&mut brackets.last);
                    let key = (kind == EventKind::SimpleKey).then(|| self.keys(Some(event)));
                    let first = if key.is_some() { self.next_visible() } else { Some(event) };
                    let Some(value) = first.map(|first| self.value(first)) else { break };
                    brackets.items.push(Item { before, key, value, comment: None });
                    same_line = true;
                }
            }
        }
        brackets
    }
}

/// A scalar or a quoted key: between double quotes where that changes nothing else, otherwise as it is written.
fn scalar(text: &str, encoding: Option<Encoding>) -> String {
    let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or("");
    let same = |c: char| c != '"' && c != '\\' && !c.is_control();
    match encoding {
        Some(Encoding::LiteralString) if inner.chars().all(same) => format!("\"{inner}\""),
        _ => text.replace('\n', &WITHIN.to_string()),
    }
}
