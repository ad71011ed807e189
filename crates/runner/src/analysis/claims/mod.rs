//! Whether a claim holds: at the baseline, and over how much of the parameter space.
//!
//! A claim says that an effect lies in a [`Region`], such as above 0. At the baseline and at each
//! point of the space a 95 % interval from the replicates there says whether it does ([`Finding`]).
//! The points cover the space at random and evenly, so the share of them at which the claim holds
//! estimates the share of the space in which it would be found to hold *with that many replicates*,
//! with at most a binomial error ([`Reach::share`]). Where an effect is small, few replicates
//! cannot find it: the share counts the points at which the claim is *shown*, not those at which it
//! is true. So it understates the true share, except that chance alone puts an interval on the
//! wrong side at one point in forty.
//!
//! [`judge`] gives the verdict:
//!
//! | verdict | at the baseline | over the space |
//! | --- | --- | --- |
//! | holds | as claimed | as claimed at 90 % of the points or more |
//! | fails | contradicted | contradicted at 90 % or more |
//! | undecided | not clear | as claimed at 90 % or more, or contradicted |
//! | undecided | | more replicates would likely make it one of the two |
//! | undecided | no effect, as where a ratio divides by 0, or no interval | |
//! | undecided | | there are no points to judge it at |
//! | undecided | | clear at no more points than chance would make so |
//! | undecided | | fewer than twenty points, unless they show it both ways beyond chance |
//! | depends | | neither, and more replicates would not make it one |
//!
//! What more replicates would show is predicted from the effects found, with their noise taken out;
//! up to 64 times as many are tried. Nothing is predicted for points at which there were too few
//! events, or that have no interval for want of them: a claim that hangs on them is undecided. Nor
//! is anything predicted from fewer than twenty points.
//!
//! That a claim depends must be shown by the space, not by the baseline alone: it often has more
//! replicates, so that the same small effect everywhere may be clear there and nowhere else.

mod deciding;
mod outlook;
mod region;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray, VariantNames};

use super::Estimate;
use crate::numbers::{decimals_apart, hundredths};
use crate::tally::{Counted, Z_95, at_least, wilson};

pub use deciding::{Influence, influences};
use outlook::Outlook;
use region::error_of;
pub use region::{Finding, Region};

/// The share of the space in which a claim must hold, or be contradicted, for a verdict.
pub const MOST_OF_SPACE: f64 = 0.9;

/// From fewer points nothing is predicted: each is more than a twentieth of the space, so that two
/// or three effects would stand for the distribution of all.
const FEW_POINTS: u64 = 20;

/// Writes a share of the space in per cent, with as many decimals as it takes to show on which side
/// of [`MOST_OF_SPACE`] it is.
///
/// ```
/// use article5_runner::analysis::claims::share_in_words;
///
/// assert_eq!([share_in_words(0.514), share_in_words(0.9)], ["51", "90"]);
/// assert_eq!([share_in_words(0.896), share_in_words(0.996)], ["89.6", ">99"]);
/// ```
pub fn share_in_words(share: f64) -> String {
    hundredths(share, decimals_apart(100.0 * share, 100.0 * MOST_OF_SPACE, 0))
}

/// Holm's p-values for several tests at once (Holm 1979): with probability 1 − α or more, all those
/// below α are true findings, however the tests depend on one another.
///
/// ```
/// use article5_runner::analysis::claims::holm;
///
/// assert_eq!(holm(&[0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]);
/// ```
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut largest = 0.0_f64;
    for (place, &test) in order.iter().enumerate() {
        let left = (p_values.len() - place) as f64;
        largest = largest.max((left * p_values[test]).min(1.0));
        adjusted[test] = largest;
    }
    adjusted
}

/// What is found about a claim.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    VariantNames,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Verdict {
    /// As claimed at the baseline and in most of the space.
    Holds,
    /// Contradicted at the baseline and in most of the space.
    Fails,
    /// As claimed in a part of the space and not in another.
    Depends,
    /// Too few replicates to say.
    #[default]
    Undecided,
}

impl Verdict {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// At how many points a claim holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// All points.
    pub points: u64,
    /// Those at which it holds.
    pub holds: u64,
    /// Those at which it is contradicted.
    pub reversed: u64,
}

impl Reach {
    fn of(region: Region, space: &[Option<Estimate>]) -> Self {
        let count = |finding| {
            space.iter().filter(|&&estimate| region.find(estimate) == finding).count() as u64
        };
        Self {
            points: space.len() as u64,
            holds: count(Finding::Holds),
            reversed: count(Finding::Reversed),
        }
    }

    /// The share of the points at which the claim holds, with its Wilson 95 % interval; `None`
    /// over no points.
    pub fn share(self) -> Option<Estimate> {
        let (low, high) = wilson(self.holds, self.points)?;
        Some(Estimate { value: self.holds as f64 / self.points as f64, low, high })
    }

    /// Whether the claim is shown to hold, and whether it is shown to be contradicted, at more
    /// points than by chance: whatever the truth, one interval in forty lies wholly above it, and
    /// one wholly below.
    fn beyond_chance(self) -> [bool; 2] {
        const ONE_SIDE: f64 = 0.025;
        [self.holds, self.reversed].map(|count| at_least(count, self.points, ONE_SIDE) < ONE_SIDE)
    }

    /// The share at which it is contradicted.
    pub(crate) fn reversed_share(self) -> Option<f64> {
        (self.points > 0).then(|| self.reversed as f64 / self.points as f64)
    }
}

