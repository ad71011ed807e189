//! How often the counts of a histogram overflowed.

use super::grid::BINS;

/// Up to this many overflows are listed rather than counted: that takes half the memory, touches
/// less of it, and looks up none of it while values are counted. Up to a million replicates there
/// cannot be more overflows than this.
const FEW: usize = BINS;

/// Bins with how often their counts overflowed.
#[derive(Clone, Debug)]
pub(super) enum Over {
    /// The bin of each overflow, in no particular order.
    Few(Vec<u16>),
    /// How often each bin's count overflowed.
    Many(Vec<u32>),
}

impl Default for Over {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Over {
    /// Notes that the count of a bin below [`BINS`] overflowed `times` more.
    // Kept out of the way of the counting loop.
    #[cold]
    pub(super) fn add(&mut self, bin: u16, times: u32) {
        match self {
            Self::Few(bins) if bins.len() + times as usize <= FEW => {
                bins.extend(std::iter::repeat_n(bin, times as usize));
            }
            Self::Few(bins) => {
                *self = Self::Many(count(bins));
                self.add(bin, times);
            }
            Self::Many(all) => all[usize::from(bin) % BINS] += times,
        }
    }

    /// How often the count of a bin overflowed.
    pub(super) fn of(&self, bin: u16) -> u32 {
        match self {
            Self::Few(bins) => bins.iter().filter(|&&own| own == bin).count() as u32,
            Self::Many(all) => all[usize::from(bin) % BINS],
        }
    }

    /// How often each bin's count overflowed; empty if none did.
    pub(super) fn times(&self) -> Vec<u32> {
        match self {
            Self::Few(bins) if bins.is_empty() => Vec::new(),
            Self::Few(bins) => count(bins),
            Self::Many(all) => all.clone(),
        }
    }
}

/// How often each bin is listed.
fn count(bins: &[u16]) -> Vec<u32> {
    let mut all = vec![0; BINS];
    bins.iter().for_each(|&bin| all[usize::from(bin) % BINS] += 1);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_times_and_many_are_counted_alike() {
        let (mut over, mut expected) = (Over::default(), Vec::new());
        assert_eq!(over.times(), expected);
        expected = vec![0; BINS];
        // Bins come in no particular order and repeatedly, and in the end more often than [`FEW`].
        for step in 0..BINS {
            let bin = step * 1_357 % BINS;
            let times = step as u32 % 4;
            over.add(bin as u16, times);
            over.add(7, 1);
            expected[bin] += times;
            expected[7] += 1;
            if step % 97 == 0 {
                assert_eq!(over.times(), expected);
                assert_eq!([over.of(bin as u16), over.of(7)], [expected[bin], expected[7]]);
            }
        }
        assert_eq!(over.times(), expected);
        assert!(matches!(over, Over::Many(_)));
    }
}
