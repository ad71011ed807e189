//! What a headline may claim: differences whose intervals are clear of zero.

use article5_runner::analysis::Estimate;
use article5_runner::analysis::claims::{Region, holm};
use article5_runner::numbers::{estimate_decimals, number, percent, range};
use article5_runner::tables::Tables;
use article5_runner::tables::rows::{ComparisonRow, RiskRow, SummaryRow};
use article5_runner::tally::Z_95;

use crate::chance;

/// The fewest decimals of a difference or a mean.
const DECIMALS: usize = 2;

/// The chance of even one false finding among all that are looked at: the intervals are 95 %
/// intervals.
const FALSE: f64 = 0.05;

/// A difference with its interval, if it has one.
pub(super) fn estimate(row: &ComparisonRow) -> Option<Estimate> {
    Some(Estimate { value: row.difference, low: row.low?, high: row.high? })
}

/// Whether the interval excludes zero.
pub(super) fn is_clear(difference: Estimate) -> bool {
    difference.low > 0.0 || difference.high < 0.0
}

/// The differences of a risk or an outcome under each policy from the reference, in the order of
/// the scenarios.
pub(super) fn differences<'a>(
    tables: &'a Tables,
    outcome: &'a str,
) -> impl Iterator<Item = &'a ComparisonRow> {
    let rows = tables.comparisons.iter();
    let of_policies = rows.filter(|row| tables.is_policy(&row.scenario));
    of_policies.filter(move |row| row.outcome == outcome && row.point == 0)
}

/// What a headline calls what it counts, in the singular and in the plural.
pub(super) fn nouns(tables: &Tables) -> (&'static str, &'static str) {
    if tables.has_others() { ("policy", "policies") } else { ("scenario", "scenarios") }
}

/// What a headline may say that none of the policies among these scenarios is shown to differ from:
/// the name of their reference, or words if they have several. `None` if one of them is not compared
/// with it in one of these outcomes, as then nothing is known of that pair.
pub(super) fn reference_of_all<'t>(
    tables: &'t Tables,
    scenarios: &[&str],
    outcomes: &[&str],
) -> Option<&'t str> {
    let reference = tables.reference()?;
    let several = tables.has_own_references();
    let is_compared = |scenario: &str, outcome: &str| {
        let with = |row: &ComparisonRow| several || row.reference == reference;
        differences(tables, outcome).any(|row| row.scenario == scenario && with(row))
    };
    let mut others =
        scenarios.iter().filter(|name| **name != reference && tables.is_policy(name)).peekable();
    others.peek()?;
    let are_compared =
        others.all(|scenario| outcomes.iter().all(|outcome| is_compared(scenario, outcome)));
    are_compared.then_some(if several { "its reference" } else { reference })
}

/// The chance of a risk at the horizon under one scenario less that under another, with its
/// interval: paired on common shocks if the tables have it, and otherwise as if the samples were
/// independent, which is wider if common shocks move both scenarios alike.
pub(super) fn difference(tables: &Tables, one: &RiskRow, other: &RiskRow) -> Estimate {
    let paired = |of: &RiskRow, less: &RiskRow| {
        tables.comparisons.iter().find_map(|row| {
            let same = row.outcome == of.risk
                && row.scenario == of.scenario
                && row.reference == less.scenario
                && row.quarter == of.quarter;
            same.then_some((row.low?, row.high?))
        })
    };
    let (low, high) = paired(one, other)
        .or_else(|| paired(other, one).map(|(low, high)| (-high, -low)))
        .unwrap_or_else(|| newcombe(one, other));
    Estimate { value: one.by - other.by, low, high }
}

/// The 95 % interval of the difference of two independent proportions from their own
/// (Newcombe 1998, *Statistics in Medicine* 17, 873–890, method 10).
fn newcombe(one: &RiskRow, other: &RiskRow) -> (f64, f64) {
    let root = |a: f64, b: f64| (a * a + b * b).sqrt();
    let value = one.by - other.by;
    (
        value - root(one.by - one.by_low, other.by_high - other.by),
        value + root(one.by_high - one.by, other.by - other.by_low),
    )
}

