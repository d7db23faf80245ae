//! The pass that gives a document its meaning, and what it carries along: mistakes so far, the calendar, currencies,
//! parameters, factors.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use jiff::civil::Date;

use super::fields::Fields;
use super::kind::Kind;
use super::{Curve, Model, Quantity, laws};
use crate::quantity::{Dimension, Measure};
use crate::random::Law;
use crate::scenario::{Diagnostic, Document, Node, Place, Severity, Value, nearest};

/// An uncertain entry of the scenario.
#[derive(Clone, Debug)]
pub struct Factor {
    /// Its dotted path, by which it is addressed.
    pub path: String,
    /// How it is distributed, in base units.
    pub law: Law,
    /// Its dimension; none for a day of the calendar (counted from the start).
    pub dimension: Option<Dimension>,
    /// Whether it is drawn once a trial; otherwise afresh at each event.
    pub once: bool,
    /// Where it stands.
    pub place: Place,
}

/// Where a figure comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provenance {
    /// A citation.
    pub source: Option<String>,
    /// A remark.
    pub note: Option<String>,
    /// Why somebody's judgement stands in place of a source.
    pub judgement: Option<String>,
}

/// A quantity as the scenario states it.
#[derive(Clone, Debug)]
pub struct Assumption {
    /// Its dotted path.
    pub path: String,
    /// The text in the file.
    pub written: String,
    /// What kind it is.
    pub kind: Option<Kind>,
    /// Its value.
    pub quantity: Quantity,
    /// Where it comes from.
    pub provenance: Provenance,
}

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

#[derive(Clone, Debug)]
struct Parameter {
    place: Place,
    quantity: Quantity,
    dimension: Option<Dimension>,
    used: bool,
}

/// What the reading pass carries along.
pub struct Reader<'a> {
    pub document: &'a Document,
    pub diagnostics: Vec<Diagnostic>,
    pub start: Date,
    pub currency: String,
    pub rates: BTreeMap<String, f64>,
    pub factors: Vec<Factor>,
    pub assumptions: Vec<Assumption>,
    parameters: IndexMap<String, Parameter>,
}

pub fn read(document: &Document) -> Result<(Model, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut reader = Reader {
        document,
        diagnostics: Vec::new(),
        start: Date::ZERO,
        currency: String::new(),
        rates: BTreeMap::new(),
        factors: Vec::new(),
        assumptions: Vec::new(),
        parameters: IndexMap::new(),
    };
    let model = super::structure::model(&mut reader);
    let mut diagnostics = reader.diagnostics;
    diagnostics.sort_by_key(|d| d.place.map(|p| (p.source, p.start)));
    diagnostics.dedup();
    match model {
        Some(model) if diagnostics.iter().all(|d| d.severity == Severity::Caution) => {
            Ok((model, diagnostics))
        }
        _ => Err(diagnostics),
    }
}

impl<'a> Reader<'a> {
    /// Notes a mistake and lets reading go on.
    pub fn error(&mut self, place: Place, message: impl Into<String>, help: impl Into<String>) {
        let help = help.into();
        let error = Diagnostic::error(place, message);
        self.diagnostics.push(if help.is_empty() { error } else { error.help(help) });
    }

    /// Notes something that runs but that somebody should look at.
    pub fn caution(&mut self, place: Place, message: impl Into<String>, help: impl Into<String>) {
        self.diagnostics.push(Diagnostic::caution(place, message).help(help));
    }

    /// Days from the start to `date`.
    pub fn day(&self, date: Date) -> f64 {
        f64::from((date - self.start).get_days())
    }

