//! `article5 submit slurm`: runs the shards of a divided run as a Slurm job array, and merges them
//! after it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use article5_runner::ensemble::Ensemble;
use article5_runner::estimate::Forecast;
use article5_runner::partial::MAX_SHARDS;
use article5_runner::shards::{Division, ShardFolder, ShardsError, Submission, ranges};

use super::configuration::Configuration;
use super::destination;
use super::job::pool;
use super::progress::{NoAnswer, is_queued, queued_shards};
use super::run::refuse_to_divide;
use crate::args::Slurm;
use crate::exit::Failure;
use crate::remedies::{unfound, unwritable};
use crate::say::{self, word};

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
    settings(&std::path::absolute(&path).map_err(unfound(&path))?)?;
    let folder = ShardFolder::create(&path, experiment)?;
    // The jobs start in another folder.
    let path = fs::canonicalize(&path).map_err(unfound(&path))?;
    let shards = match folder.division(arguments.shards)? {
        Some(shards) => shards,
        None => choose(&ensemble)?,
    };
    let division = Division::of(&folder, &ensemble, shards)?;
    let missing = division.missing.clone();
    division.accept(&folder)?;
    let run = destination::of_merge(&path);
    if run.try_exists().map_err(unfound(&run))? {
        return say::print(format_args!("nothing is missing: the run is in {}\n", run.display()));
    }
    if let Some(at_work) = at_work(&folder, arguments.dry_run)? {
        return say::print(format_args!("nothing is submitted: {at_work}\n"));
    }
    hand_over(arguments, &folder, &path, shards, &missing)?;
    if arguments.dry_run {
        return Ok(());
    }
    let status = format!("`article5 status {}` says how far they have got", word(&path));
    let words = format!(
        "{} of {shards} shards are submitted; {status}\nthe run will be in {}\n",
        missing.len(),
        run.display()
    );
    say::close_done("the jobs are submitted", &status, &words)
}

/// Hands the missing shards to Slurm as an array, and a merge to follow them.
fn hand_over(
    arguments: &Slurm,
    folder: &ShardFolder,
    path: &Path,
    shards: u32,
    missing: &[u32],
) -> Result<(), Failure> {
    let scripts = Scripts::write(folder, path, shards)?;
    let mut submission =
        Submission { shards, submitted: missing.to_vec(), array: None, merge: None };
    let mut after = None;
    if !missing.is_empty() {
        let array = format!("--array={}", ranges(missing));
        let job = sbatch(arguments, &[&array, &output(path, "%a.log")], &scripts.shard)?;
        // Not `afterok`: after a task that failed it would wait for ever.
        after = Some(format!("--dependency=afterany:{job}"));
        submission.array = Some(job);
    }
    let record = |submission: &Submission| {
        if arguments.dry_run { Ok(()) } else { folder.record(submission) }
    };
    // Before the merge is submitted: the array is at work whatever comes of that.
    record(&submission)?;
    let log = output(path, "merge.log");
    let options: Vec<&str> = after.iter().chain([&log]).map(String::as_str).collect();
    submission.merge = Some(sbatch(arguments, &options, &scripts.merge)?);
    Ok(record(&submission)?)
}

/// What was submitted before and has not ended yet, in words, if anything has not.
fn at_work(folder: &ShardFolder, dry_run: bool) -> Result<Option<String>, Failure> {
    let Some(Submission { array, merge, .. }) = folder.submission()? else { return Ok(None) };
    match still_queued(array.as_deref(), merge.as_deref()) {
        // A dry run can show anywhere what would be submitted.
        Err(NoAnswer::NotInstalled) if dry_run => Ok(None),
        asked => asked.map_err(|no_answer| {
            Failure::Machine(miette::miette!(
                help = "what was submitted may still be at work: try again once squeue answers",
                "nothing is submitted: {no_answer}"
            ))
        }),
    }
}

/// Asks Slurm for what has not ended of an array and the merge after it.
fn still_queued(array: Option<&str>, merge: Option<&str>) -> Result<Option<String>, NoAnswer> {
    let end = |job: &str| format!("wait for it, or end it with `scancel {job}`");
    if let Some(job) = array {
        let shards: Vec<u32> = queued_shards(job, IN_THE_QUEUE)?.into_iter().collect();
        if !shards.is_empty() {
            let shards = ranges(&shards);
            return Ok(Some(format!("job {job} is at work on shards {shards}; {}", end(job))));
        }
    }
    match merge {
        Some(job) if is_queued(job, IN_THE_QUEUE)? => {
            Ok(Some(format!("the merge, job {job}, waits or is at work; {}", end(job))))
        }
        _ => Ok(None),
    }
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
        let settings = settings(path)?;
        let run = quote(&destination::of_merge(path))?;
        let write = |name: &str, script: &str, own: &str| -> Result<PathBuf, ShardsError> {
            let settings = format!("\n{settings}{own}\n\n");
            folder.put(name, script.replacen(SETTINGS, &settings, 1).as_bytes())?;
            Ok(path.join(name))
        };
        let log = path.join(LOG);
        fs::create_dir_all(&log).map_err(unwritable(&log))?;
        Ok(Self {
            shard: write("shard.sbatch", SHARD_SCRIPT, &format!("shards={shards}"))?,
            merge: write("merge.sbatch", MERGE_SCRIPT, &format!("run={run}"))?,
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

/// The lines that tell either script what to run and where.
fn settings(folder: &Path) -> Result<String, Failure> {
    let article5 = std::env::current_exe().map_err(unfound(Path::new("article5")))?;
    let (article5, folder) = (quote(&article5)?, quote(folder)?);
    Ok(format!("article5={article5}\nfolder={folder}\n"))
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
fn sbatch(arguments: &Slurm, options: &[&str], script: &Path) -> Result<String, Failure> {
    let mut command = Command::new("sbatch");
    command.arg("--parsable").args(options).args(&arguments.options).arg(script);
    if arguments.dry_run {
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        let words = words.map(|word| quote(Path::new(word))).collect::<Result<Vec<_>, _>>()?;
        say::print(format_args!("{}\n", words.join(" ")))?;
        return Ok(DRY_JOB.to_owned());
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
    match told.split(';').next().map(str::trim) {
        Some(job) if !job.is_empty() => Ok(job.to_owned()),
        _ => Err(Failure::Machine(miette::miette!(
            help = "look for the job with squeue: nothing here knows of it",
            "sbatch does not say which number it gave the job of {}",
            script.display()
        ))),
    }
}
