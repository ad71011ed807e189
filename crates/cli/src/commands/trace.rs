//! `article5 trace`: the explanation of one replicate.

use std::path::Path;

use article5_runner::config::{CONFIGURATION_FILE, Experiment};
use article5_runner::tables::rows::{TraceEventRow, TraceRow};
use article5_runner::tables::{Manifest, RunFolder, STORY_FILE, Tables, behind_link};
use article5_runner::trace::{Story, Trace};
use article5_runner::workplace::{Task, Workplace};

use crate::args::{self, Changes};
use crate::commands::configuration::{Configuration, Refused};
use crate::commands::job::Clock;
use crate::commands::plot::draw;
use crate::exit::Failure;
use crate::say::{self, tell};

/// Explains a replicate, in words or as JSON, and writes the story into a folder if one is asked
/// for.
pub(crate) fn trace(arguments: &args::Trace) -> Result<(), Failure> {
    let clock = Clock::start();
    let changes = Changes { seed: arguments.seed, replicates: None };
    let mut configuration = Configuration::read(&arguments.config, changes)?;
    if let Some(point) = arguments.point {
        configuration.experiment = at_point(&configuration, point)?;
    } else if configuration.experiment.design.is_some() {
        tell(
            "warning: the trace follows no design point, but the values that the scenarios set; \
             `--point` takes one",
        );
    }
    if arguments.against.as_ref() == Some(&arguments.scenario) {
        return Err(Failure::Input(miette::miette!(
            help = "on the same shocks the same things happen: name another scenario",
            "`{}` is set against itself",
            arguments.scenario
        )));
    }
    let experiment = &configuration.experiment;
    warn_of_other_replicates(experiment, arguments.replicate);
    let run = |scenario: &str| {
        Trace::run(experiment, scenario, arguments.replicate)
            .map_err(|error| configuration.refuse(&error))
    };
    let here = run(&arguments.scenario)?;
    let there = arguments.against.as_deref().map(run).transpose()?;
    let story = here.story(there.as_ref());
    if let Some(out) = &arguments.out {
        let traces = std::iter::once(&here).chain(&there);
        let task = Task::Trace;
        let manifest = clock.manifest(experiment, 1, task, task.name());
        let manifest = Manifest { replicates: 1, ..manifest };
        keep(experiment, traces, &story, out, arguments.force, manifest)?;
    }
    let words = if arguments.json {
        format!("{}\n", serde_json::to_string(&story).map_err(Failure::machine)?)
    } else {
        story.to_string()
    };
    match &arguments.out {
        Some(out) => say::close(out, &words),
        None => say::print(words),
    }
}

/// Says that no run of the configuration has this replicate, if that is so.
fn warn_of_other_replicates(experiment: &Experiment, replicate: u64) {
    let most = experiment.stop.as_ref().map_or(experiment.replicates, |stop| stop.max_replicates);
    let first = experiment.first_replicate;
    let last = first + most.saturating_sub(1);
    if !(first..=last).contains(&replicate) {
        tell(format!(
            "warning: no table of a run has replicate {replicate}: the configuration has replicates {first} to {last}"
        ));
    }
}

/// The experiment at a design point: what is written of the trace then has the point's values.
fn at_point(configuration: &Configuration, point: u32) -> Result<Experiment, Failure> {
    let experiment = &configuration.experiment;
    experiment.at_point(point).map_err(Failure::machine)?.ok_or_else(|| {
        configuration.refuse(&match &experiment.design {
            Some(design) => Refused::NoPoint { point, points: design.points() },
            None => Refused::NoDesign(point),
        })
    })
}

/// Writes the story, its tables and its chart.
fn keep<'a>(
    experiment: &Experiment,
    traces: impl Iterator<Item = &'a Trace<'a>> + Clone,
    story: &Story,
    out: &Path,
    force: bool,
    manifest: Manifest,
) -> Result<(), Failure> {
    Workplace::may_be_called(out)?;
    let mut folder = RunFolder::begin(&behind_link(out.to_owned()), force)?;
    let trust: Vec<TraceRow> = traces.clone().flat_map(Trace::trust_rows).collect();
    let events: Vec<TraceEventRow> = traces.flat_map(Trace::event_rows).collect();
    let tables = Tables::new(experiment);
    folder.table(&trust)?;
    folder.table(&events)?;
    folder.table(&tables.alliance)?;
    folder.parquet(&experiment.output)?;
    let tables = Tables { trace: trust, trace_events: events, ..tables };
    draw(experiment, &tables, &mut folder)?;
    folder.write(STORY_FILE, story.to_string().as_bytes())?;
    folder.write(CONFIGURATION_FILE, experiment.to_toml().as_bytes())?;
    Ok(folder.finish(manifest)?)
}
