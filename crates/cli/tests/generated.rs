//! What the command writes about itself: starter, schema, completions, man pages, manifest.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

mod bench;

use bench::{Row, article5_in, command, rows};

fn succeed(folder: &Path, arguments: &[&str]) -> String {
    let output = article5_in(folder, arguments);
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
    let again = article5_in(folder.path(), &["init"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("already exists"));
    // Another one shares the schema, and is told where that is of another version.
    let other = article5_in(folder.path(), &["init", "other.toml"]);
    assert!(other.status.success() && other.stderr.is_empty());
    fs::write(folder.path().join("article5.schema.json"), "{}").unwrap();
    let third = article5_in(folder.path(), &["init", "third.toml"]);
    assert!(third.status.success());
    assert!(String::from_utf8_lossy(&third.stderr).contains("from another version"));
    assert_eq!(fs::read_to_string(folder.path().join("article5.schema.json")).unwrap(), "{}");
    let nowhere = article5_in(folder.path(), &["init", "no/such/folder.toml"]);
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&nowhere.stderr).contains("there is no folder `no/such`"));
    assert_eq!(article5_in(folder.path(), &["init", "new/"]).status.code(), Some(2));
    assert_eq!(succeed(folder.path(), &["init", "-"]), starter);
    for nowhere in ["third.toml/man", "-"] {
        assert_eq!(article5_in(folder.path(), &["man", nowhere]).status.code(), Some(2));
    }
    assert!(!folder.path().join("-").exists());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
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
        // The generators of the others complete no values.
        let completes_values = ["bash", "fish", "zsh"].contains(&shell);
        assert_eq!(script.contains("trade-off"), completes_values, "{shell}");
    }
    succeed(folder.path(), &["man", "man/man1"]);
    let version = concat!("v", env!("CARGO_PKG_VERSION"));
    for page in ["article5", "article5-run", "article5-trace", "article5-submit-slurm"] {
        let path = folder.path().join("man/man1").join(page).with_extension("1");
        let text = fs::read_to_string(path).unwrap();
        assert!(text.contains(".TH") && text.contains("SYNOPSIS"), "{page}");
        assert!(text.lines().any(|line| line.starts_with(version)), "{page}");
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_ends_a_command_quietly() {
    for arguments in [&["params"][..], &["params", "--json"], &["schema"], &["completions", "bash"]]
    {
        let mut child = command(Path::new("."), arguments)
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
fn every_command_writes_its_tables_as_parquet_too_where_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let text = "name = \"small\"\nreplicates = 20\nquarters = 4\nscenarios = [\"no-guarantee\"]\n\
                [output]\nparquet = true\ncharts = false\n";
    let claim = "[space]\npoints = 2\nreplicates = 20\n[[claim]]\nid = \"A\"\nstatement = \"War\"\n\
                 treatment = \"no-guarantee\"\noutcome = \"war_resumed\"\nat_least = 0.5\n\
                 direction = \"higher\"\n";
    let sensitivity = "[design]\nkind = \"saltelli\"\npoints = 4\n[design.vary]\n\
                       \"learning.memory\" = \"range\"\n\"russia.precision\" = \"range\"\n\
                       [sensitivity]\nscenario = \"no-guarantee\"\noutcomes = [\"trust_mean\"]\n";
    let traced = ["--scenario", "no-guarantee"];
    for (command, asked, more) in [
        ("run", "", &[][..]),
        ("claims", claim, &[]),
        ("sensitivity", sensitivity, &[]),
        ("trace", "", &traced),
    ] {
        fs::write(folder.path().join("small.toml"), format!("{text}{asked}")).unwrap();
        succeed(folder.path(), &[&[command, "small.toml", "--out", command], more].concat());
        let run = folder.path().join(command);
        let package = fs::read(run.join("datapackage.json")).unwrap();
        let package: Value = serde_json::from_slice(&package).unwrap();
        let paths = package["resources"].as_array().unwrap().iter();
        let paths: Vec<&str> = paths.filter_map(|table| table["path"].as_str()).collect();
        let tables = paths.iter().filter_map(|path| path.strip_suffix(".csv"));
        assert!(tables.clone().count() > 2, "{command}: {paths:?}");
        for table in tables {
            assert!(run.join(format!("{table}.parquet")).is_file(), "{command}: no {table}");
        }
    }
}

#[test]
fn a_manifest_is_enough_to_repeat_its_run_to_the_byte() {
    let folder = tempfile::tempdir().unwrap();
    let text = "name = \"small\"\nreplicates = 150\nquarters = 8\nseed = 5\n\
                scenarios = [\"no-guarantee\", \"ironclad\"]\n\
                [parameters.learning]\nmemory = 0.97\n[output]\ntrajectories = true\nreplicates = true\nparquet = true\n";
    fs::write(folder.path().join("small.toml"), text).unwrap();
    succeed(folder.path(), &["run", "small.toml", "--quiet", "--seed", "9"]);
    let run = folder.path().join("output/small");
    let manifest = fs::read(run.join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!((&manifest["seed"], &manifest["finished_by"]), (&9.into(), &"run".into()));
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
    assert!(seen > 20, "{seen}");
}

#[test]
fn single_replicates_of_every_point_add_up_to_the_risks() {
    let folder = tempfile::tempdir().unwrap();
    let text = "name = \"single\"\nreplicates = 300\nquarters = 12\nfirst_replicate = 40\n\
                scenarios = [\"no-guarantee\", \"article5-like\"]\n\
                [design]\nkind = \"list\"\n\
                [design.vary]\n\"russia.precision\" = { values = [7, 15] }\n\
                [uncertainty]\nvary = [\"war.*\"]\n\
                [output]\nreplicates = true\ncharts = false\n";
    fs::write(folder.path().join("single.toml"), text).unwrap();
    succeed(folder.path(), &["run", "single.toml", "--quiet"]);
    let run = folder.path().join("output/single");
    let (singles, risks) = (rows(&run.join("replicates.csv")), rows(&run.join("risks.csv")));
    assert_eq!(singles.len(), 2 * 2 * 300);
    assert_eq!([0, 299].map(|single: usize| singles[single]["replicate"].as_str()), ["40", "339"]);
    let mut checked = 0;
    for risk in &risks {
        let same =
            |single: &&Row| ["scenario", "point"].iter().all(|&own| single[own] == risk[own]);
        let here: Vec<&Row> = singles.iter().filter(same).collect();
        let share = |column: &str, never: &str| {
            let column = format!("{}_{column}", risk["risk"]);
            here.iter().filter(|single| single[&column] != never).count() as f64 / here.len() as f64
        };
        let number = |column: &str| risk[column].parse::<f64>().unwrap();
        assert_eq!(number("by"), share("first", ""));
        assert_eq!(number("at"), share("end", "0"));
        checked += usize::from(number("by") > 0.0);
    }
    assert!(checked > 8, "{checked}");
    // What a replicate draws is the same in every scenario and point.
    let drawn = |single: usize| &singles[single]["war.end_hazard"];
    assert!((0..300).all(|single| drawn(single) == drawn(single + 900)));
    assert!(drawn(0) != drawn(1));
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
        // What the commit does not hold must not pass for it.
        let unchanged =
            |paths: &[&str]| git(&[&["diff", "--quiet", "HEAD", "--"], paths].concat()).is_some();
        let dirty = version.contains("-dirty");
        assert!(dirty || unchanged(&["src", "../model/src", "../runner/src"]), "{version}");
        assert!(!dirty || !unchanged(&[":/"]), "{version}");
    }
}
