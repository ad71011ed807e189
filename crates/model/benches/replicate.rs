//! How long a replicate takes, by scenario: 40 quarters, 31 allies.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test or a benchmark may stop")]

use article5_model::alliance::Alliance;
use article5_model::model::Model;
use article5_model::scenario::Scenario;

fn main() {
    divan::main();
}

#[divan::bench(args = ["no-guarantee", "article5-like", "ironclad"])]
fn replicate(bencher: divan::Bencher<'_, '_>, scenario: &str) {
    let scenario = Scenario::builtin(scenario).unwrap();
    let parameters = scenario.parameters().unwrap();
    let model = Model::new(&Alliance::nato(), &parameters, &scenario.events, 40).unwrap();
    let mut workspace = model.workspace();
    let mut replicate = 0;
    bencher.counter(divan::counter::ItemsCount::new(40u32)).bench_local(|| {
        let mut trust = 0.0;
        model.run(2026, replicate, &mut workspace, |quarter| trust += quarter.trust_mean);
        replicate += 1;
        trust
    });
}
