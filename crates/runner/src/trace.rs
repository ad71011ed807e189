//! The story of one replicate: who was tested, what Washington answered, whose trust moved.

use article5_model::observe::{Commitment, Quarter};
use article5_model::washington::{Answer, Severity};
use serde::Serialize;

use crate::config::Experiment;

/// How many allies a sentence about moved trust names.
const NAMED: usize = 3;

/// A move of trust below this is not told.
const TOLD: f64 = 0.005;

/// One replicate in words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Story {
    /// The scenario.
    pub scenario: String,
    /// The replicate's number.
    pub replicate: u64,
    /// The quarters in which something happened.
    pub chapters: Vec<Chapter>,
}

/// A quarter in words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chapter {
    /// The quarter, from 1.
    pub quarter: u32,
    /// Its calendar name.
    pub date: String,
    /// Mean trust over the allies at its end.
    pub trust_mean: f64,
    /// What happened, in order.
    pub sentences: Vec<String>,
}

/// Why a story cannot be told.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum StoryError {
    /// The experiment has no such scenario.
    #[error("the configuration has no scenario `{name}`")]
    #[diagnostic(help("its scenarios: {}", known.join(", ")))]
    UnknownScenario {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// The model refuses the scenario; never for one read from a file.
    #[error(transparent)]
    Model(#[from] article5_model::model::ModelError),
}

/// What is compared with the quarter before.
#[derive(Clone, Default)]
struct Before {
    trust: Vec<f64>,
    internationalist: bool,
    at_war: bool,
    tiered: bool,
    ruptured: bool,
}

/// Runs a replicate and tells it.
///
/// # Errors
///
/// [`StoryError::UnknownScenario`] where the experiment has no scenario of that name.
pub fn story(experiment: &Experiment, name: &str, replicate: u64) -> Result<Story, StoryError> {
    let Some(scenario) = experiment.scenarios.iter().find(|scenario| scenario.name == name) else {
        let known = experiment.scenarios.iter().map(|scenario| scenario.name.clone());
        return Err(StoryError::UnknownScenario { name: name.to_owned(), known: known.collect() });
    };
    let model = experiment.model(scenario)?;
    let mut before = Before {
        trust: experiment.alliance.members().iter().map(|member| member.trust()).collect(),
        internationalist: model.parameters().politics.initial_internationalist == 1.0,
        ..Before::default()
    };
    let mut chapters = Vec::new();
    model.run(experiment.seed, replicate, &mut model.workspace(), |quarter| {
        let scripted = scenario.events.iter().filter(|event| event.quarter == quarter.quarter);
        let mut sentences: Vec<String> =
            scripted.map(|event| format!("Scripted: {}.", event.kind)).collect();
        sentences.extend(happenings(experiment, quarter, &before));
        if !sentences.is_empty() {
            sentences.extend(moves(experiment, quarter, &before.trust));
            chapters.push(Chapter {
                quarter: quarter.quarter,
                date: experiment.date(quarter.quarter),
                trust_mean: quarter.trust_mean,
                sentences,
            });
        }
        before = Before {
            trust: quarter.trust.to_vec(),
            internationalist: quarter.internationalist,
            at_war: quarter.at_war,
            tiered: quarter.tiers[0].tiered,
            ruptured: quarter.ruptured,
        };
    });
    Ok(Story { scenario: name.to_owned(), replicate, chapters })
}

/// What happened, in the order of the quarter's steps.
fn happenings(experiment: &Experiment, quarter: &Quarter<'_>, before: &Before) -> Vec<String> {
    let mut told = Vec::new();
    if quarter.internationalist != before.internationalist {
        let kind = if quarter.internationalist { "An internationalist" } else { "A restraint" };
        told.push(format!("{kind} administration takes office in Washington."));
    }
    if let Some(answer) = quarter.incident {
        let answer = answered(answer);
        told.push(format!("An incident of doubtful authorship in Ukraine; Washington {answer}."));
    }
    if let Some(challenge) = quarter.challenge {
        let target = match challenge.commitment {
            Commitment::Ukraine => "Ukraine",
            Commitment::Ally(i) => {
                experiment.alliance.members().get(i).map_or("an ally", |member| &member.name)
            }
        };
        let verb = match challenge.severity {
            Severity::Probe => "probes",
            Severity::Attack => "attacks",
        };
        let answer = answered(challenge.answer);
        told.push(format!("Moscow {verb} {target}; Washington {answer}."));
    }
    let flags = [
        (before.at_war && !quarter.at_war, "The war in Ukraine ends."),
        (!before.at_war && quarter.at_war, "Ukraine is at war again."),
        (quarter.abandoned, "Called on, the backstop is abandoned."),
        (!before.tiered && quarter.tiers[0].tiered, "The alliance is tiered."),
        (before.tiered && !quarter.tiers[0].tiered, "The alliance is no longer tiered."),
        (!before.ruptured && quarter.ruptured, "Most allies no longer count on the US."),
        (before.ruptured && !quarter.ruptured, "Most allies count on the US again."),
    ];
    told.extend(flags.iter().filter(|(holds, _)| *holds).map(|(_, told)| (*told).to_owned()));
    told
}

fn answered(answer: Answer) -> &'static str {
    match answer {
        Answer::None => "does not answer",
        Answer::Narrow => "answers narrowly",
        Answer::Full => "answers in full",
    }
}

/// Whose trust moved most.
fn moves(experiment: &Experiment, quarter: &Quarter<'_>, before: &[f64]) -> Option<String> {
    let changes = quarter.trust.iter().zip(before).map(|(now, before)| now - before);
    let mut moved: Vec<(f64, &str)> = changes
        .zip(experiment.alliance.members())
        .map(|(change, member)| (change, member.name.as_str()))
        .filter(|(change, _)| change.abs() >= TOLD)
        .collect();
    moved.sort_by(|one, other| other.0.abs().total_cmp(&one.0.abs()));
    let named: Vec<String> = moved
        .iter()
        .take(NAMED)
        .map(|(change, name)| format!("{name} {change:+.3}").replace('-', "\u{2212}"))
        .collect();
    (!named.is_empty()).then(|| format!("Trust moves most in {}.", named.join(", ")))
}
