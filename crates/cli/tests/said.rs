//! Where a page is written, and what is said when nobody listens.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Stdio};

mod bench;

use bench::{Bench, PLAIN};

/// How every page begins.
const PAGE: &[u8] = b"<!";

fn few() -> Bench {
    let bench = Bench::new(&PLAIN.replace("700", "2"));
    bench.run("run a.toml --out a");
    bench
}

#[test]
fn a_page_is_written_through_links_and_pipes() {
    let bench = few();
    fs::write(bench.path("page.html"), "old").unwrap();
    for (link, page) in [("link", "page.html"), ("leads-nowhere", "new.html")] {
        std::os::unix::fs::symlink(page, bench.path(link)).unwrap();
        bench.run(&format!("report a --out {link}"));
        assert!(bench.path(link).is_symlink(), "{link}");
        assert!(fs::read(bench.path(page)).unwrap().starts_with(PAGE), "{page}");
    }
    assert!(Command::new("mkfifo").arg(bench.path("pipe")).status().unwrap().success());
    let child = bench.start("report a --out pipe");
    assert!(fs::read(bench.path("pipe")).unwrap().starts_with(PAGE));
    assert!(child.wait_with_output().unwrap().status.success());
    assert!(!bench.path("pipe").is_file());
    bench.run("report a --out /dev/null");
}

#[test]
fn what_a_run_wrote_is_not_overwritten_and_its_own_page_and_charts_are_in_its_manifest() {
    let bench = few();
    std::os::unix::fs::symlink("a/risks.csv", bench.path("link")).unwrap();
    for name in ["a/risks.csv", "a/manifest.json", "link"] {
        let before = fs::read(bench.path(name)).unwrap();
        let told = bench.refusal(&format!("report a --out {name}"));
        assert!(told.contains("is part of a run"), "{told}");
        assert!(fs::read(bench.path(name)).unwrap() == before, "{name}");
    }
    for folder in [".", "a"] {
        assert!(bench.refusal(&format!("report a --out {folder}")).contains("not a file"));
    }
    bench.run("report a --out ./a/report.html");
    bench.run("plot a --format svg --out ./a/charts");
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(bench.path("a/manifest.json")).unwrap()).unwrap();
    for name in ["report.html", "charts/risks.svg"] {
        let hash = blake3::hash(&fs::read(bench.path("a").join(name)).unwrap()).to_hex();
        assert_eq!(manifest["files"][name], hash.as_str(), "{name}");
    }
}

#[test]
fn a_name_that_is_no_utf_8_is_kept_and_told_as_json() {
    let bench = few();
    let name = OsStr::from_bytes(b"p\xff");
    for line in ["report a --json --out", "plot a --json --out", "run a.toml --json --out"] {
        let _ = fs::remove_file(bench.path(".").join(name));
        let _ = fs::remove_dir_all(bench.path(".").join(name));
        let output = bench.aloud(line).arg(name).output().unwrap();
        assert!(output.status.success(), "{line}: {output:?}");
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap();
        assert!(bench.path(".").join(name).exists(), "{line}");
    }
}

#[test]
fn where_nobody_reads_what_is_said_the_exit_code_still_tells() {
    let bench = Bench::new(&PLAIN.replace("700", "40000"));
    let deaf = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        writer
    };
    assert_eq!(bench.command("run nosuch.toml").stderr(deaf()).status().unwrap().code(), Some(2));
    // It takes seconds on any machine.
    let mut command = bench.command("run a.toml --out a --threads 1 --save-every 0");
    command.stderr(deaf());
    let mut long = bench.start_until(command, "a.unfinished/part-0-of-1.open.a5part");
    Command::new("kill").args(["-INT", &long.id().to_string()]).status().unwrap();
    assert_eq!(long.wait().unwrap().code(), Some(130));
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_that_has_no_chart_is_kept_though_nobody_can_be_told() {
    // One value twice is no axis.
    let list = "[design]\nkind = \"list\"\n[design.vary]\n\"learning.memory\" = { values = [0.95, 0.95] }\n";
    let bench = Bench::new(&(PLAIN.replace("700", "2").replace("false", "true") + list));
    let told = bench.try_run("run a.toml --out told").stderr;
    assert!(String::from_utf8_lossy(&told).contains("no chart can be drawn"));
    let full = File::options().write(true).open("/dev/full").unwrap();
    assert!(bench.command("run a.toml --out a").stderr(full).status().unwrap().success());
    bench.assert_same("told", "a");
}

