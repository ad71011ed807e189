//! Writing a partial, point by point, so that it appears whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use rangemap::RangeSet;
use tempfile::NamedTempFile;

use super::{FORMAT, Header, MAGIC, NO_POINT, PREAMBLE, PartialError};
use crate::tally::PointTally;
use crate::tally::codec::put;

/// How the name of a file begins while it is written.
pub(crate) const TEMPORARY: &str = ".a5part-";

/// A partial while it is written. Dropped before [`PartialWriter::finish`] it leaves nothing.
#[derive(Debug)]
pub struct PartialWriter {
    path: PathBuf,
    folder: PathBuf,
    file: BufWriter<NamedTempFile>,
    hasher: blake3::Hasher,
    length: u64,
}

impl PartialWriter {
    /// Begins the partial of that header, with those units finished, in `folder`.
    ///
    /// # Errors
    ///
    /// [`PartialError::Io`].
    pub fn create(
        folder: &Path,
        header: &Header,
        units: &RangeSet<u64>,
    ) -> Result<Self, PartialError> {
        Self::create_in(folder, folder, header, units)
    }

    /// As [`PartialWriter::create`], but until it is finished the file is in `filling`, which must be of
    /// the same file system.
    ///
    /// # Errors
    ///
    /// [`PartialError::Io`].
    pub fn create_in(
        filling: &Path,
        folder: &Path,
        header: &Header,
        units: &RangeSet<u64>,
    ) -> Result<Self, PartialError> {
        let path = folder.join(header.file_name());
        let file = temporary(filling).map_err(|source| refused(&path, source))?;
        let mut writer = Self {
            path,
            folder: folder.to_owned(),
            file: BufWriter::new(file),
            hasher: blake3::Hasher::new(),
            length: 0,
        };
        let mut head = Vec::new();
        header.encode(&mut head);
        put(&mut head, units.iter().count() as u128);
        let mut next = 0;
        for range in units.iter() {
            put(&mut head, (range.start - next).into());
            put(&mut head, (range.end - range.start).into());
            next = range.end;
        }
        writer.append(&[0; PREAMBLE], false)?;
        writer.append(&(head.len() as u64).to_le_bytes(), true)?;
        writer.append(&head, true)?;
        Ok(writer)
    }

    /// Adds a point; points must rise.
    ///
    /// # Errors
    ///
    /// [`PartialError::Io`].
    pub fn add(&mut self, point: u32, tally: &PointTally) -> Result<(), PartialError> {
        let mut bytes = Vec::new();
        tally.encode(&mut bytes);
        self.append(&point.to_le_bytes(), true)?;
        self.append(&(bytes.len() as u64).to_le_bytes(), true)?;
        self.append(&bytes, true)
    }

    /// Puts the file in place in one step, on the disk before it takes its name, and returns its
    /// path.
    ///
    /// # Errors
    ///
    /// [`PartialError::Io`]; an older file of the name stays.
    pub fn finish(mut self) -> Result<PathBuf, PartialError> {
        self.append(&NO_POINT.to_le_bytes(), true)?;
        let mut preamble = Vec::from(*MAGIC);
        preamble.extend(FORMAT.to_le_bytes());
        preamble.extend((self.length + blake3::OUT_LEN as u64).to_le_bytes());
        let checksum = self.hasher.update(&preamble).finalize();
        self.append(checksum.as_bytes(), false)?;
        let Self { path, folder, mut file, .. } = self;
        file.seek(SeekFrom::Start(0))
            .and_then(|_| file.write_all(&preamble))
            .and_then(|()| file.into_inner().map_err(io::IntoInnerError::into_error))
            .and_then(|file| put_in_place(file, &folder, &path))
            .map_err(|source| refused(&path, source))?;
        Ok(path)
    }

    fn append(&mut self, bytes: &[u8], hashed: bool) -> Result<(), PartialError> {
        self.length += bytes.len() as u64;
        if hashed {
            self.hasher.update(bytes);
        }
        self.file.write_all(bytes).map_err(|source| refused(&self.path, source))
    }
}

/// Writes a small file whole or not at all, and has it on the disk.
pub(crate) fn replace(folder: &Path, name: impl AsRef<Path>, bytes: &[u8]) -> io::Result<()> {
    let mut file = temporary(folder)?;
    file.write_all(bytes)?;
    put_in_place(file, folder, &folder.join(name))
}

/// Writes a small file whole or not at all, and has it on the disk, unless something of the name is
/// there already: says whether it did.
pub(crate) fn write_first(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<bool> {
    let mut file = temporary(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(folder.join(name)) {
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        written => {
            written.map_err(|error| error.error)?;
            sync_folder(folder)?;
            Ok(true)
        }
    }
}

/// Writes a small file whole or not at all. The disk has it once [`sync_once`] says so: until then
/// a power cut may leave it empty, but nothing else that interrupts this.
pub(crate) fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut file = temporary(folder)?;
    file.write_all(bytes)?;
    file.persist(folder.join(name)).map_err(|error| error.error)?;
    Ok(())
}

/// Removes what processes that were killed were writing in a folder, where it is there: nobody else may
/// write there.
pub(crate) fn clear_away(folder: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let half_written = entry.file_name().to_string_lossy().starts_with(TEMPORARY);
        if half_written && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As for any file, the umask decides; the default would shut colleagues out.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// The bytes are on the disk before the file takes its name, and the name before this returns.
fn put_in_place(file: NamedTempFile, folder: &Path, path: &Path) -> io::Result<()> {
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_folder(folder)
}

/// Has the files in a folder on the disk, and their names, unless it was `synced` before.
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
        // What begins with a point is being written.
        let half_written = entry.file_name().to_string_lossy().starts_with('.');
        if entry.file_type()?.is_file() && !half_written {
            // Windows wants a file that may be written; elsewhere that is more than it takes.
            File::options().read(true).write(cfg!(windows)).open(entry.path())?.sync_all()?;
        }
    }
    sync_folder(folder)
}

/// Waits until the names in a folder are on the disk; an empty path is the working folder.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(if folder == Path::new("") { Path::new(".") } else { folder })?.sync_all()?;
    Ok(())
}

fn refused(path: &Path, source: io::Error) -> PartialError {
    PartialError::Io { path: path.to_owned(), action: "write", source }
}
