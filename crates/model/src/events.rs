//! Step 3 of the quarter: what the scenario scripts (ODD 7.5).

use crate::belief::Evidence;
use crate::math::Vector;
use crate::model::{Model, ScriptedFeatures, ScriptedKind};
use crate::state::State;

/// The events of this quarter, in file order.
#[inline(always)]
pub(crate) fn happen<V: Vector>(model: &Model, state: &mut State) {
    let quarter = state.quarter;
    for event in model.events.iter().filter(|event| event.quarter == quarter) {
        match event.kind {
            ScriptedKind::Response { commitment, answer, band, clarity } => {
                let (read, treaty_in_moscow) = match commitment {
                    ScriptedFeatures::Fixed(features) => (features, features.treaty),
                    ScriptedFeatures::Ukraine => {
                        (state.ukraine_as_marketed(model), state.treaty_in_moscow(model))
                    }
                };
                let circumstances = state.credited_shift(model);
                let seen = Evidence { answer, band, circumstances, clarity };
                state.all_learn(model, &seen, read, treaty_in_moscow);
            }
            ScriptedKind::Statement { value, sd } => {
                let learning = &model.parameters.learning;
                state.allies.beliefs.hear::<V>(value, sd, learning);
                state.capitals.hear::<V>(value, sd, learning);
            }
            ScriptedKind::Policy(policy) => state.guarantee.change(&policy),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::alliance::Alliance;
    use crate::model::Model;
    use crate::scenario::{Event, EventKind, Scenario, ScriptedCommitment, ScriptedResponse};
    use crate::washington::{Answer, Severity};

    /// Moscow's chance of a full answer for Ukraine in each quarter, the first of which begins with
    /// an answer at this commitment.
    fn in_moscow(commitment: ScriptedCommitment, scepticism: f64) -> Vec<f64> {
        let mut parameters = Scenario::builtin("article5-like").unwrap().parameters().unwrap();
        parameters.set("russia.scepticism", scepticism).unwrap();
        // Left out, the ambiguity is Ukraine's.
        let typed = commitment != ScriptedCommitment::Ukraine;
        let ambiguity = typed.then_some(parameters.guarantee.ambiguity);
        let (severity, answer, clarity) = (Severity::Probe, Answer::None, 1.0);
        let response = ScriptedResponse { commitment, severity, answer, clarity, ambiguity };
        let events = [Event { quarter: 1, kind: EventKind::Response(response) }];
        let model = Model::new(&Alliance::nato(), &parameters, &events, 8).unwrap();
        let mut seen = Vec::new();
        model.run(2026, 0, &mut model.workspace(), |quarter| seen.push(quarter.p_full_moscow));
        seen
    }

    #[test]
    fn an_answer_at_ukraine_is_read_as_its_guarantee_is_which_moscow_discounts() {
        let parameters = Scenario::builtin("article5-like").unwrap().parameters().unwrap();
        let as_marketed = ScriptedCommitment::Features {
            treaty: parameters.guarantee.likeness_marketed,
            stake: parameters.ukraine.stake,
            exposure: 1.0,
        };
        let ukraine = ScriptedCommitment::Ukraine;
        assert_eq!(in_moscow(ukraine.clone(), 0.0), in_moscow(as_marketed.clone(), 0.0));
        assert_ne!(in_moscow(ukraine, 0.7), in_moscow(as_marketed, 0.7));
    }
}
