//! Names of points in a plane: each beside its point where there is room, else further off, so that
//! no two overlap.

use crate::figure::{Figure, Rect};

/// A point that is to be named.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Callout {
    /// The point.
    pub at: (f64, f64),
    /// Width of the name, px.
    pub width: f64,
    /// Height of the name, px.
    pub height: f64,
}

/// Where names may stand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ground<'a> {
    /// What none may leave.
    pub room: Rect,
    /// How far each keeps from its point, px.
    pub clearance: f64,
    /// Boxes that none may overlap.
    pub taken: &'a [Rect],
    /// Boxes that names avoid where they can.
    pub obstacles: &'a [Rect],
}

/// Where a name may stand across its point, best first: (its widths by which it is moved to the
/// left of starting at the point, the sides of the point on which it keeps clear of it).
const ACROSS: [(f64, f64); 5] = [(0.0, 1.0), (1.0, -1.0), (0.5, 0.0), (-1.0, 1.0), (2.0, -1.0)];

/// How many half heights up and down a name may stand from its point.
const REACH: i32 = 60;

/// How much further off a name would stand rather than cover as much width of an obstacle: obstacles
/// are thin lines, and one through a name strikes it out.
const AVOID: f64 = 40.0;

/// Slack for the rounding of a distance, px.
const ROUNDING: f64 = 1e-9;

/// The boxes of the names, in the order given, which is also the order of precedence: none overlaps
/// another, and each stands near its point. `None` for a name that finds no place.
pub(crate) fn place(callouts: &[Callout], ground: Ground<'_>) -> Vec<Option<Rect>> {
    let Ground { room, clearance, obstacles, .. } = ground;
    let mut taken: Vec<Rect> = ground.taken.to_vec();
    let mut places = Vec::new();
    for callout in callouts {
        let free = |area: &Rect| holds(&room, area) && !taken.iter().any(|t| t.overlaps(area));
        let cost = |area: &Rect| {
            let covered: f64 = obstacles.iter().map(|o| shared(o, area)).sum();
            distance(callout.at, area) + AVOID * covered / callout.height
        };
        let choices = (0..=REACH).flat_map(|step| [step, -step]).flat_map(|step| {
            let down = f64::from(step) * callout.height / 2.0;
            ACROSS.iter().map(move |&(widths, side)| {
                let left = callout.at.0 + side * clearance - widths * callout.width;
                let top = callout.at.1 + down - callout.height / 2.0;
                Rect::new(left, top, left + callout.width, top + callout.height)
            })
        });
        let best = choices
            .filter(|area| distance(callout.at, area) + ROUNDING >= clearance && free(area))
            .map(|area| (cost(&area), area))
            .reduce(|best, next| if next.0 < best.0 { next } else { best });
        taken.extend(best.map(|(_, area)| area));
        places.push(best.map(|(_, area)| area));
    }
    places
}

/// How far a rectangle is from a point.
fn distance((x, y): (f64, f64), area: &Rect) -> f64 {
    let across = (area.left - x).max(x - area.right).max(0.0);
    let down = (area.top - y).max(y - area.bottom).max(0.0);
    (across * across + down * down).sqrt()
}

/// A line from a point to its name, where that stands further off than beside it.
pub(crate) fn lead(figure: &mut Figure, from: (f64, f64), name: &Rect, clearance: f64) {
    let style = *figure.style();
    if distance(from, name) > clearance + 2.0 * style.small {
        let to = (from.0.clamp(name.left, name.right), from.1.clamp(name.top, name.bottom));
        figure.segment(from, to, style.context, style.rule * 0.7);
    }
}

fn holds(room: &Rect, area: &Rect) -> bool {
    room.left <= area.left
        && room.top <= area.top
        && area.right <= room.right
        && area.bottom <= room.bottom
}

/// The area that two rectangles share, px².
fn shared(one: &Rect, other: &Rect) -> f64 {
    let width = one.right.min(other.right) - one.left.max(other.left);
    let height = one.bottom.min(other.bottom) - one.top.max(other.top);
    width.max(0.0) * height.max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ground(room: Rect, obstacles: &[Rect]) -> Ground<'_> {
        Ground { room, clearance: 4.0, taken: &[], obstacles }
    }

    proptest! {
        #[test]
        fn names_neither_overlap_nor_leave_the_room(
            at in prop::collection::vec((0.0..400.0f64, 0.0..300.0f64, 10.0..120.0f64), 1..40),
        ) {
            let room = Rect::new(0.0, 0.0, 400.0, 300.0);
            let callouts: Vec<Callout> = at
                .iter()
                .map(|&(x, y, width)| Callout { at: (x, y), width, height: 10.0 })
                .collect();
            let places: Vec<Rect> =
                place(&callouts, ground(room, &[])).into_iter().flatten().collect();
            for (i, one) in places.iter().enumerate() {
                prop_assert!(holds(&room, one));
                prop_assert!(!places[..i].iter().any(|other| other.overlaps(one)));
            }
        }
    }

    #[test]
    fn a_dozen_names_of_one_point_all_find_a_place() {
        let callouts = [Callout { at: (40.0, 280.0), width: 90.0, height: 10.0 }; 12];
        let places = place(&callouts, ground(Rect::new(0.0, 0.0, 560.0, 300.0), &[]));
        assert!(places.iter().all(Option::is_some), "{places:?}");
    }

    #[test]
    fn a_name_goes_round_what_is_in_its_way() {
        let callout = Callout { at: (50.0, 50.0), width: 30.0, height: 10.0 };
        let bar = Rect::new(50.0, 49.0, 100.0, 51.0);
        let places = place(&[callout], ground(Rect::new(0.0, 0.0, 100.0, 100.0), &[bar]));
        assert_eq!(places, [Some(Rect::new(16.0, 45.0, 46.0, 55.0))]);
    }

    #[test]
    fn a_name_rather_stands_further_off_than_on_a_thin_line() {
        let callout = Callout { at: (95.0, 50.0), width: 30.0, height: 10.0 };
        let line = Rect::new(70.0, 0.0, 73.0, 70.0);
        let places = place(&[callout], ground(Rect::new(0.0, 0.0, 100.0, 100.0), &[line]));
        assert_eq!(places, [Some(Rect::new(61.0, 70.0, 91.0, 80.0))]);
    }

    #[test]
    fn two_names_of_one_point_stand_beside_it_on_either_side() {
        let twice = [Callout { at: (50.0, 50.0), width: 30.0, height: 10.0 }; 2];
        let places = place(&twice, ground(Rect::new(0.0, 0.0, 100.0, 100.0), &[]));
        assert_eq!(places[0], Some(Rect::new(54.0, 45.0, 84.0, 55.0)));
        assert_eq!(places[1], Some(Rect::new(16.0, 45.0, 46.0, 55.0)));
    }
}
