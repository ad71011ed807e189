//! How a command ends: exit codes, and messages on standard error.

use std::process::ExitCode;

use miette::{Diagnostic, Report};

use crate::blame::{Blame, Causes, Fault};
use crate::say::tell;

/// The exit code where the machine is at fault.
const MACHINE: u8 = 1;

/// The exit code where the input is at fault.
const INPUT: u8 = 2;

/// The exit code of a command that a signal stopped.
pub(crate) const INTERRUPTED: u8 = 130;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input is at fault: exit code [`INPUT`]. Nothing was written.
    Input(Report),
    /// The machine is at fault: a full disk, a vanished folder. Exit code [`MACHINE`].
    Machine(Report),
    /// The user stopped it, and is told how to go on: exit code [`INTERRUPTED`].
    Interrupted(String),
    /// Nobody reads the output any more: no message, exit code 0.
    ReaderLeft,
}

impl Failure {
    pub(crate) fn input(error: impl Diagnostic + Send + Sync + 'static) -> Self {
        Self::Input(Report::new(error))
    }

    pub(crate) fn machine(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Machine(miette::miette!("{}", Causes(&error)))
    }

    /// A failure of the machine, with a further remedy.
    pub(crate) fn machine_with_help(report: &Report, help: &str) -> Self {
        let own = report.help().map(|own| format!("{own}; ")).unwrap_or_default();
        Self::Machine(miette::miette!(help = format!("{own}{help}"), "{report}"))
    }

    /// The failure that an error is, which was found to be this one's fault.
    pub(crate) fn of(error: &impl Blame, fault: Fault) -> Self {
        match fault {
            Fault::Input(remedy) => Self::input(error.told(remedy)),
            Fault::Setting { remedy, .. } => Self::input(error.told(Some(remedy))),
            Fault::Configuration(error) => Self::input(error),
            Fault::Machine(remedy) => Self::Machine(Report::new(error.told(remedy))),
            Fault::Stopped => stopped(),
        }
    }
}

impl<E: Blame> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::of(&error, error.fault())
    }
}

/// What an interrupted command says if nothing is kept.
pub(crate) fn stopped() -> Failure {
    Failure::Interrupted("stopped: nothing was written".to_owned())
}

/// Tells the user how a command ended, and returns its exit code.
pub(crate) fn code(outcome: Result<(), Failure>) -> ExitCode {
    match outcome {
        Ok(()) | Err(Failure::ReaderLeft) => ExitCode::SUCCESS,
        Err(Failure::Input(report)) => {
            tell(format_args!("{report:?}"));
            ExitCode::from(INPUT)
        }
        Err(Failure::Machine(report)) => {
            tell(format_args!("{report:?}"));
            ExitCode::from(MACHINE)
        }
        Err(Failure::Interrupted(message)) => {
            tell(message);
            ExitCode::from(INTERRUPTED)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_helps_is_added_to_what_helped_before() {
        let help = |failure: &Failure| match failure {
            Failure::Machine(report) => report.help().map(|help| help.to_string()),
            _ => None,
        };
        let once = Failure::machine_with_help(&miette::miette!("no access"), "wait");
        assert_eq!(help(&once).as_deref(), Some("wait"));
        let Failure::Machine(report) = once else { unreachable!("it was made so") };
        let twice = Failure::machine_with_help(&report, "resume");
        assert_eq!(help(&twice).as_deref(), Some("wait; resume"));
    }
}
