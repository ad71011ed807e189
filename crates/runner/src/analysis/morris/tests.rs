//! Elementary effects of functions whose effects are known, and what noise and chance add to them.

use ndarray::{Array1, Axis};

use super::*;
use crate::design::{Factor, Structure, morris};

fn unit(k: usize, trajectories: usize) -> Array2<f64> {
    let factors: Vec<Factor> =
        (0..k).map(|j| Factor::real(format!("x{j}"), 0.0, 1.0).unwrap()).collect();
    match morris(&factors, trajectories, 4, 3).unwrap().structure {
        Structure::Morris { shares } => shares,
        other => panic!("{other:?}"),
    }
}

fn normal(draws: &mut Draws) -> f64 {
    // Box and Muller.
    let radius = (-2.0 * libm::log(draws.uniform())).sqrt();
    radius * libm::cos(2.0 * std::f64::consts::PI * draws.uniform())
}

#[test]
fn values_that_a_factor_jumps_between_have_the_effects_of_a_linear_function_too() {
    let factors = [
        Factor::values("switch", vec![0.0, 1.0]).unwrap(),
        Factor::values("list", vec![0.9, 0.2, 0.4]).unwrap(),
        Factor::between("count", article5_model::parameters::Kind::Count, 2.0, 7.0).unwrap(),
        Factor::real("real", -1.0, 1.0).unwrap(),
    ];
    let design = morris(&factors, 12, 4, 3).unwrap();
    let Structure::Morris { shares } = &design.structure else { panic!("{:?}", design.structure) };
    let slopes = [0.8, 2.0, 0.1, -1.0];
    let y = design.points.map_axis(Axis(1), |x| x.iter().zip(slopes).map(|(x, b)| x * b).sum());
    let effects = morris_effects(shares.view(), y.view(), Noise::None, 50, 1).unwrap();
    // Per full range of each parameter.
    for (effect, over_range) in effects.iter().zip([0.8, 1.4, 0.5, -2.0]) {
        assert!((effect.mu.value - over_range).abs() < 1e-12, "{effect:?}");
        assert!(effect.sigma.value < 1e-7, "{effect:?}");
    }
}

#[test]
fn the_effects_of_a_linear_function_are_its_coefficients() {
    let unit = unit(4, 8);
    let slopes = [2.0, -1.0, 0.5, 0.0];
    let y = unit.map_axis(Axis(1), |x| x.iter().zip(slopes).map(|(x, b)| x * b).sum());
    let effects = morris_effects(unit.view(), y.view(), Noise::None, 50, 1).unwrap();
    for (effect, slope) in effects.iter().zip(slopes) {
        assert!((effect.mu.value - slope).abs() < 1e-12);
        assert!((effect.mu_star.value - slope.abs()).abs() < 1e-12);
        assert!(effect.sigma.value < 1e-12 && effect.mu.high - effect.mu.low < 1e-12);
    }
}

#[test]
fn noise_is_taken_out_of_sigma_and_told_beside_mu_star() {
    let unit = unit(2, 2000);
    let mut draws = Draws::new(5, Purpose::Design, 77);
    // Uniform noise on (−√10/2, √10/2) in each of ten batches: the mean has variance 1/12.
    let batches = Array2::from_shape_fn((unit.nrows(), 10), |(point, _)| {
        2.0 * unit[(point, 0)] + 10.0_f64.sqrt() * (draws.uniform() - 0.5)
    });
    let y = batches.sum_axis(Axis(1)) / 10.0;
    let noise = Noise::Common(batches.view());
    let effects = morris_effects(unit.view(), y.view(), noise, 50, 1).unwrap();
    let expected = (2.0_f64 / 12.0).sqrt() * 1.5;
    for (effect, slope) in effects.iter().zip([2.0, 0.0]) {
        assert!((effect.noise / expected - 1.0).abs() < 0.02, "{effect:?}");
        assert!(effect.sigma.value < 0.3 * expected, "{effect:?}");
        assert!((effect.mu.value - slope).abs() < 0.06);
    }
    assert!(effects[1].mu_star.value > 0.7 * expected);
}

