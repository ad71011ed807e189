//! At which points of the parameter space claims are judged: where the model does what it is known
//! to do.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::claims::check_thresholds;
use super::document::Place;
use super::error::ConfigError;
use super::known::Known;
use super::names::did_you_mean;
use super::scenarios::check_named;
use super::schema;
use crate::numbers::{shortest, within};
use crate::outcome::{Quantity, Risk};

/// Points of the space count only where a risk by the last quarter is as likely as this: a set of
/// parameters under which the model does what nobody expects says nothing about a claim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpaceWhere {
    /// The scenario under which the risk is taken.
    pub scenario: String,
    /// The risk: the probability that it has happened by the last quarter.
    #[schemars(schema_with = "schema::risk")]
    pub risk: String,
    /// The least probability at a point that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1))]
    pub at_least: Option<f64>,
    /// The largest probability at a point that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1))]
    pub at_most: Option<f64>,
}

impl fmt::Display for SpaceWhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scenario, risk, at_least, at_most } = self;
        write!(f, "{risk} under {scenario} is {}", within(*at_least, *at_most, shortest))
    }
}

impl SpaceWhere {
    /// Whether a point at which the risk has this probability counts.
    pub(crate) fn allows(&self, probability: f64) -> bool {
        self.at_least.is_none_or(|least| probability >= least)
            && self.at_most.is_none_or(|most| probability <= most)
    }

    pub(super) fn check(&self, known: &Known<'_>, place: &Place<'_>) -> Result<(), ConfigError> {
        check_named(&self.scenario, known.scenarios, &place.get("scenario"))?;
        let Some(risk) = Risk::named(&self.risk) else {
            let names = Risk::ALL.map(Risk::name);
            return Err(place
                .get("risk")
                .wrong(format!("there is no risk `{}`", self.risk), "unknown risk")
                .help(did_you_mean(&self.risk, &names, "the risks are")));
        };
        let possible = Quantity::Risk(risk).limits(false);
        check_thresholds(self.at_least, self.at_most, possible, place)?;
        if possible.is_some_and(|(low, high)| self.allows(low) && self.allows(high)) {
            return Err(place
                .wrong("every point counts", "nothing is left out")
                .help("add `at_least = …` or `at_most = …`, as in `at_least = 0.4`"));
        }
        Ok(())
    }
}
