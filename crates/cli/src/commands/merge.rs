//! `article5 merge`: turns the shards of a divided run into the run.

use std::fs;
use std::io::ErrorKind::{NotADirectory, NotFound};
use std::path::{Path, PathBuf};

use article5_runner::ensemble::Ensemble;
use article5_runner::shards::{self, ShardFolder, ShardsError};
use article5_runner::workplace::Task;

use super::batch::Batch;
use super::configuration::Configuration;
use super::destination;
use super::job::Job;
use crate::args::Merge;
use crate::exit::Failure;

/// Merges partials into exactly the tables of an undivided run.
pub(crate) fn merge(arguments: &Merge) -> Result<(), Failure> {
    let (folder, partials) = find(&arguments.parts)?;
    let Configuration { experiment, .. } = Configuration::written(folder.configuration()?)?;
    let ensemble = Ensemble::new(&experiment)?;
    let target = destination::of_run(arguments.out.as_deref(), &experiment);
    destination::check(&target, arguments.force)?;
    let parts = shards::merge(&partials, &ensemble)?;
    let (experiment, work) = (&experiment, arguments.work());
    let job = Job { experiment, task: Task::Run, target: &target, work, command: "merge" };
    Batch { job, ensemble: &ensemble }.merge(parts)?;
    // Every shard is done: what killed processes left behind is of no use, and what cannot be
    // removed is in nobody's way.
    let _ = folder.clear_away();
    Ok(())
}

/// The partials that are named, or that are in a folder that is named, and the folder with their
/// configuration: the first one's.
fn find(parts: &[PathBuf]) -> Result<(ShardFolder, Vec<PathBuf>), Failure> {
    let (mut folder, mut partials) = (None, Vec::new());
    for part in parts {
        let is_folder = is_folder(part)?;
        let own = if is_folder { Some(part.as_path()) } else { part.parent() };
        let own =
            ShardFolder::at(own.filter(|own| *own != Path::new("")).unwrap_or(Path::new(".")));
        if is_folder {
            partials.extend(own.partials()?);
        } else {
            shards::named(part)?;
            partials.push(part.clone());
        }
        folder.get_or_insert(own);
    }
    Ok((folder.unwrap_or_else(|| ShardFolder::at(Path::new("."))), partials))
}

/// Whether what is to be merged is a folder; it must be there.
fn is_folder(part: &Path) -> Result<bool, Failure> {
    match fs::metadata(part) {
        Ok(there) => Ok(there.is_dir()),
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => {
            Err(Failure::Input(miette::miette!(
                help = "name the partials of a run, or the folder that they are in",
                "there is no {}",
                part.display()
            )))
        }
        // Whoever may not look into a folder does not know that nothing is in it.
        Err(source) => Err(ShardsError::Io { path: part.to_owned(), source }.into()),
    }
}
