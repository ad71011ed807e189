//! The configuration as typed in: what keys there are and of what type, nothing checked beyond that.

use std::collections::BTreeMap;

use article5_model::washington::{Answer, Severity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One experiment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "article5 experiment")]
pub(crate) struct Input {
    /// Names the run's folder: letters, digits, `-`, `_` and `.`.
    pub(crate) name: String,
    /// Seed of all draws, 0 or more; 2026 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seed: Option<u64>,
    /// Replicates per scenario and design point; 10,000 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) replicates: Option<u64>,
    /// Number of the first replicate: reruns any stretch of them; 0 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) first_replicate: Option<u64>,
    /// Quarters a replicate runs; 40 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) quarters: Option<u32>,
    /// The first quarter, as in `2026-Q1`; labels the time axis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) start: Option<String>,
    /// Another members table, a CSV file relative to this file; the built-in one if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) members: Option<String>,
    /// Built-in scenarios by name, before those below.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) scenarios: Vec<String>,
    /// Parameter values for every scenario, by group and name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(schema_with = "super::schema::parameters")]
    pub(crate) parameters: Groups,
    /// Scenarios of this experiment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) scenario: Vec<ScenarioInput>,
    /// What is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) output: Option<OutputInput>,
}

/// Parameter values by group and name. Their types are checked against the parameter table.
pub(crate) type Groups = BTreeMap<String, toml::Value>;

/// A scenario: what differs from the defaults.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScenarioInput {
    /// The name in tables and charts.
    pub(crate) name: String,
    /// What it stands for, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) meaning: Option<String>,
    /// The scenario it starts from: one above, or a built-in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) extends: Option<String>,
    /// A theory of reputation: `bayes`, `current-calculus`, `constant-gain` or `leader-specific`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) theory: Option<String>,
    /// Parameter values, by group and name; they win over everything else.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(schema_with = "super::schema::parameters")]
    pub(crate) parameters: Groups,
    /// What is scripted to happen, after the events of the scenario it extends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) event: Vec<EventInput>,
}

/// What an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum EventKindInput {
    /// A change of the guarantee from this quarter on.
    Policy,
    /// News about Washington's general resolve: needs `value` and `sd`.
    Statement,
    /// An answer of Washington that all see: needs `severity`, `answer` and the commitment.
    Response,
}

/// A scripted event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventInput {
    /// The quarter, from 1.
    pub(crate) quarter: u32,
    /// What kind of event it is.
    pub(crate) kind: EventKindInput,
    /// Policy: whether the pledge stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pledge: Option<Switch>,
    /// Policy: whether the US backs a European-led force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) backstop: Option<Switch>,
    /// Policy: how like Article 5 the pledge is said to be, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) likeness_marketed: Option<f64>,
    /// Policy: how like Article 5 Washington holds it to be, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) likeness_binding: Option<f64>,
    /// Policy: arms aid relative to the baseline flow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) arms: Option<f64>,
    /// Policy: quality of monitoring, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) monitoring: Option<f64>,
    /// Policy: whether there is a peace deal rather than a ceasefire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) peace_deal: Option<Switch>,
    /// Statement: what was said, in latent units of resolve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<f64>,
    /// Statement: its noise, standard deviation in latent units, above 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sd: Option<f64>,
    /// Response: the ally that was challenged, by its code; or give treaty, stake and exposure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) commitment: Option<String>,
    /// Response: likeness of the commitment to a full treaty one, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) treaty: Option<f64>,
    /// Response: Washington's stake in it, standard deviations from the mean ally.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) stake: Option<f64>,
    /// Response: its exposure to Russia, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) exposure: Option<f64>,
    /// Response: how severe the challenge was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<SeverityName>")]
    pub(crate) severity: Option<Severity>,
    /// Response: what Washington did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<AnswerName>")]
    pub(crate) answer: Option<Answer>,
    /// Response: how clear the answer was, 0 to 1; 1 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) clarity: Option<f64>,
    /// Response: how far wording widened the narrow band, 0 or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ambiguity: Option<f64>,
}

/// The names of [`Severity`], for the schema.
#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
enum SeverityName {
    Probe,
    Attack,
}

/// The names of [`Answer`], for the schema.
#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
enum AnswerName {
    None,
    Narrow,
    Full,
}

/// What a run writes besides its tables.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutputInput {
    /// Whether charts are drawn; true if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) charts: Option<bool>,
    /// Whether `trajectories.csv` is written: one row a replicate and quarter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) trajectories: Option<bool>,
    /// The quarters at which the cover matrix is tallied; the first and the last if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cover_quarters: Option<Vec<u32>>,
}

/// `true`, `false`, 0 or 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Switch(pub(crate) bool);

impl<'de> Deserialize<'de> for Switch {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Switch;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("true, false, 0 or 1")
            }
            fn visit_bool<E>(self, value: bool) -> Result<Switch, E> {
                Ok(Switch(value))
            }
            fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Switch, E> {
                match value {
                    0 => Ok(Switch(false)),
                    1 => Ok(Switch(true)),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Signed(value), &self)),
                }
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl JsonSchema for Switch {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Switch".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "enum": [true, false, 0, 1] })
    }
}

impl EventInput {
    /// An event with nothing but its quarter and kind.
    pub(crate) fn new(quarter: u32, kind: EventKindInput) -> Self {
        Self {
            quarter,
            kind,
            pledge: None,
            backstop: None,
            likeness_marketed: None,
            likeness_binding: None,
            arms: None,
            monitoring: None,
            peace_deal: None,
            value: None,
            sd: None,
            commitment: None,
            treaty: None,
            stake: None,
            exposure: None,
            severity: None,
            answer: None,
            clarity: None,
            ambiguity: None,
        }
    }
}
