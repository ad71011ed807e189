//! What claims compare: a quantity of one scenario, or its difference from another's, on common
//! shocks.
//!
//! A side of a contrast is a mean E\[x\] or a ratio of means E\[x\]/E\[y\]. So a contrast needs up
//! to four numbers per replicate, and only the sums of these and of their products, which are
//! integers and can be added in any order. The effect and its error follow from them: with the
//! means m and the covariances S of the four numbers, the effect g(m) has variance ∇g′ S ∇g / n,
//! exactly where g is linear and to first order (the delta method) where it divides.

use serde::{Deserialize, Serialize};

use super::block::Block;
use super::counted::{Counted, Known, Sparse, known};
use super::distribution::Distribution;
use super::grid::Grid;
use super::interval::student;
use super::kept::Kept;
use super::layout::Layout;
use super::moments::{covariance_in_steps, mean_in_steps, standard_error};
use crate::outcome::{OUTCOMES, Outcome, Quantity, Ranges, of_difference};

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Contrast {
    /// The scenario that the contrast is about.
    pub treatment: usize,
    /// The scenario it is compared with; `None` if the treatment alone is measured.
    pub control: Option<usize>,
    /// The risk, the outcome, or the ally whose trust it is.
    pub quantity: Quantity,
    /// The quarter at which, or by which, it is measured.
    pub quarter: u32,
    /// The quarter from which the change is measured; `None` for the quantity itself.
    pub since: Option<u32>,
    /// The outcome that it is divided by, mean by mean, at the same quarter.
    pub per: Option<Outcome>,
}

/// A contrast estimated.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContrastEffect {
    /// How many replicates there are.
    pub n: u64,
    /// The value under the treatment.
    pub treatment: f64,
    /// The value under the control, if there is one.
    pub control: Option<f64>,
    /// Treatment less control, or the treatment itself.
    pub effect: f64,
    /// Its 95 % interval; `None` for fewer than two replicates, and for a ratio whose divisor
    /// cannot be told from 0.
    ///
    /// - For a risk it is the exact one.
    /// - For a difference of risks it is Bonett and Price's (2012), which has width even if nothing
    ///   happened.
    /// - For the level of an outcome or of trust it is [its mean's](Distribution::mean_interval).
    /// - For everything else it is Student's, as third moments of differences are not kept. But if
    ///   all replicates are equal, it is how far unseen deviating ones could move the mean
    ///   ([`Counted::Alike`]), and if only a few differ from all others, how often they do times how
    ///   far ([`Counted::Rare`]).
    ///
    /// That of a share, such as full answers per answer, can go beyond 0 and 1.
    pub interval: Option<(f64, f64)>,
    /// What that interval was counted from, if it is neither Student's nor Hall's.
    pub counted: Option<Counted>,
    /// The variance that the difference of two independent samples would have, over that of the
    /// paired one. `None` without a control, if the paired difference does not vary, or if too few
    /// replicates differ to tell how much it does.
    pub pairing_gain: Option<f64>,
}

/// How many numbers a replicate gives: treatment, what it is divided by, control, what that is
/// divided by.
const TERMS: usize = 4;

/// The most that rounding, in a few dozen operations, leaves of a variance that is really 0,
/// relative to its terms.
const ROUNDING: f64 = 64.0 * f64::EPSILON;

/// How many pairs of these numbers there are, each counted once.
const PRODUCTS: usize = TERMS * (TERMS + 1) / 2;

/// Σx and Σxy of a contrast's numbers, in steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Joint {
    pub(crate) n: u64,
    /// How many replicates have an effect that is not 0.
    pub(crate) differing: u64,
    pub(crate) sums: [i128; TERMS],
    pub(crate) products: [i128; PRODUCTS],
}

