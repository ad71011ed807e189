//! The standard normal distribution: density, distribution function and its inverse.

use super::exp::{LOWEST, exp_of_sum};
use super::normal_table::UPPER_TAIL;
use super::real::{LaneMask, ROUNDING_SHIFT, Real};

/// The density of a standard normal, exp(−x²/2)/√(2π).
///
/// Relative error at most 4e-16 against mpmath (`tests/math.rs`): x² is split so that its rounding does not reach
/// the exponential. 0 where the density is below 1e-308, |x| > 37.6.
///
/// ```
/// use article5_model::math::pdf;
///
/// assert!((pdf(0.0) - 0.398_942_280_401_432_7).abs() < 1e-16);
/// assert_eq!(pdf(-1.5), pdf(1.5));
/// ```
#[inline(always)]
pub fn pdf<R: Real>(x: R) -> R {
    let t = R::splat(PDF_END).min(x.abs());
    let leading = t.leading_half();
    let square = leading * leading * -0.5;
    let rest = (t - leading) * (t + leading) * -0.5;
    let y = exp_of_sum(square, rest) * ONE_OVER_SQRT_TWO_PI;
    R::select(square.lt(R::splat(LOWEST)), R::splat(0.0), y)
}

/// The chance of a standard normal below `x`.
///
/// Absolute error at most 2e-16 and, down to x = −37.5, relative error at most 1.5e-14 against mpmath
/// (`tests/math.rs`); 0 below. Exactly ½ at 0.
///
/// ```
/// use article5_model::math::{Pack, cdf};
///
/// assert_eq!(cdf(0.0), 0.5);
/// assert!((cdf(1.959_963_984_540_054) - 0.975).abs() < 1e-15);
/// assert_eq!(cdf(Pack::splat(-1.0)).0, [cdf(-1.0); 4]);
/// ```
#[inline(always)]
pub fn cdf<R: Real>(x: R) -> R {
    upper_tail(-x)
}

/// The chance of a standard normal above `x`; errors as for [`cdf`].
///
/// A table of local polynomials up to |x| = 7.98, beyond it density times Mills ratio, lane by lane.
///
/// ```
/// use article5_model::math::upper_tail;
///
/// assert!((upper_tail(10.0) / 7.619_853_024_160_527e-24 - 1.0).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn upper_tail<R: Real>(x: R) -> R {
    let t = x.abs();
    let position = t * NODES_PER_UNIT;
    let shifted = position + ROUNDING_SHIFT;
    let g = position - (shifted - ROUNDING_SHIFT);
    let c = R::rows(shifted, &UPPER_TAIL);
    let g2 = g * g;
    let low = (g * c[1] + c[0]) + g2 * (g * c[3] + c[2]);
    let high = (g * c[5] + c[4]) + g2 * (g * c[7] + c[6]);
    let tail = low + (g2 * g2) * high;
    let mut y = R::select(x.lt(R::splat(0.0)), -tail + 1.0, tail);
    let beyond = t.ge(R::splat(TABLE_END));
    if beyond.any() {
        for i in 0..R::WIDTH {
            if beyond.holds(i) {
                y = y.with_lane(i, far_upper_tail(x.lane(i)));
            }
        }
    }
    y
}

/// The x below which a standard normal falls with chance `p`: the inverse of [`cdf`].
///
/// Algorithm AS 241 (PPND16) of Wichura, *Applied Statistics* 37 (1988), 477-484: relative error at most 1e-15
/// against mpmath (`tests/math.rs`) for p from 1e-300 to 1 − 2⁻⁵³. −∞ at 0, ∞ at 1, not a number outside.
///
/// ```
/// use article5_model::math::inverse_cdf;
///
/// assert_eq!(inverse_cdf(0.5), 0.0);
/// assert!((inverse_cdf(0.025) + 1.959_963_984_540_054).abs() < 1e-14);
/// ```
pub fn inverse_cdf(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * ratio(&CENTRE, r);
    }
    let (tail, sign) = if q < 0.0 { (p, -1.0) } else { (1.0 - p, 1.0) };
    if tail == 0.0 {
        return sign * f64::INFINITY;
    }
    let r = (-libm::log(tail)).sqrt();
    sign * if r <= 5.0 { ratio(&MIDDLE, r - 1.6) } else { ratio(&FAR, r - 5.0) }
}

/// t²(1 − t·M(t)) for t ≥ 6, M being the Mills ratio upper_tail/pdf: 1 − 3/t² + 15/t⁴ − …
///
/// A rational of our own in 1/t² (`scripts/reference_tables.py`), relative error 1e-16.
pub(super) fn mills_remainder(t: f64) -> f64 {
    ratio(&TAIL, 1.0 / (t * t))
}

/// From where [`mills_remainder`] holds.
pub(super) const TAIL_START: f64 = 6.0;

/// 1/√(2π).
const ONE_OVER_SQRT_TWO_PI: f64 = 0.398_942_280_401_432_7;

/// Beyond it the density is below the normal numbers, whatever it is.
const PDF_END: f64 = 38.0;

/// How finely [`UPPER_TAIL`] is spaced.
const NODES_PER_UNIT: f64 = 32.0;

/// Where the reach of the last row of [`UPPER_TAIL`] ends.
const TABLE_END: f64 = (UPPER_TAIL.len() as f64 - 0.5) / NODES_PER_UNIT;

#[cold]
#[inline(never)]
fn far_upper_tail(x: f64) -> f64 {
    let t = x.abs();
    let tail = pdf(t) * (1.0 - mills_remainder(t) / (t * t)) / t;
    if x < 0.0 { 1.0 - tail } else { tail }
}

/// The quotient of two polynomials, coefficients from the lowest power.
fn ratio<const TERMS: usize>([top, bottom]: &[[f64; TERMS]; 2], x: f64) -> f64 {
    let value = |c: &[f64; TERMS]| c.iter().rev().fold(0.0, |sum, c| sum * x + c);
    value(top) / value(bottom)
}

const TAIL: [[f64; 6]; 2] = [
    [
        0.9999999999999999,
        50.028695398093085,
        803.1747150186798,
        4736.6240865819955,
        8298.772759735604,
        933.6367677251245,
    ],
    [
        1.0,
        53.028695398091955,
        947.2608012146477,
        6887.976058227861,
        19376.80226610305,
        15489.603159593302,
    ],
];

#[rustfmt::skip]
const CENTRE: [[f64; 8]; 2] = [
    [
        3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
        4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3,
    ],
    [
        1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
        2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3,
    ],
];
#[rustfmt::skip]
const MIDDLE: [[f64; 8]; 2] = [
    [
        1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
        1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
    ],
    [
        1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
        1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
    ],
];
#[rustfmt::skip]
const FAR: [[f64; 8]; 2] = [
    [
        6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
        2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ],
    [
        1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
        7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
    ],
];
