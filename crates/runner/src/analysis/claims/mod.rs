//! Whether a claim holds: at the baseline, and over how much of the parameter space.
//!
//! A claim says that an effect lies in a [`Region`], such as above 0. At the baseline and at each
//! point of the space a 95 % interval from the replicates there says whether it does ([`Finding`]).
//! The points are a random sample of the space, so the share of them at which the claim holds
//! estimates the share of the space in which it would be found to hold *with that many replicates*,
//! with a binomial error ([`Reach::share`]). Where an effect is small, few replicates cannot find
//! it: the share is of what is shown, not of what is true, and so is at most the latter but for the
//! one point in forty at which chance alone puts an interval on the wrong side.
//!
//! [`judge`] gives the verdict:
//!
//! | verdict | at the baseline | over the space |
//! | --- | --- | --- |
//! | holds | as claimed | as claimed at 90 % of the points or more |
//! | fails | contradicted | contradicted at 90 % or more |
//! | undecided | not clear, or as above | more replicates would likely make it one of the two |
//! | undecided | no effect, as where a ratio divides by nothing | |
//! | depends | | neither, and more replicates would not make it one |
//!
//! What more replicates would show is expected from the effects found, noise taken out of
//! them; up to 64 times as many are tried.

mod deciding;
mod reach;

use super::Estimate;
use crate::tally::{Z_95, wilson};

pub use deciding::{Influence, influences};

/// The share of the space in which a claim must hold, or be contradicted, for a verdict.
pub const MOST_OF_SPACE: f64 = 0.9;

/// The effects that a claim allows, the ends left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// Above this; minus infinity where there is no bound.
    pub least: f64,
    /// Below this; infinity where there is no bound.
    pub most: f64,
}

/// What an interval says of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The whole interval is as claimed.
    Holds,
    /// The whole interval contradicts the claim.
    Reversed,
    /// It is on both sides, or there is none.
    Unclear,
}

impl Finding {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Reversed => "reversed",
            Self::Unclear => "unclear",
        }
    }
}

impl Region {
    /// What an estimate says of it.
    ///
    /// ```
    /// use article5_runner::analysis::Estimate;
    /// use article5_runner::analysis::claims::{Finding, Region};
    ///
    /// let higher = Region { least: 0.0, most: f64::INFINITY };
    /// let found = |value, low, high| higher.find(Some(Estimate { value, low, high }));
    /// assert_eq!(found(0.1, 0.05, 0.15), Finding::Holds);
    /// assert_eq!(found(-0.1, -0.15, -0.05), Finding::Reversed);
    /// assert_eq!(found(0.0, 0.0, 0.0), Finding::Unclear);
    /// ```
    pub fn find(self, estimate: Option<Estimate>) -> Finding {
        match estimate {
            Some(Estimate { low, high, .. }) if low > self.least && high < self.most => {
                Finding::Holds
            }
            Some(Estimate { low, high, .. }) if high < self.least || low > self.most => {
                Finding::Reversed
            }
            _ => Finding::Unclear,
        }
    }

    /// The distance of a value to the nearest end, negative where it is outside.
    fn depth(self, value: f64) -> f64 {
        (value - self.least).min(self.most - value)
    }

    /// The two-sided p-value of the nearest end: below 5 % exactly where the interval is clear of
    /// it. Of a claim of no difference, which has two ends to be clear of, that is the larger of
    /// the two tests, as usual for equivalence (Schuirmann 1987).
    pub fn p_value(self, estimate: Estimate) -> Option<f64> {
        let (centre, error) = normal_of(estimate);
        let distance = self.depth(centre).abs();
        (error > 0.0).then(|| libm::erfc(distance / error / std::f64::consts::SQRT_2))
    }
}

/// The centre of an interval, and the standard error that it stands for.
fn normal_of(estimate: Estimate) -> (f64, f64) {
    let Estimate { low, high, .. } = estimate;
    (0.5 * (low + high), (high - low) / (2.0 * Z_95))
}

