//! `article5 resume`: finishes an interrupted run.

use std::io::Write;
use std::path::Path;

use article5_runner::config::Experiment;
use article5_runner::ensemble::Ensemble;
use article5_runner::tables::{MANIFEST_FILE, Manifest, STORY_FILE};
use article5_runner::workplace::{Task, Workplace};

use super::batch::Batch;
use super::inquiry::Inquiry;
use super::run::refuse_what_is_not_built;
use super::{claims, sensitivity};
use crate::args::Resume;
use crate::exit::Failure;

/// Goes on with a run where it was stopped; what is finished is not run again.
pub(crate) fn resume(arguments: &Resume) -> Result<(), Failure> {
    let target = Workplace::target(&arguments.run);
    let (place, experiment) = Workplace::open(&target)?;
    if place.is_replaced(&target) && is_done(&target, &experiment) {
        // It was stopped after the folder had its name, before the workplace was gone.
        place.remove()?;
        if !arguments.work.talk.quiet && !arguments.work.talk.json {
            writeln!(std::io::stdout(), "the run was done: {}", target.display())?;
        }
        return Ok(());
    }
    refuse_what_is_not_built(&experiment)?;
    let mut work = arguments.work;
    work.force |= place.replaces();
    let inquiry = Inquiry { experiment: &experiment, target: &target, work };
    match place.task()? {
        Task::Claims => claims::judge(&inquiry, place),
        Task::Sensitivity => {
            sensitivity::analyse(&inquiry, sensitivity::asked(&experiment)?, place)
        }
        Task::Run => {
            let ensemble = Ensemble::new(&experiment)?;
            let batch = Batch { ensemble: &ensemble, target: &target, work };
            batch.run(place)
        }
    }
}

/// Whether the run of this experiment is in its place, and not a trace of it: that may be put there
/// while the run is unfinished.
fn is_done(target: &Path, experiment: &Experiment) -> bool {
    let manifest = std::fs::read(target.join(MANIFEST_FILE)).ok();
    let manifest = manifest.and_then(|bytes| serde_json::from_slice::<Manifest>(&bytes).ok());
    let hash = experiment.hash().to_hex();
    manifest.is_some_and(|manifest| {
        let is_trace = manifest.files.contains_key(STORY_FILE);
        manifest.configuration_hash == hash.as_str() && !is_trace
    })
}
