//! The tables of a run's folder: their rows, and reading and writing them.

mod amend;
pub mod catalogue;
mod choice;
mod decisions;
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
mod space;
mod story;
mod stream;
mod trajectories;
mod verdicts;

pub use amend::{write_file, write_files};
use catalogue::Table;
pub use decisions::decisions;
pub use fill::MOST_CHARTED;
pub use fill::{Tables, alliance_rows};
pub(crate) use folder::put_back;
pub use folder::{FolderError, MANIFEST_FILE, RunFolder, may_take};
pub use manifest::Manifest;
pub use parse::from_csv;
pub use paths::{behind_link, real_path};
pub use read::{ReadError, StoredRun};
pub use space::SpaceSample;
pub use story::{STORY_FILE, StoredStory};
pub use stream::PointTables;
pub use verdicts::Verdicts;

use crate::config::Experiment;

/// Whether this was built to write Parquet files: the feature `parquet`.
pub const PARQUET: bool = cfg!(feature = "parquet");

/// A table as CSV: UTF-8, comma, header, RFC 4180 but for `\n` line ends; numbers in the shortest
/// form that reads back to the same bits. A table without rows has its header.
pub fn to_csv<Row: Table>(rows: &[Row]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    let columns = Row::columns();
    let header = writer.write_record(columns.iter().map(|column| column.name.as_bytes()));
    // Writing to memory fails only on a row that is no flat record; all rows are.
    if header.and_then(|()| rows.iter().try_for_each(|row| writer.serialize(row))).is_err() {
        return Vec::new();
    }
    writer.into_inner().unwrap_or_default()
}

/// The members table of an experiment as a run's folder holds it.
pub(crate) fn alliance_csv(experiment: &Experiment) -> Vec<u8> {
    to_csv(&alliance_rows(experiment))
}
