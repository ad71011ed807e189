//! Arrays in large pages.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use bytemuck::Pod;
use memmap2::MmapMut;

/// The size of a large page on x86-64, and on AArch64 with small pages of 4 KB.
const LARGE_PAGE: usize = 2 << 20;

/// An array of numbers, all 0 at first.
///
/// An array that is at least as long as a large page has its own mapping of memory, on Linux in
/// large pages: if a large array is touched here and there, looking up the pages takes as long as
/// fetching the lines, and pages of 2 MB need a five hundredth of the entries.
pub(super) enum Array<T> {
    Small(Vec<T>),
    /// The first bytes, as many as given, of memory that may be longer.
    Large(MmapMut, usize, PhantomData<T>),
}

impl<T: Pod> Array<T> {
    pub(super) fn zeroed(len: usize) -> Self {
        let bytes = len * size_of::<T>();
        // Linux uses a large page only where a whole one fits, so the length is rounded up. What
        // lies beyond the array is never touched, so it takes no memory.
        let whole = bytes.next_multiple_of(LARGE_PAGE);
        let map = (bytes >= LARGE_PAGE).then(|| MmapMut::map_anon(whole).ok()).flatten();
        let Some(map) = map else { return Self::Small(vec![T::zeroed(); len]) };
        // If there are no large pages, small ones will do.
        #[cfg(target_os = "linux")]
        let _ = map.advise_range(memmap2::Advice::HugePage, 0, bytes);
        Self::Large(map, bytes, PhantomData)
    }
}

impl<T: Pod> Deref for Array<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::Small(numbers) => numbers,
            Self::Large(map, bytes, _) => bytemuck::cast_slice(&map[..*bytes]),
        }
    }
}

impl<T: Pod> DerefMut for Array<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        match self {
            Self::Small(numbers) => numbers,
            Self::Large(map, bytes, _) => bytemuck::cast_slice_mut(&mut map[..*bytes]),
        }
    }
}

impl<T: Pod> Clone for Array<T> {
    fn clone(&self) -> Self {
        let mut copy = Self::zeroed(self.len());
        copy.copy_from_slice(self);
        copy
    }
}

impl<T: Pod> std::fmt::Debug for Array<T> {
    /// Shows only the length: millions of numbers would tell nobody anything.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[{} entries]", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_and_large_are_zero_at_first_and_copied_whole() {
        for len in [0, 3, LARGE_PAGE / size_of::<u32>(), LARGE_PAGE + 5] {
            let mut array = Array::<u32>::zeroed(len);
            assert_eq!(*array, vec![0; len]);
            array.iter_mut().zip(1..).for_each(|(own, n)| *own = n);
            assert!(array.clone().iter().copied().eq(1..=len as u32));
        }
    }
}
