//! A claim's effect and verdict in words, the same in its chart and in the report.

use article5_runner::analysis::claims::Verdict;
use article5_runner::claims::UNDEFINED;
use article5_runner::numbers::{
    decimals, number, percent, percent_decimals, percent_range, shortest, signed, signed_shortest,
};
use article5_runner::outcome::Outcome;
use article5_runner::tables::rows::ClaimRow;

use crate::Wording;

/// The verdicts, best first, with the verb for one claim and for several.
const VERDICTS: [(Verdict, &str, &str); 4] = [
    (Verdict::Holds, "holds", "hold"),
    (Verdict::Fails, "fails", "fail"),
    (Verdict::Depends, "depends on parameters", "depend on parameters"),
    (Verdict::Undecided, "is undecided", "are undecided"),
];

/// How many claims met each verdict that any claim met, and its verb: `1`, `holds`; `2`, `fail`.
pub(crate) fn verdicts(claims: &[ClaimRow]) -> Vec<(usize, &'static str)> {
    let met = VERDICTS.iter().filter_map(|(verdict, one, several)| {
        let count = claims.iter().filter(|claim| claim.verdict == *verdict).count();
        (count > 0).then_some((count, if count == 1 { *one } else { *several }))
    });
    met.collect()
}

/// Between which bounds an effect agrees with a claim.
pub(crate) fn bounds(claim: &ClaimRow) -> (Option<f64>, Option<f64>) {
    claim.direction.bounds(claim.at_least, claim.at_most)
}

/// What a claim's effect is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// The difference of two shares, in percentage points.
    Points,
    /// A share, in per cent.
    Percent,
    /// Any other difference.
    Difference,
    /// Any other number.
    Level,
}

/// The fewest decimals of an effect that is no share.
const DECIMALS: usize = 2;

impl Measure {
    /// The measure of a claim's effect.
    pub(crate) fn of(claim: &ClaimRow) -> Self {
        match (is_share(claim), claim.is_level()) {
            (true, true) => Self::Percent,
            (true, false) => Self::Points,
            (false, true) => Self::Level,
            (false, false) => Self::Difference,
        }
    }

    /// The same, with shares shown as plain numbers.
    fn as_number(self) -> Self {
        if self.is_level() { Self::Level } else { Self::Difference }
    }

    /// Whether effects are shares.
    pub(crate) fn is_share(self) -> bool {
        matches!(self, Self::Points | Self::Percent)
    }

    /// Whether the claim is about a level rather than a difference or a change.
    pub(crate) fn is_level(self) -> bool {
        matches!(self, Self::Percent | Self::Level)
    }

    /// A bound, written as the effect beside it is.
    pub(crate) fn bound(self, bound: f64) -> String {
        let hundredths = 100.0 * bound;
        match self {
            Self::Percent => format!("{}%", shortest(hundredths)),
            Self::Points => {
                let signed = signed_shortest(hundredths);
                let one = matches!(signed.as_str(), "+1" | "−1");
                format!("{signed} {}", if one { "point" } else { "points" })
            }
            Self::Level => shortest(bound),
            Self::Difference => signed_shortest(bound),
        }
    }
}

fn is_share(claim: &ClaimRow) -> bool {
    let outcome = Outcome::named(&claim.outcome);
    match Outcome::named(&claim.per) {
        Some(per) => outcome.is_some_and(|outcome| outcome.is_part_of(per)),
        // A risk, or an outcome that cannot exceed 1 whatever the parameters; grievance, by which
        // Moscow's stake grows, can.
        None => outcome.is_none_or(|own| own.limits().is_some()),
    }
}

/// The effect with its interval: `+9.3 points (8.4 to 10.3)`, `34% (30–38%)`, `−3.20 (−3.41 to
/// −2.99)`.
pub(crate) fn effect(claim: &ClaimRow) -> String {
    effect_within(claim, Wording::English, |_| true)
}

/// The same in as few decimals as it takes to fit; in neutral wording it is the number in the
/// table, as not every language has a word for percentage points.
pub(crate) fn effect_within(
    claim: &ClaimRow,
    wording: Wording,
    fits: impl Fn(&str) -> bool,
) -> String {
    let Some(effect) = claim.effect else {
        return wording.pick(format!("effect {UNDEFINED}"), "–".to_owned());
    };
    let measure = Measure::of(claim);
    let measure = wording.pick(measure, measure.as_number());
    let interval = claim.low.zip(claim.high);
    let (low, high) = interval.unwrap_or((effect, effect));
    let (least, deserved) = match measure {
        Measure::Percent => (0, percent_decimals(effect, low, high)),
        Measure::Points => (0, points_decimals(effect, interval)),
        Measure::Level | Measure::Difference => (DECIMALS, decimals(high - low, DECIMALS)),
    };
    let words = |decimals: usize| match measure {
        Measure::Percent => percent_in(effect, interval, decimals),
        Measure::Points => points_in(effect, interval, decimals),
        Measure::Level => number(effect, decimals) + &bracket(interval, decimals, wording),
        Measure::Difference => signed(effect, decimals) + &bracket(interval, decimals, wording),
    };
    let mut shorter = (least.min(deserved)..=deserved).rev().map(words);
    shorter.find(|words| fits(words)).unwrap_or_else(|| words(least.min(deserved)))
}

/// A difference of shares in percentage points, with its interval if there is one:
/// `+9.3 points (8.4 to 10.3)`.
pub(crate) fn points(difference: f64, interval: Option<(f64, f64)>) -> String {
    points_in(difference, interval, points_decimals(difference, interval))
}

