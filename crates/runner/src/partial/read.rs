//! Reading partials, point by point, and merging several.

use std::fs::{self, File};
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use rangemap::RangeSet;

use super::header::take_array;
use super::{Expected, FORMAT, Header, MAGIC, NO_POINT, PREAMBLE, PartialError, Role};
use crate::tally::codec::take_most;
use crate::tally::{DecodeError, PointTally};

/// A partial whose bytes, origin and units are checked, and whose points are read one by one.
#[derive(Debug)]
pub struct PartialFile {
    path: PathBuf,
    /// Read to the next point; `None` if it is opened for each point.
    file: Option<BufReader<File>>,
    expected: Expected,
    units: RangeSet<u64>,
    /// Where in the file the bytes are that have not been read yet.
    unread: Range<u64>,
    /// The next point and the length of its tally.
    next: Option<(u32, u64)>,
    /// Units below this number belong to points that have been read.
    read_to: u64,
}

impl PartialFile {
    /// Opens a partial and checks that it is what is expected.
    ///
    /// # Errors
    ///
    /// [`PartialError`] says how it differs.
    pub fn open(path: &Path, expected: &Expected) -> Result<Self, PartialError> {
        // A pipe is not opened, as that would wait until somebody writes to it.
        if !fs::metadata(path).map_err(unreadable(path))?.is_file() {
            let what = "it is not a file";
            return Err(PartialError::Damaged { path: path.to_owned(), what });
        }
        let mut file = BufReader::new(File::open(path).map_err(unreadable(path))?);
        let content = check(path, &mut file)?;
        let mut partial = Self {
            path: path.to_owned(),
            file: None,
            expected: expected.clone(),
            units: RangeSet::new(),
            unread: content,
            next: None,
            read_to: 0,
        };
        let head_length = u64::from_le_bytes(partial.take_array(&mut file)?);
        let head = partial.take(&mut file, head_length)?;
        let mut head = head.as_slice();
        let header =
            Header::decode(&mut head).map_err(|DecodeError(what)| partial.damaged(what))?;
        header.check(path, &expected.header)?;
        partial.units =
            decode_units(&mut head, expected).map_err(|DecodeError(what)| partial.damaged(what))?;
        let all = header.shard.owned(0..expected.plan.units());
        if header.role == Role::Whole
            && !all.is_empty()
            && partial.units.gaps(&all).next().is_some()
        {
            return Err(partial.damaged("units are missing"));
        }
        partial.advance(&mut file)?;
        partial.file = Some(file);
        Ok(partial)
    }

    /// Closes the file between points, so that others may be open.
    fn close(&mut self) {
        self.file = None;
    }

    /// The finished units, by their numbers within the shard.
    pub fn units(&self) -> &RangeSet<u64> {
        &self.units
    }

    /// The point that [`PartialFile::next_point`] reads next.
    pub fn peek(&self) -> Option<u32> {
        self.next.map(|(point, _)| point)
    }

    /// Reads the next point, in ascending order; `None` after the last.
    ///
    /// # Errors
    ///
    /// [`PartialError::Damaged`] if the tally is not that of the point's finished units, or
    /// [`PartialError::Read`].
    pub fn next_point(&mut self) -> Result<Option<(u32, PointTally)>, PartialError> {
        let Some((point, length)) = self.next else { return Ok(None) };
        let kept = self.file.take();
        let is_kept = kept.is_some();
        let mut file = kept.map_or_else(|| self.reopen().map_err(unreadable(&self.path)), Ok)?;
        let bytes = self.take(&mut file, length)?;
        let mut bytes = bytes.as_slice();
        let tally = PointTally::decode(&self.expected.layout, &mut bytes)
            .map_err(|DecodeError(what)| self.damaged(what))?;
        if !bytes.is_empty() {
            return Err(self.damaged("a tally goes on after its end"));
        }
        let Expected { plan, header, .. } = &self.expected;
        let owned = header.shard.owned(plan.units_of(point));
        self.read_to = owned.end;
        let units = self
            .units
            .overlapping(&owned)
            .flat_map(|range| range.start.max(owned.start)..range.end.min(owned.end));
        let replicates: u64 = units.map(|nth| plan.unit(header.shard.nth(nth)).count).sum();
        if tally.scenarios().iter().any(|tally| tally.n() != replicates) {
            return Err(self.damaged("a point does not have the replicates of its units"));
        }
        self.advance(&mut file)?;
        self.file = is_kept.then_some(file);
        Ok(Some((point, tally)))
    }

