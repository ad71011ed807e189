//! Writes a table as Parquet, from its CSV and what the catalogue says about its columns.
//!
//! The CSV is the source, so that the two never differ: its numbers are in the shortest form that
//! reads back to the same bits. Rows pass through memory a row group at a time.

use std::io::{self, Read, Write};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};

use super::catalogue::{Column, Kind};

/// Fields in a row group: 32 MB of numbers in memory, and long enough to compress well.
const FIELDS_IN_A_GROUP: usize = 1 << 22;

/// Writes the rows of a CSV table with these columns as Parquet: text as UTF-8 strings, whole
/// numbers as 64-bit integers, real ones as doubles, compressed with Snappy. A column that may be
/// empty is nullable, and its empty fields are null.
///
/// # Errors
///
/// Whatever the system refuses, or a field that does not have its column's type.
pub(crate) fn from_csv(
    csv: impl Read,
    columns: &[Column],
    to: &mut (dyn Write + Send),
) -> io::Result<()> {
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut file = SerializedFileWriter::new(to, schema(columns)?, Arc::new(properties))?;
    let mut group: Vec<Values> = columns.iter().map(Values::of).collect();
    let rows_in_a_group = (FIELDS_IN_A_GROUP / columns.len().max(1)).max(1);
    let mut rows = csv::Reader::from_reader(csv);
    let (mut row, mut held) = (csv::StringRecord::new(), 0);
    while rows.read_record(&mut row)? {
        for (values, field) in group.iter_mut().zip(&row) {
            values.push(field)?;
        }
        held += 1;
        if held == rows_in_a_group {
            write_group(&mut file, &mut group)?;
            held = 0;
        }
    }
    if held > 0 {
        write_group(&mut file, &mut group)?;
    }
    file.close()?;
    Ok(())
}

fn schema(columns: &[Column]) -> Result<TypePtr, ParquetError> {
    let field = |column: &Column| {
        let (physical, logical) = match column.kind {
            Kind::String => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Kind::Integer => (Physical::INT64, None),
            Kind::Number => (Physical::DOUBLE, None),
        };
        let repetition = if column.optional { Repetition::OPTIONAL } else { Repetition::REQUIRED };
        let field = Type::primitive_type_builder(&column.name, physical)
            .with_repetition(repetition)
            .with_logical_type(logical);
        Ok(Arc::new(field.build()?))
    };
    let fields = columns.iter().map(field).collect::<Result<_, ParquetError>>()?;
    Ok(Arc::new(Type::group_type_builder("row").with_fields(fields).build()?))
}

fn write_group<W: Write + Send>(
    file: &mut SerializedFileWriter<W>,
    group: &mut [Values],
) -> Result<(), ParquetError> {
    let mut rows = file.next_row_group()?;
    for values in group {
        let Some(mut column) = rows.next_column()? else { break };
        values.drain_into(&mut column)?;
        column.close()?;
    }
    rows.close()?;
    Ok(())
}

/// The values of a column in the row group that is being filled.
struct Values {
    cells: Cells,
    /// For a nullable column: 1 for each field with a value, 0 for each without.
    defined: Option<Vec<i16>>,
}

enum Cells {
    Text(Vec<ByteArray>),
    Integers(Vec<i64>),
    Numbers(Vec<f64>),
}

impl Values {
    fn of(column: &Column) -> Self {
        let cells = match column.kind {
            Kind::String => Cells::Text(Vec::new()),
            Kind::Integer => Cells::Integers(Vec::new()),
            Kind::Number => Cells::Numbers(Vec::new()),
        };
        Self { cells, defined: column.optional.then(Vec::new) }
    }

    fn push(&mut self, field: &str) -> io::Result<()> {
        if let Some(defined) = &mut self.defined {
            defined.push(i16::from(!field.is_empty()));
            if field.is_empty() {
                return Ok(());
            }
        }
        match &mut self.cells {
            Cells::Text(texts) => texts.push(field.into()),
            Cells::Integers(integers) => integers.push(parse(field)?),
            Cells::Numbers(numbers) => numbers.push(parse(field)?),
        }
        Ok(())
    }

    fn drain_into(&mut self, column: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let defined = self.defined.as_deref();
        match &mut self.cells {
            Cells::Text(texts) => write_values::<ByteArrayType>(column, texts, defined)?,
            Cells::Integers(integers) => write_values::<Int64Type>(column, integers, defined)?,
            Cells::Numbers(numbers) => write_values::<DoubleType>(column, numbers, defined)?,
        }
        self.defined.iter_mut().for_each(Vec::clear);
        Ok(())
    }
}

fn write_values<T: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    values: &mut Vec<T::T>,
    defined: Option<&[i16]>,
) -> Result<(), ParquetError> {
    column.typed::<T>().write_batch(values, defined, None)?;
    values.clear();
    Ok(())
}

fn parse<T: std::str::FromStr>(field: &str) -> io::Result<T> {
    let wrong =
        |_| io::Error::new(io::ErrorKind::InvalidData, format!("`{field}` is not a number"));
    field.parse().map_err(wrong)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;

    use super::*;

    #[test]
    fn fields_come_back_with_their_types_and_empty_ones_as_nulls() {
        let columns = [
            Column::new("name", Kind::String, "", "a name"),
            Column::new("count", Kind::Integer, "count", "a count").optional(),
            Column::new("share", Kind::Number, "share", "a share").optional(),
        ];
        let csv = "name,count,share\n\"a, b\",3,0.1\n,,1e-300\né,-2,\n";
        let mut bytes = Vec::new();
        from_csv(csv.as_bytes(), &columns, &mut bytes).unwrap();
        let file = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
        let rows: Vec<_> = file.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        let names: Vec<_> = rows.iter().map(|row| row.get_string(0).unwrap().as_str()).collect();
        assert_eq!(names, ["a, b", "", "é"]);
        let counts: Vec<_> = rows.iter().map(|row| row.get_long(1).ok()).collect();
        assert_eq!(counts, [Some(3), None, Some(-2)]);
        let shares: Vec<_> = rows.iter().map(|row| row.get_double(2).ok()).collect();
        assert_eq!(shares, [Some(0.1), Some(1e-300), None]);
    }

    #[test]
    fn a_field_of_another_type_is_an_error() {
        let columns = [Column::new("count", Kind::Integer, "", "a count")];
        let error = from_csv("count\n0.5\n".as_bytes(), &columns, &mut Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "`0.5` is not a number");
    }
}