    /// The index of the thing that `name` names, or an error that suggests the nearest.
    pub fn find<'n>(
        &mut self,
        name: &str,
        place: Place,
        what: &str,
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
                    format!("the scenario has no {what} at all")
                } else {
                    format!("there are: {}", known.join(", "))
                }
            }
        };
        self.error(place, format!("there is no {what} `{name}`"), help);
        None
    }

    /// A plain number, text with a unit, or date.
    pub fn scalar(&mut self, node: &Node) -> Option<Scalar> {
        let pure = |value: f64| Some(Scalar { value, dimension: Some(Dimension::PURE) });
        match &node.value {
            Value::Integer(number) => pure(*number as f64),
            Value::Float(number) if number.is_finite() => pure(*number),
            Value::Float(_) => {
                self.error(node.place, "this number is not finite", "write a finite number");
                None
            }
            Value::Date(date) => Some(Scalar { value: self.day(*date), dimension: None }),
            Value::String(text) => {
                if let Ok(date) = text.trim().parse::<Date>()
                    && text.trim().len() == 10
                {
                    return Some(Scalar { value: self.day(date), dimension: None });
                }
                self.measure(text, node.place)
            }
            _ => {
                self.error(node.place, format!("a quantity is wanted here, not {}", node.kind()), "");
                None
            }
        }
    }

    fn measure(&mut self, text: &str, place: Place) -> Option<Scalar> {
        let measure = match Measure::parse(text) {
            Ok(measure) => measure,
            Err(why) => {
                self.error(
                    place,
                    format!("`{text}` is not a quantity: {why}"),
                    "write a number with its unit, such as \"400 t/year\", \"45 days\", \"12%\" or \"300 USD/kg\"",
                );
                return None;
            }
        };
        let mut value = measure.value;
        if let Some(currency) = &measure.currency
            && *currency != self.currency
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
        let (inner, provenance) = self.unwrap(node, path, provenance)?;
        let (raw, dimension) = self.raw(inner, path, drawn)?;
        let Some(&kind) = kinds.iter().find(|k| k.dimension() == dimension) else {
            let wanted: Vec<_> = kinds.iter().map(|k| k.wanted()).collect();
            let is = dimension.map_or("a date".to_owned(), |d| d.to_string());
            self.error(
                inner.place,
                format!("this is {is}, which does not fit `{}`", last(path)),
                format!("write {}", wanted.join(", or ")),
            );
            return None;
        };
        let quantity = self.ranged(raw, kind, inner.place, path)?;
        self.assumptions.push(Assumption {
            path: path.to_owned(),
            written: self.document.sources.at(inner.place).to_owned(),
            kind: Some(kind),
            quantity,
            provenance,
        });
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
                if node.text().is_none() {
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
    fn raw(&mut self, node: &Node, path: &str, drawn: Drawn) -> Option<(Quantity, Option<Dimension>)> {
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

    /// `"$name"`, or `"25% * $name"`.
    fn reference(&mut self, text: &str, place: Place) -> Option<(Quantity, Option<Dimension>)> {
        let help = "write \"$name\", or a pure number times it: \"25% * $name\"";
        let mut scale = 1.0;
        let mut name = None;
        for part in text.split('*').map(str::trim) {
            if let Some(named) = part.strip_prefix('$') {
                if name.replace(named.trim()).is_some() {
                    self.error(place, format!("`{text}` multiplies two parameters"), help);
                    return None;
                }
            } else {
                match Measure::parse(part) {
                    Ok(Measure { value, dimension: Dimension::PURE, .. }) => scale *= value,
                    _ => {
                        self.error(place, format!("`{part}` in `{text}` is not a pure number"), help);
                        return None;
                    }
                }
            }
        }
        let Some(name) = name else {
            self.error(place, format!("`{text}` names no parameter"), help);
            return None;
        };
        let names: Vec<String> = self.parameters.keys().cloned().collect();
        let index = self.find(name, place, "parameter", names.iter().map(String::as_str))?;
        let parameter = &mut self.parameters[index];
        parameter.used = true;
        let dimension = parameter.dimension;
        if dimension.is_none() && scale != 1.0 {
            self.error(place, "a date cannot be multiplied", "use the parameter alone");
            return None;
        }
        let quantity = match parameter.quantity {
            Quantity::Certain(value) => Quantity::Certain(value * scale),
            Quantity::Uncertain { factor, scale: inner, low, high } => {
                Quantity::Uncertain { factor, scale: inner * scale, low, high }
            }
        };
        Some((quantity, dimension))
    }

    /// Holds a quantity to the range of its kind: a certain one outside is a mistake, a draw is cut.
    fn ranged(&mut self, quantity: Quantity, kind: Kind, place: Place, path: &str) -> Option<Quantity> {
        let (low, high) = kind.range();
        let outside = |value: f64| !(low <= value && value <= high);
        let name = last(path);
        match quantity {
            Quantity::Certain(value) if outside(value) => {
                self.error(
                    place,
                    format!("`{}` is out of range for `{name}`", self.document.sources.at(place)),
                    format!("write {}", kind.wanted()),
                );
                None
            }
            Quantity::Certain(_) => Some(quantity),
            Quantity::Uncertain { factor, scale, .. } => {
                let (a, b) = self.factors[factor].law.support();
                let (a, b) = (f64::min(a * scale, b * scale), f64::max(a * scale, b * scale));
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
        let dated = |table: &crate::scenario::Table| {
            table.entries.keys().any(|key| key.parse::<Date>().is_ok() && key.len() == 10)
        };
        let Some(table) = inner.table().filter(|table| dated(table)) else {
            let (_, quantity) = self.quantity(inner, path, &[kind], Drawn::Once, &provenance)?;
            return Some(Curve::constant(quantity));
        };
        let mut knots = Vec::new();
        for (key, entry) in &table.entries {
            if matches!(key.as_str(), "source" | "note" | "judgement") {
                continue;
            }
            let Ok(date) = key.parse::<Date>() else {
                self.error(
                    entry.key,
                    format!("`{key}` is not a date"),
                    "write every key as a date: 2030-01-01",
                );
                continue;
            };
            let path = format!("{path}.{key}");
            if let Some((_, quantity)) = self.quantity(&entry.node, &path, &[kind], Drawn::Once, &provenance)
            {
                knots.push((self.day(date), quantity));
            }
        }
        knots.sort_by(|a, b| a.0.total_cmp(&b.0));
        (!knots.is_empty()).then_some(Curve { knots })
    }

    /// Reads `[parameters]`; one may be a pure number times another.
    pub fn read_parameters(&mut self, node: &Node) {
        let Some(table) = node.table() else {
            self.error(node.place, "`parameters` is a table", "write [parameters] and a line for each");
            return;
        };
        let provenance = self.provenance(node, &Provenance::default());
        let keys =
            table.entries.iter().filter(|(k, _)| !matches!(k.as_str(), "source" | "note" | "judgement"));
        let (refer, plain): (Vec<_>, Vec<_>) = keys
            .partition(|(_, e)| is_reference(e.node.table().and_then(|t| t.get("value")).unwrap_or(&e.node)));
        for (name, entry) in plain {
            self.parameter(name, entry, &provenance);
        }
        // Each round settles those whose parameter is known by now; what is left refers in a circle or to nothing.
        let mut waiting = refer;
        while !waiting.is_empty() {
            let known = |r: &Self, node: &Node| {
                let node = node.table().and_then(|t| t.get("value")).unwrap_or(node);
                node.text()
                    .and_then(|t| t.split('*').find_map(|p| p.trim().strip_prefix('$')))
                    .is_some_and(|name| r.parameters.contains_key(name.trim()))
            };
            let (ready, rest): (Vec<_>, Vec<_>) = waiting.iter().partition(|(_, e)| known(self, &e.node));
            if ready.is_empty() {
                for (name, entry) in rest {
                    if table.entries.contains_key(reference_name(&entry.node)) {
                        self.error(
                            entry.node.place,
                            format!("parameter `{name}` refers to itself in a circle"),
                            "give one of them a value",
                        );
                    } else {
                        self.parameter(name, entry, &provenance);
                    }
                }
                break;
            }
            for (name, entry) in ready {
                self.parameter(name, entry, &provenance);
            }
            waiting = rest;
        }
    }

    fn parameter(&mut self, name: &str, entry: &crate::scenario::Entry, inherited: &Provenance) {
        let path = format!("parameters.{name}");
        let Some((node, provenance)) = self.unwrap(&entry.node, &path, inherited) else { return };
        let Some((quantity, dimension)) = self.raw(node, &path, Drawn::Once) else { return };
        self.assumptions.push(Assumption {
            path,
            written: self.document.sources.at(node.place).to_owned(),
            kind: None,
            quantity,
            provenance,
        });
        let parameter = Parameter { place: entry.key, quantity, dimension, used: false };
        self.parameters.insert(name.to_owned(), parameter);
    }

    /// Cautions for parameters that nothing uses.
    pub fn unused_parameters(&mut self) {
        let unused: Vec<_> = self
            .parameters
            .iter()
            .filter(|(_, p)| !p.used)
            .map(|(name, p)| (name.clone(), p.place))
            .collect();
        for (name, place) in unused {
            self.caution(
                place,
                format!("nothing uses the parameter `{name}`"),
                format!("use it as \"${name}\", or take it out"),
            );
        }
    }
}

fn is_reference(node: &Node) -> bool {
    node.text().is_some_and(|text| text.contains('$'))
}

fn reference_name(node: &Node) -> &str {
    let node = node.table().and_then(|t| t.get("value")).unwrap_or(node);
    node.text().and_then(|t| t.split('*').find_map(|p| p.trim().strip_prefix('$'))).unwrap_or("").trim()
}

/// The last segment of a dotted path.
pub fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
