//! Why a replicate went as it did: the same quarters, with the reasons kept.
//!
//! [`Model::explain`] runs the steps of the schedule one by one and looks at the state between
//! them, so a batch is none the slower for it. Each [`Episode`] is something from which observers
//! learn or by which trust moves at once: an inauguration, what a scenario scripts, the end of a war,
//! an incident, a challenge. It holds the cause, taken apart, and each ally's [`Move`]. What trust
//! does between episodes (memory fades, allies consult, capabilities grow) is no episode.

mod moves;
mod resolve;

use std::slice::from_mut;

use crate::math::Pack;
use crate::model::Model;
use crate::observe::{Challenge, Quarter};
use crate::replicate::{Workspace, show};
use crate::state::{Scratch, State};
use crate::{europe, events, kyiv, moscow, politics, tiers, war};

pub use crate::moscow::motive::{Consideration, Motive};
pub use moves::Move;
use moves::Standing;
pub use resolve::Resolve;

/// Something that moved trust in a quarter.
#[derive(Clone, Debug, PartialEq)]
pub struct Episode {
    /// What it was.
    pub cause: Cause,
    /// What it did to each ally's trust, in table order.
    pub moves: Vec<Move>,
}

/// What moved trust.
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// An administration takes office.
    Inauguration {
        /// Whether it is internationalist.
        internationalist: bool,
        /// Whether the one before was of the other kind.
        changes: bool,
    },
    /// The scenario's events of the quarter.
    Scripted,
    /// The war in Ukraine ends.
    WarEnds,
    /// An incident of doubtful authorship in Ukraine, and Washington's resolve in it.
    Incident(Resolve),
    /// Moscow challenges a commitment.
    Challenge {
        /// Which, how, and the answer.
        challenge: Challenge,
        /// Why Moscow preferred it to holding.
        motive: Box<Motive>,
        /// Why Washington answered so.
        resolve: Resolve,
    },
}

impl Model {
    /// Runs a replicate as [`Model::run`] does, to the bit, and shows each quarter to `observe` as
    /// it ends, with its episodes in the order in which they happened.
    ///
    /// # Panics
    ///
    /// If the workspace is another model's.
    ///
    /// ```
    /// use article5_model::explain::{Cause, Consideration};
    /// use article5_model::{alliance::Alliance, scenario::Scenario};
    ///
    /// let scenario = Scenario::builtin("article5-like").unwrap();
    /// let model = scenario.model(&Alliance::nato(), 40)?;
    /// let mut challenges = 0;
    /// model.explain(2026, 0, &mut model.workspace(), |quarter, episodes| {
    ///     for episode in episodes {
    ///         let Cause::Challenge { motive, resolve, .. } = &episode.cause else { continue };
    ///         challenges += 1;
    ///         assert_eq!(quarter.challenge.map(|own| own.answer), Some(resolve.answer()));
    ///         let cost = motive.parts.iter().find(|(part, _)| *part == Consideration::Cost);
    ///         assert!(cost.is_some_and(|(_, utility)| *utility < 0.0));
    ///     }
    /// });
    /// assert!(challenges > 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain(
        &self,
        seed: u64,
        replicate: u64,
        workspace: &mut Workspace,
        mut observe: impl FnMut(&Quarter<'_>, &[Episode]),
    ) {
        workspace.assert_of(self);
        let Workspace { states, scratch, .. } = workspace;
        let state = &mut states[0];
        state.restart(self, seed, replicate);
        for t in 1..=self.quarters {
            let episodes = quarter(self, state, scratch, t);
            observe(&show(self, state), &episodes);
        }
    }
}

