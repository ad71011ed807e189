//! Why partials are refused.

use std::io;
use std::path::PathBuf;

use crate::config::ALLIANCE_FILE;

/// Why a partial was not written or read. Each names the file at fault.
#[derive(Debug, thiserror::Error)]
pub enum PartialError {
    /// The file system refused to read it.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file system refused to write it.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is shorter than it was written.
    #[error("{} is truncated: {found} bytes of {written}", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Its length.
        found: u64,
        /// Its length when written.
        written: u64,
    },
    /// The bytes are not the ones that were written.
    #[error("{} is damaged or not a partial: {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What shows it.
        what: &'static str,
    },
    /// Another configuration made it.
    #[error("{} belongs to another configuration", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// It was made with another members table.
    #[error("{} was made with a members table other than {ALLIANCE_FILE}", path.display())]
    OtherMembers {
        /// The file.
        path: PathBuf,
    },
    /// Another version made it.
    #[error("{} was written by {found}, but this is {wanted}", path.display())]
    Stale {
        /// The file.
        path: PathBuf,
        /// What wrote it.
        found: String,
        /// What reads it.
        wanted: String,
    },
    /// Its name does not match what it holds.
    #[error("{} holds what should be called {name}", path.display())]
    Misnamed {
        /// The file.
        path: PathBuf,
        /// The name it should have.
        name: String,
    },
    /// It is a partial, but not the one wanted.
    #[error("{} is not {wanted}, which is needed here", path.display())]
    Misplaced {
        /// The file.
        path: PathBuf,
        /// The name of the one that was asked for.
        wanted: String,
    },
    /// The machine or the version of article5 that wrote it computes other numbers than this one.
    #[error("{} comes from a machine whose arithmetic, or whose article5, gives other results", path.display())]
    Canary {
        /// The file.
        path: PathBuf,
    },
}

impl PartialError {
    /// Whether the file is at fault rather than the machine.
    pub fn is_refusal(&self) -> bool {
        !matches!(self, Self::Read { .. } | Self::Write { .. })
    }
}
