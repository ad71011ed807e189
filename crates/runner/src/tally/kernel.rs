//! The loops over quantities and members that run for every tallied quarter, on the vectors of a
//! [`Level`](article5_model::vector::Level).
//!
//! Steps are whole numbers up to 2⁴⁰. As floating-point numbers they, and all sums that these loops
//! form, stay below 2⁵³ times what they are multiples of ([`MAX_TOGETHER`] values at most): nothing
//! is rounded, so the order does not matter and every level gives the same bits. Only sums that
//! leave a unit are integers.

use std::array;

use article5_model::math::{LANES, LaneMask, Pack, ROUNDING_SHIFT, Vector};
use article5_model::replicate::TOGETHER;
use article5_model::vector::Task;

use super::block::NUMBERS;
use super::grid::{BIN_SHIFT, FIXED_BITS, STEPS};
use super::histogram::Bins;
use super::moments::Moments;
use super::quantizer::{Quantizers, QuantizersOn, integer};

/// How many values can be summed before the sums need integers: 2⁵¹, as [`integer`] takes no more,
/// over 2⁴⁰.
pub(super) const MAX_TOGETHER: usize = 1 << (f64::MANTISSA_DIGITS - 2 - FIXED_BITS);

/// The sums of eight quantities in a quarter, in steps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sums {
    pub(super) least: Pack,
    pub(super) most: Pack,
    pub(super) sum: Pack,
    /// [`HIGH_SHIFT`] + Σh and Σl, where each x² is split as h + l and h is the nearest multiple of
    /// [`STEPS`].
    squares: [Pack; 2],
}

/// Where the sum of the h begins: added to it, a square is rounded to a multiple of [`STEPS`].
const HIGH_SHIFT: f64 = ROUNDING_SHIFT * STEPS;

impl Sums {
    /// The sums of no values.
    pub(super) const NONE: Self = Self {
        least: Pack::splat(STEPS),
        most: Pack::ZERO,
        sum: Pack::ZERO,
        squares: [Pack::splat(HIGH_SHIFT), Pack::ZERO],
    };

    /// The same of each quantity in integers, for `n` values.
    pub(super) fn moments(&self, n: u64) -> [Moments; LANES] {
        array::from_fn(|lane| {
            let [sum, least, most] =
                [&self.sum, &self.least, &self.most].map(|sums| integer(sums.0[lane]) as u64);
            Moments { n, sum: sum.into(), squares: self.squares(lane), least, most }
        })
    }

    /// Σx² of one quantity.
    fn squares(&self, lane: usize) -> u128 {
        let [high, low] = self.squares.each_ref().map(|sums| sums.0[lane]);
        // Both are small enough once the high one is divided by the factor that all its terms
        // share.
        let [high, low] =
            [(high - HIGH_SHIFT) * (1.0 / STEPS), low].map(|sum| i128::from(integer(sum)));
        ((high << FIXED_BITS) + low) as u128
    }
}

/// Reduces what several replicates showed in a quarter: values to sums and bins, flags to counts.
pub(super) struct Reduce<'a> {
    /// `[replicate][pack]`.
    pub(super) values: &'a [Pack],
    /// `[pack]`.
    pub(super) quantizers: &'a [Quantizers],
    /// `[pack]`.
    pub(super) sums: &'a mut [Sums],
    /// `[pack][replicate of the unit]`.
    pub(super) bins: &'a mut [Bins],
    /// The place in the unit of the first replicate.
    pub(super) first: usize,
    /// The flags of the same replicates.
    pub(super) flags: &'a [Flags],
    /// In how many replicates each flag is set.
    pub(super) counts: &'a mut [[u32; LANES]],
}

