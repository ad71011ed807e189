//! Writes a partial point by point, so that it appears whole or not at all.

use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use rangemap::RangeSet;

use super::{FORMAT, Header, MAGIC, NO_POINT, PREAMBLE, PartialError};
use crate::files::{Temporary, put_in_place, temporary};
use crate::tally::PointTally;
use crate::tally::codec::put;

/// A partial that is being written. If it is dropped before [`PartialWriter::finish`], it leaves
/// nothing behind.
#[derive(Debug)]
pub struct PartialWriter {
    path: PathBuf,
    folder: PathBuf,
    file: BufWriter<Temporary>,
    hasher: blake3::Hasher,
    length: u64,
}

impl PartialWriter {
    /// Begins the partial with this header and these finished units in `folder`.
    ///
    /// # Errors
    ///
    /// [`PartialError::Write`].
    pub fn create(
        folder: &Path,
        header: &Header,
        units: &RangeSet<u64>,
    ) -> Result<Self, PartialError> {
        Self::create_in(folder, folder, header, units)
    }

    /// Does the same as [`PartialWriter::create`], but until it is finished the file is in
    /// `filling`, which must be on the same file system.
    ///
    /// # Errors
    ///
    /// [`PartialError::Write`].
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

    /// Adds a point; points must come in ascending order.
    ///
    /// # Errors
    ///
    /// [`PartialError::Write`].
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
    /// [`PartialError::Write`]; an older file of that name stays.
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

fn refused(path: &Path, source: io::Error) -> PartialError {
    PartialError::Write { path: path.to_owned(), source }
}
