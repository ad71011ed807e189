//! What a tally says of one quantity in one quarter.

use super::counted::{Sparse, mean_interval};
use super::grid::{self, BIN_SHIFT, Grid};
use super::histogram::Histogram;
use super::moments::Moments;

/// The distribution of a quantity over the replicates.
#[derive(Clone, Copy, Debug)]
pub struct Distribution<'a> {
    pub(super) moments: &'a Moments,
    pub(super) histogram: Histogram<'a>,
    /// Of both.
    pub(super) grid: Grid,
}

impl Distribution<'_> {
    /// The mean; `None` over no replicates.
    pub fn mean(&self) -> Option<f64> {
        self.moments.mean(&self.grid)
    }

    /// The sample standard deviation (divisor n−1); `None` under two replicates.
    pub fn sd(&self) -> Option<f64> {
        self.moments.sd(&self.grid)
    }

    /// The 95 % interval of the mean of what can lie between two ends: Student's; where all replicates
    /// are alike what unseen others could move the mean by; where few are away from all others how often
    /// they are, times how far ([`Counted::Rare`](super::Counted::Rare)). `None` under two replicates.
    pub fn mean_interval(&self, (least, most): (f64, f64)) -> Option<(f64, f64)> {
        let (mean, sd, n) = (self.mean()?, self.sd()?, self.moments.n());
        let rare = self.usual().and_then(|(usual, differing)| {
            let (count, away) = (n as f64, mean - usual);
            let squares = sd * sd * (count - 1.0) + count * away * away;
            Sparse { usual, mean, squares, differing, n }.counted((least, most))
        });
        match rare {
            Some(rare) => rare.interval(),
            None => mean_interval(mean, sd, n, [mean - least, most - mean]),
        }
    }

    /// The value of more than half of the replicates, and how many are away from it. What is not counted
    /// by whole numbers is found where that value is the least or the largest of all: most are a bound.
    fn usual(&self) -> Option<(f64, u64)> {
        let Moments { n, least, most, .. } = *self.moments;
        let candidates = if self.grid.one_number_a_bin() {
            // Where more than half are, the median is.
            [u64::from(self.histogram.median()?) << BIN_SHIFT; 2]
        } else {
            [least, most]
        };
        let at = |steps| u64::from(self.histogram.holding(grid::bin(steps)));
        let steps = candidates.into_iter().find(|&steps| 2 * at(steps) > n)?;
        Some((self.grid.value(steps), n - at(steps)))
    }

    /// The least and the largest value; `None` over no replicates.
    pub fn extremes(&self) -> Option<(f64, f64)> {
        self.moments.extremes(&self.grid)
    }

    /// The quantiles at levels from 0 to 1, as [`Histogram::quantiles`] has them; `None` over no
    /// replicates.
    pub fn quantiles<const N: usize>(&self, levels: [f64; N]) -> Option<[f64; N]> {
        self.histogram.quantiles(levels, &self.grid, self.moments)
    }

    /// The range that the quantity is counted on.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }
}

#[cfg(test)]
mod tests {
    use article5_model::math::LANES;

    use super::*;
    use crate::tally::histogram::Histograms;

    /// The interval of the mean of these values between two ends.
    fn interval(values: &[f64], grid: Grid, ends: (f64, f64)) -> Option<(f64, f64)> {
        let (mut histograms, mut moments) = (Histograms::new(1), Moments::default());
        for &value in values {
            let x = grid.fix(value);
            histograms.add([&[[grid::bin(x); LANES]][..]].into_iter());
            let squares = u128::from(x) * u128::from(x);
            moments.merge(&Moments { n: 1, sum: x.into(), squares, least: x, most: x });
        }
        let distribution = Distribution { moments: &moments, histogram: histograms.of(0, 0), grid };
        distribution.mean_interval(ends)
    }

    fn close(found: Option<(f64, f64)>, (low, high): (f64, f64)) -> bool {
        found.is_some_and(|found| (found.0 - low).abs() < 1e-9 && (found.1 - high).abs() < 1e-9)
    }

    #[test]
    fn few_replicates_away_from_all_others_make_a_mean_less_sure_than_students_interval() {
        let mut values = [0.0; 1000];
        values[..3].copy_from_slice(&[3.0, 4.0, 5.0]);
        // SciPy 1.17: t.interval(0.95, 2, 4, sem([3, 4, 5])) times the ends of
        // binomtest(3, 1000).proportion_ci(method="wilson").
        let found = interval(&values, Grid::whole(8), (0.0, 8.0));
        assert!(close(found, (0.001_547_367_790, 0.056_950_272_647)), "{found:?}");
    }

    #[test]
    fn values_that_differ_have_students_interval() {
        // SciPy 1.17: t.interval(0.95, 3, 0.5, sem(values)).
        let found = interval(&[0.25, 0.5, 0.5, 0.75], Grid::real(0.0, 1.0), (0.0, 1.0));
        assert!(close(found, (0.175_192_934_094, 0.824_807_065_906)), "{found:?}");
    }
}
