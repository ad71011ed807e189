//! The chance of a risk with its interval, in the words that charts and the report have for it.

use article5_runner::analysis::Estimate;
use article5_runner::numbers::{percent, percent_decimals, percent_interval};
use article5_runner::tables::rows::RiskRow;

/// The chance that the risk has come about by the quarter of the row.
pub(crate) fn by(row: &RiskRow) -> Estimate {
    Estimate { value: row.by, low: row.by_low, high: row.by_high }
}

/// The chance that the risk holds at that quarter.
pub(crate) fn at(row: &RiskRow) -> Estimate {
    Estimate { value: row.at, low: row.at_low, high: row.at_high }
}

/// How many decimals its interval warrants.
pub(crate) fn decimals(Estimate { value, low, high }: Estimate) -> usize {
    percent_decimals(value, low, high)
}

/// A chance with its interval.
pub(crate) fn in_full(Estimate { value, low, high }: Estimate) -> String {
    percent_interval(value, low, high)
}

/// The same without the interval.
pub(crate) fn in_short(chance: Estimate) -> String {
    percent(chance.value, decimals(chance))
}
