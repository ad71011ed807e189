//! How much each policy changes a risk over two varied parameters: its paired difference from the
//! reference at each point, with a sign where the interval is clear of zero.

use article5_runner::analysis::Estimate;
use article5_runner::numbers::{number, signed};
use article5_runner::outcome::Risk;
use article5_runner::tables::rows::ComparisonRow;
use article5_runner::tables::{Tables, to_csv_of_points};
use itertools::Itertools;

use super::field::{Field, Tile, Value, fields};
use super::maps::{Look, maps, place};
use super::{
    MAX_PANELS, about_axes, cells_in_words, empty_cells, ends, left_out, place_of, policies_first,
};
use crate::axes::ValueAxis;
use crate::charts::words::{self, RiskWords};
use crate::charts::{Page, Sheet, findings};
use crate::claim::{points, points_decimals};
use crate::figure::{Anchor, Type};
use crate::groups::varied;
use crate::key::{Swatch, key};
use crate::ramp::{ColourScale, DIVERGING_ALARM};
use crate::{PlotError, Wording};

/// The steps from zero to either end of the colour scale, at most.
const STEPS: u32 = 4;

/// The fewest decimals of a difference that is not in points.
const DECIMALS: usize = 2;

/// No difference.
const NONE: Estimate = Estimate { value: 0.0, low: 0.0, high: 0.0 };

/// Draws the chart of a tiered alliance; `None` if nothing is compared, or the design does not vary
/// two parameters.
pub(in crate::charts) fn tiered(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    draw(page, Risk::Tiered)
}

/// Draws the same of renewed war.
pub(in crate::charts) fn war(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    draw(page, Risk::WarResumed)
}

fn draw(page: &Page<'_>, risk: Risk) -> Result<Option<Sheet>, PlotError> {
    let Some(design) = &page.tables.design else { return Ok(None) };
    let mut rows = at_horizon(page.tables, risk);
    let values: Vec<Value<'_>> = rows.iter().copied().filter_map(value).collect();
    let all = policies_first(page, fields(design, &values));
    let shown = all.get(..MAX_PANELS).unwrap_or(&all);
    let Some((first, row)) = shown.first().zip(rows.first()) else { return Ok(None) };
    let (wording, style) = (page.wording(), page.options.style);
    let noun = RiskWords::of(risk).noun;
    let chance = format!("the chance of {noun} by {}", row.date);
    let against: Vec<Map<'_, '_>> = shown.iter().map(|field| Map::new(field, &rows)).collect();
    let policies = against.iter().filter(|map| page.tables.is_policy(map.field.scenario));
    let policies: Vec<Map<'_, '_>> = policies.copied().collect();
    // If only the reference is a policy, those that are set against it are all there is to tell of.
    let told = if policies.is_empty() { &against } else { &policies };
    let subtitle = format!(
        "Difference in {chance} from the scenario named second: {}, with + or − where its 95% \
         interval is clear of 0, as by chance one in twenty is where nothing differs{}{}",
        cells_in_words(first),
        about_axes(first, varied(design).len()),
        left_out(page, all.len())
    );
    let mut figure = page.figure(&headline(told, &chance), &subtitle);
    let axis = axis(shown);
    let scale = ColourScale { ramp: DIVERGING_ALARM, low: -axis.high(), high: axis.high() };
    let meaning = wording.pick(
        format!("Difference in the chance of {noun}, percentage points"),
        format!("Δ {}, {}", risk.name(), row.date),
    );
    let strip = scale.key(&mut figure, &meaning, &|value| label(axis, value, wording));
    let zero = Type::new(style.small, style.text).at(Anchor::Middle);
    figure.text((strip.left + strip.right) / 2.0, strip.bottom - 0.1 * style.small, "0", zero);
    let signs = [
        (Swatch::Plus(style.text), wording.pick("likelier", "> 0 (95%)")),
        (Swatch::Minus(style.text), wording.pick("less likely", "< 0 (95%)")),
    ];
    let entries: Vec<_> = signs.into_iter().chain(empty_cells(shown, style, wording)).collect();
    key(&mut figure, &entries);
    let look = Look { scale, lines: None, has_signs: true, say };
    maps(&mut figure, shown, |field| Map::new(field, &rows).title(wording), &look)?;
    let spoken = format!("{}.", against.iter().filter_map(Map::spoken).format("; "));
    rows.sort_by_key(|row| place_of(&row.scenario, &all));
    let rows: Vec<ComparisonRow> = rows.into_iter().cloned().collect();
    page.sheet_with(figure, &spoken, to_csv_of_points(&rows, |row| row.point, design))
}

/// The differences of a risk at the last quarter that is compared, at all design points.
fn at_horizon(tables: &Tables, risk: Risk) -> Vec<&ComparisonRow> {
    let rows = || tables.comparisons.iter().filter(|row| row.outcome == risk.name());
    let horizon = rows().map(|row| row.quarter).max();
    rows().filter(|row| Some(row.quarter) == horizon).collect()
}

