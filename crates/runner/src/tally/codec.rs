//! Tallies as bytes: variable-length integers, zeros left out.
//!
//! A list of integers is written as pairs of (places skipped + 1, value) for its non-zero entries
//! and a closing 0. The same tally gives the same bytes, whatever parts it was merged from. What is
//! read is checked against the number of replicates, so that no sum formed from it later overflows.

use std::sync::Arc;

use article5_model::math::{LANES, Pack};

use super::block::{COUNTS, NUMBERS};
use super::contrast::Joint;
use super::grid::{BINS, FIXED_BITS};
use super::histogram::Histograms;
use super::layout::Layout;
use super::moments::Moments;
use super::paired::{DifferenceSums, Pairs};
use super::quarter::QuarterTally;
use super::total::{MAX_REPLICATES, PointTally, Tally};

/// The bytes are not a tally of the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DecodeError(pub(crate) &'static str);

impl PointTally {
    /// Appends the tally to `bytes`.
    pub(crate) fn encode(&self, bytes: &mut Vec<u8>) {
        for tally in &self.scenarios {
            encode_tally(tally, bytes);
        }
        for pairs in &self.pairs {
            put(bytes, pairs.n.into());
            for sums in [&pairs.quantities, &pairs.risks] {
                put_list(bytes, sums.iter().map(|sums| zigzag(sums.sum)));
                put_list(bytes, sums.iter().map(|sums| sums.squares));
                put_list(bytes, sums.iter().map(|sums| sums.differing.into()));
            }
        }
        for Joint { n, differing, sums, products } in &self.contrasts {
            put(bytes, (*n).into());
            put(bytes, (*differing).into());
            put_list(bytes, sums.iter().map(|&sum| zigzag(sum)));
            put_list(bytes, products.iter().map(|&sum| zigzag(sum)));
        }
    }

    /// Reads a tally from the front of `bytes`, and advances them past it.
    pub(crate) fn decode(layout: &Arc<Layout>, bytes: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut point = Self::new(Arc::clone(layout));
        for tally in &mut point.scenarios {
            decode_tally(tally, bytes)?;
        }
        for pairs in &mut point.pairs {
            pairs.n = take_most(bytes, MAX_REPLICATES.into())? as u64;
            decode_pairs(pairs, bytes)?;
        }
        for joint in &mut point.contrasts {
            joint.n = take_most(bytes, MAX_REPLICATES.into())? as u64;
            joint.differing = take_most(bytes, joint.n.into())? as u64;
            let (sum, product) = (u128::from(joint.n) << (FIXED_BITS + 1), 2 * FIXED_BITS + 1);
            take_list(bytes, &mut joint.sums, sum, |own, value| *own = unzigzag(value))?;
            let product = u128::from(joint.n) << product;
            take_list(bytes, &mut joint.products, product, |own, value| *own = unzigzag(value))?;
        }
        Ok(point)
    }
}

fn encode_tally(tally: &Tally, bytes: &mut Vec<u8>) {
    put(bytes, tally.n.into());
    put_list(bytes, tally.outside.iter().map(|&count| count.into()));
    put_list(bytes, tally.cover.iter().copied());
    for (slot, quarter) in tally.quarters.iter().enumerate() {
        let QuarterTally { moments, risks, members, events } = quarter;
        if tally.n > 0 {
            put_list(bytes, moments.iter().map(|moments| moments.sum));
            put_list(bytes, moments.iter().map(|moments| moments.squares));
            put_list(bytes, moments.iter().map(|moments| moments.least.into()));
            put_list(bytes, moments.iter().map(|moments| moments.most.into()));
        }
        for place in 0..moments.len() {
            let occupied = tally.histogram(slot, place).occupied().into_iter();
            put_sparse(bytes, occupied.map(|(bin, count)| (bin.into(), count.into())));
        }
        put_list(bytes, risks.iter().map(|risk| risk.by.into()));
        put_list(bytes, risks.iter().map(|risk| risk.at.into()));
        for k in 0..NUMBERS {
            put_list(bytes, members.iter().map(|member| member.numbers[k]));
        }
        for k in 0..COUNTS {
            put_list(bytes, members.iter().map(|member| member.counts[k].into()));
        }
        put_list(bytes, events.iter().map(|&count| count.into()));
    }
}

