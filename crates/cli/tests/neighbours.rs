//! What lies beside a run, and who else works there: nobody's folder is taken, and a run keeps its name
//! while it is replaced.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use std::fs;

mod bench;

use bench::{Bench, PLAIN};

#[test]
fn a_folder_that_is_no_workplace_is_neither_emptied_nor_worked_in() {
    let bench = Bench::new(PLAIN);
    bench.run("run a.toml --out done");
    fs::rename(bench.path("done"), bench.path("kept.unfinished")).unwrap();
    fs::create_dir_all(bench.path("mine.unfinished/lock")).unwrap();
    fs::create_dir(bench.path("git.unfinished")).unwrap();
    fs::write(bench.path("git.unfinished/.gitignore"), "mine").unwrap();
    fs::write(bench.path("file.unfinished"), "mine").unwrap();
    let names = bench.names();
    for (name, force) in ["kept", "mine", "git", "file"]
        .into_iter()
        .flat_map(|name| ["", " --force"].map(|force| (name, force)))
    {
        let told = bench.refusal(&format!("run a.toml --out {name}{force}"));
        assert!(told.contains("is not part of an unfinished run"), "{told}");
    }
    assert_eq!(bench.names(), names);
    assert!(bench.path("kept.unfinished/summary.csv").exists());
    assert!(bench.path("mine.unfinished/lock").exists());
    assert_eq!(fs::read_to_string(bench.path("git.unfinished/.gitignore")).unwrap(), "mine");
    assert_eq!(fs::read_to_string(bench.path("file.unfinished")).unwrap(), "mine");
}

#[test]
fn what_a_killed_process_leaves_beside_a_run_is_no_strangers() {
    let bench = Bench::new(PLAIN);
    fs::create_dir_all(bench.path("a.unfinished/.a.x1y2z3/charts")).unwrap();
    for name in ["lock", "task", "alliance.csv", "replaces", "space.notes", ".a5part-x1y2z3"] {
        fs::write(bench.path("a.unfinished").join(name), "").unwrap();
    }
    bench.run("run a.toml --out a");
    assert_eq!(bench.names(), ["a", "a.toml"]);
}

#[test]
fn what_others_put_beside_an_unfinished_run_stays() {
    let bench = Bench::new(&PLAIN.replace("700", "40000"));
    bench.kill_once("run a.toml --out a --save-every 0", "a.unfinished/part-0-of-1.open.a5part");
    fs::create_dir_all(bench.path("a.unfinished/.git/objects")).unwrap();
    bench.run("resume a");
    assert!(bench.path("a/summary.csv").exists());
    assert!(bench.path("a.unfinished/.git/objects").exists());
    assert_eq!(fs::read_dir(bench.path("a.unfinished")).unwrap().count(), 1);
}

#[test]
fn nothing_is_called_like_what_is_worked_on() {
    let bench = Bench::new(PLAIN);
    bench.run("run a.toml --shard 0/1 --out parts");
    for line in ["run a.toml", "run a.toml --shard 0/1", "merge parts"] {
        let told = bench.refusal(&format!("{line} --out b.unfinished"));
        assert!(told.contains("cannot be called b.unfinished"), "{told}");
    }
    assert_eq!(bench.names(), ["a.toml", "parts"]);
}

#[test]
fn nothing_is_made_in_a_file_or_called_a_hyphen() {
    let bench = Bench::new(&PLAIN.replace("700", "2"));
    bench.run("run a.toml --out done");
    bench.run("run a.toml --shard 0/1 --out parts");
    let trace = "trace a.toml --scenario article5-like";
    let output = bench.aloud(&format!("{trace} --out a.toml/b")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    for line in ["run a.toml", "run a.toml --shard 0/1", "merge parts", "plot done", "report done"]
    {
        let told = bench.refusal(&format!("{line} --out a.toml/b/c"));
        assert!(told.contains("`a.toml` is a file, not a folder"), "{line}: {told}");
        assert!(told.contains("help: "), "{line}: {told}");
        let told = bench.refusal(&format!("{line} --out -"));
        assert!(told.contains("help: "), "{line}: {told}");
    }
    let told = bench.refusal("run a.toml --shard 0/1 --out a.toml");
    assert!(told.contains("`a.toml` is a file, not a folder"), "{told}");
    assert_eq!(bench.names(), ["a.toml", "done", "parts"]);
}

#[test]
fn processes_that_replace_one_run_again_and_again_never_work_in_one_place() {
    let bench = Bench::new(&PLAIN.replace("700", "1"));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..40 {
                    let output = bench.try_run("run a.toml --out a --force");
                    let told = String::from_utf8_lossy(&output.stderr);
                    let busy = told.contains("another process is working in a.unfinished");
                    assert!(output.status.success() || busy, "{told}");
                }
            });
        }
    });
    bench.run("run a.toml --out a --force");
    assert_eq!(bench.names(), ["a", "a.toml"]);
}

