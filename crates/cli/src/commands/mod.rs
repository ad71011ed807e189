//! What each command does.

mod bar;
mod batch;
mod check;
mod claims;
mod configuration;
pub(crate) mod destination;
mod generate;
mod job;
mod list;
mod memory;
mod merge;
mod plot;
mod progress;
mod report;
mod resume;
mod run;
mod sensitivity;
mod slurm;
mod trace;
mod verdicts;

use crate::args::{Arguments, Command, Submit};
use crate::exit::Failure;

/// Runs the command that was typed.
pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Claims(arguments) => claims::claims(&arguments),
        Command::Plot(arguments) => plot::plot(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Resume(arguments) => resume::resume(&arguments),
        Command::Merge(arguments) => merge::merge(&arguments),
        Command::Report(arguments) => report::report(&arguments),
        Command::Sensitivity(arguments) => sensitivity::sensitivity(&arguments),
        Command::Submit(Submit::Slurm(arguments)) => slurm::submit(&arguments),
        Command::Missing(arguments) => progress::missing(&arguments),
        Command::Status(arguments) => progress::status(&arguments),
        Command::Trace(arguments) => trace::trace(&arguments),
        Command::Params(arguments) => list::parameters(&arguments),
        Command::Members(arguments) => list::members(&arguments),
        Command::Scenarios(arguments) => list::scenarios(&arguments),
        Command::Init(arguments) => generate::init(&arguments),
        Command::Schema => generate::schema(),
        Command::Completions(arguments) => generate::completions(&arguments),
        Command::Man(arguments) => generate::man(&arguments),
    }
}
