//! Sobol indices: which share of an outcome's variance over the design each parameter explains,
//! alone (first order) and with all its interactions (total).
//!
//! The estimators, over the base points i of [`crate::design::saltelli`]:
//!
//! - V_j = mean of y(B)·(y(AB_j) − y(A)) (Saltelli and others 2010, *Computer Physics
//!   Communications* 181, 259–270, table 2 b);
//! - T_j = mean of ½(y(A) − y(AB_j))² (Jansen 1999, *Computer Physics Communications* 117, 35–43);
//! - V = the variance of y over A and B together; S_j = V_j/V and S_Tj = T_j/V.
//!
//! # Replicate noise
//!
//! An outcome here is a mean over replicates, so each product above gains the covariance of the
//! noise of its two factors. T_j gains ½Var(ē(A) − ē(AB_j)): with independent shocks that is the
//! mean noise variance, in the total index of every parameter, even of one that does nothing. With
//! common shocks it is only the noise of the paired difference, but then V_j gains Cov(ē(B),
//! ē(AB_j)) − Cov(ē(B), ē(A)) too, for the noise is itself a function of the parameters. V gains
//! the mean noise variance less what all points share. Each of these terms is estimated (see
//! [`Noise`]) and subtracted, term by term, so that the corrected estimates of V_j, T_j and V are
//! unbiased. [`SobolIndices::noise_share`] says how much of the raw variance was noise.
//!
//! # Intervals
//!
//! The variance of an index is the bootstrap's over the base points (a block A, AB, B drawn whole)
//! plus, with common shocks, the jackknife's over the batches of replicates, as large as Student's
//! point with one degree of freedom fewer than there are batches needs it. Noise peculiar to a
//! point differs from block to block, so the bootstrap carries it already; common shocks do not,
//! hence the second part. Noise peculiar to a point and a batch is counted in both: the interval is
//! then a little too wide rather than too narrow. The bootstrap treats the base points as
//! independent, and so knows nothing of how evenly Sobol's points fill the space: without noise, at
//! 256 points, its intervals are 1 to 2.6 times too wide for the rough functions of the tests, and
//! 14 to 27 times for a linear one. As in SALib, the interval is the estimate ± 1.96 standard
//! errors. Which of the two parts is larger says what would narrow it; see [`SobolIndex::doubt`].
//!
//! Neither part can be told where leaving some data out leaves no variance to share out. If that
//! happens on leaving out one batch, the outcome [does not vary](AnalysisError::NoVariance) as far
//! as can be seen: one value of the jackknife of V is then 0 or less, so the standard error of V is
//! about V or more. If it happens in many resamples, [`SobolIndices::doubt`] says so, and why. If
//! most of them miss the few base points at which the outcome varies, the intervals rest on the
//! others and are too narrow. If the outcome hardly varies beyond its noise, the indices divide by a
//! variance close to 0, and neither they nor their intervals mean anything.

use ndarray::{Array1, Array2, ArrayView1};

use super::doubt::{Doubt, Variances, Want};
use super::noise::{Noisy, jackknife};
use super::{AnalysisError, Estimate, Noise, variance};
use crate::random::{Draws, Purpose};

/// The Sobol indices of one outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct SobolIndices {
    /// One for each parameter, in the order of the design's keys.
    pub parameters: Vec<SobolIndex>,
    /// The variance of the outcome over the design, without noise, in its squared unit.
    pub variance: f64,
    /// The share of the raw variance over the design that is replicate noise, 0 to 1.
    pub noise_share: f64,
    /// The share of the bootstrap's resamples that miss all base points at which the outcome
    /// varies, 0 to 1.
    pub missed_share: f64,
    /// The share of those that vary, but no more than noise makes them, 0 to 1.
    pub drowned_share: f64,
}

/// Above this share of resamples without variance, all indices are in doubt. In simulations of an
/// outcome that is 1 in a corner and 0 elsewhere, where so many missed it, a third of the intervals
/// of first indices or fewer were right, and none of those that rested on one base point.
const MANY: f64 = 0.05;

