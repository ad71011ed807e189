//! `article5 submit slurm`: runs the shards of a divided run as a Slurm job array, and merges them
//! after it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use article5_runner::ensemble::Ensemble;
use article5_runner::estimate::Forecast;
use article5_runner::partial::MAX_SHARDS;
use article5_runner::shards::{Division, ShardFolder, ShardsError, Submission, ranges};

use super::batch::pool;
use super::configuration::Configuration;
use super::destination;
use super::progress::{NoAnswer, queued};
use super::run::refuse_to_divide;
use crate::args::Slurm;
use crate::exit::Failure;
use crate::say::word;

/// The script that runs a shard; [`settings`] take the place of [`SETTINGS`].
const SHARD_SCRIPT: &str = include_str!("shard.sbatch");

/// The script that merges the shards.
const MERGE_SCRIPT: &str = include_str!("merge.sbatch");

const SETTINGS: &str = "@settings@\n";

/// How long a shard should take on one core, seconds: long compared with the second that Slurm
/// needs to start one, short enough that a slow node holds nobody up.
const SHARD_SECONDS: f64 = 300.0;

/// The fewest shards: with fewer, the slowest node decides when the run is done.
const MIN_SHARDS: u32 = 8;

/// Submits what is missing from a run, and a merge to follow it.
pub(crate) fn submit(arguments: &Slurm) -> Result<(), Failure> {
    let configuration = Configuration::read(&arguments.config, arguments.changes)?;
    let experiment = &configuration.experiment;
    let ensemble = Ensemble::new(experiment)?;
    refuse_to_divide(&configuration)?;
    let path = destination::of_shards(arguments.out.as_deref(), experiment);
    // A path that the scripts cannot name is refused before anything is created.
    settings(&std::path::absolute(&path)?, 0)?;
    let folder = ShardFolder::create(&path, experiment)?;
    // The jobs start in another folder.
    let path = fs::canonicalize(&path)?;
    let shards = match folder.division(arguments.shards)? {
        Some(shards) => shards,
        None => choose(&ensemble)?,
    };
    let division = Division::of(&folder, &ensemble, shards);
    let missing = division.missing.clone();
    division.accept(&folder)?;
    let run = destination::of_merge(&path);
    if run.exists() {
        writeln!(io::stdout(), "nothing is missing: the run is in {}", run.display())?;
        return Ok(());
    }
    if let Some((job, queued)) = at_work(&folder, arguments.dry_run)? {
        writeln!(
            io::stdout(),
            "nothing is submitted: job {job} is at work on shards {queued}; wait for it, or end it \
             with `scancel {job}`"
        )?;
        return Ok(());
    }
    let count = missing.len();
    hand_over(arguments, &folder, &path, (shards, missing))?;
    if arguments.dry_run {
        return Ok(());
    }
    let mut out = io::stdout();
    writeln!(
        out,
        "{count} of {shards} shards are submitted; `article5 status {}` says how far they have got",
        word(&path)
    )?;
    Ok(writeln!(out, "the run will be in {}", run.display())?)
}

/// Hands the missing shards to Slurm as an array, and a merge to follow them.
fn hand_over(
    arguments: &Slurm,
    folder: &ShardFolder,
    path: &Path,
    (shards, missing): (u32, Vec<u32>),
) -> Result<(), Failure> {
    let scripts = Scripts::write(folder, path, shards)?;
    let array = match missing.as_slice() {
        [] => None,
        missing => {
            let array = format!("--array={}", ranges(missing));
            let log = output(path, "%a.log");
            sbatch(arguments, &[&array, &log], &scripts.shard)?
        }
    };
    // Not `afterok`: after a task that failed it would wait for ever.
    let after = array.as_ref().map(|job| format!("--dependency=afterany:{job}"));
    if !arguments.dry_run {
        // Before the merge is submitted: the array is at work whatever comes of that.
        folder.record(&Submission { shards, submitted: missing, array })?;
    }
    let log = output(path, "merge.log");
    let options: Vec<&str> = after.iter().chain([&log]).map(String::as_str).collect();
    sbatch(arguments, &options, &scripts.merge)?;
    Ok(())
}

