//! Which interval an effect has, for numbers given by hand.

use article5_model::parameters::Parameters;

use super::*;
use crate::outcome::{Ranges, Risk};

#[test]
fn a_ratio_has_an_interval_once_what_it_divides_by_is_told_from_nothing() {
    let mut ranges = Ranges::new(0.02, 4);
    ranges.include(&Parameters::default(), &[]);
    let layout = Layout::new(1, 1, &[4], &[], &ranges);
    let contrast = Contrast {
        treatment: 0,
        control: None,
        quantity: Quantity::Outcome(Outcome::FullAnswersUkraine),
        quarter: 4,
        since: None,
        per: Some(Outcome::AttacksAllies),
    };
    let of = |attacks: u32| {
        let mut joint = Joint::default();
        let grid = layout.grid(Outcome::AttacksAllies);
        for replicate in 0..1000 {
            joint.add(
                &contrast,
                [0, grid.fix(f64::from(u8::from(replicate < attacks))).into(), 0, 0],
            );
        }
        joint.effect(&contrast, &layout, None)
    };
    // With 0 there is nothing to divide by. A count of 3 lies within 1.96 times its square root of
    // 0, a count of 4 does not.
    assert_eq!(of(0), None);
    let noise = of(3).unwrap();
    assert_eq!((noise.effect, noise.interval, noise.counted), (0.0, None, None));
    assert!(of(4).unwrap().interval.is_some_and(|(low, high)| low == 0.0 && high > 0.0));
}

/// How many quarters these replicates have: no count exceeds that.
const QUARTERS: u32 = 40;

fn layout() -> Layout {
    let mut ranges = Ranges::new(0.02, QUARTERS);
    ranges.include(&Parameters::default(), &[]);
    Layout::new(2, 1, &[1, QUARTERS], &[], &ranges)
}

fn contrast(quantity: Quantity) -> Contrast {
    Contrast { treatment: 1, control: None, quantity, quarter: QUARTERS, since: None, per: None }
}

const PROBES: Quantity = Quantity::Outcome(Outcome::ProbesUkraine);

/// The effect over replicates given as how many there are, with their treatment, its divisor,
/// control and its divisor.
fn effect(contrast: &Contrast, replicates: &[(usize, [f64; TERMS])]) -> Option<ContrastEffect> {
    let layout = layout();
    let own = |number: f64| match contrast.quantity {
        Quantity::Risk(_) => number as i128,
        Quantity::Outcome(outcome) => layout.grid(outcome).fix(number).into(),
        Quantity::Trust(_) => Ranges::share().fix(number).into(),
    };
    let per =
        |number: f64| contrast.per.map_or(0, |outcome| layout.grid(outcome).fix(number).into());
    let mut joint = Joint::default();
    for &(times, [x, y, u, v]) in replicates {
        let control = |number: i128| if contrast.control.is_some() { number } else { 0 };
        let numbers = [own(x), per(y), control(own(u)), control(per(v))];
        (0..times).for_each(|_| joint.add(contrast, numbers));
    }
    joint.effect(contrast, &layout, None)
}

/// The interval for 4, 6 and 8 in a thousand, all others 0: 6 ± 4.3027 · 2/√3 times the exact
/// share for 3.
fn of_three_in_a_thousand() -> (f64, f64) {
    let half = 4.302_652_729_749_462 * 2.0 / 3.0_f64.sqrt();
    let (least, most) = crate::tally::clopper_pearson(3, 1000).unwrap();
    (least * (6.0 - half), most * (6.0 + half))
}

/// The same where a replicate could also lie below the others: Student's interval of 4, 6, 8 and
/// ±√(116/3), by SciPy 1.17, times the upper end of the exact share.
fn of_three_that_differ_either_way() -> (f64, f64) {
    let (_, most) = crate::tally::clopper_pearson(3, 1000).unwrap();
    (most * -3.438_530_204_040_433, most * 10.638_530_204_040_434)
}

fn assert_near(found: Option<(f64, f64)>, expected: (f64, f64)) {
    let found = found.unwrap();
    let near = (found.0 - expected.0).abs() < 1e-9 && (found.1 - expected.1).abs() < 1e-9;
    assert!(near, "{found:?} for {expected:?}");
}

