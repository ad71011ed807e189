//! The experiment engine from outside: same bytes however the work is cut, killed or resumed; what
//! is damaged is refused by name.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use article5_model::parameters::PARAMETERS;
use article5_runner::config::Experiment;
use article5_runner::uncertainty::Uncertain;

/// A working folder with the command.
struct Bench(tempfile::TempDir);

impl Bench {
    fn new(config: &str) -> Self {
        let bench = Self(tempfile::tempdir().unwrap());
        fs::write(bench.path("a.toml"), config).unwrap();
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_article5"));
        command.args(line.split(' ')).arg("--quiet").current_dir(self.0.path());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn start(&self, line: &str) -> Child {
        self.command(line).spawn().unwrap()
    }

    fn try_run(&self, line: &str) -> Output {
        self.command(line).output().unwrap()
    }

    fn run(&self, line: &str) {
        let output = self.try_run(line);
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// What the command says as it refuses.
    fn refusal(&self, line: &str) -> String {
        let output = self.try_run(line);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{line}: {told}");
        // Without the breaks that fit it to the terminal.
        told.replace("\n  │ ", " ").replace('\n', " ")
    }

    /// All that a run wrote but its manifest, which has times in it.
    fn tables(&self, run: &str) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(self.path(run)).unwrap().map(|entry| entry.unwrap().path());
        let files = entries.filter(|path| path.is_file());
        let named = files.map(|path| {
            (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap())
        });
        let mut tables: BTreeMap<_, _> = named.collect();
        tables.remove("manifest.json").unwrap();
        assert!(tables.len() > 6);
        tables
    }

    fn assert_same(&self, one: &str, other: &str) {
        let (one_tables, others) = (self.tables(one), self.tables(other));
        assert!(one_tables.keys().eq(others.keys()), "{one} and {other} have other files");
        for (name, bytes) in &one_tables {
            assert!(*bytes == others[name], "{name} of {one} and {other} differ");
        }
    }

    /// The names left in the working folder.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let name = |entry: std::io::Result<fs::DirEntry>| {
            entry.unwrap().file_name().to_str().unwrap().to_owned()
        };
        let mut names: Vec<_> = entries.map(name).collect();
        names.sort();
        names
    }
}

const PLAIN: &str = "name = \"a\"\nreplicates = 700\nquarters = 12\n\
                     scenarios = [\"no-guarantee\", \"article5-like\"]\n\
                     [output]\ncharts = false\n";

const GRID: &str = "[design]\nkind = \"grid\"\n[design.vary]\n\
                    \"guarantee.monitoring\" = { values = [0.3, 0.6, 0.9] }\n\
                    \"learning.memory\" = { values = [0.92, 0.98] }\n";

const UNCERTAIN: &str = "[uncertainty]\nvary = [\"learning.*\", \"response.*\", \"war.*\"]\n";

#[test]
fn threads_and_merged_shards_give_the_bytes_of_an_undivided_run() {
    let both = format!("{GRID}{UNCERTAIN}").replace("\"learning.*\", ", "");
    for more in ["", GRID, UNCERTAIN, &both] {
        let bench = Bench::new(&format!("{PLAIN}{more}"));
        bench.run("run a.toml --out one --threads 1");
        bench.run("run a.toml --out three --threads 3");
        bench.assert_same("one", "three");
        let mut parts = String::new();
        for shard in [4, 0, 3, 1, 2] {
            bench.run(&format!("run a.toml --out parts --shard {shard}/5"));
            parts += &format!(" parts/part-{shard}-of-5.a5part");
        }
        bench.run(&format!("merge{parts} --out merged"));
        bench.assert_same("one", "merged");
    }
}

#[test]
fn more_shards_than_units_merge_too_and_a_shard_that_is_there_is_not_run_again() {
    let bench = Bench::new(PLAIN);
    bench.run("run a.toml --out one");
    for shard in 0..8 {
        let task = ["SLURM_ARRAY_TASK_ID", "PBS_ARRAY_INDEX", "JOB_COMPLETION_INDEX"][shard % 3];
        let mut command = bench.command("run a.toml --out parts --shard auto/8");
        assert!(command.env(task, shard.to_string()).status().unwrap().success());
    }
    let first = bench.path("parts/part-0-of-8.a5part");
    let written = fs::metadata(&first).unwrap().modified().unwrap();
    let mut again = bench.command("run a.toml --out parts --shard auto/8");
    assert!(again.env("SGE_TASK_ID", "1").status().unwrap().success());
    assert_eq!(fs::metadata(&first).unwrap().modified().unwrap(), written);
    bench.run("merge parts --out merged");
    bench.assert_same("one", "merged");
    let told = bench.refusal("run a.toml --out parts --shard auto/8");
    assert!(told.contains("SLURM_ARRAY_TASK_ID"), "{told}");
}

