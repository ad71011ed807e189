//! How far a divided run is: which shards are done, missing or refused, and what was submitted.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    ShardFolder, ShardState, ShardsError, are_of_other_members, refusal, shard_of, unreadable,
    unwritable,
};
use crate::config::ALLIANCE_FILE;
use crate::ensemble::Ensemble;
use crate::files::{is_there, read_regular, write_first};
use crate::partial::{PartialError, Shard};

/// The file in the folder of the shards that says what was submitted to a scheduler.
const SUBMISSION_FILE: &str = "submission.json";

/// The file there that says how many shards the run is divided into; the first shard to begin
/// writes it.
const DIVISION_FILE: &str = "division";

/// The state of every shard of a run.
#[derive(Debug)]
pub struct Division {
    /// How many shards there are.
    pub of: u32,
    /// The shards whose partials exist and are sound.
    pub done: Vec<Shard>,
    /// The shards without a partial.
    pub missing: Vec<u32>,
    /// Why each of the others is refused.
    pub refused: Vec<PartialError>,
}

impl Division {
    /// Looks at each of `of` shards, reading its whole partial.
    ///
    /// # Errors
    ///
    /// There cannot be so many shards, or a partial cannot be read.
    pub fn of(folder: &ShardFolder, ensemble: &Ensemble<'_>, of: u32) -> Result<Self, ShardsError> {
        let mut division = Self { of, done: Vec::new(), missing: Vec::new(), refused: Vec::new() };
        for shard in Shard::all(of)? {
            match folder.standing(ensemble, shard)? {
                ShardState::Done => division.done.push(shard),
                ShardState::Missing => division.missing.push(shard.index()),
                ShardState::Refused(error) => division.refused.push(error),
            }
        }
        Ok(division)
    }

    /// Succeeds if no partial in its folder is refused.
    ///
    /// # Errors
    ///
    /// [`ShardsError`] names each refused partial, or the members table if that is at fault.
    pub fn accept(self, folder: &ShardFolder) -> Result<(), ShardsError> {
        if self.done.is_empty() && are_of_other_members(&self.refused) {
            return Err(ShardsError::ChangedMembers(folder.path().join(ALLIANCE_FILE)));
        }
        // What is missing may still come.
        if self.refused.is_empty() {
            Ok(())
        } else {
            Err(refusal(self.refused, Vec::new(), self.of))
        }
    }
}

/// What was last submitted to a scheduler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// How many shards the run is divided into: the same in every submission of it.
    pub shards: u32,
    /// The shards that were submitted.
    pub submitted: Vec<u32>,
    /// The number that the scheduler gave the array, if any shard was submitted.
    pub array: Option<String>,
    /// The number that it gave the merge, once that was submitted too.
    #[serde(default)]
    pub merge: Option<String>,
}

