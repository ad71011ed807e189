//! What an analysis found at the points of its design, kept on disk while it runs, so that it can be
//! stopped at any moment.
//!
//! There is one line per point, in the order in which they were finished: a checksum, the point's
//! number and what was found there as JSON, each number in the shortest form that reads back to the
//! same bits. All numbers must be finite: JSON has no others, so that a line with one is damaged.
//! Lines are only ever added, so a process that is killed leaves at most one that is half written, at
//! the end.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::now;
use crate::config::ALLIANCE_FILE;
use crate::ensemble::Ensemble;
use crate::files::sync_once;
use crate::partial::{FORMAT, Header, Role, Shard};

/// What was found at each point that is done.
pub type Found<T> = BTreeMap<u32, T>;

/// Hexadecimal digits of a line's checksum: one damaged line in 2⁶⁴ passes.
const CHECKSUM: usize = 16;

/// The notes of one analysis.
#[derive(Debug)]
pub struct Notes {
    path: PathBuf,
    file: File,
    /// The length of the part of the file that is known to be whole.
    whole: u64,
    /// The lines that are not in the file yet.
    waiting: String,
    saved: Instant,
    every: Duration,
    /// Whether the disk has what the folder held before.
    synced: bool,
}

/// Why notes cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum NotesError {
    /// The notes are of another analysis.
    #[error("{} belongs to another configuration or another version of article5", .0.display())]
    Foreign(PathBuf),
    /// The notes were begun with another members table.
    #[error("{} was begun with a members table other than {ALLIANCE_FILE}", .0.display())]
    OtherMembers(PathBuf),
    /// A line is not as it was written.
    #[error("line {line} of {} is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
    },
    /// The system refused.
    #[error("cannot use {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Notes {
    /// Opens the notes at `path`, or begins them, and returns what is in them. They are written down
    /// every so often. Whoever forges a checksum can note anything, so what was found at a point must
    /// be `possible`.
    ///
    /// # Errors
    ///
    /// [`NotesError`]; nothing is changed then.
    pub fn open<T: DeserializeOwned>(
        path: &Path,
        ensemble: &Ensemble<'_>,
        possible: impl Fn(&T) -> bool,
        every: Duration,
    ) -> Result<(Self, Found<T>), NotesError> {
        let io = |source| NotesError::Io { path: path.to_owned(), source };
        let mut options = OpenOptions::new();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(path).map_err(io)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(io)?;
        let title = title(ensemble);
        // Anything after the last newline was being written when the process died.
        let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1);
        let lines = bytes.get(..whole).unwrap_or_default();
        let found = read(path, lines, &title, (ensemble.plan().points(), possible))?;
        let waiting = if whole == 0 { title + "\n" } else { String::new() };
        let whole = whole as u64;
        Ok((
            Self {
                path: path.to_owned(),
                file,
                whole,
                waiting,
                saved: now(),
                every,
                synced: false,
            },
            found,
        ))
    }

    /// Notes what was found at a point.
    ///
    /// # Errors
    ///
    /// [`NotesError::Io`]; what was written down before stays.
    pub fn add(&mut self, point: u32, found: &impl Serialize) -> Result<(), NotesError> {
        let found = serde_json::to_string(found)
            .map_err(|error| NotesError::Io { path: self.path.clone(), source: error.into() })?;
        let line = format!("{point} {found}");
        self.waiting.push_str(&format!("{} {line}\n", checksum(&line)));
        if self.saved.elapsed() < self.every { Ok(()) } else { self.save() }
    }

    /// Writes down what has not been written yet.
    ///
    /// # Errors
    ///
    /// [`NotesError::Io`]; what was written down before stays.
    pub fn save(&mut self) -> Result<(), NotesError> {
        // What the analysis needs in order to continue is on the disk before any of its work is.
        let folder = self.path.parent().unwrap_or(&self.path);
        let written = sync_once(folder, &mut self.synced)
            .and_then(|()| append(&mut self.file, self.whole, self.waiting.as_bytes()));
        written.map_err(|source| NotesError::Io { path: self.path.clone(), source })?;
        self.whole += self.waiting.len() as u64;
        self.waiting.clear();
        self.saved = now();
        Ok(())
    }
}

