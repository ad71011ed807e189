//! Why Moscow preferred a challenge to holding: its expected utility less that of holding, in
//! parts.

use super::{Calculus, GAIN_LEFT_BY_NARROW, Options, View, holding};
use crate::math::Pack;
use crate::model::Model;
use crate::observe::Commitment;
use crate::parameters::Russia;
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

    /// The motive of a challenge that Moscow has just chosen among `options` and that nobody has
    /// answered yet.
    pub(crate) fn of(
        model: &Model,
        state: &State,
        options: &[Options],
        commitment: Commitment,
        severity: Severity,
    ) -> Self {
        let (j, lane) = model.place_of(commitment);
        let View { latent, info, win, value, nuclear_cost, .. } =
            Calculus::<Pack>::new(model, state).view(model, state, j);
        let [none, narrow, full] = latent
            .chances(Band::new(&model.parameters.response, severity, 0.0))
            .map(|chance| chance.0[lane]);
        let (russia, expected) = (&model.parameters.russia, [none, narrow, full]);
        let challenge = match severity {
            Severity::Probe => of_a_probe(russia, expected, value.0[lane]),
            Severity::Attack => {
                let prize = (value.0[lane], win.0[lane]);
                of_an_attack(russia, expected, prize, nuclear_cost.0[lane])
            }
        };
        let diplomacy = russia.diplomacy_value * state.kyiv.diplomacy;
        let [gain, failure, sanctions, force, cost, nuclear_risk] = challenge;
        let parts = [
            gain,
            failure,
            sanctions,
            force,
            cost,
            nuclear_risk,
            (Consideration::Information, info.0[lane]),
            (Consideration::Peace, diplomacy - holding(model, state)),
            (Consideration::Diplomacy, -diplomacy),
        ];
        // Taken from the weight itself: holding may weigh so little that no ratio to it can be
        // formed.
        let weight = match severity {
            Severity::Probe => options[j].probe,
            Severity::Attack => options[j].attack,
        };
        Self {
            parts,
            expected,
            probability: weight.0[lane] / state.moscow.total_weight,
            hold_probability: state.moscow.hold_probability,
        }
    }
}

/// What a probe itself comes to, given the chances of the three answers and Moscow's value of
/// prevailing.
fn of_a_probe(
    russia: &Russia,
    [none, narrow, full]: [f64; 3],
    value: f64,
) -> [(Consideration, f64); 6] {
    let gain = russia.probe_gain * value;
    [
        (Consideration::Gain, none * gain + narrow * GAIN_LEFT_BY_NARROW * gain),
        (Consideration::Failure, 0.0),
        (Consideration::Sanctions, -narrow * russia.probe_sanction),
        (Consideration::Force, -full * russia.probe_rebuff),
        (Consideration::Cost, -russia.probe_cost),
        (Consideration::NuclearRisk, 0.0),
    ]
}

