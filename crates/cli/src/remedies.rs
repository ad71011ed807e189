//! What helps against the errors of the libraries, in words of the command: its options, its other
//! commands. A configuration's errors have their remedy with them.

use std::error::Error;
use std::path::Path;

use article5_runner::claims::ClaimsError;
use article5_runner::config::did_you_mean;
use article5_runner::journal::JournalError;
use article5_runner::notes::NotesError;
use article5_runner::partial::PartialError;
use article5_runner::plan::PlanError;
use article5_runner::sensitivity::{BATCHES, SurveyError};
use article5_runner::shards::ShardsError;
use article5_runner::tables::ReadError;
use article5_runner::trace::TraceError;
use article5_runner::workplace::{ENDING, Workplace, WorkplaceError};
use miette::{Diagnostic, Report};

use crate::say::word;

/// An error as it is told, with its remedy.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{message}")]
pub(crate) struct Told {
    message: String,
    #[help]
    remedy: Option<String>,
    #[related]
    related: Vec<Told>,
}

/// An error that knows what helps.
pub(crate) trait Remedy: Error {
    /// What helps, where anything does.
    fn remedy(&self) -> Option<String>;

    /// Errors that this one is about.
    fn related(&self) -> Vec<Told> {
        Vec::new()
    }

    /// The error as it is told.
    fn told(&self) -> Told {
        Told { message: self.to_string(), remedy: self.remedy(), related: self.related() }
    }

    /// The same as a report.
    fn report(&self) -> Report {
        Report::new(self.told())
    }
}

/// What helps against a partial that cannot be used.
const REDO: &str = "remove it and run that part again";

/// What helps against a table that is not as the run wrote it.
const RUN_AGAIN: &str = "run the configuration.toml of the run again, with another `--out`";

/// Where a run goes that cannot go where it was to.
const ELSEWHERE: &str = "give another folder with `--out`";

impl Remedy for PlanError {
    fn remedy(&self) -> Option<String> {
        let Self::TooManyReplicates { .. } = self;
        Some("split them over several runs by `first_replicate`".to_owned())
    }
}

impl Remedy for PartialError {
    fn remedy(&self) -> Option<String> {
        let remedy = match self {
            Self::Io { .. } | Self::Misplaced { .. } => return None,
            Self::Truncated { .. } | Self::Damaged { .. } => REDO.to_owned(),
            Self::Foreign { .. } => {
                "keep the parts of each configuration in a folder of their own".to_owned()
            }
            Self::Stale { .. } => format!("use the article5 that wrote it; or {REDO}"),
            Self::Misnamed { .. } => "give it its name back".to_owned(),
            Self::Canary { .. } => {
                "run that part again with this article5, on a machine like this one".to_owned()
            }
        };
        Some(remedy)
    }
}

impl Remedy for JournalError {
    fn remedy(&self) -> Option<String> {
        let remedy = match self {
            Self::Partial(error) => return error.remedy(),
            Self::Refused { fault: PartialError::Stale { .. }, folder } => {
                format!("go on with the article5 that wrote it; or {}", over(folder))
            }
            Self::Refused { folder, .. } => over(folder),
            Self::Missing(file) => {
                format!("without it, what comes after it is lost: {}", over(folder_of(file)))
            }
            Self::Gap(file) => format!("it is of another run: {}", over(folder_of(file))),
        };
        Some(remedy)
    }
}

/// How a run or a shard is started over, whatever is in its journal.
fn over(folder: &Path) -> String {
    format!("remove the folder {}, and start over", word(folder))
}

fn folder_of(file: &Path) -> &Path {
    file.parent().unwrap_or(file)
}

impl Remedy for NotesError {
    fn remedy(&self) -> Option<String> {
        match self {
            Self::Foreign(_) | Self::Damaged { .. } => Some("start over with `--force`".to_owned()),
            Self::Io { .. } => None,
        }
    }
}

impl Remedy for SurveyError {
    fn remedy(&self) -> Option<String> {
        match self {
            Self::Batches { replicates } => Some(format!(
                "set `replicates` to a multiple of {BATCHES}, as {}",
                replicates.div_ceil(BATCHES) * BATCHES
            )),
            Self::Stop => Some("take `[stop]` out and set `replicates`".to_owned()),
            Self::Ensemble(_) | Self::Notes(_) => None,
        }
    }
}

impl Remedy for ClaimsError {
    fn remedy(&self) -> Option<String> {
        let remedy = match self {
            Self::NoClaim(_) => {
                "add a [[claim]]: its id, statement, treatment, control, outcome and direction"
            }
            Self::NotActedOn(_) => {
                "claims are judged at the configuration's parameters, with `replicates`, and over the [space]"
            }
            Self::Ensemble(_) | Self::Notes(_) | Self::Analysis(_) => return None,
        };
        Some(remedy.to_owned())
    }
}

