//! Each ally's rows under a scenario, and what may be said about them.

use article5_runner::numbers::{counted, number};
use article5_runner::tables::Tables;
use article5_runner::tables::rows::{AllianceRow, MemberRow};

use super::{findings, words};
use crate::text::is_in_font;

/// An ally at the start and at the horizon of a scenario.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span<'a> {
    pub(super) start: &'a MemberRow,
    pub(super) end: &'a MemberRow,
}

impl Span<'_> {
    /// Whether there is time between start and end.
    pub(super) fn lasts(&self) -> bool {
        self.start.quarter < self.end.quarter
    }

    /// How much its mean trust has changed.
    pub(super) fn change(&self) -> f64 {
        self.end.trust_mean - self.start.trust_mean
    }

    /// Half the width of a 95 % interval of the change that holds however start and end vary
    /// together; `None` for a single replicate.
    pub(super) fn change_margin(&self) -> Option<f64> {
        Some(margin(self.start)? + margin(self.end)?)
    }

    /// Whether the ally is in the lower tier in more than half of the replicates tiered at the end,
    /// beyond chance: the 95 % interval of that share is above one half.
    pub(super) fn mostly_lower(&self) -> bool {
        self.lower_tier_interval().is_some_and(is_mostly)
    }

    /// The 95 % interval of the share of the replicates tiered at the end in which it is in the
    /// lower tier.
    pub(super) fn lower_tier_interval(&self) -> Option<(f64, f64)> {
        let lower = (self.end.lower_tier? * self.end.tiered_n as f64).round() as u64;
        article5_runner::tally::chance_interval(lower, self.end.tiered_n)
    }
}

/// Whether the interval of a share is above one half.
pub(super) fn is_mostly((low, _): (f64, f64)) -> bool {
    low > 0.5
}

/// How far, at most, the intervals of the lower-tier shares reach.
pub(super) fn widest_share(all: &[Vec<Span<'_>>]) -> String {
    let reach = |span: &Span<'_>| {
        let (share, (low, high)) = (span.end.lower_tier?, span.lower_tier_interval()?);
        Some((share - low).max(high - share))
    };
    let widest = all.iter().flatten().filter_map(reach).reduce(f64::max);
    // Rounded up, so that no interval reaches further than is said.
    widest.map_or_else(String::new, |reach| {
        let points = (100.0 * reach).ceil() as u64;
        format!(
            "; no 95% interval reaches more than {} either way",
            counted(points, "point", "points")
        )
    })
}

/// The allies with the most trust at the end, or the least: all those whose mean is shown as the
/// same number, the most extreme first.
fn extremes<'s, 'a>(spans: &'s [Span<'a>], most: bool) -> Vec<&'s Span<'a>> {
    let mut order: Vec<&Span<'_>> =
        spans.iter().filter(|span| span.end.trust_mean.is_finite()).collect();
    order.sort_by(|a, b| {
        let rising = a.end.trust_mean.total_cmp(&b.end.trust_mean);
        if most { rising.reverse() } else { rising }
    });
    let Some(first) = order.first().copied() else { return order };
    let shown = |span: &Span<'_>| number(span.end.trust_mean, 2);
    let extreme = shown(first);
    order.retain(|span| shown(span) == extreme);
    order
}

