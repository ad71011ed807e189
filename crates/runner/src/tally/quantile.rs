//! Quantiles read from histograms.

use super::counts::Counts;
use super::grid::{self, Grid};
use super::histogram::Histogram;
use super::moments::Moments;

impl Histogram<'_> {
    /// The bin of the upper median; `None` over no values.
    pub(super) fn median(&self) -> Option<u16> {
        let sorted = Sorted::of(*self);
        sorted.bin(sorted.len() / 2).map(|(bin, ..)| bin)
    }

    /// Reads quantiles at these levels, as [`Distribution::quantiles`](super::Distribution::quantiles)
    /// describes them, from a histogram with these `moments`; `None` over no values.
    pub(super) fn quantiles<const N: usize>(
        &self,
        levels: [f64; N],
        grid: &Grid,
        moments: &Moments,
    ) -> Option<[f64; N]> {
        let (least, most) = moments.extremes(grid)?;
        let sorted = Sorted::of(*self);
        let last = sorted.len().checked_sub(1)?;
        let bounds = [0.0, grid.low(), grid.high()];
        let held = [moments.least, moments.most]
            .map(|end| (grid::bin(end), grid.value(end)))
            .map(|(bin, end)| bounds.contains(&end).then_some((bin, end)));
        let value = |place: u64| sorted.value(place, grid, held).clamp(least, most);
        Some(levels.map(|level| {
            let position = level * last as f64;
            let below = (position.floor() as u64).min(last);
            let (low, high) = (value(below), value((below + 1).min(last)));
            low + (position - below as f64) * (high - low)
        }))
    }
}

/// A sample in ascending order, as far as its bins tell.
enum Sorted<'a> {
    /// The bin of each value.
    Few(Vec<u16>),
    /// The counts of the bins, and how many values lie in or below each line.
    Many(Counts<'a>, Vec<u64>),
}

impl<'a> Sorted<'a> {
    fn of(histogram: Histogram<'a>) -> Self {
        if let Some(mut bins) = histogram.few() {
            bins.sort_unstable();
            return Self::Few(bins);
        }
        let counts = histogram.counts();
        let ends = counts.ends();
        Self::Many(counts, ends)
    }

    fn len(&self) -> u64 {
        match self {
            Self::Few(bins) => bins.len() as u64,
            Self::Many(_, ends) => ends.last().copied().unwrap_or(0),
        }
    }

    /// The value at a place, from 0; beyond the last place, the high end of the grid. In each of
    /// the bins in `held` all values are the one given.
    fn value(&self, place: u64, grid: &Grid, held: [Option<(u16, f64)>; 2]) -> f64 {
        let Some((bin, before, count)) = self.bin(place) else { return grid.high() };
        if let Some((_, value)) = held.into_iter().flatten().find(|(own, _)| *own == bin) {
            return value;
        }
        let within = if grid.one_number_a_bin() {
            0.0
        } else {
            ((place - before) as f64 + 0.5) / f64::from(count)
        };
        grid.low() + (f64::from(bin) + within) * grid.bin_width()
    }

    /// The bin of the value at a place, how many values lie in lower bins, and how many in it.
    fn bin(&self, place: u64) -> Option<(u16, u64, u32)> {
        match self {
            Self::Few(bins) => {
                let bin = *bins.get(place as usize)?;
                let before = bins.partition_point(|&other| other < bin);
                let after = bins.partition_point(|&other| other <= bin);
                Some((bin, before as u64, (after - before) as u32))
            }
            Self::Many(counts, ends) => counts.find(place, ends),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use article5_model::math::LANES;

    use super::*;
    use crate::tally::histogram::{Histograms, LONGEST_LIST};

    /// The bins, the same in all lanes, and the moments of values on a grid.
    fn tally(values: &[f64], grid: &Grid) -> (Histograms, Moments) {
        let (mut histogram, mut moments) = (Histograms::new(1), Moments::default());
        for &value in values {
            let x = grid.fix(value);
            histogram.add([&[[grid::bin(x); LANES]][..]].into_iter());
            moments.merge(&Moments { n: 1, sum: x.into(), squares: 0, least: x, most: x });
        }
        (histogram, moments)
    }

    /// `numpy.quantile(values, level)`, type 7, written out.
    fn type_7(values: &[f64], level: f64) -> f64 {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let position = level * (sorted.len() - 1) as f64;
        let (below, above) = (position.floor() as usize, position.ceil() as usize);
        sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
    }

    const LEVELS: [f64; 7] = [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0];

    proptest! {
        #[test]
        fn quantiles_are_within_a_bin_of_those_of_the_values(
            values in prop::collection::vec(prop_oneof![-1.0..1.0f64, Just(0.0)], 1..3 * LONGEST_LIST / 2),
        ) {
            let grid = Grid::real(-1.0, 1.0);
            let (histogram, moments) = tally(&values, &grid);
            for (level, quantile) in LEVELS.iter().zip(histogram.of(0, 3).quantiles(LEVELS, &grid, &moments).unwrap()) {
                prop_assert!((quantile - type_7(&values, *level)).abs() <= grid.bin_width());
            }
        }

        #[test]
        fn quantiles_of_counts_are_exact(
            counts in prop::collection::vec(0..80u32, 1..3 * LONGEST_LIST / 2),
        ) {
            let grid = Grid::whole(81);
            let values: Vec<f64> = counts.iter().map(|&count| count.into()).collect();
            let (histogram, moments) = tally(&values, &grid);
            for (level, quantile) in LEVELS.iter().zip(histogram.of(0, 3).quantiles(LEVELS, &grid, &moments).unwrap()) {
                prop_assert!((quantile - type_7(&values, *level)).abs() <= 1e-12);
            }
        }
    }

    #[test]
    fn what_is_held_at_a_bound_has_the_bound_for_quantile() {
        for low in [0.0, -1.0] {
            let grid = Grid::real(low, 1.0);
            let mut values = [0.0; 3 * LONGEST_LIST];
            values[..LONGEST_LIST].fill(1.0);
            values[LONGEST_LIST] = 0.4;
            let (histogram, moments) = tally(&values, &grid);
            let found = histogram.of(0, 3).quantiles(LEVELS, &grid, &moments).unwrap();
            assert_eq!(found, LEVELS.map(|level| type_7(&values, level)));
        }
    }

    #[test]
    fn a_constant_has_itself_for_every_quantile() {
        let grid = Grid::real(0.0, 1.0);
        let (histogram, moments) = tally(&[0.0; 3 * LONGEST_LIST], &grid);
        assert_eq!(histogram.of(0, 3).quantiles(LEVELS, &grid, &moments), Some([0.0; 7]));
        assert_eq!(Histograms::new(1).of(0, 0).quantiles(LEVELS, &grid, &Moments::default()), None);
    }
}
