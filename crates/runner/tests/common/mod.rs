//! A small experiment, tallied in any cut.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use article5_model::alliance::Alliance;
use article5_model::cover::CoverMatrix;
use article5_model::model::Model;
use article5_model::replicate::TOGETHER;
use article5_model::scenario::Scenario;
use article5_runner::outcome::{Outcome, Quantity, Ranges, Risk};
use article5_runner::tally::{Contrast, Layout, Pair, PointTally, UnitTally};

/// The quarters of a replicate.
pub(crate) const QUARTERS: u32 = 16;
/// The quarters that are tallied.
pub(crate) const TALLIED: [u32; 3] = [1, 8, QUARTERS];
/// The quarter besides the last one at which scenarios are compared.
pub(crate) const COMPARED: u32 = 12;
/// The quarters whose cover matrix is tallied.
pub(crate) const COVERED: [u32; 2] = [1, QUARTERS];
pub(crate) const SEED: u64 = 2026;

/// A contrast of each form.
pub(crate) const CONTRASTS: [Contrast; 8] = [
    contrast(Some(0), Quantity::Risk(Risk::WarResumed), QUARTERS),
    contrast(None, Quantity::Risk(Risk::WarResumed), 8),
    contrast(Some(0), Quantity::Outcome(Outcome::OptimismGap), 8),
    Contrast { since: Some(1), ..contrast(None, Quantity::Outcome(Outcome::KyivCapability), 8) },
    Contrast {
        per: Some(Outcome::ProbesUkraine),
        ..contrast(Some(0), Quantity::Outcome(Outcome::ProbesAllies), QUARTERS)
    },
    contrast(Some(0), Quantity::Trust(7), QUARTERS),
    Contrast { since: Some(1), ..contrast(Some(0), Quantity::Trust(22), 8) },
    Contrast { since: Some(1), ..contrast(None, Quantity::Outcome(Outcome::ProbesUkraine), 8) },
];

/// And, after these, one that is the same number in every replicate, but for rounding: a scenario and itself.
pub(crate) const ALIKE: Contrast = Contrast {
    per: Some(Outcome::AnswersUkraine),
    ..contrast(Some(1), Quantity::Outcome(Outcome::ProbesAllies), QUARTERS)
};

/// And after that one, the level of each outcome.
pub(crate) const LEVELS: [Contrast; Outcome::ALL.len()] = {
    let mut levels = [ALIKE; Outcome::ALL.len()];
    let mut place = 0;
    while place < levels.len() {
        levels[place] = contrast(None, Quantity::Outcome(Outcome::ALL[place]), QUARTERS);
        place += 1;
    }
    levels
};

const fn contrast(control: Option<usize>, quantity: Quantity, quarter: u32) -> Contrast {
    Contrast { treatment: 1, control, quantity, quarter, since: None, per: None }
}

/// The models of two scenarios, the reference first.
pub(crate) static MODELS: LazyLock<Vec<Model>> = LazyLock::new(|| {
    ["no-guarantee", "article5-like"]
        .map(|name| {
            let scenario = Scenario::builtin(name).unwrap();
            let parameters = scenario.parameters().unwrap();
            Model::new(&Alliance::nato(), &parameters, &scenario.events, QUARTERS).unwrap()
        })
        .into()
});

/// What is tallied of them.
pub(crate) static LAYOUT: LazyLock<Arc<Layout>> = LazyLock::new(|| {
    let alliance = Alliance::nato();
    let effort = alliance.members().iter().map(|member| member.effort()).fold(0.0, f64::max);
    let mut ranges = Ranges::new(effort, QUARTERS);
    MODELS.iter().for_each(|model| ranges.include(model.parameters(), &[]));
    let layout = Layout::new(MODELS.len(), alliance.len(), &TALLIED, &COVERED, &ranges);
    let layout =
        layout.with_pairs((1..MODELS.len()).map(|scenario| Pair { scenario, reference: 0 }));
    let layout = layout.with_comparisons_at(&[COMPARED]);
    let contrasts = CONTRASTS.into_iter().chain([ALIKE]).chain(LEVELS);
    Arc::new(layout.with_contrasts(contrasts.collect()))
});

/// The tally of one unit: all scenarios over a block of replicates.
pub(crate) fn unit(replicates: Range<u64>) -> UnitTally {
    let mut unit = UnitTally::new(Arc::clone(&LAYOUT), replicates.clone().count());
    for (scenario, block) in unit.blocks().iter_mut().enumerate() {
        for first in replicates.clone().step_by(TOGETHER) {
            let group = first..replicates.end.min(first + TOGETHER as u64);
            block.begin(group.clone().count());
            let model = &MODELS[scenario];
            model.run_together(SEED, group, &mut model.workspace(), |quarters| {
                block.observe(quarters);
                if LAYOUT.wants_cover(quarters.quarter()) {
                    let mut cover = CoverMatrix::default();
                    quarters.each(|_, quarter| {
                        quarter.cover(&mut cover);
                        block.observe_cover(quarter.quarter, &cover);
                    });
                }
            });
        }
    }
    unit
}

/// The tally of several blocks.
pub(crate) fn point(blocks: impl IntoIterator<Item = Range<u64>>) -> PointTally {
    let mut point = PointTally::new(Arc::clone(&LAYOUT));
    blocks.into_iter().for_each(|block| point.absorb(&unit(block)).unwrap());
    point
}
