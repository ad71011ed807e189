//! Chart 1: the risk of a tiered alliance over time, by scenario, with intervals.

use article5_runner::tables::Tables;
use article5_runner::tables::rows::Risk;

use crate::colour::Rgb;
use crate::figure::{Anchor, Drawing, Figure, Rect, Type};
use crate::style::{BAND_WIDE, percent, percent_interval};
use crate::text::fit;
use crate::{Chart, Options, PlotError, Provenance, labels};

/// The risk drawn.
const RISK: &str = "tiered";

/// How many scenarios are in colour: the first, and the likeliest and least likely of the others.
const COLOURED: usize = 3;

/// Room for the labels at the line ends, as a share of the width.
const LABEL_SHARE: f64 = 0.27;

/// The height of a label, a name over its value, in sizes of its type; and the gap to the next, px.
const LABEL_LINES: f64 = 2.4;
const LABEL_GAP: f64 = 1.0;

/// Horizontal rules aimed at.
const RULES: f64 = 5.0;

/// A scenario's line.
struct Series<'a> {
    scenario: &'a str,
    rows: Vec<&'a Risk>,
}

impl Series<'_> {
    fn last(&self) -> &Risk {
        // A series is made of at least one row.
        self.rows[self.rows.len() - 1]
    }
}

/// Draws the chart; `None` where there are no risks.
pub(super) fn draw(
    tables: &Tables,
    provenance: &Provenance,
    options: &Options,
) -> Result<Option<Chart>, PlotError> {
    let drawing = drawing(tables, provenance, options)?;
    Ok(drawing.map(|drawing| Chart { name: "risk-tiered", svg: drawing.svg }))
}

fn drawing(
    tables: &Tables,
    provenance: &Provenance,
    options: &Options,
) -> Result<Option<Drawing>, PlotError> {
    let series = series(&tables.risks);
    let Some(first) = series.first() else { return Ok(None) };
    let end = first.last();
    let subtitle = format!(
        "Chance that the alliance has become tiered by each quarter, with 95% intervals; at right \
         the chance by {}",
        end.date
    );
    let headline = headline(tables, &series);
    let mut figure = Figure::new(options, &headline, &subtitle, &provenance.line());
    let small = options.style.small;
    // The labels under one another, and the years below the last one, decide the least height.
    let labels_height = labels::height(series.iter().map(|_| LABEL_LINES * small), LABEL_GAP);
    let body = figure.body((options.style.width * 0.4).max(labels_height + 2.0 * small));
    let label_width = body.width() * LABEL_SHARE;
    let room = Rect::new(
        body.left + small * 2.6,
        body.top + small,
        body.right - label_width,
        body.bottom - small * 1.8,
    );
    let most = series.iter().flat_map(|s| &s.rows).map(|row| row.by_high).fold(0.0, f64::max);
    let step = rule_step(most);
    let top = (most / step).ceil().max(1.0) * step;
    let x = |quarter: u32| {
        let span = f64::from(end.quarter.max(2) - 1);
        room.left + room.width() * f64::from(quarter.saturating_sub(1)) / span
    };
    let y = |share: f64| room.bottom - room.height() * share / top;
    axes(&mut figure, first, room, step, top, x, y);
    let coloured = coloured(&series);
    let palette = options.style.series();
    let colour = |place: usize| {
        coloured.iter().position(|&other| other == place).and_then(|k| palette.get(k).copied())
    };
    let order = (0..series.len()).filter(|&i| colour(i).is_none()).chain(coloured.iter().copied());
    for place in order {
        let rows = &series[place].rows;
        let edge = |of: fn(&Risk) -> f64| -> Vec<(f64, f64)> {
            rows.iter().map(|row| (x(row.quarter), y(of(row)))).collect()
        };
        let ink = colour(place).unwrap_or(options.style.context);
        if colour(place).is_some() {
            figure.band(&edge(|row| row.by_low), &edge(|row| row.by_high), ink, BAND_WIDE);
        }
        figure.line(edge(|row| row.by), ink, options.style.line, None);
    }
    let wanted: Vec<(f64, f64)> =
        series.iter().map(|s| (y(s.last().by), LABEL_LINES * small)).collect();
    let centres = labels::spread(&wanted, body.top, body.bottom, LABEL_GAP);
    for (place, (s, centre)) in series.iter().zip(centres).enumerate() {
        let ink: Rgb = colour(place).map_or(options.style.muted, |c| options.style.label(c));
        let set = Type::new(small, ink);
        let set = if colour(place).is_some() { set.bold() } else { set };
        let at = room.right + small * 0.7;
        let name = fit(s.scenario, set.size, set.weight, label_width - small);
        figure.text(at, centre - small * 0.1, &name, set);
        let Risk { by, by_low, by_high, .. } = s.last();
        let value = percent_interval(*by, *by_low, *by_high);
        figure.text(at, centre + small, &value, Type::new(small * 0.9, options.style.muted));
    }
    Ok(Some(figure.finish("tiered", &format!("{headline}. {subtitle}."))?))
}

