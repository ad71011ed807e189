//! What the tiles of a map show.

use article5_runner::tables::Tables;

use super::super::findings;
use super::super::focus::{self, Span};
use crate::axes::ValueAxis;
use crate::ramp::{ALARM, ColourScale, DIVERGING, SEQUENTIAL};
use crate::style::{count, number, percent, signed};

/// What a tile shows of its ally.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// Mean trust at the horizon.
    Trust,
    /// Its difference from that at the start.
    Change,
    /// Share of the replicates that end tiered in which the ally is in the lower tier.
    LowerTier,
}

impl Measure {
    /// The value of a tile; `None` where there is none.
    pub(super) fn value(self, span: &Span<'_>) -> Option<f64> {
        match self {
            Self::Trust => Some(span.end.trust_mean).filter(|value| value.is_finite()),
            Self::Change => Some(span.change()).filter(|value| value.is_finite()),
            Self::LowerTier => span.end.lower_tier,
        }
    }

    /// The value on a tile.
    pub(super) fn tile(self, value: f64) -> String {
        match self {
            Self::Trust => number(value, 2),
            Self::Change => signed(value, 2),
            Self::LowerTier => percent(value, 0),
        }
    }

    /// The value at an end of the key.
    pub(super) fn end(self, value: f64) -> String {
        match self {
            Self::Change => signed(value, 2),
            Self::Trust => number(value, 2),
            Self::LowerTier => percent(value, 0),
        }
    }

    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Trust => "Mean trust",
            Self::Change => "Change of mean trust",
            Self::LowerTier => "In the lower tier",
        }
    }

    /// Colours for the values of all tiles: round ends, of a change as far from zero on both sides.
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

    /// What is over a panel: of the lower tier with the number of replicates that the shares are
    /// of, as they may be few.
    pub(super) fn title(self, scenario: &str, spans: &[Span<'_>]) -> String {
        match (self, spans.first()) {
            (Self::LowerTier, Some(span)) => {
                let (tiered, n) = (count(span.end.tiered_n), count(span.end.n));
                format!("{scenario} ({tiered} of {n} runs tiered)")
            }
            _ => scenario.to_owned(),
        }
    }

    pub(super) fn subtitle(self, all: &[Vec<Span<'_>>]) -> String {
        let Some(any) = all.iter().flatten().next() else { return String::new() };
        let (start, end) = (&any.start.date, &any.end.date);
        let margin = |of: fn(&Span<'_>) -> Option<f64>| {
            let widest = all.iter().flatten().filter_map(of).reduce(f64::max);
            widest.map_or_else(String::new, |half| {
                let decimals = if half < 0.01 { 3 } else { 2 };
                // Rounded up: no interval is wider than is said.
                let unit = if half < 0.01 { 1000.0 } else { 100.0 };
                format!(
                    "; no 95% interval is wider than ±{}",
                    number((half * unit).ceil() / unit, decimals)
                )
            })
        };
        match self {
            Self::Trust => format!(
                "Each ally’s mean trust that Washington answers an attack on it with force (0 to \
                 1), {end}{}",
                margin(|span| focus::margin(span.end))
            ),
            Self::Change => format!(
                "Change of each ally’s mean trust that Washington answers an attack on it with \
                 force (0 to 1), {start} to {end}{}",
                margin(|span| span.change_margin())
            ),
            Self::LowerTier => format!(
                "Of the runs in which the alliance is tiered in {end}, the share in which the ally \
                 is in the lower tier"
            ),
        }
    }

    /// What is found of the last of the scenarios shown.
    pub(super) fn headline(self, tables: &Tables, all: &[Vec<Span<'_>>]) -> String {
        const NAMED: usize = 3;
        let Some(spans) = all.last().filter(|spans| !spans.is_empty()) else {
            return String::new();
        };
        let scenario = &spans[0].end.scenario;
        let date = &spans[0].end.date;
        let mut order: Vec<&Span<'_>> = spans.iter().filter(|s| self.value(s).is_some()).collect();
        order.sort_by(|a, b| self.value(a).unwrap_or(0.0).total_cmp(&self.value(b).unwrap_or(0.0)));
        let ends = order.first().zip(order.last());
        let told = |span: &Span<'_>| {
            (
                self.tile(self.value(span).unwrap_or(0.0)),
                focus::name(tables, &span.end.iso3).to_owned(),
            )
        };
        match (self, ends) {
            (Self::Trust, Some((least, most))) => {
                let ((low, lowest), (high, highest)) = (told(least), told(most));
                format!(
                    "Under {scenario} mean trust in {date} ranges from {low} ({lowest}) to {high} \
                     ({highest})"
                )
            }
            (Self::Change, Some(_)) => changed(spans),
            (Self::LowerTier, Some((_, most))) => {
                let (share, _) = told(most);
                let alike = order.iter().rev().map(|span| told(span)).filter(|(s, _)| *s == share);
                let names: Vec<String> = alike.map(|(_, name)| name).collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let verb = if names.len() == 1 { "is" } else { "are" };
                format!(
                    "Of {} runs that end tiered under {scenario}, {} {verb} in the lower tier in \
                     {share}",
                    count(most.end.tiered_n),
                    findings::list(&names, NAMED)
                )
            }
            (Self::LowerTier, None) => {
                format!("Under {scenario} the alliance is tiered in {date} in none of the runs")
            }
            (Self::Trust | Self::Change, None) => String::new(),
        }
    }
}

/// How many allies are shown to have lost or gained trust.
fn changed(spans: &[Span<'_>]) -> String {
    let beyond = |span: &&Span<'_>| span.change_margin().is_some_and(|m| span.change().abs() > m);
    let (mut lost, mut gained) = (0, 0);
    for span in spans.iter().filter(beyond) {
        *(if span.change() < 0.0 { &mut lost } else { &mut gained }) += 1;
    }
    let end = spans.first().map(|span| span.end);
    let (scenario, date) = end.map_or(("", ""), |end| (&end.scenario, &end.date));
    let n = spans.len();
    let rest = if lost + gained == n { "" } else { "; the rest are not shown to change" };
    match (lost, gained) {
        (0, 0) => format!("Under {scenario} no ally’s trust is shown to change by {date}"),
        (_, 0) => format!("Under {scenario} {lost} of {n} allies lose trust by {date}{rest}"),
        (0, _) => format!("Under {scenario} {gained} of {n} allies gain trust by {date}{rest}"),
        _ => format!(
            "Under {scenario} {lost} of {n} allies lose trust by {date}, {gained} gain it{rest}"
        ),
    }
}