#[test]
fn a_command_that_is_advised_can_be_pasted() {
    let bench = Bench::new(PLAIN);
    fs::create_dir(bench.path("my runs")).unwrap();
    let output = bench.aloud("init").arg("my runs/a b.toml").output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.ends_with("next: article5 run 'my runs/a b.toml'\n"), "{told}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_whose_closing_words_find_no_room_is_told_to_be_in_its_place() {
    let bench = Bench::new(&PLAIN.replace("700", "2"));
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = bench.command("run a.toml --out a --json").stdout(full).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && told.contains("is in its place"), "{told}");
    assert!(bench.path("a/manifest.json").exists());
}

#[test]
#[cfg(target_os = "linux")]
fn what_is_written_though_standard_output_has_no_room_is_told_to_be_in_its_place() {
    let bench = few();
    let tell = |line: &str| {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = bench.aloud(line).stdout(full).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).replace("\n  │ ", " ");
        assert_eq!(output.status.code(), Some(1), "{line}: {told}");
        assert!(told.contains("standard output cannot be written to"), "{line}: {told}");
        told
    };
    let trace = "trace a.toml --scenario article5-like";
    for (line, made) in [(format!("{trace} --out t"), "t"), ("init b.toml".to_owned(), "b.toml")] {
        assert!(tell(&line).contains(&format!("`{made}` is in its place")), "{line}");
        assert!(bench.path(made).exists(), "{line}");
    }
    for line in [trace, "check a.toml", "params", "members", "scenarios --json", "schema"] {
        assert!(!tell(line).contains("in its place"), "{line}");
    }
}

#[test]
fn a_starter_that_cannot_be_filled_is_not_in_the_way_of_the_next_try() {
    let folder = tempfile::tempdir().unwrap();
    let init = |before: &str| {
        let line = format!("{before} exec {} init b.toml", env!("CARGO_BIN_EXE_article5"));
        let mut command = Command::new("bash");
        command.args(["-c", &line]).current_dir(folder.path()).stderr(Stdio::null());
        command.status().unwrap().code()
    };
    assert_eq!(init("ulimit -f 0; trap '' XFSZ;"), Some(1));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    assert_eq!(init(""), Some(0));
}

#[test]
fn no_advice_is_given_that_the_next_command_refuses() {
    let bench = few();
    fs::write(bench.path("file"), "").unwrap();
    let told = bench.refusal("run a.toml --out file");
    assert!(told.contains("is not a run") && !told.contains("replace this one"), "{told}");
    assert!(bench.refusal("run a.toml --out .").contains("does not name a folder"));
    assert!(bench.refusal("run a.toml --shard auto").contains("`auto/N`"));
}

#[test]
fn what_is_no_regular_file_in_a_run_is_not_read_without_end() {
    let bench = few();
    assert!(Command::new("mkfifo").arg(bench.path("pipe")).status().unwrap().success());
    let before = bench.names();
    for name in ["a/risks.csv", "a/manifest.json"] {
        let file = bench.path(name);
        let kept = fs::read(&file).unwrap();
        for other in ["/dev/zero", "../pipe", ".."] {
            fs::remove_file(&file).unwrap();
            std::os::unix::fs::symlink(other, &file).unwrap();
            for line in ["plot a --out charts", "report a --out page.html"] {
                let told = bench.refusal(line);
                assert!(told.contains(&format!("`{name}` is not a regular file")), "{told}");
            }
        }
        fs::remove_file(&file).unwrap();
        fs::write(&file, kept).unwrap();
    }
    assert_eq!(bench.names(), before);
}

#[test]
fn a_number_is_asked_for_in_digits_and_within_its_range() {
    let bench = few();
    for (line, wanted) in [
        ("run a.toml --replicates 1e5", "write it in digits alone: 100000"),
        ("run a.toml --replicates 1,000", "write it in digits alone: 1000"),
        ("run a.toml --seed -1", "it must be a whole number, 0 to 9223372036854775807"),
        ("run a.toml --threads 0", "it must be 1 to 1024"),
        ("run a.toml --save-every 0.5", "it must be a whole number, 0 or more"),
        ("trace a.toml --scenario article5-like --point 1_000_000", "it must be 0 to 999999"),
        ("status a --shards -2", "it must be a whole number, 1 to"),
    ] {
        let output = bench.aloud(line).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{line}: {told}");
        assert!(told.contains(wanted), "{line}: {told}");
    }
}

