//! Why a run cannot be worked on.

use std::io;
use std::path::PathBuf;

use crate::config::ConfigError;

/// Why a run cannot be worked on.
#[derive(Debug, thiserror::Error)]
pub enum WorkplaceError {
    /// There is an unfinished run already.
    #[error("an unfinished run is in {}", .0.display())]
    Begun(PathBuf),
    /// There is no unfinished run.
    #[error("there is no unfinished run in {}", .0.display())]
    NotThere(PathBuf),
    /// Something that is not ours is where the run would be worked on.
    #[error("{} is not part of an unfinished run", .0.display())]
    NotOurs(PathBuf),
    /// The run would have the name of a folder in which another run is worked on.
    #[error("a run cannot be called {}", .0.display())]
    Ending(PathBuf),
    /// The run would have no name of its own.
    #[error("{} does not name a folder that can be made", .0.display())]
    Nameless(PathBuf),
    /// It would have to be made in a file.
    #[error("`{}` is a file, not a folder", .0.display())]
    InAFile(PathBuf),
    /// Another process works there.
    #[error("another process is working in {}", .0.display())]
    Busy(PathBuf),
    /// The folder does not say what is worked on in it.
    #[error("{} does not name a task", .0.display())]
    NoTask(PathBuf),
    /// The configuration in it cannot be read.
    #[error(transparent)]
    Configuration(#[from] ConfigError),
    /// What is there cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system refused something else.
    #[error("cannot use {}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}
