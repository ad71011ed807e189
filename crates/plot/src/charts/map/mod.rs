//! The alliance as a tile map, one tile per ally: its trust at the horizon, how much that has
//! changed since the start, or how often the ally is in the lower tier.

mod measure;

use article5_runner::tables::rows::AllianceRow;
use itertools::Itertools;

use super::{Page, Sheet, chosen, focus};
use crate::figure::{Anchor, Figure, Rect, Type};
use crate::panels::{Panel, PanelGrid};
use crate::ramp::{ColourScale, ink_on};
use crate::style::Ink;
use crate::{PlotError, Wording};
use focus::Span;
use measure::Measure;

/// The space between tiles, as a share of their pitch.
const GAP: f64 = 0.06;

/// What is on the tile of an ally without a value.
const NOTHING: &str = "–";

/// The space between the titles of two panels, in sizes of small type.
const TITLE_GAP: f64 = 2.0;

/// Draws trust at the horizon.
pub(super) fn trust(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    draw(page, Measure::Trust)
}

/// Draws the change in trust since the start.
pub(super) fn change(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    draw(page, Measure::Change)
}

/// Draws how often each ally is in the lower tier.
pub(super) fn lower_tier(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    draw(page, Measure::LowerTier)
}

/// Draws the map; `None` if the tables have no trust of allies, or have only one quarter when the
/// change is wanted.
fn draw(page: &Page<'_>, measure: Measure) -> Result<Option<Sheet>, PlotError> {
    let tables = page.tables;
    let scenarios = chosen::scenarios(tables);
    let spans: Vec<Vec<Span<'_>>> =
        scenarios.iter().map(|scenario| focus::spans(tables, scenario)).collect();
    if spans.iter().all(Vec::is_empty) || !measure.is_told(&spans) {
        return Ok(None);
    }
    let framed = if frames(measure, page.options.style.ink) { "; framed: a fall" } else { "" };
    let subtitle = measure.subtitle(&spans) + framed;
    let subtitle = subtitle + &measure.comparison(tables, &spans) + &chosen::reason(tables);
    let mut figure = page.figure(&measure.headline(tables, &spans), &subtitle);
    let scale = measure.scale(&spans);
    scale.key(&mut figure, &measure.key(&spans, page.wording()), &|value| measure.say(value));
    let codes: Vec<&str> =
        spans.first().into_iter().flatten().map(|span| span.end.iso3.as_str()).collect();
    let places = places(&tables.alliance, &codes);
    let [columns, rows] = extent(&places);
    let grid = PanelGrid {
        count: scenarios.len(),
        least_width: figure.style().width * 0.35,
        aspect: rows / columns,
        left: 0.0,
        right: 0.0,
        own_axes: false,
        foot: 0.0,
    };
    let inner = figure.style().inner_width();
    let width = inner / grid.columns(inner) as f64;
    let titles = titles(&figure, &scenarios, &spans, measure, width);
    let panels = grid.lay(&mut figure, titles.iter().map(String::as_str));
    for (panel, spans) in panels.iter().zip(&spans) {
        let room = squared(panel, columns, rows);
        let pitch = room.width() / columns;
        for span in spans {
            let place = codes.iter().position(|code| *code == span.end.iso3);
            let Some(&(column, row)) = place.and_then(|place| places.get(place)) else { continue };
            let tile = tile(room.left + column * pitch, room.top + row * pitch, pitch);
            draw_tile(&mut figure, tile, span, measure, scale);
            let member = page.wording().pick(focus::name(tables, &span.end.iso3), &span.end.iso3);
            figure.tip(tile, format!("{member}: {}", told(span, measure, page.wording())));
        }
    }
    page.sheet(figure, &spoken(&scenarios, &spans, measure), measure.rows(&spans))
}

/// Whether losses are framed: in grey, their colours look like those of gains.
fn frames(measure: Measure, ink: Ink) -> bool {
    measure == Measure::Change && ink == Ink::Print
}

