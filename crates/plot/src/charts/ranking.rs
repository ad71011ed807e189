//! The allies ranked by their trust at the horizon, each with where it started and how far
//! the replicates spread; those usually in the lower tier are marked.

use article5_runner::numbers::{counted, number, percent, percent_interval};
use article5_runner::tables::Tables;
use itertools::Itertools;

use super::focus::{self, Span};
use super::{Page, Sheet, chosen, words};
use crate::axes::{ValueAxis, foot};
use crate::colour::Rgb;
use crate::figure::{Anchor, Figure, Rect, Type};
use crate::key::{Swatch, key};
use crate::style::{BAND_NARROW, BLUE, ORANGE, PAPER, Style};
use crate::{PlotError, Wording};

/// The height of an ally's row, in sizes of its type.
const ROW: f64 = 1.4;
/// The steps between vertical rules, at most.
const STEPS: u32 = 4;
/// The largest share of a panel that names may take.
const NAME_SHARE: f64 = 0.36;

/// What the subtitle says about the shares at the right.
const LOWER: &str = ". Right: of the runs tiered then, whose number stands above, the share with the ally \
                     in the lower tier, orange and bold where that is shown to be more than half";

/// Draws the chart; `None` if the tables have no trust of allies.
pub(super) fn draw(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    let tables = page.tables;
    let scenarios = chosen::scenarios(tables);
    let ranked: Vec<Vec<Span<'_>>> = scenarios.iter().map(|name| ranked(tables, name)).collect();
    let Some(any) = ranked.iter().flatten().next() else { return Ok(None) };
    let subtitle = subtitle(tables, &ranked, any);
    let mut figure = page.figure(&headline(tables, &ranked), &subtitle);
    let style = figure.style();
    marks(&mut figure, any);
    let rows = ranked.iter().map(Vec::len).max().unwrap_or_default() as f64;
    let title = 2.0 * style.body;
    let height = title + rows * ROW * style.small + foot(style.small);
    let body = figure.body_of_height(height);
    let gap = 2.0 * style.body;
    let count = scenarios.len().max(1) as f64;
    let width = (body.width() - gap * (count - 1.0)) / count;
    let drawn = |Span { start, end }: &Span<'_>| [start.trust_mean, end.trust_q05, end.trust_q95];
    let axis = ValueAxis::of_shares(ranked.iter().flatten().flat_map(drawn), STEPS);
    for (place, (scenario, spans)) in scenarios.iter().zip(&ranked).enumerate() {
        let left = body.left + place as f64 * (width + gap);
        let panel = Rect::new(left, body.top, left + width, body.bottom);
        let set = Type::new(style.body, style.text).bold();
        let share = Type::new(style.small, style.muted).at(Anchor::End);
        let head = head(spans, page.wording());
        let room = width - share.width(&head) - style.body;
        let words = set.fit(scenario, room);
        figure.text(left, body.top + style.body, &words, set);
        figure.text(panel.right, body.top + style.body, &head, share);
        Rows { tables, axis, panel, top: body.top + title, style }.draw(&mut figure, spans);
    }
    page.sheet(figure, &spoken(tables, &scenarios, &ranked), focus::rows(&ranked))
}

fn subtitle(tables: &Tables, ranked: &[Vec<Span<'_>>], any: &Span<'_>) -> String {
    let (start, end) = (&any.start.date, &any.end.date);
    let ring = if any.lasts() { format!("Ring: mean in {start}; dot") } else { "Dot".to_owned() };
    let lower = if ranked.iter().flatten().any(|span| span.end.lower_tier.is_some()) {
        format!("{LOWER}{}", focus::widest_share(ranked))
    } else {
        String::new()
    };
    format!(
        "Trust that Washington would answer an attack on the ally with force (0 to 1). {ring}: mean in \
         {end}; bar: middle 90% of runs{lower}{}",
        chosen::reason(tables)
    )
}

/// Says what the marks are, if no subtitle does.
fn marks(figure: &mut Figure, any: &Span<'_>) {
    let wording = figure.wording();
    let mean = |date: &str| wording.pick(String::new(), format!("trust_mean, {date}"));
    let start = if any.lasts() { mean(&any.start.date) } else { String::new() };
    key(
        figure,
        &[
            (Swatch::Ring(BLUE), &start),
            (Swatch::Dot(BLUE), &mean(&any.end.date)),
            (
                Swatch::Box(BLUE.mix(PAPER, 1.0 - BAND_NARROW)),
                wording.pick("", "trust_q05–trust_q95"),
            ),
        ],
    );
}

/// The heading of the shares at the right, with the number of runs that they are of; nothing if
/// there are no shares.
fn head(spans: &[Span<'_>], wording: Wording) -> String {
    let share = wording.pick("lower tier, of", "lower_tier, tiered_n =");
    let tiered = spans.iter().find(|span| span.end.lower_tier.is_some());
    tiered.map_or_else(String::new, |span| format!("{share} {}", wording.count(span.end.tiered_n)))
}

/// The allies of a scenario, the most trusting first.
fn ranked<'a>(tables: &'a Tables, scenario: &str) -> Vec<Span<'a>> {
    let mut spans = focus::spans(tables, scenario);
    spans.sort_by(|a, b| b.end.trust_mean.total_cmp(&a.end.trust_mean));
    spans
}

