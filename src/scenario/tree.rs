//! A scenario as a tree of tables and values, each with its place in a file. It knows TOML, not what anything means.

use indexmap::IndexMap;
use jiff::civil::Date;

use super::diagnostic::{Diagnostic, Place, Sources};

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The text of the value; for a table with a header, the header.
    pub place: Place,
    /// What it is.
    pub value: Value,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A string.
    String(String),
    /// A whole number.
    Integer(i64),
    /// A number with a point; may be infinite or not a number, as TOML allows.
    Float(f64),
    /// True or false.
    Boolean(bool),
    /// A calendar date.
    Date(Date),
    /// A list.
    Array(Vec<Node>),
    /// A table.
    Table(Table),
}

/// Keys and values in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The entries by key.
    pub entries: IndexMap<String, Entry>,
}

/// One entry of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The place of the key.
    pub key: Place,
    /// The value.
    pub node: Node,
}

impl Table {
    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.get(key).map(|e| &e.node)
    }
}

impl Node {
    /// The table, if it is one.
    pub fn table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// What kind of thing it is, in words.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::String(_) => "a string",
            Value::Integer(_) | Value::Float(_) => "a number",
            Value::Boolean(_) => "true or false",
            Value::Date(_) => "a date",
            Value::Array(_) => "a list",
            Value::Table(_) => "a table",
        }
    }
}

/// The name under which an entry of a list of tables is addressed: its `name`, or for an onset without one the
/// default of docs/model.md (`annual`, the date, the crisis, `after-CONTROL`).
pub fn entry_name(node: &Node) -> Option<String> {
    let table = node.table()?;
    let text = |key: &str| table.get(key).and_then(Node::text);
    if let Some(name) = table.get("name") {
        return name.text().map(str::to_owned);
    }
    if table.get("annual_probability").is_some() {
        return Some("annual".to_owned());
    }
    if let Some(Node { value: Value::Date(date), .. }) = table.get("at") {
        return Some(date.to_string());
    }
    let at = text("at").map(str::to_owned);
    let crisis = text("crisis").map(str::to_owned);
    at.or(crisis).or_else(|| text("follows").map(|control| format!("after-{control}")))
}

/// Parses one source into a table, or all its syntax errors.
pub fn parse(sources: &Sources, source: usize) -> Result<Node, Vec<Diagnostic>> {
    let text = sources.text(source);
    let (root, errors) = toml::de::DeTable::parse_recoverable(text);
    let mut diagnostics: Vec<Diagnostic> = errors
        .iter()
        .map(|error| {
            let span = error.span().unwrap_or(0..0);
            Diagnostic::error(at(source, span), format!("this is not valid TOML: {}", error.message()))
        })
        .collect();
    let place = at(source, root.span());
    let table = convert_table(source, root.into_inner(), &mut diagnostics);
    if diagnostics.is_empty() { Ok(Node { place, value: Value::Table(table) }) } else { Err(diagnostics) }
}

/// Parses the text of one value, as given on the command line: TOML, or else a string as it stands.
pub fn parse_value(source: usize, text: &str, offset: usize) -> Node {
    let shift = |span: std::ops::Range<usize>| span.start + offset..span.end + offset;
    let whole = at(source, shift(0..text.len()));
    let mut diagnostics = Vec::new();
    if let Ok(value) = toml::de::DeValue::parse(text) {
        let mut node = convert(source, value, &mut diagnostics);
        if diagnostics.is_empty() {
            shift_places(&mut node, offset);
            return node;
        }
    }
    Node { place: whole, value: Value::String(text.to_owned()) }
}

fn shift_places(node: &mut Node, offset: usize) {
    let shift = |place: &mut Place| {
        place.start += offset;
        place.end += offset;
    };
    shift(&mut node.place);
    match &mut node.value {
        Value::Array(items) => items.iter_mut().for_each(|item| shift_places(item, offset)),
        Value::Table(table) => {
            for entry in table.entries.values_mut() {
                shift(&mut entry.key);
                shift_places(&mut entry.node, offset);
            }
        }
        _ => {}
    }
}

fn at(source: usize, span: std::ops::Range<usize>) -> Place {
    Place { source, start: span.start, end: span.end }
}

fn convert_table(source: usize, table: toml::de::DeTable<'_>, diagnostics: &mut Vec<Diagnostic>) -> Table {
    let mut entries = IndexMap::new();
    for (key, value) in table {
        let place = at(source, key.span());
        entries.insert(
            key.into_inner().into_owned(),
            Entry { key: place, node: convert(source, value, diagnostics) },
        );
    }
    Table { entries }
}

fn convert(
    source: usize,
    value: toml::Spanned<toml::de::DeValue<'_>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Node {
    use toml::de::DeValue;
    let place = at(source, value.span());
    let value = match value.into_inner() {
        DeValue::String(text) => Value::String(text.into_owned()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) => {
                diagnostics.push(Diagnostic::error(place, "this whole number is too large"));
                Value::Integer(0)
            }
        },
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => Value::Boolean(flag),
        DeValue::Datetime(moment) => match to_date(&moment) {
            Some(date) => Value::Date(date),
            None => {
                diagnostics.push(
                    Diagnostic::error(place, "a date is wanted here, without a time of day")
                        .help("write the day alone, such as `2026-01-06`"),
                );
                Value::Date(Date::ZERO)
            }
        },
        DeValue::Array(items) => {
            Value::Array(items.into_iter().map(|item| convert(source, item, diagnostics)).collect())
        }
        DeValue::Table(table) => Value::Table(convert_table(source, table, diagnostics)),
    };
    Node { place, value }
}

fn to_date(moment: &toml::value::Datetime) -> Option<Date> {
    match (moment.date, moment.time, moment.offset) {
        (Some(date), None, None) => {
            Date::new(i16::try_from(date.year).ok()?, date.month as i8, date.day as i8).ok()
        }
        _ => None,
    }
}

/// The tree as TOML text, in its own order.
pub fn to_toml(root: &Table) -> String {
    toml::to_string_pretty(&plain_table(root)).unwrap_or_default()
}

fn plain_table(table: &Table) -> toml::Table {
    table.entries.iter().map(|(key, entry)| (key.clone(), plain(&entry.node))).collect()
}

fn plain(node: &Node) -> toml::Value {
    match &node.value {
        Value::String(text) => toml::Value::String(text.clone()),
        Value::Integer(number) => toml::Value::Integer(*number),
        Value::Float(number) => toml::Value::Float(*number),
        Value::Boolean(flag) => toml::Value::Boolean(*flag),
        Value::Date(date) => {
            let date = toml::value::Date {
                year: date.year() as u16,
                month: date.month() as u8,
                day: date.day() as u8,
            };
            toml::Value::Datetime(toml::value::Datetime { date: Some(date), time: None, offset: None })
        }
        Value::Array(items) => toml::Value::Array(items.iter().map(plain).collect()),
        Value::Table(table) => toml::Value::Table(plain_table(table)),
    }
}
