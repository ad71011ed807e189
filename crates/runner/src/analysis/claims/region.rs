//! What a claim allows, and what an interval says of it.

use serde::{Deserialize, Serialize};
use strum::VariantNames;

use crate::analysis::Estimate;
use crate::tally::{Counted, Z_95, t_95};

/// The effects that a claim allows, without the ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// Above this; minus infinity if there is no bound.
    pub least: f64,
    /// Below this; infinity if there is no bound.
    pub most: f64,
}

/// What an interval says of a claim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Finding {
    /// The whole interval is as claimed.
    Holds,
    /// The whole interval contradicts the claim.
    Reversed,
    /// The interval is on both sides, or there is none.
    #[default]
    Unclear,
}

impl Region {
    /// Says what an estimate shows of the claim.
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

    /// The distance of a value from the nearest end, negative if it is outside.
    pub(super) fn depth(self, value: f64) -> f64 {
        (value - self.least).min(self.most - value)
    }

    /// The two-sided p-value for the nearest end. It is below 5 % exactly where the interval is clear
    /// of that end; for differences of risks, whose test is not their interval's, the two may
    /// disagree at the edge. A claim of no difference has two ends to be clear of; the larger of the two
    /// p-values is taken, as is usual for equivalence (Schuirmann 1987). What was `counted` has a
    /// test of its own ([`Counted::p_value`]), since far from the end the width of its interval tells
    /// nothing. Otherwise the test is Student's for `n` replicates, with the error that the
    /// interval's side towards the end stands for; so the interval must not have been cut down to
    /// what is possible.
    pub fn p_value(self, estimate: Estimate, counted: Option<Counted>, n: u64) -> Option<f64> {
        let Estimate { value, low, high } = estimate;
        let p_value = |end: f64| match counted {
            Some(counted) => counted.p_value(end),
            None if end == value => 1.0,
            None => {
                let side = if end < value { value - low } else { high - value };
                let t = (value - end) / side * t_95(n);
                libm::erfc(as_normal(t, n) / std::f64::consts::SQRT_2)
            }
        };
        let ends = [self.least, self.most].into_iter().filter(|end| end.is_finite());
        let of_nearest = ends.map(p_value).reduce(f64::max)?;
        (low < high).then_some(of_nearest)
    }
}

/// The score, without a sign, that is as far out in the standard normal as `t` is in Student's
/// distribution for `n` values, by Wallace (1959, *Annals of Mathematical Statistics* 30,
/// 1121-1130).
fn as_normal(t: f64, n: u64) -> f64 {
    let degrees = n.saturating_sub(1).max(1) as f64;
    let shrunk = (8.0 * degrees + 1.0) / (8.0 * degrees + 3.0);
    shrunk * (degrees * libm::log1p(t * t / degrees)).sqrt()
}

