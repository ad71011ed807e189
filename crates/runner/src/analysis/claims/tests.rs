//! Verdicts, what they rest on and what they lack.

use super::*;

const HIGHER: Region = Region { least: 0.0, most: f64::INFINITY };

fn around(value: f64) -> Option<Estimate> {
    Some(Estimate { value, low: value - 0.1, high: value + 0.1 })
}

fn evidence(value: f64) -> Option<Evidence> {
    around(value).map(|estimate| Evidence { estimate, counted: None })
}

fn known(own: Option<Evidence>) -> Baseline {
    own.map_or(Baseline::NoInterval, Baseline::Known)
}

fn verdict(baseline: f64, space: &[(usize, f64)]) -> Judgement {
    let space: Vec<_> =
        space.iter().flat_map(|&(n, value)| std::iter::repeat_n(evidence(value), n)).collect();
    judge(HIGHER, (known(evidence(baseline)), 1000), (&space, 200))
}

/// A risk that happened `happened` times in 200 replicates.
fn risk(happened: u64) -> Option<Evidence> {
    let counted = Counted::Risk { happened, n: 200 };
    let (low, high) = counted.interval()?;
    let estimate = Estimate { value: happened as f64 / 200.0, low, high };
    Some(Evidence { estimate, counted: Some(counted) })
}

#[test]
fn too_few_events_foretell_nothing_but_what_is_impossible() {
    let below = |most: f64| Region { least: f64::NEG_INFINITY, most };
    let judged = |most: f64, baseline: u64, space: &[(usize, u64)]| {
        let space: Vec<_> =
            space.iter().flat_map(|&(n, x)| std::iter::repeat_n(risk(x), n)).collect();
        judge(below(most), (known(risk(baseline)), 200), (&space, 200))
    };
    // None in 200 is below 2 %, and not yet below 1 %.
    assert_eq!(judged(0.02, 0, &[(100, 0)]).ruling, Ruling::Holds);
    let own = judged(0.01, 0, &[(100, 0)]);
    assert_eq!(own.ruling, Ruling::Undecided(Lacks::Events(1.0)));
    // A fifth of the points contradict it, whatever becomes of the others.
    let own = judged(0.02, 0, &[(80, 0), (20, 40)]);
    assert_eq!(own.ruling, Ruling::Depends);
    let baseline = judged(0.03, 2, &[(100, 0)]);
    assert_eq!(baseline.ruling, Ruling::Undecided(Lacks::BaselineReplicates(None)));
}

#[test]
fn a_baseline_on_the_other_side_than_the_space_has_no_number() {
    let own = verdict(-0.05, &[(100, 0.5)]);
    assert_eq!(own.ruling, Ruling::Undecided(Lacks::BaselineReplicates(None)));
}

#[test]
fn a_claim_that_holds_almost_everywhere_holds_and_its_reverse_fails() {
    assert_eq!(verdict(0.5, &[(95, 0.5), (5, -0.5)]).ruling, Ruling::Holds);
    assert_eq!(verdict(-0.5, &[(95, -0.5), (5, 0.5)]).ruling, Ruling::Fails);
}

#[test]
fn a_claim_that_holds_in_half_of_the_space_depends() {
    let own = verdict(0.5, &[(50, 0.5), (50, -0.5)]);
    assert_eq!(own.ruling, Ruling::Depends);
    assert_eq!(own.reach, Reach { points: 100, holds: 50, reversed: 50 });
    // If the space says almost everywhere what the baseline denies, more replicates do not settle
    // it.
    assert_eq!(verdict(-0.5, &[(100, 0.5)]).ruling, Ruling::Depends);
}

#[test]
fn a_claim_that_is_shown_no_more_than_by_chance_is_undecided_though_more_would_not_settle_it() {
    // Whether it is clear at the baseline, and which way, is the same to this.
    for baseline in [0.0, 0.5, -0.5] {
        let ruling = |space: &[(usize, f64)]| verdict(baseline, space).ruling;
        let small = [(50, 0.01), (50, -0.01)];
        assert_eq!(ruling(&small), Ruling::Undecided(Lacks::MoreThanChance), "{baseline}");
        // One point in forty either way is what chance shows when there is no effect.
        let chance = [(95, 0.01), (95, -0.01), (5, 0.5), (5, -0.5)];
        assert_eq!(ruling(&chance), Ruling::Undecided(Lacks::MoreThanChance), "{baseline}");
        assert_eq!(ruling(&[(95, 0.01), (90, -0.01), (15, 0.5)]), Ruling::Depends, "{baseline}");
        assert_eq!(ruling(&[(95, 0.01), (90, -0.01), (15, -0.5)]), Ruling::Depends, "{baseline}");
    }
}

