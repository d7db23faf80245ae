//! Dotted paths into a scenario, as `--set` and `remove` use them: keys of tables, names of entries in lists.

use super::diagnostic::{Diagnostic, Place};
use super::merge::{BY_NAME, LAWS, is_quantity};
use super::tree::{Entry, Node, Table, Value, entry_name};

/// The most segments a path can have; no scenario is deeper.
const DEEPEST: usize = 32;

/// Sections whose entries are things with names of the user's own: a path does not make a new one on its way.
const SECTIONS: [&str; 5] = ["materials", "sectors", "crises", "controls", "options"];

/// Splits a path at its points; a segment in double quotes may hold points itself.
fn split(path: &str, place: Place) -> Result<Vec<String>, Diagnostic> {
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
    let segments: Vec<String> = segments.into_iter().map(|s| s.trim().to_owned()).collect();
    if quoted || segments.len() > DEEPEST || segments.iter().any(String::is_empty) {
        return Err(Diagnostic::error(place, "this is not a path")
            .help("a path is names joined by points, such as `controls.ban.regimes.ban.lasts`"));
    }
    Ok(segments)
}

/// Puts `value` at `path`, making tables on the way where a key is missing. `place` is where the path is written.
pub fn set(root: &mut Node, path: &str, place: Place, value: Node) -> Result<(), Diagnostic> {
    let segments = in_full(root, split(path, place)?);
    let Some((last, parents)) = segments.split_last() else { return Ok(()) };
    if matches!(last.as_str(), "extends" | "remove") && (parents.is_empty() || parents == ["scenario"]) {
        return Err(Diagnostic::error(place, format!("`{last}` belongs into a file"))
            .help("lay a file on top with --overlay FILE; it may remove entries"));
    }
    let mut node = root;
    for (i, segment) in parents.iter().enumerate() {
        let things =
            (i == 1 && SECTIONS.contains(&parents[0].as_str())) || (i > 0 && parents[i - 1] == "uses");
        if let Value::Table(table) = &mut node.value
            && !things
        {
            let new = || Entry { key: place, node: Node { place, value: Value::Table(Table::default()) } };
            table.entries.entry(segment.clone()).or_insert_with(new);
        }
        node = child(node, segment, path, place)?;
    }
    if let Value::Table(table) = &mut node.value {
        table.entries.insert(last.clone(), Entry { key: place, node: value });
    } else {
        *child(node, last, path, place)? = value;
    }
    Ok(())
}

/// The path with the keys that a quantity may be stated by put in: `lasts.mean` is `lasts.value.exponential.mean` of
/// `lasts = { value = { exponential = { mean = "3 months" } } }`.
fn in_full(root: &Node, segments: Vec<String>) -> Vec<String> {
    let mut full: Vec<String> = Vec::new();
    let mut node = Some(root);
    for segment in segments {
        let by_name = full.last().is_some_and(|key| BY_NAME.contains(&key.as_str()));
        let keys = node.filter(|_| !by_name).and_then(|node| statement(node, &segment)).unwrap_or_default();
        for key in keys.into_iter().chain([segment]) {
            node = node.and_then(|node| match &node.value {
                Value::Table(table) => table.get(&key),
                Value::Array(items) => items.iter().find(|item| entry_name(item).as_deref() == Some(&key)),
                _ => None,
            });
            full.push(key);
        }
    }
    full
}

/// The keys (`value`, a law) that lead from a quantity to the table that has `key`; none where nothing has it.
fn statement(node: &Node, key: &str) -> Option<Vec<String>> {
    let table = node.table()?;
    if table.get(key).is_some() {
        return Some(Vec::new());
    }
    let states = |name: &&String| *name == "value" || LAWS.contains(&name.as_str());
    let mut names = table.entries.keys().filter(states);
    let name = names.next().filter(|_| names.next().is_none() && is_quantity(table))?;
    let mut rest = statement(table.get(name)?, key)?;
    rest.insert(0, name.clone());
    Some(rest)
}

/// The dotted path of the narrowest entry that stands at a place, if any does: the other way round.
pub fn of_place(root: &Node, place: Place) -> Option<String> {
    let mut best = None;
    narrow(root, "", place, &mut best);
    best.map(|(_, path)| path)
}

fn narrow(node: &Node, path: &str, place: Place, best: &mut Option<(usize, String)>) {
    let mut consider = |name: &str, key: Option<Place>, node: &Node| {
        let name = if name.contains('.') { format!("\"{name}\"") } else { name.to_owned() };
        let path = if path.is_empty() { name } else { format!("{path}.{name}") };
        for around in key.into_iter().chain([node.place]) {
            let length = around.end - around.start;
            let holds =
                around.source == place.source && around.start <= place.start && place.end <= around.end;
            if holds && length > 0 && best.as_ref().is_none_or(|(narrowest, _)| length <= *narrowest) {
                *best = Some((length, path.clone()));
            }
        }
        narrow(node, &path, place, best);
    };
    match &node.value {
        Value::Table(table) => {
            table.entries.iter().for_each(|(name, entry)| consider(name, Some(entry.key), &entry.node));
        }
        Value::Array(items) => {
            let named = items.iter().all(|item| item.table().is_some());
            for (i, item) in items.iter().enumerate().filter(|_| named) {
                consider(&entry_name(item).unwrap_or_else(|| (i + 1).to_string()), None, item);
            }
        }
        _ => {}
    }
}

/// Takes out what is at `path`.
pub fn remove(root: &mut Node, path: &str, place: Place) -> Result<(), Diagnostic> {
    let segments = split(path, place)?;
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
        )
        .help("a quantity is replaced as a whole, such as 'price={ lognormal = { median = \"3 USD/kg\", sigma = 0.2 } }'"),
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

/// The name most like `word`, if one is like enough to be what was meant: a slip of the pen, or a part of it. Of a slip at
/// least half of the letters are left.
pub fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let score = |name: &str| {
        let name = name.to_lowercase();
        let part = |a: &str, b: &str| b.len() >= 5 && a.contains(b);
        let like = strsim::jaro_winkler(&word, &name);
        if part(&word, &name) || part(&name, &word) {
            return like.max(0.81);
        }
        let longer = word.chars().count().max(name.chars().count());
        if 2 * strsim::osa_distance(&word, &name) <= longer { like } else { 0.0 }
    };
    let mut nearest = None;
    let mut best = 0.8;
    for name in names {
        // The first of equals.
        if score(name) > best {
            (nearest, best) = (Some(name), score(name));
        }
    }
    nearest
}
