//! A table being read: which keys were asked for, so that every other one is a mistake.

use super::kind::Kind;
use super::reader::{Drawn, Provenance, Reader};
use super::{Curve, Quantity};
use crate::scenario::{Node, Place, Table, Value, nearest};

/// A table being read.
pub struct Fields<'n> {
    pub table: &'n Table,
    pub place: Place,
    pub path: String,
    pub provenance: Provenance,
    asked: Vec<&'static str>,
}

impl<'n> Fields<'n> {
    /// Opens a table; anything else is a mistake.
    pub fn open(reader: &mut Reader, node: &'n Node, path: &str, inherited: &Provenance) -> Option<Self> {
        let Some(table) = node.table() else {
            reader.error(node.place, format!("`{path}` is a table, not {}", node.kind()), "");
            return None;
        };
        let provenance = reader.provenance(node, inherited);
        let asked = vec!["source", "note", "judgement"];
        Some(Fields { table, place: node.place, path: path.to_owned(), provenance, asked })
    }

    /// The value of `key`, which is from now on a key that this table may have.
    pub fn get(&mut self, key: &'static str) -> Option<&'n Node> {
        self.asked.push(key);
        self.table.get(key)
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
        for (key, entry) in &self.table.entries {
            if self.asked.contains(&key.as_str()) {
                continue;
            }
            let mut known: Vec<&str> = self.asked.clone();
            known.sort_unstable();
            known.dedup();
            let help = elsewhere(key).unwrap_or_else(|| match nearest(key, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", known.join(", ")),
            });
            reader.error(entry.key, format!("unknown key `{key}` in `{}`", self.path), help);
        }
    }

    /// A mistake: `key` is missing.
    pub fn missing(&self, reader: &mut Reader, key: &str, wanted: &str) {
        let help = if wanted.is_empty() { format!("add `{key}`") } else { format!("add `{key}`: {wanted}") };
        reader.error(self.place, format!("`{}` has no `{key}`", self.path), help);
    }

    /// A quantity that is drawn once a trial, if it is there.
    pub fn quantity(&mut self, reader: &mut Reader, key: &'static str, kind: Kind) -> Option<Quantity> {
        self.one_of(reader, key, &[kind], Drawn::Once).map(|(_, quantity)| quantity)
    }

    /// A quantity of one of several kinds, if it is there.
    pub fn one_of(
        &mut self,
        reader: &mut Reader,
        key: &'static str,
        kinds: &[Kind],
        drawn: Drawn,
    ) -> Option<(Kind, Quantity)> {
        let node = self.get(key)?;
        reader.quantity(node, &self.at(key), kinds, drawn, &self.provenance)
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

    /// A quantity that must be there. Where it is not, or is wrong, that is noted and zero stands in.
    pub fn required(&mut self, reader: &mut Reader, key: &'static str, kind: Kind) -> Quantity {
        if !self.has(key) {
            self.missing(reader, key, kind.wanted());
        }
        self.quantity(reader, key, kind).unwrap_or(Quantity::ZERO)
    }

    /// A path, if it is there.
    pub fn curve(&mut self, reader: &mut Reader, key: &'static str, kind: Kind) -> Option<Curve> {
        let node = self.get(key)?;
        reader.curve(node, &self.at(key), kind, &self.provenance)
    }

    /// A path that must be there; zero stands in for a wrong one.
    pub fn required_curve(&mut self, reader: &mut Reader, key: &'static str, kind: Kind) -> Curve {
        if !self.has(key) {
            self.missing(reader, key, kind.wanted());
        }
        self.curve(reader, key, kind).unwrap_or(Curve::constant(Quantity::ZERO))
    }

    /// A text, if it is there.
    pub fn text(&mut self, reader: &mut Reader, key: &'static str) -> Option<(&'n str, Place)> {
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
        let node = self.get(key)?;
        match node.value {
            Value::Integer(number) if (low..=high).contains(&number) => Some(number),
            _ => {
                let message = format!("`{}` is a whole number from {low} to {high}", self.at(key));
                reader.error(node.place, message, "write it without quotes, such as `5` or `100_000`");
                None
            }
        }
    }

    /// A list of texts, if it is there; one text alone counts as a list of one.
    pub fn texts(&mut self, reader: &mut Reader, key: &'static str) -> Option<Vec<(&'n str, Place)>> {
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
                    let message = format!("`{}` is a list of names", self.at(key));
                    reader.error(item.place, message, "write it as [\"one\", \"two\"]");
                }
            }
        }
        Some(texts)
    }

    /// A table of tables by name, in the order of the file; empty where it is missing.
    pub fn named(&mut self, reader: &mut Reader, key: &'static str) -> Vec<(&'n str, &'n Node, Place)> {
        let Some(node) = self.get(key) else { return Vec::new() };
        let Some(table) = node.table() else {
            let message = format!("`{key}` is a table of named entries, not {}", node.kind());
            reader.error(node.place, message, format!("write [{key}.NAME]"));
            return Vec::new();
        };
        let entries =
            table.entries.iter().filter(|(k, _)| !matches!(k.as_str(), "source" | "note" | "judgement"));
        entries.map(|(name, entry)| (name.as_str(), &entry.node, entry.key)).collect()
    }

    /// A list of tables; empty where it is missing.
    pub fn list(&mut self, reader: &mut Reader, key: &'static str) -> Vec<&'n Node> {
        let path = self.at(key);
        match self.get(key) {
            None => Vec::new(),
            Some(Node { value: Value::Array(items), .. }) => items.iter().collect(),
            Some(node) => {
                let message = format!("`{path}` is a list of tables, not {}", node.kind());
                reader.error(node.place, message, format!("write [[{path}]]"));
                Vec::new()
            }
        }
    }
}
