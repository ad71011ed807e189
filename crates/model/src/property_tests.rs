//! What must hold for any parameters and events: every state is finite and every belief's covariance stays
//! positive semi-definite; and the model's limits.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test or a benchmark may stop")]

mod events;
mod posterior;

use proptest::prelude::*;

use crate::alliance::Alliance;
use crate::belief::{Belief, Beliefs};
use crate::features::FEATURES;
use crate::math::{Pack, cdf};
use crate::model::Model;
use crate::observe::{Quarter, Reading};
use crate::parameters::{Kind, PARAMETERS, Parameters};
use crate::scenario::{Event, EventKind, Scenario, ScriptedCommitment, ScriptedResponse};
use crate::state::{KYIV, MOSCOW};
use crate::vector::Level;
use crate::washington::{Answer, Severity};

/// How far beyond its plausible range a parameter is drawn, in widths of that range.
const BEYOND: f64 = 1.0;

/// One parameter set in so many draws a parameter from the ends of its whole domain instead.
const EXTREME_ODDS: f64 = 0.02;

/// Parameters from uniform numbers, two a parameter.
fn parameters(draws: &[(f64, f64)]) -> Parameters {
    let mut parameters = Parameters::default();
    for (row, (lottery, u)) in PARAMETERS.iter().zip(draws) {
        let width = BEYOND * (row.high - row.low).max(0.1 * row.default.abs());
        let (low, high) = if *lottery < EXTREME_ODDS {
            (row.least, row.most)
        } else {
            ((row.low - width).max(row.least), (row.high + width).min(row.most))
        };
        let value = low + u * (high - low);
        let whole = matches!(row.kind, Kind::Switch | Kind::Count);
        parameters.set(&row.key, if whole { value.round() } else { value }).unwrap();
    }
    parameters
}

/// An alliance of `n` allies: those of the shipped members table, then the same again under other
/// codes.
fn alliance(n: usize) -> Alliance {
    let (header, rows) = include_str!("../data/members.csv").split_once('\n').unwrap();
    let mut table = header.to_owned();
    for (i, row) in rows.lines().cycle().take(n).enumerate() {
        // No ally's code begins with one of these.
        let first = ["", "X", "Y"][i / rows.lines().count()];
        table += &format!("\n{first}{}", &row[first.len()..]);
    }
    Alliance::from_csv(table.as_bytes()).unwrap()
}

fn assert_finite(quarter: &Quarter<'_>) {
    let shown = format!("{quarter:?}");
    assert!(!shown.contains("NaN") && !shown.contains("inf"), "{shown}");
    for value in [quarter.trust, quarter.allied_cover, quarter.moscow_cover].concat() {
        assert!((0.0..=1.0).contains(&value), "{shown}");
    }
}

/// Whether a symmetric matrix plus a trace of rounding has a Cholesky factor.
fn is_positive_semidefinite(belief: &Belief) -> bool {
    let entry = |i: usize, j: usize| {
        let (row, column) = (i.min(j), i.max(j));
        belief.covariance[row * FEATURES - row * (row + 1) / 2 + column]
    };
    let trace: f64 = (0..FEATURES).map(|i| entry(i, i)).sum();
    let rounding = 1e-12 * (1.0 + trace);
    let mut factor = [[0.0; FEATURES]; FEATURES];
    for i in 0..FEATURES {
        for j in 0..=i {
            let done: f64 = (0..j).map(|k| factor[i][k] * factor[j][k]).sum();
            let left = entry(i, j) - done + if i == j { rounding } else { 0.0 };
            if i == j && left < 0.0 {
                return false;
            }
            factor[i][j] = if i == j { left.sqrt() } else { left / factor[j][j] };
        }
    }
    true
}

fn assert_sound(beliefs: &Beliefs, observers: usize) {
    for observer in 0..observers {
        let belief = beliefs.of(observer);
        assert!(belief.mean.iter().all(|mean| mean.is_finite()), "{belief:?}");
        assert!(is_positive_semidefinite(&belief), "{belief:?}");
    }
}

/// The quarters that a property is tested over.
const QUARTERS: u32 = 20;

