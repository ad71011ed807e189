//! Reading a run's folder back: its manifest, and the tables that charts and reports are made from.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use miette::Diagnostic;
use ndarray::Array2;

use super::catalogue::{Column, Kind, Table};
use super::folder::MANIFEST_FILE;
use super::order::Order;
use super::stream::DESIGN_FILE;
use super::{Manifest, Tables};
use crate::config::parted_otherwise;
use crate::design::{Design, Layout};
use crate::workplace::Workplace;

/// The unit of a column whose values are 0 to 1.
const PROBABILITY: &str = "probability";

/// A run that was written earlier, here or elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRun {
    /// Its folder.
    pub folder: PathBuf,
    /// What it was.
    pub manifest: Manifest,
    /// Its tables, empty where the run did not write them.
    pub tables: Tables,
    /// Tables whose contents are no longer those that the run wrote, by their checksums.
    pub altered: BTreeSet<String>,
}

/// Why a run's folder cannot be read.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum ReadError {
    /// The folder is not there, or holds no manifest.
    #[error("`{}` is no run: it has no {MANIFEST_FILE}", .0.display())]
    #[diagnostic(help("name the folder that `article5 run` wrote, as in output/baseline"))]
    NotARun(PathBuf),
    /// Work on the run was stopped before its end.
    #[error("the run `{}` is not finished", .0.display())]
    #[diagnostic(help("`article5 resume {}` goes on with it", .0.display()))]
    Unfinished(PathBuf),
    /// The manifest cannot be understood.
    #[error("{}, line {line}, column {column}: {message}", path.display())]
    #[diagnostic(help("the file is damaged: run the configuration again"))]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// A table that the run wrote is not there.
    #[error("`{}` is missing", .0.display())]
    #[diagnostic(help(
        "the run wrote this table: run its configuration.toml again, with another `--out`"
    ))]
    Missing(PathBuf),
    /// A table is not what its kind of table must be.
    #[error("{}, line {line}: {message}", path.display())]
    #[diagnostic(help(
        "the table is damaged: run the configuration.toml of the run again, with another `--out`"
    ))]
    Damaged {
        /// The table.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong there.
        message: String,
    },
    /// The system refused.
    #[error("cannot read `{}`: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl StoredRun {
    /// Reads the run in `folder`.
    ///
    /// # Errors
    ///
    /// The first fault found: a folder that is no run, a table that is missing or damaged.
    pub fn open(folder: &Path) -> Result<Self, ReadError> {
        let manifest = read_manifest(folder)?;
        let mut reader = Reader { folder, manifest: &manifest, altered: BTreeSet::new() };
        let mut tables =
            Tables { alliance: reader.table()?, design: reader.design()?, ..Tables::default() };
        // Of a design, the tables that charts and reports leave out may be larger than memory.
        let whole = tables.design.is_none();
        tables.keep_for_charts(Tables {
            risks: reader.table()?,
            comparisons: reader.table()?,
            ..if whole { reader.without_design()? } else { Tables::default() }
        });
        tables.claims = reader.table()?;
        tables.decisions = reader.table()?;
        tables.sensitivity = reader.table()?;
        tables.boxes = reader.table()?;
        tables.trace = reader.table()?;
        tables.trace_events = reader.table()?;
        // Of scenarios that were taken out there is nothing to compare.
        if !tables.risks.is_empty() {
            let there: BTreeSet<&str> =
                tables.risks.iter().map(|row| row.scenario.as_str()).collect();
            tables.comparisons.retain(|row| {
                there.contains(row.scenario.as_str()) && there.contains(row.reference.as_str())
            });
        }
        let altered = reader.altered;
        Ok(Self { folder: folder.to_owned(), manifest, tables, altered })
    }
}

/// A table as it was written by [`to_csv`](super::to_csv): columns by their name, in any order,
/// others ignored. `path` is for the message.
///
/// # Errors
///
/// [`ReadError::Damaged`] for a column that is not there, and for a field that is not of the type
/// of its column: a number that is not finite, a probability outside 0 to 1.
pub fn from_csv<Row: Table>(bytes: &[u8], path: &Path) -> Result<Vec<Row>, ReadError> {
    let damaged =
        |line: u64, message: String| ReadError::Damaged { path: path.to_owned(), line, message };
    let unreadable = |error: csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        damaged(line, said(&error))
    };
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().map_err(unreadable)?.clone();
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

