//! The design for Sobol indices.

use ndarray::Array2;

use super::{Design, DesignError, Factor, Structure, check_factors, sobol};

/// Makes the radial design of Saltelli and others (2010, *Computer Physics Communications* 181,
/// 259–270) for first-order and total indices: n × (k + 2) rows.
///
/// `n` scrambled Sobol points of 2k dimensions give the base points A (first k coordinates) and B
/// (the others). Each base point makes k + 2 rows, in the order of SALib's `sample.sobol` without
/// second order: A; A with its first, second, … coordinate from B; B. Take a power of two for `n`.
///
/// # Errors
///
/// [`DesignError`] without factors or points, or with more than 500 factors.
///
/// ```
/// use article5_runner::design::{Factor, saltelli};
///
/// let factors = [Factor::real("a", 0.0, 1.0)?, Factor::real("b", 0.0, 1.0)?];
/// let points = saltelli(&factors, 8, 2026)?.points;
/// assert_eq!(points.nrows(), 8 * 4);
/// assert_eq!([points[(1, 0)], points[(1, 1)]], [points[(3, 0)], points[(0, 1)]]);
/// # Ok::<(), article5_runner::design::DesignError>(())
/// ```
pub fn saltelli(factors: &[Factor], n: usize, seed: u64) -> Result<Design, DesignError> {
    let k = factors.len();
    let rows = check_factors(factors, n as u128 * (k as u128 + 2))?;
    let base = sobol::unit_points(n, 2 * k, seed)?;
    let unit = Array2::from_shape_fn((rows, k), |(row, column)| {
        let (point, member) = (row / (k + 2), row % (k + 2));
        let from_b = member == column + 1 || member == k + 1;
        base[(point, if from_b { k + column } else { column })]
    });
    Ok(Design::from_unit(factors, &unit, Structure::Saltelli))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_block_is_a_then_a_with_one_coordinate_of_b_then_b() {
        let k = 5;
        let factors: Vec<Factor> =
            (0..k).map(|i| Factor::real(format!("x{i}"), 0.0, 1.0).unwrap()).collect();
        let points = saltelli(&factors, 16, 1).unwrap().points;
        assert_eq!(points.dim(), (16 * (k + 2), k));
        for block in points.axis_chunks_iter(ndarray::Axis(0), k + 2) {
            let (a, b) = (block.row(0), block.row(k + 1));
            for j in 0..k {
                assert_ne!(a[j], b[j]);
                for column in 0..k {
                    let source = if column == j { b } else { a };
                    assert_eq!(block[(j + 1, column)], source[column]);
                }
            }
        }
    }

    #[test]
    fn the_whole_parameter_table_has_dimensions_enough() {
        let factors: Vec<Factor> = article5_model::parameters::PARAMETERS
            .iter()
            .filter(|parameter| parameter.varies())
            .map(|p| Factor::between(&p.key, p.kind, p.low, p.high).unwrap())
            .collect();
        let design = saltelli(&factors, 4, 1).unwrap();
        for (value, parameter) in design
            .points
            .rows()
            .into_iter()
            .flat_map(|row| row.to_vec().into_iter().zip(&design.keys).collect::<Vec<_>>())
        {
            article5_model::parameters::parameter(parameter).unwrap().check(value).unwrap();
        }
    }
}
