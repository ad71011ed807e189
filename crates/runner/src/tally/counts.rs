//! How many values each bin of a histogram holds, searched line by line.

use super::grid::BINS;
use super::histogram::FULL;
use super::overflow::Over;

/// Bins that are looked at together: most of a histogram is empty, and a place among its values is
/// found by summing up lines.
const LINE: usize = 32;

/// How many lines a histogram has.
const LINES: usize = BINS / LINE;

/// The counts of one histogram. Each part has an entry per bin, or is empty.
pub(super) struct Counts<'a> {
    /// What was counted, without the overflow: most values are here, and are read in place.
    counted: &'a [u8],
    /// The overflow and what is in the list.
    rest: Vec<u32>,
}

impl<'a> Counts<'a> {
    /// Makes the counts from bytes with their overflow, if there are any, and the bins of values
    /// that are not counted yet.
    pub(super) fn new(
        counted: Option<(&'a [u8; BINS], &Over)>,
        listed: impl Iterator<Item = u16>,
    ) -> Self {
        let mut rest = counted.map(|(_, over)| over.times()).unwrap_or_default();
        rest.iter_mut().for_each(|times| *times *= FULL);
        let mut listed = listed.peekable();
        if rest.is_empty() && listed.peek().is_some() {
            rest = vec![0; BINS];
        }
        listed.for_each(|bin| rest[usize::from(bin) % BINS] += 1);
        Self { counted: counted.map_or(&[], |(counts, _)| counts), rest }
    }

    /// The bins that were hit and how often, in ascending order.
    pub(super) fn occupied(&self) -> Vec<(u16, u32)> {
        let mut occupied = Vec::new();
        for line in (0..LINES).filter(|&line| self.total(line) > 0) {
            let counts = self.line(line);
            let bins = (first_bin(line)..).zip(&counts);
            occupied
                .extend(bins.filter(|&(_, &count)| count > 0).map(|(bin, &count)| (bin, count)));
        }
        occupied
    }

    /// How many values lie in or below each line.
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
        for (bin, count) in (first_bin(line)..).zip(self.line(line)) {
            if place < before + u64::from(count) {
                return Some((bin, before, count));
            }
            before += u64::from(count);
        }
        None
    }

    /// How many values each bin of a line holds.
    fn line(&self, line: usize) -> [u32; LINE] {
        let mut counts = [0; LINE];
        add(&mut counts, of(self.counted, line));
        add(&mut counts, of(&self.rest, line));
        counts
    }

    /// How many values a line holds.
    fn total(&self, line: usize) -> u64 {
        sum(of(self.counted, line)) + sum(of(&self.rest, line))
    }
}

fn first_bin(line: usize) -> u16 {
    (line * LINE) as u16
}

/// A line of one part; empty if the part has no entries.
fn of<T>(part: &[T], line: usize) -> &[T] {
    part.chunks_exact(LINE).nth(line).unwrap_or_default()
}

fn add<T: Copy + Into<u32>>(counts: &mut [u32; LINE], more: &[T]) {
    counts.iter_mut().zip(more).for_each(|(count, &more)| *count += more.into());
}

fn sum<T: Copy + Into<u64>>(counts: &[T]) -> u64 {
    counts.iter().map(|&count| count.into()).sum()
}
