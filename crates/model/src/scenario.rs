//! What a scenario sets: parameter values, presets of theories and scripted events (ODD 4.1, 5, 7.5).

mod policy;
mod preset;

use std::fmt;

use crate::alliance::{Alliance, UKRAINE};
use crate::model::{Model, ModelError};
use crate::parameters::{ParameterError, Parameters};
use crate::washington::{Answer, Severity};

pub use policy::Policy;
pub use preset::{PRESETS, Preset};

/// A named setting of the model.
///
/// ```
/// use article5_model::scenario::Scenario;
///
/// let ironclad = Scenario::builtin("ironclad").unwrap();
/// assert_eq!(ironclad.parameters()?.guarantee.likeness_binding, 0.95);
/// # Ok::<(), article5_model::parameters::ParameterError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scenario {
    /// The name in configurations and tables.
    pub name: String,
    /// What it stands for, in a sentence without a full stop.
    pub meaning: String,
    /// Parameter values that differ from the defaults, by key, later ones over earlier ones.
    pub overrides: Vec<(String, f64)>,
    /// What is scripted to happen, in file order.
    pub events: Vec<Event>,
}

/// Something scripted for one quarter.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The quarter, from 1.
    pub quarter: u32,
    /// What happens.
    pub kind: EventKind,
}

/// What a scripted event is.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    /// An answer of Washington that all observers see and learn from.
    Response(ScriptedResponse),
    /// News about Washington's general resolve.
    Statement {
        /// What was said, in latent units of resolve, [`MAX_NEWS`] at most either way; negative is
        /// bad news.
        value: f64,
        /// The noise of the statement, standard deviation in latent units, from [`MIN_NOISE`] to
        /// [`MAX_NOISE`].
        sd: f64,
    },
    /// A change of the guarantee from this quarter on.
    Policy(Policy),
}

/// The least noise of a statement: with less, what it leaves of a belief's variance is rounding.
pub const MIN_NOISE: f64 = 1e-3;

/// The largest noise of a statement: the domain of the model's coefficients.
pub const MAX_NOISE: f64 = 30.0;

/// The largest value of a statement either way, latent units, in which the noise of resolve has a standard
/// deviation of 1: that far out a chance is 0 or 1 in double precision, so a larger value is a slip.
pub const MAX_NEWS: f64 = 8.0;

/// The largest stake of a commitment either way: the domain of `ukraine.stake`.
pub const MAX_STAKE: f64 = 30.0;

/// The widest ambiguity, latent units: the domain of `guarantee.ambiguity`.
pub const MAX_AMBIGUITY: f64 = 30.0;

/// The most arms aid: the domain of `guarantee.arms`.
pub const MAX_ARMS: f64 = 100.0;

/// A scripted answer: to what, how severe a challenge, and how it was answered.
#[derive(Clone, Debug, PartialEq)]
pub struct ScriptedResponse {
    /// The commitment that was challenged.
    pub commitment: ScriptedCommitment,
    /// How severe the challenge was.
    pub severity: Severity,
    /// What Washington did.
    pub answer: Answer,
    /// How clear the answer was, 0 (nobody learns) to 1.
    pub clarity: f64,
    /// How far wording widened the narrow band, latent units, from 0 to [`MAX_AMBIGUITY`]; `None`
    /// takes that of the commitment: `guarantee.ambiguity` for Ukraine, else
    /// `response.ambiguity_article5`.
    pub ambiguity: Option<f64>,
}

/// The commitment of a scripted answer.
#[derive(Clone, Debug, PartialEq)]
pub enum ScriptedCommitment {
    /// An ally by its code, with its features and ambiguity.
    Ally(String),
    /// Ukraine under its guarantee as it then stands, into which Moscow reads less than the others.
    Ukraine,
    /// A commitment described by its features.
    Features {
        /// Likeness to a full treaty commitment, 0 to 1.
        treaty: f64,
        /// Washington's interest, standard deviations from the mean ally, [`MAX_STAKE`] at most
        /// either way.
        stake: f64,
        /// Exposure to Russia, 0 to 1.
        exposure: f64,
    },
}