#[test]
fn what_few_replicates_make_up_is_how_often_times_how_large() {
    let (low, high) = of_three_in_a_thousand();
    let sized = |rest: f64| [4.0, 6.0, 8.0].map(|size| (1, [rest + size, 2.0, rest, 2.0]));
    // By itself, and as a ratio to 2.
    let replicates = [&[(997, [0.0, 2.0, 0.0, 2.0])], &sized(0.0)[..]].concat();
    let found = effect(&contrast(PROBES), &replicates).unwrap();
    assert!((found.effect - 0.018).abs() < 1e-12);
    assert!(matches!(found.counted, Some(Counted::Rare { differing: 3, n: 1000, .. })));
    assert_near(found.interval, (low, high));
    let ratio = Contrast { per: Some(Outcome::ProbesAllies), ..contrast(PROBES) };
    assert_near(effect(&ratio, &replicates).unwrap().interval, (0.5 * low, 0.5 * high));
    // Against a control that equals the treatment in all other replicates; and with the two
    // swapped, so that the control has what the treatment lacks.
    let (low, high) = of_three_that_differ_either_way();
    let compared = Contrast { control: Some(0), ..contrast(PROBES) };
    let replicates = [&[(997, [5.0, 0.0, 5.0, 0.0])], &sized(5.0)[..]].concat();
    let found = effect(&compared, &replicates).unwrap();
    assert_near(found.interval, (low, high));
    // By how much the three vary is as good as unknown.
    assert_eq!(found.pairing_gain, None);
    let swapped: Vec<_> =
        replicates.iter().map(|&(times, [x, y, u, v])| (times, [u, v, x, y])).collect();
    assert_near(effect(&compared, &swapped).unwrap().interval, (-high, -low));
    // A ratio to 2 that only the control ever has.
    let ratio = Contrast { per: Some(Outcome::ProbesAllies), ..compared };
    let replicates = [&[(997, [0.0, 2.0, 0.0, 2.0])], &sized(0.0)[..]].concat();
    let swapped: Vec<_> =
        replicates.iter().map(|&(times, [x, y, u, v])| (times, [u, v, x, y])).collect();
    assert_near(effect(&ratio, &swapped).unwrap().interval, (-0.5 * high, -0.5 * low));
}

#[test]
fn few_are_away_from_the_low_end_of_a_range_that_does_not_begin_at_0() {
    // All at the least possible gap except for 0, 0.2 and 0.4: these lie 1.2 ± 4.3027 · 0.2/√3
    // above it.
    let gap = contrast(Quantity::Outcome(Outcome::OptimismGap));
    let few = [0.0, 0.2, 0.4].map(|gap| (1, [gap, 0.0, 0.0, 0.0]));
    let found = effect(&gap, &[&[(997, [-1.0, 0.0, 0.0, 0.0])], &few[..]].concat()).unwrap();
    let half = 4.302_652_729_749_462 * 0.2 / 3.0_f64.sqrt();
    let (least, most) = crate::tally::clopper_pearson(3, 1000).unwrap();
    assert_near(found.interval, (-1.0 + least * (1.2 - half), -1.0 + most * (1.2 + half)));
}

#[test]
fn what_few_are_divided_by_is_taken_as_known() {
    // 1 and 3 in turn, 2 on average.
    let ratio = Contrast { per: Some(Outcome::ProbesAllies), ..contrast(PROBES) };
    let mut replicates = vec![(498, [0.0, 1.0, 0.0, 0.0]), (499, [0.0, 3.0, 0.0, 0.0])];
    replicates.extend([(4.0, 1.0), (6.0, 3.0), (8.0, 1.0)].map(|(x, y)| (1, [x, y, 0.0, 0.0])));
    let (low, high) = of_three_in_a_thousand();
    assert_near(effect(&ratio, &replicates).unwrap().interval, (0.5 * low, 0.5 * high));
}

#[test]
fn a_single_replicate_that_is_away_may_be_as_far_as_any_can() {
    let found = effect(&contrast(PROBES), &[(999, [0.0; 4]), (1, [3.0, 0.0, 0.0, 0.0])]);
    let (_, most) = crate::tally::clopper_pearson(1, 1000).unwrap();
    assert_near(found.unwrap().interval, (0.0, most * f64::from(QUARTERS)));
    let compared = Contrast { control: Some(0), ..contrast(PROBES) };
    let found = effect(&compared, &[(999, [0.0; 4]), (1, [3.0, 0.0, 0.0, 0.0])]);
    let far = most * f64::from(QUARTERS);
    assert_near(found.unwrap().interval, (-far, far));
}

#[test]
fn what_is_alike_in_all_could_be_anything_possible_in_those_unseen() {
    let (_, others) = crate::tally::wilson(0, 1000).unwrap();
    let far = others * f64::from(QUARTERS);
    let none = [(1000, [0.0, 2.0, 0.0, 2.0])];
    assert_near(effect(&contrast(PROBES), &none).unwrap().interval, (0.0, far));
    let compared = Contrast { control: Some(0), ..contrast(PROBES) };
    assert_near(effect(&compared, &none).unwrap().interval, (-far, far));
    let ratio = Contrast { per: Some(Outcome::ProbesAllies), ..contrast(PROBES) };
    assert_near(effect(&ratio, &none).unwrap().interval, (0.0, 0.5 * far));
    // A risk that has not happened since then may have happened in other replicates, but cannot
    // have gone away.
    let risk = contrast(Quantity::Risk(Risk::WarResumed));
    let since = Contrast { since: Some(1), ..risk };
    assert_near(effect(&since, &none).unwrap().interval, (0.0, others));
}

