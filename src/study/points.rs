//! A small table of results whose columns are in memory: a row a point, an input or an alternative.

use crate::outcome::{Column, Kind, Provenance, Table, Values};
use crate::statistics::Estimate;

/// Columns with what stands above them.
#[derive(Clone, Debug, Default)]
pub struct Points {
    columns: Vec<(Column, Values)>,
}

impl Points {
    /// A column of words.
    pub fn texts(&mut self, name: &str, description: &str, texts: Vec<String>) {
        self.add(name, Kind::Text, None, description, Values::Texts(texts));
    }

    /// A column of numbers, undefined where they are not a number.
    pub fn numbers(&mut self, name: &str, unit: &str, description: &str, numbers: Vec<f64>) {
        self.add(name, Kind::Number, Some(unit.to_owned()), description, Values::Numbers(numbers));
    }

    /// A column of flags.
    pub fn flags(&mut self, name: &str, description: &str, flags: Vec<bool>) {
        let flags = Values::Flags(flags.into_iter().map(Some).collect());
        self.add(name, Kind::Flag, None, description, flags);
    }

    /// An estimate, its standard error and the ends of its interval: four columns.
    pub fn estimates(&mut self, name: &str, unit: &str, description: &str, estimates: &[Option<Estimate>]) {
        type Part = (&'static str, &'static str, fn(&Estimate) -> f64);
        let parts: [Part; 4] = [
            ("", "", |e| e.value),
            (".se", ": standard error", |e| e.se),
            (".low", ": lower end of the 95 % interval", |e| e.low),
            (".high", ": upper end of the 95 % interval", |e| e.high),
        ];
        for (suffix, what, of) in parts {
            let values = estimates.iter().map(|e| e.as_ref().map_or(f64::NAN, of)).collect();
            self.numbers(&format!("{name}{suffix}"), unit, &format!("{description}{what}"), values);
        }
    }

    fn add(&mut self, name: &str, kind: Kind, unit: Option<String>, description: &str, values: Values) {
        let column = Column { name: name.to_owned(), kind, unit, description: description.to_owned() };
        self.columns.push((column, values));
    }

    /// The table, with where it comes from.
    pub fn table(&self, provenance: &Provenance) -> Table<'_> {
        let facts = provenance.facts(provenance.trials as usize);
        let rows = self.columns.first().map_or(0, |(_, values)| match values {
            Values::Numbers(v) => v.len(),
            Values::Flags(v) => v.len(),
            Values::Wholes(v) => v.len(),
            Values::Dates(v) => v.len(),
            Values::Texts(v) => v.len(),
        });
        let heads = self.columns.iter().map(|(column, _)| column.clone()).collect();
        Table::new(heads, rows, facts, move |rows| {
            let part = |values: &Values| match values {
                Values::Numbers(v) => Values::Numbers(v[rows.clone()].to_vec()),
                Values::Flags(v) => Values::Flags(v[rows.clone()].to_vec()),
                Values::Wholes(v) => Values::Wholes(v[rows.clone()].to_vec()),
                Values::Dates(v) => Values::Dates(v[rows.clone()].to_vec()),
                Values::Texts(v) => Values::Texts(v[rows.clone()].to_vec()),
            };
            self.columns.iter().map(|(_, values)| part(values)).collect()
        })
    }
}
