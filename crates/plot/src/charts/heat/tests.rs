//! A map drawn from made-up designs, plain and awkward.

use article5_runner::design::{Design, Structure};
use article5_runner::tables::Tables;
use ndarray::Array2;

use super::*;
use crate::Options;
use crate::charts::{awkward, kind};

/// Tables of scenarios with this risk at each point, give or take a hundredth.
pub(in crate::charts) fn tables(
    scenarios: &[&str],
    keys: &[&str],
    points: Array2<f64>,
    risk: fn(f64, f64) -> f64,
) -> Tables {
    let mut risks = Vec::new();
    for (point, row) in points.rows().into_iter().enumerate() {
        for scenario in scenarios {
            let by = risk(row[0], row[1 % row.len()]);
            risks.push(RiskRow {
                scenario: (*scenario).to_owned(),
                point: point as u32,
                quarter: 40,
                date: "2035-Q4".to_owned(),
                risk: "tiered".to_owned(),
                n: 1000,
                by,
                by_low: (by - 0.01).max(0.0),
                by_high: (by + 0.01).min(1.0),
                at: by,
                at_low: by,
                at_high: by,
            });
        }
    }
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    let design = Some(Design { keys, points, structure: Structure::Free });
    Tables { risks, design, ..Tables::default() }
}

pub(in crate::charts) fn grid(columns: usize, rows: usize) -> Array2<f64> {
    Array2::from_shape_fn((columns * rows, 2), |(k, axis)| {
        let place = if axis == 0 { k % columns } else { k / columns };
        place as f64 / 10.0
    })
}

/// Points of a low-discrepancy sequence (Roberts 2018).
pub(in crate::charts) fn scattered(points: usize, parameters: usize) -> Array2<f64> {
    Array2::from_shape_fn((points, parameters), |(k, axis)| {
        let step = [0.754_877_666, 0.569_840_291, 0.819_172_513][axis % 3];
        (0.5 + step * k as f64) % 1.0
    })
}

#[test]
fn maps_can_be_read_in_awkward_cases() {
    let two = ["response.treaty", "learning.memory"];
    let slope: fn(f64, f64) -> f64 = |x, y| (0.6 * x + 0.3 * y).clamp(0.0, 1.0);
    let long = ["a-parameter-with-a-very-long-key.".repeat(5), "b.".repeat(60)];
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    let long_scenario = "deterrence-by-denial-".repeat(6);
    let twelve: Vec<String> = (0..12).map(|k| format!("scenario-{k}")).collect();
    let twelve: Vec<&str> = twelve.iter().map(String::as_str).collect();
    let cases = [
        ("a grid", tables(&["a"], &two, grid(7, 5), slope)),
        ("the least grid", tables(&["a"], &two, grid(2, 2), slope)),
        ("a fine grid", tables(&["a", "b"], &two, grid(40, 40), slope)),
        ("nothing happens", tables(&["a", "b"], &two, grid(5, 5), |_, _| 0.0)),
        ("everything happens", tables(&["a"], &two, grid(5, 5), |_, _| 1.0)),
        ("twelve scenarios", tables(&twelve, &two, grid(6, 6), slope)),
        ("scattered", tables(&["a"], &two, scattered(256, 2), slope)),
        ("scattered and few", tables(&["a"], &two, scattered(8, 2), slope)),
        ("three parameters", tables(&["a"], &["x", "y", "z"], scattered(64, 3), slope)),
        ("long names", tables(&[&long_scenario, "b"], &long, grid(4, 4), slope)),
    ];
    for (case, tables) in cases {
        awkward::check_drawn(case, kind("heat-map"), &tables).unwrap();
    }
}

#[test]
fn the_data_of_charts_of_a_design_have_the_values_of_its_parameters() {
    let values = |name: &str, keys: &[&str], points: Array2<f64>| {
        let tables = tables(&["a", "b"], keys, points, |x, _| x);
        let sheet = awkward::draw(kind(name), &tables, &Options::default()).unwrap();
        let text = String::from_utf8(sheet.data).unwrap();
        let mut rows = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let header = rows.next().unwrap();
        assert_eq!(header, sheet.columns.iter().map(|column| &*column.name).collect::<Vec<_>>());
        assert!(header.ends_with(keys));
        let points = &tables.design.as_ref().unwrap().points;
        let rows = rows.inspect(|row| {
            let point: usize = row[1].parse().unwrap();
            let told = row[header.len() - keys.len()..].iter().map(|field| field.parse().unwrap());
            assert_eq!(told.collect::<Vec<f64>>(), points.row(point).to_vec());
        });
        rows.count()
    };
    assert_eq!(values("heat-map", &["learning.memory", "response.treaty"], grid(3, 2)), 12);
    assert_eq!(values("sweep-tiered", &["learning.memory"], scattered(5, 1)), 10);
}

