//! What is doubtful about an estimate, and whether a larger design or more replicates would settle
//! it.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray, VariantNames};

use super::Estimate;

/// The two parts of the variance of an estimate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Variances {
    /// From the sampling of the design: the bootstrap's.
    pub(super) design: f64,
    /// From the shocks of the batches, which all points share: the jackknife's.
    pub(super) replicates: f64,
}

impl Variances {
    /// The estimate with the interval that both parts make.
    pub(super) fn around(self, value: f64) -> Estimate {
        Estimate::normal(value, self.design + self.replicates)
    }

    /// The share of the variance that comes from the replicates, 0 to 1; 0 if nothing is uncertain.
    pub(super) fn replicate_share(self) -> f64 {
        let both = self.design + self.replicates;
        if both > 0.0 { self.replicates / both } else { 0.0 }
    }
}

/// What is doubtful about an index, for want of a larger sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, VariantNames, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Doubt {
    /// No index can be below 0: the sample is too small.
    Negative,
    /// The interval is wider than the index.
    Wide,
    /// A parameter's influence, or whether the outcome varies at all, can hardly be told from
    /// replicate noise.
    Noise,
    /// The outcome varies at one or two base points only: the interval is too narrow.
    Rare,
}

/// That of which more is needed.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    VariantNames,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Want {
    /// Base points of a Sobol design.
    Points,
    /// Trajectories of a Morris design.
    Trajectories,
    /// Replicates at each point.
    Replicates,
}

impl Want {
    /// What narrows an interval best, if replicates account for this share of its variance and the
    /// design is made of these units.
    ///
    /// Twice the design halves the bootstrap's part of the variance, and twice the replicates the
    /// jackknife's. Either costs the same, so the larger part decides.
    #[must_use]
    pub fn most(replicate_share: f64, units: Self) -> Self {
        /// Above this the replicates' part is the larger one.
        const HALF: f64 = 0.5;
        if replicate_share > HALF { Self::Replicates } else { units }
    }

    /// The word for it.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// An index below this is commonly read as no influence, and need not be known more exactly.
pub const NEGLIGIBLE: f64 = 0.05;

impl Estimate {
    /// Says whether the sample was too small for this index; no doubt if the whole interval is
    /// negligible, within ± 0.05.
    #[must_use]
    pub fn doubt(&self) -> Option<Doubt> {
        if self.low >= -NEGLIGIBLE && self.high <= NEGLIGIBLE {
            None
        } else if self.value < 0.0 {
            Some(Doubt::Negative)
        } else {
            (self.high - self.low > self.value).then_some(Doubt::Wide)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_too_small_raises_doubts() {
        let estimate = |value, low, high| Estimate { value, low, high };
        assert_eq!(estimate(0.4, 0.3, 0.5).doubt(), None);
        assert_eq!(estimate(0.4, 0.1, 0.7).doubt(), Some(Doubt::Wide));
        assert_eq!(estimate(-0.1, -0.3, 0.1).doubt(), Some(Doubt::Negative));
        assert_eq!(estimate(-0.01, -0.03, 0.01).doubt(), None);
        // Just as wide as it is large, 0 without a sign, and just within what is negligible.
        assert_eq!(estimate(0.5, 0.25, 0.75).doubt(), None);
        assert_eq!(estimate(0.0, -0.1, 0.1).doubt(), Some(Doubt::Wide));
        assert_eq!(estimate(0.0, -0.05, 0.05).doubt(), None);
    }

    #[test]
    fn the_larger_part_of_the_variance_is_what_the_remedy_narrows() {
        let remedy = |design, replicates| {
            Want::most(Variances { design, replicates }.replicate_share(), Want::Trajectories)
        };
        assert_eq!(remedy(0.01, 0.03), Want::Replicates);
        assert_eq!(remedy(0.03, 0.01), Want::Trajectories);
        assert_eq!(remedy(0.01, 0.0), Want::Trajectories);
        assert_eq!(remedy(0.25, 0.25), Want::Trajectories);
        assert_eq!(Variances::default().replicate_share(), 0.0);
    }
}
