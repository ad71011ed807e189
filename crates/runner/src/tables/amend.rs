//! Files that are made from a finished run later: charts redrawn, a report.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::folder::{MANIFEST_FILE, PACKAGE_FILE, at};
use super::package::{self, Resource};
use super::paths::is_of_a_run;
use super::read::read_manifest;
use super::run_lock::hold;
use super::{FolderError, Manifest, StoredRun};
use crate::files;

/// How people name standard output: nothing that they want kept is given this name.
const STANDARD_OUTPUT: &str = "-";

impl StoredRun {
    /// Puts files into the run's folder, replacing those of the same name; names may include
    /// folders. The manifest's checksums are updated, and the data package describes those that are
    /// tables and lists the others.
    ///
    /// Each file ends up whole or as it was. Whatever interrupts this, the manifest never has a
    /// wrong checksum: the checksums of the files are dropped before they change, and the new ones
    /// added afterwards, also those of the files that were put before an error. The run is held
    /// meanwhile: what others added since it was opened stays, and nothing takes its place.
    ///
    /// # Errors
    ///
    /// [`FolderError::Replaced`] if another run is there by now, or [`FolderError::Link`] if a folder
    /// of the files is a link, in which cases nothing is written; or whatever the system refuses.
    pub fn add(
        &mut self,
        files: BTreeMap<String, Vec<u8>>,
        tables: &[Resource],
    ) -> Result<(), FolderError> {
        self.add_in_place_of(|_| false, files, tables)
    }

    /// Does the same, and removes the files that are `outdated` by these: those that the manifest
    /// lists and that are not among them, by their names in the run's folder. A file that is no
    /// longer as the run wrote it is somebody's own: it stays, and is no longer listed. They are
    /// removed once all the others are in their place, and listed until they are gone, so that what an
    /// error leaves is removed the next time.
    ///
    /// # Errors
    ///
    /// As [`StoredRun::add`].
    pub fn add_in_place_of(
        &mut self,
        outdated: impl Fn(&str) -> bool,
        mut files: BTreeMap<String, Vec<u8>>,
        tables: &[Resource],
    ) -> Result<(), FolderError> {
        let _held = hold(&self.folder);
        self.manifest = self.manifest_now()?;
        let listed = self.manifest.files.keys();
        let outdated: BTreeSet<String> = listed
            .filter(|name| outdated(name.as_str()) && !files.contains_key(*name))
            .cloned()
            .collect();
        files
            .keys()
            .chain(&outdated)
            .try_for_each(|name| refuse_through_a_link(&self.folder, name))?;
        clear_away(&self.folder, files.keys())?;
        let names = files.keys().map(String::as_str);
        if let Some(package) = self.package_with(tables, names, &outdated) {
            files.insert(PACKAGE_FILE.to_owned(), package);
        }
        self.manifest.files.retain(|name, _| !files.contains_key(name));
        self.write_manifest()?;
        let put = files.iter().try_for_each(|(name, bytes)| self.put(name, bytes));
        let listed = self.write_manifest();
        put.and(listed)?;
        outdated.iter().try_for_each(|name| self.remove(name))?;
        self.manifest.files.retain(|name, _| !outdated.contains(name));
        self.write_manifest()
    }

    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        replace(&self.folder.join(name), bytes)?;
        let hash = blake3::hash(bytes).to_hex().to_string();
        self.manifest.files.insert(name.to_owned(), hash);
        Ok(())
    }

    /// Removes a file that the manifest lists, if it is still what the run wrote.
    fn remove(&self, name: &str) -> Result<(), FolderError> {
        if !self.is_as_written(name) {
            return Ok(());
        }
        let path = self.folder.join(name);
        fs::remove_file(&path).map_err(at(&path))
    }

    /// Whether a file that the manifest lists is there, and is still what the run wrote.
    fn is_as_written(&self, name: &str) -> bool {
        let path = self.folder.join(name);
        let bytes =
            if path.is_symlink() { None } else { files::read_regular(&path).ok().flatten() };
        bytes.is_some_and(|bytes| !self.manifest.is_altered(name, &bytes))
    }

    /// The manifest, including what others added since the run was opened.
    fn manifest_now(&self) -> Result<Manifest, FolderError> {
        let now = read_manifest(&self.folder).ok();
        let same = now.filter(|now| now.identity() == self.manifest.identity());
        same.ok_or_else(|| FolderError::Replaced(self.folder.clone()))
    }

    /// The run's data package with these tables and files added and the outdated ones left out;
    /// `None` if it is no longer there.
    fn package_with<'a>(
        &self,
        tables: &[Resource],
        files: impl Iterator<Item = &'a str>,
        outdated: &BTreeSet<String>,
    ) -> Option<Vec<u8>> {
        let bytes = files::read_regular(&self.folder.join(PACKAGE_FILE)).ok()??;
        let mut package = serde_json::from_slice(&bytes).ok()?;
        package::leave_out(&mut package, outdated);
        package::describe(&mut package, tables, files);
        Some(format!("{package:#}\n").into_bytes())
    }

    fn write_manifest(&self) -> Result<(), FolderError> {
        replace(&self.folder.join(MANIFEST_FILE), self.manifest.to_json().as_bytes())
    }
}

