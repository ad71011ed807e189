//! Steps 1 and 2 of the quarter: inaugurations, and what time and talk do to beliefs.

use crate::math::Vector;
use crate::model::Model;
use crate::shocks::Purpose;
use crate::state::State;

/// Step 1: at an inauguration the administration may change kind, and beliefs are unsettled.
#[inline(always)]
pub(crate) fn inaugurate<V: Vector>(model: &Model, state: &mut State) {
    let politics = &model.parameters.politics;
    let learning = &model.parameters.learning;
    if !inauguration_is_due(model, state.quarter) {
        return;
    }
    let changes = state.shock(Purpose::Election) < politics.flip_probability;
    if changes {
        state.washington.internationalist = !state.washington.internationalist;
    }
    for observers in [&mut state.allies.beliefs, &mut state.capitals] {
        if changes {
            observers.forget(1.0 - learning.inauguration_reset);
        }
        observers.unsettle::<V>(learning.inauguration_variance);
    }
}

/// Whether an administration takes office in a quarter.
pub(crate) fn inauguration_is_due(model: &Model, quarter: u32) -> bool {
    let politics = &model.parameters.politics;
    // Both are counts, checked when they were set.
    let (first, term) = (politics.first_inauguration as u32, politics.term as u32);
    quarter >= first && (quarter - first).is_multiple_of(term)
}

/// Step 2: beliefs relax to their priors, then allies pool the changes in theirs.
#[inline(always)]
pub(crate) fn drift_and_consult<V: Vector>(model: &Model, state: &mut State) {
    let learning = &model.parameters.learning;
    state.allies.beliefs.drift(learning.memory);
    state.capitals.drift(learning.memory);
    state.allies.beliefs.consult::<V>(learning.consultation);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alliance::Alliance;
    use crate::math::Pack;
    use crate::parameters::Parameters;

    #[test]
    fn an_administration_changes_kind_where_its_draw_lies_below_the_probability() {
        let inaugurated = |flip_probability: f64| {
            let mut parameters = Parameters::default();
            parameters.set("politics.first_inauguration", 2.0).unwrap();
            parameters.set("politics.flip_probability", flip_probability).unwrap();
            let model = Model::new(&Alliance::nato(), &parameters, &[], 4).unwrap();
            let mut state = model.workspace().state_at_start(&model, 2026, 0).clone();
            state.begin(2);
            inaugurate::<Pack>(&model, &mut state);
            state
        };
        let draw = inaugurated(0.5).shock(Purpose::Election);
        assert!(!inaugurated(draw).washington.internationalist);
        assert!(inaugurated(draw.next_up()).washington.internationalist);
    }
}
