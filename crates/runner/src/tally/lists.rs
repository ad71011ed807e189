//! Values that are not counted yet, as lists of bins.

use article5_model::vector::fetch;

use super::array::Array;
use super::histogram::{Bins, LONGEST_LIST};

/// A list of bins for each pack of quantities, all in one array.
#[derive(Clone, Debug)]
pub(super) struct Lists {
    /// How long each list is.
    lengths: Vec<usize>,
    /// `[pack][place]`, with room for as many values in each list.
    bins: Array<Bins>,
}

impl Lists {
    /// Lists of `packs` packs, each of `length` values that are all in the first bin.
    pub(super) fn zeroed(packs: usize, length: usize) -> Self {
        Self { lengths: vec![length; packs], bins: Array::zeroed(packs * length) }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.lengths.len()
    }

    /// The list of a pack.
    pub(super) fn of(&self, pack: usize) -> &[Bins] {
        &self.bins[pack * self.room()..][..self.lengths[pack]]
    }

    /// The same, to be written over.
    pub(super) fn of_mut(&mut self, pack: usize) -> &mut [Bins] {
        let start = pack * self.room();
        &mut self.bins[start..][..self.lengths[pack]]
    }

    /// Lengthens the list of a pack.
    pub(super) fn extend(&mut self, pack: usize, values: &[Bins]) {
        let length = self.lengths[pack] + values.len();
        if length > self.room() {
            // Soon as long as it gets: memory that is outgrown has been touched for nothing.
            self.make_room((4 * length).min(LONGEST_LIST).max(length));
        }
        self.lengths[pack] = length;
        let list = self.of_mut(pack);
        list[length - values.len()..].copy_from_slice(values);
    }

    /// Asks for the memory that `n` more values of a pack go to.
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

    /// How many values a list has room for.
    fn room(&self) -> usize {
        self.bins.len() / self.len()
    }

    fn make_room(&mut self, room: usize) {
        let mut bins = Array::zeroed(self.len() * room);
        for (pack, own) in bins.chunks_exact_mut(room).enumerate() {
            let list = self.of(pack);
            own[..list.len()].copy_from_slice(list);
        }
        self.bins = bins;
    }
}
