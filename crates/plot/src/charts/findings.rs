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

/// What scenarios are compared with; `None` where there is one scenario.
pub(super) fn reference(tables: &Tables) -> Option<&str> {
    tables.comparisons.first().map(|row| row.reference.as_str())
}

/// The largest of the differences that are clear of zero.
pub(super) fn strongest<'a>(
    differences: impl Iterator<Item = &'a Comparison>,
) -> Option<&'a Comparison> {
    differences
        .filter(|row| is_clear(row))
        .max_by(|a, b| a.difference.abs().total_cmp(&b.difference.abs()))
}
