//! The format as data and the reader, held to each other in both directions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{Absent, Form, Key, Table, tables};
use crate::model::fields::Ask;
use crate::model::reader::{Drawn, Reader};
use crate::model::{self, Model, structure};
use crate::scenario::{Document, Files, Node, Place, Request, Value, entry_name, is_remark, load};

struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> Result<String, String> {
        std::fs::read_to_string(path).map_err(|e| e.to_string())
    }
}

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn document(name: &Path, text: String) -> Option<Document> {
    let name = name.display().to_string();
    load(&Request { name, text, overlays: Vec::new(), settings: Vec::new() }, &Disk).ok()
}

fn every_key() -> Document {
    let path = repository("tests/data/every-key.toml");
    document(&path, Disk.read(&path).unwrap()).unwrap()
}

/// What the reader asks of a document, by path.
fn asked(document: &Document) -> Vec<(String, Ask)> {
    let mut reader = Reader::new(document);
    structure::model(&mut reader);
    reader.asked
}

/// What it asks of the files of tests/broken.
fn asked_of_broken() -> Vec<(String, Ask)> {
    let files = std::fs::read_dir(repository("tests/broken")).unwrap().map(|entry| entry.unwrap().path());
    // A name with a point in it breaks the paths themselves.
    let files = files.filter(|path| !path.ends_with("name-with-a-point.toml"));
    let texts = files.filter_map(|path| Some((Disk.read(&path).ok()?, path)));
    let documents: Vec<Document> = texts.filter_map(|(text, path)| document(&path, text)).collect();
    assert!(documents.len() > 100);
    documents.iter().flat_map(asked).collect()
}

fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('.').collect(), path.split('.').collect());
    pattern.len() == path.len() && pattern.iter().zip(&path).all(|(p, s)| *p == "*" || p == s)
}

/// The table and the key of the format at a path of a document.
fn key_at(path: &str) -> Option<(&'static Table, &'static Key)> {
    let (parent, last) = path.rsplit_once('.').unwrap_or(("", path));
    let table = tables().find(|table| fits(table.path, parent))?;
    let found = table.keys.iter().find(|key| key.name == last);
    Some((table, found.or(table.keys.iter().find(|key| key.name == "*"))?))
}

/// The node at a path of keys, names and numbers of entries.
fn node_at<'n>(node: &'n mut Node, path: &str) -> Option<&'n mut Node> {
    if path.is_empty() {
        return Some(node);
    }
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let child = match &mut node.value {
        Value::Table(table) => table.entries.get_mut(first).map(|entry| &mut entry.node),
        Value::Array(items) => {
            let at = |i: usize, item: &Node| entry_name(item).unwrap_or((i + 1).to_string()) == first;
            let i = items.iter().enumerate().position(|(i, item)| at(i, item))?;
            items.get_mut(i)
        }
        _ => None,
    }?;
    node_at(child, rest)
}

/// The paths in a document that a pattern fits and that are tables.
fn instances(node: &Node, pattern: &str) -> Vec<String> {
    if pattern.is_empty() {
        return if node.table().is_some() { vec![String::new()] } else { Vec::new() };
    }
    let (first, rest) = pattern.split_once('.').unwrap_or((pattern, ""));
    let children: Vec<(String, &Node)> = match &node.value {
        Value::Table(table) => {
            let named = |key: &String| if first == "*" { !is_remark(key) } else { key == first };
            let entries = table.entries.iter().filter(|(key, _)| named(key));
            entries.map(|(key, entry)| (key.clone(), &entry.node)).collect()
        }
        Value::Array(items) if first == "*" => {
            let name = |(i, item): (usize, &Node)| entry_name(item).unwrap_or((i + 1).to_string());
            items.iter().enumerate().map(|(i, item)| (name((i, item)), item)).collect()
        }
        _ => Vec::new(),
    };
    let below = children.into_iter().flat_map(|(name, child)| {
        let paths = instances(child, rest).into_iter();
        paths.map(move |path| if path.is_empty() { name.clone() } else { format!("{name}.{path}") })
    });
    below.collect()
}

fn join(table: &str, key: &str) -> String {
    if table.is_empty() { key.to_owned() } else { format!("{table}.{key}") }
}

