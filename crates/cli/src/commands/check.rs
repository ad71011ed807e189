//! `article5 check`: the plan of a batch and what running it would take.

use std::io::{self, Write};
use std::time::Duration;

use article5_plot::{Options, Provenance, charts};
use article5_runner::claims::over_space;
use article5_runner::config::{DesignKind, Experiment};
use article5_runner::ensemble::Ensemble;
use article5_runner::estimate::{Forecast, memory_at_most};
use article5_runner::numbers::{count, counted};
use article5_runner::sensitivity::{Survey, subjects};
use article5_runner::tables::{FolderError, may_take};
use article5_runner::workplace::Workplace;
use indicatif::HumanDuration;
use serde_json::{Value, json};

use super::configuration::Configuration;
use super::destination;
use super::job::{Clock, pool};
use super::memory;
use super::plot::chart_files;
use super::sensitivity::is_answerable;
use crate::args::{Check, Format};
use crate::exit::Failure;
use crate::say::{self, word};

/// Bytes in a megabyte.
const MEGABYTE: u64 = 1_000_000;

/// Checks a configuration and says what it would take to run it.
pub(crate) fn check(arguments: &Check) -> Result<(), Failure> {
    let Configuration { experiment, .. } =
        Configuration::read(&arguments.config, arguments.changes)?;
    let ensemble = Ensemble::new(&experiment)?;
    let threads = arguments.threads.number();
    memory::warn(memory_at_most(&ensemble, threads));
    let pool = pool(threads)?;
    let mut estimate = pool.install(|| Forecast::measure(&ensemble, threads))?;
    let space = pool.install(|| OverSpace::measure(&experiment))?;
    if experiment.output.charts {
        try_charts(&experiment, &mut estimate)?;
    }
    if arguments.json {
        say::print_json(&plan(&ensemble, &estimate, space, threads))
    } else {
        say::print_lines(|out| tell(out, &ensemble, &estimate, space, threads))
    }
}

/// Draws the charts of the sample, and adds the time and space that they take.
fn try_charts(experiment: &Experiment, estimate: &mut Forecast) -> Result<(), Failure> {
    let clock = Clock::start();
    let provenance = Provenance::from(experiment);
    let drawn = charts::all(&estimate.sample, &provenance, &Options::default());
    let files = drawn
        .and_then(|charts| chart_files(&charts, &[Format::Svg, Format::Png]))
        .map_err(Failure::machine)?;
    estimate.seconds += clock.seconds();
    estimate.output_bytes += files.values().map(|bytes| bytes.len() as u64).sum::<u64>();
    Ok(())
}

/// Writes the plan in words.
fn tell(
    out: &mut dyn Write,
    ensemble: &Ensemble<'_>,
    estimate: &Forecast,
    space: Option<OverSpace>,
    threads: usize,
) -> io::Result<()> {
    let (experiment, plan) = (ensemble.experiment(), ensemble.plan());
    let (scenarios, points) = (experiment.scenarios.len() as u64, u64::from(plan.points()));
    let names: Vec<&str> = experiment.scenarios.iter().map(|one| one.name.as_str()).collect();
    writeln!(out, "{} is sound", experiment.name)?;
    writeln!(out, "scenarios    {scenarios}: {}", names.join(", "))?;
    if let Some(design) = &experiment.design {
        let keys: Vec<&str> = design.vary.iter().map(|vary| vary.key.as_str()).collect();
        let kind = in_words(design.kind);
        writeln!(out, "points       {}, {kind} over {}", count(points), keys.join(", "))?;
    }
    if !experiment.uncertainty.is_empty() {
        let uncertain = counted(experiment.uncertainty.len() as u64, "parameter", "parameters");
        writeln!(out, "uncertain    {uncertain} per replicate")?;
    }
    let all = scenarios * points * estimate.replicates;
    writeln!(out, "replicates   {}", replicates(experiment, estimate.replicates, all))?;
    tell_questions(out, ensemble, space)?;
    let shards = match experiment.stop {
        Some(_) => "at most; a run with [stop] cannot be divided",
        None => "any number of which can form a shard",
    };
    writeln!(out, "units        {}, {shards}", count(plan.units()))?;
    let threads = counted(threads as u64, "thread", "threads");
    writeln!(out, "time         about {} on {threads}", time_in_words(estimate.seconds))?;
    writeln!(out, "memory       about {}", megabytes(estimate.memory_bytes))?;
    writeln!(out, "output       about {}", megabytes(estimate.output_bytes))?;
    tell_place(out, experiment)?;
    remarks(experiment).iter().try_for_each(|remark| writeln!(out, "note: {remark}"))
}

/// Writes what stands where the run goes if no other folder is named.
fn tell_place(out: &mut dyn Write, experiment: &Experiment) -> io::Result<()> {
    let target = destination::of_run(None, experiment);
    if Workplace::is_begun(&target) {
        let run = word(&target);
        return writeln!(
            out,
            "note: a run in {run} is unfinished: `article5 resume {run}` goes on with it"
        );
    }
    match may_take(&target, false) {
        Ok(()) => Ok(()),
        Err(FolderError::Exists(run)) => {
            writeln!(out, "note: `{}` already exists: `--force` replaces it", run.display())
        }
        Err(error) => writeln!(out, "note: {error}: name another folder with `--out`"),
    }
}

