//! A batch that fills its run's folder: the tables as points come in, and the journal from which a
//! stopped run goes on.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use rangemap::RangeSet;

use crate::config::Stop;
use crate::ensemble::{Ensemble, EnsembleError, RunControl, Sink, Start, is_precise};
use crate::journal::{Journal, JournalError};
use crate::partial::{Partial, PartialError, Shard};
use crate::tables::{FolderError, PointTables, RunFolder, Tables};
use crate::tally::PointTally;

/// Why a batch did not finish.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// The run failed or was stopped.
    #[error(transparent)]
    Ensemble(#[from] EnsembleError),
    /// The run's folder cannot be written.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Finished work cannot be read or saved.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl From<PartialError> for BatchError {
    fn from(error: PartialError) -> Self {
        Self::Journal(error.into())
    }
}

/// The tables of a run while its points come in.
///
/// ```
/// use std::path::Path;
/// use std::sync::atomic::AtomicBool;
/// use article5_runner::batch::{BatchError, RunTables};
/// use article5_runner::config::Experiment;
/// use article5_runner::ensemble::{RunControl, Ensemble};
/// use article5_runner::tables::{Manifest, RunFolder, StoredRun};
///
/// let text = "name = \"a\"\nquarters = 4\nreplicates = 50\nscenarios = [\"ironclad\"]";
/// let experiment = Experiment::from_toml(text, "a.toml", Path::new("."))?;
/// let ensemble = Ensemble::new(&experiment)?;
/// let (there, stop) = (tempfile::tempdir()?, AtomicBool::new(false));
/// let mut folder = RunFolder::begin(&there.path().join("a"), false)?;
/// let mut tables = RunTables::begin(&ensemble, &folder)?;
/// let control = RunControl { progress: &|_| (), stop: &stop };
/// ensemble.run(control, |point, tally| Ok::<_, BatchError>(tables.add(point, &tally)?))?;
/// let filled = tables.finish(&mut folder, &stop)?;
/// assert_eq!(filled.replicates, (50, 50));
/// folder.finish(Manifest::new(&experiment, 1))?;
/// assert_eq!(StoredRun::open(&there.path().join("a"))?.tables.risks, filled.tables.risks);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RunTables<'a> {
    ensemble: &'a Ensemble<'a>,
    files: PointTables,
    kept: Tables,
    /// How many points did not meet the stopping rule.
    imprecise: u32,
    /// How many values lay outside what their parameters allow.
    outside: u64,
}

/// A run's tables once they are finished.
#[derive(Clone, Debug)]
pub struct Filled {
    /// What charts are drawn from, if the experiment has any.
    pub tables: Tables,
    /// The fewest and the most replicates of a point.
    pub replicates: (u64, u64),
    /// At how many points the stopping rule was not met.
    pub imprecise: u32,
    /// The same in words, if there are any such points.
    pub not_precise: Option<String>,
}

impl<'a> RunTables<'a> {
    /// Begins the tables in a run's folder.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses.
    pub fn begin(ensemble: &'a Ensemble<'a>, folder: &RunFolder) -> Result<Self, FolderError> {
        let experiment = ensemble.experiment();
        let files = PointTables::begin(folder, experiment)?;
        let mut kept = Tables::new(experiment);
        kept.design = experiment.design.is_some().then(|| ensemble.design().clone());
        Ok(Self { ensemble, files, kept, imprecise: 0, outside: 0 })
    }

    /// Adds the next point, `point`, on the threads of the rayon pool in which it is called.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses.
    pub fn add(&mut self, point: u32, tally: &PointTally) -> Result<(), FolderError> {
        let experiment = self.ensemble.experiment();
        self.outside += tally.outside();
        if let Some(stop) = &experiment.stop {
            self.imprecise += u32::from(!is_precise(tally, stop, &experiment.alliance));
        }
        if experiment.output.charts {
            let rows = Tables::of_point(self.ensemble, point, tally);
            self.files.add(&rows)?;
            self.kept.keep_for_charts(rows);
            Ok(())
        } else {
            self.files.add_point(self.ensemble, point, tally)
        }
    }

    /// Says that values were not as their parameters allow, if any were not.
    pub fn defect(&self) -> Option<String> {
        defect(self.outside)
    }