/// Holm's p-values for several tests at once (Holm 1979): those below α are all true findings with
/// a probability of 1 − α at least, however the tests hang together.
///
/// ```
/// use article5_runner::analysis::claims::holm;
///
/// assert_eq!(holm(&[0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]);
/// ```
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut largest = 0.0_f64;
    for (place, &test) in order.iter().enumerate() {
        let left = (p_values.len() - place) as f64;
        largest = largest.max((left * p_values[test]).min(1.0));
        adjusted[test] = largest;
    }
    adjusted
}

/// Whether a claim is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As claimed at the baseline and in most of the space.
    Holds,
    /// Contradicted at the baseline and in most of the space.
    Fails,
    /// As claimed in a part of the space and not in another.
    Depends,
    /// Too few replicates to say.
    Undecided,
}

impl Verdict {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Fails => "fails",
            Self::Depends => "depends",
            Self::Undecided => "undecided",
        }
    }
}

/// At how many points a claim holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// All points.
    pub points: u64,
    /// Those at which it holds.
    pub holds: u64,
    /// Those at which it is contradicted.
    pub reversed: u64,
}

impl Reach {
    fn of(region: Region, space: &[Option<Estimate>]) -> Self {
        let count = |finding| {
            space.iter().filter(|&&estimate| region.find(estimate) == finding).count() as u64
        };
        Self {
            points: space.len() as u64,
            holds: count(Finding::Holds),
            reversed: count(Finding::Reversed),
        }
    }

    /// The share of the points at which the claim holds, with its Wilson 95 % interval; `None`
    /// over no points.
    pub fn share(self) -> Option<Estimate> {
        let (low, high) = wilson(self.holds, self.points)?;
        Some(Estimate { value: self.holds as f64 / self.points as f64, low, high })
    }

    /// The share at which it is contradicted.
    pub fn reversed_share(self) -> Option<f64> {
        (self.points > 0).then(|| self.reversed as f64 / self.points as f64)
    }
}

/// Replicates that would likely settle a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// Of the baseline.
    Baseline(u64),
    /// Of each point.
    Point(u64),
}

/// A verdict and what it rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// At the baseline.
    pub baseline: Finding,
    /// Over the space.
    pub reach: Reach,
    /// Of a claim that is undecided, where it can be said.
    pub needed: Option<Needed>,
}

/// Judges a claim from its effect at the baseline, over `n` replicates, and at the points of the
/// space, over `point_n` replicates each; `None` where there is no effect.
pub fn judge(
    region: Region,
    (baseline, n): (Option<Estimate>, u64),
    (space, point_n): (&[Option<Estimate>], u64),
) -> Judgement {
    let (found, reach) = (region.find(baseline), Reach::of(region, space));
    let most = |count: u64| count as f64 >= MOST_OF_SPACE * reach.points as f64;
    let (verdict, needed) = match found {
        _ if baseline.is_none() => (Verdict::Undecided, None),
        Finding::Holds if most(reach.holds) => (Verdict::Holds, None),
        Finding::Reversed if most(reach.reversed) => (Verdict::Fails, None),
        Finding::Unclear if most(reach.holds) || most(reach.reversed) => {
            let needed = baseline.and_then(|estimate| baseline_needed(region, estimate, n));
            (Verdict::Undecided, needed.map(Needed::Baseline))
        }
        _ => match reach::factor_needed(region, found, space) {
            Some(factor) => (Verdict::Undecided, Some(Needed::Point(factor * point_n))),
            None => (Verdict::Depends, None),
        },
    };
    Judgement { verdict, baseline: found, reach, needed }
}

