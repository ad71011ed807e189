//! `article5 sensitivity`: which parameters decide, and in which corner of their space it happens.

use std::io::Write;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use article5_runner::config::Experiment;
use article5_runner::ensemble::{Conduct, Ensemble};
use article5_runner::sensitivity::{Answers, Subject, Survey, SurveyError, subjects};
use article5_runner::tables::{Manifest, RunFolder, Tables};
use indicatif::{ProgressBar, ProgressStyle};

use super::batch::{Clock, OUTPUT, draw, pool, stop_on_ctrl_c, threads};
use super::run::read;
use crate::args::{self, Talk};
use crate::exit::Failure;

/// Runs the design, makes the indices and the boxes, writes, draws and tells them.
pub(crate) fn sensitivity(arguments: &args::Sensitivity) -> Result<(), Failure> {
    let experiment = read(&arguments.config, arguments.changes)?;
    let asked = asked(&experiment)?;
    let target = arguments.out.clone().unwrap_or_else(|| Path::new(OUTPUT).join(&experiment.name));
    let mut folder = RunFolder::begin(&target, arguments.force)?;
    let clock = Clock::start();
    let stop = stop_on_ctrl_c();
    let threads = threads(arguments.threads);
    let ensemble = Ensemble::new(&experiment)?;
    let survey = pool(threads)?.install(|| survey(&ensemble, asked, arguments.talk, &stop))?;
    let answers = Answers::new(&survey).map_err(Failure::machine)?;
    answers.write(&mut folder)?;
    if experiment.output.charts {
        let (sensitivity, boxes) = (answers.sensitivity_rows(), answers.box_rows());
        let tables = Tables { sensitivity, boxes, ..Tables::new(&experiment) };
        draw(&experiment, experiment.replicates, &tables, &mut folder)?;
    }
    let mut manifest = Manifest::new(&experiment, threads);
    manifest.git_commit = crate::GIT_COMMIT.map(str::to_owned);
    manifest.wall_seconds = clock.seconds();
    manifest.cpu_seconds = clock.processor_seconds();
    folder.finish(manifest)?;
    tell(arguments.talk, &answers, &target)
}

/// What the configuration asks about; it must ask something.
fn asked(experiment: &Experiment) -> Result<Vec<Subject>, Failure> {
    let asked = subjects(experiment);
    if asked.is_empty() {
        return Err(Failure::Input(miette::miette!(
            help = "add a table [sensitivity] with `outcomes = [\"tiered\"]`, or [discovery] with \
                    `outcome = \"tiered\"` and `at_least = 0.5`",
            "the configuration asks for no sensitivity and no discovery"
        )));
    }
    Ok(asked)
}

/// Runs every point, with a progress bar where somebody watches.
fn survey<'a>(
    ensemble: &'a Ensemble<'a>,
    asked: Vec<Subject>,
    talk: Talk,
    stop: &AtomicBool,
) -> Result<Survey<'a>, Failure> {
    let bar = if talk.quiet || talk.json {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(Survey::size(ensemble, &asked))
    };
    let style = "{bar:40} {human_pos} of {human_len} replicates, {per_sec}, {eta} left";
    bar.set_style(ProgressStyle::with_template(style).unwrap_or(ProgressStyle::default_bar()));
    let conduct = Conduct { progress: &|finished| bar.inc(finished), stop };
    let survey = Survey::run(ensemble, asked, conduct);
    bar.finish_and_clear();
    survey.map_err(|error| match error {
        SurveyError::Ensemble(error) => error.into(),
        error => Failure::input(error),
    })
}

/// The answers on standard output.
fn tell(talk: Talk, answers: &Answers<'_>, target: &Path) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    if talk.json {
        let summary = serde_json::json!({
            "run": target,
            "sensitivity": answers.sensitivity_rows(),
            "boxes": answers.box_rows(),
            "warnings": answers.warnings(),
        });
        writeln!(out, "{summary}")?;
    } else if !talk.quiet {
        write!(out, "{answers}\n{}\n", target.display())?;
    }
    Ok(())
}
