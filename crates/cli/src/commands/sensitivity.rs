//! `article5 sensitivity`: which parameters decide, and in which corner of their space it happens.

use std::path::Path;

use article5_runner::config::Experiment;
use article5_runner::ensemble::{Ensemble, RunControl};
use article5_runner::notes::Notes;
use article5_runner::sensitivity::{Answers, Subject, Survey, subjects};
use article5_runner::workplace::{Task, Workplace};

use super::bar::progress_bar;
use super::configuration::{Configuration, Refused};
use super::destination;
use super::job::Job;
use super::plot::draw;
use crate::args::{Question, Verbosity};
use crate::exit::Failure;
use crate::say;

/// The file of notes on what was found at the points of the design.
const NOTES: &str = "survey.notes";

/// Runs the design, estimates the indices and finds the boxes; writes, draws and reports them.
pub(crate) fn sensitivity(question: &Question) -> Result<(), Failure> {
    let configuration = Configuration::read(&question.config, question.changes)?;
    let experiment = &configuration.experiment;
    let subjects = asked(&configuration)?;
    let target = destination::of_run(question.out.as_deref(), experiment);
    let (task, work) = (Task::Sensitivity, question.work);
    let job = Job { experiment, task, target: &target, work, command: task.name() };
    analyse(&job, subjects, job.begin()?)
}

/// Estimates the indices and finds the boxes; points that are done already are not run again.
pub(crate) fn analyse(
    job: &Job<'_>,
    subjects: Vec<Subject>,
    place: Workplace,
) -> Result<(), Failure> {
    let ensemble = Ensemble::new(job.experiment)?;
    let (path, every) = (place.path().join(NOTES), job.work.save_every());
    let (said, _) = job.run(place, |folder, stop| {
        let possible = |means: &Vec<f64>| Survey::could_find(&subjects, means);
        let (notes, found) = Notes::open(&path, &ensemble, possible, every)?;
        let finished = Survey::finished(&ensemble, &subjects, &found);
        let all = Survey::size(&ensemble, &subjects);
        let bar = progress_bar(job.work.verbosity, finished, all);
        let control = RunControl { progress: &|finished| bar.inc(finished), stop };
        let survey = Survey::run_from(&ensemble, subjects, control, found, Some(notes));
        bar.finish_and_clear();
        let survey = survey?;
        let answers = Answers::new(&survey).map_err(Failure::machine)?;
        answers.write(folder)?;
        draw(job.experiment, &answers.tables(), folder)?;
        Ok((said(job.work.verbosity, &answers, job.target), job.experiment.replicates))
    })?;
    say::close(job.target, &said)
}

/// What the configuration asks about; it must ask something that can be answered.
pub(crate) fn asked(configuration: &Configuration) -> Result<Vec<Subject>, Failure> {
    let asked = subjects(&configuration.experiment);
    if asked.is_empty() {
        return Err(configuration.refuse(&Refused::NothingAsked));
    }
    Survey::check(&configuration.experiment).map_err(|error| configuration.refuse(&error))?;
    Ok(asked)
}

/// Whether the configuration asks something that a sensitivity analysis can answer.
pub(crate) fn is_answerable(experiment: &Experiment) -> bool {
    !subjects(experiment).is_empty() && Survey::check(experiment).is_ok()
}

/// The closing words, with the answers.
fn said(verbosity: Verbosity, answers: &Answers<'_>, target: &Path) -> String {
    let json = || {
        serde_json::json!({
            "run": target.to_string_lossy(),
            "sensitivity": answers.sensitivity_rows(),
            "boxes": answers.box_rows(),
            "warnings": answers.warnings(),
        })
    };
    say::words(verbosity, json, || format!("{answers}\n{}", target.display()))
}
