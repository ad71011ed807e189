//! A risk over two varied parameters, with contour lines.

mod contours;
mod difference;
mod field;
mod maps;

use article5_runner::analysis::Estimate;
use article5_runner::numbers::{number, percent, percent_range};
use article5_runner::outcome::Risk;
use article5_runner::tables::rows::RiskRow;
use itertools::Itertools;

use super::words::{self, RiskWords};
use super::{Page, Sheet, findings};
use crate::axes::ValueAxis;
use crate::groups::varied;
use crate::key::{Swatch, key};
use crate::ramp::{ALARM, ColourScale};
use crate::style::Style;
use crate::{PlotError, Wording, chance};
pub(super) use difference::{tiered as tiered_difference, war as war_difference};
use field::{Field, Tile, Value, fields};
use maps::{Look, maps, place};

/// How many scenarios a chart has room for.
const MAX_PANELS: usize = 4;

/// The steps of the colour scale, at most; contour lines run at their ends.
const STEPS: u32 = 6;

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
    let mut rows = page.at_horizon(risk);
    let values: Vec<Value<'_>> = rows.iter().copied().map(value).collect();
    let all = policies_first(page, fields(design, &values));
    let shown = all.get(..MAX_PANELS).unwrap_or(&all);
    if shown.is_empty() {
        return Ok(None);
    }
    let date = rows.first().map_or("", |row| row.date.as_str());
    let chance = format!("Chance of {}", RiskWords::of(risk).noun);
    let chances = shown.iter().flat_map(Field::tiles).map(|tile| tile.estimate.value);
    let axis = ValueAxis::of_shares(chances, STEPS);
    let reading = reading(shown, axis, varied(design).len());
    let subtitle = format!("{chance} by {date}: {reading}{}", left_out(page, all.len()));
    let policies = shown.iter().filter(|field| page.tables.is_policy(field.scenario));
    let policies: Vec<&Field<'_>> = policies.collect();
    let mut figure = page.figure(&headline(&policies, risk, date), &subtitle);
    let scale = ColourScale { ramp: ALARM, low: axis.low(), high: axis.high() };
    let name = format!("{}, {date}", risk.name());
    let meaning = page.wording().pick(&chance, &name);
    scale.key(&mut figure, meaning, &|share| axis.percent(share));
    let empty = empty_cells(shown, page.options.style, page.wording());
    key(&mut figure, empty.as_slice());
    let say: fn(Estimate, Wording) -> String = |estimate, _| chance::in_full(estimate);
    let look = Look { scale, lines: Some(axis), has_signs: false, say };
    maps(&mut figure, shown, |field| field.scenario.to_owned(), &look)?;
    rows.sort_by_key(|row| place_of(&row.scenario, &all));
    page.sheet_of_points(figure, &spoken(shown), design, rows)
}

/// What is mapped of a row.
fn value(row: &RiskRow) -> Value<'_> {
    Value { scenario: &row.scenario, point: row.point, estimate: chance::by(row) }
}

/// The fields, those of policies first: there may not be room for all.
fn policies_first<'a>(page: &Page<'_>, mut fields: Vec<Field<'a>>) -> Vec<Field<'a>> {
    fields.sort_by_key(|field| !page.tables.is_policy(field.scenario));
    fields
}

/// The place of a scenario among the fields.
fn place_of(scenario: &str, fields: &[Field<'_>]) -> Option<usize> {
    fields.iter().position(|field| field.scenario == scenario)
}

/// What the key says of cells without points, if there are any.
fn empty_cells(
    shown: &[Field<'_>],
    style: Style,
    wording: Wording,
) -> Option<(Swatch, &'static str)> {
    let is_any = shown.iter().any(|field| field.tiles().count() < field.cells.len());
    is_any.then_some((Swatch::Hollow(style.context), wording.pick("no design point", "n = 0")))
}

/// The cells with the lowest and the highest chance.
fn ends(field: &Field<'_>) -> Option<(Tile, Tile)> {
    let by = |one: &Tile, other: &Tile| one.estimate.value.total_cmp(&other.estimate.value);
    Some((field.tiles().min_by(by)?, field.tiles().max_by(by)?))
}

/// Where a chance is found: in a column or row, if all of its cells show the same number with these
/// decimals, or otherwise in that cell. A chance that is merely not distinguished from it is still
/// a different chance.
fn places(field: &Field<'_>, found: Tile, decimals: usize) -> String {
    let told = |tile: Tile| percent(tile.estimate.value, decimals);
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
        findings::are_apart(least.estimate, most.estimate)
            && findings::is_beyond_chance(least.estimate, most.estimate, pairs)
    })
}

