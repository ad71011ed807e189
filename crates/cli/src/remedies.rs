//! Whose fault the errors of the libraries are, and what helps, in terms of the command: its
//! options, its other commands. A configuration's errors come with their remedies.

mod system;
mod written;

use std::path::Path;

use article5_runner::batch::BatchError;
use article5_runner::claims::ClaimsError;
use article5_runner::config::{ALLIANCE_FILE, did_you_mean, if_forbidden};
use article5_runner::ensemble::EnsembleError;
use article5_runner::journal::JournalError;
use article5_runner::notes::NotesError;
use article5_runner::partial::PartialError;
use article5_runner::plan::PlanError;
use article5_runner::sensitivity::{BATCHES, SurveyError};
use article5_runner::shards::ShardsError;
use article5_runner::tables::FolderError;
use article5_runner::trace::TraceError;
use article5_runner::workplace::{ENDING, Workplace, WorkplaceError};

pub(crate) use system::{unfound, unwritable};
pub(crate) use written::restored;

use crate::blame::{Blame, Fault, Told};
use crate::commands::destination::other_shards;
use crate::say::word;
use system::refused;
use written::put_back;

/// How to start an inquiry over.
const OVER: &str = "start over with `--force`";

/// What helps against a partial that cannot be used.
const REDO: &str = "remove it and run that part again";

/// What helps if a run cannot go where it was meant to.
const ELSEWHERE: &str = "give another folder with `--out`";

impl Blame for PlanError {
    fn fault(&self) -> Fault {
        let Self::TooManyReplicates { .. } = self;
        Fault::input("split them over several runs with `first_replicate`")
    }
}

impl Blame for EnsembleError {
    fn fault(&self) -> Fault {
        match self {
            Self::Plan(error) => error.fault(),
            Self::Divided => Fault::setting(
                "stop",
                "the run decides as it goes how long it will be",
                "fix the number of replicates, or run it undivided",
            ),
            Self::Unsound(_)
            | Self::Design(_)
            | Self::Model { .. }
            | Self::Canary(_)
            | Self::Tally(_) => Fault::Machine(None),
            Self::Stopped => Fault::Stopped,
        }
    }
}

impl Blame for FolderError {
    fn fault(&self) -> Fault {
        match self {
            Self::Exists(path) => Fault::input(instead_of(path)),
            Self::NotARun(_) => Fault::input(
                "`--force` replaces only a run; remove the folder if it is empty, or give another with `--out`",
            ),
            Self::NotAFile(_) => Fault::input("name a file, as in `--out report.html`"),
            Self::NotAFolder(_) => Fault::input("name a folder, as in `--out charts`"),
            Self::OfARun(_) => {
                Fault::input("what a run wrote is not overwritten: name another place with `--out`")
            }
            Self::InAFile(_) => Fault::input(ELSEWHERE),
            Self::Link(_) => Fault::input("remove the link, or draw elsewhere with `--out`"),
            Self::Io { source, .. } => refused(source),
            Self::Replaced(_) => Fault::Machine(None),
        }
    }
}

/// What helps if a run is there and is not to be replaced.
fn instead_of(path: &Path) -> String {
    let replace = format!("{ELSEWHERE}, or replace this one with `--force`");
    if !Workplace::is_begun(path) {
        return replace;
    }
    let path = word(path);
    format!("{replace}; `article5 resume {path}` finishes the run that was to replace it")
}

impl Blame for PartialError {
    fn fault(&self) -> Fault {
        match self {
            Self::Read { source, .. } => Fault::Machine(if_forbidden(source).map(str::to_owned)),
            Self::Write { source, .. } => refused(source),
            Self::Misplaced { .. } => Fault::Input(None),
            Self::Truncated { .. } | Self::Damaged { .. } => Fault::input(REDO),
            Self::Foreign { .. } | Self::OtherMembers { .. } => {
                Fault::input("keep the parts of each configuration in a folder of their own")
            }
            Self::Stale { .. } => {
                Fault::input(format!("use the version of article5 that wrote it; or {REDO}"))
            }
            Self::Misnamed { .. } => Fault::input("give it back its original name"),
            Self::Canary { .. } => {
                Fault::input("run that part again with this article5, on a machine like this one")
            }
        }
    }
}

impl Blame for JournalError {
    fn fault(&self) -> Fault {
        match self {
            Self::Partial(error) => error.fault(),
            Self::Refused { fault: PartialError::Stale { .. }, folder } => Fault::input(format!(
                "go on with the version of article5 that wrote it; or {}",
                over(folder)
            )),
            Self::Refused { fault: PartialError::OtherMembers { .. }, folder } => {
                let table = folder.join(ALLIANCE_FILE);
                Fault::input(format!("{}; or {}", put_back(&table), over(folder)))
            }
            Self::Refused { folder, .. } => Fault::input(over(folder)),
            Self::Missing(file) => {
                let over = over(folder_of(file));
                Fault::input(format!("without it, what comes after it is lost: {over}"))
            }
            Self::Gap(file) => {
                Fault::input(format!("it belongs to another run: {}", over(folder_of(file))))
            }
        }
    }
}

