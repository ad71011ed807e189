//! Running a batch to its end: units into the journal, tables, charts, manifest.

use std::sync::atomic::{AtomicBool, Ordering};

use article5_runner::batch::{Filled, ResumableRun, RunTables};
use article5_runner::ensemble::{Ensemble, RunControl, Start};
use article5_runner::estimate::memory_at_most;
use article5_runner::numbers::{count, counted};
use article5_runner::partial::Merge;
use article5_runner::tables::{Manifest, RunFolder};
use article5_runner::workplace::{Task, Workplace};
use serde_json::Value;

use super::bar::{open_ended, progress_bar};
use super::destination::of_answer;
use super::job::{Job, warn_of_rest};
use super::memory;
use super::plot::draw;
use super::sensitivity::is_answerable;
use crate::exit::{Failure, stopped};
use crate::say::{self, tell};

/// A job that is a batch.
pub(crate) struct Batch<'a> {
    pub(crate) job: Job<'a>,
    pub(crate) ensemble: &'a Ensemble<'a>,
}

impl Batch<'_> {
    /// Runs what is left to do, and puts the run's folder in its place. Whatever stops it, finished
    /// work stays in the workplace, where it is saved every so often.
    pub(crate) fn run(&self, place: Workplace) -> Result<(), Failure> {
        let done = self.fill(&place);
        self.close(&self.job.settle(place, done)?)
    }

    fn fill(&self, place: &Workplace) -> Result<(Filled, Manifest), Failure> {
        self.warn_of_memory();
        let mut journal = None;
        let done = self.job.fill(place, |folder, stop| {
            let save_every = self.job.work.save_every();
            let (mut run, start) =
                ResumableRun::open(self.ensemble, place.path(), folder, save_every)?;
            self.compute(&mut run, start, stop)?;
            journal = Some(run.journal);
            self.finish(run.tables, folder, stop)
        });
        if let (Err(_), Some(journal)) = (&done, &mut journal) {
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
        let verbosity = self.job.work.verbosity;
        let (finished, all) = (start.replicates(self.ensemble), self.ensemble.size());
        let bar = match self.job.experiment.stop {
            Some(_) => open_ended(verbosity, finished, all),
            None => progress_bar(verbosity, finished, all),
        };
        let control = RunControl { progress: &|finished| bar.inc(finished), stop };
        let done = run.run(start, control);
        bar.finish_and_clear();
        Ok(done?)
    }

    /// Merges partials, and puts the run's folder in its place. Whatever stops it, nothing is left.
    pub(crate) fn merge(&self, mut parts: Merge) -> Result<(), Failure> {
        let place = Workplace::of_merge(self.job.target)?;
        self.warn_of_memory();
        let done = self.job.fill(&place, |folder, stop| {
            let mut tables = RunTables::begin(self.ensemble, folder)?;
            while let Some((point, tally)) = parts.next_point()? {
                if stop.load(Ordering::Relaxed) {
                    return Err(stopped());
                }
                tables.add(point, &tally)?;
            }
            self.finish(tables, folder, stop)
        });
        let left = place.leave();
        let done = done?;
        if let Err(error) = left {
            warn_of_rest(self.job.target, &error);
        }
        self.close(&done)
    }

    fn warn_of_memory(&self) {
        memory::warn(memory_at_most(self.ensemble, self.job.work.threads.number()));
    }

    /// Finishes the tables, after a warning of any defect in them, and draws the charts.
    fn finish(
        &self,
        tables: RunTables<'_>,
        folder: &mut RunFolder,
        stop: &AtomicBool,
    ) -> Result<(Filled, u64), Failure> {
        if let Some(defect) = tables.defect() {
            tell(format_args!("warning: {defect}"));
        }
        let filled = tables.finish(folder, stop)?;
        draw(self.job.experiment, &filled.tables, folder)?;
        let replicates = filled.replicates.1;
        Ok((filled, replicates))
    }

    /// The closing words.
    fn close(&self, (filled, manifest): &(Filled, Manifest)) -> Result<(), Failure> {
        let seconds = manifest.wall_seconds;
        let (json, prose) = (|| self.summary(filled, seconds), || self.sentences(filled, seconds));
        say::close(self.job.target, &say::words(self.job.work.verbosity, json, prose))
    }

    /// What was done, for programs.
    fn summary(&self, filled: &Filled, seconds: f64) -> Value {
        let (experiment, (fewest, n)) = (self.job.experiment, filled.replicates);
        let mut summary = serde_json::json!({
            "run": self.job.target.to_string_lossy(),
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
    fn sentences(&self, filled: &Filled, seconds: f64) -> String {
        let experiment = self.job.experiment;
        let (points, (fewest, n)) = (self.ensemble.plan().points(), filled.replicates);
        let scenarios = counted(experiment.scenarios.len() as u64, "scenario", "scenarios");
        let points = match points {
            0 | 1 => String::new(),
            several => format!(" × {} points", count(several.into())),
        };
        let from = if fewest < n { format!("{} to ", count(fewest)) } else { String::new() };
        let replicates = counted(n, "replicate", "replicates");
        let target = self.job.target.display();
        let done = format!("{scenarios}{points} × {from}{replicates} in {seconds:.1} s: {target}");
        let further = |task, does: &str| {
            let out = say::word(&of_answer(self.job.target, task));
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
