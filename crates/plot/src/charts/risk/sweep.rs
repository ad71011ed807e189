//! The risk chart over a design that varies one parameter: a risk at the horizon against the
//! parameter's value, by scenario, with intervals.

mod told;

use article5_runner::config::{Kind, is_switch, parameter};
use article5_runner::design::Design;
use article5_runner::outcome::Risk;
use article5_runner::tables::rows::RiskRow;
use itertools::Itertools;

use super::lines;
use super::series::{Colours, Series};
use super::{Ends, Page, Plane, Sheet, axis, findings};
use crate::axes::{ValueAxis, foot, strips};
use crate::charts::words::{self, RiskWords};
use crate::figure::{Anchor, Figure, Rect, Type};
use crate::groups::{levels, varied};
use crate::style::{Pen, Style};
use crate::{PlotError, Wording};

/// The heights of the name of the axis below and of the default above, in sizes of type.
const NAME_LINE: f64 = 1.3;
const DEFAULT_LINE: f64 = 2.0;

/// The most lines of the name.
const NAME_LINES: usize = 3;

/// The steps between the values below, at most.
const VALUE_STEPS: u32 = 6;

/// Up to this many values have a dot each on the lines.
const MAX_MARKED: usize = 40;

/// The least width of a tip's strip, px: narrower ones nobody could point at.
const MIN_STRIP: f64 = 3.0;

/// Draws the chart of a tiered alliance; `None` if the design does not vary one parameter.
pub(in crate::charts) fn tiered(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    draw(page, Risk::Tiered)
}

/// Draws the same of renewed war.
pub(in crate::charts) fn war(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    draw(page, Risk::WarResumed)
}

fn draw(page: &Page<'_>, risk: Risk) -> Result<Option<Sheet>, PlotError> {
    let wording = page.wording();
    let sweep = page.tables.design.as_ref().and_then(|design| Sweep::of(design, wording));
    let Some(sweep) = sweep else { return Ok(None) };
    let rows = page.at_horizon(risk);
    let curves = sweep.curves(&rows);
    let series: Vec<Series<'_>> = curves
        .iter()
        .filter_map(|rows| {
            Some(Series { scenario: &rows.first()?.scenario, rows: rows.iter().collect() })
        })
        .collect();
    let Some(end) = series.first().and_then(Series::last) else { return Ok(None) };
    let widest = told::widest(&series, page.tables);
    let chance = format!("chance of {} by {}", RiskWords::of(risk).noun, end.date);
    let subtitle = sweep.subtitle(&series, widest, &chance);
    let headline = sweep.headline(&series, widest, &chance, findings::nouns(page.tables).0);
    let mut figure = page.figure(&headline, &subtitle);
    figure.caption(&format!("↑ {}, {}", risk.name(), end.date));
    let style = figure.style();
    let colours =
        Colours::new(&series, page.tables, None, &style).and(widest.map(|own| own.scenario));
    let name = sweep.name(&style);
    let ends = Ends::new(&series, &colours);
    let (room, up) = rooms(&mut figure, &series, &ends, name.len());
    up.rules(&mut figure, room, Some(ValueAxis::percent));
    let across = sweep.axis();
    across.columns(&mut figure, room, |axis, value| sweep.tick(axis, value));
    let set = Type::new(style.small, style.text);
    for (line, words) in name.iter().enumerate() {
        let baseline = NAME_LINE * style.small * (line as f64 + 0.8);
        figure.text(room.left, room.bottom + foot(style.small) + baseline, words, set);
    }
    let x = |value: f64| across.place(value, room.left, room.right);
    sweep.default(&mut figure, room, &x);
    let plane = Plane { room, axis: up, x: &|row| x(sweep.value(row)) };
    lines(&mut figure, &series, &colours, plane);
    if sweep.values.len() <= MAX_MARKED {
        dots(&mut figure, &series, &colours, plane);
    }
    ends.draw(&mut figure, plane, room.bottom);
    sweep.tips(&mut figure, &series, room, &x);
    page.sheet_of_points(figure, &sweep.spoken(&series), sweep.design, rows)
}

/// The room of the lines, as high as the labels at their ends need, above `names` lines of the
/// parameter's name; and the axis of the chances.
fn rooms(
    figure: &mut Figure,
    series: &[Series<'_>],
    ends: &Ends<'_>,
    names: usize,
) -> (Rect, ValueAxis) {
    let style = figure.style();
    let small = style.small;
    let below = foot(small) + NAME_LINE * small * names as f64;
    let labels = ends.height(&style);
    let body = figure.body((style.width * 0.4).max(labels + below + DEFAULT_LINE * small));
    let axis = axis(series);
    let room = Rect::new(
        body.left + axis.label_width(small, ValueAxis::percent),
        body.top + DEFAULT_LINE * small,
        body.right - body.width() * ends.share(),
        body.bottom - below,
    );
    (room, axis)
}

/// Draws a dot at each value, in the colour of its line.
fn dots<'a>(figure: &mut Figure, series: &[Series<'a>], colours: &Colours<'a>, plane: Plane<'_>) {
    let style = figure.style();
    for curve in colours.order(series) {
        let ink = colours.of(curve.scenario).map_or(style.context, |pen| pen.colour);
        for (x, y) in plane.points(&curve.rows, |row| row.by) {
            figure.dot(x, y, 1.4 * style.line, ink);
        }
    }
}

/// The one parameter that a design varies.
struct Sweep<'a> {
    key: &'a str,
    design: &'a Design,
    column: usize,
    /// Each value once, ascending.
    values: Vec<f64>,
    /// What the labels say.
    wording: Wording,
}