impl SobolIndices {
    /// Says what is doubtful about all the indices, however they look, and what would settle it.
    #[must_use]
    pub fn doubt(&self) -> Option<(Doubt, Want)> {
        let most = if self.missed_share >= self.drowned_share {
            (Doubt::Rare, Want::Points)
        } else {
            (Doubt::Noise, Want::Replicates)
        };
        (self.missed_share + self.drowned_share > MANY).then_some(most)
    }
}

/// The Sobol indices of one parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SobolIndex {
    /// The share of variance that vanishes if this parameter alone is known.
    pub first: Estimate,
    /// The share that remains if all parameters but this one are known.
    pub total: Estimate,
    /// The share of the squared half width of the first index's interval that comes from the shocks
    /// of the replicates; the rest is from the sampling of the base points.
    pub first_from_replicates: f64,
    /// The same for the total index.
    pub total_from_replicates: f64,
    /// What the total index would be if replicate noise were taken for the parameter's effect.
    pub total_with_noise: f64,
}

impl SobolIndex {
    /// Says what is doubtful about the two indices, and what would settle it. An index below 0 says
    /// more than a wide interval, and the total index more than the first.
    #[must_use]
    pub fn doubt(&self) -> Option<(Doubt, Want)> {
        let indices =
            [(self.total, self.total_from_replicates), (self.first, self.first_from_replicates)];
        let doubted = |(index, share): (Estimate, f64)| {
            Some((index.doubt()?, Want::most(share, Want::Points)))
        };
        let doubts = || indices.into_iter().filter_map(doubted);
        doubts().find(|(doubt, _)| *doubt == Doubt::Negative).or_else(|| doubts().next())
    }
}

/// Estimates the Sobol indices of `k` parameters from the `outcomes` at the points of
/// [`crate::design::saltelli`], in their order; intervals from `resamples` bootstrap resamples.
///
/// # Errors
///
/// [`AnalysisError`] if the outcomes are not whole blocks of `k` + 2, the noise does not belong to
/// them, something is not finite, or the outcome does not vary beyond its noise, or would not
/// without some one batch of replicates.
///
/// ```
/// use article5_runner::analysis::{Noise, sobol::sobol_indices};
/// use article5_runner::design::{Factor, saltelli};
///
/// let factors = [Factor::real("a", 0.0, 1.0)?, Factor::real("b", 0.0, 1.0)?];
/// let design = saltelli(&factors, 1024, 2026)?;
/// let outcomes = design.points.map_axis(ndarray::Axis(1), |x| 2.0 * x[0] + x[1]);
/// let indices = sobol_indices(2, outcomes.view(), Noise::None, 200, 2026)?;
/// assert!((indices.parameters[0].first.value - 0.8).abs() < 0.01);
/// assert!((indices.parameters[1].total.value - 0.2).abs() < 0.01);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn sobol_indices(
    k: usize,
    outcomes: ArrayView1<f64>,
    noise: Noise,
    resamples: usize,
    seed: u64,
) -> Result<SobolIndices, AnalysisError> {
    let block = k + 2;
    if k == 0 || outcomes.is_empty() || !outcomes.len().is_multiple_of(block) {
        let expected = format!("blocks of {block} wanted, for {k} parameters");
        let (what, found) = ("outcomes", outcomes.len());
        return Err(AnalysisError::Shape { what, found, expected });
    }
    noise.check(outcomes)?;
    let terms = Terms::new(k, outcomes, noise, None);
    let once = vec![1.0; terms.base_points()];
    let all = terms.indices(&once).ok_or(AnalysisError::NoVariance)?;
    let left_out = (0..noise.batches())
        .map(|batch| Terms::new(k, outcomes, noise, Some(batch)).indices(&once))
        .collect::<Option<Vec<_>>>()
        .ok_or(AnalysisError::NoVariance)?;
    let raw = Terms::new(k, outcomes, Noise::None, None);
    let (mut resampled, mut missed, mut drowned) = (Vec::new(), 0, 0);
    for resample in 0..resamples {
        let weights = terms.resample(resample, seed);
        match terms.indices(&weights) {
            Some(indices) => resampled.push(indices),
            None if raw.indices(&weights).is_none() => missed += 1,
            None => drowned += 1,
        }
    }
    let share = |lost: usize| lost as f64 / resamples.max(1) as f64;
    let shocks = jackknife(&left_out, 2 * k);
    let design = |at: usize| variance(resampled.iter().map(|row| row[at]));
    let variances = |at: usize| Variances { design: design(at), replicates: shocks[at] };
    let (with_noise, total_variance) = (raw.moments(&once), terms.moments(&once).variance);
    let parameters = (0..k)
        .map(|j| SobolIndex {
            first: variances(j).around(all[j]),
            total: variances(k + j).around(all[k + j]),
            first_from_replicates: variances(j).replicate_share(),
            total_from_replicates: variances(k + j).replicate_share(),
            total_with_noise: with_noise.total[j] / with_noise.variance,
        })
        .collect();
    // Taking noise out never adds variance; rounding may seem to.
    let noise_share = (1.0 - total_variance / with_noise.variance).max(0.0);
    Ok(SobolIndices {
        parameters,
        variance: total_variance,
        noise_share,
        missed_share: share(missed),
        drowned_share: share(drowned),
    })
}

