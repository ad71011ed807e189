//! Scenario discovery: the limits of PRIM's boxes on the ranges of their parameters.

use article5_runner::config::is_switch;
use article5_runner::numbers::{number, percent, shortest, signed_shortest, within};
use article5_runner::outcome::Risk;
use article5_runner::tables::rows::BoxRow;
use itertools::Itertools;

use super::{Page, Sheet, words};
use crate::figure::{Anchor, Figure, Rect, Type};
use crate::groups::groups;
use crate::key::{Swatch, key};
use crate::style::{BLUE, ORANGE, Style};
use crate::{PlotError, Wording};

/// Where each column begins and ends, as shares of the width.
const NAME: (f64, f64) = (0.0, 0.3);
const RANGE: (f64, f64) = (0.32, 0.68);
const LIMITS: (f64, f64) = (0.71, 0.87);
const CHANCE: (f64, f64) = (0.89, 1.0);

/// The height of a parameter's row, in sizes of type.
const ROW: f64 = 1.9;

/// How many limits a headline names.
const NAMED: usize = 2;

/// Draws the chart; `None` if there are no boxes.
pub(super) fn draw(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    let boxes = of_each_box(&page.tables.boxes);
    let Some(first) = boxes.first() else { return Ok(None) };
    let mut figure = page.figure(&headline(first), &subtitle(first));
    let style = figure.style();
    let small = style.small;
    let wording = page.wording();
    let doubtful = wording.pick(
        format!(
            "limit that may be chance (quasi-p above {}, or in under half of resamples)",
            BoxRow::BY_CHANCE
        ),
        format!("quasi_p > {}, reproduced_coverage < 0.5", BoxRow::BY_CHANCE),
    );
    let resampled =
        wording.pick("limits in 90% of resamples", "low_q05–low_q95, high_q05–high_q95");
    key(
        &mut figure,
        &[
            (Swatch::Box(BLUE), wording.pick("inside the box", "low–high")),
            (Swatch::Hollow(ORANGE), &doubtful),
            (Swatch::Box(style.empty), wording.pick("range of the design", "range_low–range_high")),
            (Swatch::Line(style.axis), resampled),
        ],
    );
    let set = Type::new(style.body, style.text).bold();
    let heads: Vec<Vec<String>> =
        boxes.iter().map(|rows| set.wrap(&head(rows, wording), style.inner_width(), 2)).collect();
    let height = |(rows, head): (&Vec<&BoxRow>, &Vec<String>)| {
        style.body * (1.3 * head.len() as f64 + 0.8) + small * ROW * rows.len() as f64 + small
    };
    let total: f64 = boxes.iter().zip(&heads).map(height).sum();
    let body = figure.body_of_height(total);
    let mut top = body.top;
    for (rows, head) in boxes.iter().zip(&heads) {
        for words in head {
            top += 1.3 * style.body;
            figure.text(body.left, top, words, set);
        }
        top += 0.8 * style.body;
        for row in rows {
            Limits { body, style }.draw(&mut figure, row, top + small * ROW / 2.0);
            top += small * ROW;
        }
        top += small;
    }
    page.sheet(figure, &spoken(&boxes), boxes.iter().flatten().copied())
}

/// A quasi-p value as it is shown.
pub(crate) fn quasi_p(p: f64) -> String {
    const MIN_SHOWN: f64 = 0.001;
    if p < MIN_SHOWN { format!("<{MIN_SHOWN}") } else { number(p, 3) }
}

/// The rows of each box, in the order of the table.
pub(crate) fn of_each_box(rows: &[BoxRow]) -> Vec<Vec<&BoxRow>> {
    let all =
        groups(rows, |row| (&row.scenario, &row.reference, &row.outcome, row.quarter, row.number));
    all.into_iter().map(|(_, limits)| limits).collect()
}

/// A limit in words: `learning.memory from 0.90 to 0.98`.
fn limit(row: &BoxRow) -> String {
    let [low, high] = values(row, [row.low, row.high], Wording::English);
    match (cuts_low(row), cuts_high(row)) {
        _ if low == high => format!("{} {low}", row.parameter),
        (true, false) => format!("{} from {low}", row.parameter),
        (false, true) => format!("{} up to {high}", row.parameter),
        _ => format!("{} from {low} to {high}", row.parameter),
    }
}

