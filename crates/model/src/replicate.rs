//! Replicates: the loop over quarters, and what their observer sees.

use std::ops::Range;
use std::sync::Arc;

use crate::math::{LANES, Pack};
use crate::model::Model;
use crate::observe::{Members, Minds, Quarter, Quarters, Reading};
use crate::quarter;
use crate::state::{Scratch, State};

/// How many replicates can run side by side.
pub const TOGETHER: usize = LANES;

/// Room for replicates, reused from one to the next: running allocates nothing once there is room
/// for as many as run side by side.
#[derive(Clone, Debug)]
pub struct Workspace {
    pub(crate) states: Vec<State>,
    pub(crate) scratch: Scratch,
    /// Identifies the model it belongs to, whose priors and precomputed values it holds.
    identity: Arc<()>,
}

impl Model {
    /// Room to run replicates of this model and of its clones.
    pub fn workspace(&self) -> Workspace {
        let identity = Arc::clone(&self.identity);
        Workspace { states: vec![State::new(self)], scratch: Scratch::new(self), identity }
    }

    /// Runs replicate `replicate` of seed `seed` and shows each quarter to `observe` as it ends.
    ///
    /// What the workspace held before does not matter.
    ///
    /// # Panics
    ///
    /// If the workspace is another model's, or the replicate has the number `u64::MAX`.
    ///
    /// ```
    /// use article5_model::{alliance::Alliance, scenario::Scenario};
    ///
    /// let scenario = Scenario::builtin("article5-like").unwrap();
    /// let model = scenario.model(&Alliance::nato(), 40)?;
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
        assert!(replicate < u64::MAX, "no replicate has this number");
        self.run_together(seed, replicate..replicate + 1, workspace, |quarters| {
            quarters.each(|_, quarter| observe(quarter));
        });
    }

    /// Runs replicates side by side, at most [`TOGETHER`], which is faster than one after the other and
    /// gives the same bits. Shows each quarter of all of them to `observe` as it ends.
    ///
    /// # Panics
    ///
    /// If the workspace is another model's, or there are more replicates than run side by side.
    ///
    /// ```
    /// use article5_model::{alliance::Alliance, scenario::Scenario};
    ///
    /// let scenario = Scenario::builtin("article5-like").unwrap();
    /// let model = scenario.model(&Alliance::nato(), 4)?;
    /// let mut trust = [0.0; 3];
    /// model.run_together(2026, 20..23, &mut model.workspace(), |quarters| {
    ///     quarters.each(|place, quarter| trust[place] = quarter.trust_mean);
    /// });
    /// assert!(trust.iter().all(|trust| (0.0..=1.0).contains(trust)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run_together(
        &self,
        seed: u64,
        replicates: Range<u64>,
        workspace: &mut Workspace,
        mut observe: impl FnMut(&Quarters<'_>),
    ) {
        let there_is_room = replicates.end.saturating_sub(replicates.start) <= TOGETHER as u64;
        assert!(there_is_room, "more replicates than run side by side");
        let count = workspace.begin(self, seed, replicates);
        for t in 1..=self.quarters {
            let Workspace { states, scratch, .. } = &mut *workspace;
            let states = &mut states[..count];
            self.level.compute(quarter::Run { model: self, states, scratch, t });
            observe(&Quarters { model: self, states });
        }
    }
}

impl Workspace {
    /// Panics if the workspace is another model's: it would run on that model's priors.
    pub(crate) fn assert_of(&self, model: &Model) {
        let same = Arc::ptr_eq(&self.identity, &model.identity);
        assert!(same, "a replicate was given the workspace of another model");
    }

    /// Puts replicates at their beginnings, and counts them.
    fn begin(&mut self, model: &Model, seed: u64, replicates: Range<u64>) -> usize {
        self.assert_of(model);
        let mut count = 0;
        for replicate in replicates {
            if self.states.len() == count {
                self.states.push(self.states[0].clone());
            }
            self.states[count].restart(model, seed, replicate);
            count += 1;
        }
        count
    }

    /// The state that the last replicate ended in.
    #[cfg(test)]
    pub(crate) fn state(&self) -> &State {
        &self.states[0]
    }

    /// The state that a replicate begins in.
    #[cfg(test)]
    pub(crate) fn state_at_start(&mut self, model: &Model, seed: u64, replicate: u64) -> &State {
        self.states[0].restart(model, seed, replicate);
        &self.states[0]
    }
}

/// The end of a replicate's quarter.
#[inline(always)]
pub(crate) fn show<'a>(model: &'a Model, state: &'a State) -> Quarter<'a> {
    let State { allies, kyiv, europe, moscow, readings, guarantee, .. } = state;
    let measure = &model.parameters().measure;
    let each_ally = |packs| &Pack::flatten(packs)[..model.members()];
    let cover = |reading| each_ally(readings.cover_of(reading));
    Quarter {
        quarter: state.quarter,
        internationalist: state.washington.internationalist,
        challenge: state.challenge,
        incident: state.incident,
        abandoned: state.abandoned,
        at_war: state.war.is_some(),
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
        p_full_moscow: moscow.p_full,
        hold_probability: moscow.hold_probability,
        grievance: moscow.grievance,
        arming: kyiv.arming,
        diplomacy: kyiv.diplomacy,
        lobbying: kyiv.lobbying,
        minds: Minds { model, state },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alliance::Alliance;
    use crate::scenario::Scenario;

    #[test]
    #[should_panic(expected = "the workspace of another model")]
    fn a_model_does_not_run_in_the_workspace_of_another() {
        let models = ["article5-like", "no-guarantee"].map(|name| {
            let parameters = Scenario::builtin(name).unwrap().parameters().unwrap();
            Model::new(&Alliance::nato(), &parameters, &[], 4).unwrap()
        });
        models[0].run(7, 0, &mut models[1].workspace(), |_| {});
    }

    #[test]
    fn replicates_side_by_side_are_the_replicates_alone_to_the_bit() {
        for name in ["no-guarantee", "article5-like", "back-away"] {
            let scenario = Scenario::builtin(name).unwrap();
            let model = scenario.model(&Alliance::nato(), 40).unwrap();
            let mut workspace = model.workspace();
            for replicates in [40..48, 48..49, 60..65] {
                let mut together = vec![Vec::new(); TOGETHER];
                model.run_together(7, replicates.clone(), &mut workspace, |quarters| {
                    let seen = together[0].len() as u32;
                    assert_eq!(quarters.len() as u64, replicates.end - replicates.start);
                    assert_eq!(quarters.quarter(), seen + 1);
                    quarters.each(|place, quarter| together[place].push(format!("{quarter:?}")));
                });
                for (replicate, together) in replicates.zip(together) {
                    let mut alone = Vec::new();
                    model.run(7, replicate, &mut model.workspace(), |quarter| {
                        alone.push(format!("{quarter:?}"));
                    });
                    assert_eq!(together, alone, "{name} {replicate}");
                }
            }
        }
    }
}
