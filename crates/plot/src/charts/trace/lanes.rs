//! The events above the lines: a label for each over its quarter, in as many lanes as it takes.

use article5_runner::tables::rows::TraceEventRow;

use crate::Wording;
use crate::figure::{Figure, Rect, Type};
use crate::style::{PAPER, Style};
use crate::text::fit;

/// The distance between two lanes, and that of the lowest from the room below, in sizes of type.
const PITCH: f64 = 1.3;
const FOOT: f64 = 0.6;

/// The largest share of the width that a label may take.
const WORD_SHARE: f64 = 0.4;

/// The label of an event in its place.
struct Word {
    words: String,
    /// Where its line stands, and where its label begins.
    at: f64,
    left: f64,
    lane: usize,
    challenge: bool,
}

/// The events, laid out.
pub(super) struct Lanes {
    words: Vec<Word>,
    count: usize,
    style: Style,
}

impl Lanes {
    /// Lays out events from the left edge of a room to the right margin of the figure, each from
    /// the x of its quarter.
    ///
    /// A label goes into the highest lane below all labels that its line would cross on the way
    /// down; if there is no lower lane, into any with room for it, and its line then passes over
    /// other labels.
    pub(super) fn new(
        events: &[&TraceEventRow],
        x: impl Fn(u32) -> f64,
        room: Rect,
        style: &Style,
        wording: Wording,
    ) -> Self {
        const LANES: usize = 9;
        let set = Self::set(style);
        let brief = is_brief(events);
        let mut sorted = events.to_vec();
        sorted.sort_by_key(|event| event.quarter);
        let mut ends: Vec<f64> = Vec::new();
        let mut placed = Vec::new();
        for event in sorted {
            let words = if brief { brief_words(event, wording) } else { words(event, wording) };
            let words = fit(&words, set.size, set.weight, room.width() * WORD_SHARE);
            let at = x(event.quarter);
            let left = (at + 0.3 * set.size).min(style.width - style.margin - set.width(&words));
            let below = ends.iter().rposition(|&end| end > left).map_or(0, |lane| lane + 1);
            let free = ends.iter().position(|&end| end <= left).unwrap_or(ends.len());
            let lane = if below < LANES { below } else { free };
            if lane == ends.len() {
                ends.push(f64::NEG_INFINITY);
            }
            if let Some(end) = ends.get_mut(lane) {
                *end = left + set.width(&words) + 0.8 * set.size;
            }
            let challenge = super::is_challenge(event);
            placed.push(Word { words, at, left, lane, challenge });
        }
        Self { words: placed, count: ends.len(), style: *style }
    }

    fn set(style: &Style) -> Type {
        Type::new(style.small * 0.92, style.muted)
    }

    /// The height they need above the room.
    pub(super) fn height(&self) -> f64 {
        self.style.small * (PITCH * self.count as f64 + FOOT)
    }

    /// Draws them from `top`, each with a line down to `bottom`.
    pub(super) fn draw(&self, figure: &mut Figure, top: f64, bottom: f64) {
        let style = self.style;
        let set = Self::set(&style);
        let baseline = |lane: usize| top + style.small * (PITCH * lane as f64 + 1.0);
        for Word { at, lane, challenge, .. } in &self.words {
            let ink = if *challenge { style.context } else { style.grid };
            let from = baseline(*lane) - 0.7 * set.size;
            figure.segment((*at, from), (*at, bottom), ink, style.rule);
        }
        // Labels are drawn after all lines, each on a ground of paper, so that no line crosses
        // them.
        for Word { words, left, lane, challenge, .. } in &self.words {
            let baseline = baseline(*lane);
            let right = left + set.width(words);
            let (above, below) = (baseline - 0.8 * set.size, baseline + 0.25 * set.size);
            figure.fill(Rect::new(*left - 1.0, above, right + 1.0, below), PAPER);
            let colour = if *challenge { style.text } else { style.muted };
            figure.text(*left, baseline, words, Type { colour, ..set });
        }
    }
}

/// Whether there are too many challenges to tell each in full.
pub(super) fn is_brief(events: &[&TraceEventRow]) -> bool {
    const MANY: usize = 12;
    events.iter().filter(|event| super::is_challenge(event)).count() > MANY
}

/// An event in few words: for a probe, only whom and what answer, `EST: narrow`.
fn brief_words(event: &TraceEventRow, wording: Wording) -> String {
    let TraceEventRow { event: kind, target, answer, .. } = event;
    match kind.as_str() {
        "probe" if !answer.is_empty() => format!("{target}: {answer}"),
        "attack" | "incident" if !answer.is_empty() => format!("{kind} {target}: {answer}"),
        _ => words(event, wording),
    }
}

/// An event in words, `probe of EST: narrow answer`, or as in the table, `probe EST: narrow`.
pub(super) fn words(event: &TraceEventRow, wording: Wording) -> String {
    match wording {
        Wording::English => in_words(event),
        Wording::Neutral => {
            let TraceEventRow { event, target, answer, .. } = event;
            let whom = if target.is_empty() { String::new() } else { format!(" {target}") };
            let answered = if answer.is_empty() { String::new() } else { format!(": {answer}") };
            format!("{event}{whom}{answered}")
        }
    }
}

/// An event in words.
pub(super) fn in_words(event: &TraceEventRow) -> String {
    let TraceEventRow { event: kind, target, answer, .. } = event;
    let what = match kind.as_str() {
        "scripted" if target.is_empty() => "scripted event".to_owned(),
        "scripted" => "scripted response".to_owned(),
        "internationalist" => "internationalist administration".to_owned(),
        "restraint" => "restraint administration".to_owned(),
        "war_ends" => "war ends".to_owned(),
        "abandoned" => "backstop abandoned".to_owned(),
        "tiered" => "alliance tiered".to_owned(),
        "untiered" => "no longer tiered".to_owned(),
        "ruptured" => "alliance ruptured".to_owned(),
        "unruptured" => "no longer ruptured".to_owned(),
        other => other.replace('_', " "),
    };
    let whom = match kind.as_str() {
        _ if target.is_empty() => String::new(),
        "attack" => format!(" on {target}"),
        "probe" => format!(" of {target}"),
        "incident" => format!(" in {target}"),
        "scripted" => format!(" at {target}"),
        _ => format!(" {target}"),
    };
    let answered = match answer.as_str() {
        "" => "",
        "none" => ": no answer",
        "narrow" => ": narrow answer",
        "full" => ": full answer",
        other => return format!("{what}{whom}: {other}"),
    };
    format!("{what}{whom}{answered}")
}
