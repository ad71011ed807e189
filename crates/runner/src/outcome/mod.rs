//! What a run measures: the outcomes and the risks, by name, with unit, meaning and range.
//!
//! An [`Outcome`] is a number that a replicate has in every quarter; a [`Risk`] is something that
//! has happened by a quarter or not, and holds at it or not. A [`History`] follows one replicate
//! through its quarters, for outcomes that count from the start. [`Ranges`] bounds every outcome
//! from the parameters, which fixes the grid of its histogram before the first replicate.

use article5_model::observe::{Challenge, Commitment, Quarter, Reading};
use article5_model::washington::{Answer, Severity};

mod meaning;
mod quantity;
mod ranges;

pub use meaning::Thresholds;
pub use quantity::{Quantity, QuantityKind};
pub(crate) use quantity::{TRUST_OF, of_difference};
pub use ranges::Ranges;
use ranges::Span;

/// Which allies an outcome is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Allies {
    /// All of them, or none in particular.
    All,
    /// Those at the frontline.
    Frontline,
    /// The others.
    Rear,
    /// How these two groups differ.
    Both,
}

/// Declares [`Outcome`]: variant, name, unit, range, which allies it is about, meaning and value.
/// The two names at the start are what the values are computed from.
macro_rules! outcomes {
    (|$quarter:ident, $history:ident|
     $($variant:ident, $name:literal, $unit:literal, $span:ident, $allies:ident,
        $meaning:literal = $value:expr;)*
    ) => {
        /// A number that a replicate has in every quarter.
        ///
        /// ```
        /// use article5_runner::outcome::Outcome;
        ///
        /// assert_eq!(Outcome::named("trust_mean"), Some(Outcome::TrustMean));
        /// assert_eq!(Outcome::TrustMean.unit(), "probability");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Outcome { $(#[doc = concat!("`", $name, "`: ", $meaning, ".")] $variant,)* }

        impl Outcome {
            /// All outcomes, in the order of the tables.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];

            /// The name in configurations and tables.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The unit of its values.
            pub fn unit(self) -> &'static str {
                match self { $(Self::$variant => $unit,)* }
            }

            /// What it is, in a phrase without a full stop.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }

            fn span(self) -> Span {
                match self { $(Self::$variant => Span::$span,)* }
            }

            /// Which allies it tells apart from the others, if any.
            pub(crate) fn allies(self) -> Allies {
                match self { $(Self::$variant => Allies::$allies,)* }
            }

            /// The values of all outcomes at the end of a quarter, in the order of
            /// [`Outcome::ALL`]. The history must have [seen](History::see) the quarter.
            #[inline(always)]
            pub fn values(
                $quarter: &Quarter<'_>,
                $history: &History,
            ) -> [f64; Self::ALL.len()] {
                [$($value),*]
            }
        }
    };
}