/// Removes what killed processes were writing where these files go; the run is held, so nobody else
/// is writing there.
fn clear_away<'a>(run: &Path, files: impl Iterator<Item = &'a String>) -> Result<(), FolderError> {
    let folders: BTreeSet<&Path> =
        files.filter_map(|name| Path::new(name).parent()).chain([Path::new("")]).collect();
    folders.into_iter().try_for_each(|folder| {
        let folder = run.join(folder);
        files::clear_away(&folder).map_err(at(&folder))
    })
}

/// Writes files into a folder that is not a run, which is created if it does not exist; each file
/// ends up whole or as it was.
///
/// # Errors
///
/// [`FolderError::NotAFolder`], [`FolderError::InAFile`] or [`FolderError::OfARun`], in which case
/// nothing is written; or whatever the system refuses.
pub fn write_files(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), FolderError> {
    // Standard output takes one file, not several.
    if folder == Path::new(STANDARD_OUTPUT) {
        return Err(FolderError::NotAFolder(folder.to_owned()));
    }
    files.keys().try_for_each(|name| refuse_in_anothers_place(&folder.join(name)))?;
    files.iter().try_for_each(|(name, bytes)| replace(&folder.join(name), bytes))
}

/// Writes one file that does not belong to a run, as a shell's `>` does: through links, into
/// devices and pipes. If it is a regular file, it ends up whole or as it was.
///
/// # Errors
///
/// [`FolderError::NotAFile`], [`FolderError::InAFile`] or [`FolderError::OfARun`], in which case
/// nothing is written; or whatever the system refuses.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), FolderError> {
    refuse_in_anothers_place(path)?;
    if path.file_name().is_none() || path == Path::new(STANDARD_OUTPUT) {
        return Err(FolderError::NotAFile(path.to_owned()));
    }
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => Err(FolderError::NotAFile(path.to_owned())),
        Ok(there) if there.is_file() => replace(&fs::canonicalize(path).map_err(at(path))?, bytes),
        // A link that leads nowhere yet also exists.
        Err(_) if path.symlink_metadata().is_err() => replace(path, bytes),
        _ => File::create(path).and_then(|mut file| file.write_all(bytes)).map_err(at(path)),
    }
}

/// Refuses a file that would be written into another folder than the run's, through a link: there it
/// would replace what is not the run's, and what it replaced would not be in the manifest.
fn refuse_through_a_link(run: &Path, name: &str) -> Result<(), FolderError> {
    let folders = Path::new(name).ancestors().skip(1).filter(|path| !path.as_os_str().is_empty());
    let mut folders = folders.map(|path| run.join(path));
    folders.find(|path| path.is_symlink()).map_or(Ok(()), |link| Err(FolderError::Link(link)))
}

/// Refuses a file whose folder would have to be made in a file, or that belongs to a run.
fn refuse_in_anothers_place(path: &Path) -> Result<(), FolderError> {
    match files::file_above(path) {
        Some(file) => Err(FolderError::InAFile(file.to_owned())),
        None if is_of_a_run(path) => Err(FolderError::OfARun(path.to_owned())),
        None => Ok(()),
    }
}

