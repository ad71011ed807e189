//! `article5 missing` and `status`: how far a divided run is.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::process::Command;
use std::time::Duration;

use article5_runner::ensemble::Ensemble;
use article5_runner::shards::{Division, ShardFolder, Submission, ranges};
use indicatif::HumanDuration;
use serde_json::json;

use crate::args::{Divided, Status};
use crate::exit::Failure;
use crate::say::tell;

/// Prints the shards that are missing or refused, as job arrays write them.
pub(crate) fn missing(arguments: &Divided) -> Result<(), Failure> {
    let (_, division) = look(arguments)?;
    if !division.missing.is_empty() {
        writeln!(io::stdout(), "{}", ranges(&division.missing))?;
    }
    // A shard that is refused is not run again by itself: its partial must be looked at.
    Ok(division.accept()?)
}

/// Says how many shards are done, running and missing, and how long the rest will take.
pub(crate) fn status(arguments: &Status) -> Result<(), Failure> {
    let (folder, division) = look(&arguments.divided)?;
    let submission = folder.submission()?;
    let running = submission.as_ref().map(|submission| queued(submission, "RUNNING"));
    let running = running.transpose().unwrap_or_else(|error| {
        tell(format_args!("warning: what is running is not known: {error}"));
        None
    });
    let running = running.flatten();
    let left = folder.time_left(&division)?;
    let mut out = io::stdout();
    if arguments.json {
        let status = json!({
            "shards": division.of,
            "done": division.done.len(),
            "missing": division.missing,
            "refused": division.refused.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "running": running,
            "seconds_left": left.map(|left| left.as_secs()),
        });
        return Ok(writeln!(out, "{status}")?);
    }
    writeln!(out, "{}", sentence(&division, running.as_ref(), left))?;
    for refused in &division.refused {
        writeln!(out, "{refused}")?;
    }
    Ok(())
}

fn look(arguments: &Divided) -> Result<(ShardFolder, Division), Failure> {
    let folder = ShardFolder::at(&arguments.folder);
    let experiment = folder.experiment()?;
    let ensemble = Ensemble::new(&experiment)?;
    let Some(shards) = folder.division(arguments.shards)? else {
        return Err(Failure::Input(miette::miette!(
            help = "say so with `--shards N`",
            "nothing in `{}` tells how many shards there are to be",
            arguments.folder.display()
        )));
    };
    let division = Division::of(&folder, &ensemble, shards);
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

/// What squeue says, as it fails, of jobs that are over and forgotten.
const FORGOTTEN: &str = "Invalid job id specified";

/// The shards of what was submitted that Slurm has in one of these states; `None` where nothing was
/// submitted, or where there is no Slurm to ask. An error is what squeue says where it cannot tell: the
/// jobs may be at work.
pub(super) fn queued(
    submission: &Submission,
    states: &str,
) -> Result<Option<BTreeSet<u32>>, String> {
    let Some(job) = submission.array.as_deref() else { return Ok(None) };
    let states = format!("--states={states}");
    let asked = ["--noheader", "--array", &states, "--format=%K", "--jobs", job];
    let output = match Command::new("squeue").args(asked).output() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        output => output.map_err(|error| format!("squeue cannot be run: {error}"))?,
    };
    let told = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() && !told.contains(FORGOTTEN) {
        return Err(format!("squeue fails with {}: {}", output.status, told.trim()));
    }
    let told = String::from_utf8_lossy(&output.stdout);
    Ok(Some(told.lines().filter_map(|line| line.trim().parse().ok()).collect()))
}
