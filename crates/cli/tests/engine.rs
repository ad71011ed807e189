//! The experiment engine from outside: same bytes however the work is cut; what is damaged is refused by
//! name.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use std::fs;
use std::time::Duration;

use article5_model::parameters::PARAMETERS;
use article5_runner::config::Experiment;
use article5_runner::uncertainty::Uncertain;

mod bench;

use bench::{Bench, GRID, PLAIN, UNCERTAIN, command, rows};

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

#[test]
fn a_scheduler_says_how_many_threads_as_long_as_they_can_be_started() {
    let bench = Bench::new(PLAIN);
    let machine = |given: &str, asked: &str| {
        let mut command = bench.command(&format!("run a.toml --out one --force{asked}"));
        assert!(command.env("SLURM_CPUS_PER_TASK", given).status().unwrap().success());
        let manifest = fs::read(bench.path("one/manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        manifest["machine"].as_str().unwrap().to_owned()
    };
    let cores = std::thread::available_parallelism().unwrap();
    for (given, asked, used) in [("7", "", 7), ("7", " --threads 3", 3)] {
        assert!(machine(given, asked).ends_with(&format!(", {used} threads")));
    }
    for given in ["0", "20000", "99999999", "many"] {
        assert!(machine(given, "").ends_with(&format!(", {cores} threads")), "{given}");
    }
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
    assert!(message.contains("shard 1 of 3 is missing"), "{message}");
    assert!(!bench.path("merged").exists());
    let message = bench.refusal("run a.toml --out parts --shard 1/3 --seed 5");
    assert!(message.contains("another configuration"), "{message}");
    bench.run("run a.toml --out parts --shard 1/3");
    assert_eq!(fs::read(&path).unwrap(), sound);
}

#[test]
fn a_members_table_that_was_changed_beside_shards_is_named_and_not_the_shards() {
    let bench = Bench::new(PLAIN);
    for shard in 0..2 {
        bench.run(&format!("run a.toml --out parts --shard {shard}/2"));
    }
    let table = bench.path("parts/alliance.csv");
    let sound = fs::read_to_string(&table).unwrap();
    // The prior trust of one ally: no other column of the table hangs on it.
    fs::write(&table, sound.replacen(",45.0,", ",46.0,", 1)).unwrap();
    let mend = "restore ";
    for command in ["merge parts --out merged", "merge parts/part-1-of-2.a5part --out merged"] {
        let told = bench.refusal(command);
        let named = "parts/alliance.csv is not the members table that the shards were made with";
        assert!(told.contains(named) && told.contains(mend), "{command}: {told}");
        assert!(!told.contains("configuration"), "{command}: {told}");
    }
    let missing = bench.aloud("missing parts").output().unwrap();
    let told = String::from_utf8_lossy(&missing.stderr).replace("\n  │ ", " ");
    assert_eq!(missing.status.code(), Some(2), "{told}");
    assert!(told.contains("parts/alliance.csv is not the members table"), "{told}");
    let told = bench.refusal("run a.toml --out parts --shard 1/2");
    assert!(told.contains("is not the members table of the configuration"), "{told}");
    assert!(told.contains("another folder with `--out`") && told.contains(mend), "{told}");
    // What cannot be read at all is named too, and where.
    let cannot_be_read = |place: &str| {
        for command in ["merge parts --out merged", "run a.toml --out parts --shard 1/2"] {
            let told = bench.refusal(command);
            assert!(told.contains(place) && told.contains(mend), "{command}: {told}");
        }
    };
    fs::write(&table, &sound[..sound.len() / 2]).unwrap();
    cannot_be_read("parts/alliance.csv:");
    fs::remove_file(&table).unwrap();
    cannot_be_read("cannot read the members table `alliance.csv`");
    assert!(!bench.path("merged").exists());
    // As it is advised.
    fs::write(&table, bench.aloud("members --csv").output().unwrap().stdout).unwrap();
    bench.run("merge parts --out merged");
    bench.run("run a.toml --out whole");
    bench.assert_same("merged", "whole");
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
    let told = |line: &str| String::from_utf8(bench.aloud(line).output().unwrap().stdout).unwrap();
    assert!(told("run a.toml --out again --json").contains("\"points_not_precise\":0"));
    let fine = fs::read_to_string(bench.path("a.toml")).unwrap().replace("0.02", "0.0002");
    fs::write(bench.path("fine.toml"), fine).unwrap();
    let words = told("run fine.toml --out fine");
    let warning = "`war_resumed` is not within 0.0002: 9000 replicates are not enough";
    assert!(words.contains(warning), "{words}");
    // So do the folder and its report.
    let warnings = |run: &str| {
        let manifest = fs::read(bench.path(&format!("{run}/manifest.json"))).unwrap();
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        manifest["warnings"].clone()
    };
    assert_eq!(warnings("fine"), serde_json::json!([warning]));
    assert_eq!(warnings("one"), serde_json::json!([]));
    bench.run("report fine");
    let page = fs::read_to_string(bench.path("fine/report.html")).unwrap();
    assert!(page.contains(&format!("<li>{warning}</li>")));
    // What has not happened in a batch is not known to never happen.
    let rare = fs::read_to_string(bench.path("a.toml")).unwrap();
    let rare = rare.replace("\"war_resumed\"", "\"attacks_allies\"").replace("0.02", "0.0005");
    fs::write(bench.path("rare.toml"), rare.replace("9000", "600")).unwrap();
    let words = told("run rare.toml --out rare");
    assert!(words.contains("`attacks_allies` is not within 0.0005: 600 replicates"), "{words}");
    let told = bench.refusal("run a.toml --out many --replicates 9001");
    assert!(told.contains("9001 replicates are more than the 9000"), "{told}");
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
    // So many that it is not at its tables before its folder is gone, however late that is.
    let bench = Bench::new(&PLAIN.replace("700", "400000"));
    fs::write(bench.path("file"), "").unwrap();
    let output = bench.try_run("run a.toml --out file/run");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
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
    let output = bench.aloud("check a.toml --json").output().unwrap();
    let plan: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&plan["points"], &plan["units"]), (&6.into(), &36.into()));
    assert_eq!(bench.names(), ["a.toml"]);
    bench.run("run a.toml --out run");
    let written: usize = bench.tables("run").values().map(Vec::len).sum();
    let ratio = plan["output_bytes"].as_f64().unwrap() / written as f64;
    assert!((0.5..2.0).contains(&ratio), "{ratio}");
}

