//! What risks and outcomes are called in headlines and panel titles, and their numbers in tips.

use article5_runner::config::{is_switch, setting_in_words};
use article5_runner::numbers::number;
use article5_runner::tables::rows::SummaryRow;

use crate::axes::ValueAxis;

/// A risk or an outcome as a noun, as in "what decides a tiered alliance".
pub(super) fn noun(outcome: &str) -> String {
    match outcome {
        "tiered" => "a tiered alliance".to_owned(),
        "tiered_allied" => "a tiered alliance in the allies’ eyes".to_owned(),
        "tiered_moscow" => "a tiered alliance in Moscow’s eyes".to_owned(),
        "ruptured" => "a ruptured alliance".to_owned(),
        "war_resumed" => "renewed war".to_owned(),
        "ally_attacked" => "an attack on an ally".to_owned(),
        "us_russia_war" => "war between the US and Russia".to_owned(),
        "backstop_abandoned" => "an abandoned backstop".to_owned(),
        other => plain(other),
    }
}

/// A name of the tables as words: `probes Ukraine` for `probes_ukraine`.
pub(crate) fn plain(name: &str) -> String {
    let word = |word: &str| match word {
        "ukraine" => "Ukraine".to_owned(),
        "kyiv" => "Kyiv".to_owned(),
        "moscow" => "Moscow".to_owned(),
        other => other.to_owned(),
    };
    name.split('_').map(word).collect::<Vec<_>>().join(" ")
}

/// The same with a capital, and under which scenario, or between which two: for a panel's title.
pub(super) fn title(outcome: &str, scenario: &str, reference: &str) -> String {
    let noun = noun(outcome);
    let mut letters = noun.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let against = if reference.is_empty() { String::new() } else { format!(" less {reference}") };
    format!("{first}{}: {scenario}{against}", letters.as_str())
}

/// How a share is distributed over the replicates, by the quantiles in the tables.
pub(super) fn distribution(row: &SummaryRow) -> String {
    let SummaryRow { q05, q25, q50, q75, q95, .. } = row;
    let [q05, q25, q50, q75, q95] = [q05, q25, q50, q75, q95].map(|value| number(*value, 2));
    format!("median {q50} (50%: {q25}–{q75}; 90%: {q05}–{q95})")
}

/// A value of a parameter that varies between two ends: a switch off or on, a long number rounded to
/// a fiftieth of the range.
pub(super) fn setting(key: &str, value: f64, (low, high): (f64, f64)) -> String {
    const SHORT: usize = 5;
    const STEPS: u32 = 50;
    if is_switch(key) {
        return setting_in_words(key, value);
    }
    let exact = value.to_string();
    if exact.len() <= SHORT {
        return exact.replace('-', "−");
    }
    number(value, ValueAxis::covering(low, high, STEPS).decimals())
}

/// Names in a list: `a`, `a and b`, `a, b and c`.
pub(crate) fn list(names: &[impl AsRef<str>]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The first few names, and how many more there are: `a, b and 3 more`.
pub(super) fn first_of(names: &[&str], most: usize) -> String {
    match names.split_at_checked(most) {
        Some((named, rest @ [_, ..])) => {
            format!("{} and {} more", named.join(", "), rest.len())
        }
        _ => list(names),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_and_capitals_keep_their_capitals() {
        assert_eq!(plain("p_full_kyiv"), "p full Kyiv");
        assert_eq!(noun("probes_ukraine"), "probes Ukraine");
    }

    #[test]
    fn every_risk_has_a_noun_of_its_own() {
        for risk in article5_runner::outcome::Risk::ALL {
            assert_ne!(noun(risk.name()), risk.name().replace('_', " "));
        }
    }

    #[test]
    fn a_list_names_all_or_says_how_many_more() {
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(first_of(&["a", "b", "c"], 3), "a, b and c");
        assert_eq!(first_of(&["a", "b", "c"], 2), "a, b and 1 more");
    }

    #[test]
    fn a_title_says_of_which_scenario_and_against_which() {
        assert_eq!(title("tiered", "x", ""), "A tiered alliance: x");
        assert_eq!(title("trust_mean", "x", "y"), "Trust mean: x less y");
    }
}
