//! Why shards do not add up to a run.

use std::io;
use std::path::PathBuf;

use super::ranges;
use crate::config::{CONFIGURATION_FILE, ConfigError};
use crate::partial::{NotAShard, PartialError};
use crate::workplace::WorkplaceError;

/// Why shards do not add up to a run.
#[derive(Debug, thiserror::Error)]
pub enum ShardsError {
    /// The folder holds another run's shards.
    #[error("{} holds the shards of another configuration", .0.display())]
    Foreign(PathBuf),
    /// The folder's members table is not the experiment's.
    #[error("{} is not the members table of the configuration", .0.display())]
    OtherMembers(PathBuf),
    /// The members table was changed after the shards were made.
    #[error("{} is not the members table that the shards were made with", .0.display())]
    ChangedMembers(PathBuf),
    /// There are no shards.
    #[error("{} holds no partials", .0.display())]
    Empty(PathBuf),
    /// There is no such folder.
    #[error("there is no run or folder `{}`", .0.display())]
    NotThere(PathBuf),
    /// The configuration is not beside the partials.
    #[error("{} holds no {CONFIGURATION_FILE}", .0.display())]
    NoConfiguration(PathBuf),
    /// A file is where the folder of the shards should be.
    #[error("`{}` is a file, not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// A file does not have the name of a partial.
    #[error("{} does not have the name of a partial", .0.display())]
    Unnamed(PathBuf),
    /// The run was divided in two different ways.
    #[error("{} and {} come from different divisions of the run", .0.display(), .1.display())]
    Mixed(PathBuf, PathBuf),
    /// A shard occurs twice.
    #[error("{} and {} are the same shard", .0.display(), .1.display())]
    Twice(PathBuf, PathBuf),
    /// Shards are missing.
    #[error("{}", are_missing(missing, &format!(" of {of}")))]
    Missing {
        /// Which shards are missing.
        missing: Vec<u32>,
        /// How many shards there are.
        of: u32,
    },
    /// A partial is refused, or cannot be read.
    #[error(transparent)]
    Partial(#[from] PartialError),
    /// Several are refused, or some are refused and others missing. All are reported at once,
    /// because asking a cluster again is slow.
    #[error("{} of {of} shards {} refused{}", refused.len(), are(refused), and_missing(missing))]
    Refused {
        /// Why each is refused: never because it cannot be read, which says nothing of it.
        refused: Vec<PartialError>,
        /// Which shards are missing.
        missing: Vec<u32>,
        /// How many shards there are.
        of: u32,
    },
    /// A run cannot be divided like that.
    #[error(transparent)]
    Impossible(#[from] NotAShard),
    /// The run was divided differently before.
    #[error("the run in {} is divided into {before} shards already", path.display())]
    Divided {
        /// The folder.
        path: PathBuf,
        /// How many shards it was divided into.
        before: u32,
    },
    /// The record of the division cannot be read.
    #[error("{} does not say how many shards the run is divided into", .0.display())]
    NoDivision(PathBuf),
    /// The configuration cannot be read.
    #[error(transparent)]
    Configuration(#[from] ConfigError),
    /// The folder cannot have that name, or cannot be written.
    #[error(transparent)]
    Folder(#[from] WorkplaceError),
    /// The folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

fn and_missing(missing: &[u32]) -> String {
    match missing {
        [] => String::new(),
        missing => format!(", and {}", are_missing(missing, "")),
    }
}

/// Says which shards are missing, as in `shards 3,7-9 of 16 are missing`.
fn are_missing(missing: &[u32], of: &str) -> String {
    let s = if missing.len() == 1 { "" } else { "s" };
    format!("shard{s} {}{of} {} missing", ranges(missing), are(missing))
}

fn are<T>(these: &[T]) -> &'static str {
    if these.len() == 1 { "is" } else { "are" }
}
