//! One replicate: the loop over quarters, and what its observer sees.

use crate::math::Pack;
use crate::model::Model;
use crate::observe::{Members, Minds, Quarter, Reading};
use crate::quarter;
use crate::state::State;

/// Room for a replicate, reused from one to the next: running allocates nothing.
#[derive(Clone, Debug)]
pub struct Workspace {
    pub(crate) state: State,
}

impl Model {
    /// Room to run this model's replicates.
    pub fn workspace(&self) -> Workspace {
        Workspace { state: State::new(self) }
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
            self.level.compute(quarter::Run { model: self, state: &mut workspace.state, t });
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
    pub(crate) fn show<'a>(&'a self, model: &'a Model) -> Quarter<'a> {
        let State { allies, kyiv, europe, moscow, readings, guarantee, .. } = &self.state;
        let measure = &model.parameters().measure;
        let each_ally = |packs| &Pack::flatten(packs)[..model.len()];
        let cover = |reading| each_ally(readings.cover_of(reading));
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
            effort: each_ally(&allies.effort),
            defence: each_ally(&allies.defence),
            in_force: Members { bits: &allies.in_force },
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
