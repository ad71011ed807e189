//! The explanation of one replicate: who was tested and why, what Washington answered and by what
//! margin, whose trust moved and why; and the same under another scenario on the same shocks.
//!
//! A [`Trace`] is what was seen, quarter by quarter. A [`Story`] tells it, and
//! [`Trace::trust_rows`] and [`Trace::event_rows`] are its tables.

mod rows;
mod story;
#[cfg(test)]
mod tests;
mod words;

use article5_model::explain::{Cause, Episode};
use article5_model::model::{Model, ModelError};
use article5_model::observe::{Commitment, Quarter};
use article5_model::parameters::PARAMETERS;
use article5_model::scenario::{EventKind, Scenario, ScriptedCommitment, ScriptedResponse};
use article5_model::washington::{Answer, Severity};
use serde::{Deserialize, Serialize};
use strum::{Display, VariantNames};

use crate::config::Experiment;
use crate::design::DesignError;
use crate::uncertainty::Uncertain;
pub use rows::{FRONTLINE, REAR};
pub use story::{Chapter, Drawn, Elsewhere, Ending, Motive, Moved, Passage, Resolve, Spell, Story};

/// What was seen of one replicate.
#[derive(Clone, Debug)]
pub struct Trace<'a> {
    experiment: &'a Experiment,
    scenario: &'a Scenario,
    replicate: u64,
    /// The parameters that the replicate draws.
    drawn: Vec<Drawn>,
    quarters: Vec<Seen>,
}

/// What was seen of a quarter.
#[derive(Clone, Debug)]
struct Seen {
    quarter: u32,
    happenings: Vec<Happening>,
    trust: Vec<f64>,
    trust_mean: f64,
    /// `None` if no ally is at the frontline.
    frontline_trust: Option<f64>,
    /// `None` if all allies are at the frontline.
    rear_trust: Option<f64>,
    state: Lasting,
}

/// The states that last from quarter to quarter.
#[derive(Clone, Debug, Default)]
struct Lasting {
    tiered: bool,
    /// The lower class of the best split, by place.
    lower: Vec<usize>,
    ruptured: bool,
}

/// Something that happened in a quarter.
#[derive(Clone, Debug)]
struct Happening {
    event: Event,
    target: Option<Commitment>,
    answer: Option<Answer>,
    /// Its reasons and what it did to trust, if it had an effect at once.
    episode: Option<Episode>,
}

/// The kinds of event.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Display, VariantNames,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// Moscow probes a commitment.
    #[default]
    Probe,
    /// Moscow attacks a commitment.
    Attack,
    /// An incident of doubtful authorship in Ukraine.
    Incident,
    /// An event that the scenario scripts.
    Scripted,
    /// An internationalist administration is elected, for the first time or again.
    Internationalist,
    /// A restraint administration is elected, for the first time or again.
    Restraint,
    /// The war in Ukraine ends.
    WarEnds,
    /// The backstop is abandoned when called on.
    Abandoned,
    /// The alliance has become tiered.
    Tiered,
    /// It is no longer tiered.
    Untiered,
    /// Most allies have ceased to count on the US.
    Ruptured,
    /// Most allies count on it again.
    Unruptured,
}

impl From<Severity> for Event {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Probe => Self::Probe,
            Severity::Attack => Self::Attack,
        }
    }
}

/// Why a replicate cannot be traced.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// The experiment has no such scenario.
    #[error("the configuration has no scenario `{name}`")]
    UnknownScenario {
        /// The name asked for.
        name: String,
        /// The names that exist.
        known: Vec<String>,
    },
    /// The model refuses the scenario; never for one read from a file.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The replicate's parameters cannot be drawn; never for an experiment read from a file.
    #[error(transparent)]
    Design(#[from] DesignError),
}

