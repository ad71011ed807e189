//! What a headline may claim: differences whose intervals are clear of zero.

use article5_runner::numbers::{estimate, number};
use article5_runner::tables::Tables;
use article5_runner::tables::rows::{Comparison, Summary};
use article5_runner::tally::normal;

/// Decimals of a difference or a mean, at least.
const DECIMALS: usize = 2;

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

/// How large a difference is, without its sign, with its interval.
pub(super) fn size(difference: f64, (low, high): (f64, f64)) -> String {
    let (low, high) = if difference < 0.0 { (-high, -low) } else { (low, high) };
    estimate(difference.abs(), low, high, DECIMALS)
}

/// A mean with its 95 % interval; of a single replicate alone.
pub(super) fn mean(row: &Summary) -> String {
    let (low, high) = normal(row.mean, row.se.unwrap_or_default());
    match row.se {
        Some(_) => estimate(row.mean, low, high, DECIMALS),
        None => number(row.mean, DECIMALS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decrease_is_as_large_as_its_interval_turned_round() {
        assert_eq!(size(-0.2, (-0.3, -0.1)), "0.20 (0.10 to 0.30)");
        assert_eq!(size(0.2, (0.1, 0.3)), "0.20 (0.10 to 0.30)");
    }
}
