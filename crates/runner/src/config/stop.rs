//! The stopping rule: how precise an outcome must be.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::claims::FRACTIONS;
use super::document::Place;
use super::error::ConfigError;
use super::known::Known;
use super::schema;
use crate::tally::MAX_REPLICATES;

/// Run until the interval of an outcome is narrow enough in every scenario, at the last quarter
/// that the tables list. The interval is computed as if the number of replicates had been fixed
/// beforehand. For something that seldom happens it can be narrow before anything is seen, so let
/// `replicates`, the size of a batch, be in the hundreds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    /// The risk or outcome; an ally's trust by its code, as in `trust_EST`.
    #[schemars(schema_with = "schema::outcome")]
    pub outcome: String,
    /// Half the width of its 95 % interval, in the outcome's unit, above 0; for a share or a
    /// probability, at most half of its range.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub half_width: f64,
    /// The most replicates to run, at least `replicates`.
    #[schemars(range(min = 1, max = MAX_REPLICATES))]
    pub max_replicates: u64,
}

impl Stop {
    pub(super) fn check(
        &self,
        known: &Known<'_>,
        replicates: u64,
        place: &Place<'_>,
    ) -> Result<(), ConfigError> {
        let limits = known.check_outcome(&self.outcome, &place.get("outcome"))?.limits(false);
        let most = limits.map_or(f64::MAX, |(low, high)| (high - low) / 2.0);
        if !(self.half_width > 0.0 && self.half_width <= most) {
            let message = format!("`half_width` is {}", self.half_width);
            let place = place.get("half_width");
            return Err(match limits {
                Some(_) if self.half_width > most => {
                    place.wrong(message, format!("must be at most {most}")).help(FRACTIONS)
                }
                _ => place.wrong(message, "must be above 0 and finite"),
            });
        }
        if !(replicates..=MAX_REPLICATES).contains(&self.max_replicates) {
            return Err(place
                .get("max_replicates")
                .wrong(
                    format!("`max_replicates` is {}", self.max_replicates),
                    format!("must be {replicates} to {MAX_REPLICATES}"),
                )
                .help(format!("the run starts with `replicates = {replicates}`")));
        }
        Ok(())
    }
}
