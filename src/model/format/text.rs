//! A JSON Schema as text: what is short on one line, so that the file is small and its changes can be read.

use serde_json::Value;

use super::schema;

/// How long a line of the text may be.
const WIDTH: usize = 110;

/// The schema of the scenario format as the text of a file.
pub fn schema_text() -> String {
    let mut text = String::new();
    write(&schema(), 0, &mut text);
    text.push('\n');
    text
}

fn write(value: &Value, depth: usize, text: &mut String) {
    let short = value.to_string();
    let so_far = text.len() - text.rfind('\n').map_or(0, |at| at + 1);
    let (open, close, items): (char, char, Vec<(Option<&String>, &Value)>) = match value {
        Value::Object(entries) => ('{', '}', entries.iter().map(|(key, entry)| (Some(key), entry)).collect()),
        Value::Array(items) => ('[', ']', items.iter().map(|item| (None, item)).collect()),
        _ => return text.push_str(&short),
    };
    if so_far + short.len() <= WIDTH {
        return text.push_str(&short);
    }
    text.push(open);
    for (i, (key, item)) in items.into_iter().enumerate() {
        text.push_str(if i == 0 { "\n" } else { ",\n" });
        text.push_str(&" ".repeat(depth + 1));
        if let Some(key) = key {
            text.push_str(&format!("{}: ", Value::from(key.as_str())));
        }
        write(item, depth + 1, text);
    }
    text.push('\n');
    text.push_str(&" ".repeat(depth));
    text.push(close);
}
