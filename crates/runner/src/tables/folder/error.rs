//! Why a run's folder cannot be written.

use std::io;
use std::path::PathBuf;

/// Why a run's folder cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A run of this name exists already.
    #[error("`{}` is there already", .0.display())]
    Exists(PathBuf),
    /// What is there is not a run, so it is not replaced.
    #[error("`{}` is there already and is not a run", .0.display())]
    NotARun(PathBuf),
    /// A file is to be written, but this is a folder, or a path without a name.
    #[error("`{}` is not a file that can be written", .0.display())]
    NotAFile(PathBuf),
    /// Files are to be written into a folder, but this is how people name standard output.
    #[error("`{}` does not name a folder", .0.display())]
    NotAFolder(PathBuf),
    /// A folder would have to be made in a file.
    #[error("`{}` is a file, not a folder", .0.display())]
    InAFile(PathBuf),
    /// A file that would be overwritten belongs to a run.
    #[error("`{}` is part of a run", .0.display())]
    OfARun(PathBuf),
    /// A folder of a run is a link, and what it leads to is not the run's to change.
    #[error("`{}` is a link: the files behind it are not the run’s", .0.display())]
    Link(PathBuf),
    /// Another run took the place of the one that was read.
    #[error("the run in `{}` was replaced meanwhile", .0.display())]
    Replaced(PathBuf),
    /// The system refused.
    #[error("cannot write `{}`: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}
