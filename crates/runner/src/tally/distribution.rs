//! What a tally says about one quantity in one quarter.

use super::counted::{Counted, Known, Sparse, known};
use super::grid::{self, BIN_SHIFT, Grid};
use super::histogram::Histogram;
use super::interval::{hall, is_skewed};
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

    /// The 95 % interval of the mean of a quantity that can lie between two ends: Student's, or, if
    /// the replicates are too few for so skewed a quantity, [Hall's](hall); if all replicates are
    /// alike, how far unseen others could move the mean; if only a few differ from all others, how
    /// often they do, times how far ([`Counted::Rare`]). `None` for fewer than
    /// two replicates.
    pub fn mean_interval(&self, ends: (f64, f64)) -> Option<(f64, f64)> {
        Some(self.mean_known(ends)?.0)
    }

    /// That interval, and what it was counted from, if it is neither Student's nor Hall's.
    pub(super) fn mean_known(&self, ends: (f64, f64)) -> Option<Known> {
        let (mean, sd, n) = (self.mean()?, self.sd()?, self.moments.n());
        let reach = [mean - ends.0, ends.1 - mean];
        let known = known((mean, sd, n), reach, || self.rare(ends))?;
        if known.1.is_some() {
            return Some(known);
        }
        let skewness = self.skewness(mean, sd).filter(|skewness| is_skewed(*skewness, n));
        Some(skewness.map_or(known, |skewness| (hall(mean, sd, skewness, n), None)))
    }

    /// What is known of that mean if only a few replicates differ from all others; `None` if they do
    /// not, or there are too many of them.
    fn rare(&self, ends: (f64, f64)) -> Option<Counted> {
        let (mean, sd, n) = (self.mean()?, self.sd()?, self.moments.n());
        let (usual, differing) = self.usual()?;
        Sparse::new(usual, (mean, sd * sd), differing, n).counted(ends)
    }

    /// The third central moment over the standard deviation cubed, of the values placed in the
    /// middle of their bins. `None` if it cannot be so large that it would matter; and for
    /// replicates that differ by less than a bin, `sd` being their standard deviation, of whose
    /// shape the bins tell nothing.
    fn skewness(&self, mean: f64, sd: f64) -> Option<f64> {
        if sd < self.grid.bin_width() && !self.grid.one_number_a_bin() {
            return None;
        }
        // Σ|d|³ ≤ most |d| · Σd² bounds the skewness by the extremes, without a look at the bins.
        let (n, (least, most)) = (self.moments.n(), self.moments.extremes(&self.grid)?);
        let spread = sd * ((n - 1) as f64 / n as f64).sqrt();
        if !is_skewed((mean - least).max(most - mean) / spread, n) {
            return None;
        }
        let bins = self.histogram.occupied();
        let mean_of = |value: &dyn Fn(f64) -> f64| {
            let (sum, count) = bins.iter().fold((0.0, 0.0), |(sum, count), &(bin, times)| {
                (sum + f64::from(times) * value(f64::from(bin)), count + f64::from(times))
            });
            sum / count
        };
        let centre = mean_of(&|bin| bin);
        let squares = mean_of(&|bin| (bin - centre) * (bin - centre));
        let cubes = mean_of(&|bin| (bin - centre) * (bin - centre) * (bin - centre));
        (squares > 0.0).then(|| cubes / (squares * squares.sqrt()))
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

    /// The quantiles at levels from 0 to 1; `None` over no replicates.
    ///
    /// The quantile at level p of n values is, as in NumPy's default (Hyndman and Fan's type 7), at
    /// position p·(n−1) among the sorted values counted from 0, interpolated linearly between its
    /// two neighbours. Each of those is read from its bin: the r-th of the c values in a bin (from
    /// 0) is placed at (r+½)/c of the bin's width, or at the number itself if a bin [holds one
    /// number](Grid::one_number_a_bin). Nothing lies outside the extremes, and if one of these is 0
    /// or an end of the grid, all values in its bin are placed there: what reaches a bound is mostly
    /// held at it, such as a share that is 0. So a quantile is within one bin, 1/4096 of the range,
    /// of NumPy's on the values, and equal to it for counts.
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
    use crate::random::{Draws, Purpose};
    use crate::tally::histogram::Histograms;
    use crate::tally::student;

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
    fn what_is_skewed_has_halls_interval_unless_all_lie_within_a_bin() {
        // Of 400 values 32 are 1, 8 are 3, and all others 0. SciPy 1.17: skew(values), and Hall's
        // cubic solved by brentq.
        let mut values = [0.0; 400];
        (1..=40).for_each(|i| values[10 * i - 1] = if i % 5 == 0 { 3.0 } else { 1.0 });
        let found = interval(&values, Grid::whole(8), (0.0, 8.0));
        assert!(close(found, (0.098_083_070_047, 0.198_851_480_006)), "{found:?}");
        // Spread evenly over a hundredth of a bin but for a border that one in forty lies beyond.
        let bin = 1.0 / 4096.0;
        let values: Vec<f64> =
            (0..400).map(|i| (1.0 + 0.01 * (f64::from(i % 40) - 38.5) / 40.0) * bin).collect();
        let found = interval(&values, Grid::real(0.0, 1.0), (0.0, 1.0)).unwrap();
        let mean = values.iter().sum::<f64>() / 400.0;
        assert!((0.5 * (found.0 + found.1) - mean).abs() < 1e-12, "{found:?}");
    }

    /// How often an interval covers the mean, over samples of 200 values of which one in ten is not
    /// 0 but exponential, which has skewness 7.
    fn coverage(interval: impl Fn(&[f64]) -> (f64, f64)) -> f64 {
        const SAMPLES: u64 = 2_000;
        let covers = |sample: &u64| {
            let mut draws = Draws::new(11, Purpose::Design, *sample);
            let mut value =
                || if draws.uniform() < 0.1 { -libm::log(draws.uniform()) } else { 0.0 };
            let values: Vec<f64> = (0..200).map(|_| value()).collect();
            let (low, high) = interval(&values);
            low <= 0.1 && 0.1 <= high
        };
        (0..SAMPLES).filter(covers).count() as f64 / SAMPLES as f64
    }

    #[test]
    fn skewed_means_are_covered_where_students_interval_is_too_sure() {
        let student_of = |values: &[f64]| {
            let n = values.len() as f64;
            let mean = values.iter().sum::<f64>() / n;
            let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
            student(mean, (squares / (n - 1.0) / n).sqrt(), values.len() as u64)
        };
        let ours = |values: &[f64]| {
            interval(values, Grid::real(0.0, 16.0), (0.0, 16.0)).unwrap_or_default()
        };
        assert!(coverage(student_of) < 0.92);
        assert!(coverage(ours) > 0.945);
    }

    #[test]
    fn values_that_differ_have_students_interval() {
        // SciPy 1.17: t.interval(0.95, 3, 0.5, sem(values)).
        let found = interval(&[0.25, 0.5, 0.5, 0.75], Grid::real(0.0, 1.0), (0.0, 1.0));
        assert!(close(found, (0.175_192_934_094, 0.824_807_065_906)), "{found:?}");
    }
}
