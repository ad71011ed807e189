//! What the commands that answer questions share: `claims` and `sensitivity`.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use article5_runner::config::Experiment;
use article5_runner::tables::{Manifest, RunFolder, Tables};
use article5_runner::workplace::{Task, Workplace};

use super::batch::{Clock, pool, resumption, settle, tell_remarks};
use super::destination;
use super::plot::draw;
use crate::args::Work;
use crate::exit::Failure;
use crate::signals::stop_on_signals;

/// A question and where its answer goes.
pub(crate) struct Inquiry<'a> {
    pub(crate) experiment: &'a Experiment,
    pub(crate) task: Task,
    /// The run's folder.
    pub(crate) target: &'a Path,
    pub(crate) work: Work,
    /// The command that works on it.
    pub(crate) command: &'static str,
}

impl Inquiry<'_> {
    /// Begins to work on the question.
    pub(crate) fn begin(&self) -> Result<Workplace, Failure> {
        destination::begin(self.task, self.target, self.experiment, self.work.force)
    }

    /// Works on the question, and puts the run's folder in its place, whole or not at all: `answer`
    /// finds the answer, writes its tables, and returns what charts are drawn from. Whatever stops
    /// it, what was found stays in the workplace.
    pub(crate) fn run<T: Send>(
        &self,
        place: Workplace,
        answer: impl FnOnce(&Workplace, &mut RunFolder, &AtomicBool) -> Result<(T, Tables), Failure>
        + Send,
    ) -> Result<(T, Manifest), Failure> {
        let done = self.fill(&place, answer);
        settle(place, self.target, &resumption(self.target), done)
    }

    fn fill<T: Send>(
        &self,
        place: &Workplace,
        answer: impl FnOnce(&Workplace, &mut RunFolder, &AtomicBool) -> Result<(T, Tables), Failure>
        + Send,
    ) -> Result<(T, Manifest), Failure> {
        let (clock, stop) = (Clock::start(), stop_on_signals());
        let threads = self.work.threads.number();
        place.clear_away()?;
        tell_remarks(self.experiment, self.work.verbosity);
        let mut folder = RunFolder::begin_in(place.path(), self.target, self.work.force)?;
        let (found, tables) = pool(threads)?.install(|| answer(place, &mut folder, &stop))?;
        if self.experiment.output.charts {
            draw(self.experiment, &tables, &mut folder)?;
        }
        let manifest = clock.manifest(self.experiment, threads, self.task, self.command);
        folder.finish(manifest.clone())?;
        Ok((found, manifest))
    }
}