impl Task for Reduce<'_> {
    /// Whether all values lay within their ranges.
    type Output = bool;

    #[inline(always)]
    fn on<V: Vector>(self) -> bool {
        let Self { values, quantizers, sums, bins, first, flags, counts } = self;
        counts.iter_mut().zip(flags).for_each(|(counts, flags)| count(*flags, counts));
        let packs = quantizers.len();
        let capacity = bins.len() / packs;
        let mut within = true;
        let places = sums.iter_mut().zip(quantizers).zip(bins.chunks_exact_mut(capacity));
        for (j, ((sums, quantizers), bins)) in places.enumerate() {
            let bins = &mut bins[first..];
            if !reduce::<V, false>(values, j, packs, quantizers, sums, bins) {
                reduce::<V, true>(values, j, packs, quantizers, sums, bins);
                within = false;
            }
        }
        within
    }
}

/// Adds the values of eight quantities to their sums and notes their bins. If some lie outside
/// their ranges and it was not told to `CLAMP` them, it returns false, and must be called again
/// with clamping.
#[inline(always)]
fn reduce<V: Vector, const CLAMP: bool>(
    values: &[Pack],
    j: usize,
    packs: usize,
    quantizers: &Quantizers,
    sums: &mut Sums,
    bins: &mut [Bins],
) -> bool {
    let quantizers = QuantizersOn::<V>::new(quantizers);
    let (mut least, mut most) = (V::load(&sums.least), V::load(&sums.most));
    let mut sum = V::load(&sums.sum);
    let [high, low] = &sums.squares;
    let (mut high, mut low) = (V::load(high), V::load(low));
    let (zero, end) = (V::splat(0.0), V::splat(STEPS));
    let last = V::splat(ROUNDING_SHIFT + (STEPS - 1.0));
    for (values, bins) in values.chunks_exact(packs).zip(bins) {
        let value = V::load(&values[j]);
        let shifted = if CLAMP { quantizers.clamped(value) } else { quantizers.shifted(value) };
        let steps = shifted - ROUNDING_SHIFT;
        least = steps.min(least);
        most = steps.max(most);
        sum = sum + steps;
        // Exact: a square has at most 80 bits, and less its upper half 40 are left.
        let before = high;
        high = steps.mul_add(steps, before);
        low = low + steps.mul_add(steps, before - high);
        // The shift leaves the whole number of steps in the low bits.
        let shifted = shifted.min(last).store();
        for (bin, shifted) in bins.iter_mut().zip(shifted.0) {
            *bin = (shifted.to_bits() >> BIN_SHIFT) as u16;
        }
    }
    // A value that is not a number shows only in the sum.
    let within = !(!(least.ge(zero) & end.ge(most) & sum.ge(zero))).any();
    if within {
        *sums = Sums {
            least: least.store(),
            most: most.store(),
            sum: sum.store(),
            squares: [high.store(), low.store()],
        };
    }
    within
}

/// Adds the members' numbers in a quarter to their sums.
pub(super) struct AddMembers<'a> {
    /// Of each replicate effort, defence, allied and Moscow's cover, by packs of members.
    pub(super) replicates: &'a [[&'a [Pack]; NUMBERS]],
    pub(super) quantizers: &'a [Quantizers; NUMBERS],
    /// `[number][pack of members]`.
    pub(super) sums: &'a mut [Pack],
}

impl Task for AddMembers<'_> {
    type Output = ();

    #[inline(always)]
    fn on<V: Vector>(self) {
        let Self { replicates, quantizers, sums } = self;
        let sums = sums.chunks_exact_mut(sums.len() / NUMBERS);
        for (number, (quantizers, sums)) in quantizers.iter().zip(sums).enumerate() {
            let quantizers = QuantizersOn::<V>::new(quantizers);
            if let Ok(all) = <&[_; TOGETHER]>::try_from(replicates) {
                add_together(sums, &all.each_ref().map(|packs| packs[number]), &quantizers);
            } else {
                for packs in replicates {
                    add_together(sums, &[packs[number]], &quantizers);
                }
            }
        }
    }
}

