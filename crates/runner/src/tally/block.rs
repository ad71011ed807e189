//! A unit's tally: what its replicates showed, collected without allocation and added to the total
//! all at once.
//!
//! A unit runs every scenario of a design point over one block of replicates. Each scenario has a
//! [`Block`], struct-of-arrays over quantities in each tallied quarter. Replicates come in groups
//! that run side by side. As soon as all of a group have shown a quarter, its values are rounded to
//! steps and reduced to sums and bins: they are still in the nearest cache, and the sums are
//! fetched and stored once for the group. The bins go to the histograms of the total once per
//! block.

use std::array;
use std::ops::Range;
use std::sync::Arc;

use article5_model::cover::CoverMatrix;
use article5_model::math::{LANES, Pack};
use article5_model::observe::{Quarter, Quarters};
use article5_model::replicate::TOGETHER;
use article5_model::vector::{Level, fetch};

use super::histogram::Bins;
use super::kept::{Keep, Kept};
use super::kernel::{self, Flags, MAX_TOGETHER, Sums};
use super::layout::{CountedEvent, Layout};
use super::moments::Moments;
use super::quantizer::integer;
use super::quarter::MemberTally;
use crate::outcome::{History, OUTCOMES, Outcome, RISKS};

/// The tally of one unit. A worker keeps one and clears it between units.
///
/// ```
/// use std::sync::Arc;
///
/// use article5_model::alliance::Alliance;
/// use article5_model::model::Model;
/// use article5_model::scenario::Scenario;
/// use article5_runner::outcome::Ranges;
/// use article5_runner::tally::{Layout, PointTally, UnitTally};
///
/// let (alliance, quarters) = (Alliance::nato(), 4);
/// let scenario = Scenario::builtin("article5-like").unwrap();
/// let parameters = scenario.parameters().unwrap();
/// let model = Model::new(&alliance, &parameters, &scenario.events, quarters).unwrap();
/// let mut ranges = Ranges::new(0.05, quarters);
/// ranges.include(&parameters, &scenario.events);
/// let layout = Arc::new(Layout::new(1, alliance.len(), &[quarters], &[], &ranges));
///
/// let mut total = PointTally::new(Arc::clone(&layout));
/// let mut unit = UnitTally::new(layout, 24);
/// unit.clear();
/// for block in unit.blocks() {
///     for first in (0..24).step_by(8) {
///         block.begin(8);
///         let replicates = first..first + 8;
///         model.run_together(2026, replicates, &mut model.workspace(), |quarters| {
///             block.observe(quarters);
///         });
///     }
/// }
/// total.absorb(&unit)?;
/// assert_eq!(total.scenarios()[0].n(), 24);
/// # Ok::<(), article5_runner::tally::MergeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct UnitTally {
    pub(super) layout: Arc<Layout>,
    pub(super) blocks: Vec<Block>,
}

impl UnitTally {
    /// Makes an empty tally for units of up to `replicates` replicates per scenario, a number that
    /// is clamped to 1 to 2048.
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
    /// How many replicates have begun, including the running ones.
    pub(super) n: usize,
    running: Group,
    /// What they showed in each tallied quarter.
    pub(super) quarters: Vec<BlockQuarter>,
    /// `[quantity]`: values outside the range.
    pub(super) outside: Vec<u64>,
    /// `[cover quarter][target][pack of observers]`, in steps.
    pub(super) cover: Vec<Pack>,
    keep: Keep,
}

/// What they showed in one quarter.
#[derive(Clone, Debug)]
pub(super) struct BlockQuarter {
    /// `[pack of quantities]`.
    sums: Vec<Sums>,
    /// `[pack of quantities][replicate]`, with room for the unit's replicates.
    bins: Vec<Bins>,
    /// How many replicates had each of [`Group::flags`] set.
    counts: Vec<[u32; LANES]>,
    /// `[effort, defence, allied and Moscow's cover][pack of members]`, in steps.
    numbers: Vec<Pack>,
    /// `[event]`.
    pub(super) events: Vec<u32>,
}

/// The replicates that are running, and what the quarter at hand showed of them so far.
#[derive(Clone, Debug)]
struct Group {
    count: usize,
    histories: [History; TOGETHER],
    /// `[replicate][pack of quantities]`.
    values: Vec<Pack>,
    /// At [`HAPPENED`] and [`HOLDING`], the risks; from [`MEMBERS`] on, by packs, who is in the
    /// force, then who is in the lower tier while the alliance is tiered in its own reading.
    flags: Vec<Flags>,
}

const HAPPENED: usize = 0;
const HOLDING: usize = 1;
const MEMBERS: usize = 2;

/// Numbers that are summed for each member.
pub(super) const NUMBERS: usize = 4;

