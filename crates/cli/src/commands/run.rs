//! `article5 run`: the main job.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use article5_plot::{Options, Provenance, charts};
use article5_runner::config::Experiment;
use article5_runner::ensemble::{Conduct, Ensemble, EnsembleError};
use article5_runner::tables::{FolderError, Manifest, PointTables, RunFolder, Tables};
use cpu_time::ProcessTime;
use indicatif::{ProgressBar, ProgressStyle};

use crate::args::{Changes, Format, Run};
use crate::commands::plot::{CHARTS, chart_files};
use crate::exit::Failure;

/// Where runs land unless told otherwise.
const OUTPUT: &str = "output";

/// Runs a batch: checks everything first, writes the folder at the end, whole or not at all.
pub(crate) fn run(arguments: &Run) -> Result<(), Failure> {
    let experiment = read(&arguments.config, arguments.changes)?;
    refuse_what_is_not_built(&experiment)?;
    let target = arguments.out.clone().unwrap_or_else(|| Path::new(OUTPUT).join(&experiment.name));
    let mut folder = RunFolder::begin(&target, arguments.force).map_err(folder_failure)?;
    let clock = Clock::start();
    let stop = stop_on_ctrl_c();
    let tables = pool(arguments)?.install(|| {
        let ensemble = Ensemble::new(&experiment)?;
        let tables = batch(&ensemble, arguments, &stop, &mut folder)?;
        if experiment.output.trajectories {
            folder
                .stream("trajectories.csv", |file| ensemble.write_trajectories(file, &stop))
                .map_err(folder_failure)?;
        }
        Ok::<_, Failure>(tables)
    })?;
    if experiment.output.charts {
        draw(&experiment, &tables, &mut folder)?;
    }
    let mut manifest = Manifest::new(&experiment, threads(arguments));
    manifest.git_commit = crate::GIT_COMMIT.map(str::to_owned);
    manifest.wall_seconds = clock.seconds();
    manifest.cpu_seconds = clock.processor_seconds();
    folder.finish(manifest.clone()).map_err(folder_failure)?;
    close(arguments, &experiment, &target, &manifest)
}

/// The configuration language is ahead of this command: what it cannot do yet it says, rather than
/// leave it out silently.
fn refuse_what_is_not_built(experiment: &Experiment) -> Result<(), Failure> {
    let asked = [
        ("[stop]", experiment.stop.is_some()),
        ("[[claim]]", !experiment.claims.is_empty()),
        ("output.replicates", experiment.output.replicates),
        ("output.parquet", experiment.output.parquet),
    ];
    match asked.into_iter().find(|(_, asked)| *asked) {
        None => Ok(()),
        Some((what, _)) => Err(Failure::Input(miette::miette!(
            help = "take it out of the configuration to run the scenarios by themselves",
            "`{what}` is understood, but `article5 run` cannot act on it yet"
        ))),
    }
}

/// Reads a configuration and applies what was changed on the command line.
pub(crate) fn read(config: &Path, changes: Changes) -> Result<Experiment, Failure> {
    let mut experiment = Experiment::read(config).map_err(Failure::input)?;
    experiment.seed = changes.seed.unwrap_or(experiment.seed);
    experiment.replicates = changes.replicates.unwrap_or(experiment.replicates);
    Ok(experiment)
}

/// A switch that Ctrl-C sets.
fn stop_on_ctrl_c() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let stopper = Arc::clone(&stop);
    // Without a handler Ctrl-C still stops the run, only less politely.
    let _ = ctrlc::set_handler(move || stopper.store(true, Ordering::Relaxed));
    stop
}

/// The threads to run on.
fn pool(arguments: &Run) -> Result<rayon::ThreadPool, Failure> {
    let threads = rayon::ThreadPoolBuilder::new().num_threads(threads(arguments));
    threads.build().map_err(Failure::machine)
}

