//! The tables of `article5 claims`.

use serde::{Deserialize, Serialize};

/// `space_risks.csv`: how likely each risk is in each scenario at each point of the parameter space.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the data package says what each column is")]
pub struct SpaceRiskRow {
    pub scenario: String,
    pub point: u32,
    pub risk: String,
    pub n: u64,
    pub by: f64,
}

/// `claims.csv`: a hypothesis, its effect at the baseline, how far it holds over the parameter
/// space, and the verdict.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the data package says what each column is")]
pub struct ClaimRow {
    pub id: String,
    pub statement: String,
    pub treatment: String,
    /// Empty where the treatment alone is judged.
    pub control: String,
    pub quarter: u32,
    pub date: String,
    /// `risk` or `outcome`.
    pub kind: String,
    pub outcome: String,
    /// The outcome that it is divided by; empty where it is taken as it is.
    pub per: String,
    /// The quarter from which the change is measured; empty for the outcome itself.
    pub since: Option<u32>,
    /// `higher`, `lower` or `none`.
    pub direction: String,
    /// The least and the largest effect with which the claim still holds; empty where unbounded.
    pub at_least: Option<f64>,
    pub at_most: Option<f64>,
    /// Replicates of the baseline.
    pub n: u64,
    /// Of the treatment and the control at the baseline, on which the effect rests. All three are
    /// empty where they do not exist, such as a share of nothing.
    pub treatment_level: Option<f64>,
    pub control_level: Option<f64>,
    pub effect: Option<f64>,
    /// Empty for a single replicate, as is `high`.
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// The probability of the baseline's effect, or a larger one, were the claim's bound the truth;
    /// two-sided, and after Holm's correction for the number of claims.
    pub p_value: Option<f64>,
    pub p_holm: Option<f64>,
    pub pairing_gain: Option<f64>,
    /// Points of the parameter space, and replicates at each.
    pub points: u64,
    pub point_n: u64,
    /// Share of the points where the effect is as claimed, its whole interval; its Wilson interval.
    pub share_of_space: Option<f64>,
    pub share_low: Option<f64>,
    pub share_high: Option<f64>,
    /// Share of the points where the whole interval contradicts the claim.
    pub share_reversed: Option<f64>,
    /// The effects of the points: noise of their replicates included.
    pub effect_q05: Option<f64>,
    pub effect_q50: Option<f64>,
    pub effect_q95: Option<f64>,
    /// The parameters that decide, most first, separated by `; `; empty where none was found.
    pub deciding: String,
    /// Replicates a point, or of the baseline where that is undecided, that would likely settle it.
    pub replicates_needed: Option<u64>,
    /// `holds`, `fails`, `depends` or `undecided`.
    pub verdict: String,
    /// Why, in a sentence.
    pub reason: String,
}

/// `claim_points.csv`: a claim's effect at a point of the parameter space.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the data package says what each column is")]
pub struct ClaimPointRow {
    pub id: String,
    pub point: u32,
    pub n: u64,
    /// Empty where it does not exist, such as a share of nothing.
    pub effect: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// `holds`, `reversed` or `unclear`.
    pub finding: String,
}

/// `claim_parameters.csv`: how far a parameter decides a claim over the parameter space.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the data package says what each column is")]
pub struct ClaimParameterRow {
    pub id: String,
    pub parameter: String,
    /// From 1, the parameter that decides most first.
    pub rank: u32,
    /// Spearman's rank correlation of the parameter with the effect.
    pub rank_correlation: f64,
    /// Of the correlation, two-sided, after Holm's correction for the number of parameters.
    pub p_holm: f64,
    /// Share of the points where the claim holds, in the lower and the upper half of the range;
    /// empty where there is no point.
    pub holds_low: Option<f64>,
    pub holds_high: Option<f64>,
}

/// `decisions.csv`: what a scenario risks, which scenarios are better in every respect, and how
/// much worse it can turn out than the best one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the data package says what each column is")]
pub struct DecisionRow {
    pub scenario: String,
    pub risk: String,
    pub quarter: u32,
    pub date: String,
    /// Replicates of the baseline.
    pub n: u64,
    pub by: f64,
    pub low: f64,
    pub high: f64,
    /// Scenarios that dominate this one over all headline risks, separated by `; `; empty on the
    /// frontier.
    pub dominated_by: String,
    /// Points of the parameter space; empty columns where there are none.
    pub points: u64,
    pub regret_worst: Option<f64>,
    pub regret_worst_point: Option<u32>,
    pub regret_p90: Option<f64>,
    pub regret_mean: Option<f64>,
    /// Share of the points at which no scenario does better.
    pub best_share: Option<f64>,
}
