//! The tallies of a design point: everything its tables are made from.

use std::sync::Arc;

use article5_model::math::Pack;
use article5_model::washington::Answer;
use rayon::prelude::*;

use super::block::{Block, UnitTally};
use super::contrast::Joint;
use super::distribution::Distribution;
use super::grid::Grid;
use super::histogram::{Histogram, Histograms, LONGEST_LIST};
use super::layout::{CountedEvent, Layout};
use super::moments::mean_in_steps;
use super::paired::Pairs;
use super::quantizer::integer;
use super::quarter::{MemberTally, QuarterTally};
use crate::outcome::{OUTCOMES, Outcome, Ranges, Risk};
use crate::plan::BLOCK;

/// The most replicates of a scenario and point that a tally, or a single bin of its histograms, can
/// hold.
pub const MAX_REPLICATES: u64 = u32::MAX as u64;

/// Histograms take turns at being counted; this is the number of turns until the first one's comes
/// again. Counting all at once would keep the other threads waiting for longer than a unit takes.
/// When its turn comes, a list of whole [`BLOCK`]s has reached its greatest length; one that gets
/// there by shorter units is counted as it does.
const TURNS: usize = LONGEST_LIST / BLOCK as usize;

/// Why two tallies do not add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// They are tallies of different experiments.
    #[error("the tallies are of different shapes")]
    Shape,
    /// Together they have more replicates than a tally holds.
    #[error("a scenario and point can have at most {MAX_REPLICATES} replicates")]
    TooMany,
}

/// The tallies of all scenarios at one design point, and of the differences of pairs of them.
#[derive(Clone, Debug, PartialEq)]
pub struct PointTally {
    pub(crate) layout: Arc<Layout>,
    pub(crate) scenarios: Vec<Tally>,
    /// The differences for each [comparison](Layout::comparisons) of the layout.
    pub(crate) pairs: Vec<Pairs>,
    /// The sums for each contrast of the layout.
    pub(crate) contrasts: Vec<Joint>,
}

/// The tally of one scenario at one design point.
#[derive(Clone, Debug, PartialEq)]
pub struct Tally {
    pub(super) layout: Arc<Layout>,
    pub(crate) n: u64,
    /// `[quantity]`: values that lay outside their range and were counted at its end.
    pub(crate) outside: Vec<u64>,
    pub(crate) quarters: Vec<QuarterTally>,
    /// The histograms by quarter, then by pack of quantities.
    pub(crate) histograms: Histograms,
    /// `[cover quarter][observer][target]`, in steps of a share.
    pub(crate) cover: Vec<u128>,
}

/// In how many replicates something had happened by, and held at, a quarter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Occurrences {
    /// Replicates in which it had happened by the quarter.
    pub by: u64,
    /// Replicates in which it holds at the quarter.
    pub at: u64,
}

/// A member's means over the replicates in one quarter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MemberMeans {
    /// Defence effort, share of GDP.
    pub effort: f64,
    /// Local capability.
    pub defence: f64,
    /// Cover in the eyes of the average ally.
    pub allied_cover: f64,
    /// Cover in Moscow's eyes.
    pub moscow_cover: f64,
    /// Share of the replicates in which the member is in the force.
    pub in_force: f64,
    /// Replicates in which the alliance is tiered in its own reading.
    pub tiered_n: u64,
    /// Share of those in which the member is in the lower tier.
    pub lower_tier: Option<f64>,
}

impl PointTally {
    /// Makes an empty tally.
    pub fn new(layout: Arc<Layout>) -> Self {
        let scenarios = layout.scenarios();
        Self {
            scenarios: vec![Tally::new(Arc::clone(&layout)); scenarios],
            pairs: vec![Pairs::new(layout.quantities()); layout.comparisons().len()],
            contrasts: vec![Joint::default(); layout.contrasts().len()],
            layout,
        }
    }

    /// The same tally with room for this many replicates of each scenario, as far as room is
    /// needed: memory that is outgrown has been touched for nothing.
    #[must_use]
    pub(crate) fn expecting(mut self, replicates: u64) -> Self {
        for tally in &mut self.scenarios {
            tally.histograms.expect(replicates);
        }
        self
    }

    /// What is tallied.
    pub fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    /// The bytes that it takes once it is [settled](Self::settle).
    pub(crate) fn bytes(&self) -> u64 {
        let replicates = self.scenarios.iter().map(Tally::n).max().unwrap_or_default();
        self.layout.point_bytes(replicates)
    }

