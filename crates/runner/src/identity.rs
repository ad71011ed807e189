//! What tells one experiment from another.

use article5_model::parameters::PARAMETERS;

use crate::config::{ConfigFile, Experiment};
use crate::tables::alliance_csv;

impl Experiment {
    /// The hash of what is run: BLAKE3 over the resolved values, including the alliance and the
    /// ranges of the uncertain parameters. The wording of the configuration does not count, nor
    /// does its name or whether charts are drawn: a run under another name has the same tables.
    pub fn hash(&self) -> blake3::Hash {
        blake3::Hasher::new().update(&self.values()).update(&alliance_csv(self)).finalize()
    }

    /// The hash of the values alone, and that of the alliance.
    pub(crate) fn hashes(&self) -> [blake3::Hash; 2] {
        [blake3::hash(&self.values()), blake3::hash(&alliance_csv(self))]
    }

    /// The values that tell it from another experiment, without the alliance.
    fn values(&self) -> Vec<u8> {
        let mut file = ConfigFile { name: String::new(), ..self.resolved() };
        file.output.charts = true;
        let ranges: Vec<_> = PARAMETERS
            .iter()
            .filter_map(|row| Some((&row.key, self.drawn(&row.key)?.ends())))
            .map(|(key, (low, high))| (key, low, high))
            .collect();
        #[expect(clippy::expect_used, reason = "keys are text and numbers finite: JSON has them")]
        serde_json::to_vec(&(file, ranges)).expect("a configuration is JSON")
    }
}
