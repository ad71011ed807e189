//! Reading a run's folder back: its manifest, and the tables that charts and reports are made from.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::catalogue::Table;
use super::folder::MANIFEST_FILE;
use super::parse::{design_from_csv, from_csv};
use super::stream::DESIGN_FILE;
use super::{Manifest, Tables};
use crate::design::Design;
use crate::files::read_regular;
use crate::workplace::Workplace;

/// A run that was written earlier, here or elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRun {
    /// Its folder.
    pub folder: PathBuf,
    /// What the run was.
    pub manifest: Manifest,
    /// Its tables, empty if the run did not write them.
    pub tables: Tables,
    /// Tables whose contents are no longer those that the run wrote, by their checksums.
    pub altered: BTreeSet<String>,
}

/// Why a run's folder cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The folder does not exist, or holds no manifest.
    #[error("`{}` is not a run: it has no {MANIFEST_FILE}", .0.display())]
    NotARun(PathBuf),
    /// Work on the run was stopped before its end.
    #[error("the run `{}` is not finished", .0.display())]
    Unfinished(PathBuf),
    /// The manifest cannot be understood.
    #[error("{}, line {line}, column {column}: {message}", path.display())]
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
    /// A table that the run wrote is missing.
    #[error("`{}` is missing", .0.display())]
    Missing(PathBuf),
    /// Where a file of the run should be, there is a folder, a device or a pipe.
    #[error("`{}` is not a regular file", .0.display())]
    NotAFile(PathBuf),
    /// A table is not as a table of its kind must be.
    #[error("{}, line {line}: {message}", path.display())]
    Damaged {
        /// The table.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong there.
        message: String,
    },
    /// A table's columns are separated by something other than commas.
    #[error("{}, line 1: the columns are separated by {signs}, not by commas", path.display())]
    Delimiter {
        /// The table.
        path: PathBuf,
        /// What separates them.
        signs: &'static str,
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
    /// The first fault found: the folder is not a run, or a table is missing or damaged.
    pub fn open(folder: &Path) -> Result<Self, ReadError> {
        let manifest = read_manifest(folder)?;
        let mut reader = Reader { folder, manifest: &manifest, altered: BTreeSet::new() };
        let mut tables =
            Tables { alliance: reader.table()?, design: reader.design()?, ..Tables::default() };
        tables.policies = policies(&manifest);
        // With a design, the tables that charts and reports do not use may be larger than memory.
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
        // If the scenarios were taken out, there is nothing to compare.
        if !tables.risks.is_empty() {
            let there: BTreeSet<&str> =
                tables.risks.iter().map(|row| row.scenario.as_str()).collect();
            let both = |scenario: &str, reference: &str| {
                there.contains(scenario) && there.contains(reference)
            };
            tables.comparisons.retain(|row| both(&row.scenario, &row.reference));
            tables.member_comparisons.retain(|row| both(&row.scenario, &row.reference));
        }
        let altered = reader.altered;
        Ok(Self { folder: folder.to_owned(), manifest, tables, altered })
    }
}

/// The policies that a run's configuration names. A configuration that cannot be read names none:
/// whatever needs the whole of it will say so.
fn policies(manifest: &Manifest) -> Vec<String> {
    #[derive(Deserialize)]
    struct Named {
        #[serde(default)]
        policies: Vec<String>,
    }
    toml::from_str(&manifest.configuration).map_or_else(|_| Vec::new(), |own: Named| own.policies)
}

/// A run's tables while they are being read.
struct Reader<'a> {
    folder: &'a Path,
    manifest: &'a Manifest,
    altered: BTreeSet<String>,
}

impl Reader<'_> {
    /// The rows of a table; none if the run did not write it.
    fn table<Row: Table>(&mut self) -> Result<Vec<Row>, ReadError> {
        let name = Row::file_name();
        let bytes = self.bytes(&name)?;
        let rows = bytes.map(|bytes| from_csv(&bytes, &self.folder.join(name))).transpose()?;
        Ok(rows.unwrap_or_default())
    }

    /// The tables that are read only if there is no design.
    fn without_design(&mut self) -> Result<Tables, ReadError> {
        Ok(Tables {
            summary: self.table()?,
            members: self.table()?,
            cover: self.table()?,
            events: self.table()?,
            member_comparisons: self.table()?,
            ..Tables::default()
        })
    }

    /// The design points, if there are any.
    fn design(&mut self) -> Result<Option<Design>, ReadError> {
        let bytes = self.bytes(DESIGN_FILE)?;
        bytes.map(|bytes| design_from_csv(&bytes, &self.folder.join(DESIGN_FILE))).transpose()
    }

    /// What a file holds; `None` if the run did not write it. One that the manifest lists must be
    /// there.
    fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
        let path = self.folder.join(name);
        let bytes = match read_regular(&path) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Err(ReadError::NotAFile(path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let listed = self.manifest.files.contains_key(name);
                return if listed { Err(ReadError::Missing(path)) } else { Ok(None) };
            }
            Err(source) => return Err(ReadError::Io { path, source }),
        };
        if self.manifest.is_altered(name, &bytes) {
            self.altered.insert(name.to_owned());
        }
        Ok(Some(bytes))
    }
}

/// The manifest of a run's folder.
///
/// # Errors
///
/// The folder is not a run, or its manifest cannot be read.
pub fn read_manifest(folder: &Path) -> Result<Manifest, ReadError> {
    let path = folder.join(MANIFEST_FILE);
    let bytes = match read_regular(&path) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err(ReadError::NotAFile(path)),
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

/// The error without its place, which our message gives in its own way.
fn cause(error: &serde_json::Error) -> String {
    let said = error.to_string();
    said.rsplit_once(" at line ").map_or(said.as_str(), |(cause, _)| cause).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_keeps_what_it_says_of_lines() {
        let error = serde_json::from_str::<u32>("\"x at line 3\"").unwrap_err();
        assert_eq!(cause(&error), "invalid type: string \"x at line 3\", expected u32");
    }
}
