//! The names of risks and outcomes in headlines and panel titles, and their numbers in tips.

use article5_runner::config::{is_switch, parameter, setting_in_words};
use article5_runner::numbers::{number, short_range};
use article5_runner::outcome::Risk;
use article5_runner::tables::rows::SummaryRow;
use itertools::Itertools;

use crate::Wording;
use crate::axes::ValueAxis;

/// What a risk is called.
pub(crate) struct RiskWords {
    /// The name over a panel, in a table's header, at the start of a sentence.
    pub(crate) title: &'static str,
    /// The noun, as in "the chance of a tiered alliance".
    pub(super) noun: &'static str,
    /// The clause in a sentence about runs in which it has happened.
    pub(super) clause: &'static str,
}

impl RiskWords {
    /// The words for a risk.
    pub(crate) fn of(risk: Risk) -> Self {
        let (title, noun, clause) = match risk {
            Risk::Tiered => {
                ("Tiered alliance", "a tiered alliance", "the alliance has become tiered")
            }
            Risk::TieredAllied => (
                "Tiered in allies’ eyes",
                "a tiered alliance in the allies’ eyes",
                "the alliance has become tiered in the allies’ eyes",
            ),
            Risk::TieredMoscow => (
                "Tiered in Moscow’s eyes",
                "a tiered alliance in Moscow’s eyes",
                "the alliance has become tiered in Moscow’s eyes",
            ),
            Risk::Ruptured => (
                "Ruptured alliance",
                "a ruptured alliance",
                "most allies have ceased to count on the US",
            ),
            Risk::WarResumed => {
                ("Renewed war in Ukraine", "renewed war", "war in Ukraine has resumed")
            }
            Risk::AllyAttacked => {
                ("Attack on an ally", "an attack on an ally", "an ally has been attacked")
            }
            Risk::UsRussiaWar => (
                "US answers with force",
                "a US answer with force to an attack",
                "the US has answered an attack with force",
            ),
            Risk::BackstopAbandoned => {
                ("Backstop abandoned", "an abandoned backstop", "the backstop has been abandoned")
            }
        };
        Self { title, noun, clause }
    }
}

/// A risk or an outcome as a noun.
pub(super) fn noun(outcome: &str) -> String {
    Risk::named(outcome).map_or_else(|| plain(outcome), |risk| RiskWords::of(risk).noun.to_owned())
}

/// A name of the tables as words: `probes Ukraine` for `probes_ukraine`, `trust of EST` for
/// `trust_EST`.
pub(crate) fn plain(name: &str) -> String {
    let ally = name.strip_prefix("trust_").filter(|code| code.contains(char::is_uppercase));
    if let Some(code) = ally {
        return format!("trust of {code}");
    }
    let word = |word| match word {
        "ukraine" => "Ukraine",
        "kyiv" => "Kyiv",
        "moscow" => "Moscow",
        other => other,
    };
    name.split('_').map(word).join(" ")
}

/// The title of a panel about an outcome under a scenario, or about its difference between two.
pub(super) fn title(outcome: &str, scenario: &str, reference: &str, wording: Wording) -> String {
    match wording {
        Wording::English => title_in_words(outcome, scenario, reference),
        Wording::Neutral if reference.is_empty() => format!("{outcome}: {scenario}"),
        Wording::Neutral => format!("{outcome}: {scenario} − {reference}"),
    }
}

/// The noun with a capital, then the scenario, or the two that are compared.
fn title_in_words(outcome: &str, scenario: &str, reference: &str) -> String {
    let noun = capitalised(&noun(outcome));
    let against = if reference.is_empty() { String::new() } else { format!(" less {reference}") };
    format!("{noun}: {scenario}{against}")
}

/// The text with its first letter capitalised.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// How a share is distributed over the replicates, by the quantiles in the tables.
pub(super) fn distribution(row: &SummaryRow, wording: Wording) -> String {
    let SummaryRow { q05, q25, q50, q75, q95, .. } = row;
    let (half, most) = (short_range(*q25, *q75, 2), short_range(*q05, *q95, 2));
    let median = wording.pick("median", "q50");
    format!("{median} {} (50%: {half}; 90%: {most})", number(*q50, 2))
}

/// A parameter's key; in English with what it means, if the model knows it.
pub(super) fn with_meaning(key: &str, wording: Wording) -> String {
    let known = parameter(key).ok().filter(|_| wording == Wording::English);
    known.map_or_else(|| key.to_owned(), |known| format!("{key}: {}", known.meaning))
}

