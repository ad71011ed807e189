//! A unit's tally: what its replicates showed, collected without allocation and poured at once.
//!
//! A unit runs every scenario of a design point over one block of replicates. Each scenario has a
//! [`Block`], struct-of-arrays over quantities with one row a tallied quarter. Replicates come in
//! groups that run side by side. Once a quarter of all of a group has come by, its values are
//! rounded to steps and reduced to sums and bins: they are still in the nearest cache, and the sums
//! are fetched and stored once for the group. The bins go to the histograms of the total once a
//! block.

use std::sync::Arc;

use article5_model::cover::CoverMatrix;
use article5_model::math::{LANES, Pack};
use article5_model::observe::{Members, Quarter, Quarters};
use article5_model::replicate::TOGETHER;
use article5_model::vector::Level;

use super::histogram::Bins;
use super::kernel::{self, Counters, MOST_TOGETHER, Sums};
use super::layout::{Happening, Layout};
use super::moments::Moments;
use crate::outcome::{History, OUTCOMES, Outcome, RISKS, Risk, Risks};

/// The tally of one unit. A worker keeps one and clears it between units.
///
/// ```no_run
/// # use std::sync::Arc;
/// # use article5_runner::tally::{Layout, PointTally, UnitTally};
/// # fn run(_: std::ops::Range<u64>, _: impl FnMut(&article5_model::observe::Quarters<'_>)) {}
/// # fn unit(layout: Arc<Layout>, mut total: PointTally) -> Result<(), Box<dyn std::error::Error>> {
/// let mut unit = UnitTally::new(layout, 256);
/// unit.clear();
/// for block in unit.blocks() {
///     for first in (0..256).step_by(8) {
///         block.begin(8);
///         run(first..first + 8, |quarters| block.observe(quarters));
///     }
/// }
/// total.absorb(&unit)?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct UnitTally {
    pub(super) layout: Arc<Layout>,
    pub(super) blocks: Vec<Block>,
}

impl UnitTally {
    /// An empty tally for units of at most `replicates` replicates a scenario, itself at most 8192.
    pub fn new(layout: Arc<Layout>, replicates: usize) -> Self {
        let block = Block::new(Arc::clone(&layout), replicates);
        Self { blocks: vec![block; layout.scenarios()], layout }
    }

    /// Empties the tally for the next unit. Nothing is freed.
    pub fn clear(&mut self) {
        self.blocks.iter_mut().for_each(Block::clear);
    }

    /// The scenarios' blocks, in order.
    pub fn blocks(&mut self) -> &mut [Block] {
        &mut self.blocks
    }
}

/// What the replicates of one scenario showed in one unit.
#[derive(Clone, Debug)]
pub struct Block {
    layout: Arc<Layout>,
    capacity: usize,
    level: Level,
    /// Replicates begun, the running ones included.
    pub(super) n: usize,
    running: Group,
    /// `[quarter][pack of quantities]`.
    sums: Vec<Sums>,
    /// `[quantity]`: values outside the range.
    pub(super) outside: Vec<u64>,
    /// `[quarter][pack of quantities][replicate]`.
    bins: Vec<Bins>,
    /// `[quarter]`.
    pub(super) risks: Vec<RiskCounts>,
    pub(super) members: MemberSums,
    /// `[quarter][event]`.
    pub(super) events: Vec<u32>,
    /// `[cover quarter][target][pack of observers]`, in steps.
    pub(super) cover: Vec<Pack>,
    /// `[kept quarter][replicate]`, for pairs and contrasts.
    snapshots: Vec<Snapshot>,
}

/// The replicates that are running, and what the quarter at hand showed of them so far.
#[derive(Clone, Debug)]
struct Group {
    count: usize,
    histories: [History; TOGETHER],
    /// `[replicate][pack of quantities]`.
    values: Vec<Pack>,
    /// Of the risks that have happened and those that hold.
    risks: [Counters; 2],
    /// As in [`MemberSums::flags`].
    flags: Vec<Counters>,
}

/// In how many replicates each risk had happened by, and held at, a quarter.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RiskCounts {
    pub(super) by: [u32; RISKS],
    pub(super) at: [u32; RISKS],
}

/// Sums over replicates, by packs of members.
#[derive(Clone, Debug, Default)]
pub(super) struct MemberSums {
    /// `[quarter][effort, defence, allied and Moscow's cover][pack]`, in steps.
    pub(super) numbers: Vec<Pack>,
    /// `[quarter][in the force, in the lower tier][pack]`; the latter while the alliance is tiered,
    /// own reading.
    pub(super) flags: Vec<[u32; LANES]>,
}

/// Those of one quarter, by packs of members.
pub(super) struct MemberPacks<'a> {
    pub(super) numbers: [&'a [Pack]; NUMBERS],
    pub(super) flags: [&'a [[u32; LANES]]; FLAGS],
}

impl MemberSums {
    pub(super) fn packs_of(&self, slot: usize, packs: usize) -> MemberPacks<'_> {
        let number = |k| &self.numbers[(slot * NUMBERS + k) * packs..][..packs];
        let flag = |k| &self.flags[(slot * FLAGS + k) * packs..][..packs];
        MemberPacks { numbers: std::array::from_fn(number), flags: std::array::from_fn(flag) }
    }
}

