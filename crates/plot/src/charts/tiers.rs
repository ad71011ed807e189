//! How the trust of the upper and of the lower class of allies is distributed over the replicates,
//! through time: a heat map of the density between the quantiles that the tables hold.

use article5_runner::numbers::{counted, number, percent, range};
use article5_runner::tables::Tables;
use article5_runner::tables::rows::{ComparisonRow, SummaryRow};
use itertools::Itertools;

use super::{Page, Sheet, chosen, findings, words};
use crate::axes::{TimeAxis, ValueAxis, foot, strips};
use crate::figure::{Figure, Rect, Type};
use crate::key::{Swatch, key};
use crate::panels::PanelGrid;
use crate::ramp::{ColourScale, SEQUENTIAL};
use crate::style::{PAPER, Pen};
use crate::{PlotError, Wording};

/// A class: its outcome in the tables, and its name.
const CLASSES: [(&str, &str); 2] = [("tier_upper", "upper class"), ("tier_lower", "lower class")];

/// The outcome that is the difference of the class means.
const GAP: &str = "tier_gap";

/// The steps between horizontal rules, at most.
const STEPS: u32 = 4;

/// How far a column overlaps the next, px, so that no seam shows.
const SEAM: f64 = 0.3;

/// The density at which the colour is full: 5 % of the replicates in each 0.01 of trust. The scale
/// is the same for all runs, so that two pictures can be compared.
const FULL: f64 = 0.05 / 0.01;

/// The rows of a class in a scenario.
struct Class<'a> {
    scenario: &'a str,
    outcome: &'static str,
    /// In words.
    name: &'static str,
    rows: Vec<&'a SummaryRow>,
}

impl Class<'_> {
    fn title(&self, wording: Wording) -> String {
        format!("{}: {}", self.scenario, wording.pick(self.name, self.outcome))
    }
}

/// Draws the chart; `None` if the classes are not summarised, or never part.
pub(super) fn draw(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    let tables = page.tables;
    let scenarios = chosen::scenarios(tables);
    let panels = classes(tables, &scenarios);
    let drawn = || panels.iter().flat_map(|class| class.rows.iter().copied());
    let Some(any) = drawn().next() else { return Ok(None) };
    // An alliance too small for two classes has none.
    if tables.summary.iter().all(|row| row.outcome != GAP || row.mean == 0.0) {
        return Ok(None);
    }
    let subtitle = subtitle(tables, any.n);
    let mut figure = page.figure(&headline(tables, &scenarios), &subtitle);
    let scale = scale(&mut figure);
    let axis = ValueAxis::covering(0.0, 1.0, STEPS);
    let time = TimeAxis::new(drawn().map(|row| (row.quarter, row.date.as_str())));
    let style = figure.style();
    let grid = PanelGrid {
        count: panels.len(),
        least_width: 23.6 * style.small,
        aspect: 0.45,
        left: axis.label_width(style.small, ValueAxis::number),
        right: 2.8 * style.small,
        own_axes: false,
        foot: foot(style.small),
    };
    let titles: Vec<String> = panels.iter().map(|class| class.title(page.wording())).collect();
    let laid = grid.lay(&mut figure, titles.iter().map(String::as_str));
    for (panel, class) in laid.iter().zip(&panels) {
        panel.frame(&mut figure, axis, &time);
        Heat { room: panel.room, axis, time: &time, scale }.draw(&mut figure, &class.rows);
    }
    page.sheet(figure, &spoken(&panels), drawn())
}

/// One row of panels per class, one column per scenario, so that the same class is side by side.
fn classes<'a>(tables: &'a Tables, scenarios: &[&'a str]) -> Vec<Class<'a>> {
    let class = |(outcome, name): (&'static str, &'static str), scenario: &'a str| {
        let all = tables.summary.iter().filter(|row| row.point == 0 && row.mean.is_finite());
        let rows = all.filter(|row| row.scenario == scenario && row.outcome == outcome);
        Class { scenario, outcome, name, rows: rows.collect() }
    };
    CLASSES
        .iter()
        .flat_map(|kind| scenarios.iter().map(move |scenario| class(*kind, scenario)))
        .collect()
}

fn subtitle(tables: &Tables, n: u64) -> String {
    format!(
        "Mean trust (0 to 1) of each of the two classes that best divide the allies, over {}, \
         as far as the quantiles at 5, 25, 50, 75 and 95% show; the outer 5% on either side are \
         left out. Line: median; dot and number: mean{}",
        counted(n, "run", "runs"),
        chosen::reason(tables)
    )
}

/// The scale of the densities; also draws its key.
fn scale(figure: &mut Figure) -> ColourScale {
    let scale = ColourScale { ramp: SEQUENTIAL, low: 0.0, high: FULL };
    let wording = figure.wording();
    let meaning = wording.pick("Runs per 0.01 of trust", "n / 0.01");
    scale.key(figure, meaning, &|density| {
        let share = percent(density * 0.01, 0);
        match density {
            0.0 => wording.pick("none".to_owned(), share),
            _ => wording.pick(format!("{share} or more"), format!("≥ {share}")),
        }
    });
    let style = figure.style();
    key(
        figure,
        &[
            (Swatch::Line(style.text), wording.pick("", "q50")),
            (Swatch::Dot(style.text), wording.pick("", "mean")),
        ],
    );
    scale
}

/// The density of a class over time.
struct Heat<'a> {
    room: Rect,
    axis: ValueAxis,
    time: &'a TimeAxis,
    scale: ColourScale,
}

