//! The command from outside: docking, same bytes, bad input.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

mod bench;

use bench::{article5, ask, command};

fn run(config: &Path, out: &Path, more: &[&str]) -> Output {
    ask("run", config, out, &[&["--quiet"], more].concat())
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// A case of the golden file as a configuration of one replicate.
fn configuration(case: &Value, replicate: u64) -> String {
    let mut text = format!(
        "name = \"case\"\nseed = {}\nquarters = {}\nreplicates = 1\nfirst_replicate = {replicate}\n\
         [output]\ntrajectories = true\ncharts = false\n[parameters]\n",
        case["seed"], case["quarters"]
    );
    for (key, value) in case["parameters"].as_object().unwrap() {
        writeln!(text, "{key} = {value}").unwrap();
    }
    writeln!(text, "[[scenario]]\nname = {}", case["case"]).unwrap();
    for event in case["events"].as_array().unwrap() {
        text += "[[scenario.event]]\n";
        for (key, value) in event.as_object().unwrap() {
            writeln!(text, "{key} = {value}").unwrap();
        }
    }
    text
}

fn agrees(given: &str, golden: &str) -> bool {
    match (given.parse::<f64>(), golden.parse::<f64>()) {
        (Ok(given), Ok(golden)) => (given - golden).abs() <= 1e-9 * golden.abs().max(1.0),
        _ => given == golden,
    }
}

#[test]
fn trajectories_from_the_command_line_dock_with_the_golden_ones() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../model/tests/golden");
    let cases = std::fs::read(golden.join("cases.json")).unwrap();
    let cases: Vec<Value> = serde_json::from_slice(&cases).unwrap();
    let trajectories = std::fs::read_to_string(golden.join("trajectories.csv")).unwrap();
    let mut expected = trajectories.lines();
    let header = expected.next().unwrap().replacen("case", "scenario", 1);
    let folder = tempfile::tempdir().unwrap();
    for case in cases {
        for replicate in case["replicates"].as_array().unwrap() {
            let text = configuration(&case, replicate.as_u64().unwrap());
            let config = write(folder.path(), "case.toml", &text);
            let out = folder.path().join("run");
            let output = run(&config, &out, &["--force"]);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let table = std::fs::read_to_string(out.join("trajectories.csv")).unwrap();
            let mut lines = table.lines();
            assert_eq!(lines.next().unwrap(), header);
            for line in lines {
                let golden = expected.next().unwrap();
                for (given, golden) in line.split(',').zip(golden.split(',')) {
                    assert!(agrees(given, golden), "{given}, golden {golden}\n{line}");
                }
            }
        }
    }
    assert_eq!(expected.next(), None);
}

const SMALL: &str = "name = \"small\"\nreplicates = 300\nquarters = 12\n\
                     scenarios = [\"no-guarantee\", \"article5-like\"]\n";

const TABLES: [&str; 9] = [
    "summary.csv",
    "risks.csv",
    "members.csv",
    "cover.csv",
    "events.csv",
    "comparisons.csv",
    "alliance.csv",
    "codebook.csv",
    "configuration.toml",
];

#[test]
fn threads_and_a_rerun_of_the_resolved_configuration_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let config = write(folder.path(), "small.toml", SMALL);
    let [one, two, again] = ["one", "two", "again"].map(|name| folder.path().join(name));
    assert!(run(&config, &one, &["--threads", "1"]).status.success());
    assert!(run(&config, &two, &["--threads", "2"]).status.success());
    assert!(run(&one.join("configuration.toml"), &again, &[]).status.success());
    for table in TABLES {
        let bytes = std::fs::read(one.join(table)).unwrap();
        assert!(!bytes.is_empty(), "{table} is empty");
        assert!(bytes == std::fs::read(two.join(table)).unwrap(), "{table} differs by threads");
        assert!(bytes == std::fs::read(again.join(table)).unwrap(), "{table} differs when rerun");
    }
}

#[test]
fn a_run_that_is_there_is_not_overwritten_without_being_asked() {
    let folder = tempfile::tempdir().unwrap();
    let config = write(folder.path(), "small.toml", SMALL);
    let out = folder.path().join("run");
    assert!(run(&config, &out, &[]).status.success());
    let before = std::fs::read(out.join("manifest.json")).unwrap();
    assert_eq!(run(&config, &out, &["--seed", "1"]).status.code(), Some(2));
    assert!(before == std::fs::read(out.join("manifest.json")).unwrap());
    assert!(run(&config, &out, &["--seed", "1", "--force"]).status.success());
    assert!(before != std::fs::read(out.join("manifest.json")).unwrap());
}