impl ShardFolder {
    /// How many shards the run is divided into, as far as the folder says: by what the first shard
    /// noted, by what was submitted, or by the name of any partial.
    ///
    /// # Errors
    ///
    /// [`ShardsError::NoDivision`], or the folder cannot be read.
    pub fn divided_into(&self) -> Result<Option<u32>, ShardsError> {
        if let Some(noted) = self.noted()? {
            return Ok(Some(noted));
        }
        if let Some(Submission { shards, .. }) = self.submission()? {
            let possible = is_possible(&shards).then_some(shards);
            return possible
                .map(Some)
                .ok_or_else(|| ShardsError::NoDivision(self.submission_file()));
        }
        match self.partials() {
            Ok(partials) => Ok(partials.iter().find_map(|path| Some(shard_of(path)?.of()))),
            Err(ShardsError::Empty(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// How many shards the run is divided into, given the number that is `asked` for: the division
    /// of a run never changes. `None` if no number is asked for and the folder does not say.
    ///
    /// # Errors
    ///
    /// [`ShardsError::Divided`], or the folder cannot be read.
    pub fn division(&self, asked: Option<u32>) -> Result<Option<u32>, ShardsError> {
        match (asked, self.divided_into()?) {
            (Some(asked), Some(before)) if asked != before => {
                Err(ShardsError::Divided { path: self.path().to_owned(), before })
            }
            (asked, before) => Ok(asked.or(before)),
        }
    }

    /// Divides the run into this many shards, or finds that it already is. Of several processes
    /// that divide it differently at the same moment, one succeeds.
    ///
    /// # Errors
    ///
    /// [`ShardsError::Divided`], or the folder cannot be read or written.
    pub fn divide(&self, of: u32) -> Result<(), ShardsError> {
        self.division(Some(of))?;
        // A process that comes late writes nothing beside the partials.
        if self.noted()? == Some(of) {
            return Ok(());
        }
        let note = format!("{of}\n");
        let noted = write_first(self.path(), DIVISION_FILE, note.as_bytes());
        noted.map_err(unwritable(self.path()))?;
        self.division(Some(of))?;
        Ok(())
    }

    fn noted(&self) -> Result<Option<u32>, ShardsError> {
        let path = self.path().join(DIVISION_FILE);
        if !is_there(&path).map_err(unreadable(&path))? {
            return Ok(None);
        }
        let noted = read_regular(&path).map_err(unreadable(&path))?;
        let noted = noted.and_then(|bytes| str::from_utf8(&bytes).ok()?.trim().parse().ok());
        noted.filter(is_possible).map(Some).ok_or(ShardsError::NoDivision(path))
    }

    /// What was last submitted; `None` if nothing was.
    ///
    /// # Errors
    ///
    /// The record cannot be read.
    pub fn submission(&self) -> Result<Option<Submission>, ShardsError> {
        let path = self.submission_file();
        let read = match read_regular(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Ok(None) => Err(io::Error::new(ErrorKind::InvalidData, "it is not a regular file")),
            Ok(Some(bytes)) => serde_json::from_slice(&bytes).map_err(io::Error::from),
            Err(error) => Err(error),
        };
        read.map(Some).map_err(unreadable(&path))
    }

    /// Keeps what was submitted, in place of what was submitted before.
    ///
    /// # Errors
    ///
    /// Whatever the system refuses.
    pub fn record(&self, submission: &Submission) -> Result<(), ShardsError> {
        let text = serde_json::to_string_pretty(submission);
        let text = text.map_err(io::Error::from).map_err(unwritable(&self.submission_file()))?;
        self.put(SUBMISSION_FILE, (text + "\n").as_bytes())
    }

    /// How long the missing shards will take at the pace of those that came in since the last
    /// submission; `None` before the first.
    ///
    /// # Errors
    ///
    /// A folder that cannot be read.
    pub fn time_left(&self, division: &Division) -> Result<Option<Duration>, ShardsError> {
        let written = |path: &Path| {
            let file = fs::metadata(path).and_then(|file| file.modified());
            file.map_err(unreadable(path))
        };
        if self.submission()?.is_none() || division.missing.is_empty() {
            return Ok(None);
        }
        let since = written(&self.submission_file())?;
        let mut come = 0_u32;
        for shard in &division.done {
            let path = self.path().join(shard.file_name());
            come += u32::from(written(&path)? > since);
        }
        let Some(each) = since.elapsed().unwrap_or_default().checked_div(come) else {
            return Ok(None);
        };
        Ok(each.checked_mul(u32::try_from(division.missing.len()).unwrap_or(u32::MAX)))
    }

    fn submission_file(&self) -> PathBuf {
        self.path().join(SUBMISSION_FILE)
    }
}

/// Whether a run can be divided into so many shards.
fn is_possible(shards: &u32) -> bool {
    Shard::new(0, *shards).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partial::MAX_SHARDS;

    #[test]
    fn what_is_submitted_says_into_how_many_shards_and_so_does_any_partial() {
        let folder = tempfile::tempdir().unwrap();
        let shards = ShardFolder::at(folder.path());
        assert_eq!(shards.divided_into().unwrap(), None);
        fs::write(folder.path().join("part-2-of-16.a5part"), b"").unwrap();
        assert_eq!(shards.divided_into().unwrap(), Some(16));
        let array = Some("7".to_owned());
        let merge = Some("8".to_owned());
        let submission = Submission { shards: 12, submitted: vec![0, 3], array, merge };
        shards.record(&submission).unwrap();
        assert_eq!(shards.submission().unwrap(), Some(submission));
        assert_eq!(shards.divided_into().unwrap(), Some(12));
        let (array, merge) = (None, None);
        let absurd = Submission { shards: MAX_SHARDS + 1, submitted: vec![], array, merge };
        shards.record(&absurd).unwrap();
        assert!(matches!(shards.divided_into(), Err(ShardsError::NoDivision(_))));
        fs::write(folder.path().join(SUBMISSION_FILE), b"{").unwrap();
        assert!(shards.submission().unwrap_err().to_string().contains(SUBMISSION_FILE));
    }

    #[test]
    fn the_first_shard_divides_the_run_for_all() {
        let folder = tempfile::tempdir().unwrap();
        let shards = ShardFolder::at(folder.path());
        let divided: Vec<u32> = std::thread::scope(|scope| {
            let shards = &shards;
            let threads: Vec<_> =
                (1..=16).map(|of| scope.spawn(move || shards.divide(of).map(|()| of))).collect();
            threads.into_iter().filter_map(|thread| thread.join().unwrap().ok()).collect()
        });
        let [of] = divided.as_slice() else { panic!("{divided:?}") };
        assert_eq!(shards.divided_into().unwrap(), Some(*of));
        shards.divide(*of).unwrap();
        fs::write(folder.path().join(DIVISION_FILE), "many").unwrap();
        assert!(matches!(shards.divide(2), Err(ShardsError::NoDivision(_))));
        fs::remove_file(folder.path().join(DIVISION_FILE)).unwrap();
        // The folder as it was left before divisions were noted.
        fs::write(folder.path().join("part-2-of-16.a5part"), b"").unwrap();
        assert!(matches!(shards.divide(2), Err(ShardsError::Divided { before: 16, .. })));
        assert!(!folder.path().join(DIVISION_FILE).exists());
        shards.divide(16).unwrap();
        assert!(folder.path().join(DIVISION_FILE).exists());
    }

    #[test]
    fn the_pace_of_what_came_in_tells_the_time_left() {
        let folder = tempfile::tempdir().unwrap();
        let shards = ShardFolder::at(folder.path());
        let of = 4;
        let mut division = Division { of, done: vec![], missing: vec![1, 2, 3], refused: vec![] };
        shards
            .record(&Submission { shards: of, submitted: vec![0], array: None, merge: None })
            .unwrap();
        assert_eq!(shards.time_left(&division).unwrap(), None);
        let before = fs::metadata(shards.submission_file()).unwrap().modified().unwrap();
        let minute = Duration::from_secs(60);
        let file = fs::File::options().write(true).open(shards.submission_file()).unwrap();
        file.set_modified(before - minute).unwrap();
        let first = Shard::new(0, of).unwrap();
        fs::write(folder.path().join(first.file_name()), b"").unwrap();
        division.done.push(first);
        let left = shards.time_left(&division).unwrap().unwrap();
        assert!(left >= 3 * minute && left < 4 * minute, "{left:?}");
    }
}
