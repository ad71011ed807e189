//! The columns of the tables of `article5 claims`.

use super::{Column, Kind, OF_OUTCOME, Table, count, kind, number, probability, text};
use crate::tables::rows::{ClaimParameterRow, ClaimPointRow, ClaimRow, DecisionRow, SpaceRiskRow};

fn share(name: &'static str, meaning: &'static str) -> Column {
    number(name, "share", meaning)
}

fn quarter() -> [Column; 2] {
    [
        Column::new("quarter", Kind::Integer, "quarter", "quarter of the run, from 1"),
        text("date", "calendar quarter, as in 2026-Q1"),
    ]
}

impl Table for ClaimRow {
    const NAME: &'static str = "claims";
    const TITLE: &'static str = "Each hypothesis: its effect, its reach and the verdict";

    fn columns() -> Vec<Column> {
        /// Where the claim divides by another outcome, their ratio has no unit of either.
        const OF_EFFECT: &str = "unit of the outcome, by that of `per` where there is one";
        let effect = |name, meaning| number(name, OF_EFFECT, meaning);
        let [quarter, date] = quarter();
        vec![
            text("id", "short name of the claim").key(),
            text("statement", "what is claimed"),
            text("treatment", "scenario that the claim is about"),
            text("control", "scenario it is compared with on the same shocks, if any").optional(),
            quarter,
            date,
            kind(),
            text("outcome", "name of the risk or outcome"),
            text("per", "outcome that it is divided by, if any").optional(),
            Column::new(
                "since",
                Kind::Integer,
                "quarter",
                "quarter from which the change is taken",
            )
            .optional(),
            text("direction", "higher, lower or none: what is claimed of the effect")
                .one_of(&["higher", "lower", "none"]),
            effect("at_least", "least effect with which the claim holds").optional(),
            effect("at_most", "largest effect with which the claim holds").optional(),
            count("n", "replicates of the baseline"),
            effect(
                "treatment_level",
                "level, or change since, under the treatment at the baseline",
            )
            .optional(),
            effect("control_level", "level, or change since, under the control at the baseline")
                .optional(),
            effect("effect", "treatment less control, or the level, at the baseline").optional(),
            effect("low", "lower end of its 95 % interval").optional(),
            effect("high", "upper end of its 95 % interval").optional(),
            probability("p_value", "two-sided p-value of the effect against the claim's bound")
                .optional(),
            probability("p_holm", "the same after Holm's correction for the number of claims")
                .optional(),
            number(
                "pairing_gain",
                "ratio",
                "variance of the difference of independent samples over that of the paired one",
            )
            .optional(),
            count("points", "points of the parameter space"),
            count("point_n", "replicates at each point"),
            share("share_of_space", "share of the points whose interval is wholly as claimed")
                .optional(),
            share("share_low", "lower end of its Wilson 95 % interval").optional(),
            share("share_high", "upper end of its Wilson 95 % interval").optional(),
            share("share_reversed", "share of the points whose interval contradicts the claim")
                .optional(),
            effect("effect_q05", "5 % quantile of the points' effects").optional(),
            effect("effect_q50", "median of the points' effects").optional(),
            effect("effect_q95", "95 % quantile of the points' effects").optional(),
            text(
                "deciding",
                "parameters that decide a claim that depends, or lacks events; most first",
            )
            .optional(),
            count("replicates_needed", "replicates that would likely settle it").optional(),
            text("verdict", "holds, fails, depends or undecided").one_of(&[
                "holds",
                "fails",
                "depends",
                "undecided",
            ]),
            text("reason", "why, in a sentence"),
        ]
    }
}

impl Table for ClaimPointRow {
    const NAME: &'static str = "claim_points";
    const TITLE: &'static str = "Each claim's effect at each point of the parameter space";

    fn columns() -> Vec<Column> {
        vec![
            text("id", "short name of the claim").key(),
            Column::new(
                "point",
                Kind::Integer,
                "",
                "point of `space.csv`, not of the baseline's tables",
            )
            .key(),
            count("n", "replicates"),
            number("effect", OF_OUTCOME, "treatment less control, or the level").optional(),
            number("low", OF_OUTCOME, "lower end of its 95 % interval").optional(),
            number("high", OF_OUTCOME, "upper end of its 95 % interval").optional(),
            text("finding", "holds, reversed or unclear: where the interval lies")
                .one_of(&["holds", "reversed", "unclear"]),
        ]
    }
}

impl Table for ClaimParameterRow {
    const NAME: &'static str = "claim_parameters";
    const TITLE: &'static str = "How far each parameter decides each claim";

    fn columns() -> Vec<Column> {
        vec![
            text("id", "short name of the claim").key(),
            text("parameter", "key of the parameter").key(),
            Column::new("rank", Kind::Integer, "", "1 for the parameter that decides most"),
            number(
                "rank_correlation",
                "correlation",
                "Spearman's rank correlation with the effect, −1 to 1",
            ),
            probability(
                "p_holm",
                "its two-sided p-value (normal, variance 1/(n−1)), after Holm over the parameters",
            ),
            share("holds_low", "share of the points that hold, lower half of its range").optional(),
            share("holds_high", "share of the points that hold, upper half of its range")
                .optional(),
        ]
    }
}

impl Table for SpaceRiskRow {
    const NAME: &'static str = "space_risks";
    const TITLE: &'static str = "How likely each risk is at each point of the parameter space";

    fn columns() -> Vec<Column> {
        vec![
            text("scenario", "name of the scenario").key(),
            Column::new("point", Kind::Integer, "", "point of `space.csv`").key(),
            text("risk", "name of the risk").key(),
            count("n", "replicates"),
            probability(
                "by",
                "share of the replicates in which it has happened by the last quarter",
            ),
        ]
    }
}

impl Table for DecisionRow {
    const NAME: &'static str = "decisions";
    const TITLE: &'static str = "What each scenario risks, what dominates it, and its regret";

    fn columns() -> Vec<Column> {
        let [quarter, date] = quarter();
        vec![
            text("scenario", "name of the scenario").key(),
            text("risk", "name of the risk").key(),
            quarter,
            date,
            count("n", "replicates of the baseline"),
            probability("by", "share of the replicates in which it has happened by the quarter"),
            probability("low", "lower end of its Wilson 95 % interval"),
            probability("high", "upper end of its Wilson 95 % interval"),
            text("dominated_by", "policies no likelier in any risk and less likely in at least one beyond chance, if any").optional(),
            count("points", "points of the parameter space"),
            probability("regret_worst", "excess over the best policy at the worst point")
                .optional(),
            Column::new("regret_worst_point", Kind::Integer, "", "that point, of `space.csv`").optional(),
            probability("regret_p90", "90 % quantile of the excess over the points").optional(),
            probability("regret_mean", "mean excess over the points").optional(),
            share("best_share", "share of the points at which no policy does better").optional(),
        ]
    }
}
