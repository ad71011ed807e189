//! A unit's tally: what its replicates showed, collected without allocation and poured at once.
//!
//! A unit runs every scenario of a design point over one block of replicates. Each scenario has a
//! [`Block`], struct-of-arrays over quantities with one row a tallied quarter. As quarters come
//! in, their values are rounded to steps and wait until there are [`TOGETHER`] replicates of them;
//! those are reduced together, quarter by quarter, to sums and bins, so that the sums of all
//! quarters pass through the cache once for several replicates. The bins, `[quarter][replicate]
//! [quantity]`, go to the histograms of the total once a block.

use std::sync::Arc;

use article5_model::observe::{Members, Quarter};

use super::grid::STEPS;
use super::kernel::{self, Kernel};
use super::layout::{Happening, Layout};
use super::moments::Moments;
use crate::outcome::{History, OUTCOMES, Outcome, RISKS, Ranges, Risk};

/// Replicates that are reduced together: their steps (160 KB with 32 outcomes, 31 members and 40
/// quarters) stay in a second-level cache.
pub(super) const TOGETHER: usize = 8;

/// The tally of one unit. A worker keeps one and clears it between units.
///
/// ```no_run
/// # use std::sync::Arc;
/// # use article5_runner::tally::{Layout, PointTally, UnitTally};
/// # fn run(_: u64, _: impl FnMut(&article5_model::observe::Quarter<'_>)) {}
/// # fn unit(layout: Arc<Layout>, mut total: PointTally) -> Result<(), Box<dyn std::error::Error>> {
/// let mut unit = UnitTally::new(layout, 256);
/// unit.clear();
/// for block in unit.blocks() {
///     for replicate in 0..256 {
///         block.begin();
///         run(replicate, |quarter| block.observe(quarter));
///     }
/// }
/// total.absorb(&mut unit)?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct UnitTally {
    pub(super) layout: Arc<Layout>,
    pub(super) blocks: Vec<Block>,
}

impl UnitTally {
    /// An empty tally for units of at most `replicates` replicates a scenario.
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
    kernel: Kernel,
    history: History,
    /// Replicates begun, the running one included.
    pub(super) n: usize,
    /// How many of them are not reduced yet.
    waiting: usize,
    /// Their steps, `[quarter][waiting replicate][quantity]`.
    steps: Vec<f64>,
    /// The values of all quantities in the quarter at hand.
    values: Vec<f64>,
    /// `[quarter][quantity]`.
    pub(super) sums: Vec<u64>,
    pub(super) squares: Vec<u128>,
    pub(super) least: Vec<f64>,
    pub(super) most: Vec<f64>,
    /// `[quantity]`: values outside the range.
    pub(super) outside: Vec<u64>,
    /// `[quarter][replicate][quantity]`.
    pub(super) bins: Vec<u16>,
    /// `[quarter]`.
    pub(super) risks: Vec<RiskCounts>,
    pub(super) members: MemberSums,
    /// `[quarter][event]`.
    pub(super) events: Vec<u32>,
    /// `[cover quarter][observer][target]`.
    pub(super) cover: Vec<u64>,
    /// `[kept quarter][replicate]`, for pairs and contrasts.
    snapshots: Vec<Snapshot>,
}

/// In how many replicates each risk had happened by, and held at, a quarter.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RiskCounts {
    pub(super) by: [u32; RISKS],
    pub(super) at: [u32; RISKS],
}

/// Sums over replicates, each `[quarter][member]`.
#[derive(Clone, Debug, Default)]
pub(super) struct MemberSums {
    pub(super) effort: Vec<u64>,
    pub(super) defence: Vec<u64>,
    pub(super) allied_cover: Vec<u64>,
    pub(super) moscow_cover: Vec<u64>,
    pub(super) in_force: Vec<u32>,
    /// In the lower tier while the alliance is tiered, own reading.
    pub(super) lower: Vec<u32>,
}

