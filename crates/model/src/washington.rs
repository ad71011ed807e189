//! Washington's ordered answer to a challenge (section 2).

use std::fmt;

use serde::{Deserialize, Serialize};

/// How severe a challenge is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Limited and deniable.
    Probe,
    /// Open force: on Ukraine it reopens the war, on an ally it is a limited seizure.
    Attack,
}

/// What Washington does about a challenge, in rising order of resolve.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// Nothing that counts.
    None,
    /// Consultation, sanctions or aid.
    Narrow,
    /// Force: to a probe forceful and attributable, to an attack war.
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