fn cuts_low(row: &BoxRow) -> bool {
    row.low > row.range_low
}

fn cuts_high(row: &BoxRow) -> bool {
    row.high < row.range_high
}

/// Values of the parameter that a row limits, with as many decimals as tell those of its range
/// apart.
pub(crate) fn values<const N: usize>(
    row: &BoxRow,
    values: [f64; N],
    wording: Wording,
) -> [String; N] {
    let range = (row.range_low, row.range_high);
    values.map(|value| words::rounded(&row.parameter, value, range, wording))
}

/// Where a limit stands on the range of its parameter, as a share. Either value of a switch takes
/// up half of the range; `side` is 0 for the lower edge of that half and 1 for the upper.
fn share(row: &BoxRow, limit: f64, side: f64) -> f64 {
    let extent = row.range_high - row.range_low;
    let share = if extent > 0.0 { (limit - row.range_low) / extent } else { 0.5 };
    let share = if is_switch(&row.parameter) { (share + side) / 2.0 } else { share };
    share.clamp(0.0, 1.0)
}

/// The share of all points that are of interest.
fn base(row: &BoxRow) -> Option<f64> {
    let (of_interest, all) =
        (row.points_of_interest as f64 / row.coverage, row.points as f64 / row.mass);
    let share = of_interest / all;
    share.is_finite().then_some(share)
}

fn headline(rows: &[&BoxRow]) -> String {
    let Some(first) = rows.first() else { return String::new() };
    let mut clear: Vec<&BoxRow> = rows.iter().filter(|row| !row.may_be_chance()).copied().collect();
    clear.sort_by(|one, other| {
        let p = |row: &BoxRow| row.quasi_p.unwrap_or(BoxRow::BY_CHANCE);
        p(one).total_cmp(&p(other))
    });
    let named: Vec<String> = clear.iter().take(NAMED).map(|row| limit(row)).collect();
    let more = match rows.len() - named.len() {
        _ if named.is_empty() => String::new(),
        0 => String::new(),
        1 => " (and one more limit)".to_owned(),
        more => format!(" (and {more} more limits)"),
    };
    let within = match (named.is_empty(), rows.len()) {
        (false, _) => format!("With {}", words::list(&named)),
        (true, 1) => "Within one limit, which may be chance".to_owned(),
        (true, limits) => format!("Within {limits} limits, each of which may be chance"),
    };
    let base =
        base(first).map_or(String::new(), |base| format!(", against {} of all", percent(base, 0)));
    let held_out = first.density_held_out;
    let held_out = held_out
        .map_or(String::new(), |density| format!(" ({} of those held out)", percent(density, 0)));
    format!(
        "{within}{more}, {} of points{held_out} have {}{base}",
        percent(first.density, 0),
        of_interest(first)
    )
}

/// What the points of interest of a box have.
fn of_interest(row: &BoxRow) -> String {
    interest(&row.outcome, !row.reference.is_empty(), (row.at_least, row.at_most))
}

/// What points of interest have: `a chance of renewed war of at most 20%`.
pub(crate) fn interest(
    outcome: &str,
    is_difference: bool,
    (at_least, at_most): (Option<f64>, Option<f64>),
) -> String {
    let noun = words::noun(outcome);
    let (noun, scale, unit) = match (Risk::named(outcome).is_some(), is_difference) {
        (true, false) => (format!("a chance of {noun}"), 100.0, "%"),
        (true, true) => (format!("a difference in the chance of {noun}"), 100.0, " points"),
        (false, true) => (format!("a difference in {noun}"), 1.0, ""),
        (false, false) => (noun, 1.0, ""),
    };
    let shown = if is_difference { signed_shortest } else { shortest };
    let bounds = within(at_least, at_most, |bound| format!("{}{unit}", shown(scale * bound)));
    format!("{noun} of {bounds}")
}

fn subtitle(rows: &[&BoxRow]) -> String {
    let Some(first) = rows.first() else { return String::new() };
    let against = match first.reference.as_str() {
        "" => String::new(),
        reference => format!(" less {reference}"),
    };
    format!(
        "Boxes of the parameter space (PRIM) in which the points with {} by {} under {}{against} \
         are concentrated. Density: the share of a box’s points that have it; coverage: the share of those \
         points that the box holds; mass: the box’s share of all points; held out: on points \
         that it was not chosen from. A parameter that a box does not limit is not drawn",
        of_interest(first),
        first.date,
        first.scenario
    )
}

