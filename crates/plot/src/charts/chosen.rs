//! Which scenarios are shown in a chart that has room for two, and why.

use article5_runner::numbers::counted;
use article5_runner::outcome::Risk;
use article5_runner::tables::Tables;
use article5_runner::tables::rows::{ComparisonRow, RiskRow};
use itertools::Itertools;

use super::findings;

/// The risk by which the policy to show beside the reference is chosen.
const RISK: Risk = Risk::Tiered;

/// A reference, and the policy whose risk of a tiered alliance is furthest above it; if none is
/// shown to be above, the one furthest below; if none is shown to differ, the last. Only one if
/// there is only one.
pub(super) fn scenarios(tables: &Tables) -> Vec<&str> {
    let all = all(tables);
    let furthest = furthest(tables);
    let reference = furthest.map(|row| row.reference.as_str()).or(tables.reference());
    let Some(first) = reference.or(all.first().copied()) else { return all };
    let furthest = furthest.map(|row| row.scenario.as_str());
    // If the reference is the last, the last before it.
    let counts = |name: &&str| *name != first && tables.is_policy(name);
    let unchosen = || all.iter().rev().copied().find(counts);
    let other = furthest.filter(|name| all.contains(name)).or_else(unchosen);
    std::iter::once(first).chain(other).collect()
}

/// The scenarios that have rows of allies.
fn all(tables: &Tables) -> Vec<&str> {
    let rows = tables.members.iter().filter(|row| row.point == 0);
    rows.map(|row| row.scenario.as_str()).unique().collect()
}

/// Why these were chosen, for a subtitle; nothing if there is no choice.
pub(super) fn reason(tables: &Tables) -> String {
    let all = all(tables);
    let [first, other] = scenarios(tables)[..] else { return String::new() };
    if all.len() <= 2 {
        return String::new();
    }
    let first = if all.first() == Some(&first) { "the first scenario" } else { "the reference" };
    let one = if tables.has_others() { "policy" } else { "one" };
    if let Some(row) = furthest(tables) {
        if tables.has_own_references() {
            let way = if row.difference > 0.0 { "above" } else { "below" };
            return format!(
                ". Shown: the {one} whose risk of a tiered alliance is most {way} its reference’s, and that \
                 reference"
            );
        }
        let (end, high) =
            if row.difference > 0.0 { ("highest", "high") } else { ("lowest", "low") };
        let risk = match alike(tables, row) {
            0 => format!("{end} risk of a tiered alliance"),
            // The highest of several that chance alone may have put in this order.
            count => format!(
                "{end} estimate of the risk of a tiered alliance, though {} may be as {high}",
                match count {
                    1 => "that of another".to_owned(),
                    count => format!("those of {}", counted(count, "other", "others")),
                }
            ),
        };
        return format!(". Shown: {first}, and the {one} with the {risk}");
    }
    let is_last = all.iter().rev().find(|name| tables.is_policy(name)) == Some(&other);
    let last = if is_last { "last" } else { "last other" };
    format!(". Shown: {first} and the {last} {}", findings::nouns(tables).0)
}

/// How many other policies' risks are not distinguished from that of the chosen one: those for
/// which the interval of the difference contains 0.
fn alike(tables: &Tables, chosen: &ComparisonRow) -> u64 {
    let risk = |row: &&RiskRow| row.risk == RISK.name() && row.point == 0;
    let at_end = |row: &&RiskRow| row.quarter == chosen.quarter;
    let rows = || tables.risks.iter().filter(risk).filter(at_end);
    let Some(own) = rows().find(|row| row.scenario == chosen.scenario) else { return 0 };
    let others = rows().filter(|row| {
        tables.is_policy(&row.scenario)
            && ![&own.scenario, &chosen.reference].contains(&&row.scenario)
    });
    let alike = others.filter(|other| {
        let difference = findings::difference(tables, own, other);
        difference.low <= 0.0 && difference.high >= 0.0
    });
    alike.count() as u64
}