#[test]
fn bad_input_gives_one_message_with_its_place_exit_code_2_and_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "allies.csv", "iso3,name\nEST,Estonia\n");
    for (wrong, told) in [
        ("nmae = 1", "bad.toml:5:1"),
        ("quarters = 4", "bad.toml:5:1"),
        ("[parameters.learning]\nmemory = 1.5", "0 to 1"),
        ("[parameters.learning]\nmemory = nan", "learning.memory"),
        ("[parameters.learning]\nmemroy = 0.5", "learning.memory"),
        ("members = \"allies.csv\"", "gdp_usd_bn"),
        ("members = \"nowhere.csv\"", "nowhere.csv"),
    ] {
        let config = write(folder.path(), "bad.toml", &format!("{SMALL}{wrong}\n"));
        let out = folder.path().join("run");
        let output = run(&config, &out, &[]);
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{wrong}: {message}");
        assert!(message.contains(told), "{wrong}: {message}");
        assert!(!out.exists(), "{wrong}");
    }
    let config = write(folder.path(), "good.toml", SMALL);
    let output = run(&config, &folder.path().join("run"), &["--threads", "100000"]);
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && message.contains("1 to 1024"), "{message}");
}

#[test]
fn a_check_says_what_a_sensitivity_analysis_will_refuse() {
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/../../configs/screening.toml");
    for (replicates, refused) in [("40", false), ("50", true)] {
        let output = article5(&["check", config, "--replicates", replicates]);
        let told = String::from_utf8_lossy(&output.stdout);
        assert_eq!(told.contains("`article5 sensitivity` refuses it"), refused, "{told}");
    }
}

#[test]
fn what_only_some_commands_refuse_is_told_in_its_place_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let stop = "[stop]\noutcome = \"tiered\"\nhalf_width = 0.1\nmax_replicates = 400\n";
    let design = "[design]\nkind = \"grid\"\nvary = { \"learning.memory\" = { values = [0.9] } }\n";
    let plain = "name = \"a\"\nreplicates = 20\nscenarios = [\"ironclad\"]\n";
    write(folder.path(), "a.toml", &format!("{plain}{stop}{design}"));
    write(folder.path(), "plain.toml", plain);
    let trace = "trace a.toml --scenario ironclad --point 1";
    for (line, told, place, remedy) in [
        ("run a.toml --shard 0/2", "cannot be divided", "a.toml:4:1]", "fix the number"),
        ("submit slurm a.toml", "cannot be divided", "a.toml:4:1]", "fix the number"),
        ("run a.toml --replicates 500", "more than the 400", "a.toml:7:18]", "ask for fewer"),
        (trace, "no design point 1", "a.toml:8:1]", "`--point`"),
        (&trace.replace("a.toml", "plain.toml"), "no design point 1", "plain.toml: ", "`--point`"),
        ("trace plain.toml --scenario iron", "no scenario `iron`", "plain.toml: ", "`ironclad`"),
    ] {
        let output = command(folder.path(), line.split(' ')).output().unwrap();
        // Without the breaks that fit it to the terminal.
        let message = String::from_utf8_lossy(&output.stderr).replace("\n  │ ", " ");
        assert_eq!(output.status.code(), Some(2), "{line}: {message}");
        for part in [told, place, remedy] {
            assert!(message.contains(part), "{line}: {part}: {message}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "{line}");
    }
}

#[test]
fn listings_and_stories_say_what_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let config = write(folder.path(), "small.toml", SMALL);
    let config = config.to_str().unwrap();
    for (arguments, told) in [
        (vec!["params", "MEMORY"], "learning.memory"),
        (vec!["members"], "Estonia"),
        (vec!["scenarios"], "guarantee.likeness_marketed = 0.95"),
        (vec!["trace", config, "--scenario", "article5-like"], "Moscow probes"),
    ] {
        let output = article5(&arguments);
        assert!(output.status.success(), "{arguments:?}");
        assert!(String::from_utf8_lossy(&output.stdout).contains(told), "{arguments:?}");
    }
    let unknown = article5(&["trace", config, "--scenario", "nowhere"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("article5-like"));
    // The built-in table, printed, is a table that gives the same alliance.
    let table = folder.path().join("own.csv");
    std::fs::write(&table, article5(&["members", "--csv"]).stdout).unwrap();
    let own = article5(&["members", "--table", table.to_str().unwrap()]);
    assert!(own.status.success());
    assert_eq!(own.stdout, article5(&["members"]).stdout);
    let nothing = article5(&["params", "phlogiston"]);
    assert_eq!(nothing.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&nothing.stderr).contains("contains `phlogiston`"));
}

