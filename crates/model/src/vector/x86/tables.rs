//! Tables in the vector registers of x86-64: looking up the rows whose numbers the lanes of a
//! vector hold.

#![expect(
    unsafe_code,
    reason = "a cdf is half finding its rows, which compilers do number by number: PERFORMANCE.md"
)]

use std::arch::asm;
use std::arch::x86_64::*;

use super::{Avx2, Avx512};
use crate::math::{LANES, POWERS_BY_EIGHTHS, Pack, Real, Vector};

/// Two neighbouring terms of four rows.
#[inline(always)]
pub(super) fn avx2_pairs<const TERMS: usize>(
    rows: [&[f64; TERMS]; 4],
    term: usize,
) -> [__m256d; 2] {
    let [a, b, c, d] =
        [pair(rows[0], term), pair(rows[1], term), pair(rows[2], term), pair(rows[3], term)];
    // SAFETY: as in `each`: the processor was found to have the instructions.
    unsafe { [_mm256_set_m128d(b, a), _mm256_set_m128d(d, c)] }
}

/// Two neighbouring terms of four rows.
#[inline(always)]
pub(super) fn avx512_pairs<const TERMS: usize>(
    rows: [&[f64; TERMS]; 4],
    term: usize,
) -> [__m512d; 1] {
    let [low, high] = avx2_pairs(rows, term);
    // SAFETY: as in `each`: the processor was found to have the instructions.
    unsafe { [_mm512_insertf64x4::<1>(_mm512_castpd256_pd512(low), high)] }
}

/// The rows whose numbers are in the lanes' lowest bits, term by term.
#[inline(always)]
pub(super) fn avx512_gather<const GATHER: bool, const TERMS: usize, const ROWS: usize>(
    Avx512([numbers]): Avx512<GATHER>,
    table: &[[f64; TERMS]; ROWS],
) -> [Avx512<GATHER>; TERMS] {
    const { assert!(ROWS.is_power_of_two() && TERMS.is_power_of_two()) };
    let mut rows = [Avx512::splat(0.0); TERMS];
    for (term, rows) in rows.iter_mut().enumerate() {
        let terms = &table.as_flattened()[term..];
        // SAFETY: the processor was found to have the instructions. A row number is cut to as many
        // bits as there are rows for, so that row·TERMS + term lies in the table.
        *rows = Avx512([unsafe {
            let last_row = _mm512_set1_epi64(ROWS as i64 - 1);
            let row = _mm512_and_si512(_mm512_castpd_si512(numbers), last_row);
            let start = _mm512_sllv_epi64(row, _mm512_set1_epi64(TERMS.ilog2().into()));
            _mm512_i64gather_pd::<{ size_of::<f64>() as i32 }>(start, terms.as_ptr())
        }]);
    }
    rows
}

/// The terms `term` and `term` + 1 of a row.
#[inline(always)]
fn pair<const TERMS: usize>(row: &[f64; TERMS], term: usize) -> __m128d {
    let terms: &[f64] = &row[term..term + 2];
    // SAFETY: the processor was found to have the instructions; there are two numbers to load.
    unsafe { _mm_loadu_pd(terms.as_ptr()) }
}

/// Of [`POWERS_BY_EIGHTHS`] those that the lowest three bits of the lanes number.
#[inline(always)]
pub(super) fn avx2_eighths(numbers: Avx2) -> Avx2 {
    let [a, b, c, d, e, f, g, h] = avx2_low_bits(numbers);
    let at = |number: u32| POWERS_BY_EIGHTHS.0[number as usize % LANES];
    Avx2::load(&Pack([at(a), at(b), at(c), at(d), at(e), at(f), at(g), at(h)]))
}

/// Of [`POWERS_BY_EIGHTHS`] those that the lowest three bits of the lanes number.
#[inline(always)]
pub(super) fn avx512_eighths<const GATHER: bool>(numbers: Avx512<GATHER>) -> Avx512<GATHER> {
    let (Avx512([numbers]), Avx512([eighths])) =
        (numbers, Avx512::<GATHER>::load(&POWERS_BY_EIGHTHS));
    // SAFETY: as above.
    Avx512([unsafe { _mm512_permutexvar_pd(_mm512_castpd_si512(numbers), eighths) }])
}

/// The lower halves of the lanes' bits.
#[inline(always)]
pub(super) fn avx2_low_bits(vector: Avx2) -> [u32; LANES] {
    let Pack([a, b, c, d, e, f, g, h]) = vector.store();
    let low = |lane: f64| lane.to_bits() as u32;
    [low(a), low(b), low(c), low(d), low(e), low(f), low(g), low(h)]
}

/// The low 16 bits of each lane. A word may hold its neighbours' bits above them, which `row` cuts off.
///
/// Every move from a vector to a word waits for the same unit: four lanes are moved at once and taken
/// apart as words, which are idle. Left to itself, the compiler would take them out one by one.
#[inline(always)]
pub(super) fn avx512_low_bits<const GATHER: bool>(
    Avx512([vector]): Avx512<GATHER>,
) -> [u32; LANES] {
    // SAFETY: the processor was found to have the instructions; the assembly is a comment, which
    // changes nothing.
    let [low, high] = unsafe {
        let quarters = _mm512_cvtepi64_epi16(_mm512_castpd_si512(vector));
        let (mut low, mut high) = (_mm_cvtsi128_si64(quarters), _mm_extract_epi64::<1>(quarters));
        asm!("/* {low} {high} */", low = inlateout(reg) low, high = inlateout(reg) high,
            options(pure, nomem, nostack, preserves_flags));
        [low, high]
    };
    let word = |four: i64, lane: u32| (four >> (16 * lane)) as u32;
    [
        word(low, 0),
        word(low, 1),
        word(low, 2),
        word(low, 3),
        word(high, 0),
        word(high, 1),
        word(high, 2),
        word(high, 3),
    ]
}
