//! Scripted events: which keys each kind takes (section 7.5 of the model's ODD protocol).

use article5_model::alliance::{Alliance, UKRAINE};
use article5_model::parameters::{Parameter, parameter};
use article5_model::scenario::{
    Event, EventKind, MAX_AMBIGUITY, MAX_ARMS, MAX_NEWS, MAX_NOISE, MAX_STAKE, MIN_NOISE, Policy,
    ScriptedCommitment, ScriptedResponse,
};
use article5_model::washington::{Answer, Severity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::dates::{as_typed, must_be_within};
use super::document::Place;
use super::error::ConfigError;
use super::names::{nearest, quoted};
use super::parameters::{ParameterValue, check};
use super::schema;

/// The remedy for a statement typed as a percentage or in percentage points.
const STATEMENT_UNIT: &str = "a statement is in latent units: -0.3 turns a chance of 50 % into 38 %, and -2 \
                              turns it into 2 %";

/// An event as typed in. Which keys it takes depends on its kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = schema::event_kinds)]
pub struct EventTable {
    /// The quarter of the event, from 1 to `quarters`.
    #[schemars(schema_with = "schema::quarter")]
    pub quarter: i64,
    /// What happens: a change of policy, a statement, or an answer to a challenge.
    pub kind: EventName,
    /// Policy: whether the pledge stands from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::switch")]
    pub pledge: Option<ParameterValue>,
    /// Policy: whether the US backs a European-led force from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::switch")]
    pub backstop: Option<ParameterValue>,
    /// Policy: how much like Article 5 the pledge is said to be from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1))]
    pub likeness_marketed: Option<f64>,
    /// Policy: how much like Article 5 Washington takes it to be from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1))]
    pub likeness_binding: Option<f64>,
    /// Policy: arms aid relative to the baseline flow from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = MAX_ARMS))]
    pub arms: Option<f64>,
    /// Policy: the quality of monitoring from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1))]
    pub monitoring: Option<f64>,
    /// Policy: whether there is a peace deal rather than a ceasefire from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::switch")]
    pub peace_deal: Option<ParameterValue>,
    /// Statement: news about Washington's general resolve, latent units, -8 to 8; negative is bad news.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -MAX_NEWS, max = MAX_NEWS))]
    pub value: Option<f64>,
    /// Statement: its noise, standard deviation in latent units, 0.001 or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = MIN_NOISE, max = MAX_NOISE))]
    pub sd: Option<f64>,
    /// Response: whom the challenge was to, an ally by its three-letter code or "UKR": Ukraine under
    /// its guarantee as it then stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<String>,
    /// Response, instead of `commitment`: how much the commitment is like a full treaty one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1))]
    pub treaty: Option<f64>,
    /// Response, instead of `commitment`: Washington's interest, in standard deviations from the
    /// mean ally.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -MAX_STAKE, max = MAX_STAKE))]
    pub stake: Option<f64>,
    /// Response, instead of `commitment`: exposure to Russia.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1))]
    pub exposure: Option<f64>,
    /// Response: how severe the challenge was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::severity")]
    pub severity: Option<Severity>,
    /// Response: what Washington did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::answer")]
    pub answer: Option<Answer>,
    /// Response: how clear the answer was, 0 (nobody learns) to 1; 1 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1))]
    pub clarity: Option<f64>,
    /// Response: how far wording widened the narrow band, latent units; if left out,
    /// `guarantee.ambiguity` for Ukraine, else `response.ambiguity_article5`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = MAX_AMBIGUITY))]
    pub ambiguity: Option<f64>,
}

/// The kinds of events.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    JsonSchema,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[expect(missing_docs, reason = "EventKind says what they are")]
pub enum EventName {
    #[default]
    Policy,
    Statement,
    Response,
}

impl EventName {
    /// The keys that only this kind takes, and those among them that it needs.
    pub(super) fn keys(self) -> (Vec<&'static str>, &'static [&'static str]) {
        match self {
            Self::Policy => (Policy::default().terms().map(|(key, _)| key).to_vec(), &[]),
            Self::Statement => (vec!["value", "sd"], &["value", "sd"]),
            Self::Response => (RESPONSE_KEYS.to_vec(), &["severity", "answer"]),
        }
    }

    pub(super) fn name(self) -> &'static str {
        self.into()
    }
}

const FEATURE_KEYS: [&str; 3] = ["treaty", "stake", "exposure"];
const RESPONSE_KEYS: [&str; 8] =
    ["commitment", "treaty", "stake", "exposure", "severity", "answer", "clarity", "ambiguity"];

impl EventTable {
    /// The event, checked against the horizon and the alliance.
    pub(super) fn resolve(
        &self,
        quarters: u32,
        alliance: &Alliance,
        place: &Place<'_>,
    ) -> Result<Event, ConfigError> {
        let quarter = u32::try_from(self.quarter).ok().filter(|q| (1..=quarters).contains(q));
        let quarter = quarter.ok_or_else(|| {
            let place = place.get("quarter");
            place
                .wrong(
                    format!(
                        "the event is in quarter {}, outside the run",
                        as_typed(self.quarter, &place)
                    ),
                    must_be_within(quarters, &place),
                )
                .help(format!("the run has `quarters = {quarters}`"))
        })?;
        self.check_keys(place)?;
        let kind = match self.kind {
            EventName::Policy => EventKind::Policy(self.policy(place)?),
            EventName::Statement => self.statement(place)?,
            EventName::Response => EventKind::Response(self.response(alliance, place)?),
        };
        Ok(Event { quarter, kind })
    }

    fn check_keys(&self, place: &Place<'_>) -> Result<(), ConfigError> {
        let (kind, (keys, needed)) = (self.kind.name(), self.kind.keys());
        let own = |key: &&str| !["quarter", "kind"].contains(key);
        for key in place.keys().filter(own) {
            if !keys.contains(&key) {
                let message = format!("a {kind} event takes no `{key}`");
                return Err(place
                    .get(key)
                    .wrong_key(message, "belongs to another kind of event")
                    .help(format!("a {kind} event takes {}", quoted(&keys))));
            }
        }
        if let Some(missing) = needed.iter().find(|key| !place.keys().any(|given| given == **key)) {
            return Err(place
                .wrong(format!("the {kind} event lacks `{missing}`"), "this event")
                .help(format!("a {kind} event needs {}", quoted(needed))));
        }
        if !place.keys().any(|key| own(&key)) {
            return Err(place
                .wrong(format!("the {kind} event changes nothing"), "this event")
                .help(format!("set at least one of {}", quoted(&keys))));
        }
        Ok(())
    }

    fn policy(&self, place: &Place<'_>) -> Result<Policy, ConfigError> {
        let switch = |value: Option<ParameterValue>, key| {
            value
                .map(|value| Ok(value.check(term(key, place)?, &place.get(key))? != 0.0))
                .transpose()
        };
        let number = |value: Option<f64>, key| {
            value
                .map(|value| {
                    check(term(key, place)?, value, &place.get(key))?;
                    Ok(value + 0.0)
                })
                .transpose()
        };
        Ok(Policy {
            pledge: switch(self.pledge, "pledge")?,
            backstop: switch(self.backstop, "backstop")?,
            likeness_marketed: number(self.likeness_marketed, "likeness_marketed")?,
            likeness_binding: number(self.likeness_binding, "likeness_binding")?,
            arms: number(self.arms, "arms")?,
            monitoring: number(self.monitoring, "monitoring")?,
            peace_deal: switch(self.peace_deal, "peace_deal")?,
        })
    }

    fn statement(&self, place: &Place<'_>) -> Result<EventKind, ConfigError> {
        let value = within(self.value, -MAX_NEWS, MAX_NEWS, "value", place)
            .map_err(|error| error.help(STATEMENT_UNIT))?
            .unwrap_or_default();
        let sd = within(self.sd, MIN_NOISE, MAX_NOISE, "sd", place)?.unwrap_or_default();
        Ok(EventKind::Statement { value, sd })
    }

    fn response(
        &self,
        alliance: &Alliance,
        place: &Place<'_>,
    ) -> Result<ScriptedResponse, ConfigError> {
        let lacking =
            |key: &str| place.wrong(format!("the response event lacks `{key}`"), "this event");
        Ok(ScriptedResponse {
            commitment: self.commitment(alliance, place)?,
            severity: self.severity.ok_or_else(|| lacking("severity"))?,
            answer: self.answer.ok_or_else(|| lacking("answer"))?,
            clarity: within(self.clarity, 0.0, 1.0, "clarity", place)?.unwrap_or(1.0),
            ambiguity: within(self.ambiguity, 0.0, MAX_AMBIGUITY, "ambiguity", place)?,
        })
    }

    fn commitment(
        &self,
        alliance: &Alliance,
        place: &Place<'_>,
    ) -> Result<ScriptedCommitment, ConfigError> {
        const REMEDY: &str = "name an ally (`commitment = \"EST\"`) or \"UKR\", or give `treaty`, `stake` and `exposure`";
        let features = (
            within(self.treaty, 0.0, 1.0, "treaty", place)?,
            within(self.stake, -MAX_STAKE, MAX_STAKE, "stake", place)?,
            within(self.exposure, 0.0, 1.0, "exposure", place)?,
        );
        let described = FEATURE_KEYS.iter().find(|key| place.keys().any(|given| given == **key));
        match (&self.commitment, features) {
            (Some(_), _) if described.is_some() => {
                let key = described.copied().unwrap_or_default();
                let message = format!("the response event has `commitment` and `{key}`");
                Err(place.get(key).wrong_key(message, "one or the other").help(REMEDY))
            }
            (Some(code), _) => {
                if code == UKRAINE {
                    return Ok(ScriptedCommitment::Ukraine);
                }
                if alliance.position(code).is_some() {
                    return Ok(ScriptedCommitment::Ally(code.clone()));
                }
                Err(place
                    .get("commitment")
                    .wrong(format!("there is no ally `{code}`"), "unknown ally")
                    .help(nearest_ally(code, alliance)))
            }
            (None, (Some(treaty), Some(stake), Some(exposure))) => {
                Ok(ScriptedCommitment::Features { treaty, stake, exposure })
            }
            (None, _) => Err(place
                .wrong(
                    "the response event does not say which commitment was challenged",
                    "this event",
                )
                .help(REMEDY)),
        }
    }
}

/// The guarantee's parameter that a policy event changes.
fn term(name: &str, place: &Place<'_>) -> Result<&'static Parameter, ConfigError> {
    parameter(&format!("guarantee.{name}")).map_err(|error| place.wrong(error.to_string(), "here"))
}

fn within(
    value: Option<f64>,
    least: f64,
    most: f64,
    key: &str,
    place: &Place<'_>,
) -> Result<Option<f64>, ConfigError> {
    match value {
        Some(value) if !(least..=most).contains(&value) => Err(place
            .get(key)
            .wrong(format!("`{key}` is {value}"), format!("must be {least} to {most}"))),
        value => Ok(value.map(|value| value + 0.0)),
    }
}

fn nearest_ally(code: &str, alliance: &Alliance) -> String {
    let members = alliance.members();
    let names = members.iter().map(|member| (member.name.as_str(), member.iso3.as_str()));
    let mut names = names.chain([("Ukraine", UKRAINE)]);
    let by_name = names.find(|(name, _)| name.eq_ignore_ascii_case(code)).map(|(_, iso3)| iso3);
    let codes = members.iter().map(|member| member.iso3.as_str());
    let meant = by_name.or_else(|| nearest(code, codes.clone()));
    match meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the allies are {}", quoted(&codes.collect::<Vec<_>>())),
    }
}

impl From<&Event> for EventTable {
    /// Writes the event as it would be typed in, complete.
    fn from(event: &Event) -> Self {
        let switch = |on: Option<bool>| on.map(ParameterValue::Switch);
        let own = match &event.kind {
            &EventKind::Policy(Policy {
                pledge,
                backstop,
                likeness_marketed,
                likeness_binding,
                arms,
                monitoring,
                peace_deal,
            }) => Self {
                kind: EventName::Policy,
                pledge: switch(pledge),
                backstop: switch(backstop),
                likeness_marketed,
                likeness_binding,
                arms,
                monitoring,
                peace_deal: switch(peace_deal),
                ..Self::default()
            },
            EventKind::Statement { value, sd } => Self {
                kind: EventName::Statement,
                value: Some(*value),
                sd: Some(*sd),
                ..Self::default()
            },
            EventKind::Response(ScriptedResponse {
                commitment,
                severity,
                answer,
                clarity,
                ambiguity,
            }) => Self {
                kind: EventName::Response,
                severity: Some(*severity),
                answer: Some(*answer),
                clarity: Some(*clarity),
                ambiguity: *ambiguity,
                ..Self::from(commitment)
            },
        };
        Self { quarter: event.quarter.into(), ..own }
    }
}

impl From<&ScriptedCommitment> for EventTable {
    fn from(commitment: &ScriptedCommitment) -> Self {
        match commitment {
            ScriptedCommitment::Ally(code) => {
                Self { commitment: Some(code.clone()), ..Self::default() }
            }
            ScriptedCommitment::Ukraine => {
                Self { commitment: Some(UKRAINE.to_owned()), ..Self::default() }
            }
            ScriptedCommitment::Features { treaty, stake, exposure } => Self {
                treaty: Some(*treaty),
                stake: Some(*stake),
                exposure: Some(*exposure),
                ..Self::default()
            },
        }
    }
}
