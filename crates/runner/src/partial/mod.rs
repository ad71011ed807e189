//! What a shard or an interrupted run leaves on disk.
//!
//! A partial is one file: which units are finished, and the tallies of their points, with enough
//! about its origin that it is never mistaken for another run's. It is written whole or not at
//! all, and read only when every byte is as it was written.
//!
//! | bytes | what |
//! | --- | --- |
//! | 8 | `a5part` and the format version, little-endian |
//! | 8 | length of the whole file, little-endian |
//! | … | [`Header`], finished units, tallies: integers of variable length, zeros left out |
//! | 32 | BLAKE3 of everything before |

mod error;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::tally::codec::{put, take_most};
use crate::tally::{DecodeError, Layout, PointTally};

pub use error::{JoinError, PartialError};

const MAGIC: &[u8; 6] = b"a5part";

/// Rises whenever the bytes of a partial change their meaning.
const FORMAT: u16 = 1;

/// The magic, the format version and the length.
const PREAMBLE: usize = MAGIC.len() + size_of::<u16>() + size_of::<u64>();

/// The longest code version that is read back.
const LONGEST_VERSION: usize = 256;

/// A part of a divided run: units `u` with `u mod of = index`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    /// Which part, from 0.
    pub index: u32,
    /// Of how many.
    pub of: u32,
}

impl Shard {
    /// A run that is not divided.
    pub const WHOLE: Self = Self { index: 0, of: 1 };

    /// Whether the unit is this shard's.
    pub fn owns(self, unit: u64) -> bool {
        unit % u64::from(self.of.max(1)) == u64::from(self.index)
    }

    /// The name of its partial.
    ///
    /// ```
    /// use article5_runner::partial::Shard;
    ///
    /// assert_eq!(Shard { index: 3, of: 16 }.file_name(), "part-3-of-16.a5part");
    /// ```
    pub fn file_name(self) -> String {
        format!("part-{}-of-{}.a5part", self.index, self.of)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

/// Where a partial comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Hash of the resolved configuration.
    pub configuration: [u8; 32],
    /// Version of the code, at most 256 bytes.
    pub code_version: String,
    /// Which part of the run it is.
    pub shard: Shard,
    /// Digest of a few fixed replicates, computed on the machine that wrote it.
    pub canary: [u8; 32],
}

/// What a partial must be to be read: the header it must have, and the shape of the run.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The header.
    pub header: Header,
    /// Units in the whole run.
    pub units: u64,
    /// Design points in the whole run.
    pub points: u32,
    /// The shape of the tallies.
    pub layout: Arc<Layout>,
}

/// Finished units and their tallies.
#[derive(Clone, Debug, PartialEq)]
pub struct Partial {
    /// Where it comes from.
    pub header: Header,
    /// The units that are finished.
    pub units: BTreeSet<u64>,
    /// The tallies by design point; points without a finished unit are left out.
    pub points: BTreeMap<u32, PointTally>,
}

impl Partial {
    /// A partial without any finished unit.
    pub fn new(header: Header) -> Self {
        Self { header, units: BTreeSet::new(), points: BTreeMap::new() }
    }

    /// Adds the units and tallies of another partial of the same run.
    ///
    /// # Errors
    ///
    /// [`JoinError`]; nothing is added where a unit is in both.
    pub fn join(&mut self, other: Self) -> Result<(), JoinError> {
        if let Some(&unit) = self.units.intersection(&other.units).next() {
            return Err(JoinError::Twice(unit));
        }
        for (point, tally) in other.points {
            match self.points.entry(point) {
                Entry::Vacant(entry) => {
                    entry.insert(tally);
                }
                Entry::Occupied(mut entry) => {
                    entry.get_mut().merge(&tally)?;
                }
            }
        }
        self.units.extend(other.units);
        Ok(())
    }

    /// Writes the partial into `folder` under its shard's name and returns its path. The file
    /// appears whole or not at all, and an older one stays until then.
    ///
    /// # Errors
    ///
    /// [`PartialError::Io`].
    pub fn write(&self, folder: &Path) -> Result<PathBuf, PartialError> {
        let path = folder.join(self.header.shard.file_name());
        replace(folder, &path, &self.to_bytes()).map_err(|source| PartialError::Io {
            path: path.clone(),
            action: "write",
            source,
        })?;
        Ok(path)
    }

    /// Reads a partial and checks that it is what is expected.
    ///
    /// # Errors
    ///
    /// [`PartialError`] says how it is not.
    pub fn read(path: &Path, expected: &Expected) -> Result<Self, PartialError> {
        let bytes = fs::read(path).map_err(|source| PartialError::Io {
            path: path.to_owned(),
            action: "read",
            source,
        })?;
        let mut rest = checked(path, &bytes)?;
        let damaged = |DecodeError(what)| PartialError::Damaged { path: path.to_owned(), what };
        let header = Header::decode(&mut rest).map_err(damaged)?;
        header.check(path, &expected.header)?;
        let units = decode_units(&mut rest, expected).map_err(damaged)?;
        let points = decode_points(&mut rest, expected).map_err(damaged)?;
        if !rest.is_empty() {
            return Err(damaged(DecodeError("it goes on after its end")));
        }
        Ok(Self { header, units, points })
    }

    /// The file's bytes; equal partials have equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::from(*MAGIC);
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend([0; size_of::<u64>()]);
        self.header.encode(&mut bytes);
        put(&mut bytes, self.units.len() as u128);
        let mut next = 0;
        for &unit in &self.units {
            put(&mut bytes, u128::from(unit - next));
            next = unit + 1;
        }
        put(&mut bytes, self.points.len() as u128);
        for (&point, tally) in &self.points {
            put(&mut bytes, point.into());
            tally.encode(&mut bytes);
        }
        let length = (bytes.len() + blake3::OUT_LEN) as u64;
        bytes[PREAMBLE - size_of::<u64>()..PREAMBLE].copy_from_slice(&length.to_le_bytes());
        let checksum = blake3::hash(&bytes);
        bytes.extend(checksum.as_bytes());
        bytes
    }
}