/// What each base point adds to the estimators, freed of noise.
struct Terms {
    /// One row per base point, one column per parameter.
    first: Array2<f64>,
    total: Array2<f64>,
    /// Means over A and B: of the outcome, and of its square.
    mean: Array1<f64>,
    square: Array1<f64>,
    /// The largest variance that rounding can leave when all of it was noise.
    rounding: f64,
}

/// The rounding error of taking the noise out, relative to the mean square of the outcomes: that of
/// some thousands of operations.
const ROUNDING: f64 = 1e-12;

/// Weighted means of the terms.
struct Moments {
    first: Array1<f64>,
    total: Array1<f64>,
    variance: f64,
}

impl Terms {
    fn new(k: usize, outcomes: ArrayView1<f64>, noise: Noise, left_out: Option<usize>) -> Self {
        let n = outcomes.len() / (k + 2);
        let row_a = |i: usize| i * (k + 2);
        let row_b = |i: usize| row_a(i) + k + 1;
        let noisy = Noisy::centred(outcomes, noise, left_out);
        let y = &noisy.mean;
        let first = Array2::from_shape_fn((n, k), |(i, j)| {
            let (a, b, ab) = (row_a(i), row_b(i), row_a(i) + j + 1);
            y[b] * (y[ab] - y[a]) - (noisy.covariance(b, ab) - noisy.covariance(b, a))
        });
        let total = Array2::from_shape_fn((n, k), |(i, j)| {
            let (a, ab) = (row_a(i), row_a(i) + j + 1);
            0.5 * ((y[a] - y[ab]) * (y[a] - y[ab]) - noisy.difference(a, ab))
        });
        let mean = Array1::from_shape_fn(n, |i| 0.5 * (y[row_a(i)] + y[row_b(i)]));
        let square = Array1::from_shape_fn(n, |i| {
            let own = |row: usize| y[row] * y[row] - noisy.covariance(row, row);
            0.5 * (own(row_a(i)) + own(row_b(i)))
        });
        let rounding = ROUNDING * y.dot(y) / y.len() as f64;
        Self { first, total, mean, square, rounding }
    }

    fn base_points(&self) -> usize {
        self.mean.len()
    }

    /// How often a resample has each base point.
    fn resample(&self, resample: usize, seed: u64) -> Vec<f64> {
        let n = self.base_points();
        let mut draws = Draws::new(seed, Purpose::Bootstrap, resample as u64);
        let mut weights = vec![0.0; n];
        (0..n).for_each(|_| weights[draws.below(n)] += 1.0);
        weights
    }

    fn moments(&self, weights: &[f64]) -> Moments {
        let weights = ArrayView1::from(weights);
        let n = weights.sum();
        let mean = weights.dot(&self.mean) / n;
        Moments {
            first: weights.dot(&self.first) / n,
            total: weights.dot(&self.total) / n,
            variance: weights.dot(&self.square) / n - mean * mean,
        }
    }

    /// The first indices, then the total ones; `None` if there is no variance to share out.
    fn indices(&self, weights: &[f64]) -> Option<Vec<f64>> {
        let moments = self.moments(weights);
        let both = moments.first.iter().chain(&moments.total);
        (moments.variance > self.rounding)
            .then(|| both.map(|part| part / moments.variance).collect())
    }
}

#[cfg(test)]
mod tests;
