//! Morris's elementary effects: how much a parameter matters against how much it interacts.

mod labels;

use article5_runner::analysis::Estimate;
use article5_runner::analysis::doubt::Doubt;
use article5_runner::tables::rows::{Method, SensitivityRow};
use itertools::Itertools;

use super::{Subject, estimate_of, in_words, leaders, ranked, so_far_as};
use crate::axes::{ValueAxis, foot};
use crate::callouts::{self, Label};
use crate::charts::{Page, Sheet, words};
use crate::figure::{Figure, Rect, Type};
use crate::key::{Swatch, key};
use crate::numbering::Index;
use crate::panels::{Panel, PanelGrid};
use crate::style::{BLUE, Style};
use crate::{PlotError, Wording};

/// How many outcomes a chart has room for, and how many parameters a panel names.
const MAX_PANELS: usize = 4;
const NAMED: usize = 10;

/// The steps between rules, at most.
const STEPS: u32 = 4;

/// Draws the chart; `None` if there are no such effects.
pub(in crate::charts) fn draw(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    let all = Subject::all(&page.tables.sensitivity, Method::Morris);
    let shown = all.get(..MAX_PANELS).unwrap_or(&all);
    let Some(first) = shown.first() else { return Ok(None) };
    let mut figure = page.figure(&headline(first), &subtitle(shown, all.len()));
    figure.caption(first.date());
    let style = figure.style();
    let wording = page.wording();
    let words = "σ = μ*: above it, interaction or curvature dominates";
    key(
        &mut figure,
        &[
            (Swatch::Dot(BLUE), wording.pick("stands out from replicate noise", "")),
            (Swatch::Ring(style.context), wording.pick("does not stand out", "doubt = noise")),
            (Swatch::Line(style.context), wording.pick(words, "σ = μ*")),
        ],
    );
    planes(&mut figure, shown);
    let spoken = shown.iter().map(spoken).join(" ");
    page.sheet(figure, &spoken, all.iter().flat_map(|subject| &subject.rows).copied())
}

/// Draws the panels, and the names by number below where these do not all have room.
fn planes(figure: &mut Figure, subjects: &[Subject<'_>]) {
    let (style, wording) = (figure.style(), figure.wording());
    let axes: Vec<Axes> = subjects.iter().map(Axes::of).collect();
    let left = axes.iter().map(|axes| axes.up.label_width(style.small, ValueAxis::number));
    let left = left.fold(0.0, f64::max);
    let grid = PanelGrid {
        count: subjects.len(),
        least_width: 24.0 * style.small,
        aspect: 0.75,
        left: left + style.small,
        own_axes: true,
        right: style.small,
        foot: foot(style.small),
    };
    let titles: Vec<String> = subjects.iter().map(|subject| subject.title(wording)).collect();
    let lay = |figure: &mut Figure, grid: PanelGrid| -> Vec<Plane<'_>> {
        let panels = grid.lay(figure, titles.iter().map(String::as_str)).into_iter();
        let planes = panels.zip(subjects).zip(&axes);
        planes.map(|((panel, subject), axes)| Plane::new(subject, panel, axes, style)).collect()
    };
    // Whether the names have room shows once the panels are laid out; only then is it known whether
    // the panels must leave room for an index.
    let planes = lay(&mut figure.clone(), grid);
    let names: Vec<Label> = planes.iter().flat_map(Plane::names).collect();
    let order = labels::in_order(&planes);
    let index = (!names.iter().all(Label::is_clear)).then(|| {
        let entries = order.iter().map(|name| (*name, labels::set(&style)));
        Index::new(entries, style.small, style.inner_width())
    });
    let foot = grid.foot + index.as_ref().map_or(0.0, Index::height);
    let planes = lay(figure, PanelGrid { foot, ..grid });
    planes.iter().for_each(|plane| plane.draw(figure));
    match index {
        None => names.iter().for_each(|name| name.draw(figure)),
        Some(index) => {
            let numbers: Vec<Label> =
                planes.iter().flat_map(|plane| plane.numbers(&order)).collect();
            numbers.iter().for_each(|label| label.draw(figure));
            let bottom = planes.iter().map(|plane| plane.panel.room.bottom).fold(0.0, f64::max);
            let below = (style.margin, bottom + grid.foot);
            index.draw(figure, below, &callouts::missing(&numbers));
        }
    }
}

fn size(row: &SensitivityRow) -> Option<Estimate> {
    estimate_of(row.mu_star, row.mu_star_low, row.mu_star_high)
}

fn spread(row: &SensitivityRow) -> Option<Estimate> {
    estimate_of(row.sigma, row.sigma_low, row.sigma_high)
}

/// Whether there is an effect, and more than replicate noise alone would make, as the table judges it.
fn stands_out(row: &SensitivityRow) -> bool {
    size(row).is_some_and(|size| size.value > 0.0) && row.doubt != Some(Doubt::Noise)
}

