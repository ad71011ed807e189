//! The tests of the chart of trust over time.

use super::*;
use crate::charts::awkward::{self, Run};
use crate::figure::Drawing;

#[test]
fn every_label_of_the_trust_fan_can_be_read_in_awkward_cases() {
    awkward::check_all("trust-fan");
}

#[test]
fn forty_scenarios_fit_on_a_page() {
    let tables = Run { allies: 2, ..Run::of(40) }.tables();
    let sheet = awkward::check_drawn("forty", crate::charts::kind("trust-fan"), &tables);
    let Drawing { size, placed, .. } = sheet.unwrap().drawing;
    // A page of A4 with margins has 24 cm for a chart 16 cm wide.
    assert!(size.1 <= 1.5 * size.0, "{size:?}");
    let named = |place: usize| placed.iter().any(|text| text.words == format!("scenario-{place}"));
    assert!((0..40).all(named));
}

#[test]
fn a_group_without_allies_is_not_drawn() {
    let mut tables = Run::of(1).tables();
    let groups = |tables: &Tables| -> Vec<&str> {
        Fan::of(tables, "scenario-0").iter().map(|fan| fan.group.front.outcome()).collect()
    };
    assert_eq!(groups(&tables), ["rear_trust", "frontline_trust"]);
    tables.members.iter_mut().for_each(|ally| ally.frontline = 0);
    assert_eq!(groups(&tables), ["rear_trust"]);
}

#[test]
fn a_group_that_a_scenario_empties_is_neither_drawn_nor_compared_there() {
    let mut tables = Run { risk: |place| [0.1, 0.9][place], ..Run::of(2) }.tables();
    let emptied = |scenario: &str| scenario == "scenario-1";
    let members = tables.members.iter_mut();
    members.filter(|ally| emptied(&ally.scenario)).for_each(|ally| ally.frontline = 0);
    for row in &mut tables.comparisons {
        let difference = if row.outcome == "frontline_trust" { -0.6 } else { -0.2 };
        (row.difference, row.low, row.high) =
            (difference, Some(difference - 0.1), Some(difference + 0.1));
    }
    let fans = ["scenario-0", "scenario-1"].map(|name| Fan::of(&tables, name));
    assert_eq!(fans.each_ref().map(Vec::len), [2, 1]);
    let told = headline(&tables, &fans);
    assert!(told.starts_with("Rear allies trust Washington less under scenario-1"), "{told}");
}

#[test]
fn a_group_of_one_ally_is_told_in_the_singular() {
    let mut tables = Run { risk: |place| [0.1, 0.9][place], ..Run::of(2) }.tables();
    tables.members.retain(|ally| ["AAM", "BAM"].contains(&ally.iso3.as_str()));
    for row in &mut tables.comparisons {
        (row.difference, row.low, row.high) = (-0.2, Some(-0.3), Some(-0.1));
    }
    let sheet = awkward::check_drawn("one each", crate::charts::kind("trust-fan"), &tables);
    let Drawing { headline: told, spoken, placed, svg, .. } = sheet.unwrap().drawing;
    assert!(told.starts_with("The frontline ally trusts Washington less under"), "{told}");
    assert!(spoken.contains("Rear ally mean 0."), "{spoken}");
    assert!(placed.iter().any(|text| text.words == "Frontline ally"));
    assert!(!svg.contains("line allies") && !svg.contains("ear allies"));
    // Of one scenario alone.
    tables.comparisons.clear();
    let words = headline(&tables, &[Fan::of(&tables, "scenario-1")]);
    assert!(words.starts_with("The frontline ally loses trust: "), "{words}");
}

#[test]
fn trust_at_one_quarter_is_told_and_no_change() {
    let mut tables = Run::of(1).tables();
    let last = tables.summary.iter().map(|row| row.quarter).max();
    tables.summary.retain(|row| Some(row.quarter) == last);
    let words = headline(&tables, &[Fan::of(&tables, "scenario-0")]);
    assert!(words.starts_with("Mean trust in"), "{words}");
    assert!(words.contains("rear allies 0.") && words.contains("frontline allies 0."), "{words}");
}

#[test]
fn the_headline_says_less_trust_only_where_the_interval_is_clear_of_zero() {
    let mut tables = Run { risk: |place| [0.1, 0.9][place], ..Run::of(2) }.tables();
    for row in &mut tables.comparisons {
        (row.difference, row.low, row.high) = (-0.2, Some(-0.3), Some(-0.1));
    }
    let headline = |tables: &Tables| {
        let fans = ["scenario-0", "scenario-1"].map(|name| Fan::of(tables, name));
        super::headline(tables, &fans)
    };
    let words = headline(&tables);
    let less =
        "less under scenario-1 than under scenario-0: by 0.20 (95%: 0.10 to 0.30) on average";
    assert!(words.contains(less), "{words}");
    for row in &mut tables.comparisons {
        row.high = Some(0.1);
    }
    assert!(headline(&tables).contains("Under no scenario"));
}
