//! A few fixed replicates, to see that two machines compute the same numbers.

use article5_model::alliance::Alliance;
use article5_model::cover::CoverMatrix;
use article5_model::model::{Model, ModelError};
use article5_model::scenario::Scenario;

/// Replicates of each shipped scenario.
const REPLICATES: u64 = 1;

/// Quarters of each.
const QUARTERS: u32 = 16;

/// The digest of a short replicate of every shipped scenario, to the bit.
///
/// # Errors
///
/// A shipped scenario that the model refuses: a defect of the model.
pub fn canary() -> Result<[u8; 32], ModelError> {
    let mut hasher = blake3::Hasher::new();
    let alliance = Alliance::nato();
    for scenario in Scenario::all() {
        let model = Model::new(&alliance, &scenario.parameters()?, &scenario.events, QUARTERS)?;
        let mut workspace = model.workspace();
        let mut cover = CoverMatrix::default();
        for replicate in 0..REPLICATES {
            model.run(0, replicate, &mut workspace, |quarter| {
                let members = [quarter.trust, quarter.allied_cover, quarter.moscow_cover];
                let rest = [quarter.hold_probability, quarter.kyiv_capability, quarter.force];
                for value in members.into_iter().flatten().chain(&rest) {
                    hasher.update(&value.to_bits().to_le_bytes());
                }
                if quarter.quarter == QUARTERS {
                    quarter.cover(&mut cover);
                    let pairs = (0..model.members())
                        .flat_map(|one| (0..model.members()).map(move |other| (one, other)));
                    for value in pairs.filter_map(|(observer, target)| cover.at(observer, target)) {
                        hasher.update(&value.to_bits().to_le_bytes());
                    }
                }
            });
        }
    }
    Ok(*hasher.finalize().as_bytes())
}