/// How many allies: Ukraine's lane is behind theirs, alone in its pack if they fill theirs, and more
/// than 32 are sorted in another way.
const SIZES: [usize; 8] = [1, 2, 7, 8, 31, 32, 33, 65];

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, max_global_rejects: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn any_parameters_and_events_give_finite_states_and_sound_beliefs(
        draws in prop::collection::vec((0.0..1.0f64, 0.0..1.0f64), PARAMETERS.len()),
        events in prop::collection::vec(events::event(), 0..6),
        seed: u64,
        replicate: u64,
        allies in prop::sample::select(SIZES.to_vec()),
    ) {
        let parameters = parameters(&draws);
        prop_assume!(parameters.check().is_ok());
        let model = Model::new(&alliance(allies), &parameters, &events, QUARTERS).unwrap();
        let mut workspace = model.workspace();
        model.run(seed, replicate, &mut workspace, assert_finite);
        assert_sound(&workspace.state().allies.beliefs, allies);
        assert_sound(&workspace.state().capitals, MOSCOW + 1);
    }
}

#[test]
fn parameters_at_the_ends_of_their_domains_give_finite_states_and_sound_beliefs() {
    for least in [true, false] {
        let mut parameters = Parameters::default();
        for row in PARAMETERS.iter() {
            parameters.set(&row.key, if least { row.least } else { row.most }).unwrap();
        }
        // A band has a width.
        let (bound, by) = if least { ("full", 1.0) } else { ("narrow", -1.0) };
        for key in ["attack", "probe"].map(|severity| format!("response.{bound}_{severity}")) {
            parameters.set(&key, parameters.get(&key).unwrap() + by).unwrap();
        }
        let model = Model::new(&alliance(2), &parameters, &[], QUARTERS).unwrap();
        let mut workspace = model.workspace();
        for replicate in 0..10 {
            model.run(2026, replicate, &mut workspace, assert_finite);
            assert_sound(&workspace.state().allies.beliefs, 2);
            assert_sound(&workspace.state().capitals, MOSCOW + 1);
        }
    }
}

/// A model of the default scenario with some parameters changed.
fn model(alliance: &Alliance, changes: &[(&str, f64)], events: &[Event]) -> Model {
    let mut parameters = Parameters::default();
    for (key, value) in changes {
        parameters.set(key, *value).unwrap();
    }
    Model::new(alliance, &parameters, events, 40).unwrap()
}

#[test]
fn with_no_attention_beliefs_stay_where_they_began() {
    let nato = Alliance::nato();
    let changes = [("learning.attention", 0.0), ("learning.inauguration_variance", 0.0)];
    let model = model(&nato, &changes, &Scenario::builtin("back-away").unwrap().events);
    let mut workspace = model.workspace();
    let mut challenges = 0;
    model.run(2026, 3, &mut workspace, |quarter| {
        challenges += usize::from(quarter.challenge.is_some())
    });
    assert!(challenges > 0, "nobody was challenged, so nothing was ignored");
    let (now, began) = (&workspace.state().allies.beliefs, model.allied_beliefs());
    for ally in 0..nato.len() {
        assert_eq!(now.of(ally).mean, began.of(ally).mean);
        assert_eq!(now.of(ally).covariance, began.of(ally).covariance);
    }
}

#[test]
fn with_no_memory_what_was_learned_is_gone_a_quarter_later() {
    let model = model(&Alliance::nato(), &[("learning.memory", 0.0)], &[]);
    let mut workspace = model.workspace();
    let mut challenged = false;
    model.run(2026, 0, &mut workspace, |quarter| challenged |= quarter.challenge.is_some());
    assert!(challenged, "nothing was learned, so nothing was forgotten");
    let mut beliefs = workspace.state().allies.beliefs.clone();
    beliefs.drift(0.0);
    for ally in 0..model.members() {
        assert_eq!(beliefs.of(ally).mean, model.allied_beliefs().of(ally).mean);
        assert_eq!(beliefs.of(ally).covariance, model.allied_beliefs().of(ally).covariance);
    }
}

#[test]
fn every_vector_level_gives_the_same_bits() {
    let bits = |allies: &Alliance, level| {
        let model = model(allies, &[("ukraine.incident_base", 0.2)], &[]).with_level(level);
        let mut bits = Vec::new();
        for replicate in 0..50 {
            model.run(2026, replicate, &mut model.workspace(), |quarter| {
                let covers = [quarter.trust, quarter.allied_cover, quarter.moscow_cover].concat();
                bits.extend(covers.iter().map(|cover| cover.to_bits()));
                bits.push(quarter.hold_probability.to_bits());
            });
        }
        bits
    };
    let levels = Level::available();
    for allies in [Alliance::nato(), alliance(33)] {
        let first = bits(&allies, levels[0]);
        for level in &levels {
            assert!(bits(&allies, *level) == first, "{level:?}");
        }
    }
}