/// The decimals of a difference in points: as many as its interval warrants, and one or two more if
/// otherwise an end that is not 0, or not the same as the difference, would be shown as if it were.
/// One decimal without an interval.
pub(crate) fn points_decimals(difference: f64, interval: Option<(f64, f64)>) -> usize {
    const MAX: usize = 3;
    let Some((low, high)) = interval else { return 1 };
    let least = percent_decimals(difference.abs(), low, high);
    let shown = |value: f64, decimals: usize| number(100.0 * value, decimals);
    let is_told = |end: f64, decimals: usize| {
        let end_shown = shown(end, decimals);
        let is_zero = !end_shown.bytes().any(|sign| matches!(sign, b'1'..=b'9'));
        (end == 0.0 || !is_zero) && (end == difference || end_shown != shown(difference, decimals))
    };
    (least..MAX).find(|&own| is_told(low, own) && is_told(high, own)).unwrap_or(MAX)
}

fn points_in(difference: f64, interval: Option<(f64, f64)>, decimals: usize) -> String {
    let value = signed(100.0 * difference, decimals);
    let interval = interval.map(|(low, high)| (100.0 * low, 100.0 * high));
    format!("{value} points{}", bracket(interval, decimals, Wording::English))
}

fn percent_in(share: f64, interval: Option<(f64, f64)>, decimals: usize) -> String {
    let ends = interval.map(|(low, high)| format!(" ({})", percent_range(low, high, decimals)));
    percent(share, decimals) + &ends.unwrap_or_default()
}

fn bracket(interval: Option<(f64, f64)>, decimals: usize, wording: Wording) -> String {
    interval.map_or_else(String::new, |(low, high)| {
        format!(" ({})", wording.range(low, high, decimals))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(outcome: &str, per: &str, control: &str, effect: f64, half: f64) -> ClaimRow {
        ClaimRow {
            outcome: outcome.to_owned(),
            per: per.to_owned(),
            control: control.to_owned(),
            effect: Some(effect),
            low: Some(effect - half),
            high: Some(effect + half),
            ..ClaimRow::default()
        }
    }

    #[test]
    fn shares_are_in_points_and_per_cent_and_the_rest_are_numbers() {
        for (row, told) in [
            (row("tiered", "", "none", 0.093, 0.01), "+9.3 points (8.3 to 10.3)"),
            (row("trust_mean", "", "none", -0.021, 0.001), "−2.1 points (−2.2 to −2.0)"),
            (row("tiered", "", "", 0.344, 0.04), "34% (30–38%)"),
            (row("rear_trust", "", "", 0.344, 0.01), "34.4% (33.4–35.4%)"),
            (row("incidents", "", "none", 3.2, 0.21), "+3.20 (2.99 to 3.41)"),
            (row("kyiv_capability", "", "", 0.35367, 0.0015), "0.3537 (0.3522 to 0.3552)"),
            (row("grievance", "", "none", 0.0121, 0.002), "+0.0121 (0.0101 to 0.0141)"),
            (row("probes_ukraine", "attacks_ukraine", "", 3.5, 0.02), "3.500 (3.480 to 3.520)"),
            (row("full_answers_ukraine", "answers_ukraine", "", 0.5, 0.1), "50% (40–60%)"),
        ] {
            assert_eq!(effect(&row), told);
        }
        let since = ClaimRow { since: Some(4), ..row("trust_mean", "", "", -0.021, 0.001) };
        assert_eq!(effect(&since), "−2.1 points (−2.2 to −2.0)");
        let single = ClaimRow { low: None, high: None, ..row("tiered", "", "none", 0.5, 0.0) };
        assert_eq!(effect(&single), "+50.0 points");
        assert_eq!(effect(&ClaimRow::default()), "effect undefined");
    }

    #[test]
    fn an_effect_has_fewer_decimals_where_there_is_less_room() {
        let narrow = row("kyiv_capability", "", "none", -0.35367, 0.0015);
        assert_eq!(
            effect_within(&narrow, Wording::English, |words| words.len() < 30),
            "−0.35 (−0.36 to −0.35)"
        );
        let share = row("tiered", "", "none", 0.093, 0.01);
        assert_eq!(effect_within(&share, Wording::Neutral, |_| true), "+0.093 (0.083 … 0.103)");
    }

    #[test]
    fn a_difference_is_given_in_points_with_the_decimals_its_interval_bears() {
        assert_eq!(points(0.0934, Some((0.084, 0.1031))), "+9.3 points (8.4 to 10.3)");
        assert_eq!(points(-0.43, Some((-0.46, -0.40))), "−43 points (−46 to −40)");
        assert_eq!(points(0.004, Some((-0.004, 0.012))), "+0.4 points (−0.4 to 1.2)");
        assert_eq!(points(0.5, None), "+50.0 points");
        // An interval is not shown without width either.
        assert_eq!(points(0.0099, Some((0.00972, 0.01007))), "+0.99 points (0.97 to 1.01)");
        assert_eq!(points(0.01, Some((0.01, 0.01))), "+1.0 points (1.0 to 1.0)");
        // An end that is not 0 is not shown as 0: an interval clear of 0 would look as if it were
        // not.
        assert_eq!(points(0.0022, Some((0.0001, 0.0043))), "+0.22 points (0.01 to 0.43)");
    }

    #[test]
    fn verdicts_are_counted_the_best_first() {
        let claims = [Verdict::Fails, Verdict::Holds, Verdict::Fails, Verdict::Depends];
        let claims = claims.map(|verdict| ClaimRow { verdict, ..ClaimRow::default() });
        assert_eq!(verdicts(&claims), [(1, "holds"), (2, "fail"), (1, "depends on parameters")]);
    }
}
