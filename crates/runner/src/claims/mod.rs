//! From the claims of a configuration to the verdicts of [`crate::analysis::claims`].
//!
//! A [`Study`] runs the scenarios at the configuration's parameters, the baseline, and [over the
//! space](over_space) of plausible ones. Its [`Answers`] are the verdicts on the claims and the
//! assessment of the policies.

mod answers;
mod decisions;
mod sample;
mod study;
mod verdicts;
mod words;

pub use answers::Answers;
pub use sample::{SpacePoint, SpaceSample};
pub use study::{ClaimsError, Study, over_space};
pub use verdicts::Verdicts;
pub use words::{NO_POINT, UNDEFINED};
