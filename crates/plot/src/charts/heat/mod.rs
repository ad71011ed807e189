//! A risk over two varied parameters, with contour lines.

mod contours;
mod field;

use article5_runner::analysis::Estimate;
use article5_runner::numbers::{number, percent, percent_range};
use article5_runner::outcome::Risk;
use article5_runner::tables::rows::RiskRow;
use itertools::Itertools;

use super::words::{self, RiskWords};
use super::{Page, Sheet, findings};
use crate::axes::{ValueAxis, foot};
use crate::figure::{Anchor, Figure, Rect, Type};
use crate::groups::varied;
use crate::key::{Swatch, key};
use crate::panels::{Panel, PanelGrid};
use crate::ramp::{ALARM, ColourScale};
use crate::style::Style;
use crate::{PlotError, Wording, chance};
use field::{Field, Tile, fields};

/// How many scenarios a chart has room for.
const MAX_PANELS: usize = 4;

/// The steps of the colour scale, at most; contour lines run at their ends.
const STEPS: u32 = 6;

/// The height of the name of the axis below, in sizes of type.
const NAME_LINE: f64 = 1.3;

/// How far a cell overlaps its neighbours, px, so that no seam shows.
const SEAM: f64 = 0.3;

/// Draws the chart of a tiered alliance; `None` if the design does not vary two parameters.
pub(super) fn tiered(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    draw(page, Risk::Tiered)
}

/// Draws the same of renewed war.
pub(super) fn war(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    draw(page, Risk::WarResumed)
}

fn draw(page: &Page<'_>, risk: Risk) -> Result<Option<Sheet>, PlotError> {
    let Some(design) = &page.tables.design else { return Ok(None) };
    let rows = page.at_horizon(risk);
    let mut all = fields(design, &rows);
    // If there is no room for all, the policies come first.
    all.sort_by_key(|field| !page.tables.is_policy(field.scenario));
    let shown = all.get(..MAX_PANELS).unwrap_or(&all);
    if shown.is_empty() {
        return Ok(None);
    }
    let date = rows.first().map_or("", |row| row.date.as_str());
    let chance = format!("Chance of {}", RiskWords::of(risk).noun);
    let left_out = left_out(all.len(), page.tables.has_others());
    let chances = shown.iter().flat_map(Field::tiles).map(|tile| tile.chance.value);
    let values = ValueAxis::of_shares(chances, STEPS);
    let reading = reading(shown, values, varied(design).len());
    let subtitle = format!("{chance} by {date}: {reading}{left_out}");
    let policies = shown.iter().filter(|field| page.tables.is_policy(field.scenario));
    let policies: Vec<&Field<'_>> = policies.collect();
    let mut figure = page.figure(&headline(&policies, risk, date), &subtitle);
    let scale = ColourScale { ramp: ALARM, low: values.low(), high: values.high() };
    let name = format!("{}, {date}", risk.name());
    let meaning = page.wording().pick(&chance, &name);
    scale.key(&mut figure, meaning, &|share| values.percent(share));
    if shown.iter().any(|field| field.tiles().count() < field.cells.len()) {
        let none = page.wording().pick("no design point", "n = 0");
        key(&mut figure, &[(Swatch::Hollow(page.options.style.context), none)]);
    }
    maps(&mut figure, shown, scale, values)?;
    let rows = all.iter().flat_map(|field| &field.rows).copied();
    page.sheet_of_points(figure, &spoken(shown), design, rows)
}

