//! Histograms of 4096 bins on a fixed grid, and the quantiles read from them.

use super::grid::{BINS, Grid};
use super::moments::Moments;

/// How often each bin was hit.
///
/// The first 4096 values are kept as a list of their bins, which takes less memory
/// than counts (16 KB). From then on the list holds what is not counted yet: a histogram that is
/// out of the cache is fetched once for 1024 values and not once for each block of
/// replicates. Which value is where shows nowhere.
#[derive(Clone, Debug, Default)]
pub struct Histogram {
    /// The bins of the values that are not in the counts, in any order.
    list: Vec<u16>,
    counts: Option<Box<[u32; BINS]>>,
}

/// The longest list without counts: at 2 bytes each, half of what counts of 4 bytes take.
pub(super) const LONGEST_LIST: usize = BINS;

/// The longest list beside counts: 2 KB, from which each of the 256 cache lines of the counts is
/// hit four times on average.
pub(super) const LONGEST_WAIT: usize = 1024;

impl PartialEq for Histogram {
    fn eq(&self, other: &Self) -> bool {
        self.tabulated() == other.tabulated()
    }
}

impl Histogram {
    /// Counts a value in each of these bins, all below [`BINS`].
    pub fn add(&mut self, bins: impl ExactSizeIterator<Item = u16>) {
        self.make_room(bins.len());
        // Filling a slice spares the check of the capacity at each value.
        let start = self.list.len();
        self.list.resize(start + bins.len(), 0);
        self.list.iter_mut().skip(start).zip(bins).for_each(|(own, bin)| *own = bin);
    }

    /// Counts `count` values in one bin.
    pub(crate) fn add_many(&mut self, bin: u16, count: u32) {
        if count as usize > LONGEST_WAIT {
            hit(self.dense(), bin, count);
        } else {
            self.add(std::iter::repeat_n(bin, count as usize));
        }
    }

    /// Adds the counts of another part of the sample.
    pub fn merge(&mut self, other: &Self) {
        if let Some(theirs) = &other.counts {
            let pairs = self.dense().iter_mut().zip(theirs.iter());
            pairs.for_each(|(own, their)| *own += their);
        }
        self.add(other.list.iter().copied());
    }

    /// The bins that were hit and how often, in rising order.
    pub fn occupied(&self) -> Vec<(u16, u32)> {
        let counts = self.tabulated();
        (0u16..).zip(counts).filter(|&(_, count)| count > 0).collect()
    }

    /// Quantiles at these levels (0 to 1); `None` over no values.
    ///
    /// The quantile at level p of n values is, as in NumPy's default (Hyndman and Fan's type 7),
    /// at position p·(n−1) among the sorted values counted from 0, interpolated linearly between
    /// its two neighbours. Each of those is read from its bin: the r-th of the c values in a bin
    /// (from 0) stands at (r+½)/c of the bin's width, or at the number itself where a bin
    /// [holds one number](Grid::one_number_a_bin); nothing lies outside the extremes in
    /// `moments`. So a quantile is within one bin, 1/4096 of the range, of NumPy's on the values,
    /// and equal to it for counts.
    pub fn quantiles<const N: usize>(
        &self,
        levels: [f64; N],
        grid: &Grid,
        moments: &Moments,
    ) -> Option<[f64; N]> {
        let (least, most) = moments.extremes(grid)?;
        let occupied = self.occupied();
        let n: u64 = occupied.iter().map(|&(_, count)| u64::from(count)).sum();
        let last = n.checked_sub(1)?;
        let sorted = |place: u64| value_at(&occupied, place, grid).clamp(least, most);
        Some(levels.map(|level| {
            let position = level * last as f64;
            let below = (position.floor() as u64).min(last);
            let (low, high) = (sorted(below), sorted((below + 1).min(last)));
            low + (position - below as f64) * (high - low)
        }))
    }

