//! The claims, each with its effect and interval, the share of the parameter space that agrees with
//! it, and its verdict.

mod board;
mod pages;

use std::ops::Range;

use article5_runner::analysis::claims::{Verdict, share_in_words};
use article5_runner::claims::NO_POINT;
use article5_runner::numbers::{counted, number};
use article5_runner::tables::rows::ClaimRow;
use itertools::Itertools;

use super::words::capitalised;
use super::{Page, Sheet};
use crate::claim::{effect, verdicts};
use crate::figure::Figure;
use crate::key::{Swatch, key};
use crate::style::{BLUE, ORANGE};
use crate::{PlotError, Wording};
use board::Board;

/// Draws the chart; `None` if there are no claims.
pub(super) fn draw(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    let claims = &page.tables.claims;
    if claims.is_empty() {
        return Ok(None);
    }
    let figure = begin(page, &capitalised(&tally(claims)), &subtitle(claims));
    finish(page, figure, claims)
}

/// Draws the chart on as few pages as it fits on, all filled alike and with the same axes.
pub(super) fn pages(page: &Page<'_>) -> Result<Vec<Sheet>, PlotError> {
    let claims = &page.tables.claims;
    let heights = Board::new(&mut begin(page, "", ""), claims, claims).heights();
    let mut sheets = Vec::new();
    // The rows alone fill the fewest pages. With twice as many pages as claims, each family has a page
    // of its own.
    let fewest = (heights.iter().sum::<f64>() / page.options.style.height).ceil() as usize;
    for count in fewest.max(2)..=2 * claims.len() {
        let parts = pages::parts(claims, &heights, count);
        let drawn = parts.into_iter().enumerate().map(|(place, part)| page_of(page, place, part));
        sheets = drawn.filter_map(Result::transpose).collect::<Result<_, _>>()?;
        if sheets.iter().all(|sheet: &Sheet| sheet.drawing.size.1 <= page.options.style.height) {
            break;
        }
    }
    Ok(sheets)
}

/// Draws one of several pages, counted from 0, with a part of the claims.
fn page_of(page: &Page<'_>, place: usize, part: Range<usize>) -> Result<Option<Sheet>, PlotError> {
    let claims = &page.tables.claims;
    let (from, to, all) = (part.start + 1, part.end, claims.len());
    let part = claims.get(part).unwrap_or_default();
    let (headline, which) = match part {
        [first, .., last] => (
            format!("{} to {}: {}", first.id, last.id, tally(part)),
            format!("claims {from} to {to} of {all}"),
        ),
        _ => (capitalised(&tally(part)), format!("claim {from} of {all}")),
    };
    let subtitle = format!("{}; {which}", subtitle(claims));
    let name = format!("{}-{}", page.name, place + 1);
    let page = Page { name: &name, ..*page };
    finish(&page, begin(&page, &headline, &subtitle), part)
}

/// Begins the figure, with its key.
fn begin(page: &Page<'_>, headline: &str, subtitle: &str) -> Figure {
    let mut figure = page.figure(headline, subtitle);
    let style = figure.style();
    let wording = page.wording();
    let claimed = wording.pick("effects that agree with the claim", "direction, at_least, at_most");
    let agrees = wording.pick("share of the space that agrees", "share_of_space");
    key(
        &mut figure,
        &[
            (Swatch::Box(board::claimed()), claimed),
            (Swatch::Box(BLUE), agrees),
            (Swatch::Box(ORANGE), wording.pick("share that contradicts it", "share_reversed")),
            (Swatch::Box(style.empty), wording.pick("neither", "")),
        ],
    );
    figure
}

/// Draws the board of these of the page's claims.
fn finish(
    page: &Page<'_>,
    mut figure: Figure,
    claims: &[ClaimRow],
) -> Result<Option<Sheet>, PlotError> {
    Board::new(&mut figure, &page.tables.claims, claims).draw(&mut figure, claims);
    page.sheet(figure, &spoken(claims), claims)
}