/// Writes what the questions of the configuration take beyond the run.
fn tell_questions(
    out: &mut dyn Write,
    ensemble: &Ensemble<'_>,
    space: Option<OverSpace>,
) -> io::Result<()> {
    if let Some(OverSpace { points, parameters, replicates, seconds }) = space {
        writeln!(
            out,
            "claims       {}, over {} points of {} with {} replicates each: `article5 claims` takes about {} more",
            ensemble.experiment().claims.len(),
            count(points.into()),
            counted(parameters, "parameter", "parameters"),
            count(replicates),
            time_in_words(seconds),
        )?;
    }
    match surveyed(ensemble) {
        None => Ok(()),
        Some(all) => writeln!(
            out,
            "sensitivity  {} replicates in all: `article5 sensitivity` runs only the scenarios asked about",
            count(all)
        ),
    }
}

/// How many replicates the sensitivity analysis runs, if one is asked for and possible.
fn surveyed(ensemble: &Ensemble<'_>) -> Option<u64> {
    let experiment = ensemble.experiment();
    is_answerable(experiment).then(|| Survey::size(ensemble, &subjects(experiment)))
}

fn replicates(experiment: &Experiment, each: u64, all: u64) -> String {
    let (each, all) = (count(each), count(all));
    let quarters = counted(experiment.quarters.into(), "quarter", "quarters");
    match &experiment.stop {
        None => format!("{each} each, {all} in all, of {quarters}"),
        Some(stop) => format!(
            "about {each} each, {all} in all, of {quarters}, until `{}` is within {} (at \
             most {} each)",
            stop.outcome,
            stop.half_width,
            count(stop.max_replicates),
        ),
    }
}

/// What to know before the batch is run.
fn remarks(experiment: &Experiment) -> Vec<String> {
    let mut remarks = experiment.remarks();
    if experiment.sensitivity.is_some() || experiment.discovery.is_some() {
        let refused = Survey::check(experiment).err();
        remarks.extend(refused.map(|error| format!("`article5 sensitivity` refuses it: {error}")));
    }
    if !experiment.claims.is_empty() || experiment.space.is_some() {
        let refused = over_space(experiment).err();
        remarks.extend(refused.map(|error| format!("`article5 claims` refuses it: {error}")));
    }
    remarks
}

/// The space over which claims are judged, and what that takes.
#[derive(Clone, Copy)]
struct OverSpace {
    points: u32,
    /// How many parameters vary between the points.
    parameters: u64,
    /// Replicates of each scenario at each point.
    replicates: u64,
    seconds: f64,
}

impl OverSpace {
    /// Runs a little of it to measure the time; `None` if nothing is judged over a space.
    fn measure(experiment: &Experiment) -> Result<Option<Self>, Failure> {
        let Ok(over_space) = over_space(experiment) else { return Ok(None) };
        let ensemble = Ensemble::new(&over_space)?.with_claims();
        Ok(Some(Self {
            points: ensemble.plan().points(),
            parameters: ensemble.design().keys.len() as u64,
            replicates: over_space.replicates,
            seconds: ensemble.size() as f64 / Forecast::rate(&ensemble)?,
        }))
    }
}

/// A time in words, with no more digits than an estimate has.
fn time_in_words(seconds: f64) -> String {
    match Duration::try_from_secs_f64(seconds) {
        Ok(time) if time >= Duration::from_secs(2) => HumanDuration(time).to_string(),
        Ok(time) => format!("{:.1} seconds", time.as_secs_f64()),
        Err(_) => "longer than anyone lives".to_owned(),
    }
}

/// A number of bytes, with no more digits than an estimate has.
pub(super) fn megabytes(bytes: u64) -> String {
    match bytes.div_ceil(MEGABYTE) {
        0 | 1 => "1 MB".to_owned(),
        many => format!("{} MB", count(many)),
    }
}

/// The plan for programs.
fn plan(
    ensemble: &Ensemble<'_>,
    estimate: &Forecast,
    space: Option<OverSpace>,
    threads: usize,
) -> Value {
    let (experiment, plan) = (ensemble.experiment(), ensemble.plan());
    json!({
        "name": experiment.name,
        "scenarios": experiment.scenarios.iter().map(|one| &one.name).collect::<Vec<_>>(),
        "points": plan.points(),
        "replicates": estimate.replicates,
        "quarters": experiment.quarters,
        "units": plan.units(),
        "threads": threads,
        "seconds": estimate.seconds,
        "claims_seconds": space.map(|space| space.seconds),
        "sensitivity_replicates": surveyed(ensemble),
        "memory_bytes": estimate.memory_bytes,
        "output_bytes": estimate.output_bytes,
        "remarks": remarks(experiment),
    })
}

fn in_words(kind: DesignKind) -> &'static str {
    match kind {
        DesignKind::Grid { .. } => "a grid",
        DesignKind::List => "a list",
        DesignKind::LatinHypercube { .. } => "a Latin hypercube",
        DesignKind::Sobol { .. } => "a Sobol sequence",
        DesignKind::Morris { .. } => "Morris trajectories",
        DesignKind::Saltelli { .. } => "a Saltelli design",
    }
}