/// The same of an attack, `win` being the chance that it succeeds where nobody answers.
fn of_an_attack(
    russia: &Russia,
    [none, narrow, full]: [f64; 3],
    (value, win): (f64, f64),
    nuclear_cost: f64,
) -> [(Consideration, f64); 6] {
    let blunted = win * (1.0 - russia.narrow_blunting);
    let fails = none * (1.0 - win) + narrow * (1.0 - blunted);
    [
        (Consideration::Gain, none * value * win + narrow * value * blunted),
        (Consideration::Failure, -russia.failure_cost * fails),
        (Consideration::Sanctions, -narrow * russia.sanction_cost),
        (Consideration::Force, -full * russia.escalation_cost),
        (Consideration::Cost, -russia.attack_cost),
        (Consideration::NuclearRisk, -nuclear_cost),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alliance::Alliance;
    use crate::moscow::{Prospect, choose};
    use crate::scenario::Scenario;

    /// The state before step 8 of the quarter after 24, in a replicate of a scenario with some
    /// parameters changed.
    fn last_state(name: &str, changes: &[(&str, f64)]) -> (Model, State) {
        let scenario = Scenario::builtin(name).unwrap();
        let mut parameters = scenario.parameters().unwrap();
        for (key, value) in changes {
            parameters.set(key, *value).unwrap();
        }
        let model = Model::new(&Alliance::nato(), &parameters, &scenario.events, 24).unwrap();
        let mut workspace = model.workspace();
        model.run(11, 4, &mut workspace, |_| ());
        let state = workspace.state().clone();
        (model, state)
    }

    /// Every option's utility less that of holding, and why it would be chosen; those that are not
    /// open left out.
    fn motives(model: &Model, state: &mut State) -> Vec<(f64, Motive)> {
        let mut options = vec![Options::default(); model.allies.len()];
        choose::<Pack>(model, state, &mut options);
        let hold = holding(model, state);
        let calculus = Calculus::<Pack>::new(model, state);
        let mut motives = Vec::new();
        for place in 0..=model.members() {
            let (j, lane) = Pack::place(place);
            let Prospect { probe, attack, open, .. } =
                calculus.prospect(model, calculus.view(model, state, j), hold);
            for (severity, utility) in [(Severity::Probe, probe), (Severity::Attack, attack)] {
                let commitment = model.commitment_at(j, lane);
                let motive = Motive::of(model, state, &options, commitment, severity);
                if open.0[lane] > 0.0 {
                    motives.push((utility.0[lane] - hold, motive));
                }
            }
        }
        motives
    }

    #[test]
    fn the_parts_of_every_option_sum_to_its_utility_and_the_probabilities_are_the_logits() {
        for name in ["article5-like", "no-guarantee", "article5-like-deal"] {
            // At their default of 1 these would not show a quotient in place of a product.
            let changes = [("russia.escalation_cost", 0.7), ("russia.nuclear_cost", 1.6)];
            let (model, mut state) = last_state(name, &changes);
            let motives = motives(&model, &mut state);
            let precision = model.parameters.russia.precision;
            let weight = |over_holding: f64| libm::exp(precision * over_holding);
            let total = 1.0 + motives.iter().map(|(over, _)| weight(*over)).sum::<f64>();
            assert!((state.moscow.hold_probability - 1.0 / total).abs() < 1e-12, "{name}");
            for (over_holding, motive) in motives {
                assert!((motive.over_holding() - over_holding).abs() < 1e-12, "{name}");
                assert!(
                    (motive.probability - weight(over_holding) / total).abs() < 1e-12,
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn each_cost_and_gain_is_the_part_of_its_name_in_proportion_to_its_parameter() {
        use Consideration::*;
        for (key, part, severity) in [
            ("probe_gain", Gain, Severity::Probe),
            ("probe_sanction", Sanctions, Severity::Probe),
            ("probe_rebuff", Force, Severity::Probe),
            ("probe_cost", Cost, Severity::Probe),
            ("failure_cost", Failure, Severity::Attack),
            ("sanction_cost", Sanctions, Severity::Attack),
            ("escalation_cost", Force, Severity::Attack),
            ("attack_cost", Cost, Severity::Attack),
            ("nuclear_cost", NuclearRisk, Severity::Attack),
        ] {
            let (model, state) = last_state("article5-like", &[]);
            let key = format!("russia.{key}");
            let mut parameters = model.parameters;
            parameters.set(&key, 1.25 * parameters.get(&key).unwrap()).unwrap();
            let raised = Model::new(&Alliance::nato(), &parameters, &[], 24).unwrap();
            let [before, after] = [&model, &raised].map(|model| motives(model, &mut state.clone()));
            let mut moved = 0;
            let of_options = [Severity::Probe, Severity::Attack].into_iter().cycle();
            for (((_, before), (_, after)), of) in before.iter().zip(&after).zip(of_options) {
                for (&(own, was), &(_, is)) in before.parts.iter().zip(&after.parts) {
                    let of_this = of == severity && own == part;
                    let factor = if of_this { 1.25 } else { 1.0 };
                    assert!((is - factor * was).abs() < 1e-12, "{key}: {own:?}");
                    moved += usize::from(of_this && was != 0.0);
                }
            }
            assert!(moved > 0, "{key}");
        }
    }

    #[test]
    fn what_holding_offers_is_peace_and_kyivs_diplomacy() {
        for (name, peace) in [("article5-like", 0.1), ("article5-like-deal", 0.18)] {
            let (model, mut state) = last_state(name, &[("russia.diplomacy_value", 0.4)]);
            let diplomacy = 0.4 * state.kyiv.diplomacy;
            for (_, motive) in motives(&model, &mut state) {
                for (consideration, utility) in motive.parts {
                    match consideration {
                        Consideration::Peace => assert!((utility + peace).abs() < 1e-15, "{name}"),
                        Consideration::Diplomacy => assert_eq!(utility, -diplomacy, "{name}"),
                        _ => (),
                    }
                }
            }
        }
    }

    #[test]
    fn the_probabilities_sum_to_1_however_far_apart_the_utilities_are() {
        let sure = [("russia.precision", 100.0), ("russia.value_ukraine", 20.0)];
        let surer = [("russia.precision", 100.0), ("russia.value_ukraine", 100.0)];
        let bought = [("russia.precision", 100.0), ("russia.hold_ceasefire", 100.0)];
        let torn = [("russia.precision", 0.0), ("russia.value_ukraine", 100.0)];
        for changes in [sure, surer, bought, torn] {
            let (model, mut state) = last_state("no-guarantee", &changes);
            let motives = motives(&model, &mut state);
            let mut total = state.moscow.hold_probability;
            for (_, Motive { probability, .. }) in motives {
                assert!((0.0..=1.0).contains(&probability), "{changes:?}: {probability}");
                total += probability;
            }
            assert!((total - 1.0).abs() < 1e-12, "{changes:?}: {total}");
        }
    }
}
