//! What observers learn from answers and statements.

use super::{Beliefs, Observers};
use crate::features::{FEATURES, Features, quadratic, times};
use crate::math::{Moments, Pack, Vector, above, below, between};
use crate::parameters::Learning;
use crate::washington::{Answer, Band};

/// What all observers saw: an answer, the band it tells of, and the circumstances they all know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evidence {
    pub(crate) answer: Answer,
    pub(crate) band: Band,
    /// credence·Δ + tripwire + balance − penalty.
    pub(crate) circumstances: f64,
    /// How clear the answer was, 0 to 1.
    pub(crate) clarity: f64,
}

impl Evidence {
    /// The moments of the latent answer's distribution, given what was seen, about its mean and in
    /// units of its standard deviation.
    #[inline(always)]
    fn moments<V: Vector>(&self, latent: V, inverse_sd: V) -> Moments<V> {
        let latent = latent + self.circumstances;
        let narrow = (V::splat(self.band.narrow) - latent) * inverse_sd;
        let full = (V::splat(self.band.full) - latent) * inverse_sd;
        match self.answer {
            Answer::None => below(narrow),
            Answer::Narrow => between(narrow, full),
            Answer::Full => above(full),
        }
    }
}

/// How a pack of observers reads an answer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Surprise {
    /// S·φ.
    covariance: [Pack; FEATURES],
    /// The latent answer that they predict, and one over its standard deviation.
    latent: Pack,
    inverse_sd: Pack,
    /// The moments of what they saw.
    shift: Pack,
    removed: Pack,
}

impl Surprise {
    #[inline(always)]
    fn new<V: Vector>(covariance: [V; FEATURES], latent: V, inverse_sd: V) -> Self {
        let [a, b, c, d] = covariance;
        Self {
            covariance: [a.store(), b.store(), c.store(), d.store()],
            latent: latent.store(),
            inverse_sd: inverse_sd.store(),
            ..Self::default()
        }
    }

    #[inline(always)]
    fn covariance<V: Vector>(&self) -> [V; FEATURES] {
        let [a, b, c, d] = &self.covariance;
        [V::load(a), V::load(b), V::load(c), V::load(d)]
    }
}

/// All groups learn from an answer by assumed-density filtering: the posterior under the observed
/// band is replaced by the Gaussian with its mean and covariance, and the change is weighted by
/// attention. The allies and the capitals are given with the commitment as they read it.
///
/// m ← m + w·n·Sφ·d1/√v,  S ← S − k·w·(Sφ)(Sφ)ᵀ·dd/v, both with the old S, where w is `attention`,
/// n `negativity`, k `learning.shrinkage`, d1 `shift` and dd `removed` (ODD 7.3).
///
/// In three passes, so that the square root and the quotient of one pack do not hold up the others.
#[inline(always)]
pub(crate) fn learn<V: Vector>(
    mut groups: [(&mut Beliefs, Features<V>); 2],
    seen: &Evidence,
    learning: &Learning,
) {
    for (beliefs, f) in &mut groups {
        beliefs.predict(*f);
    }
    for (beliefs, _) in &mut groups {
        for Surprise { latent, inverse_sd, shift, removed, .. } in &mut beliefs.surprises {
            let moments = seen.moments(V::load(latent), V::load(inverse_sd));
            (*shift, *removed) = (moments.shift.store(), moments.removed.store());
        }
    }
    for (beliefs, _) in &mut groups {
        beliefs.revise::<V>(seen.clarity, learning);
    }
}

impl Beliefs {
    /// What each observer predicts of an answer at a commitment.
    #[inline(always)]
    fn predict<V: Vector>(&mut self, f: Features<V>) {
        for j in 0..self.packs.len() {
            let news = times(&self.packs[j].news::<V>(), f);
            let own = self.group.prior.variance;
            let scale = V::splat(self.covariance_scale);
            let s = [
                news[0].mul_add(scale, V::splat(own[0])),
                news[1].mul_add(scale, f.treaty * own[1]),
                news[2].mul_add(scale, f.stake * own[2]),
                news[3].mul_add(scale, f.exposure * own[3]),
            ];
            let variance = f.dot(&s) + 1.0;
            let inverse_sd = V::splat(1.0) / variance.sqrt();
            let latent = self.latent(j, f);
            self.surprises[j] = Surprise::new(s, latent, inverse_sd);
        }
    }

    /// Revises each belief by its surprise.
    #[inline(always)]
    fn revise<V: Vector>(&mut self, clarity: f64, learning: &Learning) {
        for j in 0..self.packs.len() {
            let surprise = &self.surprises[j];
            let (shift, removed) = (V::load(&surprise.shift), V::load(&surprise.removed));
            let inverse_sd = V::load(&surprise.inverse_sd);
            let attention =
                V::load(&self.group.packs[j].attention) * (learning.attention * clarity);
            let bad_news = shift.lt(V::splat(0.0));
            let negativity = V::select(bad_news, V::splat(learning.negativity), V::splat(1.0));
            let gain = attention * negativity * shift * inverse_sd;
            let shrinkage = attention * learning.shrinkage * removed * (inverse_sd * inverse_sd);
            self.update(j, surprise.covariance(), gain, shrinkage);
        }
        self.average = None;
    }

    /// Everyone hears a statement: a noisy observation of the general component.
    #[inline(always)]
    pub(crate) fn hear<V: Vector>(&mut self, value: f64, sd: f64, learning: &Learning) {
        for j in 0..self.packs.len() {
            let news = self.packs[j].news::<V>();
            let s = [
                news[0] * self.covariance_scale + self.group.prior.variance[0],
                news[1] * self.covariance_scale,
                news[2] * self.covariance_scale,
                news[3] * self.covariance_scale,
            ];
            let variance = s[0] + sd * sd;
            let attention = V::load(&self.group.packs[j].attention) * learning.attention;
            let negativity = if value < 0.0 { learning.negativity } else { 1.0 };
            let gain = attention * (negativity * value) / variance;
            let shrinkage = attention * learning.shrinkage / variance;
            self.update(j, s, gain, shrinkage);
        }
        self.average = None;
    }

    /// m ← m + gain·s, S ← S − shrinkage·ssᵀ with s = Sφ.
    #[inline(always)]
    fn update<V: Vector>(&mut self, j: usize, s: [V; FEATURES], gain: V, shrinkage: V) {
        let observers = &mut self.packs[j];
        let Observers { change, news, .. } = observers;
        let gain = gain * (1.0 / self.mean_scale);
        let shrinkage = shrinkage * (1.0 / self.covariance_scale);
        let mut entries = news.iter_mut();
        for (row, change) in change.iter_mut().enumerate() {
            *change = gain.mul_add(s[row], V::load(change)).store();
            let shrunk = -shrinkage * s[row];
            for (&column, entry) in s[row..].iter().zip(&mut entries) {
                *entry = shrunk.mul_add(column, V::load(entry)).store();
            }
        }
        let own = Features::<V>::load(&self.group.packs[j].own);
        observers.own_change = own.dot(&observers.change()).store();
        observers.own_news = quadratic(&observers.news(), own).store();
    }
}
