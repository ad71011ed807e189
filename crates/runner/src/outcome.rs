//! What a run measures: the outcomes and the risks, by name, with unit, meaning and range.
//!
//! An [`Outcome`] is a number that a replicate has in every quarter; a [`Risk`] is something that
//! has happened by a quarter or not, and holds at it or not. A [`History`] follows one replicate
//! through its quarters, for whatever counts from the start. [`Ranges`] bounds every outcome from
//! the parameters, which fixes the grid of its histogram before the first replicate.

use article5_model::observe::{Challenge, Commitment, Quarter, Reading};
use article5_model::parameters::Parameters;
use article5_model::scenario::{Event, EventKind};
use article5_model::washington::{Answer, Severity};

use crate::tally::Grid;

/// Declares [`Outcome`]: variant, name, unit, range, meaning and value. The two names in front
/// are what the values are computed from.
macro_rules! outcomes {
    (|$quarter:ident, $history:ident|
     $($variant:ident, $name:literal, $unit:literal, $span:ident, $meaning:literal = $value:expr;)*
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

            /// The values of all outcomes at the end of a quarter, in the order of
            /// [`Outcome::ALL`]. The history must have [seen](History::see) the quarter.
            #[inline]
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
    TrustMean, "trust_mean", "probability", Share,
        "mean over the allies of their trust that Washington answers an attack on them with force"
        = quarter.trust_mean;
    FrontlineTrust, "frontline_trust", "probability", Share,
        "mean trust of the frontline allies" = quarter.frontline_trust;
    RearTrust, "rear_trust", "probability", Share,
        "mean trust of the other allies" = quarter.rear_trust;
    TierUpper, "tier_upper", "probability", Share,
        "mean trust of the upper class of allies" = tiers(quarter, Reading::Own).upper;
    TierLower, "tier_lower", "probability", Share,
        "mean trust of the lower class of allies" = tiers(quarter, Reading::Own).lower;
    TierGap, "tier_gap", "probability", Share,
        "difference of the two class means" = tiers(quarter, Reading::Own).gap;
    TierSeparation, "tier_separation", "share of variance", Share,
        "between-class variance of trust over its total variance"
        = tiers(quarter, Reading::Own).separation;
    MoscowGap, "moscow_gap", "probability", Share,
        "difference of the two class means of the allies' cover in Moscow's eyes"
        = tiers(quarter, Reading::Moscow).gap;
    AlliedGap, "allied_gap", "probability", Share,
        "difference of the two class means of the allies' cover in the eyes of the average ally"
        = tiers(quarter, Reading::Allied).gap;
    ForceShare, "force_share", "share", Share,
        "share of the alliance's defence spending that is in the European force"
        = quarter.force_share;
    Force, "force", "capability", Force,
        "capability that the European force adds in Ukraine" = quarter.force;
    Autonomy, "autonomy", "share", Share,
        "European autonomy: command and control, logistics, intelligence of its own"
        = quarter.autonomy;
    EffortMean, "effort_mean", "share of GDP", Effort,
        "spending-weighted mean of the allies' defence effort" = quarter.effort_mean;
    KyivCapability, "kyiv_capability", "capability", Kyiv,
        "Kyiv's capability" = quarter.kyiv_capability;
    MoscowCapability, "moscow_capability", "capability", Moscow,
        "Moscow's usable capability" = quarter.moscow_capability;
    LikenessMarketed, "likeness_marketed", "share", Share,
        "how like Article 5 the pledge is said to be; 0 without a pledge"
        = quarter.likeness_marketed;
    PFullKyiv, "p_full_kyiv", "probability", Share,
        "Kyiv's chance of a full answer to an attack on Ukraine" = quarter.p_full_kyiv;
    PFullMoscow, "p_full_moscow", "probability", Share,
        "Moscow's chance of a full answer to an attack on Ukraine" = quarter.p_full_moscow;
    OptimismGap, "optimism_gap", "probability", Signed,
        "Kyiv's chance of a full answer to an attack on Ukraine less Moscow's"
        = quarter.p_full_kyiv - quarter.p_full_moscow;
    HoldProbability, "hold_probability", "probability", Share,
        "Moscow's probability of challenging nobody in the quarter" = quarter.hold_probability;
    Grievance, "grievance", "share", Grievance,
        "growth of Moscow's stake in Ukraine after an incident" = quarter.grievance;
    Arming, "arming", "share", Share, "Kyiv's share of effort in arming" = quarter.arming;
    Diplomacy, "diplomacy", "share", Share,
        "Kyiv's share of effort in diplomacy" = quarter.diplomacy;
    Lobbying, "lobbying", "share", Share,
        "Kyiv's share of effort in lobbying Washington" = quarter.lobbying;
    ArmingDiplomacy, "arming_diplomacy", "share", Share,
        "Kyiv's share of effort in arming and diplomacy together"
        = quarter.arming + quarter.diplomacy;
    ProbesUkraine, "probes_ukraine", "count", Count,
        "probes of Ukraine up to the quarter" = history.probes_ukraine.into();
    ProbesAllies, "probes_allies", "count", Count,
        "probes of allies up to the quarter" = history.probes_allies.into();
    AttacksUkraine, "attacks_ukraine", "count", Count,
        "attacks on Ukraine up to the quarter" = history.attacks_ukraine.into();
    AttacksAllies, "attacks_allies", "count", Count,
        "attacks on allies up to the quarter" = history.attacks_allies.into();
    Incidents, "incidents", "count", Count,
        "incidents of doubtful authorship in Ukraine up to the quarter" = history.incidents.into();
    AnswersUkraine, "answers_ukraine", "count", Count,
        "answers to probes of and attacks on Ukraine up to the quarter, answers of none counted"
        = (history.probes_ukraine + history.attacks_ukraine).into();
    FullAnswersUkraine, "full_answers_ukraine", "count", Count,
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
}

/// Something that can happen to the alliance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Risk {
    /// The alliance is tiered in the allies' own reading: the headline.
    Tiered,
    /// It is tiered in the eyes of the average ally.
    TieredAllied,
    /// It is tiered in Moscow's eyes.
    TieredMoscow,
    /// Most allies no longer count on the US.
    Ruptured,
    /// Ukraine is at war again.
    WarResumed,
    /// Moscow attacks an ally.
    AllyAttacked,
    /// Washington answers an attack with force.
    UsRussiaWar,
    /// The backstop is abandoned when called on.
    BackstopAbandoned,
}

