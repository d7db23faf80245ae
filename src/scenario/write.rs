//! A tree as TOML text that reads back as the same tree, in the same order.

use super::merge::is_quantity;
use super::tree::{Node, Table, Value};

/// How long a table may be, in characters, to stand on one line below the names of things.
const LINE: usize = 90;

/// The tree as a file: a header for each thing, one line for each of its quantities.
pub fn to_toml(root: &Table) -> String {
    let mut out = String::new();
    section(&mut out, "", root, 0);
    out
}

/// A value on one line.
pub fn inline(node: &Node) -> String {
    match &node.value {
        Value::String(text) => quoted(text),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) if number.is_nan() => "nan".to_owned(),
        Value::Float(number) => format!("{number:?}"),
        Value::Boolean(flag) => flag.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Table(table) if table.entries.is_empty() => "{}".to_owned(),
        Value::Table(table) => {
            let pairs = table.entries.iter().map(|(k, e)| format!("{} = {}", key(k), inline(&e.node)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}

/// Writes a table's lines, then the headers of what it holds. What precedes a line cannot have a header, or the line
/// would belong to it: only the entries at the table's end have one.
fn section(out: &mut String, path: &str, table: &Table, depth: usize) {
    let lines = table.entries.values().rposition(|e| !has_header(&e.node, depth)).map_or(0, |last| last + 1);
    for (name, entry) in table.entries.iter().take(lines) {
        out.push_str(&format!("{} = {}\n", key(name), inline(&entry.node)));
    }
    for (name, entry) in table.entries.iter().skip(lines) {
        let path = if path.is_empty() { key(name) } else { format!("{path}.{}", key(name)) };
        let mut open = |header: String, table: &Table| {
            out.push_str(if out.is_empty() { "" } else { "\n" });
            out.push_str(&format!("{header}\n"));
            section(out, &path, table, depth + 1);
        };
        match &entry.node.value {
            // What holds nothing but things with headers needs none of its own.
            Value::Table(table) if depth == 0 && !table.entries.is_empty() && all_headers(table, 1) => {
                section(out, &path, table, 1);
            }
            Value::Table(table) => open(format!("[{path}]"), table),
            Value::Array(items) => {
                items.iter().filter_map(Node::table).for_each(|table| open(format!("[[{path}]]"), table));
            }
            _ => {}
        }
    }
}

fn all_headers(table: &Table, depth: usize) -> bool {
    table.entries.values().all(|e| has_header(&e.node, depth))
}

fn has_header(node: &Node, depth: usize) -> bool {
    match &node.value {
        Value::Table(table) if depth < 2 => depth == 0 || !is_quantity(table),
        Value::Table(table) => !is_quantity(table) && inline(node).chars().count() > LINE,
        Value::Array(items) => depth < 3 && !items.is_empty() && items.iter().all(|i| i.table().is_some()),
        _ => false,
    }
}

/// A name as a key: bare where TOML allows it.
pub fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { quoted(name) }
}

/// A text in quotes, on one line.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
