//! The learning step against the posterior by quadrature.

use super::*;

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
