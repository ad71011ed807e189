//! What the report says of risks: that they have happened, and that they hold.

use article5_runner::design::{Design, Structure};
use ndarray::Array2;

use super::*;

/// A row of a risk that has happened in half of the runs, and holds in so many.
fn row(name: &str, point: u32, at: f64) -> RiskRow {
    let (at_low, at_high) = (at - 0.01, at + 0.01);
    RiskRow { risk: name.to_owned(), at, at_low, at_high, ..risk(SCENARIOS[0], point, 0.5) }
}

/// The text of the tables from one caption to the next.
fn between<'a>(told: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = told.split_once(from).unwrap();
    rest.split_once(to).unwrap().0
}

#[test]
fn what_holds_in_the_last_quarter_is_told_beside_what_has_happened_by_it() {
    let experiment = experiment("");
    let mut run = stored(&experiment);
    run.tables.risks =
        vec![row("tiered", 0, 0.05), row("war_resumed", 0, 0.2), row("ally_attacked", 0, 0.03)];
    let told = text(&page(&run, &experiment).unwrap());
    for part in [
        "it has happened by 2026-Q4 in 50.0% (49.0–51.0%) of runs. In 2026-Q4 itself it holds in 5.0% \
         (4.0–6.0%).",
        "In 2026-Q4 itself the war is on in 20.0% (19.0–21.0%).",
        "Russia has attacked Ukraine; it holds while the war is on.",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let happened = between(&told, "has happened by 2026-Q4, with", "Chance that each holds in");
    assert!(happened.contains("Attack on an ally") && happened.contains("50.0%"), "{happened}");
    let holds = between(&told, "holds in 2026-Q4, with its 95% interval", "Difference from");
    assert!(holds.contains("5.0% 4.0–6.0% 20.0% 19.0–21.0%"), "{holds}");
    // An attack is over within its quarter: that one falls on the last of all says nothing.
    assert!(!holds.contains("Attack on an ally") && !told.contains("3.0% (2.0–4.0%)"), "{told}");
}

#[test]
fn of_a_design_what_holds_is_told_as_its_spread_over_the_points() {
    let experiment = experiment("");
    let mut run = stored(&experiment);
    run.tables.risks = vec![row("tiered", 0, 0.02), row("tiered", 1, 0.04)];
    let keys = vec!["learning.memory".to_owned()];
    let (points, structure) = (Array2::zeros((2, 1)), Structure::Free);
    run.tables.design = Some(Design { keys, points, structure });
    let told = text(&page(&run, &experiment).unwrap());
    let spread = "In 2026-Q4 itself it holds in 2.0% to 4.0%, with a median of 3.0%.";
    assert!(told.contains(spread), "{told}");
    let holds = between(&told, "holds in 2026-Q4: the median", "Share of the 2");
    assert!(holds.contains("no-guarantee 3.0% 2.0% to 4.0%"), "{holds}");
}

#[test]
fn where_no_risk_can_last_there_is_one_table_of_chances() {
    let experiment = experiment("");
    let mut run = stored(&experiment);
    run.tables.risks = vec![row("ally_attacked", 0, 0.03)];
    run.tables.comparisons.clear();
    let told = text(&page(&run, &experiment).unwrap());
    assert!(told.contains("has happened by 2026-Q4") && !told.contains("holds in"), "{told}");
}

#[test]
fn a_scenario_with_a_reference_of_its_own_is_told_with_it() {
    let experiment = experiment("");
    let mut run = stored(&experiment);
    run.tables.comparisons[1].reference = SCENARIOS[1].to_owned();
    let told = text(&page(&run, &experiment).unwrap());
    let raised = "Likelier than under its reference article5-like, less no-guarantee: +9.3 points";
    assert!(told.contains(raised), "{told}");
    assert!(told.contains("Difference from its reference in the chance"), "{told}");
    assert!(told.contains("as-meant, less article5-like +0.4"), "{told}");
    // Where it is no policy, the policies have one reference, and the table says what it is of.
    run.tables.policies = SCENARIOS[..2].iter().map(|name| (*name).to_owned()).collect();
    let told = text(&page(&run, &experiment).unwrap());
    assert!(told.contains("Likelier than under no-guarantee article5-like: +9.3 points"), "{told}");
    let caption =
        "Difference from no-guarantee, or from the scenario named after “less”, in the chance";
    assert!(told.contains(caption), "{told}");
    assert!(told.contains("as-meant, less article5-like +0.4"), "{told}");
}

#[test]
fn a_design_of_too_few_replicates_for_intervals_says_so() {
    let experiment = experiment("");
    let mut run = stored(&experiment);
    run.tables.risks.extend(SCENARIOS.map(|scenario| risk(scenario, 1, 0.5)));
    run.tables.comparisons =
        [0.0, 0.5].map(|own| comparison(SCENARIOS[1], u32::from(own > 0.0), [own; 3])).to_vec();
    let keys = vec!["learning.memory".to_owned()];
    let points = Array2::from_shape_fn((2, 1), |(point, _)| 0.9 + 0.05 * point as f64);
    run.tables.design = Some(Design { keys, points, structure: Structure::Free });
    let told = text(&page(&run, &experiment).unwrap());
    assert!(told.contains("article5-like: likelier at 50% of points, less likely at 0%"), "{told}");
    // All points run the same replicates.
    assert!(told.contains("all points share their chance events"), "{told}");
    assert!(!told.contains("part of the spread"), "{told}");
    run.tables.comparisons.iter_mut().for_each(|row| (row.low, row.high) = (None, None));
    let told = text(&page(&run, &experiment).unwrap());
    let few =
        "Too few replicates for an interval article5-like: 0.0 to +50.0 points over the design";
    assert!(told.contains(few) && !told.contains("likelier at"), "{told}");
    assert!(told.contains("article5-like no interval"), "{told}");
}

#[test]
fn every_cell_of_a_table_that_can_be_sorted_has_a_value_to_sort_by() {
    let experiment = experiment("");
    let mut run = stored(&experiment);
    // Of two risks, the second has no chance under the second scenario.
    run.tables.risks = vec![row("tiered", 0, 0.05), row("war_resumed", 0, 0.2)];
    run.tables.risks.push(risk(SCENARIOS[1], 0, 0.5));
    let page = page(&run, &experiment).unwrap();
    assert!(page.contains("no estimate"));
    for table in page.split("class=\"numbers sortable\"").skip(1) {
        let (table, _) = table.split_once("</table>").unwrap();
        assert_eq!(table.matches("<td").count(), table.matches("<td data-sort=\"").count());
    }
}