#[test]
fn a_run_that_was_set_aside_when_a_process_died_is_put_back_before_anything_else() {
    let bench = Bench::new(&PLAIN.replace("700", "40000"));
    bench.run("run a.toml --replicates 700 --out a");
    bench.run("run a.toml --replicates 700 --out old");
    let open = bench.kill_once(
        "run a.toml --out a --force --save-every 0",
        "a.unfinished/part-0-of-1.open.a5part",
    );
    // Between the two steps in which a run is replaced where one step is not enough.
    fs::write(&open, "damaged").unwrap();
    for (line, told) in
        [("resume a", "open.a5part is damaged"), ("run a.toml --out a", "an unfinished run is in")]
    {
        fs::rename(bench.path("a"), bench.path("a.unfinished/.a.replaced")).unwrap();
        let output = bench.try_run(line);
        let said = String::from_utf8_lossy(&output.stderr).replace('\n', " ");
        assert!(output.status.code() == Some(2) && said.contains(told), "{line}: {said}");
        bench.assert_same("old", "a");
    }
}

#[test]
fn nothing_is_written_through_a_link_in_an_unfinished_run() {
    let bench = Bench::new(PLAIN);
    fs::create_dir(bench.path("a.unfinished")).unwrap();
    fs::copy(bench.path("a.toml"), bench.path("a.unfinished/configuration.toml")).unwrap();
    fs::write(bench.path("precious"), "precious").unwrap();
    std::os::unix::fs::symlink("../precious", bench.path("a.unfinished/lock")).unwrap();
    let told = bench.refusal("resume a");
    assert!(told.contains("is not part of an unfinished run"), "{told}");
    assert_eq!(fs::read_to_string(bench.path("precious")).unwrap(), "precious");
}

#[test]
#[cfg(target_os = "linux")]
fn there_is_a_run_of_the_name_at_any_moment_while_it_is_replaced() {
    let bench = Bench::new(&PLAIN.replace("700", "1"));
    bench.run("run a.toml --out a");
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                assert!(bench.path("a").exists(), "there is none");
            }
        });
        for _ in 0..20 {
            bench.run("run a.toml --out a --force");
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        watch.join().unwrap();
    });
    assert_eq!(bench.names(), ["a", "a.toml"]);
}

#[test]
fn a_run_behind_a_link_is_replaced_where_it_is() {
    let bench = Bench::new(PLAIN);
    fs::create_dir(bench.path("elsewhere")).unwrap();
    bench.run("run a.toml --out elsewhere/a");
    std::os::unix::fs::symlink("elsewhere/a", bench.path("a")).unwrap();
    for line in ["run a.toml", "trace a.toml --scenario article5-like --replicate 3"] {
        fs::write(bench.path("elsewhere/a/old"), "").unwrap();
        let line = format!("{line} --out a --force");
        assert!(bench.aloud(&line).output().unwrap().status.success(), "{line}");
        assert!(bench.path("a").is_symlink() && bench.path("a/manifest.json").exists());
        assert!(!bench.path("a/old").exists());
        assert_eq!(bench.names(), ["a", "a.toml", "elsewhere"], "{line}");
        assert_eq!(fs::read_dir(bench.path("elsewhere")).unwrap().count(), 1);
    }
}

