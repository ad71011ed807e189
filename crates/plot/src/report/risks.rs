//! The headline tables: every risk by scenario, and its difference from the reference.

use article5_runner::analysis::Estimate;
use article5_runner::config::Experiment;
use article5_runner::numbers::{percent, percent_range, range, signed};
use article5_runner::outcome::{QuantityKind, Thresholds};
use article5_runner::tables::Tables;
use article5_runner::tables::rows::{ComparisonRow, RiskRow};
use itertools::Itertools;

use super::words::{lasts, meaning, risk_label, while_it_holds};
use crate::chance;
use crate::charts::words::capitalised;
use crate::claim::points_decimals;

/// A table with one row per scenario and one column per risk.
pub(super) struct RiskTable {
    pub(super) columns: Vec<RiskColumn>,
    pub(super) rows: Vec<ScenarioRow>,
}

/// What a column of a [`RiskTable`] is about.
#[derive(Clone)]
pub(super) struct RiskColumn {
    pub(super) label: String,
    pub(super) meaning: String,
}

/// A scenario's cells, one per risk.
pub(super) struct ScenarioRow {
    pub(super) scenario: String,
    pub(super) cells: Vec<Option<Cell>>,
}

/// An estimate: the number, what stands below it, and what it is sorted by.
pub(super) struct Cell {
    pub(super) value: String,
    pub(super) below: String,
    pub(super) sort: f64,
    /// Whether it is a difference whose interval is clear of zero, which is set in bold.
    pub(super) clear: bool,
}

/// What the tables say about the risks at the horizon.
pub(super) struct Horizon<'a> {
    /// The last quarter's rows, by scenario and risk in the order of the table.
    pub(super) risks: Vec<&'a RiskRow>,
    pub(super) comparisons: Vec<&'a ComparisonRow>,
    pub(super) scenarios: Vec<&'a str>,
    /// Those of the scenarios that findings count.
    pub(super) policies: Vec<&'a str>,
    pub(super) names: Vec<&'a str>,
    /// The number of design points; 1 if there is no design.
    pub(super) points: usize,
    /// The calendar quarter.
    pub(super) date: &'a str,
    thresholds: Thresholds,
    /// The scenario that is compared with no other.
    pub(super) reference: Option<&'a str>,
    /// Whether scenarios have references of their own.
    own_references: bool,
}

impl<'a> Horizon<'a> {
    /// Gathers it; `None` if there are no risks.
    pub(super) fn of(tables: &'a Tables, experiment: &Experiment) -> Option<Self> {
        let last = tables.risks.iter().max_by_key(|row| row.quarter)?;
        let risks: Vec<&RiskRow> =
            tables.risks.iter().filter(|row| row.quarter == last.quarter).collect();
        let comparisons = tables
            .comparisons
            .iter()
            .filter(|row| row.kind == QuantityKind::Risk && row.quarter == last.quarter)
            .collect();
        let scenarios = risks.iter().map(|row| row.scenario.as_str()).unique().collect_vec();
        Some(Self {
            policies: scenarios.iter().copied().filter(|name| tables.is_policy(name)).collect(),
            scenarios,
            names: risks.iter().map(|row| row.risk.as_str()).unique().collect(),
            points: risks.iter().map(|row| row.point).unique().count(),
            date: &last.date,
            thresholds: experiment.thresholds(),
            reference: tables.reference(),
            own_references: tables.has_own_references(),
            risks,
            comparisons,
        })
    }

    /// What it means that a risk has happened, as a sentence without a full stop.
    pub(super) fn meaning(&self, risk: &str) -> String {
        meaning(risk, &self.thresholds).map(|words| capitalised(&words)).unwrap_or_default()
    }

