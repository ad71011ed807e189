//! Eight numbers side by side in the vector registers of x86-64.
//!
//! Each operation is one instruction a register, whose result IEEE 754 fixes to the bit: these
//! vectors compute what a [`Pack`] does, as `tests/math.rs` checks. They must be used only where
//! the processor has their instructions: only [`Level`](super::Level) can name them, and it asks
//! the processor first.

#![expect(unsafe_code, reason = "half the time of arrays left to the compiler: PERFORMANCE.md")]

mod tables;
mod transpose;

use std::arch::x86_64::*;
use std::mem::transmute;
use std::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Sub};

use crate::math::{BELOW_EIGHTHS, LANES, LaneMask, Pack, Real, Vector, row};
use tables::{
    avx2_eighths, avx2_low_bits, avx2_pairs, avx512_eighths, avx512_gather, avx512_low_bits,
    avx512_pairs,
};
use transpose::{avx2_transpose, avx512_transpose};

/// Eight numbers in two registers of AVX2.
#[derive(Clone, Copy, Debug)]
pub(super) struct Avx2([__m256d; 2]);

/// Eight numbers in a register of AVX-512. Rows of two terms are gathered, where that is faster than to
/// load them one by one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Avx512<const GATHER: bool>([__m512d; 1]);

/// What a comparison of two [`Avx2`] gives: all bits of a lane set, or none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Avx2Mask([__m256d; 2]);

/// What a comparison of two [`Avx512`] gives: one bit per lane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Avx512Mask(__mmask8);

/// The sign bit, which is −0.
const SIGN: f64 = -0.0;

