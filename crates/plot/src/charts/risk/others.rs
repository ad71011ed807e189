//! The other risks, one panel each, in the colours of the headline chart.

use article5_runner::numbers::{count, counted, percent};
use article5_runner::outcome::Risk;
use article5_runner::tables::Tables;
use article5_runner::tables::rows::{ComparisonRow, RiskRow};
use itertools::Itertools;

use super::series::{self, Colours, Series};
use super::{Page, Plane, RISK, Sheet, axis, findings, lines, tips};
use crate::axes::{ValueAxis, foot};
use crate::charts::words::{self, RiskWords};
use crate::figure::{Anchor, Figure, Type};
use crate::key::{sample, sample_width};
use crate::panels::{Panel, PanelGrid};
use crate::style::{Pen, Style};
use crate::{PlotError, chance, labels};

/// All risks except that of the headline chart.
fn risks() -> impl Iterator<Item = Risk> {
    Risk::ALL.into_iter().filter(|risk| *risk != RISK)
}

/// Draws the chart; `None` if the tables have no other risk.
pub(in crate::charts) fn draw(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    let rows = &page.tables.risks;
    let panels = self::risks().map(|risk| (risk, series::of(rows, risk.name())));
    let panels: Vec<(Risk, Vec<Series<'_>>)> =
        panels.filter(|(_, series)| !series.is_empty()).collect();
    let Some(end) = panels.first().and_then(|(_, series)| series.first()?.last()) else {
        return Ok(None);
    };
    let style = page.options.style;
    let chosen = series::of(rows, RISK.name());
    let reference = if chosen.is_empty() { &panels[0].1 } else { &chosen };
    let told = told(page.tables);
    let colours = Colours::new(reference, page.tables, told, &style);
    let grey = colours.chosen(reference).count() < reference.len();
    let subtitle = format!(
        "Chance that each of the other risks has come about {}, each on its own scale; with 95% intervals and, at \
         right, the chance by {}{}",
        series::by_when(&panels[0].1),
        end.date,
        if grey { ", for the scenarios in colour" } else { "" }
    );
    let scenarios = reference.iter().map(|series| series.scenario);
    let scenarios: Vec<&str> = scenarios.filter(|name| page.tables.is_policy(name)).collect();
    let panel = |row: &ComparisonRow| panels.iter().find(|(risk, _)| risk.name() == row.outcome);
    let panel = told.and_then(panel);
    let least = panel.map_or(0, |(_, series)| decimals(&last_of_chosen(series, &colours)));
    let headline = headline(page.tables, &end.date, told, least, &scenarios);
    let mut figure = page.figure(&headline, &subtitle);
    key(&mut figure, reference, &colours);
    let title = |risk: Risk| page.wording().pick(RiskWords::of(risk).title, risk.name());
    let titles = panels.iter().map(|(risk, _)| title(*risk));
    let laid = grid(&panels, &style).lay(&mut figure, titles);
    for (panel, (_, series)) in laid.iter().zip(&panels) {
        draw_panel(&mut figure, panel, series, &colours);
    }
    let say = |(risk, own): &(Risk, Vec<Series<'_>>)| {
        format!("{}. {}", RiskWords::of(*risk).title, series::spoken(own))
    };
    let spoken = panels.iter().map(say).join(" ");
    let rows = panels.iter().flat_map(|(_, series)| series).flat_map(|series| &series.rows);
    page.sheet(figure, &spoken, rows.copied())
}

fn grid(panels: &[(Risk, Vec<Series<'_>>)], style: &Style) -> PanelGrid {
    let widest =
        panels.iter().map(|(_, own)| axis(own).label_width(style.small, ValueAxis::percent));
    PanelGrid {
        count: panels.len(),
        least_width: 13.5 * style.small,
        aspect: 0.75,
        left: widest.fold(0.0, f64::max),
        right: 3.6 * style.small,
        own_axes: true,
        foot: foot(style.small),
    }
}

fn draw_panel<'a>(
    figure: &mut Figure,
    panel: &Panel,
    series: &[Series<'a>],
    colours: &Colours<'a>,
) {
    let room = panel.room;
    let (axis, time) = (axis(series), series::time(series));
    axis.rules(figure, room, Some(ValueAxis::percent));
    if panel.lowest {
        time.draw(figure, room);
    }
    let plane = Plane { room, axis, x: &|row| time.place(row.quarter, room) };
    lines(figure, series, colours, plane);
    ends(figure, series, colours, plane);
    name_highest(figure, series, colours, plane);
    tips(figure, colours.chosen(series), &time, room);
}

/// The series that do not stand out.
fn grey<'s, 'a>(series: &'s [Series<'a>], colours: &Colours<'a>) -> Vec<&'s Series<'a>> {
    series.iter().filter(|own| colours.of(own.scenario).is_none()).collect()
}

/// Names the scenarios that stand out, in their colours, and says what the grey lines are.
fn key<'a>(figure: &mut Figure, series: &[Series<'a>], colours: &Colours<'a>) {
    let style = figure.style();
    let mut named: Vec<(&str, Type, Pen)> = colours
        .chosen(series)
        .filter_map(|own| {
            let pen = colours.of(own.scenario)?;
            let set = Type::new(style.small, style.label(pen.colour)).bold();
            Some((own.scenario, set, pen))
        })
        .collect();
    let grey = grey(series, colours);
    let others = match grey.as_slice() {
        [only] => only.scenario.to_owned(),
        several => {
            let others = several.len() as u64;
            let told = counted(others, "other", "others");
            figure.wording().pick(told, format!("+ {}", count(others)))
        }
    };
    if !grey.is_empty() {
        let set = Type::new(style.small, style.muted);
        named.push((&others, set, style.pen(style.context)));
    }
    let before = sample_width(style.small);
    let gap = 1.6 * style.small + before;
    let width = style.inner_width();
    let share = width / named.len().max(1) as f64 - gap;
    let whole: f64 = named.iter().map(|(name, set, _)| set.width(name) + gap).sum();
    let baseline = figure.key_line(style.small);
    let mut x = style.margin;
    for (name, set, pen) in named {
        // Names are cut only if they do not all fit.
        let limit = if whole <= width { f64::INFINITY } else { share };
        let name = set.fit(name, limit);
        sample(figure, (x, baseline), pen, style.small);
        figure.text(x + before, baseline, &name, set);
        x += set.width(&name) + gap;
    }
}

