//! The explanation of one replicate: who was tested and why, what Washington answered and by what
//! margin, whose trust moved and through what; and the same under another scenario on the same
//! shocks.
//!
//! A [`Trace`] is what was seen, quarter by quarter. A [`Story`] tells it, and
//! [`Trace::trust_rows`] and [`Trace::event_rows`] are its tables.

mod rows;
mod story;
mod words;

use std::fmt;

use article5_model::explain::{Cause, Episode};
use article5_model::model::{Model, ModelError};
use article5_model::observe::{Commitment, Quarter};
use article5_model::parameters::PARAMETERS;
use article5_model::washington::{Answer, Severity};
use serde::Serialize;

use crate::config::Experiment;
use crate::design::DesignError;
use crate::uncertainty::Uncertain;
pub use rows::{FRONTLINE, REAR};
pub use story::{Chapter, Drawn, Elsewhere, Ending, Motive, Moved, Passage, Resolve, Story};

/// What was seen of one replicate.
#[derive(Clone, Debug)]
pub struct Trace<'a> {
    experiment: &'a Experiment,
    scenario: &'a str,
    replicate: u64,
    /// The parameters that are drawn for the replicate.
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
    /// None where no ally is at the frontline.
    frontline_trust: Option<f64>,
    /// None where all are.
    rear_trust: Option<f64>,
    state: Lasting,
}

/// What lasts from quarter to quarter.
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
    /// Its reasons and what it did to trust, where it did something at once.
    episode: Option<Episode>,
}

/// The kinds of happening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// Moscow probes a commitment.
    Probe,
    /// Moscow attacks a commitment.
    Attack,
    /// An incident of doubtful authorship in Ukraine.
    Incident,
    /// What the scenario scripts.
    Scripted,
    /// An internationalist administration is elected, for the first time or again.
    Internationalist,
    /// A restraint administration is elected, for the first time or again.
    Restraint,
    /// The war in Ukraine ends.
    WarEnds,
    /// Called on, the backstop is abandoned.
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

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Probe => "probe",
            Self::Attack => "attack",
            Self::Incident => "incident",
            Self::Scripted => "scripted",
            Self::Internationalist => "internationalist",
            Self::Restraint => "restraint",
            Self::WarEnds => "war_ends",
            Self::Abandoned => "abandoned",
            Self::Tiered => "tiered",
            Self::Untiered => "untiered",
            Self::Ruptured => "ruptured",
            Self::Unruptured => "unruptured",
        })
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
        /// The names there are.
        known: Vec<String>,
    },
    /// The model refuses the scenario; never for one read from a file.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// What the replicate draws cannot be; never for an experiment read from a file.
    #[error(transparent)]
    Design(#[from] DesignError),
}

impl<'a> Trace<'a> {
    /// Runs a replicate of a scenario, with the parameters that it draws where some are uncertain, and
    /// keeps what is seen.
    ///
    /// # Errors
    ///
    /// [`TraceError::UnknownScenario`] where the experiment has no scenario of that name.
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
            let seen = Seen::of(&model, quarter, episodes, &before);
            before = seen.state.clone();
            quarters.push(seen);
        });
        Ok(Self { experiment, scenario: &found.name, replicate, drawn, quarters })
    }
}

