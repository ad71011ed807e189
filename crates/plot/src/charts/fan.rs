//! The trust of frontline and rear allies over time, one panel per scenario: the median over the
//! replicates, the middle 50 % and 90 % of them, and at the end their mean.

use article5_runner::analysis::Estimate;
use article5_runner::numbers::{counted, number, range, short_range};
use article5_runner::tables::Tables;
use article5_runner::tables::rows::{ComparisonRow, SummaryRow};
use itertools::Itertools;

use super::allies::{Front, Group};
use super::{Page, Sheet, findings, words};
use crate::axes::{TimeAxis, ValueAxis, foot, skips};
use crate::figure::{Figure, Rect, Type};
use crate::key::{Swatch, sample};
use crate::panels::PanelGrid;
use crate::style::{BAND_NARROW, BAND_WIDE, PAPER};
use crate::{PlotError, Wording, labels};

/// The steps between horizontal rules, at most.
const STEPS: u32 = 4;

/// The most scenarios whose panels are as wide as they should be: with more, the chart would be higher
/// than a page.
const FEW: usize = 15;

/// The rows of a group in a scenario.
struct Fan<'a> {
    group: Group,
    rows: Vec<&'a SummaryRow>,
}

impl<'a> Fan<'a> {
    /// The groups that have allies in them: where the frontline runs is for each scenario to set.
    fn of(tables: &'a Tables, scenario: &str) -> Vec<Self> {
        let fan = |front: Front| {
            let is_frontline = u8::from(front == Front::Frontline);
            let members = tables.members.iter().filter(|ally| {
                ally.scenario == scenario && ally.point == 0 && ally.frontline == is_frontline
            });
            let allies = members.map(|ally| &ally.iso3).unique().count();
            let rows = tables.summary.iter().filter(|row| {
                row.scenario == scenario
                    && row.outcome == front.outcome()
                    && row.point == 0
                    && row.mean.is_finite()
            });
            let fan = Fan { group: Group { front, is_one: allies == 1 }, rows: rows.collect() };
            (allies > 0 && !fan.rows.is_empty()).then_some(fan)
        };
        Front::ALL.into_iter().filter_map(fan).collect()
    }

    /// The group and what it does, with the verb for one ally and for several.
    fn does(&self, [one, several]: [&str; 2]) -> String {
        let verb = if self.group.is_one { one } else { several };
        format!("{} {verb}", words::capitalised(&self.group.in_words()))
    }

    /// Its name on the chart.
    fn label(&self, wording: Wording) -> &'static str {
        wording.pick(self.group.name(), self.group.front.outcome())
    }

    /// Whether it is of this scenario.
    fn is_under(&self, scenario: &str) -> bool {
        self.first().is_some_and(|row| row.scenario == scenario)
    }

    fn first(&self) -> Option<&'a SummaryRow> {
        self.rows.first().copied()
    }

    fn last(&self) -> Option<&'a SummaryRow> {
        self.rows.last().copied()
    }

    /// How much its mean changes from the first quarter to the last: however the two vary together,
    /// the error of the change is at most the sum.
    fn change(&self) -> Option<Estimate> {
        let (start, end) = (self.first()?, self.last()?);
        let half = |row: &SummaryRow| findings::half_width(row.mean, row.low, row.high);
        let (value, error) = (end.mean - start.mean, half(start)? + half(end)?);
        Some(Estimate { value, low: value - error, high: value + error })
    }
}

/// Draws the chart; `None` if no trust is summarised.
pub(super) fn draw(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    let tables = page.tables;
    let rows = || tables.summary.iter().filter(|row| row.point == 0);
    let scenarios = rows().map(|row| row.scenario.as_str()).unique().collect_vec();
    let fans: Vec<Vec<Fan<'_>>> = scenarios.iter().map(|name| Fan::of(tables, name)).collect();
    let drawn = || fans.iter().flatten().flat_map(|fan| fan.rows.iter().copied());
    if drawn().next().is_none() {
        return Ok(None);
    }
    let n = drawn().map(|row| row.n).max().unwrap_or_default();
    let subtitle = format!(
        "Trust that Washington would answer an attack on the ally with force (0 to 1), mean of each \
         group. Line: median; dot and number: mean; bands: middle 50% and 90% of {}",
        counted(n, "run", "runs")
    );
    let mut figure = page.figure(&headline(tables, &fans), &subtitle);
    let axis = ValueAxis::covering(0.0, 1.0, STEPS);
    let time = TimeAxis::new(drawn().map(|row| (row.quarter, row.date.as_str())));
    let alone = scenarios.len() == 1;
    if !alone {
        key(&mut figure, &fans);
    }
    marks(&mut figure);
    let panels = grid(&figure, scenarios.len(), axis).lay(&mut figure, scenarios.iter().copied());
    for (panel, fans) in panels.iter().zip(&fans) {
        panel.frame(&mut figure, axis, &time);
        bands(&mut figure, panel.room, fans, axis, &time);
        ends(&mut figure, panel.room, fans, axis, alone);
        tips(&mut figure, panel.room, fans, &time);
    }
    page.sheet(figure, &spoken(&fans, &scenarios), drawn())
}