/// The last rows of the scenarios that stand out.
fn last_of_chosen<'a>(series: &[Series<'a>], colours: &Colours<'a>) -> Vec<&'a RiskRow> {
    colours.chosen(series).filter_map(Series::last).collect()
}

/// The decimals of a panel's labels: the same for all, as labels beside each other are compared.
fn decimals(ends: &[&RiskRow]) -> usize {
    ends.iter().map(|row| chance::decimals(chance::by(row))).max().unwrap_or_default()
}

/// Sets the last values of the scenarios that stand out.
fn ends<'a>(figure: &mut Figure, series: &[Series<'a>], colours: &Colours<'a>, plane: Plane<'_>) {
    let style = figure.style();
    let size = 0.95 * style.small;
    let ends = last_of_chosen(series, colours);
    let wanted: Vec<(f64, f64)> = ends.iter().map(|row| (plane.y(row.by), size)).collect();
    let room = plane.room;
    let centres = labels::spread(&wanted, room.top, room.bottom + 0.4 * size, 0.5);
    let decimals = decimals(&ends);
    for (row, centre) in ends.into_iter().zip(centres) {
        let ink = colours.of(&row.scenario).map_or(style.muted, |pen| style.label(pen.colour));
        let value = percent(row.by, decimals);
        let set = Type::new(size, ink).bold();
        figure.text(room.right + 0.4 * size, centre + 0.36 * size, &value, set);
    }
}

