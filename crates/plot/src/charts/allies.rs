//! The two groups of allies whose mean trust is drawn: their names and their colours.

use article5_runner::trace;

use crate::colour::Rgb;
use crate::style::{BLUE, ORANGE};

/// Where the allies of a group are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Front {
    Rear,
    Frontline,
}

impl Front {
    pub(super) const ALL: [Self; 2] = [Self::Rear, Self::Frontline];

    /// The outcome that is the group's mean trust.
    pub(super) fn outcome(self) -> &'static str {
        match self {
            Self::Rear => "rear_trust",
            Self::Frontline => "frontline_trust",
        }
    }

    /// The group whose mean trust in one replicate is this series of a trace.
    pub(super) fn of_series(series: &str) -> Option<Self> {
        match series {
            trace::REAR => Some(Self::Rear),
            trace::FRONTLINE => Some(Self::Frontline),
            _ => None,
        }
    }

    pub(super) fn colour(self) -> Rgb {
        match self {
            Self::Rear => ORANGE,
            Self::Frontline => BLUE,
        }
    }
}

/// A group of allies in a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) front: Front,
    /// Whether it is a single ally.
    pub(super) is_one: bool,
}

impl Group {
    /// Its name in a label.
    pub(super) fn name(self) -> &'static str {
        match (self.front, self.is_one) {
            (Front::Rear, true) => "Rear ally",
            (Front::Rear, false) => "Rear allies",
            (Front::Frontline, true) => "Frontline ally",
            (Front::Frontline, false) => "Frontline allies",
        }
    }

    /// The same within a sentence.
    pub(super) fn in_words(self) -> String {
        let name = self.name().to_lowercase();
        if self.is_one { format!("the {name}") } else { name }
    }
}
