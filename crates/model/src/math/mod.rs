//! The mathematics of the model: accurate, vectorisable, the same bits on every processor.
//!
//! Each function is written once over [`Real`], which a plain `f64`, a [`Pack`] of eight and the
//! vector registers of the machine implement; the scalar version is the reference for the others,
//! and all agree to the bit. Only `+ − × ÷`, `sqrt`, the fused multiply-add ([`Real::mul_add`]),
//! comparisons and bit moves are used (IEEE 754 fixes the result of each); logarithms come from
//! `libm`.

mod exp;
mod inverse;
mod normal;
mod normal_table;
mod pack;
mod real;
mod root;
mod truncated;
mod unit;

pub use exp::{exp, exp_of_nonpositive, logistic};
pub use inverse::inverse_cdf;
pub use normal::{cdf, pdf, upper_tail};
pub use pack::{LANES, Mask, Pack};
#[cfg(target_arch = "x86_64")]
pub(crate) use real::{BELOW_EIGHTHS, POWERS_BY_EIGHTHS, row};
pub use real::{LaneMask, ROUNDING_SHIFT, Real, Vector};
pub use root::over_root;
pub use truncated::{Moments, above, below, between};
pub use unit::open_unit;
