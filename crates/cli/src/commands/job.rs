//! What the commands share that fill a run's folder: from the first remark to the folder in its
//! place.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use article5_runner::config::Experiment;
use article5_runner::tables::{Manifest, RunFolder};
use article5_runner::workplace::{Task, Workplace, WorkplaceError};
use cpu_time::ProcessTime;

use super::destination;
use crate::args::{Verbosity, Work};
use crate::exit::Failure;
use crate::say::{self, tell};
use crate::signals::stop_on_signals;

/// What is to be done, and where it goes.
pub(crate) struct Job<'a> {
    pub(crate) experiment: &'a Experiment,
    pub(crate) task: Task,
    /// The run's folder.
    pub(crate) target: &'a Path,
    pub(crate) work: Work,
    /// The command that works on it.
    pub(crate) command: &'static str,
}

impl Job<'_> {
    /// Begins to work on it.
    pub(crate) fn begin(&self) -> Result<Workplace, Failure> {
        destination::begin(self.task, self.target, self.experiment, self.work.force)
    }

    /// Works on it, and puts the run's folder in its place, whole or not at all. Whatever stops it,
    /// what was found stays in the workplace.
    pub(crate) fn run<T: Send>(
        &self,
        place: Workplace,
        work: impl FnOnce(&mut RunFolder, &AtomicBool) -> Result<(T, u64), Failure> + Send,
    ) -> Result<(T, Manifest), Failure> {
        let done = self.fill(&place, work);
        self.settle(place, done)
    }

    /// Does the same, but leaves the workplace as it is then: `work` writes the tables, draws the
    /// charts, and returns what is to be said of them and the most replicates of a point.
    pub(crate) fn fill<T: Send>(
        &self,
        place: &Workplace,
        work: impl FnOnce(&mut RunFolder, &AtomicBool) -> Result<(T, u64), Failure> + Send,
    ) -> Result<(T, Manifest), Failure> {
        let (clock, stop) = (Clock::start(), stop_on_signals());
        let threads = self.work.threads.number();
        place.clear_away()?;
        tell_remarks(self.experiment, self.work.verbosity);
        let mut folder = RunFolder::begin_in(place.path(), self.target, self.work.force)?;
        let (found, replicates) = pool(threads)?.install(|| work(&mut folder, &stop))?;
        let manifest = clock.manifest(self.experiment, threads, self.task, self.command);
        let manifest = Manifest { replicates, ..manifest };
        folder.finish(manifest.clone())?;
        Ok((found, manifest))
    }

    /// Clears up after what is done and in its place, or says what goes on with it.
    pub(crate) fn settle<T>(
        &self,
        place: Workplace,
        done: Result<T, Failure>,
    ) -> Result<T, Failure> {
        let resumption = format!("`article5 resume {}`", say::word(self.target));
        settle(place, self.target, &resumption, done)
    }
}

/// Says what the results will not mean, before they are computed; the manifest says it too.
fn tell_remarks(experiment: &Experiment, verbosity: Verbosity) {
    if !verbosity.quiet {
        experiment.remarks().iter().for_each(|remark| tell(format_args!("note: {remark}")));
    }
}

/// Removes the workplace of a run that is whole and in its place, which must not look like one that
/// failed.
pub(crate) fn clear_up(place: Workplace, target: &Path) {
    if let Err(error) = place.remove() {
        warn_of_rest(target, &error);
    }
}

/// Warns of what is left of the workplace of a run that is in its place.
pub(crate) fn warn_of_rest(target: &Path, error: &WorkplaceError) {
    tell(format_args!(
        "warning: `{}` is complete, but the folder it was made in could not be removed: {error}",
        target.display()
    ));
}

/// Clears up after what is done and in its place; leaves what is not, and adds to the failure what
/// goes on with it if finished work is kept.
pub(crate) fn settle<T>(
    place: Workplace,
    target: &Path,
    next: &str,
    done: Result<T, Failure>,
) -> Result<T, Failure> {
    match done {
        Ok(done) => {
            clear_up(place, target);
            Ok(done)
        }
        Err(Failure::Interrupted(_)) => Err(Failure::Interrupted(format!(
            "stopped; what is finished is kept, and {next} goes on from there"
        ))),
        // The folder itself may be gone.
        Err(Failure::Machine(report))
            if place.leave_work() && Workplace::beside(target).exists() =>
        {
            let kept = format!("what was saved before is kept: {next} goes on from there");
            Err(Failure::machine_with_help(&report, &kept))
        }
        other => other,
    }
}

/// Starts the threads to run on.
pub(crate) fn pool(threads: usize) -> Result<rayon::ThreadPool, Failure> {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(Failure::machine)
}

/// Times for the manifest; no result depends on them.
pub(crate) struct Clock {
    wall: Instant,
    processor: Option<ProcessTime>,
}

impl Clock {
    /// The manifest of what is finished by this command, which began when the clock was started.
    pub(crate) fn manifest(
        &self,
        experiment: &Experiment,
        threads: usize,
        task: Task,
        command: &str,
    ) -> Manifest {
        let mut manifest = Manifest::new(experiment, threads);
        manifest.task = Some(task);
        manifest.finished_by = Some(command.to_owned());
        manifest.git_commit = crate::GIT_COMMIT.map(str::to_owned);
        manifest.wall_seconds = self.seconds();
        manifest.cpu_seconds = self.processor_seconds();
        manifest
    }

    #[expect(clippy::disallowed_methods, reason = "the manifest says how long a run took")]
    pub(crate) fn start() -> Self {
        Self { wall: Instant::now(), processor: ProcessTime::try_now().ok() }
    }

    pub(crate) fn seconds(&self) -> f64 {
        self.wall.elapsed().as_secs_f64()
    }

    /// The processor time of all threads, if the system tells it.
    fn processor_seconds(&self) -> Option<f64> {
        Some(self.processor?.try_elapsed().ok()?.as_secs_f64())
    }
}