    /// The scenarios' tallies, in order.
    pub fn scenarios(&self) -> &[Tally] {
        &self.scenarios
    }

    /// Adds a finished unit.
    ///
    /// # Errors
    ///
    /// [`MergeError`], in which case the tally is unchanged.
    pub fn absorb(&mut self, unit: &UnitTally) -> Result<(), MergeError> {
        let more = unit.blocks.iter().map(|block| block.n as u64);
        self.check(&unit.layout, more)?;
        for (tally, block) in self.scenarios.iter_mut().zip(&unit.blocks) {
            tally.absorb(block);
        }
        for (pairs, &(pair, quarter)) in self.pairs.iter_mut().zip(self.layout.comparisons()) {
            let blocks = (unit.blocks.get(pair.scenario), unit.blocks.get(pair.reference));
            if let (Some(block), Some(reference)) = blocks {
                pairs.absorb(quarter, block, reference);
            }
        }
        for (joint, contrast) in self.contrasts.iter_mut().zip(self.layout.contrasts()) {
            joint.absorb(contrast, &unit.blocks);
        }
        Ok(())
    }

    /// How many values lay outside the range that their parameters allow, or were not numbers, and
    /// were counted at its ends. Anything but 0 is a defect.
    pub fn outside(&self) -> u64 {
        self.scenarios.iter().flat_map(|tally| &tally.outside).sum()
    }

    /// Prepares a complete tally for being read several times, on the threads of the rayon pool in
    /// which it is called.
    pub(crate) fn settle(&mut self) {
        self.scenarios.par_iter_mut().for_each(|tally| tally.histograms.settle());
    }

    /// Adds the tallies of other units of the same point.
    ///
    /// # Errors
    ///
    /// [`MergeError`], in which case the tally is unchanged.
    pub fn merge(&mut self, other: &Self) -> Result<(), MergeError> {
        self.check(&other.layout, other.scenarios.iter().map(|tally| tally.n))?;
        for (own, their) in self.scenarios.iter_mut().zip(&other.scenarios) {
            own.merge(their);
        }
        for (own, their) in self.pairs.iter_mut().zip(&other.pairs) {
            own.merge(their);
        }
        for (own, their) in self.contrasts.iter_mut().zip(&other.contrasts) {
            own.merge(their);
        }
        Ok(())
    }

    fn check(
        &self,
        layout: &Arc<Layout>,
        more: impl Iterator<Item = u64>,
    ) -> Result<(), MergeError> {
        if !Arc::ptr_eq(&self.layout, layout) && self.layout != *layout {
            return Err(MergeError::Shape);
        }
        let fits = |(tally, more): (&Tally, u64)| tally.n.saturating_add(more) <= MAX_REPLICATES;
        if self.scenarios.iter().zip(more).all(fits) { Ok(()) } else { Err(MergeError::TooMany) }
    }
}

impl Tally {
    pub(crate) fn new(layout: Arc<Layout>) -> Self {
        let (quantities, members) = (layout.quantities(), layout.members());
        let quarter = QuarterTally::new(&layout);
        Self {
            n: 0,
            outside: vec![0; quantities],
            quarters: vec![quarter; layout.quarters().len()],
            histograms: Histograms::new(layout.quarters().len() * layout.packs()),
            cover: vec![0; layout.cover_quarters().len() * members * members],
            layout,
        }
    }