/// How many claims have each verdict.
fn tally(claims: &[ClaimRow]) -> String {
    let met = verdicts(claims);
    if let ([claim], [(_, verb)]) = (claims, met.as_slice()) {
        return format!("the claim {} {verb}", claim.id);
    }
    let all = claims.len();
    let holding = claims.iter().any(|claim| claim.verdict == Verdict::Holds);
    let first = match met.first() {
        Some((count, verb)) if holding => format!("{count} of {all} claims {verb}"),
        _ => format!("none of {all} claims holds"),
    };
    let others = met.iter().skip(usize::from(holding));
    let others = others.map(|(count, verb)| format!("{count} {verb}"));
    std::iter::once(first).chain(others).join(", ")
}

fn subtitle(claims: &[ClaimRow]) -> String {
    let date = claims.iter().map(|claim| &claim.date).all_equal_value();
    let by = date.map_or_else(|_| String::new(), |date| format!(" by {date}"));
    let points = claims.iter().map(|claim| claim.points).max().unwrap_or(0);
    let n = claims.iter().map(|claim| claim.point_n).max().unwrap_or(0);
    let space = if points > 0 {
        format!(
            "; and the share of {} of the parameter space, {} each, at which \
             the whole interval agrees with the claim or contradicts it",
            counted(points, "point", "points"),
            counted(n, "replicate", "replicates")
        )
    } else {
        String::new()
    };
    format!(
        "Effect{by} of each claim’s treatment against its control on common shocks (or its level, if \
         it has no control) at the configuration’s parameters, with 95% intervals{space}"
    )
}

/// What says in English that a share of the space contradicts a claim.
const AGAINST: &str = " against";

/// The shares of the space that agree with a claim and that contradict it, with `against` after the
/// second.
fn space(claim: &ClaimRow, wording: Wording, against: &str) -> String {
    match (claim.share_of_space, claim.share_reversed) {
        (Some(agrees), Some(reversed)) => {
            let [agrees, reversed] = [agrees, reversed].map(share_in_words);
            format!("{agrees}%, {reversed}%{against}")
        }
        _ => wording.pick(NO_POINT, "–").to_owned(),
    }
}

fn spoken(claims: &[ClaimRow]) -> String {
    let said = claims.iter().map(|claim| {
        let ClaimRow { id, statement, .. } = claim;
        let (verdict, space) = (claim.verdict.name(), space(claim, Wording::English, AGAINST));
        let effect = match claim.effect {
            Some(_) => format!("effect {}", effect(claim)),
            None => effect(claim),
        };
        format!("{id}, {statement}: {verdict}; {effect}; space {space}")
    });
    format!("{}.", said.format(". "))
}

/// A tick on the axis of shares, in percentage points.
fn points(share: f64, decimals: usize) -> String {
    number(100.0 * share, decimals.saturating_sub(2))
}

#[cfg(test)]
mod tests {
    use article5_runner::config::Direction;
    use article5_runner::outcome::QuantityKind;

    use super::*;
    use crate::Options;
    use crate::charts::{awkward, kind};
    use crate::style::Style;

    pub(super) fn claim(id: &str, effect: f64, verdict: Verdict) -> ClaimRow {
        ClaimRow {
            id: id.to_owned(),
            statement: "An Article 5-like label spills over: the alliance tiers".to_owned(),
            treatment: "article5-like".to_owned(),
            control: "no-guarantee".to_owned(),
            quarter: 40,
            date: "2035-Q4".to_owned(),
            kind: QuantityKind::Risk,
            outcome: "tiered".to_owned(),
            direction: Direction::Higher,
            n: 1000,
            effect: Some(effect),
            low: Some(effect - 0.02),
            high: Some(effect + 0.02),
            points: 512,
            share_of_space: Some(0.62),
            share_reversed: Some(0.05),
            verdict,
            ..ClaimRow::default()
        }
    }