/// Writes a file beside its place and moves it there.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), FolderError> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(at(path)(io::ErrorKind::InvalidFilename.into()));
    };
    fs::create_dir_all(folder).map_err(at(folder))?;
    files::replace(folder, name, bytes).map_err(at(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Experiment;
    use crate::tables::{RunFolder, Tables};

    fn manifest(seed: u64) -> Manifest {
        let text = format!("name = \"a\"\nseed = {seed}\nscenarios = [\"ironclad\"]\n");
        Manifest::new(&Experiment::from_toml(&text, "a.toml", Path::new(".")).unwrap(), 1)
    }

    fn put(folder: &Path, seed: u64) {
        RunFolder::begin(folder, true).unwrap().finish(manifest(seed)).unwrap();
    }

    fn open(folder: &Path) -> StoredRun {
        let manifest = read_manifest(folder).unwrap();
        let (tables, altered) = (Tables::default(), BTreeSet::new());
        StoredRun { folder: folder.to_owned(), manifest, tables, altered }
    }

    fn file(name: &str) -> BTreeMap<String, Vec<u8>> {
        BTreeMap::from([(name.to_owned(), name.as_bytes().to_owned())])
    }

    #[test]
    fn what_others_add_meanwhile_stays_and_what_they_left_half_written_goes() {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("a");
        put(&run, 1);
        let (mut one, mut other) = (open(&run), open(&run));
        one.add(file("charts/one"), &[]).unwrap();
        let left = [".a5part-x1y2z3", "charts/.a5part-x1y2z3"].map(|name| run.join(name));
        left.iter().for_each(|path| fs::write(path, "").unwrap());
        other.add(file("charts/other"), &[]).unwrap();
        let files = read_manifest(&run).unwrap().files;
        assert!(files.contains_key("charts/one") && files.contains_key("charts/other"));
        assert!(left.iter().all(|path| !path.exists()));
    }

    #[test]
    fn what_is_outdated_goes_unless_somebody_changed_it_or_put_it_there() {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("a");
        put(&run, 1);
        let names = ["charts/one", "charts/changed", "charts/again", "charts/gone", "page"];
        let all = names.iter().flat_map(|name| file(name)).collect();
        open(&run).add(all, &[]).unwrap();
        for name in ["charts/changed", "charts/own"] {
            fs::write(run.join(name), "precious").unwrap();
        }
        fs::remove_file(run.join("charts/gone")).unwrap();
        let charts = |name: &str| name.starts_with("charts/");
        open(&run).add_in_place_of(charts, file("charts/again"), &[]).unwrap();
        let files = read_manifest(&run).unwrap().files;
        let listed = |name: &str| files.contains_key(name);
        assert!(
            listed("charts/again") && listed("page") && !names[..2].iter().any(|own| listed(own))
        );
        assert!(!listed("charts/gone") && !run.join("charts/one").exists());
        for name in ["charts/changed", "charts/own"] {
            assert_eq!(fs::read_to_string(run.join(name)).unwrap(), "precious", "{name}");
        }
    }

    #[test]
    fn what_is_outdated_stays_and_is_listed_until_all_that_takes_its_place_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("a");
        put(&run, 1);
        open(&run).add(file("charts/old"), &[]).unwrap();
        let new = ["charts/new", "charts/other"].into_iter().flat_map(file).collect();
        let charts = |name: &str| name.starts_with("charts/");
        let redraw = |files| open(&run).add_in_place_of(charts, files, &[]);
        let listed = || -> Vec<String> {
            let files = read_manifest(&run).unwrap().files.into_keys();
            files.filter(|name| charts(name)).collect()
        };
        // Nothing can be put where a folder is.
        let blocked = run.join("charts/other");
        fs::create_dir(&blocked).unwrap();
        assert!(matches!(redraw(new), Err(FolderError::Io { path, .. }) if path == blocked));
        assert!(run.join("charts/old").exists());
        assert_eq!(listed(), ["charts/new", "charts/old"]);
        // Whatever is drawn next, nothing of either drawing is left beside it.
        fs::remove_dir(&blocked).unwrap();
        redraw(file("charts/other")).unwrap();
        assert_eq!(listed(), ["charts/other"]);
        assert_eq!(fs::read_dir(run.join("charts")).unwrap().count(), 1);
    }

    #[test]
    fn nothing_is_added_to_a_run_that_took_the_place_of_the_one_that_was_read() {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("a");
        put(&run, 1);
        let mut old = open(&run);
        put(&run, 2);
        assert!(matches!(old.add(file("one"), &[]), Err(FolderError::Replaced(_))));
        assert!(read_manifest(&run).unwrap().seed == 2 && !run.join("one").exists());
        fs::remove_dir_all(&run).unwrap();
        assert!(matches!(old.add(file("one"), &[]), Err(FolderError::Replaced(_))));
        assert!(!run.exists());
    }

    #[test]
    #[cfg(unix)]
    fn nothing_is_written_through_a_link_in_a_run() {
        let folder = tempfile::tempdir().unwrap();
        let (run, others) = (folder.path().join("a"), folder.path().join("others"));
        put(&run, 1);
        fs::create_dir(&others).unwrap();
        fs::write(others.join("one"), "precious").unwrap();
        let link = run.join("charts");
        std::os::unix::fs::symlink(&others, &link).unwrap();
        let before = fs::read(run.join(MANIFEST_FILE)).unwrap();
        let refused = open(&run).add(file("charts/one"), &[]);
        assert!(matches!(refused, Err(FolderError::Link(path)) if path == link));
        assert_eq!(fs::read_to_string(others.join("one")).unwrap(), "precious");
        assert_eq!(fs::read(run.join(MANIFEST_FILE)).unwrap(), before);
        // The run itself may be named by a link.
        let alias = folder.path().join("alias");
        std::os::unix::fs::symlink(&run, &alias).unwrap();
        open(&alias).add(file("report.html"), &[]).unwrap();
        assert!(run.join("report.html").exists());
    }

    #[test]
    #[cfg(unix)]
    fn a_run_is_not_replaced_while_somebody_holds_it() {
        use std::sync::mpsc;
        use std::time::Duration;

        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("a");
        put(&run, 1);
        let held = hold(&run).unwrap();
        let (tell, told) = mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                put(&run, 2);
                tell.send(()).unwrap();
            });
            told.recv_timeout(Duration::from_millis(200)).unwrap_err();
            assert_eq!(read_manifest(&run).unwrap().seed, 1);
            drop(held);
        });
        assert_eq!(read_manifest(&run).unwrap().seed, 2);
    }
}
