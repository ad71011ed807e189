//! Washington's ordered answer to a challenge (ODD 7.2).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::features::{FEATURES, Features};
use crate::parameters::{Parameters, Response};
use crate::shocks::Shocks;

/// How severe a challenge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Limited and deniable.
    Probe,
    /// Open force: on Ukraine it reopens the war, on an ally it is a limited seizure.
    Attack,
}

/// What Washington does about a challenge, in rising order of resolve.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// Nothing that counts.
    #[default]
    None,
    /// Consultation, sanctions or aid.
    Narrow,
    /// Force: a forceful, attributable act after a probe, war after an attack.
    Full,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Probe => "probe",
            Self::Attack => "attack",
        })
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Narrow => "narrow",
            Self::Full => "full",
        })
    }
}

/// The band of latent resolve that gives a narrow answer: `narrow` ≤ y < `full`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Band {
    /// κN − a: below it there is no answer.
    pub(crate) narrow: f64,
    /// κF + a: from it the answer is full.
    pub(crate) full: f64,
}

impl Band {
    /// The band for challenges of this severity under wording of this ambiguity.
    pub(crate) fn new(response: &Response, severity: Severity, ambiguity: f64) -> Self {
        let (narrow, full) = match severity {
            Severity::Probe => (response.narrow_probe, response.full_probe),
            Severity::Attack => (response.narrow_attack, response.full_attack),
        };
        Self { narrow: narrow - ambiguity, full: full + ambiguity }
    }

    pub(crate) fn answer(self, resolve: f64) -> Answer {
        if resolve >= self.full {
            Answer::Full
        } else if resolve >= self.narrow {
            Answer::Narrow
        } else {
            Answer::None
        }
    }
}

/// The defender: its type, drawn once a replicate, and the administration in office.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Washington {
    /// β*, the response coefficients.
    response: [f64; FEATURES],
    pub(crate) internationalist: bool,
}

impl Washington {
    /// Draws the type β*_k ~ N(μ_k, type_sd_k²).
    pub(crate) fn draw(parameters: &Parameters, shocks: &Shocks) -> Self {
        let Parameters { response, politics, .. } = parameters;
        let types = [
            (response.general, response.type_sd_general),
            (response.treaty, response.type_sd_treaty),
            (response.stake, response.type_sd_stake),
            (response.exposure, response.type_sd_exposure),
        ];
        let mut coefficients = [0.0; FEATURES];
        for (k, (mean, sd)) in types.into_iter().enumerate() {
            coefficients[k] = mean + sd * shocks.type_draw(k);
        }
        Self { response: coefficients, internationalist: politics.initial_internationalist == 1.0 }
    }

    /// Δ, what the administration in office adds to resolve.
    pub(crate) fn administration_shift(&self, parameters: &Parameters) -> f64 {
        administration_shift(parameters, self.internationalist)
    }

    /// The answer to a challenge: y = φ·β* + circumstances + ε against the band, where the
    /// circumstances are Δ + tripwire + balance − penalty.
    pub(crate) fn answer(
        &self,
        f: Features<f64>,
        circumstances: f64,
        noise: f64,
        band: Band,
    ) -> Answer {
        band.answer(self.disposition(f) + circumstances + noise)
    }

    /// β*: the coefficients of general resolve, treaty, stake and exposure.
    pub(crate) fn response(&self) -> [f64; FEATURES] {
        self.response
    }

    /// φ·β*: resolve at a commitment before the circumstances of the day.
    pub(crate) fn disposition(&self, f: Features<f64>) -> f64 {
        f.dot_shared(&self.response)
    }
}

/// Δ of an administration of either kind.
pub(crate) fn administration_shift(parameters: &Parameters, internationalist: bool) -> f64 {
    let shift = parameters.politics.administration_shift;
    if internationalist { shift } else { -shift }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_band_holds_its_lower_bound() {
        let band = Band::new(&Parameters::default().response, Severity::Attack, 0.4);
        assert_eq!(band, Band { narrow: -2.2 - 0.4, full: 0.4 });
        for (resolve, answer) in [
            (band.narrow.next_down(), Answer::None),
            (band.narrow, Answer::Narrow),
            (band.full.next_down(), Answer::Narrow),
            (band.full, Answer::Full),
        ] {
            assert_eq!(band.answer(resolve), answer, "{resolve}");
        }
    }
}
