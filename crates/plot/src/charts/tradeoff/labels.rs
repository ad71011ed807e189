//! The labels of the points: the names of the scenarios, or, where these have no room that shows
//! whose each is, their numbers, and the names by number below.

use super::Plane;
use super::frontier::Policy;
use crate::Wording;
use crate::callouts::{self, Callout, Ground, Place};
use crate::figure::{Figure, Rect, Type};
use crate::numbering::{self, Index};
use crate::style::SERIES;
use crate::text::fit;

/// How wide a scenario's name may be, as a share of the width.
const NAME_SHARE: f64 = 0.3;

/// The least height of the plane on a page that the names by number have to fit on too, as a share of
/// the width.
const FLAT_SHARE: f64 = 0.26;

/// A label, the point that it is for, and how it is set.
type Label = ((f64, f64), String, Type);

/// The labels in their places.
pub(super) struct Labels {
    labels: Vec<(Label, Option<Place>)>,
    /// The names by number, if the labels are numbers, and the numbers that no label has.
    index: Option<(Index, Vec<usize>)>,
}

/// Takes the figure's body, at least so high, for the plane and its labels.
pub(super) fn labelled(
    figure: &mut Figure,
    policies: &[Policy<'_>],
    least: f64,
) -> (Plane, Labels) {
    let (style, wording) = (*figure.style(), figure.wording());
    let plane = Plane::new(policies, figure.body(least), &style);
    let named = plane.named(policies, wording);
    if named.iter().all(|(_, place)| place.is_some_and(|place| place.is_clear)) {
        return (plane, Labels { labels: named, index: None });
    }
    let numbered = |missing: &[usize], figure: &mut Figure| {
        let index = |order: &[&Policy<'_>]| {
            let names = order.iter().map(|policy| (policy.scenario, plane.set(policy)));
            Index::new(names, style.small, plane.body.width()).noting(missing)
        };
        let below = index(&in_order(policies));
        let least = if style.fits { style.width * FLAT_SHARE } else { least };
        let body = below.above(figure.body(least + below.height()));
        let plane = Plane::new(policies, body, &style);
        let Numbered { order, labels, missing } = plane.numbered(policies, wording);
        (plane, Labels { labels, index: Some((index(&order), missing)) })
    };
    let (plane, labels) = numbered(&[], figure);
    match &labels.index {
        // Again, with room for a note on those.
        Some((_, missing)) if !missing.is_empty() => numbered(missing, figure),
        _ => (plane, labels),
    }
}

impl Labels {
    /// Draws them, and the names by number below the plane's body.
    pub(super) fn draw(&self, figure: &mut Figure, plane: Rect) {
        for ((_, words, set), place) in &self.labels {
            let Some(place) = place else { continue };
            callouts::draw_lead(figure, place);
            let baseline = place.area.bottom - set.size * 0.3;
            figure.text(place.area.left, baseline, words, *set);
        }
        if let Some((index, missing)) = &self.index {
            index.draw(figure, (plane.left, plane.bottom), missing);
        }
    }
}

/// The scenarios in the order of their numbers, the labels, and the numbers that no label has.
struct Numbered<'p, 't> {
    order: Vec<&'p Policy<'t>>,
    labels: Vec<(Label, Option<Place>)>,
    missing: Vec<usize>,
}

/// Those on the frontier first, each from left to right.
fn in_order<'p, 't>(policies: &'p [Policy<'t>]) -> Vec<&'p Policy<'t>> {
    let mut order: Vec<&Policy<'_>> = policies.iter().collect();
    let place = |policy: &Policy<'_>| (policy.war.by, policy.tiers.by);
    order.sort_by(|one, other| {
        let ((x0, y0), (x1, y1)) = (place(one), place(other));
        let by_frontier = other.on_frontier().cmp(&one.on_frontier());
        by_frontier.then(x0.total_cmp(&x1)).then(y0.total_cmp(&y1))
    });
    order
}

impl Plane {
    fn set(&self, policy: &Policy<'_>) -> Type {
        let small = self.style.small;
        if policy.on_frontier() {
            Type::new(small, self.style.label(SERIES[2])).bold()
        } else {
            Type::new(small, self.style.muted)
        }
    }

