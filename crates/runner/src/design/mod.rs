//! Designs: the values of the varied parameters at which an experiment runs.
//!
//! A [`Factor`] is a varied parameter with its range. A sampler places points in the unit cube, one
//! coordinate per factor, and [`Factor::at`] turns a coordinate into a value. All samplers are
//! deterministic: the same factors, sizes and seed give the same [`Design`], whatever the threads,
//! and the coordinates of one factor do not depend on which other factors follow it (Morris's
//! trajectories excepted, which are random paths through all of them).
//!
//! | design | points | for |
//! | --- | --- | --- |
//! | [`grid`] | the product of the levels | heat maps |
//! | [`list`] | as given | chosen cases |
//! | [`latin_hypercube`] | n | any share of the space, scenario discovery |
//! | [`sobol`] | n, best a power of two | the same with smaller errors |
//! | [`morris`] | trajectories × (k + 1) | screening many factors |
//! | [`saltelli`] | n × (k + 2), n best a power of two | Sobol indices |

mod factor;
mod grid;
mod latin;
mod morris;
mod saltelli;
mod sobol;

use ndarray::Array2;

pub use factor::Factor;
pub(crate) use factor::repeated;
pub use grid::{grid, list};
pub use latin::latin_hypercube;
pub use morris::morris;
pub use saltelli::saltelli;
pub use sobol::sobol;

/// The points of an experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    /// The keys of the varied parameters, in column order.
    pub keys: Vec<String>,
    /// Values in the parameters' own units, one row per design point and one column per parameter.
    pub points: Array2<f64>,
    /// How the rows belong together.
    pub structure: Structure,
}

/// How the rows of a design belong together, which its analysis must know.
#[derive(Clone, Debug, PartialEq)]
pub enum Structure {
    /// Each row stands for itself.
    Free,
    /// Trajectories of k + 1 rows, one after another; each row differs from the one before it in
    /// one factor.
    Morris {
        /// The points in the shape of [`Design::points`], each value as a share of the way from its
        /// factor's least to its largest; effects are changes per step in these shares.
        shares: Array2<f64>,
    },
    /// Blocks of k + 2 rows, one block per base point: A, then AB₁ … AB_k (A with one coordinate
    /// from B), then B.
    Saltelli,
}

impl Design {
    /// The one point of an experiment in which nothing varies.
    ///
    /// ```
    /// assert_eq!(article5_runner::design::Design::single().points.dim(), (1, 0));
    /// ```
    #[must_use]
    pub fn single() -> Self {
        Self { keys: Vec::new(), points: Array2::zeros((1, 0)), structure: Structure::Free }
    }

    /// The values that a point sets, by key; empty if there is no such point.
    ///
    /// ```
    /// use article5_runner::design::{Design, Structure};
    /// use ndarray::array;
    ///
    /// let points = array![[0.9, 1.0], [0.95, 2.0]];
    /// let keys = ["learning.memory", "russia.precision"].map(str::to_owned).to_vec();
    /// let design = Design { keys, points, structure: Structure::Free };
    /// let values: Vec<_> = design.values(1).collect();
    /// assert_eq!(values, [("learning.memory", 0.95), ("russia.precision", 2.0)]);
    /// ```
    pub fn values(&self, point: u32) -> impl Iterator<Item = (&str, f64)> {
        let there = (point as usize) < self.points.nrows();
        let values = there.then(|| self.points.row(point as usize).to_vec());
        let values = values.into_iter().flatten();
        self.keys.iter().map(String::as_str).zip(values)
    }

    /// How many rows that follow one another belong together, and share most of their values.
    ///
    /// ```
    /// use article5_runner::design::{Factor, saltelli, sobol};
    ///
    /// let factors = [Factor::real("a", 0.0, 1.0)?, Factor::real("b", 0.0, 1.0)?];
    /// let [shared, free] = [saltelli(&factors, 8, 1)?.block(), sobol(&factors, 8, 1)?.block()];
    /// assert_eq!((shared, free), (4, 1));
    /// # Ok::<(), article5_runner::design::DesignError>(())
    /// ```
    #[must_use]
    pub fn block(&self) -> usize {
        match self.structure {
            Structure::Free => 1,
            Structure::Morris { .. } => self.keys.len() + 1,
            Structure::Saltelli => self.keys.len() + 2,
        }
    }

    /// Maps points of the unit cube to values.
    fn from_unit(factors: &[Factor], unit: &Array2<f64>, structure: Structure) -> Self {
        let points = Array2::from_shape_fn(unit.raw_dim(), |(row, column)| {
            factors[column].at(unit[(row, column)])
        });
        Self { keys: factors.iter().map(|factor| factor.key.clone()).collect(), points, structure }
    }
}