/// Names the line that is highest at the end, above it, if it is one of several grey ones: a single
/// one is in the key. Chances of having happened by a quarter never fall, so no line runs through the
/// name.
fn name_highest(
    figure: &mut Figure,
    series: &[Series<'_>],
    colours: &Colours<'_>,
    plane: Plane<'_>,
) {
    /// The height of letters, in sizes of type.
    const CAPITALS: f64 = 0.75;
    /// How far above a line they stand, in sizes of type.
    const LIFT: f64 = 0.4;
    let style = figure.style();
    let ends = series.iter().filter_map(Series::last);
    let Some(row) = ends.max_by(|one, other| one.by.total_cmp(&other.by)) else { return };
    let set = Type::new(0.9 * style.small, style.muted).at(Anchor::End);
    let above = plane.y(row.by) - LIFT * set.size;
    // The name stands above a rule that would otherwise strike it through.
    let rules = plane.axis.ticks().into_iter().map(|value| plane.y(value));
    let struck =
        rules.filter(|y| (above - CAPITALS * set.size..above + LIFT * set.size).contains(y));
    let baseline = struck.fold(above, |lowest, y| lowest.min(y - LIFT * set.size));
    // A line that ends so close below the title that there is no room for a name has none.
    let fits = baseline - CAPITALS * set.size > plane.room.top;
    let is_grey = colours.of(&row.scenario).is_none() && grey(series, colours).len() > 1;
    if is_grey && row.by > 0.0 && fits {
        let name = set.fit(&row.scenario, plane.room.width());
        figure.text(plane.room.right, baseline, &name, set);
    }
}

/// The largest difference in any of these risks that is [found](findings::strongest).
fn told(tables: &Tables) -> Option<&ComparisonRow> {
    // That a backstop is not abandoned where there is none is no finding.
    let can = |row: &&ComparisonRow| {
        let never = |scenario: &str| end_of(tables, scenario, row).is_some_and(|row| row.by == 0.0);
        row.outcome != Risk::BackstopAbandoned.name()
            || !(never(&row.reference) || never(&row.scenario))
    };
    let all = risks().flat_map(|risk| findings::differences(tables, risk.name()));
    findings::strongest(all.filter(can))
}

fn clearest(tables: &Tables, risk: Risk) -> Option<&ComparisonRow> {
    findings::strongest(findings::differences(tables, risk.name()))
}

/// A scenario's chance of the risk of a comparison at the end.
fn end_of<'a>(tables: &'a Tables, scenario: &str, row: &ComparisonRow) -> Option<&'a RiskRow> {
    let rows = series::of(&tables.risks, &row.outcome);
    rows.iter().find(|series| series.scenario == scenario)?.last()
}

/// What is found about these policies: the difference that is told, with at least so many decimals.
fn headline(
    tables: &Tables,
    date: &str,
    told: Option<&ComparisonRow>,
    decimals: usize,
    scenarios: &[&str],
) -> String {
    let found = told.and_then(|row| {
        let clause = RiskWords::of(Risk::named(&row.outcome)?).clause;
        let end = |scenario: &str| end_of(tables, scenario, row);
        let [one, other] =
            findings::told_apart(end(&row.scenario)?, end(&row.reference)?, decimals);
        Some(format!(
            "By {date} {clause} in {one} of runs under {}, {other} under {}",
            row.scenario, row.reference
        ))
    });
    found.unwrap_or_else(|| {
        let outcomes: Vec<&str> = risks().map(Risk::name).collect();
        let Some(reference) = findings::reference_of_all(tables, scenarios, &outcomes) else {
            return alone(tables, date, scenarios);
        };
        let others: Vec<&str> =
            scenarios.iter().copied().filter(|name| Some(*name) != tables.reference()).collect();
        let others = match others.as_slice() {
            [one, two, _, ..] => format!("{one}, {two} or any other {}", findings::nouns(tables).0),
            [one, other] => format!("{one} or {other}"),
            few => words::list(few),
        };
        let none = match clearest(tables, Risk::BackstopAbandoned) {
            Some(_) => "Apart from an abandoned backstop, no other risk",
            None => "No other risk",
        };
        format!("{none} under {others} is shown to differ from that under {reference}")
    })
}

