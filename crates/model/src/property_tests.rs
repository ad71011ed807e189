//! What must hold for any parameters and events: every state is finite and every belief's covariance stays
//! positive semi-definite; and the model's limits.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test or a benchmark may stop")]

mod events;

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

/// The first `n` allies of the shipped members table.
fn first_allies(n: usize) -> Alliance {
    let table: Vec<&str> = include_str!("../data/members.csv").lines().take(n + 1).collect();
    Alliance::from_csv(table.join("\n").as_bytes()).unwrap()
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, max_global_rejects: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn any_parameters_and_events_give_finite_states_and_sound_beliefs(
        draws in prop::collection::vec((0.0..1.0f64, 0.0..1.0f64), PARAMETERS.len()),
        events in prop::collection::vec(events::event(), 0..6),
        seed: u64,
        replicate: u64,
        allies in prop::sample::select(vec![1, 2, 5, 31]),
    ) {
        let parameters = parameters(&draws);
        prop_assume!(parameters.check().is_ok());
        let model = Model::new(&first_allies(allies), &parameters, &events, QUARTERS).unwrap();
        let mut workspace = model.workspace();
        model.run(seed, replicate, &mut workspace, assert_finite);
        assert_sound(&workspace.state().allies.beliefs, allies);
        assert_sound(&workspace.state().capitals, MOSCOW + 1);
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
    let nato = Alliance::nato();
    let bits = |level| {
        let model = model(&nato, &[("ukraine.incident_base", 0.2)], &[]).with_level(level);
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
    for level in &levels {
        assert!(bits(*level) == bits(levels[0]), "{level:?}");
    }
}

/// The posterior mean and covariance (row by row) of β under a Gaussian prior of independent
/// components, given that β·φ + `circumstances` + N(0, 1) fell into a band: by the trapezoidal rule
/// over all four components, which for a Gaussian times a smooth likelihood is good to far below 1e-12.
fn posterior_by_quadrature(
    mean: [f64; FEATURES],
    sd: [f64; FEATURES],
    features: [f64; FEATURES],
    circumstances: f64,
    (low, high): (f64, f64),
) -> ([f64; FEATURES], Vec<f64>) {
    const STEP: f64 = 0.5;
    const REACH: i32 = 16;
    let nodes: Vec<(f64, f64)> = (-REACH..=REACH)
        .map(|k| STEP * f64::from(k))
        .map(|z| (z, libm::exp(-0.5 * z * z)))
        .collect();
    let mut mass = 0.0;
    let mut first = [0.0; FEATURES];
    let mut second = [0.0; FEATURES * FEATURES];
    for &(z0, w0) in &nodes {
        for &(z1, w1) in &nodes {
            for &(z2, w2) in &nodes {
                for &(z3, w3) in &nodes {
                    let z = [z0, z1, z2, z3];
                    let away: [f64; FEATURES] = std::array::from_fn(|k| sd[k] * z[k]);
                    let latent: f64 =
                        (0..FEATURES).map(|k| features[k] * (mean[k] + away[k])).sum::<f64>()
                            + circumstances;
                    let weight = w0 * w1 * w2 * w3 * (cdf(high - latent) - cdf(low - latent));
                    mass += weight;
                    for i in 0..FEATURES {
                        first[i] += weight * away[i];
                        for j in 0..FEATURES {
                            second[i * FEATURES + j] += weight * away[i] * away[j];
                        }
                    }
                }
            }
        }
    }
    let shift = first.map(|first| first / mass);
    let covariance = second
        .iter()
        .enumerate()
        .map(|(place, second)| second / mass - shift[place / FEATURES] * shift[place % FEATURES])
        .collect();
    (std::array::from_fn(|k| mean[k] + shift[k]), covariance)
}

#[test]
fn an_answer_moves_each_belief_by_its_attention_to_the_mean_and_covariance_of_its_posterior() {
    const MOSCOW_ATTENTION: f64 = 0.1;
    let nato = Alliance::nato();
    let (treaty, stake, exposure) = (0.8, -0.48, 1.0);
    for answer in [Answer::None, Answer::Narrow, Answer::Full] {
        let response = ScriptedResponse {
            commitment: ScriptedCommitment::Features { treaty, stake, exposure },
            severity: Severity::Attack,
            answer,
            clarity: 1.0,
            ambiguity: Some(0.4),
        };
        let event = Event { quarter: 1, kind: EventKind::Response(response) };
        // Bayes' rule alone, without drift, talk, politics or anything else that would move a
        // belief.
        let alone = [
            ("learning.moscow_attention", MOSCOW_ATTENTION),
            ("learning.negativity", 1.0),
            ("learning.memory", 1.0),
            ("learning.consultation", 0.0),
            ("learning.inauguration_variance", 0.0),
            ("learning.inauguration_reset", 0.0),
            ("ukraine.incident_base", 0.0),
            ("russia.attack_cost", 100.0),
            ("russia.probe_cost", 100.0),
        ];
        let model = model(&nato, &alone, &[event]);
        let mut workspace = model.workspace();
        model.run(2026, 0, &mut workspace, |quarter| assert_eq!(quarter.challenge, None));
        let Parameters { response, politics, learning, .. } = model.parameters();
        let band = match answer {
            Answer::None => (f64::NEG_INFINITY, response.narrow_attack - 0.4),
            Answer::Narrow => (response.narrow_attack - 0.4, response.full_attack + 0.4),
            Answer::Full => (response.full_attack + 0.4, f64::INFINITY),
        };
        let circumstances = -learning.administration_credence * politics.administration_shift;
        let (allies, capitals) = (model.allied_beliefs(), model.capital_beliefs());
        let state = workspace.state();
        for (attention, began, now) in [
            (1.0, allies.of(0), state.allies.beliefs.of(0)),
            (1.0, allies.of(30), state.allies.beliefs.of(30)),
            (1.0, capitals.of(KYIV), state.capitals.of(KYIV)),
            (MOSCOW_ATTENTION, capitals.of(MOSCOW), state.capitals.of(MOSCOW)),
        ] {
            let sd = [0, 4, 7, 9].map(|entry: usize| began.covariance[entry].sqrt());
            let features = [1.0, treaty, stake, exposure];
            let (mean, covariance) =
                posterior_by_quadrature(began.mean, sd, features, circumstances, band);
            for ((found, began), expected) in now.mean.iter().zip(began.mean).zip(mean) {
                let expected = began + attention * (expected - began);
                assert!((found - expected).abs() < 1e-10, "{answer}: {found} {expected}");
            }
            let upper = (0..FEATURES).flat_map(|i| (i..FEATURES).map(move |j| i * FEATURES + j));
            for ((found, began), place) in now.covariance.iter().zip(began.covariance).zip(upper) {
                let expected = began + attention * (covariance[place] - began);
                assert!((found - expected).abs() < 1e-10, "{answer}: {found} {expected}");
            }
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
            let trust = cdf(crate::europe::own_margin::<Pack>(
                state,
                state.circumstances_of_cover(&model),
                j,
            ))
            .0[lane];
            assert!((trust - member.trust()).abs() < 1e-12, "{}: {trust}", member.iso3);
        }
    }
}

#[test]
fn a_single_ally_is_one_class_and_its_own_average() {
    let alliance = first_allies(1);
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
