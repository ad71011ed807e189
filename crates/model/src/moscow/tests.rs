//! Which option a mark chooses.

use super::*;
use crate::alliance::Alliance;
use crate::math::LANES;
use crate::parameters::Parameters;

/// A model of the alliance, and options of which only a few have weight: those that are powers of two
/// sum without rounding.
fn options(weights: &[(usize, f64, f64)]) -> (Model, Vec<Options>) {
    let model = Model::new(&Alliance::nato(), &Parameters::default(), &[], 1).unwrap();
    let mut options = vec![Options::default(); model.allies.len()];
    for &(place, probe, attack) in weights {
        let (j, lane) = Pack::place(place);
        options[j].probe.0[lane] = probe;
        options[j].attack.0[lane] = attack;
        options[j].weight += probe + attack;
    }
    (model, options)
}

#[test]
fn the_first_option_is_chosen_whose_cumulative_weight_exceeds_the_mark() {
    use Commitment::{Ally, Ukraine};
    use Severity::{Attack, Probe};
    let (model, options) = options(&[(0, 0.5, 0.25), (1, 0.0, 0.0), (9, 0.0, 1.0), (31, 2.0, 4.0)]);
    for (mark, choice) in [
        (0.0, None),
        (1.0f64.next_down(), None),
        (1.0, Some((Ally(0), Probe))),
        (1.5, Some((Ally(0), Attack))),
        (1.75, Some((Ally(9), Attack))),
        (2.75, Some((Ukraine, Probe))),
        (4.75, Some((Ukraine, Attack))),
        (8.75f64.next_down(), Some((Ukraine, Attack))),
    ] {
        assert_eq!(first_beyond(&model, &options, 1.0, mark), choice, "{mark}");
    }
}

#[test]
fn where_rounding_leaves_none_the_last_option_with_weight_is_chosen() {
    use Commitment::Ally;
    use Severity::{Attack, Probe};
    for (weights, choice) in [
        (vec![(4, 1.0, 2.0), (17, 0.5, 0.75)], (Ally(17), Attack)),
        (vec![(4, 1.0, 2.0), (17, 0.0, 0.75)], (Ally(17), Attack)),
        (vec![(4, 1.0, 2.0), (17, 0.5, 0.0)], (Ally(17), Probe)),
    ] {
        let (model, options) = options(&weights);
        assert_eq!(first_beyond(&model, &options, 1.0, 100.0), Some(choice), "{weights:?}");
    }
}

#[test]
fn a_mark_that_rounding_leaves_beyond_all_options_takes_the_last_possible_one() {
    // With eight allies, Ukraine is alone in the second pack, and closed while at war.
    let table: Vec<&str> = include_str!("../../data/members.csv").lines().take(LANES + 1).collect();
    let alliance = Alliance::from_csv(table.join("\n").as_bytes()).unwrap();
    let model = Model::new(&alliance, &Parameters::default(), &[], 1).unwrap();
    let weights = |probe: Pack, attack: Pack| {
        let weight = (probe + attack).sum();
        Options { probe, attack, open: Pack::ONE, weight }
    };
    let mut attack = Pack::splat(1.0);
    attack.0[LANES - 1] = 0.25;
    let options = [weights(Pack::splat(0.5), attack), weights(Pack::ZERO, Pack::ZERO)];
    let choose = |mark| first_beyond(&model, &options, 1.0, mark);
    let ally = |i, severity| Some((Commitment::Ally(i), severity));
    assert_eq!(choose(0.99), None);
    assert_eq!(choose(1.0), ally(0, Severity::Probe));
    assert_eq!(choose(1.5), ally(0, Severity::Attack));
    assert_eq!(choose(12.25), ally(7, Severity::Attack));
    assert_eq!(choose(13.0), ally(7, Severity::Attack));
}
