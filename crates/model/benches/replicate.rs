//! How long eight replicates side by side take, by scenario: 40 quarters, 31 allies; and a quarter, the learning step and
//! Moscow's choice by themselves.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test or a benchmark may stop")]

use article5_model::alliance::Alliance;
use article5_model::model::Model;
use article5_model::replicate::TOGETHER;
use article5_model::scenario::Scenario;
use article5_model::steps;
use article5_model::vector::Level;
use article5_model::washington::Answer;

fn main() {
    divan::main();
}

fn model(scenario: &str) -> Model {
    let scenario = Scenario::builtin(scenario).unwrap();
    scenario.model(&Alliance::nato(), 40).unwrap()
}

/// Replicates, so many of them side by side.
fn run(bencher: divan::Bencher<'_, '_>, model: &Model, together: usize) {
    let mut workspace = model.workspace();
    let (mut next, group) = (0, together as u64);
    let quarters = group * u64::from(model.quarters());
    bencher.counter(divan::counter::ItemsCount::new(quarters)).bench_local(|| {
        let mut trust = 0.0;
        let replicates = next..next + group;
        model.run_together(2026, replicates, &mut workspace, |quarters| {
            quarters.each(|_, quarter| trust += quarter.trust_mean);
        });
        next += group;
        trust
    });
}

#[divan::bench(args = ["no-guarantee", "article5-like", "ironclad"])]
fn replicate(bencher: divan::Bencher<'_, '_>, scenario: &str) {
    run(bencher, &model(scenario), TOGETHER);
}

/// The same replicates on each set of vector instructions that the machine has.
#[divan::bench(args = Level::available())]
fn level(bencher: divan::Bencher<'_, '_>, level: &Level) {
    run(bencher, &model("article5-like").with_level(*level), TOGETHER);
}

/// The same alone, as under uncertain parameters, and in smaller groups.
#[divan::bench(args = [1, 2, 4, TOGETHER])]
fn together(bencher: divan::Bencher<'_, '_>, together: usize) {
    run(bencher, &model("article5-like"), together);
}

#[divan::bench]
fn quarter(bencher: divan::Bencher<'_, '_>) {
    let model = model("article5-like");
    let mut workspace = model.workspace();
    steps::restart(&model, &mut workspace);
    let mut quarters = (1..=model.quarters()).cycle();
    bencher.bench_local(|| steps::quarter(&model, &mut workspace, quarters.next().unwrap()));
}

#[divan::bench(args = [Answer::None, Answer::Narrow, Answer::Full])]
fn learning_step(bencher: divan::Bencher<'_, '_>, answer: Answer) {
    let model = model("article5-like");
    let mut workspace = model.workspace();
    steps::restart(&model, &mut workspace);
    bencher.bench_local(|| steps::learn(&model, &mut workspace, divan::black_box(answer)));
}

#[divan::bench]
fn choice_of_moscow(bencher: divan::Bencher<'_, '_>) {
    let model = model("article5-like");
    let mut workspace = model.workspace();
    model.run(2026, 0, &mut workspace, |_| ());
    bencher.bench_local(|| steps::choose(&model, &mut workspace));
}
