//! The sums of one quarter.

use article5_model::math::{LANES, Pack};

use super::block::Block;
use super::histogram::{Histogram, Histograms};
use super::layout::Layout;
use super::moments::Moments;
use super::total::{Occurrences, add};
use crate::outcome::RISKS;

/// The sums of one quarter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct QuarterTally {
    /// `[quantity]`: the outcomes, then each member's trust.
    pub(crate) moments: Vec<Moments>,
    /// `[pack of quantities]`.
    pub(crate) histograms: Vec<Histograms>,
    pub(crate) risks: [Occurrences; RISKS],
    pub(crate) members: Vec<MemberTally>,
    pub(crate) events: Vec<u64>,
}

/// The sums of one member in one quarter: steps, or counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MemberTally {
    pub(crate) effort: u128,
    pub(crate) defence: u128,
    pub(crate) allied_cover: u128,
    pub(crate) moscow_cover: u128,
    pub(crate) in_force: u64,
    pub(crate) lower: u64,
}

impl QuarterTally {
    /// Of no replicates.
    pub(super) fn new(layout: &Layout) -> Self {
        Self {
            moments: vec![Moments::default(); layout.quantities()],
            histograms: vec![Histograms::default(); layout.packs()],
            risks: [Occurrences::default(); RISKS],
            members: vec![MemberTally::default(); layout.members()],
            events: vec![0; layout.events()],
        }
    }

    /// The histogram of a quantity.
    pub(crate) fn histogram(&self, place: usize) -> Option<Histogram<'_>> {
        let (j, lane) = Pack::place(place);
        Some(self.histograms.get(j)?.of(lane))
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.moments.iter_mut().zip(&other.moments).for_each(|(own, their)| own.merge(their));
        let histograms = self.histograms.iter_mut().zip(&other.histograms);
        histograms.for_each(|(own, their)| own.merge(their));
        for (own, their) in self.risks.iter_mut().zip(&other.risks) {
            own.by += their.by;
            own.at += their.at;
        }
        for (own, their) in self.members.iter_mut().zip(&other.members) {
            own.effort += their.effort;
            own.defence += their.defence;
            own.allied_cover += their.allied_cover;
            own.moscow_cover += their.moscow_cover;
            own.in_force += their.in_force;
            own.lower += their.lower;
        }
        add(&mut self.events, other.events.iter().copied());
    }

    pub(super) fn absorb_counts(&mut self, block: &Block, slot: usize) {
        let counts = &block.risks[slot];
        for (own, (&by, &at)) in self.risks.iter_mut().zip(counts.by.iter().zip(&counts.at)) {
            own.by += u64::from(by);
            own.at += u64::from(at);
        }
        let packs = block.members.packs_of(slot, self.members.len() / LANES + 1);
        for (place, own) in self.members.iter_mut().enumerate() {
            let (j, lane) = Pack::place(place);
            let [effort, defence, allied_cover, moscow_cover] =
                packs.numbers.map(|packs| u128::from(packs[j].0[lane] as u64));
            own.effort += effort;
            own.defence += defence;
            own.allied_cover += allied_cover;
            own.moscow_cover += moscow_cover;
            let [in_force, lower] = packs.flags.map(|packs| u64::from(packs[j][lane]));
            own.in_force += in_force;
            own.lower += lower;
        }
        let row = slot * self.events.len();
        add(&mut self.events, block.events[row..].iter().map(|&count| count.into()));
    }
}
