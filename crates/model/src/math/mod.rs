//! The mathematics of the model: accurate, vectorisable, the same bits on every processor.
//!
//! Each function is written once over [`Real`], which a plain `f64` and a [`Pack`] of four both are;
//! the scalar instance is the reference of the packed one and they agree to the bit. Only `+ − × ÷`,
//! `sqrt`, comparisons and bit moves are used (IEEE 754 fixes the result of each), and no fused
//! multiply-add; logarithms come from `libm`.

mod exp;
mod inverse;
mod normal;
mod normal_table;
mod pack;
mod real;
mod truncated;

pub use exp::{exp, logistic};
pub use inverse::inverse_cdf;
pub use libm::log;
pub use normal::{cdf, pdf, upper_tail};
pub use pack::{LANES, Mask, Pack};
pub use real::{LaneMask, Real};
pub use truncated::{Moments, above, below, between, truncated_moments};