/// How many risks there are.
pub const RISKS: usize = Risk::ALL.len();

impl Risk {
    /// All risks, in the order of the tables.
    pub const ALL: [Self; 8] = [
        Self::Tiered,
        Self::TieredAllied,
        Self::TieredMoscow,
        Self::Ruptured,
        Self::WarResumed,
        Self::AllyAttacked,
        Self::UsRussiaWar,
        Self::BackstopAbandoned,
    ];

    /// The risk with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|risk| risk.name() == name)
    }

    /// The name in configurations and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tiered => "tiered",
            Self::TieredAllied => "tiered_allied",
            Self::TieredMoscow => "tiered_moscow",
            Self::Ruptured => "ruptured",
            Self::WarResumed => "war_resumed",
            Self::AllyAttacked => "ally_attacked",
            Self::UsRussiaWar => "us_russia_war",
            Self::BackstopAbandoned => "backstop_abandoned",
        }
    }

    /// What it is, and what it means that it holds *at* a quarter, without a full stop.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Tiered => "the allies' own trust has split into two lasting tiers",
            Self::TieredAllied => {
                "the allies' cover in the eyes of the average ally has split into two lasting tiers"
            }
            Self::TieredMoscow => {
                "the allies' cover in Moscow's eyes has split into two lasting tiers"
            }
            Self::Ruptured => "most allies have lastingly ceased to count on the US",
            Self::WarResumed => "Russia has attacked Ukraine; at a quarter: the war is on",
            Self::AllyAttacked => "Moscow attacks an ally; at a quarter: in that quarter",
            Self::UsRussiaWar => {
                "Washington answers an attack, on Ukraine or an ally, with force; at a quarter: in \
                 that quarter"
            }
            Self::BackstopAbandoned => {
                "an attack on allied troops in Ukraine meets less than force and the backstop is \
                 dropped; at a quarter: in that quarter"
            }
        }
    }

    /// Whether each risk holds at the end of a quarter, in the order of [`Risk::ALL`].
    #[inline]
    pub fn holding(quarter: &Quarter<'_>) -> [bool; Self::ALL.len()] {
        let [own, allied, moscow] = &quarter.tiers;
        let attack = quarter.challenge.filter(|challenge| challenge.severity == Severity::Attack);
        let on_ally = |challenge: Challenge| matches!(challenge.commitment, Commitment::Ally(_));
        [
            own.tiered,
            allied.tiered,
            moscow.tiered,
            quarter.ruptured,
            quarter.at_war,
            attack.is_some_and(on_ally),
            attack.is_some_and(|challenge| challenge.answer == Answer::Full),
            quarter.abandoned,
        ]
    }
}