impl Seen {
    fn of(model: &Model, quarter: &Quarter<'_>, episodes: &[Episode], before: &Lasting) -> Self {
        let [own, ..] = &quarter.tiers;
        let places = 0..quarter.trust.len();
        let state = Lasting {
            tiered: own.tiered,
            lower: places.filter(|&place| own.lower.contains(place)).collect(),
            ruptured: quarter.ruptured,
        };
        let mut happenings: Vec<Happening> = episodes.iter().map(Happening::of).collect();
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

impl Happening {
    fn of(episode: &Episode) -> Self {
        let (event, target, answer) = match &episode.cause {
            Cause::Inauguration { internationalist: true, .. } => {
                (Event::Internationalist, None, None)
            }
            Cause::Inauguration { .. } => (Event::Restraint, None, None),
            Cause::Scripted => (Event::Scripted, None, None),
            Cause::WarEnds => (Event::WarEnds, Some(Commitment::Ukraine), None),
            Cause::Incident(resolve) => {
                (Event::Incident, Some(Commitment::Ukraine), Some(resolve.answer()))
            }
            Cause::Challenge { challenge, .. } => {
                let event = match challenge.severity {
                    Severity::Probe => Event::Probe,
                    Severity::Attack => Event::Attack,
                };
                (event, Some(challenge.commitment), Some(challenge.answer))
            }
        };
        Self { event, target, answer, episode: Some(episode.clone()) }
    }

    /// Whether the same happened, whatever the reasons.
    fn is_like(&self, other: &Self) -> bool {
        (self.event, self.target, self.answer) == (other.event, other.target, other.answer)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const PAIR: &str = "name = \"pair\"\nseed = 5\nquarters = 24\n\
         scenarios = [\"no-guarantee\", \"article5-like\", \"back-away\"]";

    fn experiment() -> Experiment {
        Experiment::from_toml(PAIR, "pair.toml", Path::new("")).unwrap()
    }

    #[test]
    fn the_story_against_the_same_scenario_finds_no_difference() {
        let experiment = experiment();
        let here = Trace::run(&experiment, "article5-like", 2).unwrap();
        let story = here.story(Some(&here));
        assert!(!story.chapters.is_empty());
        for chapter in &story.chapters {
            assert!(chapter.against.as_ref().unwrap().the_same, "{chapter:?}");
        }
        assert_eq!(Some(&story.ending), story.ending_against.as_ref());
        assert!(story.to_string().contains("the same happens"));
    }

    #[test]
    fn a_story_ends_with_what_the_replicate_drew() {
        let text = format!(
            "{PAIR}\n[uncertainty]\nvary = [\"learning.memory\", \"guarantee.monitoring\"]"
        );
        let experiment = Experiment::from_toml(&text, "pair.toml", Path::new("")).unwrap();
        let story = Trace::run(&experiment, "article5-like", 3).unwrap().story(None);
        let drawn: Vec<(&str, f64)> =
            story.drawn.iter().map(|own| (own.parameter, own.value)).collect();
        let uncertain = Uncertain::new(&experiment).unwrap();
        let values = uncertain.keys().zip(uncertain.values(3).map(|(_, value)| value));
        assert_eq!(drawn, values.collect::<Vec<_>>());
        let told = story.to_string();
        let told = told.lines().rev().take(3).collect::<Vec<_>>();
        assert!(told[2] == "Parameters that the replicate draws" && told.len() == 3, "{told:?}");
        assert!(told[0].starts_with(&format!("  {} ", drawn[1].0)), "{told:?}");
    }

    #[test]
    fn every_challenge_has_its_reasons_in_numbers_and_words() {
        let experiment = experiment();
        let mut challenges = 0;
        for replicate in 0..20 {
            let trace = Trace::run(&experiment, "article5-like", replicate).unwrap();
            for passage in trace.story(None).chapters.iter().flat_map(|own| &own.passages) {
                let Some(motive) = &passage.motive else { continue };
                challenges += 1;
                let sum: f64 = motive.parts.iter().map(|(_, utility)| utility).sum();
                assert!((sum - motive.over_holding).abs() < 1e-12);
                assert!((motive.expected.iter().sum::<f64>() - 1.0).abs() < 1e-12);
                let resolve = passage.resolve.as_ref().unwrap();
                let sum: f64 = resolve.parts.iter().map(|(_, part)| part).sum();
                assert!((sum - resolve.value).abs() < 1e-12);
                assert!(passage.sentences.len() >= 4, "{passage:?}");
            }
        }
        assert!(challenges > 20, "{challenges}");
    }

    #[test]
    fn a_group_without_allies_has_no_trust() {
        let all_at_the_front = format!("{PAIR}\n[parameters.measure]\nfrontline_exposure = 0.0");
        let experiment =
            Experiment::from_toml(&all_at_the_front, "pair.toml", Path::new("")).unwrap();
        let trace = Trace::run(&experiment, "article5-like", 0).unwrap();
        let story = trace.story(None);
        assert_eq!(story.ending.frontline_trust, Some(story.ending.trust_mean));
        assert_eq!(story.ending.rear_trust, None);
        assert!(!story.to_string().contains("rear"), "{story}");
        let rows = trace.trust_rows();
        assert!(rows.iter().any(|row| row.series == FRONTLINE));
        assert!(rows.iter().all(|row| row.series != REAR));
    }

    #[test]
    fn what_a_scenario_scripts_is_told_in_its_quarter() {
        let experiment = experiment();
        let trace = Trace::run(&experiment, "back-away", 0).unwrap();
        let story = trace.story(None).to_string();
        assert!(story.contains("(quarter 8)") && story.contains("Scripted: "), "{story}");
        let scripted: Vec<_> =
            trace.event_rows().into_iter().filter(|row| row.event == "scripted").collect();
        assert_eq!(scripted.len(), 1);
        assert_eq!((scripted[0].quarter, scripted[0].date.as_str()), (8, "2027-Q4"));
        // A policy and a statement are about nobody.
        assert_eq!((scripted[0].target.as_str(), scripted[0].answer.as_str()), ("", ""));
    }

    #[test]
    fn a_scripted_response_is_told_with_its_ally_and_answer() {
        let event = "[[scenario.event]]\nquarter = 3\nkind = \"response\"\ncommitment = \"EST\"\n\
                     severity = \"probe\"\nanswer = \"narrow\"\n";
        for (events, told) in [(event.to_owned(), ("EST", "narrow")), (event.repeat(2), ("", ""))] {
            let text = format!("{PAIR}\n[[scenario]]\nname = \"scripted\"\n{events}");
            let experiment = Experiment::from_toml(&text, "pair.toml", Path::new("")).unwrap();
            let rows = Trace::run(&experiment, "scripted", 0).unwrap().event_rows();
            let row = rows.iter().find(|row| row.event == "scripted").unwrap();
            assert_eq!(
                (row.quarter, row.target.as_str(), row.answer.as_str()),
                (3, told.0, told.1)
            );
        }
    }

    #[test]
    fn an_administration_takes_office_where_the_one_before_was_of_the_other_kind() {
        let often = format!("{PAIR}\n[parameters.politics]\nterm = 2\nfirst_inauguration = 1");
        let experiment = Experiment::from_toml(&often, "pair.toml", Path::new("")).unwrap();
        let trace = Trace::run(&experiment, "no-guarantee", 0).unwrap();
        let story = trace.story(None).to_string();
        let kinds = ["An internationalist administration ", "A restraint administration "];
        // The run starts under restraint.
        let (mut before, mut seen) = (1, [0, 0]);
        for line in story.lines() {
            let Some(kind) = kinds.iter().position(|kind| line.contains(kind)) else { continue };
            let stays = usize::from(kind == before);
            let said = ["is elected.", "is re-elected."][stays];
            assert!(line.contains(&format!("{}{said}", kinds[kind])), "{line}");
            (before, seen[stays]) = (kind, seen[stays] + 1);
        }
        assert!(seen[0] > 1 && seen[1] > 1, "{seen:?}");
    }

    #[test]
    fn the_rows_hold_a_series_for_each_group_and_ally() {
        let experiment = experiment();
        let trace = Trace::run(&experiment, "no-guarantee", 1).unwrap();
        let rows = trace.trust_rows();
        assert_eq!(rows.len(), (experiment.alliance.len() + 2) * 24);
        assert!(rows.iter().all(|row| (0.0..=1.0).contains(&row.trust)));
        assert_eq!((rows[0].series.as_str(), rows[24].series.as_str()), (FRONTLINE, REAR));
        assert_eq!(rows[48].series, experiment.alliance.members()[0].iso3);
    }
}
