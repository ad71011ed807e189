//! How much memory tallies take. This is for plans, so it is right to within a third or so, and
//! rather too high than too low.

use article5_model::math::{LANES, Pack};

use super::grid::BINS;
use super::histogram::{FULL, LONGEST_LIST};
use super::kernel::Sums;
use super::layout::Layout;
use super::moments::Moments;
use super::overflow::Over;

impl Layout {
    /// The bytes of the tallies of one design point with this many replicates of each scenario.
    pub(crate) fn point_bytes(&self, replicates: u64) -> u64 {
        let listed = 2 * replicates.min(LONGEST_LIST as u64);
        let counted = BINS + size_of::<Over>();
        let counts = if replicates > LONGEST_LIST as u64 { counted as u64 } else { 0 };
        let times = replicates / u64::from(FULL);
        // If there are few, they are in a list with up to twice the room; if there are many, every
        // bin has a number.
        let over = (2 * times * size_of::<u16>() as u64).min((BINS * size_of::<u32>()) as u64);
        let histogram = listed + counts + over;
        let cover = self.cover_quarters().len() * self.members() * self.members();
        let cell = histogram + size_of::<Moments>() as u64;
        let scenario = self.cells() * cell + (cover * size_of::<u128>()) as u64;
        self.scenarios() as u64 * scenario
    }

    /// The bytes of the tally of a unit of this many replicates of each scenario.
    pub(crate) fn unit_bytes(&self, replicates: u64) -> u64 {
        let bins = size_of::<u16>() as u64 * replicates;
        let sums = size_of::<Sums>() as u64 / LANES as u64;
        let cover = self.cover_quarters().len() * self.members() * self.member_packs();
        let scenario = self.cells() * (bins + sums) + (cover * size_of::<Pack>()) as u64;
        self.scenarios() as u64 * scenario
    }

    /// How many quantities there are in all tallied quarters.
    fn cells(&self) -> u64 {
        (self.quarters().len() * self.quantities()) as u64
    }
}