/// The largest of the differences that are clear of zero and stay so after Holm's correction (1979)
/// for how many were looked at: if none of eight policies differed from their reference, one of
/// their 95 % intervals would still be clear of zero in a quarter of all runs.
pub(super) fn strongest<'a>(
    differences: impl Iterator<Item = &'a ComparisonRow>,
) -> Option<&'a ComparisonRow> {
    let known = |row: &'a ComparisonRow| Some((row, p_value(row)?));
    let (all, p_values): (Vec<_>, Vec<f64>) = differences.filter_map(known).unzip();
    let found = all.into_iter().zip(holm(&p_values)).filter(|(_, p_holm)| *p_holm < FALSE);
    found
        .map(|(row, _)| row)
        .filter(|row| estimate(row).is_some_and(is_clear))
        .max_by(|a, b| a.difference.abs().total_cmp(&b.difference.abs()))
}

/// The two-sided p-value of no difference, from the interval; `None` without one.
fn p_value(row: &ComparisonRow) -> Option<f64> {
    let Estimate { low, high, .. } = estimate(row)?;
    // Intervals of chances do not lie evenly about the estimate; from the middle, 5 % is where they
    // touch zero.
    let value = 0.5 * (low + high);
    let above_zero = Region { least: 0.0, most: f64::INFINITY };
    let p_value = above_zero.p_value(Estimate { value, low, high }, None, row.n);
    // An interval without width leaves no doubt.
    Some(p_value.unwrap_or(0.0))
}

/// Whether the intervals of two chances have nothing in common.
pub(super) fn are_apart(one: Estimate, other: Estimate) -> bool {
    one.high < other.low || other.high < one.low
}

/// Whether two chances differ by more than the largest of `many` differences is likely to by
/// chance, judged by Bonferroni's inequality and the bound exp(−z²/2) on both tails of a normal
/// distribution beyond z.
pub(super) fn is_beyond_chance(one: Estimate, other: Estimate, many: usize) -> bool {
    let (less, more) = if one.value < other.value { (one, other) } else { (other, one) };
    let (up, down) = (less.high - less.value, more.value - more.low);
    let wider = (2.0 * libm::log(many as f64 / FALSE)).sqrt() / Z_95;
    more.value - less.value > wider * (up * up + down * down).sqrt()
}

/// The decimals of two chances that are found to differ: those that each has beside its interval, or
/// `least` if its chart gives it more; and as many more as it takes to show that they differ.
pub(super) fn decimals_of_both(one: Estimate, other: Estimate, least: usize) -> [usize; 2] {
    const MAX: usize = 3;
    let with = |more: usize| {
        [one, other].map(|chance| (chance::decimals(chance).max(least) + more).min(MAX))
    };
    let differ =
        |[own, others]: &[usize; 2]| percent(one.value, *own) != percent(other.value, *others);
    (0..MAX).map(with).find(differ).unwrap_or_else(|| with(MAX))
}

/// Two chances that are found to differ, with these decimals.
pub(super) fn told_apart(one: &RiskRow, other: &RiskRow, least: usize) -> [String; 2] {
    let [own, others] = decimals_of_both(chance::by(one), chance::by(other), least);
    [percent(one.by, own), percent(other.by, others)]
}

/// The size of a difference, without its sign, with its interval.
pub(super) fn size(Estimate { value, low, high }: Estimate) -> String {
    let (low, high) = if value < 0.0 { (-high, -low) } else { (low, high) };
    with_interval(Estimate { value: value.abs(), low, high })
}

/// A mean with its 95 % interval; without it for a single replicate.
pub(super) fn mean(row: &SummaryRow) -> String {
    match row.low.zip(row.high) {
        Some((low, high)) => with_interval(Estimate { value: row.mean, low, high }),
        None => number(row.mean, DECIMALS),
    }
}

/// Half the width of the interval of a mean; of one that does not lie evenly about it, the longer
/// side.
pub(super) fn half_width(mean: f64, low: Option<f64>, high: Option<f64>) -> Option<f64> {
    low.zip(high).map(|(low, high)| (mean - low).max(high - mean))
}