/// What a trace of the bench's configuration says, and its exit code.
fn trace(bench: &Bench, arguments: &[&str]) -> (String, Option<i32>) {
    let mut trace = bench.aloud("trace a.toml --scenario article5-like");
    let output = trace.args(arguments).output().unwrap();
    let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (told, output.status.code())
}

/// Holds the trace of each replicate of what is added to the plain configuration against its row.
fn traces_are_of_the_rows(added: &str, at_a_point: bool) {
    let config = format!("{PLAIN}replicates = true\n{added}").replace("700", "4");
    let bench = Bench::new(&config);
    bench.run("run a.toml --out a");
    let rows = rows(&bench.path("a/replicates.csv"));
    for row in rows.iter().filter(|row| row["scenario"] == "article5-like") {
        let mut which = vec!["--replicate", &row["replicate"]];
        if at_a_point {
            which.extend(["--point", &row["point"]]);
        }
        let (story, code) = trace(&bench, &which);
        let trust: f64 = row["trust_mean"].parse().unwrap();
        let end = format!("article5-like: mean trust {trust:.3},");
        assert!(code == Some(0) && story.contains(&end), "{story}");
    }
}

#[test]
fn a_trace_is_of_the_replicate_with_the_parameters_that_it_drew() {
    traces_are_of_the_rows(UNCERTAIN, false);
}

#[test]
fn a_trace_is_of_the_replicate_at_the_design_point_asked_for() {
    traces_are_of_the_rows(GRID, true);
    let bench = Bench::new(&format!("{PLAIN}{GRID}"));
    let (told, _) = trace(&bench, &["--point", "4", "--out", "kept", "--against", "no-guarantee"]);
    assert!(told.starts_with("a-point-4: article5-like, replicate 0"), "{told}");
    // What is kept is enough to tell it again.
    let line = "trace configuration.toml --scenario article5-like --against no-guarantee";
    let again = command(&bench.path("kept"), line.split(' ')).output().unwrap();
    assert_eq!(String::from_utf8(again.stdout).unwrap(), told);
    let long = Bench::new(&format!("{PLAIN}{GRID}").replacen(
        "\"a\"",
        &format!("{:?}", "x".repeat(100)),
        1,
    ));
    let (told, _) = trace(&long, &["--point", "4", "--out", "kept"]);
    assert!(told.starts_with(&format!("{}-point-4: ", "x".repeat(92))), "{told}");
    assert!(long.aloud("check kept/configuration.toml").status().unwrap().success());
    let (told, code) = trace(&bench, &["--point", "6"]);
    assert!(code == Some(2) && told.contains("points 0 to 5"), "{told}");
    let (told, code) = trace(&Bench::new(PLAIN), &["--point", "0"]);
    assert!(code == Some(2) && told.contains("has no design"), "{told}");
}

#[test]
fn a_trace_of_a_replicate_that_no_run_has_says_so() {
    let bench = Bench::new(&format!("first_replicate = 7\n{PLAIN}").replace("700", "4"));
    for (replicate, is_run) in [("6", false), ("7", true), ("10", true), ("11", false)] {
        let (told, code) = trace(&bench, &["--replicate", replicate]);
        assert_eq!(code, Some(0), "{told}");
        assert_eq!(!told.contains("has replicates 7 to 10"), is_run, "{told}");
    }
    // A run that decides how long it will be may have as many as it is allowed.
    let bench = Bench::new(&format!(
        "{}[stop]\noutcome = \"tiered\"\nhalf_width = 0.01\nmax_replicates = 20\n",
        PLAIN.replace("700", "4")
    ));
    for (replicate, is_run) in [("19", true), ("20", false)] {
        let (told, _) = trace(&bench, &["--replicate", replicate]);
        assert_eq!(!told.contains("has replicates 0 to 19"), is_run, "{told}");
    }
}
