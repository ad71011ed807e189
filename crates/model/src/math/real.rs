//! What a number must offer for the functions of this module to be written once.

use std::fmt::Debug;
use std::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Sub};

use super::{LANES, Pack};

/// One number or several side by side, on which the functions of this module work lane by lane.
///
/// Implemented by `f64`, by [`Pack`](super::Pack) and by the vector registers of the machine. A lane's
/// result never depends on its neighbours, so that all give the same bits.
pub trait Real:
    Copy
    + Debug
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + Add<f64, Output = Self>
    + Sub<f64, Output = Self>
    + Mul<f64, Output = Self>
    + Div<f64, Output = Self>
{
    /// What a comparison gives: yes or no for each lane.
    type Mask: LaneMask;

    /// How many numbers lie side by side.
    const WIDTH: usize;

    /// `value` in every lane.
    fn splat(value: f64) -> Self;
    /// The number in a lane; the lane counts modulo the width.
    fn lane(self, index: usize) -> f64;
    /// The same numbers but for one lane; the lane counts modulo the width.
    #[must_use]
    fn with_lane(self, index: usize, value: f64) -> Self;
    /// `self`·`factor` + `term`, rounded once.
    #[must_use]
    fn mul_add(self, factor: Self, term: Self) -> Self;
    /// The correctly rounded square root.
    #[must_use]
    fn sqrt(self) -> Self;
    /// One over the square root, all in single precision, each step correctly rounded.
    #[must_use]
    fn reciprocal_root_in_single(self) -> Self;
    /// The magnitude: the sign bit cleared.
    #[must_use]
    fn abs(self) -> Self;
    /// `if self < other { self } else { other }`: `other` where either is not a number.
    #[must_use]
    fn min(self, other: Self) -> Self;
    /// `if self > other { self } else { other }`: `other` where either is not a number.
    #[must_use]
    fn max(self, other: Self) -> Self;
    /// Where `self < other`.
    fn lt(self, other: Self) -> Self::Mask;
    /// Where `self > other`.
    fn gt(self, other: Self) -> Self::Mask;
    /// Where `self ≥ other`.
    fn ge(self, other: Self) -> Self::Mask;
    /// `yes` where the mask holds, `no` elsewhere.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;

    /// 2^(k/8) for `shifted` = k + 3·2^51, if the result is a normal number: looks up 2^((k mod 8)/8) and adds
    /// ⌊k/8⌋ to the bits of its exponent.
    fn exp2_of_eighths(shifted: Self) -> Self;
    /// The rows of a table, a coefficient at a time: lane by lane the row k modulo the number of rows, a power
    /// of two, where `shifted` = k + 3·2^51.
    fn rows<const TERMS: usize, const ROWS: usize>(
        shifted: Self,
        table: &[[f64; TERMS]; ROWS],
    ) -> [Self; TERMS];
}

/// A [`Real`] that computes on the numbers of a [`Pack`], one per lane.
pub trait Vector: Real {
    /// The numbers of a pack.
    fn load(pack: &Pack) -> Self;
    /// The pack of these numbers.
    fn store(self) -> Pack;
    /// The sum of the lanes, in the order of [`Pack::sum`].
    fn sum(self) -> f64;
    /// The greatest number of the lanes, none of which is NaN.
    #[inline(always)]
    fn most(self) -> f64 {
        let Pack([a, b, c, d, e, f, g, h]) = self.store();
        let most = |x: f64, y: f64| Real::max(x, y);
        most(most(most(a, e), most(c, g)), most(most(b, f), most(d, h)))
    }
    /// Exchanges rows and columns: lane `j` of vector `i` becomes lane `i` of vector `j`.
    fn transpose(rows: [Self; LANES]) -> [Self; LANES];
}

/// Yes or no for each lane of a [`Real`].
pub trait LaneMask:
    Copy + BitAnd<Output = Self> + BitOr<Output = Self> + Not<Output = Self>
{
    /// One bit a lane, the first lane's the lowest; no other bit is set.
    fn bits(self) -> u8;
    /// Whether it holds in any lane.
    #[inline(always)]
    fn any(self) -> bool {
        self.bits() != 0
    }
}

