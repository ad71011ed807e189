//! Histograms of 4096 bins on a fixed grid, and the quantiles read from them.

use article5_model::math::LANES;

use super::grid::{BINS, Grid};
use super::moments::Moments;

/// A value's bin in each of the histograms of eight quantities.
pub(crate) type Bins = [u16; LANES];

/// How often each bin of eight quantities was hit.
///
/// The first 1024 values are kept as a list of their bins, which takes less memory than counts
/// (4 KB a quantity). From then on the list holds what is not counted yet: counts that are out of
/// the cache are fetched once for 1024 values and not once for each block of replicates, which would
/// take longer than all the counting. Which value is where shows nowhere. Eight side by side are
/// counted without one waiting for the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Histograms {
    /// The bins of the values that are not in the counts, in any order.
    list: Vec<Bins>,
    /// By quantity; empty as long as all values are in the list. Of a byte: what passes through the
    /// caches, and is touched at all, costs more than the counting.
    counts: Vec<[u8; BINS]>,
    /// By quantity, how often each count ran over; empty as long as none did.
    over: [Vec<u32>; LANES],
}

/// The histogram of one quantity.
#[derive(Clone, Copy, Debug)]
pub struct Histogram<'a> {
    all: &'a Histograms,
    lane: usize,
}

/// The longest list: half of what counts take.
pub(super) const LONGEST_LIST: usize = BINS / 4;

/// How many counts are summed up to find a place among the values.
const LINE: usize = 32;

/// What a count is short of each time that it ran over.
pub(super) const FULL: u32 = 1 << u8::BITS;

/// A list of up to so many values is sorted faster than 4096 counts are looked through: what the
/// tables of a point with few replicates take.
const SHORT_LIST: usize = BINS / 16;

impl PartialEq for Histograms {
    fn eq(&self, other: &Self) -> bool {
        (0..LANES).all(|lane| self.of(lane).occupied() == other.of(lane).occupied())
    }
}

impl Histograms {
    /// Room for `n` values, which [`spread`](Self::spread) then says of every quantity.
    pub(crate) fn with(n: u32) -> Self {
        let mut all = Self::default();
        if n as usize <= LONGEST_LIST {
            all.list = vec![[0; LANES]; n as usize];
        } else {
            all.counts();
        }
        all
    }

    /// Puts the values of one quantity where they belong: each bin with how many are in it, together
    /// as many as there is room for.
    pub(crate) fn spread(&mut self, lane: usize, occupied: &[(u16, u32)]) {
        if self.counts.is_empty() {
            let values = occupied.iter().flat_map(|&(bin, n)| std::iter::repeat_n(bin, n as usize));
            self.list.iter_mut().zip(values).for_each(|(bins, bin)| bins[lane] = bin);
        } else {
            occupied.iter().for_each(|&(bin, n)| self.count_many(lane, bin, n));
        }
    }

    /// Counts these values, in bins that are all below [`BINS`].
    pub(crate) fn add(&mut self, values: &[Bins]) {
        if self.list.len() + values.len() > LONGEST_LIST {
            self.count();
        }
        self.list.extend_from_slice(values);
    }

    /// Counts what is in the list, where there are counts and it is worth their being fetched.
    pub(crate) fn take_turn(&mut self) {
        if !self.counts.is_empty() && self.list.len() > SHORT_LIST {
            self.count();
        }
    }

    /// Adds the counts of another part of the sample.
    pub(crate) fn merge(&mut self, other: &Self) {
        for lane in (0..LANES).filter(|_| !other.counts.is_empty()) {
            for (bin, n) in (0..).zip(other.of(lane).counted()).filter(|&(_, n)| n > 0) {
                self.count_many(lane, bin, n);
            }
        }
        self.add(&other.list);
    }

    /// Counts what is in the list, where there are counts: whoever reads them next need not.
    pub(crate) fn settle(&mut self) {
        if !self.counts.is_empty() {
            self.count();
            self.list = Vec::new();
        }
    }

