//! The folder in which a run is worked on: its configuration, so that it can be resumed, its
//! journal, and a lock, so that no two processes work in it.

mod contents;
mod error;

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{
    self,
    ErrorKind::{AlreadyExists, DirectoryNotEmpty, NotFound},
};
use std::path::{Path, PathBuf};

use crate::config::{ALLIANCE_FILE, CONFIGURATION_FILE, Experiment};
use crate::files;
use crate::tables::{MANIFEST_FILE, Manifest, alliance_csv, put_back};
use contents::Entry;

pub use error::WorkplaceError;

/// What is added to a folder's name for the one it is worked on in.
pub const ENDING: &str = ".unfinished";

/// How the name of a folder begins that a process has to itself, where another works on the same shard.
pub(crate) const OWN_PLACE: &str = ".shard-";

/// The file that is locked.
const LOCK: &str = "lock";

/// The file that names the task.
const TASK: &str = "task";

/// The file that says which run is to be replaced: what tells it from others.
const REPLACES: &str = "replaces";

/// What is worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Task {
    /// A batch.
    Run,
    /// The verdicts on claims.
    Claims,
    /// A sensitivity analysis.
    Sensitivity,
}

impl Task {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Run, Self::Claims, Self::Sensitivity];

    /// The command that does it.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A folder that a run is worked on in. Locked while it lives.
#[derive(Debug)]
pub struct Workplace {
    path: PathBuf,
    lock: File,
}

impl Workplace {
    /// Where the run whose folder will be `target` is worked on.
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

    /// The folder of the run that is worked on in `path`; `path` itself where nothing is.
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
    /// [`WorkplaceError::Ending`] or [`WorkplaceError::Nameless`].
    pub fn may_be_called(target: &Path) -> Result<(), WorkplaceError> {
        // As in `..`: nothing can be made beside it and take its name.
        let nameless = || WorkplaceError::Nameless(target.to_owned());
        let name = target.file_name().ok_or_else(nameless)?;
        if name.as_encoded_bytes().ends_with(ENDING.as_bytes()) {
            return Err(WorkplaceError::Ending(target.to_owned()));
        }
        Ok(())
    }

    /// Begins a task beside `target`, in place of an unfinished one only if `replace`. What it writes is
    /// on the disk before the first of the work is, so that a short run does not wait for it.
    ///
    /// # Errors
    ///
    /// [`WorkplaceError::Begun`], [`WorkplaceError::Busy`], [`WorkplaceError::NotOurs`] or a
    /// [name](Workplace::may_be_called) that cannot be, and nothing is changed then; or what the system
    /// refuses.
    pub fn begin(
        task: Task,
        target: &Path,
        experiment: &Experiment,
        replace: bool,
    ) -> Result<Self, WorkplaceError> {
        Self::may_be_called(target)?;
        let path = Self::beside(target);
        // Whoever works in it keeps it.
        let place = Self::make(&path)?;
        // Before anything in it is removed.
        put_back(&path, target).map_err(at(target))?;
        if path.join(CONFIGURATION_FILE).exists() && !replace {
            return Err(WorkplaceError::Begun(path));
        }
        place.empty()?;
        place.write(TASK, task.name().as_bytes())?;
        if let Some(identity) = identity(target).filter(|_| replace) {
            // An empty one would say that the run was replaced, so it is on the disk at once.
            files::replace(&path, REPLACES, identity.as_bytes()).map_err(at(&path))?;
        }
        place.write_configuration(experiment)?;
        Ok(place)
    }

    /// What is worked on.
    ///
    /// # Errors
    ///
    /// [`WorkplaceError::NoTask`] where the folder does not say.
    pub fn task(&self) -> Result<Task, WorkplaceError> {
        let path = self.path.join(TASK);
        let name = fs::read_to_string(&path).ok();
        let task = name.and_then(|name| Task::ALL.into_iter().find(|task| task.name() == name));
        task.ok_or(WorkplaceError::NoTask(path))
    }

