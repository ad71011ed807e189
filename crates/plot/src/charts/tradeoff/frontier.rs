//! Which scenarios are on the frontier, and what may be said about them.

use article5_runner::analysis::Estimate;
use article5_runner::numbers::counted;
use article5_runner::outcome::Risk;
use article5_runner::tables::Tables;
use article5_runner::tables::rows::RiskRow;

use super::super::at_horizon;
use super::super::findings::{self, nouns};
use super::super::words;
use crate::chance;

/// The risk on the horizontal axis, and the one on the vertical axis.
pub(super) const WAR: Risk = Risk::WarResumed;
pub(super) const TIERS: Risk = Risk::Tiered;

/// How many scenarios a headline names.
const NAMED: usize = 3;

/// What an axis shows of a policy.
type Axis = for<'p> fn(&'p Policy<'_>) -> &'p RiskRow;
const AXES: [Axis; 2] = [|policy| policy.war, |policy| policy.tiers];

/// A scenario in the plane of the two risks.
pub(super) struct Policy<'a> {
    pub(super) scenario: &'a str,
    pub(super) war: &'a RiskRow,
    pub(super) tiers: &'a RiskRow,
    pub(super) place: Place,
}

/// What is shown of a policy's place. It rests on intervals alone: a risk that is the lower by luck
/// neither puts a policy on the frontier nor takes it off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// Against each of the others one of its risks is lower, beyond chance.
    On,
    /// Neither is shown.
    Open,
    /// Another [is better](is_better).
    Off,
}

impl Place {
    pub(super) const ALL: [Self; 3] = [Self::On, Self::Open, Self::Off];
}

/// The policies at the horizon, in the order of the table.
pub(super) fn policies(tables: &Tables) -> Vec<Policy<'_>> {
    let [wars, tiers] = [WAR, TIERS].map(|risk| at_horizon(tables, risk));
    let policies: Vec<Policy<'_>> = wars
        .into_iter()
        .filter(|war| tables.is_policy(&war.scenario))
        .filter_map(|war| {
            let tiers = tiers.iter().find(|row| row.scenario == war.scenario)?;
            Some(Policy { scenario: &war.scenario, war, tiers, place: Place::Open })
        })
        .collect();
    let places: Vec<Place> =
        policies.iter().map(|policy| place(tables, policy, &policies)).collect();
    policies.into_iter().zip(places).map(|(policy, place)| Policy { place, ..policy }).collect()
}

fn place(tables: &Tables, policy: &Policy<'_>, all: &[Policy<'_>]) -> Place {
    let mut others = all.iter().filter(|other| !std::ptr::eq(*other, policy));
    if others.clone().any(|other| is_better(tables, other, policy)) {
        return Place::Off;
    }
    let is_ahead =
        |other| AXES.into_iter().any(|axis| difference(tables, policy, other, axis).high < 0.0);
    if others.all(is_ahead) { Place::On } else { Place::Open }
}

/// Whether both risks of a policy are lower than those of another, beyond chance; or one is, and the
/// other is the same.
fn is_better(tables: &Tables, policy: &Policy<'_>, other: &Policy<'_>) -> bool {
    let risks = AXES.map(|axis| difference(tables, policy, other, axis));
    let is_lower = |risk: &Estimate| risk.high < 0.0;
    risks.iter().all(|risk| is_lower(risk) || risk.value == 0.0) && risks.iter().any(is_lower)
}

/// A risk of one policy less that of another, with its interval.
fn difference(tables: &Tables, one: &Policy<'_>, other: &Policy<'_>, axis: Axis) -> Estimate {
    findings::difference(tables, axis(one), axis(other))
}

