//! A table read back from the Parquet file that was made of it.

use std::collections::BTreeMap;

use parquet::basic::Type as Physical;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, FileReader, RowGroupReader, SerializedFileReader};

use super::Values;

/// Columns of a table by name, in its order, and its facts.
#[derive(Debug)]
pub struct Content {
    /// Of all rows; those that were not wanted are left out.
    pub columns: Vec<(String, Values)>,
    /// How many rows there are.
    pub rows: usize,
    /// Where they come from.
    pub facts: BTreeMap<String, String>,
}

impl Content {
    /// Takes the values of a column out.
    ///
    /// # Errors
    /// In words, where there is no such column.
    pub fn take(&mut self, name: &str) -> std::result::Result<Values, String> {
        let found = self.columns.iter().position(|(own, _)| own == name);
        found.map(|i| self.columns.swap_remove(i).1).ok_or_else(|| format!("it has no column `{name}`"))
    }

    /// The fact of that name.
    ///
    /// # Errors
    /// In words, where there is none.
    pub fn fact(&self, name: &str) -> std::result::Result<&str, String> {
        self.facts.get(name).map(String::as_str).ok_or_else(|| format!("it does not say its `{name}`"))
    }
}

/// Reads the columns that are `wanted` from a Parquet file that this program has written.
///
/// # Errors
/// In words, where it is no Parquet file, is cut short, or has columns that this program does not write.
pub fn read(
    file: impl ChunkReader + 'static,
    wanted: impl Fn(&str) -> bool,
) -> std::result::Result<Content, String> {
    content(file, wanted).map_err(|error| match error {
        ParquetError::General(why) | ParquetError::EOF(why) => why.to_lowercase(),
        other => other.to_string().to_lowercase(),
    })
}

fn content(file: impl ChunkReader + 'static, wanted: impl Fn(&str) -> bool) -> Result<Content> {
    let reader = SerializedFileReader::new(file)?;
    let about = reader.metadata().file_metadata();
    let pairs = about.key_value_metadata().into_iter().flatten();
    let facts = pairs.map(|p| (p.key.clone(), p.value.clone().unwrap_or_default())).collect();
    let rows = usize::try_from(about.num_rows()).unwrap_or(0);
    let mut columns = Vec::new();
    let mut places = Vec::new();
    for (i, column) in about.schema_descr().columns().iter().enumerate().filter(|(_, c)| wanted(c.name())) {
        let values = match column.physical_type() {
            Physical::DOUBLE => Values::Numbers(Vec::with_capacity(rows)),
            Physical::BOOLEAN => Values::Flags(Vec::with_capacity(rows)),
            Physical::INT64 => Values::Wholes(Vec::with_capacity(rows)),
            Physical::INT32 => Values::Dates(Vec::with_capacity(rows)),
            Physical::BYTE_ARRAY => Values::Texts(Vec::with_capacity(rows)),
            other => return Err(ParquetError::General(format!("`{}` holds {other}", column.name()))),
        };
        columns.push((column.name().to_owned(), values));
        places.push(i);
    }
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group)?;
        for ((_, values), &i) in columns.iter_mut().zip(&places) {
            extend(values, group.as_ref(), i)?;
        }
    }
    Ok(Content { columns, rows, facts })
}

/// Reads on in a column through one group of rows.
fn extend(values: &mut Values, group: &dyn RowGroupReader, column: usize) -> Result<()> {
    let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
    match (values, group.get_column_reader(column)?) {
        (Values::Numbers(out), ColumnReader::DoubleColumnReader(reader)) => {
            out.extend(cells(reader, rows)?.into_iter().map(|cell| cell.unwrap_or(f64::NAN)));
        }
        (Values::Flags(out), ColumnReader::BoolColumnReader(reader)) => out.extend(cells(reader, rows)?),
        (Values::Wholes(out), ColumnReader::Int64ColumnReader(reader)) => {
            out.extend(cells(reader, rows)?.into_iter().flatten());
        }
        (Values::Dates(out), ColumnReader::Int32ColumnReader(reader)) => {
            out.extend(cells(reader, rows)?.into_iter().flatten());
        }
        (Values::Texts(out), ColumnReader::ByteArrayColumnReader(reader)) => {
            for text in cells(reader, rows)?.into_iter().flatten() {
                out.push(text.as_utf8()?.to_owned());
            }
        }
        _ => return Err(ParquetError::General("a column changes its type".to_owned())),
    }
    Ok(())
}

/// The cells of a column in one group of rows; none where undefined.
fn cells<T: DataType>(mut reader: ColumnReaderImpl<T>, rows: usize) -> Result<Vec<Option<T::T>>> {
    let (mut levels, mut defined) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
    let mut read = 0;
    while read < rows {
        let (more, ..) = reader.read_records(rows - read, Some(&mut levels), None, &mut defined)?;
        if more == 0 {
            return Err(ParquetError::EOF("it ends in the middle of a column".to_owned()));
        }
        read += more;
    }
    if defined.len() == rows {
        return Ok(defined.into_iter().map(Some).collect());
    }
    let mut defined = defined.into_iter();
    Ok(levels.iter().map(|level| if *level > 0 { defined.next() } else { None }).collect())
}
