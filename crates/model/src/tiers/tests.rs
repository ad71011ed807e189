//! Who is in the lower class, how long tiers and a rupture last, and what trust is on average.

use super::*;
use crate::alliance::{Alliance, REQUIRED_COLUMNS};
use crate::parameters::Parameters;
use crate::scenario::Scenario;

/// A model of an alliance of which some have a border with Russia and the others are far from it.
fn model(borders: &[bool], changes: &[(&str, f64)]) -> Model {
    let row = |(i, &border): (usize, &bool)| {
        let name = char::from(b'A' + i as u8);
        let far = if border { 0 } else { 3000 };
        format!("A{name}A,Ally,100,1,{},{far},2,0,45,0.4", u8::from(border))
    };
    let rows: Vec<String> = borders.iter().enumerate().map(row).collect();
    let table = format!("{}\n{}", REQUIRED_COLUMNS.join(","), rows.join("\n"));
    let mut parameters = Parameters::default();
    for (key, value) in changes {
        parameters.set(key, *value).unwrap();
    }
    Model::new(&Alliance::from_csv(table.as_bytes()).unwrap(), &parameters, &[], 8).unwrap()
}

/// Splits these covers, quarter by quarter, in the own reading of one replicate.
fn tracked(model: &Model, quarters: &[&[f64]]) -> Vec<(bool, Vec<usize>)> {
    let mut readings = Readings::new(model);
    let mut covers = model.splitter.rows();
    readings.restart();
    let mut seen = Vec::new();
    for values in quarters {
        for (place, &value) in values.iter().enumerate() {
            let (j, lane) = Pack::place(place);
            readings.cover[0][j].0[lane] = value;
            covers[place] = Pack::splat(value);
        }
        let splits = model.splitter.split::<Pack>(&mut covers);
        readings.track::<Pack>(model, 0, &splits, &covers, 0);
        let [own, ..] = readings.tiers(&model.parameters.measure);
        let lower = (0..values.len()).filter(|&place| own.lower.contains(place)).collect();
        seen.push((own.tiered, lower));
    }
    seen
}

/// A gap wide and clean enough for any threshold of these tests.
const ANY_SPLIT: [(&str, f64); 3] =
    [("measure.tier_gap", 0.1), ("measure.tier_separation", 0.5), ("measure.tier_min_class", 1.0)];

#[test]
fn of_allies_that_tie_at_the_upper_end_the_first_in_the_table_are_in_the_lower_class() {
    // Two classes of five: the best split takes the five least covered, four at 0.2 and one at 0.1.
    let values = [0.9, 0.2, 0.2, 0.9, 0.1, 0.2, 0.2, 0.9, 0.2, 0.2];
    let model = model(&[false; 10], &[("measure.tier_min_class", 5.0)]);
    let [(_, lower)] = &tracked(&model, &[&values])[..] else { panic!("one quarter") };
    assert_eq!(lower, &[1, 2, 4, 5, 6]);
    let one_more = [0.9, 0.2, 0.2, 0.9, 0.1, 0.2, 0.2, 0.2, 0.9, 0.9];
    let [(_, lower)] = &tracked(&model, &[&one_more])[..] else { panic!("one quarter") };
    assert_eq!(lower, &[1, 2, 4, 5, 6]);
    // Without a least size, all at 0.2 are in the lower class.
    let model = self::model(&[false; 10], &ANY_SPLIT);
    let [(_, lower)] = &tracked(&model, &[&values])[..] else { panic!("one quarter") };
    assert_eq!(lower, &[1, 2, 4, 5, 6, 8, 9]);
}

#[test]
fn tiers_last_from_the_first_quarter_on_while_the_lower_class_stays_the_same() {
    let [one, other]: [&[f64]; 2] = [&[0.1, 0.8, 0.8, 0.8], &[0.8, 0.1, 0.8, 0.8]];
    let changes =
        [&ANY_SPLIT[..], &[("measure.sustain", 3.0), ("measure.tier_stability", 1.0)]].concat();
    let model = model(&[false; 4], &changes);
    let quarters = [one, one, one, other, other, other, other];
    let tiered: Vec<bool> = tracked(&model, &quarters).iter().map(|(tiered, _)| *tiered).collect();
    assert_eq!(tiered, [false, false, true, false, false, true, true]);
    // If any class counts as the same, a run of tiered quarters goes on.
    let changes = [&changes[..], &[("measure.tier_stability", 0.0)]].concat();
    let model = self::model(&[false; 4], &changes);
    let tiered: Vec<bool> = tracked(&model, &quarters).iter().map(|(tiered, _)| *tiered).collect();
    assert_eq!(tiered, [false, false, true, true, true, true, true]);
}

