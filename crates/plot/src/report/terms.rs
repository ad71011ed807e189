//! The terms that a report measures by, with the thresholds of the run.

use article5_runner::config::Experiment;
use article5_runner::tables::rows::AllianceRow;

use crate::charts::words::{capitalised, first_of};

/// A term and what it means.
pub(super) struct Term {
    pub(super) word: &'static str,
    pub(super) meaning: String,
}

/// How many frontline allies are named; the members table has them all.
const MAX_NAMED: usize = 12;

/// The terms of an experiment; the alliance says who is at the frontline.
pub(super) fn terms(experiment: &Experiment, alliance: &[AllianceRow]) -> Vec<Term> {
    let thresholds = experiment.thresholds();
    let frontline: Vec<&str> =
        alliance.iter().filter(|ally| ally.frontline == 1).map(|ally| ally.name.as_str()).collect();
    let named = match (thresholds.frontline_exposure, frontline.as_slice()) {
        (_, []) => ": none".to_owned(),
        (Some(_), allies) => format!(": {}", first_of(allies, MAX_NAMED)),
        (None, allies) => {
            format!("; under the first scenario {}", first_of(allies, MAX_NAMED))
        }
    };
    let exposure =
        "1 with a land border with Russia, otherwise lower the farther the capital is from it";
    let term = |word, meaning: String| Term { word, meaning: capitalised(&meaning) };
    vec![
        term("Frontline allies", format!("{} ({exposure}){named}", thresholds.frontline())),
        term("Two tiers", thresholds.tiers()),
        term("Most allies do not count on the US", thresholds.rupture()),
    ]
}
