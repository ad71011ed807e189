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
//! - defaults α = 0.05 for both phases, least mass 0.05;
//! - mass and coverage are over all points, also for the second box and later ones.
//!
//! Pasting of discrete parameters differs: one value at a time, where EMA takes a midpoint.

mod quasi_p;
mod resample;
mod search;

use ndarray::ArrayView2;

use super::{AnalysisError, check_finite};
pub use resample::Reproducibility;
use search::Search;

/// A table of points, and which of them are of interest.
#[derive(Clone, Copy, Debug)]
pub struct Cases<'a> {
    /// A row a point, a column a parameter.
    points: ArrayView2<'a, f64>,
    of_interest: &'a [bool],
    /// Which parameters take whole or chosen values only.
    discrete: &'a [bool],
}

/// How patient the search is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patience {
    /// Share of the box that peeling cuts off at most, in (0, ½).
    pub peel_alpha: f64,
    /// Share of the slice beside the box that pasting gives back, in (0, ½).
    pub paste_alpha: f64,
    /// Least share of all points in a box, in (0, 1).
    pub least_mass: f64,
}

impl Default for Patience {
    fn default() -> Self {
        Self { peel_alpha: 0.05, paste_alpha: 0.05, least_mass: 0.05 }
    }
}

/// One box with the way to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Trajectory {
    /// From the box of all points to the last one, peeling then pasting. An analyst may choose any.
    pub boxes: Vec<Candidate>,
    /// The points that the search was over, by row: all, less those in earlier boxes.
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

impl Candidate {
    /// The parameters whose limits differ from those of `whole`, by column.
    #[must_use]
    pub(crate) fn restricted(&self, whole: &Self) -> Vec<usize> {
        let pairs = self.limits.iter().zip(&whole.limits).enumerate();
        pairs.filter(|(_, (own, all))| own != all).map(|(column, _)| column).collect()
    }
}

impl Trajectory {
    /// The last box.
    #[must_use]
    pub fn last(&self) -> Option<&Candidate> {
        self.boxes.last()
    }
}

impl<'a> Cases<'a> {
    /// The cases of a design: its points, whether each is of interest, and whether each parameter
    /// is discrete.
    ///
    /// # Errors
    ///
    /// [`AnalysisError`] where the sizes differ, there is no parameter, no point, or a value is not
    /// finite; [`AnalysisError::NoVariance`] where no point is of interest or all are.
    pub fn new(
        points: ArrayView2<'a, f64>,
        of_interest: &'a [bool],
        discrete: &'a [bool],
    ) -> Result<Self, AnalysisError> {
        let fits = |what, found, wanted: usize| match found == wanted && wanted > 0 {
            true => Ok(()),
            false => Err(AnalysisError::Shape {
                what,
                found,
                expected: format!("{wanted} in the table, of at least 1"),
            }),
        };
        fits("outcomes", of_interest.len(), points.nrows())?;
        fits("parameters", discrete.len(), points.ncols())?;
        points.columns().into_iter().try_for_each(|column| check_finite("a value", column))?;
        if of_interest.iter().all(|&own| own == of_interest[0]) {
            return Err(AnalysisError::NoVariance);
        }
        Ok(Self { points, of_interest, discrete })
    }

