//! How a command ends: exit codes, and messages on standard error.

use std::fmt;
use std::process::ExitCode;

use miette::{Diagnostic, Report};

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input is at fault: exit code 2. Nothing was written.
    Input(Report),
    /// The machine is: a full disk, a vanished folder. Exit code 1.
    Machine(Report),
    /// The user stopped it, and is told how to go on: exit code 130.
    Interrupted(String),
    /// Nobody reads the output any more: quietly, exit code 0.
    ReaderLeft,
}

impl Failure {
    pub(crate) fn input(error: impl Diagnostic + Send + Sync + 'static) -> Self {
        Self::Input(Report::new(error))
    }

    pub(crate) fn machine(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Machine(miette::miette!("{}", Causes(&error)))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::ReaderLeft;
        }
        Self::machine(error)
    }
}

/// An error and what caused it, on one line.
struct Causes<'a>(&'a dyn std::error::Error);

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// Tells the user, and the exit code.
pub(crate) fn code(outcome: Result<(), Failure>) -> ExitCode {
    match outcome {
        Ok(()) | Err(Failure::ReaderLeft) => ExitCode::SUCCESS,
        Err(Failure::Input(report)) => {
            eprintln!("{report:?}");
            ExitCode::from(2)
        }
        Err(Failure::Machine(report)) => {
            eprintln!("{report:?}");
            ExitCode::from(1)
        }
        Err(Failure::Interrupted(message)) => {
            eprintln!("{message}");
            ExitCode::from(130)
        }
    }
}