/// What may stand in one table of a document: by its kind, and for an onset by its trigger.
fn expected(table: &Table, node: &Node) -> BTreeSet<&'static str> {
    let here = node.table().unwrap();
    let kind = here.get("kind").and_then(Node::text);
    let onset = table.path == "controls.*.onsets.*";
    let way = table.one_of.iter().find(|way| onset && here.get(way).is_some());
    let stands = |key: &&Key| {
        let kind = key.kinds.is_empty() || kind.is_some_and(|kind| key.kinds.contains(&kind));
        let beside = key.with.is_empty() || table.one_of.contains(&key.name);
        kind && (beside || way.is_none_or(|way| key.with.contains(way)))
    };
    // `extends` and `remove` are taken out where files are loaded.
    let taken = |key: &&Key| !matches!(key.name, "extends" | "remove" | "*" | "source");
    table.keys.iter().filter(stands).filter(taken).map(|key| key.name).collect()
}

#[test]
fn the_reader_asks_for_the_keys_of_the_format_and_no_others() {
    let mut document = every_key();
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, ask) in asked(&document) {
        let (table, key) = path.rsplit_once('.').unwrap_or(("", &path));
        if ask == Ask::Key && !is_remark(key) && key != "value" {
            keys.entry(table.to_owned()).or_default().insert(key.to_owned());
        }
    }
    let mut reached = 0;
    for table in tables() {
        let paths = instances(&document.root, table.path);
        assert!(!paths.is_empty(), "tests/data/every-key.toml has no {}", table.path);
        for path in paths {
            let expected = expected(table, node_at(&mut document.root, &path).unwrap());
            // `value` is a key of a quantity, and asked for with its other keys in an expectation.
            let asked = keys.get(&path).cloned().unwrap_or_default();
            let asked: BTreeSet<&str> = asked.iter().map(String::as_str).collect();
            let expected: BTreeSet<&str> = expected.into_iter().filter(|key| *key != "value").collect();
            assert_eq!(asked, expected, "left: what the reader asks for in {path}; right: the format");
            reached += asked.len();
        }
    }
    let all: usize = keys.values().map(BTreeSet::len).sum();
    assert_eq!(reached, all, "the reader asks for keys of tables that the format does not have: {keys:#?}");
    for (path, _) in
        asked_of_broken().iter().filter(|(path, ask)| *ask == Ask::Key && !path.ends_with(".value"))
    {
        let key = path.rsplit('.').next().unwrap();
        assert!(is_remark(key) || key_at(path).is_some(), "the format does not know {path}");
    }
}

/// Whether what a key was asked for as is what the format says of it.
fn agrees(form: Form, ask: &Ask) -> bool {
    match (form, ask) {
        (_, Ask::Key | Ask::Missing) => true,
        (Form::Quantity(kinds), Ask::Quantity(asked, Drawn::Once)) => kinds == asked,
        (Form::Afresh(kinds), Ask::Quantity(asked, Drawn::Afresh)) => kinds == asked,
        (Form::Path(_), Ask::Curve) => true,
        (
            Form::Path(kind) | Form::QuantityOrTable(kind) | Form::Certain(kind),
            Ask::Quantity(asked, Drawn::Once),
        ) => *asked == [kind],
        (Form::Profile(kind), Ask::Quantity(asked, Drawn::Afresh)) => *asked == [kind],
        (Form::Text | Form::Name(_) | Form::Choice(_) | Form::Currency, Ask::Text) => true,
        (Form::Texts(_), Ask::Texts) | (Form::Flag, Ask::Flag) => true,
        (Form::Whole(low, high), Ask::Whole(a, b)) => (low, high) == (*a, *b),
        (Form::Named, Ask::Named) | (Form::List, Ask::List) => true,
        _ => false,
    }
}

#[test]
fn each_key_is_of_the_type_that_the_reader_wants() {
    let mut confirmed: BTreeSet<String> = BTreeSet::new();
    for (path, ask) in asked(&every_key()) {
        // A quantity by date or by time belongs to the key above it.
        let found = key_at(&path).or_else(|| key_at(path.rsplit_once('.')?.0));
        let Some((table, key)) = found else {
            assert!(ask == Ask::Key, "the format does not know {path}");
            continue;
        };
        assert!(agrees(key.form, &ask), "{path} is asked for as {ask:?}, and the format has {:?}", key.form);
        if !matches!(ask, Ask::Key | Ask::Missing) {
            confirmed.insert(join(table.path, key.name));
        }
    }
    for table in tables() {
        for key in table.keys.iter().filter(|key| !matches!(key.name, "extends" | "remove" | "source")) {
            let own_way = matches!(
                key.form,
                Form::Any
                    | Form::Spread(_)
                    | Form::Rate
                    | Form::Figure
                    | Form::Band
                    | Form::Correlation
                    | Form::Date
                    | Form::Table
                    | Form::NameOrTable(_)
                    | Form::ChoiceOrTable(_)
            ) || table.path.ends_with(".route");
            let path = join(table.path, key.name);
            assert!(own_way || confirmed.contains(&path), "nothing asked for {path} as {:?}", key.form);
        }
    }
}

