//! A run's folder: written under a temporary name, then renamed, so that it is whole or not there.

mod error;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use super::Manifest;
use super::package::{Resource, data_package};
#[cfg(feature = "parquet")]
use super::parquet;
use super::run_lock::hold;
use crate::config::OutputOptions;
use crate::files::sync_folder;

pub use error::FolderError;

/// A run's folder while it is being filled. If it is dropped before [`RunFolder::finish`], it
/// leaves nothing behind.
#[derive(Debug)]
pub struct RunFolder {
    target: PathBuf,
    replace: bool,
    filling: tempfile::TempDir,
    files: Vec<(String, blake3::Hash)>,
    /// What the data package says of its tables.
    described: Vec<Resource>,
    /// The warnings for the manifest.
    warnings: Vec<String>,
}

impl RunFolder {
    /// Begins a folder that will become `target`; an existing one is replaced only if `replace`.
    ///
    /// # Errors
    ///
    /// [`FolderError::Exists`]; [`FolderError::NotARun`] if what is to be replaced is not a run; or
    /// the parent folder cannot be written.
    pub fn begin(target: &Path, replace: bool) -> Result<Self, FolderError> {
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        Self::begin_in(parent, target, replace)
    }

    /// Does the same as [`RunFolder::begin`], but fills the folder inside `parent`, which must be
    /// on the same file system as the target.
    ///
    /// # Errors
    ///
    /// As [`RunFolder::begin`].
    pub fn begin_in(parent: &Path, target: &Path, replace: bool) -> Result<Self, FolderError> {
        put_back(parent, target).map_err(at(target))?;
        may_take(target, replace)?;
        fs::create_dir_all(parent).map_err(at(parent))?;
        let prefix = target.file_name().map(|name| format!(".{}.", name.to_string_lossy()));
        let prefix = prefix.unwrap_or_default();
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix);
        // As for any folder, the umask decides; the default would shut colleagues out.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let filling = builder.tempdir_in(parent).map_err(at(parent))?;
        Ok(Self {
            target: target.to_owned(),
            replace,
            filling,
            files: Vec::new(),
            described: Vec::new(),
            warnings: Vec::new(),
        })
    }

    /// Writes one file; its name may include folders.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses.
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        self.stream(name, |file| file.write_all(bytes))
    }

    /// Writes one file piece by piece.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses.
    pub fn stream(
        &mut self,
        name: &str,
        fill: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
    ) -> Result<(), FolderError> {
        let mut file = self.create(name)?;
        fill(&mut file.hashed).map_err(at(&file.path))?;
        self.close(file)
    }

    /// Adds a table of the folder to the data package.
    pub fn describe(&mut self, table: Resource) {
        self.described.push(table);
    }

    /// Adds to the manifest a sentence that anyone who relies on the results must know.
    pub fn warn(&mut self, warning: String) {
        self.warnings.push(warning);
    }

    /// Writes the tables that are in the folder as Parquet too, if `output` asks for it.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses.
    pub fn parquet(&mut self, output: &OutputOptions) -> Result<(), FolderError> {
        if !output.parquet {
            return Ok(());
        }
        // Without the feature, every command refuses a configuration that asks for it.
        #[cfg(feature = "parquet")]
        for Resource { name, path, columns, .. } in self.described.clone() {
            let csv = self.filling.path().join(path);
            let csv = File::open(&csv).map_err(at(&csv))?;
            self.stream(&format!("{name}.parquet"), |file| parquet::from_csv(csv, &columns, file))?;
        }
        Ok(())
    }

    /// Opens a file that is written piece by piece; it counts once it is
    /// [closed](RunFolder::close).
    pub(super) fn create(&self, name: &str) -> Result<NewFile, FolderError> {
        let (filled, path) = (self.filling.path().join(name), self.target.join(name));
        if let Some(parent) = filled.parent() {
            fs::create_dir_all(parent).map_err(at(&path))?;
        }
        let file = File::create(filled).map_err(at(&path))?;
        let hashed = Hashed { file: io::BufWriter::new(file), hasher: blake3::Hasher::new() };
        Ok(NewFile { name: name.to_owned(), path, hashed })
    }

    /// Ends a file.
    pub(super) fn close(&mut self, file: NewFile) -> Result<(), FolderError> {
        let NewFile { name, path, mut hashed } = file;
        hashed.file.flush().map_err(at(&path))?;
        self.files.push((name, hashed.hasher.finalize()));
        Ok(())
    }

    /// Makes sure that the files, the manifest and the folders that they are in are on the disk
    /// before this folder gets its name. All are written at once, which is quickest for a disk;
    /// each has a thread that only waits for it.
    fn sync<'a>(&self, files: impl Iterator<Item = &'a String>) -> Result<(), FolderError> {
        let files: Vec<&Path> = files.map(Path::new).chain([Path::new(MANIFEST_FILE)]).collect();
        let folders: BTreeSet<&Path> = files.iter().filter_map(|file| file.parent()).collect();
        let sync = |name: &Path, how: fn(&Path) -> io::Result<()>| {
            how(&self.filling.path().join(name)).map_err(at(&self.target.join(name)))
        };
        let files = files.iter().map(|name| (*name, sync_file as fn(&Path) -> io::Result<()>));
        let folders =
            folders.iter().map(|name| (*name, sync_folder as fn(&Path) -> io::Result<()>));
        thread::scope(|scope| {
            let mut waiting = Vec::new();
            for (name, how) in files.chain(folders) {
                // If no thread can be started, this one waits.
                match thread::Builder::new().spawn_scoped(scope, move || sync(name, how)) {
                    Ok(one) => waiting.push(one),
                    Err(_) => sync(name, how)?,
                }
            }
            let mut waited = waiting.into_iter().map(thread::ScopedJoinHandle::join);
            waited.try_for_each(|one| one.unwrap_or_else(|panic| resume_unwind(panic)))
        })
    }

    /// Adds the data package, and the manifest with the checksum of every file, and puts the folder
    /// in its place.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses; an existing run stays.
    pub fn finish(mut self, mut manifest: Manifest) -> Result<(), FolderError> {
        let files = self.files.iter().map(|(name, _)| name.as_str()).chain([MANIFEST_FILE]);
        let package = data_package(&manifest.name, PACKAGE_TITLE, &self.described, files);
        self.write(PACKAGE_FILE, format!("{package:#}\n").as_bytes())?;
        manifest.files = std::mem::take(&mut self.files)
            .into_iter()
            .map(|(name, hash)| (name, hash.to_hex().to_string()))
            .collect();
        manifest.warnings.append(&mut self.warnings);
        self.write(MANIFEST_FILE, manifest.to_json().as_bytes())?;
        self.sync(manifest.files.keys())?;
        let Self { target, replace, filling, .. } = self;
        // Whoever is adding to the run that is replaced finishes first.
        let _held = hold(&target);
        // Something may have appeared there while the batch ran.
        may_take(&target, replace)?;
        let parent = filling.path().parent().unwrap_or(filling.path());
        take_place(filling.path(), &target, &set_aside(parent, &target)).map_err(at(&target))?;
        let parent = target.parent().unwrap_or(&target);
        sync_folder(parent).map_err(at(parent))?;
        // Now what was replaced has the temporary name, or nothing has it.
        if filling.path().symlink_metadata().is_ok() {
            let old = filling.path().to_owned();
            filling.close().map_err(at(&old))?;
        } else {
            let _ = filling.keep();
        }
        Ok(())
    }
}

