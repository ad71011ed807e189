//! Scenario discovery with the patient rule induction method, PRIM (Friedman & Fisher 1999,
//! *Statistics and Computing* 9, 123–143; Bryant & Lempert 2010, *Technological Forecasting & Social
//! Change* 77, 34–49): in which corner of the parameter space does it happen?
//!
//! From the box of all points, peeling cuts off a thin slice again and again; pasting then gives
//! back slices where that raises the density. A second box is sought among the points outside the
//! first, and so on (covering).
//!
//! Conventions follow the EMA Workbench 2.5, so that its numbers can be compared:
//!
//! - the objective `LENIENT1`: gain in density over the number of points moved, the box with fewer
//!   restricted parameters winning a tie, then the one tried first (real parameters before discrete
//!   ones, upper before lower when peeling, lower before upper when pasting);
//! - a cut lies halfway between two neighbouring values, at the quantile α of the points in the box
//!   (ties are cut off whole); a discrete parameter is cut at a value;
//! - α = 0.05 for both phases and least mass 0.05, its defaults;
//! - mass and coverage are over all points, also for the second box and later ones.
//!
//! Pasting of discrete parameters differs: one value at a time, where EMA takes a midpoint.

mod held_out;
mod quasi_p;
mod resample;
mod search;

use ndarray::ArrayView2;

use super::{AnalysisError, check_finite};
pub use held_out::HeldOut;
pub use resample::{Quantiles, Reproducibility, Resampled};
pub(crate) use search::MIN_MASS;
use search::Search;

/// A table of points, and which of them are of interest.
#[derive(Clone, Copy, Debug)]
pub struct Cases<'a> {
    /// One row per point, one column per parameter.
    points: ArrayView2<'a, f64>,
    of_interest: &'a [bool],
    /// Which parameters take whole or chosen values only.
    discrete: &'a [bool],
    /// How many rows that follow one another share values.
    block: usize,
}

/// One box with the way to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Trajectory {
    /// The boxes from that of all points to the last one, by peeling and then pasting. An analyst
    /// may choose any.
    pub boxes: Vec<Candidate>,
    /// The points that were searched, by row: all but those in earlier boxes.
    searched: Vec<usize>,
}

/// A box on the trajectory.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The limits of each parameter, both included.
    pub limits: Vec<Limits>,
    /// Share of all points of interest that lie in it.
    pub coverage: f64,
    /// Share of its points that are of interest.
    pub density: f64,
    /// Share of all points that lie in it.
    pub mass: f64,
    /// Points in it.
    pub points: usize,
    /// Points of interest in it.
    pub of_interest: usize,
}

/// The limits of one parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// The least value.
    pub low: f64,
    /// The largest value.
    pub high: f64,
}