/// What is found in the map with the widest span among those whose extremes differ.
fn headline(fields: &[&Field<'_>], risk: Risk, date: &str) -> String {
    let span = |field: &Field<'_>| {
        ends(field).map_or(0.0, |(least, most)| most.estimate.value - least.estimate.value)
    };
    let widest =
        fields.iter().filter(|field| is_found(field)).max_by(|a, b| span(a).total_cmp(&span(b)));
    let Some(field) = widest.or(fields.last()) else { return String::new() };
    let Some((least, most)) = ends(field) else { return String::new() };
    let noun = RiskWords::of(risk).noun;
    let scenario = field.scenario;
    if widest.is_some() {
        let [low, high] = findings::decimals_of_both(least.estimate, most.estimate, 0);
        format!(
            "Under {scenario} the chance of {noun} by {date} ranges from {} ({}) to {} ({})",
            percent(least.estimate.value, low),
            places(field, least, low),
            percent(most.estimate.value, high),
            places(field, most, high)
        )
    } else if least.estimate.value == most.estimate.value {
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
        let [low, high] = [least, most].map(|tile| chance::in_short(tile.estimate));
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
    field.tiles().fold(none, |all, Tile { estimate, .. }| Estimate {
        value: estimate.value,
        low: all.low.min(estimate.low),
        high: all.high.max(estimate.high),
    })
}

/// How far, at most, an interval reaches from its estimate, in points, rounded up to a tenth.
fn reach(shown: &[Field<'_>]) -> f64 {
    /// The rounding error in tenths of a point is less than this.
    const ROUNDING: f64 = 1e-6;
    let reach = |value: &Value<'_>| {
        let Estimate { value, low, high } = value.estimate;
        (value - low).max(high - value)
    };
    let furthest = shown.iter().flat_map(|field| &field.values).map(reach).fold(0.0, f64::max);
    (1000.0 * furthest - ROUNDING).ceil().max(0.0) / 10.0
}

/// How to read the map.
fn reading(shown: &[Field<'_>], values: ValueAxis, varied: usize) -> String {
    let Some(first) = shown.first() else { return String::new() };
    let lines = if shown.iter().any(|field| field.has_lines(values)) {
        ". Lines join equal chances"
    } else if shown.iter().any(Field::can_have_lines) {
        ". Too few replicates for lines of equal chances"
    } else {
        ""
    };
    format!(
        "{}; no point’s 95% interval reaches further than {} percentage points from its estimate{lines}{}",
        cells_in_words(first),
        number(reach(shown), 1),
        about_axes(first, varied)
    )
}

/// What a cell shows.
fn cells_in_words(field: &Field<'_>) -> String {
    let points = field.values.len();
    if field.across.is_binned() || field.up.is_binned() {
        format!(
            "mean over the points of each cell, {points} points in {} × {} cells",
            field.across.len(),
            field.up.len()
        )
    } else if points > field.tiles().count() {
        "mean over the design points of each cell".to_owned()
    } else {
        "one cell per design point".to_owned()
    }
}

/// What to know of the cells' sizes, and of the parameters that are not shown.
fn about_axes(field: &Field<'_>, varied: usize) -> String {
    /// How many parameters a map has.
    const SHOWN: usize = 2;
    let mut words = String::new();
    if !field.is_even() {
        words += ". All cells are the same size, however far apart their values are";
    }
    if varied > SHOWN {
        let several = field.values.len() > field.tiles().count();
        let vary = if several { "within the cells" } else { "from cell to cell" };
        let others = words::verb(varied - SHOWN, "the other varies", "the others vary");
        words += &format!(
            ". Of the {varied} varied parameters, the two most correlated with it are shown; {others} {vary}"
        );
    }
    words
}

/// Says that not all scenarios are shown, if there are more than there is room for.
fn left_out(page: &Page<'_>, scenarios: usize) -> String {
    match (scenarios > MAX_PANELS, page.tables.has_others()) {
        (false, _) => String::new(),
        (true, false) => format!(". The first {MAX_PANELS} of {scenarios} scenarios"),
        (true, true) => format!(". {MAX_PANELS} of {scenarios} scenarios, policies first"),
    }
}

fn spoken(fields: &[Field<'_>]) -> String {
    let said = fields.iter().filter_map(|field| {
        let (least, most) = ends(field)?;
        let end = |tile: Tile| {
            format!(
                "{} at {}",
                percent(tile.estimate.value, 1),
                place(field, tile, Wording::English)
            )
        };
        Some(format!("{}: {} to {}", field.scenario, end(least), end(most)))
    });
    format!("{}.", said.format("; "))
}

#[cfg(test)]
pub(super) mod tests;
