//! `article5 resume`: finishes an interrupted run.

use std::path::Path;

use article5_runner::config::{CONFIGURATION_FILE, Experiment, Source};
use article5_runner::ensemble::Ensemble;
use article5_runner::tables::{FolderError, Manifest, may_take, read_manifest};
use article5_runner::workplace::{Task, Workplace, WorkplaceError};

use super::batch::Batch;
use super::configuration::Configuration;
use super::destination::of_unfinished;
use super::job::{Job, clear_up};
use super::{claims, sensitivity};
use crate::args::{Resume, Verbosity};
use crate::exit::Failure;
use crate::say;

/// The command, for the manifest.
const RESUME: &str = "resume";

/// Goes on with a run where it was stopped; what is finished is not run again.
pub(crate) fn resume(arguments: &Resume) -> Result<(), Failure> {
    let mut work = arguments.work;
    let target = of_unfinished(&arguments.run);
    let place = match Workplace::open(&target) {
        // It was done, or stopped while it cleared up.
        Err(WorkplaceError::NotThere(_)) if read_manifest(&target).is_ok() => {
            Workplace::clear_done(&target)?;
            return close_done(&target, work.verbosity);
        }
        opened => opened?,
    };
    let source = Source::read(&place.path().join(CONFIGURATION_FILE)).map_err(Failure::input)?;
    let configuration = Configuration::written(source)?;
    let experiment = &configuration.experiment;
    let task = place.task()?;
    if !place.is_old_run(&target)?
        && read_manifest(&target).is_ok_and(|manifest| is_of(&manifest, task, experiment))
    {
        // It was stopped after the folder was given its name, before the workplace was removed.
        clear_up(place, &target);
        return close_done(&target, work.verbosity);
    }
    work.force |= place.replaces()?;
    may_take(&target, work.force).map_err(taken)?;
    let job = Job { experiment, task, target: &target, work, command: RESUME };
    match task {
        Task::Run => Batch { job, ensemble: &Ensemble::new(experiment)? }.run(place),
        Task::Claims => claims::judge(&job, &claims::asked(&configuration)?, place),
        Task::Sensitivity => sensitivity::analyse(&job, sensitivity::asked(&configuration)?, place),
        // Nothing that this program wrote says so of a workplace.
        Task::Trace => Err(WorkplaceError::NoTask(place.path().to_owned()).into()),
    }
}

/// What is said if something is in the run's place: `resume` has no option to name another.
fn taken(error: FolderError) -> Failure {
    let help = match error {
        FolderError::Exists(_) => "move it away, or replace it with `--force`",
        FolderError::NotARun(_) => "move it away",
        other => return other.into(),
    };
    Failure::Input(miette::miette!(help = help, "{error}"))
}

/// The closing words of a run that was done already, whatever its task.
fn close_done(target: &Path, verbosity: Verbosity) -> Result<(), Failure> {
    let json = || serde_json::json!({ "run": target.to_string_lossy(), "already_done": true });
    let prose = || format!("the run was done already: {}", target.display());
    say::close(target, &say::words(verbosity, json, prose))
}

/// Whether that is the manifest of this task for this experiment. A trace of it, or the answer to
/// another question, may be put there while the task is unfinished.
fn is_of(manifest: &Manifest, task: Task, experiment: &Experiment) -> bool {
    manifest.task == Some(task)
        && manifest.configuration_hash == experiment.hash().to_hex().as_str()
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind::PermissionDenied;

    use super::*;

    #[test]
    fn a_place_that_may_not_be_looked_into_is_no_fault_of_the_input() {
        let path = || "a".into();
        assert!(matches!(taken(FolderError::Exists(path())), Failure::Input(_)));
        assert!(matches!(taken(FolderError::NotARun(path())), Failure::Input(_)));
        let refused = FolderError::Io { path: path(), source: PermissionDenied.into() };
        assert!(matches!(taken(refused), Failure::Machine(_)));
    }
}
