//! Indices of functions whose indices are known, with noise and without.

use std::f64::consts::PI;

use ndarray::Axis;

use super::*;
use crate::design::{Design, Factor, saltelli};

fn design(k: usize, low: f64, high: f64, n: usize, seed: u64) -> Design {
    let factors: Vec<Factor> =
        (0..k).map(|j| Factor::real(format!("x{j}"), low, high).unwrap()).collect();
    saltelli(&factors, n, seed).unwrap()
}

/// Ishigami & Homma (1990) with a = 7, b = 0.1.
fn ishigami(design: &Design) -> Array1<f64> {
    design.points.map_axis(Axis(1), |x| {
        let sine = libm::sin;
        sine(x[0]) + 7.0 * sine(x[1]).powi(2) + 0.1 * x[2].powi(4) * sine(x[0])
    })
}

/// Its indices in closed form (Saltelli, Chan & Scott 2000, *Sensitivity Analysis*).
fn ishigami_indices() -> ([f64; 3], [f64; 3], f64) {
    let (a, b) = (7.0, 0.1);
    let alone = [0.5 * (1.0 + b * PI.powi(4) / 5.0).powi(2), a * a / 8.0, 0.0];
    let joint = b * b * PI.powi(8) * 8.0 / 225.0;
    let variance = alone[0] + alone[1] + joint;
    let total = [alone[0] + joint, alone[1], joint];
    (alone.map(|v| v / variance), total.map(|v| v / variance), variance)
}

fn normal(draws: &mut Draws) -> f64 {
    // Box and Muller.
    let radius = (-2.0 * libm::log(draws.uniform())).sqrt();
    radius * libm::cos(2.0 * PI * draws.uniform())
}

#[test]
fn ishigami_has_its_analytic_indices() {
    let y = ishigami(&design(3, -PI, PI, 4096, 1));
    let indices = sobol_indices(3, y.view(), Noise::None, 200, 1).unwrap();
    let (first, total, variance) = ishigami_indices();
    assert!((indices.variance / variance - 1.0).abs() < 0.01);
    assert_eq!(indices.noise_share, 0.0);
    for (j, own) in indices.parameters.iter().enumerate() {
        assert!((own.first.value - first[j]).abs() < 0.015, "{j}: {own:?}");
        assert!((own.total.value - total[j]).abs() < 0.015, "{j}: {own:?}");
        assert_eq!(own.total.value, own.total_with_noise);
    }
}

#[test]
fn the_g_function_has_its_analytic_indices() {
    // Saltelli & Sobol' (1995): the product of (|4x − 2| + a)/(1 + a) over [0, 1].
    let a = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0];
    let y = design(6, 0.0, 1.0, 4096, 3).points.map_axis(Axis(1), |x| {
        x.iter().zip(a).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product()
    });
    let indices = sobol_indices(6, y.view(), Noise::None, 200, 1).unwrap();
    let own = a.map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a)));
    let all: f64 = own.iter().map(|v| 1.0 + v).product();
    for (j, index) in indices.parameters.iter().enumerate() {
        let first = own[j] / (all - 1.0);
        let total = own[j] * all / (1.0 + own[j]) / (all - 1.0);
        assert!((index.first.value - first).abs() < 0.02, "{j}: {index:?} {first}");
        assert!((index.total.value - total).abs() < 0.02, "{j}: {index:?} {total}");
    }
}

#[test]
fn independent_noise_inflates_total_indices_and_is_taken_out() {
    let exact = ishigami(&design(3, -PI, PI, 8192, 1));
    let (first, total, variance) = ishigami_indices();
    // The noise of the mean of ten batches.
    let sd = 3.0;
    let share = sd * sd / (variance + sd * sd);
    let indices = [0, 1, 2, 3].map(|seed| {
        let mut draws = Draws::new(seed, Purpose::Design, 99);
        let batches = Array2::from_shape_fn((exact.len(), 10), |(point, _)| {
            exact[point] + 10.0_f64.sqrt() * sd * normal(&mut draws)
        });
        let y = batches.sum_axis(Axis(1)) / 10.0;
        sobol_indices(3, y.view(), Noise::Common(batches.view()), 200, 1).unwrap()
    });
    for own in &indices {
        assert!((own.noise_share - share).abs() < 0.02);
    }
    let mean = |j: usize, of: fn(&SobolIndex) -> f64| {
        indices.iter().map(|own| of(&own.parameters[j])).sum::<f64>() / 4.0
    };
    for j in 0..3 {
        let (own, all) = (mean(j, |own| own.first.value), mean(j, |own| own.total.value));
        assert!((own - first[j]).abs() < 0.04, "{j}: {own}");
        assert!((all - total[j]).abs() < 0.04, "{j}: {all}");
        let inflated = total[j] * (1.0 - share) + share;
        let raw = mean(j, |own| own.total_with_noise);
        assert!((raw - inflated).abs() < 0.03, "{j}: {raw}");
    }
}

