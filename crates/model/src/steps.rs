//! Single steps of a quarter, which benchmarks time one by one. Nothing else needs them.

use crate::belief::Evidence;
use crate::math::Vector;
use crate::model::Model;
use crate::replicate::Workspace;
use crate::state::{Scratch, State};
use crate::vector::Task;
use crate::washington::{Answer, Severity};
use crate::{moscow, quarter};

/// Puts a replicate at its beginning.
pub fn restart(model: &Model, workspace: &mut Workspace) {
    workspace.states[0].restart(model, 0, 0);
}

/// Quarter `t`, from 1, of a replicate.
pub fn quarter(model: &Model, workspace: &mut Workspace, t: u32) {
    let Workspace { states, scratch, .. } = workspace;
    model.level.compute(quarter::Run { model, states: &mut states[..1], scratch, t });
}

/// All observers, at their priors, learn from an answer to a probe of Ukraine.
pub fn learn(model: &Model, workspace: &mut Workspace, answer: Answer) {
    let state = &mut workspace.states[0];
    state.allies.beliefs.restart();
    state.capitals.restart();
    let band = model.ukraine_band(Severity::Probe);
    let seen = Evidence { answer, band, circumstances: state.credited_shift(model), clarity: 1.0 };
    let marketed = state.ukraine_as_marketed(model);
    state.all_learn(model, &seen, marketed, state.treaty_in_moscow(model));
}

/// Moscow's choice; what comes back is its probability of holding.
pub fn choose(model: &Model, workspace: &mut Workspace) -> f64 {
    let Workspace { states, scratch, .. } = workspace;
    model.level.compute(Choice { model, state: &mut states[0], scratch });
    workspace.states[0].moscow.hold_probability
}

struct Choice<'a> {
    model: &'a Model,
    state: &'a mut State,
    scratch: &'a mut Scratch,
}

impl Task for Choice<'_> {
    type Output = ();

    #[inline(always)]
    fn on<V: Vector>(self) {
        moscow::choose::<V>(self.model, self.state, &mut self.scratch.options);
    }
}
