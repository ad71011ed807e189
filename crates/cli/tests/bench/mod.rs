//! A folder to run the command in.

#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// The command with these arguments, to be run in a folder.
pub(crate) fn command<S: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = S>,
) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_article5"));
    command.args(arguments).current_dir(folder);
    command
}

/// What the command says and does in a folder.
pub(crate) fn article5_in(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

/// What the command says and does, wherever it is.
pub(crate) fn article5(arguments: &[&str]) -> Output {
    article5_in(Path::new("."), arguments)
}

/// What a command says and does with a configuration and a folder to fill.
pub(crate) fn ask(command: &str, config: &Path, out: &Path, more: &[&str]) -> Output {
    let (config, out) = (config.to_str().unwrap(), out.to_str().unwrap());
    article5(&[&[command, config, "--out", out], more].concat())
}

/// A row of a table: its fields by column.
pub(crate) type Row = BTreeMap<String, String>;

/// The rows of a table.
pub(crate) fn rows(path: &Path) -> Vec<Row> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

/// A working folder with the command.
pub(crate) struct Bench(tempfile::TempDir);

impl Bench {
    pub(crate) fn new(config: &str) -> Self {
        let bench = Self(tempfile::tempdir().unwrap());
        fs::write(bench.path("a.toml"), config).unwrap();
        bench
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The command as it talks.
    pub(crate) fn aloud(&self, line: &str) -> Command {
        command(self.0.path(), line.split(' '))
    }

    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = self.aloud(line);
        command.arg("--quiet").stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn start(&self, line: &str) -> Child {
        self.command(line).spawn().unwrap()
    }

    /// Starts the command, and waits until something is in the file.
    pub(crate) fn start_until(&self, mut command: Command, file: &str) -> Child {
        let (mut child, file) = (command.spawn().unwrap(), self.path(file));
        let something = || fs::metadata(&file).is_ok_and(|file| file.len() > 0);
        while !something() {
            assert!(child.try_wait().unwrap().is_none(), "it ended too soon");
            std::thread::sleep(Duration::from_millis(1));
        }
        child
    }

    /// Starts the command, and kills it as soon as something is in the file; the file's path.
    pub(crate) fn kill_once(&self, line: &str, file: &str) -> PathBuf {
        let mut child = self.start_until(self.command(line), file);
        child.kill().unwrap();
        child.wait().unwrap();
        self.path(file)
    }

    pub(crate) fn try_run(&self, line: &str) -> Output {
        self.command(line).output().unwrap()
    }

    pub(crate) fn run(&self, line: &str) {
        let output = self.try_run(line);
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// What the command says as it refuses.
    pub(crate) fn refusal(&self, line: &str) -> String {
        let output = self.try_run(line);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{line}: {told}");
        // Without the breaks that fit it to the terminal.
        told.replace("\n  │ ", " ").replace('\n', " ")
    }

    /// All that a run wrote but its manifest, which has times in it.
    pub(crate) fn tables(&self, run: &str) -> BTreeMap<String, Vec<u8>> {
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

    pub(crate) fn assert_same(&self, one: &str, other: &str) {
        let (one_tables, others) = (self.tables(one), self.tables(other));
        assert!(one_tables.keys().eq(others.keys()), "{one} and {other} have other files");
        for (name, bytes) in &one_tables {
            assert!(*bytes == others[name], "{name} of {one} and {other} differ");
        }
    }

    /// The names left in the working folder.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let name = |entry: std::io::Result<fs::DirEntry>| {
            entry.unwrap().file_name().to_str().unwrap().to_owned()
        };
        let mut names: Vec<_> = entries.map(name).collect();
        names.sort();
        names
    }
}

pub(crate) const PLAIN: &str = "name = \"a\"\nreplicates = 700\nquarters = 12\n\
                     scenarios = [\"no-guarantee\", \"article5-like\"]\n\
                     [output]\ncharts = false\n";

pub(crate) const GRID: &str = "[design]\nkind = \"grid\"\n[design.vary]\n\
                    \"guarantee.monitoring\" = { values = [0.3, 0.6, 0.9] }\n\
                    \"learning.memory\" = { values = [0.92, 0.98] }\n";

pub(crate) const UNCERTAIN: &str =
    "[uncertainty]\nvary = [\"learning.*\", \"response.*\", \"war.*\"]\n";
