//! The headline chart: the risk of a tiered alliance over time, by scenario, with intervals.

mod ends;
pub(super) mod others;
mod series;
pub(super) mod sweep;

use article5_runner::outcome::Risk;
use article5_runner::tables::Tables;
use article5_runner::tables::rows::{ComparisonRow, RiskRow};
use itertools::Itertools;

use super::{Page, Sheet, findings};
use crate::axes::{TimeAxis, ValueAxis, foot, skips};
use crate::charts::words::RiskWords;
use crate::figure::{Figure, Rect};
use crate::style::BAND_WIDE;
use crate::{PlotError, chance};
use ends::Ends;
use series::{Colours, Series};

/// The risk drawn.
const RISK: Risk = Risk::Tiered;

/// The steps between horizontal rules, at most.
const STEPS: u32 = 5;

/// Draws the chart; `None` if there are no risks.
pub(super) fn draw(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    let series = series::of(&page.tables.risks, RISK.name());
    let Some(end) = series.first().and_then(Series::last) else { return Ok(None) };
    let style = page.options.style;
    let strongest = findings::strongest(findings::differences(page.tables, RISK.name()));
    let colours = Colours::new(&series, page.tables, strongest, &style);
    let grey = colours.chosen(&series).count() < series.len();
    let subtitle = format!(
        "Chance that the alliance has become tiered {}, with 95% intervals{}; at right, the chance by \
         {}",
        series::by_when(&series),
        if grey { " around the lines in colour" } else { "" },
        end.date
    );
    let mut figure = page.figure(&headline(page.tables, &series, strongest), &subtitle);
    figure.caption(&format!("↑ {}", RISK.name()));
    let small = style.small;
    let ends = Ends::new(&series, &colours);
    // The least height is that of all labels under one another and the years below them.
    let body = figure.body((style.width * 0.4).max(ends.height(&style) + 2.0 * small));
    let axis = axis(&series);
    let room = Rect::new(
        body.left + axis.label_width(small, ValueAxis::percent),
        body.top + small,
        body.right - body.width() * ends.share(),
        body.bottom - foot(small),
    );
    axis.rules(&mut figure, room, Some(ValueAxis::percent));
    let time = series::time(&series);
    time.draw(&mut figure, room);
    let plane = Plane { room, axis, x: &|row| time.place(row.quarter, room) };
    lines(&mut figure, &series, &colours, plane);
    ends.draw(&mut figure, plane, room.bottom + foot(small));
    tips(&mut figure, series.iter(), &time, room);
    let rows = series.iter().flat_map(|series| &series.rows).copied();
    page.sheet(figure, &series::spoken(&series), rows)
}

/// The axis of chances, from 0 to a round value above all intervals.
fn axis(series: &[Series<'_>]) -> ValueAxis {
    let rows = series.iter().flat_map(|series| &series.rows);
    ValueAxis::covering(0.0, rows.map(|row| row.by_high).fold(0.0, f64::max), STEPS)
}

/// Where a chance is drawn: at its quarter, or at the value of the parameter that a design varies.
#[derive(Clone, Copy)]
struct Plane<'a> {
    room: Rect,
    axis: ValueAxis,
    x: &'a dyn Fn(&RiskRow) -> f64,
}

impl Plane<'_> {
    fn y(&self, share: f64) -> f64 {
        self.axis.place(share, self.room.bottom, self.room.top)
    }

    fn points(&self, rows: &[&RiskRow], chance: fn(&RiskRow) -> f64) -> Vec<(f64, f64)> {
        let point = |row: &&RiskRow| ((self.x)(row), self.y(chance(row)));
        rows.iter().map(point).collect()
    }
}

/// Draws the lines, those in grey first, those in colour with their intervals.
fn lines<'a>(figure: &mut Figure, series: &[Series<'a>], colours: &Colours<'a>, plane: Plane<'_>) {
    let style = figure.style();
    for Series { scenario, rows } in colours.order(series) {
        let chosen = colours.of(scenario);
        let pen = chosen.unwrap_or(style.pen(style.context));
        if chosen.is_some() {
            let low = plane.points(rows, |row| row.by_low);
            let high = plane.points(rows, |row| row.by_high);
            figure.band(&low, &high, pen.colour, BAND_WIDE);
        }
        let points = plane.points(rows, |row| row.by);
        if skips(rows.iter().map(|row| row.quarter)) {
            points.iter().for_each(|&(x, y)| figure.dot(x, y, 1.2 * style.line, pen.colour));
        }
        figure.line(points, pen);
    }
}

