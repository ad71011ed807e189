//! A configuration as typed in: its keys and their defaults.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::analysis::{DiscoverySpec, SensitivitySpec};
use super::calendar::CalendarQuarter;
use super::claims::ClaimSpec;
use super::design_table::DesignTable;
use super::experiment::{LARGEST_FIRST, MAX_QUARTERS};
use super::names::LONGEST;
use super::output::OutputTable;
use super::parameters::ParameterTable;
use super::scenarios::{MAX_SCENARIOS, ScenarioTable};
use super::schema;
use super::space::SpaceTable;
use super::stop::Stop;
use super::uncertainty::UncertaintyTable;
use crate::tally::MAX_REPLICATES;

/// The start if none is given. The default of `politics.first_inauguration` counts from it.
pub(super) const DEFAULT_START: CalendarQuarter = CalendarQuarter { year: 2026, quarter: 1 };

/// One experiment of the article5 model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfigFile {
    /// Names the run's folder: Latin letters without accents, digits, `-`, `_` and `.`.
    #[schemars(length(min = 1, max = LONGEST))]
    pub name: String,
    /// The seed of all random numbers.
    #[serde(default = "seed")]
    #[schemars(range(min = 0))]
    pub seed: i64,
    /// Replicates of each scenario and design point.
    #[serde(default = "replicates")]
    #[schemars(range(min = 1, max = MAX_REPLICATES))]
    pub replicates: i64,
    /// The number of the first replicate, with which any stretch of the replicates can be run
    /// again.
    #[serde(default)]
    #[schemars(range(min = 0, max = LARGEST_FIRST))]
    pub first_replicate: i64,
    /// The horizon, in quarters.
    #[serde(default = "quarters")]
    #[schemars(range(min = 1, max = MAX_QUARTERS))]
    pub quarters: i64,
    /// The calendar quarter of the run's first quarter: it labels the axis, and wherever the number of a
    /// quarter belongs, a date such as "2027-Q4" is counted from it. It does not move the US
    /// inaugurations, which are counted in quarters of the run: set `politics.first_inauguration`
    /// along with it.
    #[serde(default = "start")]
    #[schemars(regex(pattern = schema::DATE))]
    pub start: String,
    /// Another members table (CSV), relative to this file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<String>,
    /// Built-in scenarios by name, before those of `[[scenario]]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::builtin_scenarios")]
    pub scenarios: Vec<String>,
    /// The scenario that the others are compared with; the first one if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The scenarios that are policies to choose among: the decision table of `article5 claims`
    /// weighs them, the chart of trade-offs shows them, and findings and headlines are about them.
    /// All if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub policies: Option<Vec<String>>,
    /// Parameter values of every scenario.
    #[serde(default)]
    pub parameters: ParameterTable,
    /// Scenarios of this file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = MAX_SCENARIOS))]
    pub scenario: Vec<ScenarioTable>,
    /// Which parameters vary between the points of the experiment, and how.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub design: Option<DesignTable>,
    /// Which parameters each replicate draws, from their plausible ranges or your own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncertainty: Option<UncertaintyTable>,
    /// The parameter values over which claims are judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub space: Option<SpaceTable>,
    /// Run until precise enough instead of a fixed number of replicates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<Stop>,
    /// Hypotheses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claim: Vec<ClaimSpec>,
    /// Outcomes whose sensitivity to the design's parameters `article5 sensitivity` reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<SensitivitySpec>,
    /// What `article5 sensitivity` seeks in the design's space: the corner of it in which an
    /// outcome comes about (PRIM).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discovery: Option<DiscoverySpec>,
    /// What the run writes.
    #[serde(default)]
    pub output: OutputTable,
}

fn seed() -> i64 {
    2026
}

fn replicates() -> i64 {
    10_000
}

fn quarters() -> i64 {
    40
}

fn start() -> String {
    DEFAULT_START.to_string()
}