/// The replicates with which the interval would be clear, were the effect as estimated.
fn baseline_needed(region: Region, estimate: Estimate, n: u64) -> Option<u64> {
    let (_, error) = normal_of(estimate);
    let ratio = Z_95 * error / region.depth(estimate.value).abs();
    let needed = n as f64 * ratio * ratio;
    // Beyond that no run goes.
    (needed < crate::tally::MOST_REPLICATES as f64).then(|| (needed.ceil() as u64).max(n + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HIGHER: Region = Region { least: 0.0, most: f64::INFINITY };

    fn around(value: f64) -> Option<Estimate> {
        Some(Estimate { value, low: value - 0.1, high: value + 0.1 })
    }

    fn verdict(baseline: f64, space: &[(usize, f64)]) -> Judgement {
        let space: Vec<_> =
            space.iter().flat_map(|&(n, value)| std::iter::repeat_n(around(value), n)).collect();
        judge(HIGHER, (around(baseline), 1000), (&space, 200))
    }

    #[test]
    fn a_claim_that_holds_almost_everywhere_holds_and_its_reverse_fails() {
        assert_eq!(verdict(0.5, &[(95, 0.5), (5, -0.5)]).verdict, Verdict::Holds);
        assert_eq!(verdict(-0.5, &[(95, -0.5), (5, 0.5)]).verdict, Verdict::Fails);
    }

    #[test]
    fn a_claim_that_holds_in_half_of_the_space_depends() {
        let own = verdict(0.5, &[(50, 0.5), (50, -0.5)]);
        assert_eq!((own.verdict, own.needed), (Verdict::Depends, None));
        assert_eq!(own.reach, Reach { points: 100, holds: 50, reversed: 50 });
        // What the space says almost everywhere and the baseline denies is not settled by more.
        assert_eq!(verdict(-0.5, &[(100, 0.5)]).verdict, Verdict::Depends);
    }

    #[test]
    fn a_claim_without_an_effect_at_the_baseline_is_undecided() {
        let own = judge(HIGHER, (None, 0), (&[None, around(0.5), None], 200));
        assert_eq!((own.verdict, own.needed), (Verdict::Undecided, None));
    }

    #[test]
    fn a_small_effect_with_wide_intervals_is_undecided_and_needs_as_many_as_make_it_clear() {
        let own = verdict(0.5, &[(50, 0.5), (50, 0.09)]);
        assert_eq!(own.verdict, Verdict::Undecided);
        // Half-width 0.1 over 200: at 800 it is 0.05 and 0.09 is clear in 94 % of draws.
        assert_eq!(own.needed, Some(Needed::Point(800)));
        let own = verdict(0.05, &[(100, 0.5)]);
        assert_eq!(own.verdict, Verdict::Undecided);
        // Twice the half-width of 0.05 that would do: four times as many, but for rounding.
        assert!(matches!(own.needed, Some(Needed::Baseline(4000..=4001))), "{own:?}");
    }

    #[test]
    fn an_effect_that_is_not_there_in_half_of_the_space_depends_however_many_replicates() {
        let space: Vec<_> =
            (0..200).map(|point| if point % 2 == 0 { around(0.5) } else { around(0.0) }).collect();
        let own = judge(HIGHER, (around(0.5), 1000), (&space, 200));
        assert_eq!(own.verdict, Verdict::Depends);
    }

    #[test]
    fn a_claim_of_no_difference_holds_inside_its_band_alone() {
        let band = Region { least: -0.2, most: 0.2 };
        assert_eq!(band.find(around(0.05)), Finding::Holds);
        assert_eq!(band.find(around(0.15)), Finding::Unclear);
        assert_eq!(band.find(around(0.35)), Finding::Reversed);
    }

    #[test]
    fn the_p_value_is_five_percent_where_the_interval_touches_the_bound() {
        let touching = Estimate { value: 0.1, low: 0.0, high: 0.2 };
        assert!((HIGHER.p_value(touching).unwrap() - 0.05).abs() < 1e-12);
        assert_eq!(HIGHER.p_value(Estimate { value: 0.0, low: 0.0, high: 0.0 }), None);
    }

    #[test]
    fn holms_p_values_are_those_of_statsmodels() {
        // multipletests([0.001, 0.02, 0.012, 0.5, 0.04], method="holm")
        let found = holm(&[0.001, 0.02, 0.012, 0.5, 0.04]);
        for (own, expected) in found.iter().zip([0.005, 0.06, 0.048, 0.5, 0.08]) {
            assert!((own - expected).abs() < 1e-15, "{found:?}");
        }
    }
}