    /// Each scenario's name near its point, those on the frontier first.
    fn named(&self, policies: &[Policy<'_>], wording: Wording) -> Vec<(Label, Option<Place>)> {
        let limit = self.body.width() * NAME_SHARE;
        let mut order: Vec<&Policy<'_>> = policies.iter().collect();
        order.sort_by_key(|policy| !policy.on_frontier());
        let names = order.into_iter().map(|policy| {
            let set = self.set(policy);
            (self.at(policy), fit(policy.scenario, set.size, set.weight, limit), set)
        });
        self.placed(policies, wording, names)
    }

    /// Numbers the scenarios, and places a label for each group of points that print as one.
    fn numbered<'p, 't>(&self, policies: &'p [Policy<'t>], wording: Wording) -> Numbered<'p, 't> {
        let (mut order, mut labels, mut missing) = (Vec::new(), Vec::new(), Vec::new());
        let (best, others): (Vec<_>, Vec<_>) =
            in_order(policies).into_iter().partition(|policy| policy.on_frontier());
        for kind in [best, others] {
            let points: Vec<(f64, f64)> = kind.iter().map(|policy| self.at(policy)).collect();
            for group in numbering::groups(&points, self.radius()) {
                let own: Vec<&Policy<'_>> =
                    group.iter().filter_map(|place| kind.get(*place).copied()).collect();
                let Some(first) = own.first() else { continue };
                let numbers: Vec<usize> = (order.len() + 1..=order.len() + own.len()).collect();
                labels.push((self.at(first), numbering::label(&numbers), self.set(first)));
                missing.push(numbers);
                order.extend(own);
            }
        }
        let mut labels = self.placed(policies, wording, labels);
        // The name of the frontier may stand before those of the scenarios.
        let groups = labels.iter_mut().rev().zip(missing.iter_mut().rev());
        for ((_, place), numbers) in groups {
            *place = place.filter(|place| place.is_clear);
            if place.is_some() {
                numbers.clear();
            }
        }
        Numbered { order, labels, missing: missing.concat() }
    }

    /// Places the frontier's name at its end, then the labels.
    fn placed(
        &self,
        policies: &[Policy<'_>],
        wording: Wording,
        labels: impl IntoIterator<Item = Label>,
    ) -> Vec<(Label, Option<Place>)> {
        let small = self.style.small;
        let blue = Type::new(small, self.style.label(SERIES[2]));
        let end = self.steps(policies).last().copied();
        // In neutral wording the frontier is drawn but not named.
        let frontier = end.filter(|_| wording == Wording::English);
        let frontier = frontier.map(|end| (end, "Frontier".to_owned(), blue));
        let labels: Vec<Label> = frontier.into_iter().chain(labels).collect();
        let callout = |(at, words, set): &Label| Callout {
            at: *at,
            width: set.width(words),
            height: small * 1.1,
        };
        let callouts: Vec<Callout> = labels.iter().map(callout).collect();
        let Rect { left, top, right, bottom } = self.room;
        let room = Rect::new(left + small * 0.3, top, right - small * 0.3, bottom);
        let clearance = self.radius() + small * 0.7;
        let obstacles = self.obstacles(policies);
        let ground = Ground { room, clearance, taken: &[], obstacles: &obstacles, nameless: &[] };
        let places = callouts::place(&callouts, ground);
        labels.into_iter().zip(places).collect()
    }

    /// What names should not cover: the points, their intervals, the steps of the frontier.
    fn obstacles(&self, policies: &[Policy<'_>]) -> Vec<Rect> {
        let half = self.style.line;
        let steps = self.steps(policies);
        let mut obstacles: Vec<Rect> = steps
            .windows(2)
            .map(|pair| {
                let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
                Rect::new(
                    x0.min(x1) - half,
                    y0.min(y1) - half,
                    x0.max(x1) + half,
                    y0.max(y1) + half,
                )
            })
            .collect();
        for policy in policies {
            let ((x, y), r) = (self.at(policy), self.radius());
            let Policy { war, tiers, .. } = policy;
            obstacles.extend([
                Rect::new(self.x(war.by_low), y - half, self.x(war.by_high), y + half),
                Rect::new(x - half, self.y(tiers.by_high), x + half, self.y(tiers.by_low)),
                Rect::new(x - r, y - r, x + r, y + r),
            ]);
        }
        obstacles
    }
}
