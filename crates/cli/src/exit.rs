//! How a command ends: exit codes, and messages on standard error.

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use article5_runner::batch::BatchError;
use article5_runner::claims::ClaimsError;
use article5_runner::ensemble::EnsembleError;
use article5_runner::journal::JournalError;
use article5_runner::notes::NotesError;
use article5_runner::partial::PartialError;
use article5_runner::sensitivity::SurveyError;
use article5_runner::shards::ShardsError;
use article5_runner::tables::FolderError;
use article5_runner::workplace::{Workplace, WorkplaceError};
use miette::{Diagnostic, Report};

use crate::remedies::Remedy;
use crate::say::{tell, word};

/// The exit code of what a signal stopped.
pub(crate) const INTERRUPTED: u8 = 130;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input is at fault: exit code 2. Nothing was written.
    Input(Report),
    /// The machine is at fault: a full disk, a vanished folder. Exit code 1.
    Machine(Report),
    /// The user stopped it, and is told how to go on: exit code [`INTERRUPTED`].
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

impl From<EnsembleError> for Failure {
    fn from(error: EnsembleError) -> Self {
        match error {
            EnsembleError::Stopped => stopped(),
            EnsembleError::Plan(error) => Self::Input(error.report()),
            error => Self::machine(error),
        }
    }
}

impl From<FolderError> for Failure {
    fn from(error: FolderError) -> Self {
        match error {
            FolderError::Exists(path) => exists(&path),
            FolderError::NotARun(path) => Failure::Input(miette::miette!(
                help = "`--force` replaces only a run; remove the folder if it is empty, or give another with `--out`",
                "`{}` is there already and is no run",
                path.display()
            )),
            FolderError::NotAFile(path) => Failure::Input(miette::miette!(
                help = "name a file, as in `--out report.html`",
                "`{}` is no file to write",
                path.display()
            )),
            FolderError::OfARun(path) => Failure::Input(miette::miette!(
                help = "what a run wrote is not overwritten: name another place with `--out`",
                "`{}` is part of a run",
                path.display()
            )),
            FolderError::Io { source, .. } if source.kind() == std::io::ErrorKind::Interrupted => {
                stopped()
            }
            error => Failure::machine(error),
        }
    }
}

impl From<PartialError> for Failure {
    fn from(error: PartialError) -> Self {
        if error.is_refusal() { Self::Input(error.report()) } else { Self::machine(error) }
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Partial(error) => error.into(),
            error => Self::Input(error.report()),
        }
    }
}

impl From<BatchError> for Failure {
    fn from(error: BatchError) -> Self {
        match error {
            BatchError::Ensemble(error) => error.into(),
            BatchError::Folder(error) => error.into(),
            BatchError::Journal(error) => error.into(),
        }
    }
}

impl From<NotesError> for Failure {
    fn from(error: NotesError) -> Self {
        match error {
            NotesError::Io { .. } => Self::machine(error),
            error => Self::Input(error.report()),
        }
    }
}

impl From<SurveyError> for Failure {
    fn from(error: SurveyError) -> Self {
        match error {
            SurveyError::Ensemble(error) => error.into(),
            SurveyError::Notes(error) => error.into(),
            error => Self::Input(error.report()),
        }
    }
}

impl From<ClaimsError> for Failure {
    fn from(error: ClaimsError) -> Self {
        match error {
            ClaimsError::Ensemble(error) => error.into(),
            ClaimsError::Notes(error) => error.into(),
            ClaimsError::Analysis(error) => Self::machine(error),
            error => Self::Input(error.report()),
        }
    }
}

impl From<WorkplaceError> for Failure {
    fn from(error: WorkplaceError) -> Self {
        match error {
            WorkplaceError::Io { .. } => Self::machine(error),
            WorkplaceError::Configuration(error) => Self::input(error),
            WorkplaceError::Busy(_) => Self::Machine(error.report()),
            error => Self::Input(error.report()),
        }
    }
}

impl From<ShardsError> for Failure {
    fn from(error: ShardsError) -> Self {
        match error {
            ShardsError::Partial(error) => error.into(),
            ShardsError::Folder(error) => error.into(),
            ShardsError::Io { .. } => Self::machine(error),
            ShardsError::Refused { ref refused, .. }
                if !refused.iter().all(PartialError::is_refusal) =>
            {
                Self::Machine(error.report())
            }
            error => Self::Input(error.report()),
        }
    }
}

/// What is said of a run that is there and is not to be replaced.
fn exists(path: &Path) -> Failure {
    let mut help =
        "give another folder with `--out`, or replace this one with `--force`".to_owned();
    if Workplace::is_begun(path) {
        let path = word(path);
        help += &format!("; `article5 resume {path}` finishes the run that was to replace it");
    }
    Failure::Input(miette::miette!(help = help, "`{}` is there already", path.display()))
}

/// What an interrupted command says where nothing is kept.
pub(crate) fn stopped() -> Failure {
    Failure::Interrupted("stopped: nothing was written".to_owned())
}

/// An error and what caused it, on one line.
struct Causes<'a>(&'a dyn std::error::Error);

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = self.0.to_string();
        let mut cause = self.0.source();
        while let Some(error) = cause {
            let more = error.to_string();
            // Many messages end with their cause already.
            if !said.ends_with(&more) {
                said = format!("{said}: {more}");
            }
            cause = error.source();
        }
        f.write_str(&said)
    }
}

/// Tells the user, and the exit code.
pub(crate) fn code(outcome: Result<(), Failure>) -> ExitCode {
    match outcome {
        Ok(()) | Err(Failure::ReaderLeft) => ExitCode::SUCCESS,
        Err(Failure::Input(report)) => {
            tell(format_args!("{report:?}"));
            ExitCode::from(2)
        }
        Err(Failure::Machine(report)) => {
            tell(format_args!("{report:?}"));
            ExitCode::from(1)
        }
        Err(Failure::Interrupted(message)) => {
            tell(message);
            ExitCode::from(INTERRUPTED)
        }
    }
}
