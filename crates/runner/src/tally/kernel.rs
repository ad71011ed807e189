//! The loops over quantities and members that every tallied quarter goes through, on the vector
//! instructions that the processor has.
//!
//! They round, compare, and add integers, so each level gives the same bits; a test says so.

use super::grid::{self, BIN_SHIFT, Ruler, STEPS};

/// A quarter of one replicate: values, and where they go.
pub(super) struct Quarter<'a> {
    /// The quantities, outcomes and trust.
    pub(super) values: &'a [f64],
    pub(super) per_unit: &'a [f64],
    pub(super) offset: &'a [f64],
    /// The quantities in steps from the low end of their grids, clamped into them.
    pub(super) steps: &'a mut [f64],
    /// How many were clamped.
    pub(super) outside: &'a mut [u64],
    /// The members' four summed values, each with its sums.
    pub(super) rulers: [Ruler; 4],
    pub(super) members: [&'a [f64]; 4],
    pub(super) sums: [&'a mut [u64]; 4],
}

/// A quarter of several replicates, in steps, and what they are reduced to.
pub(super) struct Rows<'a> {
    /// `[replicate][quantity]`.
    pub(super) steps: &'a [f64],
    /// `[replicate][quantity]`.
    pub(super) bins: &'a mut [u16],
    /// `[quantity]`, as all below.
    pub(super) sums: &'a mut [u64],
    pub(super) squares: &'a mut [u128],
    pub(super) least: &'a mut [f64],
    pub(super) most: &'a mut [f64],
}

/// The instructions that the loops run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kernel {
    /// Whatever every processor of the architecture has.
    Baseline,
    /// 256-bit vectors on x86-64.
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

