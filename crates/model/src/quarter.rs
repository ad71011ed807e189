//! The schedule of a quarter: ten steps in the order of section 4, nothing else.

use crate::model::Model;
use crate::state::State;
use crate::{europe, events, kyiv, moscow, politics, tiers, war};

/// Runs quarter `t`, from 1.
#[inline(always)]
pub(crate) fn run(model: &Model, state: &mut State, t: u32) {
    state.begin(t);
    politics::inaugurate(model, state); // 1
    politics::drift_and_consult(model, state); // 2
    events::happen(model, state); // 3
    kyiv::divide_effort(model, state); // 4
    europe::divide_burden(model, state); // 5
    war::end_or_recover(model, state); // 6
    kyiv::incident(model, state); // 7
    let choice = moscow::choose(model, state); // 8
    war::challenge(model, state, choice); // 9
    tiers::measure(model, state); // 10
}