#[test]
fn a_design_that_does_not_vary_two_parameters_has_no_map() {
    let flat: fn(f64, f64) -> f64 = |_, _| 0.1;
    for tables in [
        tables(&["a"], &["x", "y"], grid(1, 1), flat),
        tables(&["a"], &["x", "y"], grid(5, 1), flat),
        tables(&["a"], &["x"], Array2::from_elem((3, 1), 0.5), flat),
        Tables { design: None, ..tables(&["a"], &["x", "y"], grid(3, 3), flat) },
    ] {
        assert!(awkward::draw(kind("heat-map"), &tables, &Options::default()).is_none());
    }
}

#[test]
fn each_map_is_of_its_own_risk() {
    let mut both = tables(&["firm"], &["x", "y"], grid(3, 3), |x, y| x + y);
    let tiered = both.risks.len();
    both.risks.extend(tables(&["firm"], &["x", "y"], grid(3, 3), |x, _| 0.5 + x).risks);
    both.risks.iter_mut().skip(tiered).for_each(|row| row.risk = "war_resumed".to_owned());
    let says =
        |name| awkward::draw(kind(name), &both, &Options::default()).unwrap().drawing.headline;
    assert!(says("heat-map").starts_with("Under firm the chance of a tiered alliance by"));
    let war = says("heat-map-war");
    // A parameter that has no part in it is not named.
    assert_eq!(
        war,
        "Under firm the chance of renewed war by 2035-Q4 ranges from 50.0% (x 0) to 70.0% (x 0.2)"
    );
}

#[test]
fn the_headline_is_of_the_map_with_the_widest_span() {
    let mut both = tables(&["control"], &["x", "y"], grid(3, 3), |x, y| 0.1 * (x + y));
    both.risks.extend(tables(&["firm"], &["x", "y"], grid(3, 3), |x, y| x + y).risks);
    let words =
        awkward::draw(kind("heat-map"), &both, &Options::default()).unwrap().drawing.headline;
    assert!(words.starts_with("Under firm "), "{words}");
}

#[test]
fn a_map_of_one_chance_says_so() {
    let mut tables = tables(&["a"], &["x", "y"], grid(3, 3), |_, _| 0.13);
    let says = |tables: &Tables| {
        awkward::draw(kind("heat-map"), tables, &Options::default()).unwrap().drawing.headline
    };
    let told = says(&tables);
    assert!(
        told.ends_with("is estimated at 13.0% (95%: 12.0–14.0%) whatever the values of x and y"),
        "{told}"
    );
    // One run per point says next to nothing.
    tables.risks.iter_mut().for_each(|row| (row.by, row.by_low, row.by_high) = (1.0, 0.21, 1.0));
    let told = says(&tables);
    assert!(
        told.ends_with("is estimated at 100% (95%: 21–100%) whatever the values of x and y"),
        "{told}"
    );
}

#[test]
fn the_headline_names_the_extremes_only_where_their_intervals_are_apart() {
    let says = |risk| {
        let tables = tables(&["firm"], &["x", "y"], grid(3, 3), risk);
        awkward::draw(kind("heat-map"), &tables, &Options::default()).unwrap().drawing.headline
    };
    assert_eq!(
        says(|x, y| x + y),
        "Under firm the chance of a tiered alliance by 2035-Q4 ranges from 0% (x 0, y 0) to 40.0% \
         (x 0.2, y 0.2)"
    );
    // A column is named if all of its cells have the chance, and not if one has another chance.
    let told = says(|x, _| x);
    assert!(told.ends_with("ranges from 0% (x 0) to 20.0% (x 0.2)"), "{told}");
    let told = says(|x, y| if y > 0.15 { 0.5 * x } else { x });
    assert!(told.ends_with("ranges from 0% (x 0) to 20.0% (x 0.2, y 0.1)"), "{told}");
    // Nor if the intervals do not distinguish it: the column still does not have one chance.
    let told = says(|x, y| x + 0.05 * y);
    assert!(told.ends_with("ranges from 0% (x 0, y 0) to 21.0% (x 0.2, y 0.2)"), "{told}");
    let words = says(|x, _| 0.5 + 0.05 * x);
    assert!(
        words.ends_with(
            "is 50.0% to 51.0% over x and y; the lowest and the highest are not shown to differ"
        ),
        "{words}"
    );
}

