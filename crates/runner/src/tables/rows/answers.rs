//! The tables that analyses and traces give.

use serde::{Deserialize, Serialize};
use strum::VariantNames;

use super::{Answer, Column};
use crate::analysis::doubt::{Doubt, Want};
use crate::outcome::QuantityKind;
use crate::trace::Event;

/// How a parameter's influence is measured.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    VariantNames,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Method {
    /// By Sobol's indices.
    #[default]
    Sobol,
    /// By Morris's elementary effects.
    Morris,
}

impl Column {
    fn reference(self) -> Self {
        self.is("scenario it is compared with on common shocks; empty for the level")
            .optional()
            .key()
    }

    fn effect_on_outcome(self, meaning: &'static str) -> Self {
        self.measured(meaning, "unit of the outcome per full range of the parameter")
    }

    fn limit(self, meaning: &'static str) -> Self {
        self.measured(meaning, "unit of the parameter")
    }

    fn replicate(self) -> Self {
        self.is("number of the replicate, from 0").key()
    }
}

table! { "sensitivity", "How much of an outcome each parameter decides",
    /// By Sobol's indices or by Morris's elementary effects; the fields of the other method are
    /// empty. Intervals are 95 %, not cut off at 0 or 1, and reflect both the sampling of the
    /// design and the noise of the replicates.
    pub struct SensitivityRow {
        scenario: String => scenario(),
        reference: String => reference(),
        quarter: u32 => quarter().key(),
        date: String => date(),
        kind: QuantityKind => kind().key(),
        outcome: String => is("name of the risk or outcome").key(),
        parameter: String => is("key of the parameter"),
        method: Method => is("sobol or morris"),
        base: u64
            => count("base points of the Sobol design or trajectories of the Morris design"),
        n: u64 => count("replicates per point"),
        first: Option<f64> => share(
            "Sobol's first-order index: share of variance that the parameter alone explains"
        ),
        first_low: Option<f64> => share("lower end of its 95 % interval"),
        first_high: Option<f64> => share("upper end of its 95 % interval"),
        /// Above one half, more replicates narrow the interval most, otherwise more base points;
        /// the same holds for the total index.
        first_from_replicates: Option<f64>
            => share("share of the estimate's variance that the shocks of the replicates bring"),
        total: Option<f64>
            => share("Sobol's total index: share that it explains with all its interactions"),
        total_low: Option<f64> => share("lower end of its 95 % interval"),
        total_high: Option<f64> => share("upper end of its 95 % interval"),
        total_from_replicates: Option<f64>
            => share("share of the estimate's variance that the shocks of the replicates bring"),
        total_with_noise: Option<f64>
            => share("total index if replicate noise were taken for the parameter's effect"),
        mu: Option<f64> => effect_on_outcome("mean elementary effect"),
        mu_low: Option<f64> => effect_on_outcome("lower end of its 95 % interval"),
        mu_high: Option<f64> => effect_on_outcome("upper end of its 95 % interval"),
        mu_star: Option<f64> => effect_on_outcome("mean absolute elementary effect"),
        mu_star_low: Option<f64> => effect_on_outcome("lower end of its 95 % interval"),
        mu_star_high: Option<f64> => effect_on_outcome("upper end of its 95 % interval"),
        mu_star_from_replicates: Option<f64> => share(
            "share of the interval's squared half width that the shocks of the replicates bring"
        ),
        sigma: Option<f64> => effect_on_outcome(
            "standard deviation of the elementary effect, with replicate noise taken out"
        ),
        sigma_low: Option<f64> => effect_on_outcome("lower end of its 95 % interval"),
        sigma_high: Option<f64> => effect_on_outcome("upper end of its 95 % interval"),
        mu_star_of_noise: Option<f64>
            => effect_on_outcome("what replicate noise alone makes of mu_star"),
        /// This is about the outcome's variance over the design.
        noise_share: Option<f64> => share("share of the raw variance that is replicate noise"),
        doubt: Option<Doubt>
            => is("negative, wide, noise or rare if the sample is too small for an index"),
        /// Decided by the larger part of the variance of the index in doubt.
        remedy: Option<Want>
            => is("points, trajectories or replicates: more of which would best settle the doubt"),
    }
}

table! { "responses", "What sensitivity and boxes are made from, by design point",
    pub struct ResponseRow {
        scenario: String => scenario(),
        reference: String => reference(),
        point: u32 => point(),
        quarter: u32 => quarter().key(),
        date: String => date(),
        kind: QuantityKind => kind().key(),
        outcome: String => is("name of the risk or outcome").key(),
        n: u64 => replicates(),
        mean: f64 => of_outcome("mean over the replicates; for a risk, its probability"),
        se: f64 => of_outcome("standard error of the mean, from batches of replicates"),
    }
}

