//! `article5 sensitivity` from outside: its tables, its words, what it refuses.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use std::path::Path;
use std::process::Output;

use serde_json::Value;

mod bench;

use bench::{article5, ask, rows};

const SMALL: &str = "name = \"small\"\nreplicates = 20\nquarters = 6\n\
     scenarios = [\"no-guarantee\", \"article5-like\"]\n[output]\ncharts = false\n";

const VARY: &str = "[design.vary]\n\"learning.memory\" = \"range\"\n\
     \"learning.prior_sd_exposure\" = \"range\"\n\"politics.administration_shift\" = \"range\"\n";

const ASKED: &str = "[sensitivity]\nscenario = \"article5-like\"\nreference = \"no-guarantee\"\n\
     outcomes = [\"trust_mean\", \"backstop_abandoned\"]\nresamples = 50\n";

const SOUGHT: &str = "[discovery]\nscenario = \"article5-like\"\noutcome = \"frontline_trust\"\n\
     at_least = 0.45\ndensity = 0.6\n";

fn sensitivity(folder: &Path, text: &str, out: &str, more: &[&str]) -> Output {
    let config = folder.join("small.toml");
    std::fs::write(&config, text).unwrap();
    ask("sensitivity", &config, &folder.join(out), more)
}

fn saltelli() -> String {
    format!("{SMALL}[design]\nkind = \"saltelli\"\npoints = 8\n{VARY}{ASKED}{SOUGHT}")
}

#[test]
fn a_check_counts_the_replicates_of_the_scenarios_that_are_asked_about() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("small.toml");
    let sought = saltelli().replace(ASKED, "");
    // Of 8 (3 + 2) points with 20 replicates each.
    for (text, all) in [(saltelli(), "1,600"), (sought, "800")] {
        std::fs::write(&config, text).unwrap();
        let output = article5(&["check", config.to_str().unwrap()]);
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(told.contains(&format!("sensitivity  {all} replicates in all")), "{told}");
        let output = article5(&["check", config.to_str().unwrap(), "--json"]);
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(told["sensitivity_replicates"].to_string(), all.replace(',', ""));
    }
}

#[test]
fn a_run_tells_the_command_that_analyses_its_design_only_if_something_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let of_boxes = saltelli().replace(ASKED, "");
    let nothing = of_boxes.replace(SOUGHT, "");
    for (name, text, is_told) in
        [("indices", saltelli(), true), ("boxes", of_boxes, true), ("nothing", nothing, false)]
    {
        let config = folder.join(format!("{name}.toml"));
        std::fs::write(&config, text).unwrap();
        let told = ask("run", &config, &folder.join(name), &[]);
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        let said = String::from_utf8(told.stdout).unwrap();
        assert_eq!(said.contains("`article5 sensitivity` with `--out "), is_told, "{said}");
        assert_eq!(said.contains(&format!("{name}-sensitivity")), is_told, "{said}");
    }
}

#[test]
fn indices_and_boxes_are_written_told_and_the_same_on_any_threads() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let told = sensitivity(folder, &saltelli(), "one", &["--threads", "1"]);
    let error = String::from_utf8_lossy(&told.stderr);
    assert!(told.status.success(), "{error}");
    let told = String::from_utf8(told.stdout).unwrap();
    for part in [
        "trust_mean under article5-like less no-guarantee at 2027-Q2",
        "learning.prior_sd_exposure",
        "Where frontline_trust under article5-like at 2027-Q2 is at least 0.45",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(sensitivity(folder, &saltelli(), "two", &["--threads", "2", "-q"]).status.success());
    for name in ["sensitivity.csv", "boxes.csv", "responses.csv", "design.csv", "alliance.csv"] {
        let bytes = |out: &str| std::fs::read(folder.join(out).join(name)).unwrap();
        assert!(bytes("one") == bytes("two"), "{name} differs by threads");
    }
    assert_eq!(rows(&folder.join("one/design.csv")).len(), 8 * 5);
    assert_eq!(rows(&folder.join("one/responses.csv")).len(), 3 * 8 * 5);
    let again = folder.join("one/configuration.toml");
    let again = std::fs::read_to_string(again).unwrap();
    std::fs::copy(folder.join("one/alliance.csv"), folder.join("alliance.csv")).unwrap();
    assert!(sensitivity(folder, &again, "again", &["-q"]).status.success());
    let bytes = |out: &str| std::fs::read(folder.join(out).join("sensitivity.csv")).unwrap();
    assert!(bytes("one") == bytes("again"), "the resolved configuration gives other indices");
}

