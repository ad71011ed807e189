//! Running a batch to its end: units into the journal, tables, charts, manifest.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use article5_runner::batch::{Filled, ResumableRun, RunTables};
use article5_runner::config::Experiment;
use article5_runner::ensemble::{Ensemble, RunControl, Start};
use article5_runner::estimate::memory_at_most;
use article5_runner::numbers::{count, counted};
use article5_runner::partial::Merge;
use article5_runner::tables::{Manifest, RunFolder};
use article5_runner::workplace::{Task, Workplace, WorkplaceError};
use cpu_time::ProcessTime;
use serde_json::Value;

use super::bar::{open_ended, progress_bar};
use super::destination::of_answer;
use super::memory;
use super::plot::draw;
use super::sensitivity::is_answerable;
use crate::args::{Threads, Verbosity};
use crate::exit::{Failure, stopped};
use crate::say::{self, tell};
use crate::signals::stop_on_signals;

/// A batch and where it goes.
pub(crate) struct Batch<'a> {
    pub(crate) ensemble: &'a Ensemble<'a>,
    /// The run's folder.
    pub(crate) target: &'a Path,
    /// Whether it replaces a run that is there.
    pub(crate) force: bool,
    pub(crate) threads: Threads,
    pub(crate) verbosity: Verbosity,
    /// The command that works on it.
    pub(crate) command: &'static str,
}

