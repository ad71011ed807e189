//! The wall clock, which decides when files are written and what is estimated. No result depends on
//! it.

use std::time::Instant;

/// This moment.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place; who calls it puts no time into a result"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}
