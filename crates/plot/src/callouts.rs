//! Names of points in a plane: each beside its point if there is room, otherwise further off, so
//! that no two overlap. A name that is not beside its point, or is nearer to another, has a dotted
//! line to its own. Where points are crowded, a name may find no place that shows whose it is; its
//! place says so, and the chart can use numbers instead.

mod labels;

use crate::figure::{Figure, Rect, distance};
pub(crate) use labels::{Label, missing, placed};

/// A line from a point to its name.
type Lead = [(f64, f64); 2];

/// The place of a name.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    /// Its box.
    pub area: Rect,
    /// The line to its point, if it needs one.
    lead: Option<Lead>,
    /// Whether it is plain whose name it is: nothing crosses it or its line, and no other point
    /// could be taken for its own.
    pub is_clear: bool,
}

/// A point that is to be named.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Callout {
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
    /// Points without a name, for one of which a name could be taken.
    pub nameless: &'a [(f64, f64)],
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

/// The least space between two names on a line, in heights: 5 and 4 must not read as 54. Also that
/// between a name that has a line, beyond the clearance, and the point of another name: nearer, it
/// seems to stand beside that point, whatever its line says.
const GAP: f64 = 0.5;

/// How many of its heights beyond the clearance a name may stand without a line to its point.
const BESIDE: f64 = 1.8;

/// How much further off a name would rather stand than be nearer to another point than to its own.
const MISTAKEN: f64 = 20.0;

/// How much further off a name would rather stand than leave doubt whose it is, cover another's
/// point, have its line run through another name or point, or have another's line run through it:
/// further than most points are from the edge of their room.
const UNCLEAR: f64 = 150.0;

/// How much of an obstacle a name may cover and still be clear, in squares of its height: a corner
/// that touches a line, but no line through a name.
const SLIVER: f64 = 0.1;

/// How near a line may come to another point, as a share of how near it begins: one that begins
/// beside another point leads away from it.
const AWAY: f64 = 0.9;

/// How many heights nearer another point must be for the name to be taken for that point's: for a
/// name beside two points at once, a line to one of them would look like its interval.
const NEARER: f64 = 0.25;

/// The slack for the rounding of a distance, px.
const ROUNDING: f64 = 1e-9;

/// Points that are to be named, and where their names may stand.
#[derive(Clone, Copy)]
struct Crowd<'a> {
    callouts: &'a [Callout],
    ground: Ground<'a>,
}

