//! What a tally says of one quantity in one quarter.

use super::grid::Grid;
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