/// Draws the maps of fields over the same two parameters, with the names of these.
fn maps(
    figure: &mut Figure,
    fields: &[Field<'_>],
    scale: ColourScale,
    values: ValueAxis,
) -> Result<(), PlotError> {
    let Some(Field { across, up, .. }) = fields.first() else { return Ok(()) };
    let (style, wording) = (figure.style(), figure.wording());
    let small = style.small;
    let baseline = figure.key_line(small);
    let set = Type::new(small, style.text);
    let width = style.inner_width();
    let name = |key: &str, width: f64| axis_name(key, set, width, wording);
    figure.text(style.margin, baseline, &format!("↑ {}", name(&up.key, width)), set);
    let widest = set.widest(up.labels(wording).iter().map(|(_, label)| label));
    let grid = PanelGrid {
        count: fields.len(),
        least_width: 22.0 * small,
        aspect: 0.72,
        left: widest + 0.8 * small,
        own_axes: false,
        right: widest + 0.8 * small,
        foot: foot(small) + NAME_LINE * small,
    };
    let panels = grid.lay(figure, fields.iter().map(|field| field.scenario));
    for (panel, field) in panels.iter().zip(fields) {
        Map { panel: *panel, scale, values, style }.draw(figure, field)?;
    }
    let ends = |edge: fn(&Rect) -> f64| panels.iter().map(|p| edge(&p.room)).fold(0.0, f64::max);
    let (right, bottom) = (ends(|room| room.right), ends(|room| room.bottom));
    let below = bottom + foot(small) + 0.8 * NAME_LINE * small;
    let name = format!("{} →", name(&across.key, right - style.margin));
    figure.text(right, below, &name, set.at(Anchor::End));
    Ok(())
}

/// What an axis says about its parameter in the width that there is, less room for its arrow.
fn axis_name(key: &str, set: Type, width: f64, wording: Wording) -> String {
    let room = width - set.width("→ ") - set.size;
    let name = words::within(key, wording, |words| set.width(words) <= room);
    set.fit(&name, room)
}

/// The cells with the lowest and the highest chance.
fn ends(field: &Field<'_>) -> Option<(Tile, Tile)> {
    let by = |one: &Tile, other: &Tile| one.chance.value.total_cmp(&other.chance.value);
    Some((field.tiles().min_by(by)?, field.tiles().max_by(by)?))
}

fn place(field: &Field<'_>, tile: Tile, wording: Wording) -> String {
    format!("{}, {}", field.across.name(tile.column, wording), field.up.name(tile.row, wording))
}

/// Where a chance is found: in a column or row, if all of its cells show the same number with these
/// decimals, or otherwise in that cell. A chance that is merely not distinguished from it is still
/// a different chance.
fn places(field: &Field<'_>, found: Tile, decimals: usize) -> String {
    let told = |tile: Tile| percent(tile.chance.value, decimals);
    let alike = |those: fn(&Tile) -> usize| {
        let mut cells = field.tiles().filter(|tile| those(tile) == those(&found));
        cells.all(|tile| told(tile) == told(found))
    };
    match (alike(|tile| tile.column), alike(|tile| tile.row)) {
        (true, false) => field.across.name(found.column, Wording::English),
        (false, true) => field.up.name(found.row, Wording::English),
        _ => place(field, found, Wording::English),
    }
}

/// Whether the lowest and the highest chance differ by more than those of so many cells would by
/// chance: any two of them might have been the extremes.
fn is_found(field: &Field<'_>) -> bool {
    let cells = field.tiles().count();
    let pairs = cells * cells.saturating_sub(1) / 2;
    ends(field).is_some_and(|(least, most)| {
        findings::are_apart(least.chance, most.chance)
            && findings::is_beyond_chance(least.chance, most.chance, pairs)
    })
}

/// What is found in the map with the widest span among those whose extremes differ.
fn headline(fields: &[&Field<'_>], risk: Risk, date: &str) -> String {
    let span = |field: &Field<'_>| {
        ends(field).map_or(0.0, |(least, most)| most.chance.value - least.chance.value)
    };
    let widest =
        fields.iter().filter(|field| is_found(field)).max_by(|a, b| span(a).total_cmp(&span(b)));
    let Some(field) = widest.or(fields.last()) else { return String::new() };
    let Some((least, most)) = ends(field) else { return String::new() };
    let noun = RiskWords::of(risk).noun;
    let scenario = field.scenario;
    if widest.is_some() {
        let [low, high] = findings::decimals_of_both(least.chance, most.chance, 0);
        format!(
            "Under {scenario} the chance of {noun} by {date} ranges from {} ({}) to {} ({})",
            percent(least.chance.value, low),
            places(field, least, low),
            percent(most.chance.value, high),
            places(field, most, high)
        )
    } else if least.chance.value == most.chance.value {
        // With few runs, that all estimates are the same is no finding: the intervals say how
        // little it means.
        let all = all_of(field);
        let decimals = chance::decimals(all);
        format!(
            "Under {scenario} the chance of {noun} by {date} is estimated at {} (95%: {}) whatever the \
             values of {} and {}",
            percent(all.value, decimals),
            percent_range(all.low, all.high, decimals),
            field.across.key,
            field.up.key
        )
    } else {
        let [low, high] = [least, most].map(|tile| chance::in_short(tile.chance));
        let all = if low == high { low } else { format!("{low} to {high}") };
        format!(
            "Under {scenario} the chance of {noun} by {date} is {all} over {} and {}; the lowest and the \
             highest are not shown to differ",
            field.across.key, field.up.key
        )
    }
}

/// The chance of cells that all have the same, with the lowest and the highest end of their
/// intervals.
fn all_of(field: &Field<'_>) -> Estimate {
    let none = Estimate { value: 0.0, low: 1.0, high: 0.0 };
    field.tiles().fold(none, |all, Tile { chance, .. }| Estimate {
        value: chance.value,
        low: all.low.min(chance.low),
        high: all.high.max(chance.high),
    })
}

/// How far, at most, an interval reaches from its estimate, in points, rounded up to a tenth.
fn reach(shown: &[Field<'_>]) -> f64 {
    /// The rounding error in tenths of a point is less than this.
    const ROUNDING: f64 = 1e-6;
    let reach = |row: &&RiskRow| (row.by - row.by_low).max(row.by_high - row.by);
    let furthest = shown.iter().flat_map(|field| &field.rows).map(reach).fold(0.0, f64::max);
    (1000.0 * furthest - ROUNDING).ceil().max(0.0) / 10.0
}

/// Whether lines of equal chance at an axis's ticks say anything of a field: where an interval
/// reaches from one line to the next, they would only wind round what is chance.
fn has_lines(field: &Field<'_>, values: ValueAxis) -> bool {
    let reach =
        |Tile { chance: Estimate { value, low, high }, .. }| (value - low).max(high - value);
    field.can_have_lines() && field.tiles().map(reach).fold(0.0, f64::max) <= values.step()
}

/// How to read the map.
fn reading(shown: &[Field<'_>], values: ValueAxis, varied: usize) -> String {
    /// How many parameters a map has.
    const SHOWN: usize = 2;
    let Some(first) = shown.first() else { return String::new() };
    let points = first.rows.len();
    let cells = if first.across.is_binned() || first.up.is_binned() {
        format!(
            "mean over the points of each cell, {points} points in {} × {} cells",
            first.across.len(),
            first.up.len()
        )
    } else if points > first.tiles().count() {
        "mean over the design points of each cell".to_owned()
    } else {
        "one cell per design point".to_owned()
    };
    let mut words = format!(
        "{cells}; no point’s 95% interval reaches further than {} percentage points from its estimate",
        number(reach(shown), 1)
    );
    if shown.iter().any(|field| has_lines(field, values)) {
        words += ". Lines join equal chances";
    } else if shown.iter().any(Field::can_have_lines) {
        words += ". Too few replicates for lines of equal chances";
    }
    if !first.is_even() {
        words += ". All cells are the same size, however far apart their values are";
    }
    if varied > SHOWN {
        let vary =
            if points > first.tiles().count() { "within the cells" } else { "from cell to cell" };
        let others = words::verb(varied - SHOWN, "the other varies", "the others vary");
        words += &format!(
            ". Of the {varied} varied parameters, the two most correlated with it are shown; {others} {vary}"
        );
    }
    words
}

/// Says that not all scenarios are shown, if there are more than there is room for.
fn left_out(scenarios: usize, policies_first: bool) -> String {
    match (scenarios > MAX_PANELS, policies_first) {
        (false, _) => String::new(),
        (true, false) => format!(". The first {MAX_PANELS} of {scenarios} scenarios"),
        (true, true) => format!(". {MAX_PANELS} of {scenarios} scenarios, policies first"),
    }
}

fn spoken(fields: &[Field<'_>]) -> String {
    let said = fields.iter().filter_map(|field| {
        let (least, most) = ends(field)?;
        let end = |tile: Tile| {
            format!("{} at {}", percent(tile.chance.value, 1), place(field, tile, Wording::English))
        };
        Some(format!("{}: {} to {}", field.scenario, end(least), end(most)))
    });
    format!("{}.", said.format("; "))
}

/// One scenario's map.
struct Map {
    panel: Panel,
    scale: ColourScale,
    values: ValueAxis,
    style: Style,
}

impl Map {
    fn draw(&self, figure: &mut Figure, field: &Field<'_>) -> Result<(), PlotError> {
        let room = self.panel.room;
        let (columns, rows) = (field.across.len() as f64, field.up.len() as f64);
        for tile in field.tiles() {
            let (x, y) = (tile.column, tile.row);
            let across = |k: usize| room.left + room.width() * k as f64 / columns;
            let up = |k: usize| room.bottom - room.height() * k as f64 / rows;
            let (right, bottom) = (across(x + 1) + SEAM, up(y) + SEAM);
            let cell =
                Rect::new(across(x), up(y + 1), right.min(room.right), bottom.min(room.bottom));
            figure.fill(cell, self.scale.colour(tile.chance.value));
            let place = place(field, tile, figure.wording());
            figure.tip(cell, format!("{place}: {}", chance::in_full(tile.chance)));
        }
        figure.outline(room, self.style.context, self.style.rule);
        self.labels(figure, field);
        self.contours(figure, field)
    }

    fn labels(&self, figure: &mut Figure, field: &Field<'_>) {
        let (room, small) = (self.panel.room, self.style.small);
        let set = Type::new(small, self.style.muted);
        let across = field.across.labels(figure.wording());
        let widest = set.widest(across.iter().map(|(_, label)| label));
        for (share, label) in with_room(&across, room.width(), widest + small) {
            let x = room.left + room.width() * share;
            // The labels of the ends of a range stay within the room.
            let anchor = match share {
                0.0 => Anchor::Start,
                1.0 => Anchor::End,
                _ => Anchor::Middle,
            };
            figure.text(x, room.bottom + 1.4 * small, label, set.at(anchor));
        }
        let up = field.up.labels(figure.wording());
        for (share, label) in with_room(&up, room.height(), 1.3 * small) {
            let y = (room.bottom - room.height() * share)
                .clamp(room.top + 0.4 * small, room.bottom - 0.3 * small);
            let at = room.left - 0.4 * small;
            figure.text(at, y + 0.35 * small, label, set.at(Anchor::End));
        }
    }

    /// Draws lines of equal chance, each with its chance on it, if every cell has points, and enough
    /// replicates.
    fn contours(&self, figure: &mut Figure, field: &Field<'_>) -> Result<(), PlotError> {
        if !has_lines(field, self.values) {
            return Ok(());
        }
        let chances: Vec<f64> = field.tiles().map(|tile| tile.chance.value).collect();
        let size = (field.across.len(), field.up.len());
        contours::draw(figure, self.panel.room, &chances, size, self.values)
    }
}

/// Every n-th label, so that there is room for each.
fn with_room(labels: &[(f64, String)], length: f64, each: f64) -> Vec<(f64, &str)> {
    let fits = (length / each).max(1.0) as usize;
    let step = labels.len().div_ceil(fits).max(1);
    labels.iter().step_by(step).map(|(share, label)| (*share, label.as_str())).collect()
}

#[cfg(test)]
pub(super) mod tests;
