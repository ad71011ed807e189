//! Histograms of 4096 bins on a fixed grid. What is read from them is in [`quantile`](super::quantile).

use article5_model::math::LANES;
use article5_model::vector::{LINE, fetch};

use super::counts::Counts;
use super::grid::BINS;
use super::over::Over;

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
    /// By quantity.
    over: [Over; LANES],
}

/// The histogram of one quantity.
#[derive(Clone, Copy, Debug)]
pub struct Histogram<'a> {
    all: &'a Histograms,
    lane: usize,
}

/// The longest list: half of what counts take.
pub(super) const LONGEST_LIST: usize = BINS / 4;

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
            self.count(None);
        }
        self.list.extend_from_slice(values);
    }

    /// Asks for the memory that `n` more values go to.
    pub(crate) fn fetch_room(&mut self, n: usize) {
        let lines = self.list.spare_capacity_mut().chunks(LINE / size_of::<Bins>());
        lines.take(n.div_ceil(LINE / size_of::<Bins>())).for_each(|line| fetch(&line[0]));
    }

    /// Counts what is in the list, where there are counts and it is worth their being fetched, those
    /// whose turn it is `next` meanwhile.
    pub(crate) fn take_turn(&mut self, next: Option<&Self>) {
        if !self.counts.is_empty() && self.list.len() > SHORT_LIST {
            self.count(next);
        }
    }

    /// Adds the counts of another part of the sample.
    pub(crate) fn merge(&mut self, other: &Self) {
        for lane in (0..LANES).filter(|_| !other.counts.is_empty()) {
            let occupied = other.of(lane).without_list().occupied();
            occupied.into_iter().for_each(|(bin, n)| self.count_many(lane, bin, n));
        }
        self.add(&other.list);
    }

    /// Counts what is in the list, where there are counts: whoever reads them next need not.
    pub(crate) fn settle(&mut self) {
        if !self.counts.is_empty() {
            self.count(None);
            self.list = Vec::new();
        }
    }

    /// One of them; the lane counts modulo the number of lanes.
    pub(crate) fn of(&self, lane: usize) -> Histogram<'_> {
        Histogram { all: self, lane: lane % LANES }
    }

    /// Counts the list, and meanwhile fetches the counts of `next`: a line at every other value, so that
    /// all are there when a whole list is counted.
    fn count(&mut self, next: Option<&Self>) {
        let lines = next.map_or(&[] as &[[u8; BINS]], |next| &next.counts);
        let mut lines = lines.as_flattened().chunks_exact(LINE);
        self.counts();
        let Self { list, counts, over } = self;
        // Eight for certain: no loop over them, and no check of bounds.
        if let Ok(counts) = <&mut [[u8; BINS]; LANES]>::try_from(&mut counts[..]) {
            for (place, bins) in list.iter().enumerate() {
                if place % 2 == 0
                    && let Some(line) = lines.next()
                {
                    fetch(&line[0]);
                }
                for lane in 0..LANES {
                    // The remainder changes nothing and spares the bounds check.
                    let bin = bins[lane] % BINS as u16;
                    let count = &mut counts[lane][usize::from(bin)];
                    *count = count.wrapping_add(1);
                    if *count == 0 {
                        over[lane].add(bin, 1);
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
            self.over[lane].add(bin, times);
        }
    }

    fn counts(&mut self) -> &mut [[u8; BINS]] {
        if self.counts.is_empty() {
            self.counts = vec![[0; BINS]; LANES];
        }
        &mut self.counts
    }
}

impl<'a> Histogram<'a> {
    /// The bins of all values, in any order, where all are in the list and those are few.
    pub(super) fn few(&self) -> Option<Vec<u16>> {
        let Self { all: Histograms { list, counts, .. }, .. } = self;
        (counts.is_empty() && list.len() <= SHORT_LIST).then(|| self.listed().collect())
    }

    /// How many values each bin holds.
    pub(super) fn counts(&self) -> Counts<'a> {
        Counts::new(self.counted(), self.over(), self.listed())
    }

    /// The same without those that are in the list.
    fn without_list(&self) -> Counts<'a> {
        Counts::new(self.counted(), self.over(), std::iter::empty())
    }

    fn counted(&self) -> &'a [u8] {
        self.all.counts.get(self.lane).map_or(&[], |counts| counts)
    }

    fn over(&self) -> &'a Over {
        &self.all.over[self.lane]
    }

    fn listed(&self) -> impl Iterator<Item = u16> + use<'a> {
        let Self { all, lane } = *self;
        all.list.iter().map(move |bins| bins[lane])
    }

    /// The bins that were hit and how often, in rising order.
    pub fn occupied(&self) -> Vec<(u16, u32)> {
        let Some(mut bins) = self.few() else { return self.counts().occupied() };
        bins.sort_unstable();
        let runs = bins.chunk_by(|a, b| a == b);
        runs.map(|run| (run[0], run.len() as u32)).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
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
}
