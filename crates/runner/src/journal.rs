//! What a run has finished, kept on disk while it runs, so that it can be stopped at any moment.
//!
//! Complete points go into files that are written once, each holding a stretch of points (sealed);
//! units of incomplete points go into one file that is replaced. So a grid of many points is not
//! rewritten again and again. When a file is written depends only on the clock and on how much is
//! waiting.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rangemap::RangeSet;

use crate::clock::now;
use crate::ensemble::{Ensemble, Start};
use crate::files::{is_there, sync_once};
use crate::partial::{
    Expected, Partial, PartialError, PartialFile, PartialWriter, Role, Shard, unreadable,
};
use crate::tally::PointTally;

/// How often a running batch is written down, unless that takes long or another interval is asked
/// for.
pub const SAVE_INTERVAL: Duration = Duration::from_secs(5);

/// Writing takes at most one part in this many of the time.
const SHARE: u32 = 20;

/// Complete points that together take this many bytes are written down whatever the clock says:
/// many small points can be completed in a short time.
pub(crate) const WAITING_BYTES: u64 = 32 << 20;

/// The journal of a shard, or of a run that is not divided, in a folder of its own.
#[derive(Debug)]
pub struct Journal {
    folder: PathBuf,
    expected: Expected,
    /// How many files of complete points there are.
    sealed: u32,
    /// Complete points that are not in a file yet, and their units.
    waiting: Vec<(u32, PointTally)>,
    waiting_units: RangeSet<u64>,
    waiting_bytes: u64,
    written: Instant,
    every: Duration,
    pause: Duration,
    /// Whether the disk has what the folder held before.
    synced: bool,
}

/// Why a journal cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// A file in it cannot be read or written.
    #[error(transparent)]
    Partial(#[from] PartialError),
    /// A file in it is refused.
    #[error("{fault}")]
    Refused {
        /// Why.
        fault: PartialError,
        /// The journal's folder.
        folder: PathBuf,
    },
    /// A file is missing between others.
    #[error("{} is missing", .0.display())]
    Missing(PathBuf),
    /// A file does not begin where the one before it ends.
    #[error("{} does not continue where the file before it ends", .0.display())]
    Gap(PathBuf),
}

impl Journal {
    /// Opens the journal in `folder`, which is written every so often, and returns where the run
    /// continues: from its beginning, if nothing is written yet.
    ///
    /// # Errors
    ///
    /// [`JournalError`] names the file that cannot be used.
    pub fn open(
        folder: &Path,
        ensemble: &Ensemble<'_>,
        shard: Shard,
        every: Duration,
    ) -> Result<(Self, Start), JournalError> {
        Self::read(folder, ensemble, shard, every).map_err(|error| match error {
            JournalError::Partial(fault) if fault.is_refusal() => {
                JournalError::Refused { fault, folder: folder.to_owned() }
            }
            error => error,
        })
    }

    fn read(
        folder: &Path,
        ensemble: &Ensemble<'_>,
        shard: Shard,
        every: Duration,
    ) -> Result<(Self, Start), JournalError> {
        let expected = ensemble.expected(shard, Role::Open);
        let mut journal = Self {
            folder: folder.to_owned(),
            expected,
            sealed: 0,
            waiting: Vec::new(),
            waiting_units: RangeSet::new(),
            waiting_bytes: 0,
            written: now(),
            every,
            pause: every,
            synced: false,
        };
        let next = journal.find_sealed()?;
        let mut start = Start { next, open: Partial::new(journal.expected.header.clone()) };
        let open = journal.path(Role::Open);
        if is_there(&open).map_err(unreadable(&open))? {
            start.open = Partial::read(&open, &journal.expected)?;
            // The run may have ended between sealing points and forgetting their units.
            let plan = &journal.expected.plan;
            let sealed = shard.owned(0..plan.units_of(next).start);
            start.open.points.retain(|&point, _| point >= next);
            if !sealed.is_empty() {
                start.open.units.remove(sealed);
            }
        }
        Ok((journal, start))
    }

    /// Takes a complete point.
    pub fn seal(&mut self, point: u32, tally: PointTally, units: RangeSet<u64>) {
        self.waiting_bytes += tally.bytes();
        self.waiting.push((point, tally));
        self.waiting_units.extend(units);
    }

    /// Writes down what is finished, if it is time.
    ///
    /// # Errors
    ///
    /// As [`save`](Self::save).
    pub fn save_if_due(&mut self, open: &Partial) -> Result<(), PartialError> {
        if self.written.elapsed() >= self.pause {
            self.save(open)
        } else if self.waiting.len() > 1 && self.waiting_bytes > WAITING_BYTES {
            self.save_complete()
        } else {
            Ok(())
        }
    }