    /// Says that the stopping rule was not met, if it was not.
    fn not_precise(&self) -> Option<String> {
        let stop = self.ensemble.experiment().stop.as_ref().filter(|_| self.imprecise > 0)?;
        let Stop { outcome, half_width, max_replicates } = stop;
        let several = self.ensemble.plan().points() > 1;
        let at =
            if several { format!(" at {} of the points", self.imprecise) } else { String::new() };
        Some(format!(
            "`{outcome}` is not within {half_width}{at}: {max_replicates} replicates are not enough"
        ))
    }

    /// Ends the tables and writes the other files that the configuration asks for, like
    /// [`PointTables::finish`]. The manifest will say whether there is a
    /// [defect](RunTables::defect), and what is not precise enough.
    ///
    /// # Errors
    ///
    /// As [`PointTables::finish`].
    pub fn finish(self, folder: &mut RunFolder, stop: &AtomicBool) -> Result<Filled, FolderError> {
        let not_precise = self.not_precise();
        let warnings = self.defect().into_iter().chain(not_precise.clone());
        warnings.for_each(|warning| folder.warn(warning));
        let replicates = self.files.replicates();
        self.files.finish(folder, self.ensemble, &self.kept, stop)?;
        Ok(Filled { tables: self.kept, replicates, imprecise: self.imprecise, not_precise })
    }
}

/// Says that so many values were not as their parameters allow, if any were not.
pub(crate) fn defect(outside: u64) -> Option<String> {
    (outside > 0).then(|| {
        format!(
            "{outside} values lay outside what their parameters allow, or were not numbers, and were \
             counted at the ends of their ranges: this is a defect, please report the configuration"
        )
    })
}

/// Finished work goes into the journal.
impl Sink for Journal {
    type Error = BatchError;

    fn complete(
        &mut self,
        point: u32,
        tally: PointTally,
        units: RangeSet<u64>,
    ) -> Result<(), BatchError> {
        self.seal(point, tally, units);
        Ok(())
    }

    fn progress(&mut self, open: &Partial) -> Result<(), BatchError> {
        Ok(self.save_if_due(open)?)
    }

    fn stopped(&mut self, open: &Partial) -> Result<(), BatchError> {
        Ok(self.save(open)?)
    }
}

/// A batch that can be stopped and resumed: finished work goes into its tables and its journal.
pub struct ResumableRun<'a> {
    /// The journal from which it goes on.
    pub journal: Journal,
    /// The tables of the points so far.
    pub tables: RunTables<'a>,
}

impl<'a> ResumableRun<'a> {
    /// Continues the batch whose journal is in `place`, or begins it if there is none, and returns
    /// where it starts. The points that were finished go into tables in a new folder.
    ///
    /// # Errors
    ///
    /// The journal or the folder cannot be used.
    pub fn open(
        ensemble: &'a Ensemble<'a>,
        place: &Path,
        folder: &RunFolder,
        every: Duration,
    ) -> Result<(Self, Start), BatchError> {
        let (journal, start) = Journal::open(place, ensemble, Shard::WHOLE, every)?;
        let mut tables = RunTables::begin(ensemble, folder)?;
        journal.each(|point, tally| tables.add(point, tally).map_err(BatchError::from))?;
        Ok((Self { journal, tables }, start))
    }

    /// Runs what is left, as [`Ensemble::run`] does. The caller then [finishes](RunTables::finish)
    /// the tables, and [saves](Journal::save_complete) the journal if the folder cannot be put in
    /// its place.
    ///
    /// # Errors
    ///
    /// As [`Ensemble::run`], and what cannot be written.
    pub fn run(&mut self, start: Start, control: RunControl<'_>) -> Result<(), BatchError> {
        let ensemble = self.tables.ensemble;
        ensemble.run_from(start, control, self)?;
        let output = &ensemble.experiment().output;
        if output.replicates || output.trajectories {
            // Writing one row per replicate takes as long again, and can be stopped too.
            self.journal.save_complete()?;
        }
        Ok(())
    }
}

impl Sink for ResumableRun<'_> {
    type Error = BatchError;

    fn complete(
        &mut self,
        point: u32,
        tally: PointTally,
        units: RangeSet<u64>,
    ) -> Result<(), BatchError> {
        // Finished work is saved even if its tables cannot be written.
        let added = self.tables.add(point, &tally);
        self.journal.complete(point, tally, units)?;
        Ok(added?)
    }

    fn progress(&mut self, open: &Partial) -> Result<(), BatchError> {
        self.journal.progress(open)
    }

    fn stopped(&mut self, open: &Partial) -> Result<(), BatchError> {
        self.journal.stopped(open)
    }
}