/// The outcome with the bounds of interest, and when, in symbols.
fn bounded(row: &BoxRow) -> String {
    let bound = |sign: &str, bound: Option<f64>| {
        bound.map_or_else(String::new, |bound| format!(" {sign} {}", shortest(bound)))
    };
    let [least, most] = [bound("≥", row.at_least), bound("≤", row.at_most)];
    format!("{}{least}{most}, {}", row.outcome, row.date)
}

fn head(rows: &[&BoxRow], wording: Wording) -> String {
    let Some(first) = rows.first() else { return String::new() };
    let outcome = wording.pick(first.outcome.clone(), bounded(first));
    let title = words::title(&outcome, &first.scenario, &first.reference, wording);
    let measured = |name: &str, share: f64, held_out: Option<f64>| {
        let held_out = held_out.map(|share| percent(share, 0)).map(|held_out| {
            wording.pick(format!(" (held out {held_out})"), format!(", {name}_held_out {held_out}"))
        });
        format!("{name} {}{}", percent(share, 0), held_out.unwrap_or_default())
    };
    format!(
        "{title}, box {}: {}, {}, mass {}",
        first.number,
        measured("density", first.density, first.density_held_out),
        measured("coverage", first.coverage, first.coverage_held_out),
        percent(first.mass, 0)
    )
}

fn spoken(boxes: &[Vec<&BoxRow>]) -> String {
    let said = boxes.iter().map(|rows| {
        let limits = rows.iter().map(|row| limit(row)).join("; ");
        format!("{}: {limits}", head(rows, Wording::English))
    });
    format!("{}.", said.format(". "))
}

/// A row of the chart.
struct Limits {
    body: Rect,
    style: Style,
}

impl Limits {
    fn at(&self, share: f64) -> f64 {
        self.body.left + self.body.width() * share
    }

    fn draw(&self, figure: &mut Figure, row: &BoxRow, y: f64) {
        let Self { style, .. } = self;
        let small = style.small;
        let baseline = y + 0.35 * small;
        let set = Type::new(small, style.text);
        let width = |(from, to): (f64, f64)| (to - from) * self.body.width();
        let name = set.fit(&row.parameter, width(NAME));
        figure.text(self.at(NAME.1), baseline, &name, set.at(Anchor::End));
        self.bar(figure, row, y);
        let [low, high] = values(row, [row.low, row.high], figure.wording());
        let to = figure.wording().pick("to", "…");
        let words = if low == high { low } else { format!("{low} {to} {high}") };
        figure.text(self.at(LIMITS.0), baseline, &set.fit(&words, width(LIMITS)), set);
        if let Some(p) = row.quasi_p {
            let words = set.fit(&format!("p {}", quasi_p(p)), width(CHANCE));
            figure.text(self.at(CHANCE.0), baseline, &words, Type::new(small, style.muted));
        }
    }

    fn bar(&self, figure: &mut Figure, row: &BoxRow, y: f64) {
        let style = &self.style;
        let (left, right) = (self.at(RANGE.0), self.at(RANGE.1));
        let x = |share: f64| left + (right - left) * share;
        let (x_low, x_high) = (|low| x(share(row, low, 0.0)), |high| x(share(row, high, 1.0)));
        let half = 0.4 * style.small;
        figure.fill(Rect::new(left, y - half, right, y + half), style.empty);
        let inside = Rect::new(
            x_low(row.low),
            y - half,
            x_high(row.high).max(x_low(row.low) + 1.0),
            y + half,
        );
        if row.may_be_chance() {
            figure.outline(inside, ORANGE, style.rule * 1.5);
        } else {
            figure.fill(inside, BLUE);
        }
        for (cuts, from, to) in [
            (cuts_low(row), x_low(row.low_q05), x_low(row.low_q95)),
            (cuts_high(row), x_high(row.high_q05), x_high(row.high_q95)),
        ] {
            if cuts {
                let below = y + 1.5 * half;
                figure.segment((from, below), (to, below), style.axis, style.line * 0.75);
            }
        }
    }
}

#[cfg(test)]
mod tests;
