//! One replicate of the article5 model: no files, no threads, no clock, no printing.
//!
//! The model asks what happens to the credibility of all other commitments when the United States
//! answers a challenge to one. [`alliance`] holds the members, [`parameters`] every number,
//! [`scenario`] the named variants; a [`Model`](model::Model) puts them together and runs
//! replicates. [`observe::Quarter`] is what one sees of a replicate, and [`explain`] says why it
//! went as it did.
//!
//! *ODD 7.3* and the like refer to sections of `ODD.md`, beside the source, which describes the
//! model in words and equations.
//!
//! ```
//! use article5_model::{alliance::Alliance, scenario::Scenario};
//!
//! let scenario = Scenario::builtin("no-guarantee").unwrap();
//! let model = scenario.model(&Alliance::nato(), 40)?;
//! let mut workspace = model.workspace();
//! model.run(2026, 0, &mut workspace, |quarter| {
//!     println!("{:2} {:.3}", quarter.quarter, quarter.trust_mean);
//! });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod alliance;
mod belief;
mod challenge;
pub mod cover;
pub mod csv_fault;
mod europe;
mod events;
pub mod explain;
mod features;
mod guarantee;
mod kyiv;
pub mod math;
pub mod model;
mod moscow;
pub mod observe;
pub mod parameters;
mod politics;
#[cfg(test)]
mod property_tests;
mod quarter;
pub mod replicate;
pub mod scenario;
mod shocks;
mod state;
#[doc(hidden)]
pub mod steps;
mod tiers;
pub mod vector;
mod war;
pub mod washington;
