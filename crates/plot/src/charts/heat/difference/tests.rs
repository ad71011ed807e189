//! Maps of made-up differences.

use article5_runner::tables::Tables;
use article5_runner::tables::rows::ComparisonRow;

use crate::Options;
use crate::charts::heat::tests::{grid, scattered, tables};
use crate::charts::{Sheet, awkward, kind};

/// Tables of these policies with this difference from `none` at each point, give or take a
/// hundredth.
fn compared(policies: &[&str], size: usize, difference: fn(f64, f64) -> f64) -> Tables {
    let mut tables = tables(&["none"], &["x", "y"], grid(size, size), |_, _| 0.3);
    let points = tables.design.as_ref().unwrap().points.clone();
    for (point, row) in points.rows().into_iter().enumerate() {
        let value = difference(row[0], row[1]);
        tables.comparisons.extend(policies.iter().map(|name| ComparisonRow {
            scenario: (*name).to_owned(),
            reference: "none".to_owned(),
            point: point as u32,
            quarter: 40,
            date: "2035-Q4".to_owned(),
            outcome: "tiered".to_owned(),
            n: 1000,
            difference: value,
            low: Some(value - 0.01),
            high: Some(value + 0.01),
            ..ComparisonRow::default()
        }));
    }
    tables
}

fn drawn(tables: &Tables) -> Sheet {
    awkward::draw(kind("difference-map"), tables, &Options::default()).unwrap()
}

#[test]
fn maps_of_differences_can_be_read_in_awkward_cases() {
    let slope: fn(f64, f64) -> f64 = |x, y| x - y;
    let long = "deterrence-by-denial-".repeat(6);
    let twelve: Vec<String> = (0..12).map(|k| format!("scenario-{k}")).collect();
    let twelve: Vec<&str> = twelve.iter().map(String::as_str).collect();
    let mut few = compared(&["a"], 4, slope);
    few.design.as_mut().unwrap().points = scattered(16, 2);
    for (case, tables) in [
        ("one policy", compared(&["a"], 3, slope)),
        ("three policies", compared(&["a", "b", "c"], 10, slope)),
        ("twelve policies", compared(&twelve, 5, slope)),
        ("a fine grid", compared(&["a", "b"], 40, slope)),
        ("no difference", compared(&["a", "b"], 5, |_, _| 0.0)),
        ("the greatest difference", compared(&["a"], 2, |x, _| 20.0 * x - 1.0)),
        ("long names", compared(&[&long, "b"], 4, slope)),
        ("scattered", few),
    ] {
        awkward::check_drawn(case, kind("difference-map"), &tables).unwrap();
    }
}

#[test]
fn the_headline_tells_the_largest_differences_of_the_policy_that_has_them() {
    let mut both = compared(&["mild"], 3, |x, y| 0.1 * x - 0.01 * y);
    both.comparisons.extend(compared(&["firm"], 3, |x, y| x - 0.5 * y).comparisons);
    assert_eq!(
        drawn(&both).drawing.headline,
        "Under firm the chance of a tiered alliance by 2035-Q4 is, against none, up to 20.0 \
         percentage points higher (x 0.2, y 0) and up to 10.0 lower (x 0, y 0.2)"
    );
    both.policies = vec!["none".to_owned(), "mild".to_owned()];
    let told = drawn(&both).drawing.headline;
    assert!(
        told.ends_with("against none, up to 2.0 percentage points higher (x 0.2, y 0)"),
        "{told}"
    );
    both.policies = vec!["none".to_owned()];
    assert!(drawn(&both).drawing.headline.starts_with("Under firm "));
}

#[test]
fn what_so_many_cells_show_by_chance_is_marked_and_is_no_finding() {
    // Clear of zero at one of 25 points, by 2.4 standard errors.
    let sheet = drawn(&compared(&["a"], 5, |x, y| if x + y == 0.0 { 0.0122 } else { 0.0 }));
    assert_eq!(
        sheet.drawing.headline,
        "Under a the chance of a tiered alliance by 2035-Q4 is in no cell shown to differ from \
         that under none"
    );
    assert!(sheet.drawing.spoken.ends_with("of 25 cells, + in 1 and − in 0."));
}

#[test]
fn a_cell_has_a_sign_if_its_interval_is_clear_of_zero() {
    let strokes = |difference| {
        drawn(&compared(&["a"], 4, difference)).drawing.svg.matches("<polyline").count()
    };
    let none = strokes(|_, _| 0.01);
    assert_eq!(strokes(|_, _| 0.011) - none, 2 * 16);
    assert_eq!(strokes(|x, _| if x == 0.0 { -0.011 } else { 0.0 }) - none, 4);
}

#[test]
fn the_data_are_the_comparisons_with_the_values_of_the_parameters() {
    let sheet = drawn(&compared(&["a", "b"], 3, |x, _| x));
    let text = String::from_utf8(sheet.data).unwrap();
    let header = text.lines().next().unwrap();
    assert!(
        header.starts_with("scenario,reference,point,") && header.ends_with(",x,y"),
        "{header}"
    );
    assert_eq!(text.lines().count(), 1 + 2 * 9);
}

#[test]
fn nothing_is_drawn_without_intervals_or_two_parameters() {
    let mut tables = compared(&["a"], 3, |x, _| x);
    tables.comparisons.iter_mut().for_each(|row| row.low = None);
    for tables in [tables, compared(&["a"], 1, |_, _| 0.1), compared(&[], 3, |_, _| 0.1)] {
        let kind = kind("difference-map");
        assert!(awkward::draw(kind, &tables, &Options::default()).is_none());
    }
}
