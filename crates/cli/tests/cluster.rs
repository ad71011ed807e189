//! What is submitted to Slurm, told by stand-ins for its commands. `scripts/slurm-e2e.sh` does the
//! same on a real one.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

mod bench;

use bench::Bench;

const CONFIG: &str = "name = \"a\"\nreplicates = 700\nquarters = 8\nscenarios = [\"ironclad\"]\n";

/// Keeps its arguments and gives an array the number 7, and a merge 8.
const SBATCH: &str = "#!/bin/sh\necho \"$@\" >> \"$0.said\"\n\
                      case \"$*\" in *--array*) echo '7;cluster' ;; *) echo '8;cluster' ;; esac\n";

/// Knows nothing of a job that is over.
const FORGOTTEN: &str =
    "#!/bin/sh\necho 'slurm_load_jobs error: Invalid job id specified' >&2\nexit 1\n";

/// A working folder with room for stand-ins in `bin`.
fn cluster() -> Bench {
    let bench = Bench::new(CONFIG);
    fs::create_dir(bench.path("bin")).unwrap();
    bench
}

impl Bench {
    fn stand_in(&self, name: &str, script: &str) {
        let path = self.path("bin").join(name);
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// The exit code, and all that is said.
    fn tell(&self, line: &str) -> (i32, String) {
        let mut command = self.aloud(line);
        // Not the machine's own Slurm, if it has one.
        command.env("PATH", self.path("bin"));
        let output = command.output().unwrap();
        let told = [output.stdout, output.stderr].concat();
        // Without the breaks that fit it to the terminal.
        let told = String::from_utf8(told).unwrap().replace("\n  │ ", " ");
        (output.status.code().unwrap(), told)
    }

    fn succeeds(&self, line: &str, words: &str) {
        let (code, told) = self.tell(line);
        assert!(code == 0 && told.contains(words), "{line}: {code}: {told}");
    }

    fn fails(&self, line: &str, with: i32, words: &str) {
        let (code, told) = self.tell(line);
        assert!(code == with && told.contains(words), "{line}: {code}: {told}");
    }

    /// What sbatch was asked for, since the last time.
    fn submitted(&self) -> Vec<String> {
        let path = self.path("bin/sbatch.said");
        let said = fs::read_to_string(&path).unwrap_or_default();
        let _ = fs::remove_file(path);
        said.lines().map(str::to_owned).collect()
    }
}

const SUBMIT: &str = "submit slurm a.toml --shards 5 --out parts";

#[test]
fn only_what_is_missing_is_submitted_with_a_merge_after_it() {
    let bench = cluster();
    bench.stand_in("sbatch", SBATCH);
    // Slurm has forgotten the job.
    bench.stand_in("squeue", FORGOTTEN);
    bench.succeeds(&format!("{SUBMIT} -- --partition=long"), "5 of 5 shards are submitted");
    let said = bench.submitted();
    let [array, merge] = said.as_slice() else { panic!("{said:?}") };
    assert!(array.contains("--array=0-4") && array.contains("--partition=long"), "{array}");
    assert!(merge.contains("--dependency=afterany:7"), "{merge}");
    assert!(merge.contains("--partition=long"), "{merge}");

    for shard in [0, 2] {
        bench.succeeds(&format!("run a.toml --shard {shard}/5 --out parts"), "is done");
    }
    bench.succeeds("missing parts", "1,3-4\n");
    bench.succeeds("status parts", "2 of 5 shards are done, 0 running, 3 missing: 1,3-4");
    bench.succeeds("submit slurm a.toml --out parts", "3 of 5 shards are submitted");
    assert!(bench.submitted().first().unwrap().contains("--array=1,3-4"));

    for shard in [1, 3, 4] {
        bench.succeeds(&format!("run a.toml --shard {shard}/5 --out parts"), "is done");
    }
    bench.succeeds(SUBMIT, "0 of 5 shards are submitted");
    let said = bench.submitted();
    assert!(said.len() == 1 && !said.concat().contains("--dependency"), "{said:?}");
    bench.succeeds("merge parts --out parts/run --quiet", "");
    bench.succeeds(SUBMIT, "nothing is missing");
    assert!(bench.submitted().is_empty());
}

#[test]
fn a_divided_run_that_is_not_there_is_said_not_to_be_and_those_that_are_there_are_named() {
    let bench = cluster();
    for command in ["status", "missing"] {
        bench.fails(&format!("{command} nosuch"), 2, "there is no run or folder `nosuch`");
        bench.fails(&format!("{command} nosuch"), 2, "I/N");
    }
    bench.succeeds("run a.toml --shard 0/2", "is done");
    bench.fails("status nosuch", 2, "`output/a.shards`");
    bench.fails("status a", 2, "did you mean `output/a.shards`?");
    bench.succeeds("status output/a.shards", "1 of 2 shards are done");
}

#[test]
fn what_is_at_work_is_not_submitted_again_and_status_tells_it() {
    let bench = cluster();
    bench.stand_in("sbatch", SBATCH);
    bench.stand_in("squeue", "#!/bin/sh\nprintf '2\\n3\\n'\n");
    bench.succeeds(SUBMIT, "5 of 5 shards are submitted");
    assert_eq!(bench.submitted().len(), 2);
    bench.succeeds("status parts", "0 of 5 shards are done, 2 running, 3 missing: 0-1,4");
    bench.succeeds(SUBMIT, "job 7 is at work on shards 2-3");
    assert!(bench.submitted().is_empty());
}

#[test]
fn a_merge_that_has_not_ended_is_not_submitted_again() {
    let bench = cluster();
    bench.stand_in("sbatch", SBATCH);
    bench.stand_in("squeue", "#!/bin/sh\ncase \"$*\" in *'--jobs 8') echo 8 ;; esac\n");
    bench.succeeds("run a.toml --shard 0/1 --out parts", "is done");
    let submit = "submit slurm a.toml --out parts";
    bench.succeeds(submit, "0 of 1 shards are submitted");
    assert_eq!(bench.submitted().len(), 1);
    bench.succeeds(submit, "nothing is submitted: the merge, job 8, waits or is at work");
    assert!(bench.submitted().is_empty());
    // It has failed.
    bench.stand_in("squeue", FORGOTTEN);
    bench.succeeds(submit, "0 of 1 shards are submitted");
    assert_eq!(bench.submitted().len(), 1);
}

#[test]
#[cfg(target_os = "linux")]
fn jobs_that_are_submitted_are_told_to_be_though_standard_output_has_no_room() {
    let bench = cluster();
    bench.stand_in("sbatch", SBATCH);
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let mut submit = bench.aloud(SUBMIT);
    let output = submit.env("PATH", bench.path("bin")).stdout(full).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && told.contains("the jobs are submitted"), "{told}");
    assert_eq!(bench.submitted().len(), 2);
}

