//! Hypotheses and the stopping rule: both about an outcome.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::document::{Place, did_you_mean};
use super::error::ConfigError;
use super::schema;
use crate::outcome::{Outcome, Risk};

/// The names of the risks and the outcomes that a claim or a stopping rule may be about.
pub(super) fn outcome_names() -> Vec<&'static str> {
    let outcomes = Outcome::ALL.into_iter().map(Outcome::name);
    Risk::ALL.into_iter().map(Risk::name).chain(outcomes).collect()
}

/// A hypothesis (section 9 of the model's specification).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimSpec {
    /// A short name, as in "H4".
    pub id: String,
    /// What is claimed, in a sentence.
    pub statement: String,
    /// The scenario that the claim is about.
    pub treatment: String,
    /// The scenario it is compared with, on the same shocks; left out, the treatment alone is judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<String>,
    /// The risk or outcome compared.
    #[schemars(schema_with = "schema::outcome")]
    pub outcome: String,
    /// The sign claimed of the effect (of the outcome itself without a control).
    pub direction: Direction,
    /// At which quarter; the last one where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub quarter: Option<u32>,
    /// The least effect (or outcome) that the claim still holds with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// The largest effect (or outcome) that the claim still holds with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
}

/// The sign that is claimed of an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Above 0, or `at_least`.
    Higher,
    /// Below 0, or `at_most`.
    Lower,
    /// No difference to speak of: within `at_least` and `at_most`.
    None,
}

impl ClaimSpec {
    /// Checks the claim against the scenarios, the horizon and the claims above it.
    pub(super) fn check(
        &self,
        scenarios: &[&str],
        quarters: u32,
        above: &[Self],
        place: &Place<'_>,
    ) -> Result<(), ConfigError> {
        if self.id.trim().is_empty() {
            return Err(place.get("id").wrong("the claim's `id` is empty", "must be a short name"));
        }
        if above.iter().any(|claim| claim.id == self.id) {
            return Err(place
                .get("id")
                .wrong(format!("there are two claims `{}`", self.id), "the second one")
                .help("give each claim an `id` of its own"));
        }
        let named = [("treatment", Some(&self.treatment)), ("control", self.control.as_ref())];
        for (key, name) in named.into_iter().filter_map(|(key, name)| Some((key, name?))) {
            if !scenarios.contains(&name.as_str()) {
                return Err(place
                    .get(key)
                    .wrong(format!("this file has no scenario `{name}`"), "unknown scenario")
                    .help(did_you_mean(name, scenarios, "its scenarios are")));
            }
        }
        if self.control.as_ref() == Some(&self.treatment) {
            return Err(place.get("control").wrong(
                format!("`{}` is compared with itself", self.treatment),
                "must be another scenario than the treatment",
            ));
        }
        check_outcome(&self.outcome, &place.get("outcome"))?;
        if let Some(quarter) = self.quarter.filter(|quarter| !(1..=quarters).contains(quarter)) {
            return Err(place
                .get("quarter")
                .wrong(format!("`quarter` is {quarter}"), format!("must be 1 to {quarters}")));
        }
        self.check_bounds(place)
    }

    fn check_bounds(&self, place: &Place<'_>) -> Result<(), ConfigError> {
        for (key, bound) in [("at_least", self.at_least), ("at_most", self.at_most)] {
            if bound.is_some_and(|bound| !bound.is_finite()) {
                return Err(place
                    .get(key)
                    .wrong(format!("`{key}` is not finite"), "must be a number"));
            }
        }
        match (self.direction, self.at_least, self.at_most) {
            (_, Some(least), Some(most)) if least > most => Err(place.get("at_most").wrong(
                format!("`at_most` ({most}) is below `at_least` ({least})"),
                "nothing is both",
            )),
            (Direction::None, least, most) if least.is_none() || most.is_none() => Err(place
                .get("direction")
                .wrong("a claim of no difference needs a band", "no band is given")
                .help(
                    "add `at_least` and `at_most`, between which a difference is not to speak of",
                )),
            _ => Ok(()),
        }
    }
}

/// Run until the interval of an outcome is narrow enough in every scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    /// The risk or outcome.
    #[schemars(schema_with = "schema::outcome")]
    pub outcome: String,
    /// Half the width of its 95 % interval, in the outcome's unit, above 0.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub half_width: f64,
    /// The most replicates to run, at least `replicates`.
    #[schemars(range(min = 1, max = 1_099_511_627_776_u64))]
    pub max_replicates: u64,
}

impl Stop {
    pub(super) fn check(&self, replicates: u64, place: &Place<'_>) -> Result<(), ConfigError> {
        check_outcome(&self.outcome, &place.get("outcome"))?;
        if !(self.half_width > 0.0 && self.half_width.is_finite()) {
            let message = format!("`half_width` is {}", self.half_width);
            return Err(place.get("half_width").wrong(message, "must be above 0"));
        }
        if self.max_replicates < replicates {
            return Err(place
                .get("max_replicates")
                .wrong(
                    format!("`max_replicates` is {}", self.max_replicates),
                    format!("must be at least {replicates}"),
                )
                .help(format!("the run starts with `replicates = {replicates}`")));
        }
        Ok(())
    }
}

/// Checks that an outcome is one there is.
pub(super) fn check_outcome(outcome: &str, place: &Place<'_>) -> Result<(), ConfigError> {
    if outcome_names().contains(&outcome) {
        return Ok(());
    }
    Err(place
        .wrong(format!("there is no outcome `{outcome}`"), "unknown outcome")
        .help(did_you_mean(outcome, &outcome_names(), "the outcomes are")))
}