/// Adds tips with the chances at each quarter, over the strip of the room that is the quarter's.
fn tips<'s>(
    figure: &mut Figure,
    series: impl Iterator<Item = &'s Series<'s>> + Clone,
    time: &TimeAxis,
    room: Rect,
) {
    let told = |series: &Series<'_>, quarter: u32| {
        let row = series.rows.iter().find(|row| row.quarter == quarter)?;
        Some(format!("{} {}", series.scenario, chance::in_full(chance::by(row))))
    };
    let by = figure.wording().pick("By ", "");
    time.tips(figure, room, by, |quarter| {
        series.clone().filter_map(|series| told(series, quarter)).join("; ")
    });
}

/// What is found: the largest difference of a policy from its reference that is clear of zero beyond
/// chance.
fn headline(tables: &Tables, series: &[Series<'_>], strongest: Option<&ComparisonRow>) -> String {
    let reference = tables.reference();
    let reference = series.iter().find(|series| Some(series.scenario) == reference);
    let first = reference.or(series.first());
    let Some((first, end)) = first.and_then(|first| Some((first, first.last()?))) else {
        return String::new();
    };
    let by = chance::in_short(chance::by(end));
    let told = format!("By {} {}", end.date, RiskWords::of(RISK).clause);
    let share = |name: &str| series.iter().find(|own| own.scenario == name)?.last();
    let found = |row: &ComparisonRow| {
        let [one, other] = findings::told_apart(share(&row.scenario)?, share(&row.reference)?, 0);
        Some(format!(
            "{told} in {one} of runs under {}, {other} under {}",
            row.scenario, row.reference
        ))
    };
    let scenarios: Vec<&str> = series.iter().map(|series| series.scenario).collect();
    let reference = findings::reference_of_all(tables, &scenarios, &[RISK.name()]);
    match (strongest.and_then(found), reference) {
        (Some(words), _) => words,
        (None, _) if series.len() == 1 => format!("{told} in {by} of runs"),
        (None, Some(reference)) => format!(
            "No {}’s risk of a tiered alliance is shown to differ from that of {reference}",
            findings::nouns(tables).0
        ),
        (None, None) => format!("{told} in {by} of runs under {}", first.scenario),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;
    use crate::charts::awkward::{self, Run};

    #[test]
    fn where_the_reference_was_taken_out_nothing_is_compared() {
        let mut tables = Run::of(2).tables();
        tables.comparisons.clear();
        let words = headline(&tables, &series::of(&tables.risks, RISK.name()), None);
        assert!(words.ends_with("of runs under scenario-0"), "{words}");
    }

    #[test]
    fn no_headline_says_of_a_pair_that_is_not_compared_that_it_is_not_shown_to_differ() {
        let mut tables = Run { risk: |place| [0.1, 0.1, 0.9][place], ..Run::of(3) }.tables();
        let headlines = |tables: &Tables| {
            ["risk-tiered", "risks", "trust-fan", "tier-distribution"].map(|name| {
                let sheet =
                    awkward::draw(crate::charts::kind(name), tables, &Options::default()).unwrap();
                sheet.drawing.headline
            })
        };
        tables.comparisons.iter_mut().for_each(|row| (row.low, row.high) = (Some(-1.0), Some(1.0)));
        let all = headlines(&tables);
        assert!(all.iter().all(|told| told.contains("shown to differ")), "{all:?}");
        // The riskiest was compared with a scenario that is not drawn.
        tables.comparisons.retain(|row| row.scenario != "scenario-2");
        let all = headlines(&tables);
        assert!(!all.iter().any(|told| told.contains("shown to differ")), "{all:?}");
    }

    #[test]
    fn every_label_of_the_headline_chart_can_be_read_in_awkward_cases() {
        awkward::check_all("risk-tiered");
    }

    #[test]
    fn the_headline_names_a_difference_only_where_its_interval_is_clear_of_zero() {
        let mut tables = Run { risk: |place| [0.1, 0.3][place], ..Run::of(2) }.tables();
        let headline = |tables: &Tables| {
            let strongest = findings::strongest(findings::differences(tables, RISK.name()));
            headline(tables, &series::of(&tables.risks, RISK.name()), strongest)
        };
        assert!(headline(&tables).contains("30% of runs under scenario-1, 10.0% under scenario-0"));
        for row in &mut tables.comparisons {
            row.low = Some(-0.1);
        }
        assert!(headline(&tables).contains("No scenario"));
        let mut tables =
            Run { reference: 1, risk: |place| [0.1, 0.3][place], ..Run::of(2) }.tables();
        assert!(headline(&tables).contains("10.0% of runs under scenario-0, 30% under scenario-1"));
        tables.comparisons.iter_mut().for_each(|row| (row.low, row.high) = (None, None));
        assert!(headline(&tables).contains("differ from that of scenario-1"));
    }

    #[test]
    fn a_scenario_is_told_against_its_own_reference_and_both_are_in_colour() {
        let mut tables =
            Run { risk: |place| [0.5, 0.45, 0.1, 0.4, 0.9][place], ..Run::of(5) }.tables();
        for row in &mut tables.comparisons {
            let own = row.scenario == "scenario-3";
            (row.low, row.high) = if own { (Some(0.29), Some(0.31)) } else { (None, None) };
            if own {
                row.reference = "scenario-2".to_owned();
            }
        }
        let series = series::of(&tables.risks, RISK.name());
        let strongest = findings::strongest(findings::differences(&tables, RISK.name()));
        let words = headline(&tables, &series, strongest);
        assert!(words.ends_with("40% of runs under scenario-3, 10.0% under scenario-2"), "{words}");
        let colours = Colours::new(&series, &tables, strongest, &Options::default().style);
        assert!(["scenario-2", "scenario-3"].iter().all(|name| colours.of(name).is_some()));
        let words = headline(&tables, &series, None);
        assert!(words.ends_with("is shown to differ from that of its reference"), "{words}");
    }

    #[test]
    fn a_headline_and_the_label_beside_it_give_one_number_alike() {
        let mut tables = Run { risk: |place| [0.1, 0.186][place], ..Run::of(2) }.tables();
        let last = |row: &&mut RiskRow| row.scenario == "scenario-1" && row.by > 0.18;
        tables
            .risks
            .iter_mut()
            .filter(last)
            .for_each(|row| (row.by_low, row.by_high) = (0.14, 0.24));
        let kind = crate::charts::kind("risk-tiered");
        let drawing = awkward::draw(kind, &tables, &Options::default()).unwrap().drawing;
        assert!(drawing.headline.contains("19% of runs under scenario-1"), "{}", drawing.headline);
        assert!(drawing.placed.iter().any(|text| text.words.starts_with("19% (")));
    }

    #[test]
    fn one_quarter_is_told_by_its_date() {
        for name in ["risk-tiered", "risks", "trust-fan", "tier-distribution"] {
            let kind = crate::charts::kind(name);
            let told = |quarters: u32| {
                let tables = Run { quarters, ..Run::of(3) }.tables();
                awkward::draw(kind, &tables, &Options::default()).unwrap().drawing
            };
            let one = told(1);
            assert!(!one.subtitle.contains("each quarter"), "{name}: {}", one.subtitle);
            assert!(one.spoken.contains("2026-Q1, "), "{name}: {}", one.spoken);
            assert!(!one.spoken.contains("quarter"), "{name}: {}", one.spoken);
            assert!(told(4).spoken.contains("2026-Q4, "), "{name}");
        }
    }

    #[test]
    fn a_run_without_risks_or_with_a_design_has_no_headline_chart() {
        let kind = crate::charts::kind("risk-tiered");
        assert!(awkward::draw(kind, &Tables::default(), &Options::default()).is_none());
        let design = Run { points: 2, ..Run::of(2) }.tables();
        assert!(awkward::draw(kind, &design, &Options::default()).is_none());
    }
}