impl MemberSums {
    /// The sums of effort, defence, allied and Moscow's cover in one quarter.
    fn at(&mut self, slot: usize, count: usize) -> [&mut [u64]; 4] {
        let Self { effort, defence, allied_cover, moscow_cover, .. } = self;
        [effort, defence, allied_cover, moscow_cover]
            .map(|sums| &mut sums[slot * count..(slot + 1) * count])
    }
}

/// A replicate at a quarter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Snapshot {
    /// In steps.
    pub(super) outcomes: [u64; OUTCOMES],
    /// Whether each has happened.
    pub(super) risks: [bool; RISKS],
}

const UNSEEN: Snapshot = Snapshot { outcomes: [0; OUTCOMES], risks: [false; RISKS] };

impl Block {
    fn new(layout: Arc<Layout>, capacity: usize) -> Self {
        let quarters = layout.quarters().len();
        let (quantities, members) = (layout.quantities(), layout.members());
        let (cells, ally_cells) = (quarters * quantities, quarters * members);
        Self {
            capacity,
            kernel: Kernel::best(),
            history: History::default(),
            n: 0,
            waiting: 0,
            steps: vec![0.0; cells * TOGETHER],
            values: vec![0.0; quantities],
            sums: vec![0; cells],
            squares: vec![0; cells],
            least: vec![STEPS; cells],
            most: vec![0.0; cells],
            outside: vec![0; quantities],
            bins: vec![0; cells * capacity],
            risks: vec![RiskCounts::default(); quarters],
            members: MemberSums {
                effort: vec![0; ally_cells],
                defence: vec![0; ally_cells],
                allied_cover: vec![0; ally_cells],
                moscow_cover: vec![0; ally_cells],
                in_force: vec![0; ally_cells],
                lower: vec![0; ally_cells],
            },
            events: vec![0; quarters * layout.events()],
            cover: vec![0; layout.cover_quarters().len() * members * members],
            snapshots: vec![UNSEEN; layout.kept() * capacity],
            layout,
        }
    }

    /// Starts the next replicate.
    ///
    /// # Panics
    ///
    /// When the unit has more replicates than its tally was made for.
    #[inline]
    pub fn begin(&mut self) {
        assert!(self.n < self.capacity, "a unit has more replicates than its tally");
        if self.waiting == TOGETHER {
            self.reduce();
        }
        self.history = History::default();
        self.n += 1;
        self.waiting += 1;
    }

    /// Takes in a quarter of the running replicate. Every quarter must come by, in order; those
    /// that the layout does not list only enter what counts from the start.
    #[inline]
    pub fn observe(&mut self, quarter: &Quarter<'_>) {
        self.history.see(quarter);
        if let Some(slot) = self.layout.slot(quarter.quarter) {
            self.take(slot, quarter);
        }
    }

    /// Takes in the cover matrix of a quarter that the layout [wants](Layout::wants_cover):
    /// the chance of a full answer to an attack, `[observer][target]` in one slice.
    pub fn observe_cover(&mut self, quarter: u32, matrix: &[f64]) {
        let Some(slot) = self.layout.cover_slot(quarter) else { return };
        let cells = self.layout.members() * self.layout.members();
        let (sums, share) = (&mut self.cover[slot * cells..][..cells], Ranges::share());
        sums.iter_mut().zip(matrix).for_each(|(sum, &p_full)| *sum += share.fix(p_full));
    }

    fn take(&mut self, slot: usize, quarter: &Quarter<'_>) {
        let Some(replicate) = self.n.checked_sub(1) else { return };
        let quantities = self.layout.quantities();
        let (outcomes, trust) = self.values.split_at_mut(OUTCOMES);
        outcomes.copy_from_slice(&Outcome::values(quarter, &self.history));
        trust.copy_from_slice(quarter.trust);
        let start = (slot * TOGETHER + self.waiting - 1) * quantities;
        let steps = &mut self.steps[start..start + quantities];
        self.kernel.take(kernel::Quarter {
            values: &self.values,
            per_unit: &self.layout.per_unit,
            offset: &self.layout.offset,
            steps,
            outside: &mut self.outside,
            rulers: self.layout.member_rulers(),
            members: [quarter.effort, quarter.defence, quarter.allied_cover, quarter.moscow_cover],
            sums: self.members.at(slot, self.layout.members()),
        });
        if let Some(kept) = self.layout.kept_slot(quarter.quarter) {
            let snapshot = &mut self.snapshots[kept * self.capacity + replicate];
            snapshot.risks = *self.history.happened();
            snapshot.outcomes.iter_mut().zip(steps).for_each(|(own, steps)| *own = *steps as u64);
        }
        self.count(slot, quarter);
        self.flag_members(slot, quarter);
    }

