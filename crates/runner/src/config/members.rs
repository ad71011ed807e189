//! The members table of a configuration: the built-in one, or a file.

use std::ops::Range;
use std::path::Path;

use article5_model::alliance::{Alliance, AllianceError, REQUIRED_COLUMNS};
use article5_model::csv_fault::other_delimiter;

use super::document::Place;
use super::error::{ConfigError, unreadable};
use super::file::ConfigFile;
use super::names::{nearest, quoted};
use super::source::read_whole;

/// The remedy for columns that are not separated by commas.
const SAVE_WITH_COMMAS: &str =
    "save it with commas between the columns and decimal points in numbers";

/// Reads a members table.
///
/// # Errors
///
/// The first fault found, with its place and its remedy.
pub fn read_alliance(path: &Path) -> Result<Alliance, ConfigError> {
    let name = path.display().to_string();
    let table = read_whole(path).map_err(|error| {
        ConfigError::whole(format!("cannot read the members table {name}: {error}"))
            .help(unreadable(&error, "name a CSV file, such as the `alliance.csv` of a run"))
    })?;
    Alliance::from_csv(&table).map_err(|error| explain(&error, &name, &table))
}

/// The alliance of a configuration in the folder `folder`.
pub(super) fn resolve(
    file: &ConfigFile,
    folder: &Path,
    root: &Place<'_>,
) -> Result<Alliance, ConfigError> {
    let Some(name) = &file.members else { return Ok(Alliance::nato()) };
    let path = folder.join(name);
    let table = read_whole(&path).map_err(|error| {
        root.get("members")
            .wrong(format!("cannot read the members table `{name}`: {error}"), "this file")
            .help(unreadable(&error, "the path is relative to the configuration's folder"))
    })?;
    Alliance::from_csv(&table).map_err(|error| explain(&error, &path.display().to_string(), &table))
}

/// What is wrong with the table, at its place in it.
fn explain(error: &AllianceError, name: &str, table: &[u8]) -> ConfigError {
    // Old spreadsheets end lines with a carriage return alone.
    let table = String::from_utf8_lossy(table).replace("\r\n", "\n").replace('\r', "\n");
    let table = table.strip_prefix('\u{feff}').unwrap_or(&table);
    let header = table.lines().next().unwrap_or_default();
    let line = error.line().unwrap_or(1);
    let above = usize::try_from(line.saturating_sub(1)).ok();
    let row = above.and_then(|above| table.lines().nth(above));
    let is_empty = row.is_some_and(|row| row.bytes().all(|byte| matches!(byte, b',' | b' ')));
    let (Fault { what, label, remedy }, column) = match error {
        AllianceError::Unreadable { .. } if is_empty => (empty_row(), None),
        _ => (fault(error, header), error.column()),
    };
    let span = field(table, line, column.and_then(|column| position(header, column)));
    let message = format!("the members table is refused: {what}");
    ConfigError::at(name, table, span, message, label).help(remedy)
}

/// A fault in the table, in words.
struct Fault {
    what: String,
    /// What is said at the place of the fault.
    label: String,
    remedy: String,
}

/// The fault of a row that has only commas.
fn empty_row() -> Fault {
    Fault {
        what: "a row has no values".to_owned(),
        label: "this row".to_owned(),
        remedy: "delete it: spreadsheets leave such rows below a table".to_owned(),
    }
}

fn fault(error: &AllianceError, header: &str) -> Fault {
    let of = |label: &str, remedy: &str| Fault {
        what: error.to_string(),
        label: label.to_owned(),
        remedy: remedy.to_owned(),
    };
    match error {
        AllianceError::MissingColumn { column } => match other_delimiter(header) {
            Some(sign) => Fault {
                what: format!("its columns are separated by {sign}"),
                ..of("the header", SAVE_WITH_COMMAS)
            },
            None => {
                let like = nearest(column, header.split(',').map(str::trim));
                let like = like.map(|like| format!("`{like}` is similar; ")).unwrap_or_default();
                let needed = quoted(&REQUIRED_COLUMNS);
                of("the header", &format!("{like}the table needs {needed}"))
            }
        },
        AllianceError::RepeatedColumn { .. } => {
            of("the second one", "each column must have a name of its own: delete one")
        }
        AllianceError::Invalid { wanted, .. } => {
            of(&format!("must be {wanted}"), "correct the field")
        }
        AllianceError::Unit { unit, remedy, .. } => of(&format!("must be in {unit}"), remedy),
        AllianceError::Duplicate { .. } => of("the second one", "a member has one row: delete one"),
        AllianceError::Size { .. } => of("below this header", "write a row for each ally"),
        AllianceError::Unreadable { column: Some(column), .. } => Fault {
            what: format!("`{column}` is not a number of the right kind"),
            ..of(
                "cannot be read",
                "write numbers with a decimal point and no separators; 0 or 1 for yes or no",
            )
        },
        AllianceError::Unreadable { column: None, .. } => of(
            "this line",
            "write comma-separated UTF-8 with decimal points in numbers, and as many fields as the header has",
        ),
    }
}

/// Which field of the header has this name; the last one if several do.
fn position(header: &str, column: &str) -> Option<usize> {
    let names: Vec<&str> = header.split(',').collect();
    names.iter().rposition(|name| name.trim().trim_matches('"') == column)
}

/// The bytes of a field of a line (from 1), or of the whole line.
fn field(table: &str, line: u64, field: Option<usize>) -> Range<usize> {
    let mut start = 0;
    for (number, text) in (1..).zip(table.split_inclusive('\n')) {
        if number < line {
            start += text.len();
            continue;
        }
        let text = text.trim_end_matches(['\r', '\n']);
        let Some(field) = field else { return start..start + text.len() };
        let mut quoted = false;
        let mut commas = vec![];
        for (index, byte) in text.bytes().enumerate() {
            match byte {
                b'"' => quoted = !quoted,
                b',' if !quoted => commas.push(index),
                _ => {}
            }
        }
        let from = field.checked_sub(1).map_or(Some(0), |i| commas.get(i).map(|comma| comma + 1));
        let to = commas.get(field).copied().unwrap_or(text.len());
        let from = from.unwrap_or(0).min(to);
        return start + from..start + to;
    }
    table.len()..table.len()
}
