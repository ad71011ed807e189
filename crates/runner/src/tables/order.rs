//! Puts tables that were sorted after the run wrote them back in order.

use std::collections::BTreeMap;

use csv::StringRecord;

use super::catalogue::Column;

/// The order in which a run writes rows, for tables that have since been sorted differently: by the
/// fields before the quarter, in the order of their first appearance, then by the quarter.
pub(super) struct Order {
    before: Vec<usize>,
    quarter: Option<usize>,
    seen: BTreeMap<Vec<String>, usize>,
}

impl Order {
    pub(super) fn of(columns: &[(usize, Column)]) -> Self {
        let quarter = columns.iter().position(|(_, column)| column.name == "quarter");
        let before = columns.iter().take(quarter.unwrap_or(0)).map(|(place, _)| *place);
        Self {
            before: before.collect(),
            quarter: quarter.and_then(|index| Some(columns.get(index)?.0)),
            seen: BTreeMap::new(),
        }
    }

    pub(super) fn place(&mut self, record: &StringRecord) -> (usize, u64) {
        let field = |place: &usize| record.get(*place).unwrap_or_default().to_owned();
        let next = self.seen.len();
        let first = *self.seen.entry(self.before.iter().map(field).collect()).or_insert(next);
        let quarter = self.quarter.and_then(|place| record.get(place)?.parse().ok());
        (first, quarter.unwrap_or(0))
    }
}
