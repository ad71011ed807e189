//! What `article5 sensitivity` is asked: the sensitivity of which outcomes, and what to discover.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::claims::check_thresholds;
use super::design::{DesignKind, DesignSpec};
use super::document::Place;
use super::error::ConfigError;
use super::known::Known;
use super::names::quoted;
use super::scenarios::check_named;
use super::schema;

/// Bootstrap resamples if the number is not given: enough for a standard error to within 3 %.
const RESAMPLES: u32 = 1000;

/// The density of a box if none is given, the EMA Workbench's default.
const DENSITY: f64 = 0.8;

/// The most bootstrap resamples: beyond them nothing is gained.
const MAX_RESAMPLES: u32 = 100_000;

/// The most boxes sought.
const MAX_BOXES: u32 = 20;

/// Sensitivity: of which outcomes, under which scenario. Needs a Saltelli or Morris design.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SensitivitySpec {
    /// The risks (having happened by the last quarter) and outcomes (at it).
    #[schemars(schema_with = "schema::outcomes")]
    pub outcomes: Vec<String>,
    /// The scenario; can be left out if there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    /// Another scenario: the difference from it, on common shocks, is analysed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Bootstrap resamples of the design.
    #[serde(default = "resamples")]
    #[schemars(range(min = 2, max = MAX_RESAMPLES))]
    pub resamples: u32,
}

/// Scenario discovery: where in the design's space the outcome reaches a threshold (PRIM).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DiscoverySpec {
    /// The risk (having happened by the last quarter) or outcome (at it).
    #[schemars(schema_with = "schema::outcome")]
    pub outcome: String,
    /// The scenario; can be left out if there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    /// Another scenario: the difference from it, on common shocks, is what reaches the threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Points whose mean is at least this are of interest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// Points whose mean is at most this are of interest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
    /// The least share of a box's points that must be of interest, 0 to 1.
    #[serde(default = "density")]
    #[schemars(range(max = 1), extend("exclusiveMinimum" = 0))]
    pub density: f64,
    /// How many boxes are sought, each outside the ones before it.
    #[serde(default = "boxes")]
    #[schemars(range(min = 1, max = MAX_BOXES))]
    pub boxes: u32,
}

impl SensitivitySpec {
    /// Checks it against what is known and the design.
    pub(super) fn check(
        &self,
        known: &Known<'_>,
        design: Option<&DesignSpec>,
        place: &Place<'_>,
        root: &Place<'_>,
    ) -> Result<(), ConfigError> {
        let outcomes = place.get("outcomes");
        if self.outcomes.is_empty() {
            return Err(outcomes
                .wrong("no outcome is given for the sensitivity", "empty")
                .help("name outcomes, as in `outcomes = [\"tiered\"]`"));
        }
        for (index, outcome) in self.outcomes.iter().enumerate() {
            known.check_outcome(outcome, &outcomes.at(index))?;
            if self.outcomes.iter().take(index).any(|above| above == outcome) {
                let message = format!("`outcomes` has `{outcome}` twice");
                return Err(outcomes.at(index).wrong(message, "the second one"));
            }
        }
        check_scenarios(
            self.scenario.as_deref(),
            self.reference.as_deref(),
            known.scenarios,
            place,
        )?;
        if !(2..=MAX_RESAMPLES).contains(&self.resamples) {
            let message = format!("`resamples` is {}", self.resamples);
            let label = format!("must be 2 to {MAX_RESAMPLES}");
            return Err(place.get("resamples").wrong(message, label));
        }
        match design.map(|design| design.kind) {
            Some(DesignKind::Saltelli { .. } | DesignKind::Morris { .. }) => Ok(()),
            found => {
                let (place, label) = match found {
                    None => (place.clone(), "no [design] is given"),
                    Some(_) => (root.get("design").get("kind"), "another kind of design"),
                };
                Err(place
                    .wrong("a sensitivity needs a saltelli or a morris design", label)
                    .help("saltelli gives Sobol indices, morris screens many parameters cheaply"))
            }
        }
    }
}

impl DiscoverySpec {
    /// Whether a point with this mean is of interest.
    #[must_use]
    pub fn holds(&self, mean: f64) -> bool {
        self.at_least.is_none_or(|least| mean >= least)
            && self.at_most.is_none_or(|most| mean <= most)
    }

    /// Checks it against what is known and the design.
    pub(super) fn check(
        &self,
        known: &Known<'_>,
        design: Option<&DesignSpec>,
        place: &Place<'_>,
    ) -> Result<(), ConfigError> {
        let quantity = known.check_outcome(&self.outcome, &place.get("outcome"))?;
        check_scenarios(
            self.scenario.as_deref(),
            self.reference.as_deref(),
            known.scenarios,
            place,
        )?;
        let limits = quantity.limits(self.reference.is_some());
        check_thresholds(self.at_least, self.at_most, limits, place)?;
        if self.at_least.is_none() && self.at_most.is_none() {
            return Err(place
                .wrong("nothing says which points are of interest", "no threshold")
                .help("add `at_least = …` or `at_most = …`, as in `at_least = 0.5`"));
        }
        let (low, high) = limits.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        if self.holds(low) && self.holds(high) {
            let key = if self.at_least.is_some() { "at_least" } else { "at_most" };
            return Err(place
                .get(key)
                .wrong("every possible value meets the threshold", "always met")
                .help("set one that some points miss, as in `at_least = 0.5`"));
        }
        if !(self.density > 0.0 && self.density <= 1.0) {
            let message = format!("`density` is {}", self.density);
            return Err(place.get("density").wrong(message, "must be above 0 and at most 1"));
        }
        if !(1..=MAX_BOXES).contains(&self.boxes) {
            let message = format!("`boxes` is {}", self.boxes);
            return Err(place.get("boxes").wrong(message, format!("must be 1 to {MAX_BOXES}")));
        }
        if design.is_none() {
            return Err(place
                .wrong("discovery needs a design to search", "no [design] is given")
                .help("add a [design], for example `kind = \"sobol\"` with `points = 1024`"));
        }
        Ok(())
    }
}

/// Checks which scenario is meant, and with which it is compared.
fn check_scenarios(
    scenario: Option<&str>,
    reference: Option<&str>,
    known: &[&str],
    place: &Place<'_>,
) -> Result<(), ConfigError> {
    for (key, name) in [("scenario", scenario), ("reference", reference)] {
        if let Some(name) = name {
            check_named(name, known, &place.get(key))?;
        }
    }
    match (scenario, known) {
        (None, []) | (None, [_, _, ..]) => Err(place
            .wrong("which scenario is meant?", "no `scenario` is given, and there are several")
            .help(format!("add `scenario = …`; its scenarios are {}", quoted(known)))),
        (own, [only, ..]) if reference.is_some() && reference == own.or(Some(*only)) => {
            Err(place.get("reference").wrong(
                format!("`{}` is compared with itself", reference.unwrap_or_default()),
                "must be a different scenario",
            ))
        }
        _ => Ok(()),
    }
}

fn resamples() -> u32 {
    RESAMPLES
}

fn density() -> f64 {
    DENSITY
}

fn boxes() -> u32 {
    1
}