    /// Reduces the replicates that are waiting.
    pub(super) fn reduce(&mut self) {
        let quantities = self.layout.quantities();
        let (first, count) = (self.n - self.waiting, self.waiting * quantities);
        for slot in 0..self.layout.quarters().len() {
            let row = slot * quantities..(slot + 1) * quantities;
            self.kernel.reduce(kernel::Rows {
                steps: &self.steps[slot * TOGETHER * quantities..][..count],
                bins: &mut self.bins[(slot * self.capacity + first) * quantities..][..count],
                sums: &mut self.sums[row.clone()],
                squares: &mut self.squares[row.clone()],
                least: &mut self.least[row.clone()],
                most: &mut self.most[row],
            });
        }
        self.waiting = 0;
    }

    /// Counts risks and events.
    fn count(&mut self, slot: usize, quarter: &Quarter<'_>) {
        let risks = &mut self.risks[slot];
        for risk in 0..RISKS {
            risks.by[risk] += u32::from(self.history.happened()[risk]);
            risks.at[risk] += u32::from(self.history.holding()[risk]);
        }
        let row = slot * self.layout.events();
        if let Some(challenge) = quarter.challenge {
            let happening = Happening::Challenge(challenge.severity, challenge.commitment);
            self.events[row + self.layout.event(happening, challenge.answer)] += 1;
        }
        if let Some(answer) = quarter.incident {
            self.events[row + self.layout.event(Happening::Incident, answer)] += 1;
        }
    }

    fn flag_members(&mut self, slot: usize, quarter: &Quarter<'_>) {
        let count = self.layout.members();
        let row = slot * count..(slot + 1) * count;
        count_members(&mut self.members.in_force[row.clone()], quarter.in_force);
        if self.history.holding()[Risk::Tiered as usize] {
            let [own, ..] = &quarter.tiers;
            count_members(&mut self.members.lower[row], own.lower);
        }
    }

    /// The moments of one place in `[quarter][quantity]`.
    pub(super) fn moments(&self, place: usize) -> Moments {
        if self.n == 0 {
            return Moments::default();
        }
        Moments {
            n: self.n as u64,
            sum: self.sums[place].into(),
            squares: self.squares[place],
            least: self.least[place] as u64,
            most: self.most[place] as u64,
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

    /// The bins of a quarter, `[replicate][quantity]`.
    pub(super) fn bins_of(&self, slot: usize) -> &[u16] {
        let quantities = self.layout.quantities();
        &self.bins[slot * self.capacity * quantities..][..self.n * quantities]
    }

    fn clear(&mut self) {
        self.n = 0;
        self.waiting = 0;
        self.sums.fill(0);
        self.squares.fill(0);
        self.least.fill(STEPS);
        self.most.fill(0.0);
        self.outside.fill(0);
        self.risks.fill(RiskCounts::default());
        let MemberSums { effort, defence, allied_cover, moscow_cover, in_force, lower } =
            &mut self.members;
        for sums in [effort, defence, allied_cover, moscow_cover] {
            sums.fill(0);
        }
        for counts in [in_force, lower, &mut self.events] {
            counts.fill(0);
        }
        self.cover.fill(0);
        self.snapshots.fill(UNSEEN);
    }
}

fn count_members(counts: &mut [u32], members: Members<'_>) {
    for (place, count) in counts.iter_mut().enumerate() {
        *count += u32::from(members.contains(place));
    }
}