impl Header {
    fn encode(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.configuration);
        let version = self.code_version.as_bytes();
        let version = version.get(..LONGEST_VERSION).unwrap_or(version);
        put(bytes, version.len() as u128);
        bytes.extend(version);
        put(bytes, self.shard.index.into());
        put(bytes, self.shard.of.into());
        bytes.extend(self.canary);
    }

    fn decode(bytes: &mut &[u8]) -> Result<Self, DecodeError> {
        let configuration = take_array(bytes)?;
        let length = take_most(bytes, LONGEST_VERSION as u128)? as usize;
        let (version, rest) = bytes.split_at_checked(length).ok_or(EARLY_END)?;
        *bytes = rest;
        let code_version =
            str::from_utf8(version).map_err(|_| DecodeError("the version is no text"))?.to_owned();
        let index = take_most(bytes, u32::MAX.into())? as u32;
        let of = take_most(bytes, u32::MAX.into())? as u32;
        Ok(Self {
            configuration,
            code_version,
            shard: Shard { index, of },
            canary: take_array(bytes)?,
        })
    }

    /// Checks that this is the header wanted, of a file that bears its shard's name.
    fn check(&self, path: &Path, wanted: &Self) -> Result<(), PartialError> {
        let path = || path.to_owned();
        if self.configuration != wanted.configuration {
            return Err(PartialError::Foreign { path: path() });
        }
        if self.code_version != wanted.code_version {
            let (found, wanted) = (self.code_version.clone(), wanted.code_version.clone());
            return Err(PartialError::Stale { path: path(), found, wanted });
        }
        if path().file_name().is_none_or(|name| name != self.shard.file_name().as_str()) {
            return Err(PartialError::Misnamed { path: path(), holds: self.shard });
        }
        if self.shard != wanted.shard {
            let (found, wanted) = (self.shard, wanted.shard);
            return Err(PartialError::WrongShard { path: path(), found, wanted });
        }
        if self.canary != wanted.canary {
            return Err(PartialError::Canary { path: path() });
        }
        Ok(())
    }
}

const EARLY_END: DecodeError = DecodeError("it ends too early");

/// The bytes between preamble and checksum, once length, format and checksum are seen to be right.
fn checked<'a>(path: &Path, bytes: &'a [u8]) -> Result<&'a [u8], PartialError> {
    let damaged = |what| PartialError::Damaged { path: path.to_owned(), what };
    let mut rest = bytes;
    let mut preamble = || -> Result<_, DecodeError> {
        let magic: [u8; MAGIC.len()] = take_array(&mut rest)?;
        let format = u16::from_le_bytes(take_array(&mut rest)?);
        Ok((magic, format, u64::from_le_bytes(take_array(&mut rest)?)))
    };
    let (magic, format, written) = preamble().map_err(|_| damaged("it is too short"))?;
    if magic != *MAGIC {
        return Err(damaged("it does not begin like one"));
    }
    if format != FORMAT {
        let (found, wanted) = (format!("format {format}"), format!("format {FORMAT}"));
        return Err(PartialError::Stale { path: path.to_owned(), found, wanted });
    }
    let found = bytes.len() as u64;
    if found < written {
        return Err(PartialError::Truncated { path: path.to_owned(), found, written });
    }
    let whole = bytes.split_last_chunk::<{ blake3::OUT_LEN }>();
    let (content, checksum) =
        whole.filter(|_| found == written).ok_or_else(|| damaged("its length is not its own"))?;
    if blake3::hash(content).as_bytes() != checksum {
        return Err(damaged("its checksum is wrong"));
    }
    content.get(PREAMBLE..).ok_or_else(|| damaged("it is too short"))
}

fn decode_units(bytes: &mut &[u8], expected: &Expected) -> Result<BTreeSet<u64>, DecodeError> {
    let mut units = BTreeSet::new();
    let mut next = 0;
    for _ in 0..take_most(bytes, expected.units.into())? {
        let unit = next + take_most(bytes, expected.units.saturating_sub(next).into())? as u64;
        if unit >= expected.units || !expected.header.shard.owns(unit) {
            return Err(DecodeError("a unit that is not the shard's"));
        }
        units.insert(unit);
        next = unit + 1;
    }
    Ok(units)
}

fn decode_points(
    bytes: &mut &[u8],
    expected: &Expected,
) -> Result<BTreeMap<u32, PointTally>, DecodeError> {
    let mut points = BTreeMap::new();
    for _ in 0..take_most(bytes, expected.points.into())? {
        let point = take_most(bytes, expected.points.saturating_sub(1).into())? as u32;
        let in_order = points.last_key_value().is_none_or(|(&last, _)| last < point);
        if !in_order {
            return Err(DecodeError("its points are out of order"));
        }
        points.insert(point, PointTally::decode(&expected.layout, bytes)?);
    }
    Ok(points)
}

fn take_array<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], DecodeError> {
    let (array, rest) = bytes.split_first_chunk().ok_or(EARLY_END)?;
    *bytes = rest;
    Ok(*array)
}

/// Puts a file in place in one step: a temporary file in the same folder, on the disk before it
/// takes the name, and the name on the disk before this returns.
fn replace(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".a5part-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As for any file, the umask decides; the default would shut colleagues out.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}
