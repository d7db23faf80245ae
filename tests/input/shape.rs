//! One shape for scenario files (`shortfall fmt`): the same meaning, every comment, the same again when done again.

use std::path::Path;

use shortfall::scenario::{self, NoFiles, Node, Request, Value, format};

use super::fuzz::{Dice, SCENARIOS, mutilate};

/// All that a text says, without places, `extends` and `remove` as well.
fn tree(text: &str) -> toml::Table {
    text.parse().unwrap()
}

/// The comments of a text, found without any parser: what follows a `#` outside quotes. Good for texts without triple
/// quotes.
fn comments(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines() {
        let mut quote = None;
        let mut escaped = false;
        for (i, c) in line.char_indices() {
            match (quote, c) {
                _ if std::mem::take(&mut escaped) => {}
                (Some('"'), '\\') => escaped = true,
                (Some(open), _) if open == c => quote = None,
                (None, '"' | '\'') => quote = Some(c),
                (None, '#') => {
                    found.push(line[i..].trim_end().to_owned());
                    break;
                }
                _ => {}
            }
        }
    }
    found
}

fn holds(text: &str, name: &str) -> String {
    let shaped = format(name, text).unwrap_or_else(|(s, d)| panic!("{name}: {}", s.render(&d, false)));
    assert!(tree(&shaped).to_string() == tree(text).to_string(), "{name} means something else:\n{shaped}");
    let again = format(name, &shaped).unwrap_or_else(|(s, d)| panic!("{name}: {}", s.render(&d, false)));
    assert!(again == shaped, "{name} has another shape when done again:\n{shaped}\n---\n{again}");
    if !text.contains("'''") && !text.contains("\"\"\"") {
        assert_eq!(comments(&shaped), comments(text), "{name}");
    }
    shaped
}

fn files(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let tomls = paths.filter(|path| path.extension().is_some_and(|end| end == "toml"));
    let mut files: Vec<_> = tomls
        .filter_map(|path| Some((path.to_str()?.to_owned(), std::fs::read_to_string(&path).ok()?)))
        .collect();
    files.sort();
    files
}

#[test]
fn what_is_shipped_is_in_shape() {
    let mut shipped = files("scenarios");
    shipped.extend(files("src/cli/templates"));
    shipped.extend(files("tests/data"));
    assert!(shipped.len() >= 9, "{}", shipped.len());
    let wrong: Vec<_> =
        shipped.iter().filter(|(name, text)| holds(text, name) != *text).map(|f| &f.0).collect();
    assert!(wrong.is_empty(), "run `shortfall fmt` on {wrong:?}");
}

#[test]
fn what_is_broken_otherwise_has_a_shape_too() {
    let (mut shaped, mut refused) = (0, 0);
    for (name, text) in files("tests/broken") {
        match format(&name, &text) {
            Ok(_) => {
                holds(&text, &name);
                shaped += 1;
            }
            Err((sources, mistakes)) => {
                assert!(!mistakes.is_empty() && !sources.render(&mistakes, false).is_empty());
                refused += 1;
            }
        }
    }
    assert!(shaped > 150 && refused > 10, "{shaped} {refused}");
}

#[test]
fn mutilated_texts_keep_their_meaning_or_are_left_alone() {
    let (mut shaped, mut refused) = (0, 0);
    for seed in 0..3000 {
        let mut dice = Dice::new(seed);
        let mut text = (*dice.pick(&SCENARIOS)).to_owned();
        for _ in 0..=dice.below(4) {
            text = mutilate(&text, &mut dice);
        }
        for _ in 0..dice.below(30) {
            text = untidy(&text, &mut dice);
        }
        match text.parse::<toml::Table>() {
            // Times of day and numbers beyond 64 bits are TOML and no scenario.
            Ok(_) if format("fuzz.toml", &text).is_ok() => {
                holds(&text, &format!("seed {seed}"));
                shaped += 1;
            }
            _ => {
                assert!(format("fuzz.toml", &text).is_err(), "seed {seed}");
                refused += 1;
            }
        }
    }
    assert!(shaped > 800 && refused > 300, "{shaped} {refused}");
}

/// Changes that keep the meaning: blanks, comments, ends of lines, brackets over several lines.
fn untidy(text: &str, dice: &mut Dice) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if lines.is_empty() {
        return text.to_owned();
    }
    let at = dice.below(lines.len());
    let line = lines[at].clone();
    match dice.below(9) {
        0 => lines.insert(at, String::new()),
        1 => lines.insert(at, "  \t".to_owned()),
        2 => lines.insert(at, format!("{}# a comment = \"日本\" [", " ".repeat(dice.below(50)))),
        3 => lines[at] = format!("   {line}"),
        4 => lines[at] = format!("{line}\t # at the end"),
        5 => lines[at] = line.replacen(" = ", "=", 1),
        6 => lines[at] = line.replacen("{ ", "{", 1).replacen(", ", "  ,  ", 1),
        7 => lines[at] = line.replacen('[', "[ # opened\n", 1).replacen("\", \"", "\"  # one\n,\n\n\"", 1),
        _ => lines[at] = line.replacen(", ", " , # between\n   # alone\n", 1).replacen("{ ", "{\n", 1),
    }
    lines.join("\n") + "\n"
}

#[test]
fn the_resolved_scenario_is_in_shape() {
    for text in SCENARIOS {
        let request = Request {
            name: "x.toml".to_owned(),
            text: text.to_owned(),
            overlays: Vec::new(),
            settings: vec!["scenario.seed=7".to_owned()],
        };
        let document = scenario::load(&request, &NoFiles).unwrap();
        let resolved = document.to_toml();
        assert_eq!(holds(&resolved, "resolved"), resolved);
        assert!(entries(&document.root) > 40);
    }
}

fn entries(node: &Node) -> usize {
    match &node.value {
        Value::Table(table) => table.entries.values().map(|entry| 1 + entries(&entry.node)).sum(),
        Value::Array(items) => items.iter().map(entries).sum(),
        _ => 0,
    }
}