#[test]
fn what_must_be_there_is_missed() {
    let text = "[scenario]\n[parameters]\n[[correlations]]\n[[expectations]]\n[[expectations]]\nvalue = 1\n\
        [crises.a]\n[options.a]\n[options.b]\nkind = \"supplier\"\n[options.c]\nkind = \"stockpile\"\n\
        [options.d]\nkind = \"thrifting\"\n[options.e]\nkind = \"substitution\"\n[controls.a]\nregimes = [{}]\n\
        [sectors.a]\nrecapture = {}\nfirms = {}\nuses.a = { response.ces = {} }\n[sectors.b]\n\
        [materials.a]\nprice_response = {}\nsources = [{ inputs = { b = { inventory = 1 } } }]\n[materials.b]\n\
        [options.f]\nkind = \"supplier\"\ninputs = { b = { inventory = 1 } }\n";
    let bare = document(Path::new("bare.toml"), text.to_owned()).unwrap();
    let asked = [asked(&bare), asked(&every_key()), asked_of_broken()].concat();
    let missed = asked.iter().filter(|(_, ask)| *ask == Ask::Missing).map(|(path, _)| {
        let (table, key) = key_at(path).unwrap_or_else(|| panic!("the format does not know {path}"));
        assert!(
            matches!(key.absent, Absent::Mistake | Absent::OneOf),
            "{path} is missed, and may be missing"
        );
        join(table.path, key.name)
    });
    let mut missed: BTreeSet<String> = missed.collect();
    // These two have messages of their own.
    missed.extend(["scenario", "materials"].map(str::to_owned));
    let demanded = tables().flat_map(|table| {
        let keys = table.keys.iter().filter(|key| key.absent == Absent::Mistake);
        keys.map(|key| join(table.path, key.name))
    });
    for path in demanded {
        assert!(missed.contains(&path), "nobody misses {path}");
    }
}

/// A value of TOML, placed at the top of the document that it goes into.
fn value(text: &str) -> Node {
    let parsed = document(Path::new("value.toml"), format!("x = {text}"));
    let mut node = parsed.unwrap_or_else(|| panic!("`{text}` is no TOML")).root;
    let mut node = node_at(&mut node, "x").unwrap().clone();
    place(&mut node);
    node
}

fn place(node: &mut Node) {
    let top = Place { source: 0, start: 0, end: 0 };
    node.place = top;
    match &mut node.value {
        Value::Array(items) => items.iter_mut().for_each(place),
        Value::Table(table) => table.entries.values_mut().for_each(|entry| {
            entry.key = top;
            place(&mut entry.node);
        }),
        _ => {}
    }
}

/// The document with one key set, or left out.
fn with(document: &Document, table: &str, key: &str, value: Option<Node>) -> Document {
    let mut document = document.clone();
    let Value::Table(table) = &mut node_at(&mut document.root, table).unwrap().value else {
        panic!("{table}")
    };
    match value {
        None => drop(table.entries.shift_remove(key)),
        Some(node) => {
            let key_place = node.place;
            table.entries.insert(key.to_owned(), crate::scenario::Entry { key: key_place, node });
        }
    }
    document
}

/// The names that a key goes by in one table of a document.
fn names(document: &Document, table: &str, key: &Key) -> Vec<String> {
    if key.name != "*" {
        return vec![key.name.to_owned()];
    }
    let mut root = document.root.clone();
    let table = node_at(&mut root, table).and_then(|node| node.table().cloned()).unwrap();
    table.entries.keys().filter(|name| !is_remark(name)).cloned().collect()
}