/// What is found; it speaks of policies if other scenarios are left out.
pub(super) fn headline(policies: &[Policy<'_>], tables: &Tables) -> String {
    let (one, several) = nouns(tables);
    // A single policy is named if there are other scenarios beside it.
    let under = match policies {
        [only] if tables.has_others() => format!(" under {}", only.scenario),
        _ => String::new(),
    };
    if policies.iter().all(|policy| policy.war.by == 0.0 && policy.tiers.by == 0.0) {
        return format!(
            "War does not resume, nor does the alliance become tiered, in any run{under}"
        );
    }
    if let [only] = policies {
        return format!("By {}{under} {}", only.war.date, both(only));
    }
    if policies.iter().all(|policy| policy.place != Place::Off) {
        return format!("No {one} is shown to be better than another on both risks");
    }
    let beats_all = |best: &&Policy<'_>| {
        let mut others = policies.iter().filter(|other| !std::ptr::eq(*best, *other));
        others.all(|other| is_better(tables, best, other))
    };
    if let Some(best) = policies.iter().find(beats_all) {
        return format!(
            "On these two risks no {one} does better than {}: {}",
            best.scenario,
            both(best)
        );
    }
    if let [Some(war), Some(tiers)] = AXES.map(|axis| best_on(tables, policies, axis))
        && war.scenario != tiers.scenario
    {
        return format!(
            "No {one} is best on both: renewed war is least likely under {} ({}), a tiered \
             alliance under {} ({})",
            war.scenario,
            share(war.war),
            tiers.scenario,
            share(tiers.tiers)
        );
    }
    on_frontier(policies, several)
}

fn share(risk: &RiskRow) -> String {
    chance::in_short(chance::by(risk))
}

fn both(policy: &Policy<'_>) -> String {
    format!(
        "war has resumed in {} of runs and the alliance has become tiered in {}",
        share(policy.war),
        share(policy.tiers)
    )
}

/// Who is on the frontier, and of whom that cannot be told, if some are off it.
fn on_frontier(policies: &[Policy<'_>], several: &str) -> String {
    const FRONTIER: &str = "on the frontier of renewed war and a tiered alliance";
    let names = |place: Place| -> Vec<&str> {
        policies.iter().filter(|own| own.place == place).map(|own| own.scenario).collect()
    };
    let (on, open, off) = (names(Place::On), names(Place::Open), names(Place::Off));
    let [first, unknown] = [&on, &open].map(|names| words::first_of(names, NAMED));
    let are = |names: &[&str]| words::verb(names.len(), "is", "are");
    let others = words::verb(off.len(), "the other is", "each of the others is");
    let n = policies.iter().map(|policy| policy.war.n).max().unwrap_or_default();
    let untold = format!("cannot be told from {}", counted(n, "run", "runs"));
    match (on.len(), open.len()) {
        (0, _) => {
            format!("Whether {unknown} {} {FRONTIER} {untold}; {others} worse", are(&open))
        }
        (count, 0) => format!(
            "{count} of {} {several} are {FRONTIER}: {first}; {others} worse than another",
            policies.len()
        ),
        _ => format!(
            "{first} {} {FRONTIER}; whether {unknown} {} {untold}",
            are(&on),
            words::verb(open.len(), "is too", "are too")
        ),
    }
}

/// The policy with a lower risk than every other, beyond chance.
fn best_on<'p, 't>(
    tables: &Tables,
    policies: &'p [Policy<'t>],
    axis: Axis,
) -> Option<&'p Policy<'t>> {
    policies.iter().find(|one| {
        let mut others = policies.iter().filter(|other| !std::ptr::eq(*one, *other));
        others.all(|other| difference(tables, one, other, axis).high < 0.0)
    })
}

#[cfg(test)]
pub(super) mod tests {
    use article5_runner::outcome::QuantityKind;
    use article5_runner::tables::rows::ComparisonRow;

    use super::*;

    /// A row at the horizon with this chance over 1000 replicates, give or take a hundredth.
    fn row(scenario: &str, risk: Risk, by: f64) -> RiskRow {
        let (by_low, by_high) = ((by - 0.01).max(0.0), (by + 0.01).min(1.0));
        RiskRow {
            scenario: scenario.to_owned(),
            point: 0,
            quarter: 40,
            date: "2035-Q4".to_owned(),
            risk: risk.name().to_owned(),
            n: 1000,
            by,
            by_low,
            by_high,
            at: by,
            at_low: by_low,
            at_high: by_high,
        }
    }

    pub(in crate::charts) fn tables(policies: &[(&str, f64, f64)]) -> Tables {
        let rows =
            |&(name, war, tiers): &(&str, f64, f64)| [row(name, WAR, war), row(name, TIERS, tiers)];
        Tables { risks: policies.iter().flat_map(rows).collect(), ..Tables::default() }
    }

    fn places(tables: &Tables) -> Vec<Place> {
        policies(tables).iter().map(|policy| policy.place).collect()
    }

