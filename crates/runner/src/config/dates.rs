//! Quarters by date: wherever a configuration takes the number of a quarter, it takes the calendar
//! quarter too. Dates are counted from `start` before the file is read, so that everything else
//! knows numbers alone.

use std::borrow::Cow;
use std::fmt::Display;
use std::ops::Range;

use super::calendar::CalendarQuarter;
use super::document::Place;
use super::file::DEFAULT_START;
use super::remarks::FIRST_INAUGURATION;

/// The keys that take the number of a quarter, or several, each with the tables that it is in.
const KEYS: [&[&str]; 15] = [
    &["parameters", "politics", "first_inauguration"],
    &["scenario", "parameters", "politics", "first_inauguration"],
    &["design", "vary", FIRST_INAUGURATION, "values"],
    &["design", "vary", FIRST_INAUGURATION, "low"],
    &["design", "vary", FIRST_INAUGURATION, "high"],
    &["uncertainty", "ranges", FIRST_INAUGURATION, "low"],
    &["uncertainty", "ranges", FIRST_INAUGURATION, "high"],
    &["space", "ranges", FIRST_INAUGURATION, "low"],
    &["space", "ranges", FIRST_INAUGURATION, "high"],
    &["scenario", "event", "quarter"],
    &["claim", "quarter"],
    &["claim", "since"],
    &["output", "quarters"],
    &["output", "cover_quarters"],
    &["output", "comparison_quarters"],
];

/// Those of these keys that take several.
const LISTS: [&str; 4] = ["values", "quarters", "cover_quarters", "comparison_quarters"];

/// The text of a file with numbers in place of the dates of quarters. Each number takes up as many
/// bytes as the date did, so that what the reader says has the same place in both.
pub(super) fn numbered<'t>(text: &'t str, root: &Place<'_>) -> Cow<'t, str> {
    let mut numbered = Cow::Borrowed(text);
    for place in places(root) {
        if let Some(date) = place.text().and_then(|text| text.parse().ok()) {
            let span = place.span();
            // All quarters before the run are refused alike.
            let number = number(date, root).max(0);
            let number = format!("{number:<width$}", width = span.len());
            numbered.to_mut().replace_range(span, &number);
        }
    }
    numbered
}

/// The remedy for something else where a quarter belongs.
pub(super) fn remedy(root: &Place<'_>, span: &Range<usize>) -> Option<String> {
    let is_there = places(root).iter().any(|place| place.span() == *span);
    is_there.then(|| "write its number, or the year and the quarter, as in \"2026-Q1\"".to_owned())
}

/// The remedy for a date where another whole number belongs.
pub(super) fn count(root: &Place<'_>, span: &Range<usize>) -> Option<String> {
    let typed = root.document().typed(span)?;
    let date: CalendarQuarter = typed.trim_matches(['"', '\'']).parse().ok()?;
    let (start, number) = (start(root), number(date, root));
    Some(if number < 1 {
        format!("{date} is before the run, whose first quarter is {start}")
    } else {
        format!(
            "quarters are counted from 1, which is {start}: {date} is quarter {number}, so write {number}"
        )
    })
}

/// A quarter as it is typed at a place: by this number, or by its date.
pub(super) fn as_typed(number: impl Display, place: &Place<'_>) -> String {
    place.text().map_or_else(|| number.to_string(), str::to_owned)
}

/// What a quarter that is typed at a place must be: from the first one to this last one, each by its
/// number, or by its date if that is how it is typed.
pub(super) fn must_be_within(last: u32, place: &Place<'_>) -> String {
    let start = start(&place.document().root());
    match place.text() {
        None => format!("must be 1 to {last}"),
        Some(_) => format!("must be {start} to {}", start.plus(last.saturating_sub(1))),
    }
}

/// The number of a calendar quarter in the run, from 1; 0 or less before the run.
fn number(date: CalendarQuarter, root: &Place<'_>) -> i64 {
    date.quarters_since(start(root)) + 1
}

/// The run's first quarter. One that is no date is refused later.
pub(super) fn start(root: &Place<'_>) -> CalendarQuarter {
    let typed = root.find("start").and_then(|start| start.text()?.parse().ok());
    typed.unwrap_or(DEFAULT_START)
}

/// The places in the file where the number of a quarter belongs.
fn places<'d>(root: &Place<'d>) -> Vec<Place<'d>> {
    let below = |tables: Vec<Place<'d>>, key: &&str| {
        let found = tables.iter().filter_map(|table| table.find(key));
        // One where several belong is refused as it is typed.
        let found = found.filter(|place| place.is_array() || !LISTS.contains(key));
        found.flat_map(elements).collect()
    };
    KEYS.iter().flat_map(|path| path.iter().fold(vec![root.clone()], below)).collect()
}

/// The elements of an array; of anything else, itself.
fn elements(place: Place<'_>) -> Vec<Place<'_>> {
    match place.is_array() {
        true => (0..place.elements()).map(|index| place.at(index)).collect(),
        false => vec![place],
    }
}