/// Numbers that are summed for each member.
pub(super) const NUMBERS: usize = 4;

/// Flags that are counted for each member.
pub(super) const FLAGS: usize = 2;

/// A replicate at a quarter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Snapshot {
    /// In steps.
    pub(super) outcomes: [u64; OUTCOMES],
    /// Whether each has happened.
    pub(super) risks: Risks,
}

const UNSEEN: Snapshot = Snapshot { outcomes: [0; OUTCOMES], risks: Risks::NONE };

impl Block {
    fn new(layout: Arc<Layout>, capacity: usize) -> Self {
        let capacity = capacity.min(MOST_TOGETHER);
        let quarters = layout.quarters().len();
        let cells = quarters * layout.packs();
        let ally_cells = quarters * layout.member_packs();
        let cover = layout.cover_quarters().len() * layout.members() * layout.member_packs();
        Self {
            capacity,
            level: Level::best(),
            n: 0,
            running: Group {
                count: 0,
                histories: [History::default(); TOGETHER],
                values: vec![Pack::ZERO; layout.packs() * TOGETHER],
                risks: [0; 2],
                flags: vec![0; FLAGS * layout.member_packs()],
            },
            sums: vec![Sums::NONE; cells],
            outside: vec![0; layout.quantities()],
            bins: vec![[0; LANES]; cells * capacity],
            risks: vec![RiskCounts::default(); quarters],
            members: MemberSums {
                numbers: vec![Pack::ZERO; NUMBERS * ally_cells],
                flags: vec![[0; LANES]; FLAGS * ally_cells],
            },
            events: vec![0; quarters * layout.events()],
            cover: vec![Pack::ZERO; cover],
            snapshots: vec![UNSEEN; layout.kept() * capacity],
            layout,
        }
    }

    /// Starts the next replicates, at most [`TOGETHER`], which run side by side.
    ///
    /// # Panics
    ///
    /// When they are more than can run side by side, or than are left of the tally's.
    #[inline]
    pub fn begin(&mut self, replicates: usize) {
        assert!(replicates <= TOGETHER, "more replicates than run side by side");
        assert!(replicates <= self.capacity - self.n, "a unit has more replicates than its tally");
        self.n += replicates;
        self.running.count = replicates;
        self.running.histories = [History::default(); TOGETHER];
    }

    /// Takes in a quarter of the running replicates. Every quarter must come by, in order; those
    /// that the layout does not list only enter what counts from the start.
    ///
    /// # Panics
    ///
    /// When more or fewer replicates are shown than were [begun](Block::begin).
    #[inline]
    pub fn observe(&mut self, quarters: &Quarters<'_>) {
        let slot = self.layout.slot(quarters.quarter());
        let kept = self.layout.kept_slot(quarters.quarter());
        assert!(quarters.len() == self.running.count, "other replicates than were begun");
        quarters.each(|place, quarter| {
            self.running.histories[place].see(quarter);
            let Some(slot) = slot else { return };
            self.take(slot, place, quarter);
            if let Some(kept) = kept {
                self.keep(kept, place);
            }
        });
        if let Some(slot) = slot {
            self.add_members(slot, quarters);
            self.reduce(slot);
        }
    }

    /// Takes in the cover matrix of a quarter that the layout [wants](Layout::wants_cover).
    pub fn observe_cover(&mut self, quarter: u32, matrix: &CoverMatrix) {
        let Some(slot) = self.layout.cover_slot(quarter) else { return };
        let cells = self.layout.members() * self.layout.member_packs();
        let sums = &mut self.cover[slot * cells..][..cells];
        let rulers = &self.layout.share;
        self.level.compute(kernel::Add { values: matrix.packs(), rulers, sums });
    }

    /// Notes what a replicate shows in a quarter.
    #[inline(always)]
    fn take(&mut self, slot: usize, place: usize, quarter: &Quarter<'_>) {
        let Group { histories, values, risks: [by, at], flags, .. } = &mut self.running;
        let history = &histories[place];
        let packs = self.layout.packs();
        let values = Pack::flatten_mut(&mut values[place * packs..][..packs]);
        values[..OUTCOMES].copy_from_slice(&Outcome::values(quarter, history));
        values[OUTCOMES..][..quarter.trust.len()].copy_from_slice(quarter.trust);
        kernel::count(by, history.happened().bits());
        kernel::count(at, history.holding().bits());
        let (in_force, in_lower) = flags.split_at_mut(self.layout.member_packs());
        count_members(in_force, quarter.in_force);
        if history.holding().has(Risk::Tiered) {
            let [own, ..] = &quarter.tiers;
            count_members(in_lower, own.lower);
        }
        self.count_events(slot, quarter);
    }

