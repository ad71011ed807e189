//! The labels of the parameters that matter most: their names, or, if these do not all have room
//! that shows whose each is, numbers, the same in all panels, and the names by number below.

use super::{Plane, Point, stands_out};
use crate::callouts::{self, Callout, Ground, Place};
use crate::figure::{Figure, Rect, Type};
use crate::numbering;
use crate::style::PAPER;
use crate::text::fit;

/// The share of a panel's width that a parameter's name may take.
const NAME_SHARE: f64 = 0.5;

/// A label, and its place if it has one.
type Label = (String, Type, Option<Place>);

/// The labels of all panels, and the numbers that have no place in a panel where they should.
pub(super) struct Labels {
    labels: Vec<Label>,
    pub(super) missing: Vec<usize>,
}

/// The parameters that any panel names, in the order of their numbers: as the panels name them.
pub(super) fn numbered<'a>(planes: &[Plane<'a>]) -> Vec<(&'a str, Type)> {
    let mut names: Vec<(&str, Type)> = Vec::new();
    for plane in planes {
        for Point { row, .. } in plane.named() {
            if !names.iter().any(|(name, _)| *name == row.parameter) {
                names.push((&row.parameter, plane.set()));
            }
        }
    }
    names
}

impl Labels {
    /// The names, if all have room.
    pub(super) fn named(planes: &[Plane<'_>]) -> Option<Self> {
        let names = |plane: &Plane<'_>| {
            let (set, limit) = (plane.set(), plane.panel.room.width() * NAME_SHARE);
            let named = plane.named().map(|point| {
                (plane.at(point), fit(&point.row.parameter, set.size, set.weight, limit))
            });
            plane.placed(named.collect())
        };
        let labels: Vec<Label> = planes.iter().flat_map(names).collect();
        let is_clear = |(_, _, place): &Label| place.is_some_and(|place| place.is_clear);
        labels.iter().all(is_clear).then_some(Self { labels, missing: Vec::new() })
    }

    /// The numbers, one label for points that print as one.
    pub(super) fn numbered(planes: &[Plane<'_>]) -> Self {
        let names = numbered(planes);
        let number = |point: &Point<'_>| {
            names.iter().position(|(name, _)| *name == point.row.parameter).map(|place| place + 1)
        };
        let mut all = Self { labels: Vec::new(), missing: Vec::new() };
        for plane in planes {
            let named: Vec<&Point<'_>> = plane.named().collect();
            let at: Vec<(f64, f64)> = named.iter().map(|point| plane.at(point)).collect();
            let (mut wanted, mut groups) = (Vec::new(), Vec::new());
            for group in numbering::groups(&at, plane.radius()) {
                let own = group.iter().filter_map(|place| named.get(*place));
                let mut numbers: Vec<usize> = own.filter_map(|point| number(point)).collect();
                numbers.sort_unstable();
                let first = group.first().and_then(|first| at.get(*first));
                wanted.extend(first.map(|at| (*at, numbering::label(&numbers))));
                groups.push(numbers);
            }
            for ((words, set, place), numbers) in plane.placed(wanted).into_iter().zip(groups) {
                let place = place.filter(|place| place.is_clear);
                if place.is_none() {
                    all.missing.extend(numbers);
                }
                all.labels.push((words, set, place));
            }
        }
        all.missing.sort_unstable();
        all.missing.dedup();
        all
    }

    pub(super) fn draw(&self, figure: &mut Figure) {
        for (words, set, place) in &self.labels {
            let Some(Place { area, .. }) = place else { continue };
            place.iter().for_each(|place| callouts::draw_lead(figure, place));
            ground_of(figure, area);
            figure.text(area.left, area.bottom - set.size * 0.3, words, *set);
        }
    }
}

impl Plane<'_> {
    fn set(&self) -> Type {
        Type::new(self.style.small, self.style.text)
    }

    /// Places labels where no point and no interval that stands out is in the way: a name on
    /// another's point would be taken for that point's. They may stand on pale intervals.
    fn placed(&self, labels: Vec<((f64, f64), String)>) -> Vec<Label> {
        let (small, set) = (self.style.small, self.set());
        let callout = |(at, words): &((f64, f64), String)| Callout {
            at: *at,
            width: set.width(words),
            height: small * 1.1,
        };
        let callouts: Vec<Callout> = labels.iter().map(callout).collect();
        let mut taken: Vec<Rect> = self.axis_names().map(|(_, area)| area).to_vec();
        taken.extend(self.points.iter().map(|point| self.dot(point)));
        let half = self.style.rule;
        for point in self.points.iter().filter(|point| stands_out(point.row)) {
            taken.extend(self.intervals(point).map(|[(left, top), (right, bottom)]| {
                // Widened across the line.
                let (across, down) = if top == bottom { (0.0, half) } else { (half, 0.0) };
                Rect::new(left - across, top - down, right + across, bottom + down)
            }));
        }
        let is_named =
            |point: &Point<'_>| self.named().any(|own| own.row.parameter == point.row.parameter);
        let nameless = self.points.iter().filter(|point| !is_named(point));
        let nameless: Vec<(f64, f64)> = nameless.map(|point| self.at(point)).collect();
        let Rect { left, top, right, bottom } = self.panel.room;
        let room = Rect::new(left + 0.3 * small, top + 0.3 * small, right, bottom - 0.3 * small);
        let clearance = self.radius() + 0.4 * small;
        let ground = Ground { room, clearance, taken: &taken, obstacles: &[], nameless: &nameless };
        let places = callouts::place(&callouts, ground);
        labels.into_iter().zip(places).map(|((_, words), place)| (words, set, place)).collect()
    }
}

/// Makes what a name stands on paler.
fn ground_of(figure: &mut Figure, area: &Rect) {
    const OPACITY: f64 = 0.75;
    let Rect { left, top, right, bottom } = *area;
    let corners = vec![(left, top), (right, top), (right, bottom), (left, bottom)];
    figure.area(corners, PAPER, OPACITY);
}
