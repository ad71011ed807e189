//! Which scenarios are on the frontier, and what may be said about them.

use article5_runner::analysis::{Estimate, pareto};
use article5_runner::outcome::Risk;
use article5_runner::tables::Tables;
use article5_runner::tables::rows::RiskRow;

use super::super::at_horizon;
use super::super::findings::{self, nouns};
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
    /// The scenarios that are better, by number; none for a scenario on the frontier.
    dominators: Vec<usize>,
}

impl Policy<'_> {
    pub(super) fn on_frontier(&self) -> bool {
        self.dominators.is_empty()
    }
}

/// The policies at the horizon, in the order of the table.
pub(super) fn policies(tables: &Tables) -> Vec<Policy<'_>> {
    let [wars, tiers] = [WAR, TIERS].map(|risk| at_horizon(tables, risk));
    let mut policies: Vec<Policy<'_>> = wars
        .into_iter()
        .filter(|war| tables.is_policy(&war.scenario))
        .filter_map(|war| {
            let tiers = tiers.iter().find(|row| row.scenario == war.scenario)?;
            Some(Policy { scenario: &war.scenario, war, tiers, dominators: Vec::new() })
        })
        .collect();
    let dominators = pareto::dominators(policies.len(), AXES.len(), |one, other, axis| {
        Some(difference(tables, &policies[one], &policies[other], AXES[axis]))
    });
    for (policy, dominators) in policies.iter_mut().zip(dominators) {
        policy.dominators = dominators;
    }
    policies
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
    let frontier: Vec<usize> =
        (0..policies.len()).filter(|&place| policies[place].on_frontier()).collect();
    if frontier.len() == policies.len() {
        return format!("No {one} is shown to be better than another on both risks");
    }
    if let [best] = frontier.as_slice()
        && policies.iter().all(|policy| policy.on_frontier() || policy.dominators.contains(best))
    {
        let best = &policies[*best];
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
    on_frontier(policies, &frontier, several)
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

/// Who is on the frontier, if it is neither everyone nor one that beats all others.
fn on_frontier(policies: &[Policy<'_>], frontier: &[usize], several: &str) -> String {
    let names: Vec<&str> =
        frontier.iter().take(NAMED).map(|&place| policies[place].scenario).collect();
    let more = match frontier.len() - names.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let others = match policies.len() - frontier.len() {
        1 => "the other is",
        _ => "each of the others is",
    };
    format!(
        "{} of {} {several} are on the frontier of renewed war and a tiered alliance: {}{more}; \
         {others} worse than one of them",
        frontier.len(),
        policies.len(),
        names.join(", ")
    )
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

    fn frontier(tables: &Tables) -> Vec<&str> {
        let policies = policies(tables);
        policies.iter().filter(|p| p.on_frontier()).map(|p| p.scenario).collect()
    }

    #[test]
    fn no_scenario_on_the_frontier_is_shown_to_be_worse_than_another() {
        let tables = tables(&[("none", 0.7, 0.12), ("firm", 0.1, 0.12), ("talk", 0.2, 0.04)]);
        assert_eq!(frontier(&tables), ["firm", "talk"]);
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
        assert_eq!(frontier(&close), ["one", "other"]);
        assert!(headline(&policies(&close), &close).starts_with("No scenario is shown"));
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
        assert_eq!(frontier(&close), ["other"]);
    }
}