/// How to start a run or a shard over, whatever is in its journal.
fn over(folder: &Path) -> String {
    format!("remove the folder {}, and start over", word(folder))
}

fn folder_of(file: &Path) -> &Path {
    file.parent().unwrap_or(file)
}

impl Blame for BatchError {
    fn fault(&self) -> Fault {
        match self {
            Self::Ensemble(error) => error.fault(),
            Self::Folder(error) => error.fault(),
            Self::Journal(error) => error.fault(),
        }
    }
}

impl Blame for NotesError {
    fn fault(&self) -> Fault {
        match self {
            Self::Foreign(_) | Self::Damaged { .. } => Fault::input(OVER),
            Self::OtherMembers(notes) => {
                let table = folder_of(notes).join(ALLIANCE_FILE);
                Fault::input(format!("{}; or {OVER}", put_back(&table)))
            }
            Self::Io { source, .. } => refused(source),
        }
    }
}

impl Blame for SurveyError {
    fn fault(&self) -> Fault {
        match self {
            Self::Batches { replicates } => Fault::setting(
                "replicates",
                format!("must be a multiple of {BATCHES}"),
                format!(
                    "set `replicates` to a multiple of {BATCHES}, such as {}",
                    replicates.div_ceil(BATCHES) * BATCHES
                ),
            ),
            Self::Stop => Fault::setting(
                "stop",
                "not with a sensitivity analysis",
                "take `[stop]` out and set `replicates`",
            ),
            Self::Ensemble(error) => error.fault(),
            Self::Notes(error) => error.fault(),
        }
    }
}

impl Blame for ClaimsError {
    fn fault(&self) -> Fault {
        match self {
            Self::NoClaim(_) => Fault::input(
                "add a [[claim]]: its id, statement, treatment, control, outcome and direction",
            ),
            Self::NotActedOn(table) => Fault::setting(
                table,
                "not with claims",
                format!(
                    "take `[{table}]` out: claims are judged at the configuration's parameters, with \
                     `replicates`, and over the [space]"
                ),
            ),
            Self::Ensemble(error) => error.fault(),
            Self::Notes(error) => error.fault(),
            Self::Analysis(_) => Fault::Machine(None),
        }
    }
}

impl Blame for TraceError {
    fn fault(&self) -> Fault {
        match self {
            Self::UnknownScenario { name, known } => {
                Fault::input(did_you_mean(name, known, "its scenarios are"))
            }
            Self::Model(_) | Self::Design(_) => Fault::Input(None),
        }
    }
}

impl Blame for WorkplaceError {
    fn fault(&self) -> Fault {
        match self {
            Self::Begun(place) => Fault::input(format!(
                "finish it with `article5 resume {}`, or start over with `--force`",
                word(&Workplace::target(place))
            )),
            // The process that began it was killed before anything was saved.
            Self::NotThere(place) if place.exists() => Fault::input(
                "it was stopped before anything was saved: give the command that began it again",
            ),
            Self::NotThere(_) => Fault::input("name the folder that `article5 run` was to fill"),
            Self::NotOurs(_) => Fault::input(format!(
                "a run is worked on in the folder with its name and the ending `{ENDING}`: move away what \
                 is there, or {ELSEWHERE}"
            )),
            Self::Ending(_) => Fault::input(format!(
                "a name that ends in `{ENDING}` is that of an unfinished run: {ELSEWHERE}"
            )),
            Self::Nameless(_) => Fault::input("give the folder's own name with `--out`"),
            Self::NoTask(_) => Fault::input("remove the folder, and start over"),
            Self::Configuration(error) => Fault::Configuration(restored(error.clone())),
            Self::InAFile(_) => Fault::input(ELSEWHERE),
            Self::Busy(_) => Fault::Machine(Some("wait until it ends, or end it".to_owned())),
            Self::Read { source, .. } => Fault::Machine(if_forbidden(source).map(str::to_owned)),
            Self::Io { source, .. } => refused(source),
        }
    }
}

