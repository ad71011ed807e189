//! Morris's elementary effects: how much a parameter matters against how much it interacts.

use article5_runner::analysis::Estimate;
use article5_runner::analysis::doubt::Doubt;
use article5_runner::tables::rows::{Method, SensitivityRow};

use super::{Subject, estimate_of, in_words, leaders, ranked, so_far_as};
use crate::axes::{ValueAxis, foot};
use crate::callouts::{self, Callout, Ground};
use crate::charts::{Page, Sheet, words};
use crate::figure::{Anchor, Figure, Rect, Type};
use crate::key::{Swatch, key};
use crate::panels::{Panel, PanelGrid};
use crate::style::{PAPER, SERIES, Style};
use crate::text::fit;
use crate::{PlotError, Wording};

/// How many outcomes a chart has room for, and how many parameters a panel names.
const MAX_PANELS: usize = 4;
const NAMED: usize = 10;

/// The steps between rules, at most.
const STEPS: u32 = 4;

/// The share of a panel's width that a parameter's name may take.
const NAME_SHARE: f64 = 0.5;

/// Draws the chart; `None` if there are no such effects.
pub(in crate::charts) fn draw(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    let all = Subject::all(&page.tables.sensitivity, Method::Morris);
    let shown = all.get(..MAX_PANELS.min(all.len())).unwrap_or_default();
    let Some(first) = shown.first() else { return Ok(None) };
    let mut figure = page.figure(&headline(first), &subtitle(shown, all.len()));
    figure.caption(first.date());
    let style = *figure.style();
    let [_, _, blue, _] = SERIES;
    let wording = page.wording();
    let words = "σ = μ*: above it, interaction or curvature dominates";
    key(
        &mut figure,
        &[
            (Swatch::Dot(blue), wording.pick("stands out from replicate noise", "")),
            (Swatch::Ring(style.context), wording.pick("does not stand out", "doubt = noise")),
            (Swatch::Line(style.context), wording.pick(words, "σ = μ*")),
        ],
    );
    let axes: Vec<(ValueAxis, ValueAxis)> = shown.iter().map(axes).collect();
    let set = |axis: &ValueAxis| axis.label_width(style.small, &|value| axis.number(value));
    let left = axes.iter().map(|(_, up)| set(up)).fold(0.0, f64::max);
    let grid = PanelGrid {
        count: shown.len(),
        least_width: 24.0 * style.small,
        aspect: 0.75,
        left: left + style.small,
        own_axes: true,
        right: style.small,
        foot: foot(style.small),
    };
    let titles: Vec<String> = shown.iter().map(|subject| subject.title(wording)).collect();
    let panels = grid.lay(&mut figure, titles.iter().map(String::as_str));
    for ((panel, subject), axes) in panels.iter().zip(shown).zip(axes) {
        Plane { panel: *panel, axes, style }.draw(&mut figure, subject);
    }
    page.sheet(figure, &spoken(first), all.iter().flat_map(|subject| &subject.rows).copied())
}

fn size(row: &SensitivityRow) -> Option<Estimate> {
    estimate_of(row.mu_star, row.mu_star_low, row.mu_star_high)
}

fn spread(row: &SensitivityRow) -> Option<Estimate> {
    estimate_of(row.sigma, row.sigma_low, row.sigma_high)
}

/// Whether the effect is more than replicate noise alone would make, as the table judges it.
fn stands_out(row: &SensitivityRow) -> bool {
    size(row).is_some() && row.doubt != Some(Doubt::Noise)
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
    let names: Vec<&str> = leaders.iter().map(|(name, _)| name.as_str()).collect();
    let interval = in_words(*top, Wording::English);
    // What leads, and what would lead if it were distinguished from noise.
    let leads = |row: &SensitivityRow| {
        names.contains(&row.parameter.as_str())
            || size(row).is_some_and(|own| own.value > top.value)
    };
    let varied = subject.varied();
    let larger: Vec<&str> = subject
        .rows
        .iter()
        .filter(|row| !stands_out(row) && size(row).is_some_and(|own| own.value > top.value))
        .map(|row| row.parameter.as_str())
        .collect();
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
    let found = match larger.as_slice() {
        [] => found,
        [name] => format!("{found}; the larger estimate of {name} is not distinguished from noise"),
        names => {
            format!(
                "{found}; the larger estimates of {} are not distinguished from noise",
                words::list(names)
            )
        }
    };
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
    if outcomes > MAX_PANELS {
        words += &format!(". The first {MAX_PANELS} of {outcomes} outcomes");
    }
    words
}