    /// Whether a run that was there already is to be replaced.
    pub fn replaces(&self) -> bool {
        self.path.join(REPLACES).exists()
    }

    /// Whether what stands at `target` is no longer the run that was to be replaced, if one was.
    pub fn is_replaced(&self, target: &Path) -> bool {
        let old = fs::read_to_string(self.path.join(REPLACES)).ok();
        old.is_none() || identity(target) != old
    }

    /// Removes what is ours but the lock, the configuration first: without it there is nothing to go on
    /// with.
    fn empty(&self) -> Result<(), WorkplaceError> {
        let mut own = self.own()?;
        own.retain(|entry| !entry.path.ends_with(LOCK));
        own.sort_by_key(|entry| !entry.path.ends_with(CONFIGURATION_FILE));
        own.iter().try_for_each(Entry::remove)
    }

    fn own(&self) -> Result<Vec<Entry>, WorkplaceError> {
        Ok(contents::look(&self.path).map_err(at(&self.path))?.own)
    }

    /// Opens an unfinished run.
    ///
    /// # Errors
    ///
    /// [`WorkplaceError::NotThere`], [`WorkplaceError::Busy`], or a configuration that cannot be
    /// read.
    pub fn open(target: &Path) -> Result<(Self, Experiment), WorkplaceError> {
        let path = Self::beside(target);
        let configuration = path.join(CONFIGURATION_FILE);
        if !configuration.exists() {
            return Err(WorkplaceError::NotThere(path));
        }
        let place = Self::lock(&path)?.ok_or_else(|| WorkplaceError::NotThere(path.clone()))?;
        if !configuration.exists() {
            // Whoever worked in it was done just now.
            place.remove()?;
            return Err(WorkplaceError::NotThere(path));
        }
        put_back(&path, target).map_err(at(target))?;
        let experiment = Experiment::read(&configuration)?;
        Ok((place, experiment))
    }

    /// Whether there is an unfinished run beside `target`.
    pub fn is_begun(target: &Path) -> bool {
        Self::beside(target).join(CONFIGURATION_FILE).exists()
    }

    /// Removes what a process that was killed left beside `target`, which is done; says whether there was
    /// anything. Whoever works there keeps it.
    ///
    /// # Errors
    ///
    /// What the system refuses.
    pub fn clear_done(target: &Path) -> Result<bool, WorkplaceError> {
        Self::clear_dead(&Self::beside(target))
    }

    /// As [`Workplace::clear_done`], of the workplace at `path`.
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

    /// Goes on with the shard whose partial will be `target`, or begins it. Where another process
    /// works on it the shard is begun in a folder of this process's own: both write the same bytes,
    /// and a node that was cut off may hold its lock for ever.
    ///
    /// # Errors
    ///
    /// [`WorkplaceError::NotOurs`], or what the system refuses.
    pub fn of_shard(target: &Path, experiment: &Experiment) -> Result<Self, WorkplaceError> {
        let place = match Self::make(&Self::beside(target)) {
            Err(WorkplaceError::Busy(_)) => {
                let parent = target.parent().unwrap_or(Path::new("."));
                let own = tempfile::Builder::new().prefix(OWN_PLACE).tempdir_in(parent);
                Self::make(&own.map_err(at(parent))?.keep())?
            }
            place => place?,
        };
        place.write_configuration(experiment)?;
        Ok(place)
    }

    /// Locks the place where the run at `target` is merged, which is kept no longer than that. An
    /// unfinished run that is there stays.
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

    /// Leaves the place where a run was merged.
    ///
    /// # Errors
    ///
    /// What the system refuses.
    pub fn leave(self) -> Result<(), WorkplaceError> {
        if self.path.join(CONFIGURATION_FILE).exists() { Ok(()) } else { self.remove() }
    }