impl Blame for ShardsError {
    fn fault(&self) -> Fault {
        match self {
            Self::Foreign(_) => Fault::input(ELSEWHERE),
            Self::OtherMembers(table) => {
                Fault::input(format!("{ELSEWHERE}; or, if it was changed, {}", put_back(table)))
            }
            Self::ChangedMembers(table) => Fault::input(put_back(table)),
            Self::Empty(_) => Fault::input("`article5 run CONFIG --shard I/N` writes them"),
            Self::NotThere(path) => Fault::input(other_shards(path)),
            Self::NoConfiguration(_) | Self::NotAFolder(_) => Fault::input(
                "name the folder in which `--shard` put the partials and their configuration",
            ),
            Self::Unnamed(_) => Fault::input(
                "name partials, each with a name such as part-3-of-16.a5part, or the folder that they are in",
            ),
            Self::Mixed(..) => Fault::input("merge the shards of one division"),
            Self::Twice(..) => Fault::input("name each shard once"),
            Self::Missing { of, .. } => Fault::input(format!(
                "run each with `article5 run CONFIG --shard I/{of}` and the same `--out`"
            )),
            Self::Divided { before, .. } => {
                Fault::input(format!("divide it into {before} too, or {ELSEWHERE}"))
            }
            Self::Impossible(_) => Fault::Input(None),
            Self::NoDivision(_) => Fault::input(format!("remove it, or {ELSEWHERE}")),
            Self::Partial(error) => error.fault(),
            Self::Configuration(error) => Fault::Configuration(restored(error.clone())),
            Self::Folder(error) => error.fault(),
            // Each of them is reported with its own remedy.
            Self::Refused { .. } => Fault::Input(None),
            Self::Io { source, .. } => Fault::Machine(if_forbidden(source).map(str::to_owned)),
        }
    }

    fn related(&self) -> Vec<Told> {
        match self {
            Self::Refused { refused, .. } => {
                refused.iter().map(|error| error.told(error.fault().remedy())).collect()
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::path::PathBuf;

    use article5_runner::tables::ReadError;

    use super::*;

    #[test]
    fn a_remedy_can_be_pasted_into_a_shell() {
        fn remedy(error: &impl Blame) -> String {
            error.fault().remedy().unwrap()
        }
        let run = PathBuf::from("my run");
        assert!(
            remedy(&ReadError::Unfinished(run.clone())).starts_with("`article5 resume 'my run'`")
        );
        let begun = WorkplaceError::Begun(PathBuf::from("my run.unfinished"));
        assert!(remedy(&begun).contains("`article5 resume 'my run'`"));
        let gone = WorkplaceError::NotThere(PathBuf::from("my run.unfinished"));
        assert!(remedy(&gone).starts_with("name the folder"));
        let empty = tempfile::tempdir().unwrap();
        let empty = WorkplaceError::NotThere(empty.path().to_owned());
        assert!(remedy(&empty).contains("stopped before anything was saved"));
        let gap = JournalError::Gap(run.join("0.a5part"));
        assert!(remedy(&gap).contains("remove the folder 'my run',"));
    }

    #[test]
    fn a_run_that_is_there_is_resumed_only_where_another_was_to_replace_it() {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("run");
        let told = || FolderError::Exists(run.clone()).fault().remedy().unwrap();
        assert_eq!(told(), "give another folder with `--out`, or replace this one with `--force`");
        let begun = folder.path().join("run.unfinished");
        std::fs::create_dir(&begun).unwrap();
        std::fs::write(begun.join("configuration.toml"), "").unwrap();
        assert!(told().contains("`article5 resume ") && told().ends_with("was to replace it"));
    }

    #[test]
    fn a_disk_that_fails_is_no_fault_of_the_shards_and_a_signal_nobodys() {
        let read = ShardsError::Partial(PartialError::Read {
            path: PathBuf::from("part-0-of-2.a5part"),
            source: ErrorKind::Other.into(),
        });
        assert!(matches!(read.fault(), Fault::Machine(None)));
        let written = |kind: ErrorKind| {
            FolderError::Io { path: PathBuf::from("a"), source: kind.into() }.fault()
        };
        assert!(matches!(written(ErrorKind::Interrupted), Fault::Stopped));
        assert!(matches!(written(ErrorKind::StorageFull), Fault::Machine(Some(_))));
    }

    #[test]
    fn partials_that_are_refused_are_each_told_with_what_helps() {
        let path = PathBuf::from("part-0-of-2.a5part");
        let refused = vec![
            PartialError::Damaged { path: path.clone(), what: "it is too short" },
            PartialError::Misplaced { path, wanted: "part-1-of-2.a5part".to_owned() },
        ];
        let error = ShardsError::Refused { refused, missing: Vec::new(), of: 2 };
        let told = error.told(error.fault().remedy());
        assert_eq!((told.remedy.as_deref(), told.related.len()), (None, 2));
        assert_eq!(told.related[0].remedy.as_deref(), Some(REDO));
        assert!(told.related[1].remedy.is_none());
        let shown = format!("{:?}", miette::Report::new(told));
        assert!(shown.contains("2 of 2 shards are refused") && shown.contains(REDO), "{shown}");
    }
}
