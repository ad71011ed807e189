//! `article5 run`: the main job, whole or one shard of it.

use article5_runner::ensemble::{Ensemble, EnsembleError, RunControl};
use article5_runner::estimate::tallies_at_most;
use article5_runner::journal::Journal;
use article5_runner::partial::Shard;
use article5_runner::shards::{ShardFolder, ShardState};
use article5_runner::workplace::{Task, Workplace};

use super::bar::progress_bar;
use super::batch::Batch;
use super::configuration::Configuration;
use super::destination;
use super::job::{Job, pool, settle};
use super::memory;
use crate::args::Run;
use crate::exit::Failure;
use crate::say;
use crate::signals::stop_on_signals;

/// Runs a batch: checks everything first, writes the folder at the end, whole or not at all.
pub(crate) fn run(arguments: &Run) -> Result<(), Failure> {
    let configuration = Configuration::read(&arguments.config, arguments.changes)?;
    let experiment = &configuration.experiment;
    let ensemble = Ensemble::new(experiment)?;
    let out = arguments.out.as_deref();
    let target = match arguments.shard {
        None => destination::of_run(out, experiment),
        Some(_) => destination::of_shards(out, experiment),
    };
    let (task, work) = (Task::Run, arguments.work);
    let job = Job { experiment, task, target: &target, work, command: task.name() };
    let batch = Batch { job, ensemble: &ensemble };
    match &arguments.shard {
        None => batch.run(batch.job.begin()?),
        Some(choice) => {
            let shard = choice.shard()?;
            refuse_to_divide(&configuration)?;
            run_shard(&batch, shard)
        }
    }
}

/// Runs one shard, goes on with it, or finds that it is done.
fn run_shard(batch: &Batch<'_>, shard: Shard) -> Result<(), Failure> {
    let Batch { job: Job { experiment, target, .. }, ensemble } = batch;
    let folder = ShardFolder::create(target, experiment)?;
    folder.divide(shard.of())?;
    let target = target.join(shard.file_name());
    match folder.standing(ensemble, shard)? {
        ShardState::Done => {
            // Left by a process that was killed; what cannot be removed is in nobody's way.
            let _ = Workplace::clear_done(&target);
            return close_shard(batch, shard, "was there already");
        }
        ShardState::Refused(error) => return Err(error.into()),
        ShardState::Missing => {}
    }
    let place = Workplace::of_shard(&target, experiment)?;
    let done = fill_shard(batch, shard, &place, &folder);
    if done.is_err() && place.path() != Workplace::beside(&target) {
        // It would not be found again; what cannot be removed is in nobody's way.
        let _ = place.remove();
        return done.map_err(|failure| match failure {
            Failure::Interrupted(_) => Failure::Interrupted(
                "stopped; another process works on the same shard, so nothing is kept".to_owned(),
            ),
            other => other,
        });
    }
    settle(place, &target, "the same command", done)?;
    close_shard(batch, shard, "is done")
}

/// Runs what is left of a shard, and puts its partial in its place.
fn fill_shard(
    batch: &Batch<'_>,
    shard: Shard,
    place: &Workplace,
    folder: &ShardFolder,
) -> Result<(), Failure> {
    place.clear_away()?;
    let Batch { job: Job { work, .. }, ensemble } = batch;
    let (threads, stop) = (work.threads.number(), stop_on_signals());
    memory::warn(tallies_at_most(ensemble, threads));
    let (mut journal, start) = Journal::open(place.path(), ensemble, shard, work.save_every())?;
    let finished = start.replicates(ensemble);
    let bar = progress_bar(work.verbosity, finished, ensemble.size_of(shard));
    let control = RunControl { progress: &|finished| bar.inc(finished), stop: &stop };
    let done = pool(threads)?.install(|| ensemble.run_from(start, control, &mut journal));
    bar.finish_and_clear();
    done?;
    publish(&mut journal, folder)
}

/// Puts the shard's partial in its place; if that fails, saves what is in memory.
fn publish(journal: &mut Journal, folder: &ShardFolder) -> Result<(), Failure> {
    let published = journal.publish(folder.path());
    if published.is_err() {
        journal.save_complete()?;
    }
    published?;
    Ok(())
}

/// The closing words.
fn close_shard(batch: &Batch<'_>, shard: Shard, what: &str) -> Result<(), Failure> {
    let path = batch.job.target.join(shard.file_name());
    let json =
        || serde_json::json!({ "shard": shard.to_string(), "partial": path.to_string_lossy() });
    let prose = || format!("shard {shard} {what}: {}", path.display());
    say::close(&path, &say::words(batch.job.work.verbosity, json, prose))
}

/// Refuses to divide a run that decides as it goes how long it will be.
pub(super) fn refuse_to_divide(configuration: &Configuration) -> Result<(), Failure> {
    match configuration.experiment.stop {
        Some(_) => Err(configuration.refuse(&EnsembleError::Divided)),
        None => Ok(()),
    }
}