#[test]
fn an_alliance_of_one_class_is_not_tiered_whatever_the_thresholds() {
    let changes = [
        ("measure.tier_gap", 0.0),
        ("measure.tier_separation", 0.0),
        ("measure.tier_stability", 0.0),
        ("measure.sustain", 1.0),
    ];
    let model = model(&[false; 6], &changes);
    assert_eq!(tracked(&model, &[&[0.4; 6], &[0.4; 6]]), [(false, vec![]), (false, vec![])]);
}

#[test]
fn a_lower_class_that_changes_by_a_fifth_is_stable_to_four_fifths() {
    // Four of five in common: a Jaccard overlap of exactly 0.8.
    let quarters: [&[f64]; 2] = [&[0.1, 0.1, 0.1, 0.1, 0.9, 0.9], &[0.1, 0.1, 0.1, 0.1, 0.1, 0.9]];
    for (stability, tiered) in [(0.8, true), (0.8f64.next_up(), false)] {
        let changes =
            [&ANY_SPLIT[..], &[("measure.sustain", 2.0), ("measure.tier_stability", stability)]]
                .concat();
        assert_eq!(tracked(&model(&[false; 6], &changes), &quarters)[1].0, tiered, "{stability}");
    }
}

#[test]
fn a_gap_and_a_separation_that_are_just_as_wanted_are_enough() {
    // With two values, the gap is exactly ½ and all variance is between the classes.
    let values: [&[f64]; 1] = [&[0.25, 0.25, 0.75, 0.75]];
    for (gap, separation, tiered) in
        [(0.5, 1.0, true), (0.5f64.next_up(), 1.0, false), (0.5, 1.0f64.next_down(), true)]
    {
        let model = model(
            &[false; 4],
            &[
                ("measure.tier_gap", gap),
                ("measure.tier_separation", separation),
                ("measure.tier_min_class", 1.0),
                ("measure.sustain", 1.0),
            ],
        );
        assert_eq!(tracked(&model, &values)[0].0, tiered, "{gap} {separation}");
    }
}

/// The readings of a trust an ally, quarter after quarter.
fn averaged(model: &Model, quarters: &[&[f64]]) -> Readings {
    let mut readings = Readings::new(model);
    readings.restart();
    for values in quarters {
        for (place, &value) in values.iter().enumerate() {
            let (j, lane) = Pack::place(place);
            readings.cover[0][j].0[lane] = value;
        }
        readings.average_trust::<Pack>(model);
    }
    readings
}

#[test]
fn a_rupture_takes_more_than_half_of_the_allies_for_as_many_quarters() {
    let model = model(&[false; 4], &[("measure.rupture_level", 0.3), ("measure.sustain", 2.0)]);
    let [half, most]: [&[f64]; 2] = [&[0.1, 0.2, 0.3, 0.9], &[0.1, 0.2, 0.29, 0.9]];
    for (quarters, ruptured) in [
        (vec![most], false),
        (vec![most, most], true),
        (vec![half, half, half], false),
        (vec![most, half, most], false),
    ] {
        let readings = averaged(&model, &quarters);
        assert_eq!(readings.ruptured(&model.parameters.measure), ruptured, "{quarters:?}");
    }
}

#[test]
fn the_trust_of_a_group_is_its_mean_and_of_none_0() {
    for (borders, front, rear) in [
        ([true, false, false], 0.5, 0.25),
        ([true, true, false], 0.375, 0.25),
        ([true, true, true], 1.0 / 3.0, 0.0),
        ([false, false, false], 0.0, 1.0 / 3.0),
    ] {
        let readings = averaged(&model(&borders, &[]), &[&[0.5, 0.25, 0.25]]);
        assert!((readings.frontline_trust - front).abs() < 1e-15, "{borders:?}");
        assert!((readings.rear_trust - rear).abs() < 1e-15, "{borders:?}");
        assert!((readings.trust_mean - 1.0 / 3.0).abs() < 1e-15, "{borders:?}");
    }
}

#[test]
fn moscows_reading_is_what_it_believes_at_the_end_of_a_quarter_also_where_it_held() {
    let model = Scenario::builtin("article5-like").unwrap().model(&Alliance::nato(), 40).unwrap();
    let mut workspace = model.workspace();
    let (mut held, mut challenged) = (0, 0);
    for replicate in 0..20 {
        model.run(2026, replicate, &mut workspace, |quarter| {
            let count = if quarter.challenge.is_some() { &mut challenged } else { &mut held };
            *count += 1;
            let state = quarter.minds.state;
            let belief = state.capitals.of(MOSCOW);
            let circumstances = state.circumstances_of_cover(&model);
            for (place, cover) in quarter.moscow_cover.iter().enumerate() {
                let (j, lane) = Pack::place(place);
                let prediction = belief.read(model.allies[j].features.lane(lane));
                let expected = cdf(prediction.margin(circumstances.at_one(state, j, lane)));
                assert!(
                    (cover - expected).abs() < 1e-13,
                    "{}: {cover} {expected}",
                    quarter.quarter
                );
            }
        });
    }
    assert!(held > 0 && challenged > 0, "{held} {challenged}");
}