#[test]
fn a_count_rises_by_one_a_quarter_at_most_and_never_falls() {
    let since = Contrast { since: Some(QUARTERS - 2), ..contrast(PROBES) };
    let none = [(1000, [0.0; 4])];
    let (_, others) = crate::tally::wilson(0, 1000).unwrap();
    assert_near(effect(&since, &none).unwrap().interval, (0.0, others * 2.0));
    let one = [(999, [0.0; 4]), (1, [1.0, 0.0, 0.0, 0.0])];
    let (_, most) = crate::tally::clopper_pearson(1, 1000).unwrap();
    assert_near(effect(&since, &one).unwrap().interval, (0.0, most * 2.0));
    // A control may have risen as much where the treatment did not.
    let compared = Contrast { control: Some(0), ..since };
    assert_near(effect(&compared, &one).unwrap().interval, (most * -2.0, most * 2.0));
    // Three that rose do not suggest that others fell.
    let since = Contrast { since: Some(1), ..since };
    let sized = [4.0, 6.0, 8.0].map(|size| (1, [size, 0.0, 0.0, 0.0]));
    let three = [&[(997, [0.0; 4])], &sized[..]].concat();
    assert_near(effect(&since, &three).unwrap().interval, of_three_in_a_thousand());
}

#[test]
fn risks_are_counted_but_for_changes_and_ratios_of_them() {
    let risk = contrast(Quantity::Risk(Risk::WarResumed));
    let compared = Contrast { control: Some(0), ..risk };
    let replicates = [
        (30, [1.0, 1.0, 0.0, 1.0]),
        (25, [0.0, 1.0, 1.0, 1.0]),
        (40, [1.0, 1.0, 1.0, 1.0]),
        (105, [0.0, 1.0, 0.0, 1.0]),
    ];
    let counted = |contrast: &Contrast| effect(contrast, &replicates).unwrap().counted;
    assert_eq!(counted(&risk), Some(Counted::Risk { happened: 70, n: 200 }));
    assert_eq!(counted(&compared), Some(Counted::Pair { first: 30, second: 25, n: 200 }));
    assert_eq!(counted(&Contrast { since: Some(1), ..risk }), None);
    assert_eq!(counted(&Contrast { per: Some(Outcome::ProbesAllies), ..risk }), None);
}

#[test]
fn the_interval_of_a_share_and_of_a_difference_of_shares_is_students_in_full() {
    let share = Contrast {
        per: Some(Outcome::AnswersUkraine),
        ..contrast(Quantity::Outcome(Outcome::FullAnswersUkraine))
    };
    let compared = Contrast { control: Some(0), ..share };
    let replicates = [(2, [1.0, 1.0, 0.0, 1.0]), (1, [0.0, 1.0, 1.0, 1.0])];
    // 2/3 ± t/3 and 1/3 ± t·2/3, where t = scipy.stats.t.ppf(0.975, 2), SciPy 1.17.
    let t = 4.302_652_729_749_464;
    let found = effect(&share, &replicates).unwrap();
    assert_near(found.interval, ((2.0 - t) / 3.0, (2.0 + t) / 3.0));
    assert_eq!(found.counted, None);
    let found = effect(&compared, &replicates).unwrap();
    assert_near(found.interval, ((1.0 - 2.0 * t) / 3.0, (1.0 + 2.0 * t) / 3.0));
}

#[test]
fn one_divisor_that_is_not_told_from_nothing_is_enough_for_no_interval() {
    let ratio = Contrast { control: Some(0), per: Some(Outcome::ProbesAllies), ..contrast(PROBES) };
    // In forty replicates, and in a single one.
    let (told, noise) = ([2.0, 1.0], [0.0, 20.0]);
    let of = |own: [f64; 2], control: [f64; 2]| {
        let replicate = |k: usize| [1.0 + k as f64, own[k], 2.0 - k as f64, control[k]];
        effect(&ratio, &[(40, replicate(0)), (1, replicate(1))]).unwrap().interval
    };
    assert!(of(told, told).is_some());
    assert_eq!(of(told, noise), None);
    assert_eq!(of(noise, told), None);
    // A divisor of less than 1 divides all the same.
    let found = effect(
        &Contrast { control: None, ..ratio },
        &[(60, [1.0, 1.0, 0.0, 0.0]), (60, [2.0, 0.0, 0.0, 0.0])],
    );
    assert!(found.is_some_and(|found| (found.effect - 3.0).abs() < 1e-12));
}