/// What is mapped of a row; a single replicate has no interval, and its difference shows nothing.
fn value(row: &ComparisonRow) -> Option<Value<'_>> {
    let estimate = findings::estimate(row)?;
    Some(Value { scenario: &row.scenario, point: row.point, estimate })
}

/// The values above zero of the colour scale; it reaches as far below.
fn axis(shown: &[Field<'_>]) -> ValueAxis {
    let sizes = shown.iter().flat_map(Field::tiles).map(|tile| tile.estimate.value.abs());
    ValueAxis::covering(0.0, sizes.fold(0.0, f64::max), STEPS)
}

/// A value at an end of the key: in points, or as in the table.
fn label(axis: ValueAxis, value: f64, wording: Wording) -> String {
    let decimals = axis.decimals();
    let points = signed(100.0 * value, decimals.saturating_sub(2));
    wording.pick(points, signed(value, decimals))
}

/// A difference in a tip: in points, or as in the table.
fn say(Estimate { value, low, high }: Estimate, wording: Wording) -> String {
    match wording {
        Wording::English => points(value, Some((low, high))),
        Wording::Neutral => wording.estimate(value, (low, high), DECIMALS),
    }
}

/// A scenario's differences, and the scenario that they are from.
#[derive(Clone, Copy)]
struct Map<'f, 'a> {
    field: &'f Field<'a>,
    reference: &'a str,
}

impl<'f, 'a> Map<'f, 'a> {
    fn new(field: &'f Field<'a>, rows: &[&'a ComparisonRow]) -> Self {
        let own = rows.iter().find(|row| row.scenario == field.scenario);
        Self { field, reference: own.map_or("", |row| &row.reference) }
    }

    fn title(&self, wording: Wording) -> String {
        format!("{} {} {}", self.field.scenario, wording.pick("less", "−"), self.reference)
    }

    /// The ends of the range and how many cells have which sign.
    fn spoken(&self) -> Option<String> {
        let Self { field, .. } = self;
        let (least, most) = ends(field)?;
        let end = |tile: Tile| {
            let place = place(field, tile, Wording::English);
            format!("{} at {place}", say(tile.estimate, Wording::English))
        };
        let cells = field.tiles().count();
        let plus = field.tiles().filter(|tile| tile.estimate.low > 0.0).count();
        let minus = field.tiles().filter(|tile| tile.estimate.high < 0.0).count();
        let title = self.title(Wording::English);
        let (least, most) = (end(least), end(most));
        Some(format!("{title}: {least} to {most}; of {cells} cells, + in {plus} and − in {minus}"))
    }

    /// The largest decrease and the largest increase, each only if it is larger than the largest
    /// of so many cells is likely to be by chance.
    fn found(&self, cells: usize) -> [Option<Tile>; 2] {
        let is_found = |tile: &Tile| findings::is_beyond_chance(tile.estimate, NONE, cells);
        let (least, most) = ends(self.field).unzip();
        let least = least.filter(|tile| tile.estimate.value < 0.0).filter(is_found);
        [least, most.filter(|tile| tile.estimate.value > 0.0).filter(is_found)]
    }
}

/// The largest differences that are found under the policy that has the largest; the cells of all
/// policies are those looked at.
fn headline(policies: &[Map<'_, '_>], chance: &str) -> String {
    let cells = policies.iter().map(|map| map.field.tiles().count()).sum();
    let size = |tile: Tile| tile.estimate.value.abs();
    let found = policies.iter().filter_map(|map| {
        let mut tiles: Vec<Tile> = map.found(cells).into_iter().flatten().collect();
        tiles.sort_by(|one, other| size(*other).total_cmp(&size(*one)));
        Some((map, size(*tiles.first()?), tiles))
    });
    let Some((map, _, tiles)) = found.max_by(|one, other| one.1.total_cmp(&other.1)) else {
        let names: Vec<&str> = policies.iter().map(|map| map.field.scenario).collect();
        let mut references = policies.iter().map(|map| map.reference);
        let reference = references.all_equal_value().unwrap_or("its reference");
        return format!(
            "Under {} {chance} is in no cell shown to differ from that under {reference}",
            words::list(&names)
        );
    };
    let told = tiles.iter().enumerate().map(|(k, tile)| {
        let Estimate { value, low, high } = tile.estimate;
        let size = number(100.0 * value.abs(), points_decimals(value, Some((low, high))));
        let unit = if k == 0 { " percentage points" } else { "" };
        let way = if value > 0.0 { "higher" } else { "lower" };
        format!("up to {size}{unit} {way} ({})", place(map.field, *tile, Wording::English))
    });
    format!(
        "Under {} {chance} is, against {}, {}",
        map.field.scenario,
        map.reference,
        told.format(" and ")
    )
}

#[cfg(test)]
mod tests;
