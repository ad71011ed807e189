//! Holding a run: of all processes one at a time adds to its files or takes its place.

use std::fs::File;
use std::path::Path;

use crate::workplace::is_at;

/// Waits until nobody holds the run in `folder`, and holds it until what is returned is dropped. It is the
/// folder that is locked, so that nothing is left behind. `None` where there is no run, or where the
/// system locks no folders: then whoever is there goes on without.
pub(super) fn hold(folder: &Path) -> Option<File> {
    loop {
        let held = File::open(folder).ok()?;
        held.lock().ok()?;
        // Whoever held it may have put another in its place.
        if is_at(&held, folder).unwrap_or(true) {
            return Some(held);
        }
    }
}
