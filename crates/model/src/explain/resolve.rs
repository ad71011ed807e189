//! Washington's resolve at a challenge, taken apart (ODD 7.2).

use crate::features::Features;
use crate::math::Pack;
use crate::model::Model;
use crate::observe::Commitment;
use crate::shocks::Purpose;
use crate::state::State;
use crate::washington::{Answer, Band, Severity};

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

    /// Resolve at a challenge that Moscow chose, before Washington answers.
    pub(super) fn at(
        model: &Model,
        state: &State,
        commitment: Commitment,
        severity: Severity,
        luck: f64,
    ) -> Self {
        match commitment {
            Commitment::Ally(ally) => {
                let (j, lane) = Pack::place(ally);
                let features = model.allies[j].features.lane(lane);
                let balance = state.balance_at_ally(model, j, lane);
                Self {
                    balance,
                    luck,
                    ..Self::of(model, state, features, model.ally_band(severity))
                }
            }
            Commitment::Ukraine => Self { luck, ..Self::at_ukraine(model, state, severity) },
        }
    }

    /// Resolve in an incident, should there be one.
    pub(super) fn in_an_incident(model: &Model, state: &State) -> Self {
        Self {
            penalty: model.parameters.response.incident_penalty,
            luck: state.shocks.normal(state.quarter, Purpose::IncidentAnswer),
            ..Self::at_ukraine(model, state, Severity::Probe)
        }
    }

    fn at_ukraine(model: &Model, state: &State, severity: Severity) -> Self {
        let band = model.ukraine_band(severity);
        Self {
            tripwire: state.tripwire(model),
            balance: state.balance_at_ukraine(model),
            ..Self::of(model, state, state.ukraine_as_meant(model), band)
        }
    }

    fn of(model: &Model, state: &State, features: Features<f64>, band: Band) -> Self {
        Self {
            commitment: state.washington.disposition(features),
            administration: state.washington.administration_shift(&model.parameters),
            tripwire: 0.0,
            balance: 0.0,
            penalty: 0.0,
            luck: 0.0,
            narrow: band.narrow,
            full: band.full,
        }
    }
}
