//! The exponential function.
//!
//! x = k·ln 2 + r with |r| ≤ ln(2)/2, then e^x = 2^k·e^r: the reduction in two parts after Cody and Waite
//! (*Software Manual for the Elementary Functions*, 1980), e^r by a polynomial of our own
//! (`scripts/reference_tables.py`), 2^k by adding to the exponent's bits.

use super::real::{ROUNDING_SHIFT, Real};

/// e^x.
///
/// Relative error at most 2.5e-16 against mpmath (`tests/math.rs`) for −708 ≤ x ≤ 709.78; 0 below −708, where the
/// result would soon be subnormal, infinity above 709.78. Not a number stays so.
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
    let y = exp_of_sum(inside, R::splat(0.0));
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
    R::splat(1.0) / (exp(-x) + 1.0)
}

/// e^x − 1 for x ≤ 700, without loss near 0: relative error at most 4e-16 there, absolute elsewhere
/// below 0.
#[inline(always)]
pub(super) fn exp_m1<R: Real>(x: R) -> R {
    let (part, shifted) = reduced(R::splat(LOWEST).max(x), R::splat(0.0));
    let power = R::splat(1.0).scale(shifted);
    power * part + (power - 1.0)
}

/// e^(x + tail) for a tail that is small beside 1, −708 ≤ x ≤ 709.78.
#[inline(always)]
pub(super) fn exp_of_sum<R: Real>(x: R, tail: R) -> R {
    let (part, shifted) = reduced(x, tail);
    (part + 1.0).scale(shifted)
}

/// Below it 2^k would leave the normal numbers.
pub(super) const LOWEST: f64 = -708.0;

/// The greatest x whose e^x is finite.
const HIGHEST: f64 = 709.782_712_893_384;

/// ln 2 in two parts: the first has 21 trailing zeros, so that k times it is exact (fdlibm, `e_exp.c`).
const LN_2_LEADING: f64 = 6.931_471_803_691_238e-1;
const LN_2_TRAILING: f64 = 1.908_214_929_270_587_7e-10;

/// (e^r − 1 − r)/r² on |r| ≤ ln(2)/2, lowest power first; relative error of e^r 1.6e-17.
const KERNEL: [f64; 10] = [
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

/// e^r − 1 and k, the latter as [`Real::scale`] wants it.
#[inline(always)]
fn reduced<R: Real>(x: R, tail: R) -> (R, R) {
    let shifted = x.mul_add(R::splat(std::f64::consts::LOG2_E), R::splat(ROUNDING_SHIFT));
    let k = shifted - ROUNDING_SHIFT;
    let near = k.mul_add(R::splat(-LN_2_LEADING), x);
    let r = near + k.mul_add(R::splat(-LN_2_TRAILING), tail);
    let c = coefficients::<R>();
    let r2 = r * r;
    let r4 = r2 * r2;
    let low = r2.mul_add(r.mul_add(c[3], c[2]), r.mul_add(c[1], c[0]));
    let high = r2.mul_add(r.mul_add(c[7], c[6]), r.mul_add(c[5], c[4]));
    let top = r.mul_add(c[9], c[8]);
    (r2.mul_add(r4.mul_add(r4.mul_add(top, high), low), r), shifted)
}

#[inline(always)]
fn coefficients<R: Real>() -> [R; KERNEL.len()] {
    let mut c = [R::splat(0.0); KERNEL.len()];
    for (own, &coefficient) in c.iter_mut().zip(&KERNEL) {
        *own = R::splat(coefficient);
    }
    c
}