/// The rows of a panel.
struct Rows<'a> {
    tables: &'a Tables,
    axis: ValueAxis,
    panel: Rect,
    top: f64,
    style: Style,
}

impl Rows<'_> {
    fn draw(&self, figure: &mut Figure, spans: &[Span<'_>]) {
        let Self { panel, style, .. } = self;
        let small = style.small;
        let set = Type::new(small, style.text);
        let wording = figure.wording();
        let name = |span: &Span<'_>| {
            wording.pick(focus::name(self.tables, &span.end.iso3), &span.end.iso3).to_owned()
        };
        let widest = set.widest(spans.iter().map(name));
        let names = (widest * 1.06).min(NAME_SHARE * panel.width());
        let share = Type::new(small, style.muted).width(">99%") + 0.7 * small;
        let bottom = self.top + spans.len() as f64 * ROW * small;
        let room =
            Rect::new(panel.left + names + 0.7 * small, self.top, panel.right - share, bottom);
        self.axis.columns(figure, room, ValueAxis::number);
        for (row, span) in spans.iter().enumerate() {
            let y = self.top + (row as f64 + 0.5) * ROW * small;
            let lower = span.mostly_lower();
            let ink = ink(lower);
            let set = Type::new(small, if lower { style.label(ink) } else { style.text });
            let set = if lower { set.bold() } else { set }.at(Anchor::End);
            let words = set.fit(&name(span), names);
            figure.text(panel.left + names, y + 0.36 * small, &words, set);
            self.trust(figure, room, y, span, ink);
            let half = 0.5 * ROW * small;
            let words =
                format!("{} {}{}", name(span), told(span, wording), lower_tier(span, wording));
            figure.tip(Rect::new(panel.left, y - half, panel.right, y + half), words);
            if let Some(share) = span.end.lower_tier {
                let set = Type::new(small, set.colour).at(Anchor::End);
                let set = if lower { set.bold() } else { set };
                figure.text(panel.right, y + 0.36 * small, &percent(share, 0), set);
            }
        }
    }

    fn trust(&self, figure: &mut Figure, room: Rect, y: f64, span: &Span<'_>, ink: Rgb) {
        let style = &self.style;
        let x = |value: f64| self.axis.place(value, room.left, room.right);
        let (half, radius) = (0.22 * style.small, 0.3 * style.small);
        let (low, high) = (x(span.end.trust_q05), x(span.end.trust_q95));
        figure.fill(Rect::new(low, y - half, high, y + half), ink.mix(PAPER, 1.0 - BAND_NARROW));
        let (start, end) = (x(span.start.trust_mean), x(span.end.trust_mean));
        figure.segment((start, y), (end, y), ink, style.rule);
        figure.ring(start, y, radius, ink);
        figure.dot(end, y, radius, ink);
    }
}

/// The colour of an ally, by whether it is usually in the lower tier.
fn ink(lower: bool) -> Rgb {
    if lower { ORANGE } else { BLUE }
}

