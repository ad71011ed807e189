//! What a thread keeps from unit to unit.

use article5_model::cover::CoverMatrix;

use super::{Ensemble, EnsembleError, Models};
use crate::plan::Unit;
use crate::tally::UnitTally;

/// The models of the point at hand, and what a cover matrix needs.
pub(super) struct Worker<'a> {
    ensemble: &'a Ensemble<'a>,
    models: Option<(u32, Models<'a>)>,
    /// The cover matrix of one quarter.
    cover: CoverMatrix,
}

impl<'a> Worker<'a> {
    pub(super) fn new(ensemble: &'a Ensemble<'a>) -> Self {
        Self { ensemble, models: None, cover: CoverMatrix::default() }
    }

    /// Runs a unit.
    pub(super) fn run(&mut self, unit: Unit, tally: &mut UnitTally) -> Result<(), EnsembleError> {
        let Self { ensemble, models, cover } = self;
        let models = match models {
            Some((point, models)) if *point == unit.point => models,
            _ => &mut models.insert((unit.point, ensemble.models(unit.point)?)).1,
        };
        tally.clear();
        for (scenario, block) in tally.blocks().iter_mut().enumerate() {
            let end = unit.first + unit.count;
            for first in (unit.first..end).step_by(models.together()) {
                let replicates = first..end.min(first + models.together() as u64);
                block.begin(replicates.clone().count());
                models.run_together(scenario, replicates, |quarters| {
                    block.observe(quarters);
                    if ensemble.layout.wants_cover(quarters.quarter()) {
                        quarters.each(|_, quarter| {
                            quarter.cover(cover);
                            block.observe_cover(quarter.quarter, cover);
                        });
                    }
                })?;
            }
        }
        Ok(())
    }
}
