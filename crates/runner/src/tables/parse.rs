//! Tables from CSV: the rows of any table, and the points of a design.

use std::path::Path;

use csv::StringRecord;
use ndarray::Array2;

use super::catalogue::{Column, Kind, Table};
use super::order::Order;
use super::read::ReadError;
use crate::config::parted_otherwise;
use crate::design::{Design, Layout};

/// The unit of a column whose values are 0 to 1.
const PROBABILITY: &str = "probability";

/// A table as it was written by [`to_csv`](super::to_csv): columns by their name, in any order,
/// others ignored. `path` is for the message.
///
/// # Errors
///
/// [`ReadError::Parted`] for columns without commas between them; [`ReadError::Damaged`] for a column
/// that is not there, and for a field that is not of the type of its column: a number that is not
/// finite, a probability outside 0 to 1.
pub fn from_csv<Row: Table>(bytes: &[u8], path: &Path) -> Result<Vec<Row>, ReadError> {
    let damaged = |line, message| damaged(path, line, message);
    let unreadable = |error| unreadable(path, &error);
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().map_err(unreadable)?.clone();
    check_parting(&header, path)?;
    let columns = places::<Row>(&header).map_err(|message| damaged(1, message))?;
    let (mut rows, mut order) = (Vec::new(), Order::of(&columns));
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, csv::Position::line);
        for (place, column) in &columns {
            let field = record.get(*place).unwrap_or_default();
            check(column, field).map_err(|message| damaged(line, message))?;
        }
        let row = record.deserialize(Some(&header)).map_err(unreadable)?;
        rows.push((order.place(&record), row));
    }
    // Stable: what was never out of order stays as it is.
    rows.sort_by_key(|(place, _)| *place);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

/// Whether commas part the columns. Spreadsheets save semicolons where the comma is the decimal mark.
fn check_parting(header: &StringRecord, path: &Path) -> Result<(), ReadError> {
    // Without a comma all names are one.
    match header.get(0).filter(|_| header.len() == 1).and_then(parted_otherwise) {
        Some(signs) => Err(ReadError::Parted { path: path.to_owned(), signs }),
        None => Ok(()),
    }
}

/// Where each column of the table stands.
fn places<Row: Table>(header: &StringRecord) -> Result<Vec<(usize, Column)>, String> {
    let place = |column: Column| {
        let found = header.iter().position(|name| name == column.name);
        found.ok_or_else(|| format!("no column `{}`", column.name)).map(|place| (place, column))
    };
    Row::columns().into_iter().map(place).collect()
}

/// Whether a field is of the type of its column.
fn check(column: &Column, field: &str) -> Result<(), String> {
    if field.is_empty() && (column.optional || column.kind == Kind::String) {
        return Ok(());
    }
    let wanted = match column.kind {
        Kind::String => return Ok(()),
        Kind::Integer if field.parse::<u64>().is_ok() => return Ok(()),
        Kind::Integer => "a whole number",
        Kind::Number => match field.parse::<f64>() {
            Ok(value) if column.unit == PROBABILITY && !(0.0..=1.0).contains(&value) => {
                "a probability, 0 to 1"
            }
            Ok(value) if value.is_finite() => return Ok(()),
            _ => "a finite number",
        },
    };
    Err(format!("`{}` is “{field}”, not {wanted}", column.name))
}

/// What is wrong in a line, from 1, of a table.
fn damaged(path: &Path, line: u64, message: String) -> ReadError {
    ReadError::Damaged { path: path.to_owned(), line, message }
}

/// A fault of the CSV itself.
fn unreadable(path: &Path, error: &csv::Error) -> ReadError {
    damaged(path, error.position().map_or(1, csv::Position::line), said(error))
}

/// What a fault of the CSV itself is called.
fn said(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} fields, where the header has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "not UTF-8 text".to_owned(),
        csv::ErrorKind::Deserialize { err, .. } => err.kind().to_string(),
        _ => error.to_string(),
    }
}

/// Design points as `design.csv` holds them.
pub(super) fn design_from_csv(bytes: &[u8], path: &Path) -> Result<Design, ReadError> {
    let damaged = |line, message| damaged(path, line, message);
    let unreadable = |error| unreadable(path, &error);
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().map_err(unreadable)?;
    check_parting(header, path)?;
    let keys: Vec<String> = header.iter().skip(1).map(str::to_owned).collect();
    let mut values = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, csv::Position::line);
        for (key, field) in keys.iter().zip(record.iter().skip(1)) {
            let value = field.parse::<f64>().ok().filter(|value| value.is_finite());
            let wrong = || damaged(line, format!("`{key}` is “{field}”, not a finite number"));
            values.push(value.ok_or_else(wrong)?);
        }
    }
    let rows = values.len().checked_div(keys.len()).unwrap_or_default();
    let points = Array2::from_shape_vec((rows, keys.len()), values);
    let points = points.map_err(|error| damaged(1, error.to_string()))?;
    Ok(Design { keys, points, layout: Layout::Free })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::rows::Comparison;
    use crate::tables::to_csv;

    fn comparison() -> Comparison {
        Comparison {
            scenario: "a, \"quoted\"\nname".to_owned(),
            reference: "b".to_owned(),
            point: 0,
            quarter: 40,
            date: "2035-Q4".to_owned(),
            kind: "risk".to_owned(),
            outcome: "tiered".to_owned(),
            n: 10,
            difference: -0.1 - 0.2,
            low: None,
            high: Some(f64::MIN_POSITIVE),
            variance_ratio: Some(1e300),
        }
    }

    fn read(table: &str) -> Result<Vec<Comparison>, ReadError> {
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
            Comparison { scenario, quarter, ..comparison() }
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
            (table.replace("2035-Q4,risk", "risk"), "line 2: 11 fields, where the header has 12"),
            (table.replace(",10,", ",10,NaN"), "line 2: `difference` is “NaN-0."),
            (table.replace(",10,", ",10,inf,"), "line 2: 13 fields"),
        ];
        for (table, told) in wrong {
            let message = read(&table).unwrap_err().to_string();
            assert!(message.contains("run/comparisons.csv, "), "{message}");
            assert!(message.contains(told), "{message}");
        }
    }

    #[test]
    fn columns_that_no_comma_parts_are_told_as_such() {
        let table = String::from_utf8(to_csv(&[comparison()])).unwrap();
        let design = |table: &str| design_from_csv(table.as_bytes(), Path::new("run/design.csv"));
        assert_eq!(design("point,a\n0,1\n").unwrap().keys, ["a"]);
        for (sign, signs) in [(";", "semicolons"), ("\t", "tabs")] {
            let told = format!(", line 1: the columns are parted by {signs}, not by commas");
            let parted = |table: &str| table.replace(',', sign);
            let errors = [read(&parted(&table)).err(), design(&parted("point,a\n0,1\n")).err()];
            for error in errors {
                let error = error.unwrap().to_string();
                assert!(error.ends_with(&told), "{error}");
            }
        }
    }
}
