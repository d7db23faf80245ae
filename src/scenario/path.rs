//! Dotted paths into a scenario, as `--set` and `remove` use them: keys of tables, names of entries in lists.

use super::diagnostic::{Diagnostic, Place};
use super::tree::{Entry, Node, Table, Value, entry_name};

/// Splits a path at its points; a segment in double quotes may hold points itself.
pub fn split(path: &str) -> Vec<String> {
    let mut segments = vec![String::new()];
    let mut quoted = false;
    for c in path.chars() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => segments.push(String::new()),
            _ => {
                if let Some(last) = segments.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    segments.into_iter().map(|s| s.trim().to_owned()).collect()
}

/// Puts `value` at `path`, making tables on the way where a key is missing. `place` is where the path is written.
pub fn set(root: &mut Node, path: &str, place: Place, value: Node) -> Result<(), Diagnostic> {
    let segments = split(path);
    if segments.iter().any(String::is_empty) {
        return Err(Diagnostic::error(place, format!("`{path}` is not a path"))
            .help("a path is names joined by points, such as `controls.ban.regimes.ban.lasts`"));
    }
    let (last, parents) = match segments.split_last() {
        Some(split) => split,
        None => return Ok(()),
    };
    let mut node = root;
    for segment in parents {
        if let Value::Table(table) = &mut node.value {
            let new = || Entry { key: place, node: Node { place, value: Value::Table(Table::default()) } };
            table.entries.entry(segment.clone()).or_insert_with(new);
        }
        node = child(node, segment, path, place)?;
    }
    if let Value::Table(table) = &mut node.value {
        let key = table.entries.get(last).map_or(place, |e| e.key);
        table.entries.insert(last.clone(), Entry { key, node: value });
    } else {
        *child(node, last, path, place)? = value;
    }
    Ok(())
}

/// Takes out what is at `path`.
pub fn remove(root: &mut Node, path: &str, place: Place) -> Result<(), Diagnostic> {
    let segments = split(path);
    let Some((last, parents)) = segments.split_last() else { return Ok(()) };
    let mut node = root;
    for segment in parents {
        node = child(node, segment, path, place)?;
    }
    child(node, last, path, place)?;
    match &mut node.value {
        Value::Table(table) => drop(table.entries.shift_remove(last)),
        Value::Array(items) => items.retain(|item| entry_name(item).as_deref() != Some(last)),
        _ => {}
    }
    Ok(())
}

/// What `segment` names in `node`: a key of a table, or an entry of a list by its name.
fn child<'a>(
    node: &'a mut Node,
    segment: &str,
    path: &str,
    place: Place,
) -> Result<&'a mut Node, Diagnostic> {
    let failure = match &node.value {
        Value::Table(_) | Value::Array(_) => unknown(path, segment, node, place),
        _ => Diagnostic::error(
            place,
            format!("`{path}` leads nowhere: what should hold `{segment}` is {}, not a table", node.kind()),
        ),
    };
    let found = match &mut node.value {
        Value::Table(table) => table.entries.get_mut(segment).map(|entry| &mut entry.node),
        Value::Array(items) => items.iter_mut().find(|item| entry_name(item).as_deref() == Some(segment)),
        _ => None,
    };
    found.ok_or(failure)
}

fn unknown(path: &str, segment: &str, node: &Node, place: Place) -> Diagnostic {
    let names: Vec<String> = match &node.value {
        Value::Table(table) => table.entries.keys().cloned().collect(),
        Value::Array(items) => items.iter().filter_map(entry_name).collect(),
        _ => Vec::new(),
    };
    let diagnostic = Diagnostic::error(place, format!("`{path}` leads nowhere: there is no `{segment}`"));
    match nearest(segment, names.iter().map(String::as_str)) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None if names.is_empty() => diagnostic,
        None => diagnostic.help(format!("there are: {}", names.join(", "))),
    }
}

/// The name most like `word`, if one is like enough to be what was meant.
pub fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let score = |name: &str| strsim::jaro_winkler(&word.to_lowercase(), &name.to_lowercase());
    names
        .map(|name| (score(name), name))
        .filter(|(s, _)| *s > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|b| b.1)
}
