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

/// The most lanes that labels take: they stay lower than the room of the lines below.
const LANES: usize = 12;

/// The most labels over which lines may pass, so that all have room: what most replicates of ten
/// years need. More would be a wall.
const FEW: usize = 36;

/// The events, laid out.
pub(super) struct Lanes {
    words: Vec<Word>,
    count: usize,
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
        let labels: Vec<Word> = sorted
            .iter()
            .map(|event| {
                let words = if brief { brief_words(event, wording) } else { words(event, wording) };
                let words = fit(&words, set.size, set.weight, room.width() * WORD_SHARE);
                let at = x(event.quarter);
                let most = style.width - style.margin - set.width(&words);
                let left = (at + 0.3 * set.size).min(most);
                Word { words, at, left, lane: 0, challenge: super::is_challenge(event) }
            })
            .collect();
        let places = Some(labels.as_slice())
            .filter(|labels| labels.len() <= FEW)
            .and_then(|labels| lanes(labels, &vec![true; labels.len()], set, true));
        let places = places.unwrap_or_else(|| {
            let weights: Vec<(bool, f64)> = sorted
                .iter()
                .map(|event| (is_turning_point(event), weight(event.quarter)))
                .collect();
            clear(&labels, &weights, set)
        });
        let count = places.iter().map(|(_, lane)| lane + 1).max().unwrap_or(0);
        let mut words: Vec<Option<Word>> = labels.into_iter().map(Some).collect();
        let words = places.into_iter().filter_map(|(place, lane)| {
            words.get_mut(place).and_then(Option::take).map(|word| Word { lane, ..word })
        });
        Self { words: words.collect(), count, style: *style }
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

/// The lanes of as many labels as have room with no line over them, by their places: turning points
/// first, then those of the greatest weight.
fn clear(labels: &[Word], weights: &[(bool, f64)], set: Type) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by(|one, other| {
        let ((turns, weight), (other_turns, other_weight)) = (weights[*one], weights[*other]);
        other_turns.cmp(&turns).then(other_weight.total_cmp(&weight))
    });
    let mut kept = vec![false; labels.len()];
    for place in order {
        kept[place] = true;
        kept[place] = lanes(labels, &kept, set, false).is_some();
    }
    lanes(labels, &kept, set, false).unwrap_or_default()
}

/// The lanes of the labels that are kept, by their places: each in the highest below all labels that
/// its line would cross on the way down, or, if lines may cross labels and no lower lane is left, in
/// any with room for it. `None` if that takes too many lanes.
fn lanes(
    labels: &[Word],
    kept: &[bool],
    set: Type,
    may_cross: bool,
) -> Option<Vec<(usize, usize)>> {
    let mut ends: Vec<f64> = Vec::new();
    let mut placed = Vec::new();
    for (place, label) in labels.iter().enumerate().filter(|(place, _)| kept[*place]) {
        let below = ends.iter().rposition(|&end| end > label.left).map_or(0, |lane| lane + 1);
        let free = || ends.iter().position(|&end| end <= label.left).filter(|_| may_cross);
        let lane = if below < LANES { below } else { free()? };
        ends.resize(ends.len().max(lane + 1), f64::NEG_INFINITY);
        ends[lane] = label.left + set.width(&label.words) + 0.8 * set.size;
        placed.push((place, lane));
    }
    Some(placed)
}

/// Whether an event is more than a challenge short of an attack, of which there are many, or an
/// election.
fn is_turning_point(event: &TraceEventRow) -> bool {
    !["probe", "incident", "internationalist", "restraint"].contains(&event.event.as_str())
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
