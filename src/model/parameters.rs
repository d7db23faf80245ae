//! `[parameters]`: quantities with names of their own, and what refers to them.

use super::Quantity;
use super::reader::{Drawn, Provenance, Reader};
use crate::quantity::{Dimension, Measure};
use crate::scenario::{Entry, Node, Place, Table, is_remark};

/// A quantity with a name.
#[derive(Clone, Debug)]
pub struct Parameter {
    place: Place,
    quantity: Quantity,
    dimension: Option<Dimension>,
    used: bool,
    /// It was wrong, and that has been told.
    wrong: bool,
}

impl Reader<'_> {
    /// Reads `[parameters]`; one may be a pure number times another.
    pub fn read_parameters(&mut self, node: &Node) {
        let Some(table) = node.table() else {
            self.error(node.place, "`parameters` is a table", "write [parameters] and a line for each");
            return;
        };
        let provenance = self.provenance(node, &Provenance::default());
        let keys = table.entries.iter().filter(|(key, _)| !is_remark(key));
        let (mut waiting, plain): (Vec<_>, Vec<_>) = keys.partition(|(_, e)| referred(&e.node).is_some());
        for (name, entry) in plain {
            self.parameter(name, entry, &provenance);
        }
        // Each round settles those whose parameter is known by now, or is none at all.
        while !waiting.is_empty() {
            let settled = |r: &Self, node: &Node| {
                referred(node).is_none_or(|n| r.parameters.contains_key(n) || !table.entries.contains_key(n))
            };
            let (ready, rest): (Vec<_>, Vec<_>) = waiting.iter().partition(|(_, e)| settled(self, &e.node));
            for (name, entry) in &ready {
                self.parameter(name, entry, &provenance);
            }
            if ready.is_empty() {
                self.parameter_circle(table, waiting[0].0);
            }
            waiting = rest.into_iter().filter(|(name, _)| !self.parameters.contains_key(*name)).collect();
        }
    }

    /// Notes that what `name` refers to leads round in a circle.
    fn parameter_circle(&mut self, table: &Table, name: &str) {
        let mut chain: Vec<&str> = vec![name];
        while let Some(entry) = chain.last().and_then(|last| table.entries.get(*last)) {
            let Some(next) = referred(&entry.node) else { break };
            if let Some(first) = chain.iter().position(|seen| *seen == next) {
                chain.drain(..first);
                break;
            }
            chain.push(next);
        }
        let place = table.entries[chain[0]].node.place;
        let names: Vec<_> = chain.iter().chain(&chain[..1]).map(|name| format!("`{name}`")).collect();
        let message = format!("parameters refer to each other in a circle: {}", names.join(" -> "));
        self.error(place, message, "give one of them a value");
        for name in chain {
            self.define(name, table.entries[name].key, None);
        }
    }

    fn parameter(&mut self, name: &str, entry: &Entry, inherited: &Provenance) {
        let path = format!("parameters.{name}");
        self.name(name, entry.key);
        let read = self.unwrap(&entry.node, &path, inherited).and_then(|(node, provenance)| {
            let (quantity, dimension) = self.raw(node, &path, Drawn::Once)?;
            self.assume(&path, node, None, dimension, quantity, provenance);
            Some((quantity, dimension))
        });
        self.define(name, entry.key, read);
    }

    /// A parameter is known from now on; none where it is wrong.
    fn define(&mut self, name: &str, place: Place, read: Option<(Quantity, Option<Dimension>)>) {
        let wrong = read.is_none();
        if wrong {
            self.wrong.push(format!("parameters.{name}"));
        }
        let (quantity, dimension) = read.unwrap_or((Quantity::WRONG, None));
        self.parameters.insert(name.to_owned(), Parameter { place, quantity, dimension, used: false, wrong });
    }

    /// `"$name"`, or `"25% * $name"`.
    pub fn reference(&mut self, text: &str, place: Place) -> Option<(Quantity, Option<Dimension>)> {
        let help = "write \"$name\", or a pure number times it: \"25% * $name\"";
        let mut scale = 1.0;
        let mut name = None;
        for part in text.split('*').map(str::trim) {
            if let Some(named) = part.strip_prefix('$') {
                if name.replace(named.trim()).is_some() {
                    self.error(place, format!("`{text}` multiplies two parameters"), help);
                    return None;
                }
            } else if part.contains('$') && !text.contains("*") {
                let help = "write a currency as three capital letters, such as \"260 USD/kg\"; `$` before a name stands for a parameter";
                self.error(place, format!("`{text}` is not a quantity: `$` is no unit"), help);
                return None;
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
        if parameter.wrong {
            return None;
        }
        let (dimension, quantity) = (parameter.dimension, parameter.quantity);
        if !scale.is_finite() {
            self.error(place, format!("`{text}` multiplies by more than any number can be"), help);
            return None;
        }
        if dimension.is_none() && scale != 1.0 {
            self.error(place, "a date cannot be multiplied", "use the parameter alone");
            return None;
        }
        let quantity = match quantity {
            Quantity::Certain(value) => Quantity::Certain(value * scale),
            Quantity::Uncertain { factor, scale: inner, low, high } => {
                Quantity::Uncertain { factor, scale: inner * scale, low, high }
            }
        };
        Some((quantity, dimension))
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
                "unused-parameter",
                format!("parameters.{name}"),
                place,
                format!("nothing uses the parameter `{name}`"),
                format!("use it as \"${name}\", or take it out"),
            );
        }
    }
}

/// The parameter to which a quantity refers.
fn referred(node: &Node) -> Option<&str> {
    let node = node.table().and_then(|t| t.get("value")).unwrap_or(node);
    node.text()?.split('*').find_map(|part| part.trim().strip_prefix('$')).map(str::trim)
}
