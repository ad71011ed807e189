//! What more replicates at each point would show.
//!
//! The effects found are the true ones with noise of known size added. Their distribution over the
//! space, with the noise taken out, is the mixing distribution G under which what was found is
//! likeliest (the nonparametric maximum-likelihood estimate of Kiefer and Wolfowitz 1956), here on
//! the found effects themselves as support, by the EM algorithm (Laird 1978). Given G, each point's
//! true effect has a posterior, and with f times the replicates, which divide its standard error by
//! √f, a probability that its interval is as claimed. Their mean over the points is the share
//! expected.
//!
//! All of this assumes that errors are normal. At a point with too few events they are not, and
//! nothing is predicted for it, nor for one without an interval, as where a ratio divides by what
//! seldom happens.

use super::{Evidence, Finding, MOST_OF_SPACE, Region, error_of};
use crate::tally::Z_95;

/// The most by which the replicates are multiplied, in powers of two.
const MAX_TIMES: u64 = 64;

/// The most points that are looked at, since every pair of them is weighed. The first ones are
/// taken: the first points of a Sobol sequence fill the space too, and others are in no order.
const MAX_POINTS: usize = 1024;

/// Steps of the EM algorithm, which comes near its end slowly: in simulations with NumPy an expected
/// share was still to move by up to 0.1 after 200 steps, and by up to 0.06 after 1,000. Too few
/// leave some of the noise in, and a claim that more replicates would settle is said to depend.
const STEPS: usize = 1_000;

/// What more replicates at each point would make of a claim.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Outlook {
    /// This many times as many would likely settle it.
    Settled(u64),
    /// It hangs on this share of the points, which have too few events, or so few that there is no
    /// interval.
    Open(f64),
    /// It would neither hold nor be contradicted in most of the space.
    Divided,
}

/// Finds the least multiple of the replicates, up to [`MAX_TIMES`], with which the claim is
/// expected to hold, or to be contradicted, in [`MOST_OF_SPACE`]. A verdict that the baseline rules
/// out is not considered.
pub(super) fn foretell(region: Region, baseline: Finding, space: &[Option<Evidence>]) -> Outlook {
    let space = &space[..space.len().min(MAX_POINTS)];
    let (few, told): (Vec<Evidence>, Vec<Evidence>) =
        space.iter().flatten().partition(|own| own.is_few());
    // What is clear already stays so; the others may come to be either.
    let clear =
        |finding| few.iter().filter(|own| region.find(Some(own.estimate)) == finding).count();
    let (few_hold, few_reversed) = (clear(Finding::Holds), clear(Finding::Reversed));
    let without = space.iter().filter(|own| own.is_none()).count();
    let open = without + few.len() - few_hold - few_reversed;
    // The error of an interval that is not symmetric is taken from its width.
    let with_error = |own: &Evidence| (own.estimate.value, error_of(own.estimate));
    let found: Vec<(f64, f64)> = told.iter().map(with_error).collect();
    let posterior = posterior(&found);
    let wanted = MOST_OF_SPACE * space.len() as f64;
    let reached = |[holds, reversed]: [f64; 2]| {
        (baseline != Finding::Reversed && holds >= wanted)
            || (baseline != Finding::Holds && reversed >= wanted)
    };
    let mut shares = [few_hold as f64, few_reversed as f64];
    let mut times = 2;
    while times <= MAX_TIMES {
        let expected = expected(region, &found, &posterior, times);
        shares = [expected[0] + few_hold as f64, expected[1] + few_reversed as f64];
        if reached(shares) {
            return Outlook::Settled(times);
        }
        times *= 2;
    }
    if reached(shares.map(|share| share + open as f64)) {
        Outlook::Open(open as f64 / space.len() as f64)
    } else {
        Outlook::Divided
    }
}

/// At how many points the claim is expected to hold, and at how many to be contradicted, with this
/// many times the replicates.
fn expected(region: Region, found: &[(f64, f64)], posterior: &[Vec<f64>], times: u64) -> [f64; 2] {
    let (mut holds, mut reversed) = (0.0, 0.0);
    for (&(_, error), weights) in found.iter().zip(posterior) {
        let error = error / (times as f64).sqrt();
        for (&(effect, _), weight) in found.iter().zip(weights) {
            if *weight > NEGLIGIBLE {
                let [as_claimed, contradicted] = clear(region, effect, error);
                holds += weight * as_claimed;
                reversed += weight * contradicted;
            }
        }
    }
    [holds, reversed]
}

/// Weights below this change no share that is read.
const NEGLIGIBLE: f64 = 1e-6;

/// For each point the weight of each support effect in its posterior.
fn posterior(found: &[(f64, f64)]) -> Vec<Vec<f64>> {
    let mut weights: Vec<Vec<f64>> = found
        .iter()
        .map(|&(own, error)| found.iter().map(|&(effect, _)| density(own, effect, error)).collect())
        .collect();
    let mixing = mixing(&weights);
    for likelihood in &mut weights {
        likelihood.iter_mut().zip(&mixing).for_each(|(own, share)| *own *= share);
        let total: f64 = likelihood.iter().sum();
        likelihood.iter_mut().for_each(|own| *own /= total);
    }
    weights
}

