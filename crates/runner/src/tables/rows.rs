//! One struct a table, one field a column, in the column order of the file.
//!
//! All tables are long (tidy): a row an estimate. Probabilities are fractions. `point` is the
//! design point, 0 where the experiment has no design; `quarter` counts from 1 and `date` is its
//! calendar name, as in `2026-Q1`. An empty field (`None`) is a quantity that does not exist, such
//! as the mean over no replicates.

mod claims;

use serde::{Deserialize, Serialize};

pub use claims::{ClaimParameterRow, ClaimPointRow, ClaimRow, DecisionRow, SpaceRiskRow};

/// `summary.csv`: the distribution of an outcome over the replicates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the data package says what each column is")]
pub struct SummaryRow {
    pub scenario: String,
    pub point: u32,
    pub quarter: u32,
    pub date: String,
    pub outcome: String,
    pub n: u64,
    pub mean: f64,
    /// Empty for a single replicate, as is `se`.
    pub sd: Option<f64>,
    pub se: Option<f64>,
    pub q05: f64,
    pub q25: f64,
    pub q50: f64,
    pub q75: f64,
    pub q95: f64,
}

/// `risks.csv`: the probability that something has happened by a quarter, and that it holds at it,
/// each with its Wilson 95 % interval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the data package says what each column is")]
pub struct RiskRow {
    pub scenario: String,
    pub point: u32,
    pub quarter: u32,
    pub date: String,
    pub risk: String,
    pub n: u64,
    pub by: f64,
    pub by_low: f64,
    pub by_high: f64,
    pub at: f64,
    pub at_low: f64,
    pub at_high: f64,
}

/// `codebook.csv`: what the risks and outcomes are that other tables name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the data package says what each column is")]
pub struct CodebookRow {
    pub kind: String,
    pub outcome: String,
    pub unit: String,
    pub meaning: String,
}

/// `members.csv`: each ally's trust, cover, effort and place in the tiers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the data package says what each column is")]
pub struct MemberRow {
    pub scenario: String,
    pub point: u32,
    pub quarter: u32,
    pub date: String,
    pub iso3: String,
    pub n: u64,
    pub trust_mean: f64,
    /// Empty for a single replicate.
    pub trust_sd: Option<f64>,
    pub trust_q05: f64,
    pub trust_q25: f64,
    pub trust_q50: f64,
    pub trust_q75: f64,
    pub trust_q95: f64,
    /// Replicates that are tiered (own reading) in this quarter.
    pub tiered_n: u64,
    /// Share of those in which the ally is in the lower tier.
    pub lower_tier: Option<f64>,
    pub effort_mean: f64,
    pub defence_mean: f64,
    pub in_force: f64,
    pub allied_cover_mean: f64,
    pub moscow_cover_mean: f64,
}

/// `alliance.csv`: the members table as the run used it, with the computed features.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the data package says what each column is")]
pub struct AllianceRow {
    pub iso3: String,
    pub name: String,
    pub gdp_usd_bn: f64,
    pub us_troops_k: f64,
    pub land_border_with_russia: u8,
    pub distance_capital_to_russia_km: f64,
    pub defence_share_gdp_2025e: f64,
    pub nuclear_weapons_state: u8,
    pub trust_prior_pct: f64,
    pub force_caution: f64,
    pub tile_col: Option<u32>,
    pub tile_row: Option<u32>,
    pub stake: f64,
    pub exposure: f64,
    /// 1 where exposure reaches `measure.frontline_exposure` of the first scenario.
    pub frontline: u8,
}

/// `cover.csv`: the mean chance of a full answer to an attack on `target`, in the eyes of
/// `observer`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the data package says what each column is")]
pub struct CoverRow {
    pub scenario: String,
    pub point: u32,
    pub quarter: u32,
    pub date: String,
    pub observer: String,
    pub target: String,
    pub n: u64,
    pub p_full_mean: f64,
}

/// `events.csv`: how often each target was challenged in a quarter, and how Washington answered.
/// Rows with no event at all are left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the data package says what each column is")]
pub struct EventRow {
    pub scenario: String,
    pub point: u32,
    pub quarter: u32,
    pub date: String,
    /// `probe`, `attack` or `incident`.
    pub event: String,
    pub target: String,
    /// `none`, `narrow` or `full`.
    pub answer: String,
    pub count: u64,
    pub n: u64,
}

/// `comparisons.csv`: the paired difference of a scenario from the reference, on common shocks, at
/// the horizon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the data package says what each column is")]
pub struct ComparisonRow {
    pub scenario: String,
    pub reference: String,
    pub point: u32,
    pub quarter: u32,
    pub date: String,
    /// `risk` or `outcome`.
    pub kind: String,
    pub outcome: String,
    pub n: u64,
    pub difference: f64,
    /// Empty for a single replicate, as is `high`.
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Variance of the difference of independent samples over that of the paired one; empty where
    /// the paired difference does not vary.
    pub pairing_gain: Option<f64>,
}