    /// Counts the list where it would become too long.
    fn make_room(&mut self, more: usize) {
        let longest = if self.counts.is_none() { LONGEST_LIST } else { LONGEST_WAIT };
        if self.list.len() + more > longest {
            let list = std::mem::take(&mut self.list);
            let counts = self.dense();
            list.iter().for_each(|&bin| hit(counts, bin, 1));
            self.list = list;
            self.list.clear();
            self.list.shrink_to(LONGEST_WAIT);
        }
    }

    fn dense(&mut self) -> &mut [u32; BINS] {
        self.counts.get_or_insert_with(|| Box::new([0; BINS]))
    }

    fn tabulated(&self) -> [u32; BINS] {
        let mut counts = self.counts.as_deref().copied().unwrap_or([0; BINS]);
        self.list.iter().for_each(|&bin| hit(&mut counts, bin, 1));
        counts
    }
}

#[inline(always)]
fn hit(counts: &mut [u32; BINS], bin: u16, times: u32) {
    // The remainder changes nothing and spares the bounds check.
    counts[usize::from(bin) % BINS] += times;
}

/// The value at a place, from 0, in the sorted sample.
fn value_at(occupied: &[(u16, u32)], place: u64, grid: &Grid) -> f64 {
    let mut before = 0;
    for &(bin, count) in occupied {
        if place < before + u64::from(count) {
            let within = if grid.one_number_a_bin() {
                0.0
            } else {
                ((place - before) as f64 + 0.5) / f64::from(count)
            };
            return grid.low() + (f64::from(bin) + within) * grid.bin_width();
        }
        before += u64::from(count);
    }
    grid.high()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The bin, and the moments, of values on a grid.
    fn tally(values: &[f64], grid: &Grid) -> (Histogram, Moments) {
        let (mut histogram, mut moments) = (Histogram::default(), Moments::default());
        for &value in values {
            let x = grid.fix(value);
            histogram.add(std::iter::once(super::super::grid::bin(x)));
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
            values in prop::collection::vec(prop_oneof![-1.0..1.0f64, Just(0.0)], 1..200),
        ) {
            let grid = Grid::real(-1.0, 1.0);
            let (histogram, moments) = tally(&values, &grid);
            for (level, quantile) in LEVELS.iter().zip(histogram.quantiles(LEVELS, &grid, &moments).unwrap()) {
                prop_assert!((quantile - type_7(&values, *level)).abs() <= grid.bin_width());
            }
        }

        #[test]
        fn quantiles_of_counts_are_exact(
            counts in prop::collection::vec(0..80u32, 1..200),
        ) {
            let grid = Grid::whole(81);
            let values: Vec<f64> = counts.iter().map(|&count| count.into()).collect();
            let (histogram, moments) = tally(&values, &grid);
            for (level, quantile) in LEVELS.iter().zip(histogram.quantiles(LEVELS, &grid, &moments).unwrap()) {
                prop_assert!((quantile - type_7(&values, *level)).abs() <= 1e-12);
            }
        }

        #[test]
        fn merging_is_counting_together_whatever_the_sizes(
            bins in prop::collection::vec(0..BINS as u16, 0..3 * LONGEST_LIST),
            cut in 0.0..=1.0f64,
        ) {
            let (first, second) = bins.split_at((cut * bins.len() as f64) as usize);
            let histogram = |bins: &[u16]| {
                let mut histogram = Histogram::default();
                histogram.add(bins.iter().copied());
                histogram
            };
            let whole = histogram(&bins);
            for (mut one, other) in
                [(histogram(first), histogram(second)), (histogram(second), histogram(first))]
            {
                one.merge(&other);
                prop_assert_eq!(&one, &whole);
                let mut rebuilt = Histogram::default();
                one.occupied().iter().for_each(|&(bin, count)| rebuilt.add_many(bin, count));
                prop_assert_eq!(&rebuilt, &whole);
            }
        }
    }

    #[test]
    fn a_constant_has_itself_for_every_quantile() {
        let grid = Grid::real(0.0, 1.0);
        let (histogram, moments) = tally(&[0.0; 50], &grid);
        assert_eq!(histogram.quantiles(LEVELS, &grid, &moments), Some([0.0; 7]));
        assert_eq!(Histogram::default().quantiles(LEVELS, &grid, &Moments::default()), None);
    }
}
