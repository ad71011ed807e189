//! What a run writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::dates::{as_typed, must_be_within};
use super::document::Place;
use super::error::ConfigError;
use super::schema;

/// The most design points whose risks are kept for charts and reports.
pub const MAX_CHARTED: usize = 10_000;

/// What to write, as typed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OutputTable {
    /// Draw the charts; false: tables only.
    pub charts: bool,
    /// Write `trajectories.csv`: one row per replicate and quarter.
    pub trajectories: bool,
    /// Write `replicates.csv`: one row per replicate.
    pub replicates: bool,
    /// Write the larger tables as Parquet too.
    pub parquet: bool,
    /// The quarters of the cover matrix; if left out, the first and the last, or with a design
    /// none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::quarters")]
    pub cover_quarters: Option<Vec<i64>>,
    /// The quarters that the tables by quarter hold; if left out, all, or with a design only the
    /// last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::quarters")]
    pub quarters: Option<Vec<i64>>,
    /// Quarters at which scenarios are compared besides the last one of the tables, such as that of
    /// an event; the tables hold them too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::quarters")]
    pub comparison_quarters: Vec<i64>,
}

impl Default for OutputTable {
    fn default() -> Self {
        Self {
            charts: true,
            trajectories: false,
            replicates: false,
            parquet: false,
            cover_quarters: None,
            quarters: None,
            comparison_quarters: Vec::new(),
        }
    }
}

/// What to write, resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputOptions {
    /// Draw the charts.
    pub charts: bool,
    /// Write `trajectories.csv`.
    pub trajectories: bool,
    /// Write `replicates.csv`.
    pub replicates: bool,
    /// Write the larger tables as Parquet too.
    pub parquet: bool,
    /// The quarters of the cover matrix, in ascending order; may be empty.
    pub cover_quarters: Vec<u32>,
    /// The quarters that the tables by quarter hold, in ascending order; never empty.
    pub quarters: Vec<u32>,
    /// Quarters at which scenarios are compared besides the last one, in ascending order.
    pub comparison_quarters: Vec<u32>,
}

impl OutputTable {
    pub(super) fn resolve(
        &self,
        quarters: u32,
        has_design: bool,
        place: &Place<'_>,
    ) -> Result<OutputOptions, ConfigError> {
        let chosen = |given: Option<&Vec<i64>>, key: &str, default: Vec<u32>| {
            let Some(given) = given else { return Ok(default) };
            let place = place.get(key);
            let mut chosen = Vec::with_capacity(given.len());
            for (index, &value) in given.iter().enumerate() {
                match u32::try_from(value).ok().filter(|value| (1..=quarters).contains(value)) {
                    Some(value) => chosen.push(value),
                    None => {
                        let place = place.at(index);
                        let value = as_typed(value, &place);
                        let message = format!("`{key}` has quarter {value}, outside the run");
                        return Err(place.wrong(message, must_be_within(quarters, &place)));
                    }
                }
            }
            chosen.sort_unstable();
            chosen.dedup();
            Ok(chosen)
        };
        // A cover matrix for each of many points would dwarf every other table.
        let mut ends = if has_design { Vec::new() } else { vec![1, quarters] };
        ends.dedup();
        let all = if has_design { vec![quarters] } else { (1..=quarters).collect() };
        let kept = chosen(self.quarters.as_ref(), "quarters", all)?;
        if kept.is_empty() {
            return Err(place
                .get("quarters")
                .wrong("`quarters` is empty: the tables would hold nothing", "empty")
                .help(format!("leave it out, or name quarters, as in [{quarters}]")));
        }
        Ok(OutputOptions {
            charts: self.charts,
            trajectories: self.trajectories,
            replicates: self.replicates,
            parquet: self.parquet,
            cover_quarters: chosen(self.cover_quarters.as_ref(), "cover_quarters", ends)?,
            quarters: kept,
            comparison_quarters: chosen(
                Some(&self.comparison_quarters),
                "comparison_quarters",
                Vec::new(),
            )?,
        })
    }
}

impl From<&OutputOptions> for OutputTable {
    fn from(output: &OutputOptions) -> Self {
        let typed = |quarters: &[u32]| quarters.iter().copied().map(i64::from).collect();
        Self {
            charts: output.charts,
            trajectories: output.trajectories,
            replicates: output.replicates,
            parquet: output.parquet,
            cover_quarters: Some(typed(&output.cover_quarters)),
            quarters: Some(typed(&output.quarters)),
            comparison_quarters: typed(&output.comparison_quarters),
        }
    }
}
