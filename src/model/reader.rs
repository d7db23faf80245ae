//! The pass that gives a document its meaning, and what it carries along: mistakes so far, the calendar, currencies,
//! parameters, factors.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use jiff::civil::Date;

use super::assumptions::written;
pub use super::assumptions::{Assumption, Factor, Provenance};
use super::fields::{Ask, Fields};
use super::kind::Kind;
use super::parameters::Parameter;
use super::{Curve, Model, Quantity, laws};
use crate::quantity::{Dimension, Measure};
use crate::scenario::{
    Diagnostic, Document, Node, Place, Severity, Table, Value, is_date, is_remark, nearest,
};

/// When an uncertain entry is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// Once a trial.
    Once,
    /// Afresh at each event.
    Afresh,
}

/// A number with its dimension (none: a day of the calendar).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scalar {
    pub value: f64,
    pub dimension: Option<Dimension>,
}

/// What the reading pass carries along.
pub struct Reader<'a> {
    pub document: &'a Document,
    pub diagnostics: Vec<Diagnostic>,
    /// Day 0; none where it is missing or wrong.
    pub start: Option<Date>,
    /// Days; not a number where it is missing or wrong.
    pub horizon: f64,
    /// Empty where it is missing or wrong.
    pub currency: String,
    pub rates: BTreeMap<String, f64>,
    pub factors: Vec<Factor>,
    pub assumptions: Vec<Assumption>,
    /// Something is no table where a table belongs, so that indices would not mean what they should.
    pub shapeless: bool,
    /// The paths of quantities that are wrong.
    pub wrong: Vec<String>,
    /// What would do in place of the quantity that is being read.
    help: String,
    /// By name.
    pub parameters: IndexMap<String, Parameter>,
    /// What the document was asked for, by path; empty but in tests.
    pub asked: Vec<(String, Ask)>,
}

/// What would do where no more is known than that it is a quantity.
const ANY: &str =
    "write a number with its unit, such as \"400 t/year\", \"45 days\", \"12%\" or \"300 USD/kg\"";

pub fn read(document: &Document) -> Result<(Model, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut reader = Reader::new(document);
    let model = super::structure::model(&mut reader);
    let mut diagnostics = reader.diagnostics;
    diagnostics.sort_by_key(|d| d.place.map(|p| (p.source, p.start)));
    diagnostics.dedup();
    let right = diagnostics.iter().all(|d| d.severity == Severity::Caution);
    match model {
        Some(model) if right => Ok((model, diagnostics)),
        _ => {
            // What a wrong scenario leads to is not worth a caution: it may well come of the mistake.
            diagnostics.retain(|d| d.severity == Severity::Error);
            Err(diagnostics)
        }
    }
}

impl<'a> Reader<'a> {
    /// One that has read nothing yet.
    pub fn new(document: &'a Document) -> Self {
        Reader {
            document,
            diagnostics: Vec::new(),
            start: None,
            horizon: f64::NAN,
            currency: String::new(),
            rates: BTreeMap::new(),
            factors: Vec::new(),
            assumptions: Vec::new(),
            shapeless: false,
            wrong: Vec::new(),
            help: ANY.to_owned(),
            parameters: IndexMap::new(),
            asked: Vec::new(),
        }
    }

    /// Notes a mistake and lets reading go on.
    pub fn error(&mut self, place: Place, message: impl Into<String>, help: impl Into<String>) {
        let help = help.into();
        let error = Diagnostic::error(place, message);
        self.diagnostics.push(if help.is_empty() { error } else { error.help(help) });
    }

    /// Notes that something is stated a second time.
    pub fn second(&mut self, place: Place, first: Place, message: impl Into<String>, help: &str) {
        self.diagnostics.push(Diagnostic::error(place, message).other(first, "the first is here").help(help));
    }

    /// Notes something that runs but that somebody should look at.
    ///
    /// `code` is its name in docs/cautions.md, `path` that of the entry it is about.
    pub fn caution(
        &mut self,
        code: &'static str,
        path: impl Into<String>,
        place: Place,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.diagnostics.push(Diagnostic::caution(code, path, place, message).help(help));
    }

    /// Whether nothing is wrong so far.
    pub fn right(&self) -> bool {
        self.diagnostics.iter().all(|d| d.severity == Severity::Caution)
    }