    /// The rows of a risk under a scenario, one per design point.
    pub(super) fn of_risk(&self, scenario: &str, risk: &str) -> Vec<&'a RiskRow> {
        let wanted = |row: &&&RiskRow| row.scenario == scenario && row.risk == risk;
        self.risks.iter().filter(wanted).copied().collect()
    }

    /// The comparisons of a risk under a scenario with the reference, one per design point.
    pub(super) fn compared(&self, scenario: &str, risk: &str) -> Vec<&'a ComparisonRow> {
        let wanted = |row: &&&ComparisonRow| row.scenario == scenario && row.outcome == risk;
        self.comparisons.iter().filter(wanted).copied().collect()
    }

    /// What a scenario's differences are from, as words in a sentence: if scenarios have several
    /// references, each has its own.
    pub(super) fn reference_in_words(&self) -> &'a str {
        if self.own_references { "its reference" } else { self.reference.unwrap_or_default() }
    }

    /// The same for the table of differences, which also has the scenarios that are no policies.
    pub(super) fn reference_in_the_table(&self) -> String {
        let own = |row: &&ComparisonRow| Some(row.reference.as_str()) != self.reference;
        match self.reference {
            Some(reference) if !self.own_references && self.comparisons.iter().any(own) => {
                format!("{reference}, or from the scenario named after “less”,")
            }
            _ => self.reference_in_words().to_owned(),
        }
    }

    /// A scenario, with what it is compared with if that is not the same for all.
    pub(super) fn against(&self, scenario: &str) -> String {
        let row = self.comparisons.iter().find(|row| row.scenario == scenario);
        let is_told = |row: &&&ComparisonRow| {
            self.own_references || Some(row.reference.as_str()) != self.reference
        };
        match row.filter(is_told) {
            Some(row) => format!("{scenario}, less {}", row.reference),
            None => scenario.to_owned(),
        }
    }

    fn columns(&self, names: &[&str]) -> Vec<RiskColumn> {
        let column = |name: &&str| {
            let while_it_holds = match while_it_holds(name) {
                Some(so) => format!("; it holds while {so}"),
                None => String::new(),
            };
            let meaning = self.meaning(name) + &while_it_holds;
            RiskColumn { label: risk_label(name), meaning }
        };
        names.iter().map(column).collect()
    }

    /// The chance that each risk has happened by the horizon, by scenario.
    pub(super) fn chances(&self) -> RiskTable {
        self.shares(&self.names, chance::by)
    }

    /// The chance that each risk that can last holds at the horizon, by scenario; `None` if no risk
    /// can last.
    pub(super) fn standing(&self) -> Option<RiskTable> {
        let lasting: Vec<&str> = self.names.iter().copied().filter(|name| lasts(name)).collect();
        (!lasting.is_empty()).then(|| self.shares(&lasting, chance::at))
    }

    /// Shares of the replicates with their intervals; with a design, their median over the points
    /// with the lowest and the highest.
    fn shares(&self, names: &[&str], share: fn(&RiskRow) -> Estimate) -> RiskTable {
        let cell = |scenario: &str, risk: &str| {
            let rows = self.of_risk(scenario, risk);
            if self.points == 1 {
                let chance = share(rows.first()?);
                let Estimate { value, low, high } = chance;
                let decimals = chance::decimals(chance);
                return Some(Cell {
                    value: percent(value, decimals),
                    below: percent_range(low, high, decimals),
                    sort: value,
                    clear: false,
                });
            }
            let values = rows.iter().map(|row| share(row).value);
            let Spread { low, middle, high } = Spread::of(values)?;
            Some(Cell {
                value: percent(middle, 1),
                below: format!("{} to {}", percent(low, 1), percent(high, 1)),
                sort: middle,
                clear: false,
            })
        };
        self.table(&self.scenarios, names, cell)
    }

    /// Each scenario's difference from the reference in percentage points with its interval; with a
    /// design, the shares of points at which it is clear of zero. `None` if nothing is compared.
    pub(super) fn differences(&self) -> Option<RiskTable> {
        self.reference?;
        let others = self.scenarios.iter().copied().filter(|name| self.is_compared(name));
        let others: Vec<&str> = others.collect();
        let cell = |scenario: &str, risk: &str| {
            let rows = self.compared(scenario, risk);
            if self.points == 1 {
                return rows.first().map(|row| difference(row));
            }
            if rows.is_empty() {
                return None;
            }
            let Some(Clear { higher, lower }) = Clear::of(&rows) else {
                let value = "no interval".to_owned();
                return Some(Cell { value, below: String::new(), sort: 0.0, clear: false });
            };
            Some(Cell {
                value: format!("{} higher", percent(higher, 0)),
                below: format!("{} lower", percent(lower, 0)),
                sort: higher - lower,
                clear: false,
            })
        };
        let mut table = self.table(&others, &self.names, cell);
        table.rows.iter_mut().for_each(|row| row.scenario = self.against(&row.scenario));
        Some(table)
    }

    fn is_compared(&self, scenario: &str) -> bool {
        self.comparisons.iter().any(|row| row.scenario == scenario)
    }

    fn table(
        &self,
        scenarios: &[&str],
        names: &[&str],
        cell: impl Fn(&str, &str) -> Option<Cell>,
    ) -> RiskTable {
        let row = |scenario: &&str| ScenarioRow {
            scenario: (*scenario).to_owned(),
            cells: names.iter().map(|risk| cell(scenario, risk)).collect(),
        };
        RiskTable { columns: self.columns(names), rows: scenarios.iter().map(row).collect() }
    }
}

