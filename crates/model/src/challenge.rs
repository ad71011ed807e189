//! A commitment put to the test: what counts there, Washington's answer, and what all observers
//! learn from it (steps 7 and 9: ODD 7.2 and 7.3).

use crate::belief::{Evidence, learn};
use crate::features::Features;
use crate::math::{Pack, Vector};
use crate::model::Model;
use crate::observe::Commitment;
use crate::shocks::Purpose;
use crate::state::{MOSCOW, State};
use crate::vector::Task;
use crate::washington::{Answer, Band, Severity};

/// A commitment put to the test.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Test {
    /// Its features as Washington means them.
    pub(crate) meant: Features<f64>,
    /// Its features as the allies and Kyiv read them.
    read: Features<f64>,
    /// The treaty feature that Moscow reads.
    treaty_in_moscow: f64,
    /// What a force deployed under a promised backstop adds to resolve.
    pub(crate) tripwire: f64,
    /// What the local balance of power adds.
    pub(crate) balance: f64,
    /// What doubt about the author takes off.
    pub(crate) penalty: f64,
    pub(crate) band: Band,
    /// ε.
    pub(crate) noise: f64,
    /// How clear the answer is to observers, 0 to 1.
    clarity: f64,
}

impl Test {
    /// Moscow challenges a commitment (step 9).
    pub(crate) fn of_challenge(
        model: &Model,
        state: &State,
        commitment: Commitment,
        severity: Severity,
    ) -> Self {
        match commitment {
            Commitment::Ally(ally) => Self::of_ally(model, state, ally, severity),
            Commitment::Ukraine => Self::of_ukraine(model, state, severity, Purpose::Answer),
        }
    }

    fn of_ally(model: &Model, state: &State, ally: usize, severity: Severity) -> Self {
        let (j, lane) = Pack::place(ally);
        let features = model.allies[j].features.lane(lane);
        Self {
            meant: features,
            read: features,
            treaty_in_moscow: features.treaty,
            tripwire: 0.0,
            balance: state.balance_at_ally(model, j, lane),
            penalty: 0.0,
            band: model.ally_band(severity),
            noise: state.shocks.normal(state.quarter, Purpose::Answer),
            clarity: 1.0,
        }
    }

    /// A test of the guarantee, whose answer's noise is drawn for this purpose.
    fn of_ukraine(model: &Model, state: &State, severity: Severity, noise: Purpose) -> Self {
        // An attack on allied troops is read as such.
        let least = if state.meets_allied_troops(severity) {
            model.parameters.europe.force_likeness
        } else {
            0.0
        };
        let mut read = state.ukraine_as_marketed(model);
        read.treaty = read.treaty.max(least);
        Self {
            meant: state.ukraine_as_meant(model),
            read,
            treaty_in_moscow: state.treaty_in_moscow(model).max(least),
            tripwire: state.tripwire(model),
            balance: state.balance_at_ukraine(model),
            penalty: 0.0,
            band: model.ukraine_band(severity),
            noise: state.shocks.normal(state.quarter, noise),
            clarity: 1.0,
        }
    }

    /// An incident of doubtful authorship in Ukraine, which Washington answers as a probe (step 7).
    pub(crate) fn of_incident(model: &Model, state: &State) -> Self {
        Self {
            penalty: model.parameters.response.incident_penalty,
            clarity: model.parameters.learning.incident_clarity,
            ..Self::of_ukraine(model, state, Severity::Probe, Purpose::IncidentAnswer)
        }
    }

    /// What counts on the spot: tripwire + balance − penalty.
    pub(crate) fn local(&self) -> f64 {
        self.tripwire + self.balance - self.penalty
    }
}

impl State {
    /// Whether a challenge of Ukraine would be an attack on allied troops: one that meets the force
    /// deployed under a promised backstop.
    pub(crate) fn meets_allied_troops(&self, severity: Severity) -> bool {
        severity == Severity::Attack && self.deployed_under_backstop()
    }

