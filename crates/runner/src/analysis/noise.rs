//! The Monte Carlo noise of outcomes that are means over replicates.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use super::{AnalysisError, check_finite};
use crate::tally::{Z_95, t_95};

/// What is known of the noise in the outcome of each design point.
///
/// An outcome is a mean over replicates, ȳ(x) = f(x) + ē(x). Squares and products of outcomes are
/// biased by the noise, E\[ȳ(x)ȳ(x′)\] = f(x)f(x′) + Cov(ē(x), ē(x′)), so an analysis of variance
/// needs the covariance of the noise at pairs of points. Where every point runs the same shocks,
/// neighbouring points share most of their noise: their difference is far less noisy than two
/// independent means, and subtracting both variances would subtract too much.
#[derive(Clone, Copy, Debug)]
pub enum Noise<'a> {
    /// The outcomes are exact.
    None,
    /// Every point ran the same shocks: the mean outcome of each batch of replicates, with one row
    /// per point and one column per batch, the same replicates in each row. There are at least 3
    /// batches, all of one size; 10 to 30 serve well. The mean of a row is the outcome.
    Common(ArrayView2<'a, f64>),
}

impl Noise<'_> {
    /// How many ways there are to leave a batch out; 0 if there are no batches.
    pub(super) fn batches(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Common(batches) => batches.ncols(),
        }
    }

    /// Checks that the noise is that of `rows` outcomes.
    pub(super) fn check(&self, outcomes: ArrayView1<f64>) -> Result<(), AnalysisError> {
        check_finite("the outcome", outcomes)?;
        let Self::Common(batches) = self else { return Ok(()) };
        let wrong = |what, found, expected| Err(AnalysisError::Shape { what, found, expected });
        let (rows, columns) = batches.dim();
        if rows != outcomes.len() {
            return wrong("rows of batch means", rows, format!("{} outcomes", outcomes.len()));
        }
        // A jackknife leaves one out, and a variance needs two.
        if columns < 3 {
            return wrong("batches of replicates", columns, "at least 3 wanted".to_owned());
        }
        batches.columns().into_iter().try_for_each(|c| check_finite("a batch mean", c))
    }
}

/// Outcomes and the covariance of their noise: what the estimators need.
pub(super) struct Noisy {
    /// The outcome of each row.
    pub(super) mean: Array1<f64>,
    noise: Covariance,
}

enum Covariance {
    None,
    /// Deviations of the batch means from their row's mean.
    Common(Array2<f64>),
}

impl Noisy {
    /// The outcomes less their mean. Batches are centred one by one, which removes what a batch's
    /// shocks add to every row alike. Batch `left_out` is left out.
    pub(super) fn centred(
        outcomes: ArrayView1<f64>,
        noise: Noise,
        left_out: Option<usize>,
    ) -> Self {
        let n = outcomes.len() as f64;
        let centre = |column: ArrayView1<f64>| &column - column.sum() / n;
        match noise {
            Noise::None => Self { mean: centre(outcomes), noise: Covariance::None },
            Noise::Common(batches) => {
                let kept: Vec<usize> =
                    (0..batches.ncols()).filter(|&batch| Some(batch) != left_out).collect();
                let mut centred = batches.select(Axis(1), &kept);
                for mut column in centred.columns_mut() {
                    let own = centre(column.view());
                    column.assign(&own);
                }
                let mean = centred.sum_axis(Axis(1)) / kept.len() as f64;
                let deviations = centred - mean.view().insert_axis(Axis(1));
                Self { mean, noise: Covariance::Common(deviations) }
            }
        }
    }

    /// The noise covariance of the outcomes of two rows.
    pub(super) fn covariance(&self, a: usize, b: usize) -> f64 {
        match &self.noise {
            Covariance::None => 0.0,
            Covariance::Common(deviations) => {
                let n = deviations.ncols() as f64;
                deviations.row(a).dot(&deviations.row(b)) / (n * (n - 1.0))
            }
        }
    }

    /// How far the difference of two rows, `to` less `from`, deviates in each batch from its mean;
    /// empty if there are no batches.
    pub(super) fn deviations(&self, from: usize, to: usize) -> Vec<f64> {
        match &self.noise {
            Covariance::None => Vec::new(),
            Covariance::Common(deviations) => {
                (&deviations.row(to) - &deviations.row(from)).to_vec()
            }
        }
    }

    /// The noise variance of the difference of the outcomes of two rows.
    pub(super) fn difference(&self, a: usize, b: usize) -> f64 {
        self.covariance(a, a) + self.covariance(b, b) - 2.0 * self.covariance(a, b)
    }
}

/// The variance of estimates that comes from the batches' shocks, for each column of `estimates`,
/// which has a row for each batch left out: the jackknife that leaves out one batch at a time
/// (Efron & Stein 1981). It is as large as a normal interval needs it: from few batches an interval
/// must be Student's, with one degree of freedom fewer than there are batches (Tukey 1958, *Annals
/// of Mathematical Statistics* 29, 614).
pub(super) fn jackknife(estimates: &[Vec<f64>], columns: usize) -> Vec<f64> {
    let (n, wider) = (estimates.len() as f64, t_95(estimates.len() as u64) / Z_95);
    (0..columns)
        .map(|column| {
            if estimates.is_empty() {
                return 0.0;
            }
            let spread = super::variance(estimates.iter().map(|row| row[column]));
            (n - 1.0) * spread * wider * wider
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_as_many_as_a_jackknife_needs_and_have_a_row_an_outcome() {
        let outcomes = Array1::zeros(4);
        let check = |rows: usize, columns: usize| {
            let batches = Array2::zeros((rows, columns));
            Noise::Common(batches.view()).check(outcomes.view()).map_err(|error| error.to_string())
        };
        assert_eq!(check(4, 3), Ok(()));
        assert!(check(4, 2).is_err_and(|message| message.contains("at least 3 wanted")));
        assert!(check(5, 3).is_err_and(|message| message.contains("4 outcomes")));
        let infinite = Array2::from_elem((4, 3), f64::INFINITY);
        assert!(Noise::Common(infinite.view()).check(outcomes.view()).is_err());
    }

    #[test]
    fn the_jackknife_of_means_makes_students_interval_of_the_mean() {
        // 1, 2, 4 and 9, one left out: their sample variance is 38/3, that of their mean a quarter
        // of it.
        let left_out = [15.0, 14.0, 12.0, 7.0].map(|sum| vec![sum / 3.0]);
        let found = jackknife(&left_out, 1);
        let half = t_95(4) * (38.0_f64 / 12.0).sqrt();
        assert!((Z_95 * found[0].sqrt() - half).abs() < 1e-12, "{found:?}");
        assert_eq!(jackknife(&[], 2), [0.0, 0.0]);
    }
}
