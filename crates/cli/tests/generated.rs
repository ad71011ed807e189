//! What the command writes about itself: starter, schema, completions, man pages, manifest.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn article5(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_article5"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

fn succeed(folder: &Path, arguments: &[&str]) -> String {
    let output = article5(folder, arguments);
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {message}");
    String::from_utf8(output.stdout).unwrap()
}

fn configs() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../configs"))
}

#[test]
fn the_starter_runs_beside_its_schema_and_nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    succeed(folder.path(), &["init"]);
    let starter = fs::read_to_string(folder.path().join("my-experiment.toml")).unwrap();
    assert!(starter.starts_with("#:schema ./article5.schema.json\n"));
    assert!(folder.path().join("article5.schema.json").is_file());
    let again = article5(folder.path(), &["init"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("is there already"));
    // Another one shares the schema.
    succeed(folder.path(), &["init", "other.toml"]);
    let nowhere = article5(folder.path(), &["init", "no/such/folder.toml"]);
    assert_eq!(nowhere.status.code(), Some(1));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
}

#[test]
fn the_schema_is_the_shipped_file() {
    let shipped = fs::read_to_string(configs().join("article5.schema.json")).unwrap();
    assert!(succeed(configs(), &["schema"]) == shipped);
}

#[test]
fn every_shell_is_completed_and_every_command_has_a_man_page() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = succeed(folder.path(), &["completions", shell]);
        assert!(script.contains("scenarios") && script.contains("replicates"), "{shell}");
    }
    succeed(folder.path(), &["man", "man/man1"]);
    for page in ["article5.1", "article5-run.1", "article5-trace.1", "article5-params.1"] {
        let text = fs::read_to_string(folder.path().join("man/man1").join(page)).unwrap();
        assert!(text.contains(".TH") && text.contains("SYNOPSIS"), "{page}");
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_ends_a_command_quietly() {
    for arguments in [&["params"][..], &["params", "--json"], &["schema"], &["completions", "bash"]]
    {
        let mut child = Command::new(env!("CARGO_BIN_EXE_article5"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut told = String::new();
        child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        assert_eq!((child.wait().unwrap().code(), told.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

/// Every file of a run but the manifest, which holds times, with its checksum.
fn check_sums(run: &Path) -> Value {
    let manifest = fs::read(run.join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    manifest["files"].clone()
}

#[test]
fn a_manifest_is_enough_to_repeat_its_run_to_the_byte() {
    let folder = tempfile::tempdir().unwrap();
    let text = "name = \"small\"\nreplicates = 150\nquarters = 8\nseed = 5\n\
                scenarios = [\"no-guarantee\", \"ironclad\"]\n\
                [parameters.learning]\nmemory = 0.97\n[output]\ntrajectories = true\n";
    fs::write(folder.path().join("small.toml"), text).unwrap();
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--seed", "9"]);
    let run = folder.path().join("output/small");
    let manifest = fs::read(run.join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["seed"], 9);
    assert!(manifest["wall_seconds"].as_f64().unwrap() > 0.0);
    assert!(manifest["cpu_seconds"].as_f64().unwrap() > 0.0);
    let elsewhere = tempfile::tempdir().unwrap();
    for (name, key) in [("again.toml", "configuration"), ("alliance.csv", "alliance")] {
        fs::write(elsewhere.path().join(name), manifest[key].as_str().unwrap()).unwrap();
    }
    succeed(elsewhere.path(), &["run", "again.toml", "--quiet", "--threads", "1"]);
    let again = elsewhere.path().join("output/small");
    assert_eq!(check_sums(&again), check_sums(&run));
    let mut seen = 0;
    for (name, _) in check_sums(&run).as_object().unwrap() {
        assert!(fs::read(run.join(name)).unwrap() == fs::read(again.join(name)).unwrap(), "{name}");
        seen += 1;
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn the_commit_is_known_where_git_knows_it() {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
    };
    // Sources that lie in another repository do not bear its commit.
    let commit = git(&["ls-files", "--error-unmatch", "Cargo.toml"])
        .and_then(|_| git(&["rev-parse", "HEAD"]))
        .unwrap_or_default();
    let version = succeed(configs(), &["--version"]);
    assert!(version.starts_with(concat!("article5 ", env!("CARGO_PKG_VERSION"))));
    if let Some(start) = commit.get(..7) {
        assert!(version.contains(start), "{version} does not name {commit}");
    }
}