/// The schedule of [`crate::quarter`], with a look at the state wherever trust may move.
fn quarter(model: &Model, state: &mut State, scratch: &mut Scratch, t: u32) -> Vec<Episode> {
    state.begin(t);
    let mut witness = Witness::new(model, state);
    let before = state.washington.internationalist;
    politics::inaugurate::<Pack>(model, state); // 1
    if politics::inauguration_is_due(model, t) {
        let internationalist = state.washington.internationalist;
        let changes = internationalist != before;
        witness.tell(model, state, Cause::Inauguration { internationalist, changes });
    }
    politics::drift_and_consult::<Pack>(model, state); // 2
    witness.look(model, state);
    events::happen::<Pack>(model, state); // 3
    if model.events.iter().any(|event| event.quarter == t) {
        witness.tell(model, state, Cause::Scripted);
    }
    kyiv::divide_effort::<Pack>(model, from_mut(state)); // 4
    europe::divide_burden::<Pack>(model, state, &mut scratch.hurdles); // 5
    witness.look(model, state);
    let at_war = state.war.is_some();
    war::end_or_recover(model, state); // 6
    if at_war && state.war.is_none() {
        witness.tell(model, state, Cause::WarEnds);
    } else {
        witness.look(model, state);
    }
    let test = kyiv::incident(model, state); // 7
    if let Some(test) = test {
        witness.tell(model, state, Cause::Incident(Resolve::of(model, state, &test)));
    }
    let choice = moscow::choose::<Pack>(model, state, &mut scratch.options); // 8
    if let Some((commitment, severity)) = choice {
        let motive = Box::new(Motive::of(model, state, &scratch.options, commitment, severity));
        let (challenge, test) = war::challenge(model, state, commitment, severity); // 9
        let resolve = Resolve::of(model, state, &test);
        witness.tell(model, state, Cause::Challenge { challenge, motive, resolve });
    }
    tiers::measure::<Pack>(model, from_mut(state), &mut scratch.covers); // 10
    witness.told
}

/// Trust at the last look, and the episodes told since the quarter began.
struct Witness {
    standing: Vec<Standing>,
    told: Vec<Episode>,
}

impl Witness {
    fn new(model: &Model, state: &State) -> Self {
        Self { standing: Standing::of_all(model, state), told: Vec::new() }
    }

    /// Takes in where trust stands now, without an episode to account for it.
    fn look(&mut self, model: &Model, state: &State) {
        self.standing = Standing::of_all(model, state);
    }

    /// Attributes what moved since the last look to a cause.
    fn tell(&mut self, model: &Model, state: &State, cause: Cause) {
        let now = Standing::of_all(model, state);
        let pairs = self.standing.iter().zip(&now);
        let moves = pairs.map(|(before, after)| Move::between(before, after)).collect();
        self.standing = now;
        self.told.push(Episode { cause, moves });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alliance::Alliance;
    use crate::scenario::Scenario;

    fn model(name: &str) -> Model {
        let scenario = Scenario::builtin(name).unwrap();
        scenario.model(&Alliance::nato(), 40).unwrap()
    }

    #[test]
    fn an_explained_replicate_is_the_replicate_to_the_bit() {
        for scenario in ["no-guarantee", "article5-like", "back-away"] {
            let model = model(scenario);
            let mut workspace = model.workspace();
            for replicate in 0..20 {
                let mut run = Vec::new();
                model.run(7, replicate, &mut workspace, |quarter| run.push(format!("{quarter:?}")));
                let mut told = run.iter();
                model.explain(7, replicate, &mut workspace, |quarter, _| {
                    assert_eq!(Some(&format!("{quarter:?}")), told.next());
                });
                assert_eq!(told.next(), None);
            }
        }
    }

    #[test]
    fn resolve_against_the_cutpoints_is_the_answer_given() {
        let model = model("article5-like");
        let mut workspace = model.workspace();
        let mut met = [0; 2];
        for replicate in 0..200 {
            model.explain(3, replicate, &mut workspace, |quarter, episodes| {
                for episode in episodes {
                    match &episode.cause {
                        Cause::Incident(resolve) => {
                            met[0] += 1;
                            assert_eq!(quarter.incident, Some(resolve.answer()));
                        }
                        Cause::Challenge { challenge, resolve, .. } => {
                            met[1] += 1;
                            assert_eq!(challenge.answer, resolve.answer());
                            assert!(resolve.margin() >= 0.0);
                        }
                        _ => {}
                    }
                }
            });
        }
        assert!(met.into_iter().all(|count| count > 50), "{met:?}");
    }

    #[test]
    fn the_parts_of_a_move_sum_to_the_change_and_end_at_the_trust_observed() {
        let model = model("back-away");
        let mut workspace = model.workspace();
        for replicate in 0..50 {
            model.explain(5, replicate, &mut workspace, |quarter, episodes| {
                for own in episodes.iter().flat_map(|episode| &episode.moves) {
                    assert!((own.parts().iter().sum::<f64>() - own.change()).abs() < 1e-12);
                }
                let last =
                    episodes.last().filter(|last| matches!(last.cause, Cause::Challenge { .. }));
                for (own, trust) in last.iter().flat_map(|last| &last.moves).zip(quarter.trust) {
                    assert!((own.after - trust).abs() < 1e-12);
                }
            });
        }
    }
}
