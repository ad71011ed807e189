//! The labels of the points: the names of the scenarios, or, where these have no room that shows
//! whose each is, their numbers, and the names by number below.

use itertools::Itertools;

use super::Plane;
use super::frontier::{Place, Policy};
use crate::Wording;
use crate::callouts::{self, Ground, Label};
use crate::figure::{Figure, Rect, Type};
use crate::numbering::{self, Index};
use crate::style::BLUE;

/// How wide a scenario's name may be, and the names of points that print as one, as shares of the
/// width.
const NAME_SHARE: f64 = 0.3;
const NAMES_SHARE: f64 = 0.5;

/// The least height of the plane on a page that the names by number have to fit on too, as a share of
/// the width.
const FLAT_SHARE: f64 = 0.26;

/// The labels in their places, and the names by number if they are numbers.
pub(super) struct Labels {
    labels: Vec<Label>,
    index: Option<Index>,
}

/// Takes the figure's body, at least so high, for the plane and its labels.
pub(super) fn labelled(
    figure: &mut Figure,
    policies: &[Policy<'_>],
    least: f64,
) -> (Plane, Labels) {
    let (style, wording) = (figure.style(), figure.wording());
    let plane = Plane::new(policies, figure.body(least), &style);
    let labels = plane.names(policies, wording);
    if labels.iter().all(Label::is_clear) {
        return (plane, Labels { labels, index: None });
    }
    let names = in_order(policies).into_iter().map(|policy| (policy.scenario, plane.set(policy)));
    let index = Index::new(names, style.small, plane.body.width());
    let least = if style.fits() { style.width * FLAT_SHARE } else { least };
    let body = figure.body(least + index.height());
    let body = Rect { bottom: body.bottom - index.height(), ..body };
    let plane = Plane::new(policies, body, &style);
    let labels = plane.numbers(policies, wording);
    (plane, Labels { labels, index: Some(index) })
}

impl Labels {
    /// Draws them, and the names by number below the plane's body.
    pub(super) fn draw(&self, figure: &mut Figure, plane: Rect) {
        self.labels.iter().for_each(|label| label.draw(figure));
        if let Some(index) = &self.index {
            index.draw(figure, (plane.left, plane.bottom), &callouts::missing(&self.labels));
        }
    }
}

/// The scenarios in the order of their numbers: by their [`Place`], each from left to right.
fn in_order<'p, 't>(policies: &'p [Policy<'t>]) -> Vec<&'p Policy<'t>> {
    let mut order: Vec<&Policy<'_>> = policies.iter().collect();
    let place = |policy: &Policy<'_>| (policy.war.by, policy.tiers.by);
    order.sort_by(|one, other| {
        let ((x0, y0), (x1, y1)) = (place(one), place(other));
        one.place.cmp(&other.place).then(x0.total_cmp(&x1)).then(y0.total_cmp(&y1))
    });
    order
}

impl Plane {
    fn set(&self, policy: &Policy<'_>) -> Type {
        let small = self.style.small;
        match policy.place {
            Place::On => Type::new(small, self.style.label(BLUE)).bold(),
            Place::Open => Type::new(small, self.style.label(BLUE)),
            Place::Off => Type::new(small, self.style.muted),
        }
    }

    /// The scenarios' names near their points, by their [`Place`]: of points that print as one the
    /// names are one label, if it is not too long.
    fn names(&self, policies: &[Policy<'_>], wording: Wording) -> Vec<Label> {
        let [limit, limit_of_all] =
            [NAME_SHARE, NAMES_SHARE].map(|share| share * self.body.width());
        let groups = Place::ALL.into_iter().flat_map(|place| {
            let kind = policies.iter().filter(|policy| policy.place == place);
            let points = kind.map(|policy| (self.at(policy), policy));
            numbering::together(points, self.radius())
        });
        let names = groups.flat_map(|(at, group)| {
            let all = group.iter().map(|policy| policy.scenario).join(", ");
            let set = group.first().map(|policy| self.set(policy));
            match set.filter(|set| set.width(&all) <= limit_of_all) {
                Some(set) => vec![Label::new(at, all, set)],
                None => group.into_iter().map(|policy| self.name(policy, limit)).collect(),
            }
        });
        self.placed(policies, wording, names)
    }

    fn name(&self, policy: &Policy<'_>, limit: f64) -> Label {
        let set = self.set(policy);
        let name = set.fit(policy.scenario, limit);
        Label::new(self.at(policy), name, set)
    }

    /// The scenarios' numbers near their points, by their [`Place`].
    fn numbers(&self, policies: &[Policy<'_>], wording: Wording) -> Vec<Label> {
        let order: Vec<(&Policy<'_>, usize)> = in_order(policies).into_iter().zip(1..).collect();
        let kinds = order.chunk_by(|(one, _), (other, _)| one.place == other.place);
        let numbers = kinds.flat_map(|kind| {
            let set = kind.first().map(|(policy, _)| self.set(policy));
            let points = kind.iter().map(|(policy, number)| (self.at(policy), *number));
            set.map(|set| numbering::labels(points, set, self.radius())).unwrap_or_default()
        });
        self.placed(policies, wording, numbers)
    }

    /// Places the frontier's name at its end, then the labels.
    fn placed(
        &self,
        policies: &[Policy<'_>],
        wording: Wording,
        labels: impl IntoIterator<Item = Label>,
    ) -> Vec<Label> {
        let small = self.style.small;
        let blue = Type::new(small, self.style.label(BLUE));
        let end = self.steps(policies).last().copied();
        // In neutral wording the frontier is drawn but not named.
        let frontier = end.filter(|_| wording == Wording::English);
        let frontier = frontier.map(|end| Label::new(end, "Frontier".to_owned(), blue));
        let Rect { left, top, right, bottom } = self.room;
        let room = Rect::new(left + small * 0.3, top, right - small * 0.3, bottom);
        let clearance = self.radius() + small * 0.7;
        let obstacles = self.obstacles(policies);
        let ground = Ground { room, clearance, taken: &[], obstacles: &obstacles, nameless: &[] };
        callouts::placed(frontier.into_iter().chain(labels), ground)
    }

    /// What names should not cover: the points, their intervals, the steps of the frontier.
    fn obstacles(&self, policies: &[Policy<'_>]) -> Vec<Rect> {
        let half = self.style.line;
        let steps = self.steps(policies);
        let mut obstacles: Vec<Rect> = steps
            .iter()
            .zip(steps.iter().skip(1))
            .map(|((x0, y0), (x1, y1))| {
                Rect::new(
                    x0.min(*x1) - half,
                    y0.min(*y1) - half,
                    x0.max(*x1) + half,
                    y0.max(*y1) + half,
                )
            })
            .collect();
        for policy in policies {
            let (x, y) = self.at(policy);
            let Policy { war, tiers, .. } = policy;
            obstacles.extend([
                Rect::new(self.x(war.by_low), y - half, self.x(war.by_high), y + half),
                Rect::new(x - half, self.y(tiers.by_high), x + half, self.y(tiers.by_low)),
                Rect::around((x, y), self.radius()),
            ]);
        }
        obstacles
    }
}
