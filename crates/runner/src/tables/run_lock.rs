//! Holding a run: only one process at a time adds to its files or takes its place.

use std::fs::File;
use std::path::Path;

use crate::files::is_at;

/// Waits until nobody holds the run in `folder`, and holds it until the returned file is dropped.
/// The folder itself is locked, so that nothing is left behind. `None` if there is no run, or if
/// the system cannot lock folders: then the caller goes on without a lock.
pub(super) fn hold(folder: &Path) -> Option<File> {
    loop {
        let held = File::open(folder).ok()?;
        held.lock().ok()?;
        // Whoever held it may have put another folder in its place.
        if is_at(&held, folder).unwrap_or(true) {
            return Some(held);
        }
    }
}
