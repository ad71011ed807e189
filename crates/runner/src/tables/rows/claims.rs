//! The tables of `article5 claims`.

use super::Column;
use crate::analysis::claims::{Finding, Verdict};
use crate::config::Direction;
use crate::outcome::QuantityKind;

impl Column {
    /// If the claim divides by another outcome, the ratio is in the unit of the one per that of the
    /// other.
    fn effect(self, meaning: &'static str) -> Self {
        self.measured(meaning, "unit of the outcome, divided by that of `per` if there is one")
    }
}

table! { "claims", "Each hypothesis: its effect, its reach and the verdict",
    pub struct ClaimRow {
        id: String => is("short name of the claim").key(),
        statement: String => is("what is claimed"),
        treatment: String => is("scenario that the claim is about"),
        control: String
            => is("scenario it is compared with on the same shocks, if any").optional(),
        quarter: u32 => quarter(),
        date: String => date(),
        kind: QuantityKind => kind(),
        outcome: String => is("name of the risk or outcome"),
        per: String => is("outcome that it is divided by, if any").optional(),
        /// Empty for the outcome itself.
        since: Option<u32> => measured("quarter from which the change is taken", "quarter"),
        direction: Direction => is("higher, lower or none: what is claimed of the effect"),
        /// Empty if unbounded, as is `at_most`.
        at_least: Option<f64> => effect("least effect with which the claim holds"),
        at_most: Option<f64> => effect("largest effect with which the claim holds"),
        n: u64 => count("replicates of the baseline"),
        /// Empty if it does not exist, such as a share of nothing; so are the next two.
        treatment_level: Option<f64>
            => effect("level, or change since, under the treatment at the baseline"),
        control_level: Option<f64>
            => effect("level, or change since, under the control at the baseline"),
        effect: Option<f64> => effect("treatment less control, or the level, at the baseline"),
        /// Empty for a single replicate, as is `high`.
        low: Option<f64> => effect("lower end of its 95 % interval"),
        high: Option<f64> => effect("upper end of its 95 % interval"),
        p_value: Option<f64>
            => probability("two-sided p-value of the effect against the claim's bound"),
        p_holm: Option<f64>
            => probability("the same after Holm's correction for the number of claims"),
        pairing_gain: Option<f64> => pairing_gain(),
        points: u64 => count("points of the parameter space"),
        point_n: u64 => count("replicates at each point"),
        share_of_space: Option<f64>
            => share("share of the points whose interval is wholly as claimed"),
        share_low: Option<f64> => share("lower end of its Wilson 95 % interval"),
        share_high: Option<f64> => share("upper end of its Wilson 95 % interval"),
        share_reversed: Option<f64>
            => share("share of the points whose interval contradicts the claim"),
        /// It contains the noise of the points' replicates, as do the next two.
        effect_q05: Option<f64> => effect("5 % quantile of the points' effects"),
        effect_q50: Option<f64> => effect("median of the points' effects"),
        effect_q95: Option<f64> => effect("95 % quantile of the points' effects"),
        /// Separated by `; `; empty if none was found.
        deciding: String
            => is("parameters that decide a claim that depends, or lacks events; strongest first")
            .optional(),
        /// Per point; or at the baseline, if that is what is undecided.
        replicates_needed: Option<u64> => count("replicates that would likely settle it"),
        verdict: Verdict => is("holds, fails, depends or undecided"),
        reason: String => is("why, in a sentence"),
    }
}

impl ClaimRow {
    /// Whether the claim is about a level rather than a difference or a change.
    pub fn is_level(&self) -> bool {
        self.control.is_empty() && self.since.is_none()
    }
}

table! { "claim_points", "Each claim's effect at each point of the parameter space",
    pub struct ClaimPointRow {
        id: String => is("short name of the claim").key(),
        point: u32 => is("point of `space.csv`, not of the baseline's tables").key(),
        n: u64 => replicates(),
        /// Empty if it does not exist, such as a share of nothing.
        effect: Option<f64> => of_outcome("treatment less control, or the level"),
        low: Option<f64> => of_outcome("lower end of its 95 % interval"),
        high: Option<f64> => of_outcome("upper end of its 95 % interval"),
        finding: Finding => is("holds, reversed or unclear: where the interval lies"),
    }
}

table! { "claim_parameters", "How far each parameter decides each claim",
    pub struct ClaimParameterRow {
        id: String => is("short name of the claim").key(),
        parameter: String => is("key of the parameter").key(),
        rank: u32 => is("1 for the parameter that decides most"),
        rank_correlation: f64
            => measured("Spearman's rank correlation with the effect, −1 to 1", "correlation"),
        p_holm: f64 => probability(
            "its two-sided p-value (normal, variance 1/(n−1)), after Holm over the parameters"
        ),
        /// Empty if there is no point, as is `holds_high`.
        holds_low: Option<f64>
            => share("share of the points at which the claim holds, lower half of its range"),
        holds_high: Option<f64>
            => share("share of the points at which the claim holds, upper half of its range"),
    }
}

table! { "space_risks", "How likely each risk is at each point of the parameter space",
    pub struct SpaceRiskRow {
        scenario: String => scenario(),
        point: u32 => is("point of `space.csv`").key(),
        risk: String => is("name of the risk").key(),
        n: u64 => replicates(),
        by: f64
            => probability("share of the replicates in which it has happened by the last quarter"),
    }
}

table! { "decisions", "What each scenario risks, what dominates it, and its regret",
    pub struct DecisionRow {
        scenario: String => scenario(),
        risk: String => is("name of the risk").key(),
        quarter: u32 => quarter(),
        date: String => date(),
        n: u64 => count("replicates of the baseline"),
        by: f64 => probability("share of the replicates in which it has happened by the quarter"),
        /// As in `risks.csv`.
        low: f64 => probability("lower end of its 95 % interval"),
        high: f64 => probability("upper end of its 95 % interval"),
        /// Over all headline risks; separated by `; `; empty on the frontier.
        dominated_by: String => is(
            "policies estimated no likelier in any risk and less likely in at least one beyond chance, if any"
        ).optional(),
        /// Judged at each point from the replicates of that point, which are fewer than at the
        /// baseline: by chance the estimate of a rare risk may be on the wrong side of another,
        /// which hides dominance or wrongly shows it.
        dominated_share: Option<f64> => share(
            "share of the points of the space at which some policy dominates it, by the same rule"
        ),
        /// If there are none, the columns after it are empty.
        points: u64 => count("points of the parameter space"),
        regret_worst: Option<f64>
            => probability("excess over the best policy at the worst point"),
        regret_worst_point: Option<u32> => is("that point, of `space.csv`"),
        regret_p90: Option<f64> => probability("90 % quantile of the excess over the points"),
        regret_mean: Option<f64> => probability("mean excess over the points"),
        best_share: Option<f64> => share(
            "share of the points at which it does best; points at which several do are divided among them"
        ),
    }
}
