//! Judging claims: from a configuration to the verdicts of [`crate::analysis::claims`].
//!
//! A [`Study`] runs the scenarios at the configuration's parameters, the baseline, and
//! [over the space](over_space) of plausible ones. Its [`Answers`] are the verdicts on the claims, and
//! what the policies are worth.

mod answers;
mod study;

pub use answers::Answers;
pub use study::{ClaimsError, Study, over_space};
