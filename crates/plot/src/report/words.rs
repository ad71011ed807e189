//! The names of risks, and numbers with their intervals, as a reader who is no modeller wants them.

use article5_runner::numbers::{counted, number, percent_decimals, signed};
use article5_runner::outcome::Risk;

use crate::charts::words::plain;

/// A risk's name in a table's header or at the start of a sentence.
pub(super) fn risk_label(name: &str) -> String {
    let label = match Risk::named(name) {
        Some(Risk::Tiered) => "Tiered alliance",
        Some(Risk::TieredAllied) => "Tiered in allies’ eyes",
        Some(Risk::TieredMoscow) => "Tiered in Moscow’s eyes",
        Some(Risk::Ruptured) => "Ruptured alliance",
        Some(Risk::WarResumed) => "Renewed war in Ukraine",
        Some(Risk::AllyAttacked) => "Attack on an ally",
        Some(Risk::UsRussiaWar) => "US answers an attack with force",
        Some(Risk::BackstopAbandoned) => "Backstop abandoned",
        None => return sentence(&plain(name)),
    };
    label.to_owned()
}

/// What it means that a risk has happened, where it is one of the model's.
pub(super) fn meaning(name: &str) -> Option<&'static str> {
    // What follows says what it means that the risk holds at one quarter, which the page leaves out.
    let meaning = Risk::named(name)?.meaning();
    meaning.split("; at a quarter").next()
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
    fn every_risk_of_the_model_has_a_name_of_its_own() {
        let labels: std::collections::BTreeSet<String> =
            Risk::ALL.into_iter().map(|risk| risk_label(risk.name())).collect();
        assert_eq!(labels.len(), Risk::ALL.len());
        assert_eq!(risk_label("a_new_risk"), "A new risk");
    }
}
