//! The folder of a divided run: its configuration, and a partial for each shard that is done.

mod division;
mod error;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::config::{ALLIANCE_FILE, CONFIGURATION_FILE, Experiment, Source};
use crate::ensemble::Ensemble;
use crate::files::{clear_away, is_there, read_regular, replace, write_first};
use crate::partial::{Merge, PartialError, PartialFile, Role, Shard};
use crate::workplace::{OWN_PLACE, Workplace, WorkplaceError, configuration_files};

pub use division::{Division, Submission};
pub use error::ShardsError;

/// The folder of a divided run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardFolder {
    path: PathBuf,
}

/// The state of a shard.
#[derive(Debug)]
pub enum ShardState {
    /// Its partial exists and is sound.
    Done,
    /// It has no partial.
    Missing,
    /// It has a partial that is refused.
    Refused(PartialError),
}

impl ShardFolder {
    /// Makes `path` the folder of the experiment's shards, or finds that it already is.
    ///
    /// # Errors
    ///
    /// [`ShardsError::Foreign`] or [`ShardsError::OtherMembers`], an impossible name, or whatever
    /// the system refuses.
    pub fn create(path: &Path, experiment: &Experiment) -> Result<Self, ShardsError> {
        // Shards may be put into, say, the working folder, which already exists.
        if path.file_name().is_some() || !path.is_dir() {
            Workplace::may_be_called(path)?;
        }
        if path.is_file() {
            return Err(WorkplaceError::InAFile(path.to_owned()).into());
        }
        let folder = Self { path: path.to_owned() };
        if !is_there(&path.join(CONFIGURATION_FILE)).map_err(unreadable(path))? {
            let is_new = !path.is_dir();
            fs::create_dir_all(path).map_err(unwritable(path))?;
            let described = folder.describe(experiment);
            if described.is_err() && is_new {
                // Unless another process has put something into it.
                let _ = fs::remove_dir(path);
            }
            described?;
        }
        let [values, members] = folder.experiment()?.hashes();
        let [own_values, own_members] = experiment.hashes();
        match (values == own_values, members == own_members) {
            (true, true) => Ok(folder),
            (true, false) => Err(ShardsError::OtherMembers(path.join(ALLIANCE_FILE))),
            (false, _) => Err(ShardsError::Foreign(path.to_owned())),
        }
    }

    /// Writes down which experiment is divided. Another process may begin here with another
    /// configuration: the first one stays, along with its members table.
    fn describe(&self, experiment: &Experiment) -> Result<(), ShardsError> {
        let [(members, table), (name, configuration)] = configuration_files(experiment);
        let is_own = write_first(&self.path, members, &table).map_err(unwritable(&self.path))?;
        let members = self.path.join(members);
        if !is_own && !holds(&members, &table)? {
            return Err(ShardsError::OtherMembers(members));
        }
        let written = write_first(&self.path, name, &configuration);
        if written.is_err() && is_own && matches!(is_there(&self.path.join(name)), Ok(false)) {
            // Alone it would only be in the way of another configuration.
            let _ = fs::remove_file(members);
        }
        written.map(|_| ()).map_err(unwritable(&self.path))
    }

