//! Tells the compiler which commit the command is built from, where that can be known.
//!
//! `ARTICLE5_GIT_COMMIT` is the commit's full hash, and `ARTICLE5_VERSION` the package's version with
//! the start of it; both end in `-dirty` if the sources are not those of the commit, so that no run
//! is ascribed to a commit that would give another. Sources without git leave the commit out, unless
//! whoever builds them sets the first variable. Only what names the commit and what the command is
//! made of are watched, so nothing is built anew while they stay.

use std::path::Path;
use std::process::Command;

const VARIABLE: &str = "ARTICLE5_GIT_COMMIT";

/// The letters by which a commit is usually called.
const SHORT: usize = 7;

/// What the command is made of, from this folder.
const SOURCES: [&str; 14] = [
    "../../Cargo.lock",
    "../../Cargo.toml",
    "../model/Cargo.toml",
    "../model/data",
    "../model/src",
    "../plot/Cargo.toml",
    "../plot/fonts",
    "../plot/src",
    "../plot/templates",
    "../runner/Cargo.toml",
    "../runner/src",
    "Cargo.toml",
    "build.rs",
    "src",
];

fn main() {
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    // One that is not there, as in a package, would have the script run at every build.
    for source in SOURCES.into_iter().filter(|source| Path::new(source).exists()) {
        println!("cargo::rerun-if-changed={source}");
    }
    for file in ["HEAD", "logs/HEAD", "packed-refs"] {
        watch(file);
    }
    if let Some(branch) = git(&["symbolic-ref", "--quiet", "HEAD"]) {
        watch(&branch);
    }
    let mut version = env!("CARGO_PKG_VERSION").to_owned();
    // An empty one names no commit, as where a container's build argument is left out.
    let given = std::env::var(VARIABLE).ok().filter(|commit| !commit.is_empty());
    let mark = if given.is_none() && differs() { "-dirty" } else { "" };
    if let Some(commit) = given.or_else(commit) {
        println!("cargo::rustc-env={VARIABLE}={commit}{mark}");
        version += &format!(" ({}{mark})", commit.get(..SHORT).unwrap_or(&commit));
    }
    println!("cargo::rustc-env=ARTICLE5_VERSION={version}");
}

/// The commit that is checked out, if the repository around this file is the one it belongs to.
fn commit() -> Option<String> {
    git(&["ls-files", "--error-unmatch", "Cargo.toml"])?;
    git(&["rev-parse", "--verify", "HEAD"])
}

/// Whether git finds the sources to differ from those of the commit.
fn differs() -> bool {
    let mut git = Command::new("git");
    git.args(["diff", "--quiet", "HEAD", "--"]).args(SOURCES);
    git.status().is_ok_and(|status| status.code() == Some(1))
}

/// Has the script run again when a file of the repository changes, if it is there.
fn watch(name: &str) {
    if let Some(path) = git(&["rev-parse", "--git-path", name])
        && Path::new(&path).exists()
    {
        println!("cargo::rerun-if-changed={path}");
    }
}

/// The one line that git answers, if it does: it may be missing, or this no repository of its own.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let line = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !line.is_empty()).then_some(line)
}
