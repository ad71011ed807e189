//! The folder in which a run is worked on: its configuration, so that it can be resumed, its
//! journal, and a lock, so that no two processes work in it.

mod contents;
mod error;
mod leave;

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{
    self,
    ErrorKind::{AlreadyExists, NotADirectory, NotFound},
};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use crate::config::{ALLIANCE_FILE, CONFIGURATION_FILE, Experiment};
use crate::files::{self, is_at, is_there};
use crate::tables::{MANIFEST_FILE, Manifest, alliance_csv, put_back};

pub use error::WorkplaceError;

/// What is added to the name of a run's folder for the folder in which the run is worked on.
pub const ENDING: &str = ".unfinished";

/// How the name of the folder begins that a process has to itself if another works on the same
/// shard.
pub(crate) const OWN_PLACE: &str = ".shard-";

/// The file that is locked.
const LOCK: &str = "lock";

/// The file that names the task.
const TASK: &str = "task";

/// The file that says which run is to be replaced, by what tells it from others.
const REPLACES: &str = "replaces";

/// What is done, as workplaces and manifests have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Task {
    /// A batch.
    Run,
    /// The verdicts on claims.
    Claims,
    /// A sensitivity analysis.
    Sensitivity,
    /// The explanation of one replicate, which takes no time and needs no workplace.
    Trace,
}

impl Task {
    /// The name of the command that does it.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A folder in which a run is worked on, which stays locked until this is dropped.
#[derive(Debug)]
pub struct Workplace {
    path: PathBuf,
    lock: File,
    /// Whether it may be removed if it holds no finished work: the command that works in it can be
    /// given again.
    removable: bool,
}

impl Workplace {
    /// The folder in which the run that will be `target` is worked on.
    ///
    /// ```
    /// use std::path::Path;
    /// use article5_runner::workplace::Workplace;
    ///
    /// let path = Workplace::beside(Path::new("output/baseline"));
    /// assert_eq!(path, Path::new("output/baseline.unfinished"));
    /// assert_eq!(Workplace::target(&path), Path::new("output/baseline"));
    /// ```
    pub fn beside(target: &Path) -> PathBuf {
        let mut name = target.file_name().map_or_else(OsString::new, OsString::from);
        name.push(ENDING);
        target.with_file_name(name)
    }

    /// The folder of the run that is worked on in `path`; `path` itself if its name is not that of
    /// a workplace.
    pub fn target(path: &Path) -> PathBuf {
        let name = path.file_name().and_then(|name| name.to_str());
        match name.and_then(|name| name.strip_suffix(ENDING)) {
            Some(name) if !name.is_empty() => path.with_file_name(name),
            _ => path.to_owned(),
        }
    }

    /// Checks that a run, or the shards of one, may have the name `target`.
    ///
    /// # Errors
    ///
    /// [`WorkplaceError::Ending`], [`WorkplaceError::Nameless`] or [`WorkplaceError::InAFile`].
    pub fn may_be_called(target: &Path) -> Result<(), WorkplaceError> {
        // For a path such as `..`, nothing can be made beside it and then take its name; by a hyphen
        // people mean standard output.
        let nameless = || WorkplaceError::Nameless(target.to_owned());
        let name = target.file_name().filter(|_| target != "-").ok_or_else(nameless)?;
        if name.as_encoded_bytes().ends_with(ENDING.as_bytes()) {
            return Err(WorkplaceError::Ending(target.to_owned()));
        }
        let in_a_file = |file: &Path| Err(WorkplaceError::InAFile(file.to_owned()));
        files::file_above(target).map_or(Ok(()), in_a_file)
    }

    /// Begins a task beside `target`, replacing an unfinished one only if `replace`. What this
    /// writes is not waited for here, so that a short run loses no time, but it is on the disk
    /// before any of the work is.
    ///
    /// # Errors
    ///
    /// [`WorkplaceError::Begun`], [`WorkplaceError::Busy`], [`WorkplaceError::NotOurs`] or a
    /// [name](Workplace::may_be_called) that is impossible, in which case nothing is changed; or
    /// whatever the system refuses.
    pub fn begin(
        task: Task,
        target: &Path,
        experiment: &Experiment,
        replace: bool,
    ) -> Result<Self, WorkplaceError> {
        Self::may_be_called(target)?;
        let path = Self::beside(target);
        // If a process is working in it, that process keeps it.
        let place = Self::make(&path)?;
        // This comes before anything in it is removed. If it fails, all of it stays: the run that was
        // set aside is there.
        put_back(&path, target).map_err(at(target))?;
        if !replace && is_there(&path.join(CONFIGURATION_FILE)).map_err(at(&path))? {
            return Err(WorkplaceError::Begun(path));
        }
        let place = Self { removable: true, ..place };
        let begun = place.refill(task, replace.then_some(target), experiment);
        place.unless_refused(begun)
    }