    /// One of them; the lane counts modulo the number of lanes.
    pub(crate) fn of(&self, lane: usize) -> Histogram<'_> {
        Histogram { all: self, lane: lane % LANES }
    }

    /// Counts the list.
    fn count(&mut self) {
        self.counts();
        let Self { list, counts, over } = self;
        // Eight for certain: no loop over them, and no check of bounds.
        if let Ok(counts) = <&mut [[u8; BINS]; LANES]>::try_from(&mut counts[..]) {
            for bins in &*list {
                for lane in 0..LANES {
                    // The remainder changes nothing and spares the bounds check.
                    let count = &mut counts[lane][usize::from(bins[lane]) % BINS];
                    *count = count.wrapping_add(1);
                    if *count == 0 {
                        run_over(&mut over[lane], bins[lane], 1);
                    }
                }
            }
        }
        list.clear();
    }

    /// Counts `n` values in one bin.
    fn count_many(&mut self, lane: usize, bin: u16, n: u32) {
        let count = &mut self.counts()[lane][usize::from(bin) % BINS];
        let sum = u32::from(*count) + n % FULL;
        *count = sum as u8;
        let times = n / FULL + sum / FULL;
        if times > 0 {
            run_over(&mut self.over[lane], bin, times);
        }
    }

    fn counts(&mut self) -> &mut [[u8; BINS]] {
        if self.counts.is_empty() {
            self.counts = vec![[0; BINS]; LANES];
        }
        &mut self.counts
    }
}

/// Out of the way of the loop that counts.
#[cold]
fn run_over(over: &mut Vec<u32>, bin: u16, times: u32) {
    if over.is_empty() {
        *over = vec![0; BINS];
    }
    over[usize::from(bin) % BINS] += times;
}

impl Histogram<'_> {
    /// The bins that were hit and how often, in rising order.
    pub fn occupied(&self) -> Vec<(u16, u32)> {
        let counts = match self.sorted() {
            Sorted::Few(bins) => {
                let runs = bins.chunk_by(|a, b| a == b);
                return runs.map(|run| (run[0], run.len() as u32)).collect();
            }
            Sorted::Many { counts, .. } => counts,
        };
        let counts = (0u16..).zip(counts);
        counts.filter(|&(_, count)| count > 0).collect()
    }

    /// How many values each bin counts, without those that are in the list.
    fn counted(&self) -> Vec<u32> {
        let Histogram { all: Histograms { counts, over, .. }, lane } = *self;
        let counts = counts.get(lane).unwrap_or(&[0; BINS]);
        let mut counted: Vec<u32> = counts.iter().copied().map(u32::from).collect();
        counted.iter_mut().zip(&over[lane]).for_each(|(count, times)| *count += FULL * times);
        counted
    }

    fn sorted(&self) -> Sorted {
        let Histogram { all: Histograms { list, counts, .. }, lane } = *self;
        if counts.is_empty() && list.len() <= SHORT_LIST {
            let mut bins: Vec<u16> = list.iter().map(|bins| bins[lane]).collect();
            bins.sort_unstable();
            return Sorted::Few(bins);
        }
        let mut counts = self.counted();
        list.iter().for_each(|bins| counts[usize::from(bins[lane]) % BINS] += 1);
        let mut below = 0;
        let ends = counts.chunks_exact(LINE).map(|line| {
            below += u64::from(line.iter().sum::<u32>());
            below
        });
        Sorted::Many { ends: ends.collect(), counts }
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
        let sorted = self.sorted();
        let last = sorted.len().checked_sub(1)?;
        let value = |place: u64| sorted.value(place, grid).clamp(least, most);
        Some(levels.map(|level| {
            let position = level * last as f64;
            let below = (position.floor() as u64).min(last);
            let (low, high) = (value(below), value((below + 1).min(last)));
            low + (position - below as f64) * (high - low)
        }))
    }
}

/// A sample in rising order, as far as its bins tell.
enum Sorted {
    /// The bin of each value.
    Few(Vec<u16>),
    Many {
        /// Of every bin.
        counts: Vec<u32>,
        /// How many values lie in each line of counts and below it.
        ends: Vec<u64>,
    },
}

