//! What each command does.

mod generate;
mod list;
mod plot;
mod report;
mod run;
mod trace;

use crate::args::{Arguments, Command};
use crate::exit::Failure;

/// Runs the command that was typed.
pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Plot(arguments) => plot::plot(&arguments),
        Command::Report(arguments) => report::report(&arguments),
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
