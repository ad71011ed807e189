//! What is in a workplace: our own files are cleared away, and anything else stays whatever
//! happens.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::{ENDING, LOCK, REPLACES, TASK, WorkplaceError, at};
use crate::config::{ALLIANCE_FILE, CONFIGURATION_FILE};
use crate::files;
use crate::partial::Shard;

/// The files that have a fixed name.
const FILES: [&str; 5] = [LOCK, TASK, REPLACES, ALLIANCE_FILE, CONFIGURATION_FILE];

/// The endings of the other files: journals and notes.
const PARTIAL: &str = ".a5part";
const NOTES: &str = ".notes";

/// How a network file system names a file that was removed while it was open. It disappears by
/// itself.
const REMOVED: &str = ".nfs";

/// What is in a workplace.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// What this program put there.
    pub(super) own: Vec<Entry>,
    /// Something that it did not put there.
    pub(super) strange: Option<PathBuf>,
    /// A link, through which another file might be written.
    pub(super) link: Option<PathBuf>,
}

/// A file or folder in a workplace.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) path: PathBuf,
    is_folder: bool,
}

impl Entry {
    /// Whether it was being filled when a process died.
    pub(super) fn is_half_written(&self) -> bool {
        self.path.file_name().is_some_and(files::is_half_written)
    }

    /// Whether it holds finished work, with which a run goes on, or may do so.
    pub(super) fn is_work(&self) -> bool {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let kept = name.ends_with(PARTIAL) || name.ends_with(NOTES);
        kept && !self.is_half_written() && !self.path.metadata().is_ok_and(|file| file.len() == 0)
    }

    pub(super) fn remove(&self) -> Result<(), WorkplaceError> {
        let remove = if self.is_folder { fs::remove_dir_all } else { fs::remove_file };
        remove(&self.path).map_err(at(&self.path))
    }
}

/// Looks at what is in the workplace at `path`: nothing, if there is none.
pub(super) fn look(path: &Path) -> io::Result<Contents> {
    let mut contents = Contents::default();
    let entries = match fs::read_dir(path) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return match path.symlink_metadata() {
                // Another process has created it meanwhile.
                Ok(there) if there.is_dir() => look(path),
                // A file, or a link that leads nowhere.
                Ok(_) => Ok(Contents { strange: Some(path.to_owned()), ..contents }),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(contents),
                Err(error) => Err(error),
            };
        }
        entries => entries?,
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let run = name.strip_suffix(ENDING).unwrap_or(&name);
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let kind = entry.file_type()?;
        if kind.is_symlink() {
            contents.link = Some(entry.path());
        }
        if is_ours(&name, kind.is_file(), run) {
            contents.own.push(Entry { path: entry.path(), is_folder: kind.is_dir() });
        } else if !name.starts_with(REMOVED) {
            contents.strange = Some(entry.path());
        }
    }
    Ok(contents)
}

/// Whether this program creates an entry of that name in the folder where it works on a run.
fn is_ours(name: &str, is_file: bool, run: &str) -> bool {
    // The run's folder while it is being filled.
    let after = name.strip_prefix('.').and_then(|name| name.strip_prefix(run));
    if after.is_some_and(|after| after.starts_with('.')) {
        return true;
    }
    // A finished partial is kept with the shards, and nowhere else.
    let is_kept = name.ends_with(PARTIAL) && Shard::of_file_name(name).is_none();
    let is_known = FILES.contains(&name)
        || files::is_temporary(name.as_ref())
        || name.ends_with(NOTES)
        || is_kept;
    is_known && is_file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_link_is_found_whatever_it_is_called() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(TASK), "").unwrap();
        assert_eq!(look(folder.path()).unwrap().link, None);
        let lock = folder.path().join(LOCK);
        std::os::unix::fs::symlink("elsewhere", &lock).unwrap();
        assert_eq!(look(folder.path()).unwrap().link, Some(lock));
    }

    #[test]
    fn what_this_program_makes_is_ours_and_nothing_else_is() {
        for name in FILES {
            // A link or a folder of that name is not ours.
            assert!(is_ours(name, true, "a") && !is_ours(name, false, "a"), "{name}");
        }
        let kept = ["part-0-of-1.open.a5part", "part-3-of-8.sealed-2.a5part", "survey.notes"];
        for name in kept.into_iter().chain([".a5part-x1", ".a.x1"]) {
            assert!(is_ours(name, true, "a"), "{name}");
        }
        assert!(is_ours(".a.x1", false, "a"));
        for name in ["manifest.json", "part-0-of-2.a5part", "notes", ".git", ".b.x1", ".ab", ""] {
            assert!(!is_ours(name, true, "a") && !is_ours(name, false, "a"), "{name}");
        }
    }
}