impl EventKind {
    /// The change of policy, if the event is one.
    pub fn policy(&self) -> Option<&Policy> {
        match self {
            Self::Policy(policy) => Some(policy),
            Self::Response(_) | Self::Statement { .. } => None,
        }
    }
}

impl fmt::Display for EventKind {
    /// The event in a few words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Statement { value, sd } => write!(f, "statement {} (sd {sd})", signed(*value)),
            Self::Response(response) => response.fmt(f),
            Self::Policy(policy) => policy.fmt(f),
        }
    }
}

impl fmt::Display for ScriptedResponse {
    /// As in “a narrow answer to a scripted probe of EST”.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.answer {
            Answer::None => "no answer",
            Answer::Narrow => "a narrow answer",
            Answer::Full => "a full answer",
        })?;
        f.write_str(match self.severity {
            Severity::Probe => " to a scripted probe of ",
            Severity::Attack => " to a scripted attack on ",
        })?;
        self.commitment.fmt(f)
    }
}

impl fmt::Display for ScriptedCommitment {
    /// The ally's code, or the features.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ally(iso3) => f.write_str(iso3),
            Self::Ukraine => f.write_str(UKRAINE),
            Self::Features { treaty, stake, exposure } => {
                let stake = signed(*stake);
                write!(f, "a commitment with treaty {treaty}, stake {stake}, exposure {exposure}")
            }
        }
    }
}

/// A number with a minus that is one.
fn signed(value: f64) -> String {
    value.to_string().replace('-', "−")
}

/// The quarter at which the scenario `back-away` withdraws the guarantee (ODD 5).
const BACK_AWAY_QUARTER: u32 = 8;

impl Scenario {
    /// The scenarios that ship, in the order of ODD 5.
    pub fn all() -> Vec<Self> {
        let scenario = |name: &str, meaning: &str, overrides: &[(&str, f64)]| Self {
            name: name.to_owned(),
            meaning: meaning.to_owned(),
            overrides: overrides.iter().map(|&(key, value)| (key.to_owned(), value)).collect(),
            events: Vec::new(),
        };
        let no_pledge = ("guarantee.pledge", 0.0);
        let no_backstop = ("guarantee.backstop", 0.0);
        let peace_deal = ("guarantee.peace_deal", 1.0);
        let marketed = |likeness| ("guarantee.likeness_marketed", likeness);
        let binding = |likeness| ("guarantee.likeness_binding", likeness);
        vec![
            scenario("no-guarantee", "no pledge, no backstop", &[no_pledge, no_backstop]),
            scenario(
                "article5-like",
                "a pledge marketed as close to Article 5 and a backstop, under a ceasefire",
                &[],
            ),
            scenario(
                "article5-like-deal",
                "the same pledge and backstop under a peace deal",
                &[peace_deal],
            ),
            scenario(
                "as-meant",
                "the label promises no more than Washington means",
                &[marketed(0.3), binding(0.3), ("guarantee.upgrade_rate", 0.0)],
            ),
            scenario(
                "finessed",
                "a pledge carefully kept apart from Article 5",
                &[marketed(0.25), binding(0.2)],
            ),
            scenario(
                "ironclad",
                "a pledge that is meant: the counter-hypothesis",
                &[marketed(0.95), binding(0.95), ("guarantee.ambiguity", 0.05)],
            ),
            scenario("backstop-only", "a backstop for a European force, no pledge", &[no_pledge]),
            scenario(
                "arm-and-talk",
                "no pledge and no backstop, but arms and a peace deal",
                &[no_pledge, no_backstop, ("guarantee.arms", 2.5), peace_deal],
            ),
            Self {
                events: back_away(),
                ..scenario(
                    "back-away",
                    "the pledge and the backstop are given, then withdrawn with a cool word",
                    &[],
                )
            },
        ]
    }

