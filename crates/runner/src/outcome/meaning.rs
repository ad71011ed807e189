//! What risks and outcomes mean, in words.

use article5_model::alliance::Alliance;

use super::{Allies, Quantity, Risk};
use crate::numbers::{counted, shortest};

/// The thresholds that define tiers, rupture and the frontline: the values of `measure.*` in a run,
/// `None` if it has several or none is known. In prose the parameter's key then takes the value's
/// place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Thresholds {
    /// `measure.sustain`: how many quarters a state must last.
    pub sustain: Option<f64>,
    /// `measure.tier_gap`: how far apart the means of the two classes must be at least.
    pub tier_gap: Option<f64>,
    /// `measure.tier_separation`: the share of the variance that the classes must explain at least.
    pub tier_separation: Option<f64>,
    /// `measure.tier_min_class`: the fewest allies in a class.
    pub tier_min_class: Option<f64>,
    /// `measure.tier_stability`: how much of the lower class must stay from quarter to quarter at
    /// least.
    pub tier_stability: Option<f64>,
    /// `measure.rupture_level`: the trust below which an ally does not count on the US.
    pub rupture_level: Option<f64>,
    /// `measure.frontline_exposure`: the exposure from which an ally is at the frontline.
    pub frontline_exposure: Option<f64>,
}

/// A value, or the key of the parameter whose value it is.
fn said(value: Option<f64>, key: &str) -> String {
    value.map_or_else(|| key.to_owned(), shortest)
}

impl Thresholds {
    /// Says what makes two tiers of the allies, without a full stop.
    ///
    /// ```
    /// use article5_runner::outcome::Thresholds;
    ///
    /// let known = Thresholds { tier_gap: Some(0.2), ..Thresholds::default() };
    /// assert!(known.tiers().contains("at least 0.2 apart"));
    /// assert!(Thresholds::default().tiers().contains("at least measure.tier_gap apart"));
    /// ```
    pub fn tiers(&self) -> String {
        format!(
            "the allies, sorted by trust (or by cover in other eyes), are split into two classes of at least \
             {} where most of the variance lies between the classes; the class means are at least {} apart, \
             at least {} of the variance lies between the classes, and the lower class overlaps with that of \
             the quarter before by at least {} (allies in both over allies in either)",
            said(self.tier_min_class, "measure.tier_min_class"),
            said(self.tier_gap, "measure.tier_gap"),
            said(self.tier_separation, "measure.tier_separation"),
            said(self.tier_stability, "measure.tier_stability"),
        )
    }

    /// Says when most allies do not count on the US, without a full stop.
    pub fn rupture(&self) -> String {
        let level = said(self.rupture_level, "measure.rupture_level");
        format!("more than half of the allies have a trust below {level}")
    }

    /// Says which allies are at the frontline, without a full stop.
    pub fn frontline(&self) -> String {
        let exposure = said(self.frontline_exposure, "measure.frontline_exposure");
        format!("an exposure to Russia of {exposure} or more")
    }
}

impl Quantity {
    /// Says what it is, with the thresholds that define it, in a phrase without a full stop.
    pub fn defined(self, thresholds: &Thresholds, alliance: &Alliance) -> String {
        match self {
            Self::Risk(risk) => risk.defined(thresholds),
            Self::Trust(ally) => {
                let name = alliance.members().get(ally).map_or("an ally", |member| &member.name);
                format!("trust of {name} that Washington answers an attack on it with force")
            }
            Self::Outcome(outcome) => match outcome.allies() {
                Allies::Frontline | Allies::Rear | Allies::Both => {
                    format!("{}; frontline: {}", outcome.meaning(), thresholds.frontline())
                }
                Allies::All => outcome.meaning().to_owned(),
            },
        }
    }
}

impl Risk {
    /// Says what it is, and what it means for it to hold *at* a quarter, without a full stop.
    pub fn meaning(self) -> String {
        let happened = self.happened(&Thresholds::default());
        match self.at_a_quarter() {
            Some(holds) => format!("{happened}; at a quarter: {holds}"),
            None => happened,
        }
    }

    /// The same with the thresholds that define it.
    fn defined(self, thresholds: &Thresholds) -> String {
        let happened = self.happened(thresholds);
        match self {
            Self::Tiered | Self::TieredAllied | Self::TieredMoscow => {
                format!("{happened}; two tiers: {}", thresholds.tiers())
            }
            Self::Ruptured => format!("{happened}: {}", thresholds.rupture()),
            Self::WarResumed | Self::AllyAttacked | Self::UsRussiaWar | Self::BackstopAbandoned => {
                self.meaning()
            }
        }
    }

    /// Says what it means for it to have happened, with the quarters that it must last if they are
    /// known.
    ///
    /// ```
    /// use article5_runner::outcome::{Risk, Thresholds};
    ///
    /// let lasting = "most allies have not counted on the US for 4 quarters";
    /// let a_year = Thresholds { sustain: Some(4.0), ..Thresholds::default() };
    /// assert_eq!(Risk::Ruptured.happened(&a_year), lasting);
    /// ```
    pub fn happened(self, thresholds: &Thresholds) -> String {
        let lasting = thresholds.sustain.map_or_else(
            || "measure.sustain quarters, by default a year".to_owned(),
            // A count, which the domain of the parameter keeps whole.
            |sustain| counted(sustain as u64, "quarter", "quarters"),
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

    /// Whether it can last: whether it holds *at* a quarter then says how things stand. What cannot
    /// last is an event, which hardly ever falls on a given quarter.
    pub fn lasts(self) -> bool {
        match self {
            Self::Tiered
            | Self::TieredAllied
            | Self::TieredMoscow
            | Self::Ruptured
            | Self::WarResumed => true,
            Self::AllyAttacked | Self::UsRussiaWar | Self::BackstopAbandoned => false,
        }
    }

    /// Says what it means for it to hold at a quarter, if that differs from having happened.
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
