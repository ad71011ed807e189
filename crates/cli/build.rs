//! Tells the compiler which commit the command is built from, where that can be known.
//!
//! `ARTICLE5_GIT_COMMIT` is the commit's full hash, and `ARTICLE5_VERSION` the package's version with
//! the start of it. Sources without git leave the commit out, unless whoever builds them sets the
//! first variable. Only what names the commit is watched, so nothing is built anew while it stays.

use std::path::Path;
use std::process::Command;

const VARIABLE: &str = "ARTICLE5_GIT_COMMIT";

/// The letters by which a commit is usually called.
const SHORT: usize = 7;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    for file in ["HEAD", "logs/HEAD", "packed-refs"] {
        watch(file);
    }
    if let Some(branch) = git(&["symbolic-ref", "--quiet", "HEAD"]) {
        watch(&branch);
    }
    let mut version = env!("CARGO_PKG_VERSION").to_owned();
    if let Some(commit) = std::env::var(VARIABLE).ok().or_else(commit) {
        println!("cargo::rustc-env={VARIABLE}={commit}");
        version += &format!(" ({})", commit.get(..SHORT).unwrap_or(&commit));
    }
    println!("cargo::rustc-env=ARTICLE5_VERSION={version}");
}

/// The commit that is checked out, if the repository around this file is the one it belongs to.
fn commit() -> Option<String> {
    git(&["ls-files", "--error-unmatch", "Cargo.toml"])?;
    git(&["rev-parse", "--verify", "HEAD"])
}

/// Has the script run again when a file of the repository changes; one that is not there would
/// have it run at every build.
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