/// What is found about the mean trust of a scenario's allies at the end: the least and the most.
pub(super) fn trust_headline(tables: &Tables, spans: &[Span<'_>]) -> String {
    let Some(Span { end: MemberRow { scenario, date, .. }, .. }) = spans.first() else {
        return String::new();
    };
    match ends(tables, spans) {
        (all, None) => format!("Under {scenario} mean trust in {date} is {all}"),
        (low, Some(high)) => {
            format!("Under {scenario} mean trust in {date} ranges from {low} to {high}")
        }
    }
}

/// The least mean trust at the end and who has it, and the most, unless both are shown as the same.
fn ends(tables: &Tables, spans: &[Span<'_>]) -> (String, Option<String>) {
    const NAMED: usize = 3;
    let end = |most: bool| {
        let own = extremes(spans, most);
        let trust = own.first().map_or(0.0, |span| span.end.trust_mean);
        let names: Vec<&str> = own.iter().map(|span| name(tables, &span.end.iso3)).collect();
        (number(trust, 2), words::first_of(&names, NAMED))
    };
    let ((low, lowest), (high, highest)) = (end(false), end(true));
    let most = (high != low).then(|| format!("{high} ({highest})"));
    (format!("{low} ({lowest})"), most)
}

/// Half the width of the 95 % interval of a mean trust.
pub(super) fn margin(row: &MemberRow) -> Option<f64> {
    findings::half_width(row.trust_mean, row.trust_low, row.trust_high)
}

/// The allies of a scenario in the order of the table.
pub(super) fn spans<'a>(tables: &'a Tables, scenario: &str) -> Vec<Span<'a>> {
    let rows =
        || tables.members.iter().filter(move |row| row.scenario == scenario && row.point == 0);
    let quarters = || rows().map(|row| row.quarter);
    let (Some(first), Some(last)) = (quarters().min(), quarters().max()) else { return Vec::new() };
    let starts = rows().filter(|row| row.quarter == first);
    let end = |iso3: &str| rows().find(|row| row.quarter == last && row.iso3 == iso3);
    starts.filter_map(|start| Some(Span { start, end: end(&start.iso3)? })).collect()
}

/// The rows of the spans, for the data of a chart: in each scenario those of the start first.
pub(super) fn rows<'a>(all: &[Vec<Span<'a>>]) -> Vec<&'a MemberRow> {
    let ends = |spans: &Vec<Span<'a>>| {
        let starts = spans.iter().map(|span| span.start);
        let later = spans.iter().filter(|span| span.end.quarter != span.start.quarter);
        starts.chain(later.map(|span| span.end)).collect::<Vec<_>>()
    };
    all.iter().flat_map(ends).collect()
}

/// An ally's name, or its code if the alliance table does not have a name that the font can set.
pub(super) fn name<'a>(tables: &'a Tables, iso3: &'a str) -> &'a str {
    let named = |row: &&AllianceRow| row.iso3 == iso3 && is_in_font(&row.name);
    tables.alliance.iter().find(named).map_or(iso3, |row| row.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(quarter: u32, lower_tier: Option<f64>, tiered_n: u64) -> MemberRow {
        MemberRow { quarter, lower_tier, tiered_n, ..MemberRow::default() }
    }

    #[test]
    fn a_span_of_one_quarter_takes_no_time() {
        let [first, last] = [row(1, None, 0), row(8, None, 0)];
        assert!(Span { start: &first, end: &last }.lasts());
        assert!(!Span { start: &last, end: &last }.lasts());
    }

    #[test]
    fn a_change_is_as_uncertain_as_the_intervals_of_the_table_even_if_nothing_varied() {
        let row = |quarter: u32, trust_mean: f64| MemberRow {
            quarter,
            trust_mean,
            trust_sd: Some(0.0),
            trust_low: Some(trust_mean - 0.01),
            trust_high: Some(trust_mean + 0.03),
            ..MemberRow::default()
        };
        let [start, end] = [row(1, 0.5), row(8, 0.46)];
        let margin = |span: Span<'_>| span.change_margin().unwrap();
        assert!((margin(Span { start: &start, end: &end }) - 0.06).abs() < 1e-12);
        let alone = MemberRow { trust_low: None, trust_high: None, ..row(1, 0.5) };
        assert_eq!(Span { start: &alone, end: &end }.change_margin(), None);
    }

    #[test]
    fn the_widest_share_is_that_of_the_longer_side_rounded_up() {
        let widest = |shares: &[(f64, u64)]| {
            let rows: Vec<MemberRow> =
                shares.iter().map(|&(share, n)| row(8, Some(share), n)).collect();
            let spans: Vec<Span<'_>> =
                rows.iter().map(|own| Span { start: own, end: own }).collect();
            widest_share(&[spans])
        };
        let told =
            |points: &str| format!("; no 95% interval reaches more than {points} either way");
        // Wilson's interval of 8 of 100 is 0.0411 to 0.14998, that of 5,000 of 10,000 ± 0.0098.
        assert_eq!(widest(&[(0.08, 100)]), told("7 points"));
        assert_eq!(widest(&[(0.5, 10_000)]), told("1 point"));
        assert_eq!(widest(&[(0.5, 10_000), (0.08, 100)]), told("7 points"));
        assert_eq!(widest(&[]), "");
    }
}
