//! Exact aggregates that merge in any order to the same bits.
//!
//! A [`Layout`] says what is tallied: which quarters, how many scenarios and members, on which
//! [`Grid`]s. A worker's [`UnitTally`] watches the replicates of a unit; once finished, it is
//! [absorbed](PointTally::absorb) by the [`PointTally`] of its design point. Everything kept is an
//! integer (a count, a sum of fixed-point values or of their squares, a bin of a histogram), so
//! addition is associative and neither threads nor shards nor restarts show in the result.
//!
//! # Errors of the estimates
//!
//! | estimate | off from exact arithmetic on the replicates by at most |
//! | --- | --- |
//! | counts, risks, quantiles of counts | 0 |
//! | mean | 2⁻⁴¹ of the range, and a rounding of the result |
//! | standard deviation | 2⁻⁴¹ of the range × √(n/(n−1)), and a rounding |
//! | mean paired difference | 2⁻⁴⁰ of the range, and a rounding |
//! | quantile | a bin, 1/4096 of the range |
//!
//! The range is that of the [`Grid`]: 1 for shares and probabilities, 2 for differences of them.
//!
//! # Memory
//!
//! A total has a histogram for each scenario, tallied quarter, outcome and member: 2 bytes per
//! replicate up to 2048 replicates, 8 KB beyond that. Each time that a count, which is a byte,
//! overflows costs 2 to 4 bytes more; once that has happened more than 4096 times, a table of 16 KB
//! replaces them. With 33 outcomes, 31 members and 40 quarters that is 22 MB per scenario for
//! 10,000 replicates and 62 MB at most; a fortieth of it if only one quarter is tallied. A unit
//! takes 2 bytes for each replicate, quarter and quantity (0.7 MB per scenario at 128 replicates),
//! plus the sums.

mod binomial;
mod block;
pub(crate) mod codec;
mod contrast;
mod counted;
mod counts;
mod distribution;
mod effects;
mod grid;
mod histogram;
mod interval;
mod kept;
mod kernel;
mod large_pages;
mod layout;
mod lists;
mod memory;
mod moments;
mod overflow;
mod paired;
mod quantile;
mod quantizer;
mod quarter;
mod score;
mod total;

pub(crate) use binomial::at_least;
pub use binomial::{chance_interval, clopper_pearson};
pub use block::{Block, UnitTally};
pub use codec::DecodeError;
pub use contrast::{Contrast, ContrastEffect};
pub use counted::Counted;
pub use distribution::Distribution;
pub use grid::Grid;
pub use interval::{Z_95, hall, paired_risks, student, t_95, wilson};
pub use layout::{CountedEvent, Layout, Pair};
pub use moments::{Moments, standard_error};
pub use paired::Effect;
pub use total::{MAX_REPLICATES, MemberMeans, MergeError, Occurrences, PointTally, Tally};
