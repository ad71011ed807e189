//! Four numbers side by side in half a vector register of x86-64. What is said of the vectors in
//! `x86.rs` holds for them too.

#![expect(unsafe_code, reason = "as in `x86.rs`")]

use std::arch::x86_64::*;

use super::quad::Quad;

/// Four numbers in half a register.
#[derive(Clone, Copy, Debug)]
pub struct X86Quad(__m256d);

impl Quad for X86Quad {
    #[inline(always)]
    fn load(four: &[f64; 4]) -> Self {
        // SAFETY: whoever computes with these asked the processor for AVX2; there are four numbers to load.
        Self(unsafe { _mm256_loadu_pd(four.as_ptr()) })
    }
    #[inline(always)]
    fn store(self, four: &mut [f64; 4]) {
        // SAFETY: whoever computes with these asked the processor for AVX2; there is room for four numbers.
        unsafe { _mm256_storeu_pd(four.as_mut_ptr(), self.0) }
    }
    #[inline(always)]
    fn splat(value: f64) -> Self {
        // SAFETY: whoever computes with these asked the processor for AVX2.
        Self(unsafe { _mm256_set1_pd(value) })
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: whoever computes with these asked the processor for AVX2.
        Self(unsafe { _mm256_min_pd(self.0, other.0) })
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: whoever computes with these asked the processor for AVX2.
        Self(unsafe { _mm256_max_pd(self.0, other.0) })
    }
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        // SAFETY: whoever computes with these asked the processor for AVX2.
        Self(unsafe { _mm256_add_pd(self.0, other.0) })
    }
    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        // SAFETY: whoever computes with these asked the processor for AVX2.
        Self(unsafe { _mm256_sub_pd(self.0, other.0) })
    }
    #[inline(always)]
    fn times(self, other: Self) -> Self {
        // SAFETY: whoever computes with these asked the processor for AVX2.
        Self(unsafe { _mm256_mul_pd(self.0, other.0) })
    }
    #[inline(always)]
    fn where_greater(self, other: Self, yes: Self, no: Self) -> Self {
        // SAFETY: whoever computes with these asked the processor for AVX2.
        Self(unsafe { _mm256_blendv_pd(no.0, yes.0, _mm256_cmp_pd::<_CMP_GT_OQ>(self.0, other.0)) })
    }
}
