//! The command `article5`: arguments in, messages and exit codes out.

mod args;
mod commands;
mod exit;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = args::Arguments::parse();
    exit::code(commands::run(arguments))
}
