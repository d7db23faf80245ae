//! One file laid over another: tables merge key by key, lists of named entries by name, anything else replaces.

use jiff::civil::Date;

use super::load::take;
use super::tree::{Node, Table, Value, entry_name};
use crate::quantity::{Dimension, Measure};

/// The laws by the key under which a scenario states them.
pub const LAWS: [&str; 11] = [
    "uniform",
    "triangular",
    "pert",
    "normal",
    "lognormal",
    "gamma",
    "weibull",
    "exponential",
    "beta",
    "discrete",
    "empirical",
];

/// Keys whose tables hold one entry a name, whatever the names are; a material may be called "beta".
pub const BY_NAME: [&str; 6] = ["uses", "inputs", "route", "enters", "then", "exchange_rates"];

/// Lays `upper` over `lower`: expectations are not inherited, all else merges.
pub fn lay(mut lower: Node, upper: Node) -> Node {
    take(&mut lower, "expectations");
    merge(&mut lower, upper, 0, "");
    lower
}

fn merge(lower: &mut Node, upper: Node, depth: usize, key: &str) {
    let whole = |table: &Table| depth > 1 && !BY_NAME.contains(&key) && is_quantity(table);
    match (&mut lower.value, upper) {
        (Value::Table(below), Node { place, value: Value::Table(above) })
            if !whole(below) && !whole(&above) =>
        {
            for (key, entry) in above.entries {
                match below.entries.get_mut(&key) {
                    Some(existing) => {
                        merge(&mut existing.node, entry.node, depth + 1, &key);
                        existing.key = entry.key;
                    }
                    None => {
                        below.entries.insert(key, entry);
                    }
                }
            }
            lower.place = place;
        }
        (Value::Array(below), Node { value: Value::Array(above), .. })
            if below.iter().chain(&above).all(|item| entry_name(item).is_some()) =>
        {
            // Each entry below is overlaid once: a second one of its name above is left to be found as a duplicate.
            let mut overlaid = vec![false; below.len()];
            for item in above {
                let name = entry_name(&item);
                let old = (0..overlaid.len()).find(|&i| !overlaid[i] && entry_name(&below[i]) == name);
                match old {
                    Some(i) => {
                        merge(&mut below[i], item, depth + 1, "");
                        overlaid[i] = true;
                    }
                    None => below.push(item),
                }
            }
        }
        (_, upper) => *lower = upper,
    }
}

/// Whether a table states one quantity (a value with its source, a law, a path, a profile) rather than a thing.
pub fn is_quantity(table: &Table) -> bool {
    let mut keys = table.entries.keys().filter(|k| !is_remark(k)).peekable();
    keys.peek().is_some()
        && keys.all(|key| key == "value" || LAWS.contains(&key.as_str()) || is_date(key) || is_time(key))
}

/// Whether a key says where a figure comes from, and is no part of it.
pub fn is_remark(key: &str) -> bool {
    matches!(key, "source" | "note" | "judgement")
}

/// Whether a key of a path is a date, such as 2030-01-01.
pub fn is_date(key: &str) -> bool {
    key.len() == 10 && key.parse::<Date>().is_ok()
}

/// Whether a key of a profile is a time since entry, such as "3 months".
fn is_time(key: &str) -> bool {
    matches!(Measure::parse(key), Ok(Measure { dimension: Dimension::TIME, .. }))
}