/// One replicate so far: what counts from its first quarter.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct History {
    probes_ukraine: u32,
    probes_allies: u32,
    attacks_ukraine: u32,
    attacks_allies: u32,
    incidents: u32,
    full_answers_ukraine: u32,
    happened: [bool; RISKS],
    holding: [bool; RISKS],
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
        for (happened, holding) in self.happened.iter_mut().zip(self.holding) {
            *happened |= holding;
        }
    }

    /// Whether each risk has happened by the last quarter seen, in the order of [`Risk::ALL`].
    pub fn happened(&self) -> &[bool; RISKS] {
        &self.happened
    }

    /// Whether each risk holds at the last quarter seen, in the order of [`Risk::ALL`].
    pub fn holding(&self) -> &[bool; RISKS] {
        &self.holding
    }
}

/// The kinds of range that outcomes have.
#[derive(Clone, Copy, Debug)]
enum Span {
    Share,
    Signed,
    Effort,
    Force,
    Kyiv,
    Moscow,
    Grievance,
    Count,
}

/// Bounds on every outcome, from the parameters of everything that is to run.
///
/// The bounds hold for every set of parameters that lies between those included, so of a design or
/// of drawn parameters it is enough to include one set with every parameter at its least value and
/// one with every parameter at its largest.
///
/// ```
/// use article5_model::parameters::Parameters;
/// use article5_runner::outcome::{Outcome, Ranges};
///
/// let mut ranges = Ranges::new(0.045, 40);
/// ranges.include(&Parameters::default(), &[]);
/// // The largest effort, 6 % of GDP, on a range that is a power of two.
/// assert_eq!(ranges.grid(Outcome::EffortMean).high(), 0.0625);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranges {
    quarters: u32,
    effort: f64,
    capability_base: f64,
    capability_per_effort: f64,
    force: f64,
    moscow: f64,
    kyiv_start: f64,
    build_rate: f64,
    aid_rate: f64,
    arms: f64,
    depreciation: f64,
    grievance: f64,
}

impl Ranges {
    /// Ranges for runs of that many quarters, of an alliance whose largest effort at the start is
    /// `initial_effort`, a share of GDP. No parameters are included yet.
    pub fn new(initial_effort: f64, quarters: u32) -> Self {
        Self {
            quarters,
            effort: initial_effort,
            capability_base: 0.0,
            capability_per_effort: 0.0,
            force: 0.0,
            moscow: 0.0,
            kyiv_start: 0.0,
            build_rate: 0.0,
            aid_rate: 0.0,
            arms: 0.0,
            depreciation: 1.0,
            grievance: 0.0,
        }
    }

    /// Widens the ranges to hold what these parameters and events can lead to.
    pub fn include(&mut self, parameters: &Parameters, events: &[Event]) {
        let Parameters { europe, russia, ukraine, war, guarantee, .. } = parameters;
        let scripted = events.iter().filter_map(|event| match &event.kind {
            EventKind::Policy(policy) => policy.arms,
            _ => None,
        });
        let widen = |bound: &mut f64, value: f64| *bound = bound.max(value);
        widen(&mut self.effort, europe.effort_max);
        widen(&mut self.capability_base, europe.capability_base);
        widen(&mut self.capability_per_effort, europe.capability_per_effort);
        widen(&mut self.force, europe.force_strength);
        for capability in [russia.capability0, russia.capability_max, war.capability_floor] {
            widen(&mut self.moscow, capability);
        }
        widen(&mut self.kyiv_start, ukraine.capability0.max(war.capability_floor));
        widen(&mut self.build_rate, ukraine.build_rate);
        widen(&mut self.aid_rate, ukraine.aid_rate);
        scripted.chain([guarantee.arms]).for_each(|arms| widen(&mut self.arms, arms));
        self.depreciation = self.depreciation.min(ukraine.depreciation);
        widen(&mut self.grievance, ukraine.incident_grievance);
    }