outcomes! { |quarter, history|
    TrustMean, "trust_mean", "probability", Share, All,
        "mean over the allies of their trust that Washington answers an attack on them with force"
        = quarter.trust_mean;
    FrontlineTrust, "frontline_trust", "probability", Share, Frontline,
        "mean trust of the frontline allies" = quarter.frontline_trust;
    RearTrust, "rear_trust", "probability", Share, Rear,
        "mean trust of the other allies" = quarter.rear_trust;
    TierUpper, "tier_upper", "probability", Share, All,
        "mean trust of the upper class of allies" = tiers(quarter, Reading::Own).upper;
    TierLower, "tier_lower", "probability", Share, All,
        "mean trust of the lower class of allies" = tiers(quarter, Reading::Own).lower;
    TierGap, "tier_gap", "probability", Share, All,
        "difference of the two class means" = tiers(quarter, Reading::Own).gap;
    TierSeparation, "tier_separation", "share of variance", Share, All,
        "between-class variance of trust over its total variance"
        = tiers(quarter, Reading::Own).separation;
    LowerTierGap, "lower_tier_gap", "share", Signed, Both,
        "share of the frontline allies in the lower tier less that of the others; 0 unless tiered"
        = quarter.lower_tier_gap();
    MoscowGap, "moscow_gap", "probability", Share, All,
        "difference of the two class means of the allies' cover in Moscow's eyes"
        = tiers(quarter, Reading::Moscow).gap;
    AlliedGap, "allied_gap", "probability", Share, All,
        "difference of the two class means of the allies' cover in the eyes of the average ally"
        = tiers(quarter, Reading::Allied).gap;
    ForceShare, "force_share", "share", Share, All,
        "share of the alliance's defence spending that is in the European force"
        = quarter.force_share;
    Force, "force", "capability", Force, All,
        "capability that the European force adds in Ukraine" = quarter.force;
    Autonomy, "autonomy", "share", Share, All,
        "European autonomy: command and control, logistics, intelligence of its own"
        = quarter.autonomy;
    EffortMean, "effort_mean", "share of GDP", Effort, All,
        "spending-weighted mean of the allies' defence effort" = quarter.effort_mean;
    KyivCapability, "kyiv_capability", "capability", Kyiv, All,
        "Kyiv's capability" = quarter.kyiv_capability;
    MoscowCapability, "moscow_capability", "capability", Moscow, All,
        "Moscow's usable capability" = quarter.moscow_capability;
    LikenessMarketed, "likeness_marketed", "share", Share, All,
        "how like Article 5 the pledge is said to be; 0 without a pledge"
        = quarter.likeness_marketed;
    PFullKyiv, "p_full_kyiv", "probability", Share, All,
        "Kyiv's chance of a full answer to an attack on Ukraine" = quarter.p_full_kyiv;
    PFullMoscow, "p_full_moscow", "probability", Share, All,
        "Moscow's chance of a full answer to an attack on Ukraine" = quarter.p_full_moscow;
    OptimismGap, "optimism_gap", "probability", Signed, All,
        "Kyiv's chance of a full answer to an attack on Ukraine less Moscow's"
        = quarter.p_full_kyiv - quarter.p_full_moscow;
    HoldProbability, "hold_probability", "probability", Share, All,
        "Moscow's probability of challenging nobody in the quarter" = quarter.hold_probability;
    Grievance, "grievance", "share", Grievance, All,
        "growth of Moscow's stake in Ukraine after an incident" = quarter.grievance;
    Arming, "arming", "share", Share, All, "Kyiv's share of effort in arming" = quarter.arming;
    Diplomacy, "diplomacy", "share", Share, All,
        "Kyiv's share of effort in diplomacy" = quarter.diplomacy;
    Lobbying, "lobbying", "share", Share, All,
        "Kyiv's share of effort in lobbying Washington" = quarter.lobbying;
    ArmingDiplomacy, "arming_diplomacy", "share", Share, All,
        "Kyiv's share of effort in arming and diplomacy together"
        = quarter.arming + quarter.diplomacy;
    ProbesUkraine, "probes_ukraine", "count", Count, All,
        "probes of Ukraine up to the quarter" = history.probes_ukraine.into();
    ProbesAllies, "probes_allies", "count", Count, All,
        "probes of allies up to the quarter" = history.probes_allies.into();
    AttacksUkraine, "attacks_ukraine", "count", Count, All,
        "attacks on Ukraine up to the quarter" = history.attacks_ukraine.into();
    AttacksAllies, "attacks_allies", "count", Count, All,
        "attacks on allies up to the quarter" = history.attacks_allies.into();
    Incidents, "incidents", "count", Count, All,
        "incidents of doubtful authorship in Ukraine up to the quarter" = history.incidents.into();
    AnswersUkraine, "answers_ukraine", "count", Count, All,
        "answers to probes of and attacks on Ukraine up to the quarter, including answers of none"
        = (history.probes_ukraine + history.attacks_ukraine).into();
    FullAnswersUkraine, "full_answers_ukraine", "count", Count, All,
        "full answers to probes of and attacks on Ukraine up to the quarter"
        = history.full_answers_ukraine.into();
}

/// How many outcomes there are.
pub const OUTCOMES: usize = Outcome::ALL.len();

impl Outcome {
    /// The outcome with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    /// Whether it counts some of what `other` counts, so that divided by that it is a share.
    pub fn is_part_of(self, other: Self) -> bool {
        (self, other) == (Self::FullAnswersUkraine, Self::AnswersUkraine)
    }

    /// Its least and largest value whatever the parameters; `None` if it depends on them.
    pub fn limits(self) -> Option<(f64, f64)> {
        match self.span() {
            Span::Share | Span::Effort => Some((0.0, 1.0)),
            Span::Signed => Some((-1.0, 1.0)),
            Span::Force | Span::Kyiv | Span::Moscow | Span::Grievance | Span::Count => None,
        }
    }
}

/// Declares [`Risk`]: variant, name, what it is and whether it holds. The two names at the start
/// are what that is computed from: the quarter, and an attack in it.
macro_rules! risks {
    (|$quarter:ident, $attack:ident|
     $($variant:ident, $name:literal, $what:literal = $holds:expr;)*
    ) => {
        /// Something that can happen to the alliance.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Risk { $(#[doc = concat!($what, ".")] $variant,)* }

        impl Risk {
            /// All risks, in the order of the tables.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];

            /// The name in configurations and tables.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The risks that hold at the end of a quarter.
            #[inline]
            pub fn holding($quarter: &Quarter<'_>) -> Risks {
                let $attack = $quarter
                    .challenge
                    .filter(|challenge| challenge.severity == Severity::Attack);
                Risks::NONE$(.with(Self::$variant, $holds))*
            }
        }
    };
}