/// What is counted for each member.
pub(super) const COUNTS: usize = 2;

impl Group {
    fn new(layout: &Layout) -> Self {
        Self {
            count: 0,
            histories: [History::default(); TOGETHER],
            values: vec![Pack::ZERO; layout.packs() * TOGETHER],
            flags: vec![[0; TOGETHER]; MEMBERS + COUNTS * layout.member_packs()],
        }
    }

    /// Starts `count` replicates.
    fn restart(&mut self, count: usize) {
        self.count = count;
        self.histories = [History::default(); TOGETHER];
        self.flags.fill([0; TOGETHER]);
    }

    /// Notes what a replicate shows in a quarter.
    #[inline(always)]
    fn take(&mut self, place: usize, quarter: &Quarter<'_>) {
        let Self { histories, values, flags, .. } = self;
        let history = &histories[place];
        let packs = values.len() / TOGETHER;
        let values = Pack::flatten_mut(&mut values[place * packs..][..packs]);
        values[..OUTCOMES].copy_from_slice(&Outcome::values(quarter, history));
        values[OUTCOMES..][..quarter.trust.len()].copy_from_slice(quarter.trust);
        flags[HAPPENED][place] = history.happened().bits();
        flags[HOLDING][place] = history.holding().bits();
        let [own, ..] = &quarter.tiers;
        let tiered = if own.tiered { u8::MAX } else { 0 };
        let (in_force, in_lower) = flags[MEMBERS..].split_at_mut(quarter.in_force.bytes().len());
        for (flags, members) in in_force.iter_mut().zip(quarter.in_force.bytes()) {
            flags[place] = *members;
        }
        for (flags, members) in in_lower.iter_mut().zip(own.lower.bytes()) {
            flags[place] = members & tiered;
        }
    }
}

impl Block {
    fn new(layout: Arc<Layout>, capacity: usize) -> Self {
        let capacity = capacity.clamp(1, MAX_TOGETHER);
        let running = Group::new(&layout);
        let quarter = BlockQuarter {
            sums: vec![Sums::NONE; layout.packs()],
            bins: vec![[0; LANES]; layout.packs() * capacity],
            counts: vec![[0; LANES]; running.flags.len()],
            numbers: vec![Pack::ZERO; NUMBERS * layout.member_packs()],
            events: vec![0; layout.events()],
        };
        let cover = layout.cover_quarters().len() * layout.members() * layout.member_packs();
        Self {
            capacity,
            level: Level::best(),
            n: 0,
            running,
            quarters: vec![quarter; layout.quarters().len()],
            outside: vec![0; layout.quantities()],
            cover: vec![Pack::ZERO; cover],
            keep: Keep::new(&layout, capacity),
            layout,
        }
    }

    /// Starts the next replicates, at most [`TOGETHER`], which run side by side.
    ///
    /// # Panics
    ///
    /// If there are more than can run side by side, or more than the tally still has room for.
    #[inline]
    pub fn begin(&mut self, replicates: usize) {
        assert!(replicates <= TOGETHER, "more replicates than run side by side");
        assert!(replicates <= self.capacity - self.n, "a unit has more replicates than its tally");
        self.n += replicates;
        self.running.restart(replicates);
    }

    /// Takes in a quarter of the running replicates. Every quarter must be shown, in order; those
    /// that the layout does not list only enter what counts from the start.
    ///
    /// # Panics
    ///
    /// If more or fewer replicates are shown than were [begun](Block::begin).
    #[inline]
    pub fn observe(&mut self, quarters: &Quarters<'_>) {
        let slot = self.layout.slot(quarters.quarter());
        let kept = self.layout.kept_slot(quarters.quarter());
        assert!(quarters.len() == self.running.count, "other replicates than were begun");
        quarters.each(|place, quarter| {
            self.running.histories[place].see(quarter);
            let Some(slot) = slot else { return };
            self.running.take(place, quarter);
            self.count_events(slot, quarter);
            if let Some(kept) = kept {
                self.keep(kept, place);
            }
        });
        if let Some(slot) = slot {
            if let Some(next) = self.quarters.get(slot + 1) {
                next.fetch(self.n - self.running.count..self.n);
            }
            self.add_members(slot, quarters);
            self.reduce(slot);
        }
    }

    /// Takes in the cover matrix of a quarter that the layout [wants](Layout::wants_cover).
    pub fn observe_cover(&mut self, quarter: u32, matrix: &CoverMatrix) {
        let Some(slot) = self.layout.cover_slot(quarter) else { return };
        let cells = self.layout.members() * self.layout.member_packs();
        let sums = &mut self.cover[slot * cells..][..cells];
        let quantizers = &self.layout.share;
        self.level.compute(kernel::Add { values: matrix.packs(), quantizers, sums });
    }

