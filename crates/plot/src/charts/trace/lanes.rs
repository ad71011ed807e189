//! The events above the lines: a label for each over its quarter, in as many lanes as it takes.

use article5_runner::tables::rows::{Answer, TraceEventRow};
use article5_runner::trace::Event;

use crate::Wording;
use crate::figure::{Figure, Rect, Type};
use crate::style::{PAPER, Style};

/// The distance between two lanes, and that of the lowest from the room below, in sizes of type.
const PITCH: f64 = 1.3;
const FOOT: f64 = 0.6;

/// The largest share of the width that a label may take.
const WORD_SHARE: f64 = 0.4;

/// The label of an event.
struct Word {
    words: String,
    /// Where its line stands, and where its label begins.
    at: f64,
    left: f64,
    is_challenge: bool,
    is_turning_point: bool,
    /// How much it matters that its event is labelled.
    weight: f64,
}

/// The most lanes that labels take: they stay lower than the room of the lines below.
const LANES: usize = 12;

/// The most labels over which lines may pass, so that all have room: what most replicates of ten
/// years need. More would be a wall.
const FEW: usize = 36;

/// The events, laid out.
pub(super) struct Lanes {
    /// The labels, each with its lane.
    words: Vec<(Word, usize)>,
    style: Style,
}

impl Lanes {
    /// Lays out events from the left edge of a room to the right margin of the figure, each from
    /// the x of its quarter, in lanes.
    ///
    /// Few events are all labelled, even if lines down from some pass over labels of others. Of
    /// many, turning points have a label first, then the events of the quarters whose `weight` is
    /// greatest, as long as no line crosses a label.
    pub(super) fn new(
        events: &[&TraceEventRow],
        weight: impl Fn(u32) -> f64,
        x: impl Fn(u32) -> f64,
        room: Rect,
        style: &Style,
        wording: Wording,
    ) -> Self {
        let set = Self::set(style);
        let brief = is_brief(events);
        let mut sorted = events.to_vec();
        sorted.sort_by_key(|event| event.quarter);
        let label = |event: &TraceEventRow| {
            let tell = if brief { brief_words } else { words };
            let words = tell(event, events, wording);
            let words = set.fit(&words, room.width() * WORD_SHARE);
            let at = x(event.quarter);
            let most = style.width - style.margin - set.width(&words);
            Word {
                words,
                at,
                left: (at + 0.3 * set.size).min(most),
                is_challenge: super::is_challenge(event),
                is_turning_point: is_turning_point(event),
                weight: weight(event.quarter),
            }
        };
        let labels: Vec<Word> = sorted.into_iter().map(label).collect();
        let all = Some(&labels).filter(|labels| labels.len() <= FEW);
        let (labels, lanes) = match all.and_then(|labels| lanes(labels, set, true)) {
            Some(lanes) => (labels, lanes),
            None => clear(labels, set),
        };
        Self { words: labels.into_iter().zip(lanes).collect(), style: *style }
    }

    /// How many events have a label.
    pub(super) fn labelled(&self) -> usize {
        self.words.len()
    }

    fn set(style: &Style) -> Type {
        Type::new(style.small * 0.92, style.muted)
    }

    /// The height they need above the room.
    pub(super) fn height(&self) -> f64 {
        let count = self.words.iter().map(|(_, lane)| lane + 1).max().unwrap_or(0);
        self.style.small * (PITCH * count as f64 + FOOT)
    }

    /// Draws them from `top`, each with a line down to `bottom`.
    pub(super) fn draw(&self, figure: &mut Figure, top: f64, bottom: f64) {
        let style = self.style;
        let set = Self::set(&style);
        let baseline = |lane: usize| top + style.small * (PITCH * lane as f64 + 1.0);
        for (Word { at, is_challenge, .. }, lane) in &self.words {
            let ink = if *is_challenge { style.context } else { style.grid };
            let from = baseline(*lane) - 0.7 * set.size;
            figure.segment((*at, from), (*at, bottom), ink, style.rule);
        }
        // Labels are drawn after all lines, each on a ground of paper, so that no line crosses
        // them.
        for (Word { words, left, is_challenge, .. }, lane) in &self.words {
            let baseline = baseline(*lane);
            let right = left + set.width(words);
            let (above, below) = (baseline - 0.8 * set.size, baseline + 0.25 * set.size);
            figure.fill(Rect::new(*left - 1.0, above, right + 1.0, below), PAPER);
            let colour = if *is_challenge { style.text } else { style.muted };
            figure.text(*left, baseline, words, Type { colour, ..set });
        }
    }
}

/// As many labels as have room with no line over them, and their lanes: turning points first, then
/// those of the greatest weight.
fn clear(mut labels: Vec<Word>, set: Type) -> (Vec<Word>, Vec<usize>) {
    labels.sort_by(|one, other| {
        let turns = other.is_turning_point.cmp(&one.is_turning_point);
        turns.then(other.weight.total_cmp(&one.weight))
    });
    let (mut kept, mut kept_lanes) = (Vec::<Word>::new(), Vec::new());
    for label in labels {
        let place = kept.partition_point(|own| own.at <= label.at);
        kept.insert(place, label);
        match lanes(&kept, set, false) {
            Some(lanes) => kept_lanes = lanes,
            None => drop(kept.remove(place)),
        }
    }
    (kept, kept_lanes)
}

