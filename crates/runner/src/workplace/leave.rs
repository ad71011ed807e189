//! How a workplace is left: emptied, removed, or kept for whoever goes on with its work.

use std::fs;
use std::io::ErrorKind::{DirectoryNotEmpty, NotFound};

use super::contents::{self, Entry};
use super::{LOCK, Workplace, WorkplaceError, at};
use crate::config::{ALLIANCE_FILE, CONFIGURATION_FILE};
use crate::files::is_there;

impl Workplace {
    /// Removes what is ours except the lock, the configuration first: without it there is nothing
    /// to continue.
    pub(super) fn empty(&self) -> Result<(), WorkplaceError> {
        let mut own = self.own()?;
        own.retain(|entry| !entry.path.ends_with(LOCK));
        own.sort_by_key(|entry| !entry.path.ends_with(CONFIGURATION_FILE));
        own.iter().try_for_each(Entry::remove)
    }

    fn own(&self) -> Result<Vec<Entry>, WorkplaceError> {
        Ok(contents::look(&self.path).map_err(at(&self.path))?.own)
    }

    /// Leaves the place where a run was merged.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses.
    pub fn leave(self) -> Result<(), WorkplaceError> {
        let is_begun = is_there(&self.path.join(CONFIGURATION_FILE)).map_err(at(&self.path))?;
        if is_begun { Ok(()) } else { self.remove() }
    }

    /// Removes what a killed process was filling.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses.
    pub fn clear_away(&self) -> Result<(), WorkplaceError> {
        let own = self.own()?;
        own.iter().filter(|entry| entry.is_half_written()).try_for_each(Entry::remove)
    }

    /// This place, or why it could not be filled: then it is left as by
    /// [`Workplace::leave_work`].
    pub(super) fn unless_refused(
        self,
        filled: Result<(), WorkplaceError>,
    ) -> Result<Self, WorkplaceError> {
        match filled {
            Ok(()) => Ok(self),
            Err(error) => {
                self.leave_work();
                Err(error)
            }
        }
    }

    /// Leaves the place to a later command, and returns whether it stays. It is removed if
    /// nothing in it is finished and this command can be given again, which is then as good.
    pub fn leave_work(self) -> bool {
        let holds_work = || self.own().is_ok_and(|own| own.iter().any(Entry::is_work));
        // What cannot be looked at or removed is in nobody's way.
        !self.removable || holds_work() || self.remove().is_err()
    }

    /// Removes the folder: its run is done. The configuration and what it needs go last, so that
    /// whatever interrupts this, [`Workplace::open`] finds a run that is done, or nothing to
    /// continue. The lock goes after them, because a process that finds no lock may begin. Anything
    /// that is not ours stays, and then so does the folder.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses.
    pub fn remove(self) -> Result<(), WorkplaceError> {
        let last = [CONFIGURATION_FILE, ALLIANCE_FILE, LOCK];
        let mut own = self.own()?;
        own.sort_by_key(|entry| last.iter().position(|name| entry.path.ends_with(name)));
        own.iter().try_for_each(Entry::remove)?;
        let Self { path, lock, removable: _ } = self;
        // On some file systems the file stays in the folder until it is closed.
        drop(lock);
        match fs::remove_dir(&path) {
            // Another process may have begun in it, or may have removed it.
            Err(error) if !matches!(error.kind(), DirectoryNotEmpty | NotFound) => {
                Err(at(&path)(error))
            }
            _ => Ok(()),
        }
    }
}