#[test]
fn every_example_fits_somewhere() {
    let document = every_key();
    for (table, key) in tables().flat_map(|table| table.keys.iter().map(move |key| (table, key))) {
        if key.example.is_empty() || matches!(key.name, "extends" | "remove") {
            continue;
        }
        let mut said = Vec::new();
        let right = instances(&document.root, table.path).iter().any(|path| {
            names(&document, path, key).iter().any(|name| {
                let changed = with(&document, path, name, Some(value(key.example)));
                let read = model::read(&changed);
                said.extend(read.as_ref().err().cloned().unwrap_or_default());
                read.is_ok()
            })
        });
        assert!(right, "{} = {} fits nowhere in {}: {said:#?}", key.name, key.example, table.path);
    }
}

/// What a model is, without the places of things in the file.
fn essence(model: &Model) -> String {
    let frame = (&model.name, model.start, model.horizon, model.step, model.trials, model.seed);
    let parts = (&model.economy, &model.correlations, &model.materials, &model.sectors, &model.crises);
    let text = format!("{frame:?}{parts:?}{:?}{:?}", model.controls, model.options);
    let mut pieces = text.split("Place {");
    let first = pieces.next().unwrap().to_owned();
    first + &pieces.map(|piece| piece.split_once('}').unwrap().1).collect::<String>()
}

#[test]
fn a_default_is_what_holds_where_the_key_is_missing() {
    let document = every_key();
    for (table, key) in tables().flat_map(|table| table.keys.iter().map(move |key| (table, key))) {
        let Absent::Is(default) = key.absent else { continue };
        let mut compared = 0;
        for path in instances(&document.root, table.path) {
            for name in names(&document, &path, key) {
                let without = with(&document, &path, &name, None);
                let stated = with(&document, &path, &name, Some(value(default)));
                let (Ok((without, _)), Ok((stated, _))) = (model::read(&without), model::read(&stated))
                else {
                    continue;
                };
                assert_eq!(essence(&without), essence(&stated), "{name} = {default} in {path} is no default");
                compared += 1;
            }
        }
        assert!(
            compared > 0,
            "nothing tells whether {} = {default} is the default in {}",
            key.name,
            table.path
        );
    }
}

#[test]
fn laws_and_remarks_are_those_of_the_reader() {
    assert_eq!(super::LAWS.map(|(law, _)| law), crate::scenario::LAWS);
    assert!(super::REMARKS.iter().all(|(key, _)| is_remark(key)));
}

#[test]
fn whatever_is_a_quantity_looks_like_one() {
    use super::pattern;
    use crate::model::Kind;
    let fits = |pattern: &str, text: &str| {
        let schema = serde_json::json!({ "type": "string", "pattern": pattern });
        jsonschema::is_valid(&schema, &serde_json::json!(text))
    };
    let right = [
        (
            Kind::Duration,
            &["45 days", "1.3 years", "2e3h", " 1_000 d ", "1 thousand days", "$x", "25% * $x"][..],
        ),
        (Kind::MassRate, &["400 t/year", "18_835 t / year", "3kg/h", "1 million kt/yr", "2 * $x"]),
        (Kind::Price, &["300 USD/kg", "15.7 million JPY/t", "2 billion JPY / kt"]),
        (Kind::Money, &["660 billion JPY", "660 bn JPY", "+5 EUR", ".5 tn USD"]),
        (Kind::MoneyRate, &["11 trillion JPY/year", "1.5e-2 USD/d"]),
        (Kind::Mass, &["40 t", "3 Mt", "5 tonnes"]),
        (Kind::Share, &["12%", "12 %", "0.4", "300 g/kg", "5 days/year", "$x * 3"]),
        (Kind::Day, &["2026-11-10", "$x"]),
    ];
    for (kind, texts) in right {
        for text in texts {
            assert!(fits(&pattern::quantity(&[kind]), text), "{text} is a {kind:?}");
            assert!(text.contains('$') || kind == Kind::Day || crate::quantity::Measure::parse(text).is_ok());
            for (other, _) in right.iter().filter(|(other, _)| *other != kind && !text.contains('$')) {
                assert!(!fits(&pattern::quantity(&[*other]), text), "{text} is no {other:?}");
            }
        }
    }
    for text in
        ["260 $/kg", "-5 days", "-1 t/year", "-2%", "many days", "1,5 t", "", "5 mnths", "5 billionJPY"]
    {
        for (kind, _) in right {
            assert!(!fits(&pattern::quantity(&[kind]), text), "{text} is no {kind:?}");
        }
    }
}