impl Joint {
    /// Adds the sums of another part of the sample.
    pub(super) fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.differing += other.differing;
        self.sums.iter_mut().zip(other.sums).for_each(|(own, their)| *own += their);
        self.products.iter_mut().zip(other.products).for_each(|(own, their)| *own += their);
    }

    /// Adds the replicates of one unit.
    pub(super) fn absorb(&mut self, contrast: &Contrast, blocks: &[Block]) {
        let side = |scenario: usize| Side::of(contrast, blocks.get(scenario)?);
        let Some(treatment) = side(contrast.treatment) else { return };
        let control = contrast.control.and_then(side);
        if contrast.control.is_some() && control.is_none() {
            return;
        }
        for replicate in 0..treatment.len() {
            let [x, y] = treatment.numbers(replicate);
            let [u, v] = control.as_ref().map_or([0, 0], |control| control.numbers(replicate));
            self.add(contrast, [x, y, u, v]);
        }
    }

    fn add(&mut self, contrast: &Contrast, numbers: [i128; TERMS]) {
        let [x, _, u, _] = numbers;
        let differs = if contrast.per.is_some() { x != 0 || u != 0 } else { x != u };
        self.differing += u64::from(differs);
        self.n += 1;
        self.sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
        let pairs = (0..TERMS).flat_map(|a| (0..=a).map(move |b| numbers[a] * numbers[b]));
        self.products.iter_mut().zip(pairs).for_each(|(sum, product)| *sum += product);
    }

    fn covariance(&self, a: usize, b: usize) -> Option<f64> {
        let (a, b) = (a.max(b), a.min(b));
        let product = self.products[a * (a + 1) / 2 + b];
        covariance_in_steps(self.n, [self.sums[a], self.sums[b]], product)
    }

    /// The estimate; `None` over no replicates, or if it divides by 0. The `level` of a single
    /// outcome or of trust comes with its distribution and the ends that it can lie between, which
    /// tell more of it than sums.
    pub(super) fn effect(
        &self,
        contrast: &Contrast,
        layout: &Layout,
        level: Option<(Distribution<'_>, (f64, f64))>,
    ) -> Option<ContrastEffect> {
        let scales = contrast.scales(layout);
        let means = self.means(&scales)?;
        let [a, b, c, d] = means;
        let treatment = Term::of([a, b], contrast.per.is_some())?;
        let control = match contrast.control {
            Some(_) => Some(Term::of([c, d], contrast.per.is_some())?),
            None => None,
        };
        let [x, y] = treatment.gradient;
        let [u, v] = control.map_or([0.0, 0.0], |control| control.gradient.map(|slope| -slope));
        let gradient = [x, y, u, v];
        let variances = self.variances(gradient, &scales);
        let effect = treatment.value - control.map_or(0.0, |control| control.value);
        let known = match level {
            Some((distribution, ends)) => distribution.mean_known(ends),
            None => variances.and_then(|Variances { paired, .. }| {
                self.known(contrast, layout, (effect, paired), (gradient, means))
            }),
        };
        let (interval, counted) = known.unzip();
        let counted = counted.flatten();
        let gain = match counted {
            Some(Counted::Rare { .. }) => None,
            _ => control.and(variances).and_then(Variances::gain),
        };
        Some(ContrastEffect {
            n: self.n,
            treatment: treatment.value,
            control: control.map(|control| control.value),
            effect,
            interval,
            counted,
            pairing_gain: gain,
        })
    }

    /// What is known of an effect with a variance, which has these slopes at these means; `None` if
    /// it divides by noise.
    fn known(
        &self,
        contrast: &Contrast,
        layout: &Layout,
        (effect, variance): (f64, f64),
        (gradient, means): ([f64; TERMS], [f64; TERMS]),
    ) -> Option<Known> {
        let scales = contrast.scales(layout);
        if self.divides_by_noise(contrast, &scales) {
            return None;
        }
        if let Some(counted) = self.risks(contrast) {
            return Some((counted.interval()?, Some(counted)));
        }
        let few = || {
            // What it divides by is taken as known.
            let slopes = [gradient[0], 0.0, gradient[2], 0.0];
            let [below, above] = contrast.reach(slopes, means, layout);
            // The low end of the range, which is 0 for most quantities, and for differences.
            let usual = slopes.iter().sum::<f64>() * scales[0].low;
            let sample = (effect, self.variance(slopes, &scales)?);
            let sparse = Sparse::new(usual, sample, self.differing, self.n);
            sparse.counted((effect - below, effect + above))
        };
        known((effect, variance.sqrt(), self.n), contrast.reach(gradient, means, layout), few)
    }

    /// The variances of an effect with these slopes; `None` for fewer than two replicates.
    fn variances(&self, gradient: [f64; TERMS], scales: &[Scale; 2]) -> Option<Variances> {
        let [x, y, u, v] = gradient;
        let [treatment, control] = [[x, y, 0.0, 0.0], [0.0, 0.0, u, v]];
        let independent = self.variance(treatment, scales)? + self.variance(control, scales)?;
        let paired = self.variance(gradient, scales)?;
        let paired = if paired > ROUNDING * independent { paired } else { 0.0 };
        Some(Variances { paired, independent })
    }

    /// The means of the numbers; `None` over no replicates.
    fn means(&self, scales: &[Scale; 2]) -> Option<[f64; TERMS]> {
        let mut means = [0.0; TERMS];
        for (number, (mean, sum)) in means.iter_mut().zip(self.sums).enumerate() {
            let Scale { low, step } = scales[number % 2];
            *mean = low + mean_in_steps(sum, self.n)? * step;
        }
        Some(means)
    }

    /// The variance of an effect with these slopes in the numbers, ∇g′ S ∇g; `None` for fewer than
    /// two replicates.
    fn variance(&self, slopes: [f64; TERMS], scales: &[Scale; 2]) -> Option<f64> {
        let mut sum = 0.0;
        for (a, weight) in slopes.iter().enumerate() {
            for (b, other) in slopes.iter().enumerate() {
                let scale = scales[a % 2].step * scales[b % 2].step;
                sum += weight * other * scale * self.covariance(a, b)?;
            }
        }
        Some(sum.max(0.0))
    }

    /// Whether some mean that it divides by cannot be told from 0: then the ratio can be anything,
    /// and its slopes mean nothing.
    fn divides_by_noise(&self, contrast: &Contrast, scales: &[Scale; 2]) -> bool {
        let sides = if contrast.control.is_some() { 2 } else { 1 };
        let is_noise = |side: usize| {
            let mut slopes = [0.0; TERMS];
            slopes[2 * side + 1] = 1.0;
            let mean = self.means(scales).map(|means| means[2 * side + 1]);
            mean.zip(self.variance(slopes, scales)).is_none_or(|(mean, variance)| {
                student(mean, standard_error(variance.sqrt(), self.n), self.n).0 <= 0.0
            })
        };
        contrast.per.is_some() && (0..sides).any(is_noise)
    }

    /// The counts behind a risk, or a difference of two; `None` for everything else.
    fn risks(&self, contrast: &Contrast) -> Option<Counted> {
        let whole = matches!(contrast.quantity, Quantity::Risk(_))
            && contrast.per.is_none()
            && contrast.since.is_none();
        let ([happened, _, in_control, _], n) = (self.sums.map(|sum| sum as u64), self.n);
        whole.then(|| match contrast.control {
            None => Counted::Risk { happened, n },
            Some(_) => {
                // As x and u are 0 or 1, Σxu counts the replicates in which both happened.
                let both = self.products[3] as u64;
                let [first, second] = [happened, in_control].map(|one| one.saturating_sub(both));
                Counted::Pair { first, second, n }
            }
        })
    }
}