#[test]
fn full_consultation_makes_all_changes_equal() {
    let nato = Alliance::nato();
    let model = model(&nato, &[("learning.consultation", 1.0)], &[]);
    let mut workspace = model.workspace();
    model.run(2026, 0, &mut workspace, |_| {});
    let mut beliefs = workspace.state().allies.beliefs.clone();
    beliefs.consult::<Pack>(1.0);
    let began = model.allied_beliefs();
    let change = |ally| -> [f64; FEATURES] {
        let (now, began) = (beliefs.of(ally).mean, began.of(ally).mean);
        std::array::from_fn(|k| now[k] - began[k])
    };
    assert!(change(0).iter().any(|change| change.abs() > 1e-3), "nothing was learned");
    for ally in 1..nato.len() {
        for (one, other) in change(0).into_iter().zip(change(ally)) {
            assert!((one - other).abs() < 1e-14);
        }
    }
}

#[test]
fn trust_at_the_start_is_the_poll_share_whatever_the_parameters() {
    let nato = Alliance::nato();
    for changes in [
        vec![],
        vec![("politics.initial_internationalist", 1.0), ("response.balance", 0.6)],
        vec![("europe.autonomy0", 0.9), ("learning.prior_sd_exposure", 1.2)],
    ] {
        let model = model(&nato, &changes, &[]);
        let mut workspace = model.workspace();
        model.run(2026, 0, &mut workspace, |_| {});
        let state = workspace.state_at_start(&model, 2026, 0);
        for (i, member) in nato.members().iter().enumerate() {
            let (j, lane) = Pack::place(i);
            let margin: Pack = state.own_margin(state.circumstances_of_cover(&model), j);
            let trust = cdf(margin).0[lane];
            assert!((trust - member.trust()).abs() < 1e-12, "{}: {trust}", member.iso3);
        }
    }
}

#[test]
fn a_single_ally_is_one_class_and_its_own_average() {
    let alliance = alliance(1);
    assert_eq!(alliance.stake(), [0.0]);
    let model = model(&alliance, &[("measure.tier_min_class", 1.0)], &[]);
    model.run(2026, 0, &mut model.workspace(), |quarter| {
        assert_eq!(quarter.trust_mean, quarter.trust[0]);
        assert!((quarter.allied_cover[0] - quarter.trust[0]).abs() < 1e-14);
        assert_eq!(quarter.tiers[Reading::Own as usize].split.gap, 0.0);
        assert!(!quarter.tiers[Reading::Own as usize].lower.contains(0));
    });
}

#[test]
fn allies_that_are_all_alike_stay_alike_and_are_never_tiered() {
    let row = |i: usize| {
        format!(
            "A{}{},Ally,100,1,0,500,2,0,45,0.4",
            char::from(b'A' + (i / 26) as u8),
            char::from(b'A' + (i % 26) as u8)
        )
    };
    let header = crate::alliance::REQUIRED_COLUMNS.join(",");
    let rows: Vec<String> = (0..30).map(row).collect();
    let alliance = Alliance::from_csv(format!("{header}\n{}", rows.join("\n")).as_bytes()).unwrap();
    let model =
        model(&alliance, &[("measure.tier_gap", 0.0), ("measure.tier_separation", 0.0)], &[]);
    model.run(2026, 1, &mut model.workspace(), |quarter| {
        assert!(quarter.trust.iter().all(|trust| trust == &quarter.trust[0]));
        assert!(
            quarter
                .tiers
                .iter()
                .all(|tiers| tiers.split.gap == 0.0 && !tiers.tiered && !tiers.lower.contains(0))
        );
    });
}

#[test]
fn a_named_ally_in_an_event_is_its_features() {
    let nato = Alliance::nato();
    let estonia = nato.position("EST").unwrap();
    let commitments = [
        ScriptedCommitment::Ally("EST".into()),
        ScriptedCommitment::Features {
            treaty: 1.0,
            stake: nato.stake()[estonia],
            exposure: nato.exposure()[estonia],
        },
    ];
    let [named, described] = commitments.map(|commitment| {
        let response = ScriptedResponse {
            commitment,
            severity: Severity::Attack,
            answer: Answer::None,
            clarity: 0.7,
            ambiguity: None,
        };
        let event = Event { quarter: 2, kind: EventKind::Response(response) };
        let model = model(&nato, &[], &[event]);
        let mut trust = Vec::new();
        model.run(2026, 0, &mut model.workspace(), |quarter| trust.push(quarter.trust_mean));
        trust
    });
    assert_eq!(named, described);
}
