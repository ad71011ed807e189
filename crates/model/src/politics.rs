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
