//! Gaussian beliefs about Washington's response function: drift, consultation, learning (section 3).
//!
//! Observers are held in packs, [`LANES`](crate::math::LANES) side by side. A belief N(m, S) is kept
//! as its prior plus a change under a common scale,
//!
//! m = m0 + common + `mean_scale`·change,  S = S0 + `covariance_scale`·news,
//!
//! so that the drift and the consultation of a quarter touch a few numbers rather than every
//! observer.

use crate::features::{FEATURES, Features, Symmetric, times};
use crate::math::{Moments, Pack, above, below, between};
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
    pub(crate) fn spread(&self, f: Features<Pack>) -> Pack {
        let squares = Features {
            treaty: f.treaty * f.treaty,
            stake: f.stake * f.stake,
            exposure: f.exposure * f.exposure,
        };
        squares.dot(&self.variance)
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
pub(crate) struct Reading {
    /// φ·m.
    pub(crate) latent: Pack,
    /// v = 1 + φᵀSφ.
    pub(crate) variance: Pack,
}

impl Belief {
    /// The belief's reading of a pack of commitments.
    #[inline(always)]
    pub(crate) fn read(&self, f: Features<Pack>) -> Reading {
        let spread = f.dot(&times(&self.covariance, f));
        Reading { latent: f.dot(&self.mean), variance: spread + 1.0 }
    }

    /// φᵀSψ: how an answer at φ and one at ψ are believed to vary together.
    #[inline(always)]
    pub(crate) fn covary(&self, f: Features<Pack>, other: Features<Pack>) -> Pack {
        f.dot(&times(&self.covariance, other))
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
    fn moments(&self, latent: Pack, sd: Pack) -> Moments<Pack> {
        let latent = latent + self.circumstances;
        let narrow = (self.band.narrow - latent) / sd;
        let full = (self.band.full - latent) / sd;
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
    /// The shift of m0's general component.
    prior_shift: Pack,
    /// Attention relative to the allies' (`moscow_attention` for Moscow, 0 in an empty lane).
    attention: Pack,
}

impl Observers {
    const NO_CHANGE: [Pack; FEATURES] = [Pack::ZERO; FEATURES];
    const NO_NEWS: Symmetric<Pack> = [Pack::ZERO; 10];
}

/// The beliefs of a group of observers.
#[derive(Clone, Debug)]
pub(crate) struct Beliefs {
    prior: Prior,
    packs: Vec<Observers>,
    common: [f64; FEATURES],
    mean_scale: f64,
    covariance_scale: f64,
}

impl Beliefs {
    /// A group that starts at the prior, each observer with its shift and attention. Lanes without
    /// an observer have attention 0.
    pub(crate) fn new(prior: Prior, observers: impl Iterator<Item = (Pack, Pack)>) -> Self {
        let pack = |(prior_shift, attention)| Observers {
            change: Observers::NO_CHANGE,
            news: Observers::NO_NEWS,
            prior_shift,
            attention,
        };
        Self {
            prior,
            packs: observers.map(pack).collect(),
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
        }
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
    pub(crate) fn consult(&mut self, pull: f64) {
        let mean = self.mean_change();
        for (common, mean) in self.common.iter_mut().zip(mean) {
            *common += pull * self.mean_scale * mean;
        }
        self.mean_scale *= 1.0 - pull;
        self.fold_small_scales();
    }

    /// Adds to the variance of the general component.
    pub(crate) fn unsettle(&mut self, variance: f64) {
        let news = variance / self.covariance_scale;
        for observers in &mut self.packs {
            observers.news[0] = observers.news[0] + news;
        }
    }

    /// How pack `j`'s observers read a pack of commitments, one each.
    #[inline(always)]
    pub(crate) fn read(&self, j: usize, f: Features<Pack>) -> Reading {
        let observers = &self.packs[j];
        let spread = f.dot(&times(&observers.news, f));
        Reading {
            latent: self.latent(observers, f),
            variance: self.prior.spread(f) + spread * self.covariance_scale + 1.0,
        }
    }

    #[inline(always)]
    fn latent(&self, observers: &Observers, f: Features<Pack>) -> Pack {
        let shared: [f64; FEATURES] = std::array::from_fn(|k| self.prior.mean[k] + self.common[k]);
        f.dot(&shared) + observers.prior_shift + f.dot(&observers.change) * self.mean_scale
    }

    /// Everyone learns from an answer by assumed-density filtering: the posterior under the
    /// observed band is replaced by the Gaussian of its mean and covariance, weighed by attention.
    #[inline(always)]
    pub(crate) fn learn(&mut self, seen: &Evidence, f: Features<Pack>, learning: &Learning) {
        for j in 0..self.packs.len() {
            let observers = &self.packs[j];
            let told = times(&observers.news, f);
            let own = self.prior.variance;
            let s = [
                told[0] * self.covariance_scale + own[0],
                told[1] * self.covariance_scale + f.treaty * own[1],
                told[2] * self.covariance_scale + f.stake * own[2],
                told[3] * self.covariance_scale + f.exposure * own[3],
            ];
            let variance = f.dot(&s) + 1.0;
            let sd = variance.sqrt();
            let Moments { shift, removed } = seen.moments(self.latent(observers, f), sd);
            let attention = observers.attention * (learning.attention * seen.clarity);
            let bad_news = shift.lt(Pack::ZERO);
            let negativity = bad_news.select(Pack::splat(learning.negativity), Pack::ONE);
            let gain = attention * negativity * shift / sd;
            let shrinkage = attention * learning.shrinkage * removed / variance;
            self.update(j, s, gain, shrinkage);
        }
    }

    /// Everyone hears a statement: a noisy observation of the general component.
    pub(crate) fn hear(&mut self, value: f64, sd: f64, learning: &Learning) {
        for j in 0..self.packs.len() {
            let observers = &self.packs[j];
            let mut s: [Pack; FEATURES] =
                std::array::from_fn(|k| observers.news[k] * self.covariance_scale);
            s[0] = s[0] + self.prior.variance[0];
            let variance = s[0] + sd * sd;
            let attention = observers.attention * learning.attention;
            let negativity = if value < 0.0 { learning.negativity } else { 1.0 };
            let gain = attention * (negativity * value) / variance;
            let shrinkage = attention * learning.shrinkage / variance;
            self.update(j, s, gain, shrinkage);
        }
    }

    /// m ← m + gain·s, S ← S − shrinkage·ssᵀ with s = Sφ.
    #[inline(always)]
    fn update(&mut self, j: usize, s: [Pack; FEATURES], gain: Pack, shrinkage: Pack) {
        let Observers { change, news, .. } = &mut self.packs[j];
        let gain = gain / self.mean_scale;
        let shrinkage = shrinkage / self.covariance_scale;
        let mut entries = news.iter_mut();
        for (row, change) in change.iter_mut().enumerate() {
            *change = *change + gain * s[row];
            let shrunk = shrinkage * s[row];
            for (&column, entry) in s[row..].iter().zip(&mut entries) {
                *entry = *entry - shrunk * column;
            }
        }
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

    /// The average observer: mean and covariance averaged over the group.
    #[inline(always)]
    pub(crate) fn average(&self) -> Belief {
        let shift = self.mean_of(|observers| observers.prior_shift);
        let mut news = [0.0; 10];
        for (k, news) in news.iter_mut().enumerate() {
            *news = self.mean_of(|observers| observers.news[k]);
        }
        let mut belief = self.settled(self.mean_change(), news);
        belief.mean[0] += shift;
        belief
    }

    #[inline(always)]
    fn settled(&self, change: [f64; FEATURES], news: Symmetric<f64>) -> Belief {
        let mean = std::array::from_fn(|k| {
            self.prior.mean[k] + self.common[k] + self.mean_scale * change[k]
        });
        let mut covariance = news.map(|news| self.covariance_scale * news);
        for (entry, variance) in [0, 4, 7, 9].into_iter().zip(self.prior.variance) {
            covariance[entry] += variance;
        }
        Belief { mean, covariance }
    }

    fn mean_change(&self) -> [f64; FEATURES] {
        std::array::from_fn(|k| self.mean_of(|observers| observers.change[k]))
    }

    /// The mean over observers, each counted by its attention: 1 for an ally, 0 in an empty lane.
    #[inline(always)]
    fn mean_of(&self, of: impl Fn(&Observers) -> Pack) -> f64 {
        let mut total = Pack::ZERO;
        let mut count = Pack::ZERO;
        for observers in &self.packs {
            total = total + of(observers) * observers.attention;
            count = count + observers.attention;
        }
        total.sum() / count.sum()
    }

    fn fold_small_scales(&mut self) {
        if self.mean_scale < SMALLEST_SCALE {
            for observers in &mut self.packs {
                observers.change = observers.change.map(|change| change * self.mean_scale);
            }
            self.mean_scale = 1.0;
        }
        if self.covariance_scale < SMALLEST_SCALE {
            for observers in &mut self.packs {
                observers.news = observers.news.map(|news| news * self.covariance_scale);
            }
            self.covariance_scale = 1.0;
        }
    }
}
