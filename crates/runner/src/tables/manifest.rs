//! `manifest.json`: a description of a run that is enough to repeat it to the byte.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::alliance_csv;
use crate::config::Experiment;
use crate::workplace::Task;

/// The description of a run. Everything but the times and the machine is the same in every
/// repetition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The run's name.
    pub name: String,
    /// The version of article5.
    pub version: String,
    /// The git commit from which article5 was built, if the command knows; with `-dirty` behind it if
    /// the sources were not those of the commit.
    pub git_commit: Option<String>,
    /// The resolved configuration, as in `configuration.toml`.
    pub configuration: String,
    /// The members table beside it, `alliance.csv`, as CSV.
    pub alliance: String,
    /// The hash of both: of everything that decides the results.
    pub configuration_hash: String,
    /// The seed.
    pub seed: u64,
    /// Replicates per scenario.
    pub replicates: u64,
    /// Number of the first replicate.
    pub first_replicate: u64,
    /// How many quarters a replicate runs.
    pub quarters: u32,
    /// The first quarter.
    pub start: String,
    /// The scenarios, in order.
    pub scenarios: Vec<String>,
    /// What was done: by the command of this name, or by one that went on with it.
    #[serde(default)]
    pub task: Option<Task>,
    /// The command that finished the run: `resume` after an interruption, `merge` for shards. The
    /// times and the machine are its own; what earlier processes or shards took is in neither.
    #[serde(default)]
    pub finished_by: Option<String>,
    /// Wall-clock time of that command, seconds.
    pub wall_seconds: f64,
    /// Processor time of that command, seconds, if the system reports it.
    pub cpu_seconds: Option<f64>,
    /// Its machine: operating system, architecture, threads.
    pub machine: String,
    /// What anyone who relies on the results must know, in one sentence each.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// BLAKE3 checksums of the run's other files by name.
    pub files: BTreeMap<String, String>,
}

impl Manifest {
    /// Makes the manifest of an experiment; the commit, the task, the command, the times and the files
    /// are filled in as they become known.
    #[expect(clippy::expect_used, reason = "the names in a members table are text")]
    pub fn new(experiment: &Experiment, threads: usize) -> Self {
        Self {
            name: experiment.name.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            git_commit: None,
            configuration: experiment.to_toml(),
            alliance: String::from_utf8(alliance_csv(experiment)).expect("a members table is text"),
            configuration_hash: experiment.hash().to_hex().to_string(),
            seed: experiment.seed,
            replicates: experiment.replicates,
            first_replicate: experiment.first_replicate,
            quarters: experiment.quarters,
            start: experiment.start.to_string(),
            scenarios: experiment.scenarios.iter().map(|s| s.name.clone()).collect(),
            task: None,
            finished_by: None,
            wall_seconds: 0.0,
            cpu_seconds: None,
            machine: format!(
                "{} {}, {threads} threads",
                std::env::consts::OS,
                std::env::consts::ARCH
            ),
            warnings: experiment.remarks(),
            files: BTreeMap::new(),
        }
    }

    /// A checksum of everything that stays the same while files are added to the run: it tells the
    /// run from one that replaces it.
    pub fn identity(&self) -> String {
        let rest = Self { files: BTreeMap::new(), ..self.clone() };
        blake3::hash(rest.to_json().as_bytes()).to_hex().to_string()
    }

    /// Whether a file of the run no longer holds what the run wrote, by its checksum; never for a
    /// file that the manifest does not list.
    pub(super) fn is_altered(&self, file: &str, bytes: &[u8]) -> bool {
        let written = self.files.get(file);
        written.is_some_and(|hash| hash.as_str() != blake3::hash(bytes).to_hex().as_str())
    }

    /// Writes the manifest as JSON.
    #[expect(clippy::expect_used, reason = "keys are text and times finite: JSON has them")]
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a manifest is JSON") + "\n"
    }
}
