//! Surveys from outside: their means against the tallies of the same replicates, and indices and
//! boxes against what is known.

#![expect(clippy::unwrap_used, reason = "a test's helper fails the test")]

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use article5_runner::config::Experiment;
use article5_runner::ensemble::{Ensemble, EnsembleError, RunControl};
use article5_runner::notes::Found;
use article5_runner::outcome::{Outcome, Risk};
use article5_runner::sensitivity::{Answers, BATCHES, Survey, SurveyError, subjects};

const SMALL: &str = "name = \"small\"\nquarters = 8\nreplicates = 40\n\
     scenarios = [\"no-guarantee\", \"article5-like\"]\n";

const SALTELLI: &str = "[design]\nkind = \"saltelli\"\npoints = 8\n[design.vary]\n\
     \"response.tripwire\" = \"range\"\n\"learning.prior_sd_exposure\" = \"range\"\n";

fn read(text: &str) -> Experiment {
    Experiment::from_toml(text, "test.toml", Path::new("")).unwrap()
}

fn control(stop: &AtomicBool) -> RunControl<'_> {
    RunControl { progress: &|_| (), stop }
}

#[test]
fn the_means_of_a_survey_are_those_of_the_tallies() {
    let asked = "[sensitivity]\nscenario = \"article5-like\"\nreference = \"no-guarantee\"\n\
         outcomes = [\"trust_mean\", \"war_resumed\"]\n\
         [discovery]\nscenario = \"no-guarantee\"\noutcome = \"war_resumed\"\nat_least = 0.5\n";
    let experiment = read(&format!("{SMALL}{SALTELLI}{asked}"));
    let ensemble = Ensemble::new(&experiment).unwrap();
    let stop = AtomicBool::new(false);
    let survey = Survey::run(&ensemble, subjects(&experiment), control(&stop)).unwrap();
    let mut tallied = Vec::new();
    ensemble
        .run(control(&stop), |_, tally| {
            let trust = |scenario: usize| {
                let own = tally.scenarios()[scenario].outcome(8, Outcome::TrustMean).unwrap();
                own.mean().unwrap()
            };
            let war = |scenario: usize| {
                tally.scenarios()[scenario].risk(8, Risk::WarResumed).unwrap().by as f64 / 40.0
            };
            tallied.push([trust(1) - trust(0), war(1) - war(0), war(0)]);
            Ok::<_, EnsembleError>(())
        })
        .unwrap();
    let rows = survey.rows();
    assert_eq!(rows.len(), 3 * 32);
    for (place, row) in rows.iter().enumerate() {
        // A tally's mean is off by at most 2⁻⁴¹ of the range, a difference by twice that.
        let expected = tallied[row.point as usize][place / 32];
        assert!((row.mean - expected).abs() < 1e-12, "{row:?}, tallied {expected}");
    }
}

#[test]
fn what_was_found_before_and_what_is_reported_make_the_whole_survey() {
    let asked = "[sensitivity]\nscenario = \"no-guarantee\"\noutcomes = [\"trust_mean\"]\n";
    let experiment = read(&format!("{SMALL}{SALTELLI}{asked}"));
    let ensemble = Ensemble::new(&experiment).unwrap();
    let asked = subjects(&experiment);
    let found: Found<_> = [0, 5, 6].map(|point| (point, vec![0.5; BATCHES as usize])).into();
    // One scenario of 40 replicates at each point.
    assert_eq!(Survey::finished(&ensemble, &asked, &found), 3 * 40);
    let (stop, reported) = (AtomicBool::new(false), AtomicU64::new(0));
    let progress = |count| {
        reported.fetch_add(count, Ordering::Relaxed);
    };
    let control = RunControl { progress: &progress, stop: &stop };
    let survey = Survey::run_from(&ensemble, asked, control, found, None).unwrap();
    assert_eq!(reported.into_inner(), 29 * 40);
    assert_eq!(survey.rows().len(), 32);
}

#[test]
fn a_parameter_that_nothing_reads_has_no_influence() {
    let asked = "[sensitivity]\nscenario = \"no-guarantee\"\noutcomes = [\"trust_mean\"]\n";
    let experiment = read(&format!("{SMALL}{SALTELLI}{asked}"));
    let ensemble = Ensemble::new(&experiment).unwrap();
    let stop = AtomicBool::new(false);
    let survey = Survey::run(&ensemble, subjects(&experiment), control(&stop)).unwrap();
    let answers = Answers::new(&survey).unwrap();
    let rows = answers.sensitivity_rows();
    assert_eq!(rows[0].parameter, "response.tripwire");
    // Without a backstop there is no tripwire: on common shocks nothing changes at all.
    assert_eq!((rows[0].first, rows[0].total), (Some(0.0), Some(0.0)));
    assert!(rows[1].total > Some(0.5), "{rows:?}");
}