    /// Removes what is in it, and writes down what is worked on, and which run that replaces.
    fn refill(
        &self,
        task: Task,
        replaced: Option<&Path>,
        experiment: &Experiment,
    ) -> Result<(), WorkplaceError> {
        let replaced = match replaced {
            Some(target) => identity(target)?,
            None => None,
        };
        self.empty()?;
        self.write(TASK, task.name().as_bytes())?;
        if let Some(identity) = replaced {
            // An empty file would say that the run was replaced, so it is put on the disk at once.
            files::replace(&self.path, REPLACES, identity.as_bytes()).map_err(at(&self.path))?;
        }
        self.write_configuration(experiment)
    }

    /// What kind of work this is.
    ///
    /// # Errors
    ///
    /// [`WorkplaceError::NoTask`] if the folder does not say, or whatever the system refuses.
    pub fn task(&self) -> Result<Task, WorkplaceError> {
        let task = self.read(TASK)?.and_then(|name| name.parse().ok());
        task.ok_or_else(|| WorkplaceError::NoTask(self.path.clone()))
    }

    /// Whether an existing run is to be replaced.
    ///
    /// # Errors
    ///
    /// [`WorkplaceError::Read`].
    pub fn replaces(&self) -> Result<bool, WorkplaceError> {
        Ok(self.read(REPLACES)?.is_some())
    }

    /// Whether what is at `target` is the run that is to be replaced.
    ///
    /// # Errors
    ///
    /// [`WorkplaceError::Read`].
    pub fn is_old_run(&self, target: &Path) -> Result<bool, WorkplaceError> {
        let Some(old) = self.read(REPLACES)? else { return Ok(false) };
        Ok(identity(target)?.is_some_and(|found| found == old))
    }

    /// What one of our files says; `None` if there is none.
    fn read(&self, name: &str) -> Result<Option<String>, WorkplaceError> {
        let path = self.path.join(name);
        match fs::read(&path) {
            Err(error) if error.kind() == NotFound => Ok(None),
            read => {
                let bytes = read.map_err(unreadable(&path))?;
                Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
            }
        }
    }

    /// Opens an unfinished run.
    ///
    /// # Errors
    ///
    /// [`WorkplaceError::NotThere`], [`WorkplaceError::NotOurs`] if there is a link in it,
    /// [`WorkplaceError::Busy`], or whatever the system refuses.
    pub fn open(target: &Path) -> Result<Self, WorkplaceError> {
        let path = Self::beside(target);
        let configuration = path.join(CONFIGURATION_FILE);
        if !is_there(&configuration).map_err(at(&path))? {
            return Err(WorkplaceError::NotThere(path));
        }
        if let Some(link) = contents::look(&path).map_err(at(&path))?.link {
            return Err(WorkplaceError::NotOurs(link));
        }
        let place = Self::lock(&path)?.ok_or_else(|| WorkplaceError::NotThere(path.clone()))?;
        if !is_there(&configuration).map_err(at(&path))? {
            // The process that worked in it has just finished.
            place.remove()?;
            return Err(WorkplaceError::NotThere(path));
        }
        put_back(&path, target).map_err(at(target))?;
        Ok(place)
    }

    /// Whether there is an unfinished run beside `target`, as far as may be seen.
    pub fn is_begun(target: &Path) -> bool {
        is_there(&Self::beside(target).join(CONFIGURATION_FILE)).unwrap_or(false)
    }

    /// Removes what a killed process left beside `target`, which is done, and returns whether there
    /// was anything. A process that is still working there keeps its workplace.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses.
    pub fn clear_done(target: &Path) -> Result<bool, WorkplaceError> {
        Self::clear_dead(&Self::beside(target))
    }

    /// Does the same as [`Workplace::clear_done`] for the workplace at `path`.
    pub(crate) fn clear_dead(path: &Path) -> Result<bool, WorkplaceError> {
        if contents::look(path).map_err(at(path))?.strange.is_some() {
            return Ok(false);
        }
        match Self::lock(path) {
            Ok(None) | Err(WorkplaceError::Busy(_)) => Ok(false),
            Ok(Some(place)) => place.remove().map(|()| true),
            Err(error) => Err(error),
        }
    }

