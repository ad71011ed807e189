//! `article5 plot` and `report` from outside: the same pictures from the tables alone, a page, and
//! damaged runs.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

mod bench;

use bench::{article5, ask, rows};

const SMALL: &str = "name = \"small\"\nreplicates = 60\nquarters = 8\n\
                     scenarios = [\"no-guarantee\", \"article5-like\"]\n";

/// A small run in a folder of its own.
fn small_run(folder: &Path) -> PathBuf {
    run_of(folder, SMALL)
}

/// A run of a configuration.
fn run_of(folder: &Path, text: &str) -> PathBuf {
    let (config, run) = (folder.join("small.toml"), folder.join("run"));
    fs::write(&config, text).unwrap();
    let output = ask("run", &config, &run, &["--quiet"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    run
}

fn plot(run: &Path, more: &[&str]) -> Output {
    article5(&[&["plot", run.to_str().unwrap()], more].concat())
}

/// The files of a folder and what is in them.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// Whether every file that the manifest lists is there with its checksum.
fn assert_checksums(run: &Path) {
    let manifest: Value =
        serde_json::from_slice(&fs::read(run.join("manifest.json")).unwrap()).unwrap();
    for (name, hash) in manifest["files"].as_object().unwrap() {
        let bytes = fs::read(run.join(name)).unwrap();
        assert_eq!(blake3::hash(&bytes).to_hex().as_str(), hash.as_str().unwrap(), "{name}");
    }
    for (name, _) in files(&run.join("charts")) {
        assert!(manifest["files"].get(format!("charts/{name}")).is_some(), "{name} is not listed");
        assert!(!run.join(&name).exists(), "{name} is the name of a table of the run too");
    }
}

#[test]
fn charts_redrawn_from_the_tables_are_those_of_the_run_to_the_byte() {
    let one = "[design]\nkind = \"grid\"\nlevels = 3\n[design.vary]\n\
               \"learning.memory\" = \"range\"\n";
    let two = format!("{one}\"russia.precision\" = \"range\"\n");
    // Which scenarios are policies is not in the tables.
    for more in ["", "policies = [\"article5-like\"]\n", one, &two] {
        let text = format!("{SMALL}{more}");
        let folder = tempfile::tempdir().unwrap();
        let run = run_of(folder.path(), &text);
        assert_redrawn_alike(&run);
    }
}

#[test]
fn charts_of_the_other_commands_are_redrawn_to_the_byte() {
    let claim = "[space]\nkind = \"latin-hypercube\"\npoints = 2\nreplicates = 64\n[[claim]]\n\
                 id = \"A\"\nstatement = \"More is tiered\"\ntreatment = \"article5-like\"\n\
                 control = \"no-guarantee\"\noutcome = \"tiered\"\ndirection = \"higher\"\n";
    let sensitivity = "[design]\nkind = \"saltelli\"\npoints = 4\n[design.vary]\n\
                       \"learning.memory\" = \"range\"\n\"russia.precision\" = \"range\"\n\
                       [sensitivity]\nscenario = \"article5-like\"\noutcomes = [\"trust_mean\"]\n";
    let trace = ["--scenario", "article5-like"];
    for (command, chart, more, arguments) in [
        ("claims", "claims", claim, &[][..]),
        ("sensitivity", "sensitivity", sensitivity, &[][..]),
        ("trace", "trace", "", &trace[..]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (config, run) = (folder.path().join("small.toml"), folder.path().join("run"));
        fs::write(&config, format!("{SMALL}{more}")).unwrap();
        let output = ask(command, &config, &run, arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(run.join(format!("charts/{chart}.svg")).exists(), "{command} draws no {chart}");
        assert_redrawn_alike(&run);
        let page = article5(&["report", run.to_str().unwrap()]);
        assert!(page.status.success(), "{}", String::from_utf8_lossy(&page.stderr));
    }
}

#[test]
fn a_run_that_no_chart_can_be_drawn_of_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    // Two points alike: nothing that a chart could have on its axis.
    let design = "[design]\nkind = \"list\"\n[design.vary]\n\
                  \"learning.memory\" = { values = [0.95, 0.95] }\n";
    let (config, run) = (folder.path().join("small.toml"), folder.path().join("run"));
    fs::write(&config, format!("{SMALL}{design}")).unwrap();
    let ran = ask("run", &config, &run, &["--quiet"]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let (all, one) = (plot(&run, &[]), plot(&run, &["--chart", "risks"]));
    assert_eq!([&all, &one].map(|refused| refused.status.code()), [Some(2); 2]);
    for output in [ran, all, one] {
        let told = String::from_utf8_lossy(&output.stderr).replace('\n', " ");
        assert!(told.contains("no chart can be drawn"), "{told}");
    }
}

/// Whether the charts, redrawn, are the same bytes.
fn assert_redrawn_alike(run: &Path) {
    let drawn = files(&run.join("charts"));
    assert!(!drawn.is_empty());
    fs::remove_dir_all(run.join("charts")).unwrap();
    assert!(plot(run, &[]).status.success());
    let redrawn = files(&run.join("charts"));
    for (old, new) in drawn.iter().zip(&redrawn) {
        assert!(old == new, "{} or {} differs", old.0, new.0);
    }
    assert_eq!(drawn.len(), redrawn.len());
    assert_checksums(run);
}

#[test]
fn the_manifest_follows_charts_that_are_drawn_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let run = small_run(folder.path());
    let before = files(&run.join("charts"));
    let more = ["--size", "slide", "--style", "print", "--no-words", "--format", "svg"];
    assert!(plot(&run, &more).status.success());
    let after = files(&run.join("charts"));
    let same = before.iter().filter(|file| after.contains(file)).count();
    assert!(same < before.len());
    let drawn = fs::read_to_string(run.join("charts/risk-tiered.svg")).unwrap();
    assert!(drawn.contains(" · n = ") && !drawn.contains("Source: "));
    assert_checksums(&run);
}

#[test]
fn chosen_charts_go_to_a_chosen_folder_and_leave_the_run_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let run = small_run(folder.path());
    let manifest = fs::read(run.join("manifest.json")).unwrap();
    let out = folder.path().join("there/figures");
    let more = ["--chart", "risk-tiered", "--format", "png", "--out", out.to_str().unwrap()];
    let output = plot(&run, &more);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(out.join("risk-tiered.png").is_file());
    assert!(!out.join("risk-tiered.svg").exists());
    assert!(manifest == fs::read(run.join("manifest.json")).unwrap());
}

#[test]
fn chosen_scenarios_are_drawn_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = "name = \"a\"\nreplicates = 20\nquarters = 4\n\
                scenarios = [\"no-guarantee\", \"article5-like\", \"ironclad\"]\n";
    let run = run_of(folder.path(), text);
    let out = folder.path().join("figures");
    let drawn = |scenarios: &[&str]| {
        let mut more = vec!["--format", "svg", "--out", out.to_str().unwrap()];
        scenarios.iter().for_each(|name| more.extend(["--scenario", *name]));
        let output = plot(&run, &more);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let of = |chart: &str| {
            let names = rows(&out.join(chart)).into_iter().map(|row| row["scenario"].clone());
            names.collect::<std::collections::BTreeSet<String>>()
        };
        [of("risk-tiered-data.csv"), of("trust-map-data.csv")]
            .map(|names| Vec::from_iter(names).join(" "))
    };
    // Of three scenarios a map has room for two.
    assert_eq!(drawn(&[])[0], "article5-like ironclad no-guarantee");
    assert_eq!(drawn(&["ironclad", "article5-like"]), ["article5-like ironclad"; 2]);
    assert_eq!(drawn(&["ironclad"]), ["ironclad"; 2]);
    let output = plot(&run, &["--scenario", "iron-clad"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("did you mean `ironclad`?"));
}

#[test]
fn a_chart_that_is_not_there_is_refused_with_those_that_are() {
    let folder = tempfile::tempdir().unwrap();
    let run = small_run(folder.path());
    let output = plot(&run, &["--chart", "risk-tired"]);
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("`risk-tired`") && message.contains("risk-tiered"), "{message}");
    // A kind that this run does not give, beside one that it gives.
    let output = plot(&run, &["--chart", "risks", "--chart", "screening"]);
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("no chart `screening`") && message.contains("`risks`"), "{message}");
}