/// The rows of the risk, a scenario at a time, in the order of the table.
fn series(risks: &[Risk]) -> Vec<Series<'_>> {
    let mut series: Vec<Series<'_>> = Vec::new();
    for row in risks.iter().filter(|row| row.risk == RISK && row.point == 0) {
        match series.iter_mut().find(|series| series.scenario == row.scenario) {
            Some(series) => series.rows.push(row),
            None => series.push(Series { scenario: &row.scenario, rows: vec![row] }),
        }
    }
    series
}

/// The first scenario, and the likeliest and the least likely of the others.
fn coloured(series: &[Series<'_>]) -> Vec<usize> {
    let mut others: Vec<usize> = (1..series.len()).collect();
    others.sort_by(|&one, &other| series[other].last().by.total_cmp(&series[one].last().by));
    let mut chosen = vec![0];
    chosen.extend(others.first());
    chosen.extend(others.last());
    chosen.dedup();
    chosen.truncate(COLOURED);
    chosen
}

/// What is found: the largest difference from the first scenario whose interval is clear of zero.
fn headline(tables: &Tables, series: &[Series<'_>]) -> String {
    let first = &series[0];
    let clear = |row: &&article5_runner::tables::rows::Comparison| {
        row.outcome == RISK
            && row.point == 0
            && (row.low.is_some_and(|low| low > 0.0) || row.high.is_some_and(|high| high < 0.0))
    };
    let compared = tables.comparisons.iter().filter(clear);
    let strongest = compared.max_by(|a, b| a.difference.abs().total_cmp(&b.difference.abs()));
    let share = |name: &str| series.iter().find(|s| s.scenario == name).map(|s| s.last().by);
    let (by, date) = (first.last().by, &first.last().date);
    match strongest.and_then(|row| Some((row, share(&row.scenario)?))) {
        Some((row, other)) => format!(
            "By {date} the alliance has become tiered in {} of runs under {}, {} under {}",
            percent(other, 0),
            row.scenario,
            percent(by, 0),
            first.scenario
        ),
        None if series.len() == 1 => {
            format!("By {date} the alliance has become tiered in {} of runs", percent(by, 0))
        }
        None => format!("No scenario’s risk of a tiered alliance differs from {}", first.scenario),
    }
}

/// A round distance between rules.
fn rule_step(most: f64) -> f64 {
    const STEPS: [f64; 8] = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5];
    STEPS.into_iter().find(|step| most / step <= RULES).unwrap_or(0.5)
}

/// Rules with their values, and a year at each first quarter.
fn axes(
    figure: &mut Figure,
    first: &Series<'_>,
    room: Rect,
    step: f64,
    top: f64,
    x: impl Fn(u32) -> f64,
    y: impl Fn(f64) -> f64,
) {
    let style = *figure.style();
    let set = Type::new(style.small, style.muted);
    let decimals = usize::from(step < 0.01);
    for k in 0..=(top / step).round() as u32 {
        let share = f64::from(k) * step;
        let colour = if k == 0 { style.axis } else { style.grid };
        figure.segment((room.left, y(share)), (room.right, y(share)), colour, style.rule);
        let at = (room.left - style.small * 0.5, y(share) + style.small * 0.35);
        figure.text(at.0, at.1, &percent(share, decimals), set.at(Anchor::End));
    }
    let years: Vec<&&Risk> = first.rows.iter().filter(|row| row.date.ends_with("Q1")).collect();
    let every = years.len().div_ceil(6).max(1);
    for row in years.iter().step_by(every) {
        let year = row.date.split('-').next().unwrap_or_default();
        let at = x(row.quarter);
        let foot = (at, room.bottom + style.small * 0.4);
        figure.segment((at, room.bottom), foot, style.axis, style.rule);
        figure.text(at, room.bottom + style.small * 1.5, year, set.at(Anchor::Middle));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scenarios whose risk rises to `end` of each over that many quarters.
    fn tables(names: &[String], quarters: u32, end: impl Fn(usize) -> f64) -> Tables {
        let mut risks = Vec::new();
        for (place, name) in names.iter().enumerate() {
            for quarter in 1..=quarters {
                let by = end(place) * f64::from(quarter) / f64::from(quarters);
                let (year, part) = (2026 + (quarter - 1) / 4, (quarter - 1) % 4 + 1);
                risks.push(Risk {
                    scenario: name.clone(),
                    point: 0,
                    quarter,
                    date: format!("{year}-Q{part}"),
                    risk: RISK.to_owned(),
                    n: 1000,
                    by,
                    by_low: 0.9 * by,
                    by_high: (1.1 * by).min(1.0),
                    at: by,
                    at_low: by,
                    at_high: by,
                });
            }
        }
        Tables { risks, ..Tables::default() }
    }

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|place| format!("scenario-{place}")).collect()
    }

    fn drawn(tables: &Tables) -> Drawing {
        let provenance = Provenance {
            name: "a-run-with-a-long-name".repeat(4),
            version: "0.1.0".to_owned(),
            seed: u64::MAX,
            replicates: u64::MAX,
        };
        drawing(tables, &provenance, &Options::default()).unwrap().unwrap()
    }

    #[test]
    fn no_two_labels_overlap_and_none_leaves_the_canvas_in_awkward_cases() {
        let cases = [
            ("one scenario", tables(&names(1), 40, |_| 0.2)),
            ("twelve alike", tables(&names(12), 40, |_| 0.2)),
            ("thirty", tables(&names(30), 40, |place| place as f64 / 30.0)),
            ("nothing happens", tables(&names(9), 40, |_| 0.0)),
            ("everything happens", tables(&names(9), 40, |_| 1.0)),
            ("one quarter", tables(&names(3), 1, |_| 0.1)),
            ("a century", tables(&names(3), 400, |_| 0.1)),
            ("long names", tables(&["deterrence-by-denial-".repeat(6)], 40, |_| 0.3)),
        ];
        for (case, tables) in cases {
            let Drawing { placed, size, .. } = drawn(&tables);
            let canvas = Rect::new(0.0, 0.0, size.0, size.1);
            for (i, text) in placed.iter().enumerate() {
                let area = text.area;
                let inside = area.left >= canvas.left
                    && area.top >= canvas.top
                    && area.right <= canvas.right
                    && area.bottom <= canvas.bottom;
                assert!(inside, "{case}: {text:?} leaves {canvas:?}");
                for other in &placed[..i] {
                    assert!(!area.overlaps(&other.area), "{case}: {text:?} on {other:?}");
                }
            }
        }
    }

    #[test]
    fn the_headline_names_a_difference_only_where_its_interval_is_clear_of_zero() {
        let mut tables = tables(&names(2), 4, |place| [0.1, 0.3][place]);
        let mut comparison = article5_runner::tables::rows::Comparison {
            scenario: "scenario-1".to_owned(),
            reference: "scenario-0".to_owned(),
            point: 0,
            quarter: 4,
            date: "2026-Q4".to_owned(),
            kind: "risk".to_owned(),
            outcome: RISK.to_owned(),
            n: 10,
            difference: 0.2,
            low: Some(-0.1),
            high: Some(0.5),
            variance_ratio: None,
        };
        tables.comparisons = vec![comparison.clone()];
        assert!(headline(&tables, &series(&tables.risks)).contains("No scenario"));
        comparison.low = Some(0.05);
        tables.comparisons = vec![comparison];
        assert!(headline(&tables, &series(&tables.risks)).contains("30% of runs under scenario-1"));
    }

    #[test]
    fn a_run_without_risks_has_no_chart() {
        let provenance =
            Provenance { name: String::new(), version: String::new(), seed: 0, replicates: 1 };
        assert_eq!(draw(&Tables::default(), &provenance, &Options::default()).unwrap(), None);
    }
}
