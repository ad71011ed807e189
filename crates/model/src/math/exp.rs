//! The exponential function.
//!
//! x = k·(ln 2)/8 + r with |r| ≤ (ln 2)/16, then e^x = 2^(k/8)·e^r: the reduction in two parts after Cody and
//! Waite (*Software Manual for the Elementary Functions*, 1980), e^r by a polynomial of our own
//! (`scripts/reference_tables.py`), 2^(k/8) by adding whole powers to the exponent's bits of one of eight numbers.

use super::real::{ROUNDING_SHIFT, Real};

/// e^x.
///
/// Relative error at most 2.5e-16 against mpmath (`tests/math.rs`) for −708 ≤ x ≤ 709.78; 0 below
/// −708, where the result would soon be subnormal, infinity above 709.78. NaN stays NaN.
///
/// ```
/// use article5_model::math::{Pack, exp};
///
/// assert_eq!(exp(0.0), 1.0);
/// let x = Pack([0.0, f64::NEG_INFINITY, -710.0, 710.0, 0.0, -0.0, -1e300, 1e300]);
/// assert_eq!(exp(x).0, [1.0, 0.0, 0.0, f64::INFINITY, 1.0, 1.0, 0.0, f64::INFINITY]);
/// ```
#[inline(always)]
pub fn exp<R: Real>(x: R) -> R {
    let inside = R::splat(HIGHEST).min(R::splat(LOWEST).max(x));
    let (part, shifted) = reduced(inside, R::splat(0.0), PARTS_OF_AN_OCTAVE, &NEAR);
    // For a positive x, half the result, then twice that: the power of two itself may be too large.
    let positive = x.gt(R::splat(0.0));
    let power = R::exp2_of_eighths(R::select(positive, shifted - PARTS_OF_AN_OCTAVE, shifted));
    let y = power.mul_add(part, power);
    let y = y + R::select(positive, y, R::splat(0.0));
    let y = R::select(x.lt(R::splat(LOWEST)), R::splat(0.0), y);
    R::select(x.gt(R::splat(HIGHEST)), R::splat(f64::INFINITY), y)
}

/// e^x for x ≤ 0, in fewer operations than [`exp`] and with the same bits down to −708; below it stays
/// e^−708, 3e-308.
///
/// ```
/// use article5_model::math::{exp, exp_of_nonpositive};
///
/// assert_eq!(exp_of_nonpositive(-2.5), exp(-2.5));
/// assert!(exp_of_nonpositive(-1e9) < 1e-300);
/// ```
#[inline(always)]
pub fn exp_of_nonpositive<R: Real>(x: R) -> R {
    exp_of_sum(R::splat(LOWEST).max(x), R::splat(0.0))
}

/// The logistic function 1/(1 + e^−x): 0 and 1 in the limits.
///
/// ```
/// use article5_model::math::logistic;
///
/// assert_eq!((logistic(0.0), logistic(-1e9), logistic(1e9)), (0.5, 0.0, 1.0));
/// ```
#[inline(always)]
pub fn logistic<R: Real>(x: R) -> R {
    let e = exp_of_nonpositive(-x.abs());
    let e = R::select(x.lt(R::splat(LOWEST)), R::splat(0.0), e);
    R::select(x.lt(R::splat(0.0)), e, R::splat(1.0)) / (e + 1.0)
}

/// e^x − 1 for x ≤ 700, without loss near 0: relative error at most 4e-16 there, absolute elsewhere
/// below 0.
#[inline(always)]
pub(super) fn exp_m1<R: Real>(x: R) -> R {
    // Only whole powers of two: those of eighths are rounded, which would show near 1.
    let (part, shifted) = reduced(R::splat(LOWEST).max(x), R::splat(0.0), 1.0, &FAR);
    let k = shifted - ROUNDING_SHIFT;
    let power =
        R::exp2_of_eighths(k.mul_add(R::splat(PARTS_OF_AN_OCTAVE), R::splat(ROUNDING_SHIFT)));
    power.mul_add(part, power - 1.0)
}

/// e^(x + tail) for a tail that is small beside 1, −708 ≤ x ≤ 709.
#[inline(always)]
pub(super) fn exp_of_sum<R: Real>(x: R, tail: R) -> R {
    let (part, shifted) = reduced(x, tail, PARTS_OF_AN_OCTAVE, &NEAR);
    let power = R::exp2_of_eighths(shifted);
    power.mul_add(part, power)
}

/// Below it 2^k would leave the normal numbers.
pub(super) const LOWEST: f64 = -708.0;

/// The greatest x whose e^x is finite.
const HIGHEST: f64 = 709.782_712_893_384;

/// ln 2 in two parts: the first has 21 trailing zeros, so that k times it is exact (fdlibm, `e_exp.c`).
const LN_2_LEADING: f64 = 6.931_471_803_691_238e-1;
const LN_2_TRAILING: f64 = 1.908_214_929_270_587_7e-10;

/// Parts of a power of two.
const PARTS_OF_AN_OCTAVE: f64 = 8.0;

/// (e^r − 1 − r)/r² on |r| ≤ ln(2)/16, lowest power first; relative error of e^r 1e-17.
const NEAR: [f64; 6] = [
    0.5000000000000051,
    0.16666666666666724,
    0.0416666666175068,
    0.008333333327871156,
    0.0013889587247893672,
    0.0001984204579240919,
];

/// The same on |r| ≤ ln(2)/2; relative error of e^r 1.6e-17.
const FAR: [f64; 10] = [
    0.5000000000000001,
    0.16666666666666669,
    0.04166666666662413,
    0.008333333333330062,
    0.0013888888917213717,
    0.00019841269863053618,
    2.4801521295954376e-05,
    2.7557268459997064e-06,
    2.7620088445409746e-07,
    2.510038549551032e-08,
];

/// e^r − 1, and k + 3·2^51, where the number is k·(ln 2)/`parts` + r.
#[inline(always)]
fn reduced<R: Real, const TERMS: usize>(
    x: R,
    tail: R,
    parts: f64,
    kernel: &[f64; TERMS],
) -> (R, R) {
    let shifted = x.mul_add(R::splat(parts * std::f64::consts::LOG2_E), R::splat(ROUNDING_SHIFT));
    let k = shifted - ROUNDING_SHIFT;
    let near = k.mul_add(R::splat(-LN_2_LEADING / parts), x);
    let r = near + k.mul_add(R::splat(-LN_2_TRAILING / parts), tail);
    const { assert!(TERMS.is_multiple_of(2)) };
    let r2 = r * r;
    let mut sum = R::splat(0.0);
    let (pairs, _) = kernel.as_chunks::<2>();
    for (place, &[even, odd]) in pairs.iter().rev().enumerate() {
        let pair = r.mul_add(R::splat(odd), R::splat(even));
        // The first is taken as it is: adding it to zero would cost an operation.
        sum = if place == 0 { pair } else { r2.mul_add(sum, pair) };
    }
    (r2.mul_add(sum, r), shifted)
}