    /// Washington answers a test (ODD 7.2), and all observers learn from the answer (ODD 7.3).
    pub(crate) fn answer_and_learn(&mut self, model: &Model, test: &Test) -> Answer {
        let &Test { meant, read, treaty_in_moscow, band, noise, clarity, .. } = test;
        let shift = self.washington.administration_shift(&model.parameters);
        let answer = self.washington.answer(meant, shift + test.local(), noise, band);
        let circumstances = self.credited_shift(model) + test.local();
        let seen = Evidence { answer, band, circumstances, clarity };
        self.all_learn(model, &seen, read, treaty_in_moscow);
        answer
    }

    /// All observers learn from an answer at a commitment, into which Moscow may read another
    /// treaty feature than the others do.
    pub(crate) fn all_learn(
        &mut self,
        model: &Model,
        seen: &Evidence,
        read: Features<f64>,
        treaty_in_moscow: f64,
    ) {
        // Compiled once for all callers, as a task of its own: copies would crowd the cache.
        model.level.compute(Lesson { model, state: self, seen, read, treaty_in_moscow });
    }
}

struct Lesson<'a> {
    model: &'a Model,
    state: &'a mut State,
    seen: &'a Evidence,
    read: Features<f64>,
    treaty_in_moscow: f64,
}

impl Task for Lesson<'_> {
    type Output = ();

    #[inline(always)]
    fn on<V: Vector>(self) {
        let learning = &self.model.parameters.learning;
        let read = Features::<V>::splat(self.read);
        let in_the_capitals = in_the_capitals(read, self.treaty_in_moscow);
        let State { allies, capitals, .. } = self.state;
        let groups = [(&mut allies.beliefs, read), (capitals, in_the_capitals)];
        learn(groups, self.seen, learning);
    }
}

/// A commitment as Kyiv and Moscow read it, each in its lane.
#[inline(always)]
fn in_the_capitals<V: Vector>(read: Features<V>, treaty_in_moscow: f64) -> Features<V> {
    Features { treaty: read.treaty.with_lane(MOSCOW, treaty_in_moscow), ..read }
}

impl Model {
    /// The band of a narrow answer at an ally.
    #[inline(always)]
    pub(crate) fn ally_band(&self, severity: Severity) -> Band {
        let response = &self.parameters.response;
        Band::new(response, severity, response.ambiguity_article5)
    }

    /// The band of a narrow answer at Ukraine.
    #[inline(always)]
    pub(crate) fn ukraine_band(&self, severity: Severity) -> Band {
        Band::new(&self.parameters.response, severity, self.parameters.guarantee.ambiguity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::Resolve;
    use crate::math::LANES;

    #[test]
    fn each_part_of_resolve_is_what_its_parameter_says() {
        for (key, value, adds) in
            [("response.tripwire", 0.7, 0.7), ("response.incident_penalty", 0.9, -0.9)]
        {
            let resolve = |value| {
                let model = Model::nato_with(&[(key, value)]);
                let mut state = model.workspace().state_at_start(&model, 2026, 0).clone();
                state.begin(1);
                (state.guarantee.backstop, state.europe.force) = (true, 0.2);
                Resolve::of(&model, &state, &Test::of_incident(&model, &state))
            };
            let (without, with) = (resolve(0.0), resolve(value));
            let part = |own: Resolve| if adds > 0.0 { own.tripwire } else { own.penalty };
            assert_eq!([part(without), part(with)], [0.0, value], "{key}");
            assert!((with.value() - without.value() - adds).abs() < 1e-12, "{key}");
        }
    }

    #[test]
    fn what_defends_a_commitment_against_moscow_is_weighed_by_the_balance() {
        let model = Model::nato_with(&[("response.balance", 0.5), ("europe.pooling", 0.0)]);
        let mut state = model.workspace().state_at_start(&model, 2026, 0).clone();
        state.begin(1);
        state.moscow.capability = 0.9;
        (state.kyiv.capability, state.europe.force) = (0.5, 0.2);
        state.allies.defence[1].0[3] = 0.3;
        let balance = |commitment| {
            let test = Test::of_challenge(&model, &state, commitment, Severity::Attack);
            Resolve::of(&model, &state, &test).balance
        };
        assert!((balance(Commitment::Ukraine) - 0.5 * (0.5 + 0.2 - 0.9)).abs() < 1e-15);
        let ally = LANES + 3;
        assert!((balance(Commitment::Ally(ally)) - 0.5 * (0.3 - 0.9)).abs() < 1e-15);
    }
}
