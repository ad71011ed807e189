//! Beliefs under their common scales are the beliefs of the equations.

use super::*;
use crate::math::LANES;
use crate::parameters::{Learning, Parameters};

/// Two observers with attention 1 and ½ and priors a shift apart.
fn beliefs(parameters: &Parameters) -> Beliefs {
    let own = Features {
        treaty: Pack::splat(1.0),
        stake: Pack([0.4, -0.7, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
        exposure: Pack([0.9, 0.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
    };
    let mut attention = [0.0; LANES];
    attention[..2].copy_from_slice(&[1.0, 0.5]);
    let mut shift = [0.0; LANES];
    shift[..2].copy_from_slice(&[0.3, -0.2]);
    Beliefs::new(Prior::new(parameters), std::iter::once((own, Pack(shift), Pack(attention))))
}

/// A belief kept as the equations have it: m − m0 and S, whole.
struct Plain {
    prior: Prior,
    change: [f64; FEATURES],
    covariance: [[f64; FEATURES]; FEATURES],
}

impl Plain {
    fn new(prior: Prior) -> Self {
        let mut covariance = [[0.0; FEATURES]; FEATURES];
        for (k, row) in covariance.iter_mut().enumerate() {
            row[k] = prior.variance[k];
        }
        Self { prior, change: [0.0; FEATURES], covariance }
    }

    fn drift(&mut self, memory: f64) {
        self.change = self.change.map(|change| memory * change);
        for (i, row) in self.covariance.iter_mut().enumerate() {
            for (j, entry) in row.iter_mut().enumerate() {
                let prior = if i == j { self.prior.variance[i] } else { 0.0 };
                *entry = memory * memory * *entry + (1.0 - memory * memory) * prior;
            }
        }
    }

    fn hear(&mut self, value: f64, sd: f64, attention: f64, learning: &Learning) {
        let s = self.covariance.map(|row| row[0]);
        let n = if value < 0.0 { learning.negativity } else { 1.0 };
        let variance = s[0] + sd * sd;
        for i in 0..FEATURES {
            self.change[i] += attention * n * s[i] * value / variance;
            for j in 0..FEATURES {
                self.covariance[i][j] -= learning.shrinkage * attention * s[i] * s[j] / variance;
            }
        }
    }
}

/// Statements of both signs, a variance added now and then, and beliefs so forgetful that their
/// scales are folded more than once.
#[test]
fn scaled_beliefs_are_the_plain_ones_across_folds() {
    for memory in [0.1, 0.0, 0.9] {
        let mut parameters = Parameters::default();
        parameters.set("learning.attention", 0.9).unwrap();
        parameters.set("learning.shrinkage", 0.7).unwrap();
        let learning = &parameters.learning;
        let mut scaled = beliefs(&parameters);
        let mut plain = [0, 1].map(|_| Plain::new(Prior::new(&parameters)));
        for t in 0..250 {
            let (value, when) = (if t % 3 == 0 { -0.6 } else { 0.8 }, format!("{memory}, {t}"));
            scaled.drift(memory);
            plain.iter_mut().for_each(|plain| plain.drift(memory));
            assert_same(&scaled, &plain, &format!("{when}, after the drift"));
            scaled.hear::<Pack>(value, 0.7, learning);
            for (plain, attention) in plain.iter_mut().zip([0.9, 0.45]) {
                plain.hear(value, 0.7, attention, learning);
            }
            if t % 10 == 0 {
                scaled.unsettle::<Pack>(0.05);
                plain.iter_mut().for_each(|plain| plain.covariance[0][0] += 0.05);
            }
            assert_same(&scaled, &plain, &when);
        }
    }
}

fn assert_same(scaled: &Beliefs, plain: &[Plain; 2], when: &str) {
    plain
        .iter()
        .enumerate()
        .for_each(|(observer, plain)| assert_one(scaled, observer, plain, when));
}

fn assert_one(scaled: &Beliefs, observer: usize, plain: &Plain, when: &str) {
    let shift = [0.3, -0.2][observer];
    let belief = scaled.of(observer);
    let near = |one: f64, other: f64| (one - other).abs() < 1e-12;
    let mean: [f64; FEATURES] = std::array::from_fn(|k| {
        plain.prior.mean[k] + plain.change[k] + if k == 0 { shift } else { 0.0 }
    });
    let mut entries = belief.covariance.iter();
    for (i, (found, expected)) in belief.mean.into_iter().zip(mean).enumerate() {
        assert!(near(found, expected), "{when}: m{i}");
        for j in i..FEATURES {
            assert!(near(*entries.next().unwrap(), plain.covariance[i][j]), "{when}: S{i}{j}");
        }
    }
    // What each observer keeps about its own commitment is what its belief says about it.
    let own = [1.0, 1.0, [0.4, -0.7][observer], [0.9, 0.2][observer]];
    let Prediction { latent, variance } = scaled.read_own::<Pack>(0);
    let expected: f64 = own.iter().zip(mean).map(|(f, m)| f * m).sum();
    assert!(near(latent.0[observer], expected), "{when}: own latent");
    let mut expected = 1.0;
    for (f, row) in own.iter().zip(plain.covariance) {
        expected += own.iter().zip(row).map(|(g, entry)| f * g * entry).sum::<f64>();
    }
    assert!(near(variance.0[observer], expected), "{when}: own variance");
}