fn spoken(subject: &Subject<'_>) -> String {
    let ranked = ranked(subject, size);
    let told = |index: Estimate| in_words(index, Wording::English);
    let said = ranked.iter().map(|(name, index)| format!("{name} {}", told(*index)));
    format!("{}, μ*: {}.", subject.title(Wording::English), said.collect::<Vec<_>>().join("; "))
}

/// The axes, from 0 to where the intervals reach, but not much beyond twice the estimates: a wider
/// interval is cut at the edge.
fn axes(subject: &Subject<'_>) -> (ValueAxis, ValueAxis) {
    let axis = |of: fn(&SensitivityRow) -> Option<Estimate>| {
        let all = subject.rows.iter().filter_map(|row| of(row));
        let (value, high) = all.fold((0.0_f64, 0.0_f64), |(value, high), index| {
            (value.max(index.value), high.max(index.high))
        });
        ValueAxis::covering(0.0, high.min(2.0 * value), STEPS)
    };
    (axis(size), axis(spread))
}

/// Whether an interval continues beyond its axis.
fn goes_on(subject: &Subject<'_>) -> bool {
    let (across, up) = axes(subject);
    let beyond = |index: Option<Estimate>, axis: &ValueAxis| {
        index.is_some_and(|Estimate { low, high, .. }| low < axis.low() || high > axis.high())
    };
    subject.rows.iter().any(|row| beyond(size(row), &across) || beyond(spread(row), &up))
}

/// One outcome's parameters.
struct Plane {
    panel: Panel,
    axes: (ValueAxis, ValueAxis),
    style: Style,
}

impl Plane {
    fn x(&self, value: f64) -> f64 {
        let Rect { left, right, .. } = self.panel.room;
        self.axes.0.place(value, left, right).clamp(left, right)
    }

    fn y(&self, value: f64) -> f64 {
        let Rect { top, bottom, .. } = self.panel.room;
        self.axes.1.place(value, bottom, top).clamp(top, bottom)
    }

    fn radius(&self) -> f64 {
        self.style.line * 1.6
    }

    fn draw(&self, figure: &mut Figure, subject: &Subject<'_>) {
        let Self { panel: Panel { room, .. }, axes: (across, up), style } = self;
        up.rules(figure, *room, Some(&|value| up.number(value)));
        across.columns(figure, *room, &|value| across.number(value));
        let end = across.high().min(up.high());
        let (from, to) = ((self.x(0.0), self.y(0.0)), (self.x(end), self.y(end)));
        figure.segment(from, to, style.context, style.rule);
        let mut taken = self.axis_names(figure).to_vec();
        let mut points: Vec<(&SensitivityRow, Estimate, Estimate)> =
            subject.rows.iter().filter_map(|row| Some((*row, size(row)?, spread(row)?))).collect();
        points.sort_by(|one, other| other.1.value.total_cmp(&one.1.value));
        for (row, size, spread) in points.iter().rev() {
            taken.extend(self.point(figure, row, *size, *spread));
        }
        self.names(figure, &points, &taken);
    }

    /// Names the axes inside the room; returns the boxes of the names.
    fn axis_names(&self, figure: &mut Figure) -> [Rect; 2] {
        let (room, small) = (self.panel.room, self.style.small);
        let set = Type::new(small, self.style.text);
        let (up, across) = ("↑ σ", "μ* →");
        let (left, right) = (room.left + 0.5 * small, room.right - 0.3 * small);
        let (top, bottom) = (room.top + 1.3 * small, room.bottom - 0.6 * small);
        figure.text(left, top, up, set);
        figure.text(right, bottom, across, set.at(Anchor::End));
        [
            Rect::new(left, top - small, left + set.width(up), top + 0.3 * small),
            Rect::new(right - set.width(across), bottom - small, right, bottom + 0.3 * small),
        ]
    }