/// The job that was submitted before and the shards that it has not ended yet, if there are any.
fn at_work(folder: &ShardFolder, dry_run: bool) -> Result<Option<(String, String)>, Failure> {
    let Some(Submission { array: Some(job), .. }) = folder.submission()? else { return Ok(None) };
    let queued: Vec<u32> = match queued(&job, IN_THE_QUEUE) {
        Ok(queued) => queued.into_iter().collect(),
        // A dry run can show anywhere what would be submitted.
        Err(NoAnswer::NotInstalled) if dry_run => return Ok(None),
        Err(no_answer) => {
            return Err(Failure::Machine(miette::miette!(
                help = "what was submitted may still be at work: try again once squeue answers",
                "nothing is submitted: {no_answer}"
            )));
        }
    };
    Ok((!queued.is_empty()).then(|| (job, ranges(&queued))))
}

/// The states of a job that has not ended.
const IN_THE_QUEUE: &str = "PENDING,CONFIGURING,RUNNING,SUSPENDED,COMPLETING";

/// How many shards make each a few minutes long.
fn choose(ensemble: &Ensemble<'_>) -> Result<u32, Failure> {
    let estimate = pool(1)?.install(|| Forecast::measure(ensemble, 1))?;
    let wanted = (estimate.seconds / SHARD_SECONDS).ceil();
    let units = u32::try_from(ensemble.plan().units()).unwrap_or(u32::MAX);
    Ok((wanted as u32).clamp(MIN_SHARDS, MAX_SHARDS).min(units.max(1)))
}

/// The scripts in the folder of the shards.
struct Scripts {
    shard: PathBuf,
    merge: PathBuf,
}

impl Scripts {
    /// Writes them into a folder whose whole path is given.
    fn write(folder: &ShardFolder, path: &Path, shards: u32) -> Result<Self, Failure> {
        let settings = settings(path, shards)?;
        let write = |name: &str, script: &str| -> Result<PathBuf, ShardsError> {
            folder.put(name, script.replacen(SETTINGS, &settings, 1).as_bytes())?;
            Ok(path.join(name))
        };
        fs::create_dir_all(path.join(LOG))?;
        Ok(Self {
            shard: write("shard.sbatch", SHARD_SCRIPT)?,
            merge: write("merge.sbatch", MERGE_SCRIPT)?,
        })
    }
}

/// The folder for the output of the jobs.
const LOG: &str = "log";

/// The option that names the file for a job's output; in the folder's own name, `%` is no pattern.
fn output(folder: &Path, name: &str) -> String {
    let folder = folder.join(LOG).display().to_string().replace('%', "%%");
    format!("--output={folder}/{name}")
}

/// The lines that tell a script what to run and where.
fn settings(folder: &Path, shards: u32) -> Result<String, Failure> {
    let article5 = std::env::current_exe()?;
    let (article5, folder) = (quote(&article5)?, quote(folder)?);
    Ok(format!("\narticle5={article5}\nfolder={folder}\nshards={shards}\n\n"))
}

/// Quotes a path as a word for a shell.
fn quote(path: &Path) -> Result<String, Failure> {
    let quoted = path.to_str().and_then(|path| shlex::try_quote(path).ok());
    quoted.map(|quoted| quoted.into_owned()).ok_or_else(|| {
        Failure::Input(miette::miette!(
            help = "give a folder whose path is UTF-8 text",
            "`{}` cannot be written into a script",
            path.display()
        ))
    })
}

/// What stands for the number of a job on a dry run.
const DRY_JOB: &str = "JOB";

/// Submits a script and returns the number of its job; on a dry run, shows the command.
fn sbatch(arguments: &Slurm, options: &[&str], script: &Path) -> Result<Option<String>, Failure> {
    let mut command = Command::new("sbatch");
    command.arg("--parsable").args(options).args(&arguments.options).arg(script);
    if arguments.dry_run {
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        let words = words.map(|word| quote(Path::new(word))).collect::<Result<Vec<_>, _>>()?;
        writeln!(io::stdout(), "{}", words.join(" "))?;
        return Ok(Some(DRY_JOB.to_owned()));
    }
    let output = command.output().map_err(|error| {
        Failure::Machine(miette::miette!(
            help = "submit on a machine that has Slurm; `--dry-run` shows what would be submitted",
            "cannot run sbatch: {error}"
        ))
    })?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::Machine(miette::miette!("sbatch refuses: {}", told.trim())));
    }
    // `--parsable` gives the number, and after a semicolon the cluster's name if there are several.
    let told = String::from_utf8_lossy(&output.stdout);
    Ok(told.trim().split(';').next().map(str::to_owned))
}
