//! One replicate: the loop over quarters, and what its observer sees.

use crate::math::{LANES, Pack};
use crate::model::Model;
use crate::observe::{Minds, Quarter, Reading};
use crate::state::State;

/// Room for a replicate, reused from one to the next: running allocates nothing.
#[derive(Clone, Debug)]
pub struct Workspace {
    pub(crate) state: State,
    in_force: Vec<bool>,
    effort: Vec<f64>,
    defence: Vec<f64>,
}

impl Model {
    /// Room to run this model's replicates.
    pub fn workspace(&self) -> Workspace {
        let n = self.len();
        Workspace {
            state: State::new(self),
            in_force: vec![false; n],
            effort: vec![0.0; n],
            defence: vec![0.0; n],
        }
    }

    /// Runs replicate `replicate` of seed `seed` and shows each quarter to `observe` as it ends.
    ///
    /// The workspace must be this model's; what it held before does not matter.
    ///
    /// ```
    /// use article5_model::{alliance::Alliance, model::Model, scenario::Scenario};
    ///
    /// let scenario = Scenario::builtin("article5-like").unwrap();
    /// let model = Model::new(&Alliance::nato(), &scenario.parameters()?, &scenario.events, 40)?;
    /// let mut workspace = model.workspace();
    /// let mut tiered = false;
    /// model.run(2026, 0, &mut workspace, |quarter| tiered |= quarter.tiers[0].tiered);
    /// assert!(!tiered);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run(
        &self,
        seed: u64,
        replicate: u64,
        workspace: &mut Workspace,
        mut observe: impl FnMut(&Quarter<'_>),
    ) {
        workspace.state.restart(self, seed, replicate);
        for t in 1..=self.quarters {
            self.level.run(self, &mut workspace.state, t);
            observe(&workspace.show(self));
        }
    }
}

impl Workspace {
    /// The state that the last replicate ended in.
    #[cfg(test)]
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// The state that a replicate begins in.
    #[cfg(test)]
    pub(crate) fn state_at_start(&mut self, model: &Model, seed: u64, replicate: u64) -> &State {
        self.state.restart(model, seed, replicate);
        &self.state
    }

    /// The end of the quarter.
    pub(crate) fn show<'a>(&'a mut self, model: &'a Model) -> Quarter<'a> {
        let n = model.len();
        let own = &self.state.allies.own;
        let lanes = own.iter().flat_map(|own| (0..LANES).map(move |lane| (own, lane)));
        for (i, (own, lane)) in lanes.take(n).enumerate() {
            self.in_force[i] = own.in_force.0[lane] > 0.0;
            self.effort[i] = own.effort.0[lane];
            self.defence[i] = own.defence.0[lane];
        }
        let State { kyiv, europe, moscow, readings, guarantee, .. } = &self.state;
        let measure = &model.parameters().measure;
        let cover = |reading| &Pack::flatten(readings.cover_of(reading))[..n];
        Quarter {
            quarter: self.state.quarter,
            internationalist: self.state.washington.internationalist,
            challenge: self.state.challenge,
            incident: self.state.incident,
            abandoned: self.state.abandoned,
            at_war: self.state.war.is_some(),
            tiers: readings.tiers(measure),
            ruptured: readings.ruptured(measure),
            trust: cover(Reading::Own),
            allied_cover: cover(Reading::Allied),
            moscow_cover: cover(Reading::Moscow),
            effort: &self.effort,
            defence: &self.defence,
            in_force: &self.in_force,
            trust_mean: readings.trust_mean,
            frontline_trust: readings.frontline_trust,
            rear_trust: readings.rear_trust,
            force_share: europe.force_share,
            force: europe.force,
            autonomy: europe.autonomy,
            effort_mean: europe.effort_mean,
            kyiv_capability: kyiv.capability,
            moscow_capability: moscow.capability,
            likeness_marketed: guarantee.as_marketed(),
            p_full_kyiv: kyiv.p_full,
            p_full_moscow: kyiv.p_full_moscow,
            hold_probability: moscow.hold_probability,
            grievance: moscow.grievance,
            arming: kyiv.arming,
            diplomacy: kyiv.diplomacy,
            lobbying: kyiv.lobbying,
            minds: Minds { model, state: &self.state },
        }
    }
}
