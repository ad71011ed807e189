//! Chart 9: the claims, each with its effect and interval, the share of the parameter space that
//! agrees with it, and its verdict.

mod layout;

use article5_runner::numbers::{counted, decimals, number, percent, signed};
use article5_runner::outcome::Outcome;
use article5_runner::tables::rows::ClaimRow;

use super::{Page, Sheet};
use crate::PlotError;
use crate::key::{Swatch, key};
use layout::Board;

/// The verdicts, the best first, with their verb after one claim and after several.
const VERDICTS: [(&str, &str, &str); 4] = [
    ("holds", "holds", "hold"),
    ("fails", "fails", "fail"),
    ("depends", "depends on parameters", "depend on parameters"),
    ("undecided", "is undecided", "are undecided"),
];

/// Draws the chart; `None` where there are no claims.
pub(super) fn draw(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    let claims = &page.tables.claims;
    if claims.is_empty() {
        return Ok(None);
    }
    let mut figure = page.figure(&headline(claims), &subtitle(claims));
    let style = *figure.style();
    let [_, orange, blue, _] = style.series();
    key(
        &mut figure,
        &[
            (Swatch::Box(layout::claimed(&style)), "effects that agree with the claim"),
            (Swatch::Box(blue), "share of the space that agrees"),
            (Swatch::Box(orange), "that contradicts it"),
            (Swatch::Box(style.empty), "neither"),
        ],
    );
    Board::new(&mut figure, claims).draw(&mut figure, claims);
    page.sheet(figure, &spoken(claims), claims)
}

/// How many claims have each verdict.
fn headline(claims: &[ClaimRow]) -> String {
    let counted = VERDICTS.map(|(verdict, one, several)| {
        let count = claims.iter().filter(|claim| claim.verdict == verdict).count();
        (count, if count == 1 { one } else { several })
    });
    let [(holding, hold), others @ ..] = counted;
    let all = claims.len();
    let first = match (holding, all) {
        (_, 1) => {
            let verdict = VERDICTS.iter().find(|(verdict, ..)| claims[0].verdict == *verdict);
            let (_, verb, _) = verdict.unwrap_or(&VERDICTS[3]);
            return format!("The claim {} {verb}", claims[0].id);
        }
        (0, _) => format!("None of {all} claims holds"),
        _ => format!("{holding} of {all} claims {hold}"),
    };
    let others = others.into_iter().filter(|(count, _)| *count > 0);
    let others: Vec<String> = others.map(|(count, verb)| format!("{count} {verb}")).collect();
    [vec![first], others].concat().join(", ")
}

fn subtitle(claims: &[ClaimRow]) -> String {
    let mut dates: Vec<&str> = claims.iter().map(|claim| claim.date.as_str()).collect();
    dates.sort_unstable();
    dates.dedup();
    let by = match dates.as_slice() {
        [only] => format!(" by {only}"),
        _ => String::new(),
    };
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
        "Effect{by} of each claim’s treatment against its control on common shocks (where it has \
         none, its level) at the configuration’s parameters, with 95% intervals{space}"
    )
}

/// The ratios that are shares: of all answers those in full.
const SHARES: [(Outcome, Outcome); 1] = [(Outcome::FullAnswersUkraine, Outcome::AnswersUkraine)];

/// Whether effects are shares, drawn in percentage points.
fn is_share(claim: &ClaimRow) -> bool {
    let outcome = Outcome::named(&claim.outcome);
    match Outcome::named(&claim.per) {
        Some(per) => outcome.is_some_and(|outcome| SHARES.contains(&(outcome, per))),
        None => outcome.is_none_or(|own| !matches!(own.unit(), "count" | "capability")),
    }
}

/// The effect with its interval, in percentage points or in its unit.
fn effect(claim: &ClaimRow) -> String {
    effect_within(claim, |_| true)
}

/// The same in as few decimals as it takes to fit.
fn effect_within(claim: &ClaimRow, fits: impl Fn(&str) -> bool) -> String {
    let (scale, least) = if is_share(claim) { (100.0, 1) } else { (1.0, 2) };
    let width = claim.low.zip(claim.high).map_or(0.0, |(low, high)| scale * (high - low));
    let deserved = decimals(width, least);
    let mut shorter = (least..=deserved).rev().map(|decimals| effect_in(claim, scale, decimals));
    shorter.find(|words| fits(words)).unwrap_or_else(|| effect_in(claim, scale, least))
}

fn effect_in(claim: &ClaimRow, scale: f64, decimals: usize) -> String {
    // A level is no difference, and has no sign to show.
    let is_level = claim.control.is_empty() && claim.since.is_none();
    let shown = if is_level { number } else { signed };
    let of = |value: f64| shown(scale * value, decimals);
    match (claim.effect, claim.low, claim.high) {
        (Some(effect), Some(low), Some(high)) => {
            format!("{} ({} to {})", of(effect), of(low), of(high))
        }
        (Some(effect), ..) => of(effect),
        _ => "no effect known".to_owned(),
    }
}

/// The shares of the space, in words.
fn space(claim: &ClaimRow) -> String {
    match (claim.share_of_space, claim.share_reversed) {
        (Some(agrees), Some(reversed)) => {
            format!("{}, {} against", percent(agrees, 0), percent(reversed, 0))
        }
        (Some(agrees), None) => percent(agrees, 0),
        _ => "not tested".to_owned(),
    }
}

