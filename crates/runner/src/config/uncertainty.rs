//! Uncertain parameters.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::design::Vary;
use super::document::Place;
use super::error::ConfigError;
use super::ranges::RangeTables;
use super::varying::keys_varying;
use super::{ranges, schema};

/// Parameters that each replicate draws.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = schema::varies_named)]
pub struct UncertaintyTable {
    /// Parameter keys, in which `*` stands for any characters, as in "response.*": each is drawn from
    /// its plausible range.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vary: Vec<String>,
    /// Ranges of your own, by parameter key, in place of the plausible ones.
    #[serde(default, skip_serializing_if = "RangeTables::is_empty")]
    #[schemars(schema_with = "schema::ranges")]
    pub ranges: RangeTables,
}

impl UncertaintyTable {
    /// What varies, and over what, in the order of `parameters.csv`.
    pub(super) fn resolve(&self, place: &Place<'_>) -> Result<Vec<Vary>, ConfigError> {
        let own = ranges::resolve(&self.ranges, &place.get("ranges"))?;
        let place = place.get("vary");
        if self.vary.is_empty() && own.is_empty() {
            return Err(place.wrong("the uncertainty varies nothing", "empty").help(
                "name parameters, as in `vary = [\"response.*\"]`, or leave [uncertainty] out",
            ));
        }
        let keys = keys_varying(&self.vary, &self.ranges, &place)?;
        Ok(ranges::vary(&keys, own))
    }
}
