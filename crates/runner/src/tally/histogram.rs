//! Histograms of 4096 bins on a fixed grid. What is read from them is in [`quantile`](super::quantile).

use std::slice;

use article5_model::math::LANES;
use article5_model::vector::{LINE, fetch};
use rayon::prelude::*;

use super::counts::Counts;
use super::grid::BINS;
use super::large_pages::Array;
use super::lists::Lists;
use super::overflow::Over;

/// A value's bin in each of the histograms of eight quantities.
pub(crate) type Bins = [u16; LANES];

/// How often each of eight quantities was in each bin.
type Eight = [[u8; BINS]; LANES];

/// How often each bin of each quantity was hit, in packs of eight quantities, those of all
/// quarters.
///
/// The first 2048 values are kept as a list of their bins, which takes no more memory than counts
/// (4 KB per quantity). From then on the list holds what is not counted yet: counts that are out of
/// the cache are fetched once for 2048 values and not once for each block of replicates, which
/// would take longer than all the counting. No result shows which values are in the list and which are
/// counted. Eight quantities side by side are counted without one waiting for another.
#[derive(Clone, Debug)]
pub(crate) struct Histograms {
    /// The values that are not in the counts, in no particular order.
    lists: Lists,
    /// None as long as all values are in the lists.
    counted: Option<CountedBins>,
}

/// The values that were counted.
#[derive(Clone, Debug)]
struct CountedBins {
    /// By pack. Counts are bytes, because moving memory through the caches, and touching it at all,
    /// costs more than the counting.
    counts: Array<Eight>,
    /// By pack, how often counts overflowed.
    over: Vec<[Over; LANES]>,
}

/// The histogram of one quantity.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Histogram<'a> {
    list: &'a [Bins],
    counted: Option<(&'a Eight, &'a [Over; LANES])>,
    lane: usize,
}

/// The longest list, which takes as much memory as counts. A longer one would gain less than a
/// hundredth of the time.
pub(super) const LONGEST_LIST: usize = BINS / 2;

/// How many lists ahead the room for more values is fetched: a copy takes less time than memory.
const LISTS_AHEAD: usize = 3;

/// How much is missing from a count each time that it overflowed.
pub(super) const FULL: u32 = 1 << u8::BITS;

/// A list of up to this many values is sorted faster than 4096 counts are searched, which matters
/// for the tables of points with few replicates.
const SHORT_LIST: usize = BINS / 16;

impl PartialEq for Histograms {
    fn eq(&self, other: &Self) -> bool {
        self.packs() == other.packs()
            && self.all().all(|(pack, lane)| {
                self.of(pack, lane).occupied() == other.of(pack, lane).occupied()
            })
    }
}

impl Histograms {
    /// Makes histograms without values, for `packs` packs of quantities.
    pub(crate) fn new(packs: usize) -> Self {
        Self::with(packs, 0)
    }

    /// Makes room for `n` values of each quantity, which [`spread`](Self::spread) must then fill in
    /// for every one.
    pub(crate) fn with(packs: usize, n: u32) -> Self {
        let n = n as usize;
        let listed = if n <= LONGEST_LIST { n } else { 0 };
        let counted = (n > LONGEST_LIST).then(|| CountedBins::new(packs));
        Self { lists: Lists::zeroed(packs, listed), counted }
    }

    /// Makes room for `n` values of each quantity, as far as they are kept in lists.
    pub(super) fn expect(&mut self, n: u64) {
        self.lists.reserve(n.min(LONGEST_LIST as u64) as usize);
    }

    /// Puts the values of one quantity in their places, given each bin with how many are in it,
    /// together as many as there is room for.
    pub(crate) fn spread(&mut self, pack: usize, lane: usize, occupied: &[(u16, u32)]) {
        if let Some(counted) = &mut self.counted {
            occupied.iter().for_each(|&(bin, n)| counted.count_many(pack, lane, bin, n));
        } else {
            let values = occupied.iter().flat_map(|&(bin, n)| std::iter::repeat_n(bin, n as usize));
            self.lists.of_mut(pack).iter_mut().zip(values).for_each(|(bins, bin)| bins[lane] = bin);
        }
    }