    /// Finds up to `most` boxes of at least density `threshold`, one after the other among the
    /// points that earlier boxes leave. Ends early where a search finds no such box.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Option`] where an option lies outside its domain.
    ///
    /// ```
    /// use article5_runner::analysis::prim::{Cases, Patience};
    /// use article5_runner::design::{Factor, sobol};
    ///
    /// let factors = [Factor::real("a", 0.0, 1.0)?, Factor::real("b", 0.0, 1.0)?];
    /// let points = sobol(&factors, 1024, 2026)?.points;
    /// let tiers: Vec<bool> = points.rows().into_iter().map(|x| x[0] > 0.6).collect();
    /// let cases = Cases::new(points.view(), &tiers, &[false, false])?;
    /// let found = cases.boxes(Patience::default(), 0.8, 1)?;
    /// let last = found[0].last().ok_or("no box")?;
    /// assert!((last.limits[0].low - 0.6).abs() < 0.02 && last.density == 1.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn boxes(
        &self,
        patience: Patience,
        threshold: f64,
        most: usize,
    ) -> Result<Vec<Trajectory>, AnalysisError> {
        let mut remaining: Vec<usize> = (0..self.points.nrows()).collect();
        let mut found = Vec::new();
        while found.len() < most && !remaining.is_empty() {
            let trajectory = self.search(patience, &remaining)?;
            let Some(last) = trajectory.last() else { break };
            if last.density < threshold || trajectory.boxes.len() == 1 {
                break;
            }
            remaining.retain(|&row| !self.inside(row, &last.limits));
            found.push(trajectory);
        }
        Ok(found)
    }

    /// Seeks one box among some of the points, by row. Its mass and coverage are over all points.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Option`] where an option lies outside its domain.
    pub fn search(&self, patience: Patience, rows: &[usize]) -> Result<Trajectory, AnalysisError> {
        patience.check()?;
        Ok(Search::new(self, patience, rows).run())
    }

    /// Whether a point lies within these limits.
    pub(crate) fn inside(&self, row: usize, limits: &[Limits]) -> bool {
        self.points.row(row).iter().zip(limits).all(|(&value, limits)| limits.hold(value))
    }

    fn count(&self, rows: &[usize]) -> usize {
        rows.iter().filter(|&&row| self.of_interest[row]).count()
    }
}

impl Patience {
    fn check(&self) -> Result<(), AnalysisError> {
        let within = |option, value, most: f64, domain| match value > 0.0 && value < most {
            true => Ok(()),
            false => Err(AnalysisError::Option { option, value, domain }),
        };
        within("peel alpha", self.peel_alpha, 0.5, "0 to 0.5, both ends excluded")?;
        within("paste alpha", self.paste_alpha, 0.5, "0 to 0.5, both ends excluded")?;
        within("the least mass", self.least_mass, 1.0, "0 to 1, both ends excluded")
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

    #[test]
    fn a_second_box_is_found_outside_the_first() {
        let points = uniform(2000, 3);
        let interest: Vec<bool> =
            points.rows().into_iter().map(|x| x[0] > 0.6 || x[1] < 0.1).collect();
        let cases = Cases::new(points.view(), &interest, &[false; 3]).unwrap();
        let found = cases.boxes(Patience::default(), 0.8, 5).unwrap();
        assert_eq!(found.len(), 2);
        let covered: f64 = found.iter().map(|t| t.last().unwrap().coverage).sum();
        assert_eq!(found[0].boxes[0].limits, found[1].boxes[0].limits);
        assert!(found.iter().flat_map(|t| &t.boxes).all(|own| own.mass >= 0.05));
        assert!(covered > 0.85, "{covered}");
        for trajectory in &found {
            assert!(trajectory.last().unwrap().density > 0.9);
        }
    }

    #[test]
    fn a_switch_is_cut_whole() {
        let mut points = uniform(500, 2);
        points.column_mut(0).mapv_inplace(|x| (x * 2.0).floor());
        let interest: Vec<bool> =
            points.rows().into_iter().map(|x| x[0] == 1.0 && x[1] > 0.1).collect();
        let cases = Cases::new(points.view(), &interest, &[true, false]).unwrap();
        let found = cases.boxes(Patience::default(), 0.8, 1).unwrap();
        assert_eq!(found[0].last().unwrap().limits[0], Limits { low: 1.0, high: 1.0 });
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
            let found = cases.boxes(Patience::default(), 0.8, 1).unwrap();
            assert_eq!(found[0].last().unwrap().limits[0], Limits { low, high });
        }
    }

    #[test]
    fn cases_all_alike_or_a_wild_option_are_refused() {
        let points = uniform(10, 1);
        let alike = Cases::new(points.view(), &[true; 10], &[false]);
        assert_eq!(alike.unwrap_err(), AnalysisError::NoVariance);
        let mut mixed = [true; 10];
        mixed[0] = false;
        let cases = Cases::new(points.view(), &mixed, &[false]).unwrap();
        let wild = Patience { peel_alpha: f64::NAN, ..Patience::default() };
        assert!(cases.boxes(wild, 0.5, 1).is_err());
    }
}
