//! A risk's rows by scenario, and which scenarios stand out.

use article5_runner::tables::Tables;
use article5_runner::tables::rows::{ComparisonRow, RiskRow};
use itertools::Itertools;

use crate::axes::TimeAxis;
use crate::chance;
use crate::groups::groups;
use crate::style::{Pen, SERIES, Style};

/// One scenario's rows of one risk.
#[derive(Clone, Debug)]
pub(super) struct Series<'a> {
    pub(super) scenario: &'a str,
    pub(super) rows: Vec<&'a RiskRow>,
}

impl<'a> Series<'a> {
    /// The row of the last quarter.
    pub(super) fn last(&self) -> Option<&'a RiskRow> {
        self.rows.last().copied()
    }

    /// The chance by the last quarter.
    fn end(&self) -> f64 {
        self.last().map_or(0.0, |row| row.by)
    }
}

/// The rows of a risk by scenario, in the order of the table. Rows of a design are left out: there
/// a scenario has as many lines as the design has points.
pub(super) fn of<'a>(risks: &'a [RiskRow], risk: &str) -> Vec<Series<'a>> {
    let rows = risks.iter().filter(|row| row.risk == risk && row.point == 0);
    let all = groups(rows, |row| row.scenario.as_str()).into_iter();
    all.map(|(scenario, rows)| Series { scenario, rows }).collect()
}

/// The time axis that covers all series.
pub(super) fn time(series: &[Series<'_>]) -> TimeAxis {
    let rows = series.iter().flat_map(|series| &series.rows);
    TimeAxis::new(rows.map(|row| (row.quarter, row.date.as_str())))
}

/// By when what is drawn has happened: by each quarter, or by the only one that there is.
pub(super) fn by_when(series: &[Series<'_>]) -> String {
    let longest = series.iter().max_by_key(|own| own.rows.len());
    match longest.map(|own| own.rows.as_slice()) {
        Some([only]) => format!("by {}", only.date),
        _ => "by each quarter".to_owned(),
    }
}

/// The last values in a sentence, for readers who do not see the picture.
pub(super) fn spoken(series: &[Series<'_>]) -> String {
    let value = |series: &Series<'_>| {
        let row = series.last()?;
        Some(format!("{}: {}", series.scenario, chance::in_full(chance::by(row))))
    };
    let date = series.first().and_then(Series::last).map_or("", |row| &row.date);
    format!("By {date}, {}.", series.iter().filter_map(value).format("; "))
}

/// Which scenarios are in colour: the reference, and of the other policies those with the highest
/// and the lowest chance.
#[derive(Clone, Debug)]
pub(super) struct Colours<'a> {
    /// Those in colour, in the order of the palette.
    chosen: Vec<&'a str>,
    style: Style,
}

impl<'a> Colours<'a> {
    /// Chooses them; the scenario and the reference of the difference that is `told` are in colour
    /// too. If there is no reference, the first scenario takes its place.
    pub(super) fn new(
        series: &[Series<'a>],
        tables: &Tables,
        told: Option<&ComparisonRow>,
        style: &Style,
    ) -> Self {
        let known =
            |name: &str| series.iter().map(|one| one.scenario).find(|scenario| *scenario == name);
        let reference = told.map(|row| row.reference.as_str()).or(tables.reference());
        let first = reference.and_then(known).or(series.first().map(|one| one.scenario));
        let is_other =
            |one: &&Series<'_>| tables.is_policy(one.scenario) && Some(one.scenario) != first;
        let others = series.iter().filter(is_other);
        let others = others.sorted_by(|one, other| other.end().total_cmp(&one.end())).collect_vec();
        let extremes =
            [others.first(), others.last()].into_iter().flatten().map(|one| one.scenario);
        let chosen = first.into_iter().chain(extremes).unique().collect();
        Self { chosen, style: *style }.and(told.and_then(|row| known(&row.scenario)))
    }

    /// Adds this scenario.
    pub(super) fn and(mut self, scenario: Option<&'a str>) -> Self {
        self.chosen.extend(scenario.filter(|scenario| !self.chosen.contains(scenario)));
        self
    }

    /// The pen of a scenario that stands out.
    pub(super) fn of(&self, scenario: &str) -> Option<Pen> {
        let rank = self.chosen.iter().position(|chosen| *chosen == scenario)?;
        Some(self.style.pen(*SERIES.get(rank)?))
    }

    /// The series that stand out, in the order of the palette.
    pub(super) fn chosen<'s>(
        &self,
        series: &'s [Series<'a>],
    ) -> impl Iterator<Item = &'s Series<'a>> + Clone {
        self.chosen.iter().filter_map(|name| series.iter().find(|own| own.scenario == *name))
    }

    /// All series in the order in which they are drawn: those that stand out last.
    pub(super) fn order<'s>(
        &self,
        series: &'s [Series<'a>],
    ) -> impl Iterator<Item = &'s Series<'a>> {
        let grey = series.iter().filter(|own| !self.chosen.contains(&own.scenario));
        grey.chain(self.chosen(series))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;
    use crate::charts::awkward::Run;

    #[test]
    fn the_reference_stands_out_wherever_it_is() {
        for reference in 0..6 {
            let tables = Run { reference, ..Run::of(6) }.tables();
            let own = chosen(&tables);
            assert_eq!(own[0], format!("scenario-{reference}"));
            assert!(own.len() == 3 && !own[1..].contains(&own[0]), "{own:?}");
        }
        let mut none = Run::of(6).tables();
        none.comparisons.clear();
        assert_eq!(chosen(&none)[0], "scenario-0");
    }

    fn chosen(tables: &Tables) -> Vec<&str> {
        let series = of(&tables.risks, "tiered");
        Colours::new(&series, tables, None, &Options::default().style).chosen
    }

    #[test]
    fn a_scenario_that_is_no_policy_does_not_stand_out_however_extreme() {
        let mut tables =
            Run { risk: |place| [0.3, 0.0, 0.2, 0.4, 0.9][place], ..Run::of(5) }.tables();
        assert_eq!(chosen(&tables), ["scenario-0", "scenario-4", "scenario-1"]);
        tables.policies = ["scenario-0", "scenario-2", "scenario-3"].map(str::to_owned).to_vec();
        assert_eq!(chosen(&tables), ["scenario-0", "scenario-3", "scenario-2"]);
    }
}