/// Gives the folder `new` the name `target`; a run that had that name is then called `new`.
fn take_place(new: &Path, target: &Path, aside: &Path) -> io::Result<()> {
    // A link that leads nowhere also exists.
    match target.symlink_metadata() {
        Err(_) => fs::rename(new, target),
        Ok(_) => exchange(new, target).or_else(|_| take_turns(new, target, aside)),
    }
}

/// Exchanges the two in one step, so that a run of that name exists at every moment.
#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

/// Fails: only Linux has a call for it, and not on all of its file systems.
#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Exchanges the two step by step. If the process is killed between the first two steps, what was
/// being replaced is left for [`put_back`].
fn take_turns(new: &Path, target: &Path, aside: &Path) -> io::Result<()> {
    fs::rename(target, aside)?;
    if let Err(error) = fs::rename(new, target) {
        fs::rename(aside, target)?;
        return Err(error);
    }
    fs::rename(aside, new)
}

/// Where the run at `target` is kept while another, filled in `parent`, takes its place.
fn set_aside(parent: &Path, target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    parent.join(format!(".{name}.replaced"))
}

/// Gives a run that was set aside in `parent` its name back, if nothing else has taken it.
pub(crate) fn put_back(parent: &Path, target: &Path) -> io::Result<()> {
    let aside = set_aside(parent, target);
    if target.symlink_metadata().is_ok() || aside.symlink_metadata().is_err() {
        return Ok(());
    }
    fs::rename(aside, target)
}