/// What is found if nothing is compared: for a single scenario, the likeliest of these risks, if
/// its interval is apart from those of the others.
fn alone(tables: &Tables, date: &str, scenarios: &[&str]) -> String {
    let end = |risk: Risk, scenario: &str| {
        let all = series::of(&tables.risks, risk.name());
        Some((risk, all.iter().find(|own| own.scenario == scenario)?.last()?))
    };
    let ends = match scenarios {
        [only] => risks().filter_map(|risk| end(risk, only)).collect(),
        _ => Vec::new(),
    };
    let most = ends.iter().max_by(|(_, one), (_, other)| one.by.total_cmp(&other.by));
    let apart = |likeliest: Risk, low: f64| {
        ends.iter().all(|(risk, row)| *risk == likeliest || row.by_high < low)
    };
    match most {
        Some(&(risk, row)) if ends.len() > 1 && apart(risk, row.by_low) => format!(
            "By {date} {} in {} of runs under {}: the likeliest of these risks",
            RiskWords::of(risk).clause,
            chance::in_short(chance::by(row)),
            row.scenario
        ),
        _ => format!("How likely each of the other risks is by {date}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;
    use crate::charts::awkward::{self, Run};

    #[test]
    fn the_scenario_of_the_headline_is_in_colour_whatever_its_rank() {
        let mut tables = Run::of(9).tables();
        let style = Options::default().style;
        let series = series::of(&tables.risks, RISK.name());
        let colours = Colours::new(&series, &tables, None, &style);
        let mut names = series.iter().map(|own| own.scenario.to_owned());
        let name = names.find(|name| colours.of(name).is_none()).unwrap();
        let mut most = tables.comparisons[0].clone();
        most.scenario = name.clone();
        most.outcome = "war_resumed".to_owned();
        (most.difference, most.low, most.high) = (-0.99, Some(-1.0), Some(-0.98));
        tables.comparisons.push(most);
        let row = told(&tables).unwrap();
        assert_eq!((&*row.outcome, &row.scenario), ("war_resumed", &name));
        let sheet = awkward::draw(crate::charts::kind("risks"), &tables, &Options::default());
        let drawing = sheet.unwrap().drawing;
        assert!(drawing.headline.contains(&format!("under {name}")), "{}", drawing.headline);
        assert!(drawing.subtitle.ends_with("for the scenarios in colour"));
    }

    #[test]
    fn the_highest_line_of_a_panel_is_named_where_it_is_grey() {
        let mut tables = Run::of(6).tables();
        let texts = |tables: &Tables| {
            let sheet = awkward::draw(crate::charts::kind("risks"), tables, &Options::default());
            let svg = sheet.unwrap().drawing.svg;
            (0..6).map(|place| svg.matches(&format!(">\nscenario-{place}\n<")).count()).collect()
        };
        let before: Vec<usize> = texts(&tables);
        // It is grey by its chance of tiers, but an attack on an ally is likeliest under it.
        let grey = before.iter().position(|&count| count == 0).unwrap();
        for row in tables.risks.iter_mut().filter(|row| row.risk == "ally_attacked") {
            let own = row.scenario == format!("scenario-{grey}");
            row.by = if own { 0.42 } else { 0.1 };
        }
        let after: Vec<usize> = texts(&tables);
        assert_eq!(after[grey], 1);
    }

    #[test]
    fn a_single_grey_line_is_named_in_the_key_alone() {
        let tables = Run::of(4).tables();
        let sheet = awkward::draw(crate::charts::kind("risks"), &tables, &Options::default());
        let placed = sheet.unwrap().drawing.placed;
        for place in 0..4 {
            let name = format!("scenario-{place}");
            assert_eq!(placed.iter().filter(|text| text.words == name).count(), 1, "{name}");
        }
        assert!(!placed.iter().any(|text| text.words == "1 other"));
    }

    #[test]
    fn where_no_backstop_can_be_abandoned_its_being_so_elsewhere_is_no_finding() {
        let mut tables = Run::of(2).tables();
        for row in &mut tables.comparisons {
            (row.difference, row.low, row.high) = if row.outcome == "backstop_abandoned" {
                (0.9, Some(0.8), Some(1.0))
            } else {
                (0.0, Some(-0.1), Some(0.1))
            };
        }
        assert!(told(&tables).is_some());
        // Whether it is the reference that has none, or the other.
        for without in ["scenario-1", "scenario-0"] {
            let mut tables = tables.clone();
            let own =
                |row: &&mut RiskRow| row.risk == "backstop_abandoned" && row.scenario == without;
            tables.risks.iter_mut().filter(own).for_each(|row| row.by = 0.0);
            assert!(told(&tables).is_none(), "{without}");
        }
        // It is nevertheless a difference.
        let words = headline(&tables, "2035-Q4", None, 0, &["scenario-0", "scenario-1"]);
        assert!(words.starts_with("Apart from an abandoned backstop, no other risk"), "{words}");
        tables.comparisons.iter_mut().for_each(|row| row.low = Some(-0.8));
        let words = headline(&tables, "2035-Q4", None, 0, &["scenario-0", "scenario-1"]);
        assert!(words.starts_with("No other risk under scenario-1"), "{words}");
    }

    #[test]
    fn a_single_scenario_is_told_with_its_likeliest_risk_where_there_is_one() {
        let mut tables = Run { risk: |_| 0.2, ..Run::of(1) }.tables();
        let says = |tables: &Tables| {
            let sheet = awkward::draw(crate::charts::kind("risks"), tables, &Options::default());
            sheet.unwrap().drawing.headline
        };
        assert_eq!(says(&tables), "How likely each of the other risks is by 2035-Q4");
        for row in tables.risks.iter_mut().filter(|row| row.risk == "war_resumed") {
            (row.by, row.by_low, row.by_high) = (0.45, 0.4, 0.5);
        }
        let told = "By 2035-Q4 war in Ukraine has resumed in 45% of runs under scenario-0: the likeliest of \
                    these risks";
        assert_eq!(says(&tables), told);
    }

    #[test]
    fn every_label_of_the_other_risks_can_be_read_in_awkward_cases() {
        awkward::check_all("risks");
    }
}