/// Runs the replicates, with a progress bar where somebody watches, and writes the tables point by
/// point. What the charts are drawn from comes back.
fn batch(
    ensemble: &Ensemble<'_>,
    arguments: &Run,
    stop: &AtomicBool,
    folder: &mut RunFolder,
) -> Result<Tables, Failure> {
    let (experiment, plan) = (ensemble.experiment(), ensemble.plan());
    let bar = if arguments.talk.quiet || arguments.talk.json {
        ProgressBar::hidden()
    } else {
        // Hidden by itself where standard error is no terminal.
        let points = u64::from(plan.points());
        ProgressBar::new(plan.replicates() * points * experiment.scenarios.len() as u64)
    };
    let style = "{bar:40} {human_pos} of {human_len} replicates, {per_sec}, {eta} left";
    bar.set_style(ProgressStyle::with_template(style).unwrap_or(ProgressStyle::default_bar()));
    let conduct = Conduct { progress: &|finished| bar.inc(finished), stop };
    let mut files = PointTables::begin(folder, experiment).map_err(folder_failure)?;
    let mut tables = Tables::new(experiment);
    tables.design = experiment.design.is_some().then(|| ensemble.design().clone());
    ensemble.run(conduct, |point, tally| {
        let rows = Tables::of_point(experiment, point, &tally);
        files.add(&rows).map_err(folder_failure)?;
        tables.keep_for_charts(rows);
        Ok::<_, Failure>(())
    })?;
    bar.finish_and_clear();
    files.finish(folder, experiment, &tables).map_err(folder_failure)?;
    Ok(tables)
}

/// Draws the charts from the tables.
fn draw(experiment: &Experiment, tables: &Tables, folder: &mut RunFolder) -> Result<(), Failure> {
    let provenance = Provenance {
        name: experiment.name.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        seed: experiment.seed,
        replicates: experiment.replicates,
    };
    let charts = charts::all(tables, &provenance, &Options::default()).map_err(Failure::machine)?;
    for (name, bytes) in chart_files(&charts, &[Format::Svg, Format::Png])? {
        folder.write(&format!("{CHARTS}/{name}"), &bytes).map_err(folder_failure)?;
    }
    Ok(())
}

impl From<EnsembleError> for Failure {
    fn from(error: EnsembleError) -> Self {
        match error {
            EnsembleError::Stopped => stopped(),
            EnsembleError::Plan(error) => Self::input(error),
            error => Self::machine(error),
        }
    }
}

pub(super) fn folder_failure(error: FolderError) -> Failure {
    match error {
        FolderError::Exists(path) => Failure::Input(miette::miette!(
            help = "give another folder with `--out`, or replace this one with `--force`",
            "`{}` is there already",
            path.display()
        )),
        FolderError::NotARun(path) => Failure::Input(miette::miette!(
            help = "`--force` replaces only a run; give another folder with `--out`",
            "`{}` is there already and is no run",
            path.display()
        )),
        FolderError::Io { source, .. } if source.kind() == std::io::ErrorKind::Interrupted => {
            stopped()
        }
        error => Failure::machine(error),
    }
}

fn stopped() -> Failure {
    Failure::Interrupted("stopped: nothing was written".to_owned())
}

fn threads(arguments: &Run) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    arguments.threads.map_or_else(cores, std::num::NonZeroUsize::get)
}

/// The closing words.
fn close(
    arguments: &Run,
    experiment: &Experiment,
    target: &Path,
    manifest: &Manifest,
) -> Result<(), Failure> {
    let mut out = std::io::stdout();
    if arguments.talk.json {
        let summary = serde_json::json!({
            "run": target,
            "scenarios": experiment.scenarios.len(),
            "replicates": experiment.replicates,
            "seconds": manifest.wall_seconds,
        });
        writeln!(out, "{summary}")?;
    } else if !arguments.talk.quiet {
        let (scenarios, n) = (experiment.scenarios.len(), experiment.replicates);
        let seconds = manifest.wall_seconds;
        let target = target.display();
        writeln!(out, "{scenarios} scenarios × {n} replicates in {seconds:.1} s: {target}")?;
    }
    Ok(())
}

/// Times for the manifest; they reach no result.
struct Clock {
    wall: Instant,
    processor: Option<ProcessTime>,
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "the manifest says how long a run took")]
    fn start() -> Self {
        Self { wall: Instant::now(), processor: ProcessTime::try_now().ok() }
    }

    fn seconds(&self) -> f64 {
        self.wall.elapsed().as_secs_f64()
    }

    /// Of all threads, where the system tells.
    fn processor_seconds(&self) -> Option<f64> {
        Some(self.processor?.try_elapsed().ok()?.as_secs_f64())
    }
}
