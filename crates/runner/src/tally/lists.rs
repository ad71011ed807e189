//! Values that are not counted yet, as lists of bins.

use article5_model::vector::fetch;

use super::histogram::{Bins, LONGEST_LIST};
use super::large_pages::Array;

/// How much room is made for a list that outgrows its room, over what it needs.
pub(super) const GROWTH: usize = 2;

/// A list of bins for each pack of quantities, all in one array.
#[derive(Clone, Debug)]
pub(super) struct Lists {
    /// How long each list is.
    lengths: Vec<usize>,
    /// `[pack][place]`, with room for equally many values in each list.
    bins: Array<Bins>,
}

impl Lists {
    /// Makes lists for `packs` packs, each of `length` values that are all in the first bin.
    pub(super) fn zeroed(packs: usize, length: usize) -> Self {
        Self { lengths: vec![length; packs], bins: Array::zeroed(packs * length) }
    }

    /// How many lists there are.
    pub(super) fn len(&self) -> usize {
        self.lengths.len()
    }

    /// The list of a pack.
    pub(super) fn of(&self, pack: usize) -> &[Bins] {
        &self.bins[pack * self.room()..][..self.lengths[pack]]
    }

    /// The same, to be overwritten.
    pub(super) fn of_mut(&mut self, pack: usize) -> &mut [Bins] {
        let start = pack * self.room();
        &mut self.bins[start..][..self.lengths[pack]]
    }

    /// Lengthens the list of a pack.
    pub(super) fn extend(&mut self, pack: usize, values: &[Bins]) {
        let length = self.lengths[pack] + values.len();
        if length > self.room() {
            // The first values may be all that there are.
            let room = if self.room() == 0 { length } else { GROWTH * length };
            self.make_room(room.min(LONGEST_LIST).max(length));
        }
        self.lengths[pack] = length;
        let list = self.of_mut(pack);
        list[length - values.len()..].copy_from_slice(values);
    }

    /// Makes room for `room` values in each list.
    pub(super) fn reserve(&mut self, room: usize) {
        if room > self.room() {
            self.make_room(room);
        }
    }

    /// Prefetches the memory that `n` more values of a pack go to.
    pub(super) fn fetch_room(&self, pack: usize, n: usize) {
        if let Some(&length) = self.lengths.get(pack) {
            let room = &self.bins[pack * self.room()..][length..self.room()];
            fetch(&room[..n.min(room.len())]);
        }
    }

    /// Empties the list of a pack.
    pub(super) fn clear(&mut self, pack: usize) {
        self.lengths[pack] = 0;
    }

    /// Gives back the room that is not used.
    pub(super) fn shrink(&mut self) {
        let longest = self.lengths.iter().copied().max().unwrap_or(0);
        if longest < self.room() {
            self.make_room(longest);
        }
    }

    /// How many values a list has room for.
    fn room(&self) -> usize {
        self.bins.len().checked_div(self.len()).unwrap_or(0)
    }

    fn make_room(&mut self, room: usize) {
        let mut bins = Array::zeroed(self.len() * room);
        for pack in 0..self.len() {
            let list = self.of(pack);
            bins[pack * room..][..list.len()].copy_from_slice(list);
        }
        self.bins = bins;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use article5_model::math::LANES;

    #[test]
    fn lists_keep_their_values_as_they_grow_and_shrink() {
        let mut lists = Lists::zeroed(3, 0);
        let values = |pack: usize, n: usize| -> Vec<Bins> {
            (0..n).map(|value| [(pack * 1_000 + value) as u16; LANES]).collect()
        };
        // Lists of different lengths, in pieces.
        let lengths = [0, 7, 300];
        for (pack, length) in lengths.into_iter().enumerate() {
            values(pack, length).chunks(5).for_each(|piece| lists.extend(pack, piece));
        }
        lists.shrink();
        assert_eq!(lists.room(), 300);
        for (pack, length) in lengths.into_iter().enumerate() {
            assert_eq!(lists.of(pack), values(pack, length));
        }
        lists.clear(2);
        lists.shrink();
        assert_eq!((lists.room(), lists.of(1)), (7, values(1, 7).as_slice()));
    }
}
