//! A quotient by a square root where many are wanted at once.

use super::real::Real;

/// n/√v, for positive v in the range of single precision.
///
/// Relative error at most 5e-16 against root and quotient (`tests/math.rs`). A processor has one divider: many
/// roots and quotients in a row wait for it, those of single precision a quarter as long. So the reciprocal root
/// begins in single precision, and a step of the third order, y ← y(1 + e/2 + 3e²/8) with e = 1 − v·y², leaves
/// of its relative error little more than the cube. Where there is other work meanwhile, the divider is faster.
///
/// ```
/// use article5_model::math::over_root;
///
/// assert_eq!(over_root(6.0, 4.0), 3.0);
/// ```
#[inline(always)]
pub fn over_root<R: Real>(n: R, v: R) -> R {
    let y = v.reciprocal_root_in_single();
    let e = (-(v * y)).mul_add(y, R::splat(1.0));
    let step = e * e.mul_add(R::splat(3.0 / 8.0), R::splat(1.0 / 2.0));
    n * step.mul_add(y, y)
}