impl<'a> Trace<'a> {
    /// Runs a replicate of a scenario, with the parameters that it draws if some are uncertain, and
    /// keeps what is seen.
    ///
    /// # Errors
    ///
    /// [`TraceError::UnknownScenario`] if the experiment has no scenario of that name.
    ///
    /// ```
    /// use std::path::Path;
    /// use article5_runner::config::Experiment;
    /// use article5_runner::trace::Trace;
    ///
    /// let text = "name = \"a\"\nscenarios = [\"no-guarantee\", \"article5-like\"]";
    /// let experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
    /// let here = Trace::run(&experiment, "article5-like", 3)?;
    /// let there = Trace::run(&experiment, "no-guarantee", 3)?;
    /// let story = here.story(Some(&there));
    /// assert_eq!(story.against.as_deref(), Some("no-guarantee"));
    /// println!("{story}");
    /// # Ok::<(), article5_runner::trace::TraceError>(())
    /// ```
    pub fn run(
        experiment: &'a Experiment,
        scenario: &str,
        replicate: u64,
    ) -> Result<Self, TraceError> {
        let Some(found) = experiment.scenarios.iter().find(|own| own.name == scenario) else {
            let known = experiment.scenarios.iter().map(|own| own.name.clone()).collect();
            return Err(TraceError::UnknownScenario { name: scenario.to_owned(), known });
        };
        let parameters = found.parameters().map_err(ModelError::from)?;
        let uncertain = Uncertain::new(experiment)?;
        let drawn = uncertain.values(replicate).filter_map(|(place, value)| {
            Some(Drawn { parameter: &PARAMETERS.get(place)?.key, value })
        });
        let drawn = drawn.collect();
        let model = uncertain.model(experiment, found, parameters, replicate)?;
        let mut quarters: Vec<Seen> = Vec::new();
        let mut before = Lasting::default();
        model.explain(experiment.seed, replicate, &mut model.workspace(), |quarter, episodes| {
            let happenings = episodes.iter().map(|episode| {
                let scripted = || scripted(experiment, found, quarter.quarter);
                Happening::of(episode, scripted)
            });
            let seen = Seen::of(&model, quarter, happenings.collect(), &before);
            before = seen.state.clone();
            quarters.push(seen);
        });
        Ok(Self { experiment, scenario: found, replicate, drawn, quarters })
    }
}

impl Seen {
    /// What was seen of a quarter in which all this happened, after these states.
    fn of(
        model: &Model,
        quarter: &Quarter<'_>,
        mut happenings: Vec<Happening>,
        before: &Lasting,
    ) -> Self {
        let [own, ..] = &quarter.tiers;
        let places = 0..quarter.trust.len();
        let state = Lasting {
            tiered: own.tiered,
            lower: places.filter(|&place| own.lower.contains(place)).collect(),
            ruptured: quarter.ruptured,
        };
        let turns = [
            (quarter.abandoned, Event::Abandoned),
            (state.tiered && !before.tiered, Event::Tiered),
            (!state.tiered && before.tiered, Event::Untiered),
            (state.ruptured && !before.ruptured, Event::Ruptured),
            (!state.ruptured && before.ruptured, Event::Unruptured),
        ];
        let turned = turns.into_iter().filter(|(holds, _)| *holds);
        happenings.extend(turned.map(|(_, event)| Happening {
            event,
            target: None,
            answer: None,
            episode: None,
        }));
        Self {
            quarter: quarter.quarter,
            happenings,
            trust: quarter.trust.to_vec(),
            trust_mean: quarter.trust_mean,
            frontline_trust: (model.frontline() > 0).then_some(quarter.frontline_trust),
            rear_trust: (model.frontline() < model.members()).then_some(quarter.rear_trust),
            state,
        }
    }
}

/// Whom a scripted response of the quarter is about, with the answer; nothing if the quarter has
/// several events, or the response gives features instead.
fn scripted(
    experiment: &Experiment,
    scenario: &Scenario,
    quarter: u32,
) -> Option<(Commitment, Answer)> {
    let mut events = scenario.events.iter().filter(|event| event.quarter == quarter);
    let (Some(event), None) = (events.next(), events.next()) else { return None };
    let EventKind::Response(ScriptedResponse { commitment, answer, .. }) = &event.kind else {
        return None;
    };
    let target = match commitment {
        ScriptedCommitment::Ally(iso3) => Commitment::Ally(experiment.alliance.position(iso3)?),
        ScriptedCommitment::Ukraine => Commitment::Ukraine,
        ScriptedCommitment::Features { .. } => return None,
    };
    Some((target, *answer))
}

impl Happening {
    /// What an episode was; `scripted` says what a scripted one was about.
    fn of(episode: &Episode, scripted: impl Fn() -> Option<(Commitment, Answer)>) -> Self {
        let (event, target, answer) = match &episode.cause {
            Cause::Inauguration { internationalist: true, .. } => {
                (Event::Internationalist, None, None)
            }
            Cause::Inauguration { .. } => (Event::Restraint, None, None),
            Cause::Scripted => {
                let (target, answer) = scripted().unzip();
                (Event::Scripted, target, answer)
            }
            Cause::WarEnds => (Event::WarEnds, Some(Commitment::Ukraine), None),
            Cause::Incident(resolve) => {
                (Event::Incident, Some(Commitment::Ukraine), Some(resolve.answer()))
            }
            Cause::Challenge { challenge, .. } => {
                (challenge.severity.into(), Some(challenge.commitment), Some(challenge.answer))
            }
        };
        Self { event, target, answer, episode: Some(episode.clone()) }
    }
}
