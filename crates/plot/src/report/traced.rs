//! What a trace followed: one replicate under one scenario, or two.

use std::iter;

use article5_runner::tables::rows::TraceRow;
use article5_runner::tables::{STORY_FILE, StoredRun, StoredStory};

/// What was followed, and its story.
pub(super) struct Traced {
    pub(super) scenario: String,
    /// The scenario that it is set against.
    pub(super) against: Option<String>,
    pub(super) replicate: u64,
    /// The story; `None` if the folder no longer has one that can be read.
    pub(super) story: Option<StoredStory>,
}

impl Traced {
    /// Reads from a run's tables what was followed; `None` if the run is no trace.
    pub(super) fn of(run: &StoredRun) -> Option<Self> {
        let rows = &run.tables.trace;
        let TraceRow { scenario, replicate, .. } = rows.first()?;
        let against = rows.iter().map(|row| &row.scenario).find(|other| *other != scenario);
        Some(Self {
            scenario: scenario.clone(),
            against: against.cloned(),
            replicate: *replicate,
            story: run.story(),
        })
    }

    /// The file of the story, if it is no longer what the trace wrote.
    pub(super) fn altered(&self) -> Option<&'static str> {
        self.story.as_ref().filter(|story| story.altered).map(|_| STORY_FILE)
    }

    /// The scenarios that were followed.
    pub(super) fn scenarios(&self) -> Vec<&str> {
        iter::once(self.scenario.as_str()).chain(self.against.as_deref()).collect()
    }
}