    fn point(
        &self,
        figure: &mut Figure,
        row: &SensitivityRow,
        size: Estimate,
        spread: Estimate,
    ) -> Vec<Rect> {
        let (x, y, r) = (self.x(size.value), self.y(spread.value), self.radius());
        let [_, _, blue, _] = SERIES;
        let out = stands_out(row);
        let ink = if out { blue } else { self.style.context };
        // The many intervals of parameters that do not stand out say nothing else: they stay pale.
        let (line, thin) =
            if out { (ink, self.style.rule) } else { (self.style.grid, self.style.rule * 0.7) };
        let (left, right) = (self.x(size.low), self.x(size.high));
        let (top, bottom) = (self.y(spread.high), self.y(spread.low));
        figure.segment((left, y), (right, y), line, thin);
        figure.segment((x, top), (x, bottom), line, thin);
        if out {
            figure.dot(x, y, r, ink)
        } else {
            figure.ring(x, y, r, ink)
        }
        let dot = Rect::new(x - r, y - r, x + r, y + r);
        let [size, spread] = [size, spread].map(|index| in_words(index, figure.wording()));
        figure.tip(dot, format!("{}: μ* {size}, σ {spread}", row.parameter));
        let across = Rect::new(left, y - thin, right, y + thin);
        let up = Rect::new(x - thin, top, x + thin, bottom);
        // Names may stand on pale lines.
        if out { vec![dot, across, up] } else { vec![dot] }
    }

    /// Sets the names of the parameters that matter most, and of those with a larger estimate,
    /// where no point and no interval that stands out is in the way: a name on another's point
    /// would be taken for that point's. The tips and the spoken text name all.
    fn names(
        &self,
        figure: &mut Figure,
        points: &[(&SensitivityRow, Estimate, Estimate)],
        taken: &[Rect],
    ) {
        let small = self.style.small;
        let limit = self.panel.room.width() * NAME_SHARE;
        let set = Type::new(small, self.style.text);
        let out = points.iter().position(|(row, ..)| stands_out(row));
        let named: Vec<(Callout, String)> = points
            .iter()
            .enumerate()
            .filter(|(place, (row, ..))| out.is_some_and(|out| *place < out) || stands_out(row))
            .map(|(_, point)| point)
            .take(NAMED)
            .map(|(row, size, spread)| {
                let words = fit(&row.parameter, set.size, set.weight, limit);
                let at = (self.x(size.value), self.y(spread.value));
                (Callout { at, width: set.width(&words), height: small * 1.1 }, words)
            })
            .collect();
        let callouts: Vec<Callout> = named.iter().map(|(callout, _)| *callout).collect();
        let Rect { left, top, right, bottom } = self.panel.room;
        let room = Rect::new(left + 0.3 * small, top + 0.3 * small, right, bottom - 0.3 * small);
        let clearance = self.radius() + 0.4 * small;
        let ground = Ground { room, clearance, taken, obstacles: &[], nameless: &[] };
        let places = callouts::place(&callouts, ground);
        for ((_, words), place) in named.iter().zip(places) {
            let Some(place) = place else { continue };
            callouts::draw_lead(figure, &place);
            ground_of(figure, &place.area);
            figure.text(place.area.left, place.area.bottom - small * 0.3, words, set);
        }
    }
}

/// Makes what a name stands on paler.
fn ground_of(figure: &mut Figure, area: &Rect) {
    const OPACITY: f64 = 0.75;
    let Rect { left, top, right, bottom } = *area;
    let corners = vec![(left, top), (right, top), (right, bottom), (left, bottom)];
    figure.area(corners, PAPER, OPACITY);
}