impl Kernel {
    /// The best one that this machine has.
    pub(super) fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            return Self::Avx2;
        }
        Self::Baseline
    }

    /// Takes a quarter of one replicate in.
    pub(super) fn take(self, quarter: Quarter<'_>) {
        match self {
            Self::Baseline => take(quarter),
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "half the baseline's time on x86-64")]
            // SAFETY: `best` asked the processor.
            Self::Avx2 => unsafe { take_avx2(quarter) },
        }
    }

    /// Reduces a quarter of several replicates.
    pub(super) fn reduce(self, rows: Rows<'_>) {
        match self {
            Self::Baseline => reduce(rows),
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "half the baseline's time on x86-64")]
            // SAFETY: `best` asked the processor.
            Self::Avx2 => unsafe { reduce_avx2(rows) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn take_avx2(quarter: Quarter<'_>) {
    take(quarter);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn reduce_avx2(rows: Rows<'_>) {
    reduce(rows);
}

#[inline(always)]
fn take(quarter: Quarter<'_>) {
    let Quarter { values, per_unit, offset, steps, outside, .. } = quarter;
    fix(steps, outside, values, per_unit, offset);
    let members = quarter.sums.into_iter().zip(quarter.members).zip(quarter.rulers);
    for ((sums, values), ruler) in members {
        add_fixed(sums, values, ruler);
    }
}

#[inline(always)]
fn reduce(rows: Rows<'_>) {
    let quantities = rows.sums.len().max(1);
    let Rows { steps, bins, sums, squares, least, most } = rows;
    for (steps, bins) in steps.chunks_exact(quantities).zip(bins.chunks_exact_mut(quantities)) {
        widen(steps, least, most);
        accumulate(steps, sums, bins);
        square(steps, squares);
    }
}

/// 2⁵²: added to a whole number of steps it leaves it in the low bits.
const WHOLE: f64 = 4_503_599_627_370_496.0;

/// A clamped number of steps as an integer, without a cast: that would not vectorise everywhere.
#[inline(always)]
fn integer(steps: f64) -> u64 {
    (steps + WHOLE).to_bits() - WHOLE.to_bits()
}

/// Rounds values to steps and clamps them.
#[inline(always)]
fn fix(steps: &mut [f64], outside: &mut [u64], values: &[f64], per_unit: &[f64], offset: &[f64]) {
    let rulers = per_unit.iter().zip(offset);
    for (((own, out), &value), (&per_unit, &offset)) in
        steps.iter_mut().zip(outside).zip(values).zip(rulers)
    {
        let free = Ruler { per_unit, offset }.steps(value);
        *own = grid::clamp(free);
        *out += u64::from(*own != free);
    }
}

/// Widens the extremes.
#[inline(always)]
fn widen(steps: &[f64], least: &mut [f64], most: &mut [f64]) {
    for ((&steps, least), most) in steps.iter().zip(least).zip(most) {
        *least = if steps < *least { steps } else { *least };
        *most = if steps > *most { steps } else { *most };
    }
}

/// Adds steps to their sums and notes their bins.
#[inline(always)]
fn accumulate(steps: &[f64], sums: &mut [u64], bins: &mut [u16]) {
    for ((&steps, sum), bin) in steps.iter().zip(sums).zip(bins) {
        *sum += integer(steps);
        // The high end belongs to the last bin.
        let inner = if steps < STEPS - 1.0 { steps } else { STEPS - 1.0 };
        *bin = (integer(inner) >> BIN_SHIFT) as u16;
    }
}

/// Adds the squares of steps to their sums.
#[inline(always)]
fn square(steps: &[f64], squares: &mut [u128]) {
    for (&steps, square) in steps.iter().zip(squares) {
        *square += u128::from(integer(steps)) * u128::from(integer(steps));
    }
}

/// Adds values of one grid to their sums.
#[inline(always)]
fn add_fixed(sums: &mut [u64], values: &[f64], ruler: Ruler) {
    for (sum, &value) in sums.iter_mut().zip(values) {
        *sum += integer(grid::clamp(ruler.steps(value)));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tally::Grid;

    /// All that two rows of values leave behind.
    fn leave(kernel: Kernel, rows: &[Vec<f64>; 2]) -> impl PartialEq + std::fmt::Debug {
        let n = rows[0].len();
        let grids: Vec<Grid> =
            (0..n).map(|place| [Grid::real(-1.0, 1.0), Grid::whole(80)][place % 2]).collect();
        let per_unit: Vec<f64> = grids.iter().map(|grid| grid.ruler().per_unit).collect();
        let offset: Vec<f64> = grids.iter().map(|grid| grid.ruler().offset).collect();
        let (mut steps, mut least, mut most) = (vec![0.0; n], vec![STEPS; n], vec![0.0; n]);
        let (mut outside, mut sums, mut squares) = (vec![0; n], vec![0; n], vec![0; n]);
        let (mut bins, mut members) = (vec![0; n], vec![0; n]);
        for values in rows {
            kernel.take(Quarter {
                values,
                per_unit: &per_unit,
                offset: &offset,
                steps: &mut steps,
                outside: &mut outside,
                rulers: [Grid::real(0.0, 1.0).ruler(); 4],
                members: [values, &[], &[], &[]],
                sums: [&mut members, &mut [], &mut [], &mut []],
            });
            kernel.reduce(Rows {
                steps: &steps,
                bins: &mut bins,
                sums: &mut sums,
                squares: &mut squares,
                least: &mut least,
                most: &mut most,
            });
        }
        // What the grid says of single values is what the loops do.
        for (place, (&value, &bin)) in rows[1].iter().zip(&bins).enumerate() {
            assert_eq!(bin, grid::bin(grids[place].fix(value)));
            let both = grids[place].fix(rows[0][place]) + grids[place].fix(value);
            assert_eq!(sums[place], both);
        }
        (sums, squares, bins, outside, members, least, most)
    }

    proptest! {
        #[test]
        fn every_level_leaves_the_same_bits(
            rows in prop::collection::vec((-2.0..90.0f64, prop::num::f64::ANY), 1..70),
        ) {
            let rows = [
                rows.iter().map(|&(usual, _)| usual).collect::<Vec<_>>(),
                rows.iter().map(|&(_, any)| any).collect(),
            ];
            prop_assert_eq!(leave(Kernel::best(), &rows), leave(Kernel::Baseline, &rows));
        }
    }
}
