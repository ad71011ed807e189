//! What helps if a file is at fault that a run wrote and nobody typed.

use std::path::Path;

use article5_runner::config::{ALLIANCE_FILE, ConfigError, if_forbidden};
use article5_runner::tables::ReadError;

use crate::blame::{Blame, Fault};
use crate::say::word;

/// What helps against a table that is not as the run wrote it.
const RUN_AGAIN: &str = "run that run's configuration.toml again, with another `--out`";

/// How to undo changes to a members table.
pub(super) fn put_back(table: &Path) -> String {
    format!("restore {} as it was: `article5 members --csv` prints the built-in table", word(table))
}

/// The error of a configuration that a run wrote beside its members table: the table is not to be
/// corrected, but to be what it was.
pub(crate) fn restored(error: ConfigError) -> ConfigError {
    let remedy = error.place().and_then(|(file, ..)| {
        let table = Path::new(file).with_file_name(ALLIANCE_FILE);
        (Path::new(file) == table || !table.exists()).then(|| put_back(&table))
    });
    match remedy {
        Some(remedy) => error.help(remedy),
        None => error,
    }
}

impl Blame for ReadError {
    fn fault(&self) -> Fault {
        match self {
            Self::NotARun(_) => {
                Fault::input("name the folder that `article5 run` wrote, as in output/baseline")
            }
            Self::Unfinished(run) => {
                Fault::input(format!("`article5 resume {}` finishes it", word(run)))
            }
            Self::Manifest { .. } => {
                Fault::input("the file is damaged: run the configuration again")
            }
            Self::Missing(_) => Fault::input(format!("the run wrote this table: {RUN_AGAIN}")),
            Self::NotAFile(_) => {
                Fault::input(format!("put the file itself in its place, or {RUN_AGAIN}"))
            }
            Self::Damaged { .. } => Fault::input(format!("the table is damaged: {RUN_AGAIN}")),
            Self::Delimiter { .. } => Fault::input(format!(
                "save it with commas between columns and full stops in numbers, or {RUN_AGAIN}"
            )),
            Self::Io { source, .. } => Fault::Machine(if_forbidden(source).map(str::to_owned)),
        }
    }
}
