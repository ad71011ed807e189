//! A risk, an outcome or an ally's trust, for where any will do.

use article5_model::alliance::Alliance;
use article5_model::observe::Commitment;
use serde::{Deserialize, Serialize};
use strum::VariantNames;

use super::{Outcome, Risk};

/// What a claim or a comparison is about.
///
/// ```
/// use article5_model::alliance::Alliance;
/// use article5_runner::outcome::{Quantity, QuantityKind, Risk};
///
/// let nato = Alliance::nato();
/// let tiered = Quantity::named("tiered", &nato);
/// assert_eq!(tiered, Some(Quantity::Risk(Risk::Tiered)));
/// assert_eq!(tiered.map(Quantity::kind), Some(QuantityKind::Risk));
/// let in_tallinn = Quantity::named("trust_EST", &nato).unwrap();
/// assert_eq!(in_tallinn, Quantity::Trust(nato.position("EST").unwrap()));
/// assert_eq!(in_tallinn.name(&nato), "trust_EST");
/// assert_eq!(Quantity::named("trust_UKR", &nato), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quantity {
    /// The probability that it has happened by the quarter.
    Risk(Risk),
    /// The outcome's mean at the quarter.
    Outcome(Outcome),
    /// The mean at the quarter of the trust of the ally at this place in the alliance.
    Trust(usize),
}

/// What comes before an ally's code in the name of its trust, as in the columns of
/// `trajectories.csv`.
pub(crate) const TRUST_OF: &str = "trust_";

/// Whether something is a risk or an outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum QuantityKind {
    /// A risk: at a quarter, whether it has happened by then.
    Risk,
    /// An outcome, or an ally's trust.
    #[default]
    Outcome,
}

impl Quantity {
    /// What has this name: a risk, an outcome, or with `trust_` before its code an ally's trust.
    pub fn named(name: &str, alliance: &Alliance) -> Option<Self> {
        let outcome = || Outcome::named(name).map(Self::Outcome);
        let trust = || Some(Self::Trust(alliance.position(name.strip_prefix(TRUST_OF)?)?));
        Risk::named(name).map(Self::Risk).or_else(outcome).or_else(trust)
    }

    /// Every risk, then every outcome.
    pub fn all() -> impl Iterator<Item = Self> {
        Risk::ALL.into_iter().map(Self::Risk).chain(Outcome::ALL.into_iter().map(Self::Outcome))
    }

    /// The name in configurations and tables.
    pub fn name(self, alliance: &Alliance) -> String {
        match self {
            Self::Risk(risk) => risk.name().to_owned(),
            Self::Outcome(outcome) => outcome.name().to_owned(),
            Self::Trust(ally) => format!("{TRUST_OF}{}", alliance.iso3(Commitment::Ally(ally))),
        }
    }

    /// Whether it is a risk.
    pub fn kind(self) -> QuantityKind {
        match self {
            Self::Risk(_) => QuantityKind::Risk,
            Self::Outcome(_) | Self::Trust(_) => QuantityKind::Outcome,
        }
    }

    /// Its least and largest mean whatever the parameters or, if `apart`, those of a difference of
    /// two; `None` if they depend on the parameters.
    ///
    /// ```
    /// use article5_model::alliance::Alliance;
    /// use article5_runner::outcome::Quantity;
    ///
    /// let limits = |name, apart| Quantity::named(name, &Alliance::nato())?.limits(apart);
    /// assert_eq!(limits("tiered", false), Some((0.0, 1.0)));
    /// assert_eq!(limits("optimism_gap", true), Some((-2.0, 2.0)));
    /// assert_eq!(limits("kyiv_capability", false), None);
    /// ```
    pub fn limits(self, apart: bool) -> Option<(f64, f64)> {
        let ends = match self {
            Self::Risk(_) | Self::Trust(_) => Some((0.0, 1.0)),
            Self::Outcome(outcome) => outcome.limits(),
        };
        ends.map(|ends| if apart { of_difference(ends) } else { ends })
    }

    /// The unit of its values.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Risk(_) | Self::Trust(_) => "probability",
            Self::Outcome(outcome) => outcome.unit(),
        }
    }
}

/// The ends between which the difference of two values between these ends lies.
pub(crate) fn of_difference((low, high): (f64, f64)) -> (f64, f64) {
    (low - high, high - low)
}
