//! The analyses against SALib and the EMA Workbench on the same tables. The tables and the reference
//! numbers are made by `scripts/reference_analysis.py`.

use article5_runner::analysis::prim::{Cases, Trajectory};
use article5_runner::analysis::{Noise, morris::morris_effects, sobol::sobol_indices};
use article5_runner::tally::{Z_95, t_95};
use ndarray::{Array1, Array2, s};

fn table(text: &str) -> Array2<f64> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<Vec<f64>> = reader.deserialize().map(Result::unwrap).collect();
    Array2::from_shape_fn((rows.len(), rows[0].len()), |(row, column)| rows[row][column])
}

fn assert_near(ours: f64, theirs: f64, within: f64) {
    assert!((ours - theirs).abs() <= within, "{ours} against {theirs}");
}

#[test]
fn sobol_indices_and_intervals_are_those_of_salib() {
    let outcome = table(include_str!("sobol.csv"));
    let ours = sobol_indices(3, outcome.column(0), Noise::None, 5000, 1).unwrap();
    let salib = table(include_str!("sobol_salib.csv"));
    for (own, salib) in ours.parameters.iter().zip(salib.rows()) {
        assert_near(own.first.value, salib[0], 1e-12);
        assert_near(own.total.value, salib[2], 1e-12);
        // Two bootstraps of 5000: their standard deviations differ by about 1.4 %.
        for (estimate, half_width) in [(own.first, salib[1]), (own.total, salib[3])] {
            assert_near((estimate.high - estimate.low) / 2.0 / half_width, 1.0, 0.06);
        }
    }
}

#[test]
fn morris_effects_are_those_of_salib() {
    let design = table(include_str!("morris.csv"));
    let (unit, outcome) = (design.slice(s![.., ..4]), design.column(4));
    let ours = morris_effects(unit, outcome, Noise::None, 5000, 1).unwrap();
    let salib = table(include_str!("morris_salib.csv"));
    // SALib's interval is the bare bootstrap's, ours is Student's of a variance over r − 1.
    let trajectories = (unit.nrows() / (unit.ncols() + 1)) as u64;
    let r = trajectories as f64;
    let wider = t_95(trajectories) / Z_95 * (r / (r - 1.0)).sqrt();
    for (own, salib) in ours.iter().zip(salib.rows()) {
        assert_near(own.mu.value, salib[0], 1e-12);
        assert_near(own.mu_star.value, salib[1], 1e-12);
        assert_near(own.sigma.value, salib[2], 1e-12);
        let half_width = (own.mu_star.high - own.mu_star.low) / 2.0 / wider;
        assert_near(half_width, salib[3], 0.06 * salib[3] + 1e-12);
    }
}

#[test]
fn prim_follows_the_ema_workbench_box_by_box() {
    let design = table(include_str!("prim.csv"));
    let points = design.slice(s![.., ..5]);
    let interest: Vec<bool> = design.column(5).iter().map(|&own| own == 1.0).collect();
    let discrete = [false, false, false, false, true];
    let cases = Cases::new(points, &interest, &discrete).unwrap();
    let mut left: Vec<usize> = (0..points.nrows()).collect();
    let mut ours: Vec<Array1<f64>> = Vec::new();
    for number in 0..2 {
        let found = cases.search(&left);
        let last = &found.boxes.last().unwrap().limits;
        let inside = |row: usize| {
            let pairs = points.row(row).into_iter().zip(last);
            pairs.into_iter().all(|(&value, own)| own.low <= value && value <= own.high)
        };
        left.retain(|&row| !inside(row));
        ours.extend(rows(&cases, &found, number));
    }
    let ema = table(include_str!("prim_ema.csv"));
    // The last two of ours paste values of the discrete parameter (columns 12 and 13), as EMA cannot.
    let beyond = &ours[ema.nrows() - 1..];
    assert_eq!(beyond.len(), 3);
    assert!(beyond.windows(2).all(|pair| pair[0].slice(s![4..12]) == pair[1].slice(s![4..12])));
    for (own, ema) in ours.iter().zip(ema.rows()) {
        for (&own, &ema) in own.iter().zip(ema) {
            assert_near(own, ema, 1e-9);
        }
    }
}

/// A row for each box of the trajectory, with the columns of `prim_ema.csv`.
fn rows(cases: &Cases, trajectory: &Trajectory, number: usize) -> Vec<Array1<f64>> {
    let boxes = trajectory.boxes.iter();
    boxes
        .map(|own| {
            let mut row = vec![number as f64, own.coverage, own.density, own.mass];
            row.extend(own.limits.iter().flat_map(|limits| [limits.low, limits.high]));
            let quasi_p = trajectory.quasi_p(cases, own);
            row.extend(quasi_p.iter().flatten().map(|p| p.unwrap_or(-1.0)));
            Array1::from(row)
        })
        .collect()
}
