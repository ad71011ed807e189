//! Latin hypercubes.

use ndarray::Array2;

use super::{Design, DesignError, Factor, Structure, check_factors};
use crate::random::{Draws, Purpose};

/// Makes a Latin hypercube of `n` points (McKay, Beckman & Conover 1979): each factor's range is
/// cut into `n` strata of equal probability, each stratum holds one point, placed uniformly in it,
/// and the strata of different factors are matched at random.
///
/// # Errors
///
/// [`DesignError`] without factors or points.
///
/// ```
/// use article5_runner::design::{Factor, latin_hypercube};
///
/// let design = latin_hypercube(&[Factor::real("learning.memory", 0.9, 1.0)?], 100, 2026)?;
/// let low = design.points.iter().filter(|&&memory| memory < 0.95).count();
/// assert_eq!(low, 50);
/// # Ok::<(), article5_runner::design::DesignError>(())
/// ```
pub fn latin_hypercube(factors: &[Factor], n: usize, seed: u64) -> Result<Design, DesignError> {
    let rows = check_factors(factors, n as u128)?;
    let unit = unit_points(rows, factors.len(), seed);
    Ok(Design::from_unit(factors, &unit, Structure::Free))
}

/// The points in the unit cube. Factor j draws its order of strata, then its jitter, from stream j.
fn unit_points(rows: usize, columns: usize, seed: u64) -> Array2<f64> {
    let mut unit = Array2::zeros((rows, columns));
    let mut strata: Vec<usize> = Vec::with_capacity(rows);
    for (stream, mut column) in unit.columns_mut().into_iter().enumerate() {
        let mut draws = Draws::new(seed, Purpose::Design, stream as u64);
        strata.clear();
        strata.extend(0..rows);
        draws.shuffle(&mut strata);
        for (value, &stratum) in column.iter_mut().zip(&strata) {
            *value = (stratum as f64 + draws.uniform()) / rows as f64;
        }
    }
    unit
}

#[cfg(test)]
mod tests {
    use super::super::sobol::discrepancy::centred;
    use super::*;

    #[test]
    fn each_stratum_of_each_dimension_holds_one_point() {
        let n = 97;
        let unit = unit_points(n, 110, 3);
        for column in unit.columns() {
            let mut strata: Vec<usize> = column.iter().map(|u| (u * n as f64) as usize).collect();
            strata.sort_unstable();
            assert!(strata.into_iter().eq(0..n));
        }
    }

    #[test]
    fn the_strata_of_two_factors_are_matched_without_correlation() {
        let n = 4096;
        let unit = unit_points(n, 2, 11);
        let covariance: f64 =
            unit.rows().into_iter().map(|row| (row[0] - 0.5) * (row[1] - 0.5)).sum::<f64>()
                / n as f64;
        // The correlation of n independent pairs has a standard error of 1/√n = 0.016.
        assert!((covariance * 12.0).abs() < 4.0 / 64.0);
    }

    #[test]
    fn the_discrepancy_is_that_of_a_latin_hypercube_and_below_that_of_random_points() {
        // scripts/reference_analysis.py: centred discrepancy of 256 points in 8 dimensions over 200
        // seeds of scipy.stats.qmc.LatinHypercube: 0.00574 to 0.00835; of plain random points: 0.00989 and up.
        for seed in 0..5 {
            let discrepancy = centred(&unit_points(256, 8, seed));
            assert!((0.0052..0.0090).contains(&discrepancy), "{discrepancy}");
        }
    }
}
