//! One replicate's timeline, with its challenges and their answers marked on the trust lines; and a
//! second one for the scenario that it is set against.

mod lanes;

use article5_runner::numbers::{counted, number};
use article5_runner::tables::Tables;
use article5_runner::tables::rows::{Answer, TraceEventRow, TraceRow};
use article5_runner::trace::Event;
use itertools::Itertools;

use super::allies::{Front, Group};
use super::{Page, Sheet};
use crate::axes::{TimeAxis, ValueAxis, foot};
use crate::figure::{Figure, Rect, Type};
use crate::groups::groups;
use crate::key::{Swatch, key};
use crate::style::{Pen, Style};
use crate::{PlotError, labels};
use lanes::Lanes;

/// How many allies are drawn besides the groups: those whose trust moved most.
const ALLIES: usize = 3;

/// Room for the names at the line ends, as a share of the width.
const NAME_SHARE: f64 = 0.2;

/// The height of the room of the lines, as a share of the width; and the least on a page that it is
/// to fill.
const ROOM_SHARE: f64 = 0.36;
const FLAT_SHARE: f64 = 0.22;

/// The steps between rules, at most.
const STEPS: u32 = 5;

/// One line.
struct Line<'a> {
    series: &'a str,
    rows: Vec<&'a TraceRow>,
    /// The group whose mean it is; `None` for an ally.
    group: Option<Group>,
}

impl<'a> Line<'a> {
    fn ends(&self) -> Option<(&'a TraceRow, &'a TraceRow)> {
        Some((self.rows.first()?, self.rows.last()?))
    }

    /// How far apart its highest and its lowest trust are.
    fn extent(&self) -> f64 {
        let trust = || self.rows.iter().map(|row| row.trust);
        trust().fold(0.0, f64::max) - trust().fold(1.0, f64::min)
    }

    fn at(&self, quarter: u32) -> Option<f64> {
        self.rows.iter().find(|row| row.quarter == quarter).map(|row| row.trust)
    }
}

/// One replicate of one scenario.
struct Course<'a> {
    scenario: &'a str,
    replicate: u64,
    lines: Vec<Line<'a>>,
    events: Vec<&'a TraceEventRow>,
}