#[test]
fn a_starter_does_not_take_the_name_of_its_schema() {
    let bench = Bench::new(PLAIN);
    let output = bench.aloud("init article5.schema.json").output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && told.contains("the schema’s own name"), "{told}");
    assert_eq!(bench.names(), ["a.toml"]);
}

#[test]
fn a_check_notes_an_unfinished_run_in_the_place_of_its_own() {
    let bench = Bench::new(&PLAIN.replace("700", "40000"));
    let open = "output/a.unfinished/part-0-of-1.open.a5part";
    bench.kill_once("run a.toml --save-every 0", open);
    let told = notes(&bench);
    assert_eq!(
        told,
        ["note: a run in output/a is unfinished: `article5 resume output/a` goes on with it"]
    );
    bench.run("resume output/a");
    assert_eq!(notes(&bench), ["note: `output/a` already exists: `--force` replaces it"]);
    bench.run("run a.toml --force");
}

#[test]
fn a_check_promises_only_what_a_run_then_does() {
    let bench = Bench::new(&PLAIN.replace("700", "2"));
    // It was stopped before anything was saved.
    fs::create_dir_all(bench.path("output/a.unfinished")).unwrap();
    assert!(notes(&bench).is_empty());
    let place = bench.path("output/a");
    let other = "is there already and is not a run: name another folder with `--out`";
    let of_others = |what: &str| {
        let told = notes(&bench);
        assert!(told.len() == 1 && told[0].ends_with(other), "{what}: {told:?}");
        bench.refusal("run a.toml --force");
    };
    fs::write(&place, "").unwrap();
    of_others("a file");
    fs::remove_file(&place).unwrap();
    fs::create_dir(&place).unwrap();
    of_others("an empty folder");
    fs::remove_dir(&place).unwrap();
    std::os::unix::fs::symlink("nowhere", &place).unwrap();
    of_others("a link that leads nowhere");
    fs::remove_file(&place).unwrap();
    bench.run("run a.toml");
}

/// What a check notes of the place where the run goes.
fn notes(bench: &Bench) -> Vec<String> {
    let output = bench.aloud("check a.toml").output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let notes = told.lines().filter(|line| line.starts_with("note: ") && line.contains("output/a"));
    notes.map(str::to_owned).collect()
}

#[test]
fn a_check_counts_what_varies_over_the_space_of_the_claims() {
    const CLAIM: &str = "[[claim]]\nid = \"a\"\nstatement = \"a\"\ntreatment = \"article5-like\"\n\
                         control = \"no-guarantee\"\noutcome = \"trust_mean\"\n\
                         direction = \"higher\"\n\
                         [space]\npoints = 4\nreplicates = 2\n\
                         vary = [\"learning.memory*\", \"learning.attention*\"]\n";
    for (set, parameters) in [("", "2 parameters"), ("learning.attention = 0.5", "1 parameter")] {
        let bench = Bench::new(&format!("{PLAIN}[parameters]\n{set}\n{CLAIM}"));
        let output = bench.aloud("check a.toml").output().unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        let wanted =
            format!("claims       1, over 4 points of {parameters} with 2 replicates each");
        assert!(told.contains(&wanted), "{told}");
    }
}

#[test]
fn an_ally_of_a_long_name_has_its_numbers_in_their_columns() {
    let bench = Bench::new(PLAIN);
    let table = bench.aloud("members --csv").output().unwrap().stdout;
    let table = String::from_utf8(table).unwrap().replace("Estonia", "Bosnia and Herzegovina");
    fs::write(bench.path("allies.csv"), table).unwrap();
    let output = bench.aloud("members --table allies.csv").output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let widths: Vec<usize> = told.lines().map(|line| line.chars().count()).collect();
    assert!(told.contains("Bosnia and Herzegovina") && widths.len() > 20, "{told}");
    assert!(widths.iter().all(|width| *width == widths[0]), "{told}");
    assert!(told.lines().all(|line| line.starts_with(char::is_alphanumeric)), "{told}");
}
