//! A risk or an outcome, for where either will do.

use serde::{Deserialize, Serialize};
use strum::VariantNames;

use super::{Outcome, Risk};

/// What a claim or a comparison is about.
///
/// ```
/// use article5_runner::outcome::{Quantity, QuantityKind, Risk};
///
/// let tiered = Quantity::named("tiered");
/// assert_eq!(tiered, Some(Quantity::Risk(Risk::Tiered)));
/// assert_eq!(tiered.map(Quantity::kind), Some(QuantityKind::Risk));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quantity {
    /// The probability that it has happened by the quarter.
    Risk(Risk),
    /// The outcome's mean at the quarter.
    Outcome(Outcome),
}

/// Whether something is a risk or an outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum QuantityKind {
    /// A risk: at a quarter, whether it has happened by then.
    Risk,
    /// An outcome.
    #[default]
    Outcome,
}

impl Quantity {
    /// The risk or outcome with this name.
    pub fn named(name: &str) -> Option<Self> {
        let outcome = || Outcome::named(name).map(Self::Outcome);
        Risk::named(name).map(Self::Risk).or_else(outcome)
    }

    /// Every risk, then every outcome.
    pub fn all() -> impl Iterator<Item = Self> {
        Risk::ALL.into_iter().map(Self::Risk).chain(Outcome::ALL.into_iter().map(Self::Outcome))
    }

    /// The name in configurations and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Risk(risk) => risk.name(),
            Self::Outcome(outcome) => outcome.name(),
        }
    }

    /// Which of the two it is.
    pub fn kind(self) -> QuantityKind {
        match self {
            Self::Risk(_) => QuantityKind::Risk,
            Self::Outcome(_) => QuantityKind::Outcome,
        }
    }

    /// Its least and largest mean whatever the parameters or, if `apart`, those of a difference of
    /// two; `None` if they depend on the parameters.
    ///
    /// ```
    /// use article5_runner::outcome::Quantity;
    ///
    /// let limits = |name, apart| Quantity::named(name).and_then(|own| own.limits(apart));
    /// assert_eq!(limits("tiered", false), Some((0.0, 1.0)));
    /// assert_eq!(limits("optimism_gap", true), Some((-2.0, 2.0)));
    /// assert_eq!(limits("kyiv_capability", false), None);
    /// ```
    pub fn limits(self, apart: bool) -> Option<(f64, f64)> {
        let ends = match self {
            Self::Risk(_) => Some((0.0, 1.0)),
            Self::Outcome(outcome) => outcome.limits(),
        };
        ends.map(|ends| if apart { of_difference(ends) } else { ends })
    }

    /// Says what it is, in a phrase without a full stop.
    pub fn meaning(self) -> String {
        match self {
            Self::Risk(risk) => risk.meaning(),
            Self::Outcome(outcome) => outcome.meaning().to_owned(),
        }
    }

    /// The unit of its values.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Risk(_) => "probability",
            Self::Outcome(outcome) => outcome.unit(),
        }
    }
}

/// The ends between which the difference of two values between these ends lies.
pub(crate) fn of_difference((low, high): (f64, f64)) -> (f64, f64) {
    (low - high, high - low)
}
