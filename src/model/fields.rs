//! A table being read: which keys were asked for, so that every other one is a mistake.

use super::kind::Kind;
use super::reader::{Drawn, Provenance, Reader};
use super::{Curve, Quantity};
use crate::scenario::{Diagnostic, Node, Place, Table, Value, is_remark, nearest};

/// A table being read.
pub struct Fields<'n> {
    pub table: &'n Table,
    pub place: Place,
    pub path: String,
    pub provenance: Provenance,
    asked: Vec<&'static str>,
    /// The keys that are missing, and what was said of it.
    absent: Vec<(String, Diagnostic)>,
}

/// What a key was asked for as. Tests record it, and hold `format` to it.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// In whatever way.
    Key,
    /// With a message where it is missing.
    Missing,
    Text,
    Texts,
    Flag,
    Whole(i64, i64),
    Named,
    List,
    Curve,
    Quantity(Vec<Kind>, Drawn),
}

impl Reader<'_> {
    /// Records, in tests, what the key of a table (none: the table itself) was asked for as.
    pub fn asks(&mut self, table: &str, key: &str, ask: Ask) {
        if cfg!(test) {
            let path = [table, key].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>();
            self.asked.push((path.join("."), ask));
        }
    }
}

impl<'n> Fields<'n> {
    /// Opens a table; anything else is a mistake.
    pub fn open(reader: &mut Reader, node: &'n Node, path: &str, inherited: &Provenance) -> Option<Self> {
        let Some(table) = node.table() else {
            let help =
                format!("write [{path}] and a line for each of its keys, or {path} = {{ key = value }}");
            reader.error(node.place, format!("`{path}` is a table, not {}", node.kind()), help);
            reader.shapeless = true;
            return None;
        };
        let provenance = reader.provenance(node, inherited);
        let asked = vec!["source", "note", "judgement"];
        let path = path.to_owned();
        Some(Fields { table, place: node.place, path, provenance, asked, absent: Vec::new() })
    }