/// The file that describes the tables of a run and lists its files.
pub const PACKAGE_FILE: &str = "datapackage.json";

/// What the data package is called.
const PACKAGE_TITLE: &str = "An article5 run";

/// The file that makes a folder a run.
pub const MANIFEST_FILE: &str = "manifest.json";

/// Checks that a run may be put at `target`: either nothing is there, or a run that is to be
/// replaced.
///
/// # Errors
///
/// [`FolderError::Exists`] or [`FolderError::NotARun`]; or what is there may not be looked into.
pub fn may_take(target: &Path, replace: bool) -> Result<(), FolderError> {
    if target.symlink_metadata().is_err() {
        return Ok(());
    }
    let manifest = target.join(MANIFEST_FILE);
    // Whoever may not look into a folder does not know that it is no run.
    if let Err(error) = manifest.metadata()
        && error.kind() == io::ErrorKind::PermissionDenied
    {
        return Err(at(target)(error));
    }
    match (replace, manifest.is_file()) {
        (true, true) => Ok(()),
        (false, true) => Err(FolderError::Exists(target.to_owned())),
        (_, false) => Err(FolderError::NotARun(target.to_owned())),
    }
}

pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> FolderError {
    let path = path.to_owned();
    move |source| FolderError::Io { path, source }
}

fn sync_file(path: &Path) -> io::Result<()> {
    File::options().write(true).open(path)?.sync_all()
}

/// A file of a run's folder while it is being written.
pub(super) struct NewFile {
    name: String,
    /// Where it will be once the folder has its name, by which people know it.
    path: PathBuf,
    hashed: Hashed,
}

impl NewFile {
    /// Appends to the file.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), FolderError> {
        self.hashed.write_all(bytes).map_err(at(&self.path))
    }
}

/// A file that is hashed as it is written.
struct Hashed {
    file: io::BufWriter<File>,
    hasher: blake3::Hasher,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with the folders `new` and `old`, each holding a file of the same name as itself.
    fn bench() -> (tempfile::TempDir, [PathBuf; 3]) {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["new", "old", ".old.replaced"].map(|name| folder.path().join(name));
        for name in ["new", "old"] {
            fs::create_dir(folder.path().join(name)).unwrap();
            fs::write(folder.path().join(name).join(name), "").unwrap();
        }
        (folder, paths)
    }

    #[test]
    fn a_run_and_what_replaces_it_change_places() {
        for step in [take_place, take_turns] {
            let (_folder, [new, old, aside]) = bench();
            step(&new, &old, &aside).unwrap();
            assert!(old.join("new").exists() && new.join("old").exists() && !aside.exists());
        }
    }

    #[test]
    fn a_run_that_cannot_be_replaced_keeps_its_name() {
        let (_folder, [new, old, aside]) = bench();
        fs::remove_dir_all(&new).unwrap();
        take_turns(&new, &old, &aside).unwrap_err();
        assert!(old.join("old").exists() && !aside.exists());
    }

    #[test]
    fn a_run_that_was_set_aside_gets_its_name_back_unless_another_has_it() {
        let (folder, [new, old, aside]) = bench();
        fs::rename(&old, &aside).unwrap();
        assert_eq!(set_aside(folder.path(), &old), aside);
        put_back(folder.path(), &old).unwrap();
        assert!(old.join("old").exists() && !aside.exists());
        fs::rename(&old, &aside).unwrap();
        fs::rename(&new, &old).unwrap();
        put_back(folder.path(), &old).unwrap();
        assert!(old.join("new").exists() && aside.exists());
    }
}
