//! Exchanging rows and columns in the vector registers of x86-64: eight numbers of eight
//! replicates.

#![expect(
    unsafe_code,
    reason = "a twentieth of a quarter's time less than lane by lane: PERFORMANCE.md"
)]

use std::arch::x86_64::*;

use super::{Avx2, Avx512};
use crate::math::LANES;

#[inline(always)]
pub(super) fn avx2_transpose(rows: [Avx2; LANES]) -> [Avx2; LANES] {
    let [Avx2(a), Avx2(b), Avx2(c), Avx2(d), Avx2(e), Avx2(f), Avx2(g), Avx2(h)] = rows;
    let upper_left = four([a[0], b[0], c[0], d[0]]);
    let upper_right = four([a[1], b[1], c[1], d[1]]);
    let lower_left = four([e[0], f[0], g[0], h[0]]);
    let lower_right = four([e[1], f[1], g[1], h[1]]);
    let mut columns = [Avx2([a[0]; 2]); LANES];
    for i in 0..4 {
        columns[i] = Avx2([upper_left[i], lower_left[i]]);
        columns[i + 4] = Avx2([upper_right[i], lower_right[i]]);
    }
    columns
}

/// Rows for columns of four by four.
#[inline(always)]
fn four([a, b, c, d]: [__m256d; 4]) -> [__m256d; 4] {
    // SAFETY: as in `each`: the processor was found to have the instructions.
    unsafe {
        let (even_ab, odd_ab) = (_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b));
        let (even_cd, odd_cd) = (_mm256_unpacklo_pd(c, d), _mm256_unpackhi_pd(c, d));
        [
            _mm256_permute2f128_pd::<0x20>(even_ab, even_cd),
            _mm256_permute2f128_pd::<0x20>(odd_ab, odd_cd),
            _mm256_permute2f128_pd::<0x31>(even_ab, even_cd),
            _mm256_permute2f128_pd::<0x31>(odd_ab, odd_cd),
        ]
    }
}

#[inline(always)]
pub(super) fn avx512_transpose<const GATHER: bool>(
    rows: [Avx512<GATHER>; LANES],
) -> [Avx512<GATHER>; LANES] {
    let [a, b, c, d, e, f, g, h] = rows;
    let ([even_ab, odd_ab], [even_cd, odd_cd]) = (pairs(a, b), pairs(c, d));
    let ([even_ef, odd_ef], [even_gh, odd_gh]) = (pairs(e, f), pairs(g, h));
    let [zero, two, four, six] = avx512_columns([even_ab, even_cd, even_ef, even_gh]);
    let [one, three, five, seven] = avx512_columns([odd_ab, odd_cd, odd_ef, odd_gh]);
    [zero, one, two, three, four, five, six, seven]
}

/// The two rows' numbers side by side, of the even columns and of the odd ones.
#[inline(always)]
fn pairs<const GATHER: bool>(
    Avx512([a]): Avx512<GATHER>,
    Avx512([b]): Avx512<GATHER>,
) -> [__m512d; 2] {
    // SAFETY: as in `each`: the processor was found to have the instructions.
    unsafe { [_mm512_unpacklo_pd(a, b), _mm512_unpackhi_pd(a, b)] }
}

/// Of the pairs in two registers the first and third of each, and the others.
#[inline(always)]
fn deal(a: __m512d, b: __m512d) -> [__m512d; 2] {
    // SAFETY: as above.
    unsafe { [_mm512_shuffle_f64x2::<0x88>(a, b), _mm512_shuffle_f64x2::<0xdd>(a, b)] }
}

/// Every other column, from two rows' pairs of each.
#[inline(always)]
fn avx512_columns<const GATHER: bool>([ab, cd, ef, gh]: [__m512d; 4]) -> [Avx512<GATHER>; 4] {
    let ([first_low, second_low], [first_high, second_high]) = (deal(ab, cd), deal(ef, gh));
    let ([a, c], [b, d]) = (deal(first_low, first_high), deal(second_low, second_high));
    [Avx512([a]), Avx512([b]), Avx512([c]), Avx512([d])]
}
