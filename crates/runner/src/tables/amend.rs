//! Files that are made from a finished run later: charts redrawn, a report.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use super::folder::{MANIFEST_FILE, PACKAGE_FILE, at};
use super::package::{self, Resource};
use super::{FolderError, StoredRun};
use crate::partial;

impl StoredRun {
    /// Puts files into the run's folder, in place of those of the same name; the names may have
    /// folders before them. The manifest's checksums follow, and the data package describes those that
    /// are tables.
    ///
    /// Each file is whole or as it was, and whatever interrupts this, the manifest never has a
    /// wrong checksum: it drops those of the files before they change, and has the new ones after.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses.
    pub fn add(
        &mut self,
        mut files: BTreeMap<String, Vec<u8>>,
        tables: &[Resource],
    ) -> Result<(), FolderError> {
        if let Some(package) = self.package_with(tables).filter(|_| !tables.is_empty()) {
            files.insert(PACKAGE_FILE.to_owned(), package);
        }
        self.manifest.files.retain(|name, _| !files.contains_key(name));
        self.write_manifest()?;
        write_files(&self.folder, &files)?;
        let hashes = files
            .iter()
            .map(|(name, bytes)| (name.clone(), blake3::hash(bytes).to_hex().to_string()));
        self.manifest.files.extend(hashes);
        self.write_manifest()
    }

    /// The run's data package with these tables too; `None` where it is no longer there.
    fn package_with(&self, tables: &[Resource]) -> Option<Vec<u8>> {
        let bytes = fs::read(self.folder.join(PACKAGE_FILE)).ok()?;
        let mut package = serde_json::from_slice(&bytes).ok()?;
        package::describe(&mut package, tables);
        Some(format!("{package:#}\n").into_bytes())
    }

    fn write_manifest(&self) -> Result<(), FolderError> {
        replace(&self.folder.join(MANIFEST_FILE), self.manifest.to_json().as_bytes())
    }
}

/// Writes files into a folder that is no run, which is made if it is not there; each is whole or as
/// it was.
///
/// # Errors
///
/// Whatever the system refuses.
pub fn write_files(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), FolderError> {
    files.iter().try_for_each(|(name, bytes)| replace(&folder.join(name), bytes))
}

/// Writes a file beside its place and moves it there.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), FolderError> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(at(path)(io::ErrorKind::InvalidFilename.into()));
    };
    fs::create_dir_all(folder).map_err(at(folder))?;
    partial::replace(folder, name, bytes).map_err(at(path))
}