#[test]
fn a_squeue_that_fails_does_not_say_that_nothing_is_at_work() {
    let bench = cluster();
    bench.stand_in("sbatch", SBATCH);
    bench.succeeds(SUBMIT, "5 of 5 shards are submitted");
    bench.submitted();
    bench.succeeds("status parts", "0 of 5 shards are done, 5 missing: 0-4");
    bench.fails(SUBMIT, 1, "there is no squeue");
    bench.succeeds(&format!("{SUBMIT} --dry-run"), "--array=0-4");
    bench.stand_in("squeue", "#!/bin/sh\necho 'Unable to contact slurm controller' >&2\nexit 1\n");
    bench.fails(SUBMIT, 1, "Unable to contact slurm controller");
    assert!(bench.submitted().is_empty());
    bench.succeeds("status parts", "Unable to contact slurm controller");
    bench.succeeds("status parts", "0 of 5 shards are done, 5 missing: 0-4");
    bench.stand_in("squeue", FORGOTTEN);
    bench.succeeds(SUBMIT, "5 of 5 shards are submitted");
}

#[test]
fn what_cannot_be_submitted_is_refused_and_nothing_is_recorded() {
    let bench = cluster();
    bench.fails(SUBMIT, 1, "cannot run sbatch");
    assert!(!bench.path("parts/submission.json").exists());
    bench.stand_in("sbatch", "#!/bin/sh\necho 'no such partition' >&2\nexit 1\n");
    bench.fails(SUBMIT, 1, "sbatch refuses: no such partition");
    bench.stand_in("sbatch", "#!/bin/sh\n");
    bench.fails(SUBMIT, 1, "sbatch does not say which number");
    assert!(!bench.path("parts/submission.json").exists());

    bench.stand_in("sbatch", SBATCH);
    bench.succeeds(&format!("{SUBMIT} --dry-run"), "--array=0-4");
    assert!(bench.submitted().is_empty() && !bench.path("parts/submission.json").exists());

    bench.succeeds(SUBMIT, "5 of 5 shards are submitted");
    bench.submitted();
    let other = "submit slurm a.toml --shards 6 --out parts";
    bench.fails(other, 2, "is divided into 5 shards already");
    bench.fails("run a.toml --shard 1/6 --out parts", 2, "is divided into 5 shards already");
    bench.succeeds("run a.toml --shard 1/3 --out others", "shard 1/3 is done");
    bench.fails("run a.toml --shard 1/2 --out others", 2, "is divided into 3 shards already");
    bench.fails(&format!("{SUBMIT} --seed 7"), 2, "another configuration");
    bench.fails(&format!("{SUBMIT}.unfinished"), 2, "cannot be called parts.unfinished");
    assert!(!bench.path("parts.unfinished").exists());
    for shard in [1, 2] {
        fs::write(bench.path(&format!("parts/part-{shard}-of-5.a5part")), "no partial").unwrap();
    }
    for line in [SUBMIT, "missing parts", "merge parts --out merged"] {
        for words in ["2 of 5 shards are refused", "part-1-of-5.a5part", "part-2-of-5.a5part"] {
            bench.fails(line, 2, words);
        }
    }
    bench.fails("merge parts --out merged", 2, "and shards 0,3-4 are missing");
    assert!(bench.submitted().is_empty() && !bench.path("merged").exists());
}

