//! What a headline may claim: differences whose intervals are clear of zero.

use article5_runner::tables::Tables;
use article5_runner::tables::rows::Comparison;

/// Whether the interval of the difference leaves out zero; never where there is no interval.
pub(super) fn is_clear(row: &Comparison) -> bool {
    row.low.is_some_and(|low| low > 0.0) || row.high.is_some_and(|high| high < 0.0)
}

/// The differences of a risk or an outcome from the reference, in the order of the scenarios.
pub(super) fn differences<'a>(
    tables: &'a Tables,
    outcome: &'a str,
) -> impl Iterator<Item = &'a Comparison> {
    tables.comparisons.iter().filter(move |row| row.outcome == outcome && row.point == 0)
}

/// The largest of those differences that are clear of zero.
pub(super) fn strongest<'a>(tables: &'a Tables, outcome: &'a str) -> Option<&'a Comparison> {
    differences(tables, outcome)
        .filter(|row| is_clear(row))
        .max_by(|a, b| a.difference.abs().total_cmp(&b.difference.abs()))
}

/// Names in a sentence, the first few and how many more: `a, b and 3 more`.
pub(super) fn list(names: &[&str], most: usize) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        _ if names.len() > most => {
            let (named, rest) = names.split_at(most);
            format!("{} and {} more", named.join(", "), rest.len())
        }
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
