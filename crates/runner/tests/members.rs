//! `members.csv` against what the model shows of a single replicate.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use article5_runner::config::Experiment;
use article5_runner::ensemble::{Ensemble, EnsembleError, RunControl};
use article5_runner::tables::Tables;

#[test]
fn each_number_of_a_member_is_in_its_own_column() {
    let text = "name = \"a\"\nreplicates = 1\nquarters = 8\nscenarios = [\"article5-like\"]";
    let experiment = Experiment::from_toml(text, "a.toml", Path::new(".")).unwrap();
    let ensemble = Ensemble::new(&experiment).unwrap();
    let mut rows = Vec::new();
    let control = RunControl { progress: &|_| (), stop: &AtomicBool::new(false) };
    ensemble
        .run(control, |point, tally| {
            rows = Tables::of_point(&ensemble, point, &tally).members;
            Ok::<_, EnsembleError>(())
        })
        .unwrap();

    let model = experiment.scenarios[0].model(&experiment.alliance, experiment.quarters).unwrap();
    let mut compared = 0;
    model.run(experiment.seed, 0, &mut model.workspace(), |seen| {
        let at = rows.iter().filter(|row| row.quarter == seen.quarter);
        for (member, row) in at.enumerate() {
            assert_eq!(row.iso3, experiment.alliance.members()[member].iso3.to_string());
            let told = [
                row.trust_mean,
                row.effort_mean,
                row.defence_mean,
                row.allied_cover_mean,
                row.moscow_cover_mean,
            ];
            let numbers =
                [seen.trust, seen.effort, seen.defence, seen.allied_cover, seen.moscow_cover]
                    .map(|of_members| of_members[member]);
            for (place, (told, number)) in told.into_iter().zip(numbers).enumerate() {
                // To the step of a grid of 2⁴⁰ steps.
                assert!((told - number).abs() < 1e-11, "{} {place}: {told} {number}", row.iso3);
                let alike = numbers.iter().filter(|other| (*other - number).abs() < 1e-6).count();
                assert_eq!(alike, 1, "{} {place}: the example shows nothing", row.iso3);
            }
            assert_eq!(row.in_force, f64::from(u8::from(seen.in_force.contains(member))));
            compared += 1;
        }
    });
    assert_eq!(compared, rows.len());
    assert!(compared > experiment.alliance.len(), "the example shows nothing");
}
