//! Tables from CSV: the rows of any table, and the points of a design.

use std::collections::BTreeMap;
use std::path::Path;

use article5_model::csv_fault::{line_of, other_delimiter, said};
use csv::StringRecord;
use ndarray::Array2;

use super::catalogue::{Column, Kind, POINT, Table};
use super::order::Order;
use super::read::ReadError;
use crate::design::{Design, Structure};

/// Reads a table that was written by [`to_csv`](super::to_csv): columns by their name, in any
/// order; other columns are ignored. `path` is for the message.
///
/// # Errors
///
/// [`ReadError::Delimiter`] for columns without commas between them; [`ReadError::Damaged`] for a
/// column that is missing, and for a field that is not of the type of its column: a number that is
/// not finite or outside the column's bounds, a word that the column does not allow.
pub fn from_csv<Row: Table>(bytes: &[u8], path: &Path) -> Result<Vec<Row>, ReadError> {
    let damaged = |line, message| damaged(path, line, message);
    let unreadable = |error| unreadable(bytes, path, &error);
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().map_err(unreadable)?.clone();
    check_delimiter(&header, path)?;
    let columns = places::<Row>(&header).map_err(|message| damaged(1, message))?;
    let (mut rows, mut order) = (Vec::new(), Order::of(&columns));
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        for (place, column) in &columns {
            let field = record.get(*place).unwrap_or_default();
            let wrong = |message| damaged(line_of(bytes, record.position()), message);
            check(column, field).map_err(wrong)?;
        }
        let row = record.deserialize(Some(&header)).map_err(unreadable)?;
        rows.push((order.place(&record), row));
    }
    // A stable sort: what was never out of order stays as it is.
    rows.sort_by_key(|(place, _)| *place);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

/// Checks that commas separate the columns. Spreadsheets save semicolons where the comma is the
/// decimal mark.
fn check_delimiter(header: &StringRecord, path: &Path) -> Result<(), ReadError> {
    // Without commas the whole header is one name.
    match header.get(0).filter(|_| header.len() == 1).and_then(other_delimiter) {
        Some(signs) => Err(ReadError::Delimiter { path: path.to_owned(), signs }),
        None => Ok(()),
    }
}

/// Finds the place of each column of the table.
fn places<Row: Table>(header: &StringRecord) -> Result<Vec<(usize, Column)>, String> {
    let place = |column: Column| {
        let found = header.iter().position(|name| name == column.name);
        found.ok_or_else(|| format!("no column `{}`", column.name)).map(|place| (place, column))
    };
    Row::columns().into_iter().map(place).collect()
}

/// Checks that a field is of the type of its column.
fn check(column: &Column, field: &str) -> Result<(), String> {
    if field.is_empty() && column.optional {
        return Ok(());
    }
    let wanted = match column.kind {
        Kind::String if column.values.is_empty() || column.values.contains(&field) => return Ok(()),
        Kind::String => format!("one of {}", column.values.join(", ")),
        Kind::Integer if field.parse::<u64>().is_ok() => return Ok(()),
        Kind::Integer => "a whole number".to_owned(),
        Kind::Number => {
            let value = field.parse::<f64>().ok().filter(|value| value.is_finite());
            let (low, high) = column.bounds.unwrap_or((f64::MIN, f64::MAX));
            match value {
                Some(value) if (low..=high).contains(&value) => return Ok(()),
                Some(_) => format!("a number from {low} to {high}"),
                None => "a finite number".to_owned(),
            }
        }
    };
    Err(format!("`{}` is “{field}”, not {wanted}", column.name))
}

/// An error about a line of a table, counted from 1.
fn damaged(path: &Path, line: u64, message: String) -> ReadError {
    ReadError::Damaged { path: path.to_owned(), line, message }
}

/// An error about the CSV itself.
fn unreadable(table: &[u8], path: &Path, error: &csv::Error) -> ReadError {
    damaged(path, line_of(table, error.position()), said(error))
}