    fn drawn(case: &str, claims: Vec<ClaimRow>) {
        let tables = article5_runner::tables::Tables { claims, ..Default::default() };
        awkward::check_drawn(case, kind("claims"), &tables).unwrap();
        for wording in [Wording::English, Wording::Neutral] {
            let options = Options { wording, ..Options::default() };
            awkward::check_pages(kind("claims"), &tables, &options);
        }
    }

    #[test]
    fn claims_can_be_read_in_awkward_cases() {
        let forty = |effect: fn(usize) -> f64| -> Vec<ClaimRow> {
            {
                let verdicts =
                    [Verdict::Holds, Verdict::Fails, Verdict::Depends, Verdict::Undecided];
                (0..40).map(|k| claim(&format!("H{k}"), effect(k), verdicts[k % 4])).collect()
            }
        };
        drawn("one claim", vec![claim("H1", 0.1, Verdict::Holds)]);
        drawn("forty claims", forty(|k| k as f64 / 40.0 - 0.5));
        drawn("no effect", forty(|_| 0.0));
        let long = ClaimRow {
            id: "a-very-long-name-of-a-claim".to_owned(),
            statement: "deterrence-by-denial ".repeat(30),
            verdict: Verdict::Depends,
            ..claim("", -0.4, Verdict::Depends)
        };
        drawn("long names", vec![long.clone(), long]);
        let count = ClaimRow {
            outcome: "probes_ukraine".to_owned(),
            kind: QuantityKind::Outcome,
            ..claim("H2", -3.1, Verdict::Fails)
        };
        let bare = ClaimRow {
            low: None,
            high: None,
            share_of_space: None,
            share_reversed: None,
            points: 0,
            ..claim("H3", 0.2, Verdict::Undecided)
        };
        drawn("counts and shares", vec![claim("H1", 0.1, Verdict::Holds), count.clone(), bare]);
        drawn("counts alone", vec![count]);
        let narrow = ClaimRow {
            kind: QuantityKind::Outcome,
            outcome: "kyiv_capability".to_owned(),
            effect: Some(-0.35367),
            low: Some(-0.35521),
            high: Some(-0.35231),
            ..claim("H4", 0.0, Verdict::Holds)
        };
        drawn("a narrow interval", vec![narrow]);
        let band = ClaimRow {
            direction: Direction::None,
            at_least: Some(-0.05),
            at_most: Some(0.05),
            ..claim("H5", 0.01, Verdict::Holds)
        };
        drawn("no difference claimed", vec![band]);
    }

    #[test]
    fn the_heading_over_effects_is_as_long_as_fits_and_never_cut() {
        let heading = |claims: Vec<ClaimRow>| {
            let tables = article5_runner::tables::Tables { claims, ..Default::default() };
            let sheet = awkward::check_drawn("heading", kind("claims"), &tables).unwrap();
            let mut words = sheet.drawing.placed.into_iter().map(|text| text.words);
            words.find(|words| words.contains("oints") && words.len() < 20)
        };
        let shares = || claim("H1", 0.1, Verdict::Holds);
        let count = ClaimRow {
            outcome: "probes_ukraine".to_owned(),
            kind: QuantityKind::Outcome,
            ..claim("H2", -3.1, Verdict::Fails)
        };
        assert_eq!(heading(vec![shares()]).as_deref(), Some("Effect, points"));
        assert_eq!(heading(vec![shares(), count]).as_deref(), Some("Points"));
    }

    #[test]
    fn where_all_that_is_claimed_lies_beyond_the_axis_an_arrow_points_to_it() {
        let told = |row: ClaimRow| -> Vec<String> {
            let tables =
                article5_runner::tables::Tables { claims: vec![row], ..Default::default() };
            let sheet = awkward::check_drawn("beyond", kind("claims"), &tables).unwrap();
            let words = sheet.drawing.placed.into_iter().map(|text| text.words);
            words.filter(|words| words.contains(['→', '←'])).collect()
        };
        let small = || claim("H1", 0.1, Verdict::Fails);
        assert_eq!(told(ClaimRow { at_least: Some(0.5), ..small() }), ["≥ 50 →"]);
        let lower = ClaimRow { direction: Direction::Lower, at_most: Some(-0.6), ..small() };
        assert_eq!(told(lower.clone()), ["← ≤ −60"]);
        assert!(told(ClaimRow { at_most: Some(0.05), ..lower }).is_empty());
        assert!(told(small()).is_empty());
        let count = ClaimRow { outcome: "force".to_owned(), at_least: Some(0.9), ..small() };
        assert_eq!(told(count), ["≥ 0.9 →"]);
        assert_eq!(told(claim("H1", -0.1, Verdict::Fails)), ["→"]);
    }

