//! The inverse of the normal distribution function: what turns a uniform draw into a normal one.

#![expect(
    clippy::excessive_precision,
    reason = "the coefficients are shown as they were published"
)]

use super::normal::ratio;

/// The x below which a standard normal falls with chance `p`: the inverse of [`cdf`](super::cdf).
///
/// Algorithm AS 241 (PPND16) of Wichura, *Applied Statistics* 37 (1988), 477-484: relative error at
/// most 1e-15 against mpmath (`tests/math.rs`) for p from 1e-300 to 1 − 2⁻⁵³. −∞ at 0, ∞ at 1, NaN
/// outside.
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

/// Numerator and denominator, from the lowest power: in 0.180625 − (p − ½)² around the middle.
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

/// In r − 1.6, r = √(−ln p), up to r = 5.
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

/// In r − 5 beyond.
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
