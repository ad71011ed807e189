//! How much memory tallies take at most, for plans and warnings.

use article5_model::math::{LANES, Pack};

use super::block::NUMBERS;
use super::contrast::Joint;
use super::grid::BINS;
use super::histogram::{FULL, LONGEST_LIST};
use super::kernel::Sums;
use super::layout::Layout;
use super::lists::GROWTH;
use super::moments::Moments;
use super::overflow::Over;
use super::paired::Pairs;
use super::quarter::{MemberTally, QuarterTally};
use crate::outcome::Risks;

impl Layout {
    /// The bytes of the tallies of one design point with this many replicates of each scenario, if
    /// there was room for as many from the beginning.
    pub(crate) fn point_bytes(&self, replicates: u64) -> u64 {
        let listed = size_of::<u16>() as u64 * replicates.min(LONGEST_LIST as u64);
        let counted = BINS + size_of::<Over>();
        let counts = if replicates > LONGEST_LIST as u64 { counted as u64 } else { 0 };
        let times = replicates / u64::from(FULL);
        // If there are few, they are in a list with up to twice the room; if there are many, every
        // bin has a number.
        let over = (2 * times * size_of::<u16>() as u64).min((BINS * size_of::<u32>()) as u64);
        let histogram = listed + counts + over;
        let quarter = size_of::<QuarterTally>()
            + self.members() * size_of::<MemberTally>()
            + self.events() * size_of::<u64>();
        let cover = self.cover_quarters().len() * self.members() * self.members();
        let cell = histogram + size_of::<Moments>() as u64;
        let sums = self.quarters().len() * quarter + cover * size_of::<u128>();
        let pairs = self.comparisons().len() * Pairs::bytes(self.quantities());
        let contrasts = self.contrasts().len() * size_of::<Joint>();
        self.scenarios() as u64 * (self.cells() * cell + sums as u64) + (pairs + contrasts) as u64
    }

    /// The same if there was room for a batch at first, and more was made as it was needed.
    pub(crate) fn grown_bytes(&self, replicates: u64) -> u64 {
        let room = replicates.saturating_mul(GROWTH as u64).min(LONGEST_LIST as u64);
        self.point_bytes(replicates.max(room))
    }

    /// The bytes of the tally of a unit of this many replicates of each scenario.
    pub(crate) fn unit_bytes(&self, replicates: u64) -> u64 {
        let bins = size_of::<u16>() as u64 * replicates;
        let sums = size_of::<Sums>() as u64 / LANES as u64;
        let packs = NUMBERS * self.member_packs();
        let quarter = packs * size_of::<Pack>() + self.events() * size_of::<u32>();
        let cover = self.cover_quarters().len() * self.members() * self.member_packs();
        let whole = self.quarters().len() * quarter + cover * size_of::<Pack>();
        let kept = self.quantities() * size_of::<u64>() + size_of::<Risks>();
        let kept = self.kept() as u64 * replicates * kept as u64;
        self.scenarios() as u64 * (self.cells() * (bins + sums) + kept + whole as u64)
    }

    /// How many quantities there are in all tallied quarters, with those that fill up packs.
    fn cells(&self) -> u64 {
        (self.quarters().len() * self.packs() * LANES) as u64
    }
}
