//! Ranges of one's own, as of an expert, in place of the plausible ones of `parameters.csv`.

use std::collections::{BTreeMap, BTreeSet};

use article5_model::parameters::{Kind, PARAMETERS, Parameter};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::dates::as_typed;
use super::design::{Values, Vary};
use super::document::Place;
use super::error::ConfigError;
use super::parameters::{about, check, row};

/// The remedy for a switch among what varies over a range, under uncertainty or over a space. No
/// design can be beside a space.
pub(super) const OF_A_SWITCH: &str = "a switch has no range: take it out here, and set it to true in one \
                                      scenario and to false in another";

/// A range as typed in.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RangeTable {
    /// Its low end.
    pub low: f64,
    /// Its high end, above the low one.
    pub high: f64,
}

/// Ranges as typed in, by parameter key.
pub type RangeTables = BTreeMap<String, RangeTable>;

/// Checks ranges.
pub(super) fn resolve(
    ranges: &RangeTables,
    place: &Place<'_>,
) -> Result<BTreeMap<String, Values>, ConfigError> {
    let own = |(key, range): (&String, &RangeTable)| {
        let place = place.get(key);
        let (_, row) = row(key, &place)?;
        let values = interval([range.low, range.high], row, &place, OF_A_SWITCH)?;
        Ok((key.clone(), values))
    };
    ranges.iter().map(own).collect()
}

/// What these parameters vary over, in the order of `parameters.csv`: each over its own range if it
/// has one, else over its plausible range.
pub(super) fn vary(keys: &BTreeSet<String>, mut ranges: BTreeMap<String, Values>) -> Vec<Vary> {
    let rows = PARAMETERS.iter().filter(|row| keys.contains(&row.key));
    rows.map(|row| {
        let values = ranges.remove(&row.key).unwrap_or_else(|| plausible(row));
        Vary { key: row.key.clone(), values }
    })
    .collect()
}

/// Parameters that vary as they would be typed in: those that vary over their plausible range, and
/// the others with their ranges.
pub(super) fn typed(vary: &[Vary]) -> (Vec<String>, RangeTables) {
    let (mut keys, mut ranges) = (Vec::new(), RangeTables::new());
    for Vary { key, values } in vary {
        if PARAMETERS.iter().any(|row| row.key == *key && plausible(row) == *values) {
            keys.push(key.clone());
        } else {
            let (low, high) = values.ends();
            ranges.insert(key.clone(), RangeTable { low, high });
        }
    }
    (keys, ranges)
}

fn plausible(row: &Parameter) -> Values {
    Values::Range { low: row.low, high: row.high }
}

/// Checks an interval; `instead` is what to do with a switch, which has none.
pub(super) fn interval(
    [low, high]: [f64; 2],
    row: &Parameter,
    place: &Place<'_>,
    instead: &str,
) -> Result<Values, ConfigError> {
    let key = &row.key;
    if row.kind == Kind::Switch {
        return Err(place
            .wrong(format!("`{key}` is a switch and has no interval"), "an interval")
            .help(instead));
    }
    for (end, value) in [("low", low), ("high", high)] {
        check(row, value, &place.get(end))?;
    }
    if low >= high {
        let typed = |end, value: f64| as_typed(value, &place.get(end));
        let (low, high) = (typed("low", low), typed("high", high));
        let message = format!("the interval of `{key}` is {low} to {high}");
        return Err(place.wrong(message, "low must be below high").help(about(row)));
    }
    Ok(Values::Range { low: low + 0.0, high: high + 0.0 })
}
