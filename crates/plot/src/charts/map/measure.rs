//! What the tiles of a map show.

use article5_runner::numbers::{counted, number, percent, percent_range, signed};
use article5_runner::tables::Tables;
use article5_runner::tables::rows::{MemberComparisonRow, MemberRow};
use article5_runner::tally::chance_interval;

use super::super::focus::{self, Span};
use super::super::words;
use crate::Wording;
use crate::axes::ValueAxis;
use crate::ramp::{ALARM, ColourScale, DIVERGING, SEQUENTIAL};

/// How many allies a headline names at either end.
const NAMED: usize = 3;

/// What a tile shows of its ally.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// Mean trust at the horizon.
    Trust,
    /// Its difference from that at the start.
    Change,
    /// Share of the replicates tiered at the end in which the ally is in the lower tier.
    LowerTier,
}

impl Measure {
    /// Whether the rows have it: there is no change if they are all of one quarter.
    pub(super) fn is_told(self, all: &[Vec<Span<'_>>]) -> bool {
        self != Self::Change || all.iter().flatten().any(Span::lasts)
    }

    /// The value of a tile; `None` if there is none.
    pub(super) fn value(self, span: &Span<'_>) -> Option<f64> {
        match self {
            Self::Trust => Some(span.end.trust_mean).filter(|value| value.is_finite()),
            Self::Change => Some(span.change()).filter(|value| value.is_finite()),
            Self::LowerTier => span.end.lower_tier,
        }
    }

    /// The rows that it is taken from.
    pub(super) fn rows<'a>(self, all: &[Vec<Span<'a>>]) -> Vec<&'a MemberRow> {
        match self {
            Self::Change => focus::rows(all),
            Self::Trust | Self::LowerTier => all.iter().flatten().map(|span| span.end).collect(),
        }
    }

    /// A value as it is shown on a tile or at an end of the key.
    pub(super) fn say(self, value: f64) -> String {
        match self {
            Self::Trust => number(value, 2),
            Self::Change => signed(value, 2),
            Self::LowerTier => percent(value, 0),
        }
    }

    /// What the colours mean and, if no subtitle says it, when.
    pub(super) fn key(self, all: &[Vec<Span<'_>>], wording: Wording) -> String {
        let any = all.iter().flatten().next();
        let [start, end] = any.map_or(["", ""], |any| [&any.start.date, &any.end.date]);
        match self {
            Self::Trust => wording.pick("Mean trust".to_owned(), format!("trust_mean, {end}")),
            Self::Change => wording
                .pick("Change in mean trust".to_owned(), format!("Δ trust_mean, {start} → {end}")),
            Self::LowerTier => {
                wording.pick("In the lower tier".to_owned(), format!("lower_tier, {end}"))
            }
        }
    }

    /// The colour scale for the values of all tiles, with round ends; for changes, equally far from
    /// zero on both sides.
    pub(super) fn scale(self, all: &[Vec<Span<'_>>]) -> ColourScale {
        const STEPS: u32 = 4;
        let values = || all.iter().flatten().filter_map(|span| self.value(span));
        let low = values().fold(f64::INFINITY, f64::min);
        let high = values().fold(f64::NEG_INFINITY, f64::max);
        match self {
            Self::Trust => {
                let axis = ValueAxis::covering(low, high, STEPS);
                ColourScale { ramp: SEQUENTIAL, low: axis.low(), high: axis.high() }
            }
            Self::Change => {
                let most = ValueAxis::covering(0.0, low.abs().max(high.abs()), STEPS).high();
                ColourScale { ramp: DIVERGING, low: -most, high: most }
            }
            Self::LowerTier => ColourScale { ramp: ALARM, low: 0.0, high: 1.0 },
        }
    }

    /// The title of a panel: for changes, with how many allies are shown to lose and to gain; for
    /// the lower tier, with the number of replicates that the shares are of, as they may be few. In
    /// these a name too long to stand before them is cut.
    pub(super) fn title(
        self,
        scenario: &str,
        spans: &[Span<'_>],
        fits: impl Fn(&str, &str) -> String,
        wording: Wording,
    ) -> String {
        let beside = match (self, spans.first()) {
            (Self::LowerTier, Some(span)) => {
                let [tiered, n] = [span.end.tiered_n, span.end.n].map(|n| wording.count(n));
                let runs = counted(span.end.n, "run", "runs");
                let neutral = format!("tiered_n = {tiered}, n = {n}");
                wording.pick(format!("{tiered} of {runs} tiered"), neutral)
            }
            (Self::Change, Some(_)) => {
                let (lost, gained) = lost_and_gained(spans);
                wording.pick(format!("{lost} lose, {gained} gain"), format!("↓ {lost}, ↑ {gained}"))
            }
            _ => return scenario.to_owned(),
        };
        let beside = format!(" ({beside})");
        fits(scenario, &beside) + &beside
    }

    pub(super) fn subtitle(self, all: &[Vec<Span<'_>>]) -> String {
        let Some(any) = all.iter().flatten().next() else { return String::new() };
        let (start, end) = (&any.start.date, &any.end.date);
        let margin = |of: fn(&Span<'_>) -> Option<f64>| {
            let widest = all.iter().flatten().filter_map(of).reduce(f64::max);
            widest.map_or_else(String::new, |half| {
                let decimals = if half < 0.01 { 3 } else { 2 };
                // Rounded up, so that no interval is wider than is said.
                let unit = if half < 0.01 { 1000.0 } else { 100.0 };
                format!(
                    "; no 95% interval is wider than ±{}",
                    number((half * unit).ceil() / unit, decimals)
                )
            })
        };
        match self {
            Self::Trust => format!(
                "Each ally’s mean trust that Washington would answer an attack on it with force (0 \
                 to 1), {end}{}",
                margin(|span| focus::margin(span.end))
            ),
            Self::Change => format!(
                "Change in each ally’s mean trust that Washington would answer an attack on it with \
                 force (0 to 1), {start} to {end}, whatever moved it, changes of administration \
                 included; and how many are shown to lose and to gain{}",
                margin(|span| span.change_margin())
            ),
            Self::LowerTier => format!(
                "Of the runs in which the alliance is tiered in {end}, the share in which the ally \
                 is in the lower tier{}",
                focus::widest_share(all)
            ),
        }
    }

    /// What the second of two scenarios makes of the changes, as a sentence after the subtitle: the
    /// allies may change as much under the first. Nothing if the two are not compared ally by ally.
    pub(super) fn comparison(self, tables: &Tables, all: &[Vec<Span<'_>>]) -> String {
        let told = match (self, all) {
            (Self::Change, [against, spans]) => set_against(tables, spans, against),
            _ => None,
        };
        told.map_or_else(String::new, |told| format!(". {told}"))
    }

    /// What is found about the last of the scenarios shown.
    pub(super) fn headline(self, tables: &Tables, all: &[Vec<Span<'_>>]) -> String {
        let Some(spans) = all.last().filter(|spans| !spans.is_empty()) else {
            return String::new();
        };
        match self {
            Self::Trust => focus::trust_headline(tables, spans),
            Self::Change => match all {
                [against, _] if !against.is_empty() => changed_both(spans, against),
                _ => changed(spans) + &rest_unchanged(spans),
            },
            Self::LowerTier => lowest(tables, spans),
        }
    }
}

/// Who is in the lower tier most often: all those whose share is shown as the same number, if that is
/// shown to be more often than not.
fn lowest(tables: &Tables, spans: &[Span<'_>]) -> String {
    let end = spans.first().map(|span| span.end);
    let (scenario, date, n) =
        end.map_or(("", "", 0), |end| (&end.scenario, &end.date, end.tiered_n));
    let share = |span: &Span<'_>| span.end.lower_tier;
    let Some(most) = spans.iter().filter_map(share).reduce(f64::max) else {
        return format!("Under {scenario} the alliance is tiered in {date} in none of the runs");
    };
    let tiered = format!("{} tiered in {date} under {scenario}", counted(n, "run", "runs"));
    // So few that not even an ally in it each time would be shown to be.
    if !chance_interval(n, n).is_some_and(focus::is_mostly) {
        return format!("Only {tiered}: too few to say who is in the lower tier");
    }
    let first = spans.iter().find(|span| share(span) == Some(most));
    let interval = first.and_then(Span::lower_tier_interval);
    let Some((low, high)) = interval.filter(|interval| focus::is_mostly(*interval)) else {
        return format!("Of {tiered}, no ally is shown to be in the lower tier in more than half");
    };
    let alike =
        |span: &&Span<'_>| share(span).is_some_and(|own| percent(own, 0) == percent(most, 0));
    let alike = spans.iter().filter(alike);
    let names: Vec<&str> = alike.map(|span| focus::name(tables, &span.end.iso3)).collect();
    let verb = words::verb(names.len(), "is", "are");
    format!(
        "Of {tiered}, {} {verb} in the lower tier in {} (95%: {})",
        words::first_of(&names, NAMED),
        percent(most, 0),
        percent_range(low, high, 0)
    )
}

/// How many of the allies.
fn of_allies(count: usize, all: usize) -> String {
    if all == 1 { "the only ally".to_owned() } else { format!("{count} of {all} allies") }
}

/// Says of the allies left, if there are any, that they are not shown to do something.
fn rest(count: usize, what: &str) -> String {
    match count {
        0 => String::new(),
        1 => format!("; the other is not shown to {what}"),
        _ => format!("; the rest are not shown to {what}"),
    }
}

/// How many allies are shown to have lost trust, and how many to have gained it.
fn lost_and_gained(spans: &[Span<'_>]) -> (usize, usize) {
    let beyond = |span: &&Span<'_>| span.change_margin().is_some_and(|m| span.change().abs() > m);
    let changed = || spans.iter().filter(beyond);
    let lost = changed().filter(|span| span.change() < 0.0).count();
    (lost, changed().count() - lost)
}

/// How many allies are shown to trust less, and how many more, at the end than under the scenario
/// that this one is set against; `None` if the two are not compared ally by ally.
fn set_against(tables: &Tables, spans: &[Span<'_>], against: &[Span<'_>]) -> Option<String> {
    let (one, other) = (spans.first()?.end, against.first()?.end);
    let (scenario, against, date) = (&one.scenario, &other.scenario, &one.date);
    let compared = |row: &&MemberComparisonRow| {
        row.scenario == *scenario && row.reference == *against && row.date == *date
    };
    let rows = || tables.member_comparisons.iter().filter(compared);
    rows().find(|row| row.trust_low.is_some())?;
    let less = rows().filter(|row| row.trust_high.is_some_and(|high| high < 0.0)).count();
    let more = rows().filter(|row| row.trust_low.is_some_and(|low| low > 0.0)).count();
    if less + more == 0 {
        return Some(format!(
            "In {date} no ally’s trust under {scenario} is shown to differ from that under {against}"
        ));
    }
    let rest = rest(spans.len() - less - more, "differ");
    let (count, than, also) = match (less, more) {
        (_, 0) => (less, "lower", String::new()),
        (0, _) => (more, "higher", String::new()),
        _ => (less, "lower", format!(", higher for {more}")),
    };
    Some(format!(
        "In {date} trust is {than} under {scenario} than under {against} for {}{also}{rest}",
        of_allies(count, spans.len())
    ))
}

/// How many allies are shown to have lost or gained trust under a scenario, and how many under the
/// one that it is set against.
fn changed_both(spans: &[Span<'_>], against: &[Span<'_>]) -> String {
    let other = against.first().map_or("", |span| &span.end.scenario);
    let (lost, gained) = lost_and_gained(against);
    let (lose, gain) = (words::verb(lost, "loses", "lose"), words::verb(gained, "gains", "gain"));
    let told = match (lost, gained) {
        (0, 0) => "none is shown to".to_owned(),
        (_, 0) => format!("{lost} {lose}"),
        (0, _) => format!("{gained} {gain}"),
        _ => format!("{lost} {lose}, {gained} {gain}"),
    };
    format!("{}; under {other} {told}", changed(spans))
}

/// How many allies are shown to have lost or gained trust.
fn changed(spans: &[Span<'_>]) -> String {
    let (lost, gained) = lost_and_gained(spans);
    let end = spans.first().map(|span| span.end);
    let (scenario, date) = end.map_or(("", ""), |end| (&end.scenario, &end.date));
    let from = spans.first().map_or("", |span| &span.start.date);
    let n = spans.len();
    let (lose, gain) = (words::verb(lost, "loses", "lose"), words::verb(gained, "gains", "gain"));
    let [losing, gaining] = [lost, gained].map(|count| of_allies(count, n));
    match (lost, gained) {
        (0, 0) => {
            format!("Under {scenario} no ally is shown to lose or gain trust from {from} to {date}")
        }
        (_, 0) => format!("Under {scenario} {losing} {lose} trust from {from} to {date}"),
        (0, _) => format!("Under {scenario} {gaining} {gain} trust from {from} to {date}"),
        _ => format!(
            "Under {scenario} {losing} {lose} trust from {from} to {date}, {gained} {gain} it"
        ),
    }
}

/// Says of the other allies that they are not shown to change, if some are.
fn rest_unchanged(spans: &[Span<'_>]) -> String {
    match lost_and_gained(spans) {
        (0, 0) => String::new(),
        (lost, gained) => rest(spans.len() - lost - gained, "change"),
    }
}