/// Adds the numbers of several replicates, each as `[pack of members]`, to their sums.
#[inline(always)]
fn add_together<V: Vector, const N: usize>(
    sums: &mut [Pack],
    replicates: &[&[Pack]; N],
    quantizers: &QuantizersOn<V>,
) {
    // Checked once, and not whenever a pack is read.
    for packs in replicates {
        assert!(packs.len() >= sums.len(), "a replicate with fewer members");
    }
    // Even if a value lay outside its range, the sums would stay where they are exact.
    let most = V::splat(STEPS * N as f64);
    for (j, sum) in sums.iter_mut().enumerate() {
        let mut steps = V::splat(0.0);
        for pair in replicates.chunks(2) {
            steps = steps
                + match pair {
                    [one, other] => quantizers.both(V::load(&one[j]), V::load(&other[j])),
                    one => quantizers.shifted(V::load(&one[0][j])) - ROUNDING_SHIFT,
                };
        }
        *sum = (V::load(sum) + steps.max(V::splat(0.0)).min(most)).store();
    }
}

/// Adds values on one grid to their sums.
pub(super) struct Add<'a> {
    pub(super) values: &'a [Pack],
    pub(super) quantizers: &'a Quantizers,
    pub(super) sums: &'a mut [Pack],
}

impl Task for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn on<V: Vector>(self) {
        add::<V>(self.sums, self.values, self.quantizers);
    }
}

#[inline(always)]
fn add<V: Vector>(sums: &mut [Pack], values: &[Pack], quantizers: &Quantizers) {
    let quantizers = QuantizersOn::<V>::new(quantizers);
    for (sum, values) in sums.iter_mut().zip(values) {
        *sum = (V::load(sum) + (quantizers.clamped(V::load(values)) - ROUNDING_SHIFT)).store();
    }
}

/// Eight flags of each of the replicates that run side by side: one byte per replicate, one bit per
/// flag.
pub(super) type Flags = [u8; TOGETHER];

/// Adds to `counts` how many replicates have each flag set.
#[inline(always)]
fn count(flags: Flags, counts: &mut [u32; LANES]) {
    const LOWEST: u64 = u64::from_le_bytes([1; TOGETHER]);
    let flags = u64::from_le_bytes(flags);
    // As most often for the lower tier.
    if flags == 0 {
        return;
    }
    for (flag, count) in counts.iter_mut().enumerate() {
        *count += (flags >> flag & LOWEST).count_ones();
    }
}

#[cfg(test)]
mod tests {
    use article5_model::vector::Level;
    use proptest::prelude::*;

    use super::*;
    use crate::tally::grid::{self, Grid};

    /// Two kinds of grid in turn, in eight lanes.
    fn grids() -> Vec<Grid> {
        [Grid::real(-1.0, 1.0), Grid::whole(80)].into_iter().cycle().take(LANES).collect()
    }

    /// Everything that some values leave behind: sums, bins, and whether all lay within their
    /// ranges.
    fn leave(level: Level, values: &[Pack]) -> (Sums, Vec<Bins>, bool) {
        let (mut sums, mut bins) = ([Sums::NONE], vec![[0; LANES]; values.len()]);
        let within = level.compute(Reduce {
            values,
            quantizers: &[Quantizers::of(&grids())],
            sums: &mut sums,
            bins: &mut bins,
            first: 0,
            flags: &[],
            counts: &mut [],
        });
        (sums[0], bins, within)
    }