/// `sensitivity.csv`: how much of an outcome each parameter decides, by Sobol's indices or by
/// Morris's elementary effects; the fields of the other method are empty. Intervals are 95 %, not
/// cut off at 0 or 1, and carry the sampling of the design and the noise of the replicates.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the data package says what each column is")]
pub struct SensitivityRow {
    pub scenario: String,
    /// The scenario it is compared with on common shocks; empty where the level itself is meant.
    pub reference: String,
    pub quarter: u32,
    pub date: String,
    /// `risk` or `outcome`.
    pub kind: String,
    pub outcome: String,
    pub parameter: String,
    /// `sobol` or `morris`.
    pub method: String,
    /// Base points (Sobol) or trajectories (Morris).
    pub base: u64,
    pub n: u64,
    pub first: Option<f64>,
    pub first_low: Option<f64>,
    pub first_high: Option<f64>,
    pub total: Option<f64>,
    pub total_low: Option<f64>,
    pub total_high: Option<f64>,
    /// What the total index would be if noise were taken for the parameter's doing.
    pub total_with_noise: Option<f64>,
    pub mu: Option<f64>,
    pub mu_low: Option<f64>,
    pub mu_high: Option<f64>,
    pub mu_star: Option<f64>,
    pub mu_star_low: Option<f64>,
    pub mu_star_high: Option<f64>,
    pub sigma: Option<f64>,
    pub sigma_low: Option<f64>,
    pub sigma_high: Option<f64>,
    /// What replicate noise alone makes of μ*.
    pub mu_star_of_noise: Option<f64>,
    /// Share of the outcome's raw variance over the design that is replicate noise.
    pub noise_share: Option<f64>,
    /// `negative` or `wide` where the sample is too small for the index, `noise` where a
    /// parameter's influence cannot be told from replicate noise, else empty.
    pub doubt: String,
}

/// `responses.csv`: what sensitivity and boxes are made from, a subject at a design point.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the data package says what each column is")]
pub struct ResponseRow {
    pub scenario: String,
    /// As in [`SensitivityRow`].
    pub reference: String,
    pub point: u32,
    pub quarter: u32,
    pub date: String,
    /// `risk` or `outcome`.
    pub kind: String,
    pub outcome: String,
    pub n: u64,
    pub mean: f64,
    pub se: f64,
}

/// `boxes.csv`: a parameter that a box of PRIM restricts. What a box does not restrict has no row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the data package says what each column is")]
pub struct BoxRow {
    pub scenario: String,
    /// As in [`SensitivityRow`].
    pub reference: String,
    pub quarter: u32,
    pub date: String,
    /// `risk` or `outcome`.
    pub kind: String,
    pub outcome: String,
    /// Between which means points are of interest.
    pub at_least: Option<f64>,
    pub at_most: Option<f64>,
    /// From 1, in the order found.
    #[serde(rename = "box")]
    pub number: u32,
    pub parameter: String,
    pub low: f64,
    pub high: f64,
    /// The interval of the parameter over the design.
    pub range_low: f64,
    pub range_high: f64,
    pub coverage: f64,
    pub density: f64,
    pub mass: f64,
    /// Mean of the outcome over the points in the box.
    pub mean: f64,
    pub points: u64,
    pub points_of_interest: u64,
    /// The greater of the two below.
    pub quasi_p: Option<f64>,
    pub low_quasi_p: Option<f64>,
    pub high_quasi_p: Option<f64>,
    /// Share of the resampled searches that restrict the parameter, in the box nearest in coverage
    /// and in the one nearest in density.
    pub reproduced_coverage: f64,
    pub reproduced_density: f64,
    pub low_q05: f64,
    pub low_q95: f64,
    pub high_q05: f64,
    pub high_q95: f64,
}

/// `trace.csv`: one replicate's trust through time, of each ally and of the two groups.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the data package says what each column is")]
pub struct TraceRow {
    pub scenario: String,
    pub replicate: u64,
    pub quarter: u32,
    pub date: String,
    /// `frontline`, `rear` or an ally.
    pub series: String,
    pub trust: f64,
}

/// `trace_events.csv`: what happened to one replicate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the data package says what each column is")]
pub struct TraceEventRow {
    pub scenario: String,
    pub replicate: u64,
    pub quarter: u32,
    pub date: String,
    /// `probe`, `attack`, `incident`, `scripted`, `internationalist` or `restraint` (an
    /// administration is elected), `war_ends`, `abandoned`, `tiered`, `untiered`, `ruptured`,
    /// `unruptured`.
    pub event: String,
    /// Whom it met; empty where it is about nobody, or where several events are scripted.
    pub target: String,
    /// `none`, `narrow` or `full`, of a scripted response that of the script; empty where Washington had
    /// nothing to answer.
    pub answer: String,
    /// How far resolve was from another answer, latent units.
    pub margin: Option<f64>,
}