impl Remedy for TraceError {
    fn remedy(&self) -> Option<String> {
        match self {
            Self::UnknownScenario { name, known } => {
                Some(did_you_mean(name, known, "its scenarios are"))
            }
            Self::Model(_) | Self::Design(_) => None,
        }
    }
}

impl Remedy for ReadError {
    fn remedy(&self) -> Option<String> {
        let remedy = match self {
            Self::NotARun(_) => {
                "name the folder that `article5 run` wrote, as in output/baseline".to_owned()
            }
            Self::Unfinished(run) => format!("`article5 resume {}` goes on with it", word(run)),
            Self::Manifest { .. } => "the file is damaged: run the configuration again".to_owned(),
            Self::Missing(_) => format!("the run wrote this table: {RUN_AGAIN}"),
            Self::Damaged { .. } => format!("the table is damaged: {RUN_AGAIN}"),
            Self::Delimiter { .. } => {
                format!("save it with commas and a full stop in numbers, or {RUN_AGAIN}")
            }
            Self::Io { .. } => return None,
        };
        Some(remedy)
    }
}

impl Remedy for WorkplaceError {
    fn remedy(&self) -> Option<String> {
        let remedy = match self {
            Self::Begun(place) => format!(
                "finish it with `article5 resume {}`, or start over with `--force`",
                word(&Workplace::target(place))
            ),
            Self::NotThere(_) => "name the folder that `article5 run` was to fill".to_owned(),
            Self::NotOurs(_) => format!(
                "a run is worked on in the folder of its name with `{ENDING}`: move away what is there, \
                 or {ELSEWHERE}"
            ),
            Self::Ending(_) => {
                format!("`{ENDING}` ends the name of what is worked on: {ELSEWHERE}")
            }
            Self::Nameless(_) => "give the folder's own name with `--out`".to_owned(),
            Self::Busy(_) => "wait until it ends, or end it".to_owned(),
            Self::NoTask(_) => "remove the folder that it is in, and start over".to_owned(),
            Self::Configuration(_) | Self::Io { .. } => return None,
        };
        Some(remedy)
    }
}

impl Remedy for ShardsError {
    fn remedy(&self) -> Option<String> {
        let remedy = match self {
            Self::Foreign(_) => ELSEWHERE.to_owned(),
            Self::Empty(_) => "`article5 run CONFIG --shard I/N` writes them".to_owned(),
            Self::NoConfiguration(_) => {
                "partials are merged beside the configuration that `--shard` put there".to_owned()
            }
            Self::Unnamed(_) => "partials are called as in part-3-of-16.a5part".to_owned(),
            Self::Mixed(..) => "merge the shards of one division".to_owned(),
            Self::Twice(..) => "name each shard once".to_owned(),
            Self::Missing { of, .. } => {
                format!("run each with `article5 run CONFIG --shard I/{of}` and the same `--out`")
            }
            Self::Divided { before, .. } => format!("divide it into {before} too, or {ELSEWHERE}"),
            Self::NoDivision(_) => format!("remove it, or {ELSEWHERE}"),
            Self::Partial(error) => return error.remedy(),
            Self::Folder(error) => return error.remedy(),
            Self::Refused { .. } | Self::Io { .. } => return None,
        };
        Some(remedy)
    }

    fn related(&self) -> Vec<Told> {
        match self {
            Self::Refused { refused, .. } => refused.iter().map(Remedy::told).collect(),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn a_remedy_can_be_pasted_into_a_shell() {
        let remedy = |error: &dyn Remedy| error.remedy().unwrap();
        let run = PathBuf::from("my run");
        assert!(
            remedy(&ReadError::Unfinished(run.clone())).starts_with("`article5 resume 'my run'`")
        );
        let begun = WorkplaceError::Begun(PathBuf::from("my run.unfinished"));
        assert!(remedy(&begun).contains("`article5 resume 'my run'`"));
        let gap = JournalError::Gap(run.join("0.a5part"));
        assert!(remedy(&gap).contains("remove the folder 'my run',"));
    }

    #[test]
    fn partials_that_are_refused_are_each_told_with_what_helps() {
        let path = PathBuf::from("part-0-of-2.a5part");
        let refused = vec![
            PartialError::Damaged { path: path.clone(), what: "it is too short" },
            PartialError::Misplaced { path, wanted: "part-1-of-2.a5part".to_owned() },
        ];
        let error = ShardsError::Refused { refused, missing: Vec::new(), of: 2 };
        let told = error.told();
        assert_eq!((told.remedy, told.related.len()), (None, 2));
        assert_eq!(told.related[0].remedy.as_deref(), Some(REDO));
        assert!(told.related[1].remedy.is_none());
        let shown = format!("{:?}", error.report());
        assert!(shown.contains("2 of 2 shards are refused") && shown.contains(REDO), "{shown}");
    }
}
