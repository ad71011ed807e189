//! One belief, and what it says about commitments.

use crate::features::{AtTreaty, ENTRIES, FEATURES, Features, Symmetric, quadratic, times};
use crate::math::{Pack, Real, Vector, over_root};
use crate::parameters::Parameters;

/// The prior N(m0, S0), alike for all observers but for a shift of m0's general component.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prior {
    /// μ, the mean without the shift.
    pub(crate) mean: [f64; FEATURES],
    /// The diagonal of S0.
    pub(crate) variance: [f64; FEATURES],
}

impl Prior {
    pub(crate) fn new(parameters: &Parameters) -> Self {
        let Parameters { response, learning, .. } = parameters;
        let sd = [
            learning.prior_sd_general,
            learning.prior_sd_treaty,
            learning.prior_sd_stake,
            learning.prior_sd_exposure,
        ];
        Self {
            mean: [response.general, response.treaty, response.stake, response.exposure],
            variance: sd.map(|sd| sd * sd),
        }
    }

    /// φᵀS0φ for a commitment with features φ.
    #[inline(always)]
    pub(crate) fn spread<R: Real>(&self, f: Features<R>) -> R {
        let squares = Features {
            treaty: f.treaty * f.treaty,
            stake: f.stake * f.stake,
            exposure: f.exposure * f.exposure,
        };
        squares.dot_shared(&self.variance)
    }
}

/// One belief N(m, S), or the average of many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Belief {
    pub(crate) mean: [f64; FEATURES],
    pub(crate) covariance: Symmetric<f64>,
}

/// What a belief says about the latent answer at a commitment, before the circumstances of the day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prediction<V> {
    /// φ·m.
    pub(crate) latent: V,
    /// v = 1 + φᵀSφ.
    pub(crate) variance: V,
}

/// What one mind, or each of several side by side, says about any ally.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OfAllies<V> {
    /// φ·m: the part common to all allies, then the slopes in stake and exposure.
    latent: [V; 3],
    /// v.
    variance: AtTreaty<V>,
}

impl<R: Real> Prediction<R> {
    /// By how many standard deviations the latent answer lies above a cutpoint. `circumstances` is
    /// what counts besides the belief, less that cutpoint.
    #[inline(always)]
    pub(crate) fn margin(self, circumstances: R) -> R {
        (self.latent + circumstances) / self.variance.sqrt()
    }

    /// The same by [`over_root`]: faster where many are wanted at once, but different in the last
    /// bit.
    #[inline(always)]
    pub(crate) fn margin_of_many(self, circumstances: R) -> R {
        over_root(self.latent + circumstances, self.variance)
    }
}

impl<V: Vector> OfAllies<V> {
    #[inline(always)]
    pub(super) fn new(mean: &[V; FEATURES], covariance: &Symmetric<V>) -> Self {
        let spread = AtTreaty::new(covariance);
        Self {
            latent: [mean[0] + mean[1], mean[2], mean[3]],
            variance: AtTreaty { constant: spread.constant + 1.0, ..spread },
        }
    }

    /// The reading of one ally, or of one for each mind.
    #[inline(always)]
    pub(crate) fn read(&self, stake: V, exposure: V) -> Prediction<V> {
        let [all, of_stake, of_exposure] = self.latent;
        Prediction {
            latent: exposure.mul_add(of_exposure, stake.mul_add(of_stake, all)),
            variance: self.variance.at(stake, exposure),
        }
    }
}

impl Belief {
    /// What the belief says about the allies.
    #[inline(always)]
    pub(crate) fn of_allies<V: Vector>(&self) -> OfAllies<V> {
        let mut mean = [V::splat(0.0); FEATURES];
        for (own, &entry) in mean.iter_mut().zip(&self.mean) {
            *own = V::splat(entry);
        }
        OfAllies::new(&mean, &self.covariance())
    }

    /// The belief's reading of a commitment, or of a pack of them.
    #[inline(always)]
    pub(crate) fn read<R: Real>(&self, f: Features<R>) -> Prediction<R> {
        let spread = quadratic(&self.covariance(), f);
        Prediction { latent: f.dot_shared(&self.mean), variance: spread + 1.0 }
    }

    /// Sφ: its product with ψ is how an answer at ψ and one at φ are believed to vary together.
    #[inline(always)]
    pub(crate) fn covariance_with(&self, f: Features<f64>) -> [f64; FEATURES] {
        times(&self.covariance, f)
    }

    #[inline(always)]
    fn covariance<R: Real>(&self) -> Symmetric<R> {
        let mut covariance = [R::splat(0.0); ENTRIES];
        for (own, &entry) in covariance.iter_mut().zip(&self.covariance) {
            *own = R::splat(entry);
        }
        covariance
    }
}

/// One observer's beliefs in replicates that run side by side, one per lane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SideBySide {
    mean: [Pack; FEATURES],
    covariance: Symmetric<Pack>,
}

impl SideBySide {
    /// The beliefs where there are no replicates.
    pub(crate) const NONE: Self =
        Self { mean: [Pack::ZERO; FEATURES], covariance: [Pack::ZERO; ENTRIES] };

    /// Puts a replicate's belief into its lane.
    #[inline(always)]
    pub(crate) fn set_lane(&mut self, lane: usize, belief: &Belief) {
        for (own, &entry) in self.mean.iter_mut().zip(&belief.mean) {
            own.0[lane] = entry;
        }
        for (own, &entry) in self.covariance.iter_mut().zip(&belief.covariance) {
            own.0[lane] = entry;
        }
    }

    /// Each belief's reading of its commitment.
    #[inline(always)]
    pub(crate) fn read<V: Vector>(&self, f: Features<V>) -> Prediction<V> {
        let (mut mean, mut covariance) = ([V::splat(0.0); FEATURES], [V::splat(0.0); ENTRIES]);
        for (own, entry) in mean.iter_mut().zip(&self.mean) {
            *own = V::load(entry);
        }
        for (own, entry) in covariance.iter_mut().zip(&self.covariance) {
            *own = V::load(entry);
        }
        Prediction { latent: f.dot(&mean), variance: quadratic(&covariance, f) + 1.0 }
    }
}
