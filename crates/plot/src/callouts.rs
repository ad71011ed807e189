//! Names of points in a plane: each beside its point if there is room, otherwise further off, so
//! that no two overlap. A name that is not beside its point, or is nearer to another, has a line to
//! its own.

use crate::figure::{Figure, Rect};

/// A line from a point to its name.
type Lead = [(f64, f64); 2];

/// The place of a name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    /// Its box.
    pub area: Rect,
    /// The line to its point, if it needs one.
    lead: Option<Lead>,
}

/// A point that is to be named.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Callout {
    /// The point.
    pub at: (f64, f64),
    /// The width of the name, px.
    pub width: f64,
    /// The height of the name, px.
    pub height: f64,
}

/// Where names may stand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ground<'a> {
    /// The room that no name may leave.
    pub room: Rect,
    /// The distance that each keeps from its point, px.
    pub clearance: f64,
    /// Boxes that none may overlap.
    pub taken: &'a [Rect],
    /// Boxes that names avoid where they can.
    pub obstacles: &'a [Rect],
}

/// Where a name may stand horizontally, best first: by how many of its widths it is moved to the
/// left from starting at the point, and on which side of the point it keeps clear of it.
const ACROSS: [(f64, f64); 7] =
    [(0.0, 1.0), (1.0, -1.0), (0.5, 0.0), (-1.0, 1.0), (2.0, -1.0), (-2.0, 1.0), (3.0, -1.0)];

/// How many half heights above or below its point a name may stand.
const REACH: i32 = 60;

/// How much further off a name would rather stand, for each px of an obstacle that it would cover:
/// obstacles are thin lines, and one through a name strikes it out.
const AVOID: f64 = 40.0;

/// How many of its heights beyond the clearance a name may stand without a line to its point.
const BESIDE: f64 = 1.8;

/// How much further off a name would rather stand than cover another's point, have its line run
/// through another name or point, or have another's line run through it.
const CROSSED: f64 = 300.0;

/// How much further off a name would rather stand than be nearer to another point than to its own.
const MISTAKEN: f64 = 20.0;

/// How many heights nearer another point must be for the name to be taken for that point's: for a
/// name beside two points at once, a line to one of them would look like its interval.
const NEARER: f64 = 0.25;

/// The slack for the rounding of a distance, px.
const ROUNDING: f64 = 1e-9;

