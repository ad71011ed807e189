//! What watching a replicate costs: a tallied quarter, one that is not, the absorption of a unit.

#![expect(clippy::expect_used, reason = "a benchmark that fails may panic")]

use std::sync::Arc;

use article5_model::alliance::Alliance;
use article5_model::model::Model;
use article5_model::observe::Quarters;
use article5_model::replicate::{TOGETHER, Workspace};
use article5_model::scenario::Scenario;
use article5_runner::outcome::Ranges;
use article5_runner::tally::{Block, Layout, PointTally, UnitTally};
use divan::Bencher;

const QUARTERS: u32 = 40;
const REPLICATES: u64 = 128;

fn main() {
    divan::main();
}

fn model() -> Model {
    let scenario = Scenario::builtin("article5-like").expect("it is shipped");
    scenario.model(&Alliance::nato(), QUARTERS).expect("the model takes a shipped scenario")
}

/// Runs the replicates of a unit, and shows each quarter of those that run side by side.
fn run(
    model: &Model,
    workspace: &mut Workspace,
    block: &mut Block,
    observe: impl Fn(&mut Block, &Quarters<'_>),
) {
    for first in (0..REPLICATES).step_by(TOGETHER) {
        block.begin(TOGETHER);
        let replicates = first..REPLICATES.min(first + TOGETHER as u64);
        model.run_together(2026, replicates, workspace, |quarters| observe(block, quarters));
    }
}

fn layout(model: &Model, quarters: impl Iterator<Item = u32>) -> Arc<Layout> {
    let mut ranges = Ranges::new(1.0, QUARTERS);
    ranges.include(model.parameters(), &[]);
    let quarters: Vec<u32> = quarters.collect();
    Arc::new(Layout::new(1, Alliance::nato().len(), &quarters, &[], &ranges))
}

/// One quarter of replicates side by side taken in, which is not the last one.
fn observe(bencher: Bencher<'_, '_>, tallied: &[u32]) {
    let model = model();
    let mut unit = UnitTally::new(layout(&model, tallied.iter().copied()), TOGETHER);
    unit.blocks().iter_mut().for_each(|block| block.begin(TOGETHER));
    let mut bencher = Some(bencher);
    model.run_together(2026, 0..TOGETHER as u64, &mut model.workspace(), |quarters| {
        if quarters.quarter() == QUARTERS / 2
            && let Some(bencher) = bencher.take()
        {
            // Afresh each time: what is counted up stays within its range.
            bencher.with_inputs(|| unit.clone()).bench_local_refs(|unit| {
                for block in unit.blocks() {
                    block.observe(divan::black_box(quarters));
                }
            });
        }
        unit.blocks().iter_mut().for_each(|block| block.observe(quarters));
    });
}

#[divan::bench(sample_size = 16)]
fn a_tallied_quarter(bencher: Bencher<'_, '_>) {
    observe(bencher, &[QUARTERS / 2, QUARTERS]);
}

#[divan::bench(sample_size = 16)]
fn a_quarter_not_tallied(bencher: Bencher<'_, '_>) {
    observe(bencher, &[QUARTERS]);
}

/// A block of replicates of all quarters, absorbed by a total that has counts already.
#[divan::bench]
fn the_absorption_of_a_unit(bencher: Bencher<'_, '_>) {
    let model = model();
    let layout = layout(&model, 1..=QUARTERS);
    let (mut unit, mut total) =
        (UnitTally::new(Arc::clone(&layout), REPLICATES as usize), PointTally::new(layout));
    let mut workspace = model.workspace();
    for block in unit.blocks() {
        run(&model, &mut workspace, block, Block::observe);
    }
    while total.scenarios().iter().any(|tally| tally.n() < 5000) {
        total.absorb(&unit).expect("they are of one layout");
    }
    bencher.bench_local(|| {
        total.absorb(divan::black_box(&unit)).expect("they are of one layout");
    });
}

/// The same replicates run without a tally and with one, which is absorbed.
#[divan::bench(args = [false, true])]
fn a_unit_of_replicates(bencher: Bencher<'_, '_>, tallied: bool) {
    let model = model();
    let layout = layout(&model, 1..=QUARTERS);
    let (mut unit, mut total) =
        (UnitTally::new(Arc::clone(&layout), REPLICATES as usize), PointTally::new(layout));
    let mut workspace = model.workspace();
    bencher.bench_local(|| {
        unit.clear();
        for block in unit.blocks() {
            run(&model, &mut workspace, block, |block, quarters| {
                if tallied {
                    block.observe(quarters);
                } else {
                    divan::black_box(quarters);
                }
            });
        }
        if tallied {
            total.absorb(&unit).expect("they are of one layout");
        }
    });
}