/// Reads design points as `design.csv` holds them: columns by their name and rows by their point,
/// both in any order.
pub(super) fn design_from_csv(bytes: &[u8], path: &Path) -> Result<Design, ReadError> {
    let damaged = |line, message| damaged(path, line, message);
    let unreadable = |error| unreadable(bytes, path, &error);
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().map_err(unreadable)?.clone();
    check_delimiter(&header, path)?;
    let point_column = header.iter().position(|name| name == POINT);
    let point_column = point_column.ok_or_else(|| damaged(1, format!("no column `{POINT}`")))?;
    let parameters = |record: &StringRecord| {
        let fields = record.iter().map(str::to_owned).enumerate();
        fields
            .filter(|(place, _)| *place != point_column)
            .map(|(_, field)| field)
            .collect::<Vec<_>>()
    };
    let keys = parameters(&header);
    let mut points = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let wrong = |message| damaged(line_of(bytes, record.position()), message);
        let number = record.get(point_column).unwrap_or_default();
        let point: usize = number
            .parse()
            .map_err(|_| wrong(format!("`{POINT}` is “{number}”, not a whole number")))?;
        let mut values = Vec::with_capacity(keys.len());
        for (key, field) in keys.iter().zip(parameters(&record)) {
            let value = field.parse::<f64>().ok().filter(|value| value.is_finite());
            let told = || wrong(format!("`{key}` is “{field}”, not a finite number"));
            values.push(value.ok_or_else(told)?);
        }
        if points.insert(point, (record.position().cloned(), values)).is_some() {
            return Err(wrong(format!("point {point} occurs twice")));
        }
    }
    // Readers of other tables find a point's values by its number.
    let mut numbered = points.iter().enumerate();
    if let Some((missing, (_, (next, _)))) = numbered.find(|(number, (point, _))| number != *point)
    {
        let line = line_of(bytes, next.as_ref());
        return Err(damaged(line, format!("point {missing} is missing")));
    }
    let values: Vec<f64> = points.values().flat_map(|(_, values)| values).copied().collect();
    let points = Array2::from_shape_vec((points.len(), keys.len()), values);
    let points = points.map_err(|error| damaged(1, error.to_string()))?;
    Ok(Design { keys, points, structure: Structure::Free })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::QuantityKind;
    use crate::tables::rows::ComparisonRow;
    use crate::tables::to_csv;

    fn comparison() -> ComparisonRow {
        ComparisonRow {
            scenario: "a, \"quoted\"\nname".to_owned(),
            reference: "b".to_owned(),
            point: 0,
            quarter: 40,
            date: "2035-Q4".to_owned(),
            kind: QuantityKind::Risk,
            outcome: "tiered".to_owned(),
            n: 10,
            difference: -0.1 - 0.2,
            low: None,
            high: Some(f64::MIN_POSITIVE),
            pairing_gain: Some(1e300),
        }
    }

    fn read(table: &str) -> Result<Vec<ComparisonRow>, ReadError> {
        from_csv(table.as_bytes(), Path::new("run/comparisons.csv"))
    }

    #[test]
    fn a_table_reads_back_to_the_bit() {
        let rows = vec![comparison(), comparison()];
        assert_eq!(read(&String::from_utf8(to_csv(&rows)).unwrap()).unwrap(), rows);
    }

    #[test]
    fn a_table_that_was_sorted_otherwise_is_read_in_the_order_in_which_it_was_written() {
        let row = |(scenario, quarter): (&str, u32)| {
            let scenario = scenario.to_owned();
            ComparisonRow { scenario, quarter, ..comparison() }
        };
        let written: Vec<_> =
            [("z", 1), ("z", 9), ("z", 10), ("a", 1), ("a", 9), ("a", 10)].map(row).to_vec();
        let mut sorted = written.clone();
        sorted.sort_by_key(|row| (row.quarter.to_string(), row.scenario == "a"));
        assert_ne!(sorted, written);
        assert_eq!(read(&String::from_utf8(to_csv(&sorted)).unwrap()).unwrap(), written);
    }

    #[test]
    fn a_damaged_table_is_refused_with_its_file_line_and_column() {
        let table = String::from_utf8(to_csv(&[comparison()])).unwrap();
        let wrong = [
            (table.replace("difference", "diff"), "line 1: no column `difference`"),
            (table.replace(",40,", ",forty,"), "line 2: `quarter` is “forty”, not a whole number"),
            (
                table.replace("2035-Q4,risk", "risk"),
                "line 2: the row has 11 fields, but the header has 12",
            ),
            (
                table.replace(",risk,", ",risks,"),
                "line 2: `kind` is “risks”, not one of risk, outcome",
            ),
            (table.replace(",10,", ",10,NaN"), "line 2: `difference` is “NaN-0."),
            (table.replace(",10,", ",10,inf,"), "line 2: the row has 13 fields"),
        ];
        for (table, told) in wrong {
            let message = read(&table).unwrap_err().to_string();
            assert!(message.contains("run/comparisons.csv, "), "{message}");
            assert!(message.contains(told), "{message}");
        }
    }

    #[test]
    fn a_line_is_counted_however_lines_end() {
        let table = String::from_utf8(to_csv(&[comparison(), comparison()])).unwrap();
        // The name of the scenario has a line break in it, so the second row begins in line 4.
        let table = table.replacen(",10,", ",ten,", 2).replacen(",ten,", ",10,", 1);
        for end in ["\n", "\r\n", "\r"] {
            let message = read(&table.replace('\n', end)).unwrap_err().to_string();
            assert!(message.contains("line 4: `n` is “ten”"), "{end:?}: {message}");
        }
    }

    #[test]
    fn a_design_is_read_by_its_point_and_names_however_it_was_sorted() {
        let read = |table: &str| design_from_csv(table.as_bytes(), Path::new("run/design.csv"));
        let written = read("point,a,b\n0,1,2\n1,3,4\n2,5,6\n").unwrap();
        assert_eq!(written.points, ndarray::array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
        assert_eq!(read("a,point,b\n5,2,6\n1,0,2\n3,1,4\n").unwrap(), written);
        let wrong = [
            ("a,b\n1,2\n", "line 1: no column `point`"),
            ("point,a\n0,1\n2,1\n", "line 3: point 1 is missing"),
            ("point,a\n0,1\n1,1\n1,2\n", "line 4: point 1 occurs twice"),
            ("point,a\n0,1\n-1,1\n", "line 3: `point` is “-1”, not a whole number"),
            ("point,a\r\n0,1\r\n\r\n1,one\r\n", "line 4: `a` is “one”, not a finite number"),
        ];
        for (table, told) in wrong {
            let message = read(table).unwrap_err().to_string();
            assert!(message.contains(told), "{message}");
        }
    }

    #[test]
    fn columns_that_no_comma_parts_are_told_as_such() {
        let table = String::from_utf8(to_csv(&[comparison()])).unwrap();
        let design = |table: &str| design_from_csv(table.as_bytes(), Path::new("run/design.csv"));
        assert_eq!(design("point,a\n0,1\n").unwrap().keys, ["a"]);
        for (sign, signs) in [(";", "semicolons"), ("\t", "tabs")] {
            let told = format!(", line 1: the columns are separated by {signs}, not by commas");
            let parted = |table: &str| table.replace(',', sign);
            let errors = [read(&parted(&table)).err(), design(&parted("point,a\n0,1\n")).err()];
            for error in errors {
                let error = error.unwrap().to_string();
                assert!(error.ends_with(&told), "{error}");
            }
        }
    }
}