/// A comparison as a cell.
fn difference(row: &ComparisonRow) -> Cell {
    let sort = row.difference;
    let (Some(low), Some(high)) = (row.low, row.high) else {
        let value = signed(100.0 * row.difference, 1);
        return Cell { value, below: String::new(), sort, clear: false };
    };
    let decimals = points_decimals(row.difference, Some((low, high)));
    Cell {
        value: signed(100.0 * row.difference, decimals),
        below: range(100.0 * low, 100.0 * high, decimals),
        sort,
        clear: low > 0.0 || high < 0.0,
    }
}

/// The lowest, the median and the highest of some values.
pub(super) struct Spread {
    pub(super) low: f64,
    pub(super) middle: f64,
    pub(super) high: f64,
}

impl Spread {
    /// Finds them; `None` if there are no values.
    pub(super) fn of(values: impl Iterator<Item = f64>) -> Option<Self> {
        let values = values.sorted_by(f64::total_cmp).collect_vec();
        let (low, high) = (*values.first()?, *values.last()?);
        let half = values.len() / 2;
        let upper = *values.get(half)?;
        let lower = if values.len().is_multiple_of(2) { *values.get(half - 1)? } else { upper };
        Some(Self { low, middle: (lower + upper) / 2.0, high })
    }
}

/// The shares of the design points at which a difference is clear of zero.
pub(super) struct Clear {
    pub(super) higher: f64,
    pub(super) lower: f64,
}

impl Clear {
    /// Counts them; `None` if no point has an interval, so that none shows anything.
    pub(super) fn of(rows: &[&ComparisonRow]) -> Option<Self> {
        if !rows.iter().any(|row| row.low.is_some() || row.high.is_some()) {
            return None;
        }
        let share = |clear: &dyn Fn(&ComparisonRow) -> bool| {
            rows.iter().filter(|row| clear(row)).count() as f64 / rows.len() as f64
        };
        Some(Self {
            higher: share(&|row| row.low.is_some_and(|low| low > 0.0)),
            lower: share(&|row| row.high.is_some_and(|high| high < 0.0)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_of_values_lies_midway() {
        let Spread { low, middle, high } = Spread::of([0.4, 0.1, 0.2, 0.3].into_iter()).unwrap();
        assert_eq!((low, middle, high), (0.1, 0.25, 0.4));
        assert!(Spread::of(std::iter::empty()).is_none());
    }
}