    /// Removes what a process that was killed was filling.
    ///
    /// # Errors
    ///
    /// What the system refuses.
    pub fn clear_away(&self) -> Result<(), WorkplaceError> {
        let own = self.own()?;
        own.iter().filter(|entry| entry.is_half_written()).try_for_each(Entry::remove)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the folder: its run is done. The configuration and what it needs go last, so that
    /// whatever interrupts this, [`Workplace::open`] finds a run that is done, or nothing to go on with.
    /// The lock goes after them, for whoever finds none may begin. What is not ours stays, and the
    /// folder with it.
    ///
    /// # Errors
    ///
    /// What the system refuses.
    pub fn remove(self) -> Result<(), WorkplaceError> {
        let last = [CONFIGURATION_FILE, ALLIANCE_FILE, LOCK];
        let mut own = self.own()?;
        own.sort_by_key(|entry| last.iter().position(|name| entry.path.ends_with(name)));
        own.iter().try_for_each(Entry::remove)?;
        let Self { path, lock } = self;
        // On some file systems it is in the folder until it is closed.
        drop(lock);
        match fs::remove_dir(&path) {
            // The next may have begun in it, or be done.
            Err(error) if !matches!(error.kind(), DirectoryNotEmpty | NotFound) => {
                Err(at(&path)(error))
            }
            _ => Ok(()),
        }
    }

    fn write_configuration(&self, experiment: &Experiment) -> Result<(), WorkplaceError> {
        let mut files = configuration_files(experiment).into_iter();
        files.try_for_each(|(name, bytes)| self.write(name, &bytes))
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), WorkplaceError> {
        files::write_whole(&self.path, name, bytes).map_err(at(&self.path))
    }

    /// Locks the workplace at `path`, which is made where nothing is.
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
            // Another process may be done, and remove the folder between the two.
            if let Some(place) = Self::lock(path)? {
                return Ok(place);
            }
        }
    }

    /// Locks the workplace at `path`; `None` where there is none.
    fn lock(path: &Path) -> Result<Option<Self>, WorkplaceError> {
        let file = path.join(LOCK);
        loop {
            let lock = match File::create(&file) {
                Err(error) if error.kind() == NotFound => return Ok(None),
                lock => lock.map_err(at(&file))?,
            };
            match lock.try_lock() {
                Err(TryLockError::WouldBlock) => return Err(WorkplaceError::Busy(path.to_owned())),
                // A file system without locks is worked on without one.
                Ok(()) | Err(TryLockError::Error(_)) => {}
            }
            // The one who held it may have removed it since: it keeps nobody out then.
            if is_at(&lock, &file).map_err(at(&file))? {
                return Ok(Some(Self { path: path.to_owned(), lock }));
            }
        }
    }
}

/// Whether the open file is the one at `path`.
#[cfg(unix)]
pub(crate) fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let one = file.metadata()?;
    match path.metadata() {
        Err(error) if error.kind() == NotFound => Ok(false),
        other => other.map(|other| (one.dev(), one.ino()) == (other.dev(), other.ino())),
    }
}

/// Elsewhere a file keeps its name while it is open.
#[cfg(not(unix))]
pub(crate) fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

/// The members table and the resolved configuration, as files that are written in this order: where
/// the configuration is, both are.
pub(crate) fn configuration_files(experiment: &Experiment) -> [(&'static str, Vec<u8>); 2] {
    let configuration = experiment.to_toml().into_bytes();
    [(ALLIANCE_FILE, alliance_csv(experiment)), (CONFIGURATION_FILE, configuration)]
}

/// What tells the run at `target` from another, whatever is added to it, in hexadecimal digits; `None`
/// where there is no run.
fn identity(target: &Path) -> Option<String> {
    let bytes = fs::read(target.join(MANIFEST_FILE)).ok()?;
    let manifest = serde_json::from_slice::<Manifest>(&bytes);
    // A run with a manifest that cannot be understood may be replaced too.
    let damaged = |_| blake3::hash(&bytes).to_hex().to_string();
    Some(manifest.map_or_else(damaged, |manifest| manifest.identity()))
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> WorkplaceError {
    let path = path.to_owned();
    move |source| WorkplaceError::Io { path, source }
}
