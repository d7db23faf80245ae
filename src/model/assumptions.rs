//! What a scenario assumes: its uncertain entries, its quantities, and where they come from.

use super::Quantity;
use super::kind::Kind;
use super::units::WrittenUnit;
use crate::quantity::Dimension;
use crate::random::Law;
use crate::scenario::{Node, Place, Value, inline, is_remark};

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
    /// What the scenario states, on one line as TOML, without its source.
    pub written: String,
    /// What kind it is; none for a parameter, whose uses tell.
    pub kind: Option<Kind>,
    /// What it measures; none for a day of the calendar.
    pub dimension: Option<Dimension>,
    /// Its value.
    pub quantity: Quantity,
    /// The law over a sector's firms, where it is one: it is spread over them, not drawn.
    pub spread: Option<Law>,
    /// The unit in which it is stated; none for a plain number or a date.
    pub unit: Option<WrittenUnit>,
    /// Where it comes from.
    pub provenance: Provenance,
    /// Where it stands.
    pub place: Place,
}

/// A quantity as the scenario states it, on one line and without its source.
pub fn written(node: &Node) -> String {
    let mut node = node.clone();
    shorten(&mut node);
    if let Value::Table(table) = &mut node.value {
        table.entries.retain(|key, _| !is_remark(key));
    }
    inline(&node)
}

/// Cuts long lists of plain values down to how they begin and how many they are.
fn shorten(node: &mut Node) {
    const SHOWN: usize = 6;
    match &mut node.value {
        Value::Array(items) if items.len() > SHOWN + 2 => {
            let rest = format!("… {} in all", items.len());
            items.truncate(SHOWN);
            items.push(Node { place: node.place, value: Value::String(rest) });
        }
        Value::Table(table) => table.entries.values_mut().for_each(|entry| shorten(&mut entry.node)),
        _ => {}
    }
}
