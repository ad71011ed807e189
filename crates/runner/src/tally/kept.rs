//! What single replicates showed at the quarters at which pairs and contrasts compare them.

use super::layout::Layout;
use crate::outcome::Risks;

/// The replicates of a block at these quarters.
#[derive(Clone, Debug)]
pub(super) struct Keep {
    quantities: usize,
    capacity: usize,
    /// `[kept quarter][replicate][quantity]`, in steps.
    steps: Vec<u64>,
    /// `[kept quarter][replicate]`: the risks that have happened.
    risks: Vec<Risks>,
}

/// The replicates of a block at one of these quarters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept<'a> {
    quantities: usize,
    /// `[replicate][quantity]`.
    steps: &'a [u64],
    /// `[replicate]`.
    risks: &'a [Risks],
}

impl Keep {
    /// Makes room for up to `capacity` replicates.
    pub(super) fn new(layout: &Layout, capacity: usize) -> Self {
        let (quantities, all) = (layout.quantities(), layout.kept() * capacity);
        let (steps, risks) = (vec![0; all * quantities], vec![Risks::NONE; all]);
        Self { quantities, capacity, steps, risks }
    }

    /// Keeps the values of a replicate's quantities and the risks that have happened in it.
    pub(super) fn put(
        &mut self,
        layout: &Layout,
        [slot, replicate]: [usize; 2],
        values: &[f64],
        happened: Risks,
    ) {
        let place = slot * self.capacity + replicate;
        self.risks[place] = happened;
        let steps = &mut self.steps[place * self.quantities..][..self.quantities];
        let places = steps.iter_mut().zip(values).enumerate();
        places.for_each(|(place, (own, value))| *own = layout.steps(place, *value));
    }

    /// The first `n` replicates at a kept quarter.
    pub(super) fn at(&self, slot: usize, n: usize) -> Kept<'_> {
        let (quantities, first) = (self.quantities, slot * self.capacity);
        Kept {
            quantities,
            steps: &self.steps[first * quantities..][..n * quantities],
            risks: &self.risks[first..][..n],
        }
    }
}

impl<'a> Kept<'a> {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.risks.len()
    }

    /// How many quantities each one has.
    pub(super) fn quantities(&self) -> usize {
        self.quantities
    }

    /// Each one's quantities, in steps, and the risks that have happened in it.
    pub(super) fn replicates(&self) -> impl Iterator<Item = (&'a [u64], Risks)> + use<'a> {
        self.steps.chunks_exact(self.quantities).zip(self.risks.iter().copied())
    }

    /// The quantities of one of them, in steps.
    pub(super) fn steps(&self, replicate: usize) -> &'a [u64] {
        &self.steps[replicate * self.quantities..][..self.quantities]
    }

    /// The risks that have happened in one of them.
    pub(super) fn risks(&self, replicate: usize) -> Risks {
        self.risks[replicate]
    }
}