/// Kills a command again and again, resumes it, and compares with what it writes undisturbed.
#[cfg(unix)]
fn kill_and_resume(config: &str, command: &str) {
    let bench = Bench::new(config);
    bench.run(&format!("{command} a.toml --out whole"));
    // Whatever the machine's speed, some of these fall into the batch and some beyond its end.
    let mut next = format!("{command} a.toml --out killed --save-every 0");
    let begun = || bench.path("killed.unfinished/configuration.toml").exists();
    for milliseconds in [20, 300, 500, 200, 700, 400] {
        let mut child = bench.start(&next);
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        if begun() {
            next = "resume killed --save-every 0".to_owned();
        } else if bench.path("killed").exists() {
            break;
        }
    }
    // It may have been killed while it cleared up.
    if begun() || !bench.path("killed").exists() {
        bench.run(&next);
    }
    let _ = fs::remove_dir(bench.path("killed.unfinished"));
    bench.assert_same("whole", "killed");
    assert_eq!(bench.names(), ["a.toml", "killed", "whole"]);
}

#[cfg(unix)]
#[test]
fn a_run_killed_at_any_moment_is_resumed_to_the_same_bytes() {
    kill_and_resume(&format!("{PLAIN}{GRID}").replace("700", "3000"), "run");
}

#[cfg(unix)]
#[test]
fn claims_and_sensitivity_killed_at_any_moment_are_resumed_to_the_same_bytes() {
    let claim = "[space]\npoints = 96\nreplicates = 128\n[[claim]]\nid = \"war\"\n\
                 statement = \"It deters\"\ntreatment = \"article5-like\"\n\
                 control = \"no-guarantee\"\noutcome = \"war_resumed\"\ndirection = \"lower\"\n";
    kill_and_resume(&format!("{PLAIN}{claim}"), "claims");
    let survey = "[design]\nkind = \"saltelli\"\npoints = 32\n[design.vary]\n\
                  \"response.general\" = \"range\"\n\"russia.precision\" = \"range\"\n\
                  [sensitivity]\nscenario = \"article5-like\"\noutcomes = [\"war_resumed\"]\n\
                  [discovery]\nscenario = \"article5-like\"\noutcome = \"war_resumed\"\nat_least = 0.1\n";
    kill_and_resume(&format!("{PLAIN}{survey}").replace("700", "200"), "sensitivity");
}

