//! Random bits as a uniform number.

/// The bits of 1: with 52 random bits below them a number from 1 to 2.
const ONE: u64 = 1.0f64.to_bits();

/// 1 − 2^-53, which makes of that number u = ((bits >> 12) + ½)·2^-52 exactly.
const BELOW_ONE: f64 = 1.0 - f64::EPSILON / 2.0;

/// The midpoint of the cell of width 2⁻⁵² that the first 52 of 64 bits name: never 0 or 1 (ODD 4.9).
///
/// ```
/// use article5_model::math::open_unit;
///
/// assert_eq!([0, u64::MAX].map(open_unit), [f64::EPSILON / 2.0, 1.0 - f64::EPSILON / 2.0]);
/// assert_eq!(open_unit(1 << 63), 0.5 + f64::EPSILON / 2.0);
/// ```
pub fn open_unit(bits: u64) -> f64 {
    f64::from_bits(ONE | bits >> 12) - BELOW_ONE
}
