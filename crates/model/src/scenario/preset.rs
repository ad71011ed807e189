//! Theories of reputation as settings of the learning filter (ODD 4.1).

/// A theory of reputation as a setting of the learning filter (ODD 4.1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Preset {
    /// The name in configurations.
    pub name: &'static str,
    /// What the theory says, in a sentence without a full stop.
    pub theory: &'static str,
    /// The parameters it sets.
    pub overrides: &'static [(&'static str, f64)],
}

impl Preset {
    /// The theory with this name.
    pub fn named(name: &str) -> Option<Self> {
        PRESETS.into_iter().find(|preset| preset.name == name)
    }
}

/// The rival theories of reputation that the filter nests.
pub const PRESETS: [Preset; 4] = [
    Preset {
        name: "bayes",
        theory: "reputations are learned from all past behaviour",
        overrides: &[("learning.attention", 1.0), ("learning.shrinkage", 1.0)],
    },
    Preset {
        name: "current-calculus",
        theory: "past actions carry no weight: interests and power of the day only",
        overrides: &[("learning.attention", 0.0)],
    },
    Preset {
        name: "constant-gain",
        theory: "every answer weighs as much as the first: recency",
        overrides: &[("learning.shrinkage", 0.0)],
    },
    Preset {
        name: "leader-specific",
        theory: "reputations belong to leaders, not to states",
        overrides: &[("learning.inauguration_reset", 1.0)],
    },
];