#[cfg(unix)]
#[test]
fn a_shard_killed_at_any_moment_goes_on_when_it_is_run_again() {
    let bench = Bench::new(&PLAIN.replace("700", "40000"));
    bench.run("run a.toml --out whole");
    for milliseconds in [100, 400, 300] {
        let mut child = bench.start("run a.toml --shard 0/2 --out parts --save-every 0");
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    bench.run("run a.toml --shard 0/2 --out parts");
    bench.run("run a.toml --shard 1/2 --out parts");
    bench.run("merge parts --out merged");
    bench.assert_same("whole", "merged");
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_is_finished_and_says_how_to_go_on() {
    let bench = Bench::new(&PLAIN.replace("700", "40000"));
    bench.run("run a.toml --out whole");
    let long = bench.start("run a.toml --out stopped");
    while !bench.path("stopped.unfinished/lock").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(bench.try_run("resume stopped").status.code(), Some(1), "two work in one place");
    Command::new("kill").args(["-INT", &long.id().to_string()]).status().unwrap();
    let output = long.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{told}");
    assert!(told.contains("`article5 resume stopped`"), "{told}");
    assert!(!bench.path("stopped").exists());
    assert!(bench.path("stopped.unfinished/part-0-of-1.open.a5part").exists());
    assert!(bench.refusal("run a.toml --out stopped").contains("article5 resume stopped"));
    bench.run("resume stopped");
    bench.assert_same("whole", "stopped");
    assert!(!bench.path("stopped.unfinished").exists());
    assert!(bench.refusal("resume stopped").contains("no unfinished run"));
}

#[test]
fn a_damaged_foreign_misnamed_or_missing_shard_is_refused_by_name_and_nothing_is_written() {
    let bench = Bench::new(PLAIN);
    for shard in 0..3 {
        bench.run(&format!("run a.toml --out parts --shard {shard}/3"));
        bench.run(&format!("run a.toml --out other --shard {shard}/3 --seed 1"));
    }
    let path = bench.path("parts/part-1-of-3.a5part");
    let sound = fs::read(&path).unwrap();
    let mut flipped = sound.clone();
    flipped[sound.len() / 2] ^= 1;
    let cut = sound[..sound.len() / 2].to_vec();
    let foreign = fs::read(bench.path("other/part-1-of-3.a5part")).unwrap();
    let misnamed = fs::read(bench.path("parts/part-2-of-3.a5part")).unwrap();
    for (bytes, told) in [
        (flipped, "damaged"),
        (cut, "truncated"),
        (Vec::new(), "too short"),
        (foreign, "another configuration"),
        (misnamed, "part-2-of-3.a5part"),
    ] {
        fs::write(&path, bytes).unwrap();
        for command in ["merge parts --out merged", "run a.toml --out parts --shard 1/3"] {
            let message = bench.refusal(command);
            assert!(message.contains("part-1-of-3.a5part"), "{command}: {message}");
            assert!(message.contains(told), "{command}: {message}");
        }
    }
    fs::remove_file(&path).unwrap();
    let message = bench.refusal("merge parts --out merged");
    assert!(message.contains("shards 1 of 3 are missing"), "{message}");
    assert!(!bench.path("merged").exists());
    let message = bench.refusal("run a.toml --out parts --shard 1/3 --seed 5");
    assert!(message.contains("another configuration"), "{message}");
    bench.run("run a.toml --out parts --shard 1/3");
    assert_eq!(fs::read(&path).unwrap(), sound);
}

#[cfg(unix)]
#[test]
fn a_damaged_journal_is_refused_by_name() {
    let bench = Bench::new(&format!("{PLAIN}{GRID}").replace("700", "12000"));
    let mut child = bench.start("run a.toml --out run --save-every 0");
    let sealed = bench.path("run.unfinished/part-0-of-1.sealed-1.a5part");
    while !sealed.exists() {
        assert!(child.try_wait().unwrap().is_none(), "the run ended before it was to be killed");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let bytes = fs::read(&sealed).unwrap();
    fs::write(&sealed, &bytes[..bytes.len() - 1]).unwrap();
    let told = bench.refusal("resume run");
    assert!(told.contains("part-0-of-1.sealed-1.a5part is truncated"), "{told}");
    fs::write(&sealed, bytes).unwrap();
    fs::rename(sealed.with_file_name("part-0-of-1.sealed-0.a5part"), bench.path("gone")).unwrap();
    let told = bench.refusal("resume run");
    assert!(told.contains("sealed-0.a5part is missing"), "{told}");
    bench.run("run a.toml --out run --force");
}

#[test]
fn a_run_stops_when_every_scenario_is_precise_enough_whatever_the_threads() {
    let stop = "[stop]\noutcome = \"war_resumed\"\nhalf_width = 0.02\nmax_replicates = 9000\n";
    let bench = Bench::new(&format!("{PLAIN}{stop}").replace("700", "300"));
    bench.run("run a.toml --out one --threads 1");
    bench.run("run a.toml --out three --threads 3");
    bench.assert_same("one", "three");
    let rows = rows(&bench.path("one/risks.csv"));
    let last = rows.iter().filter(|row| row["quarter"] == "12" && row["risk"] == "war_resumed");
    let mut widest: f64 = 0.0;
    for row in last {
        let n: u64 = row["n"].parse().unwrap();
        let width = |end: &str| row[end].parse::<f64>().unwrap();
        let half = (width("by_high") - width("by_low")) / 2.0;
        assert!(half <= 0.02 && n < 9000 && n.is_multiple_of(300), "{half} of {n}");
        // With a batch fewer it would have been wider.
        widest = widest.max(half * (n as f64 / (n - 300) as f64).sqrt());
    }
    assert!(widest > 0.02);
    assert!(bench.refusal("run a.toml --shard 0/2 --out parts").contains("[stop]"));
}

/// A table as rows by column.
fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let header: Vec<_> = lines.next().unwrap().split(',').map(str::to_owned).collect();
    lines
        .map(|line| header.iter().cloned().zip(line.split(',').map(str::to_owned)).collect())
        .collect()
}

#[test]
fn a_design_point_is_the_run_with_its_values_set() {
    let bench = Bench::new(&format!("{PLAIN}{GRID}"));
    bench.run("run a.toml --out grid");
    let design = rows(&bench.path("grid/design.csv"));
    assert_eq!(design.len(), 6);
    let (point, values) = (&design[3]["point"], &design[3]);
    let parameters: String = ["guarantee.monitoring", "learning.memory"]
        .map(|key| format!("[parameters.{}]\n{} = {}\n", group(key), name(key), values[key]))
        .concat();
    let alone = format!("{PLAIN}quarters = [12]\n{parameters}");
    fs::write(bench.path("b.toml"), alone).unwrap();
    bench.run("run b.toml --out alone");
    let mut of_point = rows(&bench.path("grid/risks.csv"));
    of_point.retain(|row| row["point"] == *point);
    of_point.iter_mut().for_each(|row| drop(row.insert("point".to_owned(), "0".to_owned())));
    assert_eq!(of_point, rows(&bench.path("alone/risks.csv")));
}

#[test]
fn a_replicate_that_draws_parameters_is_the_one_with_those_values_set() {
    let draws = format!("{PLAIN}trajectories = true\nquarters = [12]\n{UNCERTAIN}");
    let bench = Bench::new(&draws.replace("700", "3"));
    bench.run("run a.toml --out drawn");
    let experiment = Experiment::read(&bench.path("a.toml")).unwrap();
    let uncertain = Uncertain::new(&experiment).unwrap();
    let replicate = 2;
    let parameters: String = uncertain
        .values(replicate)
        .map(|(place, value)| {
            let key = &PARAMETERS[place].key;
            format!("parameters.{key} = {value}\n")
        })
        .collect();
    let alone = format!("first_replicate = {replicate}\n{parameters}{PLAIN}trajectories = true\n");
    fs::write(bench.path("b.toml"), alone.replace("700", "1")).unwrap();
    bench.run("run b.toml --out set");
    let mut drawn = rows(&bench.path("drawn/trajectories.csv"));
    drawn.retain(|row| row["replicate"] == replicate.to_string());
    assert_eq!(drawn, rows(&bench.path("set/trajectories.csv")));
}

fn group(key: &str) -> &str {
    key.split_once('.').unwrap().0
}

fn name(key: &str) -> &str {
    key.split_once('.').unwrap().1
}

#[test]
fn a_folder_that_cannot_be_is_one_message_and_one_that_vanishes_too() {
    let bench = Bench::new(&PLAIN.replace("700", "9000"));
    fs::write(bench.path("file"), "").unwrap();
    let output = bench.try_run("run a.toml --out file/run");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert_eq!(told.matches('×').count(), 1, "{told}");

    let child = bench.start("run a.toml --out run --save-every 0");
    while !bench.path("run.unfinished/part-0-of-1.open.a5part").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    while fs::remove_dir_all(bench.path("run.unfinished")).is_err() {}
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("run.unfinished"), "{told}");
    assert!(!bench.path("run").exists());
}

#[test]
fn a_check_tells_the_plan_and_the_size_of_what_a_run_writes_and_leaves_nothing() {
    let bench = Bench::new(&format!("{PLAIN}{GRID}"));
    let output = Command::new(env!("CARGO_BIN_EXE_article5"))
        .args(["check", "a.toml", "--json"])
        .current_dir(bench.0.path())
        .output()
        .unwrap();
    let plan: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&plan["points"], &plan["units"]), (&6.into(), &36.into()));
    assert_eq!(bench.names(), ["a.toml"]);
    bench.run("run a.toml --out run");
    let written: usize = bench.tables("run").values().map(Vec::len).sum();
    let ratio = plan["output_bytes"].as_f64().unwrap() / written as f64;
    assert!((0.5..2.0).contains(&ratio), "{ratio}");
}