/// Why a design cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DesignError {
    /// Nothing is varied.
    #[error("the design varies no parameter")]
    NoFactors,
    /// The design would have no points.
    #[error("the design has no points")]
    NoPoints,
    /// A parameter is varied twice.
    #[error("`{key}` is varied twice")]
    Twice {
        /// Its key.
        key: String,
    },
    /// A range holds no value, has its ends swapped, or is not finite.
    #[error("the range of `{key}` holds no value: {why}")]
    EmptyRange {
        /// The parameter.
        key: String,
        /// What is wrong with it.
        why: String,
    },
    /// A value is listed twice.
    #[error("the values of `{key}` hold {value} twice")]
    Repeated {
        /// The parameter.
        key: String,
        /// The value.
        value: f64,
    },
    /// More points than a design can number.
    #[error("the design would have {points} points; at most {most} can be numbered", most = MAX_POINTS)]
    TooManyPoints {
        /// How many it would have.
        points: u128,
    },
    /// More parameters than there are Sobol dimensions.
    #[error("{dimensions} Sobol dimensions are needed, but there are only {most}", most = sobol::MAX_DIMENSIONS)]
    TooManyDimensions {
        /// How many are needed.
        dimensions: usize,
    },
    /// Morris's levels must be even, so that both ends of a step are equally likely.
    #[error("a Morris design needs an even number of levels from 2 up, not {levels}")]
    OddLevels {
        /// The levels asked for.
        levels: usize,
    },
    /// A listed point has more or fewer values than there are parameters.
    #[error("point {point} of the list has {values} values for {keys} parameters")]
    Ragged {
        /// Number of the point, from 0.
        point: usize,
        /// How many values it has.
        values: usize,
        /// How many it should have.
        keys: usize,
    },
}

/// Points are numbered by `u32` in the tables.
const MAX_POINTS: u128 = u32::MAX as u128;

/// Checks what every design needs, and returns its number of points as an index.
fn check(keys: &[&str], points: u128) -> Result<usize, DesignError> {
    if keys.is_empty() {
        return Err(DesignError::NoFactors);
    }
    let mut sorted = keys.to_vec();
    sorted.sort_unstable();
    if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(DesignError::Twice { key: pair[0].to_owned() });
    }
    match usize::try_from(points) {
        Ok(0) => Err(DesignError::NoPoints),
        Ok(count) if points <= MAX_POINTS => Ok(count),
        _ => Err(DesignError::TooManyPoints { points }),
    }
}

/// Does the same as [`check`] for a sampler of factors.
fn check_factors(factors: &[Factor], points: u128) -> Result<usize, DesignError> {
    check(&factors.iter().map(|factor| factor.key.as_str()).collect::<Vec<_>>(), points)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factors(n: usize) -> Vec<Factor> {
        (0..n).map(|i| Factor::real(format!("x{i}"), 0.0, 1.0).unwrap()).collect()
    }

    #[test]
    fn a_design_over_nothing_is_refused() {
        assert_eq!(latin_hypercube(&[], 4, 1).unwrap_err(), DesignError::NoFactors);
        assert_eq!(sobol(&factors(2), 0, 1).unwrap_err(), DesignError::NoPoints);
        let twice = [factors(1), factors(1)].concat();
        assert_eq!(
            morris(&twice, 4, 4, 1).unwrap_err(),
            DesignError::Twice { key: "x0".to_owned() }
        );
    }

    #[test]
    fn a_design_too_large_to_number_is_refused_before_it_is_made() {
        let huge = saltelli(&factors(100), 1 << 31, 1).unwrap_err();
        assert_eq!(huge, DesignError::TooManyPoints { points: 102 << 31 });
    }

    #[test]
    fn a_further_factor_leaves_the_points_of_the_others_alone() {
        for design in [latin_hypercube, sobol] {
            let two = design(&factors(2), 16, 5).unwrap();
            let three = design(&factors(3), 16, 5).unwrap();
            assert_eq!(two.points, three.points.slice(ndarray::s![.., ..2]));
        }
    }

    #[test]
    fn another_seed_gives_other_points() {
        for design in [latin_hypercube, sobol, saltelli] {
            let one = design(&factors(2), 16, 5).unwrap();
            assert_eq!(one, design(&factors(2), 16, 5).unwrap());
            assert_ne!(one, design(&factors(2), 16, 6).unwrap());
        }
    }
}