    /// Keeps what a replicate showed last, for pairs and contrasts.
    fn keep(&mut self, kept: usize, place: usize) {
        let Group { count, histories, values, .. } = &self.running;
        let packs = self.layout.packs();
        let values = Pack::flatten(&values[place * packs..][..packs]);
        let snapshot = &mut self.snapshots[kept * self.capacity + self.n - *count + place];
        snapshot.risks = histories[place].happened();
        let places = snapshot.outcomes.iter_mut().zip(values).enumerate();
        places.for_each(|(place, (own, value))| *own = self.layout.steps(place, *value));
    }

    /// Adds the members' numbers.
    fn add_members(&mut self, slot: usize, quarters: &Quarters<'_>) {
        let mut numbers = [[&[] as &[Pack]; TOGETHER]; NUMBERS];
        for (place, packs) in quarters.packs().enumerate() {
            numbers.iter_mut().zip(packs).for_each(|(own, packs)| own[place] = packs);
        }
        let sums = NUMBERS * self.layout.member_packs();
        self.level.compute(kernel::AddMembers {
            numbers: numbers.each_ref().map(|replicates| &replicates[..quarters.len()]),
            rulers: &self.layout.member_rulers,
            sums: &mut self.members.numbers[slot * sums..][..sums],
        });
    }

    /// Reduces a quarter that all running replicates have shown.
    fn reduce(&mut self, slot: usize) {
        let Group { count, values, risks: [by, at], flags, .. } = &mut self.running;
        let packs = self.layout.packs();
        let cells = slot * packs..(slot + 1) * packs;
        let within = self.level.compute(kernel::Reduce {
            values: &values[..*count * packs],
            rulers: &self.layout.rulers,
            sums: &mut self.sums[cells.clone()],
            bins: &mut self.bins[cells.start * self.capacity..cells.end * self.capacity],
            first: self.n - *count,
        });
        let risks = &mut self.risks[slot];
        kernel::pour(by, &mut risks.by);
        kernel::pour(at, &mut risks.at);
        let counts = &mut self.members.flags[slot * flags.len()..];
        flags.iter_mut().zip(counts).for_each(|(own, counts)| kernel::pour(own, counts));
        if !within {
            self.count_outside();
        }
    }

    /// Counts the values of the quarter at hand that lie outside their ranges.
    #[cold]
    fn count_outside(&mut self) {
        let Group { count, values, .. } = &self.running;
        for values in values.chunks_exact(self.layout.packs()).take(*count) {
            let values = Pack::flatten(values).iter().zip(&mut self.outside).enumerate();
            for (place, (&value, outside)) in values {
                *outside += u64::from(self.layout.is_outside(place, value));
            }
        }
    }

    fn count_events(&mut self, slot: usize, quarter: &Quarter<'_>) {
        let row = slot * self.layout.events();
        if let Some(challenge) = quarter.challenge {
            let happening = Happening::Challenge(challenge.severity, challenge.commitment);
            self.events[row + self.layout.event(happening, challenge.answer)] += 1;
        }
        if let Some(answer) = quarter.incident {
            self.events[row + self.layout.event(Happening::Incident, answer)] += 1;
        }
    }

    /// The moments of a quantity in a quarter.
    pub(super) fn moments(&self, slot: usize, place: usize) -> Moments {
        if self.n == 0 {
            return Moments::default();
        }
        let (j, lane) = Pack::place(place);
        let sums = &self.sums[slot * self.layout.packs() + j];
        Moments {
            n: self.n as u64,
            sum: u128::from(sums.sum.0[lane] as u64),
            squares: sums.squares(lane),
            least: sums.least.0[lane] as u64,
            most: sums.most.0[lane] as u64,
        }
    }

    /// The replicates at a quarter that the layout keeps; `None` at any other.
    pub(super) fn snapshots(&self, quarter: u32) -> Option<&[Snapshot]> {
        let slot = self.layout.kept_slot(quarter)?;
        Some(&self.snapshots[slot * self.capacity..][..self.n])
    }

    /// The replicates at the horizon; none where no quarter is tallied.
    pub(super) fn horizon(&self) -> &[Snapshot] {
        self.layout.horizon().and_then(|quarter| self.snapshots(quarter)).unwrap_or_default()
    }

    /// The bins of a pack of quantities in a quarter, a replicate each.
    pub(super) fn bins_of(&self, slot: usize, j: usize) -> &[Bins] {
        &self.bins[(slot * self.layout.packs() + j) * self.capacity..][..self.n]
    }

    fn clear(&mut self) {
        self.n = 0;
        self.running.count = 0;
        self.sums.fill(Sums::NONE);
        self.outside.fill(0);
        self.risks.fill(RiskCounts::default());
        let MemberSums { numbers, flags } = &mut self.members;
        numbers.fill(Pack::ZERO);
        flags.fill([0; LANES]);
        self.events.fill(0);
        self.cover.fill(Pack::ZERO);
        self.snapshots.fill(UNSEEN);
    }
}

#[inline(always)]
fn count_members(counters: &mut [Counters], members: Members<'_>) {
    for (counters, &bits) in counters.iter_mut().zip(members.bytes()) {
        kernel::count(counters, bits);
    }
}
