//! What risks mean, in words.

use super::Risk;
use crate::numbers::counted;

impl Risk {
    /// What it is, and what it means that it holds *at* a quarter, without a full stop.
    pub fn meaning(self) -> String {
        let happened = self.happened(None);
        match self.at_a_quarter() {
            Some(holds) => format!("{happened}; at a quarter: {holds}"),
            None => happened,
        }
    }

    /// What it means that it has happened; with the quarters that it must last, `measure.sustain`, where
    /// they are known.
    ///
    /// ```
    /// use article5_runner::outcome::Risk;
    ///
    /// let lasting = "most allies have not counted on the US for 4 quarters";
    /// assert_eq!(Risk::Ruptured.happened(Some(4)), lasting);
    /// ```
    pub fn happened(self, sustain: Option<u64>) -> String {
        let lasting = sustain.map_or_else(
            || "measure.sustain quarters, by default a year".to_owned(),
            |sustain| counted(sustain, "quarter", "quarters"),
        );
        match self {
            Self::Tiered => format!("the allies' own trust has been split into two tiers for {lasting}"),
            Self::TieredAllied => format!(
                "the allies' cover in the eyes of the average ally has been split into two tiers for \
                 {lasting}"
            ),
            Self::TieredMoscow => format!(
                "the allies' cover in Moscow's eyes has been split into two tiers for {lasting}"
            ),
            Self::Ruptured => format!("most allies have not counted on the US for {lasting}"),
            Self::WarResumed => "Russia has attacked Ukraine".to_owned(),
            Self::AllyAttacked => "Moscow attacks an ally".to_owned(),
            Self::UsRussiaWar => {
                "Washington answers an attack, on Ukraine or an ally, with force".to_owned()
            }
            Self::BackstopAbandoned => {
                "an attack on allied troops in Ukraine meets less than force and the backstop is dropped"
                    .to_owned()
            }
        }
    }

    /// Whether it can last: that it holds *at* a quarter then says how things stand. What does not last
    /// is an event, which hardly ever falls on one quarter of many.
    pub fn lasts(self) -> bool {
        !matches!(self, Self::AllyAttacked | Self::UsRussiaWar | Self::BackstopAbandoned)
    }

    /// What it means that it holds at a quarter, where that is something else than having happened.
    pub fn at_a_quarter(self) -> Option<&'static str> {
        match self {
            Self::WarResumed => Some("the war is on"),
            Self::AllyAttacked | Self::UsRussiaWar | Self::BackstopAbandoned => {
                Some("in that quarter")
            }
            Self::Tiered | Self::TieredAllied | Self::TieredMoscow | Self::Ruptured => None,
        }
    }
}