impl Sorted {
    fn len(&self) -> u64 {
        match self {
            Self::Few(bins) => bins.len() as u64,
            Self::Many { ends, .. } => ends.last().copied().unwrap_or(0),
        }
    }

    /// The value at a place, from 0; the high end of the grid beyond the last.
    fn value(&self, place: u64, grid: &Grid) -> f64 {
        let Some((bin, before, count)) = self.bin(place) else { return grid.high() };
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
            Self::Many { counts, ends } => {
                let line = ends.partition_point(|&end| end <= place);
                let mut before = line.checked_sub(1).map_or(0, |below| ends[below]);
                let bins = (line * LINE) as u16..;
                for (bin, &count) in bins.zip(counts.iter().skip(line * LINE).take(LINE)) {
                    if place < before + u64::from(count) {
                        return Some((bin, before, count));
                    }
                    before += u64::from(count);
                }
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The bins, alike in all lanes, and the moments of values on a grid.
    fn tally(values: &[f64], grid: &Grid) -> (Histograms, Moments) {
        let (mut histogram, mut moments) = (Histograms::default(), Moments::default());
        for &value in values {
            let x = grid.fix(value);
            histogram.add(&[[super::super::grid::bin(x); LANES]]);
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
            for (level, quantile) in LEVELS.iter().zip(histogram.of(3).quantiles(LEVELS, &grid, &moments).unwrap()) {
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
            for (level, quantile) in LEVELS.iter().zip(histogram.of(3).quantiles(LEVELS, &grid, &moments).unwrap()) {
                prop_assert!((quantile - type_7(&values, *level)).abs() <= 1e-12);
            }
        }

        #[test]
        fn merging_is_counting_together_whatever_the_sizes(
            bins in prop::collection::vec(0..BINS as u16, 0..3 * LONGEST_LIST),
            cut in 0.0..=1.0f64,
        ) {
            // Each lane has its own share of the values in another bin.
            let bins: Vec<Bins> = bins
                .into_iter()
                .enumerate()
                .map(|(i, bin)| std::array::from_fn(|lane| if i % (lane + 1) == 0 { bin } else { 7 }))
                .collect();
            let (first, second) = bins.split_at((cut * bins.len() as f64) as usize);
            let histograms = |bins: &[Bins]| {
                let mut histograms = Histograms::default();
                bins.chunks(128).for_each(|block| histograms.add(block));
                histograms
            };
            let whole = histograms(&bins);
            for (mut one, other) in
                [(histograms(first), histograms(second)), (histograms(second), histograms(first))]
            {
                one.merge(&other);
                prop_assert_eq!(&one, &whole);
                let mut rebuilt = Histograms::with(bins.len() as u32);
                (0..LANES).for_each(|lane| rebuilt.spread(lane, &one.of(lane).occupied()));
                prop_assert_eq!(&rebuilt, &whole);
            }
        }
    }

    #[test]
    fn counts_run_over_without_loss() {
        const N: u32 = 3 * FULL + 5;
        let mut one = Histograms::default();
        let block = [[7; LANES]; 128];
        (0..N as usize / block.len()).for_each(|_| one.add(&block));
        one.add(&block[..N as usize % block.len()]);
        assert_eq!(one.of(5).occupied(), [(7, N)]);
        let mut twice = one.clone();
        twice.merge(&one);
        assert_eq!(twice.of(5).occupied(), [(7, 2 * N)]);
        let mut rebuilt = Histograms::with(2 * N);
        (0..LANES).for_each(|lane| rebuilt.spread(lane, &[(7, 2 * N)]));
        assert_eq!(rebuilt, twice);
    }

    #[test]
    fn a_constant_has_itself_for_every_quantile() {
        let grid = Grid::real(0.0, 1.0);
        let (histogram, moments) = tally(&[0.0; 50], &grid);
        assert_eq!(histogram.of(3).quantiles(LEVELS, &grid, &moments), Some([0.0; 7]));
        assert_eq!(Histograms::default().of(0).quantiles(LEVELS, &grid, &Moments::default()), None);
    }
}