impl Batch<'_> {
    /// Runs what is left to do, and puts the run's folder in its place. Whatever stops it, finished
    /// work stays in the workplace, where it is saved every so often.
    pub(crate) fn run(&self, place: Workplace, save_every: Duration) -> Result<(), Failure> {
        let done = self.fill(&place, save_every);
        self.close(&settle(place, self.target, &resumption(self.target), done)?)
    }

    fn fill(&self, place: &Workplace, save_every: Duration) -> Result<Done, Failure> {
        let clock = Clock::start();
        place.clear_away()?;
        tell_remarks(self.ensemble.experiment(), self.verbosity);
        memory::warn(memory_at_most(self.ensemble, self.threads.number()));
        let stop = stop_on_signals();
        let mut folder = RunFolder::begin_in(place.path(), self.target, self.force)?;
        let (mut journal, filled) = pool(self.threads.number())?.install(|| {
            let (mut run, start) =
                ResumableRun::open(self.ensemble, place.path(), &folder, save_every)?;
            self.compute(&mut run, start, &stop)?;
            let ResumableRun { journal, tables } = run;
            Ok::<_, Failure>((journal, finish_tables(tables, &mut folder, &stop)))
        })?;
        let done = filled.and_then(|filled| self.finish(folder, filled, &clock));
        if done.is_err() {
            journal.save_complete()?;
        }
        done
    }

    /// Runs the replicates and writes the tables point by point.
    fn compute(
        &self,
        run: &mut ResumableRun<'_>,
        start: Start,
        stop: &AtomicBool,
    ) -> Result<(), Failure> {
        let (finished, all) = (start.replicates(self.ensemble), self.ensemble.size());
        let bar = match self.ensemble.experiment().stop {
            Some(_) => open_ended(self.verbosity, finished, all),
            None => progress_bar(self.verbosity, finished, all),
        };
        let control = RunControl { progress: &|finished| bar.inc(finished), stop };
        let done = run.run(start, control);
        bar.finish_and_clear();
        Ok(done?)
    }

    /// Merges partials, and puts the run's folder in its place. Whatever stops it, nothing is left.
    pub(crate) fn merge(&self, parts: Merge) -> Result<(), Failure> {
        let place = Workplace::of_merge(self.target)?;
        let done = self.fill_merged(&place, parts);
        let left = place.leave();
        let done = done?;
        if let Err(error) = left {
            warn_of_rest(self.target, &error);
        }
        self.close(&done)
    }

    fn fill_merged(&self, place: &Workplace, mut parts: Merge) -> Result<Done, Failure> {
        let clock = Clock::start();
        tell_remarks(self.ensemble.experiment(), self.verbosity);
        memory::warn(memory_at_most(self.ensemble, self.threads.number()));
        let stop = stop_on_signals();
        let mut folder = RunFolder::begin_in(place.path(), self.target, self.force)?;
        let mut tables = RunTables::begin(self.ensemble, &folder)?;
        let filled = pool(self.threads.number())?.install(|| {
            while let Some((point, tally)) = parts.next_point()? {
                if stop.load(Ordering::Relaxed) {
                    return Err(stopped());
                }
                tables.add(point, &tally)?;
            }
            finish_tables(tables, &mut folder, &stop)
        })?;
        self.finish(folder, filled, &clock)
    }

    /// Draws the charts, and puts the folder in its place.
    fn finish(
        &self,
        mut folder: RunFolder,
        filled: Filled,
        clock: &Clock,
    ) -> Result<Done, Failure> {
        let experiment = self.ensemble.experiment();
        if experiment.output.charts {
            draw(experiment, &filled.tables, &mut folder)?;
        }
        let mut manifest =
            clock.manifest(experiment, self.threads.number(), Task::Run, self.command);
        manifest.replicates = filled.replicates.1;
        let seconds = manifest.wall_seconds;
        folder.finish(manifest)?;
        Ok(Done { seconds, filled })
    }

    /// The closing words.
    fn close(&self, done: &Done) -> Result<(), Failure> {
        let words = say::words(self.verbosity, || self.summary(done), || self.sentences(done));
        say::close(self.target, &words)
    }

    /// What was done, for programs.
    fn summary(&self, done: &Done) -> Value {
        let Done { seconds, filled } = done;
        let (experiment, (fewest, n)) = (self.ensemble.experiment(), filled.replicates);
        let mut summary = serde_json::json!({
            "run": self.target.to_string_lossy(),
            "scenarios": experiment.scenarios.len(),
            "points": self.ensemble.plan().points(),
            "replicates": n,
            "seconds": seconds,
        });
        if experiment.stop.is_some() {
            summary["points_not_precise"] = filled.imprecise.into();
            summary["fewest_replicates"] = fewest.into();
        }
        summary
    }

    /// What was done, and what can be asked of it, in words.
    fn sentences(&self, done: &Done) -> String {
        let Done { seconds, filled } = done;
        let experiment = self.ensemble.experiment();
        let (points, (fewest, n)) = (self.ensemble.plan().points(), filled.replicates);
        let scenarios = counted(experiment.scenarios.len() as u64, "scenario", "scenarios");
        let points = match points {
            0 | 1 => String::new(),
            several => format!(" × {} points", count(several.into())),
        };
        let from = if fewest < n { format!("{} to ", count(fewest)) } else { String::new() };
        let replicates = counted(n, "replicate", "replicates");
        let target = self.target.display();
        let done = format!("{scenarios}{points} × {from}{replicates} in {seconds:.1} s: {target}");
        let further = |task, does: &str| {
            let out = say::word(&of_answer(self.target, task));
            format!("`article5 {}` with `--out {out}` {does} of the configuration", task.name())
        };
        let claims = experiment.over_space().map(|_| further(Task::Claims, "judges the claims"));
        let analysis =
            is_answerable(experiment).then(|| further(Task::Sensitivity, "analyses the design"));
        let warning = filled.not_precise.clone();
        let lines = std::iter::once(done).chain(warning).chain(claims).chain(analysis);
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Says what the results will not mean, before they are computed; the manifest says it too.
pub(crate) fn tell_remarks(experiment: &Experiment, verbosity: Verbosity) {
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

fn warn_of_rest(target: &Path, error: &WorkplaceError) {
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

/// The command that goes on with a run.
pub(crate) fn resumption(target: &Path) -> String {
    format!("`article5 resume {}`", say::word(target))
}

/// What the closing words report.
struct Done {
    seconds: f64,
    filled: Filled,
}

/// Finishes the tables, after a warning of any defect in them.
fn finish_tables(
    tables: RunTables<'_>,
    folder: &mut RunFolder,
    stop: &AtomicBool,
) -> Result<Filled, Failure> {
    if let Some(defect) = tables.defect() {
        tell(format_args!("warning: {defect}"));
    }
    Ok(tables.finish(folder, stop)?)
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