impl<'a> Sweep<'a> {
    /// `None` if not just one parameter takes several values.
    fn of(design: &'a Design, wording: Wording) -> Option<Self> {
        let &[column] = varied(design).as_slice() else { return None };
        let key = design.keys.get(column)?;
        Some(Self { key, design, column, values: levels(design, column), wording })
    }

    fn ends(&self) -> (f64, f64) {
        let end = |value: Option<&f64>| value.copied().unwrap_or_default();
        (end(self.values.first()), end(self.values.last()))
    }

    /// A value as a label.
    fn label(&self, value: f64) -> String {
        words::setting(self.key, value, self.ends(), self.wording)
    }

    /// The same in a sentence.
    fn say(&self, value: f64) -> String {
        words::setting(self.key, value, self.ends(), Wording::English)
    }

    /// The value at a row's point; NaN if the design has no such point.
    fn value(&self, row: &RiskRow) -> f64 {
        let value = self.design.points.get((row.point as usize, self.column));
        value.copied().unwrap_or(f64::NAN)
    }

    /// Each scenario's rows in the order of the values, those with one value as their mean: the
    /// mean of intervals is no narrower than the interval of a mean.
    fn curves(&self, rows: &[&RiskRow]) -> Vec<Vec<RiskRow>> {
        let scenarios = rows.iter().map(|row| row.scenario.as_str()).unique();
        let curve = |scenario: &str| {
            let own = rows.iter().filter(|row| row.scenario == scenario);
            let mut own: Vec<&RiskRow> =
                own.filter(|row| !self.value(row).is_nan()).copied().collect();
            own.sort_by(|one, other| self.value(one).total_cmp(&self.value(other)));
            let alike = own.chunk_by(|one, other| self.value(one) == self.value(other));
            alike.filter_map(mean).collect()
        };
        scenarios.map(curve).collect()
    }

    /// The axis of the values. For a switch or a count, no value between whole ones gets a rule.
    fn axis(&self) -> ValueAxis {
        let (low, high) = self.ends();
        match parameter(self.key).map(|own| own.kind) {
            Ok(Kind::Switch | Kind::Count) => ValueAxis::of_whole(low, high, VALUE_STEPS),
            _ => ValueAxis::covering(low, high, VALUE_STEPS),
        }
    }

    fn tick(&self, axis: &ValueAxis, value: f64) -> String {
        if is_switch(self.key) {
            return self.label(value);
        }
        axis.number(value)
    }

    /// The parameter, in English with what it means, in lines that fit below the values.
    fn name(&self, style: &Style) -> Vec<String> {
        /// The share of the width that the labels left of the room may take.
        const LEFT: f64 = 0.1;
        let name = format!("{} →", words::with_meaning(self.key, self.wording));
        let limit = (1.0 - LEFT) * style.width - 2.0 * style.margin;
        Type::new(style.small, style.text).wrap(&name, limit, NAME_LINES)
    }

    /// Draws a line at the parameter's default, if it is within the values.
    fn default(&self, figure: &mut Figure, room: Rect, x: &dyn Fn(f64) -> f64) {
        let (low, high) = self.ends();
        let Ok(known) = parameter(self.key) else { return };
        if !(low..=high).contains(&known.default) {
            return;
        }
        let style = figure.style();
        let (small, at) = (style.small, x(known.default));
        let dash = Some((2.0 * style.line, 2.0 * style.line));
        let ends = vec![(at, room.top - 0.4 * small), (at, room.bottom)];
        figure.line(ends, Pen { dash, ..Pen::solid(style.muted, style.rule) });
        let set = Type::new(small, style.muted);
        let words = format!("{}{}", self.wording.pick("default ", ""), self.label(known.default));
        let half = set.width(&words) / 2.0;
        let middle = at.clamp(room.left + half, room.right - half);
        figure.text(middle, room.top - 0.8 * small, &words, set.at(Anchor::Middle));
    }

    /// Adds tips with the chances at each value, over the strip of the room that is nearest to it;
    /// of values too close together to be pointed at, only every n-th has one.
    fn tips(&self, figure: &mut Figure, series: &[Series<'_>], room: Rect, x: &dyn Fn(f64) -> f64) {
        let step = self.values.len().div_ceil((room.width() / MIN_STRIP).max(1.0) as usize);
        let told: Vec<f64> = self.values.iter().copied().step_by(step.max(1)).collect();
        let places: Vec<f64> = told.iter().map(|value| x(*value)).collect();
        for (value, strip) in told.iter().zip(strips(&places, room)) {
            let chance = |own: &Series<'_>| {
                let at = own.rows.partition_point(|row| self.value(row) < *value);
                let row = own.rows.get(at).filter(|row| self.value(row) == *value)?;
                Some(format!("{} {}", own.scenario, told::said(row)))
            };
            let chances = series.iter().filter_map(chance).join("; ");
            figure.tip(strip, format!("{} {}: {chances}", self.key, self.label(*value)));
        }
    }
}

/// The mean of the rows of one value, as one row.
fn mean(rows: &[&RiskRow]) -> Option<RiskRow> {
    let first = *rows.first()?;
    let mean = |value: fn(&RiskRow) -> f64| {
        rows.iter().map(|row| value(row)).sum::<f64>() / rows.len() as f64
    };
    let (by, by_low, by_high) =
        (mean(|row| row.by), mean(|row| row.by_low), mean(|row| row.by_high));
    Some(RiskRow { by, by_low, by_high, ..first.clone() })
}

#[cfg(test)]
mod tests;