/// What is found about the last of the scenarios shown: who is usually in the lower tier, or
/// otherwise who trusts most and least.
fn headline(tables: &Tables, ranked: &[Vec<Span<'_>>]) -> String {
    const NAMED: usize = 3;
    let Some(spans) = ranked.last() else { return String::new() };
    let mut lower: Vec<&Span<'_>> = spans.iter().filter(|span| span.mostly_lower()).collect();
    lower.sort_by(|a, b| {
        b.end.lower_tier.unwrap_or(0.0).total_cmp(&a.end.lower_tier.unwrap_or(0.0))
    });
    let Some(first) = lower.first() else {
        return focus::trust_headline(tables, spans);
    };
    let (scenario, date) = (&first.end.scenario, &first.end.date);
    let names: Vec<&str> = lower.iter().map(|span| focus::name(tables, &span.end.iso3)).collect();
    format!(
        "When the alliance is tiered in {date} under {scenario} ({}), {} of {} {} shown to be in the \
         lower tier more often than not: {}",
        counted(first.end.tiered_n, "run", "runs"),
        lower.len(),
        counted(spans.len() as u64, "ally", "allies"),
        words::verb(lower.len(), "is", "are"),
        words::first_of(&names, NAMED)
    )
}

/// An ally's mean trust at the start and at the horizon.
fn told(span: &Span<'_>, wording: Wording) -> String {
    let [start, end] = [span.start, span.end].map(|row| number(row.trust_mean, 2));
    if span.lasts() { format!("{start} {} {end}", wording.pick("to", "→")) } else { end }
}

/// How often an ally is in the lower tier, with the interval; nothing if no run is tiered then.
fn lower_tier(span: &Span<'_>, wording: Wording) -> String {
    let share = span.end.lower_tier.zip(span.lower_tier_interval());
    share.map_or_else(String::new, |(share, (low, high))| {
        let (share, n) = (percent_interval(share, low, high), span.end.tiered_n);
        let tiered = counted(n, "tiered run", "tiered runs");
        wording.pick(
            format!("; in the lower tier in {share} of {tiered}"),
            format!("; lower_tier {share}, tiered_n = {}", wording.count(n)),
        )
    })
}

fn spoken(tables: &Tables, scenarios: &[&str], ranked: &[Vec<Span<'_>>]) -> String {
    let one = |span: &Span<'_>| {
        format!("{} {}", focus::name(tables, &span.end.iso3), told(span, Wording::English))
    };
    let panel = |(scenario, spans): (&&str, &Vec<Span<'_>>)| {
        format!("{scenario}: {}.", spans.iter().map(one).format(", "))
    };
    scenarios.iter().zip(ranked).map(panel).join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::awkward::{self, Run};

    #[test]
    fn every_label_of_the_ranking_can_be_read_in_awkward_cases() {
        awkward::check_all("trust-ranking");
    }

    #[test]
    fn allies_shown_with_one_number_are_told_with_it_once_and_no_others() {
        let mut tables = Run { allies: 3, ..Run::of(1) }.tables();
        let mut told = |trust: [f64; 3]| {
            for (place, row) in tables.members.iter_mut().enumerate() {
                (row.trust_mean, row.lower_tier) = (trust[place % 3], None);
            }
            let words = headline(&tables, &[ranked(&tables, "scenario-0")]);
            words.split(" trust in ").nth(1).unwrap_or_default().matches("0.").count()
        };
        assert_eq!(told([0.449, 0.451, 0.452]), 1);
        assert_eq!(told([0.449, 0.451, 0.461]), 2);
    }

    #[test]
    fn an_ally_is_marked_only_where_its_share_of_the_lower_tier_is_shown_to_be_above_half() {
        let mut tables = Run { allies: 2, ..Run::of(1) }.tables();
        for row in &mut tables.members {
            (row.tiered_n, row.lower_tier) = (10, Some(0.6));
        }
        let few = ranked(&tables, "scenario-0");
        assert!(!few[0].mostly_lower());
        assert_eq!(head(&few, Wording::English), "lower tier, of 10");
        // SciPy 1.17: binomtest(6, 10).proportion_ci by "wilson" begins at 0.313, by "exact", as
        // only four are not in it, ends at 0.878.
        let told = "; in the lower tier in 60% (31–88%) of 10 tiered runs";
        assert_eq!(lower_tier(&few[0], Wording::English), told);
        for row in &mut tables.members {
            row.tiered_n = 1000;
        }
        let ranked = ranked(&tables, "scenario-0");
        assert!(ranked[0].mostly_lower());
        assert!(
            headline(&tables, &[ranked]).contains("2 of 2 allies are shown to be in the lower")
        );
    }
}
