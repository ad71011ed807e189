//! Gaussian beliefs about Washington's response function: drift, consultation, learning (ODD 7.3, 7.4).
//!
//! Observers are held in packs, [`LANES`](crate::math::LANES) side by side. A belief N(m, S) is kept
//! as its prior plus a change under a common scale,
//!
//! m = m0 + common + `mean_scale`·change,  S = S0 + `covariance_scale`·news,
//!
//! so that the drift and the consultation of a quarter touch a few numbers rather than every
//! observer.

mod learning;
mod reading;

use std::sync::Arc;

use crate::features::{DIAGONAL, ENTRIES, FEATURES, Features, Symmetric, quadratic};
use crate::math::{Pack, Vector};

use learning::Surprise;
pub(crate) use learning::{Evidence, learn};
pub(crate) use reading::{Belief, OfAllies, Prediction, Prior, SideBySide};

/// A scale below this is folded into what it scales, long before it could underflow.
const SMALLEST_SCALE: f64 = 1e-100;

/// What never changes about a group of observers. Replicates that run side by side share it, which
/// leaves more room for their beliefs in the nearest cache.
#[derive(Debug)]
struct Group {
    prior: Prior,
    packs: Vec<ObserverConstants>,
    /// 1 over the sum of all observers' attention.
    per_attention: f64,
    /// The average shift of the priors.
    average_shift: f64,
}

/// What never changes about a pack of observers.
#[derive(Clone, Copy, Debug)]
struct ObserverConstants {
    /// The commitment to each observer, and what the priors say of it: φ·m0 with the shift, and
    /// 1 + φᵀS0φ.
    own: Features<Pack>,
    latent: Pack,
    variance: Pack,
    /// The shift of m0's general component.
    prior_shift: Pack,
    /// Attention relative to the allies' (`moscow_attention` for Moscow, 0 in an empty lane).
    attention: Pack,
}

/// How far a pack of observers has moved from its priors.
#[derive(Clone, Copy, Debug)]
struct Observers {
    /// Of the mean.
    change: [Pack; FEATURES],
    /// Of the covariance.
    news: Symmetric<Pack>,
    /// φ·change and φᵀ·news·φ of each observer's own commitment, worked out where there is news and kept:
    /// each ally reads its own cover twice a quarter.
    own_change: Pack,
    own_news: Pack,
}

impl Observers {
    /// At their priors.
    const NONE: Self = Self {
        change: [Pack::ZERO; FEATURES],
        news: [Pack::ZERO; ENTRIES],
        own_change: Pack::ZERO,
        own_news: Pack::ZERO,
    };

    #[inline(always)]
    fn change<V: Vector>(&self) -> [V; FEATURES] {
        let [a, b, c, d] = &self.change;
        [V::load(a), V::load(b), V::load(c), V::load(d)]
    }

    #[inline(always)]
    fn news<V: Vector>(&self) -> Symmetric<V> {
        let mut news = [V::splat(0.0); ENTRIES];
        for (own, pack) in news.iter_mut().zip(&self.news) {
            *own = V::load(pack);
        }
        news
    }
}

/// The beliefs of a group of observers.
#[derive(Clone, Debug)]
pub(crate) struct Beliefs {
    group: Arc<Group>,
    packs: Vec<Observers>,
    common: [f64; FEATURES],
    mean_scale: f64,
    covariance_scale: f64,
    /// The averages over the group, until there is news.
    average: Option<Average>,
    /// Room for learning.
    surprises: Vec<Surprise>,
}

/// The averages over the members of a group.
#[derive(Clone, Copy, Debug)]
struct Average {
    change: [f64; FEATURES],
    news: Symmetric<f64>,
    prior_shift: f64,
}

impl Beliefs {
    /// A group that starts at the prior, each observer with the commitment to it, its shift and its
    /// attention. Lanes without an observer have attention 0.
    pub(crate) fn new(
        prior: Prior,
        observers: impl Iterator<Item = (Features<Pack>, Pack, Pack)>,
    ) -> Self {
        let constants = |(own, prior_shift, attention): (Features<Pack>, _, _)| ObserverConstants {
            own,
            latent: own.dot_shared(&prior.mean) + prior_shift,
            variance: prior.spread(own) + 1.0,
            prior_shift,
            attention,
        };
        let packs: Vec<ObserverConstants> = observers.map(constants).collect();
        let per_attention = 1.0 / packs.iter().map(|one| one.attention.sum()).sum::<f64>();
        let shift = packs.iter().map(|one| (one.prior_shift * one.attention).sum()).sum::<f64>();
        Self {
            packs: vec![Observers::NONE; packs.len()],
            surprises: vec![Surprise::default(); packs.len()],
            group: Arc::new(Group {
                prior,
                packs,
                per_attention,
                average_shift: per_attention * shift,
            }),
            average: None,
            common: [0.0; FEATURES],
            mean_scale: 1.0,
            covariance_scale: 1.0,
        }
    }