    fn reopen(&self) -> io::Result<BufReader<File>> {
        let mut file = BufReader::new(File::open(&self.path)?);
        file.seek(SeekFrom::Start(self.unread.start))?;
        Ok(file)
    }

    /// Reads the frame of the next point, which must be that of the next finished unit.
    fn advance(&mut self, file: &mut impl Read) -> Result<(), PartialError> {
        let Expected { plan, header, .. } = &self.expected;
        let unit = self.units.overlapping(&(self.read_to..u64::MAX)).next();
        let wanted =
            unit.map(|range| plan.unit(header.shard.nth(range.start.max(self.read_to))).point);
        let point = u32::from_le_bytes(self.take_array(file)?);
        if point != wanted.unwrap_or(NO_POINT) {
            return Err(self.damaged("its points are not those of its units"));
        }
        self.next = match wanted {
            None if self.unread.is_empty() => None,
            None => return Err(self.damaged("it goes on after its end")),
            Some(point) => Some((point, u64::from_le_bytes(self.take_array(file)?))),
        };
        Ok(())
    }

    fn take_array<const N: usize>(
        &mut self,
        file: &mut impl Read,
    ) -> Result<[u8; N], PartialError> {
        let bytes = self.take(file, N as u64)?;
        take_array(&mut bytes.as_slice()).map_err(|DecodeError(what)| self.damaged(what))
    }

    /// The next `length` bytes, which is where the file has been read to.
    fn take(&mut self, file: &mut impl Read, length: u64) -> Result<Vec<u8>, PartialError> {
        if length > self.unread.end - self.unread.start {
            return Err(self.damaged("it ends too early"));
        }
        self.unread.start += length;
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
        read_exact(&self.path, file, &mut bytes)?;
        Ok(bytes)
    }

    fn damaged(&self, what: &'static str) -> PartialError {
        PartialError::Damaged { path: self.path.clone(), what }
    }
}

/// How many partials a merge keeps open; others are opened for each point. Systems let a process
/// open 256 files or more.
const MAX_OPEN: usize = 128;

/// The points of several partials of one run, merged.
#[derive(Debug, Default)]
pub struct Merge(Vec<PartialFile>);

impl Merge {
    /// Adds a partial, which must have no unit in common with the others.
    pub fn add(&mut self, mut file: PartialFile) {
        if self.0.len() >= MAX_OPEN {
            file.close();
        }
        self.0.push(file);
    }

    /// Returns the next point, in ascending order, with the tallies of all files added up; `None`
    /// after the last.
    ///
    /// # Errors
    ///
    /// [`PartialError`] about the file that cannot be read.
    pub fn next_point(&mut self) -> Result<Option<(u32, PointTally)>, PartialError> {
        let Some(point) = self.0.iter().filter_map(PartialFile::peek).min() else {
            return Ok(None);
        };
        let mut sum: Option<PointTally> = None;
        for file in self.0.iter_mut().filter(|file| file.peek() == Some(point)) {
            let Some((_, tally)) = file.next_point()? else { continue };
            match &mut sum {
                None => sum = Some(tally),
                Some(sum) => sum
                    .merge(&tally)
                    .map_err(|_| file.damaged("it has replicates that others have too"))?,
            }
        }
        Ok(sum.map(|tally| (point, tally)))
    }
}