/// The variance of a replicate's effect.
#[derive(Clone, Copy)]
struct Variances {
    paired: f64,
    /// What it would be if the two sides came from different replicates.
    independent: f64,
}

impl Variances {
    fn gain(self) -> Option<f64> {
        (self.paired > 0.0).then(|| self.independent / self.paired)
    }
}

/// One side's value, with its slopes in the mean and in what that is divided by.
#[derive(Clone, Copy)]
struct Term {
    value: f64,
    gradient: [f64; 2],
}

impl Term {
    fn of([mean, per]: [f64; 2], divides: bool) -> Option<Self> {
        if !divides {
            return Some(Self { value: mean, gradient: [1.0, 0.0] });
        }
        let value = mean / per;
        (per > 0.0).then_some(Self { value, gradient: [1.0 / per, -value / per] })
    }
}

/// Where steps begin, and how long they are.
#[derive(Clone, Copy)]
struct Scale {
    low: f64,
    step: f64,
}

impl Contrast {
    /// The scales of the quantity, and of what it is divided by.
    fn scales(&self, layout: &Layout) -> [Scale; 2] {
        let on = |grid: &Grid| Scale { low: grid.low(), step: grid.step() };
        let of = |outcome: Outcome| on(layout.grid(outcome));
        let one = Scale { low: 0.0, step: 1.0 };
        let own = match self.quantity {
            Quantity::Risk(_) => one,
            Quantity::Outcome(outcome) => of(outcome),
            Quantity::Trust(_) => on(&Ranges::share()),
        };
        let low = if self.since.is_some() { 0.0 } else { own.low };
        [Scale { low, ..own }, self.per.map_or(one, of)]
    }