    #[test]
    fn no_scenario_on_the_frontier_is_shown_to_be_worse_than_another() {
        let tables = tables(&[("none", 0.7, 0.12), ("firm", 0.1, 0.12), ("talk", 0.2, 0.04)]);
        assert_eq!(places(&tables), [Place::Off, Place::On, Place::On]);
        assert_eq!(
            headline(&policies(&tables), &tables),
            "No scenario is best on both: renewed war is least likely under firm (10.0%), a tiered \
             alliance under talk (4.0%)"
        );
    }

    #[test]
    fn the_only_policy_of_several_scenarios_is_named() {
        let mut tables = tables(&[("none", 0.7, 0.12), ("firm", 0.1, 0.12)]);
        tables.policies = vec!["firm".to_owned()];
        assert_eq!(
            headline(&policies(&tables), &tables),
            "By 2035-Q4 under firm war has resumed in 10.0% of runs and the alliance has become tiered in \
             12.0%"
        );
        tables.risks.retain(|row| row.scenario == "firm");
        tables.policies.clear();
        assert!(headline(&policies(&tables), &tables).starts_with("By 2035-Q4 war has resumed"));
    }

    #[test]
    fn a_lead_within_the_intervals_takes_nobody_off_the_frontier() {
        let close = tables(&[("one", 0.200, 0.120), ("other", 0.205, 0.121)]);
        assert_eq!(places(&close), [Place::Open; 2]);
        assert!(headline(&policies(&close), &close).starts_with("No scenario is shown"));
    }

    #[test]
    fn a_lead_by_luck_in_one_risk_neither_puts_a_policy_on_the_frontier_nor_takes_it_off() {
        // Two runs that differ by noise in who has the lower risk of tiers.
        for tiers in [0.0975, 0.1005] {
            let tables =
                tables(&[("none", 0.728, tiers), ("pledge", 0.28, 0.18), ("firm", 0.02, 0.099)]);
            assert_eq!(places(&tables), [Place::Open, Place::Off, Place::On]);
            assert_eq!(
                headline(&policies(&tables), &tables),
                "firm is on the frontier of renewed war and a tiered alliance; whether none is too cannot be \
                 told from 1,000 runs"
            );
        }
    }

    #[test]
    fn who_is_on_the_frontier_is_told_only_as_far_as_it_is_shown() {
        let told = |policies: &[(&str, f64, f64)]| {
            let tables = tables(policies);
            headline(&super::policies(&tables), &tables)
        };
        assert_eq!(
            told(&[("a", 0.1, 0.1), ("b", 0.105, 0.1), ("worse", 0.3, 0.3)]),
            "Whether a and b are on the frontier of renewed war and a tiered alliance cannot be told from \
             1,000 runs; the other is worse"
        );
        // Neither a nor b has the lowest risk of war by itself.
        assert_eq!(
            told(&[("a", 0.1, 0.2), ("b", 0.1, 0.2), ("c", 0.2, 0.1), ("worse", 0.3, 0.3)]),
            "c is on the frontier of renewed war and a tiered alliance; whether a and b are too cannot be \
             told from 1,000 runs"
        );
        let tables = tables(&[("a", 0.1, 0.1), ("b", 0.3, 0.3), ("c", 0.4, 0.4)]);
        assert!(
            headline(&policies(&tables), &tables)
                .starts_with("On these two risks no scenario does better than a")
        );
        // What never comes about under either is the same under both.
        assert_eq!(
            places(&super::tests::tables(&[("a", 0.0, 0.1), ("b", 0.0, 0.3)])),
            [Place::On, Place::Off]
        );
    }

    #[test]
    fn a_difference_on_common_shocks_decides_where_the_table_has_one() {
        let mut close = tables(&[("one", 0.205, 0.120), ("other", 0.200, 0.120)]);
        close.comparisons = vec![ComparisonRow {
            scenario: "other".to_owned(),
            reference: "one".to_owned(),
            point: 0,
            quarter: 40,
            date: "2035-Q4".to_owned(),
            kind: QuantityKind::Risk,
            outcome: WAR.name().to_owned(),
            n: 1000,
            difference: -0.005,
            low: Some(-0.007),
            high: Some(-0.003),
            pairing_gain: None,
        }];
        assert_eq!(places(&close), [Place::Off, Place::On]);
    }
}