#[test]
fn the_extremes_of_many_cells_of_one_chance_are_no_finding() {
    // The range of 144 draws from one normal distribution is 5.3 standard deviations on average; the
    // interval of a hundredth either way is 1.96 of them. It would do for four cells.
    let says = |columns: usize| {
        let mut tables = tables(&["firm"], &["x", "y"], grid(columns, columns), |_, _| 0.2);
        for (row, off) in tables.risks.iter_mut().zip([-0.0136, 0.0136]) {
            (row.by, row.by_low, row.by_high) = (0.2 + off, 0.19 + off, 0.21 + off);
        }
        awkward::draw(kind("heat-map"), &tables, &Options::default()).unwrap().drawing.headline
    };
    assert!(says(2).contains("ranges from 18.6% (x 0, y 0) to 21.4% (x 0.1, y 0)"), "{}", says(2));
    let many = says(12);
    let told = "is 18.6% to 21.4% over x and y; the lowest and the highest are not shown to differ";
    assert!(many.ends_with(told), "{many}");
}

#[test]
fn extremes_that_differ_are_not_told_as_the_same() {
    let mut tables = tables(&["firm"], &["x", "y"], grid(2, 2), |x, _| 0.0598 + 0.04 * x);
    for row in &mut tables.risks {
        (row.by_low, row.by_high) = (row.by - 0.001, row.by + 0.001);
    }
    let sheet = awkward::draw(kind("heat-map"), &tables, &Options::default()).unwrap();
    let told = sheet.drawing.headline;
    assert!(told.ends_with("ranges from 6.0% (x 0) to 6.4% (x 0.1)"), "{told}");
}

#[test]
fn a_parameter_that_the_design_fixes_is_not_counted_as_varied() {
    let subtitle = |third: fn(usize) -> f64, fourth: fn(usize) -> f64| {
        let points = Array2::from_shape_fn((16, 4), |(k, axis)| match axis {
            0 => (k % 2) as f64,
            1 => (k / 2 % 2) as f64,
            2 => third(k),
            _ => fourth(k),
        });
        let keys = ["w", "x", "y", "z"];
        let tables = tables(&["firm"], &keys, points, |w, x| 0.3 * w + 0.4 * x);
        awkward::draw(kind("heat-map"), &tables, &Options::default()).unwrap().drawing.subtitle
    };
    let quarters: fn(usize) -> f64 = |k| (k / 4) as f64;
    let none = subtitle(|_| 0.7, |_| 0.3);
    assert!(!none.contains("varied parameters"), "{none}");
    let one = subtitle(quarters, |_| 0.3);
    assert!(
        one.ends_with(
            "Of the 3 varied parameters, the two most correlated with it are shown; the other varies within \
             the cells"
        ),
        "{one}"
    );
    let two = subtitle(quarters, quarters);
    assert!(two.contains("Of the 4 varied") && two.contains("the others vary within"), "{two}");
}

#[test]
fn no_line_runs_between_the_two_values_of_a_switch() {
    let subtitle = |across| {
        let tables = tables(&["firm"], &["x", "y"], grid(across, 3), |x, y| x + y);
        awkward::draw(kind("heat-map"), &tables, &Options::default()).unwrap().drawing.subtitle
    };
    assert!(subtitle(3).contains("Lines join equal chances"));
    assert!(!subtitle(2).contains("Lines join"));
    // Nor if a cell has no point.
    let few = tables(&["firm"], &["x", "y"], scattered(5, 2), |x, y| x + y);
    let sheet = awkward::draw(kind("heat-map"), &few, &Options::default()).unwrap();
    assert!(!sheet.drawing.subtitle.contains("Lines join"), "{}", sheet.drawing.subtitle);
}

#[test]
fn no_line_winds_round_what_is_chance() {
    let drawn = |half: f64| {
        let mut tables = tables(&["firm"], &["x", "y"], grid(4, 4), |x, y| 0.4 + x + y);
        for row in &mut tables.risks {
            (row.by_low, row.by_high) = (row.by - half, row.by + half);
        }
        awkward::check_drawn("noise", kind("heat-map"), &tables).unwrap().drawing
    };
    // From 40 to 100 %, in steps of 10 points.
    let lines = |half: f64| drawn(half).svg.matches("<polyline").count();
    assert!(lines(0.09) > lines(0.11), "{} and {}", lines(0.09), lines(0.11));
    assert!(drawn(0.09).subtitle.contains("Lines join equal chances"));
    assert!(drawn(0.11).subtitle.contains("Too few replicates for lines of equal chances"));
}