    proptest! {
        #[test]
        fn every_level_leaves_what_the_grid_says_of_single_values(
            values in prop::collection::vec(
                prop::array::uniform8(prop_oneof![-2.0..90.0f64, -1.0..1.0f64, prop::num::f64::ANY]),
                1..20,
            ),
        ) {
            let values: Vec<Pack> = values.into_iter().map(Pack).collect();
            for level in Level::available() {
                let (sums, bins, within) = leave(level, &values);
                let (mut all_within, mut added) = (true, [Pack::ZERO]);
                level.compute(Add {
                    values: &values[..1],
                    quantizers: &Quantizers::of(&grids()),
                    sums: &mut added,
                });
                for (lane, grid) in grids().iter().enumerate() {
                    let steps: Vec<u64> = values.iter().map(|pack| grid.fix(pack.0[lane])).collect();
                    prop_assert_eq!(added[0].0[lane], steps[0] as f64);
                    prop_assert_eq!(sums.sum.0[lane], steps.iter().sum::<u64>() as f64);
                    let squares = steps.iter().map(|&x| u128::from(x) * u128::from(x));
                    prop_assert_eq!(sums.squares(lane), squares.sum::<u128>());
                    prop_assert_eq!(sums.least.0[lane], *steps.iter().min().unwrap() as f64);
                    prop_assert_eq!(sums.most.0[lane], *steps.iter().max().unwrap() as f64);
                    for ((bins, &steps), values) in bins.iter().zip(&steps).zip(&values) {
                        prop_assert_eq!(bins[lane], grid::bin(steps));
                        let steps = grid.quantizer().steps(values.0[lane]);
                        all_within &= (0.0..=STEPS).contains(&steps);
                    }
                }
                prop_assert_eq!(within, all_within);
            }
        }

        #[test]
        fn members_sums_are_those_of_the_grid_on_every_level(
            replicates in prop::collection::vec(
                prop::array::uniform3(prop::array::uniform8(0.0..=1.0f64)),
                1..=LANES,
            ),
        ) {
            // Each number is a different part of the same values; the sums do not begin at 0.
            let replicates = replicates.into_iter().map(|packs| packs.map(Pack));
            let replicates: Vec<[Pack; 3]> = replicates.collect();
            let mut packs: Vec<[&[Pack]; NUMBERS]> = Vec::new();
            for replicate in &replicates {
                packs.push(array::from_fn(|number| &replicate[number % 2..][..2]));
            }
            for level in Level::available() {
                let mut sums = [Pack::splat(7.0); 2 * NUMBERS];
                level.compute(AddMembers {
                    replicates: &packs,
                    quantizers: &[Quantizers::of(&grids()); NUMBERS],
                    sums: &mut sums,
                });
                for (place, sums) in sums.iter().enumerate() {
                    let (number, j) = (place / 2, place % 2);
                    for (lane, grid) in grids().iter().enumerate() {
                        let steps = packs.iter().map(|packs| grid.fix(packs[number][j].0[lane]));
                        prop_assert_eq!(sums.0[lane], 7.0 + steps.sum::<u64>() as f64);
                    }
                }
            }
        }

        #[test]
        fn flags_are_counted_each_for_itself_on_every_level(
            flags in prop::collection::vec(prop::array::uniform8(any::<u8>()), 1..8),
        ) {
            for level in Level::available() {
                let mut counts = vec![[1; LANES]; flags.len()];
                level.compute(Reduce {
                    values: &[],
                    quantizers: &[Quantizers::of(&grids())],
                    sums: &mut [Sums::NONE],
                    bins: &mut [[0; LANES]],
                    first: 0,
                    flags: &flags,
                    counts: &mut counts,
                });
                for (flags, counts) in flags.iter().zip(counts) {
                    for (flag, count) in counts.into_iter().enumerate() {
                        let set = flags.iter().filter(|&flags| flags >> flag & 1 == 1);
                        prop_assert_eq!(count as usize, 1 + set.count());
                    }
                }
            }
        }
    }

    #[test]
    fn as_many_values_as_may_be_summed_are_summed_exactly() {
        let values = vec![Pack::splat(1.0); MAX_TOGETHER];
        let (sums, _, within) = leave(Level::best(), &values);
        let n = MAX_TOGETHER as u128;
        // On the first grid 1 is the high end.
        assert!(within && sums.sum.0[0] as u128 == n << FIXED_BITS);
        assert_eq!(sums.squares(0), n << (2 * FIXED_BITS));
    }
}