    /// Days from the start to `date`; from some day or other where the start is wrong.
    pub fn day(&self, date: Date) -> f64 {
        f64::from((date - self.start.unwrap_or(Date::ZERO)).get_days())
    }

    /// Holds the name of a thing to what can stand in a dotted path.
    pub fn name(&mut self, name: &str, place: Place) {
        if name.trim() != name
            || name.is_empty()
            || name.contains(['.', '"'])
            || name.chars().any(char::is_control)
        {
            self.error(
                place,
                format!("`{}` cannot be a name", name.escape_debug()),
                "a name is part of paths such as `options.x.size`: no points, double quotes or spaces around it",
            );
        }
    }

    /// The place of what stands at a path of keys; where nothing does, of the nearest that it would stand in.
    pub fn locate(&self, keys: &[&str]) -> Place {
        let found = (0..keys.len()).find_map(|left_out| self.find_place(&keys[..keys.len() - left_out]));
        found.unwrap_or(self.document.root.place)
    }

    /// The place of what stands at a path of keys, if anything does.
    pub fn find_place(&self, keys: &[&str]) -> Option<Place> {
        let mut node = &self.document.root;
        for key in keys {
            node = node.table()?.get(key)?;
        }
        Some(node.place)
    }

    /// The text of a value, without the quotes of a string.
    pub fn text_at(&self, place: Place) -> &str {
        self.document.sources.at(place).trim_matches(['"', '\''])
    }

    /// Adds a quantity to the table of assumptions.
    pub fn assume(
        &mut self,
        path: &str,
        node: &Node,
        kind: Option<Kind>,
        dimension: Option<Dimension>,
        quantity: Quantity,
        from: Provenance,
    ) {
        let (path, written, unit) = (path.to_owned(), written(node), self.unit_of(node));
        let (spread, place) = (None, node.place);
        let unsourced = from.source.is_none() && from.judgement.is_none();
        // What refers to a parameter stands on what that stands on.
        let provenance = match self.parameter_of(node).filter(|_| unsourced) {
            Some(parameter) => Provenance {
                note: from.note.or_else(|| parameter.provenance.note.clone()),
                ..parameter.provenance.clone()
            },
            None => from,
        };
        self.assumptions.push(Assumption {
            path,
            written,
            kind,
            dimension,
            quantity,
            spread,
            unit,
            provenance,
            place,
        });
    }