/// The same with as much of the meaning as fits: all of it, its first clause, or the key alone.
pub(super) fn within(key: &str, wording: Wording, fits: impl Fn(&str) -> bool) -> String {
    const ENDS: [char; 4] = [':', ';', ',', '('];
    let whole = with_meaning(key, wording);
    let first = whole.strip_prefix(key).and_then(|rest| rest.strip_prefix(": "));
    let first = first.and_then(|meaning| meaning.split(ENDS).next());
    let first = first.map(|clause| format!("{key}: {}", clause.trim_end()));
    let fitting = [Some(whole), first].into_iter().flatten().find(|words| fits(words));
    fitting.unwrap_or_else(|| key.to_owned())
}

/// A value of a parameter that varies between two ends: that of a switch in words (off or on), a
/// long number rounded to a fiftieth of the range.
pub(super) fn setting(key: &str, value: f64, range: (f64, f64), wording: Wording) -> String {
    const SHORT: usize = 5;
    let is_short = |exact: &str| exact.len() <= SHORT;
    exact(key, value, is_short, wording).unwrap_or_else(|| rounded(key, value, range, wording))
}

/// The same of a value that is one of few: with up to four decimals it is not rounded.
pub(super) fn level(key: &str, value: f64, range: (f64, f64), wording: Wording) -> String {
    const MOST: usize = 4;
    let is_short = |exact: &str| decimals(exact) <= MOST;
    exact(key, value, is_short, wording).unwrap_or_else(|| rounded(key, value, range, wording))
}

/// A value as it is, unless it is told in words or not short.
fn exact(
    key: &str,
    value: f64,
    is_short: impl Fn(&str) -> bool,
    wording: Wording,
) -> Option<String> {
    let exact = value.to_string();
    (is_short(&exact) && !is_in_words(key, wording)).then(|| exact.replace('-', "−"))
}

/// How many decimals a number is written with.
pub(super) fn decimals(written: &str) -> usize {
    written.split_once('.').map_or(0, |(_, decimals)| decimals.len())
}

/// The same with every number rounded to a fiftieth of the range.
pub(super) fn rounded(key: &str, value: f64, (low, high): (f64, f64), wording: Wording) -> String {
    const STEPS: u32 = 50;
    if is_in_words(key, wording) {
        return setting_in_words(key, value);
    }
    number(value, ValueAxis::covering(low, high, STEPS).decimals())
}

/// Whether a parameter's values are told in words: those of a switch are, but no language has a
/// word for them.
fn is_in_words(key: &str, wording: Wording) -> bool {
    is_switch(key) && wording == Wording::English
}

/// The verb for one, or for several.
pub(super) fn verb(count: usize, one: &'static str, several: &'static str) -> &'static str {
    if count == 1 { one } else { several }
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
pub(crate) fn first_of(names: &[impl AsRef<str>], most: usize) -> String {
    match names.split_at_checked(most) {
        Some((named, rest @ [_, ..])) => {
            let named = named.iter().map(AsRef::as_ref).join(", ");
            format!("{named} and {} more", rest.len())
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
        assert_eq!(noun("trust_EST"), "trust of EST");
    }

    #[test]
    fn a_parameter_is_named_with_as_much_of_its_meaning_as_fits() {
        let key = "learning.prior_sd_exposure";
        let named =
            |most: usize| within(key, Wording::English, |words| words.chars().count() <= most);
        assert!(named(1_000).ends_with("being about exposure"), "{}", named(1_000));
        assert_eq!(named(90), format!("{key}: observers' prior sd of the exposure coefficient"));
        assert_eq!(named(20), key);
        assert_eq!(within("not.known", Wording::English, |_| true), "not.known");
    }

    #[test]
    fn a_value_is_exact_where_that_is_short_and_else_as_fine_as_its_range() {
        let told =
            |key: &str, value: f64, wording: Wording| setting(key, value, (0.0, 100.0), wording);
        assert_eq!(told("russia.precision", 0.125, Wording::English), "0.125");
        assert_eq!(told("russia.precision", 12.3456, Wording::English), "12");
        assert_eq!(told("guarantee.arms", -0.5, Wording::English), "−0.5");
        assert_eq!(told("guarantee.pledge", 1.0, Wording::Neutral), "1");
        assert_ne!(told("guarantee.pledge", 1.0, Wording::English), "1");
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
        let title = |wording: Wording| {
            [("tiered", ""), ("trust_mean", "y")].map(|(of, less)| title(of, "x", less, wording))
        };
        assert_eq!(title(Wording::English), ["A tiered alliance: x", "Trust mean: x less y"]);
        assert_eq!(title(Wording::Neutral), ["tiered: x", "trust_mean: x − y"]);
    }
}