#[test]
fn a_missing_or_damaged_table_gives_one_message_with_its_file_and_line_and_exit_code_2() {
    let folder = tempfile::tempdir().unwrap();
    let run = small_run(folder.path());
    let damage = |name: &str, change: &dyn Fn(&str) -> Option<String>, told: &[&str]| {
        let path = run.join(name);
        let whole = fs::read_to_string(&path).unwrap();
        match change(&whole) {
            Some(text) => fs::write(&path, text).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let charts = files(&run.join("charts"));
        let output = plot(&run, &[]);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{name}: {message}");
        for told in told {
            assert!(message.contains(told), "{name}: {message}");
        }
        assert!(charts == files(&run.join("charts")), "{name}: the charts changed");
        fs::write(&path, whole).unwrap();
    };
    damage("risks.csv", &|_| None, &["risks.csv", "is missing"]);
    damage("comparisons.csv", &|_| None, &["comparisons.csv", "is missing"]);
    damage("manifest.json", &|_| None, &["is not a run"]);
    damage(
        "manifest.json",
        &|text| Some(text.replace("\"seed\": 2026", "\"seed\": x")),
        &["manifest.json, line "],
    );
    let second = |text: &str| text.replacen("no-guarantee,0,1,", "no-guarantee,0,one,", 1);
    damage("risks.csv", &|text| Some(second(text)), &["risks.csv, line 2", "`quarter`"]);
    damage(
        "members.csv",
        &|text| Some(text.replace("trust_mean", "trust")),
        &["members.csv, line 1", "trust_mean"],
    );
    // Within a row: at the end of one the table would read well.
    let cut = |text: &str| text[..text.len() / 2].rsplit_once(',').map(|(kept, _)| kept.to_owned());
    damage("summary.csv", &cut, &["summary.csv, line "]);
    assert!(plot(&run, &[]).status.success());
}

/// The files that the data package lists, in order.
fn described(run: &Path) -> Vec<String> {
    let package = fs::read(run.join("datapackage.json")).unwrap();
    let package: Value = serde_json::from_slice(&package).unwrap();
    let tables = package["resources"].as_array().unwrap().iter();
    let mut paths: Vec<String> =
        tables.map(|table| table["path"].as_str().unwrap().to_owned()).collect();
    paths.sort();
    paths
}

/// The files in a folder of the run, with the folder before their names.
fn inside(run: &Path, folder: &str) -> Vec<String> {
    files(&run.join(folder)).into_iter().map(|(name, _)| format!("{folder}{name}")).collect()
}

#[test]
fn the_data_package_lists_every_file_also_those_of_charts_drawn_later() {
    let folder = tempfile::tempdir().unwrap();
    let run = run_of(folder.path(), &(SMALL.to_owned() + "[output]\ncharts = false\n"));
    let own: Vec<String> =
        inside(&run, "").into_iter().filter(|name| name != "datapackage.json").collect();
    for more in [&[][..], &["--format", "png"], &["--scenario", "no-guarantee"]] {
        assert!(plot(&run, more).status.success());
        let drawn = inside(&run, "charts/");
        assert!(drawn.len() > 15);
        let mut all = [own.clone(), drawn].concat();
        all.sort();
        assert_eq!(described(&run), all);
        assert_checksums(&run);
    }
}

#[test]
fn what_a_chart_was_drawn_in_before_does_not_stay_beside_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let run = small_run(folder.path());
    fs::write(run.join("charts/mine.svg"), "precious").unwrap();
    let endings = |chart: &str| {
        let of_chart = |name: &String| name.starts_with(&format!("charts/{chart}"));
        inside(&run, "charts/").into_iter().filter(of_chart).collect::<Vec<_>>()
    };
    let others = endings("risk");
    // One chart alone is redrawn, in one format: the others are as they were.
    assert!(plot(&run, &["--chart", "trust-fan", "--format", "png"]).status.success());
    assert_eq!(endings("trust-fan"), ["charts/trust-fan-data.csv", "charts/trust-fan.png"]);
    assert_eq!(endings("risk"), others);
    // All are redrawn in one format.
    assert!(plot(&run, &["--format", "svg", "--scenario", "no-guarantee"]).status.success());
    assert_eq!(endings("trust-fan"), ["charts/trust-fan-data.csv", "charts/trust-fan.svg"]);
    assert!(endings("").iter().all(|name| !name.ends_with(".png")));
    assert_eq!(fs::read_to_string(run.join("charts/mine.svg")).unwrap(), "precious");
    fs::remove_file(run.join("charts/mine.svg")).unwrap();
    assert_checksums(&run);
}