    #[test]
    fn values_below_a_narrow_axis_keep_apart() {
        let small = ClaimRow {
            outcome: "grievance".to_owned(),
            low: Some(0.0002),
            high: Some(0.0011),
            ..claim("H2", 0.0007, Verdict::Undecided)
        };
        let tables = article5_runner::tables::Tables {
            claims: vec![claim("H1", 0.1, Verdict::Holds), small],
            ..Default::default()
        };
        // Checks that no two texts overlap.
        let sheet = awkward::check_drawn("narrow", kind("claims"), &tables).unwrap();
        let shown = |words: &str| sheet.drawing.placed.iter().any(|text| text.words == words);
        assert!(shown("0.000") && shown("0.002") && !shown("0.001"));
    }

    #[test]
    fn a_share_of_the_space_is_on_the_side_of_nine_tenths_that_it_is_on() {
        let told = |agrees| {
            let row = ClaimRow { share_of_space: agrees, ..claim("H1", 0.1, Verdict::Depends) };
            space(&row, Wording::English, AGAINST)
        };
        assert_eq!(told(Some(0.62)), "62%, 5% against");
        assert_eq!(told(Some(0.896)), "89.6%, 5% against");
        assert_eq!(told(None), "no point");
    }

    #[test]
    fn shares_leave_a_gap_before_the_verdict_and_are_in_the_same_words_on_all_pages() {
        let drawn = |long: usize| {
            let shares = |k: usize| ClaimRow {
                share_of_space: Some(if k < long { 0.998 } else { 1.0 }),
                share_reversed: Some(if k < long { 0.002 } else { 0.0 }),
                ..claim(&format!("H{k}"), 0.1, Verdict::Holds)
            };
            let claims = (0..44).map(shares).collect();
            let tables = article5_runner::tables::Tables { claims, ..Default::default() };
            awkward::check_pages(kind("claims"), &tables, &Options::default())
        };
        let half = 0.5 * Style::default().page().unwrap().small;
        for (long, told) in [
            (0, vec!["100%, 0% against"; 44]),
            (1, {
                let mut told = vec!["100%, 0%"; 44];
                told[0] = ">99%, <1%";
                told
            }),
        ] {
            let mut shares = Vec::new();
            for Sheet { drawing, .. } in drawn(long) {
                for share in drawing.placed.iter().filter(|text| text.words.contains("%, ")) {
                    let beside = drawing.placed.iter().filter(|text| {
                        text.area.top == share.area.top && text.area.left > share.area.left
                    });
                    let next = beside.map(|text| text.area.left).fold(f64::INFINITY, f64::min);
                    assert!(next.is_finite() && next - share.area.right >= half, "{share:?}");
                    shares.push(share.words.clone());
                }
            }
            assert_eq!(shares, told);
        }
    }

    #[test]
    fn the_headline_counts_the_verdicts() {
        let claims = [Verdict::Holds, Verdict::Fails, Verdict::Fails, Verdict::Depends]
            .map(|verdict| claim("H", 0.1, verdict));
        let headline = |claims: &[ClaimRow]| capitalised(&tally(claims));
        assert_eq!(headline(&claims), "1 of 4 claims holds, 2 fail, 1 depends on parameters");
        assert_eq!(headline(&claims[3..]), "The claim H depends on parameters");
        assert_eq!(headline(&claims[1..3]), "None of 2 claims holds, 2 fail");
    }
}