#[test]
fn boxes_over_a_grid_are_told_to_be_held_out_too_little() {
    let folder = tempfile::tempdir().unwrap();
    let over = |design: &str, out: &str| {
        let text = format!("{SMALL}[design]\n{design}\n{VARY}{SOUGHT}");
        let told = sensitivity(folder.path(), &text, out, &[]);
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        String::from_utf8(told.stdout).unwrap()
    };
    let warning = "each point of a grid has neighbours";
    let told = over("kind = \"grid\"\nlevels = 3", "grid");
    assert!(told.contains(warning), "{told}");
    let told = over("kind = \"sobol\"\npoints = 16", "sobol");
    assert!(!told.contains(warning), "{told}");
}

#[test]
fn the_report_tells_what_was_asked_and_has_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = SOUGHT.replace("0.45", "0.99");
    let constant =
        "[sensitivity]\nscenario = \"no-guarantee\"\noutcomes = [\"backstop_abandoned\"]\n";
    let text =
        format!("{SMALL}[design]\nkind = \"saltelli\"\npoints = 8\n{VARY}{constant}{nothing}");
    assert!(sensitivity(folder.path(), &text, "run", &["-q"]).status.success());
    let run = folder.path().join("run");
    assert!(article5(&["report", run.to_str().unwrap()]).status.success());
    let page = std::fs::read_to_string(run.join("report.html")).unwrap();
    for told in [
        "Before relying on these numbers.",
        "frontline_trust under article5-like at 2027-Q2: there is no box, as no point is of interest",
        "Backstop abandoned: no index can be given",
        "that have frontline trust of at least 0.99",
        "There is no such box.",
    ] {
        assert!(page.contains(told), "{told}");
    }
}

#[test]
fn a_morris_design_gives_elementary_effects_as_json_too() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("{SMALL}[design]\nkind = \"morris\"\ntrajectories = 6\n{VARY}{ASKED}");
    let told = sensitivity(folder.path(), &text, "run", &["--json"]);
    let story: Value = serde_json::from_slice(&told.stdout).unwrap();
    let rows = story["sensitivity"].as_array().unwrap();
    let row = rows.iter().find(|row| row["parameter"] == "learning.memory").unwrap();
    assert_eq!((&row["method"], &row["base"]), (&"morris".into(), &6.into()));
    assert!(row["mu_star"].as_f64().unwrap() >= row["mu"].as_f64().unwrap().abs());
    assert!(row["first"].is_null());
    assert!(story["warnings"].is_array());
}

#[test]
fn what_cannot_be_answered_is_refused_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let design = "[design]\nkind = \"saltelli\"\npoints = 4\n";
    let stop = "[stop]\noutcome = \"tiered\"\nhalf_width = 0.1\nmax_replicates = 400\n";
    let sound = format!("{SMALL}{design}{VARY}{ASKED}");
    let few = sound.replace("replicates = 20", "replicates = 30");
    for (text, more, told, place) in [
        (SMALL.to_owned(), vec![], "asks for neither sensitivity", "small.toml: "),
        (few.clone(), vec![], "multiple of 20, such as 40", "small.toml:2:14]"),
        (
            sound.replace("[output]", &format!("{stop}[output]")),
            vec![],
            "take `[stop]` out",
            "small.toml:5:1]",
        ),
        // No line says that.
        (sound, vec!["--replicates", "30"], "multiple of 20, such as 40", ""),
        (few, vec!["--replicates", "50"], "multiple of 20, such as 60", ""),
        (
            format!("{SMALL}{ASKED}"),
            vec![],
            "needs a saltelli or a morris design",
            "small.toml:7:1]",
        ),
        (format!("{SMALL}{SOUGHT}"), vec![], "needs a design", "small.toml:7:1]"),
    ] {
        let output = sensitivity(folder, &text, "run", &more);
        // Without the breaks that fit it to the terminal.
        let message = String::from_utf8_lossy(&output.stderr).replace("\n  │ ", " ");
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains(told) && message.contains("help: "), "{told}: {message}");
        assert!(message.contains(place), "{place}: {message}");
        assert_eq!(message.contains("small.toml"), !place.is_empty(), "{message}");
        assert!(!folder.join("run").exists());
    }
}