fn spoken(claims: &[ClaimRow]) -> String {
    let said = claims.iter().map(|claim| {
        let ClaimRow { id, statement, verdict, .. } = claim;
        let unit = if is_share(claim) { " points" } else { "" };
        let space = space(claim);
        format!("{id}, {statement}: {verdict}; effect {}{unit}; space {space}", effect(claim))
    });
    format!("{}.", said.collect::<Vec<_>>().join(". "))
}

/// A tick of the axis of shares, in percentage points.
fn points(share: f64, decimals: usize) -> String {
    number(100.0 * share, decimals.saturating_sub(2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;
    use crate::charts::{awkward, kind};

    pub(super) fn claim(id: &str, effect: f64, verdict: &str) -> ClaimRow {
        ClaimRow {
            id: id.to_owned(),
            statement: "An Article 5-like label spills over: the alliance tiers".to_owned(),
            treatment: "article5-like".to_owned(),
            control: "no-guarantee".to_owned(),
            quarter: 40,
            date: "2035-Q4".to_owned(),
            kind: "risk".to_owned(),
            outcome: "tiered".to_owned(),
            direction: "higher".to_owned(),
            n: 1000,
            effect: Some(effect),
            low: Some(effect - 0.02),
            high: Some(effect + 0.02),
            points: 512,
            share_of_space: Some(0.62),
            share_reversed: Some(0.05),
            verdict: verdict.to_owned(),
            ..ClaimRow::default()
        }
    }

    #[test]
    fn a_ratio_is_in_points_only_where_it_is_a_share() {
        let ratio = |outcome: &str, per: &str| ClaimRow {
            kind: "outcome".to_owned(),
            outcome: outcome.to_owned(),
            per: per.to_owned(),
            ..claim("a", 3.5, "holds")
        };
        assert_eq!(
            effect(&ratio("probes_ukraine", "attacks_ukraine")),
            "+3.500 (+3.480 to +3.520)"
        );
        let answers = ratio("full_answers_ukraine", "answers_ukraine");
        assert_eq!(effect(&answers), "+350.0 (+348.0 to +352.0)");
        assert!(is_share(&claim("b", 0.1, "holds")) && !is_share(&ratio("incidents", "")));
    }

    fn drawn(case: &str, claims: Vec<ClaimRow>) {
        let tables = article5_runner::tables::Tables { claims, ..Default::default() };
        let sheet = awkward::draw(kind("claims"), &tables, &Options::default()).unwrap();
        awkward::check(case, &sheet.drawing);
    }

    #[test]
    fn claims_can_be_read_in_awkward_cases() {
        let forty = |effect: fn(usize) -> f64| -> Vec<ClaimRow> {
            (0..40).map(|k| claim(&format!("H{k}"), effect(k), VERDICTS[k % 4].0)).collect()
        };
        drawn("one claim", vec![claim("H1", 0.1, "holds")]);
        drawn("forty claims", forty(|k| k as f64 / 40.0 - 0.5));
        drawn("no effect", forty(|_| 0.0));
        let long = ClaimRow {
            id: "a-very-long-name-of-a-claim".to_owned(),
            statement: "deterrence-by-denial ".repeat(30),
            verdict: "depends".to_owned(),
            ..claim("", -0.4, "")
        };
        drawn("long names", vec![long.clone(), long]);
        let count = ClaimRow {
            outcome: "probes_ukraine".to_owned(),
            kind: "outcome".to_owned(),
            ..claim("H2", -3.1, "fails")
        };
        let bare = ClaimRow {
            low: None,
            high: None,
            share_of_space: None,
            share_reversed: None,
            points: 0,
            ..claim("H3", 0.2, "undecided")
        };
        drawn("counts and shares", vec![claim("H1", 0.1, "holds"), count.clone(), bare]);
        drawn("counts alone", vec![count]);
        let narrow = ClaimRow {
            kind: "outcome".to_owned(),
            outcome: "kyiv_capability".to_owned(),
            effect: Some(-0.35367),
            low: Some(-0.35521),
            high: Some(-0.35231),
            ..claim("H4", 0.0, "holds")
        };
        assert_eq!(effect(&narrow), "−0.3537 (−0.3552 to −0.3523)");
        assert_eq!(effect_within(&narrow, |words| words.len() < 30), "−0.35 (−0.36 to −0.35)");
        drawn("a narrow interval", vec![narrow]);
        let band = ClaimRow {
            direction: "none".to_owned(),
            at_least: Some(-0.05),
            at_most: Some(0.05),
            ..claim("H5", 0.01, "holds")
        };
        drawn("no difference claimed", vec![band]);
    }

    #[test]
    fn the_headline_counts_the_verdicts() {
        let claims = ["holds", "fails", "fails", "depends"].map(|verdict| claim("H", 0.1, verdict));
        assert_eq!(headline(&claims), "1 of 4 claims holds, 2 fail, 1 depends on parameters");
        assert_eq!(headline(&claims[3..]), "The claim H depends on parameters");
        assert_eq!(headline(&claims[1..3]), "None of 2 claims holds, 2 fail");
    }
}
