//! The story that `article5 trace` keeps beside its tables.

use super::StoredRun;
use crate::files::read_regular;

/// The story in words; no other command's folder has one.
pub const STORY_FILE: &str = "story.txt";

/// A story as the folder of a trace holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredStory {
    /// What it tells.
    pub text: String,
    /// Whether its checksum shows that it is no longer what the trace wrote.
    pub altered: bool,
}

impl StoredRun {
    /// The story of a trace; `None` if the folder has none that can be read. The tables say what
    /// happened without it, so unlike a missing table this is not an error.
    pub fn story(&self) -> Option<StoredStory> {
        let bytes = read_regular(&self.folder.join(STORY_FILE)).ok()??;
        Some(StoredStory {
            text: String::from_utf8_lossy(&bytes).into_owned(),
            altered: self.manifest.is_altered(STORY_FILE, &bytes),
        })
    }
}
