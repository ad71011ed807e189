//! What a claim allows, and what an interval says of it.

use crate::analysis::Estimate;
use crate::tally::{Counted, Z_95};

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
    pub(super) fn depth(self, value: f64) -> f64 {
        (value - self.least).min(self.most - value)
    }

    /// The two-sided p-value of the nearest end: below 5 % where the interval is clear of it, but for
    /// differences of risks, whose test is another one than their interval's, at the very edge. Of a claim
    /// of no difference, which has two ends to be clear of, that is the larger of the two tests, as usual
    /// for equivalence (Schuirmann 1987). What was `counted` has a test of its own
    /// ([`Counted::score`]): far from the end its interval's width tells nothing.
    pub fn p_value(self, estimate: Estimate, counted: Option<Counted>) -> Option<f64> {
        let (centre, error) = normal_of(estimate);
        let score = |end: f64| match counted {
            Some(counted) => counted.score(end).abs(),
            None => (centre - end).abs() / error,
        };
        let ends = [self.least, self.most].into_iter().filter(|end| end.is_finite());
        let nearest = ends.map(score).reduce(f64::min)?;
        (error > 0.0).then(|| libm::erfc(nearest / std::f64::consts::SQRT_2))
    }
}

/// The centre of an interval, and the standard error that it stands for.
pub(super) fn normal_of(estimate: Estimate) -> (f64, f64) {
    let Estimate { low, high, .. } = estimate;
    (0.5 * (low + high), (high - low) / (2.0 * Z_95))
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
    fn the_p_value_is_five_percent_where_the_interval_touches_the_bound() {
        let touching = Estimate { value: 0.1, low: 0.0, high: 0.2 };
        assert!((HIGHER.p_value(touching, None).unwrap() - 0.05).abs() < 1e-12);
        assert_eq!(HIGHER.p_value(Estimate { value: 0.0, low: 0.0, high: 0.0 }, None), None);
        // Of none in 5,000 against 0.12 %: 6 expected, √(6·0.9988) their error.
        let none = Counted::Risk { happened: 0, n: 5_000 };
        let (low, high) = none.interval().unwrap();
        let region = Region { least: f64::NEG_INFINITY, most: 0.0012 };
        let p = region.p_value(Estimate { value: 0.0, low, high }, Some(none)).unwrap();
        assert!((p - 0.014_247_548_4).abs() < 1e-9, "{p}");
    }
}