/// Places the names, in the order given, which is also the order of precedence: none overlaps
/// another, and each stands near its point. `None` for a name that finds no place.
pub(crate) fn place(callouts: &[Callout], ground: Ground<'_>) -> Vec<Option<Place>> {
    let Ground { room, clearance, obstacles, .. } = ground;
    let mut taken: Vec<Rect> = ground.taken.to_vec();
    let mut places: Vec<Option<Place>> = Vec::new();
    for callout in callouts {
        let free = |area: &Rect| holds(&room, area) && !taken.iter().any(|t| t.overlaps(area));
        let cost = |Place { area, lead }: &Place| {
            let covered: f64 = obstacles.iter().map(|o| shared(o, area)).sum();
            let mistaken = if is_mistaken(callout, area, callouts) { MISTAKEN } else { 0.0 };
            let crossed = crossings(callout, area, *lead, callouts, &places, clearance);
            distance(callout.at, area)
                + AVOID * covered / callout.height
                + mistaken
                + CROSSED * crossed as f64
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
            .map(|area| Place { area, lead: lead(callout, &area, callouts, clearance) })
            .map(|place| (cost(&place), place))
            .reduce(|best, next| if next.0 < best.0 { next } else { best });
        taken.extend(best.map(|(_, place)| place.area));
        places.push(best.map(|(_, place)| place));
    }
    places
}

/// The line from a point to its name, if the name does not stand beside it or is nearer to another.
fn lead(callout: &Callout, name: &Rect, callouts: &[Callout], clearance: f64) -> Option<Lead> {
    let (x, y) = callout.at;
    let is_beside = distance(callout.at, name) <= clearance + BESIDE * callout.height;
    let needed = !is_beside || is_mistaken(callout, name, callouts);
    needed.then(|| [(x, y), (x.clamp(name.left, name.right), y.clamp(name.top, name.bottom))])
}

/// Whether a name stands nearer to another point than to its own.
fn is_mistaken(callout: &Callout, name: &Rect, callouts: &[Callout]) -> bool {
    let own = distance(callout.at, name) - NEARER * callout.height;
    callouts.iter().any(|other| distance(other.at, name) < own)
}

/// How many points a name would cover, how many names and points its line would run through, and
/// how many other lines would run through the name.
fn crossings(
    callout: &Callout,
    name: &Rect,
    lead: Option<Lead>,
    callouts: &[Callout],
    places: &[Option<Place>],
    clearance: f64,
) -> usize {
    let half = clearance / 2.0;
    let struck = |area: &Rect| lead.is_some_and(|own| runs_through(own, area));
    let others = callouts.iter().filter(|other| other.at != callout.at);
    let points = others.filter(|other| {
        let (x, y) = other.at;
        let point = Rect::new(x - half, y - half, x + half, y + half);
        point.overlaps(name) || struck(&point)
    });
    let names = places.iter().flatten().filter(|other| {
        struck(&other.area) || other.lead.is_some_and(|own| runs_through(own, name))
    });
    points.count() + names.count()
}

/// Whether a line has a part within a rectangle (the clipping of Liang and Barsky).
fn runs_through([(x0, y0), (x1, y1)]: Lead, area: &Rect) -> bool {
    let sides = [
        (x0 - x1, x0 - area.left),
        (x1 - x0, area.right - x0),
        (y0 - y1, y0 - area.top),
        (y1 - y0, area.bottom - y0),
    ];
    let (mut from, mut to) = (0.0_f64, 1.0_f64);
    for (along, room) in sides {
        if along == 0.0 && room < 0.0 {
            return false;
        }
        if along < 0.0 {
            from = from.max(room / along);
        } else if along > 0.0 {
            to = to.min(room / along);
        }
    }
    from < to
}

/// How far a rectangle is from a point.
fn distance((x, y): (f64, f64), area: &Rect) -> f64 {
    let across = (area.left - x).max(x - area.right).max(0.0);
    let down = (area.top - y).max(y - area.bottom).max(0.0);
    (across * across + down * down).sqrt()
}

/// Draws the line of a place, if it has one.
pub(crate) fn draw_lead(figure: &mut Figure, place: &Place) {
    let style = *figure.style();
    if let Some([from, to]) = place.lead {
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

    /// The boxes alone.
    fn areas(callouts: &[Callout], ground: Ground<'_>) -> Vec<Option<Rect>> {
        place(callouts, ground).into_iter().map(|own| own.map(|own| own.area)).collect()
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
                areas(&callouts, ground(room, &[])).into_iter().flatten().collect();
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
        let places = areas(&[callout], ground(Rect::new(0.0, 0.0, 100.0, 100.0), &[bar]));
        assert_eq!(places, [Some(Rect::new(16.0, 45.0, 46.0, 55.0))]);
    }

    #[test]
    fn a_name_rather_stands_further_off_than_on_a_thin_line() {
        let callout = Callout { at: (95.0, 50.0), width: 30.0, height: 10.0 };
        let line = Rect::new(70.0, 0.0, 73.0, 70.0);
        let places = areas(&[callout], ground(Rect::new(0.0, 0.0, 100.0, 100.0), &[line]));
        assert_eq!(places, [Some(Rect::new(61.0, 70.0, 91.0, 80.0))]);
    }

    #[test]
    fn a_line_runs_through_what_it_crosses_and_not_through_what_it_passes() {
        let area = Rect::new(10.0, 10.0, 20.0, 20.0);
        assert!(runs_through([(0.0, 15.0), (30.0, 15.0)], &area));
        assert!(runs_through([(15.0, 0.0), (15.0, 12.0)], &area));
        assert!(runs_through([(5.0, 12.0), (15.0, 30.0)], &Rect::new(0.0, 10.0, 20.0, 20.0)));
        assert!(!runs_through([(0.0, 15.0), (10.0, 15.0)], &area));
        assert!(!runs_through([(0.0, 25.0), (30.0, 25.0)], &area));
        assert!(!runs_through([(0.0, 30.0), (9.0, 0.0)], &area));
    }

    #[test]
    fn a_name_nearer_to_another_point_has_a_line_to_its_own_and_no_line_strikes_a_name() {
        // So close together that most names stand further off.
        let callouts: Vec<Callout> = (0..9)
            .map(|k| Callout {
                at: (150.0 + 12.0 * f64::from(k), 150.0 + 3.0 * f64::from(k % 3)),
                width: 60.0,
                height: 10.0,
            })
            .collect();
        let places = place(&callouts, ground(Rect::new(0.0, 0.0, 400.0, 300.0), &[]));
        let places: Vec<Place> = places.into_iter().flatten().collect();
        assert_eq!(places.len(), callouts.len());
        for (callout, own) in callouts.iter().zip(&places) {
            assert!(own.lead.is_some() || !is_mistaken(callout, &own.area, &callouts), "{own:?}");
            let struck =
                |other: &Place| own.lead.is_some_and(|lead| runs_through(lead, &other.area));
            assert!(!places.iter().any(struck), "{own:?}");
        }
    }

    #[test]
    fn a_name_beside_its_point_has_no_line_where_another_is_as_near() {
        let name = Rect::new(86.0, 145.0, 146.0, 155.0);
        let line = |x: f64| {
            let at = [(150.0, 150.0), (x, 155.0)];
            let callouts = at.map(|at| Callout { at, width: 60.0, height: 10.0 });
            lead(&callouts[0], &name, &callouts, 4.0)
        };
        assert_eq!(line(149.5), None);
        assert_eq!(line(147.0), Some([(150.0, 150.0), (146.0, 150.0)]));
    }

    #[test]
    fn two_names_of_one_point_stand_beside_it_on_either_side() {
        let twice = [Callout { at: (50.0, 50.0), width: 30.0, height: 10.0 }; 2];
        let places = areas(&twice, ground(Rect::new(0.0, 0.0, 100.0, 100.0), &[]));
        assert_eq!(places[0], Some(Rect::new(54.0, 45.0, 84.0, 55.0)));
        assert_eq!(places[1], Some(Rect::new(16.0, 45.0, 46.0, 55.0)));
    }
}
