//! A configuration as a command works with it, and how it refuses it.

use std::path::Path;

use article5_runner::config::{Experiment, Source};
use article5_runner::tables::PARQUET;

use crate::args::Changes;
use crate::blame::{Blame, Fault};
use crate::exit::Failure;
use crate::remedies::restored;

/// A configuration, and what the command line puts in place of its settings.
pub(crate) struct Configuration {
    pub(crate) experiment: Experiment,
    source: Source,
    changes: Changes,
}

/// Why a command refuses a configuration that is sound.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    #[error("this article5 was built without Parquet")]
    Parquet,
    #[error("{replicates} replicates are more than the {most} of `stop.max_replicates`")]
    MoreThanMost { replicates: u64, most: u64 },
    #[error("the configuration asks for neither sensitivity nor discovery")]
    NothingAsked,
    #[error("there is no design point {0}")]
    NoDesign(u32),
    #[error("there is no design point {point}")]
    NoPoint { point: u32, points: u64 },
}

impl Configuration {
    /// Reads the file, and applies what was changed on the command line.
    pub(crate) fn read(path: &Path, changes: Changes) -> Result<Self, Failure> {
        Self::of(Source::read(path).map_err(Failure::input)?, changes)
    }

    /// Builds the configuration in that text, with the changes from the command line.
    fn of(source: Source, changes: Changes) -> Result<Self, Failure> {
        let experiment = source.experiment().map_err(Failure::input)?;
        Self::with(experiment, source, changes)
    }

    /// Builds the configuration that a run wrote beside its members table.
    pub(crate) fn written(source: Source) -> Result<Self, Failure> {
        let experiment = source.experiment();
        let experiment = experiment.map_err(|error| Failure::input(restored(error)))?;
        Self::with(experiment, source, Changes::default())
    }

    fn with(mut experiment: Experiment, source: Source, changes: Changes) -> Result<Self, Failure> {
        experiment.seed = changes.seed.unwrap_or(experiment.seed);
        experiment.replicates = changes.replicates.unwrap_or(experiment.replicates);
        let own = Self { experiment, source, changes };
        let replicates = own.experiment.replicates;
        let most = own.experiment.stop.as_ref().map(|stop| stop.max_replicates);
        if let Some(most) = most.filter(|most| replicates > *most) {
            return Err(own.refuse(&Refused::MoreThanMost { replicates, most }));
        }
        if own.experiment.output.parquet && !PARQUET {
            return Err(own.refuse(&Refused::Parquet));
        }
        Ok(own)
    }

    /// Reports an error that comes from the configuration at the place that causes it. What was
    /// typed on the command line instead is in no file.
    pub(crate) fn refuse(&self, error: &impl Blame) -> Failure {
        let (refusal, remedy) = match error.fault() {
            fault @ Fault::Setting { key: "replicates", .. }
                if self.changes.replicates.is_some() =>
            {
                return Failure::of(error, fault);
            }
            Fault::Setting { key, label, remedy } => {
                (self.source.refusal(key, error.to_string(), label), Some(remedy))
            }
            Fault::Input(remedy) => (self.source.refusal_of_all(error.to_string()), remedy),
            fault => return Failure::of(error, fault),
        };
        Failure::input(match remedy {
            Some(remedy) => refusal.help(remedy),
            None => refusal,
        })
    }
}

impl Blame for Refused {
    fn fault(&self) -> Fault {
        match self {
            Self::Parquet => Fault::setting(
                "output.parquet",
                "nothing here writes it",
                "take `output.parquet` out, or build with the feature `parquet`",
            ),
            Self::MoreThanMost { replicates, .. } => Fault::setting(
                "stop.max_replicates",
                format!("must be {replicates} or more"),
                "the run starts with `replicates`: ask for fewer, or raise `stop.max_replicates`",
            ),
            Self::NothingAsked => Fault::input(
                "add a table [sensitivity] with `outcomes = [\"tiered\"]`, or [discovery] with \
                 `outcome = \"tiered\"` and `at_least = 0.5`",
            ),
            Self::NoDesign(_) => {
                Fault::input("the configuration has no design: leave `--point` out")
            }
            Self::NoPoint { points, .. } => Fault::setting(
                "design",
                format!("has points 0 to {}", points.saturating_sub(1)),
                "name one of its points with `--point`",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_built_is_refused_where_it_is_asked_for() {
        let text = "name = \"a\"\nscenarios = [\"ironclad\"]\n[output]\nparquet = true\n";
        let source = Source::new(text, "a.toml", Path::new(""));
        let experiment = source.experiment().unwrap();
        let configuration = Configuration { experiment, source, changes: Changes::default() };
        let Failure::Input(report) = configuration.refuse(&Refused::Parquet) else {
            panic!("it is the input that is at fault")
        };
        let told = format!("{report:?}");
        assert!(told.contains("a.toml:4:11]") && told.contains("built without Parquet"), "{told}");
        assert!(told.contains("take `output.parquet` out"), "{told}");
    }
}
