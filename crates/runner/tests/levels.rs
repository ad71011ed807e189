//! Every set of vector instructions that the machine has leaves the same tallies.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

use std::sync::Arc;

use article5_model::alliance::Alliance;
use article5_model::cover::CoverMatrix;
use article5_model::model::Model;
use article5_model::replicate::TOGETHER;
use article5_model::scenario::Scenario;
use article5_model::vector::Level;
use article5_runner::outcome::Ranges;
use article5_runner::tally::{Layout, PointTally, UnitTally};

const QUARTERS: u32 = 40;
const REPLICATES: u64 = 64;

/// The tally of a scenario run on one level, cover matrices included.
fn tally(scenario: &str, level: Level) -> PointTally {
    let scenario = Scenario::builtin(scenario).unwrap();
    let parameters = scenario.parameters().unwrap();
    let model = Model::new(&Alliance::nato(), &parameters, &scenario.events, QUARTERS).unwrap();
    let model = model.with_level(level);
    let mut ranges = Ranges::new(1.0, QUARTERS);
    ranges.include(model.parameters(), &scenario.events);
    let quarters: Vec<u32> = (1..=QUARTERS).collect();
    let layout = Arc::new(Layout::new(1, model.members(), &quarters, &[1, QUARTERS], &ranges));
    let mut unit = UnitTally::new(Arc::clone(&layout), REPLICATES as usize);
    let mut cover = CoverMatrix::default();
    for block in unit.blocks() {
        for first in (0..REPLICATES).step_by(TOGETHER) {
            block.begin(TOGETHER);
            let replicates = first..REPLICATES.min(first + TOGETHER as u64);
            model.run_together(2026, replicates, &mut model.workspace(), |quarters| {
                block.observe(quarters);
                quarters.each(|_, quarter| {
                    quarter.cover(&mut cover);
                    block.observe_cover(quarter.quarter, &cover);
                });
            });
        }
    }
    let mut total = PointTally::new(layout);
    total.absorb(&unit).unwrap();
    total
}

#[test]
fn every_vector_level_leaves_the_same_tallies() {
    for scenario in ["no-guarantee", "article5-like", "back-away"] {
        let tallies: Vec<_> =
            Level::available().into_iter().map(|level| (level, tally(scenario, level))).collect();
        for (level, tally) in &tallies {
            assert!(*tally == tallies[0].1, "{scenario} on {level:?}");
        }
    }
}
