//! What the compiler does not check of how the source is kept.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use std::fs;
use std::path::{Path, PathBuf};

/// The Rust files below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "target") {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// A file that is longer is two.
const MAX_LINES: usize = 400;

#[test]
fn every_source_file_begins_by_saying_what_lives_there_and_is_no_longer_than_one_reads() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    sources(crates, &mut files);
    assert!(files.len() > 50, "only {} files found below {crates:?}", files.len());
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//! "), "{file:?} begins without `//!`");
        let lines = text.lines().count();
        assert!(lines <= MAX_LINES, "{file:?} has {lines} lines");
    }
}

#[test]
fn the_citation_names_the_version_of_the_program() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../CITATION.cff");
    let text = fs::read_to_string(file).unwrap();
    let version = format!("version: {}", env!("CARGO_PKG_VERSION"));
    assert!(text.lines().any(|line| line == version), "CITATION.cff has no `{version}`");
}

#[test]
fn every_crate_has_the_licences_as_files_of_its_own() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for entry in fs::read_dir(crates).unwrap() {
        let folder = entry.unwrap().path();
        for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
            let own = folder.join(licence);
            // Git on Windows checks out a link as a text that names the file.
            assert!(!own.is_symlink(), "{own:?} is a link");
            let whole = fs::read(crates.join("..").join(licence)).unwrap();
            assert!(fs::read(&own).unwrap() == whole, "{own:?} is not the one at the top");
        }
    }
}