impl<'a> Course<'a> {
    /// All courses in the tables, in their order: that of the scenario traced, and that of the one
    /// that it is set against.
    fn all(tables: &'a Tables) -> Vec<Self> {
        let courses = groups(&tables.trace, |row| (row.scenario.as_str(), row.replicate));
        let course = |((scenario, replicate), rows): ((&'a str, u64), Vec<&'a TraceRow>)| {
            let own =
                |event: &&TraceEventRow| event.scenario == scenario && event.replicate == replicate;
            let events = tables.trace_events.iter().filter(own).collect();
            Self { scenario, replicate, lines: lines(rows), events }
        };
        courses.into_iter().map(course).collect()
    }

    /// What is drawn, and which events have labels, if not all have room.
    fn subtitle(&self, other: Option<&Self>, lanes: &Lanes) -> String {
        let Self { scenario, replicate, events, .. } = self;
        let shocks = other.map_or_else(String::new, |other| {
            format!(", on the same shocks and scale as under {}", other.scenario)
        });
        let is_brief = lanes::is_brief(events);
        let brief = if is_brief { ". Above: whom Moscow probes, and the answer" } else { "" };
        let labelled = match (lanes.labelled(), events.len()) {
            (labelled, all) if labelled == all => String::new(),
            (labelled, all) => format!(
                ". Labelled: {labelled} of {all} events, first turning points, then what moved trust \
                 most; trace_events.csv has all"
            ),
        };
        format!(
            "Trust that Washington would answer an attack with force (0–1), replicate {replicate} under \
             {scenario}{shocks}: one possible course of events, not an estimate. Dots: challenges, \
             filled where answered in full{brief}{labelled}"
        )
    }

    /// The same in the names of the tables.
    fn caption(&self, lanes: &Lanes) -> String {
        let Self { scenario, replicate, events, .. } = self;
        let probes = if lanes::is_brief(events) { "; event = probe, target: answer" } else { "" };
        let labelled = match (lanes.labelled(), events.len()) {
            (labelled, all) if labelled == all => String::new(),
            (labelled, all) => format!("; event: {labelled} / {all}"),
        };
        format!("{scenario}, replicate = {replicate}: ↑ trust{probes}{labelled}")
    }
}

/// Draws the scenario that is traced; `None` if there is no trace.
pub(super) fn draw(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    draw_course(page, 0)
}

/// Draws the scenario that it is set against, if there is one.
pub(super) fn against(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    draw_course(page, 1)
}

/// Draws one of the courses, on the axis of all.
fn draw_course(page: &Page<'_>, place: usize) -> Result<Option<Sheet>, PlotError> {
    let courses = Course::all(page.tables);
    let Some(course) = courses.get(place) else { return Ok(None) };
    let Course { scenario, lines, events, .. } = course;
    let style = page.options.style;
    let small = style.small;
    let time = TimeAxis::new(
        lines.iter().flat_map(|line| &line.rows).map(|row| (row.quarter, row.date.as_str())),
    );
    let inner = style.inner_width();
    let axis = axis(courses.iter().flat_map(|course| &course.lines));
    let left = style.margin + axis.label_width(small, ValueAxis::number);
    let right = style.width - style.margin - inner * NAME_SHARE;
    let across = Rect::new(left, 0.0, right, 0.0);
    let place = |quarter| time.place(quarter, across);
    let moved = |quarter| moved(lines, quarter);
    let lanes = Lanes::new(events, moved, place, across, &style, page.wording());
    let other = courses.iter().find(|course| course.scenario != *scenario);
    // Beside the other chart, the headline says whose it is.
    let whose = if other.is_some() { format!("{scenario}: ") } else { String::new() };
    let mut figure =
        page.figure(&(whose + &headline(lines, events)), &course.subtitle(other, &lanes));
    figure.caption(&course.caption(&lanes));
    if events.iter().any(|event| is_challenge(event)) {
        marks(&mut figure);
    }
    let high = if style.fits() {
        (figure.room() - lanes.height() - foot(small)).max(inner * FLAT_SHARE)
    } else {
        inner * ROOM_SHARE
    };
    let body = figure.body_of_height(lanes.height() + high + foot(small));
    let room = Rect::new(left, body.top + lanes.height(), right, body.bottom - foot(small));
    axis.rules(&mut figure, room, Some(ValueAxis::number));
    time.draw(&mut figure, room);
    lanes.draw(&mut figure, body.top, room.bottom);
    let plane = Plane { room, axis, time: &time, style };
    for line in lines.iter().rev() {
        plane.line(&mut figure, line);
    }
    plane.answers(&mut figure, lines, events);
    plane.names(&mut figure, lines);
    page.sheet(figure, &spoken(lines, events), lines.iter().flat_map(|line| &line.rows).copied())
}

/// How far the trust of a group moved in a quarter, at most.
fn moved(lines: &[Line<'_>], quarter: u32) -> f64 {
    let groups = lines.iter().filter(|line| line.group.is_some());
    let moves = groups.filter_map(|line| {
        let before = line.at(quarter.checked_sub(1)?)?;
        Some((line.at(quarter)? - before).abs())
    });
    moves.fold(0.0, f64::max)
}

/// Says what the dots are, if no subtitle does.
fn marks(figure: &mut Figure) {
    let (wording, ink) = (figure.wording(), figure.style().muted);
    key(
        figure,
        &[
            (Swatch::Dot(ink), wording.pick("", "answer = full")),
            (Swatch::Ring(ink), wording.pick("", "answer ≠ full")),
        ],
    );
}

/// The groups, then the allies whose trust moved most.
fn lines<'a>(rows: impl IntoIterator<Item = &'a TraceRow>) -> Vec<Line<'a>> {
    let all = groups(rows, |row| row.series.as_str());
    let line = |(series, rows): &(&'a str, Vec<&'a TraceRow>)| {
        let front = Front::of_series(series);
        // The mean of one ally is that ally's trust.
        let same = |(other, own): &&(&str, Vec<&TraceRow>)| {
            let trust = |rows: &[&TraceRow]| rows.iter().map(|row| row.trust).collect::<Vec<_>>();
            Front::of_series(other).is_none() && trust(own) == trust(rows)
        };
        let is_one = front.is_some() && all.iter().filter(same).count() == 1;
        Line { series, rows: rows.clone(), group: front.map(|front| Group { front, is_one }) }
    };
    let (mut lines, mut allies): (Vec<_>, Vec<_>) =
        all.iter().map(line).partition(|line| line.group.is_some());
    allies.sort_by(|one, other| other.extent().total_cmp(&one.extent()));
    allies.truncate(ALLIES);
    lines.extend(allies);
    lines
}

fn axis<'a>(lines: impl Iterator<Item = &'a Line<'a>> + Clone) -> ValueAxis {
    ValueAxis::of_shares(lines.flat_map(|line| &line.rows).map(|row| row.trust), STEPS)
}

/// Whether the event is something that Washington had to answer.
fn is_challenge(event: &TraceEventRow) -> bool {
    event.answer.is_some() && event.event != Event::Scripted
}