    /// The index of the thing that `name` names, or an error that suggests the nearest.
    pub fn find<'n>(
        &mut self,
        name: &str,
        place: Place,
        what: &str,
        names: impl Iterator<Item = &'n str> + Clone,
    ) -> Option<usize> {
        self.find_or(name, place, &format!("there is no {what} `{name}`"), names)
    }

    /// Likewise, with a message of its own.
    pub fn find_or<'n>(
        &mut self,
        name: &str,
        place: Place,
        message: &str,
        names: impl Iterator<Item = &'n str> + Clone,
    ) -> Option<usize> {
        if let Some(index) = names.clone().position(|n| n == name) {
            return Some(index);
        }
        let help = match nearest(name, names.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let known: Vec<_> = names.collect();
                if known.is_empty() {
                    "the scenario has none at all".to_owned()
                } else {
                    format!("there are: {}", known.join(", "))
                }
            }
        };
        self.error(place, message, help);
        None
    }

    /// A plain number, text with a unit, or date.
    pub fn scalar(&mut self, node: &Node) -> Option<Scalar> {
        let pure = |value: f64| Some(Scalar { value, dimension: Some(Dimension::PURE) });
        match &node.value {
            Value::Integer(number) => pure(*number as f64),
            Value::Float(number) if number.is_finite() => pure(*number),
            Value::Float(_) => {
                let help = self.help.clone();
                self.error(node.place, "this number is not finite", help);
                None
            }
            Value::Date(date) => Some(Scalar { value: self.day(*date), dimension: None }),
            Value::String(text) => {
                if let Ok(date) = text.parse::<Date>()
                    && is_date(text)
                {
                    return Some(Scalar { value: self.day(date), dimension: None });
                }
                self.measure(text, node.place)
            }
            _ => {
                let help = self.help.clone();
                self.error(node.place, format!("a quantity is wanted here, not {}", node.kind()), help);
                None
            }
        }
    }

    fn measure(&mut self, text: &str, place: Place) -> Option<Scalar> {
        let measure = match Measure::parse(text) {
            Ok(measure) => measure,
            Err(why) => {
                let help = self.help.clone();
                let dashed = matches!(text.get(4..5), Some("-" | "/" | "."))
                    && text.len() > 6
                    && text.bytes().take(4).all(|b| b.is_ascii_digit());
                if dashed {
                    self.error(place, format!("`{text}` is not a date"), "write it as 2026-11-10");
                } else if text.trim().is_empty() {
                    self.error(place, "this is empty", help);
                } else {
                    self.error(place, format!("`{text}` is not a quantity: {why}"), help);
                }
                return None;
            }
        };
        let mut value = measure.value;
        if let Some(currency) = &measure.currency
            && *currency != self.currency
            && !self.currency.is_empty()
        {
            let Some(&rate) = self.rates.get(currency) else {
                let own = self.currency.clone();
                self.error(
                    place,
                    format!("there is no exchange rate from {currency} to {own}"),
                    format!("add it: [economy] exchange_rates = {{ {currency} = \"157 {own}\" }}"),
                );
                return None;
            };
            match measure.dimension.money {
                1 => value *= rate,
                -1 => value /= rate,
                _ => {}
            }
        }
        Some(Scalar { value, dimension: Some(measure.dimension) })
    }

    /// Reads a quantity of one of `kinds`; gives which one it is.
    pub fn quantity(
        &mut self,
        node: &Node,
        path: &str,
        kinds: &[Kind],
        drawn: Drawn,
        provenance: &Provenance,
    ) -> Option<(Kind, Quantity)> {
        if cfg!(test) {
            self.asks(path, "", Ask::Quantity(kinds.to_vec(), drawn));
        }
        let read = self.read_quantity(node, path, kinds, drawn, provenance);
        if read.is_none() {
            self.wrong.push(path.to_owned());
        }
        read
    }

    fn read_quantity(
        &mut self,
        node: &Node,
        path: &str,
        kinds: &[Kind],
        drawn: Drawn,
        provenance: &Provenance,
    ) -> Option<(Kind, Quantity)> {
        let (inner, provenance) = self.unwrap(node, path, provenance)?;
        let wanted: Vec<_> = kinds.iter().map(|k| k.wanted()).collect();
        self.help = format!("write {}", wanted.join(", or "));
        let raw = self.raw(inner, path, drawn);
        let help = std::mem::replace(&mut self.help, ANY.to_owned());
        let (raw, dimension) = raw?;
        let Some(&kind) = kinds.iter().find(|k| k.dimension() == dimension) else {
            let is = dimension.map_or("a date".to_owned(), |d| d.to_string());
            self.error(inner.place, format!("this is {is}, which does not fit `{}`", last(path)), help);
            return None;
        };
        let quantity = self.ranged(raw, kind, inner.place, path)?;
        self.assume(path, inner, Some(kind), dimension, quantity, provenance);
        Some((kind, quantity))
    }

    /// Takes a quantity out of `{ value = …, source = … }`, or leaves it as it is; with its own provenance.
    pub fn unwrap<'n>(
        &mut self,
        node: &'n Node,
        path: &str,
        inherited: &Provenance,
    ) -> Option<(&'n Node, Provenance)> {
        let Some(table) = node.table() else { return Some((node, inherited.clone())) };
        let provenance = self.provenance(node, inherited);
        let Some(value) = table.get("value") else { return Some((node, provenance)) };
        let mut fields = Fields::open(self, node, path, inherited)?;
        fields.get("value");
        fields.finish(self);
        Some((value, provenance))
    }

    /// The `source`, `note` and `judgement` of a table, each inherited where it has none of its own.
    pub fn provenance(&mut self, node: &Node, inherited: &Provenance) -> Provenance {
        let Some(table) = node.table() else { return inherited.clone() };
        let mut text = |key: &str| match table.get(key) {
            None => None,
            Some(node) => {
                if node.text().is_none() && !self.diagnostics.iter().any(|d| d.place == Some(node.place)) {
                    self.error(node.place, format!("`{key}` is a text"), "put it in quotes");
                }
                node.text().map(str::to_owned)
            }
        };
        let (source, note, judgement) = (text("source"), text("note"), text("judgement"));
        if source.is_some() || judgement.is_some() {
            return Provenance { source, note: note.or_else(|| inherited.note.clone()), judgement };
        }
        Provenance { note: note.or_else(|| inherited.note.clone()), ..inherited.clone() }
    }

    /// A quantity of whatever dimension: certain, a law, or a parameter.
    pub fn raw(&mut self, node: &Node, path: &str, drawn: Drawn) -> Option<(Quantity, Option<Dimension>)> {
        if let Some(text) = node.text()
            && text.contains('$')
        {
            return self.reference(text, node.place);
        }
        if node.table().is_some() {
            let (law, dimension) = laws::read(self, node, path)?;
            self.factors.push(Factor {
                path: path.to_owned(),
                law,
                dimension,
                once: drawn == Drawn::Once,
                place: node.place,
            });
            let factor = self.factors.len() - 1;
            let quantity =
                Quantity::Uncertain { factor, scale: 1.0, low: f64::NEG_INFINITY, high: f64::INFINITY };
            return Some((quantity, dimension));
        }
        let scalar = self.scalar(node)?;
        Some((Quantity::Certain(scalar.value), scalar.dimension))
    }

    /// Holds a quantity to the range of its kind: a certain one outside is a mistake, a draw is cut.
    fn ranged(&mut self, quantity: Quantity, kind: Kind, place: Place, path: &str) -> Option<Quantity> {
        let (low, high) = kind.range();
        let outside = |value: f64| !(low <= value && value <= high);
        let name = last(path);
        match quantity {
            Quantity::Certain(value) if outside(value) => {
                let text = self.text_at(place).to_owned();
                let message = if low == 0.0 && value < low {
                    format!("`{text}` is negative, which `{name}` cannot be")
                } else if value > high && high >= 1e7 {
                    format!("`{text}` is beyond anything real for `{name}`")
                } else {
                    format!("`{text}` is out of range for `{name}`")
                };
                let forgotten = high <= 1.0 && (1.0..=100.0).contains(&value) && !text.contains(['%', '$']);
                let meant = if forgotten { format!("did you mean \"{text}%\"? ") } else { String::new() };
                self.error(place, message, format!("{meant}write {}", kind.wanted()));
                None
            }
            Quantity::Certain(_) => Some(quantity),
            Quantity::Uncertain { factor, scale, .. } => {
                let (a, b) = self.factors[factor].law.support();
                let times = |end: f64| if scale == 0.0 { 0.0 } else { end * scale };
                let (a, b) = (f64::min(times(a), times(b)), f64::max(times(a), times(b)));
                if b < low || a > high {
                    self.error(
                        place,
                        format!("every draw of this law is out of range for `{name}`"),
                        format!("write {}", kind.wanted()),
                    );
                    return None;
                }
                Some(Quantity::Uncertain { factor, scale, low, high })
            }
        }
    }

    /// A quantity that may vary with the calendar.
    pub fn curve(&mut self, node: &Node, path: &str, kind: Kind, inherited: &Provenance) -> Option<Curve> {
        let (inner, provenance) = self.unwrap(node, path, inherited)?;
        // A key that starts with a digit is no law's: it is meant as a date.
        let dated =
            |table: &Table| table.entries.keys().any(|key| key.starts_with(|c: char| c.is_ascii_digit()));
        let Some(table) = inner.table().filter(|table| dated(table)) else {
            let (_, quantity) = self.quantity(inner, path, &[kind], Drawn::Once, &provenance)?;
            return Some(Curve::constant(quantity));
        };
        let mut knots = Vec::new();
        for (key, entry) in table.entries.iter().filter(|(key, _)| !is_remark(key)) {
            let date = key.parse::<Date>().ok().filter(|_| is_date(key));
            let Some(date) = date else {
                let help = "write every key of a path as a date: { 2026-01-01 = …, 2030-01-01 = … }";
                self.error(entry.key, format!("`{key}` is not a date"), help);
                return None;
            };
            let path = format!("{path}.{key}");
            let read = self.quantity(&entry.node, &path, &[kind], Drawn::Once, &provenance);
            knots.push((self.day(date), read.map_or(Quantity::WRONG, |(_, quantity)| quantity)));
        }
        knots.sort_by(|a, b| a.0.total_cmp(&b.0));
        Some(Curve { knots })
    }
}

/// The last segment of a dotted path that is no date or time: the key under which a quantity is stated.
pub fn last(path: &str) -> &str {
    let named = |segment: &&str| !segment.starts_with(|c: char| c.is_ascii_digit());
    path.rsplit('.').find(named).unwrap_or(path)
}