fn headline(subject: &Subject<'_>) -> String {
    let noun = subject.noun();
    let out = |name: &str| subject.rows.iter().any(|row| row.parameter == name && stands_out(row));
    let mut ranked = ranked(subject, size);
    ranked.retain(|(name, _)| out(name));
    let leaders = leaders(&ranked);
    let Some((name, top)) = leaders.first() else {
        return format!(
            "No parameter’s effect on {noun}, {}, stands out from replicate noise",
            subject.varied()
        );
    };
    let names: Vec<&str> = leaders.iter().map(|(name, _)| *name).collect();
    let interval = in_words(*top, Wording::English);
    // What would lead if it were distinguished from noise.
    let is_larger = |row: &SensitivityRow| {
        !stands_out(row) && size(row).is_some_and(|size| size.value > top.value)
    };
    let larger = subject.rows.iter().filter(|row| is_larger(row)).map(|row| &row.parameter);
    let larger = larger.collect_vec();
    let varied = subject.varied();
    let found = match names.len() {
        1 => format!(
            "{name} moves {noun} most, {varied}: mean absolute effect {interval} over its range"
        ),
        2 | 3 => format!(
            "{} move {noun} most, {varied}, in no clear order: mean absolute effects up to {interval}",
            words::list(&names)
        ),
        several => format!(
            "{several} {varied} move {noun} most, in no clear order: mean absolute effects \
             up to {interval}"
        ),
    };
    // The chart shows these further out.
    let estimates = words::verb(larger.len(), "estimate", "estimates");
    let are = words::verb(larger.len(), "is", "are");
    let found = match words::list(&larger) {
        none if none.is_empty() => found,
        larger => {
            format!(
                "{found}; the larger {estimates} of {larger} {are} not distinguished from noise"
            )
        }
    };
    let leads = |row: &SensitivityRow| names.contains(&&*row.parameter) || is_larger(row);
    so_far_as(found, subject.rows.iter().copied().filter(|row| leads(row)))
}

fn subtitle(shown: &[Subject<'_>], outcomes: usize) -> String {
    let Some(row) = shown.first().and_then(|subject| subject.rows.first()) else {
        return String::new();
    };
    let mut words = format!(
        "Elementary effects by {} over the full range of each parameter, in the unit of the \
         outcome: mean of their size (μ*) and standard deviation (σ), with 95% intervals",
        row.date
    );
    if shown.iter().any(goes_on) {
        words += ". A line that reaches an edge continues beyond it";
    }
    if shown.iter().any(|subject| notable(&points(subject)).count() > NAMED) {
        words += &format!(". Named: at most {NAMED} in each panel, those of the largest effects");
    }
    if outcomes > MAX_PANELS {
        words += &format!(". The first {MAX_PANELS} of {outcomes} outcomes");
    }
    words
}

fn spoken(subject: &Subject<'_>) -> String {
    let ranked = ranked(subject, size);
    let told = |index: Estimate| in_words(index, Wording::English);
    let said = ranked.iter().map(|(name, index)| format!("{name} {}", told(*index)));
    format!("{}, μ*: {}.", subject.title(Wording::English), said.format("; "))
}

/// The axis of the sizes, and that of their spread.
struct Axes {
    across: ValueAxis,
    up: ValueAxis,
}

impl Axes {
    /// They reach from 0 to where the intervals do, but not much beyond twice the estimates: a wider
    /// interval is cut at the edge.
    fn of(subject: &Subject<'_>) -> Self {
        let axis = |estimate: fn(&SensitivityRow) -> Option<Estimate>| {
            let estimates = || subject.rows.iter().filter_map(|row| estimate(row));
            let value = estimates().map(|index| index.value).fold(0.0, f64::max);
            let high = estimates().map(|index| index.high).fold(0.0, f64::max);
            ValueAxis::covering(0.0, high.min(2.0 * value), STEPS)
        };
        Self { across: axis(size), up: axis(spread) }
    }
}

/// Whether an interval continues beyond its axis.
fn goes_on(subject: &Subject<'_>) -> bool {
    let Axes { across, up } = Axes::of(subject);
    let beyond = |index: Option<Estimate>, axis: &ValueAxis| {
        index.is_some_and(|Estimate { low, high, .. }| low < axis.low() || high > axis.high())
    };
    subject.rows.iter().any(|row| beyond(size(row), &across) || beyond(spread(row), &up))
}

/// A parameter's row and its two estimates.
#[derive(Clone, Copy)]
struct Point<'a> {
    row: &'a SensitivityRow,
    size: Estimate,
    spread: Estimate,
}

impl<'a> Point<'a> {
    fn parameter(&self) -> &'a str {
        &self.row.parameter
    }
}

