//! The names of risks and lengths of time, for a reader who is no modeller.

use article5_runner::numbers::counted;
use article5_runner::outcome::{Risk, Thresholds};

use crate::charts::words::{RiskWords, capitalised, plain};

/// A risk's name in a table's header or at the start of a sentence.
pub(super) fn risk_label(name: &str) -> String {
    let title = |risk: Risk| RiskWords::of(risk).title.to_owned();
    Risk::named(name).map_or_else(|| capitalised(&plain(name)), title)
}

/// What it means that a risk has happened, if it is one of the model's; with the quarters that it
/// must last, if they are known.
pub(super) fn meaning(name: &str, thresholds: &Thresholds) -> Option<String> {
    Some(Risk::named(name)?.happened(thresholds))
}

/// Whether a risk can last, so that it is worth saying how often it holds at the horizon.
pub(super) fn lasts(name: &str) -> bool {
    Risk::named(name).is_some_and(Risk::lasts)
}

/// What is the case while a risk that can last holds, if that is not what its having happened
/// means.
pub(super) fn while_it_holds(name: &str) -> Option<&'static str> {
    Risk::named(name).filter(|risk| risk.lasts())?.at_a_quarter()
}

/// A length of time, in years if it is a whole number of them.
pub(super) fn span(quarters: u32) -> String {
    const QUARTERS_A_YEAR: u32 = 4;
    if quarters.is_multiple_of(QUARTERS_A_YEAR) {
        return counted((quarters / QUARTERS_A_YEAR).into(), "year", "years");
    }
    counted(quarters.into(), "quarter", "quarters")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quarters_that_a_state_must_last_are_told_where_they_are_known() {
        let lasting = |quarters| Thresholds { sustain: quarters, ..Thresholds::default() };
        let meaning = |name, quarters| meaning(name, &lasting(quarters));
        for risk in Risk::ALL {
            let told = meaning(risk.name(), Some(3.0)).unwrap();
            assert!(!told.contains("measure.") && !told.contains("so long"), "{told}");
        }
        assert!(meaning("tiered_moscow", Some(3.0)).unwrap().ends_with("for 3 quarters"));
        assert!(meaning("ruptured", Some(1.0)).unwrap().ends_with("for 1 quarter"));
        assert!(meaning("ruptured", None).unwrap().contains("measure.sustain"));
    }

    #[test]
    fn every_risk_of_the_model_has_a_name_of_its_own() {
        let labels: std::collections::BTreeSet<String> =
            Risk::ALL.into_iter().map(|risk| risk_label(risk.name())).collect();
        assert_eq!(labels.len(), Risk::ALL.len());
        assert_eq!(risk_label("a_new_risk"), "A new risk");
    }
}
