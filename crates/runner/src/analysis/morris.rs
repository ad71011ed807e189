//! Morris's elementary effects: μ, μ* and σ.
//!
//! An elementary effect is the change of the outcome over the change of one parameter, as a share of
//! its range, along a step of a trajectory of [`crate::design::morris`]. Its mean μ is the direction of a parameter's
//! influence, the mean μ* of its absolute value the size (Campolongo, Cariboni & Saltelli 2007,
//! *Environmental Modelling & Software* 22, 1509–1518), its standard deviation σ the interaction
//! or curvature.
//!
//! Replicate noise makes effects where there are none: with a noise variance d of the difference of
//! two neighbouring outcomes, an effect has the standard error √d/Δ, and a parameter that does
//! nothing gets a μ* of about 0.8 of that. σ is corrected: what noise adds to the variance between
//! trajectories is subtracted, that is, the mean noise variance less the part that common shocks
//! give to every trajectory alike. μ* cannot be corrected without further assumptions, so
//! [`MorrisEffect::noise`] gives that standard error for comparison.
//!
//! # Intervals
//!
//! As for Sobol indices, they come from a bootstrap over trajectories plus, with common shocks, a
//! jackknife over batches, whose part is Student's over the batches. Trajectories are few, and a
//! bootstrap of r of them gives a mean only (r − 1)/r of its variance, so that a normal interval
//! would be too narrow: the bootstrap's part of the half width is multiplied by √(r/(r − 1)) and by
//! the ratio of Student's point to the normal one. For the mean of normal effects that is Student's
//! interval; effects are often skew, and with fewer than [`FEW_TRAJECTORIES`] an interval is rough
//! even so.
//!
//! That of σ is the interval of the spread with the noise in it, from each end of which the noise is
//! then taken out. Resamples of σ itself would be 0 wherever noise explains the spread, and so give
//! no width just where least is known.

use ndarray::{Array2, ArrayView1, ArrayView2};

use super::doubt::Variances;
use super::noise::{Noisy, jackknife};
use super::{AnalysisError, Estimate, Noise, check_finite, variance};
use crate::random::{Draws, Purpose};
use crate::tally::{Z_95, t_95};

/// With fewer trajectories than this the intervals are rough.
pub const FEW_TRAJECTORIES: u64 = 10;

/// The elementary effects of one parameter on one outcome, in outcome units per full range of the
/// parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MorrisEffect {
    /// Mean effect.
    pub mu: Estimate,
    /// Mean absolute effect.
    pub mu_star: Estimate,
    /// The share of the squared half width of that interval that comes from the shocks of the
    /// replicates; the rest is from the sampling of the trajectories.
    pub mu_star_from_replicates: f64,
    /// Standard deviation of the effect between trajectories, with the noise taken out: 0 if noise
    /// explains all of it, as is an end of the interval.
    pub sigma: Estimate,
    /// Root mean square of the standard error that replicate noise gives a single effect. A μ*
    /// about 0.8 of this, √(2/π), is what a parameter without influence shows.
    pub noise: f64,
}

/// Estimates the effects from the `outcomes` at the points `unit`, each parameter as a share of its
/// range, in the order of [`crate::design::morris`]; intervals from `resamples` bootstrap resamples.
///
/// # Errors
///
/// [`AnalysisError`] if the points are not trajectories of single steps, at least two of them, if
/// the outcomes or the noise do not belong to them, or if something is not finite.
///
/// ```
/// use article5_runner::analysis::{Noise, morris::morris_effects};
/// use article5_runner::design::{Factor, Structure, morris};
///
/// let factors = [Factor::real("a", 0.0, 1.0)?, Factor::real("b", 0.0, 1.0)?];
/// let design = morris(&factors, 10, 4, 2026)?;
/// let Structure::Morris { shares } = &design.structure else { unreachable!() };
/// let outcomes = design.points.map_axis(ndarray::Axis(1), |x| 3.0 * x[0] - x[1]);
/// let effects = morris_effects(shares.view(), outcomes.view(), Noise::None, 100, 2026)?;
/// assert!((effects[1].mu.value + 1.0).abs() < 1e-12 && effects[1].sigma.value < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn morris_effects(
    unit: ArrayView2<f64>,
    outcomes: ArrayView1<f64>,
    noise: Noise,
    resamples: usize,
    seed: u64,
) -> Result<Vec<MorrisEffect>, AnalysisError> {
    let k = unit.ncols();
    if outcomes.len() != unit.nrows() {
        let (found, expected) = (outcomes.len(), format!("{} points wanted", unit.nrows()));
        return Err(AnalysisError::Shape { what: "outcomes", found, expected });
    }
    noise.check(outcomes)?;
    unit.columns().into_iter().try_for_each(|column| check_finite("a coordinate", column))?;
    let steps = steps(unit)?;
    let effects = Effects::new(&steps, outcomes, noise, None);
    let all: Vec<usize> = (0..steps.nrows()).collect();
    let left_out: Vec<Vec<f64>> = (0..noise.batches())
        .map(|batch| Effects::new(&steps, outcomes, noise, Some(batch)).statistics(&all))
        .collect();
    let shocks = jackknife(&left_out, 3 * k);
    let between = effects.variances_between(resamples, seed);
    let values = effects.statistics(&all);
    let variances = |at: usize| Variances { design: between[at], replicates: shocks[at] };
    let estimate = |at: usize| variances(at).around(values[at]);
    let sigma = |j: usize| {
        let (spread, noise) = (values[2 * k + j], effects.noise_between(j));
        // No spread is less than its noise but by chance.
        let Estimate { low, high, .. } = variances(2 * k + j).around(spread.max(noise.sqrt()));
        let [value, low, high] = [spread, low, high].map(|end| without(noise, end));
        Estimate { value, low, high }
    };
    let noise = |j: usize| (effects.noise.column(j).sum() / all.len() as f64).sqrt();
    Ok((0..k)
        .map(|j| MorrisEffect {
            mu: estimate(j),
            mu_star: estimate(k + j),
            mu_star_from_replicates: variances(k + j).replicate_share(),
            sigma: sigma(j),
            noise: noise(j),
        })
        .collect())
}