    /// Returns every belief to its prior.
    pub(crate) fn restart(&mut self) {
        self.common = [0.0; FEATURES];
        self.mean_scale = 1.0;
        self.covariance_scale = 1.0;
        self.packs.fill(Observers::NONE);
        self.average = None;
    }

    /// Beliefs relax to their priors: m ← m0 + ρ(m − m0), S ← ρ²S + (1−ρ²)S0 with ρ = `memory`.
    pub(crate) fn drift(&mut self, memory: f64) {
        self.forget(memory);
        self.covariance_scale *= memory * memory;
        self.fold_small_scales();
    }

    /// A share of what was learned about the mean is kept: m ← m0 + kept·(m − m0).
    pub(crate) fn forget(&mut self, kept: f64) {
        self.common = self.common.map(|common| kept * common);
        self.mean_scale *= kept;
        self.fold_small_scales();
    }

    /// Observers pool the change in their beliefs: d ← (1−ξ)d + ξ·d̄ with ξ = `pull`.
    #[inline(always)]
    pub(crate) fn consult<V: Vector>(&mut self, pull: f64) {
        let Average { change, .. } = self.average::<V>();
        for (common, mean) in self.common.iter_mut().zip(change) {
            *common += pull * self.mean_scale * mean;
        }
        self.mean_scale *= 1.0 - pull;
        self.fold_small_scales();
    }

    /// Adds to the variance of the general component.
    #[inline(always)]
    pub(crate) fn unsettle<V: Vector>(&mut self, variance: f64) {
        let added = variance / self.covariance_scale;
        for observers in &mut self.packs {
            observers.news[0] = (V::load(&observers.news[0]) + added).store();
            observers.own_news = (V::load(&observers.own_news) + added).store();
        }
        self.average = None;
    }

    /// How pack `j`'s observers read a pack of commitments, one each.
    #[inline(always)]
    pub(crate) fn read<V: Vector>(&self, j: usize, f: Features<V>) -> Prediction<V> {
        let spread = quadratic(&self.packs[j].news::<V>(), f);
        let prior = self.group.prior.spread(f) + 1.0;
        Prediction {
            latent: self.latent(j, f),
            variance: spread.mul_add(V::splat(self.covariance_scale), prior),
        }
    }

    /// How each of pack `j`'s observers reads the commitment to itself.
    #[inline(always)]
    pub(crate) fn read_own<V: Vector>(&self, j: usize) -> Prediction<V> {
        let (constants, Observers { own_change, own_news, .. }) =
            (&self.group.packs[j], &self.packs[j]);
        let shared = Features::<V>::load(&constants.own).dot_shared(&self.common)
            + V::load(&constants.latent);
        let [mean_scale, covariance_scale] = [self.mean_scale, self.covariance_scale];
        Prediction {
            latent: V::load(own_change).mul_add(V::splat(mean_scale), shared),
            variance: V::load(own_news)
                .mul_add(V::splat(covariance_scale), V::load(&constants.variance)),
        }
    }

    /// What pack `j`'s observers say about the allies.
    #[inline(always)]
    pub(crate) fn of_allies<V: Vector>(&self, j: usize) -> OfAllies<V> {
        let (observers, prior) = (&self.packs[j], &self.group.prior);
        let (mean_scale, covariance_scale) =
            (V::splat(self.mean_scale), V::splat(self.covariance_scale));
        let mut mean = observers.change::<V>();
        for (k, mean) in mean.iter_mut().enumerate() {
            *mean = mean.mul_add(mean_scale, V::splat(prior.mean[k] + self.common[k]));
        }
        mean[0] = mean[0] + V::load(&self.group.packs[j].prior_shift);
        let mut covariance = observers.news::<V>();
        for entry in &mut covariance {
            *entry = *entry * covariance_scale;
        }
        for (entry, variance) in DIAGONAL.into_iter().zip(prior.variance) {
            covariance[entry] = covariance[entry] + variance;
        }
        OfAllies::new(&mean, &covariance)
    }

