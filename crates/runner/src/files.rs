//! Files that appear whole or not at all, and the order in which things reach the disk.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// How the name of a file begins while it is being written.
const TEMPORARY: &str = ".a5part-";

/// Whether a file of this name is one that did not get its own.
pub(crate) fn is_temporary(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(TEMPORARY.as_bytes())
}

/// Whether what has this name is still being written: such a file, or a folder that is being filled.
pub(crate) fn is_half_written(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// Writes a small file whole or not at all, and makes sure that it is on the disk.
pub(crate) fn replace(folder: &Path, name: impl AsRef<Path>, bytes: &[u8]) -> io::Result<()> {
    let mut file = temporary(folder)?;
    file.write_all(bytes)?;
    put_in_place(file, folder, &folder.join(name))
}

/// Writes a small file whole or not at all, and makes sure that it is on the disk, unless something
/// of that name exists already; returns whether it did.
pub(crate) fn write_first(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<bool> {
    let mut file = temporary(folder)?;
    file.write_all(bytes)?;
    file.0.as_file().sync_all()?;
    match file.0.persist_noclobber(folder.join(name)) {
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        written => {
            written.map_err(|error| error.error)?;
            sync_folder(folder)?;
            Ok(true)
        }
    }
}

/// Writes a small file whole or not at all. The disk has it once [`sync_once`] says so: until then
/// a power cut may leave it empty, but no other interruption can.
pub(crate) fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut file = temporary(folder)?;
    file.write_all(bytes)?;
    file.0.persist(folder.join(name)).map_err(|error| error.error)?;
    Ok(())
}

/// Whether anything has this name: a link that leads nowhere has it too. An error is no answer:
/// whoever may not look into a folder does not know that nothing is in it, and would do work anew or
/// remove what is unfinished.
pub(crate) fn is_there(path: &Path) -> io::Result<bool> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        found => found.map(|_| true),
    }
}

/// What a regular file holds; `None` if something else has its name, such as a device, which may
/// have no end, or a pipe, which would wait until somebody writes to it.
pub(crate) fn read_regular(path: &Path) -> io::Result<Option<Vec<u8>>> {
    if fs::metadata(path)?.is_file() { fs::read(path).map(Some) } else { Ok(None) }
}

/// Removes what killed processes were writing in a folder, if it exists: nobody else may be writing
/// there.
pub(crate) fn clear_away(folder: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if is_temporary(&entry.file_name()) && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// The part of a path that should be a folder and is a file, if there is one.
pub(crate) fn file_above(path: &Path) -> Option<&Path> {
    path.ancestors().skip(1).find(|above| above.exists()).filter(|above| !above.is_dir())
}

/// A file that does not have its own name yet. What the system refuses is told without the name
/// that it has instead, which nobody knows.
#[derive(Debug)]
pub(crate) struct Temporary(NamedTempFile);

impl Write for Temporary {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.as_file_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.as_file_mut().flush()
    }
}

impl Seek for Temporary {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.as_file_mut().seek(to)
    }
}

/// Creates a file that does not have its own name yet.
pub(crate) fn temporary(folder: &Path) -> io::Result<Temporary> {
    // As for any file, the umask decides who may read it: the default would shut colleagues out.
    let create = |path: &Path| File::options().read(true).write(true).create_new(true).open(path);
    tempfile::Builder::new().prefix(TEMPORARY).make_in(folder, create).map(Temporary)
}

/// Gives a file its name. The bytes are on the disk before the file takes its name, and the name
/// before this returns.
pub(crate) fn put_in_place(file: Temporary, folder: &Path, path: &Path) -> io::Result<()> {
    file.0.as_file().sync_all()?;
    file.0.persist(path).map_err(|error| error.error)?;
    sync_folder(folder)
}

/// Whether the open file is the one at `path`.
#[cfg(unix)]
pub(crate) fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let one = file.metadata()?;
    match path.metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        other => other.map(|other| (one.dev(), one.ino()) == (other.dev(), other.ino())),
    }
}

/// Always true: elsewhere a file keeps its name while it is open.
#[cfg(not(unix))]
pub(crate) fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

/// Makes sure that the files in a folder, and their names, are on the disk, unless it was `synced`
/// before.
pub(crate) fn sync_once(folder: &Path, synced: &mut bool) -> io::Result<()> {
    if !*synced {
        sync_files(folder)?;
        *synced = true;
    }
    Ok(())
}

fn sync_files(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() && !is_half_written(&entry.file_name()) {
            // Windows needs a file opened for writing; elsewhere that is more than it takes.
            File::options().read(true).write(cfg!(windows)).open(entry.path())?.sync_all()?;
        }
    }
    sync_folder(folder)
}

/// Waits until the names in a folder are on the disk; an empty path is the working folder.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(if folder == Path::new("") { Path::new(".") } else { folder })?.sync_all()
}

/// Does nothing: elsewhere a folder cannot be waited for.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_leads_nowhere_is_there_and_of_what_is_not_seen_nothing_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let (link, file) = (folder.path().join("link"), folder.path().join("file"));
        assert!(!is_there(&link).unwrap() && !is_there(&folder.path().join("a/b")).unwrap());
        std::os::unix::fs::symlink("nowhere", &link).unwrap();
        fs::write(&file, "").unwrap();
        assert!(is_there(&link).unwrap() && is_there(&file).unwrap());
        // No system has a name of so many bytes.
        assert!(is_there(&folder.path().join("a".repeat(5000))).is_err());
    }
}
