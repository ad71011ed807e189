//! Step 3 of the quarter: what the scenario scripts (ODD 7.5).

use crate::belief::Evidence;
use crate::math::Vector;
use crate::model::{Model, ScriptedKind};
use crate::state::State;

/// The events of this quarter, in file order.
#[inline(always)]
pub(crate) fn happen<V: Vector>(model: &Model, state: &mut State) {
    let quarter = state.quarter;
    for event in model.events.iter().filter(|event| event.quarter == quarter) {
        match event.kind {
            ScriptedKind::Response { features, answer, band, clarity } => {
                let circumstances = state.credited_shift(model);
                let seen = Evidence { answer, band, circumstances, clarity };
                state.all_learn(model, &seen, features, features.treaty);
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