#[test]
fn a_run_that_is_replaced_amid_plot_and_report_has_a_manifest_of_its_own() {
    let bench = Bench::new(&PLAIN.replace("700", "1"));
    bench.run("run a.toml --out a");
    std::thread::scope(|scope| {
        for line in ["plot a --format svg", "report a", "run a.toml --out a --force"] {
            let bench = &bench;
            scope.spawn(move || {
                for _ in 0..6 {
                    let output = bench.try_run(line);
                    let told = String::from_utf8_lossy(&output.stderr).replace('\n', " ");
                    let replaced = told.contains("was replaced meanwhile");
                    assert!(output.status.success() || replaced, "{line}: {told}");
                }
            });
        }
    });
    bench.run("report a");
    let manifest = fs::read(bench.path("a/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    for (name, hash) in manifest["files"].as_object().unwrap() {
        let bytes = fs::read(bench.path("a").join(name)).unwrap();
        assert_eq!(blake3::hash(&bytes).to_hex().as_str(), hash, "{name}");
    }
}

#[test]
fn what_killed_processes_leave_beside_shards_that_are_done_is_cleared_away() {
    let bench = Bench::new(PLAIN);
    bench.run("run a.toml --shard 0/1 --out parts");
    let leave = |name: &str| {
        let place = bench.path("parts").join(name);
        fs::create_dir(&place).unwrap();
        fs::write(place.join("lock"), "").unwrap();
        fs::write(place.join("part-0-of-1.sealed-0.a5part"), "").unwrap();
    };
    leave("part-0-of-1.a5part.unfinished");
    bench.run("run a.toml --shard 0/1 --out parts");
    assert!(!bench.path("parts/part-0-of-1.a5part.unfinished").exists());
    leave("part-0-of-1.a5part.unfinished");
    leave(".shard-x1y2z3");
    fs::write(bench.path("parts/.a5part-x1y2z3"), "").unwrap();
    bench.run("merge parts --out merged");
    let mut left: Vec<_> = fs::read_dir(bench.path("parts")).unwrap().collect();
    left.retain(|entry| !entry.as_ref().unwrap().path().is_file());
    assert!(left.is_empty(), "{left:?}");
    assert!(!bench.path("parts/.a5part-x1y2z3").exists());
}

#[test]
fn an_empty_folder_where_a_run_is_to_go_stays_and_it_is_said_what_to_do() {
    let bench = Bench::new(PLAIN);
    fs::create_dir(bench.path("made")).unwrap();
    for force in ["", " --force"] {
        let told = bench.refusal(&format!("run a.toml --out made{force}"));
        assert!(told.contains("remove the folder if it is empty"), "{told}");
    }
    assert_eq!(bench.names(), ["a.toml", "made"]);
}

#[test]
fn a_file_where_the_folder_of_shards_belongs_is_told_as_one() {
    let bench = Bench::new(PLAIN);
    for line in ["merge a.toml", "merge ./a.toml --out b"] {
        let told = bench.refusal(line);
        assert!(told.contains("a.toml does not have the name of a partial"), "{told}");
        assert!(told.contains("help: name partials"), "{told}");
    }
    for line in ["status a.toml", "missing a.toml"] {
        let output = bench.aloud(line).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains("`a.toml` is a file, not a folder"), "{told}");
    }
}

#[test]
#[cfg(unix)]
fn a_folder_that_may_not_be_looked_into_is_not_told_to_be_empty() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let bench = Bench::new(PLAIN);
    // No user can look into this one.
    for name in ["loop", "loop.unfinished"] {
        symlink(name, bench.path(name)).unwrap();
    }
    fs::create_dir_all(bench.path("shut.unfinished")).unwrap();
    fs::create_dir_all(bench.path("shut")).unwrap();
    let permit = |mode| {
        for name in ["shut", "shut.unfinished"] {
            let permissions = fs::Permissions::from_mode(mode);
            fs::set_permissions(bench.path(name), permissions).unwrap();
        }
    };
    permit(0o000);
    let is_root = fs::read_dir(bench.path("shut")).is_ok();
    let tell = |line: &str| {
        let output = bench.aloud(line).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).replace("\n  │ ", " "))
    };
    let (code, told) = tell("resume loop");
    assert!(code == Some(1) && told.contains("cannot use loop.unfinished"), "{told}");
    let (code, told) = tell("status loop");
    assert!(code == Some(1) && told.contains("cannot read loop"), "{told}");
    for line in ["plot loop", "report loop", "merge loop", "merge loop/part-0-of-1.a5part"] {
        let (code, told) = tell(line);
        assert!(code == Some(1) && told.contains("cannot read"), "{line}: {told}");
    }
    if !is_root {
        let (code, told) = tell("resume shut");
        assert!(code == Some(1) && told.contains("cannot use shut.unfinished"), "{told}");
        assert!(told.contains("ask for access"), "{told}");
        let (code, told) = tell("run a.toml --out shut");
        assert!(code == Some(1) && told.contains("cannot write `shut`"), "{told}");
        let (code, told) = tell("status shut");
        assert!(code == Some(1) && told.contains("let you read it"), "{told}");
    }
    permit(0o700);
}
