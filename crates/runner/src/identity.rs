//! What tells one experiment from another.

use article5_model::parameters::PARAMETERS;

use crate::config::{ConfigFile, Experiment};
use crate::tables::alliance_csv;

impl Experiment {
    /// The hash of what is run: BLAKE3 over the resolved values, the alliance and the ranges of the
    /// uncertain parameters included. The wording of the configuration does not count, nor its name
    /// nor whether charts are drawn: a run under another name has the same tables.
    pub fn hash(&self) -> blake3::Hash {
        let mut file = ConfigFile { name: String::new(), ..self.resolved() };
        file.output.charts = true;
        let ranges: Vec<_> = PARAMETERS
            .iter()
            .filter(|row| self.uncertainty.contains(&row.key))
            .map(|row| (&row.key, row.low, row.high))
            .collect();
        #[expect(clippy::expect_used, reason = "keys are text and numbers finite: JSON has them")]
        let values = serde_json::to_vec(&(file, ranges)).expect("a configuration is JSON");
        let mut hasher = blake3::Hasher::new();
        hasher.update(&values).update(&alliance_csv(self));
        hasher.finalize()
    }
}