/// Checks length, format and checksum, leaves the reader after the preamble, and returns where the
/// content is.
fn check(path: &Path, file: &mut BufReader<File>) -> Result<Range<u64>, PartialError> {
    let damaged = |what| PartialError::Damaged { path: path.to_owned(), what };
    let found = file.get_ref().metadata().map_err(unreadable(path))?.len();
    let mut preamble = [0; PREAMBLE];
    read_exact(path, file, &mut preamble)?;
    let (magic, rest) = preamble.split_at(MAGIC.len());
    if magic != MAGIC {
        return Err(damaged("it does not begin like one"));
    }
    let mut fields = rest;
    let too_short = |_| damaged(TOO_SHORT);
    let format = take_array(&mut fields).map(u16::from_le_bytes).map_err(too_short)?;
    let written = take_array(&mut fields).map(u64::from_le_bytes).map_err(too_short)?;
    if format != FORMAT {
        return Err(PartialError::Stale {
            path: path.to_owned(),
            found: format!("format {format}"),
            wanted: format!("format {FORMAT}"),
        });
    }
    if found < written {
        return Err(PartialError::Truncated { path: path.to_owned(), found, written });
    }
    let begin = PREAMBLE as u64;
    let end = written.checked_sub(blake3::OUT_LEN as u64).filter(|_| found == written);
    let end = end.filter(|end| *end >= begin);
    let end = end.ok_or_else(|| damaged("its length is not the one that it states"))?;
    let mut hasher = blake3::Hasher::new();
    io::copy(&mut file.by_ref().take(end - begin), &mut hasher).map_err(unreadable(path))?;
    let mut checksum = [0; blake3::OUT_LEN];
    read_exact(path, file, &mut checksum)?;
    if hasher.update(&preamble).finalize() != checksum {
        return Err(damaged("its checksum is wrong"));
    }
    file.seek(SeekFrom::Start(begin)).map_err(unreadable(path))?;
    Ok(begin..end)
}

const TOO_SHORT: &str = "it is too short";

/// Fills `bytes`. That a file ends is its own fault, and all else is the machine's.
fn read_exact(path: &Path, file: &mut impl Read, bytes: &mut [u8]) -> Result<(), PartialError> {
    file.read_exact(bytes).map_err(|source| match source.kind() {
        ErrorKind::UnexpectedEof => {
            PartialError::Damaged { path: path.to_owned(), what: TOO_SHORT }
        }
        _ => unreadable(path)(source),
    })
}

pub(crate) fn unreadable(path: &Path) -> impl Fn(io::Error) -> PartialError {
    move |source| PartialError::Read { path: path.to_owned(), source }
}

fn decode_units(bytes: &mut &[u8], expected: &Expected) -> Result<RangeSet<u64>, DecodeError> {
    let Expected { plan, header, .. } = expected;
    let all = header.shard.owned(0..plan.units()).end;
    let mut units = RangeSet::new();
    let mut next = 0_u64;
    for _ in 0..take_most(bytes, all.into())? {
        let start = next + take_most(bytes, (all - next).into())? as u64;
        let length = take_most(bytes, (all - start).into())? as u64;
        if length == 0 {
            return Err(DecodeError("a range of no units"));
        }
        units.insert(start..start + length);
        next = start + length;
    }
    if bytes.is_empty() { Ok(units) } else { Err(DecodeError("its head goes on after its end")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file that its server has lost.
    struct Lost;

    impl Read for Lost {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(ErrorKind::StaleNetworkFileHandle.into())
        }
    }

    #[test]
    fn a_file_that_ends_is_damaged_and_one_that_cannot_be_read_is_not() {
        let path = Path::new("part-0-of-1.a5part");
        let short = read_exact(path, &mut [0_u8; 3].as_slice(), &mut [0; 4]);
        assert!(matches!(short, Err(PartialError::Damaged { .. })));
        let lost = read_exact(path, &mut Lost, &mut [0; 4]);
        assert!(matches!(lost, Err(PartialError::Read { .. })));
    }
}
