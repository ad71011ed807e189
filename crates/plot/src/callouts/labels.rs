//! Labels of points, each a name, or the numbers of the points that it is for.

use itertools::Itertools;

use super::{Callout, Crowd, Ground, Place, draw_lead};
use crate::figure::{Figure, Rect, Type};
use crate::style::PAPER;

/// The height of a label, and that of its baseline above its lower edge, in sizes of type.
const HEIGHT: f64 = 1.1;
const BASELINE: f64 = 0.3;

/// A label of a point.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Label {
    /// The point.
    pub at: (f64, f64),
    /// What it says.
    pub words: String,
    /// How it is set.
    pub set: Type,
    /// The numbers that it says, if it is not a name.
    pub numbers: Vec<usize>,
    /// Its place, once it has one.
    place: Option<Place>,
}

impl Label {
    /// A name that has no place yet.
    pub(crate) fn new(at: (f64, f64), words: String, set: Type) -> Self {
        Self { at, words, set, numbers: Vec::new(), place: None }
    }

    /// Whether it has a place that shows whose it is.
    pub(crate) fn is_clear(&self) -> bool {
        self.place.is_some_and(|place| place.is_clear)
    }

    /// Draws it in its place. Numbers stand only where they are clear: the names by number can say
    /// which do not stand.
    pub(crate) fn draw(&self, figure: &mut Figure) {
        let Some(place) = self.place.filter(|_| self.is_clear() || self.numbers.is_empty()) else {
            return;
        };
        draw_lead(figure, &place);
        let Rect { left, top, right, bottom } = place.area;
        // What it stands on is paler under it.
        const OPACITY: f64 = 0.75;
        figure.area(
            vec![(left, top), (right, top), (right, bottom), (left, bottom)],
            PAPER,
            OPACITY,
        );
        figure.text(left, bottom - BASELINE * self.set.size, &self.words, self.set);
    }
}

/// Gives labels their places, in the order of their precedence.
pub(crate) fn placed(labels: impl IntoIterator<Item = Label>, ground: Ground<'_>) -> Vec<Label> {
    let labels: Vec<Label> = labels.into_iter().collect();
    let callout = |Label { at, words, set, .. }: &Label| Callout {
        at: *at,
        width: set.width(words),
        height: HEIGHT * set.size,
    };
    let callouts: Vec<Callout> = labels.iter().map(callout).collect();
    let places = Crowd { callouts: &callouts, ground }.place();
    labels.into_iter().zip(places).map(|(label, place)| Label { place, ..label }).collect()
}

/// The numbers of labels that have no place that shows whose they are.
pub(crate) fn missing(labels: &[Label]) -> Vec<usize> {
    let unclear = labels.iter().filter(|label| !label.is_clear());
    unclear.flat_map(|label| &label.numbers).copied().sorted_unstable().dedup().collect()
}
