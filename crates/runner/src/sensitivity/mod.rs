//! Sensitivity and scenario discovery: from a design to the answers of [`crate::analysis`].
//!
//! A [`Survey`] runs every point of the design over the same replicates and keeps, for each
//! [`Subject`], the mean of every batch of them, which the analyses need in order to tell the
//! effect of the parameters from replicate noise. The [`Answers`] are what the configuration asks
//! of it: Sobol or Morris indices of each outcome, and PRIM boxes.

mod answers;
mod discovery;
mod indices;
mod survey;
mod words;

pub use answers::{Answers, subjects};
pub use discovery::Discovered;
pub use indices::{Indices, indices};
pub use survey::{BATCHES, Subject, Survey, SurveyError};