/// Writes after the part that is whole, over anything that a failed attempt may have left there.
fn append(file: &mut File, whole: u64, bytes: &[u8]) -> io::Result<()> {
    file.set_len(whole)?;
    file.seek(SeekFrom::Start(whole))?;
    file.write_all(bytes)?;
    file.sync_data()
}

/// The first line, which says where the numbers must come from to be used; the members table comes
/// last.
fn title(ensemble: &Ensemble<'_>) -> String {
    let Header { configuration, members, code_version, canary, shard: _, role: _ } =
        ensemble.header(Shard::WHOLE, Role::Open);
    let [configuration, members, canary] =
        [configuration, members, canary].map(|hash| blake3::Hash::from_bytes(hash).to_hex());
    format!(
        "{code_version} format {FORMAT} configuration {configuration} canary {canary} members {members}"
    )
}

/// Checks that what was noted under this title may be used.
fn check(path: &Path, found: &str, title: &str) -> Result<(), NotesError> {
    let without_members = |title: &str| title.rsplit_once(' ').map(|(rest, _)| rest.to_owned());
    if found == title {
        Ok(())
    } else if without_members(found) == without_members(title) {
        Err(NotesError::OtherMembers(path.to_owned()))
    } else {
        Err(NotesError::Foreign(path.to_owned()))
    }
}

/// Reads notes of `points` points; what was found there must be `possible`.
fn read<T: DeserializeOwned>(
    path: &Path,
    bytes: &[u8],
    title: &str,
    (points, possible): (u32, impl Fn(&T) -> bool),
) -> Result<Found<T>, NotesError> {
    let damaged = |line| NotesError::Damaged { path: path.to_owned(), line };
    let text = std::str::from_utf8(bytes).map_err(|_| damaged(1))?;
    let mut lines = (1..).zip(text.lines());
    if let Some((_, found)) = lines.next() {
        check(path, found, title)?;
    }
    let point = |(number, line): (usize, &str)| {
        let noted = point(line).filter(|(point, found)| *point < points && possible(found));
        noted.ok_or_else(|| damaged(number))
    };
    lines.map(point).collect()
}

/// Reads a line's point and what was found there.
fn point<T: DeserializeOwned>(line: &str) -> Option<(u32, T)> {
    let (sum, line) = line.split_once(' ')?;
    let (point, found) = line.split_once(' ').filter(|_| sum == checksum(line))?;
    Some((point.parse().ok()?, serde_json::from_str(found).ok()?))
}