/// The number of each lane.
static LANE_NUMBERS: Pack = Pack([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);

/// The same expression of each register of a vector, as an array.
macro_rules! each {
    ([$($register:literal)*] |$r:ident| $value:expr) => {
        // SAFETY: only `vector.rs` can name these vectors, and it hands them to a task only on a
        // processor that was found to have their instructions.
        unsafe { [$({ const $r: usize = $register; $value }),*] }
    };
}

/// Everything that is one instruction a register, whatever its width.
macro_rules! vector {
    (
        $Vector:ident $(<const $GATHER:ident: bool>)? ($Registers:ty), $Mask:ident, $registers:tt,
        add: $add:ident, sub: $sub:ident, mul: $mul:ident, div: $div:ident,
        mul_add: $mul_add:ident, splat: $splat:ident, sqrt: $sqrt:ident, min: $min:ident, max: $max:ident,
        and_not: $and_not:ident, xor: $xor:ident,
        single: ($single:ident, $ones:ident, $root:ident, $quotient:ident, $double:ident),
        integers: ($to:ident, $from:ident, $add_integers:ident, $shift:ident),
        less: $less:ident, less_or_equal: $less_or_equal:ident, select: $select:ident,
        pairs: $pairs:ident, firsts: $first:ident, seconds: $second:ident,
        sum: $sum:ident, transpose: $transpose:ident, low_bits: $low_bits:ident, eighths: $eighths:ident,
    ) => {
        vector!(@operator Add add $add $registers $Vector $(<$GATHER>)?);
        vector!(@operator Sub sub $sub $registers $Vector $(<$GATHER>)?);
        vector!(@operator Mul mul $mul $registers $Vector $(<$GATHER>)?);
        vector!(@operator Div div $div $registers $Vector $(<$GATHER>)?);

        impl $(<const $GATHER: bool>)? Neg for $Vector $(<$GATHER>)? {
            type Output = Self;
            #[inline(always)]
            fn neg(self) -> Self {
                let sign = Self::splat(SIGN);
                Self(each!($registers |R| $xor(self.0[R], sign.0[R])))
            }
        }

        impl $(<const $GATHER: bool>)? Real for $Vector $(<$GATHER>)? {
            type Mask = $Mask;
            const WIDTH: usize = Pack::WIDTH;

            #[inline(always)]
            fn splat(value: f64) -> Self {
                Self(each!($registers |_R| $splat(value)))
            }
            #[inline(always)]
            fn lane(self, index: usize) -> f64 {
                self.store().lane(index)
            }
            #[inline(always)]
            fn with_lane(self, index: usize, value: f64) -> Self {
                // By comparing lane numbers: through memory, loading the whole would wait for the
                // part.
                let (lanes, index) = (Self::load(&LANE_NUMBERS), Self::splat((index % LANES) as f64));
                Self::select(lanes.ge(index) & index.ge(lanes), Self::splat(value), self)
            }
            #[inline(always)]
            fn mul_add(self, factor: Self, term: Self) -> Self {
                Self(each!($registers |R| $mul_add(self.0[R], factor.0[R], term.0[R])))
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                Self(each!($registers |R| $sqrt(self.0[R])))
            }
            #[inline(always)]
            fn reciprocal_root_in_single(self) -> Self {
                Self(each!($registers |R| {
                    $double($quotient($ones(1.0), $root($single(self.0[R]))))
                }))
            }
            #[inline(always)]
            fn abs(self) -> Self {
                let sign = Self::splat(SIGN);
                Self(each!($registers |R| $and_not(sign.0[R], self.0[R])))
            }
            #[inline(always)]
            fn min(self, other: Self) -> Self {
                Self(each!($registers |R| $min(self.0[R], other.0[R])))
            }
            #[inline(always)]
            fn max(self, other: Self) -> Self {
                Self(each!($registers |R| $max(self.0[R], other.0[R])))
            }
            #[inline(always)]
            fn lt(self, other: Self) -> $Mask {
                $less(self, other)
            }
            #[inline(always)]
            fn gt(self, other: Self) -> $Mask {
                $less(other, self)
            }
            #[inline(always)]
            fn ge(self, other: Self) -> $Mask {
                $less_or_equal(other, self)
            }
            #[inline(always)]
            fn select(mask: $Mask, yes: Self, no: Self) -> Self {
                $select(mask, yes, no)
            }
            #[inline(always)]
            fn exp2_of_eighths(shifted: Self) -> Self {
                let eighths = $eighths(shifted);
                Self(each!($registers |R| {
                    $from($add_integers($to(eighths.0[R]), $shift::<{ BELOW_EIGHTHS as _ }>($to(shifted.0[R]))))
                }))
            }
            #[inline(always)]
            fn rows<const TERMS: usize, const ROWS: usize>(
                shifted: Self,
                table: &[[f64; TERMS]; ROWS],
            ) -> [Self; TERMS] {
                $(if $GATHER && TERMS == 2 {
                    return avx512_gather(shifted, table);
                })?
                let [a, b, c, d, e, f, g, h] = $low_bits(shifted);
                let even = [row(a, table), row(c, table), row(e, table), row(g, table)];
                let odd = [row(b, table), row(d, table), row(f, table), row(h, table)];
                let mut terms = [Self::splat(0.0); TERMS];
                for (i, terms) in terms.chunks_exact_mut(2).enumerate() {
                    let (even, odd) = ($pairs(even, 2 * i), $pairs(odd, 2 * i));
                    terms[0] = Self(each!($registers |R| $first(even[R], odd[R])));
                    terms[1] = Self(each!($registers |R| $second(even[R], odd[R])));
                }
                terms
            }
        }

        impl $(<const $GATHER: bool>)? Vector for $Vector $(<$GATHER>)? {
            #[inline(always)]
            fn load(pack: &Pack) -> Self {
                // SAFETY: both are the same eight numbers, and any bits make numbers.
                Self(unsafe { transmute::<Pack, $Registers>(*pack) })
            }
            #[inline(always)]
            fn store(self) -> Pack {
                // SAFETY: as above.
                unsafe { transmute::<$Registers, Pack>(self.0) }
            }
            #[inline(always)]
            fn sum(self) -> f64 {
                $sum(self)
            }
            #[inline(always)]
            fn transpose(rows: [Self; LANES]) -> [Self; LANES] {
                $transpose(rows)
            }
        }
    };
    (
        @operator $Operator:ident $method:ident $instruction:ident
        $registers:tt $Vector:ident $(<$GATHER:ident>)?
    ) => {
        impl $(<const $GATHER: bool>)? $Operator for $Vector $(<$GATHER>)? {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(each!($registers |R| $instruction(self.0[R], other.0[R])))
            }
        }
        impl $(<const $GATHER: bool>)? $Operator<f64> for $Vector $(<$GATHER>)? {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: f64) -> Self {
                self.$method(Self::splat(other))
            }
        }
    };
}

vector! {
    Avx2([__m256d; 2]), Avx2Mask, [0 1],
    add: _mm256_add_pd, sub: _mm256_sub_pd, mul: _mm256_mul_pd, div: _mm256_div_pd,
    mul_add: _mm256_fmadd_pd, splat: _mm256_set1_pd, sqrt: _mm256_sqrt_pd, min: _mm256_min_pd, max: _mm256_max_pd,
    and_not: _mm256_andnot_pd, xor: _mm256_xor_pd,
    single: (_mm256_cvtpd_ps, _mm_set1_ps, _mm_sqrt_ps, _mm_div_ps, _mm256_cvtps_pd),
    integers: (_mm256_castpd_si256, _mm256_castsi256_pd, _mm256_add_epi64, _mm256_slli_epi64),
    less: avx2_less, less_or_equal: avx2_less_or_equal, select: avx2_select,
    pairs: avx2_pairs, firsts: _mm256_unpacklo_pd, seconds: _mm256_unpackhi_pd,
    sum: avx2_sum, transpose: avx2_transpose, low_bits: avx2_low_bits, eighths: avx2_eighths,
}