#[test]
fn cells_of_one_size_that_stand_for_unequal_distances_are_told() {
    let subtitle = |last: f64| {
        let points = Array2::from_shape_fn((9, 2), |(k, axis)| {
            [0.0, 0.1, last][if axis == 0 { k % 3 } else { k / 3 }]
        });
        let tables = tables(&["firm"], &["x", "y"], points, |x, y| x + y);
        awkward::draw(kind("heat-map"), &tables, &Options::default()).unwrap().drawing.subtitle
    };
    assert!(subtitle(0.2).ends_with("Lines join equal chances"), "{}", subtitle(0.2));
    assert!(subtitle(0.4).ends_with("the same size, however far apart their values are"));
}

#[test]
fn the_subtitle_tells_the_widest_interval_and_cells_that_hold_several_points() {
    // A switch with scattered values of another parameter: one axis has levels, the other bins.
    let points = Array2::from_shape_fn((64, 2), |(k, axis)| {
        if axis == 0 { (k % 2) as f64 } else { (0.5 + 0.754_877_666 * k as f64) % 1.0 }
    });
    let mut tables =
        tables(&["firm"], &["guarantee.backstop", "y"], points, |x, y| 0.3 * x + 0.4 * y);
    let by = tables.risks[5].by;
    (tables.risks[5].by_low, tables.risks[5].by_high) = (by - 0.1, by + 0.4);
    let sheet = awkward::draw(kind("heat-map"), &tables, &Options::default()).unwrap();
    let told = sheet.drawing.subtitle;
    assert!(told.contains("mean over the points of each cell, 64 points in 2 × 4 cells"), "{told}");
    // The longer side of the interval counts: it is more than half the width.
    assert!(
        told.contains(
            "no point’s 95% interval reaches further than 40.0 percentage points from its estimate"
        ),
        "{told}"
    );
}

#[test]
fn of_several_parameters_the_two_that_go_with_the_risk_are_drawn() {
    let mut three = tables(&["a"], &["x", "y", "z"], scattered(64, 3), |_, _| 0.0);
    let points = three.design.as_ref().unwrap().points.clone();
    for row in &mut three.risks {
        row.by = 0.5 * points[(row.point as usize, 2)] + 0.3 * points[(row.point as usize, 0)];
    }
    let rows: Vec<Value<'_>> = three.risks.iter().map(value).collect();
    let fields = fields(three.design.as_ref().unwrap(), &rows);
    assert_eq!((fields[0].across.key.as_str(), fields[0].up.key.as_str()), ("x", "z"));
}

#[test]
fn maps_and_lines_tell_of_the_policies_of_the_file() {
    let words = |name: &str, columns: usize, rows: usize| {
        let scenarios = ["theory", "one", "two", "three", "four"];
        let mut tables = tables(&scenarios, &["x", "y"], grid(columns, rows), |x, y| x + y);
        let theory = |row: &&mut RiskRow| row.scenario == "theory";
        for row in tables.risks.iter_mut().filter(theory) {
            (row.by, row.by_low, row.by_high) = (1.5 * row.by, 1.5 * row.by_low, 1.5 * row.by_high);
        }
        let told = |tables: &Tables| {
            let sheet = awkward::draw(kind(name), tables, &Options::default()).unwrap();
            (sheet.drawing.headline, sheet.drawing.subtitle)
        };
        let all = told(&tables);
        tables.policies = scenarios[1..].iter().map(|name| (*name).to_owned()).collect();
        [all, told(&tables)]
    };
    for (name, columns, rows) in [("heat-map", 4, 4), ("sweep-tiered", 5, 1)] {
        let [(all, _), (policies, subtitle)] = words(name, columns, rows);
        assert!(all.starts_with("Under theory") && !policies.contains("theory"), "{policies}");
        let first = subtitle.ends_with(". 4 of 5 scenarios, policies first");
        assert_eq!(first, name == "heat-map", "{subtitle}");
    }
}

#[test]
fn a_list_of_points_is_told_by_its_values_and_by_no_range() {
    for count in [2, 5] {
        let points = Array2::from_shape_fn((count, 2), |(k, axis)| {
            if axis == 0 { 0.93 + 0.01 * k as f64 } else { 0.2 * ((3 * k + 1) % count) as f64 }
        });
        let keys = ["learning.memory", "response.treaty"];
        let tables = tables(&["firm"], &keys, points, |x, _| 10.0 * (x - 0.9));
        let sheet = awkward::check_drawn("a list", kind("heat-map"), &tables).unwrap();
        let (told, subtitle) = (sheet.drawing.headline, sheet.drawing.subtitle);
        assert!(told.contains("learning.memory 0.93") && !told.contains(" to 0.94"), "{told}");
        assert!(subtitle.contains(": one cell per design point"), "{subtitle}");
    }
}