    /// The shipped scenario with this name.
    pub fn builtin(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|scenario| scenario.name == name)
    }

    /// The parameters of the scenario: the defaults with its overrides.
    ///
    /// # Errors
    ///
    /// An override with an unknown key or a value outside its domain, or values that contradict
    /// each other.
    pub fn parameters(&self) -> Result<Parameters, ParameterError> {
        let mut parameters = Parameters::default();
        for (key, value) in &self.overrides {
            parameters.set(key, *value)?;
        }
        parameters.check()?;
        Ok(parameters)
    }

    /// The same scenario with one parameter set; [`parameters`](Self::parameters) reports a wrong
    /// key or value.
    ///
    /// ```
    /// use article5_model::{alliance::Alliance, scenario::{Preset, Scenario}};
    ///
    /// let mut scenario = Scenario::builtin("article5-like").unwrap().with("guarantee.arms", 2.0);
    /// for (key, value) in Preset::named("constant-gain").unwrap().overrides {
    ///     scenario = scenario.with(key, *value);
    /// }
    /// assert_eq!(scenario.parameters()?.learning.shrinkage, 0.0);
    /// assert_eq!(scenario.model(&Alliance::nato(), 40)?.quarters(), 40);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with(mut self, key: &str, value: f64) -> Self {
        self.overrides.push((key.to_owned(), value));
        self
    }

    /// The model of `quarters` quarters that the scenario describes.
    ///
    /// # Errors
    ///
    /// As [`parameters`](Self::parameters) and [`Model::new`].
    pub fn model(&self, alliance: &Alliance, quarters: u32) -> Result<Model, ModelError> {
        Model::new(alliance, &self.parameters()?, &self.events, quarters)
    }
}

fn back_away() -> Vec<Event> {
    let withdrawn = Policy { pledge: Some(false), backstop: Some(false), ..Policy::default() };
    let cool_word = EventKind::Statement { value: -0.3, sd: 1.0 };
    [EventKind::Policy(withdrawn), cool_word]
        .map(|kind| Event { quarter: BACK_AWAY_QUARTER, kind })
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::parameter;

    #[test]
    fn an_event_may_set_what_the_parameter_of_the_same_name_may_be() {
        for (key, most) in [
            ("ukraine.stake", MAX_STAKE),
            ("guarantee.ambiguity", MAX_AMBIGUITY),
            ("guarantee.arms", MAX_ARMS),
        ] {
            assert_eq!(parameter(key).unwrap().most, most, "{key}");
        }
        assert_eq!(parameter("ukraine.stake").unwrap().least, -MAX_STAKE);
        for (key, _) in Policy::default().terms() {
            assert!(parameter(&format!("guarantee.{key}")).is_ok(), "{key}");
        }
    }

    #[test]
    fn a_scripted_answer_is_told_in_words() {
        let told = |commitment, severity, answer| {
            EventKind::Response(ScriptedResponse {
                commitment,
                severity,
                answer,
                clarity: 1.0,
                ambiguity: None,
            })
            .to_string()
        };
        let described = ScriptedCommitment::Features { treaty: 0.8, stake: -0.48, exposure: 1.0 };
        assert_eq!(
            told(described, Severity::Attack, Answer::None),
            "no answer to a scripted attack on a commitment with treaty 0.8, stake −0.48, exposure 1"
        );
        assert_eq!(
            told(ScriptedCommitment::Ally("EST".into()), Severity::Probe, Answer::Narrow),
            "a narrow answer to a scripted probe of EST"
        );
    }

    #[test]
    fn every_shipped_scenario_and_preset_has_valid_parameters() {
        for scenario in Scenario::all() {
            scenario.parameters().unwrap();
            assert_eq!(Scenario::builtin(&scenario.name), Some(scenario));
        }
        for preset in PRESETS {
            let mut parameters = Parameters::default();
            for (key, value) in preset.overrides {
                parameters.set(key, *value).unwrap();
            }
        }
    }
}