    /// Keeps what a replicate last showed, for pairs and contrasts.
    fn keep(&mut self, kept: usize, place: usize) {
        let Group { count, histories, values, .. } = &self.running;
        let packs = self.layout.packs();
        let values = Pack::flatten(&values[place * packs..][..packs]);
        let replicate = self.n - *count + place;
        self.keep.put(&self.layout, [kept, replicate], values, histories[place].happened());
    }

    /// Adds the members' numbers.
    fn add_members(&mut self, slot: usize, quarters: &Quarters<'_>) {
        let mut packs = quarters.packs();
        let replicates: [_; TOGETHER] = array::from_fn(|_| packs.next().unwrap_or_default());
        self.level.compute(kernel::AddMembers {
            replicates: &replicates[..quarters.len()],
            quantizers: &self.layout.member_quantizers,
            sums: &mut self.quarters[slot].numbers,
        });
    }

    /// Reduces a quarter once all running replicates have shown it.
    fn reduce(&mut self, slot: usize) {
        let Group { count, values, flags, .. } = &self.running;
        let BlockQuarter { sums, bins, counts, .. } = &mut self.quarters[slot];
        let within = self.level.compute(kernel::Reduce {
            values: &values[..*count * sums.len()],
            quantizers: &self.layout.quantizers,
            sums,
            bins,
            first: self.n - *count,
            flags,
            counts,
        });
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
        let events = &mut self.quarters[slot].events;
        if let Some(challenge) = quarter.challenge {
            let happening = CountedEvent::Challenge(challenge.severity, challenge.commitment);
            events[self.layout.event(happening, challenge.answer)] += 1;
        }
        if let Some(answer) = quarter.incident {
            events[self.layout.event(CountedEvent::Incident, answer)] += 1;
        }
    }

    /// The replicates at a quarter that the layout keeps; `None` at any other.
    pub(super) fn kept(&self, quarter: u32) -> Option<Kept<'_>> {
        Some(self.keep.at(self.layout.kept_slot(quarter)?, self.n))
    }

    fn clear(&mut self) {
        self.n = 0;
        self.quarters.iter_mut().for_each(BlockQuarter::clear);
        self.outside.fill(0);
        self.cover.fill(Pack::ZERO);
    }
}

impl BlockQuarter {
    /// Prefetches the memory that these replicates go to; they arrive once the model has run the
    /// quarter.
    fn fetch(&self, replicates: Range<usize>) {
        let Self { sums, bins, counts: _, numbers, events: _ } = self;
        fetch(sums);
        fetch(numbers);
        let capacity = bins.len() / sums.len();
        bins.chunks_exact(capacity).for_each(|bins| fetch(&bins[replicates.clone()]));
    }

    /// The moments of the quantities over all `n` replicates, by packs.
    pub(super) fn moments(&self, n: usize) -> impl Iterator<Item = [Moments; LANES]> {
        self.sums.iter().map(move |sums| sums.moments(n as u64))
    }

    /// The bins of all `n` replicates, for each pack of quantities.
    pub(super) fn bins(&self, n: usize) -> impl Iterator<Item = &[Bins]> {
        let capacity = self.bins.len() / self.sums.len();
        self.bins.chunks_exact(capacity).map(move |bins| &bins[..n])
    }

    /// For each risk, in how many replicates it had happened, and in how many it held.
    pub(super) fn risks(&self) -> [(u32, u32); RISKS] {
        const { assert!(RISKS <= LANES, "a risk without a count") }
        let [by, at] = [HAPPENED, HOLDING].map(|flags| self.counts[flags]);
        array::from_fn(|risk| (by[risk], at[risk]))
    }

    /// The sums of the members, by packs.
    pub(super) fn members(&self) -> impl Iterator<Item = [MemberTally; LANES]> {
        let packs = self.numbers.len() / NUMBERS;
        (0..packs).map(move |j| {
            let numbers: [&Pack; NUMBERS] = array::from_fn(|k| &self.numbers[k * packs + j]);
            let counts: [_; COUNTS] = array::from_fn(|k| &self.counts[MEMBERS + k * packs + j]);
            array::from_fn(|lane| MemberTally {
                numbers: numbers.map(|number| u128::from(integer(number.0[lane]) as u64)),
                counts: counts.map(|count| count[lane].into()),
            })
        })
    }

    fn clear(&mut self) {
        let Self { sums, bins: _, counts, numbers, events } = self;
        sums.fill(Sums::NONE);
        counts.fill([0; LANES]);
        numbers.fill(Pack::ZERO);
        events.fill(0);
    }
}
