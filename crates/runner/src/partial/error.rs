//! Why partials are refused.

use std::io;
use std::path::PathBuf;

use super::Shard;
use crate::tally::MergeError;

/// Why a partial was not written, read or merged. Each names the file at fault.
#[derive(Debug, thiserror::Error)]
pub enum PartialError {
    /// The file system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
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
    /// The bytes are not those that were written.
    #[error("{} is damaged or no partial: {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// How it shows.
        what: &'static str,
    },
    /// Another configuration made it.
    #[error("{} belongs to another configuration", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Another version made it.
    #[error("{} was written by {found}, this is {wanted}", path.display())]
    Stale {
        /// The file.
        path: PathBuf,
        /// What wrote it.
        found: String,
        /// What reads it.
        wanted: String,
    },
    /// Its name is not its shard's.
    #[error("{} holds shard {holds} and should be called {}", path.display(), holds.file_name())]
    Misnamed {
        /// The file.
        path: PathBuf,
        /// The shard that it holds.
        holds: Shard,
    },
    /// It is a shard, but not the one wanted.
    #[error("{} is shard {found}, wanted is {wanted}", path.display())]
    WrongShard {
        /// The file.
        path: PathBuf,
        /// The shard that it holds.
        found: Shard,
        /// The shard that was asked for.
        wanted: Shard,
    },
    /// The machine that wrote it computes other numbers than this one.
    #[error("{} comes from a machine whose arithmetic gives other results", path.display())]
    Canary {
        /// The file.
        path: PathBuf,
    },
}

/// Why two partials do not add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// A unit is in both.
    #[error("unit {0} is in both")]
    Twice(u64),
    /// Their tallies do not fit.
    #[error(transparent)]
    Tally(#[from] MergeError),
}
