//! A table as comma-separated values.

use std::fmt::Write;

use super::{Pieces, Table, Values};
use crate::parallel::Pool;
use crate::quantity::words;

/// Rows that a thread writes at a time. It decides nothing but how work is dealt out.
const BLOCK: usize = 4096;

pub fn pieces<'t>(table: &'t Table, pool: &'t Pool) -> Pieces<'t> {
    let names: Vec<String> = table.columns.iter().map(|c| field(&c.name)).collect();
    let head = Ok(format!("{}\n", names.join(",")).into_bytes());
    let groups = table.groups().map(move |rows| {
        let values = (table.values)(rows.clone());
        let blocks = pool.indices(rows.len().div_ceil(BLOCK), |b| {
            let mut text = String::new();
            (b * BLOCK..rows.len().min((b + 1) * BLOCK)).for_each(|row| line(&mut text, &values, row));
            text
        });
        Ok(blocks.concat().into_bytes())
    });
    Box::new(std::iter::once(head).chain(groups))
}

fn line(text: &mut String, values: &[Values], row: usize) {
    for (i, column) in values.iter().enumerate() {
        if i > 0 {
            text.push(',');
        }
        // Writing to a string does not fail.
        let _ = match column {
            Values::Numbers(x) if x[row].is_nan() => Ok(()),
            Values::Numbers(x) => write!(text, "{}", x[row] + 0.0),
            Values::Flags(x) => x[row].map_or(Ok(()), |flag| write!(text, "{flag}")),
            Values::Wholes(x) => write!(text, "{}", x[row]),
            Values::Dates(x) => write!(text, "{}", words::epoch_date(x[row])),
            Values::Texts(x) => write!(text, "{}", field(&x[row])),
        };
    }
    text.push('\n');
}

/// A text as a field: in quotation marks where it holds what divides fields.
fn field(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
