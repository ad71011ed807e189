//! What must hold of the places of names.

use super::*;
use proptest::prelude::*;

fn ground(room: Rect, obstacles: &[Rect]) -> Ground<'_> {
    Ground { room, clearance: 4.0, taken: &[], obstacles, nameless: &[] }
}

fn place(callouts: &[Callout], ground: Ground<'_>) -> Vec<Option<Place>> {
    Crowd { callouts, ground }.place()
}

/// These points on a ground that bounds nothing.
fn crowd(callouts: &[Callout], clearance: f64) -> Crowd<'_> {
    let everywhere = Rect::new(f64::NEG_INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::INFINITY);
    Crowd { callouts, ground: Ground { clearance, ..ground(everywhere, &[]) } }
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
            prop_assert!(room.holds(one));
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
fn a_line_may_lead_past_a_neighbour_that_it_begins_beside_but_not_towards_it() {
    let callouts = [(0.0, 0.0), (4.0, 0.0)].map(|at| Callout { at, width: 10.0, height: 10.0 });
    let crossed = |end: (f64, f64)| {
        let name = Rect::new(end.0 - 5.0, end.1, end.0 + 5.0, end.1 + 10.0);
        crowd(&callouts, 8.0).crossings(&callouts[0], &name, Some([(0.0, 0.0), end]), &[])
    };
    // At right angles; coming a little nearer than it begins, to 3.98 of 4; and to 2.06.
    assert_eq!([(0.0, 30.0), (3.0, 30.0), (50.0, 30.0)].map(crossed), [0, 0, 1]);
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
        assert!(
            own.lead.is_some() || !crowd(&callouts, 4.0).is_mistaken(callout, &own.area),
            "{own:?}"
        );
        let struck = |other: &Place| own.lead.is_some_and(|lead| runs_through(lead, &other.area));
        assert!(!places.iter().any(struck), "{own:?}");
    }
}

#[test]
fn a_name_beside_its_point_has_no_line_where_another_is_as_near() {
    let name = Rect::new(86.0, 145.0, 146.0, 155.0);
    let line = |x: f64| {
        let at = [(150.0, 150.0), (x, 155.0)];
        let callouts = at.map(|at| Callout { at, width: 60.0, height: 10.0 });
        crowd(&callouts, 4.0).lead(&callouts[0], &name)
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

#[test]
fn a_name_on_a_line_keeps_off_the_points_of_others() {
    // As in a screening: a bar bars the way to the right of the first point, and what room is left
    // near it is beside the second.
    let callouts = [(60.0, 60.0), (20.0, 80.0)].map(|at| Callout { at, width: 70.0, height: 10.0 });
    let bars = [Rect::new(40.0, 59.0, 80.0, 61.0), Rect::new(59.0, 40.0, 61.0, 74.0)];
    let room = Rect::new(0.0, 0.0, 300.0, 100.0);
    let ground = Ground { taken: &bars, ..ground(room, &[]) };
    for (own, other) in place(&callouts, ground).into_iter().flatten().zip([1, 0]) {
        assert!(own.is_clear, "{own:?}");
        let near = ground.clearance + GAP * 10.0;
        assert!(own.lead.is_none() || own.area.distance(callouts[other].at) >= near, "{own:?}");
    }
}

#[test]
fn a_name_that_could_be_anothers_is_not_clear() {
    let callout = Callout { at: (20.0, 20.0), width: 30.0, height: 10.0 };
    let room = Rect::new(0.0, 15.0, 60.0, 25.0);
    let is_clear = |nameless: &[(f64, f64)], obstacles: &[Rect]| {
        let ground = Ground { nameless, ..ground(room, obstacles) };
        place(&[callout], ground)[0].unwrap().is_clear
    };
    assert!(is_clear(&[], &[]));
    assert!(!is_clear(&[(58.0, 20.0)], &[]), "the name is between two points");
    assert!(is_clear(&[(58.0, 60.0)], &[]), "no other point is near");
    assert!(!is_clear(&[], &[Rect::new(40.0, 0.0, 42.0, 40.0)]), "a line runs through the name");
    assert!(is_clear(&[], &[Rect::new(40.0, 0.0, 42.0, 16.0)]), "a line touches the name");
}

#[test]
fn a_line_begins_beside_another_point_only_to_lead_away_from_it() {
    let callouts = [(50.0, 50.0), (52.0, 50.0)].map(|at| Callout { at, width: 6.0, height: 10.0 });
    let crossed = |to: (f64, f64)| {
        let name = Rect::new(to.0, to.1, to.0 + 6.0, to.1 + 10.0);
        crowd(&callouts, 4.0).crossings(&callouts[0], &name, Some([callouts[0].at, to]), &[])
    };
    assert_eq!([crossed((10.0, 50.0)), crossed((90.0, 50.0))], [0, 1]);
}

#[test]
fn two_lines_cross_unless_they_share_an_end() {
    let line = [(0.0, 0.0), (10.0, 10.0)];
    assert!(cross(line, [(0.0, 10.0), (10.0, 0.0)]));
    assert!(!cross(line, [(0.0, 0.0), (10.0, 0.0)]));
    assert!(!cross(line, [(0.0, 1.0), (10.0, 11.0)]));
}

#[test]
fn a_name_is_clear_of_a_point_a_little_further_off_only_where_it_is_level_with_its_own() {
    let callouts = [(50.0, 50.0), (50.0, 54.0)].map(|at| Callout { at, width: 20.0, height: 10.0 });
    let in_doubt = |top: f64| {
        let name = Rect::new(54.0, top, 74.0, top + 10.0);
        crowd(&callouts, 4.0).is_in_doubt(&callouts[0], &name, None)
    };
    // Level with its own; between the two; above both.
    assert_eq!([45.0, 47.0, 39.0].map(in_doubt), [false, true, false]);
    // Below its own, as near to the other.
    assert!(in_doubt(49.0));
}