impl Crowd<'_> {
    /// Places the names, in the order given, which is also the order of precedence: none overlaps
    /// another, and each stands near its point. `None` for a name that finds no place.
    fn place(&self) -> Vec<Option<Place>> {
        let Self { callouts, ground } = *self;
        let Ground { room, clearance, obstacles, .. } = ground;
        let mut places: Vec<Option<Place>> = Vec::new();
        for callout in callouts {
            let gap = GAP * callout.height;
            let free = |area: &Rect| {
                let (left, right) = (area.left - gap, area.right + gap);
                let spaced = Rect { left, right, ..*area };
                room.holds(area)
                    && !ground.taken.iter().any(|taken| taken.overlaps(area))
                    && !places.iter().flatten().any(|other| other.area.overlaps(&spaced))
            };
            let judged = |area: Rect| {
                let lead = self.lead(callout, &area);
                let covered: f64 = obstacles.iter().map(|obstacle| obstacle.shared(&area)).sum();
                let mistaken = if self.is_mistaken(callout, &area) { MISTAKEN } else { 0.0 };
                let faults = self.crossings(callout, &area, lead, &places)
                    + usize::from(self.is_in_doubt(callout, &area, lead));
                let cost = area.distance(callout.at)
                    + AVOID * covered / callout.height
                    + mistaken
                    + UNCLEAR * faults as f64;
                let is_clear = faults == 0 && covered <= SLIVER * callout.height * callout.height;
                (cost, Place { area, lead, is_clear })
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
                .filter(|area| area.distance(callout.at) + ROUNDING >= clearance && free(area))
                .map(judged)
                .reduce(|best, next| if next.0 < best.0 { next } else { best });
            places.push(best.map(|(_, place)| place));
        }
        places
    }

    /// The line from a point to its name, if the name does not stand beside it or is nearer to another.
    fn lead(&self, callout: &Callout, name: &Rect) -> Option<Lead> {
        let (x, y) = callout.at;
        let is_beside =
            name.distance(callout.at) <= self.ground.clearance + BESIDE * callout.height;
        let needed = !is_beside || self.is_mistaken(callout, name);
        needed.then(|| [(x, y), (x.clamp(name.left, name.right), y.clamp(name.top, name.bottom))])
    }

    /// Whether a name stands nearer to another point than to its own.
    fn is_mistaken(&self, callout: &Callout, name: &Rect) -> bool {
        let own = name.distance(callout.at) - NEARER * callout.height;
        self.callouts.iter().any(|other| name.distance(other.at) < own)
    }

    /// Whether a name leaves doubt whose it is: without a line, if another point is about as near as its
    /// own; with one, if it stands beside the point of another name.
    fn is_in_doubt(&self, callout: &Callout, name: &Rect, lead: Option<Lead>) -> bool {
        let Self { callouts, ground } = self;
        let named = callouts.iter().map(|other| other.at).filter(|at| *at != callout.at);
        match lead {
            Some(_) => {
                let beside = ground.clearance + GAP * callout.height;
                named.into_iter().any(|at| name.distance(at) < beside)
            }
            None => {
                let own = distance_to_middle(callout.at, name);
                let middle = (name.top + name.bottom) / 2.0;
                let is_level = (callout.at.1 - middle).abs() < NEARER * callout.height;
                // An eye sees well which of two points a name is level with.
                let own = own + if is_level { ROUNDING } else { NEARER * callout.height };
                let nameless = ground.nameless.iter().copied();
                named.chain(nameless).any(|at| distance_to_middle(at, name) < own)
            }
        }
    }

    /// How many points a name would cover, how many names, lines and points its line would run through,
    /// and how many other lines would run through the name.
    fn crossings(
        &self,
        callout: &Callout,
        name: &Rect,
        lead: Option<Lead>,
        places: &[Option<Place>],
    ) -> usize {
        let Self { callouts, ground: Ground { clearance, .. } } = *self;
        let half = clearance / 2.0;
        let others = callouts.iter().filter(|other| other.at != callout.at);
        let points = others.filter(|other| {
            let point = Rect::around(other.at, half);
            let near = clearance.min(AWAY * distance(callout.at, other.at));
            point.overlaps(name) || lead.is_some_and(|own| distance_to_line(other.at, own) < near)
        });
        let names = places.iter().flatten().filter(|other| {
            lead.is_some_and(|own| runs_through(own, &other.area))
                || other.lead.is_some_and(|line| {
                    runs_through(line, name) || lead.is_some_and(|own| cross(own, line))
                })
        });
        points.count() + names.count()
    }
}

/// How far a point is from the line along the middle of a name.
fn distance_to_middle(at: (f64, f64), name: &Rect) -> f64 {
    let middle = (name.top + name.bottom) / 2.0;
    Rect { top: middle, bottom: middle, ..*name }.distance(at)
}

/// How far a line is from a point.
fn distance_to_line((x, y): (f64, f64), [(x0, y0), (x1, y1)]: Lead) -> f64 {
    let (across, down) = (x1 - x0, y1 - y0);
    let length = across * across + down * down;
    let along = if length > 0.0 { ((x - x0) * across + (y - y0) * down) / length } else { 0.0 };
    let along = along.clamp(0.0, 1.0);
    distance((x, y), (x0 + along * across, y0 + along * down))
}

/// Whether two lines cross; lines that share an end do not.
fn cross([a, b]: Lead, [c, d]: Lead) -> bool {
    let side = |from: (f64, f64), to: (f64, f64), at: (f64, f64)| {
        (to.0 - from.0) * (at.1 - from.1) - (to.1 - from.1) * (at.0 - from.0)
    };
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
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

/// Draws the line of a place, if it has one: dotted, as a whole line would look like the interval of
/// its point.
fn draw_lead(figure: &mut Figure, place: &Place) {
    /// The distance from one dot to the next and the length of one, in widths of a rule.
    const PITCH: f64 = 3.2;
    const DOT: f64 = 1.5;
    let Some(lead) = place.lead else { return };
    let style = figure.style();
    let [(x0, y0), (x1, y1)] = lead;
    let length = distance(lead[0], lead[1]);
    let (pitch, dot) = (PITCH * style.rule, DOT * style.rule);
    for step in 0..(length / pitch).ceil() as u32 {
        let at = |along: f64| {
            let share = (along / length).min(1.0);
            (x0 + share * (x1 - x0), y0 + share * (y1 - y0))
        };
        let from = f64::from(step) * pitch;
        figure.segment(at(from), at(from + dot), style.muted, style.rule);
    }
}

#[cfg(test)]
mod tests;