/// An estimate with its interval, which is named because a headline stands alone.
fn with_interval(Estimate { value, low, high }: Estimate) -> String {
    // A table's decimals keep two digits of the width; a headline's about one.
    const COARSER: f64 = 3.0;
    let decimals = estimate_decimals(value, COARSER * low, COARSER * high, DECIMALS);
    format!("{} (95%: {})", number(value, decimals), range(low, high, decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_that_differ_are_not_told_as_the_same() {
        let [narrow, wide] = [0.001, 0.04].map(|half| {
            move |by: f64| RiskRow {
                by,
                by_low: by - half,
                by_high: by + half,
                ..RiskRow::default()
            }
        });
        assert_eq!(told_apart(&narrow(0.193), &narrow(0.098), 0), ["19.3%", "9.8%"]);
        assert_eq!(told_apart(&narrow(0.036_86), &narrow(0.036_74), 0), ["3.69%", "3.67%"]);
        // Beside so wide an interval a chance has no decimals, nor has it in the headline.
        assert_eq!(told_apart(&wide(0.185), &narrow(0.098), 0), ["18%", "9.8%"]);
        assert_eq!(told_apart(&wide(0.185), &narrow(0.098), 1), ["18.5%", "9.8%"]);
        assert_eq!(told_apart(&wide(0.462), &wide(0.458), 0), ["46.2%", "45.8%"]);
    }

    #[test]
    fn a_mean_has_the_interval_of_its_row() {
        let row = SummaryRow { mean: 0.4, se: Some(0.0), n: 100, ..SummaryRow::default() };
        assert_eq!(mean(&row), "0.40");
        let (low, high) = (Some(0.38), Some(0.47));
        assert_eq!(mean(&SummaryRow { low, high, ..row }), "0.40 (95%: 0.38 to 0.47)");
        assert!(half_width(0.4, low, high).is_some_and(|half| (half - 0.07).abs() < 1e-12));
        assert_eq!(half_width(0.4, low, None), None);
    }

    #[test]
    fn a_decrease_is_as_large_as_its_interval_turned_round() {
        let told = |value, low, high| size(Estimate { value, low, high });
        assert_eq!(told(-0.2, -0.3, -0.1), "0.20 (95%: 0.10 to 0.30)");
        assert_eq!(told(0.0377, 0.0331, 0.0422), "0.038 (95%: 0.033 to 0.042)");
        assert_eq!(told(0.2, 0.1, 0.3), "0.20 (95%: 0.10 to 0.30)");
        assert_eq!(told(0.0, -0.1, 0.2), "0.00 (95%: −0.10 to 0.20)");
    }

    #[test]
    fn the_largest_of_many_differences_is_found_only_if_so_many_would_not_show_it_by_chance() {
        // Its p-value alone is 0.028: 1.96 · 1.12 is 2.2 standard errors.
        let row = |difference: f64| ComparisonRow {
            n: 10_000,
            difference,
            low: Some(difference - 0.1),
            high: Some(difference + 0.1),
            ..ComparisonRow::default()
        };
        let found = |rows: &[ComparisonRow]| strongest(rows.iter()).map(|row| row.difference);
        assert_eq!(found(&[row(-0.112)]), Some(-0.112));
        assert_eq!(found(&[row(-0.112), row(0.0), row(0.01), row(0.02)]), None);
        // One that is known not to be chance leaves fewer to be corrected for, and is the largest.
        assert_eq!(found(&[row(-0.112), row(0.5)]), Some(0.5));
        // Differences without an interval are not looked at.
        let unknown = ComparisonRow { low: None, high: None, ..row(0.9) };
        assert_eq!(found(&[unknown, row(-0.112)]), Some(-0.112));
    }

    #[test]
    fn a_reference_is_that_of_all_only_if_each_policy_is_compared_with_it() {
        let row = |scenario: &str, reference: &str| ComparisonRow {
            scenario: scenario.to_owned(),
            reference: reference.to_owned(),
            outcome: "tiered".to_owned(),
            ..ComparisonRow::default()
        };
        let all = ["none", "pledge", "tripwire"];
        let tables = |comparisons: &[ComparisonRow], policies: &[&str]| Tables {
            comparisons: comparisons.to_vec(),
            policies: policies.iter().map(|&name| name.to_owned()).collect(),
            ..Tables::default()
        };
        let one = tables(&[row("pledge", "none"), row("tripwire", "none")], &[]);
        assert_eq!(reference_of_all(&one, &all, &["tiered"]), Some("none"));
        assert_eq!(reference_of_all(&one, &all, &["tiered", "ruptured"]), None);
        assert_eq!(reference_of_all(&one, &all[..1], &["tiered"]), None);
        // One has a reference of its own.
        let own = [row("pledge", "none"), row("tripwire", "pledge")];
        let several = tables(&own, &[]);
        assert_eq!(reference_of_all(&several, &all, &["tiered"]), Some("its reference"));
        // That reference is no policy: the only one that is compared is not compared with `none`.
        let policies = tables(&own, &["none", "tripwire"]);
        assert_eq!(reference_of_all(&policies, &all, &["tiered"]), None);
        // It is not among the scenarios that were asked for, and the row that compares with it is gone.
        let left = tables(&[row("backstop", "none")], &[]);
        assert_eq!(reference_of_all(&left, &["none", "backstop", "tripwire"], &["tiered"]), None);
    }

    #[test]
    fn an_interval_that_touches_zero_is_not_clear_of_it() {
        let clear = |low: f64, high: f64| is_clear(Estimate { value: 0.1, low, high });
        assert!(clear(0.01, 0.2) && clear(-0.2, -0.01));
        assert!(!clear(0.0, 0.2) && !clear(-0.2, 0.0) && !clear(-0.1, 0.1));
        assert_eq!(estimate(&ComparisonRow::default()), None);
    }

    #[test]
    fn a_difference_is_the_paired_one_of_the_same_risk_in_either_direction() {
        let chance = |scenario: &str, by: f64| RiskRow {
            scenario: scenario.to_owned(),
            risk: "tiered".to_owned(),
            quarter: 40,
            by,
            by_low: by - 0.1,
            by_high: by + 0.1,
            ..RiskRow::default()
        };
        let paired = |scenario: &str, outcome: &str, low: f64| ComparisonRow {
            scenario: scenario.to_owned(),
            reference: "none".to_owned(),
            outcome: outcome.to_owned(),
            quarter: 40,
            low: Some(low),
            high: Some(low + 0.05),
            ..ComparisonRow::default()
        };
        let comparisons = vec![
            paired("pledge", "ruptured", 0.7),
            paired("other", "tiered", 0.8),
            paired("pledge", "tiered", 0.18),
        ];
        let tables = Tables { comparisons, ..Tables::default() };
        let (pledge, none) = (chance("pledge", 0.3), chance("none", 0.1));
        let Estimate { value, low, high } = difference(&tables, &pledge, &none);
        assert!((value - 0.2).abs() < 1e-15 && low == 0.18 && (high - 0.23).abs() < 1e-15);
        let Estimate { value, low, high } = difference(&tables, &none, &pledge);
        assert!((value + 0.2).abs() < 1e-15 && (low + 0.23).abs() < 1e-15 && high == -0.18);
        // Two that are not compared there are taken as independent: ±√(0.1² + 0.1²).
        let Estimate { low, high, .. } = difference(&tables, &pledge, &chance("third", 0.1));
        let half = 0.02_f64.sqrt();
        assert!((low - (0.2 - half)).abs() < 1e-15 && (high - (0.2 + half)).abs() < 1e-15);
    }

    #[test]
    fn the_interval_of_a_difference_agrees_with_newcombes_example() {
        // Newcombe (1998), table II, case (a), method 10: 56/70 less 48/80, 0.0524 to 0.3339.
        let of = |by: f64, by_low: f64, by_high: f64| RiskRow {
            by,
            by_low,
            by_high,
            ..RiskRow::default()
        };
        let (low, high) = newcombe(&of(0.8, 0.691_834, 0.876_953), &of(0.6, 0.490_455, 0.700_382));
        assert!((low - 0.0524).abs() < 1e-4 && (high - 0.3339).abs() < 1e-4, "{low} {high}");
    }
}
