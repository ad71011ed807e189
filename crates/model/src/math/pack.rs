//! Eight numbers side by side, in plain arrays: how numbers are stored, the reference for the
//! vector registers, and what computes where the machine has no such registers.

use std::array::from_fn;
use std::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Sub};

use super::real::{LaneMask, Real, Vector, fused, row};

/// How many numbers a [`Pack`] holds: one 512-bit register, or two of 256 bits. The 31 allies of NATO
/// and Ukraine fill four packs.
pub const LANES: usize = 8;

/// Eight numbers side by side; arithmetic works lane by lane.
///
/// ```
/// use article5_model::math::Pack;
///
/// let x = Pack([1.0, 4.0, 9.0, 16.0, 25.0, 36.0, 49.0, 64.0]);
/// assert_eq!((x.sqrt() * 2.0 + 1.0).0, [3.0, 5.0, 7.0, 9.0, 11.0, 13.0, 15.0, 17.0]);
/// assert_eq!(x.lt(Pack::splat(5.0)).select(x, Pack::splat(0.0)).sum(), 5.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C, align(64))]
pub struct Pack(pub [f64; LANES]);

/// What a comparison of two [`Pack`]s gives: all bits of a lane set where it holds, none elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(align(64))]
pub struct Mask(pub [u64; LANES]);

impl Pack {
    /// Zero in every lane.
    pub const ZERO: Self = Self([0.0; LANES]);

    /// `value` in every lane.
    #[inline(always)]
    pub const fn splat(value: f64) -> Self {
        Self([value; LANES])
    }

    /// The sum of the lanes in a fixed order: ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7)).
    #[inline(always)]
    pub fn sum(self) -> f64 {
        let [a, b, c, d, e, f, g, h] = self.0;
        ((a + e) + (c + g)) + ((b + f) + (d + h))
    }

    /// `function` of every lane: for what is too rare or too irregular to be vectorised.
    #[inline(always)]
    #[must_use]
    pub fn map(self, function: impl Fn(f64) -> f64) -> Self {
        Self(self.0.map(function))
    }

    /// The correctly rounded square root.
    #[inline(always)]
    #[must_use]
    pub fn sqrt(self) -> Self {
        Self(self.0.map(f64::sqrt))
    }

    /// The magnitude: the sign bit cleared.
    #[inline(always)]
    #[must_use]
    pub fn abs(self) -> Self {
        Self(self.0.map(f64::abs))
    }

    /// `if self < other { self } else { other }`, lane by lane.
    #[inline(always)]
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Self(from_fn(|i| Real::min(self.0[i], other.0[i])))
    }

    /// `if self > other { self } else { other }`, lane by lane.
    #[inline(always)]
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self(from_fn(|i| Real::max(self.0[i], other.0[i])))
    }

    /// Where `self < other`.
    #[inline(always)]
    pub fn lt(self, other: Self) -> Mask {
        Mask(from_fn(|i| if self.0[i] < other.0[i] { u64::MAX } else { 0 }))
    }

    /// Where `self > other`.
    #[inline(always)]
    pub fn gt(self, other: Self) -> Mask {
        Mask(from_fn(|i| if self.0[i] > other.0[i] { u64::MAX } else { 0 }))
    }

    /// Where `self ≥ other`.
    #[inline(always)]
    pub fn ge(self, other: Self) -> Mask {
        Mask(from_fn(|i| if self.0[i] >= other.0[i] { u64::MAX } else { 0 }))
    }
}

impl Mask {
    /// `yes` where the mask holds, `no` elsewhere.
    #[inline(always)]
    pub fn select(self, yes: Pack, no: Pack) -> Pack {
        Pack(from_fn(|i| if self.0[i] != 0 { yes.0[i] } else { no.0[i] }))
    }
}

macro_rules! arithmetic {
    ($($operator:ident $method:ident),*) => {$(
        impl $operator for Pack {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(from_fn(|i| self.0[i].$method(other.0[i])))
            }
        }
        impl $operator<f64> for Pack {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: f64) -> Self {
                Self(from_fn(|i| self.0[i].$method(other)))
            }
        }
        impl $operator<Pack> for f64 {
            type Output = Pack;
            #[inline(always)]
            fn $method(self, other: Pack) -> Pack {
                Pack(from_fn(|i| self.$method(other.0[i])))
            }
        }
    )*};
}
arithmetic!(Add add, Sub sub, Mul mul, Div div);