/// Batch means of Ishigami under common shocks whose effect depends on the third parameter,
/// with a little noise peculiar to each run.
fn common(design: &Design, batches: usize, seed: u64) -> Array2<f64> {
    let y = ishigami(design);
    let mut draws = Draws::new(seed, Purpose::Design, 98);
    let mut means = Array2::zeros((y.len(), batches));
    for mut column in means.columns_mut() {
        let (level, slope) = (6.0 * normal(&mut draws), normal(&mut draws));
        for (row, mean) in column.iter_mut().enumerate() {
            let own = 2.0 * normal(&mut draws);
            *mean = y[row] + level + slope * design.points[(row, 2)] + own;
        }
    }
    means
}

#[test]
fn intervals_cover_the_analytic_indices_under_common_shocks() {
    let (first, total, _) = ishigami_indices();
    let (mut covered, mut wide, seeds) = (0, 0.0, 20);
    for seed in 0..seeds {
        let design = design(3, -PI, PI, 256, seed);
        let batches = common(&design, 10, seed);
        let y = batches.mean_axis(Axis(1)).unwrap();
        let noise = Noise::Common(batches.view());
        let indices = sobol_indices(3, y.view(), noise, 60, seed).unwrap();
        for (j, own) in indices.parameters.iter().enumerate() {
            let within = |e: Estimate, truth: f64| u32::from(e.low <= truth && truth <= e.high);
            covered += within(own.first, first[j]) + within(own.total, total[j]);
            wide += own.total.high - own.total.low;
        }
    }
    let share = f64::from(covered) / (seeds as f64 * 6.0);
    // 120 intervals, those of one sample correlated: 0.95 less three standard errors.
    assert!(share > 0.87, "{share}");
    assert!(wide / (seeds as f64 * 3.0) < 0.5, "{wide}");
}

#[test]
fn shocks_that_all_points_share_are_not_taken_for_noise_between_them() {
    let design = design(3, -PI, PI, 2048, 5);
    let batches = common(&design, 10, 5);
    let y = batches.mean_axis(Axis(1)).unwrap();
    let found = sobol_indices(3, y.view(), Noise::Common(batches.view()), 20, 5).unwrap();
    let total = ishigami_indices().1;
    // The level that all points share makes up most of each row's variance and none of V: were it
    // taken out, the index would come out too small by 0.1.
    assert!((found.parameters[1].total.value - total[1]).abs() < 0.05);
}

#[test]
fn a_constant_outcome_or_a_broken_block_is_refused() {
    let y = Array1::from_elem(15, 2.0);
    let constant = sobol_indices(3, y.view(), Noise::None, 10, 1);
    assert_eq!(constant.unwrap_err(), AnalysisError::NoVariance);
    let message = sobol_indices(4, y.view(), Noise::None, 10, 1).unwrap_err().to_string();
    assert_eq!(message, "outcomes: 15 given, blocks of 6 wanted, for 4 parameters");
}

#[test]
fn a_variance_that_is_all_noise_is_none_even_where_rounding_leaves_some_of_it() {
    // One replicate at one point of A and at one between A and B: the noise is all that varies.
    let refused = (0..32).filter(|&between| {
        let mut batches = Array2::zeros((32, 20));
        batches[[0, 0]] = 1.0;
        batches[[between, 0]] = 1.0;
        let means = batches.sum_axis(Axis(1)) / 20.0;
        let found = sobol_indices(2, means.view(), Noise::Common(batches.view()), 20, 1);
        found == Err(AnalysisError::NoVariance)
    });
    assert_eq!(refused.count(), 32);
}

/// Outcomes of two parameters at 32 base points, in 20 batches, of which each of the first
/// `batches` has an event at these rows.
fn events(batches: usize, rows: &[usize]) -> Array2<f64> {
    let mut outcomes = Array2::zeros((4 * 32, 20));
    for batch in 0..batches {
        rows.iter().for_each(|&row| outcomes[[row, batch]] = 1.0);
    }
    outcomes
}

fn indices_of(batches: &Array2<f64>) -> Result<SobolIndices, AnalysisError> {
    let means = batches.mean_axis(Axis(1)).unwrap();
    sobol_indices(2, means.view(), Noise::Common(batches.view()), 400, 1)
}

#[test]
fn a_variance_that_one_batch_makes_or_breaks_is_none() {
    // At ten base points: row A of a block, and AB of its first parameter.
    let rows: Vec<usize> = (0..10).flat_map(|block| [12 * block, 12 * block + 1]).collect();
    assert_eq!(indices_of(&events(2, &rows)), Err(AnalysisError::NoVariance));
    // Of three batches with events, two are left, and the doubt shows in the interval.
    let found = indices_of(&events(3, &rows)).unwrap();
    assert!(found.parameters.iter().all(|own| own.first.low.is_finite()), "{found:?}");
    assert_eq!(found.missed_share, 0.0);
    assert!(found.doubt().is_none_or(|(doubt, _)| doubt != Doubt::Rare));
}