    #[inline(always)]
    fn latent<V: Vector>(&self, j: usize, f: Features<V>) -> V {
        let Group { prior, packs, .. } = &*self.group;
        let shared: [f64; FEATURES] = std::array::from_fn(|k| prior.mean[k] + self.common[k]);
        let shared = f.dot_shared(&shared) + V::load(&packs[j].prior_shift);
        f.dot(&self.packs[j].change::<V>()).mul_add(V::splat(self.mean_scale), shared)
    }

    /// The belief of one observer.
    #[inline(always)]
    pub(crate) fn of(&self, observer: usize) -> Belief {
        let (j, lane) = Pack::place(observer);
        let observers = &self.packs[j];
        let (mut change, mut news) = ([0.0; FEATURES], [0.0; ENTRIES]);
        for (own, change) in change.iter_mut().zip(&observers.change) {
            *own = change.0[lane];
        }
        for (own, news) in news.iter_mut().zip(&observers.news) {
            *own = news.0[lane];
        }
        let mut belief = self.settled(change, news);
        belief.mean[0] += self.group.packs[j].prior_shift.0[lane];
        belief
    }

    /// The belief that is the average of the group's: means and covariances averaged.
    #[inline(always)]
    pub(crate) fn average_belief<V: Vector>(&mut self) -> Belief {
        let Average { change, news, prior_shift } = self.average::<V>();
        let mut belief = self.settled(change, news);
        belief.mean[0] += prior_shift;
        belief
    }

    /// The averages over observers, each counted by its attention: 1 for an ally, 0 in an empty lane.
    #[inline(always)]
    fn average<V: Vector>(&mut self) -> Average {
        if let Some(average) = self.average {
            return average;
        }
        let (mut change, mut news) = ([V::splat(0.0); FEATURES], [V::splat(0.0); ENTRIES]);
        for (observers, constants) in self.packs.iter().zip(&self.group.packs) {
            let attention = V::load(&constants.attention);
            for (total, own) in change.iter_mut().zip(&observers.change) {
                *total = V::load(own).mul_add(attention, *total);
            }
            for (total, own) in news.iter_mut().zip(&observers.news) {
                *total = V::load(own).mul_add(attention, *total);
            }
        }
        let Group { per_attention, average_shift, .. } = *self.group;
        let mut average =
            Average { change: [0.0; FEATURES], news: [0.0; ENTRIES], prior_shift: average_shift };
        for (own, total) in average.change.iter_mut().zip(change) {
            *own = per_attention * total.sum();
        }
        for (own, total) in average.news.iter_mut().zip(news) {
            *own = per_attention * total.sum();
        }
        self.average = Some(average);
        average
    }

    #[inline(always)]
    fn settled(&self, change: [f64; FEATURES], news: Symmetric<f64>) -> Belief {
        // Loops, because the closures of array methods are not always inlined.
        let (mut mean, mut covariance) = (change, news);
        let prior = &self.group.prior;
        for (k, mean) in mean.iter_mut().enumerate() {
            *mean = prior.mean[k] + self.common[k] + self.mean_scale * *mean;
        }
        for entry in &mut covariance {
            *entry *= self.covariance_scale;
        }
        for (entry, variance) in DIAGONAL.into_iter().zip(prior.variance) {
            covariance[entry] += variance;
        }
        Belief { mean, covariance }
    }

    #[inline(always)]
    fn fold_small_scales(&mut self) {
        if self.mean_scale.min(self.covariance_scale) < SMALLEST_SCALE {
            self.fold();
        }
    }

    #[cold]
    fn fold(&mut self) {
        if self.mean_scale < SMALLEST_SCALE {
            for observers in &mut self.packs {
                observers.change = observers.change.map(|change| change * self.mean_scale);
                observers.own_change = observers.own_change * self.mean_scale;
            }
            self.mean_scale = 1.0;
        }
        if self.covariance_scale < SMALLEST_SCALE {
            for observers in &mut self.packs {
                observers.news = observers.news.map(|news| news * self.covariance_scale);
                observers.own_news = observers.own_news * self.covariance_scale;
            }
            self.covariance_scale = 1.0;
        }
        self.average = None;
    }
}

#[cfg(test)]
mod tests;