/// 3·2^51: added to a number below 2^51 in magnitude, it leaves the nearest integer (ties to even) in the low
/// bits of the sum; subtracted again, that integer as a float.
pub const ROUNDING_SHIFT: f64 = 6_755_399_441_055_744.0;

/// What is left of a significand's bits once an eighth is counted below the exponent's.
pub(crate) const BELOW_EIGHTHS: u32 = f64::MANTISSA_DIGITS - 1 - 3;

/// 2^(j/8) for j from 0 to 7, each less the j that is added to its bits with k.
pub(crate) static POWERS_BY_EIGHTHS: Pack = {
    let mut eighths = [
        1.0,
        1.0905077326652577,
        1.189207115002721,
        1.2968395546510096,
        std::f64::consts::SQRT_2,
        1.5422108254079407,
        1.681792830507429,
        1.8340080864093424,
    ];
    let mut j = 0;
    while j < LANES {
        eighths[j] = f64::from_bits(eighths[j].to_bits() - ((j as u64) << BELOW_EIGHTHS));
        j += 1;
    }
    Pack(eighths)
};

/// `a`·`b` + `c`, rounded once. Code compiled for any x86-64 has to call a function, which uses the
/// instruction if the processor has it: the C library's, except on Windows, where MinGW's rounds
/// twice.
#[inline(always)]
pub(super) fn fused(a: f64, b: f64, c: f64) -> f64 {
    if cfg!(all(windows, target_arch = "x86_64")) {
        libm::fma(a, b, c)
    } else {
        #[expect(clippy::disallowed_methods, reason = "here it is rounded once")]
        f64::mul_add(a, b, c)
    }
}

impl Real for f64 {
    type Mask = bool;
    const WIDTH: usize = 1;

    #[inline(always)]
    fn splat(value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn lane(self, _: usize) -> f64 {
        self
    }
    #[inline(always)]
    fn with_lane(self, _: usize, value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        fused(self, factor, term)
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }
    #[inline(always)]
    fn reciprocal_root_in_single(self) -> Self {
        (1.0 / (self as f32).sqrt()).into()
    }
    #[inline(always)]
    fn abs(self) -> Self {
        f64::abs(self)
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        if self < other { self } else { other }
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        if self > other { self } else { other }
    }
    #[inline(always)]
    fn lt(self, other: Self) -> bool {
        self < other
    }
    #[inline(always)]
    fn gt(self, other: Self) -> bool {
        self > other
    }
    #[inline(always)]
    fn ge(self, other: Self) -> bool {
        self >= other
    }
    #[inline(always)]
    fn select(mask: bool, yes: Self, no: Self) -> Self {
        if mask { yes } else { no }
    }
    #[inline(always)]
    fn exp2_of_eighths(shifted: Self) -> Self {
        let k = shifted.to_bits();
        let eighth = POWERS_BY_EIGHTHS.0[k as usize % LANES];
        f64::from_bits(eighth.to_bits().wrapping_add(k << BELOW_EIGHTHS))
    }
    #[inline(always)]
    fn rows<const TERMS: usize, const ROWS: usize>(
        shifted: Self,
        table: &[[f64; TERMS]; ROWS],
    ) -> [Self; TERMS] {
        *row(shifted.to_bits() as u32, table)
    }
}

/// The row of this number, of which no more than the lowest 16 bits count.
#[inline(always)]
pub(crate) fn row<const TERMS: usize, const ROWS: usize>(
    number: u32,
    table: &[[f64; TERMS]; ROWS],
) -> &[f64; TERMS] {
    const { assert!(ROWS.is_power_of_two() && ROWS <= 1 << 16) };
    &table[number as usize & (ROWS - 1)]
}

impl LaneMask for bool {
    #[inline(always)]
    fn bits(self) -> u8 {
        u8::from(self)
    }
}
