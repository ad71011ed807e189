//! The labels of the parameters that matter most: their names, or, if these do not all have room
//! that shows whose each is, numbers, the same in all panels, and the names by number below.

use itertools::Itertools;

use super::{Plane, Point, stands_out};
use crate::callouts::{self, Ground, Label};
use crate::figure::{Rect, Type};
use crate::numbering;
use crate::style::Style;

/// The share of a panel's width that a parameter's name may take.
const NAME_SHARE: f64 = 0.5;

/// How labels are set.
pub(super) fn set(style: &Style) -> Type {
    Type::new(style.small, style.text)
}

/// The parameters that any panel names, in the order of their numbers: as the panels name them.
pub(super) fn in_order<'a>(planes: &[Plane<'a>]) -> Vec<&'a str> {
    planes.iter().flat_map(|plane| plane.named().map(Point::parameter)).unique().collect()
}

impl Plane<'_> {
    /// The parameters' names near their points.
    pub(super) fn names(&self) -> Vec<Label> {
        let (set, limit) = (set(&self.style), self.panel.room.width() * NAME_SHARE);
        self.placed(self.named().map(|point| {
            let name = set.fit(point.parameter(), limit);
            Label::new(self.at(point), name, set)
        }))
    }

    /// Their numbers, from their places in the order.
    pub(super) fn numbers(&self, order: &[&str]) -> Vec<Label> {
        let points = self.named().filter_map(|point| {
            let place = order.iter().position(|name| *name == point.parameter())?;
            Some((self.at(point), place + 1))
        });
        self.placed(numbering::labels(points, set(&self.style), self.radius()))
    }

    /// Places labels where no point and no interval that stands out is in the way: a name on
    /// another's point would be taken for that point's. They may stand on pale intervals.
    fn placed(&self, labels: impl IntoIterator<Item = Label>) -> Vec<Label> {
        let small = self.style.small;
        let mut taken: Vec<Rect> =
            self.axis_names().map(|name| name.area(set(&self.style))).to_vec();
        taken.extend(self.points.iter().map(|point| self.dot(point)));
        let half = self.style.rule;
        for point in self.points.iter().filter(|point| stands_out(point.row)) {
            taken.extend(self.intervals(point).map(|[(left, top), (right, bottom)]| {
                // Widened across the line.
                let (across, down) = if top == bottom { (0.0, half) } else { (half, 0.0) };
                Rect::new(left - across, top - down, right + across, bottom + down)
            }));
        }
        let named: Vec<&str> = self.named().map(Point::parameter).collect();
        let nameless = self.points.iter().filter(|point| !named.contains(&point.parameter()));
        let nameless: Vec<(f64, f64)> = nameless.map(|point| self.at(point)).collect();
        let Rect { left, top, right, bottom } = self.panel.room;
        let room = Rect::new(left + 0.3 * small, top + 0.3 * small, right, bottom - 0.3 * small);
        let clearance = self.radius() + 0.4 * small;
        let ground = Ground { room, clearance, taken: &taken, obstacles: &[], nameless: &nameless };
        callouts::placed(labels, ground)
    }
}