#[test]
fn a_run_that_is_not_finished_is_told_with_what_goes_on_with_it() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("run.unfinished")).unwrap();
    for name in ["run", "run.unfinished"] {
        let output = plot(&folder.path().join(name), &[]);
        assert_eq!(output.status.code(), Some(2));
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(message.contains("is not finished"), "{message}");
        assert!(message.contains("article5 resume"), "{message}");
    }
}

#[test]
fn a_table_that_was_changed_is_drawn_with_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let run = small_run(folder.path());
    let path = run.join("comparisons.csv");
    let header = fs::read_to_string(&path).unwrap().lines().next().unwrap().to_owned() + "\n";
    fs::write(&path, header).unwrap();
    let output = plot(&run, &[]);
    assert!(output.status.success());
    let warning = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(warning.contains("comparisons.csv was changed"), "{warning}");
}

#[test]
fn a_report_is_one_page_in_the_run_that_the_manifest_lists_and_the_same_when_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let run = small_run(folder.path());
    let report = |more: &[&str]| article5(&[&["report", run.to_str().unwrap()], more].concat());
    let output = report(&[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let page = fs::read_to_string(run.join("report.html")).unwrap();
    assert!(page.starts_with("<!doctype html>"));
    assert!(page.contains("No pledge, no backstop") && page.contains("<svg"));
    assert_checksums(&run);
    let elsewhere = folder.path().join("pages/page.html");
    assert!(report(&["--out", elsewhere.to_str().unwrap()]).status.success());
    assert!(page == fs::read_to_string(elsewhere).unwrap());
}

#[test]
#[cfg(unix)]
fn charts_are_not_drawn_through_a_link_into_a_folder_that_is_not_the_runs() {
    let folder = tempfile::tempdir().unwrap();
    let (run, others) = (small_run(folder.path()), folder.path().join("others"));
    let charts = run.join("charts");
    fs::rename(&charts, &others).unwrap();
    fs::write(others.join("trade-off.svg"), "precious").unwrap();
    std::os::unix::fs::symlink(&others, &charts).unwrap();
    let output = plot(&run, &[]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).replace("\n  │ ", "");
    assert!(told.contains("is a link") && told.contains("remove the link"), "{told}");
    assert_eq!(fs::read_to_string(others.join("trade-off.svg")).unwrap(), "precious");
    fs::remove_file(&charts).unwrap();
    assert!(plot(&run, &[]).status.success());
    assert_checksums(&run);
}

#[test]
fn a_report_of_a_run_whose_configuration_makes_no_sense_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let run = small_run(folder.path());
    let path = run.join("manifest.json");
    let manifest = fs::read_to_string(&path).unwrap();
    fs::write(&path, manifest.replace("quarters = 8", "quarters = 0")).unwrap();
    let output = article5(&["report", run.to_str().unwrap()]);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains("manifest.json") && message.contains("quarters"), "{message}");
    assert!(message.contains("the configuration in"), "{message}");
    assert!(!run.join("report.html").exists());
}