fn decode_tally(tally: &mut Tally, bytes: &mut &[u8]) -> Result<(), DecodeError> {
    tally.n = take_most(bytes, MAX_REPLICATES.into())? as u64;
    let n = u128::from(tally.n);
    let (steps, count) = (n << FIXED_BITS, n);
    let values = n * tally.quarters.len() as u128;
    take_list(bytes, &mut tally.outside, values, |own, value| *own = value as u64)?;
    take_list(bytes, &mut tally.cover, steps, |own, value| *own = value)?;
    let packs = tally.layout.packs();
    tally.histograms = Histograms::with(tally.histograms.packs(), tally.n as u32);
    for (slot, quarter) in tally.quarters.iter_mut().enumerate() {
        let QuarterTally { moments, risks, members, events } = quarter;
        if n > 0 {
            decode_moments(moments, tally.n, bytes)?;
        }
        for place in 0..packs * LANES {
            // In unused lanes all values are in the first bin.
            let spare = place >= moments.len();
            let occupied = if spare { vec![(0, n as u32)] } else { decode_histogram(n, bytes)? };
            let (j, lane) = Pack::place(place);
            tally.histograms.spread(slot * packs + j, lane, &occupied);
        }
        take_list(bytes, risks, count, |risk, value| risk.by = value as u64)?;
        take_list(bytes, risks, count, |risk, value| risk.at = value as u64)?;
        for k in 0..NUMBERS {
            take_list(bytes, members, steps, |member, value| member.numbers[k] = value)?;
        }
        for k in 0..COUNTS {
            take_list(bytes, members, count, |member, value| member.counts[k] = value as u64)?;
        }
        take_list(bytes, events, count, |own, value| *own = value as u64)?;
    }
    Ok(())
}

fn decode_moments(moments: &mut [Moments], n: u64, bytes: &mut &[u8]) -> Result<(), DecodeError> {
    let (sums, most) = (u128::from(n) << FIXED_BITS, 1 << FIXED_BITS);
    moments.fill(Moments { n, sum: 0, squares: 0, least: 0, most: 0 });
    take_list(bytes, moments, sums, |own, value| own.sum = value)?;
    take_list(bytes, moments, sums << FIXED_BITS, |own, value| own.squares = value)?;
    take_list(bytes, moments, most, |own, value| own.least = value as u64)?;
    take_list(bytes, moments, most, |own, value| own.most = value as u64)?;
    // Σx² ≥ (Σx)²/n, or the variance would be negative.
    let possible = |own: &Moments| {
        let mean = own.sum / u128::from(n);
        own.least <= own.most && own.squares >= mean * mean * u128::from(n)
    };
    if moments.iter().all(possible) { Ok(()) } else { Err(DecodeError("impossible sums")) }
}

fn decode_histogram(n: u128, bytes: &mut &[u8]) -> Result<Vec<(u16, u32)>, DecodeError> {
    let (mut occupied, mut total) = (Vec::new(), 0);
    take_sparse(bytes, BINS, n, |bin, count| {
        total += count;
        occupied.push((bin as u16, count as u32));
    })?;
    if total == n {
        return Ok(occupied);
    }
    Err(DecodeError("a histogram does not hold the replicates"))
}

fn decode_pairs(pairs: &mut Pairs, bytes: &mut &[u8]) -> Result<(), DecodeError> {
    let n = u128::from(pairs.n);
    let (sum, squares) = (n << (FIXED_BITS + 1), n << (2 * FIXED_BITS));
    let set_sum = |own: &mut DifferenceSums, value| own.sum = unzigzag(value);
    let set_squares = |own: &mut DifferenceSums, value| own.squares = value;
    let set_differing = |own: &mut DifferenceSums, value| own.differing = value as u64;
    for sums in [&mut pairs.quantities, &mut pairs.risks] {
        take_list(bytes, sums, sum, set_sum)?;
        take_list(bytes, sums, squares, set_squares)?;
        take_list(bytes, sums, n, set_differing)?;
    }
    Ok(())
}

/// Writes an integer, seven bits per byte, the low ones first (LEB128).
pub(crate) fn put(bytes: &mut Vec<u8>, mut value: u128) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Reads an integer that is at most `most`, accepting only its shortest form.
pub(crate) fn take_most(bytes: &mut &[u8], most: u128) -> Result<u128, DecodeError> {
    let mut value = 0u128;
    for shift in (0..u128::BITS).step_by(7) {
        let (&byte, rest) = bytes.split_first().ok_or(DecodeError("it ends too early"))?;
        *bytes = rest;
        let part = u128::from(byte & 0x7f);
        if (part << shift) >> shift != part || (byte == 0 && shift > 0) {
            break;
        }
        value |= part << shift;
        if byte < 0x80 {
            return if value <= most { Ok(value) } else { Err(DecodeError("too large a number")) };
        }
    }
    Err(DecodeError("a malformed number"))
}

