//! `article5 trace`: the story of one replicate.

use std::io::{self, Write};

use article5_runner::config::Experiment;
use article5_runner::trace::{Story, story};

use crate::args::{Changes, Trace};
use crate::commands::run::read;
use crate::exit::Failure;

/// Tells the story, quarter by quarter.
pub(crate) fn trace(arguments: &Trace) -> Result<(), Failure> {
    let changes = Changes { seed: arguments.seed, replicates: None };
    let experiment = read(&arguments.config, changes)?;
    let story =
        story(&experiment, &arguments.scenario, arguments.replicate).map_err(Failure::input)?;
    let mut out = io::stdout().lock();
    if arguments.json {
        return Ok(writeln!(out, "{}", serde_json::to_string(&story).map_err(Failure::machine)?)?);
    }
    tell(&mut out, &experiment, &story)
}

fn tell(out: &mut impl Write, experiment: &Experiment, story: &Story) -> Result<(), Failure> {
    let Story { scenario, replicate, .. } = story;
    writeln!(
        out,
        "{}: {scenario}, replicate {replicate}, seed {}",
        experiment.name, experiment.seed
    )?;
    for chapter in &story.chapters {
        writeln!(out, "\n{}  mean trust {:.3}", chapter.date, chapter.trust_mean)?;
        for sentence in &chapter.sentences {
            writeln!(out, "  {sentence}")?;
        }
    }
    Ok(())
}