/// The title over each scenario's map, which has this width.
fn titles(
    figure: &Figure,
    scenarios: &[&str],
    spans: &[Vec<Span<'_>>],
    measure: Measure,
    width: f64,
) -> Vec<String> {
    let style = figure.style();
    let set = Type::new(style.body, style.text).bold();
    let short = |scenario: &str, beside: &str| {
        let left = width - set.width(beside) - TITLE_GAP * style.small;
        set.fit(scenario, left)
    };
    let titles = scenarios.iter().zip(spans);
    titles
        .map(|(scenario, spans)| measure.title(scenario, spans, short, figure.wording()))
        .collect()
}

/// The tile in a square, whose pitch includes the gap to the next tile.
fn tile(left: f64, top: f64, pitch: f64) -> Rect {
    let gap = GAP * pitch / 2.0;
    Rect::new(left + gap, top + gap, left + pitch - gap, top + pitch - gap)
}

/// The column and row of each ally's tile, from 0: as in the alliance table or, if it does not have
/// one for each, or has two in one place, row by row in the order of the table.
fn places(alliance: &[AllianceRow], codes: &[&str]) -> Vec<(f64, f64)> {
    let tile = |code: &&str| {
        let ally = alliance.iter().find(|ally| ally.iso3 == **code)?;
        Some((ally.tile_col?, ally.tile_row?))
    };
    let given: Option<Vec<(u32, u32)>> = codes.iter().map(tile).collect();
    match given.filter(|tiles| tiles.iter().all_unique()) {
        Some(tiles) => {
            let column = tiles.iter().map(|tile| tile.0).min().unwrap_or_default();
            let row = tiles.iter().map(|tile| tile.1).min().unwrap_or_default();
            tiles.into_iter().map(|(c, r)| (f64::from(c - column), f64::from(r - row))).collect()
        }
        None => {
            let columns = (codes.len() as f64).sqrt().ceil().max(1.0) as usize;
            (0..codes.len()).map(|k| ((k % columns) as f64, (k / columns) as f64)).collect()
        }
    }
}

/// How many columns and rows the tiles take.
fn extent(places: &[(f64, f64)]) -> [f64; 2] {
    let most = |of: fn(&(f64, f64)) -> f64| places.iter().map(of).fold(0.0, f64::max) + 1.0;
    // One or two tiles alone are not blown up to the width of a panel.
    [most(|place| place.0).max(4.0), most(|place| place.1)]
}

/// The largest room in a panel in which the tiles are squares.
fn squared(panel: &Panel, columns: f64, rows: f64) -> Rect {
    let room = panel.room;
    let pitch = (room.width() / columns).min(room.height() / rows);
    Rect::new(room.left, room.top, room.left + columns * pitch, room.top + rows * pitch)
}

fn draw_tile(
    figure: &mut Figure,
    tile: Rect,
    span: &Span<'_>,
    measure: Measure,
    scale: ColourScale,
) {
    const CODE: f64 = 0.3;
    const VALUE: f64 = 0.28;
    let style = figure.style();
    let value = measure.value(span);
    let ground = value.map_or(style.empty, |value| scale.colour(value));
    figure.fill(tile, ground);
    let ink = ink_on(ground);
    let middle = (tile.left + tile.right) / 2.0;
    let size = |share: f64| (share * tile.width()).min(style.body);
    let code = Type::new(size(CODE), ink).bold().at(Anchor::Middle);
    let words = code.fit(&span.end.iso3, 0.96 * tile.width());
    figure.text(middle, tile.top + 0.45 * tile.height(), &words, code);
    let words = value.map_or_else(|| NOTHING.to_owned(), |value| measure.say(value));
    let set = Type::new(size(VALUE), ink).at(Anchor::Middle);
    figure.text(middle, tile.top + 0.82 * tile.height(), &words, set);
    if frames(measure, style.ink) && words.starts_with('−') {
        figure.outline(tile, style.text, 2.0 * style.rule);
    }
}

/// An ally's value as it is shown.
fn told(span: &Span<'_>, measure: Measure, wording: Wording) -> String {
    let none = || wording.pick("none", NOTHING).to_owned();
    measure.value(span).map_or_else(none, |value| measure.say(value))
}

/// Every ally's value, in whole sentences.
fn spoken(scenarios: &[&str], spans: &[Vec<Span<'_>>], measure: Measure) -> String {
    let value =
        |span: &Span<'_>| format!("{} {}", span.end.iso3, told(span, measure, Wording::English));
    let panel = |(scenario, spans): (&&str, &Vec<Span<'_>>)| {
        format!("{scenario}: {}.", spans.iter().map(value).format(", "))
    };
    scenarios.iter().zip(spans).map(panel).join(" ")
}

#[cfg(test)]
mod tests {
    use article5_runner::tables::Tables;

    use super::*;
    use crate::Options;
    use crate::charts::awkward::{self, Run};
    use crate::charts::kind;
    use crate::style::{Size, Style};

    #[test]
    fn every_label_of_the_maps_can_be_read_in_awkward_cases() {
        for name in ["trust-map", "trust-change-map", "lower-tier-map"] {
            awkward::check_all(name);
        }
    }

    #[test]
    fn the_data_are_the_quarters_that_are_shown() {
        let dates = |name: &str| {
            let tables = Run::of(1).tables();
            let sheet = awkward::draw(kind(name), &tables, &Options::default()).unwrap();
            let text = String::from_utf8(sheet.data).unwrap();
            let quarters = text.lines().skip(1).filter_map(|line| line.split(',').nth(2));
            quarters.map(str::to_owned).collect::<std::collections::BTreeSet<_>>().len()
        };
        assert_eq!(["trust-map", "trust-change-map", "lower-tier-map"].map(dates), [1, 2, 1]);
    }

    #[test]
    fn a_title_has_as_much_of_a_long_name_as_there_is_room_for() {
        let name = "quiet-air-defence-backstop";
        let run = Run { scenarios: vec!["none".to_owned(), name.to_owned()], ..Run::of(2) };
        let sheet = awkward::check_drawn("title", kind("trust-change-map"), &run.tables()).unwrap();
        let mut titles = sheet.drawing.placed.iter().filter(|text| text.words.ends_with(" gain)"));
        assert!(titles.next_back().unwrap().words.starts_with(name));
    }

    #[test]
    fn the_headline_is_of_the_changes_on_the_tiles_and_the_subtitle_of_what_the_scenario_makes_of_them()
     {
        let mut tables = Run { allies: 4, ..Run::of(2) }.tables();
        for row in &mut tables.members {
            let end = row.quarter == 40;
            row.trust_mean = if end { 0.7 } else { 0.4 };
            let interval = [-0.006, 0.006].map(|off| Some(row.trust_mean + off));
            [row.trust_low, row.trust_high] = interval;
        }
        // Everybody gains, but less than under the reference, except for one ally.
        for row in &mut tables.member_comparisons {
            let difference = if row.iso3 == "BAM" { 0.004 } else { -0.004 };
            row.trust_difference = difference;
            (row.trust_low, row.trust_high) = (Some(difference - 0.003), Some(difference + 0.003));
        }
        let drawing = |tables: &Tables| {
            let sheet = awkward::draw(kind("trust-change-map"), tables, &Options::default());
            sheet.unwrap().drawing
        };
        // Of the tiles in any case.
        let told = |tables: &Tables| {
            let drawing = drawing(tables);
            let titles =
                drawing.placed.iter().filter(|text| text.words.contains("(0 lose, 4 gain)"));
            assert_eq!(titles.count(), 2);
            let headline = "Under scenario-1 4 of 4 allies gain trust from 2026-Q1 to 2035-Q4; under \
                            scenario-0 4 gain";
            assert_eq!(drawing.headline, headline);
            drawing.subtitle
        };
        let differing = "In 2035-Q4 trust is lower under scenario-1 than under scenario-0 for 3 of 4 \
                         allies, higher for 1";
        assert!(told(&tables).contains(differing));
        let mut alone = tables.clone();
        alone.members.retain(|row| row.iso3 == "BAM");
        alone.member_comparisons.retain(|row| row.iso3 == "BAM");
        assert!(drawing(&alone).subtitle.contains(" than under scenario-0 for the only ally"));
        // If both gain alike, the scenario is not credited with it.
        for row in &mut tables.member_comparisons {
            (row.trust_low, row.trust_high) = (Some(-0.003), Some(0.003));
        }
        assert!(told(&tables).contains(
            "In 2035-Q4 no ally’s trust under scenario-1 is shown to differ from that under scenario-0"
        ));
        // Where the allies were not compared one by one, nothing is said of a difference.
        tables.member_comparisons.clear();
        assert!(!told(&tables).contains("In 2035-Q4"));
        tables.members.retain(|row| row.scenario == "scenario-1");
        assert_eq!(
            drawing(&tables).headline,
            "Under scenario-1 4 of 4 allies gain trust from 2026-Q1 to 2035-Q4"
        );
    }

    #[test]
    fn nobody_is_said_to_be_in_the_lower_tier_who_is_not_shown_to_be() {
        let told = |tiered_n: u64, most: f64| {
            let mut tables = Run { allies: 4, ..Run::of(2) }.tables();
            for row in &mut tables.members {
                row.tiered_n = tiered_n;
                row.lower_tier = Some(if row.iso3 == "BAM" { most } else { 0.0 });
            }
            let sheet = awkward::draw(kind("lower-tier-map"), &tables, &Options::default());
            sheet.unwrap().drawing.headline
        };
        let (few, when) =
            ("too few to say who is in the lower tier", "tiered in 2035-Q4 under scenario-1");
        assert_eq!(told(1, 1.0), format!("Only 1 run {when}: {few}"));
        // Of fewer than five events the lower end is exact, 0.025^(1/4) = 0.40 for 4 of 4; otherwise
        // Wilson's, 5/(5 + 1.96²) = 0.57 for 5 of 5, and of 100 runs 0.50 at 60.
        assert_eq!(told(4, 1.0), format!("Only 4 runs {when}: {few}"));
        let ally = "Ally 1 of the alliance is in the lower tier in 100% (95%: 57–100%)";
        assert_eq!(told(5, 1.0), format!("Of 5 runs {when}, {ally}"));
        let nobody = "no ally is shown to be in the lower tier in more than half";
        assert_eq!(told(100, 0.59), format!("Of 100 runs {when}, {nobody}"));
        assert!(told(100, 0.65).contains("is in the lower tier in 65%"), "{}", told(100, 0.65));
    }

    #[test]
    fn losses_are_framed_in_print() {
        let subtitle = |ink: Ink| {
            let options = Options { style: Style::new(Size::Report, ink), ..Options::default() };
            let sheet = awkward::draw(kind("trust-change-map"), &Run::of(1).tables(), &options);
            sheet.unwrap().drawing.subtitle
        };
        assert!(subtitle(Ink::Print).contains("; framed: a fall"));
        assert!(!subtitle(Ink::Light).contains("framed"));
    }

    #[test]
    fn allies_stand_where_their_table_has_them_and_else_in_rows() {
        let codes = ["AAM", "BAM", "CAM", "DAM", "EAM"];
        let alliance = Run { allies: 12, ..Run::of(1) }.tables().alliance;
        assert_eq!(places(&alliance, &codes)[4], (4.0, 0.0));
        let mut doubled = alliance.clone();
        (doubled[1].tile_col, doubled[1].tile_row) = (doubled[0].tile_col, doubled[0].tile_row);
        for alliance in [doubled, Vec::new()] {
            assert_eq!(places(&alliance, &codes)[4], (1.0, 1.0));
        }
    }
}
