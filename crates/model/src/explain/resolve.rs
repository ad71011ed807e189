//! Washington's resolve at a challenge, taken apart (ODD 7.2).

use crate::challenge::Test;
use crate::model::Model;
use crate::state::State;
use crate::washington::{Answer, Band};

/// Washington's resolve y at a challenge as the sum of its parts, and the cutpoints it meets; all
/// in latent units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Resolve {
    /// φ·β*: what the commitment is worth to this Washington.
    pub commitment: f64,
    /// Δ of the administration in office.
    pub administration: f64,
    /// What a force deployed under a promised backstop adds.
    pub tripwire: f64,
    /// What the local balance of power adds.
    pub balance: f64,
    /// What doubt about the author takes off, 0 or more.
    pub penalty: f64,
    /// ε, what no observer could know.
    pub luck: f64,
    /// The cutpoint from which the answer is narrow.
    pub narrow: f64,
    /// The cutpoint from which it is full.
    pub full: f64,
}

impl Resolve {
    /// y, the sum.
    #[must_use]
    pub fn value(&self) -> f64 {
        let local = self.tripwire + self.balance - self.penalty;
        self.commitment + (self.administration + local) + self.luck
    }

    /// The answer that it gives.
    #[must_use]
    pub fn answer(&self) -> Answer {
        Band { narrow: self.narrow, full: self.full }.answer(self.value())
    }

    /// How far it is from the nearest cutpoint, beyond which the answer would have been another.
    #[must_use]
    pub fn margin(&self) -> f64 {
        (self.value() - self.narrow).abs().min((self.value() - self.full).abs())
    }

    /// Washington's resolve in a test that it has just answered.
    pub(crate) fn of(model: &Model, state: &State, test: &Test) -> Self {
        Self {
            commitment: state.washington.disposition(test.meant),
            administration: state.washington.administration_shift(&model.parameters),
            tripwire: test.tripwire,
            balance: test.balance,
            penalty: test.penalty,
            luck: test.noise,
            narrow: test.band.narrow,
            full: test.band.full,
        }
    }
}