    /// Writes down what is finished.
    ///
    /// # Errors
    ///
    /// [`PartialError::Write`]; what was written before stays.
    pub fn save(&mut self, open: &Partial) -> Result<(), PartialError> {
        let begin = now();
        self.sync()?;
        self.save_complete()?;
        open.write(&self.folder)?;
        self.pause = self.every.max(begin.elapsed() * SHARE);
        self.written = now();
        Ok(())
    }

    /// Writes down the complete points that are not in a file yet.
    ///
    /// # Errors
    ///
    /// [`PartialError::Write`]; what was written before stays.
    pub fn save_complete(&mut self) -> Result<(), PartialError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        self.sync()?;
        let mut header = self.expected.header.clone();
        header.role = Role::Sealed(self.sealed);
        let mut writer = PartialWriter::create(&self.folder, &header, &self.waiting_units)?;
        self.waiting.iter().try_for_each(|(point, tally)| writer.add(*point, tally))?;
        writer.finish()?;
        self.sealed += 1;
        self.waiting.clear();
        self.waiting_units.clear();
        self.waiting_bytes = 0;
        Ok(())
    }

    /// Makes sure that what the run needs in order to continue is on the disk before any of its
    /// work is.
    fn sync(&mut self) -> Result<(), PartialError> {
        sync_once(&self.folder, &mut self.synced).map_err(|source| {
            let path = self.folder.clone();
            PartialError::Write { path, source }
        })
    }

    /// Shows every complete point in order: those in files, then those that wait.
    ///
    /// # Errors
    ///
    /// A file cannot be read, or whatever `show` returns.
    pub fn each<E: From<PartialError>>(
        &self,
        mut show: impl FnMut(u32, &PointTally) -> Result<(), E>,
    ) -> Result<(), E> {
        for number in 0..self.sealed {
            let mut file = self.open_sealed(number)?;
            while let Some((point, tally)) = file.next_point()? {
                show(point, &tally)?;
            }
        }
        self.waiting.iter().try_for_each(|(point, tally)| show(*point, tally))
    }

    /// Writes all complete points as the finished partial of the shard into `folder`. Nothing of it
    /// appears there before it is whole: what a killed process leaves behind is in the journal's
    /// own folder.
    ///
    /// # Errors
    ///
    /// A file cannot be read or written.
    pub fn publish(&self, folder: &Path) -> Result<PathBuf, PartialError> {
        let mut header = self.expected.header.clone();
        header.role = Role::Whole;
        let all = header.shard.owned(0..self.expected.plan.units());
        let mut units = RangeSet::new();
        if !all.is_empty() {
            units.insert(all);
        }
        let mut writer = PartialWriter::create_in(&self.folder, folder, &header, &units)?;
        self.each(|point, tally| writer.add(point, tally))?;
        writer.finish()
    }

    /// Checks the files of complete points, and returns the point that comes after them.
    fn find_sealed(&mut self) -> Result<u32, JournalError> {
        let (plan, shard) = (self.expected.plan, self.expected.header.shard);
        let (mut begin, mut next) = (0, 0);
        while self.is_sealed(self.sealed)? {
            let file = self.open_sealed(self.sealed)?;
            for units in file.units().iter() {
                if units.start != begin {
                    return Err(JournalError::Gap(self.path(Role::Sealed(self.sealed))));
                }
                // A stopping rule may have left out the last units of a point.
                let point = plan.unit(shard.nth(units.end - 1)).point;
                begin = shard.owned(plan.units_of(point)).end;
                next = point + 1;
            }
            self.sealed += 1;
        }
        if self.is_sealed(self.sealed + 1)? {
            return Err(JournalError::Missing(self.path(Role::Sealed(self.sealed))));
        }
        Ok(next)
    }

    fn is_sealed(&self, number: u32) -> Result<bool, PartialError> {
        let path = self.path(Role::Sealed(number));
        is_there(&path).map_err(unreadable(&path))
    }

    fn open_sealed(&self, number: u32) -> Result<PartialFile, PartialError> {
        let mut expected = self.expected.clone();
        expected.header.role = Role::Sealed(number);
        PartialFile::open(&self.path(Role::Sealed(number)), &expected)
    }

    fn path(&self, role: Role) -> PathBuf {
        self.folder.join(role.file_name(self.expected.header.shard))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::config::Experiment;

    /// Writes a journal with a file for each of these stretches of points, without replicates.
    fn sealed(folder: &Path, ensemble: &Ensemble<'_>, stretches: &[std::ops::Range<u32>]) {
        let (mut journal, _) = open(folder, ensemble).unwrap();
        for stretch in stretches {
            for point in stretch.clone() {
                let tally = PointTally::new(Arc::clone(ensemble.layout()));
                let mut units = RangeSet::new();
                units.insert(ensemble.plan().units_of(point));
                journal.seal(point, tally, units);
            }
            journal.save_complete().unwrap();
        }
    }

    fn open(folder: &Path, ensemble: &Ensemble<'_>) -> Result<(Journal, Start), JournalError> {
        Journal::open(folder, ensemble, Shard::WHOLE, SAVE_INTERVAL)
    }

    #[test]
    fn points_that_a_stopping_rule_ended_early_are_gone_on_from() {
        let text = "name = \"a\"\nreplicates = 300\nscenarios = [\"article5-like\"]\n\
                    [stop]\noutcome = \"war_resumed\"\nhalf_width = 0.1\nmax_replicates = 9000\n\
                    [design]\nkind = \"grid\"\n[design.vary]\n\
                    \"guarantee.monitoring\" = { values = [0.3, 0.5, 0.7, 0.9] }\n";
        let experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
        let ensemble = Ensemble::new(&experiment).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (mut journal, _) = open(folder.path(), &ensemble).unwrap();
        // Some points have all their units, some those of a batch or two; each file has a point or
        // two.
        for (point, batches) in [(0, 1), (1, 30), (2, 2)] {
            let begin = ensemble.plan().units_of(point).start;
            let last = ensemble.plan().units_of_batch(point, batches - 1);
            let mut units = RangeSet::new();
            units.insert(begin..last.end);
            let tally = PointTally::new(Arc::clone(ensemble.layout()));
            journal.seal(point, tally, units);
            if point > 0 {
                journal.save_complete().unwrap();
            }
        }
        assert_eq!(open(folder.path(), &ensemble).unwrap().1.next, 3);
    }

    #[test]
    fn complete_points_are_written_down_once_so_many_bytes_of_them_wait() {
        let quarters: Vec<u32> = (1..=40).collect();
        let text = format!(
            "name = \"a\"\nscenarios = [\"article5-like\"]\n\
             [design]\nkind = \"sobol\"\npoints = 1024\n[design.vary]\n\
             \"guarantee.monitoring\" = {{ low = 0.1, high = 0.9 }}\n\
             [output]\nquarters = {quarters:?}\n"
        );
        let experiment = Experiment::from_toml(&text, "a.toml", Path::new(".")).unwrap();
        let ensemble = Ensemble::new(&experiment).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (mut journal, start) =
            Journal::open(folder.path(), &ensemble, Shard::WHOLE, Duration::MAX).unwrap();
        let bytes = ensemble.layout().point_bytes(0);
        let enough = WAITING_BYTES / bytes + 1;
        assert!((2..1024).contains(&enough), "{bytes} bytes a point");
        for point in 0..enough as u32 {
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "after {point}");
            let mut units = RangeSet::new();
            units.insert(ensemble.plan().units_of(point));
            journal.seal(point, PointTally::new(Arc::clone(ensemble.layout())), units);
            journal.save_if_due(&start.open).unwrap();
        }
        assert_eq!(open(folder.path(), &ensemble).unwrap().1.next, enough as u32);
    }

    /// A link to itself stands for what the disk does not give.
    #[cfg(unix)]
    #[test]
    fn work_that_cannot_be_looked_at_is_not_begun_anew() {
        let text = "name = \"a\"\nscenarios = [\"article5-like\"]";
        let experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
        let ensemble = Ensemble::new(&experiment).unwrap();
        for name in ["part-0-of-1.open.a5part", "part-0-of-1.sealed-0.a5part"] {
            let folder = tempfile::tempdir().unwrap();
            std::os::unix::fs::symlink(name, folder.path().join(name)).unwrap();
            let opened = open(folder.path(), &ensemble);
            assert!(matches!(opened, Err(JournalError::Partial(PartialError::Read { .. }))));
        }
    }

    #[test]
    fn a_file_that_does_not_go_on_where_the_one_before_it_ends_is_refused() {
        let text = "name = \"a\"\nreplicates = 300\nscenarios = [\"article5-like\"]\n\
                    [design]\nkind = \"grid\"\n[design.vary]\n\
                    \"guarantee.monitoring\" = { values = [0.3, 0.5, 0.7, 0.9] }\n";
        let experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
        let ensemble = Ensemble::new(&experiment).unwrap();
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        sealed(one.path(), &ensemble, &[0..1, 1..3, 3..4]);
        assert_eq!(open(one.path(), &ensemble).unwrap().1.next, 4);
        // The second file of a run that was cut otherwise: points left out, and points twice.
        for stretches in [[0..2, 2..3], [0..1, 1..2]] {
            sealed(other.path(), &ensemble, &stretches);
            let name = "part-0-of-1.sealed-1.a5part";
            std::fs::copy(other.path().join(name), one.path().join(name)).unwrap();
            assert!(matches!(open(one.path(), &ensemble), Err(JournalError::Gap(_))));
            std::fs::remove_file(other.path().join("part-0-of-1.sealed-0.a5part")).unwrap();
            std::fs::remove_file(other.path().join(name)).unwrap();
        }
    }
}
