//! What a sweep has found: a row a point, as a table and as JSON.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde_json::{Map, Value, json};

use super::sweep::Sweep;
use super::variation::base_unit;
use crate::outcome::{Column, Kind, Provenance, Table, Values};
use crate::quantity::words;
use crate::statistics::Estimate;

/// A point and what its trials say.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its values as written.
    pub texts: Vec<String>,
    /// The same in base units; NaN of what is no number.
    pub inputs: Vec<f64>,
    /// The answers, in the order of the questions, none where undefined; or why the point's scenario is wrong.
    pub figures: Result<Vec<Option<Estimate>>, String>,
}

/// All points of a sweep.
#[derive(Clone, Debug)]
pub struct Results<'s> {
    /// The study.
    pub sweep: &'s Sweep,
    /// Its points in order.
    pub rows: Vec<Row>,
}

impl Results<'_> {
    /// The points whose scenario is wrong, each with its settings and why.
    pub fn failed(&self) -> Vec<(usize, String)> {
        let failed = self.rows.iter().enumerate().filter_map(|(point, row)| {
            let why = row.figures.as_ref().err()?;
            Some((point, format!("{}: {why}", self.sweep.settings(point).join(", "))))
        });
        failed.collect()
    }

    /// The entries of a grid whose values change no answer anywhere: most likely not the ones that were meant.
    pub fn idle(&self) -> Vec<&str> {
        let values = |row: usize| -> Vec<u64> {
            (0..self.sweep.asked.len())
                .map(|asked| self.figure(row, asked).map_or(f64::NAN, |e| e.value).to_bits())
                .collect()
        };
        let idle = |v: usize| {
            let mut first: BTreeMap<Vec<&str>, Vec<u64>> = BTreeMap::new();
            let mut several = false;
            for (at, row) in self.rows.iter().enumerate().filter(|(_, row)| row.figures.is_ok()) {
                let others =
                    row.texts.iter().enumerate().filter(|(i, _)| *i != v).map(|(_, text)| text.as_str());
                let own = values(at);
                match first.entry(others.collect()) {
                    Entry::Vacant(entry) => drop(entry.insert(own)),
                    Entry::Occupied(known) if *known.get() != own => return false,
                    Entry::Occupied(_) => several = true,
                }
            }
            several
        };
        let paths =
            self.sweep.variations.iter().enumerate().filter(|(v, _)| self.sweep.is_grid() && idle(*v));
        paths.map(|(_, variation)| variation.path.as_str()).collect()
    }

    /// An answer at a point; none where it is undefined or the point failed.
    pub fn figure(&self, row: usize, asked: usize) -> Option<Estimate> {
        self.rows[row].figures.as_ref().ok()?[asked]
    }

    /// `design.parquet`: a row a point.
    pub fn table(&self, provenance: &Provenance) -> Table<'_> {
        let sweep = self.sweep;
        let mut columns = vec![column("point", Kind::Whole, None, "number of the point, from 0")];
        for (i, variation) in sweep.variations.iter().enumerate() {
            let path = &variation.path;
            let unit = self.rows.iter().find_map(|row| base_unit(&row.texts[i], &sweep.model.currency));
            columns.push(column(
                path,
                Kind::Number,
                unit,
                "value in base units; empty where it is no number",
            ));
            columns.push(column(&format!("{path}.text"), Kind::Text, None, "value as the scenario has it"));
        }
        for asked in &sweep.asked {
            let unit = Some(words::unit(&asked.unit).to_owned());
            let name = |what: &str| format!("{}{what}", asked.text);
            columns.push(column(&asked.text, Kind::Number, unit.clone(), "estimate"));
            columns.push(column(&name(".se"), Kind::Number, unit.clone(), "its standard error"));
            columns.push(column(&name(".low"), Kind::Number, unit.clone(), "lower end of its 95 % interval"));
            columns.push(column(&name(".high"), Kind::Number, unit, "upper end of its 95 % interval"));
            let reliable = "whether the interval can be trusted";
            columns.push(column(&name(".reliable"), Kind::Flag, None, reliable));
        }
        columns.push(column("error", Kind::Text, None, "why the scenario of the point is wrong; else empty"));
        let facts = provenance.facts(provenance.trials as usize);
        Table::new(columns, self.rows.len(), facts, move |rows| {
            let own = &self.rows[rows.clone()];
            let mut values = vec![Values::Wholes(rows.clone().map(|row| row as i64).collect())];
            for i in 0..sweep.variations.len() {
                values.push(Values::Numbers(own.iter().map(|row| row.inputs[i]).collect()));
                values.push(Values::Texts(own.iter().map(|row| row.texts[i].clone()).collect()));
            }
            for a in 0..sweep.asked.len() {
                let figures = || rows.clone().map(|row| self.figure(row, a));
                let number = |of: fn(Estimate) -> f64| {
                    Values::Numbers(figures().map(|f| f.map_or(f64::NAN, of)).collect())
                };
                values.extend([number(|e| e.value), number(|e| e.se), number(|e| e.low), number(|e| e.high)]);
                values.push(Values::Flags(figures().map(|f| f.map(|e| e.reliable)).collect()));
            }
            let why = |row: &super::Row| row.figures.as_ref().err().cloned().unwrap_or_default();
            values.push(Values::Texts(own.iter().map(why).collect()));
            values
        })
    }

    /// `summary.json`.
    pub fn summary(&self, provenance: &Provenance) -> Value {
        let sweep = self.sweep;
        let mut top = match serde_json::to_value(provenance) {
            Ok(Value::Object(map)) => map,
            _ => Map::new(),
        };
        let paths: Vec<&str> = sweep.variations.iter().map(|v| v.path.as_str()).collect();
        top.insert("varied".to_owned(), json!(paths));
        let units: Map<String, Value> =
            sweep.asked.iter().map(|a| (a.text.clone(), json!(words::unit(&a.unit)))).collect();
        top.insert("units".to_owned(), Value::Object(units));
        let points = self.rows.iter().enumerate().map(|(point, row)| {
            let inputs: Map<String, Value> = (sweep.variations.iter().enumerate())
                .map(|(i, v)| (v.path.clone(), json!({ "text": row.texts[i], "value": row.inputs[i] })))
                .collect();
            let mut entry = json!({ "point": point, "inputs": inputs });
            match &row.figures {
                Ok(figures) => {
                    let metrics: Map<String, Value> =
                        sweep.asked.iter().zip(figures).map(|(a, f)| (a.text.clone(), json!(f))).collect();
                    entry["metrics"] = Value::Object(metrics);
                }
                Err(why) => entry["error"] = json!(why),
            }
            entry
        });
        top.insert("points".to_owned(), points.collect());
        top.insert("idle".to_owned(), json!(self.idle()));
        top.insert("failed".to_owned(), json!(self.failed().iter().map(|(p, _)| *p).collect::<Vec<_>>()));
        Value::Object(top)
    }
}

fn column(name: &str, kind: Kind, unit: Option<String>, description: &str) -> Column {
    Column { name: name.to_owned(), kind, unit, description: description.to_owned() }
}
