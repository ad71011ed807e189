//! Tallies of real replicates against the same estimates made from the replicates' own numbers.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use article5_model::cover::CoverMatrix;
use article5_model::observe::{Commitment, Quarter};
use article5_model::washington::{Answer, Severity};
use article5_runner::outcome::{History, Outcome, Quantity, Risk};
use article5_runner::tally::{Counted, CountedEvent, Pair, paired_risks, wilson};
use proptest::prelude::*;

use common::{
    COMPARED, CONTRASTS, COVERED, LAYOUT, LEVELS, MODELS, QUARTERS, SEED, TALLIED, point,
};

const REPLICATES: u64 = 96;

/// Student's 97.5 % point for as many: scipy.stats.t.ppf(0.975, 95), SciPy 1.17.1.
const T_95: f64 = 1.985_251_003_505_497_8;

const PAIR: Pair = Pair { scenario: 1, reference: 0 };

/// Runs a replicate of a scenario.
fn run(scenario: usize, replicate: u64, see: impl FnMut(&Quarter<'_>)) {
    let model = &MODELS[scenario];
    model.run(SEED, replicate, &mut model.workspace(), see);
}

/// Mean and sample variance in two passes.
fn two_pass(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1.0))
}

/// One number a replicate, from one quarter of it.
fn collect(scenario: usize, quarter: u32, number: impl Fn(&Quarter<'_>) -> f64) -> Vec<f64> {
    let mut values = Vec::new();
    for replicate in 0..REPLICATES {
        run(scenario, replicate, |seen| {
            if seen.quarter == quarter {
                values.push(number(seen));
            }
        });
    }
    values
}

#[test]
fn means_deviations_and_quantiles_are_those_of_the_replicates() {
    let total = point([0..40, 40..REPLICATES]);
    for (scenario, tally) in total.scenarios().iter().enumerate() {
        for quarter in TALLIED {
            let gap = collect(scenario, quarter, |seen| seen.p_full_kyiv - seen.p_full_moscow);
            let capability = collect(scenario, quarter, |seen| seen.kyiv_capability);
            for (outcome, values) in
                [(Outcome::OptimismGap, gap), (Outcome::KyivCapability, capability)]
            {
                let found = tally.outcome(quarter, outcome).unwrap();
                let (mean, variance) = two_pass(&values);
                let (grid, bound) = (found.grid(), 1.1 * found.grid().tolerance());
                assert!((found.mean().unwrap() - mean).abs() <= bound);
                assert!((found.sd().unwrap() - variance.sqrt()).abs() <= bound);
                let [median] = found.quantiles([0.5]).unwrap();
                let mut sorted = values.clone();
                sorted.sort_by(f64::total_cmp);
                let middle = sorted.len() / 2;
                let exact = 0.5 * (sorted[middle - 1] + sorted[middle]);
                assert!((median - exact).abs() <= grid.bin_width());
            }
            for member in [0, 9, 30] {
                let (trust, _) = two_pass(&collect(scenario, quarter, |seen| seen.trust[member]));
                let (cover, _) =
                    two_pass(&collect(scenario, quarter, |seen| seen.moscow_cover[member]));
                let (defence, _) =
                    two_pass(&collect(scenario, quarter, |seen| seen.defence[member]));
                let found = tally.trust(quarter, member).unwrap();
                let means = tally.member(quarter, member).unwrap();
                assert!((found.mean().unwrap() - trust).abs() < 1e-12);
                assert!((means.moscow_cover - cover).abs() < 1e-12);
                assert!((means.defence - defence).abs() <= LAYOUT.defence().step());
                let (effort, _) = two_pass(&collect(scenario, quarter, |seen| seen.effort[member]));
                let (allied, _) =
                    two_pass(&collect(scenario, quarter, |seen| seen.allied_cover[member]));
                assert!((means.effort - effort).abs() <= LAYOUT.effort().step());
                assert!((means.allied_cover - allied).abs() < 1e-12);
            }
        }
    }
}

#[test]
fn members_are_counted_in_the_force_and_in_the_lower_tier_of_a_tiered_alliance() {
    let total = point([0..40, 40..REPLICATES]);
    let tally = &total.scenarios()[1];
    let (mut sometimes_in_force, mut sometimes_lower, mut lower_but_not_tiered) = (0, 0, 0);
    for member in 0..LAYOUT.members() {
        let count = |so: fn(&Quarter<'_>, usize) -> bool| {
            let all = collect(1, QUARTERS, |seen| f64::from(u8::from(so(seen, member))));
            all.iter().sum::<f64>()
        };
        let in_force = count(|seen, member| seen.in_force.contains(member));
        let tiered = count(|seen, _| seen.tiers[0].tiered);
        let lower =
            count(|seen, member| seen.tiers[0].tiered && seen.tiers[0].lower.contains(member));
        let means = tally.member(QUARTERS, member).unwrap();
        assert!((means.in_force * REPLICATES as f64 - in_force).abs() < 1e-9);
        assert_eq!(means.tiered_n as f64, tiered);
        assert!((means.lower_tier.unwrap() * tiered - lower).abs() < 1e-9);
        let some = |count: f64, of: f64| usize::from(0.0 < count && count < of);
        sometimes_in_force += some(in_force, REPLICATES as f64);
        sometimes_lower += some(lower, tiered);
        let untiered =
            count(|seen, member| !seen.tiers[0].tiered && seen.tiers[0].lower.contains(member));
        lower_but_not_tiered += usize::from(untiered > 0.0);
    }
    let shown = [sometimes_in_force, sometimes_lower, lower_but_not_tiered];
    assert!(shown.iter().all(|&members| members > 0), "the example shows nothing: {shown:?}");
}

#[test]
fn counts_of_events_risks_and_cover_are_those_of_the_replicates() {
    let total = point(std::iter::once(0..REPLICATES));
    let tally = &total.scenarios()[1];
    let probes = collect(1, 8, |seen| {
        let probe = seen.challenge.is_some_and(|challenge| {
            challenge.severity == Severity::Probe && challenge.commitment == Commitment::Ukraine
        });
        f64::from(u8::from(probe))
    });
    let counted: u64 = tally
        .events(8)
        .filter(|(what, ..)| *what == CountedEvent::Challenge(Severity::Probe, Commitment::Ukraine))
        .map(|(_, _, count)| count)
        .sum();
    assert_eq!(counted as f64, probes.iter().sum::<f64>());
    assert!(counted > 0, "the example shows nothing");

    let mut full = 0;
    let mut counts = Risk::ALL.map(|_| (0, 0));
    for replicate in 0..REPLICATES {
        let mut history = History::default();
        run(1, replicate, |seen| {
            let on_ukraine = |challenge: &article5_model::observe::Challenge| {
                challenge.commitment == Commitment::Ukraine && challenge.answer == Answer::Full
            };
            full += u32::from(seen.challenge.as_ref().is_some_and(on_ukraine));
            history.see(seen);
        });
        for (risk, (by, at)) in Risk::ALL.into_iter().zip(&mut counts) {
            *by += u64::from(history.happened().has(risk));
            *at += u64::from(history.holding().has(risk));
        }
    }
    for (risk, counts) in Risk::ALL.into_iter().zip(counts) {
        let found = tally.risk(QUARTERS, risk).unwrap();
        assert_eq!((found.by, found.at), counts, "{}", risk.name());
    }
    assert!(counts.iter().any(|(by, at)| by > at && *at > 0), "the example shows nothing");
    let answers = tally.outcome(QUARTERS, Outcome::FullAnswersUkraine).unwrap();
    let mean = answers.mean().unwrap();
    assert!((mean - f64::from(full) / REPLICATES as f64).abs() < 1e-12);

    for quarter in COVERED {
        let (target, observer) = (30, 5);
        let (cover, _) = two_pass(&collect(1, quarter, |seen| {
            let mut matrix = CoverMatrix::default();
            seen.cover(&mut matrix);
            matrix.at(observer, target).unwrap()
        }));
        assert!((tally.cover(quarter, observer, target).unwrap() - cover).abs() < 1e-12);
    }
}

#[test]
fn paired_effects_are_those_of_the_replicates_differences() {
    let total = point([0..50, 50..REPLICATES]);
    let [control, treated] = [0, 1].map(|scenario| collect(scenario, QUARTERS, |s| s.autonomy));
    let differences: Vec<f64> = treated.iter().zip(&control).map(|(a, b)| a - b).collect();
    let (difference, variance) = two_pass(&differences);
    let effect = total.outcome_effect(PAIR, QUARTERS, Outcome::Autonomy).unwrap();
    let half = T_95 * (variance / REPLICATES as f64).sqrt();
    assert!((effect.difference - difference).abs() < 1e-12);
    let (low, high) = effect.interval.unwrap();
    assert!((low - (difference - half)).abs() < 1e-11);
    assert!((high - (difference + half)).abs() < 1e-11);
    // The other way round it is the other way round.
    let turned = total.outcome_effect(
        Pair { scenario: PAIR.reference, reference: PAIR.scenario },
        QUARTERS,
        Outcome::Autonomy,
    );
    assert_eq!(
        turned.map(|own| (own.difference, own.interval)),
        Some((-effect.difference, Some((-high, -low))))
    );
    // Each ally's trust, at the horizon and at a quarter that is asked for.
    for quarter in [COMPARED, QUARTERS] {
        for member in [0, 30] {
            let [control, treated] =
                [0, 1].map(|scenario| collect(scenario, quarter, |seen| seen.trust[member]));
            let differences: Vec<f64> = treated.iter().zip(&control).map(|(a, b)| a - b).collect();
            let (difference, variance) = two_pass(&differences);
            assert!(variance > 0.0, "the example shows nothing");
            let half = T_95 * (variance / REPLICATES as f64).sqrt();
            let effect = total.trust_effect(PAIR, quarter, member).unwrap();
            let (low, high) = effect.interval.unwrap();
            assert!((effect.difference - difference).abs() < 1e-11);
            assert!((low - (difference - half)).abs() < 1e-11);
            assert!((high - (difference + half)).abs() < 1e-11);
        }
    }
    assert_eq!(total.trust_effect(PAIR, COMPARED - 1, 0), None);
    assert_eq!(total.trust_effect(PAIR, QUARTERS, LAYOUT.members()), None);
    let independent = two_pass(&treated).1 + two_pass(&control).1;
    assert!((effect.pairing_gain.unwrap() / (independent / variance) - 1.0).abs() < 1e-6);

    let only = |these: &[f64], those: &[f64]| {
        these.iter().zip(those).filter(|(this, that)| this > that).count() as u64
    };
    let mut both_ways = 0;
    for risk in Risk::ALL {
        let [control, treated] =
            [0, 1].map(|scenario| observed(scenario, Quantity::Risk(risk), QUARTERS));
        let (first, second) = (only(&treated, &control), only(&control, &treated));
        both_ways += usize::from(first > 0 && second > 0);
        let effect = total.risk_effect(PAIR, QUARTERS, risk).unwrap();
        let difference = (first as f64 - second as f64) / REPLICATES as f64;
        assert!((effect.difference - difference).abs() < 1e-15);
        assert_eq!(effect.interval, Some(paired_risks(first, second, REPLICATES)));
    }
    assert!(both_ways > 0, "the example shows nothing");
}

/// The value of each replicate that a contrast takes from one scenario at a quarter.
fn observed(scenario: usize, quantity: Quantity, quarter: u32) -> Vec<f64> {
    let mut values = Vec::new();
    for replicate in 0..REPLICATES {
        let mut history = History::default();
        run(scenario, replicate, |seen| {
            history.see(seen);
            if seen.quarter == quarter {
                values.push(match quantity {
                    Quantity::Risk(risk) => f64::from(u8::from(history.happened().has(risk))),
                    Quantity::Outcome(outcome) => Outcome::values(seen, &history)[outcome as usize],
                    Quantity::Trust(ally) => seen.trust[ally],
                });
            }
        });
    }
    values
}

#[test]
fn contrasts_are_those_of_the_replicates_numbers() {
    let total = point([0..40, 40..REPLICATES]);
    let n = REPLICATES as f64;
    for (place, contrast) in CONTRASTS.into_iter().enumerate() {
        // Each replicate's influence on the estimate: for a ratio, the residual over the mean.
        let side = |scenario: usize| {
            let mut values = observed(scenario, contrast.quantity, contrast.quarter);
            if let Some(since) = contrast.since {
                let start = observed(scenario, contrast.quantity, since);
                values.iter_mut().zip(start).for_each(|(value, start)| *value -= start);
            }
            let (mean, _) = two_pass(&values);
            let Some(per) = contrast.per else { return (mean, values) };
            let per = observed(scenario, Quantity::Outcome(per), contrast.quarter);
            let (divisor, _) = two_pass(&per);
            let ratio = mean / divisor;
            let residuals = values.iter().zip(per).map(|(x, y)| (x - ratio * y) / divisor);
            (ratio, residuals.collect())
        };
        let (treated, mut influence) = side(contrast.treatment);
        let mut independent = two_pass(&influence).1;
        let control = contrast.control.map(side);
        if let Some((_, other)) = &control {
            independent += two_pass(other).1;
            influence.iter_mut().zip(other).for_each(|(own, other)| *own -= other);
        }
        let expected = treated - control.as_ref().map_or(0.0, |(level, _)| *level);
        let (_, variance) = two_pass(&influence);
        let found = total.contrast(place).unwrap();
        assert_eq!(found.n, REPLICATES);
        assert!((found.treatment - treated).abs() < 1e-9, "{contrast:?}");
        assert!((found.effect - expected).abs() < 1e-9, "{contrast:?}");
        let gain = found.pairing_gain.map(|gain| gain / (independent / variance));
        assert_eq!(gain.is_some(), control.is_some());
        assert!(gain.is_none_or(|ratio| (ratio - 1.0).abs() < 1e-6), "{contrast:?} {gain:?}");
        let (low, high) = found.interval.unwrap();
        assert!(low < expected && expected < high, "{contrast:?}");
        if !matches!(contrast.quantity, Quantity::Risk(_)) {
            let half = T_95 * (variance / n).sqrt();
            assert!((0.5 * (high - low) / half - 1.0).abs() < 1e-6, "{contrast:?}");
        }
    }
}

#[test]
fn the_level_of_an_outcome_has_the_interval_of_its_distribution() {
    let total = point([0..REPLICATES, REPLICATES..2 * REPLICATES]);
    let mut skewed = Vec::new();
    for (place, contrast) in LEVELS.into_iter().enumerate() {
        let found = total.contrast(CONTRASTS.len() + 1 + place).unwrap();
        let Quantity::Outcome(outcome) = contrast.quantity else { panic!("{contrast:?}") };
        let level = total.scenarios()[contrast.treatment].outcome(QUARTERS, outcome).unwrap();
        let ends = total.layout().ranges().ends(outcome, QUARTERS);
        assert_eq!(found.interval, level.mean_interval(ends), "{outcome:?}");
        let (low, high) = found.interval.unwrap();
        if high - found.effect > 1.1 * (found.effect - low) {
            skewed.push(found.counted.is_some());
        }
    }
    // Both what tells Hall's interval from Student's, and few replicates that differ from all others.
    assert!(skewed.contains(&true) && skewed.contains(&false), "{skewed:?}");
}

#[test]
fn what_is_the_same_in_every_replicate_is_not_known_to_be_so_in_others() {
    let found = point([0..40, 40..REPLICATES]).contrast(CONTRASTS.len()).unwrap();
    assert_eq!((found.effect, found.pairing_gain), (0.0, None));
    let Some(Counted::Alike { value, below, above, n }) = found.counted else {
        panic!("{found:?}")
    };
    assert_eq!((value, n), (0.0, REPLICATES));
    // One replicate could have a probe every quarter and no answer under one scenario, and under the other an
    // answer every quarter and no probe: by its slopes the ratio v = x/y moves by Q/y and by v·Q/y.
    let mean = |outcome| two_pass(&observed(1, Quantity::Outcome(outcome), QUARTERS)).0;
    let (probes, answers) = (mean(Outcome::ProbesAllies), mean(Outcome::AnswersUkraine));
    let reach = f64::from(QUARTERS) / answers * (1.0 + probes / answers);
    assert!([below, above].iter().all(|own| (own / reach - 1.0).abs() < 1e-12), "{below} {above}");
    let (low, high) = found.interval.unwrap();
    let others = wilson(0, REPLICATES).unwrap().1;
    assert!((low + others * below).abs() < 1e-12 && (high - others * above).abs() < 1e-12);
}

#[test]
fn no_value_leaves_its_range() {
    let total = point(std::iter::once(0..REPLICATES));
    assert_eq!(total.outside(), 0);
    for tally in total.scenarios() {
        for outcome in Outcome::ALL {
            // Nor what it can be at that quarter, to which what never varied is taken to reach.
            for &quarter in total.layout().quarters() {
                let (low, high) = total.layout().ranges().ends(outcome, quarter);
                let found = tally.outcome(quarter, outcome).unwrap();
                let ((least, most), off) = (found.extremes().unwrap(), found.grid().tolerance());
                assert!(
                    low - off <= least && most <= high + off,
                    "{} at {quarter}",
                    outcome.name()
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]
    #[test]
    fn any_cut_of_the_replicates_in_any_order_gives_the_same_tally(
        cuts in prop::collection::btree_set(1..40u64, 0..5),
        turn in 0..5usize,
    ) {
        let mut ends: Vec<u64> = [0].into_iter().chain(cuts).chain([40]).collect();
        ends.dedup();
        let mut blocks: Vec<_> = ends.windows(2).map(|pair| pair[0]..pair[1]).collect();
        let parts = blocks.len();
        blocks.rotate_left(turn % parts);
        let absorbed = point(blocks.clone());
        let mut merged = point([]);
        for block in blocks.into_iter().rev() {
            merged.merge(&point([block])).unwrap();
        }
        prop_assert_eq!(&absorbed, &point(std::iter::once(0..40)));
        prop_assert_eq!(&merged, &absorbed);
    }
}
