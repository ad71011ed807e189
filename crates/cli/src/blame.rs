//! Whose fault an error is, and how it is reported.

use std::error::Error;
use std::fmt;

use article5_runner::config::ConfigError;
use miette::Diagnostic;

/// Whose fault an error is, and what helps, if anything does.
pub(crate) enum Fault {
    /// The fault of what was typed or read.
    Input(Option<String>),
    /// The configuration's; the error has the place and the remedy.
    Configuration(ConfigError),
    /// The configuration's, in one of its settings.
    Setting {
        /// The key, as in `output.parquet`.
        key: &'static str,
        /// What is wrong there, in few words.
        label: String,
        /// What helps.
        remedy: String,
    },
    /// The machine's, or another process's.
    Machine(Option<String>),
    /// Nobody's: the user stopped it.
    Stopped,
}

impl Fault {
    /// Blames the input, with this remedy.
    pub(crate) fn input(remedy: impl Into<String>) -> Self {
        Self::Input(Some(remedy.into()))
    }

    /// What helps, if anything does.
    pub(crate) fn remedy(self) -> Option<String> {
        match self {
            Self::Input(remedy) | Self::Machine(remedy) => remedy,
            Self::Setting { remedy, .. } => Some(remedy),
            Self::Configuration(error) => error.remedy().map(str::to_owned),
            Self::Stopped => None,
        }
    }

    /// Blames a setting of the configuration.
    pub(crate) fn setting(
        key: &'static str,
        label: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::Setting { key, label: label.into(), remedy: remedy.into() }
    }
}

/// An error that knows whose fault it is.
pub(crate) trait Blame: Error + Sized {
    /// Whose fault it is, and what helps. This may look at the disk, which may change: ask once.
    fn fault(&self) -> Fault;

    /// Errors that this one is about.
    fn related(&self) -> Vec<Told> {
        Vec::new()
    }

    /// The error as it is reported, with this remedy.
    fn told(&self, remedy: Option<String>) -> Told {
        Told { message: Causes(self).to_string(), remedy, related: self.related() }
    }
}

/// An error as it is reported, with its remedy.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{message}")]
pub(crate) struct Told {
    message: String,
    #[help]
    pub(crate) remedy: Option<String>,
    #[related]
    pub(crate) related: Vec<Told>,
}

/// An error and what caused it, on one line.
pub(crate) struct Causes<'a>(pub(crate) &'a dyn Error);

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

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{said}")]
    struct Caused {
        said: &'static str,
        source: Option<Box<Caused>>,
    }

    #[test]
    fn a_cause_is_told_once() {
        let full = || Some(Box::new(Caused { said: "the disk is full", source: None }));
        let apart = Caused { said: "cannot write `a`", source: full() };
        assert_eq!(Causes(&apart).to_string(), "cannot write `a`: the disk is full");
        let whole = Caused { said: "cannot write `a`: the disk is full", source: full() };
        assert_eq!(Causes(&whole).to_string(), "cannot write `a`: the disk is full");
    }
}