/// How often the interval of σ covers this true one, over parameters and seeds, and how often it
/// reaches up by less than 0.1, where replicate noise gives each effect the standard error 1.
fn sigma_covered(sigma: f64, trajectories: usize) -> (f64, f64) {
    let (k, seeds, count) = (10, 40, 20);
    let unit = unit(k, trajectories);
    let (mut covered, mut narrow) = (0, 0);
    for seed in 0..seeds {
        let mut draws = Draws::new(seed, Purpose::Design, 74);
        let mut batches = Array2::zeros((unit.nrows(), count));
        for row in (1..unit.nrows()).filter(|row| row % (k + 1) != 0) {
            let change = (&unit.row(row) - &unit.row(row - 1)).sum();
            let effect = 0.3 + sigma * normal(&mut draws);
            for batch in 0..count {
                let noise = (count as f64).sqrt() * normal(&mut draws);
                batches[(row, batch)] = batches[(row - 1, batch)] + change * (effect + noise);
            }
        }
        let y = batches.sum_axis(Axis(1)) / count as f64;
        let noise = Noise::Common(batches.view());
        for effect in morris_effects(unit.view(), y.view(), noise, 100, seed).unwrap() {
            let found = effect.sigma;
            assert!(0.0 <= found.low && found.low <= found.value, "{found:?}");
            covered += u32::from(found.low <= sigma && sigma <= found.high);
            narrow += u32::from(found.high - found.value < 0.1);
        }
    }
    let all = (seeds * k as u64) as f64;
    (f64::from(covered) / all, f64::from(narrow) / all)
}

#[test]
fn sigma_has_an_interval_that_covers_it_where_noise_explains_most_of_the_spread_or_all() {
    // Of intervals made of resamples of σ itself, in a simulation with NumPy, 81 % covered a σ of
    // 0.5, and 18 % of those of no σ were narrow.
    for (sigma, trajectories) in [(0.0, 12), (0.5, 12), (1.0, 12), (3.0, 12), (0.5, 40)] {
        let (covered, narrow) = sigma_covered(sigma, trajectories);
        assert!(covered > 0.9 && narrow == 0.0, "{sigma} {trajectories}: {covered} {narrow}");
    }
}

#[test]
fn noise_that_all_trajectories_share_is_not_taken_out_of_what_is_between_them() {
    let unit = unit(2, 40);
    // The slope of the first differs between batches, alike everywhere, far more than between
    // points.
    let batches = Array2::from_shape_fn((unit.nrows(), 10), |(point, batch)| {
        let [x, y] = [unit[(point, 0)], unit[(point, 1)]];
        (1.0 + 0.8 * (batch as f64 - 4.5)) * x + 0.1 * x * y
    });
    let mean = batches.sum_axis(Axis(1)) / 10.0;
    let sigma = |noise: Noise<'_>| {
        morris_effects(unit.view(), mean.view(), noise, 50, 1).unwrap()[0].sigma.value
    };
    let (exact, found) = (sigma(Noise::None), sigma(Noise::Common(batches.view())));
    assert!(exact > 0.02 && (found - exact).abs() < 1e-9, "{found} for {exact}");
}

#[test]
fn intervals_of_the_mean_effect_cover_it_with_four_trajectories() {
    let (k, seeds, mean) = (10, 200, 0.5);
    let unit = unit(k, 4);
    let mut covered = 0;
    for seed in 0..seeds {
        let mut draws = Draws::new(seed, Purpose::Design, 76);
        // Each step moves one parameter, by an effect that is normal with this mean.
        let mut y = Array1::zeros(unit.nrows());
        for row in (1..unit.nrows()).filter(|row| row % (k + 1) != 0) {
            let change = (&unit.row(row) - &unit.row(row - 1)).sum();
            y[row] = y[row - 1] + change * (mean + normal(&mut draws));
        }
        let effects = morris_effects(unit.view(), y.view(), Noise::None, 200, seed).unwrap();
        covered += effects.iter().filter(|e| e.mu.low <= mean && mean <= e.mu.high).count();
    }
    // Without the correction it would be 0.81; 2000 intervals give it to about 0.005.
    let share = covered as f64 / (seeds * k as u64) as f64;
    assert!((0.93..0.97).contains(&share), "{share}");
}

#[test]
fn an_effect_says_whether_trajectories_or_replicates_leave_it_uncertain() {
    let unit = unit(2, 20);
    let mut draws = Draws::new(6, Purpose::Design, 75);
    // The second interacts with the first; the slope of the first differs between batches alike
    // everywhere.
    let slopes: Vec<f64> = (0..10).map(|_| 5.0 + normal(&mut draws)).collect();
    let batches = Array2::from_shape_fn((unit.nrows(), 10), |(point, batch)| {
        let [x, y] = [unit[(point, 0)], unit[(point, 1)]];
        slopes[batch] * x + 0.1 * x * y + y * y
    });
    let y = batches.sum_axis(Axis(1)) / 10.0;
    let noise = Noise::Common(batches.view());
    let effects = morris_effects(unit.view(), y.view(), noise, 50, 1).unwrap();
    assert!(effects[0].mu_star_from_replicates > 0.9, "{effects:?}");
    assert!(effects[1].mu_star_from_replicates < 0.1, "{effects:?}");
    let exact = morris_effects(unit.view(), y.view(), Noise::None, 50, 1).unwrap();
    assert_eq!(exact[0].mu_star_from_replicates, 0.0);
}