impl Neg for Pack {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self(self.0.map(|x| -x))
    }
}

impl BitAnd for Mask {
    type Output = Self;
    #[inline(always)]
    fn bitand(self, other: Self) -> Self {
        Self(from_fn(|i| self.0[i] & other.0[i]))
    }
}

impl BitOr for Mask {
    type Output = Self;
    #[inline(always)]
    fn bitor(self, other: Self) -> Self {
        Self(from_fn(|i| self.0[i] | other.0[i]))
    }
}

impl Not for Mask {
    type Output = Self;
    #[inline(always)]
    fn not(self) -> Self {
        Self(self.0.map(|x| !x))
    }
}

impl LaneMask for Mask {
    #[inline(always)]
    fn bits(self) -> u8 {
        (0..LANES).fold(0, |bits, i| bits | (u8::from(self.0[i] != 0) << i))
    }
}

impl Real for Pack {
    type Mask = Mask;
    const WIDTH: usize = LANES;

    #[inline(always)]
    fn splat(value: f64) -> Self {
        Pack::splat(value)
    }
    #[inline(always)]
    fn lane(self, index: usize) -> f64 {
        self.0[index % LANES]
    }
    #[inline(always)]
    fn with_lane(mut self, index: usize, value: f64) -> Self {
        self.0[index % LANES] = value;
        self
    }
    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        Self(from_fn(|i| fused(self.0[i], factor.0[i], term.0[i])))
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        Pack::sqrt(self)
    }
    #[inline(always)]
    fn reciprocal_root_in_single(self) -> Self {
        Self(self.0.map(Real::reciprocal_root_in_single))
    }
    #[inline(always)]
    fn abs(self) -> Self {
        Pack::abs(self)
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Pack::min(self, other)
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Pack::max(self, other)
    }
    #[inline(always)]
    fn lt(self, other: Self) -> Mask {
        Pack::lt(self, other)
    }
    #[inline(always)]
    fn gt(self, other: Self) -> Mask {
        Pack::gt(self, other)
    }
    #[inline(always)]
    fn ge(self, other: Self) -> Mask {
        Pack::ge(self, other)
    }
    #[inline(always)]
    fn select(mask: Mask, yes: Self, no: Self) -> Self {
        mask.select(yes, no)
    }
    #[inline(always)]
    fn exp2_of_eighths(shifted: Self) -> Self {
        Self(shifted.0.map(Real::exp2_of_eighths))
    }
    #[inline(always)]
    fn rows<const TERMS: usize, const ROWS: usize>(
        shifted: Self,
        table: &[[f64; TERMS]; ROWS],
    ) -> [Self; TERMS] {
        let rows: [[f64; TERMS]; LANES] = from_fn(|i| *row(shifted.0[i].to_bits() as u32, table));
        from_fn(|term| Self(from_fn(|i| rows[i][term])))
    }
}

impl Vector for Pack {
    #[inline(always)]
    fn load(pack: &Pack) -> Self {
        *pack
    }
    #[inline(always)]
    fn store(self) -> Pack {
        self
    }
    #[inline(always)]
    fn sum(self) -> f64 {
        Pack::sum(self)
    }
    #[inline(always)]
    fn transpose(rows: [Self; LANES]) -> [Self; LANES] {
        from_fn(|j| Self(from_fn(|i| rows[i].0[j])))
    }
}

impl Pack {
    /// One in every lane.
    pub const ONE: Self = Self([1.0; LANES]);

    /// The pack and the lane of the number at `index` of a series held in packs.
    #[inline(always)]
    pub const fn place(index: usize) -> (usize, usize) {
        (index / LANES, index % LANES)
    }

    /// A series held in packs, as one slice.
    #[inline(always)]
    pub fn flatten(packs: &[Self]) -> &[f64] {
        bytemuck::cast_slice(packs)
    }

    /// The same slice, to be written.
    #[inline(always)]
    pub fn flatten_mut(packs: &mut [Self]) -> &mut [f64] {
        bytemuck::cast_slice_mut(packs)
    }
}
