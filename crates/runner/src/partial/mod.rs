//! What a shard or an interrupted run leaves on disk.
//!
//! A partial is one file: which units are finished, and the tallies of their points, with enough
//! about its origin that it is never mistaken for another run's. It appears whole or not at all,
//! and is read only when every byte is as it was written. Its points are read one by one, so that a
//! file of many points needs the memory of one.
//!
//! | bytes | what |
//! | --- | --- |
//! | 8 | `a5part` and the format version, little-endian |
//! | 8 | length of the whole file, little-endian |
//! | 8 | length of the head |
//! | … | the head: [`Header`], finished units as ranges, integers of variable length |
//! | 4, 8, … | for each point its number, the length of its tally, and the tally |
//! | 4 | the number that no point has |
//! | 32 | BLAKE3 of everything before, the first 16 bytes last |

mod canary;
mod error;
mod header;
mod read;
mod shard;
mod write;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rangemap::RangeSet;

use crate::plan::Plan;
use crate::tally::{Layout, PointTally};

pub use canary::canary;
pub use error::PartialError;
pub use header::Header;
pub(crate) use read::unreadable;
pub use read::{Merge, PartialFile};
pub use shard::{MAX_SHARDS, NotAShard, Role, Shard};
pub use write::PartialWriter;

const MAGIC: &[u8; 6] = b"a5part";

/// The format version, which rises whenever the bytes of a partial, or of notes, change their
/// meaning.
pub(crate) const FORMAT: u16 = 5;

/// The magic, the format version and the length.
const PREAMBLE: usize = MAGIC.len() + size_of::<u16>() + size_of::<u64>();

/// Stands in place of the next point's number once there are no more points.
const NO_POINT: u32 = u32::MAX;

/// What a partial must match to be read: the header it must have, and the shape of the run.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The header.
    pub header: Header,
    /// How the run is cut into units.
    pub plan: Plan,
    /// The shape of the tallies.
    pub layout: Arc<Layout>,
}

/// Finished units and their tallies, in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Partial {
    /// Where it comes from.
    pub header: Header,
    /// The units that are finished, by their [numbers within the shard](Shard::owned).
    pub units: RangeSet<u64>,
    /// The tallies by design point; points without a finished unit are left out.
    pub points: BTreeMap<u32, PointTally>,
}

impl Partial {
    /// Makes a partial without any finished unit.
    pub fn new(header: Header) -> Self {
        Self { header, units: RangeSet::new(), points: BTreeMap::new() }
    }

    /// Writes the partial into `folder` under its own name and returns its path. The file appears
    /// whole or not at all, and an older one stays until then.
    ///
    /// # Errors
    ///
    /// [`PartialError::Write`].
    pub fn write(&self, folder: &Path) -> Result<PathBuf, PartialError> {
        let mut writer = PartialWriter::create(folder, &self.header, &self.units)?;
        self.points.iter().try_for_each(|(&point, tally)| writer.add(point, tally))?;
        writer.finish()
    }

    /// Reads a partial and checks that it is what is expected.
    ///
    /// # Errors
    ///
    /// [`PartialError`] says how it differs.
    pub fn read(path: &Path, expected: &Expected) -> Result<Self, PartialError> {
        let mut file = PartialFile::open(path, expected)?;
        let mut points = BTreeMap::new();
        while let Some((point, tally)) = file.next_point()? {
            points.insert(point, tally);
        }
        Ok(Self { header: expected.header.clone(), units: file.units().clone(), points })
    }
}

/// The version of the code as partials carry it: results may change from one to the next.
pub fn code_version() -> String {
    concat!("article5 ", env!("CARGO_PKG_VERSION")).to_owned()
}
