//! Tables of results: columns with units and descriptions whose values are made a group of rows at a time, so that a long
//! table is never in memory as a whole. What they become is bytes; who writes them is not known here.

mod parquet;
mod read;
mod text;

pub use read::{Content, read};

use std::fmt;
use std::ops::Range;

use serde::Serialize;

use crate::parallel::Pool;

/// Rows that are made, encoded and handed on together. It is the size of the row groups of a Parquet file, and so part
/// of its bytes.
const GROUP: usize = 1 << 16;

/// Bytes of a file in pieces, or why they could not be made.
pub type Pieces<'a> = Box<dyn Iterator<Item = Result<Vec<u8>, String>> + 'a>;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Floating-point numbers; undefined where they are not a number.
    Number,
    /// True, false or undefined.
    Flag,
    /// Whole numbers.
    Whole,
    /// Days of the calendar.
    Date,
    /// Words.
    Text,
}

/// Values of a column in some rows.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Of [`Kind::Number`]; NaN is undefined.
    Numbers(Vec<f64>),
    /// Of [`Kind::Flag`].
    Flags(Vec<Option<bool>>),
    /// Of [`Kind::Whole`].
    Wholes(Vec<i64>),
    /// Of [`Kind::Date`]: days since 1 January 1970.
    Dates(Vec<i32>),
    /// Of [`Kind::Text`].
    Texts(Vec<String>),
}

/// What stands above a column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Column {
    /// Its name.
    #[serde(skip)]
    pub name: String,
    /// What it holds.
    #[serde(skip)]
    pub kind: Kind,
    /// The unit of its numbers; none for words, flags and dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What it is.
    pub description: String,
}

/// A table.
pub struct Table<'a> {
    columns: Vec<Column>,
    rows: usize,
    facts: Vec<(String, String)>,
    values: Box<dyn Fn(Range<usize>) -> Vec<Values> + 'a>,
}

impl fmt::Debug for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table")
            .field("columns", &self.columns)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl<'a> Table<'a> {
    /// A table of `rows` rows. `values` gives the values of all columns, in their order, in a range of rows; `facts`
    /// (name and text) say where they come from.
    pub fn new(
        columns: Vec<Column>,
        rows: usize,
        facts: Vec<(String, String)>,
        values: impl Fn(Range<usize>) -> Vec<Values> + 'a,
    ) -> Self {
        Table { columns, rows, facts, values: Box::new(values) }
    }

    /// As a Parquet file; the units and descriptions are JSON under the key `columns` of its metadata, beside the facts.
    ///
    /// # Errors
    /// None that the table could cause; they are those of the encoder.
    pub fn parquet(&self) -> Pieces<'_> {
        parquet::pieces(self)
    }

    /// As comma-separated values (RFC 4180) with a line of names; empty where undefined. Numbers are the shortest
    /// decimals that read back exactly.
    pub fn csv<'t>(&'t self, pool: &'t Pool) -> Pieces<'t> {
        text::pieces(self, pool)
    }

    /// The rows in groups.
    fn groups(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let rows = self.rows;
        (0..rows).step_by(GROUP).map(move |start| start..rows.min(start + GROUP))
    }
}
