//! Responses of made-up designs of one parameter, plain and awkward.

use ndarray::Array2;

use super::*;
use crate::Options;
use crate::charts::heat::tests::{grid, scattered, tables};
use crate::charts::{awkward, kind};
use crate::figure::Drawing;

fn drawing(tables: &article5_runner::tables::Tables) -> Option<Drawing> {
    Some(awkward::draw(kind("sweep-tiered"), tables, &Options::default())?.drawing)
}

fn of(values: &[f64]) -> Array2<f64> {
    Array2::from_shape_fn((values.len(), 1), |(point, _)| values[point])
}

#[test]
fn responses_can_be_read_in_awkward_cases() {
    let memory = ["learning.memory"];
    let slope: fn(f64, f64) -> f64 = |x, _| (0.6 * x).clamp(0.0, 1.0);
    let names = |count: usize, long: &str| -> Vec<String> {
        (0..count).map(|k| format!("scenario-{k}{}", long.repeat(8))).collect()
    };
    let (twelve, long) = (names(12, ""), names(3, "-by-denial"));
    let [twelve, long] =
        [&twelve, &long].map(|all| all.iter().map(String::as_str).collect::<Vec<_>>());
    let key = "a-parameter-with-a-very-long-key.".repeat(5);
    let cases = [
        ("two values", tables(&["a"], &memory, of(&[0.92, 0.98]), slope)),
        ("far apart", tables(&["a", "b"], &["x"], of(&[-3.5, 2e6]), slope)),
        ("close together", tables(&["a"], &["x"], of(&[0.1, 0.100_001]), slope)),
        ("a switch", tables(&["a"], &["guarantee.pledge"], of(&[1.0, 0.0]), slope)),
        ("nothing happens", tables(&["a", "b"], &memory, grid(5, 1), |_, _| 0.0)),
        ("everything happens", tables(&["a"], &memory, grid(5, 1), |_, _| 1.0)),
        ("twelve scenarios", tables(&twelve, &memory, grid(6, 1), slope)),
        ("scattered", tables(&["a", "b"], &memory, scattered(2000, 1), slope)),
        ("long names", tables(&long, &[&key], grid(4, 1), slope)),
    ];
    for (case, tables) in cases {
        awkward::check_drawn(case, kind("sweep-tiered"), &tables).unwrap();
    }
}

#[test]
fn a_design_has_responses_where_it_varies_one_parameter_and_maps_where_it_varies_two() {
    for (columns, rows, responses) in [(1, 1, false), (5, 1, true), (1, 4, true), (3, 3, false)] {
        let tables = tables(&["a"], &["x", "y"], grid(columns, rows), |x, y| x + y);
        assert_eq!(drawing(&tables).is_some(), responses, "{columns} × {rows}");
    }
}

#[test]
fn the_headline_names_both_ends_only_where_their_intervals_are_apart() {
    let says = |scenarios: &[&str], risk| {
        let tables = tables(scenarios, &["learning.memory"], of(&[0.9, 0.5, 0.7]), risk);
        drawing(&tables).unwrap().headline
    };
    assert_eq!(
        says(&["firm", "soft"], |x, _| x - 0.4),
        "Under soft the chance of a tiered alliance by 2035-Q4 is 10.0% where learning.memory is \
         0.5, 50.0% where it is 0.9"
    );
    let alike = says(&["firm"], |_, _| 0.0);
    assert!(
        alike.ends_with(
            "is 0% both where learning.memory is 0.5 and where it is 0.9; the intervals overlap"
        ),
        "{alike}"
    );
    assert!(says(&["firm", "soft"], |_, _| 0.5).starts_with("Under no scenario"));
}

#[test]
fn a_switch_is_off_or_on_and_the_default_is_marked_where_it_is_in_range() {
    let words = |key: &str, values: &[f64]| -> Vec<String> {
        let drawing = drawing(&tables(&["a"], &[key], of(values), |x, _| 0.1 * x)).unwrap();
        drawing.placed.into_iter().map(|text| text.words).collect()
    };
    let switch = words("guarantee.pledge", &[0.0, 1.0]);
    assert!(
        ["off", "on", "default on"].iter().all(|own| switch.iter().any(|word| word == own)),
        "{switch:?}"
    );
    let marked =
        |values| words("learning.memory", values).iter().any(|word| word == "default 0.98");
    assert!(marked(&[0.92, 0.99]) && !marked(&[0.92, 0.95]));
}

#[test]
fn a_count_has_no_rule_between_whole_values() {
    let years: Vec<f64> = (1..=14).map(f64::from).collect();
    let tables = tables(&["a"], &["measure.sustain"], of(&years), |x, _| 0.01 * x);
    let placed = drawing(&tables).unwrap().placed;
    let words: Vec<&str> = placed.iter().map(|text| &*text.words).collect();
    assert!(["0", "5", "10", "15"].iter().all(|value| words.contains(value)), "{words:?}");
    assert!(!words.contains(&"2.5"), "{words:?}");
}

#[test]
fn points_of_one_value_are_drawn_as_their_mean_and_no_two_dots_for_many() {
    let mut twice = tables(&["a"], &["x"], of(&[0.0, 0.5, 0.5]), |x, _| x);
    twice.risks[2].by = 0.7;
    let design = twice.design.clone().unwrap();
    let sweep = Sweep::of(&design, Wording::English).unwrap();
    let curves = sweep.curves(&twice.risks.iter().collect::<Vec<_>>());
    let chances: Vec<f64> = curves[0].iter().map(|row| row.by).collect();
    assert_eq!(chances, [0.0, 0.6]);
    assert!(drawing(&twice).unwrap().subtitle.contains("mean over the points of each value"));
}

#[test]
fn a_peak_between_the_ends_is_told_and_in_the_headline_where_it_is_shown() {
    let peak = |height: f64, values: &[f64]| {
        let mut tables = tables(&["firm"], &["x"], of(values), |_, _| 0.3);
        let row = tables.risks.iter_mut().find(|row| row.point == 1).unwrap();
        (row.by, row.by_low, row.by_high) =
            (0.3 + height, 0.3 + height - 0.01, 0.3 + height + 0.01);
        drawing(&tables).unwrap()
    };
    let shown = peak(0.03, &[0.0, 0.4, 1.0]);
    assert_eq!(
        shown.headline,
        "Under firm the chance of a tiered alliance by 2035-Q4 is higher where x is 0.4 (33.0%) than where \
         it is 0 (30.0%) or 1 (30.0%)"
    );
    let told = "the highest estimate is 33.0% (32.0–34.0%), where it is 0.4";
    assert!(shown.subtitle.ends_with(&format!(". Under firm {told}")), "{}", shown.subtitle);
    assert!(shown.spoken.contains(told), "{}", shown.spoken);
    assert!(peak(-0.03, &[0.0, 0.4, 1.0]).headline.contains("is lower where x is 0.4 (27.0%)"));
    // Within the intervals it is reported only as an estimate.
    let within = peak(0.015, &[0.0, 0.4, 1.0]);
    assert!(within.headline.ends_with("; the intervals overlap"), "{}", within.headline);
    assert!(within.subtitle.contains("the highest estimate is 31.5%"), "{}", within.subtitle);
    // Among hundreds of values, one is this far off by chance.
    let many: Vec<f64> = (0..300).map(f64::from).collect();
    assert!(peak(0.022, &[0.0, 1.0, 2.0]).headline.contains("is higher where"));
    assert!(!peak(0.022, &many).headline.contains("is higher where"));
}