/// The shares of the support effects under which these likelihoods, with a row for each point, are
/// greatest. A point is most likely at its own effect, so no row is 0.
fn mixing(likelihoods: &[Vec<f64>]) -> Vec<f64> {
    let n = likelihoods.len() as f64;
    let mut shares = vec![1.0 / n; likelihoods.len()];
    for _ in 0..STEPS {
        let mut factors = vec![0.0; shares.len()];
        for likelihood in likelihoods {
            let total: f64 = likelihood.iter().zip(&shares).map(|(l, share)| l * share).sum();
            let per_total = 1.0 / total;
            factors.iter_mut().zip(likelihood).for_each(|(own, l)| *own += l * per_total);
        }
        shares.iter_mut().zip(factors).for_each(|(share, own)| *share *= own / n);
    }
    shares
}

/// The likelihood of finding `own` if the effect is `effect`, up to a factor that is constant at a
/// point. The error is above 0: a point at which nothing varied counts as having too few events.
fn density(own: f64, effect: f64, error: f64) -> f64 {
    let z = (own - effect) / error;
    libm::exp(-0.5 * z * z)
}

/// The probabilities that an interval about `effect` with this standard error is wholly as claimed,
/// and that it wholly contradicts the claim.
fn clear(region: Region, effect: f64, error: f64) -> [f64; 2] {
    let half = Z_95 * error;
    let below = |bound: f64| 0.5 * libm::erfc((effect - bound) / error / std::f64::consts::SQRT_2);
    let as_claimed = below(region.most - half) - below(region.least + half);
    let contradicted = below(region.least - half) + 1.0 - below(region.most + half);
    [as_claimed.max(0.0), contradicted]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Estimate;

    #[test]
    fn the_chance_of_a_clear_interval_is_the_power_of_the_test() {
        let region = Region { least: 0.0, most: f64::INFINITY };
        // Power 0.8 at an effect of 1.96 + 0.8416 standard errors.
        let [as_claimed, contradicted] = clear(region, 2.801_585_218, 1.0);
        assert!((as_claimed - 0.8).abs() < 1e-9 && contradicted < 1e-6);
        let [by_chance, reversed] = clear(region, 0.0, 1.0);
        assert!((by_chance - 0.025).abs() < 1e-12 && (reversed - 0.025).abs() < 1e-12);
    }

    #[test]
    fn a_band_has_two_ends_to_be_clear_of() {
        // Python's statistics.NormalDist: Φ of (±1 ∓ 1.96·0.3 − 0.2)/0.3 inside, of (±1 ± …) outside.
        let band = Region { least: -1.0, most: 1.0 };
        for (effect, error, expected) in [
            (0.2, 0.3, [0.739_450_999_423_651_6, 1.859_573_708_129_502_7e-6]),
            (3.0, 0.1, [0.0, 1.0]),
            (-3.0, 0.1, [0.0, 1.0]),
        ] {
            let found = clear(band, effect, error);
            for (found, expected) in found.into_iter().zip(expected) {
                assert!((found - expected).abs() < 1e-12, "{effect}: {found}");
            }
        }
    }

    #[test]
    fn the_shares_expected_are_sums_of_powers_over_the_points() {
        // Four times the replicates halve an error of 2: power 0.8 at 2.8016 either way.
        let found = [(2.801_585_218, 2.0), (-2.801_585_218, 2.0)];
        let sure = [vec![1.0, 0.0], vec![0.0, 1.0]];
        let region = Region { least: 0.0, most: f64::INFINITY };
        for share in expected(region, &found, &sure, 4) {
            assert!((share - 0.8).abs() < 1e-6, "{share}");
        }
    }

    #[test]
    fn effects_far_apart_are_no_noise_of_each_other() {
        // Two groups 20 errors apart: each point's effect is one of its own group.
        let found = [(-10.0, 1.0), (-10.2, 1.0), (10.0, 1.0), (10.1, 1.0)];
        for (own, (effect, _)) in posterior(&found).iter().zip(found) {
            let near = |&(_, (other, _)): &(&f64, (f64, f64))| (effect < 0.0) == (other < 0.0);
            let group: f64 = own.iter().zip(found).filter(near).map(|(weight, _)| weight).sum();
            assert!((group - 1.0).abs() < 1e-12, "{effect}: {own:?}");
        }
    }

    #[test]
    fn a_small_effect_that_all_points_share_is_expected_to_become_clear() {
        // 0.52 errors everywhere: 64 times the replicates make that 4.2, which is clear in 99 % of
        // draws. NumPy, with 4,000 steps: 0.81 expected at 32 times, 0.96 at 64; with 200, 0.86.
        let error = 1.0;
        let space: Vec<Option<Evidence>> = (0..100)
            .map(|i| {
                let value =
                    0.52 + error * article5_model::math::inverse_cdf((f64::from(i) + 0.5) / 100.0);
                let (low, high) = (value - Z_95 * error, value + Z_95 * error);
                Some(Evidence { estimate: Estimate { value, low, high }, counted: None })
            })
            .collect();
        let above_zero = Region { least: 0.0, most: f64::INFINITY };
        assert_eq!(foretell(above_zero, Finding::Holds, &space), Outlook::Settled(64));
    }

    #[test]
    fn noise_is_taken_out_of_effects_that_are_all_the_same() {
        // Quantiles of a normal distribution, given its standard deviation as their error: one true
        // effect, 1, explains them all.
        let found: Vec<(f64, f64)> = (0..99)
            .map(|i| {
                let u = (f64::from(i) + 0.5) / 99.0;
                (1.0 + 0.5 * article5_model::math::inverse_cdf(u), 0.5)
            })
            .collect();
        let weights = posterior(&found);
        for own in &weights {
            let mean: f64 =
                own.iter().zip(&found).map(|(weight, (effect, _))| weight * effect).sum();
            assert!((mean - 1.0).abs() < 0.25, "{mean}");
        }
    }
}
