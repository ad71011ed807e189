//! How often the counts of a histogram ran over.

use super::grid::BINS;

/// So many bins are searched rather than looked up. Up to some 65,000 replicates no more can run over,
/// and no memory is touched for the others.
const FEW: usize = BINS / 16;

/// Bins with how often their counts ran over.
#[derive(Clone, Debug)]
pub(super) enum Over {
    /// Those that did, rising.
    Few(Vec<(u16, u32)>),
    /// All.
    Many(Vec<u32>),
}

impl Default for Over {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Over {
    /// The count of a bin below [`BINS`] ran over so many times more.
    // Out of the way of the loop that counts.
    #[cold]
    pub(super) fn add(&mut self, bin: u16, times: u32) {
        match self {
            Self::Few(few) => match few.binary_search_by_key(&bin, |&(bin, _)| bin) {
                Ok(place) => few[place].1 += times,
                Err(place) if few.len() < FEW => few.insert(place, (bin, times)),
                Err(_) => {
                    *self = Self::Many(self.times());
                    self.add(bin, times);
                }
            },
            Self::Many(many) => many[usize::from(bin) % BINS] += times,
        }
    }

    /// By bin, how often its count ran over; empty where none did.
    pub(super) fn times(&self) -> Vec<u32> {
        match self {
            Self::Few(few) if few.is_empty() => Vec::new(),
            Self::Few(few) => {
                let mut all = vec![0; BINS];
                few.iter().for_each(|&(bin, times)| all[usize::from(bin) % BINS] = times);
                all
            }
            Self::Many(all) => all.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_bins_and_many_are_counted_alike() {
        let (mut over, mut expected) = (Over::default(), Vec::new());
        assert_eq!(over.times(), expected);
        expected = vec![0; BINS];
        // Bins come in any order and more than once, and end up more than few.
        for step in 0..3 * FEW {
            let bin = step * 1_357 % (2 * FEW);
            over.add(bin as u16, step as u32);
            expected[bin] += step as u32;
            assert_eq!(over.times(), expected);
        }
        assert!(matches!(over, Over::Many(_)));
    }
}