#[test]
fn a_write_that_is_cut_short_leaves_no_partial_and_the_next_try_succeeds() {
    let bench = cluster();
    let run = "run a.toml --shard 1/5 --out parts --quiet";
    bench.succeeds("run a.toml --shard 1/5 --out sound --quiet", "");
    // The system ends the process in the middle of the write: the file would be longer than allowed.
    let mut cut = Command::new("sh");
    let limited = format!("ulimit -c 0; ulimit -f 40; exec \"$0\" {run}");
    cut.args(["-c", &limited, env!("CARGO_BIN_EXE_article5")]).current_dir(bench.path(""));
    assert!(!cut.status().unwrap().success());
    let names = || {
        let entries = fs::read_dir(bench.path("parts")).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    // What it leaves is in the shard's own folder, and goes with it.
    let others = ["alliance.csv", "configuration.toml", "division"];
    assert_eq!(names(), [&others[..], &["part-1-of-5.a5part.unfinished"]].concat());
    bench.succeeds(run, "");
    assert_eq!(names(), [&others[..], &["part-1-of-5.a5part"]].concat());
    let read = |folder: &str| fs::read(bench.path(folder).join("part-1-of-5.a5part")).unwrap();
    assert!(read("parts") == read("sound"), "the partials differ");
}

#[test]
fn a_partial_that_cannot_be_put_in_its_place_costs_nothing_that_is_finished() {
    let bench = cluster();
    let run = "run a.toml --replicates 40000 --shard 0/2 --out parts --save-every 1000";
    let child = bench.aloud(run).stderr(std::process::Stdio::piped()).spawn().unwrap();
    while !bench.path("parts/part-0-of-2.a5part.unfinished/configuration.toml").exists() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    // It was looked for before: now something else is there.
    fs::create_dir(bench.path("parts/part-0-of-2.a5part")).unwrap();
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap().replace("\n  │ ", " ");
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("the same command goes on from there"), "{told}");
    let kept = "parts/part-0-of-2.a5part.unfinished/part-0-of-2.sealed-0.a5part";
    assert!(bench.path(kept).exists());
    fs::remove_dir(bench.path("parts/part-0-of-2.a5part")).unwrap();
    bench.succeeds(run, "is done");
    bench.succeeds(&run.replace("parts", "sound"), "is done");
    let read = |folder: &str| fs::read(bench.path(folder).join("part-0-of-2.a5part")).unwrap();
    assert!(read("parts") == read("sound"), "the partials differ");
}