#[test]
fn a_trace_is_told_beside_another_scenario_and_kept_in_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let config = write(folder.path(), "small.toml", SMALL);
    let (config, out) = (config.to_str().unwrap(), folder.path().join("trace"));
    let trace = ["trace", config, "--scenario", "article5-like", "--against", "no-guarantee"];
    let told = article5(&[&trace[..], &["--out", out.to_str().unwrap()]].concat());
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told = String::from_utf8(told.stdout).unwrap();
    for part in ["Why, against holding: ", "Washington's resolve is ", "Under no-guarantee"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(std::fs::read_to_string(out.join("story.txt")).unwrap(), told);
    let table = std::fs::read_to_string(out.join("trace.csv")).unwrap();
    assert_eq!(table.lines().count(), 1 + 2 * 12 * 33);
    for file in
        ["trace_events.csv", "manifest.json", "charts/trace.svg", "charts/trace-against.svg"]
    {
        assert!(out.join(file).exists(), "{file}");
    }
    let page = article5(&["report", out.to_str().unwrap()]);
    assert!(page.status.success(), "{}", String::from_utf8_lossy(&page.stderr));
    let page = std::fs::read_to_string(out.join("report.html")).unwrap();
    let line = told.lines().find(|line| line.contains("Moscow")).unwrap();
    assert!(page.contains(line), "{line}");
    std::fs::write(out.join("story.txt"), "another").unwrap();
    let page = article5(&["report", out.to_str().unwrap()]);
    assert!(page.status.success());
    assert!(String::from_utf8_lossy(&page.stderr).contains("story.txt was changed"));
    let json = article5(&[&trace[..], &["--json"]].concat());
    let story: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(story["against"], "no-guarantee");
    assert!(story["chapters"][0]["passages"][0]["sentences"][0].is_string());
    let unknown = article5(&["trace", config, "--scenario", "article5-like", "--against", "x"]);
    assert_eq!(unknown.status.code(), Some(2));
    let itself =
        article5(&["trace", config, "--scenario", "no-guarantee", "--against", "no-guarantee"]);
    assert_eq!(itself.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&itself.stderr).contains("against itself"));
}

#[test]
fn force_replaces_a_run_but_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let config = write(folder.path(), "small.toml", SMALL);
    let precious = folder.path().join("precious");
    std::fs::create_dir(&precious).unwrap();
    write(&precious, "thesis.txt", "ten years of work");
    let output = run(&config, &precious, &["--force"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("not a run"));
    assert_eq!(std::fs::read_to_string(precious.join("thesis.txt")).unwrap(), "ten years of work");
    let out = folder.path().join("run");
    assert!(run(&config, &out, &[]).status.success());
    assert!(run(&config, &out, &["--force"]).status.success());
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 3, "a temporary folder was left: {left:?}");
}

/// The C library picks its own functions by what it thinks the processor has.
#[cfg(target_os = "linux")]
#[test]
fn tables_have_the_same_bytes_where_the_c_library_sees_no_vector_instructions() {
    let folder = tempfile::tempdir().unwrap();
    let text = "name = \"bytes\"\nquarters = 12\nreplicates = 64\nscenarios = [\"article5-like\"]\n\
                [output]\ncharts = false\ntrajectories = true\n";
    let config = write(folder.path(), "bytes.toml", text);
    let tables = |name: &str, tunables: &str| {
        let out = folder.path().join(name);
        let arguments =
            ["run", config.to_str().unwrap(), "--quiet", "--out", out.to_str().unwrap()];
        let mut run = command(folder.path(), arguments);
        assert!(run.env("GLIBC_TUNABLES", tunables).status().unwrap().success());
        ["summary.csv", "trajectories.csv"].map(|table| std::fs::read(out.join(table)).unwrap())
    };
    let hidden = "glibc.cpu.hwcaps=-AVX512F,-AVX2,-FMA,-FMA4,-AVX";
    assert_eq!(tables("seen", ""), tables("hidden", hidden));
}