fn grid(figure: &Figure, count: usize, axis: ValueAxis) -> PanelGrid {
    let style = figure.style();
    // One panel has room for names and intervals at the line ends, small ones only for the mean.
    let (least_width, aspect, right) = match count {
        1 => (style.width * 0.4, 0.6, style.width * 0.24),
        2..=FEW => (14.8 * style.small, 0.75, 2.6 * style.small),
        _ => (8.2 * style.small, 0.75, 2.6 * style.small),
    };
    let left = axis.label_width(style.small, ValueAxis::number);
    PanelGrid { count, least_width, aspect, left, right, own_axes: false, foot: foot(style.small) }
}

/// Sets the names of the groups in their colours, for panels too small to carry them.
fn key(figure: &mut Figure, fans: &[Vec<Fan<'_>>]) {
    let style = figure.style();
    let baseline = figure.key_line(style.body);
    let mut x = style.margin;
    for front in Front::ALL {
        if let Some(fan) = fans.iter().flatten().find(|fan| fan.group.front == front) {
            x += sample(figure, (x, baseline), style.pen(front.colour()), style.body);
            let set = Type::new(style.body, style.label(front.colour())).bold();
            let name = fan.label(figure.wording());
            figure.text(x, baseline, name, set);
            x += set.width(name) + 2.0 * style.body;
        }
    }
}

/// Says what the marks are, if no subtitle does.
fn marks(figure: &mut Figure) {
    let (wording, ink) = (figure.wording(), figure.style().muted);
    crate::key::key(
        figure,
        &[
            (Swatch::Line(ink), wording.pick("", "q50")),
            (Swatch::Dot(ink), wording.pick("", "mean")),
            (Swatch::Box(PAPER.mix(ink, BAND_NARROW)), wording.pick("", "q25–q75")),
            (Swatch::Box(PAPER.mix(ink, BAND_WIDE)), wording.pick("", "q05–q95")),
        ],
    );
}

/// Draws bands and medians over time, and the last mean; for a single quarter, boxes side by side.
fn bands(figure: &mut Figure, room: Rect, fans: &[Fan<'_>], axis: ValueAxis, time: &TimeAxis) {
    let style = figure.style();
    let line =
        |place: usize, rows: &[&SummaryRow], of: fn(&SummaryRow) -> f64| -> Vec<(f64, f64)> {
            let point = |row: &&SummaryRow| {
                (time.place(row.quarter, room), axis.place(of(row), room.bottom, room.top))
            };
            let points: Vec<(f64, f64)> = rows.iter().map(point).collect();
            let &[(x, y)] = points.as_slice() else { return points };
            let left = x + (2.0 * place as f64 - fans.len() as f64) * style.body;
            vec![(left + 0.5 * style.body, y), (left + 1.5 * style.body, y)]
        };
    for (place, Fan { rows, group }) in fans.iter().enumerate() {
        let (ink, line) = (group.front.colour(), |of| line(place, rows, of));
        figure.band(&line(|r| r.q05), &line(|r| r.q95), ink, BAND_WIDE);
        figure.band(&line(|r| r.q25), &line(|r| r.q75), ink, BAND_NARROW);
    }
    for (place, Fan { rows, group }) in fans.iter().enumerate() {
        let (ink, median) = (group.front.colour(), line(place, rows, |r| r.q50));
        if skips(rows.iter().map(|row| row.quarter)) {
            median.iter().for_each(|&(x, y)| figure.dot(x, y, style.line, ink));
        }
        figure.line(median, style.pen(ink));
        // A single quarter has two points, the ends of its box.
        let means = line(place, rows, |r| r.mean);
        if let (Some((_, y)), [.., (a, _), (b, _)]) = (means.last(), means.as_slice()) {
            let x = if rows.len() == 1 { (a + b) / 2.0 } else { *b };
            figure.mean((x, *y), ink);
        }
    }
}

/// Adds tips that say how the trust of each group is distributed at each quarter.
fn tips(figure: &mut Figure, room: Rect, fans: &[Fan<'_>], time: &TimeAxis) {
    let wording = figure.wording();
    let told = |fan: &Fan<'_>, quarter: u32| {
        let row = fan.rows.iter().find(|row| row.quarter == quarter)?;
        let name = fan.label(wording).to_lowercase();
        Some(format!("{name} {}", words::distribution(row, wording)))
    };
    time.tips(figure, room, "", |quarter| {
        fans.iter().filter_map(|fan| told(fan, quarter)).join("; ")
    });
}

/// Sets the means at the line ends; in a panel that is alone, with the group's name and its middle
/// 90 %.
fn ends(figure: &mut Figure, room: Rect, fans: &[Fan<'_>], axis: ValueAxis, alone: bool) {
    const LINES: f64 = 2.6;
    let style = figure.style();
    let small = style.small;
    let height = if alone { LINES * small } else { 1.1 * small };
    let last: Vec<(&Fan<'_>, &SummaryRow)> =
        fans.iter().filter_map(|fan| Some((fan, fan.last()?))).collect();
    let wanted: Vec<(f64, f64)> =
        last.iter().map(|(_, row)| (axis.place(row.mean, room.bottom, room.top), height)).collect();
    let centres = labels::spread(&wanted, room.top, room.bottom, 1.0);
    for ((fan, row), centre) in last.iter().zip(centres) {
        let set = Type::new(small, style.label(fan.group.front.colour())).bold();
        let (x, mean) = (room.right + 0.5 * small, number(row.mean, 2));
        if alone {
            let set = Type { size: style.body, ..set };
            figure.text(x, centre - 0.1 * small, fan.label(figure.wording()), set);
            let words = format!("mean {mean} (90%: {})", short_range(row.q05, row.q95, 2));
            figure.text(x, centre + 1.05 * small, &words, Type::new(small, style.muted));
        } else {
            figure.text(x, centre + 0.36 * small, &mean, set);
        }
    }
}

/// What is found: which group's trust differs most between a scenario and its reference; with a
/// single scenario, how much trust has changed.
fn headline(tables: &Tables, fans: &[Vec<Fan<'_>>]) -> String {
    let all = Front::ALL.iter().flat_map(|front| findings::differences(tables, front.outcome()));
    let fan = |row: &ComparisonRow, scenario: &str| {
        let mut all = fans.iter().flatten().filter(|fan| fan.group.front.outcome() == row.outcome);
        all.find(|fan| fan.is_under(scenario))
    };
    // A group that is empty under either scenario has no trust to compare.
    let all = all.filter(|row| fan(row, &row.reference).is_some());
    let all = all.filter(|row| fan(row, &row.scenario).is_some());
    let compared = findings::strongest(all).and_then(|row| {
        let group = fan(row, &row.scenario)?;
        let more = if row.difference > 0.0 { "more" } else { "less" };
        let by = findings::size(findings::estimate(row)?);
        Some(format!(
            "{} Washington {more} under {} than under {}: by {by} on average in {}",
            group.does(["trusts", "trust"]),
            row.scenario,
            row.reference,
            row.date
        ))
    });
    let drawn = || fans.iter().flatten();
    let scenarios = drawn().filter_map(Fan::first).map(|row| &*row.scenario).unique().collect_vec();
    let outcomes = drawn().map(|fan| fan.group.front.outcome()).unique().collect_vec();
    match (compared, fans, findings::reference_of_all(tables, &scenarios, &outcomes)) {
        (Some(words), ..) => words,
        (None, [alone], _) => alone_headline(alone),
        (None, _, Some(reference)) => {
            let (one, _) = findings::nouns(tables);
            format!("Under no {one} is trust shown to differ from that under {reference}")
        }
        (None, _, None) => {
            let allies = if tables.alliance.len() == 1 { "ally trusts" } else { "allies trust" };
            format!("How much the {allies} Washington, by scenario")
        }
    }
}

/// The change of the group that has changed most, if it is more than chance; with a single quarter,
/// how much each group trusts.
fn alone_headline(fans: &[Fan<'_>]) -> String {
    let ends = || fans.iter().filter_map(|fan| Some((fan.first()?, fan.last()?)));
    if let Some((_, only)) = ends().next()
        && ends().all(|(first, last)| first.quarter == last.quarter)
    {
        let mean = |fan: &Fan<'_>| {
            Some(format!("{} {}", fan.group.name().to_lowercase(), findings::mean(fan.last()?)))
        };
        let means = fans.iter().filter_map(mean).join(", ");
        return format!("Mean trust in {}: {means}", only.date);
    }
    let changes = fans.iter().filter_map(|fan| Some((fan, fan.change()?)));
    let clear = changes.filter(|(_, change)| findings::is_clear(*change));
    let most = clear.max_by(|(_, one), (_, other)| one.value.abs().total_cmp(&other.value.abs()));
    match most.and_then(|(fan, change)| Some((fan, change, fan.first()?, fan.last()?))) {
        Some((fan, change, start, end)) => {
            let verbs = if change.value < 0.0 { ["loses", "lose"] } else { ["gains", "gain"] };
            let (told, by) = (fan.does(verbs), findings::size(change));
            format!("{told} trust: {by} on average from {} to {}", start.date, end.date)
        }
        None => "Trust is not shown to change".to_owned(),
    }
}

fn spoken(fans: &[Vec<Fan<'_>>], scenarios: &[&str]) -> String {
    let one = |fan: &Fan<'_>| {
        let row = fan.last()?;
        let (mean, middle) = (number(row.mean, 2), range(row.q05, row.q95, 2));
        Some(format!("{} mean {mean} (90%: {middle})", fan.group.name()))
    };
    let panel = |(fans, scenario): (&Vec<Fan<'_>>, &&str)| {
        format!("{scenario}: {}", fans.iter().filter_map(one).format(", "))
    };
    let panels = fans.iter().zip(scenarios).map(panel).join("; ");
    let date = fans.iter().flatten().find_map(Fan::last).map_or("", |row| &row.date);
    format!("In {date}, {panels}.")
}

#[cfg(test)]
mod tests;
