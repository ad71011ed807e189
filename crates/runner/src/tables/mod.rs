//! The tables of a run's folder: their rows, and reading and writing them.

mod amend;
pub mod catalogue;
mod choice;
mod fill;
mod folder;
mod manifest;
mod order;
pub mod package;
#[cfg(feature = "parquet")]
pub(crate) mod parquet;
mod parse;
mod paths;
mod read;
mod replay;
mod replicates;
pub mod rows;
mod run_lock;
mod story;
mod stream;
mod trajectories;

use serde::Serialize;

pub use amend::{write_file, write_files};
use catalogue::{Column, Table};
pub use fill::{Tables, alliance_rows};
pub(crate) use folder::put_back;
pub use folder::{FolderError, MANIFEST_FILE, RunFolder, may_take};
pub use manifest::Manifest;
pub use parse::from_csv;
pub use paths::{behind_link, real_path};
pub use read::{ReadError, StoredRun};
use rows::CodebookRow;
pub use story::{STORY_FILE, StoredStory};
pub use stream::PointTables;

pub use crate::config::MOST_CHARTED;

use crate::config::Experiment;
use crate::design::Design;
use crate::outcome::Quantity;

/// Whether this was built to write Parquet files: the feature `parquet`.
pub const PARQUET: bool = cfg!(feature = "parquet");

/// A table as CSV: UTF-8, comma, header, RFC 4180 but for `\n` line ends; numbers in the shortest
/// form that reads back to the same bits. A table without rows has its header.
pub fn to_csv<Row: Table>(rows: &[Row]) -> Vec<u8> {
    written(&Row::columns(), rows.iter())
}

/// Rows of a table as CSV with the values of a design's parameters at the point of each, and the
/// columns that they have. Of a point that the design does not have they are empty.
pub fn to_csv_of_points<Row: Table>(
    rows: &[Row],
    point: impl Fn(&Row) -> u32,
    design: &Design,
) -> (Vec<u8>, Vec<Column>) {
    let parameters = design.keys.iter().map(|key| Column::of_parameter(key));
    let columns: Vec<Column> = Row::columns().into_iter().chain(parameters).collect();
    let values = |row: &Row| -> Vec<Option<f64>> {
        let point = point(row) as usize;
        let places = (0..design.keys.len()).map(|place| design.points.get((point, place)));
        places.map(Option::<&f64>::copied).collect()
    };
    let bytes = written(&columns, rows.iter().map(|row| (row, values(row))));
    (bytes, columns)
}

#[expect(clippy::expect_used, reason = "rows are flat records, which memory takes")]
fn written(columns: &[Column], mut records: impl Iterator<Item = impl Serialize>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    let header = writer.write_record(columns.iter().map(|column| column.name.as_bytes()));
    let written = header.and_then(|()| records.try_for_each(|record| writer.serialize(record)));
    written.expect("a row is a record of CSV");
    writer.into_inner().expect("memory takes what is written")
}

/// What the risks and outcomes are that tables name.
pub(crate) fn codebook() -> Vec<CodebookRow> {
    let row = |own: Quantity| CodebookRow {
        kind: own.kind().to_owned(),
        outcome: own.name().to_owned(),
        unit: own.unit().to_owned(),
        meaning: own.meaning(),
    };
    Quantity::all().map(row).collect()
}

/// The members table of an experiment as a run's folder holds it.
pub(crate) fn alliance_csv(experiment: &Experiment) -> Vec<u8> {
    to_csv(&alliance_rows(experiment))
}
