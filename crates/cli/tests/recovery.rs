//! What is finished survives whatever ends a run: a signal, a full disk, damage; and what is resumed
//! has the bytes of what ran undisturbed.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use std::fs;
use std::process::Command;
use std::time::Duration;

mod bench;

use bench::{Bench, GRID, PLAIN};

/// Kills a command again and again, resumes it, and compares with what it writes undisturbed.
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

#[test]
fn a_run_killed_at_any_moment_is_resumed_to_the_same_bytes() {
    kill_and_resume(&format!("{PLAIN}{GRID}").replace("700", "8000"), "run");
    // Most points need some of their replicates.
    let stop = "[stop]\noutcome = \"war_resumed\"\nhalf_width = 0.012\nmax_replicates = 60000\n";
    kill_and_resume(&format!("{PLAIN}{stop}{GRID}").replace("700", "1500"), "run");
}

#[test]
fn a_run_that_a_hang_up_is_not_to_reach_goes_on() {
    let bench = Bench::new(&PLAIN.replace("700", "20000"));
    let mut shell = Command::new("sh");
    let run = "trap '' HUP; exec \"$0\" run a.toml --out run --quiet";
    shell.args(["-c", run, env!("CARGO_BIN_EXE_article5")]).current_dir(bench.path("."));
    let mut child = shell.spawn().unwrap();
    while !bench.path("run.unfinished/lock").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(100));
    Command::new("kill").args(["-HUP", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(bench.path("run/manifest.json").exists());
}

#[test]
fn claims_and_sensitivity_killed_at_any_moment_are_resumed_to_the_same_bytes() {
    let claim = "[space]\npoints = 96\nreplicates = 384\n[[claim]]\nid = \"war\"\n\
                 statement = \"It deters\"\ntreatment = \"article5-like\"\n\
                 control = \"no-guarantee\"\noutcome = \"war_resumed\"\ndirection = \"lower\"\n";
    kill_and_resume(&format!("{PLAIN}{claim}"), "claims");
    let survey = "[design]\nkind = \"saltelli\"\npoints = 32\n[design.vary]\n\
                  \"response.general\" = \"range\"\n\"russia.precision\" = \"range\"\n\
                  [sensitivity]\nscenario = \"article5-like\"\noutcomes = [\"war_resumed\"]\n\
                  [discovery]\nscenario = \"article5-like\"\noutcome = \"war_resumed\"\nat_least = 0.1\n";
    kill_and_resume(&format!("{PLAIN}{survey}").replace("700", "200"), "sensitivity");
}

#[test]
fn a_shard_killed_at_any_moment_goes_on_when_it_is_run_again() {
    let bench = Bench::new(&PLAIN.replace("700", "80000"));
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

#[test]
fn a_shard_that_another_process_works_on_keeps_nothing_when_it_is_stopped() {
    let bench = Bench::new(&PLAIN.replace("700", "400000"));
    let workplaces = || match fs::read_dir(bench.path("parts")) {
        Ok(entries) => entries.filter(|entry| entry.as_ref().unwrap().path().is_dir()).count(),
        Err(_) => 0,
    };
    let mut stopped = Vec::new();
    for place in 1..=2 {
        stopped.push(bench.start("run a.toml --shard 0/2 --out parts --threads 1"));
        while workplaces() < place {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    std::thread::sleep(Duration::from_millis(300));
    for (child, (told, left)) in
        stopped.into_iter().rev().zip([("nothing is kept", 1), ("the same command goes on", 1)])
    {
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{said}");
        assert!(said.contains(told) && workplaces() == left, "{said}");
    }
}

/// A run that takes seconds on any machine.
const SLOWLY: &str = "run a.toml --out stopped --threads 1 --save-every 0";

/// What is there once a little of it is finished.
const BEGUN: &str = "stopped.unfinished/part-0-of-1.open.a5part";

#[test]
fn ctrl_c_keeps_what_is_finished_and_says_how_to_go_on() {
    let bench = Bench::new(&PLAIN.replace("700", "40000"));
    bench.run("run a.toml --out whole");
    let long = bench.start_until(bench.command(SLOWLY), BEGUN);
    assert_eq!(bench.try_run("resume stopped").status.code(), Some(1), "two work in one place");
    Command::new("kill").args(["-INT", &long.id().to_string()]).status().unwrap();
    let output = long.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{told}");
    assert!(told.contains("`article5 resume stopped`"), "{told}");
    assert!(!bench.path("stopped").exists());
    assert!(bench.path(BEGUN).exists());
    assert!(bench.refusal("run a.toml --out stopped").contains("article5 resume stopped"));
    bench.run("resume stopped");
    bench.assert_same("whole", "stopped");
    assert!(!bench.path("stopped.unfinished").exists());
    bench.run("resume stopped");
}

#[test]
fn a_damaged_journal_is_refused_by_name() {
    let bench = Bench::new(&format!("{PLAIN}{GRID}").replace("700", "12000"));
    let sealed = bench.kill_once(
        "run a.toml --out run --save-every 0",
        "run.unfinished/part-0-of-1.sealed-1.a5part",
    );
    let bytes = fs::read(&sealed).unwrap();
    fs::write(&sealed, &bytes[..bytes.len() - 1]).unwrap();
    let told = bench.refusal("resume run");
    assert!(told.contains("part-0-of-1.sealed-1.a5part is truncated"), "{told}");
    assert!(told.contains("remove the folder run.unfinished, and start over"), "{told}");
    fs::write(&sealed, bytes).unwrap();
    fs::rename(sealed.with_file_name("part-0-of-1.sealed-0.a5part"), bench.path("gone")).unwrap();
    let told = bench.refusal("resume run");
    assert!(told.contains("sealed-0.a5part is missing"), "{told}");
    bench.run("run a.toml --out run --force");
}

#[test]
fn a_members_table_that_was_changed_beside_a_journal_is_named_and_can_be_put_back() {
    let bench = Bench::new(&format!("{PLAIN}{GRID}").replace("700", "12000"));
    let sealed = "run.unfinished/part-0-of-1.sealed-1.a5part";
    bench.kill_once("run a.toml --out run --save-every 0", sealed);
    let table = bench.path("run.unfinished/alliance.csv");
    let sound = fs::read_to_string(&table).unwrap();
    fs::write(&table, sound.replacen(",45.0,", ",46.0,", 1)).unwrap();
    let told = bench.refusal("resume run");
    assert!(told.contains("a members table other than alliance.csv"), "{told}");
    assert!(told.contains("restore run.unfinished/alliance.csv as it was"), "{told}");
    fs::write(&table, &sound[..sound.len() / 2]).unwrap();
    let told = bench.refusal("resume run");
    assert!(told.contains("restore run.unfinished/alliance.csv as it was"), "{told}");
    fs::write(&table, sound).unwrap();
    bench.run("resume run");
}

#[test]
fn a_job_that_is_told_twice_to_end_keeps_what_is_finished() {
    let bench = Bench::new(&PLAIN.replace("700", "40000"));
    let long = bench.start_until(bench.command(SLOWLY), BEGUN);
    for _ in 0..2 {
        Command::new("kill").args(["-TERM", &long.id().to_string()]).status().unwrap();
    }
    let output = long.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{told}");
    assert!(told.contains("`article5 resume stopped`"), "{told}");
}

#[test]
fn a_trace_in_the_place_of_an_unfinished_run_is_not_taken_for_it() {
    let bench = Bench::new(&PLAIN.replace("700", "40000"));
    bench.kill_once("run a.toml --out a --save-every 0", "a.unfinished/part-0-of-1.open.a5part");
    let mut trace = bench.aloud("trace a.toml --scenario article5-like --replicate 3 --out a");
    assert!(trace.output().unwrap().status.success());
    assert!(bench.refusal("resume a").contains("move it away, or replace it with `--force`"));
    assert!(bench.path("a.unfinished/part-0-of-1.open.a5part").exists());
    bench.run("resume a --force");
    assert!(bench.path("a/summary.csv").exists());
}

#[test]
fn the_answer_to_another_question_in_the_place_of_an_unfinished_run_is_not_taken_for_it() {
    let bench = Bench::new(&format!("{PLAIN}{CLAIM}").replace("700", "40000"));
    let begun = "a.unfinished/part-0-of-1.open.a5part";
    bench.kill_once("run a.toml --out a --save-every 0", begun);
    bench.run("claims a.toml --out a-claims");
    fs::rename(bench.path("a-claims"), bench.path("a")).unwrap();
    assert!(bench.refusal("resume a").contains("move it away, or replace it with `--force`"));
    assert!(bench.path(begun).exists() && bench.path("a/claims.csv").exists());
    bench.run("resume a --force");
    assert!(bench.path("a/summary.csv").exists() && !bench.path("a/claims.csv").exists());
    let manifest = fs::read(bench.path("a/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!((&manifest["task"], &manifest["finished_by"]), (&"run".into(), &"resume".into()));
}

/// A claim over a space.
const CLAIM: &str = "[space]\npoints = 96\nreplicates = 512\n[[claim]]\nid = \"war\"\n\
                 statement = \"It deters\"\ntreatment = \"article5-like\"\n\
                 control = \"no-guarantee\"\noutcome = \"war_resumed\"\ndirection = \"lower\"\n";

#[test]
fn what_was_to_replace_a_run_is_resumed_and_not_taken_for_it() {
    let bench = Bench::new(&format!("{PLAIN}{CLAIM}"));
    bench.run("claims a.toml --out whole");
    bench.run("run a.toml --out a");
    bench.kill_once("claims a.toml --out a --force --save-every 0", "a.unfinished/space.notes");
    assert!(!bench.path("a/claims.csv").exists());
    bench.run("resume a");
    bench.assert_same("whole", "a");
}

#[test]
fn a_members_table_that_was_changed_beside_notes_is_named_and_can_be_put_back() {
    let bench = Bench::new(&format!("{PLAIN}{CLAIM}"));
    bench.kill_once("claims a.toml --out a --save-every 0", "a.unfinished/space.notes");
    let table = bench.path("a.unfinished/alliance.csv");
    let sound = fs::read_to_string(&table).unwrap();
    fs::write(&table, sound.replacen(",45.0,", ",46.0,", 1)).unwrap();
    let told = bench.refusal("resume a");
    assert!(told.contains("a members table other than alliance.csv"), "{told}");
    assert!(told.contains("restore a.unfinished/alliance.csv as it was"), "{told}");
    fs::write(&table, sound).unwrap();
    bench.run("resume a");
}

#[test]
fn what_is_to_replace_a_run_is_resumed_though_charts_were_added_to_the_run() {
    let bench = Bench::new(&PLAIN.replace("700", "40000"));
    bench.run("run a.toml --out a");
    let written = || {
        let manifest = fs::read(bench.path("a/manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        (manifest["finished_by"].clone(), manifest["wall_seconds"].as_f64().unwrap())
    };
    let before = written();
    assert_eq!(before.0, "run");
    let line = "run a.toml --out a --force --save-every 0";
    bench.kill_once(line, "a.unfinished/part-0-of-1.open.a5part");
    assert!(bench.refusal("run a.toml --out a").contains("`article5 resume a`"));
    bench.run("plot a --format svg");
    assert_eq!(written(), before);
    bench.run("resume a");
    // Of the time that was spent before it was killed nothing is known, so it says whose time it is.
    let after = written();
    assert_ne!(after.1, before.1);
    assert_eq!(after.0, "resume");
}

#[test]
fn a_run_that_is_done_or_was_killed_at_its_very_end_is_told_done_and_cleared_up() {
    let bench = Bench::new(PLAIN);
    bench.run("run a.toml --out a");
    fs::create_dir(bench.path("a.unfinished")).unwrap();
    fs::write(bench.path("a.unfinished/lock"), "").unwrap();
    // The second time, it is as after a run's normal end.
    for _ in 0..2 {
        let output = bench.try_run("resume a --json");
        assert!(output.status.success(), "{output:?}");
        let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(summary, serde_json::json!({ "run": "a", "already_done": true }));
        assert_eq!(bench.names(), ["a", "a.toml"]);
    }
    assert!(bench.refusal("resume b").contains("no unfinished run"));
}

#[test]
fn tables_that_cannot_be_written_cost_nothing_that_is_finished() {
    let bench = Bench::new(&PLAIN.replace("700", "2"));
    bench.run("run a.toml --out whole");
    // So few replicates that their journal fits where the largest tables do not.
    let article5 = env!("CARGO_BIN_EXE_article5");
    let line = format!("ulimit -f 140; trap '' XFSZ; exec {article5} run a.toml --out a --quiet");
    let mut command = Command::new("bash");
    let output = command.args(["-c", &line]).current_dir(bench.path("")).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("members.csv") && told.contains("article5 resume a"), "{told}");
    assert!(bench.path("a.unfinished/part-0-of-1.sealed-0.a5part").exists());
    bench.run("resume a");
    bench.assert_same("whole", "a");
}

#[test]
fn what_a_folder_holds_that_was_not_cleared_up_whole_is_no_part_of_a_new_run() {
    let bench = Bench::new(&format!("{PLAIN}{GRID}").replace("700", "12000"));
    bench.run("run a.toml --out whole");
    let sealed = bench
        .kill_once("run a.toml --out a --save-every 0", "a.unfinished/part-0-of-1.sealed-1.a5part");
    // Clearing up was interrupted: there is nothing to go on with, but files of the journal.
    fs::remove_file(bench.path("a.unfinished/configuration.toml")).unwrap();
    fs::remove_file(sealed.with_file_name("part-0-of-1.sealed-0.a5part")).unwrap();
    bench.run("run a.toml --out a");
    bench.assert_same("whole", "a");
}

#[test]
fn where_nothing_can_be_saved_nothing_is_left_and_the_run_is_told_by_its_own_name() {
    let bench = Bench::new(PLAIN);
    let claims = "[[claim]]\nid = \"war\"\nstatement = \"s\"\ntreatment = \"article5-like\"\n\
                  control = \"no-guarantee\"\noutcome = \"war_resumed\"\ndirection = \"lower\"\n";
    fs::write(bench.path("b.toml"), format!("{PLAIN}{claims}")).unwrap();
    fs::write(bench.path("parts"), "").unwrap();
    let before = bench.names();
    let article5 = env!("CARGO_BIN_EXE_article5");
    // No room at all, or room for the configuration alone.
    for (room, line) in [(0, "run a.toml"), (0, "claims b.toml"), (8, "run a.toml")] {
        let line =
            format!("ulimit -f {room}; trap '' XFSZ; exec {article5} {line} --out a --quiet");
        let mut command = Command::new("bash");
        let output = command.args(["-c", &line]).current_dir(bench.path("")).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(!told.contains(".a5part-") && !told.contains("resume"), "{told}");
        assert_eq!(bench.names(), before, "{line}: {told}");
    }
}

#[test]
fn a_shard_of_which_nothing_can_be_saved_leaves_no_folder_that_it_made() {
    let bench = Bench::new(PLAIN);
    // As on a full disk: every write fails, and no signal ends the command.
    let shard = |out: &str| {
        let run = format!("run a.toml --quiet --shard 0/2 --out {out}");
        let limited = format!("trap '' XFSZ; ulimit -f 0; exec \"$0\" {run}");
        let mut command = Command::new("sh");
        command.args(["-c", &limited, env!("CARGO_BIN_EXE_article5")]).current_dir(bench.path("."));
        assert_eq!(command.output().unwrap().status.code(), Some(1));
    };
    shard("parts");
    assert!(!bench.path("parts").exists());
    fs::create_dir(bench.path("own")).unwrap();
    shard("own");
    assert_eq!(fs::read_dir(bench.path("own")).unwrap().count(), 0);
}
