//! `article5 claims`: which hypotheses hold, and over how much of the parameter space.

use std::path::Path;

use article5_runner::claims::{Answers, Study, over_space};
use article5_runner::config::Experiment;
use article5_runner::ensemble::RunControl;
use article5_runner::notes::Notes;
use article5_runner::numbers::{count, counted};
use article5_runner::workplace::{Task, Workplace};

use super::bar::progress_bar;
use super::configuration::Configuration;
use super::destination;
use super::job::Job;
use super::memory;
use super::plot::draw;
use super::verdicts::{dominance, table, together};
use crate::args::{Question, Verbosity};
use crate::exit::Failure;
use crate::say::{self, tell};

/// The file of notes on what was found over the space.
const NOTES: &str = "space.notes";

/// Runs the baseline and the space, judges the claims, and writes the run's folder at the end,
/// whole or not at all.
pub(crate) fn claims(question: &Question) -> Result<(), Failure> {
    let configuration = Configuration::read(&question.config, question.changes)?;
    let experiment = &configuration.experiment;
    let over_space = asked(&configuration)?;
    if question.changes.replicates.is_some() && !question.work.verbosity.quiet {
        say_what_stays(&over_space);
    }
    let target = destination::of_run(question.out.as_deref(), experiment);
    let (task, work) = (Task::Claims, question.work);
    let job = Job { experiment, task, target: &target, work, command: task.name() };
    judge(&job, &over_space, job.begin()?)
}

/// Says that `--replicates` leaves the space as it is, which takes most of the time.
fn say_what_stays(over_space: &Experiment) {
    let points = over_space.design.as_ref().map_or(1, |design| design.points());
    let (points, n) = (counted(points, "point", "points"), count(over_space.replicates));
    tell(format_args!(
        "note: the space keeps its {points} with {n} replicates each: `points` and `replicates` in [space] set \
         them"
    ));
}

/// The experiment over the space of the claims; there must be claims that can be judged.
pub(crate) fn asked(configuration: &Configuration) -> Result<Experiment, Failure> {
    over_space(&configuration.experiment).map_err(|error| configuration.refuse(&error))
}

/// Judges the claims; points that are done already are not run again.
pub(crate) fn judge(
    job: &Job<'_>,
    over_space: &Experiment,
    place: Workplace,
) -> Result<(), Failure> {
    let study = Study::new(job.experiment, over_space)?;
    memory::warn(study.memory_at_most(job.work.threads.number()));
    let (path, every) = (place.path().join(NOTES), job.work.save_every());
    let (answers, manifest) = job.run(place, |folder, stop| {
        let (notes, found) =
            Notes::open(&path, study.space(), |point| study.could_find(point), every)?;
        let bar = progress_bar(job.work.verbosity, study.finished(&found), study.size());
        let control = RunControl { progress: &|finished| bar.inc(finished), stop };
        let answers = study.run_from(control, &found, Some(notes));
        bar.finish_and_clear();
        let answers = answers?;
        if let Some(defect) = answers.defect() {
            tell(format_args!("warning: {defect}"));
        }
        answers.write(folder, stop)?;
        draw(job.experiment, &answers.tables, folder)?;
        Ok((answers, job.experiment.replicates))
    })?;
    close(job.work.verbosity, &answers, job.target, manifest.wall_seconds)
}

/// The closing words: the claims, what they are worth together, and where the rest is.
fn close(
    verbosity: Verbosity,
    answers: &Answers<'_>,
    target: &Path,
    seconds: f64,
) -> Result<(), Failure> {
    let verdicts = &answers.verdicts;
    let rows = &verdicts.claims;
    let json = || {
        serde_json::json!({
            "run": target.to_string_lossy(),
            "claims": rows,
            "decisions": answers.decisions,
            "judged_where": answers.judged_where(),
            "seconds": seconds,
        })
    };
    let prose = || {
        let claims = counted(rows.len() as u64, "claim", "claims");
        let judged = format!("{claims} judged in {seconds:.1} s: {}", target.display());
        let policies = dominance(&answers.decisions);
        let limits = limits(answers).map_or_else(String::new, |limits| format!("{limits}\n"));
        format!("{}\n\n{limits}{}\n\n{policies}\n\n{judged}", table(verdicts), together(rows))
    };
    say::close(target, &say::words(verbosity, json, prose))
}

/// At which points of the space the claims are judged, if not at all, and what helps if at none.
fn limits(answers: &Answers<'_>) -> Option<String> {
    let limits = answers.judged_where()?;
    Some(match answers.judged {
        0 => format!(
            "{limits}; space_risks.csv has the risks at each: change the bounds in [[space.where]] so that \
             some count, and run again with `--force`"
        ),
        _ => limits,
    })
}
