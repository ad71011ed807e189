//! What the chart of boxes draws and says.

use article5_runner::outcome::QuantityKind;

use super::*;
use crate::charts::{awkward, kind};

fn row(number: u32, parameter: &str, low: f64, high: f64) -> BoxRow {
    BoxRow {
        scenario: "article5-like".to_owned(),
        quarter: 40,
        date: "2035-Q4".to_owned(),
        kind: QuantityKind::Risk,
        outcome: "tiered".to_owned(),
        at_least: Some(0.3),
        number,
        parameter: parameter.to_owned(),
        low,
        high,
        range_low: 0.0,
        range_high: 2.0,
        coverage: 0.6,
        density: 0.8,
        mass: 0.15,
        coverage_held_out: Some(0.456),
        density_held_out: Some(0.55),
        points: 150,
        points_of_interest: 120,
        quasi_p: Some(if low > 1.0 { 0.2 } else { 1e-9 }),
        reproduced_coverage: 0.9,
        low_q05: low,
        low_q95: low + 0.2,
        high_q05: high - 0.2,
        high_q95: high,
        ..BoxRow::default()
    }
}

#[test]
fn boxes_can_be_read_in_awkward_cases() {
    let long = "a-parameter-with-a-very-long-key.".repeat(5);
    let cases = [
        ("one limit", vec![row(1, "response.treaty", 0.5, 2.0)]),
        ("80 limits", (0..80).map(|k| row(1, &format!("a.key_{k}"), 0.1, 1.0)).collect()),
        ("four boxes", (1..5).map(|k| row(k, "a.key", 1.2, 1.4)).collect()),
        ("long names", vec![row(1, &long, 0.5, 2.0), row(1, &long, 0.0, 0.0)]),
    ];
    for (case, boxes) in cases {
        let tables = article5_runner::tables::Tables { boxes, ..Default::default() };
        awkward::check_drawn(case, kind("boxes"), &tables).unwrap();
    }
}

#[test]
fn a_limit_that_few_resamples_find_may_be_chance() {
    let rare = BoxRow { reproduced_coverage: 0.35, ..row(1, "a.b", 0.5, 2.0) };
    let told = headline(&[&rare]);
    assert!(told.starts_with("Within one limit, which may be chance, 80%"), "{told}");
}

#[test]
fn a_switch_is_off_or_on_and_has_half_of_the_range() {
    let pledge = |low, high| BoxRow { range_high: 1.0, ..row(1, "guarantee.pledge", low, high) };
    let (off, on) = (pledge(0.0, 0.0), pledge(1.0, 1.0));
    assert_eq!([limit(&off), limit(&on)], ["guarantee.pledge off", "guarantee.pledge on"]);
    let edges = |row: &BoxRow| (share(row, row.low, 0.0), share(row, row.high, 1.0));
    assert_eq!([edges(&off), edges(&on)], [(0.0, 0.5), (0.5, 1.0)]);
}

#[test]
fn the_headline_compares_the_density_of_the_box_with_that_of_all_points() {
    let rows = [row(1, "a.b", 0.5, 2.0), row(1, "c.d", 0.0, 1.5)];
    let rows: Vec<&BoxRow> = rows.iter().collect();
    // 120 / 0.6 = 200 of interest among 150 / 0.15 = 1000 points.
    assert_eq!(
        headline(&rows),
        "With a.b from 0.50 and c.d up to 1.50, 80% of points (55% of those held out) have a \
         chance of a tiered alliance of at least 30%, against 20% of all"
    );
    let band = BoxRow { at_least: Some(-0.05), at_most: Some(0.07), ..row(1, "a.b", 0.5, 2.0) };
    let risk = BoxRow { reference: "no-guarantee".to_owned(), ..band.clone() };
    assert_eq!(
        of_interest(&risk),
        "a difference in the chance of a tiered alliance of between −5 points and +7 points"
    );
    let outcome = BoxRow { kind: QuantityKind::Outcome, outcome: "trust_mean".to_owned(), ..band };
    assert_eq!(of_interest(&outcome), "trust mean of between −0.05 and 0.07");
}
