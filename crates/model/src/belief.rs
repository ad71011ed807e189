//! Gaussian beliefs about Washington's response function: drift, consultation, learning (section 3).
//!
//! Observers are held in packs, [`LANES`](crate::math::LANES) side by side. A belief N(m, S) is kept
//! as its prior plus a change under a common scale,
//!
//! m = m0 + common + `mean_scale`·change,  S = S0 + `covariance_scale`·news,
//!
//! so that the drift and the consultation of a quarter touch a few numbers rather than every
//! observer.

use crate::features::{AtTreaty, DIAGONAL, FEATURES, Features, Symmetric, quadratic, times};
use crate::math::{Moments, Pack, Real, Vector, above, below, between};
use crate::parameters::{Learning, Parameters};
use crate::washington::{Answer, Band};

/// A scale below this is folded into what it scales, long before it could underflow.
const SMALLEST_SCALE: f64 = 1e-100;

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
pub(crate) struct Reading<V> {
    /// φ·m.
    pub(crate) latent: V,
    /// v = 1 + φᵀSφ.
    pub(crate) variance: V,
}

/// What one mind, or each of several side by side, says about any ally.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OfAllies<V> {
    /// φ·m: the part of all allies, then the slopes in stake and exposure.
    latent: [V; 3],
    /// v.
    variance: AtTreaty<V>,
}

impl<V: Vector> OfAllies<V> {
    #[inline(always)]
    fn new(mean: &[V; FEATURES], covariance: &Symmetric<V>) -> Self {
        let spread = AtTreaty::new(covariance);
        Self {
            latent: [mean[0] + mean[1], mean[2], mean[3]],
            variance: AtTreaty { constant: spread.constant + 1.0, ..spread },
        }
    }

