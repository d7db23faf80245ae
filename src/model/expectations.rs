//! Published figures that a scenario is held against.

use super::fields::Fields;
use super::reader::{Provenance, Reader};
use crate::quantity::Dimension;
use crate::scenario::{Node, Place, Table, Value, inline};

/// A published figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// `METRIC.STATISTIC`.
    pub metric: String,
    /// The figure and how far off still agrees, as written: "660 billion JPY ± 5 billion JPY".
    pub published: String,
    /// The figure itself, in base units; none where only a band is stated.
    pub value: Option<f64>,
    /// The least that agrees with it, in base units.
    pub low: f64,
    /// The most that agrees with it.
    pub high: f64,
    /// The dimension in which it is written.
    pub dimension: Dimension,
    /// Where it was published.
    pub source: String,
    /// Whether the inputs were fitted to it.
    pub calibrated: bool,
    /// Why the model is known to miss it, where it is.
    pub known_miss: Option<String>,
    /// A remark.
    pub note: Option<String>,
    /// Where its metric stands.
    pub place: Place,
}

/// Reads `[[expectations]]`.
pub fn expectations(reader: &mut Reader, items: &[&Node]) -> Vec<Expectation> {
    let mut out = Vec::new();
    for (i, node) in items.iter().enumerate() {
        let path = format!("expectations.{}", i + 1);
        let Some(mut fields) = Fields::open(reader, node, &path, &Provenance::default()) else { continue };
        fields.missing(reader, "metric", "a metric with its statistic, such as \"cost.total.mean\"");
        let metric = fields.text(reader, "metric").map_or("", |m| m.0).to_owned();
        fields.missing(reader, "source", "where the figure was published");
        let source = fields.table.get("source").and_then(Node::text).unwrap_or("").to_owned();
        if let (true, Some(node)) =
            (source.trim().is_empty(), fields.get("source").filter(|n| n.text().is_some()))
        {
            reader.error(node.place, "this source is empty", "say where the figure was published");
        }
        let calibrated = match fields.text(reader, "role") {
            Some(("calibrated", _)) => true,
            Some(("check", _)) => false,
            Some((other, place)) => {
                reader.error(
                    place,
                    format!("`{other}` is not a role"),
                    "write \"calibrated\" where the inputs were fitted to the figure, else \"check\"",
                );
                false
            }
            None => {
                fields.missing(
                    reader,
                    "role",
                    "\"calibrated\" where the inputs were fitted to the figure, else \"check\"",
                );
                false
            }
        };
        let known_miss = known_miss(reader, &mut fields);
        let note = fields.table.get("note").and_then(Node::text).map(str::to_owned);
        if let Some((low, high, dimension)) = band(reader, &mut fields) {
            let place = ["between", "tolerance"].iter().find_map(|key| fields.table.get(key));
            if dimension == Dimension::PURE && low <= 0.0 && high >= 1.0 && is_share(&metric) {
                let help = "a share always lies between 0 and 100 %: narrow the band";
                reader.error(place.map_or(node.place, |n| n.place), "this expectation cannot fail", help);
            }
            let place = fields.table.get("metric").map_or(node.place, |n| n.place);
            let (published, value) = (published(fields.table), middle(reader, fields.table));
            out.push(Expectation {
                metric,
                published,
                value,
                low,
                high,
                dimension,
                source,
                calibrated,
                known_miss,
                note,
                place,
            });
        }
        fields.finish(reader);
    }
    out
}

/// Why the model is known to miss the figure. A miss nobody explains is a miss.
fn known_miss(reader: &mut Reader, fields: &mut Fields) -> Option<String> {
    let (why, place) = fields.text(reader, "known_miss")?;
    if why.trim().is_empty() {
        let help = "say why the model misses this figure, or take `known_miss` out";
        reader.error(place, "this `known_miss` gives no reason", help);
    }
    Some(why.to_owned())
}