#[test]
fn an_outcome_that_varies_at_one_base_point_is_rare_however_sure_the_replicates() {
    // All replicates agree. A resample of 32 misses one base point with probability (31/32)³² = 0.362,
    // two with 0.127, three with 0.042, four with 0.014.
    for (blocks, missed, rare) in [(1, 0.362, true), (2, 0.127, true), (4, 0.014, false)] {
        let rows: Vec<usize> = (0..blocks).map(|block| 4 * block).collect();
        let found = indices_of(&events(20, &rows)).unwrap();
        // Three standard errors of a share of 400.
        let error = 3.0 * (missed * (1.0 - missed) / 400.0_f64).sqrt();
        assert!((found.missed_share - missed).abs() < error, "{blocks}: {}", found.missed_share);
        assert_eq!(found.doubt(), rare.then_some((Doubt::Rare, Want::Points)), "{blocks}");
        assert_eq!(found.drowned_share, 0.0);
    }
}

#[test]
fn an_outcome_that_hardly_varies_beyond_its_noise_is_not_rare_but_wants_replicates() {
    let found: Vec<_> = (0..40)
        .filter_map(|seed| {
            let mut draws = Draws::new(seed, Purpose::Design, 5);
            let noise = Array2::from_shape_fn((4 * 32, 20), |_| draws.uniform());
            // Where not even its estimate is above 0, no indices are given.
            indices_of(&noise).ok()
        })
        .collect();
    assert!(found.iter().all(|own| own.missed_share == 0.0));
    let drowned = found.iter().filter(|own| own.drowned_share > MANY).collect::<Vec<_>>();
    assert!(drowned.len() > 3, "{} of {}", drowned.len(), found.len());
    assert!(drowned.iter().all(|own| own.doubt() == Some((Doubt::Noise, Want::Replicates))));
    // None of their intervals says anything: each is wider than all that an index can be.
    let mut first = drowned.iter().flat_map(|own| &own.parameters).map(|own| own.first);
    assert!(first.all(|Estimate { low, high, .. }| high - low > 1.0));
}

#[test]
fn resamples_are_lost_together_however_they_lose_their_variance() {
    let doubt = |missed_share, drowned_share| {
        let parameters = Vec::new();
        SobolIndices { parameters, variance: 1.0, noise_share: 0.5, missed_share, drowned_share }
            .doubt()
    };
    let (rare, noise) = ((Doubt::Rare, Want::Points), (Doubt::Noise, Want::Replicates));
    assert_eq!(doubt(0.045, 0.04), Some(rare));
    assert_eq!(doubt(0.04, 0.045), Some(noise));
    assert_eq!((doubt(0.06, 0.0), doubt(0.0, 0.06)), (Some(rare), Some(noise)));
    assert_eq!((doubt(0.02, 0.02), doubt(0.0, 0.0)), (None, None));
}

#[test]
fn outcomes_that_are_no_blocks_are_refused() {
    for (k, outcomes) in [(0, 8), (2, 0), (2, 7)] {
        let y = Array1::from_iter((0..outcomes).map(f64::from));
        let error = sobol_indices(k, y.view(), Noise::None, 10, 1).unwrap_err();
        assert!(matches!(error, AnalysisError::Shape { what: "outcomes", .. }), "{k}: {error}");
    }
}

#[test]
fn the_bootstraps_intervals_cover_the_indices_over_points_drawn_at_random() {
    let (k, points, seeds) = (2, 200, 100);
    let mut covered = 0;
    for seed in 0..seeds {
        let mut draws = Draws::new(seed, Purpose::Design, 97);
        // 2a + b of uniform numbers: indices 0.8 and 0.2. The rows of a block are A, A with one of B, B.
        let y: Vec<f64> = (0..points)
            .flat_map(|_| {
                let [a, b, other_a, other_b] = [0; 4].map(|_| draws.uniform());
                [(a, b), (other_a, b), (a, other_b), (other_a, other_b)].map(|(a, b)| 2.0 * a + b)
            })
            .collect();
        let y = Array1::from_vec(y);
        let indices = sobol_indices(k, y.view(), Noise::None, 200, seed).unwrap();
        for (own, truth) in indices.parameters.iter().zip([0.8, 0.2]) {
            let within = |e: Estimate| u32::from(e.low <= truth && truth <= e.high);
            covered += within(own.first) + within(own.total);
        }
    }
    // 400 intervals, those of one sample correlated.
    let share = f64::from(covered) / (4.0 * seeds as f64);
    assert!((0.9..0.985).contains(&share), "{share}");
}