risks! { |quarter, attack|
    Tiered, "tiered", "The alliance is tiered in the allies' own reading: the headline"
        = quarter.tiers[Reading::Own as usize].tiered;
    TieredAllied, "tiered_allied", "It is tiered in the eyes of the average ally"
        = quarter.tiers[Reading::Allied as usize].tiered;
    TieredMoscow, "tiered_moscow", "It is tiered in Moscow's eyes"
        = quarter.tiers[Reading::Moscow as usize].tiered;
    Ruptured, "ruptured", "Most allies no longer count on the US" = quarter.ruptured;
    WarResumed, "war_resumed", "Ukraine is at war again" = quarter.at_war;
    AllyAttacked, "ally_attacked", "Moscow attacks an ally"
        = attack.is_some_and(|attack| matches!(attack.commitment, Commitment::Ally(_)));
    UsRussiaWar, "us_russia_war", "Washington answers an attack with force"
        = attack.is_some_and(|attack| attack.answer == Answer::Full);
    BackstopAbandoned, "backstop_abandoned", "The backstop is abandoned when called on"
        = quarter.abandoned;
}

/// How many risks there are.
pub const RISKS: usize = Risk::ALL.len();

impl Risk {
    /// The risk with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|risk| risk.name() == name)
    }
}

const _: () = assert!(RISKS <= u8::BITS as usize, "a bit each");

/// Some of the risks.
///
/// ```
/// use article5_runner::outcome::{Risk, Risks};
///
/// let risks = Risks::default().with(Risk::Tiered, true).with(Risk::Ruptured, false);
/// assert!(risks.has(Risk::Tiered) && !risks.has(Risk::Ruptured));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Risks(u8);

impl Risks {
    pub(crate) const NONE: Self = Self(0);

    /// These risks, with `risk` added if `so`.
    #[inline]
    #[must_use]
    pub fn with(self, risk: Risk, so: bool) -> Self {
        Self(self.0 | u8::from(so) << risk as u8)
    }

    /// Whether a risk is among them.
    #[inline]
    pub fn has(self, risk: Risk) -> bool {
        self.0 >> risk as u8 & 1 == 1
    }

    /// One bit per risk, in the order of [`Risk::ALL`]; the first is the lowest bit.
    pub(crate) fn bits(self) -> u8 {
        self.0
    }
}

impl std::ops::BitOrAssign for Risks {
    #[inline]
    fn bitor_assign(&mut self, more: Self) {
        self.0 |= more.0;
    }
}

/// One replicate so far: everything that counts from its first quarter.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct History {
    probes_ukraine: u32,
    probes_allies: u32,
    attacks_ukraine: u32,
    attacks_allies: u32,
    incidents: u32,
    full_answers_ukraine: u32,
    happened: Risks,
    holding: Risks,
}

impl History {
    /// Takes in the next quarter. A replicate starts from `History::default()`.
    #[inline]
    pub fn see(&mut self, quarter: &Quarter<'_>) {
        self.incidents += u32::from(quarter.incident.is_some());
        if let Some(Challenge { commitment, severity, answer }) = quarter.challenge {
            let count = match (commitment, severity) {
                (Commitment::Ukraine, Severity::Probe) => &mut self.probes_ukraine,
                (Commitment::Ukraine, Severity::Attack) => &mut self.attacks_ukraine,
                (Commitment::Ally(_), Severity::Probe) => &mut self.probes_allies,
                (Commitment::Ally(_), Severity::Attack) => &mut self.attacks_allies,
            };
            *count += 1;
            let full_on_ukraine = commitment == Commitment::Ukraine && answer == Answer::Full;
            self.full_answers_ukraine += u32::from(full_on_ukraine);
        }
        self.holding = Risk::holding(quarter);
        self.happened |= self.holding;
    }

    /// The risks that have happened by the last quarter seen.
    pub fn happened(&self) -> Risks {
        self.happened
    }

    /// The risks that hold at the last quarter seen.
    pub fn holding(&self) -> Risks {
        self.holding
    }
}

fn tiers<'a>(quarter: &'a Quarter<'_>, reading: Reading) -> &'a article5_model::observe::Split {
    &quarter.tiers[reading as usize].split
}

#[cfg(test)]
mod tests;