fn checksum(line: &str) -> String {
    let mut digits = blake3::hash(line.as_bytes()).to_hex().to_string();
    digits.truncate(CHECKSUM);
    digits
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::config::Experiment;

    fn experiment(seed: u64) -> Experiment {
        let text = format!(
            "name = \"a\"\nseed = {seed}\nscenarios = [\"article5-like\"]\n[design]\n\
             kind = \"latin-hypercube\"\npoints = 16\nvary = {{ \"learning.memory\" = \"range\" }}"
        );
        Experiment::from_toml(&text, "a.toml", Path::new(".")).unwrap()
    }

    /// Opens the notes in a folder for an experiment with this seed.
    fn open(folder: &Path, seed: u64) -> Result<(Notes, Found<Vec<f64>>), NotesError> {
        let experiment = experiment(seed);
        let ensemble = Ensemble::new(&experiment).unwrap();
        let three = |numbers: &Vec<f64>| numbers.len() == 3;
        Notes::open(&folder.join("notes"), &ensemble, three, Duration::MAX)
    }

    const VALUES: [f64; 3] = [0.1, -0.0, f64::MIN_POSITIVE];

    /// A folder with the notes of two points.
    fn noted() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let (mut notes, found) = open(folder.path(), 1).unwrap();
        assert!(found.is_empty());
        notes.add(7, &VALUES).unwrap();
        notes.save().unwrap();
        notes.add(2, &[f64::MAX, -f64::MIN_POSITIVE / 3.0, 1.0 / 3.0]).unwrap();
        notes.save().unwrap();
        folder
    }

    #[test]
    fn what_was_noted_reads_back_to_the_bit_and_is_added_to() {
        let folder = noted();
        let (mut notes, found) = open(folder.path(), 1).unwrap();
        assert_eq!(
            found[&7].iter().map(|v| v.to_bits()).collect::<Vec<_>>(),
            VALUES.map(f64::to_bits)
        );
        assert_eq!(found[&2], [f64::MAX, -f64::MIN_POSITIVE / 3.0, 1.0 / 3.0]);
        notes.add(3, &VALUES).unwrap();
        notes.save().unwrap();
        assert_eq!(open(folder.path(), 1).unwrap().1.into_keys().collect::<Vec<_>>(), [2, 3, 7]);
    }

    #[test]
    fn any_finite_number_reads_back_to_the_bit() {
        let folder = tempfile::tempdir().unwrap();
        let (experiment, path) = (experiment(1), folder.path().join("notes"));
        let ensemble = Ensemble::new(&experiment).unwrap();
        let open = || Notes::open(&path, &ensemble, |_: &Vec<f64>| true, Duration::MAX).unwrap();
        // Among the multiples of an odd number each bit is set as often as not.
        let multiples = (1..=30_000_u64).map(|k| k.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let numbers: Vec<f64> = multiples.map(f64::from_bits).filter(|x| x.is_finite()).collect();
        let (mut notes, _) = open();
        notes.add(0, &numbers).unwrap();
        notes.save().unwrap();
        let bits = |numbers: &[f64]| -> Vec<u64> { numbers.iter().map(|x| x.to_bits()).collect() };
        assert_eq!(bits(&open().1[&0]), bits(&numbers));
    }

    #[test]
    fn what_a_failed_attempt_left_is_written_over() {
        let folder = noted();
        let (mut notes, _) = open(folder.path(), 1).unwrap();
        notes.add(3, &VALUES).unwrap();
        // A full disk takes part of what is written.
        let mut file = OpenOptions::new().append(true).open(folder.path().join("notes")).unwrap();
        file.write_all(&notes.waiting.as_bytes()[..20]).unwrap();
        notes.save().unwrap();
        assert_eq!(open(folder.path(), 1).unwrap().1.into_keys().collect::<Vec<_>>(), [2, 3, 7]);
    }

    #[test]
    fn a_line_that_was_being_written_is_forgotten_wherever_it_broke_off() {
        let folder = noted();
        let path = folder.path().join("notes");
        let whole = fs::read(&path).unwrap();
        let lines: Vec<usize> = (0..whole.len())
            .filter(|&place| whole[place] == b'\n')
            .map(|place| place + 1)
            .collect();
        for end in (0..whole.len()).step_by(9).chain(lines.clone()) {
            fs::write(&path, &whole[..end]).unwrap();
            let (mut notes, found) = open(folder.path(), 1).unwrap();
            let complete = lines.iter().filter(|&&line| line <= end).count();
            assert_eq!(found.len(), complete.saturating_sub(1), "{end}");
            notes.add(9, &VALUES).unwrap();
            notes.save().unwrap();
            assert!(open(folder.path(), 1).unwrap().1.contains_key(&9), "{end}");
        }
    }

    #[test]
    fn damaged_and_foreign_notes_are_refused() {
        let folder = noted();
        let path = folder.path().join("notes");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("[0.1,", "[0.2,")).unwrap();
        assert!(matches!(open(folder.path(), 1), Err(NotesError::Damaged { line: 2, .. })));
        // There is no such point; too few numbers; no finite number; no list; more than a list.
        for line in
            ["16 [0,0,0]", "3 [0,0]", "3 [0,0,null]", "3 [0,0,1e999]", "3 0 0 0", "3 [0,0,0] 0"]
        {
            fs::write(&path, format!("{text}{} {line}\n", checksum(line))).unwrap();
            let opened = open(folder.path(), 1);
            assert!(matches!(opened, Err(NotesError::Damaged { line: 4, .. })), "{line}");
        }
        // What was noted in another format.
        let other = text.replacen(&format!(" format {FORMAT} "), " format 4 ", 1);
        fs::write(&path, &other).unwrap();
        assert!(matches!(open(folder.path(), 1), Err(NotesError::Foreign(_))));
        assert_eq!(fs::read_to_string(&path).unwrap(), other);
        fs::write(&path, &text).unwrap();
        assert!(matches!(open(folder.path(), 2), Err(NotesError::Foreign(_))));
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}