/// Where each column of the table stands.
fn places<Row: Table>(header: &StringRecord) -> Result<Vec<(usize, Column)>, String> {
    let place = |column: Column| {
        let found = header.iter().position(|name| name == column.name);
        let missing = || match header.get(0).and_then(parted_otherwise) {
            Some(signs) => format!("{signs} part the columns: save the table with commas"),
            None => format!("no column `{}`", column.name),
        };
        found.ok_or_else(missing).map(|place| (place, column))
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

/// A run's tables as they are read.
struct Reader<'a> {
    folder: &'a Path,
    manifest: &'a Manifest,
    altered: BTreeSet<String>,
}

impl Reader<'_> {
    /// The rows of a table; none where the run did not write it. One that the manifest lists is
    /// missed.
    fn table<Row: Table>(&mut self) -> Result<Vec<Row>, ReadError> {
        let path = self.path::<Row>();
        match self.rows(&path)? {
            None if self.manifest.files.contains_key(&file_name::<Row>()) => {
                Err(ReadError::Missing(path))
            }
            rows => Ok(rows.unwrap_or_default()),
        }
    }

    fn rows<Row: Table>(&mut self, path: &Path) -> Result<Option<Vec<Row>>, ReadError> {
        let bytes = self.bytes(path, file_name::<Row>())?;
        bytes.map(|bytes| from_csv(&bytes, path)).transpose()
    }

    /// The tables that are read only where there is no design.
    fn without_design(&mut self) -> Result<Tables, ReadError> {
        Ok(Tables {
            summary: self.table()?,
            members: self.table()?,
            cover: self.table()?,
            events: self.table()?,
            ..Tables::default()
        })
    }

    /// The design points, where there are any.
    fn design(&mut self) -> Result<Option<Design>, ReadError> {
        let path = self.folder.join(DESIGN_FILE);
        let bytes = self.bytes(&path, DESIGN_FILE.to_owned())?;
        if bytes.is_none() && self.manifest.files.contains_key(DESIGN_FILE) {
            return Err(ReadError::Missing(path));
        }
        let read = |bytes: Vec<u8>| {
            design_from_csv(&bytes).map_err(|(line, message)| ReadError::Damaged {
                path: path.clone(),
                line,
                message,
            })
        };
        bytes.map(read).transpose()
    }

    /// What a file holds, where it is there.
    fn bytes(&mut self, path: &Path, name: String) -> Result<Option<Vec<u8>>, ReadError> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(ReadError::Io { path: path.to_owned(), source }),
        };
        let written = self.manifest.files.get(&name);
        if written.is_some_and(|hash| *hash != blake3::hash(&bytes).to_hex().to_string()) {
            self.altered.insert(name);
        }
        Ok(Some(bytes))
    }

    fn path<Row: Table>(&self) -> PathBuf {
        self.folder.join(file_name::<Row>())
    }
}

/// Design points as `design.csv` holds them; what is wrong comes with its line.
fn design_from_csv(bytes: &[u8]) -> Result<Design, (u64, String)> {
    let unreadable =
        |error: csv::Error| (error.position().map_or(1, csv::Position::line), said(&error));
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().map_err(unreadable)?;
    let keys: Vec<String> = header.iter().skip(1).map(str::to_owned).collect();
    let mut values = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, csv::Position::line);
        for (key, field) in keys.iter().zip(record.iter().skip(1)) {
            let value = field.parse::<f64>().ok().filter(|value| value.is_finite());
            let wrong = || (line, format!("`{key}` is “{field}”, not a finite number"));
            values.push(value.ok_or_else(wrong)?);
        }
    }
    let rows = values.len().checked_div(keys.len()).unwrap_or_default();
    let points = Array2::from_shape_vec((rows, keys.len()), values);
    let points = points.map_err(|error| (1, error.to_string()))?;
    Ok(Design { keys, points, layout: Layout::Free })
}

fn file_name<Row: Table>() -> String {
    format!("{}.csv", Row::NAME)
}

/// The manifest of a run's folder.
pub(super) fn read_manifest(folder: &Path) -> Result<Manifest, ReadError> {
    let path = folder.join(MANIFEST_FILE);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            let target = Workplace::target(folder);
            let unfinished = Workplace::beside(&target).is_dir();
            return Err(if unfinished {
                ReadError::Unfinished(target)
            } else {
                ReadError::NotARun(folder.to_owned())
            });
        }
        Err(source) => return Err(ReadError::Io { path, source }),
    };
    serde_json::from_slice(&bytes).map_err(|error| ReadError::Manifest {
        line: error.line(),
        column: error.column(),
        message: cause(&error),
        path,
    })
}

/// The error without its place, which the message gives in its own way.
fn cause(error: &serde_json::Error) -> String {
    let said = error.to_string();
    said.split(" at line ").next().unwrap_or(&said).to_owned()
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
            (
                table.replace(',', ";"),
                "line 1: semicolons part the columns: save the table with commas",
            ),
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
}
