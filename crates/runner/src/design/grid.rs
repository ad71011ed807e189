//! Points chosen by hand: full factorial grids and lists.

use ndarray::Array2;

use super::{Design, DesignError, Factor, Structure, check, check_factors};

/// Makes the full factorial design: every combination of the factors' levels, the last factor
/// varying fastest.
///
/// A factor with chosen values takes those. Any other takes `levels` values evenly spaced between
/// the ends of its range, both ends included (the middle if `levels` is 1); for whole numbers they
/// are rounded, and none is taken twice.
///
/// # Errors
///
/// [`DesignError`] without factors, with zero levels, or with more points than can be numbered.
///
/// ```
/// use article5_runner::design::{Factor, grid};
///
/// let design = grid(
///     &[
///         Factor::values("guarantee.likeness_marketed", vec![0.0, 0.8])?,
///         Factor::real("learning.memory", 0.9, 1.0)?,
///     ],
///     3,
/// )?;
/// assert_eq!(design.points.nrows(), 6);
/// assert_eq!(design.points.row(5).to_vec(), [0.8, 1.0]);
/// # Ok::<(), article5_runner::design::DesignError>(())
/// ```
pub fn grid(factors: &[Factor], levels: usize) -> Result<Design, DesignError> {
    // Points are counted before any is made: a grid is the design that most easily gets too large.
    let levels: Vec<Vec<f64>> = factors.iter().map(|factor| factor.levels(levels)).collect();
    let points = levels.iter().fold(1_u128, |n, own| n.saturating_mul(own.len() as u128));
    let rows = check_factors(factors, points)?;
    let mut values = Array2::zeros((rows, factors.len()));
    let mut repeat = rows;
    for (own, mut column) in levels.iter().zip(values.columns_mut()) {
        repeat /= own.len();
        for (row, value) in column.iter_mut().enumerate() {
            *value = own[row / repeat % own.len()];
        }
    }
    let keys = factors.iter().map(|factor| factor.key.clone()).collect();
    Ok(Design { keys, points: values, structure: Structure::Free })
}

/// Makes a design of the points of a list, as given: one row per point, one value per key.
///
/// # Errors
///
/// [`DesignError`] without keys or rows, or if a row does not have one value for each key.
pub fn list(keys: &[String], rows: &[Vec<f64>]) -> Result<Design, DesignError> {
    let names: Vec<&str> = keys.iter().map(String::as_str).collect();
    check(&names, rows.len() as u128)?;
    if let Some((point, row)) = rows.iter().enumerate().find(|(_, row)| row.len() != keys.len()) {
        return Err(DesignError::Ragged { point, values: row.len(), keys: keys.len() });
    }
    let points = Array2::from_shape_fn((rows.len(), keys.len()), |(i, j)| rows[i][j]);
    Ok(Design { keys: keys.to_vec(), points, structure: Structure::Free })
}

#[cfg(test)]
mod tests {
    use article5_model::parameters::Kind;
    use ndarray::array;

    use super::*;

    #[test]
    fn a_grid_is_the_product_of_its_levels() {
        let factors = [
            Factor::values("a", vec![3.0, 1.0]).unwrap(),
            Factor::between("b", Kind::Switch, 0.0, 1.0).unwrap(),
            Factor::real("c", 0.0, 1.0).unwrap(),
        ];
        let design = grid(&factors, 3).unwrap();
        let expected = array![
            [3.0, 0.0, 0.0],
            [3.0, 0.0, 0.5],
            [3.0, 0.0, 1.0],
            [3.0, 1.0, 0.0],
            [3.0, 1.0, 0.5],
            [3.0, 1.0, 1.0],
            [1.0, 0.0, 0.0],
            [1.0, 0.0, 0.5],
            [1.0, 0.0, 1.0],
            [1.0, 1.0, 0.0],
            [1.0, 1.0, 0.5],
            [1.0, 1.0, 1.0],
        ];
        assert_eq!(design.points, expected);
    }

    #[test]
    fn a_grid_too_large_to_number_is_refused() {
        let factors: Vec<Factor> =
            (0..120).map(|i| Factor::real(format!("x{i}"), 0.0, 1.0).unwrap()).collect();
        let error = grid(&factors, 10).unwrap_err();
        assert_eq!(error, DesignError::TooManyPoints { points: u128::MAX });
    }

    #[test]
    fn a_list_is_taken_as_it_is_and_a_ragged_one_refused() {
        let keys = ["a".to_owned(), "b".to_owned()];
        let design = list(&keys, &[vec![1.0, 2.0], vec![3.0, 4.0]]).unwrap();
        assert_eq!(design.points, array![[1.0, 2.0], [3.0, 4.0]]);
        let error = list(&keys, &[vec![1.0, 2.0], vec![3.0]]).unwrap_err();
        assert_eq!(error, DesignError::Ragged { point: 1, values: 1, keys: 2 });
    }
}
