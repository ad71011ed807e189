//! `article5 missing` and `status`: how far a divided run has got.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;
use std::process::Command;
use std::time::Duration;

use article5_runner::ensemble::Ensemble;
use article5_runner::shards::{Division, ShardFolder, ranges};
use indicatif::HumanDuration;
use serde_json::json;

use crate::args::{Divided, Status};
use crate::exit::Failure;
use crate::say::{self, tell};

/// Prints the shards that are missing, in the form that job arrays take, and fails if any is
/// refused.
pub(crate) fn missing(arguments: &Divided) -> Result<(), Failure> {
    let (folder, division) = look(arguments)?;
    if !division.missing.is_empty() {
        say::print(format_args!("{}\n", ranges(&division.missing)))?;
    }
    // A shard that is refused is not run again by itself: its partial must be looked at.
    Ok(division.accept(&folder)?)
}

/// Says how many shards are done, running and missing, and how long the rest will take.
pub(crate) fn status(arguments: &Status) -> Result<(), Failure> {
    let (folder, division) = look(&arguments.divided)?;
    let submission = folder.submission()?;
    let job = submission.as_ref().and_then(|submission| submission.array.as_deref());
    let running = job.and_then(running);
    let left = folder.time_left(&division)?;
    if arguments.json {
        return say::print_json(&json!({
            "shards": division.of,
            "done": division.done.len(),
            "missing": division.missing,
            "refused": division.refused.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "running": running,
            "seconds_left": left.map(|left| left.as_secs()),
        }));
    }
    say::print_lines(|out| {
        writeln!(out, "{}", sentence(&division, running.as_ref(), left))?;
        division.refused.iter().try_for_each(|refused| writeln!(out, "{refused}"))
    })
}

fn look(arguments: &Divided) -> Result<(ShardFolder, Division), Failure> {
    let folder = ShardFolder::at(&arguments.folder);
    let experiment = folder.experiment()?;
    let ensemble = Ensemble::new(&experiment)?;
    let Some(shards) = folder.division(arguments.shards)? else {
        return Err(Failure::Input(miette::miette!(
            help = "say so with `--shards N`",
            "nothing in `{}` says how many shards there should be",
            arguments.folder.display()
        )));
    };
    let division = Division::of(&folder, &ensemble, shards)?;
    Ok((folder, division))
}

fn sentence(
    division: &Division,
    running: Option<&BTreeSet<u32>>,
    left: Option<Duration>,
) -> String {
    let mut line = format!("{} of {} shards are done", division.done.len(), division.of);
    let waiting: Vec<u32> = match running {
        None => division.missing.clone(),
        Some(running) => {
            let _ = write!(line, ", {} running", running.len());
            division.missing.iter().copied().filter(|shard| !running.contains(shard)).collect()
        }
    };
    if !waiting.is_empty() {
        let _ = write!(line, ", {} missing: {}", waiting.len(), ranges(&waiting));
    }
    if let Some(left) = left {
        let _ = write!(line, "; about {} left", HumanDuration(left));
    }
    line
}

/// The shards of the job that Slurm is running, if it can be asked.
fn running(job: &str) -> Option<BTreeSet<u32>> {
    queued_shards(job, "RUNNING")
        .inspect_err(|no_answer| {
            if let NoAnswer::Fails(_) = no_answer {
                tell(format_args!("warning: it is not known what is running: {no_answer}"));
            }
        })
        .ok()
}

/// Why squeue does not say which shards are at work: some may be.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoAnswer {
    #[error("there is no squeue")]
    NotInstalled,
    #[error("squeue fails: {0}")]
    Fails(String),
}

/// What squeue says, when it fails, of jobs that are over and forgotten.
const FORGOTTEN: &str = "Invalid job id specified";

/// The shards of the job that Slurm has in one of these states.
pub(super) fn queued_shards(job: &str, states: &str) -> Result<BTreeSet<u32>, NoAnswer> {
    const PLACE_IN_ARRAY: &str = "%K";
    let told = squeue(job, states, PLACE_IN_ARRAY)?;
    Ok(told.lines().filter_map(|line| line.trim().parse().ok()).collect())
}

/// Whether Slurm has the job in one of these states.
pub(super) fn is_queued(job: &str, states: &str) -> Result<bool, NoAnswer> {
    const NUMBER: &str = "%i";
    Ok(!squeue(job, states, NUMBER)?.trim().is_empty())
}

/// What squeue says of the job's tasks that are in one of these states: a line for each.
fn squeue(job: &str, states: &str, format: &str) -> Result<String, NoAnswer> {
    let (states, format) = (format!("--states={states}"), format!("--format={format}"));
    let asked = ["--noheader", "--array", &states, &format, "--jobs", job];
    let output = Command::new("squeue").args(asked).output().map_err(|error| {
        let is_missing = error.kind() == io::ErrorKind::NotFound;
        if is_missing { NoAnswer::NotInstalled } else { NoAnswer::Fails(error.to_string()) }
    })?;
    let told = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() && !told.contains(FORGOTTEN) {
        return Err(NoAnswer::Fails(format!("{}: {}", output.status, told.trim())));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