    /// Continues the shard whose partial will be `target`, or begins it. If another process is
    /// working on it, the shard is begun in a folder of this process's own: both write the same
    /// bytes, and a node that was cut off may hold its lock for ever.
    ///
    /// # Errors
    ///
    /// [`WorkplaceError::NotOurs`], or whatever the system refuses.
    pub fn of_shard(target: &Path, experiment: &Experiment) -> Result<Self, WorkplaceError> {
        let place = match Self::make(&Self::beside(target)) {
            Err(WorkplaceError::Busy(_)) => {
                let parent = target.parent().unwrap_or(Path::new("."));
                let own = tempfile::Builder::new().prefix(OWN_PLACE).tempdir_in(parent);
                Self::make(&own.map_err(at(parent))?.keep())?
            }
            place => place?,
        };
        let place = Self { removable: true, ..place };
        let written = place.write_configuration(experiment);
        place.unless_refused(written)
    }

    /// Locks the place where the run at `target` is merged, which is kept only until that is done.
    /// An unfinished run that is already there stays.
    ///
    /// # Errors
    ///
    /// As [`Workplace::begin`].
    pub fn of_merge(target: &Path) -> Result<Self, WorkplaceError> {
        Self::may_be_called(target)?;
        let place = Self::make(&Self::beside(target))?;
        put_back(&place.path, target).map_err(at(target))?;
        place.clear_away()?;
        Ok(place)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn write_configuration(&self, experiment: &Experiment) -> Result<(), WorkplaceError> {
        let mut files = configuration_files(experiment).into_iter();
        files.try_for_each(|(name, bytes)| self.write(name, &bytes))
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), WorkplaceError> {
        files::write_whole(&self.path, name, bytes).map_err(at(&self.path))
    }

    /// Locks the workplace at `path`, which is created if nothing is there.
    fn make(path: &Path) -> Result<Self, WorkplaceError> {
        loop {
            if let Some(strange) = contents::look(path).map_err(at(path))?.strange {
                return Err(WorkplaceError::NotOurs(strange));
            }
            fs::create_dir_all(path.parent().unwrap_or(path)).map_err(at(path))?;
            match fs::create_dir(path) {
                Err(error) if error.kind() != AlreadyExists => return Err(at(path)(error)),
                _ => {}
            }
            // Another process may finish and remove the folder between the two steps.
            if let Some(place) = Self::lock(path)? {
                return Ok(place);
            }
        }
    }

    /// Locks the workplace at `path`; `None` if there is none.
    fn lock(path: &Path) -> Result<Option<Self>, WorkplaceError> {
        let file = path.join(LOCK);
        loop {
            let lock = match File::create(&file) {
                Err(error) if error.kind() == NotFound => return Ok(None),
                lock => lock.map_err(at(&file))?,
            };
            match lock.try_lock() {
                Err(TryLockError::WouldBlock) => return Err(WorkplaceError::Busy(path.to_owned())),
                // On a file system without locks, work goes on without one.
                Ok(()) | Err(TryLockError::Error(_)) => {}
            }
            // The process that held it may have removed it since; then it keeps nobody out.
            if is_at(&lock, &file).map_err(at(&file))? {
                return Ok(Some(Self { path: path.to_owned(), lock, removable: false }));
            }
        }
    }
}

/// The members table and the resolved configuration, as files that are written in this order, so
/// that if the configuration exists, both do.
pub(crate) fn configuration_files(experiment: &Experiment) -> [(&'static str, Vec<u8>); 2] {
    let configuration = experiment.to_toml().into_bytes();
    [(ALLIANCE_FILE, alliance_csv(experiment)), (CONFIGURATION_FILE, configuration)]
}

/// What tells the run at `target` from any other, even after files are added to it, in hexadecimal
/// digits; `None` if there is no run.
fn identity(target: &Path) -> Result<Option<String>, WorkplaceError> {
    let manifest = target.join(MANIFEST_FILE);
    let bytes = match files::read_regular(&manifest) {
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => return Ok(None),
        read => read.map_err(unreadable(&manifest))?,
    };
    let Some(bytes) = bytes else { return Ok(None) };
    let manifest = serde_json::from_slice::<Manifest>(&bytes);
    // A run whose manifest cannot be understood may also be replaced.
    let damaged = |_| blake3::hash(&bytes).to_hex().to_string();
    Ok(Some(manifest.map_or_else(damaged, |manifest| manifest.identity())))
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> WorkplaceError {
    let path = path.to_owned();
    move |source| WorkplaceError::Io { path, source }
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> WorkplaceError {
    let path = path.to_owned();
    move |source| WorkplaceError::Read { path, source }
}

#[cfg(test)]
mod tests;
