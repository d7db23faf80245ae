//! A table as a Parquet file, through the writer of the `parquet` crate that knows nothing of Arrow.
//!
//! The file says nothing of when or where it was made, and its row groups have a fixed size, so that the same table
//! is the same file to the last byte.

use std::mem;
use std::sync::Arc;

use parquet::basic::{Compression, Encoding, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::errors::Result;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{ColumnPath, Type};

use super::{Column, Kind, Pieces, Table, Values};

/// Of so many rows from the first, [`FEW`] or fewer different numbers call for a dictionary.
const PROBED: usize = 4096;
const FEW: usize = 64;

pub fn pieces<'t>(table: &'t Table) -> Pieces<'t> {
    let mut groups = table.groups().peekable();
    // What the first rows hold decides how columns are encoded; an empty table has none.
    let mut first = Some((table.values)(groups.peek().cloned().unwrap_or(0..0)));
    let mut writer = match open(table, first.as_deref().unwrap_or_default()) {
        Ok(writer) => Some(writer),
        Err(error) => return Box::new(std::iter::once(Err(error.to_string()))),
    };
    let pieces = std::iter::from_fn(move || {
        // Gone once the end is written or anything has failed.
        let mut own = writer.take()?;
        let Some(rows) = groups.next() else { return Some(own.into_inner()) };
        let values = first.take().unwrap_or_else(|| (table.values)(rows));
        Some(group(&mut own, &values).map(|()| {
            let piece = mem::take(own.inner_mut());
            writer = Some(own);
            piece
        }))
    });
    Box::new(pieces.map(|piece| piece.map_err(|e| e.to_string())))
}

type Writer = SerializedFileWriter<Vec<u8>>;

fn open(table: &Table, first: &[Values]) -> Result<Writer> {
    let fields = table.columns.iter().map(field).collect::<Result<Vec<_>>>()?;
    let schema = Type::group_type_builder("schema").with_fields(fields).build()?;
    SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties(table, first)))
}

fn field(column: &Column) -> Result<Arc<Type>> {
    let (physical, logical) = match column.kind {
        Kind::Number => (Physical::DOUBLE, None),
        Kind::Flag => (Physical::BOOLEAN, None),
        Kind::Whole => (Physical::INT64, None),
        Kind::Date => (Physical::INT32, Some(LogicalType::Date)),
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    };
    // Whether a figure may be undefined depends on its kind alone, so that all runs of a scenario have one schema.
    let may_lack = matches!(column.kind, Kind::Number | Kind::Flag);
    let repetition = if may_lack { Repetition::OPTIONAL } else { Repetition::REQUIRED };
    let builder = Type::primitive_type_builder(&column.name, physical);
    builder.with_repetition(repetition).with_logical_type(logical).build().map(Arc::new)
}

fn properties(table: &Table, first: &[Values]) -> WriterProperties {
    let described: serde_json::Map<_, _> =
        table.columns.iter().map(|c| (c.name.clone(), serde_json::json!(c))).collect();
    let mut facts: Vec<KeyValue> =
        table.facts.iter().map(|(key, fact)| KeyValue::new(key.clone(), fact.clone())).collect();
    facts.push(KeyValue::new("columns".to_owned(), serde_json::Value::from(described).to_string()));
    let mut builder = WriterProperties::builder()
        .set_created_by(format!("shortfall version {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(Some(facts))
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true);
    for (column, values) in table.columns.iter().zip(first) {
        // The whole name is one segment, however many points it has.
        let path = ColumnPath::new(vec![column.name.clone()]);
        builder = match values {
            Values::Wholes(_) | Values::Dates(_) => builder
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED),
            Values::Numbers(numbers) => builder.set_column_dictionary_enabled(path, few(numbers)),
            Values::Flags(_) | Values::Texts(_) => builder,
        };
    }
    builder.build()
}

/// Whether the same few numbers come again and again.
fn few(numbers: &[f64]) -> bool {
    let mut bits: Vec<u64> = numbers.iter().take(PROBED).map(|x| x.to_bits()).collect();
    bits.sort_unstable();
    bits.dedup();
    bits.len() <= FEW
}

fn group(writer: &mut Writer, values: &[Values]) -> Result<()> {
    let mut group = writer.next_row_group()?;
    for values in values {
        let Some(column) = group.next_column()? else { break };
        write(column, values)?;
    }
    group.close()?;
    Ok(writer.flush()?)
}

fn write(mut column: SerializedColumnWriter, values: &Values) -> Result<()> {
    match values {
        Values::Numbers(numbers) => {
            let levels: Vec<i16> = numbers.iter().map(|x| i16::from(!x.is_nan())).collect();
            // Adding zero turns -0.0 into 0.0, as in the statistics.
            let defined: Vec<f64> = numbers.iter().filter(|x| !x.is_nan()).map(|x| x + 0.0).collect();
            column.typed::<DoubleType>().write_batch(&defined, Some(&levels), None)?;
        }
        Values::Flags(flags) => {
            let levels: Vec<i16> = flags.iter().map(|x| i16::from(x.is_some())).collect();
            let defined: Vec<bool> = flags.iter().flatten().copied().collect();
            column.typed::<BoolType>().write_batch(&defined, Some(&levels), None)?;
        }
        Values::Wholes(wholes) => {
            column.typed::<Int64Type>().write_batch(wholes, None, None)?;
        }
        Values::Dates(dates) => {
            column.typed::<Int32Type>().write_batch(dates, None, None)?;
        }
        Values::Texts(texts) => {
            let bytes: Vec<ByteArray> = texts.iter().map(|t| ByteArray::from(t.as_str())).collect();
            column.typed::<ByteArrayType>().write_batch(&bytes, None, None)?;
        }
    }
    column.close()
}