/// The largest increase that is clear of zero, or else the largest decrease.
fn furthest(tables: &Tables) -> Option<&ComparisonRow> {
    let differences = || findings::differences(tables, RISK.name());
    let clear =
        || differences().filter(|row| findings::estimate(row).is_some_and(findings::is_clear));
    let upward = clear().filter(|row| row.difference > 0.0);
    upward
        .max_by(|a, b| a.difference.total_cmp(&b.difference))
        .or_else(|| clear().min_by(|a, b| a.difference.total_cmp(&b.difference)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::awkward::Run;

    /// Rows of chances with intervals that reach `half` either way, all compared with the first.
    fn tables(chances: fn(usize) -> f64, count: usize, half: f64) -> Tables {
        let mut tables = Run { risk: chances, ..Run::of(count) }.tables();
        for row in &mut tables.risks {
            (row.by_low, row.by_high) = (row.by - half, row.by + half);
        }
        for row in &mut tables.comparisons {
            row.low = Some(row.difference - half);
            row.high = Some(row.difference + half);
        }
        tables
    }

    #[test]
    fn a_scenario_that_is_no_policy_is_not_shown_however_risky() {
        let mut tables = tables(|place| [0.1, 0.3, 0.2, 0.9][place], 4, 0.01);
        assert_eq!(scenarios(&tables), ["scenario-0", "scenario-3"]);
        tables.policies = ["scenario-0", "scenario-1", "scenario-2"].map(str::to_owned).to_vec();
        assert_eq!(scenarios(&tables), ["scenario-0", "scenario-1"]);
        let told = ". Shown: the first scenario, and the policy with the highest risk of a tiered alliance";
        assert_eq!(reason(&tables), told);
        // If none is shown to differ, it is the last of the policies.
        tables.comparisons.iter_mut().for_each(|row| row.low = Some(-1.0));
        assert_eq!(scenarios(&tables), ["scenario-0", "scenario-2"]);
        assert_eq!(reason(&tables), ". Shown: the first scenario and the last policy");
    }

    #[test]
    fn the_last_scenario_is_the_last_other_where_the_reference_is_last() {
        let alike = |reference: usize| Run { reference, risk: |_| 0.2, ..Run::of(3) }.tables();
        assert_eq!(scenarios(&alike(2)), ["scenario-2", "scenario-1"]);
        assert_eq!(reason(&alike(2)), ". Shown: the reference and the last other scenario");
        assert_eq!(scenarios(&alike(1)), ["scenario-1", "scenario-2"]);
        assert_eq!(reason(&alike(1)), ". Shown: the reference and the last scenario");
    }

    #[test]
    fn a_scenario_with_a_reference_of_its_own_is_shown_beside_that() {
        let mut tables = tables(|place| [0.5, 0.6, 0.1, 0.4][place], 4, 0.01);
        for row in tables.comparisons.iter_mut().filter(|row| row.scenario == "scenario-3") {
            row.reference = "scenario-2".to_owned();
            (row.difference, row.low, row.high) = (0.3, Some(0.29), Some(0.31));
        }
        assert_eq!(tables.reference(), Some("scenario-0"));
        assert_eq!(scenarios(&tables), ["scenario-2", "scenario-3"]);
        let told = ". Shown: the one whose risk of a tiered alliance is most above its reference’s, and that \
                    reference";
        assert_eq!(reason(&tables), told);
    }

    #[test]
    fn what_is_not_told_from_others_is_not_called_the_highest() {
        let of = |half: f64| tables(|place| [0.1, 0.5, 0.51, 0.9][place], 3, half);
        assert!(
            reason(&of(0.002)).ends_with("and the one with the highest risk of a tiered alliance")
        );
        let told = reason(&of(0.02));
        assert!(
            told.ends_with(
                "and the one with the highest estimate of the risk of a tiered alliance, though that of \
                 another may be as high"
            ),
            "{told}"
        );
    }
}
