//! How long a replicate takes, by scenario: 40 quarters, 31 allies.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test or a benchmark may stop")]

use article5_model::alliance::Alliance;
use article5_model::model::Model;
use article5_model::scenario::Scenario;
use article5_model::vector::Level;

fn main() {
    divan::main();
}

fn model(scenario: &str) -> Model {
    let scenario = Scenario::builtin(scenario).unwrap();
    let parameters = scenario.parameters().unwrap();
    Model::new(&Alliance::nato(), &parameters, &scenario.events, 40).unwrap()
}

fn run(bencher: divan::Bencher<'_, '_>, model: &Model) {
    let mut workspace = model.workspace();
    let mut replicate = 0;
    bencher.counter(divan::counter::ItemsCount::new(model.quarters())).bench_local(|| {
        let mut trust = 0.0;
        model.run(2026, replicate, &mut workspace, |quarter| trust += quarter.trust_mean);
        replicate += 1;
        trust
    });
}

#[divan::bench(args = ["no-guarantee", "article5-like", "ironclad"])]
fn replicate(bencher: divan::Bencher<'_, '_>, scenario: &str) {
    run(bencher, &model(scenario));
}

/// The same replicates on each set of vector instructions that the machine has.
#[divan::bench(args = Level::available())]
fn level(bencher: divan::Bencher<'_, '_>, level: &Level) {
    run(bencher, &model("article5-like").on(*level));
}