    /// Counts the values of each pack; all bins must be below [`BINS`].
    pub(crate) fn add<'a>(&mut self, values: impl Iterator<Item = &'a [Bins]>) {
        for (pack, values) in values.enumerate().take(self.packs()) {
            self.lists.fetch_room(pack + LISTS_AHEAD, values.len());
            for values in values.chunks(LONGEST_LIST) {
                if self.lists.of(pack).len() + values.len() > LONGEST_LIST {
                    self.count(pack, pack + 1);
                }
                self.lists.extend(pack, values);
            }
        }
    }

    /// Counts what is in the lists whose `turn` it is among `turns`, if there are counts and it is
    /// worth fetching them.
    pub(crate) fn take_turn(&mut self, turn: usize, turns: usize) {
        if self.counted.is_some() {
            for pack in (turn..self.packs()).step_by(turns) {
                if self.lists.of(pack).len() > SHORT_LIST {
                    self.count(pack, pack + turns);
                }
            }
        }
    }

    /// Adds the counts of another part of the sample.
    pub(crate) fn merge(&mut self, other: &Self) {
        if other.counted.is_some() {
            let counted = self.counted.get_or_insert_with(|| CountedBins::new(other.packs()));
            for (pack, lane) in other.all() {
                let occupied = other.of(pack, lane).without_list().occupied();
                occupied.into_iter().for_each(|(bin, n)| counted.count_many(pack, lane, bin, n));
            }
        }
        self.add((0..other.packs()).map(|pack| other.lists.of(pack)));
    }

    /// Counts what is in the lists, if there are counts, so that the next reader need not. Complete
    /// tallies can then wait without taking more memory than they need. Works on the threads of the
    /// rayon pool in which it is called.
    pub(crate) fn settle(&mut self) {
        let Some(CountedBins { counts, over }) = &mut self.counted else {
            return self.lists.shrink();
        };
        let packs = counts.par_iter_mut().zip(over).enumerate();
        packs.for_each(|(pack, (counts, over))| count(self.lists.of(pack), counts, over, &[]));
        self.lists = Lists::zeroed(self.packs(), 0);
    }

    /// The histogram of one quantity; the lane is taken modulo the number of lanes.
    pub(crate) fn of(&self, pack: usize, lane: usize) -> Histogram<'_> {
        let counted = self.counted.as_ref();
        Histogram {
            list: self.lists.of(pack),
            counted: counted.map(|CountedBins { counts, over }| (&counts[pack], &over[pack])),
            lane: lane % LANES,
        }
    }

    /// How many packs of quantities there are.
    pub(crate) fn packs(&self) -> usize {
        self.lists.len()
    }

    /// The pack and lane of each quantity.
    fn all(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        (0..self.packs()).flat_map(|pack| (0..LANES).map(move |lane| (pack, lane)))
    }

    /// Counts the list of a pack, meanwhile prefetching the counts of the `next` one.
    fn count(&mut self, pack: usize, next: usize) {
        let Self { lists, counted } = self;
        let CountedBins { counts, over } =
            counted.get_or_insert_with(|| CountedBins::new(lists.len()));
        let next = next.min(counts.len());
        let (before, rest) = counts.split_at_mut(next);
        let next = rest.first().map_or(&[] as &[u8], |next| next.as_flattened());
        count(lists.of(pack), &mut before[pack], &mut over[pack], next);
        lists.clear(pack);
    }
}

impl CountedBins {
    fn new(packs: usize) -> Self {
        Self { counts: Array::zeroed(packs), over: vec![Default::default(); packs] }
    }

    /// Counts `n` values in one bin.
    fn count_many(&mut self, pack: usize, lane: usize, bin: u16, n: u32) {
        let count = &mut self.counts[pack][lane][usize::from(bin) % BINS];
        let sum = u32::from(*count) + n % FULL;
        *count = sum as u8;
        let times = n / FULL + sum / FULL;
        if times > 0 {
            self.over[pack][lane].add(bin, times);
        }
    }
}