impl Limits {
    fn hold(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

impl Trajectory {
    /// The points that were searched, by row.
    pub(crate) fn searched(&self) -> &[usize] {
        &self.searched
    }
}

impl Candidate {
    /// The parameters whose limits differ from those of `whole`, by column.
    #[must_use]
    pub(crate) fn restricted(&self, whole: &Self) -> Vec<usize> {
        let pairs = self.limits.iter().zip(&whole.limits).enumerate();
        pairs.filter(|(_, (own, all))| own != all).map(|(column, _)| column).collect()
    }
}

impl<'a> Cases<'a> {
    /// Takes the cases of a design: its points, whether each is of interest, and whether each
    /// parameter is discrete.
    ///
    /// # Errors
    ///
    /// [`AnalysisError`] if the sizes differ, there is no parameter or no point, or a value is not
    /// finite; [`AnalysisError::NoVariance`] if no point is of interest or all are.
    pub fn new(
        points: ArrayView2<'a, f64>,
        of_interest: &'a [bool],
        discrete: &'a [bool],
    ) -> Result<Self, AnalysisError> {
        let fits = |what, found, wanted: usize| {
            if found == wanted && wanted > 0 {
                return Ok(());
            }
            let expected = format!("{wanted} in the table, of at least 1");
            Err(AnalysisError::Shape { what, found, expected })
        };
        fits("outcomes", of_interest.len(), points.nrows())?;
        fits("parameters", discrete.len(), points.ncols())?;
        points.columns().into_iter().try_for_each(|column| check_finite("a value", column))?;
        if of_interest.iter().all(|&own| own == of_interest[0]) {
            return Err(AnalysisError::NoVariance);
        }
        Ok(Self { points, of_interest, discrete, block: 1 })
    }

    /// The cases of a design of which so many rows that follow one another share most of their
    /// values: they are held out together, as each says nearly what the others do.
    #[must_use]
    pub fn in_blocks(self, rows: usize) -> Self {
        Self { block: rows.max(1), ..self }
    }

    /// Searches for one box among some of the points, by row: all of them, or those outside earlier
    /// boxes. The box's mass and coverage are over all points.
    ///
    /// ```
    /// use article5_runner::analysis::prim::Cases;
    /// use article5_runner::design::{Factor, sobol};
    ///
    /// let factors = [Factor::real("a", 0.0, 1.0)?, Factor::real("b", 0.0, 1.0)?];
    /// let points = sobol(&factors, 1024, 2026)?.points;
    /// let tiers: Vec<bool> = points.rows().into_iter().map(|x| x[0] > 0.6).collect();
    /// let cases = Cases::new(points.view(), &tiers, &[false, false])?;
    /// let rows: Vec<usize> = (0..1024).collect();
    /// let found = cases.search(&rows);
    /// let last = found.boxes.last().ok_or("no box")?;
    /// assert!((last.limits[0].low - 0.6).abs() < 0.02 && last.density == 1.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn search(&self, rows: &[usize]) -> Trajectory {
        Search::new(self, rows).run()
    }

    /// Whether a point lies within these limits.
    pub(crate) fn inside(&self, row: usize, limits: &[Limits]) -> bool {
        self.points.row(row).iter().zip(limits).all(|(&value, limits)| limits.hold(value))
    }

    fn count(&self, rows: &[usize]) -> usize {
        rows.iter().filter(|&&row| self.of_interest[row]).count()
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::random::{Draws, Purpose};

    fn uniform(rows: usize, columns: usize) -> Array2<f64> {
        let mut draws = Draws::new(9, Purpose::Design, 0);
        Array2::from_shape_fn((rows, columns), |_| draws.uniform())
    }

    fn all(cases: &Cases<'_>) -> Vec<usize> {
        (0..cases.points.nrows()).collect()
    }

    fn last(found: &Trajectory) -> &Candidate {
        found.boxes.last().unwrap()
    }

    #[test]
    fn a_second_box_is_found_outside_the_first() {
        let points = uniform(2000, 3);
        let interest: Vec<bool> =
            points.rows().into_iter().map(|x| x[0] > 0.6 || x[1] < 0.1).collect();
        let cases = Cases::new(points.view(), &interest, &[false; 3]).unwrap();
        let mut left = all(&cases);
        let first = cases.search(&left);
        left.retain(|&row| !cases.inside(row, &last(&first).limits));
        let second = cases.search(&left);
        assert_eq!(first.boxes[0].limits, second.boxes[0].limits);
        for found in [&first, &second] {
            assert!(found.boxes.iter().all(|own| own.mass >= 0.05));
            assert!(last(found).density > 0.9);
        }
        let covered = last(&first).coverage + last(&second).coverage;
        assert!(covered > 0.85, "{covered}");
    }

    #[test]
    fn a_switch_is_cut_whole() {
        let mut points = uniform(500, 2);
        points.column_mut(0).mapv_inplace(|x| (x * 2.0).floor());
        let interest: Vec<bool> =
            points.rows().into_iter().map(|x| x[0] == 1.0 && x[1] > 0.1).collect();
        let cases = Cases::new(points.view(), &interest, &[true, false]).unwrap();
        let found = cases.search(&all(&cases));
        assert_eq!(last(&found).limits[0], Limits { low: 1.0, high: 1.0 });
    }

    #[test]
    fn a_list_of_values_is_cut_between_them() {
        let mut points = uniform(500, 2);
        let values = [0.2, 0.5, 0.9];
        points.column_mut(0).mapv_inplace(|x| values[(x * 3.0) as usize]);
        for (wanted, low, high) in [(0.9, 0.9, 0.9), (0.2, 0.2, 0.2)] {
            let interest: Vec<bool> =
                points.rows().into_iter().map(|x| x[0] == wanted && x[1] > 0.1).collect();
            let cases = Cases::new(points.view(), &interest, &[true, false]).unwrap();
            let found = cases.search(&all(&cases));
            assert_eq!(last(&found).limits[0], Limits { low, high });
        }
    }

    #[test]
    fn cases_all_alike_are_refused() {
        let points = uniform(10, 1);
        let alike = Cases::new(points.view(), &[true; 10], &[false]);
        assert_eq!(alike.unwrap_err(), AnalysisError::NoVariance);
        let mixed: Vec<bool> = (0..10).map(|row| row > 4).collect();
        assert!(Cases::new(points.view(), &mixed, &[false]).is_ok());
        // Nor are outcomes or parameters fewer than the table has, or none.
        let refused = |points: ArrayView2<'_, f64>, interest: &[bool], discrete: &[bool]| {
            matches!(Cases::new(points, interest, discrete), Err(AnalysisError::Shape { .. }))
        };
        assert!(refused(points.view(), &mixed[1..], &[false]));
        assert!(refused(points.view(), &mixed, &[false; 2]));
        assert!(refused(ndarray::Array2::zeros((0, 1)).view(), &[], &[false]));
        assert!(refused(ndarray::Array2::zeros((10, 0)).view(), &mixed, &[]));
    }
}