    /// Takes a folder to be that of a divided run; whether it is one shows once it is read.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts a file beside the partials, whole or not at all, in place of one that is there: a link
    /// is replaced, not followed.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<(), ShardsError> {
        replace(&self.path, name, bytes).map_err(unwritable(&self.path.join(name)))
    }

    /// The experiment that is divided.
    ///
    /// # Errors
    ///
    /// The configuration is missing or cannot be read.
    pub fn experiment(&self) -> Result<Experiment, ShardsError> {
        Ok(self.configuration()?.experiment()?)
    }

    /// Its configuration.
    ///
    /// # Errors
    ///
    /// As [`ShardFolder::experiment`].
    pub fn configuration(&self) -> Result<Source, ShardsError> {
        let configuration = self.path.join(CONFIGURATION_FILE);
        if self.path.is_file() {
            return Err(ShardsError::NotAFolder(self.path.clone()));
        }
        if !is_there(&configuration).map_err(unreadable(&self.path))? {
            let path = self.path.clone();
            return Err(if path.is_dir() {
                ShardsError::NoConfiguration(path)
            } else {
                ShardsError::NotThere(path)
            });
        }
        Ok(Source::read(&configuration)?)
    }

    /// Finds the state of a shard, for which its whole partial is read.
    ///
    /// # Errors
    ///
    /// The partial cannot be read.
    pub fn standing(
        &self,
        ensemble: &Ensemble<'_>,
        shard: Shard,
    ) -> Result<ShardState, ShardsError> {
        let path = self.path.join(shard.file_name());
        if !is_there(&path).map_err(unreadable(&path))? {
            return Ok(ShardState::Missing);
        }
        match PartialFile::open(&path, &ensemble.expected(shard, Role::Whole)) {
            Ok(_) => Ok(ShardState::Done),
            Err(error) if error.is_refusal() => Ok(ShardState::Refused(error)),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes what killed processes left beside the partials, once all partials are there. A
    /// process that is still at work keeps its workplace.
    ///
    /// # Errors
    ///
    /// The folder cannot be read or written.
    pub fn clear_away(&self) -> Result<(), ShardsError> {
        for partial in self.partials()? {
            Workplace::clear_done(&partial)?;
        }
        let refused = unreadable(&self.path);
        for entry in fs::read_dir(&self.path).map_err(&refused)? {
            let entry = entry.map_err(&refused)?;
            if entry.file_name().to_string_lossy().starts_with(OWN_PLACE) {
                Workplace::clear_dead(&entry.path())?;
            }
        }
        clear_away(&self.path).map_err(refused)
    }

    /// The partials in the folder, by name.
    ///
    /// # Errors
    ///
    /// [`ShardsError::Empty`], or the folder cannot be read.
    pub fn partials(&self) -> Result<Vec<PathBuf>, ShardsError> {
        let refused = unreadable(&self.path);
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(&refused)? {
            let path = entry.map_err(&refused)?.path();
            if shard_of(&path).is_some() {
                found.push(path);
            }
        }
        found.sort();
        if found.is_empty() { Err(ShardsError::Empty(self.path.clone())) } else { Ok(found) }
    }
}

/// Opens the partials of all shards of a run, in any order, to be merged.
///
/// # Errors
///
/// [`ShardsError`] names what is missing, given twice, or refused.
pub fn merge(paths: &[PathBuf], ensemble: &Ensemble<'_>) -> Result<Merge, ShardsError> {
    let mut shards: BTreeMap<Shard, &PathBuf> = BTreeMap::new();
    for path in paths {
        let shard = named(path)?;
        if let Some((first, other)) = shards.first_key_value()
            && first.of() != shard.of()
        {
            return Err(ShardsError::Mixed((*other).clone(), path.clone()));
        }
        if let Some(other) = shards.insert(shard, path) {
            return Err(ShardsError::Twice(other.clone(), path.clone()));
        }
    }
    let of = shards.keys().next().map_or(0, |shard| shard.of());
    let all = shards.keys().next().into_iter().flat_map(|shard| shard.siblings());
    let missing: Vec<u32> =
        all.filter(|shard| !shards.contains_key(shard)).map(Shard::index).collect();
    let (mut merge, mut refused) = (Merge::default(), Vec::new());
    for (&shard, path) in &shards {
        match PartialFile::open(path, &ensemble.expected(shard, Role::Whole)) {
            Ok(file) => merge.add(file),
            Err(error) if error.is_refusal() => refused.push(error),
            // That is the machine's fault, and says nothing of the shards.
            Err(error) => return Err(error.into()),
        }
    }
    let none_is_sound = refused.len() == shards.len();
    if let Some(first) = paths.first().filter(|_| none_is_sound && are_of_other_members(&refused)) {
        // The configuration is the one beside the first partial.
        return Err(ShardsError::ChangedMembers(first.with_file_name(ALLIANCE_FILE)));
    }
    if !refused.is_empty() {
        return Err(refusal(refused, missing, of));
    }
    if !missing.is_empty() {
        return Err(ShardsError::Missing { missing, of });
    }
    Ok(merge)
}

/// Whether each of the refused partials was made with another members table: if no partial is
/// sound, it is the table that was changed.
fn are_of_other_members(refused: &[PartialError]) -> bool {
    let other_members = |error: &PartialError| matches!(error, PartialError::OtherMembers { .. });
    !refused.is_empty() && refused.iter().all(other_members)
}

/// Why partials are refused, and what is missing besides.
fn refusal(mut refused: Vec<PartialError>, missing: Vec<u32>, of: u32) -> ShardsError {
    if refused.len() == 1 && missing.is_empty() {
        return refused.swap_remove(0).into();
    }
    ShardsError::Refused { refused, missing, of }
}

/// Writes numbers as schedulers do, as in `3,7-9`.
///
/// ```
/// assert_eq!(article5_runner::shards::ranges(&[3, 7, 8, 9]), "3,7-9");
/// ```
pub fn ranges(numbers: &[u32]) -> String {
    let runs: rangemap::RangeInclusiveSet<u32> =
        numbers.iter().map(|&number| number..=number).collect();
    let text = runs.iter().map(|run| match (run.start(), run.end()) {
        (start, end) if start == end => start.to_string(),
        (start, end) => format!("{start}-{end}"),
    });
    text.collect::<Vec<_>>().join(",")
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> ShardsError {
    move |source| ShardsError::Io { path: path.to_owned(), source }
}

fn unwritable(path: &Path) -> impl Fn(io::Error) -> ShardsError {
    move |source| WorkplaceError::Io { path: path.to_owned(), source }.into()
}

/// Whether the file holds these bytes.
fn holds(path: &Path, bytes: &[u8]) -> Result<bool, ShardsError> {
    let found = read_regular(path).map_err(unreadable(path))?;
    Ok(found.is_some_and(|found| found == bytes))
}

/// The shard that a partial is, by its name.
///
/// # Errors
///
/// [`ShardsError::Unnamed`].
pub fn named(path: &Path) -> Result<Shard, ShardsError> {
    shard_of(path).ok_or_else(|| ShardsError::Unnamed(path.to_owned()))
}

fn shard_of(path: &Path) -> Option<Shard> {
    Shard::of_file_name(path.file_name()?.to_str()?)
}

#[cfg(test)]
mod tests;