/// The standard error that an interval stands for by its width.
pub(super) fn error_of(Estimate { low, high, .. }: Estimate) -> f64 {
    (high - low) / (2.0 * Z_95)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HIGHER: Region = Region { least: 0.0, most: f64::INFINITY };

    fn around(value: f64) -> Option<Estimate> {
        Some(Estimate { value, low: value - 0.1, high: value + 0.1 })
    }

    #[test]
    fn a_claim_of_no_difference_holds_inside_its_band_alone() {
        let band = Region { least: -0.2, most: 0.2 };
        assert_eq!(band.find(around(0.05)), Finding::Holds);
        assert_eq!(band.find(around(0.15)), Finding::Unclear);
        assert_eq!(band.find(around(0.35)), Finding::Reversed);
    }

    #[test]
    fn an_interval_that_touches_an_end_is_unclear() {
        let band = Region { least: -0.25, most: 0.25 };
        let find = |low: f64, high: f64| {
            band.find(Some(Estimate { value: 0.5 * (low + high), low, high }))
        };
        assert_eq!(find(-0.25, 0.1), Finding::Unclear);
        assert_eq!(find(-0.1, 0.25), Finding::Unclear);
        assert_eq!(find((-0.25f64).next_up(), 0.25f64.next_down()), Finding::Holds);
        assert_eq!(find(-0.5, -0.25), Finding::Unclear);
        assert_eq!(find(-0.5, (-0.25f64).next_down()), Finding::Reversed);
        assert_eq!(find(0.25, 0.5), Finding::Unclear);
        assert_eq!(find(0.25f64.next_up(), 0.5), Finding::Reversed);
    }

    #[test]
    fn the_depth_is_the_distance_to_the_nearest_end() {
        let band = Region { least: -0.25, most: 0.5 };
        for (value, depth) in [(-0.125, 0.125), (0.25, 0.25), (0.75, -0.25), (-1.0, -0.75)] {
            assert_eq!(band.depth(value), depth);
        }
    }

    #[test]
    fn students_scores_are_as_far_out_as_scipy_has_them() {
        // scipy 1.17: norm.isf(t.sf(t, n - 1)).
        for (t, n, z) in STUDENT {
            assert!((as_normal(t, n) / z - 1.0).abs() < 0.01, "{} for {z}", as_normal(t, n));
        }
        // With one degree of freedom the tail is 1/2 − atan(t)/π.
        assert!((as_normal(2.0, 2) / 1.046_853_317_334_932 - 1.0).abs() < 0.01);
    }

    #[test]
    fn the_p_value_is_five_percent_where_the_interval_touches_the_bound() {
        let touching = Estimate { value: 0.1, low: 0.0, high: 0.2 };
        let p = |n| HIGHER.p_value(touching, None, n).unwrap();
        assert!((p(1_000_000) - 0.05).abs() < 1e-6 && (p(20) - 0.05).abs() < 1e-4);
        let none = Estimate { value: 0.0, low: 0.0, high: 0.0 };
        assert_eq!(HIGHER.p_value(none, None, 100), None);
        // A shorter side away from the bound makes it no surer.
        let below = Region { least: f64::NEG_INFINITY, most: 0.15 };
        let skewed = Estimate { value: 0.05, low: 0.0, high: 0.15 };
        assert!((below.p_value(skewed, None, 1_000_000).unwrap() - 0.05).abs() < 1e-6);
        // Skewed the other way, and on the other side of the bound.
        let skewed = Estimate { value: -0.05, low: -0.15, high: 0.0 };
        let above = Region { least: -0.15, most: f64::INFINITY };
        assert!((above.p_value(skewed, None, 1_000_000).unwrap() - 0.05).abs() < 1e-6);
        let reversed = Estimate { value: -0.1, low: -0.2, high: 0.0 };
        assert!((HIGHER.p_value(reversed, None, 1_000_000).unwrap() - 0.05).abs() < 1e-6);
        // A side without width leaves no doubt of what is beyond it.
        let one_sided = Estimate { value: 0.5, low: 0.25, high: 0.5 };
        let p_below = |most: f64| {
            let region = Region { least: f64::NEG_INFINITY, most };
            region.p_value(one_sided, None, 1_000_000).unwrap()
        };
        assert_eq!((p_below(0.65), p_below(0.5)), (0.0, 1.0));
        // None in 5,000 against 0.12 %, where 6 were to be expected: twice 0.9988^5000.
        let none = Counted::Risk { happened: 0, n: 5_000 };
        let (low, high) = none.interval().unwrap();
        let region = Region { least: f64::NEG_INFINITY, most: 0.0012 };
        let p = region.p_value(Estimate { value: 0.0, low, high }, Some(none), 5_000).unwrap();
        assert!((p - 2.0 * 0.9988_f64.powi(5_000)).abs() < 1e-9, "{p}");
    }

    #[test]
    fn either_side_of_a_skewed_interval_has_its_own_error() {
        let skewed = Estimate { value: 0.002, low: 0.001, high: 0.005 };
        let p_above = |least: f64| {
            let region = Region { least, most: f64::INFINITY };
            region.p_value(skewed, None, 300).unwrap()
        };
        for end in [skewed.low, skewed.high] {
            assert!((p_above(end) - 0.05).abs() < 1e-4, "{end}");
        }
        assert!(p_above(0.0009) < 0.05 && p_above(0.0011) > 0.05);
        assert!(p_above(0.0049) > 0.05 && p_above(0.0051) < 0.05);
    }

    const STUDENT: [(f64, u64, f64); 5] = [
        (3.0, 5, 2.054_348_558_594),
        (2.0, 20, 1.880_778_644_167),
        (6.0, 20, 4.440_398_724_125),
        (8.67, 100, 7.460_374_089_097),
        (4.0, 1_000, 3.983_125_866_265),
    ];
}