/// Counts the values of a list, and with each prefetches a line of `next`.
fn count(list: &[Bins], counts: &mut Eight, over: &mut [Over; LANES], next: &[u8]) {
    let mut lines = next.iter().step_by(LINE);
    for bins in list {
        if let Some(line) = lines.next() {
            // Only the first byte: one request, and no loop.
            fetch(slice::from_ref(line));
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

impl<'a> Histogram<'a> {
    /// The bins of all values, in no particular order, if all are in the list and there are few.
    pub(super) fn few(&self) -> Option<Vec<u16>> {
        let few = self.counted.is_none() && self.list.len() <= SHORT_LIST;
        few.then(|| self.listed().collect())
    }

    /// How many values a bin holds.
    pub(super) fn holding(&self, bin: u16) -> u32 {
        let counted = self.counted.map_or(0, |(counts, over)| {
            let count = counts[self.lane][usize::from(bin) % BINS];
            u32::from(count) + FULL * over[self.lane].of(bin)
        });
        counted + self.listed().filter(|&own| own == bin).count() as u32
    }

    /// How many values each bin holds.
    pub(super) fn counts(&self) -> Counts<'a> {
        let Self { counted, lane, .. } = *self;
        let counted = counted.map(|(counts, over)| (&counts[lane], &over[lane]));
        Counts::new(counted, self.listed())
    }

    /// The same without the values that are in the list.
    fn without_list(&self) -> Counts<'a> {
        Self { list: &[], ..*self }.counts()
    }

    fn listed(&self) -> impl Iterator<Item = u16> + use<'a> {
        let Self { list, lane, .. } = *self;
        list.iter().map(move |bins| bins[lane])
    }

    /// The bins that were hit and how often, in ascending order.
    pub(super) fn occupied(&self) -> Vec<(u16, u32)> {
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
            // In each lane a different share of the values is in another bin.
            let bins: Vec<Bins> = bins
                .into_iter()
                .enumerate()
                .map(|(i, bin)| std::array::from_fn(|lane| if i % (lane + 1) == 0 { bin } else { 7 }))
                .collect();
            let (first, second) = bins.split_at((cut * bins.len() as f64) as usize);
            let histograms = |bins: &[Bins]| {
                let mut histograms = Histograms::new(1);
                bins.chunks(128).for_each(|block| histograms.add([block].into_iter()));
                histograms
            };
            let whole = histograms(&bins);
            for (mut one, other) in
                [(histograms(first), histograms(second)), (histograms(second), histograms(first))]
            {
                one.merge(&other);
                prop_assert_eq!(&one, &whole);
                let mut rebuilt = Histograms::with(1, bins.len() as u32);
                (0..LANES).for_each(|lane| rebuilt.spread(0, lane, &one.of(0, lane).occupied()));
                prop_assert_eq!(&rebuilt, &whole);
            }
        }
    }

    #[test]
    fn counts_run_over_without_loss() {
        const N: u32 = 3 * FULL + 5;
        let mut one = Histograms::new(1);
        let block = [[7; LANES]; 128];
        (0..N as usize / block.len()).for_each(|_| one.add([&block[..]].into_iter()));
        one.add([&block[..N as usize % block.len()]].into_iter());
        assert_eq!(one.of(0, 5).occupied(), [(7, N)]);
        assert_eq!([7, 8].map(|bin| one.of(0, 5).holding(bin)), [N, 0]);
        let mut twice = one.clone();
        twice.merge(&one);
        assert_eq!(twice.of(0, 5).occupied(), [(7, 2 * N)]);
        let mut rebuilt = Histograms::with(1, 2 * N);
        (0..LANES).for_each(|lane| rebuilt.spread(0, lane, &[(7, 2 * N)]));
        assert_eq!(rebuilt, twice);
    }
}
