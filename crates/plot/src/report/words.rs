//! The names of risks, and numbers with their intervals, as a reader who is no modeller wants them.

use article5_runner::numbers::{counted, number, percent_decimals, signed};
use article5_runner::outcome::{Risk, SUSTAINED};

use crate::charts::words::{RiskWords, plain};

/// A risk's name in a table's header or at the start of a sentence.
pub(super) fn risk_label(name: &str) -> String {
    let title = |risk: Risk| RiskWords::of(risk).title.to_owned();
    Risk::named(name).map_or_else(|| sentence(&plain(name)), title)
}

/// What it means that a risk has happened, where it is one of the model's; with the quarters that
/// it must last, where they are known.
pub(super) fn meaning(name: &str, sustain: Option<f64>) -> Option<String> {
    // What follows says what it means that the risk holds at one quarter, which the page leaves out.
    let meaning = Risk::named(name)?.meaning().split("; at a quarter").next()?;
    let Some(sustain) = sustain else { return Some(meaning.to_owned()) };
    let lasting = counted(sustain as u64, "quarter", "quarters");
    Some(meaning.replace(SUSTAINED, &lasting).replace("for so long", &format!("for {lasting}")))
}

/// The text with its first letter large.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A difference of shares in percentage points, with its interval where there is one:
/// `+9.3 points (8.4 to 10.3)`.
pub(super) fn points(difference: f64, interval: Option<(f64, f64)>) -> String {
    let Some((low, high)) = interval else {
        return format!("{} points", signed(100.0 * difference, 1));
    };
    let decimals = point_decimals(difference, low, high);
    format!(
        "{} points ({} to {})",
        signed(100.0 * difference, decimals),
        number(100.0 * low, decimals),
        number(100.0 * high, decimals)
    )
}

/// The decimals of a difference in points: as many as its interval bears, and where an end is not 0,
/// one or two more so that it is not shown as 0.
pub(super) fn point_decimals(difference: f64, low: f64, high: f64) -> usize {
    const MOST: usize = 3;
    let least = percent_decimals(difference.abs(), low, high);
    let is_told = |end: f64, decimals: usize| {
        end == 0.0 || number(100.0 * end, decimals).bytes().any(|sign| matches!(sign, b'1'..=b'9'))
    };
    (least..MOST).find(|&own| is_told(low, own) && is_told(high, own)).unwrap_or(MOST)
}

/// A length of time: in years where it is whole years.
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
    fn a_difference_is_given_in_points_with_the_decimals_its_interval_bears() {
        assert_eq!(points(0.0934, Some((0.084, 0.1031))), "+9.3 points (8.4 to 10.3)");
        assert_eq!(points(-0.43, Some((-0.46, -0.40))), "−43 points (−46 to −40)");
        assert_eq!(points(0.004, Some((-0.004, 0.012))), "+0.4 points (−0.4 to 1.2)");
        assert_eq!(points(0.5, None), "+50.0 points");
        // An end that is not 0 is not shown as 0, or what is clear of it would look as if it were not.
        assert_eq!(points(0.0022, Some((0.0001, 0.0043))), "+0.22 points (0.01 to 0.43)");
    }

    #[test]
    fn the_quarters_that_a_state_must_last_are_told_where_they_are_known() {
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