fn put_list(bytes: &mut Vec<u8>, values: impl Iterator<Item = u128>) {
    put_sparse(bytes, values.enumerate().filter(|&(_, value)| value != 0));
}

/// Writes the non-zero entries of a list, in ascending order of place.
pub(crate) fn put_sparse(bytes: &mut Vec<u8>, entries: impl Iterator<Item = (usize, u128)>) {
    let mut next = 0;
    for (place, value) in entries {
        put(bytes, (place - next) as u128 + 1);
        put(bytes, value);
        next = place + 1;
    }
    put(bytes, 0);
}

fn take_list<T>(
    bytes: &mut &[u8],
    list: &mut [T],
    most: u128,
    mut set: impl FnMut(&mut T, u128),
) -> Result<(), DecodeError> {
    let length = list.len();
    take_sparse(bytes, length, most, |place, value| {
        if let Some(entry) = list.get_mut(place) {
            set(entry, value);
        }
    })
}

/// Reads the entries of a list of a given length, in ascending order of place.
pub(crate) fn take_sparse(
    bytes: &mut &[u8],
    length: usize,
    most: u128,
    mut set: impl FnMut(usize, u128),
) -> Result<(), DecodeError> {
    let mut next = 0;
    loop {
        let skipped = take_most(bytes, (length - next) as u128)? as usize;
        if skipped == 0 {
            return Ok(());
        }
        let place = next + skipped - 1;
        let value = take_most(bytes, most)?;
        if value == 0 {
            return Err(DecodeError("a zero that should be left out"));
        }
        set(place, value);
        next = place + 1;
    }
}

/// A signed integer as an unsigned one, which is small if its absolute value is.
fn zigzag(value: i128) -> u128 {
    ((value << 1) ^ (value >> (i128::BITS - 1))) as u128
}

fn unzigzag(value: u128) -> i128 {
    (value >> 1) as i128 ^ -((value & 1) as i128)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::outcome::Ranges;
    use crate::tally::histogram::Bins;

    /// A tally over `n` values, of three members, which leave lanes unused.
    fn tally(n: usize) -> PointTally {
        let layout = Layout::new(1, 3, &[1, 2], &[], &Ranges::new(1.0, 2));
        let mut point = PointTally::new(Arc::new(layout));
        let quantities = point.layout.quantities();
        let tally = &mut point.scenarios[0];
        tally.n = n as u64;
        for quarter in tally.quarters.iter_mut().filter(|_| n > 0) {
            quarter.moments.fill(Moments { n: n as u64, sum: 0, squares: 0, least: 0, most: 0 });
        }
        let packs = tally.layout.packs();
        let values = |pack: usize| -> Vec<Bins> {
            let bin = |value: usize, lane: usize| {
                let used = pack % packs * LANES + lane < quantities;
                if used { (value * (pack + lane) % BINS) as u16 } else { 0 }
            };
            (0..n).map(|value| std::array::from_fn(|lane| bin(value, lane))).collect()
        };
        let values: Vec<_> = (0..2 * packs).map(values).collect();
        tally.histograms.add(values.iter().map(Vec::as_slice));
        point
    }

    #[test]
    fn tallies_with_lanes_to_spare_survive_the_round_trip() {
        for n in [0, 1, 7, 1_024, 5_000] {
            let tally = tally(n);
            let mut bytes = Vec::new();
            tally.encode(&mut bytes);
            let decoded = PointTally::decode(&tally.layout, &mut bytes.as_slice());
            assert!(decoded == Ok(tally), "over {n} values");
        }
    }

    proptest! {
        #[test]
        fn integers_survive_the_round_trip(value in any::<u128>(), signed in any::<i128>()) {
            let mut bytes = Vec::new();
            put(&mut bytes, value);
            let mut rest = bytes.as_slice();
            prop_assert_eq!(take_most(&mut rest, u128::MAX), Ok(value));
            prop_assert!(rest.is_empty());
            prop_assert_eq!(unzigzag(zigzag(signed)), signed);
        }

        #[test]
        fn whatever_is_read_as_an_integer_is_its_only_form(
            bytes in prop::collection::vec(any::<u8>(), 0..24),
        ) {
            let mut rest = bytes.as_slice();
            if let Ok(value) = take_most(&mut rest, u128::MAX) {
                let mut again = Vec::new();
                put(&mut again, value);
                prop_assert_eq!(again.as_slice(), &bytes[..bytes.len() - rest.len()]);
            }
        }
    }
}
