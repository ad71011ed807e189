//! What helps if a file is at fault that a run wrote and nobody typed.

use std::path::Path;

use article5_runner::config::{ALLIANCE_FILE, ConfigError};

use crate::say::word;

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