/// A standard deviation without the noise of this variance; 0 where noise explains all of it.
fn without(noise: f64, spread: f64) -> f64 {
    let spread = spread.max(0.0);
    (spread * spread - noise).max(0.0).sqrt()
}

/// The factor by which the bootstrap's variance over this many trajectories is too small for a
/// normal interval: a resample has the sample's variance divided by r, not by r − 1, and the
/// interval should be Student's.
fn correction(trajectories: usize) -> f64 {
    let (n, wider) = (trajectories as f64, t_95(trajectories as u64) / Z_95);
    n / (n - 1.0) * wider * wider
}

/// One step: from row `from` to the next, by `change` in the unit coordinate.
#[derive(Clone, Copy, Default)]
struct Step {
    from: usize,
    change: f64,
}

/// The step that moves each parameter (column) in each trajectory (row).
fn steps(unit: ArrayView2<f64>) -> Result<Array2<Step>, AnalysisError> {
    let k = unit.ncols();
    let trajectories = unit.nrows() / (k + 1);
    if k == 0 || !unit.nrows().is_multiple_of(k + 1) || trajectories < 2 {
        let expected = format!("two or more trajectories of {} wanted", k + 1);
        return Err(AnalysisError::Shape { what: "points", found: unit.nrows(), expected });
    }
    let mut steps = Array2::from_elem((trajectories, k), Step::default());
    for (trajectory, mut steps) in steps.rows_mut().into_iter().enumerate() {
        for from in (0..k).map(|step| trajectory * (k + 1) + step) {
            let change = &unit.row(from + 1) - &unit.row(from);
            let moved: Vec<usize> = (0..k).filter(|&j| change[j] != 0.0).collect();
            match moved[..] {
                [j] if steps[j].change == 0.0 => steps[j] = Step { from, change: change[j] },
                _ => {
                    let step = from - trajectory * (k + 1);
                    return Err(AnalysisError::Step { trajectory, step });
                }
            }
        }
    }
    Ok(steps)
}

/// Elementary effects and their noise: one row per trajectory, one column per parameter.
struct Effects {
    effect: Array2<f64>,
    /// The variance of the noise.
    noise: Array2<f64>,
    /// How far an effect deviates in each batch of replicates, through shocks that all trajectories
    /// share.
    shared: Array2<Vec<f64>>,
}

impl Effects {
    fn new(
        steps: &Array2<Step>,
        outcomes: ArrayView1<f64>,
        noise: Noise,
        left_out: Option<usize>,
    ) -> Self {
        let noisy = Noisy::centred(outcomes, noise, left_out);
        Self {
            effect: steps.mapv(|s| (noisy.mean[s.from + 1] - noisy.mean[s.from]) / s.change),
            noise: steps.mapv(|s| noisy.difference(s.from, s.from + 1) / (s.change * s.change)),
            shared: steps.map(|s| {
                let mut deviations = noisy.deviations(s.from, s.from + 1);
                deviations.iter_mut().for_each(|deviation| *deviation /= s.change);
                deviations
            }),
        }
    }

    /// What noise adds to the variance of a parameter's effects between trajectories, without what
    /// shared shocks add to all of them alike.
    fn noise_between(&self, parameter: usize) -> f64 {
        let n = self.shared.nrows() as f64;
        let shared = self.shared.column(parameter);
        let batches = shared.first().map_or(0, Vec::len);
        if batches == 0 {
            return 0.0;
        }
        let between = |batch: usize| variance(shared.iter().map(|deviations| deviations[batch]));
        let between = (0..batches).map(between).sum::<f64>() * n / (n - 1.0);
        between / (batches * (batches - 1)) as f64
    }

    /// The variances of all statistics from the sampling of the trajectories, by the bootstrap, as large
    /// as a normal interval needs them.
    fn variances_between(&self, resamples: usize, seed: u64) -> Vec<f64> {
        let trajectories = self.effect.nrows();
        let resampled: Vec<Vec<f64>> = (0..resamples)
            .map(|resample| {
                let mut draws = Draws::new(seed, Purpose::Bootstrap, resample as u64);
                let chosen = (0..trajectories).map(|_| draws.below(trajectories));
                self.statistics(&chosen.collect::<Vec<usize>>())
            })
            .collect();
        let correction = correction(trajectories);
        (0..3 * self.effect.ncols())
            .map(|at| correction * variance(resampled.iter().map(|row| row[at])))
            .collect()
    }

    /// μ of each parameter, then μ*, then the standard deviation of its effects with the noise in it,
    /// over the chosen trajectories.
    fn statistics(&self, chosen: &[usize]) -> Vec<f64> {
        let n = chosen.len() as f64;
        let columns = || self.effect.columns().into_iter();
        let mean = columns().map(|effect| chosen.iter().map(|&i| effect[i]).sum::<f64>() / n);
        let size = columns().map(|effect| chosen.iter().map(|&i| effect[i].abs()).sum::<f64>() / n);
        let spread = columns()
            .map(|effect| (variance(chosen.iter().map(|&i| effect[i])) * n / (n - 1.0)).sqrt());
        mean.chain(size).chain(spread).collect()
    }
}

#[cfg(test)]
mod tests;