    /// The grid of an outcome.
    pub fn grid(&self, outcome: Outcome) -> Grid {
        match outcome.span() {
            Span::Share => Self::share(),
            Span::Signed => Grid::real(-1.0, 1.0),
            Span::Effort => self.effort(),
            Span::Force => Grid::real(0.0, self.force),
            Span::Kyiv => Grid::real(0.0, self.kyiv()),
            Span::Moscow => Grid::real(0.0, self.moscow),
            Span::Grievance => Grid::real(0.0, self.grievance),
            // Twice what can happen: no count can reach the last bin.
            Span::Count => Grid::whole(self.quarters.saturating_mul(2).saturating_add(1)),
        }
    }

    /// The grid of a share or a probability.
    pub fn share() -> Grid {
        Grid::real(0.0, 1.0)
    }

    /// The grid of an ally's effort, share of GDP: it moves between where it starts and
    /// `europe.effort_max`.
    pub fn effort(&self) -> Grid {
        Grid::real(0.0, self.effort)
    }

    /// The grid of an ally's local capability: it moves towards what its effort buys.
    pub fn defence(&self) -> Grid {
        Grid::real(0.0, self.capability_base + self.capability_per_effort * self.effort)
    }

    /// Kyiv's capability gains at most `gain` a quarter, and where it depreciates it cannot pass
    /// the level at which it loses as much.
    fn kyiv(&self) -> f64 {
        let gain = self.build_rate + self.aid_rate * self.arms;
        let grown = self.kyiv_start + gain * f64::from(self.quarters);
        if self.depreciation > 0.0 {
            grown.min(self.kyiv_start.max(gain / self.depreciation))
        } else {
            grown
        }
    }
}

fn tiers<'a>(quarter: &'a Quarter<'_>, reading: Reading) -> &'a article5_model::observe::Split {
    &quarter.tiers[reading as usize].split
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use article5_model::scenario::Policy;

    use super::*;

    #[test]
    fn outcomes_and_risks_are_found_by_their_names_and_share_none() {
        let outcomes = Outcome::ALL.map(Outcome::name);
        let risks = Risk::ALL.map(Risk::name);
        let names: BTreeSet<&str> = outcomes.into_iter().chain(risks).collect();
        assert_eq!(names.len(), OUTCOMES + RISKS);
        for (place, outcome) in Outcome::ALL.into_iter().enumerate() {
            assert_eq!((outcome as usize, Outcome::named(outcome.name())), (place, Some(outcome)));
        }
        for (place, risk) in Risk::ALL.into_iter().enumerate() {
            assert_eq!((risk as usize, Risk::named(risk.name())), (place, Some(risk)));
        }
    }

    #[test]
    fn kyivs_capability_stays_in_its_range_when_it_grows_as_fast_as_it_can() {
        let arms = Policy { arms: Some(3.0), ..Policy::default() };
        let events = [Event { quarter: 2, kind: EventKind::Policy(arms) }];
        for (depreciation, quarters) in [(0.0, 60), (0.01, 400), (0.05, 40), (1.0, 5)] {
            let mut parameters = Parameters::default();
            parameters.ukraine.depreciation = depreciation;
            let mut ranges = Ranges::new(0.0, quarters);
            ranges.include(&parameters, &events);
            let ukraine = &parameters.ukraine;
            let mut capability = ukraine.capability0;
            for _ in 0..quarters {
                // Step 4 of the quarter with all effort in arming and the scripted arms.
                capability += ukraine.build_rate + ukraine.aid_rate * 3.0;
                capability -= depreciation * capability;
            }
            let high = ranges.grid(Outcome::KyivCapability).high();
            assert!(capability <= high, "{capability} {high}");
            assert!(high <= 4.0 * capability.max(ukraine.capability0), "{high} is far too wide");
        }
    }
}