/// The parameters of an outcome, the largest effect first.
fn points<'a>(subject: &Subject<'a>) -> Vec<Point<'a>> {
    let point =
        |row: &&'a SensitivityRow| Some(Point { row, size: size(row)?, spread: spread(row)? });
    let mut points: Vec<Point<'_>> = subject.rows.iter().filter_map(point).collect();
    points.sort_by(|one, other| other.size.value.total_cmp(&one.size.value));
    points
}

/// Those that stand out, and those with a larger estimate.
fn notable<'p, 'a>(points: &'p [Point<'a>]) -> impl Iterator<Item = &'p Point<'a>> {
    let out = points.iter().position(|point| stands_out(point.row));
    let is_notable = move |(place, point): &(usize, &Point<'_>)| {
        out.is_some_and(|out| *place < out) || stands_out(point.row)
    };
    points.iter().enumerate().filter(is_notable).map(|(_, point)| point)
}

/// The name of an axis, and where it begins.
struct AxisName {
    words: &'static str,
    left: f64,
    baseline: f64,
}

impl AxisName {
    /// The box that it takes up.
    fn area(&self, set: Type) -> Rect {
        let Self { words, left, baseline } = *self;
        Rect::new(left, baseline - set.size, left + set.width(words), baseline + 0.3 * set.size)
    }
}

/// One outcome's parameters.
struct Plane<'a> {
    panel: Panel,
    axes: &'a Axes,
    style: Style,
    /// The parameters, the largest effect first.
    points: Vec<Point<'a>>,
}

impl<'a> Plane<'a> {
    fn new(subject: &Subject<'a>, panel: Panel, axes: &'a Axes, style: Style) -> Self {
        Self { panel, axes, style, points: points(subject) }
    }

    /// The parameters that have their names beside them: the tips and the spoken text name all.
    fn named(&self) -> impl Iterator<Item = &Point<'a>> {
        notable(&self.points).take(NAMED)
    }

    fn at(&self, point: &Point<'_>) -> (f64, f64) {
        (self.x(point.size.value), self.y(point.spread.value))
    }

    fn x(&self, value: f64) -> f64 {
        let Rect { left, right, .. } = self.panel.room;
        self.axes.across.place(value, left, right).clamp(left, right)
    }

    fn y(&self, value: f64) -> f64 {
        let Rect { top, bottom, .. } = self.panel.room;
        self.axes.up.place(value, bottom, top).clamp(top, bottom)
    }

    fn radius(&self) -> f64 {
        self.style.line * 1.6
    }

    fn draw(&self, figure: &mut Figure) {
        let Self { panel: Panel { room, .. }, axes: Axes { across, up }, style, points } = self;
        up.rules(figure, *room, Some(ValueAxis::number));
        across.columns(figure, *room, ValueAxis::number);
        let end = across.high().min(up.high());
        let (from, to) = ((self.x(0.0), self.y(0.0)), (self.x(end), self.y(end)));
        figure.segment(from, to, style.context, style.rule);
        let set = labels::set(style);
        for AxisName { words, left, baseline } in self.axis_names() {
            figure.text(left, baseline, words, set);
        }
        for point in points.iter().rev() {
            self.point(figure, point);
        }
    }

    /// The names of the axes, inside the room.
    fn axis_names(&self) -> [AxisName; 2] {
        let (room, small) = (self.panel.room, self.style.small);
        let across = "μ* →";
        let begin = room.right - 0.3 * small - labels::set(&self.style).width(across);
        let name = |words, left, baseline| AxisName { words, left, baseline };
        [
            name("↑ σ", room.left + 0.5 * small, room.top + 1.3 * small),
            name(across, begin, room.bottom - 0.6 * small),
        ]
    }

    /// The intervals of a point, across and upwards, each from one end to the other.
    fn intervals(&self, point: &Point<'_>) -> [[(f64, f64); 2]; 2] {
        let (x, y) = self.at(point);
        let Point { size, spread, .. } = point;
        [
            [(self.x(size.low), y), (self.x(size.high), y)],
            [(x, self.y(spread.high)), (x, self.y(spread.low))],
        ]
    }

    fn dot(&self, point: &Point<'_>) -> Rect {
        Rect::around(self.at(point), self.radius())
    }

    fn point(&self, figure: &mut Figure, point: &Point<'_>) {
        let ((x, y), r) = (self.at(point), self.radius());
        let out = stands_out(point.row);
        let ink = if out { BLUE } else { self.style.context };
        // The many intervals of parameters that do not stand out say nothing else: they stay pale.
        let (line, thin) =
            if out { (ink, self.style.rule) } else { (self.style.grid, self.style.rule * 0.7) };
        for [from, to] in self.intervals(point) {
            figure.segment(from, to, line, thin);
        }
        if out {
            figure.dot(x, y, r, ink)
        } else {
            figure.ring(x, y, r, ink)
        }
        let Point { row, size, spread } = point;
        let [size, spread] = [*size, *spread].map(|index| in_words(index, figure.wording()));
        figure.tip(self.dot(point), format!("{}: μ* {size}, σ {spread}", row.parameter));
    }
}
