//! Why Moscow preferred a challenge to holding: its expected utility less that of holding, in
//! parts.

use super::{Calculus, GAIN_LEFT_BY_NARROW, Odds, Stakes, holding};
use crate::math::{Pack, exp, logistic};
use crate::model::Model;
use crate::observe::Commitment;
use crate::state::State;
use crate::washington::{Band, Severity};

/// What counts for or against a challenge in Moscow's eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Consideration {
    /// What it gains where Washington stays out or answers narrowly.
    Gain,
    /// What an attack that fails costs it.
    Failure,
    /// Sanctions after a narrow answer.
    Sanctions,
    /// Meeting force: a rebuff to a probe, war with the United States after an attack.
    Force,
    /// What the challenge costs in any case.
    Cost,
    /// The target's own nuclear weapons.
    NuclearRisk,
    /// What the answer would teach it about the guarantee to Ukraine.
    Information,
    /// The ceasefire or peace deal that it would give up.
    Peace,
    /// What Kyiv's diplomacy offers if it holds.
    Diplomacy,
}

/// Why Moscow preferred a challenge to holding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Motive {
    /// The parts of its expected utility less that of holding, in Moscow's units of value.
    pub parts: [(Consideration, f64); 9],
    /// The chances of no, a narrow and a full answer that it reckoned with.
    pub expected: [f64; 3],
    /// The probability with which it chose exactly this, by the quantal response.
    pub probability: f64,
    /// The probability with which it would have held.
    pub hold_probability: f64,
}

impl Motive {
    /// The expected utility of the challenge less that of holding. It may be negative: a quantal
    /// response errs.
    #[must_use]
    pub fn over_holding(&self) -> f64 {
        self.parts.iter().map(|(_, utility)| utility).sum()
    }

    /// The parts, those that weigh most first.
    #[must_use]
    pub fn by_weight(&self) -> [(Consideration, f64); 9] {
        let mut parts = self.parts;
        parts.sort_by(|one, other| other.1.abs().total_cmp(&one.1.abs()));
        parts
    }

    /// Of a challenge that Moscow has just chosen and that nobody has answered yet.
    pub(crate) fn of(
        model: &Model,
        state: &State,
        commitment: Commitment,
        severity: Severity,
    ) -> Self {
        let (russia, response) = (&model.parameters.russia, &model.parameters.response);
        let (j, lane) = Pack::place(match commitment {
            Commitment::Ally(ally) => ally,
            Commitment::Ukraine => model.len(),
        });
        let calculus = Calculus::<Pack>::new(model, state);
        let Stakes { reading, told, day, defence, value, ambiguity, nuclear_cost, .. } =
            calculus.stakes(model, state, j);
        let inverse_sd = 1.0 / reading.variance.sqrt();
        let odds = Odds::new(reading.latent + day, inverse_sd, ambiguity);
        let [none, narrow, full] =
            odds.of(Band::new(response, severity, 0.0)).map(|chance| chance.0[lane]);
        let told = told * inverse_sd;
        let value = value.0[lane];
        let (gain, failure, sanctions, force, cost, nuclear) = match severity {
            Severity::Probe => {
                let gain = russia.probe_gain * value;
                let expected = none * gain + narrow * GAIN_LEFT_BY_NARROW * gain;
                let (sanction, rebuff) = (russia.probe_sanction, russia.probe_rebuff);
                (expected, 0.0, sanction, rebuff, russia.probe_cost, 0.0)
            }
            Severity::Attack => {
                let advantage = state.moscow.capability - defence.0[lane];
                let win = logistic(russia.contest_slope * advantage);
                let blunted = win * (1.0 - russia.narrow_blunting);
                let gain = none * value * win + narrow * value * blunted;
                let fails = none * (1.0 - win) + narrow * (1.0 - blunted);
                let failure = russia.failure_cost * fails;
                let (sanction, escalation) = (russia.sanction_cost, russia.escalation_cost);
                (gain, failure, sanction, escalation, russia.attack_cost, nuclear_cost.0[lane])
            }
        };
        let diplomacy = russia.diplomacy_value * state.kyiv.diplomacy;
        let parts = [
            (Consideration::Gain, gain),
            (Consideration::Failure, -failure),
            (Consideration::Sanctions, -narrow * sanctions),
            (Consideration::Force, -full * force),
            (Consideration::Cost, -cost),
            (Consideration::NuclearRisk, -nuclear),
            (Consideration::Information, russia.information_value * told.0[lane] * told.0[lane]),
            (Consideration::Peace, diplomacy - holding(model, state)),
            (Consideration::Diplomacy, -diplomacy),
        ];
        let over_holding: f64 = parts.iter().map(|(_, utility)| utility).sum();
        let hold_probability = state.moscow.hold_probability;
        Self {
            parts,
            expected: [none, narrow, full],
            probability: hold_probability * exp(russia.precision * over_holding),
            hold_probability,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alliance::Alliance;
    use crate::moscow::{Options, choose};
    use crate::scenario::Scenario;

    #[test]
    fn the_parts_of_every_option_sum_to_its_utility_and_the_probabilities_to_1() {
        for name in ["article5-like", "no-guarantee", "article5-like-deal"] {
            let scenario = Scenario::builtin(name).unwrap();
            let parameters = scenario.parameters().unwrap();
            let model = Model::new(&Alliance::nato(), &parameters, &scenario.events, 24).unwrap();
            let mut workspace = model.workspace();
            model.run(11, 4, &mut workspace, |_| ());
            let mut state = workspace.state().clone();
            choose::<Pack>(&model, &mut state, &mut vec![Options::default(); model.allies.len()]);
            let state = &state;
            let hold = holding(&model, state);
            let calculus = Calculus::<Pack>::new(&model, state);
            let mut total = state.moscow.hold_probability;
            for place in 0..=model.len() {
                let (j, lane) = Pack::place(place);
                let view = calculus.view(&model, state, j);
                let options = calculus.challenge(&model, view, hold);
                let commitment = model.commitment(j, lane);
                for (severity, utility) in
                    [(Severity::Probe, options.probe), (Severity::Attack, options.attack)]
                {
                    let motive = Motive::of(&model, state, commitment, severity);
                    let closed = options.open.0[lane] == 0.0;
                    let difference = motive.over_holding() - (utility.0[lane] - hold);
                    assert!(closed || difference.abs() < 1e-12, "{name} {commitment:?} {severity}");
                    total += if closed { 0.0 } else { motive.probability };
                }
            }
            assert!((total - 1.0).abs() < 1e-12, "{name}: {total}");
        }
    }
}