    /// How far the effect of one replicate could lie below, and above, that of others that are all
    /// at `means`.
    fn reach(&self, gradient: [f64; TERMS], means: [f64; TERMS], layout: &Layout) -> [f64; 2] {
        let within = |outcome: Outcome| layout.ranges().ends(outcome, self.quarter);
        let (least, most) = match (self.quantity, self.since) {
            // A risk that had happened by then has still happened by now.
            (Quantity::Risk(_), _) | (Quantity::Trust(_), None) => (0.0, 1.0),
            (Quantity::Outcome(outcome), None) => within(outcome),
            (Quantity::Outcome(outcome), Some(since)) => {
                layout.ranges().change(outcome, since, self.quarter)
            }
            (Quantity::Trust(_), Some(_)) => of_difference((0.0, 1.0)),
        };
        let ends = [(least, most), self.per.map_or((0.0, 0.0), within)];
        let mut reach = [0.0; 2];
        for (number, (slope, mean)) in gradient.into_iter().zip(means).enumerate() {
            let (low, high) = ends[number % 2];
            let moved = [slope * (low - mean), slope * (high - mean)];
            reach[0] -= moved[0].min(moved[1]);
            reach[1] += moved[0].max(moved[1]);
        }
        reach
    }

    /// The quarters at which it is measured.
    pub(super) fn quarters(&self) -> impl Iterator<Item = u32> {
        [Some(self.quarter), self.since].into_iter().flatten()
    }
}

/// The replicates of one side.
struct Side<'a> {
    contrast: &'a Contrast,
    end: Kept<'a>,
    start: Option<Kept<'a>>,
}

impl<'a> Side<'a> {
    /// `None` if the block was not kept at the contrast's quarters, or has no such ally.
    fn of(contrast: &'a Contrast, block: &'a Block) -> Option<Self> {
        let start = match contrast.since {
            Some(quarter) => Some(block.kept(quarter)?),
            None => None,
        };
        let end = block.kept(contrast.quarter)?;
        let is_there = match contrast.quantity {
            Quantity::Trust(ally) => OUTCOMES + ally < end.quantities(),
            Quantity::Risk(_) | Quantity::Outcome(_) => true,
        };
        is_there.then_some(Self { contrast, end, start })
    }

    fn len(&self) -> usize {
        self.end.len()
    }

    fn numbers(&self, replicate: usize) -> [i128; 2] {
        let value = |kept: Kept<'_>| match self.contrast.quantity {
            Quantity::Risk(risk) => i128::from(kept.risks(replicate).has(risk)),
            Quantity::Outcome(outcome) => kept.steps(replicate)[outcome as usize].into(),
            Quantity::Trust(ally) => kept.steps(replicate)[OUTCOMES + ally].into(),
        };
        let per = self.contrast.per.map_or(0, |per| self.end.steps(replicate)[per as usize]);
        [value(self.end) - self.start.map_or(0, value), per.into()]
    }
}

#[cfg(test)]
mod tests;