#[test]
fn of_few_points_nothing_is_expected_but_what_is_shown_both_ways_depends() {
    let few = |holds: usize, unclear: usize, reversed: usize| {
        let own = verdict(0.0, &[(holds, 0.5), (unclear, 0.01), (reversed, -0.5)]);
        own.ruling
    };
    assert_eq!(few(1, 3, 0), Ruling::Undecided(Lacks::MorePoints));
    assert_eq!(few(10, 9, 0), Ruling::Undecided(Lacks::MorePoints));
    assert_eq!(few(10, 0, 9), Ruling::Depends);
    assert_eq!(few(10, 10, 0), Ruling::Depends);
    // What a few points show outright needs no prediction.
    assert_eq!(verdict(0.5, &[(4, 0.5)]).ruling, Ruling::Holds);
    // Of no points, none is most.
    assert_eq!(verdict(0.5, &[]).ruling, Ruling::Undecided(Lacks::AnyPoint));
}

#[test]
fn a_claim_without_an_effect_at_the_baseline_is_undecided() {
    let judged =
        |baseline| judge(HIGHER, (baseline, 0), (&[None, evidence(0.5), None], 200)).ruling;
    assert_eq!(judged(Baseline::NoEffect), Ruling::Undecided(Lacks::Effect));
    assert_eq!(judged(Baseline::NoInterval), Ruling::Undecided(Lacks::Interval));
}

#[test]
fn a_small_effect_with_wide_intervals_is_undecided_and_needs_as_many_as_make_it_clear() {
    let own = verdict(0.5, &[(50, 0.5), (50, 0.09)]);
    // Half-width 0.1 over 200: at 800 it is 0.05 and 0.09 is clear in 94 % of draws.
    assert_eq!(own.ruling, Ruling::Undecided(Lacks::PointReplicates(800)));
    let own = verdict(0.05, &[(100, 0.5)]);
    // With an error of 0.05 / 2.8016, instead of 0.1 / 1.96, the interval is clear in 80 % of
    // draws.
    assert_eq!(own.ruling, Ruling::Undecided(Lacks::BaselineReplicates(Some(8173))));
}

#[test]
fn an_effect_that_is_not_there_in_half_of_the_space_depends_however_many_replicates() {
    let space: Vec<_> =
        (0..200).map(|point| evidence(if point % 2 == 0 { 0.5 } else { 0.0 })).collect();
    let own = judge(HIGHER, (known(evidence(0.5)), 1000), (&space, 200));
    assert_eq!(own.ruling, Ruling::Depends);
}

#[test]
fn holms_p_values_are_those_of_statsmodels() {
    // multipletests([0.001, 0.02, 0.012, 0.5, 0.04], method="holm")
    let found = holm(&[0.001, 0.02, 0.012, 0.5, 0.04]);
    for (own, expected) in found.iter().zip([0.005, 0.06, 0.048, 0.5, 0.08]) {
        assert!((own - expected).abs() < 1e-15, "{found:?}");
    }
    // Twice 0.6 would not be a probability.
    assert_eq!(holm(&[0.7, 0.6]), [1.0, 1.0]);
}

#[test]
fn ninety_in_a_hundred_points_are_most_of_the_space() {
    assert_eq!(verdict(0.5, &[(90, 0.5), (10, -0.5)]).ruling, Ruling::Holds);
    assert_eq!(verdict(0.5, &[(89, 0.5), (11, -0.5)]).ruling, Ruling::Depends);
    assert_eq!(verdict(-0.5, &[(90, -0.5), (10, 0.5)]).ruling, Ruling::Fails);
}

#[test]
fn the_reach_is_a_share_of_the_points_with_wilsons_interval() {
    let reach = Reach { points: 40, holds: 10, reversed: 30 };
    // Wilson's formula written out in another language for 10 of 40.
    let Estimate { value, low, high } = reach.share().unwrap();
    assert_eq!(value, 0.25);
    assert!((low - 0.141_871_186_390_963).abs() < 1e-14, "{low}");
    assert!((high - 0.401_939_614_207_680_3).abs() < 1e-14, "{high}");
    assert_eq!(reach.reversed_share(), Some(0.75));
    assert_eq!(Reach { points: 1, holds: 0, reversed: 1 }.reversed_share(), Some(1.0));
    let none = Reach::default();
    assert_eq!((none.share(), none.reversed_share()), (None, None));
}