    /// The reading of an ally, or of as many as there are minds.
    #[inline(always)]
    pub(crate) fn read(&self, stake: V, exposure: V) -> Reading<V> {
        let [all, of_stake, of_exposure] = self.latent;
        Reading {
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
    pub(crate) fn read<R: Real>(&self, f: Features<R>) -> Reading<R> {
        let spread = quadratic(&self.covariance(), f);
        Reading { latent: f.dot_shared(&self.mean), variance: spread + 1.0 }
    }

    /// Sφ: its product with ψ is how an answer at ψ and one at φ are believed to vary together.
    #[inline(always)]
    pub(crate) fn covariance_with(&self, f: Features<f64>) -> [f64; FEATURES] {
        times(&self.covariance, f)
    }

    #[inline(always)]
    fn covariance<R: Real>(&self) -> Symmetric<R> {
        let mut covariance = [R::splat(0.0); 10];
        for (own, &entry) in covariance.iter_mut().zip(&self.covariance) {
            *own = R::splat(entry);
        }
        covariance
    }
}

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

/// Observers side by side: how far each has come from its prior.
#[derive(Clone, Copy, Debug)]
struct Observers {
    change: [Pack; FEATURES],
    news: Symmetric<Pack>,
    /// The commitment to each observer, and what its own belief says of it.
    own: Own,
    /// The shift of m0's general component.
    prior_shift: Pack,
    /// Attention relative to the allies' (`moscow_attention` for Moscow, 0 in an empty lane).
    attention: Pack,
}

/// The commitment to each of some observers, and the readings of it that their own beliefs give, kept
/// up to date where there is news: each ally reads its own cover twice a quarter.
#[derive(Clone, Copy, Debug)]
struct Own {
    features: Features<Pack>,
    /// φ·m0 with the shift.
    latent: Pack,
    /// 1 + φᵀS0φ.
    variance: Pack,
    /// φ·change.
    change: Pack,
    /// φᵀ·news·φ.
    news: Pack,
}

impl Observers {
    const NO_CHANGE: [Pack; FEATURES] = [Pack::ZERO; FEATURES];
    const NO_NEWS: Symmetric<Pack> = [Pack::ZERO; 10];

    #[inline(always)]
    fn change<V: Vector>(&self) -> [V; FEATURES] {
        let [a, b, c, d] = &self.change;
        [V::load(a), V::load(b), V::load(c), V::load(d)]
    }

    #[inline(always)]
    fn news<V: Vector>(&self) -> Symmetric<V> {
        let mut news = [V::splat(0.0); 10];
        for (own, pack) in news.iter_mut().zip(&self.news) {
            *own = V::load(pack);
        }
        news
    }
}

/// The beliefs of a group of observers.
#[derive(Clone, Debug)]
pub(crate) struct Beliefs {
    prior: Prior,
    packs: Vec<Observers>,
    /// 1 over the attention of all.
    share: f64,
    /// Of the shifts of the priors.
    average_shift: f64,
    common: [f64; FEATURES],
    mean_scale: f64,
    covariance_scale: f64,
    /// The averages over the group, until there is news.
    average: Option<Average>,
}

/// What the members of a group have on average.
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
        let pack = |(features, prior_shift, attention): (Features<Pack>, _, _)| Observers {
            change: Observers::NO_CHANGE,
            news: Observers::NO_NEWS,
            own: Own {
                features,
                latent: features.dot_shared(&prior.mean) + prior_shift,
                variance: prior.spread(features) + 1.0,
                change: Pack::ZERO,
                news: Pack::ZERO,
            },
            prior_shift,
            attention,
        };
        let packs: Vec<Observers> = observers.map(pack).collect();
        let share = 1.0 / packs.iter().map(|one| one.attention.sum()).sum::<f64>();
        let shift = packs.iter().map(|one| (one.prior_shift * one.attention).sum()).sum::<f64>();
        Self {
            prior,
            packs,
            share,
            average_shift: share * shift,
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
        for observers in &mut self.packs {
            observers.change = Observers::NO_CHANGE;
            observers.news = Observers::NO_NEWS;
            (observers.own.change, observers.own.news) = (Pack::ZERO, Pack::ZERO);
        }
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
        let news = variance / self.covariance_scale;
        for observers in &mut self.packs {
            observers.news[0] = (V::load(&observers.news[0]) + news).store();
            observers.own.news = (V::load(&observers.own.news) + news).store();
        }
        self.average = None;
    }

    /// How pack `j`'s observers read a pack of commitments, one each.
    #[inline(always)]
    pub(crate) fn read<V: Vector>(&self, j: usize, f: Features<V>) -> Reading<V> {
        let observers = &self.packs[j];
        let spread = quadratic(&observers.news::<V>(), f);
        Reading {
            latent: self.latent(observers, f),
            variance: spread.mul_add(V::splat(self.covariance_scale), self.prior.spread(f) + 1.0),
        }
    }

    /// How each of pack `j`'s observers reads the commitment to itself.
    #[inline(always)]
    pub(crate) fn read_own<V: Vector>(&self, j: usize) -> Reading<V> {
        let own = &self.packs[j].own;
        let shared =
            Features::<V>::load(&own.features).dot_shared(&self.common) + V::load(&own.latent);
        let (mean_scale, covariance_scale) = (self.mean_scale, self.covariance_scale);
        Reading {
            latent: V::load(&own.change).mul_add(V::splat(mean_scale), shared),
            variance: V::load(&own.news)
                .mul_add(V::splat(covariance_scale), V::load(&own.variance)),
        }
    }

    /// What pack `j`'s observers say about the allies.
    #[inline(always)]
    pub(crate) fn of_allies<V: Vector>(&self, j: usize) -> OfAllies<V> {
        let observers = &self.packs[j];
        let (mean_scale, covariance_scale) =
            (V::splat(self.mean_scale), V::splat(self.covariance_scale));
        let mut mean = observers.change::<V>();
        for (k, mean) in mean.iter_mut().enumerate() {
            *mean = mean.mul_add(mean_scale, V::splat(self.prior.mean[k] + self.common[k]));
        }
        mean[0] = mean[0] + V::load(&observers.prior_shift);
        let mut covariance = observers.news::<V>();
        for entry in &mut covariance {
            *entry = *entry * covariance_scale;
        }
        for (entry, variance) in DIAGONAL.into_iter().zip(self.prior.variance) {
            covariance[entry] = covariance[entry] + variance;
        }
        OfAllies::new(&mean, &covariance)
    }

    #[inline(always)]
    fn latent<V: Vector>(&self, observers: &Observers, f: Features<V>) -> V {
        let shared: [f64; FEATURES] = std::array::from_fn(|k| self.prior.mean[k] + self.common[k]);
        let shared = f.dot_shared(&shared) + V::load(&observers.prior_shift);
        f.dot(&observers.change::<V>()).mul_add(V::splat(self.mean_scale), shared)
    }

    /// Everyone learns from an answer by assumed-density filtering: the posterior under the
    /// observed band is replaced by the Gaussian of its mean and covariance, weighed by attention.
    #[inline(always)]
    pub(crate) fn learn<V: Vector>(
        &mut self,
        seen: &Evidence,
        f: Features<V>,
        learning: &Learning,
    ) {
        for j in 0..self.packs.len() {
            let observers = &self.packs[j];
            let told = times(&observers.news::<V>(), f);
            let own = self.prior.variance;
            let scale = V::splat(self.covariance_scale);
            let s = [
                told[0].mul_add(scale, V::splat(own[0])),
                told[1].mul_add(scale, f.treaty * own[1]),
                told[2].mul_add(scale, f.stake * own[2]),
                told[3].mul_add(scale, f.exposure * own[3]),
            ];
            let variance = f.dot(&s) + 1.0;
            let inverse_sd = V::splat(1.0) / variance.sqrt();
            let Moments { shift, removed } = seen.moments(self.latent(observers, f), inverse_sd);
            let attention = V::load(&observers.attention) * (learning.attention * seen.clarity);
            let bad_news = shift.lt(V::splat(0.0));
            let negativity = V::select(bad_news, V::splat(learning.negativity), V::splat(1.0));
            let gain = attention * negativity * shift * inverse_sd;
            let shrinkage = attention * learning.shrinkage * removed * (inverse_sd * inverse_sd);
            self.update(j, s, gain, shrinkage);
        }
        self.average = None;
    }

    /// Everyone hears a statement: a noisy observation of the general component.
    #[inline(always)]
    pub(crate) fn hear<V: Vector>(&mut self, value: f64, sd: f64, learning: &Learning) {
        for j in 0..self.packs.len() {
            let observers = &self.packs[j];
            let news = observers.news::<V>();
            let s = [
                news[0] * self.covariance_scale + self.prior.variance[0],
                news[1] * self.covariance_scale,
                news[2] * self.covariance_scale,
                news[3] * self.covariance_scale,
            ];
            let variance = s[0] + sd * sd;
            let attention = V::load(&observers.attention) * learning.attention;
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
        let own = Features::<V>::load(&observers.own.features);
        observers.own.change = own.dot(&observers.change()).store();
        observers.own.news = quadratic(&observers.news(), own).store();
    }

    /// The belief of one observer.
    #[inline(always)]
    pub(crate) fn of(&self, observer: usize) -> Belief {
        let (j, lane) = Pack::place(observer);
        let observers = &self.packs[j];
        let mut belief = self.settled(
            observers.change.map(|change| change.0[lane]),
            observers.news.map(|news| news.0[lane]),
        );
        belief.mean[0] += observers.prior_shift.0[lane];
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
        let share = self.share;
        let (change, news) = ([0.0; FEATURES], [0.0; 10]);
        let mut average = Average { change, news, prior_shift: self.average_shift };
        for (k, change) in average.change.iter_mut().enumerate() {
            *change = share * self.sum::<V>(|one| &one.change[k]);
        }
        for (k, news) in average.news.iter_mut().enumerate() {
            *news = share * self.sum::<V>(|one| &one.news[k]);
        }
        self.average = Some(average);
        average
    }

    #[inline(always)]
    fn sum<V: Vector>(&self, of: impl Fn(&Observers) -> &Pack) -> f64 {
        let mut total = V::splat(0.0);
        for observers in &self.packs {
            total = V::load(of(observers)).mul_add(V::load(&observers.attention), total);
        }
        total.sum()
    }

    #[inline(always)]
    fn settled(&self, change: [f64; FEATURES], news: Symmetric<f64>) -> Belief {
        let mean = std::array::from_fn(|k| {
            self.prior.mean[k] + self.common[k] + self.mean_scale * change[k]
        });
        let mut covariance = news.map(|news| self.covariance_scale * news);
        for (entry, variance) in DIAGONAL.into_iter().zip(self.prior.variance) {
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
                observers.own.change = observers.own.change * self.mean_scale;
            }
            self.mean_scale = 1.0;
        }
        if self.covariance_scale < SMALLEST_SCALE {
            for observers in &mut self.packs {
                observers.news = observers.news.map(|news| news * self.covariance_scale);
                observers.own.news = observers.own.news * self.covariance_scale;
            }
            self.covariance_scale = 1.0;
        }
        self.average = None;
    }
}
