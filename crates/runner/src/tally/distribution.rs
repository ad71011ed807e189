//! What a tally says about one quantity in one quarter.

use super::counted::{Sparse, mean_interval};
use super::grid::{self, BIN_SHIFT, Grid};
use super::histogram::Histogram;
use super::moments::Moments;

/// The distribution of a quantity over the replicates.
#[derive(Clone, Copy, Debug)]
pub struct Distribution<'a> {
    pub(super) moments: &'a Moments,
    pub(super) histogram: Histogram<'a>,
    /// The grid of both.
    pub(super) grid: Grid,
}

impl Distribution<'_> {
    /// The mean; `None` over no replicates.
    pub fn mean(&self) -> Option<f64> {
        self.moments.mean(&self.grid)
    }

    /// The sample standard deviation (divisor n−1); `None` for fewer than two replicates.
    pub fn sd(&self) -> Option<f64> {
        self.moments.sd(&self.grid)
    }

    /// The 95 % interval of the mean of a quantity that can lie between two ends: Student's; if all
    /// replicates are alike, how far unseen others could move the mean; if only a few differ from
    /// all others, how often they do, times how far ([`Counted::Rare`](super::Counted::Rare)).
    /// `None` for fewer than two replicates.
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

    /// The value that more than half of the replicates have, and how many differ from it. For a
    /// quantity that is not counted in whole numbers it is found only if it is the least or the
    /// largest of all values; most such values are a bound.
    fn usual(&self) -> Option<(f64, u64)> {
        let Moments { n, least, most, .. } = *self.moments;
        let differing = |steps| n - u64::from(self.histogram.holding(grid::bin(steps)));
        let steps = if self.grid.one_number_a_bin() {
            // If more than half have the value, it is the median.
            let median = u64::from(self.histogram.median()?) << BIN_SHIFT;
            (2 * differing(median) < n).then_some(median)
        } else {
            let is_usual = |&end: &u64| 2 * differing(end) < n && self.all_but(differing(end), end);
            [least, most].into_iter().find(is_usual)
        }?;
        Some((self.grid.value(steps), differing(steps)))
    }

    /// Whether all but `differing` replicates can have exactly the value `end`, the least or the
    /// largest of all. That they share its bin does not show it. But all differences d from it have
    /// one sign, so by the Cauchy-Schwarz inequality at least (Σd)²/Σd² of them are not 0.
    fn all_but(&self, differing: u64, end: u64) -> bool {
        let Moments { n, sum, squares, .. } = *self.moments;
        let [n, end, differing] = [n, end, differing].map(u128::from);
        let differences = sum.abs_diff(n * end);
        let squares = squares + n * end * end - 2 * end * sum;
        // A product overflows only if far more replicates differ than count as few.
        let most = differing.saturating_mul(squares);
        differences.checked_mul(differences).is_some_and(|square| square <= most)
    }

    /// The least and the largest value; `None` over no replicates.
    pub fn extremes(&self) -> Option<(f64, f64)> {
        self.moments.extremes(&self.grid)
    }

    /// The quantiles at levels from 0 to 1, as in [`Histogram::quantiles`]; `None` over no
    /// replicates.
    pub fn quantiles<const N: usize>(&self, levels: [f64; N]) -> Option<[f64; N]> {
        self.histogram.quantiles(levels, &self.grid, self.moments)
    }

    /// The grid on which the quantity is counted.
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
        // binomtest(3, 1000).proportion_ci(method="exact").
        let found = interval(&values, Grid::whole(8), (0.0, 8.0));
        assert!(close(found, (0.000_938_470_239, 0.056_684_482_559)), "{found:?}");
    }

    #[test]
    fn a_bin_that_most_values_share_is_not_one_value() {
        // Within a bin of the largest, but for some in the bins below.
        let values = |below: &[f64]| -> Vec<f64> {
            let near = (0..100).map(|i| 1.0 - 2.4e-5 * f64::from(i % 10));
            near.chain(below.iter().map(|bins| 1.0 - bins / 4096.0)).collect()
        };
        let ends = (0.0, 1.0);
        // SciPy 1.17: t.interval(0.95, n - 1, mean(values), sem(values)).
        for (below, low, high) in [
            (&[1.0001][..], 0.999_876_782_882, 0.999_904_520_781),
            (&[1.0001, 1.5, 1.0001], 0.999_872_159_604, 0.999_901_538_629),
        ] {
            let found = interval(&values(below), Grid::real(0.0, 1.0), ends);
            assert!(close(found, (low, high)), "{found:?}");
        }
    }

    #[test]
    fn where_all_others_are_alike_one_that_differs_may_be_as_large_as_any() {
        let mut values = [0.25; 100];
        values[0] = 0.75;
        let found = interval(&values, Grid::real(0.0, 1.0), (0.0, 1.0));
        // SciPy 1.17: binomtest(1, 100).proportion_ci(method="exact").
        let share = 0.054_459_385_392;
        assert!(close(found, (0.25 * (1.0 - share), 0.25 + 0.75 * share)), "{found:?}");
    }

    #[test]
    fn values_that_differ_have_students_interval() {
        // SciPy 1.17: t.interval(0.95, 3, 0.5, sem(values)).
        let found = interval(&[0.25, 0.5, 0.5, 0.75], Grid::real(0.0, 1.0), (0.0, 1.0));
        assert!(close(found, (0.175_192_934_094, 0.824_807_065_906)), "{found:?}");
    }
}