#[test]
fn replicates_that_make_no_batches_and_a_stopping_rule_are_refused() {
    let asked = "[sensitivity]\nscenario = \"no-guarantee\"\noutcomes = [\"tiered\"]\n";
    let few = read(&format!("{SMALL}{SALTELLI}{asked}").replace("= 40", "= 30"));
    let rule = "[stop]\noutcome = \"tiered\"\nhalf_width = 0.1\nmax_replicates = 100\n";
    let stopped = read(&format!("{SMALL}{SALTELLI}{asked}{rule}"));
    for (experiment, refused) in [(few, "batches"), (stopped, "[stop]")] {
        let ensemble = Ensemble::new(&experiment).unwrap();
        let stop = AtomicBool::new(false);
        let error = Survey::run(&ensemble, subjects(&experiment), control(&stop)).unwrap_err();
        assert!(matches!(error, SurveyError::Batches { .. } | SurveyError::Stop));
        assert!(error.to_string().contains(refused), "{error}");
    }
}

#[test]
fn what_is_left_outside_the_boxes_is_no_box_that_is_too_thin() {
    // War resumes nearly everywhere, so that the first box leaves hardly any point.
    let text = "name = \"all\"\nquarters = 12\nreplicates = 60\nscenarios = [\"no-guarantee\"]\n\
         [design]\nkind = \"sobol\"\npoints = 64\n[design.vary]\n\
         \"learning.prior_sd_exposure\" = \"range\"\n\"response.exposure\" = \"range\"\n\
         [discovery]\noutcome = \"war_resumed\"\nscenario = \"no-guarantee\"\nat_least = 0.1\n\
         density = 0.5\nboxes = 4\n";
    let experiment = read(text);
    let ensemble = Ensemble::new(&experiment).unwrap();
    let stop = AtomicBool::new(false);
    let survey = Survey::run(&ensemble, subjects(&experiment), control(&stop)).unwrap();
    let answers = Answers::new(&survey).unwrap();
    let first = &answers.box_rows()[0];
    let left = 64 - first.points;
    let of_interest = survey.rows().iter().filter(|row| row.mean >= 0.1).count() as u64;
    let left_of_interest = of_interest - first.points_of_interest;
    // They are as dense as asked for, but without one of them they are fewer than a twentieth of all.
    assert!(
        left_of_interest < left && 2 * left_of_interest >= left,
        "{left_of_interest} of {left}"
    );
    assert!((left - 1) * 20 < 64, "{left}");
    let told = format!(
        "there is no box 2 of the 4 sought: outside the earlier ones {left} points are left, and the \
         best cut brings no greater density or leaves fewer than 5 % of all points"
    );
    assert!(answers.to_string().contains(&told), "{answers}");
}

#[test]
fn a_box_is_found_where_the_outcome_is_made() {
    // Most allies count as lost to the US where the level that counts as lost is high.
    let text = "name = \"box\"\nquarters = 8\nreplicates = 20\nscenarios = [\"article5-like\"]\n\
         [design]\nkind = \"sobol\"\npoints = 128\n[design.vary]\n\
         \"politics.administration_shift\" = \"range\"\n\"measure.rupture_level\" = { low = 0.2, high = 0.8 }\n\
         [discovery]\noutcome = \"ruptured\"\nat_least = 0.5\nboxes = 2\n";
    let experiment = read(text);
    let ensemble = Ensemble::new(&experiment).unwrap();
    let stop = AtomicBool::new(false);
    let survey = Survey::run(&ensemble, subjects(&experiment), control(&stop)).unwrap();
    let answers = Answers::new(&survey).unwrap();
    let rows = answers.box_rows();
    let level = rows.iter().find(|row| row.parameter == "measure.rupture_level").unwrap();
    assert!((0.3..0.45).contains(&level.low) && level.density >= 0.8, "{level:?}");
    // The box holds the points between the limits of its rows.
    let keys = &ensemble.design().keys;
    let means: Vec<f64> = survey.rows().iter().map(|row| row.mean).collect();
    let inside = |point: usize| {
        rows.iter().filter(|row| row.number == level.number).all(|row| {
            let column = keys.iter().position(|key| *key == row.parameter).unwrap();
            (row.low..=row.high).contains(&ensemble.design().points[[point, column]])
        })
    };
    let in_box: Vec<usize> = (0..means.len()).filter(|&point| inside(point)).collect();
    assert_eq!(level.points, in_box.len() as u64);
    let both = in_box.iter().filter(|&&point| means[point] >= 0.5).count();
    assert_eq!(level.points_of_interest, both as u64);
    // Without the limit 81 of 128 points are of interest: scipy.stats.binom.sf(80, 96, 81 / 128).
    assert_eq!((in_box.len(), both), (96, 81));
    assert!((level.quasi_p.unwrap() / 4.480_131_096_474_706e-6 - 1.0).abs() < 1e-12, "{level:?}");
    assert_eq!(level.reproduced_coverage, 1.0);
    // A real box is nearly as good on the halves that it was not chosen from.
    assert!((level.density_held_out.unwrap() - level.density).abs() < 0.1, "{level:?}");
    assert!((level.coverage_held_out.unwrap() - level.coverage).abs() < 0.1, "{level:?}");
    assert!(answers.to_string().contains("on points held out: density 0."), "{answers}");
    assert!(answers.to_string().contains("box 1: density"));
    // It holds nearly all that is of interest.
    assert!(
        answers.to_string().contains("there is no box 2 of the 2 sought: outside"),
        "{answers}"
    );
}
