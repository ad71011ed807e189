//! The command `article5`: arguments in, messages and exit codes out.

mod args;
mod blame;
mod commands;
mod exit;
mod remedies;
mod say;
mod signals;

use std::process::ExitCode;

use clap::Parser;

/// The version, with the start of the commit if it is known.
const VERSION: &str = env!("ARTICLE5_VERSION");

/// The commit that this was built from, if the build script could tell.
const GIT_COMMIT: Option<&str> = option_env!("ARTICLE5_GIT_COMMIT");

fn main() -> ExitCode {
    let arguments = args::Arguments::parse();
    exit::code(commands::run(arguments))
}