#[test]
fn a_baseline_that_is_not_clear_needs_one_replicate_more_at_least() {
    // Wide on one side only: judged by the whole width the error is small, and fewer replicates
    // would do.
    let estimate = Estimate { value: 0.3, low: -0.01, high: 0.32 };
    let own = Some(Evidence { estimate, counted: None });
    let space = vec![evidence(0.5); 100];
    let judged = judge(HIGHER, (known(own), 1000), (&space, 200));
    assert_eq!(judged.ruling, Ruling::Undecided(Lacks::BaselineReplicates(Some(1001))));
    assert_eq!(judged.ruling.replicates(), Some(1001));
}

/// A claim that something happens so seldom that 4 events in 200 replicates contradict it, and are
/// still few.
const SELDOM: Region = Region { least: f64::NEG_INFINITY, most: 0.0005 };

#[test]
fn what_too_few_events_say_clearly_counts_and_the_rest_of_them_is_open() {
    // 4 of 200 are shown to be more than 0.05 %; 0 of 200 show nothing either way.
    assert!(risk(0).is_some_and(Evidence::is_few) && risk(4).is_some_and(Evidence::is_few));
    let judged = |baseline: Option<Evidence>, reversed: usize, open: usize, apart: usize| {
        let held = Some(Evidence {
            estimate: Estimate { value: -0.1, low: -0.15, high: -0.05 },
            counted: Some(Counted::Risk { happened: 0, n: 200 }),
        });
        let space = [vec![risk(4); reversed], vec![risk(0); open], vec![held; apart]].concat();
        judge(SELDOM, (known(baseline), 200), (&space, 200)).ruling
    };
    // Together exactly 90 of 100, which is enough; one fewer is not.
    assert_eq!(judged(risk(0), 80, 10, 10), Ruling::Undecided(Lacks::Events(0.1)));
    assert_eq!(judged(risk(0), 79, 10, 11), Ruling::Depends);
    assert_eq!(judged(risk(0), 10, 10, 80), Ruling::Undecided(Lacks::Events(0.1)));
    assert_eq!(judged(risk(0), 11, 10, 79), Ruling::Depends);
    // A baseline that is clear leaves only its own side open.
    assert_eq!(judged(risk(4), 80, 10, 10), Ruling::Undecided(Lacks::Events(0.1)));
    assert_eq!(judged(risk(4), 10, 10, 80), Ruling::Depends);
}

#[test]
fn points_without_an_interval_have_too_few_events_for_one() {
    let judged = |clear: usize, reversed: usize, without: usize| {
        let space =
            [vec![evidence(0.5); clear], vec![evidence(-0.5); reversed], vec![None; without]]
                .concat();
        judge(HIGHER, (known(evidence(0.5)), 1000), (&space, 200)).ruling
    };
    assert_eq!(judged(80, 0, 20), Ruling::Undecided(Lacks::Events(0.2)));
    assert_eq!(judged(80, 10, 10), Ruling::Undecided(Lacks::Events(0.1)));
    // More than a tenth contradict it, whatever becomes of the others.
    assert_eq!(judged(80, 11, 9), Ruling::Depends);
}

#[test]
fn what_few_events_say_clearly_is_added_to_what_more_replicates_would_show() {
    // 60 points are clear already. The others have 0.07 to go and a half-width of 0.1: at four times the
    // replicates 0.6 + 0.4·Φ(0.02/0.0255) = 0.913 are expected, at twice as many 0.797.
    for (few, value) in [(4, 0.0705), (0, -0.0695)] {
        let clear = match few {
            0 => Some(Evidence {
                estimate: Estimate { value: -0.1, low: -0.15, high: -0.05 },
                counted: Some(Counted::Risk { happened: 0, n: 200 }),
            }),
            _ => risk(few),
        };
        let space = [vec![clear; 60], vec![evidence(value); 40]].concat();
        let judged = judge(SELDOM, (known(evidence(0.0)), 200), (&space, 200));
        assert_eq!(judged.ruling, Ruling::Undecided(Lacks::PointReplicates(800)), "{few}");
    }
}

#[test]
fn up_to_sixty_four_times_the_replicates_are_tried_in_powers_of_two() {
    // With 32 times as many replicates, 0.0215 is clear in 0.66 of draws and 0.83 of the points are
    // expected to be clear; with 64 times as many, 0.92 and 0.96.
    let own = verdict(0.5, &[(50, 0.5), (50, 0.0215)]);
    assert_eq!(own.ruling, Ruling::Undecided(Lacks::PointReplicates(64 * 200)));
    // With 64 times as many, 0.0125 would be clear in half of draws.
    let own = verdict(0.5, &[(50, 0.5), (50, 0.0125)]);
    assert_eq!(own.ruling, Ruling::Depends);
}
