//! Where a path leads: through links, and into runs.

use std::fs;
use std::path::{MAIN_SEPARATOR_STR, Path, PathBuf};

use super::folder::MANIFEST_FILE;
use super::read::read_manifest;

/// Returns what a link leads to, so that the run behind it is replaced and not the link. Other
/// paths, and links that lead nowhere, are returned unchanged.
pub fn behind_link(target: PathBuf) -> PathBuf {
    // A separator at the end would hide that it is a link.
    let plain: PathBuf = target.components().collect();
    if plain.is_symlink() { fs::canonicalize(&plain).unwrap_or(target) } else { target }
}

/// The path without links of a file or folder that may not exist yet; `None` if its folder does not
/// exist either.
pub fn real_path(path: &Path) -> Option<PathBuf> {
    let yet_to_come = || {
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?;
        Some(folder.join(path.file_name()?))
    };
    fs::canonicalize(path).ok().or_else(yet_to_come)
}

/// Whether the file is a run's manifest, or one that a run's manifest lists as its own.
pub(super) fn is_of_a_run(path: &Path) -> bool {
    let Some(path) = real_path(path) else { return false };
    path.ancestors().skip(1).any(|folder| {
        let name = path.strip_prefix(folder).ok().and_then(Path::to_str);
        let (Some(name), Ok(manifest)) = (name, read_manifest(folder)) else { return false };
        let name = name.replace(MAIN_SEPARATOR_STR, "/");
        name == MANIFEST_FILE || manifest.files.contains_key(&name)
    })
}