impl Heat<'_> {
    /// Draws one column per quarter, in four parts that each hold a known share of the replicates;
    /// the median; and the last mean.
    fn draw(&self, figure: &mut Figure, rows: &[&SummaryRow]) {
        let room = self.room;
        let y = |value: f64| self.axis.place(value, room.bottom, room.top);
        let x = |row: &SummaryRow| self.time.place(row.quarter, room);
        let strips = strips(&rows.iter().map(|row| x(row)).collect::<Vec<_>>(), room);
        let small = figure.style().small;
        for (row, strip) in rows.iter().zip(strips) {
            // A column does not cover quarters that are left out; a lone column takes the whole
            // room.
            let pitch = self.time.place(row.quarter + 1, room) - x(row);
            let reach = if rows.len() == 1 { room.width() } else { pitch.max(small) / 2.0 };
            let (left, right) = (strip.left.max(x(row) - reach), strip.right.min(x(row) + reach));
            let parts = [
                (row.q05, row.q25, 0.2),
                (row.q25, row.q50, 0.25),
                (row.q50, row.q75, 0.25),
                (row.q75, row.q95, 0.2),
            ];
            for (low, high, share) in parts.into_iter().filter(|(low, high, _)| high > low) {
                let colour = self.scale.colour(share / (high - low));
                let right = (right + SEAM).min(room.right);
                figure.fill(Rect::new(left, y(high), right, y(low)), colour);
            }
        }
        let style = figure.style();
        let median: Vec<(f64, f64)> = rows.iter().map(|row| (x(row), y(row.q50))).collect();
        // Pale edges set the line off from the darkest colour.
        figure.line(median.clone(), Pen::solid(PAPER, 2.0 * style.line));
        figure.line(median, Pen::solid(style.text, style.line));
        if let Some(row) = rows.last() {
            figure.mean((x(row), y(row.mean)), style.text);
            let (left, baseline) = (room.right + 0.5 * small, y(row.mean) + 0.36 * small);
            let set = Type::new(small, style.text).bold();
            figure.text(left, baseline, &number(row.mean, 2), set);
        }
        let wording = figure.wording();
        self.time.tips(figure, room, "", |quarter| {
            let row = rows.iter().find(|row| row.quarter == quarter);
            row.map_or_else(String::new, |row| words::distribution(row, wording))
        });
    }
}

/// What is found: by how much the mean gap between the classes differs, if it is shown to.
fn headline(tables: &Tables, scenarios: &[&str]) -> String {
    let gaps = |scenario: &str| {
        let rows = || {
            let all = tables.summary.iter().filter(|row| row.point == 0 && row.outcome == GAP);
            all.filter(|row| row.scenario == scenario)
        };
        Some((rows().next()?, rows().next_back()?))
    };
    let Some(first) = scenarios.first() else { return String::new() };
    // Nothing is said about scenarios that are not drawn.
    let drawn = |row: &&ComparisonRow| {
        scenarios.contains(&&*row.scenario) && scenarios.contains(&&*row.reference)
    };
    let strongest = findings::strongest(findings::differences(tables, GAP).filter(drawn));
    let compared = strongest.and_then(|row| {
        let apart = if row.difference > 0.0 { "further apart" } else { "closer together" };
        let by = findings::size(findings::estimate(row)?);
        Some(format!(
            "In {} the mean trust of the two classes of allies is {apart} under {} than under {}, by \
             {by}",
            row.date, row.scenario, row.reference
        ))
    });
    compared.unwrap_or_else(|| match (gaps(first), scenarios) {
        (Some((start, end)), [_]) if start.quarter == end.quarter => format!(
            "The two classes of allies differ in trust by {} on average in {}",
            findings::mean(end),
            end.date
        ),
        (Some((start, end)), [_]) => format!(
            "The two classes of allies differ in trust by {} on average in {}, by {} in {}",
            findings::mean(start),
            start.date,
            findings::mean(end),
            end.date
        ),
        (_, [_, other, ..]) if findings::differences(tables, GAP).any(|row| drawn(&row)) => format!(
            "The gap in trust between the two classes of allies is not shown to differ between {first} \
             and {other}"
        ),
        _ => "The trust of the two classes of allies".to_owned(),
    })
}

fn spoken(panels: &[Class<'_>]) -> String {
    let class = |class: &Class<'_>| {
        let row = class.rows.last()?;
        let (mean, middle) = (number(row.mean, 2), range(row.q05, row.q95, 2));
        let title = class.title(Wording::English);
        Some(format!("{title}, mean {mean} (90%: {middle})"))
    };
    let date = panels.iter().find_map(|class| class.rows.last()).map_or("", |row| &row.date);
    format!("In {date}, {}.", panels.iter().filter_map(class).format("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::awkward::{self, Run};

    #[test]
    fn the_headline_is_of_the_scenarios_that_are_drawn_whatever_another_does() {
        let mut tables = Run::of(3).tables();
        let shown = chosen::scenarios(&tables)[1].to_owned();
        for row in &mut tables.comparisons {
            // The third differs more.
            let difference = if row.scenario == shown { 0.1 } else { -0.9 };
            (row.difference, row.low, row.high) =
                (difference, Some(difference - 0.01), Some(difference + 0.01));
            row.outcome = GAP.to_owned();
        }
        let words = headline(&tables, &["scenario-0", &shown]);
        let told = format!(
            "further apart under {shown} than under scenario-0, by 0.100 (95%: 0.090 to 0.110)"
        );
        assert!(words.contains(&told), "{words}");
    }

    #[test]
    fn every_label_of_the_distribution_of_the_tiers_can_be_read_in_awkward_cases() {
        awkward::check_all("tier-distribution");
    }
}