#[test]
fn points_that_are_no_trajectories_are_refused() {
    let sound = ndarray::array![[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]];
    let refused = |second: Array2<f64>| {
        let points = ndarray::concatenate![Axis(0), sound, second];
        let found = morris_effects(points.view(), Array1::zeros(6).view(), Noise::None, 5, 1);
        found.err().map(|error| error.to_string())
    };
    assert_eq!(refused(sound.clone()), None);
    for (step, second) in [
        // Nothing moves; both at once, then nothing; one moves twice; one twice, the second time
        // with the other.
        (0, Array2::zeros((3, 2))),
        (0, ndarray::array![[0.0, 0.0], [1.0, 1.0], [1.0, 1.0]]),
        (1, ndarray::array![[0.0, 0.0], [0.5, 0.0], [1.0, 0.0]]),
        (1, ndarray::array![[0.0, 0.0], [0.5, 0.0], [1.0, 1.0]]),
    ] {
        let message = refused(second.clone()).unwrap_or_default();
        let place = format!("step {step} of trajectory 1 (both from 0) moves no parameter");
        assert!(message.starts_with(&place), "{second}: {message}");
    }
    // One trajectory, part of another one, and no parameter at all.
    for (rows, columns) in [(3, 2), (5, 2), (4, 0)] {
        let (points, y) = (Array2::zeros((rows, columns)), Array1::zeros(rows));
        let error = morris_effects(points.view(), y.view(), Noise::None, 5, 1);
        let message = error.unwrap_err().to_string();
        assert!(message.contains("two or more trajectories"), "{rows} {columns}: {message}");
    }
}

#[test]
fn the_correction_is_that_of_a_sample_and_of_student() {
    // 4/3 of the population's variance, and 3.1824/1.9600 as wide; for two trajectories, 2 and
    // 12.7062/1.9600.
    assert!((correction(4) - 3.515_318_861_490_022).abs() < 1e-9, "{}", correction(4));
    assert!((correction(2) - 84.055_379_132_459_9).abs() < 1e-9, "{}", correction(2));
}

#[test]
fn the_bootstraps_variance_of_a_mean_is_that_of_the_population_over_its_size() {
    let effect = ndarray::array![[1.0], [2.0], [4.0], [9.0]];
    let (noise, shared) = (Array2::zeros((4, 1)), Array2::from_elem((4, 1), Vec::new()));
    let effects = Effects { effect, noise, shared };
    // The variance of 1, 2, 4 and 9 about 4 is 38/4, found to about √(2/20 000) of itself.
    let found = effects.variances_between(20_000, 1)[0] / correction(4);
    assert!((found / (38.0 / 4.0 / 4.0) - 1.0).abs() < 0.04, "{found}");
}

#[test]
fn noise_between_trajectories_is_the_sample_variance_of_their_deviations() {
    let deviations = [[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [0.0; 3]];
    let shared = Array2::from_shape_fn((3, 1), |(trajectory, _)| deviations[trajectory].to_vec());
    let (effect, noise) = (Array2::zeros((3, 1)), Array2::zeros((3, 1)));
    let effects = Effects { effect, noise, shared };
    // 1, −1 and 0, of variance 1, in each of the first two batches: 2, divided by three batches and
    // by two.
    assert!((effects.noise_between(0) - 2.0 / 6.0).abs() < 1e-15);
}

#[test]
fn shocks_alone_leave_a_mean_effect_students_interval_of_a_mean_over_the_batches() {
    let unit = unit(1, 6);
    let slopes = [1.0, 2.0, 4.0, 9.0];
    let batches =
        Array2::from_shape_fn((unit.nrows(), 4), |(point, batch)| slopes[batch] * unit[(point, 0)]);
    let y = batches.sum_axis(Axis(1)) / 4.0;
    let noise = Noise::Common(batches.view());
    let mu = morris_effects(unit.view(), y.view(), noise, 50, 1).unwrap()[0].mu;
    // The sample variance of the slopes is 38/3, that of their mean a quarter of it.
    let half = t_95(4) * (38.0_f64 / 3.0 / 4.0).sqrt();
    assert!((mu.value - 4.0).abs() < 1e-12, "{mu:?}");
    assert!((0.5 * (mu.high - mu.low) - half).abs() < 1e-9, "{mu:?}");
}