fn headline(lines: &[Line<'_>], events: &[&TraceEventRow]) -> String {
    let met = met(events);
    let mut groups = lines.iter().filter_map(|line| course(line, &line.group?.in_words()));
    let trust = groups.join(", of ");
    if trust.is_empty() { met } else { format!("{met}; trust of {trust}") }
}

/// What Washington had to answer, and how often it did so in full.
fn met(events: &[&TraceEventRow]) -> String {
    let answered = || events.iter().filter(|event| is_challenge(event));
    let full = answered().filter(|event| event.answer == Some(Answer::Full)).count();
    let all = answered().count();
    let incidents = answered().filter(|event| event.event == Event::Incident).count();
    let scripted =
        events.iter().filter(|event| event.event == Event::Scripted && event.answer.is_some());
    let what = match (all - incidents, incidents) {
        (0, 0) if scripted.count() > 0 => {
            return "No challenge comes other than what is scripted".to_owned();
        }
        (0, 0) => return "No challenge comes".to_owned(),
        (1, 0) => "One challenge".to_owned(),
        (0, 1) => "One incident".to_owned(),
        (challenges, 0) => format!("{challenges} challenges"),
        (0, incidents) => format!("{incidents} incidents"),
        (challenges, incidents) => {
            let challenges = counted(challenges as u64, "challenge", "challenges");
            format!("{challenges} and {}", counted(incidents as u64, "incident", "incidents"))
        }
    };
    match (all, full) {
        (1, 1) => format!("{what} comes and is answered in full"),
        (1, _) => format!("{what} comes and is not answered in full"),
        (_, 0) => format!("{what} come, none answered in full"),
        _ => format!("{what} come, {full} answered in full"),
    }
}

/// The trust of a line at its first and at its last quarter.
fn course(line: &Line<'_>, name: &str) -> Option<String> {
    let (first, last) = line.ends()?;
    let (from, to) = (number(first.trust, 2), number(last.trust, 2));
    let lasts = first.quarter != last.quarter;
    Some(if lasts { format!("{name} from {from} to {to}") } else { format!("{name} at {to}") })
}

fn spoken(lines: &[Line<'_>], events: &[&TraceEventRow]) -> String {
    let trust = lines.iter().filter_map(|line| course(line, line.series)).join("; ");
    let told =
        |event: &&TraceEventRow| format!("{}: {}", event.date, lanes::in_words(event, events));
    let told = events.iter().map(told).join("; ");
    let told = if told.is_empty() { "none" } else { &told };
    format!("Trust: {trust}. Events: {told}.")
}

/// The plane in which trust is drawn against time.
struct Plane<'a> {
    room: Rect,
    axis: ValueAxis,
    time: &'a TimeAxis,
    style: Style,
}

impl Plane<'_> {
    fn x(&self, quarter: u32) -> f64 {
        self.time.place(quarter, self.room)
    }

    fn y(&self, trust: f64) -> f64 {
        self.axis.place(trust, self.room.bottom, self.room.top)
    }

    /// The pens: those of the trust fan for the groups, thin and grey for single allies.
    fn pen(&self, line: &Line<'_>) -> Pen {
        let of_group = line.group.map(|group| self.style.pen(group.front.colour()));
        of_group.unwrap_or(Pen::solid(self.style.context, self.style.line * 0.6))
    }

    fn line(&self, figure: &mut Figure, line: &Line<'_>) {
        let points = line.rows.iter().map(|row| (self.x(row.quarter), self.y(row.trust)));
        figure.line(points.collect(), self.pen(line));
    }

    /// The radius of a dot: half the width of a quarter, so that those of successive quarters do not
    /// hide each other, within what can be seen and what would hide the lines.
    fn radius(&self) -> f64 {
        const LEAST: f64 = 1.1;
        const MOST: f64 = 1.7;
        let half = (self.x(1) - self.x(0)).abs() / 2.0;
        // A single quarter has no width.
        let half = if half > 0.0 { half } else { f64::INFINITY };
        half.clamp(LEAST * self.style.line, MOST * self.style.line)
    }

    /// Draws a dot on each group's line where there was a challenge.
    fn answers(&self, figure: &mut Figure, lines: &[Line<'_>], events: &[&TraceEventRow]) {
        for event in events.iter().filter(|event| is_challenge(event)) {
            for line in lines.iter().filter(|line| line.group.is_some()) {
                let Some(trust) = line.at(event.quarter) else { continue };
                let (x, y, ink) = (self.x(event.quarter), self.y(trust), self.pen(line).colour);
                let radius = self.radius();
                if event.answer == Some(Answer::Full) {
                    figure.dot(x, y, radius, ink);
                } else {
                    figure.ring(x, y, radius, ink);
                }
                let words = lanes::words(event, events, figure.wording());
                figure.tip(Rect::around((x, y), radius), format!("{}: {words}", event.date));
            }
        }
    }

    /// Sets the name of each line at its end, with its last value.
    fn names(&self, figure: &mut Figure, lines: &[Line<'_>]) {
        let small = self.style.small;
        let ends: Vec<(&Line<'_>, &TraceRow)> =
            lines.iter().filter_map(|line| Some((line, line.ends()?.1))).collect();
        let wanted: Vec<(f64, f64)> =
            ends.iter().map(|(_, end)| (self.y(end.trust), 1.25 * small)).collect();
        let centres = labels::spread(&wanted, self.room.top, self.room.bottom, 1.0);
        for ((line, end), centre) in ends.iter().zip(centres) {
            let in_words = line.group.map_or(line.series, |group| group.name());
            let name = figure.wording().pick(in_words, line.series);
            let set = match line.group {
                Some(group) => Type::new(small, self.style.label(group.front.colour())).bold(),
                None => Type::new(small, self.style.muted),
            };
            let at = self.room.right + 0.7 * small;
            let width = self.style.width - self.style.margin - at;
            let value = number(end.trust, 2);
            let name = set.fit(name, width - set.width(&value) - small);
            figure.text(at, centre + 0.35 * small, &format!("{name} {value}"), set);
        }
    }
}

#[cfg(test)]
mod tests;
