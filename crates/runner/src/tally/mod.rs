//! Exact aggregates that merge in any order to the same bits.

mod grid;

pub use grid::{BINS, FIXED_BITS, Grid};