vector! {
    Avx512<const GATHER: bool>([__m512d; 1]), Avx512Mask, [0],
    add: _mm512_add_pd, sub: _mm512_sub_pd, mul: _mm512_mul_pd, div: _mm512_div_pd,
    mul_add: _mm512_fmadd_pd, splat: _mm512_set1_pd, sqrt: _mm512_sqrt_pd, min: _mm512_min_pd, max: _mm512_max_pd,
    and_not: _mm512_andnot_pd, xor: _mm512_xor_pd,
    single: (_mm512_cvtpd_ps, _mm256_set1_ps, _mm256_sqrt_ps, _mm256_div_ps, _mm512_cvtps_pd),
    integers: (_mm512_castpd_si512, _mm512_castsi512_pd, _mm512_add_epi64, _mm512_slli_epi64),
    less: avx512_less, less_or_equal: avx512_less_or_equal, select: avx512_select,
    pairs: avx512_pairs, firsts: _mm512_unpacklo_pd, seconds: _mm512_unpackhi_pd,
    sum: avx512_sum, transpose: avx512_transpose, low_bits: avx512_low_bits, eighths: avx512_eighths,
}

#[inline(always)]
fn avx2_less(a: Avx2, b: Avx2) -> Avx2Mask {
    Avx2Mask(each!([0 1] |R| _mm256_cmp_pd::<_CMP_LT_OQ>(a.0[R], b.0[R])))
}

#[inline(always)]
fn avx2_less_or_equal(a: Avx2, b: Avx2) -> Avx2Mask {
    Avx2Mask(each!([0 1] |R| _mm256_cmp_pd::<_CMP_LE_OQ>(a.0[R], b.0[R])))
}

#[inline(always)]
fn avx2_select(mask: Avx2Mask, yes: Avx2, no: Avx2) -> Avx2 {
    Avx2(each!([0 1] |R| _mm256_blendv_pd(no.0[R], yes.0[R], mask.0[R])))
}

#[inline(always)]
fn avx2_sum(Avx2([low, high]): Avx2) -> f64 {
    // SAFETY: as in `each`.
    unsafe { sum_of_four(_mm256_add_pd(low, high)) }
}

#[inline(always)]
fn avx512_less<const GATHER: bool>(a: Avx512<GATHER>, b: Avx512<GATHER>) -> Avx512Mask {
    // SAFETY: as in `each`.
    Avx512Mask(unsafe { _mm512_cmp_pd_mask::<_CMP_LT_OQ>(a.0[0], b.0[0]) })
}

#[inline(always)]
fn avx512_less_or_equal<const GATHER: bool>(a: Avx512<GATHER>, b: Avx512<GATHER>) -> Avx512Mask {
    // SAFETY: as in `each`.
    Avx512Mask(unsafe { _mm512_cmp_pd_mask::<_CMP_LE_OQ>(a.0[0], b.0[0]) })
}

#[inline(always)]
fn avx512_select<const GATHER: bool>(
    mask: Avx512Mask,
    yes: Avx512<GATHER>,
    no: Avx512<GATHER>,
) -> Avx512<GATHER> {
    Avx512(each!([0] | R | _mm512_mask_blend_pd(mask.0, no.0[R], yes.0[R])))
}

#[inline(always)]
fn avx512_sum<const GATHER: bool>(Avx512([all]): Avx512<GATHER>) -> f64 {
    // SAFETY: as in `each`.
    unsafe {
        let high = _mm512_extractf64x4_pd::<1>(all);
        sum_of_four(_mm256_add_pd(_mm512_castpd512_pd256(all), high))
    }
}

/// (0 + 2) + (1 + 3).
#[inline(always)]
fn sum_of_four(four: __m256d) -> f64 {
    // SAFETY: as in `each`.
    unsafe {
        let two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd::<1>(four));
        _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)))
    }
}

impl BitAnd for Avx2Mask {
    type Output = Self;
    #[inline(always)]
    fn bitand(self, other: Self) -> Self {
        Self(each!([0 1] |R| _mm256_and_pd(self.0[R], other.0[R])))
    }
}

impl BitOr for Avx2Mask {
    type Output = Self;
    #[inline(always)]
    fn bitor(self, other: Self) -> Self {
        Self(each!([0 1] |R| _mm256_or_pd(self.0[R], other.0[R])))
    }
}

impl Not for Avx2Mask {
    type Output = Self;
    #[inline(always)]
    fn not(self) -> Self {
        // SAFETY: as in `each`.
        let all = unsafe { _mm256_castsi256_pd(_mm256_set1_epi64x(-1)) };
        Self(each!([0 1] |R| _mm256_xor_pd(self.0[R], all)))
    }
}

impl LaneMask for Avx2Mask {
    #[inline(always)]
    fn bits(self) -> u8 {
        let [low, high] = each!([0 1] |R| _mm256_movemask_pd(self.0[R]));
        (low | high << 4) as u8
    }
}

impl BitAnd for Avx512Mask {
    type Output = Self;
    #[inline(always)]
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOr for Avx512Mask {
    type Output = Self;
    #[inline(always)]
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl Not for Avx512Mask {
    type Output = Self;
    #[inline(always)]
    fn not(self) -> Self {
        Self(!self.0)
    }
}

impl LaneMask for Avx512Mask {
    #[inline(always)]
    fn bits(self) -> u8 {
        self.0
    }
}