    /// The number of replicates.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// The distribution of an outcome at a tallied quarter.
    pub fn outcome(&self, quarter: u32, outcome: Outcome) -> Option<Distribution<'_>> {
        self.distribution(quarter, outcome as usize, *self.layout.grid(outcome))
    }

    /// The distribution of a member's trust at a tallied quarter.
    pub fn trust(&self, quarter: u32, member: usize) -> Option<Distribution<'_>> {
        self.distribution(quarter, OUTCOMES + member, Ranges::share())
    }

    /// How often a risk had happened by, and held at, a tallied quarter.
    pub fn risk(&self, quarter: u32, risk: Risk) -> Option<Occurrences> {
        Some(self.quarter(quarter)?.risks[risk as usize])
    }

    /// A member's means at a tallied quarter; `None` over no replicates.
    pub fn member(&self, quarter: u32, member: usize) -> Option<MemberMeans> {
        let at = self.quarter(quarter)?;
        let MemberTally { numbers, counts } = at.members.get(member)?;
        let [effort, defence, allied_cover, moscow_cover] = *numbers;
        let [in_force, lower] = *counts;
        let mean = |sum: u128, grid: &Grid| {
            mean_in_steps(sum as i128, self.n).map(|steps| grid.low() + steps * grid.step())
        };
        let share = Ranges::share();
        let tiered_n = at.risks[Risk::Tiered as usize].at;
        Some(MemberMeans {
            effort: mean(effort, &self.layout.effort())?,
            defence: mean(defence, &self.layout.defence())?,
            allied_cover: mean(allied_cover, &share)?,
            moscow_cover: mean(moscow_cover, &share)?,
            in_force: mean_in_steps(in_force.into(), self.n)?,
            tiered_n,
            lower_tier: mean_in_steps(lower.into(), tiered_n),
        })
    }

    /// The events of a tallied quarter and how often each happened over the replicates, without
    /// those that never did.
    pub fn events(&self, quarter: u32) -> impl Iterator<Item = (CountedEvent, Answer, u64)> + '_ {
        self.quarter(quarter)
            .into_iter()
            .flat_map(|at| {
                self.layout
                    .all_events()
                    .map(|(what, answer, place)| (what, answer, at.events[place]))
            })
            .filter(|&(_, _, count)| count > 0)
    }

    /// The mean chance of a full answer to an attack on `target`, in the eyes of `observer`.
    pub fn cover(&self, quarter: u32, observer: usize, target: usize) -> Option<f64> {
        let (slot, members) = (self.layout.cover_slot(quarter)?, self.layout.members());
        let place = (slot * members + observer) * members + target;
        let inside = observer < members && target < members;
        let sum = *self.cover.get(place).filter(|_| inside)?;
        Some(mean_in_steps(sum as i128, self.n)? * Ranges::share().step())
    }

    pub(super) fn quarter(&self, quarter: u32) -> Option<&QuarterTally> {
        self.quarters.get(self.layout.slot(quarter)?)
    }

    fn distribution(&self, quarter: u32, place: usize, grid: Grid) -> Option<Distribution<'_>> {
        let slot = self.layout.slot(quarter)?;
        let moments = self.quarters.get(slot)?.moments.get(place)?;
        Some(Distribution { moments, histogram: self.histogram(slot, place), grid })
    }

    /// The histogram of a quantity in a tallied quarter.
    pub(super) fn histogram(&self, slot: usize, place: usize) -> Histogram<'_> {
        let (j, lane) = Pack::place(place);
        self.histograms.of(slot * self.layout.packs() + j, lane)
    }

    fn merge(&mut self, other: &Self) {
        self.n += other.n;
        add(&mut self.outside, other.outside.iter().copied());
        add(&mut self.cover, other.cover.iter().copied());
        for (own, their) in self.quarters.iter_mut().zip(&other.quarters) {
            own.merge(their);
        }
        self.histograms.merge(&other.histograms);
    }

    fn absorb(&mut self, block: &Block) {
        if block.n == 0 {
            return;
        }
        self.n += block.n as u64;
        add(&mut self.outside, block.outside.iter().copied());
        let (members, packs) = (self.layout.members(), self.layout.member_packs());
        let quarters = self.cover.chunks_exact_mut(members * members);
        for (own, sums) in quarters.zip(block.cover.chunks_exact(members * packs)) {
            for (target, sums) in sums.chunks_exact(packs).enumerate() {
                let cells = own.iter_mut().skip(target).step_by(members);
                cells.zip(Pack::flatten(sums)).for_each(|(own, sum)| *own += integer(*sum) as u128);
            }
        }
        for (quarter, shown) in self.quarters.iter_mut().zip(&block.quarters) {
            quarter.absorb(shown, block.n);
        }
        self.histograms.add(block.quarters.iter().flat_map(|shown| shown.bins(block.n)));
        let turn = (self.n / BLOCK) as usize % TURNS;
        self.histograms.take_turn(turn, TURNS);
    }
}

/// Adds two lists entry by entry.
pub(super) fn add<T: std::ops::AddAssign>(own: &mut [T], more: impl Iterator<Item = T>) {
    own.iter_mut().zip(more).for_each(|(own, more)| *own += more);
}