table! { "boxes", "The corner of the parameter space in which it happens (PRIM)",
    /// One row for each parameter that a box restricts; what a box does not restrict has no row.
    pub struct BoxRow {
        scenario: String => scenario(),
        reference: String => reference(),
        quarter: u32 => quarter().key(),
        date: String => date(),
        kind: QuantityKind => kind().key(),
        outcome: String => is("name of the risk or outcome").key(),
        at_least: Option<f64> => of_outcome("points whose mean is at least this are of interest"),
        at_most: Option<f64> => of_outcome("points whose mean is at most this are of interest"),
        number as "box": u32 => is("number of the box, from 1, in the order found"),
        parameter: String => is("key of a parameter that the box restricts"),
        low: f64 => limit("lower limit of the box"),
        high: f64 => limit("upper limit of the box"),
        range_low: f64 => limit("lower end of the parameter over the design"),
        range_high: f64 => limit("upper end of the parameter over the design"),
        coverage: f64 => share("share of all points of interest that lie in the box"),
        density: f64 => share("share of the points in the box that are of interest"),
        mass: f64 => share("share of all points that lie in the box"),
        /// The halves are halves of the points searched; the box is the one with the most similar
        /// coverage.
        coverage_held_out: Option<f64> => share(
            "mean coverage, over random halves of the points, of the box found in the other half"
        ),
        /// Lower than `density` to the extent that the box is chance: read this one first.
        density_held_out: Option<f64> => share(
            "mean density, over random halves of the points, of the box found in the other half"
        ),
        mean: f64 => of_outcome("mean of the outcome over the points in the box"),
        points: u64 => count("points in the box"),
        points_of_interest: u64 => count("points of interest in the box"),
        quasi_p: Option<f64> => probability("the greater quasi-p value of the two limits"),
        low_quasi_p: Option<f64>
            => probability("chance of as dense a box without the lower limit"),
        high_quasi_p: Option<f64>
            => probability("chance of as dense a box without the upper limit"),
        /// In each resampled search the box nearest in coverage counts; for the next column, the
        /// one nearest in density.
        reproduced_coverage: f64
            => share("share of resamples that restrict it, at similar coverage"),
        reproduced_density: f64 => share("share of resamples that restrict it, at similar density"),
        low_q05: f64 => limit("5 % quantile of the lower limit over the resamples"),
        low_q95: f64 => limit("95 % quantile of the lower limit over the resamples"),
        high_q05: f64 => limit("5 % quantile of the upper limit over the resamples"),
        high_q95: f64 => limit("95 % quantile of the upper limit over the resamples"),
    }
}

impl BoxRow {
    /// A limit with a quasi-p value above this may well be chance (Bryant & Lempert 2010).
    pub const BY_CHANCE: f64 = 0.05;

    /// A limit that fewer of the resamples find is not to be relied on.
    const REPRODUCED: f64 = 0.5;

    /// Whether the limits may be chance: a box without them may well be as dense, or most of the
    /// resamples do without them.
    #[must_use]
    pub fn may_be_chance(&self) -> bool {
        self.quasi_p.is_some_and(|p| p > Self::BY_CHANCE)
            || self.reproduced_coverage < Self::REPRODUCED
    }

    /// Whether the box is less dense than `asked` on points that it was not chosen from, by the
    /// hundredths in which both are shown.
    #[must_use]
    pub fn falls_short(&self, asked: f64) -> bool {
        let hundredths = |share: f64| (100.0 * share).round();
        self.density_held_out.is_some_and(|own| hundredths(own) < hundredths(asked))
    }
}

table! { "trace", "One replicate's trust through time",
    pub struct TraceRow {
        scenario: String => scenario(),
        replicate: u64 => replicate(),
        quarter: u32 => quarter().key(),
        date: String => date(),
        series: String => is("frontline, rear, or an ally, ISO 3166-1 alpha-3").key(),
        trust: f64 => probability("trust at the end of the quarter; for a group, its mean"),
    }
}

table! { "trace_events", "What happened to one replicate",
    pub struct TraceEventRow {
        scenario: String => scenario(),
        replicate: u64 => replicate(),
        quarter: u32 => quarter().key(),
        date: String => date(),
        /// `internationalist` and `restraint` mean that such an administration is elected.
        event: Event => is(
            "probe, attack, incident, scripted, internationalist, restraint, war_ends, \
             abandoned, tiered, untiered, ruptured or unruptured"
        ),
        target: String => is(
            "state concerned, ISO 3166-1 alpha-3, UKR for Ukraine; empty if none, or if \
             several events are scripted"
        ).optional().key(),
        answer: Option<Answer> => is(
            "what Washington did, or is scripted to have done: none, narrow or full; empty \
             if there was nothing to answer"
        ),
        margin: Option<f64>
            => measured("how far Washington's resolve was from another answer", "latent units"),
    }
}