    /// The value of `key`, which is from now on a key that this table may have.
    pub fn get(&mut self, key: &'static str) -> Option<&'n Node> {
        self.asked.push(key);
        self.table.get(key)
    }

    /// Says that these keys may stand here.
    pub fn allow(&mut self, keys: &[&'static str]) {
        self.asked.extend(keys);
    }

    /// Whether the table has `key`; it may, from now on.
    pub fn has(&mut self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    /// The path of `key`.
    pub fn at(&self, key: &str) -> String {
        format!("{}.{key}", self.path)
    }

    /// Every key that nobody asked for is a mistake; the nearest that may stand here is suggested.
    pub fn finish(self, reader: &mut Reader) {
        self.finish_with(reader, |_| None);
    }

    /// Like `finish`, with a say on keys that belong elsewhere.
    pub fn finish_with(self, reader: &mut Reader, elsewhere: impl Fn(&str) -> Option<String>) {
        self.asked.iter().for_each(|key| reader.asks(&self.path, key, Ask::Key));
        for (key, entry) in &self.table.entries {
            if self.asked.contains(&key.as_str()) {
                continue;
            }
            let mut known: Vec<&str> = self.asked.clone();
            known.sort_unstable();
            known.dedup();
            let near = nearest(key, known.iter().copied());
            let help = elsewhere(key).unwrap_or_else(|| match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", known.join(", ")),
            });
            // A key that is missing because it is misspelt is one mistake, not two.
            if let Some((_, missing)) = self.absent.iter().find(|(absent, _)| near == Some(absent)) {
                reader.diagnostics.retain(|d| d != missing);
            }
            let message = match self.path.as_str() {
                "" if entry.node.table().is_some() => format!("unknown section `{key}`"),
                "" => format!("unknown key `{key}` outside any section"),
                path => format!("unknown key `{key}` in `{path}`"),
            };
            reader.error(entry.key, message, help);
        }
    }

    /// A mistake: `key` is missing. One that is there and wrong has been told of already.
    pub fn missing(&mut self, reader: &mut Reader, key: &str, wanted: &str) {
        reader.asks(&self.path, key, Ask::Missing);
        if self.table.get(key).is_some() {
            return;
        }
        let help = if wanted.is_empty() { format!("add `{key}`") } else { format!("add `{key}`: {wanted}") };
        let mistake = Diagnostic::error(self.place, format!("`{}` has no `{key}`", self.path)).help(help);
        self.absent.push((key.to_owned(), mistake.clone()));
        reader.diagnostics.push(mistake);
    }

    /// A quantity that is drawn once a trial, if it is there. One that is wrong is noted and not a number, which no
    /// further check takes offence at.
    pub fn quantity(&mut self, reader: &mut Reader, key: &'static str, kind: Kind) -> Option<Quantity> {
        self.one_of(reader, key, &[kind], Drawn::Once).map(|(_, quantity)| quantity)
    }

    /// A quantity of one of several kinds, if it is there; likewise.
    pub fn one_of(
        &mut self,
        reader: &mut Reader,
        key: &'static str,
        kinds: &[Kind],
        drawn: Drawn,
    ) -> Option<(Kind, Quantity)> {
        let node = self.get(key)?;
        let read = reader.quantity(node, &self.at(key), kinds, drawn, &self.provenance);
        read.or_else(|| kinds.first().map(|&kind| (kind, Quantity::WRONG)))
    }

    /// A quantity, or its default.
    pub fn quantity_or(
        &mut self,
        reader: &mut Reader,
        key: &'static str,
        kind: Kind,
        default: f64,
    ) -> Quantity {
        self.quantity(reader, key, kind).unwrap_or(Quantity::Certain(default))
    }

    /// A quantity that must be there.
    pub fn required(&mut self, reader: &mut Reader, key: &'static str, kind: Kind) -> Quantity {
        self.missing(reader, key, kind.wanted());
        self.quantity(reader, key, kind).unwrap_or(Quantity::WRONG)
    }

    /// A path, if it is there.
    pub fn curve(&mut self, reader: &mut Reader, key: &'static str, kind: Kind) -> Option<Curve> {
        reader.asks(&self.path, key, Ask::Curve);
        let node = self.get(key)?;
        let read = reader.curve(node, &self.at(key), kind, &self.provenance);
        Some(read.unwrap_or(Curve::constant(Quantity::WRONG)))
    }

    /// A path that must be there.
    pub fn required_curve(&mut self, reader: &mut Reader, key: &'static str, kind: Kind) -> Curve {
        self.missing(reader, key, kind.wanted());
        self.curve(reader, key, kind).unwrap_or(Curve::constant(Quantity::WRONG))
    }

    /// The name of an entry of a list.
    pub fn name(&mut self, reader: &mut Reader, example: &str) -> String {
        self.missing(reader, "name", &format!("a short name, such as \"{example}\""));
        let Some((name, place)) = self.text(reader, "name") else { return String::new() };
        reader.name(name, place);
        name.to_owned()
    }

    /// A text, if it is there.
    pub fn text(&mut self, reader: &mut Reader, key: &'static str) -> Option<(&'n str, Place)> {
        reader.asks(&self.path, key, Ask::Text);
        let node = self.get(key)?;
        match node.text() {
            Some(text) => Some((text, node.place)),
            None => {
                let message = format!("`{}` is a text, not {}", self.at(key), node.kind());
                reader.error(node.place, message, "put it in quotes");
                None
            }
        }
    }

    /// True or false, or its default.
    pub fn flag(&mut self, reader: &mut Reader, key: &'static str, default: bool) -> bool {
        reader.asks(&self.path, key, Ask::Flag);
        match self.get(key) {
            None => default,
            Some(Node { value: Value::Boolean(flag), .. }) => *flag,
            Some(node) => {
                let message = format!("`{}` is true or false, not {}", self.at(key), node.kind());
                reader.error(node.place, message, "write `true` or `false`, without quotes");
                default
            }
        }
    }

    /// A whole number from `low` to `high`, if it is there.
    pub fn whole(&mut self, reader: &mut Reader, key: &'static str, low: i64, high: i64) -> Option<i64> {
        reader.asks(&self.path, key, Ask::Whole(low, high));
        let node = self.get(key)?;
        match node.value {
            Value::Integer(number) if (low..=high).contains(&number) => Some(number),
            _ => {
                let most = match high {
                    i64::MAX => "up".to_owned(),
                    1_000_001.. => format!("to {high:e}"),
                    _ => format!("to {high}"),
                };
                let message = format!("`{}` is a whole number from {low} {most}", self.at(key));
                reader.error(
                    node.place,
                    message,
                    "write it without quotes and point, such as `5` or `100_000`",
                );
                None
            }
        }
    }

    /// A list of texts, if it is there; one text alone counts as a list of one.
    pub fn texts(&mut self, reader: &mut Reader, key: &'static str) -> Option<Vec<(&'n str, Place)>> {
        reader.asks(&self.path, key, Ask::Texts);
        let node = self.get(key)?;
        let items = match &node.value {
            Value::Array(items) => items.iter().collect(),
            _ => vec![node],
        };
        let mut texts = Vec::new();
        for item in items {
            match item.text() {
                Some(text) => texts.push((text, item.place)),
                None => {
                    let message = format!("`{}` is a list of names; this is {}", self.at(key), item.kind());
                    reader.error(item.place, message, "write it as [\"one\", \"two\"]");
                }
            }
        }
        Some(texts)
    }

    /// A table of tables by name, in the order of the file; empty where it is missing.
    pub fn named(&mut self, reader: &mut Reader, key: &'static str) -> Vec<(&'n str, &'n Node, Place)> {
        reader.asks(&self.path, key, Ask::Named);
        let Some(node) = self.get(key) else { return Vec::new() };
        let Some(table) = node.table() else {
            let path = if self.path.is_empty() { key.to_owned() } else { self.at(key) };
            let message = format!("`{path}` is a table of named entries, not {}", node.kind());
            reader.error(node.place, message, format!("write [{path}.NAME]"));
            reader.shapeless = true;
            return Vec::new();
        };
        let entries = table.entries.iter().filter(|(k, _)| !is_remark(k));
        for (name, entry) in entries.clone() {
            reader.name(name, entry.key);
        }
        entries.map(|(name, entry)| (name.as_str(), &entry.node, entry.key)).collect()
    }

    /// A list of tables; empty where it is missing.
    pub fn list(&mut self, reader: &mut Reader, key: &'static str) -> Vec<&'n Node> {
        reader.asks(&self.path, key, Ask::List);
        let path = if self.path.is_empty() { key.to_owned() } else { self.at(key) };
        match self.get(key) {
            None => Vec::new(),
            Some(Node { value: Value::Array(items), .. }) => {
                let (tables, others): (Vec<_>, Vec<_>) = items.iter().partition(|i| i.table().is_some());
                for other in others {
                    let message = format!("an entry of `{path}` is a table, not {}", other.kind());
                    let help = format!("write [[{path}]] and a line for each of its keys");
                    reader.error(other.place, message, help);
                    reader.shapeless = true;
                }
                tables
            }
            Some(node) => {
                let message = format!("`{path}` is a list of tables, not {}", node.kind());
                reader.error(node.place, message, format!("write [[{path}]], with two brackets"));
                reader.shapeless = true;
                Vec::new()
            }
        }
    }
}