#[test]
fn an_interrupted_shard_holds_the_run_to_its_division() {
    let bench = cluster();
    let line = "run a.toml --replicates 400000 --shard 0/2 --out parts";
    let mut first = bench.aloud(line).spawn().unwrap();
    while !bench.path("parts/part-0-of-2.a5part.unfinished").exists() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    first.kill().unwrap();
    first.wait().unwrap();
    let other = line.replace("0/2", "1/3");
    bench.fails(&other, 2, "is divided into 2 shards already");
    bench.fails("status parts --shards 3", 2, "is divided into 2 shards already");
}

#[test]
fn of_two_configurations_that_begin_in_one_folder_at_once_one_stays() {
    let bench = cluster();
    let begin = |seed: usize| {
        let line = format!("run a.toml --seed {seed} --shard {seed}/2 --out parts --quiet");
        bench.tell(&line).0
    };
    for _ in 0..10 {
        let codes = std::thread::scope(|scope| {
            [0, 1].map(|seed| scope.spawn(move || begin(seed))).map(|one| one.join().unwrap())
        });
        assert!(codes == [0, 2] || codes == [2, 0], "{codes:?}");
        fs::remove_dir_all(bench.path("parts")).unwrap();
    }
}

#[test]
fn a_folder_that_cannot_be_named_is_refused_before_anything_is_made() {
    use std::os::unix::ffi::OsStrExt;
    let bench = cluster();
    let entries = || fs::read_dir(bench.path("")).unwrap().count();
    let before = entries();
    let run = "run a.toml --out nosuch/..";
    bench.fails(run, 2, "does not name a folder that can be made");
    bench.fails(&format!("{run} --force"), 2, "does not name a folder that can be made");
    bench.fails(&format!("{run} --shard 0/2"), 2, "does not name a folder that can be made");
    let mut submit = bench.aloud("submit slurm a.toml --dry-run --out");
    let output = submit.arg(std::ffi::OsStr::from_bytes(b"parts-\xff")).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && told.contains("UTF-8"), "{told}");
    assert_eq!(entries(), before);
    // In the pattern for the jobs' output, the folder's name stands for itself.
    bench.succeeds("submit slurm a.toml --dry-run --shards 2 --out 5%j", "/5%%j/log/%a.log");
    fs::remove_dir_all(bench.path("5%j")).unwrap();
    // Where the folder is there its shards may be put into it.
    bench.succeeds("run a.toml --out . --shard 0/2", "is done");
}

#[test]
fn a_merge_that_is_killed_leaves_nothing_once_it_is_made_again() {
    let bench = cluster();
    bench.succeeds("run a.toml --shard 0/1 --out parts", "is done");
    let line = "merge parts --out merged --quiet";
    let mut merge = bench.aloud(line).spawn().unwrap();
    let filling = || match fs::read_dir(bench.path("merged.unfinished")) {
        Ok(entries) => entries.count() > 1,
        Err(_) => false,
    };
    while !filling() {
        assert!(merge.try_wait().unwrap().is_none(), "it ended before it was to be killed");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    bench.fails(line, 1, "another process is working in merged.unfinished");
    merge.kill().unwrap();
    merge.wait().unwrap();
    bench.fails("resume merged", 2, "no unfinished run");
    bench.succeeds(line, "");
    let names = || {
        let entries = fs::read_dir(bench.path("")).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names(), ["a.toml", "bin", "merged", "parts"]);
    // A run that is not done stays what it is.
    fs::create_dir(bench.path("other.unfinished")).unwrap();
    let kept = ["configuration.toml", "part-0-of-1.open.a5part"];
    for name in kept {
        fs::write(bench.path("other.unfinished").join(name), name).unwrap();
    }
    bench.succeeds("merge parts --out other --quiet", "");
    for name in kept {
        assert_eq!(fs::read_to_string(bench.path("other.unfinished").join(name)).unwrap(), name);
    }
}
