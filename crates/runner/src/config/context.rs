//! Remedies that depend on what else the file says: on the kind of an event, and on when the run
//! starts.

use std::ops::Range;

use strum::VariantArray;

use super::dates;
use super::document::Place;
use super::events::EventName;
use super::faults::{above_tables, is_whole};
use super::names::did_you_mean;

/// The remedy for what the reader refuses at a place in the file, if the rest of the file tells more
/// than that place.
pub(super) fn remedy(root: &Place<'_>, error: &toml::de::Error) -> Option<String> {
    let span = error.span()?;
    if error.message().starts_with("unknown field `") {
        return key_of_an_event(root, &span);
    }
    let (_, wanted) = error.message().rsplit_once(", expected ")?;
    let count = || is_whole(wanted).then(|| dates::count(root, &span)).flatten();
    dates::remedy(root, &span).or_else(count)
}

/// The remedy for a key that no event takes: the keys of the event's own kind.
fn key_of_an_event(root: &Place<'_>, span: &Range<usize>) -> Option<String> {
    let scenarios = root.find("scenario")?;
    let scenarios = (0..scenarios.elements()).map(|index| scenarios.at(index));
    let mut events = scenarios.filter_map(|scenario| scenario.find("event")).flat_map(|events| {
        (0..events.elements()).map(move |index| events.at(index)).collect::<Vec<_>>()
    });
    let (event, key) = events.find_map(|event| {
        let key = event.keys().find(|key| event.get(key).key_span() == Some(span.clone()))?;
        Some((event, key))
    })?;
    let name = event.find("kind")?.text()?;
    let kind = EventName::VARIANTS.iter().find(|kind| kind.name() == name)?;
    let keys = [&["quarter", "kind"], kind.keys().0.as_slice()].concat();
    // Of a key that belongs elsewhere, the reader says where.
    let is_elsewhere = above_tables(key).is_some() || key == "event";
    (!is_elsewhere).then(|| did_you_mean(key, &keys, &format!("a {name} event takes")))
}
