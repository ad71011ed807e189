//! How many values each bin of a histogram holds, looked through by lines of bins.

use super::grid::BINS;
use super::histogram::FULL;

/// Bins that are looked at together: most of a histogram is empty, and to find a place among its
/// values is to sum up lines.
const LINE: usize = 32;

/// How many lines a histogram has.
const LINES: usize = BINS / LINE;

/// The counts of one histogram: what it keeps apart, added up where it is read. Each part has an
/// entry a bin, or none.
pub(super) struct Counts<'a> {
    /// What was counted, without what ran over.
    pub(super) counted: &'a [u8],
    /// How often each count ran over.
    pub(super) over: &'a [u32],
    /// What is in the list.
    pub(super) listed: Vec<u16>,
}

impl Counts<'_> {
    /// The bins that were hit and how often, in rising order.
    pub(super) fn occupied(&self) -> impl Iterator<Item = (u16, u32)> {
        let lines = (0..LINES).filter(|&line| self.total(line) > 0);
        lines.flat_map(|line| self.line(line)).filter(|&(_, count)| count > 0)
    }

    /// How many values lie in each line and below it.
    pub(super) fn ends(&self) -> Vec<u64> {
        let ends = (0..LINES).scan(0, |below, line| {
            *below += self.total(line);
            Some(*below)
        });
        ends.collect()
    }

    /// The bin of the value at a place, how many values lie in lower bins, and how many in it.
    pub(super) fn find(&self, place: u64, ends: &[u64]) -> Option<(u16, u64, u32)> {
        let line = ends.partition_point(|&end| end <= place);
        let mut before = line.checked_sub(1).map_or(0, |below| ends[below]);
        for (bin, count) in self.line(line) {
            if place < before + u64::from(count) {
                return Some((bin, before, count));
            }
            before += u64::from(count);
        }
        None
    }

    /// The bins of a line and how many values each holds.
    fn line(&self, line: usize) -> impl Iterator<Item = (u16, u32)> + use<> {
        let mut counts = [0; LINE];
        add(&mut counts, of(self.over, line));
        counts.iter_mut().for_each(|count| *count *= FULL);
        add(&mut counts, of(self.counted, line));
        add(&mut counts, of(&self.listed, line));
        ((line * LINE) as u16..).zip(counts)
    }

    /// How many values a line holds.
    fn total(&self, line: usize) -> u64 {
        let over = u64::from(FULL) * sum(of(self.over, line));
        over + sum(of(self.counted, line)) + sum(of(&self.listed, line))
    }
}

/// A line of one part; nothing where the part has no entries.
fn of<T>(part: &[T], line: usize) -> &[T] {
    part.chunks_exact(LINE).nth(line).unwrap_or_default()
}

fn add<T: Copy + Into<u32>>(counts: &mut [u32; LINE], more: &[T]) {
    counts.iter_mut().zip(more).for_each(|(count, &more)| *count += more.into());
}

fn sum<T: Copy + Into<u64>>(counts: &[T]) -> u64 {
    counts.iter().map(|&count| count.into()).sum()
}
