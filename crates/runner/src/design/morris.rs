//! Morris's one-at-a-time trajectories.

use ndarray::Array2;

use super::{Design, DesignError, Factor, Structure, check_factors};
use crate::random::{Draws, Purpose};

/// Makes `trajectories` random paths of k + 1 points on a grid of `levels` levels (Morris 1991,
/// *Technometrics* 33, 161–174). A path starts at a random grid point and moves each factor once,
/// in random order, up or down by Δ = p / (2(p − 1)) of its range, p the number of levels, so that
/// each level is equally likely.
///
/// # Errors
///
/// [`DesignError`] without factors or trajectories, or if `levels` is odd or less than 2.
///
/// ```
/// use article5_runner::design::{Factor, morris};
///
/// let factors = [Factor::real("a", 0.0, 3.0)?, Factor::real("b", 0.0, 3.0)?];
/// let design = morris(&factors, 10, 4, 2026)?;
/// assert_eq!(design.points.nrows(), 10 * 3);
/// # Ok::<(), article5_runner::design::DesignError>(())
/// ```
pub fn morris(
    factors: &[Factor],
    trajectories: usize,
    levels: usize,
    seed: u64,
) -> Result<Design, DesignError> {
    let length = factors.len() + 1;
    check_factors(factors, trajectories as u128 * length as u128)?;
    if levels < 2 || !levels.is_multiple_of(2) {
        return Err(DesignError::OddLevels { levels });
    }
    let unit = unit_points(trajectories, factors.len(), levels, seed);
    let mut shares = unit.clone();
    for (mut column, factor) in shares.columns_mut().into_iter().zip(factors) {
        column.mapv_inplace(|unit| factor.share(unit));
    }
    Ok(Design::from_unit(factors, &unit, Structure::Morris { shares }))
}

/// The points in the unit cube. Trajectory i is drawn from stream i.
fn unit_points(trajectories: usize, factors: usize, levels: usize, seed: u64) -> Array2<f64> {
    let mut unit = Array2::zeros((trajectories * (factors + 1), factors));
    let mut order: Vec<usize> = (0..factors).collect();
    // In steps of 1/(p − 1), Δ is p/2: a factor moves between a level of the lower half and the
    // one p/2 above it.
    let (half, step) = (levels / 2, 1.0 / (levels - 1) as f64);
    for trajectory in 0..trajectories {
        let mut draws = Draws::new(seed, Purpose::Design, trajectory as u64);
        let mut at: Vec<usize> = (0..factors).map(|_| draws.below(levels)).collect();
        order.sort_unstable();
        draws.shuffle(&mut order);
        let first = trajectory * (factors + 1);
        for row in 0..=factors {
            if let Some(&moved) = row.checked_sub(1).and_then(|before| order.get(before)) {
                at[moved] = (at[moved] + half) % levels;
            }
            for (value, &level) in unit.row_mut(first + row).iter_mut().zip(&at) {
                *value = level as f64 * step;
            }
        }
    }
    unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_moves_one_factor_by_delta_and_each_factor_once() {
        for levels in [2, 4, 6, 10] {
            let (trajectories, k) = (25, 7);
            let unit = unit_points(trajectories, k, levels, 4);
            let delta = levels as f64 / (2.0 * (levels - 1) as f64);
            for trajectory in 0..trajectories {
                let mut moved = vec![0; k];
                for row in trajectory * (k + 1)..trajectory * (k + 1) + k {
                    let change = &unit.row(row + 1) - &unit.row(row);
                    let steps: Vec<usize> = (0..k).filter(|&j| change[j] != 0.0).collect();
                    assert_eq!(steps.len(), 1);
                    assert!((change[steps[0]].abs() - delta).abs() < 1e-12);
                    moved[steps[0]] += 1;
                }
                assert!(moved.iter().all(|&times| times == 1));
            }
        }
    }

    #[test]
    fn only_the_levels_are_taken_and_each_is_equally_likely() {
        let (levels, rows) = (4, 2000 * 4);
        let unit = unit_points(2000, 3, levels, 8);
        for column in unit.columns() {
            let mut counts = vec![0; levels];
            for &value in column {
                let level = value * (levels - 1) as f64;
                assert!((level - level.round()).abs() < 1e-12);
                counts[level.round() as usize] += 1;
            }
            let expected = rows / levels;
            // Points of a trajectory are much alike, so the standard error is that of 2000 draws or
            // more.
            assert!(counts.iter().all(|count| expected.abs_diff(*count) < 320), "{counts:?}");
        }
    }

    #[test]
    fn ups_and_downs_are_as_likely() {
        let unit = unit_points(1000, 1, 4, 8);
        let ups = (0..1000).filter(|i| unit[(2 * i, 0)] < unit[(2 * i + 1, 0)]).count();
        assert!((440..560).contains(&ups), "{ups}");
    }

    #[test]
    fn odd_levels_are_refused() {
        let factors = [Factor::real("x", 0.0, 1.0).unwrap()];
        assert_eq!(morris(&factors, 3, 5, 1).unwrap_err(), DesignError::OddLevels { levels: 5 });
    }
}