/// The figure and its band as they are written, the unit once where it is the same.
fn published(table: &Table) -> String {
    let text = |node: &Node| node.text().map_or_else(|| inline(node), str::to_owned);
    match (table.get("between"), table.get("value"), table.get("tolerance")) {
        (Some(Node { value: Value::Array(ends), .. }), ..) if ends.len() == 2 => {
            let (low, high) = (text(&ends[0]), text(&ends[1]));
            let number =
                |t: &str| t.find(|c: char| !c.is_ascii_digit() && !"+-._eE".contains(c)).unwrap_or(t.len());
            let unit = &low[number(&low)..];
            let low = if unit == &high[number(&high)..] { &low[..number(&low)] } else { &low[..] };
            format!("{low} to {high}")
        }
        (_, Some(value), Some(tolerance)) => format!("{} ± {}", text(value), text(tolerance)),
        _ => String::new(),
    }
}

/// The figure itself, where it is stated. It has been read before: a mistake in it has been told.
fn middle(reader: &mut Reader, table: &Table) -> Option<f64> {
    table.get("value").and_then(|node| reader.scalar(node)).map(|scalar| scalar.value)
}

/// Whether a metric's statistic is a share or a probability, as far as its name tells.
fn is_share(metric: &str) -> bool {
    let probability = ["positive", "defined", "censored"].iter().any(|end| metric.ends_with(end));
    let share = metric.starts_with("shortfall.") && (metric.contains(".share.") || metric.contains(".peak."));
    probability || share || metric.starts_with("shortfall.any.") || metric.contains(".above(")
}

fn band(reader: &mut Reader, fields: &mut Fields) -> Option<(f64, f64, Dimension)> {
    fields.allow(&["between", "value", "tolerance"]);
    let table = fields.table;
    let number = |reader: &mut Reader, node: &Node| {
        reader.scalar(node).map(|s| (s.value, s.dimension.unwrap_or_default()))
    };
    let (low, high, place) = match (table.get("between"), table.get("value"), table.get("tolerance")) {
        (Some(Node { value: Value::Array(ends), place }), None, None) if ends.len() == 2 => {
            (number(reader, &ends[0])?, number(reader, &ends[1])?, *place)
        }
        (Some(Node { place, .. }), None, None) => {
            let help = "write between = [\"0.1%\", \"20%\"]";
            reader.error(*place, "`between` is a list of the least and the most", help);
            return None;
        }
        (None, Some(value), Some(tolerance)) => {
            let (value, mut within) = (number(reader, value)?, number(reader, tolerance)?);
            if within.0 < 0.0 {
                let help = "write how far off on either side still agrees, such as \"10%\"";
                reader.error(tolerance.place, "a tolerance cannot be negative", help);
                return None;
            }
            // A tolerance without a unit beside a value with one is a share of the value.
            if within.1 == Dimension::PURE && value.1 != Dimension::PURE {
                within = (within.0 * value.0.abs(), value.1);
            }
            if within.1 != value.1 {
                let help = "write it in the unit of the value, or as a share of it, such as \"10%\"";
                reader.error(tolerance.place, "the tolerance has another unit than the value", help);
                return None;
            }
            ((value.0 - within.0, value.1), (value.0 + within.0, value.1), tolerance.place)
        }
        (None, Some(_), None) => {
            fields.missing(reader, "tolerance", "how far off on either side still agrees, such as \"10%\"");
            return None;
        }
        (None, None, None) => {
            fields.missing(reader, "between", "[\"0.1%\", \"20%\"], or `value` and `tolerance`");
            return None;
        }
        (_, value, tolerance) => {
            let place = value.or(tolerance).map_or(fields.place, |node| node.place);
            let message = "an expectation states its band in one of two ways";
            reader.error(place, message, "write `value` and `tolerance`, or between = [\"0.1%\", \"20%\"]");
            return None;
        }
    };
    if low.1 != high.1 {
        reader.error(place, "the two ends have different units", "give both the same unit");
        return None;
    }
    if !(low.0 <= high.0) {
        let message = "the band is empty: its lower end is above its upper end";
        reader.error(place, message, "write the smaller number first");
        return None;
    }
    Some((low.0, high.0, low.1))
}