/// What a claim that is undecided lacks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lacks {
    /// An effect at the baseline.
    Effect,
    /// Enough replicates of the baseline for an interval.
    Interval,
    /// This many replicates of the baseline, if that can be said.
    BaselineReplicates(Option<u64>),
    /// This many replicates of each point.
    PointReplicates(u64),
    /// Events at this share of the points, which does not tell how many replicates it takes.
    Events(f64),
    /// More clear findings than chance would make; more replicates would probably not settle it.
    MoreThanChance,
    /// Any point of the space at which claims are judged.
    AnyPoint,
    /// Enough points to predict what more replicates would show.
    MorePoints,
}

impl Lacks {
    /// How many replicates it lacks, if that can be said.
    fn replicates(self) -> Option<u64> {
        match self {
            Self::Effect
            | Self::Interval
            | Self::Events(_)
            | Self::MoreThanChance
            | Self::AnyPoint
            | Self::MorePoints => None,
            Self::BaselineReplicates(replicates) => replicates,
            Self::PointReplicates(replicates) => Some(replicates),
        }
    }
}

/// A verdict, with what is lacking where there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ruling {
    /// [`Verdict::Holds`].
    Holds,
    /// [`Verdict::Fails`].
    Fails,
    /// [`Verdict::Depends`].
    Depends,
    /// [`Verdict::Undecided`], for lack of this.
    Undecided(Lacks),
}

impl Ruling {
    /// The verdict that tables hold.
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Holds => Verdict::Holds,
            Self::Fails => Verdict::Fails,
            Self::Depends => Verdict::Depends,
            Self::Undecided(_) => Verdict::Undecided,
        }
    }

    /// How many replicates it lacks, if it lacks any and that can be said.
    pub fn replicates(self) -> Option<u64> {
        match self {
            Self::Holds | Self::Fails | Self::Depends => None,
            Self::Undecided(lacks) => lacks.replicates(),
        }
    }
}

/// A ruling and what it rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judgement {
    /// The ruling.
    pub ruling: Ruling,
    /// What was found at the baseline.
    pub baseline: Finding,
    /// What was found over the space.
    pub reach: Reach,
}

/// An effect with what it was counted from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// The effect.
    pub estimate: Estimate,
    /// The counts, for risks, for what never varied and for what seldom did.
    pub counted: Option<Counted>,
}

impl Evidence {
    fn is_few(self) -> bool {
        self.counted.is_some_and(Counted::is_few)
    }
}

/// What the baseline says of an effect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Baseline {
    /// There is no effect, as where a ratio divides by 0.
    NoEffect,
    /// There is an effect, but too few replicates for an interval.
    NoInterval,
    /// There is an effect with its interval.
    Known(Evidence),
}

impl Baseline {
    /// The effect, if it has an interval.
    pub fn evidence(self) -> Option<Evidence> {
        match self {
            Self::NoEffect | Self::NoInterval => None,
            Self::Known(evidence) => Some(evidence),
        }
    }
}

/// Judges a claim from its effect at the baseline, over `n` replicates, and at the points of the
/// space, over `point_n` replicates each. A point without an effect or an interval is `None`.
pub fn judge(
    region: Region,
    (baseline, n): (Baseline, u64),
    (space, point_n): (&[Option<Evidence>], u64),
) -> Judgement {
    let estimates: Vec<Option<Estimate>> =
        space.iter().map(|own| own.map(|own| own.estimate)).collect();
    let found = region.find(baseline.evidence().map(|own| own.estimate));
    let reach = Reach::of(region, &estimates);
    let most = |count: u64| count as f64 >= MOST_OF_SPACE * reach.points as f64;
    let ruling = match (found, baseline) {
        (_, Baseline::NoEffect) => Ruling::Undecided(Lacks::Effect),
        (_, Baseline::NoInterval) => Ruling::Undecided(Lacks::Interval),
        _ if reach.points == 0 => Ruling::Undecided(Lacks::AnyPoint),
        (Finding::Holds, _) if most(reach.holds) => Ruling::Holds,
        (Finding::Reversed, _) if most(reach.reversed) => Ruling::Fails,
        (Finding::Unclear, Baseline::Known(own)) if most(reach.holds) || most(reach.reversed) => {
            let needed = baseline_needed(region, own, n, most(reach.holds));
            Ruling::Undecided(Lacks::BaselineReplicates(needed))
        }
        _ if reach.points < FEW_POINTS && reach.beyond_chance() != [true; 2] => {
            Ruling::Undecided(Lacks::MorePoints)
        }
        _ => match outlook::foretell(region, found, space) {
            Outlook::Settled(factor) => Ruling::Undecided(Lacks::PointReplicates(factor * point_n)),
            Outlook::Open(share) => Ruling::Undecided(Lacks::Events(share)),
            Outlook::Divided if reach.beyond_chance() == [false; 2] => {
                Ruling::Undecided(Lacks::MoreThanChance)
            }
            Outlook::Divided => Ruling::Depends,
        },
    };
    Judgement { ruling, baseline: found, reach }
}

/// The number of replicates with which the interval would likely be clear if the effect were as
/// estimated; `None` if the effect is not on the same side as the space, or rests on too few
/// events.
fn baseline_needed(region: Region, own: Evidence, n: u64, space_holds: bool) -> Option<u64> {
    let depth = region.depth(own.estimate.value);
    if own.is_few() || (depth > 0.0) != space_holds {
        return None;
    }
    let ratio = (Z_95 + Z_80) * error_of(own.estimate) / depth;
    let needed = n as f64 * ratio * ratio;
    // No run has more than that.
    (needed < crate::tally::MAX_REPLICATES as f64).then(|| (needed.ceil() as u64).max(n + 1))
}

/// The 80 % point of the standard normal: a test has this power if the effect is so many standard
/// errors beyond the test's critical value.
const Z_80: f64 = 0.841_621_233_572_914_3;

#[cfg(test)]
mod tests;
