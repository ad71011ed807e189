//! The sums of one quarter.

use article5_model::math::LANES;

use super::block::{BlockQuarter, COUNTS, NUMBERS};
use super::layout::Layout;
use super::moments::Moments;
use super::total::{Occurrences, add};
use crate::outcome::RISKS;

/// The sums of one quarter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct QuarterTally {
    /// `[quantity]`: the outcomes, then each member's trust.
    pub(crate) moments: Vec<Moments>,
    pub(crate) risks: [Occurrences; RISKS],
    pub(crate) members: Vec<MemberTally>,
    pub(crate) events: Vec<u64>,
}

/// The sums of one member in one quarter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MemberTally {
    /// Effort, defence, allied and Moscow's cover, in steps.
    pub(crate) numbers: [u128; NUMBERS],
    /// In how many replicates it is in the force, and in how many in the lower tier.
    pub(crate) counts: [u64; COUNTS],
}

impl QuarterTally {
    /// Makes the sums of no replicates.
    pub(super) fn new(layout: &Layout) -> Self {
        Self {
            moments: vec![Moments::default(); layout.quantities()],
            risks: [Occurrences::default(); RISKS],
            members: vec![MemberTally::default(); layout.members()],
            events: vec![0; layout.events()],
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.moments.iter_mut().zip(&other.moments).for_each(|(own, their)| own.merge(their));
        for (own, their) in self.risks.iter_mut().zip(&other.risks) {
            own.by += their.by;
            own.at += their.at;
        }
        self.members.iter_mut().zip(&other.members).for_each(|(own, their)| own.merge(their));
        add(&mut self.events, other.events.iter().copied());
    }

    /// Adds what all `n` replicates of a unit showed.
    pub(super) fn absorb(&mut self, shown: &BlockQuarter, n: usize) {
        for (own, shown) in self.moments.chunks_mut(LANES).zip(shown.moments(n)) {
            own.iter_mut().zip(&shown).for_each(|(own, shown)| own.merge(shown));
        }
        for (own, (by, at)) in self.risks.iter_mut().zip(shown.risks()) {
            own.by += u64::from(by);
            own.at += u64::from(at);
        }
        for (own, shown) in self.members.chunks_mut(LANES).zip(shown.members()) {
            own.iter_mut().zip(&shown).for_each(|(own, shown)| own.merge(shown));
        }
        add(&mut self.events, shown.events.iter().map(|&count| count.into()));
    }
}

impl MemberTally {
    fn merge(&mut self, other: &Self) {
        add(&mut self.numbers, other.numbers.into_iter());
        add(&mut self.counts, other.counts.into_iter());
    }
}
