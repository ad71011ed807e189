//! Four numbers side by side: the values of one ally in several readings, which are sorted and split
//! together.

use std::array::from_fn;
use std::fmt::Debug;

/// Four numbers, computed with lane by lane; all kinds give the same bits.
pub trait Quad: Copy + Debug {
    /// These numbers.
    fn load(four: &[f64; 4]) -> Self;
    /// Puts the numbers there.
    fn store(self, four: &mut [f64; 4]);
    /// `value` in every lane.
    fn splat(value: f64) -> Self;
    /// `if self < other { self } else { other }`.
    #[must_use]
    fn min(self, other: Self) -> Self;
    /// `if self > other { self } else { other }`.
    #[must_use]
    fn max(self, other: Self) -> Self;
    /// The sum.
    #[must_use]
    fn plus(self, other: Self) -> Self;
    /// The difference.
    #[must_use]
    fn minus(self, other: Self) -> Self;
    /// The product.
    #[must_use]
    fn times(self, other: Self) -> Self;
    /// `if self > other { yes } else { no }`.
    #[must_use]
    fn where_greater(self, other: Self, yes: Self, no: Self) -> Self;
}

impl Quad for [f64; 4] {
    #[inline(always)]
    fn load(four: &[f64; 4]) -> Self {
        *four
    }
    #[inline(always)]
    fn store(self, four: &mut [f64; 4]) {
        *four = self;
    }
    #[inline(always)]
    fn splat(value: f64) -> Self {
        [value; 4]
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        from_fn(|i| if self[i] < other[i] { self[i] } else { other[i] })
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        from_fn(|i| if self[i] > other[i] { self[i] } else { other[i] })
    }
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        from_fn(|i| self[i] + other[i])
    }
    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        from_fn(|i| self[i] - other[i])
    }
    #[inline(always)]
    fn times(self, other: Self) -> Self {
        from_fn(|i| self[i] * other[i])
    }
    #[inline(always)]
    fn where_greater(self, other: Self, yes: Self, no: Self) -> Self {
        from_fn(|i| if self[i] > other[i] { yes[i] } else { no[i] })
    }
}