/// The lanes of labels: each in the highest below all labels that its line would cross on the way
/// down, or, if lines may cross labels and no lower lane is left, in any with room for it. `None` if
/// that takes too many lanes.
fn lanes(labels: &[Word], set: Type, may_cross: bool) -> Option<Vec<usize>> {
    let mut ends: Vec<f64> = Vec::new();
    let lane = |label: &Word| {
        let below = ends.iter().rposition(|&end| end > label.left).map_or(0, |lane| lane + 1);
        let free = || ends.iter().position(|&end| end <= label.left).filter(|_| may_cross);
        let lane = if below < LANES { below } else { free()? };
        let end = label.left + set.width(&label.words) + 0.8 * set.size;
        match ends.get_mut(lane) {
            Some(last) => *last = end,
            None => ends.push(end),
        }
        Some(lane)
    };
    labels.iter().map(lane).collect()
}

/// Whether an event is more than a challenge short of an attack, of which there are many, or an
/// election.
fn is_turning_point(event: &TraceEventRow) -> bool {
    match event.event {
        Event::Probe | Event::Incident | Event::Internationalist | Event::Restraint => false,
        Event::Attack
        | Event::Scripted
        | Event::WarEnds
        | Event::Abandoned
        | Event::Tiered
        | Event::Untiered
        | Event::Ruptured
        | Event::Unruptured => true,
    }
}

/// Whether there are too many challenges to tell each in full.
pub(super) fn is_brief(events: &[&TraceEventRow]) -> bool {
    const MANY: usize = 12;
    events.iter().filter(|event| super::is_challenge(event)).count() > MANY
}

/// An event in few words: for a probe, only whom and what answer, `EST: narrow`.
fn brief_words(event: &TraceEventRow, all: &[&TraceEventRow], wording: Wording) -> String {
    let TraceEventRow { event: kind, target, answer, .. } = event;
    match (kind, answer) {
        (Event::Probe, Some(answer)) => format!("{target}: {answer}"),
        (Event::Attack | Event::Incident, Some(answer)) => format!("{kind} {target}: {answer}"),
        _ => words(event, all, wording),
    }
}

/// One of these events in words, `probe of EST: narrow answer`, or as in the table, `probe EST: narrow`.
pub(super) fn words(event: &TraceEventRow, all: &[&TraceEventRow], wording: Wording) -> String {
    match wording {
        Wording::English => in_words(event, all),
        Wording::Neutral => {
            let TraceEventRow { event, target, answer, .. } = event;
            let whom = if target.is_empty() { String::new() } else { format!(" {target}") };
            let answered = answer.map_or_else(String::new, |answer| format!(": {answer}"));
            format!("{event}{whom}{answered}")
        }
    }
}

fn is_election(event: &TraceEventRow) -> bool {
    matches!(event.event, Event::Internationalist | Event::Restraint)
}

/// Whether the last election before this one brought an administration of the same kind. Of the first
/// it is not known, as the table does not say who was in office before.
fn is_reelection(event: &TraceEventRow, all: &[&TraceEventRow]) -> bool {
    let earlier = all.iter().filter(|own| is_election(own) && own.quarter < event.quarter);
    let last = earlier.max_by_key(|own| own.quarter);
    is_election(event) && last.is_some_and(|own| own.event == event.event)
}

/// One of these events in words.
pub(super) fn in_words(event: &TraceEventRow, all: &[&TraceEventRow]) -> String {
    let TraceEventRow { event: kind, target, answer, .. } = event;
    let what = match kind {
        Event::Probe => "probe",
        Event::Attack => "attack",
        Event::Incident => "incident",
        Event::Scripted if target.is_empty() => "scripted event",
        Event::Scripted => "scripted response",
        Event::Internationalist | Event::Restraint if is_reelection(event, all) => {
            "administration re-elected"
        }
        Event::Internationalist => "internationalist administration",
        Event::Restraint => "restraint administration",
        Event::WarEnds => "war ends",
        Event::Abandoned => "backstop abandoned",
        Event::Tiered => "alliance tiered",
        Event::Untiered => "no longer tiered",
        Event::Ruptured => "alliance ruptured",
        Event::Unruptured => "no longer ruptured",
    };
    let whom = match kind {
        _ if target.is_empty() => String::new(),
        Event::Attack => format!(" on {target}"),
        Event::Probe => format!(" of {target}"),
        Event::Incident => format!(" in {target}"),
        Event::Scripted => format!(" at {target}"),
        _ => format!(" {target}"),
    };
    let answered = match answer {
        None => "",
        Some(Answer::None) => ": no answer",
        Some(Answer::Narrow) => ": narrow answer",
        Some(Answer::Full) => ": full answer",
    };
    format!("{what}{whom}{answered}")
}
