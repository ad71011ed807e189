//! What helps if the system refuses.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::blame::Fault;
use crate::exit::Failure;

/// The fault of a system that refuses to write, with what helps.
pub(super) fn refused(error: &io::Error) -> Fault {
    match error.kind() {
        ErrorKind::Interrupted => Fault::Stopped,
        _ => Fault::Machine(remedy(error).map(str::to_owned)),
    }
}

/// The failure to write a file or folder.
pub(crate) fn unwritable(path: &Path) -> impl Fn(io::Error) -> Failure {
    let path = path.display().to_string();
    move |error| {
        let report = miette::miette!("cannot write `{path}`: {error}");
        match remedy(&error) {
            Some(remedy) => Failure::machine_with_help(&report, remedy),
            None => Failure::Machine(report),
        }
    }
}

/// The failure to find where a file or folder is.
pub(crate) fn unfound(path: &Path) -> impl Fn(io::Error) -> Failure {
    let path = path.display().to_string();
    move |error| Failure::Machine(miette::miette!("cannot find where `{path}` is: {error}"))
}

/// What helps if something cannot be written, where that can be said.
fn remedy(error: &io::Error) -> Option<&'static str> {
    Some(match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room on the disk",
        // The usual reason on Windows, which does not give it.
        ErrorKind::PermissionDenied if cfg!(windows) => {
            "close what has its files open, such as Excel"
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "name a place where you may write, or ask for access to this one"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_full_disk_and_a_closed_folder_have_remedies() {
        let help = |kind: ErrorKind| remedy(&kind.into());
        assert_eq!(help(ErrorKind::StorageFull), Some("make room on the disk"));
        for kind in [ErrorKind::PermissionDenied, ErrorKind::ReadOnlyFilesystem] {
            assert!(help(kind).is_some_and(|help| help.contains("where you may write")));
        }
        assert_eq!(help(ErrorKind::Other), None);
    }
}
