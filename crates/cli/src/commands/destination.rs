//! Where runs go: into the folder that is named, or into one named after the configuration; and
//! what stands beside them.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use article5_runner::config::{CONFIGURATION_FILE, Experiment, did_you_mean};
use article5_runner::tables::{behind_link, may_take};
use article5_runner::workplace::{Task, Workplace};

use crate::exit::Failure;

/// The folder of all runs for which no other is named.
const OUTPUT: &str = "output";

/// What is added to a run's name for the folder of its shards.
const SHARDS: &str = ".shards";

/// The folder of the merged run within that of the shards that were submitted.
const MERGED: &str = "run";

/// Where a run goes if no folder is named.
pub(crate) fn unnamed(experiment: &Experiment) -> PathBuf {
    Path::new(OUTPUT).join(&experiment.name)
}

/// Where a run goes, or the answer to a question.
pub(crate) fn of_run(out: Option<&Path>, experiment: &Experiment) -> PathBuf {
    behind_link(out.map_or_else(|| unnamed(experiment), Path::to_owned))
}

/// Where the shards of a divided run go.
pub(crate) fn of_shards(out: Option<&Path>, experiment: &Experiment) -> PathBuf {
    out.map_or_else(|| with(&unnamed(experiment), SHARDS), Path::to_owned)
}

/// Where the shards in a folder are merged if they were submitted.
pub(crate) fn of_merge(shards: &Path) -> PathBuf {
    shards.join(MERGED)
}

/// Where a run goes that is finished by the name of its folder or of the one it is worked on in.
pub(crate) fn of_unfinished(named: &Path) -> PathBuf {
    behind_link(Workplace::target(named))
}

/// Where the answer to a further question about a run can go, as the run has its own name.
pub(crate) fn of_answer(run: &Path, task: Task) -> PathBuf {
    with(run, &format!("-{}", task.name()))
}

/// A path with this at the end of its name.
fn with(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().map_or_else(OsString::new, OsString::from);
    name.push(ending);
    path.with_file_name(name)
}

/// What helps if a folder of shards is not there: what is looked for in it, and which there are or
/// how one is made.
pub(crate) fn other_shards(named: &Path) -> String {
    let wanted = format!(
        "a divided run is found by the folder of its shards, with their {CONFIGURATION_FILE} in it"
    );
    let shards = all_shards();
    if shards.is_empty() {
        return format!(
            "{wanted}: `article5 run CONFIG --shard I/N` makes one, {OUTPUT}/NAME{SHARDS} unless `--out` \
             names another"
        );
    }
    // By the name of the run, as in its configuration.
    let of_run = with(&Path::new(OUTPUT).join(named), SHARDS).display().to_string();
    if shards.contains(&of_run) {
        return format!("did you mean `{of_run}`?");
    }
    let others = format!("in {OUTPUT} there is");
    format!("{wanted}: {}", did_you_mean(&named.to_string_lossy(), &shards, &others))
}

/// The folders of shards for which no other name was given.
fn all_shards() -> Vec<String> {
    let entries = fs::read_dir(OUTPUT).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    let ours = |path: &PathBuf| {
        path.to_string_lossy().ends_with(SHARDS) && path.join(CONFIGURATION_FILE).is_file()
    };
    let mut shards: Vec<String> =
        paths.filter(ours).map(|path| path.display().to_string()).collect();
    shards.sort();
    shards
}

/// Refuses a place that a run cannot have, or that something has which is not to be replaced.
pub(crate) fn check(target: &Path, force: bool) -> Result<(), Failure> {
    Workplace::may_be_called(target)?;
    Ok(may_take(target, force)?)
}

/// Begins a task that fills such a place.
pub(crate) fn begin(
    task: Task,
    target: &Path,
    experiment: &Experiment,
    force: bool,
) -> Result<Workplace, Failure> {
    check(target, force)?;
    Ok(Workplace::begin(task, target, experiment, force)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_goes_where_it_is_told_to_or_is_named_after_its_configuration() {
        let text = "name = \"v1.2\"\nscenarios = [\"ironclad\"]";
        let experiment = Experiment::from_toml(text, "a.toml", Path::new("")).unwrap();
        let here = Path::new("here");
        assert_eq!(of_run(None, &experiment), Path::new("output/v1.2"));
        assert_eq!(of_run(Some(here), &experiment), here);
        assert_eq!(of_shards(None, &experiment), Path::new("output/v1.2.shards"));
        assert_eq!(of_shards(Some(here), &experiment), here);
        assert_eq!(of_merge(here), Path::new("here/run"));
        assert_eq!(of_unfinished(Path::new("a/b.unfinished")), Path::new("a/b"));
        assert_eq!(of_answer(Path::new("a/v1.2"), Task::Claims), Path::new("a/v1.2-claims"));
    }
}
